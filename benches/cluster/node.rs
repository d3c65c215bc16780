//! What is asked of a node beside the index that is published there: over a connection that stays, as a program asks it.

use crate::contenders::Result;
use crate::contenders::measure::seconds;
use serde_json::Value;
use std::io::Read;
use ureq::Agent;
use ureq::http::Request;

/// A node, and a connection to it.
pub(crate) struct Node {
    agent: Agent,
    url: String,
}

impl Node {
    pub(crate) fn new(url: String) -> Node {
        let config = Agent::config_builder().http_status_as_error(false);
        Node {
            agent: config.build().new_agent(),
            url,
        }
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Sends a request, whose body is JSON, lines of it, or empty; anything but success is an error.
    pub(crate) fn send(&self, method: &str, path: &str, body: String) -> Result<Value> {
        let request = Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.url))
            .header("content-type", "application/json")
            .body(body.into_bytes())?;
        let mut response = self.agent.run(request)?;
        let mut text = Vec::new();
        response.body_mut().as_reader().read_to_end(&mut text)?;
        match response.status().as_u16() {
            200..300 => Ok(serde_json::from_slice(&text)?),
            status => {
                let said = String::from_utf8_lossy(&text);
                Err(format!("{method} {path}: {status} {said}").into())
            }
        }
    }

    /// Bytes of some indexes once all that was sent is written.
    pub(crate) fn flushed_bytes(&self, indexes: &str) -> Result<u64> {
        self.send("POST", &format!("/{indexes}/_refresh"), String::new())?;
        self.send("POST", &format!("/{indexes}/_flush"), String::new())?;
        let stats = self.send("GET", &format!("/{indexes}/_stats/store"), String::new())?;
        let bytes = stats.pointer("/_all/primaries/store/size_in_bytes");
        let bytes = bytes.and_then(Value::as_u64).filter(|bytes| *bytes > 0);
        bytes.ok_or_else(|| format!("the size of {indexes} is not known").into())
    }

    /// Merges each shard to one segment: seconds, and bytes then.
    pub(crate) fn merge(&self, indexes: &str) -> Result<(f64, u64)> {
        let path = format!("/{indexes}/_forcemerge?max_num_segments=1");
        let (time, merged) = seconds(|| self.send("POST", &path, String::new()));
        merged?;
        Ok((time, self.flushed_bytes(indexes)?))
    }
}
