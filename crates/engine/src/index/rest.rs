//! What an index of some passages has not itself.
//!
//! In: nothing but what its maker gives. Out: how far things reach whose lists are not whole, and the headings above passages.

use super::error::IndexError;
use std::collections::HashMap;
use std::sync::Arc;

/// In how many passages and reports something stands: living ones, copies of reports left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reach {
    /// Passages that have it.
    pub n_passages: u64,
    /// Reports that have such a passage.
    pub n_reports: u64,
}

/// How far something reaches of which an index of some records does not have all passages, copies of reports left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reaches {
    /// Phrases by their folded text.
    pub phrases: HashMap<String, Reach>,
    /// Pairs of neighbouring characters.
    pub pairs: HashMap<(char, char), Reach>,
}

/// A heading: the number of the one above it, 0 for none, and its text.
pub type Above = (u32, String);

/// Gives the headings of a report that is held elsewhere.
pub trait HeadingTexts: Send + Sync {
    /// The headings of the report with this number in the report table, by their own numbers.
    ///
    /// # Errors
    /// When they cannot be had.
    fn of(&self, report: u32) -> Result<Arc<HashMap<u32, Above>>, IndexError>;
}

/// What an index of some records has not itself.
#[derive(Clone)]
pub struct Rest {
    /// What its lists do not tell.
    pub reaches: Arc<Reaches>,
    /// What stands above its passages, if it is asked for.
    pub headings: Option<Arc<dyn HeadingTexts>>,
}

impl Rest {
    /// Where nothing else is asked for.
    pub fn none() -> Rest {
        Rest {
            reaches: Arc::default(),
            headings: None,
        }
    }
}
