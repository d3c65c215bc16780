//! The concordance: a phrase in its contexts, what stands beside it, and where it stands first.
//!
//! In: an open index and a phrase. Out: lines of keyword in context (KWIC), the commonest strings before and after
//! the phrase, first appearances with what is not known of the years before. Contexts are those of the
//! passage: a line never runs into another one.
//!
//! # Invariants
//!
//! - Left context, keyword and right context of a line are consecutive parts of the passage's text.
//! - A first appearance is marked where an earlier one may have been missed: `left_censored` when no
//!   earlier report is held, `gap_before` when the years right before are not.

pub use crate::exact::Side;
use crate::exact::{MatchOptions, Phrase, chars_before, chars_from};
use crate::fold::is_alphanumeric;
use crate::index::{Index, IndexError};
use crate::query::{Filters, Query, QueryError};
use crate::region::Region;
use crate::report::{Part, Year};
use crate::search::{Answer, Found, Hit, SearchOptions, Sort};
use crate::stats::{Dimension, Value};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;
use xxhash_rust::xxh3::xxh3_64_with_seed;

/// One place of a phrase with what stands around it.
#[derive(Clone, Debug)]
pub struct Line {
    /// The passage.
    pub hit: Arc<Hit>,
    /// The place, in bytes of its text.
    pub span: Range<usize>,
    /// The line of the raw file in which it begins, from 1.
    pub source_line: u32,
}

impl Line {
    /// Up to `max_chars` characters before the keyword.
    pub fn left(&self, max_chars: usize) -> &str {
        chars_before(&self.hit.passage.text, self.span.start, max_chars)
    }

    /// The phrase as it stands in the text.
    pub fn keyword(&self) -> &str {
        let text = &self.hit.passage.text;
        text.get(self.span.clone()).unwrap_or_default()
    }

    /// Up to `max_chars` characters after the keyword.
    pub fn right(&self, max_chars: usize) -> &str {
        chars_from(&self.hit.passage.text, self.span.end, max_chars)
    }
}

/// In which order lines are given.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Order {
    /// Oldest report first, then by region, in reading order.
    Year,
    /// By region code, oldest first, in reading order.
    Region,
    /// By what stands on one side, characters in the order of Unicode; equal ones as by year.
    Context(Side),
}

/// How far a line is compared and neighbours are looked for, in characters.
const REACH: usize = 40;
/// By so many folded characters lines are ordered before more of them is looked at; 21 bits each.
const N_BEGINNING: usize = 6;

/// All places of a phrase in an order. Which passages have it and how often is known from the index; what stands beside
/// a place is read from the folded text, and a passage itself only when one of its lines is given.
pub struct Concordance<'i> {
    index: &'i Index,
    found: Found,
    /// By year or region, in reading order.
    places: Vec<Place>,
    side: Option<Side>,
    /// What was found, without hits.
    pub answer: Answer,
}

/// A place that has not been read.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Place {
    /// Which of the passages that were found.
    passage: usize,
    /// Which of its places, from 0.
    nth: u32,
}

impl<'i> Concordance<'i> {
    /// Finds all places of a query of one phrase.
    ///
    /// # Errors
    /// When a file of the index cannot be read.
    pub fn new(
        index: &'i Index,
        query: &Query,
        filters: &Filters,
        order: Order,
    ) -> Result<Concordance<'i>, IndexError> {
        let options = SearchOptions {
            filters: filters.clone(),
            sort: match order {
                Order::Region => Sort::Region,
                Order::Year | Order::Context(_) => Sort::Oldest,
            },
            ..SearchOptions::default()
        };
        let (answer, found) = index.find(query, &options)?;
        let of_passage = |(passage, n)| (0..n).map(move |nth| Place { passage, nth });
        Ok(Concordance {
            places: found
                .occurrences()
                .enumerate()
                .flat_map(of_passage)
                .collect(),
            index,
            found,
            side: match order {
                Order::Context(side) => Some(side),
                Order::Year | Order::Region => None,
            },
            answer,
        })
    }

    /// How many lines there are.
    pub fn n_lines(&self) -> usize {
        self.places.len()
    }

    /// Keeps `n` of the lines, the same for the same seed whatever their order.
    ///
    /// # Errors
    /// When a file of the index cannot be read.
    pub fn sample(&mut self, n: usize, seed: u64) -> Result<(), IndexError> {
        let mut drawn: Vec<(u64, usize)> = Vec::with_capacity(self.places.len());
        self.index.each_place(&self.found, |id, spans| {
            for span in spans {
                let place = format!("{id}@{}", span.start);
                drawn.push((xxh3_64_with_seed(place.as_bytes(), seed), drawn.len()));
            }
        })?;
        drawn.sort_unstable();
        let mut kept: Vec<usize> = drawn.into_iter().take(n).map(|(_, at)| at).collect();
        kept.sort_unstable();
        let place = |at: &usize| self.places.get(*at).copied();
        self.places = kept.iter().filter_map(place).collect();
        Ok(())
    }

    /// Reads `limit` lines after the first `offset`, in order.
    ///
    /// # Errors
    /// When a file of the index cannot be read.
    pub fn lines(&self, offset: usize, limit: usize) -> Result<Vec<Line>, IndexError> {
        let end = offset.saturating_add(limit).min(self.places.len());
        let page = self.page(offset.min(end)..end);
        self.index.go_on()?;
        let mut passages: Vec<usize> = page.iter().map(|place| place.passage).collect();
        passages.sort_unstable();
        passages.dedup();
        let hits = self.index.hits(&self.found, passages.iter().copied())?;
        let hits: Vec<Arc<Hit>> = hits.into_iter().map(Arc::new).collect();
        let line = |place: Place| {
            let hit = hits.get(passages.binary_search(&place.passage).ok()?)?;
            let nth = place.nth as usize;
            Some(Line {
                span: hit.spans.get(nth)?.clone(),
                source_line: *hit.lines.get(nth)?,
                hit: Arc::clone(hit),
            })
        };
        Ok(page.into_iter().filter_map(line).collect())
    }

    /// Some of the places by their numbers in the order of lines.
    fn page(&self, page: Range<usize>) -> Vec<Place> {
        let Some(side) = self.side else {
            return self.places.get(page).unwrap_or_default().to_vec();
        };
        let mut order: Vec<(u128, usize)> = Vec::with_capacity(self.places.len());
        self.each_context(&self.places, side, |context| {
            let beginning = (0..N_BEGINNING).fold(0, |all, _| {
                all << 21 | context.next().map_or(0, |c| u128::from(u32::from(c)))
            });
            order.push((beginning, order.len()));
        });
        order.sort_unstable();
        let place = |(_, at): &(u128, usize)| self.places.get(*at).copied();
        let mut start = 0;
        for same in order.chunk_by_mut(|(a, _), (b, _)| a == b) {
            let run = start..start + same.len();
            start = run.end;
            // The rest decides where lines begin alike, and is looked at where it shows.
            if run.len() > 1 && run.start < page.end && page.start < run.end {
                let places: Vec<Place> = same.iter().filter_map(place).collect();
                let mut contexts: Vec<Vec<char>> = Vec::with_capacity(places.len());
                self.each_context(&places, side, |context| contexts.push(context.collect()));
                let mut by_context: Vec<_> =
                    contexts.into_iter().zip(same.iter().copied()).collect();
                by_context.sort();
                for (place, (_, in_order)) in same.iter_mut().zip(by_context) {
                    *place = in_order;
                }
            }
        }
        let page = order.get(page).unwrap_or_default();
        page.iter().filter_map(place).collect()
    }

    /// Calls `visit` for each of some places, which stand in reading order, with the folded characters on one side, the
    /// nearest first.
    fn each_context(
        &self,
        places: &[Place],
        side: Side,
        mut visit: impl FnMut(&mut dyn Iterator<Item = char>),
    ) {
        let passages = places.chunk_by(|a, b| a.passage == b.passage);
        for of_passage in self.index.stop.until_each(passages) {
            let mut wanted = of_passage.iter();
            let mut next = wanted.next();
            let mut nth = 0;
            let passage = next.map_or(0, |place| place.passage);
            self.index
                .contexts(&self.found, passage, (side, REACH), |context| {
                    if next.is_some_and(|place| place.nth == nth) {
                        visit(context);
                        next = wanted.next();
                    }
                    nth += 1;
                });
        }
    }

    /// The commonest strings right before or right after the keyword, without a dictionary.
    ///
    /// Strings grow away from the keyword, up to punctuation. One character says too little: it grows wherever two lines go
    /// on alike. A longer string grows only while nearly all of its lines go on alike, so that it ends where a
    /// word does: what may follow varies (accessor variety, Feng et al. 2004).
    ///
    /// # Errors
    /// When the work is stopped.
    pub fn neighbours(&self, side: Side) -> Result<Vec<Neighbour>, IndexError> {
        let mut contexts: Vec<Vec<char>> = Vec::with_capacity(self.places.len());
        self.each_context(&self.places, side, |context| {
            let word = context.take_while(|c| is_alphanumeric(*c));
            contexts.push(word.take(MAX_NEIGHBOUR).collect());
        });
        self.index.go_on()?;
        let all: Vec<&[char]> = contexts.iter().map(Vec::as_slice).collect();
        let mut found = Vec::new();
        grow(&all, 0, &mut found);
        let mut found: Vec<Neighbour> = found
            .into_iter()
            .map(|(chars, lines)| Neighbour {
                text: match side {
                    Side::Left => chars.iter().rev().collect(),
                    Side::Right => chars.iter().collect(),
                },
                lines,
            })
            .collect();
        found.sort_by(|a, b| b.lines.cmp(&a.lines).then_with(|| a.text.cmp(&b.text)));
        self.index.go_on()?;
        Ok(found)
    }
}

/// A string that stands beside the keyword.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Neighbour {
    /// Folded, in reading order.
    pub text: String,
    /// How many lines have it.
    pub lines: usize,
}

/// A string beside a keyword is not shown if fewer lines have it.
const MIN_LINES: usize = 2;
/// Longest neighbour, in characters.
const MAX_NEIGHBOUR: usize = 12;
/// A string gives way to a longer one that has at least this part of its lines, in per cent.
const SAME_PERCENT: usize = 75;

/// Looks at lines that agree in their first `n_chars` characters, and adds what is worth showing.
fn grow<'c>(contexts: &[&'c [char]], n_chars: usize, found: &mut Vec<(&'c [char], usize)>) {
    let n_lines = contexts.len();
    let mut branches: BTreeMap<char, Vec<&[char]>> = BTreeMap::new();
    for context in contexts {
        if let Some(next) = context.get(n_chars) {
            branches.entry(*next).or_default().push(context);
        }
    }
    let goes_on = |branch: &Vec<&[char]>| {
        branch.len() >= MIN_LINES && (n_chars < 2 || branch.len() * 100 >= n_lines * SAME_PERCENT)
    };
    let mut n_grown = 0;
    for branch in branches.values().filter(|branch| goes_on(branch)) {
        n_grown += branch.len();
        grow(branch, n_chars + 1, found);
    }
    let text = contexts.first().and_then(|context| context.get(..n_chars));
    let rest = n_lines - n_grown;
    if let Some(text) = text
        && n_chars > 0
        && n_lines >= MIN_LINES
        && (n_grown == 0 || n_chars < 2 && rest >= MIN_LINES)
    {
        found.push((text, n_lines));
    }
}

/// Where a phrase stands first under one value of a dimension.
#[derive(Clone, Debug)]
pub struct First {
    /// The region or level; none when all reports are taken together.
    pub key: Option<Value>,
    /// The earliest place: a passage of the earliest report that has the phrase.
    pub hit: Option<Hit>,
    /// The year of its report.
    pub year: Option<Year>,
    /// The earliest report that is held already has it: it may be older.
    pub left_censored: bool,
    /// First and last year right before of which no report is held.
    pub gap_before: Option<(u16, u16)>,
    /// The years of which reports are held.
    pub years_held: BTreeSet<u16>,
}

/// How many have a phrase by a year: the adoption curve.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Adoption {
    /// The year.
    pub year: u16,
    /// Regions (or levels) in which it stands for the first time.
    pub new: usize,
    /// Regions in which it has stood by then.
    pub cumulative: usize,
    /// Regions of which a report of this year is held.
    pub held: usize,
}

/// The first appearances of a phrase, in all reports together or under each value of `by`, and the curve of their
/// adoption. Reports without a year are left out; `rejected` are ids of passages to pass over.
///
/// # Errors
/// When a file of the index cannot be read.
pub fn first_appearances(
    index: &Index,
    query: &Query,
    filters: &Filters,
    by: Option<Dimension>,
    rejected: &[String],
) -> Result<Vec<First>, IndexError> {
    let key = |rank: usize| by.map(|by| by.of_report(index, rank));
    let mut firsts: BTreeMap<Option<Value>, First> = BTreeMap::new();
    for (rank, _) in index
        .report_mask(filters)
        .iter()
        .enumerate()
        .filter(|(_, held)| **held)
    {
        let Some(year) = index.reports.year(rank) else {
            continue;
        };
        let key = key(rank);
        let first = firsts.entry(key.clone()).or_insert_with(|| First {
            key,
            hit: None,
            year: None,
            left_censored: false,
            gap_before: None,
            years_held: BTreeSet::new(),
        });
        first.years_held.insert(year.get());
    }
    let mut filters = filters.clone();
    // Of reports that are not the earliest no passage needs to be read; which these are is known from the counts.
    if rejected.is_empty() {
        filters.reports = earliest(index, query, &filters, &key)?;
        if filters.reports.is_empty() {
            return Ok(firsts.into_values().collect());
        }
    }
    let options = SearchOptions {
        filters,
        sort: Sort::Oldest,
        ..SearchOptions::default()
    };
    for hit in index.search(query, &options)?.hits {
        let Some(year) = index.reports.year(hit.passage.rank) else {
            continue;
        };
        let Some(first) = firsts.get_mut(&key(hit.passage.rank)) else {
            continue;
        };
        // Of one year the report with the earlier date comes first, one without a date last.
        let date = |hit: &Hit| {
            let date = hit.passage.report.meta.date;
            (date.is_none(), date)
        };
        let is_earlier = match (&first.hit, first.year) {
            (Some(best), Some(best_year)) => year == best_year && date(&hit) < date(best),
            _ => true,
        };
        if is_earlier && !rejected.contains(&hit.passage.id()) {
            first.year = Some(year);
            first.hit = Some(hit);
        }
    }
    let mut firsts: Vec<First> = firsts.into_values().collect();
    for first in &mut firsts {
        let Some(year) = first.year.map(Year::get) else {
            continue;
        };
        let before = first.years_held.range(..year).next_back().copied();
        first.left_censored = before.is_none();
        first.gap_before = before
            .map(|before| (before + 1, year - 1))
            .filter(|(from, to)| from <= to);
    }
    Ok(firsts)
}

/// The earliest report that has the phrase, under each key: of one year the one with the earlier date, one without a
/// date last, then in the order of regions.
fn earliest(
    index: &Index,
    query: &Query,
    filters: &Filters,
    key: &impl Fn(usize) -> Option<Value>,
) -> Result<Vec<usize>, IndexError> {
    let options = SearchOptions {
        filters: filters.clone(),
        limit: Some(0),
        ..SearchOptions::default()
    };
    let mask = index.report_mask(filters);
    let mut years: BTreeMap<Option<Value>, (Year, Vec<usize>)> = BTreeMap::new();
    for (rank, cells) in index.search(query, &options)?.cells.iter().enumerate() {
        let is_searched = |part: &Part| filters.parts.is_empty() || filters.parts.contains(part);
        let parts = Part::ALL.iter().zip(cells);
        let has_hits = parts
            .into_iter()
            .any(|(part, cell)| cell.passages > 0 && is_searched(part));
        let (true, Some(true), Some(year)) = (has_hits, mask.get(rank), index.reports.year(rank))
        else {
            continue;
        };
        let (first, ranks) = years.entry(key(rank)).or_insert_with(|| (year, Vec::new()));
        if year < *first {
            *first = year;
            ranks.clear();
        }
        if year == *first {
            ranks.push(rank);
        }
    }
    let mut earliest = Vec::new();
    for (_, ranks) in years.into_values() {
        let mut best = None;
        for rank in ranks {
            let entry = index.reports.entry(rank);
            let date = entry.map_err(|error| index.damaged(error))?.meta.date;
            let region = index.reports.region(rank).map_or(u32::MAX, Region::code);
            let place = (date.is_none(), date, region, rank);
            if best.is_none_or(|best| place < best) {
                best = Some(place);
            }
        }
        earliest.extend(best.map(|(.., rank)| rank));
    }
    Ok(earliest)
}

/// The adoption curve of first appearances, from the first year that is held to the last.
pub fn adoption(firsts: &[First]) -> Vec<Adoption> {
    let held: BTreeSet<u16> = firsts
        .iter()
        .flat_map(|first| first.years_held.iter().copied())
        .collect();
    let (Some(from), Some(to)) = (held.first(), held.last()) else {
        return Vec::new();
    };
    let mut cumulative = 0;
    let of_year = |year: u16| {
        let new = firsts
            .iter()
            .filter(|first| first.year.map(Year::get) == Some(year))
            .count();
        cumulative += new;
        Adoption {
            year,
            new,
            cumulative,
            held: firsts
                .iter()
                .filter(|first| first.years_held.contains(&year))
                .count(),
        }
    };
    (*from..=*to).map(of_year).collect()
}

/// A query of one phrase, exactly as typed: blanks in it fold away.
///
/// # Errors
/// When nothing is left of it after folding.
pub fn one_phrase(typed: &str, options: MatchOptions) -> Result<Query, QueryError> {
    Phrase::new(typed.trim(), options)
        .map(Query::of_phrase)
        .ok_or(QueryError::Empty)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn neighbours_of(contexts: &[&str]) -> Vec<(String, usize)> {
        let contexts: Vec<Vec<char>> = contexts.iter().map(|text| text.chars().collect()).collect();
        let all: Vec<&[char]> = contexts.iter().map(Vec::as_slice).collect();
        let mut found = Vec::new();
        grow(&all, 0, &mut found);
        let mut found: Vec<(String, usize)> = found
            .into_iter()
            .map(|(chars, n)| (chars.iter().collect(), n))
            .collect();
        found.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        found
    }

    fn check(contexts: &[&str], expected: &[(&str, usize)]) {
        let expected: Vec<(String, usize)> = expected
            .iter()
            .map(|(text, n)| ((*text).to_owned(), *n))
            .collect();
        assert_eq!(neighbours_of(contexts), expected, "{contexts:?}");
    }

    #[test]
    fn a_string_ends_where_what_follows_varies() {
        check(&["建设提速", "建设成效", "建设", "建立"], &[("建设", 3)]);
        check(
            &["建设和发展", "建设和发展", "建设和发展"],
            &[("建设和发展", 3)],
        );
    }

    #[test]
    fn one_character_gives_way_to_the_words_that_begin_with_it() {
        check(
            &["酒黄州代", "酒黄州代", "酒汾", "酒汾的"],
            &[("酒汾", 2), ("酒黄州代", 2)],
        );
        check(&["的新", "的好", "的大"], &[("的", 3)]);
        check(&["的新", "的新", "的大", "的小"], &[("的", 4), ("的新", 2)]);
    }

    #[test]
    fn what_stands_once_is_no_neighbour() {
        check(&["甲", "乙", ""], &[]);
    }
}
