//! The passages that can stand on a page, kept while all that match are gone through.
//!
//! In: candidates with their scores, in any order. Out: as many of the best as the page can reach.
//!
//! # Invariants
//!
//! - The best are those that a sort of all would put first: which of them are kept does not depend on the order in which
//!   they come.

use super::options::{SearchOptions, Sort};
use crate::rank::CLOSE_PASSAGES;
use std::cmp::Ordering;
use tantivy::DocId;

/// A matching passage before it is read.
pub(super) struct Candidate {
    pub(super) score: f64,
    pub(super) rank: u32,
    pub(super) number: u32,
    pub(super) segment: u32,
    pub(super) doc: DocId,
    pub(super) occurrences: u32,
}

impl Candidate {
    /// Best first; of equal ones that of the better placed report, then the earlier one.
    pub(super) fn by_score(a: &Candidate, b: &Candidate) -> Ordering {
        let (place_a, place_b) = ((a.rank, a.number), (b.rank, b.number));
        b.score.total_cmp(&a.score).then(place_a.cmp(&place_b))
    }
}

/// The best candidates so far.
pub(super) struct Best {
    /// How many the page can reach; none if all are wanted.
    n: Option<usize>,
    kept: Vec<Candidate>,
    /// The score of the last that the page could reach when it was last looked.
    least: f64,
}

impl Best {
    /// Keeps what a page with these options can reach. Closeness is added to the best afterwards, so that they are kept too.
    pub(super) fn new(options: &SearchOptions) -> Best {
        let end = options.limit.map(|n| n.saturating_add(options.offset));
        Best {
            n: end
                .filter(|_| options.sort == Sort::Relevance)
                .map(|end| end.max(CLOSE_PASSAGES)),
            kept: Vec::new(),
            least: f64::NEG_INFINITY,
        }
    }

    /// Whether a passage with at most this score can be among them.
    #[inline]
    pub(super) fn can_have(&self, score: f64) -> bool {
        score >= self.least
    }

    pub(super) fn push(&mut self, candidate: Candidate) {
        self.kept.push(candidate);
        let Some(n) = self.n.filter(|n| self.kept.len() / 2 >= *n) else {
            return;
        };
        let (_, last, _) = self.kept.select_nth_unstable_by(n - 1, Candidate::by_score);
        self.least = last.score;
        self.kept.truncate(n);
    }

    /// Those that are left: all the best, and perhaps others.
    pub(super) fn finish(self) -> Vec<Candidate> {
        self.kept
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn candidate(score: u32, number: u32) -> Candidate {
        Candidate {
            score: f64::from(score),
            rank: number / 7,
            number,
            segment: 0,
            doc: number,
            occurrences: 1,
        }
    }

    proptest! {
        #[test]
        fn the_best_are_those_that_a_sort_puts_first(
            scores in proptest::collection::vec(0u32..50, 0..900),
            limit in 1usize..150,
            offset in 0usize..60,
        ) {
            let options = SearchOptions { limit: Some(limit), offset, ..SearchOptions::default() };
            let mut best = Best::new(&options);
            let mut all = Vec::new();
            for (number, score) in (0..).zip(scores) {
                all.push(candidate(score, number));
                if best.can_have(f64::from(score)) {
                    best.push(candidate(score, number));
                }
            }
            all.sort_by(Candidate::by_score);
            let mut kept = best.finish();
            kept.sort_by(Candidate::by_score);
            let n = limit.saturating_add(offset).max(CLOSE_PASSAGES).min(all.len());
            let numbers = |some: &[Candidate]| some.iter().take(n).map(|one| one.number).collect::<Vec<_>>();
            prop_assert_eq!(numbers(&kept), numbers(&all));
        }
    }
}
