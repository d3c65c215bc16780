//! `baogao first`: where a phrase stands first, and how it spread.

use super::output::{Export, OutputArguments};
use super::{
    Common, Failure, FilePaths, FilterArguments, Format, MatchArguments, basis, open_or_build,
    report_of_id, say, say_notices, stdout,
};
use crate::cmd::lang::t;
use crate::cmd::lang::{self, counted};
use baogao::ask::{Expressed, Resolved, beyond_genre, express, parse, sentence, undated};
use baogao::concordance::{First, adoption, first_appearances};
use baogao::exact::MatchOptions;
use baogao::index::Index;
use baogao::render::table::{Column, TextCell, bar, write_text};
use baogao::render::terminal::{Look, escape, marked, number};
use baogao::render::{cite, json};
use baogao::search::Hit;
use baogao::stats::{Dimension, Presence, State, Value};
use clap::{Args, ValueEnum};
use serde_json::json;
use std::io::{self, Write};
use std::ops::Range;
use std::process::ExitCode;

/// Columns of the longest bar.
const BAR_COLUMNS: usize = 30;

/// Arguments of `first`.
#[derive(Args)]
pub(crate) struct FirstArguments {
    /// Expression of which the first passage is looked for
    #[arg(required = true)]
    phrase: Vec<String>,
    /// The first appearance in each of these, and how many have it by each year
    #[arg(long, value_name = "WHAT")]
    by: Option<By>,
    /// Pass over this passage: it says something else (汾阳市-2024:19)
    #[arg(long, value_name = "ID")]
    reject: Vec<String>,
    /// Rows to show, 0 for all
    #[arg(short = 'n', long, default_value_t = 0)]
    limit: usize,
    /// Rows to pass over
    #[arg(long, default_value_t = 0)]
    offset: usize,
    /// Give each passage its reference
    #[arg(long)]
    cite: bool,
    #[command(flatten)]
    matching: MatchArguments,
    #[command(flatten)]
    output: OutputArguments,
    // Last, because its heading holds for all that follows.
    #[command(flatten)]
    filters: FilterArguments,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum By {
    /// Each region
    #[value(alias = "地区")]
    Region,
    /// Each province, with all that lies in it
    #[value(alias = "省")]
    Province,
    /// Each prefecture, with all that lies in it
    #[value(alias = "市")]
    Prefecture,
    /// Each level
    #[value(alias = "级别")]
    Level,
}

pub(crate) fn run(common: &Common, arguments: &FirstArguments) -> Result<ExitCode, Failure> {
    let typed = arguments.phrase.join(" ");
    // What cannot be understood is said before an index is built.
    let matching = MatchOptions::from(arguments.matching);
    parse(&typed, matching)?;
    let index = open_or_build(common, false)?;
    let Expressed { query, scope, .. } =
        express(&index, &typed, matching, &arguments.filters.scope())?;
    let Resolved {
        filters,
        mut notices,
        ..
    } = scope;
    notices.extend(beyond_genre(&index, &query, &filters)?);
    let by = arguments.by.map(|by| match by {
        By::Region => Dimension::Region,
        By::Province => Dimension::Province,
        By::Prefecture => Dimension::Prefecture,
        By::Level => Dimension::Level,
    });
    let rejected = arguments
        .reject
        .iter()
        .map(|id| passage_id(&index, id))
        .collect::<Result<Vec<_>, _>>()?;
    let mut firsts = first_appearances(&index, &query, &filters, by, &rejected)?;
    // The earliest first; those that never say it last.
    firsts.sort_by_key(|first| (first.year.is_none(), first.year));
    let curve = if by.is_some() {
        adoption(&firsts)
    } else {
        Vec::new()
    };
    let n_with = firsts.iter().filter(|first| first.hit.is_some()).count();
    let n_all = firsts.len();
    let n_undated = undated(&index, &filters);
    let understood = query.understood();
    // What stands in reports without a year alone is said all the same.
    let is_said = |first: &&First| first.state() == State::Said;
    let n_passages = firsts.iter().filter(is_said).count() as u64;
    let state = Presence::within(&index, &filters)?.state(n_passages);
    let mut question = format!("first {understood}{}", arguments.matching.note());
    if !rejected.is_empty() {
        question.push_str(&format!(" (not {})", rejected.join(", ")));
    }
    let method = cite::method(&index, &question, &filters);
    let limit = if arguments.limit == 0 {
        usize::MAX
    } else {
        arguments.limit
    };
    let page: Vec<&First> = firsts.iter().skip(arguments.offset).take(limit).collect();
    let is_reading = arguments.output.format == Format::Text;
    let mut out = stdout();
    let basis = basis(&index)?;
    if is_reading && common.is_page() {
        let files = FilePaths::new(&index)?;
        for first in page.iter().filter(|first| first.hit.is_some()) {
            write_first(&mut out, common.look(), first, &files, arguments.cite)?;
        }
        if !curve.is_empty() && n_with > 0 {
            let columns = [
                (t!("year"), true),
                (t!("new"), true),
                (t!("by then"), true),
                (t!("held"), true),
                ("".into(), false),
            ];
            let columns = columns.map(|(name, is_number)| (name.into_owned(), is_number));
            let rows = curve.iter().map(|year| {
                let cells = [
                    year.year.to_string(),
                    year.new.to_string(),
                    year.cumulative.to_string(),
                    if year.held == 0 {
                        String::new()
                    } else {
                        year.held.to_string()
                    },
                    bar(year.cumulative as f64 / n_all as f64, BAR_COLUMNS),
                ];
                cells.into_iter().map(TextCell::from).collect()
            });
            write_text(&mut out, common.look(), &columns, rows.collect())?;
        }
    } else {
        let row = |first: &&First| {
            let sentence = first.hit.as_ref().map(sentence_text);
            let mut row = json::first(&index, by, first, sentence);
            if let (true, Some(hit), Some(row)) = (arguments.cite, &first.hit, row.as_object_mut())
            {
                row.insert("cite".to_owned(), cite::reference(&hit.passage).into());
            }
            Ok(row)
        };
        let columns = columns(by, arguments.cite);
        let export = Export {
            name: "rows",
            columns: &columns,
            rows: page.iter().map(row),
            summary: json!({
                "type": "summary",
                "query": query.typed(),
                "understood": understood,
                "state": state.name(),
                "by": by.map(Dimension::name),
                "with": n_with,
                "without": firsts.iter().filter(|first| first.state() == State::NotSaid).count(),
                "reports_without_year": n_undated,
                "copies_left_out": index.copies_left_out(&filters),
                "notices": notices,
                "adoption": curve.iter().map(json::adoption).collect::<Vec<_>>(),
                "method": method,
                "schema_version": basis.schema_version,
                "corpus": basis.corpus,
                "stale": basis.stale,
            }),
            method: &method,
        };
        export.write(&mut out, arguments.output)?;
    }
    out.flush()?;
    if is_reading {
        say_notices(&notices);
        if n_undated > 0 {
            say(&t!(
                "%{a} without a year left out",
                a = counted(n_undated as u64, "report")
            ));
        }
        if by.is_some() {
            say(&t!(
                "%{a} of %{b} have it",
                a = number(n_with as u64),
                b = number(n_all as u64)
            ));
        } else if n_with == 0 && n_passages > 0 {
            say(&t!(
                "“%{phrase}” stands in reports without a year alone",
                phrase = typed.trim()
            ));
        } else if n_with == 0 {
            say(&lang::absence(state, typed.trim()).unwrap_or_else(|| {
                t!(
                    "“%{phrase}” stands in no report that was searched",
                    phrase = typed.trim()
                )
                .into_owned()
            }));
        }
        say(&lang::method(&method));
    }
    Ok(ExitCode::from(u8::from(n_passages == 0)))
}

/// The id of a passage as the index has it. One that is not there would pass over nothing without a word.
pub(crate) fn passage_id(index: &Index, id: &str) -> Result<String, Failure> {
    let parts = index.parse_id(id);
    let number = parts.number.ok_or_else(|| {
        Failure::usage(
            t!("`%{id}` is not the id of a passage", id = id),
            Some(t!("write one like 汾阳市-2024:19").into_owned()),
        )
    })?;
    let rank = report_of_id(index, &parts).map_err(|error| error.with_code(2))?;
    let n_passages = index.reports.size(rank).passages;
    let number: Option<u32> = number.parse().ok();
    match (
        number.filter(|n| (1..=n_passages).contains(n)),
        index.reports.entry(rank),
    ) {
        (Some(number), Ok(entry)) => Ok(format!("{}:{number}", entry.id)),
        _ => Err(Failure::usage(
            t!(
                "%{report} has no passage %{number}",
                report = parts.report,
                number = id
            ),
            Some(t!("it has %{n}", n = n_passages).into_owned()),
        )),
    }
}

fn sentence_text(hit: &Hit) -> &str {
    hit.passage.text.get(sentence(hit)).unwrap_or_default()
}

fn columns(by: Option<Dimension>, cited: bool) -> Vec<Column> {
    let mut columns = Vec::new();
    if let Some(by) = by {
        columns.push(Column::text(by.name(), format!("/{}", by.name())));
        if by != Dimension::Level {
            columns.push(Column::text(
                format!("{}_code", by.name()),
                format!("/{}_code", by.name()),
            ));
        }
    }
    columns.extend([
        Column::number("first_year", "/first_year"),
        Column::text("left_censored", "/left_censored"),
        Column::text("gap_before", "/gap_before"),
        Column::text("state", "/state"),
        Column::text("id", "/hit/id"),
        Column::text("part", "/hit/part"),
        Column::text("sentence", "/sentence"),
        Column::text("file", "/hit/source/file"),
        Column::number("line", "/hit/source/line"),
    ]);
    if cited {
        columns.push(Column::text("cite", "/cite"));
    }
    columns
}

/// A first appearance as people read it.
fn write_first(
    out: &mut impl Write,
    look: Look,
    first: &First,
    files: &FilePaths,
    cited: bool,
) -> io::Result<()> {
    let (Some(hit), Some(year)) = (&first.hit, first.year) else {
        return Ok(());
    };
    let of = match &first.key {
        Some(Value::Region(region)) => region
            .path_string()
            .trim_start_matches('/')
            .replace('/', " › "),
        Some(Value::Level(level)) => look.level(*level).to_owned(),
        _ => baogao::render::terminal::region_line(&hit.passage),
    };
    writeln!(
        out,
        "{}  {}",
        look.name(&year.to_string()),
        look.name(&format!("{of} · {}", look.part(hit.passage.part)))
    )?;
    let range = sentence(hit);
    let spans: Vec<Range<usize>> = hit.spans.clone();
    let text = marked(look, &hit.passage.text, &spans, &[range]);
    writeln!(out, "{}", look.wrap(&text, "  "))?;
    let file = files.path(hit.passage.report.root, &hit.passage.report.path);
    writeln!(
        out,
        "  {}  {}",
        look.id(&hit.passage.id()),
        look.dim(&format!("{file}:{}", hit.passage.line))
    )?;
    if cited {
        writeln!(out, "  {}", escape(&cite::reference(&hit.passage)))?;
    }
    let caution = match (first.left_censored, first.gap_before) {
        (true, _) => Some(
            t!(
                "the earliest report held is of %{year}: the phrase may be older",
                year = year
            )
            .into_owned(),
        ),
        (false, Some((from, to))) if from == to => Some(
            t!(
                "no whole report of %{from} was read: the phrase may be older",
                from = from
            )
            .into_owned(),
        ),
        (false, Some((from, to))) => Some(
            t!(
                "no whole report of %{from} to %{to} was read: the phrase may be older",
                from = from,
                to = to
            )
            .into_owned(),
        ),
        (false, None) => None,
    };
    if let Some(caution) = caution {
        writeln!(out, "  {}", look.dim(&caution))?;
    }
    writeln!(out)
}
