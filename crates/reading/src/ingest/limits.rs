//! What reading one file may cost, in one place.
//!
//! In: nothing. Out: numbers, and the refusal of a file that goes beyond one. `docs/reliability.md` gives them to the
//! reader with the reason for each. They hold for every format: what a container unpacks to, what a table holds, what
//! leaves ingestion. Beyond them a process that reads for another is stopped by the system ([`memory_bytes`],
//! [`cpu_seconds`]), so that a file that these numbers do not see through costs itself alone.
//!
//! # Invariants
//!
//! - What `check_reports` has let pass fits a segment of the index and the answer of another process.

use super::IngestError;
use crate::report::Report;

/// The largest file that is read: a report has some 100 kB, a whole shelf of them in one file a few MB.
pub const FILE_BYTES_MAX: usize = 64 << 20;

/// Lines with text in a file: 64 MiB of text wrapped at 35 characters have 600,000.
pub const LINES_MAX: usize = 1_000_000;

/// Passages of a file: 64 MiB of reports have 140,000.
pub const PASSAGES_MAX: usize = 250_000;

/// Reports in a file that is a table: 2,800 counties in 17 years.
pub const REPORTS_MAX: usize = 50_000;

/// Characters of all passages of a file: 64 MiB of Chinese have 22 million. Each takes eight bytes while a segment of
/// the index is written.
pub const CHARS_MAX: usize = 25_000_000;

/// Bytes of text that come out of a file, with what was taken away.
pub const TEXT_BYTES_MAX: usize = 96 << 20;

/// Remarks and pieces of text taken away.
pub const NOTES_MAX: usize = 500_000;

/// What the parts of an Office file may unpack to.
pub const UNPACKED_BYTES_MAX: u64 = 64 << 20;

/// Parts of an Office file; Word makes a dozen, and one for each picture.
pub const PARTS_MAX: usize = 4_096;

/// Parts of a web archive or message: a page of a portal has some hundred.
pub const MESSAGE_PARTS_MAX: usize = 50_000;

/// Cells of a table: 100,000 rows of ten columns.
pub const CELLS_MAX: usize = 1_000_000;

/// Columns of a table: one of reports has a dozen.
pub const COLUMNS_MAX: usize = 1_000;

/// Values within one object of JSON.
pub const VALUES_MAX: usize = 250_000;

/// Tags of a web page; the longest page known has 30,000.
pub const TAGS_MAX: usize = 1_000_000;

/// Pages of a PDF.
pub const PAGES_MAX: usize = 10_000;

/// What drawing all pages of a PDF may cost: a page of text takes some thousand instructions.
pub const INSTRUCTIONS_MAX: u64 = 10_000_000;

/// Characters that the pages of a PDF show: ten times the longest yearbook.
pub const GLYPHS_MAX: u64 = 4_000_000;

/// Bytes of the numbers that Word sets before paragraphs.
pub const NUMBER_BYTES_MAX: usize = 4 << 20;

/// Bytes of a file that speaks of others: 50,000 of them in a hundred bytes each. It is read by the program itself.
pub const SIDECAR_BYTES_MAX: usize = 5 << 20;

/// Files that one process reads before another takes its place: what it has lost of its memory goes with it.
pub const FILES_PER_PROCESS: u32 = 200;

/// How long the answer of another process is waited for beyond its own time, where the machine is busy.
pub const WAIT_SECONDS: u64 = 60;

/// Seconds of the processor for the picture of one page and for what is recognised on it: a dense one takes ten.
pub const OCR_CPU_SECONDS: u64 = 120;

/// MiB of address space for the same: the picture of a newspaper and the model of the engine.
pub const OCR_MEMORY_MIB: u64 = 2_048;

/// Bytes of what is recognised on one page: a page of a newspaper has 30,000.
pub const OCR_TEXT_BYTES_MAX: u64 = 1 << 20;

/// Address space of a process that reads a file of so many bytes.
pub fn memory_bytes(file_bytes: u64) -> u64 {
    // The program, its stack and what a small file made by hand may do with it; a large one is there several times:
    // its bytes, text, lines, paragraphs, passages, answer.
    (240 << 20) + 9 * file_bytes
}

/// Seconds of the processor for a file of so many bytes: several times what the slowest format takes.
pub fn cpu_seconds(file_bytes: u64) -> u64 {
    2 + (file_bytes >> 20).min(28)
}

/// The refusal of a file with more than it may have.
pub(crate) fn too_much(what: &str, most: usize) -> IngestError {
    IngestError::TooMuch {
        what: what.to_owned(),
        most: grouped(most),
    }
}

/// Refuses lines beyond [`LINES_MAX`].
pub(crate) fn check_lines(n_lines: usize) -> Result<(), IngestError> {
    if n_lines > LINES_MAX {
        return Err(too_much("lines of text", LINES_MAX));
    }
    Ok(())
}

/// Refuses passages beyond [`PASSAGES_MAX`].
pub(crate) fn check_passages(n_passages: usize) -> Result<(), IngestError> {
    if n_passages > PASSAGES_MAX {
        return Err(too_much("passages", PASSAGES_MAX));
    }
    Ok(())
}

/// Refuses notes beyond [`NOTES_MAX`].
pub(crate) fn check_notes(n_notes: usize) -> Result<(), IngestError> {
    if n_notes > NOTES_MAX {
        return Err(too_much("notes", NOTES_MAX));
    }
    Ok(())
}

/// Refuses what an index or a message could not hold.
pub(crate) fn check_reports(reports: &[Report]) -> Result<(), IngestError> {
    let n_passages: usize = reports.iter().map(|report| report.passages.len()).sum();
    let n_notes: usize = reports.iter().map(|report| report.notes.len()).sum();
    let passages = reports.iter().flat_map(|report| &report.passages);
    let notes = reports.iter().flat_map(|report| &report.notes);
    let n_bytes = passages.map(|passage| passage.text.len()).sum::<usize>()
        + notes.map(|note| note.text.len()).sum::<usize>();
    let passages = reports.iter().flat_map(|report| &report.passages);
    let n_chars: usize = passages.map(|passage| passage.text.chars().count()).sum();
    for (n, what, most) in [
        (reports.len(), "reports", REPORTS_MAX),
        (n_chars, "characters", CHARS_MAX),
        (n_passages, "passages", PASSAGES_MAX),
        (n_notes, "notes", NOTES_MAX),
        (n_bytes >> 20, "MiB of text", TEXT_BYTES_MAX >> 20),
    ] {
        if n > most {
            return Err(too_much(what, most));
        }
    }
    Ok(())
}

/// 1000000 as 1,000,000.
pub(crate) fn grouped(n: usize) -> String {
    let digits = n.to_string();
    let mut out = String::with_capacity(digits.len() * 4 / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_said_in_groups_of_digits() {
        assert_eq!(grouped(7), "7");
        assert_eq!(grouped(999), "999");
        assert_eq!(grouped(250_000), "250,000");
        assert_eq!(
            too_much("passages", PASSAGES_MAX).to_string(),
            "the file is too large: it has more than 250,000 passages (divide it into several)"
        );
    }

    #[test]
    fn larger_files_get_more_and_small_ones_little() {
        assert_eq!(cpu_seconds(9_000), 2);
        assert_eq!(cpu_seconds(FILE_BYTES_MAX as u64), 30);
        assert!(memory_bytes(9_000) < 256 << 20);
        assert!(memory_bytes(FILE_BYTES_MAX as u64) < 1 << 30);
    }
}
