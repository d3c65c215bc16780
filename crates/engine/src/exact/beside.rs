//! What stands beside a place of a passage, without the passage being brought back.
//!
//! In: the folded units of a passage, its edits, a place in units, a side. Out: folded characters, the nearest first.
//! How far to read is said in characters of the original, so that the answer is the fold of a part of the text.
//!
//! # Invariants
//!
//! - The characters are those of `fold` over at most `max_chars` characters of the original text right before or behind
//!   the original range of the place.

use super::bytes::unit_at;
use super::stored::EncodedEdit;
use std::ops::Range;

/// One side of a place.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Side {
    /// What stands before it, read backwards.
    Left,
    /// What stands after it.
    Right,
}

/// An edit of a passage: the folded units that it made, and how many characters of the original they stand for.
pub(super) struct Edited {
    units: Range<u32>,
    n_chars: usize,
}

impl Edited {
    /// The edits of a passage with their places.
    pub(super) fn all(edits: &[EncodedEdit<'_>]) -> Vec<Edited> {
        let mut done = 0u32;
        let edited = |&(delta, len, original): &EncodedEdit<'_>| {
            let start = done.saturating_add(delta);
            done = start.saturating_add(u32::from(len));
            Edited {
                units: start..done,
                n_chars: original.iter().filter(|byte| is_first(**byte)).count(),
            }
        };
        edits.iter().map(edited).collect()
    }
}

/// Whether a byte of UTF-8 begins a character.
fn is_first(byte: u8) -> bool {
    byte & 0b1100_0000 != 0b1000_0000
}

/// The folded characters on one side of a place, the nearest first.
pub(super) struct Beside<'p> {
    units: &'p [u8],
    /// The edits on this side; the nearest is the first, on the left the last.
    edits: &'p [Edited],
    side: Side,
    /// The unit that reading has come to.
    at: u32,
    /// The unit up to which all belongs to one edit.
    edit_end: u32,
    /// Characters of the original that may still be read.
    max_chars: usize,
}

impl<'p> Beside<'p> {
    pub(super) fn new(
        units: &'p [u8],
        edits: &'p [Edited],
        place: &Range<u32>,
        side: Side,
        max_chars: usize,
    ) -> Beside<'p> {
        // A character of which only a part is in the place belongs to it as a whole.
        let (edits, at) = match side {
            Side::Left => {
                let n = edits.partition_point(|edit| edit.units.end <= place.start);
                let (before, others) = edits.split_at(n);
                let next = others.first().map_or(u32::MAX, |edit| edit.units.start);
                (before, place.start.min(next))
            }
            Side::Right => {
                let n = edits.partition_point(|edit| edit.units.start < place.end);
                let (others, behind) = edits.split_at(n);
                let last = others.last().map_or(0, |edit| edit.units.end);
                (behind, place.end.max(last))
            }
        };
        Beside {
            units,
            edits,
            side,
            at,
            edit_end: at,
            max_chars,
        }
    }

    /// The edit that begins where reading has come to, and those behind it.
    fn edit_here(&self) -> Option<(&'p Edited, &'p [Edited])> {
        let (edit, rest) = match self.side {
            Side::Left => self.edits.split_last()?,
            Side::Right => self.edits.split_first()?,
        };
        let begins = match self.side {
            Side::Left => edit.units.end,
            Side::Right => edit.units.start,
        };
        (begins == self.at).then_some((edit, rest))
    }

    /// Reads one folded character.
    fn read(&mut self) -> Option<char> {
        let unit = |at: u32| unit_at(self.units, at as usize);
        let two = |high: u16, low: u16| {
            let c = char::decode_utf16([high, low]).next()?.ok()?;
            (c.len_utf16() == 2).then_some(c)
        };
        let (near, far) = match self.side {
            Side::Left => {
                let last = unit(self.at.checked_sub(1)?)?;
                let before = self.at.checked_sub(2).and_then(unit);
                (last, before.and_then(|high| two(high, last)))
            }
            Side::Right => {
                let first = unit(self.at)?;
                (first, unit(self.at + 1).and_then(|low| two(first, low)))
            }
        };
        let n_units = 1 + u32::from(far.is_some());
        self.at = match self.side {
            Side::Left => self.at - n_units,
            Side::Right => self.at + n_units,
        };
        let one = || char::from_u32(u32::from(near)).unwrap_or(char::REPLACEMENT_CHARACTER);
        Some(far.unwrap_or_else(one))
    }
}

impl Iterator for Beside<'_> {
    type Item = char;

    fn next(&mut self) -> Option<char> {
        while self.at == self.edit_end {
            let edit = self.edit_here();
            let n_chars = edit.map_or(1, |(edit, _)| edit.n_chars);
            // Half of a pair of quotes that folds to one mark folds to nothing.
            let Some(n_left) = self.max_chars.checked_sub(n_chars) else {
                self.max_chars = 0;
                return None;
            };
            self.max_chars = n_left;
            let Some((edit, rest)) = edit else {
                let c = self.read();
                self.edit_end = self.at;
                return c;
            };
            self.edits = rest;
            self.edit_end = match self.side {
                Side::Left => edit.units.start,
                Side::Right => edit.units.end,
            };
        }
        self.read()
    }
}

/// Up to so many characters of a text right before a byte.
pub(crate) fn chars_before(text: &str, byte: usize, max_chars: usize) -> &str {
    let before = text.get(..byte).unwrap_or_default();
    let start = match max_chars.checked_sub(1) {
        Some(n) => before.char_indices().rev().nth(n).map_or(0, |(at, _)| at),
        None => before.len(),
    };
    before.get(start..).unwrap_or_default()
}

/// Up to so many characters of a text from a byte on.
pub(crate) fn chars_from(text: &str, byte: usize, max_chars: usize) -> &str {
    let after = text.get(byte..).unwrap_or_default();
    let end = after.char_indices().nth(max_chars);
    after
        .get(..end.map_or(after.len(), |(at, _)| at))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::super::phrase::{MatchOptions, Phrase};
    use super::super::stored::{StoredPassage, decode, encode};
    use super::*;
    use crate::stop::Stop;
    use baogao_reading::fold::{fold, fold_with_edits};
    use baogao_reading::report::{Kind, Part, Passage};
    use baogao_reading::script::Script;
    use proptest::prelude::*;

    /// Compares both sides of all places of a phrase with the fold of the text beside them.
    fn check(text: &str, phrase: &str, max_chars: usize) {
        let passage = Passage {
            part: Part::Plan,
            kind: Kind::Text,
            heading: None,
            about: None,
            text: text.to_owned(),
            lines: Vec::new(),
            ocr: false,
        };
        let mut edits = Vec::new();
        let folded = fold_with_edits(text, Script::Simplified, &mut edits);
        let bytes = encode(&passage, &folded, &edits);
        let encoded = decode(&bytes);
        let stored =
            StoredPassage::restore(encoded.units, encoded.edits.iter().copied(), encoded.lines);
        let edits = Edited::all(&encoded.edits);
        let inside = MatchOptions {
            literal: false,
            inside: true,
        };
        let Some(phrase) = Phrase::new(phrase, inside) else {
            return;
        };
        for place in phrase.folded_places(encoded.units, || &stored, &Stop::new()) {
            let span = stored.original_range(place.clone());
            let beside = |side| -> String {
                Beside::new(encoded.units, &edits, &place, side, max_chars).collect()
            };
            let before = fold(chars_before(text, span.start, max_chars));
            let before: String = before.chars().rev().collect();
            let after = fold(chars_from(text, span.end, max_chars));
            assert_eq!(beside(Side::Left), before, "before {span:?} of {text:?}");
            assert_eq!(beside(Side::Right), after, "after {span:?} of {text:?}");
        }
    }

    #[test]
    fn what_stands_beside_a_place_is_the_fold_of_the_text_there() {
        for max_chars in 0..9 {
            check("打造“四上”企业，四上", "四上", max_chars);
            check("“房证同交”“地证同交”", "交", max_chars);
            check("達到Ⅲ類水質", "i", max_chars);
            check("\u{20bb7}野家\u{20bb7}野家\u{20bb7}", "野家", max_chars);
        }
    }

    proptest! {
        #[test]
        fn it_is_that_wherever_a_phrase_stands(
            pieces in proptest::collection::vec(
                proptest::sample::select(vec!["甲", "乙", "甲乙", "”", "“", "”“", "Ⅲ", "i", "５", " ", "\u{20bb7}", "，", "類"]),
                0..30,
            ),
            phrase in proptest::sample::select(vec!["甲", "甲乙", "i", "ii", "乙甲", "类", "、", "\u{20bb7}"]),
            max_chars in 0usize..12,
        ) {
            check(&pieces.concat(), phrase, max_chars);
        }
    }
}
