//! Whose turn it is: few threads work, and what is soon done goes before what is not.
//!
//! In: work, and until when its answer is waited for. Out: the answer, whole or as it is written.
//!
//! There are three lanes: short, middle, long. Every question begins in the first. What is not done with its turn there
//! goes on in the next if there is room; if not, and others wait, it is stopped and begins anew when it is its turn
//! there. The more wait, the shorter a turn is. So costly questions wait for each other, and an easy one for no more than a
//! slice of each of them. What a question has lately cost is kept in mind, and it begins in the lane where it ended.
//! Where the system can tell threads apart, a lane gets what those before it leave of the processors.
//!
//! # Invariants
//!
//! - Work whose asker is gone or late is told to stop, and none is begun after its time.
//! - A turn lasts until its answer has been taken.
//! - A lane works on no more answers at a time than it has turns.

use super::work::{Outcome, Run, Work};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, sleep_until, timeout_at};

/// On a machine that does something else too a turn lasts longer, up to so many times.
const MAX_STRETCH: u32 = 2;
/// How long it is kept in mind what a question cost.
const KNOWN_FOR: Duration = Duration::from_secs(60);
/// Of how many questions it is.
const MAX_KNOWN: usize = 1_024;
/// Threads that may have been told to stop and have not ended yet.
const MAX_ENDING: usize = 32;

/// Turns of one kind.
struct Lane {
    n_turns: usize,
    turns: Arc<Semaphore>,
    /// Who may wait for a turn, or have one.
    n_places: usize,
    places: Semaphore,
    /// How much of a processor a turn gives when others wait; none lasts until the work is done.
    slice: Option<Slice>,
    /// By how much its threads stand back behind others.
    nice: i32,
}

/// How much of a processor a turn gives.
struct Slice {
    /// So that all who wait have had a turn after this,
    round: Duration,
    /// but no less and no more than these. More than the last costs a question its place in the lane.
    least: Duration,
    most: Duration,
}

impl Lane {
    fn new(n_turns: usize, n_places: usize, nice: i32, slice: Option<Slice>) -> Lane {
        Lane {
            n_turns,
            turns: Arc::new(Semaphore::new(n_turns)),
            n_places,
            places: Semaphore::new(n_places),
            slice,
            nice,
        }
    }

    /// How many wait for a turn.
    fn n_waiting(&self) -> usize {
        let n_inside = self.n_places - self.places.available_permits();
        n_inside.saturating_sub(self.n_turns)
    }

    /// How much of a processor a turn gives now.
    fn slice(&self) -> Option<Duration> {
        let slice = self.slice.as_ref()?;
        let n_each = self.n_waiting().div_ceil(self.n_turns).max(1);
        Some((slice.round / n_each as u32).clamp(slice.least, slice.most))
    }
}

/// The turns that there are.
pub(super) struct Turns {
    lanes: [Lane; 3],
    threads: Arc<Semaphore>,
    known: Arc<Known>,
}

/// How the work of a turn went.
enum Turn {
    Ended(Outcome),
    /// It goes on in the next lane.
    Next(Run, OwnedSemaphorePermit),
    /// It gives up its turn.
    Over(Run),
}

impl Turns {
    /// So many short answers are worked out at the same time, and fewer long ones.
    pub(super) fn new(n_short: usize) -> Turns {
        let millis = Duration::from_millis;
        let slice = |round, least, most| Slice {
            round: millis(round),
            least: millis(least),
            most: millis(most),
        };
        let n_middle = n_short.saturating_sub(1).max(1);
        let n_long = 2;
        let lanes = [
            Lane::new(n_short, 96, 0, Some(slice(500, 15, 75))),
            Lane::new(n_middle, 64, 0, Some(slice(600, 50, 250))),
            Lane::new(n_long, 64, 10, None),
        ];
        let known = lanes.each_ref().map(|lane| lane.slice.as_ref());
        let known = known.into_iter().flatten().map(|slice| slice.most);
        Turns {
            threads: Arc::new(Semaphore::new(n_short + n_middle + n_long + MAX_ENDING)),
            known: Arc::new(Known {
                bounds: known.collect(),
                lanes: Mutex::default(),
            }),
            lanes,
        }
    }

    /// Has work done before `deadline`; whoever drops the future has it stopped. `key` tells one question from others.
    pub(super) async fn work(&self, work: &Work, key: u64, deadline: Instant) -> Outcome {
        let mut under_way = None;
        let mut at = self.known.lane(key);
        loop {
            let Some(lane) = self.lanes.get(at) else {
                return Outcome::Slow;
            };
            // Its place may be given up already: then somebody else waits for it.
            let place = lane.places.try_acquire();
            let (mut run, turn) = match (under_way.take(), &place) {
                (Some(under_way), _) => under_way,
                (None, Err(_)) => return Outcome::Busy,
                (None, Ok(_)) => {
                    let turn = Arc::clone(&lane.turns).acquire_owned();
                    let Ok(Ok(turn)) = timeout_at(deadline, turn).await else {
                        return Outcome::Waited;
                    };
                    // Others have asked the same meanwhile.
                    let known = self.known.lane(key);
                    if known > at {
                        at = known;
                        continue;
                    }
                    match self.start(work, key, lane.nice) {
                        Some(run) => (run, turn),
                        None => return Outcome::Busy,
                    }
                }
            };
            if lane.slice.is_none() {
                run.keep(turn);
                return run.begun(deadline).await;
            }
            match self
                .turn(run, lane, self.lanes.get(at + 1), key, deadline)
                .await
            {
                Turn::Ended(outcome) => return outcome,
                Turn::Next(run, next) => under_way = Some((run, next)),
                Turn::Over(run) => {
                    // Those who ask the same need not try.
                    self.known.at_least(key, at + 1);
                    run.stop().await;
                }
            }
            drop((turn, place));
            at += 1;
        }
    }

    /// Waits for work that has a turn in a lane.
    async fn turn(
        &self,
        mut run: Run,
        lane: &Lane,
        next: Option<&Lane>,
        key: u64,
        deadline: Instant,
    ) -> Turn {
        let begun = Instant::now();
        let had_before = run.processor().unwrap_or_default();
        loop {
            let slice = lane.slice().unwrap_or(Duration::MAX);
            let until = deadline.min(Instant::now() + slice);
            let is_long = match timeout_at(until, run.whole()).await {
                Ok(Some(outcome)) => return Turn::Ended(outcome),
                Ok(None) => true,
                Err(_) => false,
            };
            if Instant::now() >= deadline {
                return Turn::Ended(Outcome::Slow);
            }
            // It goes on if it has had less than its part.
            let has_had = || {
                let had = run.processor().map(|had| had.saturating_sub(had_before));
                had.is_none_or(|had| had >= slice)
            };
            if !is_long && begun.elapsed() < slice * MAX_STRETCH && !has_had() {
                continue;
            }
            if is_long {
                self.known.is_long(key);
            }
            let free = next.map(|next| Arc::clone(&next.turns).try_acquire_owned());
            if let (Some(next), Some(Ok(turn))) = (next, free) {
                run.stand_back(next.nice);
                return Turn::Next(run, turn);
            }
            // And if nobody is kept waiting.
            if lane.n_waiting() > 0 {
                return Turn::Over(run);
            }
            if is_long {
                sleep_until(until).await;
            }
        }
    }

    /// Begins work; none if there are too many threads.
    fn start(&self, work: &Work, key: u64, nice: i32) -> Option<Run> {
        let permit = Arc::clone(&self.threads).try_acquire_owned().ok()?;
        let known = Arc::clone(&self.known);
        Run::start(work, nice, move |had, is_done| {
            if let Some(had) = had {
                known.learn(key, had, is_done);
            }
            drop(permit);
        })
    }
}

/// In which lane a question has lately ended.
struct Known {
    /// The most of a processor that a question of each lane has, but for the last.
    bounds: Vec<Duration>,
    lanes: Mutex<HashMap<u64, Place>>,
}

#[derive(Clone, Copy)]
struct Place {
    lane: usize,
    /// Whether it belongs there for its length, however soon it is worked out.
    is_long: bool,
    when: Instant,
}

impl Known {
    /// Where a question begins.
    fn lane(&self, key: u64) -> usize {
        let found = self.held().get(&key).copied();
        let known = found.filter(|place| place.when.elapsed() < KNOWN_FOR);
        known.map_or(0, |place| place.lane)
    }

    /// A question has had so much of a processor, and was done with it or not.
    fn learn(&self, key: u64, had: Duration, is_done: bool) {
        let lane = self
            .bounds
            .iter()
            .take_while(|bound| had >= **bound)
            .count();
        let before = self.held().get(&key).copied();
        if before.is_some_and(|before| before.is_long || !is_done && before.lane >= lane) {
            return;
        }
        self.set(key, lane, false);
    }

    /// A question was not done with its turn in the lane before.
    fn at_least(&self, key: u64, lane: usize) {
        if self.lane(key) < lane {
            self.set(key, lane, false);
        }
    }

    /// The answer of a question is longer than what is kept before it is sent.
    fn is_long(&self, key: u64) {
        self.set(key, self.bounds.len(), true);
    }

    fn set(&self, key: u64, lane: usize, is_long: bool) {
        let mut held = self.held();
        if lane == 0 {
            held.remove(&key);
            return;
        }
        if held.len() >= MAX_KNOWN {
            held.clear();
        }
        let when = Instant::now();
        held.insert(
            key,
            Place {
                lane,
                is_long,
                when,
            },
        );
    }

    fn held(&self) -> MutexGuard<'_, HashMap<u64, Place>> {
        self.lanes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::super::reply::Reply;
    use super::super::work::{PIECE_BYTES, Piece, Rest};
    use super::*;
    use hyper::body::{Body as _, Bytes, Frame};
    use std::pin::Pin;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::{io, thread};
    use tokio::time::timeout;

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
            let turns = Arc::new(Turns::new(2));
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
            let turns = Arc::new(Turns::new(1));
            let n_begun = Arc::default();
            let work = lasting(Duration::from_millis(400), &n_begun);
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
            let turns = Turns::new(1);
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
            let turn = turns.lanes[0].turns.acquire_many(1).await.expect("a turn");
            assert!(matches!(turns.work(&easy, 99, past).await, Outcome::Waited));
            drop(turn);
            assert_eq!(n_begun.load(Ordering::Relaxed), n);
        });
    }

    #[test]
    fn what_a_question_has_lately_cost_is_known() {
        let turns = Turns::new(1);
        let known = &turns.known;
        let millis = Duration::from_millis;
        assert_eq!(known.lane(1), 0);
        for (had, is_done, expected) in [
            (10, true, 0),
            // Stopped in time for others, it may cost any more.
            (15, false, 0),
            (80, false, 1),
            (20, false, 1),
            (400, false, 2),
            (80, false, 2),
            // Done, it cost what it cost.
            (80, true, 1),
            (5, true, 0),
        ] {
            known.learn(1, millis(had), is_done);
            assert_eq!(known.lane(1), expected, "{had} {is_done}");
        }
        // What is long stays so, however soon it is worked out.
        known.is_long(2);
        known.learn(2, millis(1), true);
        assert_eq!(known.lane(2), 2);
        for key in 10..10 + 3 * MAX_KNOWN as u64 {
            known.is_long(key);
        }
        assert!(known.held().len() <= MAX_KNOWN);
    }

    #[test]
    fn a_question_that_is_known_to_be_long_takes_no_other_turn() {
        with_runtime(async {
            let turns = Turns::new(1);
            let n_begun = Arc::default();
            turns.known.is_long(1);
            let all = turns.lanes[2].turns.acquire_many(2).await.expect("turns");
            let easy = lasting(Duration::ZERO, &n_begun);
            let in_a_moment = Instant::now() + Duration::from_millis(50);
            let waited = turns.work(&easy, 1, in_a_moment).await;
            assert!(matches!(waited, Outcome::Waited));
            assert_eq!(n_begun.load(Ordering::Relaxed), 0);
            drop(all);
            let answered = turns.work(&easy, 1, soon()).await;
            assert!(matches!(answered, Outcome::Whole(_)));
        });
    }

    #[test]
    fn a_panic_is_the_end_of_its_answer_alone() {
        with_runtime(async {
            let turns = Turns::new(1);
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
            let turns = Turns::new(1);
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
            let turns = Turns::new(1);
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
            assert!(n_given.load(Ordering::Relaxed) < 12);
            let is_free = || turns.lanes[2].turns.available_permits() == 2;
            assert!(!is_free());
            drop(outcome);
            while !is_free() {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        });
    }
}
