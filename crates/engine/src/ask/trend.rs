//! How often from year to year: a line for each expression, and for each region or level if these are asked for.
//!
//! A line has a point for every year from the first that is held to the last. Where nothing is held the line is broken;
//! where a number may not be given, the state of the year stands in its place.

use super::answered::{Answered, Rows, Summary, boxed, plain_rows};
use super::basis::Basis;
use super::column::Column;
use super::count::{CountAnswer, CountRow, Counting, rounded};
use super::error::AskError;
use super::holdings::Holdings;
use super::method::{Asked, Method, Rule};
use super::notice::Notice;
use super::question::{PlaceBy, TrendQuestion};
use super::row::{Key, is_of, keyed};
use crate::query::Filters;
use crate::stats::{Dimension, Measure, Row, State, Sums, Value};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;
use std::ops::RangeInclusive;

/// A year of a line.
#[derive(Clone, Debug)]
pub struct Point {
    /// The year.
    pub year: u16,
    /// What was counted there, under the key of the line and the year.
    pub row: Row,
    /// The mean of the years around it, if it is asked for and the year has a number.
    pub smoothed: Option<Mean>,
}

/// What is measured, over several years.
#[derive(Clone, Copy, Debug)]
pub struct Mean {
    /// The measure of their sums.
    pub value: f64,
    /// Whether something of one of them was abridged or not read.
    pub is_least: bool,
}

impl Point {
    /// What is measured, where a number may be given.
    pub fn value(&self, measure: Measure) -> Option<f64> {
        measure.of(&self.row.numbers()?)
    }
}

/// An expression from year to year.
#[derive(Clone, Debug)]
pub struct Series {
    /// The number of the expression among those of the question: names may come twice.
    pub number: usize,
    /// The expression, or the name of the group.
    pub phrase: String,
    /// The region or level, if the lines are parted by such.
    pub key: Option<Value>,
    /// Each year from the first that is held to the last.
    pub points: Vec<Point>,
}

/// What is there of a year under the lines of an expression.
#[derive(Clone, Copy, Debug, Default)]
struct OfYear {
    held: u64,
    not_whole: u64,
}

/// The lines.
pub struct TrendAnswer<'h> {
    holdings: &'h dyn Holdings,
    question: TrendQuestion,
    /// By what the rows are keyed; the year last.
    by: Vec<Dimension>,
    counts: CountAnswer<'h>,
    /// A line each, by expression and key: those that are asked for.
    pub series: Vec<Series>,
    /// How many lines there are.
    pub n_series: usize,
    /// What is there of each year under all lines, also those that are not asked for.
    of_years: BTreeMap<u16, OfYear>,
    notices: Vec<Notice>,
    method: Method,
}

impl<'h> TrendAnswer<'h> {
    /// Counts.
    ///
    /// # Errors
    /// As for [`answer`](super::answer()).
    pub fn new(
        holdings: &'h dyn Holdings,
        question: &TrendQuestion,
    ) -> Result<TrendAnswer<'h>, AskError> {
        question.check()?;
        let counts = CountAnswer::new(holdings, &question.counts())?;
        let mut notices = counts.notices().to_vec();
        let (mut series, reports) = lines(counts.rows_of_all(0, usize::MAX));
        if reports > 0 {
            notices.push(Notice::Undated { reports });
        }
        if let Some(years) = question.smooth {
            for line in &mut series {
                smooth(&mut line.points, question.measure(), years);
            }
        }
        let (n_series, of_years) = (series.len(), of_years(&series));
        let paging = question.paging;
        let paged = series.into_iter().skip(paging.offset);
        let series = paged.take(paging.most_or_all()).collect();
        let mut method = counts.method().clone();
        method.asked = Asked::Trend;
        Ok(TrendAnswer {
            by: counts.by.clone(),
            method: method.with(question.smooth.map(Rule::Smoothed)),
            question: TrendQuestion {
                // A list may have hundreds of thousands of lines.
                list: Vec::new(),
                ..question.clone()
            },
            holdings,
            counts,
            series,
            n_series,
            of_years,
            notices,
        })
    }

    /// The filters of the answer: those of its expressions where these have the same, else those of the question.
    pub fn filters(&self) -> &Filters {
        self.counts.filters()
    }

    /// What is shown of each year.
    pub fn measure(&self) -> Measure {
        self.question.measure()
    }

    /// How many years a mean is of, if means are asked for.
    pub fn smoothed_over(&self) -> Option<usize> {
        self.question.smooth
    }

    /// By what the lines are parted, beside expressions.
    pub fn parted_by(&self) -> Option<Dimension> {
        self.question.by.map(Dimension::from)
    }

    /// The first year of the lines and the last; none where nothing that is held has a year.
    pub fn years(&self) -> Option<RangeInclusive<u16>> {
        let points = || self.series.iter().flat_map(|line| &line.points);
        let first = points().map(|point| point.year).min()?;
        let last = points().map(|point| point.year).max()?;
        Some(first..=last)
    }

    /// Reports that are held of a year.
    pub fn reports_held(&self, year: u16) -> u64 {
        self.of_years.get(&year).map_or(0, |of_year| of_year.held)
    }

    /// Texts of a year that are abridged or were not read, or in part.
    pub fn not_whole(&self, year: u16) -> u64 {
        let of_year = self.of_years.get(&year);
        of_year.map_or(0, |of_year| of_year.not_whole)
    }

    /// The name and the total of each expression.
    pub fn totals(&self) -> impl Iterator<Item = (&str, &Row)> + Clone {
        self.counts.totals()
    }

    /// What stands nowhere though whole reports were searched.
    pub fn never_found(&self) -> impl Iterator<Item = &str> + Clone {
        self.counts.never_found()
    }
}

/// What is there of each year. Expressions have the same reports, unless they have filters of their own: those of the one
/// with the most stand for all, as a report under several counts once.
fn of_years(series: &[Series]) -> BTreeMap<u16, OfYear> {
    let mut all: BTreeMap<u16, OfYear> = BTreeMap::new();
    for lines in series.chunk_by(|a, b| a.number == b.number) {
        let mut of_one: BTreeMap<u16, OfYear> = BTreeMap::new();
        for point in lines.iter().flat_map(|line| &line.points) {
            let presence = point.row.presence;
            let of_year = of_one.entry(point.year).or_default();
            of_year.held += point.row.sums.map_or(0, |sums| sums.reports_held);
            of_year.not_whole += u64::from(presence.abridged + presence.unread);
        }
        for (year, of_one) in of_one {
            let of_year = all.entry(year).or_default();
            of_year.held = of_year.held.max(of_one.held);
            of_year.not_whole = of_year.not_whole.max(of_one.not_whole);
        }
    }
    all
}

/// Rows of a table by year → lines, and how many reports have no year.
fn lines<'r>(rows: impl Iterator<Item = (&'r Counting, usize, Row)>) -> (Vec<Series>, u64) {
    let mut all: Vec<Series> = Vec::new();
    let mut undated = 0;
    // The number of an expression, and what it has without a year.
    let mut of_one: (usize, u64) = Default::default();
    for (counting, _, mut row) in rows {
        let number = counting.number;
        let (year, key) = (row.key.pop(), row.key.pop());
        let Some(Value::Year(year)) = year else {
            if of_one.0 != number {
                of_one = (number, 0);
            }
            // Each expression has the same reports, unless it has filters of its own.
            of_one.1 += row.sums.map_or(0, |sums| sums.reports_held);
            undated = undated.max(of_one.1);
            continue;
        };
        let point = Point {
            year: year.get(),
            row,
            smoothed: None,
        };
        match all.last_mut() {
            Some(last) if last.number == number && last.key == key => last.points.push(point),
            _ => all.push(Series {
                number,
                phrase: counting.entry.name.clone(),
                key,
                points: vec![point],
            }),
        }
    }
    (all, undated)
}

/// Puts beside each year that has a number the mean of the `years` around it: of those among them that have one. What lies
/// beyond the ends of a line is not made up.
fn smooth(points: &mut [Point], measure: Measure, years: usize) {
    let half = years / 2;
    let known: Vec<Option<(Sums, bool)>> = points
        .iter()
        .map(|point| {
            let sums = point.row.numbers()?;
            measure.of(&sums)?;
            Some((sums, point.row.presence.is_incomplete()))
        })
        .collect();
    for (at, point) in points.iter_mut().enumerate() {
        let around = at.saturating_sub(half)..(at + half + 1).min(known.len());
        let around = known.get(around).unwrap_or_default().iter().flatten();
        let (sums, is_least): (Vec<Sums>, Vec<bool>) = around.copied().unzip();
        let is_known = point.value(measure).is_some();
        let value = measure.of_several(&sums).filter(|_| is_known);
        point.smoothed = value.map(|value| Mean {
            value,
            is_least: is_least.contains(&true),
        });
    }
}

/// The columns that a table may have.
pub(super) fn possible_columns() -> Vec<Column> {
    let by = PlaceBy::ALL.map(Dimension::from);
    let mut columns = Column::of::<TrendRow>();
    columns.retain(|column| {
        let is_year = is_of(column, &[Dimension::Year]);
        !column.is_optional || is_year || is_of_means(column) || is_of(column, &by)
    });
    columns
}

fn is_of_means(column: &Column) -> bool {
    column.name.starts_with("smoothed")
}

impl Answered for TrendAnswer<'_> {
    fn rows(&self) -> Result<Rows<'_>, AskError> {
        let points = self.series.iter().flat_map(move |line| {
            let points = line.points.iter();
            points.map(move |point| {
                let row = TrendRow::new(self.holdings, &self.by, line, point);
                let row = match self.question.smooth {
                    Some(_) => row,
                    None => TrendRow {
                        smoothed: None,
                        smoothed_lower_bound: None,
                        ..row
                    },
                };
                Ok(boxed(row))
            })
        });
        Ok(Box::new(points))
    }

    fn columns(&self) -> Vec<Column> {
        let mut columns = Column::of::<TrendRow>();
        let is_smoothed = self.question.smooth.is_some();
        columns.retain(|column| {
            let is_asked = is_of_means(column) && is_smoothed;
            !column.is_optional || is_of(column, &self.by) || is_asked
        });
        keyed(columns, &self.by)
    }

    fn summary<'a>(&'a self, basis: &'a Basis) -> Result<Summary<'a>, AskError> {
        let total = |(phrase, row): (&str, &Row)| CountRow::new(self.holdings, &[], phrase, row);
        Ok(Box::new(TrendSummary {
            r#type: "summary",
            measure: self.measure(),
            lines: self.n_series,
            totals: self.totals().map(total).collect(),
            never_found: self.never_found().map(str::to_owned).collect(),
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
        self.counts.is_empty()
    }
}

/// A year of a line.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "TrendPoint")]
pub struct TrendRow {
    /// `trend`
    #[schemars(extend("x-column" = false))]
    r#type: &'static str,
    /// What it is of.
    #[serde(flatten)]
    key: Key,
    /// The expression as typed, or the name of the group.
    phrase: String,
    /// Occurrences; null unless the state is `said` or `not_said`, and where passages hold by what they lack alone.
    occurrences: Option<u64>,
    /// Passages with at least one; null unless the state is `said` or `not_said`.
    passages: Option<u64>,
    /// Reports with at least one; null as `passages` is.
    reports: Option<u64>,
    /// Reports with text to search.
    reports_held: u64,
    /// Characters searched, without white space, headings included.
    chars: Option<u64>,
    /// Occurrences in 10,000 characters, rounded to 1e-4; null as `occurrences` is.
    per_10k: Option<f64>,
    /// `reports` in parts of `reports_held`, rounded to 1e-4; null as `passages` is.
    share: Option<f64>,
    /// The measure over the years around it, rounded to 1e-4; only with `smooth`, and null where the year has no number.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<f64>", extend("x-only" = true))]
    smoothed: Option<Option<f64>>,
    /// Whether something of those years was abridged or not read: the mean is the least; only with `smooth`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "bool", extend("x-only" = true))]
    smoothed_lower_bound: Option<bool>,
    /// What is known.
    state: State,
    /// Files of this key that could not be read, and reports read only in part.
    unread: u32,
    /// Whether something under this key was abridged or not read: the numbers are the least that stands there.
    lower_bound: bool,
}

impl TrendRow {
    fn new(holdings: &dyn Holdings, by: &[Dimension], line: &Series, point: &Point) -> TrendRow {
        let values: Vec<Value> = line
            .key
            .iter()
            .chain(point.row.key.iter())
            .cloned()
            .collect();
        let year = point.year;
        let counted = CountRow::new(holdings, &[], &line.phrase, &point.row);
        let mut key = Key::of(holdings, by, &values);
        key.year = Some(Some(year));
        TrendRow {
            r#type: "trend",
            key,
            phrase: counted.phrase,
            occurrences: counted.occurrences,
            passages: counted.passages,
            reports: counted.reports,
            reports_held: counted.reports_held,
            chars: counted.chars,
            per_10k: counted.per_10k,
            share: point.value(Measure::Share).map(rounded),
            smoothed: Some(point.smoothed.map(|mean| rounded(mean.value))),
            smoothed_lower_bound: Some(point.smoothed.is_some_and(|mean| mean.is_least)),
            state: counted.state,
            unread: counted.unread,
            lower_bound: counted.lower_bound,
        }
    }
}

plain_rows!(TrendRow);

/// What closes the answer of `trend`.
#[derive(Serialize, JsonSchema)]
pub struct TrendSummary<'a> {
    /// `summary`
    r#type: &'static str,
    /// What is shown of each year.
    measure: Measure,
    /// Lines, those that were not asked for among them.
    lines: usize,
    /// A row without keys for each expression.
    totals: Vec<CountRow>,
    /// Expressions whose state is `not_said`.
    never_found: Vec<String>,
    /// Copies that pass the filters and were not searched.
    copies_left_out: usize,
    /// What must be known to read the answer.
    notices: Vec<Notice>,
    /// How the answer was computed.
    method: &'a Method,
    #[serde(flatten)]
    basis: &'a Basis,
}
