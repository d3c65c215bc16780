//! Questions and answers described: JSON schemas, made from the types.
//!
//! In: nothing. Out: for each kind of question the schema of what may be asked, and that of the document that answers.
//! Interfaces (OpenAPI, tools of other programs) and the documentation are made from these.

use super::collocates::{CollocateRow, CollocatesSummary};
use super::column::Column;
use super::count::CountSummary;
use super::count::{CountRow, DifferenceRow, WordsRow, words_columns};
use super::coverage::CoverageRow;
use super::coverage::CoverageSummary;
use super::define::DefineSummary;
use super::define::DefinitionRow;
use super::first::FirstRow;
use super::first::FirstSummary;
use super::keywords::{KeywordRow, KeywordsSummary};
use super::kwic::KwicSummary;
use super::kwic::{KwicRow, NeighbourRow};
use super::new::{NewRow, NewSummary};
use super::question::{
    CollocatesQuestion, CountQuestion, DefineQuestion, FirstQuestion, KeywordsQuestion,
    KwicQuestion, NewQuestion, ReportsQuestion, SearchQuestion, ShowQuestion, TrendQuestion,
};
use super::reports::{ReportRow, ReportsSummary, report_columns, to_fix_columns};
use super::search::HitRow;
use super::search::{SearchSummary, count_columns};
use super::show::PassageRow;
use super::show::ShowSummary;
use super::trend::{TrendRow, TrendSummary};
use super::{AskError, Question};
use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde_json::{Map, Value, json};
use std::collections::HashSet;
use std::sync::LazyLock;

/// A kind of question: what may be asked, and what answers it.
struct Kind {
    /// As its command is called.
    name: &'static str,
    /// The schema of what may be asked.
    question: fn() -> Value,
    /// All columns that a table of it may have.
    columns: Columns,
    /// The schema of the document that answers.
    document: fn(&mut SchemaGenerator) -> Value,
}

/// The schema of a type, or a reference to it.
type Schemed = fn(&mut SchemaGenerator) -> Schema;

/// All kinds.
const ALL: [Kind; 11] = [
    Kind {
        name: "search",
        question: inlined::<SearchQuestion>,
        columns: Column::of::<HitRow>,
        document: |schemas| {
            let rows: [Schemed; 1] = [schema::<HitRow>];
            document(schemas, "hits", &rows, schema::<SearchSummary<'_>>)
        },
    },
    Kind {
        name: "kwic",
        question: inlined::<KwicQuestion>,
        columns: Column::of::<KwicRow>,
        document: |schemas| {
            let rows: [Schemed; 2] = [schema::<KwicRow>, schema::<NeighbourRow>];
            document(schemas, "rows", &rows, schema::<KwicSummary<'_>>)
        },
    },
    Kind {
        name: "collocates",
        question: inlined::<CollocatesQuestion>,
        columns: Column::of::<CollocateRow>,
        document: |schemas| {
            let rows: [Schemed; 1] = [schema::<CollocateRow>];
            document(schemas, "rows", &rows, schema::<CollocatesSummary<'_>>)
        },
    },
    Kind {
        name: "count",
        question: inlined::<CountQuestion>,
        columns: Column::of::<CountRow>,
        document: |schemas| {
            let rows: [Schemed; 3] = [
                schema::<CountRow>,
                schema::<WordsRow>,
                schema::<DifferenceRow>,
            ];
            document(schemas, "rows", &rows, schema::<CountSummary<'_>>)
        },
    },
    Kind {
        name: "keywords",
        question: inlined::<KeywordsQuestion>,
        columns: Column::of::<KeywordRow>,
        document: |schemas| {
            let rows: [Schemed; 1] = [schema::<KeywordRow>];
            document(schemas, "rows", &rows, schema::<KeywordsSummary<'_>>)
        },
    },
    Kind {
        name: "trend",
        question: inlined::<TrendQuestion>,
        columns: super::trend::possible_columns,
        document: |schemas| {
            let rows: [Schemed; 1] = [schema::<TrendRow>];
            document(schemas, "rows", &rows, schema::<TrendSummary<'_>>)
        },
    },
    Kind {
        name: "first",
        question: inlined::<FirstQuestion>,
        columns: super::first::possible_columns,
        document: |schemas| {
            let rows: [Schemed; 1] = [schema::<FirstRow>];
            document(schemas, "rows", &rows, schema::<FirstSummary<'_>>)
        },
    },
    Kind {
        name: "new",
        question: inlined::<NewQuestion>,
        columns: Column::of::<NewRow>,
        document: |schemas| {
            let rows: [Schemed; 1] = [schema::<NewRow>];
            document(schemas, "rows", &rows, schema::<NewSummary<'_>>)
        },
    },
    Kind {
        name: "define",
        question: inlined::<DefineQuestion>,
        columns: Column::of::<DefinitionRow>,
        document: |schemas| {
            let rows: [Schemed; 1] = [schema::<DefinitionRow>];
            document(schemas, "rows", &rows, schema::<DefineSummary<'_>>)
        },
    },
    Kind {
        name: "reports",
        question: inlined::<ReportsQuestion>,
        columns: report_columns,
        document: |schemas| {
            let rows: [Schemed; 1] = [schema::<ReportRow>];
            let listed = document(schemas, "rows", &rows, schema::<ReportsSummary<'_>>);
            let rows: [Schemed; 1] = [schema::<CoverageRow>];
            let grid = document(schemas, "rows", &rows, schema::<CoverageSummary<'_>>);
            json!({"anyOf": [listed, grid]})
        },
    },
    Kind {
        name: "show",
        question: inlined::<ShowQuestion>,
        columns: Column::of::<PassageRow>,
        document: |schemas| {
            let summary = schemas.subschema_for::<ShowSummary<'_>>().to_value();
            schemas.subschema_for::<ReportRow>();
            let passages = schemas.subschema_for::<PassageRow>().to_value();
            let passages = json!({"type": "array", "items": passages});
            shown(schemas.definitions(), passages, summary)
        },
    },
];

/// The names of all kinds of questions, as commands are called.
pub const KINDS: [&str; ALL.len()] = {
    let mut names = [""; ALL.len()];
    let mut at = 0;
    while at < ALL.len() {
        names[at] = ALL[at].name;
        at += 1;
    }
    names
};

fn of_name(name: &str) -> Option<&'static Kind> {
    const KNOWN: &[Kind; ALL.len()] = &ALL;
    KNOWN.iter().find(|kind| kind.name == name)
}

impl Question {
    /// The kind, as its command is called.
    pub fn kind(&self) -> &'static str {
        match self {
            Question::Search(_) => "search",
            Question::Kwic(_) => "kwic",
            Question::Collocates(_) => "collocates",
            Question::Count(_) => "count",
            Question::Keywords(_) => "keywords",
            Question::Trend(_) => "trend",
            Question::First(_) => "first",
            Question::New(_) => "new",
            Question::Define(_) => "define",
            Question::Reports(_) => "reports",
            Question::Show(_) => "show",
        }
    }

    /// A question of a kind from its fields.
    ///
    /// # Errors
    /// When it has no such field, a field has a value that it cannot have, or no kind is called so.
    pub fn of_fields(kind: &str, mut fields: Map<String, Value>) -> Result<Question, AskError> {
        if let Some(known) = known_fields(kind)
            && let Some((field, _)) = fields.iter().find(|(field, _)| !known.contains(*field))
        {
            return Err(AskError::NoField {
                kind: kind.to_owned(),
                field: field.clone(),
            });
        }
        fields.insert("ask".to_owned(), kind.into());
        serde_json::from_value(fields.into()).map_err(|error| AskError::Fields {
            what: error.to_string(),
        })
    }
}

/// The names of the fields of a kind; none if no kind is called so. What is passed over in silence would be a filter that
/// does not hold.
fn known_fields(kind: &str) -> Option<&'static HashSet<String>> {
    static ALL_FIELDS: LazyLock<Vec<HashSet<String>>> = LazyLock::new(|| {
        let fields = |kind: &Kind| {
            let schema = (kind.question)();
            let fields = schema.get("properties").and_then(Value::as_object);
            fields.into_iter().flat_map(Map::keys).cloned().collect()
        };
        ALL.iter().map(fields).collect()
    });
    let at = ALL.iter().position(|known| known.name == kind)?;
    ALL_FIELDS.get(at)
}

/// The schema of what may be asked of a kind, in which everything stands where it is used; none if no kind is called so.
pub fn question_schema(kind: &str) -> Option<Value> {
    of_name(kind).map(|kind| (kind.question)())
}

/// The columns of a table, made when they are asked for.
type Columns = fn() -> Vec<Column>;

/// Tables of other rows, by the command line that asks for them. That of `count --wide` has a column for each year.
const OTHER_TABLES: [(&str, Columns); 5] = [
    ("search --count", count_columns),
    ("kwic --neighbours", Column::of::<NeighbourRow>),
    ("count --words", words_columns),
    ("reports --coverage", Column::of::<CoverageRow>),
    ("reports --to-fix", to_fix_columns),
];

/// All tables, by the command line that asks for them.
pub fn tables() -> Vec<&'static str> {
    let others = OTHER_TABLES.into_iter().map(|(name, _)| name);
    KINDS.into_iter().chain(others).collect()
}

/// All columns that a table may have, in their order; those that are not always there among them.
pub fn table_columns(table: &str) -> Option<Vec<Column>> {
    let other = OTHER_TABLES.into_iter().find(|(name, _)| *name == table);
    match other {
        Some((_, columns)) => Some(columns()),
        None => of_name(table).map(|kind| (kind.columns)()),
    }
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
    let kinds = ALL.iter();
    let documents = kinds.map(|kind| (kind.name, (kind.document)(&mut generator)));
    let mut documents: Vec<(&'static str, Value)> = documents.collect();
    let mut objects = generator.take_definitions(true);
    objects.values_mut().for_each(plain);
    for (_, document) in &mut documents {
        plain(document);
    }
    Described { documents, objects }
}

fn inlined<T: JsonSchema>() -> Value {
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        settings.inline_subschemas = true;
        settings.meta_schema = None;
    });
    let generator = SchemaGenerator::new(settings);
    generator.into_root_schema_for::<T>().to_value()
}

fn schema<T: JsonSchema>(generator: &mut SchemaGenerator) -> Schema {
    generator.subschema_for::<T>()
}

/// A document: rows of some types under a name, and what closes them.
fn document(
    generator: &mut SchemaGenerator,
    name: &str,
    rows: &[Schemed],
    summary: Schemed,
) -> Value {
    let rows = rows.iter().map(|row| row(generator).to_value());
    let mut items: Vec<Value> = rows.collect();
    let items = match items.len() {
        1 => items.pop().unwrap_or_default(),
        _ => json!({ "anyOf": items }),
    };
    json!({
        "type": "object",
        "required": [name, "summary"],
        "properties": {
            name: {"type": "array", "items": items},
            "summary": summary(generator).to_value(),
        },
    })
}

/// The document of a text: what is true of the report, with its passages in the place of their number, and what closes it.
fn shown(objects: &Map<String, Value>, passages: Value, summary: Value) -> Value {
    let mut document = objects.get("Report").cloned().unwrap_or_default();
    if let Some(properties) = document["properties"].as_object_mut() {
        properties.insert("passages".to_owned(), passages);
        properties.insert("summary".to_owned(), summary);
        properties.remove("occurrences");
        properties.insert(
            "n_passages".to_owned(),
            json!({"type": "integer", "description": "Passages of the report, headings included."}),
        );
    }
    if let Some(required) = document["required"].as_array_mut() {
        required.extend(["n_passages".into(), "summary".into()]);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_is_called_as_its_question_is() {
        for name in KINDS {
            let question = Question::of_fields(name, Map::new());
            assert_eq!(question.expect("all has a default").kind(), name);
        }
    }
}
