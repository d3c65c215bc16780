//! Connections: who is answered at all, within which limits, and what stands in the head of every answer.
//!
//! In: bytes from the loopback interface. Out: answers. What a page of another site in the same browser could send is
//! refused before an address is looked at (DNS rebinding, forged requests); what is slow is cut off by the clock.
//!
//! # Limits
//!
//! Head of a request 16 KiB, 64 fields, whole within 5 s; address 10 KiB (a query of 1,000 characters); no body; 64 requests
//! in work, beyond that 503; 768 connections, each for a minute; a page 2 s, a file of data 10 s.

use super::asked::{Asked, Form, View};
use super::page::{self, Reply};
use super::shelf::{Held, LOOK_EVERY, Shelf};
use super::words::Lang;
use super::{command, openapi};
use crate::cmd::{lang, say};
use http_body_util::Full;
use hyper::body::{Body as _, Bytes, Incoming};
use hyper::header::{self, HeaderMap, HeaderName, HeaderValue};
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use std::convert::Infallible;
use std::sync::Arc;
use std::time::{Duration, SystemTime};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;

/// A request must have been sent within this.
const HEAD_TIME: Duration = Duration::from_secs(5);
/// A connection is kept at most so long.
const CONNECTION_TIME: Duration = Duration::from_secs(60);
/// And may then end what it has begun.
const CONNECTION_GRACE: Duration = Duration::from_secs(10);
/// A page must be worked out within this.
const PAGE_TIME: Duration = Duration::from_secs(2);
/// JSON or CSV must be worked out within this.
const DATA_TIME: Duration = Duration::from_secs(10);
/// Bytes of the head of a request.
const MAX_HEAD_BYTES: usize = 16 << 10;
/// Fields of the head of a request.
const MAX_HEAD_FIELDS: usize = 64;
/// Bytes of an address.
const MAX_ADDRESS_BYTES: usize = 10 << 10;
/// Requests in work at the same time.
const MAX_REQUESTS: usize = 64;
/// Connections at the same time.
const MAX_CONNECTIONS: usize = 768;

/// What a browser may do with a page: nothing that does not come from here.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
     connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

type Answer = Response<Full<Bytes>>;

/// What works an answer out.
type Answering = fn(&Held, &Asked) -> Reply;

/// All that a request is answered from.
pub(super) struct Server {
    shelf: Shelf,
    answering: Answering,
    /// Names under which a browser on this machine finds the server.
    hosts: [String; 3],
    port: u16,
    token: Option<String>,
    requests: Arc<Semaphore>,
    connections: Arc<Semaphore>,
}

impl Server {
    pub(super) fn new(shelf: Shelf, port: u16, token: Option<String>) -> Server {
        Server {
            shelf,
            answering: answer_of,
            hosts: ["127.0.0.1", "localhost", "[::1]"].map(|name| format!("{name}:{port}")),
            port,
            token,
            requests: Arc::new(Semaphore::new(MAX_REQUESTS)),
            connections: Arc::new(Semaphore::new(MAX_CONNECTIONS)),
        }
    }
}

/// Answers until `stop` ends, then gives what is under way `grace`.
pub(super) async fn run(
    server: Arc<Server>,
    listener: TcpListener,
    stop: impl Future<Output = ()>,
    grace: Duration,
) {
    let (stopping, stopped) = watch::channel(false);
    let mut connections = JoinSet::new();
    let looking = tokio::spawn(look(Arc::clone(&server)));
    tokio::pin!(stop);
    loop {
        let accepted = tokio::select! {
            accepted = accept(&server, &listener) => accepted,
            () = &mut stop => break,
        };
        if let Some((stream, permit)) = accepted {
            let (server, stopped) = (Arc::clone(&server), stopped.clone());
            connections.spawn(async move {
                connection(server, stream, stopped).await;
                drop(permit);
            });
        }
        while connections.try_join_next().is_some() {}
    }
    drop(listener);
    looking.abort();
    let _ = stopping.send(true);
    let ending = async { while connections.join_next().await.is_some() {} };
    let _ = tokio::time::timeout(grace, ending).await;
}

/// Looks for a new index.
async fn look(server: Arc<Server>) {
    loop {
        let looking = Arc::clone(&server);
        let _ = tokio::task::spawn_blocking(move || looking.shelf.look()).await;
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

async fn accept(
    server: &Server,
    listener: &TcpListener,
) -> Option<(TcpStream, tokio::sync::OwnedSemaphorePermit)> {
    let permit = Arc::clone(&server.connections).acquire_owned().await.ok()?;
    match listener.accept().await {
        Ok((stream, _)) => Some((stream, permit)),
        Err(_) => {
            // Out of descriptors, most likely: some will be given back.
            tokio::time::sleep(Duration::from_millis(50)).await;
            None
        }
    }
}

async fn connection(server: Arc<Server>, stream: TcpStream, mut stopped: watch::Receiver<bool>) {
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request| {
        let server = Arc::clone(&server);
        async move { Ok::<_, Infallible>(answer(server, request).await) }
    });
    let connection = hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIME)
        .max_buf_size(MAX_HEAD_BYTES)
        .max_headers(MAX_HEAD_FIELDS)
        .serve_connection(TokioIo::new(stream), service);
    tokio::pin!(connection);
    tokio::select! {
        // A broken connection is nobody's error.
        _ = connection.as_mut() => return,
        _ = stopped.changed() => {}
        () = tokio::time::sleep(CONNECTION_TIME) => {}
    }
    connection.as_mut().graceful_shutdown();
    let _ = tokio::time::timeout(CONNECTION_GRACE, connection).await;
}

async fn answer(server: Arc<Server>, request: Request<Incoming>) -> Answer {
    let reply = match refuse(&server, &request) {
        Some(reply) => reply,
        None => look_up(server, &request).await,
    };
    with_head(reply)
}

/// What is refused whatever is asked for.
fn refuse(server: &Server, request: &Request<Incoming>) -> Option<Reply> {
    let headers = request.headers();
    let mut hosts = headers.get_all(header::HOST).iter();
    let is_ours = |host: &HeaderValue| {
        let host = host.as_bytes();
        let ours = |own: &String| own.as_bytes().eq_ignore_ascii_case(host);
        server.hosts.iter().any(ours)
    };
    let is_one = hosts.next().is_some_and(is_ours) && hosts.next().is_none();
    if !is_one || request.uri().authority().is_some() {
        return Some(Reply::error(
            421,
            "host",
            "this server answers only to its own name",
        ));
    }
    let is_foreign = |origin: &HeaderValue| {
        let own = |host: &String| origin.as_bytes() == format!("http://{host}").as_bytes();
        !server.hosts.iter().any(own)
    };
    let is_cross_site = |site: &HeaderValue| !matches!(site.as_bytes(), b"same-origin" | b"none");
    // A link on another site may lead here as an address typed in does; nothing else may come from there.
    let is_visit = is(headers, "sec-fetch-mode", b"navigate")
        && is(headers, "sec-fetch-dest", b"document")
        && !headers.contains_key(header::ORIGIN)
        && !is(headers, "sec-fetch-site", b"cross-site");
    let is_strange = headers.get_all(header::ORIGIN).iter().any(is_foreign)
        || (headers.get_all("sec-fetch-site").iter().any(is_cross_site) && !is_visit);
    if is_strange {
        return Some(Reply::error(
            403,
            "origin",
            "pages of other sites are not answered",
        ));
    }
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        let mut reply = Reply::error(405, "method", "only GET and HEAD are answered");
        reply.extra.push((header::ALLOW, "GET, HEAD".to_owned()));
        return Some(reply);
    }
    let n_bytes = request
        .uri()
        .path_and_query()
        .map_or(0, |path| path.as_str().len());
    if n_bytes > MAX_ADDRESS_BYTES {
        return Some(Reply::error(414, "address", "the address is too long"));
    }
    if !request.body().is_end_stream() {
        let mut reply = Reply::error(413, "body", "a request has no body here");
        reply.extra.push((header::CONNECTION, "close".to_owned()));
        return Some(reply);
    }
    let token = server.token.as_ref()?;
    refuse_strangers(token, server.port, request)
}

/// Whether a field of the head is there with this value.
fn is(headers: &HeaderMap, name: &'static str, value: &[u8]) -> bool {
    headers
        .get(name)
        .is_some_and(|found| found.as_bytes() == value)
}

/// With a token: whoever brings it gets a cookie, whoever has neither gets nothing.
fn refuse_strangers(token: &str, port: u16, request: &Request<Incoming>) -> Option<Reply> {
    let name = format!("baogao-{port}");
    let cookies = request.headers().get_all(header::COOKIE).iter();
    let has_cookie = cookies
        .filter_map(|cookies| cookies.to_str().ok())
        .flat_map(|cookies| cookies.split(';'))
        .filter_map(|cookie| cookie.trim().split_once('='))
        .any(|(key, value)| key == name && are_equal(value, token));
    if has_cookie {
        return None;
    }
    let query = request.uri().query().unwrap_or_default();
    let (given, rest): (Vec<_>, Vec<_>) = form_urlencoded::parse(query.as_bytes())
        .into_owned()
        .partition(|(key, _)| key == "token");
    if given.iter().any(|(_, value)| are_equal(value, token)) {
        let rest = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(rest)
            .finish();
        let path = request.uri().path();
        let to = if rest.is_empty() {
            path.to_owned()
        } else {
            format!("{path}?{rest}")
        };
        let mut reply = Reply::redirect(&to);
        let cookie = format!("{name}={token}; HttpOnly; SameSite=Strict; Path=/");
        reply.extra.push((header::SET_COOKIE, cookie));
        return Some(reply);
    }
    Some(Reply::error(
        401,
        "token",
        "open the address that `baogao serve` printed",
    ))
}

/// Compares all of two texts, however early they differ: time tells nothing.
fn are_equal(a: &str, b: &str) -> bool {
    let differing = a
        .bytes()
        .zip(b.bytes())
        .fold(0, |all, (a, b)| all | (a ^ b));
    a.len() == b.len() && differing == 0
}

/// Answers what needs no index here, and the rest on a thread of its own.
async fn look_up(server: Arc<Server>, request: &Request<Incoming>) -> Reply {
    let path = request.uri().path();
    if let Some(reply) = page::asset(path) {
        return reply;
    }
    match path {
        "/health" => return health(&server.shelf),
        "/openapi.json" => return openapi::reply(),
        _ => {}
    }
    let language = request.headers().get(header::ACCEPT_LANGUAGE);
    let lang = Lang::accepted(language.and_then(|value| value.to_str().ok()));
    let Some((view, form)) = View::of_path(path) else {
        return page::not_found(&server.shelf.held(), lang);
    };
    let query = request.uri().query().unwrap_or_default();
    let asked = Asked::new(view, form, query, lang);
    let Ok(permit) = Arc::clone(&server.requests).try_acquire_owned() else {
        let mut reply = Reply::error(503, "busy", "too many requests at once");
        reply.extra.push((header::RETRY_AFTER, "1".to_owned()));
        return reply;
    };
    let time = if form == Form::Page {
        PAGE_TIME
    } else {
        DATA_TIME
    };
    work(time, move || {
        // Held until the work is done, also if nobody waits for it any more.
        let _permit = permit;
        let held = server.shelf.held();
        lang::speaking(asked.lang.language(), || (server.answering)(&held, &asked))
    })
    .await
}

fn answer_of(held: &Held, asked: &Asked) -> Reply {
    match asked.form {
        Form::Page => page::reply(held, asked),
        Form::Svg => page::picture(held, asked),
        Form::Json | Form::Csv => command::reply(&held.opened, asked),
    }
}

/// Works an answer out within a limit of time; a panic is the end of this answer alone.
async fn work(time: Duration, answer: impl FnOnce() -> Reply + Send + 'static) -> Reply {
    match tokio::time::timeout(time, tokio::task::spawn_blocking(answer)).await {
        Ok(Ok(reply)) => reply,
        Ok(Err(_)) => {
            say("internal error while answering; the server goes on");
            Reply::error(500, "internal", "this could not be answered")
        }
        Err(_) => {
            let mut reply = Reply::error(
                503,
                "slow",
                "this takes too long here; ask the command line",
            );
            reply.extra.push((header::RETRY_AFTER, "5".to_owned()));
            reply
        }
    }
}

/// Whether answers come from the index that stands in the folder.
fn health(shelf: &Shelf) -> Reply {
    let held = shelf.held();
    let written = held.stamp.as_ref().and_then(baogao::index::Stamp::modified);
    let age = written.and_then(|written| SystemTime::now().duration_since(written).ok());
    let is_sound = shelf.is_sound();
    let index = &held.opened.index;
    let body = serde_json::json!({
        "status": if is_sound { "ok" } else { "stale" },
        "reports": index.reports.len(),
        "passages": index.manifest().passages,
        "corpus": index.manifest().corpus,
        "index_age_seconds": age.map(|age| age.as_secs()),
    });
    Reply::json(if is_sound { 200 } else { 503 }, &body)
}

/// The head that every answer has.
fn with_head(reply: Reply) -> Answer {
    let mut answer = Response::new(Full::new(reply.body));
    *answer.status_mut() =
        StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = answer.headers_mut();
    let mut set = |name: HeaderName, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.append(name, value);
        }
    };
    set(header::CONTENT_TYPE, reply.kind);
    set(header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY);
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::REFERRER_POLICY, "no-referrer");
    set(
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    );
    set(
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    );
    set(header::CACHE_CONTROL, "no-store");
    for (name, value) in &reply.extra {
        set(name.clone(), value);
    }
    answer
}

#[cfg(test)]
mod tests {
    use super::*;
    use baogao::index::{Index, build_from_reports};
    use std::io::{Read, Write};

    #[test]
    fn a_request_that_panics_is_one_answer_and_the_others_come() {
        let folder = tempfile::tempdir().expect("a folder");
        build_from_reports(folder.path(), &[]).expect("an index");
        let index = Arc::new(Index::open(folder.path()).expect("it opens"));
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .max_blocking_threads(2)
            .enable_all()
            .build()
            .expect("a runtime");
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        listener.set_nonblocking(true).expect("it can wait");
        let port = listener.local_addr().expect("an address").port();
        let mut server = Server::new(Shelf::new(folder.path().to_owned(), index), port, None);
        server.answering = |held, asked| match asked.first("q") {
            Some("panic") => panic!("for the test"),
            _ => answer_of(held, asked),
        };
        let server = Arc::new(server);
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let serving = runtime.spawn(async move {
            let listener = TcpListener::from_std(listener).expect("it listens");
            let stopped = async {
                let _ = stopped.await;
            };
            run(server, listener, stopped, Duration::from_secs(1)).await;
        });
        let mut stream = std::net::TcpStream::connect(("127.0.0.1", port)).expect("it listens");
        // More panics than there are threads and permits, on one connection.
        for (query, n, expected) in [("panic", 2 * MAX_REQUESTS, 500), ("a", 1, 200)] {
            for _ in 0..n {
                let request =
                    format!("GET /search?q={query} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n");
                stream.write_all(request.as_bytes()).expect("it reads");
                let (status, body) = read_answer(&mut stream);
                assert_eq!(status, expected, "{body}");
                assert!(!body.contains("for the test"));
            }
        }
        let _ = stop.send(());
        runtime.block_on(serving).expect("it ends");
    }

    /// Status and body of the next answer on a connection.
    fn read_answer(stream: &mut std::net::TcpStream) -> (u16, String) {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            stream.read_exact(&mut byte).expect("a head");
            head.extend(byte);
        }
        let head = String::from_utf8_lossy(&head).to_lowercase();
        let after = |name: &str| {
            let (_, rest) = head.split_once(name).expect("it stands in the head");
            let value = rest.split_whitespace().next().expect("a value");
            value.parse::<usize>().expect("a number")
        };
        let mut body = vec![0; after("content-length:")];
        stream.read_exact(&mut body).expect("a body");
        let body = String::from_utf8_lossy(&body).into_owned();
        (after("http/1.1 ") as u16, body)
    }

    #[test]
    fn a_panic_or_a_slow_answer_is_the_end_of_itself_alone() {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .max_blocking_threads(1)
            .enable_all()
            .build()
            .expect("a runtime");
        runtime.block_on(async {
            let long = Duration::from_secs(10);
            let panicked = work(long, || panic!("for the test")).await;
            assert_eq!(panicked.status, 500);
            assert!(!String::from_utf8_lossy(&panicked.body).contains("for the test"));
            let slow = work(Duration::from_millis(1), || {
                std::thread::sleep(Duration::from_millis(100));
                Reply::error(400, "late", "late")
            })
            .await;
            assert_eq!(slow.status, 503);
            // The one thread that answers is still there.
            let answered = work(long, || Reply::error(404, "unknown", "")).await;
            assert_eq!(answered.status, 404);
        });
    }
}
