//! Counts against a plain scan: cells, sums under any key, lists in which phrases overlap.
//!
//! The scan reads the passages that the index gives back, folds them and looks for the phrase; it knows
//! nothing of pairs of characters, cells or tables.

use baogao_engine::exact::{MatchOptions, Phrase};
use baogao_engine::index::{Index, UpdateOptions, update};
use baogao_engine::passage::PassageView;
use baogao_engine::query::Filters;
use baogao_engine::stats::{CountOptions, Dimension, Group, Value, count, crosstab};
use baogao_reading::fold::fold;
use baogao_reading::report::Part;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use rand_like::Draw;
use std::collections::BTreeMap;
use std::path::Path;

/// A source of numbers that is the same in every run.
mod rand_like {
    use super::{Config, RngAlgorithm, TestRng, TestRunner};
    use proptest::prelude::Rng as _;

    pub(crate) struct Draw(TestRunner);

    impl Draw {
        pub(crate) fn new() -> Draw {
            let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
            Draw(TestRunner::new_with_rng(Config::default(), rng))
        }

        /// Below `n`.
        pub(crate) fn below(&mut self, n: usize) -> usize {
            self.0.rng().next_u32() as usize % n.max(1)
        }
    }
}

/// The samples, indexed, and every passage with its folded text.
fn indexed() -> (tempfile::TempDir, Index, Vec<(PassageView, String)>) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let options = UpdateOptions {
        roots: vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus")],
        ..UpdateOptions::default()
    };
    update(&folder.path().join("index"), &options, &|_| {}).expect("the samples are indexed");
    let index = Index::open(&folder.path().join("index")).expect("it opens");
    let mut passages = Vec::new();
    for rank in 0..index.reports.len() {
        for passage in index.passages(rank).expect("they are there") {
            let folded = fold(&passage.text);
            passages.push((passage, folded));
        }
    }
    (folder, index, passages)
}

/// A run of 1 to 6 Chinese characters that stands somewhere.
fn draw_phrase(draw: &mut Draw, passages: &[(PassageView, String)]) -> String {
    loop {
        let chars: Vec<char> = passages[draw.below(passages.len())].1.chars().collect();
        let start = draw.below(chars.len());
        let phrase: String = chars.iter().skip(start).take(1 + draw.below(6)).collect();
        if !phrase.is_empty()
            && phrase
                .chars()
                .all(|c| ('\u{4e00}'..='\u{9fff}').contains(&c))
        {
            return phrase;
        }
    }
}

/// Places of a phrase in a text, leftmost, not overlapping.
fn places(text: &str, phrase: &str) -> Vec<(usize, usize)> {
    text.match_indices(phrase)
        .map(|(at, found)| (at, at + found.len()))
        .collect()
}

fn group(phrase: &str) -> Group {
    Group {
        name: phrase.to_owned(),
        phrases: vec![Phrase::new(phrase, MatchOptions::default()).expect("it is not empty")],
    }
}

#[test]
fn cells_are_those_of_a_plain_scan() {
    let (_folder, index, passages) = indexed();
    let mut draw = Draw::new();
    let filters = Filters::default();
    for _ in 0..400 {
        let phrase = draw_phrase(&mut draw, &passages);
        let counted = count(&index, &[group(&phrase)], &filters, CountOptions::default())
            .expect("nothing stops it");
        let mut scanned: BTreeMap<(usize, Part), (u64, u64, u64)> = BTreeMap::new();
        for (passage, folded) in &passages {
            let n = places(folded, &phrase).len() as u64;
            let cell = scanned.entry((passage.rank, passage.part)).or_default();
            cell.0 += n;
            cell.1 += u64::from(n > 0);
            cell.2 += passage.text.chars().filter(|c| !c.is_whitespace()).count() as u64;
        }
        let table = crosstab(
            &index,
            &counted[0],
            &filters,
            &[Dimension::Report, Dimension::Part],
        )
        .expect("it is counted");
        let mut cells = BTreeMap::new();
        for row in &table.rows {
            let [Value::Report(rank), Value::Part(part)] = row.key[..] else {
                panic!("{:?} is no report and part", row.key);
            };
            let sums = row.sums.expect("every report is held");
            if sums.passages_held > 0 {
                cells.insert(
                    (rank, part),
                    (sums.occurrences, sums.passages, sums.chars_held),
                );
            }
        }
        assert_eq!(cells, scanned, "{phrase}");
        let by_section = CountOptions {
            by_passage: true,
            ..CountOptions::default()
        };
        let counted =
            count(&index, &[group(&phrase)], &filters, by_section).expect("nothing stops it");
        let table =
            crosstab(&index, &counted[0], &filters, &[Dimension::Section]).expect("it is counted");
        let sum: u64 = table
            .rows
            .iter()
            .filter_map(|row| row.sums)
            .map(|sums| sums.occurrences)
            .sum();
        assert_eq!(
            sum,
            table.total.sums.unwrap_or_default().occurrences,
            "{phrase}"
        );
    }
}

#[test]
fn phrases_of_a_list_take_their_places_longest_first() {
    let (_folder, index, passages) = indexed();
    let mut draw = Draw::new();
    let filters = Filters::default();
    for _ in 0..200 {
        // Parts of one phrase overlap each other.
        let whole = draw_phrase(&mut draw, &passages);
        let chars: Vec<char> = whole.chars().collect();
        let mut phrases = vec![whole.clone()];
        for _ in 0..3 {
            let start = draw.below(chars.len());
            let n = 1 + draw.below(chars.len() - start);
            phrases.push(chars.iter().skip(start).take(n).collect());
        }
        phrases.push(draw_phrase(&mut draw, &passages));
        let mut seen = std::collections::BTreeSet::new();
        phrases.retain(|phrase| seen.insert(phrase.clone()));
        let mut order: Vec<usize> = (0..phrases.len()).collect();
        order.sort_by_key(|at| (usize::MAX - phrases[*at].chars().count(), *at));
        let mut scanned = vec![0u64; phrases.len()];
        for (_, folded) in &passages {
            let mut taken: Vec<(usize, usize)> = Vec::new();
            for at in &order {
                for (start, end) in places(folded, &phrases[*at]) {
                    if taken.iter().all(|(from, to)| end <= *from || *to <= start) {
                        taken.push((start, end));
                        scanned[*at] += 1;
                    }
                }
            }
        }
        let groups: Vec<Group> = phrases.iter().map(|phrase| group(phrase)).collect();
        let counted =
            count(&index, &groups, &filters, CountOptions::default()).expect("nothing stops it");
        let totals: Vec<u64> = counted
            .iter()
            .map(|counted| {
                crosstab(&index, counted, &filters, &[])
                    .expect("it is counted")
                    .total
                    .sums
                    .unwrap_or_default()
                    .occurrences
            })
            .collect();
        assert_eq!(totals, scanned, "{phrases:?}");
        // A group is its phrases together.
        let together = Group {
            name: "all".to_owned(),
            phrases: groups
                .iter()
                .flat_map(|group| group.phrases.clone())
                .collect(),
        };
        let counted = count(&index, &[together], &filters, CountOptions::default())
            .expect("nothing stops it");
        let total = crosstab(&index, &counted[0], &filters, &[])
            .expect("it is counted")
            .total
            .sums
            .unwrap_or_default();
        assert_eq!(
            total.occurrences,
            scanned.iter().sum::<u64>(),
            "{phrases:?}"
        );
    }
}
