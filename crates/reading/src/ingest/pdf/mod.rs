//! A PDF → its text layer → lines, as the steps of repair want them.
//!
//! In: the bytes of the file. Out: the lines of text that its pages show, in reading order. **The
//! line of a passage of a PDF is a line of this text**, counted from 1 through all pages, as
//! `baogao extract --text < file.pdf` prints it.
//!
//! What cannot be read is said: a scan without text, a page that is a picture among others, a password, a font that does not tell its
//! characters. A single character that is not told stands as 〓 in the text, as it does in print.
//! Heads, feet and numbers of pages and of lines go to the notes.

mod font;
mod layout;
mod line_numbers;
mod page;

use super::document::Document;
use super::extract::{self, Line};
use super::limits::{GLYPHS_MAX, INSTRUCTIONS_MAX, PAGES_MAX};
use super::line;
use super::notes::PAGE_NOT_READ;
use super::recognised::{self, Recognised};
use crate::format::Format;
use crate::report::Note;
use hayro_syntax::{LoadPdfError, Pdf};
use layout::{TextLine, UNKNOWN};
#[cfg(feature = "archives")]
pub(super) use page::{Direction, Glyph};
use page::{Fonts, PageBudget};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::ops::RangeInclusive;

/// With more characters unknown than one in so many the text is not worth having.
const UNKNOWN_SHARE: usize = 50;

/// Stands before a line that is the head or foot of a page.
const MARGIN_SIGN: char = '\u{1}';

/// Stands before the numbers of the lines of a page.
const NUMBERS_SIGN: char = '\u{2}';

/// Why a PDF gives no text.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error, Serialize, Deserialize)]
pub enum PdfError {
    /// Nothing of a PDF in it.
    #[error("the file is no PDF, although its name ends with .pdf")]
    NotPdf,
    /// Nothing that can be read in it.
    #[error("the file is damaged: no page can be read")]
    Damaged,
    /// A password is needed.
    #[error("the file is encrypted: save it without a password")]
    Encrypted,
    /// Pictures of pages.
    #[error("no text layer (a scan?) on its {pages} pages: `baogao index --ocr` recognises them")]
    NoTextLayer {
        /// How many pages it has.
        pages: usize,
    },
    /// Pictures of pages on which an engine has found nothing.
    #[error("no text layer (a scan?) on its {pages} pages, and none was recognised: {why}")]
    NotRecognised {
        /// How many pages it has.
        pages: usize,
        /// What became of the first that could not be recognised.
        why: String,
    },
    /// Fonts that do not tell which characters they show.
    #[error("unsupported encoding: {unknown} of {total} characters cannot be known from the fonts")]
    UnknownEncoding {
        /// Characters that are not known.
        unknown: usize,
        /// All characters.
        total: usize,
    },
    /// More pages, instructions or text than a report has.
    #[error("the file is too large: more than {what}")]
    TooLarge {
        /// The limit.
        what: String,
    },
}

/// The text layer of a PDF.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct PdfText {
    /// How many pages it has.
    pub pages: usize,
    /// Pages without text, from 1.
    pub empty_pages: Vec<usize>,
    /// Those of them that show something all the same: scans, letters turned into drawings.
    pub unread_pages: Vec<usize>,
    /// Characters that are not known and stand as 〓.
    pub unknown: usize,
    /// The lines of all pages; a form feed after each page, U+0001 before the head or foot of one, U+0002
    /// before the numbers of its lines.
    pub text: String,
    /// The lines of this text that end where their column ends, from 1.
    pub full_lines: BTreeSet<u32>,
    /// Pages of which the text was recognised, and its lines.
    pub recognised: Vec<(usize, RangeInclusive<u32>)>,
}

/// The text layer of a file.
///
/// # Errors
/// When it has none that can be read.
pub fn text_layer(bytes: &[u8]) -> Result<PdfText, PdfError> {
    read(bytes, None)
}

/// The text of a file, with that which somebody has recognised on pages without text.
fn read(bytes: &[u8], recognised: Option<&Recognised>) -> Result<PdfText, PdfError> {
    const HEAD_BYTES: usize = 1024;
    let head = bytes.get(..HEAD_BYTES).unwrap_or(bytes);
    if memchr::memmem::find(head, b"%PDF-").is_none() {
        return Err(PdfError::NotPdf);
    }
    let pdf = Pdf::new(bytes.to_vec()).map_err(|error| match error {
        LoadPdfError::Decryption(_) => PdfError::Encrypted,
        LoadPdfError::Invalid => PdfError::Damaged,
    })?;
    let pages = pdf.pages();
    let n_pages = pages.len();
    if n_pages == 0 {
        return Err(PdfError::Damaged);
    }
    let too_large = |what: String| Err(PdfError::TooLarge { what });
    if n_pages > PAGES_MAX {
        return too_large(format!("{PAGES_MAX} pages"));
    }
    let mut fonts = Fonts::default();
    let mut budget = PageBudget {
        instructions: INSTRUCTIONS_MAX,
        glyphs: GLYPHS_MAX,
    };
    let mut is_drawn = Vec::with_capacity(n_pages);
    let mut glyphs: Vec<Vec<page::Glyph>> = Vec::with_capacity(n_pages);
    for page in pages.iter() {
        let content = page::content(page, &mut fonts, &mut budget);
        is_drawn.push(content.is_drawn);
        glyphs.push(content.glyphs);
    }
    if budget.instructions == 0 || budget.glyphs == 0 {
        return too_large(format!(
            "{INSTRUCTIONS_MAX} instructions or {GLYPHS_MAX} characters"
        ));
    }
    let total: usize = glyphs.iter().map(Vec::len).sum();
    let unknown = glyphs
        .iter()
        .flatten()
        .filter(|glyph| glyph.text.is_empty())
        .count();
    if unknown * UNKNOWN_SHARE > total {
        return Err(PdfError::UnknownEncoding { unknown, total });
    }
    let mut pages = layout::lay_out(glyphs);
    let is_empty = |lines: &Vec<TextLine>| lines.iter().all(|line| line.is_margin);
    let mut filled = Vec::new();
    for (page, text) in recognised.iter().flat_map(|found| &found.pages) {
        let place = page.checked_sub(1).and_then(|at| pages.get_mut(at));
        let Some(lines) = place.filter(|lines| is_empty(lines)) else {
            continue;
        };
        // On a page that is blank nothing is left to read.
        if let Some(is_drawn) = is_drawn.get_mut(page - 1) {
            *is_drawn = false;
        }
        let found = recognised::lines(text).into_iter();
        lines.extend(found.map(TextLine::recognised));
        filled.extend((!is_empty(lines)).then_some(*page));
    }
    let empty_pages: Vec<usize> = pages
        .iter()
        .enumerate()
        .filter(|(_, lines)| is_empty(lines))
        .map(|(at, _)| at + 1)
        .collect();
    if empty_pages.len() == n_pages {
        return Err(without_text(n_pages, recognised));
    }
    let is_unread = |page: &&usize| is_drawn.get(**page - 1).copied().unwrap_or(false);
    let (text, full_lines, starts) = text_of_pages(&pages);
    let lines_on = |page: usize| {
        let from = starts.get(page - 1).copied().unwrap_or(1);
        let to = starts.get(page).copied().unwrap_or(from);
        from..=to.saturating_sub(1)
    };
    Ok(PdfText {
        recognised: filled.iter().map(|page| (*page, lines_on(*page))).collect(),
        pages: n_pages,
        unread_pages: empty_pages.iter().filter(is_unread).copied().collect(),
        empty_pages,
        unknown,
        text,
        full_lines,
    })
}

/// Why no page has text.
fn without_text(pages: usize, recognised: Option<&Recognised>) -> PdfError {
    let Some(recognised) = recognised else {
        return PdfError::NoTextLayer { pages };
    };
    let failed = recognised.failed.first_key_value();
    let why = failed.map_or_else(
        || "the pages are blank".to_owned(),
        |(page, why)| format!("page {page}: {why}"),
    );
    PdfError::NotRecognised { pages, why }
}

/// The glyphs of pages → lines; heads and feet of pages go to the notes.
#[cfg(feature = "archives")]
pub(super) fn lines_of_glyphs(pages: Vec<Vec<Glyph>>, notes: &mut Vec<Note>) -> Vec<Line> {
    let (text, full_lines, _) = text_of_pages(&layout::lay_out(pages));
    let mut lines = lines_of(&text, notes);
    for line in &mut lines {
        line.reaches_edge = full_lines.contains(&line.number);
    }
    lines
}

/// The text of pages, the lines of it that are full, and the first line of each page, with one behind the last.
fn text_of_pages(pages: &[Vec<TextLine>]) -> (String, BTreeSet<u32>, Vec<u32>) {
    let mut text = String::new();
    let mut full_lines = BTreeSet::new();
    let mut number = 1_u32;
    let mut starts = Vec::with_capacity(pages.len() + 1);
    for lines in pages {
        starts.push(number);
        for line in lines {
            if line.is_numbers {
                text.push(NUMBERS_SIGN);
            } else if line.is_margin {
                text.push(MARGIN_SIGN);
            } else if line.blank_above {
                text.push('\n');
                number = number.saturating_add(1);
            }
            if line.reaches_edge && !line.is_margin {
                full_lines.insert(number);
            }
            match line.indent {
                0 => {}
                // The indent of a paragraph is two characters, in print as in text.
                3..=5 => text.push_str("\u{3000}\u{3000}"),
                columns => text.extend(std::iter::repeat_n(' ', columns)),
            }
            // The signs of this form are its own.
            text.extend(line.text.chars().filter(|c| !c.is_control()));
            text.push('\n');
            number = number.saturating_add(1);
        }
        text.push('\u{c}');
    }
    starts.push(number);
    (text, full_lines, starts)
}

/// The text of a PDF → lines; heads and feet of pages go to the notes.
pub(super) fn extract(bytes: &[u8], recognised: Option<&Recognised>) -> Result<Document, PdfError> {
    let read = read(bytes, recognised)?;
    let mut notes = Vec::new();
    let (unread, blank): (Vec<usize>, Vec<usize>) = read
        .empty_pages
        .iter()
        .partition(|page| read.unread_pages.contains(page));
    for (rule, pages) in [(PAGE_NOT_READ, unread), ("page-without-text", blank)] {
        if !pages.is_empty() {
            let numbers: Vec<String> = pages.iter().map(usize::to_string).collect();
            notes.push(Note {
                rule: rule.to_owned(),
                line: None,
                text: format!("pages {} of {}", numbers.join(", "), read.pages),
            });
        }
    }
    notes.extend(
        recognised
            .into_iter()
            .flat_map(|found| notes_on(&read, found)),
    );
    if read.unknown > 0 {
        notes.push(Note {
            rule: "unknown-character".to_owned(),
            line: None,
            text: format!("{} characters stand as {UNKNOWN}", read.unknown),
        });
    }
    let mut lines = lines_of(&read.text, &mut notes);
    for line in &mut lines {
        line.reaches_edge = read.full_lines.contains(&line.number);
    }
    Ok(Document {
        lines,
        notes,
        recognised: read.recognised.into_iter().map(|(_, on)| on).collect(),
        ..Document::default()
    })
}

/// What is said of pages on which an engine has looked for text.
fn notes_on(read: &PdfText, recognised: &Recognised) -> Vec<Note> {
    let note = |rule: &str, line, text| Note {
        rule: rule.to_owned(),
        line,
        text,
    };
    let mut notes = Vec::new();
    if let Some((_, first)) = read.recognised.first() {
        let pages: Vec<String> = read
            .recognised
            .iter()
            .map(|(page, _)| page.to_string())
            .collect();
        let text = format!(
            "pages {} of {} by {}",
            pages.join(", "),
            read.pages,
            recognised.engine
        );
        notes.push(note("recognised", Some(*first.start()), text));
    }
    let failed = recognised.failed.iter();
    notes.extend(
        failed.map(|(page, why)| note("not-recognised", None, format!("page {page}: {why}"))),
    );
    notes
}

fn lines_of(text: &str, notes: &mut Vec<Note>) -> Vec<Line> {
    let mut body = String::with_capacity(text.len());
    let mut page_starts = Vec::new();
    let mut number = 1_u32;
    for page in text.split('\u{c}') {
        page_starts.push(number);
        for line in page.split_inclusive('\n') {
            let numbers = line.strip_prefix(NUMBERS_SIGN);
            match numbers.or_else(|| line.strip_prefix(MARGIN_SIGN)) {
                Some(margin) => {
                    let words = margin.trim();
                    let rule = if numbers.is_some() {
                        "line-number"
                    } else if words.chars().any(line::is_han) && !words.starts_with('第') {
                        "running-head"
                    } else {
                        "page-number"
                    };
                    notes.push(Note {
                        rule: rule.to_owned(),
                        line: Some(number),
                        text: words.to_owned(),
                    });
                    body.push('\n');
                }
                None => body.push_str(line),
            }
            number = number.saturating_add(1);
        }
    }
    let mut lines = extract::extract(&body, Format::Text, notes);
    let mut starts = page_starts.into_iter().skip(1).peekable();
    for line in &mut lines {
        while starts.next_if(|&start| start <= line.number).is_some() {
            line.after_page_end = true;
            line.n_blank_above = 0;
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_know_their_page() {
        let text = "\u{1}政府工作报告\n各位代表：\n全面推进综合承\n\u{1}- 1 -\n\u{c}\u{1}政府工作报告\n\n载力提升。\n\u{1}- 2 -\n\u{c}";
        let mut notes = Vec::new();
        let lines = lines_of(text, &mut notes);
        let seen: Vec<(u32, &str, bool, usize)> = lines
            .iter()
            .map(|line| {
                (
                    line.number,
                    line.text.as_str(),
                    line.after_page_end,
                    line.n_blank_above,
                )
            })
            .collect();
        assert_eq!(
            seen,
            [
                (2, "各位代表：", false, 1),
                (3, "全面推进综合承", false, 0),
                (7, "载力提升。", true, 0)
            ]
        );
        let rules: Vec<&str> = notes.iter().map(|note| note.rule.as_str()).collect();
        assert_eq!(
            rules,
            ["running-head", "page-number", "running-head", "page-number"]
        );
    }

    #[test]
    fn what_is_no_pdf_is_said() {
        assert_eq!(text_layer(b"<html>"), Err(PdfError::NotPdf));
        assert_eq!(text_layer(b"%PDF-1.4"), Err(PdfError::Damaged));
    }
}
