//! Made reports as reports are that nobody made: some are cut into lines, some have full-width digits, some are in
//! traditional characters.
//!
//! In: a made corpus; the passages of its reports. Out: the same files, three in ten of them rewritten; how each passage stands
//! in its file.

use crate::contenders::Result;
use crate::contenders::corpora::Corpus;
use crate::contenders::passages::script_of;
use crate::contenders::random::Random;
use baogao_reading::fold::fold;
use baogao_reading::report::{Passage, Report};
use baogao_reading::script::Script;
use encoding_rs::BIG5;
use std::collections::HashMap;
use std::fs;

const SEED: u64 = 2026;
/// Full-width characters of a line.
const LINE_CHARS: usize = 34;
/// Title, date and salutation stay: by them a report is known.
const HEAD_LINES: usize = 3;
/// The last lead byte of the characters of Big5 that are common.
const BIG5_COMMON: u8 = 0xc6;

/// How a passage stands in its file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Dress {
    /// In one line, in simplified characters, with half-width digits.
    Plain,
    /// In several lines.
    Lines,
    /// With full-width digits.
    FullWidth,
    /// In a report in traditional characters.
    Traditional,
}

pub(crate) const DRESSES: [Dress; 4] = [
    Dress::Plain,
    Dress::Lines,
    Dress::FullWidth,
    Dress::Traditional,
];

impl Dress {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Dress::Plain => "in one line",
            Dress::Lines => "in several lines",
            Dress::FullWidth => "with full-width digits",
            Dress::Traditional => "in traditional characters",
        }
    }
}

/// A passage as it stands in its file.
pub(crate) struct Filed {
    pub(crate) dress: Dress,
    /// At which bytes of it a new line of the file begins.
    pub(crate) breaks: Vec<usize>,
}

/// Rewrites some of the files of a made corpus.
pub(crate) fn dress(corpus: &Corpus) -> Result<()> {
    let mut random = Random::new(SEED);
    let traditional = traditional();
    let folders = corpus.folders.iter();
    let files = folders.flat_map(|folder| walkdir::WalkDir::new(folder).sort_by_file_name());
    for file in files {
        let file = file?;
        if !file.file_type().is_file() {
            continue;
        }
        let dress = match random.below(10) {
            7 => Dress::Lines,
            8 => Dress::FullWidth,
            9 => Dress::Traditional,
            _ => continue,
        };
        let text = fs::read_to_string(file.path())?;
        let mut n_full = 0;
        let lines = text.lines().map(|line| {
            n_full += usize::from(!line.is_empty());
            if n_full <= HEAD_LINES {
                return line.to_owned();
            }
            match dress {
                Dress::Lines => wrapped(line),
                Dress::FullWidth => line.chars().map(full_width).collect(),
                _ => (line.chars())
                    .map(|c| traditional.get(&c).copied().unwrap_or(c))
                    .collect(),
            }
        });
        let lines: Vec<String> = lines.collect();
        fs::write(file.path(), lines.join("\n") + "\n")?;
    }
    Ok(())
}

/// A paragraph as a page sets it: no mark begins a line, and no number is cut.
fn wrapped(paragraph: &str) -> String {
    let mut page = String::new();
    let (mut used, mut before) = (0, ' ');
    for c in paragraph.chars() {
        let hangs = "。，、；：！？）》”’%,.)".contains(c);
        let in_number =
            c.is_ascii_alphanumeric() && (before.is_ascii_alphanumeric() || before == '.');
        if used >= 2 * LINE_CHARS && !hangs && !in_number {
            page.push('\n');
            used = 0;
        }
        page.push(c);
        used += if c.is_ascii() { 1 } else { 2 };
        before = c;
    }
    page
}

fn full_width(c: char) -> char {
    match c {
        '0'..='9' | '%' => char::from_u32(u32::from(c) + 0xfee0).unwrap_or(c),
        _ => c,
    }
}

/// A traditional character for each simplified one that has one: of several, the first that Big5 has among the common ones.
fn traditional() -> HashMap<char, char> {
    let mut found: HashMap<char, ([u8; 2], char)> = HashMap::new();
    for c in '\u{4e00}'..='\u{9fff}' {
        let text = c.to_string();
        let folded = fold(&text);
        let mut simple = folded.chars();
        let (Some(simple), None) = (simple.next(), simple.next()) else {
            continue;
        };
        let (bytes, _, is_lost) = BIG5.encode(&text);
        let Ok(code) = <[u8; 2]>::try_from(&*bytes) else {
            continue;
        };
        if simple == c || is_lost || code[0] > BIG5_COMMON {
            continue;
        }
        let first = found.entry(simple).or_insert((code, c));
        *first = (*first).min((code, c));
    }
    found
        .into_iter()
        .map(|(simple, (_, c))| (simple, c))
        .collect()
}

/// How the passages of a report stand in its file.
pub(crate) fn filed(report: &Report) -> Vec<Filed> {
    let script = script_of(report);
    let of = |passage: &Passage| {
        let breaks: Vec<usize> = (passage.lines.iter().map(|line| line.byte))
            .filter(|byte| *byte > 0)
            .collect();
        let has_full_width = |text: &str| text.contains(|c| ('０'..='９').contains(&c));
        let dress = match () {
            () if script == Script::Traditional => Dress::Traditional,
            () if !breaks.is_empty() => Dress::Lines,
            () if has_full_width(&passage.text) => Dress::FullWidth,
            () => Dress::Plain,
        };
        Filed { dress, breaks }
    };
    report.passages.iter().map(of).collect()
}

/// The text of a passage as its file has it.
pub(crate) fn as_filed(passage: &Passage, filed: &Filed) -> String {
    let mut text = String::with_capacity(passage.text.len() + filed.breaks.len());
    let mut begin = 0;
    for end in filed.breaks.iter().copied().chain([passage.text.len()]) {
        if begin > 0 {
            text.push('\n');
        }
        text.push_str(passage.text.get(begin..end).unwrap_or_default());
        begin = end;
    }
    text
}
