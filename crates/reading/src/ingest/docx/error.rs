//! Why a Word file gives no text.

use serde::{Deserialize, Serialize};

/// Why a Word file gives no text.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error, Serialize, Deserialize)]
pub enum DocxError {
    /// Neither a zip archive nor anything Word has made.
    #[error("the file is no Word document, although its name ends with .docx")]
    NotWord,
    /// A zip archive of something else.
    #[error("the file is an archive without a Word document in it")]
    NoDocument,
    /// Locked with a password.
    #[error("the file is encrypted: save it without a password")]
    Encrypted,
    /// Cut off, or not well formed.
    #[error("the file is damaged: {part}: {reason}")]
    Damaged {
        /// Which part of it.
        part: String,
        /// What is wrong.
        reason: String,
    },
    /// A document type declaration, which Word never writes and bombs are made of.
    #[error("the file is refused: {part} declares a document type")]
    DocumentType {
        /// Which part of it.
        part: String,
    },
    /// Elements within elements beyond reason.
    #[error("the file is refused: {part} nests too deep")]
    TooDeep {
        /// Which part of it.
        part: String,
    },
    /// More parts than a document has.
    #[error("the file is refused: it has {entries} parts")]
    TooManyParts {
        /// How many it claims.
        entries: usize,
    },
    /// More of something than a document has.
    #[error("the file is too large: {part} has more than {most} {what}")]
    TooMuch {
        /// Which part of it.
        part: String,
        /// Paragraphs, notes.
        what: String,
        /// The limit.
        most: String,
    },
    /// More text than a report can have.
    #[error("the file is too large: its parts unpack to more than {mebibytes_max} MiB")]
    TooLarge {
        /// The limit.
        mebibytes_max: u64,
    },
}

impl DocxError {
    pub(super) fn damaged(part: impl Into<String>, reason: impl std::fmt::Display) -> DocxError {
        DocxError::Damaged {
            part: part.into(),
            reason: reason.to_string(),
        }
    }
}
