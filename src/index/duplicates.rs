//! The same report in several scrapes: found by the shingles that texts share.
//!
//! In: the folded text of every report. Out: for each report the one that stands for it, if another
//! copy is better. A sketch keeps the hashes of all runs of [`SHINGLE_CHARS`] characters that are
//! divisible by [`SAMPLING`] (Broder, On the resemblance and containment of documents, 1997), so that two
//! sketches are compared without their texts.
//!
//! # Invariants
//!
//! - The result depends on the reports alone, not on their order.
//! - A copy is never better than the one that stands for it, and that one stands for itself.

use crate::fold::is_alphanumeric;
use std::collections::{HashMap, VecDeque};
use xxhash_rust::xxh3::xxh3_64;

/// Characters of a shingle: longer than a common phrase.
const SHINGLE_CHARS: usize = 10;
/// One of so many shingles is kept.
const SAMPLING: u64 = 32;
/// Reports whose sketches share this part of all their shingles are copies of one report.
const RESEMBLANCE_MIN: f64 = 0.7;
/// A shingle in more reports than this is a common phrase and pairs nothing.
const N_REPORTS_MAX: usize = 40;
/// Sketches with fewer shingles say too little: a title, a placeholder.
const N_SHINGLES_MIN: usize = 4;

/// The sketch of a text: sorted, distinct hashes.
pub(super) fn sketch<'t>(folded_passages: impl Iterator<Item = &'t str>) -> Vec<u32> {
    let chars = folded_passages.flat_map(str::chars);
    let mut window = Window::default();
    let mut hashes: Vec<u32> = chars
        .filter(|c| is_alphanumeric(*c))
        .filter_map(|c| window.push(c))
        .collect();
    hashes.extend(window.hash());
    hashes.sort_unstable();
    hashes.dedup();
    hashes
}

/// The last characters of a text: a report of 60 MB is not held once more to be sketched.
#[derive(Default)]
struct Window {
    text: String,
    /// Where the last [`SHINGLE_CHARS`] characters begin in it.
    starts: VecDeque<usize>,
}

impl Window {
    /// Goes on by a character; gives the hash of the shingle that was full before, if it is one of those that are kept.
    fn push(&mut self, c: char) -> Option<u32> {
        const BYTES_MAX: usize = 1 << 16;
        let mut hash = None;
        if self.starts.len() == SHINGLE_CHARS {
            hash = self.hash();
            self.starts.pop_front();
        }
        if self.text.len() > BYTES_MAX {
            let done = self.starts.front().copied().unwrap_or(0);
            self.text.drain(..done);
            self.starts.iter_mut().for_each(|start| *start -= done);
        }
        self.starts.push_back(self.text.len());
        self.text.push(c);
        hash
    }

    fn hash(&self) -> Option<u32> {
        let shingle = self.text.as_bytes().get(*self.starts.front()?..)?;
        let hash = xxh3_64(shingle);
        hash.is_multiple_of(SAMPLING).then_some((hash >> 32) as u32)
    }
}

/// For each report the index of the one that stands for it, if that is another.
/// `better(a, b)` says whether report `a` is the better copy; it must order all reports.
pub(super) fn representatives(
    sketches: &[&[u32]],
    better: impl Fn(usize, usize) -> bool,
) -> Vec<Option<usize>> {
    let mut with: HashMap<u32, Vec<usize>> = HashMap::new();
    for (report, sketch) in sketches.iter().enumerate() {
        if sketch.len() >= N_SHINGLES_MIN {
            for hash in *sketch {
                with.entry(*hash).or_default().push(report);
            }
        }
    }
    let mut shared: HashMap<(usize, usize), usize> = HashMap::new();
    for reports in with
        .values()
        .filter(|reports| reports.len() <= N_REPORTS_MAX)
    {
        for (i, a) in reports.iter().enumerate() {
            for b in reports.iter().skip(i + 1) {
                *shared.entry((*a, *b)).or_default() += 1;
            }
        }
    }
    let mut group: Vec<usize> = (0..sketches.len()).collect();
    for ((a, b), n) in shared {
        let (Some(x), Some(y)) = (sketches.get(a), sketches.get(b)) else {
            continue;
        };
        let union = x.len() + y.len() - n;
        if n as f64 >= RESEMBLANCE_MIN * union as f64 {
            let (a, b) = (root(&group, a), root(&group, b));
            if let Some(slot) = group.get_mut(a.max(b)) {
                *slot = a.min(b);
            }
        }
    }
    let roots: Vec<usize> = (0..group.len())
        .map(|report| root(&group, report))
        .collect();
    let mut best: HashMap<usize, usize> = HashMap::new();
    for (report, root) in roots.iter().enumerate() {
        let kept = best.entry(*root).or_insert(report);
        if better(report, *kept) {
            *kept = report;
        }
    }
    let stands_for =
        |(report, root): (usize, &usize)| best.get(root).copied().filter(|best| *best != report);
    roots.iter().enumerate().map(stands_for).collect()
}

fn root(group: &[usize], mut report: usize) -> usize {
    while let Some(up) = group.get(report)
        && *up != report
    {
        report = *up;
    }
    report
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(seed: u32, n: usize) -> String {
        (0..n as u32)
            .filter_map(|i| {
                char::from_u32(
                    0x4e00 + (i.wrapping_mul(2_654_435_761) ^ seed.wrapping_mul(40_503)) % 20_000,
                )
            })
            .collect()
    }

    fn check(texts: &[String], expected: &[Option<usize>]) {
        let sketches: Vec<Vec<u32>> = texts
            .iter()
            .map(|text| sketch(std::iter::once(text.as_str())))
            .collect();
        let slices: Vec<&[u32]> = sketches.iter().map(Vec::as_slice).collect();
        let longer = |a: usize, b: usize| texts[a].len() > texts[b].len();
        assert_eq!(representatives(&slices, longer), expected);
    }

    #[test]
    fn copies_with_other_furniture_are_one_and_different_reports_are_not() {
        let report = text(1, 6_000);
        let scrape = format!("当前位置首页{report}分享打印关闭窗口");
        let other = text(2, 6_000);
        check(&[report, other, scrape], &[Some(2), None, None]);
    }

    #[test]
    fn an_abridged_report_is_a_report_of_its_own() {
        let report = text(3, 6_000);
        let abridged: String = report.chars().take(2_000).collect();
        check(&[report, abridged], &[None, None]);
    }

    #[test]
    fn short_texts_pair_with_nothing() {
        check(
            &["政府工作报告".to_owned(), "政府工作报告".to_owned()],
            &[None, None],
        );
    }
}
