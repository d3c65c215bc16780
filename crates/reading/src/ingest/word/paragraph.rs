//! A paragraph as a word processor has it, and what was removed from the text.

/// The notes of these formats that hold text taken away.
pub(crate) const REMOVALS: &[&str] = &[
    "tracked-change",
    "hidden-text",
    "contents",
    "ruby",
    "word-art",
    "page-head",
    "page-foot",
    "comment",
    "unused-note",
    "field-code",
];

/// A paragraph of the document, with text or without.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct WordParagraph {
    /// Which paragraph of the document it is, from 1.
    pub(crate) number: u32,
    /// Its text, its number included; line breaks are `\n`.
    pub(crate) text: String,
    /// Which bytes are bold, in order, apart.
    pub(crate) bold: Vec<(usize, usize)>,
    /// Title or heading, by style or by its own outline level.
    pub(crate) outline: Option<Outline>,
    /// Characters by which its first line is set in.
    pub(crate) indent_chars: usize,
    /// Whether it is a row of a table.
    pub(crate) is_row: bool,
}

/// Something taken out of the text: the rule, the number of the paragraph, the words.
pub(crate) type Removed = (&'static str, u32, String);

/// Where a paragraph stands in the outline.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Outline {
    /// The title of the document.
    Title,
    /// A heading of this level, from 0; 9 is body text.
    Level(u8),
}
