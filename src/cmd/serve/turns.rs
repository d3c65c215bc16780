//! Whose turn it is: few threads work, and what is soon done goes before what is not.
//!
//! In: work, and until when its answer is waited for. Out: the answer, whole or as it is written.
//!
//! Every question begins with a short turn. What is not done when that is over goes on among the long ones if there is
//! room; if not, and others wait, it is stopped and begins anew when it is its turn there. So costly questions wait for
//! each other, and an easy one waits for no more than a slice of each of them.
//!
//! # Invariants
//!
//! - Work whose asker is gone or late is told to stop, and none is begun after its time.
//! - A turn lasts until its answer has been taken: of each at most [`N_PIECES`] pieces wait to be sent, so that an
//!   answer of any length takes no more memory than a short one.
//! - An answer that breaks off is never taken for a whole one.

use super::reply::Reply;
use baogao::stop::Stop;
use hyper::body::{Bytes, Frame, SizeHint};
use std::collections::VecDeque;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use tokio::time::{Instant, timeout, timeout_at};

/// How long a short turn lasts when others wait.
const SLICE: Duration = Duration::from_millis(20);
/// How soon work ends that is told to stop; its place is given away then.
const STOPS_WITHIN: Duration = Duration::from_millis(50);
/// Questions that may wait for a short turn, or have one.
const MAX_SHORT: usize = 96;
/// Questions that may wait for a long turn.
const MAX_LONG_WAITING: usize = 64;
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

/// What became of a question.
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

/// The turns that there are.
pub(super) struct Turns {
    /// Who may wait for a short turn.
    places: Semaphore,
    n_short: usize,
    short: Semaphore,
    long_places: Semaphore,
    long: Arc<Semaphore>,
}

impl Turns {
    /// So many answers are worked out at the same time, short ones and long ones.
    pub(super) fn new(n_short: usize, n_long: usize) -> Turns {
        Turns {
            places: Semaphore::new(MAX_SHORT),
            n_short,
            short: Semaphore::new(n_short),
            long_places: Semaphore::new(MAX_LONG_WAITING),
            long: Arc::new(Semaphore::new(n_long)),
        }
    }

    /// Has work done before `deadline`; whoever drops the future has it stopped.
    pub(super) async fn work(&self, work: &Work, deadline: Instant) -> Outcome {
        let Ok(place) = self.places.try_acquire() else {
            return Outcome::Busy;
        };
        let Ok(Ok(turn)) = timeout_at(deadline, self.short.acquire()).await else {
            return Outcome::Waited;
        };
        let mut run = Run::start(work);
        loop {
            let slice = deadline.min(Instant::now() + SLICE);
            if let Ok(outcome) = timeout_at(slice, run.whole()).await {
                return outcome;
            }
            if let Ok(long) = Arc::clone(&self.long).try_acquire_owned() {
                run.keep(long);
                drop((turn, place));
                return run.begun(deadline).await;
            }
            if Instant::now() >= deadline {
                return Outcome::Slow;
            }
            // Nobody is kept waiting: it may go on.
            if self.short.available_permits() == 0 && self.n_waiting() > 0 {
                break;
            }
        }
        run.stop().await;
        drop((run, turn, place));
        self.work_long(work, deadline).await
    }

    /// How many wait for a short turn, or are about to.
    fn n_waiting(&self) -> usize {
        let n_inside = MAX_SHORT - self.places.available_permits();
        n_inside.saturating_sub(self.n_short)
    }

    async fn work_long(&self, work: &Work, deadline: Instant) -> Outcome {
        let Ok(place) = self.long_places.try_acquire() else {
            return Outcome::Busy;
        };
        let turn = timeout_at(deadline, Arc::clone(&self.long).acquire_owned()).await;
        let Ok(Ok(turn)) = turn else {
            return Outcome::Waited;
        };
        drop(place);
        let mut run = Run::start(work);
        run.keep(turn);
        run.begun(deadline).await
    }
}

/// Work under way on a thread of its own. It is told to stop when this is dropped.
struct Run {
    pieces: mpsc::Receiver<Piece>,
    stop: Stop,
    /// The turn that the work keeps until it has ended.
    kept: Arc<Mutex<Option<OwnedSemaphorePermit>>>,
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
    fn start(work: &Work) -> Run {
        let (sender, pieces) = mpsc::channel(N_PIECES);
        let run = Run {
            pieces,
            stop: Stop::new(),
            kept: Arc::default(),
            head: None,
            held: VecDeque::new(),
        };
        let (work, stop, kept) = (Arc::clone(work), run.stop.clone(), Arc::clone(&run.kept));
        tokio::task::spawn_blocking(move || {
            // Given back when the thread is free, by a panic too.
            let _kept = kept;
            if !stop.is_set() {
                work(&Pieces(sender), stop);
            }
        });
        run
    }

    /// Hands a turn to the work.
    fn keep(&mut self, turn: OwnedSemaphorePermit) {
        let kept = std::mem::take(&mut self.kept);
        *kept.lock().unwrap_or_else(PoisonError::into_inner) = Some(turn);
        // The work alone has it now, or it is free already.
    }

    /// Tells the work to stop, and waits a little for it.
    async fn stop(&mut self) {
        self.stop.set();
        self.pieces.close();
        let ended = async { while self.pieces.recv().await.is_some() {} };
        let _ = timeout(STOPS_WITHIN, ended).await;
    }

    /// Waits for the whole answer; what comes before is kept, as far as there is room. May be asked again.
    async fn whole(&mut self) -> Outcome {
        loop {
            if self.held.len() >= N_PIECES {
                // The rest waits with the work until somebody takes it.
                std::future::pending::<()>().await;
            }
            match self.pieces.recv().await {
                Some(Piece::Whole(reply)) => return Outcome::Whole(reply),
                Some(Piece::Head(head)) => self.head = Some(head),
                Some(Piece::Data(bytes)) => self.held.push_back(bytes),
                Some(Piece::End) => return self.joined(),
                None => return Outcome::Failed,
            }
        }
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
    async fn begun(mut self, deadline: Instant) -> Outcome {
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

/// The body of an answer that is still being written. It ends with an error unless all of it was written.
pub(super) struct Rest(Run);

impl hyper::body::Body for Rest {
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

    fn size_hint(&self) -> SizeHint {
        SizeHint::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hyper::body::Body as _;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::thread;

    /// Runs a test with threads for the work, as the server has them.
    fn with_runtime(test: impl Future<Output = ()>) {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .max_blocking_threads(8)
            .enable_all()
            .build();
        runtime.expect("a runtime").block_on(test);
    }

    fn whole() -> Piece {
        Piece::Whole(Reply::new(200, "text/plain", "all"))
    }

    /// Work that takes so long unless it is told to stop, and counts how often it began.
    fn lasting(time: Duration, n_begun: &Arc<AtomicUsize>) -> Work {
        let n_begun = Arc::clone(n_begun);
        Arc::new(move |pieces, stop| {
            n_begun.fetch_add(1, Ordering::Relaxed);
            let end = Instant::now() + time;
            while Instant::now() < end && !stop.is_set() {
                thread::sleep(Duration::from_millis(1));
            }
            let _ = pieces.give(whole());
        })
    }

    fn soon() -> Instant {
        Instant::now() + Duration::from_secs(10)
    }

    #[test]
    fn costly_work_waits_for_costly_work_and_easy_work_for_neither() {
        with_runtime(async {
            let turns = Arc::new(Turns::new(2, 1));
            let n_begun = Arc::default();
            let costly = lasting(Duration::from_secs(60), &n_begun);
            for _ in 0..64 {
                let (turns, costly) = (Arc::clone(&turns), Arc::clone(&costly));
                tokio::spawn(async move { turns.work(&costly, soon()).await });
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
            let easy = lasting(Duration::from_millis(2), &n_begun);
            for _ in 0..5 {
                let asked = Instant::now();
                let answered = turns.work(&easy, soon()).await;
                assert!(matches!(answered, Outcome::Whole(_)));
                let elapsed = asked.elapsed();
                assert!(elapsed < Duration::from_secs(3), "{elapsed:?}");
            }
        });
    }

    #[test]
    fn what_is_stopped_for_others_is_begun_anew_and_answered() {
        with_runtime(async {
            let turns = Arc::new(Turns::new(1, 1));
            let n_begun = Arc::default();
            let work = lasting(Duration::from_millis(150), &n_begun);
            let asking = (0..6).map(|_| {
                let (turns, work) = (Arc::clone(&turns), Arc::clone(&work));
                tokio::spawn(async move { turns.work(&work, soon()).await })
            });
            for asked in asking.collect::<Vec<_>>() {
                let outcome = asked.await.expect("no panic");
                assert!(matches!(outcome, Outcome::Whole(_)));
            }
            assert!(n_begun.load(Ordering::Relaxed) > 6);
        });
    }

    #[test]
    fn nothing_is_begun_after_its_time_or_for_somebody_who_has_gone() {
        with_runtime(async {
            let turns = Turns::new(1, 1);
            let n_begun = Arc::default();
            let long = lasting(Duration::from_secs(60), &n_begun);
            let in_a_moment = || Instant::now() + Duration::from_millis(60);
            let late = turns.work(&long, in_a_moment()).await;
            assert!(matches!(late, Outcome::Slow));
            // Told to stop, it gives its turn back.
            let gone = timeout(Duration::from_millis(60), turns.work(&long, soon())).await;
            assert!(gone.is_err());
            let easy = lasting(Duration::from_millis(1), &n_begun);
            assert!(matches!(turns.work(&easy, soon()).await, Outcome::Whole(_)));
            let n = n_begun.load(Ordering::Relaxed);
            let past = Instant::now();
            tokio::time::sleep(Duration::from_millis(5)).await;
            let turn = turns.short.acquire_many(1).await.expect("a turn");
            assert!(matches!(turns.work(&easy, past).await, Outcome::Waited));
            drop(turn);
            assert_eq!(n_begun.load(Ordering::Relaxed), n);
        });
    }

    #[test]
    fn a_panic_is_the_end_of_its_answer_alone() {
        with_runtime(async {
            let turns = Turns::new(1, 1);
            let panics: Work = Arc::new(|_, _| panic!("for the test"));
            for _ in 0..20 {
                let outcome = turns.work(&panics, soon()).await;
                assert!(matches!(outcome, Outcome::Failed));
            }
            let easy = lasting(Duration::ZERO, &Arc::default());
            assert!(matches!(turns.work(&easy, soon()).await, Outcome::Whole(_)));
        });
    }

    /// What comes of a body: its bytes, and whether it came to its end.
    async fn read(mut rest: Rest) -> (usize, bool) {
        let mut n_bytes = 0;
        loop {
            let frame = poll_frame(&mut rest).await;
            match frame {
                Some(Ok(frame)) => n_bytes += frame.data_ref().map_or(0, Bytes::len),
                Some(Err(_)) => return (n_bytes, false),
                None => return (n_bytes, true),
            }
        }
    }

    async fn poll_frame(rest: &mut Rest) -> Option<io::Result<Frame<Bytes>>> {
        std::future::poll_fn(|context| Pin::new(&mut *rest).poll_frame(context)).await
    }

    #[test]
    fn an_answer_that_breaks_off_has_no_end() {
        const N: usize = 100;
        with_runtime(async {
            let turns = Turns::new(1, 1);
            let writing = |breaks_off: bool| -> Work {
                Arc::new(move |pieces, _| {
                    let give = |piece| pieces.give(piece).expect("somebody reads");
                    give(Piece::Head(Reply::new(200, "text/plain", "")));
                    for n in 0..N {
                        if breaks_off && n == N / 2 {
                            return;
                        }
                        give(Piece::Data(vec![b'a'; PIECE_BYTES].into()));
                    }
                    give(Piece::End);
                })
            };
            for breaks_off in [false, true] {
                let outcome = turns.work(&writing(breaks_off), soon()).await;
                let Outcome::Begun(_, rest) = outcome else {
                    panic!("it is longer than what is held");
                };
                let n_expected = if breaks_off { N / 2 } else { N };
                let expected = (n_expected * PIECE_BYTES, !breaks_off);
                assert_eq!(read(rest).await, expected);
            }
        });
    }

    #[test]
    fn an_answer_that_nobody_takes_waits_and_ends_with_its_asker() {
        with_runtime(async {
            let turns = Turns::new(1, 1);
            let n_given: Arc<AtomicUsize> = Arc::default();
            let counted = Arc::clone(&n_given);
            let endless: Work = Arc::new(move |pieces, _| {
                let _ = pieces.give(Piece::Head(Reply::new(200, "text/plain", "")));
                while pieces.give(Piece::Data(Bytes::from_static(b"a"))).is_ok() {
                    counted.fetch_add(1, Ordering::Relaxed);
                }
            });
            let outcome = turns.work(&endless, soon()).await;
            assert!(matches!(outcome, Outcome::Begun(..)));
            tokio::time::sleep(Duration::from_millis(50)).await;
            assert!(n_given.load(Ordering::Relaxed) <= 2 * N_PIECES + 1);
            assert_eq!(turns.long.available_permits(), 0);
            drop(outcome);
            while turns.long.available_permits() == 0 {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        });
    }
}
