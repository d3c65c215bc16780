//! A Word file of before 2007 (.doc, .dot), or one of WPS (.wps) → lines, as [MS-DOC] lays it out.
//!
//! In: the bytes of the file. Out: what `docx` gives for the same document: a line for each paragraph with its number
//! in the document, headings by outline level or style, automatic numbers as text, a row of a table as one line,
//! footnotes behind the text, what a text box says behind the paragraph on which it hangs. Deleted and hidden text,
//! comments, heads and feet of pages, tables of contents and codes of fields go to the notes.
//!
//! Looks hang on bytes, not on characters: `layout` knows the bytes of a character, `looks` the look of a byte by what
//! `changes` says, `lists` the numbers; `body` reads them together.
//!
//! # Invariants
//!
//! - Every Han character that the pieces of the text hold is in exactly one line or note.
//! - Never panics; time and memory are linear in the bytes.

mod body;
mod changes;
mod error;
mod layout;
mod lists;
mod looks;

pub use error::DocError;

use super::IngestError;
use super::compound::{Compound, u32_at};
use super::extract::Line;
use super::line::is_han;
use super::notes::CUT_FILE;
use super::word::{
    WordParagraph, lines_of, note_lines, pictures_note, remove_contents_title, removed, take_note,
};
use crate::report::Note;
use body::{Looks, Text};
use layout::{Head, Part, Pieces, Places, StoryKind};
use looks::Styles;
use std::collections::{BTreeMap, HashMap, HashSet};

/// A Word file of before 2007 → lines; what is taken away goes to the notes.
pub(super) fn extract(bytes: &[u8], notes: &mut Vec<Note>) -> Result<Vec<Line>, IngestError> {
    if !bytes.starts_with(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") {
        return Err(DocError::NotWord.into());
    }
    let container = |why: String| DocError::damaged("the container", why);
    let mut file = Compound::open(bytes).map_err(container)?;
    if file.has("EncryptedPackage") {
        return Err(DocError::Encrypted.into());
    }
    let document = file.stream("WordDocument").map_err(container)?;
    let document = document.ok_or(DocError::NoDocument)?;
    let head = Head::read(&document)?;
    let table = file.stream(head.table_name()).map_err(container)?;
    let table = table.ok_or_else(|| DocError::damaged(head.table_name(), "it is not there"))?;
    let more = file.stream("Data").map_err(container)?.unwrap_or_default();
    let mut looks = Looks {
        document: &document,
        pieces: Pieces::read(head.part(&table, Part::Pieces), document.len())?,
        characters: looks::character_runs(&document, head.part(&table, Part::CharacterPages))?,
        paragraphs: looks::paragraph_runs(
            &document,
            head.part(&table, Part::ParagraphPages),
            &more,
        )?,
        styles: Styles::read(head.part(&table, Part::Styles)),
        lists: lists::read(&head, &table),
    };
    let mut reader = DocReader {
        head,
        table: &table,
        looks: &mut looks,
        notes,
        n_pictures: 0,
    };
    reader.read()
}

struct DocReader<'a, 't> {
    head: Head<'a>,
    table: &'a [u8],
    looks: &'a mut Looks<'t>,
    notes: &'a mut Vec<Note>,
    n_pictures: usize,
}

impl DocReader<'_, '_> {
    fn read(&mut self) -> Result<Vec<Line>, IngestError> {
        if self.head.is_fast_saved() {
            self.notes.push(Note {
                rule: "fast-saved".to_owned(),
                line: None,
                text: "the last changes stand behind the text in the file; they are read in their place"
                    .to_owned(),
            });
        }
        let hanging = self.boxes()?;
        let (begin, end) = self.head.range(StoryKind::Main);
        let beyond = self.beyond();
        // Nothing else is there to which more could belong.
        let end = match self.head.has_one_text() {
            true => end.max(beyond.1),
            false => end,
        };
        let main = self.text((begin, end), 0, hanging)?;
        let mut number = main.last_number;
        let mut paragraphs = main.paragraphs;
        remove_contents_title(&mut paragraphs, self.notes);
        let mut lines = lines_of(&paragraphs);
        for (story, marks, texts) in [
            (
                StoryKind::Footnotes,
                Part::FootnoteMarks,
                Part::FootnoteTexts,
            ),
            (StoryKind::Endnotes, Part::EndnoteMarks, Part::EndnoteTexts),
        ] {
            number = self.notes_apart(story, marks, texts, number, &mut lines)?;
        }
        let comments = self.text(
            self.head.range(StoryKind::Comments),
            number,
            BTreeMap::new(),
        )?;
        take_note(self.notes, removed("comment", comments.paragraphs));
        self.heads_and_feet()?;
        if !self.head.has_one_text() && beyond.0 < beyond.1 {
            self.unplaced(beyond, number, &mut lines)?;
        }
        self.notes.extend(pictures_note(self.n_pictures));
        Ok(lines)
    }

    /// What lies behind all texts, by the lengths that the head gives; a mark that ends the last one is nothing. Of texts
    /// that are longer than the pieces it is said that they break off.
    fn beyond(&mut self) -> (usize, usize) {
        let (said, there) = (self.head.n_chars_all(), self.looks.pieces.n_chars());
        if said > there {
            self.notes.push(Note {
                rule: CUT_FILE.to_owned(),
                line: None,
                text: format!("the text breaks off: of {said} characters {there} are there"),
            });
        }
        let n_marks = usize::from(!self.head.has_one_text());
        (said.max((said + n_marks).min(there)), there.max(said))
    }

    /// Lines that belong to one of several texts, and to which is not known: they stand at the end, and the file is read
    /// in part.
    fn unplaced(
        &mut self,
        range: (usize, usize),
        number: u32,
        lines: &mut Vec<Line>,
    ) -> Result<(), IngestError> {
        let rest = self.text(range, number, BTreeMap::new())?;
        let more = lines_of(&rest.paragraphs);
        if !more.is_empty() {
            self.notes.push(Note {
                rule: CUT_FILE.to_owned(),
                line: more.first().map(|line| line.number),
                text: "the lengths of the texts in the file are wrong: what is left over stands at the end, maybe not in its place".to_owned(),
            });
        }
        lines.extend(more);
        Ok(())
    }

    /// A range of the text; what was taken out of it goes to the notes.
    fn text(
        &mut self,
        range: (usize, usize),
        number: u32,
        hanging: BTreeMap<usize, Vec<WordParagraph>>,
    ) -> Result<Text, IngestError> {
        let mut text = body::read(self.looks, range, number, hanging)?;
        take_note(self.notes, std::mem::take(&mut text.removed));
        self.n_pictures += text.n_pictures;
        Ok(text)
    }

    /// Footnotes or endnotes as lines, in the order in which the text refers to them, which is that of the file.
    fn notes_apart(
        &mut self,
        story: StoryKind,
        marks: Part,
        texts: Part,
        mut number: u32,
        lines: &mut Vec<Line>,
    ) -> Result<u32, IngestError> {
        let (begin, end) = self.head.range(story);
        let marks = Places::of(self.head.part(self.table, marks), 2);
        let texts = Places::of(self.head.part(self.table, texts), 0);
        let mut from = begin;
        for at in 0..marks.n {
            let to = texts
                .place(at + 1)
                .map_or(end, |place| begin.saturating_add(place));
            let to = to.clamp(from, end);
            let note = self.text((from, to), number, BTreeMap::new())?;
            number = note.last_number;
            note_lines(at + 1, note.paragraphs, lines);
            from = to;
        }
        // What no mark refers to.
        let rest = self.text((from, end), number, BTreeMap::new())?;
        take_note(self.notes, removed("unused-note", rest.paragraphs));
        Ok(rest.last_number)
    }

    /// What text boxes say, by the place in the text on which each hangs; those that hang nowhere come last.
    fn boxes(&mut self) -> Result<BTreeMap<usize, Vec<WordParagraph>>, IngestError> {
        const SHAPE_BYTES: usize = 26;
        const BOX_BYTES: usize = 22;
        const BOX_SHAPE_AT: usize = 14;
        let (begin, end) = self.head.range(StoryKind::Boxes);
        let mut hanging: BTreeMap<usize, Vec<WordParagraph>> = BTreeMap::new();
        if begin == end {
            return Ok(hanging);
        }
        let shapes = Places::of(self.head.part(self.table, Part::Shapes), SHAPE_BYTES);
        let places: HashMap<u32, usize> = (0..shapes.n)
            .filter_map(|at| Some((u32_at(shapes.data(at)?, 0)?, shapes.place(at)?)))
            .collect();
        let boxes = Places::of(self.head.part(self.table, Part::BoxTexts), BOX_BYTES);
        let mut from = begin;
        for at in 0..=boxes.n {
            let to = boxes
                .place(at + 1)
                .map_or(end, |place| begin.saturating_add(place));
            let to = to.clamp(from, end);
            let text = self.text((from, to), 0, BTreeMap::new())?;
            let shape = boxes.data(at).and_then(|data| u32_at(data, BOX_SHAPE_AT));
            let place = shape.and_then(|shape| places.get(&shape)).copied();
            hanging
                .entry(place.unwrap_or(usize::MAX))
                .or_default()
                .extend(text.paragraphs);
            from = to;
        }
        Ok(hanging)
    }

    /// Heads and feet of pages, each once, as notes.
    fn heads_and_feet(&mut self) -> Result<(), IngestError> {
        // The first six are lines between text and notes; six of each section follow.
        const N_LINES: usize = 6;
        const OF_FEET: [usize; 3] = [2, 3, 5];
        let (begin, end) = self.head.range(StoryKind::Heads);
        let places = Places::of(self.head.part(self.table, Part::Heads), 0);
        let mut seen = HashSet::new();
        let mut found = Vec::new();
        let mut from = begin;
        for at in 0..places.n.saturating_sub(1) {
            let to = places
                .place(at + 1)
                .map_or(end, |place| begin.saturating_add(place));
            let to = to.clamp(from, end);
            let rule = if OF_FEET.contains(&(at % 6)) && at >= N_LINES {
                "page-foot"
            } else {
                "page-head"
            };
            found.push((rule, (from, to)));
            from = to;
        }
        found.push(("page-head", (from, end)));
        found.push(("page-head", self.head.range(StoryKind::HeadBoxes)));
        for (rule, range) in found {
            if range.0 == range.1 {
                continue;
            }
            for paragraph in self.text(range, 0, BTreeMap::new())?.paragraphs {
                let words = paragraph.text.trim();
                if words.chars().any(is_han) && seen.insert(words.to_owned()) {
                    self.notes.push(Note {
                        rule: rule.to_owned(),
                        line: None,
                        text: words.to_owned(),
                    });
                }
            }
        }
        Ok(())
    }
}
