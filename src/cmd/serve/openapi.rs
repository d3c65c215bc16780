//! The description of the interface (OpenAPI 3.1), made from the table of parameters that requests are read by.

use super::asked::View;
use super::command::{Kind, parameters};
use super::page::Reply;
use serde_json::{Map, Value, json};

/// The description.
pub(super) fn reply() -> Reply {
    let mut paths = Map::new();
    for view in View::COMMANDS {
        let parameters: Vec<Value> = parameters(view)
            .into_iter()
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
        for (ending, kind) in [("json", "application/json"), ("csv", "text/csv")] {
            let name = view.name();
            let operation = json!({
                "get": {
                    "operationId": format!("{name}_{ending}"),
                    "summary": format!("What `baogao {name} --format {ending}` writes"),
                    "parameters": parameters,
                    "responses": {
                        "200": {"description": "The answer, also if nothing was found", "content": {kind: {}}},
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
                "200": {"description": "They do", "content": {"application/json": {}}},
                "503": {"description": "They come from the one before", "content": {"application/json": {}}},
            },
        }}),
    );
    let document = json!({
        "openapi": "3.1.0",
        "info": {
            "title": "baogao",
            "description": "Exact full-text search for Chinese government work reports. Fields are described in docs/output.md.",
            "version": env!("CARGO_PKG_VERSION"),
        },
        "paths": paths,
        "components": {"responses": {"error": {
            "description": "Why there is no answer",
            "content": {"application/json": {"schema": {
                "type": "object",
                "required": ["error", "message"],
                "properties": {
                    "error": {"type": "string", "description": "A short code"},
                    "message": {"type": "string"},
                },
            }}},
        }}},
    });
    Reply::json(200, &document)
}
