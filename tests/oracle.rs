//! The main test: what the search finds is what a reader with a finger on the page would find.
//!
//! The oracle shares no code with the index. It takes the text of all passages from `baogao show`, folds it
//! with the rules of the design written again here, and looks for a phrase by walking over the characters.
//! Passages, occurrences and spans of the search must equal that, for random substrings and for
//! strings that do not occur, on one segment, on many, after deletions, after a merge and after
//! a rebuild.
//!
//! Only the long tables (traditional to simplified, radicals, compatibility ideographs) are read from
//! `data/fold.tsv`; all other classes are written out below.
//!
//! `SEED=<number>` repeats a run; the seed is part of every failure message.

#![expect(
    clippy::print_stderr,
    reason = "a test says what it skipped and with which seed it ran"
)]

mod common;

use baogao::exact::MatchOptions;
use baogao::index::{Index, UpdateOptions, update};
use baogao::query::Query;
use baogao::search::{Answer, SearchOptions};
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

/// Substrings of the text, over all arrangements of the index.
const N_PRESENT: usize = 12_000;
/// Strings that do not occur, over all arrangements.
const N_ABSENT: usize = 3_000;
/// One question in so many goes through the binary too.
const BINARY_EVERY: usize = 6;
/// The longest substring, in characters.
const MAX_CHARS: usize = 20;

// ---------------------------------------------------------------------------------------------
// The fold, written again.

/// Where a quotation mark stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Side {
    Opens,
    Closes,
    Either,
}

/// Quotation marks of all kinds and title marks.
fn quote(c: char) -> Option<Side> {
    match c {
        '\u{201c}' | '\u{2018}' | '\u{300c}' | '\u{300e}' | '\u{300a}' | '\u{3008}'
        | '\u{201e}' | '\u{201a}' | '\u{ab}' | '\u{2039}' | '\u{301d}' | '\u{ff62}'
        | '\u{fe41}' | '\u{fe43}' | '\u{fe3d}' | '\u{fe3f}' | '\u{201f}' | '\u{201b}'
        | '\u{2329}' | '\u{27e8}' | '\u{27ea}' => Some(Side::Opens),
        '\u{201d}' | '\u{2019}' | '\u{300d}' | '\u{300f}' | '\u{300b}' | '\u{3009}' | '\u{bb}'
        | '\u{203a}' | '\u{301e}' | '\u{301f}' | '\u{ff63}' | '\u{fe42}' | '\u{fe44}'
        | '\u{fe3e}' | '\u{fe40}' | '\u{232a}' | '\u{27e9}' | '\u{27eb}' => Some(Side::Closes),
        '"' | '\'' | '\u{ff02}' | '\u{ff07}' => Some(Side::Either),
        _ => None,
    }
}

/// White space, zero-width and control characters.
fn vanishes(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || matches!(c,
            '\u{3164}' | '\u{ffa0}' | '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{fe00}'..='\u{fe0f}'
            | '\u{e0000}'..='\u{e007f}' | '\u{e0100}'..='\u{e01ef}')
}

/// Ⅰ to Ⅿ and ⅰ to ⅿ.
fn roman(c: char) -> Option<&'static str> {
    const NUMERALS: [&str; 16] = [
        "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii", "l", "c", "d",
        "m",
    ];
    let at = match c {
        '\u{2160}'..='\u{216f}' => u32::from(c) - 0x2160,
        '\u{2170}'..='\u{217f}' => u32::from(c) - 0x2170,
        _ => return None,
    };
    NUMERALS.get(at as usize).copied()
}

/// Superscript and subscript digits and signs.
fn script(c: char) -> Option<char> {
    let digit = |zero: u32| char::from_digit(u32::from(c) - zero, 10);
    match c {
        '\u{b9}' => Some('1'),
        '\u{b2}' => Some('2'),
        '\u{b3}' => Some('3'),
        '\u{2070}' | '\u{2074}'..='\u{2079}' => digit(0x2070),
        '\u{2080}'..='\u{2089}' => digit(0x2080),
        '\u{207a}' | '\u{208a}' => Some('+'),
        '\u{207c}' | '\u{208c}' => Some('='),
        '\u{207d}' | '\u{208d}' => Some('('),
        '\u{207e}' | '\u{208e}' => Some(')'),
        '\u{207f}' | '\u{2099}' => Some('n'),
        '\u{2071}' | '\u{1d62}' => Some('i'),
        '\u{2090}' => Some('a'),
        '\u{2091}' => Some('e'),
        '\u{2093}' => Some('x'),
        _ => None,
    }
}

/// The long tables, read as data.
fn long_tables() -> &'static HashMap<char, String> {
    static TABLES: OnceLock<HashMap<char, String>> = OnceLock::new();
    TABLES.get_or_init(|| {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/fold.tsv");
        let rows = fs::read_to_string(path).expect("the fold table is part of the source");
        let code = |text: &str| {
            let code = u32::from_str_radix(text.trim_start_matches("U+"), 16).expect("hex");
            char::from_u32(code).expect("a character")
        };
        let mut tables = HashMap::new();
        for row in rows.lines().filter(|row| !row.starts_with('#')) {
            let mut columns = row.split('\t');
            let (Some(from), Some(to), Some(class)) =
                (columns.next(), columns.next(), columns.next())
            else {
                panic!("a row of three columns: {row:?}");
            };
            if matches!(class, "trad" | "radical" | "compat") {
                let to: String = to.split_whitespace().map(code).collect();
                tables.insert(code(from), to);
            }
        }
        assert!(tables.len() > 3_000, "traditional, radicals, compatibility");
        tables
    })
}

/// One step of the fold of a character; itself where nothing applies.
fn fold_once(c: char) -> String {
    if vanishes(c) || quote(c).is_some() {
        return String::new();
    }
    if let Some(letters) = roman(c) {
        return letters.to_owned();
    }
    if let Some(plain) = script(c) {
        return plain.to_string();
    }
    if let Some(to) = long_tables().get(&c) {
        return to.clone();
    }
    let one = match c {
        ',' => '\u{ff0c}',
        ';' => '\u{ff1b}',
        ':' => '\u{ff1a}',
        '?' => '\u{ff1f}',
        '!' => '\u{ff01}',
        '(' => '\u{ff08}',
        ')' => '\u{ff09}',
        '\u{ff0c}' | '\u{ff1b}' | '\u{ff1a}' | '\u{ff1f}' | '\u{ff01}' | '\u{ff08}'
        | '\u{ff09}' => c,
        '\u{2013}' | '\u{2014}' | '\u{ff0d}' | '~' | '\u{ff5e}' => '-',
        '\u{d7}' => 'x',
        '\u{2022}' | '\u{30fb}' => '\u{b7}',
        '\u{ff01}'..='\u{ff5e}' => {
            char::from_u32(u32::from(c) - 0xfee0).expect("an ASCII character")
        }
        '\u{ffe5}' => '\u{a5}',
        '\u{ffe1}' => '\u{a3}',
        '\u{ffe0}' => '\u{a2}',
        _ => {
            let mut lower = c.to_lowercase();
            match (lower.next(), lower.next()) {
                (Some(lower), None) => lower,
                _ => c,
            }
        }
    };
    one.to_string()
}

/// The whole fold of a character, applied until nothing changes.
fn fold_char(c: char) -> String {
    let mut folded = fold_once(c);
    loop {
        let next: String = folded.chars().map(fold_once).collect();
        if next == folded {
            return folded;
        }
        folded = next;
    }
}

/// A character of the folded text and where it comes from.
#[derive(Clone, Debug)]
struct Unit {
    c: char,
    /// Bytes of the original.
    from: Range<usize>,
    /// Whether it is the first and the last that its original gives.
    first: bool,
    last: bool,
}

/// Folds a text with a map back.
fn fold(text: &str) -> Vec<Unit> {
    let mut units = Vec::new();
    let mut chars = text.char_indices().peekable();
    while let Some((start, c)) = chars.next() {
        let end = start + c.len_utf8();
        if quote(c) == Some(Side::Closes)
            && let Some((next_start, next)) = chars.peek().copied()
            && quote(next) == Some(Side::Opens)
        {
            units.push(Unit {
                c: '\u{3001}',
                from: start..next_start + next.len_utf8(),
                first: true,
                last: true,
            });
            chars.next();
            continue;
        }
        let folded = fold_char(c);
        let n = folded.chars().count();
        units.extend(folded.chars().enumerate().map(|(i, c)| Unit {
            c,
            from: start..end,
            first: i == 0,
            last: i + 1 == n,
        }));
    }
    units
}

fn folded_string(text: &str) -> String {
    fold(text).into_iter().map(|unit| unit.c).collect()
}

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
    };
    let folded = fold_char(c);
    !folded.is_empty() && folded.chars().all(is_latin)
}

/// Whether an end of a phrase is a border: what lies beyond does not continue the number or word at that end.
///
/// The end is part of a word if it is one in the text or as typed: `×` is a sign, but finds no x in `box`.
fn is_border(typed: char, end: char, mut beyond: impl Iterator<Item = char>) -> bool {
    let Some(next) = beyond.next() else {
        return true;
    };
    if (is_word(typed) || is_word(end)) && is_word(next) {
        return false;
    }
    let is_point = matches!(next, '.' | ',' | '\u{ff0e}');
    !(is_digit(end) && is_point && beyond.next().is_some_and(is_digit))
}

/// A phrase as asked for: folded, and the characters at its ends as they were typed.
struct Phrase {
    folded: String,
    chars: Vec<char>,
    first: char,
    last: char,
}

impl Phrase {
    fn new(typed: &str) -> Phrase {
        let kept: Vec<char> = typed
            .chars()
            .filter(|c| !fold_char(*c).is_empty())
            .collect();
        let folded = folded_string(typed);
        let chars: Vec<char> = folded.chars().collect();
        // A phrase of quotes that fold to 、 has no other end.
        Phrase {
            first: kept.first().copied().unwrap_or('\u{3001}'),
            last: kept.last().copied().unwrap_or('\u{3001}'),
            chars,
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
    fn new(id: String, text: String) -> Held {
        let units = fold(&text);
        let folded = units.iter().map(|unit| unit.c).collect();
        Held {
            id,
            text,
            units,
            folded,
        }
    }

    /// Leftmost, non-overlapping places of a folded phrase, in bytes of the original.
    fn occurrences(&self, phrase: &Phrase) -> Vec<Range<usize>> {
        let mut found = Vec::new();
        let n = phrase.chars.len();
        let mut at = 0;
        while at + n <= self.units.len() {
            let part = &self.units[at..at + n];
            let is_match = part.iter().zip(&phrase.chars).all(|(unit, c)| unit.c == *c);
            let span = part[0].from.start..part[n - 1].from.end;
            let (before, rest) = self.text.split_at(span.start);
            let (inside, after) = rest.split_at(span.len());
            let mut ends = inside.chars();
            let first = ends.next().expect("a match is not empty");
            let last = ends.next_back().unwrap_or(first);
            if is_match
                && part[0].first
                && part[n - 1].last
                && is_border(phrase.first, first, before.chars().rev())
                && is_border(phrase.last, last, after.chars())
            {
                found.push(span);
                at += n;
            } else {
                at += 1;
            }
        }
        found
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
            if held.folded.contains(&phrase.folded) {
                let spans = held.occurrences(phrase);
                if !spans.is_empty() {
                    found.insert(held.id.as_str(), spans);
                }
            }
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
        for (i, passage) in passages.iter().enumerate() {
            assert_eq!(text_of(passage, "id"), format!("{id}:{}", i + 1));
            held.push(Held::new(
                text_of(passage, "id").to_owned(),
                text_of(passage, "text").to_owned(),
            ));
        }
    }
    assert!(!held.is_empty());
    Page { held }
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

/// splitmix64: small, and the same everywhere.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }

    fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }
}

fn seed() -> u64 {
    std::env::var("SEED")
        .ok()
        .and_then(|seed| seed.parse().ok())
        .unwrap_or(20_240_422)
}

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
    let query = Query::parse(&question.typed, MatchOptions::default()).expect("a question");
    let folded: Vec<&str> = query
        .phrases()
        .iter()
        .map(|phrase| phrase.folded())
        .collect();
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
            assert_eq!(folded_string(inside), question.phrase.folded, "{context}");
        }
    }
}

fn assert_totals(answer: &Answer, expected: &BTreeMap<&str, Vec<Range<usize>>>, context: &str) {
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
        &["search", "--format", "jsonl", "--", &question.typed],
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
    for mode in ["words", "any"] {
        for question in ["一般公共预算收入增长", "乡村e镇 专业镇", "7×24小时服务"]
        {
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
    let walk = baogao::source::walk(
        &sandbox.corpus(),
        &index,
        baogao::ingest::sidecar::FILE_NAME,
    );
    assert_eq!(walk.files.len(), 6);
    for found in walk.files {
        let raw = baogao::source::read(&found).expect("it is there");
        let reports = baogao::ingest::ingest(&raw).expect("it is text");
        let texts: Vec<String> = reports
            .into_iter()
            .flat_map(|report| report.passages)
            .map(|passage| passage.text)
            .collect();
        assert_eq!(by_file.get(&found.path), Some(&texts), "{}", found.path);
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
    assert!(summary.duplicates > 0, "some come in several scrapes");
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
        let folded = baogao::fold::fold(&c.to_string());
        assert_eq!(folded, fold_char(c), "U+{:04X}", u32::from(c));
        assert_eq!(
            baogao::fold::fold(&folded),
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
        assert_eq!(baogao::fold::fold(text), folded);
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
        ("000户", 1, 2),
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
