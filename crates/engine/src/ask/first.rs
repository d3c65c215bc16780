//! Where an expression holds first, in all reports together or in each region, and how it spread.

use super::answered::{Answered, Rows, Summary, boxed, plain_rows};
use super::basis::Basis;
use super::column::Column;
use super::error::AskError;
use super::expression::{Expressed, express};
use super::holdings::Holdings;
use super::method::{Asked, Method, Rule};
use super::notice::Notice;
use super::question::{FirstQuestion, PlaceBy};
use super::reference::reference;
use super::row::{HitObject, Key, Spans, described_by, is_of, keyed};
use super::search::{HitRow, tell_of_others};
use super::show::passage_id;
use crate::concordance::{Adoption, First, adoption};
use crate::highlight::sentences;
use crate::query::{Filters, Query};
use crate::search::Hit;
use crate::stats::year_ranges;
use crate::stats::{Dimension, Presence, State};
use baogao_reading::report::Year;
use schemars::JsonSchema;
use serde::{Serialize, Serializer};
use std::ops::Range;

/// First appearances.
pub struct FirstAnswer<'h> {
    holdings: &'h dyn Holdings,
    question: FirstQuestion,
    /// What was looked for.
    pub query: Query,
    /// In what.
    pub by: Option<Dimension>,
    /// The earliest first; those that never say it last.
    pub firsts: Vec<First>,
    /// How many have it by each year; none without `by`.
    pub curve: Vec<Adoption>,
    /// Rows that have a year of first appearance.
    pub n_dated: usize,
    /// Reports that are searched and have no year.
    pub n_undated: usize,
    /// Rows in which it was found, those among them in which only reports without a year have it.
    pub n_said: usize,
    /// Rows of which it is known whether they have it.
    pub n_known: usize,
    /// What is known within the filters.
    pub state: State,
    filters: Filters,
    notices: Vec<Notice>,
    method: Method,
}

impl<'h> FirstAnswer<'h> {
    /// Finds them.
    ///
    /// # Errors
    /// As for [`answer`](super::answer()).
    pub fn new(
        holdings: &'h dyn Holdings,
        question: &FirstQuestion,
    ) -> Result<FirstAnswer<'h>, AskError> {
        question.check()?;
        let typed = question.query.join(" ");
        let Expressed { query, scope, .. } =
            express(holdings, &typed, question.matching, &question.scope)?;
        let filters = scope.filters;
        let by = question.by.map(Dimension::from);
        let rejected = question.reject.iter().map(|id| passage_id(holdings, id));
        let rejected = rejected.collect::<Result<Vec<_>, _>>()?;
        let mut firsts = holdings.firsts(&query, &filters, by, &rejected)?;
        firsts.sort_by_key(|first| (first.year.is_none(), first.year));
        let curve = match by {
            Some(_) => adoption(&firsts),
            None => Vec::new(),
        };
        let n_dated = firsts.iter().filter(|first| first.hit.is_some()).count();
        let n_undated = undated(holdings, &filters);
        // What stands in reports without a year alone is said all the same.
        let is_said = |first: &&First| first.state() == State::Said;
        let n_said = firsts.iter().filter(is_said).count();
        let is_known = |first: &&First| first.state().has_number();
        let n_known = firsts.iter().filter(is_known).count();
        let mut notices = scope.notices;
        tell_of_others(holdings, &query, &filters, &mut notices)?;
        let presence = Presence::within(holdings, &filters)?;
        // What is not whole does not show that a row has it not.
        let is_absent = |first: &&First| first.state() == State::NotSaid;
        let absent = firsts.iter().filter(is_absent);
        let reports: u64 = absent
            .map(|first| u64::from(first.presence.shows_nothing()))
            .sum();
        if reports > 0 {
            notices.push(Notice::NotShown { reports });
        }
        if n_undated > 0 {
            notices.push(Notice::Undated {
                reports: n_undated as u64,
            });
        }
        let without = (!rejected.is_empty()).then_some(Rule::Without(rejected));
        let method = Method::new(holdings, Asked::First, vec![query.understood()], &filters);
        Ok(FirstAnswer {
            state: presence.state(n_said as u64),
            method: method.matching(question.matching).with(without),
            question: question.clone(),
            holdings,
            query,
            by,
            firsts,
            curve,
            n_dated,
            n_undated,
            n_said,
            n_known,
            filters,
            notices,
        })
    }

    /// The filters that hold.
    pub fn filters(&self) -> &Filters {
        &self.filters
    }

    /// Whether passages were passed over: that nothing is left says nothing of them.
    pub fn has_rejected(&self) -> bool {
        !self.question.reject.is_empty()
    }

    /// The rows that are asked for.
    pub fn page(&self) -> impl Iterator<Item = &First> {
        let paging = self.question.paging;
        let firsts = self.firsts.iter().skip(paging.offset);
        firsts.take(paging.most_or_all())
    }
}

/// The columns that a table may have: of keys those of what first appearances are looked for in.
pub(super) fn possible_columns() -> Vec<Column> {
    let by = PlaceBy::ALL.map(Dimension::from);
    let mut columns = Column::of::<FirstRow>();
    columns.retain(|column| !column.is_optional || column.name == "cite" || is_of(column, &by));
    columns
}

impl Answered for FirstAnswer<'_> {
    fn rows(&self) -> Result<Rows<'_>, AskError> {
        let row = |first: &First| {
            let (by, key) = (self.by.as_slice(), first.key.as_slice());
            Ok(boxed(FirstRow {
                key: Key::of(self.holdings, by, key),
                first: first.clone(),
                cite: self.question.cite,
            }))
        };
        Ok(Box::new(self.page().map(row)))
    }

    fn columns(&self) -> Vec<Column> {
        let mut columns = Column::of::<FirstRow>();
        let is_cited = |column: &Column| column.name == "cite" && self.question.cite;
        let by = self.by.as_slice();
        columns.retain(|column| !column.is_optional || is_of(column, by) || is_cited(column));
        keyed(columns, by)
    }

    fn summary<'a>(&'a self, basis: &'a Basis) -> Result<Summary<'a>, AskError> {
        let is_without = |first: &&First| first.state() == State::NotSaid;
        Ok(Box::new(FirstSummary {
            r#type: "summary",
            query: self.query.typed().to_owned(),
            understood: self.query.understood(),
            state: self.state,
            by: self.by,
            with: self.n_said,
            without: self.firsts.iter().filter(is_without).count(),
            reports_without_year: self.n_undated,
            copies_left_out: self.holdings.copies_left_out(&self.filters),
            notices: basis.beside(&self.notices),
            adoption: self.curve.iter().map(AdoptionRow::from).collect(),
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
        self.n_said == 0
    }
}

#[derive(Serialize, JsonSchema)]
struct FirstObject<'a> {
    /// `first`
    #[schemars(extend("x-column" = false))]
    r#type: &'static str,
    #[serde(flatten)]
    key: &'a Key,
    /// Year of the first report in which it holds; null if there is none.
    first_year: Option<u16>,
    /// Reports of that year that have it, the one that is shown among them.
    reports_of_first_year: usize,
    /// Ids of the others.
    #[schemars(extend("x-column" = false))]
    also: &'a [String],
    /// Whether no whole report of an earlier year was read: it may be older.
    left_censored: bool,
    /// First and last of the years just before of which no whole report is held.
    gap_before: Option<[u16; 2]>,
    /// Years of which whole reports are held, as ranges.
    #[schemars(extend("x-column" = false))]
    years_held: Vec<[u16; 2]>,
    /// What is known.
    state: State,
    /// The sentence of the first occurrence.
    sentence: Option<&'a str>,
    /// The passage.
    #[schemars(extend("x-columns" = {"id": "/id", "part": "/part", "ocr": "/ocr", "file": "/source/file", "line": "/source/line"}))]
    #[schemars(with = "Option<HitRow>")]
    hit: Option<HitObject<'a>>,
    /// A reference to the passage; only with `cite`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String", extend("x-only" = true))]
    cite: Option<String>,
}

/// A first appearance.
#[derive(Debug)]
pub struct FirstRow {
    /// What it is of.
    pub key: Key,
    /// What was found.
    pub first: First,
    /// Whether its reference is asked for.
    pub cite: bool,
}

impl Serialize for FirstRow {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let FirstRow { key, first, cite } = self;
        let hit = first.hit.as_ref();
        let sentence = hit.and_then(|hit| hit.passage.text.get(super::first::sentence(hit)));
        let object = FirstObject {
            r#type: "first",
            key,
            first_year: first.year.map(Year::get),
            reports_of_first_year: first.also.len() + usize::from(first.hit.is_some()),
            also: &first.also,
            left_censored: first.left_censored,
            gap_before: first.gap_before.map(|(from, to)| [from, to]),
            years_held: year_ranges(first.years_held.iter().copied()),
            state: first.state(),
            sentence,
            hit: hit.map(|hit| HitObject {
                spans: Some(Spans(hit)),
                ..HitObject::of(hit)
            }),
            cite: hit.filter(|_| *cite).map(|hit| reference(&hit.passage)),
        };
        object.serialize(serializer)
    }
}

/// A year of the adoption curve.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "Adoption")]
pub struct AdoptionRow {
    /// The year.
    pub year: u16,
    /// Rows that have it for the first time.
    pub new: usize,
    /// Rows that have it by then.
    pub cumulative: usize,
    /// Of these, rows in which it may be older.
    pub censored: usize,
    /// Rows with a whole report of that year.
    pub held: usize,
}

impl From<&Adoption> for AdoptionRow {
    fn from(adoption: &Adoption) -> AdoptionRow {
        AdoptionRow {
            year: adoption.year,
            new: adoption.new,
            cumulative: adoption.cumulative,
            censored: adoption.censored,
            held: adoption.held,
        }
    }
}

plain_rows!(FirstRow);

described_by! {
    FirstRow: FirstObject<'static>, "FirstRow";
}

/// What closes the answer of `first`.
#[derive(Serialize, JsonSchema)]
pub struct FirstSummary<'a> {
    /// `summary`
    r#type: &'static str,
    /// The expression as typed; several arguments are joined by a blank.
    query: String,
    /// The expression as understood.
    understood: String,
    /// What is known within the filters.
    state: State,
    /// In what the first appearance was looked for.
    by: Option<Dimension>,
    /// Rows whose state is `said`.
    with: usize,
    /// Rows whose state is `not_said`.
    without: usize,
    /// Reports left out because they have no year.
    reports_without_year: usize,
    /// Copies that pass the filters and were not searched.
    copies_left_out: usize,
    /// What must be known to read the answer.
    notices: Vec<Notice>,
    /// How many have it by each year.
    adoption: Vec<AdoptionRow>,
    /// How the answer was computed.
    method: &'a Method,
    #[serde(flatten)]
    basis: &'a Basis,
}

/// Reports that are searched and have no year.
pub(super) fn undated(holdings: &dyn Holdings, filters: &Filters) -> usize {
    let mask = holdings.report_mask(filters).into_iter().enumerate();
    mask.filter(|(rank, searched)| *searched && holdings.reports().year(*rank).is_none())
        .count()
}

/// The sentence of the first place of a hit, in bytes of its text.
pub fn sentence(hit: &Hit) -> Range<usize> {
    let whole = 0..hit.passage.text.len();
    let Some(span) = hit.spans.first() else {
        return whole;
    };
    let holds = |sentence: &Range<usize>| sentence.start <= span.start && span.start < sentence.end;
    let sentence = sentences(&hit.passage.text).into_iter().find(holds);
    // A phrase may run over the end of a sentence.
    sentence.map_or(whole, |sentence| sentence.start..sentence.end.max(span.end))
}
