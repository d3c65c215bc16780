//! The forms of an answer: the same rows as JSON, CSV, Markdown or lines. Each row is written when it comes.

use super::{Failure, Format, lang};
use baogao::region::Level;
use baogao::render::Language;
use baogao::render::cite::Method;
use baogao::render::json;
use baogao::render::table::{Column, Row, write_csv, write_markdown, write_tabs};
use baogao::report::Part;
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
    pub(crate) method: &'a Method,
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
            Format::Csv => write_csv(out, columns, rows, &method.to_string(), output.bom),
            Format::Md => match lang::language() {
                Language::English => write_markdown(out, columns, rows, &lang::method(method)),
                Language::Chinese => {
                    let headed: Vec<Column> = columns.iter().map(in_chinese).collect();
                    let rows =
                        rows.map(|row| Ok::<Value, Failure>(said_in_chinese(columns, &row?)));
                    write_markdown(out, &headed, rows, &lang::method(method))
                }
            },
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

/// A column under a Chinese header: a table of Markdown is for papers. What is no name of the program, such as a year,
/// stays.
fn in_chinese(column: &Column) -> Column {
    let name = lang::name_in_table(&column.name, None);
    Column {
        name: name.map_or_else(|| column.name.clone(), Into::into),
        ..column.clone()
    }
}

/// A row whose values that are names of the program are Chinese.
fn said_in_chinese(columns: &[Column], row: &impl Row) -> Value {
    let mut row = row.value().into_owned();
    for column in columns {
        let Some(value) = row.pointer_mut(&column.pointer) else {
            continue;
        };
        let said = match (&*column.name, &*value) {
            ("level" | "region_level", Value::String(name)) => {
                Level::parse(name).map(|level| level.chinese_name().to_owned())
            }
            ("part", Value::String(name)) => {
                let part = Part::ALL.into_iter().find(|part| part.name() == name);
                part.map(|part| part.chinese_name().to_owned())
            }
            (name, Value::String(said)) => lang::name_in_table(name, Some(said)),
            (name, Value::Bool(said)) => lang::name_in_table(name, Some(&said.to_string())),
            _ => None,
        };
        if let Some(said) = said {
            *value = said.into();
        }
    }
    row
}
