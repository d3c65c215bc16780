//! Documents on their way to a cluster, many in one request.
//!
//! In: actions on documents, one by one. Out: nothing, once the cluster has taken all of them; or what it refused, by name.

use crate::client::{Body, Client, blocked};
use baogao_engine::index::{ElsewhereFault, IndexError};
use serde_json::Value;
use std::time::Duration;

/// Bytes of one request of `_bulk`.
const BULK_BYTES: usize = 4 << 20;
/// How often a document is sent that the cluster puts off.
const TRIES: usize = 8;

/// Actions on documents that wait to be sent together.
pub(crate) struct Bulk<'c> {
    client: &'c Client,
    index: &'c str,
    lines: Vec<u8>,
    /// Where each action begins.
    starts: Vec<usize>,
}

impl<'c> Bulk<'c> {
    pub(crate) fn new(client: &'c Client, index: &'c str) -> Bulk<'c> {
        Bulk {
            client,
            index,
            lines: Vec::new(),
            starts: Vec::new(),
        }
    }

    pub(crate) fn push(
        &mut self,
        action: &Value,
        document: Option<&Value>,
    ) -> Result<(), IndexError> {
        let mut lines = Vec::new();
        for value in std::iter::once(action).chain(document) {
            lines.extend(value.to_string().into_bytes());
            lines.push(b'\n');
        }
        // A long one goes alone.
        if self.lines.len() + lines.len() > BULK_BYTES {
            self.flush()?;
        }
        self.starts.push(self.lines.len());
        self.lines.append(&mut lines);
        match self.lines.len() < BULK_BYTES {
            true => Ok(()),
            false => self.flush(),
        }
    }

    pub(crate) fn finish(mut self) -> Result<(), IndexError> {
        self.flush()
    }

    /// Sends what waits; what the cluster puts off is sent again, what it refuses is an error that names it.
    fn flush(&mut self) -> Result<(), IndexError> {
        for tried in 1.. {
            if self.starts.is_empty() {
                return Ok(());
            }
            let path = format!("/{}/_bulk", self.index);
            let value = self.client.call("POST", &path, &Body::Lines(&self.lines))?;
            let items = value.get("items").and_then(Value::as_array);
            let items = items.ok_or_else(|| self.client.garbled("an answer lacks its items"))?;
            if items.len() != self.starts.len() {
                return Err(self.client.garbled("an answer has another number of items"));
            }
            let mut again = (Vec::new(), Vec::new());
            for (at, item) in items.iter().enumerate() {
                let outcome = item.as_object().and_then(|item| item.values().next());
                let status = outcome
                    .and_then(|outcome| outcome.get("status")?.as_u64())
                    .unwrap_or(0);
                let is_delete = item.get("delete").is_some();
                if let Some(fault) = outcome
                    .and_then(|outcome| blocked(outcome.get("error")?, &self.client.address().name))
                {
                    return Err(self.client.fault(fault));
                }
                match status {
                    200..300 => {}
                    404 if is_delete => {}
                    429 | 503 if tried < TRIES => {
                        again.1.push(again.0.len());
                        again.0.extend_from_slice(self.action(at));
                    }
                    _ => {
                        let id = outcome.and_then(|outcome| outcome.get("_id")?.as_str());
                        let reason =
                            outcome.and_then(|outcome| outcome.pointer("/error/reason")?.as_str());
                        return Err(self.client.fault(ElsewhereFault::Rejected {
                            document: id.unwrap_or_default().to_owned(),
                            reason: reason.unwrap_or_default().chars().take(300).collect(),
                        }));
                    }
                }
            }
            (self.lines, self.starts) = again;
            if !self.starts.is_empty() {
                self.client
                    .pause(Duration::from_millis(100 << tried.min(6)))?;
            }
        }
        Ok(())
    }

    /// The lines of one action.
    fn action(&self, at: usize) -> &[u8] {
        let start = self.starts.get(at).copied().unwrap_or_default();
        let end = self.starts.get(at + 1).copied().unwrap_or(self.lines.len());
        self.lines.get(start..end).unwrap_or_default()
    }
}
