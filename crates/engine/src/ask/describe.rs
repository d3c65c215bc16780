//! Questions and answers described: JSON schemas, made from the types.
//!
//! In: nothing. Out: for each kind of question the schema of what may be asked, and that of the document that answers.
//! Interfaces (OpenAPI, tools of other programs) and the documentation are made from these.

use super::column::Column;
use super::count::CountSummary;
use super::count::{CountRow, DifferenceRow, WordsRow};
use super::coverage::CoverageRow;
use super::coverage::CoverageSummary;
use super::define::DefineSummary;
use super::define::DefinitionRow;
use super::first::FirstRow;
use super::first::FirstSummary;
use super::kwic::KwicSummary;
use super::kwic::{KwicRow, NeighbourRow};
use super::question::{
    CountQuestion, DefineQuestion, FirstQuestion, KwicQuestion, ReportsQuestion, SearchQuestion,
    ShowQuestion,
};
use super::reports::ReportRow;
use super::reports::ReportsSummary;
use super::search::HitRow;
use super::search::SearchSummary;
use super::show::PassageRow;
use super::show::ShowSummary;
use super::{AskError, Question};
use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde_json::{Map, Value, json};

/// The names of all kinds of questions, as commands are called.
pub const KINDS: [&str; 7] = [
    "search", "kwic", "count", "first", "define", "reports", "show",
];

impl Question {
    /// The kind, as its command is called.
    pub fn kind(&self) -> &'static str {
        match self {
            Question::Search(_) => "search",
            Question::Kwic(_) => "kwic",
            Question::Count(_) => "count",
            Question::First(_) => "first",
            Question::Define(_) => "define",
            Question::Reports(_) => "reports",
            Question::Show(_) => "show",
        }
    }

    /// A question of a kind from its fields.
    ///
    /// # Errors
    /// When a field has a value that it cannot have, or no kind is called so.
    pub fn of_fields(kind: &str, mut fields: Map<String, Value>) -> Result<Question, AskError> {
        fields.insert("ask".to_owned(), kind.into());
        serde_json::from_value(fields.into()).map_err(|error| AskError::Fields {
            what: error.to_string(),
        })
    }
}

/// The schema of what may be asked of a kind, in which everything stands where it is used; none if no kind is called so.
pub fn question_schema(kind: &str) -> Option<Value> {
    fn of<T: JsonSchema>() -> Value {
        let settings = SchemaSettings::draft2020_12().with(|settings| {
            settings.inline_subschemas = true;
            settings.meta_schema = None;
        });
        SchemaGenerator::new(settings)
            .into_root_schema_for::<T>()
            .to_value()
    }
    Some(match kind {
        "search" => of::<SearchQuestion>(),
        "kwic" => of::<KwicQuestion>(),
        "count" => of::<CountQuestion>(),
        "first" => of::<FirstQuestion>(),
        "define" => of::<DefineQuestion>(),
        "reports" => of::<ReportsQuestion>(),
        "show" => of::<ShowQuestion>(),
        _ => return None,
    })
}

/// The schemas of the documents that answer each kind of question, and of the objects that they consist of.
pub struct Described {
    /// By the name of the kind.
    pub documents: Vec<(&'static str, Value)>,
    /// By their names.
    pub objects: Map<String, Value>,
}

/// Describes all answers; `place` is where the objects stand in the document that is made of it (`/components/schemas`).
pub fn describe(place: &str) -> Described {
    let settings = SchemaSettings::draft2020_12()
        .with(|settings| {
            settings.definitions_path = place.to_owned().into();
            settings.meta_schema = None;
        })
        .for_serialize();
    let mut generator = SchemaGenerator::new(settings);
    let mut of = |rows: &[fn(&mut SchemaGenerator) -> Schema],
                  name: &str,
                  summary: Option<fn(&mut SchemaGenerator) -> Schema>| {
        let mut items: Vec<Value> = rows
            .iter()
            .map(|row| row(&mut generator).to_value())
            .collect();
        let items = match items.len() {
            1 => items.pop().unwrap_or_default(),
            _ => json!({ "anyOf": items }),
        };
        let rows = json!({"type": "array", "items": items});
        match summary {
            Some(summary) => json!({
                "type": "object",
                "required": [name, "summary"],
                "properties": {name: rows, "summary": summary(&mut generator).to_value()},
            }),
            None => rows,
        }
    };
    let documents = vec![
        (
            "search",
            of(
                &[schema::<HitRow>],
                "hits",
                Some(schema::<SearchSummary<'_>>),
            ),
        ),
        (
            "kwic",
            of(
                &[schema::<KwicRow>, schema::<NeighbourRow>],
                "rows",
                Some(schema::<KwicSummary<'_>>),
            ),
        ),
        (
            "count",
            of(
                &[
                    schema::<CountRow>,
                    schema::<WordsRow>,
                    schema::<DifferenceRow>,
                ],
                "rows",
                Some(schema::<CountSummary<'_>>),
            ),
        ),
        (
            "first",
            of(
                &[schema::<FirstRow>],
                "rows",
                Some(schema::<FirstSummary<'_>>),
            ),
        ),
        (
            "define",
            of(
                &[schema::<DefinitionRow>],
                "rows",
                Some(schema::<DefineSummary<'_>>),
            ),
        ),
        ("reports", {
            let mut listed = of(
                &[schema::<ReportRow>],
                "rows",
                Some(schema::<ReportsSummary<'_>>),
            );
            let grid = of(
                &[schema::<CoverageRow>],
                "rows",
                Some(schema::<CoverageSummary<'_>>),
            );
            listed = json!({"anyOf": [listed, grid]});
            listed
        }),
        ("show", {
            let passages = of(&[schema::<PassageRow>], "passages", None);
            of(&[schema::<ShowSummary<'_>>], "", None);
            passages
        }),
    ];
    let mut objects = generator.take_definitions(true);
    let documents = documents
        .into_iter()
        .map(|(kind, document)| match kind {
            "show" => (kind, shown(&objects, document)),
            _ => (kind, document),
        })
        .collect();
    for object in objects.values_mut() {
        plain(object);
    }
    let mut documents: Vec<(&'static str, Value)> = documents;
    for (_, document) in &mut documents {
        plain(document);
    }
    Described { documents, objects }
}

/// All columns that a table of a kind may have, in their order; those that are not always there among them.
pub fn table_columns(kind: &str) -> Option<Vec<Column>> {
    Some(match kind {
        "search" => Column::of::<HitRow>(),
        "kwic" => Column::of::<KwicRow>(),
        "count" => Column::of::<CountRow>(),
        "first" => Column::of::<FirstRow>(),
        "define" => Column::of::<DefinitionRow>(),
        "reports" => Column::of::<ReportRow>(),
        "show" => Column::of::<PassageRow>(),
        _ => return None,
    })
}

fn schema<T: JsonSchema>(generator: &mut SchemaGenerator) -> Schema {
    generator.subschema_for::<T>()
}

/// The document of a text: what is true of the report, with its passages in the place of their number.
fn shown(objects: &Map<String, Value>, passages: Value) -> Value {
    let mut document = objects.get("Report").cloned().unwrap_or_default();
    if let Some(properties) = document["properties"].as_object_mut() {
        properties.insert("passages".to_owned(), passages);
        properties.remove("occurrences");
        properties.insert(
            "n_passages".to_owned(),
            json!({"type": "integer", "description": "Passages of the report, headings included."}),
        );
    }
    if let Some(required) = document["required"].as_array_mut() {
        required.push("n_passages".into());
    }
    document
}

/// Takes away what is for tables, and says that an object has no other fields.
fn plain(schema: &mut Value) {
    match schema {
        Value::Object(object) => {
            object.retain(|name, _| !name.starts_with("x-"));
            if object.contains_key("properties") {
                object.insert("additionalProperties".to_owned(), false.into());
            }
            object.values_mut().for_each(plain);
        }
        Value::Array(values) => values.iter_mut().for_each(plain),
        _ => {}
    }
}
