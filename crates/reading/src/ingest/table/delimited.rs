//! CSV and TSV → rows.
//!
//! In: decoded text. Out: its records, each cell with the raw line on which it begins. Quotes, line ends in cells and
//! the separator are read as spreadsheet programs write them; a quotation mark that closes nothing, or that is never
//! closed, is one of the text.
//!
//! # Invariants
//!
//! - No character but separators, line ends between records, and quotation marks is left out.
//! - Time is linear in the text: what is read a second time is counted.

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
    let mut reader = Reader {
        text,
        delimiter,
        // Programs that write tabs often do not quote.
        quoting: !(delimiter == b'\t' && n_quotes % 2 == 1),
        lengths: Vec::new(),
        again_bytes: text.len().saturating_mul(4),
        n_unclosed: 0,
    };
    let mut at = 0;
    while let Some((from, record)) = reader.next(at)? {
        let line = index.line_at(from);
        budget.take(
            record.fields.len(),
            record.fields.iter().map(|field| field.text.len()).sum(),
        )?;
        if record.odd_quote {
            let words = "a quotation mark is never closed and stands as text";
            sheet.notes.push(note("quotes", Some(line), words));
            limits::check_notes(sheet.notes.len())?;
        }
        at = record.end;
        let cells = record.fields.into_iter().map(|field| SheetCell {
            text: field.text,
            line: index.line_at(field.at),
            runs_on: true,
            filled: false,
        });
        let cells = cells.collect();
        sheet.rows.push(SheetRow { line, cells });
    }
    sheet.separator = Some(char::from(delimiter));
    sheet.find_header();
    Ok(sheet)
}

/// So many quotation marks that are never closed, and none is taken for one that quotes.
const UNCLOSED_MAX: usize = 3;

/// A field of a record.
struct Field {
    text: String,
    /// The byte on which its text begins.
    at: usize,
    /// Whether it is quoted and goes over several lines.
    runs_on: bool,
    /// Whether a quotation mark that opens another field stands inside: then its own was perhaps none.
    in_doubt: bool,
}

struct Record {
    fields: Vec<Field>,
    /// Where the next record begins.
    end: usize,
    /// Whether a quotation mark that opens is taken for text.
    odd_quote: bool,
    /// Whether the text ends inside quotation marks, and in which field.
    unclosed: Option<usize>,
}

struct Reader<'t> {
    text: &'t str,
    delimiter: u8,
    quoting: bool,
    /// How many records have how many fields.
    lengths: Vec<(usize, usize)>,
    /// How much may be read a second time.
    again_bytes: usize,
    /// Quotation marks that are never closed.
    n_unclosed: usize,
}

impl Reader<'_> {
    /// The next record from a byte on, and where it begins; blank lines are passed over.
    fn next(&mut self, at: usize) -> Result<Option<(usize, Record)>, IngestError> {
        let rest = self.text.get(at..).unwrap_or("");
        let from = at + rest.len() - rest.trim_start_matches(['\r', '\n']).len();
        if from >= self.text.len() {
            return Ok(None);
        }
        let mut record = self.record(from, None)?;
        if let Some(bare) = self.doubtful(&record) {
            let other = self.record(from, Some(bare))?;
            if self.fits_better(&record, &other)? {
                // A file with several such marks does not quote.
                self.n_unclosed += usize::from(record.unclosed.is_some());
                self.quoting &= self.n_unclosed < UNCLOSED_MAX;
                record = other;
                record.odd_quote = true;
            }
        }
        record.odd_quote |= record.unclosed.is_some();
        let n_fields = record.fields.len();
        match self
            .lengths
            .iter_mut()
            .find(|(length, _)| *length == n_fields)
        {
            Some((_, n)) => *n += 1,
            None => self.lengths.push((n_fields, 1)),
        }
        Ok(Some((from, record)))
    }

    /// How many fields most records have so far.
    fn usual_length(&self) -> Option<usize> {
        let usual = self.lengths.iter().rev().max_by_key(|&&(_, n)| n);
        usual.map(|&(length, _)| length)
    }

    /// The field whose opening quotation mark is perhaps one of the text.
    fn doubtful(&self, record: &Record) -> Option<usize> {
        if self.again_bytes == 0 {
            return None;
        }
        let is_odd = self
            .usual_length()
            .is_some_and(|usual| usual != record.fields.len());
        record.unclosed.or_else(|| {
            let mut fields = record.fields.iter();
            fields.position(|field| field.runs_on && (field.in_doubt || is_odd))
        })
    }

    /// Whether a record read without the quotation mark looks like those before and is followed by one that does.
    fn fits_better(&mut self, quoted: &Record, bare: &Record) -> Result<bool, IngestError> {
        let Some(usual) = self.usual_length().filter(|&usual| usual > 1) else {
            return Ok(false);
        };
        let rest = self.text.get(bare.end..).unwrap_or("");
        let from = bare.end + rest.len() - rest.trim_start_matches(['\r', '\n']).len();
        let next = self.record(from, None)?;
        let n_bytes = (quoted.end - from.min(quoted.end)) + (next.end - from);
        self.again_bytes = self.again_bytes.saturating_sub(n_bytes);
        let follows = from >= self.text.len() || next.fields.len() == usual;
        let in_doubt = quoted.unclosed.is_some()
            || quoted.fields.len() != usual
            || quoted.fields.iter().any(|field| field.in_doubt);
        Ok(in_doubt && bare.fields.len() == usual && follows)
    }

    /// The record from a byte on; the quotation mark before field `bare` is one of its text.
    fn record(&self, from: usize, bare: Option<usize>) -> Result<Record, IngestError> {
        let bytes = self.text.as_bytes();
        let mut record = Record {
            fields: Vec::new(),
            end: from,
            odd_quote: false,
            unclosed: None,
        };
        loop {
            let at = record.end;
            let n_fields = record.fields.len();
            if n_fields == COLUMNS_MAX {
                return Err(limits::too_much("columns", COLUMNS_MAX));
            }
            let quoted = self.quoting && bytes.get(at) == Some(&b'"') && bare != Some(n_fields);
            let (field, end, closed) = if quoted {
                self.quoted(at)
            } else {
                self.plain(at)
            };
            if !closed {
                record.unclosed.get_or_insert(n_fields);
            }
            record.fields.push(field);
            record.end = end;
            if bytes.get(end) != Some(&self.delimiter) {
                return Ok(record);
            }
            record.end = end + 1;
        }
    }

    fn plain(&self, at: usize) -> (Field, usize, bool) {
        let rest = self.text.as_bytes().get(at..).unwrap_or(&[]);
        let end = at + memchr::memchr3(self.delimiter, b'\n', b'\r', rest).unwrap_or(rest.len());
        let field = Field {
            text: self.text.get(at..end).unwrap_or("").to_owned(),
            at,
            runs_on: false,
            in_doubt: false,
        };
        (field, end, true)
    }

    /// A field from its quotation mark on. A mark inside that is not doubled and that no separator follows is text.
    fn quoted(&self, open: usize) -> (Field, usize, bool) {
        let bytes = self.text.as_bytes();
        let opens = |at: usize| {
            let before = at.checked_sub(1).and_then(|before| bytes.get(before));
            before.is_some_and(|&byte| byte == self.delimiter || matches!(byte, b'\n' | b'\r'))
        };
        let mut field = Field {
            text: String::new(),
            at: open + 1,
            runs_on: false,
            in_doubt: false,
        };
        let mut from = open + 1;
        let (end, closed) = loop {
            let rest = bytes.get(from..).unwrap_or(&[]);
            let Some(found) = memchr::memchr(b'"', rest) else {
                field.text.push_str(self.text.get(from..).unwrap_or(""));
                break (bytes.len(), false);
            };
            let at = from + found;
            field.text.push_str(self.text.get(from..at).unwrap_or(""));
            match bytes.get(at + 1) {
                Some(b'"') => {
                    field.text.push('"');
                    from = at + 2;
                }
                Some(byte) if *byte != self.delimiter && !matches!(byte, b'\n' | b'\r') => {
                    field.text.push('"');
                    field.in_doubt |= opens(at);
                    from = at + 1;
                }
                _ => break (at + 1, true),
            }
        };
        field.runs_on = field.text.contains(['\n', '\r']);
        (field, end, closed)
    }
}

/// The separator that stands most often in the first line that has one.
fn delimiter_of(text: &str) -> u8 {
    const DELIMITERS: [u8; 4] = [b',', b'\t', b';', b'|'];
    let has_one = |line: &&str| line.bytes().any(|byte| DELIMITERS.contains(&byte));
    let first = text.lines().find(has_one).unwrap_or("");
    DELIMITERS
        .into_iter()
        .rev()
        .max_by_key(|&b| memchr::memchr_iter(b, first.as_bytes()).count())
        .unwrap_or(b',')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str) -> Vec<Vec<String>> {
        let sheet = read(text, false).expect("it is small");
        let cells = |row: SheetRow| row.cells.into_iter().map(|cell| cell.text).collect();
        sheet.rows.into_iter().map(cells).collect()
    }

    #[test]
    fn fields_are_read_as_spreadsheets_write_them() {
        assert_eq!(
            rows("地区,正文\r\n安吉县,\"一,二\n三 \"\"四\"\" 五\"\r\n\r\n德清县,六\r"),
            [vec!["安吉县", "一,二\n三 \"四\" 五"], vec!["德清县", "六"]]
        );
    }

    #[test]
    fn a_quotation_mark_that_quotes_nothing_is_text() {
        assert_eq!(
            rows("地区,年份,正文\n安吉县,2024,\"推进\"专业镇\"建设\"\n德清县,2024,x\n"),
            [
                ["安吉县", "2024", "推进\"专业镇\"建设"],
                ["德清县", "2024", "x"]
            ]
        );
        // Never closed, with a row after it, and with one after it that is quoted.
        for last in ["德清县,2024,六", "德清县,2024,\"六\""] {
            let text = format!("地区,年份,正文\n安吉县,2024,\"未闭合\n{last}\n");
            assert_eq!(
                rows(&text),
                [["安吉县", "2024", "\"未闭合"], ["德清县", "2024", "六"]]
            );
        }
    }

    #[test]
    fn a_file_that_breaks_off_inside_a_cell_keeps_it() {
        assert_eq!(
            rows("地区,年份,正文\n安吉县,2024,\"一、回顾\n二、安排\n今年,要"),
            [["安吉县", "2024", "一、回顾\n二、安排\n今年,要"]]
        );
    }

    #[test]
    fn marks_without_end_do_not_take_long() {
        let text = format!("地区,年份,正文\n{}", "安吉县,2024,\"甲\n".repeat(20_000));
        let started = std::time::Instant::now();
        let sheet = read(&text, false).expect("it is small");
        assert_eq!(sheet.rows.len(), 20_000);
        assert!(started.elapsed().as_secs() < 10);
    }
}
