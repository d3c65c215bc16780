//! Where holdings stand: opening them, and telling whether others have taken their place.
//!
//! In: a place that somebody has named. Out: what stands there now. Whoever stays open compares a stamp that is cheap to
//! read, and opens anew where it is another.

use super::holdings::Holdings;
use crate::index::{Index, IndexError, IndexStamp};
use std::path::PathBuf;
use std::sync::Arc;

/// A place where holdings stand.
pub trait Shelved: Send + Sync {
    /// Opens what stands there now.
    ///
    /// # Errors
    /// When there is nothing, or it is foreign, damaged, or made with other rules than this program's.
    fn open(&self) -> Result<Arc<dyn Holdings>, IndexError>;

    /// What is another whenever something else is opened there; none if there is nothing.
    ///
    /// # Errors
    /// When it cannot be told.
    fn stamp(&self) -> Result<Option<IndexStamp>, IndexError>;
}

/// The folder of an index on this machine.
#[derive(Clone, Debug)]
pub struct IndexFolder {
    dir: PathBuf,
}

impl IndexFolder {
    /// The folder `dir`, whether or not an index is in it.
    pub fn new(dir: PathBuf) -> IndexFolder {
        IndexFolder { dir }
    }
}

impl Shelved for IndexFolder {
    fn open(&self) -> Result<Arc<dyn Holdings>, IndexError> {
        Ok(Arc::new(Index::open(&self.dir)?))
    }

    fn stamp(&self) -> Result<Option<IndexStamp>, IndexError> {
        Ok(IndexStamp::read(&self.dir))
    }
}
