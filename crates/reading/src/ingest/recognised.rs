//! What an engine has recognised on pages that are pictures (OCR), and which pages ask for it.
//!
//! In: what a first reading of a file gave. Out: the pages that show something and have no text; for a second reading,
//! the text that somebody else has recognised on them. This module starts no engine: whoever gives ingestion a
//! [`super::FileReader`] may have one.
//!
//! # Invariants
//!
//! - Of what an engine says no character is lost but blanks beside Han characters, which engines put there.

use super::IngestError;
use super::line::{columns_of, is_han};
use super::notes::PAGE_NOT_READ;
use crate::report::Report;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use xxhash_rust::xxh3::{xxh3_64, xxh3_128};

/// What an engine has recognised of a file.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Recognised {
    /// The engine, its version, language and resolution, as a note names them.
    pub engine: String,
    /// By its number, from 1, the text of each page, lines as they stand there; none on one that is blank.
    pub pages: BTreeMap<usize, String>,
    /// Why a page could not be recognised.
    pub failed: BTreeMap<usize, String>,
}

/// The pages of a file that show something and have no text, by what a first reading gave.
pub fn pages_to_recognise(read: &Result<Vec<Report>, IngestError>) -> Vec<usize> {
    match read {
        Err(error) => (1..=error.n_pages_without_text()).collect(),
        // Members of an archive are not told apart here.
        Ok(reports) if reports.len() == 1 => {
            let notes = reports.iter().flat_map(|report| &report.notes);
            let mut unread = notes.filter(|note| note.rule == PAGE_NOT_READ);
            unread.next().map_or_else(Vec::new, |note| {
                let (pages, _) = note.text.rsplit_once(" of ").unwrap_or_default();
                let numbers = pages.trim_start_matches("pages ").split(", ");
                numbers.filter_map(|number| number.parse().ok()).collect()
            })
        }
        Ok(_) => Vec::new(),
    }
}

/// The name under which the text of a page may be kept: of the bytes of its file, the page, and the engine.
pub fn key(bytes: &[u8], page: usize, engine: &str) -> String {
    let of_engine = xxh3_64(engine.as_bytes());
    format!("{:032x}-{of_engine:016x}-{page}", xxh3_128(bytes))
}

/// A text as it is kept, and back: with a sum by which a damaged one is known.
pub fn sealed(text: &str) -> String {
    format!("{:016x}\n{text}", xxh3_64(text.as_bytes()))
}

/// The text that was [`sealed`]; nothing if it is not what was kept.
pub fn unsealed(kept: &str) -> Option<&str> {
    let (_, text) = kept.split_once('\n')?;
    (sealed(text) == kept).then_some(text)
}

/// A line that was recognised.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct RecognisedLine {
    pub(super) text: String,
    pub(super) blank_above: bool,
    /// Whether it ends where the others do.
    pub(super) reaches_edge: bool,
}

/// The lines of a page; engines put blanks between Han characters.
pub(super) fn lines(text: &str) -> Vec<RecognisedLine> {
    let mut lines: Vec<RecognisedLine> = Vec::new();
    let mut blank_above = false;
    for line in text.lines() {
        let text = without_blanks(line.trim());
        if text.is_empty() {
            blank_above = !lines.is_empty();
            continue;
        }
        lines.push(RecognisedLine {
            text,
            blank_above: std::mem::take(&mut blank_above),
            reaches_edge: false,
        });
    }
    let longest = lines.iter().map(|line| columns_of(&line.text)).max();
    for line in &mut lines {
        // The marks of a full line may be narrow: two of its forty characters.
        line.reaches_edge = 20 * columns_of(&line.text) >= 19 * longest.unwrap_or(0);
    }
    lines
}

/// Whether a blank beside a character means nothing: Chinese has none.
fn has_no_blanks(c: char) -> bool {
    is_han(c)
        || matches!(c, '\u{3000}'..='\u{303f}' | '\u{ff00}'..='\u{ffef}' | '“' | '”' | '‘' | '’' | '—' | '…')
}

fn without_blanks(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut chars = line.chars().peekable();
    while let Some(c) = chars.next() {
        if !matches!(c, ' ' | '\t' | '\u{a0}') {
            out.extend((!c.is_control()).then_some(c));
            continue;
        }
        let before = out.chars().next_back();
        let means_nothing = |c: Option<char>| c.is_none_or(|c| c == ' ' || has_no_blanks(c));
        if !means_nothing(before) && !means_nothing(chars.peek().copied()) {
            out.push(' ');
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_that_an_engine_puts_go_and_others_stay() {
        for (said, expected) in [
            ("推 进 专业 镇 建设 ，", "推进专业镇建设，"),
            ("增长 5.2 % ， GDP  per head", "增长5.2 %，GDP per head"),
            ("一 、 2023 年 “ 双 碳 ”", "一、2023年“双碳”"),
        ] {
            assert_eq!(without_blanks(said), expected);
        }
    }

    #[test]
    fn lines_know_whether_they_are_full() {
        let page = format!("{}\n{}\n\n 二 三 。\n", "一 ".repeat(30), "二".repeat(29));
        let found: Vec<(usize, bool, bool)> = lines(&page)
            .iter()
            .map(|line| {
                (
                    line.text.chars().count(),
                    line.blank_above,
                    line.reaches_edge,
                )
            })
            .collect();
        assert_eq!(
            found,
            [(30, false, true), (29, false, true), (3, true, false)]
        );
        assert_eq!(lines(" \n"), []);
    }

    #[test]
    fn what_is_kept_is_known_again_or_not_taken() {
        let kept = sealed("政府\n工作");
        assert_eq!(unsealed(&kept), Some("政府\n工作"));
        assert_eq!(unsealed(&sealed("")), Some(""));
        assert_eq!(unsealed(kept.trim_end_matches('作')), None);
        assert_ne!(key(b"a", 1, "x"), key(b"a", 1, "y"));
        assert_ne!(key(b"a", 1, "x"), key(b"a", 2, "x"));
    }
}
