//! Choosing what is asked and opening it; the first question builds an index.

use super::lang::t;
use super::update::{say_summary, update_with_progress};
use super::{Common, Failure, say};
use baogao_engine::ask::{Holdings, IndexFolder, Shelved};
use baogao_engine::index::{IndexError, UpdateOptions};
use std::sync::Arc;

/// Where what is asked stands: the one place that chooses it.
pub(crate) fn shelved(common: &Common) -> Result<Arc<dyn Shelved>, Failure> {
    #[cfg(feature = "cluster")]
    if let Some(shelf) = super::cluster::shelf(common)? {
        return Ok(Arc::new(shelf));
    }
    Ok(Arc::new(IndexFolder::new(common.index.clone())))
}

/// Opens what is asked; builds it first from the corpus if there is none.
pub(crate) fn open_or_build(common: &Common, quiet: bool) -> Result<Arc<dyn Holdings>, Failure> {
    let shelved = shelved(common)?;
    match shelved.open() {
        Err(IndexError::Missing { .. }) => {
            let root = common.default_root();
            if !quiet {
                say(&t!(
                    "no index yet: building it from `%{a}`",
                    a = root.display()
                ));
            }
            let options = UpdateOptions {
                default_root: Some(root),
                ..UpdateOptions::default()
            };
            let summary = update_with_progress(common, options, None)?;
            if !quiet {
                say_summary(&summary);
            }
            Ok(shelved.open()?)
        }
        opened => {
            let index = opened?;
            common.check_corpus(&*index)?;
            Ok(index)
        }
    }
}
