//! Which column of a table holds what, and which rows belong together.
//!
//! In: a header and rows. Out: the role of each column, the columns of the text, the rows of each report.
//!
//! Rows that say of no place, year or title and are short are the passages of one text, not a report each: sentences
//! with labels would else be hundreds of reports that nobody can place.

use super::names::{Role, role_of, stem_of};
use super::sheet::{Sheet, SheetCell, SheetRow, note};
use super::values::{is_address, is_day, is_place, short_year_of, year_of};
use crate::ingest::line::is_han;
use crate::region::{self, Level};
use std::collections::{HashMap, HashSet};

/// A row with so much text is a report of its own.
const PASSAGE_CHARS_MAX: usize = 3000;

/// What says where a row belongs.
const PLACES: [Role; 5] = [
    Role::Region,
    Role::Code,
    Role::Province,
    Role::City,
    Role::County,
];

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
    /// Every row is a passage of one text, for none says where it belongs.
    pub(super) one_text: bool,
    /// The rows have labels: they are an annotated list of sentences, and no report.
    pub(super) annotated: bool,
    /// Rows have numbers that are no report's: several rows of one place and year have different ones.
    numbered_rows: bool,
    /// Some years have two digits, and some have all.
    pub(super) short_years: bool,
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
            layout.text = self.guess_text(&layout);
            layout.guessed = true;
        }
        let last = *layout.text.last()?;
        // What has no name beside the text is its end: a spreadsheet cuts cells, and authors go on in the next.
        let n_columns = match self.separator {
            // What goes beyond the header was cut at a separator.
            Some(_) => self.header.len(),
            None => self.n_columns(),
        };
        let more = (last + 1..n_columns).take_while(|&column| self.goes_on_in(column));
        layout.text.extend(more);
        if !self.has_header && layout.column(Role::Title).is_none() {
            layout.take_title(self);
        }
        layout.short_years = self.has_short_years(&layout);
        Some(layout)
    }

    fn n_columns(&self) -> usize {
        let widths = self.rows.iter().map(|row| row.cells.len());
        widths.max().unwrap_or(0)
    }

    /// Whether a column has no name and holds text.
    fn goes_on_in(&self, column: usize) -> bool {
        const TEXT_HAN_MIN: usize = 20;
        let cells = self.rows.iter().filter_map(|row| row.cells.get(column));
        let mut cells = cells.filter(|cell| !cell.text.trim().is_empty()).peekable();
        self.has_header
            && self
                .header
                .get(column)
                .is_none_or(|name| name.trim().is_empty())
            && cells.peek().is_some()
            && cells.all(|cell| n_han(cell) >= TEXT_HAN_MIN)
    }

    fn has_short_years(&self, layout: &ColumnLayout) -> bool {
        let Some(column) = layout.column(Role::Year) else {
            return false;
        };
        let cells = || self.rows.iter().filter_map(|row| row.cells.get(column));
        cells().any(|cell| short_year_of(&cell.text).is_some())
            && cells().any(|cell| year_of(&cell.text).is_some())
    }

    /// Whether rows are passages: by what they say of place, year and title, and by their length.
    pub(super) fn weigh_rows(&self, layout: &mut ColumnLayout) {
        let n_rows = self.rows.len();
        let n_long = self
            .rows
            .iter()
            .filter(|row| row.n_chars(&layout.text) > LABELLED_CHARS_MAX)
            .count();
        if n_rows < 2 || n_long * 10 > n_rows || self.rows_are_reports {
            return;
        }
        let has = |role: Role| layout.column(role).is_some();
        let says_where = PLACES.into_iter().any(has)
            || [Role::Year, Role::Title, Role::Date, Role::Url]
                .into_iter()
                .any(has);
        let addresses = self
            .rows
            .iter()
            .filter(|row| row.addresses(&layout.text))
            .count();
        layout.annotated = has(Role::Label) && !says_where;
        layout.one_text =
            layout.annotated || !says_where && addresses < 2 && !self.shares_ids(layout);
        layout.numbered_rows = !layout.one_text && self.has_numbered_rows(layout);
    }

    /// Whether several rows have the same id: then it is that of a report.
    fn shares_ids(&self, layout: &ColumnLayout) -> bool {
        let Some(column) = layout.column(Role::Id) else {
            return false;
        };
        let mut seen = HashSet::new();
        let cells = self.rows.iter().filter_map(|row| row.cells.get(column));
        let mut ids = cells
            .map(|cell| cell.text.trim())
            .filter(|id| !id.is_empty());
        ids.any(|id| !seen.insert(id))
    }

    /// Whether rows of the same place and year have ids of their own.
    fn has_numbered_rows(&self, layout: &ColumnLayout) -> bool {
        const ROWS_PER_REPORT_MIN: usize = 3;
        if layout.column(Role::Id).is_none() || self.shares_ids(layout) {
            return false;
        }
        let reports: HashSet<Vec<String>> =
            self.rows.iter().map(|row| layout.report_of(row)).collect();
        let is_told = reports
            .iter()
            .all(|report| report.iter().any(|text| !text.is_empty()));
        is_told && reports.len() * ROWS_PER_REPORT_MIN <= self.rows.len()
    }

    /// What each column holds by its name. `paragraph` may be the text or its number.
    fn roles(&self) -> Vec<Option<Role>> {
        if !self.has_header {
            return self.roles_by_cells();
        }
        let role = |(column, name): (usize, &String)| match role_of(name) {
            Some(Role::Paragraph) if self.is_number(column) => Some(Role::ParagraphNumber),
            None if name.trim().is_empty() => self.role_by_cells(column),
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

    /// What each column holds by its cells, for want of names.
    fn roles_by_cells(&self) -> Vec<Option<Role>> {
        let mut taken: HashSet<Role> = HashSet::new();
        let mut roles = vec![None; self.header.len()];
        for (column, slot) in roles.iter_mut().enumerate() {
            *slot = self
                .role_by_cells(column)
                .filter(|&role| taken.insert(role));
        }
        roles
    }

    fn role_by_cells(&self, column: usize) -> Option<Role> {
        /// Each of them may take a look at all places.
        const ROWS_MAX: usize = 50;
        let cells = self.rows.iter().filter_map(|row| row.cells.get(column));
        let texts = cells
            .map(|cell| cell.text.trim())
            .filter(|text| !text.is_empty());
        let texts: Vec<&str> = texts.take(ROWS_MAX).collect();
        let most = |is: &dyn Fn(&str) -> bool| {
            let n = texts.iter().filter(|text| is(text)).count();
            n > 0 && n * 10 >= texts.len() * 9
        };
        const YEAR_CHARS_MAX: usize = 7;
        if most(&|text| text.chars().count() <= YEAR_CHARS_MAX && year_of(text).is_some()) {
            Some(Role::Year)
        } else if most(&is_day) {
            Some(Role::Date)
        } else if most(&is_address) {
            Some(Role::Url)
        } else if most(&is_place) {
            self.role_of_places(&texts)
        } else {
            None
        }
    }

    /// Which level the places of a column have.
    fn role_of_places(&self, texts: &[&str]) -> Option<Role> {
        let first = texts.first()?;
        if first.bytes().all(|byte| byte.is_ascii_digit()) {
            return Some(Role::Code);
        }
        let levels: HashSet<Level> = texts
            .iter()
            .filter_map(|text| Some(region::resolve_cell(text)?.region.level()))
            .collect();
        Some(match levels.iter().next() {
            Some(Level::Province) if levels.len() == 1 => Role::Province,
            Some(Level::Prefecture) if levels.len() == 1 => Role::City,
            Some(Level::County) if levels.len() == 1 => Role::County,
            _ => Role::Region,
        })
    }

    /// The columns without a known name whose cells are long on average; of a table without a header the longest.
    fn guess_text(&self, layout: &ColumnLayout) -> Vec<usize> {
        const GUESS_HAN_MIN: usize = 200;
        const BARE_HAN_MIN: usize = 40;
        let n_rows = self.rows.len().max(1);
        let unknown =
            (0..self.header.len()).filter(|&column| layout.roles.get(column) == Some(&None));
        let mean = |column: usize| {
            let cells = self.rows.iter().filter_map(|row| row.cells.get(column));
            cells.map(n_han).sum::<usize>() / n_rows
        };
        if self.has_header {
            return unknown
                .filter(|&column| mean(column) >= GUESS_HAN_MIN)
                .collect();
        }
        let longest = unknown.max_by_key(|&column| self.n_bytes(column));
        longest
            .filter(|&column| mean(column) >= BARE_HAN_MIN)
            .into_iter()
            .collect()
    }

    /// Says which column was taken for the text without its name, and which are not used.
    pub(super) fn note_columns(&mut self, layout: &ColumnLayout) {
        if layout.guessed {
            let names = layout
                .text
                .iter()
                .filter_map(|&column| self.header.get(column));
            let names: Vec<String> = names.map(|name| format!("`{}`", name.trim())).collect();
            let words = format!("taken for the text, as the longest: {}", names.join(", "));
            self.notes.push(note("columns", None, &words));
        }
        if layout.annotated {
            let words = "the rows are sentences with labels and no reports";
            self.notes.push(note("columns", None, words));
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
        self.note_unnamed(layout);
    }

    /// Says which cells stand beyond the header and are not used.
    fn note_unnamed(&mut self, layout: &ColumnLayout) {
        let n_named = self.header.len();
        let is_left = |row: &&SheetRow| {
            let mut beyond = row.cells.iter().enumerate().skip(n_named);
            beyond.any(|(column, cell)| {
                !layout.text.contains(&column) && !cell.text.trim().is_empty()
            })
        };
        let lines: Vec<u32> = self
            .rows
            .iter()
            .filter(is_left)
            .map(|row| row.line)
            .collect();
        for line in lines {
            let words = "not used: what stands beyond the last column that has a name";
            self.notes.push(note("columns", Some(line), words));
        }
    }

    /// Cells that were merged are blank below the first where a table was saved as text. What stands above counts for
    /// them where years and places show such blocks: every blank row has another year than the rows of its block, or
    /// another place, and no value begins two blocks.
    pub(super) fn fill_blanks(&mut self, layout: &ColumnLayout) {
        let (Some(year), Some(place)) = (
            layout.column(Role::Year),
            [Role::County, Role::City, Role::Province, Role::Region]
                .into_iter()
                .find_map(|role| layout.column(role)),
        ) else {
            return;
        };
        for (blank, told) in [(place, year), (year, place)] {
            if !self.has_blocks(blank, told) {
                continue;
            }
            let mut above = SheetCell::default();
            for row in &mut self.rows {
                if row.cells.len() <= blank {
                    row.cells.resize_with(blank + 1, SheetCell::default);
                }
                match row.cells.get_mut(blank) {
                    Some(cell) if cell.text.trim().is_empty() => {
                        (cell.text, cell.filled) = (above.text.clone(), true);
                    }
                    Some(cell) => above = cell.clone(),
                    None => {}
                }
            }
            let name = self.header.get(blank).map_or("", |name| name.trim());
            let words = format!("`{name}`: a blank cell says what the one above it says");
            self.notes.push(note("columns", None, &words));
        }
    }

    /// Whether the blanks of a column stand below what they repeat.
    fn has_blocks(&self, blank: usize, told: usize) -> bool {
        let text = |row: &SheetRow, column: usize| {
            let cell = row.cells.get(column);
            cell.map_or("", |cell| cell.text.trim()).to_owned()
        };
        let mut begun: HashSet<String> = HashSet::new();
        let mut block: HashSet<String> = HashSet::new();
        let mut n_blank = 0;
        for row in &self.rows {
            let value = text(row, blank);
            if !value.is_empty() {
                block.clear();
                if !begun.insert(value) {
                    return false;
                }
            } else if begun.is_empty() {
                return false;
            } else {
                n_blank += 1;
            }
            let beside = text(row, told);
            if beside.is_empty() || !block.insert(beside) {
                return false;
            }
        }
        n_blank > 0
    }

    /// Joins again what separators in a text without quotation marks have cut: a row with more cells than the header
    /// has names, where the text is one of the columns.
    pub(super) fn join_ragged(&mut self, layout: &ColumnLayout) {
        let n_named = self.header.len();
        let (Some(&text), Some(separator)) = (layout.text.first(), self.separator) else {
            return;
        };
        let notes = &mut self.notes;
        for row in &mut self.rows {
            let n_cells = row.cells.iter().rposition(|cell| !cell.text.is_empty());
            let n_more = n_cells.map_or(0, |last| (last + 1).saturating_sub(n_named));
            if n_more == 0 || layout.text.len() > 1 || row.cells.len() < text + n_more {
                continue;
            }
            let more: Vec<SheetCell> = row.cells.drain(text + 1..=text + n_more).collect();
            if let Some(cell) = row.cells.get_mut(text) {
                for part in more {
                    cell.text.push(separator);
                    cell.text.push_str(&part.text);
                }
            }
            let words = format!(
                "{} cells and {n_named} columns: the text is not in quotation marks, and its parts were joined",
                n_named + n_more
            );
            notes.push(note("row-ragged", Some(row.line), &words));
        }
    }

    /// The rows of each report, in the order in which the reports begin; those with numbers in their order.
    pub(super) fn groups(&self, layout: &ColumnLayout) -> Vec<Vec<usize>> {
        if self.rows_are_reports {
            return (0..self.rows.len()).map(|at| vec![at]).collect();
        }
        if layout.one_text {
            return vec![(0..self.rows.len()).collect()];
        }
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
        for group in &mut groups {
            self.order_by_number(group, layout);
        }
        groups
    }

    /// Puts the rows of a report into the order of their numbers, if every one has a number.
    fn order_by_number(&self, group: &mut [usize], layout: &ColumnLayout) {
        let Some(column) = layout.column(Role::ParagraphNumber) else {
            return;
        };
        let number = |at: usize| -> Option<u64> {
            let cell = self.rows.get(at)?.cells.get(column)?;
            let text = cell.text.trim();
            text.strip_suffix(".0").unwrap_or(text).parse().ok()
        };
        if group.iter().all(|&at| number(at).is_some()) {
            group.sort_by_key(|&at| number(at));
        }
    }
}

/// Sentences and paragraphs are shorter, reports longer.
const LABELLED_CHARS_MAX: usize = 1_000;

fn n_han(cell: &SheetCell) -> usize {
    cell.text.chars().filter(|&c| is_han(c)).count()
}

impl SheetRow {
    /// Whether the row begins as a report does and goes on: 各位代表： alone is its first paragraph.
    fn addresses(&self, columns: &[usize]) -> bool {
        const HEAD_CHARS: usize = 300;
        const HEAD_CHARS_MIN: usize = 100;
        let texts = columns.iter().filter_map(|&column| self.cells.get(column));
        let head: String = texts
            .flat_map(|cell| cell.text.chars())
            .take(HEAD_CHARS)
            .collect();
        if head.chars().count() < HEAD_CHARS_MIN {
            return false;
        }
        head.contains("各位代表：") || head.contains("各位代表:") || head.contains("请予审议")
    }
}

impl ColumnLayout {
    fn columns(&self, wanted: Role) -> impl Iterator<Item = usize> {
        let roles = self.roles.iter().enumerate();
        roles
            .filter(move |(_, role)| **role == Some(wanted))
            .map(|(column, _)| column)
    }

    /// Of a table without a header the column that is left and short is the title.
    fn take_title(&mut self, sheet: &Sheet) {
        const TITLE_HAN: std::ops::RangeInclusive<usize> = 4..=60;
        let n_rows = sheet.rows.len().max(1);
        let is_title = |column: usize| {
            let cells = sheet.rows.iter().filter_map(|row| row.cells.get(column));
            TITLE_HAN.contains(&(cells.map(n_han).sum::<usize>() / n_rows))
        };
        let mut columns = (0..self.roles.len()).filter(|column| !self.text.contains(column));
        let found =
            columns.find(|&column| self.roles.get(column) == Some(&None) && is_title(column));
        if let Some(slot) = found.and_then(|column| self.roles.get_mut(column)) {
            *slot = Some(Role::Title);
        }
    }

    /// What a row says of its report.
    fn report_of(&self, row: &SheetRow) -> Vec<String> {
        let more = [Role::Year, Role::Title, Role::Url];
        let roles = PLACES.into_iter().chain(more);
        roles.map(|role| self.text_at(role, row)).collect()
    }

    fn text_at(&self, role: Role, row: &SheetRow) -> String {
        let cell = self.column(role).and_then(|column| row.cells.get(column));
        cell.map_or("", |cell| cell.text.trim()).to_owned()
    }

    /// What the rows of one report have in common; none for a row that is a report of its own.
    fn key_of(&self, row: &SheetRow) -> Option<Vec<String>> {
        if !self.by_paragraph && row.n_chars(&self.text) > PASSAGE_CHARS_MAX {
            return None;
        }
        let (id, title) = (self.text_at(Role::Id, row), self.text_at(Role::Title, row));
        let is_told = |roles: &[Role]| {
            roles
                .iter()
                .any(|&role| !self.text_at(role, row).is_empty())
        };
        if !id.is_empty() && !self.numbered_rows {
            Some(vec![id])
        } else if !title.is_empty()
            || self.by_paragraph
            || is_told(&PLACES) && is_told(&[Role::Year]) && !row.addresses(&self.text)
        {
            Some(self.report_of(row))
        } else {
            None
        }
    }
}
