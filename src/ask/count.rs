//! How often expressions stand, by region, year or whatever else.
//!
//! Each argument is a row of its own, and has the numbers of a search for it. In a list no place counts twice: a place
//! of a shorter phrase that overlaps one of a longer phrase is the longer one's, unless all matches are asked for. That
//! rule is for plain phrases; a line that is more than a phrase counts by itself.

use super::error::AskError;
use super::expression::plain_phrase;
use super::notice::Notice;
use super::scope::{Resolved, Scope};
use crate::exact::MatchOptions;
use crate::index::{Index, IndexError};
use crate::query::{Filters, Query};
use crate::search::Count;
use crate::stats::{
    self, CountOptions, Counted, Crosstab, Dimension, Group, Row, State, Tabulation,
};
use std::collections::{HashMap, HashSet};

/// Rows of which each is told what lies in texts of another genre; of more, all together are.
const N_TOLD: usize = 20;

/// A line of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListLine {
    /// The group that it stands in.
    pub group: Option<String>,
    /// As typed.
    pub typed: String,
}

/// What is to be counted.
#[derive(Clone, Debug, Default)]
pub struct CountQuestion {
    /// Expressions, each counted by itself.
    pub expressions: Vec<String>,
    /// Lines of a list.
    pub list: Vec<ListLine>,
    /// Count the groups of the list, not their lines.
    pub by_group: bool,
    /// Count a phrase of the list also where it is part of a longer one.
    pub all_matches: bool,
    /// By what the counts are grouped.
    pub by: Vec<Dimension>,
    /// How strictly phrases are taken.
    pub matching: MatchOptions,
    /// Where to look.
    pub scope: Scope,
}

/// What is counted under one name.
#[derive(Clone, Debug)]
pub struct CountEntry {
    /// As typed, or the name of the group.
    pub name: String,
    /// Its expressions.
    pub queries: Vec<Query>,
    /// Whether it is of the list.
    is_listed: bool,
    /// Which of the bases of the answer it has.
    base: usize,
}

impl CountEntry {
    /// Its phrases, if it is made of nothing else.
    fn phrases(&self) -> Option<Group> {
        let phrases = self
            .queries
            .iter()
            .map(|query| plain_phrase(query).cloned());
        Some(Group {
            name: self.name.clone(),
            phrases: phrases.collect::<Option<_>>()?,
        })
    }
}

/// A row of the question with its sums.
#[derive(Debug)]
pub struct Counting {
    /// What was counted.
    pub entry: CountEntry,
    /// What was found, whatever report it stands in.
    pub counted: Counted,
    /// All that was asked for, without a key.
    pub total: Row,
    /// What lies outside the filters.
    pub outside: Count,
    /// What lies in texts of another genre.
    pub other_genre: Count,
}

/// What counts rest on: the filters, and the rows of the tables.
#[derive(Debug)]
struct Base {
    scope: Resolved,
    rows: Tabulation,
    everywhere: Tabulation,
    any_genre: Tabulation,
}

/// The counts. Tables are made when their rows are asked for: all tables of a long list at once would take gigabytes.
#[derive(Debug)]
pub struct CountAnswer {
    /// By what they are grouped.
    pub by: Vec<Dimension>,
    /// A row of the question each, in its order.
    pub countings: Vec<Counting>,
    /// What must be said beside them.
    pub notices: Vec<Notice>,
    /// The question in words, for the line of method.
    pub question: String,
    bases: Vec<Base>,
}

impl CountAnswer {
    /// The filters of the answer: those of its row where it has one alone, else those of all rows.
    pub fn filters(&self) -> &Filters {
        let at = match self.countings.as_slice() {
            [counting] => counting.entry.base,
            _ => 0,
        };
        let base = self.bases.get(at).or(self.bases.first());
        // There is always the base of the question's own scope.
        base.map_or(&EVERYTHING, |base| &base.scope.filters)
    }

    /// The filters of a row of the question.
    pub fn filters_of(&self, counting: &Counting) -> &Filters {
        let base = self.bases.get(counting.entry.base);
        base.map_or(&EVERYTHING, |base| &base.scope.filters)
    }

    /// The table of a row of the question.
    pub fn table(&self, counting: &Counting) -> Option<Crosstab> {
        let base = self.bases.get(counting.entry.base)?;
        Some(base.rows.table(&counting.counted))
    }

    /// Rows of all tables, each with the name that it is of: at most `limit` after the first `offset`.
    pub fn rows(&self, offset: usize, limit: usize) -> impl Iterator<Item = (&str, Row)> {
        let mut passed_over = offset;
        let n_rows = |counting: &Counting| {
            let base = self.bases.get(counting.entry.base);
            base.map_or(0, |base| base.rows.n_rows())
        };
        let rows = self.countings.iter().flat_map(move |counting| {
            let n = n_rows(counting);
            let skipped = passed_over.min(n);
            passed_over -= skipped;
            let table = if skipped < n {
                self.table(counting)
            } else {
                None
            };
            let rows = table.map(|table| table.rows).unwrap_or_default();
            let name = counting.entry.name.as_str();
            rows.into_iter().skip(skipped).map(move |row| (name, row))
        });
        rows.take(limit)
    }

    /// Whether nothing of what is asked was found.
    pub fn is_empty(&self) -> bool {
        let is_said = |counting: &Counting| counting.total.state() == State::Said;
        !self.countings.iter().any(is_said)
    }

    /// The names of what whole reports were searched for, and which stands in none.
    pub fn never_found(&self) -> impl Iterator<Item = &str> + Clone {
        let is_absent = |counting: &&Counting| counting.total.state() == State::NotSaid;
        let never = self.countings.iter().filter(is_absent);
        never.map(|counting| counting.entry.name.as_str())
    }
}

static EVERYTHING: Filters = Filters {
    regions: Vec::new(),
    years: Vec::new(),
    about: Vec::new(),
    parts: Vec::new(),
    levels: Vec::new(),
    reports: Vec::new(),
    duplicates: false,
    genre: None,
};

/// Counts.
///
/// # Errors
/// When an expression cannot be understood, a filter does not exist, or the index cannot be read.
pub fn count(index: &Index, question: &CountQuestion) -> Result<CountAnswer, AskError> {
    let mut scopes = Scopes::new(index, question)?;
    let mut notices = Vec::new();
    let entries = entries(question, &mut scopes, &mut notices)?;
    let bases = scopes
        .resolved
        .into_iter()
        .map(|(_, scope)| Base::new(index, scope, &question.by))
        .collect::<Result<Vec<_>, _>>()?;
    let counted = counted(index, &entries, &bases, question)?;
    let mut countings = Vec::with_capacity(entries.len());
    for (entry, counted) in entries.into_iter().zip(counted) {
        let Some(base) = bases.get(entry.base) else {
            continue;
        };
        let total = base.rows.total(&counted);
        countings.push(Counting {
            outside: less(&base.everywhere, &counted, &total),
            other_genre: less(&base.any_genre, &counted, &total),
            total,
            entry,
            counted,
        });
    }
    let mut all: Vec<Notice> = Vec::new();
    let used = |at: usize| countings.iter().any(|counting| counting.entry.base == at);
    for (at, base) in bases.iter().enumerate().filter(|(at, _)| used(*at)) {
        let _ = at;
        for notice in &base.scope.notices {
            if !all.contains(notice) {
                all.push(notice.clone());
            }
        }
    }
    all.extend(notices);
    all.extend(of_other_genre(&countings));
    Ok(CountAnswer {
        by: question.by.clone(),
        question: in_words(&countings, question),
        countings,
        notices: all,
        bases,
    })
}

impl Base {
    fn new(index: &Index, scope: Resolved, by: &[Dimension]) -> Result<Base, IndexError> {
        let filters = &scope.filters;
        let everywhere = Filters {
            genre: filters.genre,
            duplicates: filters.duplicates,
            ..Filters::default()
        };
        let any_genre = Filters {
            genre: None,
            ..filters.clone()
        };
        Ok(Base {
            rows: Tabulation::new(index, filters, by)?,
            everywhere: Tabulation::new(index, &everywhere, &[])?,
            any_genre: Tabulation::new(index, &any_genre, &[])?,
            scope,
        })
    }
}

/// What a wider table has beyond a total.
fn less(wider: &Tabulation, counted: &Counted, total: &Row) -> Count {
    let all = wider.total(counted).sums.unwrap_or_default();
    let part = total.sums.unwrap_or_default();
    Count {
        occurrences: all.occurrences.saturating_sub(part.occurrences),
        passages: all.passages.saturating_sub(part.passages),
        reports: all.reports.saturating_sub(part.reports),
    }
}

/// The scopes of the rows: that of the question first, then those with filters of an expression.
struct Scopes<'q> {
    index: &'q Index,
    scope: &'q Scope,
    resolved: Vec<(Scope, Resolved)>,
}

impl<'q> Scopes<'q> {
    fn new(index: &'q Index, question: &'q CountQuestion) -> Result<Scopes<'q>, AskError> {
        let scope = &question.scope;
        let resolved = vec![(scope.clone(), scope.resolve(index)?)];
        Ok(Scopes {
            index,
            scope,
            resolved,
        })
    }

    /// The number of the scope of an expression.
    fn of(&mut self, query: &Query) -> Result<usize, AskError> {
        if query.inline_filters().is_empty() {
            return Ok(0);
        }
        let scope = self.scope.with(query.inline_filters());
        let known = self.resolved.iter().position(|(known, _)| *known == scope);
        if let Some(known) = known {
            return Ok(known);
        }
        let resolved = scope.resolve(self.index)?;
        self.resolved.push((scope, resolved));
        Ok(self.resolved.len() - 1)
    }
}

/// The rows that are asked for, each once; those of a list in its groups if these are counted.
fn entries(
    question: &CountQuestion,
    scopes: &mut Scopes<'_>,
    notices: &mut Vec<Notice>,
) -> Result<Vec<CountEntry>, AskError> {
    let mut entries: Vec<CountEntry> = Vec::new();
    // Where the group of a name stands.
    let mut by_name: HashMap<&str, usize> = HashMap::new();
    let mut seen: HashSet<(String, usize)> = HashSet::new();
    let arguments = question
        .expressions
        .iter()
        .map(|typed| (typed, None, false));
    let listed = question.list.iter();
    let listed = listed.map(|line| (&line.typed, line.group.as_deref(), true));
    for (typed, group, is_listed) in arguments.chain(listed) {
        let query = Query::parse(typed, question.matching).map_err(|error| AskError::Query {
            typed: typed.clone(),
            error,
        })?;
        let base = scopes.of(&query)?;
        let name = typed.trim().to_owned();
        // A filter leaves the phrase, unless the same phrase stands there with others.
        let asked = query.asked();
        let is_known = |entry: &CountEntry| entry.name == asked;
        let name = match query.inline_filters() {
            [] => name,
            _ if entries.iter().any(is_known) => name,
            _ => asked,
        };
        if !seen.insert((query.understood(), base)) {
            notices.push(Notice::GivenTwice { phrase: name });
            continue;
        }
        let group = group.filter(|_| question.by_group);
        if let Some(group) = group {
            if base != 0 {
                return Err(AskError::FilterInGroup {
                    line: name,
                    group: group.to_owned(),
                });
            }
            let at = *by_name.entry(group).or_insert(entries.len());
            if let Some(entry) = entries.get_mut(at) {
                entry.queries.push(query);
                continue;
            }
        }
        entries.push(CountEntry {
            name: group.map_or(name, str::to_owned),
            queries: vec![query],
            is_listed,
            base,
        });
    }
    if entries.is_empty() {
        return Err(AskError::NoPhrase);
    }
    Ok(entries)
}

/// What is found of each entry.
fn counted(
    index: &Index,
    entries: &[CountEntry],
    bases: &[Base],
    question: &CountQuestion,
) -> Result<Vec<Counted>, IndexError> {
    let options = CountOptions {
        all_matches: question.all_matches,
        by_passage: question.by.contains(&Dimension::Section),
    };
    // Phrases of the list that share places.
    let shares = |entry: &CountEntry| entry.is_listed && entry.base == 0;
    let listed: Vec<Group> = entries
        .iter()
        .filter(|entry| shares(entry))
        .filter_map(CountEntry::phrases)
        .collect();
    let own = Filters::default();
    let filters = |entry: &CountEntry| {
        let base = bases.get(entry.base);
        base.map_or(&own, |base| &base.scope.filters)
    };
    let mut of_list = match bases.first() {
        Some(base) if !listed.is_empty() => {
            stats::count(index, &listed, &base.scope.filters, options)?
        }
        _ => Vec::new(),
    }
    .into_iter();
    drop(listed);
    let mut all = Vec::with_capacity(entries.len());
    for entry in entries {
        let phrases = entry.phrases();
        let counted = match phrases {
            Some(_) if shares(entry) => of_list.next(),
            Some(group) => {
                let options = CountOptions {
                    all_matches: true,
                    ..options
                };
                let counted = stats::count(index, &[group], filters(entry), options)?;
                counted.into_iter().next()
            }
            None => {
                let query = Query::either(&entry.queries);
                let by_passage = options.by_passage;
                Some(stats::count_query(
                    index,
                    &query,
                    filters(entry),
                    by_passage,
                )?)
            }
        };
        all.push(counted.unwrap_or_default());
    }
    Ok(all)
}

/// What stands in texts of another genre: of each row, or of all together where there are many.
fn of_other_genre(countings: &[Counting]) -> Vec<Notice> {
    let there = || {
        let there = countings.iter();
        there.filter(|counting| counting.other_genre.passages > 0)
    };
    if countings.len() > N_TOLD {
        let mut sum = Count::default();
        for counting in there() {
            sum.occurrences += counting.other_genre.occurrences;
            sum.passages += counting.other_genre.passages;
            sum.reports = sum.reports.max(counting.other_genre.reports);
        }
        let notice = Notice::OtherGenre {
            phrase: None,
            count: sum,
        };
        return (sum.passages > 0).then_some(notice).into_iter().collect();
    }
    let notice = |counting: &Counting| Notice::OtherGenre {
        phrase: (countings.len() > 1).then(|| counting.entry.name.clone()),
        count: counting.other_genre,
    };
    there().map(notice).collect()
}

/// The question as the line of method quotes it.
fn in_words(countings: &[Counting], question: &CountQuestion) -> String {
    let names = countings.iter();
    let mut words: Vec<String> = names
        .map(|counting| format!("“{}”", counting.entry.name))
        .collect();
    if question.all_matches {
        words.push("(all matches)".to_owned());
    }
    words.join(" ")
}
