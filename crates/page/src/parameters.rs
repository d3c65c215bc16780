//! The parameters of an address: what they are, what is wrong with them, the question that they ask, and the command
//! line that asks the same.
//!
//! In: an address taken apart. Out: a question. Names, types, limits and descriptions are those of the questions
//! themselves; a short list here says what is of the page alone.
//!
//! # Invariants
//!
//! - Nothing that is asked is passed over in silence: what is no parameter of the view, or has a value that it cannot
//!   have, is refused.
//! - A value never becomes an option of a command line: it stands behind `=` or behind `--`.

use super::asked::{Asked, FILTERS, FROM, View, yes_or_no};
use super::words::Lang;
use baogao_engine::ask::{Question, question_schema};
use baogao_engine::query::QueryError;
use baogao_reading::region::Region;
use baogao_render::failure::Failure;
use serde_json::{Map, Value};
use std::sync::LazyLock;

/// The largest number of rows that can be asked for or passed over.
pub(super) const MAX_NUMBER: usize = 1_000_000_000;
/// Characters of an address that a message repeats.
const N_ECHOED: usize = 60;

/// What a parameter takes.
#[derive(Clone, PartialEq, Debug)]
pub enum Kind {
    /// Any text.
    Text,
    /// One of these, or another name for one of them.
    Choice(Vec<String>),
    /// A whole number between two.
    Number(u64, u64),
    /// Yes or no.
    Flag,
    /// Of the page alone.
    Page,
}

/// A parameter of an address.
pub struct Parameter {
    /// As it is called in an address, and as an option of the command line.
    pub name: String,
    /// As it is called in a question.
    field: String,
    /// What it takes.
    pub kind: Kind,
    /// Whether it may be given more than once.
    pub is_many: bool,
    /// What it means.
    pub about: String,
    /// The schema of its value.
    pub schema: Value,
}

impl Parameter {
    /// Whether it stands without a name on a command line.
    pub fn is_words(&self) -> bool {
        self.kind == Kind::Text && matches!(&*self.field, "query" | "id")
    }
}

/// What an address says of the page alone: names and meanings.
const OWN: [(&str, &str); 4] = [
    ("lang", "Language of the page: zh, en"),
    ("mode", "How what is marked is matched"),
    (FROM, "The answer that led there"),
    ("picture", "Kind of a picture: heat, lines, bars, map"),
];

/// What a view keeps for others and says yes or no.
const FLAGS: [&str; 3] = ["literal", "inside", "duplicates"];

/// The largest values that an address may have where a question has no bound: whoever asks over a network shares the
/// machine with others.
const MOST: [(&str, u64); 12] = [
    ("context", 100),
    ("width", 1_000),
    ("limit", MAX_NUMBER as u64),
    ("offset", MAX_NUMBER as u64),
    ("sample", MAX_NUMBER as u64),
    ("smooth", 99),
    ("min_g2", MAX_NUMBER as u64),
    ("min_occurrences", MAX_NUMBER as u64),
    ("min_reports", MAX_NUMBER as u64),
    ("min_places", MAX_NUMBER as u64),
    ("shortest", MAX_NUMBER as u64),
    ("longest", MAX_NUMBER as u64),
];

/// What a question can say and an address cannot: a list of lines, and how it is counted; that all terms are asked for is
/// said by asking for none.
const NOT_IN_ADDRESSES: [(&str, &str); 5] = [
    ("count", "group"),
    ("count", "all_matches"),
    ("trend", "group"),
    ("trend", "all_matches"),
    ("define", "list"),
];

/// The parameters of a view.
pub(super) fn parameters(view: View) -> &'static [Parameter] {
    static ALL: LazyLock<Vec<(View, Vec<Parameter>)>> = LazyLock::new(|| {
        let views = View::COMMANDS.into_iter().chain([View::Start]);
        views.map(|view| (view, made(view))).collect()
    });
    let found = ALL.iter().find(|(known, _)| *known == view);
    found.map_or(&[], |(_, parameters)| parameters)
}

/// The parameters of the address of a kind of question.
pub fn parameters_of(kind: &str) -> &'static [Parameter] {
    let view = View::COMMANDS.into_iter().find(|view| view.name() == kind);
    view.map_or(&[], parameters)
}

fn made(view: View) -> Vec<Parameter> {
    let schema = question_schema(view.name()).unwrap_or_default();
    let fields = schema.get("properties").and_then(Value::as_object);
    let is_said = |field: &str| !NOT_IN_ADDRESSES.contains(&(view.name(), field));
    let fields = fields.into_iter().flatten();
    let fields = fields.filter(|(field, _)| is_said(field));
    let mut parameters: Vec<Parameter> = fields.filter_map(|(f, s)| of_field(f, s)).collect();
    let mut of_page = |name: &str, about: &str| {
        if !parameters.iter().any(|known| known.name == name) {
            parameters.push(Parameter {
                name: name.to_owned(),
                field: String::new(),
                kind: Kind::Page,
                is_many: name == "q" || FILTERS.contains(&name) && !is_single(name),
                about: about.to_owned(),
                schema: Value::Null,
            });
        }
    };
    for (name, about) in OWN {
        let is_of_view = match name {
            "lang" => true,
            "picture" => view == View::Count,
            _ => view == View::Show,
        };
        if is_of_view {
            of_page(name, about);
        }
    }
    match view {
        // A report keeps the question for the way back, and marks what is searched for.
        View::Show => {
            of_page("q", "What is marked");
            for name in FILTERS.into_iter().chain(["literal", "inside"]) {
                of_page(name, "Kept for the other views");
            }
        }
        View::Reports => of_page("q", "Kept for the other views"),
        _ => {}
    }
    parameters
}

fn is_single(name: &str) -> bool {
    matches!(name, "genre" | "duplicates")
}

/// The parameter for a field of a question; none for one that fits into no address.
fn of_field(field: &str, schema: &Value) -> Option<Parameter> {
    let is_many = type_of(schema) == "array";
    let value = if is_many { &schema["items"] } else { schema };
    let kind = match (choices(value), type_of(value)) {
        (names, _) if !names.is_empty() => Kind::Choice(names),
        (_, "boolean") => Kind::Flag,
        (_, "integer") => {
            let bound = |name: &str| value.get(name).and_then(Value::as_u64);
            Kind::Number(
                bound("minimum").unwrap_or(0),
                bound("maximum").unwrap_or(u64::MAX),
            )
        }
        (_, "string") => Kind::Text,
        _ => return None,
    };
    let about = schema.get("description").and_then(Value::as_str);
    let mut schema = schema.clone();
    if let Some(schema) = schema.as_object_mut() {
        schema.remove("description");
        schema.remove("default");
        schema.remove("format");
    }
    let most = MOST.into_iter().find(|(known, _)| *known == field);
    let kind = match (kind, most) {
        (Kind::Number(from, _), Some((_, most))) => {
            schema["maximum"] = most.into();
            Kind::Number(from, most)
        }
        (kind, _) => kind,
    };
    let kind = match kind {
        // An address that asks for all leaves it out.
        Kind::Number(_, to) if field == "limit" => {
            schema["minimum"] = 1.into();
            Kind::Number(1, to)
        }
        kind => kind,
    };
    Some(Parameter {
        name: match field {
            "query" => "q".to_owned(),
            field => field.replace('_', "-"),
        },
        field: field.to_owned(),
        kind,
        is_many,
        about: match field {
            "limit" => "Rows to give [default: all]".to_owned(),
            _ => about.unwrap_or_default().replace('\n', " "),
        },
        schema,
    })
}

/// The type of a value that may be left out.
fn type_of(schema: &Value) -> &str {
    match &schema["type"] {
        Value::String(name) => name,
        Value::Array(names) => {
            let mut names = names.iter().filter_map(Value::as_str);
            names.find(|name| *name != "null").unwrap_or_default()
        }
        _ => "",
    }
}

/// The names that a value may be, where it is one of some.
fn choices(schema: &Value) -> Vec<String> {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let mut names: Vec<String> = schema.get("const").and_then(text).into_iter().collect();
    let listed = schema.get("enum").and_then(Value::as_array);
    names.extend(listed.into_iter().flatten().filter_map(text));
    for part in ["oneOf", "anyOf"] {
        let parts = schema.get(part).and_then(Value::as_array);
        names.extend(parts.into_iter().flatten().flat_map(choices));
    }
    names
}

/// Whether a view has a parameter of this name.
pub(super) fn is_known(view: View, name: &str) -> bool {
    parameters(view).iter().any(|known| known.name == name)
}

/// Refuses what is not a parameter of the view, or has a value that it cannot have.
pub(super) fn check(asked: &Asked) -> Result<(), Failure> {
    let known = parameters(asked.view);
    for (at, (name, value)) in asked.parameters.iter().enumerate() {
        let Some(parameter) = known.iter().find(|known| known.name == *name) else {
            return Err(unknown(asked, name));
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
    Ok(())
}

/// What is wrong with a parameter that there is none of.
pub(super) fn unknown(asked: &Asked, name: &str) -> Failure {
    let name: String = name.chars().take(N_ECHOED).collect();
    refused(
        asked.lang,
        format!("此处没有参数 `{name}`"),
        format!("`{name}` is no parameter here"),
    )
}

fn check_value(asked: &Asked, parameter: &Parameter, value: &str) -> Result<(), Failure> {
    let name = parameter.name.as_str();
    // What stands for bytes that are no UTF-8 would be looked for, and found nowhere.
    if value.contains('\u{fffd}') {
        return Err(refused(
            asked.lang,
            format!("`{name}` 不是 UTF-8 编码"),
            format!("`{name}` is not UTF-8"),
        ));
    }
    match &parameter.kind {
        Kind::Flag if yes_or_no(value).is_none() => Err(asked.not_one_of(name, "1, 0")),
        Kind::Page if FLAGS.contains(&name) && yes_or_no(value).is_none() => {
            Err(asked.not_one_of(name, "1, 0"))
        }
        Kind::Number(from, to) => match value.parse().ok().filter(|n| (from..=to).contains(&n)) {
            Some::<u64>(_) => Ok(()),
            None => Err(asked.not_a_number(name, from, to)),
        },
        Kind::Choice(names) => {
            let values = value.split(',').filter(|_| parameter.is_many);
            let mut values: Vec<&str> = values.collect();
            if !parameter.is_many {
                values.push(value);
            }
            // Other names for them are known to the question alone.
            let is_one = |value: &&str| {
                let field = match parameter.is_many {
                    true => Value::from(vec![*value]),
                    false => Value::from(*value),
                };
                let fields = Map::from_iter([(parameter.field.clone(), field)]);
                Question::of_fields(asked.view.name(), fields).is_ok()
            };
            match values.iter().all(is_one) {
                true => Ok(()),
                false => Err(asked.not_one_of(name, &names.join(", "))),
            }
        }
        Kind::Page if name == "lang" && Lang::named(value).is_none() => {
            Err(asked.not_one_of(name, "zh, en"))
        }
        Kind::Page if name == "mode" && !["exact", "words", "any"].contains(&value) => {
            Err(asked.not_one_of(name, "exact, words, any"))
        }
        Kind::Page if value.trim().is_empty() => Err(match name {
            "q" => QueryError::Empty.into(),
            _ => refused(
                asked.lang,
                format!("`{name}` 没有值"),
                format!("`{name}` has no value"),
            ),
        }),
        _ => Ok(()),
    }
}

fn refused(lang: Lang, chinese: String, english: String) -> Failure {
    Failure::usage(lang.pick(chinese, english), None)
}

/// The question that an address asks.
pub(super) fn question(asked: &Asked) -> Result<Question, Failure> {
    if asked.view == View::Show && !asked.has("id") {
        return Err(refused(
            asked.lang,
            "缺少参数 `id`".to_owned(),
            "`id` is missing".to_owned(),
        ));
    }
    let mut fields = Map::new();
    for parameter in parameters(asked.view) {
        let values = asked.all(&parameter.name);
        let values: Vec<Value> = match &parameter.kind {
            Kind::Page => continue,
            Kind::Text => values.map(Value::from).collect(),
            Kind::Choice(_) if parameter.is_many => values
                .flat_map(|value| value.split(','))
                .map(Value::from)
                .collect(),
            Kind::Choice(_) => values.map(Value::from).collect(),
            Kind::Number(..) => {
                let numbers = values.filter_map(|value| value.parse::<u64>().ok());
                numbers.map(Value::from).collect()
            }
            Kind::Flag => values.filter_map(yes_or_no).map(Value::from).collect(),
        };
        let value = match parameter.is_many {
            true if !values.is_empty() => Some(values.into()),
            true => None,
            false => values.into_iter().next(),
        };
        if let Some(value) = value {
            fields.insert(parameter.field.clone(), value);
        }
    }
    // A matrix is what a page shows unless it is told otherwise; all terms are what is asked without one.
    if is_matrix(asked) {
        fields.insert("wide".to_owned(), true.into());
    }
    if asked.view == View::Define && !asked.has("q") {
        fields.insert("list".to_owned(), true.into());
    }
    let is_given = |name: &str| fields.contains_key(name);
    if asked.view == View::Reports && !is_given("with") && !is_given("without") {
        // How strictly phrases are taken is kept for the other views.
        fields.retain(|name, _| !matches!(name.as_str(), "literal" | "inside"));
    }
    Ok(Question::of_fields(asked.view.name(), fields)?)
}

/// Whether regions and years are asked for without being named: counts are a matrix unless they are told otherwise.
fn is_matrix(asked: &Asked) -> bool {
    let is_other = asked.is_set("words") || asked.is_set("dispersion");
    asked.view == View::Count && !asked.has("wide") && !is_other
}

/// The command line that gives the same answer, quoted for a shell.
pub(super) fn line(asked: &Asked) -> String {
    let (mut options, mut words) = (Vec::new(), Vec::new());
    for parameter in parameters(asked.view) {
        let name = parameter.name.as_str();
        // Of a page one sees a part; a command line gives all.
        if parameter.kind == Kind::Page || matches!(name, "limit" | "offset") {
            continue;
        }
        for value in asked.all(name) {
            match &parameter.kind {
                _ if parameter.is_words() => words.push(value.to_owned()),
                Kind::Flag if yes_or_no(value) == Some(true) => options.push((name, None)),
                Kind::Flag => {}
                _ if name == "region" => options.push((name, Some(region_path(value)))),
                _ => options.push((name, Some(value))),
            }
        }
    }
    if is_matrix(asked) {
        options.push(("wide", None));
    }
    if asked.view == View::Define && words.is_empty() {
        options.push(("list", None));
    }
    let options = options.iter().map(|(name, value)| match value {
        None => format!("--{name}"),
        Some(value) if value.starts_with('-') => quoted(&format!("--{name}={value}")),
        Some(value) => format!("--{name} {}", quoted(value)),
    });
    let mut line = vec!["baogao".to_owned(), asked.view.name().to_owned()];
    let quoted_words = words.iter().map(|word| quoted(word));
    if words.iter().any(|word| word.starts_with('-')) {
        line.extend(options);
        line.push("--".to_owned());
        line.extend(quoted_words);
    } else {
        line.extend(quoted_words);
        line.extend(options);
    }
    line.join(" ")
}

/// A code as the path that it stands for: a command line is read by people.
pub(super) fn region_path(given: &str) -> &str {
    let code = (given.len() == 6).then(|| given.parse().ok()).flatten();
    match code.and_then(Region::from_code) {
        Some(region) => region.path_string(),
        None => given,
    }
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

#[cfg(test)]
mod tests {
    use super::super::asked::Form;
    use super::*;

    fn line_of(view: View, query: &str) -> String {
        line(&Asked::new(view, Form::Page, query, Lang::En))
    }

    #[test]
    fn a_parameter_takes_what_the_question_takes() {
        let kind = |view, name: &str| {
            let found = parameters(view).iter().find(|known| known.name == name);
            found.map(|found| found.kind.clone())
        };
        let choice = |names: &[&str]| {
            let names = names.iter().map(|name| (*name).to_owned());
            Some(Kind::Choice(names.collect()))
        };
        assert_eq!(kind(View::Search, "q"), Some(Kind::Text));
        assert_eq!(
            kind(View::Search, "mode"),
            choice(&["exact", "words", "any"])
        );
        assert_eq!(kind(View::Show, "mode"), Some(Kind::Page));
        assert_eq!(kind(View::Show, "q"), Some(Kind::Page));
        assert_eq!(kind(View::Show, "id"), Some(Kind::Text));
        assert_eq!(kind(View::Kwic, "cite"), Some(Kind::Flag));
        assert_eq!(
            kind(View::Kwic, "sample"),
            Some(Kind::Number(1, MAX_NUMBER as u64))
        );
        assert_eq!(kind(View::Count, "list"), None);
        assert_eq!(kind(View::Search, "index"), None);
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
