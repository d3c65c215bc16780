//! How often expressions stand, by region, year or whatever else.
//!
//! Each argument is a row of its own, and has the numbers of a search for it. In a list no place counts twice: a place
//! of a shorter phrase that overlaps one of a longer phrase is the longer one's, unless all matches are asked for. That
//! rule is for plain phrases; a line that is more than a phrase counts by itself.

use super::error::AskError;
use super::expression::{parse, plain_phrase};
use super::notice::{N_TOLD, Notice, of_rows, shortened};
use super::scope::{Resolved, Scope};
use super::search::any_genre;
use crate::exact::{Keyword, MatchOptions, Phrase};
use crate::index::{Index, IndexError};
use crate::query::{Filters, Query};
use crate::search::{Cell, Count};
use crate::stats::{
    self, CountOptions, Counted, Crosstab, Dimension, Group, Row, State, Tabulation,
};
use std::collections::{HashMap, HashSet};

/// A line of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListLine {
    /// Its number in the list, from 1.
    pub number: usize,
    /// The group that it stands in.
    pub group: Option<String>,
    /// As typed.
    pub typed: String,
}

/// Reads a list: an expression a line; `#` begins a remark, at the beginning of a line or behind a blank, but not between
/// quotes; `[name]` begins a group.
pub fn read_list(text: &str) -> Vec<ListLine> {
    let mut group: Option<String> = None;
    let mut lines = Vec::new();
    for (line, number) in text.trim_start_matches('\u{feff}').lines().zip(1..) {
        let typed = without_remark(line).trim();
        let head = typed
            .strip_prefix('[')
            .and_then(|line| line.strip_suffix(']'));
        if let Some(name) = head {
            group = Some(name.trim().to_owned());
        } else if !typed.is_empty() {
            lines.push(ListLine {
                number,
                group: group.clone(),
                typed: typed.to_owned(),
            });
        }
    }
    lines
}

fn without_remark(line: &str) -> &str {
    let mut is_quoted = false;
    let mut before = ' ';
    for (at, c) in line.char_indices() {
        match c {
            '"' => is_quoted = !is_quoted,
            '“' => is_quoted = true,
            '”' => is_quoted = false,
            '#' | '＃' if !is_quoted && before.is_whitespace() => {
                return line.get(..at).unwrap_or(line);
            }
            _ => {}
        }
        before = c;
    }
    line
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

/// What counts rest on: the filters, and which tables are theirs.
#[derive(Debug)]
struct Base {
    scope: Resolved,
    tables: usize,
}

/// What the counts under the same filters share, however these were typed.
#[derive(Debug)]
struct Tables {
    rows: Tabulation,
    /// Texts of another genre that the other filters let through, by rank.
    beyond: Vec<bool>,
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
    tables: Vec<Tables>,
}

impl CountAnswer {
    /// The filters of the answer: those of its rows where these have the same, else those of the question.
    pub fn filters(&self) -> &Filters {
        let mut bases = self.countings.iter().map(|counting| counting.entry.base);
        let first = bases.next().unwrap_or(0);
        let at = if bases.all(|base| base == first) {
            first
        } else {
            0
        };
        let base = self.bases.get(at).or(self.bases.first());
        // There is always the base of the question's own scope.
        base.map_or(&EVERYTHING, |base| &base.scope.filters)
    }

    fn tables_of(&self, counting: &Counting) -> Option<&Tables> {
        let base = self.bases.get(counting.entry.base)?;
        self.tables.get(base.tables)
    }

    /// The filters of a row of the question.
    pub fn filters_of(&self, counting: &Counting) -> &Filters {
        let base = self.bases.get(counting.entry.base);
        base.map_or(&EVERYTHING, |base| &base.scope.filters)
    }

    /// The table of a row of the question.
    pub fn table(&self, counting: &Counting) -> Option<Crosstab> {
        let tables = self.tables_of(counting)?;
        Some(tables.rows.table(&counting.counted))
    }

    /// Rows of all tables, each with the name that it is of: at most `limit` after the first `offset`.
    pub fn rows(&self, offset: usize, limit: usize) -> impl Iterator<Item = (&str, Row)> {
        let mut passed_over = offset;
        let n_rows = |counting: &Counting| {
            let tables = self.tables_of(counting);
            tables.map_or(0, |tables| tables.rows.n_rows())
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
    let (bases, tables) = tables(index, scopes.resolved, &question.by)?;
    let counted = counted(index, &mut entries, &bases, question)?;
    let mut countings = Vec::with_capacity(entries.len());
    for (entry, counted) in entries.into_iter().zip(counted) {
        let base = bases.get(entry.base);
        let Some(tables) = base.and_then(|base| tables.get(base.tables)) else {
            continue;
        };
        countings.push(Counting {
            total: tables.rows.total(&counted),
            entry,
            counted,
        });
    }
    let mut answer = CountAnswer {
        by: question.by.clone(),
        question: in_words(&countings, question),
        countings,
        notices: Vec::new(),
        bases,
        tables,
    };
    let mut all = answer.of_scopes();
    all.extend(notices);
    all.extend(answer.of_other_genre());
    answer.notices = shortened(all);
    Ok(answer)
}

/// The bases of scopes, and the tables of each that has filters of its own.
fn tables(
    index: &Index,
    scopes: Vec<Resolved>,
    by: &[Dimension],
) -> Result<(Vec<Base>, Vec<Tables>), IndexError> {
    let mut tables: Vec<Tables> = Vec::new();
    let mut known: HashMap<Filters, usize> = HashMap::new();
    let mut bases = Vec::with_capacity(scopes.len());
    for scope in scopes {
        let at = match known.get(&scope.filters) {
            Some(at) => *at,
            None => {
                tables.push(Tables::new(index, &scope.filters, by)?);
                known.insert(scope.filters.clone(), tables.len() - 1);
                tables.len() - 1
            }
        };
        bases.push(Base { scope, tables: at });
    }
    Ok((bases, tables))
}

impl Tables {
    fn new(index: &Index, filters: &Filters, by: &[Dimension]) -> Result<Tables, IndexError> {
        let mut beyond = Vec::new();
        if filters.genre.is_some() {
            beyond = index.report_mask(&any_genre(filters));
            for (beyond, searched) in beyond.iter_mut().zip(index.report_mask(filters)) {
                *beyond &= !searched;
            }
        }
        Ok(Tables {
            rows: Tabulation::new(index, filters, by)?,
            beyond,
        })
    }
}

/// The scopes of the rows: that of the question first, then those with filters of an expression.
struct Scopes<'q> {
    index: &'q Index,
    scope: &'q Scope,
    resolved: Vec<Resolved>,
    known: HashMap<Scope, usize>,
}

impl<'q> Scopes<'q> {
    fn new(index: &'q Index, question: &'q CountQuestion) -> Result<Scopes<'q>, AskError> {
        let scope = &question.scope;
        Ok(Scopes {
            index,
            scope,
            resolved: vec![scope.resolve(index)?],
            known: HashMap::from([(scope.clone(), 0)]),
        })
    }

    /// The number of the scope of an expression.
    fn of(&mut self, query: &Query) -> Result<usize, AskError> {
        if query.inline_filters().is_empty() {
            return Ok(0);
        }
        let scope = self.scope.with(query.inline_filters());
        if let Some(known) = self.known.get(&scope) {
            return Ok(*known);
        }
        let at = self.resolved.len();
        self.resolved.push(scope.resolve(self.index)?);
        self.known.insert(scope, at);
        Ok(at)
    }
}

/// What was typed, understood; its scope; whether it is of the list, and of which group that counts.
type Seen<'q> = (String, usize, bool, Option<&'q str>);

/// The rows that are asked for, each once; those of a list in its groups if these are counted.
fn entries(
    question: &CountQuestion,
    scopes: &mut Scopes<'_>,
    notices: &mut Vec<Notice>,
) -> Result<Vec<CountEntry>, AskError> {
    let mut entries: Vec<CountEntry> = Vec::new();
    // Where the group of a name stands.
    let mut by_name: HashMap<&str, usize> = HashMap::new();
    let mut seen: HashSet<Seen<'_>> = HashSet::new();
    let arguments = question.expressions.iter().map(|typed| (typed, None));
    let listed = question.list.iter().map(|line| (&line.typed, Some(line)));
    for (typed, line) in arguments.chain(listed) {
        let in_line = |error: AskError| match line {
            Some(line) => error.in_line(line.number, typed),
            None => error,
        };
        let query = parse(typed, question.matching).map_err(in_line)?;
        let base = scopes.of(&query).map_err(in_line)?;
        let group = line.and_then(|line| line.group.as_deref());
        let group = group.filter(|_| question.by_group);
        let is_listed = line.is_some();
        let name = typed.trim().to_owned();
        if !seen.insert((query.understood(), base, is_listed, group)) {
            notices.push(Notice::GivenTwice { phrase: name });
            continue;
        }
        if let Some(group) = group {
            if base != 0 {
                return Err(in_line(AskError::FilterInGroup {
                    line: name,
                    group: group.to_owned(),
                }));
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

impl CountAnswer {
    /// What must be said of the scopes of the rows.
    fn of_scopes(&self) -> Vec<Notice> {
        let countings = self.countings.iter();
        let rows: Vec<(&str, usize)> = countings
            .map(|counting| (counting.entry.name.as_str(), counting.entry.base))
            .collect();
        let scopes = self.bases.iter().map(|base| base.scope.notices.as_slice());
        of_rows(&rows, &scopes.collect::<Vec<_>>())
    }

    /// What a row has in texts of another genre, by rank.
    fn beyond<'a>(&'a self, counting: &'a Counting) -> impl Iterator<Item = (usize, Cell)> + 'a {
        let tables = self.tables_of(counting).into_iter();
        let filters = self.filters_of(counting);
        tables.flat_map(|tables| counting.counted.within(&tables.beyond, filters))
    }

    /// What stands in texts of another genre: of each row, or of all together where there are many.
    fn of_other_genre(&self) -> Vec<Notice> {
        let is_many = self.countings.len() > 1;
        let together = self.countings.len() > N_TOLD;
        let notice = |name: Option<&str>, cells: &mut dyn Iterator<Item = (usize, Cell)>| {
            let (mut count, mut texts) = (Count::default(), HashSet::new());
            for (rank, cell) in cells {
                count.occurrences += u64::from(cell.occurrences);
                count.passages += u64::from(cell.passages);
                texts.insert(rank);
            }
            count.reports = texts.len() as u64;
            (count.passages > 0).then(|| Notice::OtherGenre {
                phrase: name.map(str::to_owned),
                count,
            })
        };
        if together {
            let countings = self.countings.iter();
            let mut all = countings.flat_map(|counting| self.beyond(counting));
            return notice(None, &mut all).into_iter().collect();
        }
        let of_row = |counting: &Counting| {
            let name = is_many.then_some(counting.entry.name.as_str());
            notice(name, &mut self.beyond(counting))
        };
        self.countings.iter().filter_map(of_row).collect()
    }
}

/// The question as the line of method quotes it: of a long list the first rows.
fn in_words(countings: &[Counting], question: &CountQuestion) -> String {
    let names = countings.iter().take(N_TOLD);
    let mut words: Vec<String> = names
        .map(|counting| format!("“{}”", counting.entry.name))
        .collect();
    if let Some(more @ 1..) = countings.len().checked_sub(N_TOLD) {
        words.push(format!("… and {more} more"));
    }
    if question.all_matches {
        words.push("(all matches)".to_owned());
    }
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_has_remarks_groups_and_numbered_lines() {
        let text = "\u{feff}# 提法\n\n专业镇 # 产业\n[ 乡村 ] # 第二组\n白酒 OR 文旅\t#\n\"一 # 二\"\nC#\n";
        let lines: Vec<(usize, Option<String>, String)> = read_list(text)
            .into_iter()
            .map(|line| (line.number, line.group, line.typed))
            .collect();
        let group = Some("乡村".to_owned());
        assert_eq!(
            lines,
            [
                (3, None, "专业镇".to_owned()),
                (5, group.clone(), "白酒 OR 文旅".to_owned()),
                (6, group.clone(), "\"一 # 二\"".to_owned()),
                (7, group, "C#".to_owned()),
            ]
        );
    }
}
