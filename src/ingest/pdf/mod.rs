//! A PDF → its text layer, read by another process → lines, as the steps of repair want them.
//!
//! In: the bytes of the file. Out: the lines of text that its pages show, in reading order. **The
//! line of a passage of a PDF is a line of this text**, counted from 1 through all pages, as
//! `baogao extract-pdf < file.pdf` prints it below its first line.
//!
//! A PDF is a program made by strangers, and no parser of it is safe from one that takes all memory
//! or never ends. So the library does not read it itself: it asks a [`PdfReader`] that it is given.
//! [`ChildReader`] has it done by another process, which is stopped when it takes too long; that
//! process calls [`answer`]. [`InProcess`] does it on the spot, for files that are known.
//!
//! What cannot be read is said: a scan without text, a password, a font that does not tell its
//! characters. A single character that is not told stands as 〓 in the text, as it does in print.
//! Heads, feet and numbers of pages go to the notes.

mod font;
mod layout;
mod page;

use super::extract::{self, Line};
use super::line;
use crate::report::Note;
use crate::source::Format;
use hayro_syntax::{LoadPdfError, Pdf};
use layout::{TextLine, UNKNOWN};
use page::{Budget, Fonts};
use serde::{Deserialize, Serialize};
use std::fmt::Debug;
use std::io::{Read, Write};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

/// The command with which the program is asked to read a PDF from its standard input.
pub const COMMAND: &str = "extract-pdf";

/// Bytes of text at most: the longest report has a few hundred thousand.
pub const TEXT_BYTES_MAX: usize = 32 << 20;

/// How long the other process may take.
const SECONDS_MAX: u64 = 20;

/// Pages at most.
const PAGES_MAX: usize = 10_000;

/// What drawing all pages may cost; a page of text takes some thousand instructions.
const BUDGET: Budget = Budget {
    instructions: 10_000_000,
    glyphs: 8_000_000,
};

/// With more characters unknown than one in so many the text is not worth having.
const UNKNOWN_SHARE: usize = 50;

/// Stands before a line that is the head or foot of a page.
const MARGIN_SIGN: char = '\u{1}';

/// Why a PDF gives no text.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error, Serialize, Deserialize)]
pub enum PdfError {
    /// The caller gave no reader.
    #[error("a PDF is not read here")]
    NoReader,
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
    #[error("no text layer (a scan?) on its {pages} pages: it needs text recognition (OCR) first")]
    NoTextLayer {
        /// How many pages it has.
        pages: usize,
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
    /// The process that read it was stopped.
    #[error("timed out after {seconds} s")]
    TimedOut {
        /// The limit.
        seconds: u64,
    },
    /// The process that read it came to an end without an answer.
    #[error("cannot be read: the reader gave up (out of memory, or an error in the program)")]
    Stopped,
    /// No process could be started.
    #[error("cannot be read: the reader cannot be started: {reason}")]
    NotStarted {
        /// What the system says.
        reason: String,
    },
}

/// The text layer of a PDF.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct PdfText {
    /// How many pages it has.
    pub pages: usize,
    /// Pages without text, from 1.
    pub empty_pages: Vec<usize>,
    /// Characters that are not known and stand as 〓.
    pub unknown: usize,
    /// The lines of all pages; a form feed after each page, U+0001 before the head or foot of one.
    #[serde(skip)]
    pub text: String,
}

/// Reads the text layer of PDFs, in a way that the caller trusts.
pub trait PdfReader: Debug + Send + Sync {
    /// The text layer of a file, from its bytes.
    ///
    /// # Errors
    /// When it has none that can be read.
    fn read(&self, bytes: &[u8]) -> Result<PdfText, PdfError>;
}

/// Reads a PDF on the spot: without limits of memory and time, and a fault in the parser is a panic here.
#[derive(Clone, Copy, Debug, Default)]
pub struct InProcess;

impl PdfReader for InProcess {
    fn read(&self, bytes: &[u8]) -> Result<PdfText, PdfError> {
        text_of(bytes)
    }
}

/// Has a PDF read by a program that answers to [`COMMAND`] with [`answer`]: this one, run again.
#[derive(Clone, Debug)]
pub struct ChildReader {
    program: PathBuf,
    seconds: u64,
}

impl ChildReader {
    /// A reader that runs this program.
    pub fn new(program: impl Into<PathBuf>) -> ChildReader {
        ChildReader {
            program: program.into(),
            seconds: SECONDS_MAX,
        }
    }

    /// The same with another limit of time.
    pub fn with_seconds(self, seconds: u64) -> ChildReader {
        ChildReader { seconds, ..self }
    }
}

impl PdfReader for ChildReader {
    fn read(&self, bytes: &[u8]) -> Result<PdfText, PdfError> {
        let mut child = Command::new(&self.program)
            .arg(COMMAND)
            .env_clear()
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| PdfError::NotStarted {
                reason: error.to_string(),
            })?;
        let (stdin, stdout) = (child.stdin.take(), child.stdout.take());
        let (sender, receiver) = mpsc::channel();
        std::thread::scope(|scope| {
            // It may die before it has read all, which is no matter here: its answer tells.
            scope.spawn(move || stdin.map(|mut stdin| stdin.write_all(bytes)));
            scope.spawn(move || {
                let mut out = Vec::new();
                let limit = TEXT_BYTES_MAX as u64 * 2;
                let read = stdout.map(|stdout| stdout.take(limit).read_to_end(&mut out));
                // Nobody listens any more after the time limit.
                let _ = sender.send(read.map(|read| read.map(|_| out)));
            });
            let answered = receiver.recv_timeout(Duration::from_secs(self.seconds));
            // Whether it has answered or not, it has nothing more to do. Both calls fail only where
            // it has ended already.
            let _ = child.kill();
            let _ = child.wait();
            match answered {
                Ok(Some(Ok(out))) => parse_answer(&out),
                Ok(_) => Err(PdfError::Stopped),
                Err(_) => Err(PdfError::TimedOut {
                    seconds: self.seconds,
                }),
            }
        })
    }
}

/// What the other process writes: a line of JSON, which says how it went, and the text.
pub fn answer(bytes: &[u8]) -> Vec<u8> {
    let read = text_of(bytes);
    // A result of plain strings and numbers always has a form in JSON.
    let mut out = serde_json::to_vec(&read).unwrap_or_default();
    out.push(b'\n');
    if let Ok(read) = read {
        out.extend_from_slice(read.text.as_bytes());
    }
    out
}

fn parse_answer(answer: &[u8]) -> Result<PdfText, PdfError> {
    let end = memchr::memchr(b'\n', answer).ok_or(PdfError::Stopped)?;
    let (head, text) = answer.split_at(end);
    let read: Result<PdfText, PdfError> =
        serde_json::from_slice(head).map_err(|_| PdfError::Stopped)?;
    let text = text.get(1..).unwrap_or(&[]).to_vec();
    // Cut off in the middle of a character, or not what this program writes.
    let text = String::from_utf8(text).map_err(|_| PdfError::Stopped)?;
    read.map(|read| PdfText { text, ..read })
}

/// The text layer of a file.
fn text_of(bytes: &[u8]) -> Result<PdfText, PdfError> {
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
    let mut budget = BUDGET;
    let glyphs: Vec<Vec<page::Glyph>> = pages
        .iter()
        .map(|page| page::glyphs(page, &mut fonts, &mut budget))
        .collect();
    if budget.instructions == 0 || budget.glyphs == 0 {
        return too_large(format!(
            "{} instructions or {} characters",
            BUDGET.instructions, BUDGET.glyphs
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
    let pages = layout::lay_out(glyphs);
    let is_empty = |lines: &Vec<TextLine>| lines.iter().all(|line| line.is_margin);
    let empty_pages: Vec<usize> = pages
        .iter()
        .enumerate()
        .filter(|(_, lines)| is_empty(lines))
        .map(|(at, _)| at + 1)
        .collect();
    if empty_pages.len() == n_pages {
        return Err(PdfError::NoTextLayer { pages: n_pages });
    }
    let text = text_of_pages(&pages);
    if text.len() > TEXT_BYTES_MAX {
        return too_large(format!("{TEXT_BYTES_MAX} bytes of text"));
    }
    Ok(PdfText {
        pages: n_pages,
        empty_pages,
        unknown,
        text,
    })
}

fn text_of_pages(pages: &[Vec<TextLine>]) -> String {
    let mut text = String::new();
    for lines in pages {
        for line in lines {
            if line.is_margin {
                text.push(MARGIN_SIGN);
            } else if line.blank_above {
                text.push('\n');
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
        }
        text.push('\u{c}');
    }
    text
}

/// The text of a PDF → lines; heads and feet of pages go to the notes.
pub(super) fn extract(
    bytes: &[u8],
    reader: Option<&dyn PdfReader>,
    notes: &mut Vec<Note>,
) -> Result<Vec<Line>, PdfError> {
    let read = reader.ok_or(PdfError::NoReader)?.read(bytes)?;
    if !read.empty_pages.is_empty() {
        let numbers: Vec<String> = read.empty_pages.iter().map(usize::to_string).collect();
        notes.push(Note {
            rule: "page-without-text".to_owned(),
            line: None,
            text: format!("pages {} of {}", numbers.join(", "), read.pages),
        });
    }
    if read.unknown > 0 {
        notes.push(Note {
            rule: "unknown-character".to_owned(),
            line: None,
            text: format!("{} characters stand as {UNKNOWN}", read.unknown),
        });
    }
    Ok(lines_of(&read.text, notes))
}

fn lines_of(text: &str, notes: &mut Vec<Note>) -> Vec<Line> {
    let mut body = String::with_capacity(text.len());
    let mut page_starts = Vec::new();
    let mut number = 1_u32;
    for page in text.split('\u{c}') {
        page_starts.push(number);
        for line in page.split_inclusive('\n') {
            match line.strip_prefix(MARGIN_SIGN) {
                Some(margin) => {
                    let words = margin.trim();
                    let rule = if words.chars().any(line::is_han) && !words.starts_with('第') {
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
    fn an_answer_is_read_back() {
        let answer = |read: &Result<PdfText, PdfError>| {
            let mut out = serde_json::to_vec(read).expect("it has a form in JSON");
            out.push(b'\n');
            if let Ok(read) = read {
                out.extend_from_slice(read.text.as_bytes());
            }
            out
        };
        let read = Ok(PdfText {
            pages: 2,
            empty_pages: vec![2],
            unknown: 1,
            text: "报告\n\u{c}\u{c}".to_owned(),
        });
        assert_eq!(parse_answer(&answer(&read)), read);
        let scan = Err(PdfError::NoTextLayer { pages: 3 });
        assert_eq!(parse_answer(&answer(&scan)), scan);
        assert_eq!(parse_answer(b""), Err(PdfError::Stopped));
        assert_eq!(parse_answer(b"thread panicked\n"), Err(PdfError::Stopped));
    }

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
    fn a_reader_must_be_given() {
        assert_eq!(
            extract(b"%PDF-1.4", None, &mut Vec::new()),
            Err(PdfError::NoReader)
        );
        assert_eq!(InProcess.read(b"<html>"), Err(PdfError::NotPdf));
        assert_eq!(InProcess.read(b"%PDF-1.4"), Err(PdfError::Damaged));
    }
}
