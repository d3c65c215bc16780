//! Where commands write to: stdout and stderr.

use baogao_render::terminal::escape;
use std::io::{self, BufWriter, StdoutLock, Write};

/// Writes a line to stderr; what comes from outside is made harmless.
pub(crate) fn say(line: &str) {
    // Nobody is left to tell if stderr is closed.
    let _ = writeln!(io::stderr(), "{}", escape(line));
}

/// stdout, buffered; its errors end the command.
pub(crate) fn stdout() -> BufWriter<StdoutLock<'static>> {
    BufWriter::with_capacity(1 << 16, io::stdout().lock())
}
