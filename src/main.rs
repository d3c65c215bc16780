//! The program `baogao`: arguments in, the library's answers out.
//!
//! Data goes to stdout, everything else to stderr. Exit codes: 0 found, 1 nothing found, 2 usage or
//! fatal, 3 `index` done but some inputs failed, 4 index busy, 5 index damaged, foreign or of another version.

mod cmd;

use baogao_engine::index::{Index, IndexError};
use baogao_render::terminal::escape;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};
use cmd::lang::t;
use cmd::{Failure, lang};
use std::ffi::OsString;
use std::io::{IsTerminal, Write};
use std::process::ExitCode;
use std::sync::{Mutex, PoisonError};

/// Exact full-text search for Chinese government work reports (政府工作报告).
#[derive(Parser)]
#[command(name = "baogao", version, max_term_width = 100, after_help = EXAMPLES)]
struct Arguments {
    #[command(flatten)]
    common: cmd::Common,
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "\
Examples:
  baogao search 专业镇                          every passage with 专业镇, best first
  baogao search 专业镇 --region 吕梁 --year 2024
  baogao search '\"一般公共预算收入\" 增长' --part review
  baogao search '(专业镇 OR 产业集群) -煤炭 region:吕梁'
  baogao count 专业镇 --by region,year           how often, where and when
  baogao reports                               what is in the corpus, and how that is known
  baogao show 汾阳市-2024:19 -C 2               one passage and its neighbours
  baogao index reports/                        add a folder, or bring the index up to date

Exit codes: 0 found · 1 nothing found · 2 usage or fatal · 3 indexed, some files failed · 4 index busy · 5 index unusable";

#[derive(Subcommand)]
enum Command {
    /// Build the index or bring it up to date
    Index(cmd::index::IndexArguments),
    /// Find every passage in which a phrase stands
    Search(cmd::search::SearchArguments),
    /// Count phrases by region, year, part …
    Count(cmd::count::CountArguments),
    /// Show what is characteristic of some texts beside others
    Keywords(cmd::keywords::KeywordsArguments),
    /// Show how often from year to year, phrases or places beside each other
    Trend(cmd::trend::TrendArguments),
    /// Find the first appearance of a phrase, and how it spread
    First(cmd::first::FirstArguments),
    /// List phrases that first stand in the reports of a year, or that have gone
    New(cmd::new::NewArguments),
    /// Show a phrase in its contexts, aligned on it
    Kwic(cmd::kwic::KwicArguments),
    /// Find what stands beside a phrase more often than by chance
    Collocates(cmd::collocates::CollocatesArguments),
    /// Give the official definition of a term
    Define(cmd::define::DefineArguments),
    /// List what is in the corpus and the evidence for it
    Reports(cmd::reports::ReportsArguments),
    /// Show a report or a passage
    Show(cmd::show::ShowArguments),
    /// Answer in a web page on this machine, with the same data as JSON and CSV
    #[cfg(feature = "serve")]
    Serve(cmd::serve::ServeArguments),
    /// Send the index to an OpenSearch cluster, to be asked there
    #[cfg(feature = "cluster")]
    Publish(cmd::publish::PublishArguments),
    /// Verify the index against its manifest and the corpus
    Check(cmd::check::CheckArguments),
    /// Write manual pages or completions of a shell
    Generate(cmd::generate::GenerateArguments),
    /// Read files for another process: `index` has it done for what is neither plain text nor Markdown
    #[command(hide = true)]
    Extract(cmd::extract::ExtractArguments),
}

fn main() -> ExitCode {
    // Where panics came from; said at the end, unless the index is to blame.
    static PANICS: Mutex<Vec<String>> = Mutex::new(Vec::new());
    std::panic::set_hook(Box::new(|info| {
        let place = info.location().map(ToString::to_string).unwrap_or_default();
        PANICS
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(place);
    }));
    let ended = std::panic::catch_unwind(run);
    let damage = ended.is_err().then(find_damage).flatten();
    if damage.is_none() {
        for place in PANICS
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .drain(..)
        {
            cmd::say(&t!(
                "internal error at %{place}: please report it with the command that led here",
                place = place
            ));
        }
    }
    match (ended, damage) {
        (Ok(Ok(code)), _) => code,
        (Ok(Err(failure)), _) | (Err(_), Some(failure)) => cmd::report(failure),
        (Err(_), None) => ExitCode::from(2),
    }
}

/// Whether it is damage to the index that a panic came from: tantivy trusts the bytes of its files.
fn find_damage() -> Option<Failure> {
    let dir = Arguments::try_parse_from(arguments()).ok()?.common.index;
    let verified = std::panic::catch_unwind(|| Index::open(&dir).map(|index| index.verify()));
    let what = match verified {
        Ok(Ok(wrong)) => wrong.into_iter().next()?,
        Ok(Err(error @ IndexError::Damaged { .. })) => return Some(error.into()),
        Ok(Err(_)) => return None,
        Err(_) => "it cannot be read".to_owned(),
    };
    Some(IndexError::Damaged { dir, what }.into())
}

fn run() -> Result<ExitCode, Failure> {
    lang::choose_language(arguments());
    let parsed = lang::localized(Arguments::command()).try_get_matches_from(arguments());
    let arguments = match parsed.and_then(|matches| Arguments::from_arg_matches(&matches)) {
        Ok(arguments) => arguments,
        Err(error) => return Ok(usage(&harmless(without_hidden(error)))),
    };
    let common = &arguments.common;
    match &arguments.command {
        Command::Index(arguments) => cmd::index::run(common, arguments),
        Command::Search(arguments) => cmd::search::run(common, arguments),
        Command::Count(arguments) => cmd::count::run(common, arguments),
        Command::Keywords(arguments) => cmd::keywords::run(common, arguments),
        Command::Trend(arguments) => cmd::trend::run(common, arguments),
        Command::First(arguments) => cmd::first::run(common, arguments),
        Command::New(arguments) => cmd::new::run(common, arguments),
        Command::Kwic(arguments) => cmd::kwic::run(common, arguments),
        Command::Collocates(arguments) => cmd::collocates::run(common, arguments),
        Command::Define(arguments) => cmd::define::run(common, arguments),
        Command::Generate(arguments) => cmd::generate::run(Arguments::command(), arguments),
        Command::Reports(arguments) => cmd::reports::run(common, arguments),
        Command::Show(arguments) => cmd::show::run(common, arguments),
        #[cfg(feature = "serve")]
        Command::Serve(arguments) => cmd::serve::run(common, arguments),
        #[cfg(feature = "cluster")]
        Command::Publish(arguments) => cmd::publish::run(common, arguments),
        Command::Check(arguments) => cmd::check::run(common, arguments),
        Command::Extract(arguments) => cmd::extract::run(arguments),
    }
}

/// The arguments, with a blank before `-煤炭`: no option is called so, and a query may begin with what it excludes.
fn arguments() -> impl Iterator<Item = OsString> {
    std::env::args_os().map(|argument| {
        let excluded = argument.to_str().and_then(|text| text.strip_prefix('-'));
        match excluded {
            Some(text) if text.starts_with(|c: char| !c.is_ascii() || c == '(' || c == '"') => {
                format!(" -{text}").into()
            }
            _ => argument,
        }
    })
}

/// An error that suggests no command that is not for people.
fn without_hidden(mut error: clap::Error) -> clap::Error {
    let program = Arguments::command();
    let is_shown = |name: &String| {
        let command = program.find_subcommand(name);
        command.is_none_or(|command| !command.is_hide_set())
    };
    let kind = ContextKind::SuggestedSubcommand;
    let named = match error.remove(kind) {
        Some(ContextValue::String(name)) => vec![name],
        Some(ContextValue::Strings(names)) => names,
        _ => Vec::new(),
    };
    let named: Vec<String> = named.into_iter().filter(is_shown).collect();
    if !named.is_empty() {
        error.insert(kind, ContextValue::Strings(named));
    }
    error
}

/// clap repeats what was typed, and takes a line break in it for one of its own: what acts on a terminal, or would begin a
/// line that looks like one of the program's, is made visible.
fn harmless(mut error: clap::Error) -> clap::Error {
    let context: Vec<(ContextKind, ContextValue)> = error
        .context()
        .map(|(kind, value)| (kind, value.clone()))
        .collect();
    let shown = |text: &str| escape(text).into_owned();
    for (kind, value) in context {
        let value = match value {
            ContextValue::String(text) => ContextValue::String(shown(&text)),
            ContextValue::Strings(texts) => {
                ContextValue::Strings(texts.iter().map(|text| shown(text)).collect())
            }
            ContextValue::StyledStrs(texts) => {
                let texts = texts.iter().map(|text| shown(&text.to_string()).into());
                ContextValue::StyledStrs(texts.collect())
            }
            // A number, or the program's own words.
            other => other,
        };
        error.insert(kind, value);
    }
    error
}

/// Whether a form of output is asked for that spreadsheets have, and the program has not.
fn is_spreadsheet(error: &clap::Error) -> bool {
    const ENDINGS: [&str; 5] = ["xlsx", "xls", "excel", "ods", "et"];
    let is = |kind, test: &dyn Fn(&str) -> bool| matches!(error.get(kind), Some(ContextValue::String(text)) if test(text));
    is(ContextKind::InvalidArg, &|name| {
        name.starts_with("--format")
    }) && is(ContextKind::InvalidValue, &|value| {
        ENDINGS.contains(&value.to_lowercase().as_str())
    })
}

/// Prints clap's message; a phrase in the place of a command gets the command that was meant.
fn usage(error: &clap::Error) -> ExitCode {
    let is_help = matches!(
        error.kind(),
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion
    );
    let printed = if is_help {
        let no_colour = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let with_colour = std::io::stdout().is_terminal() && !no_colour;
        match lang::help_in_chinese(error, with_colour) {
            Some(help) => write!(std::io::stdout(), "{help}"),
            None => error.print(),
        }
    } else {
        // What an error of another kind repeats has no line breaks.
        let chinese = lang::usage_in_chinese(error);
        let chinese = chinese.or_else(|| lang::help_in_chinese(error, false));
        let text = chinese.unwrap_or_else(|| error.to_string());
        let lines: Vec<_> = text.lines().map(escape).collect();
        writeln!(std::io::stderr(), "{}", lines.join("\n"))
    };
    if is_spreadsheet(error) {
        cmd::say(&t!("hint: spreadsheets open `--format csv --bom`"));
    }
    if error.kind() == ErrorKind::InvalidSubcommand
        && let Some(ContextValue::String(typed)) = error.get(ContextKind::InvalidSubcommand)
    {
        cmd::say(&t!(
            "hint: to search for it, write `baogao search %{typed}`",
            typed = typed
        ));
    }
    match printed {
        Ok(()) if is_help => ExitCode::SUCCESS,
        Err(error) if is_help && error.kind() != std::io::ErrorKind::BrokenPipe => {
            cmd::report(Failure::from(error))
        }
        _ if is_help => ExitCode::SUCCESS,
        _ => ExitCode::from(2),
    }
}
