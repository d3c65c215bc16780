//! A spreadsheet of Excel 97–2003 (.xls), or one of WPS (.et) → its sheets, as [MS-XLS] lays them out.
//!
//! In: the bytes of a file. Out: the cells of each sheet with what they show: text, numbers, dates; of a formula its
//! result. The parser of the newer format makes a table of all cells up to the last one, and ends in a panic where a
//! record breaks off; so records are read here, one after the other.
//!
//! # Invariants
//!
//! - Never panics; time and memory are linear in the bytes and the cells that [`CellBudget`] allows.

use super::TableReport;
use super::sheet::{CellBudget, Sheet};
use super::workbook::{SHEET_COLUMNS_MAX, broken, gather};
use crate::ingest::IngestError;
use crate::ingest::compound::{Compound, place_at, u8_at, u16_at, u32_at};
use encoding_rs::{Encoding, GBK, WINDOWS_1252};
use std::collections::{HashMap, HashSet};

/// Numbers of records.
mod record {
    pub(super) const FORMULA: u16 = 0x0006;
    pub(super) const END: u16 = 0x000a;
    pub(super) const DATES_FROM_1904: u16 = 0x0022;
    pub(super) const PASSWORD: u16 = 0x002f;
    pub(super) const CONTINUE: u16 = 0x003c;
    pub(super) const CODE_PAGE: u16 = 0x0042;
    pub(super) const SHEET: u16 = 0x0085;
    pub(super) const NUMBERS: u16 = 0x00bd;
    pub(super) const RICH_LABEL: u16 = 0x00d6;
    pub(super) const LOOK: u16 = 0x00e0;
    pub(super) const MERGED: u16 = 0x00e5;
    pub(super) const STRINGS: u16 = 0x00fc;
    pub(super) const SHARED_LABEL: u16 = 0x00fd;
    pub(super) const NUMBER: u16 = 0x0203;
    pub(super) const LABEL: u16 = 0x0204;
    pub(super) const TRUTH: u16 = 0x0205;
    pub(super) const FORMULA_TEXT: u16 = 0x0207;
    pub(super) const SHORT_NUMBER: u16 = 0x027e;
    pub(super) const FORMAT: u16 = 0x041e;
    pub(super) const BEGIN: u16 = 0x0809;
}

/// The reports of a workbook, sheet after sheet.
pub(crate) fn read_old_workbook(bytes: &[u8]) -> Result<Vec<TableReport>, IngestError> {
    let mut file = Compound::open(bytes).map_err(broken)?;
    if file.has("EncryptedPackage") {
        return Err(broken("it has a password: save it without one"));
    }
    let stream = match file.stream("Workbook").map_err(broken)? {
        Some(stream) => stream,
        None => {
            let stream = file.stream("Book").map_err(broken)?;
            stream.ok_or_else(|| broken("it holds no workbook"))?
        }
    };
    let book = Book::read(&stream)?;
    let mut begins = HashSet::new();
    if let Some((_, name)) = book.sheets.iter().find(|(begin, _)| !begins.insert(*begin)) {
        return Err(broken(format!("sheet `{name}` lies over another")));
    }
    let mut sheets = book.sheets.iter();
    let names = book.sheets.iter().map(|(_, name)| name.clone()).collect();
    gather(names, |_, budget| match sheets.next() {
        Some((begin, _)) => read_sheet(&book, *begin, budget),
        None => Ok(Sheet::default()),
    })
}

/// One record with what goes on in those behind it.
struct Record<'b> {
    kind: u16,
    /// Its bytes, one part for each record.
    parts: Vec<&'b [u8]>,
}

impl<'b> Record<'b> {
    fn first(&self) -> &'b [u8] {
        self.parts.first().copied().unwrap_or(&[])
    }
}

/// The records of a stream from a place on, as far as they hold together.
fn records(stream: &[u8], from: usize) -> impl Iterator<Item = Record<'_>> {
    let mut rest = stream.get(from..).unwrap_or(&[]);
    std::iter::from_fn(move || {
        let (kind, first) = take_record(&mut rest)?;
        let mut parts = vec![first];
        while u16_at(rest, 0) == Some(record::CONTINUE) {
            let (_, part) = take_record(&mut rest)?;
            parts.push(part);
        }
        Some(Record { kind, parts })
    })
}

fn take_record<'b>(rest: &mut &'b [u8]) -> Option<(u16, &'b [u8])> {
    let kind = u16_at(rest, 0)?;
    let end = 4 + usize::from(u16_at(rest, 2)?);
    let bytes = rest.get(4..end)?;
    *rest = rest.get(end..)?;
    Some((kind, bytes))
}

/// Bytes that go on from record to record. Characters may do so too: then the next record begins with a byte that says
/// how wide they are from there on.
struct Running<'b> {
    parts: std::vec::IntoIter<&'b [u8]>,
    part: &'b [u8],
}

impl<'b> Running<'b> {
    fn of(record: Record<'b>) -> Running<'b> {
        let mut parts = record.parts.into_iter();
        let part = parts.next().unwrap_or(&[]);
        Running { parts, part }
    }

    fn next_part(&mut self) -> Option<()> {
        self.part = self.parts.next()?;
        Some(())
    }

    fn skip(&mut self, mut n: usize) -> Option<()> {
        while n > self.part.len() {
            n -= self.part.len();
            self.next_part()?;
        }
        self.part = self.part.get(n..)?;
        Some(())
    }

    fn byte(&mut self) -> Option<u8> {
        while self.part.is_empty() {
            self.next_part()?;
        }
        let (byte, rest) = self.part.split_first()?;
        self.part = rest;
        Some(*byte)
    }

    fn word(&mut self) -> Option<u16> {
        Some(u16::from_le_bytes([self.byte()?, self.byte()?]))
    }

    fn long(&mut self) -> Option<u32> {
        let (low, high) = (self.word()?, self.word()?);
        Some(u32::from(low) | u32::from(high) << 16)
    }

    /// So many characters, one or two bytes each.
    fn chars(&mut self, n_chars: usize, is_wide: bool) -> Option<String> {
        let mut units = Vec::with_capacity(n_chars.min(self.part.len()));
        let mut is_wide = is_wide;
        while units.len() < n_chars {
            let width = if is_wide { 2 } else { 1 };
            let n = (n_chars - units.len()).min(self.part.len() / width);
            let (here, rest) = self.part.split_at(n * width);
            match is_wide {
                true => units.extend(
                    here.as_chunks::<2>()
                        .0
                        .iter()
                        .map(|two| u16::from_le_bytes(*two)),
                ),
                false => units.extend(here.iter().map(|byte| u16::from(*byte))),
            }
            self.part = rest;
            if units.len() < n_chars {
                self.next_part()?;
                is_wide = self.byte()? & 1 != 0;
            }
        }
        Some(String::from_utf16_lossy(&units))
    }

    /// A string with its flags, its looks and readings passed over.
    fn string(&mut self, n_chars: usize) -> Option<String> {
        let flags = self.byte()?;
        let n_runs = if flags & 8 != 0 { self.word()? } else { 0 };
        let n_more = if flags & 4 != 0 { self.long()? } else { 0 };
        let text = self.chars(n_chars, flags & 1 != 0)?;
        self.skip(4 * usize::from(n_runs))?;
        self.skip(usize::try_from(n_more).ok()?)?;
        Some(text)
    }
}

/// What holds for all sheets.
struct Book<'b> {
    stream: &'b [u8],
    /// Where each sheet begins, and its name.
    sheets: Vec<(usize, String)>,
    strings: Vec<String>,
    /// The number of the format of each look.
    looks: Vec<u16>,
    /// Whether a format shows dates.
    formats: HashMap<u16, bool>,
    from_1904: bool,
    /// Files of Excel 95 have characters of one code page.
    narrow: Option<&'static Encoding>,
}

impl<'b> Book<'b> {
    fn read(stream: &'b [u8]) -> Result<Book<'b>, IngestError> {
        const EXCEL_97: u16 = 0x0600;
        let mut book = Book {
            stream,
            sheets: Vec::new(),
            strings: Vec::new(),
            looks: Vec::new(),
            formats: HashMap::new(),
            from_1904: false,
            narrow: None,
        };
        let mut has_begun = false;
        let mut has_ended = false;
        for record in records(stream, 0) {
            let bytes = record.first();
            match record.kind {
                record::BEGIN if !has_begun => {
                    has_begun = true;
                    if u16_at(bytes, 0).is_some_and(|version| version < EXCEL_97) {
                        book.narrow = Some(GBK);
                    }
                }
                record::PASSWORD => {
                    return Err(broken("it has a password: save it without one"));
                }
                record::END => {
                    has_ended = true;
                    break;
                }
                record::STRINGS => book.strings = shared_strings(record)?,
                _ => book.take(record),
            }
        }
        if !has_begun {
            return Err(broken("it holds no workbook"));
        }
        match has_ended {
            true => Ok(book),
            false => Err(broken(BREAKS_OFF)),
        }
    }

    fn take(&mut self, record: Record<'b>) {
        let bytes = record.first();
        match record.kind {
            record::CODE_PAGE if self.narrow.is_some() => {
                // 936 is that of Chinese Windows; the others are of Europe, as far as reports go.
                let is_latin = u16_at(bytes, 0) == Some(1252);
                self.narrow = Some(if is_latin { WINDOWS_1252 } else { GBK });
            }
            record::DATES_FROM_1904 => self.from_1904 = u16_at(bytes, 0) == Some(1),
            record::LOOK => self.looks.push(u16_at(bytes, 2).unwrap_or(0)),
            record::FORMAT => {
                if let Some((number, text)) = self.format(record) {
                    self.formats.insert(number, shows_dates(&text));
                }
            }
            record::SHEET => self.sheets.extend(self.sheet(record)),
            _ => {}
        }
    }

    fn format(&self, record: Record<'b>) -> Option<(u16, String)> {
        let bytes = record.first();
        let number = u16_at(bytes, 0)?;
        let text = match self.narrow {
            Some(encoding) => {
                self.narrow_text(encoding, bytes, 3, usize::from(u8_at(bytes, 2)?))?
            }
            None => {
                let mut running = Running::of(record);
                running.skip(2)?;
                let n_chars = usize::from(running.word()?);
                running.string(n_chars)?
            }
        };
        Some((number, text))
    }

    /// Where a sheet begins, and its name; nothing for diagrams and macros.
    fn sheet(&self, record: Record<'b>) -> Option<(usize, String)> {
        let bytes = record.first();
        let begin = place_at(bytes, 0)?;
        let n_chars = usize::from(u8_at(bytes, 6)?);
        if u8_at(bytes, 5)? != 0 {
            return None;
        }
        let name = match self.narrow {
            Some(encoding) => self.narrow_text(encoding, bytes, 7, n_chars)?,
            None => {
                let mut running = Running::of(record);
                running.skip(7)?;
                running.string(n_chars)?
            }
        };
        Some((begin, name))
    }

    fn narrow_text(
        &self,
        encoding: &'static Encoding,
        bytes: &[u8],
        from: usize,
        n_bytes: usize,
    ) -> Option<String> {
        let bytes = bytes.get(from..from + n_bytes)?;
        Some(encoding.decode_without_bom_handling(bytes).0.into_owned())
    }

    /// The text of a label that stands in its cell, from this byte on.
    fn label(&self, record: Record<'b>, from: usize) -> Option<String> {
        let bytes = record.first();
        let n_chars = usize::from(u16_at(bytes, from)?);
        match self.narrow {
            Some(encoding) => self.narrow_text(encoding, bytes, from + 2, n_chars),
            None => {
                let mut running = Running::of(record);
                running.skip(from + 2)?;
                running.string(n_chars)
            }
        }
    }

    /// What a cell of this look shows for a number.
    fn number(&self, value: f64, look: u16) -> String {
        let format = self.looks.get(usize::from(look)).copied().unwrap_or(0);
        let is_date = self
            .formats
            .get(&format)
            .copied()
            .unwrap_or_else(|| is_own_date(format));
        match is_date {
            true => day(value, self.from_1904).unwrap_or_else(|| value.to_string()),
            false => value.to_string(),
        }
    }
}

/// What is said of a file whose records end before the table does: rows of it would be lost without a word.
const BREAKS_OFF: &str = "it breaks off";

/// The strings that cells refer to.
fn shared_strings(record: Record<'_>) -> Result<Vec<String>, IngestError> {
    let n_claimed = place_at(record.first(), 4).unwrap_or(0);
    let mut running = Running::of(record);
    let mut strings = Vec::new();
    if running.skip(8).is_some() {
        while let Some(n_chars) = running.word() {
            match running.string(usize::from(n_chars)) {
                Some(text) => strings.push(text),
                None => return Err(broken(BREAKS_OFF)),
            }
        }
    }
    match strings.len() < n_claimed {
        true => Err(broken("it claims more strings than it holds")),
        false => Ok(strings),
    }
}

/// A sheet cell by cell.
fn read_sheet(
    book: &Book<'_>,
    begin: usize,
    budget: &mut CellBudget,
) -> Result<Sheet, IngestError> {
    let mut sheet = Sheet::default();
    // Diagrams within a sheet have cells too, which are no cells of it.
    let mut depth = 0_usize;
    let mut has_ended = false;
    let mut formula = None;
    let mut merged = Vec::new();
    for record in records(book.stream, begin) {
        match record.kind {
            record::BEGIN => depth += 1,
            record::END => depth = depth.saturating_sub(1),
            _ if depth > 1 => continue,
            _ => {}
        }
        if depth == 0 {
            has_ended = true;
            break;
        }
        let bytes = record.first();
        if record.kind == record::MERGED {
            merged.extend(merged_cells(bytes));
            continue;
        }
        if record.kind == record::NUMBERS {
            let columns = u16_at(bytes, 2).unwrap_or(0)..=u16::MAX;
            let (numbers, _) = bytes.get(4..).unwrap_or(&[]).as_chunks::<6>();
            for (column, number) in columns.zip(numbers) {
                let look = u16_at(number, 0).unwrap_or(0);
                let text = book.number(short_number(u32_at(number, 2).unwrap_or(0)), look);
                put(&mut sheet, bytes, column, text, budget)?;
            }
            continue;
        }
        let column = u16_at(bytes, 2).unwrap_or(0);
        if record.kind == record::FORMULA {
            formula = u16_at(bytes, 0).zip(Some(column));
        }
        if record.kind == record::FORMULA_TEXT {
            if let (Some((row, column)), Some(text)) = (formula.take(), book.label(record, 0)) {
                put(&mut sheet, &row.to_le_bytes(), column, text, budget)?;
            }
        } else if let Some(text) = shown(book, record) {
            put(&mut sheet, bytes, column, text, budget)?;
        }
    }
    if !has_ended {
        return Err(broken(BREAKS_OFF));
    }
    sheet.fill_merged(merged.into_iter(), budget)?;
    sheet.find_header();
    Ok(sheet)
}

/// The merged cells that a record names: first row, last row, first column.
fn merged_cells(bytes: &[u8]) -> impl Iterator<Item = (u32, u32, usize)> {
    let (regions, _) = bytes.get(2..).unwrap_or(&[]).as_chunks::<8>();
    regions.iter().filter_map(|region| {
        let row = |at| u16_at(region, at).map(u32::from);
        Some((row(0)?, row(2)?, usize::from(u16_at(region, 4)?)))
    })
}

/// What a record of one cell shows.
fn shown(book: &Book<'_>, record: Record<'_>) -> Option<String> {
    let bytes = record.first();
    let look = u16_at(bytes, 4)?;
    let eight = |at: usize| {
        bytes
            .get(at..at + 8)?
            .try_into()
            .ok()
            .map(f64::from_le_bytes)
    };
    match record.kind {
        record::SHARED_LABEL => book.strings.get(place_at(bytes, 6)?).cloned(),
        record::LABEL | record::RICH_LABEL => book.label(record, 6),
        record::NUMBER => Some(book.number(eight(6)?, look)),
        record::SHORT_NUMBER => Some(book.number(short_number(u32_at(bytes, 6)?), look)),
        record::TRUTH if u8_at(bytes, 7)? == 0 => Some((u8_at(bytes, 6)? != 0).to_string()),
        record::FORMULA if u16_at(bytes, 12)? != 0xffff => Some(book.number(eight(6)?, look)),
        record::FORMULA if u8_at(bytes, 6)? == 1 => Some((u8_at(bytes, 8)? != 0).to_string()),
        _ => None,
    }
}

/// Puts a text into a cell of the row that the record names.
fn put(
    sheet: &mut Sheet,
    record: &[u8],
    column: u16,
    text: String,
    budget: &mut CellBudget,
) -> Result<(), IngestError> {
    let row = u32::from(u16_at(record, 0).unwrap_or(0));
    if text.is_empty() || u32::from(column) >= SHEET_COLUMNS_MAX {
        return Ok(());
    }
    sheet.put(row, usize::from(column), text, budget)
}

/// A number in four bytes: thirty bits of a whole number or of the upper half of a fraction, perhaps a hundredth of it.
fn short_number(bits: u32) -> f64 {
    let value = match bits & 2 {
        0 => f64::from_bits(u64::from(bits & !3) << 32),
        _ => f64::from(bits.cast_signed() >> 2),
    };
    if bits & 1 != 0 { value / 100.0 } else { value }
}

/// Whether a format without a text of its own shows dates.
fn is_own_date(format: u16) -> bool {
    matches!(format, 14..=17 | 22 | 27..=36 | 50..=58)
}

/// Whether the text of a format shows a year or a day: letters outside of quotes, brackets and escapes.
fn shows_dates(format: &str) -> bool {
    let mut chars = format.chars();
    while let Some(c) = chars.next() {
        match c {
            '"' => while chars.next().is_some_and(|c| c != '"') {},
            '[' => while chars.next().is_some_and(|c| c != ']') {},
            '\\' | '_' | '*' => drop(chars.next()),
            'y' | 'Y' | 'd' | 'D' => return true,
            _ => {}
        }
    }
    false
}

/// The day that a number stands for.
fn day(value: f64, from_1904: bool) -> Option<String> {
    const DAYS_MAX: f64 = 2_958_466.0;
    // Days from 1 March of the year 0 to the day before the first one; 1900 had no 29 February, but Excel counts it.
    let before = if from_1904 { 695_361 } else { 693_899 };
    if !(0.0..DAYS_MAX).contains(&value) {
        return None;
    }
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the range is checked above"
    )]
    let whole = value.floor() as i64;
    let days = before + whole + i64::from(!from_1904 && whole < 60);
    let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = year + era * 400 + i64::from(month <= 2);
    Some(format!("{year}-{month:02}-{day:02}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_days_are_dates() {
        for (value, from_1904, expected) in [
            (1.0, false, "1900-01-01"),
            (59.0, false, "1900-02-28"),
            (61.0, false, "1900-03-01"),
            (45_404.75, false, "2024-04-22"),
            (0.0, true, "1904-01-01"),
            (43_942.0, true, "2024-04-22"),
        ] {
            assert_eq!(day(value, from_1904).as_deref(), Some(expected), "{value}");
        }
        assert_eq!(day(-1.0, false), None);
        assert_eq!(day(f64::NAN, false), None);
        assert!(shows_dates("yyyy\"年\"m\"月\""));
        assert!(!shows_dates("[Red]0.00\"d\"\\y_d"));
        assert!(!shows_dates("General"));
    }

    #[test]
    fn a_stream_that_breaks_off_is_refused() {
        let begin = b"\x09\x08\x02\0\0\x06";
        let whole = [&begin[..], b"\x0a\0\0\0"].concat();
        let book = Book::read(&whole).expect("it has an end");
        assert!(read_sheet(&book, 0, &mut CellBudget::default()).is_ok());
        assert!(Book::read(begin).is_err());
        // A record that claims more than there is.
        let broken = [&begin[..], b"\x03\x02\xff\xff\0\0", b"\x0a\0\0\0"].concat();
        let book = Book {
            stream: &broken,
            ..book
        };
        assert!(read_sheet(&book, 0, &mut CellBudget::default()).is_err());
    }

    #[test]
    fn merged_cells_are_true_of_all_their_rows() {
        let words = [2_u16, 1, 3, 0, 0, 5, 5, 1, 4];
        let bytes: Vec<u8> = words.into_iter().flat_map(u16::to_le_bytes).collect();
        let merged: Vec<_> = merged_cells(&bytes).collect();
        assert_eq!(merged, [(1, 3, 0), (5, 5, 1)]);
    }

    #[test]
    fn short_numbers_are_whole_or_broken() {
        assert_eq!(short_number(2024 << 2 | 2), 2024.0);
        assert_eq!(short_number(855 << 2 | 3), 8.55);
        assert_eq!(short_number((1.5_f64.to_bits() >> 32) as u32), 1.5);
    }

    #[test]
    fn a_string_goes_on_in_the_next_record_in_another_width() {
        let mut first = vec![0, 0, 0, 0, 2, 0, 0, 0];
        first.extend([4, 0, 1]);
        first.extend("专业".encode_utf16().flat_map(u16::to_le_bytes));
        let second = b"\0ab\x01\0\0c";
        let record = Record {
            kind: record::STRINGS,
            parts: vec![&first, second],
        };
        let strings = shared_strings(record).expect("they are whole");
        assert_eq!(strings, ["专业ab", "c"]);
        first[4] = 3;
        let record = Record {
            kind: record::STRINGS,
            parts: vec![&first, second],
        };
        assert!(shared_strings(record).is_err());
    }
}
