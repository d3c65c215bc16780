//! Which column of a table holds what, and which rows belong together.
//!
//! In: a header and rows. Out: the role of each column, the columns of the text, the rows of each report.

use super::names::{Role, role_of, stem_of};
use super::sheet::{Sheet, SheetRow, note};
use crate::ingest::line::is_han;
use std::collections::HashMap;

/// Which column holds what.
#[derive(Debug, Default)]
pub(super) struct ColumnLayout {
    pub(super) roles: Vec<Option<Role>>,
    /// The columns that hold the text, in order.
    pub(super) text: Vec<usize>,
    /// Whether each row is a paragraph of a report.
    pub(super) by_paragraph: bool,
    /// The column is taken for the text although its name does not say so.
    pub(super) guessed: bool,
}

impl ColumnLayout {
    pub(super) fn column(&self, role: Role) -> Option<usize> {
        self.roles.iter().position(|known| *known == Some(role))
    }
}

impl Sheet {
    /// Which column holds what; none if no column holds text.
    pub(super) fn layout(&self) -> Option<ColumnLayout> {
        let mut layout = ColumnLayout {
            roles: self.roles(),
            ..ColumnLayout::default()
        };
        layout.by_paragraph = layout.column(Role::ParagraphNumber).is_some();
        if let Some((text, role)) = self.longest_text(&layout) {
            layout.text = text;
            layout.by_paragraph |= role == Role::Paragraph;
        } else {
            layout.text = vec![self.guess_text(&layout)?];
            layout.guessed = true;
        }
        Some(layout)
    }

    /// What each column holds by its name. `paragraph` may be the text or its number.
    fn roles(&self) -> Vec<Option<Role>> {
        let role = |(column, name): (usize, &String)| match role_of(name) {
            Some(Role::Paragraph) if self.is_number(column) => Some(Role::ParagraphNumber),
            role => role,
        };
        self.header.iter().enumerate().map(role).collect()
    }

    /// Whether the cells of a column are short and without Han characters.
    fn is_number(&self, column: usize) -> bool {
        const NUMBER_BYTES_MAX: usize = 12;
        let mut cells = self.rows.iter().filter_map(|row| row.cells.get(column));
        cells.all(|cell| !cell.text.chars().any(is_han) && cell.text.len() <= NUMBER_BYTES_MAX)
    }

    fn n_bytes(&self, column: usize) -> usize {
        let cells = self.rows.iter().filter_map(|row| row.cells.get(column));
        cells.map(|cell| cell.text.len()).sum()
    }

    /// Of the columns that hold text or paragraphs by their name, those with most text: 正文1, 正文2 are one text that is
    /// too long for one cell.
    fn longest_text(&self, layout: &ColumnLayout) -> Option<(Vec<usize>, Role)> {
        let stem = |column: usize| self.header.get(column).map(|name| stem_of(name.trim()));
        let mut best: Option<(usize, Vec<usize>, Role)> = None;
        for role in [Role::Text, Role::Paragraph] {
            for column in layout.columns(role) {
                let same: Vec<usize> = layout
                    .columns(role)
                    .filter(|&other| stem(other) == stem(column))
                    .collect();
                let n: usize = same.iter().map(|&column| self.n_bytes(column)).sum();
                if best.as_ref().is_none_or(|(most, ..)| n > *most) {
                    best = Some((n, same, role));
                }
            }
        }
        best.map(|(_, columns, role)| (columns, role))
    }

    /// The longest column without a known name, if its cells are long on average.
    fn guess_text(&self, layout: &ColumnLayout) -> Option<usize> {
        const GUESS_HAN_MIN: usize = 200;
        let unknown =
            (0..self.header.len()).filter(|&column| layout.roles.get(column) == Some(&None));
        let longest = unknown.max_by_key(|&column| self.n_bytes(column))?;
        let cells = self.rows.iter().filter_map(|row| row.cells.get(longest));
        let n_han: usize = cells
            .map(|cell| cell.text.chars().filter(|&c| is_han(c)).count())
            .sum();
        (n_han >= GUESS_HAN_MIN * self.rows.len().max(1)).then_some(longest)
    }

    /// Says which column was taken for the text without its name, and which are not used.
    pub(super) fn note_columns(&mut self, layout: &ColumnLayout) {
        if layout.guessed
            && let Some(name) = layout
                .text
                .first()
                .and_then(|&column| self.header.get(column))
        {
            let words = format!(
                "`{}` is taken for the text, as the longest column",
                name.trim()
            );
            self.notes.push(note("columns", None, &words));
        }
        let unused: Vec<&str> = self
            .header
            .iter()
            .enumerate()
            .filter(|(column, name)| {
                let role = layout.roles.get(*column).copied().flatten();
                !layout.text.contains(column)
                    && !name.trim().is_empty()
                    && role.is_none_or(|role| layout.column(role) != Some(*column))
            })
            .map(|(_, name)| name.trim())
            .collect();
        if !unused.is_empty() {
            let words = format!("not used: {}", unused.join(", "));
            self.notes.push(note("columns", None, &words));
        }
    }

    /// The rows of each report, in the order in which the reports begin.
    pub(super) fn groups(&self, layout: &ColumnLayout) -> Vec<Vec<usize>> {
        let mut groups: Vec<Vec<usize>> = Vec::new();
        let mut known: HashMap<Vec<String>, usize> = HashMap::new();
        for (at, row) in self.rows.iter().enumerate() {
            let Some(key) = layout.key_of(row) else {
                groups.push(vec![at]);
                continue;
            };
            let group = *known.entry(key).or_insert_with(|| {
                groups.push(Vec::new());
                groups.len() - 1
            });
            if let Some(group) = groups.get_mut(group) {
                group.push(at);
            }
        }
        groups
    }
}

impl ColumnLayout {
    fn columns(&self, wanted: Role) -> impl Iterator<Item = usize> {
        let roles = self.roles.iter().enumerate();
        roles
            .filter(move |(_, role)| **role == Some(wanted))
            .map(|(column, _)| column)
    }

    /// What the rows of one report have in common; none for a row that is a report of its own.
    fn key_of(&self, row: &SheetRow) -> Option<Vec<String>> {
        /// A row with so much text is a report of its own.
        const PASSAGE_CHARS_MAX: usize = 3000;
        const PLACES: [Role; 6] = [
            Role::Region,
            Role::Province,
            Role::City,
            Role::County,
            Role::Year,
            Role::Url,
        ];
        if !self.by_paragraph && row.n_chars(&self.text) > PASSAGE_CHARS_MAX {
            return None;
        }
        let text = |role: Role| {
            let cell = self.column(role).and_then(|column| row.cells.get(column));
            cell.map_or("", |cell| cell.text.trim()).to_owned()
        };
        let (id, title) = (text(Role::Id), text(Role::Title));
        if !id.is_empty() {
            Some(vec![id])
        } else if !title.is_empty() || self.by_paragraph {
            Some(std::iter::once(title).chain(PLACES.map(text)).collect())
        } else {
            None
        }
    }
}
