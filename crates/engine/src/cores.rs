//! One question on several cores, where it is long enough to be worth them.
//!
//! In: shares of some work, or two things to do. Out: what came of each, in the order of the shares. Which share has what must not show in what
//! they add up to: whoever makes shares sees to that.
//!
//! To start a thread takes as long as many an answer. So short work is done on threads that stay, and waits there for no more
//! than other short work. Long work gets threads of its own, which have the priority of the question and keep no other one
//! waiting. Where no thread can be had, all is done here.

use std::iter::repeat_with;
use std::num::NonZero;
use std::sync::{LazyLock, Mutex, PoisonError};
use std::thread;

/// More cores than this wait for memory.
const CORES_MAX: usize = 4;

/// Work that is worth so many cores is long.
const LONG: usize = 16;

/// Cores that there are; to ask the system takes as long as many a question, because it reads what a container may use. Tests
/// share their work on every machine.
static CORES: LazyLock<usize> = LazyLock::new(|| match cfg!(test) {
    true => CORES_MAX,
    false => thread::available_parallelism().map_or(1, NonZero::get),
});

/// The threads that stay, beside the one that asks; none if the system gives none.
static STAYING: LazyLock<Option<rayon::ThreadPool>> = LazyLock::new(|| {
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(CORES.min(CORES_MAX).saturating_sub(1).max(1))
        .thread_name(|at| format!("share-{at}"));
    pool.build().ok()
});

/// Starts the threads that short work is shared among. They have the priority of the thread that calls this, so a program
/// that lowers it for some questions calls this before.
pub fn start_cores() {
    LazyLock::force(&STAYING);
}

/// On how many cores work is shared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Cores {
    /// How many.
    pub(crate) n: usize,
    /// Whether it keeps other questions waiting.
    pub(crate) is_long: bool,
}

/// On how many cores work of some size is shared, if one is worth that much of it; on one where it is small.
pub(crate) fn cores_for(size: usize, worth_one: usize) -> Cores {
    let n_worth = size / worth_one;
    Cores {
        n: match n_worth.min(CORES_MAX) {
            0 | 1 => 1,
            n_worth => n_worth.min(*CORES),
        },
        is_long: n_worth > LONG,
    }
}

/// Works on all shares at once, on the first here, and on those that no other core has begun.
pub(crate) fn at_once<S: Send, R: Send>(
    cores: Cores,
    shares: impl IntoIterator<Item = S>,
    work: impl Fn(S) -> R + Sync,
) -> Vec<R> {
    let shares: Vec<Mutex<Option<S>>> = shares.into_iter().map(|s| Mutex::new(Some(s))).collect();
    let results: Vec<Mutex<Option<R>>> = repeat_with(Mutex::default).take(shares.len()).collect();
    let begin = |at: usize| {
        let (share, result) = (shares.get(at)?, results.get(at)?);
        let share = share
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take()?;
        let done = work(share);
        *result.lock().unwrap_or_else(PoisonError::into_inner) = Some(done);
        Some(())
    };
    let here = || (0..shares.len()).for_each(|at| _ = begin(at));
    let begin = &begin;
    let others = 1..shares.len();
    if others.is_empty() {
        here();
    } else if !cores.is_long
        && let Some(staying) = &*STAYING
    {
        staying.in_place_scope(|scope| {
            others.for_each(|at| scope.spawn(move |_| _ = begin(at)));
            here();
        });
    } else {
        thread::scope(|scope| {
            let thread = |at| thread::Builder::new().spawn_scoped(scope, move || _ = begin(at));
            // What has no thread is worked on here.
            let others: Vec<_> = others.filter_map(|at| thread(at).ok()).collect();
            here();
            for other in others {
                if let Err(panic) = other.join() {
                    std::panic::resume_unwind(panic);
                }
            }
        });
    }
    let results = results.into_iter();
    results
        .filter_map(|result| result.into_inner().unwrap_or_else(PoisonError::into_inner))
        .collect()
}

/// Does two things at a time, however long they take, the first on a thread of its own if one can be had; a panic of either
/// goes on here.
pub(crate) fn both<A: Send, B>(
    first: impl FnOnce() -> A + Send,
    second: impl FnOnce() -> B,
) -> (A, B) {
    let first = Mutex::new(Some(first));
    let begin = || {
        let first = first.lock().unwrap_or_else(PoisonError::into_inner).take();
        first.map(|first| first())
    };
    thread::scope(|scope| {
        let other = thread::Builder::new().spawn_scoped(scope, begin);
        let second = second();
        let first = match other.map(thread::ScopedJoinHandle::join) {
            Ok(Ok(first)) => first,
            Ok(Err(panic)) => std::panic::resume_unwind(panic),
            Err(_) => begin(),
        };
        // It is done once, there or here.
        match first {
            Some(first) => (first, second),
            None => unreachable!("what was begun has an end"),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Barrier;
    use std::time::Duration;

    /// Short and long work on several cores.
    fn kinds() -> [Cores; 2] {
        [false, true].map(|is_long| Cores { n: 5, is_long })
    }

    #[test]
    fn results_come_in_the_order_of_the_shares() {
        for cores in kinds() {
            let slow_first = |share: u64| {
                thread::sleep(Duration::from_millis(5 - share));
                2 * share
            };
            assert_eq!(at_once(cores, 0..5, slow_first), [0, 2, 4, 6, 8]);
            assert!(at_once(cores, 0..0, |share| share).is_empty());
        }
    }

    #[test]
    fn shares_are_worked_on_at_a_time() {
        for cores in kinds() {
            let both_there = Barrier::new(2);
            at_once(cores, 0..2, |_| both_there.wait());
        }
    }

    #[test]
    fn a_share_may_be_shared_again() {
        for cores in kinds() {
            let sum =
                |share: u64| -> u64 { at_once(cores, 0..share, |part| part).into_iter().sum() };
            assert_eq!(at_once(cores, 0..5, sum), [0, 0, 1, 3, 6]);
        }
    }

    #[test]
    fn a_panic_of_any_share_goes_on_and_the_next_work_is_done() {
        for (cores, bad) in kinds()
            .into_iter()
            .flat_map(|cores| [0, 2].map(|bad| (cores, bad)))
        {
            let work = || at_once(cores, 0..5, |share| assert_ne!(share, bad, "a bad share"));
            let panic = std::panic::catch_unwind(work).expect_err("a share panics");
            let said = panic.downcast_ref::<String>().expect("it says why");
            assert!(said.contains("a bad share"), "{said}");
            assert_eq!(at_once(cores, 0..3, |share| share), [0, 1, 2]);
        }
    }

    #[test]
    fn short_work_does_not_wait_for_the_threads_of_long_work() {
        let long = Cores {
            n: 4,
            is_long: true,
        };
        let is_done = Barrier::new(2);
        thread::scope(|scope| {
            scope.spawn(|| {
                at_once(long, 0..4, |share| {
                    if share == 3 {
                        is_done.wait();
                    }
                });
            });
            let [short, _] = kinds();
            assert_eq!(at_once(short, 0..4, |share| share), [0, 1, 2, 3]);
            is_done.wait();
        });
    }

    #[test]
    fn two_things_are_both_done() {
        let both_there = Barrier::new(2);
        let wait = || both_there.wait().is_leader();
        let (first, second) = both(wait, wait);
        assert_ne!(first, second);
    }

    #[test]
    fn small_work_stays_on_one_core() {
        let n = |size| cores_for(size, 10).n;
        assert_eq!([n(0), n(19), n(20), n(usize::MAX)], [1, 1, 2, CORES_MAX]);
        let is_long = |size| cores_for(size, 10).is_long;
        assert_eq!([is_long(160), is_long(170)], [false, true]);
    }
}
