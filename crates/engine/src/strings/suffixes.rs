//! The order of all ends of the texts (suffix array), and what neighbours in it have in common.
//!
//! In: [`Units`]. Out: the places of all units but breaks in the order of what follows them, and how many units each has
//! in common with the one before it, up to the next break; what is the same up to there stands in the order of the texts.
//! Sorted by induced copying (Nong, Zhang and Chan 2009, as libsais has it), common beginnings by Kärkkäinen, Manzini and
//! Puglisi (2009).

use super::units::{Counts, Units, is_break};
use crate::cores::both;
use crate::stop::Stop;
use libsais::SuffixArrayConstruction;
use std::cmp::Ordering;
use std::ops::Range;

/// Common beginnings are told apart up to this length, in characters.
pub const MAX_SHARED: usize = u8::MAX as usize;
/// Texts have at most so many units.
const MAX_UNITS: usize = i32::MAX as usize;

/// The texts are too long to be sorted: more than 2³¹ − 1 characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooLong;

/// Texts and the order of their ends.
#[derive(Debug)]
pub struct Suffixes {
    units: Units,
    /// Places by what follows them, up to the next break. Breaks are left out.
    order: Vec<i32>,
    /// How many units each has in common with the one before it, at most [`MAX_SHARED`] and none beyond a break.
    shared: Vec<u8>,
}

impl Suffixes {
    /// Sorts the texts. Takes about ten times their bytes meanwhile and four afterwards. Once `stop` is set, what comes out is
    /// not whole.
    ///
    /// # Errors
    /// When they are too long.
    pub fn new(mut units: Units, stop: &Stop) -> Result<Suffixes, TooLong> {
        if units.len() > MAX_UNITS {
            return Err(TooLong);
        }
        units.finish();
        if units.is_empty() || stop.is_set() {
            return Ok(Suffixes {
                units,
                order: Vec::new(),
                shared: Vec::new(),
            });
        }
        let sorted = SuffixArrayConstruction::for_text(units.as_slice())
            .in_owned_buffer32()
            .single_threaded()
            .generalized_suffix_array()
            .run()
            .map_err(|_| TooLong)?;
        let sorted = sorted.plcp_construction().single_threaded().run();
        let (mut order, by_place, _) = sorted.map_err(|_| TooLong)?.into_parts();
        let by_place: Vec<u8> = by_place.into_iter().map(up_to_most).collect();
        // The smallest of all units stand first.
        let all = units.as_slice().iter();
        let n_breaks = all.filter(|unit| is_break(**unit)).count();
        order.drain(..n_breaks.min(order.len()));
        let mut shared = vec![0; order.len()];
        in_two(&mut shared, &order, |shared, order| {
            for (shared, place) in shared.iter_mut().zip(order) {
                *shared = by_place.get(*place as usize).copied().unwrap_or(0);
            }
        });
        if let Some(first) = shared.first_mut() {
            *first = 0;
        }
        Ok(Suffixes {
            units,
            order,
            shared,
        })
    }

    /// Texts that were sorted before.
    pub(super) fn of_sorted(units: Units, order: Vec<i32>, shared: Vec<u8>) -> Suffixes {
        Suffixes {
            units,
            order,
            shared,
        }
    }

    /// The texts.
    pub fn units(&self) -> &Units {
        &self.units
    }

    /// How many ends there are: units that are no breaks.
    pub fn len(&self) -> usize {
        self.order.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.order.is_empty()
    }

    /// The places of some ends by their numbers in the order.
    pub fn places(&self, range: Range<usize>) -> impl ExactSizeIterator<Item = usize> + Clone {
        let places = self.order.get(range).unwrap_or_default();
        places.iter().map(|place| *place as usize)
    }

    /// Places by what follows them.
    pub(super) fn order(&self) -> &[i32] {
        &self.order
    }

    /// How many units each end has in common with the one before it.
    pub(super) fn shared(&self) -> &[u8] {
        &self.shared
    }

    /// A place of the order, at or behind another, before which no repeat of so many characters goes on.
    pub(super) fn cut_near(&self, at: usize, min: usize) -> usize {
        let behind = self.shared().get(at..).unwrap_or_default();
        let n = behind.iter().position(|shared| usize::from(*shared) < min);
        at + n.unwrap_or(behind.len())
    }

    /// The ends that begin with a string, by their numbers in the order: as many as its places.
    pub fn find(&self, text: &str) -> Range<usize> {
        let units: Option<Vec<u16>> = text.chars().map(|c| self.units.known_unit(c)).collect();
        let Some(wanted) = units else {
            return 0..0;
        };
        let all = self.units.as_slice();
        let compare = |place: &i32| {
            let from = *place as usize;
            let end = (from + wanted.len()).min(all.len());
            all.get(from..end).unwrap_or_default().cmp(&wanted)
        };
        let start = self
            .order
            .partition_point(|place| compare(place) == Ordering::Less);
        let rest = self.order.get(start..).unwrap_or_default();
        start..start + rest.partition_point(|place| compare(place) == Ordering::Equal)
    }

    /// How many places some ends have in each collection.
    pub fn occurrences(&self, range: Range<usize>) -> Counts {
        let documents = self.units.documents();
        let mut counts = Counts::default();
        for place in self.places(range) {
            if let Some(document) = documents.get(self.units.document_at(place)) {
                counts += Counts::one(document.collection);
            }
        }
        counts
    }
}

/// A common beginning as it is told.
fn up_to_most(shared: i32) -> u8 {
    u8::try_from(shared.max(0)).unwrap_or(u8::MAX)
}

/// Does something with two slices of one length, on two cores where it is worth it.
fn in_two<A: Send, B: Sync>(a: &mut [A], b: &[B], work: impl Fn(&mut [A], &[B]) + Sync) {
    const WORTH: usize = 1 << 20;
    if a.len() < WORTH {
        return work(a, b);
    }
    let (a_first, a_second) = a.split_at_mut(a.len() / 2);
    let (b_first, b_second) = b.split_at(a_first.len().min(b.len()));
    both(|| work(a_first, b_first), || work(a_second, b_second));
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::strings::units::{Collection, Document, parts_strings};
    use proptest::prelude::*;

    /// A text in one of four reports, of which the last two are the reference.
    pub(in crate::strings) type Texts = Vec<(usize, String)>;

    /// Random texts of few characters, so that much is repeated.
    pub(in crate::strings) fn texts() -> impl Strategy<Value = Texts> {
        prop::collection::vec((0usize..4, "[甲乙丙𠮷𠮶,]{0,12}|(甲乙){0,5}丙?"), 0..9).prop_map(
            |mut texts| {
                texts.sort_by_key(|(rank, _)| *rank);
                texts
            },
        )
    }

    pub(in crate::strings) fn collection_of(rank: usize) -> Collection {
        match rank {
            0 | 1 => Collection::Target,
            _ => Collection::Reference,
        }
    }

    pub(in crate::strings) fn suffixes(texts: &Texts) -> Suffixes {
        let mut units = Units::new();
        for (number, (rank, text)) in (1..).zip(texts) {
            let document = Document {
                rank: *rank,
                collection: collection_of(*rank),
            };
            units.push(document, number, text, parts_strings);
        }
        Suffixes::new(units, &Stop::new()).expect("it is short")
    }

    /// The runs without breaks of each text, with its report.
    pub(in crate::strings) fn runs(texts: &Texts) -> Vec<(usize, Vec<char>)> {
        let runs = texts.iter().flat_map(|(rank, text)| {
            let runs = text.split(|c| parts_strings(None, c, None));
            runs.map(|run| (*rank, run.chars().collect()))
        });
        runs.collect()
    }

    proptest! {
        #[test]
        fn the_order_is_that_of_what_follows(texts in texts()) {
            let suffixes = suffixes(&texts);
            let units = suffixes.units().as_slice();
            let ends: Vec<&[u16]> = suffixes.places(0..suffixes.len()).map(|place| {
                let rest = &units[place..];
                &rest[..rest.iter().position(|unit| is_break(*unit)).unwrap()]
            }).collect();
            let places: Vec<usize> = suffixes.places(0..suffixes.len()).collect();
            let n_chars: usize = runs(&texts).iter().map(|(_, run)| run.len()).sum();
            prop_assert_eq!(ends.len(), n_chars);
            for (at, pair) in ends.windows(2).enumerate() {
                prop_assert!((pair[0], places[at]) < (pair[1], places[at + 1]));
                let common = pair[0].iter().zip(pair[1]).take_while(|(a, b)| a == b).count();
                prop_assert_eq!(usize::from(suffixes.shared()[at + 1]), common);
            }
        }

        #[test]
        fn every_string_is_found_as_often_as_it_stands(texts in texts(), wanted in "[甲乙丙𠮷]{1,4}") {
            let suffixes = suffixes(&texts);
            let wanted_chars: Vec<char> = wanted.chars().collect();
            let mut counts = Counts::default();
            for (rank, run) in runs(&texts) {
                let n = run.windows(wanted_chars.len()).filter(|part| *part == wanted_chars).count();
                *counts.of_mut(collection_of(rank)) += n as u32;
            }
            prop_assert_eq!(suffixes.occurrences(suffixes.find(&wanted)), counts);
        }
    }

    #[test]
    fn nothing_has_no_ends() {
        assert!(suffixes(&Vec::new()).is_empty());
        assert!(suffixes(&vec![(0, ",,".to_owned())]).is_empty());
    }
}
