//! How often expressions stand, by region, year or whatever else.
//!
//! Each argument is a row of its own, and has the numbers of a search for it. In a list no place counts twice: a place
//! of a shorter phrase that overlaps one of a longer phrase is the longer one's, unless all matches are asked for. That
//! rule is for plain phrases; a line that is more than a phrase counts by itself.

use super::answered::{Answered, Rows, Summary, Table, boxed, plain_rows};
use super::basis::Basis;
use super::column::Column;
use super::dispersion::{Dispersion, SpreadOver};
use super::error::AskError;
use super::expression::{parse, plain_phrase, term};
use super::holdings::Holdings;
use super::method::{Asked, Method, Rule};
use super::notice::{N_TOLD, Notice, of_rows, shortened};
use super::question::CountQuestion;
use super::row::{Key, is_of, keyed};
use super::scope::{Resolved, Scope};
use crate::cores::{both, cores_for};
use crate::exact::{Keyword, Phrase};
use crate::index::IndexError;
use crate::query::{Filters, Query, QueryError};
use crate::search::{Cell, Count, SearchOptions, Sort};
use crate::stats::{
    self, CountOptions, Counted, Crosstab, Dimension, Group, Measure, Row, State, Tabulation, Value,
};
use baogao_reading::fold::fold;
use schemars::JsonSchema;
use serde::{Serialize, Serializer};
use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// Reports whose rows are worth a core of their own, while another counts.
const REPORTS_PER_CORE: usize = if cfg!(test) { 2 } else { 1_000 };

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
    /// The group of the list in which it has a row of its own.
    pub group: Option<String>,
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
            group: None,
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

    /// Whether its phrases were taken out and counted.
    fn is_counted(&self) -> bool {
        matches!(&self.wanted, Wanted::Phrases(phrases) if phrases.is_empty())
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
    /// Its number among the rows of the question: names may come twice.
    pub number: usize,
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
    /// Copies that are left out.
    copies: Vec<bool>,
}

/// The counts. Tables are made when their rows are asked for: all tables of a long list at once would take gigabytes.
pub struct CountAnswer<'h> {
    holdings: &'h dyn Holdings,
    question: CountQuestion,
    /// By what they are grouped.
    pub by: Vec<Dimension>,
    /// A row of the question each, in its order.
    pub countings: Vec<Counting>,
    notices: Vec<Notice>,
    method: Method,
    bases: Vec<Base>,
    tables: Vec<Tables>,
    /// For each of the tables, what its rows are spread over; made when that is asked for.
    spreads: Vec<OnceCell<SpreadOver>>,
    /// What the words of each group have together; made when that is asked for.
    groups: OnceCell<GroupSums>,
}

impl CountAnswer<'_> {
    /// The filters of the answer: those of its rows where these have the same, else those of the question.
    pub fn filters(&self) -> &Filters {
        filters_of_all(&self.countings, &self.bases)
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
    pub fn table_rows(&self, offset: usize, limit: usize) -> impl Iterator<Item = (&str, Row)> {
        let rows = self.rows_of_all(offset, limit);
        rows.map(|(counting, _, row)| (counting.entry.name.as_str(), row))
    }

    /// The same, each with what was counted and its number in the table of that.
    pub fn rows_of_all(
        &self,
        offset: usize,
        limit: usize,
    ) -> impl Iterator<Item = (&Counting, usize, Row)> {
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
            let rows = rows.into_iter().enumerate().skip(skipped);
            rows.map(move |(at, row)| (counting, at, row))
        });
        rows.take(limit)
    }

    /// The id of a report by which rows are parted.
    pub fn report_id(&self, value: &Value) -> Option<String> {
        match value {
            Value::Report(rank) => Some(self.holdings.reports().entry(*rank).ok()?.id),
            _ => None,
        }
    }

    /// The names of what whole reports were searched for, and which stands in none.
    pub fn never_found(&self) -> impl Iterator<Item = &str> + Clone {
        let is_absent = |counting: &&Counting| counting.total.state() == State::NotSaid;
        let never = self.countings.iter().filter(is_absent);
        never.map(|counting| counting.entry.name.as_str())
    }
}

impl CountAnswer<'_> {
    /// The names of what stands nowhere but in places that longer phrases of the list have.
    pub fn inside_longer(&self) -> impl Iterator<Item = &str> + Clone {
        let is_inside = |counting: &&Counting| {
            let sums = counting.total.numbers();
            sums.is_some_and(|sums| sums.passages == 0 && sums.inside_longer > 0)
        };
        let inside = self.countings.iter().filter(is_inside);
        inside.map(|counting| counting.entry.name.as_str())
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

impl<'h> CountAnswer<'h> {
    /// Counts.
    ///
    /// # Errors
    /// As for [`answer`](super::answer()).
    pub fn new(
        holdings: &'h dyn Holdings,
        question: &CountQuestion,
    ) -> Result<CountAnswer<'h>, AskError> {
        question.check()?;
        let by = question.dimensions();
        let mut scopes = Scopes::new(holdings, question)?;
        let mut given_twice = Vec::new();
        let mut entries = entries(question, &mut scopes, &mut given_twice)?;
        let (bases, of_tables) = bases(scopes.resolved);
        let tables = || -> Result<Vec<Tables>, IndexError> {
            let each = of_tables.iter();
            each.map(|filters| Tables::new(holdings, filters, &by))
                .collect()
        };
        let mut counted = || counted(holdings, &mut entries, &bases, question);
        let n_reports = of_tables.len() * holdings.reports().len();
        // Sections are of passages: of a cluster both want all of these, which are asked for once.
        let has_sections = by.contains(&Dimension::Section);
        let (tables, counted) = match cores_for(n_reports, REPORTS_PER_CORE).n {
            2.. if !has_sections => both(tables, counted),
            _ => (tables(), counted()),
        };
        let (tables, counted) = (tables?, counted?);
        let mut countings = Vec::with_capacity(entries.len());
        for (entry, counted) in entries.into_iter().zip(counted) {
            let base = bases.get(entry.base);
            let Some(tables) = base.and_then(|base| tables.get(base.tables)) else {
                continue;
            };
            countings.push(Counting {
                number: countings.len(),
                total: tables.rows.total(&counted),
                entry,
                counted,
            });
        }
        let names = countings.iter();
        let names = names.map(|counting| format!("“{}”", counting.entry.name));
        let filters = filters_of_all(&countings, &bases);
        let method = Method::new(holdings, Asked::Matches, names.collect(), filters);
        let mut answer = CountAnswer {
            method: method
                .with(groups(question))
                .with(of_list(question))
                .matching(question.matching),
            holdings,
            question: CountQuestion {
                // A list may have hundreds of thousands of lines.
                list: Vec::new(),
                ..question.clone()
            },
            by,
            countings,
            notices: Vec::new(),
            bases,
            spreads: tables.iter().map(|_| OnceCell::new()).collect(),
            tables,
            groups: OnceCell::new(),
        };
        let mut notices = answer.of_scopes();
        notices.extend(given_twice);
        notices.extend(answer.of_other_genre());
        notices.extend(answer.not_shown());
        answer.notices = shortened(notices);
        Ok(answer)
    }

    /// Reports that are not whole and are summed up with whole ones: a nought there is of those alone.
    fn not_shown(&self) -> Option<Notice> {
        /// Tables that are looked through; a long list has its totals.
        const TABLES_MAX: usize = 20;
        let is_nought = |row: &&Row| row.state() == State::NotSaid;
        let totals = self.countings.iter().map(|counting| &counting.total);
        let in_totals = totals.filter(is_nought);
        let in_totals = in_totals.map(|row| row.presence.shows_nothing()).max();
        let in_rows = self.countings.iter().take(TABLES_MAX).map(|counting| {
            let tables = self.tables_of(counting).map(|tables| &tables.rows);
            let mixed = tables.filter(|rows| !self.by.is_empty() && rows.has_mixed_rows());
            let table = mixed.map(|rows| rows.table(&counting.counted));
            let rows = table.iter().flat_map(|table| &table.rows);
            rows.filter(is_nought)
                .map(|row| row.presence.shows_nothing())
                .sum()
        });
        let most = u64::from(in_totals.max(in_rows.max()).unwrap_or(0));
        let held = self
            .countings
            .iter()
            .map(|counting| counting.total.presence.shows_nothing());
        let reports = most.min(u64::from(held.max().unwrap_or(0)));
        (reports > 0).then_some(Notice::NotShown { reports })
    }

    /// The rows of one expression under other keys.
    ///
    /// # Errors
    /// When a file of the index cannot be read.
    pub fn crosstab(&self, counting: &Counting, by: &[Dimension]) -> Result<Crosstab, AskError> {
        let filters = self.filters_of(counting);
        Ok(self
            .holdings
            .tabulation(filters, by)?
            .table(&counting.counted))
    }

    /// What an engine that cuts text into words would count, beside what stands there; the passages in which the two
    /// differ behind it: of these as many as are asked for, in a corpus there may be hundreds of thousands.
    ///
    /// # Errors
    /// When a file of the index cannot be read, or what was asked for is more than a phrase.
    pub fn words(&self) -> Result<AsWords, AskError> {
        let paging = self.question.paging;
        let page = paging.offset..paging.offset.saturating_add(paging.most_or_all());
        let (mut rows, mut differences, mut n_differences) = (Vec::new(), Vec::new(), 0);
        let list = self.holdings.words()?;
        for counting in &self.countings {
            let name = &counting.entry.name;
            // Says where a line is more than a phrase: that is not cut into words.
            let query = term(name, self.question.matching)?;
            let Some(phrase) = plain_phrase(&query) else {
                continue;
            };
            let words = list.words_in(phrase.folded(), phrase.folded()).0;
            let mut n_words = 0u64;
            let options = SearchOptions {
                filters: self.filters_of(counting).clone(),
                sort: Sort::Oldest,
                ..SearchOptions::default()
            };
            let (_, found) = self.holdings.find(&query, &options)?;
            for hit in self.holdings.hits(&found) {
                let hit = hit?;
                let (_, n) = list.words_in(phrase.folded(), &fold(&hit.passage.text));
                n_words += n as u64;
                let is_different = n != hit.spans.len();
                n_differences += usize::from(is_different);
                if is_different && page.contains(&(n_differences - 1)) {
                    differences.push(DifferenceRow {
                        r#type: "difference",
                        phrase: name.clone(),
                        id: hit.passage.id(),
                        occurrences: hit.spans.len(),
                        as_words: n,
                        text: hit.passage.text,
                    });
                }
            }
            rows.push(WordsRow {
                r#type: "words",
                phrase: name.clone(),
                words,
                occurrences: counting.total.numbers().map(|sums| sums.occurrences),
                as_words: counting.total.numbers().map(|_| n_words),
                state: counting.total.state(),
                chars: counting.total.sums.map(|sums| sums.chars_held),
            });
        }
        Ok(AsWords {
            rows,
            differences,
            n_differences,
        })
    }

    /// How evenly a row of the question is spread.
    ///
    /// # Errors
    /// When a file of the index cannot be read, or the work is stopped.
    pub fn dispersion(&self, counting: &Counting) -> Result<Dispersion, AskError> {
        let base = self.bases.get(counting.entry.base);
        let Some(cell) = base.and_then(|base| self.spreads.get(base.tables)) else {
            return Ok(Dispersion::default());
        };
        let filters = self.filters_of(counting);
        let spread = match cell.get() {
            Some(spread) => spread,
            None => {
                let spread = SpreadOver::new(self.holdings, filters)?;
                cell.get_or_init(|| spread)
            }
        };
        // A group has a name, and no expression.
        let is_group = self.question.group && counting.entry.is_listed;
        let query = match is_group {
            true => None,
            false => Some(parse(&counting.entry.name, self.question.matching)?),
        };
        let counted = (&counting.counted, &counting.total);
        spread.of(self.holdings, filters, counted, query.as_ref())
    }

    /// The rows of the question, each with how evenly it is spread.
    fn dispersed(&self) -> Rows<'_> {
        let paging = self.question.paging;
        let countings = self.countings.iter().skip(paging.offset);
        let row = |counting: &Counting| {
            let name = &counting.entry.name;
            let row = CountRow::new(self.holdings, &[], name, &counting.total);
            let row = CountRow {
                dispersion: Some(self.dispersion(counting)?),
                ..row
            };
            Ok(boxed(self.grouped(row, counting, None)))
        };
        Box::new(countings.take(paging.most_or_all()).map(row))
    }

    /// What a table with years across shows.
    pub fn measure(&self) -> Measure {
        self.question.measure
    }

    /// The name and the total of each row of the question.
    pub fn totals(&self) -> impl Iterator<Item = (&str, &Row)> + Clone {
        let countings = self.countings.iter();
        countings.map(|counting| (counting.entry.name.as_str(), &counting.total))
    }
}

/// What the words of a group have together, by its name: occurrences of each row, and of all. A group with words under
/// different filters has no sum.
type GroupSums = HashMap<String, (Vec<u64>, u64)>;

impl CountAnswer<'_> {
    /// Whether there are words that stand in groups.
    pub fn has_groups(&self) -> bool {
        let mut countings = self.countings.iter();
        countings.any(|counting| counting.entry.group.is_some())
    }

    fn group_sums(&self) -> &GroupSums {
        self.groups.get_or_init(|| {
            let mut members: HashMap<&str, Vec<&Counting>> = HashMap::new();
            for counting in &self.countings {
                if let Some(group) = &counting.entry.group {
                    members.entry(group).or_default().push(counting);
                }
            }
            let sums = members.into_iter().filter_map(|(group, members)| {
                let number = |of: &&Counting| Some(self.bases.get(of.entry.base)?.tables);
                let first = members.first().and_then(number)?;
                if !members.iter().all(|of| number(of) == Some(first)) {
                    return None;
                }
                let tables = self.tables.get(first)?;
                let all = Counted::together(members.iter().map(|of| &of.counted));
                let n = |row: &Row| row.sums.map_or(0, |sums| sums.occurrences);
                let rows = tables.rows.table(&all).rows;
                let each = rows.iter().map(n).collect();
                Some((group.to_owned(), (each, n(&tables.rows.total(&all)))))
            });
            sums.collect()
        })
    }

    /// The occurrences of a word in parts of those of all words of its group, `n` of them in a row of its table, or in all. None
    /// where it stands in no group, where the group has no occurrence, and where its words have different filters.
    pub fn share_of_group(&self, counting: &Counting, at: Option<usize>, n: u64) -> Option<f64> {
        let (each, all) = self.group_sums().get(counting.entry.group.as_ref()?)?;
        let of = match at {
            Some(at) => *each.get(at)?,
            None => *all,
        };
        (of > 0).then(|| n as f64 / of as f64)
    }

    /// A row with the group of what was counted.
    fn grouped(&self, row: CountRow, counting: &Counting, at: Option<usize>) -> CountRow {
        if counting.entry.group.is_none() {
            return row;
        }
        let share = |n| self.share_of_group(counting, at, n);
        CountRow {
            group: counting.entry.group.clone(),
            share_of_group: Some(row.occurrences.and_then(share).map(rounded)),
            ..row
        }
    }
}

/// A line of a table with years across.
pub struct WideLine<'a> {
    /// The number of the row of the question.
    pub number: usize,
    /// The expression.
    pub phrase: &'a str,
    /// The key without the year.
    pub key: Vec<Value>,
    /// Rows by year.
    pub cells: BTreeMap<Value, Row>,
}

impl CountAnswer<'_> {
    /// Years across: a line for each expression and each combination of the other keys, and the years that stand there.
    pub fn wide(&self) -> (Vec<WideLine<'_>>, BTreeSet<Value>) {
        let paging = self.question.paging;
        let mut years: BTreeSet<Value> = BTreeSet::new();
        let mut lines: Vec<WideLine<'_>> = Vec::new();
        // Lines are paged, not cells: a line cut in two would show a year that it holds as one that it lacks.
        for (counting, _, mut row) in self.rows_of_all(0, usize::MAX) {
            let Some(year) = row.key.pop() else {
                continue;
            };
            years.insert(year.clone());
            match lines.last_mut() {
                Some(last) if last.number == counting.number && last.key == row.key => {
                    last.cells.insert(year, row);
                }
                _ => lines.push(WideLine {
                    number: counting.number,
                    phrase: counting.entry.name.as_str(),
                    key: row.key.clone(),
                    cells: BTreeMap::from([(year, row)]),
                }),
            }
        }
        let lines = lines.into_iter();
        let lines = lines.skip(paging.offset).take(paging.most_or_all());
        (lines.collect(), years)
    }

    fn wide_table(&self) -> Table<'_> {
        let (lines, years) = self.wide();
        let others = self.by.split_last().map_or(&[][..], |(_, others)| others);
        let mut columns = Column::of::<CountRow>();
        columns.retain(|column| column.name == "phrase" || is_of(column, others));
        let named: Vec<(Value, String)> = years
            .into_iter()
            .map(|year| match &year {
                Value::Year(of) => (year.clone(), of.to_string()),
                _ => (year, "未知".to_owned()),
            })
            .collect();
        let years = named.iter();
        columns
            .extend(years.map(|(_, name)| Column::number(name.clone(), format!("/years/{name}"))));
        columns.push(Column::text("lower_bound_years", "/lower_bound_years"));
        let rows = lines.into_iter().map(move |line| {
            let key = Key::of(self.holdings, others, &line.key);
            let mut object = serde_json::to_value(key).unwrap_or_default();
            let cells = named.iter().map(|(year, name)| {
                let row = line.cells.get(year);
                (name.clone(), self.wide_cell(row))
            });
            let cells: serde_json::Map<String, serde_json::Value> = cells.collect();
            if let Some(object) = object.as_object_mut() {
                object.insert("phrase".to_owned(), line.phrase.into());
                object.insert("years".to_owned(), cells.into());
                let is_least = |(year, _): &&(Value, String)| {
                    let row = line.cells.get(year);
                    row.is_some_and(|row| row.numbers().is_some() && row.presence.is_incomplete())
                };
                let least = named.iter().filter(is_least).map(|(_, name)| name.as_str());
                let least = least.collect::<Vec<_>>().join(" ");
                object.insert("lower_bound_years".to_owned(), least.into());
            }
            Ok(object)
        });
        Table {
            columns,
            rows: Box::new(rows),
        }
    }

    /// The number of a cell. Where none may be given the state stands, if something is there.
    fn wide_cell(&self, row: Option<&Row>) -> serde_json::Value {
        let measure = self.question.measure;
        let Some(row) = row else {
            return serde_json::Value::Null;
        };
        match row.numbers().and_then(|sums| measure.of(&sums)) {
            Some(n) if measure.is_rate() => rounded(n).into(),
            Some(n) => (n as u64).into(),
            None if row.state() == State::None => serde_json::Value::Null,
            None => row.state().name().into(),
        }
    }
}

/// The filters of the answer: those of its rows where these have the same, else those of the question.
fn filters_of_all<'b>(countings: &[Counting], bases: &'b [Base]) -> &'b Filters {
    let filters = |base: &'b Base| &base.scope.filters;
    // There is always the base of the question's own scope.
    let own = bases.first().map_or(&EVERYTHING, filters);
    let mut used = countings
        .iter()
        .filter_map(|counting| bases.get(counting.entry.base));
    let first = used.next().map_or(own, filters);
    // They may have been typed in different ways.
    match used.all(|base| filters(base) == first) {
        true => first,
        false => own,
    }
}

impl Answered for CountAnswer<'_> {
    fn rows(&self) -> Result<Rows<'_>, AskError> {
        if self.question.words {
            let AsWords {
                rows, differences, ..
            } = self.words()?;
            let rows = rows.into_iter().map(|row| Ok(boxed(row)));
            let rows = rows.chain(differences.into_iter().map(|row| Ok(boxed(row))));
            return Ok(Box::new(rows));
        }
        if self.question.dispersion {
            return Ok(self.dispersed());
        }
        let paging = self.question.paging;
        let rows = self.rows_of_all(paging.offset, paging.most_or_all());
        let row = |(counting, at, row): (&Counting, usize, Row)| {
            let name = &counting.entry.name;
            let row = CountRow::new(self.holdings, &self.by, name, &row);
            Ok(boxed(self.grouped(row, counting, Some(at))))
        };
        Ok(Box::new(rows.map(row)))
    }

    fn columns(&self) -> Vec<Column> {
        if self.question.words {
            return words_columns();
        }
        let mut columns = Column::of::<CountRow>();
        let is_dispersion = |column: &Column| {
            self.question.dispersion && Dispersion::COLUMNS.contains(&&*column.name)
        };
        let is_group = |column: &Column| {
            self.has_groups() && matches!(&*column.name, "group" | "share_of_group")
        };
        columns.retain(|column| {
            !column.is_optional
                || is_of(column, &self.by)
                || is_dispersion(column)
                || is_group(column)
        });
        keyed(columns, &self.by)
    }

    fn table<'a>(&'a self, _basis: &'a Basis) -> Result<Table<'a>, AskError> {
        if self.question.wide && !self.question.words {
            return Ok(self.wide_table());
        }
        let rows = self.rows()?;
        Ok(Table {
            columns: self.columns(),
            rows: Box::new(rows.map(|row| Ok(row?.in_table()))),
        })
    }

    fn summary<'a>(&'a self, basis: &'a Basis) -> Result<Summary<'a>, AskError> {
        Ok(Box::new(CountSummary {
            r#type: "summary",
            totals: Totals(self),
            never_found: NeverFound(self),
            copies_left_out: self.holdings.copies_left_out(self.filters()),
            notices: basis.beside(&self.notices),
            method: &self.method,
            basis,
        }))
    }

    fn notices(&self) -> &[Notice] {
        &self.notices
    }

    fn method(&self) -> &Method {
        &self.method
    }

    fn is_empty(&self) -> bool {
        let is_said = |counting: &Counting| counting.total.state() == State::Said;
        !self.countings.iter().any(is_said)
    }
}

/// The columns of counts as words, of both kinds of rows.
pub(super) fn words_columns() -> Vec<Column> {
    let mut columns = Column::of::<DifferenceRow>();
    let cut = Column::of::<WordsRow>().into_iter();
    let text = columns.len().saturating_sub(1);
    for column in cut.filter(|column| column.name == "cut_as") {
        columns.insert(text, column);
    }
    columns
}

/// Says of names that they are those of groups, not what was looked for.
fn groups(question: &CountQuestion) -> Option<Rule> {
    let lines = question.list.iter().filter(|_| question.group);
    let n_grouped = lines.filter(|line| line.group.is_some()).count();
    (n_grouped > 0).then_some(Rule::Groups(n_grouped))
}

/// The rule by which places of a list that overlap are counted.
fn of_list(question: &CountQuestion) -> Option<Rule> {
    match (question.words, question.all_matches) {
        (true, _) => None,
        (false, true) => Some(Rule::AllMatches),
        (false, false) => (question.list.len() > 1).then_some(Rule::LongestFirst),
    }
}

/// The sums of each row of the question, made when they are written.
struct Totals<'a>(&'a CountAnswer<'a>);

impl Serialize for Totals<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let total = |counting: &Counting| {
            let name = &counting.entry.name;
            let row = CountRow::new(self.0.holdings, &[], name, &counting.total);
            self.0.grouped(row, counting, None)
        };
        serializer.collect_seq(self.0.countings.iter().map(total))
    }
}

/// The expressions that stand nowhere.
struct NeverFound<'a>(&'a CountAnswer<'a>);

impl Serialize for NeverFound<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.never_found())
    }
}

/// A count.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct CountRow {
    /// `count`
    #[schemars(extend("x-column" = false))]
    r#type: &'static str,
    /// What it is of.
    #[serde(flatten)]
    pub key: Key,
    /// The group of the list in which the expression stands; only where a list has groups and its lines are counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-only" = true))]
    pub group: Option<String>,
    /// The expression as typed, without its filters unless the same expression has a row with others; or the name of the
    /// group.
    pub phrase: String,
    /// Occurrences; null unless the state is `said` or `not_said`, and where passages hold by what they lack alone.
    pub occurrences: Option<u64>,
    /// Passages with at least one; null unless the state is `said` or `not_said`.
    pub passages: Option<u64>,
    /// Reports with at least one; null as `passages` is.
    pub reports: Option<u64>,
    /// Reports with text to search.
    pub reports_held: u64,
    /// Characters searched, without white space, headings included.
    pub chars: Option<u64>,
    /// Occurrences in 10,000 characters, rounded to 1e-4; null as `occurrences` is.
    pub per_10k: Option<f64>,
    /// What is known.
    pub state: State,
    /// Files of this key that could not be read, and reports read only in part.
    pub unread: u32,
    /// Whether something under this key was abridged or not read: the numbers are the least that stands there.
    pub lower_bound: bool,
    /// Places that are not among the occurrences, as longer phrases of the list have them: the state is `said` where there are
    /// only such; null as `occurrences` is.
    pub inside_longer: Option<u64>,
    /// Its occurrences in parts of those of all expressions of its group under the same key, rounded to 1e-4; null where these
    /// have none, and where they have different filters; only with `group`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<f64>", extend("x-only" = true))]
    pub share_of_group: Option<Option<f64>>,
    /// How evenly it is spread.
    #[serde(flatten)]
    pub dispersion: Option<Dispersion>,
}

impl CountRow {
    /// A row of a table.
    pub fn new(
        holdings: &dyn Holdings,
        by: &[Dimension],
        phrase: &str,
        row: &stats::Row,
    ) -> CountRow {
        let (sums, held) = (row.numbers(), row.sums);
        CountRow {
            r#type: "count",
            key: Key::of(holdings, by, &row.key),
            group: None,
            phrase: phrase.to_owned(),
            occurrences: sums.and_then(|sums| sums.places()),
            passages: sums.map(|sums| sums.passages),
            reports: sums.map(|sums| sums.reports),
            reports_held: held.map_or(0, |sums| sums.reports_held),
            chars: held
                .filter(|sums| sums.passages_held > 0)
                .map(|sums| sums.chars_held),
            per_10k: sums.and_then(|sums| sums.per_10k()).map(rounded),
            state: row.state(),
            unread: row.presence.unread,
            lower_bound: row.presence.is_incomplete(),
            inside_longer: sums
                .filter(|sums| sums.places().is_some())
                .map(|sums| sums.inside_longer),
            share_of_group: None,
            dispersion: None,
        }
    }
}

pub(super) fn rounded(rate: f64) -> f64 {
    (rate * 1e4).round() / 1e4
}

/// Counts as words, beside what stands there.
#[derive(Clone, Debug)]
pub struct AsWords {
    /// An expression each.
    pub rows: Vec<WordsRow>,
    /// Passages in which the two differ: those of the page that is asked for.
    pub differences: Vec<DifferenceRow>,
    /// How many there are.
    pub n_differences: usize,
}

/// A count as words.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "WordsRow")]
pub struct WordsRow {
    /// `words`
    #[schemars(extend("x-column" = false))]
    pub(super) r#type: &'static str,
    /// The phrase as typed.
    pub phrase: String,
    /// What jieba cuts it into.
    #[schemars(extend("x-columns" = {"cut_as": ""}))]
    pub words: Vec<String>,
    /// Occurrences, character by character; null unless the state is `said` or `not_said`.
    pub occurrences: Option<u64>,
    /// How often these words follow one another among the words of the passages; null as `occurrences` is.
    pub as_words: Option<u64>,
    /// What is known.
    #[schemars(extend("x-column" = false))]
    pub state: State,
    /// Characters searched.
    #[schemars(extend("x-column" = false))]
    pub chars: Option<u64>,
}

/// A passage in which words and characters count differently.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "DifferenceRow")]
pub struct DifferenceRow {
    /// `difference`
    #[schemars(extend("x-column" = false))]
    pub(super) r#type: &'static str,
    /// The phrase as typed.
    pub phrase: String,
    /// Id of the passage.
    pub id: String,
    /// Occurrences in it, character by character.
    pub occurrences: usize,
    /// How often the words of the phrase follow one another in it.
    pub as_words: usize,
    /// The whole passage.
    pub text: String,
}

plain_rows!(CountRow, WordsRow, DifferenceRow);

/// What closes the answer of `count`.
#[derive(Serialize, JsonSchema)]
pub struct CountSummary<'a> {
    /// `summary`
    r#type: &'static str,
    /// A row without keys for each expression.
    #[schemars(with = "Vec<CountRow>")]
    totals: Totals<'a>,
    /// Expressions whose state is `not_said`.
    #[schemars(with = "Vec<String>")]
    never_found: NeverFound<'a>,
    /// Copies that pass the filters and were not searched.
    copies_left_out: usize,
    /// What must be known to read the answer.
    notices: Vec<Notice>,
    /// How the answer was computed.
    method: &'a Method,
    #[serde(flatten)]
    basis: &'a Basis,
}

/// What counts rest on, and the filters of each of the tables: rows under the same filters share one.
fn bases(scopes: Vec<Resolved>) -> (Vec<Base>, Vec<Filters>) {
    let mut of_tables: Vec<Filters> = Vec::new();
    let mut known: HashMap<Filters, usize> = HashMap::new();
    let mut bases = Vec::with_capacity(scopes.len());
    for scope in scopes {
        let at = *known.entry(scope.filters.clone()).or_insert_with(|| {
            of_tables.push(scope.filters.clone());
            of_tables.len() - 1
        });
        bases.push(Base { scope, tables: at });
    }
    (bases, of_tables)
}

impl Tables {
    fn new(
        holdings: &dyn Holdings,
        filters: &Filters,
        by: &[Dimension],
    ) -> Result<Tables, IndexError> {
        let searched = holdings.report_mask(filters);
        let more = |wider: &Filters| -> Vec<bool> {
            let wider = holdings.report_mask(wider).into_iter().zip(&searched);
            wider.map(|(wider, searched)| wider && !searched).collect()
        };
        Ok(Tables {
            rows: holdings.tabulation(filters, by)?,
            beyond: match filters.genre {
                Some(_) => more(&filters.of_any_genre()),
                None => Vec::new(),
            },
            copies: match holdings.reports().has_duplicates() {
                true => more(&filters.with_copies()),
                false => Vec::new(),
            },
        })
    }
}

/// The scopes of the rows: that of the question first, then those with filters of an expression.
struct Scopes<'q> {
    holdings: &'q dyn Holdings,
    scope: &'q Scope,
    resolved: Vec<Resolved>,
    known: HashMap<Scope, usize>,
}

impl<'q> Scopes<'q> {
    fn new(
        holdings: &'q dyn Holdings,
        question: &'q CountQuestion,
    ) -> Result<Scopes<'q>, AskError> {
        let scope = &question.scope;
        Ok(Scopes {
            holdings,
            scope,
            resolved: vec![scope.resolve(holdings)?],
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
        self.resolved.push(scope.resolve(self.holdings)?);
        self.known.insert(scope, at);
        Ok(at)
    }
}

/// What was typed, understood; its scope; whether it is of the list, and of which group.
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
    let arguments = question.query.iter().map(|typed| (typed, None));
    let listed = question.list.iter().map(|line| (&line.typed, Some(line)));
    for (typed, line) in arguments.chain(listed) {
        let in_line = |error: AskError| match line {
            Some(line) => error.in_line(line.number, typed),
            None => error,
        };
        let query = parse(typed, question.matching).map_err(in_line)?;
        let base = scopes.of(&query).map_err(in_line)?;
        let stands_in = line.and_then(|line| line.group.as_deref());
        let is_listed = line.is_some();
        let name = typed.trim().to_owned();
        // In another group it counts there too.
        if !seen.insert((query.understood(), base, is_listed, stands_in)) {
            notices.push(Notice::GivenTwice { phrase: name });
            continue;
        }
        let group = stands_in.filter(|_| question.group);
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
        let stands_in = stands_in.filter(|_| !question.group);
        entries.push(CountEntry {
            group: stands_in.map(str::to_owned),
            ..CountEntry::new(name, query, is_listed, base)
        });
    }
    match entries.as_mut_slice() {
        [] if question.list.is_empty() => return Err(QueryError::Empty.into()),
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
    holdings: &dyn Holdings,
    entries: &mut [CountEntry],
    bases: &[Base],
    question: &CountQuestion,
) -> Result<Vec<Counted>, IndexError> {
    let by_passage = question.dimensions().contains(&Dimension::Section);
    let options = CountOptions {
        // As words each phrase counts by itself.
        all_matches: question.all_matches || question.words,
        by_passage,
    };
    let mut all: Vec<Counted> = vec![Counted::default(); entries.len()];
    let filters_of = |base: usize| {
        let base = bases.get(base);
        base.map_or(&EVERYTHING, |base| &base.scope.filters)
    };
    for (base, (places, groups)) in listed(entries, bases) {
        let counted = holdings.cells(&groups, filters_of(base), options)?;
        for (at, counted) in places.into_iter().zip(counted) {
            if let Some(place) = all.get_mut(at) {
                *place = counted;
            }
        }
    }
    let alone = CountOptions {
        all_matches: true,
        by_passage,
    };
    let others = entries.iter_mut().zip(&mut all);
    for (entry, counted) in others.filter(|(entry, _)| !entry.is_counted()) {
        let filters = filters_of(entry.base);
        if let Some(group) = entry.take_phrases() {
            let of_phrase = holdings.cells(&[group], filters, alone)?;
            *counted = of_phrase.into_iter().next().unwrap_or_default();
        } else if let Wanted::Expressions(queries) = &entry.wanted {
            *counted = holdings.cells_of(&Query::either(queries), filters, by_passage)?;
        }
    }
    Ok(all)
}

/// The phrases of the list by the first base with the same filters, with their places among the entries: these share
/// places. They are taken out of the entries.
fn listed(entries: &mut [CountEntry], bases: &[Base]) -> BTreeMap<usize, (Vec<usize>, Vec<Group>)> {
    let mut first_with: HashMap<usize, usize> = HashMap::new();
    for (at, base) in bases.iter().enumerate() {
        first_with.entry(base.tables).or_insert(at);
    }
    let mut listed: BTreeMap<usize, (Vec<usize>, Vec<Group>)> = BTreeMap::new();
    for (at, entry) in entries.iter_mut().enumerate() {
        let tables = bases.get(entry.base).map(|base| base.tables);
        let base = tables.and_then(|tables| first_with.get(&tables));
        if let (true, Some(base)) = (entry.is_listed, base)
            && let Some(group) = entry.take_phrases()
        {
            let (places, groups) = listed.entry(*base).or_default();
            places.push(at);
            groups.push(group);
        }
    }
    listed
}

impl CountAnswer<'_> {
    /// What must be said of the scopes of the rows.
    fn of_scopes(&self) -> Vec<Notice> {
        let countings = self.countings.iter();
        let rows: Vec<(&str, usize)> = countings
            .map(|counting| (counting.entry.name.as_str(), counting.entry.base))
            .collect();
        let scopes = self.bases.iter().map(|base| base.scope.notices.as_slice());
        let notices = of_rows(&rows, &scopes.collect::<Vec<_>>());
        let notices = notices.into_iter();
        notices.flat_map(|notice| self.of_copies(notice)).collect()
    }

    /// What must be said of copies that were left out: what each row has in them, or all together where there are many.
    fn of_copies(&self, notice: Notice) -> Vec<Notice> {
        let Notice::CopiesLeftOut {
            phrase, reports, ..
        } = notice
        else {
            return vec![notice];
        };
        let is_of = |counting: &&Counting| {
            let name = phrase.as_ref();
            name.is_none_or(|name| counting.entry.name == *name)
        };
        let countings: Vec<&Counting> = self.countings.iter().filter(is_of).collect();
        let in_copies = |counting: &&Counting| sum_of(self.copies(counting));
        let told = |phrase, count| Notice::CopiesLeftOut {
            phrase,
            reports,
            holds: Some(count),
        };
        let each: Vec<Count> = countings.iter().map(in_copies).collect();
        let with = countings.iter().zip(&each);
        let with: Vec<_> = with.filter(|(_, count)| count.passages > 0).collect();
        if self.countings.len() == 1 || with.is_empty() || with.len() > N_TOLD {
            let all = sum_of(countings.iter().flat_map(|counting| self.copies(counting)));
            return vec![told(phrase, all)];
        }
        let each = with.into_iter();
        each.map(|(counting, count)| told(Some(counting.entry.name.clone()), *count))
            .collect()
    }

    /// What a row has in copies that are left out.
    fn copies<'a>(&'a self, counting: &'a Counting) -> impl Iterator<Item = (usize, Cell)> + 'a {
        self.within(counting, |tables| &tables.copies)
    }

    /// What a row has in texts that are not searched, by rank.
    fn within<'a>(
        &'a self,
        counting: &'a Counting,
        mask: impl Fn(&'a Tables) -> &'a Vec<bool>,
    ) -> impl Iterator<Item = (usize, Cell)> + 'a {
        let filters = self.filters_of(counting);
        let masks = self.tables_of(counting).map(mask).into_iter();
        masks.flat_map(|mask| counting.counted.within(mask, filters))
    }

    /// What a row has in texts of another genre.
    fn beyond<'a>(&'a self, counting: &'a Counting) -> impl Iterator<Item = (usize, Cell)> + 'a {
        self.within(counting, |tables| &tables.beyond)
    }

    /// What stands in texts of another genre: of each row, or of all together where there are many.
    fn of_other_genre(&self) -> Vec<Notice> {
        let is_many = self.countings.len() > 1;
        let together = self.countings.len() > N_TOLD;
        if together {
            let countings = self.countings.iter();
            let all = sum_of(countings.flat_map(|counting| self.beyond(counting)));
            return Notice::of_other_genre(None, all).into_iter().collect();
        }
        let of_row = |counting: &Counting| {
            let name = is_many.then_some(counting.entry.name.as_str());
            Notice::of_other_genre(name, sum_of(self.beyond(counting)))
        };
        self.countings.iter().filter_map(of_row).collect()
    }
}

/// Cells by rank of their texts together; a text counts once.
fn sum_of(cells: impl Iterator<Item = (usize, Cell)>) -> Count {
    let (mut count, mut texts) = (Count::default(), HashSet::new());
    for (rank, cell) in cells {
        count.occurrences += u64::from(cell.occurrences);
        count.passages += u64::from(cell.passages);
        texts.insert(rank);
    }
    count.reports = texts.len() as u64;
    count
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ask::scope::GenreChoice;
    use crate::index::{Index, UpdateOptions, update};

    /// Rows are made on another core than counts here.
    #[test]
    fn each_row_has_the_table_of_its_own_filters() {
        let home = tempfile::tempdir().expect("a folder");
        let (corpus, dir) = (home.path().join("corpus"), home.path().join("index"));
        std::fs::create_dir(&corpus).expect("a folder");
        for (at, place) in ["汾阳市", "孝义市", "吕梁市"]
            .into_iter()
            .cycle()
            .take(12)
            .enumerate()
        {
            let title = format!("{place}{}年政府工作报告", 2010 + at / 3);
            let line = |n| {
                format!(
                    "第{n}项，建设专业镇，保障和改善民生，推动高质量发展。{}\n\n",
                    "专业镇要强。".repeat(at)
                )
            };
            let lines: String = (0..6).map(line).collect();
            let text = format!("{title}\n\n{lines}");
            std::fs::write(corpus.join(format!("{title}.txt")), text).expect("written");
        }
        let options = UpdateOptions {
            roots: vec![corpus],
            ..UpdateOptions::default()
        };
        update(&dir, &options, &|_| {}).expect("it is built");
        let index = Index::open(&dir).expect("it opens");
        assert_eq!(index.reports.len(), 12);
        let typed = [
            "专业镇",
            "专业镇 region:汾阳",
            "建设 year:2012..2013",
            "建设 region:汾阳",
        ];
        let question = CountQuestion {
            query: typed.map(str::to_owned).to_vec(),
            by: vec![Dimension::Region, Dimension::Year],
            scope: Scope {
                genre: Some(GenreChoice::Any),
                ..Scope::default()
            },
            ..CountQuestion::default()
        };
        let answer = CountAnswer::new(&index, &question).expect("it is answered");
        assert_eq!(answer.countings.len(), typed.len());
        for (counting, typed) in answer.countings.iter().zip(typed) {
            let alone = CountQuestion {
                query: vec![typed.to_owned()],
                ..question.clone()
            };
            let alone = CountAnswer::new(&index, &alone).expect("it is answered");
            let filters = answer.filters_of(counting);
            assert_eq!(filters, alone.filters(), "{typed}");
            let by_itself = stats::crosstab(&index, &counting.counted, filters, &answer.by);
            let by_itself = by_itself.expect("it is made");
            assert_eq!(answer.table(counting).as_ref(), Some(&by_itself), "{typed}");
            assert_eq!(alone.table(&alone.countings[0]), Some(by_itself), "{typed}");
        }
        let rows: Vec<usize> = answer
            .countings
            .iter()
            .filter_map(|counting| Some(answer.table(counting)?.rows.len()))
            .collect();
        assert_eq!(rows, [12, 4, 6, 4]);
    }
}
