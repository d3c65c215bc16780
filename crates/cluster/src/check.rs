//! Whether the cluster still holds what was published.
//!
//! In: an open [`Remote`]. Out: a line for each thing that differs. Every passage is read.

use crate::ask;
use crate::layout;
use crate::remote::{Remote, read_mark};
use baogao_engine::catalogue::Catalogue as _;
use baogao_engine::index::IndexError;
use baogao_engine::record::{PassageRecord, fingerprint_of};
use serde_json::{Value, json};
use std::collections::HashMap;
use xxhash_rust::xxh3::xxh3_64;

/// Reads everything and compares it with what was published.
///
/// # Errors
/// When the cluster does not answer.
pub fn verify(remote: &Remote) -> Result<Vec<String>, IndexError> {
    let link = remote.link();
    let mut wrong = Vec::new();
    let passages_index = &link.notice.passages_index;
    let mark = read_mark(&link.client, passages_index)?;
    let Some(mark) = mark else {
        return Ok(vec![format!("`{passages_index}` does not bear our mark")]);
    };
    if let Some(what) = changed_fields(remote, &mark)? {
        wrong.push(what);
    }
    let mut reports: HashMap<i64, Vec<PassageRecord>> = HashMap::new();
    let mut n_strange = 0u64;
    link.client
        .each_document(passages_index, &ask::anything(), &json!(true), |document| {
            let key = document
                .get("k")
                .and_then(Value::as_i64)
                .unwrap_or_default();
            match layout::record(document, |key| link.keys.contains(&key).then_some(0)) {
                Some(record) => reports.entry(key).or_default().push(record),
                None => n_strange += 1,
            }
            Ok(())
        })?;
    if n_strange > 0 {
        wrong.push(format!(
            "{n_strange} passages are not what was sent, or of no report"
        ));
    }
    let mut nth: HashMap<u64, u64> = HashMap::new();
    for (rank, key) in link.keys.iter().enumerate() {
        let records = reports.remove(key).unwrap_or_default();
        let fingerprint = fingerprint_of(&records);
        let nth = nth.entry(fingerprint).or_default();
        let found = match *nth {
            0 => fingerprint,
            nth => xxh3_64(&[fingerprint.to_le_bytes(), nth.to_le_bytes()].concat()),
        };
        *nth += 1;
        if found.cast_signed() != *key {
            let entry = remote.reports().entry(rank);
            let id = entry.map_or_else(|_| format!("report {rank}"), |entry| entry.id);
            wrong.push(format!("{id} is not what was published"));
        }
    }
    Ok(wrong)
}

/// Whether the fields of the index of passages are others than those that were made.
fn changed_fields(remote: &Remote, mark: &layout::Mark) -> Result<Option<String>, IndexError> {
    let link = remote.link();
    let index = &link.notice.passages_index;
    let path = format!("/{index}/_mapping");
    let value = link.client.call("GET", &path, &crate::client::Body::None)?;
    let there = value
        .get(index)
        .and_then(|of| of.pointer("/mappings/properties"));
    let made = layout::passages_body(mark, 1, 0);
    let made = made.pointer("/mappings/properties");
    let names = |fields: Option<&Value>| -> Vec<(String, Value)> {
        let fields = fields.and_then(Value::as_object).into_iter().flatten();
        let mut names: Vec<(String, Value)> = fields
            .map(|(name, field)| (name.clone(), field.get("type").cloned().unwrap_or_default()))
            .collect();
        names.sort_by(|a, b| a.0.cmp(&b.0));
        names
    };
    Ok((names(there) != names(made)).then(|| format!("the fields of `{index}` were changed")))
}
