//! Work that can be stopped: a flag that one holder sets and that long work looks at.
//!
//! In: whoever starts the work keeps a [`Stop`] and hands a clone to it
//! ([`Index::with_stop`](crate::index::Index::with_stop)). Out: every loop whose length the corpus or the
//! question decides looks at the flag every few hundred steps and ends early once it is set. What comes out of
//! such a loop is not whole: the function at the top looks once more before it hands anything out, and gives
//! [`IndexError::Stopped`](crate::index::IndexError::Stopped) in its place.
//!
//! # Invariants
//!
//! - A flag that has been set stays set. So whoever looks after the work sees it if any loop of the work did.
//! - Looking costs one load without ordering: the flag says when to stop and guards no other data.

use std::cmp::Ordering;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering as Memory};

/// Steps of a loop between two looks at the flag.
const STEPS: u32 = 256;
/// Items that are sorted without a look at the flag.
const SORTED_AT_ONCE: usize = 1 << 16;

/// A flag that stops work. Clones are the same flag.
#[derive(Clone, Debug, Default)]
pub struct Stop(Arc<AtomicBool>);

impl Stop {
    /// A flag that is not set.
    pub fn new() -> Stop {
        Stop::default()
    }

    /// Stops the work, for good.
    pub fn set(&self) {
        self.0.store(true, Memory::Relaxed);
    }

    /// Whether the work is to stop.
    #[inline]
    pub fn is_set(&self) -> bool {
        self.0.load(Memory::Relaxed)
    }

    /// The items until the flag is seen to be set: looked at before the first and then every few hundred.
    pub(crate) fn until<I: Iterator>(&self, items: I) -> impl Iterator<Item = I::Item> {
        let mut n = 0u32;
        items.take_while(move |_| {
            let looks = n.is_multiple_of(STEPS);
            n = n.wrapping_add(1);
            !(looks && self.is_set())
        })
    }

    /// Sorts, unless the flag is set meanwhile: then the order is none. Equal items may change places.
    pub(crate) fn sort_by<T>(&self, items: &mut [T], compare: impl Fn(&T, &T) -> Ordering) {
        for run in self.until_each(items.chunks_mut(SORTED_AT_ONCE)) {
            run.sort_unstable_by(&compare);
        }
        let mut sorted = SORTED_AT_ONCE;
        while sorted < items.len() {
            sorted *= 2;
            for runs in self.until_each(items.chunks_mut(sorted)) {
                // Two runs in order: this merges them.
                runs.sort_by(&compare);
            }
        }
    }

    /// As [`Stop::until`], looking before each item: for items that take long.
    pub(crate) fn until_each<I: Iterator>(&self, items: I) -> impl Iterator<Item = I::Item> {
        items.take_while(|_| !self.is_set())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clones_are_one_flag_and_it_stays_set() {
        let stop = Stop::new();
        let other = stop.clone();
        assert!(!other.is_set());
        stop.set();
        assert!(other.is_set() && stop.is_set());
    }

    #[test]
    fn a_loop_ends_within_a_few_hundred_steps() {
        let stop = Stop::new();
        let mut n = 0u32;
        for _ in stop.until(0..1_000_000) {
            n += 1;
            if n == 1_000 {
                stop.set();
            }
        }
        assert!((1_000..=1_000 + STEPS).contains(&n), "{n}");
        assert_eq!(stop.until(0..9).count(), 0);
    }

    #[test]
    fn what_is_sorted_in_runs_is_sorted() {
        let n = 3 * SORTED_AT_ONCE as u64 + 5;
        let mut items: Vec<u64> = (0..n)
            .map(|i| i.wrapping_mul(0x9e37_79b9_7f4a_7c15))
            .collect();
        let mut expected = items.clone();
        expected.sort_unstable();
        Stop::new().sort_by(&mut items, u64::cmp);
        assert!(items == expected);
    }
}
