//! The kept text of a page → lines.
//!
//! In: a page taken apart, and which runs of text are kept. Out: lines with headings, bold heads and rows of tables.

use super::soup::{Block, NONE, Soup};
use crate::format::Format;
use crate::ingest::extract::{self, Line};
use crate::ingest::markup::RUBY;
use crate::report::Note;

impl Soup {
    /// The blocks that are kept as lines. They are written as Markdown, which is then read as any other
    /// Markdown is, so that gaps, bold heads and tables follow the same rules; what looks like a mark and is
    /// text is escaped.
    pub(super) fn lines(&self, kept: &[bool], notes: &mut Vec<Note>) -> Vec<Line> {
        let written = self.markdown(kept);
        let first_note = notes.len();
        let mut lines = extract::extract(&written.text, Format::Markdown, notes);
        for line in &mut lines {
            line.number = written.raw_line(line.number);
        }
        for note in notes.iter_mut().skip(first_note) {
            note.line = note.line.map(|line| written.raw_line(line));
        }
        self.note_pictures(notes);
        notes.extend(self.readings.iter().map(|(line, words)| Note {
            rule: RUBY.to_owned(),
            line: Some(*line),
            text: words.clone(),
        }));
        lines
    }

    fn markdown(&self, kept: &[bool]) -> Markdown {
        let mut written = Markdown::default();
        for (block, _) in self.blocks.iter().zip(kept).filter(|(_, keep)| **keep) {
            written.add(block, self.cell_of(block));
        }
        written.end_row();
        written
    }

    /// The row and the cell in which a block stands, if its table holds data.
    fn cell_of(&self, block: &Block) -> Option<(u32, u32)> {
        self.node(block.node)
            .filter(|node| node.row != NONE && node.cell != NONE && self.is_data(node.table))
            .map(|node| (node.row, node.cell))
    }

    /// A note for each picture that has a text in its place.
    fn note_pictures(&self, notes: &mut Vec<Note>) {
        for (node, line, alt) in &self.pictures {
            if !self.node(*node).is_none_or(|node| node.apart) {
                notes.push(Note {
                    rule: "image".to_owned(),
                    line: Some(*line),
                    text: alt.clone(),
                });
            }
        }
    }
}

/// Blocks as Markdown.
#[derive(Default)]
struct Markdown {
    text: String,
    /// The raw line of each line of the text.
    numbers: Vec<u32>,
    /// The row and the cell that are being written.
    cell: Option<(u32, u32)>,
}

impl Markdown {
    fn raw_line(&self, number: u32) -> u32 {
        let at = (number as usize).saturating_sub(1);
        let number = self.numbers.get(at).or(self.numbers.last());
        number.copied().unwrap_or(1)
    }

    fn add(&mut self, block: &Block, cell: Option<(u32, u32)>) {
        if let (Some((row, before)), Some((same_row, cell_id))) = (self.cell, cell)
            && row == same_row
        {
            let between = if cell_id == before { " " } else { " | " };
            self.text.push_str(between);
            block.write_cell(&mut self.text);
            self.cell = cell;
            return;
        }
        self.end_row();
        if block.gap && !self.numbers.is_empty() {
            self.numbers.push(block.line);
            self.text.push('\n');
        }
        self.numbers.push(block.line);
        self.cell = cell;
        if cell.is_some() {
            self.text.push_str("| ");
            block.write_cell(&mut self.text);
        } else {
            block.write_line(&mut self.text);
            self.text.push('\n');
        }
    }

    fn end_row(&mut self) {
        if self.cell.take().is_some() {
            self.text.push_str(" |\n");
        }
    }
}

impl Block {
    /// The block as a line of Markdown, with marks of headings and bold text.
    fn write_line(&self, out: &mut String) {
        const HEADING_CHARS_MAX: usize = 80;
        let is_heading =
            (1..=6).contains(&self.level) && self.text.chars().count() <= HEADING_CHARS_MAX;
        if is_heading {
            out.extend(std::iter::repeat_n('#', usize::from(self.level)));
            out.push(' ');
            return self.write_escaped(&[], out);
        }
        let bold = self.bold.iter().flat_map(|&(from, to)| [from, to]);
        self.write_escaped(&bold.collect::<Vec<usize>>(), out);
    }

    /// The block as it stands in a cell, without marks.
    fn write_cell(&self, out: &mut String) {
        self.write_escaped(&[], out);
    }

    /// The text, what looks like a mark escaped, with marks of bold text at these bytes.
    fn write_escaped(&self, bold_marks: &[usize], out: &mut String) {
        let mut marks = bold_marks.iter().peekable();
        let has_link_marks = self.text.contains("](");
        let mut at_start = true;
        for (at, c) in self.text.char_indices() {
            while marks.next_if(|&&mark| mark <= at).is_some() {
                out.push_str("**");
            }
            let next = self.text.as_bytes().get(at + 1).copied().unwrap_or(b' ');
            let is_mark = match c {
                '*' => true,
                '[' | '!' => has_link_marks,
                '\\' => next.is_ascii_punctuation(),
                '#' | '-' | '>' | '+' | '|' | '=' | '_' => at_start,
                _ => false,
            };
            if is_mark {
                out.push('\\');
            }
            out.push(c);
            at_start = at_start && c.is_whitespace();
        }
        for _ in marks {
            out.push_str("**");
        }
    }
}
