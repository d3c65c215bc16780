//! Why there is no answer, as people are told: a message, what to do, and the exit code of a command.
//!
//! In: the errors of the library. Out: sentences in the language of the moment. Each surface shows them in its way.

use crate::t;
use crate::words;
use baogao_engine::ask::AskError;
use baogao_engine::index::IndexError;
use baogao_engine::query::QueryError;
use baogao_reading::region::{Region, RegionError};
use baogao_reading::report::Part;
use std::io;

/// Exit code of a run that was stopped by a signal.
pub const INTERRUPTED: u8 = 130;
/// Why a command ends early.
pub enum Failure {
    /// The reader has closed the pipe: nothing is wrong.
    ClosedPipe,
    /// Something to say, and the exit code.
    Told {
        /// The exit code of a command: 1 not found, 2 usage or fatal, 4 busy, 5 unusable.
        code: u8,
        /// What is wrong.
        message: String,
        /// What to do.
        hint: Option<String>,
    },
    /// A character of an expression that is wrong, from 1, and what is wrong.
    Pointed {
        /// The expression as typed.
        typed: String,
        /// The character, from 1.
        at: usize,
        /// What is wrong with it.
        message: String,
    },
}

impl Failure {
    /// Something that is wrong with what was asked: exit code 2.
    pub fn usage(message: impl Into<String>, hint: Option<String>) -> Failure {
        Failure::Told {
            code: 2,
            message: message.into(),
            hint,
        }
    }

    /// Why a text cannot be shown: one that is not there was not found.
    pub fn of_text(error: AskError) -> Failure {
        let is_absent = error.is_absence();
        let failure = Failure::from(error);
        match is_absent {
            true => failure.with_code(1),
            false => failure,
        }
    }

    /// The same with another exit code.
    pub fn with_code(self, code: u8) -> Failure {
        match self {
            Failure::Told { message, hint, .. } => Failure::Told {
                code,
                message,
                hint,
            },
            other => other,
        }
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Failure {
        if error.kind() == io::ErrorKind::BrokenPipe {
            return Failure::ClosedPipe;
        }
        Failure::usage(
            t!(
                "the output could not be written: %{error}",
                error = words::cause(&error)
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
            IndexError::Elsewhere { fault, .. } => (5, words::elsewhere_hint(fault)),
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
            message: words::index_error(&error),
            hint: hint.map(|hint| t!(hint).into_owned()),
        }
    }
}

impl From<QueryError> for Failure {
    fn from(error: QueryError) -> Failure {
        Failure::usage(words::query_error(&error), None)
    }
}

/// What is wrong with the fields of a question, each called as `name` makes it of its own name: as an option is typed, or
/// as a parameter stands in an address.
pub fn wrong_fields(error: AskError, name: impl Fn(&str) -> String) -> Failure {
    let message = match &error {
        AskError::Together { option, other } => t!(
            "`%{option}` cannot be used with `%{other}`",
            option = name(option),
            other = name(other)
        ),
        AskError::Needs { option, other } => t!(
            "`%{option}` needs `%{other}`",
            option = name(option),
            other = name(other)
        ),
        AskError::NeedsPassage { option, id } => t!(
            "`%{option}` needs the id of a passage, not `%{id}`",
            option = name(option),
            id = id
        ),
        AskError::TooSmall { field, least } => {
            t!("`%{name}` is at least %{n}", name = name(field), n = least)
        }
        AskError::NotOdd { field } => t!("`%{name}` is an odd number", name = name(field)),
        AskError::TooLarge { field, most } => {
            t!("`%{name}` is at most %{n}", name = name(field), n = most)
        }
        AskError::NoField { field, .. } => {
            t!("`%{name}` is no parameter here", name = name(field))
        }
        _ => return error.into(),
    };
    Failure::usage(message, None)
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
                        message: words::query_error(&error),
                    };
                }
                error.into()
            }
            AskError::Region { given, error } => region_failure(&given, error),
            AskError::Part { given } => {
                let names =
                    Part::ALL.map(|part| format!("{} ({})", part.name(), part.chinese_name()));
                Failure::usage(
                    t!("`%{given}` is not a part of a report", given = given),
                    Some(t!("parts are %{a}", a = words::listed(&names)).into_owned()),
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
            AskError::GroupHead => Failure::usage(
                t!("a group begins with its name in brackets"),
                Some(t!("write [name]; an expression that begins with a bracket stands in quotes").into_owned()),
            ),
            AskError::EmptyGroup => Failure::usage(
                t!("the group has no expression"),
                Some(t!("write its expressions below it, or take it out").into_owned()),
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
            AskError::Together { .. }
            | AskError::Needs { .. }
            | AskError::NeedsPassage { .. }
            | AskError::TooSmall { .. }
            | AskError::NotOdd { .. }
            | AskError::TooLarge { .. }
            | AskError::NoField { .. } => wrong_fields(error, |field| field.replace('_', "-")),
            AskError::Fields { what } => Failure::usage(what, None),
            AskError::TooMuchText => {
                Failure::usage(t!("more than 2,147,483,647 characters are compared"), None)
            }
            AskError::Table(error) => Failure::Told {
                code: 5,
                message: words::reason(&error.to_string()),
                hint: Some(t!("run `baogao index --rebuild`").into_owned()),
            },
            AskError::NothingElse => Failure::usage(
                t!("all texts are asked about: there are no others to compare them with"),
                Some(t!("say which are asked about, with --region, --year, --level, --part or --report").into_owned()),
            ),
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
        words::listed(&names)
    };
    match error {
        RegionError::Unknown { suggestions, .. } => {
            let hint = match suggestions.is_empty() {
                false => Some(t!("did you mean %{a}?", a = names(&suggestions)).into_owned()),
                true if given.is_ascii() => Some(
                    t!("regions are named in Chinese or by their code: 山西 or 140000")
                        .into_owned(),
                ),
                true => None,
            };
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
        t!("held are %{a}", a = words::listed(close)).into_owned()
    };
    Failure::Told {
        code: 1,
        message: t!("no report is called `%{id}`", id = id).into_owned(),
        hint: Some(hint),
    }
}
