//! What the benches share: the text that is measured, the programs that are measured beside each other, and how.
//!
//! | letter | contender |
//! |---|---|
//! | a | baogao ([`ours`]) |
//! | b | tantivy, one token a character, and jieba's words beside it ([`fields`]) |
//! | c | tantivy, jieba's words: what would be written first ([`fields`]) |
//! | e | tantivy, single characters and pairs of them, as the CJK analysers of Lucene make them ([`fields`]) |
//! | f | SQLite FTS5, three characters a token ([`trigrams`]) |
//! | d | a literal scan of the folded text in memory ([`passages`]) |
//!
//! A passage is known by its number, counted from 0 through all reports in order.

pub(crate) mod corpora;
pub(crate) mod fields;
pub(crate) mod made;
pub(crate) mod measure;
pub(crate) mod ours;
pub(crate) mod passages;
pub(crate) mod random;
pub(crate) mod table;
pub(crate) mod trigrams;

use measure::{Samples, seconds};
use std::error::Error;

pub(crate) type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// Hits of a page.
pub(crate) const PAGE: usize = 20;

/// Readers that ask at once.
pub(crate) const READERS: usize = 16;

/// Threads for everything that uses several: all cores, up to as many as the library takes.
pub(crate) fn threads() -> usize {
    std::thread::available_parallelism()
        .map_or(1, usize::from)
        .min(8)
}

/// A program that finds the passages in which a phrase stands, or those that it takes for them.
pub(crate) trait Contender {
    /// How many passages.
    fn count(&self, phrase: &str) -> Result<u64>;

    /// Their numbers, in no promised order.
    fn find(&self, phrase: &str) -> Result<Vec<u32>>;

    /// The best [`PAGE`] of them with their texts and what is to be marked; the number of marks.
    fn page(&self, phrase: &str) -> Result<usize>;
}

/// Seconds of the best passages of each phrase, and of all of them together, while [`READERS`] ask at once: each phrase is
/// asked by one of them.
pub(crate) fn at_once(
    contender: &(impl Contender + Sync),
    phrases: &[String],
) -> Result<(Samples, f64)> {
    let share = phrases.len().div_ceil(READERS).max(1);
    let (wall, times) = seconds(|| {
        std::thread::scope(|scope| {
            let readers = phrases.chunks(share).map(|share| {
                let read = move || -> Vec<f64> {
                    let ask = |phrase: &String| {
                        let (time, page) = seconds(|| contender.page(phrase));
                        page.ok().map(|_| time)
                    };
                    share.iter().filter_map(ask).collect()
                };
                scope.spawn(read)
            });
            let readers: Vec<_> = readers.collect();
            let join = |reader: std::thread::ScopedJoinHandle<'_, Vec<f64>>| reader.join().ok();
            let times: Option<Vec<Vec<f64>>> = readers.into_iter().map(join).collect();
            times
        })
    });
    let times = times.ok_or("a reader panicked")?.concat();
    if times.len() < phrases.len() {
        return Err("a reader was given an error".into());
    }
    Ok((Samples(times), wall))
}
