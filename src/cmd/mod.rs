//! What the commands share: options, streams, failures, and opening the index.

pub(crate) mod check;
#[cfg(feature = "cluster")]
pub(crate) mod cluster;
pub(crate) mod collocates;
pub(crate) mod count;
pub(crate) mod define;
pub(crate) mod extract;
pub(crate) mod first;
pub(crate) mod generate;
mod helpers;
pub(crate) mod index;
mod interrupt;
pub(crate) mod keywords;
pub(crate) mod kwic;
pub(crate) mod lang;
pub(crate) mod new;
mod ocr;
mod open;
pub(crate) mod output;
mod passed;
pub(crate) mod picture;
#[cfg(feature = "cluster")]
pub(crate) mod publish;
pub(crate) mod reports;
pub(crate) mod search;
#[cfg(feature = "serve")]
pub(crate) mod serve;
pub(crate) mod show;
mod streams;
pub(crate) mod trend;
mod unread;
mod update;
mod waiting;

use crate::cmd::lang::t;
use baogao_engine::ask::{Holdings, Notice};
use baogao_reading::source::{self, SourceError};
pub(crate) use baogao_render::failure::{Failure, INTERRUPTED};
use baogao_render::terminal::{Look, escape};
use clap::{Args, ValueEnum};
use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
pub(crate) use streams::{say, stdout};
use unicode_width::UnicodeWidthChar;

/// The heading of these options.
const EVERYWHERE: &str = "Options of every command";

/// Options of every command.
#[derive(Args)]
pub(crate) struct Common {
    /// Folder of reports, from which a first search builds the index [default: corpus]
    #[arg(long, global = true, help_heading = EVERYWHERE, env = "BAOGAO_CORPUS", value_name = "DIR")]
    corpus: Option<PathBuf>,
    /// Folder of the index, or the address of one on a cluster: opensearch+https://HOST/NAME
    #[arg(
        long,
        global = true, help_heading = EVERYWHERE,
        env = "BAOGAO_INDEX",
        default_value = "index",
        value_name = "DIR"
    )]
    pub(crate) index: PathBuf,
    /// Certificates to trust on a cluster (PEM), in place of those of public authorities
    #[cfg(feature = "cluster")]
    #[arg(long, global = true, help_heading = EVERYWHERE, env = "BAOGAO_CACERT", value_name = "FILE")]
    pub(crate) cacert: Option<PathBuf>,
    /// User and password for a cluster, as one line USER:PASSWORD [default: BAOGAO_CLUSTER_USER and BAOGAO_CLUSTER_PASSWORD, else ~/.netrc]
    #[cfg(feature = "cluster")]
    #[arg(long, global = true, help_heading = EVERYWHERE, value_name = "FILE")]
    pub(crate) password_file: Option<PathBuf>,
    /// Reach a cluster on another machine without encryption
    #[cfg(feature = "cluster")]
    #[arg(long, global = true, help_heading = EVERYWHERE)]
    pub(crate) plain_http: bool,
    /// Seconds that a question to a cluster may take in all
    #[cfg(feature = "cluster")]
    #[arg(long, global = true, help_heading = EVERYWHERE, env = "BAOGAO_TIME_LIMIT", default_value_t = 300, value_name = "SECONDS", value_parser = clap::value_parser!(u32).range(1..=86_400))]
    pub(crate) time_limit: u32,
    /// Colours
    #[arg(long, global = true, help_heading = EVERYWHERE, default_value = "auto", value_name = "WHEN")]
    color: ColourChoice,
    /// Language of messages and help [default: that of the locale]
    #[arg(long, global = true, help_heading = EVERYWHERE, value_name = "LANGUAGE")]
    lang: Option<LanguageChoice>,
    /// Layout of text
    #[arg(long, global = true, help_heading = EVERYWHERE, default_value = "auto", value_name = "HOW")]
    layout: Layout,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum LanguageChoice {
    /// English
    En,
    /// 中文
    Zh,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Layout {
    /// A page on a terminal, lines in a pipe
    Auto,
    /// For reading, also in a pipe; as wide as COLUMNS says
    Page,
    /// One line each, tabs between the columns
    Lines,
}

#[derive(Clone, Copy, ValueEnum)]
enum ColourChoice {
    /// When stdout is a terminal and NO_COLOR is not set
    Auto,
    /// Always
    Always,
    /// Never: hits stand in 【】
    Never,
}

impl Common {
    /// The folder from which an index is built where none is there.
    pub(crate) fn default_root(&self) -> PathBuf {
        self.corpus
            .clone()
            .unwrap_or_else(|| PathBuf::from("corpus"))
    }

    /// The corpus that an option or the environment names.
    pub(crate) fn named_corpus(&self) -> Option<PathBuf> {
        self.corpus.clone()
    }

    /// A corpus that was named must be the one that the index was built from: an answer from another
    /// would be worse than none.
    fn check_corpus(&self, index: &dyn Holdings) -> Result<(), Failure> {
        let Some(corpus) = &self.corpus else {
            return Ok(());
        };
        let roots: Vec<PathBuf> = index.root_paths()?.into_iter().flatten().collect();
        let named = std::fs::canonicalize(corpus).unwrap_or_else(|_| corpus.clone());
        if roots.iter().any(|root| named.starts_with(root)) {
            return Ok(());
        }
        let roots: Vec<String> = roots
            .iter()
            .map(|root| format!("`{}`", root.display()))
            .collect();
        Err(Failure::usage(
            t!("the index in `%{a}` was built from %{b}, not from `%{c}`", a = self.index.display(), b = lang::listed(&roots), c = corpus.display()),
            Some(t!("add it with `baogao index %{a}`, or choose another folder for its index with --index", a = corpus.display()).into_owned()),
        ))
    }

    /// Whether text is laid out for reading.
    pub(crate) fn is_page(&self) -> bool {
        match self.layout {
            Layout::Auto => io::stdout().is_terminal(),
            Layout::Page => true,
            Layout::Lines => false,
        }
    }

    /// How stdout looks.
    pub(crate) fn look(&self) -> Look {
        let no_colour = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let dumb = std::env::var_os("TERM").is_some_and(|value| value == "dumb");
        let colour = match self.color {
            ColourChoice::Auto => io::stdout().is_terminal() && !no_colour && !dumb,
            ColourChoice::Always => true,
            ColourChoice::Never => false,
        };
        let said = || std::env::var("COLUMNS").ok()?.parse().ok();
        let terminal = terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
        let columns = terminal.or_else(said).unwrap_or(80).min(COLUMNS_MAX);
        Look {
            colour,
            columns,
            language: lang::language(),
        }
    }
}

/// No page is wider, whatever the environment says: lines are filled up with blanks.
pub(crate) const COLUMNS_MAX: usize = 1_000;

/// The form of output.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people; one line a passage when piped
    #[default]
    Text,
    /// One JSON object a line, a summary last
    Jsonl,
    /// One JSON document
    Json,
    /// A table for spreadsheets
    Csv,
    /// A table for papers and pages
    Md,
}

/// Prints why a command ends early and gives the exit code.
pub(crate) fn report(failure: Failure) -> ExitCode {
    match failure {
        Failure::ClosedPipe => ExitCode::SUCCESS,
        Failure::Told {
            code,
            message,
            hint,
        } => {
            say(&t!("error: %{message}", message = message));
            if let Some(hint) = hint {
                say(&t!("hint: %{hint}", hint = hint));
            }
            ExitCode::from(code)
        }
        Failure::Pointed { typed, at, message } => {
            // People see the place too.
            if io::stderr().is_terminal() {
                let (shown, mark) = point_at(&typed, at);
                say(&shown);
                say(&mark);
            }
            report(Failure::usage(message, None))
        }
    }
}

/// Characters of an expression that are shown with a mark.
pub(crate) const N_ECHOED: usize = 60;

/// What was typed around a character, counted from 1, and a line with a mark below it.
fn point_at(typed: &str, at: usize) -> (String, String) {
    let skipped = at.saturating_sub(N_ECHOED / 2);
    let shown: String = typed.chars().skip(skipped).take(N_ECHOED).collect();
    let n_before = (at - 1).saturating_sub(skipped);
    let before: String = shown.chars().take(n_before).collect();
    let before = escape(&before);
    let columns: usize = before.chars().filter_map(|c| c.width()).sum();
    (shown, format!("{}^", " ".repeat(columns)))
}

/// The text of a file that an option names, in any encoding that reports come in; `-` is stdin.
pub(crate) fn read_text(file: &Path) -> Result<String, Failure> {
    let fail = |error: &dyn std::fmt::Display| {
        let message = t!(
            "`%{a}` cannot be read: %{error}",
            a = file.display(),
            error = lang::cause(error)
        );
        let hint = t!("name a text file with one entry a line; - reads from standard input");
        Failure::usage(message, Some(hint.into_owned()))
    };
    let bytes = if file.as_os_str() == "-" {
        source::read_stream(io::stdin())
    } else {
        source::read_named(file)
    };
    let bytes = bytes.map_err(|error| match error {
        // That it cannot be read is said already.
        SourceError::Unreadable(cause) => fail(&cause),
        error => fail(&error),
    })?;
    baogao_reading::ingest::read_text(&bytes).map_err(|error| fail(&error))
}

/// Says what must be known to read an answer rightly.
pub(crate) fn say_notices(notices: &[Notice]) {
    for notice in notices {
        say(&lang::notice_with_option(notice));
    }
}

/// Where raw files are, for people: paths that can be opened from here.
pub(crate) struct FilePaths {
    roots: Vec<PathBuf>,
}

impl FilePaths {
    pub(crate) fn new(index: &dyn Holdings) -> Result<FilePaths, Failure> {
        let here = std::env::current_dir().unwrap_or_default();
        let root = |path: Option<PathBuf>| {
            let path = path.unwrap_or_default();
            let path = if path.is_file() {
                path.parent().map(Path::to_owned).unwrap_or_default()
            } else {
                path
            };
            path.strip_prefix(&here).map(Path::to_owned).unwrap_or(path)
        };
        Ok(FilePaths {
            roots: index.root_paths()?.into_iter().map(root).collect(),
        })
    }

    /// The path of a report's file.
    pub(crate) fn path(&self, root: u32, path: &str) -> String {
        match self.roots.get(root as usize) {
            Some(root) => root.join(path).to_string_lossy().into_owned(),
            None => path.to_owned(),
        }
    }
}
