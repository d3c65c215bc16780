//! One raw file → its reports: decode, extract, clean, split, detect, all of them pure.

pub mod clean;
mod decode;
mod detect;
mod extract;
mod furniture;
mod join;
mod line;
mod split;

use crate::report::Report;
use crate::source::RawFile;

/// Raised whenever a rule changes what becomes of a file: an index made with other rules is built anew.
pub const RULES_VERSION: u32 = 1;

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
}

/// Whether a note of this rule holds text that was taken away, and not a remark.
pub fn is_removal(rule: &str) -> bool {
    clean::RULES
        .iter()
        .any(|known| known.removes && known.name == rule)
}

/// One raw file → its reports.
pub fn ingest(file: &RawFile) -> Result<Vec<Report>, IngestError> {
    let text = decode::decode(&file.bytes)?;
    let mut notes = Vec::new();
    let lines = extract::extract(text, file.format, &mut notes);
    let (clean, around) = clean::clean(lines);
    notes.extend(around.notes);
    let meta = detect::detect(clean.paragraphs(), &around.facts, &file.path, &mut notes);
    let year = meta.year.as_ref().map(|found| found.value);
    let passages = split::split(clean.into_paragraphs(), year, around.continued);
    if passages.is_empty() && notes.is_empty() {
        return Err(IngestError::Empty);
    }
    // A stable sort: pieces of one line stay in their order, remarks without a line come first.
    notes.sort_by_key(|note| note.line);
    Ok(vec![Report {
        meta,
        passages,
        notes,
    }])
}
