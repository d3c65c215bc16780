//! What notes tell whoever does not know the rule that made them: text taken away, a file read in part, a row of a table.

#[cfg(feature = "archives")]
use super::open_document;
use super::{IngestError, clean, html, markup, word};
use crate::region::Region;
use crate::report::{Note, Year};

/// Whether a note of this rule holds text that was taken away, and not a remark.
pub fn is_removal(rule: &str) -> bool {
    #[cfg(feature = "archives")]
    if rule == open_document::DELETED || rule == open_document::LEFT_OUT {
        return true;
    }
    word::REMOVALS.contains(&rule)
        || rule == html::PAGE_BLOCK
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

/// Names how many other pages of a web archive, as of frames, were not read: the report is read in part.
pub(super) const OTHER_PAGE: &str = "other-page";

/// Counts characters that were lost before or while the file was read: the report is read in part.
pub(super) const LOST_CHARACTERS: &str = "lost-characters";

/// What is said of the region in one place and not in another.
pub(super) const REGION_CONTRADICTION: &str = "region-contradiction";

/// The same of the year.
pub(super) const YEAR_CONTRADICTION: &str = "year-contradiction";

/// Whether a note says that what is said of region or year is at odds.
pub(super) fn says_contradicted(note: &Note) -> bool {
    note.rule == REGION_CONTRADICTION || note.rule == YEAR_CONTRADICTION
}

/// Says that a spreadsheet program has cut the text at the end of a cell.
pub(super) const CUT_TEXT: &str = "cut-text";

/// Whether a note says that a text is cut.
pub(super) fn says_cut(note: &Note) -> bool {
    note.rule == CUT_TEXT
}

/// The rule of the note on a file that breaks off.
pub(super) const CUT_FILE: &str = "cut-file";

/// Whether a note says that the file has more of a report than was read of it.
pub(super) fn says_partial(note: &Note) -> bool {
    #[cfg(feature = "docx")]
    if note.rule == CHUNK_NOT_READ {
        return true;
    }
    [PAGE_NOT_READ, CUT_FILE, OTHER_PAGE, LOST_CHARACTERS].contains(&note.rule.as_str())
}

/// A member of an archive gave no report: its name, a tab, why.
pub(super) const MEMBER_REFUSED: &str = "member-refused";

/// The note on a member of an archive that gave no report.
pub(super) fn refused_member(name: &str, why: &IngestError) -> Note {
    Note {
        rule: MEMBER_REFUSED.to_owned(),
        line: None,
        text: format!("{}\t{why}", name.replace('\t', " ")),
    }
}

/// Whether a note of this rule speaks of a whole archive, and not of one member.
pub(super) fn is_of_archive(rule: &str) -> bool {
    rule == MEMBER_REFUSED || rule == PASSED_OVER
}

/// Counts the members of an archive that were passed over.
pub(super) const PASSED_OVER: &str = "passed-over";

/// The members of an archive that gave no report, and why.
pub fn refused_members(notes: &[Note]) -> impl Iterator<Item = (String, String)> + '_ {
    let refused = notes.iter().filter(|note| note.rule == MEMBER_REFUSED);
    refused.filter_map(|note| {
        let (name, reason) = note.text.split_once('\t')?;
        Some((name.to_owned(), reason.to_owned()))
    })
}

/// A row of a table names a report and has no text: the code of the region and the year, a tab, why.
pub(super) const ROW_REFUSED: &str = "row-refused";

/// A row of a table that names a report and has no text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RefusedRow<'n> {
    /// Its number.
    pub row: u32,
    /// The region that it names.
    pub region: Option<Region>,
    /// The year that it names.
    pub year: Option<Year>,
    /// Why it gives no report.
    pub reason: &'n str,
}

/// The rows of a table that gave no report.
pub fn refused_rows(notes: &[Note]) -> impl Iterator<Item = RefusedRow<'_>> {
    let refused = notes.iter().filter(|note| note.rule == ROW_REFUSED);
    refused.filter_map(|note| {
        let (place, reason) = note.text.split_once('\t')?;
        let (code, year) = place.split_once('-')?;
        Some(RefusedRow {
            row: note.line?,
            region: code.parse().ok().and_then(Region::from_code),
            year: year.parse().ok().and_then(Year::new),
            reason,
        })
    })
}

/// The row of the table in which a report stands.
pub(super) const TABLE_ROW: &str = "table-row";

/// The row of the table in which a report stands, if its file is a table.
pub fn table_row(notes: &[Note]) -> Option<u32> {
    notes
        .iter()
        .find(|note| note.rule == TABLE_ROW)
        .and_then(|note| note.line)
}
