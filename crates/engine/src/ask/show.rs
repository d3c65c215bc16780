//! A report or a passage, by its id.

use super::answered::{Answered, Rows, Summary, boxed, plain_rows};
use super::basis::Basis;
use super::check::passage_number;
use super::column::Column;
use super::error::AskError;
use super::holdings::Holdings;
use super::method::{Asked, Method};
use super::notice::Notice;
use super::question::ShowQuestion;
use super::reference::reference;
use super::reports::ReportRow;
use super::reports::damaged;
use super::row::{PlaceFields, Source, described_by};
use super::scope::find_report;
use crate::catalogue::IdParts;
use crate::index::IndexError;
use crate::passage::PassageView;
use crate::query::Filters;
use baogao_reading::report::Kind;
use schemars::JsonSchema;
use serde::{Serialize, Serializer};
use serde_json::Value;
use std::ops::RangeInclusive;

/// Passages of one report.
pub struct ShowAnswer<'h> {
    holdings: &'h dyn Holdings,
    question: ShowQuestion,
    /// The rank of the report.
    pub rank: usize,
    /// The number of the passage, where one is named.
    pub number: Option<u32>,
    numbers: RangeInclusive<u32>,
    method: Method,
}

impl<'h> ShowAnswer<'h> {
    /// Finds what an id names.
    ///
    /// # Errors
    /// As for [`answer`](super::answer()).
    pub fn new(
        holdings: &'h dyn Holdings,
        question: &ShowQuestion,
    ) -> Result<ShowAnswer<'h>, AskError> {
        question.check()?;
        let id = holdings.parse_id(&question.id);
        let number = id.number.map(|number| passage_number(&question.id, number));
        let number = number.transpose()?;
        let rank = rank_of(holdings, &id)?;
        let n_passages = holdings.reports().n_passages(rank);
        let numbers = match number {
            Some(number) if !(1..=n_passages).contains(&number) => {
                return Err(AskError::Passage {
                    report: id.report.to_owned(),
                    number,
                    n_passages,
                });
            }
            Some(number) => {
                let n = question.context;
                number.saturating_sub(n)..=number.saturating_add(n).min(n_passages)
            }
            None => {
                question.check_context(true)?;
                1..=n_passages
            }
        };
        let filters = Filters {
            reports: vec![rank],
            ..Filters::default()
        };
        Ok(ShowAnswer {
            method: Method::new(holdings, Asked::Text, Vec::new(), &filters),
            question: question.clone(),
            holdings,
            rank,
            number,
            numbers,
        })
    }

    /// The passage that is named, else the first that is asked for; none where the report has none.
    ///
    /// # Errors
    /// When a file of the index cannot be read.
    pub fn named(&self) -> Result<Option<PassageView>, AskError> {
        let numbers = self.number.map(|number| number..=number);
        let numbers = numbers.unwrap_or_else(|| self.numbers.clone());
        let mut passages = self.holdings.passages(self.rank, numbers)?;
        Ok(passages.next().transpose()?)
    }

    /// The passages that are asked for, in reading order.
    ///
    /// # Errors
    /// When a file of the index cannot be read.
    pub fn passages(
        &self,
    ) -> Result<impl Iterator<Item = Result<PassageView, IndexError>> + '_, AskError> {
        let passages = self.holdings.passages(self.rank, self.numbers.clone())?;
        let is_heading = |passage: &PassageView| passage.kind == Kind::Heading;
        Ok(passages.filter(move |passage| {
            !self.question.outline || passage.as_ref().map_or(true, is_heading)
        }))
    }
}

impl Answered for ShowAnswer<'_> {
    fn rows_name(&self) -> &'static str {
        "passages"
    }

    fn rows(&self) -> Result<Rows<'_>, AskError> {
        let cite = self.question.cite;
        let row = move |passage: Result<PassageView, IndexError>| {
            let passage = passage?;
            Ok(boxed(PassageRow { passage, cite }))
        };
        Ok(Box::new(self.passages()?.map(row)))
    }

    fn columns(&self) -> Vec<Column> {
        columns_of(self.question.cite)
    }

    fn summary<'a>(&'a self, basis: &'a Basis) -> Result<Summary<'a>, AskError> {
        let passages = self.holdings.reports().n_passages(self.rank);
        Ok(ShowSummary::of(
            &self.question.id,
            Some(passages),
            &self.method,
            basis,
        ))
    }

    fn notices(&self) -> &[Notice] {
        &[]
    }

    fn method(&self) -> &Method {
        &self.method
    }

    fn is_empty(&self) -> bool {
        self.numbers.is_empty()
    }

    /// What is true of the whole report.
    fn head(&self) -> Result<Option<Value>, AskError> {
        let row = ReportRow::read(self.holdings, self.rank, None).map_err(damaged)?;
        let n_passages = row.passages;
        let mut head = serde_json::to_value(&row).unwrap_or_default();
        if let Some(head) = head.as_object_mut() {
            head.insert("n_passages".to_owned(), n_passages.into());
        }
        Ok(Some(head))
    }
}

/// The columns of a table of passages, whether there are any or not.
fn columns_of(cited: bool) -> Vec<Column> {
    let mut columns = Column::of::<PassageRow>();
    columns.retain(|column| !column.is_optional || cited);
    columns
}

/// The answer that nothing is called so, in the form that was asked for: a program that reads it finds no passages, and a
/// summary that says of what.
pub struct NoText<'a> {
    question: &'a ShowQuestion,
    method: Method,
}

impl<'a> NoText<'a> {
    /// The answer to a question whose id names nothing.
    pub fn new(holdings: &dyn Holdings, question: &'a ShowQuestion) -> NoText<'a> {
        let method = Method::new(holdings, Asked::Text, Vec::new(), &Filters::default());
        NoText { question, method }
    }
}

impl Answered for NoText<'_> {
    fn rows_name(&self) -> &'static str {
        "passages"
    }

    fn rows(&self) -> Result<Rows<'_>, AskError> {
        Ok(Box::new(std::iter::empty()))
    }

    fn columns(&self) -> Vec<Column> {
        columns_of(self.question.cite)
    }

    fn summary<'a>(&'a self, basis: &'a Basis) -> Result<Summary<'a>, AskError> {
        Ok(ShowSummary::of(
            &self.question.id,
            None,
            &self.method,
            basis,
        ))
    }

    fn notices(&self) -> &[Notice] {
        &[]
    }

    fn method(&self) -> &Method {
        &self.method
    }

    fn is_empty(&self) -> bool {
        true
    }
}

/// What closes the answer of `show`.
#[derive(Serialize, JsonSchema)]
pub(super) struct ShowSummary<'a> {
    /// `summary`
    r#type: &'static str,
    /// The id as typed.
    id: &'a str,
    /// How many passages the report has; null where nothing is called so.
    passages: Option<u32>,
    /// What must be known to read the answer.
    notices: Vec<Notice>,
    /// How the answer was computed.
    method: &'a Method,
    #[serde(flatten)]
    basis: &'a Basis,
}

impl<'a> ShowSummary<'a> {
    fn of(id: &'a str, passages: Option<u32>, method: &'a Method, basis: &'a Basis) -> Summary<'a> {
        Box::new(ShowSummary {
            r#type: "summary",
            id,
            passages,
            notices: basis.beside(&[]),
            method,
            basis,
        })
    }
}

/// The report that an id names, or in which it names a passage.
fn rank_of(holdings: &dyn Holdings, parts: &IdParts<'_>) -> Result<usize, AskError> {
    parts
        .rank
        .map_or_else(|| find_report(holdings, parts.report), Ok)
}

/// The id of a passage as the index has it. One that is not there would pass over nothing without a word.
pub(super) fn passage_id(holdings: &dyn Holdings, id: &str) -> Result<String, AskError> {
    let parts = holdings.parse_id(id);
    let number = parts
        .number
        .ok_or_else(|| AskError::NoPassageId { id: id.to_owned() })?;
    let rank = rank_of(holdings, &parts)?;
    let n_passages = holdings.reports().n_passages(rank);
    let number: u32 = passage_number(id, number)?;
    match (1..=n_passages).contains(&number) {
        true => {
            let entry = holdings.reports().entry(rank).map_err(damaged)?;
            Ok(format!("{}:{number}", entry.id))
        }
        false => Err(AskError::Passage {
            report: parts.report.to_owned(),
            number,
            n_passages,
        }),
    }
}
#[derive(Serialize, JsonSchema)]
struct PassageObject<'a> {
    /// `passage`
    #[schemars(extend("x-column" = false))]
    r#type: &'static str,
    #[serde(flatten)]
    place: PlaceFields<'a>,
    /// The whole passage, repaired but not folded.
    text: &'a str,
    /// Hash of the text, as in a hit.
    text_hash: String,
    /// The raw file, and the line in which the passage begins.
    #[schemars(extend("x-columns" = {"file": "/file", "line": "/line"}))]
    source: Source<'a>,
    /// A reference to the passage; only with `cite`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String", extend("x-only" = true))]
    cite: Option<String>,
}

/// A passage.
#[derive(Debug)]
pub struct PassageRow {
    /// The passage.
    pub passage: PassageView,
    /// Whether its reference is asked for.
    pub cite: bool,
}

impl Serialize for PassageRow {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let passage = &self.passage;
        let object = PassageObject {
            r#type: "passage",
            place: PlaceFields::of(passage),
            text: &passage.text,
            text_hash: passage.text_hash(),
            source: Source {
                file: &passage.report.file,
                line: passage.line,
            },
            cite: self.cite.then(|| reference(passage)),
        };
        object.serialize(serializer)
    }
}

plain_rows!(PassageRow);

described_by! {
    PassageRow: PassageObject<'static>, "Passage";
}
