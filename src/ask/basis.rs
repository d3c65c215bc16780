//! What every answer rests on: the corpus that was indexed, and whether it is still the reader's.

use super::notice::Notice;
use crate::index::{Changes, Difference, Index, IndexError, Look, WhyKept};
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
    pub fn of(index: &Index) -> Result<Basis, IndexError> {
        let changes = index.files()?.changes(index.dir(), Look::Glance);
        Ok(Basis {
            schema_version: OUTPUT_VERSION,
            corpus: index.manifest().corpus.clone(),
            stale: changes.is_stale(),
            notices: Notice::of_changes(&changes),
        })
    }

    /// What must be said beside an answer, and of what it rests on.
    pub(super) fn beside(&self, notices: &[Notice]) -> Vec<Notice> {
        notices.iter().chain(&self.notices).cloned().collect()
    }
}

impl Notice {
    /// What is to be said of what differs, and of what was not compared.
    pub fn of_changes(changes: &Changes) -> Vec<Notice> {
        let mut notices = Vec::new();
        let count = |kind| changes.count(kind) as u64;
        if changes.any() {
            let unseen = changes.unseen.iter();
            notices.push(Notice::Stale {
                changed: count(Difference::Changed),
                added: count(Difference::Added),
                removed: count(Difference::Removed),
                unreadable: count(Difference::Unreadable),
                unseen: unseen
                    .map(|(path, why)| Unseen {
                        path: path.clone(),
                        why: match why {
                            WhyKept::Gone => WhyUnseen::Gone,
                            WhyKept::Empty => WhyUnseen::Empty,
                            WhyKept::Unreadable(_) => WhyUnseen::Unreadable,
                        },
                    })
                    .collect(),
            });
        }
        if changes.compared < changes.known && changes.unseen.is_empty() {
            notices.push(Notice::PartlyCompared {
                files: changes.compared as u64,
                of: changes.known as u64,
            });
        }
        notices
    }
}

/// A folder of which nothing can be seen now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Unseen {
    /// Its path.
    pub path: String,
    /// Why.
    pub why: WhyUnseen,
}

/// Why nothing can be seen of a folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum WhyUnseen {
    /// It is not there.
    Gone,
    /// It is there and holds nothing.
    Empty,
    /// It cannot be read.
    Unreadable,
}
