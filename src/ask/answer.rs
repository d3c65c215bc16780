//! An answer of any kind: its rows, what closes it, and what must be said beside it.
//!
//! A kind of question is one module with its answer, and one arm of [`answer`].

use super::basis::Basis;
use super::column::Column;
use super::count::{CountAnswer, CountSummary};
use super::coverage::{CoverageAnswer, CoverageSummary};
use super::define::{DefineAnswer, DefineSummary};
use super::error::AskError;
use super::first::{FirstAnswer, FirstSummary};
use super::kwic::{KwicAnswer, KwicSummary};
use super::method::Method;
use super::notice::Notice;
use super::question::Question;
use super::reports::{ReportsAnswer, ReportsSummary};
use super::row::Row;
use super::search::{SearchAnswer, SearchSummary};
use super::show::{ShowAnswer, ShowSummary};
use crate::index::Index;
use serde::Serialize;
use serde_json::Value;

/// Rows, each made when it is asked for. One that cannot be made ends the answer.
pub type Rows<'a> = Box<dyn Iterator<Item = Result<Row, AskError>> + 'a>;

/// A table: its columns, and rows that they point into, each made when it is asked for.
pub struct Table<'a> {
    /// The columns.
    pub columns: Vec<Column>,
    /// The rows.
    pub rows: Box<dyn Iterator<Item = Result<Value, AskError>> + 'a>,
}

/// What every answer has.
pub trait Answered {
    /// What the array of rows is called in a document.
    fn rows_name(&self) -> &'static str {
        "rows"
    }

    /// The rows that were asked for.
    ///
    /// # Errors
    /// When the first of them cannot be made.
    fn rows(&self) -> Result<Rows<'_>, AskError>;

    /// The columns of a table of them.
    fn columns(&self) -> Vec<Column>;

    /// The rows as a table.
    ///
    /// # Errors
    /// As for [`Answered::rows`].
    fn table<'a>(&'a self, _basis: &'a Basis) -> Result<Table<'a>, AskError> {
        let rows = self.rows()?;
        Ok(Table {
            columns: self.columns(),
            rows: Box::new(rows.map(|row| Ok(row?.in_table()))),
        })
    }

    /// What closes the answer.
    ///
    /// # Errors
    /// When a file of the index cannot be read.
    fn summary<'a>(&'a self, basis: &'a Basis) -> Result<Summary<'a>, AskError>;

    /// What must be said beside the answer.
    fn notices(&self) -> &[Notice];

    /// How it was computed.
    fn method(&self) -> &Method;

    /// Whether nothing was found.
    fn is_empty(&self) -> bool;

    /// What one document of the answer begins with, in place of a summary behind its rows.
    ///
    /// # Errors
    /// When a file of the index cannot be read.
    fn head(&self) -> Result<Option<Value>, AskError> {
        Ok(None)
    }
}

/// What closes an answer.
#[derive(Serialize)]
#[serde(untagged)]
pub enum Summary<'a> {
    /// Of `search`.
    Search(Box<SearchSummary<'a>>),
    /// Of `kwic`.
    Kwic(Box<KwicSummary<'a>>),
    /// Of `count`.
    Count(Box<CountSummary<'a>>),
    /// Of `first`.
    First(Box<FirstSummary<'a>>),
    /// Of `define`.
    Define(Box<DefineSummary<'a>>),
    /// Of `reports`.
    Reports(Box<ReportsSummary<'a>>),
    /// Of `reports --coverage`.
    Coverage(Box<CoverageSummary<'a>>),
    /// Of `show`.
    Show(Box<ShowSummary<'a>>),
}

/// An answer.
pub enum Answer<'h> {
    /// Passages.
    Search(Box<SearchAnswer<'h>>),
    /// Lines.
    Kwic(Box<KwicAnswer<'h>>),
    /// Counts.
    Count(Box<CountAnswer<'h>>),
    /// First appearances.
    First(Box<FirstAnswer<'h>>),
    /// Definitions.
    Define(Box<DefineAnswer<'h>>),
    /// Reports.
    Reports(Box<ReportsAnswer<'h>>),
    /// What is held of which region and year.
    Coverage(Box<CoverageAnswer<'h>>),
    /// Passages of one report.
    Show(Box<ShowAnswer<'h>>),
}

impl<'h> Answer<'h> {
    /// What every answer has.
    pub fn common(&self) -> &(dyn Answered + 'h) {
        match self {
            Answer::Search(answer) => &**answer,
            Answer::Kwic(answer) => &**answer,
            Answer::Count(answer) => &**answer,
            Answer::First(answer) => &**answer,
            Answer::Define(answer) => &**answer,
            Answer::Reports(answer) => &**answer,
            Answer::Coverage(answer) => &**answer,
            Answer::Show(answer) => &**answer,
        }
    }
}

/// Answers a question.
///
/// # Errors
/// When it cannot be understood, names what does not exist, or the index cannot be read.
pub fn answer<'h>(index: &'h Index, question: &Question) -> Result<Answer<'h>, AskError> {
    Ok(match question {
        Question::Search(question) => Answer::Search(Box::new(SearchAnswer::new(index, question)?)),
        Question::Kwic(question) => Answer::Kwic(Box::new(KwicAnswer::new(index, question)?)),
        Question::Count(question) => Answer::Count(Box::new(CountAnswer::new(index, question)?)),
        Question::First(question) => Answer::First(Box::new(FirstAnswer::new(index, question)?)),
        Question::Define(question) => Answer::Define(Box::new(DefineAnswer::new(index, question)?)),
        Question::Reports(question) if question.coverage => {
            Answer::Coverage(Box::new(CoverageAnswer::new(index, question)?))
        }
        Question::Reports(question) => {
            Answer::Reports(Box::new(ReportsAnswer::new(index, question)?))
        }
        Question::Show(question) => Answer::Show(Box::new(ShowAnswer::new(index, question)?)),
    })
}
