//! Characters and marks in the order of a document → its paragraphs, as a reader of the printed document sees them.
//!
//! In: characters with their look, and the marks between them (ends of paragraphs, cells and rows, begins and ends of
//! fields), as .doc and .rtf have them. Out: paragraphs; the cells of a table row stand on one line. What is deleted,
//! hidden, the code of a field or an entry of a table of contents is kept aside for the notes.
//!
//! # Invariants
//!
//! - Every Han character that is said is in one paragraph or one removed piece.

use super::lines::rows_of;
use super::paragraph::{Outline, Removed, WordParagraph};
use crate::ingest::IngestError;
use crate::ingest::limits::{self, NUMBER_BYTES_MAX};
use crate::ingest::line::is_han;

/// Fields within fields; Word makes three. What opens beyond is part of the last.
const FIELDS_MAX: usize = 64;

/// Tables within tables; what lies deeper is read as if it lay here.
const TABLES_MAX: usize = 16;

/// Bytes of the code of a field; only its first words are looked at.
const CODE_BYTES_MAX: usize = 4_096;

/// How characters look.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Look {
    /// Whether they are bold.
    pub(crate) bold: bool,
    /// Whether they are not shown.
    pub(crate) hidden: bool,
    /// Whether a reviser has deleted them.
    pub(crate) deleted: bool,
}

/// What a paragraph is, said at its end.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Shape {
    /// Title or heading.
    pub(crate) outline: Option<Outline>,
    /// Characters by which its first line is set in.
    pub(crate) indent_chars: usize,
    /// The number that is shown before it.
    pub(crate) number: Option<String>,
    /// Whether it is an entry of a table of contents.
    pub(crate) in_contents: bool,
    /// In how many tables it stands.
    pub(crate) depth: usize,
}

/// What a field shows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum FieldKind {
    Contents,
    PageReference,
    PageNumber,
    Link,
    Other,
}

impl FieldKind {
    /// By the first word of its code.
    fn of(code: &str) -> FieldKind {
        let name = code.split_whitespace().next().unwrap_or("");
        match name.to_ascii_uppercase().as_str() {
            "TOC" => FieldKind::Contents,
            "PAGEREF" => FieldKind::PageReference,
            "PAGE" | "NUMPAGES" | "SECTIONPAGES" | "SECTION" => FieldKind::PageNumber,
            "HYPERLINK" | "REF" | "STYLEREF" | "NOTEREF" => FieldKind::Link,
            _ => FieldKind::Other,
        }
    }
}

/// A field: page numbers, tables of contents, links.
#[derive(Debug, Default)]
struct Field {
    code: String,
    /// What it shows, once its result begins.
    shown: Option<FieldKind>,
}

/// A table that is open.
#[derive(Debug, Default)]
struct Table {
    cells: Vec<Vec<WordParagraph>>,
    cell: Vec<WordParagraph>,
}

/// A paragraph that is open.
#[derive(Debug, Default)]
struct Open {
    text: String,
    bold: Vec<(usize, usize)>,
    hidden: String,
    deleted: String,
    codes: String,
    in_contents: bool,
    refers_to_page: bool,
}

/// Puts paragraphs together.
#[derive(Debug, Default)]
pub(crate) struct Typist {
    paragraphs: Vec<WordParagraph>,
    /// What was taken out.
    pub(crate) removed: Vec<Removed>,
    /// The number of the last paragraph.
    pub(crate) number: u32,
    tables: Vec<Table>,
    open: Open,
    fields: Vec<Field>,
    /// Fields beyond [`FIELDS_MAX`] that are open.
    n_deeper: usize,
    number_bytes: usize,
}

impl Typist {
    #[cfg(feature = "docx")]
    /// One whose first paragraph comes after this number.
    pub(crate) fn after(number: u32) -> Typist {
        Typist {
            number,
            ..Typist::default()
        }
    }

    /// Adds characters to the paragraph that is open.
    pub(crate) fn say(&mut self, text: &str, look: Look) {
        if let Some(field) = self
            .fields
            .iter_mut()
            .rev()
            .find(|field| field.shown.is_none())
        {
            if !look.deleted && field.code.len() < CODE_BYTES_MAX {
                field.code.push_str(text);
            } else {
                self.open.codes.push_str(text);
            }
            return;
        }
        let open = &mut self.open;
        if look.deleted {
            open.deleted.push_str(text);
            return;
        }
        let mut is_page_number = false;
        for kind in self.fields.iter().filter_map(|field| field.shown) {
            open.in_contents |= kind == FieldKind::Contents;
            open.refers_to_page |= kind == FieldKind::PageReference;
            is_page_number |= matches!(kind, FieldKind::PageReference | FieldKind::PageNumber);
        }
        if look.hidden {
            open.hidden.push_str(text);
            return;
        }
        if is_page_number && !text.chars().any(is_han) {
            return;
        }
        let from = open.text.len();
        open.text.push_str(text);
        if look.bold {
            match open.bold.last_mut() {
                Some(last) if last.1 == from => last.1 = open.text.len(),
                _ => open.bold.push((from, open.text.len())),
            }
        }
    }

    /// A field begins: what follows is its code.
    pub(crate) fn begin_field(&mut self) {
        if self.fields.len() < FIELDS_MAX {
            self.fields.push(Field::default());
        } else {
            self.n_deeper += 1;
        }
    }

    /// The result of a field begins.
    pub(crate) fn begin_result(&mut self) {
        if self.n_deeper == 0
            && let Some(field) = self.fields.last_mut()
        {
            field.shown = Some(FieldKind::of(&field.code));
        }
    }

    /// A field ends.
    pub(crate) fn end_field(&mut self) {
        if self.n_deeper > 0 {
            self.n_deeper -= 1;
        } else if let Some(field) = self.fields.pop() {
            self.drop_code(field);
        }
    }

    /// What the code of a field says in Chinese stands in the notes, unless it only names where a link leads: a code
    /// without a result (`EQ`) draws what it says.
    fn drop_code(&mut self, field: Field) {
        let only_leads = field.shown.is_some_and(|kind| kind != FieldKind::Other);
        if !only_leads && field.code.chars().any(is_han) {
            if !self.open.codes.is_empty() {
                self.open.codes.push(' ');
            }
            self.open.codes.push_str(field.code.trim());
        }
    }

    #[cfg(feature = "docx")]
    /// Whether what is said now is the code of a field.
    pub(crate) fn is_in_code(&self) -> bool {
        self.fields.iter().any(|field| field.shown.is_none())
    }

    /// Whether anything stands in the paragraph that is open.
    pub(crate) fn has_begun(&self) -> bool {
        let open = &self.open;
        [&open.text, &open.hidden, &open.deleted, &open.codes]
            .iter()
            .any(|text| !text.is_empty())
    }

    /// Ends the paragraph that is open.
    pub(crate) fn end_paragraph(&mut self, shape: Shape) -> Result<(), IngestError> {
        // A field whose result never came would hide all that follows.
        let open: Vec<Field> = self
            .fields
            .extract_if(.., |field| field.shown.is_none())
            .collect();
        open.into_iter().for_each(|field| self.drop_code(field));
        self.number = self.number.saturating_add(1);
        limits::check_passages(self.number as usize)?;
        limits::check_notes(self.removed.len())?;
        let open = std::mem::take(&mut self.open);
        let number = self.number;
        for (rule, text) in [
            ("hidden-text", open.hidden),
            ("tracked-change", open.deleted),
            ("field-code", open.codes),
        ] {
            if !text.trim().is_empty() {
                self.removed.push((rule, number, text));
            }
        }
        let mut paragraph = WordParagraph {
            number,
            text: open.text,
            bold: open.bold,
            outline: shape.outline,
            indent_chars: shape.indent_chars,
            is_row: false,
        };
        let has_text = !paragraph.text.trim().is_empty();
        if shape.in_contents || open.in_contents && open.refers_to_page {
            let words = std::mem::take(&mut paragraph.text);
            paragraph.bold.clear();
            if has_text {
                self.removed.push(("contents", number, words));
            }
        } else if let Some(shown) = shape.number.filter(|_| has_text) {
            self.number_bytes += shown.len();
            if self.number_bytes > NUMBER_BYTES_MAX {
                return Err(limits::too_much(
                    "MiB of text",
                    limits::TEXT_BYTES_MAX >> 20,
                ));
            }
            set_before(&mut paragraph, &shown);
        }
        self.lie_in(shape.depth);
        self.place(paragraph);
        Ok(())
    }

    /// Opens and closes tables until so many are open.
    fn lie_in(&mut self, depth: usize) {
        let depth = depth.min(TABLES_MAX);
        while self.tables.len() > depth {
            self.close_table();
        }
        while self.tables.len() < depth {
            self.tables.push(Table::default());
        }
    }

    /// A table that ends gives what no mark of a row has ended.
    fn close_table(&mut self) {
        self.end_row();
        self.tables.pop();
    }

    /// Puts a paragraph where the tables that are open want it.
    pub(crate) fn place(&mut self, paragraph: WordParagraph) {
        match self.tables.last_mut() {
            Some(table) => table.cell.push(paragraph),
            None => self.paragraphs.push(paragraph),
        }
    }

    /// Ends a cell of the innermost table.
    pub(crate) fn end_cell(&mut self) {
        if let Some(table) = self.tables.last_mut() {
            let cell = std::mem::take(&mut table.cell);
            table.cells.push(cell);
        }
    }

    /// Ends a row of the innermost table.
    pub(crate) fn end_row(&mut self) {
        let Some(mut table) = self.tables.pop() else {
            return;
        };
        if !table.cell.is_empty() {
            let cell = std::mem::take(&mut table.cell);
            table.cells.push(cell);
        }
        // The row goes to where the table stands.
        for row in rows_of(std::mem::take(&mut table.cells)) {
            self.place(row);
        }
        self.tables.push(table);
    }

    /// Ends a row of the table in which so many others lie.
    pub(crate) fn end_row_at(&mut self, depth: usize) {
        self.lie_in(depth);
        self.end_row();
    }

    /// The paragraphs of the text, and what was taken out of it.
    pub(crate) fn finish(mut self) -> Result<(Vec<WordParagraph>, Vec<Removed>), IngestError> {
        if self.has_begun() || !self.fields.is_empty() {
            self.end_paragraph(Shape::default())?;
        }
        self.lie_in(0);
        Ok((self.paragraphs, self.removed))
    }
}

/// Writes a number before a paragraph.
fn set_before(paragraph: &mut WordParagraph, shown: &str) {
    let shift = shown.len();
    paragraph.text.insert_str(0, shown);
    for (from, to) in &mut paragraph.bold {
        *from = if *from == 0 { 0 } else { *from + shift };
        *to += shift;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(typist: Typist) -> (Vec<String>, Vec<Removed>) {
        let (paragraphs, removed) = typist.finish().expect("it is short");
        let texts = paragraphs.into_iter().map(|paragraph| paragraph.text);
        (texts.collect(), removed)
    }

    #[test]
    fn cells_of_a_row_are_one_paragraph_also_within_a_cell() {
        let mut typist = Typist::default();
        let mut cell = |text: &str, depth| {
            typist.say(text, Look::default());
            let shape = Shape {
                depth,
                ..Shape::default()
            };
            typist.end_paragraph(shape).expect("it is short");
            typist.end_cell();
        };
        cell("指标", 1);
        cell("单位", 2);
        cell("亿元", 2);
        typist.end_row_at(2);
        typist.lie_in(1);
        typist.end_cell();
        typist.end_row_at(1);
        typist.say("完毕", Look::default());
        assert_eq!(texts(typist).0, ["指标 | 单位 | 亿元", "完毕"]);
    }

    #[test]
    fn codes_of_fields_are_no_text_and_none_is_lost() {
        let mut typist = Typist::default();
        let plain = Look::default();
        for (code, result) in [("HYPERLINK \"汾阳\"", "汾阳市"), ("PAGE", "7")] {
            typist.begin_field();
            typist.say(code, plain);
            typist.begin_result();
            typist.say(result, plain);
            typist.end_field();
        }
        typist.begin_field();
        typist.say("EQ \\o\\ac(○,甲)", plain);
        typist.end_field();
        typist.say("报告", plain);
        typist.say(
            "隐",
            Look {
                hidden: true,
                ..plain
            },
        );
        typist.say(
            "删",
            Look {
                deleted: true,
                ..plain
            },
        );
        // Its result never comes.
        typist.begin_field();
        typist.say("丢失", plain);
        let (texts, removed) = texts(typist);
        assert_eq!(texts, ["汾阳市报告"]);
        let removed: Vec<(&str, &str)> = removed
            .iter()
            .map(|(rule, _, text)| (*rule, text.as_str()))
            .collect();
        assert_eq!(
            removed,
            [
                ("hidden-text", "隐"),
                ("tracked-change", "删"),
                ("field-code", "EQ \\o\\ac(○,甲) 丢失")
            ]
        );
    }
}
