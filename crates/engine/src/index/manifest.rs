//! The manifest: what the index was made with and from, carried as the payload of its commit.
//!
//! One rename of tantivy's `meta.json` decides over segments, manifest and, by name and hash, the
//! tables beside them. A commit without a manifest was never finished.

use super::seal::{is_sealed, seal};
use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_128;

/// A table beside the segments.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct TableRef {
    /// File name in the generation's folder.
    pub(crate) file: String,
    /// Its length in bytes.
    pub(crate) bytes: u64,
    /// xxh3-128 of its bytes, 32 hex digits.
    pub(crate) hash: String,
}

/// A file of a segment as it was written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct SegmentFile {
    /// File name in the generation's folder.
    pub(crate) file: String,
    /// Its length in bytes.
    pub(crate) bytes: u64,
    /// xxh3-128 of its bytes, 32 hex digits.
    pub(crate) hash: String,
}

impl SegmentFile {
    /// Whether `bytes` are what is meant.
    pub(crate) fn matches(&self, bytes: &[u8]) -> bool {
        self.bytes == bytes.len() as u64 && self.hash == hash_text(xxh3_128(bytes))
    }
}

/// A hash as files are listed with it.
pub(crate) fn hash_text(hash: u128) -> String {
    format!("{hash:032x}")
}

/// The name of a table of some kind whose bytes have this hash: `reports-<hash>.bin`.
pub(super) fn table_name(kind: &str, hash: u128) -> String {
    format!("{kind}-{}.bin", hash_text(hash))
}

/// What `meta.json` says beyond what tantivy reads of it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(crate) struct Meta {
    /// Every file of every segment of the commit.
    #[serde(default)]
    pub(crate) parts: Vec<SegmentFile>,
    /// The manifest, if the commit was finished.
    #[serde(default)]
    pub(crate) payload: Option<String>,
    segments: Vec<MetaSegment>,
}

/// A segment as tantivy lists it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
struct MetaSegment {
    segment_id: String,
    deletes: Option<MetaDeletes>,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
struct MetaDeletes {
    opstamp: u64,
}

impl Meta {
    /// What a sealed text says; nothing if it is not what was written.
    pub(crate) fn read(text: &[u8]) -> Option<Meta> {
        is_sealed(text)
            .then(|| serde_json::from_slice(text).ok())
            .flatten()
    }

    /// The manifest, if there is one and it can be read.
    pub(crate) fn manifest(&self) -> Option<Manifest> {
        serde_json::from_str(self.payload.as_ref()?).ok()
    }

    /// Whether a file belongs to one of the segments that are listed.
    pub(crate) fn has(&self, file: &str) -> bool {
        let Some((id, kind)) = file.split_once('.') else {
            return false;
        };
        // Ids are listed with dashes, and stand in names without.
        let is_of = |segment: &&MetaSegment| segment.segment_id.replace('-', "") == id;
        self.segments.iter().find(is_of).is_some_and(|segment| {
            let opstamp = kind.strip_suffix(".del");
            opstamp.is_none_or(|opstamp| {
                let deletes = segment.deletes.as_ref();
                deletes.is_some_and(|deletes| deletes.opstamp.to_string() == opstamp)
            })
        })
    }

    /// The text that tantivy wants written, with the files that `part` knows of each segment, sealed.
    ///
    /// # Errors
    /// When the text is not tantivy's, or `part` fails.
    pub(crate) fn complete(
        text: &[u8],
        parts: impl FnOnce(&Meta) -> std::io::Result<Vec<SegmentFile>>,
    ) -> std::io::Result<Vec<u8>> {
        let meta: Meta = serde_json::from_slice(text)?;
        let mut object: serde_json::Value = serde_json::from_slice(text)?;
        if let Some(object) = object.as_object_mut() {
            let parts = serde_json::to_value(parts(&meta)?)?;
            object.insert("parts".to_owned(), parts);
        }
        Ok(seal(object.to_string().as_bytes()))
    }
}

impl TableRef {
    /// The reference to `bytes`, named by their content.
    pub(crate) fn to(kind: &str, bytes: &[u8]) -> TableRef {
        let hash = xxh3_128(bytes);
        TableRef {
            file: table_name(kind, hash),
            bytes: bytes.len() as u64,
            hash: hash_text(hash),
        }
    }

    /// Whether `bytes` are what is meant.
    pub(crate) fn matches(&self, bytes: &[u8]) -> bool {
        self.hash == hash_text(xxh3_128(bytes))
    }
}

/// What an index was made with; all of it must equal what the program is made of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Versions {
    /// Fields, exact channel and tables.
    pub schema: u32,
    /// Fold table and word cutting.
    pub analyser: String,
    /// Word list.
    pub dictionary: String,
    /// Rules that repair and divide reports.
    pub ingest: u32,
}

impl Versions {
    /// What this program makes an index with.
    pub fn current() -> Versions {
        Versions {
            schema: super::schema::SCHEMA_VERSION,
            analyser: baogao_reading::fold::fingerprint(),
            dictionary: crate::tokenize::dictionary_fingerprint(),
            ingest: baogao_reading::ingest::RULES_VERSION,
        }
    }

    /// The first of the versions in which two programs differ, with both values.
    pub fn difference(&self, other: &Versions) -> Option<(&'static str, String, String)> {
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
    pub makers: Versions,
    /// Version of the program that made it.
    pub program: String,
    pub(crate) reports: TableRef,
    pub(crate) files: TableRef,
    /// The reader's own words, if there are any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) words: Option<TableRef>,
    /// All texts, sorted for analyses, if they were sorted since the last change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) strings: Option<TableRef>,
    /// Whether the reader wants them sorted.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub sorted: bool,
    /// The corpus roots as the file table has them, so that a rebuild finds them when that is damaged.
    pub(crate) roots: Vec<String>,
    /// What the reader excludes, for the same reason.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) exclude: Vec<String>,
    /// Fingerprint of the corpus: of the paths and contents of all indexed files.
    pub corpus: String,
    /// Passages that the segments hold.
    pub passages: u64,
    /// The next report gets this number.
    pub(crate) next_report: u32,
}

impl Manifest {
    /// The same with another report table.
    pub(crate) fn with_reports(&self, bytes: &[u8]) -> Manifest {
        Manifest {
            reports: TableRef::to("reports", bytes),
            ..self.clone()
        }
    }

    /// All tables beside the segments.
    pub(crate) fn tables(&self) -> impl Iterator<Item = &TableRef> {
        let tables = [&self.reports, &self.files].into_iter();
        tables.chain(&self.words).chain(&self.strings)
    }
}
