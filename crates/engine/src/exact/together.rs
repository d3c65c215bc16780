//! In how many passages two frequent runs of characters stand together.
//!
//! In: the lists of the runs, and pairs of them. Out: which pairs stand together in more passages than a limit. Each run
//! has a bitmap over a block of passages at a time.

use super::grams::Postings;
use std::iter::Peekable;
use std::ops::Range;
use tantivy::DocId;

/// Bytes of the bitmaps that are held at once: they stay in the cache of a core.
const BITMAP_BYTES: usize = 1 << 20;
/// Passages for which bitmaps are held at once, at least and at most.
const BLOCK_PASSAGES: Range<usize> = 64..32_768;

/// A frequent run on its way through the passages.
struct Walked<'a> {
    postings: Peekable<Postings<'a>>,
    /// Passages behind those that have been walked.
    n_left: u32,
}

/// Frequent runs, walked together.
pub(super) struct Together<'a> {
    runs: Vec<Walked<'a>>,
    bits: Vec<u64>,
    /// Words of the bitmap of a run.
    n_words: usize,
}

impl<'a> Together<'a> {
    /// Given the list of each run, and in how many passages it stands.
    pub(super) fn new(lists: impl Iterator<Item = (&'a [u8], u32)>) -> Together<'a> {
        let walked = |(list, n_docs)| Walked {
            postings: Postings::new(list).peekable(),
            n_left: n_docs,
        };
        let runs: Vec<Walked<'a>> = lists.map(walked).collect();
        let n_passages = 8 * BITMAP_BYTES / runs.len().max(1);
        let n_passages = n_passages.clamp(BLOCK_PASSAGES.start, BLOCK_PASSAGES.end);
        let n_words = n_passages / 64;
        Together {
            bits: vec![0; n_words * runs.len()],
            runs,
            n_words,
        }
    }

    /// Which of some pairs of runs stand together in more than `limit` of the first `n_docs` passages; they are taken in
    /// turn, and given by their places.
    pub(super) fn more_than(
        mut self,
        limit: u32,
        pairs: impl Iterator<Item = (u32, u32)>,
        n_docs: DocId,
    ) -> Vec<usize> {
        let mut open: Vec<(usize, (u32, u32), u32)> =
            pairs.enumerate().map(|(at, pair)| (at, pair, 0)).collect();
        // The bitmap of the first of a pair is at hand from the pair before.
        open.sort_unstable_by_key(|(_, pair, _)| *pair);
        let mut more = Vec::new();
        let mut start = 0;
        while start < n_docs && !open.is_empty() {
            let end = start.saturating_add(64 * self.n_words as u32).min(n_docs);
            self.fill(start, end);
            open.retain_mut(|(at, pair, n)| {
                *n += self.n_with_both(*pair);
                if *n > limit {
                    more.push(*at);
                }
                // What is left cannot be enough for some.
                *n <= limit && *n + self.n_left(*pair) > limit
            });
            start = end;
        }
        more
    }

    /// Fills the bitmaps for some passages.
    fn fill(&mut self, start: DocId, end: DocId) {
        self.bits.fill(0);
        let bitmaps = self.bits.chunks_exact_mut(self.n_words);
        for (run, bits) in self.runs.iter_mut().zip(bitmaps) {
            while let Some((doc, _)) = run.postings.next_if(|(doc, _)| *doc < end) {
                let bit = doc - start;
                if let Some(word) = bits.get_mut(bit as usize / 64) {
                    *word |= 1 << (bit % 64);
                }
                run.n_left = run.n_left.saturating_sub(1);
            }
        }
    }

    /// In how many passages of the block both runs stand.
    fn n_with_both(&self, (first, second): (u32, u32)) -> u32 {
        let bits = |run: u32| {
            let start = run as usize * self.n_words;
            self.bits.get(start..start + self.n_words)
        };
        let firsts = bits(first).unwrap_or_default().iter();
        let both = firsts.zip(bits(second).unwrap_or_default());
        both.map(|(a, b)| (a & b).count_ones()).sum()
    }

    /// In how many passages behind the block both may stand.
    fn n_left(&self, (first, second): (u32, u32)) -> u32 {
        let n_left = |run: u32| self.runs.get(run as usize).map_or(0, |run| run.n_left);
        n_left(first).min(n_left(second))
    }
}
