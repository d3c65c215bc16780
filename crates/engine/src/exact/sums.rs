//! Sums over many lists of passages.
//!
//! In: how often something stands in passages, in any order. Out: the sums, by passage.

use std::collections::HashMap;
use tantivy::DocId;

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

#[cfg(test)]
mod tests {
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
    }
}
