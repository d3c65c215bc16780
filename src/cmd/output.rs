//! The forms of an answer: the same rows as JSON, CSV, Markdown or lines.

use super::{Failure, Format};
use baogao::render::json;
use baogao::render::table::{Column, write_csv, write_markdown, write_tabs};
use clap::Args;
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

/// An answer as rows.
pub(crate) struct Export<'a> {
    /// What the array of rows is called in a JSON document.
    pub(crate) name: &'static str,
    /// What a table takes of each row.
    pub(crate) columns: &'a [Column],
    pub(crate) rows: Vec<Value>,
    /// The last line of JSON lines.
    pub(crate) summary: Value,
    /// The line under a table.
    pub(crate) method: &'a str,
}

impl Export<'_> {
    /// Writes the answer; as text, lines with tabs between the cells.
    pub(crate) fn write(
        mut self,
        out: &mut impl Write,
        output: OutputArguments,
    ) -> Result<(), Failure> {
        match output.format {
            Format::Text => write_tabs(out, self.columns, &self.rows)?,
            Format::Csv => write_csv(out, self.columns, &self.rows, self.method, output.bom)?,
            Format::Md => write_markdown(out, self.columns, &self.rows, self.method)?,
            Format::Json => json::write_document(out, self.name, self.rows, self.summary)?,
            Format::Jsonl => {
                self.rows.push(self.summary);
                json::write_lines(out, &self.rows)?;
            }
        }
        Ok(())
    }
}
