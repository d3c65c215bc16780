//! `baogao show`: a report or a passage.

use super::{Common, Failure, FilePaths, Format, basis, find_report, open_or_build, say, stdout};
use baogao::index::TableDamaged;
use baogao::render::json;
use baogao::render::terminal::{Look, escape};
use baogao::report::Kind;
use baogao::search::PassageView;
use clap::Args;
use std::io::{IsTerminal, Write};
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
    /// Form of output
    #[arg(long, default_value = "text")]
    format: Format,
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
                message: format!("{report} has no passage {number}"),
                hint: Some(format!("it has {n}")),
            });
        }
        passages.retain(|passage| passage.number.abs_diff(number) <= arguments.context);
    }
    if arguments.outline {
        passages.retain(|passage| passage.kind == Kind::Heading);
    }
    let mut out = stdout();
    match arguments.format {
        Format::Text => write_passages(&mut out, common.look(), &passages, arguments.outline)?,
        Format::Jsonl => {
            let rows: Vec<_> = passages.iter().map(json::passage).collect();
            json::write_lines(&mut out, &rows)?;
        }
        Format::Json => {
            let damaged = |error: TableDamaged| Failure::Told {
                code: 5,
                message: error.to_string(),
                hint: Some("run `baogao index --rebuild`".to_owned()),
            };
            let entry = index.reports.entry(rank).map_err(damaged)?;
            let notes = index.reports.notes(rank).map_err(damaged)?;
            let size = index.reports.size(rank);
            let mut document = json::report(&entry, &notes, size.passages, size.chars);
            if let Some(object) = document.as_object_mut() {
                object.insert("n_passages".to_owned(), size.passages.into());
                object.insert(
                    "passages".to_owned(),
                    passages.iter().map(json::passage).collect(),
                );
            }
            serde_json::to_writer_pretty(&mut out, &document).map_err(std::io::Error::from)?;
            writeln!(out)?;
        }
    }
    out.flush()?;
    basis(&index)?;
    if arguments.format == Format::Text
        && let Some(passage) = passages.first()
    {
        let files = FilePaths::new(&index)?;
        let file = files.path(passage.report.root, &passage.report.path);
        say(&format!(
            "{} · {file}:{}",
            passage.report.meta.title, passage.line
        ));
    }
    Ok(ExitCode::from(u8::from(passages.is_empty())))
}

fn passage_number(id: &str, number: &str) -> Result<u32, Failure> {
    number.parse().map_err(|_| {
        Failure::usage(
            format!("`{id}` is not the id of a passage"),
            Some("write one like 汾阳市-2024:19".to_owned()),
        )
    })
}

/// On a terminal wrapped paragraphs with numbers; piped, one passage a line: id, part, kind, text.
fn write_passages(
    out: &mut impl Write,
    look: Look,
    passages: &[PassageView],
    outline: bool,
) -> std::io::Result<()> {
    let is_terminal = std::io::stdout().is_terminal();
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
