//! `baogao show`: a report or a passage.

use super::output::{Export, OutputArguments};
use super::{Common, Failure, FilePaths, Format, basis, find_report, open_or_build, say, stdout};
use crate::cmd::lang::t;
use baogao::index::TableDamaged;
use baogao::passage::PassageView;
use baogao::query::Filters;
use baogao::render::table::{Column, place_columns, source_columns};
use baogao::render::terminal::escape;
use baogao::render::{cite, json};
use baogao::report::Kind;
use clap::Args;
use std::io::Write;
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
    let (report, number) = match arguments.id.rsplit_once([':', '\u{ff1a}']) {
        Some((report, number)) => (report, Some(passage_number(&arguments.id, number)?)),
        None => (arguments.id.as_str(), None),
    };
    let rank = find_report(&index, report)?;
    let mut passages = index.passages(rank)?;
    if let Some(number) = number {
        let n = passages.len();
        if number == 0 || number as usize > n {
            return Err(Failure::Told {
                code: 1,
                message: t!(
                    "%{report} has no passage %{number}",
                    report = report,
                    number = number
                )
                .into_owned(),
                hint: Some(t!("it has %{n}", n = n).into_owned()),
            });
        }
        passages.retain(|passage| passage.number.abs_diff(number) <= arguments.context);
    }
    if arguments.outline {
        passages.retain(|passage| passage.kind == Kind::Heading);
    }
    let mut out = stdout();
    match arguments.output.format {
        Format::Text => write_passages(&mut out, common, &passages, arguments.outline)?,
        Format::Jsonl => json::write_lines(&mut out, &rows(&passages, arguments.cite))?,
        Format::Csv | Format::Md => {
            let mut columns = place_columns();
            columns.extend([
                Column::text("kind", "/kind"),
                Column::text("text", "/text"),
                Column::text("text_hash", "/text_hash"),
            ]);
            columns.extend(source_columns());
            if arguments.cite {
                columns.push(Column::text("cite", "/cite"));
            }
            let filters = Filters {
                reports: vec![rank],
                ..Filters::default()
            };
            let export = Export {
                name: "passages",
                columns: &columns,
                rows: rows(&passages, arguments.cite),
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
            let mut document = json::report(&entry, &notes, size.passages, size.chars);
            if let Some(object) = document.as_object_mut() {
                object.insert("n_passages".to_owned(), size.passages.into());
                object.insert(
                    "passages".to_owned(),
                    rows(&passages, arguments.cite).into(),
                );
            }
            json::write_pretty(&mut out, &document)?;
        }
    }
    out.flush()?;
    basis(&index)?;
    if arguments.output.format == Format::Text
        && let Some(passage) = passages.first()
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
    Ok(ExitCode::from(u8::from(passages.is_empty())))
}

/// Passages as JSON values, with their references if they are asked for.
fn rows(passages: &[PassageView], cited: bool) -> Vec<serde_json::Value> {
    let row = |passage: &PassageView| {
        let mut row = json::passage(passage);
        if let (true, Some(row)) = (cited, row.as_object_mut()) {
            row.insert("cite".to_owned(), cite::reference(passage).into());
        }
        row
    };
    passages.iter().map(row).collect()
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
    passages: &[PassageView],
    outline: bool,
) -> std::io::Result<()> {
    let look = common.look();
    let is_terminal = common.is_page();
    for passage in passages {
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
