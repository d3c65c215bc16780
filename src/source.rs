//! Walks the corpus; the only reader of raw files.

/// What kind of file it is, told by its name and its first bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Format {
    /// Plain text.
    Text,
    /// Markdown.
    Markdown,
}

/// A file as it came; nothing in it has been interpreted yet.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RawFile {
    /// Path relative to its corpus root, `/` between parts, NFC.
    pub path: String,
    /// Told by name and first bytes.
    pub format: Format,
    /// The whole content.
    pub bytes: Vec<u8>,
}
