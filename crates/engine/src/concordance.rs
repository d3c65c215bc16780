//! The concordance: a phrase in its contexts, what stands beside it, and where it stands first.
//!
//! In: an open index and a phrase. Out: lines of keyword in context (KWIC), the commonest strings before and after
//! the phrase, first appearances with what is not known of the years before. Contexts are those of the
//! passage: a line never runs into another one.
//!
//! # Invariants
//!
//! - Left context, keyword and right context of a line are consecutive parts of the passage's text.
//! - A place takes a few tens of bytes until its line is read, whatever the order; lines are read some thousands
//!   together, each passage once for all of its lines among them, and hold what is shown, not their passages' texts.
//! - A first appearance is marked where an earlier one may have been missed: `left_censored` when no
//!   earlier report is held, `gap_before` when the years right before are not.

use crate::catalogue::Catalogue;
pub use crate::exact::Side;
use crate::exact::{chars_before, chars_from};
use crate::index::{Index, IndexError};
use crate::passage::{Entries, PassageView};
use crate::query::{Filters, Query};
use crate::search::{Found, Hit, SearchOptions, SearchResult, Sort};
use crate::stats::{Dimension, Presence, State, Value, unread_within};
use baogao_reading::fold::is_alphanumeric;
use baogao_reading::region::Region;
use baogao_reading::report::{Kind, Part, Year};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};
use std::ops::Range;
use std::sync::Arc;
use xxhash_rust::xxh3::xxh3_64_with_seed;

/// One place of a phrase with what stands around it.
#[derive(Clone, Debug)]
pub struct Line {
    /// The passage; its text is left out, unless it is a heading.
    pub passage: Arc<PassageView>,
    /// What stands before the keyword, as far as it is asked for.
    pub left: String,
    /// The phrase as it stands in the text.
    pub keyword: String,
    /// What stands after the keyword, as far as it is asked for.
    pub right: String,
    /// The place, in bytes of the passage's text.
    pub bytes: Range<usize>,
    /// The place, in characters.
    pub chars: Range<usize>,
    /// The line of the raw file in which it begins, from 1.
    pub source_line: u32,
}

/// In which order lines are given.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(feature = "arguments", derive(clap::ValueEnum))]
#[serde(rename_all = "lowercase")]
pub enum Order {
    /// By what stands before the phrase, read backwards
    Left,
    /// By what stands after it
    Right,
    /// Oldest report first
    #[default]
    Year,
    /// By region code
    Region,
}

impl Order {
    /// The side by which lines are compared: characters in the order of Unicode, equal ones as by year.
    fn side(self) -> Option<Side> {
        match self {
            Order::Left => Some(Side::Left),
            Order::Right => Some(Side::Right),
            Order::Year | Order::Region => None,
        }
    }
}

/// How far a line is compared and neighbours are looked for, in characters.
const REACH: usize = 40;
/// So many folded characters of each line are compared at a time; 21 bits each.
const N_COMPARED: usize = 6;
/// Lines that are read together take about so many bytes,
const BATCH_BYTES: usize = 1 << 24;
/// and are not more than these.
const BATCH_LINES: usize = 1 << 13;
/// What a line takes without its contexts, in bytes.
const LINE_BYTES: usize = 1 << 10;
/// The longest character in UTF-8.
const CHAR_BYTES: usize = 4;

/// All places of a phrase in an order. Which passages have it and how often is known from the index; what stands beside
/// a place is read from the folded text, and a passage itself only when one of its lines is given.
pub struct Concordance<'i> {
    index: &'i Index,
    found: Found,
    /// By year or region, in reading order.
    places: Vec<Place>,
    side: Option<Side>,
    /// What was found, without hits.
    pub answer: SearchResult,
}

/// A place that has not been read.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
struct Place {
    /// Which of the passages that were found.
    passage: u32,
    /// Which of its places, from 0.
    nth: u32,
}

/// Some of the lines of a concordance, in its order, none of them read.
pub struct Page {
    places: Vec<Place>,
}

impl Page {
    /// How many lines there are.
    pub fn n_lines(&self) -> usize {
        self.places.len()
    }
}

impl<'i> Concordance<'i> {
    /// Finds all places of a query.
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
                Order::Year | Order::Left | Order::Right => Sort::Oldest,
            },
            ..SearchOptions::default()
        };
        let (answer, found) = index.find(query, &options)?;
        // Not grown step by step: that would take twice as much for a moment.
        let mut places = Vec::with_capacity(found.occurrences().map(|n| n as usize).sum());
        for (passage, n) in index.stop.until((0u32..).zip(found.occurrences())) {
            places.extend((0..n).map(|nth| Place { passage, nth }));
        }
        index.go_on()?;
        Ok(Concordance {
            places,
            index,
            found,
            side: order.side(),
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
        // The `n` smallest of the drawn numbers, each with the place that it was drawn for.
        let mut drawn: BinaryHeap<(u64, u32)> = BinaryHeap::new();
        let mut at = 0;
        self.index.each_place(&self.found, |id, spans| {
            for span in spans {
                let place = format!("{id}@{}", span.start);
                drawn.push((xxh3_64_with_seed(place.as_bytes(), seed), at));
                at += 1;
                if drawn.len() > n {
                    drawn.pop();
                }
            }
        })?;
        if at as usize != self.places.len() {
            return Err(self.lost());
        }
        let mut kept: Vec<u32> = drawn.into_iter().map(|(_, at)| at).collect();
        self.index.stop.sort_by(&mut kept, u32::cmp);
        self.index.go_on()?;
        let place = |at: &u32| self.places.get(*at as usize).copied();
        self.places = kept.iter().filter_map(place).collect();
        Ok(())
    }

    /// At most `limit` lines after the first `offset`, in order.
    ///
    /// # Errors
    /// When the work is stopped.
    pub fn page(&self, offset: usize, limit: usize) -> Result<Page, IndexError> {
        let end = offset.saturating_add(limit).min(self.places.len());
        let page = offset.min(end)..end;
        let places = match self.side {
            Some(side) => self.by_context(side, page)?,
            None => self.places.get(page).unwrap_or_default().to_vec(),
        };
        self.index.go_on()?;
        Ok(Page { places })
    }

    /// Reads the lines of a page, with at most `max_chars` characters on each side.
    pub fn lines<'c>(&'c self, page: &'c Page, max_chars: usize) -> Lines<'c> {
        Lines {
            index: self.index,
            found: &self.found,
            rest: &page.places,
            max_chars,
            ready: Vec::new().into_iter(),
            entries: Entries::new(self.index),
            last: None,
        }
    }

    /// Some of the places by their numbers in the order of what stands on one side.
    ///
    /// A few characters of every place are compared first. Only where they leave places of the page alike the next few
    /// are read, for all of these places in one walk, and so on until none are alike or their contexts have ended.
    fn by_context(&self, side: Side, page: Range<usize>) -> Result<Vec<Place>, IndexError> {
        let stop = &self.index.stop;
        let mut order: Vec<Compared> = Vec::with_capacity(self.places.len());
        let all = (0..self.places.len() as u32).map(|at| (at, at));
        self.each_context(all, side, |_, at, context| {
            order.push(Compared::new(context, at));
        });
        self.index.go_on()?;
        if order.len() != self.places.len() {
            return Err(self.lost());
        }
        stop.sort_by(&mut order, Compared::cmp);
        let whole = 0..order.len() as u32;
        let mut alike = runs_alike(&order, &[whole], &page);
        let mut n_compared = N_COMPARED;
        while !alike.is_empty() && !stop.is_set() {
            let mut ties: Vec<(u32, u32)> = alike
                .iter()
                .flat_map(Clone::clone)
                .filter_map(|at| Some((order.get(at as usize)?.place, at)))
                .collect();
            stop.sort_by(&mut ties, Ord::cmp);
            self.each_context(ties.into_iter(), side, |at, place, context| {
                if let Some(compared) = order.get_mut(at as usize) {
                    *compared = Compared::new(&mut context.skip(n_compared), place);
                }
            });
            for run in stop.until(alike.iter()) {
                if let Some(run) = order.get_mut(run.start as usize..run.end as usize) {
                    stop.sort_by(run, Compared::cmp);
                }
            }
            alike = runs_alike(&order, &alike, &page);
            n_compared += N_COMPARED;
        }
        self.index.go_on()?;
        let page = order.get(page).unwrap_or_default();
        let place = |compared: &Compared| self.places.get(compared.place as usize).copied();
        Ok(page.iter().filter_map(place).collect())
    }

    /// The error where a passage has fewer places than the index counts in it.
    fn lost(&self) -> IndexError {
        self.index.damaged("places are missing in a passage")
    }

    /// Calls `visit` for each of some places, with what its number comes with and with the folded characters on one side,
    /// the nearest first. The numbers ascend.
    fn each_context(
        &self,
        numbers: impl Iterator<Item = (u32, u32)>,
        side: Side,
        mut visit: impl FnMut(u32, u32, &mut dyn Iterator<Item = char>),
    ) {
        let place = |(number, with): (u32, u32)| {
            let place = self.places.get(number as usize)?;
            Some((*place, number, with))
        };
        let mut wanted = numbers.filter_map(place).peekable();
        while let Some((Place { passage, .. }, ..)) =
            wanted.peek().copied().filter(|_| !self.index.stop.is_set())
        {
            let mut at = 0;
            let here = Place { passage, nth: 0 };
            let (found, side) = (&self.found, (side, REACH));
            self.index
                .contexts(found, passage as usize, side, |context| {
                    let here = Place { nth: at, ..here };
                    if let Some((_, number, with)) = wanted.next_if(|(place, ..)| *place == here) {
                        visit(with, number, context);
                    }
                    at += 1;
                });
            // What the index does not have, because it is damaged, is passed over.
            while wanted
                .next_if(|(place, ..)| place.passage == passage)
                .is_some()
            {}
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
        let mut words: Vec<Beside> = Vec::with_capacity(self.places.len());
        let all = (0..self.places.len() as u32).map(|at| (at, at));
        self.each_context(all, side, |_, _, context| {
            words.push(beside(context.take_while(|c| is_alphanumeric(*c))));
        });
        self.index.stop.sort_by(&mut words, Beside::cmp);
        self.index.go_on()?;
        let mut found = Vec::new();
        grow(&words, 0, &mut found);
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

/// A place with some characters of what stands beside it, as numbers that sort as they do; 0 behind the end.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Compared {
    chars: [u32; 4],
    place: u32,
}

impl Compared {
    fn new(context: &mut dyn Iterator<Item = char>, place: u32) -> Compared {
        let chars = (0..N_COMPARED).fold(0, |all, _| {
            all << 21 | context.next().map_or(0, |c| u128::from(u32::from(c)))
        });
        Compared {
            // In a number of 128 bits places would take half as much again.
            chars: [96, 64, 32, 0].map(|shift| (chars >> shift) as u32),
            place,
        }
    }

    /// Whether more characters may follow.
    fn goes_on(&self) -> bool {
        self.chars[3] & ((1 << 21) - 1) != 0
    }
}

/// The runs of places, inside of others, that are alike so far, go on, and reach into the page.
fn runs_alike(order: &[Compared], within: &[Range<u32>], page: &Range<usize>) -> Vec<Range<u32>> {
    let mut alike = Vec::new();
    for range in within {
        let mut start = range.start;
        let run = order.get(start as usize..range.end as usize);
        for same in run.unwrap_or_default().chunk_by(|a, b| a.chars == b.chars) {
            let run = start..start + same.len() as u32;
            start = run.end;
            let is_shown = (run.start as usize) < page.end && page.start < run.end as usize;
            if same.len() > 1 && is_shown && same.first().is_some_and(Compared::goes_on) {
                alike.push(run);
            }
        }
    }
    alike
}

/// The lines of a page, read as they are asked for.
pub struct Lines<'c> {
    index: &'c Index,
    found: &'c Found,
    rest: &'c [Place],
    max_chars: usize,
    ready: std::vec::IntoIter<Line>,
    entries: Entries<'c>,
    /// The passage that was read last: that of a page's last line is often that of the next one's first.
    last: Option<(u32, Read)>,
}

/// A passage with its places.
struct Read {
    text: String,
    spans: Vec<Range<usize>>,
    lines: Vec<u32>,
    /// Without the text, unless it is a heading.
    passage: Arc<PassageView>,
}

impl Iterator for Lines<'_> {
    type Item = Result<Line, IndexError>;

    fn next(&mut self) -> Option<Result<Line, IndexError>> {
        if self.ready.len() == 0 && !self.rest.is_empty() {
            match self.read_batch() {
                Ok(lines) => self.ready = lines.into_iter(),
                Err(error) => {
                    self.rest = &[];
                    return Some(Err(error));
                }
            }
        }
        self.ready.next().map(Ok)
    }
}

impl Lines<'_> {
    /// Reads the next lines.
    fn read_batch(&mut self) -> Result<Vec<Line>, IndexError> {
        let (batch, rest) = self.rest.split_at(self.n_in_batch());
        self.rest = rest;
        let mut in_passages: Vec<(Place, usize)> = batch.iter().copied().zip(0..).collect();
        in_passages.sort_unstable();
        let mut lines: Vec<(usize, Line)> = Vec::with_capacity(batch.len());
        for of_passage in in_passages.chunk_by(|(a, _), (b, _)| a.passage == b.passage) {
            self.index.go_on()?;
            let number = of_passage.first().map_or(0, |(place, _)| place.passage);
            let read = match self.last.take() {
                Some((last, read)) if last == number => read,
                _ => self.read(number)?,
            };
            self.add_lines(&read, of_passage, &mut lines)?;
            self.last = Some((number, read));
        }
        self.index.go_on()?;
        lines.sort_unstable_by_key(|(at, _)| *at);
        Ok(lines.into_iter().map(|(_, line)| line).collect())
    }

    /// How many lines are read together.
    fn n_in_batch(&self) -> usize {
        let mut n_bytes = 0;
        let mut takes = |place: &Place| {
            let n_chars = self.index.n_chars_of(self.found, place.passage as usize);
            n_bytes += LINE_BYTES + 2 * CHAR_BYTES * n_chars.min(self.max_chars);
            n_bytes < BATCH_BYTES
        };
        let batch = self.rest.iter().take(BATCH_LINES);
        batch
            .take_while(|place| takes(place))
            .count()
            .max(1)
            .min(self.rest.len())
    }

    fn read(&mut self, number: u32) -> Result<Read, IndexError> {
        let Hit {
            mut passage,
            spans,
            lines,
            ..
        } = self
            .index
            .hit_at(self.found, number as usize, &mut self.entries)?;
        let text = match passage.kind {
            Kind::Heading => passage.text.clone(),
            Kind::Text => std::mem::take(&mut passage.text),
        };
        Ok(Read {
            text,
            spans,
            lines,
            passage: Arc::new(passage),
        })
    }

    /// Adds the lines of some places of a passage, in reading order, each with its number.
    fn add_lines(
        &self,
        read: &Read,
        places: &[(Place, usize)],
        lines: &mut Vec<(usize, Line)>,
    ) -> Result<(), IndexError> {
        let (mut byte, mut n_chars) = (0, 0);
        let mut chars_to = |to: usize| {
            n_chars += read
                .text
                .get(byte..to)
                .map_or(0, |part| part.chars().count());
            byte = to;
            n_chars
        };
        for (place, at) in places {
            let nth = place.nth as usize;
            let (Some(span), Some(source_line)) = (read.spans.get(nth), read.lines.get(nth)) else {
                return Err(self.index.damaged("places are missing in a passage"));
            };
            let line = Line {
                passage: Arc::clone(&read.passage),
                left: chars_before(&read.text, span.start, self.max_chars).to_owned(),
                keyword: read.text.get(span.clone()).unwrap_or_default().to_owned(),
                right: chars_from(&read.text, span.end, self.max_chars).to_owned(),
                chars: chars_to(span.start)..chars_to(span.end),
                bytes: span.clone(),
                source_line: *source_line,
            };
            lines.push((*at, line));
        }
        Ok(())
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

/// The characters beside a keyword, the nearest first; [`ENDED`] behind the last.
type Beside = [char; MAX_NEIGHBOUR];

/// No letter or digit.
const ENDED: char = '\0';

fn beside(context: impl Iterator<Item = char>) -> Beside {
    let mut beside = [ENDED; MAX_NEIGHBOUR];
    for (place, c) in beside.iter_mut().zip(context) {
        *place = c;
    }
    beside
}

/// Looks at sorted lines that agree in their first `n_chars` characters, and adds what is worth showing.
fn grow<'c>(lines: &'c [Beside], n_chars: usize, found: &mut Vec<(&'c [char], usize)>) {
    let n_lines = lines.len();
    let next = |line: &Beside| line.get(n_chars).copied().unwrap_or(ENDED);
    let goes_on = |branch: &&[Beside]| {
        branch.first().is_some_and(|line| next(line) != ENDED)
            && branch.len() >= MIN_LINES
            && (n_chars < 2 || branch.len() * 100 >= n_lines * SAME_PERCENT)
    };
    let mut n_grown = 0;
    for branch in lines.chunk_by(|a, b| next(a) == next(b)).filter(goes_on) {
        n_grown += branch.len();
        grow(branch, n_chars + 1, found);
    }
    let text = lines.first().and_then(|line| line.get(..n_chars));
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
    /// Ids of the other reports of that year that have it, by date, those without a date last, then by region.
    pub also: Vec<String>,
    /// No earlier report is held whole: it may be older.
    pub left_censored: bool,
    /// First and last year right before of which no whole report is held.
    pub gap_before: Option<(u16, u16)>,
    /// The years of which whole reports are held.
    pub years_held: BTreeSet<u16>,
    /// What is there, reports without a year too.
    pub presence: Presence,
    /// It stands in a report without a year: nobody knows whether that is the first.
    pub is_undated: bool,
}

impl First {
    fn of_none(key: Option<Value>) -> First {
        First {
            key,
            hit: None,
            year: None,
            also: Vec::new(),
            left_censored: false,
            gap_before: None,
            years_held: BTreeSet::new(),
            presence: Presence::default(),
            is_undated: false,
        }
    }

    /// What is known of the phrase here: also a report without a year says it.
    pub fn state(&self) -> State {
        let is_said = self.hit.is_some() || self.is_undated;
        self.presence.state(u64::from(is_said))
    }
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
    /// Of these, those in which it may be older: what is before its first year is not held, or not whole.
    pub censored: usize,
    /// Regions of which a whole report of this year is held.
    pub held: usize,
}

/// The first appearances of a phrase, in all reports together or under each value of `by`. What stands in reports without
/// a year is said, and is no first appearance; `rejected` are ids of passages to pass over.
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
        .report_mask(&filters.of_reports())
        .iter()
        .enumerate()
        .filter(|(_, held)| **held)
    {
        let key = key(rank);
        let first = firsts.entry(key.clone());
        let first = first.or_insert_with(|| First::of_none(key));
        let presence = Presence::of_report(index, rank, filters);
        // What is not whole closes no gap.
        if let (1.., Some(year)) = (presence.whole, index.reports.year(rank)) {
            first.years_held.insert(year.get());
        }
        first.presence += presence;
    }
    // As in tables, a file of which nobody knows the region makes no state.
    let unread = unread_within(index, filters)?.into_iter();
    for file in unread.filter(|file| file.region.is_some()) {
        let key = by.map(|by| by.of_place(file.region, file.year));
        let key = match key {
            // All together, or a place that is known.
            None => None,
            Some(Some(value)) => Some(value),
            Some(None) => continue,
        };
        let first = firsts.entry(key.clone());
        let first = first.or_insert_with(|| First::of_none(key));
        first.presence.unread += 1;
    }
    let mut filters = filters.clone();
    // Of reports that are not the earliest no passage needs to be read; which these are is known from the counts.
    if rejected.is_empty() {
        let Earliest { reports, undated } = earliest(index, query, &filters, &key)?;
        for key in undated {
            if let Some(first) = firsts.get_mut(&key) {
                first.is_undated = true;
            }
        }
        if reports.is_empty() {
            return Ok(firsts.into_values().collect());
        }
        filters.reports = Vec::with_capacity(reports.len());
        for (key, (rank, also)) in reports {
            filters.reports.push(rank);
            if let Some(first) = firsts.get_mut(&key) {
                first.also = also;
            }
        }
        filters.reports.sort_unstable();
    }
    let options = SearchOptions {
        filters,
        sort: Sort::Oldest,
        ..SearchOptions::default()
    };
    let (_, found) = index.find(query, &options)?;
    for hit in index.hits(&found) {
        let hit = hit?;
        let Some(first) = firsts.get_mut(&key(hit.passage.rank)) else {
            continue;
        };
        let Some(year) = index.reports.year(hit.passage.rank) else {
            first.is_undated |= !rejected.contains(&hit.passage.id());
            continue;
        };
        // Of one year the report with the earlier date comes first, one without a date last.
        let date = |hit: &Hit| {
            let date = hit.passage.report.meta.date;
            (date.is_none(), date)
        };
        if rejected.contains(&hit.passage.id()) {
            continue;
        }
        let is_earlier = match (&first.hit, first.year) {
            (Some(best), Some(best_year)) => year == best_year && date(&hit) < date(best),
            _ => true,
        };
        let is_of_year = first.year.is_none_or(|best_year| year == best_year);
        let passed = if is_earlier {
            first.year = Some(year);
            first.hit.replace(hit)
        } else {
            Some(hit).filter(|_| is_of_year)
        };
        first
            .also
            .extend(passed.map(|hit| hit.passage.report.id.clone()));
    }
    for first in firsts.values_mut() {
        let named = first.hit.as_ref().map(|hit| hit.passage.report.id.as_str());
        let mut seen: BTreeSet<&str> = named.into_iter().collect();
        let is_new: Vec<bool> = first.also.iter().map(|id| seen.insert(id)).collect();
        let mut is_new = is_new.into_iter();
        first.also.retain(|_| is_new.next() == Some(true));
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

/// The rank of the first report of a year that has a phrase, and the ids of the others of that year that have it.
type FirstReport = (usize, Vec<String>);

/// Where a phrase stands in the earliest year.
struct Earliest {
    /// Under each key its first report.
    reports: Vec<(Option<Value>, FirstReport)>,
    /// The keys under which a report without a year has it.
    undated: BTreeSet<Option<Value>>,
}

/// The earliest reports that have the phrase, under each key: of one year in the order of dates, those without a date
/// last, then in the order of regions.
fn earliest(
    index: &Index,
    query: &Query,
    filters: &Filters,
    key: &impl Fn(usize) -> Option<Value>,
) -> Result<Earliest, IndexError> {
    let options = SearchOptions {
        filters: filters.clone(),
        limit: Some(0),
        ..SearchOptions::default()
    };
    let mask = index.report_mask(filters);
    let mut years: BTreeMap<Option<Value>, (Year, Vec<usize>)> = BTreeMap::new();
    let mut undated = BTreeSet::new();
    for (rank, cells) in index.search(query, &options)?.cells.iter().enumerate() {
        let mut parts = Part::ALL.into_iter().zip(cells);
        let has_hits = parts.any(|(part, cell)| cell.passages > 0 && filters.has_part(part));
        if !has_hits || mask.get(rank) != Some(&true) {
            continue;
        }
        let Some(year) = index.reports.year(rank) else {
            undated.insert(key(rank));
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
    let mut reports = Vec::new();
    for (key, (_, ranks)) in years {
        let mut places = Vec::with_capacity(ranks.len());
        for rank in ranks {
            let entry = index.reports.entry(rank);
            let entry = entry.map_err(|error| index.damaged(error))?;
            let date = entry.meta.date;
            let region = index.reports.region(rank).map_or(u32::MAX, Region::code);
            places.push(((date.is_none(), date, region, rank), entry.id));
        }
        places.sort_unstable();
        let mut places = places.into_iter();
        if let Some(((.., rank), _)) = places.next() {
            reports.push((key, (rank, places.map(|(_, id)| id).collect())));
        }
    }
    Ok(Earliest { reports, undated })
}

/// The adoption curve of first appearances, from the first year of which a whole report is held, or in which one is, to the
/// last.
pub fn adoption(firsts: &[First]) -> Vec<Adoption> {
    let years = firsts.iter().flat_map(|first| {
        let of_first = first.year.map(Year::get);
        first.years_held.iter().copied().chain(of_first)
    });
    let years: BTreeSet<u16> = years.collect();
    let (Some(from), Some(to)) = (years.first(), years.last()) else {
        return Vec::new();
    };
    let (mut cumulative, mut censored) = (0, 0);
    let of_year = |year: u16| {
        let is_new = |first: &&First| first.year.map(Year::get) == Some(year);
        let new = firsts.iter().filter(is_new).count();
        cumulative += new;
        let may_be_older =
            |first: &&First| is_new(first) && (first.left_censored || first.gap_before.is_some());
        censored += firsts.iter().filter(may_be_older).count();
        Adoption {
            year,
            new,
            cumulative,
            censored,
            held: firsts
                .iter()
                .filter(|first| first.years_held.contains(&year))
                .count(),
        }
    };
    (*from..=*to).map(of_year).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn neighbours_of(contexts: &[&str]) -> Vec<(String, usize)> {
        let mut lines: Vec<Beside> = contexts.iter().map(|text| beside(text.chars())).collect();
        lines.sort_unstable();
        let mut found = Vec::new();
        grow(&lines, 0, &mut found);
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
