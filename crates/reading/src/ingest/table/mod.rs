//! Tables → one document a report: CSV, TSV, JSON and spreadsheets.
//!
//! In: decoded text (or the bytes of a spreadsheet). Out: documents whose lines have the numbers of the raw
//! file, what the columns say of region, year and title, and notes. The text of a cell goes through the
//! same repair as a text file; what is understood here is which column is what, and which rows
//! belong together.
//!
//! The files of each kind are read by `delimited`, `json` and `workbook` into a `sheet`; `names` knows what a column of
//! a name holds, `values` what a cell says, `wide` makes rows of columns that are reports, `layout` which column is which and which rows are one report, `columns` and `resolver` what a row
//! says of its report, `reports` puts them together.
//!
//! A row is a report of its own, unless rows share an id (or title, region and year) and are
//! short, or a column counts paragraphs: then they are the passages of one report, in their order. Short rows that say
//! nothing of place, year and title are one text; with labels beside them they are no report.
//!
//! # Invariants
//!
//! - No row is lost in silence: it is in a document, or a note says that it has no text or is broken.
//! - A line number is the raw line on which the text stands (CSV), on which the row begins (JSON), or
//!   the number of the row (spreadsheet).

mod columns;
mod delimited;
mod json;
mod layout;
mod names;
mod reports;
mod resolver;
mod sheet;
mod values;
mod wide;
#[cfg(feature = "xlsx")]
mod workbook;

pub(crate) use columns::ColumnFacts;
pub(crate) use reports::TableReport;
#[cfg(feature = "xlsx")]
pub(crate) use workbook::read_workbook;

use super::IngestError;
use crate::format::Format;

/// The reports of a table that is text.
pub(crate) fn read_text(text: &str, format: Format) -> Result<Vec<TableReport>, IngestError> {
    let sheet = match format {
        Format::JsonLines | Format::Json => json::read(text)?,
        _ => delimited::read(text, format == Format::Tsv)?,
    };
    sheet.into_reports()
}
