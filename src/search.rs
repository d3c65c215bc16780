//! From a question to hits: which passages, in what order, with what counts.
//!
//! In: an open [`Index`], a [`Query`] and where to look. Out: an [`Answer`]: counts over everything that
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
//! - The counts of all cells sum to the counts of the answer without filters.

use crate::exact::{Keyword, MatchOptions, Phrase, Side, StoredPassage};
use crate::highlight::merge_overlapping;
use crate::index::{Index, IndexError, ReportEntry, Segment};
use crate::query::{Expression, Filters, Query};
use crate::rank::{self, CLOSE_PASSAGES, Closeness, Reach, Scoring, Sizes};
use crate::report::{Kind, Part, Year};
use crate::tokenize::QueryWord;
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;
use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::sync::Arc;
use tantivy::postings::Postings;
use tantivy::schema::IndexRecordOption;
use tantivy::{DocId, DocSet, TERMINATED, Term};
use xxhash_rust::xxh3::xxh3_64;

/// Below this many exact passages the wider answer is worth a word.
const FEW: u64 = 5;

/// How a hit matches.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Tier {
    /// The query holds as it was written.
    Exact,
    /// Every word of the query stands in it.
    Words,
    /// At least one word of the query stands in it.
    Any,
}

impl Tier {
    /// The name in machine output.
    pub fn name(self) -> &'static str {
        match self {
            Tier::Exact => "exact",
            Tier::Words => "words",
            Tier::Any => "any",
        }
    }
}

/// In which order hits are given.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Sort {
    /// Best first.
    #[default]
    Relevance,
    /// Newest report first, then by region, in reading order.
    Newest,
    /// Oldest report first, then by region, in reading order.
    Oldest,
    /// By region code, oldest first, in reading order.
    Region,
}

/// What to search and how much of it to give.
#[derive(Clone, Debug)]
pub struct SearchOptions {
    /// Where to look.
    pub filters: Filters,
    /// How to match.
    pub tier: Tier,
    /// In which order.
    pub sort: Sort,
    /// What makes a passage better than another.
    pub scoring: Scoring,
    /// How many hits at most; all if none.
    pub limit: Option<usize>,
    /// How many hits to pass over.
    pub offset: usize,
}

impl Default for SearchOptions {
    fn default() -> SearchOptions {
        SearchOptions {
            filters: Filters::default(),
            tier: Tier::Exact,
            sort: Sort::Relevance,
            scoring: Scoring::default(),
            limit: None,
            offset: 0,
        }
    }
}

impl SearchOptions {
    /// What the score of a heading or of running text is multiplied by.
    fn kind_factor(&self, kind: Kind) -> f64 {
        match (kind, self.tier) {
            (Kind::Text, _) => 1.0,
            (Kind::Heading, Tier::Exact) => self.scoring.heading,
            (Kind::Heading, Tier::Words | Tier::Any) => self.scoring.heading_wide,
        }
    }
}

/// How much of something.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// Places.
    pub occurrences: u64,
    /// Passages that have at least one.
    pub passages: u64,
    /// Reports that have at least one.
    pub reports: u64,
}

/// One cell: a part of a report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cell {
    /// Places.
    pub occurrences: u32,
    /// Passages.
    pub passages: u32,
}

/// All cells of one report, in the order of [`Part::ALL`].
pub type ReportCells = [Cell; Part::ALL.len()];

/// What was found.
#[derive(Debug)]
pub struct Answer {
    /// How it was matched.
    pub tier: Tier,
    /// One page of hits.
    pub hits: Vec<Hit>,
    /// All that matches, whatever page was asked for.
    pub total: Count,
    /// What would match outside the filters.
    pub outside: Count,
    /// How many reports were searched.
    pub reports_searched: usize,
    /// How many copies of reports the filters would let through, and were left out.
    pub copies_left_out: usize,
    /// Cells by rank of the report, filtered by `about` alone.
    pub cells: Vec<ReportCells>,
    /// The words that were searched, in the tiers `words` and `any`.
    pub words: Vec<String>,
}

/// A passage of a report, brought back with what stands around it.
#[derive(Clone, Debug)]
pub struct PassageView {
    /// The report.
    pub report: Arc<ReportEntry>,
    /// Rank of the report.
    pub rank: usize,
    /// Number in the report, from 1.
    pub number: u32,
    /// The part of the report.
    pub part: Part,
    /// Heading or text.
    pub kind: Kind,
    /// First and last year that it speaks of.
    pub about: Option<(u16, u16)>,
    /// The headings above it, outermost first.
    pub section: Vec<String>,
    /// The original text, repaired.
    pub text: String,
    /// First line in the raw file, from 1.
    pub line: u32,
}

impl PassageView {
    /// `汾阳市-2024:19`
    pub fn id(&self) -> String {
        passage_id(&self.report.id, self.number)
    }

    /// Eight hex digits of the text, by which a quotation can be checked after an edit.
    pub fn text_hash(&self) -> String {
        format!("{:08x}", xxh3_64(self.text.as_bytes()) as u32)
    }
}

/// Where a passage stands in an open index.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Spot {
    segment: usize,
    doc: DocId,
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

/// The passages of each segment in which one keyword or word stands, and how often.
struct TermLists {
    lists: Vec<Vec<(DocId, u32)>>,
    n_passages: u64,
}

/// Where the pairs of neighbouring characters of a query stand, and what each is worth.
#[derive(Default)]
struct QueryPairs {
    pairs: Vec<(char, char)>,
    lists: Vec<TermLists>,
    worths: Vec<f64>,
}

impl QueryPairs {
    /// What the pairs are worth in each passage of a segment, summed in the order of the query.
    fn scores(
        &self,
        (at, segment): (usize, &Segment),
        sizes: Sizes,
        scoring: &Scoring,
    ) -> Vec<f64> {
        let n_passages = segment.reader.max_doc() as usize;
        let mut scores = vec![0.0; n_passages];
        for (list, worth) in self.lists.iter().zip(&self.worths) {
            let weight = scoring.pairs * worth;
            for (doc, n) in list.lists.get(at).into_iter().flatten() {
                if let Some(score) = scores.get_mut(*doc as usize) {
                    let norm = sizes.norm(segment.exact.n_units(*doc), scoring.length);
                    *score += weight * rank::saturated(*n, norm);
                }
            }
        }
        scores
    }
}

/// What scores rest on.
struct Scored<'q> {
    terms: &'q [TermLists],
    /// What each term is worth, in the same order.
    worths: &'q [f64],
    pairs: &'q QueryPairs,
}

/// A matching passage before it is read.
struct Candidate {
    score: f64,
    rank: u32,
    number: u32,
    segment: u32,
    doc: DocId,
    occurrences: u32,
}

impl Candidate {
    /// Best first; of equal ones that of the better placed report, then the earlier one.
    fn by_score(a: &Candidate, b: &Candidate) -> Ordering {
        let (place_a, place_b) = ((a.rank, a.number), (b.rank, b.number));
        b.score.total_cmp(&a.score).then(place_a.cmp(&place_b))
    }
}

/// What was found, in order, before it is read.
pub(crate) struct Found {
    tier: Tier,
    /// What makes the query hold, and by which keywords.
    expression: Expression,
    keywords: Vec<Keyword>,
    candidates: Vec<Candidate>,
}

impl Found {
    /// How many places each passage has.
    pub(crate) fn occurrences(&self) -> impl Iterator<Item = u32> {
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
        let spans_of = |keyword| segment.exact.keyword_spans(candidate.doc, keyword, stored);
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

/// `汾阳市-2024:19`
fn passage_id(report: &str, number: u32) -> String {
    format!("{report}:{number}")
}

impl Index {
    /// Searches one tier.
    ///
    /// # Errors
    /// When a file of the index cannot be read.
    pub fn search(&self, query: &Query, options: &SearchOptions) -> Result<Answer, IndexError> {
        let (mut answer, found) = self.find(query, options)?;
        let page = (0..found.candidates.len()).skip(options.offset);
        let page = page.take(options.limit.unwrap_or(usize::MAX));
        answer.hits = self.hits(&found, page)?;
        Ok(answer)
    }

    /// Finds what matches, in order as far as the page reaches, and reads no passage to be shown.
    pub(crate) fn find(
        &self,
        query: &Query,
        options: &SearchOptions,
    ) -> Result<(Answer, Found), IndexError> {
        let (words, terms) = match options.tier {
            Tier::Exact => (
                Vec::new(),
                query
                    .keywords()
                    .iter()
                    .map(|keyword| self.keyword_lists(keyword))
                    .collect(),
            ),
            Tier::Words | Tier::Any => {
                let words = words_of(self.query_words(query)?, options.tier);
                let terms = words.iter().map(|word| self.word_lists(&word.text));
                let terms = terms.collect::<Result<Vec<_>, _>>()?;
                (words, terms)
            }
        };
        let worths = self.worths(&words, &terms, options);
        let mut answer = Answer {
            tier: options.tier,
            hits: Vec::new(),
            total: Count::default(),
            outside: Count::default(),
            reports_searched: 0,
            copies_left_out: 0,
            cells: vec![ReportCells::default(); self.reports.len()],
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
        order(&mut candidates, self, options);
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
            candidates,
        };
        Ok((answer, found))
    }

    /// Reads some of what was found, by place in its order.
    pub(crate) fn hits(
        &self,
        found: &Found,
        which: impl Iterator<Item = usize>,
    ) -> Result<Vec<Hit>, IndexError> {
        let mut entries = Entries::new(self);
        which
            .filter_map(|at| found.candidates.get(at))
            .map(|candidate| self.hit(candidate, found, &mut entries))
            .collect()
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
            visit(&passage_id(&report.id, candidate.number), &spans);
        }
        Ok(())
    }

    /// Calls `visit` for each place in one of the passages that were found by one keyword, with what stands beside it:
    /// the fold of at most `max_chars` characters on one side, the nearest first.
    pub(crate) fn contexts(
        &self,
        found: &Found,
        at: usize,
        (side, max_chars): (Side, usize),
        visit: impl FnMut(&mut dyn Iterator<Item = char>),
    ) {
        let candidate = found.candidates.get(at);
        if let (Some(candidate), [keyword]) = (candidate, found.keywords.as_slice())
            && let Ok(segment) = self.segment(candidate.segment as usize)
        {
            let doc = candidate.doc;
            segment
                .exact
                .contexts(doc, keyword, (side, max_chars), visit);
        }
    }

    fn segment(&self, at: usize) -> Result<&Segment, IndexError> {
        let segment = self.segments.get(at);
        segment.ok_or_else(|| self.damaged("a segment is missing"))
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
    ) -> Result<Option<Answer>, IndexError> {
        for tier in [Tier::Words, Tier::Any] {
            let options = SearchOptions {
                tier,
                offset: 0,
                ..options.clone()
            };
            let answer = self.search(query, &options)?;
            let is_noise = answer
                .words
                .iter()
                .all(|word| word.chars().nth(1).is_none());
            if answer.total.passages > 0 && !is_noise {
                return Ok(Some(answer));
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
        answer: &Answer,
    ) -> Result<Option<u64>, IndexError> {
        if answer.tier != Tier::Exact || answer.total.passages >= FEW || !query.wants_all() {
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

    /// Where one keyword stands, in every segment.
    fn keyword_lists(&self, keyword: &Keyword) -> TermLists {
        let lists: Vec<Vec<(DocId, u32)>> = self
            .segments
            .iter()
            .map(|segment| {
                let mut list = Vec::new();
                segment
                    .exact
                    .keyword_occurrences(keyword, |doc, n| list.push((doc, n)));
                list
            })
            .collect();
        self.counted(lists)
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

    /// The words of all that is wanted, in the order in which they stand.
    fn query_words(&self, query: &Query) -> Result<Vec<QueryWord>, IndexError> {
        let list = self.word_list()?;
        let texts = query.wanted().into_iter().flat_map(Keyword::texts);
        Ok(texts.flat_map(|text| list.query_words(text)).collect())
    }

    /// What each keyword or word is worth: nothing where no hit is shown.
    fn worths(
        &self,
        words: &[QueryWord],
        terms: &[TermLists],
        options: &SearchOptions,
    ) -> Vec<f64> {
        if options.limit == Some(0) {
            return vec![0.0; terms.len()];
        }
        let scoring = &options.scoring;
        let worths = match terms {
            // Beside nothing else only its rarity says what it is worth, and that alike for all passages.
            [term] => vec![self.sizes().rarity(term.n_passages)],
            _ => terms.iter().map(|term| self.worth(term, scoring)).collect(),
        };
        let voices = match options.tier {
            Tier::Exact => vec![1.0; terms.len()],
            Tier::Words | Tier::Any if scoring.shared => {
                let wholes: Vec<&str> = words.iter().map(|word| word.whole.as_str()).collect();
                let voices = rank::voices_of(&wholes).into_iter();
                voices.map(|voice| voice * scoring.words).collect()
            }
            Tier::Words | Tier::Any => vec![scoring.words; terms.len()],
        };
        let worths = worths.into_iter().zip(voices);
        worths.map(|(worth, voice)| worth * voice).collect()
    }

    /// What one of several terms is worth: the more, the rarer it is, and the denser in few reports.
    fn worth(&self, term: &TermLists, scoring: &Scoring) -> f64 {
        let sizes = self.sizes();
        let reach = Reach {
            n_passages: term.n_passages,
            n_reports: self.n_reports_with(&term.lists),
        };
        sizes.rarity(term.n_passages) * (1.0 + scoring.burstiness * sizes.burstiness(reach))
    }

    /// In how many reports, copies left out, the listed passages stand: those of a report follow one another.
    fn n_reports_with(&self, lists: &[Vec<(DocId, u32)>]) -> u64 {
        let mut n_reports = 0;
        for (segment, list) in self.segments.iter().zip(lists) {
            let mut last = None;
            for (doc, _) in list {
                let number = segment.report(*doc);
                if last.replace(number) != Some(number) {
                    let rank = self.reports.rank_of(number);
                    n_reports +=
                        u64::from(rank.is_some_and(|rank| !self.reports.is_duplicate(rank)));
                }
            }
        }
        n_reports
    }

    /// The pairs of all that is wanted, where they have a say: not where the passages are those of one keyword, in which
    /// all of them stand close together, nor where no hit is shown.
    fn query_pairs(
        &self,
        query: &Query,
        options: &SearchOptions,
    ) -> Result<QueryPairs, IndexError> {
        let scoring = &options.scoring;
        let texts: Vec<&str> = query
            .wanted()
            .into_iter()
            .flat_map(Keyword::texts)
            .collect();
        let have_a_say = match options.tier {
            Tier::Exact => texts.len() > 1 && scoring.closeness > 0.0,
            Tier::Words | Tier::Any => scoring.pairs > 0.0 || scoring.closeness > 0.0,
        };
        if !have_a_say || options.limit == Some(0) {
            return Ok(QueryPairs::default());
        }
        let pairs = rank::pairs_of(texts);
        let in_segment = |segment: &Segment, pair| {
            let mut list = Vec::new();
            segment
                .exact
                .pair_occurrences(pair, |doc, n| list.push((doc, n)));
            list
        };
        let everywhere = |pair: &(char, char)| {
            let segments = self.segments.iter();
            self.counted(segments.map(|segment| in_segment(segment, *pair)).collect())
        };
        let lists: Vec<TermLists> = pairs.iter().map(everywhere).collect();
        let words = self.query_words(query)?;
        let in_words = rank::pairs_of(words.iter().map(|word| word.whole.as_str()));
        let worths = pairs.iter().zip(&lists).map(|(pair, list)| {
            let across = match in_words.contains(pair) {
                true => 1.0,
                false => scoring.across,
            };
            across * self.worth(list, scoring)
        });
        Ok(QueryPairs {
            worths: worths.collect(),
            lists,
            pairs,
        })
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
        for candidate in candidates.iter_mut().take(CLOSE_PASSAGES) {
            let Some(segment) = self.segments.get(candidate.segment as usize) else {
                continue;
            };
            let units = segment.exact.folded_units(candidate.doc);
            let (_, kind) = part_of(segment.part_code(candidate.doc));
            let added = weight * closeness.of(units) * options.kind_factor(kind);
            candidate.score = rank::rounded(candidate.score + added);
        }
    }

    /// What scores are measured against.
    fn sizes(&self) -> Sizes {
        let (n_reports, n_passages, mean_chars) = self.reports.totals();
        Sizes {
            all: Reach {
                n_passages,
                n_reports,
            },
            mean_chars,
        }
    }

    /// Lists with the number of passages that count: copies of a report do not.
    fn counted(&self, lists: Vec<Vec<(DocId, u32)>>) -> TermLists {
        let n_listed = lists.iter().map(|list| list.len() as u64).sum::<u64>();
        let n_copies = if self.reports.has_duplicates() {
            let in_copy = |segment: &Segment, doc: DocId| {
                let rank = self.reports.rank_of(segment.report(doc));
                rank.is_none_or(|rank| self.reports.is_duplicate(rank))
            };
            self.segments
                .iter()
                .zip(&lists)
                .flat_map(|(segment, list)| list.iter().map(move |(doc, _)| (segment, *doc)))
                .filter(|(segment, doc)| in_copy(segment, *doc))
                .count() as u64
        } else {
            0
        };
        TermLists {
            n_passages: n_listed - n_copies,
            lists,
        }
    }

    /// The texts of all places of a keyword in the reports that are searched, in no promised order.
    pub(crate) fn texts_of(&self, keyword: &Keyword) -> Vec<String> {
        let mut texts = Vec::new();
        for segment in &self.segments {
            segment.exact.keyword_occurrences(keyword, |doc, _| {
                let rank = self.reports.rank_of(segment.report(doc));
                if rank.is_none_or(|rank| !self.is_searched(rank, &Filters::default())) {
                    return;
                }
                let stored = segment.exact.passage(doc);
                let spans = segment.exact.keyword_spans(doc, keyword, &stored);
                let text = |span| stored.text.get(span).map(str::to_owned);
                texts.extend(spans.into_iter().filter_map(text));
            });
        }
        texts
    }

    /// Where one word stands, in every segment, living passages only.
    fn word_lists(&self, word: &str) -> Result<TermLists, IndexError> {
        let term = Term::from_field_text(self.fields.words, word);
        let read = |segment: &Segment| -> tantivy::Result<Vec<(DocId, u32)>> {
            let inverted = segment.reader.inverted_index(self.fields.words)?;
            let mut list = Vec::new();
            if let Some(mut postings) =
                inverted.read_postings(&term, IndexRecordOption::WithFreqs)?
            {
                let mut doc = postings.doc();
                while doc != TERMINATED {
                    if segment.exact.is_alive(doc) {
                        list.push((doc, postings.term_freq()));
                    }
                    doc = postings.advance();
                }
            }
            Ok(list)
        };
        let lists: Vec<Vec<(DocId, u32)>> = self
            .segments
            .iter()
            .map(read)
            .collect::<tantivy::Result<_>>()
            .map_err(|error| self.damaged(error))?;
        Ok(self.counted(lists))
    }

    pub(crate) fn damaged(&self, error: impl ToString) -> IndexError {
        let what = error.to_string().chars().take(200).collect();
        IndexError::Damaged {
            dir: self.dir().to_owned(),
            what,
        }
    }

    /// Whether a report is looked at at all: a copy is only when it is asked for.
    fn is_searched(&self, rank: usize, filters: &Filters) -> bool {
        filters.duplicates || filters.reports.contains(&rank) || !self.reports.is_duplicate(rank)
    }

    /// How many copies of reports the filters would let through, and are left out.
    pub fn copies_left_out(&self, filters: &Filters) -> usize {
        if filters.duplicates || !self.reports.has_duplicates() {
            return 0;
        }
        let all = Filters {
            duplicates: true,
            ..filters.clone()
        };
        let n_searched = |filters| {
            let mask = self.report_mask(filters).into_iter();
            mask.filter(|searched| *searched).count()
        };
        n_searched(&all) - n_searched(filters)
    }

    /// Which reports the filters let through, by rank.
    pub fn report_mask(&self, filters: &Filters) -> Vec<bool> {
        let lets_through = |rank: usize| {
            let region = self.reports.region(rank);
            let year = self.reports.year(rank).map(Year::get);
            let level = self.reports.level(rank);
            self.is_searched(rank, filters)
                && (filters.regions.is_empty()
                    || region.is_some_and(|region| {
                        filters.regions.iter().any(|filter| filter.contains(region))
                    }))
                && (filters.years.is_empty()
                    || year.is_some_and(|year| {
                        filters.years.iter().any(|filter| filter.contains(&year))
                    }))
                && (filters.levels.is_empty()
                    || level.is_some_and(|level| filters.levels.contains(&level)))
                && (filters.reports.is_empty() || filters.reports.contains(&rank))
                && (filters
                    .genre
                    .is_none_or(|genre| genre == self.reports.genre(rank)))
        };
        (0..self.reports.len()).map(lets_through).collect()
    }

    /// All passages that match, with scores; fills the counts of the answer.
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
        answer: &mut Answer,
    ) -> Vec<Candidate> {
        let sizes = self.sizes();
        let filters = &options.filters;
        let mut candidates = Vec::new();
        let mut inside = vec![false; self.reports.len()];
        let mut outside = vec![false; self.reports.len()];
        for (at, segment) in self.segments.iter().enumerate() {
            let lists = lists_of(terms, at);
            let pair_scores = match options.tier {
                Tier::Exact => Vec::new(),
                Tier::Words | Tier::Any => pairs.scores((at, segment), sizes, &options.scoring),
            };
            let mut excluded = excluded
                .as_ref()
                .and_then(|segments| segments.get(at))
                .map_or(&[][..], Vec::as_slice);
            let visit = |doc: DocId, frequencies: &[u32]| {
                if !excluded.is_empty() {
                    let n_before = excluded.partition_point(|other| *other < doc);
                    excluded = excluded.get(n_before..).unwrap_or_default();
                    if excluded.first() == Some(&doc) {
                        return;
                    }
                }
                let Some(rank) = self.reports.rank_of(segment.report(doc)) else {
                    return;
                };
                if !self.is_searched(rank, filters) {
                    return;
                }
                let (part, kind) = part_of(segment.part_code(doc));
                let occurrences = match plan {
                    Plan::All { may_overlap: true } | Plan::Tree { may_overlap: true }
                        if frequencies.iter().filter(|n| **n > 0).nth(1).is_some() =>
                    {
                        let stored = segment.exact.passage(doc);
                        let wanted = query.keywords().iter().zip(frequencies);
                        let wanted = wanted.filter(|(_, n)| **n > 0);
                        let spans = wanted.flat_map(|(keyword, _)| {
                            segment.exact.keyword_spans(doc, keyword, &stored)
                        });
                        merge_overlapping(spans.collect()).len() as u32
                    }
                    _ => frequencies.iter().sum(),
                };
                if !filters.about.is_empty() && !speaks_of(segment.about_code(doc), filters) {
                    answer.outside.occurrences += u64::from(occurrences);
                    answer.outside.passages += 1;
                    set(&mut outside, rank);
                    return;
                }
                if let Some(cell) = answer
                    .cells
                    .get_mut(rank)
                    .and_then(|cells| cells.get_mut(part as usize))
                {
                    cell.occurrences += occurrences;
                    cell.passages += 1;
                }
                let searched = mask.get(rank).is_some_and(|searched| *searched);
                if !(searched && (filters.parts.is_empty() || filters.parts.contains(&part))) {
                    answer.outside.occurrences += u64::from(occurrences);
                    answer.outside.passages += 1;
                    set(&mut outside, rank);
                    return;
                }
                answer.total.occurrences += u64::from(occurrences);
                answer.total.passages += 1;
                set(&mut inside, rank);
                if options.limit == Some(0) {
                    return;
                }
                let norm = sizes.norm(segment.exact.n_units(doc), options.scoring.length);
                let mut score = 0.0;
                for (frequency, worth) in frequencies.iter().zip(*worths) {
                    score += worth * rank::saturated(*frequency, norm);
                }
                score += pair_scores.get(doc as usize).copied().unwrap_or_default();
                let factor = options.kind_factor(kind);
                candidates.push(Candidate {
                    score: rank::rounded(score * factor),
                    rank: rank as u32,
                    number: segment.number(doc),
                    segment: at as u32,
                    doc,
                    occurrences,
                });
            };
            match plan {
                Plan::All { .. } => each_match(&lists, lists.len(), visit),
                Plan::AtLeast(n) => each_match(&lists, *n, visit),
                Plan::Tree { .. } => each_holding(query.expression(), &lists, segment, visit),
            }
        }
        answer.total.reports = inside.iter().filter(|hit| **hit).count() as u64;
        answer.outside.reports = outside.iter().filter(|hit| **hit).count() as u64;
        candidates
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
        let mut passage = self.view(segment, candidate.doc, stored, entries)?;
        passage.line = lines.first().copied().unwrap_or(passage.line);
        Ok(Hit {
            passage,
            tier: found.tier,
            score: candidate.score,
            spans,
            lines,
        })
    }

    fn view(
        &self,
        segment: &Segment,
        doc: DocId,
        stored: StoredPassage,
        entries: &mut Entries<'_>,
    ) -> Result<PassageView, IndexError> {
        let rank = self
            .reports
            .rank_of(segment.report(doc))
            .unwrap_or(usize::MAX);
        let (part, kind) = part_of(segment.part_code(doc));
        let about = match segment.about_code(doc) {
            0 => None,
            code => Some(((code / 10_000) as u16, (code % 10_000) as u16)),
        };
        Ok(PassageView {
            report: entries.get(rank)?,
            rank,
            number: segment.number(doc),
            part,
            kind,
            about,
            section: entries.section(segment, doc),
            line: stored.first_line(),
            text: stored.text,
        })
    }

    /// All passages of a report, in order.
    ///
    /// # Errors
    /// When a file of the index cannot be read.
    pub fn passages(&self, rank: usize) -> Result<Vec<PassageView>, IndexError> {
        let passages = self.placed_passages(rank, |_| true)?;
        Ok(passages.into_iter().map(|(.., passage)| passage).collect())
    }

    /// For each report whether a passage of `part` has the phrase and `holds` for it.
    pub fn reports_where(
        &self,
        phrase: &Phrase,
        part: Part,
        holds: impl Fn(Spot) -> bool,
    ) -> Vec<bool> {
        let mut found = vec![false; self.reports.len()];
        for (at, segment) in self.segments.iter().enumerate() {
            let mut last = None;
            segment.exact.occurrences(phrase, |doc, _| {
                if last.replace(doc) == Some(doc) || part_of(segment.part_code(doc)).0 != part {
                    return;
                }
                if let Some(rank) = self.reports.rank_of(segment.report(doc))
                    && found.get(rank) == Some(&false)
                    && holds(Spot { segment: at, doc })
                {
                    set(&mut found, rank);
                }
            });
        }
        found
    }

    /// The passages of a report in parts that are wanted, in order, each with its segment and number there.
    pub(crate) fn placed_passages(
        &self,
        rank: usize,
        is_wanted: impl Fn(Part) -> bool,
    ) -> Result<Vec<(usize, DocId, PassageView)>, IndexError> {
        let spots = self.spots(rank, is_wanted)?;
        let passages = self.passages_at(spots.iter().copied())?;
        let placed = spots.into_iter().zip(passages);
        Ok(placed
            .map(|(spot, passage)| (spot.segment, spot.doc, passage))
            .collect())
    }

    /// Where the passages of a report stand that are in parts that are wanted, in order.
    pub(crate) fn spots(
        &self,
        rank: usize,
        is_wanted: impl Fn(Part) -> bool,
    ) -> Result<Vec<Spot>, IndexError> {
        let mut spots = Vec::new();
        let term = Term::from_field_u64(self.fields.report, u64::from(self.reports.number(rank)));
        for (at, segment) in self.segments.iter().enumerate() {
            let inverted = segment
                .reader
                .inverted_index(self.fields.report)
                .map_err(|error| self.damaged(error))?;
            let postings = inverted.read_postings(&term, IndexRecordOption::Basic);
            let Some(mut postings) = postings.map_err(|error| self.damaged(error))? else {
                continue;
            };
            let mut doc = postings.doc();
            while doc != TERMINATED {
                let (part, _) = part_of(segment.part_code(doc));
                if is_wanted(part) && segment.exact.is_alive(doc) {
                    spots.push((segment.number(doc), Spot { segment: at, doc }));
                }
                doc = postings.advance();
            }
        }
        spots.sort_by_key(|(number, _)| *number);
        Ok(spots.into_iter().map(|(_, spot)| spot).collect())
    }

    /// Heading or text.
    pub(crate) fn kind_at(&self, Spot { segment, doc }: Spot) -> Kind {
        let segment = self.segments.get(segment);
        segment.map_or(Kind::Text, |segment| part_of(segment.part_code(doc)).1)
    }

    /// The text of a passage.
    pub(crate) fn text_at(&self, Spot { segment, doc }: Spot) -> String {
        let segment = self.segments.get(segment);
        segment.map_or_else(String::new, |segment| segment.exact.passage(doc).text)
    }

    /// About the first `max_units` UTF-16 units of the text of a passage, and whether that is all.
    pub(crate) fn beginning_at(
        &self,
        Spot { segment, doc }: Spot,
        max_units: usize,
    ) -> (String, bool) {
        let segment = self.segments.get(segment);
        segment.map_or_else(Default::default, |segment| {
            segment.exact.beginning(doc, max_units)
        })
    }

    /// The passages that stand there.
    pub(crate) fn passages_at(
        &self,
        spots: impl Iterator<Item = Spot>,
    ) -> Result<Vec<PassageView>, IndexError> {
        let mut entries = Entries::new(self);
        let passage = |Spot { segment, doc }| {
            let segment = self.segment(segment)?;
            self.view(segment, doc, segment.exact.passage(doc), &mut entries)
        };
        spots.map(passage).collect()
    }

    /// The ids of the passages that stand there: `汾阳市-2024:19`.
    ///
    /// # Errors
    /// When a file of the index cannot be read.
    pub fn ids_at(&self, spots: impl Iterator<Item = Spot>) -> Result<Vec<String>, IndexError> {
        let mut entries = Entries::new(self);
        let id = |Spot { segment, doc }| {
            let segment = self.segment(segment)?;
            let rank = self.reports.rank_of(segment.report(doc));
            let report = entries.get(rank.unwrap_or(usize::MAX))?;
            Ok(passage_id(&report.id, segment.number(doc)))
        };
        spots.map(id).collect()
    }

    /// The rank of the report with this id: `汾阳市-2024`, also written `141182-2024`.
    pub fn find_report(&self, id: &str) -> Option<usize> {
        let by_code = id.split_once('-').and_then(|(code, rest)| {
            let region = (code.len() == 6).then(|| code.parse().ok()).flatten();
            let region = region.and_then(crate::region::Region::from_code)?;
            Some(format!("{}-{rest}", region.unique_name()))
        });
        let id = by_code.as_deref().unwrap_or(id);
        (0..self.reports.len())
            .find(|rank| self.reports.entry(*rank).is_ok_and(|entry| entry.id == id))
    }
}

/// Report entries that have been decoded, each once.
struct Entries<'i> {
    index: &'i Index,
    decoded: HashMap<usize, Arc<ReportEntry>>,
    /// The heading above the passage before, by segment and number there, and the path to it: most passages share it.
    last: Option<((*const Segment, DocId), Vec<String>)>,
}

impl<'i> Entries<'i> {
    fn new(index: &'i Index) -> Entries<'i> {
        Entries {
            index,
            decoded: HashMap::new(),
            last: None,
        }
    }

    /// The texts of the headings above a passage, outermost first.
    fn section(&mut self, segment: &Segment, doc: DocId) -> Vec<String> {
        let Some(heading) = heading_of(segment, doc) else {
            return Vec::new();
        };
        let place = (std::ptr::from_ref(segment), heading);
        match &self.last {
            Some((last, path)) if *last == place => path.clone(),
            _ => {
                let path = section(segment, doc);
                self.last = Some((place, path.clone()));
                path
            }
        }
    }

    fn get(&mut self, rank: usize) -> Result<Arc<ReportEntry>, IndexError> {
        if let Some(entry) = self.decoded.get(&rank) {
            return Ok(Arc::clone(entry));
        }
        let entry = self
            .index
            .reports
            .entry(rank)
            .map_err(|error| self.index.damaged(error))?;
        let entry = Arc::new(entry);
        self.decoded.insert(rank, Arc::clone(&entry));
        Ok(entry)
    }
}

fn set(flags: &mut [bool], at: usize) {
    if let Some(flag) = flags.get_mut(at) {
        *flag = true;
    }
}

/// Each word once. A single character says too little to be one of several that are enough.
fn words_of(mut words: Vec<QueryWord>, tier: Tier) -> Vec<QueryWord> {
    let mut seen = HashSet::new();
    words.retain(|word| seen.insert(word.text.clone()));
    if tier == Tier::Any && words.len() > 1 {
        words.retain(|word| word.text.chars().nth(1).is_some());
    }
    words
}

/// Part and kind from the code in the index.
pub(crate) fn part_of(code: u64) -> (Part, Kind) {
    let part = Part::ALL
        .get((code / 2) as usize)
        .copied()
        .unwrap_or(Part::Other);
    (
        part,
        if code % 2 == 1 {
            Kind::Heading
        } else {
            Kind::Text
        },
    )
}

/// Whether a passage speaks of a year that is asked for.
pub(crate) fn speaks_of(about_code: u64, filters: &Filters) -> bool {
    let (from, to) = ((about_code / 10_000) as u16, (about_code % 10_000) as u16);
    about_code != 0
        && filters
            .about
            .iter()
            .any(|years| from <= *years.end() && *years.start() <= to)
}

/// How the lists of the terms decide which passages match.
enum Plan {
    /// All keywords must stand in the passage.
    All { may_overlap: bool },
    /// The expression decides.
    Tree { may_overlap: bool },
    /// So many of the terms must stand in it.
    AtLeast(usize),
}

impl Plan {
    fn of(expression: &Expression, keywords: &[Keyword]) -> Plan {
        let is_keyword = |part: &Expression| matches!(part, Expression::Keyword(_));
        let may_overlap = keywords.iter().enumerate().any(|(i, keyword)| {
            let others = keywords.get(i + 1..).unwrap_or_default();
            others.iter().any(|other| keyword.may_overlap(other))
        });
        match expression {
            Expression::Keyword(_) => Plan::All { may_overlap },
            Expression::All(parts) if parts.iter().all(is_keyword) => Plan::All { may_overlap },
            _ => Plan::Tree { may_overlap },
        }
    }
}

/// The lists of all terms in one segment.
fn lists_of(terms: &[TermLists], segment: usize) -> Vec<&[(DocId, u32)]> {
    terms
        .iter()
        .map(|term| term.lists.get(segment).map_or(&[][..], Vec::as_slice))
        .collect()
}

/// The passages of a segment for which an expression holds, ascending.
fn matching(expression: &Expression, lists: &[&[(DocId, u32)]], segment: &Segment) -> Vec<DocId> {
    match expression {
        Expression::Keyword(number) => {
            let list = lists.get(*number).copied().unwrap_or_default();
            list.iter().map(|(doc, _)| *doc).collect()
        }
        Expression::Either(parts) => {
            let parts = parts.iter().map(|part| matching(part, lists, segment));
            parts.reduce(union).unwrap_or_default()
        }
        Expression::Not(inner) => {
            let without = matching(inner, lists, segment);
            without_all(segment.exact.living().collect(), &without)
        }
        Expression::All(parts) => {
            let is_not = |part: &&Expression| matches!(part, Expression::Not(_));
            let wanted = parts.iter().filter(|part| !is_not(part));
            let wanted = wanted.map(|part| matching(part, lists, segment));
            let all = wanted.reduce(|a, b| with_all(a, &b));
            let mut all = all.unwrap_or_else(|| segment.exact.living().collect());
            for part in parts {
                if let Expression::Not(inner) = part {
                    all = without_all(all, &matching(inner, lists, segment));
                }
            }
            all
        }
    }
}

/// Sorted lists as one, each passage once.
fn union(mut a: Vec<DocId>, b: Vec<DocId>) -> Vec<DocId> {
    a.extend(b);
    // Two runs in order: this merges them.
    a.sort();
    a.dedup();
    a
}

fn with_all(mut docs: Vec<DocId>, others: &[DocId]) -> Vec<DocId> {
    let mut others = others.iter().peekable();
    docs.retain(|doc| {
        while others.next_if(|other| **other < *doc).is_some() {}
        others.peek() == Some(&doc)
    });
    docs
}

fn without_all(mut docs: Vec<DocId>, others: &[DocId]) -> Vec<DocId> {
    let mut others = others.iter().peekable();
    docs.retain(|doc| {
        while others.next_if(|other| **other < *doc).is_some() {}
        others.peek() != Some(&doc)
    });
    docs
}

/// Calls `visit(passage, frequencies)` for every passage for which the expression holds, ascending; the frequency
/// of a keyword that does not contribute is 0.
fn each_holding(
    expression: &Expression,
    lists: &[&[(DocId, u32)]],
    segment: &Segment,
    mut visit: impl FnMut(DocId, &[u32]),
) {
    let mut rests = lists.to_vec();
    let mut found = vec![0; lists.len()];
    let mut frequencies = vec![0; lists.len()];
    for doc in matching(expression, lists, segment) {
        for (rest, found) in rests.iter_mut().zip(&mut found) {
            let n_before = rest.partition_point(|(other, _)| *other < doc);
            *rest = rest.get(n_before..).unwrap_or_default();
            *found = match rest.first() {
                Some((first, n)) if *first == doc => *n,
                _ => 0,
            };
        }
        frequencies.fill(0);
        let stands = |number: usize| found.get(number).is_some_and(|n| *n > 0);
        let holds = expression.holds(&stands, &mut |number| {
            if let (Some(frequency), Some(n)) = (frequencies.get_mut(number), found.get(number)) {
                *frequency = *n;
            }
        });
        debug_assert!(holds, "both ways to evaluate agree");
        visit(doc, &frequencies);
    }
}

/// Calls `visit(passage, frequencies)` for every passage that stands in at least `n_needed` lists, ascending.
fn each_match(lists: &[&[(DocId, u32)]], n_needed: usize, mut visit: impl FnMut(DocId, &[u32])) {
    if let [list] = lists {
        for (doc, n) in *list {
            visit(*doc, &[*n]);
        }
        return;
    }
    if lists.is_empty() || n_needed == lists.len() && lists.iter().any(|list| list.is_empty()) {
        return;
    }
    let mut rests = lists.to_vec();
    let mut frequencies = vec![0; lists.len()];
    while let Some(doc) = rests
        .iter()
        .filter_map(|rest| rest.first())
        .map(|(doc, _)| *doc)
        .min()
    {
        let mut n_found = 0;
        for (rest, frequency) in rests.iter_mut().zip(&mut frequencies) {
            *frequency = 0;
            if let [(first, n), tail @ ..] = *rest
                && *first == doc
            {
                *frequency = *n;
                *rest = tail;
                n_found += 1;
            }
        }
        if n_found >= n_needed {
            visit(doc, &frequencies);
        }
        if n_needed == lists.len() {
            // All are needed: every list may jump to the furthest of their heads.
            let heads: Option<Vec<DocId>> = rests
                .iter()
                .map(|rest| rest.first().map(|(doc, _)| *doc))
                .collect();
            let Some(furthest) = heads.and_then(|heads| heads.into_iter().max()) else {
                return;
            };
            for rest in &mut rests {
                let n_before = rest.partition_point(|(doc, _)| *doc < furthest);
                *rest = rest.get(n_before..).unwrap_or_default();
            }
        }
    }
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
    page.sort_unstable_by(compare);
}

/// The texts of the headings above a passage, outermost first.
fn section(segment: &Segment, doc: DocId) -> Vec<String> {
    let mut path = Vec::new();
    let mut at = doc;
    // Each step goes to an earlier passage, so that the walk ends even on damaged columns.
    while let Some(up) = heading_of(segment, at) {
        path.push(segment.exact.passage(up).text);
        at = up;
    }
    path.reverse();
    path
}

/// The passage of the innermost heading above: passages of a report are consecutive.
fn heading_of(segment: &Segment, doc: DocId) -> Option<DocId> {
    let heading = segment.heading(doc);
    let back = segment.number(doc).checked_sub(heading)?;
    if heading == 0 || back == 0 {
        return None;
    }
    let up = doc.checked_sub(back)?;
    (segment.report(up) == segment.report(doc) && segment.number(up) == heading).then_some(up)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn matches_are_those_of_a_plain_merge(
            lists in proptest::collection::vec(proptest::collection::btree_map(0u32..40, 1u32..4, 0..30), 1..5),
            all in any::<bool>(),
        ) {
            let lists: Vec<Vec<(u32, u32)>> = lists.into_iter().map(|list| list.into_iter().collect()).collect();
            let slices: Vec<&[(u32, u32)]> = lists.iter().map(Vec::as_slice).collect();
            let n_needed = if all { lists.len() } else { 1 };
            let mut found = Vec::new();
            each_match(&slices, n_needed, |doc, frequencies| found.push((doc, frequencies.to_vec())));
            let mut expected = Vec::new();
            for doc in 0..40 {
                let frequencies: Vec<u32> = lists
                    .iter()
                    .map(|list| list.iter().find(|(d, _)| *d == doc).map_or(0, |(_, n)| *n))
                    .collect();
                if frequencies.iter().filter(|n| **n > 0).count() >= n_needed {
                    expected.push((doc, frequencies));
                }
            }
            prop_assert_eq!(found, expected);
        }
    }
}
