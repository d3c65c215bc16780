//! Where commands write to: stdout and stderr, or, while the page runs a command, a buffer of the thread that runs it.
//!
//! The page gives the bytes that the command line gives, by the same code; nothing of its answers reaches the
//! terminal in which the server was started.

use baogao::render::terminal::escape;
use std::cell::RefCell;
use std::io::{self, BufWriter, StdoutLock, Write};

/// What a command wrote.
#[derive(Default)]
pub(crate) struct Captured {
    /// Its stdout.
    pub(crate) out: Vec<u8>,
    /// The lines of its stderr.
    pub(crate) said: Vec<String>,
}

thread_local! {
    /// What this thread has written since [`capture`]; none outside of it.
    static CAPTURED: RefCell<Option<Captured>> = const { RefCell::new(None) };
}

/// Runs `command` and gives back what it would have written.
#[cfg(feature = "serve")]
pub(crate) fn capture<T>(command: impl FnOnce() -> T) -> (T, Captured) {
    CAPTURED.set(Some(Captured::default()));
    let result = command();
    (result, CAPTURED.take().unwrap_or_default())
}

/// Writes a line to stderr; what comes from outside is made harmless.
pub(crate) fn say(line: &str) {
    let line = escape(line);
    let is_captured = CAPTURED.with_borrow_mut(|captured| match captured {
        Some(captured) => {
            captured.said.push(line.clone().into_owned());
            true
        }
        None => false,
    });
    if !is_captured {
        // Nobody is left to tell if stderr is closed.
        let _ = writeln!(io::stderr(), "{line}");
    }
}

/// stdout, buffered; its errors end the command.
pub(crate) fn stdout() -> BufWriter<Out> {
    let out = if CAPTURED.with_borrow(Option::is_some) {
        Out::Captured
    } else {
        Out::Stdout(io::stdout().lock())
    };
    BufWriter::with_capacity(1 << 16, out)
}

/// Where the data of a command goes.
pub(crate) enum Out {
    /// To stdout.
    Stdout(StdoutLock<'static>),
    /// To what [`capture`] gives back.
    Captured,
}

impl Write for Out {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Out::Stdout(stdout) => stdout.write(bytes),
            Out::Captured => {
                CAPTURED.with_borrow_mut(|captured| {
                    captured
                        .get_or_insert_default()
                        .out
                        .extend_from_slice(bytes);
                });
                Ok(bytes.len())
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Out::Stdout(stdout) => stdout.flush(),
            Out::Captured => Ok(()),
        }
    }
}
