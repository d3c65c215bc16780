//! Sums over the cells of an answer: by region, year, part, level, or any key of a report's part.
//!
//! In: the cells that a search has filled in one pass (a count for each part of each report). Out: sums by
//! key. A key under which a report is held and nothing is found is there with 0; a key without
//! a report is not there at all: silence and absence are different answers.
//!
//! # Invariants
//!
//! - For keys of which every cell has one, the sums add up to the total of the answer.

use crate::index::Index;
use crate::query::{FilterKind, Filters};
use crate::region::{Level, Region};
use crate::report::{Part, Year};
use crate::search::ReportCells;
use std::collections::BTreeMap;

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
    /// Non-space characters that were looked into.
    pub chars_held: u64,
}

/// Adds up the cells of the reports and parts that `filters` let through, under the keys of each.
pub fn sum_by<K: Ord>(
    index: &Index,
    cells: &[ReportCells],
    filters: &Filters,
    keys: impl Fn(usize, Part) -> Vec<K>,
) -> BTreeMap<K, Sums> {
    let mask = index.report_mask(filters);
    // With each sum the last report that was counted as held and as having the phrase.
    let mut sums: BTreeMap<K, (Sums, Option<usize>, Option<usize>)> = BTreeMap::new();
    let searched = (0..mask.len()).filter(|rank| mask.get(*rank) == Some(&true));
    for rank in searched {
        let counts = cells.get(rank).copied().unwrap_or_default();
        let sizes = index.reports.parts(rank);
        for (part, (cell, size)) in Part::ALL.into_iter().zip(counts.iter().zip(sizes)) {
            if !(filters.parts.is_empty() || filters.parts.contains(&part)) {
                continue;
            }
            for key in keys(rank, part) {
                let (sum, last_held, last_with) = sums.entry(key).or_default();
                sum.occurrences += u64::from(cell.occurrences);
                sum.passages += u64::from(cell.passages);
                sum.passages_held += u64::from(size.passages);
                sum.chars_held += u64::from(size.chars);
                if size.passages > 0 && last_held.replace(rank) != Some(rank) {
                    sum.reports_held += 1;
                }
                if cell.passages > 0 && last_with.replace(rank) != Some(rank) {
                    sum.reports += 1;
                }
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
    let region_keys = |rank: usize, _: Part| match index.reports.region(rank) {
        Some(region) => region.path().map(Some).collect(),
        None => vec![None],
    };
    let regions = sum_by(index, cells, &without(FilterKind::Region), region_keys);
    let years = sum_by(index, cells, &without(FilterKind::Year), |rank, _| {
        vec![index.reports.year(rank)]
    });
    let parts = sum_by(index, cells, &without(FilterKind::Part), |_, part| {
        vec![part]
    });
    let levels = sum_by(index, cells, &without(FilterKind::Level), |rank, _| {
        vec![index.reports.level(rank)]
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
