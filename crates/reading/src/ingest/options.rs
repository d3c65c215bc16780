//! How a file is read: in which encoding, and by whom.

use super::decode::Encoding;
use super::error::IngestError;
use super::recognised::Recognised;
use crate::report::Report;
use crate::source::RawFile;
use std::fmt::Debug;

/// How a file is read.
#[derive(Clone, Copy, Debug, Default)]
pub struct ReadOptions<'a> {
    /// The encoding that the user names.
    pub encoding: Option<Encoding>,
    /// Reads what is neither plain text nor Markdown; without it all is read here, as fits files that are known.
    pub reader: Option<&'a dyn FileReader>,
    /// What an engine has recognised on its pages.
    pub recognised: Option<&'a Recognised>,
}

/// Reads files in a way that the caller trusts.
pub trait FileReader: Debug + Send + Sync {
    /// The reports of a file, as [`super::ingest_as`] gives them.
    ///
    /// # Errors
    /// When the file gives none, or when whoever reads it comes to an end.
    fn read(&self, file: &RawFile, encoding: Option<Encoding>) -> Result<Vec<Report>, IngestError>;
}
