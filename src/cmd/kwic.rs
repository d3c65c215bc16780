//! `baogao kwic`: a phrase in its contexts, aligned on it, and what stands beside it.

use super::lang::{self, counted, some_of};
use super::output::{Export, OutputArguments};
use super::{
    COLUMNS_MAX, Common, Failure, FilterArguments, Format, MatchArguments, basis, open_or_build,
    say, say_notices, stdout,
};
use crate::cmd::lang::t;
use baogao::ask::{Expressed, Resolved, express, of_other_genre, parse, plain_phrase};
use baogao::concordance::{Concordance, Line, Neighbour, Order, Page, Side};
use baogao::exact::{MatchOptions, Phrase};
use baogao::index::IndexError;
use baogao::render::table::{Column, TextCell, place_columns, source_columns, write_text};
use baogao::render::terminal::{KwicColumns, Look, Widths, escape, kwic_line, number};
use baogao::render::{cite, json};
use baogao::stats::Presence;
use clap::{Args, ValueEnum};
use serde_json::json;
use std::io::{self, Write};
use std::process::ExitCode;

/// Lines shown on a terminal without `-n`.
const N_SHOWN: usize = 50;
/// Characters of context in machine output, without `--width`.
const WIDTH: usize = 30;
/// Neighbours shown on each side, without `-n`.
const N_NEIGHBOURS: usize = 20;

/// Arguments of `kwic`.
#[derive(Args)]
pub(crate) struct KwicArguments {
    /// Expression whose places are aligned: 专业镇, '专业镇 OR 特色小镇', '白酒 region:吕梁'
    #[arg(required = true)]
    phrase: Vec<String>,
    /// Characters of context on each side, at most 1,000 on a page [default: what the terminal has room for, else 30]
    #[arg(long, value_name = "CHARS")]
    width: Option<usize>,
    /// Order of the lines
    #[arg(long, default_value = "year")]
    sort: SortChoice,
    /// Only so many lines, drawn at random
    #[arg(long, value_name = "N")]
    sample: Option<usize>,
    /// Which lines are drawn
    #[arg(long, default_value_t = 1, value_name = "S", requires = "sample")]
    seed: u64,
    /// The commonest strings right before and right after the phrase, in place of the lines
    #[arg(long)]
    neighbours: bool,
    /// Lines to show, 0 for all [default: 50 on a terminal, else all]
    #[arg(short = 'n', long)]
    limit: Option<usize>,
    /// Lines to pass over
    #[arg(long, default_value_t = 0)]
    offset: usize,
    /// Give each line its reference
    #[arg(long)]
    cite: bool,
    /// Columns that “ ” — · … take in this terminal
    #[arg(long, default_value = "narrow", value_name = "WIDTH")]
    ambiguous: Ambiguous,
    #[command(flatten)]
    matching: MatchArguments,
    #[command(flatten)]
    output: OutputArguments,
    // Last, because its heading holds for all that follows.
    #[command(flatten)]
    filters: FilterArguments,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum SortChoice {
    /// By what stands before the phrase, read backwards
    Left,
    /// By what stands after it
    Right,
    /// Oldest report first
    Year,
    /// By region code
    Region,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Ambiguous {
    /// One
    Narrow,
    /// Two
    Wide,
}

pub(crate) fn run(common: &Common, arguments: &KwicArguments) -> Result<ExitCode, Failure> {
    let typed = arguments.phrase.join(" ");
    // What cannot be understood is said before an index is built.
    let matching = MatchOptions::from(arguments.matching);
    parse(&typed, matching)?;
    let is_aligned = arguments.output.format == Format::Text && common.is_page();
    if is_aligned && arguments.width.is_some_and(|width| width > COLUMNS_MAX) {
        return Err(Failure::usage(
            t!("a page has room for `--width` up to %{n}", n = COLUMNS_MAX),
            Some(t!("`--layout lines` gives contexts of any length").into_owned()),
        ));
    }
    let index = open_or_build(common, false)?;
    let Expressed { query, scope, .. } =
        express(&index, &typed, matching, &arguments.filters.scope())?;
    let Resolved {
        filters,
        mut notices,
        ..
    } = scope;
    let order = match arguments.sort {
        SortChoice::Left => Order::Context(Side::Left),
        SortChoice::Right => Order::Context(Side::Right),
        SortChoice::Year => Order::Year,
        SortChoice::Region => Order::Region,
    };
    let mut concordance = Concordance::new(&index, &query, &filters, order)?;
    let n_found = concordance.n_lines();
    if let Some(n) = arguments.sample {
        concordance.sample(n, arguments.seed)?;
    }
    let n_lines = concordance.n_lines();
    let answer = &concordance.answer;
    notices.extend(of_other_genre(answer));
    let state = Presence::within(&index, &filters)?.state(answer.total.passages);
    let number_of = |n: u64| state.has_number().then_some(n);
    let is_reading = arguments.output.format == Format::Text;
    let is_terminal = common.is_page();
    let limit = match arguments.limit {
        Some(0) => usize::MAX,
        Some(limit) => limit,
        None if arguments.neighbours && is_reading => N_NEIGHBOURS,
        None if is_reading && is_terminal => N_SHOWN,
        None => usize::MAX,
    };
    // Beside its neighbours the phrase is shown; of what is more than one no text stands for all places.
    let phrase = plain_phrase(&query).map_or("…", Phrase::folded);
    let method = cite::method(
        &index,
        &format!("{}{}", query.understood(), arguments.matching.note()),
        &filters,
    );
    let mut out = stdout();
    let basis = basis(&index)?;
    let summary = json!({
        "type": "summary",
        "query": query.typed(),
        "understood": query.understood(),
        "state": state.name(),
        "occurrences": number_of(answer.total.occurrences),
        "passages": number_of(answer.total.passages),
        "reports": number_of(answer.total.reports),
        "reports_searched": answer.reports_searched,
        "copies_left_out": answer.copies_left_out,
        "lines": n_lines,
        "notices": notices,
        "method": method,
        "schema_version": basis.schema_version,
        "corpus": basis.corpus,
        "stale": basis.stale,
    });
    if arguments.neighbours {
        let mut sides = [
            concordance.neighbours(Side::Left)?,
            concordance.neighbours(Side::Right)?,
        ];
        for side in &mut sides {
            side.truncate(limit);
        }
        if is_reading && is_terminal {
            write_neighbours(&mut out, common.look(), phrase, &sides)?;
        } else {
            let [left, right] = &sides;
            let named = |name: &'static str| move |neighbour| (name, neighbour);
            let left = left.iter().map(named("left"));
            let rows = left.chain(right.iter().map(named("right")));
            let rows = rows.map(|(name, neighbour): (&str, &Neighbour)| {
                Ok(json!({
                    "type": "neighbour",
                    "side": name,
                    "neighbour": neighbour.text,
                    "text": with_phrase(phrase, neighbour, name == "left"),
                    "occurrences": neighbour.lines,
                }))
            });
            let columns = [
                Column::text("side", "/side"),
                Column::text("neighbour", "/neighbour"),
                Column::text("text", "/text"),
                Column::number("occurrences", "/occurrences"),
            ];
            let export = Export {
                name: "rows",
                columns: &columns,
                rows,
                summary,
                method: &method,
            };
            export.write(&mut out, arguments.output)?;
        }
    } else {
        let page = concordance.page(arguments.offset, limit)?;
        if is_reading && is_terminal {
            write_lines(&mut out, common.look(), &concordance, &page, arguments)?;
        } else {
            let width = arguments.width.unwrap_or(WIDTH);
            let row = |line: Result<Line, IndexError>| {
                let line = line?;
                let cite = arguments.cite.then(|| cite::reference(&line.passage));
                Ok(json::KwicRow { line, cite })
            };
            let export = Export {
                name: "rows",
                columns: &columns(arguments, is_reading),
                rows: concordance.lines(&page, width).map(row),
                summary,
                method: &method,
            };
            export.write(&mut out, arguments.output)?;
        }
    }
    out.flush()?;
    if is_reading {
        say_notices(&notices);
        if let Some(absence) = lang::absence(state, typed.trim()) {
            say(&absence);
        } else {
            say(&format!(
                "{} · {} · {}",
                counted(n_found as u64, "occurrence"),
                counted(answer.total.passages, "passage"),
                some_of(answer.total.reports, answer.reports_searched),
            ));
        }
        if !arguments.neighbours && limit < n_lines.saturating_sub(arguments.offset) {
            say(&t!(
                "%{a} of %{b} lines shown, -n 0 for all",
                a = number(limit as u64),
                b = number(n_lines as u64)
            ));
        }
    }
    Ok(ExitCode::from(u8::from(answer.total.passages == 0)))
}

/// The columns of a table of lines.
fn columns(arguments: &KwicArguments, is_reading: bool) -> Vec<Column> {
    let mut columns = place_columns();
    columns.extend([
        Column::text("left", "/left"),
        Column::text("keyword", "/keyword"),
        Column::text("right", "/right"),
    ]);
    columns.extend(source_columns());
    if arguments.cite {
        columns.push(Column::text("cite", "/cite"));
    }
    if is_reading {
        // As the lines of a search: what an eye does not need stays out.
        columns.retain(|column| !["region_code", "level", "section"].contains(&&*column.name));
    }
    columns
}

/// The neighbour and the phrase as they stand together.
fn with_phrase(phrase: &str, neighbour: &Neighbour, is_left: bool) -> String {
    if is_left {
        format!("{}{phrase}", neighbour.text)
    } else {
        format!("{phrase}{}", neighbour.text)
    }
}

/// Lines with the id at the end. They are read twice: how wide the columns are, all of them decide.
fn write_lines(
    out: &mut impl Write,
    look: Look,
    concordance: &Concordance<'_>,
    page: &Page,
    arguments: &KwicArguments,
) -> Result<(), Failure> {
    let widths = match arguments.ambiguous {
        Ambiguous::Narrow => Widths::Narrow,
        Ambiguous::Wide => Widths::Wide,
    };
    let (mut keyword, mut id) = (0, 0);
    for line in concordance.lines(page, 0) {
        let line = line?;
        keyword = keyword.max(widths.of(&escape(&line.keyword)));
        id = id.max(widths.of(&escape(&line.passage.id())));
    }
    // Without colour the keyword stands in 【】; two blanks part the id.
    let marks = if look.colour { 0 } else { 4 };
    let room = look.columns.saturating_sub(keyword + marks + id + 2) / 2;
    let context = arguments
        .width
        .map_or(room.max(8), |chars| chars.saturating_mul(2));
    let columns = KwicColumns {
        context,
        keyword,
        widths,
    };
    for line in concordance.lines(page, context) {
        let line = line?;
        let parted = kwic_line(look, columns, (&line.left, &line.keyword, &line.right));
        writeln!(out, "{parted}  {}", look.id(&line.passage.id()))?;
        if arguments.cite {
            writeln!(out, "  {}", look.dim(&cite::reference(&line.passage)))?;
        }
    }
    Ok(())
}

/// Both sides beside each other.
fn write_neighbours(
    out: &mut impl Write,
    look: Look,
    phrase: &str,
    sides: &[Vec<Neighbour>; 2],
) -> io::Result<()> {
    let [left, right] = sides;
    let columns = [("before", false), ("", true), ("after", false), ("", true)];
    let columns = columns.map(|(name, is_number)| (t!(name).into_owned(), is_number));
    let rows = (0..left.len().max(right.len())).map(|at| {
        let cells = |side: &[Neighbour], is_left| match side.get(at) {
            Some(neighbour) => [
                with_phrase(phrase, neighbour, is_left),
                number(neighbour.lines as u64),
            ],
            None => [String::new(), String::new()],
        };
        let cells = cells(left, true).into_iter().chain(cells(right, false));
        cells.map(TextCell::from).collect()
    });
    write_text(out, look, &columns, rows.collect())
}
