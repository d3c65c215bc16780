//! What the lists of a segment say of a run of characters, before any text is read.
//!
//! In: folded characters. Out: that they stand nowhere, their own list, or the passages that may have them.
//!
//! # Invariants
//!
//! - A run of at most `max_chars` characters (`runs::Bounds`) may stand in at most `max_reads` passages, or has a list.
//! - No passage that has the run is missing from what is said.

use super::grams::{GramReader, Postings};
use super::phrase::CountedBy;
use super::runs::{Bounds, Run, RunReader};
use crate::stop::Stop;
use tantivy::DocId;

/// Passages are looked up in a list if it has at most so many bytes for each of them: reading their text takes longer.
const NARROWING_BYTES: usize = 8;
/// So few passages are not looked up in any.
const NARROW: usize = 32;

/// What the lists say of a run of three characters or more.
pub(super) enum Known<'s> {
    /// No passage has it.
    Nowhere,
    /// It has lists of its own.
    Listed(Run<'s>),
    /// Of these passages some may have it; ascending.
    Maybe(Vec<DocId>),
}

/// The lists of one segment.
pub(super) struct Lists<'s> {
    pub(super) grams: &'s GramReader,
    pub(super) runs: &'s RunReader,
    pub(super) stop: &'s Stop,
}

/// What is found on the way from pairs to longer runs.
struct Deepened<'s> {
    /// The lists of all runs that have one.
    lists: Vec<&'s [u8]>,
    /// Of each run that has none, though both parts may be frequent: their lists.
    parts: Vec<[&'s [u8]; 2]>,
    /// The run itself.
    whole: Option<Run<'s>>,
}

impl<'s> Lists<'s> {
    /// What is known of a run of three characters or more.
    pub(super) fn of(&self, chars: &[char]) -> Known<'s> {
        let Some(mut found) = self.deepened(chars) else {
            return Known::Nowhere;
        };
        if let Some(run) = found.whole {
            return Known::Listed(run);
        }
        order(&mut found.lists);
        let shortest = found.lists.first().copied().unwrap_or_default();
        let max_reads = self.runs.bounds().max_reads as usize;
        // A posting has a byte at least.
        if shortest.len() > max_reads {
            let parts = found.parts.iter();
            if let Some([first, second]) = parts.min_by_key(|[a, b]| a.len() + b.len()) {
                let both = intersect(first, second).map(|(doc, _)| doc);
                let both: Vec<DocId> = self.stop.until(both.take(max_reads + 1)).collect();
                // If they stood together anywhere, the run would have a list.
                return match both.len() > max_reads {
                    true => Known::Nowhere,
                    false => Known::Maybe(self.narrowed(both, &found.lists)),
                };
            }
        }
        Known::Maybe(self.in_all(found.lists))
    }

    /// Passages among which are those that are in all lists; ascending.
    pub(super) fn in_all(&self, mut lists: Vec<&[u8]>) -> Vec<DocId> {
        order(&mut lists);
        let Some((shortest, longer)) = lists.split_first() else {
            return Vec::new();
        };
        let docs = self.stop.until(Postings::new(shortest).map(|(doc, _)| doc));
        self.narrowed(docs.collect(), longer)
    }

    /// Adds the lists of all parts of a run that have one; false if it stands nowhere.
    pub(super) fn add(&self, chars: &[char], lists: &mut Vec<&'s [u8]>) -> bool {
        match self.deepened(chars) {
            Some(found) => lists.extend(found.lists),
            None => return false,
        }
        true
    }

    /// Goes from the pairs of a run to longer and longer parts; nothing if a pair stands nowhere.
    fn deepened(&self, chars: &[char]) -> Option<Deepened<'s>> {
        let Bounds {
            max_reads,
            max_chars,
        } = self.runs.bounds();
        let pair = |two: &[char]| match *two {
            [a, b] => self.grams.find(a, b),
            _ => None,
        };
        let mut level = chars.windows(2).map(pair).collect::<Option<Vec<_>>>()?;
        let mut found = Deepened {
            lists: level.clone(),
            parts: Vec::new(),
            whole: None,
        };
        for n_chars in 3..=chars.len().min(max_chars as usize) {
            let mut longer = Vec::with_capacity(level.len());
            for (run, parts) in chars.windows(n_chars).zip(level.windows(2)) {
                let &[first, second] = parts else { continue };
                // A posting has a byte at least: where one part is not frequent, the run has no list.
                if first.len().min(second.len()) <= max_reads as usize {
                    continue;
                }
                match self.runs.find(run) {
                    Some(run) => longer.push(run),
                    None => found.parts.push([first, second]),
                }
            }
            found.lists.extend(longer.iter().map(|run| run.list));
            if longer.len() + 1 < level.len() {
                break;
            }
            if n_chars == chars.len() {
                found.whole = longer.first().copied();
            }
            level = longer.into_iter().map(|run| run.list).collect();
        }
        Some(found)
    }

    /// Leaves out passages that are not in some lists, as long as that is worth it; the shortest lists come first.
    fn narrowed(&self, mut docs: Vec<DocId>, lists: &[&[u8]]) -> Vec<DocId> {
        for list in lists {
            if docs.len() <= NARROW || list.len() > NARROWING_BYTES * docs.len() {
                break;
            }
            let mut list = Postings::new(list);
            let mut ahead = list.next();
            docs.retain(|doc| {
                while ahead.is_some_and(|(other, _)| other < *doc) {
                    ahead = list.next();
                }
                !self.stop.is_set() && ahead.is_some_and(|(other, _)| other == *doc)
            });
        }
        docs
    }
}

/// Puts the shortest lists first, each once.
fn order(lists: &mut Vec<&[u8]>) {
    lists.sort_unstable_by_key(|list| (list.len(), list.as_ptr()));
    lists.dedup_by_key(|list| list.as_ptr());
}

/// The passages of `short` that are also in `long`, ascending.
fn intersect<'a>(short: &'a [u8], long: &'a [u8]) -> impl Iterator<Item = (DocId, u32)> {
    let mut long = Postings::new(long);
    let mut ahead = long.next();
    Postings::new(short).filter(move |(doc, _)| {
        while ahead.is_some_and(|(other, _)| other < *doc) {
            ahead = long.next();
        }
        ahead.is_some_and(|(other, _)| other == *doc)
    })
}

/// Calls `visit` for each posting of characters, with how often they count if lists tell: at their places, less those of
/// `corrections`, which are the list of places that do not count, if there is one.
pub(super) fn judge<'s>(
    (counted_by, stop): (CountedBy, &Stop),
    postings: impl Iterator<Item = (DocId, u32)>,
    corrections: impl FnOnce() -> Option<&'s [u8]>,
    mut visit: impl FnMut(DocId, Option<u32>),
) {
    let corrections = match counted_by {
        CountedBy::Characters => {
            let postings = stop.until(postings);
            return postings.for_each(|(doc, n)| visit(doc, Some(n)));
        }
        CountedBy::Rule => corrections(),
        CountedBy::Text => None,
    };
    match corrections {
        Some(corrections) => {
            let postings = stop.until(corrected(postings, corrections));
            postings.for_each(|(doc, n)| visit(doc, Some(n)));
        }
        None => {
            let postings = stop.until_each(postings);
            postings.for_each(|(doc, _)| visit(doc, None));
        }
    }
}

/// The postings of a list with what its corrections leave of their places, which may be none.
fn corrected(
    list: impl Iterator<Item = (DocId, u32)>,
    corrections: &[u8],
) -> impl Iterator<Item = (DocId, u32)> {
    let mut corrections = Postings::new(corrections).peekable();
    list.map(move |(doc, n)| {
        while corrections.next_if(|(other, _)| *other < doc).is_some() {}
        let fewer = corrections.next_if(|(other, _)| *other == doc);
        (doc, n.saturating_sub(fewer.map_or(0, |(_, n)| n)))
    })
}
