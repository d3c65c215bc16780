//! Strings that are characteristic of some texts beside others.
//!
//! In: where texts come from, two sets of reports that share none. Out: strings of two characters and more that begin and
//! end where words do, stand in the one set more often than their share, and are not mere parts of one another: the most
//! significant first. Repeats are found without a dictionary; words tell where one may begin and end.
//!
//! # Invariants
//!
//! - Of strings that stand in nearly the same places the longest stays.
//! - A longer string stays beside a shorter one inside of it only if it is more characteristic than that.
//! - Order depends on texts alone: equal ones by their text.

use crate::cores::both;
use crate::index::IndexError;
use crate::novelty::{NoveltyError, TextSource, sorted_sets};
use crate::query::Filters;
use crate::stats::association::Versus;
use crate::strings::{Collection, Repeat, SortedSets, Suffixes, TwoSets};
use crate::tokenize::{Class, Cutter, WordList};
use std::collections::{HashMap, HashSet};
use std::ops::RangeInclusive;

/// Lengths of strings, in characters.
const LENGTHS: RangeInclusive<usize> = 2..=20;
/// Strings that are looked at more closely, and that are given, at most.
const N_LOOKED_AT: usize = 6_000;
const N_GIVEN: usize = 500;
/// Places of a string at which its edges are looked at.
const N_PLACES: usize = 5;
/// In so many of these in a hundred both edges are those of words.
const EDGES_LEAST: usize = 60;
/// A string is part of a longer one that has so many of its places in a hundred.
const SAME_PLACES: u64 = 80;
/// By how much the log ratio of a longer string must be larger than that of a shorter one inside of it.
const MORE_CHARACTERISTIC: f64 = 1.0;

/// What is compared.
#[derive(Clone, Debug)]
pub struct ComparedTexts {
    /// What is asked about.
    pub target: Filters,
    /// What it is compared with.
    pub reference: Filters,
    /// Reports of the latter by rank: those of the former are none of them.
    pub reference_mask: Vec<bool>,
    /// Characters of both.
    pub sizes: [u64; 2],
}

/// Which strings are wanted.
#[derive(Clone, Copy, Debug)]
pub struct WantedKeywords {
    /// Places that one has at least.
    pub min_occurrences: u32,
    /// Reports that have it at least.
    pub min_reports: u32,
    /// The least G².
    pub min_g2: f64,
    /// Also those with numbers.
    pub numbers: bool,
    /// Also those with names of places and people.
    pub names: bool,
}

/// A string with what is known of it before it is counted exactly.
struct KeyCandidate {
    text: String,
    repeat: Repeat,
    log_ratio: f64,
}

/// The strings that are characteristic of the target, most significant first.
///
/// # Errors
/// When texts cannot be read, there are too many, or the work is stopped.
pub fn keywords(
    source: &dyn TextSource,
    compared: &ComparedTexts,
    wanted: &WantedKeywords,
) -> Result<Vec<String>, NoveltyError> {
    let sets = TwoSets {
        target: &compared.target,
        reference: &compared.reference,
        of_reference: Some(&compared.reference_mask),
    };
    let Some(SortedSets { suffixes, .. }) = sorted_sets(source, &sets)? else {
        return Ok(Vec::new());
    };
    let versus = |repeat: &Repeat| of_repeat(repeat, compared.sizes);
    let is_wanted = |repeat: &Repeat| {
        repeat.occurrences.target >= wanted.min_occurrences
            && repeat.documents.target >= wanted.min_reports
            && versus(repeat).table().g2_signed() >= wanted.min_g2
    };
    let stop = source.stop();
    let found = suffixes.repeats(&LENGTHS, is_wanted, stop);
    let mut found: Vec<(f64, Repeat)> = found
        .into_iter()
        .map(|repeat| (versus(&repeat).table().g2_signed(), repeat))
        .collect();
    // Repeats come in the order of their texts, and the sort is stable.
    found.sort_by(|a, b| b.0.total_cmp(&a.0));
    let words = source.words()?;
    let look = |found: &[(f64, Repeat)]| -> Vec<KeyCandidate> {
        let mut edges = Edges::new(&suffixes, words);
        let found = stop.until_each(found.iter());
        let candidates = found.filter_map(|(_, repeat)| {
            let text = repeat.text(&suffixes);
            let is_phrase = edges.is_phrase(repeat, &text, wanted);
            is_phrase.then(|| KeyCandidate {
                log_ratio: versus(repeat).log_ratio().unwrap_or_default(),
                text,
                repeat: *repeat,
            })
        });
        candidates.collect()
    };
    found.truncate(N_LOOKED_AT);
    let (first, second) = found.split_at(found.len() / 2);
    let (mut candidates, second) = both(|| look(first), || look(second));
    candidates.extend(second);
    if stop.is_set() {
        return Err(IndexError::Stopped.into());
    }
    let mut texts = without_parts(candidates);
    texts.truncate(N_GIVEN);
    Ok(texts)
}

fn of_repeat(repeat: &Repeat, [size, reference_size]: [u64; 2]) -> Versus {
    Versus {
        frequency: f64::from(repeat.occurrences.target),
        size: size as f64,
        reference: f64::from(repeat.occurrences.reference),
        reference_size: reference_size as f64,
    }
}

/// Whether strings begin and end where words do.
struct Edges<'s> {
    suffixes: &'s Suffixes,
    cutter: Cutter<'s>,
}

impl<'s> Edges<'s> {
    fn new(suffixes: &'s Suffixes, words: &'s WordList) -> Edges<'s> {
        Edges {
            suffixes,
            cutter: words.cutter(),
        }
    }

    /// Whether a repeat is a phrase of the target that is wanted.
    fn is_phrase(&mut self, repeat: &Repeat, text: &str, wanted: &WantedKeywords) -> bool {
        let has_digits = text.contains(|c: char| c.is_ascii_digit());
        if has_digits && !wanted.numbers {
            return false;
        }
        let units = self.suffixes.units();
        let is_of_target = |place: &usize| {
            let document = units.documents().get(units.document_at(*place));
            document.is_some_and(|document| document.collection == Collection::Target)
        };
        let suffixes = self.suffixes;
        let places = suffixes.places(repeat.range()).filter(is_of_target);
        let (mut n, mut n_whole) = (0, 0);
        for place in places.take(N_PLACES) {
            n += 1;
            match self.words_at(place, repeat.n_chars()) {
                Some(words) if is_term(&words, wanted) => n_whole += 1,
                Some(_) => return false,
                None => {}
            }
        }
        n > 0 && n_whole * 100 >= n * EDGES_LEAST
    }

    /// The words that a string consists of at a place; none where a word goes beyond it.
    fn words_at(&mut self, place: usize, n_chars: usize) -> Option<Vec<String>> {
        /// Characters that are cut on both sides, as far as no break stands there.
        const AROUND: usize = 8;
        let units = self.suffixes.units();
        let is_there = |at: &usize| units.char_at(*at).is_some();
        let before =
            (1..=AROUND).take_while(|n| place.checked_sub(*n).is_some_and(|at| is_there(&at)));
        let start = place - before.count();
        let behind = (0..AROUND).take_while(|n| is_there(&(place + n_chars + n)));
        let end = place + n_chars + behind.count();
        let clause = units.text(start..end);
        let mut at = start;
        let mut words = Vec::new();
        for word in self.cutter.cut(&clause) {
            let next = at + word.chars().count();
            if at < place && next > place || at < place + n_chars && next > place + n_chars {
                return None;
            }
            if at >= place && next <= place + n_chars {
                words.push(word.to_owned());
            }
            at = next;
        }
        Some(words)
    }
}

/// Whether words make a term: none of grammar at an end, no number alone, no name unless names are wanted.
fn is_term(words: &[String], wanted: &WantedKeywords) -> bool {
    let is = |word: Option<&String>, class: Class| {
        word.is_some_and(|word| Class::of(word) == Some(class))
    };
    let has_name = words.iter().any(|word| is(Some(word), Class::Name));
    let ends = [words.first(), words.last()];
    let is_whole = !ends.into_iter().any(|word| is(word, Class::Function));
    is_whole && (wanted.names || !has_name)
}

/// Leaves out what stands in nearly the same places as a longer one, and what is longer without being more characteristic.
fn without_parts(candidates: Vec<KeyCandidate>) -> Vec<String> {
    let by_text: HashMap<&str, &KeyCandidate> = candidates
        .iter()
        .map(|candidate| (candidate.text.as_str(), candidate))
        .collect();
    let mut out: HashSet<&str> = HashSet::new();
    let mut longest_first: Vec<&KeyCandidate> = candidates.iter().collect();
    longest_first.sort_by_key(|candidate| std::cmp::Reverse(candidate.repeat.n_chars()));
    for long in longest_first {
        let parts = parts_of(&long.text);
        let parts: Vec<&KeyCandidate> = parts
            .iter()
            .filter_map(|part| by_text.get(part).copied())
            .collect();
        let has_its_places = |part: &&&KeyCandidate| {
            let (of_long, of_part) = (long.repeat.occurrences, part.repeat.occurrences);
            u64::from(of_long.target) * 100 >= u64::from(of_part.target) * SAME_PLACES
        };
        let rivals = parts.iter().filter(|part| !has_its_places(part));
        let mut rivals = rivals.filter(|part| !out.contains(part.text.as_str()));
        if rivals.any(|part| long.log_ratio < part.log_ratio + MORE_CHARACTERISTIC) {
            out.insert(&long.text);
        } else {
            out.extend(
                parts
                    .iter()
                    .filter(has_its_places)
                    .map(|part| part.text.as_str()),
            );
        }
    }
    let kept = candidates
        .iter()
        .filter(|candidate| !out.contains(candidate.text.as_str()));
    kept.map(|candidate| candidate.text.clone()).collect()
}

/// All parts of a text of two characters and more but itself.
fn parts_of(text: &str) -> Vec<&str> {
    let mut ends: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
    ends.push(text.len());
    let mut parts = Vec::new();
    for (n, start) in ends.iter().enumerate() {
        let behind = ends.iter().skip(n + *LENGTHS.start());
        parts.extend(behind.filter_map(|end| text.get(*start..*end)));
    }
    parts.retain(|part| part.len() < text.len());
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_shorter_and_of_two_characters_at_least() {
        assert_eq!(
            parts_of("转型发展"),
            ["转型", "转型发", "型发", "型发展", "发展"]
        );
        assert_eq!(parts_of("转型"), Vec::<&str>::new());
    }

    #[test]
    fn words_of_grammar_and_names_end_no_term() {
        let wanted = |names| WantedKeywords {
            min_occurrences: 1,
            min_reports: 1,
            min_g2: 0.0,
            numbers: false,
            names,
        };
        let words = |words: &[&str]| -> Vec<String> {
            words.iter().map(|word| (*word).to_owned()).collect()
        };
        assert!(is_term(&words(&["煤炭", "产业"]), &wanted(false)));
        assert!(!is_term(&words(&["煤炭", "的"]), &wanted(false)));
        assert!(!is_term(&words(&["山西", "煤炭"]), &wanted(false)));
        assert!(is_term(&words(&["山西", "煤炭"]), &wanted(true)));
    }
}
