//! What is said of all passages that match, and the best of them, while they are gone through.
//!
//! In: matching passages of a segment, ascending, with how often each term stands there. Out: how much there is within the
//! filters and beside them, a cell for each part of each report, and the candidates for the page.
//!
//! # Invariants
//!
//! - Where passages are shared among cores, what they add up to and which are best is the same.
//! - What a report is to the filters is decided once for all its passages, which follow one another.

use super::best::{Best, Candidate};
use super::matching::{Plan, each_match};
use super::options::SearchOptions;
use crate::catalogue::{Catalogue, is_searched};
use crate::cores::{at_once, cores_for};
use crate::exact::Keyword;
use crate::highlight::merge_overlapping;
use crate::index::{Index, ReportRun, Segment};
use crate::passage::{about_of, part_of};
use crate::rank::{self, Sizes};
use baogao_reading::report::{Kind, Part};
use schemars::JsonSchema;
use serde::Serialize;
use std::iter::{once, repeat_with};
use std::sync::OnceLock;
use tantivy::DocId;

/// Passages whose parts are read together: a call for each would cost more than the value.
const BATCH: usize = 64;
/// Postings that are worth a core of their own: to begin on one takes as long as some hundreds.
const POSTINGS_PER_CORE: usize = if cfg!(test) { 3 } else { 2_000 };

/// How much of something.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Count {
    /// Occurrences.
    pub occurrences: u64,
    /// Passages with at least one.
    pub passages: u64,
    /// Reports with at least one.
    pub reports: u64,
}

impl Count {
    /// The places; none where passages match without one: what only excludes has no places, and a zero would say that it
    /// does not hold.
    pub fn places(&self) -> Option<u64> {
        (self.occurrences > 0 || self.passages == 0).then_some(self.occurrences)
    }
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

/// What passages of a report are to the filters of reports.
#[derive(Clone, Copy, PartialEq, Eq)]
enum ReportStanding {
    /// They let it through.
    Within,
    /// Another one would.
    Outside,
    /// They would let it through if it were of the genre that is searched.
    OtherGenre,
    /// They would let it through if it were no copy.
    Copy,
    /// It is not spoken of.
    Nowhere,
}

/// How much stands somewhere.
struct Sum {
    count: Count,
    /// Which reports have any of it, by rank.
    reports: Vec<bool>,
}

impl Sum {
    fn new(n_reports: usize) -> Sum {
        Sum {
            count: Count::default(),
            reports: vec![false; n_reports],
        }
    }

    /// Adds places in some passages of a report.
    fn add(&mut self, rank: usize, places: u64, passages: u64) {
        self.count.occurrences += places;
        self.count.passages += passages;
        if let Some(flag) = self.reports.get_mut(rank) {
            *flag = true;
        }
    }

    fn absorb(&mut self, other: &Sum) {
        self.count.occurrences += other.count.occurrences;
        self.count.passages += other.count.passages;
        for (flag, other) in self.reports.iter_mut().zip(&other.reports) {
            *flag |= other;
        }
    }

    fn finish(self) -> Count {
        Count {
            reports: self.reports.iter().filter(|has| **has).count() as u64,
            ..self.count
        }
    }
}

/// What was gathered.
pub(super) struct GatheredMatches {
    total: Sum,
    outside: Sum,
    other_genre: Sum,
    in_copies: Sum,
    /// Of reports that are searched, by rank, in the order in which they were met; one that is met again has several.
    cells: Vec<(u32, ReportCells)>,
    best: Best,
}

impl GatheredMatches {
    fn new(n_reports: usize, options: &SearchOptions) -> GatheredMatches {
        GatheredMatches {
            total: Sum::new(n_reports),
            outside: Sum::new(n_reports),
            other_genre: Sum::new(n_reports),
            in_copies: Sum::new(n_reports),
            cells: Vec::new(),
            best: Best::new(options),
        }
    }

    /// Adds what was gathered of other passages.
    fn absorb(&mut self, other: GatheredMatches) {
        self.total.absorb(&other.total);
        self.outside.absorb(&other.outside);
        self.other_genre.absorb(&other.other_genre);
        self.in_copies.absorb(&other.in_copies);
        self.cells.extend(other.cells);
        for candidate in other.best.finish() {
            self.best.push(candidate);
        }
    }

    /// The numbers, with a cell for each part of each of so many reports, and what can stand on the page.
    pub(super) fn finish(self, n_reports: usize) -> (MatchNumbers, Vec<Candidate>) {
        let mut cells = vec![ReportCells::default(); n_reports];
        for (rank, of_report) in self.cells {
            let sums = cells.get_mut(rank as usize).into_iter().flatten();
            for (sum, cell) in sums.zip(of_report) {
                sum.occurrences += cell.occurrences;
                sum.passages += cell.passages;
            }
        }
        let numbers = MatchNumbers {
            total: self.total.finish(),
            outside: self.outside.finish(),
            other_genre: self.other_genre.finish(),
            in_copies: self.in_copies.finish(),
            cells,
        };
        (numbers, self.best.finish())
    }
}

/// How much there is, as an answer says it.
pub(super) struct MatchNumbers {
    pub(super) total: Count,
    pub(super) outside: Count,
    pub(super) other_genre: Count,
    pub(super) in_copies: Count,
    pub(super) cells: Vec<ReportCells>,
}

/// What decides where passages count, and what each is worth.
pub(super) struct Gathering<'g> {
    pub(super) index: &'g Index,
    pub(super) keywords: &'g [Keyword],
    pub(super) plan: &'g Plan,
    pub(super) options: &'g SearchOptions,
    /// The reports that the filters let through, by rank.
    pub(super) mask: &'g [bool],
    /// Those that they would let through of any genre; looked at when a match of another one is met.
    any_genre: OnceLock<Vec<bool>>,
    /// Those that they would let through with copies; looked at when a match of a copy is met.
    with_copies: OnceLock<Vec<bool>>,
    worths: &'g [f64],
    most: MostWorth,
    sizes: Sizes,
}

/// A segment, and what holds for some of its passages.
pub(super) struct InSegment<'s> {
    pub(super) at: usize,
    pub(super) segment: &'s Segment,
    /// What pairs of characters are worth in each passage; nothing where they have no say.
    pub(super) pair_scores: &'s [f64],
    /// Passages that are left out, ascending.
    pub(super) excluded: &'s [DocId],
}

impl InSegment<'_> {
    /// What pairs of characters are worth in a passage.
    #[inline]
    fn of_pairs(&self, doc: DocId) -> f64 {
        let score = self.pair_scores.get(doc as usize);
        score.copied().unwrap_or_default()
    }
}

impl<'g> Gathering<'g> {
    pub(super) fn new(
        index: &'g Index,
        (plan, keywords): (&'g Plan, &'g [Keyword]),
        options: &'g SearchOptions,
        mask: &'g [bool],
        worths: &'g [f64],
    ) -> Gathering<'g> {
        Gathering {
            index,
            keywords,
            plan,
            options,
            mask,
            any_genre: OnceLock::new(),
            with_copies: OnceLock::new(),
            worths,
            most: MostWorth::new(worths, index.sizes(), options),
            sizes: index.sizes(),
        }
    }

    /// Nothing yet.
    pub(super) fn nothing(&self) -> GatheredMatches {
        GatheredMatches::new(self.index.reports.len(), self.options)
    }

    /// Adds the passages that stand in at least so many lists, on as many cores as they are worth.
    pub(super) fn add_lists(
        &self,
        gathered: GatheredMatches,
        within: &InSegment<'_>,
        lists: &[&[(DocId, u32)]],
        n_needed: usize,
    ) -> GatheredMatches {
        let n_listed = lists.iter().map(|list| list.len()).sum();
        let cores = cores_for(n_listed, POSTINGS_PER_CORE);
        let before = once(Some(gathered)).chain(repeat_with(|| None));
        let gathered = at_once(
            cores,
            shares(lists, cores.n).into_iter().zip(before),
            |(lists, before)| {
                let before = before.unwrap_or_else(|| self.nothing());
                let mut placing = MatchPlacing::new(self, within, before);
                each_match(&lists, n_needed, &self.index.stop, |doc, frequencies| {
                    placing.push(doc, frequencies);
                });
                placing.finish()
            },
        );
        let all = gathered.into_iter().reduce(|mut all, other| {
            all.absorb(other);
            all
        });
        all.unwrap_or_else(|| self.nothing())
    }

    /// What a report is to the filters.
    fn standing(&self, rank: usize) -> ReportStanding {
        let (reports, filters) = (&self.index.reports, &self.options.filters);
        let is_in = |mask: &[bool]| mask.get(rank) == Some(&true);
        let spoken_of = |mask: &[bool], standing| match is_in(mask) {
            true => standing,
            false => ReportStanding::Nowhere,
        };
        if !is_searched(reports, rank, filters) {
            let with_copies = || self.index.report_mask(&filters.with_copies());
            return spoken_of(
                self.with_copies.get_or_init(with_copies),
                ReportStanding::Copy,
            );
        }
        let genre = reports.genre(rank);
        if filters.genre.is_some_and(|wanted| wanted != genre) {
            // Of another genre only what the other filters let through is worth a word.
            let any_genre = || self.index.report_mask(&filters.of_any_genre());
            return spoken_of(
                self.any_genre.get_or_init(any_genre),
                ReportStanding::OtherGenre,
            );
        }
        match is_in(self.mask) {
            true => ReportStanding::Within,
            false => ReportStanding::Outside,
        }
    }
}

/// The same lists in so many shares: each has the passages between two of them, and about as many of the longest list.
fn shares<'l>(lists: &[&'l [(DocId, u32)]], n: usize) -> Vec<Vec<&'l [(DocId, u32)]>> {
    let longest = lists.iter().copied().max_by_key(|list| list.len());
    let longest = longest.unwrap_or_default();
    let mut rests = lists.to_vec();
    let mut shares = Vec::with_capacity(n);
    for share in 1..n {
        let Some((end, _)) = longest.get(longest.len() * share / n) else {
            continue;
        };
        let first = rests.iter_mut().map(|rest| {
            let (first, behind) = rest.split_at(rest.partition_point(|(doc, _)| doc < end));
            *rest = behind;
            first
        });
        shares.push(first.collect());
    }
    shares.push(rests);
    shares
}

/// Puts ascending passages of a segment where they count.
pub(super) struct MatchPlacing<'p> {
    gathering: &'p Gathering<'p>,
    within: &'p InSegment<'p>,
    /// Those of the passages that are left out that are still to come.
    excluded: &'p [DocId],
    gathered: GatheredMatches,
    /// The report that was met last, what it is to the filters, and what was counted in it.
    run: ReportRun<'p>,
    rank: Option<usize>,
    standing: ReportStanding,
    cells: ReportCells,
    /// Passages that wait for their parts, the places in each, and how many they are.
    docs: [DocId; BATCH],
    places: [u32; BATCH],
    n_waiting: usize,
    /// How often each of several terms stands in them; a single one stands there as often as there are places.
    frequencies: Vec<u32>,
    /// Those of them that may come on the page, with their numbers among all that wait.
    promising: Vec<(Candidate, usize, Kind)>,
}

impl<'p> MatchPlacing<'p> {
    pub(super) fn new(
        gathering: &'p Gathering<'p>,
        within: &'p InSegment<'p>,
        gathered: GatheredMatches,
    ) -> MatchPlacing<'p> {
        MatchPlacing {
            gathering,
            within,
            excluded: within.excluded,
            gathered,
            run: ReportRun::new(&gathering.index.reports, within.segment),
            rank: None,
            standing: ReportStanding::Nowhere,
            cells: ReportCells::default(),
            docs: [0; BATCH],
            places: [0; BATCH],
            n_waiting: 0,
            frequencies: Vec::new(),
            promising: Vec::new(),
        }
    }

    /// Takes in a passage with how often each term stands there.
    #[inline]
    pub(super) fn push(&mut self, doc: DocId, frequencies: &[u32]) {
        if !self.excluded.is_empty() {
            let n_before = self.excluded.partition_point(|other| *other < doc);
            self.excluded = self.excluded.get(n_before..).unwrap_or_default();
            if self.excluded.first() == Some(&doc) {
                return;
            }
        }
        let n = match frequencies {
            [n] => *n,
            _ => {
                let Gathering { plan, keywords, .. } = self.gathering;
                self.frequencies.extend_from_slice(frequencies);
                n_places(plan, keywords, (self.within.segment, doc), frequencies)
            }
        };
        let at = self.n_waiting;
        if let (Some(waiting), Some(places)) = (self.docs.get_mut(at), self.places.get_mut(at)) {
            (*waiting, *places) = (doc, n);
        }
        self.n_waiting += 1;
        if self.n_waiting == BATCH {
            self.place_waiting();
        }
    }

    /// Puts all that wait where they count.
    fn place_waiting(&mut self) {
        let n_waiting = std::mem::take(&mut self.n_waiting);
        let (docs, places) = (self.docs, self.places);
        let mut codes = [0; BATCH];
        let (Some(docs), Some(codes)) = (docs.get(..n_waiting), codes.get_mut(..n_waiting)) else {
            return;
        };
        self.within.segment.part_codes(docs, codes);
        let frequencies = std::mem::take(&mut self.frequencies);
        let n_terms = self.gathering.worths.len();
        let of_terms = |at: usize| match n_terms {
            1 => places.get(at..=at).unwrap_or_default(),
            _ => frequencies
                .get(n_terms * at..n_terms * (at + 1))
                .unwrap_or_default(),
        };
        self.promising.clear();
        for (at, (doc, code)) in docs.iter().zip(&*codes).enumerate() {
            let n = places.get(at).copied().unwrap_or_default();
            let (part, kind) = part_of(*code);
            let Some(rank) = self.count(*doc, n, part) else {
                continue;
            };
            let most = self
                .gathering
                .most
                .of(of_terms(at), self.within.of_pairs(*doc), kind);
            // Most passages cannot come on the page, however short they are.
            if self.gathered.best.can_have(most) {
                let number = self.run.number(*doc);
                let candidate = Candidate {
                    score: most,
                    rank: rank as u32,
                    number,
                    segment: self.within.at as u32,
                    doc: *doc,
                    occurrences: n,
                };
                self.promising.push((candidate, at, kind));
            }
        }
        // The lengths of the others lie far from each other; looked up together, none of them waits for another.
        let mut lengths = [0; BATCH];
        for ((candidate, ..), length) in self.promising.iter().zip(&mut lengths) {
            *length = self.within.segment.exact.n_units(candidate.doc);
        }
        let Gathering {
            options,
            sizes,
            worths,
            ..
        } = self.gathering;
        for ((candidate, at, kind), n_units) in self.promising.drain(..).zip(lengths) {
            let norm = sizes.norm(n_units, options.scoring.length);
            let of_pairs = self.within.of_pairs(candidate.doc);
            let score = worth_of(of_terms(at), worths, norm) + of_pairs;
            let score = rank::rounded(score * options.kind_factor(kind));
            if self.gathered.best.can_have(score) {
                self.gathered.best.push(Candidate { score, ..candidate });
            }
        }
        // The memory is used again.
        self.frequencies = frequencies;
        self.frequencies.clear();
    }

    /// Puts a passage where it counts; gives the rank of its report if it may come on the page.
    #[inline]
    fn count(&mut self, doc: DocId, n: u32, part: Part) -> Option<usize> {
        let options = self.gathering.options;
        let rank = self.run.rank_of(doc);
        if rank != self.rank {
            self.close_report();
            self.rank = rank;
            let standing = |rank| self.gathering.standing(rank);
            self.standing = rank.map_or(ReportStanding::Nowhere, standing);
        }
        let rank = rank?;
        if !options.filters.about.is_empty() && !self.is_about(doc) {
            if let ReportStanding::Within | ReportStanding::Outside = self.standing {
                self.gathered.outside.add(rank, u64::from(n), 1);
            }
            return None;
        }
        if let Some(cell) = self.cells.get_mut(part as usize) {
            cell.occurrences += n;
            cell.passages += 1;
        }
        let is_within = self.standing == ReportStanding::Within && options.filters.has_part(part);
        (is_within && options.limit != Some(0)).then_some(rank)
    }

    /// Whether a passage speaks of a year that is asked for.
    fn is_about(&self, doc: DocId) -> bool {
        let about = about_of(self.within.segment.about_code(doc));
        self.gathering.options.filters.speaks_of(about)
    }

    /// Adds what was counted in a report where it belongs.
    fn close_report(&mut self) {
        let cells = std::mem::take(&mut self.cells);
        let Some(rank) = self.rank else {
            return;
        };
        let gathered = &mut self.gathered;
        if let ReportStanding::Within | ReportStanding::Outside = self.standing {
            gathered.cells.push((rank as u32, cells));
        }
        let filters = &self.gathering.options.filters;
        for (part, cell) in Part::ALL.into_iter().zip(cells) {
            let sum = match (self.standing, filters.has_part(part)) {
                (ReportStanding::Within, true) => &mut gathered.total,
                (ReportStanding::Within | ReportStanding::Outside, _) => &mut gathered.outside,
                (ReportStanding::OtherGenre, true) => &mut gathered.other_genre,
                (ReportStanding::Copy, true) => &mut gathered.in_copies,
                (ReportStanding::OtherGenre | ReportStanding::Copy, false)
                | (ReportStanding::Nowhere, _) => continue,
            };
            if cell.passages > 0 {
                let (places, passages) = (cell.occurrences, cell.passages);
                sum.add(rank, u64::from(places), u64::from(passages));
            }
        }
    }

    /// Puts all that is left where it counts.
    pub(super) fn finish(mut self) -> GatheredMatches {
        self.place_waiting();
        self.close_report();
        self.gathered
    }
}

/// How many places a passage has, from how often each keyword that counts stands there: where those of several may
/// overlap, places that do are one.
pub(super) fn n_places(
    plan: &Plan,
    keywords: &[Keyword],
    (segment, doc): (&Segment, DocId),
    frequencies: &[u32],
) -> u32 {
    let may_overlap = matches!(
        plan,
        Plan::All { may_overlap: true } | Plan::Tree { may_overlap: true }
    );
    if !may_overlap || frequencies.iter().filter(|n| **n > 0).nth(1).is_none() {
        return frequencies.iter().sum();
    }
    let stored = segment.exact.passage(doc);
    let wanted = keywords.iter().zip(frequencies).filter(|(_, n)| **n > 0);
    let spans = wanted.flat_map(|(keyword, _)| segment.exact.keyword_spans(keyword, &stored));
    merge_overlapping(spans.collect()).len() as u32
}

/// What terms that stand so often in a passage are worth there, summed in the order of the query.
fn worth_of(frequencies: &[u32], worths: &[f64], norm: f64) -> f64 {
    let terms = frequencies.iter().zip(worths);
    terms.fold(0.0, |sum, (frequency, worth)| {
        sum + worth * rank::saturated(*frequency, norm)
    })
}

/// The score of a passage at most: that of one without any length, because every step of the sum only falls as that grows,
/// its rounding too.
struct MostWorth {
    worths: Vec<f64>,
    norm: f64,
    /// What the score of a heading and of running text is multiplied by.
    factors: [f64; 2],
    /// Scores of a single term, by how often it stands there.
    single: [Vec<f64>; 2],
}

impl MostWorth {
    /// How many scores of a single term are worked out before.
    const N_SINGLE: u32 = 64;

    fn new(worths: &[f64], sizes: Sizes, options: &SearchOptions) -> MostWorth {
        let norm = sizes.norm(0, options.scoring.length);
        let n_single = match worths {
            [_] => MostWorth::N_SINGLE,
            _ => 0,
        };
        let factors = [Kind::Heading, Kind::Text].map(|kind| options.kind_factor(kind));
        let score = |n, factor| rank::rounded(worth_of(&[n], worths, norm) * factor);
        MostWorth {
            worths: worths.to_vec(),
            norm,
            single: factors.map(|factor| (0..n_single).map(|n| score(n, factor)).collect()),
            factors,
        }
    }

    /// With what pairs of characters are worth there.
    #[inline]
    fn of(&self, frequencies: &[u32], of_pairs: f64, kind: Kind) -> f64 {
        let [heading, text] = &self.single;
        let (single, factor) = match (kind, self.factors) {
            (Kind::Heading, [factor, _]) => (heading, factor),
            (Kind::Text, [_, factor]) => (text, factor),
        };
        let known = match frequencies {
            [n] if of_pairs == 0.0 => single.get(*n as usize).copied(),
            _ => None,
        };
        known.unwrap_or_else(|| {
            let worth = worth_of(frequencies, &self.worths, self.norm);
            rank::rounded((worth + of_pairs) * factor)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stop::Stop;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn shares_have_all_passages_in_order(
            lists in proptest::collection::vec(proptest::collection::btree_map(0u32..60, 1u32..4, 0..40), 1..4),
            n in 1usize..5,
        ) {
            let lists: Vec<Vec<(u32, u32)>> = lists.into_iter().map(|list| list.into_iter().collect()).collect();
            let slices: Vec<&[(u32, u32)]> = lists.iter().map(Vec::as_slice).collect();
            let found = |shares: Vec<Vec<&[(u32, u32)]>>, n_needed| {
                let mut found = Vec::new();
                for share in shares {
                    each_match(&share, n_needed, &Stop::new(), |doc, n| found.push((doc, n.to_vec())));
                }
                found
            };
            for n_needed in 1..=slices.len() {
                prop_assert_eq!(found(shares(&slices, n), n_needed), found(vec![slices.clone()], n_needed));
            }
        }

        #[test]
        fn no_passage_is_worth_more_than_the_most(
            worths in proptest::collection::vec(0.0f64..12.0, 1..4),
            frequencies in proptest::collection::vec(0u32..90, 3),
            n_chars in 1u32..900,
            of_pairs in prop_oneof![Just(0.0), 0.0f64..9.0],
            is_heading in any::<bool>(),
        ) {
            let sizes = Sizes {
                all: crate::index::Reach { n_passages: 1_000, n_reports: 20 },
                mean_chars: 120.0,
            };
            let options = SearchOptions::default();
            let frequencies = &frequencies[..worths.len()];
            let kind = if is_heading { Kind::Heading } else { Kind::Text };
            let norm = sizes.norm(n_chars, options.scoring.length);
            let score = (worth_of(frequencies, &worths, norm) + of_pairs) * options.kind_factor(kind);
            let most = MostWorth::new(&worths, sizes, &options);
            prop_assert!(rank::rounded(score) <= most.of(frequencies, of_pairs, kind));
        }
    }
}
