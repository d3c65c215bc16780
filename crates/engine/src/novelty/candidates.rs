//! Strings from word to word that are not known, with what stands beside them.

use super::gathered::{CandidateSpot, Gathered, NovelString, extended};
use super::sides::WantedPhrases;
use super::texts::{Text, Texts};
use crate::stop::Stop;
use crate::strings::parts_strings;
use crate::tokenize::{Class, Cutter, WordList};
use std::collections::{HashMap, HashSet};
use std::ops::Range;

/// What a word is, wherever it stands.
#[derive(Clone, Copy, Default)]
struct WordKind {
    class: Option<Class>,
    /// Digits, in Arabic or in Chinese, and what stands beside such.
    is_number: bool,
    /// A number, and no name with one (pm2.5).
    has_digits: bool,
    is_plus: bool,
}

impl WordKind {
    fn of(word: &str) -> WordKind {
        WordKind {
            class: Class::of(word),
            is_number: word.chars().all(is_numeral),
            has_digits: word.contains(|c: char| c.is_ascii_digit())
                && !word.contains(|c: char| c.is_ascii_alphabetic()),
            is_plus: word == "+",
        }
    }

    fn is_function(self) -> bool {
        self.class == Some(Class::Function)
    }

    fn is_verb(self) -> bool {
        self.class == Some(Class::Verb)
    }
}

/// A word of a run, in characters of its passage.
struct RunWord {
    range: Range<usize>,
    kind: WordKind,
}

impl RunWord {
    fn is_long(&self) -> bool {
        self.range.len() > 1 && !self.kind.is_function()
    }
}

/// All of them.
pub(super) fn candidates(
    texts: &Texts,
    known: &[Vec<u8>],
    quoted: &HashSet<String>,
    words: &WordList,
    wanted: &WantedPhrases,
    stop: &Stop,
) -> Gathered {
    let mut found = Gathered::default();
    let quotes: HashSet<Vec<char>> = quoted.iter().map(|quote| quote.chars().collect()).collect();
    let by_first = by_first_char(&quotes, wanted);
    let mut kinds = Kinds::new(words);
    let mut run_words = Vec::new();
    for (number, (text, known)) in stop.until(texts.passages.iter().zip(known).enumerate()) {
        let look = PassageLook {
            number: number as u32,
            text,
            texts,
            known,
            quotes: &quotes,
            by_first: &by_first,
            words,
            wanted,
        };
        for run in runs(&text.chars) {
            kinds.cut(&text.chars, run.clone(), &mut run_words);
            look.run(&run_words, &mut found);
            look.quotes(run, &mut found);
        }
    }
    found
}

/// A passage as candidates are looked for in it.
struct PassageLook<'t> {
    number: u32,
    text: &'t Text,
    texts: &'t Texts,
    known: &'t [u8],
    quotes: &'t HashSet<Vec<char>>,
    by_first: &'t HashMap<char, Vec<&'t [char]>>,
    words: &'t WordList,
    wanted: &'t WantedPhrases,
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
    fn run(&self, run: &[RunWord], found: &mut Gathered) {
        for (first, word) in run.iter().enumerate() {
            if word.kind.is_function() || word.kind.is_plus {
                continue;
            }
            let mut hash = 0;
            for (last, end) in run.iter().enumerate().skip(first) {
                let range = word.range.start..end.range.end;
                if range.len() > *self.wanted.chars.end()
                    || end.kind.has_digits && !self.wanted.numbers
                {
                    break;
                }
                hash = extended(hash, self.chars(end.range.clone()));
                let is_whole = !end.kind.is_function() && range.len() >= *self.wanted.chars.start();
                if is_whole && self.is_new(&range) {
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
        found: &mut Gathered,
    ) {
        let words = run.get(of_run.clone()).unwrap_or_default();
        let is_number = |word: &RunWord| word.kind.is_number;
        let is_name = |word: &RunWord| is_number(word) || word.kind.class == Some(Class::Name);
        if words.iter().all(is_number) && !self.wanted.numbers
            || words.iter().all(is_name) && !self.wanted.names
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
        let new = || self.described(chars, words);
        found.add(
            hash,
            (chars, self.spot(&range)),
            self.texts,
            new,
            |candidate| {
                candidate.n_behind_verb += u32::from(is_behind_verb);
                candidate.n_before_end += u32::from(is_end);
                candidate.n_before_char += u32::from(is_before_char);
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
                [_] => self.words.frequency(&chars.iter().collect::<String>()),
                _ => 0,
            },
            is_quoted: self.quotes.contains(chars),
            begins_with_verb: words.first().is_some_and(|word| word.kind.is_verb()),
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
    fn quotes(&self, run: Range<usize>, found: &mut Gathered) {
        for start in run.clone() {
            let first = self.text.chars.get(start);
            let here = first.and_then(|first| self.by_first.get(first));
            for quote in here.into_iter().flatten() {
                let range = start..start + quote.len();
                let is_here = range.end <= run.end && self.chars(range.clone()) == *quote;
                if is_here && self.is_new(&range) {
                    self.add_quote(range, found);
                }
            }
        }
    }

    fn add_quote(&self, range: Range<usize>, found: &mut Gathered) {
        let chars = self.chars(range.clone());
        let spot = self.spot(&range);
        let is_there = found.get(chars, self.texts).is_some_and(|candidate| {
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
            let hash = extended(0, chars);
            found.add(hash, (chars, spot), self.texts, new, |candidate| {
                self.see_listing(candidate, &range);
            });
        }
    }
}

/// The quotes that are wanted, by their first character, shorter ones first.
fn by_first_char<'q>(
    quotes: &'q HashSet<Vec<char>>,
    wanted: &WantedPhrases,
) -> HashMap<char, Vec<&'q [char]>> {
    let mut by_first: HashMap<char, Vec<&[char]>> = HashMap::new();
    for chars in quotes {
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

/// What cuts runs into words, and what it knows of those that it met.
struct Kinds<'w> {
    cutter: Cutter<'w>,
    met: HashMap<String, WordKind>,
    text: String,
}

impl<'w> Kinds<'w> {
    fn new(words: &'w WordList) -> Kinds<'w> {
        Kinds {
            cutter: words.cutter(),
            met: HashMap::new(),
            text: String::new(),
        }
    }

    /// Cuts a run: what is neither Han nor a sign is one word each, the rest is cut by the list.
    fn cut(&mut self, chars: &[char], run: Range<usize>, words: &mut Vec<RunWord>) {
        words.clear();
        let mut at = run.start;
        let run = chars.get(run).unwrap_or_default();
        let Kinds { cutter, met, text } = self;
        for piece in run.chunk_by(|a, b| kind_of(*a) == kind_of(*b)) {
            text.clear();
            text.extend(piece);
            let mut push = |word: Range<usize>| {
                let word = text.get(word).unwrap_or_default();
                let n = word.chars().count();
                let kind = match met.get(word) {
                    Some(kind) => *kind,
                    None => *met
                        .entry(word.to_owned())
                        .or_insert_with(|| WordKind::of(word)),
                };
                words.push(RunWord {
                    range: at..at + n,
                    kind,
                });
                at += n;
            };
            match piece.first().map(|c| kind_of(*c)) {
                Some(Piece::Han) => cutter.each(text, push),
                _ => push(0..text.len()),
            }
        }
    }
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
        let found = candidates(
            &texts,
            &known,
            &quoted,
            &WordList::default(),
            &wanted,
            &Stop::new(),
        );
        let found = found.all().iter();
        found
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
    fn quotes_are_ends_inside_of_words() {
        let all = found("健全人地钱挂钩政策", 2, &["人地钱"]);
        assert!(all["人地钱"].is_quoted);
        assert_eq!(all["人地钱"].n_spots(), 1);
    }
}
