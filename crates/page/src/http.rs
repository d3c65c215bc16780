//! Connections: within which limits they are answered, and what stands in the head of every answer.
//!
//! In: bytes from the loopback interface. Out: answers. What may not be asked is refused before an address is looked at;
//! what is slow is cut off by the clock; work whose asker has gone is stopped.
//!
//! # Limits
//!
//! Head of a request 16 KiB, 64 fields, whole within 5 s; address 10 KiB (a query of 1,000 characters); no body; 768
//! connections, each for a minute and for the answer that it has begun. A page must be worked out within 2 s, a file of
//! data begin within 10 s; both wait for their turn within that time, or are told to come again.

use super::asked::{Asked, Form, View};
use super::door::Door;
use super::page;
use super::reply::Reply;
use super::shelf::{Held, LOOK_EVERY, Shelf};
use super::socket::{Asker, Connection};
use super::turns::Turns;
use super::words::Lang;
use super::work::{Outcome, Pieces, Rest, Work};
use super::{data, openapi};
use crate::tell::say;
use baogao_engine::ask::Holdings;
use baogao_engine::stop::Stop;
use baogao_render::t;
use baogao_render::words as lang;
use http_body_util::{Either, Full};
use hyper::body::{Body as _, Bytes, Incoming};
use hyper::header::{self, HeaderMap, HeaderName, HeaderValue};
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode, Version};
use hyper_util::rt::{TokioIo, TokioTimer};
use std::convert::Infallible;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::Instant;

/// A request must have been sent within this.
const HEAD_TIME: Duration = Duration::from_secs(5);
/// A connection is kept at most so long.
const CONNECTION_TIME: Duration = Duration::from_secs(60);
/// And may then end what it has begun, if it is taken.
const CONNECTION_GRACE: Duration = Duration::from_secs(15 * 60);
/// A page must be worked out within this, unless its view reads the texts themselves.
const PAGE_TIME: Duration = Duration::from_secs(2);
/// JSON or CSV must begin within this.
const DATA_TIME: Duration = Duration::from_secs(10);
/// Bytes of the head of a request.
const MAX_HEAD_BYTES: usize = 16 << 10;
/// Fields of the head of a request.
const MAX_HEAD_FIELDS: usize = 64;
/// Connections at the same time.
const MAX_CONNECTIONS: usize = 768;

/// What a browser may do with a page: nothing that does not come from here.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
     connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

type Answer = Response<Either<Full<Bytes>, Rest>>;

/// What works an answer out.
type Answering = fn(&Question<'_>, &Pieces, &Stop);

/// What is asked, and of what.
struct Question<'a> {
    held: &'a Held,
    /// The index, for this answer.
    index: &'a dyn Holdings,
    asked: &'a Asked,
}

/// All that a request is answered from.
pub(super) struct Server {
    shelf: Shelf,
    answering: Answering,
    door: Door,
    turns: Turns,
    connections: Arc<Semaphore>,
}

impl Server {
    pub(super) fn new(shelf: Shelf, door: Door, turns: Turns) -> Server {
        Server {
            shelf,
            answering: give,
            door,
            turns,
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
    let asker = Asker::new(stream);
    let is_first = AtomicBool::new(true);
    let stream = Connection::new(asker.clone());
    let service = service_fn(move |request: Request<Incoming>| {
        // Nothing but the first answer goes out before it, so that it alone may be told that it is waited for.
        let is_first = is_first.swap(false, Ordering::Relaxed);
        let gone = asker
            .clone()
            .gone(is_first && request.version() == Version::HTTP_11);
        let server = Arc::clone(&server);
        async move {
            let answer = async {
                tokio::select! {
                    answer = answer(server, &request) => answer,
                    () = gone => with_head(Reply::error(503, "gone", gone_message(&request))),
                }
            };
            Ok::<_, Infallible>(answer.await)
        }
    });
    let connection = hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIME)
        .half_close(true)
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

async fn answer(server: Arc<Server>, request: &Request<Incoming>) -> Answer {
    let lang = language(request);
    let has_body = !request.body().is_end_stream();
    if let Some(refused) = server.door.refuse(request, has_body, lang) {
        return with_head(for_reader(refused, request, lang));
    }
    let answered = look_up(&server, request, lang).await;
    let reply = match answered {
        Ok((reply, Some(rest))) => return with_body(reply, Either::Right(rest)),
        Ok((reply, None)) | Err(reply) => reply,
    };
    with_head(for_reader(reply, request, lang))
}

/// The language of whoever asks: that of the address, else that of the browser.
fn language<B>(request: &Request<B>) -> Lang {
    let query = request.uri().query().unwrap_or_default();
    let said = form_urlencoded::parse(query.as_bytes())
        .find(|(name, _)| name == "lang")
        .and_then(|(_, value)| Lang::named(&value));
    let accepted = request.headers().get(header::ACCEPT_LANGUAGE);
    said.unwrap_or_else(|| Lang::accepted(accepted.and_then(|value| value.to_str().ok())))
}

/// Why there is no answer as a page, where a person reads it.
fn for_reader<B>(reply: Reply, request: &Request<B>, lang: Lang) -> Reply {
    let Some(problem) = &reply.problem else {
        return reply;
    };
    let path = request.uri().path();
    let is_data = View::of_path(path).is_some_and(|(_, form)| form != Form::Page)
        || matches!(path, "/health" | "/openapi.json")
        || page::asset(path).is_some();
    let accepts = |headers: &HeaderMap| {
        let accepted = headers.get_all(header::ACCEPT).iter();
        let mut accepted = accepted.filter_map(|value| value.to_str().ok());
        accepted.any(|value| value.contains("text/html"))
    };
    if is_data || !accepts(request.headers()) {
        return reply;
    }
    let mut page = page::refusal(reply.status, problem, lang);
    page.extra = reply.extra;
    page
}

/// Answers what needs no index here, and the rest when it is its turn: the answer, and what is still to come of it.
async fn look_up(
    server: &Arc<Server>,
    request: &Request<Incoming>,
    lang: Lang,
) -> Result<(Reply, Option<Rest>), Reply> {
    let path = request.uri().path();
    if let Some(reply) = page::asset(path) {
        return Ok((reply, None));
    }
    match path {
        "/health" => return Ok((health(&server.shelf), None)),
        "/openapi.json" => return Ok((openapi::reply(), None)),
        _ => {}
    }
    let Some((view, form)) = View::of_path(path) else {
        let held = server.shelf.held();
        return Err(lang::speaking(lang.language(), || {
            page::not_found(&held, lang)
        }));
    };
    let query = request.uri().query().unwrap_or_default();
    let asked = Asked::new(view, form, query, lang);
    let reads_all = matches!(view, View::New | View::Keywords | View::Collocates);
    let time = match form == Form::Page && !reads_all {
        true => PAGE_TIME,
        false => DATA_TIME,
    };
    let mut key = DefaultHasher::new();
    (path, query).hash(&mut key);
    let work = work(Arc::clone(server), asked);
    let deadline = Instant::now() + time;
    match server.turns.work(&work, key.finish(), deadline).await {
        Outcome::Whole(reply) => Ok((reply, None)),
        // It could not be told from a whole one if it broke off.
        Outcome::Begun(..) if request.version() < Version::HTTP_11 => Err(Reply::error(
            505,
            "version",
            lang.pick(
                "如此长的结果只能通过 HTTP/1.1 给出",
                "an answer of this length is given over HTTP/1.1",
            ),
        )),
        Outcome::Begun(reply, rest) => Ok((reply, Some(rest))),
        Outcome::Busy => Err(Reply::later("busy", 1, too_many(lang))),
        Outcome::Waited => Err(Reply::later("busy", 2, too_many(lang))),
        Outcome::Slow => Err(Reply::later(
            "slow",
            5,
            lang.pick(
                "在此处耗时过长，请改用命令行",
                "this takes too long here; ask the command line",
            ),
        )),
        Outcome::Failed => {
            say(&t!("internal error while answering; the server goes on"));
            Err(Reply::internal(lang))
        }
    }
}

/// For whoever keeps what is said to nobody.
fn gone_message<B>(request: &Request<B>) -> &'static str {
    language(request).pick("已无人等待答复", "nobody waits for this")
}

fn too_many(lang: Lang) -> &'static str {
    lang.pick("同时的请求过多", "too many requests at once")
}

/// What is done for a question. It holds the index that it is answered from, and begins anew with another if need be.
fn work(server: Arc<Server>, asked: Asked) -> Work {
    Arc::new(move |pieces, stop| {
        let held = server.shelf.held();
        let index = held.index.with_stop(stop.clone());
        let question = Question {
            held: &held,
            index: &*index,
            asked: &asked,
        };
        lang::speaking(asked.lang.language(), || {
            (server.answering)(&question, pieces, &stop);
        });
    })
}

fn give(question: &Question<'_>, pieces: &Pieces, stop: &Stop) {
    let &Question { held, index, asked } = question;
    let reply = match asked.form {
        Form::Page => page::reply(held, index, asked),
        Form::Svg => page::drawn(held, index, asked),
        Form::Json | Form::Csv => return data::give(index, asked, pieces, stop),
    };
    // Nobody is there to be told that the asker has gone.
    let _ = pieces.give_whole(reply);
}

/// Whether answers come from the index that stands in the folder.
fn health(shelf: &Shelf) -> Reply {
    let held = shelf.held();
    let written = held
        .stamp
        .as_ref()
        .and_then(baogao_engine::index::IndexStamp::modified);
    let age = written.and_then(|written| SystemTime::now().duration_since(written).ok());
    let is_sound = shelf.is_sound();
    let index = &held.index;
    let body = serde_json::json!({
        "status": if is_sound { "ok" } else { "stale" },
        "reports": index.reports().len(),
        "passages": index.manifest().passages,
        "corpus": index.manifest().corpus,
        "index_age_seconds": age.map(|age| age.as_secs()),
    });
    Reply::json(if is_sound { 200 } else { 503 }, &body)
}

/// A whole answer with its head.
fn with_head(mut reply: Reply) -> Answer {
    let body = std::mem::take(&mut reply.body);
    with_body(reply, Either::Left(Full::new(body)))
}

/// The head that every answer has.
fn with_body(reply: Reply, body: Either<Full<Bytes>, Rest>) -> Answer {
    let mut answer = Response::new(body);
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
    use baogao_engine::ask::{IndexFolder, Shelved as _};
    use baogao_engine::index::build_from_reports;
    use std::io::{Read, Write};

    #[test]
    fn a_request_that_panics_is_one_answer_and_the_others_come() {
        let folder = tempfile::tempdir().expect("a folder");
        build_from_reports(folder.path(), &[]).expect("an index");
        let shelved = Arc::new(IndexFolder::new(folder.path().to_owned()));
        let index = shelved.open().expect("it opens");
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .max_blocking_threads(1)
            .enable_all()
            .build()
            .expect("a runtime");
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        listener.set_nonblocking(true).expect("it can wait");
        let port = listener.local_addr().expect("an address").port();
        let shelf = Shelf::new(shelved, index);
        let door = Door::new(port, None, Arc::default());
        let mut server = Server::new(shelf, door, Turns::new(1));
        server.answering = |question, pieces, stop| match question.asked.first("q") {
            Some("panic") => panic!("for the test"),
            _ => give(question, pieces, stop),
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
        for (query, n, expected) in [("panic", 200, 500), ("a", 1, 200)] {
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
}
