//! Where a published index stands: opened for whoever asks, and anew when another has taken its place.
//!
//! In: an address, and what opens it. Out: [`Remote`]; a stamp that another publishing changes. One client serves all of it.

use crate::address::{Access, Address};
use crate::client::Client;
use crate::published::published_index;
use crate::remote::Remote;
use baogao_engine::ask::{Holdings, Shelved};
use baogao_engine::index::{IndexError, IndexStamp};
use std::sync::Arc;

/// A published index, opened whenever it is asked for.
pub struct ClusterShelf {
    client: Client,
}

impl ClusterShelf {
    /// What is published under an address.
    pub fn new(address: Address, access: Access) -> ClusterShelf {
        ClusterShelf {
            client: Client::new(address, &access),
        }
    }

    /// Opens it.
    ///
    /// # Errors
    /// As for [`Remote::open`].
    pub fn remote(&self) -> Result<Remote, IndexError> {
        Remote::open_with(&self.client)
    }
}

impl Shelved for ClusterShelf {
    fn open(&self) -> Result<Arc<dyn Holdings>, IndexError> {
        Ok(Arc::new(self.remote()?))
    }

    fn stamp(&self) -> Result<Option<IndexStamp>, IndexError> {
        let index = published_index(&self.client)?;
        Ok(index.map(|index| IndexStamp::new(index.into_bytes(), None)))
    }
}
