//! Which reports say something, and which do not.
//!
//! Absence is shown by a whole report alone: one that is abridged, or was read in part, is neither among those that say
//! it nor among those that do not.

use super::error::AskError;
use super::expression::{parse, plain_phrase};
use super::notice::Notice;
use super::scope::{Resolved, Scope};
use crate::exact::MatchOptions;
use crate::index::Index;
use crate::query::{Filters, Query};
use crate::report::Part;
use crate::stats::{self, CountOptions, Counted, Group, Presence};

/// What is asked of reports.
#[derive(Clone, Debug, Default)]
pub struct SayingQuestion {
    /// Expressions that must stand in a report.
    pub with: Vec<String>,
    /// Expressions that must not stand in it.
    pub without: Vec<String>,
    /// How strictly phrases are taken.
    pub matching: MatchOptions,
    /// Where to look; filters of the expressions are added.
    pub scope: Scope,
}

/// The reports that are asked for.
#[derive(Debug)]
pub struct Saying {
    /// Where was looked, and what must be said.
    pub scope: Resolved,
    /// Reports by rank, with how often each expression of `with` stands in them.
    pub reports: Vec<(usize, Vec<u64>)>,
    /// How many reports were searched.
    pub n_searched: usize,
}

/// Finds them.
///
/// # Errors
/// When an expression cannot be understood, a filter does not exist, or the index cannot be read.
pub fn saying(index: &Index, question: &SayingQuestion) -> Result<Saying, AskError> {
    let parse = |typed: &String| parse(typed, question.matching);
    let with: Vec<Query> = question.with.iter().map(parse).collect::<Result<_, _>>()?;
    let without = question.without.iter().map(parse);
    let without: Vec<Query> = without.collect::<Result<_, _>>()?;
    let mut scope = question.scope.clone();
    for query in with.iter().chain(&without) {
        scope = scope.with(query.inline_filters());
    }
    let mut scope = scope.resolve(index)?;
    let filters = scope.filters.clone();
    let counted = |queries: &[Query]| -> Result<Vec<Counted>, AskError> {
        let queries = queries.iter();
        let counted = queries.map(|query| counted(index, query, &filters));
        counted.collect()
    };
    let (with, without) = (counted(&with)?, counted(&without)?);
    let mask = index.report_mask(&filters);
    let (mut reports, mut n_not_shown) = (Vec::new(), 0);
    for rank in (0..mask.len()).filter(|rank| mask.get(*rank) == Some(&true)) {
        let n = |counted: &Counted| occurrences(counted, rank, &filters);
        let times: Vec<(u64, u64)> = with.iter().map(n).collect();
        if times.iter().any(|(_, passages)| *passages == 0)
            || without.iter().any(|counted| n(counted).1 > 0)
        {
            continue;
        }
        if !without.is_empty() && !shows_absence(index, rank, &filters) {
            n_not_shown += 1;
            continue;
        }
        reports.push((rank, times.into_iter().map(|(places, _)| places).collect()));
    }
    if n_not_shown > 0 {
        scope.notices.push(Notice::NotShown {
            reports: n_not_shown,
        });
    }
    Ok(Saying {
        scope,
        reports,
        n_searched: mask.iter().filter(|searched| **searched).count(),
    })
}

fn counted(index: &Index, query: &Query, filters: &Filters) -> Result<Counted, AskError> {
    let Some(phrase) = plain_phrase(query) else {
        return Ok(stats::count_query(index, query, filters, false)?);
    };
    let group = Group {
        name: String::new(),
        phrases: vec![phrase.clone()],
    };
    let options = CountOptions {
        all_matches: true,
        by_passage: false,
    };
    let counted = stats::count(index, &[group], filters, options)?;
    Ok(counted.into_iter().next().unwrap_or_default())
}

/// Places and passages in the parts of a report that are asked for.
fn occurrences(counted: &Counted, rank: usize, filters: &Filters) -> (u64, u64) {
    let cells = Part::ALL.into_iter().zip(counted.of(rank));
    let asked = cells.filter(|(part, _)| is_asked(*part, filters));
    asked.fold((0, 0), |(places, passages), (_, cell)| {
        (
            places + u64::from(cell.occurrences),
            passages + u64::from(cell.passages),
        )
    })
}

/// Whether what is not found in a report does not stand there.
fn shows_absence(index: &Index, rank: usize, filters: &Filters) -> bool {
    let sizes = Part::ALL.into_iter().zip(index.reports.parts(rank));
    let mut sizes = sizes.filter(|(part, _)| is_asked(*part, filters));
    Presence::of_report(index, rank).whole > 0 && sizes.any(|(_, size)| size.passages > 0)
}

fn is_asked(part: Part, filters: &Filters) -> bool {
    filters.parts.is_empty() || filters.parts.contains(&part)
}
