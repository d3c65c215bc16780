//! The passages that are looked at, cut: into runs without breaks, these into words.

use super::texts::Texts;
use crate::quick_hash::QuickMap;
use crate::stop::Stop;
use crate::strings::parts_strings;
use crate::tokenize::{Class, Cutter, WordList};
use std::ops::Range;

/// What a word is, wherever it stands.
#[derive(Clone, Copy, Default)]
pub(super) struct WordKind {
    pub(super) class: Option<Class>,
    /// Digits, in Arabic or in Chinese, and what stands beside such.
    pub(super) is_number: bool,
    /// A number, and no name with one (pm2.5).
    pub(super) has_digits: bool,
    pub(super) is_plus: bool,
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

    pub(super) fn is_function(self) -> bool {
        self.class == Some(Class::Function)
    }

    pub(super) fn is_verb(self) -> bool {
        self.class == Some(Class::Verb)
    }
}

/// A word of a run, in characters of its passage.
pub(super) struct RunWord {
    start: u32,
    end: u32,
    pub(super) kind: WordKind,
}

impl RunWord {
    /// Its characters.
    #[inline]
    pub(super) fn range(&self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    /// One character that is no word of grammar.
    pub(super) fn is_char(&self) -> bool {
        self.end - self.start == 1 && !self.kind.is_function()
    }

    pub(super) fn is_long(&self) -> bool {
        self.end - self.start > 1 && !self.kind.is_function()
    }
}

/// A run of a passage without breaks.
struct CutRun {
    /// Number of the passage.
    text: u32,
    /// Its characters there.
    chars: Range<usize>,
    /// Its words among all.
    words: Range<usize>,
}

/// All passages that are looked at, cut.
#[derive(Default)]
pub(super) struct CutTexts {
    runs: Vec<CutRun>,
    words: Vec<RunWord>,
}

impl CutTexts {
    pub(super) fn new(texts: &Texts, list: &WordList, stop: &Stop) -> CutTexts {
        let mut cut = CutTexts::default();
        let mut kinds = Kinds::new(list);
        for (text, passage) in (0..).zip(stop.until(texts.passages.iter())) {
            for chars in runs(&passage.chars) {
                let from = cut.words.len();
                kinds.cut(&passage.chars, chars.clone(), &mut cut.words);
                cut.runs.push(CutRun {
                    text,
                    chars,
                    words: from..cut.words.len(),
                });
            }
        }
        cut
    }

    /// Number of the passage, characters there and words of each run, in the order of the texts.
    pub(super) fn runs(&self) -> impl Iterator<Item = (u32, Range<usize>, &[RunWord])> {
        self.runs.iter().map(|run| {
            let words = self.words.get(run.words.clone()).unwrap_or_default();
            (run.text, run.chars.clone(), words)
        })
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

/// What cuts runs into words, and what it knows of those that it met.
struct Kinds<'w> {
    cutter: Cutter<'w>,
    met: QuickMap<String, WordKind>,
    text: String,
}

impl<'w> Kinds<'w> {
    fn new(words: &'w WordList) -> Kinds<'w> {
        Kinds {
            cutter: words.cutter(),
            met: QuickMap::default(),
            text: String::new(),
        }
    }

    /// Cuts a run and appends its words: what is neither Han nor a sign is one word each, the rest is cut by the list.
    fn cut(&mut self, chars: &[char], run: Range<usize>, words: &mut Vec<RunWord>) {
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
                    start: at as u32,
                    end: (at + n) as u32,
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
