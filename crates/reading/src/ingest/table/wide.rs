//! A table in which columns are reports → one in which rows are.
//!
//! In: a table some of whose columns are called by a place, a year or both (`{"安吉县2024": …}`; 地区, 2023, 2024;
//! 正文2023, 正文2024) and hold long texts. Out: a row for each of these cells, with the place and the year of its
//! column and all other cells of its row. Any other table is left as it is.

use super::names::{Role, role_of};
use super::sheet::{Sheet, SheetCell, SheetRow, note};
use super::values::{NamedReport, report_named};
use crate::ingest::line::is_han;

/// A text of a report has so many Han characters, a figure or a remark has not.
const TEXT_HAN_MIN: usize = 40;

/// A column that is a report, or one of each row.
struct WideColumn {
    column: usize,
    name: String,
    named: NamedReport,
}

impl Sheet {
    /// Makes a row of each cell of columns that are reports.
    pub(super) fn lengthen(&mut self) {
        let wide = self.wide_columns();
        if !self.has_header || wide.is_empty() {
            return;
        }
        let names: Vec<&str> = wide.iter().map(|wide| wide.name.as_str()).collect();
        let words = format!("each is a report: {}", names.join(", "));
        self.notes.push(note("columns", None, &words));
        let is_wide = |column: usize| wide.iter().any(|wide| wide.column == column);
        let kept: Vec<usize> = (0..self.header.len()).filter(|&at| !is_wide(at)).collect();
        let mut header: Vec<String> = vec!["标题".into(), "地区".into(), "年份".into()];
        header.push("正文".into());
        header.extend(kept.iter().filter_map(|&at| self.header.get(at).cloned()));
        let rows = self.rows.iter().flat_map(|row| {
            let of_row = wide.iter().filter_map(|wide| row.of_column(wide, &kept));
            of_row.collect::<Vec<SheetRow>>()
        });
        let rows: Vec<SheetRow> = rows.collect();
        // A place or year that only the row tells must not stand behind an empty column of its kind.
        let told = |at: usize| rows.iter().any(|row| !row.text_of(at).is_empty());
        for (at, is_told) in [(1, told(1)), (2, told(2))] {
            if let Some(name) = header.get_mut(at).filter(|_| !is_told) {
                name.clear();
            }
        }
        (self.header, self.rows) = (header, rows);
        self.rows_are_reports = true;
    }

    /// The columns that are reports. One without place or year goes with the others if it is as long.
    fn wide_columns(&self) -> Vec<WideColumn> {
        let mut named: Vec<WideColumn> = Vec::new();
        let mut others: Vec<WideColumn> = Vec::new();
        for (column, name) in self.header.iter().enumerate() {
            if !self.is_long(column) {
                continue;
            }
            let wide = |named: NamedReport| WideColumn {
                column,
                name: name.trim().to_owned(),
                named,
            };
            match report_named(name) {
                Some(found) => named.push(wide(found)),
                // A table that has its text in a column of its own is no such table.
                None if matches!(role_of(name), Some(Role::Text | Role::Paragraph)) => {
                    return Vec::new();
                }
                None if role_of(name).is_none() => others.push(wide(NamedReport::default())),
                None => {}
            }
        }
        if named.len() >= others.len() && !named.is_empty() {
            named.append(&mut others);
            named.sort_by_key(|wide| wide.column);
            return named;
        }
        Vec::new()
    }

    fn is_long(&self, column: usize) -> bool {
        let cells = self.rows.iter().filter_map(|row| row.cells.get(column));
        let cells = cells.filter(|cell| !cell.text.trim().is_empty());
        let is_long = |cell: &SheetCell| {
            cell.text
                .chars()
                .filter(|&c| is_han(c))
                .take(TEXT_HAN_MIN)
                .count()
                == TEXT_HAN_MIN
        };
        let (n_long, n) = cells.fold((0, 0), |(n_long, n), cell| {
            (n_long + usize::from(is_long(cell)), n + 1)
        });
        n > 0 && n_long * 2 >= n
    }
}

impl SheetRow {
    fn text_of(&self, column: usize) -> &str {
        self.cells.get(column).map_or("", |cell| cell.text.trim())
    }

    /// The cell of one column as a row of its own; none where it is empty.
    fn of_column(&self, wide: &WideColumn, kept: &[usize]) -> Option<SheetRow> {
        let text = self.cells.get(wide.column)?;
        if text.text.trim().is_empty() {
            return None;
        }
        let told = |text: String| SheetCell {
            text,
            line: self.line,
            ..SheetCell::default()
        };
        let mut cells = vec![
            told(wide.name.clone()),
            told(wide.named.place.clone().unwrap_or_default()),
            told(
                wide.named
                    .year
                    .map_or_else(String::new, |year| year.to_string()),
            ),
            text.clone(),
        ];
        cells.extend(
            kept.iter()
                .map(|&at| self.cells.get(at).cloned().unwrap_or_default()),
        );
        Some(SheetRow {
            line: self.line,
            cells,
        })
    }
}
