//! One table as rows of cells: what `delimited`, `json` and `workbook` make, and what it may cost.
//!
//! In: cells, one after the other. Out: a header and the rows below it, each with its line of the raw file.

use super::names::{Role, role_of};
use crate::ingest::IngestError;
use crate::ingest::limits::{self, CELLS_MAX, COLUMNS_MAX, TEXT_BYTES_MAX};
use crate::report::Note;

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
}

/// One table: a file, or a sheet of a workbook.
#[derive(Debug, Default)]
pub(super) struct Sheet {
    pub(super) header: Vec<String>,
    pub(super) rows: Vec<SheetRow>,
    /// What was noticed while it was read.
    pub(super) notes: Vec<Note>,
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
    /// How many characters these cells hold.
    pub(super) fn n_chars(&self, columns: &[usize]) -> usize {
        let cells = columns.iter().filter_map(|&column| self.cells.get(column));
        cells.map(|cell| cell.text.chars().count()).sum()
    }
}

impl Sheet {
    /// Takes the header from among the first rows: tables for print have a heading above it.
    pub(super) fn find_header(&mut self) {
        const ROWS_MAX: usize = 5;
        const NAME_CHARS_MAX: usize = 40;
        let is_header = |row: &SheetRow, with_text: bool| {
            let names = || row.cells.iter().map(|cell| cell.text.trim());
            let roles = || names().filter_map(role_of);
            names().all(|name| name.chars().count() <= NAME_CHARS_MAX)
                && roles().next().is_some()
                && (!with_text || roles().any(|role| matches!(role, Role::Text | Role::Paragraph)))
        };
        let first = self.rows.iter().take(ROWS_MAX);
        let at = first
            .clone()
            .position(|row| is_header(row, true))
            .or_else(|| first.clone().position(|row| is_header(row, false)))
            .unwrap_or(0);
        if at < self.rows.len() {
            let above = self.rows.drain(..=at);
            let mut above: Vec<SheetRow> = above.collect();
            let header = above.pop();
            for row in above {
                let words: Vec<String> = row.cells.into_iter().map(|cell| cell.text).collect();
                self.notes
                    .push(note("table-head", Some(row.line), words.join(" ").trim()));
            }
            self.header = header
                .map(|row| row.cells.into_iter().map(|cell| cell.text).collect())
                .unwrap_or_default();
        }
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

pub(super) fn note(rule: &str, line: Option<u32>, text: &str) -> Note {
    Note {
        rule: rule.to_owned(),
        line,
        text: text.to_owned(),
    }
}
