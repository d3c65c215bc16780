//! The word list: that of the program, which lies in the binary, and the reader's own words on top.
//!
//! In: a dictionary in jieba's format. Out: a [`WordList`], which says what words a text begins with, and its
//! bytes as they are kept with the index. A word of the reader's takes the place of the same word of the program.
//!
//! # Invariants
//!
//! - A word without a frequency gets the least one with which jieba leaves it whole when it stands alone
//!   (jieba's own rule); a frequency of 0 makes a word no word.
//! - What depends on the order of the lines of a dictionary: nothing.

use super::{built_in, trie};
use baogao_reading::fold::{fold, is_alphanumeric};
use fst::raw::Output;
use std::collections::BTreeMap;
use thiserror::Error;

/// Longest word of a reader's dictionary, in characters.
const MAX_WORD_CHARS: usize = 64;
/// Most words of a reader's dictionary.
const MAX_WORDS: usize = 1_000_000;
/// Largest frequency: a million such words still have a sum.
const MAX_FREQUENCY: u64 = 1_000_000_000;

/// What is wrong with a dictionary.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("line {line}: {what}")]
pub struct DictionaryError {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong there.
    pub what: String,
}

/// The words that jieba knows.
#[derive(Clone, Debug)]
pub struct WordList {
    /// The reader's words: folded word → frequency.
    own: Option<fst::Map<Vec<u8>>>,
    /// Sum of the frequencies of all words.
    total: u64,
}

impl Default for WordList {
    /// The words of the program alone.
    fn default() -> WordList {
        WordList {
            own: None,
            total: built_in::TOTAL_FREQUENCY,
        }
    }
}

impl WordList {
    /// The words of the program and those of a dictionary in jieba's format: one word a line, then, parted by
    /// white space, its frequency and its tag, which may be missing.
    ///
    /// # Errors
    /// When a line has no word, a word that is too long, or a frequency that is too large; when there are too many.
    pub fn with_dictionary(text: &str) -> Result<WordList, DictionaryError> {
        let mut words: BTreeMap<String, Option<u64>> = BTreeMap::new();
        for (at, line) in text.lines().enumerate() {
            let line = line.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
            if line.is_empty() {
                continue;
            }
            let wrong = |what: String| DictionaryError { line: at + 1, what };
            let (word, frequency) =
                word_of(line).map_err(|what| wrong(format!("{what}: `{}`", shortened(line))))?;
            // Of two lines for one word, the larger frequency: their order says nothing.
            let kept = words.entry(word).or_default();
            *kept = frequency.max(*kept);
            if words.len() > MAX_WORDS {
                return Err(wrong(format!("more than {MAX_WORDS} words")));
            }
        }
        let program = WordList::default();
        let mut total = program.total;
        let mut builder = fst::MapBuilder::memory();
        for (word, frequency) in words {
            let frequency = match frequency {
                Some(frequency) => frequency,
                None => program.frequency_to_stand_whole(&word),
            };
            total += frequency;
            total -= trie::frequency_of(&word);
            builder
                .insert(&word, frequency)
                .expect("a BTreeMap gives its keys in order, each once");
        }
        let own = builder.into_map();
        Ok(WordList {
            own: (!own.is_empty()).then_some(own),
            total,
        })
    }

    /// Number of the reader's words.
    pub fn n_own(&self) -> usize {
        self.own.as_ref().map_or(0, fst::Map::len)
    }

    /// Sum of the frequencies of all words.
    pub(super) fn total(&self) -> u64 {
        self.total
    }

    /// The reader's words as they are kept with an index; nothing where there are none.
    pub(crate) fn to_bytes(&self) -> Option<Vec<u8>> {
        let own = self.own.as_ref()?;
        Some([&self.total.to_le_bytes(), own.as_fst().as_bytes()].concat())
    }

    /// What [`WordList::to_bytes`] wrote; nothing if it is something else. Bytes are to be compared with what
    /// was written before: what is damaged inside is not seen here.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Option<WordList> {
        let (total, own) = bytes.split_first_chunk::<8>()?;
        Some(WordList {
            own: Some(fst::Map::new(own.to_vec()).ok()?),
            total: u64::from_le_bytes(*total),
        })
    }

    /// Whether another list has the same words with the same frequencies.
    pub(crate) fn is_same(&self, other: &WordList) -> bool {
        self.to_bytes() == other.to_bytes()
    }

    /// Whether there are words of the reader's.
    #[inline]
    pub(super) fn has_own(&self) -> bool {
        self.own.is_some()
    }

    /// Calls `visit(bytes, frequency)` for every word of the reader's with which `text` begins, shortest first.
    pub(super) fn each_own_prefix(&self, text: &[u8], mut visit: impl FnMut(usize, u64)) {
        if let Some(own) = &self.own {
            each_prefix(own.as_fst(), text, &mut visit);
        }
    }

    /// The frequency of a folded word; 0 for what is no word.
    pub fn frequency(&self, word: &str) -> u64 {
        let own = self.own.as_ref().and_then(|own| own.get(word));
        own.unwrap_or_else(|| trie::frequency_of(word))
    }

    /// Calls `visit` for every word, each once, those that are no words left out.
    #[cfg(test)]
    pub(super) fn each(&self, mut visit: impl FnMut(&str, u64)) {
        use fst::Streamer;
        let is_own = |word: &str| self.own.as_ref().is_some_and(|own| own.contains_key(word));
        trie::each(|word, frequency| {
            if !is_own(word) {
                visit(word, frequency);
            }
        });
        if let Some(own) = &self.own {
            let mut words = own.stream();
            while let Some((word, frequency)) = words.next() {
                if frequency > 0 {
                    visit(std::str::from_utf8(word).expect("a word"), frequency);
                }
            }
        }
    }
}

/// The folded word of a line and its frequency, if it has one: what stands before the last number and the tag of letters,
/// either of which may be missing (jieba's `load_userdict`).
fn word_of(line: &str) -> Result<(String, Option<u64>), &'static str> {
    let mut parts: Vec<&str> = line.split_whitespace().collect();
    let mut last = |is: fn(&u8) -> bool| {
        let is_meant = |part: &&str| parts.len() > 1 && part.as_bytes().iter().all(is);
        let part = parts.last().copied().filter(is_meant);
        if part.is_some() {
            parts.pop();
        }
        part
    };
    let _tag = last(u8::is_ascii_alphabetic);
    let frequency = match last(u8::is_ascii_digit) {
        None => None,
        Some(digits) => {
            let frequency = digits.parse().ok();
            let frequency = frequency.filter(|frequency| *frequency <= MAX_FREQUENCY);
            Some(frequency.ok_or("a frequency of more than 1,000,000,000")?)
        }
    };
    let word = fold(&parts.concat());
    if !word.chars().any(is_alphanumeric) {
        return Err("no word");
    }
    if word.chars().count() > MAX_WORD_CHARS {
        return Err("a word of more than 64 characters");
    }
    Ok((word, frequency))
}

fn shortened(line: &str) -> String {
    line.chars().take(30).collect()
}

/// Calls `visit(bytes, frequency)` for every key with which `text` begins, shortest first.
fn each_prefix<D: AsRef<[u8]>>(
    fst: &fst::raw::Fst<D>,
    text: &[u8],
    visit: &mut impl FnMut(usize, u64),
) {
    let mut node = fst.root();
    let mut output = Output::zero();
    for (i, byte) in text.iter().enumerate() {
        let Some(found) = node.find_input(*byte) else {
            return;
        };
        let transition = node.transition(found);
        output = output.cat(transition.out);
        node = fst.node(transition.addr);
        if node.is_final() {
            visit(i + 1, output.cat(node.final_output()).value());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(text: &str) -> WordList {
        WordList::with_dictionary(text).expect("a dictionary")
    }

    #[test]
    fn the_list_of_the_program_is_whole() {
        let (mut n_words, mut total) = (0, 0);
        WordList::default().each(|_, frequency| {
            n_words += 1;
            total += frequency;
        });
        assert!(n_words > 347_000);
        assert_eq!(total, WordList::default().total());
    }

    #[test]
    fn a_line_has_a_word_and_perhaps_a_frequency_and_a_tag() {
        let list = with("\u{feff}链长制 7 n\r\n４Ｓ店 9\n专精特新\n\n双碳 nz\nAI 算力 5 n\n");
        assert_eq!(list.n_own(), 5);
        assert_eq!(list.frequency("链长制"), 7);
        assert_eq!(list.frequency("4s店"), 9);
        assert_eq!(list.frequency("ai算力"), 5);
        assert!(list.frequency("专精特新") > 0);
        assert!(list.frequency("双碳") > 0);
    }

    #[test]
    fn the_total_is_the_sum_and_the_order_of_lines_says_nothing() {
        let list = with("链长制 7\n产业 100\n经济 0\n链长制 3\n");
        let mut total = 0;
        list.each(|_, frequency| total += frequency);
        assert_eq!(total, list.total());
        let turned = with("链长制 3\n经济 0\n链长制 7\n产业 100\n");
        assert_eq!(list.to_bytes(), turned.to_bytes());
        assert!(with("\n").is_same(&WordList::default()));
    }

    #[test]
    fn what_is_kept_is_what_was_given() {
        let list = with("链长制 7\n产业 100\n");
        let bytes = list.to_bytes().expect("two words");
        let kept = WordList::from_bytes(&bytes).expect("the same");
        assert!(kept.is_same(&list));
        assert_eq!((kept.n_own(), kept.total()), (2, list.total()));
        assert!(WordList::from_bytes(b"short").is_none());
        assert!(WordList::from_bytes(&[0; 100]).is_none());
    }

    #[test]
    fn what_is_wrong_is_said_with_its_line() {
        let wrong = |text: &str| {
            WordList::with_dictionary(text)
                .expect_err("wrong")
                .to_string()
        };
        assert_eq!(wrong("链长制\n，。 5\n"), "line 2: no word: `，。 5`");
        assert!(wrong("链长制 99999999999\n").starts_with("line 1: a frequency"));
        assert!(wrong(&"长".repeat(65)).starts_with("line 1: a word of more"));
    }
}
