//! Finds the runs of characters that stand in many passages of a segment, for its `.runs` file.
//!
//! In: the finished `.text` and `.grams` files. Out: the runs that get a list. A run is *frequent* if it stands in more
//! passages than [`Bounds::max_reads`]. A run of three or more characters gets a list if the runs without its last and
//! without its first character are frequent and stand together in more passages than that. So a phrase that has no list
//! contains a run whose two parts stand together in few passages; or it stands nowhere.
//!
//! A run can be frequent only if both parts are: lengths are taken in turn, each from the places that are left of the one
//! before. So the text is read twice, for runs of three; for longer ones, stretches of frequent runs are.
//!
//! # Invariants
//!
//! - Which runs have lists depends on the passages alone, not on the segments that they came from.
//! - A run of three or more characters that stands in a passage and has no list: its two parts are not both frequent, or
//!   stand together in at most `max_reads` passages.

use super::filled::{Filled, RunPlace, each_char};
use super::grams::{GramReader, Postings, chars_of, pair};
use super::runs::{Bounds, Listed};
use super::text::TextReader;
use super::together::Together;
use crate::quick_hash::{QuickMap, spread};
use baogao_reading::fold::is_word_char;
use std::ops::Range;
use tantivy::DocId;

/// No run.
const NONE: u32 = u32::MAX;

type NumberMap = QuickMap<u64, u32>;

/// Numbers by keys, asked mostly for keys that have none: a sieve that fits into a cache stops those.
#[derive(Default)]
struct Numbers {
    /// A bit for the spread of each key, and a word for each bit, so that few others fall through.
    sieve: Vec<u64>,
    map: NumberMap,
}

impl Numbers {
    fn new(map: NumberMap) -> Numbers {
        let n_words = map.len().next_power_of_two();
        let mut numbers = Numbers {
            sieve: vec![0; n_words],
            map,
        };
        for key in numbers.map.keys() {
            let (word, bit) = place_in(n_words, *key);
            if let Some(word) = numbers.sieve.get_mut(word) {
                *word |= bit;
            }
        }
        numbers
    }

    #[inline]
    fn get(&self, key: u64) -> Option<u32> {
        let (word, bit) = place_in(self.sieve.len(), key);
        match self.sieve.get(word) {
            Some(word) if word & bit != 0 => self.map.get(&key).copied(),
            _ => None,
        }
    }
}

/// The word and the bit of a key in a sieve; its words are a power of two.
#[inline]
fn place_in(n_words: usize, key: u64) -> (usize, u64) {
    let spread = spread(key);
    let word = (spread >> 6) as usize & n_words.wrapping_sub(1);
    (word, 1 << (spread & 63))
}

/// Two runs that follow each other, as one number.
fn both(first: u32, second: u32) -> u64 {
    u64::from(first) << 32 | u64::from(second)
}

/// The runs of one length that have lists; frequent ones first.
#[derive(Default)]
struct Level {
    /// By the numbers of both parts; of pairs, by their characters.
    numbers: Numbers,
    /// The characters of each run.
    names: Vec<Box<[char]>>,
    /// In how many passages each of the frequent ones stands.
    n_docs: Vec<u32>,
}

impl Level {
    /// The characters of two runs that overlap in all but one at each end.
    fn joined(&self, first: u32, second: u32) -> Box<[char]> {
        let chars = |number: u32| self.names.get(number as usize).map_or(&[][..], |name| name);
        let last = chars(second).last();
        chars(first).iter().chain(last).copied().collect()
    }

    /// The number of a run, from those of its parts.
    #[inline]
    fn number(&self, first: u32, second: u32) -> u32 {
        self.numbers.get(both(first, second)).unwrap_or(NONE)
    }

    fn is_frequent(&self, number: u32) -> bool {
        (number as usize) < self.n_docs.len()
    }

    /// The frequent pairs, and where their lists are.
    fn of_pairs(grams: &GramReader, bounds: Bounds) -> (Level, Vec<Range<u32>>) {
        let (mut level, mut lists) = (Level::default(), Vec::new());
        let mut numbers = NumberMap::default();
        for (pair, place) in grams.pairs() {
            // A posting has a byte at least.
            if place.len() <= bounds.max_reads as usize {
                continue;
            }
            let (first, second) = chars_of(pair);
            let n_docs = Postings::new(grams.list(place.clone())).count() as u32;
            if let (Some(first), Some(second)) = (char::from_u32(first), char::from_u32(second))
                && second != '\0'
                && n_docs > bounds.max_reads
            {
                numbers.insert(pair, lists.len() as u32);
                level.names.push([first, second].into());
                level.n_docs.push(n_docs);
                lists.push(place);
            }
        }
        level.numbers = Numbers::new(numbers);
        (level, lists)
    }
}

/// The runs of a segment that get lists, with their lists.
pub(super) fn frequent_runs(text: &TextReader, grams: &GramReader, bounds: Bounds) -> Vec<Listed> {
    let n_docs = text.n_passages() as DocId;
    if n_docs <= bounds.max_reads {
        return Vec::new();
    }
    let mut listed = frequent_singles(text, grams, bounds);
    let (mut shorter, of_pairs) = Level::of_pairs(grams, bounds);
    // Pairs have their lists in `.grams`: here are the places that do not count.
    let mut lists = Filled::new(text, &shorter.names, false);
    let mut source = RunSource::Text(text);
    for _ in 3..=bounds.max_chars {
        let mut candidates = Candidates::default();
        source.each(&shorter, |stretch| candidates.note(&stretch));
        let coded: Vec<&[u8]> = match source {
            RunSource::Text(_) => of_pairs
                .iter()
                .map(|place| grams.list(place.clone()))
                .collect(),
            RunSource::Trail(_) => lists.coded().collect(),
        };
        let together = Together::new(coded.into_iter().zip(shorter.n_docs.iter().copied()));
        let longer = candidates.level(&shorter, together, (n_docs, bounds.max_reads));
        let mut longer_lists = Filled::new(text, &longer.names, true);
        let mut trail = Trail::default();
        source.each(&shorter, |stretch| {
            if matches!(source, RunSource::Text(_)) {
                for (at, pair) in stretch.runs.iter().enumerate() {
                    lists.note(*pair, stretch.place(at));
                }
            }
            trail.begin();
            for (at, two) in stretch.runs.windows(2).enumerate() {
                let &[first, second] = two else { continue };
                let run = longer.number(first, second);
                if run != NONE {
                    longer_lists.note(run, stretch.place(at));
                }
                match longer.is_frequent(run) {
                    true => trail.push(run, stretch.place(at)),
                    false => trail.begin(),
                }
            }
        });
        trail.begin();
        listed.extend(lists.finish());
        lists = longer_lists;
        lists.close();
        if trail.runs.is_empty() {
            break;
        }
        shorter = longer;
        source = RunSource::Trail(trail);
    }
    listed.extend(lists.finish());
    listed
}

/// The digits and letters that are frequent, with the places where they do not count: their pairs do not tell.
fn frequent_singles(text: &TextReader, grams: &GramReader, bounds: Bounds) -> Vec<Listed> {
    let is_frequent = |c: &char| {
        // A passage may stand in several lists: this may take in one that is not frequent, which does no harm.
        let n_bytes: usize = grams.starting_with(*c).map(<[u8]>::len).sum();
        is_word_char(*c) && n_bytes > bounds.max_reads as usize
    };
    let firsts = grams.firsts().filter_map(char::from_u32);
    let singles: Vec<Box<[char]>> = firsts.filter(is_frequent).map(|c| [c].into()).collect();
    let mut lists = Filled::new(text, &singles, false);
    if singles.is_empty() {
        return Vec::new();
    }
    let mut units = Vec::new();
    for doc in 0..text.n_passages() as DocId {
        text.units_into(doc, &mut units);
        each_char(&units, |c, unit| {
            // A look at a Han character is saved; there are Latin letters beyond them too.
            if !(0x2c80..=0xa721).contains(&c)
                && let Some(c) = char::from_u32(c)
                && let Ok(number) = singles.binary_search_by_key(&Some(&c), |name| name.first())
            {
                lists.note(
                    number as u32,
                    RunPlace {
                        doc,
                        unit,
                        n_chars: 0,
                    },
                );
            }
        });
    }
    lists.finish().collect()
}

/// A run that may get a list: the numbers of its parts, and in how many passages it stands.
struct RunCandidate {
    parts: (u32, u32),
    n_docs: u32,
    last: DocId,
}

/// Runs of one length that may get lists.
#[derive(Default)]
struct Candidates {
    numbers: NumberMap,
    all: Vec<RunCandidate>,
}

impl Candidates {
    /// Notes each run of which two parts follow each other.
    fn note(&mut self, stretch: &Stretch<'_>) {
        for two in stretch.runs.windows(2) {
            let &[first, second] = two else { continue };
            let next = self.all.len() as u32;
            let number = *self.numbers.entry(both(first, second)).or_insert(next);
            match self.all.get_mut(number as usize) {
                Some(candidate) if candidate.last == stretch.start.doc => {}
                Some(candidate) => {
                    candidate.last = stretch.start.doc;
                    candidate.n_docs += 1;
                }
                None => self.all.push(RunCandidate {
                    parts: (first, second),
                    n_docs: 1,
                    last: stretch.start.doc,
                }),
            }
        }
    }

    /// Those that get lists: the frequent ones, and those of which both parts stand together in more than `limit` passages.
    fn level(
        self,
        shorter: &Level,
        together: Together<'_>,
        (n_docs, limit): (DocId, u32),
    ) -> Level {
        let (frequent, rare): (Vec<RunCandidate>, Vec<RunCandidate>) =
            self.all.into_iter().partition(|run| run.n_docs > limit);
        let more = together.more_than(limit, rare.iter().map(|run| run.parts), n_docs);
        let others = more.into_iter().filter_map(|at| rare.get(at));
        let mut level = Level::default();
        let mut numbers = NumberMap::default();
        for run in frequent.iter().chain(others) {
            let (first, second) = run.parts;
            let number = level.names.len() as u32;
            numbers.insert(both(first, second), number);
            level.names.push(shorter.joined(first, second));
        }
        level.numbers = Numbers::new(numbers);
        level.n_docs = frequent.iter().map(|run| run.n_docs).collect();
        level
    }
}

/// Frequent runs of a passage that follow each other, each a character behind the one before.
struct Stretch<'a> {
    /// Where the first of them begins.
    start: RunPlace,
    runs: &'a [u32],
}

impl Stretch<'_> {
    /// Where one of them begins.
    fn place(&self, at: usize) -> RunPlace {
        RunPlace {
            n_chars: self.start.n_chars + at as u32,
            ..self.start
        }
    }
}

/// Where the frequent runs of one length stand.
enum RunSource<'t> {
    /// Those of two characters: in the text.
    Text(&'t TextReader),
    Trail(Trail),
}

impl RunSource<'_> {
    /// Calls `visit` for each stretch, passage by passage.
    fn each(&self, level: &Level, mut visit: impl FnMut(Stretch<'_>)) {
        match self {
            RunSource::Trail(trail) => trail.each(visit),
            RunSource::Text(text) => {
                let (mut runs, mut units) = (Vec::new(), Vec::new());
                for doc in 0..text.n_passages() as DocId {
                    text.units_into(doc, &mut units);
                    each_stretch(&units, level, &mut runs, |unit, runs| {
                        let n_chars = 0;
                        let start = RunPlace { doc, unit, n_chars };
                        visit(Stretch { start, runs });
                    });
                }
            }
        }
    }
}

/// Calls `visit` with each stretch of frequent pairs of a passage and the unit where it begins; `runs` is room for them.
fn each_stretch(
    units: &[u8],
    pairs: &Level,
    runs: &mut Vec<u32>,
    mut visit: impl FnMut(u32, &[u32]),
) {
    runs.clear();
    let mut start = 0;
    let mut last = None;
    each_char(units, |c, unit| {
        let Some((before, before_at)) = last.replace((c, unit)) else {
            return;
        };
        match pairs.numbers.get(pair(before, c)) {
            Some(number) => {
                if runs.is_empty() {
                    start = before_at;
                }
                runs.push(number);
            }
            None if runs.is_empty() => {}
            None => {
                visit(start, runs);
                runs.clear();
            }
        }
    });
    if !runs.is_empty() {
        visit(start, runs);
    }
}

/// Stretches of at least two frequent runs.
#[derive(Default)]
struct Trail {
    /// Where each begins, and where its runs end.
    stretches: Vec<(RunPlace, usize)>,
    runs: Vec<u32>,
    /// Where the stretch begins that is being filled.
    start: Option<(RunPlace, usize)>,
}

impl Trail {
    /// Ends the stretch that is being filled.
    fn begin(&mut self) {
        let Some((start, first)) = self.start.take() else {
            return;
        };
        match self.runs.len() - first {
            0 | 1 => self.runs.truncate(first),
            _ => self.stretches.push((start, self.runs.len())),
        }
    }

    /// Adds a run to it.
    fn push(&mut self, run: u32, place: RunPlace) {
        let n_runs = self.runs.len();
        self.start.get_or_insert((place, n_runs));
        self.runs.push(run);
    }

    fn each(&self, mut visit: impl FnMut(Stretch<'_>)) {
        let mut first = 0;
        for &(start, end) in &self.stretches {
            let runs = self.runs.get(first..end).unwrap_or_default();
            visit(Stretch { start, runs });
            first = end;
        }
    }
}
