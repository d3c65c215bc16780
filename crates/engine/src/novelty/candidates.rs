//! Strings from word to word that are not known, with what stands beside them.

use super::gathered::{CandidateSpot, Gathered, GatheredHalf, NovelString, extended};
use super::sides::WantedPhrases;
use super::texts::{Text, Texts};
use super::words::{CutTexts, RunWord};
use crate::quick_hash::QuickMap;
use crate::stop::Stop;
use crate::tokenize::{Class, WordList};
use std::collections::HashSet;
use std::ops::Range;

/// What candidates are looked for in, and which are wanted.
pub(super) struct CandidateSearch<'t> {
    pub(super) texts: &'t Texts,
    pub(super) cut: &'t CutTexts,
    /// For each character of each passage how many characters from it on are known.
    pub(super) known: &'t [Vec<u8>],
    pub(super) quoted: &'t HashSet<String>,
    pub(super) words: &'t WordList,
    pub(super) wanted: &'t WantedPhrases,
}

/// All of them.
pub(super) fn candidates(sought: &CandidateSearch<'_>, stop: &Stop) -> Gathered {
    let quotes = sought.quoted.iter().map(|quote| quote.chars().collect());
    let quotes: HashSet<Vec<char>> = quotes.collect();
    Gathered::of_halves(|half| {
        let mut found = GatheredHalf::new(half);
        let by_beginning = by_beginning(&quotes, sought.wanted, &found);
        for (number, chars, words) in stop.until(sought.cut.runs()) {
            let at = number as usize;
            let (Some(text), Some(known)) = (sought.texts.passages.get(at), sought.known.get(at))
            else {
                continue;
            };
            let look = PassageLook {
                number,
                text,
                known,
                sought,
                quotes: &quotes,
                by_beginning: &by_beginning,
            };
            look.run(words, &mut found);
            look.quotes(chars, &mut found);
        }
        found
    })
}

/// A passage as candidates are looked for in it.
struct PassageLook<'t> {
    number: u32,
    text: &'t Text,
    known: &'t [u8],
    sought: &'t CandidateSearch<'t>,
    quotes: &'t HashSet<Vec<char>>,
    by_beginning: &'t Quotes<'t>,
}

impl PassageLook<'_> {
    /// Whether no known text has these characters.
    fn is_new(&self, range: &Range<usize>) -> bool {
        let known = self.known.get(range.start).copied().unwrap_or(u8::MAX);
        usize::from(known) < range.len()
    }

    fn chars(&self, range: Range<usize>) -> &[char] {
        self.text.chars.get(range).unwrap_or_default()
    }

    /// The strings of the words of a run.
    fn run(&self, run: &[RunWord], found: &mut GatheredHalf) {
        let wanted = self.sought.wanted;
        for (first, word) in run.iter().enumerate() {
            if word.kind.is_function() || word.kind.is_plus {
                continue;
            }
            let mut hash = 0;
            let start = word.range().start;
            for (last, end) in run.iter().enumerate().skip(first) {
                let range = start..end.range().end;
                if range.len() > *wanted.chars.end() || end.kind.has_digits && !wanted.numbers {
                    break;
                }
                hash = extended(hash, self.chars(end.range()));
                let is_whole = !end.kind.is_function() && range.len() >= *wanted.chars.start();
                if is_whole && found.is_of(hash) && self.is_new(&range) {
                    self.add(run, first..last + 1, (hash, range), found);
                }
            }
        }
    }

    /// Adds a place of a candidate of some words of a run.
    fn add(
        &self,
        run: &[RunWord],
        of_run: Range<usize>,
        (hash, range): (u64, Range<usize>),
        found: &mut GatheredHalf,
    ) {
        let words = run.get(of_run.clone()).unwrap_or_default();
        let is_number = |word: &RunWord| word.kind.is_number;
        let is_name = |word: &RunWord| is_number(word) || word.kind.class == Some(Class::Name);
        if words.iter().all(is_number) && !self.sought.wanted.numbers
            || words.iter().all(is_name) && !self.sought.wanted.names
        {
            return;
        }
        let chars = self.chars(range.clone());
        let before = of_run
            .start
            .checked_sub(1)
            .and_then(|before| run.get(before));
        let behind = run.get(of_run.end);
        let is_behind_verb = before.is_some_and(|word| word.is_long() && word.kind.is_verb());
        let is_end = behind.is_none_or(|word| word.kind.is_function());
        let is_before_char = !is_end && !behind.is_some_and(RunWord::is_long);
        // Both are then pieces of a word that the list does not have: 具 | 身智能.
        let is_char = |word: Option<&RunWord>| word.is_some_and(RunWord::is_char);
        let is_behind_char = is_char(before) && is_char(words.first());
        let new = || self.described(chars, words);
        found.add(
            hash,
            (chars, self.spot(&range)),
            self.sought.texts,
            new,
            |candidate| {
                candidate.n_behind_verb += u32::from(is_behind_verb);
                candidate.n_before_end += u32::from(is_end);
                candidate.n_before_char += u32::from(is_before_char);
                candidate.n_behind_char += u32::from(is_behind_char);
                self.see_listing(candidate, &range);
            },
        );
    }

    /// What is true of a candidate wherever it stands.
    fn described(&self, chars: &[char], words: &[RunWord]) -> NovelString {
        let inner = words
            .get(1..words.len().saturating_sub(1))
            .unwrap_or_default();
        NovelString {
            frequency: match words {
                [_] => self
                    .sought
                    .words
                    .frequency(&chars.iter().collect::<String>()),
                _ => 0,
            },
            is_quoted: self.quotes.contains(chars),
            begins_with_verb: begins_with_verb(words),
            n_function: inner.iter().filter(|word| word.kind.is_function()).count(),
            ..NovelString::default()
        }
    }

    fn spot(&self, range: &Range<usize>) -> CandidateSpot {
        CandidateSpot {
            text: self.number,
            start: range.start as u32,
        }
    }

    fn see_listing(&self, candidate: &mut NovelString, range: &Range<usize>) {
        let is_listing =
            |at: Option<usize>| at.and_then(|at| self.text.chars.get(at)) == Some(&'、');
        candidate.is_enumerated |=
            is_listing(range.start.checked_sub(1)) || is_listing(Some(range.end));
    }

    /// What is quoted somewhere and is not from word to word: 人地钱.
    fn quotes(&self, run: Range<usize>, found: &mut GatheredHalf) {
        for start in run.clone() {
            // Those of one character stand alone in the table.
            let two = (start + 2).min(run.end);
            let has_short = *self.sought.wanted.chars.start() < 2 && two > start + 1;
            let short = has_short.then_some(start..start + 1);
            let beginnings = [Some(start..two), short].into_iter().flatten();
            let keys = beginnings.filter_map(|range| key_of(self.chars(range)));
            let here = keys.filter_map(|key| self.by_beginning.get(&key));
            for (hash, quote) in here.flatten() {
                let range = start..start + quote.len();
                let is_here = range.end <= run.end && self.chars(range.clone()) == *quote;
                if is_here && self.is_new(&range) {
                    self.add_quote(*hash, range, found);
                }
            }
        }
    }

    fn add_quote(&self, hash: u64, range: Range<usize>, found: &mut GatheredHalf) {
        let chars = self.chars(range.clone());
        let spot = self.spot(&range);
        let is_there = found
            .get(hash, chars, self.sought.texts)
            .is_some_and(|candidate| {
                let same_text = candidate
                    .spots()
                    .rev()
                    .take_while(|at| at.text == spot.text);
                same_text.clone().any(|at| at == spot)
            });
        if !is_there {
            let new = || NovelString {
                is_quoted: true,
                ..NovelString::default()
            };
            found.add(hash, (chars, spot), self.sought.texts, new, |candidate| {
                self.see_listing(candidate, &range);
            });
        }
    }
}

/// Quotes with their hashes, by what they begin with.
type Quotes<'q> = QuickMap<u64, Vec<(u64, &'q [char])>>;

/// What a string begins with, as a number: two characters, or one and none.
fn key_of(chars: &[char]) -> Option<u64> {
    let first = u64::from(u32::from(*chars.first()?));
    let second = chars
        .get(1)
        .map_or(0, |second| u64::from(u32::from(*second)) + 1);
    Some(first << 32 | second)
}

/// The quotes that are wanted and gathered in a half.
fn by_beginning<'q>(
    quotes: &'q HashSet<Vec<char>>,
    wanted: &WantedPhrases,
    half: &GatheredHalf,
) -> Quotes<'q> {
    let mut found = Quotes::default();
    for chars in quotes {
        let has_digits = chars.iter().any(char::is_ascii_digit);
        let is_wanted = wanted.chars.contains(&chars.len()) && (!has_digits || wanted.numbers);
        let hash = extended(0, chars);
        if let Some(key) = key_of(chars).filter(|_| is_wanted && half.is_of(hash)) {
            found.entry(key).or_default().push((hash, chars.as_slice()));
        }
    }
    found
}

/// Whether the first word is a verb, and no piece of a word that the list does not have: 具 | 身 | 智能.
fn begins_with_verb(words: &[RunWord]) -> bool {
    let is_piece = matches!(words, [first, second, ..] if first.is_char() && second.is_char());
    !is_piece && words.first().is_some_and(|word| word.kind.is_verb())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashMap;

    fn found(text: &str, known: u8, quoted: &[&str]) -> HashMap<String, NovelString> {
        let chars: Vec<char> = text.chars().collect();
        let known = vec![vec![known; chars.len()]];
        let texts = Texts {
            passages: vec![Text { rank: 0, chars }],
        };
        let quoted = quoted.iter().map(|text| (*text).to_owned()).collect();
        let wanted = WantedPhrases {
            chars: 2..=20,
            numbers: false,
            names: false,
            by_support: true,
            min_reports: 1,
            min_support: 0,
        };
        let words = WordList::default();
        let sought = CandidateSearch {
            texts: &texts,
            cut: &CutTexts::new(&texts, &words, &Stop::new()),
            known: &known,
            quoted: &quoted,
            words: &words,
            wanted: &wanted,
        };
        let found = candidates(&sought, &Stop::new());
        found
            .all()
            .map(|candidate| (candidate.text(&texts), candidate.clone()))
            .collect()
    }

    #[test]
    fn candidates_run_from_word_to_word_and_are_not_known() {
        let all = found("发展新型储能，", 2, &[]);
        let mut texts: Vec<&str> = all.keys().map(String::as_str).collect();
        texts.sort_unstable();
        assert_eq!(texts, ["发展新型", "发展新型储能", "新型储能"]);
        let candidate = &all["新型储能"];
        assert_eq!(
            (
                candidate.n_behind_verb,
                candidate.n_before_end,
                candidate.n_before_char
            ),
            (1, 1, 0)
        );
        assert!(!candidate.begins_with_verb && all["发展新型"].begins_with_verb);
        assert!(found("发展新型储能", 20, &[]).is_empty());
    }

    #[test]
    fn numbers_and_words_of_grammar_are_no_ends() {
        assert!(
            !found("增长5.5%左右的目标", 0, &[])
                .keys()
                .any(|text| text.contains('5'))
        );
        assert!(found("的和在", 0, &[]).is_empty());
        assert!(found("治理pm2.5污染", 0, &[]).contains_key("pm2.5"));
    }

    #[test]
    fn pieces_of_a_word_that_the_list_does_not_have_are_told() {
        let all = found("培育具身智能等产业", 0, &[]);
        assert_eq!(all["身智能"].n_behind_char, 1);
        assert_eq!(all["具身智能"].n_behind_char, 0);
        assert!(!all["具身智能"].begins_with_verb);
        // A verb of one character before a word is one.
        let all = found("要建新型储能", 0, &[]);
        assert!(all["建新型储能"].begins_with_verb);
        assert_eq!(all["新型储能"].n_behind_char, 0);
    }

    #[test]
    fn quotes_are_ends_inside_of_words() {
        let all = found("健全人地钱挂钩政策", 2, &["人地钱"]);
        assert!(all["人地钱"].is_quoted);
        assert!(found("甲乙丙", 0, &["乙丙"])["乙丙"].is_quoted);
        assert_eq!(all["人地钱"].n_spots(), 1);
    }
}
