//! The columns of a table of rows, made from the description of the rows.

use schemars::{JsonSchema, SchemaGenerator, generate::SchemaSettings};
use serde_json::Value;
use std::borrow::Cow;

/// A column of a table, and where its value stands in a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// What the header says.
    pub name: Cow<'static, str>,
    /// JSON pointer into the row (RFC 6901).
    pub pointer: Cow<'static, str>,
    /// Numbers stand at the right.
    pub is_number: bool,
    /// Whether it is there only where it is asked for.
    pub is_optional: bool,
}

impl Column {
    /// A column of text.
    pub fn text(
        name: impl Into<Cow<'static, str>>,
        pointer: impl Into<Cow<'static, str>>,
    ) -> Column {
        Column {
            name: name.into(),
            pointer: pointer.into(),
            is_number: false,
            is_optional: false,
        }
    }

    /// A column of numbers.
    pub fn number(
        name: impl Into<Cow<'static, str>>,
        pointer: impl Into<Cow<'static, str>>,
    ) -> Column {
        Column {
            is_number: true,
            ..Column::text(name, pointer)
        }
    }

    /// The columns of rows of a type, in the order of its fields.
    pub fn of<T: JsonSchema>() -> Vec<Column> {
        let schema = described::<T>();
        let properties = schema.get("properties").and_then(Value::as_object);
        let properties = properties.into_iter().flatten();
        properties
            .flat_map(|(name, field)| columns(name, field))
            .collect()
    }
}

/// The description of a type in which everything stands where it is used.
fn described<T: JsonSchema>() -> Value {
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        settings.inline_subschemas = true;
        settings.meta_schema = None;
    });
    let settings = settings.for_serialize();
    let schema = SchemaGenerator::new(settings).into_root_schema_for::<T>();
    schema.to_value()
}

/// The columns of a field.
fn columns(name: &str, field: &Value) -> Vec<Column> {
    if field.get("x-column") == Some(&Value::Bool(false)) {
        return Vec::new();
    }
    let is_optional = field.get("x-only") == Some(&Value::Bool(true));
    let Some(inside) = field.get("x-columns").and_then(Value::as_object) else {
        return vec![Column {
            is_number: is_number(field),
            is_optional,
            ..Column::text(name.to_owned(), format!("/{name}"))
        }];
    };
    let inside = inside.iter().map(|(column, pointer)| {
        let pointer = pointer.as_str().unwrap_or_default();
        Column {
            // Of all that stands inside an object lines alone are numbers.
            is_number: column == "line",
            is_optional,
            ..Column::text(column.clone(), format!("/{name}{pointer}"))
        }
    });
    inside.collect()
}

fn is_number(field: &Value) -> bool {
    let is = |name: &Value| matches!(name.as_str(), Some("integer" | "number"));
    match field.get("type") {
        Some(Value::Array(names)) => names.iter().any(is),
        Some(name) => is(name),
        None => false,
    }
}
