//! Whose turn it is: few threads work, and what is soon done goes before what is not.
//!
//! In: work, and until when its answer is waited for. Out: the answer, whole or as it is written.
//!
//! Every question begins with a short turn. What is not done when that is over goes on among the long ones if there is
//! room; if not, and others wait, it is stopped and begins anew when it is its turn there. The more wait, the shorter a
//! turn is. So costly questions wait for each other, and an easy one for no more than a slice of each of them; one that
//! has lately taken long does not begin with a short turn again. Where the system can tell threads apart, long ones get
//! what the short ones leave of the processors.
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
use std::collections::{HashMap, VecDeque};
use std::io;
use std::pin::Pin;
use std::sync::atomic::{AtomicI32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};
use std::thread;
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use tokio::time::{Instant, timeout, timeout_at};

/// How much of a processor a short turn gives when others wait: so that all of these have had theirs within the first,
const ROUND: Duration = Duration::from_millis(500);
/// but no less and no more than these.
const MIN_SLICE: Duration = Duration::from_millis(15);
const MAX_SLICE: Duration = Duration::from_millis(100);
/// On a machine that does something else too it lasts longer, up to so many times.
const MAX_STRETCH: u32 = 4;
/// Work that takes as long is costly,
const COSTLY: Duration = Duration::from_millis(500);
/// and is taken to be for so long.
const COSTLY_HOLDS: Duration = Duration::from_secs(60);
/// Costly questions that are kept in mind.
const MAX_COSTLY: usize = 1_024;
/// How soon work ends that is told to stop; its place is given away then.
const STOPS_WITHIN: Duration = Duration::from_millis(50);
/// Questions that may wait for a short turn, or have one.
const MAX_SHORT: usize = 96;
/// Questions that may wait for a long turn.
const MAX_LONG_WAITING: usize = 64;
/// Threads that may have been told to stop and have not ended yet.
const MAX_ENDING: usize = 8;
/// Bytes of a stack on which an answer is worked out.
const STACK_BYTES: usize = 8 << 20;
/// By how much a thread of a long turn stands back (`nice`).
#[cfg(target_os = "linux")]
const STANDS_BACK: i32 = 10;
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
    threads: Arc<Semaphore>,
    costly: Arc<Costly>,
}

/// Questions that have lately taken long, and when.
#[derive(Default)]
struct Costly(Mutex<HashMap<u64, Instant>>);

impl Costly {
    fn has(&self, key: u64) -> bool {
        let when = self.held().get(&key).copied();
        when.is_some_and(|when| when.elapsed() < COSTLY_HOLDS)
    }

    fn learn(&self, key: u64, took: Duration) {
        let mut held = self.held();
        if took < COSTLY {
            held.remove(&key);
            return;
        }
        if held.len() >= MAX_COSTLY {
            held.clear();
        }
        held.insert(key, Instant::now());
    }

    fn held(&self) -> MutexGuard<'_, HashMap<u64, Instant>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
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
            threads: Arc::new(Semaphore::new(n_short + n_long + MAX_ENDING)),
            costly: Arc::default(),
        }
    }

    /// Has work done before `deadline`; whoever drops the future has it stopped. `key` tells one question from others.
    pub(super) async fn work(&self, work: &Work, key: u64, deadline: Instant) -> Outcome {
        let Ok(place) = self.places.try_acquire() else {
            return Outcome::Busy;
        };
        let Ok(Ok(turn)) = timeout_at(deadline, self.short.acquire()).await else {
            return Outcome::Waited;
        };
        if self.costly.has(key) {
            drop((turn, place));
            return self.work_long(work, key, deadline).await;
        }
        let Some(mut run) = self.start(work, None) else {
            return Outcome::Busy;
        };
        let begun = Instant::now();
        loop {
            let slice = self.slice();
            let until = deadline.min(Instant::now() + slice);
            let is_long = match timeout_at(until, run.whole()).await {
                Ok(Some(outcome)) => return outcome,
                Ok(None) => true,
                Err(_) => false,
            };
            if Instant::now() >= deadline {
                return Outcome::Slow;
            }
            // It goes on if it has had less than its part.
            let has_had = || processor(run.id()).is_none_or(|had| had >= slice);
            if !is_long && begun.elapsed() < slice * MAX_STRETCH && !has_had() {
                continue;
            }
            if let Ok(long) = Arc::clone(&self.long).try_acquire_owned() {
                run.keep(self.long_turn(key, long));
                drop((turn, place));
                return run.begun(deadline).await;
            }
            // And if nobody is kept waiting.
            if self.n_waiting() > 0 {
                break;
            }
            if is_long {
                tokio::time::sleep_until(until).await;
            }
        }
        run.stop().await;
        drop((run, turn, place));
        self.work_long(work, key, deadline).await
    }

    /// How many wait for a short turn.
    fn n_waiting(&self) -> usize {
        let n_inside = MAX_SHORT - self.places.available_permits();
        n_inside.saturating_sub(self.n_short)
    }

    /// How long a short turn lasts.
    fn slice(&self) -> Duration {
        let n_each = self.n_waiting().div_ceil(self.n_short).max(1);
        (ROUND / n_each as u32).clamp(MIN_SLICE, MAX_SLICE)
    }

    async fn work_long(&self, work: &Work, key: u64, deadline: Instant) -> Outcome {
        let Ok(place) = self.long_places.try_acquire() else {
            return Outcome::Busy;
        };
        let turn = timeout_at(deadline, Arc::clone(&self.long).acquire_owned()).await;
        let Ok(Ok(turn)) = turn else {
            return Outcome::Waited;
        };
        drop(place);
        match self.start(work, Some(self.long_turn(key, turn))) {
            Some(run) => run.begun(deadline).await,
            None => Outcome::Busy,
        }
    }

    /// Begins work on a thread of its own; none if there are too many.
    fn start(&self, work: &Work, turn: Option<LongTurn>) -> Option<Run> {
        let permit = Arc::clone(&self.threads).try_acquire_owned().ok()?;
        let (sender, pieces) = mpsc::channel(N_PIECES);
        let is_long = turn.is_some();
        let run = Run {
            pieces,
            stop: Stop::new(),
            kept: Arc::new(Mutex::new(turn)),
            thread: Arc::default(),
            head: None,
            held: VecDeque::new(),
        };
        let (work, stop, kept) = (Arc::clone(work), run.stop.clone(), Arc::clone(&run.kept));
        let own = Arc::clone(&run.thread);
        let working = move || {
            // Given back when the thread ends, by a panic too.
            let given_back = (kept, permit);
            let id = own_id();
            own.store(id, Ordering::Relaxed);
            if is_long {
                stand_back(id);
            }
            if !stop.is_set() {
                work(&Pieces(sender), stop);
            }
            let turn = given_back.0.lock().map(|mut kept| kept.take());
            if let Ok(Some(turn)) = turn {
                turn.end(id);
            }
        };
        let thread = thread::Builder::new().stack_size(STACK_BYTES);
        thread.spawn(working).is_ok().then_some(run)
    }

    fn long_turn(&self, key: u64, turn: OwnedSemaphorePermit) -> LongTurn {
        LongTurn {
            _turn: turn,
            key,
            since: Instant::now(),
            costly: Arc::clone(&self.costly),
        }
    }
}

/// A long turn, and which question has it.
struct LongTurn {
    _turn: OwnedSemaphorePermit,
    key: u64,
    since: Instant,
    costly: Arc<Costly>,
}

impl LongTurn {
    /// The work has ended on its thread: it is known what the question cost.
    fn end(self, thread: i32) {
        let took = processor(thread).unwrap_or_else(|| self.since.elapsed());
        self.costly.learn(self.key, took);
    }
}

/// Work under way on a thread of its own. It is told to stop when this is dropped.
struct Run {
    pieces: mpsc::Receiver<Piece>,
    stop: Stop,
    /// The turn that the work keeps until it has ended.
    kept: Arc<Mutex<Option<LongTurn>>>,
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
    /// Hands a long turn to the work.
    fn keep(&mut self, turn: LongTurn) {
        stand_back(self.id());
        let kept = std::mem::take(&mut self.kept);
        *kept.lock().unwrap_or_else(PoisonError::into_inner) = Some(turn);
        // The work alone has it now, or it is free already.
    }

    /// The number of its thread, 0 before it has begun.
    fn id(&self) -> i32 {
        self.thread.load(Ordering::Relaxed)
    }

    /// Tells the work to stop, and waits a little for it.
    async fn stop(&mut self) {
        self.stop.set();
        self.pieces.close();
        let ended = async { while self.pieces.recv().await.is_some() {} };
        let _ = timeout(STOPS_WITHIN, ended).await;
    }

    /// Waits for the whole answer; none if it is longer than what can be kept of it. May be asked again.
    async fn whole(&mut self) -> Option<Outcome> {
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

/// Lets other threads go before this one. It cannot be taken back, and the thread ends with its work.
#[cfg(target_os = "linux")]
fn stand_back(thread: i32) {
    use rustix::process::{Pid, setpriority_process};
    if let Some(thread) = Pid::from_raw(thread) {
        // Without it, it is a thread like the others.
        let _ = setpriority_process(Some(thread), STANDS_BACK);
    }
}

/// Nothing tells threads apart.
#[cfg(not(target_os = "linux"))]
fn stand_back(_thread: i32) {}

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
    use std::sync::atomic::AtomicUsize;

    /// Runs a test with threads for the work, as the server has them.
    fn with_runtime(test: impl Future<Output = ()>) {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
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
            for n in 0..64 {
                let (turns, costly) = (Arc::clone(&turns), Arc::clone(&costly));
                tokio::spawn(async move { turns.work(&costly, n, soon()).await });
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
            let easy = lasting(Duration::from_millis(2), &n_begun);
            for _ in 0..5 {
                let asked = Instant::now();
                let answered = turns.work(&easy, 99, soon()).await;
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
            let asking = (0..6).map(|n| {
                let (turns, work) = (Arc::clone(&turns), Arc::clone(&work));
                tokio::spawn(async move { turns.work(&work, n, soon()).await })
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
            let late = turns.work(&long, 1, in_a_moment()).await;
            assert!(matches!(late, Outcome::Slow));
            // Told to stop, it gives its turn back.
            let gone = timeout(Duration::from_millis(60), turns.work(&long, 1, soon())).await;
            assert!(gone.is_err());
            let easy = lasting(Duration::from_millis(1), &n_begun);
            assert!(matches!(
                turns.work(&easy, 99, soon()).await,
                Outcome::Whole(_)
            ));
            let n = n_begun.load(Ordering::Relaxed);
            let past = Instant::now();
            tokio::time::sleep(Duration::from_millis(5)).await;
            let turn = turns.short.acquire_many(1).await.expect("a turn");
            assert!(matches!(turns.work(&easy, 99, past).await, Outcome::Waited));
            drop(turn);
            assert_eq!(n_begun.load(Ordering::Relaxed), n);
        });
    }

    #[test]
    fn what_has_lately_taken_long_gets_no_short_turn() {
        with_runtime(async {
            let turns = Turns::new(1, 1);
            let n_begun = Arc::default();
            let costly = lasting(2 * COSTLY, &n_begun);
            assert!(matches!(
                turns.work(&costly, 1, soon()).await,
                Outcome::Whole(_)
            ));
            while turns.long.available_permits() == 0 {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            assert!(turns.costly.has(1) && !turns.costly.has(2));
            let turn = turns.long.acquire().await.expect("a turn");
            let n = n_begun.load(Ordering::Relaxed);
            let in_a_moment = Instant::now() + Duration::from_millis(50);
            let waited = turns.work(&costly, 1, in_a_moment).await;
            assert!(matches!(waited, Outcome::Waited));
            assert_eq!(n_begun.load(Ordering::Relaxed), n);
            drop(turn);
            // Done sooner, it is costly no more.
            let easy = lasting(Duration::ZERO, &n_begun);
            assert!(matches!(
                turns.work(&easy, 1, soon()).await,
                Outcome::Whole(_)
            ));
            while turns.costly.has(1) {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        });
    }

    #[test]
    fn a_panic_is_the_end_of_its_answer_alone() {
        with_runtime(async {
            let turns = Turns::new(1, 1);
            let panics: Work = Arc::new(|_, _| panic!("for the test"));
            for _ in 0..20 {
                let outcome = turns.work(&panics, 1, soon()).await;
                assert!(matches!(outcome, Outcome::Failed));
            }
            let easy = lasting(Duration::ZERO, &Arc::default());
            assert!(matches!(
                turns.work(&easy, 99, soon()).await,
                Outcome::Whole(_)
            ));
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
                let outcome = turns.work(&writing(breaks_off), 1, soon()).await;
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
            let outcome = turns.work(&endless, 1, soon()).await;
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
