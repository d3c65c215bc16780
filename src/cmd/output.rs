//! The forms of an answer: text for people, and the same rows as JSON, CSV, Markdown or lines.

use super::lang::t;
use super::open::open_or_build;
use super::waiting::Waiting;
use super::{Common, Failure, Format, lang, say, say_notices, stdout};
use baogao_engine::ask::{Answer, Answered, AskError, Basis, Column, Holdings, Question, answer};
use baogao_reading::region::Level;
use baogao_reading::report::Part;
use baogao_render::Language;
use baogao_render::answer::{notice_beside, write_cells, write_json, write_jsonl, write_table};
use baogao_render::failure::wrong_fields;
use baogao_render::table::write_markdown;
use clap::Args;
use serde_json::Value;
use std::io::Write;
use std::process::ExitCode;
use std::sync::Arc;

/// Options that say in which form an answer is given.
#[derive(Args, Clone, Copy, Default)]
pub(crate) struct OutputArguments {
    /// Form of output
    #[arg(long, default_value = "text")]
    pub(crate) format: Format,
    /// Begin a CSV with a byte-order mark, for spreadsheets that take UTF-8 for something else without it
    #[arg(long)]
    pub(crate) bom: bool,
}

impl OutputArguments {
    /// Refuses what has no effect in the form that is asked for: options, each with whether it is given.
    pub(crate) fn check(self, only_text: &[(&'static str, bool)]) -> Result<(), Failure> {
        if self.bom && self.format != Format::Csv {
            return Err(needs("bom", "format csv"));
        }
        if self.format == Format::Text {
            return Ok(());
        }
        refuse_together(self.format.as_typed(), only_text)
    }
}

impl Format {
    /// The option that asks for it.
    pub(crate) fn as_typed(self) -> &'static str {
        match self {
            Format::Text => "format text",
            Format::Jsonl => "format jsonl",
            Format::Json => "format json",
            Format::Csv => "format csv",
            Format::Md => "format md",
        }
    }
}

/// Refuses options that have no effect beside another.
pub(crate) fn refuse_together(
    other: &'static str,
    options: &[(&'static str, bool)],
) -> Result<(), Failure> {
    match options.iter().find(|(_, is_given)| *is_given) {
        Some((option, _)) => Err(wrong_fields(AskError::Together { option, other }, as_typed)),
        None => Ok(()),
    }
}

/// Refuses an option that has no effect without another.
pub(crate) fn needs(option: &'static str, other: &'static str) -> Failure {
    wrong_fields(AskError::Needs { option, other }, as_typed)
}

/// A field of a question as its option is typed.
fn as_typed(field: &str) -> String {
    format!("--{}", field.replace('_', "-"))
}

/// Opens the index for a question. What cannot be asked is told before an index is built.
pub(crate) fn opened_for(
    common: &Common,
    question: &Question,
    quiet: bool,
) -> Result<Arc<dyn Holdings>, Failure> {
    question
        .check()
        .map_err(|error| wrong_fields(error, as_typed))?;
    open_or_build(common, quiet)
}

/// Opens the index and asks it; what is written is left to `write`, which is given the answer and what it rests on.
pub(crate) fn ask(
    common: &Common,
    question: &Question,
    quiet: bool,
    write: impl FnOnce(&dyn Holdings, &Answer<'_>) -> Result<(), Failure>,
) -> Result<ExitCode, Failure> {
    let index = opened_for(common, question, quiet)?;
    index.begin_glance();
    let waiting = Waiting::of(question);
    let answer = answer(&*index, question)?;
    drop(waiting);
    write(&*index, &answer)?;
    Ok(ExitCode::from(u8::from(answer.common().is_empty())))
}

/// Writes an answer in a form for programs; as text, lines with tabs between the cells of the columns that are wanted.
pub(crate) fn export(
    answer: &dyn Answered,
    basis: &Basis,
    output: OutputArguments,
    is_wanted: impl Fn(&Column) -> bool,
) -> Result<(), Failure> {
    let mut out = stdout();
    let written: Result<(), Failure> = match output.format {
        Format::Text => write_cells(&mut out, answer, basis, is_wanted),
        Format::Csv => write_table(&mut out, answer, basis, output.bom),
        Format::Md => write_paper(&mut out, answer, basis),
        Format::Json => write_json(&mut out, answer, basis),
        Format::Jsonl => write_jsonl(&mut out, answer, basis),
    };
    written?;
    out.flush()?;
    match output.format {
        // A table has no place for what must be known to read it.
        Format::Csv | Format::Md => say_beside(answer, basis),
        Format::Json | Format::Jsonl => say_notices(&basis.notices),
        Format::Text => {}
    }
    Ok(())
}

/// What people are told after the rows: what must be known to read them.
pub(crate) fn say_beside(answer: &dyn Answered, basis: &Basis) {
    say_notices(&basis.notices);
    for notice in answer.notices() {
        say(&notice_beside(answer, notice));
    }
}

/// A table of Markdown is for papers: its words are those of the reader.
fn write_paper(out: &mut impl Write, answer: &dyn Answered, basis: &Basis) -> Result<(), Failure> {
    let table = answer.table(basis)?;
    let method = lang::method(answer.method());
    let rows = table.rows.map(|row| row.map_err(Failure::from));
    match lang::language() {
        Language::English => write_markdown(out, &table.columns, rows, &method),
        Language::Chinese => {
            let headed: Vec<Column> = table.columns.iter().map(in_chinese).collect();
            let rows = rows.map(|row| Ok::<Value, Failure>(said_in_chinese(&table.columns, row?)));
            write_markdown(out, &headed, rows, &method)
        }
    }
}

/// A column under a Chinese header. What is no name of the program, such as a year, stays.
fn in_chinese(column: &Column) -> Column {
    let name = lang::name_in_table(&column.name, None);
    Column {
        name: name.map_or_else(|| column.name.clone(), Into::into),
        ..column.clone()
    }
}

/// A row whose values that are names of the program are Chinese.
fn said_in_chinese(columns: &[Column], mut row: Value) -> Value {
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
            // Where no number may be given, what is known stands in its place.
            (_, Value::String(state)) if column.is_number => {
                lang::name_in_table("state", Some(state))
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

/// What an answer of one kind says on a terminal that another kind never does.
pub(crate) fn unexpected() -> Failure {
    Failure::usage(t!("this is no question"), None)
}
