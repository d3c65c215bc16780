//! Where commands write to: stdout and stderr, or, while the page runs a command, what the page gives them.
//!
//! The page gives the bytes that the command line gives, by the same code; nothing of its answers reaches the
//! terminal in which the server was started. Bytes are handed on as they are written: an answer of any length is never
//! held whole.

use baogao::render::terminal::escape;
use std::cell::RefCell;
use std::io::{self, BufWriter, StdoutLock, Write};

/// Takes what a command writes to stdout; an error ends the command.
pub(crate) type Sink = Box<dyn FnMut(&[u8]) -> io::Result<()>>;

/// What takes the place of the streams.
struct Captured {
    out: Sink,
    /// The lines of stderr.
    said: Vec<String>,
}

thread_local! {
    /// What this thread writes to while [`capture`] runs; none outside of it.
    static CAPTURED: RefCell<Option<Captured>> = const { RefCell::new(None) };
}

/// The streams are those of the process again, also after a panic.
#[cfg(feature = "serve")]
struct Release;

#[cfg(feature = "serve")]
impl Drop for Release {
    fn drop(&mut self) {
        CAPTURED.set(None);
    }
}

/// Runs `command` with `out` in place of stdout; gives back the lines that it would have said on stderr.
#[cfg(feature = "serve")]
pub(crate) fn capture<T>(out: Sink, command: impl FnOnce() -> T) -> (T, Vec<String>) {
    let said = Vec::new();
    CAPTURED.set(Some(Captured { out, said }));
    let _release = Release;
    let result = command();
    let said = CAPTURED.take().map(|captured| captured.said);
    (result, said.unwrap_or_default())
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
    /// To the sink of [`capture`].
    Captured,
}

impl Write for Out {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Out::Stdout(stdout) => stdout.write(bytes),
            Out::Captured => CAPTURED.with_borrow_mut(|captured| match captured {
                Some(captured) => (captured.out)(bytes).map(|()| bytes.len()),
                // The command has ended.
                None => Err(io::ErrorKind::BrokenPipe.into()),
            }),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Out::Stdout(stdout) => stdout.flush(),
            Out::Captured => Ok(()),
        }
    }
}
