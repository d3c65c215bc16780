//! Files that could not be read.
use super::{Index, IndexError};
use crate::region::Region;
use crate::report::Year;

/// A file that could not be read.
#[derive(Clone, Debug)]
pub struct UnreadFile {
    /// The file.
    pub file: String,
    /// Its region.
    pub region: Option<Region>,
    /// Its year.
    pub year: Option<Year>,
    /// Why.
    pub reason: String,
}

impl Index {
    /// Files that could not be read.
    ///
    /// # Errors
    /// When the list cannot be read.
    pub fn unread(&self) -> Result<Vec<UnreadFile>, IndexError> {
        Ok(Vec::new())
    }
}
