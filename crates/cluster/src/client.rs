//! Requests to a cluster, and what an answer must be to count.
//!
//! In: a method, a path, a body. Out: JSON that is whole, or a fault that says what it lacks.
//!
//! # Invariants
//!
//! - Each request bears a number of its own, which its answer must repeat: an answer to another request is a fault.
//! - Nothing is followed: an answer that sends elsewhere is a fault.
//! - No request outlives who waits for it: it ends with its own time, with that of its question, and once the question is
//!   stopped.

use crate::address::{Access, Address};
use crate::wire::{self, Heeding};
use baogao_engine::index::{ElsewhereFault, IndexError};
use baogao_engine::stop::Stop;
use serde_json::Value;
#[cfg(test)]
use serde_json::json;
use std::hash::{BuildHasher as _, RandomState};
use std::io::Read as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use ureq::{Agent, Timeout};

/// How long a connection may take to be made.
const CONNECT: Duration = Duration::from_secs(5);
/// How long one request may take where nothing else is said.
const REQUEST: Duration = Duration::from_secs(60);
/// Pauses before a request is sent again that a busy cluster has put off; after the last it is given up.
const PAUSES_MS: [u64; 7] = [100, 200, 400, 800, 1_600, 3_200, 6_400];
/// Less time than this is none.
const LEAST: Duration = Duration::from_millis(5);
/// How often a pause is looked up from.
const LOOK_EVERY: Duration = Duration::from_millis(50);
/// The longest answer that is taken in.
const ANSWER_BYTES_MAX: u64 = 512 << 20;
/// The longest with passages, unless it is one.
const PAGE_BYTES: u64 = 32 << 20;
/// The header by which an answer is known to be that of its request.
const NUMBER: &str = "x-opaque-id";

/// A cluster that can be asked.
#[derive(Clone)]
pub(crate) struct Client {
    agent: Agent,
    address: Arc<Address>,
    authorization: Option<Arc<str>>,
    /// How long a request may take, and be put off.
    limit: Duration,
    /// How long a question may take.
    question_limit: Option<Duration>,
    /// When the one that is asked must be answered.
    until: Option<Instant>,
    /// The longest answer that is taken in, in bytes.
    answer_bytes: u64,
    pub(crate) page_bytes: u64,
    next: Arc<AtomicU64>,
    pub(crate) stop: Stop,
}

/// What is sent.
pub(crate) enum Body<'b> {
    None,
    Json(&'b Value),
    /// Lines of JSON, as `_bulk` takes them.
    Lines(&'b [u8]),
}

/// What came back.
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) value: Value,
}

impl Reply {
    /// Why the cluster refused, in its words.
    pub(crate) fn reason(&self) -> String {
        let error = self.value.get("error");
        let cause = error.and_then(|error| error.pointer("/root_cause/0").or(Some(error)));
        let reason = cause.and_then(|cause| cause.get("reason").or(Some(cause)));
        let reason = reason.map(|reason| match reason {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        });
        let reason = reason.filter(|reason| reason != "null");
        let reason = reason.unwrap_or_else(|| "the cluster gives no reason".to_owned());
        reason.chars().take(300).collect()
    }
}

impl Client {
    /// A client of a cluster; nothing is sent yet. Its connections serve all its copies.
    pub(crate) fn new(address: Address, access: &Access) -> Client {
        let limit = access.limit.unwrap_or(REQUEST);
        let mut config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .proxy(None)
            .user_agent(concat!("baogao/", env!("CARGO_PKG_VERSION")))
            .timeout_connect(Some(CONNECT));
        if let Some(certificates) = &access.certificates {
            config = config.tls_config(certificates.alone());
        }
        Client {
            agent: wire::agent(config.build()),
            address: Arc::new(address),
            authorization: access.header().map(Arc::from),
            limit,
            question_limit: access.question_limit,
            until: None,
            answer_bytes: ANSWER_BYTES_MAX,
            page_bytes: access.page_bytes.unwrap_or(PAGE_BYTES),
            // No two processes number their requests alike.
            next: Arc::new(AtomicU64::new(
                RandomState::new().hash_one(std::process::id()),
            )),
            stop: Stop::new(),
        }
    }

    /// The same client, whose work ends once `stop` is set.
    pub(crate) fn with_stop(&self, stop: Stop) -> Client {
        Client {
            stop,
            ..self.clone()
        }
    }

    /// The same client for a question that begins now, and ends once `stop` is set.
    pub(crate) fn asking(&self, stop: Stop) -> Client {
        let until = self.question_limit.map(|limit| Instant::now() + limit);
        Client {
            until,
            ..self.with_stop(stop)
        }
    }

    /// The same client, each request of which is answered within a time or fails.
    pub(crate) fn answering_within(&self, limit: Duration) -> Client {
        Client {
            limit: limit.min(self.limit),
            ..self.clone()
        }
    }

    /// The same client for work that may take as long as it takes.
    pub(crate) fn without_limit(&self) -> Client {
        Client {
            until: None,
            ..self.clone()
        }
    }

    /// The same client, which takes in no longer answers than a page of passages.
    pub(crate) fn by_pages(&self) -> Client {
        Client {
            answer_bytes: self.page_bytes,
            ..self.clone()
        }
    }

    pub(crate) fn address(&self) -> &Address {
        &self.address
    }

    /// The error that something is wrong with the cluster.
    pub(crate) fn fault(&self, fault: ElsewhereFault) -> IndexError {
        IndexError::Elsewhere {
            place: self.address.to_string(),
            fault,
        }
    }

    /// The error that an answer is not what it should be.
    pub(crate) fn garbled(&self, what: &str) -> IndexError {
        self.fault(ElsewhereFault::Garbled {
            what: what.to_owned(),
        })
    }

    /// Sends a request, again where the cluster says that it is too busy for it.
    pub(crate) fn send(
        &self,
        method: &str,
        path: &str,
        body: &Body<'_>,
    ) -> Result<Reply, IndexError> {
        let mut pauses = PAUSES_MS.iter();
        let begun = Instant::now();
        loop {
            let reply = self.send_once(method, path, body)?;
            let is_busy = matches!(reply.status, 429 | 502 | 503);
            match pauses
                .next()
                .filter(|_| is_busy && begun.elapsed() < self.limit)
            {
                Some(pause) => self.pause(Duration::from_millis(*pause))?,
                None => return Ok(reply),
            }
        }
    }

    /// Waits so long, unless the question is over before.
    ///
    /// # Errors
    /// When it is stopped, or its time is over.
    pub(crate) fn pause(&self, time: Duration) -> Result<(), IndexError> {
        let end = Instant::now() + time;
        loop {
            self.left()?;
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Ok(());
            }
            std::thread::sleep(left.min(LOOK_EVERY));
        }
    }

    /// How long a request may take now.
    fn left(&self) -> Result<Duration, IndexError> {
        if self.stop.is_set() {
            return Err(IndexError::Stopped);
        }
        let (Some(until), Some(limit)) = (self.until, self.question_limit) else {
            return Ok(self.limit);
        };
        let left = until.saturating_duration_since(Instant::now());
        match left < LEAST {
            true => Err(self.fault(ElsewhereFault::OverLimit { limit })),
            false => Ok(left.min(self.limit)),
        }
    }

    /// The error that a request had no whole answer.
    fn unanswered(&self, error: &ureq::Error) -> IndexError {
        let cause = match (self.left(), error) {
            (Err(over), _) => return over,
            (Ok(_), ureq::Error::Timeout(Timeout::Global)) => {
                format!("not within {} seconds", self.limit.as_secs_f64())
            }
            (Ok(_), ureq::Error::Io(error)) => error.to_string(),
            (Ok(_), error) => error.to_string(),
        };
        self.fault(ElsewhereFault::Unreachable { cause })
    }

    fn send_once(&self, method: &str, path: &str, body: &Body<'_>) -> Result<Reply, IndexError> {
        let number = format!("baogao-{:016x}", self.next.fetch_add(1, Ordering::Relaxed));
        let url = format!("{}{path}", self.address.base);
        let mut request = ureq::http::Request::builder()
            .method(method)
            .uri(url)
            .header(NUMBER, &number);
        if let Some(authorization) = &self.authorization {
            request = request.header("authorization", &**authorization);
        }
        let (kind, bytes) = match body {
            Body::None => (None, Vec::new()),
            Body::Json(value) => (Some("application/json"), value.to_string().into_bytes()),
            Body::Lines(lines) => (Some("application/x-ndjson"), lines.to_vec()),
        };
        if let Some(kind) = kind {
            request = request.header("content-type", kind);
        }
        let request = request
            .body(bytes)
            .map_err(|_| self.garbled("a request could not be written"))?;
        let left = self.left()?;
        let _heeding = Heeding::new(&self.stop);
        let request = self.agent.configure_request(request);
        let request = request.timeout_global(Some(left)).build();
        let response = self.agent.run(request);
        let mut response = response.map_err(|error| self.unanswered(&error))?;
        let status = response.status().as_u16();
        let repeated = response.headers().get(NUMBER);
        let repeated = repeated
            .and_then(|value| value.to_str().ok())
            .map(str::to_owned);
        let mut text = Vec::new();
        let reader = response.body_mut().as_reader();
        let read = reader.take(self.answer_bytes + 1).read_to_end(&mut text);
        read.map_err(|error| self.unanswered(&error.into()))?;
        if text.len() as u64 > self.answer_bytes {
            return Err(self.fault(ElsewhereFault::TooLong {
                bytes: self.answer_bytes,
            }));
        }
        if matches!(status, 401 | 403 | 429 | 502 | 503) {
            // What stands before the cluster answers so too, and does not repeat the number.
            let value = serde_json::from_slice(&text).unwrap_or_default();
            return Ok(Reply { status, value });
        }
        let is_empty = text.is_empty();
        match serde_json::from_slice(&text) {
            Ok(value) if repeated.as_deref() == Some(&number) => Ok(Reply { status, value }),
            Ok(_) => Err(self.garbled("an answer belongs to another request")),
            Err(_) if is_empty && method == "HEAD" => Ok(Reply {
                status,
                value: Value::Null,
            }),
            Err(_) if status == 200 => Err(self.garbled("an answer is not JSON")),
            // It comes from what stands before the cluster.
            Err(_) => Err(self.fault(ElsewhereFault::Refused {
                status,
                reason: "an answer is not JSON".to_owned(),
            })),
        }
    }

    /// As [`Client::send`], where anything but success is a fault.
    pub(crate) fn call(
        &self,
        method: &str,
        path: &str,
        body: &Body<'_>,
    ) -> Result<Value, IndexError> {
        let reply = self.send(method, path, body)?;
        match reply.status {
            200..300 => Ok(reply.value),
            status => Err(self.refused(status, &reply)),
        }
    }

    /// The error that the cluster did not do what was asked.
    pub(crate) fn refused(&self, status: u16, reply: &Reply) -> IndexError {
        let error = reply.value.get("error");
        if let Some(fault) = error.and_then(|error| blocked(error, &self.address.name)) {
            return self.fault(fault);
        }
        self.fault(ElsewhereFault::Refused {
            status,
            reason: reply.reason(),
        })
    }

    /// Searches an index; what comes back is of all its shards, or a fault.
    pub(crate) fn search(&self, index: &str, body: &Value) -> Result<Value, IndexError> {
        let path =
            format!("/{index}/_search?allow_partial_search_results=false&request_cache=false");
        let value = self.call("POST", &path, &Body::Json(body))?;
        self.whole(value)
    }

    /// An answer, if it is of all shards and was not cut short.
    pub(crate) fn whole(&self, value: Value) -> Result<Value, IndexError> {
        let shards = |name: &str| value.pointer(&format!("/_shards/{name}"))?.as_u64();
        let (Some(total), Some(successful)) = (shards("total"), shards("successful")) else {
            return Err(self.garbled("an answer does not name its shards"));
        };
        if successful < total || shards("failed").unwrap_or(0) > 0 || total == 0 {
            return Err(self.fault(ElsewhereFault::Partial {
                answered: successful,
                total,
            }));
        }
        let timed_out = value.get("timed_out").and_then(Value::as_bool);
        if timed_out.unwrap_or(false) {
            return Err(self.fault(ElsewhereFault::TimedOut));
        }
        Ok(value)
    }
}

/// Whether an error is that an answer was too long.
pub(crate) fn is_too_long(error: &IndexError) -> bool {
    let IndexError::Elsewhere { fault, .. } = error else {
        return false;
    };
    matches!(fault, ElsewhereFault::TooLong { .. })
}

/// That nothing can be written to an index, if that is what an error of the cluster says: to what a full disk leads. Where no
/// index is named, none can be made, and it is the one of `name`.
pub(crate) fn blocked(error: &Value, name: &str) -> Option<ElsewhereFault> {
    let kind = error.get("type")?.as_str()?;
    let is_block = matches!(
        kind,
        "cluster_block_exception" | "index_create_block_exception"
    );
    let reason = error.get("reason")?.as_str()?;
    // "index [NAME] blocked by: [WHY];"
    let (index, why) = match reason.split_once("] blocked by: ") {
        Some((index, why)) => (index.rsplit('[').next().unwrap_or(name), why),
        None => (name, reason),
    };
    is_block.then(|| ElsewhereFault::Blocked {
        index: index.to_owned(),
        reason: why.trim_end_matches(';').chars().take(300).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_is_known_by_its_kind_and_names_the_index() {
        let error = |kind: &str, reason: &str| json!({"type": kind, "reason": reason});
        let said = |error: &Value| blocked(error, "reports").map(|fault| fault.to_string());
        let kind = "cluster_block_exception";
        let full = error(
            kind,
            "index [reports--p-01] blocked by: [TOO_MANY_REQUESTS/12/disk usage exceeded];",
        );
        assert_eq!(
            said(&full).as_deref(),
            Some(
                "nothing can be written to `reports--p-01`: [TOO_MANY_REQUESTS/12/disk usage exceeded]"
            )
        );
        let none = error(
            "index_create_block_exception",
            "blocked by: [FORBIDDEN/10/cluster create-index blocked (api)];",
        );
        assert!(said(&none).is_some_and(|said| said.contains("`reports`: blocked by")));
        let other = error("mapper_parsing_exception", "index [x] blocked by: nobody");
        assert_eq!(said(&other), None);
    }
}
