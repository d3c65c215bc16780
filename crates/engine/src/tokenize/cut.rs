//! Text → words of jieba's two modes, without its model of unknown words: the likeliest way through the words of the list,
//! looked up where they stand. Nothing is made ready for a text, so a short one is cut as quickly as its part of a long one.
//!
//! # Invariants
//!
//! - The words are those of `Jieba::cut` and of `Jieba::cut_for_search` with the same list, in all of Unicode; equally
//!   likely ways are decided alike.

use super::list::WordList;
use super::trie::{self, Code};
use baogao_reading::fold::is_alphanumeric;
use std::ops::Range;

/// Cuts texts, one after the other.
pub struct Cutter<'w> {
    list: &'w WordList,
    ways: Ways,
}

impl<'w> Cutter<'w> {
    pub(super) fn new(list: &'w WordList) -> Cutter<'w> {
        Cutter {
            list,
            ways: Ways::default(),
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
        self.ways.each(self.list, folded, |word, _| visit(word));
    }

    /// The words of search mode, in order: those of plain mode that have a letter or a digit, each behind the words of two and
    /// three characters in it.
    pub fn search_words<'t>(&mut self, folded: &'t str) -> Vec<&'t str> {
        let mut words = Vec::new();
        let ways = &mut self.ways;
        ways.each_in_search(self.list, folded, |word, _| words.extend(folded.get(word)));
        words
    }
}

/// What is held of a block of text, for one block after the other.
#[derive(Clone, Debug, Default)]
pub(super) struct Ways {
    /// Where its characters begin, and where it ends.
    starts: Vec<usize>,
    codes: Vec<Code>,
    /// The best way from each character, and one from the end.
    ways: Vec<Way>,
    /// The reader's words that begin at a character: characters and frequency.
    own: Vec<(usize, u64)>,
}

/// The likeliest way from a character to the end of its block.
#[derive(Clone, Copy, Debug)]
struct Way {
    log_likelihood: f64,
    /// The number of the character after the first word.
    next: u32,
    /// Of which lengths words begin at the character: bit *n* for *n* characters, the last bit for all longer ones.
    lengths: u8,
}

/// The last bit of the lengths of words.
const LONG: usize = 7;

impl Ways {
    /// Calls `visit` with the bytes of each word of plain mode, and what it was cut from.
    pub(super) fn each(
        &mut self,
        list: &WordList,
        folded: &str,
        mut visit: impl FnMut(Range<usize>, Option<InBlock<'_>>),
    ) {
        let mut rest = folded.char_indices().peekable();
        while let Some((start, c)) = rest.next() {
            let mut end = start + c.len_utf8();
            if !is_cut_together(c) {
                if c == '\r' && rest.next_if(|(_, next)| *next == '\n').is_some() {
                    end += 1;
                }
                visit(start..end, None);
                continue;
            }
            self.starts.clear();
            self.codes.clear();
            let mut begin = |at: usize, c: char| {
                self.starts.push(at);
                self.codes.push(trie::code(c));
            };
            begin(start, c);
            while let Some((at, c)) = rest.next_if(|(_, next)| is_cut_together(*next)) {
                begin(at, c);
                end = at + c.len_utf8();
            }
            self.starts.push(end);
            self.find(list, folded.as_bytes());
            self.each_in_block(folded.as_bytes(), &mut visit);
        }
    }

    /// Calls `visit` with the bytes of each word of search mode, and those of the word of plain mode in which it stands.
    pub(super) fn each_in_search(
        &mut self,
        list: &WordList,
        folded: &str,
        mut visit: impl FnMut(Range<usize>, Range<usize>),
    ) {
        self.each(list, folded, |whole, block| {
            let Some(text) = folded.get(whole.clone()) else {
                return;
            };
            if !text.chars().any(is_alphanumeric) {
                return;
            }
            if let Some(block) = block {
                each_joined(text, |part| {
                    visit(
                        whole.start + part.start..whole.start + part.end,
                        whole.clone(),
                    );
                });
                block.each_short(|word| {
                    let is_word = |word: &str| word.chars().any(is_alphanumeric);
                    if folded.get(word.clone()).is_some_and(is_word) {
                        visit(word, whole.clone());
                    }
                });
            }
            visit(whole.clone(), whole);
        });
    }

    /// The words of the block at hand: a run of single letters and digits is one.
    fn each_in_block(
        &self,
        text: &[u8],
        visit: &mut impl FnMut(Range<usize>, Option<InBlock<'_>>),
    ) {
        let byte = |at: usize| self.starts.get(at).copied().unwrap_or(text.len());
        let is_latin = |at: usize| text.get(byte(at)).is_some_and(u8::is_ascii_alphanumeric);
        let mut give = |chars: Range<usize>| {
            let bytes = byte(chars.start)..byte(chars.end);
            visit(bytes, Some(InBlock { ways: self, chars }));
        };
        let n = self.codes.len();
        let (mut at, mut run) = (0, None);
        while let Some(way) = self.ways.get(at).filter(|_| at < n) {
            let next = way.next as usize;
            if next == at + 1 && is_latin(at) {
                run.get_or_insert(at);
            } else {
                if let Some(start) = run.take() {
                    give(start..at);
                }
                give(at..next);
            }
            at = next;
        }
        if let Some(start) = run {
            give(start..n);
        }
    }

    /// Finds the way from each character of the block, the last one first.
    fn find(&mut self, list: &WordList, text: &[u8]) {
        let n = self.codes.len();
        let end = Way {
            log_likelihood: 0.0,
            next: n as u32,
            lengths: 0,
        };
        self.ways.clear();
        self.ways.resize(n + 1, end);
        let weights = WordWeights {
            logarithms: trie::logarithms(),
            log_total: (list.total() as f64).ln(),
        };
        for at in (0..n).rev() {
            if list.has_own() {
                self.find_own(list, text, at);
            }
            let way = self.way(&weights, at);
            if let Some(slot) = self.ways.get_mut(at) {
                *slot = way;
            }
        }
    }

    /// Finds the reader's words that begin at a character.
    fn find_own(&mut self, list: &WordList, text: &[u8], at: usize) {
        let Ways { starts, own, .. } = self;
        own.clear();
        let (Some(start), Some(end)) = (starts.get(at), starts.last()) else {
            return;
        };
        let block = text.get(*start..*end).unwrap_or_default();
        let mut next = at;
        list.each_own_prefix(block, |n_bytes, frequency| {
            while starts
                .get(next)
                .is_some_and(|reached| *reached < start + n_bytes)
            {
                next += 1;
            }
            own.push((next - at, frequency));
        });
    }

    #[inline]
    fn way(&self, weights: &WordWeights, at: usize) -> Way {
        let mut best: Option<Way> = None;
        let mut lengths = 0;
        let mut consider = |n_chars: usize, logarithm: f64| {
            lengths |= 1 << n_chars.min(LONG);
            let next = at + n_chars;
            let rest = self.ways.get(next).map_or(0.0, |way| way.log_likelihood);
            let log_likelihood = logarithm - weights.log_total + rest;
            let next = next as u32;
            let is_better = best.is_none_or(|best| {
                log_likelihood > best.log_likelihood
                    || log_likelihood == best.log_likelihood && next > best.next
            });
            if is_better {
                best = Some(Way {
                    log_likelihood,
                    next,
                    lengths: 0,
                });
            }
        };
        for (n_chars, frequency) in &self.own {
            if *frequency > 0 {
                consider(*n_chars, (*frequency as f64).ln());
            }
        }
        let codes = self.codes.get(at..).unwrap_or_default();
        trie::each_prefix(codes, |n_chars, number| {
            // A word of the reader's takes the place of the same word of the program.
            if !self.own.iter().any(|(n, _)| *n == n_chars) {
                let logarithm = weights.logarithms.get(usize::from(number));
                consider(n_chars, logarithm.copied().unwrap_or_default());
            }
        });
        let alone = || Way {
            log_likelihood: -weights.log_total
                + self.ways.get(at + 1).map_or(0.0, |way| way.log_likelihood),
            next: at as u32 + 1,
            lengths: 0,
        };
        Way {
            lengths,
            ..best.unwrap_or_else(alone)
        }
    }
}

/// By what ways are compared.
struct WordWeights {
    /// Of each frequency of the program's words.
    logarithms: &'static [f64],
    /// Of the sum of all frequencies.
    log_total: f64,
}

/// A word of plain mode in its block.
pub(super) struct InBlock<'b> {
    ways: &'b Ways,
    chars: Range<usize>,
}

impl InBlock<'_> {
    /// Calls `visit` with the bytes of each shorter word of two characters, then of three.
    fn each_short(&self, mut visit: impl FnMut(Range<usize>)) {
        let Range { start, end } = self.chars;
        for n_chars in 2..=3 {
            if end - start <= n_chars {
                return;
            }
            let ways = self.ways.ways.get(start..=end - n_chars);
            for (at, way) in (start..).zip(ways.unwrap_or_default()) {
                let bytes = self.ways.starts.get(at..=at + n_chars);
                if way.lengths & 1 << n_chars != 0
                    && let Some([first, .., last]) = bytes
                {
                    visit(*first..*last);
                }
            }
        }
    }
}

/// Calls `visit` with the parts of a word that points, underlines and hyphens join, if a part can be looked for alone.
fn each_joined(word: &str, mut visit: impl FnMut(Range<usize>)) {
    let is_joint = |c: char| matches!(c, '.' | '_' | '-');
    if !word.contains(is_joint) {
        return;
    }
    let mut start = 0;
    for part in word.split(is_joint) {
        if part.len() >= 2 && part.bytes().any(|byte| byte.is_ascii_alphabetic()) {
            visit(start..start + part.len());
        }
        start += part.len() + 1;
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
