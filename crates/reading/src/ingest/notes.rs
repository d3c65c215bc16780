//! What notes tell whoever does not know the rule that made them: text taken away, a file read in part, a row of a table.

#[cfg(feature = "docx")]
use super::docx;
use super::{clean, html, markup, table};
use crate::report::Note;

/// Whether a note of this rule holds text that was taken away, and not a remark.
pub fn is_removal(rule: &str) -> bool {
    #[cfg(feature = "docx")]
    if docx::REMOVALS.contains(&rule) {
        return true;
    }
    rule == html::PAGE_BLOCK
        || [markup::FRONT_MATTER, markup::RUBY, markup::COMMENT].contains(&rule)
        || clean::RULES
            .iter()
            .any(|known| known.removes && known.name == rule)
}

/// Names the pages of a PDF that show something and have no text: the report is read in part.
pub(super) const PAGE_NOT_READ: &str = "page-not-read";

/// Names a document that was put whole into a Word file and cannot be read: the report is read in part.
#[cfg(feature = "docx")]
pub(super) const CHUNK_NOT_READ: &str = "chunk-not-read";

/// What is said of the region in one place and not in another.
pub(super) const REGION_CONTRADICTION: &str = "region-contradiction";

/// The same of the year.
pub(super) const YEAR_CONTRADICTION: &str = "year-contradiction";

/// Whether a note says that what is said of region or year is at odds.
pub(super) fn says_contradicted(note: &Note) -> bool {
    note.rule == REGION_CONTRADICTION || note.rule == YEAR_CONTRADICTION
}

/// Whether a note says that the file has more of a report than was read of it.
pub(super) fn says_partial(note: &Note) -> bool {
    #[cfg(feature = "docx")]
    if note.rule == CHUNK_NOT_READ {
        return true;
    }
    note.rule == PAGE_NOT_READ
}

/// The row of the table in which a report stands, if its file is a table.
pub fn table_row(notes: &[Note]) -> Option<u32> {
    notes
        .iter()
        .find(|note| note.rule == table::TABLE_ROW)
        .and_then(|note| note.line)
}
