//! The description of the interface (OpenAPI 3.1), made from the table of parameters that requests are read by.

use super::asked::View;
use super::command::{Kind, parameters};
use super::fields::{document, schemas};
use super::reply::Reply;
use serde_json::{Map, Value, json};

/// The description.
pub(super) fn reply() -> Reply {
    let mut paths = Map::new();
    for view in View::COMMANDS {
        let parameters: Vec<Value> = parameters(view)
            .iter()
            .filter(|parameter| parameter.kind != Kind::Page)
            .map(|parameter| {
                let schema = match parameter.kind {
                    Kind::Flag => json!({"type": "string", "enum": ["0", "1"]}),
                    _ => json!({"type": "array", "items": {"type": "string"}}),
                };
                json!({
                    "name": parameter.name,
                    "in": "query",
                    "description": parameter.about,
                    "required": parameter.kind == Kind::Words && view != View::Define,
                    "schema": schema,
                    "explode": true,
                })
            })
            .collect();
        let name = view.name();
        let table = json!({"schema": {"type": "string"}});
        for (ending, kind, content) in [
            (
                "json",
                "application/json",
                json!({"schema": document(name)}),
            ),
            ("csv", "text/csv", table),
        ] {
            let operation = json!({
                "get": {
                    "operationId": format!("{name}_{ending}"),
                    "summary": format!("What `baogao {name} --format {ending}` writes"),
                    "parameters": parameters,
                    "responses": {
                        "200": {"description": "The answer, also if nothing was found", "content": {kind: content}},
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
                "200": {"description": "They do", "content": {"application/json": {"schema": document("Health")}}},
                "503": {"description": "They come from the one before", "content": {"application/json": {"schema": document("Health")}}},
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
            "schemas": schemas(),
            "responses": {"error": {
                "description": "Why there is no answer",
                "content": {"application/json": {"schema": document("Error")}},
            }},
        },
    });
    Reply::json(200, &description)
}
