//! A published index, asked as the local one is.
//!
//! In: an open [`Remote`]. Out: answers: of its tables and of sums of the cluster where these decide, else of the passages
//! that may decide.

use crate::ask;
use crate::remote::{Need, Remote, words_of};
use baogao_engine::ask::{Each, Holdings};
use baogao_engine::catalogue::Catalogue;
use baogao_engine::collocation::{CollocateOptions, Collocates};
use baogao_engine::concordance::{Concordance, First, Order, Side};
use baogao_engine::exact::{Keyword, Phrase};
use baogao_engine::glossary::{DefinedTerm, Explained};
use baogao_engine::index::{
    Changes, FileTable, Index, IndexError, Manifest, Reaches, ReportTable, UnreadFile,
};
use baogao_engine::passage::{PassageView, part_codes, part_of};
use baogao_engine::query::{Filters, Query};
use baogao_engine::record::PassageRecord;
use baogao_engine::search::{Found, Hit, ReadingOrder, SearchOptions, SearchResult, Sort, Tier};
use baogao_engine::stats::{CountOptions, Counted, Dimension, Group, Tabulation};
use baogao_engine::stop::Stop;
use baogao_engine::strings::FoldedPassage;
use baogao_engine::tokenize::WordList;
use baogao_reading::report::Part;
use serde_json::json;
use std::ops::{Range, RangeInclusive};
use std::path::PathBuf;
use std::sync::Arc;

/// Of a report with so many passages all come if one is asked for.
const REPORT_PASSAGES_MAX: u32 = 3_000;
/// Reports whose passages are asked for at once.
const REPORTS_PER_QUERY: usize = 200;

impl Catalogue for Remote {
    fn reports(&self) -> &ReportTable {
        self.base.reports()
    }

    fn unread(&self) -> Result<Vec<UnreadFile>, IndexError> {
        self.base.unread()
    }
}

impl Holdings for Remote {
    fn files(&self) -> Result<FileTable, IndexError> {
        Index::files(&self.base)
    }

    /// Told where the folders of the files are on this machine; elsewhere nobody knows.
    fn changes(&self) -> Result<Changes, IndexError> {
        let roots = self.base.root_paths()?;
        let mut roots = roots.iter().flatten().peekable();
        if roots.peek().is_some() && roots.all(|root| root.exists()) {
            return self.base.glance();
        }
        Ok(Changes {
            known: self.base.files()?.files.len().max(1),
            ..Changes::default()
        })
    }

    fn find(
        &self,
        query: &Query,
        options: &SearchOptions,
    ) -> Result<(SearchResult, Found), IndexError> {
        if let (Some(phrase), Tier::Exact, Some(0), true) = (
            Remote::plain_phrase(query),
            options.tier,
            options.limit,
            options.filters.about.is_empty(),
        ) {
            let counted = self.counted(phrase.chars())?;
            let (nothing, found) = self.base.find(query, options)?;
            return Ok((self.base.result_of(nothing, &counted, options), found));
        }
        let is_ranked = options.tier == Tier::Exact && options.sort == Sort::Relevance;
        let plain =
            Remote::plain_phrase(query).filter(|_| is_ranked && options.filters.about.is_empty());
        if let Some(phrase) = plain
            && let Some(best) = self.best(query, phrase, options)?
        {
            return Ok(best);
        }
        let at = self.place(self.need_of(query, options)?)?;
        let (answer, mut found) = self.part(at)?.find(query, options)?;
        found.part = at;
        Ok((answer, found))
    }

    fn find_wider(
        &self,
        query: &Query,
        options: &SearchOptions,
    ) -> Result<Option<(SearchResult, Found)>, IndexError> {
        let need = self.need_of(
            query,
            &SearchOptions {
                tier: Tier::Any,
                ..options.clone()
            },
        )?;
        let at = self.place(need)?;
        let found = self.part(at)?.find_wider(query, options)?;
        Ok(found.map(|(answer, mut found)| {
            found.part = at;
            (answer, found)
        }))
    }

    fn more_with_words(
        &self,
        query: &Query,
        options: &SearchOptions,
        answer: &SearchResult,
    ) -> Result<Option<u64>, IndexError> {
        if !answer.is_short_of(query) {
            return Ok(None);
        }
        let wide = SearchOptions {
            tier: Tier::Words,
            limit: Some(0),
            ..options.clone()
        };
        let (words, _) = self.base.evidence(query, &wide)?;
        // No passage counts that lacks one of them.
        let need = Need {
            query: ask::all(words_of(&words).map(|word| ask::of_phrase(&word)).collect()),
            cut: true,
            reaches: Reaches::default(),
            is_whole: false,
        };
        self.index(need)?.more_with_words(query, options, answer)
    }

    fn hits<'f>(&'f self, found: &'f Found) -> Each<'f, Hit> {
        match self.part(found.part) {
            Ok(part) => Box::new(part.hits(found)),
            // Nothing was found, and nothing came.
            Err(_) if found.n_hits() == 0 => Box::new(std::iter::empty()),
            Err(error) => Box::new(std::iter::once(Err(error))),
        }
    }

    fn texts_of(&self, keyword: &Keyword) -> Result<Vec<String>, IndexError> {
        let index = self.index(Need::of(ask::of_keyword(keyword)))?;
        Index::texts_of(index, keyword)
    }

    fn cells(
        &self,
        groups: &[Group],
        filters: &Filters,
        options: CountOptions,
    ) -> Result<Vec<Counted>, IndexError> {
        if options.by_passage {
            return Holdings::cells(self.everything()?, groups, filters, options);
        }
        let plain = |group: &Group| match group.phrases.as_slice() {
            [phrase] if phrase.is_plain() => Some(phrase.chars().to_vec()),
            _ => None,
        };
        // Where phrases share places, only the text tells whose they are.
        let plain: Option<Vec<Vec<char>>> = groups.iter().map(plain).collect();
        let apart = groups.len() == 1 || options.all_matches;
        if let Some(phrases) = plain.filter(|_| apart && filters.about.is_empty()) {
            return phrases.iter().map(|chars| self.counted(chars)).collect();
        }
        let phrases = groups.iter().flat_map(|group| &group.phrases);
        let need = Need::of(ask::any(phrases.map(ask::of_phrase).collect()));
        Holdings::cells(self.index(need)?, groups, filters, options)
    }

    fn cells_of(
        &self,
        query: &Query,
        filters: &Filters,
        by_passage: bool,
    ) -> Result<Counted, IndexError> {
        if by_passage {
            return self.everything()?.cells_of(query, filters, by_passage);
        }
        if let Some(phrase) = Remote::plain_phrase(query).filter(|_| filters.about.is_empty()) {
            return self.counted(phrase.chars());
        }
        let need = Need::of(match query.holds_without_keywords() {
            true => ask::anything(),
            false => ask::of_expression(query.expression(), query.keywords()),
        });
        self.index(need)?.cells_of(query, filters, by_passage)
    }

    fn tabulation(&self, filters: &Filters, by: &[Dimension]) -> Result<Tabulation, IndexError> {
        match by.contains(&Dimension::Section) {
            true => self.everything()?.tabulation(filters, by),
            false => self.base.tabulation(filters, by),
        }
    }

    fn concordance<'h>(
        &'h self,
        query: &Query,
        filters: &Filters,
        order: Order,
    ) -> Result<Concordance<'h>, IndexError> {
        let index = self.index(self.exact_need(query)?)?;
        index.concordance(query, filters, order)
    }

    fn collocates(
        &self,
        query: &Query,
        filters: &Filters,
        options: &CollocateOptions,
    ) -> Result<Collocates, IndexError> {
        let index = self.index(self.exact_need(query)?)?;
        index.collocates(query, filters, options)
    }

    fn reading_order(&self, filters: &Filters) -> Result<ReadingOrder, IndexError> {
        self.everything()?.reading_order(filters)
    }

    fn places_along(
        &self,
        query: &Query,
        filters: &Filters,
        order: &ReadingOrder,
    ) -> Result<Vec<u64>, IndexError> {
        self.everything()?.places_along(query, filters, order)
    }

    fn firsts(
        &self,
        query: &Query,
        filters: &Filters,
        by: Option<Dimension>,
        rejected: &[String],
    ) -> Result<Vec<First>, IndexError> {
        let index = self.index(self.exact_need(query)?)?;
        index.firsts(query, filters, by, rejected)
    }

    fn entries(
        &self,
        term: Option<&Phrase>,
        filters: &Filters,
    ) -> Result<(Vec<DefinedTerm>, u64), IndexError> {
        self.glossaries()?.entries(term, filters)
    }

    fn explain<'f>(&'f self, found: &'f [DefinedTerm], page: Range<usize>) -> Each<'f, Explained> {
        match self.glossaries() {
            Ok(index) => index.explain(found, page),
            Err(error) => Box::new(std::iter::once(Err(error))),
        }
    }

    fn ids<'f>(
        &'f self,
        entries: Box<dyn Iterator<Item = &'f DefinedTerm> + 'f>,
    ) -> Each<'f, String> {
        match self.glossaries() {
            Ok(index) => index.ids(entries),
            Err(error) => Box::new(std::iter::once(Err(error))),
        }
    }

    fn passages(
        &self,
        rank: usize,
        numbers: RangeInclusive<u32>,
    ) -> Result<Each<'_, PassageView>, IndexError> {
        // All of it: whoever asks for one passage of a report soon asks for another.
        let key = self.link.keys.get(rank);
        let mut need = Need::of(json!({"term": {"k": key}}));
        if self.base.reports().size(rank).passages > REPORT_PASSAGES_MAX {
            let last = (*numbers.end()).min(i32::MAX as u32);
            let range = json!({"range": {"n": {"gte": numbers.start(), "lte": last}}});
            need.query = ask::all(vec![need.query, range]);
        } else {
            need.is_whole = true;
        }
        Holdings::passages(self.index(need)?, rank, numbers)
    }

    fn beside<'f>(
        &'f self,
        passage: &'f PassageView,
        side: Side,
        n: usize,
    ) -> Each<'f, PassageView> {
        let n = u32::try_from(n).unwrap_or(u32::MAX);
        let number = passage.number;
        let numbers = match side {
            Side::Left => number.saturating_sub(n).max(1)..=number.saturating_sub(1),
            Side::Right => number.saturating_add(1)..=number.saturating_add(n),
        };
        if numbers.is_empty() {
            return Box::new(std::iter::empty());
        }
        match Holdings::passages(self, passage.rank, numbers) {
            Ok(passages) => passages,
            Err(error) => Box::new(std::iter::once(Err(error))),
        }
    }

    fn each_folded(
        &self,
        filters: &Filters,
        visit: &mut dyn FnMut(FoldedPassage<'_>),
    ) -> Result<(), IndexError> {
        let mask = self.report_mask(filters);
        let ranks: Vec<usize> = (0..mask.len())
            .filter(|rank| mask.get(*rank) == Some(&true))
            .collect();
        for some in ranks.chunks(REPORTS_PER_QUERY) {
            let keys: Vec<i64> = some
                .iter()
                .filter_map(|rank| self.link.keys.get(*rank).copied())
                .collect();
            let mut records = self.link.records(&json!({"terms": {"k": keys}}))?;
            let rank_of =
                |record: &PassageRecord| self.base.reports().rank_of(u64::from(record.report));
            records.sort_by_key(|record| (rank_of(record), record.number));
            for record in &records {
                let (part, _) = part_of(record.part);
                let Some(rank) = rank_of(record) else {
                    continue;
                };
                if filters.has_part(part) && record.is_asked(filters) {
                    visit(FoldedPassage {
                        rank,
                        number: record.number,
                        part,
                        text: &record.folded,
                    });
                }
            }
        }
        Ok(())
    }

    fn stop(&self) -> &Stop {
        &self.link.client.stop
    }

    fn words(&self) -> Result<&WordList, IndexError> {
        self.base.word_list()
    }

    fn manifest(&self) -> &Manifest {
        self.base.manifest()
    }

    fn root_paths(&self) -> Result<Vec<Option<PathBuf>>, IndexError> {
        self.base.root_paths()
    }

    fn with_stop(&self, stop: Stop) -> Arc<dyn Holdings> {
        Arc::new(Remote::with_stop(self, stop))
    }

    /// What stays is what was published; passages are asked for anew by each handle.
    fn keeping(&self) -> Arc<dyn Holdings> {
        Arc::new(Remote::with_stop(self, self.link.client.stop.clone()))
    }
}

impl Remote {
    /// An index of the passages of all glossaries.
    fn glossaries(&self) -> Result<&Index, IndexError> {
        let codes = part_codes().filter(|code| part_of(*code).0 == Part::Glossary);
        let codes: Vec<u64> = codes.collect();
        self.index(Need::of(json!({"terms": {"p": codes}})))
    }
}
