//! An index on a cluster, opened.
//!
//! In: the address of a cluster. Out: [`Remote`], whose answers are those of the index that was published. Its tables are
//! here once it is open; passages come as questions need them, and stay until it is dropped: for each question, or for each
//! request of the page, there is a handle of its own.

use crate::address::{Access, Address};
use crate::ask;
use crate::client::{Client, is_too_long};
use crate::link::{Headings, Link, Parts};
use crate::published::{compare_description, published_index, read_notice, read_table};
use baogao_engine::catalogue::Catalogue as _;
use baogao_engine::exact::{Keyword, MatchOptions, Phrase};
use baogao_engine::index::{ElsewhereFault, HeadingTexts, Index, IndexError, Reach, Reaches, Rest};
use baogao_engine::passage::{part_codes, part_of};
use baogao_engine::query::{Filters, Query};
use baogao_engine::record::{IndexTables, PassageRecord};
use baogao_engine::search::{Cell, Found, SearchOptions, SearchResult, Tier};
use baogao_engine::stats::Counted;
use baogao_engine::stop::Stop;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// Where so few passages have a phrase, all of them are asked for.
const FEW_PASSAGES: u64 = 500;
/// Reports that a filter of the cluster names at most.
const TERMS_MAX: usize = 50_000;
/// Passages that the cluster chooses at most.
const BEST_MAX: usize = 6_400;

/// A published index.
pub struct Remote {
    pub(crate) link: Arc<Link>,
    /// The tables, without a passage.
    pub(crate) base: Index,
    parts: Parts,
}

/// Which passages are needed, and for what.
pub(crate) struct Need {
    pub(crate) query: Value,
    /// Whether words are searched.
    pub(crate) cut: bool,
    pub(crate) reaches: Reaches,
    /// Whether all passages of each report come: then their headings are among them.
    pub(crate) is_whole: bool,
}

impl Need {
    pub(crate) fn of(query: Value) -> Need {
        Need {
            query,
            cut: false,
            reaches: Reaches::default(),
            is_whole: false,
        }
    }
}

impl Remote {
    /// Opens what is published under an address: reads its tables and compares the number of its passages.
    ///
    /// # Errors
    /// When there is nothing, it is of other versions, or the cluster does not answer in full.
    pub fn open(address: &Address, access: &Access) -> Result<Remote, IndexError> {
        Remote::open_with(&Client::new(address.clone(), access))
    }

    pub(crate) fn open_with(client: &Client) -> Result<Remote, IndexError> {
        // Reading the tables is part of the first question.
        let client = client.asking(Stop::new());
        let Some(tables_index) = published_index(&client)? else {
            return Err(client.fault(ElsewhereFault::Missing));
        };
        Remote::open_index(client, tables_index)
    }

    pub(crate) fn open_index(client: Client, tables_index: String) -> Result<Remote, IndexError> {
        let (notice, mark) = read_notice(&client, &tables_index)?;
        compare_description(&client, &notice.passages_index, &mark)?;
        let mut tables: HashMap<&str, Vec<u8>> = HashMap::new();
        for table in &notice.tables {
            tables.insert(
                &table.name,
                read_table(&client, &tables_index, &notice, &table.name)?,
            );
        }
        let mut take = |name: &str| tables.remove(name);
        let (reports, files) = (take("reports"), take("files"));
        let keys = take("keys").unwrap_or_default();
        let (Some(reports), Some(files)) = (reports, files) else {
            return Err(client.garbled("a table is missing"));
        };
        let base = Index::of_tables(IndexTables {
            manifest: notice.manifest.clone(),
            reports,
            files,
            words: take("words"),
            dir: PathBuf::from(&notice.dir),
        })
        .map_err(|error| match error {
            IndexError::OtherVersions {
                what,
                built,
                wanted,
                ..
            } => client.fault(ElsewhereFault::OtherVersions {
                what,
                built,
                wanted,
            }),
            other => other,
        })?;
        let (keys, _) = keys.as_chunks::<8>();
        let keys: Vec<i64> = keys.iter().map(|key| i64::from_le_bytes(*key)).collect();
        if keys.len() != base.reports().len() {
            return Err(client.garbled("a table has another number of reports"));
        }
        let ranks: HashMap<i64, usize> = keys.iter().copied().zip(0..).collect();
        let number = |(key, rank): (&i64, &usize)| (*key, base.reports().number(*rank));
        let link = Link {
            numbers: Arc::new(ranks.iter().map(number).collect()),
            ranks: Arc::new(ranks),
            keys: keys.into(),
            client,
            notice,
            tables_index,
            compared: OnceLock::new(),
        };
        let remote = Remote {
            link: Arc::new(link),
            base,
            parts: Parts::default(),
        };
        remote.link.compare_number()?;
        Ok(remote)
    }

    /// The address.
    pub fn address(&self) -> &Address {
        self.link.client.address()
    }

    pub(crate) fn link(&self) -> &Link {
        &self.link
    }

    /// What is known of the index that was published, without any passage.
    pub fn base(&self) -> &Index {
        &self.base
    }

    /// What tells one published index from the next.
    pub fn published_as(&self) -> &str {
        &self.link.tables_index
    }

    /// Another handle for another question, whose work ends once `stop` is set. It shares no passage with this one.
    pub fn with_stop(&self, stop: Stop) -> Remote {
        let link = Link {
            client: self.link.client.asking(stop.clone()),
            notice: self.link.notice.clone(),
            tables_index: self.link.tables_index.clone(),
            keys: Arc::clone(&self.link.keys),
            numbers: Arc::clone(&self.link.numbers),
            ranks: Arc::clone(&self.link.ranks),
            compared: OnceLock::new(),
        };
        Remote {
            link: Arc::new(link),
            base: self.base.with_stop(stop),
            parts: Parts::default(),
        }
    }

    /// The place of an index that has all that is needed.
    pub(crate) fn place(&self, need: Need) -> Result<usize, IndexError> {
        let query = ask::taken(need.query);
        let key = format!(
            "{query} {} {} {:?}",
            need.cut,
            need.is_whole,
            key_of(&need.reaches)
        );
        let known = || {
            self.parts
                .known
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
        };
        if let Some(at) = known().get(&key) {
            return Ok(*at);
        }
        let records = self.link.records(&query)?;
        let at = self.hold(records, need.cut, need.reaches, need.is_whole)?;
        known().insert(key, at);
        Ok(at)
    }

    /// Keeps passages as an index, and says at which place.
    fn hold(
        &self,
        records: Vec<PassageRecord>,
        cut: bool,
        reaches: Reaches,
        is_whole: bool,
    ) -> Result<usize, IndexError> {
        let mut reports: Vec<u32> = records.iter().map(|record| record.report).collect();
        reports.sort_unstable();
        reports.dedup();
        let headings = Headings {
            link: Arc::clone(&self.link),
            known: Mutex::default(),
            reports,
            base: self.base.clone(),
        };
        let rest = Rest {
            reaches: Arc::new(reaches),
            headings: (!is_whole).then(|| Arc::new(headings) as Arc<dyn HeadingTexts>),
        };
        let index = self.base.with_records(records, cut, rest)?;
        Ok(self.parts.push(index))
    }

    /// The best passages of a phrase that many have: the cluster chooses more of them than a page takes, until those that it
    /// leaves out cannot be on the page, and our own code scores them. Nothing where that cannot be shown: then all are
    /// asked for.
    pub(crate) fn best(
        &self,
        query: &Query,
        phrase: &Phrase,
        options: &SearchOptions,
    ) -> Result<Option<(SearchResult, Found)>, IndexError> {
        let Some(end) = options
            .limit
            .map(|limit| limit.saturating_add(options.offset))
        else {
            return Ok(None);
        };
        let counted = self.counted(phrase.chars())?;
        let n_all: u64 = (0..self.base.reports().len())
            .map(|rank| passages_of(&counted, rank))
            .sum();
        let reach = self.reach_of(&counted);
        if n_all < FEW_PASSAGES || end > BEST_MAX / 2 {
            return Ok(None);
        }
        let Some(within) = self.within(&options.filters) else {
            return Ok(None);
        };
        let (nothing, _) = self.base.find(
            query,
            &SearchOptions {
                limit: Some(0),
                ..options.clone()
            },
        )?;
        let answer = self.base.result_of(nothing, &counted, options);
        let shape = self.base.score_shape(reach.n_passages, options);
        let mut reaches = Reaches::default();
        reaches.phrases.insert(phrase.folded().to_owned(), reach);
        let mut n = (end + 50).max(100);
        while n <= BEST_MAX {
            let (records, least) = match self.link.best(phrase.chars(), &within, shape, n) {
                // Page by page they come.
                Err(error) if is_too_long(&error) => return Ok(None),
                best => best?,
            };
            let is_all = (records.len() as u64) == answer.total.passages;
            let at = self.hold(records, false, reaches.clone(), false)?;
            let (_, mut found) = self.part(at)?.find(query, options)?;
            found.part = at;
            // What was left out has at most this score; the cluster counts in 32 bits.
            let left_out = shape.compared(least * (1.0 + 1e-6));
            let last = found.scores().last();
            if is_all || last.is_some_and(|last| last > left_out) {
                return Ok(Some((answer, found)));
            }
            n *= 4;
        }
        Ok(None)
    }

    /// What the cluster is told of filters, of those that leave something out; nothing where they let through more reports
    /// than can be named.
    fn within(&self, filters: &Filters) -> Option<Vec<Value>> {
        let mask = self.report_mask(filters);
        let asked = self
            .link
            .keys
            .iter()
            .zip(&mask)
            .filter(|(_, asked)| **asked);
        let keys: Vec<i64> = asked.map(|(key, _)| *key).collect();
        let parts = part_codes().filter(|code| filters.has_part(part_of(*code).0));
        let parts: Vec<u64> = parts.collect();
        let mut within = Vec::new();
        if keys.len() < self.link.keys.len() {
            (keys.len() <= TERMS_MAX).then_some(())?;
            within.push(json!({"terms": {"k": keys}}));
        }
        if parts.len() < part_codes().count() {
            within.push(json!({"terms": {"p": parts}}));
        }
        Some(within)
    }

    pub(crate) fn part(&self, at: usize) -> Result<&Index, IndexError> {
        let part = self.parts.get(at);
        part.ok_or_else(|| self.link.client.garbled("passages are missing"))
    }

    /// An index that has all that is needed.
    pub(crate) fn index(&self, need: Need) -> Result<&Index, IndexError> {
        self.part(self.place(need)?)
    }

    pub(crate) fn everything(&self) -> Result<&Index, IndexError> {
        let mut need = Need::of(ask::anything());
        need.is_whole = true;
        self.index(need)
    }

    /// The cells of what stands side by side, as they are counted here.
    pub(crate) fn counted(&self, chars: &[char]) -> Result<Counted, IndexError> {
        let buckets = self.link.cells(chars)?;
        let mut cells: HashMap<(u32, u32), Cell> = HashMap::new();
        for bucket in buckets {
            let rank = self.link.ranks.get(&bucket.key);
            let rank = rank.ok_or_else(|| self.link.client.garbled("a report is not known"))?;
            let (part, _) = part_of(bucket.part);
            let cell = cells.entry((*rank as u32, part as u32)).or_default();
            cell.occurrences += bucket.sum as u32;
            cell.passages += bucket.passages as u32;
        }
        let cells = cells
            .into_iter()
            .map(|((rank, part), cell)| (rank, part, cell));
        Ok(Counted::of_cells(cells))
    }

    /// How far characters that stand side by side reach.
    fn reach(&self, chars: &[char]) -> Result<Reach, IndexError> {
        Ok(self.reach_of(&self.counted(chars)?))
    }

    /// How far what was counted reaches, copies of reports left out.
    fn reach_of(&self, counted: &Counted) -> Reach {
        let mut reach = Reach {
            n_passages: 0,
            n_reports: 0,
        };
        let reports = self.base.reports();
        for rank in (0..reports.len()).filter(|rank| !reports.is_duplicate(*rank)) {
            let n = passages_of(counted, rank);
            reach.n_passages += n;
            reach.n_reports += u64::from(n > 0);
        }
        reach
    }

    /// What a search of one tier needs.
    pub(crate) fn need_of(
        &self,
        query: &Query,
        options: &SearchOptions,
    ) -> Result<Need, IndexError> {
        if query.holds_without_keywords() {
            return Ok(Need::of(ask::anything()));
        }
        let (words, pairs) = self.base.evidence(query, options)?;
        let mut reaches = Reaches::default();
        for pair in pairs {
            reaches.pairs.insert(pair, self.reach(&[pair.0, pair.1])?);
        }
        let mut queries = Vec::new();
        let exact = ask::of_expression(query.expression(), query.keywords());
        match options.tier {
            Tier::Exact => {
                queries.push(exact);
                // Of several keywords each is worth what its rarity says.
                if options.limit != Some(0) && query.keywords().len() > 1 {
                    for keyword in query.keywords() {
                        match keyword {
                            Keyword::Phrase(phrase) if phrase.is_plain() => {
                                let reach = self.reach(phrase.chars())?;
                                reaches.phrases.insert(phrase.folded().to_owned(), reach);
                            }
                            other => queries.push(ask::of_keyword(other)),
                        }
                    }
                }
            }
            Tier::Words | Tier::Any => {
                queries.extend(words_of(&words).map(|word| ask::of_phrase(&word)));
            }
        }
        Ok(Need {
            query: ask::any(queries),
            cut: options.tier != Tier::Exact,
            reaches,
            is_whole: false,
        })
    }

    pub(crate) fn exact_need(&self, query: &Query) -> Result<Need, IndexError> {
        self.need_of(query, &SearchOptions::default())
    }

    /// The one phrase of a query, if its characters alone decide where it counts.
    pub(crate) fn plain_phrase(query: &Query) -> Option<&Phrase> {
        match query.keywords() {
            [Keyword::Phrase(phrase)] if phrase.is_plain() && !query.holds_without_keywords() => {
                Some(phrase)
            }
            _ => None,
        }
    }
}

/// The passages of a report in which something was counted.
fn passages_of(counted: &Counted, rank: usize) -> u64 {
    let cells = counted.of(rank).into_iter();
    cells.map(|cell| u64::from(cell.passages)).sum()
}

/// Words as what is looked for: wherever their characters stand.
pub(crate) fn words_of(words: &[String]) -> impl Iterator<Item = Phrase> {
    let inside = MatchOptions {
        literal: false,
        inside: true,
    };
    words
        .iter()
        .filter_map(move |word| Phrase::new(word, inside))
}

/// The parts of reaches that tell two needs apart.
fn key_of(reaches: &Reaches) -> (Vec<&String>, Vec<&(char, char)>) {
    let mut phrases: Vec<&String> = reaches.phrases.keys().collect();
    let mut pairs: Vec<&(char, char)> = reaches.pairs.keys().collect();
    phrases.sort();
    pairs.sort();
    (phrases, pairs)
}
