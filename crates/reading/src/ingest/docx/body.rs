//! The events of a part that holds text → its paragraphs.
//!
//! In: the main document, or the notes, heads and feet of its pages. Out: paragraphs as a reader of
//! the printed document sees them: deleted text is out and inserted text is in, what a text box says
//! follows the paragraph that it hangs on, the cells of a table row stand on one line, page numbers
//! and tables of contents are gone. What is taken out that has words is kept aside.
//!
//! The elements nest as they like, so everything that is open stands on a stack of its own and
//! nothing recurses.

use super::DocxError;
use super::equation;
use super::package::{Node, Space, is_on, read_xml};
use super::styles::{Numbering, Styles};
use super::symbols;
use crate::ingest::limits::{NUMBER_BYTES_MAX, PASSAGES_MAX, grouped};
use crate::ingest::raised;
use crate::ingest::word::{Outline, Removed, WordParagraph, rows_of};
use crate::ingest::xml::Attributes;

/// A sign of a font of signs of which nobody knows what it shows.
pub(super) const UNKNOWN_SIGN: &str = "unknown-sign";

/// Paragraphs of a document, empty ones too: a book has ten thousand.
const PARAGRAPHS_MAX: usize = PASSAGES_MAX;

/// Fields within fields; Word makes three.
const FIELDS_MAX: usize = 64;

/// A kind of note apart from the text.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(super) enum Apart {
    /// At the foot of a page.
    Footnote,
    /// At the end of the document.
    Endnote,
    /// In the margin, by a reviser.
    Comment,
}

/// Something that stands in another part of the archive.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Linked {
    /// A document that was put in whole: a page, a text, another Word file.
    Chunk,
    /// The texts of a drawing that arranges them.
    Diagram,
    /// What another program made, and which.
    Object(String),
}

/// All that a part gave.
#[derive(Debug, Default)]
pub(super) struct BodyContent {
    /// The paragraphs in order.
    pub(super) paragraphs: Vec<WordParagraph>,
    /// What was taken out.
    pub(super) removed: Vec<Removed>,
    /// The notes that the text refers to, in order.
    pub(super) references: Vec<(Apart, String)>,
    /// The notes that the part holds.
    pub(super) apart: Vec<(Apart, String, Vec<WordParagraph>)>,
    /// Other parts that belong into this one, by the id of their link, and the paragraph at which they stand.
    pub(super) linked: Vec<(Linked, String, u32)>,
    /// The number of the last paragraph.
    pub(super) last_number: u32,
}

/// Reads a part; its paragraphs are numbered after `number`.
pub(super) fn read(
    part: &str,
    text: &str,
    styles: &Styles,
    numbering: &mut Numbering,
    number: u32,
) -> Result<BodyContent, DocxError> {
    let mut reader = BodyReader {
        styles,
        numbering,
        content: BodyContent {
            last_number: number,
            ..BodyContent::default()
        },
        open: Vec::new(),
        stories: vec![Story::default()],
        fields: Vec::new(),
        run: WordRun::default(),
        skipped: None,
        number_bytes: 0,
    };
    read_xml(part, text, |node| {
        match node {
            Node::Open(space, name, attributes) => reader.open(space, name, attributes),
            Node::Close => reader.close(),
            Node::Text(text) => reader.text(text),
        }
        reader.check(part)
    })?;
    let mut content = reader.content;
    for story in reader.stories {
        content.paragraphs.extend(story.finish());
    }
    Ok(content)
}

/// The elements that mean something here.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum WordElement {
    Paragraph,
    ParagraphProperties,
    Run,
    RunProperties,
    NumberProperties,
    RowProperties,
    Text,
    Table,
    Row,
    Cell,
    TextBox,
    SimpleField,
    Instruction,
    /// The choices between an old and a new way; whether one has been taken.
    Alternatives(bool),
    Note(Apart),
    /// What is left out whole.
    Skipped,
    Other,
}

/// A run of characters with one look.
#[derive(Debug, Default)]
struct WordRun {
    bold: Option<bool>,
    style_bold: Option<bool>,
    hidden: Option<bool>,
    style_hidden: Option<bool>,
    raised: Option<bool>,
    style_raised: Option<bool>,
    /// What it says, if it is raised: what that shows is known once the run ends.
    raised_text: String,
}

/// A field: page numbers, tables of contents, links.
#[derive(Debug, Default)]
struct WordField {
    instruction: String,
    /// Whether what follows is its result.
    shown: bool,
}

impl WordField {
    fn is(&self, names: &[&str]) -> bool {
        let name = self.instruction.split_whitespace().next().unwrap_or("");
        names.iter().any(|known| name.eq_ignore_ascii_case(known))
    }
}

/// What is being left out, for a note.
#[derive(Debug)]
struct Skipped {
    rule: &'static str,
    text: String,
}

/// A paragraph that is open.
#[derive(Debug, Default)]
struct Open {
    paragraph: WordParagraph,
    style: Option<String>,
    list: Option<(Option<String>, Option<usize>)>,
    /// Its end is deleted, so that the next one goes on with it.
    end_deleted: bool,
    in_contents: bool,
    has_page_reference: bool,
    hidden: String,
    /// What the text boxes that hang on it say.
    boxes: Vec<WordParagraph>,
}

/// A table that is open.
#[derive(Debug, Default)]
struct Table {
    cells: Vec<Vec<WordParagraph>>,
    cell: Vec<WordParagraph>,
    row_deleted: bool,
}

/// A text of its own: the body, a text box, a note.
#[derive(Debug, Default)]
struct Story {
    paragraphs: Vec<WordParagraph>,
    tables: Vec<Table>,
    open: Vec<Open>,
    /// A paragraph whose end is deleted.
    carried: Option<WordParagraph>,
}

impl Story {
    fn place(&mut self, paragraph: WordParagraph) {
        match self.tables.last_mut() {
            Some(table) => table.cell.push(paragraph),
            None => self.paragraphs.push(paragraph),
        }
    }

    fn finish(mut self) -> Vec<WordParagraph> {
        if let Some(carried) = self.carried.take() {
            self.place(carried);
        }
        // Open tables and paragraphs are no more than malformed input can leave behind.
        let mut paragraphs = self.paragraphs;
        for table in self.tables {
            paragraphs.extend(table.cells.into_iter().flatten());
            paragraphs.extend(table.cell);
        }
        paragraphs
    }
}

struct BodyReader<'a> {
    styles: &'a Styles,
    numbering: &'a mut Numbering,
    content: BodyContent,
    open: Vec<WordElement>,
    stories: Vec<Story>,
    fields: Vec<WordField>,
    run: WordRun,
    skipped: Option<Skipped>,
    /// Bytes of the numbers that Word set before paragraphs.
    number_bytes: usize,
}

impl BodyReader<'_> {
    /// Refuses more than a document has.
    fn check(&self, part: &str) -> Result<(), DocxError> {
        let n_apart = self.content.removed.len()
            + self.content.references.len()
            + self.content.apart.len()
            + self.content.linked.len();
        for (n, what, most) in [
            (
                self.content.last_number as usize,
                "paragraphs",
                PARAGRAPHS_MAX,
            ),
            (n_apart, "notes", PARAGRAPHS_MAX),
            (self.fields.len(), "fields in fields", FIELDS_MAX),
            (self.number_bytes, "bytes of numbers", NUMBER_BYTES_MAX),
        ] {
            if n > most {
                return Err(DocxError::TooMuch {
                    part: part.to_owned(),
                    what: what.to_owned(),
                    most: grouped(most),
                });
            }
        }
        Ok(())
    }

    fn story(&mut self) -> Option<&mut Story> {
        self.stories.last_mut()
    }

    fn paragraph(&mut self) -> Option<&mut Open> {
        self.stories.last_mut()?.open.last_mut()
    }

    fn parent(&self) -> Option<WordElement> {
        self.open.last().copied()
    }

    fn number(&self) -> u32 {
        self.content.last_number
    }

    fn open(&mut self, space: Space, name: &str, attributes: Attributes<'_>) {
        let element = if self.parent() == Some(WordElement::Skipped) {
            // Paragraphs are numbered as they stand in the file, those that are left out too.
            if space == Space::Word && name == "p" {
                self.content.last_number = self.content.last_number.saturating_add(1);
            }
            self.open_skipped(space, name);
            WordElement::Skipped
        } else {
            match space {
                Space::Word => self.open_word(name, attributes),
                Space::Compatibility => self.open_alternative(name),
                Space::Math | Space::Drawing if name == "t" => WordElement::Text,
                Space::Diagram if name == "relIds" => {
                    self.link_here(attributes.get("dm"), Linked::Diagram);
                    WordElement::Other
                }
                Space::OldOffice if name == "OLEObject" => {
                    let of = attributes.get("ProgID").unwrap_or_default();
                    self.link_here(attributes.get("id"), Linked::Object(of));
                    WordElement::Other
                }
                Space::Vml => {
                    if name == "textpath"
                        && let Some(words) = attributes.get("string")
                    {
                        let number = self.number();
                        self.content.removed.push(("word-art", number, words));
                    }
                    WordElement::Other
                }
                _ => WordElement::Other,
            }
        };
        self.open.push(element);
    }

    fn open_skipped(&mut self, space: Space, name: &str) {
        if let Some(skipped) = &mut self.skipped
            && space == Space::Word
            && matches!(name, "p" | "tab" | "br")
            && !skipped.text.is_empty()
        {
            skipped.text.push(' ');
        }
    }

    fn open_alternative(&mut self, name: &str) -> WordElement {
        match (name, self.open.last_mut()) {
            ("AlternateContent", _) => WordElement::Alternatives(false),
            ("Choice", Some(WordElement::Alternatives(taken))) if !*taken => {
                *taken = true;
                WordElement::Other
            }
            // The old way to say the same is said only where there is no new one.
            ("Fallback", Some(WordElement::Alternatives(false))) => WordElement::Other,
            ("Choice" | "Fallback", _) => WordElement::Skipped,
            _ => WordElement::Other,
        }
    }

    fn skip(&mut self, rule: &'static str) -> WordElement {
        self.skipped = Some(Skipped {
            rule,
            text: String::new(),
        });
        WordElement::Skipped
    }

    fn open_word(&mut self, name: &str, attributes: Attributes<'_>) -> WordElement {
        let parent = self.parent();
        match name {
            "p" => {
                self.content.last_number = self.content.last_number.saturating_add(1);
                let number = self.number();
                if let Some(story) = self.story() {
                    story.open.push(Open {
                        paragraph: WordParagraph {
                            number,
                            ..WordParagraph::default()
                        },
                        ..Open::default()
                    });
                }
                WordElement::Paragraph
            }
            "pPr" if parent == Some(WordElement::Paragraph) => WordElement::ParagraphProperties,
            "r" => {
                self.run = WordRun::default();
                WordElement::Run
            }
            "rPr" => WordElement::RunProperties,
            "t" => WordElement::Text,
            "tab" | "ptab" if parent == Some(WordElement::Run) => {
                self.say("\t");
                WordElement::Other
            }
            "br" | "cr" if parent == Some(WordElement::Run) => {
                self.say("\n");
                WordElement::Other
            }
            "noBreakHyphen" => {
                self.say("-");
                WordElement::Other
            }
            "sym" => {
                self.symbol(&attributes);
                WordElement::Other
            }
            "altChunk" => {
                self.link_here(attributes.get("id"), Linked::Chunk);
                WordElement::Other
            }
            "tbl" => {
                if let Some(story) = self.story() {
                    story.tables.push(Table::default());
                }
                WordElement::Table
            }
            "tr" => WordElement::Row,
            "trPr" => WordElement::RowProperties,
            "tc" => WordElement::Cell,
            "txbxContent" => {
                self.stories.push(Story::default());
                WordElement::TextBox
            }
            "del" | "moveFrom" => match parent {
                // A mark on the end of a paragraph or row, not a frame around text.
                Some(WordElement::RunProperties) => {
                    let of_end =
                        self.open.iter().rev().nth(1) == Some(&WordElement::ParagraphProperties);
                    if let (true, Some(open)) = (of_end, self.paragraph()) {
                        open.end_deleted = true;
                    }
                    WordElement::Other
                }
                Some(WordElement::RowProperties) => {
                    if let Some(table) = self.story().and_then(|story| story.tables.last_mut()) {
                        table.row_deleted = true;
                    }
                    WordElement::Other
                }
                _ => self.skip("tracked-change"),
            },
            "pPrChange" | "rPrChange" | "sectPrChange" | "tblPrChange" | "trPrChange"
            | "tcPrChange" | "tblGridChange" | "numberingChange" => WordElement::Skipped,
            "rt" => self.skip("ruby"),
            "fldChar" => {
                self.field_char(&attributes);
                WordElement::Other
            }
            "fldSimple" => {
                self.fields.push(WordField {
                    instruction: attributes.get("instr").unwrap_or_default(),
                    shown: true,
                });
                WordElement::SimpleField
            }
            "instrText" | "delInstrText" => WordElement::Instruction,
            "footnoteReference" | "endnoteReference" => {
                let kind = if name == "footnoteReference" {
                    Apart::Footnote
                } else {
                    Apart::Endnote
                };
                if let Some(id) = attributes.get("id") {
                    self.content.references.push((kind, id));
                }
                WordElement::Other
            }
            "footnote" | "endnote" | "comment" => {
                let kind = match name {
                    "footnote" => Apart::Footnote,
                    "endnote" => Apart::Endnote,
                    _ => Apart::Comment,
                };
                // Separators are lines between text and notes.
                let is_line = attributes.get("type").is_some_and(|kind| kind != "normal");
                if is_line {
                    return WordElement::Skipped;
                }
                let id = attributes.get("id").unwrap_or_default();
                self.content.apart.push((kind, id, Vec::new()));
                self.stories.push(Story::default());
                WordElement::Note(kind)
            }
            "numPr" if parent == Some(WordElement::ParagraphProperties) => {
                if let Some(open) = self.paragraph() {
                    open.list.get_or_insert_default();
                }
                WordElement::NumberProperties
            }
            _ => {
                self.property(name, parent, attributes);
                WordElement::Other
            }
        }
    }

    /// Properties of the paragraph and of the run.
    fn property(&mut self, name: &str, parent: Option<WordElement>, attributes: Attributes<'_>) {
        match parent {
            Some(WordElement::ParagraphProperties) => {
                let Some(open) = self.paragraph() else {
                    return;
                };
                match name {
                    "pStyle" => open.style = attributes.get("val"),
                    "outlineLvl" => {
                        open.paragraph.outline = attributes.number::<u8>("val").map(Outline::Level);
                    }
                    "ind" => {
                        // Hundredths of a character, or twentieths of a point in type of 16 point.
                        let chars = attributes
                            .number::<i64>("firstLineChars")
                            .map(|value| value / 100);
                        let points = attributes
                            .number::<i64>("firstLine")
                            .map(|value| value / 300);
                        let indent = chars.filter(|&chars| chars > 0).or(points).unwrap_or(0);
                        open.paragraph.indent_chars =
                            usize::try_from(indent.clamp(0, 4)).unwrap_or(0);
                    }
                    _ => {}
                }
            }
            Some(WordElement::NumberProperties) => {
                if let Some((list, level)) = self.paragraph().and_then(|open| open.list.as_mut()) {
                    match name {
                        "numId" => *list = attributes.get("val"),
                        "ilvl" => {
                            *level = attributes.number::<usize>("val").filter(|&level| level < 9);
                        }
                        _ => {}
                    }
                }
            }
            Some(WordElement::RunProperties)
                if self.open.iter().rev().nth(1) == Some(&WordElement::Run) =>
            {
                match name {
                    "b" => self.run.bold = Some(is_on(&attributes)),
                    "vanish" => self.run.hidden = Some(is_on(&attributes)),
                    "vertAlign" => self.run.raised = Some(attributes.is("val", "superscript")),
                    "rStyle" => {
                        let id = attributes.get("val").unwrap_or_default();
                        self.run.style_bold = self.styles.bold_of_characters(&id);
                        self.run.style_hidden = self.styles.hidden_of_characters(&id);
                        self.run.style_raised = self.styles.raised_of_characters(&id);
                    }
                    _ => {}
                }
            }
            _ => {}
        }
    }

    /// A sign of a font of signs. Those of Symbol have a meaning; others have numbers and none outside their font.
    fn symbol(&mut self, attributes: &Attributes<'_>) {
        let code = attributes
            .get("char")
            .and_then(|code| u32::from_str_radix(&code, 16).ok());
        let font = attributes.get("font").unwrap_or_default();
        let Some(code) = code else {
            return;
        };
        let sign = match code {
            // Word writes the numbers of such fonts in the private range.
            0xf000..=0xf0ff => symbols::of_font(&font, code - 0xf000),
            0x00..=0xff => symbols::of_font(&font, code).or_else(|| char::from_u32(code)),
            0xe000..=0xf8ff => None,
            _ => char::from_u32(code),
        };
        match sign {
            Some(sign) => self.say(sign.encode_utf8(&mut [0; 4])),
            None => {
                let number = self.number();
                let words = format!("U+{code:04X} of the font {font}");
                self.content.removed.push((UNKNOWN_SIGN, number, words));
            }
        }
    }

    /// A part of the document that stands elsewhere in its archive belongs here.
    fn link_here(&mut self, id: Option<String>, what: Linked) {
        let Some(id) = id else {
            return;
        };
        let number = self.number();
        self.content.linked.push((what, id, number));
    }

    fn field_char(&mut self, attributes: &Attributes<'_>) {
        match attributes.get("fldCharType").as_deref() {
            Some("begin") => self.fields.push(WordField::default()),
            Some("separate") => {
                if let Some(field) = self.fields.last_mut() {
                    field.shown = true;
                }
            }
            Some("end") => {
                let ended = self.fields.pop();
                self.show_equation(ended);
            }
            _ => {}
        }
    }

    /// Says what a field without a result shows: characters in a circle, a fraction, a phonetic guide.
    fn show_equation(&mut self, field: Option<WordField>) {
        let Some(field) = field.filter(|field| !field.shown && field.is(&["EQ"])) else {
            return;
        };
        let equation = equation::read(&field.instruction);
        let number = self.number();
        if let Some(guide) = equation.guide {
            self.content.removed.push(("ruby", number, guide));
        }
        self.say(&equation.text);
    }

    fn close(&mut self) {
        let Some(element) = self.open.pop() else {
            return;
        };
        match element {
            WordElement::Skipped if self.parent() != Some(WordElement::Skipped) => {
                if let Some(skipped) = self.skipped.take()
                    && !skipped.text.trim().is_empty()
                {
                    let number = self.number();
                    self.content
                        .removed
                        .push((skipped.rule, number, skipped.text));
                }
            }
            WordElement::Paragraph => self.close_paragraph(),
            WordElement::Run => self.close_run(),
            WordElement::SimpleField => {
                self.fields.pop();
            }
            WordElement::Cell => {
                if let Some(table) = self.story().and_then(|story| story.tables.last_mut()) {
                    let cell = std::mem::take(&mut table.cell);
                    table.cells.push(cell);
                }
            }
            WordElement::Row => self.close_row(),
            WordElement::Table => {
                self.close_row();
                if let Some(story) = self.story() {
                    story.tables.pop();
                }
            }
            WordElement::TextBox => {
                if let Some(story) = self.stories.pop() {
                    let paragraphs = story.finish();
                    match self.paragraph() {
                        Some(open) => open.boxes.extend(paragraphs),
                        None => {
                            if let Some(story) = self.story() {
                                paragraphs.into_iter().for_each(|p| story.place(p));
                            }
                        }
                    }
                }
            }
            WordElement::Note(_) => {
                if let Some(story) = self.stories.pop()
                    && let Some((_, _, paragraphs)) = self.content.apart.last_mut()
                {
                    *paragraphs = story.finish();
                }
            }
            _ => {}
        }
    }

    fn text(&mut self, text: &str) {
        match self.parent() {
            Some(WordElement::Text) => {
                // A line end in XML is a space.
                if self.run.raised.or(self.run.style_raised) == Some(true) {
                    self.run
                        .raised_text
                        .push_str(&text.replace(['\n', '\r'], " "));
                } else if text.contains(['\n', '\r']) {
                    self.say(&text.replace(['\n', '\r'], " "));
                } else {
                    self.say(text);
                }
            }
            Some(WordElement::Skipped) => {
                if let Some(skipped) = &mut self.skipped {
                    skipped.text.push_str(text.trim_matches(['\n', '\r']));
                }
            }
            Some(WordElement::Instruction) => {
                if let Some(field) = self.fields.last_mut().filter(|field| !field.shown) {
                    field.instruction.push_str(text);
                }
            }
            _ => {}
        }
    }

    /// Adds what the reader of the document sees to the paragraph that is open.
    fn say(&mut self, text: &str) {
        let numbers_pages = |field: &WordField| {
            field.is(&["PAGE", "NUMPAGES", "SECTIONPAGES", "PAGEREF", "SECTION"])
        };
        let run_hidden = self.run.hidden.or(self.run.style_hidden);
        let is_page_number = self
            .fields
            .iter()
            .any(|field| !field.shown || numbers_pages(field));
        let in_contents = self.fields.iter().any(|field| field.is(&["TOC"]));
        let refers = self.fields.iter().any(|field| field.is(&["PAGEREF"]));
        let run_bold = self.run.bold.or(self.run.style_bold);
        let styles = self.styles;
        let Some(open) = self.paragraph() else {
            return;
        };
        open.in_contents |= in_contents;
        open.has_page_reference |= refers;
        if run_hidden.unwrap_or_else(|| styles.hidden(open.style.as_deref()).unwrap_or(false)) {
            open.hidden.push_str(text);
            return;
        }
        if is_page_number {
            return;
        }
        let from = open.paragraph.text.len();
        open.paragraph.text.push_str(text);
        let to = open.paragraph.text.len();
        let bold = run_bold.unwrap_or_else(|| styles.bold(open.style.as_deref()).unwrap_or(false));
        if bold {
            match open.paragraph.bold.last_mut() {
                Some(last) if last.1 == from => last.1 = to,
                _ => open.paragraph.bold.push((from, to)),
            }
        }
    }

    /// Says what stands raised in the run that ends.
    fn close_run(&mut self) {
        let raised_text = std::mem::take(&mut self.run.raised_text);
        if raised_text.is_empty() {
            return;
        }
        let before = self
            .paragraph()
            .map_or("", |open| open.paragraph.text.as_str());
        let shown = raised::shown(before, &raised_text);
        self.say(&shown);
    }

    fn close_paragraph(&mut self) {
        // A field whose result never came would hide all that follows.
        self.fields.retain(|field| field.shown);
        self.close_run();
        self.run = WordRun::default();
        let Some(mut open) = self.story().and_then(|story| story.open.pop()) else {
            return;
        };
        let styles = self.styles;
        let style = open.style.as_deref();
        let mut paragraph = std::mem::take(&mut open.paragraph);
        if !open.hidden.trim().is_empty() {
            let hidden = std::mem::take(&mut open.hidden);
            self.content
                .removed
                .push(("hidden-text", paragraph.number, hidden));
        }
        paragraph.outline = paragraph.outline.or_else(|| styles.outline(style));
        let has_text = !paragraph.text.trim().is_empty();
        let is_contents = styles.is_contents(style) || open.in_contents && open.has_page_reference;
        if is_contents {
            let words = std::mem::take(&mut paragraph.text);
            paragraph.bold.clear();
            if has_text {
                self.content
                    .removed
                    .push(("contents", paragraph.number, words));
            }
        } else if let Some(number) = self.numbering.next(styles, style, open.list.take())
            && has_text
        {
            let shift = number.len();
            self.number_bytes += shift;
            paragraph.text.insert_str(0, &number);
            for (from, to) in &mut paragraph.bold {
                *from = if *from == 0 { 0 } else { *from + shift };
                *to += shift;
            }
        }
        let Some(story) = self.story() else {
            return;
        };
        if let Some(mut carried) = story.carried.take() {
            let shift = carried.text.len();
            carried.text.push_str(&paragraph.text);
            let shifted = paragraph.bold.iter();
            carried
                .bold
                .extend(shifted.map(|(from, to)| (from + shift, to + shift)));
            carried.outline = paragraph.outline;
            paragraph = carried;
        }
        if open.end_deleted {
            story.carried = Some(paragraph);
        } else {
            story.place(paragraph);
        }
        for paragraph in open.boxes {
            story.place(paragraph);
        }
    }

    fn close_row(&mut self) {
        let Some(story) = self.stories.last_mut() else {
            return;
        };
        if let Some(carried) = story.carried.take() {
            story.place(carried);
        }
        let Some(mut table) = story.tables.pop() else {
            return;
        };
        if !table.cell.is_empty() {
            let cell = std::mem::take(&mut table.cell);
            table.cells.push(cell);
        }
        let cells = std::mem::take(&mut table.cells);
        let deleted = std::mem::take(&mut table.row_deleted);
        let rows = rows_of(cells);
        // The row goes to where the table stands.
        if deleted {
            let removed = rows
                .into_iter()
                .filter(|row| !row.text.trim().is_empty())
                .map(|row| ("tracked-change", row.number, row.text));
            self.content.removed.extend(removed);
        } else {
            rows.into_iter().for_each(|row| story.place(row));
        }
        story.tables.push(table);
    }
}
