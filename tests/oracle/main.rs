//! The main test: what the search finds is what a reader with a finger on the page would find.
//!
//! The oracle shares no code with the index. It takes the text of all passages from `baogao show`, folds it
//! with the rules of the design written again here, and looks for a phrase by walking over the characters.
//! Passages, occurrences and spans of the search must equal that, for random substrings, for
//! strings that do not occur, and for random queries of AND, OR, NOT, wildcards and distances, on one segment, on many, after deletions, after a merge and after
//! a rebuild.
//!
//! `SEED=<number>` repeats a run; the seed is part of every failure message.

#![expect(
    clippy::print_stderr,
    reason = "a test says what it skipped and with which seed it ran"
)]

#[path = "../common/mod.rs"]
mod common;
mod fold;
mod frequent;
#[path = "../common/made.rs"]
mod made;
mod pages;
#[cfg(feature = "serve")]
mod questions;
#[cfg(feature = "serve")]
#[path = "../common/served.rs"]
mod served;

use baogao_engine::exact::{Keyword, MatchOptions};
use baogao_engine::index::{Index, UpdateOptions, update};
use baogao_engine::query::Query;
use baogao_engine::search::{SearchOptions, SearchResult, Tier};
use fold::{Unit, either, fold, fold_char, fold_traditional, folded_string, is_traditional};
use made::{Random, seed};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// Substrings of the text, over all arrangements of the index.
const N_PRESENT: usize = 12_000;
/// Strings that do not occur, over all arrangements.
const N_ABSENT: usize = 3_000;
/// One random query of operators for so many substrings.
const TREE_EVERY: usize = 6;
/// One question in so many goes through the binary too.
const BINARY_EVERY: usize = 6;
/// The longest substring, in characters.
const MAX_CHARS: usize = 20;
/// Phrases that are looked for in all three tiers.
const N_WIDER: usize = 1_500;

// ---------------------------------------------------------------------------------------------
// The border rule and the scan, written again.

fn is_digit(c: char) -> bool {
    let folded = fold_char(c);
    !folded.is_empty() && folded.chars().all(|c| c.is_ascii_digit())
}

/// A digit or Latin letter of the original; × is a sign, though it folds to x.
fn is_word(c: char) -> bool {
    if c == '\u{d7}' {
        return false;
    }
    let is_latin = |c: char| {
        c.is_ascii_alphanumeric()
            || (c.is_alphabetic() && matches!(c, '\u{aa}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}'))
            || matches!(c, '\u{300}'..='\u{36f}')
    };
    let folded = fold_char(c);
    !folded.is_empty() && folded.chars().all(is_latin)
}

/// Whether an end of a phrase is a border: what lies beyond does not continue the number or word at that end.
///
/// The end is part of a word if it is one in the text or as typed: `×` is a sign, but finds no x in `box`. `inside` are the
/// characters of the place from its end on, which is the left one if `is_left`.
fn is_border(typed: char, inside: &[char], beyond: &[char], is_left: bool) -> bool {
    let (Some(&end), Some(&next)) = (inside.first(), beyond.first()) else {
        return true;
    };
    if (is_word(typed) || is_word(end)) && is_word(next) {
        return false;
    }
    let digits = |chars: &[char]| chars.iter().take_while(|c| is_digit(**c)).count();
    let (inner, outer) = (digits(inside), digits(&beyond[1..]));
    match next {
        '.' | '\u{ff0e}' => inner == 0 || outer == 0,
        // A comma is part of a number between one to three digits and three more.
        ',' | '\u{ff0c}' => {
            let (before, behind) = if is_left {
                (outer, inner)
            } else {
                (inner, outer)
            };
            !((1..=3).contains(&before) && behind == 3)
        }
        _ => true,
    }
}

/// Characters from an end on, as many as a border needs.
fn near(chars: impl Iterator<Item = char>) -> Vec<char> {
    chars.take(6).collect()
}

/// What a phrase may be in a text, and whether in passages with traditional characters alone.
type Form = (Vec<char>, bool);

/// So many characters of both scripts are tried in every combination; the others go with the last.
const EITHER_MAX: usize = 4;

/// The forms of a phrase as typed, its own first.
fn forms(typed: &str) -> Vec<Form> {
    let plain: Vec<char> = folded_string(typed).chars().collect();
    let at: Vec<usize> = (0..plain.len())
        .filter(|at| either(plain[*at]).is_some())
        .collect();
    let changed = |all: &[bool]| {
        let mut form = plain.clone();
        for (at, is_changed) in at.iter().zip(all) {
            if *is_changed {
                form[*at] = either(plain[*at]).expect("it is one");
            }
        }
        form
    };
    let all = changed(&vec![true; at.len()]);
    if at.is_empty() {
        return vec![(plain, false)];
    }
    if !baogao_reading::script::is_typed_as_traditional(typed) {
        return vec![(plain, false), (all, true)];
    }
    let n_bits = at.len().min(EITHER_MAX);
    let choices = (0..1_usize << n_bits).rev();
    let chosen = |bits: usize| {
        (0..at.len())
            .map(|i| bits >> i.min(n_bits - 1) & 1 == 1)
            .collect::<Vec<bool>>()
    };
    choices
        .map(|bits| (changed(&chosen(bits)), false))
        .collect()
}

/// A phrase as asked for: folded, and the characters at its ends as they were typed.
struct Phrase {
    folded: String,
    chars: Vec<char>,
    forms: Vec<Form>,
    first: char,
    last: char,
}

impl Phrase {
    fn new(typed: &str) -> Phrase {
        let kept: Vec<char> = typed
            .chars()
            .filter(|c| !fold_char(*c).is_empty())
            .collect();
        let forms = forms(typed);
        let chars = forms[0].0.clone();
        let folded = chars.iter().collect();
        // Quotes that fold to 、 are an end of their own.
        let end = |folded: Option<&char>, typed: Option<&char>| match folded {
            Some('\u{3001}') => '\u{3001}',
            _ => typed.copied().unwrap_or('\u{3001}'),
        };
        Phrase {
            first: end(chars.first(), kept.first()),
            last: end(chars.last(), kept.last()),
            chars,
            forms,
            folded,
        }
    }
}

/// A passage as `show` printed it.
#[derive(Clone, Debug)]
struct Held {
    id: String,
    text: String,
    units: Vec<Unit>,
    folded: String,
}

impl Held {
    fn new(id: String, text: String, is_traditional: bool) -> Held {
        let units = if is_traditional {
            fold_traditional(&text)
        } else {
            fold(&text)
        };
        let folded = units.iter().map(|unit| unit.c).collect();
        Held {
            id,
            text,
            units,
            folded,
        }
    }

    /// The bytes of the original from which a range of folded characters comes.
    fn bytes(&self, units: &Range<usize>) -> Range<usize> {
        self.units[units.start].from.start..self.units[units.end - 1].from.end
    }

    /// Whether both ends of a range of folded characters are borders.
    fn has_borders(&self, units: &Range<usize>, typed: (char, char)) -> bool {
        let span = self.bytes(units);
        let (before, rest) = self.text.split_at(span.start);
        let (inside, after) = rest.split_at(span.len());
        self.units[units.start].first
            && self.units[units.end - 1].last
            && is_border(
                typed.0,
                &near(inside.chars()),
                &near(before.chars().rev()),
                true,
            )
            && is_border(
                typed.1,
                &near(inside.chars().rev()),
                &near(after.chars()),
                false,
            )
    }

    /// Whether a phrase stands in one of its forms: one of traditional text needs a character that is, or that both
    /// scripts have, in the passage or at the place.
    fn has_form_at(&self, forms: &[Form], at: usize) -> bool {
        forms.iter().any(|(form, only_traditional)| {
            self.stands_at(form, at)
                && (!only_traditional
                    || self.text.chars().any(is_traditional)
                    || self
                        .text
                        .get(self.bytes(&(at..at + form.len())))
                        .unwrap_or_default()
                        .chars()
                        .any(|c| either(c).is_some()))
        })
    }

    fn stands_at(&self, chars: &[char], at: usize) -> bool {
        let part = self.units.get(at..at + chars.len());
        part.is_some_and(|part| part.iter().zip(chars).all(|(unit, c)| unit.c == *c))
    }

    /// Leftmost, non-overlapping places of a folded phrase, in folded characters.
    fn places(&self, phrase: &Phrase) -> Vec<Range<usize>> {
        let mut found = Vec::new();
        let n = phrase.chars.len();
        let mut at = 0;
        while at + n <= self.units.len() {
            let ends = (phrase.first, phrase.last);
            if self.has_form_at(&phrase.forms, at) && self.has_borders(&(at..at + n), ends) {
                found.push(at..at + n);
                at += n;
            } else {
                at += 1;
            }
        }
        found
    }

    /// The same in bytes of the original.
    fn occurrences(&self, phrase: &Phrase) -> Vec<Range<usize>> {
        let places = self.places(phrase);
        places.iter().map(|place| self.bytes(place)).collect()
    }

    /// Whether a wildcard may stand for a character.
    fn is_wild(&self, at: usize) -> bool {
        const STOPS: &str = "，。、；：？！（）【】〔〕〖〗…‥|[]{}｛｝［］<>";
        self.units
            .get(at)
            .is_some_and(|unit| !STOPS.contains(unit.c))
    }

    /// Where `pieces` can end that begin at `at`, a wildcard of so many to so many characters before each piece.
    fn ends(&self, pieces: &[(usize, usize, Vec<Form>)], at: usize) -> Vec<usize> {
        let Some(((least, most, forms), rest)) = pieces.split_first() else {
            return vec![at];
        };
        let mut ends = Vec::new();
        for n in *least..=*most {
            if (0..n).all(|i| self.is_wild(at + i)) && self.has_piece_at(forms, at + n) {
                ends.extend(self.ends(rest, at + n + forms[0].0.len()));
            }
        }
        ends
    }

    /// The same of a piece of a pattern, for which the passage as a whole counts.
    fn has_piece_at(&self, forms: &[Form], at: usize) -> bool {
        forms.iter().any(|(form, only_traditional)| {
            self.stands_at(form, at) && (!only_traditional || self.text.chars().any(is_traditional))
        })
    }

    /// Places of a pattern: each from the leftmost first piece, the nearest end, the nearest beginning.
    fn pattern_places(&self, pattern: &Wild) -> Vec<Range<usize>> {
        let mut found: Vec<Range<usize>> = Vec::new();
        let mut core = 0;
        while core < self.units.len() {
            let from = found.last().map_or(0, |last| last.end);
            let mut ends = self.ends(&pattern.pieces, core);
            ends.sort_unstable();
            // The end is judged alone, then the beginning: neither changes the other.
            let is_end = |end: &usize| {
                let unit = &self.units[end - 1];
                let (found, after) = self.text.split_at(unit.from.end);
                let (_, found) = found.split_at(self.units[core].from.start);
                let found = near(found.chars().rev());
                unit.last && is_border(found[0], &found, &near(after.chars()), false)
            };
            let is_start = |start: &usize| {
                let unit = &self.units[*start];
                let (before, found) = self.text.split_at(unit.from.start);
                let found = near(found.chars());
                unit.first && is_border(found[0], &found, &near(before.chars().rev()), true)
            };
            let end = ends.into_iter().find(is_end);
            let (least, most) = pattern.lead;
            let start = (least..=most)
                .filter(|n| core >= from + n && (1..=*n).all(|i| self.is_wild(core - i)))
                .map(|n| core - n)
                .find(is_start);
            match (start, end) {
                (Some(start), Some(end)) => {
                    found.push(start..end);
                    core = end;
                }
                _ => core += 1,
            }
        }
        found
    }

    /// The places of both phrases that have a place of the other near them.
    fn near_places(&self, a: &Phrase, b: &Phrase, distance: usize) -> Vec<Range<usize>> {
        let (a, b) = (self.places(a), self.places(b));
        let is_near = |one: &Range<usize>, other: &Range<usize>| {
            one.end <= other.start && other.start - one.end <= distance
                || other.end <= one.start && one.start - other.end <= distance
        };
        let with = |places: &[Range<usize>], others: &[Range<usize>]| {
            let near = places
                .iter()
                .filter(|place| others.iter().any(|other| is_near(place, other)));
            near.cloned().collect::<Vec<_>>()
        };
        [with(&a, &b), with(&b, &a)].concat()
    }
}

/// A pattern: what stands before the first piece, and the pieces.
#[derive(Debug)]
struct Wild {
    lead: (usize, usize),
    pieces: Vec<(usize, usize, Vec<Form>)>,
}

/// A query as a tree.
enum Tree {
    Phrase(Phrase),
    Wild(Wild),
    Near(Phrase, Phrase, usize),
    All(Vec<Tree>),
    Either(Vec<Tree>),
    Not(Box<Tree>),
}

impl Tree {
    /// The places that make a passage fit, or nothing if it does not.
    fn places(&self, held: &Held) -> Option<Vec<Range<usize>>> {
        let some = |places: Vec<Range<usize>>| (!places.is_empty()).then_some(places);
        match self {
            Tree::Phrase(phrase) => some(held.places(phrase)),
            Tree::Wild(wild) => {
                let may_stand = wild.pieces.iter().all(|(_, _, forms)| {
                    let is_in =
                        |form: &Form| held.folded.contains(&form.0.iter().collect::<String>());
                    forms.iter().any(is_in)
                });
                some(if may_stand {
                    held.pattern_places(wild)
                } else {
                    Vec::new()
                })
            }
            Tree::Near(a, b, distance) => some(held.near_places(a, b, *distance)),
            Tree::All(parts) => {
                let parts: Option<Vec<_>> = parts.iter().map(|part| part.places(held)).collect();
                parts.map(|parts| parts.concat())
            }
            Tree::Either(parts) => {
                let parts: Vec<_> = parts.iter().filter_map(|part| part.places(held)).collect();
                (!parts.is_empty()).then(|| parts.concat())
            }
            Tree::Not(inner) => match inner.places(held) {
                Some(_) => None,
                None => Some(Vec::new()),
            },
        }
    }
}

/// All passages of an index.
struct Page {
    held: Vec<Held>,
}

impl Page {
    /// Passage id → spans, for all passages in which the phrase stands.
    fn scan(&self, phrase: &Phrase) -> BTreeMap<&str, Vec<Range<usize>>> {
        let mut found = BTreeMap::new();
        for held in &self.held {
            // Passages in which it cannot stand are passed over quickly; the walk decides the rest.
            if phrase.forms.len() > 1 || held.folded.contains(&phrase.folded) {
                let spans = held.occurrences(phrase);
                if !spans.is_empty() {
                    found.insert(held.id.as_str(), spans);
                }
            }
        }
        found
    }

    /// The same of a query of operators: spans joined where they overlap.
    fn evaluate(&self, tree: &Tree) -> BTreeMap<&str, Vec<Range<usize>>> {
        let mut found = BTreeMap::new();
        for held in &self.held {
            let Some(places) = tree.places(held) else {
                continue;
            };
            let mut spans: Vec<Range<usize>> =
                places.iter().map(|place| held.bytes(place)).collect();
            spans.sort_by_key(|span| (span.start, span.end));
            let mut joined: Vec<Range<usize>> = Vec::new();
            for span in spans {
                match joined.last_mut() {
                    Some(last) if span.start < last.end => last.end = last.end.max(span.end),
                    _ => joined.push(span),
                }
            }
            found.insert(held.id.as_str(), joined);
        }
        found
    }
}

// ---------------------------------------------------------------------------------------------
// The program.

fn baogao(index: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_baogao"))
        .env_clear()
        .arg("--index")
        .arg(index)
        .current_dir(index.parent().expect("the index stands in a folder"))
        .args(arguments)
        .output()
        .expect("the program starts")
}

fn lines(output: &Output) -> Vec<Value> {
    let text = std::str::from_utf8(&output.stdout).expect("output is UTF-8");
    text.lines()
        .map(|line| serde_json::from_str(line).expect("a line of JSON"))
        .collect()
}

fn text_of<'v>(value: &'v Value, key: &str) -> &'v str {
    value[key]
        .as_str()
        .unwrap_or_else(|| panic!("no text `{key}` in {value}"))
}

/// Everything that `show` prints of all reports that `reports` lists. Copies of a report that is there in a better
/// one are not searched.
fn read_page(index: &Path) -> Page {
    let reports = lines(&baogao(index, &["reports", "--format", "jsonl"]));
    let mut held = Vec::new();
    for report in reports.iter().filter(|row| row["type"] == "report") {
        if !report["duplicate_of"].is_null() {
            continue;
        }
        let id = text_of(report, "id");
        let output = baogao(index, &["show", id, "--format", "jsonl"]);
        assert_eq!(output.status.code(), Some(0), "show {id}");
        let passages = lines(&output);
        assert_eq!(Some(passages.len() as u64), report["passages"].as_u64());
        let is_traditional =
            is_in_traditional(passages.iter().map(|passage| text_of(passage, "text")));
        for (i, passage) in passages.iter().enumerate() {
            assert_eq!(text_of(passage, "id"), format!("{id}:{}", i + 1));
            held.push(Held::new(
                text_of(passage, "id").to_owned(),
                text_of(passage, "text").to_owned(),
                is_traditional,
            ));
        }
    }
    assert!(!held.is_empty());
    Page { held }
}

/// Whether more than one in twenty of the first 4,000 Han characters of a report is one of traditional text alone.
fn is_in_traditional<'t>(texts: impl Iterator<Item = &'t str>) -> bool {
    let han = |c: &char| ('\u{3400}'..='\u{9fff}').contains(c) || *c >= '\u{20000}';
    let sample: Vec<char> = texts.flat_map(str::chars).filter(han).take(4_000).collect();
    sample.iter().filter(|c| is_traditional(**c)).count() * 20 > sample.len()
}

/// Spans of a hit in JSON, checked: sorted, disjoint, on characters, bytes and characters agree.
fn checked_spans(hit: &Value, context: &str) -> Vec<Range<usize>> {
    let text = text_of(hit, "text");
    let mut spans = Vec::new();
    let mut behind = 0;
    for span in hit["spans"].as_array().expect("spans are a list") {
        let at = |key: &str| span[key].as_u64().expect("a number") as usize;
        let bytes = at("byte_start")..at("byte_end");
        assert!(
            behind <= bytes.start && bytes.start < bytes.end,
            "{context}"
        );
        behind = bytes.end;
        let inside = text.get(bytes.clone()).expect("on character boundaries");
        let before = text.get(..bytes.start).expect("on character boundaries");
        assert_eq!(before.chars().count(), at("char_start"), "{context}");
        assert_eq!(
            inside.chars().count(),
            at("char_end") - at("char_start"),
            "{context}"
        );
        spans.push(bytes);
    }
    spans
}

// ---------------------------------------------------------------------------------------------
// Questions.

/// Where a substring that hurts might begin or end.
fn is_edge(unit: &Unit) -> bool {
    unit.c.is_ascii_alphanumeric()
        || matches!(
            unit.c,
            '-' | '\u{b7}' | '%' | '.' | '\u{3001}' | '\u{ff0c}' | '+' | '\u{ff1f}' | '\u{ff08}'
        )
        || unit.from.end - unit.from.start > 3
}

/// A random substring of a passage, folded, never empty.
fn random_substring(page: &Page, random: &mut Random) -> String {
    loop {
        let held = random.pick(&page.held);
        let n = held.units.len();
        if n == 0 {
            continue;
        }
        let length = match random.below(10) {
            0 => 1,
            1 | 2 => 2,
            3 => 3,
            _ => 1 + random.below(MAX_CHARS),
        };
        let length = length.min(n);
        let mut start = random.below(n - length + 1);
        match random.below(6) {
            // At an edge character, if the passage has one.
            0 | 1 => {
                let edges: Vec<usize> = (0..n).filter(|at| is_edge(&held.units[*at])).collect();
                if !edges.is_empty() {
                    let edge = *random.pick(&edges);
                    start = if random.below(2) == 0 {
                        edge.min(n - length)
                    } else {
                        (edge + 1).saturating_sub(length)
                    };
                }
            }
            // Over a character that stands twice.
            2 => {
                let twice: Vec<usize> = (1..n)
                    .filter(|at| held.units[*at].c == held.units[*at - 1].c)
                    .collect();
                if !twice.is_empty() {
                    start = (*random.pick(&twice) - 1).min(n - length);
                }
            }
            3 => start = n - length,
            _ => {}
        }
        return held.units[start..start + length]
            .iter()
            .map(|unit| unit.c)
            .collect();
    }
}

/// The original text of a random substring: with its quotes, spaces and look-alikes.
fn random_original(page: &Page, random: &mut Random) -> String {
    loop {
        let held = random.pick(&page.held);
        let chars: Vec<char> = held.text.chars().collect();
        let length = (1 + random.below(MAX_CHARS)).min(chars.len());
        let start = random.below(chars.len() - length + 1);
        let text: String = chars[start..start + length].iter().collect();
        // `"` ends a quoted phrase, and what folds away is no question.
        if !text.contains('"') && !folded_string(&text).is_empty() {
            return text;
        }
    }
}

/// A substring with something changed, so that it does not stand anywhere.
fn random_absent(page: &Page, random: &mut Random) -> String {
    loop {
        let mut chars: Vec<char> = random_substring(page, random).chars().collect();
        let other: Vec<char> = random_substring(page, random).chars().collect();
        let at = random.below(chars.len());
        match random.below(4) {
            0 => chars[at] = *random.pick(&other),
            1 => chars.insert(at, *random.pick(&other)),
            2 if chars.len() > 2 => chars.swap(at, 0),
            _ => chars.extend(other.iter().take(3)),
        }
        chars.truncate(MAX_CHARS);
        let phrase: String = chars.iter().collect();
        if folded_string(&phrase) == phrase && page.scan(&Phrase::new(&phrase)).is_empty() {
            return phrase;
        }
    }
}

/// A random query of operators, as typed and as a tree.
fn random_tree(page: &Page, random: &mut Random, depth: usize) -> (String, Tree) {
    let n_parts = 2 + random.below(2);
    match random.below(if depth == 0 { 5 } else { 9 }) {
        0 | 1 => {
            let text: String = random_substring(page, random)
                .chars()
                .take(1 + random.below(4))
                .collect();
            let tree = Tree::Phrase(Phrase::new(&text));
            (format!("\"{text}\""), tree)
        }
        2 | 3 => random_pattern(page, random),
        4 => {
            // Both from one passage, so that they are near somewhere.
            let held = loop {
                let held = random.pick(&page.held);
                if held.units.len() > 8 {
                    break held;
                }
            };
            let mut word = || {
                let n = 1 + random.below(3);
                let at = random.below(held.units.len() - n);
                held.units[at..at + n]
                    .iter()
                    .map(|unit| unit.c)
                    .collect::<String>()
            };
            let (a, b) = (word(), word());
            let distance = random.below(60);
            let tree = Tree::Near(Phrase::new(&a), Phrase::new(&b), distance);
            (format!("“{a}\u{3000}{b}”～{distance}"), tree)
        }
        5 | 6 => {
            let parts = (0..n_parts).map(|_| random_tree(page, random, depth - 1));
            let (typed, parts): (Vec<String>, Vec<Tree>) = parts.unzip();
            let between = *random.pick(&[" ", " AND ", "\u{3000}"]);
            (format!("({})", typed.join(between)), Tree::All(parts))
        }
        7 => {
            let parts = (0..n_parts).map(|_| random_tree(page, random, depth - 1));
            let (typed, parts): (Vec<String>, Vec<Tree>) = parts.unzip();
            let between = *random.pick(&[" OR ", "|", " ｜ ", " ＯＲ "]);
            (format!("（{}）", typed.join(between)), Tree::Either(parts))
        }
        _ => {
            let (typed, tree) = random_tree(page, random, depth - 1);
            // Two dashes are text.
            let operator = match typed.starts_with(['-', '－']) {
                true => "NOT ",
                false => *random.pick(&["-", "NOT ", "－"]),
            };
            let tree = match tree {
                // Without what is without is with.
                Tree::Not(inner) => *inner,
                tree => Tree::Not(Box::new(tree)),
            };
            (format!("{operator}{typed}"), tree)
        }
    }
}

/// A substring in which wildcards stand for some of the characters.
fn random_pattern(page: &Page, random: &mut Random) -> (String, Tree) {
    let chars: Vec<char> = loop {
        let chars: Vec<char> = random_substring(page, random).chars().collect();
        if chars.len() > 1 {
            break chars;
        }
    };
    let (lead, mut typed) = match random.below(8) {
        0 => ((1, 1), "?".to_owned()),
        1 => ((0, 10), "*".to_owned()),
        2 => ((1, 11), "＊？".to_owned()),
        _ => ((0, 0), String::new()),
    };
    let mut wild = Wild {
        lead,
        pieces: Vec::new(),
    };
    let (mut least, mut most) = (0, 0);
    let mut at = 0;
    while at < chars.len() {
        let n_piece = (1 + random.below(3)).min(chars.len() - at);
        let piece = &chars[at..at + n_piece];
        wild.pieces
            .push((least, most, forms(&piece.iter().collect::<String>())));
        typed.push('"');
        typed.extend(piece);
        typed.push('"');
        at += n_piece;
        (least, most) = (0, 0);
        for _ in 0..1 + random.below(2) {
            if at >= chars.len() || wild.pieces.len() > 3 {
                break;
            }
            if random.below(2) == 0 {
                typed.push(*random.pick(&['?', '？']));
                (least, most) = (least + 1, most + 1);
                at += 1;
            } else {
                typed.push(*random.pick(&['*', '＊']));
                most += 10;
                at += random.below(12);
            }
        }
        if wild.pieces.len() > 3 {
            break;
        }
    }
    if most > 0 {
        wild.pieces.push((least, most, vec![(Vec::new(), false)]));
    }
    // A single ？ at the end of a word ends a sentence.
    if typed.ends_with(['？', '?']) {
        typed.push_str("\"\"");
    }
    if wild.pieces.len() == 1 && wild.lead == (0, 0) && !typed.contains(['?', '？', '*', '＊']) {
        let text: String = typed.trim_matches('"').to_owned();
        return (typed, Tree::Phrase(Phrase::new(&text)));
    }
    (typed, Tree::Wild(wild))
}

/// A phrase, quoted as a reader must.
struct Question {
    typed: String,
    phrase: Phrase,
}

impl Question {
    fn new(text: &str) -> Question {
        Question {
            typed: format!("\"{text}\""),
            phrase: Phrase::new(text),
        }
    }
}

// ---------------------------------------------------------------------------------------------
// Comparison.

fn compare_library(index: &Index, page: &Page, question: &Question, context: &str) {
    let query = Query::parse(&question.typed, MatchOptions::default()).expect(context);
    let folded: Vec<&str> = query.keywords().iter().flat_map(Keyword::texts).collect();
    assert_eq!(folded, [&question.phrase.folded], "the fold of {context}");
    let answer = index
        .search(&query, &SearchOptions::default())
        .expect("an answer");
    let expected = page.scan(&question.phrase);
    assert_eq!(answer.hits.len(), expected.len(), "passages of {context}");
    assert_totals(&answer, &expected, context);
    for hit in &answer.hits {
        let id = hit.passage.id();
        let spans = expected.get(id.as_str());
        assert_eq!(Some(&hit.spans), spans, "spans in {id} of {context}");
        for span in &hit.spans {
            let inside = hit.passage.text.get(span.clone()).expect("on characters");
            let found: Vec<char> = folded_string(inside).chars().collect();
            let is_form = |(form, _): &Form| {
                let pairs = form.iter().zip(&found);
                form.len() == found.len()
                    && pairs
                        .into_iter()
                        .all(|(a, b)| a == b || either(*b) == Some(*a))
            };
            assert!(question.phrase.forms.iter().any(is_form), "{context}");
        }
    }
}

fn compare_tree(index: &Index, page: &Page, random: &mut Random, name: &str) {
    let (typed, tree) = random_tree(page, random, 2);
    let context = format!("{typed} ({name}, SEED={})", seed());
    let query = match Query::parse(&typed, MatchOptions::default()) {
        Ok(query) => query,
        Err(error) => panic!("{error} in {context}"),
    };
    let answer = index
        .search(&query, &SearchOptions::default())
        .expect("an answer");
    let expected = page.evaluate(&tree);
    let found: BTreeMap<String, Vec<Range<usize>>> = answer
        .hits
        .iter()
        .map(|hit| (hit.passage.id(), hit.spans.clone()))
        .collect();
    for (id, spans) in &expected {
        assert_eq!(found.get(*id), Some(spans), "spans in {id} of {context}");
    }
    assert_eq!(found.len(), expected.len(), "passages of {context}");
    assert_totals(&answer, &expected, &context);
}

fn assert_totals(
    answer: &SearchResult,
    expected: &BTreeMap<&str, Vec<Range<usize>>>,
    context: &str,
) {
    let occurrences: usize = expected.values().map(Vec::len).sum();
    assert_eq!(answer.total.passages, expected.len() as u64, "{context}");
    assert_eq!(answer.total.occurrences, occurrences as u64, "{context}");
    let in_cells: u64 = answer
        .cells
        .iter()
        .flatten()
        .map(|cell| u64::from(cell.occurrences))
        .sum();
    assert_eq!(in_cells, occurrences as u64, "cells of {context}");
}

fn compare_binary(index: &Path, page: &Page, question: &Question, context: &str) {
    let output = baogao(
        index,
        &[
            "search",
            "--genre",
            "any",
            "--format",
            "jsonl",
            "--",
            &question.typed,
        ],
    );
    let expected = page.scan(&question.phrase);
    let code = i32::from(expected.is_empty());
    assert_eq!(output.status.code(), Some(code), "exit code of {context}");
    let rows = lines(&output);
    let (summary, hits) = rows.split_last().expect("a summary");
    assert_eq!(summary["type"], "summary");
    assert_eq!(summary["passages"], expected.len(), "{context}");
    let occurrences: usize = expected.values().map(Vec::len).sum();
    assert_eq!(summary["occurrences"], occurrences, "{context}");
    assert_eq!(hits.len(), expected.len(), "passages of {context}");
    for hit in hits {
        let id = text_of(hit, "id");
        let spans = checked_spans(hit, context);
        assert_eq!(Some(&spans), expected.get(id), "spans in {id} of {context}");
        assert_eq!(hit["match"], "exact");
    }
}

/// Puts `n_present` and `n_absent` random questions to an index, on two threads.
fn compare(name: &str, dir: &Path, (n_present, n_absent): (usize, usize), page: &Page) {
    let seed = seed();
    eprintln!(
        "{name}: {} passages, {n_present} substrings and {n_absent} that do not occur, SEED={seed}",
        page.held.len()
    );
    let index = Index::open(dir).expect("the index opens");
    pages::compare(&index, name);
    std::thread::scope(|scope| {
        for part in 0..2u64 {
            let index = &index;
            scope.spawn(move || {
                let salt = name.bytes().fold(part, |salt, byte| {
                    salt.wrapping_mul(31).wrapping_add(u64::from(byte))
                });
                let mut random = Random(seed ^ salt);
                for i in 0..n_present / 2 {
                    let text = if i % 5 == 4 {
                        random_original(page, &mut random)
                    } else {
                        random_substring(page, &mut random)
                    };
                    ask(name, dir, index, page, &text, i);
                    if i.is_multiple_of(TREE_EVERY) {
                        compare_tree(index, page, &mut random, name);
                    }
                }
                for i in 0..n_absent / 2 {
                    let text = random_absent(page, &mut random);
                    ask(name, dir, index, page, &text, i);
                }
            });
        }
    });
}

fn ask(name: &str, dir: &Path, index: &Index, page: &Page, text: &str, i: usize) {
    let question = Question::new(text);
    let context = format!("{text:?} ({name}, SEED={})", seed());
    compare_library(index, page, &question, &context);
    if i.is_multiple_of(BINARY_EVERY) {
        compare_binary(dir, page, &question, &context);
    }
}

// ---------------------------------------------------------------------------------------------
// Corpora and arrangements.

/// A report made of what hurts.
const NASTY: &str = "\
政府工作报告

——2022年1月10日在榆社县第十七届人民代表大会第二次会议上

一、2021年工作回顾

人人人人人关心的的的发展，谢谢谢谢。天天天向上向上向上。人人人，人人，人。

水质达到Ⅲ类，Ⅱ类和II类、III类、Ⅳ类，ⅲ型3台。增长5.5%，0.5％，5%，15%，１５％，5.5．5%，1,000户和11,000户，1，000户。

7×24小时，7x24小时，7X24小时，17×24小时，A×B，×24小时，24×7。

PM₂.₅和PM2.5、PM2.55、APM2.5，CO₂、CO2、H₂O，10²立方，m²，m³。

“房证同交”“地证同交”，“交地即交证” “拿地即开工”。《条例》《办法》《细则》，‘一’‘二’，「甲」「乙」，『丙』『丁』，”“，》《。

5G网络，A股和B股，4S店，e镇，乡村e镇e镇ee镇，VIP，IP，P。É区É，naïve。

2020-2024年，2020—2024年，2020～2024年，2020~2024年，2020–2024年，A-B——C。

中小學生、著名、乾安、乾淨、後來、皇后。⼯作⻓期，⽂化，⼀⼀，契约，更新。

𠮷祥𠮷祥𠮷，𠀋，👍👍👍，e\u{301}e\u{301}。

零\u{200b}宽\u{200d}字\u{feff}符，软\u{ad}连\u{ad}字。“\u{200b}”“\u{200b}”。

二、2022年工作安排

（一）抓好“三农”工作。推进1+7+N特色专业镇，“1+7+N”特色专业镇，1+7+N+1。

省·市·县，省•市・县。ABC·DEF，12·34。

一、二、三，四；五：六？七！八。九…十……

A.B，1.2.3，1.2.3.4，1..2，3.，.4，v1.2，1,2,3，12,345.67万元，,5，5,。

谢谢大家！谢谢！谢谢
";

struct Sandbox {
    home: tempfile::TempDir,
}

impl Sandbox {
    fn new() -> Sandbox {
        let home = tempfile::tempdir().expect("a temporary folder");
        fs::create_dir(home.path().join("corpus")).expect("a folder");
        Sandbox { home }
    }

    fn corpus(&self) -> PathBuf {
        self.home.path().join("corpus")
    }

    fn index(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.corpus().join(name), text).expect("the file is written");
    }
}

/// The files of the repository's corpus: name and text.
fn seeds() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    let mut seeds: Vec<(String, String)> = folder
        .read_dir()
        .expect("the corpus is part of the source")
        .map(|entry| {
            let entry = entry.expect("an entry");
            let text = fs::read_to_string(entry.path()).expect("UTF-8");
            (entry.file_name().to_string_lossy().into_owned(), text)
        })
        .collect();
    seeds.sort();
    assert_eq!(seeds.len(), 5);
    seeds
}

fn options(sandbox: &Sandbox, keep_segments: bool) -> UpdateOptions {
    UpdateOptions {
        default_root: Some(sandbox.corpus()),
        keep_segments,
        ..UpdateOptions::default()
    }
}

fn run_update(index: &Path, options: &UpdateOptions) {
    let summary = update(index, options, &|_| {}).expect("the index is written");
    assert_eq!(summary.refused, []);
}

fn n_segments(index: &Path) -> usize {
    Index::open(index).expect("the index opens").n_segments()
}

/// Files of deletions in the index.
fn n_deletions(index: &Path) -> usize {
    walkdir::WalkDir::new(index)
        .into_iter()
        .filter(|entry| {
            let entry = entry.as_ref().expect("an entry");
            entry.path().extension().is_some_and(|kind| kind == "del")
        })
        .count()
}

/// Everything that a few hundred questions give, as bytes.
fn answers(index: &Path, questions: &[String]) -> Vec<u8> {
    let mut all = Vec::new();
    for question in questions {
        let output = baogao(index, &["search", "--format", "jsonl", "--", question]);
        assert!(output.stderr.is_empty(), "{:?}", output);
        all.extend(output.stdout);
    }
    for question in [
        "(专业镇 OR 高质量发展) -白酒",
        "乡村*镇 OR \"产业 发展\"~20",
        "-发展",
        "产业 发展 创新",
        "高质量发展阶",
    ] {
        let arguments = ["search", "--format", "jsonl", "--", question];
        all.extend(baogao(index, &arguments).stdout);
    }
    for mode in ["words", "any"] {
        for question in [
            "一般公共预算收入增长",
            "乡村e镇 专业镇",
            "7×24小时服务",
            "如何促进白酒产业转型升级",
        ] {
            let arguments = ["search", "--mode", mode, "--format", "jsonl", question];
            all.extend(baogao(index, &arguments).stdout);
        }
    }
    for command in [
        ["reports", "--format", "jsonl"],
        ["search", "发展", "--facets"],
    ] {
        all.extend(baogao(index, &command).stdout);
    }
    all
}

/// Ids of all passages that a phrase finds in one tier.
fn found_in(index: &Index, phrase: &str, tier: Tier) -> BTreeSet<String> {
    let query = Query::parse(&format!("\"{phrase}\""), MatchOptions::default()).expect("a phrase");
    let options = SearchOptions {
        tier,
        ..SearchOptions::default()
    };
    let answer = index.search(&query, &options).expect("it can be read");
    let n_spans: usize = answer.hits.iter().map(|hit| hit.spans.len()).sum();
    assert!(n_spans > 0 || answer.hits.is_empty(), "{phrase}: {tier:?}");
    let ids = answer.hits.iter().map(|hit| hit.passage.id());
    ids.collect()
}

#[test]
fn what_is_found_exactly_is_found_by_words_too() {
    let sandbox = Sandbox::new();
    let folder = sandbox.index("wider");
    for (name, text) in seeds() {
        sandbox.write(&name, &text);
    }
    run_update(&folder, &options(&sandbox, false));
    let page = read_page(&folder);
    let index = Index::open(&folder).expect("it opens");
    let mut random = Random(seed());
    let phrases = ["文旅", "村医", "怎么", "如何"].map(str::to_owned);
    let random_ones = (0..N_WIDER).map(|_| random_original(&page, &mut random));
    for phrase in phrases.into_iter().chain(random_ones) {
        let folded = folded_string(&phrase);
        if !folded.chars().any(char::is_alphanumeric) {
            continue;
        }
        let [exact, words, any] =
            [Tier::Exact, Tier::Words, Tier::Any].map(|tier| found_in(&index, &phrase, tier));
        assert!(exact.is_subset(&words), "{phrase}: {:?}", &exact - &words);
        assert!(exact.is_subset(&any), "{phrase}: {:?}", &exact - &any);
    }
}

#[test]
fn search_agrees_with_reading() {
    let seeds = seeds();
    let share = (N_PRESENT / 5, N_ABSENT / 5);

    // One segment.
    let sandbox = Sandbox::new();
    for (name, text) in &seeds {
        sandbox.write(name, text);
    }
    sandbox.write("nasty.md", NASTY);
    let one = sandbox.index("one");
    run_update(&one, &options(&sandbox, false));
    assert_eq!(n_segments(&one), 1);
    let page = read_page(&one);
    compare("one segment", &one, share, &page);

    // The same files, one at a time.
    let many_box = Sandbox::new();
    let many = many_box.index("many");
    let all = seeds
        .iter()
        .map(|(name, text)| (name.as_str(), text.as_str()))
        .chain([("nasty.md", NASTY)]);
    for (i, (name, text)) in all.enumerate() {
        many_box.write(name, text);
        run_update(&many, &options(&many_box, true));
        assert_eq!(n_segments(&many), i + 1);
    }
    let page_of_many = read_page(&many);
    let texts = |page: &Page| -> Vec<(String, String)> {
        let texts = page
            .held
            .iter()
            .map(|held| (held.id.clone(), held.text.clone()));
        texts.collect()
    };
    assert!(texts(&page) == texts(&page_of_many), "the same passages");
    compare("many segments", &many, share, &page_of_many);
    let mut random = Random(seed());
    let questions: Vec<String> = (0..150)
        .map(|_| Question::new(&random_substring(&page, &mut random)).typed)
        .collect();
    assert!(
        answers(&one, &questions) == answers(&many, &questions),
        "one segment and many give the same bytes"
    );

    // Deleted and edited, nothing merged.
    fs::remove_file(many_box.corpus().join(&seeds[1].0)).expect("it is there");
    let edited = seeds[2].1.replace("高质量", "更高质量");
    many_box.write(&seeds[2].0, &edited);
    many_box.write("nasty.md", &NASTY.replace("谢谢", "再见"));
    run_update(&many, &options(&many_box, true));
    let kept = n_segments(&many);
    let page = read_page(&many);
    compare("after deletions", &many, share, &page);
    // A segment of which all is deleted goes; one that is left with a part of its passages keeps them.
    let mixed = sandbox.index("one");
    fs::remove_file(sandbox.corpus().join(&seeds[1].0)).expect("it is there");
    sandbox.write(&seeds[2].0, &edited);
    run_update(&mixed, &options(&sandbox, true));
    assert!(n_deletions(&mixed) > 0, "deleted passages are still there");
    let page = read_page(&mixed);
    compare("deleted passages in a segment", &mixed, share, &page);

    // Merged.
    for i in 0..8 {
        let text = NASTY
            .replace("人人", &format!("第{i}人人"))
            .replace("2022", &(2010 + i).to_string());
        many_box.write(&format!("榆社县{i}.txt"), &text);
        run_update(&many, &options(&many_box, true));
    }
    let unmerged = n_segments(&many);
    assert!(unmerged >= kept + 8, "{kept} then {unmerged}");
    many_box.write("copy.txt", &seeds[3].1);
    run_update(&many, &options(&many_box, false));
    let merged = n_segments(&many);
    assert!(merged < unmerged, "{unmerged} segments became {merged}");
    let page = read_page(&many);
    compare("after a merge", &many, share, &page);

    // Rebuilt: the same answers, byte for byte.
    let updated = answers(&many, &questions);
    run_update(
        &many,
        &UpdateOptions {
            rebuild: true,
            ..options(&many_box, false)
        },
    );
    assert_eq!(n_segments(&many), 1);
    assert!(
        updated == answers(&many, &questions),
        "an updated and a rebuilt index give the same bytes"
    );
    let page = read_page(&many);
    compare("after a rebuild", &many, (600, 200), &page);
}

#[test]
fn any_number_of_threads_gives_the_same_bytes() {
    let sandbox = Sandbox::new();
    // More than the 4 MiB that one thread indexes alone.
    for (name, text) in seeds() {
        for i in 0..30 {
            let copy = format!("{text}\n第{i}号抄本{}。\n", "发展".repeat(i));
            sandbox.write(&format!("{i:02}-{name}"), &copy);
        }
    }
    let questions: Vec<String> = ["专业镇", "高质量发展", "的", "7x24小时", "“四上”企业 增长"]
        .map(str::to_owned)
        .into();
    let given: Vec<Vec<u8>> = [1, 2]
        .into_iter()
        .map(|threads| {
            let index = sandbox.index(&format!("threads-{threads}"));
            let options = UpdateOptions {
                threads: Some(threads),
                ..options(&sandbox, false)
            };
            run_update(&index, &options);
            answers(&index, &questions)
        })
        .collect();
    assert!(given[0] == given[1], "one thread and two");
    assert!(given[0].len() > 100_000, "there is much to compare");
}

#[test]
fn the_stored_text_is_what_ingestion_made_byte_for_byte() {
    let sandbox = Sandbox::new();
    for (name, text) in seeds() {
        sandbox.write(&name, &text);
    }
    sandbox.write("nasty.md", NASTY);
    let index = sandbox.index("index");
    run_update(&index, &options(&sandbox, false));
    let mut by_file: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for report in lines(&baogao(&index, &["reports", "--format", "jsonl"])) {
        if report["type"] != "report" {
            continue;
        }
        let shown = lines(&baogao(
            &index,
            &["show", text_of(&report, "id"), "--format", "jsonl"],
        ));
        let texts = shown.iter().map(|row| text_of(row, "text").to_owned());
        let file = text_of(&report["source"], "file").to_owned();
        by_file.entry(file).or_default().extend(texts);
    }
    let walk = baogao_reading::walk::walk(
        &sandbox.corpus(),
        &index,
        baogao_reading::ingest::sidecar::FILE_NAME,
        &baogao_reading::filter::Filter::default(),
    );
    assert_eq!(walk.files.len(), 6);
    for found in walk.files {
        let raw = baogao_reading::source::read(&found).expect("it is there");
        let reports = baogao_reading::ingest::ingest(&raw).expect("it is text");
        let texts: Vec<String> = reports
            .into_iter()
            .flat_map(|report| report.passages)
            .map(|passage| passage.text)
            .collect();
        assert_eq!(by_file.get(&found.path), Some(&texts), "{}", found.path);
    }
}

/// What holds for all queries: P9 of the reliability plan.
#[test]
fn operators_obey_their_algebra() {
    let sandbox = Sandbox::new();
    for (name, text) in seeds() {
        sandbox.write(&name, &text);
    }
    sandbox.write("nasty.md", NASTY);
    let dir = sandbox.index("index");
    run_update(&dir, &options(&sandbox, false));
    let page = read_page(&dir);
    let index = Index::open(&dir).expect("the index opens");
    let ids = |typed: &str, options: &SearchOptions| -> Vec<String> {
        let query = Query::parse(typed, MatchOptions::default()).expect(typed);
        let answer = index.search(&query, options).expect("an answer");
        answer.hits.iter().map(|hit| hit.passage.id()).collect()
    };
    let set = |typed: &str| -> BTreeSet<String> {
        let ids = ids(typed, &SearchOptions::default());
        let set: BTreeSet<String> = ids.iter().cloned().collect();
        assert_eq!(set.len(), ids.len(), "no passage comes twice: {typed}");
        set
    };
    let all: BTreeSet<String> = page.held.iter().map(|held| held.id.clone()).collect();
    let mut random = Random(seed());
    for _ in 0..150 {
        let (a, _) = random_tree(&page, &mut random, 1);
        let (b, _) = random_tree(&page, &mut random, 1);
        let context = format!("{a} and {b}, SEED={}", seed());
        let (of_a, of_b) = (set(&a), set(&b));
        let both: BTreeSet<String> = of_a.intersection(&of_b).cloned().collect();
        let either: BTreeSet<String> = of_a.union(&of_b).cloned().collect();
        let without: BTreeSet<String> = of_a.difference(&of_b).cloned().collect();
        let rest: BTreeSet<String> = all.difference(&of_a).cloned().collect();
        assert_eq!(set(&format!("{a} {b}")), both, "{context}");
        assert_eq!(set(&format!("{b} AND {a}")), both, "{context}");
        assert_eq!(set(&format!("{a} OR {b}")), either, "{context}");
        assert_eq!(set(&format!("{b} | {a}")), either, "{context}");
        assert_eq!(set(&format!("{a} NOT ({b})")), without, "{context}");
        assert_eq!(set(&format!("NOT ({a})")), rest, "{context}");
        let either = format!("{a} OR {b}");
        let whole = ids(&either, &SearchOptions::default());
        let mut pages = Vec::new();
        while pages.len() < whole.len() {
            let page = SearchOptions {
                limit: Some(1 + random.below(40)),
                offset: pages.len(),
                ..SearchOptions::default()
            };
            pages.extend(ids(&either, &page));
        }
        assert_eq!(pages, whole, "pages make the whole: {context}");
    }
}

/// On all folders of real reports together, Word files, pages and tables among them, where they are at hand.
#[test]
fn search_agrees_with_reading_on_many_reports() {
    let Some(data) = common::shared_reports() else {
        eprintln!("skipped: the folder of real reports is not at hand");
        return;
    };
    let sandbox = Sandbox::new();
    let index = sandbox.index("index");
    let options = UpdateOptions {
        roots: vec![data],
        ..UpdateOptions::default()
    };
    let summary = update(&index, &options, &|_| {}).expect("the index is written");
    assert!(
        !summary.duplicates.is_empty(),
        "some come in several scrapes"
    );
    let page = read_page(&index);
    compare("many reports", &index, (1_000, 300), &page);
}

/// Both folds agree on all that a report may hold; on other scripts the table of the program goes further.
#[test]
fn the_fold_is_what_the_design_says() {
    let ranges = [
        '\0'..='\u{a9}',
        '\u{bb}'..='\u{12f}',
        '\u{370}'..='\u{3e1}',
        '\u{400}'..='\u{481}',
        '\u{2000}'..='\u{2064}',
        '\u{2070}'..='\u{207a}',
        '\u{2080}'..='\u{208a}',
        '\u{2100}'..='\u{211f}',
        '\u{2150}'..='\u{24b5}',
        '\u{2500}'..='\u{27e7}',
        '\u{2e80}'..='\u{3191}',
        '\u{31a0}'..='\u{a48f}',
        '\u{f900}'..='\u{faff}',
        '\u{fe00}'..='\u{fe4f}',
        '\u{feff}'..='\u{ff5e}',
        '\u{ff62}'..='\u{ff63}',
        '\u{ffe5}'..='\u{ffe5}',
        '\u{20000}'..='\u{3134f}',
    ];
    for c in ranges.into_iter().flatten() {
        let folded = baogao_reading::fold::fold(&c.to_string());
        assert_eq!(folded, fold_char(c), "U+{:04X}", u32::from(c));
        assert_eq!(
            baogao_reading::fold::fold(&folded),
            folded,
            "U+{:04X}",
            u32::from(c)
        );
    }
    for (text, folded) in [
        ("“房证同交”“地证同交”", "房证同交、地证同交"),
        ("“四上”企业", "四上企业"),
        ("《条例》《办法》", "条例、办法"),
        ("５．５％，ＰＭ₂.₅", "5.5%，pm2.5"),
        ("Ⅲ类 7×24 2020—2024", "iii类7x242020-2024"),
        ("中小學生、著名、乾安县", "中小学生、著名、乾安县"),
        ("\u{2ed3}期 \u{2f2f}作", "长期工作"),
        ("(一)是;二", "（一）是；二"),
    ] {
        assert_eq!(folded_string(text), folded);
        assert_eq!(baogao_reading::fold::fold(text), folded);
    }
}

/// The border rule, case by case, from the examples of the design and what follows from them.
#[test]
fn borders_are_judged_on_the_original_text() {
    let sandbox = Sandbox::new();
    sandbox.write(
        "borders.txt",
        "政府工作报告\n\n增长5.5%，达5%和0.5％。\n\nⅢ类、II类、XⅢ类。\n\n7×24小时，7x24小时。\n\nExcel和Ⅸ，A x B。\n\n\
         “5”G，5 G，5G。\n\n1,000户，1，000户。\n",
    );
    let dir = sandbox.index("index");
    run_update(&dir, &options(&sandbox, false));
    let index = Index::open(&dir).expect("the index opens");
    for (typed, n, n_inside) in [
        ("5%", 1, 3),
        ("5.5%", 1, 1),
        ("II类", 1, 3),
        ("Ⅲ类", 1, 2),
        ("i", 0, 9),
        ("7x24小时", 2, 2),
        ("×24小时", 1, 2),
        ("x24小时", 0, 2),
        ("24小时", 1, 2),
        ("×", 2, 6),
        ("5G", 3, 3),
        ("G", 2, 3),
        ("000户", 0, 2),
        ("Excel", 1, 1),
        ("xcel", 0, 1),
    ] {
        for (inside, expected) in [(false, n), (true, n_inside)] {
            let options = MatchOptions {
                inside,
                ..MatchOptions::default()
            };
            let query = Query::parse(typed, options).expect("a question");
            let answer = index
                .search(&query, &SearchOptions::default())
                .expect("an answer");
            assert_eq!(
                answer.total.occurrences, expected,
                "{typed} inside: {inside}"
            );
        }
    }
}
