//! Association: how strongly two things go together, or how strongly one thing belongs to one of two scopes.
//!
//! In: counts. Out: measures of a 2×2 contingency table ([`Contingency`]), of a word beside another within a window
//! ([`Collocation`]), of a frequency in one scope against another ([`Versus`]). Pure functions: what is counted, and in
//! which unit, is decided by who asks.
//!
//! # Invariants
//!
//! - No measure is NaN or infinite: where one is not defined, there is none.
//! - Measures of a table do not change when its rows and columns change places; a sign turns when two rows do.
//!
//! # Sources
//!
//! - Dunning (1993), *Accurate methods for the statistics of surprise and coincidence*: G².
//! - Williams (1976), *Improved likelihood ratio tests for complete contingency tables*: its correction.
//! - Yates (1934), *Contingency tables involving small numbers and the χ² test*.
//! - Evert (2005), *The statistics of word cooccurrences*: measures from tables, windows.
//! - Church and Hanks (1990): mutual information; Daille (1994): its cube.
//! - Rychlý (2008), *A lexicographer-friendly association score*: logDice.
//! - Hardie (2014), *Log ratio: an informal introduction*.
//! - Kilgarriff (2009), *Simple maths for keywords*.

/// What is added to a frequency of 0 before a log ratio, as Hardie does: half an occurrence.
const LOG_RATIO_OF_ZERO: f64 = 0.5;
/// The most that logDice can be.
const LOG_DICE_MOST: f64 = 14.0;
/// Simple maths compares frequencies in so many.
const SIMPLE_MATHS_PER: f64 = 1e6;

/// Observed frequencies of two things that each hold or do not hold.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Contingency {
    /// Where both hold (O11).
    pub both: f64,
    /// Where the first holds alone (O12).
    pub first: f64,
    /// Where the second holds alone (O21).
    pub second: f64,
    /// Where neither holds (O22).
    pub neither: f64,
}

impl Contingency {
    /// A table by rows.
    pub fn new([[both, first], [second, neither]]: [[f64; 2]; 2]) -> Contingency {
        Contingency {
            both,
            first,
            second,
            neither,
        }
    }

    /// The sum of all cells (N).
    pub fn size(&self) -> f64 {
        self.both + self.first + self.second + self.neither
    }

    /// The frequencies that would be there if the two had nothing to do with each other; none where a row or a column is
    /// empty, as there is nothing to compare then.
    pub fn expected(&self) -> Option<Contingency> {
        let size = self.size();
        let [row, other_row] = self.rows();
        let [column, other_column] = self.columns();
        let margins = [row, other_row, column, other_column];
        margins.iter().all(|sum| *sum > 0.0).then(|| Contingency {
            both: row * column / size,
            first: row * other_column / size,
            second: other_row * column / size,
            neither: other_row * other_column / size,
        })
    }

    /// Log-likelihood G² = 2 Σ O ln(O/E) over the four cells (Dunning 1993). 0 where a row or a column is empty.
    pub fn g2(&self) -> f64 {
        let Some(expected) = self.expected() else {
            return 0.0;
        };
        // All four cells differ from what is expected by the same, which is far more exact than the quotient of two
        // frequencies of which each is nearly all that there is.
        let differs = self.differs();
        let cell = |observed: f64, expected: f64, differs: f64| match observed > 0.0 {
            true => observed * (differs / expected).ln_1p(),
            false => 0.0,
        };
        let sum = cell(self.both, expected.both, differs)
            + cell(self.first, expected.first, -differs)
            + cell(self.second, expected.second, -differs)
            + cell(self.neither, expected.neither, differs);
        (2.0 * sum).max(0.0)
    }

    /// [`Contingency::g2`], negative where both hold less often together than expected.
    pub fn g2_signed(&self) -> f64 {
        let g2 = self.g2();
        if self.differs() < 0.0 { -g2 } else { g2 }
    }

    /// G² divided by q = 1 + (N/R1 + N/R2 − 1)(N/C1 + N/C2 − 1) ÷ 6N, which brings it nearer to χ² in small tables
    /// (Williams 1976).
    pub fn g2_williams(&self) -> f64 {
        let size = self.size();
        let [row, other_row] = self.rows();
        let [column, other_column] = self.columns();
        if self.expected().is_none() {
            return 0.0;
        }
        let rows = size / row + size / other_row - 1.0;
        let columns = size / column + size / other_column - 1.0;
        self.g2() / (1.0 + rows * columns / (6.0 * size))
    }

    /// Pearson's χ² = Σ (O − E)² ÷ E. 0 where a row or a column is empty.
    pub fn chi2(&self) -> f64 {
        self.chi2_of(self.differs().abs())
    }

    /// χ² with Yates' correction for continuity: |O − E| is less by a half, and not below 0.
    pub fn chi2_yates(&self) -> f64 {
        self.chi2_of((self.differs().abs() - 0.5).max(0.0))
    }

    fn chi2_of(&self, differs: f64) -> f64 {
        self.expected().map_or(0.0, |expected| {
            let cells = [
                expected.both,
                expected.first,
                expected.second,
                expected.neither,
            ];
            cells.iter().map(|cell| differs * differs / cell).sum()
        })
    }

    /// O11 − E11, which is as much in the other cells.
    fn differs(&self) -> f64 {
        (self.both * self.neither - self.first * self.second) / self.size()
    }

    fn rows(&self) -> [f64; 2] {
        [self.both + self.first, self.second + self.neither]
    }

    fn columns(&self) -> [f64; 2] {
        [self.both + self.second, self.first + self.neither]
    }
}

/// How often a collocate stands in the windows around a node, and how often both stand at all. All in one unit, such as
/// words.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Collocation {
    /// Occurrences of the collocate within the windows (O).
    pub together: f64,
    /// Occurrences of the node (O1).
    pub node: f64,
    /// Occurrences of the collocate anywhere (O2).
    pub collocate: f64,
    /// All that there is (N).
    pub size: f64,
    /// How many places one window has (w); the mean, where windows end at the end of a text.
    pub window: f64,
}

impl Collocation {
    /// How often the collocate would stand in the windows by chance: w·O1·O2 ÷ N (Evert 2005). None where there is nothing.
    pub fn expected(&self) -> Option<f64> {
        let expected = self.window * self.node * self.collocate / self.size;
        (self.size > 0.0).then_some(expected)
    }

    /// The places in windows and outside of them × the collocate and everything else.
    pub fn table(&self) -> Contingency {
        let places = self.window * self.node;
        Contingency {
            both: self.together,
            first: places - self.together,
            second: self.collocate - self.together,
            neither: self.size - places - self.collocate + self.together,
        }
    }

    /// Mutual information log2(O ÷ E) (Church and Hanks 1990); none where they never stand together.
    pub fn mi(&self) -> Option<f64> {
        self.mi_of(self.together)
    }

    /// MI3 = log2(O³ ÷ E), which prefers what is frequent (Daille 1994); none where they never stand together.
    pub fn mi3(&self) -> Option<f64> {
        self.mi_of(self.together.powi(3))
    }

    fn mi_of(&self, observed: f64) -> Option<f64> {
        let expected = self.expected().filter(|expected| *expected > 0.0)?;
        (observed > 0.0).then(|| (observed / expected).log2())
    }

    /// logDice = 14 + log2(2·O ÷ (w·O1 + O2)) (Rychlý 2008): the size of the corpus does not matter. None where they never
    /// stand together.
    pub fn log_dice(&self) -> Option<f64> {
        let either = self.window * self.node + self.collocate;
        (self.together > 0.0 && either > 0.0)
            .then(|| LOG_DICE_MOST + (2.0 * self.together / either).log2())
    }
}

/// A frequency in one scope against that in another.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Versus {
    /// Occurrences in the one.
    pub frequency: f64,
    /// All that the one has.
    pub size: f64,
    /// Occurrences in the other.
    pub reference: f64,
    /// All that the other has.
    pub reference_size: f64,
}

impl Versus {
    /// The thing and everything else × the two scopes.
    pub fn table(&self) -> Contingency {
        Contingency {
            both: self.frequency,
            first: self.reference,
            second: self.size - self.frequency,
            neither: self.reference_size - self.reference,
        }
    }

    /// How many times doubled a frequency is here: log2 of the quotient of relative frequencies (Hardie 2014). A frequency
    /// of 0 counts as a half, so that there is a number. None where a scope is empty, or where both frequencies are 0.
    pub fn log_ratio(&self) -> Option<f64> {
        let is_empty = self.size <= 0.0 || self.reference_size <= 0.0;
        if is_empty || self.frequency + self.reference <= 0.0 {
            return None;
        }
        let relative = |frequency: f64, size: f64| match frequency > 0.0 {
            true => frequency / size,
            false => LOG_RATIO_OF_ZERO / size,
        };
        let here = relative(self.frequency, self.size);
        let there = relative(self.reference, self.reference_size);
        Some((here / there).log2())
    }

    /// Simple maths: (f + k) ÷ (f of the other + k), both in a million (Kilgarriff 2009). A larger k prefers what is
    /// frequent. None where a scope is empty, or both what is added and the other frequency are 0.
    pub fn simple_maths(&self, k: f64) -> Option<f64> {
        let in_million =
            |frequency: f64, size: f64| (size > 0.0).then(|| frequency * SIMPLE_MATHS_PER / size);
        let here = in_million(self.frequency, self.size)? + k;
        let there = in_million(self.reference, self.reference_size)? + k;
        (there > 0.0).then(|| here / there)
    }
}

#[cfg(test)]
mod tests {
    use super::{Collocation, Contingency, Versus};
    use proptest::prelude::{prop_assert, proptest};

    #[track_caller]
    fn check(found: f64, published: f64, within: f64) {
        assert!(
            (found - published).abs() <= within,
            "{found} instead of {published}"
        );
    }

    /// The table of the tests of quanteda.textstats.
    #[test]
    fn measures_of_a_table_are_those_published() {
        let table = Contingency::new([[3.0, 7.0], [7.0, 2.0]]);
        check(table.g2(), 4.534939, 1e-6);
        check(table.g2_signed(), -4.534939, 1e-6);
        check(table.g2_williams(), 4.200833, 1e-6);
        check(table.chi2(), 4.337160, 1e-6);
        check(table.chi2_yates(), 2.632438, 1e-6);
    }

    /// The pair of the tests of RKorAPClient.
    #[test]
    fn measures_of_a_pair_are_those_published() {
        let pair = Collocation {
            together: 32.0,
            node: 4_258_869.0,
            collocate: 2165.0,
            size: 21_304_641_202.0,
            window: 10.0,
        };
        check(pair.expected().unwrap(), 4.327907, 1e-6);
        check(pair.table().g2(), 73.05347, 5e-6);
        check(pair.mi().unwrap(), 2.886331, 1e-6);
        check(pair.mi3().unwrap(), 12.886331, 1e-6);
        check(pair.log_dice().unwrap(), -5.34404, 5e-6);
    }

    /// The example of the manual of Sketch Engine.
    #[test]
    fn simple_maths_is_that_published() {
        let versus = Versus {
            frequency: 35.0,
            size: 112_289_776.0,
            reference: 263.0,
            reference_size: 1_559_716_979.0,
        };
        check(versus.simple_maths(1.0).unwrap(), 1.1224, 5e-5);
    }

    #[test]
    fn log_ratio_counts_doublings_and_smooths_zero() {
        let check = |frequency, reference, expected: Option<f64>| {
            let versus = Versus {
                frequency,
                size: 1000.0,
                reference,
                reference_size: 2000.0,
            };
            assert_eq!(versus.log_ratio(), expected, "{frequency} {reference}");
        };
        check(8.0, 2.0, Some(3.0));
        check(1.0, 2.0, Some(0.0));
        check(1.0, 8.0, Some(-2.0));
        check(8.0, 0.0, Some(5.0));
        check(0.0, 8.0, Some(-3.0));
        check(0.0, 0.0, None);
    }

    #[test]
    fn what_is_not_defined_is_none() {
        let nothing = Collocation {
            together: 0.0,
            node: 3.0,
            collocate: 5.0,
            size: 100.0,
            window: 4.0,
        };
        assert_eq!((nothing.mi(), nothing.mi3()), (None, None));
        assert_eq!(nothing.log_dice(), None);
        let empty = Collocation {
            size: 0.0,
            ..nothing
        };
        assert_eq!(empty.expected(), None);
        let table = Contingency::new([[0.0, 0.0], [5.0, 7.0]]);
        assert_eq!((table.g2(), table.chi2()), (0.0, 0.0));
        assert_eq!((table.g2_williams(), table.chi2_yates()), (0.0, 0.0));
        let nowhere = Contingency::new([[0.0; 2]; 2]);
        assert_eq!((nowhere.g2(), nowhere.g2_signed()), (0.0, 0.0));
    }

    /// G² by entropies: 2 (Σ O ln O − Σ R ln R − Σ C ln C + N ln N), which shares nothing with the formula above.
    fn g2_by_entropies(cells: [[u32; 2]; 2]) -> f64 {
        let [[a, b], [c, d]] = cells.map(|row| row.map(f64::from));
        let weight = |x: f64| if x > 0.0 { x * x.ln() } else { 0.0 };
        let inner = weight(a) + weight(b) + weight(c) + weight(d);
        let outer = weight(a + b) + weight(c + d) + weight(a + c) + weight(b + d);
        2.0 * (inner - outer + weight(a + b + c + d))
    }

    /// χ² cell by cell, with `less` taken off each difference.
    fn chi2_by_cells(cells: [[u32; 2]; 2], less: f64) -> f64 {
        let rows = cells.map(|row| row.iter().sum::<u32>());
        let columns = [0, 1].map(|at| cells.iter().map(|row| row[at]).sum::<u32>());
        let size = f64::from(rows.iter().sum::<u32>());
        let mut sum = 0.0;
        for (row, row_sum) in cells.iter().zip(rows) {
            for (cell, column_sum) in row.iter().zip(columns) {
                let expected = f64::from(row_sum) * f64::from(column_sum) / size;
                let off = ((f64::from(*cell) - expected).abs() - less).max(0.0);
                sum += off.powi(2) / expected;
            }
        }
        sum
    }

    proptest! {
        #[test]
        fn tables_agree_with_a_slow_computation(
            a in 0u32..400, b in 0u32..4000, c in 0u32..4000, d in 1u32..400_000,
        ) {
            let cells = [[a, b], [c, d]];
            let table = Contingency::new(cells.map(|row| row.map(f64::from)));
            let near = |x: f64, y: f64| (x - y).abs() <= 1e-6 * (1.0 + y.abs());
            prop_assert!(near(table.g2(), g2_by_entropies(cells)));
            if a + b > 0 && a + c > 0 {
                prop_assert!(near(table.chi2(), chi2_by_cells(cells, 0.0)));
                prop_assert!(near(table.chi2_yates(), chi2_by_cells(cells, 0.5)));
                let is_less = u64::from(a) * u64::from(d) < u64::from(b) * u64::from(c);
                prop_assert!(table.g2() < 1e-9 || (table.g2_signed() < 0.0) == is_less);
            }
            let turned = Contingency::new([[f64::from(b), f64::from(a)], [f64::from(d), f64::from(c)]]);
            prop_assert!(near(turned.g2(), table.g2()));
            prop_assert!(near(turned.g2_signed(), -table.g2_signed()));
        }

        /// A corpus of words is made, windows laid, everything counted one by one.
        #[test]
        fn pairs_agree_with_a_corpus_that_has_them(
            words in proptest::collection::vec(0u8..4, 20..200), window in 1usize..5,
        ) {
            let n = |word: u8| words.iter().filter(|other| **other == word).count() as f64;
            let (mut together, mut places) = (0.0, 0.0);
            for (at, _) in words.iter().enumerate().filter(|(_, word)| **word == 0) {
                let right: Vec<&u8> = words.iter().skip(at + 1).take(window).collect();
                places += right.len() as f64;
                together += right.iter().filter(|word| ***word == 1).count() as f64;
            }
            let size = words.len() as f64;
            if n(0) == 0.0 {
                return Ok(());
            }
            let pair = Collocation {
                together, node: n(0), collocate: n(1), size, window: places / n(0),
            };
            let near = |x: f64, y: f64| (x - y).abs() <= 1e-9 * (1.0 + y.abs());
            prop_assert!(near(pair.expected().unwrap(), places * n(1) / size));
            prop_assert!(near(pair.table().size(), size));
            if together > 0.0 {
                let lift = together / places / (n(1) / size);
                prop_assert!(near(pair.mi().unwrap(), lift.ln() / 2f64.ln()));
                prop_assert!(near(pair.mi3().unwrap() - pair.mi().unwrap(), 2.0 * together.log2()));
                let dice = 2.0 * together / (places + n(1));
                prop_assert!(near(2f64.powf(pair.log_dice().unwrap() - 14.0), dice));
            } else {
                prop_assert!(pair.mi().is_none() && pair.log_dice().is_none());
            }
        }
    }
}
