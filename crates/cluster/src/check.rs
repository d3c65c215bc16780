//! Whether the cluster still holds what was published.
//!
//! In: an open [`Remote`]. Out: a line for each thing that differs. Every passage is read, a report at a time.

use crate::ask;
use crate::client::Body;
use crate::layout::{self, nth_keys};
use crate::link::Link;
use crate::published::read_notice;
use crate::remote::Remote;
use baogao_engine::catalogue::Catalogue as _;
use baogao_engine::index::IndexError;
use baogao_engine::record::{PassageRecord, fingerprint_of};
use serde_json::{Value, json};

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
    let mut reading = Reading {
        link,
        key: None,
        records: Vec::new(),
        is_sound: vec![false; link.keys.len()],
        n_strange: 0,
    };
    reading.without_passages();
    client.each_document(passages_index, &ask::anything(), &json!(true), |document| {
        reading.take(document);
        Ok(())
    })?;
    reading.compare();
    if reading.n_strange > 0 {
        wrong.push(format!(
            "{} passages are not what was sent, or of no report",
            reading.n_strange
        ));
    }
    for (rank, _) in (reading.is_sound.iter().enumerate()).filter(|(_, is_sound)| !**is_sound) {
        let entry = remote.reports().entry(rank);
        let id = entry.map_or_else(|_| format!("report {rank}"), |entry| entry.id);
        wrong.push(format!("{id} is not what was published"));
    }
    Ok(wrong)
}

/// Passages as they come, report by report: no more is kept of them than one report.
struct Reading<'l> {
    link: &'l Link,
    /// The report that is being read.
    key: Option<i64>,
    records: Vec<PassageRecord>,
    /// Which reports, by rank, are what was published.
    is_sound: Vec<bool>,
    /// Passages that nobody sent.
    n_strange: u64,
}

impl Reading<'_> {
    /// The next passage, by key and number.
    fn take(&mut self, document: &Value) {
        let key = document.get("k").and_then(Value::as_i64);
        if key != self.key {
            self.compare();
            self.key = key;
        }
        let number_of = |key| self.link.rank(key).map(|_| 0);
        match layout::record(document, number_of) {
            Some(record) => self.records.push(record),
            None => self.n_strange += 1,
        }
    }

    /// Compares the report that was read with its key.
    fn compare(&mut self) {
        let fingerprint = fingerprint_of(&std::mem::take(&mut self.records));
        if let Some(key) = self.key.take() {
            self.note(key, fingerprint);
        }
    }

    /// Reports that have no passage do not come; if one does, it is looked at again.
    fn without_passages(&mut self) {
        let nothing = fingerprint_of(std::iter::empty());
        for key in nth_keys(nothing).take_while(|key| self.link.rank(*key).is_some()) {
            if let Some(is_sound) = self
                .link
                .rank(key)
                .and_then(|rank| self.is_sound.get_mut(rank))
            {
                *is_sound = true;
            }
        }
    }

    fn note(&mut self, key: i64, fingerprint: u64) {
        let Some(rank) = self.link.rank(key) else {
            return;
        };
        // Of equal reports all have keys, each its own.
        let mut keys = nth_keys(fingerprint).take_while(|key| self.link.rank(*key).is_some());
        let is_sound = keys.any(|found| found == key);
        if let Some(known) = self.is_sound.get_mut(rank) {
            *known = is_sound;
        }
    }
}
