//! Which passages decide an answer: as a query of the cluster.
//!
//! In: an expression. Out: a query that finds every passage for which it may hold, and perhaps others. What decides is the
//! code of the local index, on the passages themselves.

use crate::counts::stands;
use baogao_engine::exact::{Keyword, Phrase};
use baogao_engine::query::Expression;
use serde_json::{Value, json};

/// Of longer phrases so many characters are looked for.
const CHARS_MAX: usize = 200;
/// A cluster takes 1,024 conditions in a query; of more, everything is read.
const PHRASES_MAX: usize = 1_000;

/// Everything.
pub(crate) fn anything() -> Value {
    json!({"match_all": {}})
}

/// A query that a cluster takes: itself, or everything where it has too many conditions.
pub(crate) fn taken(query: Value) -> Value {
    match n_phrases(&query) <= PHRASES_MAX {
        true => query,
        false => anything(),
    }
}

fn n_phrases(query: &Value) -> usize {
    match query {
        Value::Object(fields) if fields.contains_key("match_phrase") => 1,
        Value::Object(fields) => fields.values().map(n_phrases).sum(),
        Value::Array(parts) => parts.iter().map(n_phrases).sum(),
        _ => 0,
    }
}

/// All of these.
pub(crate) fn all(queries: Vec<Value>) -> Value {
    match <[Value; 1]>::try_from(queries) {
        Ok([query]) => query,
        Err(queries) if queries.is_empty() => anything(),
        Err(queries) => json!({"bool": {"filter": queries}}),
    }
}

/// Any of these; nothing where there is none.
pub(crate) fn any(queries: Vec<Value>) -> Value {
    match <[Value; 1]>::try_from(queries) {
        Ok([query]) => query,
        Err(queries) if queries.is_empty() => json!({"match_none": {}}),
        Err(queries) => json!({"bool": {"should": queries, "minimum_should_match": 1}}),
    }
}

/// Passages that may have a phrase, in any of its forms.
pub(crate) fn of_phrase(phrase: &Phrase) -> Value {
    let forms = phrase
        .forms()
        .map(|form| stands(form.get(..CHARS_MAX).unwrap_or(form)));
    any(forms.collect())
}

/// Passages that may have a keyword.
pub(crate) fn of_keyword(keyword: &Keyword) -> Value {
    match keyword {
        Keyword::Phrase(phrase) => of_phrase(phrase),
        Keyword::Pattern(pattern) => all(pattern.pieces().iter().map(of_phrase).collect()),
        Keyword::Near(near) => all(near.phrases().into_iter().map(of_phrase).collect()),
    }
}

/// Passages for which an expression may hold.
pub(crate) fn of_expression(expression: &Expression, keywords: &[Keyword]) -> Value {
    match expression {
        Expression::Keyword(at) => keywords.get(*at).map_or_else(anything, of_keyword),
        Expression::All(parts) => {
            let wanted = parts
                .iter()
                .filter(|part| !matches!(part, Expression::Not(_)));
            all(wanted.map(|part| of_expression(part, keywords)).collect())
        }
        Expression::Either(parts) => any(parts
            .iter()
            .map(|part| of_expression(part, keywords))
            .collect()),
        Expression::Not(_) => anything(),
    }
}
