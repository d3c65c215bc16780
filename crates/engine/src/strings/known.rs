//! What stands in the other collection too, place by place (matching statistics).
//!
//! In: [`Suffixes`] of two collections. Out: for each unit of the target how long the beginning is that stands somewhere in
//! the reference. A string that begins there and is longer never stands in the reference; one character longer, it is the
//! shortest of these. Of two ends the nearer in the order has more in common, so two walks suffice (Chang and Lawler
//! 1994 define the numbers).

use super::suffixes::{MAX_SHARED, Suffixes};
use super::units::{Bits, Collection};
use crate::cores::both;
use crate::stop::Stop;
use std::ops::Range;
use std::sync::atomic::{AtomicU8, Ordering};

/// Lengths are told apart up to this; one that is as long may be longer.
pub const MAX_KNOWN: usize = MAX_SHARED;

impl Suffixes {
    /// For each unit how many characters from it on stand in the reference too, at most [`MAX_KNOWN`]; 0 for breaks and for
    /// the units of the reference itself. Not all, once `stop` is set.
    pub fn known_lengths(&self, stop: &Stop) -> Vec<u8> {
        let is_target = self.units().bits_of(Collection::Target);
        let lengths: Vec<AtomicU8> = (0..self.units().len()).map(|_| AtomicU8::new(0)).collect();
        let middle = self.cut_near(self.len() / 2, 1);
        let look = |ends: Range<usize>| self.note_known(ends, &is_target, &lengths, stop);
        both(|| look(0..middle), || look(middle..self.len()));
        lengths.into_iter().map(AtomicU8::into_inner).collect()
    }

    /// Notes the lengths of some ends, the first of which has nothing in common with the one before it.
    fn note_known(&self, ends: Range<usize>, is_target: &Bits, lengths: &[AtomicU8], stop: &Stop) {
        let order = self.order().get(ends.clone()).unwrap_or_default();
        let shared = self.shared().get(ends).unwrap_or_default();
        // In the order: what each has in common with the nearest before it that is of the reference.
        let mut common = 0;
        let before: Vec<Option<u8>> = stop
            .until(order.iter().zip(shared))
            .map(|(place, shared)| {
                common = common.min(*shared);
                match is_target.has(*place as usize) {
                    false => {
                        common = u8::MAX;
                        None
                    }
                    true => Some(common),
                }
            })
            .collect();
        let mut common = 0;
        let ends = order.iter().zip(shared).zip(&before);
        for ((place, shared), before) in stop.until(ends.rev()) {
            match before {
                None => common = u8::MAX,
                Some(before) => {
                    if let Some(length) = lengths.get(*place as usize) {
                        // No place is of two ends.
                        length.store(common.max(*before), Ordering::Relaxed);
                    }
                }
            }
            common = common.min(*shared);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::suffixes::tests::{collection_of, runs, suffixes, texts};
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn they_are_those_of_comparing_every_place(texts in texts()) {
            let suffixes = suffixes(&texts);
            let lengths = suffixes.known_lengths(&Stop::new());
            let runs = runs(&texts);
            let reference: Vec<&Vec<char>> = runs.iter()
                .filter(|(rank, _)| collection_of(*rank) == Collection::Reference)
                .map(|(_, run)| run)
                .collect();
            let longest = |rest: &[char]| (0..=rest.len()).rev().find(|n| {
                *n == 0 || reference.iter().any(|run| run.windows(*n).any(|part| part == &rest[..*n]))
            });
            let mut expected = Vec::new();
            for (rank, run) in &runs {
                for at in 0..run.len() {
                    let is_target = collection_of(*rank) == Collection::Target;
                    expected.push(if is_target { longest(&run[at..]).unwrap_or(0) } else { 0 });
                }
                expected.push(0);
            }
            let lengths: Vec<usize> = lengths.into_iter().map(usize::from).collect();
            prop_assert_eq!(lengths, expected);
        }
    }
}
