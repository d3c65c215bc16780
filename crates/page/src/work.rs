//! An answer in the making: work on a thread of its own, and what it gives, piece by piece.
//!
//! In: work that can be begun again. Out: its answer, whole or as it is written.
//!
//! # Invariants
//!
//! - Work is told to stop when nobody holds it any more.
//! - At most [`N_PIECES`] pieces wait with the work and as many with whoever holds it: an answer of any length takes no
//!   more memory than a short one.
//! - An answer that breaks off is never taken for a whole one.

use super::reply::Reply;
use baogao_engine::stop::Stop;
use hyper::body::{Body, Bytes, Frame};
use std::any::Any;
use std::collections::VecDeque;
use std::io;
use std::pin::Pin;
use std::sync::atomic::{AtomicI32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::thread;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::{Instant, timeout, timeout_at};

/// How soon work ends that is told to stop. Until then it keeps its turn: it takes part of a processor all the same.
const STOPS_WITHIN: Duration = Duration::from_millis(500);
/// Bytes of a stack on which an answer is worked out.
const STACK_BYTES: usize = 8 << 20;
/// Bytes of a piece.
pub(super) const PIECE_BYTES: usize = 64 << 10;
/// Pieces of an answer that wait to be sent.
const N_PIECES: usize = 4;

/// What work gives back, piece by piece.
pub(super) enum Piece {
    /// The whole answer, or why there is none.
    Whole(Reply),
    /// The head of an answer and its first bytes; the rest follows.
    Head(Reply),
    /// More bytes.
    Data(Bytes),
    /// All has been written.
    End,
}

/// Where work gives its pieces to.
#[derive(Clone)]
pub(super) struct Pieces(mpsc::Sender<Piece>);

impl Pieces {
    /// Gives a piece; waits until there is room.
    ///
    /// # Errors
    /// When nobody takes it any more.
    pub(super) fn give(&self, piece: Piece) -> io::Result<()> {
        let given = self.0.blocking_send(piece);
        given.map_err(|_| io::ErrorKind::BrokenPipe.into())
    }

    /// Gives an answer that is whole, in pieces if it is long.
    pub(super) fn give_whole(&self, mut reply: Reply) -> io::Result<()> {
        if reply.body.len() <= N_PIECES * PIECE_BYTES {
            return self.give(Piece::Whole(reply));
        }
        let mut rest = reply.body.split_off(PIECE_BYTES);
        self.give(Piece::Head(reply))?;
        while rest.len() > PIECE_BYTES {
            self.give(Piece::Data(rest.split_to(PIECE_BYTES)))?;
        }
        self.give(Piece::Data(rest))?;
        self.give(Piece::End)
    }
}

/// Work that can be begun again; it gives its answer as pieces, and ends early when it is told to stop.
pub(super) type Work = Arc<dyn Fn(&Pieces, Stop) + Send + Sync>;

/// How an answer came, or why it did not.
pub(super) enum Outcome {
    Whole(Reply),
    /// The head, and a body that is still being written.
    Begun(Reply, Rest),
    /// Too many wait already.
    Busy,
    /// It was not its turn in time.
    Waited,
    /// It had its turn, and was not done in time.
    Slow,
    /// The work panicked.
    Failed,
}

/// Work under way on a thread of its own. It is told to stop when this is dropped.
pub(super) struct Run {
    pieces: mpsc::Receiver<Piece>,
    stop: Stop,
    /// What the work keeps until its thread ends.
    kept: Arc<Mutex<Option<Box<dyn Any + Send>>>>,
    /// The thread, once it has begun.
    thread: Arc<AtomicI32>,
    /// The head, as far as it is there.
    head: Option<Reply>,
    /// Pieces that came before somebody could take them.
    held: VecDeque<Bytes>,
}

impl Drop for Run {
    fn drop(&mut self) {
        self.stop.set();
    }
}

impl Run {
    /// Begins work on a thread that stands back behind others by so much (`nice`); none if there can be no more threads.
    /// `ended` is told on the thread how much of a processor it has had, where the system tells, and whether it came to
    /// its end by itself.
    pub(super) fn start(
        work: &Work,
        nice: i32,
        ended: impl FnOnce(Option<Duration>, bool) + Send + 'static,
    ) -> Option<Run> {
        let (sender, pieces) = mpsc::channel(N_PIECES);
        let run = Run {
            pieces,
            stop: Stop::new(),
            kept: Arc::default(),
            thread: Arc::default(),
            head: None,
            held: VecDeque::new(),
        };
        let (work, stop, kept) = (Arc::clone(work), run.stop.clone(), Arc::clone(&run.kept));
        let thread = Arc::clone(&run.thread);
        let working = move || {
            // Given back when the thread ends, by a panic too.
            let _kept = kept;
            let id = own_id();
            thread.store(id, Ordering::Relaxed);
            stand_back(id, nice);
            if !stop.is_set() {
                work(&Pieces(sender), stop.clone());
            }
            ended(processor(id), !stop.is_set());
        };
        let builder = thread::Builder::new().stack_size(STACK_BYTES);
        builder.spawn(working).is_ok().then_some(run)
    }

    /// Has the work keep something until its thread ends.
    pub(super) fn keep(&mut self, what: impl Send + 'static) {
        let kept = std::mem::take(&mut self.kept);
        *kept.lock().unwrap_or_else(PoisonError::into_inner) = Some(Box::new(what));
        // The work alone has it now, or it is given back already.
    }

    /// Has the thread stand back behind others. It cannot be taken back; the thread ends with its work.
    pub(super) fn stand_back(&self, nice: i32) {
        stand_back(self.thread.load(Ordering::Relaxed), nice);
    }

    /// How much of a processor it has had, where the system tells.
    pub(super) fn processor(&self) -> Option<Duration> {
        processor(self.thread.load(Ordering::Relaxed))
    }

    /// Tells the work to stop, and waits a little for it.
    pub(super) async fn stop(mut self) {
        self.stop.set();
        self.pieces.close();
        let ended = async { while self.pieces.recv().await.is_some() {} };
        let _ = timeout(STOPS_WITHIN, ended).await;
    }

    /// Waits for the whole answer; none if it is longer than what can be kept of it. May be asked again.
    pub(super) async fn whole(&mut self) -> Option<Outcome> {
        while self.held.len() < N_PIECES {
            match self.pieces.recv().await {
                Some(Piece::Whole(reply)) => return Some(Outcome::Whole(reply)),
                Some(Piece::Head(head)) => self.head = Some(head),
                Some(Piece::Data(bytes)) => self.held.push_back(bytes),
                Some(Piece::End) => return Some(self.joined()),
                None => return Some(Outcome::Failed),
            }
        }
        None
    }

    /// An answer whose pieces are all here.
    fn joined(&mut self) -> Outcome {
        let Some(mut head) = self.head.take() else {
            return Outcome::Failed;
        };
        let mut body = Vec::from(std::mem::take(&mut head.body));
        for piece in self.held.drain(..) {
            body.extend_from_slice(&piece);
        }
        head.body = body.into();
        Outcome::Whole(head)
    }

    /// Waits until the answer begins.
    pub(super) async fn begun(mut self, deadline: Instant) -> Outcome {
        while self.head.is_none() {
            match timeout_at(deadline, self.pieces.recv()).await {
                Ok(Some(Piece::Whole(reply))) => return Outcome::Whole(reply),
                Ok(Some(Piece::Head(head))) => self.head = Some(head),
                Ok(Some(Piece::Data(bytes))) => self.held.push_back(bytes),
                Ok(Some(Piece::End) | None) => return Outcome::Failed,
                Err(_) => return Outcome::Slow,
            }
        }
        let Some(mut head) = self.head.take() else {
            return Outcome::Failed;
        };
        self.held.push_front(std::mem::take(&mut head.body));
        Outcome::Begun(head, Rest(self))
    }
}

/// The number of this thread in the system; 0 where it cannot be told.
fn own_id() -> i32 {
    let own = std::fs::read_link("/proc/thread-self").unwrap_or_default();
    let number = own.file_name().and_then(|name| name.to_str()?.parse().ok());
    number.unwrap_or(0)
}

/// How much of a processor a thread has had, where the system tells.
fn processor(thread: i32) -> Option<Duration> {
    let told = std::fs::read_to_string(format!("/proc/self/task/{thread}/schedstat"));
    let nanos = told.ok()?.split(' ').next()?.parse().ok()?;
    Some(Duration::from_nanos(nanos))
}

/// Lets other threads go before one.
#[cfg(target_os = "linux")]
fn stand_back(thread: i32, nice: i32) {
    use rustix::process::{Pid, setpriority_process};
    if let (Some(thread), 1..) = (Pid::from_raw(thread), nice) {
        // Without it, it is a thread like the others.
        let _ = setpriority_process(Some(thread), nice);
    }
}

/// Nothing tells threads apart.
#[cfg(not(target_os = "linux"))]
fn stand_back(_thread: i32, _nice: i32) {}

/// The body of an answer that is still being written. It ends with an error unless all of it was written.
pub(super) struct Rest(Run);

impl Body for Rest {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        let run = &mut self.0;
        if let Some(bytes) = run.held.pop_front() {
            return Poll::Ready(Some(Ok(Frame::data(bytes))));
        }
        Poll::Ready(match ready!(run.pieces.poll_recv(context)) {
            Some(Piece::Data(bytes)) => Some(Ok(Frame::data(bytes))),
            Some(Piece::End) => None,
            Some(Piece::Whole(_) | Piece::Head(_)) | None => {
                Some(Err(io::Error::other("the answer broke off")))
            }
        })
    }
}
