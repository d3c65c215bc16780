//! `baogao serve`: a local web page and JSON API that give the answers of the other commands.
//!
//! In: requests of a browser on this machine. Out: pages, and the very bytes of the other commands as JSON and CSV.
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
//! | `command` | an address as a command line, and the command run for its JSON or CSV |
//! | `openapi`, `fields` | the description of the interface |
//! | `page/` | the pages |
//! | `reply` | an answer before it has a head |
//! | `opening` | the browser, and the file that leads it here with a token |
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
mod reply;
mod shelf;
mod socket;
mod turns;
mod words;
mod work;

use super::{Common, ENDS_BY_ITSELF, Failure, open_or_build, say, stdout};
use crate::cmd::lang::{self, t};
use clap::Args;
use door::Door;
use http::Server;
use opening::Opening;
use shelf::Shelf;
use std::io::{ErrorKind, Write};
use std::net::{Ipv4Addr, TcpListener};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use turns::Turns;

/// How long answers that are under way are waited for at the end.
const LAST_ANSWERS: Duration = Duration::from_secs(4);

/// Arguments of `serve`.
#[derive(Args)]
pub(crate) struct ServeArguments {
    /// Port on 127.0.0.1, 0 for any that is free
    #[arg(long, default_value_t = 7070, value_name = "PORT")]
    port: u16,
    /// Open the page in the browser
    #[arg(long)]
    open: bool,
    /// Answer only browsers that were given the address with the token that is printed: for machines with other users
    #[arg(long)]
    token: bool,
}

pub(crate) fn run(common: &Common, arguments: &ServeArguments) -> Result<ExitCode, Failure> {
    let index = open_or_build(common, false)?;
    ENDS_BY_ITSELF.store(true, Ordering::Relaxed);
    let listener = bind(arguments.port)?;
    let fail = |error: std::io::Error| {
        Failure::usage(
            t!("cannot listen: %{error}", error = lang::cause(&error)),
            None,
        )
    };
    let port = listener.local_addr().map_err(fail)?.port();
    let token = if arguments.token {
        Some(random_digits()?)
    } else {
        None
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
    let is_secret = token.is_some();
    let opening = Arc::new(Opening::default());
    let server = Arc::new(Server::new(
        Shelf::new(common.index.clone(), index),
        Door::new(port, token, Arc::clone(&opening)),
        Turns::new(n_short()),
    ));
    listener.set_nonblocking(true).map_err(fail)?;
    let ended = runtime.block_on(async {
        let listener = tokio::net::TcpListener::from_std(listener)?;
        let mut out = stdout();
        writeln!(out, "{address}")?;
        out.flush()?;
        drop(out);
        say(&t!("the page is at this address until Ctrl-C"));
        if arguments.open {
            opening.open(&address, is_secret);
        }
        http::run(server, listener, stop_signal()?, LAST_ANSWERS).await;
        std::io::Result::Ok(())
    });
    opening.close();
    runtime.shutdown_timeout(Duration::from_millis(500));
    ended.map_err(fail)?;
    Ok(ExitCode::SUCCESS)
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
                    error = lang::cause(&error)
                ),
                t!("try --port 0"),
            ),
        };
        Failure::usage(message, Some(hint.into_owned()))
    })
}

/// 128 bits, in hex digits.
fn random_digits() -> Result<String, Failure> {
    let mut bytes = [0u8; 16];
    getrandom::fill(&mut bytes).map_err(|error| {
        let message = t!(
            "no token could be made: %{error}",
            error = lang::cause(&error)
        );
        Failure::usage(message, None)
    })?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
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
