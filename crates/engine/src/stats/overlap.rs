//! Phrases of a list that may take each other's places, and who gets which.
//!
//! In: the phrases, a passage. Out: which phrases have to be looked at together, and how often each stands in the
//! passage when a place goes to the longest. To ask every pair of a long list would take for ever: beginnings and ends
//! are compared by their hashes, of which equal ones cost a second look and no place.

use crate::exact::{ExactSegment, Phrase};
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hasher};
use std::ops::Range;

/// Phrases longer than this, and lists longer than that, in characters: there all are looked at together.
const PHRASE_CHARS_MAX: usize = 64;
const LIST_CHARS_MAX: usize = 4_000_000;

/// Which phrases may overlap another of the list: one holds the other, or ends as the other begins. Never too few.
pub(super) fn contested(phrases: &[(usize, &Phrase)], all_matches: bool) -> Vec<bool> {
    if all_matches || phrases.len() < 2 {
        return vec![false; phrases.len()];
    }
    let n_chars = |phrase: &Phrase| phrase.chars().len();
    let lengths = phrases.iter().map(|(_, phrase)| n_chars(phrase));
    let is_long = lengths.clone().any(|n| n > PHRASE_CHARS_MAX);
    if is_long
        || lengths.sum::<usize>() > LIST_CHARS_MAX
        || phrases.iter().any(|(_, phrase)| phrase.may_overlap_any())
    {
        return vec![true; phrases.len()];
    }
    let mut contested = vec![false; phrases.len()];
    let mut beginnings = Hashes::of(phrases, |chars| (1..=chars.len()).collect());
    let mut wholes = Hashes::of(phrases, |chars| vec![chars.len()]);
    for (at, (_, phrase)) in phrases.iter().enumerate() {
        let chars = phrase.chars();
        for start in 0..chars.len() {
            let mut hasher = Rolling::default();
            for (n, c) in chars.iter().enumerate().skip(start) {
                let hash = hasher.push(*c);
                // No phrase begins like this, so that none goes on like it either.
                let Some(first) = beginnings.find(hash) else {
                    break;
                };
                if n + 1 == chars.len() {
                    beginnings.mark(first, at, &mut contested);
                } else if let Some(first) = wholes.find(hash) {
                    wholes.mark(first, at, &mut contested);
                }
            }
        }
    }
    contested
}

/// The hash of characters, one after the other.
#[derive(Default)]
struct Rolling(DefaultHasher);

impl Rolling {
    fn push(&mut self, c: char) -> u64 {
        self.0.write_u32(u32::from(c));
        self.0.finish()
    }
}

/// Hashes of beginnings with the phrases that have them, in the order of hashes.
struct Hashes {
    sorted: Vec<(u64, u32)>,
    /// Runs of one hash whose phrases are all known to be contested, by their start.
    is_marked: Vec<bool>,
}

impl Hashes {
    /// The beginnings of these lengths.
    fn of(phrases: &[(usize, &Phrase)], lengths: impl Fn(&[char]) -> Vec<usize>) -> Hashes {
        let mut sorted = Vec::new();
        for (at, (_, phrase)) in phrases.iter().enumerate() {
            let wanted = lengths(phrase.chars());
            let mut hasher = Rolling::default();
            for (n, c) in phrase.chars().iter().enumerate() {
                let hash = hasher.push(*c);
                if wanted.binary_search(&(n + 1)).is_ok() {
                    sorted.push((hash, at as u32));
                }
            }
        }
        sorted.sort_unstable();
        Hashes {
            is_marked: vec![false; sorted.len()],
            sorted,
        }
    }

    /// Where the phrases of a hash start.
    fn find(&self, hash: u64) -> Option<usize> {
        let first = self.sorted.partition_point(|(other, _)| *other < hash);
        self.sorted
            .get(first)
            .is_some_and(|(other, _)| *other == hash)
            .then_some(first)
    }

    /// Marks the phrases that start at `first` and the phrase `at`, unless it is the only one of them.
    fn mark(&mut self, first: usize, at: usize, contested: &mut [bool]) {
        let run = self.sorted.get(first..).unwrap_or(&[]);
        let Some((hash, only)) = run.first() else {
            return;
        };
        let is_one = run.get(1).is_none_or(|(other, _)| other != hash);
        if is_one && *only as usize == at {
            return;
        }
        if let Some(phrase) = contested.get_mut(at) {
            *phrase = true;
        }
        if self.is_marked.get(first) == Some(&true) {
            return;
        }
        for (_, other) in run.iter().take_while(|(other, _)| other == hash) {
            if let Some(phrase) = contested.get_mut(*other as usize) {
                *phrase = true;
            }
        }
        if let Some(marked) = self.is_marked.get_mut(first) {
            *marked = true;
        }
    }
}

/// How often each phrase stands in one passage: longer phrases take their places first. `in_passage` has the passage, the
/// phrase and how often it stands there by itself.
pub(super) fn counts_in(
    exact: &ExactSegment,
    phrases: &[(usize, &Phrase)],
    contested: &[bool],
    in_passage: &[(u32, u32, u32)],
) -> Vec<(usize, u32)> {
    let is_contested = |at: u32| contested.get(at as usize).copied().unwrap_or(false);
    let n_contested = in_passage
        .iter()
        .filter(|(_, at, _)| is_contested(*at))
        .count();
    let alone = |n_contested| {
        in_passage
            .iter()
            .filter(move |(_, at, _)| n_contested < 2 || !is_contested(*at))
            .map(|(_, at, n)| (*at as usize, *n))
    };
    let mut counts: Vec<(usize, u32)> = alone(n_contested).collect();
    let (true, Some(&(doc, ..))) = (n_contested >= 2, in_passage.first()) else {
        return counts;
    };
    let mut rivals: Vec<(usize, &Phrase)> = in_passage
        .iter()
        .filter(|(_, at, _)| is_contested(*at))
        .filter_map(|(_, at, _)| Some((*at as usize, phrases.get(*at as usize)?.1)))
        .collect();
    rivals.sort_by_key(|(at, phrase)| (std::cmp::Reverse(phrase.chars().len()), *at));
    let passage = exact.passage(doc);
    let mut taken = Taken(vec![false; passage.text.len()]);
    // A phrase of two groups is no rival of itself.
    let mut counted: HashMap<&str, u32> = HashMap::new();
    for (at, phrase) in rivals {
        let n = *counted.entry(phrase.folded()).or_insert_with(|| {
            let spans = exact.spans(phrase, &passage);
            spans.into_iter().filter(|span| taken.take(span)).count() as u32
        });
        counts.push((at, n));
    }
    counts
}

/// The bytes of a passage that have gone to a phrase.
struct Taken(Vec<bool>);

impl Taken {
    /// Takes a span, if all of it is free.
    fn take(&mut self, span: &Range<usize>) -> bool {
        let Some(bytes) = self.0.get_mut(span.clone()) else {
            return false;
        };
        let is_free = !bytes.contains(&true);
        if is_free {
            bytes.fill(true);
        }
        is_free
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exact::MatchOptions;
    use proptest::prelude::*;

    fn phrases(typed: &[String]) -> Vec<Phrase> {
        let phrase = |typed: &String| Phrase::new(typed, MatchOptions::default());
        typed.iter().filter_map(phrase).collect()
    }

    fn contested_of(phrases: &[Phrase]) -> Vec<bool> {
        let numbered: Vec<(usize, &Phrase)> = phrases.iter().enumerate().collect();
        contested(&numbered, false)
    }

    proptest! {
        #[test]
        fn hashes_find_what_comparing_all_pairs_finds(typed in prop::collection::btree_set("[甲乙丙]{1,5}|[丁戊己庚辛]{2,4}", 0..9)) {
            let typed: Vec<String> = typed.into_iter().collect();
            let phrases = phrases(&typed);
            let by_pairs: Vec<bool> = phrases
                .iter()
                .enumerate()
                .map(|(at, a)| phrases.iter().enumerate().any(|(other, b)| other != at && a.may_overlap(b)))
                .collect();
            prop_assert_eq!(contested_of(&phrases), by_pairs, "{:?}", typed);
        }
    }

    #[test]
    fn a_letter_or_a_long_phrase_contests_all() {
        for odd in ["a", "5G", &"人".repeat(PHRASE_CHARS_MAX + 1)] {
            let typed = ["甲".to_owned(), "乙".to_owned(), odd.to_owned()];
            assert_eq!(contested_of(&phrases(&typed)), [true; 3], "{odd}");
        }
    }

    #[test]
    fn a_list_of_a_hundred_thousand_is_compared_at_once() {
        let places = [
            "甲乙丙丁戊己庚辛壬癸",
            "子丑寅卯辰巳午未申酉",
            "东西南北中天地玄黄宇",
            "金木水火土日月星山川",
            "春夏秋冬风花雪雨云雷",
        ];
        let name = |n: usize| -> String {
            let digits = places.iter().enumerate();
            let digit = |(place, chars): (usize, &&str)| {
                chars.chars().nth(n / 10usize.pow(place as u32) % 10)
            };
            digits.filter_map(digit).collect()
        };
        let typed: Vec<String> = (0..100_000).map(name).collect();
        let started = std::time::Instant::now();
        assert_eq!(contested_of(&phrases(&typed)), vec![false; 100_000]);
        assert!(started.elapsed().as_secs() < 20);
    }
}
