//! CSV and TSV → rows.
//!
//! In: decoded text. Out: its records, each cell with the raw line on which it begins. Quotes, line ends in cells and
//! the separator are read as spreadsheet programs write them.

use super::sheet::{CellBudget, Sheet, SheetCell, SheetRow, note};
use crate::ingest::IngestError;
use crate::ingest::extract::LineIndex;
use crate::ingest::limits::{self, COLUMNS_MAX};

/// The one table of a text; by tabs, or by whatever separator its first line has most of.
pub(super) fn read(text: &str, by_tab: bool) -> Result<Sheet, IngestError> {
    let mut budget = CellBudget::default();
    let index = LineIndex::of(text);
    let mut sheet = Sheet::default();
    let delimiter = if by_tab { b'\t' } else { delimiter_of(text) };
    let n_quotes = memchr::memchr_iter(b'"', text.as_bytes()).count();
    // Programs that write tabs often do not quote; one quote left open would swallow the rest.
    let quoting = !(delimiter == b'\t' && n_quotes % 2 == 1);
    if n_quotes % 2 == 1 {
        sheet
            .notes
            .push(note("quotes", None, "a quotation mark is never closed"));
    }
    refuse_wide(text, delimiter, quoting)?;
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .quoting(quoting)
        .from_reader(text.as_bytes());
    let mut record = csv::StringRecord::new();
    // Memory is read and the text is UTF-8, so reading ends with the text.
    while let Ok(true) = reader.read_record(&mut record) {
        let at = record
            .position()
            .and_then(|position| usize::try_from(position.byte()).ok())
            .unwrap_or(0);
        // The reader leaves the line feed of CRLF and blank lines to the record that follows.
        let rest = text.get(at..).unwrap_or("");
        let at = at + rest.len() - rest.trim_start_matches(['\r', '\n']).len();
        let line = index.line_at(at);
        let mut next_line = line;
        budget.take(record.len(), record.as_slice().len())?;
        let cells = record
            .iter()
            .map(|field| {
                let cell = SheetCell {
                    text: field.to_owned(),
                    line: next_line,
                    runs_on: true,
                };
                next_line += n_line_ends(field);
                cell
            })
            .collect();
        sheet.rows.push(SheetRow { line, cells });
    }
    sheet.find_header();
    Ok(sheet)
}

/// Refuses a record with more cells than a table has columns, before anybody makes room for them.
fn refuse_wide(text: &str, delimiter: u8, quoting: bool) -> Result<(), IngestError> {
    let mut bytes = text.bytes().peekable();
    let mut n_cells = 1;
    let (mut begins, mut quoted) = (true, false);
    while let Some(byte) = bytes.next() {
        match byte {
            // Two are one that is text.
            b'"' if quoted && bytes.peek() == Some(&b'"') => {
                bytes.next();
            }
            b'"' if quoted => quoted = false,
            b'"' if quoting && begins => quoted = true,
            _ if quoted => {}
            b'\n' | b'\r' => n_cells = 1,
            _ if byte == delimiter => n_cells += 1,
            _ => {}
        }
        if n_cells > COLUMNS_MAX {
            return Err(limits::too_much("columns", COLUMNS_MAX));
        }
        begins = !quoted && (byte == delimiter || matches!(byte, b'\n' | b'\r'));
    }
    Ok(())
}

/// How many lines a field goes on.
fn n_line_ends(field: &str) -> u32 {
    if !field.contains(['\n', '\r', '\u{85}', '\u{2028}', '\u{2029}']) {
        return 0;
    }
    LineIndex::of(field).line_at(field.len()) - 1
}

/// The separator that stands most often in the first line.
fn delimiter_of(text: &str) -> u8 {
    let first = text
        .lines()
        .find(|line| !line.trim().is_empty())
        .unwrap_or("");
    [b',', b'\t', b';', b'|']
        .into_iter()
        .rev()
        .max_by_key(|&b| memchr::memchr_iter(b, first.as_bytes()).count())
        .unwrap_or(b',')
}
