//! `Ctrl-C` and `SIGTERM`: the first asks the work to stop, the second ends the program at once, and so does patience.

use super::{INTERRUPTED, say};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// Whether what goes on now ends by itself after a signal: a server that has built its index first.
pub(crate) static ENDS_BY_ITSELF: AtomicBool = AtomicBool::new(false);

/// Calls `stop` at a signal, which says whether that was done before. What does not end within `patience` is ended, as by a
/// kill, with some last words. Without a handler the system ends the program.
pub(crate) fn stop_at_signal(
    stop: impl Fn() -> bool + Send + 'static,
    patience: Duration,
    last_words: fn() -> String,
) {
    let _ = ctrlc::set_handler(move || {
        if ENDS_BY_ITSELF.load(Ordering::Relaxed) {
            return;
        }
        if stop() {
            std::process::exit(INTERRUPTED.into());
        }
        std::thread::spawn(move || {
            std::thread::sleep(patience);
            say(&last_words());
            std::process::exit(INTERRUPTED.into());
        });
    });
}
