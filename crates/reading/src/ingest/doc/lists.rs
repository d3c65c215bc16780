//! The lists of a Word file (`PlfLst`, `PlfLfo`) → patterns of numbers.
//!
//! In: two parts of the table stream. Out: the lists as all formats have them, by the number that paragraphs name.

use super::layout::{Head, Part};
use crate::ingest::compound::{place_at, u8_at, u16_at, u32_at};
use crate::ingest::word::{LEVELS, Levels, List, Lists, NumberLevel};

/// Lists of a document; a paragraph can name no more.
const LISTS_MAX: usize = 0x7ff;

/// Characters of the pattern of a number, as Word allows them.
const CHARS_MAX: usize = 255;

/// Reads the lists; what is damaged counts nothing.
pub(super) fn read(head: &Head<'_>, table: &[u8]) -> Lists {
    let mut lists = Lists::default();
    if read_patterns(head, table, &mut lists).is_none() {
        return lists;
    }
    // What stands behind the damage is not read.
    let _ = read_lists(head, table, &mut lists);
    lists
}

fn read_patterns(head: &Head<'_>, table: &[u8], lists: &mut Lists) -> Option<()> {
    const HEAD_BYTES: usize = 28;
    let (_, rest) = head.part_with_rest(table, Part::Patterns)?;
    let n = usize::from(u16_at(rest, 0)?).min(LISTS_MAX);
    // The levels stand behind the heads of all patterns.
    let mut at = 2 + HEAD_BYTES * usize::from(u16_at(rest, 0)?);
    for pattern in 0..n {
        let from = 2 + HEAD_BYTES * pattern;
        let key = u32_at(rest, from)?;
        let is_simple = u8_at(rest, from + 26)? & 1 != 0;
        let n_levels = if is_simple { 1 } else { LEVELS };
        let mut levels = Levels::default();
        for slot in levels.iter_mut().take(n_levels) {
            let (level, end) = level(rest, at)?;
            *slot = Some(level);
            at = end;
        }
        lists.patterns.insert(key.to_string(), levels);
    }
    Some(())
}

fn read_lists(head: &Head<'_>, table: &[u8], lists: &mut Lists) -> Option<()> {
    const HEAD_BYTES: usize = 16;
    let (_, rest) = head.part_with_rest(table, Part::Lists)?;
    let n = place_at(rest, 0)?.min(LISTS_MAX);
    let mut at = 4 + HEAD_BYTES * place_at(rest, 0)?;
    for list in 0..n {
        let from = 4 + HEAD_BYTES * list;
        let pattern = u32_at(rest, from)?.to_string();
        let found = List {
            pattern,
            ..List::default()
        };
        lists.lists.insert((list + 1).to_string(), found);
    }
    for list in 0..n {
        let n_changes = u8_at(rest, 4 + HEAD_BYTES * list + 12)?;
        at += 4;
        for _ in 0..n_changes {
            let start = u32_at(rest, at)?.cast_signed();
            let flags = u32_at(rest, at + 4)?;
            at += 8;
            let slot = usize::try_from(flags & 0xf).ok()?;
            let found = lists.lists.get_mut(&(list + 1).to_string())?;
            if flags & 0x10 != 0
                && let Some(slot) = found.starts.get_mut(slot)
            {
                *slot = Some(i64::from(start));
            }
            if flags & 0x20 != 0 {
                let (level, end) = level(rest, at)?;
                at = end;
                if let Some(slot) = found.levels.get_mut(slot) {
                    *slot = Some(level);
                }
            }
        }
    }
    Some(())
}

/// One level, and where the next one stands.
fn level(bytes: &[u8], at: usize) -> Option<(NumberLevel, usize)> {
    let start = u32_at(bytes, at)?.cast_signed();
    let format = u8_at(bytes, at + 4)?;
    let flags = u8_at(bytes, at + 5)?;
    let follow = u8_at(bytes, at + 15)?;
    let n_changes = usize::from(u8_at(bytes, at + 24)?) + usize::from(u8_at(bytes, at + 25)?);
    let restart = u8_at(bytes, at + 26)?;
    let text_at = at + 28 + n_changes;
    let n_chars = usize::from(u16_at(bytes, text_at)?);
    // It stands before each paragraph of its list.
    let is_long = n_chars > CHARS_MAX;
    let end = text_at + 2 + 2 * n_chars;
    let text = bytes.get(text_at + 2..end)?.as_chunks::<2>().0;
    let mut pattern = String::new();
    let text = if is_long { &[] } else { text };
    for c in char::decode_utf16(text.iter().map(|two| u16::from_le_bytes(*two))) {
        match c {
            // The number of a level stands for itself.
            Ok(c) if (c as usize) < LEVELS => {
                pattern.push('%');
                pattern.push(char::from_digit(c as u32 + 1, 10).unwrap_or('1'));
            }
            Ok(c) => pattern.push(c),
            Err(_) => {}
        }
    }
    let level = NumberLevel {
        start: i64::from(start),
        format: name_of(format).to_owned(),
        text: pattern,
        close: follow == 2,
        legal: flags & 0x04 != 0,
        style: None,
        restart: (flags & 0x08 != 0).then_some(usize::from(restart)),
    };
    Some((level, end))
}

/// How numbers of this kind (`MSONFC`) are called in OOXML.
fn name_of(format: u8) -> &'static str {
    match format {
        1 => "upperRoman",
        2 => "lowerRoman",
        3 => "upperLetter",
        4 => "lowerLetter",
        10 | 11 | 17 => "japaneseCounting",
        14 | 19 => "decimalFullWidth",
        16 => "ideographLegalTraditional",
        18 => "decimalEnclosedCircle",
        22 => "decimalZero",
        23 => "bullet",
        26 => "decimalEnclosedFullstop",
        27 => "decimalEnclosedParen",
        28 => "decimalEnclosedCircleChinese",
        29 => "ideographEnclosedCircle",
        30 => "ideographTraditional",
        31 | 32 => "ideographZodiac",
        33 | 35 => "taiwaneseCounting",
        34 => "ideographLegalTraditional",
        37 | 39 => "chineseCounting",
        38 => "chineseLegalSimplified",
        255 => "none",
        _ => "decimal",
    }
}
