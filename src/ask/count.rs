//! How often expressions stand, by region, year or whatever else.
//!
//! Each argument is a row of its own, and has the numbers of a search for it. In a list no place counts twice: a place
//! of a shorter phrase that overlaps one of a longer phrase is the longer one's, unless all matches are asked for. That
//! rule is for plain phrases; a line that is more than a phrase counts by itself.

use super::error::AskError;
use super::expression::{parse, plain_phrase};
use super::notice::Notice;
use super::scope::{Resolved, Scope};
use crate::exact::{Keyword, MatchOptions, Phrase};
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

/// What stands under one name.
#[derive(Clone, Debug)]
pub enum Wanted {
    /// Phrases; none once they are counted: a list may have hundreds of thousands.
    Phrases(Vec<Phrase>),
    /// At least one that is more than a phrase: any of them counts.
    Expressions(Vec<Query>),
}

/// What is counted under one name.
#[derive(Clone, Debug)]
pub struct CountEntry {
    /// As typed, or the name of the group.
    pub name: String,
    /// What is looked for.
    pub wanted: Wanted,
    /// Whether it is of the list.
    is_listed: bool,
    /// Which of the bases of the answer it has.
    base: usize,
}

impl CountEntry {
    fn new(name: String, query: Query, is_listed: bool, base: usize) -> CountEntry {
        CountEntry {
            name,
            wanted: match plain_phrase(&query) {
                Some(phrase) => Wanted::Phrases(vec![phrase.clone()]),
                None => Wanted::Expressions(vec![query]),
            },
            is_listed,
            base,
        }
    }

    /// Takes one more expression into a group.
    fn push(&mut self, query: Query) {
        match (&mut self.wanted, plain_phrase(&query)) {
            (Wanted::Phrases(phrases), Some(phrase)) => phrases.push(phrase.clone()),
            (Wanted::Expressions(others), _) => others.push(query),
            (Wanted::Phrases(phrases), None) => {
                let phrases = phrases.drain(..);
                let mut all: Vec<Query> = phrases
                    .map(|phrase| Query::of(Keyword::Phrase(phrase)))
                    .collect();
                all.push(query);
                self.wanted = Wanted::Expressions(all);
            }
        }
    }

    /// Takes its phrases out, if it is made of nothing else.
    fn take_phrases(&mut self) -> Option<Group> {
        let Wanted::Phrases(phrases) = &mut self.wanted else {
            return None;
        };
        Some(Group {
            name: String::new(),
            phrases: std::mem::take(phrases),
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
}

/// What counts rest on: the filters, and the rows of the tables.
#[derive(Debug)]
struct Base {
    scope: Resolved,
    rows: Tabulation,
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
    let mut entries = entries(question, &mut scopes, &mut notices)?;
    let bases = scopes
        .resolved
        .into_iter()
        .map(|(_, scope)| Base::new(index, scope, &question.by))
        .collect::<Result<Vec<_>, _>>()?;
    let counted = counted(index, &mut entries, &bases, question)?;
    let mut countings = Vec::with_capacity(entries.len());
    for (entry, counted) in entries.into_iter().zip(counted) {
        let Some(base) = bases.get(entry.base) else {
            continue;
        };
        countings.push(Counting {
            total: base.rows.total(&counted),
            entry,
            counted,
        });
    }
    let mut all: Vec<Notice> = Vec::new();
    let used = |at: usize| countings.iter().any(|counting| counting.entry.base == at);
    for (_, base) in bases.iter().enumerate().filter(|(at, _)| used(*at)) {
        for notice in &base.scope.notices {
            if !all.contains(notice) {
                all.push(notice.clone());
            }
        }
    }
    all.extend(notices);
    all.extend(of_other_genre(&countings, &bases));
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
        let any_genre = Filters {
            genre: None,
            ..filters.clone()
        };
        Ok(Base {
            rows: Tabulation::new(index, filters, by)?,
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
    let mut seen: HashSet<(String, usize, bool)> = HashSet::new();
    let arguments = question
        .expressions
        .iter()
        .map(|typed| (typed, None, false));
    let listed = question.list.iter();
    let listed = listed.map(|line| (&line.typed, line.group.as_deref(), true));
    for (typed, group, is_listed) in arguments.chain(listed) {
        let query = parse(typed, question.matching)?;
        let base = scopes.of(&query)?;
        let name = typed.trim().to_owned();
        if !seen.insert((query.understood(), base, is_listed)) {
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
                entry.push(query);
                continue;
            }
        }
        let name = group.map_or(name, str::to_owned);
        entries.push(CountEntry::new(name, query, is_listed, base));
    }
    match entries.as_mut_slice() {
        [] => return Err(AskError::NoPhrase),
        // A filter leaves the phrase, where all that is counted has the same.
        [
            CountEntry {
                name,
                wanted: Wanted::Phrases(_) | Wanted::Expressions(_),
                base: 1..,
                ..
            },
        ] => {
            if let Ok(query) = Query::parse(name, question.matching) {
                *name = query.asked();
            }
        }
        _ => {}
    }
    Ok(entries)
}

/// What is found of each entry.
fn counted(
    index: &Index,
    entries: &mut [CountEntry],
    bases: &[Base],
    question: &CountQuestion,
) -> Result<Vec<Counted>, IndexError> {
    let by_passage = question.by.contains(&Dimension::Section);
    // Phrases of the list that share places.
    let shares = |entry: &CountEntry| entry.is_listed && entry.base == 0;
    let listed: Vec<Group> = entries
        .iter_mut()
        .filter(|entry| shares(entry))
        .filter_map(CountEntry::take_phrases)
        .collect();
    let options = CountOptions {
        all_matches: question.all_matches,
        by_passage,
    };
    let mut of_list = match bases.first() {
        Some(base) if !listed.is_empty() => {
            stats::count(index, &listed, &base.scope.filters, options)?
        }
        _ => Vec::new(),
    }
    .into_iter();
    drop(listed);
    let alone = CountOptions {
        all_matches: true,
        by_passage,
    };
    let mut all = Vec::with_capacity(entries.len());
    for entry in entries {
        let base = bases.get(entry.base);
        let filters = base.map_or(&EVERYTHING, |base| &base.scope.filters);
        let counted = match &entry.wanted {
            Wanted::Expressions(queries) => {
                let query = Query::either(queries);
                Some(stats::count_query(index, &query, filters, by_passage)?)
            }
            Wanted::Phrases(_) if shares(entry) => of_list.next(),
            Wanted::Phrases(phrases) => {
                let group = Group {
                    name: String::new(),
                    phrases: phrases.clone(),
                };
                let counted = stats::count(index, &[group], filters, alone)?;
                counted.into_iter().next()
            }
        };
        all.push(counted.unwrap_or_default());
    }
    Ok(all)
}

/// What stands in texts of another genre: of each row, or of all together where there are many.
fn of_other_genre(countings: &[Counting], bases: &[Base]) -> Vec<Notice> {
    let there = || {
        countings.iter().filter_map(|counting| {
            let base = bases.get(counting.entry.base)?;
            let there = less(&base.any_genre, &counting.counted, &counting.total);
            (there.passages > 0).then_some((counting, there))
        })
    };
    if countings.len() > N_TOLD {
        let mut sum = Count::default();
        for (_, there) in there() {
            sum.occurrences += there.occurrences;
            sum.passages += there.passages;
            sum.reports = sum.reports.max(there.reports);
        }
        let notice = Notice::OtherGenre {
            phrase: None,
            count: sum,
        };
        return (sum.passages > 0).then_some(notice).into_iter().collect();
    }
    let notice = |(counting, count): (&Counting, Count)| Notice::OtherGenre {
        phrase: (countings.len() > 1).then(|| counting.entry.name.clone()),
        count,
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
