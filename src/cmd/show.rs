//! `baogao show`: a report or a passage.

use super::output::{Export, OutputArguments};
use super::{Common, Failure, FilePaths, Format, basis, open_or_build, report_of_id, say, stdout};
use crate::cmd::lang::t;
use baogao::index::{Index, TableDamaged};
use baogao::passage::PassageView;
use baogao::query::Filters;
use baogao::render::table::{Column, place_columns, source_columns};
use baogao::render::terminal::escape;
use baogao::render::{cite, json};
use baogao::report::Kind;
use clap::Args;
use serde_json::json;
use std::io::Write;
use std::ops::RangeInclusive;
use std::process::ExitCode;

/// Arguments of `show`.
#[derive(Args)]
pub(crate) struct ShowArguments {
    /// Id of a report (汾阳市-2024) or of a passage (汾阳市-2024:19)
    id: String,
    /// Neighbouring passages to show on each side of a passage
    #[arg(short = 'C', long, default_value_t = 0, value_name = "N")]
    context: u32,
    /// Only the headings
    #[arg(long)]
    outline: bool,
    /// Give each passage its reference
    #[arg(long)]
    cite: bool,
    #[command(flatten)]
    output: OutputArguments,
}

pub(crate) fn run(common: &Common, arguments: &ShowArguments) -> Result<ExitCode, Failure> {
    let index = open_or_build(common, false)?;
    let (rank, numbers) = match located(&index, arguments) {
        Ok(located) => located,
        Err(failure) => {
            // A page has an answer of its own for what is not there.
            if common.opened.is_none() && matches!(failure, Failure::Told { code: 1, .. }) {
                write_nothing(&index, arguments)?;
            }
            return Err(failure);
        }
    };
    // What the last lines on stderr are about.
    let mut first = None;
    let mut shown = index.passages_between(rank, numbers)?.filter(|passage| {
        let is_heading = |passage: &PassageView| passage.kind == Kind::Heading;
        !arguments.outline || passage.as_ref().map_or(true, is_heading)
    });
    let passages = std::iter::from_fn(|| {
        let passage = shown.next()?;
        if let (None, Ok(passage)) = (&first, &passage) {
            first = Some(passage.clone());
        }
        Some(passage.map_err(Failure::from))
    });
    let row = |passage: Result<PassageView, Failure>| Ok(row(&passage?, arguments.cite));
    let mut out = stdout();
    match arguments.output.format {
        Format::Text => write_passages(&mut out, common, passages, arguments.outline)?,
        Format::Jsonl => json::write_lines(&mut out, passages.map(row))?,
        Format::Csv | Format::Md => {
            let filters = Filters {
                reports: vec![rank],
                ..Filters::default()
            };
            let export = Export {
                name: "passages",
                columns: &columns(arguments.cite),
                rows: passages.map(row),
                summary: serde_json::Value::Null,
                method: &cite::method(&index, "show", &filters),
            };
            export.write(&mut out, arguments.output)?;
        }
        Format::Json => {
            let damaged = |error: TableDamaged| Failure::Told {
                code: 5,
                message: error.to_string(),
                hint: Some(t!("run `baogao index --rebuild`").into_owned()),
            };
            let entry = index.reports.entry(rank).map_err(damaged)?;
            let notes = index.reports.notes(rank).map_err(damaged)?;
            let size = index.reports.size(rank);
            let report = json::report(&entry, &notes, size.passages, size.chars);
            let mut report = report.as_object().cloned().unwrap_or_default();
            report.insert("n_passages".to_owned(), size.passages.into());
            json::write_document(&mut out, &report, "passages", passages.map(row))?;
        }
    }
    out.flush()?;
    basis(&index)?;
    if arguments.output.format == Format::Text
        && let Some(passage) = &first
    {
        let files = FilePaths::new(&index)?;
        let file = files.path(passage.report.root, &passage.report.path);
        say(&format!(
            "{} · {file}:{}",
            passage.report.meta.title, passage.line
        ));
        if arguments.cite {
            say(&cite::reference(passage));
        }
    }
    Ok(ExitCode::from(u8::from(first.is_none())))
}

/// The report and the passages that are asked for.
fn located(
    index: &Index,
    arguments: &ShowArguments,
) -> Result<(usize, RangeInclusive<u32>), Failure> {
    let id = index.parse_id(&arguments.id);
    let number = id
        .number
        .map(|number| passage_number(&arguments.id, number))
        .transpose()?;
    let rank = report_of_id(index, &id)?;
    let n_passages = index.reports.size(rank).passages;
    let numbers = match number {
        Some(number) if !(1..=n_passages).contains(&number) => {
            return Err(Failure::Told {
                code: 1,
                message: t!(
                    "%{report} has no passage %{number}",
                    report = id.report,
                    number = number
                )
                .into_owned(),
                hint: Some(t!("it has %{n}", n = n_passages).into_owned()),
            });
        }
        Some(number) => {
            let (n, last) = (arguments.context, n_passages);
            number.saturating_sub(n)..=number.saturating_add(n).min(last)
        }
        None => 1..=n_passages,
    };
    Ok((rank, numbers))
}

/// The answer that nothing is called so, in the form that was asked for: a program that reads it finds no passages, and a
/// summary that says of what.
fn write_nothing(index: &Index, arguments: &ShowArguments) -> Result<(), Failure> {
    let basis = basis(index)?;
    let method = cite::method(index, "show", &Filters::default());
    let export = Export {
        name: "passages",
        columns: &columns(arguments.cite),
        rows: std::iter::empty::<Result<serde_json::Value, Failure>>(),
        summary: json!({
            "type": "summary",
            "id": arguments.id,
            "passages": 0,
            "method": method,
            "schema_version": basis.schema_version,
            "corpus": basis.corpus,
            "stale": basis.stale,
        }),
        method: &method,
    };
    let mut out = stdout();
    export.write(&mut out, arguments.output)?;
    Ok(out.flush()?)
}

/// The columns of a table of passages.
fn columns(cited: bool) -> Vec<Column> {
    let mut columns = place_columns();
    columns.extend([
        Column::text("kind", "/kind"),
        Column::text("text", "/text"),
        Column::text("text_hash", "/text_hash"),
    ]);
    columns.extend(source_columns());
    if cited {
        columns.push(Column::text("cite", "/cite"));
    }
    columns
}

/// A passage as a JSON value, with its reference if it is asked for.
fn row(passage: &PassageView, cited: bool) -> serde_json::Value {
    let mut row = json::passage(passage);
    if let (true, Some(row)) = (cited, row.as_object_mut()) {
        row.insert("cite".to_owned(), cite::reference(passage).into());
    }
    row
}

fn passage_number(id: &str, number: &str) -> Result<u32, Failure> {
    number.parse().map_err(|_| {
        Failure::usage(
            t!("`%{id}` is not the id of a passage", id = id),
            Some(t!("write one like 汾阳市-2024:19").into_owned()),
        )
    })
}

/// On a terminal wrapped paragraphs with numbers; piped, one passage a line: id, part, kind, text.
fn write_passages(
    out: &mut impl Write,
    common: &Common,
    passages: impl Iterator<Item = Result<PassageView, Failure>>,
    outline: bool,
) -> Result<(), Failure> {
    let look = common.look();
    let is_terminal = common.is_page();
    for passage in passages {
        let passage = passage?;
        let text = escape(&passage.text);
        if !is_terminal {
            let kind = if passage.kind == Kind::Heading {
                "heading"
            } else {
                "text"
            };
            writeln!(
                out,
                "{}\t{}\t{kind}\t{text}",
                escape(&passage.id()),
                passage.part.name()
            )?;
        } else if outline {
            let indent = "  ".repeat(passage.section.len());
            writeln!(
                out,
                "{indent}{text}  {}",
                look.dim(&format!(":{}", passage.number))
            )?;
        } else if passage.kind == Kind::Heading {
            writeln!(
                out,
                "\n{}  {}",
                look.name(&passage.text),
                look.dim(&format!(":{}", passage.number))
            )?;
        } else {
            writeln!(
                out,
                "{}  {}\n",
                look.wrap(&text, ""),
                look.dim(&format!(":{}", passage.number))
            )?;
        }
    }
    Ok(())
}
