//! Where things stand in a Word file: its head (FIB), the pieces of its text, tables of places (PLC).
//!
//! In: the streams `WordDocument` and `0Table` or `1Table`. Out: the lengths of its texts, the pieces in the order of
//! the text, each with the bytes where it stands; parts of the table stream by their number. Names are those of
//! [MS-DOC].

use super::DocError;
use super::changes::n_changes;
use crate::ingest::compound::{place_at, u8_at, u16_at, u32_at};

/// The first version whose files are laid out so (Word 97).
const VERSION_MIN: u16 = 0xc0;

/// Numbers of the parts of the table stream (`FibRgFcLcb97`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(usize)]
pub(super) enum Part {
    Styles = 1,
    FootnoteMarks = 2,
    FootnoteTexts = 3,
    Heads = 11,
    CharacterPages = 12,
    ParagraphPages = 13,
    Pieces = 33,
    Shapes = 40,
    EndnoteMarks = 46,
    EndnoteTexts = 47,
    BoxTexts = 56,
    Patterns = 73,
    Lists = 74,
}

/// The texts of a file, one behind the other.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum StoryKind {
    Main,
    Footnotes,
    Heads,
    Comments,
    Endnotes,
    Boxes,
    HeadBoxes,
}

impl StoryKind {
    pub(super) const ALL: [StoryKind; 7] = [
        StoryKind::Main,
        StoryKind::Footnotes,
        StoryKind::Heads,
        StoryKind::Comments,
        StoryKind::Endnotes,
        StoryKind::Boxes,
        StoryKind::HeadBoxes,
    ];

    /// Where its length stands among the numbers of the head (`FibRgLw97`).
    fn at(self) -> usize {
        4 * match self {
            StoryKind::Main => 3,
            StoryKind::Footnotes => 4,
            StoryKind::Heads => 5,
            StoryKind::Comments => 7,
            StoryKind::Endnotes => 8,
            StoryKind::Boxes => 9,
            StoryKind::HeadBoxes => 10,
        }
    }
}

/// The head of a file.
pub(super) struct Head<'a> {
    document: &'a [u8],
    lengths_at: usize,
    parts_at: usize,
    n_parts: usize,
    flags: u16,
}

impl<'a> Head<'a> {
    /// Reads the head at the begin of the stream `WordDocument`.
    pub(super) fn read(document: &'a [u8]) -> Result<Head<'a>, DocError> {
        let broken = || DocError::damaged("WordDocument", "it breaks off");
        let version = u16_at(document, 2).ok_or_else(broken)?;
        let flags = u16_at(document, 10).ok_or_else(broken)?;
        if version < VERSION_MIN {
            return Err(DocError::TooOld);
        }
        if flags & 0x0100 != 0 {
            return Err(DocError::Encrypted);
        }
        let n_words = u16_at(document, 0x20).ok_or_else(broken)?;
        let longs_at = 0x22 + 2 * usize::from(n_words);
        let n_longs = u16_at(document, longs_at).ok_or_else(broken)?;
        let parts_at = longs_at + 2 + 4 * usize::from(n_longs);
        let n_parts = u16_at(document, parts_at).ok_or_else(broken)?;
        Ok(Head {
            document,
            lengths_at: longs_at + 2,
            parts_at: parts_at + 2,
            n_parts: usize::from(n_parts),
            flags,
        })
    }

    /// The name of the stream that holds the tables.
    pub(super) fn table_name(&self) -> &'static str {
        if self.flags & 0x0200 != 0 {
            "1Table"
        } else {
            "0Table"
        }
    }

    /// Whether its last changes were written behind the rest.
    pub(super) fn is_fast_saved(&self) -> bool {
        self.flags & 0x0004 != 0
    }

    /// The characters of a text.
    fn n_chars(&self, story: StoryKind) -> usize {
        let n = u32_at(self.document, self.lengths_at + story.at()).unwrap_or(0);
        // A number below zero is none.
        i32::try_from(n).map_or(0, |_| usize::try_from(n).unwrap_or(0))
    }

    /// Where a text begins and ends, in characters of all texts.
    pub(super) fn range(&self, story: StoryKind) -> (usize, usize) {
        let before = StoryKind::ALL
            .into_iter()
            .take_while(|other| *other != story);
        let from: usize = before.map(|other| self.n_chars(other)).sum();
        (from, from + self.n_chars(story))
    }

    /// How many characters all texts have, as the head says.
    pub(super) fn n_chars_all(&self) -> usize {
        self.range(StoryKind::HeadBoxes).1
    }

    /// Whether the body is the only text.
    pub(super) fn has_one_text(&self) -> bool {
        self.n_chars(StoryKind::Main) == self.n_chars_all()
    }

    /// A part of the table stream; empty if the file has none.
    pub(super) fn part<'t>(&self, table: &'t [u8], part: Part) -> &'t [u8] {
        self.part_with_rest(table, part)
            .map_or(&[], |(part, _)| part)
    }

    /// A part of the table stream, and all that follows from its begin on.
    pub(super) fn part_with_rest<'t>(
        &self,
        table: &'t [u8],
        part: Part,
    ) -> Option<(&'t [u8], &'t [u8])> {
        let at = part as usize;
        if at >= self.n_parts {
            return None;
        }
        let from = place_at(self.document, self.parts_at + 8 * at)?;
        let n_bytes = place_at(self.document, self.parts_at + 8 * at + 4)?;
        if n_bytes == 0 {
            return None;
        }
        let rest = table.get(from..)?;
        Some((rest.get(..n_bytes)?, rest))
    }
}

/// A table of places with something for each: n + 1 numbers, then n times so many bytes.
#[derive(Clone, Copy)]
pub(super) struct Places<'t> {
    bytes: &'t [u8],
    data_bytes: usize,
    pub(super) n: usize,
}

impl<'t> Places<'t> {
    pub(super) fn of(bytes: &'t [u8], data_bytes: usize) -> Places<'t> {
        let n = bytes.len().saturating_sub(4) / (4 + data_bytes);
        Places {
            bytes,
            data_bytes,
            n,
        }
    }

    /// The place of one, the end of the last for `n`.
    pub(super) fn place(&self, at: usize) -> Option<usize> {
        (at <= self.n).then(|| place_at(self.bytes, 4 * at))?
    }

    /// What belongs to it.
    pub(super) fn data(&self, at: usize) -> Option<&'t [u8]> {
        let from = 4 * (self.n + 1) + self.data_bytes * at;
        self.bytes.get(from..from + self.data_bytes)
    }
}

/// A run of text that stands together in the file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Piece {
    /// Its first character, counted through all texts.
    pub(super) from: usize,
    /// The one after its last.
    pub(super) to: usize,
    /// Where it stands in the stream `WordDocument`.
    pub(super) byte: usize,
    /// Bytes of a character: one (Windows-1252) or two (UTF-16).
    pub(super) width: usize,
    /// What a fast save says of its look.
    pub(super) change: u16,
}

/// Changes of a piece: they are applied to each of its paragraphs.
const CHANGES_MAX: usize = 256;

/// The pieces of a text, and the lists of changes that they refer to.
#[derive(Debug, Default)]
pub(super) struct Pieces<'t> {
    pub(super) pieces: Vec<Piece>,
    pub(super) changes: Vec<&'t [u8]>,
}

impl<'t> Pieces<'t> {
    /// How many characters they have.
    pub(super) fn n_chars(&self) -> usize {
        self.pieces.last().map_or(0, |piece| piece.to)
    }

    /// Reads the table of pieces (`Clx`); all of them stand within a stream of so many bytes.
    pub(super) fn read(mut clx: &'t [u8], n_bytes: usize) -> Result<Pieces<'t>, DocError> {
        let broken = || DocError::damaged("Clx", "it breaks off");
        let mut found = Pieces::default();
        while u8_at(clx, 0) == Some(1) {
            let n = usize::from(u16_at(clx, 1).ok_or_else(broken)?);
            let list = clx.get(3..3 + n).ok_or_else(broken)?;
            if n_changes(list) > CHANGES_MAX {
                return Err(DocError::damaged("Clx", "a list of changes is too long"));
            }
            found.changes.push(list);
            clx = clx.get(3 + n..).ok_or_else(broken)?;
        }
        let n = place_at(clx, 1).filter(|_| u8_at(clx, 0) == Some(2));
        let table = n.and_then(|n| clx.get(5..)?.get(..n)).ok_or_else(broken)?;
        let places = Places::of(table, 8);
        for at in 0..places.n {
            let (from, to) = places
                .place(at)
                .zip(places.place(at + 1))
                .ok_or_else(broken)?;
            let data = places.data(at).ok_or_else(broken)?;
            let place = u32_at(data, 2).ok_or_else(broken)?;
            let is_narrow = place & 0x4000_0000 != 0;
            let byte = usize::try_from(place & 0x3fff_ffff).map_err(|_| broken())?;
            let width = if is_narrow { 1 } else { 2 };
            let byte = if is_narrow { byte / 2 } else { byte };
            let in_order = from <= to && found.n_chars() == from;
            let end = (to.saturating_sub(from))
                .checked_mul(width)
                .and_then(|n| byte.checked_add(n));
            if !in_order || end.is_none_or(|end| end > n_bytes) {
                return Err(DocError::damaged("Clx", "a piece lies outside the text"));
            }
            found.pieces.push(Piece {
                from,
                to,
                byte,
                width,
                change: u16_at(data, 6).unwrap_or(0),
            });
        }
        // Each byte stands for one character; a few are shown twice after a fast save.
        if found.n_chars() > 2 * n_bytes {
            return Err(DocError::damaged("Clx", "its pieces lie over each other"));
        }
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_of_pieces_are_few() {
        let clx = |n: u16| {
            let mut clx = vec![1];
            clx.extend((3 * n).to_le_bytes());
            clx.extend([0; 3].repeat(usize::from(n)));
            clx.extend([2, 4, 0, 0, 0, 0, 0, 0, 0]);
            Pieces::read(&clx, 100).map(|pieces| pieces.changes.len())
        };
        assert_eq!(clx(256), Ok(1));
        assert!(matches!(clx(257), Err(DocError::Damaged { .. })));
    }
}
