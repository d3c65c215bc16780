//! What is told apart, which phrases are wanted, where texts come from.

use crate::index::IndexError;
use crate::passage::PassageView;
use crate::query::Filters;
use crate::stop::Stop;
use crate::strings::{FoldedPassage, SortedSets, TooLong, TwoSets};
use crate::tokenize::WordList;
use std::ops::RangeInclusive;

/// What is told apart.
#[derive(Clone, Debug)]
pub struct ComparedReports {
    /// What is looked at.
    pub target: Filters,
    /// What must not have it.
    pub known: Filters,
    /// What speaks for a phrase if it has it: later reports of what is new, earlier ones of what has gone.
    pub support: Filters,
}

impl ComparedReports {
    /// What is looked at beside what must not have it.
    pub(super) fn with_known(&self) -> TwoSets<'_> {
        TwoSets {
            target: &self.target,
            reference: &self.known,
            of_reference: None,
        }
    }

    /// What is looked at beside what speaks for a phrase.
    pub(super) fn with_support(&self) -> TwoSets<'_> {
        TwoSets {
            reference: &self.support,
            ..self.with_known()
        }
    }
}

/// Which phrases are wanted.
#[derive(Clone, Debug)]
pub struct WantedPhrases {
    /// Their lengths in characters.
    pub chars: RangeInclusive<usize>,
    /// Also those with numbers.
    pub numbers: bool,
    /// Also those that are names of places or people and nothing else.
    pub names: bool,
    /// Whether supporting reports raise a phrase.
    pub by_support: bool,
    /// Reports among those that are looked at that must have it.
    pub min_reports: usize,
    /// Supporting reports that must have it.
    pub min_support: usize,
}

/// Where the texts come from.
pub trait TextSource: Sync {
    /// Calls `visit` with the folded text of each passage that the filters let through: reports by rank, passages in reading
    /// order.
    ///
    /// # Errors
    /// When the work is stopped.
    fn each_folded(
        &self,
        filters: &Filters,
        visit: &mut dyn FnMut(FoldedPassage<'_>),
    ) -> Result<(), IndexError>;

    /// Two sets of passages out of what is sorted already; none where nothing is.
    ///
    /// # Errors
    /// When the work is stopped.
    fn sorted_sets(&self, sets: &TwoSets<'_>) -> Result<Option<SortedSets>, IndexError>;

    /// All passages of a report as they were written.
    ///
    /// # Errors
    /// When they cannot be read.
    fn originals(&self, rank: usize) -> Result<Vec<PassageView>, IndexError>;

    /// What cuts text into words.
    ///
    /// # Errors
    /// When it cannot be read.
    fn words(&self) -> Result<&WordList, IndexError>;

    /// What stops the work.
    fn stop(&self) -> &Stop;
}

/// Why nothing was compared.
#[derive(Debug)]
pub enum NoveltyError {
    /// The texts cannot be read.
    Index(IndexError),
    /// There are too many.
    TooLong,
}

impl From<TooLong> for NoveltyError {
    fn from(_: TooLong) -> NoveltyError {
        NoveltyError::TooLong
    }
}

impl From<IndexError> for NoveltyError {
    fn from(error: IndexError) -> NoveltyError {
        NoveltyError::Index(error)
    }
}
