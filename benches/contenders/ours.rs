//! The library (a), as a program uses it.

use super::{Contender, PAGE, Result};
use baogao_engine::exact::{Keyword, MatchOptions, Phrase};
use baogao_engine::index::Index;
use baogao_engine::query::{Filters, Query};
use baogao_engine::search::SearchOptions;

/// A phrase counts wherever its characters stand, as in a plain scan.
const INSIDE: MatchOptions = MatchOptions {
    literal: false,
    inside: true,
};

/// An index of the library, open.
pub(crate) struct Ours(pub(crate) Index);

/// A phrase as the library takes it.
pub(crate) fn phrase_of(typed: &str) -> Result<Phrase> {
    Phrase::new(typed, INSIDE).ok_or_else(|| "a phrase of nothing but quotes and spaces".into())
}

/// A phrase as most ask for it: a number counts where it is a whole one.
pub(crate) fn whole_phrase_of(typed: &str) -> Result<Phrase> {
    Phrase::new(typed, MatchOptions::default())
        .ok_or_else(|| "a phrase of nothing but quotes and spaces".into())
}

/// Searches everything: copies of a report are passages like others.
pub(crate) fn everything(limit: Option<usize>) -> SearchOptions {
    SearchOptions {
        filters: Filters {
            duplicates: true,
            ..Filters::default()
        },
        limit,
        ..SearchOptions::default()
    }
}

impl Ours {
    /// Passages and places of a phrase by the exact channel.
    pub(crate) fn count_both(&self, phrase: &Phrase) -> (u64, u64) {
        let (mut n_passages, mut n_places) = (0, 0);
        for segment in self.0.exact_segments() {
            segment.occurrences(phrase, |_, n| {
                n_passages += 1;
                n_places += u64::from(n);
            });
        }
        (n_passages, n_places)
    }
}

impl Contender for Ours {
    fn count(&self, phrase: &str) -> Result<u64> {
        Ok(self.count_both(&phrase_of(phrase)?).0)
    }

    /// Only where all passages are those of one report.
    fn find(&self, phrase: &str) -> Result<Vec<u32>> {
        let query = Query::of(Keyword::Phrase(phrase_of(phrase)?));
        let answer = self.0.search(&query, &everything(None))?;
        let numbers = answer.hits.iter().map(|hit| hit.passage.number - 1);
        Ok(numbers.collect())
    }

    fn page(&self, phrase: &str) -> Result<usize> {
        let query = Query::of(Keyword::Phrase(phrase_of(phrase)?));
        let answer = self.0.search(&query, &everything(Some(PAGE)))?;
        assert!(
            answer.hits.iter().all(|hit| !hit.spans.is_empty()),
            "every hit has a highlight"
        );
        Ok(answer.hits.iter().map(|hit| hit.spans.len()).sum())
    }
}
