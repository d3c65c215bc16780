//! Text → words of jieba's plain mode, without its model of unknown words: the likeliest way through the words of the list,
//! looked up where they stand. Nothing is made ready for a text, so a short one is cut as quickly as its part of a long one.
//!
//! # Invariants
//!
//! - The words are those of `Jieba::cut` with the same list, in all of Unicode; equally likely ways are decided alike.

use super::list::WordList;
use std::ops::Range;

/// Cuts texts, one after the other.
pub struct Cutter<'w> {
    list: &'w WordList,
    /// The logarithm of the sum of all frequencies.
    log_total: f64,
    /// Where the characters of a block begin, and where it ends.
    starts: Vec<usize>,
    /// The best way from each character of the block.
    ways: Vec<Way>,
    /// The reader's words that begin at a character, in bytes.
    own: Vec<usize>,
}

/// The likeliest way from a character to the end of its block.
#[derive(Clone, Copy)]
struct Way {
    log_likelihood: f64,
    /// The number of the character after the first word.
    next: usize,
}

impl<'w> Cutter<'w> {
    pub(super) fn new(list: &'w WordList) -> Cutter<'w> {
        Cutter {
            list,
            log_total: (list.total() as f64).ln(),
            starts: Vec::new(),
            ways: Vec::new(),
            own: Vec::new(),
        }
    }

    /// The words of a folded text without a gap, what is no letter and no digit among them.
    pub fn cut<'t>(&mut self, folded: &'t str) -> Vec<&'t str> {
        let mut words = Vec::new();
        self.each(folded, |word| {
            words.extend(folded.get(word));
        });
        words
    }

    /// Calls `visit` with the bytes of each of these words.
    pub fn each(&mut self, folded: &str, mut visit: impl FnMut(Range<usize>)) {
        let mut rest = folded.char_indices().peekable();
        while let Some((start, c)) = rest.next() {
            let mut end = start + c.len_utf8();
            if !is_cut_together(c) {
                if c == '\r' && rest.next_if(|(_, next)| *next == '\n').is_some() {
                    end += 1;
                }
                visit(start..end);
                continue;
            }
            while let Some((_, c)) = rest.next_if(|(_, next)| is_cut_together(*next)) {
                end += c.len_utf8();
            }
            let block = folded.get(start..end).unwrap_or_default();
            self.block(block, |word| visit(start + word.start..start + word.end));
        }
    }

    /// The words of a block: a run of single letters and digits is one.
    fn block(&mut self, block: &str, mut visit: impl FnMut(Range<usize>)) {
        self.find_ways(block);
        let byte = |at: usize| self.starts.get(at).copied().unwrap_or(block.len());
        let is_latin = |at: usize| {
            block
                .as_bytes()
                .get(byte(at))
                .is_some_and(u8::is_ascii_alphanumeric)
        };
        let (mut at, mut run) = (0, None);
        while let Some(way) = self.ways.get(at).filter(|_| byte(at) < block.len()) {
            if way.next == at + 1 && is_latin(at) {
                run.get_or_insert(at);
            } else {
                if let Some(start) = run.take() {
                    visit(byte(start)..byte(at));
                }
                visit(byte(at)..byte(way.next));
            }
            at = way.next;
        }
        if let Some(start) = run {
            visit(byte(start)..block.len());
        }
    }

    /// Finds the way from each character of a block, the last one first.
    fn find_ways(&mut self, block: &str) {
        self.starts.clear();
        self.starts
            .extend(block.char_indices().map(|(start, _)| start));
        let n = self.starts.len();
        self.starts.push(block.len());
        let end = Way {
            log_likelihood: 0.0,
            next: n,
        };
        self.ways.clear();
        self.ways.resize(n + 1, end);
        for at in (0..n).rev() {
            let way = self.way(block, at);
            if let Some(slot) = self.ways.get_mut(at) {
                *slot = way;
            }
        }
    }

    fn way(&mut self, block: &str, at: usize) -> Way {
        let Cutter {
            list,
            log_total,
            starts,
            ways,
            own,
        } = self;
        let start = starts.get(at).copied().unwrap_or_default();
        let rest = block.as_bytes().get(start..).unwrap_or_default();
        let from = |next: usize| ways.get(next).map_or(0.0, |way| way.log_likelihood);
        own.clear();
        let mut next = at;
        let mut best: Option<Way> = None;
        list.each_prefix_by_owner(rest, |n_bytes, frequency, is_own| {
            if is_own {
                own.push(n_bytes);
            } else if own.contains(&n_bytes) {
                return;
            }
            // Prefixes of one list come shortest first; a second list begins anew.
            if starts
                .get(next)
                .is_none_or(|reached| *reached > start + n_bytes)
            {
                next = at;
            }
            while starts
                .get(next)
                .is_some_and(|reached| *reached < start + n_bytes)
            {
                next += 1;
            }
            if frequency == 0 {
                return;
            }
            let log_likelihood = (frequency as f64).ln() - *log_total + from(next);
            let is_better = best.is_none_or(|best| {
                log_likelihood > best.log_likelihood
                    || log_likelihood == best.log_likelihood && next > best.next
            });
            if is_better {
                best = Some(Way {
                    log_likelihood,
                    next,
                });
            }
        });
        best.unwrap_or(Way {
            log_likelihood: -*log_total + from(at + 1),
            next: at + 1,
        })
    }
}

/// Whether jieba looks for words across a character: Han, and what may stand in names and numbers.
fn is_cut_together(c: char) -> bool {
    matches!(c,
        '\u{4e00}'..='\u{9fff}'
        | 'a'..='z' | 'A'..='Z' | '0'..='9'
        | '+' | '#' | '&' | '.' | '_' | '%' | '-'
        | '\u{3400}'..='\u{4dbf}'
        | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{2a6df}'
        | '\u{2a700}'..='\u{2b73f}'
        | '\u{2b740}'..='\u{2b81f}'
        | '\u{2b820}'..='\u{2ceaf}'
        | '\u{2ceb0}'..='\u{2ebef}'
        | '\u{2f800}'..='\u{2fa1f}')
}
