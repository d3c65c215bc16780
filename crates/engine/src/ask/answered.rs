//! What every answer has: rows, a table of them, what closes it, what must be said beside it.
//!
//! Surfaces write any answer through this, without knowing its kind.

use super::basis::Basis;
use super::column::Column;
use super::error::AskError;
use super::method::Method;
use super::notice::Notice;
use erased_serde::Serialize;
use serde_json::Value;

/// A row of an answer: an object with a `type`.
pub trait AnswerRow: Serialize {
    /// The row as a table takes it.
    fn in_table(&self) -> Value;
}

erased_serde::serialize_trait_object!(AnswerRow);

/// A row of whatever kind.
pub(super) fn boxed<'a>(row: impl AnswerRow + 'a) -> Box<dyn AnswerRow + 'a> {
    Box::new(row)
}

/// What closes an answer: an object with the `type` `summary`.
pub type Summary<'a> = Box<dyn Serialize + 'a>;

/// A row that stands in a table as it stands in a document.
macro_rules! plain_rows {
    ($($row:ty),*) => {$(
        impl $crate::ask::answered::AnswerRow for $row {
            fn in_table(&self) -> serde_json::Value {
                serde_json::to_value(self).unwrap_or_default()
            }
        }
    )*};
}
pub(super) use plain_rows;

/// Rows, each made when it is asked for. One that cannot be made ends the answer.
pub type Rows<'a> = Box<dyn Iterator<Item = Result<Box<dyn AnswerRow + 'a>, AskError>> + 'a>;

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

    /// What one document of the answer begins with, before its rows.
    ///
    /// # Errors
    /// When a file of the index cannot be read.
    fn head(&self) -> Result<Option<Value>, AskError> {
        Ok(None)
    }
}
