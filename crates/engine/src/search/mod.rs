//! From a question to hits: which passages, in what order, with what counts.
//!
//! In: an open [`Index`], a [`Query`] and where to look. Out: an [`SearchResult`]: counts over everything that
//! matches, and the hits of one page. Three tiers: `exact` (the query holds as it was written), `words` (every
//! jieba word of what is wanted stands in the passage), `any` (at least one of them). What the query
//! excludes as a whole is left out of every tier.
//!
//! # Invariants
//!
//! - Scores use living passages only, are summed in `f64` in the order of the query and rounded to
//!   1e-4 before ordering; ties go by rank of the report, then by position. Segments, threads
//!   and the history of updates change nothing.
//! - `occurrences` of an exact answer is the number of places, over all passages that match: the spans of
//!   the keywords that make the query hold, joined where those of several overlap.
//! - Once the flag of [`Index::with_stop`] is set there is no answer, nor a part of one.
//! - The counts of all cells sum to the counts of the answer without filters.

mod along;
mod best;
mod evidence;
mod gathered;
mod matching;
mod options;

use crate::catalogue::{Catalogue, is_searched};
use crate::exact::{
    Around, Keyword, MatchOptions, Nodes, Phrase, Side, Sides, StoredPassage, WithinReach,
    chars_before, chars_from,
};
use crate::highlight::merge_overlapping;
use crate::index::{Index, IndexError, Segment};
use crate::passage::{Entries, PassageView, Spot, part_of, passage_id};
use crate::query::{Expression, Filters, Query};
use crate::rank::{self, CLOSE_PASSAGES, Closeness};
pub use along::ReadingOrder;
use baogao_reading::fold::fold;
use baogao_reading::report::Year;
use best::Candidate;
use evidence::{QueryPairs, TermLists};
pub use evidence::{ScoreShape, WordsAndPairs};
pub use gathered::{Cell, Count, ReportCells};
use gathered::{Gathering, InSegment, MatchPlacing, n_places};
use matching::{Plan, each_holding, each_match, lists_of, matching, union};
pub use options::{SearchOptions, Sort, Tier};
use std::ops::Range;
use tantivy::DocId;

/// Below this many exact passages the wider answer is worth a word.
const FEW: u64 = 5;

/// What was found.
#[derive(Debug)]
pub struct SearchResult {
    /// How it was matched.
    pub tier: Tier,
    /// One page of hits.
    pub hits: Vec<Hit>,
    /// All that matches, whatever page was asked for.
    pub total: Count,
    /// What would match outside the filters, in texts of the genre that is searched.
    pub outside: Count,
    /// What would match in texts of another genre.
    pub other_genre: Count,
    /// What matches in copies of reports that were left out.
    pub in_copies: Count,
    /// How many reports were searched: those of which a passage passes the filters.
    pub reports_searched: usize,
    /// How many copies of reports the filters would let through, and were left out.
    pub copies_left_out: usize,
    /// Cells by rank of the report, filtered by `about` alone.
    pub cells: Vec<ReportCells>,
    /// The words that were searched, in the tiers `words` and `any`.
    pub words: Vec<String>,
    /// Those of them that stand nowhere, whatever the filters.
    pub absent_words: Vec<String>,
}

impl SearchResult {
    /// Whether the exact answer to a query is so short that what has all its words is worth a word.
    pub fn is_short_of(&self, query: &Query) -> bool {
        self.tier == Tier::Exact && self.total.passages < FEW && query.wants_all()
    }
}

/// A passage that matches.
#[derive(Clone, Debug)]
pub struct Hit {
    /// The passage; its `line` is that of the first span.
    pub passage: PassageView,
    /// How it matches.
    pub tier: Tier,
    /// Rounded to 1e-4.
    pub score: f64,
    /// Places in [`PassageView::text`], in bytes, sorted, disjoint.
    pub spans: Vec<Range<usize>>,
    /// Line of the raw file in which each span begins, from 1.
    pub lines: Vec<u32>,
}

/// What scores rest on.
struct Scored<'q> {
    terms: &'q [TermLists],
    /// What each term is worth, in the same order.
    worths: &'q [f64],
    pairs: &'q QueryPairs,
}

/// What was found, in order, before it is read: a few tens of bytes a passage.
pub struct Found {
    tier: Tier,
    /// What makes the query hold, and by which keywords.
    expression: Expression,
    keywords: Vec<Keyword>,
    candidates: Vec<Candidate>,
    /// Which of them are asked for.
    page: Range<usize>,
    /// Which of several indexes it was found in.
    pub part: usize,
}

impl Found {
    /// How many hits the page has.
    pub fn n_hits(&self) -> usize {
        self.page.len()
    }

    /// The scores of the hits of the page, in their order.
    pub fn scores(&self) -> impl Iterator<Item = f64> {
        let page = self.candidates.get(self.page.clone());
        page.unwrap_or_default()
            .iter()
            .map(|candidate| candidate.score)
    }

    /// How many places each passage has.
    pub(crate) fn occurrences(&self) -> impl ExactSizeIterator<Item = u32> {
        self.candidates
            .iter()
            .map(|candidate| candidate.occurrences)
    }

    /// The places in one passage, in bytes of its text.
    fn spans(
        &self,
        segment: &Segment,
        candidate: &Candidate,
        stored: &StoredPassage,
    ) -> Vec<Range<usize>> {
        let spans_of = |keyword| segment.exact.keyword_spans(keyword, stored);
        if let [keyword] = self.keywords.as_slice() {
            return spans_of(keyword);
        }
        let each: Vec<Vec<Range<usize>>> = self.keywords.iter().map(spans_of).collect();
        let mut spans = Vec::with_capacity(candidate.occurrences as usize);
        let stands = |number| {
            each.get(number)
                .is_some_and(|spans: &Vec<_>| !spans.is_empty())
        };
        self.expression.holds(&stands, &mut |number| {
            spans.extend(each.get(number).into_iter().flatten().cloned());
        });
        merge_overlapping(spans)
    }
}

impl Index {
    /// Searches one tier.
    ///
    /// # Errors
    /// When a file of the index cannot be read.
    pub fn search(
        &self,
        query: &Query,
        options: &SearchOptions,
    ) -> Result<SearchResult, IndexError> {
        let (mut answer, found) = self.find(query, options)?;
        answer.hits = self.hits(&found).collect::<Result<_, _>>()?;
        Ok(answer)
    }

    /// As [`Index::search`], but no passage is read to be shown: [`Index::hits`] reads them one by one.
    ///
    /// # Errors
    /// As for [`Index::search`].
    pub fn find(
        &self,
        query: &Query,
        options: &SearchOptions,
    ) -> Result<(SearchResult, Found), IndexError> {
        self.go_on()?;
        if options.tier != Tier::Exact && query.holds_without_keywords() {
            // No words stand for what holds by what it lacks.
            let exact = SearchOptions {
                tier: Tier::Exact,
                ..options.clone()
            };
            return self.find(query, &exact);
        }
        let (words, terms) = match options.tier {
            Tier::Exact => (
                Vec::new(),
                query
                    .keywords()
                    .iter()
                    .map(|keyword| self.keyword_lists(keyword))
                    .collect(),
            ),
            Tier::Words | Tier::Any => self.word_terms(query, options.tier)?,
        };
        self.go_on()?;
        let worths = self.worths(&words, &terms, options);
        let mut answer = SearchResult {
            tier: options.tier,
            hits: Vec::new(),
            total: Count::default(),
            outside: Count::default(),
            other_genre: Count::default(),
            in_copies: Count::default(),
            reports_searched: 0,
            copies_left_out: 0,
            cells: Vec::new(),
            absent_words: words
                .iter()
                .zip(&terms)
                .filter(|(_, lists)| lists.n_passages == 0)
                .map(|(word, _)| word.text.clone())
                .collect(),
            words: words.into_iter().map(|word| word.text).collect(),
        };
        let mask = self.report_mask(&options.filters);
        answer.reports_searched = mask.iter().filter(|searched| **searched).count();
        answer.copies_left_out = self.copies_left_out(&options.filters);
        let plan = match options.tier {
            Tier::Exact => Plan::of(query.expression(), query.keywords()),
            Tier::Words => Plan::AtLeast(terms.len()),
            Tier::Any => Plan::AtLeast(1),
        };
        let excluded = match options.tier {
            Tier::Exact => None,
            Tier::Words | Tier::Any => self.excluded(query),
        };
        let pairs = self.query_pairs(query, options)?;
        let scored = Scored {
            terms: &terms,
            worths: &worths,
            pairs: &pairs,
        };
        let rest = (plan, excluded);
        let mut candidates = self.candidates(&scored, query, &rest, options, &mask, &mut answer);
        self.add_closeness(&mut candidates, &pairs, options);
        self.go_on()?;
        order(&mut candidates, self, options);
        self.go_on()?;
        let (expression, keywords) = match options.tier {
            Tier::Exact => (query.expression().clone(), query.keywords().to_vec()),
            Tier::Words | Tier::Any => {
                let inside = MatchOptions {
                    literal: false,
                    inside: true,
                };
                let words = answer.words.iter();
                let keywords: Vec<Keyword> = words
                    .filter_map(|word| Phrase::new(word, inside).map(Keyword::Phrase))
                    .collect();
                let any = (0..keywords.len()).map(Expression::Keyword).collect();
                (Expression::Either(any), keywords)
            }
        };
        let found = Found {
            tier: options.tier,
            expression,
            keywords,
            page: page_of(candidates.len(), options),
            candidates,
            part: 0,
        };
        Ok((answer, found))
    }

    /// The hits of a page in their order, each read when it is asked for.
    ///
    /// # Errors
    /// When a file of the index cannot be read, or the work is stopped: then the answer has no more hits.
    pub fn hits<'f>(
        &'f self,
        found: &'f Found,
    ) -> impl Iterator<Item = Result<Hit, IndexError>> + 'f {
        let mut entries = Entries::new(self);
        let hit = move |at| self.hit_at(found, at, &mut entries);
        found.page.clone().map(hit)
    }

    /// Reads one of the passages that were found, by its number in their order.
    pub(crate) fn hit_at(
        &self,
        found: &Found,
        at: usize,
        entries: &mut Entries<'_>,
    ) -> Result<Hit, IndexError> {
        let candidate = found.candidates.get(at);
        let candidate = candidate.ok_or_else(|| self.damaged("a passage is missing"))?;
        let hit = self.hit(candidate, found, entries)?;
        self.go_on()?;
        Ok(hit)
    }

    /// About how many characters one of the passages that were found has, by its number in their order.
    pub(crate) fn n_chars_of(&self, found: &Found, at: usize) -> usize {
        let candidate = found.candidates.get(at);
        let n_units = candidate.and_then(|candidate| {
            let segment = self.segments.get(candidate.segment as usize)?;
            Some(segment.exact.n_units(candidate.doc) as usize)
        });
        n_units.unwrap_or(0)
    }

    /// Calls `visit(id, places)` for each passage that was found, in order; the places are in bytes of its text.
    pub(crate) fn each_place(
        &self,
        found: &Found,
        mut visit: impl FnMut(&str, &[Range<usize>]),
    ) -> Result<(), IndexError> {
        let mut entries = Entries::new(self);
        for candidate in &found.candidates {
            let segment = self.segment(candidate.segment as usize)?;
            let stored = segment.exact.passage(candidate.doc);
            let spans = found.spans(segment, candidate, &stored);
            let report = entries.get(candidate.rank as usize)?;
            self.go_on()?;
            visit(&passage_id(&report.id, candidate.number), &spans);
        }
        Ok(())
    }

    /// Calls `visit(rank, around)` for each passage that was found, in order.
    pub(crate) fn each_around(
        &self,
        found: &Found,
        within: (WithinReach, Sides),
        mut visit: impl FnMut(u32, &Around<'_>),
    ) -> Result<(), IndexError> {
        self.each_candidate(found, within, |candidate, around| {
            visit(candidate.rank, around);
        })
    }

    /// The same with the passage itself.
    fn each_candidate(
        &self,
        found: &Found,
        within: (WithinReach, Sides),
        mut visit: impl FnMut(&Candidate, &Around<'_>),
    ) -> Result<(), IndexError> {
        let phrases = any_of_phrases(&found.expression, &found.keywords);
        for candidate in &found.candidates {
            let segment = self.segment(candidate.segment as usize)?;
            let stored = segment.exact.passage(candidate.doc);
            let spans = match &phrases {
                Some(_) => Vec::new(),
                None => found.spans(segment, candidate, &stored),
            };
            let nodes = match &phrases {
                Some(phrases) => Nodes::Phrases(phrases),
                None => Nodes::Spans(&spans),
            };
            let around = segment.exact.around(&stored, &nodes, within);
            visit(candidate, &around);
            self.go_on()?;
        }
        Ok(())
    }

    /// Calls `visit` for each place in one of the passages that were found, with what stands beside it: the fold of at
    /// most `max_chars` characters on one side, the nearest first.
    pub(crate) fn contexts(
        &self,
        found: &Found,
        at: usize,
        (side, max_chars): (Side, usize),
        visit: impl FnMut(&mut dyn Iterator<Item = char>),
    ) {
        let Some(candidate) = found.candidates.get(at) else {
            return;
        };
        let Ok(segment) = self.segment(candidate.segment as usize) else {
            return;
        };
        let doc = candidate.doc;
        if let [keyword] = found.keywords.as_slice() {
            segment
                .exact
                .contexts(doc, keyword, (side, max_chars), visit);
        } else {
            let stored = segment.exact.passage(doc);
            let spans = found.spans(segment, candidate, &stored);
            contexts_of(&stored.text, &spans, (side, max_chars), visit);
        }
    }

    /// The first wider answer that says something, for when nothing stands exactly: all words, else any word. Words of
    /// one character alone are noise.
    ///
    /// # Errors
    /// As for [`Index::search`].
    pub fn widen(
        &self,
        query: &Query,
        options: &SearchOptions,
    ) -> Result<Option<SearchResult>, IndexError> {
        let Some((mut answer, found)) = self.find_wider(query, options)? else {
            return Ok(None);
        };
        answer.hits = self.hits(&found).collect::<Result<_, _>>()?;
        Ok(Some(answer))
    }

    /// As [`Index::widen`], but no passage is read to be shown: [`Index::hits`] reads them one by one.
    ///
    /// # Errors
    /// As for [`Index::search`].
    pub fn find_wider(
        &self,
        query: &Query,
        options: &SearchOptions,
    ) -> Result<Option<(SearchResult, Found)>, IndexError> {
        for tier in [Tier::Words, Tier::Any] {
            let options = SearchOptions {
                tier,
                ..options.clone()
            };
            let (answer, found) = self.find(query, &options)?;
            let is_noise = answer
                .words
                .iter()
                .all(|word| word.chars().nth(1).is_none());
            if answer.total.passages > 0 && !is_noise {
                return Ok(Some((answer, found)));
            }
        }
        Ok(None)
    }

    /// How many passages more have all words, where an exact answer is so short that this is worth saying.
    ///
    /// # Errors
    /// As for [`Index::search`].
    pub fn more_with_words(
        &self,
        query: &Query,
        options: &SearchOptions,
        answer: &SearchResult,
    ) -> Result<Option<u64>, IndexError> {
        if !answer.is_short_of(query) {
            return Ok(None);
        }
        let options = SearchOptions {
            tier: Tier::Words,
            limit: Some(0),
            offset: 0,
            ..options.clone()
        };
        let wider = self.search(query, &options)?;
        let more = wider.total.passages.saturating_sub(answer.total.passages);
        // One word says less than the phrase that it was cut from.
        Ok((more > 0 && wider.words.len() > 1).then_some(more))
    }

    /// The passages of each segment in which something stands that the query as a whole excludes; nothing where it excludes
    /// nothing.
    fn excluded(&self, query: &Query) -> Option<Vec<Vec<DocId>>> {
        let expression = query.expression();
        let parts = match expression {
            Expression::All(parts) => parts.as_slice(),
            part => std::slice::from_ref(part),
        };
        let inner: Vec<&Expression> = parts
            .iter()
            .filter_map(|part| match part {
                Expression::Not(inner) => Some(&**inner),
                _ => None,
            })
            .collect();
        if inner.is_empty() {
            return None;
        }
        let terms: Vec<TermLists> = query
            .keywords()
            .iter()
            .map(|keyword| self.keyword_lists(keyword))
            .collect();
        let in_segment = |(at, segment): (usize, &Segment)| {
            let lists = lists_of(&terms, at);
            let docs = inner.iter().map(|part| matching(part, &lists, segment));
            docs.reduce(union).unwrap_or_default()
        };
        Some(self.segments.iter().enumerate().map(in_segment).collect())
    }

    /// Adds to the best candidates what stands close together in them.
    fn add_closeness(
        &self,
        candidates: &mut [Candidate],
        QueryPairs { pairs, worths, .. }: &QueryPairs,
        options: &SearchOptions,
    ) {
        let weight = options.scoring.closeness;
        if pairs.is_empty() || weight <= 0.0 {
            return;
        }
        let closeness = Closeness::new(pairs.iter().copied().zip(worths.iter().copied()));
        if candidates.len() > CLOSE_PASSAGES {
            candidates.select_nth_unstable_by(CLOSE_PASSAGES - 1, Candidate::by_score);
        }
        let best = candidates.iter_mut().take(CLOSE_PASSAGES);
        for candidate in self.stop.until_each(best) {
            let Some(segment) = self.segments.get(candidate.segment as usize) else {
                continue;
            };
            let units = segment.exact.folded_units(candidate.doc);
            let (_, kind) = part_of(segment.part_code(candidate.doc));
            let added = weight * closeness.of(units) * options.kind_factor(kind);
            candidate.score = rank::rounded(candidate.score + added);
        }
    }

    /// The texts of all places of a keyword in the reports that are searched, in no promised order.
    ///
    /// # Errors
    /// When the work is stopped.
    pub fn texts_of(&self, keyword: &Keyword) -> Result<Vec<String>, IndexError> {
        let mut texts = Vec::new();
        for segment in &self.segments {
            segment.exact.keyword_occurrences(keyword, |doc, _| {
                let rank = self.reports.rank_of(segment.report(doc));
                if rank.is_none_or(|rank| !is_searched(&self.reports, rank, &Filters::default())) {
                    return;
                }
                let stored = segment.exact.passage(doc);
                let spans = segment.exact.keyword_spans(keyword, &stored);
                let text = |span| stored.text.get(span).map(str::to_owned);
                texts.extend(spans.into_iter().filter_map(text));
            });
        }
        self.go_on()?;
        Ok(texts)
    }

    /// The passages that match and can stand on the page, with scores; fills the counts of the answer.
    fn candidates(
        &self,
        Scored {
            terms,
            worths,
            pairs,
        }: &Scored<'_>,
        query: &Query,
        (plan, excluded): &(Plan, Option<Vec<Vec<DocId>>>),
        options: &SearchOptions,
        mask: &[bool],
        answer: &mut SearchResult,
    ) -> Vec<Candidate> {
        let gathering = Gathering::new(self, (plan, query.keywords()), options, mask, worths);
        let mut gathered = gathering.nothing();
        for (at, segment) in self.segments.iter().enumerate() {
            let lists = lists_of(terms, at);
            let pair_scores = match options.tier {
                Tier::Exact => Vec::new(),
                Tier::Words | Tier::Any => {
                    pairs.scores((at, segment), self.sizes(), &options.scoring)
                }
            };
            let excluded = excluded.as_ref().and_then(|segments| segments.get(at));
            let within = InSegment {
                at,
                segment,
                pair_scores: &pair_scores,
                excluded: excluded.map_or(&[][..], Vec::as_slice),
            };
            gathered = match plan {
                Plan::All { .. } => gathering.add_lists(gathered, &within, &lists, lists.len()),
                Plan::AtLeast(n) => gathering.add_lists(gathered, &within, &lists, *n),
                Plan::Tree { .. } => {
                    let mut placing = MatchPlacing::new(&gathering, &within, gathered);
                    let visit = |doc, frequencies: &[u32]| placing.push(doc, frequencies);
                    each_holding(query.expression(), &lists, segment, visit);
                    placing.finish()
                }
            };
        }
        let (all, candidates) = gathered.finish(self.reports.len());
        answer.total = all.total;
        answer.outside = all.outside;
        answer.other_genre = all.other_genre;
        answer.in_copies = all.in_copies;
        answer.cells = all.cells;
        candidates
    }

    /// Calls `visit(segment, passage, places)` for every passage for which a query holds, whatever report it is of;
    /// ascending in each segment.
    ///
    /// # Errors
    /// When the work is stopped.
    pub(crate) fn each_exact(
        &self,
        query: &Query,
        mut visit: impl FnMut(usize, DocId, u32),
    ) -> Result<(), IndexError> {
        let keywords = query.keywords();
        let terms: Vec<TermLists> = keywords
            .iter()
            .map(|keyword| self.keyword_lists(keyword))
            .collect();
        self.go_on()?;
        let plan = Plan::of(query.expression(), keywords);
        for (at, segment) in self.segments.iter().enumerate() {
            let lists = lists_of(&terms, at);
            let visit = |doc: DocId, frequencies: &[u32]| {
                let n = n_places(&plan, keywords, (segment, doc), frequencies);
                visit(at, doc, n);
            };
            match plan {
                Plan::All { .. } => each_match(&lists, lists.len(), &self.stop, visit),
                Plan::AtLeast(n) => each_match(&lists, n, &self.stop, visit),
                Plan::Tree { .. } => each_holding(query.expression(), &lists, segment, visit),
            }
        }
        self.go_on()
    }

    /// Reads one candidate.
    fn hit(
        &self,
        candidate: &Candidate,
        found: &Found,
        entries: &mut Entries<'_>,
    ) -> Result<Hit, IndexError> {
        let segment = self.segment(candidate.segment as usize)?;
        let stored = segment.exact.passage(candidate.doc);
        let spans = found.spans(segment, candidate, &stored);
        debug_assert!(
            spans
                .iter()
                .all(|span| stored.text.get(span.clone()).is_some())
        );
        let lines: Vec<u32> = spans
            .iter()
            .map(|span| stored.line_of_byte(span.start))
            .collect();
        let spot = Spot::new(candidate.segment as usize, candidate.doc);
        let mut passage = self.view(spot, stored, entries)?;
        passage.line = lines.first().copied().unwrap_or(passage.line);
        Ok(Hit {
            passage,
            tier: found.tier,
            score: candidate.score,
            spans,
            lines,
        })
    }
}

/// The phrases of which any makes an expression hold; none if it is more than that.
pub(crate) fn any_of_phrases<'k>(
    expression: &Expression,
    keywords: &'k [Keyword],
) -> Option<Vec<&'k Phrase>> {
    let one = std::slice::from_ref(expression);
    let parts = match expression {
        Expression::Either(parts) => parts.as_slice(),
        _ => one,
    };
    let phrase = |part: &Expression| match part {
        Expression::Keyword(at) => match keywords.get(*at)? {
            Keyword::Phrase(phrase) => Some(phrase),
            Keyword::Pattern(_) | Keyword::Near(_) => None,
        },
        _ => None,
    };
    parts.iter().map(phrase).collect()
}

/// What stands beside each of some places of a text, as [`Index::contexts`] gives it.
fn contexts_of(
    text: &str,
    spans: &[Range<usize>],
    (side, max_chars): (Side, usize),
    mut visit: impl FnMut(&mut dyn Iterator<Item = char>),
) {
    // No more is folded than what is looked at: a side has tens of thousands of characters, and a place each few.
    for span in spans {
        match side {
            Side::Left => {
                let before = chars_before(text, span.start, max_chars);
                visit(&mut fold(before).chars().rev());
            }
            Side::Right => {
                let after = chars_from(text, span.end, max_chars);
                visit(&mut fold(after).chars());
            }
        }
    }
}

/// Which of so many passages a page has.
fn page_of(n_found: usize, options: &SearchOptions) -> Range<usize> {
    let start = options.offset.min(n_found);
    let n_shown = options.limit.unwrap_or(usize::MAX);
    start..start.saturating_add(n_shown).min(n_found)
}

/// Puts candidates in their final order as far as the page reaches.
fn order(candidates: &mut [Candidate], index: &Index, options: &SearchOptions) {
    let key = |candidate: &Candidate| {
        let rank = candidate.rank as usize;
        let year = index.reports.year(rank).map_or(u16::MAX, Year::get);
        let region = index
            .reports
            .region(rank)
            .map_or(u32::MAX, |region| region.code());
        let (first, second) = match options.sort {
            Sort::Relevance | Sort::Newest => (0, 0),
            Sort::Oldest => (u32::from(year), region),
            Sort::Region => (region, u32::from(year)),
        };
        (first, second, candidate.rank, candidate.number)
    };
    let compare = |a: &Candidate, b: &Candidate| match options.sort {
        Sort::Relevance => Candidate::by_score(a, b),
        _ => key(a).cmp(&key(b)),
    };
    let end = options
        .limit
        .map_or(usize::MAX, |limit| limit.saturating_add(options.offset));
    if end == 0 {
        return;
    }
    let page = if end < candidates.len() {
        candidates.select_nth_unstable_by(end - 1, compare);
        candidates.get_mut(..end).unwrap_or_default()
    } else {
        candidates
    };
    index.stop.sort_by(page, compare);
}
