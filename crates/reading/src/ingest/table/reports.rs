//! The rows of a table → its reports.
//!
//! In: a table whose header is known. Out: a report for each group of rows, with lines that have the numbers of the raw
//! file, what the columns say, and notes.

use super::columns::{AskedRow, ColumnFacts};
use super::layout::ColumnLayout;
use super::resolver::Resolver;
use super::sheet::{Sheet, SheetCell, SheetRow, note};
use crate::format::Format;
use crate::ingest::extract::{self, Line, Mark};
use crate::ingest::limits::{self, REPORTS_MAX};
use crate::ingest::line::{ends_sentence, is_closer, is_placeholder};
use crate::ingest::notes::{CUT_TEXT, ROW_REFUSED, TABLE_ROW};
use crate::ingest::place::Place;
use crate::ingest::{IngestError, html};
use crate::region::Region;
use crate::report::{Note, Year};

/// A report to be, before its text is repaired.
#[derive(Debug, Default)]
pub(crate) struct TableReport {
    /// The lines of its text.
    pub(crate) lines: Vec<Line>,
    /// What its columns say.
    pub(crate) columns: ColumnFacts,
    /// What was noticed.
    pub(crate) notes: Vec<Note>,
}

impl Sheet {
    /// Rows → reports.
    pub(super) fn into_reports(mut self) -> Result<Vec<TableReport>, IngestError> {
        self.lengthen();
        let Some(mut layout) = self.layout() else {
            return Err(IngestError::NoTextColumn {
                columns: self.columns_seen(),
            });
        };
        self.join_ragged(&layout);
        self.fill_blanks(&layout);
        self.weigh_rows(&mut layout);
        self.note_columns(&layout);
        let groups = self.groups(&layout);
        if groups.len() > REPORTS_MAX {
            return Err(limits::too_much("reports", REPORTS_MAX));
        }
        let mut resolver = Resolver::default();
        let mut reports: Vec<TableReport> = Vec::new();
        let mut without_text: Vec<u32> = Vec::new();
        let mut refused: Vec<Note> = Vec::new();
        for (row, why) in &self.unread {
            refused.push(self.asked(row, &layout).unread(why, &mut resolver));
        }
        limits::check_notes(refused.len())?;
        let mut n_lines = 0;
        for group in groups {
            let rows: Vec<&SheetRow> = group.iter().filter_map(|&at| self.rows.get(at)).collect();
            let mut report = TableReport::default();
            report.read_rows(&rows, &layout, &mut without_text)?;
            let Some(row) = rows.first() else {
                continue;
            };
            let asked = self.asked(row, &layout);
            if let Some(why) = report.lacks_text() {
                let columns = asked.columns(&mut resolver, &mut Vec::new());
                let refused_row = refused_row(row.line, &columns, why);
                let is_refused = refused_row.is_some();
                refused.extend(refused_row);
                limits::check_notes(refused.len())?;
                if is_refused || report.lines.is_empty() {
                    continue;
                }
            }
            n_lines += report.lines.len();
            limits::check_lines(n_lines)?;
            report.notes.push(note_on_rows(row, &rows));
            report.columns = asked.columns(&mut resolver, &mut report.notes);
            reports.push(report);
        }
        self.notes.extend(note_without_text(&without_text));
        // What is true of the whole table is told once.
        match reports.first_mut() {
            Some(first) => {
                first.notes.append(&mut self.notes);
                first.notes.append(&mut refused);
            }
            None => {
                return Err(IngestError::NoRows {
                    columns: self.columns_seen(),
                    rows: refused,
                });
            }
        }
        Ok(reports)
    }

    fn asked<'a>(&'a self, row: &'a SheetRow, layout: &'a ColumnLayout) -> AskedRow<'a> {
        AskedRow {
            row,
            header: &self.header,
            layout,
            sheet: self.name.as_deref(),
        }
    }
}

impl AskedRow<'_> {
    /// A row that cannot be read, with the place that it says, or its title.
    fn unread(&self, why: &str, resolver: &mut Resolver) -> Note {
        let columns = self.columns(resolver, &mut Vec::new());
        note_refused(self.row.line, place_or_title(&columns).0, why)
    }
}

impl TableReport {
    /// Why it has no text: it has none, or 见附件 in its place.
    fn lacks_text(&self) -> Option<&'static str> {
        match self.lines.as_slice() {
            [] => Some("the row has no text"),
            [line] if is_placeholder(&line.text) => {
                Some("the row has a remark in place of the text")
            }
            _ => None,
        }
    }

    /// Reads the text of its rows; those that have none are listed.
    fn read_rows(
        &mut self,
        rows: &[&SheetRow],
        layout: &ColumnLayout,
        without_text: &mut Vec<u32>,
    ) -> Result<(), IngestError> {
        for row in rows {
            let n_before = self.lines.len();
            // What a merged cell says is said once.
            let cells = layout
                .text
                .iter()
                .filter_map(|&column| row.cells.get(column));
            let is_filled = cells.clone().any(|cell| cell.filled);
            for cell in cells.filter(|cell| !cell.filled) {
                read_cell(cell, &mut self.lines, &mut self.notes)?;
            }
            if is_filled && self.lines.len() == n_before {
                continue;
            }
            if self.lines.len() == n_before {
                without_text.push(row.line);
            } else if rows.len() > 1
                && let Some(first) = self.lines.get_mut(n_before)
                && first.mark == Mark::None
            {
                // A row is a paragraph: an indent says so to the next step.
                first.indent = first.indent.max(4);
                first.ideographic_indent = true;
            }
        }
        Ok(())
    }
}

/// In which rows of the table a report stands.
fn note_on_rows(first: &SheetRow, rows: &[&SheetRow]) -> Note {
    let words = match rows.last() {
        Some(last) if rows.len() > 1 => {
            format!(
                "rows {} to {}, {} of them",
                first.line,
                last.line,
                rows.len()
            )
        }
        _ => format!("row {}", first.line),
    };
    note(TABLE_ROW, Some(first.line), &words)
}

/// A row that names a report of a region and has no text: the report is known to be, and not what it says.
fn refused_row(row: u32, columns: &ColumnFacts, why: &str) -> Option<Note> {
    let (place, is_called_so) = place_or_title(columns);
    (columns.place().0.is_some() || is_called_so).then(|| note_refused(row, place, why))
}

/// The region and year of a row by its columns, else by its title; and whether that is the title of a report.
fn place_or_title(columns: &ColumnFacts) -> ((Option<Region>, Option<Year>), bool) {
    let (region, year) = columns.place();
    let title = columns.title.as_ref().map_or("", |(title, _)| title);
    let titled = Place::of_path(title);
    let is_called_so = title.trim_end().ends_with("政府工作报告");
    (
        (region.or(titled.region), year.or(titled.year)),
        is_called_so,
    )
}

/// A sheet that cannot be read among others that can, if its name tells a place: a sheet of a chart is no report.
#[cfg(feature = "xlsx")]
pub(super) fn sheet_unread(name: &str) -> Option<Note> {
    let Place { region, year } = Place::of_path(name);
    let place = (region.is_some() || year.is_some()).then_some((region, year))?;
    Some(note_refused(1, place, "the sheet cannot be read"))
}

fn note_refused(row: u32, (region, year): (Option<Region>, Option<Year>), why: &str) -> Note {
    let code = region.map_or_else(String::new, |region| region.code_string());
    let year = year.map_or_else(String::new, |year| year.to_string());
    note(ROW_REFUSED, Some(row), &format!("{code}-{year}\t{why}"))
}

/// Which rows have no text.
fn note_without_text(lines: &[u32]) -> Option<Note> {
    const LINES_MAX: usize = 20;
    let first = lines.first().copied()?;
    let named: Vec<String> = lines.iter().take(LINES_MAX).map(u32::to_string).collect();
    let more = if lines.len() > LINES_MAX { ", …" } else { "" };
    let rows = if lines.len() == 1 { "row" } else { "rows" };
    let words = format!(
        "{} {rows} without text: {}{more}",
        lines.len(),
        named.join(", ")
    );
    Some(note("row-without-text", Some(first), &words))
}

/// The lines of a cell, numbered as in the raw file.
fn read_cell(
    cell: &SheetCell,
    lines: &mut Vec<Line>,
    notes: &mut Vec<Note>,
) -> Result<(), IngestError> {
    notes.extend(note_cut(cell));
    let first_note = notes.len();
    let mut read = if html::is_snippet(&cell.text) {
        let page = html::read_snippet(&cell.text)?;
        notes.extend(page.notes);
        page.lines
    } else {
        extract::extract(&cell.text, Format::Text, notes)
    };
    let raw = |number: u32| {
        if cell.runs_on {
            cell.line.saturating_add(number.saturating_sub(1))
        } else {
            cell.line
        }
    };
    for line in &mut read {
        line.number = raw(line.number);
    }
    for note in notes.iter_mut().skip(first_note) {
        note.line = note.line.map(raw);
    }
    lines.append(&mut read);
    Ok(())
}

/// A text that a spreadsheet program has cut at the end of a cell.
fn note_cut(cell: &SheetCell) -> Option<Note> {
    /// The most that a cell of Excel holds, in UTF-16 units.
    const CELL_UNITS_MAX: usize = 32_767;
    /// Programs that cut on the safe side stay below it.
    const SLACK_UNITS: usize = 16;
    if cell.text.len() < CELL_UNITS_MAX {
        return None;
    }
    let n_units = cell.text.encode_utf16().count();
    let last = cell.text.trim_end().chars().rev().find(|&c| !is_closer(c));
    let is_cut = n_units == CELL_UNITS_MAX
        || (CELL_UNITS_MAX - SLACK_UNITS..CELL_UNITS_MAX).contains(&n_units)
            && !last.is_some_and(ends_sentence);
    is_cut.then(|| {
        let words = format!("cut at the spreadsheet's limit of {CELL_UNITS_MAX} characters a cell");
        note(CUT_TEXT, Some(cell.line), &words)
    })
}
