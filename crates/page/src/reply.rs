//! An answer before it has a head: status, kind, bytes.

use super::words::Lang;
use baogao_render::json;
use hyper::body::Bytes;
use hyper::header::{self, HeaderName};
use maud::Markup;
use std::io;

/// The short name of an error that is the fault of nobody who asks.
const INTERNAL: &str = "internal";

/// An answer, or the beginning of one.
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) kind: &'static str,
    pub(super) body: Bytes,
    pub(super) extra: Vec<(HeaderName, String)>,
    /// Why there is no answer, where there is none.
    pub(super) problem: Option<Problem>,
}

/// Why there is no answer.
#[derive(Clone)]
pub(super) struct Problem {
    /// A short name.
    pub(super) code: &'static str,
    /// For people.
    pub(super) message: String,
}

impl Reply {
    pub(super) fn new(status: u16, kind: &'static str, body: impl Into<Bytes>) -> Reply {
        Reply {
            status,
            kind,
            body: body.into(),
            extra: Vec::new(),
            problem: None,
        }
    }

    pub(super) fn html(status: u16, page: Markup) -> Reply {
        Reply::new(status, "text/html; charset=utf-8", page.into_string())
    }

    pub(super) fn json(status: u16, body: &serde_json::Value) -> Reply {
        let mut bytes = Vec::new();
        // Nothing goes wrong when memory is written to.
        let _ = json::write_lines(&mut bytes, [io::Result::Ok(body)]);
        Reply::new(status, "application/json; charset=utf-8", bytes)
    }

    /// Why there is no answer.
    pub(super) fn error(status: u16, code: &'static str, message: &str) -> Reply {
        let body = serde_json::json!({"error": code, "message": message});
        let message = message.to_owned();
        Reply {
            problem: Some(Problem { code, message }),
            ..Reply::json(status, &body)
        }
    }

    /// Something went wrong that is told where the server was started.
    pub(super) fn internal(lang: Lang) -> Reply {
        let message = lang.pick("无法答复这一请求", "this could not be answered");
        Reply::error(500, INTERNAL, message)
    }

    /// Why there is no answer now, and after how many seconds to ask again.
    pub(super) fn later(code: &'static str, seconds: u64, message: &str) -> Reply {
        let again = (header::RETRY_AFTER, seconds.to_string());
        Reply::error(503, code, message).with(again)
    }

    /// To another address of this server.
    pub(super) fn redirect(to: &str) -> Reply {
        let to = (header::LOCATION, to.to_owned());
        Reply::new(303, "text/plain; charset=utf-8", "").with(to)
    }

    /// With a field more in its head.
    pub(super) fn with(mut self, field: (HeaderName, String)) -> Reply {
        self.extra.push(field);
        self
    }
}
