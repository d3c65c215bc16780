//! Numbers that the cluster can give exactly: per report and part.
//!
//! In: a phrase whose characters alone decide where it counts. Out: its cells; how far something reaches; how many passages
//! of each report are there.

use crate::client::Client;
#[cfg(doc)]
use crate::client::is_too_long;
use crate::layout::{PAIRS, SINGLES};
use baogao_engine::index::IndexError;
use baogao_engine::record::PassageRecord;
use baogao_engine::search::ScoreShape;
use serde_json::{Value, json};
use std::collections::HashMap;

/// Buckets of one page of an aggregation: each page looks for the phrase anew, and a cluster gives 65,535 at most
/// (`search.max_buckets`).
const PAGE: usize = 50_000;
/// What a bucket takes where it is read.
const BUCKET_BYTES: usize = 600;

/// What stands under one report and part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Bucket {
    /// Key of the report.
    pub(crate) key: i64,
    /// Code of the part, headings apart.
    pub(crate) part: u64,
    pub(crate) passages: u64,
    /// What was summed.
    pub(crate) sum: u64,
}

/// The passages in which characters stand side by side: exact, since every character is a token at its position.
pub(crate) fn stands(chars: &[char]) -> Value {
    let text: String = chars.iter().collect();
    let field = if chars.len() == 1 { SINGLES } else { PAIRS };
    json!({"match_phrase": {field: text}})
}

/// How many tokens such a query has: what the scripted similarity gives is multiplied by it.
fn n_tokens(chars: &[char]) -> u64 {
    (chars.len() as u64).saturating_sub(1).max(1)
}

impl Client {
    /// How often characters stand side by side, per report and part; places that overlap each other count each.
    pub(crate) fn cells(&self, index: &str, chars: &[char]) -> Result<Vec<Bucket>, IndexError> {
        let sum = json!({"sum": {"script": {"source": "_score"}}});
        let mut buckets = Vec::new();
        self.each_bucket(index, &stands(chars), &sum, |bucket| buckets.push(bucket))?;
        let n = n_tokens(chars);
        for bucket in &mut buckets {
            if bucket.sum % n != 0 {
                return Err(self.garbled("frequencies are not whole numbers"));
            }
            bucket.sum /= n;
        }
        Ok(buckets)
    }

    /// The `n` passages of a phrase that score best within some filters, and a score (without what the phrase is worth) that
    /// no other exceeds: 0 where there is no other. Too many long passages are an error, [`is_too_long`].
    pub(crate) fn best(
        &self,
        index: &str,
        (chars, within): (&[char], &[Value]),
        shape: ScoreShape,
        n: usize,
        report_of: impl Fn(i64) -> Option<u32>,
    ) -> Result<(Vec<PassageRecord>, f64), IndexError> {
        let source = "double f = Math.round(_score / params.tokens); \
             double norm = params.k1 * (1.0 - params.length + params.length * doc['u'].value / params.mean); \
             return f * (params.k1 + 1.0) / (f + norm) * (doc['h'].value ? params.heading : 1.0);";
        let script = json!({"source": source, "params": {
            "tokens": n_tokens(chars),
            "k1": shape.k1,
            "length": shape.length,
            "mean": shape.mean_chars,
            "heading": shape.heading,
        }});
        let query = json!({"bool": {"must": [stands(chars)], "filter": within}});
        let body = json!({
            "size": n,
            "track_total_hits": false,
            "query": {"script_score": {"query": query, "script": script}},
        });
        let value = self.by_pages().search(index, &body)?;
        let hits = value.pointer("/hits/hits").and_then(Value::as_array);
        let hits = hits.ok_or_else(|| self.garbled("an answer lacks its passages"))?;
        let record = |hit: &Value| crate::layout::record(hit.get("_source")?, &report_of);
        let records: Option<Vec<PassageRecord>> = hits.iter().map(record).collect();
        let records = records.ok_or_else(|| self.garbled("a passage is not what was sent"))?;
        let least = match hits.last() {
            Some(last) if hits.len() == n => last.get("_score").and_then(Value::as_f64),
            _ => Some(0.0),
        };
        let least = least.ok_or_else(|| self.garbled("an answer lacks its scores"))?;
        Ok((records, least))
    }

    /// The passages of each report: how many there are, and the sum of their fingerprints.
    pub(crate) fn reports_there(
        &self,
        index: &str,
    ) -> Result<HashMap<i64, (u64, u64)>, IndexError> {
        let sum = json!({"sum": {"field": "s"}});
        let mut there: HashMap<i64, (u64, u64)> = HashMap::new();
        self.each_bucket(index, &json!({"match_all": {}}), &sum, |bucket| {
            let (n, sum) = there.entry(bucket.key).or_default();
            *n += bucket.passages;
            *sum += bucket.sum;
        })?;
        Ok(there)
    }

    fn each_bucket(
        &self,
        index: &str,
        query: &Value,
        sum: &Value,
        mut visit: impl FnMut(Bucket),
    ) -> Result<(), IndexError> {
        let size = (self.page_bytes as usize / BUCKET_BYTES).clamp(1, PAGE);
        let mut after: Option<Value> = None;
        loop {
            let mut composite = json!({
                "size": size,
                "sources": [{"k": {"terms": {"field": "k"}}}, {"p": {"terms": {"field": "p"}}}],
            });
            if let (Some(after), Some(composite)) = (after.take(), composite.as_object_mut()) {
                composite.insert("after".to_owned(), after);
            }
            let body = json!({
                "size": 0,
                "track_total_hits": false,
                "query": query,
                "aggs": {"cells": {"composite": composite, "aggs": {"sum": sum}}},
            });
            let value = self.search(index, &body)?;
            let cells = value.pointer("/aggregations/cells");
            let page = cells.and_then(|cells| cells.get("buckets")?.as_array());
            let page = page.ok_or_else(|| self.garbled("an answer lacks its sums"))?;
            for bucket in page {
                let read = read_bucket(bucket);
                visit(read.ok_or_else(|| self.garbled("a sum cannot be read"))?);
            }
            after = cells.and_then(|cells| cells.get("after_key")).cloned();
            if page.len() < size || after.is_none() {
                return Ok(());
            }
        }
    }
}

fn read_bucket(bucket: &Value) -> Option<Bucket> {
    let sum = bucket.pointer("/sum/value")?.as_f64()?;
    // Sums are of whole numbers below 2^53.
    let is_whole = sum.fract() == 0.0 && (0.0..9_007_199_254_740_992.0).contains(&sum);
    is_whole.then_some(Bucket {
        key: bucket.pointer("/key/k")?.as_i64()?,
        part: bucket.pointer("/key/p")?.as_u64()?,
        passages: bucket.get("doc_count")?.as_u64()?,
        sum: sum as u64,
    })
}
