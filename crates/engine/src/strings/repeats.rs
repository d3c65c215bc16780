//! Maximal repeats: strings that stand at two places or more and cannot be made longer without losing one.
//!
//! In: [`Suffixes`]. Out: each maximal repeat of some lengths that the caller wants to keep, with its places and its
//! documents in both collections. They are the runs of ends with a common beginning (Abouelhoda, Kurtz and Ohlebusch
//! 2004); documents are counted as by Hui (1992): an end whose document has one already in the run counts once less.

use super::suffixes::{MAX_SHARED, Suffixes};
use super::units::{Collection, Counts, Document, Units, is_break};
use crate::cores::both;
use crate::stop::Stop;
use std::ops::{Range, RangeInclusive};

/// A maximal repeat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Repeat {
    /// The first of the ends that begin with it, by its number in the order.
    first: u32,
    /// Its length.
    len: u8,
    /// Its places.
    pub occurrences: Counts,
    /// The documents that have it.
    pub documents: Counts,
}

impl Repeat {
    /// Its length, in characters.
    pub fn n_chars(&self) -> usize {
        usize::from(self.len)
    }

    /// The ends that begin with it, by their numbers in the order.
    pub fn range(&self) -> Range<usize> {
        let first = self.first as usize;
        first..first + self.occurrences.total() as usize
    }

    /// Its text.
    pub fn text(&self, suffixes: &Suffixes) -> String {
        let place = suffixes.places(self.range()).next().unwrap_or(0);
        suffixes.units().text(place..place + self.n_chars())
    }

    /// Where it stands first in a collection: the number of a unit.
    pub fn first_place(&self, suffixes: &Suffixes, collection: Collection) -> Option<usize> {
        let units = suffixes.units();
        let is_there = |place: &usize| {
            let document = units.documents().get(units.document_at(*place));
            document.is_some_and(|document| document.collection == collection)
        };
        suffixes.places(self.range()).filter(is_there).min()
    }
}

/// What stands on one side of the places of a string, as far as it tells whether the string ends there.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Branching {
    /// Places at which a break or the end of a passage stands.
    pub at_breaks: u32,
    /// How often each character stands there.
    pub chars: Vec<(char, u32)>,
}

impl Branching {
    /// The entropy of what stands there, in bits; each break is a kind of its own, as in branching entropy (Jin and
    /// Tanaka-Ishii 2006).
    pub fn entropy(&self) -> f64 {
        let n =
            f64::from(self.at_breaks) + self.chars.iter().map(|(_, n)| f64::from(*n)).sum::<f64>();
        if n == 0.0 {
            return 0.0;
        }
        let of_chars = self.chars.iter().map(|(_, m)| {
            let share = f64::from(*m) / n;
            -share * share.log2()
        });
        of_chars.sum::<f64>() + f64::from(self.at_breaks) / n * n.log2()
    }

    /// The character that stands there most often, and how often.
    pub fn commonest(&self) -> Option<(char, u32)> {
        self.chars.iter().copied().max_by_key(|(_, n)| *n)
    }
}

impl Suffixes {
    /// The maximal repeats of some lengths, from one character to less than [`MAX_SHARED`], that are to be kept (others may be
    /// asked for too); in the order
    /// of their texts, a shorter one that begins another behind it. Not all, once `stop` is set.
    pub fn repeats(
        &self,
        lengths: &RangeInclusive<usize>,
        keep: impl Fn(&Repeat) -> bool + Sync,
        stop: &Stop,
    ) -> Vec<Repeat> {
        let (min, max) = (*lengths.start(), *lengths.end());
        let middle = self.cut_near(self.len() / 2, min);
        let walk = |range: Range<usize>| {
            let mut walk = Walk::new(self, (min, max.min(MAX_SHARED - 1)), &keep);
            walk.run(range, stop);
            walk.found
        };
        let (mut found, second) = both(|| walk(0..middle), || walk(middle..self.len()));
        found.extend(second);
        found
    }

    /// What stands before and behind the places of some ends that share a beginning of `n_chars`, in one collection or in both.
    pub fn beside(
        &self,
        range: Range<usize>,
        n_chars: usize,
        collection: Option<Collection>,
    ) -> [Branching; 2] {
        let units = self.units();
        let is_asked = |place: &usize| {
            collection.is_none_or(|collection| {
                let document = units.documents().get(units.document_at(*place));
                document.is_some_and(|document| document.collection == collection)
            })
        };
        let places: Vec<usize> = self.places(range).filter(is_asked).collect();
        let before = places.iter().map(|place| units.before(*place));
        let behind = places.iter().map(|place| units.at(place + n_chars));
        [
            tally(units, before.collect()),
            tally(units, behind.collect()),
        ]
    }
}

/// How often each of some units stands there.
fn tally(units: &Units, mut found: Vec<u16>) -> Branching {
    found.sort_unstable();
    let mut beside = Branching::default();
    for same in found.chunk_by(|a, b| a == b) {
        match same.first().and_then(|unit| units.char_of(*unit)) {
            Some(c) => beside.chars.push((c, same.len() as u32)),
            None => beside.at_breaks += same.len() as u32,
        }
    }
    beside
}

/// A run of ends with a common beginning, as far as it has been walked through.
#[derive(Clone, Copy)]
struct OpenRepeat {
    len: usize,
    first: u32,
    occurrences: Counts,
    /// Ends of documents that have another in the run, before it.
    again: Counts,
}

impl OpenRepeat {
    /// Takes in a run that is part of this one.
    fn add(&mut self, part: &OpenRepeat) {
        self.occurrences += part.occurrences;
        self.again += part.again;
    }
}

/// Ends whose documents are looked up together: each look-up waits for memory, many together do not.
const BATCH: usize = 256;

/// A walk through a part of the order.
struct Walk<'s, K> {
    suffixes: &'s Suffixes,
    lengths: (usize, usize),
    keep: &'s K,
    /// Runs that go on, each a part of the one before it.
    open: Vec<OpenRepeat>,
    /// Of each document the last end that was met, by its number in the order + 1.
    last: Vec<u32>,
    found: Vec<Repeat>,
}

impl<'s, K: Fn(&Repeat) -> bool> Walk<'s, K> {
    fn new(suffixes: &'s Suffixes, lengths: (usize, usize), keep: &'s K) -> Walk<'s, K> {
        Walk {
            suffixes,
            lengths,
            keep,
            open: Vec::new(),
            last: vec![0; suffixes.units().documents().len()],
            found: Vec::new(),
        }
    }

    fn run(&mut self, range: Range<usize>, stop: &Stop) {
        let units = self.suffixes.units();
        let mut batch: Vec<u32> = Vec::with_capacity(BATCH);
        let end = range.end;
        for start in stop.until_each(range.step_by(BATCH)) {
            let here = start..(start + BATCH).min(end);
            batch.clear();
            let places = self.suffixes.places(here.clone());
            batch.extend(places.map(|place| units.document_at(place) as u32));
            let shared = self.suffixes.shared().get(here).unwrap_or_default();
            for ((at, document), shared) in (start as u32..).zip(&batch).zip(shared) {
                self.close(usize::from(*shared));
                self.push(at, *document as usize);
            }
        }
        self.close(0);
    }

    /// Closes the runs that have more in common than the next end has with the last one.
    fn close(&mut self, shared: usize) {
        while let Some(run) = self.open.pop_if(|run| run.len > shared) {
            self.report(&run);
            match self.open.last_mut() {
                Some(parent) if parent.len >= shared => parent.add(&run),
                _ if shared == 0 => {}
                _ => self.open.push(OpenRepeat { len: shared, ..run }),
            }
        }
    }

    /// Opens a run of one end.
    fn push(&mut self, at: u32, document: usize) {
        let documents = self.suffixes.units().documents();
        let Some(Document { collection, .. }) = documents.get(document) else {
            return;
        };
        if let Some(last) = self.last.get_mut(document) {
            let previous = std::mem::replace(last, at + 1);
            // The shortest run that has the end before it of this document.
            let n = self.open.partition_point(|run| run.first < previous);
            let run = n.checked_sub(1).and_then(|n| self.open.get_mut(n));
            if let Some(run) = run.filter(|_| previous > 0) {
                run.again += Counts::one(*collection);
            }
        }
        self.open.push(OpenRepeat {
            len: usize::MAX,
            first: at,
            occurrences: Counts::one(*collection),
            again: Counts::default(),
        });
    }

    fn report(&mut self, run: &OpenRepeat) {
        let (min, max) = self.lengths;
        if !(min..=max).contains(&run.len) {
            return;
        }
        let repeat = Repeat {
            first: run.first,
            len: run.len as u8,
            occurrences: run.occurrences,
            documents: Counts {
                target: run.occurrences.target - run.again.target,
                reference: run.occurrences.reference - run.again.reference,
            },
        };
        // Looked up for the few that are left: each place waits for memory.
        if (self.keep)(&repeat) && self.is_left_maximal(&repeat) {
            self.found.push(repeat);
        }
    }

    /// Whether a break, or not the same unit at each place, stands before a repeat.
    fn is_left_maximal(&self, repeat: &Repeat) -> bool {
        let units = self.suffixes.units();
        let places = self.suffixes.places(repeat.range());
        let mut before = places.map(|place| units.before(place));
        let first = before.next().unwrap_or_default();
        is_break(first) || before.any(|unit| unit != first)
    }
}

#[cfg(test)]
mod tests {
    use super::super::suffixes::tests::{Texts, collection_of, runs, suffixes, texts};
    use super::*;
    use proptest::prelude::*;
    use std::collections::{BTreeMap, BTreeSet};

    /// Text, places and documents in both collections, what stands before and behind.
    type Found = (String, Counts, Counts, [Vec<Option<char>>; 2]);

    /// Document, and what stands before and behind.
    type Met = (usize, Option<char>, Option<char>);

    /// Every string that stands twice or more, by looking at each part of each text.
    fn slow(texts: &Texts, lengths: &RangeInclusive<usize>) -> Vec<Found> {
        let mut places: BTreeMap<Vec<char>, Vec<Met>> = BTreeMap::new();
        for (rank, run) in runs(texts) {
            for start in 0..run.len() {
                for end in (start + 1)..=run.len().min(start + lengths.end()) {
                    let before = start.checked_sub(1).map(|at| run[at]);
                    let place = (rank, before, run.get(end).copied());
                    places
                        .entry(run[start..end].to_vec())
                        .or_default()
                        .push(place);
                }
            }
        }
        places.retain(|text, places| {
            // It may go on where all of its places go on alike.
            let may_grow = |side: fn(&Met) -> Option<char>| {
                let sides: BTreeSet<Option<char>> = places.iter().map(side).collect();
                sides.len() == 1 && !sides.contains(&None)
            };
            lengths.contains(&text.len())
                && places.len() > 1
                && !may_grow(|place| place.1)
                && !may_grow(|place| place.2)
        });
        let found = places.into_iter().map(|(text, places)| {
            let (mut occurrences, mut documents) = (Counts::default(), Counts::default());
            for (rank, ..) in &places {
                *occurrences.of_mut(collection_of(*rank)) += 1;
            }
            for rank in places
                .iter()
                .map(|place| place.0)
                .collect::<BTreeSet<usize>>()
            {
                *documents.of_mut(collection_of(rank)) += 1;
            }
            let mut before: Vec<Option<char>> = places.iter().map(|place| place.1).collect();
            let mut behind: Vec<Option<char>> = places.iter().map(|place| place.2).collect();
            before.sort_unstable();
            behind.sort_unstable();
            (
                text.into_iter().collect(),
                occurrences,
                documents,
                [before, behind],
            )
        });
        found.collect()
    }

    fn sides(beside: [Branching; 2]) -> [Vec<Option<char>>; 2] {
        beside.map(|beside| {
            let breaks = (0..beside.at_breaks).map(|_| None);
            let chars = beside
                .chars
                .iter()
                .flat_map(|(c, n)| (0..*n).map(|_| Some(*c)));
            let mut all: Vec<Option<char>> = breaks.chain(chars).collect();
            all.sort_unstable();
            all
        })
    }

    proptest! {
        #[test]
        fn they_are_those_of_looking_at_every_part(texts in texts(), min in 1usize..4, more in 0usize..6) {
            let suffixes = suffixes(&texts);
            let lengths = min..=min + more;
            let found = suffixes.repeats(&lengths, |_| true, &Stop::new());
            let mut found: Vec<Found> = found.iter().map(|repeat| {
                let beside = suffixes.beside(repeat.range(), repeat.n_chars(), None);
                (repeat.text(&suffixes), repeat.occurrences, repeat.documents, sides(beside))
            }).collect();
            found.sort_by(|a, b| a.0.cmp(&b.0));
            prop_assert_eq!(found, slow(&texts, &lengths));
        }

        #[test]
        fn the_first_place_is_the_first(texts in texts()) {
            let suffixes = suffixes(&texts);
            for repeat in suffixes.repeats(&(1..=3), |_| true, &Stop::new()) {
                for collection in [Collection::Target, Collection::Reference] {
                    let place = repeat.first_place(&suffixes, collection).and_then(|unit| suffixes.units().place(unit));
                    let text = repeat.text(&suffixes);
                    let first = (1u32..).zip(&texts).find_map(|(number, (rank, whole))| {
                        let at = whole.find(&text).filter(|_| collection_of(*rank) == collection)?;
                        Some((*rank, number, whole.get(..at)?.chars().count()))
                    });
                    prop_assert_eq!(place.map(|place| (place.rank, place.number, place.chars_before)), first);
                }
            }
        }
    }

    #[test]
    fn entropy_is_that_of_shannon_with_breaks_apart() {
        let beside = |at_breaks, counts: &[u32]| Branching {
            at_breaks,
            chars: ('一'..).zip(counts.iter().copied()).collect(),
        };
        assert_eq!(beside(0, &[]).entropy(), 0.0);
        assert_eq!(beside(0, &[7]).entropy(), 0.0);
        assert!((beside(0, &[2, 2]).entropy() - 1.0).abs() < 1e-12);
        assert!((beside(4, &[]).entropy() - 2.0).abs() < 1e-12);
        assert!((beside(2, &[2]).entropy() - 1.5).abs() < 1e-12);
    }
}
