//! What a format gives of one report: the lines of its text, and what is said of it outside the text.
//!
//! From here on all formats are the same.

use super::extract::Line;
use super::table::ColumnFacts;
use crate::report::Note;
use std::ops::RangeInclusive;

/// What a format gives of one report, before its text is repaired.
#[derive(Default)]
pub(super) struct Document {
    /// The lines of its text.
    pub(super) lines: Vec<Line>,
    /// The title where it stands outside the text, and its line.
    pub(super) title: Option<(String, u32)>,
    /// What the columns of a table say; stronger than the text.
    pub(super) columns: Option<ColumnFacts>,
    /// What the head of a page says of the time of its publication: a label and its value.
    pub(super) published: Option<(&'static str, String)>,
    /// What was noticed or left out so far.
    pub(super) notes: Vec<Note>,
    /// Where it stands in an archive: the path of the archive and its own in it.
    pub(super) path: Option<String>,
    /// Lines that an engine has recognised on pictures of pages.
    pub(super) recognised: Vec<RangeInclusive<u32>>,
}
