//! An address as a command line: what the page shows to copy, and what gives its JSON and CSV.
//!
//! In: the parameters of an address. Out: arguments as they would be typed, and, for data, what the command writes when
//! it is given them. A list says which options may be given; what they take and mean is read from the options themselves.
//!
//! # Invariants
//!
//! - JSON and CSV are the bytes that the command writes: one code, one answer.
//! - A value never becomes an option: it stands behind `=` or behind `--`.

use super::asked::{Asked, FILTERS, FROM, Form, View, yes_or_no};
use super::reply::Reply;
use super::words::Lang;
use super::work::{PIECE_BYTES, Piece, Pieces};
use crate::cmd::lang::t;
use crate::cmd::{Failure, INTERRUPTED, Opened, Sink, capture, lang};
use crate::{Arguments, Command, cmd};
use baogao::query::QueryError;
use baogao::region::Region;
use baogao::render::terminal::escape;
use baogao::stop::Stop;
use clap::{ArgAction, CommandFactory, Parser};
use hyper::header;
use std::cell::RefCell;
use std::io;
use std::ops::RangeInclusive;
use std::process::ExitCode;
use std::rc::Rc;
use std::sync::{Arc, LazyLock};

/// The largest number of rows that can be asked for or passed over.
pub(super) const MAX_NUMBER: usize = 1_000_000_000;
/// What the numbers of an address may be; of a page, which holds what it shows, some may be less.
const NUMBERS: [(&str, RangeInclusive<u64>); 6] = [
    ("limit", 1..=MAX_NUMBER as u64),
    ("offset", 0..=MAX_NUMBER as u64),
    ("context", 0..=100),
    ("width", 0..=1_000),
    ("sample", 1..=MAX_NUMBER as u64),
    ("seed", 0..=u64::MAX),
];
/// Characters of an address that a message repeats.
const N_ECHOED: usize = 60;

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
    /// Whether it may be given more than once.
    is_many: bool,
    /// What it means, for the description of the interface.
    pub(super) about: String,
}

/// Options that every command that searches has.
const MATCHING: [&str; 2] = ["literal", "inside"];
/// Filters that are given once.
const SINGLE: [&str; 2] = ["genre", "duplicates"];
/// What an address says of the page alone, or otherwise than the option of the same name.
const OWN: [(&str, Kind, &str); 6] = [
    ("lang", Kind::Page, "Language of the page: zh, en"),
    ("wide", Kind::Page, "0: no years across"),
    ("limit", Kind::Values, "Rows to give; all without it"),
    (
        "q",
        Kind::Page,
        "What the page marks, or keeps for other views",
    ),
    ("mode", Kind::Page, "How that is matched"),
    (FROM, Kind::Page, "The answer that led there"),
];

/// The options of a command that an address may give. Those that name a file or a folder, and those that lay out text,
/// are not among them.
fn names(view: View) -> Vec<&'static str> {
    let own: &[&str] = match view {
        View::Start => return vec!["lang"],
        View::Search => &["q", "mode", "sort", "count", "facets", "context", "cite"],
        View::Kwic => &["q", "width", "sort", "sample", "seed", "neighbours", "cite"],
        View::Count => &["q", "by", "measure", "all-matches", "wide"],
        View::First => &["q", "by", "reject", "cite"],
        View::Define => &["q", "cite"],
        View::Reports => &["q", "with", "without", "coverage", "to-fix", "notes"],
        View::Show => &["id", "context", "outline", "cite", "q", "mode", FROM],
    };
    let mut names = own.to_vec();
    names.extend(FILTERS.iter().chain(&MATCHING));
    if view != View::Show {
        names.extend(["limit", "offset"]);
    }
    names.push("lang");
    names
}

/// The parameters of a view: kind and meaning are those of the option of the command line.
pub(super) fn parameters(view: View) -> &'static [Parameter] {
    static ALL: LazyLock<Vec<(View, Vec<Parameter>)>> = LazyLock::new(|| {
        let program = Arguments::command();
        let views = View::COMMANDS.into_iter().chain([View::Start]);
        views
            .map(|view| {
                let command = program.find_subcommand(view.name());
                let names = names(view).into_iter();
                let parameters = names.map(|name| parameter(view, command, name));
                (view, parameters.collect())
            })
            .collect()
    });
    let found = ALL.iter().find(|(known, _)| *known == view);
    found.map_or(&[], |(_, parameters)| parameters)
}

fn parameter(view: View, command: Option<&clap::Command>, name: &'static str) -> Parameter {
    let words = if view == View::Show { "id" } else { "q" };
    let takes_words = name == words && view != View::Reports;
    let option = command.into_iter().flat_map(clap::Command::get_arguments);
    let option = option.into_iter().find(|option| match takes_words {
        true => option.is_positional(),
        false => option.get_long() == Some(name),
    });
    let is_flag = option.is_some_and(|option| matches!(option.get_action(), ArgAction::SetTrue));
    let help = option.and_then(|option| option.get_help());
    let own = OWN.iter().find(|(own, ..)| *own == name);
    let (kind, about) = match own {
        Some((_, kind, about)) if option.is_none() || name != "mode" && !takes_words => {
            (*kind, (*about).to_owned())
        }
        // What the filters of a question leave of one report is not what `show` shows; the way back keeps them.
        None if option.is_none() => (Kind::Page, "Kept for the other views".to_owned()),
        _ => {
            let kind = match (takes_words, is_flag) {
                (true, _) => Kind::Words,
                (false, true) => Kind::Flag,
                (false, false) => Kind::Values,
            };
            (kind, help.map(ToString::to_string).unwrap_or_default())
        }
    };
    Parameter {
        name,
        kind,
        is_many: match kind {
            // A filter that a report keeps for the other views is one of theirs.
            Kind::Page => name == "q" || FILTERS.contains(&name) && !SINGLE.contains(&name),
            Kind::Flag => false,
            Kind::Words | Kind::Values => {
                option.is_some_and(|option| matches!(option.get_action(), ArgAction::Append))
            }
        },
        about,
    }
}

/// Whether a view has a parameter of this name.
pub(super) fn is_known(view: View, name: &str) -> bool {
    parameters(view).iter().any(|known| known.name == name)
}

/// Refuses what is not a parameter of the view or not said as the command line wants it said: nothing that is asked is
/// passed over in silence.
pub(super) fn check(asked: &Asked) -> Result<(), Failure> {
    let known = parameters(asked.view);
    for (at, (name, value)) in asked.parameters.iter().enumerate() {
        let Some(parameter) = known.iter().find(|known| known.name == name) else {
            let name: String = name.chars().take(N_ECHOED).collect();
            return Err(refused(
                asked.lang,
                format!("此处没有参数 `{name}`"),
                format!("`{name}` is no parameter here"),
            ));
        };
        let mut before = asked.parameters.iter().take(at);
        if !parameter.is_many && before.any(|(other, _)| other == name) {
            return Err(refused(
                asked.lang,
                format!("`{name}` 只能给出一次"),
                format!("`{name}` is given more than once"),
            ));
        }
        check_value(asked, parameter, value)?;
    }
    // What the options themselves refuse, alone and beside each other.
    let is_asked = known
        .iter()
        .any(|known| known.kind == Kind::Words && asked.has(known.name));
    if asked.form == Form::Page && is_asked {
        parsed(asked)?;
    }
    Ok(())
}

/// Refuses a value that is none of its parameter. Words and values of options are left to the command line.
fn check_value(asked: &Asked, parameter: &Parameter, value: &str) -> Result<(), Failure> {
    let name = parameter.name;
    if parameter.kind == Kind::Flag || name == "wide" {
        return match yes_or_no(value) {
            Some(_) => Ok(()),
            None => Err(asked.not_one_of(name, "1, 0")),
        };
    }
    if name == "lang" {
        return match Lang::named(value) {
            Some(_) => Ok(()),
            None => Err(asked.not_one_of(name, "zh, en")),
        };
    }
    if let Some((_, bounds)) = NUMBERS.iter().find(|(known, _)| *known == name) {
        let number = value.parse().ok().filter(|n| bounds.contains(n));
        return match number {
            Some(_) => Ok(()),
            None => Err(asked.not_a_number(name, bounds.start(), bounds.end())),
        };
    }
    if parameter.kind == Kind::Page && value.trim().is_empty() {
        return Err(match name {
            "q" => QueryError::Empty.into(),
            _ => refused(
                asked.lang,
                format!("`{name}` 没有值"),
                format!("`{name}` has no value"),
            ),
        });
    }
    Ok(())
}

fn refused(lang: Lang, chinese: String, english: String) -> Failure {
    Failure::usage(lang.pick(chinese, english), None)
}

/// Options and words of the command line that asks the same.
fn arguments(asked: &Asked) -> (Vec<String>, Vec<String>) {
    let mut options = Vec::new();
    let mut words = Vec::new();
    for parameter in parameters(asked.view) {
        for value in asked.all(parameter.name) {
            match parameter.kind {
                Kind::Words => words.push(value.to_owned()),
                Kind::Values if parameter.name == "region" => {
                    options.push(format!("--region={}", region_path(value)));
                }
                Kind::Values => options.push(format!("--{}={value}", parameter.name)),
                Kind::Flag if yes_or_no(value) == Some(true) => {
                    options.push(format!("--{}", parameter.name))
                }
                Kind::Flag | Kind::Page => {}
            }
        }
    }
    if asked.view == View::Count && asked.first("wide").and_then(yes_or_no) != Some(false) {
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

/// Gives what the command writes as JSON or CSV, as it is written.
///
/// Nothing is given before there is more of it than a piece holds, or all: a question that fails by then is answered
/// with why. One that fails later leaves its answer without an end.
pub(super) fn give(opened: &Arc<Opened>, asked: &Asked, pieces: &Pieces, stop: &Stop) {
    let data = Rc::new(RefCell::new(Data {
        head: Some(head(asked)),
        buffer: Vec::new(),
        pieces: pieces.clone(),
        stop: stop.clone(),
    }));
    let writing = Rc::clone(&data);
    let sink: Sink = Box::new(move |bytes| writing.borrow_mut().write(bytes));
    let ended = written(opened, asked, sink);
    // Nobody is there to be told that the asker has gone.
    let _ = match ended {
        Ok(_) => data.borrow_mut().end(),
        Err(failure) => {
            let (status, message) = told(failure);
            pieces.give(Piece::Whole(Reply::error(status, code(status), &message)))
        }
    };
}

/// An answer without its bytes.
fn head(asked: &Asked) -> Reply {
    if asked.form != Form::Csv {
        return Reply::new(200, "application/json; charset=utf-8", "");
    }
    let name = format!("attachment; filename=\"baogao-{}.csv\"", asked.view.name());
    Reply::new(200, "text/csv; charset=utf-8", "").with((header::CONTENT_DISPOSITION, name))
}

/// Data on its way out.
struct Data {
    /// Until it has been given.
    head: Option<Reply>,
    buffer: Vec<u8>,
    pieces: Pieces,
    stop: Stop,
}

impl Data {
    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        if self.stop.is_set() {
            return Err(io::ErrorKind::BrokenPipe.into());
        }
        // A command that fails still empties a buffer of its own: that much is kept back.
        if self.buffer.len() + bytes.len() > 2 * PIECE_BYTES && !self.buffer.is_empty() {
            self.give()?;
        }
        self.buffer.extend_from_slice(bytes);
        Ok(())
    }

    fn give(&mut self) -> io::Result<()> {
        if let Some(head) = self.head.take() {
            self.pieces.give(Piece::Head(head))?;
        }
        let bytes = std::mem::take(&mut self.buffer);
        self.pieces.give(Piece::Data(bytes.into()))
    }

    fn end(&mut self) -> io::Result<()> {
        if let Some(mut whole) = self.head.take() {
            whole.body = std::mem::take(&mut self.buffer).into();
            return self.pieces.give(Piece::Whole(whole));
        }
        self.give()?;
        self.pieces.give(Piece::End)
    }
}

/// The command line as the program takes it.
fn parsed(asked: &Asked) -> Result<Arguments, Failure> {
    let (options, words) = arguments(asked);
    let format = match asked.form {
        Form::Csv => "csv",
        _ => "json",
    };
    let mut line = vec!["baogao".to_owned(), asked.view.name().to_owned()];
    line.push(format!("--format={format}"));
    line.extend(options);
    line.push("--".to_owned());
    line.extend(words);
    Arguments::try_parse_from(line).map_err(|error| {
        let chinese = lang::wrong_in_chinese(&error);
        let said = chinese.unwrap_or_else(|| error.to_string());
        Failure::usage(first_line(&said), None)
    })
}

fn written(opened: &Arc<Opened>, asked: &Asked, sink: Sink) -> Result<ExitCode, Failure> {
    check(asked)?;
    let mut parsed = parsed(asked)?;
    parsed.common.opened = Some(Arc::clone(opened));
    let common = &parsed.common;
    let (ended, _) = capture(sink, || match &parsed.command {
        Command::Search(arguments) => cmd::search::run(common, arguments),
        Command::Kwic(arguments) => cmd::kwic::run(common, arguments),
        Command::Count(arguments) => cmd::count::run(common, arguments),
        Command::First(arguments) => cmd::first::run(common, arguments),
        Command::Define(arguments) => cmd::define::run(common, arguments),
        Command::Reports(arguments) => cmd::reports::run(common, arguments),
        Command::Show(arguments) => cmd::show::run(common, arguments),
        _ => Err(Failure::usage(t!("this is no question"), None)),
    });
    ended
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
            let said = match hint {
                Some(hint) => t!("%{message} (%{hint})", message = message, hint = hint).into(),
                None => message,
            };
            (status, escape(&said).into_owned())
        }
        Failure::Pointed { message, .. } => (400, escape(&message).into_owned()),
        // Nobody waits for it.
        Failure::ClosedPipe
        | Failure::Told {
            code: INTERRUPTED, ..
        } => (503, String::new()),
        failure => {
            if let Failure::Told { message, .. } = failure {
                cmd::say(&message);
            }
            (
                500,
                t!("the index cannot be used; see where `baogao serve` was started").into_owned(),
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
    fn every_parameter_is_an_option_or_of_the_page() {
        for view in View::COMMANDS {
            for parameter in parameters(view) {
                let name = parameter.name;
                assert!(!parameter.about.is_empty(), "{view:?} {name}");
                let is_own = OWN.iter().any(|(own, ..)| *own == name);
                let is_kept =
                    view == View::Show && (FILTERS.contains(&name) || MATCHING.contains(&name));
                let is_option = parameter.kind != Kind::Page;
                assert!(is_own || is_kept || is_option, "{view:?} {name}");
            }
        }
        let kind = |view, name| {
            let found = parameters(view).iter().find(|known| known.name == name);
            found.map(|found| found.kind)
        };
        assert!(kind(View::Search, "q") == Some(Kind::Words));
        assert!(kind(View::Search, "mode") == Some(Kind::Values));
        assert!(kind(View::Show, "mode") == Some(Kind::Page));
        assert!(kind(View::Show, "q") == Some(Kind::Page));
        assert!(kind(View::Show, "id") == Some(Kind::Words));
        assert!(kind(View::Count, "wide") == Some(Kind::Page));
        assert!(kind(View::Kwic, "cite") == Some(Kind::Flag));
        assert!(kind(View::Search, "index").is_none());
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
