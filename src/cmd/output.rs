//! The forms of an answer: the same rows as JSON, CSV, Markdown or lines. Each row is written when it comes.

use super::{Failure, Format};
use baogao::render::json;
use baogao::render::table::{Column, Row, write_csv, write_markdown, write_tabs};
use clap::Args;
use serde::Serialize;
use serde_json::Value;
use std::io::Write;

/// Options that say in which form an answer is given.
#[derive(Args, Clone, Copy)]
pub(crate) struct OutputArguments {
    /// Form of output
    #[arg(long, default_value = "text")]
    pub(crate) format: Format,
    /// Begin a CSV with a byte-order mark, for spreadsheets that take UTF-8 for something else without it
    #[arg(long)]
    pub(crate) bom: bool,
}

/// An answer as rows. A row that cannot be made ends the answer there, and the command with the code of its failure.
pub(crate) struct Export<'a, I, S = Value> {
    /// What the array of rows is called in a JSON document.
    pub(crate) name: &'static str,
    /// What a table takes of each row.
    pub(crate) columns: &'a [Column],
    pub(crate) rows: I,
    /// The last line of JSON lines.
    pub(crate) summary: S,
    /// The line under a table.
    pub(crate) method: &'a str,
}

impl<R: Row, I: Iterator<Item = Result<R, Failure>>, S: Serialize> Export<'_, I, S> {
    /// Writes the answer; as text, lines with tabs between the cells.
    pub(crate) fn write(
        self,
        out: &mut impl Write,
        output: OutputArguments,
    ) -> Result<(), Failure> {
        let Export {
            name,
            columns,
            rows,
            summary,
            method,
        } = self;
        match output.format {
            Format::Text => write_tabs(out, columns, rows),
            Format::Csv => write_csv(out, columns, rows, method, output.bom),
            Format::Md => write_markdown(out, columns, rows, method),
            Format::Json => {
                let members = [(name, None), ("summary", Some(summary))];
                json::write_document(out, members, name, rows)
            }
            Format::Jsonl => {
                json::write_lines(out, rows)?;
                Ok(json::write_line(out, &summary)?)
            }
        }
    }
}
