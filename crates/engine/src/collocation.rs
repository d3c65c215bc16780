//! Collocates: which words, or which strings, stand beside the places of an expression, and how often.
//!
//! In: an open index, a query, how far to look. Out: for each collocate how often it stands beside a place, before and
//! behind, in how many passages and reports ([`Collocate`]); and how many characters are within reach at all, from which
//! chance is computed. Two passes over the passages that have the expression: the first finds candidates, the second counts
//! them.
//!
//! What is a candidate is decided by words (text cut by the word list of the index), or without any list by repetition.
//! How often it stands is decided on characters, as everywhere: the numbers are those of a search.
//!
//! # Invariants
//!
//! - The passages of a collocate of plain phrases within n characters are those of `"phrase collocate"~n`.
//! - Order and numbers do not depend on files, segments or threads.

use crate::exact::{Around, MatchOptions, Phrase, Sides, WithinReach};
use crate::index::{Index, IndexError};
use crate::query::{Filters, Query};
use crate::quick_hash::QuickMap;
use crate::search::{SearchOptions, SearchResult, Sort, any_of_phrases};
use crate::stop::Stop;
use crate::tokenize::{Class, Cutter, WordList};
use baogao_reading::fold::is_alphanumeric;
use std::collections::{BTreeSet, HashMap};

/// What is looked for around an expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CollocateOptions {
    /// How far.
    pub reach: WithinReach,
    /// On which sides.
    pub sides: Sides,
    /// Strings that are repeated, and not words.
    pub strings: bool,
    /// Neither words of grammar nor measures.
    pub content_words: bool,
    /// How strictly collocates are taken.
    pub matching: MatchOptions,
    /// A collocate stands beside a place at least so often.
    pub min_occurrences: u64,
    /// And in at least so many reports.
    pub min_reports: u64,
}

/// What stands beside an expression.
#[derive(Clone, Debug)]
pub struct Collocate {
    /// The collocate, folded.
    pub phrase: Phrase,
    /// How often it stands before a place.
    pub left: u64,
    /// How often it stands behind one.
    pub right: u64,
    /// How often it stands beside one; what stands between two places counts once.
    pub occurrences: u64,
    /// Passages with at least one of these.
    pub passages: u64,
    /// Reports with at least one.
    pub reports: u64,
}

/// All that stands beside an expression.
#[derive(Debug)]
pub struct Collocates {
    /// What was found of the expression itself, without hits.
    pub answer: SearchResult,
    /// Folded characters within reach, each once.
    pub chars_in_reach: u64,
    /// The collocates, by their text.
    pub found: Vec<Collocate>,
}

impl Collocates {
    /// Finds and counts them.
    ///
    /// # Errors
    /// When a file of the index cannot be read, or the work is stopped.
    pub fn new(
        index: &Index,
        query: &Query,
        filters: &Filters,
        options: &CollocateOptions,
    ) -> Result<Collocates, IndexError> {
        let search = SearchOptions {
            filters: filters.clone(),
            // Reports one after the other.
            sort: Sort::Oldest,
            ..SearchOptions::default()
        };
        let (answer, found) = index.find(query, &search)?;
        let within = (options.reach, options.sides);
        let mut chars_in_reach = 0;
        let is_wanted: fn(&str) -> bool = match options.content_words {
            true => is_content,
            false => is_candidate,
        };
        let mut candidates = match options.strings {
            true => Collecting::Strings(Pieces::default()),
            false => Collecting::Words(Words::new(index.word_list()?, is_wanted)),
        };
        index.each_around(&found, within, |_, around| {
            let lengths = around.stretches().into_iter();
            chars_in_reach += lengths.map(|stretch| stretch.len() as u64).sum::<u64>();
            for text in around.texts(options.strings.then_some(BETWEEN)) {
                candidates.add(&text);
            }
        })?;
        let names = candidates.finish(options.min_occurrences, is_wanted, index)?;
        let nodes = any_of_phrases(query.expression(), query.keywords()).unwrap_or_default();
        let is_node = |phrase: &Phrase| nodes.iter().any(|node| node.folded() == phrase.folded());
        let phrases = names.iter();
        let phrases = phrases.filter_map(|name| Phrase::new(name, options.matching));
        let phrases: Vec<Phrase> = phrases.filter(|phrase| !is_node(phrase)).collect();
        let mut counting = Tally::new(phrases);
        index.each_around(&found, within, |rank, around| {
            counting.add(rank, around, &index.stop);
        })?;
        let mut found = counting.found;
        found.retain(|collocate| {
            collocate.occurrences >= options.min_occurrences.max(1)
                && collocate.reports >= options.min_reports
        });
        index.go_on()?;
        Ok(Collocates {
            answer,
            chars_in_reach,
            found,
        })
    }
}

/// What may be a collocate.
enum Collecting<'w> {
    Words(Words<'w>),
    Strings(Pieces),
}

impl Collecting<'_> {
    fn add(&mut self, text: &str) {
        match self {
            Collecting::Words(words) => words.add(text),
            Collecting::Strings(pieces) => pieces.add(text),
        }
    }

    /// All of them, in the order of their characters.
    fn finish(
        self,
        min: u64,
        is_wanted: fn(&str) -> bool,
        index: &Index,
    ) -> Result<BTreeSet<String>, IndexError> {
        match self {
            Collecting::Words(words) => Ok(words.finish()),
            Collecting::Strings(pieces) => pieces.repeated(min, is_wanted, index),
        }
    }
}

/// Words of text that comes piece by piece.
struct Words<'w> {
    cutter: Cutter<'w>,
    is_wanted: fn(&str) -> bool,
    /// Words that are no candidates are kept too, so that none is looked at twice.
    found: HashMap<String, bool>,
}

/// Stands between pieces and in no word.
const BETWEEN: char = '。';

impl<'w> Words<'w> {
    fn new(list: &'w WordList, is_wanted: fn(&str) -> bool) -> Words<'w> {
        Words {
            cutter: list.cutter(),
            is_wanted,
            found: HashMap::new(),
        }
    }

    fn add(&mut self, text: &str) {
        let (is_wanted, found) = (self.is_wanted, &mut self.found);
        self.cutter.each(text, |word| {
            let word = text.get(word).unwrap_or_default();
            if !found.contains_key(word) {
                found.insert(word.to_owned(), is_wanted(word));
            }
        });
    }

    fn finish(self) -> BTreeSet<String> {
        let found = self.found.into_iter();
        let wanted = found.filter_map(|(word, is_wanted)| is_wanted.then_some(word));
        wanted.collect()
    }
}

/// Whether a word may be a collocate: one character says too little, and a number is another one each time.
fn is_candidate(word: &str) -> bool {
    word.chars().nth(1).is_some()
        && word.chars().all(is_alphanumeric)
        && !word.chars().all(|c| c.is_ascii_digit())
}

/// The same, words of grammar and measures left out.
fn is_content(word: &str) -> bool {
    is_candidate(word) && Class::of(word) != Some(Class::Function)
}

/// Longest string, in characters.
const MAX_STRING: usize = 12;
/// A string gives way to a longer one that has at least this part of its places, in per cent.
const SAME_PERCENT: usize = 75;
/// No string begins here.
const NONE: u32 = u32::MAX;

/// Text in which strings are looked for that stand there again and again, without a word list.
///
/// Strings grow by a character as long as both the string without its first and that without its last character are
/// repeated often enough (Agrawal and Srikant 1994, applied to strings). One gives way to a longer one that has nearly all of
/// its places: it is no unit of its own (Frantzi and Ananiadou 1996; accessor variety, Feng et al. 2004).
#[derive(Default)]
struct Pieces {
    chars: Vec<char>,
}

/// A string of some length.
struct Repeated {
    start: usize,
    n: usize,
    is_nested: bool,
}

impl Pieces {
    fn add(&mut self, text: &str) {
        self.chars.extend(text.chars());
        self.chars.push(BETWEEN);
    }

    /// The strings of two characters and more that stand there at least `min` times, nested ones left out.
    fn repeated(
        self,
        min: u64,
        is_wanted: fn(&str) -> bool,
        index: &Index,
    ) -> Result<BTreeSet<String>, IndexError> {
        let min = usize::try_from(min).unwrap_or(usize::MAX).max(2);
        let mut found = BTreeSet::new();
        let numbers = self.chars.iter();
        let numbers = numbers.map(|c| {
            if is_alphanumeric(*c) {
                u32::from(*c)
            } else {
                NONE
            }
        });
        let mut shorter: Vec<u32> = numbers.collect();
        let mut of_shorter: Vec<Repeated> = Vec::new();
        for n_chars in 2..=MAX_STRING + 1 {
            index.go_on()?;
            let (numbers, mut strings) = longer(&shorter, min);
            for string in &strings {
                for at in [string.start, string.start + 1] {
                    let number = shorter.get(at).map_or(NONE, |number| *number);
                    if let Some(inner) = of_shorter.get_mut(number as usize) {
                        inner.is_nested |= string.n * 100 >= inner.n * SAME_PERCENT;
                    }
                }
            }
            let kept = of_shorter.iter().filter(|string| !string.is_nested);
            let text = |string: &Repeated| {
                let chars = self.chars.get(string.start..string.start + n_chars - 1);
                chars.unwrap_or_default().iter().collect::<String>()
            };
            found.extend(kept.map(text).filter(|text| is_wanted(text)));
            if strings.is_empty() {
                break;
            }
            shorter = numbers;
            of_shorter = std::mem::take(&mut strings);
        }
        Ok(found)
    }
}

/// From the number of the string that begins at each place, those of strings that are one character longer and stand there
/// at least `min` times.
fn longer(shorter: &[u32], min: usize) -> (Vec<u32>, Vec<Repeated>) {
    let mut counts: QuickMap<u64, (usize, u32)> = QuickMap::default();
    let pairs = || shorter.iter().zip(shorter.iter().skip(1));
    let both = |(first, second): (&u32, &u32)| {
        let pair = u64::from(*first) << 32 | u64::from(*second);
        (*first != NONE && *second != NONE).then_some(pair)
    };
    for pair in pairs().filter_map(both) {
        counts.entry(pair).or_insert((0, NONE)).0 += 1;
    }
    let mut strings: Vec<Repeated> = Vec::new();
    let mut numbers = Vec::with_capacity(shorter.len());
    for (start, pair) in pairs().enumerate() {
        let count = both(pair).and_then(|pair| counts.get_mut(&pair));
        let number = match count {
            Some((n, number)) if *n >= min => {
                if *number == NONE {
                    *number = strings.len() as u32;
                    strings.push(Repeated {
                        start,
                        n: *n,
                        is_nested: false,
                    });
                }
                *number
            }
            _ => NONE,
        };
        numbers.push(number);
    }
    (numbers, strings)
}

/// A state and a character as one number.
fn step(state: u32, c: char) -> u64 {
    u64::from(state) << 32 | u64::from(u32::from(c))
}

/// Collecting on their way to be counted, passage by passage.
struct Tally {
    found: Vec<Collocate>,
    /// From a state and a character to the next state; [`Tally::ends`] says what ends there.
    steps: QuickMap<u64, u32>,
    /// Characters of the longest candidate.
    longest: u32,
    /// By state, the candidate that it is.
    ends: Vec<Option<u32>>,
    /// Collecting that may stand where their characters do not: they are counted in every passage.
    others: Vec<u32>,
    /// The report in which each was last.
    last: Vec<Option<u32>>,
    /// The passage in which each was looked for last.
    seen: Vec<u32>,
    n_passages: u32,
}

impl Tally {
    fn new(phrases: Vec<Phrase>) -> Tally {
        let mut counting = Tally {
            last: vec![None; phrases.len()],
            seen: vec![0; phrases.len()],
            found: Vec::with_capacity(phrases.len()),
            steps: QuickMap::default(),
            longest: 0,
            ends: vec![None],
            others: Vec::new(),
            n_passages: 0,
        };
        for (number, phrase) in (0u32..).zip(phrases) {
            let mut state = 0;
            for c in phrase.chars() {
                let new = counting.ends.len() as u32;
                state = *counting.steps.entry(step(state, *c)).or_insert(new);
                if state == new {
                    counting.ends.push(None);
                }
            }
            counting.longest = counting.longest.max(phrase.chars().len() as u32);
            if let Some(end) = counting.ends.get_mut(state as usize) {
                *end = Some(number);
            }
            if phrase.may_overlap_any() {
                counting.others.push(number);
            }
            counting.found.push(Collocate {
                phrase,
                left: 0,
                right: 0,
                occurrences: 0,
                passages: 0,
                reports: 0,
            });
        }
        counting
    }

    /// Counts all candidates that stand beside a place of a passage.
    fn add(&mut self, rank: u32, around: &Around<'_>, stop: &Stop) {
        self.n_passages += 1;
        let mut done = 0;
        for stretch in around.stretches() {
            // What is beside a place on its left begins farther away.
            let first = stretch.start.saturating_sub(self.longest).max(done);
            done = stretch.end;
            for start in first..stretch.end {
                let mut state = 0;
                for c in around.chars().iter().skip(start as usize) {
                    let Some(next) = self.steps.get(&step(state, *c)) else {
                        break;
                    };
                    state = *next;
                    if let Some(Some(number)) = self.ends.get(state as usize).copied() {
                        self.count(number, rank, (around, stop));
                    }
                }
            }
        }
        for at in 0..self.others.len() {
            if let Some(number) = self.others.get(at).copied() {
                self.count(number, rank, (around, stop));
            }
        }
    }

    /// Counts a candidate in the passage, once.
    fn count(&mut self, number: u32, rank: u32, (around, stop): (&Around<'_>, &Stop)) {
        let number = number as usize;
        let (Some(found), Some(last), Some(seen)) = (
            self.found.get_mut(number),
            self.last.get_mut(number),
            self.seen.get_mut(number),
        ) else {
            return;
        };
        if std::mem::replace(seen, self.n_passages) == self.n_passages {
            return;
        }
        let times = around.times(&found.phrase, stop);
        if times.either == 0 {
            return;
        }
        found.left += u64::from(times.left);
        found.right += u64::from(times.right);
        found.occurrences += u64::from(times.either);
        found.passages += 1;
        found.reports += u64::from(last.replace(rank) != Some(rank));
    }
}
