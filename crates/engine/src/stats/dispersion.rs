//! Dispersion: how evenly what is counted stands over the parts of a corpus, or along its text.
//!
//! In: counts and sizes of parts, or places in the order of the text. Out: Gries' deviation of proportions, as it is and
//! normalised ([`Deviation`]), the average reduced frequency ([`average_reduced_frequency`]), and by how much counts vary
//! more than by chance ([`overdispersion`]). Pure functions:
//! what a part is (a report, a region, a year), and in which unit its size is, is decided by who asks.
//!
//! # Invariants
//!
//! - DP lies between 0 (as even as can be) and 1; normalised, 1 is: all in the smallest part.
//! - The reduced frequency is at most the frequency, and at least 1 where there is any.
//! - The order of parts does not matter, nor where in a cycle the text begins.
//!
//! # Sources
//!
//! - Gries (2008), *Dispersions and adjusted frequencies in corpora*: DP.
//! - Lijffijt and Gries (2012), *Correction to “Dispersions and adjusted frequencies in corpora”*: its norm.
//! - Savický and Hlaváčová (2002), *Measures of word commonness*: ARF.

/// Gries' deviation of proportions (DP).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Deviation {
    /// DP = ½ Σ |t − w| over the parts: t is a part's share of the occurrences, w its share of the text (Gries 2008).
    pub dp: f64,
    /// DP ÷ (1 − the least w), so that it can be 1 whatever the parts are (Lijffijt and Gries 2012); none where there is one
    /// part alone, over which nothing can be uneven.
    pub normalised: Option<f64>,
}

impl Deviation {
    /// Of occurrences in parts, each with its size. What has no size is no part. None without an occurrence.
    pub fn of(parts: impl IntoIterator<Item = (u64, u64), IntoIter: Clone>) -> Option<Deviation> {
        let parts = parts.into_iter().filter(|(_, size)| *size > 0);
        let sum = |(n, total): (u64, u64), (count, size): (u64, u64)| (n + count, total + size);
        let (n, total) = parts.clone().fold((0, 0), sum);
        if n == 0 {
            return None;
        }
        let (n, total) = (n as f64, total as f64);
        let (mut off, mut least) = (0.0, 1.0f64);
        for (count, size) in parts {
            let share = size as f64 / total;
            off += (count as f64 / n - share).abs();
            least = least.min(share);
        }
        let dp = off / 2.0;
        Some(Deviation {
            dp,
            normalised: (least < 1.0).then(|| dp / (1.0 - least)),
        })
    }
}

/// The average reduced frequency (ARF): Σ min(d, v) ÷ v over the distances d from each place to the one before, where the
/// text is a circle and v = N ÷ f (Savický and Hlaváčová 2002). Of places that stand evenly it is their number, of places
/// in one heap little more than 1. `places` ascend, each below `size`, which is in the same unit. 0 without a place.
pub fn average_reduced_frequency(places: &[u64], size: u64) -> f64 {
    let Some((first, last)) = places.first().zip(places.last()) else {
        return 0.0;
    };
    let even = size as f64 / places.len() as f64;
    let reduced = |distance: u64| (distance as f64).min(even);
    let between = places
        .iter()
        .zip(places.iter().skip(1))
        .map(|(before, place)| reduced(place.saturating_sub(*before)));
    let around = reduced((first + size).saturating_sub(*last));
    (between.sum::<f64>() + around) / even
}

/// With fewer degrees of freedom it is not told from chance by how much counts vary.
const FREEDOM_LEAST: usize = 10;

/// How many times as much as by chance the counts of parts vary around the rate of their group: Pearson's χ² by its degrees
/// of freedom, at least 1 (φ of quasi-likelihood, McCullagh and Nelder 1989); 1 too where there are fewer than ten of these.
/// Each group is its parts: counts and sizes.
pub fn overdispersion<'p>(groups: impl IntoIterator<Item = &'p [(u64, u64)]>) -> f64 {
    let (mut chi2, mut freedom) = (0.0, 0);
    for parts in groups {
        let parts = parts.iter().filter(|(_, size)| *size > 0);
        let sum = |part: fn(&(u64, u64)) -> u64| parts.clone().map(part).sum::<u64>() as f64;
        let rate = sum(|part| part.0) / sum(|part| part.1);
        freedom += parts.clone().count().saturating_sub(1);
        let expected = parts.map(|(n, size)| (*n as f64, *size as f64 * rate));
        let expected = expected.filter(|(_, expected)| *expected > 0.0);
        chi2 += expected
            .map(|(n, expected)| (n - expected).powi(2) / expected)
            .sum::<f64>();
    }
    match freedom {
        // Too few parts to tell.
        ..FREEDOM_LEAST => 1.0,
        freedom => (chi2 / freedom as f64).max(1.0),
    }
}

#[cfg(test)]
mod tests {
    use super::{Deviation, average_reduced_frequency, overdispersion};
    use proptest::prelude::{Strategy, prop_assert, proptest};
    use std::collections::BTreeSet;

    #[track_caller]
    fn check(parts: &[(u64, u64)], dp: f64, normalised: f64, within: f64) {
        let found = Deviation::of(parts.iter().copied()).unwrap();
        let found_normalised = found.normalised.unwrap();
        assert!((found.dp - dp).abs() <= 1e-6, "{found:?}");
        assert!((found_normalised - normalised).abs() <= within, "{found:?}");
    }

    /// The examples of Gries.
    #[test]
    fn deviations_are_those_published() {
        let uneven = [(1, 9), (2, 10), (3, 10), (4, 10), (5, 11)];
        check(&uneven, 0.18, 0.2195, 5e-5);
        let even_sizes = [(0, 1), (0, 1), (1, 1), (2, 1), (5, 1)];
        check(&even_sizes, 0.475, 0.59375, 1e-6);
    }

    #[test]
    fn deviations_at_the_ends() {
        check(&[(1, 10), (2, 20), (3, 30)], 0.0, 0.0, 1e-12);
        check(&[(7, 10), (0, 20), (0, 30)], 5.0 / 6.0, 1.0, 1e-12);
        assert_eq!(Deviation::of([(0, 5), (0, 6)]), None);
        assert_eq!(Deviation::of([]), None);
        let alone = Deviation::of([(3, 10)]).unwrap();
        assert_eq!((alone.dp, alone.normalised), (0.0, None));
        // What has no text is no part, and does not make the smallest one smaller.
        check(&[(7, 10), (0, 0), (0, 10)], 0.5, 1.0, 1e-12);
    }

    #[test]
    fn reduced_frequencies_are_those_of_the_definition() {
        let check = |places: &[u64], size, expected: f64| {
            let found = average_reduced_frequency(places, size);
            assert!(
                (found - expected).abs() <= 1e-9,
                "{found} instead of {expected}"
            );
        };
        check(&[100, 350, 600, 850], 1000, 4.0);
        check(&[1, 2, 3, 100], 1000, 1.396);
        check(&[500], 1000, 1.0);
        check(&[], 1000, 0.0);
        check(&[], 0, 0.0);
    }

    #[test]
    fn what_varies_as_by_chance_is_not_overdispersed() {
        assert_eq!(overdispersion([]), 1.0);
        assert_eq!(overdispersion([&[(3, 10)][..], &[(0, 5)]]), 1.0);
        assert_eq!(overdispersion([&[(1, 10), (2, 20), (0, 0)][..]]), 1.0);
        // 12 and eleven noughts around 1: χ² = 121 + 11 with eleven degrees of freedom.
        let mut heap = [(0, 10); 12];
        heap[0].0 = 12;
        assert!((overdispersion([&heap[..]]) - 12.0).abs() < 1e-12);
        // A group of one part has none.
        assert!((overdispersion([&heap[..], &[(90, 10)]]) - 12.0).abs() < 1e-12);
        assert_eq!(overdispersion([&heap[..10]]), 1.0);
    }

    /// Each place looks back step by step until it meets a place.
    fn reduced_by_steps(places: &BTreeSet<u64>, size: u64) -> f64 {
        let even = size as f64 / places.len() as f64;
        let mut sum = 0.0;
        for place in places {
            let mut steps = 1;
            while !places.contains(&((place + size - steps) % size)) {
                steps += 1;
            }
            sum += if (steps as f64) < even {
                steps as f64
            } else {
                even
            };
        }
        sum / even
    }

    proptest! {
        #[test]
        fn reduced_frequencies_agree_with_a_slow_computation(
            places in (2u64..300).prop_flat_map(|size| {
                (proptest::collection::btree_set(0..size, 1..40), proptest::strategy::Just(size), 0..size)
            }),
        ) {
            let (places, size, turn) = places;
            let ascending: Vec<u64> = places.iter().copied().collect();
            let found = average_reduced_frequency(&ascending, size);
            prop_assert!((found - reduced_by_steps(&places, size)).abs() < 1e-9);
            prop_assert!(found >= 1.0 - 1e-9 && found <= places.len() as f64 + 1e-9);
            let mut turned: Vec<u64> = places.iter().map(|place| (place + turn) % size).collect();
            turned.sort_unstable();
            prop_assert!((average_reduced_frequency(&turned, size) - found).abs() < 1e-9);
        }

        /// Σ O² ÷ E − Σ O of each group is its χ².
        #[test]
        fn overdispersions_agree_with_a_slow_computation(
            groups in proptest::collection::vec(
                proptest::collection::vec((0u64..30, 1u64..5000), 1..12), 1..4,
            ),
        ) {
            let (mut chi2, mut freedom) = (0.0, 0.0);
            for parts in &groups {
                let n: u64 = parts.iter().map(|(count, _)| count).sum();
                let size: u64 = parts.iter().map(|(_, size)| size).sum();
                freedom += parts.len() as f64 - 1.0;
                if n > 0 {
                    let quotients = parts.iter().map(|(count, part)| {
                        (count * count * size) as f64 / (n * part) as f64
                    });
                    chi2 += quotients.sum::<f64>() - n as f64;
                }
            }
            let expected = if freedom >= 10.0 { f64::max(chi2 / freedom, 1.0) } else { 1.0 };
            let found = overdispersion(groups.iter().map(Vec::as_slice));
            prop_assert!((found - expected).abs() <= 1e-9 * expected, "{} {}", found, expected);
        }

        /// Half the sum of differences is the sum of those shares that are too large.
        #[test]
        fn deviations_agree_with_a_slow_computation(
            parts in proptest::collection::vec((0u64..30, 1u64..5000), 1..30),
        ) {
            let n: u64 = parts.iter().map(|(count, _)| count).sum();
            let size: u64 = parts.iter().map(|(_, size)| size).sum();
            let found = Deviation::of(parts.iter().copied());
            if n == 0 {
                prop_assert!(found.is_none());
                return Ok(());
            }
            let mut too_large = 0.0;
            for (count, part) in &parts {
                let more = *count as f64 * size as f64 - *part as f64 * n as f64;
                too_large += if more > 0.0 { more / (n as f64 * size as f64) } else { 0.0 };
            }
            let found = found.unwrap();
            prop_assert!((found.dp - too_large).abs() < 1e-9);
            let smallest = parts.iter().map(|(_, part)| *part).min().unwrap_or(size);
            match found.normalised {
                Some(normalised) => {
                    let most = (size - smallest) as f64 / size as f64;
                    prop_assert!((normalised - too_large / most).abs() < 1e-9);
                    prop_assert!((0.0..=1.0 + 1e-9).contains(&normalised));
                }
                None => prop_assert!(parts.len() == 1),
            }
            let mut turned = parts.clone();
            turned.reverse();
            let again = Deviation::of(turned).unwrap();
            prop_assert!((again.dp - found.dp).abs() < 1e-9);
        }
    }
}
