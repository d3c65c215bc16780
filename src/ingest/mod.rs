//! One raw file → its reports: what came as bytes leaves as clean, divided, placed text.
//!
//! In: a [`RawFile`]. Out: [`Report`]s (several once tables are read), or an [`IngestError`] that
//! says why there is none. The steps are pure and stand in their order:
//! [`decode`] bytes → text, [`extract`] text → lines, [`clean`] lines → paragraphs (with
//! [`furniture`] taking the page away and [`join`] mending what it broke), [`detect`] region, year
//! and speaker, [`split`] paragraphs → passages. [`line`] knows what kind of line one is.
//!
//! # Invariants
//!
//! - Mess is no error: odd text gives a report and notes.
//! - The Han characters of all passages in order, with the removed pieces of the notes put back,
//!   are those of the file. [`is_removal`] tells notes of removal from remarks.
//! - Nothing prints, nothing panics, on any bytes.

pub mod clean;
mod decode;
mod detect;
#[cfg(feature = "docx")]
mod docx;
mod extract;
mod furniture;
mod join;
mod line;
pub mod sidecar;
mod split;

use crate::report::Report;
use crate::source::{Format, RawFile};
#[cfg(feature = "docx")]
pub use docx::DocxError;

/// Raised whenever a rule changes what becomes of a file: an index made with other rules is built anew.
pub const RULES_VERSION: u32 = 3;

/// Why a file gives no report.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
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
    /// Not UTF-8.
    #[error(
        "the file is not UTF-8, the only encoding that is read so far: first bad byte at offset {byte}"
    )]
    Undecodable {
        /// Offset of the first byte that is not UTF-8.
        byte: usize,
    },
    /// Larger than a report can be.
    #[error("the file is too large: {bytes} bytes, at most {bytes_max} are read")]
    TooLarge {
        /// Its size.
        bytes: usize,
        /// The limit.
        bytes_max: usize,
    },
    /// A Word file without text.
    #[cfg(feature = "docx")]
    #[error(transparent)]
    Docx(#[from] DocxError),
}

/// Whether a note of this rule holds text that was taken away, and not a remark.
pub fn is_removal(rule: &str) -> bool {
    #[cfg(feature = "docx")]
    if docx::REMOVALS.contains(&rule) {
        return true;
    }
    clean::RULES
        .iter()
        .any(|known| known.removes && known.name == rule)
}

/// One raw file → its reports.
pub fn ingest(file: &RawFile) -> Result<Vec<Report>, IngestError> {
    let mut notes = Vec::new();
    let lines = match file.format {
        #[cfg(feature = "docx")]
        Format::Docx => docx::extract(&file.bytes, &mut notes)?,
        Format::Text | Format::Markdown => {
            let text = decode::decode(&file.bytes)?;
            extract::extract(text, file.format, &mut notes)
        }
    };
    let (clean, around) = clean::clean(lines);
    notes.extend(around.notes);
    if clean.paragraphs().is_empty() && notes.is_empty() {
        return Err(IngestError::Empty);
    }
    let meta = detect::detect(clean.paragraphs(), &around.facts, &file.path, &mut notes);
    let year = meta.year.as_ref().map(|found| found.value);
    let passages = split::split(clean.into_paragraphs(), year, around.continued);
    // A stable sort: pieces of one line stay in their order, remarks without a line come first.
    notes.sort_by_key(|note| note.line);
    Ok(vec![Report {
        meta,
        passages,
        notes,
    }])
}
