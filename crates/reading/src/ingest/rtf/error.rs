//! Why a file of rich text gives no text.

use serde::{Deserialize, Serialize};

/// Why a file of rich text gives no text.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error, Serialize, Deserialize)]
pub enum RtfError {
    /// It does not begin as such files do.
    #[error("the file is no rich text, although its name ends with .rtf")]
    NotRtf,
    /// Groups within groups beyond reason.
    #[error("the file is refused: the text nests too deep")]
    TooDeep,
}
