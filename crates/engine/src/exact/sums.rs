//! Sums over many lists of passages.
//!
//! In: how often something stands in passages, in any order. Out: the sums, by passage. Long lists are shared among cores;
//! sums are the same whoever adds them up.

use super::grams::Postings;
use crate::cores::{Cores, at_once, cores_for};
use crate::stop::Stop;
use std::collections::HashMap;
use tantivy::DocId;

/// Bytes of lists that are worth a core of their own: to begin on one takes as long as a tenth of them.
const BYTES_PER_CORE: usize = 64 << 10;
/// Postings are sorted if they are fewer than one in so many passages: to go through all sums takes longer.
const SORTED_SHARE: usize = 32;
/// Sums that are added together.
const BLOCK: usize = 32;

/// The sums of coded lists, by passage, ascending; not whole once `stop` is set.
pub(super) fn summed(
    lists: &[&[u8]],
    n_passages: DocId,
    stop: &Stop,
) -> impl Iterator<Item = (DocId, u32)> + use<> {
    let n_bytes: usize = lists.iter().map(|list| list.len()).sum();
    // A posting has a byte at least.
    let (few, many) = match n_bytes < n_passages as usize / SORTED_SHARE {
        true => (sorted(lists, n_bytes, stop), PassageSums::new(0)),
        false => {
            let cores = cores_for(n_bytes, BYTES_PER_CORE);
            let many = PassageSums::on_cores(lists, n_passages, stop, cores);
            (Vec::new(), many)
        }
    };
    few.into_iter().chain(many.finish())
}

/// The sums of a few postings, of at most so many.
fn sorted(lists: &[&[u8]], n_most: usize, stop: &Stop) -> Vec<(DocId, u32)> {
    let mut all = Vec::with_capacity(n_most);
    stop.until_each(lists.iter())
        .for_each(|list| all.extend(Postings::new(list)));
    all.sort_unstable();
    all.dedup_by(|next, sum| {
        let is_same = next.0 == sum.0;
        if is_same {
            sum.1 = sum.1.saturating_add(next.1);
        }
        is_same
    });
    all
}

/// Sums by passage, a byte each: they stay in a cache that words of four would not fit into.
struct PassageSums {
    n_passages: DocId,
    /// Whole blocks.
    small: Vec<u8>,
    /// What did not fit into a byte.
    rest: HashMap<DocId, u32>,
}

impl PassageSums {
    fn new(n_passages: DocId) -> PassageSums {
        PassageSums {
            n_passages,
            small: vec![0; (n_passages as usize).next_multiple_of(BLOCK)],
            rest: HashMap::new(),
        }
    }

    /// The sums of coded lists on so many cores.
    fn on_cores(lists: &[&[u8]], n_passages: DocId, stop: &Stop, cores: Cores) -> PassageSums {
        let sums = at_once(cores, shares(lists, cores.n), |lists: &[&[u8]]| {
            let mut sums = PassageSums::new(n_passages);
            for list in stop.until_each(lists.iter()) {
                for (doc, n) in Postings::new(list) {
                    sums.add(doc, n);
                }
            }
            sums
        });
        let all = sums.into_iter().reduce(|mut all, other| {
            all.merge(other);
            all
        });
        all.unwrap_or_else(|| PassageSums::new(n_passages))
    }

    /// Adds the sums of other lists over as many passages.
    fn merge(&mut self, other: PassageSums) {
        for (doc, n) in other.rest {
            let rest = self.rest.entry(doc).or_default();
            *rest = rest.saturating_add(n);
        }
        let (blocks, _) = self.small.as_chunks_mut::<BLOCK>();
        let (others, _) = other.small.as_chunks::<BLOCK>();
        let blocks = blocks.iter_mut().zip(others);
        for (first, (sums, others)) in (0..).step_by(BLOCK).zip(blocks) {
            let both = || sums.iter().zip(others);
            // Together they fit into a byte almost always: no branch for each.
            let fits = both().fold(true, |all, (sum, n)| all & sum.checked_add(*n).is_some());
            if !fits {
                for (doc, (sum, n)) in (first..).zip(both()) {
                    let more = (u32::from(*sum) + u32::from(*n)).saturating_sub(u8::MAX.into());
                    if more > 0 {
                        let rest = self.rest.entry(doc).or_default();
                        *rest = rest.saturating_add(more);
                    }
                }
            }
            for (sum, n) in sums.iter_mut().zip(others) {
                *sum = sum.saturating_add(*n);
            }
        }
    }

    #[inline]
    fn add(&mut self, doc: DocId, n: u32) {
        match self.small.get_mut(doc as usize) {
            Some(sum) if n == 1 && *sum < u8::MAX => *sum += 1,
            Some(sum) => {
                let all = n.saturating_add(u32::from(*sum));
                *sum = u8::try_from(all).unwrap_or(u8::MAX);
                let more = all - u32::from(*sum);
                if more > 0 {
                    let rest = self.rest.entry(doc).or_default();
                    *rest = rest.saturating_add(more);
                }
            }
            None => {}
        }
    }

    /// The passages with a sum, ascending.
    fn finish(self) -> impl Iterator<Item = (DocId, u32)> {
        let PassageSums {
            n_passages,
            small,
            rest,
        } = self;
        let sums = (0..n_passages).zip(small).filter(|(_, sum)| *sum > 0);
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
            lists in proptest::collection::vec(proptest::collection::btree_map(0u32..90, 1u32..600, 0..30), 0..9),
            n_cores in 1usize..5,
            is_long in any::<bool>(),
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
            let sums = PassageSums::on_cores(&coded, 90, &Stop::new(), Cores { n: n_cores, is_long });
            let expected: Vec<(u32, u32)> = map.into_iter().collect();
            prop_assert_eq!(&sums.finish().collect::<Vec<_>>(), &expected);
            prop_assert_eq!(&sorted(&coded, 0, &Stop::new()), &expected);
        }
    }
}
