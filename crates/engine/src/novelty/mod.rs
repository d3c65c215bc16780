//! Phrases that stand in some texts and never in others, the likeliest terms first.
//!
//! In: where texts come from ([`Source`]), three sets of reports ([`Sides`]).
//! Out: [`Novelty`]s: strings from word to word that stand in the texts that are looked at and not in those that are known,
//! best first, mere parts of each other left out. With what is known before and what supports it after, they are what is new
//! in a year; with time turned round, what has gone.
//!
//! | file | purpose |
//! |---|---|
//! | `texts` | the folded passages of a set of reports, as units with breaks |
//! | `quoted` | what stands in quotes |
//! | `candidates` | strings from word to word that are not known, with what stands beside them |
//! | `rank` | how likely each is a term, and which of those that overlap stays |
//!
//! # Invariants
//!
//! - What is found stands nowhere in the known texts, also not inside of a longer word.
//! - It begins and ends where a word does, or where quotes do, and not with a word of grammar.
//! - Order depends on texts alone: equal scores by place.

mod candidates;
mod quoted;
mod rank;
mod texts;

pub use rank::Novelty;

use crate::index::IndexError;
use crate::passage::PassageView;
use crate::query::Filters;
use crate::stop::Stop;
use crate::strings::{FoldedPassage, Suffixes, TooLong};
use crate::tokenize::WordList;
use candidates::candidates;
use rank::ranked;
use std::ops::RangeInclusive;
use texts::{Texts, known_lengths, sorted};

/// What is told apart.
#[derive(Clone, Debug)]
pub struct Sides {
    /// What is looked at.
    pub target: Filters,
    /// What must not have it.
    pub known: Filters,
    /// What speaks for a phrase if it has it: later reports of what is new, earlier ones of what has gone.
    pub support: Filters,
}

/// Which phrases are wanted.
#[derive(Clone, Debug)]
pub struct Wanted {
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
pub trait Source {
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
#[derive(Debug, thiserror::Error)]
pub enum NoveltyError {
    /// The texts cannot be read.
    #[error(transparent)]
    Index(#[from] IndexError),
    /// There are too many.
    #[error("more than 2,147,483,647 characters are compared")]
    TooLong,
}

impl From<TooLong> for NoveltyError {
    fn from(_: TooLong) -> NoveltyError {
        NoveltyError::TooLong
    }
}

/// Finds what stands in the target and not in what is known.
///
/// # Errors
/// When texts cannot be read, there are too many, or the work is stopped.
pub fn novelties(
    source: &dyn Source,
    sides: &Sides,
    wanted: &Wanted,
) -> Result<Vec<Novelty>, NoveltyError> {
    let texts = Texts::new(source, &sides.target)?;
    let known = known_lengths(source, &texts, &sides.known)?;
    let quoted = quoted::quoted(source, &texts)?;
    let found = candidates(
        &texts,
        &known,
        &quoted,
        source.words()?,
        wanted,
        source.stop(),
    );
    let support: Suffixes = sorted(source, &sides.support)?;
    Ok(ranked(found, &texts, &support, wanted))
}
