//! The index on disk: what is in it, how it is built and how it is opened.
//!
//! `build` turns reports into one tantivy document a passage and commits them with a manifest;
//! `open` gives them back to readers who never lock. Beside the segments stand two
//! tables: `table` (what is true of whole reports, with `columns`) and `files` (what was read from where).

mod build;
mod columns;
mod commit;
mod directory;
mod disk;
mod documents;
mod duplicates;
mod error;
#[cfg(test)]
mod faults;
mod files;
mod generation;
mod manifest;
mod open;
mod own;
mod rest;
mod roots;
pub(crate) mod schema;
mod seal;
mod table;
mod unread;

pub use build::{
    CopyLeftOut, Progress, UpdateOptions, UpdateSummary, VainCorrection, build_from_reports, update,
};
pub use columns::{AboutSize, PartSize};
pub use commit::{merge, put_strings};
pub use error::{ElsewhereFault, IndexError};
pub use files::{Changes, Difference, FileEntry, FileTable, Look, Outcome, UnreadFile, WhyKept};
pub use manifest::{Manifest, Versions};
pub(crate) use open::{HeldTables, ReportRun, Segment, from_tantivy, plugin_in_memory};
pub use open::{Index, IndexStamp};
pub use rest::{Above, HeadingTexts, Reach, Reaches, Rest};
pub use roots::KeptFolder;
pub(crate) use schema::OCR_CODE;
pub use schema::SCHEMA_VERSION;
pub use table::{ReportEntry, ReportTable, TableDamaged, ToFix};
