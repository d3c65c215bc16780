//! An address as a command line: what the page shows to copy, and what gives its JSON and CSV.
//!
//! In: the parameters of an address. Out: arguments as they would be typed, and, for data, what the command writes when
//! it is given them. The table below says which parameters there are; there are none that name a file, a folder or an index.
//!
//! # Invariants
//!
//! - JSON and CSV are the bytes that the command writes: one code, one answer.
//! - A value never becomes an option: it stands behind `=` or behind `--`.

use super::asked::{Asked, Form, View, is_yes};
use super::page::Reply;
use crate::cmd::{Failure, capture};
use crate::{Arguments, Command, cmd};
use baogao::index::Index;
use baogao::region::Region;
use clap::Parser;
use hyper::header;
use std::sync::Arc;

/// Most rows of an answer; the rest is asked for with `offset`.
pub(super) const MAX_ROWS: usize = 10_000;

/// How a parameter is written on a command line.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Without a name, all values together or each by itself.
    Words,
    /// `--name=value`, as often as it is given.
    Values,
    /// `--name` if the value says yes.
    Flag,
    /// Of the page alone.
    Page,
}

/// A parameter of an address.
pub(super) struct Parameter {
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    /// What it means, for the description of the interface.
    pub(super) about: &'static str,
}

const fn parameter(name: &'static str, kind: Kind, about: &'static str) -> Parameter {
    Parameter { name, kind, about }
}

const WHERE: [Parameter; 8] = [
    parameter(
        "region",
        Kind::Values,
        "Region and all below it: name, code or path",
    ),
    parameter("year", Kind::Values, "Year of the report: 2024, 2020..2024"),
    parameter("about", Kind::Values, "Year that the passage speaks of"),
    parameter(
        "part",
        Kind::Values,
        "Part: opening, review, plan, governance, closing, glossary, other",
    ),
    parameter(
        "level",
        Kind::Values,
        "Level: nation, province, prefecture, county",
    ),
    parameter("report", Kind::Values, "Report by its id"),
    parameter("genre", Kind::Values, "Genre: report, other, any"),
    parameter("duplicates", Kind::Flag, "Also copies of a report"),
];

const MATCHING: [Parameter; 2] = [
    parameter(
        "literal",
        Kind::Flag,
        "Quotes, width, case and traditional forms count",
    ),
    parameter("inside", Kind::Flag, "Also inside a longer number or word"),
];

const PAGING: [Parameter; 3] = [
    parameter("limit", Kind::Values, "Rows to give, 1 to 10000"),
    parameter("offset", Kind::Values, "Rows to pass over"),
    parameter("lang", Kind::Page, "Language of the page: zh, en"),
];

const CITE: Parameter = parameter("cite", Kind::Flag, "Give each row its reference");

/// The parameters of a view.
pub(super) fn parameters(view: View) -> Vec<&'static Parameter> {
    const SEARCH: [Parameter; 6] = [
        parameter("q", Kind::Words, "The query"),
        parameter("mode", Kind::Values, "How to match: exact, words, any"),
        parameter(
            "sort",
            Kind::Values,
            "Order: relevance, newest, oldest, region",
        ),
        parameter("count", Kind::Flag, "Only the counts"),
        parameter(
            "facets",
            Kind::Flag,
            "Counts by region, year, part and level",
        ),
        parameter(
            "context",
            Kind::Values,
            "Neighbouring passages on each side",
        ),
    ];
    const KWIC: [Parameter; 6] = [
        parameter("q", Kind::Words, "The phrase"),
        parameter("width", Kind::Values, "Characters of context on each side"),
        parameter("sort", Kind::Values, "Order: left, right, year, region"),
        parameter(
            "sample",
            Kind::Values,
            "Only so many lines, drawn at random",
        ),
        parameter("seed", Kind::Values, "Which lines are drawn"),
        parameter(
            "neighbours",
            Kind::Flag,
            "The commonest strings before and after",
        ),
    ];
    const COUNT: [Parameter; 5] = [
        parameter("q", Kind::Words, "A phrase; each is counted by itself"),
        parameter(
            "by",
            Kind::Values,
            "Region, province, prefecture, level, part, report; years stand across",
        ),
        parameter(
            "measure",
            Kind::Values,
            "What a table shows: occurrences, passages, reports, per_10k",
        ),
        parameter(
            "all-matches",
            Kind::Flag,
            "Count a phrase also inside a longer one",
        ),
        parameter("wide", Kind::Page, "0: no years across"),
    ];
    const FIRST: [Parameter; 3] = [
        parameter("q", Kind::Words, "The phrase"),
        parameter(
            "by",
            Kind::Values,
            "The first in each region, province, prefecture or level",
        ),
        parameter("reject", Kind::Values, "Pass over this passage"),
    ];
    const DEFINE: [Parameter; 1] = [parameter("q", Kind::Words, "The term; all terms if none")];
    const REPORTS: [Parameter; 6] = [
        parameter("q", Kind::Page, "Kept for the other views"),
        parameter(
            "with",
            Kind::Values,
            "Only reports in which this phrase stands",
        ),
        parameter(
            "without",
            Kind::Values,
            "Only reports in which this phrase does not stand",
        ),
        parameter(
            "coverage",
            Kind::Flag,
            "What is held of each region in each year",
        ),
        parameter("to-fix", Kind::Flag, "Only what could not be placed"),
        parameter("notes", Kind::Flag, "What was removed or noticed"),
    ];
    const SHOW: [Parameter; 7] = [
        parameter("id", Kind::Words, "Id of a report or a passage"),
        parameter(
            "context",
            Kind::Values,
            "Neighbouring passages on each side of a passage",
        ),
        parameter("outline", Kind::Flag, "Only the headings"),
        parameter("cite", Kind::Flag, "Give each passage its reference"),
        parameter("q", Kind::Page, "What the page marks"),
        parameter("mode", Kind::Page, "How that is matched"),
        parameter("lang", Kind::Page, "Language of the page: zh, en"),
    ];
    let own: &[Parameter] = match view {
        View::Start => &[],
        View::Search => &SEARCH,
        View::Kwic => &KWIC,
        View::Count => &COUNT,
        View::First => &FIRST,
        View::Define => &DEFINE,
        View::Reports => &REPORTS,
        View::Show => &SHOW,
    };
    let mut all: Vec<&'static Parameter> = own.iter().collect();
    match view {
        View::Start => all.extend(PAGING.iter().filter(|parameter| parameter.name == "lang")),
        View::Show => {
            all.extend(MATCHING.iter().chain(&WHERE));
        }
        View::Reports | View::Count => all.extend(WHERE.iter().chain(&MATCHING).chain(&PAGING)),
        View::Search | View::Kwic | View::First | View::Define => {
            all.push(&CITE);
            all.extend(WHERE.iter().chain(&MATCHING).chain(&PAGING));
        }
    }
    all
}

/// Refuses what is not a parameter of the view: nothing that is asked is passed over in silence.
pub(super) fn check(asked: &Asked) -> Result<(), Failure> {
    let known = parameters(asked.view);
    for (name, _) in &asked.parameters {
        if !known.iter().any(|parameter| parameter.name == name) {
            let name: String = name.chars().take(60).collect();
            return Err(Failure::usage(
                format!("`{name}` is no parameter here"),
                None,
            ));
        }
    }
    Ok(())
}

/// Options and words of the command line that asks the same.
fn arguments(asked: &Asked) -> (Vec<String>, Vec<String>) {
    let mut options = Vec::new();
    let mut words = Vec::new();
    for parameter in parameters(asked.view) {
        // What the filters of a question leave of one report is not what `show` shows.
        if asked.view == View::Show
            && WHERE
                .iter()
                .chain(&MATCHING)
                .any(|other| other.name == parameter.name)
        {
            continue;
        }
        for value in asked.all(parameter.name) {
            match parameter.kind {
                Kind::Words => words.push(value.to_owned()),
                Kind::Values if parameter.name == "region" => {
                    options.push(format!("--region={}", region_path(value)));
                }
                Kind::Values => options.push(format!("--{}={value}", parameter.name)),
                Kind::Flag if is_yes(value) => options.push(format!("--{}", parameter.name)),
                Kind::Flag | Kind::Page => {}
            }
        }
    }
    if asked.view == View::Count && asked.first("wide") != Some("0") {
        options.push("--wide".to_owned());
    }
    if asked.view == View::Define && words.is_empty() {
        options.push("--list".to_owned());
    }
    (options, words)
}

/// A code as the path that it stands for: a command line is read by people.
fn region_path(given: &str) -> &str {
    let code = (given.len() == 6).then(|| given.parse().ok()).flatten();
    match code.and_then(Region::from_code) {
        Some(region) => region.path_string(),
        None => given,
    }
}

/// The command line that gives the same answer, quoted for a shell.
pub(super) fn line(asked: &Asked) -> String {
    let (options, words) = arguments(asked);
    let paging =
        |option: &&String| !option.starts_with("--limit=") && !option.starts_with("--offset=");
    let mut line = vec!["baogao".to_owned(), asked.view.name().to_owned()];
    if words.iter().any(|word| word.starts_with('-')) {
        line.extend(options.iter().filter(paging).map(|option| quoted(option)));
        line.push("--".to_owned());
        line.extend(words.iter().map(|word| quoted(word)));
    } else {
        line.extend(words.iter().map(|word| quoted(word)));
        line.extend(
            options
                .iter()
                .filter(paging)
                .map(|option| match option.split_once('=') {
                    Some((name, value)) if !value.starts_with('-') => {
                        format!("{name} {}", quoted(value))
                    }
                    _ => quoted(option),
                }),
        );
    }
    line.join(" ")
}

/// A word as a shell takes it for one.
fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "-_=./:,%+@".contains(c);
    if !word.is_empty() && word.chars().all(is_plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', "'\\''"))
    }
}

/// What the command writes as JSON or CSV.
pub(super) fn reply(index: &Arc<Index>, asked: &Asked) -> Reply {
    match written(index, asked) {
        Ok(bytes) => {
            let mut reply = Reply::new(200, "application/json; charset=utf-8", bytes);
            if asked.form == Form::Csv {
                reply.kind = "text/csv; charset=utf-8";
                let name = format!("attachment; filename=\"baogao-{}.csv\"", asked.view.name());
                reply.extra.push((header::CONTENT_DISPOSITION, name));
            }
            reply
        }
        Err(failure) => {
            let (status, message) = told(failure);
            Reply::error(status, code(status), &message)
        }
    }
}

fn written(index: &Arc<Index>, asked: &Asked) -> Result<Vec<u8>, Failure> {
    check(asked)?;
    let (mut options, words) = arguments(asked);
    if asked.view != View::Show {
        let offset = asked.number("offset", 0, 0..=MAX_ROWS - 1)?;
        let limit = asked.number("limit", MAX_ROWS - offset, 1..=MAX_ROWS - offset)?;
        options.retain(|option| !option.starts_with("--limit="));
        options.push(format!("--limit={limit}"));
    }
    let format = if asked.form == Form::Csv {
        "csv"
    } else {
        "json"
    };
    let mut line = vec!["baogao".to_owned(), asked.view.name().to_owned()];
    line.push(format!("--format={format}"));
    line.extend(options);
    line.push("--".to_owned());
    line.extend(words);
    let mut parsed = Arguments::try_parse_from(line)
        .map_err(|error| Failure::usage(first_line(&error.to_string()), None))?;
    parsed.common.opened = Some(Arc::clone(index));
    let common = &parsed.common;
    let (ended, captured) = capture(|| match &parsed.command {
        Command::Search(arguments) => cmd::search::run(common, arguments),
        Command::Kwic(arguments) => cmd::kwic::run(common, arguments),
        Command::Count(arguments) => cmd::count::run(common, arguments),
        Command::First(arguments) => cmd::first::run(common, arguments),
        Command::Define(arguments) => cmd::define::run(common, arguments),
        Command::Reports(arguments) => cmd::reports::run(common, arguments),
        Command::Show(arguments) => cmd::show::run(common, arguments),
        _ => Err(Failure::usage("this is no question", None)),
    });
    ended?;
    Ok(captured.out)
}

fn first_line(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    line.trim_start_matches("error: ")
        .chars()
        .take(200)
        .collect()
}

/// Status and message of a failure. What is wrong with the index is told where the server was started, with its path.
pub(super) fn told(failure: Failure) -> (u16, String) {
    match failure {
        Failure::Told {
            code: code @ (1 | 2),
            message,
            hint,
        } => {
            let status = if code == 1 { 404 } else { 400 };
            let hint = hint.map_or_else(String::new, |hint| format!(" ({hint})"));
            (status, format!("{message}{hint}"))
        }
        failure => {
            if let Failure::Told { message, .. } = failure {
                cmd::say(&message);
            }
            (
                500,
                "the index cannot be used; see where `baogao serve` was started".to_owned(),
            )
        }
    }
}

/// The short name of an error.
pub(super) fn code(status: u16) -> &'static str {
    match status {
        400 => "usage",
        404 => "unknown",
        _ => "index",
    }
}

#[cfg(test)]
mod tests {
    use super::super::words::Lang;
    use super::*;

    fn line_of(view: View, query: &str) -> String {
        line(&Asked::new(view, Form::Page, query, Lang::En))
    }

    #[test]
    fn a_command_line_is_one_that_a_shell_takes() {
        for (view, query, expected) in [
            (
                View::Search,
                "q=专业镇&region=141182&year=2024",
                "baogao search 专业镇 --region /山西省/吕梁市/汾阳市 --year 2024",
            ),
            (
                View::Search,
                "q=白酒 文旅&mode=any&lang=en",
                "baogao search '白酒 文旅' --mode any",
            ),
            (View::Search, "q=-煤炭", "baogao search -- -煤炭"),
            (View::Search, "q=it's $(x)", "baogao search 'it'\\''s $(x)'"),
            (
                View::Search,
                "q=a&literal=1&inside=0&offset=20",
                "baogao search a --literal",
            ),
            (
                View::Count,
                "q=发展&by=province",
                "baogao count 发展 --by province --wide",
            ),
            (View::Define, "", "baogao define --list"),
            (
                View::Show,
                "id=汾阳市-2024:19&q=白酒&year=2024",
                "baogao show 汾阳市-2024:19",
            ),
        ] {
            assert_eq!(line_of(view, query), expected);
        }
    }
}
