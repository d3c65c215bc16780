//! Passages from the cluster, all that a query finds, in the order of their reports.
//!
//! In: a query of the cluster. Out: records, each once. The index is never changed, so that pages follow each other without
//! the cluster keeping anything for us.

use crate::client::Client;
use baogao_engine::index::IndexError;
use baogao_engine::record::PassageRecord;
use serde_json::{Value, json};

/// Passages of one page.
const PAGE: usize = 2_000;

impl Client {
    /// Calls `visit` with the document of each passage that a query finds, by key and number.
    pub(crate) fn each_document(
        &self,
        index: &str,
        query: &Value,
        fields: &Value,
        mut visit: impl FnMut(&Value) -> Result<(), IndexError>,
    ) -> Result<(), IndexError> {
        let mut after: Option<Value> = None;
        let mut total = None;
        let mut n_seen = 0;
        loop {
            let mut body = json!({
                "size": PAGE,
                "track_total_hits": total.is_none(),
                "query": {"bool": {"filter": [query]}},
                "sort": [{"k": "asc"}, {"n": "asc"}],
                "_source": fields,
            });
            if let (Some(after), Some(body)) = (after.take(), body.as_object_mut()) {
                body.insert("search_after".to_owned(), after);
            }
            let value = self.search(index, &body)?;
            let hits = value.pointer("/hits/hits").and_then(Value::as_array);
            let hits = hits.ok_or_else(|| self.garbled("an answer lacks its passages"))?;
            if total.is_none() {
                let found = value.pointer("/hits/total/value").and_then(Value::as_u64);
                total = Some(found.ok_or_else(|| self.garbled("an answer lacks its number"))?);
            }
            for hit in hits {
                let document = hit.get("_source");
                visit(document.ok_or_else(|| self.garbled("a passage lacks its text"))?)?;
                n_seen += 1;
            }
            after = hits.last().and_then(|hit| hit.get("sort")).cloned();
            if hits.len() < PAGE {
                break;
            }
            if after.is_none() {
                return Err(self.garbled("passages are in no order"));
            }
        }
        if total != Some(n_seen) {
            return Err(self.garbled("passages are missing in an answer"));
        }
        Ok(())
    }

    /// The records of all passages that a query finds.
    pub(crate) fn records(
        &self,
        index: &str,
        query: &Value,
        report_of: impl Fn(i64) -> Option<u32>,
    ) -> Result<Vec<PassageRecord>, IndexError> {
        let mut records = Vec::new();
        self.each_document(index, query, &json!(true), |document| {
            let record = crate::layout::record(document, &report_of);
            records.push(record.ok_or_else(|| self.garbled("a passage is not what was sent"))?);
            Ok(())
        })?;
        Ok(records)
    }
}
