//! OpenSearch as texts in Chinese are put there today: the text as it stands in the files in one field, cut into pairs of
//! characters by what OpenSearch brings for Chinese, asked by `match_phrase`; passages are counted.

use crate::contenders::{PAGE, Result};
use crate::dressed::{as_filed, filed};
use crate::node::Node;
use baogao_reading::report::Report;
use serde_json::{Value, json};
use std::fmt::Write;

/// Its name.
pub(crate) const INDEX: &str = "today";
/// Bytes of one request of `_bulk`, as for the index that is published.
const BULK_BYTES: usize = 4 << 20;
/// Rows of one request.
const ROWS: usize = 10_000;

/// The index, whose passages are known by their numbers.
pub(crate) struct Today<'n> {
    node: &'n Node,
}

impl<'n> Today<'n> {
    /// An index without a passage.
    pub(crate) fn create(node: &'n Node, shards: u32) -> Result<Today<'n>> {
        let filters = ["cjk_width", "lowercase", "cjk_bigram"];
        let body = json!({
            "settings": {
                "number_of_shards": shards,
                "number_of_replicas": 0,
                "refresh_interval": "-1",
                "analysis": {"analyzer": {"chinese": {
                    "type": "custom", "tokenizer": "standard", "filter": filters,
                }}},
            },
            "mappings": {"properties": {
                "n": {"type": "integer"},
                "region": {"type": "keyword"},
                "year": {"type": "short"},
                "text": {"type": "text", "analyzer": "chinese"},
            }},
        });
        node.send("PUT", &format!("/{INDEX}"), body.to_string())?;
        Ok(Today { node })
    }

    /// Sends all passages, each with its number from 0 on.
    pub(crate) fn send(&self, reports: &[Report]) -> Result<()> {
        let (mut lines, mut number) = (String::new(), 0u32);
        for report in reports {
            let region = report.meta.region.as_ref();
            let region = region.map(|region| region.value.unique_name());
            let year = report.meta.year.as_ref().map(|year| year.value);
            for (passage, filed) in report.passages.iter().zip(filed(report)) {
                let document = json!({
                    "n": number,
                    "region": region,
                    "year": year,
                    "text": as_filed(passage, &filed),
                });
                writeln!(lines, "{{\"index\":{{}}}}\n{document}")?;
                number += 1;
                if lines.len() >= BULK_BYTES {
                    self.send_lines(std::mem::take(&mut lines))?;
                }
            }
        }
        if !lines.is_empty() {
            self.send_lines(lines)?;
        }
        Ok(())
    }

    fn send_lines(&self, lines: String) -> Result<()> {
        let path = format!("/{INDEX}/_bulk?filter_path=errors,items.*.error");
        let answer = self.node.send("POST", &path, lines)?;
        match answer["errors"].as_bool() {
            Some(false) => Ok(()),
            _ => Err(format!("passages were refused: {answer}").into()),
        }
    }

    /// What is not kept from one question to the next, like the answers of the index that is published.
    fn search(&self, body: &Value, only: &str) -> Result<Value> {
        let path = format!(
            "/{INDEX}/_search?allow_partial_search_results=false&request_cache=false{only}"
        );
        self.node.send("POST", &path, body.to_string())
    }

    /// How many passages.
    pub(crate) fn count(&self, phrase: &str) -> Result<u64> {
        let body = json!({"size": 0, "track_total_hits": true, "query": stands(phrase)});
        let answer = self.search(&body, "")?;
        let total = answer.pointer("/hits/total/value").and_then(Value::as_u64);
        total.ok_or_else(|| "no number".into())
    }

    /// How many passages by region and year: the number of rows.
    pub(crate) fn by_region_and_year(&self, phrase: &str) -> Result<u64> {
        let (mut n_rows, mut after) = (0, None);
        loop {
            let terms = |field: &str| json!({field: {"terms": {"field": field}}});
            let mut composite = json!({"size": ROWS, "sources": [terms("region"), terms("year")]});
            if let Some(after) = after.take() {
                composite["after"] = after;
            }
            let body = json!({
                "size": 0,
                "query": stands(phrase),
                "aggs": {"rows": {"composite": composite}},
            });
            let answer = self.search(&body, "")?;
            let rows = answer.pointer("/aggregations/rows").ok_or("no rows")?;
            let n = rows["buckets"].as_array().ok_or("no rows")?.len();
            n_rows += n as u64;
            after = rows.get("after_key").cloned();
            if n < ROWS || after.is_none() {
                return Ok(n_rows);
            }
        }
    }

    /// The best passages with what is marked in them: how many.
    pub(crate) fn best(&self, phrase: &str) -> Result<u64> {
        let body = json!({
            "size": PAGE,
            "track_total_hits": true,
            "query": stands(phrase),
            "highlight": {"fields": {"text": {"number_of_fragments": 0}}},
        });
        let answer = self.search(&body, "")?;
        let hits = answer.pointer("/hits/hits").and_then(Value::as_array);
        Ok(hits.ok_or("no passages")?.len() as u64)
    }

    /// The numbers of all passages, ascending.
    pub(crate) fn numbers(&self, phrase: &str) -> Result<Vec<u32>> {
        let mut numbers: Vec<u32> = Vec::new();
        loop {
            let mut body = json!({
                "size": ROWS,
                "track_total_hits": false,
                "_source": false,
                "sort": ["n"],
                "query": stands(phrase),
            });
            if let Some(last) = numbers.last() {
                body["search_after"] = json!([last]);
            }
            let answer = self.search(&body, "&filter_path=hits.hits.sort")?;
            let Some(hits) = answer.pointer("/hits/hits").and_then(Value::as_array) else {
                // What is empty is left out.
                return Ok(numbers);
            };
            let number = |hit: &Value| hit.pointer("/sort/0")?.as_u64();
            let page: Option<Vec<u64>> = hits.iter().map(number).collect();
            let page = page.ok_or("a passage has no number")?;
            numbers.extend(page.iter().map(|number| *number as u32));
            if page.len() < ROWS {
                return Ok(numbers);
            }
        }
    }
}

fn stands(phrase: &str) -> Value {
    json!({"match_phrase": {"text": phrase}})
}
