//! A phrase (提法) made ready for search: its folded characters, its needle, and the border rule.
//!
//! In: what the reader typed. Out: whether a place in a passage is an occurrence of it.
//! The definition stands in DESIGN: a phrase stands where its fold is a substring of the passage's
//! fold, except that a digit or Latin letter at its end must not continue a longer number or word.

use super::beside::Side;
use super::bytes::unit_at;
use super::code::{coded, decoded, is_boundary, n_bytes_at, n_units, units_before, units_from};
use super::stored::StoredPassage;
use crate::stop::Stop;
use baogao_reading::fold::{fold, fold_in, is_word_char};
use baogao_reading::script::{self, Script};
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

/// What a phrase is in a text of another script.
#[derive(Clone, Debug)]
struct Needle {
    chars: Vec<char>,
    finder: memmem::Finder<'static>,
    in_code: memmem::Finder<'static>,
    /// Whether it counts in traditional text alone: 乾安县 is 干安县 there, but 骨干安排 is none.
    in_traditional: bool,
}

impl Needle {
    fn new(chars: Vec<char>, in_traditional: bool) -> Needle {
        let (finder, in_code) = finders_of(&chars);
        Needle {
            finder,
            in_code,
            chars,
            in_traditional,
        }
    }
}

/// So many characters of both scripts in a phrase are tried in every combination.
const EITHER_MAX: usize = 4;

/// A phrase ready for search.
#[derive(Clone, Debug)]
pub struct Phrase {
    typed: String,
    folded: String,
    chars: Vec<char>,
    /// Finds it in folded units.
    finder: memmem::Finder<'static>,
    /// Finds it in their code.
    in_code: memmem::Finder<'static>,
    /// Other needles of the same length: what it is in text of the other script, or in both mixed.
    others: Vec<Needle>,
    options: MatchOptions,
    ends: Ends,
    overlaps_itself: bool,
}

/// What tells how often a phrase counts in a passage that has its characters, where it has no other form.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum CountedBy {
    /// Every place at which its characters stand counts.
    Characters,
    /// Places count as they would for any phrase of these folded characters: some of them may not.
    Rule,
    /// Only the text of the passage tells.
    Text,
}

/// Whether the ends of a phrase are ends of numbers or words: what the border rule asks for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Ends {
    /// Whether the typed phrase begins and ends in a digit or Latin letter.
    starts_in_word: bool,
    ends_in_word: bool,
    /// The same of its fold: × folds to a letter, and may stand for one.
    may_start_in_word: bool,
    may_end_in_word: bool,
}

impl Phrase {
    /// The phrase as typed, or nothing if its fold is empty (only spaces, quotes, controls).
    pub fn new(typed: &str, options: MatchOptions) -> Option<Phrase> {
        let is_traditional = !options.literal && script::is_typed_as_traditional(typed);
        let script = if is_traditional {
            Script::Traditional
        } else {
            Script::Simplified
        };
        let folded = fold_in(typed, script);
        let chars: Vec<char> = folded.chars().collect();
        let others = other_needles(typed, &chars, is_traditional, options);
        // Judged on what was typed: × folds to a letter and is none.
        let mut kept = typed
            .chars()
            .filter(|c| !fold(c.encode_utf8(&mut [0; 4])).is_empty());
        // A pair of quotes has a fold of its own: 、 stands where none of both is kept.
        let first = kept.next().or_else(|| chars.first().copied())?;
        let last = kept.next_back().unwrap_or(first);
        let starts_in_fold = chars.first().copied().is_some_and(is_word_char);
        let ends_in_fold = chars.last().copied().is_some_and(is_word_char);
        let overlaps_itself = ends_as_it_begins(&chars);
        let (finder, in_code) = finders_of(&chars);
        Some(Phrase {
            typed: typed.to_owned(),
            finder,
            in_code,
            others,
            ends: Ends {
                // Two quotes at an end stand for 、, whatever stands behind them.
                starts_in_word: starts_in_fold && is_word_char(first),
                ends_in_word: ends_in_fold && is_word_char(last),
                may_start_in_word: starts_in_fold,
                may_end_in_word: ends_in_fold,
            },
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
        let is_odd = self.ends.are_odd() || !self.others.is_empty();
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
        self.options.literal || self.ends.are_in_words() || !self.others.is_empty()
    }

    /// Whether the phrase may stand in a passage at all, judged on the code of its folded text.
    pub(super) fn may_be_in(&self, code: &[u8]) -> bool {
        let others = self.others.iter().map(|other| &other.in_code);
        let mut finders = std::iter::once(&self.in_code).chain(others);
        finders.any(|finder| finder.find(code).is_some())
    }

    /// How often its characters stand in the code of a folded text, of places that overlap the first one; `stands` says
    /// whether a place counts, in bytes of the code. One that does not hides nothing that begins inside it.
    fn n_in_code(
        &self,
        code: &[u8],
        mut stands: impl FnMut(Range<usize>) -> bool,
        stop: &Stop,
    ) -> u32 {
        let needle = self.in_code.needle();
        let n_first_bytes = n_bytes_at(needle, 0);
        let (mut n, mut at) = (0, 0);
        // A whole character begins at `at`: so that no look back goes further than the last find.
        while let Some(rest) = code.get(at..).filter(|_| !stop.is_set())
            && let Some(found) = self.in_code.find(rest)
        {
            let start = at + found;
            at = if !is_boundary(rest, found) {
                // It begins with the second byte of a pair: behind that is the next character.
                start + 1
            } else if stands(start..start + needle.len()) {
                n += 1;
                start + needle.len()
            } else {
                start + n_first_bytes
            };
        }
        n
    }

    /// The same by the border rule.
    fn n_by_rule<'p>(
        &self,
        code: &[u8],
        is_kept: impl Fn(Range<u32>) -> bool,
        passage: impl Fn() -> &'p StoredPassage,
        stop: &Stop,
    ) -> u32 {
        let needle = self.in_code.needle();
        let n_needle_units = (self.finder.needle().len() / 2) as u32;
        let ([first, _], [last, _]) = (units_from(needle, 0), units_before(needle, needle.len()));
        // The byte up to which units were counted, and how many there are.
        let mut counted = (0, 0);
        let stands = |place: Range<usize>| {
            let [left, beyond_left] = units_before(code, place.start);
            let [right, beyond_right] = units_from(code, place.end);
            let range = || {
                let between = code.get(counted.0..place.start).unwrap_or_default();
                counted = (place.start, counted.1 + n_units(between));
                counted.1..counted.1 + n_needle_units
            };
            let sides = [[first, left, beyond_left], [last, right, beyond_right]];
            self.ends.stand_between(sides, range, &is_kept, &passage)
        };
        self.n_in_code(code, stands, stop)
    }

    /// The folded characters; never empty.
    pub fn chars(&self) -> &[char] {
        &self.chars
    }

    /// Whether it is another one in text of another script, so that [`Phrase::chars`] alone do not find it.
    pub(super) fn has_others(&self) -> bool {
        !self.others.is_empty()
    }

    /// Whether it counts at every place at which its folded characters stand, and nowhere else.
    pub fn is_plain(&self) -> bool {
        self.others.is_empty() && self.counted_by() == CountedBy::Characters
    }

    /// The folded characters of each form in which it may stand in a text.
    pub fn forms(&self) -> impl Iterator<Item = &[char]> {
        let others = self.others.iter().map(|other| other.chars.as_slice());
        std::iter::once(self.chars.as_slice()).chain(others)
    }

    /// The forms that count in a passage; `passage` is its original text.
    pub(super) fn forms_in<'p>(&'p self, passage: &str) -> impl Iterator<Item = &'p [char]> {
        let is_traditional = self.has_others() && script::has_traditional(passage);
        let others = self.others.iter();
        let others = others.filter(move |other| is_traditional || !other.in_traditional);
        std::iter::once(self.chars.as_slice()).chain(others.map(|other| other.chars.as_slice()))
    }

    /// What tells how often the phrase counts in a passage that has its characters, and in which none of its other forms
    /// stands.
    pub(super) fn counted_by(&self) -> CountedBy {
        let has_borders = !self.options.inside && self.ends.are_in_words();
        let is_as_any = match self.options.inside {
            // Where its ends do not matter, the rule says no more than that places do not overlap.
            true => !self.ends.are_in_words(),
            false => !self.ends.are_odd(),
        };
        match self.options.literal {
            false if !has_borders && !self.overlaps_itself => CountedBy::Characters,
            false if is_as_any => CountedBy::Rule,
            _ => CountedBy::Text,
        }
    }

    /// Whether what the fold takes away counts too.
    pub fn is_literal(&self) -> bool {
        self.options.literal
    }

    /// How often the phrase stands in a passage, from the code of its folded text; `is_kept` says whether some of them are the
    /// original, and `restore` gives that: it is asked for only where it matters.
    pub(super) fn count(
        &self,
        code: &[u8],
        is_kept: impl Fn(Range<u32>) -> bool,
        restore: impl Fn() -> StoredPassage,
        stop: &Stop,
    ) -> u32 {
        if self.options.literal {
            return self.literal_spans(&restore().text, stop).len() as u32;
        }
        let restored = OnceCell::new();
        let passage = || restored.get_or_init(&restore);
        if self.others.is_empty() {
            return match self.options.inside || self.is_plain() {
                true => self.n_in_code(code, |_| true, stop),
                false => self.n_by_rule(code, is_kept, passage, stop),
            };
        }
        if !self.may_be_in(code) {
            return 0;
        }
        let units = decoded(code);
        let mut n = 0;
        self.each_place(&units, stop, |range, form| {
            let stands = self.stands_at(&units, &range, &is_kept, passage)
                && self.counts_in(form, &range, passage);
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
        self.each_place(units, stop, |range, form| {
            let stands = self.stands_at(units, &range, |_| false, &passage)
                && self.counts_in(form, &range, &passage);
            if stands {
                places.push(range);
            }
            stands
        });
        places
    }

    /// Leftmost, non-overlapping places of the needles at whole units; `accept` decides whether the place counts, and is
    /// told the number of the other needle that stands there, if it is one. A place that does not count hides nothing that
    /// begins inside it.
    fn each_place(
        &self,
        units: &[u8],
        stop: &Stop,
        accept: impl FnMut(Range<u32>, Option<usize>) -> bool,
    ) {
        // A phrase of one form, as nearly all are, is looked for by one finder that remembers nothing.
        if self.others.is_empty() {
            let next = |at: usize| {
                let found = units.get(at..).and_then(|rest| self.finder.find(rest));
                found.map(|found| (at + found, None))
            };
            return self.each_found(next, stop, accept);
        }
        let mut ahead = Ahead::new(self);
        self.each_found(|at| ahead.next(units, at), stop, accept);
    }

    /// As [`Phrase::each_place`], given what finds the next place at or after a byte.
    fn each_found(
        &self,
        mut next: impl FnMut(usize) -> Option<(usize, Option<usize>)>,
        stop: &Stop,
        mut accept: impl FnMut(Range<u32>, Option<usize>) -> bool,
    ) {
        let n_bytes = self.finder.needle().len();
        let mut at = 0;
        while let Some((start, form)) = next(at).filter(|_| !stop.is_set()) {
            // A find at an odd byte straddles two characters.
            if start % 2 == 1 {
                at = start + 1;
                continue;
            }
            let end = start + n_bytes;
            at = if accept((start / 2) as u32..(end / 2) as u32, form) {
                end
            } else {
                start + 2
            };
        }
    }

    /// Whether a form of the phrase counts at a place: one of traditional text in traditional text alone.
    fn counts_in<'p>(
        &self,
        form: Option<usize>,
        range: &Range<u32>,
        passage: impl FnOnce() -> &'p StoredPassage,
    ) -> bool {
        let other = form.and_then(|form| self.others.get(form));
        if other.is_none_or(|other| !other.in_traditional) {
            return true;
        }
        let passage = passage();
        let span = passage.original_range(range.clone());
        let found = passage.text.get(span).unwrap_or_default();
        // A character of both scripts that was folded stands in traditional text.
        found.chars().any(|c| script::either(c).is_some()) || script::has_traditional(&passage.text)
    }

    /// Whether the place counts by the border rule.
    fn stands_at<'p>(
        &self,
        units: &[u8],
        range: &Range<u32>,
        is_kept: impl FnOnce(Range<u32>) -> bool,
        passage: impl FnOnce() -> &'p StoredPassage,
    ) -> bool {
        self.options.inside || self.ends.stand_at(units, range, is_kept, passage)
    }

    fn literal_spans(&self, text: &str, stop: &Stop) -> Vec<Range<usize>> {
        let mut spans = Vec::new();
        let mut at = 0;
        let find = |at: usize| text.get(at..).and_then(|rest| rest.find(&self.typed));
        while let Some(found) = find(at).filter(|_| !stop.is_set()) {
            let span = at + found..at + found + self.typed.len();
            if self.options.inside || self.ends.are_borders(text, span.clone()) {
                at = span.end;
                spans.push(span);
            } else {
                at = span.start + self.typed.chars().next().map_or(1, char::len_utf8);
            }
        }
        spans
    }
}

impl Ends {
    /// The ends of a phrase that is typed as it is folded.
    pub(super) fn of_folded(first: char, last: char) -> Ends {
        Ends {
            starts_in_word: is_word_char(first),
            ends_in_word: is_word_char(last),
            may_start_in_word: is_word_char(first),
            may_end_in_word: is_word_char(last),
        }
    }

    /// Whether one of them may continue a number or word.
    pub(super) fn are_in_words(self) -> bool {
        self.may_start_in_word || self.may_end_in_word
    }

    /// Whether what was typed at one of them is something else than it folds to: × and no letter.
    fn are_odd(self) -> bool {
        self.starts_in_word != self.may_start_in_word || self.ends_in_word != self.may_end_in_word
    }

    /// The border rule for a place in a passage, first on the folded neighbours, then, in doubt, on the original text.
    /// `is_kept` may say that this has some units as they are, and nothing between them.
    pub(super) fn stand_at<'p>(
        self,
        units: &[u8],
        range: &Range<u32>,
        is_kept: impl FnOnce(Range<u32>) -> bool,
        passage: impl FnOnce() -> &'p StoredPassage,
    ) -> bool {
        let unit = |at: Option<u32>| at.and_then(|at| unit_at(units, at as usize));
        let left = |n: u32| unit(range.start.checked_sub(n));
        let right = |n: u32| unit(range.end.checked_add(n));
        let left = [unit(Some(range.start)), left(1), left(2)];
        let right = [unit(range.end.checked_sub(1)), right(0), right(1)];
        self.stand_between([left, right], || range.clone(), is_kept, passage)
    }

    /// The same, given the units on both sides, from the ends of the phrase on: its own one, the neighbour, what is behind
    /// that. The place is asked for only in doubt.
    fn stand_between<'p>(
        self,
        [left, right]: [[Option<u16>; 3]; 2],
        range: impl FnOnce() -> Range<u32>,
        is_kept: impl FnOnce(Range<u32>) -> bool,
        passage: impl FnOnce() -> &'p StoredPassage,
    ) -> bool {
        let is_left_open = self.may_start_in_word && is_doubtful(left[1]);
        let is_right_open = self.may_end_in_word && is_doubtful(right[1]);
        if !is_left_open && !is_right_open {
            return true;
        }
        let range = range();
        if is_kept(range.start.saturating_sub(3)..range.end.saturating_add(3)) {
            let decided = |is_open: bool, side| match is_open {
                true => is_continued(side),
                false => Some(false),
            };
            let sides = (decided(is_left_open, left), decided(is_right_open, right));
            if let (Some(left), Some(right)) = sides {
                return !left && !right;
            }
        }
        let passage = passage();
        if passage.is_inside_expansion(range.start) || passage.is_inside_expansion(range.end) {
            return false;
        }
        self.are_borders(&passage.text, passage.original_range(range.clone()))
    }

    /// Whether neither end of `span` continues a longer number or word of the original text.
    ///
    /// An end is part of a word if it was typed as one or stands as one: `×24小时` is in 7×24小时, and `×` not in box.
    fn are_borders(self, text: &str, span: Range<usize>) -> bool {
        let found = text.get(span.clone()).unwrap_or_default().chars();
        let found_first = found.clone().next();
        let found_last = found.clone().next_back();
        let starts_in_word = self.starts_in_word || found_first.is_some_and(is_word_char);
        let ends_in_word = self.ends_in_word || found_last.is_some_and(is_word_char);
        let before = text.get(..span.start).unwrap_or_default().chars().rev();
        let after = text.get(span.end..).unwrap_or_default().chars();
        !(starts_in_word && continues(Side::Left, found.clone(), before)
            || ends_in_word && continues(Side::Right, found.rev(), after))
    }
}

/// Whether a folded neighbour may continue a number or word.
fn is_doubtful(neighbour: Option<u16>) -> bool {
    // A surrogate may be a mathematical letter: let the original decide.
    neighbour.is_some_and(|unit| {
        char::from_u32(u32::from(unit))
            .is_none_or(|c| is_word_char(c) || c == '.' || c == '\u{ff0c}')
    })
}

/// Whether a neighbour continues the number or word at an end of a phrase, where all stands in the original as it is here:
/// the unit at that end, the neighbour, and what is behind it. Nothing where that does not tell.
fn is_continued([inside, neighbour, beyond]: [Option<u16>; 3]) -> Option<bool> {
    let ascii = |unit: Option<u16>| unit.and_then(|unit| u8::try_from(unit).ok());
    let is_digit = |unit| ascii(unit).is_some_and(|c| c.is_ascii_digit());
    match neighbour? {
        // A fullwidth comma groups digits only.
        0xff0c if !is_digit(beyond) => Some(false),
        _ => match ascii(neighbour)? {
            b'.' => Some(is_digit(inside) && is_digit(beyond)),
            c if c.is_ascii_alphanumeric() => Some(true),
            _ => None,
        },
    }
}

/// The next place of each needle of a phrase, each looked for once.
struct Ahead<'a> {
    phrase: &'a Phrase,
    /// Where the other needles stand next, from the last place on that was asked for; none for nowhere.
    others: Vec<Option<usize>>,
    is_first: bool,
}

impl<'a> Ahead<'a> {
    fn new(phrase: &'a Phrase) -> Ahead<'a> {
        Ahead {
            phrase,
            others: vec![None; phrase.others.len() + 1],
            is_first: true,
        }
    }

    /// The first place at or after a byte, and which other needle it is of.
    fn next(&mut self, units: &[u8], at: usize) -> Option<(usize, Option<usize>)> {
        let find = |finder: &memmem::Finder<'_>| {
            units
                .get(at..)
                .and_then(|rest| finder.find(rest))
                .map(|found| at + found)
        };
        let finders = std::iter::once(&self.phrase.finder)
            .chain(self.phrase.others.iter().map(|other| &other.finder));
        let is_first = std::mem::take(&mut self.is_first);
        for (next, finder) in self.others.iter_mut().zip(finders) {
            if is_first || next.is_some_and(|next| next < at) {
                *next = find(finder);
            }
        }
        let places = self.others.iter().enumerate();
        let (form, place) = places
            .filter_map(|(form, place)| place.map(|place| (form, place)))
            .min_by_key(|&(form, place)| (place, form))?;
        Some((place, form.checked_sub(1)))
    }
}

/// What finds characters in folded units, and in their code.
fn finders_of(chars: &[char]) -> (memmem::Finder<'static>, memmem::Finder<'static>) {
    let folded: String = chars.iter().collect();
    let units: Vec<u8> = folded.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let finder = |needle: &[u8]| memmem::Finder::new(needle).into_owned();
    (finder(&units), finder(&coded(&units)))
}

/// What a phrase is in texts of the other script, given its own fold.
///
/// A phrase of simplified text is looked for in traditional text as that is folded. One of traditional text is meant in
/// simplified text too, where each of its characters of both scripts may have stayed or not (著名, 着力).
fn other_needles(
    typed: &str,
    own: &[char],
    is_traditional: bool,
    options: MatchOptions,
) -> Vec<Needle> {
    let simplified: Vec<char> = fold(typed).chars().collect();
    let of_both: Vec<(usize, char)> = simplified
        .iter()
        .enumerate()
        .filter_map(|(at, c)| Some((at, script::either(*c)?)))
        .collect();
    if of_both.is_empty() {
        return Vec::new();
    }
    if !is_traditional {
        let traditional = fold_in(typed, Script::Traditional).chars().collect();
        return vec![Needle::new(traditional, !options.literal)];
    }
    let n_bits = of_both.len().min(EITHER_MAX);
    let form = |changed: usize| {
        let mut form = simplified.clone();
        for (i, (at, other)) in of_both.iter().enumerate() {
            // Beyond the limit all go with the last.
            if changed >> i.min(n_bits - 1) & 1 == 1
                && let Some(c) = form.get_mut(*at)
            {
                *c = *other;
            }
        }
        form
    };
    (0..1_usize << n_bits)
        .map(form)
        .filter(|form| form != own)
        .map(|form| Needle::new(form, false))
        .collect()
}

/// Whether a beginning of `chars` is an end of them too, but not all of them: in one pass, whatever the length.
pub(super) fn ends_as_it_begins(chars: &[char]) -> bool {
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
            && self.forms().eq(other.forms())
            && self.ends == other.ends
            && (!self.options.literal || self.typed == other.typed)
    }
}

impl Eq for Phrase {}

/// Whether what lies beyond one end of a phrase continues the number or word at that end: a digit or letter, a `.`
/// between two digits, or a comma inside a number.
///
/// `inside` are the characters of the phrase as found, from that end on; `side` says which end it is.
pub(super) fn continues(
    side: Side,
    mut inside: impl Iterator<Item = char>,
    mut beyond: impl Iterator<Item = char>,
) -> bool {
    let Some(next) = beyond.next() else {
        return false;
    };
    match next {
        '.' | '\u{ff0e}' => {
            inside.next().is_some_and(is_digit) && beyond.next().is_some_and(is_digit)
        }
        ',' | '\u{ff0c}' => {
            // Groups of a number as they stand in the text: (digits before the comma, digits behind it).
            let (inside, beyond) = (n_digits(inside), n_digits(beyond));
            match side {
                Side::Left => groups_thousands(beyond, inside),
                Side::Right => groups_thousands(inside, beyond),
            }
        }
        c => is_word_char(c),
    }
}

/// Whether a comma between so many digits groups a number: 33,212, but neither 2021,2022 nor 1,2,3.
fn groups_thousands(n_before: usize, n_behind: usize) -> bool {
    (1..=3).contains(&n_before) && n_behind == 3
}

/// How many digits come first, as far as it matters.
fn n_digits(chars: impl Iterator<Item = char>) -> usize {
    chars.take(4).take_while(|c| is_digit(*c)).count()
}

/// Whether a character folds to a digit.
fn is_digit(c: char) -> bool {
    c.is_ascii_digit()
        || is_word_char(c)
            && fold(c.encode_utf8(&mut [0; 4]))
                .bytes()
                .all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Texts of characters of which some are found in the middle of others, as they are coded.
    fn texts(n_chars: Range<usize>) -> impl Strategy<Value = String> {
        let chars = vec![
            '自',
            '心',
            '境',
            '可',
            '的',
            '\u{3402}',
            '\u{20bb7}',
            '5',
            '0',
            '.',
            '，',
            'a',
        ];
        proptest::collection::vec(proptest::sample::select(chars), n_chars)
            .prop_map(|chars| chars.into_iter().collect())
    }

    proptest! {
        #[test]
        fn a_phrase_is_counted_in_the_code_as_in_the_text(
            text in texts(0..60),
            typed in texts(1..4),
            inside in any::<bool>(),
            is_kept in any::<bool>(),
        ) {
            let options = MatchOptions { literal: false, inside };
            let phrase = Phrase::new(&typed, options).expect("it has characters");
            let units: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
            let passage = StoredPassage::restore(&units, std::iter::empty(), &[]);
            let stop = Stop::new();
            let n = phrase.count(&coded(&units), |_| is_kept, || passage.clone(), &stop);
            let places = phrase.folded_places(&units, || &passage, &stop);
            prop_assert_eq!(n as usize, places.len());
            prop_assert!(n == 0 || text.contains(&typed));
            prop_assert!(n > 0 || !inside && !phrase.is_plain() || !text.contains(&typed));
            prop_assert!(n == 0 || phrase.may_be_in(&coded(&units)));
        }
    }
}
