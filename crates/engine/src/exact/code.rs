//! The code of folded text in `.text` files: fewer bytes than UTF-16, and still searched as it is.
//!
//! In: folded text as UTF-16LE. Out: its code, and the way back. The commonest [`N_SINGLES`] characters of work reports
//! (`data/characters.txt`) have a byte, some thousand others a pair of bytes, all other units two pairs, one for their upper and one for their lower
//! byte. Bytes of pairs are none of the single ones (an end-tagged dense code without tags; Brisaboa, Fariña, Navarro and Paramá, Lightweight natural
//! language text compression, 2007), so that what begins with a single byte is found where it stands and nowhere else. What
//! begins with a pair stands where an even number of bytes of pairs comes before it.
//!
//! # Invariants
//!
//! - `decoded(coded(units)) == units`, of all units, also of halves of surrogate pairs.
//! - A text is a substring of another one exactly if its code is found in that of the other at a place that
//!   [`is_boundary`] accepts.
//! - Any bytes can be decoded.

use std::sync::LazyLock;

/// Characters with a byte of their own.
const N_SINGLES: usize = 184;
/// Bytes of which pairs are made: all others.
const N_BASE: usize = 256 - N_SINGLES;
/// Pairs that stand for a character of the list.
const N_LISTED: usize = N_BASE * N_BASE - N_HALVES;
/// Pairs that stand for the upper byte of another unit, and as many for the lower one.
const N_HALF: usize = 256;
const N_HALVES: usize = 2 * N_HALF;
/// Replaces what cannot be decoded.
const BROKEN: u16 = char::REPLACEMENT_CHARACTER as u16;

/// The characters of the list, the commonest first.
const CHARACTERS: &str = include_str!("../../data/characters.txt");

static TABLE: LazyLock<CodeTable> = LazyLock::new(CodeTable::new);

/// Both ways between units and their codes.
struct CodeTable {
    /// By unit one more than its place in the list; 0 for none.
    places: Vec<u16>,
    /// The units of the list.
    units: Vec<u16>,
}

impl CodeTable {
    fn new() -> CodeTable {
        let listed = CHARACTERS.lines().flat_map(str::chars);
        let units: Vec<u16> = listed
            .filter_map(|c| u16::try_from(u32::from(c)).ok())
            .take(N_SINGLES + N_LISTED)
            .collect();
        let mut places = vec![0; 1 << 16];
        for (place, unit) in (1..).zip(&units) {
            if let Some(slot) = places.get_mut(usize::from(*unit)) {
                *slot = place;
            }
        }
        CodeTable { places, units }
    }
}

/// Whether a byte is one of a pair.
#[inline]
fn is_of_pair(byte: u8) -> bool {
    usize::from(byte) >= N_SINGLES
}

/// The bytes of a pair by its number.
#[inline]
fn pair_of(number: usize) -> [u8; 2] {
    [number / N_BASE, number % N_BASE].map(|digit| (N_SINGLES + digit) as u8)
}

/// Appends the code of a text, UTF-16LE.
pub(super) fn push_code(out: &mut Vec<u8>, units: &[u8]) {
    let places = &TABLE.places;
    for bytes in units.as_chunks::<2>().0 {
        let place = places.get(usize::from(u16::from_le_bytes(*bytes)));
        match place.map(|place| usize::from(*place)) {
            Some(place @ 1..=N_SINGLES) => out.push((place - 1) as u8),
            Some(place @ 1..) => out.extend(pair_of(place - 1 - N_SINGLES)),
            _ => {
                let [lower, upper] = bytes.map(usize::from);
                out.extend(pair_of(N_LISTED + upper));
                out.extend(pair_of(N_LISTED + N_HALF + lower));
            }
        }
    }
}

/// The code of a text, UTF-16LE.
pub(super) fn coded(units: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(units.len());
    push_code(&mut out, units);
    out
}

/// The unit that a code begins with, and how many bytes it has; what cannot be decoded is one that is replaced.
#[inline]
fn first_of(code: &[u8], units: &[u16]) -> Option<(u16, usize)> {
    let listed = |place: usize| units.get(place).copied().unwrap_or(BROKEN);
    let first = usize::from(*code.first()?);
    if first < N_SINGLES {
        return Some((listed(first), 1));
    }
    let found = match pair_number(code) {
        None => (BROKEN, 1),
        Some(number @ ..N_LISTED) => (listed(N_SINGLES + number), 2),
        Some(number) => match code.get(2..).and_then(pair_number) {
            Some(behind) if is_upper(number) && is_lower(behind) => {
                let (upper, lower) = (number - N_LISTED, behind - N_LISTED - N_HALF);
                ((upper << 8 | lower) as u16, 4)
            }
            _ => (BROKEN, 2),
        },
    };
    Some(found)
}

/// The number of the pair that a code begins with.
#[inline]
fn pair_number(code: &[u8]) -> Option<usize> {
    match *code {
        [first, second, ..] if is_of_pair(first) && is_of_pair(second) => {
            let [first, second] = [first, second].map(|byte| usize::from(byte) - N_SINGLES);
            Some(N_BASE * first + second)
        }
        _ => None,
    }
}

/// Whether the pair of a number stands for the upper byte of a unit.
fn is_upper(number: usize) -> bool {
    (N_LISTED..N_LISTED + N_HALF).contains(&number)
}

/// Whether it stands for the lower one.
fn is_lower(number: usize) -> bool {
    number >= N_LISTED + N_HALF
}

/// Calls `visit` with each unit of a code.
#[inline]
pub(super) fn each_unit(code: &[u8], mut visit: impl FnMut(u16)) {
    let units = TABLE.units.as_slice();
    let mut rest = code;
    while let Some((unit, n_bytes)) = first_of(rest, units) {
        visit(unit);
        rest = rest.get(n_bytes..).unwrap_or_default();
    }
}

/// The text of a code, UTF-16LE, in place of what `out` had.
pub(super) fn decode_into(out: &mut Vec<u8>, code: &[u8]) {
    // A unit takes a byte at least.
    out.clear();
    out.resize(2 * code.len(), 0);
    let mut slots = out.as_chunks_mut::<2>().0.iter_mut();
    each_unit(code, |unit| {
        if let Some(slot) = slots.next() {
            *slot = unit.to_le_bytes();
        }
    });
    let n_left = slots.len();
    out.truncate(2 * (code.len() - n_left));
}

/// The text of a code, UTF-16LE.
pub(super) fn decoded(code: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    decode_into(&mut out, code);
    out
}

/// How many units a code has.
pub(super) fn n_units(code: &[u8]) -> u32 {
    let mut n = 0;
    each_unit(code, |_| n += 1);
    n
}

/// How many bytes the unit has that begins at a byte; 0 behind the end.
pub(super) fn n_bytes_at(code: &[u8], at: usize) -> usize {
    let rest = code.get(at..).unwrap_or_default();
    first_of(rest, &TABLE.units).map_or(0, |(_, n_bytes)| n_bytes)
}

/// The two units that begin at a byte and behind it, as far as there are any.
pub(super) fn units_from(code: &[u8], at: usize) -> [Option<u16>; 2] {
    let mut rest = code.get(at..).unwrap_or_default();
    [(), ()].map(|()| {
        let (unit, n_bytes) = first_of(rest, &TABLE.units)?;
        rest = rest.get(n_bytes..).unwrap_or_default();
        Some(unit)
    })
}

/// The two units before a byte at which one begins, the nearest first, as far as there are any.
pub(super) fn units_before(code: &[u8], at: usize) -> [Option<u16>; 2] {
    let mut before = code.get(..at).unwrap_or_default();
    [(), ()].map(|()| {
        let pair_before = |n_bytes: usize| {
            let at = before.len().checked_sub(n_bytes)?;
            before.get(at..).and_then(pair_number)
        };
        let is_halved =
            || pair_before(2).is_some_and(is_lower) && pair_before(4).is_some_and(is_upper);
        let n_bytes = match before.last()? {
            last if !is_of_pair(*last) => 1,
            _ if is_halved() => 4,
            _ => 2,
        };
        let (rest, last) = before.split_at(before.len().saturating_sub(n_bytes));
        before = rest;
        first_of(last, &TABLE.units).map(|(unit, _)| unit)
    })
}

/// Whether a code that is found at a byte of another one begins there with a whole character. Looks back as far as there
/// are pairs.
#[inline]
pub(super) fn is_boundary(code: &[u8], at: usize) -> bool {
    if code.get(at).is_none_or(|byte| !is_of_pair(*byte)) {
        return true;
    }
    let before = code.get(..at).unwrap_or_default().iter().rev();
    let n_of_pairs = before.take_while(|byte| is_of_pair(**byte)).count();
    n_of_pairs.is_multiple_of(2)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::HashSet;
    use xxhash_rust::xxh3::xxh3_64;

    fn units_of(text: &str) -> Vec<u8> {
        text.encode_utf16().flat_map(u16::to_le_bytes).collect()
    }

    #[test]
    fn the_list_is_that_of_this_index_format() {
        // Another list is another format: with it, go up with `SCHEMA_VERSION`, and renew the example of `docs/index.md`.
        assert_eq!(crate::index::SCHEMA_VERSION, 13);
        assert_eq!(xxh3_64(CHARACTERS.as_bytes()), 0x3ca5_07e1_90ab_58fc);
        let code = coded(&units_of("四上企业"));
        assert_eq!(code, [0xb8, 0xd4, 0x4e, 0x48, 0x05]);
    }

    #[test]
    fn the_list_fills_the_code_and_has_each_folded_character_once() {
        assert_eq!(TABLE.units.len(), N_SINGLES + N_LISTED);
        let distinct: HashSet<&u16> = TABLE.units.iter().collect();
        assert_eq!(distinct.len(), TABLE.units.len());
        for c in CHARACTERS.lines().flat_map(str::chars) {
            assert!(u32::from(c) <= 0xffff, "{c}");
            let folded = baogao_reading::fold::fold(c.encode_utf8(&mut [0; 4]));
            assert!(folded.chars().eq([c]), "{c}");
        }
    }

    #[test]
    fn every_unit_comes_back() {
        for unit in 0..=u16::MAX {
            let units = unit.to_le_bytes();
            let code = coded(&units);
            assert_eq!(decoded(&code), units, "{unit:x}");
            let n_bytes = match usize::from(TABLE.places[usize::from(unit)]) {
                0 => 4,
                1..=N_SINGLES => 1,
                _ => 2,
            };
            assert_eq!(code.len(), n_bytes, "{unit:x}");
        }
    }

    #[test]
    fn what_is_broken_is_said_in_its_place() {
        let rare = coded(&units_of("\u{3402}"));
        let common = coded(&units_of("发"));
        let check = |code: &[&[u8]], expected: &str| {
            assert_eq!(decoded(&code.concat()), units_of(expected), "{code:?}");
        };
        check(&[&rare, &common], "\u{3402}发");
        check(&[&rare[..2], &common], "\u{fffd}发");
        check(&[&rare[..2], &rare], "\u{fffd}\u{3402}");
        check(&[&common, &rare[..2]], "发\u{fffd}");
        check(&[&rare[2..], &common], "\u{fffd}发");
        check(&[&rare[..1]], "\u{fffd}");
    }

    #[test]
    fn common_text_takes_less_than_three_bytes_for_two_characters() {
        let text = "坚持以高质量发展为目标，推进专业镇建设，全市地区生产总值增长5.5%。";
        assert!(coded(&units_of(text)).len() * 2 < text.chars().count() * 3);
    }

    /// Texts of a few characters that have codes of all kinds. Those of some are found in the middle of others: 自心 has 自
    /// at its second byte.
    fn texts(n_chars: std::ops::Range<usize>) -> impl Strategy<Value = String> {
        let chars = vec![
            '，',
            '、',
            '自',
            '心',
            '境',
            '可',
            '\u{3402}',
            '\u{20bb7}',
            '\u{fffd}',
            '5',
        ];
        proptest::collection::vec(proptest::sample::select(chars), n_chars)
            .prop_map(|chars| chars.into_iter().collect())
    }

    #[test]
    fn units_beside_a_place_are_those_of_the_text() {
        let text: Vec<u16> = "发展\u{3402}5.\u{20bb7}自心\u{3402}，"
            .encode_utf16()
            .collect();
        let bytes = |units: &[u16]| {
            units
                .iter()
                .flat_map(|unit| unit.to_le_bytes())
                .collect::<Vec<u8>>()
        };
        let code = coded(&bytes(&text));
        for n in 0..=text.len() {
            let at = coded(&bytes(&text[..n])).len();
            assert_eq!(n_units(&code[..at]) as usize, n);
            let unit = |at: Option<usize>| at.and_then(|at| text.get(at)).copied();
            assert_eq!(
                units_from(&code, at),
                [unit(Some(n)), unit(Some(n + 1))],
                "{n}"
            );
            let before = [unit(n.checked_sub(1)), unit(n.checked_sub(2))];
            assert_eq!(units_before(&code, at), before, "{n}");
        }
        // Half a unit alone.
        let rare = coded(&bytes(&[0x3402]));
        let damaged = [&[9], &rare[2..]].concat();
        let expected: Vec<Option<u16>> = decoded(&damaged)
            .as_chunks::<2>()
            .0
            .iter()
            .map(|unit| Some(u16::from_le_bytes(*unit)))
            .collect();
        assert_eq!(expected.last(), Some(&Some(BROKEN)));
        assert_eq!(units_from(&damaged, 0), expected[..]);
        let before = units_before(&damaged, damaged.len());
        assert!(before.iter().rev().eq(&expected));
    }

    #[test]
    fn some_finds_stand_in_the_middle_of_a_pair() {
        let code = coded(&units_of("自心"));
        let needle = coded(&units_of("自"));
        let found = |at: &usize| code[*at..].starts_with(&needle);
        let found: Vec<usize> = (0..code.len()).filter(found).collect();
        assert_eq!(found, [0, 1]);
        assert_eq!(
            [is_boundary(&code, 0), is_boundary(&code, 1)],
            [true, false]
        );
    }

    proptest! {
        #[test]
        fn what_is_found_in_the_code_is_what_stands_in_the_text(text in texts(1..24), phrase in texts(1..4)) {
            let [text, phrase] = [text, phrase].map(|text| text.encode_utf16().collect::<Vec<u16>>());
            let bytes = |units: &[u16]| units.iter().flat_map(|unit| unit.to_le_bytes()).collect::<Vec<u8>>();
            let (code, needle) = (coded(&bytes(&text)), coded(&bytes(&phrase)));
            prop_assert_eq!(decoded(&code), bytes(&text));
            let expected: Vec<usize> = (0..text.len())
                .filter(|at| text[*at..].starts_with(&phrase))
                .map(|at| coded(&bytes(&text[..at])).len())
                .collect();
            let found: Vec<usize> = (0..code.len())
                .filter(|at| code[*at..].starts_with(&needle) && is_boundary(&code, *at))
                .collect();
            prop_assert_eq!(found, expected);
        }

        #[test]
        fn any_bytes_can_be_decoded(code in proptest::collection::vec(any::<u8>(), 0..40)) {
            prop_assert!(decoded(&code).len() <= 2 * code.len());
        }
    }
}
