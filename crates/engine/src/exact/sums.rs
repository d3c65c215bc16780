//! Sums over many lists of passages.
//!
//! In: how often something stands in passages, in any order. Out: the sums, by passage. Long lists are shared among cores;
//! sums are the same whoever adds them up.

use super::grams::Postings;
use crate::stop::Stop;
use std::collections::HashMap;
use std::thread;
use tantivy::DocId;

/// Bytes of lists that are worth a core of their own: to begin on one takes as long as a tenth of them.
const BYTES_PER_CORE: usize = 256 << 10;
/// More cores than this wait for memory.
const CORES_MAX: usize = 4;

/// Sums by passage, a byte each: they stay in a cache that words of four would not fit into.
pub(super) struct PassageSums {
    small: Vec<u8>,
    /// What did not fit into a byte.
    rest: HashMap<DocId, u32>,
}

impl PassageSums {
    pub(super) fn new(n_passages: DocId) -> PassageSums {
        PassageSums {
            small: vec![0; n_passages as usize],
            rest: HashMap::new(),
        }
    }

    /// The sums of coded lists, on as many cores as they are worth; not whole once `stop` is set.
    pub(super) fn of(lists: &[&[u8]], n_passages: DocId, stop: &Stop) -> PassageSums {
        let n_bytes: usize = lists.iter().map(|list| list.len()).sum();
        let n_worth = (n_bytes / BYTES_PER_CORE).clamp(1, CORES_MAX);
        let n_cores = match n_worth {
            1 => 1,
            _ => thread::available_parallelism().map_or(1, |n| n.get().min(n_worth)),
        };
        PassageSums::on_cores(lists, n_passages, stop, n_cores)
    }

    /// The same on so many cores.
    fn on_cores(lists: &[&[u8]], n_passages: DocId, stop: &Stop, n_cores: usize) -> PassageSums {
        let sum = |lists: &[&[u8]]| {
            let mut sums = PassageSums::new(n_passages);
            for list in stop.until_each(lists.iter()) {
                for (doc, n) in Postings::new(list) {
                    sums.add(doc, n);
                }
            }
            sums
        };
        let mut shares = shares(lists, n_cores).into_iter();
        let own = shares.next().unwrap_or_default();
        let sum = &sum;
        thread::scope(|scope| {
            let others: Vec<_> = shares
                .map(|share| scope.spawn(move || sum(share)))
                .collect();
            let mut sums = sum(own);
            for other in others {
                match other.join() {
                    Ok(other) => sums.merge(other),
                    Err(panic) => std::panic::resume_unwind(panic),
                }
            }
            sums
        })
    }

    /// Adds the sums of other lists over as many passages.
    fn merge(&mut self, other: PassageSums) {
        for (doc, n) in other.rest {
            let rest = self.rest.entry(doc).or_default();
            *rest = rest.saturating_add(n);
        }
        for ((doc, sum), n) in (0..).zip(&mut self.small).zip(other.small) {
            match sum.checked_add(n) {
                Some(both) => *sum = both,
                None => {
                    let more = u32::from(n) - u32::from(u8::MAX - *sum);
                    *sum = u8::MAX;
                    let rest = self.rest.entry(doc).or_default();
                    *rest = rest.saturating_add(more);
                }
            }
        }
    }

    #[inline]
    pub(super) fn add(&mut self, doc: DocId, n: u32) {
        let Some(sum) = self.small.get_mut(doc as usize) else {
            return;
        };
        match u8::try_from(u32::from(*sum).saturating_add(n)) {
            Ok(fits) => *sum = fits,
            Err(_) => {
                let taken = u8::MAX - *sum;
                *sum = u8::MAX;
                let rest = self.rest.entry(doc).or_default();
                *rest = rest.saturating_add(n - u32::from(taken));
            }
        }
    }

    /// The passages with a sum, ascending.
    pub(super) fn finish(self) -> impl Iterator<Item = (DocId, u32)> {
        let PassageSums { small, rest } = self;
        let sums = (0..).zip(small).filter(|(_, sum)| *sum > 0);
        sums.map(move |(doc, sum)| {
            let more = match sum {
                u8::MAX => rest.get(&doc).copied().unwrap_or_default(),
                _ => 0,
            };
            (doc, more.saturating_add(u32::from(sum)))
        })
    }
}

/// Lists in order, as so many shares of about as many bytes each.
fn shares<'l, 'b>(lists: &'l [&'b [u8]], n: usize) -> Vec<&'l [&'b [u8]]> {
    let n_bytes: usize = lists.iter().map(|list| list.len()).sum();
    let mut shares = Vec::with_capacity(n);
    let (mut rest, mut taken) = (lists, 0);
    for share in 1..n {
        let end = n_bytes * share / n;
        let n_lists = rest.iter().take_while(|list| {
            let is_within = taken < end;
            taken += if is_within { list.len() } else { 0 };
            is_within
        });
        let (first, behind) = rest.split_at(n_lists.count());
        shares.push(first);
        rest = behind;
    }
    shares.push(rest);
    shares
}

#[cfg(test)]
mod tests {
    use super::super::grams::put_posting;
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    proptest! {
        #[test]
        fn sums_are_those_of_a_map(added in proptest::collection::vec((0u32..6, 0u32..300), 0..40)) {
            let (mut sums, mut map) = (PassageSums::new(5), BTreeMap::new());
            for (doc, n) in added {
                sums.add(doc, n);
                if doc < 5 && n > 0 {
                    *map.entry(doc).or_insert(0) += n;
                }
            }
            prop_assert_eq!(sums.finish().collect::<Vec<_>>(), map.into_iter().collect::<Vec<_>>());
        }

        #[test]
        fn sums_do_not_depend_on_the_cores(
            lists in proptest::collection::vec(proptest::collection::btree_map(0u32..9, 1u32..600, 0..9), 0..9),
            n_cores in 1usize..5,
        ) {
            let coded: Vec<Vec<u8>> = lists.iter().map(|list| {
                let (mut coded, mut last) = (Vec::new(), 0);
                for (doc, n) in list {
                    put_posting(&mut coded, doc - last, *n);
                    last = *doc;
                }
                coded
            }).collect();
            let coded: Vec<&[u8]> = coded.iter().map(Vec::as_slice).collect();
            prop_assert_eq!(shares(&coded, n_cores).concat(), coded.clone());
            let mut map = BTreeMap::new();
            for (doc, n) in lists.into_iter().flatten() {
                *map.entry(doc).or_insert(0) += n;
            }
            let sums = PassageSums::on_cores(&coded, 9, &Stop::new(), n_cores);
            prop_assert_eq!(sums.finish().collect::<Vec<_>>(), map.into_iter().collect::<Vec<_>>());
        }
    }
}
