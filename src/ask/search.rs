//! What is said beside the passages of a search.

use super::notice::Notice;
use crate::exact::MatchOptions;
use crate::index::{Index, IndexError};
use crate::query::{Filters, Query};
use crate::search::{Answer, SearchOptions, Tier};
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

/// The same filters, whatever the genre.
pub(super) fn any_genre(filters: &Filters) -> Filters {
    Filters {
        genre: None,
        ..filters.clone()
    }
}

/// What a query has in texts of another genre, where an answer does not know it.
///
/// # Errors
/// When a file of the index cannot be read.
pub fn beyond_genre(
    index: &Index,
    query: &Query,
    filters: &Filters,
) -> Result<Option<Notice>, IndexError> {
    if filters.genre.is_none() {
        return Ok(None);
    }
    let options = SearchOptions {
        filters: filters.clone(),
        limit: Some(0),
        ..SearchOptions::default()
    };
    Ok(of_other_genre(&index.find(query, &options)?.0))
}

/// What an answer has in texts of another genre.
pub fn of_other_genre(answer: &Answer) -> Option<Notice> {
    let count = answer.other_genre;
    (count.passages > 0).then_some(Notice::OtherGenre {
        phrase: None,
        count,
    })
}
