//! One question on several cores, where it is long enough to be worth them.
//!
//! In: shares of some work, or two things to do. Out: what came of each, in the order of the shares. Which share has what must not show in what
//! they add up to: whoever makes shares sees to that.

use std::num::NonZero;
use std::thread;

/// More cores than this wait for memory.
const CORES_MAX: usize = 4;

/// On how many cores work of some size is shared, if one is worth that much of it; on one where it is small.
pub(crate) fn cores_for(size: usize, worth_one: usize) -> usize {
    match (size / worth_one).min(CORES_MAX) {
        0 | 1 => 1,
        n_worth => thread::available_parallelism()
            .map_or(1, NonZero::get)
            .min(n_worth),
    }
}

/// Works on all shares at once, on the first here.
pub(crate) fn at_once<S: Send, R: Send>(
    shares: impl IntoIterator<Item = S>,
    work: impl Fn(S) -> R + Sync,
) -> Vec<R> {
    let mut shares = shares.into_iter();
    let Some(own) = shares.next() else {
        return Vec::new();
    };
    let work = &work;
    thread::scope(|scope| {
        let others: Vec<_> = shares
            .map(|share| scope.spawn(move || work(share)))
            .collect();
        let mut results = vec![work(own)];
        for other in others {
            match other.join() {
                Ok(result) => results.push(result),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        results
    })
}

/// Does two things at a time, the first on a thread of its own; a panic of either goes on here.
pub(crate) fn both<A: Send, B>(
    first: impl FnOnce() -> A + Send,
    second: impl FnOnce() -> B,
) -> (A, B) {
    std::thread::scope(|scope| {
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
    fn small_work_stays_on_one_core() {
        assert_eq!([cores_for(0, 10), cores_for(19, 10)], [1, 1]);
        assert!((1..=CORES_MAX).contains(&cores_for(usize::MAX, 10)));
    }
}
