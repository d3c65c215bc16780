//! What a passage is worth beside the others that match.
//!
//! In: how often the words and the pairs of neighbouring characters of a query stand in a passage, and in how many
//! passages and reports. Out: a score. Three kinds of evidence are added: BM25 over words, BM25 over pairs of
//! characters, and how much of the query stands close together; an exact hit in a heading is worth more than one in running
//! text. What each part brings, and how that is measured, is in `docs/ranking.md`.
//!
//! # Invariants
//!
//! - Sums are made in the order of the query, in `f64`, and rounded to 1e-4; what stands close together is
//!   summed in whole numbers. The same numbers give the same score, to the last bit.
//! - Closeness only adds: the best passages, for which alone it is computed, stay before all others.

use crate::index::Reach;
use std::collections::VecDeque;

/// BM25, saturation of repeated terms (Robertson & Zaragoza 2009).
pub(crate) const K1: f64 = 1.2;
/// Scores are rounded to this many steps a unit.
const SCORE_STEPS: f64 = 1e4;
/// How far apart the first and the last pair of a window may begin, in characters: a long clause.
const WINDOW_CHARS: usize = 40;
/// For so many of the best passages closeness is computed.
pub const CLOSE_PASSAGES: usize = 100;
/// Bits of the filter that most pairs of a passage do not get past.
const FILTER_BITS: usize = 1 << 14;

/// What each kind of evidence is worth; other values than the default are for measurements.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scoring {
    /// Weight of BM25 over words, in the tiers `words` and `any`.
    pub words: f64,
    /// Whether a word and the words inside it share one voice, in the tiers `words` and `any`.
    pub shared: bool,
    /// Weight of BM25 over pairs of neighbouring characters, in the tiers `words` and `any`.
    pub pairs: f64,
    /// What a pair across two words is worth beside one inside a word.
    pub across: f64,
    /// Weight of what stands close together.
    pub closeness: f64,
    /// Weight of what a term of several is worth because it is dense in few reports.
    pub burstiness: f64,
    /// Weight of the length of a passage, b of BM25.
    pub length: f64,
    /// What an exact hit in a heading is worth beside one in running text.
    pub heading: f64,
    /// The same in the tiers `words` and `any`: a heading is short, which BM25 honours already.
    pub heading_wide: f64,
}

impl Default for Scoring {
    fn default() -> Scoring {
        Scoring {
            words: 1.0,
            shared: true,
            pairs: 0.5,
            across: 0.75,
            closeness: 1.0,
            burstiness: 1.5,
            length: 0.6,
            heading: 1.2,
            heading_wide: 1.0,
        }
    }
}

/// How much there is, and how long passages are.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sizes {
    pub(crate) all: Reach,
    pub(crate) mean_chars: f64,
}

impl Sizes {
    /// The inverse document frequency of what stands in `n_with` passages; never negative.
    pub(crate) fn rarity(self, n_with: u64) -> f64 {
        let (n, with) = (self.all.n_passages as f64, n_with as f64);
        (1.0 + (n - with + 0.5).max(0.5) / (with + 0.5)).ln()
    }

    /// By how much a term stands in fewer reports than if its passages were strewn over all of them by chance, as a
    /// logarithm: the residual inverse document frequency (Church & Gale 1995). Never negative; nothing where each report
    /// has one passage of it, and where all reports have it.
    pub(crate) fn burstiness(self, reach: Reach) -> f64 {
        if reach.n_reports == 0 {
            return 0.0;
        }
        let (n_reports, n_passages) = (self.all.n_reports as f64, reach.n_passages as f64);
        let expected = n_reports * (1.0 - (-n_passages / n_reports).exp());
        (expected / reach.n_reports as f64).ln().max(0.0)
    }

    /// How a passage of this length dampens what stands in it, `b` being the weight of its length.
    pub(crate) fn norm(self, n_chars: u32, b: f64) -> f64 {
        K1 * (1.0 - b + b * f64::from(n_chars) / self.mean_chars)
    }
}

/// BM25's share of one term before its rarity: grows with its frequency, ever more slowly.
pub(crate) fn saturated(frequency: u32, norm: f64) -> f64 {
    let frequency = f64::from(frequency);
    frequency * (K1 + 1.0) / (frequency + norm)
}

/// A score as it is compared and shown.
pub(crate) fn rounded(score: f64) -> f64 {
    (score * SCORE_STEPS).round() / SCORE_STEPS
}

/// How loud each word of a query speaks, from the words that it is, or is a part of: those of one word share its voice.
pub(crate) fn voices_of(wholes: &[&str]) -> Vec<f64> {
    let n_sharing = |whole: &&str| wholes.iter().filter(|other| *other == whole).count();
    let voices = wholes.iter().map(|whole| 1.0 / n_sharing(whole) as f64);
    voices.collect()
}

/// The distinct pairs of neighbouring letters, digits or Chinese characters of folded texts, in the order in which they stand.
pub(crate) fn pairs_of<'t>(texts: impl IntoIterator<Item = &'t str>) -> Vec<(char, char)> {
    let mut pairs = Vec::new();
    for text in texts {
        let neighbours = text.chars().zip(text.chars().skip(1));
        for pair in neighbours.filter(|(a, b)| a.is_alphanumeric() && b.is_alphanumeric()) {
            if !pairs.contains(&pair) {
                pairs.push(pair);
            }
        }
    }
    pairs
}

/// Finds the place of a passage in which most of the query stands close together.
pub(crate) struct Closeness {
    /// Both characters as one number, ascending, with the rarity of the pair in steps of a score.
    pairs: Vec<(u32, u64)>,
    filter: Vec<bool>,
}

impl Closeness {
    /// For pairs and how rare they are. A pair with a character beyond the basic plane has no say.
    pub(crate) fn new(rarities: impl IntoIterator<Item = ((char, char), f64)>) -> Closeness {
        let mut filter = vec![false; FILTER_BITS];
        let coded = |((first, second), rarity): ((char, char), f64)| {
            let first = u16::try_from(u32::from(first)).ok()?;
            let second = u16::try_from(u32::from(second)).ok()?;
            Some((pair(first, second), (rarity * SCORE_STEPS).round() as u64))
        };
        let mut pairs: Vec<(u32, u64)> = rarities.into_iter().filter_map(coded).collect();
        pairs.sort_unstable();
        for (pair, _) in &pairs {
            if let Some(bit) = filter.get_mut(filter_bit(*pair)) {
                *bit = true;
            }
        }
        Closeness { pairs, filter }
    }

    /// The largest sum of the rarities of distinct pairs that stand in one window of a folded passage.
    pub(crate) fn of(&self, units: impl Iterator<Item = u16>) -> f64 {
        let mut counts = vec![0u32; self.pairs.len()];
        let mut window: VecDeque<(usize, usize)> = VecDeque::new();
        let (mut sum, mut best) = (0, 0);
        let mut previous = 0;
        for (at, unit) in units.enumerate() {
            let pair = pair(previous, unit);
            previous = unit;
            if !self.filter.get(filter_bit(pair)).is_some_and(|bit| *bit) {
                continue;
            }
            let Ok(number) = self.pairs.binary_search_by_key(&pair, |(pair, _)| *pair) else {
                continue;
            };
            while let Some((start, old)) = window.front().copied()
                && start + WINDOW_CHARS < at
            {
                window.pop_front();
                sum -= self.leave(&mut counts, old);
            }
            window.push_back((at, number));
            sum += self.enter(&mut counts, number);
            best = best.max(sum);
        }
        best as f64 / SCORE_STEPS
    }

    /// What a pair adds that comes into the window: nothing if it stands there already.
    fn enter(&self, counts: &mut [u32], number: usize) -> u64 {
        let Some((count, (_, rarity))) = counts.get_mut(number).zip(self.pairs.get(number)) else {
            return 0;
        };
        *count += 1;
        if *count == 1 { *rarity } else { 0 }
    }

    /// What a pair takes away that leaves the window: nothing if it still stands there.
    fn leave(&self, counts: &mut [u32], number: usize) -> u64 {
        let Some((count, (_, rarity))) = counts.get_mut(number).zip(self.pairs.get(number)) else {
            return 0;
        };
        *count -= 1;
        if *count == 0 { *rarity } else { 0 }
    }
}

fn pair(first: u16, second: u16) -> u32 {
    u32::from(first) << 16 | u32::from(second)
}

fn filter_bit(pair: u32) -> usize {
    (pair ^ pair >> 9) as usize % FILTER_BITS
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const SIZES: Sizes = Sizes {
        all: Reach {
            n_passages: 10,
            n_reports: 5,
        },
        mean_chars: 100.0,
    };

    fn close(query: &str, text: &str) -> f64 {
        let rarities = pairs_of([query]).into_iter().map(|pair| (pair, 1.0));
        Closeness::new(rarities).of(text.encode_utf16())
    }

    #[test]
    fn pairs_are_distinct_and_do_not_cross_punctuation() {
        assert_eq!(pairs_of(["白酒，白酒", "a"]), [('白', '酒')]);
        assert_eq!(pairs_of(["专业镇"]), [('专', '业'), ('业', '镇')]);
    }

    #[test]
    fn the_best_window_counts() {
        assert_eq!(close("白酒产业", "白酒产业"), 3.0);
        assert_eq!(close("白酒产业", "产业白酒白酒"), 2.0);
        assert_eq!(
            close("白酒产业", &format!("白酒{}产业", "。".repeat(38))),
            2.0
        );
        assert_eq!(
            close("白酒产业", &format!("白酒{}产业", "。".repeat(39))),
            1.0
        );
        assert_eq!(close("白酒产业", ""), 0.0);
        assert_eq!(close("白", "白"), 0.0);
    }

    #[test]
    fn rarity_is_never_negative_and_falls() {
        let rarities: Vec<f64> = (0..=12).map(|n| SIZES.rarity(n)).collect();
        assert!(
            rarities.is_sorted_by(|a, b| a >= b) && rarities.iter().all(|rarity| *rarity > 0.0)
        );
    }

    #[test]
    fn words_inside_a_word_share_its_voice() {
        // 白酒 转型 升级 转型升级
        let voices = voices_of(&["白酒", "转型升级", "转型升级", "转型升级"]);
        assert_eq!(voices, [1.0, 1.0 / 3.0, 1.0 / 3.0, 1.0 / 3.0]);
    }

    #[test]
    fn what_is_dense_in_few_reports_is_bursty() {
        let bursty = |n_passages, n_reports| {
            SIZES.burstiness(Reach {
                n_passages,
                n_reports,
            })
        };
        assert!(bursty(8, 1) > bursty(8, 2) && bursty(8, 2) > bursty(8, 3));
        assert!(bursty(8, 1) > bursty(4, 1) && bursty(4, 1) > bursty(2, 1));
        // One passage a report, all reports, none: as by chance.
        assert_eq!([bursty(3, 3), bursty(10, 5), bursty(0, 0)], [0.0; 3]);
    }

    proptest! {
        #[test]
        fn the_window_is_that_of_a_plain_search(query in "[甲乙丙丁]{2,6}", text in "[甲乙丙丁戊己]{0,120}") {
            let pairs = pairs_of([query.as_str()]);
            let chars: Vec<char> = text.chars().collect();
            let mut best = 0;
            for start in 0..chars.len() {
                let end = (start + WINDOW_CHARS + 2).min(chars.len());
                let window: Vec<(char, char)> = chars[start..end].windows(2).map(|pair| (pair[0], pair[1])).collect();
                best = best.max(pairs.iter().filter(|pair| window.contains(pair)).count());
            }
            prop_assert_eq!(close(&query, &text), best as f64);
        }
    }
}
