//! Strings from word to word that are not known, with what stands beside them.

use super::sides::WantedPhrases;
use super::texts::{Text, Texts};
use crate::stop::Stop;
use crate::strings::parts_strings;
use crate::tokenize::{Class, Cutter, WordList};
use std::collections::{HashMap, HashSet};
use std::ops::Range;

/// A place of a candidate.
#[derive(Clone, Debug)]
pub(super) struct CandidateSpot {
    /// Number of the passage.
    pub(super) text: usize,
    /// Its characters there.
    pub(super) range: Range<usize>,
}

/// A string that is not known, and what tells whether it is a term.
#[derive(Clone, Debug, Default)]
pub(super) struct NovelString {
    pub(super) spots: Vec<CandidateSpot>,
    /// How often it stands in the general language that the word list is made of, where it is one word.
    pub(super) frequency: u64,
    /// It stands in quotes, and these are all of it.
    pub(super) is_quoted: bool,
    /// It begins with a verb.
    pub(super) begins_with_verb: bool,
    /// Words of grammar inside of it.
    pub(super) n_function: usize,
    /// Places behind a verb: the object of 推进, 健全.
    pub(super) n_behind_verb: usize,
    /// Places before a break or a word of grammar.
    pub(super) n_before_end: usize,
    /// Places before a word of one character, with which it may be one word.
    pub(super) n_before_char: usize,
    /// Places that stand in an enumeration.
    pub(super) n_enumerated: usize,
}

/// A word of a run, in characters of its passage.
struct RunWord {
    range: Range<usize>,
    text: String,
    class: Option<Class>,
    is_number: bool,
}

/// All of them, by their text.
pub(super) fn candidates(
    texts: &Texts,
    known: &[Vec<u8>],
    quoted: &HashSet<String>,
    words: &WordList,
    wanted: &WantedPhrases,
    stop: &Stop,
) -> HashMap<String, NovelString> {
    let mut found = HashMap::new();
    let by_first = by_first_char(quoted, wanted);
    for (number, (text, known)) in stop.until(texts.passages.iter().zip(known).enumerate()) {
        let written: String = text.chars.iter().collect();
        let cutter = words.cutter(&written);
        let look = PassageLook {
            number,
            text,
            known,
            quoted,
            by_first: &by_first,
            words,
            wanted,
        };
        for run in runs(&text.chars) {
            look.run(&cut(&text.chars, run.clone(), &cutter), &mut found);
            look.quotes(run, &mut found);
        }
    }
    found
}

/// A passage as candidates are looked for in it.
struct PassageLook<'t> {
    number: usize,
    text: &'t Text,
    known: &'t [u8],
    quoted: &'t HashSet<String>,
    by_first: &'t HashMap<char, Vec<Vec<char>>>,
    words: &'t WordList,
    wanted: &'t WantedPhrases,
}

impl PassageLook<'_> {
    /// Whether no known text has these characters.
    fn is_new(&self, range: &Range<usize>) -> bool {
        let known = self.known.get(range.start).copied().unwrap_or(u8::MAX);
        usize::from(known) < range.len()
    }

    /// The strings of the words of a run.
    fn run(&self, run: &[RunWord], found: &mut HashMap<String, NovelString>) {
        for (first, word) in run.iter().enumerate() {
            if word.class == Some(Class::Function) || word.text == "+" {
                continue;
            }
            for (last, end) in run.iter().enumerate().skip(first) {
                let range = word.range.start..end.range.end;
                if range.len() > *self.wanted.chars.end()
                    || end.has_digits() && !self.wanted.numbers
                {
                    break;
                }
                let is_whole =
                    end.class != Some(Class::Function) && range.len() >= *self.wanted.chars.start();
                if is_whole && self.is_new(&range) {
                    self.add(run, first..last + 1, range, found);
                }
            }
        }
    }

    /// Adds a place of a candidate of some words of a run.
    fn add(
        &self,
        run: &[RunWord],
        of_run: Range<usize>,
        range: Range<usize>,
        found: &mut HashMap<String, NovelString>,
    ) {
        let words = run.get(of_run.clone()).unwrap_or_default();
        let is_number = |word: &RunWord| word.is_number;
        let is_name = |word: &RunWord| word.is_number || word.class == Some(Class::Name);
        if words.iter().all(is_number) && !self.wanted.numbers
            || words.iter().all(is_name) && !self.wanted.names
        {
            return;
        }
        let text: String = self
            .text
            .chars
            .get(range.clone())
            .unwrap_or_default()
            .iter()
            .collect();
        let candidate = found
            .entry(text)
            .or_insert_with_key(|text| self.described(text, words));
        let before = of_run
            .start
            .checked_sub(1)
            .and_then(|before| run.get(before));
        let behind = run.get(of_run.end);
        let is_long = |word: &&RunWord| word.range.len() > 1 && word.class != Some(Class::Function);
        let is_verb = |word: &RunWord| word.class == Some(Class::Verb);
        candidate.n_behind_verb += usize::from(before.filter(is_long).is_some_and(is_verb));
        let is_end = behind.is_none_or(|word| word.class == Some(Class::Function));
        candidate.n_before_end += usize::from(is_end);
        candidate.n_before_char += usize::from(!is_end && behind.filter(is_long).is_none());
        self.add_spot(candidate, range);
    }

    /// What is true of a candidate wherever it stands.
    fn described(&self, text: &str, words: &[RunWord]) -> NovelString {
        let inner = words
            .get(1..words.len().saturating_sub(1))
            .unwrap_or_default();
        let is_function = |word: &&RunWord| word.class == Some(Class::Function);
        NovelString {
            frequency: match words {
                [_] => self.words.frequency(text),
                _ => 0,
            },
            is_quoted: self.quoted.contains(text),
            begins_with_verb: words
                .first()
                .is_some_and(|word| word.class == Some(Class::Verb)),
            n_function: inner.iter().filter(is_function).count(),
            ..NovelString::default()
        }
    }

    fn add_spot(&self, candidate: &mut NovelString, range: Range<usize>) {
        let is_listing =
            |at: Option<usize>| at.and_then(|at| self.text.chars.get(at)) == Some(&'、');
        let is_listed = is_listing(range.start.checked_sub(1)) || is_listing(Some(range.end));
        candidate.n_enumerated += usize::from(is_listed);
        candidate.spots.push(CandidateSpot {
            text: self.number,
            range,
        });
    }

    /// What is quoted somewhere and is not from word to word: 人地钱.
    fn quotes(&self, run: Range<usize>, found: &mut HashMap<String, NovelString>) {
        for start in run.clone() {
            let first = self.text.chars.get(start);
            let here = first.and_then(|first| self.by_first.get(first));
            for quote in here.into_iter().flatten() {
                let range = start..start + quote.len();
                let is_here = range.end <= run.end
                    && self.text.chars.get(range.clone()) == Some(quote.as_slice());
                if is_here && self.is_new(&range) {
                    self.add_quote(quote.iter().collect(), range, found);
                }
            }
        }
    }

    fn add_quote(
        &self,
        text: String,
        range: Range<usize>,
        found: &mut HashMap<String, NovelString>,
    ) {
        let candidate = found.entry(text).or_insert_with(|| NovelString {
            is_quoted: true,
            ..NovelString::default()
        });
        let is_there = candidate
            .spots
            .iter()
            .rev()
            .take_while(|spot| spot.text == self.number)
            .any(|spot| spot.range == range);
        if !is_there {
            self.add_spot(candidate, range);
        }
    }
}

/// The quotes that are wanted, by their first character, shorter ones first.
fn by_first_char(
    quoted: &HashSet<String>,
    wanted: &WantedPhrases,
) -> HashMap<char, Vec<Vec<char>>> {
    let mut by_first: HashMap<char, Vec<Vec<char>>> = HashMap::new();
    for quote in quoted {
        let chars: Vec<char> = quote.chars().collect();
        let has_digits = chars.iter().any(char::is_ascii_digit);
        if let Some(first) = chars.first()
            && wanted.chars.contains(&chars.len())
            && (!has_digits || wanted.numbers)
        {
            by_first.entry(*first).or_default().push(chars);
        }
    }
    for quotes in by_first.values_mut() {
        quotes.sort_by(|a, b| a.len().cmp(&b.len()).then_with(|| a.cmp(b)));
    }
    by_first
}

impl RunWord {
    /// A number, and no name with one (pm2.5).
    fn has_digits(&self) -> bool {
        self.text.contains(|c: char| c.is_ascii_digit())
            && !self.text.contains(|c: char| c.is_ascii_alphabetic())
    }
}

/// The runs of a passage without breaks, in characters.
fn runs(chars: &[char]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut start = 0;
    for at in 0..=chars.len() {
        let before = at
            .checked_sub(1)
            .and_then(|before| chars.get(before).copied());
        let is_break = chars
            .get(at)
            .is_none_or(|c| parts_strings(before, *c, chars.get(at + 1).copied()));
        if is_break {
            if start < at {
                found.push(start..at);
            }
            start = at + 1;
        }
    }
    found
}

/// Cuts a run: what is neither Han nor a sign is one word each, the rest is cut by the list.
fn cut(chars: &[char], run: Range<usize>, cutter: &Cutter) -> Vec<RunWord> {
    let start = run.start;
    let run = chars.get(run).unwrap_or_default();
    let mut words = Vec::new();
    let mut at = start;
    for piece in run.chunk_by(|a, b| kind_of(*a) == kind_of(*b)) {
        let text: String = piece.iter().collect();
        let parts: Vec<&str> = match piece.first().map(|c| kind_of(*c)) {
            Some(Piece::Han) => cutter.cut(&text),
            _ => vec![&text],
        };
        for part in parts {
            let n = part.chars().count();
            words.push(RunWord {
                range: at..at + n,
                class: Class::of(part),
                is_number: part.chars().all(is_numeral),
                text: part.to_owned(),
            });
            at += n;
        }
    }
    words
}

/// What is cut together.
#[derive(PartialEq, Eq)]
enum Piece {
    Han,
    Latin,
    Plus,
}

fn kind_of(c: char) -> Piece {
    match c {
        '+' => Piece::Plus,
        _ if c.is_ascii_alphanumeric() || ".-%".contains(c) => Piece::Latin,
        _ => Piece::Han,
    }
}

/// A digit, in Arabic or in Chinese, or what stands beside digits.
fn is_numeral(c: char) -> bool {
    c.is_ascii_digit()
        || ".-%".contains(c)
        || "一二三四五六七八九十百千万亿两零〇第几多".contains(c)
}

#[cfg(test)]
mod tests {
    use super::*;

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
        candidates(
            &texts,
            &known,
            &quoted,
            &WordList::default(),
            &wanted,
            &Stop::new(),
        )
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
    fn quotes_are_ends_inside_of_words() {
        let all = found("健全人地钱挂钩政策", 2, &["人地钱"]);
        assert!(all["人地钱"].is_quoted);
        assert_eq!(all["人地钱"].spots.len(), 1);
    }
}
