//! Whether the cluster still holds what was published.
//!
//! In: an open [`Remote`]. Out: a line for each thing that differs. Every passage is read.

use crate::ask;
use crate::client::Body;
use crate::layout;
use crate::remote::{Remote, read_notice};
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
    // It reads everything, however long that takes.
    let client = link.client.without_limit();
    let mut wrong = Vec::new();
    let passages_index = &link.notice.passages_index;
    let (_, mark) = read_notice(&client, &link.tables_index)?;
    let path = format!("/{passages_index}");
    let described = client.call("GET", &path, &Body::None)?;
    wrong.extend(layout::difference(passages_index, &described, &mark));
    let mut reports: HashMap<i64, Vec<PassageRecord>> = HashMap::new();
    let mut n_strange = 0u64;
    client.each_document(passages_index, &ask::anything(), &json!(true), |document| {
        let key = document
            .get("k")
            .and_then(Value::as_i64)
            .unwrap_or_default();
        match layout::record(document, |key| link.knows(key).then_some(0)) {
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
