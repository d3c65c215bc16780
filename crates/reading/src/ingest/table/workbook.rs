//! A spreadsheet → the reports of its sheets.
//!
//! In: the bytes of an .xlsx file. Out: the rows of each sheet, cell by cell. The file is an archive that strangers
//! made: it is unpacked once and counted before anything believes what it says of itself.

use super::reports::{TableReport, sheet_unread};
use super::sheet::{CellBudget, Sheet, note};
use crate::ingest::IngestError;
use crate::ingest::limits::{self, PARTS_MAX, REPORTS_MAX, UNPACKED_BYTES_MAX};
use calamine::{DataType, Dimensions, Ods, Reader, Xlsx, XlsxError};
use std::fmt::Display;
use std::io::{self, Cursor, Read};

/// Sheets of a workbook.
const SHEETS_MAX: usize = 500;

/// ColumnFacts beyond are notes of nobody: a table of reports has a dozen.
pub(super) const SHEET_COLUMNS_MAX: u32 = 256;

/// The reports of a workbook, sheet after sheet.
pub(crate) fn read_workbook(bytes: &[u8]) -> Result<Vec<TableReport>, IngestError> {
    refuse_bomb(bytes)?;
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(broken)?;
    let names = book.sheet_names();
    gather(names, |name, budget| read_sheet(&mut book, name, budget))
}

/// The same of a spreadsheet of OpenDocument.
pub(crate) fn read_open_workbook(bytes: &[u8]) -> Result<Vec<TableReport>, IngestError> {
    refuse_bomb(bytes)?;
    let mut book: Ods<_> = Ods::new(Cursor::new(bytes)).map_err(broken)?;
    let names = book.sheet_names();
    if names.len() > SHEETS_MAX {
        return Err(limits::too_much("sheets", SHEETS_MAX));
    }
    gather(names, |name, budget| {
        let mut sheet = Sheet::default();
        let range = book.worksheet_range(name).map_err(broken)?;
        let (first_row, first_column) = range.start().unwrap_or_default();
        for (row, column, value) in range.used_cells() {
            let column = column + first_column as usize;
            let row = u32::try_from(row).unwrap_or(u32::MAX);
            let text = cell_text(value);
            if !text.is_empty() && column < SHEET_COLUMNS_MAX as usize {
                sheet.put(first_row.saturating_add(row), column, text, budget)?;
            }
        }
        sheet.find_header();
        Ok(sheet)
    })
}

/// The reports of all sheets, each read in its turn.
pub(super) fn gather(
    names: Vec<String>,
    mut read_sheet: impl FnMut(&str, &mut CellBudget) -> Result<Sheet, IngestError>,
) -> Result<Vec<TableReport>, IngestError> {
    if names.len() > SHEETS_MAX {
        return Err(limits::too_much("sheets", SHEETS_MAX));
    }
    let mut budget = CellBudget::default();
    let mut n_lines = 0;
    let mut reports = Vec::new();
    let mut failure = None;
    let mut notes = Vec::new();
    for name in names {
        let read = read_sheet(&name, &mut budget);
        let read = read.and_then(|mut sheet| {
            sheet.name = Some(name.clone());
            match sheet.header.is_empty() {
                true => Ok(Vec::new()),
                false => sheet.into_reports(),
            }
        });
        match read {
            // What is too large is so as a whole.
            Err(error @ IngestError::TooMuch { .. }) => return Err(error),
            Ok(mut more) => {
                n_lines += more.iter().map(|report| report.lines.len()).sum::<usize>();
                limits::check_lines(n_lines)?;
                if reports.len() + more.len() > REPORTS_MAX {
                    return Err(limits::too_much("reports", REPORTS_MAX));
                }
                for report in &mut more {
                    report.notes.push(note("sheet", None, &name));
                }
                reports.append(&mut more);
            }
            Err(error) => {
                notes.push(note("sheet", None, &format!("`{name}`: {error}")));
                match &error {
                    IngestError::NoRows { rows, .. } => notes.extend(rows.iter().cloned()),
                    IngestError::BrokenSpreadsheet { .. } => notes.extend(sheet_unread(&name)),
                    _ => {}
                }
                failure.get_or_insert(error);
            }
        }
    }
    match reports.first_mut() {
        Some(first) => first.notes.append(&mut notes),
        None => return Err(failure.unwrap_or(IngestError::Empty)),
    }
    Ok(reports)
}

/// A sheet cell by cell: a cell at the far corner of a sheet must not make a table of all between.
fn read_sheet(
    book: &mut Xlsx<Cursor<&[u8]>>,
    name: &str,
    budget: &mut CellBudget,
) -> Result<Sheet, IngestError> {
    let mut sheet = Sheet::default();
    let broken = |error: XlsxError| broken(error);
    let mut cells = book.worksheet_cells_reader(name).map_err(broken)?;
    while let Some(cell) = cells.next_cell().map_err(broken)? {
        let (row, column) = cell.get_position();
        if column >= SHEET_COLUMNS_MAX {
            continue;
        }
        let text = cell_text(cell.get_value());
        if text.is_empty() {
            continue;
        }
        sheet.put(row, column as usize, text, budget)?;
    }
    drop(cells);
    let merged = book.merge_cells_by_sheet_name(name).map_err(broken)?;
    let below = |region: &Dimensions| (region.start.0, region.end.0, region.start.1 as usize);
    sheet.fill_merged(merged.iter().map(below), budget)?;
    sheet.find_header();
    Ok(sheet)
}

pub(super) fn broken(error: impl Display) -> IngestError {
    IngestError::BrokenSpreadsheet {
        why: error.to_string(),
    }
}

fn cell_text(value: &impl DataType) -> String {
    if let Some(text) = value.get_string() {
        // Excel writes a carriage return as an escape.
        return text.replace("_x000D_", "");
    }
    if let Some(time) = value.get_datetime() {
        let (year, month, day, ..) = time.to_ymd_hms_milli();
        return format!("{year}-{month:02}-{day:02}");
    }
    if let Some(text) = value
        .get_datetime_iso()
        .or_else(|| value.get_duration_iso())
    {
        return text.to_owned();
    }
    let number = value.get_int().map(|value| value.to_string());
    number
        .or_else(|| value.get_float().map(|value| value.to_string()))
        .or_else(|| value.get_bool().map(|value| value.to_string()))
        .unwrap_or_default()
}

/// Unpacks all entries once and counts: what an archive says of its sizes and names may be a lie. How many shared strings
/// there are is asked too, for room is made for as many as are claimed.
fn refuse_bomb(bytes: &[u8]) -> Result<(), IngestError> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(broken)?;
    if archive.len() > PARTS_MAX {
        return Err(limits::too_much("parts", PARTS_MAX));
    }
    let mut left = UNPACKED_BYTES_MAX;
    for at in 0..archive.len() {
        let mut entry = archive.by_index(at).map_err(broken)?;
        let name = entry.name().map_err(broken)?.to_ascii_lowercase();
        if is_picture(&name) {
            continue;
        }
        let mut head = Vec::new();
        let mut n = entry
            .by_ref()
            .take(HEAD_BYTES.min(left + 1))
            .read_to_end(&mut head)
            .map_err(broken)? as u64;
        n += io::copy(
            &mut entry.by_ref().take((left + 1).saturating_sub(n)),
            &mut io::sink(),
        )
        .map_err(broken)?;
        left = left.checked_sub(n).ok_or_else(|| {
            let most = usize::try_from(UNPACKED_BYTES_MAX >> 20).unwrap_or(usize::MAX);
            limits::too_much("MiB when it is unpacked", most)
        })?;
        if claims_more_strings(&head, n) {
            return Err(broken("it claims more strings than it holds"));
        }
    }
    Ok(())
}

/// Where a part says how much it holds.
const HEAD_BYTES: u64 = 4_096;

/// Pictures may be large, and nobody reads them: no part with text has such a name.
fn is_picture(name: &str) -> bool {
    name.starts_with("xl/media/")
        && [
            ".png", ".jpg", ".jpeg", ".gif", ".emf", ".wmf", ".bmp", ".tif", ".tiff",
        ]
        .iter()
        .any(|ending| name.ends_with(ending))
}

/// Whether a list of shared strings of so many bytes claims to hold more than fit into them (`<si/>`).
fn claims_more_strings(head: &[u8], n_bytes: u64) -> bool {
    const STRING_BYTES_MIN: u64 = 5;
    memchr::memmem::find_iter(head, b"uniqueCount")
        .filter_map(|at| {
            let value = head.get(at + b"uniqueCount".len()..)?;
            let start = value.iter().position(u8::is_ascii_digit)?;
            let digits: Vec<u8> = value
                .get(start..)?
                .iter()
                .copied()
                .take_while(u8::is_ascii_digit)
                .collect();
            Some(
                String::from_utf8(digits)
                    .ok()?
                    .parse::<u64>()
                    .unwrap_or(u64::MAX),
            )
        })
        .any(|claimed| claimed > n_bytes / STRING_BYTES_MIN)
}
