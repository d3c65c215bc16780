//! Counts: a phrase or a list of phrases × region × year × whatever else is asked for.
//!
//! In: an open [`Index`], phrases, where to look. Out: a count for each part of each report ([`ReportCells`]),
//! filled in one pass of the exact channel, and sums of these under any key ([`crosstab`], [`facets`]).
//! A key under which a report is held and nothing is found is there with 0; a key without a report
//! has no sums: silence and absence are different answers.
//!
//! # Invariants
//!
//! - Sums under all values of a key add up to the total: of occurrences, passages and characters always,
//!   of reports where a report has one value of the key.
//! - In a list of phrases no place counts twice unless that is asked for: a place of a shorter phrase
//!   that overlaps one of a longer phrase is the longer one's.

use crate::exact::{ExactSegment, Phrase};
use crate::index::{Index, IndexError, PartSize, Segment};
use crate::passage::part_of;
use crate::query::{FilterKind, Filters};
use crate::region::{Level, Region};
use crate::report::{Part, Year};
use crate::search::{Cell, ReportCells, speaks_of};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::{AddAssign, Range};

/// What the cells under one key add up to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sums {
    /// Places.
    pub occurrences: u64,
    /// Passages with at least one.
    pub passages: u64,
    /// Reports with at least one.
    pub reports: u64,
    /// Reports that have something to look into.
    pub reports_held: u64,
    /// Passages that were looked into.
    pub passages_held: u64,
    /// Non-space characters that were looked into, headings included.
    pub chars_held: u64,
}

impl Sums {
    /// Occurrences in 10,000 characters; nothing where there is no character.
    pub fn per_10k(&self) -> Option<f64> {
        (self.chars_held > 0).then(|| self.occurrences as f64 * 1e4 / self.chars_held as f64)
    }
}

/// Which of the sums a table or a chart shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// Places.
    Occurrences,
    /// Passages with at least one.
    Passages,
    /// Reports with at least one.
    Reports,
    /// Places in 10,000 characters.
    Per10k,
}

impl Measure {
    /// The number, or nothing where there is no character to count in.
    pub fn of(self, sums: &Sums) -> Option<f64> {
        match self {
            Measure::Occurrences => Some(sums.occurrences as f64),
            Measure::Passages => Some(sums.passages as f64),
            Measure::Reports => Some(sums.reports as f64),
            Measure::Per10k => sums.per_10k(),
        }
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

/// What was counted: cells by rank of the report, and by passage where sections are asked for.
#[derive(Clone, Debug, Default)]
pub struct Counted {
    /// Cells by rank of the report, whatever the filters let through; `about` alone is heeded.
    pub cells: Vec<ReportCells>,
    /// Segment, passage and its places, ascending.
    passages: Vec<(usize, u32, u32)>,
}

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
    let n_reports = index.reports.len();
    let mut counted: Vec<Counted> = groups
        .iter()
        .map(|_| Counted {
            cells: vec![ReportCells::default(); n_reports],
            passages: Vec::new(),
        })
        .collect();
    let phrases: Vec<(usize, &Phrase)> = groups
        .iter()
        .enumerate()
        .flat_map(|(group, Group { phrases, .. })| {
            phrases.iter().map(move |phrase| (group, phrase))
        })
        .collect();
    let contested = contested(&phrases, options.all_matches);
    for (at, segment) in index.segments.iter().enumerate() {
        let placing = || Placing::new(index, segment, filters);
        // Passages of phrases that share a group or may overlap others: decided together.
        let mut shared: Vec<(u32, usize, u32)> = Vec::new();
        let all = phrases.iter().enumerate();
        for (phrase_at, (group, phrase)) in index.stop.until_each(all) {
            let alone = groups
                .get(*group)
                .is_some_and(|group| group.phrases.len() == 1);
            let apart = !contested.get(phrase_at).copied().unwrap_or(false);
            if let (true, true, Some(counted)) = (alone, apart, counted.get_mut(*group)) {
                let Counted { cells, passages } = counted;
                let mut placing = placing();
                segment.exact.occurrences(phrase, |doc, n| {
                    if placing.push(doc, n, cells) && options.by_passage {
                        passages.push((at, doc, n));
                    }
                });
                placing.finish(cells);
            } else {
                segment
                    .exact
                    .occurrences(phrase, |doc, n| shared.push((doc, phrase_at, n)));
            }
        }
        shared.sort_unstable();
        let mut placings: Vec<Placing<'_>> = groups.iter().map(|_| placing()).collect();
        for in_passage in index.stop.until_each(shared.chunk_by(|a, b| a.0 == b.0)) {
            let Some(&(doc, ..)) = in_passage.first() else {
                continue;
            };
            let mut by_group: BTreeMap<usize, u32> = BTreeMap::new();
            for (phrase_at, n) in counts_in(&segment.exact, &phrases, &contested, in_passage) {
                if let (Some((group, _)), 1..) = (phrases.get(phrase_at), n) {
                    *by_group.entry(*group).or_default() += n;
                }
            }
            for (group, n) in by_group {
                if let (Some(counted), Some(placing)) =
                    (counted.get_mut(group), placings.get_mut(group))
                    && placing.push(doc, n, &mut counted.cells)
                    && options.by_passage
                {
                    counted.passages.push((at, doc, n));
                }
            }
        }
        for (placing, counted) in placings.iter_mut().zip(&mut counted) {
            placing.finish(&mut counted.cells);
        }
    }
    index.go_on()?;
    Ok(counted)
}

/// Passages whose parts are read together: a call for each would cost more than the value.
const BATCH: usize = 64;

/// Puts ascending passages into the cells of their reports. The passages of a report are consecutive, so that its rank
/// is looked up once.
struct Placing<'i> {
    index: &'i Index,
    segment: &'i Segment,
    filters: &'i Filters,
    /// The passages of the report that was met last.
    run: Range<u32>,
    rank: Option<usize>,
    /// Passages that wait for their parts, the places in each, and how many they are.
    docs: [u32; BATCH],
    places: [u32; BATCH],
    n_waiting: usize,
}

impl<'i> Placing<'i> {
    fn new(index: &'i Index, segment: &'i Segment, filters: &'i Filters) -> Placing<'i> {
        Placing {
            index,
            segment,
            filters,
            run: 0..0,
            rank: None,
            docs: [0; BATCH],
            places: [0; BATCH],
            n_waiting: 0,
        }
    }

    /// Takes in a passage with its number of places, unless it speaks of no year that is asked for.
    #[inline]
    fn push(&mut self, doc: u32, n: u32, cells: &mut [ReportCells]) -> bool {
        if !self.filters.about.is_empty() && !speaks_of(self.segment.about_code(doc), self.filters)
        {
            return false;
        }
        if self.n_waiting == BATCH {
            self.finish(cells);
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

    /// Puts all that wait into their cells.
    fn finish(&mut self, cells: &mut [ReportCells]) {
        let mut codes = [0; BATCH];
        let n_waiting = std::mem::take(&mut self.n_waiting);
        let (Some(docs), Some(codes)) = (self.docs.get(..n_waiting), codes.get_mut(..n_waiting))
        else {
            return;
        };
        self.segment.part_codes(docs, codes);
        let mut cells_of_report = self.rank.and_then(|rank| cells.get_mut(rank));
        for ((doc, n), code) in docs.iter().zip(&self.places).zip(&*codes) {
            if !self.run.contains(doc) {
                let reports = &self.index.reports;
                self.rank = reports.rank_of(self.segment.report(*doc));
                let n_passages = self.rank.map_or(1, |rank| reports.size(rank).passages);
                let start = (doc + 1).saturating_sub(self.segment.number(*doc));
                self.run = start..start.saturating_add(n_passages);
                cells_of_report = self.rank.and_then(|rank| cells.get_mut(rank));
            }
            let part = part_of(*code).0 as usize;
            if let Some(cell) = cells_of_report
                .as_mut()
                .and_then(|cells| cells.get_mut(part))
            {
                cell.occurrences += n;
                cell.passages += 1;
            }
        }
    }
}

/// Which phrases may overlap another of the list: one holds the other, or ends as the other begins.
fn contested(phrases: &[(usize, &Phrase)], all_matches: bool) -> Vec<bool> {
    let mut contested = vec![false; phrases.len()];
    if all_matches {
        return contested;
    }
    for (at, (_, a)) in phrases.iter().enumerate() {
        for (beyond, (_, b)) in phrases.iter().enumerate().skip(at + 1) {
            if a.may_overlap(b) {
                for at in [at, beyond] {
                    if let Some(contested) = contested.get_mut(at) {
                        *contested = true;
                    }
                }
            }
        }
    }
    contested
}

/// How often each phrase stands in one passage: longer phrases take their places first.
fn counts_in(
    exact: &ExactSegment,
    phrases: &[(usize, &Phrase)],
    contested: &[bool],
    in_passage: &[(u32, usize, u32)],
) -> Vec<(usize, u32)> {
    let is_contested = |phrase_at: usize| contested.get(phrase_at).copied().unwrap_or(false);
    let n_contested = in_passage
        .iter()
        .filter(|(_, phrase_at, _)| is_contested(*phrase_at))
        .count();
    if n_contested < 2 {
        return in_passage
            .iter()
            .map(|(_, phrase_at, n)| (*phrase_at, *n))
            .collect();
    }
    let mut counts = Vec::new();
    let mut rivals = Vec::new();
    for (doc, phrase_at, n) in in_passage {
        match phrases.get(*phrase_at) {
            Some((_, phrase)) if is_contested(*phrase_at) => {
                rivals.push((phrase.folded().chars().count(), *phrase_at, *doc, *phrase));
            }
            _ => counts.push((*phrase_at, *n)),
        }
    }
    rivals.sort_by(|(a_chars, a, ..), (b_chars, b, ..)| b_chars.cmp(a_chars).then(a.cmp(b)));
    let mut taken: Vec<Range<usize>> = Vec::new();
    for (_, phrase_at, doc, phrase) in rivals {
        let passage = exact.passage(doc);
        let mut n = 0;
        for span in exact.spans(doc, phrase, &passage) {
            let is_free = |other: &Range<usize>| span.end <= other.start || other.end <= span.start;
            if taken.iter().all(is_free) {
                taken.push(span);
                n += 1;
            }
        }
        counts.push((phrase_at, n));
    }
    counts
}

/// By what counts are parted.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Dimension {
    /// The region that gave the report.
    Region,
    /// The province in which it lies.
    Province,
    /// The prefecture in which it lies.
    Prefecture,
    /// Its level.
    Level,
    /// The year of the report.
    Year,
    /// The part of the report.
    Part,
    /// The headings above a passage.
    Section,
    /// The report.
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
    pub fn of_report(self, index: &Index, rank: usize) -> Value {
        self.of(index, rank, Part::Other, &[])
    }

    /// The value of a report and part; sections are those of passages.
    fn of(self, index: &Index, rank: usize, part: Part, section: &[String]) -> Value {
        let region = index.reports.region(rank);
        let value = match self {
            Dimension::Region => region.map(Value::Region),
            // A report of a higher level stands under its own region.
            Dimension::Province => {
                region.map(|region| Value::Region(region.province().unwrap_or(region)))
            }
            Dimension::Prefecture => region.map(|region| {
                Value::Region(region.prefecture().or(region.province()).unwrap_or(region))
            }),
            Dimension::Level => index.reports.level(rank).map(Value::Level),
            Dimension::Year => index.reports.year(rank).map(Value::Year),
            Dimension::Part => Some(Value::Part(part)),
            Dimension::Section => Some(Value::Section(section.to_vec())),
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
    Section(Vec<String>),
    /// A report by its rank.
    Report(usize),
    /// What could not be placed.
    Unknown,
}

/// One row: a value for each dimension, and the sums, or nothing where no report is held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// In the order of the dimensions.
    pub key: Vec<Value>,
    /// None: there is no report. Zeros: there is one, and it does not say this.
    pub sums: Option<Sums>,
}

/// Counts under every combination of values that is held. With years among the dimensions, every combination of the
/// others has all years from the first to the last, also those without a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Crosstab {
    /// By what it is parted.
    pub by: Vec<Dimension>,
    /// In the order of keys.
    pub rows: Vec<Row>,
    /// All rows together; a report counts once.
    pub total: Sums,
}

/// Sums of what was counted, over the reports and parts that `filters` let through.
///
/// # Errors
/// When a file of the index cannot be read.
pub fn crosstab(
    index: &Index,
    counted: &Counted,
    filters: &Filters,
    by: &[Dimension],
) -> Result<Crosstab, IndexError> {
    index.go_on()?;
    let by_part = by.contains(&Dimension::Part);
    let units: Vec<Unit> = if by.contains(&Dimension::Section) {
        section_units(index, counted, filters)?
    } else if by_part {
        units(index, &counted.cells, filters).collect()
    } else {
        whole_reports(units(index, &counted.cells, filters)).collect()
    };
    let total = sum_by(units.iter(), |_| [()]);
    let total = total.into_values().next().unwrap_or_default();
    let sums = sum_by(units.iter(), |unit| {
        let values = by.iter();
        let key: Vec<Value> = values
            .map(|dimension| dimension.of(index, unit.rank, unit.part, &unit.section))
            .collect();
        [key]
    });
    let mut rows: BTreeMap<Vec<Value>, Option<Sums>> = sums
        .into_iter()
        .map(|(key, sums)| (key, Some(sums)))
        .collect();
    if let Some(at) = by
        .iter()
        .position(|dimension| *dimension == Dimension::Part)
    {
        drop_empty_parts(&mut rows, at);
    }
    if let Some(at) = by
        .iter()
        .position(|dimension| *dimension == Dimension::Year)
        && !by.contains(&Dimension::Report)
        && !by.contains(&Dimension::Section)
    {
        fill_years(&mut rows, at, filters);
    }
    Ok(Crosstab {
        by: by.to_vec(),
        rows: rows
            .into_iter()
            .map(|(key, sums)| Row { key, sums })
            .collect(),
        total,
    })
}

/// A part that no report has is no row.
fn drop_empty_parts(rows: &mut BTreeMap<Vec<Value>, Option<Sums>>, at: usize) {
    let held: BTreeSet<Value> = rows
        .iter()
        .filter(|(_, sums)| sums.is_some_and(|sums| sums.passages_held > 0))
        .filter_map(|(key, _)| key.get(at).cloned())
        .collect();
    rows.retain(|key, _| key.get(at).is_some_and(|part| held.contains(part)));
}

/// Adds the years between the first and the last, and those that a filter names, to every other value.
fn fill_years(rows: &mut BTreeMap<Vec<Value>, Option<Sums>>, at: usize, filters: &Filters) {
    let years = rows.keys().filter_map(|key| match key.get(at) {
        Some(Value::Year(year)) => Some(year.get()),
        _ => None,
    });
    // An open end of a filter says nothing of a year.
    let named = filters.years.iter().flat_map(|years| {
        [*years.start(), *years.end()]
            .into_iter()
            .filter(|year| *year != Year::MIN.get() && *year != Year::MAX.get())
    });
    let years: BTreeSet<u16> = years.chain(named).collect();
    let (Some(first), Some(last)) = (years.first(), years.last()) else {
        return;
    };
    let is_asked = |year: u16| {
        filters.years.is_empty() || filters.years.iter().any(|range| range.contains(&year))
    };
    let others: BTreeSet<Vec<Value>> = rows
        .keys()
        .map(|key| {
            let mut key = key.clone();
            key.remove(at);
            key
        })
        .collect();
    for other in others {
        for year in (*first..=*last).filter(|year| is_asked(*year)) {
            let mut key = other.clone();
            key.insert(at, Year::new(year).map_or(Value::Unknown, Value::Year));
            rows.entry(key).or_insert(None);
        }
    }
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
}

/// What is held of each region in each year from the first report of all to the last, by region, then by year. A year
/// without a report has no ranks. Copies are among the ranks whatever `filters` say of them; unplaced reports are not there.
pub fn coverage(index: &Index, filters: &Filters) -> Vec<Held> {
    let with_copies = Filters {
        duplicates: true,
        ..filters.clone()
    };
    let mask = index.report_mask(&with_copies);
    let mut held: BTreeMap<(Region, Year), Vec<usize>> = BTreeMap::new();
    for rank in (0..mask.len()).filter(|rank| mask.get(*rank) == Some(&true)) {
        if let (Some(region), Some(year)) = (index.reports.region(rank), index.reports.year(rank)) {
            held.entry((region, year)).or_default().push(rank);
        }
    }
    let years: BTreeSet<u16> = held.keys().map(|(_, year)| year.get()).collect();
    let regions: BTreeSet<Region> = held.keys().map(|(region, _)| *region).collect();
    let (Some(first), Some(last)) = (years.first(), years.last()) else {
        return Vec::new();
    };
    let years: Vec<Year> = (*first..=*last).filter_map(Year::new).collect();
    let mut all = Vec::new();
    for region in regions {
        for year in &years {
            let mut ranks = held.remove(&(region, *year)).unwrap_or_default();
            ranks.sort_by_key(|rank| (index.reports.is_duplicate(*rank), *rank));
            all.push(Held {
                region,
                year: *year,
                ranks,
            });
        }
    }
    all
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

/// The parts of the reports that `filters` let through, by rank.
fn units(index: &Index, cells: &[ReportCells], filters: &Filters) -> impl Iterator<Item = Unit> {
    let mask = index.report_mask(filters);
    let is_asked = |part: Part| filters.parts.is_empty() || filters.parts.contains(&part);
    let searched = (0..mask.len()).filter(move |rank| mask.get(*rank) == Some(&true));
    searched.flat_map(move |rank| {
        let counts = cells.get(rank).copied().unwrap_or_default();
        let sizes = index.reports.parts(rank);
        let parts = Part::ALL.into_iter().zip(counts.into_iter().zip(sizes));
        parts
            .filter(move |(part, _)| is_asked(*part))
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

/// The sections of each part of the reports that `filters` let through, by rank. Reads every passage of them.
fn section_units(
    index: &Index,
    counted: &Counted,
    filters: &Filters,
) -> Result<Vec<Unit>, IndexError> {
    let mask = index.report_mask(filters);
    let places: BTreeMap<(usize, u32), u32> = counted
        .passages
        .iter()
        .map(|(segment, doc, n)| ((*segment, *doc), *n))
        .collect();
    let mut units: BTreeMap<(usize, Part, Vec<String>), Unit> = BTreeMap::new();
    for rank in (0..mask.len()).filter(|rank| mask.get(*rank) == Some(&true)) {
        index.go_on()?;
        for (segment, doc, passage) in index.placed_passages(rank, |_| true)? {
            if !(filters.parts.is_empty() || filters.parts.contains(&passage.part)) {
                continue;
            }
            let mut section = passage.section.clone();
            if passage.kind == crate::report::Kind::Heading {
                section.push(passage.text.clone());
            }
            let n = places.get(&(segment, doc)).copied().unwrap_or(0);
            let unit = Unit {
                rank,
                part: passage.part,
                section: section.clone(),
                cell: Cell {
                    occurrences: n,
                    passages: u32::from(n > 0),
                },
                size: PartSize {
                    passages: 1,
                    chars: passage.text.chars().filter(|c| !c.is_whitespace()).count() as u32,
                },
            };
            match units.get_mut(&(rank, passage.part, section.clone())) {
                Some(sum) => *sum += &unit,
                None => {
                    units.insert((rank, passage.part, section), unit);
                }
            }
        }
    }
    Ok(units.into_values().collect())
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

/// What other values of each kind of filter would give: each kind is counted without its own filter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facets {
    /// By region and all regions above it, in the order of codes; unplaced reports under none.
    pub regions: Vec<(Option<Region>, Sums)>,
    /// Newest first; reports without a year last.
    pub years: Vec<(Option<Year>, Sums)>,
    /// In reading order.
    pub parts: Vec<(Part, Sums)>,
    /// Highest first; unplaced reports under none.
    pub levels: Vec<(Option<Level>, Sums)>,
}

/// The facets of an answer.
pub fn facets(index: &Index, cells: &[ReportCells], filters: &Filters) -> Facets {
    let without = |kind| filters.without(kind);
    let whole =
        |filters: &Filters| -> Vec<Unit> { whole_reports(units(index, cells, filters)).collect() };
    let reports = &index.reports;
    let region_keys = |unit: &Unit| -> Vec<Option<Region>> {
        match reports.region(unit.rank) {
            Some(region) => region.path().map(Some).collect(),
            None => vec![None],
        }
    };
    let regions = sum_by(whole(&without(FilterKind::Region)).iter(), region_keys);
    let years = sum_by(whole(&without(FilterKind::Year)).iter(), |unit| {
        [reports.year(unit.rank)]
    });
    let of_parts = without(FilterKind::Part);
    let of_parts: Vec<Unit> = units(index, cells, &of_parts).collect();
    let parts = sum_by(of_parts.iter(), |unit| [unit.part]);
    let levels = sum_by(whole(&without(FilterKind::Level)).iter(), |unit| {
        [reports.level(unit.rank)]
    });
    Facets {
        regions: none_last(regions.into_iter().collect()),
        years: none_last(years.into_iter().rev().collect()),
        parts: parts
            .into_iter()
            .filter(|(_, sums)| sums.passages_held > 0)
            .collect(),
        levels: none_last(levels.into_iter().collect()),
    }
}

fn none_last<K>(values: Vec<(Option<K>, Sums)>) -> Vec<(Option<K>, Sums)> {
    let (none, mut some): (Vec<_>, Vec<_>) = values.into_iter().partition(|(key, _)| key.is_none());
    some.extend(none);
    some
}
