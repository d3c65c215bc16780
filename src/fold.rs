//! stub
use std::ops::Range;

/// A place where the folded text differs from the original.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Edit {
    /// Where it stands in the folded text, in UTF-16 units.
    pub at: u32,
    /// How many UTF-16 units of the folded text it stands for; 0 when the original characters vanish.
    pub len: u8,
    /// The original characters, bytes into the original.
    pub original: Range<u32>,
}

/// fold
pub fn fold(text: &str) -> String {
    text.to_owned()
}

/// fold with edits
pub fn fold_with_edits(text: &str, _edits: &mut Vec<Edit>) -> String {
    text.to_owned()
}

/// stub
pub fn is_word_char(c: char) -> bool {
    c.is_ascii_alphanumeric()
}
