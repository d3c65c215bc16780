//! Passages from the cluster, all that a query finds, in the order of their reports.
//!
//! In: a query of the cluster. Out: records, each once. The index is never changed, so that pages follow each other without
//! the cluster keeping anything for us. A page is bounded by its bytes: of long passages it has fewer.

use crate::client::{Client, is_too_long};
use baogao_engine::index::IndexError;
use baogao_engine::record::PassageRecord;
use serde_json::{Value, json};

/// Passages of one page at most.
const PAGE: usize = 2_000;
/// Those of the first one: nobody knows yet how long they are.
const FIRST_PAGE: usize = 500;
/// What a passage takes beside its texts, in bytes.
const BESIDE_TEXTS: usize = 400;

/// Of how many passages the next page is, from what a page had.
fn next_size(page_bytes: u64, size: usize, hits: &[Value]) -> usize {
    let texts = |hit: &Value| -> usize {
        let fields = hit.get("_source").and_then(Value::as_object);
        let texts = fields.into_iter().flatten();
        let lengths = texts.map(|(_, text)| text.as_str().map_or(0, str::len));
        lengths.sum::<usize>() + BESIDE_TEXTS
    };
    let mean = hits.iter().map(texts).sum::<usize>() / hits.len().max(1);
    // Half as much as may come: some passages are longer than others.
    let fit = page_bytes as usize / 2 / mean.max(1);
    fit.clamp(1, PAGE.min(size * 4))
}

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
        let mut size = FIRST_PAGE;
        loop {
            let mut body = json!({
                "size": size,
                "track_total_hits": total.is_none(),
                "query": {"bool": {"filter": [query]}},
                "sort": [{"k": "asc"}, {"n": "asc"}],
                "_source": fields,
            });
            if let (Some(after), Some(body)) = (&after, body.as_object_mut()) {
                body.insert("search_after".to_owned(), after.clone());
            }
            // A passage comes whatever its length.
            let value = match size {
                1 => self.search(index, &body)?,
                _ => match self.by_pages().search(index, &body) {
                    Err(error) if is_too_long(&error) => {
                        size = (size / 8).max(1);
                        continue;
                    }
                    value => value?,
                },
            };
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
            if hits.len() < size {
                break;
            }
            size = next_size(self.page_bytes, size, hits);
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
