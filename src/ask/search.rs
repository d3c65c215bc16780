//! What is said beside the passages of a search.

use super::notice::Notice;
use crate::exact::MatchOptions;
use crate::index::{Index, IndexError};
use crate::query::Query;
use crate::search::{Answer, Tier};
use crate::suggest::{Suggestion, suggest};

/// What stands somewhere in place of a query that stands nowhere, also outside the filters.
///
/// # Errors
/// When a file of the index cannot be read.
pub fn suggestions(
    index: &Index,
    query: &Query,
    matching: MatchOptions,
    answer: &Answer,
) -> Result<Vec<Suggestion>, IndexError> {
    let is_absent = answer.total.passages == 0 && answer.outside.passages == 0;
    if is_absent && answer.tier == Tier::Exact {
        suggest(index, query, matching)
    } else {
        Ok(Vec::new())
    }
}

/// What an answer has in texts of another genre.
pub fn of_other_genre(answer: &Answer) -> Option<Notice> {
    let count = answer.other_genre;
    (count.passages > 0).then_some(Notice::OtherGenre {
        phrase: None,
        count,
    })
}
