//! One table as rows of cells: what `delimited`, `json` and `workbook` make, and what it may cost.
//!
//! In: cells, one after the other. Out: a header and the rows below it, each with its line of the raw file.

use super::names::{Role, role_of};
use super::values::{is_value, report_named};
use crate::ingest::IngestError;
use crate::ingest::limits::{self, CELLS_MAX, COLUMNS_MAX, TEXT_BYTES_MAX};
use crate::report::Note;

/// Names of columns are short.
const NAME_CHARS_MAX: usize = 40;

/// A line of JSON, a record of CSV or a row of a sheet: cells in the order of the header.
#[derive(Debug)]
pub(super) struct SheetRow {
    pub(super) line: u32,
    pub(super) cells: Vec<SheetCell>,
}

#[derive(Clone, Debug, Default)]
pub(super) struct SheetCell {
    pub(super) text: String,
    /// The raw line on which it begins.
    pub(super) line: u32,
    /// Whether its line ends are line ends of the raw file.
    pub(super) runs_on: bool,
    /// Whether it only repeats what a merged cell says in a row above.
    pub(super) filled: bool,
}

/// One table: a file, or a sheet of a workbook.
#[derive(Debug)]
pub(super) struct Sheet {
    /// What the sheet of a workbook is called.
    pub(super) name: Option<String>,
    /// The names of the columns; those of a table without a header are letters.
    pub(super) header: Vec<String>,
    /// Whether a row of the table names its columns.
    pub(super) has_header: bool,
    pub(super) rows: Vec<SheetRow>,
    /// Rows that cannot be read, with what they say of their place, and why.
    pub(super) unread: Vec<(SheetRow, &'static str)>,
    /// Whether no two rows are passages of one report.
    pub(super) rows_are_reports: bool,
    /// What stands between two cells of a row, where they are written so.
    pub(super) separator: Option<char>,
    /// What was noticed while it was read.
    pub(super) notes: Vec<Note>,
}

impl Default for Sheet {
    fn default() -> Sheet {
        Sheet {
            name: None,
            header: Vec::new(),
            has_header: true,
            rows: Vec::new(),
            unread: Vec::new(),
            rows_are_reports: false,
            separator: None,
            notes: Vec::new(),
        }
    }
}

/// What the tables of a file have used up.
#[derive(Debug, Default)]
pub(super) struct CellBudget {
    cells: usize,
    bytes: usize,
}

impl CellBudget {
    /// Takes a row, or what is added to one.
    pub(super) fn take(&mut self, n_cells: usize, n_bytes: usize) -> Result<(), IngestError> {
        // A row without cells takes memory too.
        self.cells += n_cells.max(1);
        self.bytes += n_bytes;
        for (n, what, most) in [
            (n_cells, "columns", COLUMNS_MAX),
            (self.cells, "cells", CELLS_MAX),
            (self.bytes >> 20, "MiB of text", TEXT_BYTES_MAX >> 20),
        ] {
            if n > most {
                return Err(limits::too_much(what, most));
            }
        }
        Ok(())
    }
}

impl SheetRow {
    fn texts(self) -> Vec<String> {
        self.cells.into_iter().map(|cell| cell.text).collect()
    }

    /// Whether the row names columns: short cells, one of which says what a column holds. A row with a place or a year
    /// among its cells is one of the table, even where another cell reads 政府工作报告.
    fn is_header(&self, with_text: bool) -> bool {
        let names = || self.cells.iter().map(|cell| cell.text.trim());
        let roles = || names().filter_map(role_of);
        let is_text = |role: Role| matches!(role, Role::Text | Role::Paragraph);
        names().all(|name| name.chars().count() <= NAME_CHARS_MAX)
            && roles().next().is_some()
            && (!with_text || roles().any(is_text))
            && (roles().any(|role| !is_text(role)) || !self.has_value())
    }

    /// Whether the row goes on with a header: every cell that is not empty names a column, and there are several.
    fn is_second_header(&self) -> bool {
        let names = || {
            let names = self.cells.iter().map(|cell| cell.text.trim());
            names.filter(|name| !name.is_empty())
        };
        names().count() >= 2 && names().all(|name| role_of(name).is_some())
    }

    /// Whether the row is one of the table and no header.
    fn is_data(&self) -> bool {
        let mut cells = self.cells.iter();
        self.has_value() || cells.any(|cell| cell.text.trim().chars().count() > NAME_CHARS_MAX)
    }

    /// Whether a cell that is no name of a column is a value of one.
    fn has_value(&self) -> bool {
        /// Each takes a look at all places.
        const CELLS_MAX: usize = 30;
        let cells = self.cells.iter().take(CELLS_MAX);
        let mut texts = cells.map(|cell| cell.text.trim());
        texts.any(|text| role_of(text).is_none() && is_value(text))
    }

    /// How many characters these cells hold.
    pub(super) fn n_chars(&self, columns: &[usize]) -> usize {
        let cells = columns.iter().filter_map(|&column| self.cells.get(column));
        cells.map(|cell| cell.text.chars().count()).sum()
    }
}

impl Sheet {
    /// Puts a text into a cell; rows and columns are counted from 0.
    #[cfg(feature = "xlsx")]
    pub(super) fn put(
        &mut self,
        row: u32,
        column: usize,
        text: String,
        budget: &mut CellBudget,
    ) -> Result<(), IngestError> {
        let line = row.saturating_add(1);
        // Cells come row by row; a file that says otherwise gets rows of its own.
        if self.rows.last().is_none_or(|last| last.line != line) {
            self.rows.push(SheetRow {
                line,
                cells: Vec::new(),
            });
        }
        if let Some(last) = self.rows.last_mut() {
            let n_before = last.cells.len();
            if n_before <= column {
                last.cells.resize_with(column + 1, SheetCell::default);
            }
            budget.take(last.cells.len() - n_before, text.len())?;
            if let Some(slot) = last.cells.get_mut(column) {
                *slot = SheetCell {
                    text,
                    line,
                    ..SheetCell::default()
                };
            }
        }
        Ok(())
    }

    /// Writes what a merged cell says into the rows below that it covers, where they have other cells: it is true of
    /// them all. Across columns nothing is written: a title above a table names none of them. Each comes as its first
    /// row, its last row and its first column, counted from 0.
    #[cfg(feature = "xlsx")]
    pub(super) fn fill_merged(
        &mut self,
        merged: impl Iterator<Item = (u32, u32, usize)>,
        budget: &mut CellBudget,
    ) -> Result<(), IngestError> {
        for (first, last, column) in merged.filter(|(first, last, _)| last > first) {
            let line = first.saturating_add(1);
            // Rows stand in their order, but for files that say otherwise; those are left as they are.
            let from = self.rows.partition_point(|row| row.line < line);
            let last = last.saturating_add(1);
            let said = self.rows.get(from).filter(|row| row.line == line);
            let Some(said) = said.and_then(|row| row.cells.get(column)).cloned() else {
                continue;
            };
            let below = self.rows.iter_mut().skip(from + 1);
            for row in below.take_while(|row| row.line <= last) {
                let n_before = row.cells.len();
                if n_before <= column {
                    row.cells.resize_with(column + 1, SheetCell::default);
                }
                budget.take(row.cells.len() - n_before, said.text.len())?;
                let slot = row.cells.get_mut(column);
                if let Some(slot) = slot.filter(|slot| slot.text.is_empty()) {
                    *slot = SheetCell {
                        filled: true,
                        ..said.clone()
                    };
                }
            }
        }
        Ok(())
    }

    /// Takes the header from among the first rows: tables for print have a heading above it. A table without one is
    /// not robbed of its first row.
    pub(super) fn find_header(&mut self) {
        const ROWS_MAX: usize = 8;
        let first = || self.rows.iter().take(ROWS_MAX);
        let at = first()
            .position(|row| row.is_header(true))
            .or_else(|| first().position(|row| row.is_header(false)))
            .or_else(|| self.names_reports().then_some(0));
        let at = match at {
            Some(at) => at,
            None if self.rows.first().is_some_and(SheetRow::is_data) => {
                return self.name_by_letters();
            }
            None => 0,
        };
        if at >= self.rows.len() {
            return;
        }
        let mut above: Vec<SheetRow> = self.rows.drain(..=at).collect();
        let header = above.pop().map_or_else(Vec::new, |row| row.texts());
        for row in above {
            let line = row.line;
            let words = row.texts().join(" ");
            self.notes
                .push(note("table-head", Some(line), words.trim()));
        }
        self.header = header;
        if self.rows.first().is_some_and(SheetRow::is_second_header) {
            let second = self.rows.remove(0).texts();
            self.lay_over(second);
        }
    }

    /// A second row of names: the lower ones are more particular (地区 above 省, 市, 县).
    fn lay_over(&mut self, second: Vec<String>) {
        let n_columns = self.header.len().max(second.len());
        self.header.resize(n_columns, String::new());
        for (name, lower) in self.header.iter_mut().zip(second) {
            if !lower.trim().is_empty() {
                *name = lower;
            }
        }
    }

    /// Whether the first row names reports (安吉县, 2023, 2024) whose texts stand below.
    fn names_reports(&self) -> bool {
        const TEXT_CHARS_MIN: usize = 100;
        let Some((first, rest)) = self.rows.split_first() else {
            return false;
        };
        let is_long = |column: usize| {
            let below = rest.iter().filter_map(|row| row.cells.get(column));
            let mut below = below.filter(|cell| !cell.text.is_empty()).peekable();
            below.peek().is_some() && below.all(|cell| cell.text.chars().count() >= TEXT_CHARS_MIN)
        };
        let mut columns = first.cells.iter().enumerate();
        columns.any(|(column, cell)| report_named(&cell.text).is_some() && is_long(column))
    }

    /// A table without a header: its columns are called as spreadsheets call them.
    fn name_by_letters(&mut self) {
        let n_columns = self.rows.iter().map(|row| row.cells.len()).max();
        self.header = (0..n_columns.unwrap_or(0)).map(letters_of).collect();
        self.has_header = false;
        let line = self.rows.first().map(|row| row.line);
        let words = "no row names the columns; what they hold is told by their cells";
        self.notes.push(note("columns", line, words));
    }

    /// The names of the columns, for a message; the first of them.
    pub(super) fn columns_seen(&self) -> String {
        const NAMES_MAX: usize = 12;
        let mut names: Vec<String> = self
            .header
            .iter()
            .filter(|name| !name.trim().is_empty())
            .take(NAMES_MAX)
            .map(|name| {
                let short: String = name.trim().chars().take(20).collect();
                format!("`{short}`")
            })
            .collect();
        if self.header.len() > NAMES_MAX {
            names.push("…".to_owned());
        }
        if names.is_empty() {
            names.push("none".to_owned());
        }
        names.join(", ")
    }
}

/// What a spreadsheet calls a column: A, B, … Z, AA.
fn letters_of(column: usize) -> String {
    let mut letters = Vec::new();
    let mut left = column + 1;
    while left > 0 {
        let letter = u8::try_from((left - 1) % 26).unwrap_or(0);
        letters.push(char::from(b'A' + letter));
        left = (left - 1) / 26;
    }
    letters.iter().rev().collect()
}

pub(super) fn note(rule: &str, line: Option<u32>, text: &str) -> Note {
    Note {
        rule: rule.to_owned(),
        line,
        text: text.to_owned(),
    }
}
