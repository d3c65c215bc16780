//! One question on several cores, where it is long enough to be worth them.
//!
//! In: shares of some work, or two things to do. Out: what came of each, in the order of the shares. Which share has what must not show in what
//! they add up to: whoever makes shares sees to that.

use std::iter::once;
use std::num::NonZero;
use std::sync::LazyLock;
use std::thread;

/// Cores that there are; to ask the system takes as long as many a question, because it reads what a container may use.
static CORES: LazyLock<usize> =
    LazyLock::new(|| thread::available_parallelism().map_or(1, NonZero::get));

/// More cores than this wait for memory.
const CORES_MAX: usize = 4;

/// On how many cores work of some size is shared, if one is worth that much of it; on one where it is small.
pub(crate) fn cores_for(size: usize, worth_one: usize) -> usize {
    match (size / worth_one).min(CORES_MAX) {
        0 | 1 => 1,
        n_worth => n_worth.min(*CORES),
    }
}

/// Works on all shares at once, on the first here. The others go to threads that stay for the next question: to start one takes
/// as long as many a question. So no share may be long: those of other questions wait behind it.
pub(crate) fn at_once<S: Send, R: Send>(
    shares: impl IntoIterator<Item = S>,
    work: impl Fn(S) -> R + Sync,
) -> Vec<R> {
    let mut shares = shares.into_iter();
    let Some(own) = shares.next() else {
        return Vec::new();
    };
    let others: Vec<S> = shares.collect();
    if others.is_empty() {
        return vec![work(own)];
    }
    let work = &work;
    let mut results: Vec<Option<R>> = others.iter().map(|_| None).collect();
    let own = rayon::in_place_scope(|scope| {
        for (share, result) in others.into_iter().zip(&mut results) {
            scope.spawn(move |_| *result = Some(work(share)));
        }
        work(own)
    });
    once(own).chain(results.into_iter().flatten()).collect()
}

/// Does two things at a time, however long they take, the first on a thread of its own; a panic of either goes on here.
pub(crate) fn both<A: Send, B>(
    first: impl FnOnce() -> A + Send,
    second: impl FnOnce() -> B,
) -> (A, B) {
    thread::scope(|scope| {
        let first = scope.spawn(first);
        let second = second();
        match first.join() {
            Ok(first) => (first, second),
            Err(panic) => std::panic::resume_unwind(panic),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_the_order_of_the_shares() {
        assert_eq!(at_once(0..5, |share| 2 * share), [0, 2, 4, 6, 8]);
        assert!(at_once(0..0, |share| share).is_empty());
    }

    #[test]
    fn a_share_may_be_shared_again() {
        let sum = |share: u64| -> u64 { at_once(0..share, |part| part).into_iter().sum() };
        assert_eq!(at_once(0..5, sum), [0, 0, 1, 3, 6]);
    }

    #[test]
    #[should_panic(expected = "the third share")]
    fn a_panic_of_a_share_goes_on() {
        at_once(0..5, |share| assert_ne!(share, 2, "the third share"));
    }

    #[test]
    fn small_work_stays_on_one_core() {
        assert_eq!([cores_for(0, 10), cores_for(19, 10)], [1, 1]);
        assert!((1..=CORES_MAX).contains(&cores_for(usize::MAX, 10)));
    }
}
