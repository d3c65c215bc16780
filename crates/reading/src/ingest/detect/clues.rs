//! Where a report says what it is: the lines of its opening, the facts of its page, its path, its body.
//!
//! In: the clean paragraphs, the facts of the page, the path. Out: [`Clues`], which year, region and genre are read from.

use crate::ingest::furniture::Fact;
use crate::ingest::join::Paragraph;
use crate::ingest::line::{Opening, number_of, opening_of};
use crate::report::{Evidence, EvidenceKind};

/// How many paragraphs can belong to the opening.
const OPENING_PARAGRAPHS_MAX: usize = 16;

/// How many characters of words evidence may quote.
const WORDS_CHARS_MAX: usize = 48;

/// What a report is told by.
pub(super) struct Clues<'a> {
    /// The lines of the opening that are of a known kind.
    pub(super) opening: Vec<OpeningLine<'a>>,
    /// The labelled facts of the page.
    pub(super) facts: &'a [Fact],
    /// The path of the file.
    pub(super) path: &'a str,
    /// The whole text, opening included.
    pub(super) paragraphs: &'a [Paragraph],
}

impl<'a> Clues<'a> {
    pub(super) fn of(paragraphs: &'a [Paragraph], facts: &'a [Fact], path: &'a str) -> Clues<'a> {
        Clues {
            opening: opening_lines(paragraphs),
            facts,
            path,
            paragraphs,
        }
    }

    /// The lines of the opening of one kind.
    pub(super) fn opening_of(&self, kind: Opening) -> impl Iterator<Item = &OpeningLine<'a>> {
        self.opening.iter().filter(move |line| line.kind == kind)
    }

    /// The facts of the page that are titles.
    pub(super) fn titles_of_page(&self) -> impl Iterator<Item = &'a Fact> {
        self.facts.iter().filter(|fact| is_title_label(&fact.label))
    }

    /// The lines above a text that are titles of accounts of a year, which are no work reports: 统计公报, 年度报告.
    pub(super) fn titles_of_accounts(&self) -> impl Iterator<Item = OpeningLine<'a>> {
        const LINES_MAX: usize = 4;
        const TITLE_CHARS_MAX: usize = 60;
        const ACCOUNTS: [&str; 3] = ["公报", "年度报告", "年报"];
        let is_title = |text: &str| {
            text.chars().count() <= TITLE_CHARS_MAX
                && !text.contains(['。', '，', '；'])
                && ACCOUNTS.iter().any(|word| text.contains(word))
        };
        let above = self.paragraphs.iter().take(LINES_MAX);
        above
            .filter(move |paragraph| is_title(&paragraph.text))
            .map(|paragraph| OpeningLine {
                text: &paragraph.text,
                kind: Opening::Title,
                line: paragraph.lines.first().map_or(0, |start| start.line),
            })
    }

    /// The name of the file without folders and ending.
    pub(super) fn file_stem(&self) -> &'a str {
        file_stem(self.path)
    }
}

/// The name of a file without folders and ending.
pub(in crate::ingest) fn file_stem(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    match name.rsplit_once('.') {
        Some((stem, _)) if !stem.is_empty() => stem,
        _ => name,
    }
}

/// A line of the opening that is of a known kind.
pub(in crate::ingest) struct OpeningLine<'a> {
    pub(in crate::ingest) text: &'a str,
    pub(in crate::ingest) kind: Opening,
    pub(in crate::ingest) line: u32,
}

fn opening_lines(paragraphs: &[Paragraph]) -> Vec<OpeningLine<'_>> {
    let mut lines = Vec::new();
    for paragraph in paragraphs.iter().take(OPENING_PARAGRAPHS_MAX) {
        let text = paragraph.text.as_str();
        let line = paragraph.lines.first().map_or(0, |start| start.line);
        let short = text.len() <= 400;
        match opening_of(text) {
            Some(Opening::Salutation) => break,
            Some(kind) => lines.push(OpeningLine { text, kind, line }),
            None if number_of(text).is_some() => break,
            None if !short => break,
            None => {}
        }
    }
    lines
}

/// Whether a fact of the page with this label is a title.
pub(in crate::ingest) fn is_title_label(label: &str) -> bool {
    matches!(label, "标题" | "题名" | "名称" | "文件名称")
}

/// Evidence of a kind, its words cut to what a table can show.
pub(super) fn evidence(kind: EvidenceKind, words: &str, line: Option<u32>) -> Evidence {
    let mut short: String = words.chars().take(WORDS_CHARS_MAX).collect();
    if short.len() < words.len() {
        short.push('…');
    }
    Evidence {
        kind,
        words: short,
        line,
    }
}
