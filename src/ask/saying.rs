//! Which reports say something, and which do not.
//!
//! Absence is shown by a whole report alone: one that is abridged, or was read in part, is neither among those that say
//! it nor among those that do not. A whole report without the part that is asked for does not say it there; how many
//! these are is told.

use super::error::AskError;
use super::expression::{Expressed, express, plain_phrase};
use super::notice::{Notice, of_rows};
use super::scope::{Resolved, Scope};
use super::search::any_genre;
use crate::exact::MatchOptions;
use crate::index::Index;
use crate::query::{Filters, Query};
use crate::report::Part;
use crate::search::Count;
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
    /// Where to look; the filters of an expression are added for it alone.
    pub scope: Scope,
}

/// The reports that are asked for.
#[derive(Debug)]
pub struct Saying {
    /// Which reports were looked at, and what must be said.
    pub scope: Resolved,
    /// Reports by rank, with how often each expression of `with` stands in them.
    pub reports: Vec<(usize, Vec<u64>)>,
    /// How many reports were searched.
    pub n_searched: usize,
}

/// Finds them. Each expression is looked for within its own filters; a report is looked at if those of all let it
/// through.
///
/// # Errors
/// When an expression cannot be understood, a filter does not exist, or the index cannot be read.
pub fn saying(index: &Index, question: &SayingQuestion) -> Result<Saying, AskError> {
    let own = question.scope.resolve(index)?;
    let asked = |typed: &String| Asked::new(index, typed, question);
    let with: Vec<Asked> = question.with.iter().map(asked).collect::<Result<_, _>>()?;
    let without = question.without.iter().map(asked);
    let without: Vec<Asked> = without.collect::<Result<_, _>>()?;
    let both = || with.iter().chain(&without);
    let all = both().map(|asked| &asked.scope.filters);
    let own_alone = both().next().is_none().then_some(&own.filters);
    let mask = mask_of(index, all.chain(own_alone));
    let mut found = Saying {
        scope: Resolved {
            filters: common(&own.filters, both()),
            notices: match own_alone {
                Some(_) => own.notices.clone(),
                None => notices_of(both()),
            },
            not_held: own.not_held.clone(),
        },
        reports: Vec::new(),
        n_searched: mask.iter().filter(|searched| **searched).count(),
    };
    let (mut n_not_shown, mut n_without_part) = (0, 0);
    for rank in (0..mask.len()).filter(|rank| mask.get(*rank) == Some(&true)) {
        let Some(times) = times(&with, &without, rank) else {
            continue;
        };
        if !without.is_empty() && Presence::of_report(index, rank).whole == 0 {
            n_not_shown += 1;
            continue;
        }
        n_without_part += u64::from(without.iter().any(|asked| !asked.has_part(index, rank)));
        let times = times.into_iter().map(|(places, _)| places);
        found.reports.push((rank, times.collect()));
    }
    let notices = &mut found.scope.notices;
    if n_not_shown > 0 {
        let reports = n_not_shown;
        notices.push(Notice::NotShown { reports });
    }
    if n_without_part > 0 {
        let reports = n_without_part;
        notices.push(Notice::NoSuchPart { reports });
    }
    notices.extend(of_other_genre(index, &with, &without));
    Ok(found)
}

/// An expression with its own scope and all of its places.
struct Asked {
    name: String,
    scope: Resolved,
    counted: Counted,
}

impl Asked {
    fn new(index: &Index, typed: &str, question: &SayingQuestion) -> Result<Asked, AskError> {
        let Expressed {
            typed,
            query,
            scope,
        } = express(index, typed, question.matching, &question.scope)?;
        Ok(Asked {
            name: typed,
            counted: counted(index, &query, &scope.filters)?,
            scope,
        })
    }

    /// Whether a report has any of the parts that are asked for.
    fn has_part(&self, index: &Index, rank: usize) -> bool {
        let sizes = Part::ALL.into_iter().zip(index.reports.parts(rank));
        let mut sizes = sizes.filter(|(part, _)| is_asked(*part, &self.scope.filters));
        sizes.any(|(_, size)| size.passages > 0)
    }
}

/// Places and passages of what must stand in a report; none if it does not, or what must not stand there does.
fn times(with: &[Asked], without: &[Asked], rank: usize) -> Option<Vec<(u64, u64)>> {
    let n = |asked: &Asked| occurrences(&asked.counted, rank, &asked.scope.filters);
    let times: Vec<(u64, u64)> = with.iter().map(n).collect();
    let is_said = times.iter().all(|(_, passages)| *passages > 0);
    (is_said && without.iter().all(|asked| n(asked).1 == 0)).then_some(times)
}

/// The reports that all filters let through.
fn mask_of<'f>(index: &Index, all: impl Iterator<Item = &'f Filters>) -> Vec<bool> {
    let mut mask: Vec<bool> = vec![true; index.reports.len()];
    let mut seen: Vec<&Filters> = Vec::new();
    for filters in all {
        if !seen.contains(&filters) {
            seen.push(filters);
            for (all, this) in mask.iter_mut().zip(index.report_mask(filters)) {
                *all &= this;
            }
        }
    }
    mask
}

/// The filters of the answer, for the line of method and for what is not held: those of the expressions where these are
/// the same, else what is common to them; those of the question where no report can pass all of them.
fn common<'a>(own: &Filters, all: impl Iterator<Item = &'a Asked>) -> Filters {
    let mut all = all.map(|asked| &asked.scope.filters);
    let Some(first) = all.next() else {
        return own.clone();
    };
    let rest: Vec<&Filters> = all.filter(|other| *other != first).collect();
    if rest.is_empty() {
        return first.clone();
    }
    let both = rest
        .into_iter()
        .try_fold(first.clone(), |all, other| all.narrowed(other));
    let both = both.unwrap_or_else(|| own.clone());
    // A part of one expression is none of the list.
    Filters {
        parts: own.parts.clone(),
        about: own.about.clone(),
        ..both
    }
}

fn notices_of<'a>(all: impl Iterator<Item = &'a Asked>) -> Vec<Notice> {
    let all: Vec<&Asked> = all.collect();
    let rows: Vec<(&str, usize)> = all
        .iter()
        .enumerate()
        .map(|(at, asked)| (asked.name.as_str(), at))
        .collect();
    let scopes = all.iter().map(|asked| asked.scope.notices.as_slice());
    of_rows(&rows, &scopes.collect::<Vec<_>>())
}

/// Texts of another genre that would be listed for what they say.
fn of_other_genre(index: &Index, with: &[Asked], without: &[Asked]) -> Option<Notice> {
    if with.is_empty() {
        return None;
    }
    let all = with.iter().chain(without);
    let all: Vec<Filters> = all.map(|asked| any_genre(&asked.scope.filters)).collect();
    let genre = with.first()?.scope.filters.genre?;
    let mask = mask_of(index, all.iter());
    let mut count = Count::default();
    for rank in (0..mask.len()).filter(|rank| mask.get(*rank) == Some(&true)) {
        if index.reports.genre(rank) == genre {
            continue;
        }
        let times = times(with, without, rank).unwrap_or_default();
        count.reports += u64::from(!times.is_empty());
        for (places, passages) in times {
            count.occurrences += places;
            count.passages += passages;
        }
    }
    (count.passages > 0).then_some(Notice::OtherGenre {
        phrase: None,
        count,
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

fn is_asked(part: Part, filters: &Filters) -> bool {
    filters.parts.is_empty() || filters.parts.contains(&part)
}
