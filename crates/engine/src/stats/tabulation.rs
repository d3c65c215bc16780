//! The rows of a table: under which keys something is held, and what belongs to which of them.
//!
//! In: the reports that filters let through, the dimensions. Out: a [`Tabulation`], made once for all phrases of a list, and the
//! table of what was counted ([`Tabulation::table`]).
//!
//! A key is worked with as numbers that are ordered as its values are, one for each dimension: tables of tens of thousands of
//! rows are made for every question. It becomes values at the end, once for each row.
//!
//! # Invariants
//!
//! - Rows ascend by their keys, each key once.
//! - With years among the dimensions, every combination of the others has all years from the first to the last.

use super::presence::{Presence, is_year_asked, unread_within};
use super::{
    Counted, Crosstab, Dimension, Headings, Row, Sums, Unit, Value, named_years, section_units,
    units, whole_reports, years_elsewhere,
};
use crate::catalogue::Catalogue;
use crate::index::{Index, IndexError, UnreadFile};
use crate::query::Filters;
use crate::search::{Cell, ReportCells};
use baogao_reading::region::{Level, Region};
use baogao_reading::report::{Part, Year};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// The rows of a table before anything is counted: their keys, what is held under each, and which report and part, or
/// which passage, belongs to which. Made once for all phrases of a list.
#[derive(Debug)]
pub struct Tabulation {
    by: Vec<Dimension>,
    /// Rows with what is held, nothing found, in the order of keys.
    rows: Vec<Row>,
    total: Row,
    places: RowPlaces,
}

/// What belongs to which row, by its number.
#[derive(Debug)]
enum RowPlaces {
    /// By rank of the report, from the first that is searched to the last, and number of the part.
    Parts(usize, Vec<[Option<u32>; Part::ALL.len()]>),
    /// By segment and passage, with the rank of the report.
    Passages(BTreeMap<(usize, u32), (u32, u32)>),
}

/// A number for the value of each dimension, in their order; 0 where there is none.
type Key = [u32; Dimension::ALL.len()];

/// The number of [`Value::Unknown`], which comes last.
const UNKNOWN: u32 = u32::MAX;

/// A row whose key is not yet spelled out.
struct KeyedRow {
    key: Key,
    /// None: there is no report.
    sums: Option<Sums>,
    presence: Presence,
}

impl KeyedRow {
    /// One of which nothing is held.
    fn absent(key: Key) -> KeyedRow {
        KeyedRow {
            key,
            sums: None,
            presence: Presence::default(),
        }
    }
}

/// How values become numbers and numbers values.
struct Keys {
    /// Each dimension once.
    by: Vec<Dimension>,
    /// All sections, ascending, and the number of each.
    sections: Vec<Headings>,
    section_numbers: HashMap<Vec<String>, u32>,
}

impl Keys {
    fn new(by: &[Dimension], units: &[Unit]) -> Keys {
        let mut each = Vec::new();
        for dimension in by {
            if !each.contains(dimension) {
                each.push(*dimension);
            }
        }
        let mut sections = Vec::new();
        if each.contains(&Dimension::Section) {
            let all: HashSet<&Vec<String>> = units.iter().map(|unit| &unit.section).collect();
            sections.extend(all.into_iter().map(|section| Headings(section.clone())));
            sections.sort_unstable();
        }
        let numbers = sections.iter().map(|section| section.0.clone()).zip(0..);
        Keys {
            by: each,
            section_numbers: numbers.collect(),
            sections,
        }
    }

    /// Where the number of a dimension stands in a key.
    fn place(&self, wanted: Dimension) -> Option<usize> {
        self.by.iter().position(|dimension| *dimension == wanted)
    }

    /// The key of numbers for each dimension; nothing if one has none.
    fn of_numbers(&self, number: impl Fn(Dimension) -> Option<u32>) -> Option<Key> {
        let mut key = Key::default();
        for (slot, dimension) in key.iter_mut().zip(&self.by) {
            *slot = number(*dimension)?;
        }
        Some(key)
    }

    fn of_unit(&self, index: &dyn Catalogue, unit: &Unit) -> Key {
        let number = |dimension: Dimension| {
            Some(match dimension {
                Dimension::Section => *self.section_numbers.get(&unit.section)?,
                _ => number_of(&dimension.of(index, unit.rank, unit.part, &[])),
            })
        };
        self.of_numbers(number).unwrap_or_default()
    }

    /// What is known of the key of a file that gave no report.
    fn of_file(&self, file: &UnreadFile) -> Vec<Option<u32>> {
        let values = self.by.iter();
        let values = values.map(|dimension| dimension.of_place(file.region, file.year));
        values
            .map(|value| value.map(|value| number_of(&value)))
            .collect()
    }

    /// The value of a number.
    fn value(&self, dimension: Dimension, number: u32) -> Value {
        let value = match dimension {
            _ if number == UNKNOWN => None,
            Dimension::Region | Dimension::Province | Dimension::Prefecture => {
                Region::from_code(number).map(Value::Region)
            }
            Dimension::Level => {
                let level = Level::ALL.get(number as usize);
                level.copied().map(Value::Level)
            }
            Dimension::Year => {
                let year = u16::try_from(number).ok().and_then(Year::new);
                year.map(Value::Year)
            }
            Dimension::Part => Part::ALL.get(number as usize).copied().map(Value::Part),
            Dimension::Section => {
                let section = self.sections.get(number as usize);
                section.cloned().map(Value::Section)
            }
            Dimension::Report => Some(Value::Report(number as usize)),
        };
        value.unwrap_or(Value::Unknown)
    }

    /// The values of a key for dimensions of which some may come twice. `last` is the key that was spelled out before, with
    /// its values: neighbours share most of them.
    fn values(&self, by: &[Dimension], key: &Key, last: Option<(&Key, &[Value])>) -> Vec<Value> {
        let mut values = Vec::with_capacity(by.len());
        for (at, dimension) in by.iter().enumerate() {
            let number = |key: &Key| key.get(self.place(*dimension)?).copied();
            let same = last.filter(|(other, _)| number(other) == number(key));
            values.push(match same.and_then(|(_, values)| values.get(at)) {
                Some(value) => value.clone(),
                None => self.value(*dimension, number(key).unwrap_or(UNKNOWN)),
            });
        }
        values
    }
}

/// A number for a value that is no section; numbers are ordered as values are.
fn number_of(value: &Value) -> u32 {
    match value {
        Value::Region(region) => region.code(),
        Value::Level(level) => *level as u32,
        Value::Year(year) => u32::from(year.get()),
        Value::Part(part) => *part as u32,
        Value::Report(rank) => *rank as u32,
        Value::Section(_) | Value::Unknown => UNKNOWN,
    }
}

/// A key of numbers that are all known, but for that at `open`, which stays 0.
fn whole_key(known: &[Option<u32>], open: Option<usize>) -> Option<Key> {
    let mut key = Key::default();
    for (at, (slot, known)) in key.iter_mut().zip(known).enumerate() {
        if Some(at) != open {
            *slot = (*known)?;
        }
    }
    Some(key)
}

/// A key without the number at a place.
fn without(mut key: Key, at: Option<usize>) -> Key {
    if let Some(slot) = at.and_then(|at| key.get_mut(at)) {
        *slot = 0;
    }
    key
}

/// Files that gave no report, as far as it is known where they belong.
#[derive(Default)]
struct Unread {
    /// How many there are, known or not.
    n: u32,
    /// Under each key.
    under: BTreeMap<Key, u32>,
    /// Those of which not all of the dimensions are known: those that are.
    somewhere: Vec<Vec<Option<u32>>>,
}

impl Unread {
    fn new(keys: &Keys, files: &[UnreadFile]) -> Unread {
        let mut unread = Unread::default();
        // A file of which nobody knows the region is told, and makes no state.
        for file in files.iter().filter(|file| file.region.is_some()) {
            unread.n += 1;
            let known = keys.of_file(file);
            match whole_key(&known, None) {
                Some(key) => *unread.under.entry(key).or_default() += 1,
                None => unread.somewhere.push(known),
            }
        }
        unread
    }

    /// How many files of which not all is known may be under a key: one that may be of several rows may be of each.
    fn n_perhaps(&self, key: &Key) -> u32 {
        let may_be = |file: &&Vec<Option<u32>>| {
            let mut numbers = file.iter().zip(key);
            numbers.all(|(known, number)| {
                known.is_none_or(|known| known == *number) || *number == UNKNOWN
            })
        };
        self.somewhere.iter().filter(may_be).count() as u32
    }
}

/// The rows under which something is held, in the order of keys, and the key of each unit.
fn held_rows(
    index: &Index,
    filters: &Filters,
    units: &[Unit],
    keys: &Keys,
) -> (Vec<KeyedRow>, Vec<Key>) {
    let of_units: Vec<Key> = units.iter().map(|unit| keys.of_unit(index, unit)).collect();
    let mut order: Vec<(Key, u32)> = of_units.iter().copied().zip(0..).collect();
    order.sort_unstable();
    let row = |chunk: &[(Key, u32)]| {
        let units = || chunk.iter().filter_map(|(_, at)| units.get(*at as usize));
        let mut presence = Presence::default();
        let mut of_reports = units().peekable();
        while let Some(unit) = of_reports.next() {
            let mut has_passages = unit.size.passages > 0;
            while let Some(other) = of_reports.next_if(|other| other.rank == unit.rank) {
                has_passages |= other.size.passages > 0;
            }
            presence += Presence::of_some(index, unit.rank, filters, has_passages);
        }
        Some(KeyedRow {
            key: chunk.first()?.0,
            sums: Some(held(units())),
            presence,
        })
    };
    let rows = order.chunk_by(|(a, _), (b, _)| a == b).filter_map(row);
    (rows.collect(), of_units)
}

/// What is held in some units, which ascend by rank.
fn held<'u>(units: impl Iterator<Item = &'u Unit>) -> Sums {
    let mut sums = Sums::default();
    let mut last = None;
    for unit in units {
        sums.passages_held += u64::from(unit.size.passages);
        sums.chars_held += u64::from(unit.size.chars);
        let is_new = unit.size.passages > 0 && last.replace(unit.rank) != Some(unit.rank);
        sums.reports_held += u64::from(is_new);
    }
    sums
}

/// Puts rows without a report beside others, for keys that have none.
fn add_absent(rows: &mut Vec<KeyedRow>, mut keys: Vec<Key>) {
    keys.sort_unstable();
    keys.dedup();
    let mut there = rows.iter().map(|row| row.key).peekable();
    keys.retain(|key| {
        while there.next_if(|other| other < key).is_some() {}
        there.peek() != Some(key)
    });
    if !keys.is_empty() {
        rows.extend(keys.into_iter().map(KeyedRow::absent));
        rows.sort_unstable_by_key(|row| row.key);
    }
}

/// The keys, but for their years, of regions that are asked for and of which nothing is there, in a table by places and
/// years.
fn absent_regions(
    index: &dyn Catalogue,
    filters: &Filters,
    keys: &Keys,
    unread: &[UnreadFile],
) -> Vec<Key> {
    let year = keys.place(Dimension::Year);
    if keys.by.len() == usize::from(year.is_some()) || filters.regions.is_empty() {
        return Vec::new();
    }
    let mask = index.report_mask(filters);
    let searched = (0..mask.len()).filter(|rank| mask.get(*rank) == Some(&true));
    let mut there: BTreeSet<Region> = searched
        .filter_map(|rank| index.reports().region(rank))
        .collect();
    there.extend(unread.iter().filter_map(|file| file.region));
    let is_absent = |asked: &&Region| !there.iter().any(|held| asked.contains(*held));
    let key = |region: &Region| {
        let values = keys.by.iter();
        let values = values.map(|dimension| dimension.of_place(Some(*region), None));
        let known: Vec<Option<u32>> = values
            .map(|value| value.map(|value| number_of(&value)))
            .collect();
        whole_key(&known, year)
    };
    let absent = filters.regions.iter().filter(is_absent);
    absent.filter_map(key).collect()
}

/// A part that no report has is no row.
fn drop_empty_parts(rows: &mut Vec<KeyedRow>, at: usize) {
    let is_held = |row: &&KeyedRow| row.sums.is_some_and(|sums| sums.passages_held > 0);
    let held: BTreeSet<u32> = rows
        .iter()
        .filter(is_held)
        .filter_map(|row| row.key.get(at).copied())
        .collect();
    rows.retain(|row| row.key.get(at).is_some_and(|part| held.contains(part)));
}

/// Adds the years between the first and the last, and those that a filter names, to every other value and to what is
/// `absent`.
fn fill_years(
    index: &dyn Catalogue,
    rows: &mut Vec<KeyedRow>,
    at: usize,
    filters: &Filters,
    absent: Vec<Key>,
) {
    let numbers = rows.iter().filter_map(|row| row.key.get(at).copied());
    let years = numbers.filter_map(|number| u16::try_from(number).ok());
    let mut years: BTreeSet<u16> = years.chain(named_years(filters)).collect();
    if years.is_empty() && rows.is_empty() {
        years = years_elsewhere(index, filters);
    }
    let (Some(first), Some(last)) = (years.first(), years.last()) else {
        return;
    };
    let mut others: Vec<Key> = rows.iter().map(|row| without(row.key, Some(at))).collect();
    others.extend(absent);
    others.sort_unstable();
    others.dedup();
    let asked: Vec<u16> = (*first..=*last)
        .filter(|year| is_year_asked(*year, filters))
        .collect();
    let in_year = |other: &Key, year: u16| {
        let mut key = *other;
        if let Some(slot) = key.get_mut(at) {
            *slot = Year::new(year).map_or(UNKNOWN, |year| u32::from(year.get()));
        }
        key
    };
    let all = others
        .iter()
        .flat_map(|other| asked.iter().map(|year| in_year(other, *year)));
    add_absent(rows, all.collect());
}

impl Tabulation {
    /// The rows of the reports and parts that `filters` let through.
    ///
    /// # Errors
    /// When a file of the index cannot be read, or the work is stopped.
    pub fn new(
        index: &Index,
        filters: &Filters,
        by: &[Dimension],
    ) -> Result<Tabulation, IndexError> {
        index.go_on()?;
        let (all, passages) = if by.contains(&Dimension::Section) {
            let (units, passages) = section_units(index, filters)?;
            (units, Some(passages))
        } else {
            let parts = units(index, |_| ReportCells::default(), filters);
            // All parts of a report have its key, where it is one of whole reports.
            let all = match are_of_reports(by) {
                true => whole_reports(parts).collect(),
                false => parts.collect(),
            };
            (all, None)
        };
        let keys = Keys::new(by, &all);
        let files = unread_within(index, filters)?;
        let unread = Unread::new(&keys, &files);
        let (mut rows, of_units) = held_rows(index, filters, &all, &keys);
        let total_presence = match passages {
            Some(_) => Presence::within(index, filters)?,
            None => presence_of(index, filters, &all, &unread),
        };
        // Sections are of passages: of a report without the part that is asked for there is none.
        let has_number = total_presence.state(0).has_number();
        let total = (has_number || !all.is_empty()).then(|| held(all.iter()));
        add_absent(&mut rows, unread.under.keys().copied().collect());
        // A part that is asked for has its row, whether a report has it or not.
        if let Some(at) = keys.place(Dimension::Part)
            && filters.parts.is_empty()
        {
            drop_empty_parts(&mut rows, at);
        }
        let has_years = !by.contains(&Dimension::Report) && !by.contains(&Dimension::Section);
        let year_at = keys.place(Dimension::Year).filter(|_| has_years);
        let mut absent = absent_regions(index, filters, &keys, &files);
        // Of a file without a year the place has its rows all the same.
        let has_places = keys.by.len() > usize::from(year_at.is_some());
        for known in unread.somewhere.iter().filter(|_| has_places) {
            let place = whole_key(known, year_at);
            if let Some(place) = place.filter(|place| !absent.contains(place))
                && !rows.iter().any(|row| without(row.key, year_at) == place)
            {
                absent.push(place);
            }
        }
        let unknown = keys.of_numbers(|_| Some(UNKNOWN));
        if rows.is_empty() && absent.is_empty() {
            absent.extend(unknown.map(|key| without(key, year_at)));
        }
        match year_at {
            Some(at) => fill_years(index, &mut rows, at, filters, absent),
            None => add_absent(&mut rows, absent),
        }
        if rows.is_empty() {
            rows.extend(unknown.map(KeyedRow::absent));
        }
        for row in &mut rows {
            let n_known = unread.under.get(&row.key).copied().unwrap_or_default();
            row.presence.unread += n_known + unread.n_perhaps(&row.key);
        }
        let places = match passages {
            Some(passages) => {
                let place = |(spot, unit): ((usize, u32), usize)| {
                    let row = row_of(&rows, of_units.get(unit)?)?;
                    Some((spot, (row, all.get(unit)?.rank as u32)))
                };
                RowPlaces::Passages(passages.into_iter().filter_map(place).collect())
            }
            None => {
                let of_units = of_units.iter().map(|key| row_of(&rows, key));
                let is_asked = |part: Part| are_of_reports(by) && filters.has_part(part);
                places_of_parts(&all, of_units, is_asked)
            }
        };
        Ok(Tabulation {
            by: by.to_vec(),
            rows: spelled_out(&rows, by, &keys),
            total: Row {
                key: Vec::new(),
                sums: total,
                presence: total_presence,
            },
            places,
        })
    }

    /// Whether abridged reports share a row with whole ones.
    pub fn has_mixed_rows(&self) -> bool {
        let is_mixed = |row: &Row| row.presence.whole > 0 && row.presence.shows_nothing() > 0;
        self.rows.iter().any(is_mixed)
    }

    /// How many rows each table has.
    pub fn n_rows(&self) -> usize {
        self.rows.len()
    }

    /// Calls `visit(row, rank of the report, cell)` for what was counted, in the order of reports.
    fn each_placed(&self, counted: &Counted, mut visit: impl FnMut(u32, u32, Cell)) {
        match &self.places {
            RowPlaces::Parts(first, parts) => {
                for (rank, part, cell) in &counted.cells {
                    let at = (*rank as usize).checked_sub(*first);
                    let of_report = at.and_then(|at| parts.get(at));
                    if let Some(Some(row)) = of_report.and_then(|rows| rows.get(*part as usize)) {
                        visit(*row, *rank, *cell);
                    }
                }
            }
            RowPlaces::Passages(passages) => {
                let place = |(segment, doc, n): &(usize, u32, u32)| {
                    let (row, rank) = passages.get(&(*segment, *doc))?;
                    let cell = Cell {
                        occurrences: *n,
                        passages: 1,
                    };
                    Some((*row, *rank, cell))
                };
                let mut placed: Vec<_> = counted.passages.iter().filter_map(place).collect();
                placed.sort_unstable_by_key(|(_, rank, _)| *rank);
                for (row, rank, cell) in placed {
                    visit(row, rank, cell);
                }
            }
        }
    }

    /// All rows together; a report counts once.
    pub fn total(&self, counted: &Counted) -> Row {
        let mut total = self.total.clone();
        if let Some(sums) = &mut total.sums {
            let mut last = None;
            self.each_placed(counted, |_, rank, cell| {
                sums.add(cell, last.replace(rank) != Some(rank));
            });
            if let Some(inside) = &counted.inside_longer {
                self.each_placed(inside, |_, _, cell| {
                    sums.inside_longer += u64::from(cell.occurrences);
                });
            }
        }
        total
    }

    /// The table of what was counted.
    pub fn table(&self, counted: &Counted) -> Crosstab {
        self.filled(self.rows.clone(), counted)
    }

    /// The table of what was counted, in rows that are those of this one.
    fn filled(&self, mut rows: Vec<Row>, counted: &Counted) -> Crosstab {
        // Of each row the report that was counted there last.
        let mut last: Vec<Option<u32>> = vec![None; rows.len()];
        self.each_placed(counted, |row, rank, cell| {
            let at = row as usize;
            let sums = rows.get_mut(at).and_then(|row| row.sums.as_mut());
            if let (Some(sums), Some(last)) = (sums, last.get_mut(at)) {
                sums.add(cell, last.replace(rank) != Some(rank));
            }
        });
        if let Some(inside) = &counted.inside_longer {
            self.each_placed(inside, |row, _, cell| {
                let sums = rows.get_mut(row as usize).and_then(|row| row.sums.as_mut());
                if let Some(sums) = sums {
                    sums.inside_longer += u64::from(cell.occurrences);
                }
            });
        }
        Crosstab {
            by: self.by.clone(),
            rows,
            total: self.total(counted),
        }
    }
}

/// Whether a key is that of a whole report: all its parts have the same.
fn are_of_reports(by: &[Dimension]) -> bool {
    !by.iter()
        .any(|dimension| matches!(dimension, Dimension::Part | Dimension::Section))
}

/// The number of the row with a key.
fn row_of(rows: &[KeyedRow], key: &Key) -> Option<u32> {
    let row = rows.binary_search_by(|row| row.key.cmp(key));
    row.ok().map(|row| row as u32)
}

/// What is there under all keys together, of units that ascend by rank.
fn presence_of(
    index: &dyn Catalogue,
    filters: &Filters,
    units: &[Unit],
    unread: &Unread,
) -> Presence {
    let mut presence = Presence {
        unread: unread.n,
        ..Presence::default()
    };
    for of_report in units.chunk_by(|a, b| a.rank == b.rank) {
        let has_passages = of_report.iter().any(|unit| unit.size.passages > 0);
        if let Some(unit) = of_report.first() {
            presence += Presence::of_some(index, unit.rank, filters, has_passages);
        }
    }
    presence
}

/// Which row each unit belongs to, and with it the parts of its report that are asked for.
fn places_of_parts(
    units: &[Unit],
    of_units: impl Iterator<Item = Option<u32>>,
    is_asked: impl Fn(Part) -> bool,
) -> RowPlaces {
    // Units ascend by rank.
    let first = units.first().map_or(0, |unit| unit.rank);
    let n_ranks = units.last().map_or(0, |unit| unit.rank + 1 - first);
    let mut parts = vec![[None; Part::ALL.len()]; n_ranks];
    for (unit, row) in units.iter().zip(of_units) {
        let Some(places) = parts.get_mut(unit.rank - first) else {
            continue;
        };
        for (part, place) in Part::ALL.into_iter().zip(places) {
            if part == unit.part || is_asked(part) {
                *place = row;
            }
        }
    }
    RowPlaces::Parts(first, parts)
}

/// The rows with their keys as values.
fn spelled_out(rows: &[KeyedRow], by: &[Dimension], keys: &Keys) -> Vec<Row> {
    let mut all: Vec<Row> = Vec::with_capacity(rows.len());
    let mut last: Option<&Key> = None;
    for row in rows {
        let before = last.zip(all.last().map(|row| row.key.as_slice()));
        all.push(Row {
            key: keys.values(by, &row.key, before),
            sums: row.sums,
            presence: row.presence,
        });
        last = Some(&row.key);
    }
    all
}

/// Sums of what was counted, over the reports and parts that `filters` let through.
///
/// # Errors
/// As for [`Tabulation::new`].
pub fn crosstab(
    index: &Index,
    counted: &Counted,
    filters: &Filters,
    by: &[Dimension],
) -> Result<Crosstab, IndexError> {
    let mut tabulation = Tabulation::new(index, filters, by)?;
    let rows = std::mem::take(&mut tabulation.rows);
    Ok(tabulation.filled(rows, counted))
}
