//! A local web page and a JSON interface that give the answers of `baogao-engine`.
//!
//! In: an open index, and requests of a browser on this machine. Out: pages, and the bytes of the command line as JSON and
//! CSV: the same answers, the same writers.
//!
//! | file | purpose |
//! |---|---|
//! | `http` | connections, limits, and what is refused before anything is looked at |
//! | `socket` | the connection itself: who does not read is cut off, who has gone is noticed |
//! | `door` | who is let in: hosts, origins, the token |
//! | `turns` | whose turn it is: costly questions wait for each other, easy ones for none of them |
//! | `work` | an answer in the making, on a thread of its own, piece by piece |
//! | `shelf` | the open index, exchanged when another is built |
//! | `asked` | an address taken apart, and addresses put together |
//! | `parameters` | the parameters of an address: the question that they ask, the command line that asks the same |
//! | `data` | an answer as JSON or CSV, given as it is written |
//! | `openapi` | the description of the interface |
//! | `page/` | the pages |
//! | `reply` | an answer before it has a head |
//! | `opening` | the browser, and the file that leads it here with a token |
//! | `tell` | what whoever started it is told |
//! | `words` | what the pages say, in Chinese and English |
//!
//! # Invariants
//!
//! - It listens on the loopback interface alone, opens a reader alone, and no request changes anything.
//! - No request names a file, a folder, an index or an address to open.
//! - Text from files and queries reaches a page through the templates, which escape it, and through nothing else.

mod asked;
mod data;
mod door;
mod http;
mod openapi;
mod opening;
mod page;
mod parameters;
mod random;
mod reply;
mod shelf;
mod socket;
mod tell;
mod turns;
mod words;
mod work;

use baogao_engine::ask::{Holdings, Shelved};
use baogao_render::failure::Failure;
use baogao_render::t;
use baogao_render::words::cause;
use door::Door;
use http::Server;
use opening::Opening;
pub use parameters::{Kind, Parameter, parameters_of};
use random::random_digits;
use shelf::Shelf;
use std::io::ErrorKind;
use std::net::{Ipv4Addr, TcpListener};
use std::sync::Arc;
use std::time::Duration;
use tell::{say, tell_to};
use turns::Turns;

/// How long answers that are under way are waited for at the end.
const LAST_ANSWERS: Duration = Duration::from_secs(4);

/// How the page is served.
#[derive(Clone, Debug)]
pub struct Options {
    /// The port on the loopback interface, 0 for any that is free.
    pub port: u16,
    /// Whether a browser is opened.
    pub is_opened: bool,
    /// Whether the address has a token, without which nothing is answered.
    pub has_token: bool,
    /// Is given the address once it answers.
    pub announce: fn(&str) -> std::io::Result<()>,
    /// Is told what happens meanwhile, line by line.
    pub say: fn(&str),
}

/// Serves the page until the first Ctrl-C or SIGTERM: answers from what is open, until something else stands in its place.
///
/// # Errors
/// When nothing can be listened to, or the address cannot be announced.
pub fn serve(
    index: Arc<dyn Holdings>,
    shelved: Arc<dyn Shelved>,
    options: &Options,
) -> Result<(), Failure> {
    tell_to(options.say);
    let listener = bind(options.port)?;
    let fail = |error: std::io::Error| {
        Failure::usage(t!("cannot listen: %{error}", error = cause(&error)), None)
    };
    let port = listener.local_addr().map_err(fail)?.port();
    let token = match options.has_token {
        true => Some(random_digits()?),
        false => None,
    };
    let query = token
        .as_ref()
        .map_or_else(String::new, |token| format!("?token={token}"));
    let address = format!("http://127.0.0.1:{port}/{query}");
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .max_blocking_threads(1)
        .enable_all()
        .build()
        .map_err(fail)?;
    // Before any thread stands back.
    baogao_engine::start_cores();
    let is_secret = token.is_some();
    let opening = Arc::new(Opening::default());
    let server = Arc::new(Server::new(
        Shelf::new(shelved, index),
        Door::new(port, token, Arc::clone(&opening)),
        Turns::new(n_short()),
    ));
    listener.set_nonblocking(true).map_err(fail)?;
    let ended = runtime.block_on(async {
        let listener = tokio::net::TcpListener::from_std(listener)?;
        (options.announce)(&address)?;
        say(&t!("the page is at this address until Ctrl-C"));
        if options.is_opened {
            opening.open(&address, is_secret);
        }
        http::run(server, listener, stop_signal()?, LAST_ANSWERS).await;
        std::io::Result::Ok(())
    });
    opening.close();
    runtime.shutdown_timeout(Duration::from_millis(500));
    ended.map_err(fail)
}

/// Short answers that are worked out at the same time; more wait. More of them than processors come no sooner, but hold
/// each other up; one more, because they read too.
fn n_short() -> usize {
    std::thread::available_parallelism().map_or(2, |n| n.get() + 1)
}

fn bind(port: u16) -> Result<TcpListener, Failure> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).map_err(|error| {
        let (message, hint) = match error.kind() {
            ErrorKind::AddrInUse => (
                t!("port %{port} is taken by another program", port = port),
                t!("choose another with --port, or --port 0 for any that is free"),
            ),
            ErrorKind::PermissionDenied => (
                t!("port %{port} may not be used by this user", port = port),
                t!("choose one above 1023"),
            ),
            _ => (
                t!(
                    "port %{port} cannot be used: %{error}",
                    port = port,
                    error = cause(&error)
                ),
                t!("try --port 0"),
            ),
        };
        Failure::usage(message, Some(hint.into_owned()))
    })
}

/// Comes to an end with the first Ctrl-C or SIGTERM.
#[cfg(unix)]
fn stop_signal() -> std::io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

/// Comes to an end with the first Ctrl-C.
#[cfg(not(unix))]
fn stop_signal() -> std::io::Result<impl Future<Output = ()>> {
    Ok(async {
        let _ = tokio::signal::ctrl_c().await;
    })
}
