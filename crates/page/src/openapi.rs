//! The description of the interface (OpenAPI 3.1), made from the questions and answers themselves.

use super::asked::View;
use super::parameters::{Kind, Parameter, parameters};
use super::reply::Reply;
use baogao_engine::ask::{Described, describe};
use serde_json::{Map, Value, json};

/// Where objects stand in the description.
const PLACE: &str = "/components/schemas";

/// The description.
pub(super) fn reply() -> Reply {
    let Described {
        documents,
        mut objects,
    } = describe(PLACE);
    objects.extend(own_objects());
    let mut paths = Map::new();
    for view in View::COMMANDS {
        let known = parameters(view).iter();
        let asked = known.filter(|parameter| parameter.kind != Kind::Page);
        let parameters: Vec<Value> = asked.map(|known| parameter(view, known)).collect();
        let name = view.name();
        let document = documents.iter().find(|(kind, _)| *kind == name);
        let document = document.map_or(Value::Null, |(_, document)| document.clone());
        for (ending, kind, schema) in [
            ("json", "application/json", document),
            ("csv", "text/csv", json!({"type": "string"})),
        ] {
            let operation = json!({
                "get": {
                    "operationId": format!("{name}_{ending}"),
                    "summary": format!("What `baogao {name} --format {ending}` writes"),
                    "parameters": parameters,
                    "responses": {
                        "200": {
                            "description": "The answer, also if nothing was found",
                            "content": {kind: {"schema": schema}},
                        },
                        "400": {"$ref": "#/components/responses/error"},
                        "404": {"$ref": "#/components/responses/error"},
                        "503": {"$ref": "#/components/responses/error"},
                    },
                }
            });
            paths.insert(format!("/{name}.{ending}"), operation);
        }
    }
    paths.insert(
        "/health".to_owned(),
        json!({"get": {
            "operationId": "health",
            "summary": "Whether answers come from the index that stands in its folder",
            "responses": {
                "200": {"description": "They do", "content": {"application/json": {"schema": reference("Health")}}},
                "503": {"description": "They come from the one before", "content": {"application/json": {"schema": reference("Health")}}},
            },
        }}),
    );
    let description = json!({
        "openapi": "3.1.0",
        "info": {
            "title": "baogao",
            "description": "Exact full-text search for Chinese government work reports. Answers are those of the command line; docs/output.md says more of their fields.",
            "version": env!("CARGO_PKG_VERSION"),
        },
        "paths": paths,
        "components": {
            "schemas": objects,
            "responses": {"error": {
                "description": "Why there is no answer",
                "content": {"application/json": {"schema": reference("Error")}},
            }},
        },
    });
    Reply::json(200, &description)
}

fn parameter(view: View, parameter: &Parameter) -> Value {
    let schema = match parameter.kind {
        Kind::Flag => json!({"type": "integer", "enum": [0, 1]}),
        _ => parameter.schema.clone(),
    };
    json!({
        "name": parameter.name,
        "in": "query",
        "description": parameter.about,
        "required": parameter.is_words() && view != View::Define,
        "schema": schema,
        "explode": true,
    })
}

fn reference(name: &str) -> Value {
    json!({"$ref": format!("#{PLACE}/{name}")})
}

/// What the server says of itself.
fn own_objects() -> Map<String, Value> {
    let object = |fields: Value| {
        let names: Vec<&String> = fields.as_object().into_iter().flat_map(Map::keys).collect();
        json!({
            "type": "object",
            "additionalProperties": false,
            "required": names,
            "properties": fields,
        })
    };
    Map::from_iter([
        (
            "Health".to_owned(),
            object(json!({
                "status": {"type": "string", "enum": ["ok", "stale"], "description": "`stale`: answers come from the index before"},
                "reports": {"type": "integer", "description": "Reports in the index"},
                "passages": {"type": "integer", "description": "Passages in the index"},
                "corpus": {"type": "string", "description": "Fingerprint of all indexed files"},
                "index_age_seconds": {"type": ["integer", "null"], "description": "Since the index was written"},
            })),
        ),
        (
            "Error".to_owned(),
            object(json!({
                "error": {"type": "string", "description": "A short code"},
                "message": {"type": "string", "description": "For people"},
            })),
        ),
    ])
}
