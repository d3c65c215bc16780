//! Why a file gives no report.
//!
//! Every step of ingestion may refuse a file; the reasons stand here, so that a step needs to know no other for them.

#[cfg(feature = "docx")]
use super::doc::DocError;
#[cfg(feature = "docx")]
use super::docx::DocxError;
#[cfg(feature = "pdf")]
use super::pdf::PdfError;
use super::rtf::RtfError;
use crate::format::Format;
use crate::report::Note;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// Why a file gives no report.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error, Serialize, Deserialize)]
pub enum IngestError {
    /// Nothing but white space.
    #[error("the file is empty")]
    Empty,
    /// NUL bytes near the start.
    #[error("the file is binary, not text: a NUL byte at offset {byte}")]
    Binary {
        /// Offset of the first NUL byte.
        byte: usize,
    },
    /// In no encoding that is known, or too damaged.
    #[error(
        "the text cannot be read: as {encoding}, the likeliest encoding, it has {n_bad} bad sequences, the first at byte {byte} (`--encoding` names another)"
    )]
    Undecodable {
        /// Offset of the first byte that is no character.
        byte: usize,
        /// Sequences of bytes that are no character.
        n_bad: usize,
        /// The encoding that fits best.
        encoding: Cow<'static, str>,
    },
    /// Larger than a report can be.
    #[error("the file is too large: {bytes} bytes, at most {bytes_max} are read")]
    TooLarge {
        /// Its size.
        bytes: usize,
        /// The limit.
        bytes_max: usize,
    },
    /// More of something than a report has.
    #[error("the file is too large: it has more than {most} {what} (divide it into several)")]
    TooMuch {
        /// Lines, passages, cells.
        what: String,
        /// The limit.
        most: String,
    },
    /// The process that was to read it came to an end.
    #[error(transparent)]
    Reader(#[from] ReaderError),
    /// A Word file without text.
    #[cfg(feature = "docx")]
    #[error(transparent)]
    Docx(#[from] DocxError),
    /// A Word file of before 2007 without text.
    #[cfg(feature = "docx")]
    #[error(transparent)]
    Doc(#[from] DocError),
    /// Rich text that is none.
    #[error(transparent)]
    Rtf(#[from] RtfError),
    /// A PDF without text.
    #[cfg(feature = "pdf")]
    #[error(transparent)]
    Pdf(#[from] PdfError),
    /// Something else than its name says.
    #[error("the name says {}, but it is {}: {}", promised.name(), found.name(), found.advice())]
    OtherContent {
        /// What the name says.
        promised: Format,
        /// What the bytes say: no format that is read.
        found: Format,
    },
    /// A password is needed.
    #[error("the file is locked with a password: save it without one")]
    Locked,
    /// A zip archive, or a file that is one, that cannot be read.
    #[error("the archive cannot be read: {why}")]
    BrokenArchive {
        /// What is wrong with it.
        why: String,
    },
    /// A member of an archive in a format that is not read.
    #[error("{why}")]
    Member {
        /// What is said of such a file outside of an archive.
        why: String,
    },
    /// An archive no member of which gives a report.
    #[error("nothing in the archive can be read: {why}")]
    NothingPacked {
        /// Of the first member, its name and why.
        why: String,
        /// What is said of each.
        members: Vec<Note>,
    },
    /// A file that is called after a report and holds another text in its place.
    #[error("the file is called after a report and holds none: {words}")]
    Placeholder {
        /// What stands there.
        words: String,
    },
    /// Pages whose characters are drawn by numbers that stand for no character.
    #[error(
        "the file has no text that can be read: its pages are pictures, or drawn with fonts that say of no glyph which character it is"
    )]
    NoCharacters,
    /// A web page with more tags than any report has.
    #[error("the web page has more than {tags_max} tags")]
    TooManyTags {
        /// The limit.
        tags_max: usize,
    },
    /// A web page whose text comes from elsewhere.
    #[error("the web page holds no text: it may be shown by a script or in a frame")]
    NoText,
    /// A table none of whose columns is the text.
    #[error(
        "no column of the table holds the text (its name would be `text`, `content`, 正文, 内容, 全文, 段落); columns: {columns}"
    )]
    NoTextColumn {
        /// The columns that it has.
        columns: String,
    },
    /// A table without a row that has text.
    #[error("no row of the table has text; columns: {columns}")]
    NoRows {
        /// The columns that it has.
        columns: String,
        /// What its rows say of region and year.
        rows: Vec<Note>,
    },
    /// No line of it is JSON.
    #[error("the file is no JSON: line {line}: {why}")]
    NotJson {
        /// Line of the raw file.
        line: u32,
        /// What the parser says.
        why: String,
    },
    /// A spreadsheet that cannot be opened.
    #[error("the spreadsheet cannot be read: {why}")]
    BrokenSpreadsheet {
        /// What is wrong with it.
        why: String,
    },
}

impl IngestError {
    /// How many pages a file has that are all pictures.
    pub(crate) fn n_pages_without_text(&self) -> usize {
        match self {
            #[cfg(feature = "pdf")]
            IngestError::Pdf(PdfError::NoTextLayer { pages }) => *pages,
            _ => 0,
        }
    }

    /// Whether the same file may be read another time, because it was not its fault.
    pub fn may_pass(&self) -> bool {
        match self {
            IngestError::Reader(error) => error.may_pass(),
            _ => false,
        }
    }
}

/// What became of another process that was to read a file.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error, Serialize, Deserialize)]
pub enum ReaderError {
    /// It used up its time of the processor.
    #[error("the file is refused: reading it takes more than {seconds} s")]
    TooSlow {
        /// The limit.
        seconds: u64,
    },
    /// It came to an end without an answer.
    #[error(
        "the file is refused: reading it takes more than {megabytes} MiB, or is an error in the program"
    )]
    GaveUp {
        /// Its limit of memory.
        megabytes: u64,
    },
    /// A parser has a bug.
    #[error("could not be understood: an error in the program, please report it")]
    Panicked,
    /// It was ended from outside.
    #[error(
        "cannot be read now: the process that reads it was ended from outside; the next run reads it again"
    )]
    Ended,
    /// It did not answer, although it had time of the processor left.
    #[error(
        "cannot be read now: no answer in {seconds} s, the machine is busy; the next run reads it again"
    )]
    Overdue {
        /// How long it was waited for.
        seconds: u64,
    },
    /// No process could be started, or not one of this version.
    #[error(
        "cannot be read now: the process that reads it cannot be started: {reason}; the next run reads it again"
    )]
    NotStarted {
        /// What the system says.
        reason: String,
    },
}

impl ReaderError {
    /// Whether the same file may be read another time, because it was not its fault.
    pub fn may_pass(&self) -> bool {
        matches!(
            self,
            ReaderError::Ended | ReaderError::Overdue { .. } | ReaderError::NotStarted { .. }
        )
    }
}
