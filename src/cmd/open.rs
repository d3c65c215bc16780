//! Opening the index that is asked; the first question builds it.

use super::lang::t;
use super::update::{say_summary, update_with_progress};
use super::{Common, Failure, say};
use baogao_engine::index::{Index, IndexError, UpdateOptions};
use std::sync::Arc;

/// Opens the index; builds it first from the corpus if there is none.
pub(crate) fn open_or_build(common: &Common, quiet: bool) -> Result<Arc<Index>, Failure> {
    match Index::open(&common.index) {
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
            Ok(Arc::new(Index::open(&common.index)?))
        }
        opened => {
            let index = opened?;
            common.check_corpus(&index)?;
            Ok(Arc::new(index))
        }
    }
}
