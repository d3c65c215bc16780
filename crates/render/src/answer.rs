//! Any answer → a machine format.
//!
//! In: an answer and what it rests on. Out: its rows as JSON, JSON lines, CSV or lines with tabs, each written when it
//! comes.

use super::json;
use super::table::{write_csv, write_tabs};
use super::words::{self, speaking};
use crate::Language;
use baogao_engine::ask::{Answered, AskError, Basis, Column, Notice, Summary};
use serde_json::Value;
use std::io::{self, Write};

/// Writes rows one a line, and what closes the answer, if it is no part of a text.
///
/// # Errors
/// When `out` cannot be written to, or a row could not be made: then those before it are written.
pub fn write_jsonl<E: From<io::Error> + From<AskError>>(
    out: &mut impl Write,
    answer: &dyn Answered,
    basis: &Basis,
) -> Result<(), E> {
    json::write_lines(out, answer.rows()?.map(|row| row.map_err(E::from)))?;
    if answer.head()?.is_none() {
        json::write_line(out, &answer.summary(basis)?)?;
    }
    Ok(())
}

/// Writes one document: what the answer begins with, the rows, and what closes it.
///
/// # Errors
/// As for [`write_jsonl`].
pub fn write_json<E: From<io::Error> + From<AskError>>(
    out: &mut impl Write,
    answer: &dyn Answered,
    basis: &Basis,
) -> Result<(), E> {
    let name = answer.rows_name();
    let rows = answer.rows()?.map(|row| row.map_err(E::from));
    let summary = ("summary", Some(answer.summary(basis)?));
    let head = answer.head()?;
    if let Some(Value::Object(head)) = &head {
        let members = head.iter().map(|(member, value)| {
            let value: Summary<'_> = Box::new(value);
            (member.as_str(), Some(value))
        });
        return json::write_document(out, members.chain([summary]), name, rows);
    }
    json::write_document(out, [(name, None), summary], name, rows)
}

/// Writes a table as CSV, what must be known to read it in its last rows.
///
/// # Errors
/// As for [`write_jsonl`].
pub fn write_table<E: From<io::Error> + From<AskError>>(
    out: &mut impl Write,
    answer: &dyn Answered,
    basis: &Basis,
    bom: bool,
) -> Result<(), E> {
    let table = answer.table(basis)?;
    let rows = table.rows.map(|row| row.map_err(E::from));
    write_csv(out, &table.columns, rows, &remarks(answer, basis)?, bom)
}

/// What stands below a table: the state of the whole, what must be known to read it, and the method. It is English whoever
/// asks: the same question gives the same bytes.
fn remarks(answer: &dyn Answered, basis: &Basis) -> Result<Vec<String>, AskError> {
    let summary = serde_json::to_value(answer.summary(basis)?).unwrap_or_default();
    let state = summary.get("state").and_then(Value::as_str);
    let mut remarks: Vec<String> = state
        .map(|state| format!("state: {state}"))
        .into_iter()
        .collect();
    let notices = basis.beside(answer.notices());
    remarks.extend(speaking(Language::English, || {
        let said = notices.iter().map(|notice| notice_beside(answer, notice));
        said.collect::<Vec<_>>()
    }));
    remarks.push(answer.method().to_string());
    Ok(remarks)
}

/// A notice as it is said beside an answer.
pub fn notice_beside(answer: &dyn Answered, notice: &Notice) -> String {
    match notice {
        // Nothing is looked for that a file may say.
        Notice::Unread { .. } if !answer.method().looks_for_words() => words::unread(notice),
        notice => words::notice_with_option(notice),
    }
}

/// Writes the cells of some columns with tabs between them.
///
/// # Errors
/// As for [`write_jsonl`].
pub fn write_cells<E: From<io::Error> + From<AskError>>(
    out: &mut impl Write,
    answer: &dyn Answered,
    basis: &Basis,
    is_wanted: impl Fn(&Column) -> bool,
) -> Result<(), E> {
    let mut table = answer.table(basis)?;
    table.columns.retain(|column| is_wanted(column));
    let rows = table.rows.map(|row| row.map_err(E::from));
    write_tabs(out, &table.columns, rows)
}
