//! What the commands share: options, streams, failures, and opening the index.

pub(crate) mod check;
pub(crate) mod count;
pub(crate) mod define;
pub(crate) mod extract;
pub(crate) mod first;
pub(crate) mod generate;
mod helpers;
pub(crate) mod index;
pub(crate) mod kwic;
pub(crate) mod lang;
pub(crate) mod output;
pub(crate) mod reports;
pub(crate) mod search;
#[cfg(feature = "serve")]
pub(crate) mod serve;
pub(crate) mod show;
mod streams;
mod unread;

use crate::cmd::lang::t;
use baogao_engine::ask::{AskError, Notice};
use baogao_engine::index::{Index, IndexError, Progress, UpdateOptions, UpdateSummary, update};
use baogao_engine::query::QueryError;
use baogao_reading::region::{Region, RegionError};
use baogao_reading::report::Part;
use baogao_reading::source::{self, SourceError};
use baogao_render::terminal::{Look, escape};
use clap::{Args, ValueEnum};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
pub(crate) use streams::{say, stdout};
use unicode_width::UnicodeWidthChar;

/// Exit code of a run that was stopped by a signal.
pub(crate) const INTERRUPTED: u8 = 130;
/// How long a run that was asked to stop may take to end by itself.
const STOPPING: Duration = Duration::from_secs(3);

/// Options of every command.
#[derive(Args)]
pub(crate) struct Common {
    /// Folder of reports, from which a first search builds the index [default: corpus]
    #[arg(long, global = true, env = "BAOGAO_CORPUS", value_name = "DIR")]
    corpus: Option<PathBuf>,
    /// Folder of the index
    #[arg(
        long,
        global = true,
        env = "BAOGAO_INDEX",
        default_value = "index",
        value_name = "DIR"
    )]
    pub(crate) index: PathBuf,
    /// Colours
    #[arg(long, global = true, default_value = "auto", value_name = "WHEN")]
    color: ColourChoice,
    /// Language of messages and help [default: that of the locale]
    #[arg(long, global = true, value_name = "LANGUAGE")]
    lang: Option<LanguageChoice>,
    /// Layout of text
    #[arg(long, global = true, default_value = "auto", value_name = "HOW")]
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
    fn check_corpus(&self, index: &Index) -> Result<(), Failure> {
        let Some(corpus) = &self.corpus else {
            return Ok(());
        };
        let files = index.files()?;
        let roots: Vec<PathBuf> = (0..files.roots.len() as u32)
            .filter_map(|root| files.root_path(index.dir(), root))
            .collect();
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

/// Why a command ends early.
pub(crate) enum Failure {
    /// The reader has closed the pipe: nothing is wrong.
    ClosedPipe,
    /// Something to say, and the exit code.
    Told {
        code: u8,
        message: String,
        hint: Option<String>,
    },
    /// A character of an expression that is wrong, from 1, and what is wrong.
    Pointed {
        typed: String,
        at: usize,
        message: String,
    },
}

impl Failure {
    pub(crate) fn usage(message: impl Into<String>, hint: Option<String>) -> Failure {
        Failure::Told {
            code: 2,
            message: message.into(),
            hint,
        }
    }

    /// Why a text cannot be shown: one that is not there was not found.
    pub(crate) fn of_text(error: AskError) -> Failure {
        let is_absent = matches!(error, AskError::Report { .. } | AskError::Passage { .. });
        let failure = Failure::from(error);
        match is_absent {
            true => failure.with_code(1),
            false => failure,
        }
    }

    /// The same with another exit code.
    pub(crate) fn with_code(self, code: u8) -> Failure {
        match self {
            Failure::Told { message, hint, .. } => Failure::Told {
                code,
                message,
                hint,
            },
            other => other,
        }
    }

    /// Prints the message and gives the exit code.
    pub(crate) fn report(self) -> ExitCode {
        match self {
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
                Failure::usage(message, None).report()
            }
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

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Failure {
        if error.kind() == io::ErrorKind::BrokenPipe {
            return Failure::ClosedPipe;
        }
        Failure::usage(
            t!(
                "the output could not be written: %{error}",
                error = lang::cause(&error)
            ),
            None,
        )
    }
}

impl From<IndexError> for Failure {
    fn from(error: IndexError) -> Failure {
        let (code, hint) = match &error {
            IndexError::Missing { .. } => (2, Some("run `baogao index` first")),
            IndexError::Foreign { .. } => (
                5,
                Some("choose another folder with --index; nothing in this one was touched"),
            ),
            IndexError::Stranger { .. } => (
                5,
                Some(
                    "move it elsewhere, or choose another folder with --index; nothing was touched",
                ),
            ),
            IndexError::WouldForget { .. } => (
                2,
                Some(
                    "bring it back (is the disk mounted?), or forget it with --prune; the index is as it was",
                ),
            ),
            IndexError::RootInIndex { .. } => {
                (2, Some("choose another folder for the index with --index"))
            }
            IndexError::Damaged { .. } => (5, Some("run `baogao index --rebuild`")),
            IndexError::OtherVersions { .. } => (5, Some("run `baogao index --rebuild`")),
            IndexError::Busy { .. } => (
                4,
                Some("wait until the other run has finished, then try again"),
            ),
            IndexError::NoSource { .. } | IndexError::UnseenSource { .. } => (
                2,
                Some("name a folder of reports with --corpus or after `baogao index`"),
            ),
            IndexError::Cancelled | IndexError::Stopped => (INTERRUPTED, None),
            IndexError::Unwritten { .. } => (
                2,
                Some("an error in the program: please report it with the files that led here"),
            ),
            IndexError::Io { .. } => (
                2,
                Some(
                    "what was committed before is kept; free space or permissions, then run it again",
                ),
            ),
        };
        Failure::Told {
            code,
            message: lang::index_error(&error),
            hint: hint.map(|hint| t!(hint).into_owned()),
        }
    }
}

impl From<QueryError> for Failure {
    fn from(error: QueryError) -> Failure {
        Failure::usage(lang::query_error(&error), None)
    }
}

/// Says what must be known to read an answer rightly.
pub(crate) fn say_notices(notices: &[Notice]) {
    for notice in notices {
        say(&lang::notice(notice));
    }
}

impl From<AskError> for Failure {
    fn from(error: AskError) -> Failure {
        match error {
            AskError::Query { typed, error } => {
                if let QueryError::Syntax { at, .. } = &error
                    && !typed.is_empty()
                {
                    return Failure::Pointed {
                        typed,
                        at: *at,
                        message: lang::query_error(&error),
                    };
                }
                error.into()
            }
            AskError::Region { given, error } => region_failure(&given, error),
            AskError::Part { given } => {
                let names: Vec<&str> = Part::ALL.iter().map(|part| part.name()).collect();
                Failure::usage(
                    t!("`%{given}` is not a part of a report", given = given),
                    Some(t!("parts are %{a}", a = lang::listed(&names)).into_owned()),
                )
            }
            AskError::Level { given } => {
                let hint = t!("levels are nation, province, prefecture, county (国家, 省, 市, 县)")
                    .into_owned();
                Failure::usage(t!("`%{given}` is not a level", given = given), Some(hint))
            }
            AskError::Report { id, close } => no_report(&id, &close).with_code(2),
            AskError::FilterInGroup { line, group } => Failure::usage(
                t!(
                    "`%{line}` stands in the group `%{group}`: a filter in it cannot hold for the group",
                    line = line,
                    group = group
                ),
                Some(t!("count it without --group, or give the filter as an option").into_owned()),
            ),
            AskError::Line { line, typed, error } => {
                let (code, message, hint) = match Failure::from(*error) {
                    Failure::Told {
                        code,
                        message,
                        hint,
                    } => (code, message, hint),
                    Failure::Pointed { message, .. } => (2, message, None),
                    Failure::ClosedPipe => return Failure::ClosedPipe,
                };
                let message = t!(
                    "line %{n} of the list, `%{line}`: %{a}",
                    n = line,
                    line = typed,
                    a = message
                )
                .into_owned();
                Failure::Told {
                    code,
                    message,
                    hint,
                }
            }
            AskError::NoPassageId { id } => Failure::usage(
                t!("`%{id}` is not the id of a passage", id = id),
                Some(t!("write one like 汾阳市-2024:19").into_owned()),
            ),
            AskError::Passage {
                report,
                number,
                n_passages,
            } => Failure::usage(
                t!(
                    "%{report} has no passage %{number}",
                    report = report,
                    number = number
                ),
                Some(t!("it has %{n}", n = n_passages).into_owned()),
            ),
            AskError::Together { option, other } => Failure::usage(
                t!(
                    "`%{option}` cannot be used with `%{other}`",
                    option = option,
                    other = other
                ),
                None,
            ),
            AskError::Needs { option, other } => Failure::usage(
                t!(
                    "`%{option}` needs `%{other}`",
                    option = option,
                    other = other
                ),
                None,
            ),
            AskError::Fields { what } => Failure::usage(what, None),
            AskError::Table(error) => Failure::Told {
                code: 5,
                message: lang::reason(&error.to_string()),
                hint: Some(t!("run `baogao index --rebuild`").into_owned()),
            },
            AskError::NoPhrase => Failure::usage(t!("the list has no phrase"), None),
            AskError::Index(error) => error.into(),
        }
    }
}

fn region_failure(given: &str, error: RegionError) -> Failure {
    let names = |regions: &[Region]| {
        let names: Vec<String> = regions
            .iter()
            .map(|region| {
                let (name, path) = (region.name(), region.path_string());
                t!("%{name} (%{path})", name = name, path = path).into_owned()
            })
            .collect();
        lang::listed(&names)
    };
    match error {
        RegionError::Unknown { suggestions, .. } => {
            let hint = (!suggestions.is_empty())
                .then(|| t!("did you mean %{a}?", a = names(&suggestions)).into_owned());
            Failure::usage(t!("no region is called `%{given}`", given = given), hint)
        }
        RegionError::Ambiguous { candidates, .. } => {
            let hint = t!(
                "write one of the paths or codes: %{a}",
                a = names(&candidates)
            )
            .into_owned();
            Failure::usage(
                t!(
                    "`%{given}` is the name of %{a} regions",
                    given = given,
                    a = candidates.len()
                ),
                Some(hint),
            )
        }
    }
}

fn no_report(id: &str, close: &[String]) -> Failure {
    let hint = if close.is_empty() {
        t!("`baogao reports` lists the ids").into_owned()
    } else {
        t!("held are %{a}", a = lang::listed(close)).into_owned()
    };
    Failure::Told {
        code: 1,
        message: t!("no report is called `%{id}`", id = id).into_owned(),
        hint: Some(hint),
    }
}

/// Opens the index; builds it first from the corpus if there is none.
pub(crate) fn open_or_build(common: &Common, quiet: bool) -> Result<Arc<Index>, Failure> {
    match Index::open(&common.index) {
        Err(IndexError::Missing { .. }) => {
            let root = common.default_root();
            if !quiet {
                say(&t!(
                    "no index yet: building it from `%{a}`",
                    a = root.display()
                ));
            }
            let options = UpdateOptions {
                default_root: Some(root),
                ..UpdateOptions::default()
            };
            let summary = update_with_progress(common, options)?;
            if !quiet {
                index::say_summary(&summary);
            }
            Ok(Arc::new(Index::open(&common.index)?))
        }
        opened => {
            let index = opened?;
            common.check_corpus(&index)?;
            Ok(Arc::new(index))
        }
    }
}

/// Whether what goes on now ends by itself after a signal: a server that has built its index first.
static ENDS_BY_ITSELF: AtomicBool = AtomicBool::new(false);

/// Brings the index up to date with a progress bar on a terminal; Ctrl-C stops it before the commit.
pub(crate) fn update_with_progress(
    common: &Common,
    mut options: UpdateOptions,
) -> Result<UpdateSummary, Failure> {
    let cancel = Arc::new(AtomicBool::new(false));
    options.cancel = Some(Arc::clone(&cancel));
    options.reader = Some(Arc::new(helpers::Helpers::new(std::env::current_exe())));
    // The first signal asks to stop, the second ends at once, and so does patience: an index stands being killed at any moment.
    // Without a handler the default does.
    let _ = ctrlc::set_handler(move || {
        if ENDS_BY_ITSELF.load(Ordering::Relaxed) {
            return;
        }
        if cancel.swap(true, Ordering::Relaxed) {
            std::process::exit(INTERRUPTED.into());
        }
        // What does not look at the flag in time is ended, as by a kill: the last commit stays.
        std::thread::spawn(|| {
            std::thread::sleep(STOPPING);
            say(&t!(
                "error: stopped in the midst; what was committed is kept"
            ));
            std::process::exit(INTERRUPTED.into());
        });
    });
    let bar = ProgressBar::hidden();
    if io::stderr().is_terminal() {
        bar.set_draw_target(ProgressDrawTarget::stderr());
        let style = t!("{bar:24} {pos} of {len} files, {per_sec}, {eta} left");
        bar.set_style(
            ProgressStyle::with_template(&style).unwrap_or_else(|_| ProgressStyle::default_bar()),
        );
    }
    let show = |progress: Progress| match progress {
        Progress::Reading { done, total } => {
            bar.set_length(total as u64);
            bar.set_position(done as u64);
        }
        Progress::Committing => bar.finish_and_clear(),
    };
    let summary = update(&common.index, &options, &show);
    bar.finish_and_clear();
    Ok(summary?)
}

/// Where raw files are, for people: paths that can be opened from here.
pub(crate) struct FilePaths {
    roots: Vec<PathBuf>,
}

impl FilePaths {
    pub(crate) fn new(index: &Index) -> Result<FilePaths, Failure> {
        let files = index.files()?;
        let here = std::env::current_dir().unwrap_or_default();
        let root = |root: usize| {
            let path = files
                .root_path(index.dir(), root as u32)
                .unwrap_or_default();
            let path = if path.is_file() {
                path.parent().map(Path::to_owned).unwrap_or_default()
            } else {
                path
            };
            path.strip_prefix(&here).map(Path::to_owned).unwrap_or(path)
        };
        Ok(FilePaths {
            roots: (0..files.roots.len()).map(root).collect(),
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
