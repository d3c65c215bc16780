//! A pattern with wildcards: `乡村?镇`, `乡村*镇`.
//!
//! In: pieces of text and wildcards. Out: where the pattern stands in a passage. `?` stands for one character, `*` for up
//! to [`MAX_MANY`], neither for punctuation. Wildcards side by side add up. Pieces are compared as phrases
//! are; the border rule holds at both ends, on the characters that are found there.
//!
//! # Invariants
//!
//! - Places do not overlap. They are the leftmost: of the first piece, then the shortest behind it whose end is a
//!   border, then the shortest before it whose beginning is one. So a `*` at an end stands for nothing, but that
//!   `app*` finds whole words that begin with app.
//! - A pattern has at least one piece.

use super::beside::Side;
use super::phrase::{MatchOptions, Phrase, continues};
use super::stored::StoredPassage;
use crate::stop::Stop;
use baogao_reading::fold::is_word_char;
use std::fmt;
use std::ops::Range;

/// How many characters `*` stands for at most.
const MAX_MANY: u32 = 10;
/// Characters between two looks at the flag that stops.
const STEPS: usize = 16;

/// A part of a pattern as typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PatternPart {
    /// Text that stands for itself.
    Text(String),
    /// `?`
    One,
    /// `*`
    Many,
}

/// How many characters the wildcards at one place stand for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Gap {
    min: u32,
    max: u32,
}

/// A pattern ready for search.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    pieces: Vec<Phrase>,
    /// One before each piece and one behind the last.
    gaps: Vec<Gap>,
    options: MatchOptions,
}

impl Pattern {
    /// The pattern, or nothing if no piece has a character that counts.
    pub fn new(parts: &[PatternPart], options: MatchOptions) -> Option<Pattern> {
        let mut pieces = Vec::new();
        let mut gaps = Vec::new();
        let mut gap = Gap::default();
        for part in parts {
            match part {
                PatternPart::One => (gap.min, gap.max) = (gap.min + 1, gap.max + 1),
                PatternPart::Many => gap.max += MAX_MANY,
                PatternPart::Text(text) => {
                    if let Some(piece) = Phrase::new(text, options) {
                        pieces.push(piece);
                        gaps.push(std::mem::take(&mut gap));
                    }
                }
            }
        }
        gaps.push(gap);
        (!pieces.is_empty()).then_some(Pattern {
            pieces,
            gaps,
            options,
        })
    }

    /// The texts between the wildcards.
    pub fn pieces(&self) -> &[Phrase] {
        &self.pieces
    }

    /// Whether all pieces may stand in a passage, in whatever order, judged on the code of its folded text.
    pub(super) fn may_be_in(&self, code: &[u8]) -> bool {
        self.pieces.iter().all(|piece| piece.may_be_in(code))
    }

    /// Where the pattern stands, in bytes of the original text.
    pub(super) fn spans(
        &self,
        units: &[u8],
        passage: &StoredPassage,
        stop: &Stop,
    ) -> Vec<Range<usize>> {
        let view = if self.options.literal {
            CharView::of_text(&passage.text)
        } else {
            CharView::of_units(units)
        };
        let pieces: Vec<Vec<Vec<char>>> = self
            .pieces
            .iter()
            .map(|piece| match self.options.literal {
                true => vec![piece.typed().chars().collect()],
                false => piece
                    .forms_in(&passage.text)
                    .map(<[char]>::to_vec)
                    .collect(),
            })
            .collect();
        let mut spans: Vec<Range<usize>> = Vec::new();
        let (mut from, mut core) = (0, 0);
        // A place takes as long as the pattern is, so that the flag is looked at often.
        while core < view.chars.len() && !(core.is_multiple_of(STEPS) && stop.is_set()) {
            match self.place_at(&view, &pieces, from, core, passage) {
                Some(place) => {
                    (from, core) = (place.end, place.end);
                    spans.push(self.original(&view, passage, &place));
                }
                None => core += 1,
            }
        }
        spans
    }

    /// The place whose first piece stands at `core` and that begins nowhere before `from`.
    fn place_at(
        &self,
        view: &CharView,
        pieces: &[Vec<Vec<char>>],
        from: usize,
        core: usize,
        passage: &StoredPassage,
    ) -> Option<Range<usize>> {
        let (lead, behind) = self.gaps.split_first()?;
        let mut ends = vec![core];
        for (forms, gap) in pieces.iter().zip(behind) {
            // All forms of a piece are of one length.
            let n_chars = forms.first().map_or(0, Vec::len);
            ends.retain_mut(|end| {
                let rest = view.chars.get(*end..).unwrap_or_default();
                let stands = forms.iter().any(|form| rest.starts_with(form));
                *end += n_chars;
                stands
            });
            if ends.is_empty() {
                return None;
            }
            if gap.max > 0 {
                ends = reach(&view.chars, &ends, *gap);
            }
        }
        let end = ends.into_iter().find(|end| {
            self.options.inside || self.is_border(view, passage, core..*end, PlaceEnd::End)
        })?;
        for n in 0..=lead.max as usize {
            let start = core.checked_sub(n).filter(|start| *start >= from)?;
            if n > 0 && view.chars.get(start).is_none_or(|c| stops(*c)) {
                return None;
            }
            let is_enough = n >= lead.min as usize;
            if is_enough
                && (self.options.inside
                    || self.is_border(view, passage, start..end, PlaceEnd::Start))
            {
                return Some(start..end);
            }
        }
        None
    }

    /// The border rule at one end of a place.
    fn is_border(
        &self,
        view: &CharView,
        passage: &StoredPassage,
        place: Range<usize>,
        side: PlaceEnd,
    ) -> bool {
        let at = match side {
            PlaceEnd::Start => place.start,
            PlaceEnd::End => place.end,
        };
        if !self.options.literal && passage.is_inside_expansion(view.offset(at) as u32) {
            return false;
        }
        let span = self.original(view, passage, &place);
        let text = &passage.text;
        let found = text.get(span.clone()).unwrap_or_default();
        let continues = match side {
            PlaceEnd::Start => {
                let before = text.get(..span.start).unwrap_or_default();
                found.starts_with(is_word_char)
                    && continues(Side::Left, found.chars(), before.chars().rev())
            }
            PlaceEnd::End => {
                let after = text.get(span.end..).unwrap_or_default();
                found.ends_with(is_word_char)
                    && continues(Side::Right, found.chars().rev(), after.chars())
            }
        };
        !continues
    }

    /// Bytes of the original.
    fn original(
        &self,
        view: &CharView,
        passage: &StoredPassage,
        place: &Range<usize>,
    ) -> Range<usize> {
        let (start, end) = (view.offset(place.start), view.offset(place.end));
        if self.options.literal {
            start..end
        } else {
            passage.original_range(start as u32..end as u32)
        }
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let wildcards = |gap: &Gap| {
            let many = (gap.max - gap.min) / MAX_MANY;
            format!(
                "{}{}",
                "?".repeat(gap.min as usize),
                "*".repeat(many as usize)
            )
        };
        let mut gaps = self.gaps.iter();
        for (gap, piece) in gaps.by_ref().zip(&self.pieces) {
            write!(f, "{}\"{}\"", wildcards(gap), piece.canonical())?;
        }
        match self.gaps.last() {
            Some(gap) => f.write_str(&wildcards(gap)),
            None => Ok(()),
        }
    }
}

#[derive(Clone, Copy)]
enum PlaceEnd {
    Start,
    End,
}

/// A text as characters, each with where it begins: folded units, or bytes of the original.
struct CharView {
    chars: Vec<char>,
    /// One more than characters.
    offsets: Vec<usize>,
}

impl CharView {
    fn of_units(units: &[u8]) -> CharView {
        let units = units.as_chunks::<2>().0.iter();
        let chars = char::decode_utf16(units.map(|unit| u16::from_le_bytes(*unit)))
            .map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER));
        CharView::new(chars, char::len_utf16)
    }

    fn of_text(text: &str) -> CharView {
        CharView::new(text.chars(), char::len_utf8)
    }

    fn new(chars: impl Iterator<Item = char>, len: impl Fn(char) -> usize) -> CharView {
        let mut view = CharView {
            chars: chars.collect(),
            offsets: vec![0],
        };
        let mut at = 0;
        view.offsets.extend(view.chars.iter().map(|c| {
            at += len(*c);
            at
        }));
        view
    }

    fn offset(&self, char_at: usize) -> usize {
        self.offsets
            .get(char_at)
            .or(self.offsets.last())
            .copied()
            .unwrap_or(0)
    }
}

/// Where wildcards can end that begin at one of `starts`; ascending, each once.
fn reach(chars: &[char], starts: &[usize], gap: Gap) -> Vec<usize> {
    let mut ends = Vec::new();
    for start in starts {
        for n in 0..=gap.max as usize {
            if n >= gap.min as usize {
                ends.push(start + n);
            }
            if chars.get(start + n).is_none_or(|c| stops(*c)) {
                break;
            }
        }
    }
    ends.sort_unstable();
    ends.dedup();
    ends
}

/// Whether wildcards stop before a character: marks that end or divide a sentence, brackets, the bar between cells of
/// a table. Signs inside numbers and names (`5.5%`, `4.98‰`, `1+7+N`, `2020-2024`, `A·B`) do not stop them.
fn stops(c: char) -> bool {
    matches!(c,
        '!' | '"' | '\'' | '(' | ')' | ',' | ':' | ';' | '<' | '>' | '?' | '[' | '\\' | ']' | '{' | '|' | '}'
        | '\u{2014}'..='\u{202f}' | '\u{2038}'..='\u{203a}' | '\u{3001}'..='\u{3003}' | '\u{3008}'..='\u{3011}' | '\u{3014}'..='\u{301f}'
        | '\u{fe30}'..='\u{fe6b}' | '\u{ff01}' | '\u{ff08}' | '\u{ff09}' | '\u{ff0c}' | '\u{ff1a}' | '\u{ff1b}'
        | '\u{ff1f}' | '\u{ff3b}' | '\u{ff3d}' | '\u{ff5b}'..='\u{ff65}')
}

#[cfg(test)]
mod tests {
    use super::super::stored::{decode, encode};
    use super::*;
    use baogao_reading::fold::fold_with_edits;
    use baogao_reading::report::{Kind, LineStart, Part, Passage};
    use baogao_reading::script::Script;

    /// What the pattern, written with half-width wildcards, finds in a text.
    fn found(pattern: &str, text: &str) -> Vec<String> {
        let mut parts = vec![PatternPart::Text(String::new())];
        for c in pattern.chars() {
            match (c, parts.last_mut()) {
                ('?', _) => parts.extend([PatternPart::One, PatternPart::Text(String::new())]),
                ('*', _) => parts.extend([PatternPart::Many, PatternPart::Text(String::new())]),
                (c, Some(PatternPart::Text(text))) => text.push(c),
                _ => {}
            }
        }
        let pattern = Pattern::new(&parts, MatchOptions::default()).expect("it has text");
        let passage = Passage {
            part: Part::Plan,
            kind: Kind::Text,
            heading: None,
            about: None,
            text: text.to_owned(),
            lines: vec![LineStart { byte: 0, line: 1 }],
            ocr: false,
        };
        let mut edits = Vec::new();
        let folded = fold_with_edits(text, Script::Simplified, &mut edits);
        let bytes = encode(&passage, &folded, &edits);
        let encoded = decode(&bytes);
        let edits = encoded.edits.iter().copied();
        let stored = StoredPassage::restore(encoded.units, edits, encoded.lines);
        let spans = pattern.spans(encoded.units, &stored, &Stop::new());
        let text_of = |span| text.get(span).unwrap_or("broken").to_owned();
        spans.into_iter().map(text_of).collect()
    }

    #[test]
    fn wildcards_stand_for_characters_but_not_for_punctuation() {
        for (pattern, text, expected) in [
            (
                "乡村?镇",
                "乡村e镇，乡村镇，乡村小镇，乡村老集镇",
                &["乡村e镇", "乡村小镇"][..],
            ),
            (
                "乡村*镇",
                "乡村e镇，乡村镇，乡村，镇",
                &["乡村e镇", "乡村镇"],
            ),
            (
                "乡村*镇",
                "乡村一二三四五六七八九十镇",
                &["乡村一二三四五六七八九十镇"],
            ),
            ("乡村*镇", "乡村一二三四五六七八九十百镇", &[]),
            ("乡村*镇", "乡村“e”镇", &["乡村“e”镇"]),
            ("乡村*镇", "乡村乡村e镇镇", &["乡村乡村e镇"]),
            ("*镇", "乡村e镇", &["镇"]),
            ("?镇", "镇。镇", &[]),
            ("?镇", "小镇，镇", &["小镇"]),
            ("app*", "apple app, 大app店", &["apple", "app", "app"]),
            ("*ple", "apple", &["apple"]),
            ("增长*%", "增长5.5%，增长约5%", &["增长5.5%", "增长约5%"]),
            ("?，优", "增长率为4.98‰，优生", &["‰，优"]),
            ("1+*+N", "“1+7+N”特色", &["1+7+N"]),
            ("?类", "Ⅲ类", &[]),
            ("?吉?", "𠮷吉祥", &["𠮷吉祥"]),
        ] {
            assert_eq!(found(pattern, text), expected, "{pattern} in {text}");
        }
    }
}
