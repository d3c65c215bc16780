//! The passages between those who read files and the threads that write segments.
//!
//! tantivy bounds its queue by calls, and a call brings a whole report: as reading is faster than indexing,
//! ten thousand reports would wait in memory. Here it is bounded in bytes.

use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

/// Bytes of encoded passages that may wait for a segment to take them in.
const BACKLOG_BYTES_MAX: usize = 16 << 20;
/// How long a producer waits at most; if the threads that take in have died, the writer says so at its next call.
const BACKLOG_PATIENCE: Duration = Duration::from_secs(1);

/// How much waits, told by both sides.
#[derive(Default)]
pub(crate) struct Backlog {
    n_bytes: Mutex<usize>,
    shrunk: Condvar,
}

impl Backlog {
    /// Waits until there is room, then announces encoded passages of `n_bytes` in all.
    pub(crate) fn announce(&self, n_bytes: usize) {
        let waiting = self.n_bytes.lock().unwrap_or_else(PoisonError::into_inner);
        let (mut waiting, _) = self
            .shrunk
            .wait_timeout_while(waiting, BACKLOG_PATIENCE, |waiting| {
                *waiting > BACKLOG_BYTES_MAX
            })
            .unwrap_or_else(PoisonError::into_inner);
        *waiting += n_bytes;
    }

    /// Says that a segment has taken in a passage of `n_bytes`.
    pub(super) fn taken_in(&self, n_bytes: usize) {
        let mut waiting = self.n_bytes.lock().unwrap_or_else(PoisonError::into_inner);
        let was_full = *waiting > BACKLOG_BYTES_MAX;
        *waiting = waiting.saturating_sub(n_bytes);
        if was_full && *waiting <= BACKLOG_BYTES_MAX {
            self.shrunk.notify_all();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_backlog_holds_the_producer_until_enough_is_taken_in() {
        let backlog = Backlog::default();
        backlog.announce(BACKLOG_BYTES_MAX + 1);
        std::thread::scope(|scope| {
            let producer = scope.spawn(|| {
                let start = std::time::Instant::now();
                backlog.announce(5);
                start.elapsed()
            });
            std::thread::sleep(Duration::from_millis(20));
            assert!(!producer.is_finished());
            backlog.taken_in(1);
            let waited = producer.join().expect("the producer does not panic");
            assert!(waited < BACKLOG_PATIENCE);
        });
    }
}
