//! The documentation of the output, held to the types: tables of fields and columns stand between marks in
//! `docs/output.md`, and are what the types say. `BLESS=1 cargo test --release --test described` writes them anew.

use baogao_engine::ask::{describe, question_schema, table_columns, tables};
use serde_json::{Map, Value};
use std::collections::BTreeSet;
use std::fs;

const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/output.md");

/// The type of a field as a reader wants it.
fn type_of(schema: &Value) -> String {
    if let Some(name) = schema["$ref"].as_str() {
        let name = name.rsplit('/').next().unwrap_or_default();
        return match choices(schema, &Map::new()).is_empty() {
            true => format!("[{name}](#{})", name.to_lowercase()),
            false => name.to_owned(),
        };
    }
    if let Some(parts) = schema["anyOf"].as_array() {
        let parts: Vec<String> = parts.iter().map(type_of).collect();
        return parts.join(" or ");
    }
    if let Some(text) = schema["const"].as_str() {
        return format!("`{text}`");
    }
    let named = |name: &str| match name {
        "array" => format!("array of {}", type_of(&schema["items"])),
        name => name.to_owned(),
    };
    match &schema["type"] {
        Value::String(name) => named(name),
        Value::Array(names) => {
            let names = names.iter().filter_map(Value::as_str);
            names.map(named).collect::<Vec<_>>().join(" or ")
        }
        _ => "any".to_owned(),
    }
}

/// The names that a value may be.
fn choices(schema: &Value, objects: &Map<String, Value>) -> Vec<String> {
    let mut names: Vec<String> = schema["const"]
        .as_str()
        .map(str::to_owned)
        .into_iter()
        .collect();
    if let Some(name) = schema["$ref"].as_str() {
        let name = name.rsplit('/').next().unwrap_or_default();
        names.extend(
            objects
                .get(name)
                .map(|of| choices(of, objects))
                .unwrap_or_default(),
        );
    }
    let listed = schema["enum"].as_array().into_iter().flatten();
    names.extend(listed.filter_map(Value::as_str).map(str::to_owned));
    for part in ["oneOf", "anyOf"] {
        let parts = schema[part].as_array().into_iter().flatten();
        names.extend(parts.flat_map(|part| choices(part, objects)));
    }
    names
}

/// A table of the fields of an object.
fn fields(schema: &Value, objects: &Map<String, Value>) -> String {
    let required: BTreeSet<&str> = schema["required"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    let mut lines = vec![
        "| field | type | meaning |".to_owned(),
        "|---|---|---|".to_owned(),
    ];
    for (name, field) in schema["properties"].as_object().into_iter().flatten() {
        let mut about = field["description"]
            .as_str()
            .unwrap_or_default()
            .replace('\n', " ");
        let names = choices(field, objects);
        let mut kind = type_of(field);
        if !names.is_empty() {
            let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
            let is_null = kind.ends_with("or null");
            kind = format!("string{}", if is_null { " or null" } else { "" });
            about = format!("{} One of {}.", ended(&about), names.join(", "));
        }
        let mark = if required.contains(name.as_str()) {
            ""
        } else {
            " (optional)"
        };
        lines.push(format!("| `{name}`{mark} | {kind} | {} |", ended(&about)));
    }
    lines.join("\n")
}

fn ended(text: &str) -> String {
    let text = text.trim();
    match text.chars().next_back() {
        Some('.' | ')' | '`') | None => text.to_owned(),
        Some(_) => format!("{text}."),
    }
}

/// What stands between the marks of a name.
fn made(name: &str) -> Option<String> {
    let described = describe("");
    if let Some(kind) = name.strip_prefix("columns ") {
        let columns = table_columns(kind)?;
        let names: Vec<String> = columns
            .iter()
            .map(|column| format!("`{}`", column.name))
            .collect();
        return Some(wrapped(&names.join(", ")));
    }
    if let Some(kind) = name.strip_prefix("question ") {
        return Some(fields(&question_schema(kind)?, &described.objects));
    }
    if name == "notices" {
        return Some(variants(described.objects.get("Notice")?));
    }
    let schema = described.objects.get(name)?;
    let names = choices(schema, &described.objects);
    Some(match names.is_empty() {
        true => fields(schema, &described.objects),
        false => values(schema),
    })
}

/// The values of an enumeration, with their meanings.
fn values(schema: &Value) -> String {
    let parts = schema["oneOf"].as_array().into_iter().flatten();
    let lines = parts.map(|part| {
        let about = ended(part["description"].as_str().unwrap_or_default()).replace('\n', " ");
        format!(
            "| `{}` | {about} |",
            part["const"].as_str().unwrap_or_default()
        )
    });
    let head = ["| value | meaning |", "|---|---|"].map(str::to_owned);
    head.into_iter().chain(lines).collect::<Vec<_>>().join("\n")
}

/// The variants of a tagged enumeration.
fn variants(schema: &Value) -> String {
    let parts = schema["oneOf"].as_array().into_iter().flatten();
    let lines = parts.map(|part| {
        let properties = part["properties"].as_object().cloned().unwrap_or_default();
        let code = properties["code"]["const"]
            .as_str()
            .unwrap_or_default()
            .to_owned();
        let names = properties.keys().filter(|name| *name != "code");
        let names: Vec<String> = names.map(|name| format!("`{name}`")).collect();
        let about = ended(part["description"].as_str().unwrap_or_default()).replace('\n', " ");
        format!("| `{code}` | {about} | {} |", names.join(", "))
    });
    let head = ["| code | meaning | fields |", "|---|---|---|"].map(str::to_owned);
    head.into_iter().chain(lines).collect::<Vec<_>>().join("\n")
}

fn wrapped(text: &str) -> String {
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        let last = lines.last_mut().expect("there is one");
        if last.is_empty() {
            last.push_str(word);
        } else if last.chars().count() + 1 + word.chars().count() > 100 {
            lines.push(word.to_owned());
        } else {
            last.push(' ');
            last.push_str(word);
        }
    }
    lines.join("\n")
}

#[test]
fn the_page_says_what_the_types_say() {
    let page = fs::read_to_string(PAGE).expect("the page is there");
    let mut anew = String::new();
    let mut rest = page.as_str();
    let mut named = BTreeSet::new();
    while let Some((before, after)) = rest.split_once("<!-- made: ") {
        let (name, after) = after.split_once(" -->\n").expect("a mark ends");
        let (_, after) = after.split_once("<!-- end -->").expect("what is made ends");
        let made = made(name).unwrap_or_else(|| panic!("nothing is called {name}"));
        anew.push_str(&format!(
            "{before}<!-- made: {name} -->\n\n{made}\n\n<!-- end -->"
        ));
        named.insert(name.to_owned());
        rest = after;
    }
    anew.push_str(rest);
    if std::env::var_os("BLESS").is_some() {
        fs::write(PAGE, &anew).expect("the page can be written");
    }
    let page = fs::read_to_string(PAGE).expect("the page is there");
    assert!(
        page == anew,
        "docs/output.md is stale: BLESS=1 cargo test --release --test described"
    );
    // Nothing that an answer may hold is left out.
    for name in describe("").objects.keys() {
        let name = if name == "Notice" { "notices" } else { name };
        assert!(
            named.contains(name),
            "docs/output.md has no table of {name}"
        );
    }
    for table in tables() {
        assert!(
            named.contains(&format!("columns {table}")),
            "no columns of {table}"
        );
    }
}
