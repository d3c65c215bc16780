//! The manifest: what the index was made with and from, carried as the payload of its commit.
//!
//! One rename of tantivy's `meta.json` decides over segments, manifest and, by name and hash, the
//! two tables beside them. A commit without a manifest was never finished.

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_128;

/// A table beside the segments.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct TableRef {
    /// File name in the generation's folder.
    pub(crate) file: String,
    /// xxh3-128 of its bytes, 32 hex digits.
    pub(crate) hash: String,
}

impl TableRef {
    /// The reference to `bytes`, named by their content: `reports-<hash>.bin`.
    pub(crate) fn to(kind: &str, bytes: &[u8]) -> TableRef {
        let hash = format!("{:032x}", xxh3_128(bytes));
        TableRef {
            file: format!("{kind}-{hash}.bin"),
            hash,
        }
    }

    /// Whether `bytes` are what is meant.
    pub(crate) fn matches(&self, bytes: &[u8]) -> bool {
        self.hash == format!("{:032x}", xxh3_128(bytes))
    }
}

/// What an index was made with; all of it must equal what the program is made of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Makers {
    /// Fields, exact channel and tables.
    pub schema: u32,
    /// Fold table and word cutting.
    pub analyser: String,
    /// Word list.
    pub dictionary: String,
    /// Rules that repair and divide reports.
    pub ingest: u32,
}

impl Makers {
    /// What this program makes an index with.
    pub fn current() -> Makers {
        Makers {
            schema: super::schema::SCHEMA_VERSION,
            analyser: crate::fold::fingerprint(),
            dictionary: crate::tokenize::dictionary_fingerprint(),
            ingest: crate::ingest::RULES_VERSION,
        }
    }

    /// The first thing in which two makers differ, with both values.
    pub fn difference(&self, other: &Makers) -> Option<(&'static str, String, String)> {
        let (a, b) = (self, other);
        if a.schema != b.schema {
            Some(("index format", a.schema.to_string(), b.schema.to_string()))
        } else if a.analyser != b.analyser {
            Some(("fold", a.analyser.clone(), b.analyser.clone()))
        } else if a.dictionary != b.dictionary {
            Some(("dictionary", a.dictionary.clone(), b.dictionary.clone()))
        } else if a.ingest != b.ingest {
            Some(("repair rules", a.ingest.to_string(), b.ingest.to_string()))
        } else {
            None
        }
    }
}

/// The payload of a commit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// What the index was made with.
    pub makers: Makers,
    /// Version of the program that made it.
    pub program: String,
    pub(crate) reports: TableRef,
    pub(crate) files: TableRef,
    /// The reader's own words, if there are any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) words: Option<TableRef>,
    /// The corpus roots as the file table has them, so that a rebuild finds them when that is damaged.
    pub(crate) roots: Vec<String>,
    /// Fingerprint of the corpus: of the paths and contents of all indexed files.
    pub corpus: String,
    /// Passages that the segments hold.
    pub passages: u64,
    /// The next report gets this number.
    pub(crate) next_report: u32,
}

impl Manifest {
    /// All tables beside the segments.
    pub(crate) fn tables(&self) -> impl Iterator<Item = &TableRef> {
        [&self.reports, &self.files].into_iter().chain(&self.words)
    }
}
