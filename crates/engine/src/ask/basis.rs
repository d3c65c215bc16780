//! What every answer rests on: the corpus that was indexed, and whether it is still the reader's.

use super::holdings::Holdings;
use super::notice::Notice;
use crate::index::IndexError;
use schemars::JsonSchema;
use serde::Serialize;

/// Version of the names of fields and of their meaning.
pub const OUTPUT_VERSION: u32 = 3;

/// What an answer rests on.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Basis {
    /// Version of the objects on this page.
    pub schema_version: u32,
    /// Fingerprint of paths and contents of all indexed files, 16 hex digits.
    pub corpus: String,
    /// Whether files were changed, added or removed since the index was built, by size and times; null if none of those
    /// that were looked at differs, and not all were.
    pub stale: Option<bool>,
    /// What must be said of that.
    #[serde(skip)]
    pub notices: Vec<Notice>,
}

impl Basis {
    /// Looks at the reader's files, at some thousands of them at most.
    ///
    /// # Errors
    /// When the list of files cannot be read.
    pub fn of(holdings: &dyn Holdings) -> Result<Basis, IndexError> {
        let changes = holdings.changes()?;
        Ok(Basis {
            schema_version: OUTPUT_VERSION,
            corpus: holdings.corpus().to_owned(),
            stale: changes.is_stale(),
            notices: Notice::of_changes(&changes),
        })
    }

    /// What must be said beside an answer, and of what it rests on.
    pub fn beside(&self, notices: &[Notice]) -> Vec<Notice> {
        notices.iter().chain(&self.notices).cloned().collect()
    }
}
