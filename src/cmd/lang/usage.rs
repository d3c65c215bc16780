//! Help, and what is wrong with a command line, in Chinese: clap has its own words in English alone.
//!
//! In: the definition of the program, or an error of clap. Out: the same definition with Chinese texts; the error as a text.

use super::{cause, t};
use baogao_render::Language;
use clap::builder::{PossibleValue, StyledStr};
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, Command};
use std::error::Error as _;
use std::fmt::Display;

/// Words that stand in the usage of a command, and what they are in Chinese.
const PLACES: [(&str, &str); 3] = [
    ("[OPTIONS]", "[选项]"),
    ("[COMMAND]", "[命令]"),
    ("<COMMAND>", "<命令>"),
];

/// The definition of the program in the language of the moment.
pub(crate) fn localized(mut command: Command) -> Command {
    if super::language() == Language::English {
        return command;
    }
    // What clap adds by itself is there after this, so that it is translated too.
    command.build();
    in_chinese(command)
}

fn text(english: &dyn Display) -> String {
    let english = english.to_string();
    t!(english.as_str()).into_owned()
}

fn in_chinese(command: Command) -> Command {
    let about = command.get_about().map(|about| text(about));
    let examples = command.get_after_help().map(|help| text(help));
    let mut command = command.mut_args(arg_in_chinese);
    let usage = usage_of(&command.render_usage());
    let mut command = command
        .override_usage(usage)
        .subcommand_help_heading(text(&"Commands"))
        .help_template(format!(
            "{{about-with-newline}}\n{}{{usage}}\n\n{{all-args}}{{after-help}}",
            t!("Usage: ")
        ))
        .mut_subcommands(in_chinese);
    if let Some(about) = about {
        command = command.about(about.clone()).long_about(about);
    }
    if let Some(examples) = examples {
        command = command.after_help(examples);
    }
    command
}

fn arg_in_chinese(arg: Arg) -> Arg {
    let heading = match arg.get_help_heading() {
        Some(heading) => text(&heading),
        None if arg.is_positional() => text(&"Arguments"),
        None => text(&"Options"),
    };
    let names: Vec<String> = value_names(&arg).map(|name| text(&name)).collect();
    let arg = arg.help_heading(heading);
    let arg = match names.is_empty() {
        true => arg,
        false => arg.value_names(names),
    };
    let Some(help) = arg.get_help().map(|help| text(help)) else {
        return arg;
    };
    // Clap says these in English behind the help.
    let mut remarks = Vec::new();
    if let Some(name) = arg.get_env() {
        remarks.push(t!("[environment: %{name}]", name = name.to_string_lossy()).into_owned());
    }
    let defaults: Vec<_> = arg
        .get_default_values()
        .iter()
        .map(|value| value.to_string_lossy())
        .collect();
    if !defaults.is_empty() && arg.get_action().takes_values() {
        remarks.push(t!("[default: %{value}]", value = defaults.join(", ")).into_owned());
    }
    let values: Vec<PossibleValue> = arg
        .get_possible_values()
        .into_iter()
        .filter(|value| !value.is_hide_set() && arg.get_action().takes_values())
        .collect();
    let behind = |remarks: &[String]| {
        let remarks: String = remarks.iter().map(|remark| format!(" {remark}")).collect();
        format!("{help}{remarks}")
    };
    let long = values
        .iter()
        .any(|value| value.get_help().is_some())
        .then(|| {
            let lines = values.iter().map(|value| match value.get_help() {
                Some(help) => format!("- {}：{}", value.get_name(), text(help)),
                None => format!("- {}", value.get_name()),
            });
            let lines: Vec<String> = lines.collect();
            format!(
                "{}\n\n{}\n{}",
                behind(&remarks),
                t!("Values:"),
                lines.join("\n")
            )
        });
    if !values.is_empty() {
        let names: Vec<&str> = values.iter().map(PossibleValue::get_name).collect();
        remarks.push(t!("[values: %{values}]", values = names.join(", ")).into_owned());
    }
    let short = behind(&remarks);
    let arg = arg
        .help(short)
        .hide_default_value(true)
        .hide_possible_values(true)
        .hide_env(true);
    match long.or_else(|| arg.get_long_help().map(|help| text(help))) {
        Some(long) => arg.long_help(long),
        None => arg,
    }
}

/// What help calls the values of an argument, as keys of its language: `<DIR>`.
pub(super) fn value_names(arg: &Arg) -> impl Iterator<Item = String> + '_ {
    let names = arg.get_value_names().unwrap_or_default();
    let names = names.iter().filter(|_| arg.get_action().takes_values());
    names.map(|name| format!("<{name}>"))
}

/// How a command is used, without the word for it.
fn usage_of(usage: &StyledStr) -> String {
    let usage = usage.to_string();
    let usage = usage.trim_start_matches("Usage:").trim();
    PLACES
        .iter()
        .fold(usage.to_owned(), |usage, (english, chinese)| {
            usage.replace(english, chinese)
        })
}

/// Help with the marks of Chinese: clap ends each heading with a colon of its own. None in another language.
pub(crate) fn help_in_chinese(error: &clap::Error, with_colour: bool) -> Option<String> {
    if super::language() == Language::English || error.kind() == ErrorKind::DisplayVersion {
        return None;
    }
    let help = error.render();
    let help = match with_colour {
        true => help.ansi().to_string(),
        false => help.to_string(),
    };
    let lines = help.split_inclusive('\n').map(|line| {
        // A heading alone begins its line, and has nothing behind its colon but the end of its style.
        let begins = line.trim_start_matches(STYLE);
        let is_heading = begins.chars().next().is_some_and(|c| !c.is_ascii());
        let colon = line.rfind(':').filter(|_| is_heading);
        match colon.and_then(|at| Some((line.get(..at)?, line.get(at + 1..)?))) {
            Some((name, rest)) if rest.trim().trim_matches(STYLE).is_empty() => {
                format!("{name}：{rest}")
            }
            _ => line.to_owned(),
        }
    });
    Some(lines.collect())
}

/// What a style of a terminal is written with.
const STYLE: [char; 15] = [
    '\u{1b}', '[', ';', 'm', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '\u{7}',
];

/// What is wrong with the arguments, how they are to be, and where more is said; none where clap's own words do.
pub(crate) fn usage_in_chinese(error: &clap::Error) -> Option<String> {
    let mut lines = vec![t!("error: %{message}", message = wrong_in_chinese(error)?).into_owned()];
    let hints = hints(error);
    if !hints.is_empty() {
        lines.push(String::new());
        let hints = hints.iter();
        lines.extend(hints.map(|hint| format!("  {}", t!("hint: %{hint}", hint = hint))));
    }
    if let Some(ContextValue::StyledStr(usage)) = error.get(ContextKind::Usage) {
        lines.push(String::new());
        lines.push(format!("{}{}", t!("Usage: "), usage_of(usage)));
    }
    lines.push(String::new());
    lines.push(t!("`--help` says more").into_owned());
    Some(lines.join("\n"))
}

/// What is wrong with the arguments, in Chinese; none in another language.
fn wrong_in_chinese(error: &clap::Error) -> Option<String> {
    if super::language() != Language::Chinese {
        return None;
    }
    let text = |kind| said(error, kind);
    let argument = || text(ContextKind::InvalidArg).unwrap_or_default();
    let value = || text(ContextKind::InvalidValue).unwrap_or_default();
    let number = |kind| match error.get(kind) {
        Some(ContextValue::Number(n)) => n.to_string(),
        _ => String::new(),
    };
    let message = match error.kind() {
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => {
            let message = match value() {
                none if none.is_empty() => t!("%{argument} needs a value", argument = argument()),
                value => t!(
                    "`%{value}` is no value of %{argument}",
                    value = value,
                    argument = argument()
                ),
            };
            let valid = text(ContextKind::ValidValue).filter(|valid| !valid.is_empty());
            let why = error.source().map(|source| cause(&source));
            match (valid, why) {
                (Some(valid), _) => {
                    format!("{message}{}", t!("; values are %{valid}", valid = valid))
                }
                (None, Some(why)) => t!("%{message}: %{why}", message = message, why = why).into(),
                (None, None) => message.into_owned(),
            }
        }
        ErrorKind::UnknownArgument => match argument() {
            argument if argument.starts_with('-') => {
                t!("there is no option %{argument}", argument = argument).into()
            }
            argument => t!(
                "`%{argument}` is one argument too many",
                argument = argument
            )
            .into(),
        },
        ErrorKind::InvalidSubcommand => {
            let name = text(ContextKind::InvalidSubcommand).unwrap_or_default();
            t!("there is no command `%{name}`", name = name).into()
        }
        ErrorKind::MissingSubcommand => t!("a command is missing").into(),
        ErrorKind::MissingRequiredArgument => {
            t!("%{argument} is missing", argument = argument()).into()
        }
        ErrorKind::ArgumentConflict => match text(ContextKind::PriorArg) {
            Some(other) if other != argument() => t!(
                "%{argument} and %{other} exclude each other",
                argument = argument(),
                other = other
            )
            .into(),
            _ => t!("%{argument} can be given once", argument = argument()).into(),
        },
        ErrorKind::NoEquals => t!(
            "the value of %{argument} stands behind `=`",
            argument = argument()
        )
        .into(),
        ErrorKind::TooManyValues => t!(
            "`%{value}` is one value too many for %{argument}",
            value = value(),
            argument = argument()
        )
        .into(),
        ErrorKind::TooFewValues => t!(
            "%{argument} needs %{n} values, %{given} are given",
            argument = argument(),
            n = number(ContextKind::MinValues),
            given = number(ContextKind::ActualNumValues)
        )
        .into(),
        ErrorKind::WrongNumberOfValues => t!(
            "%{argument} needs %{n} values, %{given} are given",
            argument = argument(),
            n = number(ContextKind::ExpectedNumValues),
            given = number(ContextKind::ActualNumValues)
        )
        .into(),
        ErrorKind::InvalidUtf8 => t!("an argument is not valid UTF-8").into(),
        ErrorKind::DisplayHelp
        | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand
        | ErrorKind::DisplayVersion => return None,
        // What clap may add to its kinds.
        _ => t!("the command line cannot be understood").into(),
    };
    Some(message)
}

/// What clap says of an error, names and values alone.
fn said(error: &clap::Error, kind: ContextKind) -> Option<String> {
    match error.get(kind)? {
        ContextValue::String(text) => Some(text.clone()),
        ContextValue::Strings(texts) => Some(texts.join(" ")),
        ContextValue::StyledStr(text) => Some(text.to_string()),
        _ => None,
    }
}

/// What may have been meant.
fn hints(error: &clap::Error) -> Vec<String> {
    let near = [
        ContextKind::SuggestedSubcommand,
        ContextKind::SuggestedArg,
        ContextKind::SuggestedValue,
    ];
    let near = near.into_iter().filter_map(|kind| match error.get(kind)? {
        ContextValue::String(text) => Some(text.clone()),
        ContextValue::Strings(texts) if !texts.is_empty() => Some(super::listed(texts)),
        _ => None,
    });
    let mut hints: Vec<String> = near
        .map(|near| t!("did you mean %{a}?", a = near).into_owned())
        .collect();
    if let Some(ContextValue::StyledStrs(tips)) = error.get(ContextKind::Suggested) {
        hints.extend(tips.iter().filter_map(tip));
    }
    hints
}

/// A tip of clap in Chinese: what it names stands in `'`.
fn tip(tip: &StyledStr) -> Option<String> {
    let tip = tip.to_string();
    let mut named = tip.split('\'').skip(1).step_by(2);
    let (first, second) = (named.next()?, named.next());
    match second {
        Some(written) if tip.starts_with("to pass") => Some(
            t!(
                "where `%{value}` is meant as a text, write `%{written}`",
                value = first,
                written = written
            )
            .into_owned(),
        ),
        _ if tip.ends_with("exists") => Some(t!("did you mean %{a}?", a = first).into_owned()),
        Some("--") => {
            Some(t!("to use the command `%{name}`, leave out `--`", name = first).into_owned())
        }
        _ => None,
    }
}
