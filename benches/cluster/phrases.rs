//! The phrases that are asked: drawn from the text with a fixed seed, as a reader types them.

use crate::contenders::made::is_han;
use crate::contenders::ours::phrase_of;
use crate::contenders::passages::Passages;
use crate::contenders::random::Random;
use crate::dressed::{Dress, Filed};
use baogao_reading::fold::fold;
use std::collections::BTreeSet;

const SEED: u64 = 20;
/// Draws for one phrase, before a kind is given up in a text that has too few.
const MAX_DRAWS: usize = 2_000_000;
/// Phrases that are asked before times are taken.
const WARMING: usize = 50;
const QUOTES: &str = "“”‘’";
const MARKS: &str = "，、。；：";

/// Kinds of phrases, each with the lengths of which they are drawn.
const KINDS: [(Kind, (usize, usize)); 6] = [
    (Kind::Han, (2, 8)),
    (Kind::Single, (1, 1)),
    (Kind::Marks, (4, 12)),
    (Kind::Quotes, (5, 12)),
    (Kind::Digits, (4, 12)),
    (Kind::LineEnd, (4, 8)),
];

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    Han,
    Single,
    Marks,
    Quotes,
    Digits,
    LineEnd,
}

impl Kind {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Kind::Han => "2 to 8 Chinese characters",
            Kind::Single => "1 Chinese character",
            Kind::Marks => "with marks inside",
            Kind::Quotes => "over a quotation mark, typed without it",
            Kind::Digits => "with digits or %",
            Kind::LineEnd => "over the end of a line",
        }
    }

    /// Whether a run of characters is of the kind, beside beginning and ending with a Chinese one.
    fn has(self, run: &str, is_over_line_end: bool) -> bool {
        let among = |marks: &str| run.chars().filter(|c| marks.contains(*c)).count();
        let is_digit = |c: char| c.is_ascii_digit() || c == '%';
        let is_all = |others: &str| run.chars().all(|c| is_han(c) || others.contains(c));
        match self {
            Kind::Han | Kind::Single => is_all(""),
            Kind::Marks => is_all(MARKS) && among(MARKS) > 0,
            // A closing and an opening one beside each other are a mark.
            Kind::Quotes => is_all(QUOTES) && among(QUOTES) == 1,
            Kind::Digits => {
                run.contains(is_digit) && run.chars().all(|c| is_han(c) || is_digit(c) || c == '.')
            }
            Kind::LineEnd => is_all("") && is_over_line_end,
        }
    }
}

/// All phrases that are asked.
pub(crate) struct Phrases {
    warming: Vec<String>,
    /// Each kind with its phrases; the first is asked for times too.
    pub(crate) kinds: Vec<(Kind, Vec<String>)>,
}

impl Phrases {
    /// So many phrases of the first kind, a third of the others, and of single characters a tenth.
    pub(crate) fn draw(passages: &Passages, filed: &[Filed], n: usize) -> Phrases {
        let mut random = Random::new(SEED);
        let mut kinds: Vec<(Kind, Vec<String>)> = Vec::new();
        let mut warming = Vec::new();
        for (kind, lengths) in KINDS {
            let n = match kind {
                Kind::Han => n + WARMING,
                Kind::Single => n / 10,
                _ => n / 3,
            };
            let mut phrases = of_kind(kind, lengths, n, (passages, filed), &mut random);
            if kind == Kind::Han {
                warming = phrases.split_off(phrases.len().saturating_sub(WARMING));
            }
            kinds.push((kind, phrases));
        }
        Phrases { warming, kinds }
    }

    /// Those that are asked before times are taken.
    pub(crate) fn warming(&self) -> Vec<&str> {
        self.warming.iter().map(String::as_str).collect()
    }

    /// Those that are asked for times.
    pub(crate) fn timed(&self) -> Vec<&str> {
        let first = self.kinds.iter().take(1);
        first
            .flat_map(|(_, phrases)| phrases.iter().map(String::as_str))
            .collect()
    }
}

/// Different phrases of a kind, as far as there are so many; as a reader types them: with simplified characters and
/// half-width digits.
fn of_kind(
    kind: Kind,
    (least, most): (usize, usize),
    n: usize,
    (passages, filed): (&Passages, &[Filed]),
    random: &mut Random,
) -> Vec<String> {
    let (mut known, mut phrases) = (BTreeSet::new(), Vec::new());
    for _ in 0..MAX_DRAWS {
        if phrases.len() == n {
            break;
        }
        let n_chars = least + random.below(most - least + 1);
        let ((number, at), run) = passages.random_original(random, n_chars);
        let Some(filed) = filed.get(number) else {
            continue;
        };
        let is_typed_so = matches!(filed.dress, Dress::Plain | Dress::Lines);
        let inside = at + 1..at + run.len();
        let is_over_line_end = filed.breaks.iter().any(|at| inside.contains(at));
        let ends = [run.chars().next(), run.chars().next_back()];
        if !is_typed_so
            || !ends.into_iter().flatten().all(is_han)
            || !kind.has(&run, is_over_line_end)
        {
            continue;
        }
        let typed = run.replace(|c| QUOTES.contains(c), "");
        if fold(&typed) == fold(&run) && known.insert(typed.clone()) {
            phrases.push(typed);
        }
    }
    phrases
}

/// What a scan looks for: the folded phrase, if it is the same in text of both scripts.
pub(crate) fn scanned(phrase: &str) -> Option<String> {
    let forms = phrase_of(phrase).ok()?.forms().count();
    (forms == 1).then(|| fold(phrase))
}
