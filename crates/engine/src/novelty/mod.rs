//! Phrases that stand in some texts and never in others, the likeliest terms first.
//!
//! In: where texts come from ([`TextSource`]), three sets of reports ([`ComparedReports`]).
//! Out: [`Novelty`]s: strings from word to word that stand in the texts that are looked at and not in those that are known,
//! best first, mere parts of each other left out. With what is known before and what supports it after, they are what is new
//! in a year; with time turned round, what has gone.
//!
//! | file | purpose |
//! |---|---|
//! | `sides` | what is told apart, which phrases are wanted, where texts come from |
//! | `texts` | the folded passages of a set of reports, as units with breaks |
//! | `quoted` | what stands in quotes |
//! | `words` | the passages that are looked at, cut into runs and words |
//! | `candidates` | strings from word to word that are not known, with what stands beside them |
//! | `gathered` | candidates by their characters, with their places |
//! | `support` | where candidates stand in later or earlier reports |
//! | `fragments` | which candidates are parts of one longer one |
//! | `rank` | how likely each is a term, and which of those that overlap stays |
//!
//! # Invariants
//!
//! - What is found stands nowhere in the known texts, also not inside of a longer word.
//! - It begins and ends where a word does, or where quotes do, and not with a word of grammar.
//! - Order depends on texts alone: equal scores by place.

mod candidates;
mod fragments;
mod gathered;
mod quoted;
mod rank;
mod sides;
mod support;
mod texts;
mod words;

pub use rank::Novelty;
pub use sides::{ComparedReports, NoveltyError, TextSource, WantedPhrases};

pub(crate) use texts::sorted_sets;

use crate::cores::both;
use crate::index::IndexError;
use candidates::{CandidateSearch, candidates};
use rank::ranked;
use support::Supporting;
use texts::{Texts, compared};
use words::CutTexts;

/// Finds what stands in the target and not in what is known.
///
/// # Errors
/// When texts cannot be read, there are too many, or the work is stopped.
pub fn novelties(
    source: &dyn TextSource,
    sides: &ComparedReports,
    wanted: &WantedPhrases,
) -> Result<Vec<Novelty>, NoveltyError> {
    let texts = Texts::new(source, &sides.target)?;
    let (words, stop) = (source.words()?, source.stop());
    // Sorting takes as long as all else: it goes on beside.
    let (known, (quoted, cut)) = both(
        || compared(source, &texts, &sides.with_known()).map(|(_, known)| known),
        || {
            (
                quoted::quoted(source, &texts),
                CutTexts::new(&texts, words, stop),
            )
        },
    );
    let (known, quoted) = (known?, quoted?);
    let sought = CandidateSearch {
        texts: &texts,
        cut: &cut,
        known: &known,
        quoted: &quoted,
        words,
        wanted,
    };
    let (support, found) = both(
        || Supporting::new(source, &texts, sides),
        || candidates(&sought, stop),
    );
    let support = support?;
    // Both went on at once: one may have been cut off after the other was whole.
    if stop.is_set() {
        return Err(IndexError::Stopped.into());
    }
    Ok(ranked(&found, &texts, &support, wanted))
}
