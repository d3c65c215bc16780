//! What people see on a terminal while all texts are read and compared, or sorted.

use super::lang::t;
use baogao_engine::ask::Question;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::{self, IsTerminal};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::{JoinHandle, spawn};
use std::time::Duration;

/// Nothing is shown of what is done by then.
const PATIENCE: Duration = Duration::from_secs(1);
/// How often what is shown moves.
const TICK: Duration = Duration::from_millis(200);

/// Shows that the program is at work, until it is dropped: then the line is cleared.
pub(super) struct Waiting {
    done: Option<Sender<()>>,
    shown: Option<JoinHandle<()>>,
}

impl Waiting {
    /// Of questions that may take long; nothing where stderr is no terminal.
    pub(super) fn of(question: &Question) -> Option<Waiting> {
        let may_take_long = matches!(
            question,
            Question::Keywords(_) | Question::New(_) | Question::Collocates(_)
        );
        may_take_long
            .then(|| Waiting::begin(t!("comparing all texts …").into_owned()))
            .flatten()
    }

    /// While all texts are sorted.
    pub(super) fn for_sorting() -> Option<Waiting> {
        Waiting::begin(t!("sorting all texts …").into_owned())
    }

    fn begin(message: String) -> Option<Waiting> {
        if !io::stderr().is_terminal() {
            return None;
        }
        let (done, wait) = channel();
        let shown = spawn(move || {
            if wait.recv_timeout(PATIENCE) != Err(RecvTimeoutError::Timeout) {
                return;
            }
            let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
            bar.set_style(ProgressStyle::default_spinner());
            bar.set_message(message);
            bar.enable_steady_tick(TICK);
            // Ends when the other side is dropped.
            let _ = wait.recv();
            bar.finish_and_clear();
        });
        Some(Waiting {
            done: Some(done),
            shown: Some(shown),
        })
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        drop(self.done.take());
        if let Some(shown) = self.shown.take() {
            // It only draws: nothing depends on how it ended.
            let _ = shown.join();
        }
    }
}
