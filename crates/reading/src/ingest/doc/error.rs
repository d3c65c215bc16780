//! Why a Word file of before 2007 gives no text.

use serde::{Deserialize, Serialize};

/// Why a Word file of before 2007 gives no text.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error, Serialize, Deserialize)]
pub enum DocError {
    /// Not the container that such files are.
    #[error("the file is no Word file of before 2007, although its name says so")]
    NotWord,
    /// The container of something else.
    #[error("the file is an Office file without a Word document in it")]
    NoDocument,
    /// Locked with a password.
    #[error("the file is encrypted: save it without a password")]
    Encrypted,
    /// Written by a program whose files are laid out otherwise.
    #[error("the file is of Word 95 or before: save it as .docx")]
    TooOld,
    /// Cut off, or not what it says.
    #[error("the file is damaged: {part}: {reason}")]
    Damaged {
        /// Which part of it.
        part: String,
        /// What is wrong.
        reason: String,
    },
}

impl DocError {
    pub(super) fn damaged(part: &str, reason: impl Into<String>) -> DocError {
        DocError::Damaged {
            part: part.to_owned(),
            reason: reason.into(),
        }
    }
}
