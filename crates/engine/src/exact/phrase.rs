//! A phrase (提法) made ready for search: its folded characters, its needle, and the border rule.
//!
//! In: what the reader typed. Out: whether a place in a passage is an occurrence of it.
//! The definition stands in DESIGN: a phrase stands where its fold is a substring of the passage's
//! fold, except that a digit or Latin letter at its end must not continue a longer number or word.

use super::bytes::unit_at;
use super::stored::StoredPassage;
use crate::stop::Stop;
use baogao_reading::fold::{fold, is_word_char};
use memchr::memmem;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::cell::OnceCell;
use std::ops::Range;

/// How strictly a phrase is taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(feature = "arguments", derive(clap::Args))]
#[serde(default)]
pub struct MatchOptions {
    /// Quotes, width, case and traditional forms count
    #[cfg_attr(feature = "arguments", arg(long))]
    pub literal: bool,
    /// Find a phrase also inside a longer number or word (5% in 5.5%)
    #[cfg_attr(feature = "arguments", arg(long))]
    pub inside: bool,
}

/// A phrase ready for search.
#[derive(Clone, Debug)]
pub struct Phrase {
    typed: String,
    folded: String,
    chars: Vec<char>,
    finder: memmem::Finder<'static>,
    options: MatchOptions,
    /// Whether the typed phrase begins and ends in a digit or Latin letter.
    starts_in_word: bool,
    ends_in_word: bool,
    /// The same of its fold: × folds to a letter, and may stand for one.
    may_start_in_word: bool,
    may_end_in_word: bool,
    overlaps_itself: bool,
}

impl Phrase {
    /// The phrase as typed, or nothing if its fold is empty (only spaces, quotes, controls).
    pub fn new(typed: &str, options: MatchOptions) -> Option<Phrase> {
        let folded = fold(typed);
        let chars: Vec<char> = folded.chars().collect();
        // Judged on what was typed: × folds to a letter and is none.
        let mut kept = typed
            .chars()
            .filter(|c| !fold(c.encode_utf8(&mut [0; 4])).is_empty());
        // A pair of quotes has a fold of its own: 、 stands where none of both is kept.
        let first = kept.next().or_else(|| chars.first().copied())?;
        let last = kept.next_back().unwrap_or(first);
        let starts_in_fold = chars.first().copied().is_some_and(is_word_char);
        let ends_in_fold = chars.last().copied().is_some_and(is_word_char);
        let units: Vec<u8> = folded.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let overlaps_itself = ends_as_it_begins(&chars);
        Some(Phrase {
            typed: typed.to_owned(),
            finder: memmem::Finder::new(&units).into_owned(),
            // Two quotes at an end stand for 、, whatever stands behind them.
            starts_in_word: starts_in_fold && is_word_char(first),
            ends_in_word: ends_in_fold && is_word_char(last),
            may_start_in_word: starts_in_fold,
            may_end_in_word: ends_in_fold,
            overlaps_itself,
            folded,
            chars,
            options,
        })
    }

    /// The phrase as the reader typed it.
    pub fn typed(&self) -> &str {
        &self.typed
    }

    /// The phrase as it is searched.
    pub fn folded(&self) -> &str {
        &self.folded
    }

    /// The phrase as text that stands for the same when it is read again between quotes: folded,
    /// or as typed where the fold would lose what was meant.
    pub fn canonical(&self) -> Cow<'_, str> {
        let is_odd = self.starts_in_word != self.may_start_in_word
            || self.ends_in_word != self.may_end_in_word;
        if self.options.literal {
            Cow::Borrowed(&self.typed)
        } else if is_odd {
            Cow::Owned(self.typed.replace('"', ""))
        } else {
            Cow::Borrowed(&self.folded)
        }
    }

    /// Whether places of both may overlap in a text: one is part of the other, or begins as the other ends.
    pub fn may_overlap(&self, other: &Phrase) -> bool {
        let begins_as_ends = |a: &[char], b: &[char]| {
            (1..=a.len().min(b.len())).any(|n| a.get(a.len() - n..) == b.get(..n))
        };
        self.may_overlap_any()
            || other.may_overlap_any()
            || self.folded.contains(&other.folded)
            || other.folded.contains(&self.folded)
            || begins_as_ends(&self.chars, &other.chars)
            || begins_as_ends(&other.chars, &self.chars)
    }

    /// Whether its characters do not tell what places of it may overlap: letters and digits may come from one original
    /// character (Ⅲ, ™), and what is taken literally is not folded.
    pub(crate) fn may_overlap_any(&self) -> bool {
        self.options.literal || self.may_start_in_word || self.may_end_in_word
    }

    /// Whether the phrase may stand in a passage at all, judged on its folded units.
    pub(super) fn is_in(&self, units: &[u8]) -> bool {
        self.finder.find(units).is_some()
    }

    /// The folded characters; never empty.
    pub(crate) fn chars(&self) -> &[char] {
        &self.chars
    }

    /// Whether the lists of character pairs alone cannot tell how often the phrase stands in a passage.
    pub(super) fn needs_text(&self) -> bool {
        self.options.literal
            || self.overlaps_itself
            || (!self.options.inside && (self.may_start_in_word || self.may_end_in_word))
    }

    /// Whether what the fold takes away counts too.
    pub fn is_literal(&self) -> bool {
        self.options.literal
    }

    /// How often the phrase stands in a passage, from its folded units; `restore` gives the
    /// original, which is asked for only where it matters.
    pub(super) fn count(
        &self,
        units: &[u8],
        restore: impl Fn() -> StoredPassage,
        stop: &Stop,
    ) -> u32 {
        if self.options.literal {
            return self.literal_spans(&restore().text, stop).len() as u32;
        }
        let restored = OnceCell::new();
        let mut n = 0;
        self.each_place(units, stop, |range| {
            let stands = self.stands_at(units, &range, || restored.get_or_init(&restore));
            n += u32::from(stands);
            stands
        });
        n
    }

    /// Where the phrase stands, in bytes of the original text.
    pub(super) fn spans(
        &self,
        units: &[u8],
        passage: &StoredPassage,
        stop: &Stop,
    ) -> Vec<Range<usize>> {
        if self.options.literal {
            return self.literal_spans(&passage.text, stop);
        }
        let places = self.folded_places(units, || passage, stop);
        let span = |place| passage.original_range(place);
        places.into_iter().map(span).collect()
    }

    /// Where the phrase stands, in folded units.
    pub(super) fn places(
        &self,
        units: &[u8],
        passage: &StoredPassage,
        stop: &Stop,
    ) -> Vec<Range<u32>> {
        if !self.options.literal {
            return self.folded_places(units, || passage, stop);
        }
        let place =
            |span: Range<usize>| passage.unit_of_byte(span.start)..passage.unit_of_byte(span.end);
        let spans = self.literal_spans(&passage.text, stop);
        spans.into_iter().map(place).collect()
    }

    /// Where the phrase stands if it is not taken literally, in folded units; the original is asked for only where it
    /// matters.
    pub(super) fn folded_places<'p>(
        &self,
        units: &[u8],
        passage: impl Fn() -> &'p StoredPassage,
        stop: &Stop,
    ) -> Vec<Range<u32>> {
        let mut places = Vec::new();
        self.each_place(units, stop, |range| {
            let stands = self.stands_at(units, &range, &passage);
            if stands {
                places.push(range);
            }
            stands
        });
        places
    }

    /// Leftmost, non-overlapping places of the needle at whole units; `accept` decides whether the
    /// place counts, and a place that does not count hides nothing that begins inside it.
    fn each_place(&self, units: &[u8], stop: &Stop, mut accept: impl FnMut(Range<u32>) -> bool) {
        let n_bytes = self.finder.needle().len();
        let mut at = 0;
        let find = |at: usize| units.get(at..).and_then(|rest| self.finder.find(rest));
        while let Some(found) = find(at).filter(|_| !stop.is_set()) {
            let start = at + found;
            // A find at an odd byte straddles two characters.
            if start % 2 == 1 {
                at = start + 1;
                continue;
            }
            let end = start + n_bytes;
            at = if accept((start / 2) as u32..(end / 2) as u32) {
                end
            } else {
                start + 2
            };
        }
    }

    /// The border rule, first on the folded neighbours, then, in doubt, on the original text.
    fn stands_at<'p>(
        &self,
        units: &[u8],
        range: &Range<u32>,
        passage: impl FnOnce() -> &'p StoredPassage,
    ) -> bool {
        if self.options.inside {
            return true;
        }
        let doubtful = |unit: Option<u16>| match unit {
            // A surrogate may be a mathematical letter: let the original decide.
            Some(unit) => char::from_u32(u32::from(unit))
                .is_none_or(|c| is_word_char(c) || c == '.' || c == '\u{ff0c}'),
            None => false,
        };
        let before = (range.start as usize)
            .checked_sub(1)
            .and_then(|at| unit_at(units, at));
        let after = unit_at(units, range.end as usize);
        if !(self.may_start_in_word && doubtful(before) || self.may_end_in_word && doubtful(after))
        {
            return true;
        }
        let passage = passage();
        if passage.is_inside_expansion(range.start) || passage.is_inside_expansion(range.end) {
            return false;
        }
        self.has_borders(&passage.text, passage.original_range(range.clone()))
    }

    fn literal_spans(&self, text: &str, stop: &Stop) -> Vec<Range<usize>> {
        let mut spans = Vec::new();
        let mut at = 0;
        let find = |at: usize| text.get(at..).and_then(|rest| rest.find(&self.typed));
        while let Some(found) = find(at).filter(|_| !stop.is_set()) {
            let span = at + found..at + found + self.typed.len();
            if self.options.inside || self.has_borders(text, span.clone()) {
                at = span.end;
                spans.push(span);
            } else {
                at = span.start + self.typed.chars().next().map_or(1, char::len_utf8);
            }
        }
        spans
    }

    /// Whether neither end of `span` continues a longer number or word of the original text.
    ///
    /// An end is part of a word if it was typed as one or stands as one: `×24小时` is in 7×24小时, and `×` not in box.
    fn has_borders(&self, text: &str, span: Range<usize>) -> bool {
        let mut found = text.get(span.clone()).unwrap_or_default().chars();
        let found_first = found.next();
        let found_last = found.next_back().or(found_first);
        let starts_in_word = self.starts_in_word || found_first.is_some_and(is_word_char);
        let ends_in_word = self.ends_in_word || found_last.is_some_and(is_word_char);
        let before = text.get(..span.start).unwrap_or_default().chars().rev();
        let after = text.get(span.end..).unwrap_or_default().chars();
        let first = self.chars.first().copied();
        let last = self.chars.last().copied();
        !(starts_in_word && continues(first, before) || ends_in_word && continues(last, after))
    }
}

/// Whether a beginning of `chars` is an end of them too, but not all of them: in one pass, whatever the length.
fn ends_as_it_begins(chars: &[char]) -> bool {
    // For each place the length of the longest beginning that ends there (Knuth, Morris, Pratt).
    let mut lengths: Vec<usize> = Vec::with_capacity(chars.len());
    for (at, c) in chars.iter().enumerate() {
        let mut n = lengths.last().copied().unwrap_or(0);
        while n > 0 && chars.get(n) != Some(c) {
            n = lengths.get(n - 1).copied().unwrap_or(0);
        }
        lengths.push(n + usize::from(at > 0 && chars.get(n) == Some(c)));
    }
    lengths.last().is_some_and(|n| *n > 0)
}

impl PartialEq for Phrase {
    /// Whether both stand for the same, whatever was typed.
    fn eq(&self, other: &Phrase) -> bool {
        self.options == other.options
            && self.folded == other.folded
            && (self.starts_in_word, self.ends_in_word)
                == (other.starts_in_word, other.ends_in_word)
            && (!self.options.literal || self.typed == other.typed)
    }
}

impl Eq for Phrase {}

/// Whether what lies beyond one end of a phrase continues the number or word at that end:
/// a digit or letter, or a `.` or `,` between two digits.
pub(super) fn continues(end: Option<char>, mut beyond: impl Iterator<Item = char>) -> bool {
    match beyond.next() {
        Some('.' | ',' | '\u{ff0e}') => {
            end.is_some_and(is_digit) && beyond.next().is_some_and(is_digit)
        }
        Some(c) => is_word_char(c),
        None => false,
    }
}

/// Whether a character folds to a digit.
fn is_digit(c: char) -> bool {
    c.is_ascii_digit()
        || is_word_char(c)
            && fold(c.encode_utf8(&mut [0; 4]))
                .bytes()
                .all(|b| b.is_ascii_digit())
}
