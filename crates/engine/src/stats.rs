//! Counts: a phrase or a list of phrases × region × year × whatever else is asked for.
//!
//! In: an open [`Index`], phrases, where to look. Out: a count for each part of each report that has the phrase
//! ([`Counted`]), filled in one pass of the exact channel, and sums of these under any key ([`Tabulation`], [`facets`]).
//! A key under which a report is held and nothing is found is there with 0; a key without a report
//! has no sums: silence and absence are different answers.
//!
//! # Invariants
//!
//! - Sums under all values of a key add up to the total: of occurrences, passages and characters always,
//!   of reports where a report has one value of the key.
//! - In a list of phrases no place counts twice unless that is asked for: a place of a shorter phrase
//!   that overlaps one of a longer phrase is the longer one's.

pub mod association;
pub mod dispersion;
mod headings;
mod overlap;
mod presence;
mod tabulation;

use crate::catalogue::{Catalogue, is_searched};
use crate::cores::{at_once, cores_for};
use crate::exact::Phrase;
use crate::index::{Index, IndexError, PartSize, ReportRun, Segment, UnreadFile};
use crate::passage::{about_of, part_of};
use crate::query::{FilterKind, Filters, Query};
use crate::search::{Cell, ReportCells, SearchOptions, SearchResult};
use baogao_reading::region::{Level, Region};
use baogao_reading::report::{Part, Year};
pub use headings::Headings;
pub use presence::{Presence, State, half_read, refused_within, unread_files, unread_within};
use presence::{is_place_asked, is_year_asked};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::AddAssign;
pub use tabulation::{Tabulation, crosstab};

/// What the cells under one key add up to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sums {
    /// Places.
    pub occurrences: u64,
    /// Passages with at least one.
    pub passages: u64,
    /// Reports with at least one.
    pub reports: u64,
    /// Reports that have something to look into within the filters.
    pub reports_held: u64,
    /// Passages that were looked into.
    pub passages_held: u64,
    /// Non-space characters that were looked into, headings included.
    pub chars_held: u64,
    /// Places that are not among the occurrences: longer phrases of the list have them.
    pub inside_longer: u64,
}

impl Sums {
    /// Adds what was found in a report, which is counted itself if it is `new` here.
    fn add(&mut self, cell: Cell, is_new: bool) {
        self.occurrences += u64::from(cell.occurrences);
        self.passages += u64::from(cell.passages);
        self.reports += u64::from(is_new);
    }

    /// The places; none where passages hold without one: what only excludes has no places, and a zero would say that it
    /// does not hold.
    pub fn places(&self) -> Option<u64> {
        (self.occurrences > 0 || self.passages == 0).then_some(self.occurrences)
    }

    /// Occurrences in 10,000 characters; nothing where there is no character, or no place that could be counted.
    pub fn per_10k(&self) -> Option<f64> {
        let places = self.places().filter(|_| self.chars_held > 0)?;
        Some(places as f64 * 1e4 / self.chars_held as f64)
    }
}

/// Which of the sums a table or a chart shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(feature = "arguments", derive(clap::ValueEnum))]
#[serde(rename_all = "lowercase")]
pub enum Measure {
    /// Places
    #[default]
    Occurrences,
    /// Passages with at least one
    Passages,
    /// Reports with at least one
    Reports,
    /// Places in 10,000 characters
    #[serde(rename = "per_10k", alias = "rate")]
    #[cfg_attr(feature = "arguments", value(name = "per_10k", alias = "rate"))]
    Per10k,
    /// Reports with at least one, of those that are held
    Share,
}

impl Measure {
    /// The number; nothing where there is no character to count in, or no place that could be counted.
    pub fn of(self, sums: &Sums) -> Option<f64> {
        match self {
            Measure::Occurrences => sums.places().map(|places| places as f64),
            Measure::Passages => Some(sums.passages as f64),
            Measure::Reports => Some(sums.reports as f64),
            Measure::Per10k => sums.per_10k(),
            Measure::Share if sums.reports_held == 0 => None,
            Measure::Share => Some(sums.reports as f64 / sums.reports_held as f64),
        }
    }

    /// The same of several years together: a rate is that of all their characters or reports, a number the mean.
    /// Nothing where one of them has none.
    pub fn of_several(self, all: &[Sums]) -> Option<f64> {
        match self {
            Measure::Per10k | Measure::Share => {
                let together = all.iter().fold(Sums::default(), |sum, one| Sums {
                    occurrences: sum.occurrences + one.occurrences,
                    passages: sum.passages + one.passages,
                    reports: sum.reports + one.reports,
                    reports_held: sum.reports_held + one.reports_held,
                    chars_held: sum.chars_held + one.chars_held,
                    ..sum
                });
                self.of(&together)
            }
            Measure::Occurrences | Measure::Passages | Measure::Reports => {
                let numbers: Option<Vec<f64>> = all.iter().map(|sums| self.of(sums)).collect();
                let numbers = numbers.filter(|numbers| !numbers.is_empty())?;
                Some(numbers.iter().sum::<f64>() / numbers.len() as f64)
            }
        }
    }

    /// Whether it is a rate: such numbers are not whole.
    pub fn is_rate(self) -> bool {
        matches!(self, Measure::Per10k | Measure::Share)
    }
}

/// Phrases that are counted together under one name.
#[derive(Clone, Debug)]
pub struct Group {
    /// What the row is called: the phrase as typed, or the name of the group.
    pub name: String,
    /// Its phrases.
    pub phrases: Vec<Phrase>,
}

/// What was counted, whatever the filters let through; `about` alone is heeded. A phrase that stands in few reports takes
/// little, so that lists of hundreds of thousands of phrases can be held.
#[derive(Clone, Debug, Default)]
pub struct Counted {
    /// What is not 0, by rank of the report and number of the part.
    cells: Vec<(u32, u32, Cell)>,
    /// Segment, passage and its places, ascending; where sections are asked for.
    passages: Vec<(usize, u32, u32)>,
    /// The same of places that longer phrases of the list have; none where there is no such place.
    inside_longer: Option<Box<Counted>>,
}

impl Counted {
    /// What was counted elsewhere: rank of the report, number of the part, cell; in any order, each pair once.
    pub fn of_cells(cells: impl IntoIterator<Item = (u32, u32, Cell)>) -> Counted {
        let mut counted = Counted {
            cells: cells.into_iter().collect(),
            ..Counted::default()
        };
        counted.settle(counted.n_ranks());
        counted
    }

    /// The cells of a report.
    pub fn of(&self, rank: usize) -> ReportCells {
        let rank = rank as u32;
        let first = self.cells.partition_point(|(other, ..)| *other < rank);
        let mut cells = ReportCells::default();
        let of_report = self.cells.iter().skip(first);
        for (_, part, cell) in of_report.take_while(|(other, ..)| *other == rank) {
            if let Some(sum) = cells.get_mut(*part as usize) {
                *sum = *cell;
            }
        }
        cells
    }

    /// What was counted of several, which share no place, together.
    pub(crate) fn together<'c>(all: impl IntoIterator<Item = &'c Counted>) -> Counted {
        let mut sum = Counted::default();
        for counted in all {
            sum.cells.extend_from_slice(&counted.cells);
            sum.passages.extend_from_slice(&counted.passages);
        }
        sum.settle(sum.n_ranks());
        sum.passages.sort_unstable();
        sum
    }

    /// What was counted in the parts of some reports that are asked for, by rank.
    pub(crate) fn within(
        &self,
        mask: &[bool],
        filters: &Filters,
    ) -> impl Iterator<Item = (usize, Cell)> {
        let cells = self.cells.iter();
        let cells = cells.filter(|(rank, part, _)| {
            let part = Part::ALL.get(*part as usize);
            let is_part = part.is_some_and(|part| filters.has_part(*part));
            mask.get(*rank as usize) == Some(&true) && is_part
        });
        cells.map(|(rank, _, cell)| (*rank as usize, *cell))
    }

    /// Adds what a report has in a segment.
    fn add(&mut self, rank: u32, cells: &ReportCells) {
        let parts = (0..).zip(cells).filter(|(_, cell)| cell.passages > 0);
        self.cells
            .extend(parts.map(|(part, cell)| (rank, part, *cell)));
    }

    /// One more than the highest rank.
    fn n_ranks(&self) -> usize {
        let highest = self.cells.iter().map(|(rank, ..)| *rank).max();
        highest.map_or(0, |rank| rank as usize + 1)
    }

    /// Puts the cells in order, and those of one report and part together.
    fn settle(&mut self, n_reports: usize) {
        if self.cells.len() > n_reports / SORTED_SHARE {
            self.order_by_rank(n_reports);
        } else {
            let place = |(rank, part, _): &(u32, u32, Cell)| (*rank, *part);
            self.cells.sort_unstable_by_key(place);
        }
        self.cells.dedup_by(|next, cell| {
            let is_same = (next.0, next.1) == (cell.0, cell.1);
            if is_same {
                cell.2.occurrences += next.2.occurrences;
                cell.2.passages += next.2.passages;
            }
            is_same
        });
        self.cells.shrink_to_fit();
        if let Some(inside) = &mut self.inside_longer {
            inside.settle(n_reports);
        }
    }

    /// Puts many cells in the order of ranks and parts, without comparing them.
    fn order_by_rank(&mut self, n_reports: usize) {
        let mut of_ranks = vec![ReportCells::default(); n_reports];
        for (rank, part, cell) in self.cells.drain(..) {
            let of_rank = of_ranks.get_mut(rank as usize);
            if let Some(sum) = of_rank.and_then(|cells| cells.get_mut(part as usize)) {
                sum.occurrences += cell.occurrences;
                sum.passages += cell.passages;
            }
        }
        for (rank, cells) in (0..).zip(&of_ranks) {
            self.add(rank, cells);
        }
    }
}

impl Index {
    /// The numbers of an answer from the cells of all passages that match, where passages themselves are not filtered.
    pub fn result_of(
        &self,
        nothing: SearchResult,
        counted: &Counted,
        options: &SearchOptions,
    ) -> SearchResult {
        let filters = &options.filters;
        let mask = self.report_mask(filters);
        let any_genre = self.report_mask(&filters.of_any_genre());
        let with_copies = self.report_mask(&filters.with_copies());
        let is_in = |mask: &[bool], rank| mask.get(rank) == Some(&true);
        let mut answer = nothing;
        for rank in 0..self.reports.len() {
            let cells = counted.of(rank);
            let is_searched = is_searched(&self.reports, rank, filters);
            let is_other = |wanted| wanted != self.reports.genre(rank);
            let is_other_genre = filters.genre.is_some_and(is_other);
            let mut found = [false; 4];
            for (part, cell) in Part::ALL.into_iter().zip(cells) {
                if cell.passages == 0 {
                    continue;
                }
                let has_part = filters.has_part(part);
                let (sum, nth) = match (is_searched, is_other_genre) {
                    (false, _) if has_part && is_in(&with_copies, rank) => {
                        (&mut answer.in_copies, 0)
                    }
                    (true, true) if has_part && is_in(&any_genre, rank) => {
                        (&mut answer.other_genre, 1)
                    }
                    (false, _) | (true, true) => continue,
                    (true, false) => match has_part && is_in(&mask, rank) {
                        true => (&mut answer.total, 2),
                        false => (&mut answer.outside, 3),
                    },
                };
                sum.occurrences += u64::from(cell.occurrences);
                sum.passages += u64::from(cell.passages);
                if let Some(found) = found.get_mut(nth) {
                    *found = true;
                }
                if is_searched && !is_other_genre {
                    let of_report = answer.cells.get_mut(rank);
                    let slot = of_report.and_then(|cells| cells.get_mut(part as usize));
                    if let Some(slot) = slot {
                        *slot = cell;
                    }
                }
            }
            let [in_copies, other_genre, inside, outside] = found.map(u64::from);
            answer.in_copies.reports += in_copies;
            answer.other_genre.reports += other_genre;
            answer.total.reports += inside;
            answer.outside.reports += outside;
        }
        answer
    }
}

/// Cells are sorted if they are fewer than one in so many reports.
const SORTED_SHARE: usize = 4;

/// How a list is counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CountOptions {
    /// Every phrase counts wherever it stands, also inside a longer phrase of the list.
    pub all_matches: bool,
    /// Remember the passages, for sums by section.
    pub by_passage: bool,
}

/// Counts each group of phrases: one pass of the exact channel for each phrase.
///
/// # Errors
/// When the work is stopped.
pub fn count(
    index: &Index,
    groups: &[Group],
    filters: &Filters,
    options: CountOptions,
) -> Result<Vec<Counted>, IndexError> {
    index.go_on()?;
    let mut counted: Vec<Counted> = vec![Counted::default(); groups.len()];
    let phrases: Vec<(usize, &Phrase)> = groups
        .iter()
        .enumerate()
        .flat_map(|(group, Group { phrases, .. })| {
            phrases.iter().map(move |phrase| (group, phrase))
        })
        .collect();
    let contested = overlap::contested(&phrases, options.all_matches);
    for (at, segment) in index.segments.iter().enumerate() {
        // Passages of phrases that share a group or may overlap others: decided together.
        let mut shared: Vec<(u32, u32, u32)> = Vec::new();
        let all = phrases.iter().enumerate();
        for (phrase_at, (group, phrase)) in index.stop.until_each(all) {
            let alone = groups
                .get(*group)
                .is_some_and(|group| group.phrases.len() == 1);
            let apart = !contested.get(phrase_at).copied().unwrap_or(false);
            if let (true, true, Some(counted)) = (alone, apart, counted.get_mut(*group)) {
                let mut passages = Vec::new();
                segment.exact.occurrences(phrase, |doc, n| {
                    passages.push((doc, n));
                    if passages.len() == PLACED_AT_ONCE {
                        place(index, (at, segment), filters, options, &passages, counted);
                        passages.clear();
                    }
                });
                place(index, (at, segment), filters, options, &passages, counted);
            } else {
                let number = phrase_at as u32;
                segment
                    .exact
                    .occurrences(phrase, |doc, n| shared.push((doc, number, n)));
            }
        }
        shared.sort_unstable();
        // By group, then by passage: places that it has, and those that longer phrases have.
        let mut decided: Vec<(usize, (u32, u32))> = Vec::new();
        let mut lost: Vec<(usize, (u32, u32))> = Vec::new();
        for in_passage in index.stop.until_each(shared.chunk_by(|a, b| a.0 == b.0)) {
            let Some(&(doc, ..)) = in_passage.first() else {
                continue;
            };
            // Of each group the places that it has, and all.
            let mut by_group: BTreeMap<usize, (u32, u32)> = BTreeMap::new();
            let counts = overlap::counts_in(&segment.exact, &phrases, &contested, in_passage);
            for (phrase_at, n) in counts {
                if let Some((group, _)) = phrases.get(phrase_at) {
                    by_group.entry(*group).or_default().0 += n;
                }
            }
            for (_, phrase_at, n) in in_passage {
                if let Some((group, _)) = phrases.get(*phrase_at as usize) {
                    by_group.entry(*group).or_default().1 += n;
                }
            }
            for (group, (n, all)) in by_group {
                if n > 0 {
                    decided.push((group, (doc, n)));
                }
                if all > n {
                    lost.push((group, (doc, all - n)));
                }
            }
        }
        drop(shared);
        each_group(decided, |group, passages| {
            if let Some(counted) = counted.get_mut(group) {
                place(index, (at, segment), filters, options, passages, counted);
            }
        });
        each_group(lost, |group, passages| {
            if let Some(counted) = counted.get_mut(group) {
                let inside = counted.inside_longer.get_or_insert_default();
                place(index, (at, segment), filters, options, passages, inside);
            }
        });
    }
    for counted in index.stop.until_each(counted.iter_mut()) {
        counted.settle(index.reports.len());
    }
    index.go_on()?;
    Ok(counted)
}

/// Calls `visit` with the passages of each group, ascending.
fn each_group(mut all: Vec<(usize, (u32, u32))>, mut visit: impl FnMut(usize, &[(u32, u32)])) {
    all.sort_unstable();
    let mut passages = Vec::new();
    for of_group in all.chunk_by(|a, b| a.0 == b.0) {
        passages.clear();
        passages.extend(of_group.iter().map(|(_, passage)| *passage));
        if let Some((group, _)) = of_group.first() {
            visit(*group, &passages);
        }
    }
}

/// Puts ascending passages, and the places in each, into the cells of their reports, on as many cores as they are worth.
fn place(
    index: &Index,
    (at, segment): (usize, &Segment),
    filters: &Filters,
    options: CountOptions,
    passages: &[(u32, u32)],
    counted: &mut Counted,
) {
    let cores = cores_for(passages.len(), PASSAGES_PER_CORE);
    let n_each = passages.len().div_ceil(cores.n).max(1);
    let placed = at_once(cores, passages.chunks(n_each), |share| {
        let mut counted = Counted::default();
        let mut placing = Placing::new(index, segment, filters);
        for (doc, n) in index.stop.until(share.iter()) {
            if placing.push(*doc, *n, &mut counted) && options.by_passage {
                counted.passages.push((at, *doc, *n));
            }
        }
        placing.finish(&mut counted);
        counted
    });
    for share in placed {
        counted.cells.extend(share.cells);
        counted.passages.extend(share.passages);
    }
}

/// Counts the places of a whole query, in each passage for which it holds: those of a search for it.
///
/// # Errors
/// When the work is stopped.
pub fn count_query(
    index: &Index,
    query: &Query,
    filters: &Filters,
    by_passage: bool,
) -> Result<Counted, IndexError> {
    let mut counted = Counted::default();
    let mut in_segments: Vec<Vec<(u32, u32)>> = vec![Vec::new(); index.segments.len()];
    index.each_exact(query, |segment, doc, n| {
        if let Some(passages) = in_segments.get_mut(segment) {
            passages.push((doc, n));
        }
    })?;
    let options = CountOptions {
        all_matches: true,
        by_passage,
    };
    for (at, (segment, passages)) in index.segments.iter().zip(in_segments).enumerate() {
        place(
            index,
            (at, segment),
            filters,
            options,
            &passages,
            &mut counted,
        );
    }
    counted.settle(index.reports.len());
    index.go_on()?;
    Ok(counted)
}

/// Passages whose parts are read together: a call for each would cost more than the value.
const BATCH: usize = 64;
/// Passages that are held before they are placed: a character may stand in millions.
const PLACED_AT_ONCE: usize = if cfg!(test) { 100 } else { 1 << 16 };
/// Passages that are worth a core of their own: to begin on one takes as long as some hundreds.
const PASSAGES_PER_CORE: usize = if cfg!(test) { 3 } else { 10_000 };

/// Puts ascending passages into the cells of their reports. The passages of a report are consecutive, so that its rank
/// is looked up once and its cells are at hand.
struct Placing<'i> {
    segment: &'i Segment,
    filters: &'i Filters,
    /// The report that was met last.
    run: ReportRun<'i>,
    rank: Option<usize>,
    /// What was counted in it.
    cells: ReportCells,
    /// Passages that wait for their parts, the places in each, and how many they are.
    docs: [u32; BATCH],
    places: [u32; BATCH],
    n_waiting: usize,
}

impl<'i> Placing<'i> {
    fn new(index: &'i Index, segment: &'i Segment, filters: &'i Filters) -> Placing<'i> {
        Placing {
            segment,
            filters,
            run: ReportRun::new(&index.reports, segment),
            rank: None,
            cells: ReportCells::default(),
            docs: [0; BATCH],
            places: [0; BATCH],
            n_waiting: 0,
        }
    }

    /// Takes in a passage with its number of places, unless it speaks of no year that is asked for.
    #[inline]
    fn push(&mut self, doc: u32, n: u32, counted: &mut Counted) -> bool {
        let filters = self.filters;
        if !filters.about.is_empty() && !filters.speaks_of(about_of(self.segment.about_code(doc))) {
            return false;
        }
        if self.n_waiting == BATCH {
            self.place_waiting(counted);
        }
        if let (Some(waiting), Some(places)) = (
            self.docs.get_mut(self.n_waiting),
            self.places.get_mut(self.n_waiting),
        ) {
            (*waiting, *places) = (doc, n);
            self.n_waiting += 1;
        }
        true
    }

    /// Puts all that wait into the cells of their reports.
    fn place_waiting(&mut self, counted: &mut Counted) {
        let mut codes = [0; BATCH];
        let n_waiting = std::mem::take(&mut self.n_waiting);
        let (Some(docs), Some(codes)) = (self.docs.get(..n_waiting), codes.get_mut(..n_waiting))
        else {
            return;
        };
        self.segment.part_codes(docs, codes);
        for ((doc, n), code) in docs.iter().zip(&self.places).zip(&*codes) {
            let rank = self.run.rank_of(*doc);
            if rank != self.rank {
                let cells = std::mem::take(&mut self.cells);
                if let Some(rank) = std::mem::replace(&mut self.rank, rank) {
                    counted.add(rank as u32, &cells);
                }
            }
            if let Some(cell) = self.cells.get_mut(part_of(*code).0 as usize) {
                cell.occurrences += n;
                cell.passages += 1;
            }
        }
    }

    /// Puts all that is left into the cells of their reports.
    fn finish(mut self, counted: &mut Counted) {
        self.place_waiting(counted);
        if let Some(rank) = self.rank {
            counted.add(rank as u32, &self.cells);
        }
    }
}

/// By what counts are parted.
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize, JsonSchema,
)]
#[cfg_attr(feature = "arguments", derive(clap::ValueEnum))]
#[serde(rename_all = "lowercase")]
pub enum Dimension {
    /// The region that gave the report
    #[serde(alias = "地区")]
    #[cfg_attr(feature = "arguments", value(alias = "地区"))]
    Region,
    /// The province in which it lies
    #[serde(alias = "省")]
    #[cfg_attr(feature = "arguments", value(alias = "省"))]
    Province,
    /// The prefecture in which it lies
    #[serde(alias = "市")]
    #[cfg_attr(feature = "arguments", value(alias = "市"))]
    Prefecture,
    /// The level of the region
    #[serde(alias = "级别")]
    #[cfg_attr(feature = "arguments", value(alias = "级别"))]
    Level,
    /// The year of the report
    #[serde(alias = "年份")]
    #[cfg_attr(feature = "arguments", value(alias = "年份"))]
    Year,
    /// The part of the report
    #[serde(alias = "部分")]
    #[cfg_attr(feature = "arguments", value(alias = "部分"))]
    Part,
    /// The headings above
    #[serde(alias = "章节")]
    #[cfg_attr(feature = "arguments", value(alias = "章节"))]
    Section,
    /// The report
    #[serde(alias = "报告")]
    #[cfg_attr(feature = "arguments", value(alias = "报告"))]
    Report,
}

impl Dimension {
    /// All of them.
    pub const ALL: [Dimension; 8] = [
        Dimension::Region,
        Dimension::Province,
        Dimension::Prefecture,
        Dimension::Level,
        Dimension::Year,
        Dimension::Part,
        Dimension::Section,
        Dimension::Report,
    ];

    /// The name in machine output.
    pub fn name(self) -> &'static str {
        match self {
            Dimension::Region => "region",
            Dimension::Province => "province",
            Dimension::Prefecture => "prefecture",
            Dimension::Level => "level",
            Dimension::Year => "year",
            Dimension::Part => "part",
            Dimension::Section => "section",
            Dimension::Report => "report",
        }
    }

    /// The value of a whole report, for the dimensions that have one.
    pub fn of_report(self, index: &dyn Catalogue, rank: usize) -> Value {
        self.of(index, rank, Part::Other, &[])
    }

    /// The value of a file of which no more than its place is known; none where that does not tell.
    pub(crate) fn of_place(self, region: Option<Region>, year: Option<Year>) -> Option<Value> {
        match self {
            Dimension::Region => region.map(Value::Region),
            Dimension::Province => {
                region.map(|region| Value::Region(region.province().unwrap_or(region)))
            }
            Dimension::Prefecture => region.map(|region| {
                Value::Region(region.prefecture().or(region.province()).unwrap_or(region))
            }),
            Dimension::Level => region.map(|region| Value::Level(region.level())),
            Dimension::Year => year.map(Value::Year),
            Dimension::Part | Dimension::Section | Dimension::Report => None,
        }
    }

    /// The value of a report and part; sections are those of passages.
    fn of(self, index: &dyn Catalogue, rank: usize, part: Part, section: &[String]) -> Value {
        let region = index.reports().region(rank);
        let value = match self {
            Dimension::Region => region.map(Value::Region),
            // A report of a higher level stands under its own region.
            Dimension::Province => {
                region.map(|region| Value::Region(region.province().unwrap_or(region)))
            }
            Dimension::Prefecture => region.map(|region| {
                Value::Region(region.prefecture().or(region.province()).unwrap_or(region))
            }),
            Dimension::Level => index.reports().level(rank).map(Value::Level),
            Dimension::Year => index.reports().year(rank).map(Value::Year),
            Dimension::Part => Some(Value::Part(part)),
            Dimension::Section => Some(Value::Section(Headings(section.to_vec()))),
            Dimension::Report => Some(Value::Report(rank)),
        };
        value.unwrap_or(Value::Unknown)
    }
}

/// A value of a [`Dimension`]; they are ordered as a table shows them.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Value {
    /// A region, in the order of codes.
    Region(Region),
    /// A level, the highest first.
    Level(Level),
    /// A year, the earliest first.
    Year(Year),
    /// A part, in reading order.
    Part(Part),
    /// Headings, outermost first; a heading stands in the section that it opens.
    Section(Headings),
    /// A report by its rank.
    Report(usize),
    /// What could not be placed.
    Unknown,
}

/// One row: a value for each dimension, the sums, or nothing where no report is held, and what is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// In the order of the dimensions.
    pub key: Vec<Value>,
    /// None: there is no report.
    pub sums: Option<Sums>,
    /// What is there.
    pub presence: Presence,
}

impl Row {
    /// What is known of the phrase here.
    pub fn state(&self) -> State {
        // What stands inside longer phrases of the list stands there.
        let n = self
            .sums
            .map_or(0, |sums| sums.passages + sums.inside_longer);
        self.presence.state(n)
    }

    /// The sums, where a number may be given.
    pub fn numbers(&self) -> Option<Sums> {
        self.sums.filter(|_| self.state().has_number())
    }
}

/// Counts under every combination of values that is held. With years among the dimensions, every combination of the
/// others has all years from the first to the last, also those without a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Crosstab {
    /// By what it is parted.
    pub by: Vec<Dimension>,
    /// In the order of keys.
    pub rows: Vec<Row>,
    /// All rows together; a report counts once. It has no key.
    pub total: Row,
}

/// The years that filters name. An open end says nothing of a year.
fn named_years(filters: &Filters) -> impl Iterator<Item = u16> {
    let ends = filters
        .years
        .iter()
        .flat_map(|years| [*years.start(), *years.end()]);
    ends.filter(|year| *year != Year::MIN.get() && *year != Year::MAX.get())
}

/// The years of what is held of all regions: those of a region of which nothing is held.
fn years_elsewhere(index: &dyn Catalogue, filters: &Filters) -> BTreeSet<u16> {
    let mask = index.report_mask(&filters.without(FilterKind::Region));
    let ranks = (0..mask.len()).filter(|rank| mask.get(*rank) == Some(&true));
    ranks
        .filter_map(|rank| index.reports().year(rank).map(Year::get))
        .collect()
}

/// What is held of a region and a year.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// The region.
    pub region: Region,
    /// The year.
    pub year: Year,
    /// Ranks of its reports, the one that is searched first, then further ones and copies.
    pub ranks: Vec<usize>,
    /// Files of this region and year that could not be read.
    pub unread: Vec<String>,
}

/// What is held of each region in each year from the first report of all to the last, by region, then by year. A year
/// without a report has no ranks. Copies are among the ranks whatever `filters` say of them; unplaced reports are not
/// there ([`unplaced`] gives them). Regions and years that are asked for are there, also where nothing is held of them;
/// so are the years of files that could not be read.
///
/// # Errors
/// When the list of files cannot be read.
pub fn coverage(index: &dyn Catalogue, filters: &Filters) -> Result<Vec<Held>, IndexError> {
    let held_of = |filters: &Filters| {
        let mask = index.report_mask(&filters.of_reports().with_copies());
        let is_of_passages = *filters != filters.of_reports();
        let mut held: BTreeMap<(Region, Year), Vec<usize>> = BTreeMap::new();
        for rank in (0..mask.len()).filter(|rank| mask.get(*rank) == Some(&true)) {
            let place = index.reports().region(rank).zip(index.reports().year(rank));
            let Some(place) = place else {
                continue;
            };
            let ranks = held.entry(place).or_default();
            // A whole report without a passage that is asked for is none.
            let presence = Presence::of_report(index, rank, filters);
            if !is_of_passages || presence != Presence::default() {
                ranks.push(rank);
            }
        }
        held
    };
    let mut held = held_of(filters);
    let mut unread: BTreeMap<(Region, Year), Vec<String>> = BTreeMap::new();
    // Of a file without a year any year of its region may be.
    let mut of_any_year: BTreeMap<Region, Vec<String>> = BTreeMap::new();
    for file in unread_within(index, filters)? {
        match (file.region, file.year) {
            (Some(region), Some(year)) => {
                unread.entry((region, year)).or_default().push(file.file);
            }
            (Some(region), None) => of_any_year.entry(region).or_default().push(file.file),
            (None, _) => {}
        }
    }
    let mut regions: BTreeSet<Region> = held.keys().map(|(region, _)| *region).collect();
    regions.extend(unread.keys().map(|(region, _)| *region));
    regions.extend(of_any_year.keys().copied());
    let is_held = |asked: &Region| regions.iter().any(|held| asked.contains(*held));
    let absent: Vec<Region> = filters
        .regions
        .iter()
        .copied()
        .filter(|asked| !is_held(asked))
        .collect();
    regions.extend(absent);
    if regions.is_empty() {
        // Of the years that are asked for nothing is held, of any region.
        let all_years = held_of(&filters.without(FilterKind::Year));
        regions.extend(all_years.keys().map(|(region, _)| *region));
    }
    let mut years: BTreeSet<u16> = held.keys().map(|(_, year)| year.get()).collect();
    years.extend(unread.keys().map(|(_, year)| year.get()));
    years.extend(named_years(filters));
    if years.is_empty() {
        // Of what is asked for nothing is held: the years are those of all that is.
        years = years_elsewhere(index, filters);
    }
    let (Some(first), Some(last)) = (years.first(), years.last()) else {
        return Ok(Vec::new());
    };
    let asked = (*first..=*last).filter(|year| is_year_asked(*year, filters));
    let years: Vec<Year> = asked.filter_map(Year::new).collect();
    let mut all = Vec::new();
    for region in regions {
        for year in &years {
            let mut ranks = held.remove(&(region, *year)).unwrap_or_default();
            ranks.sort_by_key(|rank| (index.reports().is_duplicate(*rank), *rank));
            let mut files = unread.remove(&(region, *year)).unwrap_or_default();
            files.extend(of_any_year.get(&region).into_iter().flatten().cloned());
            all.push(Held {
                region,
                year: *year,
                ranks,
                unread: files,
            });
        }
    }
    Ok(all)
}

/// Reports that lack a place in the grid of [`coverage`], their region or year being unknown, and that the filters do not
/// shut out: what is not known of a report does not.
pub fn unplaced(index: &dyn Catalogue, filters: &Filters) -> Vec<usize> {
    let everywhere = filters.without(FilterKind::Region);
    let everywhere = everywhere.without(FilterKind::Level);
    let mask = index.report_mask(&everywhere.without(FilterKind::Year));
    let is_within = |rank: &usize| {
        let region = index.reports().region(*rank);
        let year = index.reports().year(*rank);
        (region.is_none() || year.is_none())
            && region.is_none_or(|region| is_place_asked(region, filters))
            && year.is_none_or(|year| is_year_asked(year.get(), filters))
    };
    let ranks = (0..mask.len()).filter(|rank| mask.get(*rank) == Some(&true));
    ranks.filter(is_within).collect()
}

/// Ascending years as ranges: 1954–1960, 1964.
pub fn year_ranges(years: impl Iterator<Item = u16>) -> Vec<[u16; 2]> {
    let mut ranges: Vec<[u16; 2]> = Vec::new();
    for year in years {
        match ranges.last_mut() {
            Some([_, last]) if *last + 1 == year => *last = year,
            _ => ranges.push([year, year]),
        }
    }
    ranges
}

/// The smallest thing that is summed: a part of a report, or what one section has of it.
struct Unit {
    rank: usize,
    part: Part,
    section: Vec<String>,
    cell: Cell,
    size: PartSize,
}

impl AddAssign<&Unit> for Unit {
    fn add_assign(&mut self, other: &Unit) {
        self.cell.occurrences += other.cell.occurrences;
        self.cell.passages += other.cell.passages;
        self.size.passages += other.size.passages;
        self.size.chars += other.size.chars;
    }
}

/// The parts of the reports that `filters` let through, by rank, each with the size of what is asked for of it.
fn units(
    index: &dyn Catalogue,
    cells: impl Fn(usize) -> ReportCells,
    filters: &Filters,
) -> impl Iterator<Item = Unit> {
    let mask = index.report_mask(&filters.of_reports());
    let searched = (0..mask.len()).filter(move |rank| mask.get(*rank) == Some(&true));
    searched.flat_map(move |rank| {
        let counts = cells(rank);
        let sizes = index.parts_within(rank, filters);
        let parts = Part::ALL.into_iter().zip(counts.into_iter().zip(sizes));
        parts
            .filter(|(part, _)| filters.has_part(*part))
            .map(move |(part, (cell, size))| Unit {
                rank,
                part,
                section: Vec::new(),
                cell,
                size,
            })
    })
}

/// The parts of each report together.
fn whole_reports(units: impl Iterator<Item = Unit>) -> impl Iterator<Item = Unit> {
    let mut units = units.peekable();
    std::iter::from_fn(move || {
        let mut whole = units.next()?;
        while let Some(part) = units.next_if(|unit| unit.rank == whole.rank) {
            whole += &part;
        }
        Some(whole)
    })
}

/// Passages by segment and number, with the number of their unit.
type UnitOfPassage = Vec<((usize, u32), usize)>;

/// The sections of each part of the reports that `filters` let through, by rank, and to which of them a passage belongs.
/// Reads every passage of them.
fn section_units(
    index: &Index,
    filters: &Filters,
) -> Result<(Vec<Unit>, UnitOfPassage), IndexError> {
    let mask = index.report_mask(filters);
    let mut units: Vec<Unit> = Vec::new();
    let mut passages = UnitOfPassage::new();
    for rank in (0..mask.len()).filter(|rank| mask.get(*rank) == Some(&true)) {
        index.go_on()?;
        let mut of_report: BTreeMap<(Part, Vec<String>), usize> = BTreeMap::new();
        for (segment, doc, passage) in index.placed_passages(rank, |_| true)? {
            if !(filters.has_part(passage.part) && filters.speaks_of(passage.about)) {
                continue;
            }
            let mut section = passage.section.clone();
            if passage.kind == baogao_reading::report::Kind::Heading {
                section.push(passage.text.clone());
            }
            let chars = passage.text.chars().filter(|c| !c.is_whitespace()).count() as u32;
            let at =
                *of_report
                    .entry((passage.part, section))
                    .or_insert_with_key(|(part, section)| {
                        units.push(Unit {
                            rank,
                            part: *part,
                            section: section.clone(),
                            cell: Cell::default(),
                            size: PartSize::default(),
                        });
                        units.len() - 1
                    });
            if let Some(unit) = units.get_mut(at) {
                unit.size.passages += 1;
                unit.size.chars += chars;
            }
            passages.push(((segment, doc), at));
        }
    }
    Ok((units, passages))
}

/// Adds up units, which ascend by rank, under the keys of each.
fn sum_by<'u, K: Ord, I: IntoIterator<Item = K>>(
    units: impl Iterator<Item = &'u Unit>,
    keys: impl Fn(&Unit) -> I,
) -> BTreeMap<K, Sums> {
    // With each sum the last report that was counted as held and as having the phrase.
    let mut sums: BTreeMap<K, (Sums, Option<usize>, Option<usize>)> = BTreeMap::new();
    for unit in units {
        for key in keys(unit) {
            let (sum, last_held, last_with) = sums.entry(key).or_default();
            sum.occurrences += u64::from(unit.cell.occurrences);
            sum.passages += u64::from(unit.cell.passages);
            sum.passages_held += u64::from(unit.size.passages);
            sum.chars_held += u64::from(unit.size.chars);
            if unit.size.passages > 0 && last_held.replace(unit.rank) != Some(unit.rank) {
                sum.reports_held += 1;
            }
            if unit.cell.passages > 0 && last_with.replace(unit.rank) != Some(unit.rank) {
                sum.reports += 1;
            }
        }
    }
    sums.into_iter()
        .map(|(key, (sum, ..))| (key, sum))
        .collect()
}

/// What another value of a filter would give.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Facet {
    /// What was found, and in what.
    pub sums: Sums,
    /// What is there.
    pub presence: Presence,
}

impl Facet {
    /// What is known of the phrase there.
    pub fn state(&self) -> State {
        self.presence.state(self.sums.passages)
    }

    /// The sums, where a number may be given.
    pub fn numbers(&self) -> Option<Sums> {
        self.state().has_number().then_some(self.sums)
    }
}

/// What other values of each kind of filter would give: each kind is counted without its own filter. Also what could not
/// be read has its value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facets {
    /// By region and all regions above it, in the order of codes; unplaced reports under none.
    pub regions: Vec<(Option<Region>, Facet)>,
    /// Newest first; reports without a year last.
    pub years: Vec<(Option<Year>, Facet)>,
    /// In reading order.
    pub parts: Vec<(Part, Facet)>,
    /// Highest first; unplaced reports under none.
    pub levels: Vec<(Option<Level>, Facet)>,
}

/// The facets of an answer.
///
/// # Errors
/// When the list of files cannot be read.
pub fn facets(
    index: &dyn Catalogue,
    cells: &[ReportCells],
    filters: &Filters,
) -> Result<Facets, IndexError> {
    let cells = |rank: usize| cells.get(rank).copied().unwrap_or_default();
    let whole =
        |filters: &Filters| -> Vec<Unit> { whole_reports(units(index, cells, filters)).collect() };
    let reports = index.reports();
    let above = |region: Option<Region>| -> Vec<Option<Region>> {
        match region {
            Some(region) => region.path().map(Some).collect(),
            None => vec![None],
        }
    };
    let others = filters.without(FilterKind::Region);
    let mut regions = facets_by(index, &whole(&others), &others, |unit| {
        above(reports.region(unit.rank))
    });
    add_unread(index, &others, &mut regions, |file| above(file.region))?;
    let others = filters.without(FilterKind::Year);
    let mut years = facets_by(index, &whole(&others), &others, |unit| {
        [reports.year(unit.rank)]
    });
    // One without a year may be of each.
    let held: Vec<Option<Year>> = years.keys().copied().collect();
    add_unread(index, &others, &mut years, |file| match file.year {
        Some(year) => vec![Some(year)],
        None => held.clone(),
    })?;
    let others = filters.without(FilterKind::Part);
    let of_parts: Vec<Unit> = units(index, cells, &others).collect();
    let mut parts = facets_by(index, &of_parts, &others, |unit| [unit.part]);
    let held: Vec<Part> = parts.keys().copied().collect();
    add_unread(index, &others, &mut parts, |_| held.clone())?;
    let others = filters.without(FilterKind::Level);
    let mut levels = facets_by(index, &whole(&others), &others, |unit| {
        [reports.level(unit.rank)]
    });
    add_unread(index, &others, &mut levels, |file| {
        file.region.map(|region| Some(region.level()))
    })?;
    Ok(Facets {
        regions: none_last(regions.into_iter().collect()),
        years: none_last(years.into_iter().rev().collect()),
        parts: parts
            .into_iter()
            .filter(|(_, facet)| facet.sums.passages_held > 0)
            .collect(),
        levels: none_last(levels.into_iter().collect()),
    })
}

/// Sums and what is there under the keys of units, each of which has a key once.
fn facets_by<K: Ord, I: IntoIterator<Item = K>>(
    index: &dyn Catalogue,
    units: &[Unit],
    filters: &Filters,
    keys: impl Fn(&Unit) -> I,
) -> BTreeMap<K, Facet> {
    let sums = sum_by(units.iter(), &keys).into_iter();
    let mut facets: BTreeMap<K, Facet> = sums
        .map(|(key, sums)| {
            let presence = Presence::default();
            (key, Facet { sums, presence })
        })
        .collect();
    for unit in units {
        let has_passages = unit.size.passages > 0;
        let presence = Presence::of_some(index, unit.rank, filters, has_passages);
        for key in keys(unit) {
            facets.entry(key).or_default().presence += presence;
        }
    }
    facets
}

/// Adds the files that could not be read, under the keys of each.
fn add_unread<K: Ord, I: IntoIterator<Item = K>>(
    index: &dyn Catalogue,
    filters: &Filters,
    facets: &mut BTreeMap<K, Facet>,
    keys: impl Fn(&UnreadFile) -> I,
) -> Result<(), IndexError> {
    let unread = unread_within(index, filters)?;
    for file in unread.iter().filter(|file| file.region.is_some()) {
        for key in keys(file) {
            facets.entry(key).or_default().presence.unread += 1;
        }
    }
    Ok(())
}

fn none_last<K>(values: Vec<(Option<K>, Facet)>) -> Vec<(Option<K>, Facet)> {
    let (none, mut some): (Vec<_>, Vec<_>) = values.into_iter().partition(|(key, _)| key.is_none());
    some.extend(none);
    some
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exact::{Keyword, MatchOptions};
    use crate::index::{UpdateOptions, update};

    /// Cells by report and part, and passages by segment with the places in each.
    type Places = (BTreeMap<(usize, usize), Cell>, Vec<(usize, u32, u32)>);

    /// What a scan of all texts finds of a phrase.
    fn scanned(index: &Index, phrase: &str) -> Places {
        let (mut cells, mut passages) = (BTreeMap::new(), Vec::new());
        for (at, segment) in index.segments.iter().enumerate() {
            for doc in segment.exact.living() {
                let n = segment.exact.folded(doc).matches(phrase).count() as u32;
                let rank = index.reports.rank_of(segment.report(doc));
                let (Some(rank), true) = (rank, n > 0) else {
                    continue;
                };
                let part = part_of(segment.part_code(doc)).0;
                let cell: &mut Cell = cells.entry((rank, part as usize)).or_default();
                cell.occurrences += n;
                cell.passages += 1;
                passages.push((at, doc, n));
            }
        }
        (cells, passages)
    }

    /// The same of what was counted.
    fn counted_of(counted: &Counted) -> Places {
        let cells = counted.cells.iter();
        let cells = cells.map(|(rank, part, cell)| ((*rank as usize, *part as usize), *cell));
        (cells.collect(), counted.passages.clone())
    }

    fn phrase(typed: &str) -> Phrase {
        Phrase::new(typed, MatchOptions::default()).expect("it has characters")
    }

    /// Passages of one report are counted on several cores here.
    #[test]
    fn counts_are_those_of_a_scan_on_however_many_cores() {
        let home = tempfile::tempdir().expect("a folder");
        let (corpus, dir) = (home.path().join("corpus"), home.path().join("index"));
        std::fs::create_dir(&corpus).expect("a folder");
        for at in 0..23 {
            let title = format!("汾阳市{}年政府工作报告", 2000 + at);
            let line = |n: usize| match (at + n) % 4 {
                0 => format!("第{n}项，建设专业镇，专业镇要强。\n\n"),
                1 => format!("第{n}项，专业镇发展有新招，专业镇更好。\n\n"),
                2 => format!("第{n}项，专业镇发展专业镇发展。\n\n"),
                _ => format!("第{n}项，造林种树。\n\n"),
            };
            let text: String = (0..9 + at % 5).map(line).collect();
            let text = format!("{title}\n\n一、过去一年工作\n\n{text}二、今年工作安排\n\n{text}");
            std::fs::write(corpus.join(format!("{title}.txt")), text).expect("written");
        }
        let options = UpdateOptions {
            roots: vec![corpus],
            ..UpdateOptions::default()
        };
        update(&dir, &options, &|_| {}).expect("it is built");
        let index = Index::open(&dir).expect("it opens");
        let filters = Filters::default();
        let [short, long] = ["专业镇", "专业镇发展"];
        assert!(scanned(&index, short).1.len() > 2 * PASSAGES_PER_CORE);
        let group = |typed: &str| Group {
            name: typed.to_owned(),
            phrases: vec![phrase(typed)],
        };
        let by_passage = |all_matches| CountOptions {
            all_matches,
            by_passage: true,
        };
        for typed in [short, long] {
            let all = count(&index, &[group(typed)], &filters, by_passage(true)).expect("counted");
            assert_eq!(counted_of(&all[0]), scanned(&index, typed), "{typed}");
            let query = Query::of(Keyword::Phrase(phrase(typed)));
            let all = count_query(&index, &query, &filters, true).expect("counted");
            assert_eq!(counted_of(&all), scanned(&index, typed), "{typed}");
        }
        // In a list the longer phrase has its places, and the shorter one is told of them.
        let groups = [group(short), group(long)];
        let listed = count(&index, &groups, &filters, by_passage(false)).expect("counted");
        assert_eq!(counted_of(&listed[1]), scanned(&index, long));
        let places = |counted: &Counted| -> u32 {
            let cells = counted.cells.iter();
            cells.map(|(.., cell)| cell.occurrences).sum()
        };
        let inside = listed[0].inside_longer.as_deref().expect("some are");
        assert_eq!(places(inside), places(&listed[1]));
        let all = count(&index, &groups[..1], &filters, by_passage(true)).expect("counted");
        assert_eq!(places(&listed[0]) + places(inside), places(&all[0]));
    }
}
