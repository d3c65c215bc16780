//! The language of messages and help: English, or Chinese under a Chinese locale.
//!
//! Sentences are those of `baogao-render`; here is what only a command line has: the choice, and the words of its parser.

use baogao_render::Language;
pub(crate) use baogao_render::t;
pub(crate) use baogao_render::words::*;
use std::ffi::OsString;

mod usage;

pub(crate) use usage::{help_in_chinese, localized, usage_in_chinese};

/// Decides the language before anything is said: `--lang`, else the locale of the environment.
pub(crate) fn choose_language(arguments: impl Iterator<Item = OsString>) {
    let locale = ["LC_ALL", "LC_MESSAGES", "LANG"]
        .iter()
        .filter_map(|name| std::env::var(name).ok())
        .find(|value| !value.is_empty())
        .unwrap_or_default();
    // The arguments are not parsed yet: their errors are to be in this language too.
    let arguments: Vec<String> = arguments
        .map(|argument| argument.to_string_lossy().into_owned())
        .collect();
    let asked = arguments
        .iter()
        .enumerate()
        .find_map(|(at, argument)| match argument.as_str() {
            "--lang" => arguments.get(at + 1).cloned(),
            other => other.strip_prefix("--lang=").map(str::to_owned),
        });
    let is_chinese = match asked.as_deref() {
        Some("zh") => true,
        Some("en") => false,
        _ => locale.starts_with("zh"),
    };
    baogao_render::words::choose(match is_chinese {
        true => Language::Chinese,
        false => Language::English,
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use baogao_engine::ask::{KINDS, table_columns};
    use clap::{Command, CommandFactory};
    use std::collections::BTreeSet;

    /// Texts that have no Chinese.
    fn missing(texts: impl IntoIterator<Item = String>) -> BTreeSet<String> {
        let has_none = |text: &String| text != "reports.toml" && !has_chinese(text);
        texts.into_iter().filter(has_none).collect()
    }

    fn help_of(command: &Command, texts: &mut Vec<String>) {
        texts.extend(command.get_about().map(ToString::to_string));
        texts.extend(command.get_after_help().map(ToString::to_string));
        for arg in command.get_arguments() {
            texts.extend(arg.get_help().map(ToString::to_string));
            texts.extend(arg.get_long_help().map(ToString::to_string));
            texts.extend(arg.get_help_heading().map(str::to_owned));
            texts.extend(usage::value_names(arg));
            let values = arg.get_possible_values();
            let values = values.iter().filter(|value| !value.is_hide_set());
            // The name of the language stands there in it.
            let said = values.filter(|value| !matches!(value.get_name(), "en" | "zh"));
            texts.extend(said.filter_map(|value| value.get_help().map(ToString::to_string)));
        }
        for command in command
            .get_subcommands()
            .filter(|command| !command.is_hide_set())
        {
            help_of(command, texts);
        }
    }

    #[test]
    fn all_help_is_there_in_chinese() {
        let mut texts = Vec::new();
        let mut program = crate::Arguments::command();
        // With what clap adds by itself.
        program.build();
        help_of(&program, &mut texts);
        assert!(texts.len() > 50);
        assert_eq!(missing(texts), BTreeSet::new());
    }

    #[test]
    fn all_messages_are_there_in_chinese() {
        let mut texts = Vec::new();
        let folders = ["src", "crates/render/src", "crates/page/src"];
        let folders = folders.map(|folder| format!("{}/{folder}", env!("CARGO_MANIFEST_DIR")));
        let entries = folders.iter().flat_map(walkdir::WalkDir::new);
        for entry in entries {
            let path = entry.expect("the sources are there").into_path();
            if path.extension().is_none_or(|extension| extension != "rs") {
                continue;
            }
            let source = std::fs::read_to_string(&path).expect("it can be read");
            let source = source.split("#[cfg(test)]").next().unwrap_or_default();
            // format!( is no t!(.
            for after in source.replace("format!(", "").split("t!(").skip(1) {
                let text = after
                    .trim_start()
                    .strip_prefix('"')
                    .and_then(|text| text.split('"').next());
                texts.extend(text.map(|text| text.replace("\\n", "\n")));
            }
            // The page has its words in both languages side by side.
            let is_page = path.components().any(|part| part.as_os_str() == "page");
            for after in source.split("counted(").skip(1).filter(|_| !is_page) {
                let noun = after
                    .split(')')
                    .next()
                    .and_then(|call| call.split('"').nth(1));
                texts.extend(noun.map(|noun| format!("%{{n}} {noun}")));
            }
        }
        texts.retain(|text| !text.is_empty());
        assert!(texts.len() > 80);
        assert_eq!(missing(texts), BTreeSet::new());
    }

    /// The names of rules that a source file gives to notes.
    fn rules_in(source: &str) -> Vec<String> {
        let source = source.split("#[cfg(test)]").next().unwrap_or_default();
        let marks = [
            "rule: \"",
            "note(\"",
            ".push((\"",
            "removed(\"",
            "skip(\"",
            ": &str = \"",
        ];
        let after = |mark: &'static str| source.split(mark).skip(1);
        let names = marks
            .into_iter()
            .flat_map(after)
            .filter_map(|rest| rest.split('"').next());
        let is_name = |name: &&str| {
            name.len() > 3 && name.chars().all(|c| c.is_ascii_lowercase() || c == '-')
        };
        names.filter(is_name).map(str::to_owned).collect()
    }

    #[test]
    fn all_rules_have_a_chinese_name() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/crates/reading/src/ingest");
        let rules = baogao_reading::ingest::clean::RULES.iter();
        let mut names: BTreeSet<String> = rules.map(|rule| rule.name.to_owned()).collect();
        for entry in walkdir::WalkDir::new(folder) {
            let path = entry.expect("the sources are there").into_path();
            if path.extension().is_some_and(|extension| extension == "rs") {
                let source = std::fs::read_to_string(&path).expect("it can be read");
                names.extend(rules_in(&source));
            }
        }
        assert!(names.len() > 55, "{names:?}");
        names.retain(|name| name_in_table("rule", Some(name)).is_none());
        assert_eq!(names, BTreeSet::new());
    }

    #[test]
    fn all_columns_have_a_chinese_header() {
        let mut names: BTreeSet<String> = KINDS
            .iter()
            .filter_map(|kind| table_columns(kind))
            .flatten()
            .map(|column| column.name.into_owned())
            .collect();
        assert!(names.len() > 30, "{names:?}");
        names.retain(|name| name_in_table(name, None).is_none());
        assert_eq!(names, BTreeSet::new());
    }
}
