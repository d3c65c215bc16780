//! The language of messages and help: English, or Chinese under a Chinese locale.
//!
//! English texts are the keys; `locales/zh.yml` has the Chinese of each. Machine output never changes.

use baogao_engine::ask::{Asked, Method, Notice, Rule, Unseen, WhyUnseen};
use baogao_engine::index::{IndexError, WhyKept};
use baogao_engine::query::{Problem, QueryError};
use baogao_engine::search::Tier;
use baogao_engine::stats::State;
use baogao_render::Language;
use baogao_render::terminal::{self, number};
use std::cell::Cell;
use std::ffi::OsString;

mod reasons;
mod usage;

pub(crate) use reasons::{cause, reason, remark};
pub(crate) use usage::{help_in_chinese, localized, usage_in_chinese};

/// The name of the locale with the Chinese texts.
const CHINESE: &str = "zh";

/// Decides the language before anything is said: `--lang`, else the locale of the environment.
pub(crate) fn choose(arguments: impl Iterator<Item = OsString>) {
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
    rust_i18n::set_locale(if is_chinese { CHINESE } else { "en" });
}

thread_local! {
    /// The language of this thread, where it is not that of the program: a page is in that of its reader.
    static OF_THREAD: Cell<Option<Language>> = const { Cell::new(None) };
}

/// Does something whose messages are in another language than those of the program.
#[cfg(feature = "serve")]
pub(crate) fn speaking<T>(language: Language, does: impl FnOnce() -> T) -> T {
    OF_THREAD.set(Some(language));
    let done = does();
    OF_THREAD.set(None);
    done
}

/// The name of the locale in which to speak.
pub(crate) fn locale() -> &'static str {
    match language() {
        Language::Chinese => CHINESE,
        Language::English => "en",
    }
}

/// The text for an English key in the language of the moment, with its values.
macro_rules! t {
    ($key:expr $(,)?) => {
        ::rust_i18n::t!($key, locale = $crate::cmd::lang::locale())
    };
    ($key:expr, $($values:tt)+) => {
        ::rust_i18n::t!($key, locale = $crate::cmd::lang::locale(), $($values)+)
    };
}
pub(crate) use t;

/// The language that was chosen.
pub(crate) fn language() -> Language {
    if let Some(language) = OF_THREAD.get() {
        return language;
    }
    if &*rust_i18n::locale() == CHINESE {
        Language::Chinese
    } else {
        Language::English
    }
}

/// `1 report`, `2 reports`, `2 份报告`.
pub(crate) fn counted(n: u64, noun: &str) -> String {
    match language() {
        Language::English => terminal::counted(n, noun),
        Language::Chinese => {
            let key = format!("%{{n}} {noun}");
            t!(key.as_str(), n = number(n)).into_owned()
        }
    }
}

/// `a, b`, `a、b`.
pub(crate) fn listed<T: AsRef<str>>(items: &[T]) -> String {
    let items: Vec<&str> = items.iter().map(AsRef::as_ref).collect();
    items.join(match language() {
        Language::English => ", ",
        Language::Chinese => "、",
    })
}

/// The Chinese name of a column of a table, or of a value in it that is a name of the program.
pub(crate) fn name_in_table(column: &str, value: Option<&str>) -> Option<String> {
    let key = match value {
        Some(value) => format!("| {column} | {value}"),
        None => format!("| {column}"),
    };
    let name = rust_i18n::t!(key.as_str(), locale = CHINESE);
    (name != key).then(|| name.into_owned())
}

/// `3 of 5 reports`, `5 份报告中的 3 份`.
pub(crate) fn some_of(n: u64, n_all: usize) -> String {
    t!(
        "%{n} of %{reports}",
        n = number(n),
        reports = counted(n_all as u64, "report")
    )
    .into_owned()
}

/// What is wrong with a query, without its place.
pub(crate) fn query_error(error: &QueryError) -> String {
    if language() == Language::English {
        return error.to_string();
    }
    match error {
        QueryError::Empty => t!("nothing to search for").into_owned(),
        QueryError::OnlyFilters { filter } => t!(
            "`%{filter}` is a filter; write what to look for before it: 专业镇 %{filter}",
            filter = filter
        )
        .into_owned(),
        QueryError::TooLong { chars } => t!(
            "the query has %{chars} characters, at most %{max} are taken",
            chars = chars,
            max = baogao_engine::query::MAX_CHARS
        )
        .into_owned(),
        QueryError::TooManyTerms { terms } => t!(
            "the query has %{terms} terms, at most %{max} are taken",
            terms = terms,
            max = baogao_engine::query::MAX_TERMS
        )
        .into_owned(),
        QueryError::Syntax { problem, at, near } => {
            let problem = self::problem(problem);
            t!(
                "%{problem} (character %{at}: `%{near}`)",
                problem = problem,
                at = at,
                near = near
            )
            .into_owned()
        }
        QueryError::Years { given } => t!(
            "`%{given}` is not a year or a range of years; write 2024 or 2020..2024 (1949 to 2100)",
            given = given
        )
        .into_owned(),
    }
}

fn problem(problem: &Problem) -> String {
    // Each is a fixed text but for its limit, a number.
    let english = problem.to_string();
    let (key, limit) = match english
        .split_whitespace()
        .find(|word| word.parse::<u32>().is_ok())
    {
        Some(limit) if !english.contains("~30") => {
            (english.replacen(limit, "%{limit}", 1), limit.to_owned())
        }
        _ => (english.clone(), String::new()),
    };
    t!(key.as_str(), limit = limit).into_owned()
}

/// What is wrong with an index.
pub(crate) fn index_error(error: &IndexError) -> String {
    if language() == Language::English {
        return error.to_string();
    }
    match error {
        IndexError::Missing { dir } => t!("there is no index in `%{dir}`", dir = dir.display()),
        IndexError::Foreign { dir, holds: None } => t!("`%{dir}` is not an index but a file", dir = dir.display()),
        IndexError::Foreign { dir, holds: Some(name) } => {
            t!("`%{dir}` is not an index but a folder that holds `%{name}`", dir = dir.display(), name = name)
        }
        IndexError::Stranger { path, n_more: 0, .. } => {
            t!("the folder of the index holds `%{path}`, which this program did not make", path = path.display())
        }
        IndexError::Stranger { path, n_more, .. } => {
            t!("the folder of the index holds `%{path}` and %{n} more, which this program did not make", path = path.display(), n = n_more)
        }
        IndexError::WouldForget { path, why } => match why {
            WhyKept::Gone => t!("an index built anew would forget `%{path}`, which is not there", path = path.display()),
            WhyKept::Empty => t!("an index built anew would forget `%{path}`, which is there and holds nothing", path = path.display()),
            WhyKept::Unreadable(cause) => {
                t!("an index built anew would forget `%{path}`, which cannot be read: %{cause}", path = path.display(), cause = self::cause(cause))
            }
        },
        IndexError::RootInIndex { root, dir } => t!("`%{root}` lies in the folder of the index, `%{dir}`", root = root.display(), dir = dir.display()),
        IndexError::Damaged { dir, what } => t!("index `%{dir}` is damaged: %{what}", dir = dir.display(), what = self::cause(what)),
        IndexError::OtherVersions { dir, what, built, wanted } => {
            t!("index `%{dir}` was built with another %{what} (%{built}, this program has %{wanted})", dir = dir.display(), what = reason(what), built = reason(built), wanted = wanted)
        }
        IndexError::Busy { dir } => t!("index `%{dir}` is being written by another process", dir = dir.display()),
        IndexError::NoSource { path } => t!("`%{path}` does not exist", path = path.display()),
        IndexError::UnseenSource { path, cause } => t!("`%{path}` cannot be read: %{cause}", path = path.display(), cause = self::cause(cause)),
        IndexError::Cancelled => t!("stopped; the index is as it was before"),
        IndexError::Stopped => t!("stopped before the answer was complete"),
        IndexError::Unwritten { what } => t!("the index could not be written: %{what}; it is as it was before", what = self::cause(what)),
        IndexError::Io { path, cause } => t!("`%{path}` could not be written or read: %{cause}", path = path.display(), cause = self::cause(cause)),
    }
    .into_owned()
}

/// How an answer was computed, for people.
pub(crate) fn method(method: &Method) -> String {
    if language() == Language::English {
        return method.to_string();
    }
    let question = self::asked(method);
    let asked = [question.as_str(), &method.filters];
    let asked: Vec<&str> = asked.into_iter().filter(|part| !part.is_empty()).collect();
    format!(
        "baogao {} · {} · 检索 {} 份文本中的 {} 份，共 {} 字 · 语料 {}",
        env!("CARGO_PKG_VERSION"),
        asked.join(" "),
        number(method.n_texts),
        number(method.n_reports),
        number(method.n_chars),
        method.corpus,
    )
}

/// What was asked, in Chinese: the kind of question in front, rules in brackets behind.
fn asked(method: &Method) -> String {
    let kind = match method.asked {
        Asked::Matches => "",
        Asked::First => "首次出现：",
        Asked::Definitions => "名词解释：",
        Asked::Terms => "名词解释",
        Asked::Reports => "报告",
        Asked::Coverage => "收录情况",
        Asked::Text => "原文",
    };
    let mut said = method.expressions.clone();
    if method.asked == Asked::Reports {
        // `with “…”`, `without “…”`
        for expression in &mut said {
            *expression = expression.replacen("without “", "不含“", 1);
            *expression = expression.replacen("with “", "含“", 1);
        }
    }
    if method.n_more > 0 {
        said.push(format!("等另 {} 项", number(method.n_more as u64)));
    }
    let rules: Vec<String> = method.rules.iter().map(rule).collect();
    let rules = match rules.is_empty() {
        true => String::new(),
        false => format!("（{}）", rules.join("，")),
    };
    let space = if method.asked == Asked::Reports && !said.is_empty() {
        " "
    } else {
        ""
    };
    format!("{kind}{space}{}{rules}", said.join(" "))
}

fn rule(rule: &Rule) -> String {
    match rule {
        Rule::Mode(Tier::Exact) => "精确".to_owned(),
        Rule::Mode(Tier::Words) => "全部词".to_owned(),
        Rule::Mode(Tier::Any) => "任一词".to_owned(),
        Rule::AllMatches => "重叠处都计".to_owned(),
        Rule::Literal => "逐字".to_owned(),
        Rule::Inside => "含词内".to_owned(),
        Rule::Without(ids) => format!("不计 {}", ids.join("、")),
        Rule::Sample(n, seed) => format!("随机抽取 {n} 行，种子 {seed}"),
    }
}

/// What is known, for people.
pub(crate) fn state(state: State) -> String {
    t!(state.name()).into_owned()
}

/// What is said of a phrase that was not found where absence is not shown; nothing where it is.
pub(crate) fn absence(state: State, phrase: &str) -> Option<String> {
    let said = match state {
        State::Said | State::NotSaid => return None,
        State::Abridged => t!(
            "“%{phrase}” was not found in what is held, which is not whole",
            phrase = phrase
        ),
        State::Unread => t!(
            "“%{phrase}” was not found; what there is could not be read, or only in part",
            phrase = phrase
        ),
        State::None => t!(
            "no report that is held fits the filters; “%{what}” was not searched",
            what = phrase
        ),
    };
    Some(said.into_owned())
}

/// A notice as a sentence.
pub(crate) fn notice(notice: &Notice) -> String {
    match notice {
        Notice::RegionTaken {
            given,
            region,
            years,
            others,
        } => {
            let mut said = t!(
                "%{given} is taken as %{a} (%{b})",
                given = given,
                a = region.path_string(),
                b = region.code_string()
            )
            .into_owned();
            if let Some((from, to)) = years {
                said.push_str(&t!(
                    ", as it was called %{from}–%{to}",
                    from = from,
                    to = to
                ));
            }
            if !others.is_empty() {
                let others: Vec<&str> = others.iter().map(|other| other.path_string()).collect();
                said.push_str(&t!("; others: %{a}", a = listed(&others)));
            }
            said
        }
        Notice::NotHeld { phrase, region } => {
            let said = t!("no report of %{a} is held", a = region.name());
            of_phrase(phrase.as_deref(), &said)
        }
        Notice::CopiesLeftOut { phrase, reports } => {
            let said = t!(
                "%{copies} left out: --duplicates searches copies too",
                copies = counted(*reports, "copy of a report")
            );
            of_phrase(phrase.as_deref(), &said)
        }
        Notice::OtherGenre { phrase, count } => {
            let more = t!(
                "%{n} more in %{texts} of another genre: --genre any",
                n = match count.occurrences {
                    // What only excludes has no places.
                    0 => counted(count.passages, "passage"),
                    n => counted(n, "occurrence"),
                },
                texts = counted(count.reports, "text")
            );
            of_phrase(phrase.as_deref(), &more)
        }
        Notice::NoReport => t!("no report is held: all texts are searched").into_owned(),
        Notice::Unread {
            phrase,
            files,
            named,
        } => {
            let said = t!(
                "%{files} could not be read and may say it: %{named}",
                files = counted(*files, "file"),
                named = shortened(named, *files)
            );
            of_phrase(phrase.as_deref(), &said)
        }
        Notice::PartlyRead {
            phrase,
            reports,
            named,
        } => {
            let said = t!(
                "%{reports} could be read in part only: %{named}",
                reports = counted(*reports, "report"),
                named = shortened(named, *reports)
            );
            of_phrase(phrase.as_deref(), &said)
        }
        Notice::NotShown { reports } => t!(
            "%{reports} not whole, or read in part: what was not found in them may stand there",
            reports = counted(*reports, "report")
        )
        .into_owned(),
        Notice::NoSuchPart { reports } => t!(
            "%{reports} listed without such a part: nothing stands there",
            reports = counted(*reports, "report")
        )
        .into_owned(),
        Notice::Unplaced { reports, named } => t!(
            "%{reports} without region or year, not in the grid: %{named}",
            reports = counted(*reports, "report"),
            named = shortened(named, *reports)
        )
        .into_owned(),
        Notice::More { notices } => {
            t!("… and %{n} more like this", n = number(*notices)).into_owned()
        }
        Notice::Undated { reports } => t!(
            "%{a} without a year left out",
            a = counted(*reports, "report")
        )
        .into_owned(),
        Notice::Stale {
            changed: 0,
            added: 0,
            removed: 0,
            unreadable: 0,
            ..
        } => {
            // An update would change nothing: what cannot be seen is kept.
            differences(notice)
        }
        Notice::Stale { .. } => {
            t!("%{a}, run `baogao index`", a = differences(notice)).into_owned()
        }
        Notice::PartlyCompared { files, of } => t!(
            "the first %{a} of %{b} files were checked for changes: `baogao check` compares all",
            a = number(*files),
            b = number(*of)
        )
        .into_owned(),
        Notice::GivenTwice { phrase } => {
            t!("`%{a}` is given twice and counted once", a = phrase).into_owned()
        }
    }
}

/// `2 files changed`, or the kinds where there are several; then what cannot be seen. Empty for another notice.
pub(crate) fn differences(notice: &Notice) -> String {
    let Notice::Stale {
        changed,
        added,
        removed,
        unreadable,
        unseen,
    } = notice
    else {
        return String::new();
    };
    let files = |n: u64| counted(n, "file");
    let mut said: Vec<String> = Vec::new();
    match [*changed, *added, *removed, *unreadable] {
        [0, 0, 0, 0] => {}
        [n, 0, 0, 0] => said.push(t!("%{files} changed", files = files(n)).into_owned()),
        [0, n, 0, 0] => said.push(t!("%{files} added", files = files(n)).into_owned()),
        [0, 0, n, 0] => said.push(t!("%{files} removed", files = files(n)).into_owned()),
        [0, 0, 0, n] => said.push(t!("%{files} cannot be read", files = files(n)).into_owned()),
        [changed, added, removed, unreadable] => {
            said.push(
                t!(
                    "%{files} changed since the index was built (%{changed} changed, %{added} added, %{removed} removed)",
                    files = files(changed + added + removed),
                    changed = changed,
                    added = added,
                    removed = removed
                )
                .into_owned(),
            );
            if unreadable > 0 {
                said.push(t!("%{files} cannot be read", files = files(unreadable)).into_owned());
            }
        }
    }
    for Unseen { path, why } in unseen {
        let line = match why {
            WhyUnseen::Gone => t!("`%{path}` is not there", path = path),
            WhyUnseen::Empty => t!("`%{path}` is there and holds nothing", path = path),
            WhyUnseen::Unreadable => t!("`%{path}` cannot be read", path = path),
        };
        said.push(line.into_owned());
    }
    said.join(&t!("; "))
}

fn of_phrase(phrase: Option<&str>, said: &str) -> String {
    match phrase {
        Some(phrase) => format!("“{phrase}”: {said}"),
        None => said.to_owned(),
    }
}

/// Names, and a mark where there are more.
fn shortened(named: &[String], n_all: u64) -> String {
    let names: Vec<String> = named.iter().map(|name| format!("`{name}`")).collect();
    let more = if (named.len() as u64) < n_all {
        " …"
    } else {
        ""
    };
    format!("{}{more}", listed(&names))
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::{Command, CommandFactory};
    use std::collections::BTreeSet;

    /// Texts that have no Chinese.
    fn missing(texts: impl IntoIterator<Item = String>) -> BTreeSet<String> {
        let has_none = |text: &String| {
            text != "reports.toml"
                && rust_i18n::t!(text.as_str(), locale = CHINESE) == text.as_str()
        };
        texts.into_iter().filter(has_none).collect()
    }

    /// English words side by side, but for what stands between marks.
    pub(super) fn english_in(text: &str) -> Vec<String> {
        let said: String = text.split('`').step_by(2).collect::<Vec<_>>().join("`");
        let is_word = |word: &&str| word.len() > 1 && word.chars().all(|c| c.is_ascii_lowercase());
        let words: Vec<&str> = said.split(' ').collect();
        let beside = words.windows(2).filter(|pair| pair.iter().all(is_word));
        beside.map(|pair| pair.join(" ")).collect()
    }

    fn help_of(command: &Command, texts: &mut Vec<String>) {
        texts.extend(command.get_about().map(ToString::to_string));
        texts.extend(command.get_after_help().map(ToString::to_string));
        for arg in command.get_arguments() {
            texts.extend(arg.get_help().map(ToString::to_string));
            texts.extend(arg.get_long_help().map(ToString::to_string));
            texts.extend(arg.get_help_heading().map(str::to_owned));
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
        for entry in walkdir::WalkDir::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src/cmd")) {
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
            let is_page = path.components().any(|part| part.as_os_str() == "serve");
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

    #[test]
    fn all_columns_have_a_chinese_header() {
        let mut names = BTreeSet::new();
        for folder in ["/src/cmd", "/crates/render/src"] {
            let folder = format!("{}{folder}", env!("CARGO_MANIFEST_DIR"));
            for entry in walkdir::WalkDir::new(folder) {
                let path = entry.expect("the sources are there").into_path();
                if path.extension().is_none_or(|extension| extension != "rs") {
                    continue;
                }
                let source = std::fs::read_to_string(&path).expect("it can be read");
                let source = source.split("#[cfg(test)]").next().unwrap_or_default();
                for kind in ["Column::text(\"", "Column::number(\""] {
                    let named = source.split(kind).skip(1);
                    names.extend(
                        named
                            .filter_map(|after| after.split('"').next())
                            .map(str::to_owned),
                    );
                }
            }
        }
        names.remove("");
        assert!(names.len() > 30, "{names:?}");
        names.retain(|name| name_in_table(name, None).is_none());
        assert_eq!(names, BTreeSet::new());
    }

    #[test]
    fn what_comes_from_outside_is_not_read_as_a_place_for_a_value() {
        let said = rust_i18n::t!(
            "`%{given}` is not a level",
            locale = "en",
            given = "%{given} %{x}"
        );
        assert_eq!(said, "`%{given} %{x}` is not a level");
    }
}
