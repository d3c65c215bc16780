//! One passage as the exact channel keeps it: folded text, the edits that undo the fold, raw lines.
//!
//! In: a [`Passage`] of a report. Out: the bytes of the custom field that the segment writer
//! takes in, and, on the way back, the original text byte for byte with a map between
//! folded UTF-16 units and original bytes.
//!
//! # Invariants
//!
//! - `StoredPassage::text` of what was encoded equals the passage's text byte for byte.
//! - A range of folded units maps to a range of original bytes on character boundaries.

use super::bytes::{get_varint, put_varint};
use baogao_reading::fold::Edit;
use baogao_reading::report::Passage;
use std::ops::Range;
use std::sync::OnceLock;

/// From so many bytes on, places of a passage are found with the help of marks: else each would cost its length.
const MARKED_BYTES: usize = 4_096;
/// Folded units between two marks.
const MARK_UNITS: u32 = 256;

/// The bytes of the custom field of one passage, given its fold with the edits that undo it:
/// units (`varint` count, UTF-16LE), edits (`varint` count, each delta, folded length, original), lines.
pub(crate) fn encode(passage: &Passage, folded: &str, edits: &[Edit]) -> Vec<u8> {
    let mut out = Vec::with_capacity(folded.len() + 8 * edits.len() + 16);
    put_varint(&mut out, folded.encode_utf16().count() as u32);
    out.extend(folded.encode_utf16().flat_map(u16::to_le_bytes));
    put_varint(&mut out, edits.len() as u32);
    let mut done = 0;
    for edit in edits {
        put_varint(&mut out, edit.at - done);
        put_varint(&mut out, u32::from(edit.len));
        let original = passage
            .text
            .get(edit.original.start as usize..edit.original.end as usize);
        let original = original.unwrap_or_default().as_bytes();
        put_varint(&mut out, original.len() as u32);
        out.extend_from_slice(original);
        done = edit.at + u32::from(edit.len);
    }
    let mut previous = (0, 0);
    for (unit, line) in unit_lines(passage, edits) {
        put_varint(&mut out, unit - previous.0);
        put_varint(&mut out, line - previous.1);
        previous = (unit, line);
    }
    out
}

/// The same bytes from a folded text and what stands behind the units.
pub(crate) fn encode_record(folded: &str, rest: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(folded.len() + rest.len() + 4);
    put_varint(&mut out, folded.encode_utf16().count() as u32);
    out.extend(folded.encode_utf16().flat_map(u16::to_le_bytes));
    out.extend_from_slice(rest);
    out
}

/// The line starts of a passage, moved from original bytes to folded units; units ascend.
fn unit_lines(passage: &Passage, edits: &[Edit]) -> Vec<(u32, u32)> {
    let mut lines: Vec<(u32, u32)> = Vec::with_capacity(passage.lines.len());
    let mut edits = edits.iter().peekable();
    let mut unit = 0;
    let mut starts = passage.lines.iter().peekable();
    let mut push = |unit: u32, line: u32| match lines.last_mut() {
        // Several raw lines that fold to nothing start at one place: the last of them counts.
        Some(last) if last.0 == unit => last.1 = last.1.max(line),
        Some(last) if last.1 >= line => {}
        _ => lines.push((unit, line)),
    };
    let mut skip_until = 0;
    for (byte, c) in passage.text.char_indices() {
        while let Some(start) = starts.next_if(|start| start.byte <= byte) {
            push(unit, start.line);
        }
        if byte < skip_until {
            continue;
        }
        match edits.next_if(|edit| edit.original.start as usize == byte) {
            Some(edit) => {
                unit += u32::from(edit.len);
                skip_until = edit.original.end as usize;
            }
            None => unit += c.len_utf16() as u32,
        }
    }
    lines
}

/// Units since the end of the edit before, folded length in units, original characters in UTF-8.
pub(super) type EncodedEdit<'a> = (u32, u8, &'a [u8]);

/// The parts of an encoded passage, still borrowed.
pub(super) struct Encoded<'a> {
    /// UTF-16LE.
    pub(super) units: &'a [u8],
    /// What undoes the fold, in order.
    pub(super) edits: Vec<EncodedEdit<'a>>,
    /// Pairs of varints: delta of units, delta of lines.
    pub(super) lines: &'a [u8],
}

/// What stands behind the units of a passage with these edits and raw lines, as [`encode`] writes it.
pub(super) fn encode_rest(edits: &[EncodedEdit<'_>], lines: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(8 * edits.len() + lines.len() + 4);
    put_varint(&mut out, edits.len() as u32);
    for (delta, len, original) in edits {
        put_varint(&mut out, *delta);
        put_varint(&mut out, u32::from(*len));
        put_varint(&mut out, original.len() as u32);
        out.extend_from_slice(original);
    }
    out.extend_from_slice(lines);
    out
}

/// Takes apart what [`encode`] made.
pub(super) fn decode(bytes: &[u8]) -> Encoded<'_> {
    let mut at = 0;
    let n_bytes = 2 * get_varint(bytes, &mut at) as usize;
    let units = bytes.get(at..at + n_bytes).unwrap_or_default();
    at += n_bytes;
    let n_edits = get_varint(bytes, &mut at) as usize;
    let mut edits = Vec::with_capacity(n_edits.min(bytes.len()));
    for _ in 0..n_edits {
        let delta = get_varint(bytes, &mut at);
        let len = get_varint(bytes, &mut at) as u8;
        let n_original = get_varint(bytes, &mut at) as usize;
        edits.push((
            delta,
            len,
            bytes.get(at..at + n_original).unwrap_or_default(),
        ));
        at += n_original;
    }
    Encoded {
        units,
        edits,
        lines: bytes.get(at..).unwrap_or_default(),
    }
}

/// The passage that [`encode`] made these bytes of.
pub(crate) fn restored(bytes: &[u8]) -> StoredPassage {
    let Encoded {
        units,
        edits,
        lines,
    } = decode(bytes);
    StoredPassage::restore(units, edits.into_iter(), lines)
}

/// A passage brought back from the index.
#[derive(Clone, Debug)]
pub struct StoredPassage {
    /// The repaired original text, byte for byte as it was indexed.
    pub text: String,
    /// The folded units, UTF-16LE.
    units: Vec<u8>,
    /// Edits in order: where in folded units, how many units, which original bytes.
    edits: Vec<Edit>,
    /// (folded unit, raw line), ascending.
    lines: Vec<(u32, u32)>,
    /// (folded unit, original byte) of places on the way, once they are needed.
    marks: OnceLock<Vec<(u32, usize)>>,
}

impl StoredPassage {
    /// Rebuilds the original from folded units and edits; broken UTF-16 becomes U+FFFD.
    pub(super) fn restore<'a>(
        folded_units: &[u8],
        edits: impl Iterator<Item = EncodedEdit<'a>>,
        lines: &[u8],
    ) -> StoredPassage {
        let units: Vec<u16> = folded_units
            .as_chunks::<2>()
            .0
            .iter()
            .map(|pair| u16::from_le_bytes(*pair))
            .collect();
        let mut text = String::with_capacity(units.len() * 3);
        let mut kept = Vec::new();
        let mut done = 0usize;
        let copy = |text: &mut String, range: Range<usize>| {
            let slice = units.get(range.start.min(units.len())..range.end.min(units.len()));
            text.extend(
                char::decode_utf16(slice.unwrap_or_default().iter().copied())
                    .map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)),
            );
        };
        for (delta, len, original) in edits {
            let at = done + delta as usize;
            copy(&mut text, done..at);
            let start = text.len() as u32;
            text.push_str(&String::from_utf8_lossy(original));
            kept.push(Edit {
                at: at as u32,
                len,
                original: start..text.len() as u32,
            });
            done = at + usize::from(len);
        }
        copy(&mut text, done..units.len().max(done));
        let mut places = Vec::new();
        let (mut at, mut unit, mut line) = (0, 0u32, 0u32);
        while at < lines.len() {
            unit = unit.saturating_add(get_varint(lines, &mut at));
            line = line.saturating_add(get_varint(lines, &mut at));
            places.push((unit, line));
        }
        StoredPassage {
            text,
            units: folded_units.to_vec(),
            edits: kept,
            lines: places,
            marks: OnceLock::new(),
        }
    }

    /// The folded units, UTF-16LE.
    pub(super) fn units(&self) -> &[u8] {
        &self.units
    }

    /// A place at or after `from` (folded unit, original byte) and not after `wanted`, from which few characters are left.
    /// Between `from` and what is wanted no character was edited.
    fn nearer(
        &self,
        from: (u32, usize),
        is_before: impl Fn(&(u32, usize)) -> bool,
    ) -> (u32, usize) {
        if self.text.len() < MARKED_BYTES {
            return from;
        }
        let marks = self.marks.get_or_init(|| self.place_marks());
        let n = marks.partition_point(is_before);
        let mark = n.checked_sub(1).and_then(|i| marks.get(i)).copied();
        mark.filter(|mark| mark.0 >= from.0).unwrap_or(from)
    }

    /// Places every [`MARK_UNITS`] units inside the runs that no edit interrupts.
    fn place_marks(&self) -> Vec<(u32, usize)> {
        let ends = self.edits.iter().map(|edit| {
            let end = edit.at + u32::from(edit.len);
            (
                edit.at,
                edit.original.start as usize,
                (end, edit.original.end as usize),
            )
        });
        let mut marks = Vec::new();
        let mut from = (0u32, 0usize);
        let last = (u32::MAX, self.text.len(), (0, 0));
        for (_, run_end, next) in ends.chain(std::iter::once(last)) {
            let mut unit = from.0;
            let mut next_mark = unit + MARK_UNITS;
            for (at, c) in self
                .text
                .get(from.1..run_end)
                .unwrap_or_default()
                .char_indices()
            {
                if unit >= next_mark {
                    marks.push((unit, from.1 + at));
                    next_mark = unit + MARK_UNITS;
                }
                unit += c.len_utf16() as u32;
            }
            from = next;
        }
        marks
    }

    /// The original bytes of the folded units `range`: from the first character that they come
    /// from to the last; characters that vanished stay outside at both ends.
    pub fn original_range(&self, range: Range<u32>) -> Range<usize> {
        let start = self.byte_of(range.start, false);
        let end = self.byte_of(range.end, true);
        start..end.max(start)
    }

    /// Whether `unit` lies inside the expansion of one original character (II inside Ⅲ).
    pub(super) fn is_inside_expansion(&self, unit: u32) -> bool {
        let next = self.edits.partition_point(|edit| edit.at < unit);
        next.checked_sub(1)
            .and_then(|i| self.edits.get(i))
            .is_some_and(|edit| edit.at < unit && unit < edit.at + u32::from(edit.len))
    }

    /// The original byte at which folded `unit` stands. As an end (`before`), characters that
    /// vanished right before `unit` are left out; as a start they are passed over.
    fn byte_of(&self, unit: u32, before: bool) -> usize {
        // The edits that lie wholly before the place, counting vanished characters at it only for a start.
        let n = self.edits.partition_point(|edit| {
            let end = edit.at + u32::from(edit.len);
            if edit.len == 0 {
                edit.at < unit || (!before && edit.at == unit)
            } else {
                end <= unit
            }
        });
        // An expansion that contains the place belongs to it as a whole.
        if let Some(edit) = self.edits.get(n)
            && edit.at < unit
            && edit.len > 0
        {
            return if before {
                edit.original.end
            } else {
                edit.original.start
            } as usize;
        }
        let (from_unit, from_byte) = match n.checked_sub(1).and_then(|i| self.edits.get(i)) {
            Some(edit) => (edit.at + u32::from(edit.len), edit.original.end as usize),
            None => (0, 0),
        };
        let (from_unit, from_byte) = self.nearer((from_unit, from_byte), |mark| mark.0 <= unit);
        let mut left = unit.saturating_sub(from_unit);
        let mut byte = from_byte;
        for c in self.text.get(from_byte..).unwrap_or_default().chars() {
            if left == 0 {
                break;
            }
            left = left.saturating_sub(c.len_utf16() as u32);
            byte += c.len_utf8();
        }
        byte
    }

    /// The line of the raw file, from 1, in which folded `unit` stands.
    fn line_of_unit(&self, unit: u32) -> u32 {
        let n = self.lines.partition_point(|(start, _)| *start <= unit);
        self.lines
            .get(n.saturating_sub(1))
            .map_or(0, |(_, line)| *line)
    }

    /// The folded unit that stands for the character at byte `byte` of the text.
    pub(super) fn unit_of_byte(&self, byte: usize) -> u32 {
        let n = self
            .edits
            .partition_point(|edit| edit.original.end as usize <= byte);
        let (unit, from) = match n.checked_sub(1).and_then(|i| self.edits.get(i)) {
            Some(edit) => (edit.at + u32::from(edit.len), edit.original.end as usize),
            None => (0, 0),
        };
        let (unit, from) = self.nearer((unit, from), |mark| mark.1 <= byte);
        let between = self.text.get(from..byte).unwrap_or_default();
        unit + between.chars().map(|c| c.len_utf16() as u32).sum::<u32>()
    }

    /// The line of the raw file, from 1, in which byte `byte` of the text stands.
    pub fn line_of_byte(&self, byte: usize) -> u32 {
        self.line_of_unit(self.unit_of_byte(byte))
    }

    /// The line of the raw file, from 1, in which the passage begins.
    pub fn first_line(&self) -> u32 {
        self.line_of_unit(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use baogao_reading::fold::fold_with_edits;
    use baogao_reading::report::{Kind, LineStart, Part};
    use baogao_reading::script::Script;

    fn passage(text: &str, lines: &[(usize, u32)]) -> Passage {
        Passage {
            part: Part::Plan,
            kind: Kind::Text,
            heading: None,
            about: None,
            text: text.to_owned(),
            lines: lines
                .iter()
                .map(|&(byte, line)| LineStart { byte, line })
                .collect(),
            ocr: false,
        }
    }

    fn round_trip(passage: &Passage) -> StoredPassage {
        let mut edits = Vec::new();
        let folded = fold_with_edits(&passage.text, Script::Simplified, &mut edits);
        let bytes = encode(passage, &folded, &edits);
        let encoded = decode(&bytes);
        StoredPassage::restore(encoded.units, encoded.edits.iter().copied(), encoded.lines)
    }

    #[test]
    fn places_in_a_long_passage_are_those_of_a_walk() {
        let piece =
            "達到Ⅲ類水質，“四上”企业 12,345 家，增长５．５％𠮷野家，全市上下团结一心推动高质量发展";
        let text = piece.repeat(80);
        let stored = round_trip(&passage(&text, &[(0, 1)]));
        assert!(stored.text.len() > 2 * MARKED_BYTES && stored.text == text);
        let mut unit = 0;
        for (byte, c) in text.char_indices() {
            let folded = baogao_reading::fold::fold(c.encode_utf8(&mut [0; 4]));
            if stored
                .edits
                .iter()
                .all(|edit| edit.original.start as usize != byte)
            {
                assert_eq!(stored.unit_of_byte(byte), unit, "{byte}");
                assert_eq!(stored.byte_of(unit, false), byte, "{unit}");
            }
            unit += folded.encode_utf16().count() as u32;
        }
    }

    #[test]
    fn the_text_comes_back_byte_for_byte() {
        for text in [
            "",
            "专业镇",
            "“四上”企业 12,345 家，增长５．５％",
            "“房证同交”“地证同交”",
            "達到Ⅲ類水質 𠮷野家 PM₂.₅",
            "\u{200b}\u{3000}",
        ] {
            assert_eq!(round_trip(&passage(text, &[(0, 1)])).text, text);
        }
    }

    #[test]
    fn folded_ranges_map_to_the_characters_they_come_from() {
        let stored = round_trip(&passage("打造“四上”企业", &[(0, 7)]));
        let range = stored.original_range(2..6);
        assert_eq!(stored.text.get(range), Some("四上”企业"));
        let range = stored.original_range(2..4);
        assert_eq!(stored.text.get(range), Some("四上"));
    }

    #[test]
    fn an_expanded_character_is_whole_or_not_at_all() {
        let stored = round_trip(&passage("达Ⅲ类", &[(0, 1)]));
        assert!(stored.is_inside_expansion(2));
        assert!(!stored.is_inside_expansion(1));
        assert!(!stored.is_inside_expansion(4));
        assert_eq!(stored.text.get(stored.original_range(1..4)), Some("Ⅲ"));
        assert_eq!(stored.text.get(stored.original_range(2..5)), Some("Ⅲ类"));
    }

    #[test]
    fn every_character_knows_its_raw_line() {
        let text = "一般公共预算收入，增长18.7%";
        let at = text.find("18").expect("the text has it");
        let stored = round_trip(&passage(text, &[(0, 25), (at, 27)]));
        assert_eq!(stored.first_line(), 25);
        assert_eq!(stored.line_of_unit(8), 25);
        let unit = text.get(..at).map_or(0, |head| head.chars().count()) as u32;
        assert_eq!(stored.line_of_unit(unit), 27);
        assert_eq!(stored.line_of_unit(unit + 3), 27);
    }
}
