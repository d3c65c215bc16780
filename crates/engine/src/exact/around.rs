//! What stands around the places of an expression in a passage: where a collocate may stand, and how often one does.
//!
//! In: a passage, the places of a node in it, a [`WithinReach`]. Out: the stretches in which a collocate is beside a place, the
//! text in which collocates are looked for, and how often a phrase stands beside a place. A phrase is beside a place
//! where the two do not overlap and the nearest character of the phrase is within reach; with a reach in characters that is
//! what `"a b"~n` finds. All places are in folded characters.
//!
//! # Invariants
//!
//! - Occurrences of the phrase are those that a search for it has, whatever words the text may be cut into.
//! - An occurrence beside several places counts once.

use super::phrase::Phrase;
use super::stored::StoredPassage;
use crate::stop::Stop;
use std::ops::Range;

/// How far from a place something still stands beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WithinReach {
    /// At most so many folded characters stand between the two.
    Chars(u32),
    /// It begins or ends, whichever is nearer, in the same sentence.
    Sentence,
}

/// Which sides of a place are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sides {
    /// What stands before it.
    pub left: bool,
    /// What stands behind it.
    pub right: bool,
}

/// How often a phrase stands beside places in a passage.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct TimesBeside {
    /// Before a place.
    pub(crate) left: u32,
    /// Behind a place.
    pub(crate) right: u32,
    /// Either of these; what stands between two places counts once here.
    pub(crate) either: u32,
}

/// The places of an expression in a passage, as they are known.
pub(crate) enum Nodes<'n> {
    /// Any place of any of these phrases.
    Phrases(&'n [&'n Phrase]),
    /// Ranges of bytes of the original text.
    Spans(&'n [Range<usize>]),
}

/// Context in which text is cut into words, beyond what is within reach, in characters.
const MARGIN: u32 = 8;

/// A passage around the places of an expression.
pub(crate) struct Around<'p> {
    units: &'p [u8],
    passage: &'p StoredPassage,
    sides: Sides,
    /// The folded text.
    chars: Vec<char>,
    /// The number of units before each character; none where that is the number of characters.
    units_before: Option<Vec<u32>>,
    /// The places, by where they begin.
    nodes: Vec<Range<u32>>,
    /// The stretch before each place, by where it ends.
    lefts: Vec<Range<u32>>,
    /// The stretch behind each place, by where it begins.
    rights: Vec<Range<u32>>,
}

/// Whether a sentence ends with this folded character.
fn ends_sentence(c: char) -> bool {
    matches!(c, '。' | '！' | '？' | '!' | '?')
}

impl<'p> Around<'p> {
    pub(super) fn new(
        units: &'p [u8],
        passage: &'p StoredPassage,
        nodes: &Nodes<'_>,
        (reach, sides): (WithinReach, Sides),
        stop: &Stop,
    ) -> Around<'p> {
        let pairs = units.as_chunks::<2>().0.iter();
        let decoded = char::decode_utf16(pairs.map(|pair| u16::from_le_bytes(*pair)));
        let chars: Vec<char> = decoded
            .map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER))
            .collect();
        let units_before = (chars.len() * 2 != units.len()).then(|| {
            let before = chars.iter().scan(0, |n, c| {
                let before = *n;
                *n += c.len_utf16() as u32;
                Some(before)
            });
            before.collect()
        });
        let mut around = Around {
            units,
            passage,
            sides,
            chars,
            units_before,
            nodes: Vec::new(),
            lefts: Vec::new(),
            rights: Vec::new(),
        };
        let places: Vec<Range<u32>> = match nodes {
            Nodes::Phrases(phrases) => {
                let places = phrases.iter();
                let places = places.flat_map(|phrase| phrase.places(units, passage, stop));
                places.collect()
            }
            Nodes::Spans(spans) => {
                let unit = |byte| passage.unit_of_byte(byte);
                let spans = spans.iter();
                spans.map(|span| unit(span.start)..unit(span.end)).collect()
            }
        };
        around.nodes = places.into_iter().map(|p| around.chars_of(&p)).collect();
        around
            .nodes
            .sort_unstable_by_key(|node| (node.start, node.end));
        around.add_stretches(reach);
        around
    }

    /// A range of units as one of characters.
    fn chars_of(&self, place: &Range<u32>) -> Range<u32> {
        let Some(before) = &self.units_before else {
            return place.clone();
        };
        let char_of = |unit: u32| before.partition_point(|n| *n < unit) as u32;
        char_of(place.start)..char_of(place.end)
    }

    fn add_stretches(&mut self, reach: WithinReach) {
        let end = self.chars.len() as u32;
        let ends: Vec<u32> = match reach {
            WithinReach::Chars(_) => Vec::new(),
            WithinReach::Sentence => {
                let at = (0u32..).zip(&self.chars);
                at.filter(|(_, c)| ends_sentence(**c))
                    .map(|(at, _)| at)
                    .collect()
            }
        };
        let left = |node: &Range<u32>| match reach {
            // Its nearest character is one of n + 1.
            WithinReach::Chars(n) => node.start.saturating_sub(n.saturating_add(1)),
            WithinReach::Sentence => {
                let n_before = ends.partition_point(|at| *at < node.start);
                let last = n_before.checked_sub(1).and_then(|at| ends.get(at));
                last.map_or(0, |at| at + 1)
            }
        };
        let right = |node: &Range<u32>| match reach {
            WithinReach::Chars(n) => node.end.saturating_add(n.saturating_add(1)).min(end),
            WithinReach::Sentence => {
                let next = ends.partition_point(|at| *at < node.end);
                ends.get(next).copied().unwrap_or(end)
            }
        };
        if self.sides.left {
            self.lefts = self
                .nodes
                .iter()
                .map(|node| left(node)..node.start)
                .collect();
        }
        if self.sides.right {
            self.rights = self
                .nodes
                .iter()
                .map(|node| node.end..right(node))
                .collect();
            self.rights.sort_unstable_by_key(|stretch| stretch.start);
        }
    }

    /// The folded text.
    pub(crate) fn chars(&self) -> &[char] {
        &self.chars
    }

    /// Where the places begin; those that overlap are one.
    pub(crate) fn begins(&self) -> impl Iterator<Item = u32> + '_ {
        let mut end = 0;
        self.nodes.iter().filter_map(move |node| {
            let is_new = node.start >= end;
            end = end.max(node.end);
            is_new.then_some(node.start)
        })
    }

    /// Where the nearest character of a collocate may stand: disjoint, ascending.
    pub(crate) fn stretches(&self) -> Vec<Range<u32>> {
        let all = self.lefts.iter().chain(&self.rights);
        merged(all.filter(|stretch| !stretch.is_empty()).cloned().collect())
    }

    /// The text in which collocates stand, with the places and a little more on each side, so that it can be cut into words.
    /// If places are hidden, other characters stand for theirs.
    pub(crate) fn texts(&self, hidden: Option<char>) -> impl Iterator<Item = String> + '_ {
        let mut all = self.stretches();
        all.extend(self.nodes.iter().cloned());
        let end = self.chars.len() as u32;
        for stretch in &mut all {
            *stretch = stretch.start.saturating_sub(MARGIN)..(stretch.end + MARGIN).min(end);
        }
        let mut chars = self.chars.clone();
        if let Some(hidden) = hidden {
            for node in &self.nodes {
                let of_node = chars.get_mut(node.start as usize..node.end as usize);
                of_node.unwrap_or_default().fill(hidden);
            }
        }
        merged(all).into_iter().map(move |stretch| {
            let chars = chars.get(stretch.start as usize..stretch.end as usize);
            chars.unwrap_or_default().iter().collect()
        })
    }

    /// How often a phrase stands beside the places.
    pub(crate) fn times(&self, phrase: &Phrase, stop: &Stop) -> TimesBeside {
        let mut times = TimesBeside::default();
        for place in phrase.places(self.units, self.passage, stop) {
            let place = self.chars_of(&place);
            // Of all places the nearest one reaches farthest.
            let n_behind = self
                .rights
                .partition_point(|stretch| stretch.start <= place.start);
            let behind = n_behind.checked_sub(1).and_then(|at| self.rights.get(at));
            let is_right = behind.is_some_and(|stretch| place.start < stretch.end);
            let before = self
                .lefts
                .partition_point(|stretch| stretch.end < place.end);
            let before = self.lefts.get(before);
            let is_left = before.is_some_and(|stretch| stretch.start < place.end);
            times.left += u32::from(is_left);
            times.right += u32::from(is_right);
            times.either += u32::from(is_left || is_right);
        }
        times
    }
}

/// Ranges joined where they touch or overlap, ascending.
fn merged(mut ranges: Vec<Range<u32>>) -> Vec<Range<u32>> {
    ranges.sort_unstable_by_key(|range| range.start);
    let mut merged: Vec<Range<u32>> = Vec::with_capacity(ranges.len());
    for range in ranges {
        match merged.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => merged.push(range),
        }
    }
    merged
}
