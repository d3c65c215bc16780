//! The description of the interface, held against the running server: every path and every parameter is answered, and
//! every answer is what the description says, no field more.

use crate::served::Served;
use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// A value for each parameter, with what it needs beside it. `VIEW.NAME` goes before `NAME`.
const SAMPLES: &[(&str, &[&str])] = &[
    ("q", &[]),
    ("id", &[]),
    ("region", &["region=汾阳"]),
    ("year", &["year=2020..2024", "year=2024&year=2023"]),
    ("about", &["about=2024"]),
    ("part", &["part=plan", "part=plan&part=review"]),
    ("level", &["level=county"]),
    ("report", &["report=汾阳市-2024"]),
    ("genre", &["genre=any", "genre=report"]),
    ("duplicates", &["duplicates=1", "duplicates=0"]),
    ("literal", &["literal=1"]),
    ("inside", &["inside=1"]),
    ("limit", &["limit=1"]),
    ("offset", &["offset=1"]),
    ("cite", &["cite=1"]),
    ("mode", &["mode=exact", "mode=words", "mode=any"]),
    (
        "kwic.sort",
        &["sort=left", "sort=right", "sort=year", "sort=region"],
    ),
    (
        "collocates.sort",
        &[
            "sort=log_dice",
            "sort=mi",
            "sort=g2",
            "sort=occurrences",
            "sort=left",
            "sort=right",
            "sort=reports",
            "sort=total",
        ],
    ),
    ("keywords.sort", &["sort=g2", "sort=log_ratio"]),
    ("keywords.min-occurrences", &["min-occurrences=2"]),
    ("against", &["against=侯马", "against=part:review"]),
    ("min-g2", &["min-g2=0"]),
    ("max-dp", &["max-dp=90"]),
    ("window", &["window=0", "window=1000"]),
    ("within", &["within=sentence"]),
    ("side", &["side=left", "side=right", "side=both"]),
    ("strings", &["strings=1"]),
    ("min-occurrences", &["min-occurrences=1"]),
    ("min-reports", &["min-reports=2"]),
    (
        "sort",
        &[
            "sort=relevance",
            "sort=newest",
            "sort=oldest",
            "sort=region",
        ],
    ),
    ("gone", &["gone=1"]),
    ("before", &["before=same", "before=anywhere"]),
    ("min-reports", &["min-reports=2"]),
    ("min-places", &["min-places=2"]),
    ("shortest", &["shortest=3"]),
    ("longest", &["longest=9"]),
    ("numbers", &["numbers=1"]),
    ("names", &["names=1"]),
    ("as-then", &["as-then=1"]),
    ("count", &["count=1"]),
    ("facets", &["facets=1"]),
    ("show.context", &["context=2"]),
    ("context", &["context=1"]),
    ("width", &["width=10"]),
    ("sample", &["sample=3"]),
    ("seed", &["sample=3&seed=7"]),
    ("smooth", &["smooth=3"]),
    ("neighbours", &["neighbours=1"]),
    (
        "count.by",
        &[
            "by=region",
            "by=province",
            "by=prefecture",
            "by=level",
            "by=part",
            "by=report",
        ],
    ),
    ("by", &["by=region", "by=level"]),
    ("measure", &["measure=per_10k", "measure=reports"]),
    ("all-matches", &["all-matches=1"]),
    ("wide", &["wide=1", "wide=0&by=year"]),
    ("words", &["words=1"]),
    ("dispersion", &["dispersion=1"]),
    ("content-words", &["content-words=1"]),
    ("reject", &["reject=汾阳市-2024:1"]),
    ("with", &["with=专业镇", "with=专业镇&with=白酒"]),
    ("without", &["without=专业镇"]),
    ("coverage", &["coverage=1"]),
    ("to-fix", &["to-fix=1"]),
    ("notes", &["notes=1"]),
    ("outline", &["outline=1"]),
];

/// What every view is asked, so that there is something to answer.
fn question(view: &str) -> &'static str {
    match view {
        // Only a passage has neighbours.
        "show" => "id=汾阳市-2024:19",
        "reports" | "new" => "",
        "define" => "q=四上企业",
        "keywords" => "region=141182",
        _ => "q=专业镇",
    }
}

fn encoded(query: &str) -> String {
    let escape = |byte: u8| match byte {
        b'=' | b'&' | b'.' | b'_' | b'-' | b':' => char::from(byte).to_string(),
        byte if byte.is_ascii_alphanumeric() => char::from(byte).to_string(),
        byte => format!("%{byte:02X}"),
    };
    query.bytes().map(escape).collect()
}

struct Description(Value);

impl Description {
    fn schema<'a>(&'a self, schema: &'a Value) -> &'a Value {
        match schema["$ref"].as_str() {
            Some(place) => self
                .0
                .pointer(place.trim_start_matches('#'))
                .unwrap_or_else(|| panic!("{place}")),
            None => schema,
        }
    }

    /// What is wrong with a value, by its place.
    fn check(&self, value: &Value, schema: &Value, at: &str, wrong: &mut BTreeSet<String>) {
        let schema = self.schema(schema);
        if let Some(expected) = schema.get("const") {
            if value != expected {
                wrong.insert(format!("{at} is {value}, not {expected}"));
            }
            return;
        }
        if let Some(any) = schema["anyOf"].as_array().or(schema["oneOf"].as_array()) {
            let fits = |schema: &Value| {
                let mut wrong = BTreeSet::new();
                self.check(value, schema, at, &mut wrong);
                wrong
            };
            let all: Vec<BTreeSet<String>> = any.iter().map(fits).collect();
            if all.iter().all(|wrong| !wrong.is_empty()) {
                wrong.extend(
                    all.into_iter()
                        .min_by_key(BTreeSet::len)
                        .unwrap_or_default(),
                );
            }
            return;
        }
        let kinds: Vec<&str> = match &schema["type"] {
            Value::String(kind) => vec![kind],
            Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect(),
            _ => panic!("{at} has no type: {schema}"),
        };
        let kind = match value {
            Value::Null => "null",
            Value::Bool(_) => "boolean",
            Value::Number(n) if n.is_u64() || n.is_i64() => "integer",
            Value::Number(_) => "number",
            Value::String(_) => "string",
            Value::Array(_) => "array",
            Value::Object(_) => "object",
        };
        let is_whole = kind == "integer" && kinds.contains(&"number");
        if !is_whole && !kinds.contains(&kind) {
            wrong.insert(format!("{at} is {kind}, not {kinds:?}"));
            return;
        }
        match value {
            Value::Array(items) => {
                for item in items {
                    self.check(item, &schema["items"], &format!("{at}[]"), wrong);
                }
            }
            Value::Object(fields) => self.check_fields(fields, schema, at, wrong),
            _ => {}
        }
    }

    fn check_fields(
        &self,
        fields: &Map<String, Value>,
        schema: &Value,
        at: &str,
        wrong: &mut BTreeSet<String>,
    ) {
        for (name, value) in fields {
            match schema["properties"].get(name) {
                Some(schema) => self.check(value, schema, &format!("{at}.{name}"), wrong),
                None => {
                    wrong.insert(format!("{at}.{name} is not described"));
                }
            }
        }
        for name in schema["required"].as_array().into_iter().flatten() {
            let name = name.as_str().expect("a name");
            if !fields.contains_key(name) {
                wrong.insert(format!("{at}.{name} is missing"));
            }
        }
    }
}

#[test]
fn the_description_is_true() {
    let served = Served::seeds(&[]);
    let answer = served.get("/openapi.json");
    assert_eq!(answer.status, 200);
    let description = Description(serde_json::from_str(&answer.body).expect("JSON"));
    assert_eq!(description.0["openapi"], "3.1.0");
    let paths = description.0["paths"].as_object().expect("paths");
    assert_eq!(paths.len(), 23);
    let mut wrong = BTreeSet::new();
    let mut n_asked = 0;
    for (path, item) in paths {
        let operation = &item["get"];
        let content = &operation["responses"]["200"]["content"];
        let view = path
            .trim_start_matches('/')
            .split('.')
            .next()
            .expect("a name");
        let mut queries = vec![question(view).to_owned()];
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            let name = parameter["name"].as_str().expect("a name");
            let own = format!("{view}.{name}");
            let samples = SAMPLES
                .iter()
                .find(|(known, _)| *known == own)
                .or_else(|| SAMPLES.iter().find(|(known, _)| *known == name));
            let (_, values) = samples.unwrap_or_else(|| panic!("no sample of {own}"));
            queries.extend(values.iter().map(|value| match question(view) {
                "" => (*value).to_owned(),
                question => format!("{question}&{value}"),
            }));
        }
        for query in queries {
            n_asked += 1;
            let answer = served.get(&format!("{path}?{}", encoded(&query)));
            if answer.status != 200 {
                wrong.insert(format!("{path}?{query}: {} {}", answer.status, answer.body));
            } else if let Some(json) = content.get("application/json") {
                let body = serde_json::from_str(&answer.body).expect("JSON");
                description.check(&body, &json["schema"], path, &mut wrong);
            } else {
                assert_eq!(
                    answer.field("content-type"),
                    Some("text/csv; charset=utf-8")
                );
            }
        }
        if !item["get"]["parameters"].is_null() {
            let refused = served.get(&format!("{path}?{}&nonsense=1", encoded(question(view))));
            assert_eq!(refused.status, 400, "{path}");
            let body = serde_json::from_str(&refused.body).expect("JSON");
            let schema = &description.0["components"]["responses"]["error"]["content"];
            description.check(
                &body,
                &schema["application/json"]["schema"],
                path,
                &mut wrong,
            );
        }
    }
    assert!(n_asked > 150, "{n_asked}");
    assert!(
        wrong.is_empty(),
        "{}",
        wrong.into_iter().collect::<Vec<_>>().join("\n")
    );
}
