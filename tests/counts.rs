//! Counts against a plain scan: cells, sums under any key, lists in which phrases overlap, collocates.
//!
//! The scan reads the passages that the index gives back, folds them and looks for the phrase; it knows
//! nothing of pairs of characters, cells or tables.

use baogao_engine::ask::{
    Answer, Answered, CollocateRow, CollocateSide, CollocatesAnswer, CollocatesQuestion,
    CountQuestion, Dispersion, Question, Scope, SearchQuestion, Within, answer,
};
use baogao_engine::exact::{MatchOptions, Phrase};
use baogao_engine::index::{Index, UpdateOptions, update};
use baogao_engine::passage::PassageView;
use baogao_engine::query::Filters;
use baogao_engine::stats::{CountOptions, Dimension, Group, Value, count, crosstab};
use baogao_reading::fold::fold;
use baogao_reading::report::Part;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use rand_like::Draw;
use std::collections::{BTreeMap, BTreeSet};
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

/// Places of a phrase in characters.
fn char_places(text: &str, phrase: &str) -> Vec<(usize, usize)> {
    let n_chars = |to: usize| text.get(..to).unwrap_or_default().chars().count();
    let places = places(text, phrase).into_iter();
    places
        .map(|(from, to)| (n_chars(from), n_chars(to)))
        .collect()
}

/// What a question asks around places of a phrase in a folded text: whether a stretch is beside one of them, before and
/// behind.
struct Looked<'a> {
    chars: Vec<char>,
    nodes: Vec<(usize, usize)>,
    question: &'a CollocatesQuestion,
}

impl<'a> Looked<'a> {
    fn new(text: &str, phrase: &str, question: &'a CollocatesQuestion) -> Looked<'a> {
        Looked {
            chars: text.chars().collect(),
            nodes: char_places(text, phrase),
            question,
        }
    }

    /// Whether what stands from one character to another is as near as is asked for.
    fn is_near(&self, from: usize, to: usize) -> bool {
        let between = &self.chars[from..to];
        match self.question.within {
            Some(Within::Sentence) => !between.iter().any(|c| "。！？!?".contains(*c)),
            None => between.len() <= self.question.window.unwrap_or(10) as usize,
        }
    }

    fn is_beside(&self, (start, end): (usize, usize)) -> (bool, bool) {
        let is_before = |node: &(usize, usize)| {
            self.question.side != CollocateSide::Right && end <= node.0 && self.is_near(end, node.0)
        };
        let is_behind = |node: &(usize, usize)| {
            self.question.side != CollocateSide::Left
                && node.1 <= start
                && self.is_near(node.1, start)
        };
        (
            self.nodes.iter().any(is_before),
            self.nodes.iter().any(is_behind),
        )
    }

    /// Characters that may be the nearest of something beside a place.
    fn n_in_reach(&self) -> u64 {
        let is_end =
            |at: usize| self.question.within.is_some() && "。！？!?".contains(self.chars[at]);
        let is_in_reach = |at: &usize| {
            let (before, behind) = self.is_beside((*at, *at + 1));
            (before || behind) && !is_end(*at)
        };
        (0..self.chars.len()).filter(is_in_reach).count() as u64
    }
}

/// A row of the answer against the passages, one by one.
fn compare_collocate(
    row: &CollocateRow,
    phrase: &str,
    question: &CollocatesQuestion,
    searched: &[&(PassageView, String)],
) {
    let (mut left, mut right, mut occurrences, mut passages, mut total) = (0, 0, 0, 0, 0);
    let mut reports = BTreeSet::new();
    for (passage, text) in searched {
        let looked = Looked::new(text, phrase, question);
        let mut n_here = 0;
        for place in char_places(text, &row.collocate) {
            let (is_left, is_right) = looked.is_beside(place);
            left += u64::from(is_left);
            right += u64::from(is_right);
            n_here += u64::from(is_left || is_right);
            total += 1;
        }
        occurrences += n_here;
        passages += u64::from(n_here > 0);
        if n_here > 0 {
            reports.insert(passage.report.id.clone());
        }
    }
    let found = (row.left, row.right, row.occurrences, row.passages);
    let context = format!("{} beside {phrase}: {question:?}", row.collocate);
    assert_eq!(found, (left, right, occurrences, passages), "{context}");
    assert_eq!(
        (row.reports, row.total),
        (reports.len() as u64, total),
        "{context}"
    );
}

/// The measures of a row by their definitions.
fn compare_measures(row: &CollocateRow, answer: &CollocatesAnswer) {
    let near = |found: f64, expected: f64| {
        assert!(
            (found - expected).abs() <= 1e-6 * (1.0 + expected.abs()),
            "{row:?}: {expected}"
        );
    };
    let (n, w) = (
        answer.method().n_chars as f64,
        answer.found.chars_in_reach as f64,
    );
    let (o, o2) = (row.occurrences as f64, row.total as f64);
    let expected = w * o2 / n;
    near(row.expected, expected);
    near(
        row.mi.expect("it stands there"),
        (o / expected).ln() / 2f64.ln(),
    );
    near(
        row.log_dice.expect("it does"),
        14.0 + (2.0 * o / (w + o2)).log2(),
    );
    let cells = [
        (o, w * o2 / n),
        (w - o, w * (n - o2) / n),
        (o2 - o, (n - w) * o2 / n),
        (n - w - o2 + o, (n - w) * (n - o2) / n),
    ];
    let of_cell = |(seen, expected): (f64, f64)| match seen > 0.0 {
        true => seen * (seen / expected).ln(),
        false => 0.0,
    };
    let g2: f64 = 2.0 * cells.into_iter().map(of_cell).sum::<f64>();
    near(row.g2, if o < expected { -g2 } else { g2 });
}

#[test]
fn collocates_are_those_of_a_plain_scan() {
    let (_folder, index, passages) = indexed();
    let mut draw = Draw::new();
    let (mut n_rows, mut n_strings, mut n_found_again) = (0, 0, 0);
    for round in 0..60 {
        let phrase = match round % 4 {
            0 => ["专业镇", "发展", "白酒", "建设", "企业"][draw.below(5)].to_owned(),
            _ => draw_phrase(&mut draw, &passages),
        };
        let question = CollocatesQuestion {
            query: vec![format!("\"{phrase}\"")],
            window: (draw.below(3) > 0).then(|| [0, 1, 5, 10, 30][draw.below(5)]),
            side: [
                CollocateSide::Both,
                CollocateSide::Left,
                CollocateSide::Right,
            ][draw.below(4).saturating_sub(1)],
            strings: draw.below(2) == 0,
            min_occurrences: Some(1 + draw.below(3) as u64),
            min_reports: (draw.below(3) == 0).then_some(2),
            scope: Scope {
                level: (draw.below(3) == 0)
                    .then(|| "county".to_owned())
                    .into_iter()
                    .collect(),
                part: (draw.below(4) == 0)
                    .then(|| "plan".to_owned())
                    .into_iter()
                    .collect(),
                ..Scope::default()
            },
            ..CollocatesQuestion::default()
        };
        let question = CollocatesQuestion {
            within: (question.window.is_none() && draw.below(2) == 0).then_some(Within::Sentence),
            ..question
        };
        let asked = Question::Collocates(question.clone());
        let Ok(Answer::Collocates(found)) = answer(&index, &asked) else {
            panic!("it is answered");
        };
        let is_searched = |passage: &&(PassageView, String)| {
            let part = passage.0.part;
            let is_part = question.scope.part.is_empty() || part == Part::Plan;
            let level = passage
                .0
                .report
                .meta
                .region
                .as_ref()
                .map(|region| region.value.level().name());
            is_part && (question.scope.level.is_empty() || level == Some("county"))
        };
        let searched: Vec<_> = passages.iter().filter(is_searched).collect();
        let in_reach = searched.iter();
        let in_reach = in_reach.map(|(_, text)| Looked::new(text, &phrase, &question).n_in_reach());
        assert_eq!(
            found.found.chars_in_reach,
            in_reach.sum::<u64>(),
            "{question:?}"
        );
        for row in found.collocates.iter().take(40) {
            // The scan knows no border rule: 500亿 is not in 2500亿.
            if !row.collocate.contains(|c: char| c.is_ascii_alphanumeric()) {
                compare_collocate(row, &phrase, &question, &searched);
            }
            compare_measures(row, &found);
            n_rows += 1;
            n_strings += usize::from(question.strings);
            if question.within.is_none() && question.side == CollocateSide::Both {
                let again = Question::Search(SearchQuestion {
                    query: vec![row.query.clone()],
                    scope: question.scope.clone(),
                    ..SearchQuestion::default()
                });
                let Ok(Answer::Search(again)) = answer(&index, &again) else {
                    panic!("{} is understood", row.query);
                };
                let total = again.answer.total;
                assert_eq!(
                    (total.passages, total.reports),
                    (row.passages, row.reports),
                    "{}",
                    row.query
                );
                n_found_again += 1;
            }
        }
    }
    assert!(
        n_rows > 300 && n_strings > 100 && n_found_again > 100,
        "{n_rows} {n_strings} {n_found_again}"
    );
}

/// Every word that the word list cuts out of text beside a phrase, and that stands there often enough, has a row.
#[test]
fn no_word_beside_a_phrase_is_missing() {
    let (_folder, index, passages) = indexed();
    let question = CollocatesQuestion {
        query: vec!["专业镇".to_owned()],
        ..CollocatesQuestion::default()
    };
    let Ok(Answer::Collocates(found)) = answer(&index, &Question::Collocates(question.clone()))
    else {
        panic!("it is answered");
    };
    let rows: BTreeSet<&str> = found
        .collocates
        .iter()
        .map(|row| row.collocate.as_str())
        .collect();
    let list = index.word_list().expect("a word list");
    let mut times: BTreeMap<String, u64> = BTreeMap::new();
    for (_, text) in &passages {
        let looked = Looked::new(text, "专业镇", &question);
        let mut at = 0;
        for word in list.cut(text) {
            let Some(start) = text
                .get(at..)
                .unwrap_or_default()
                .find(word)
                .map(|found| at + found)
            else {
                panic!("{word} stands in its text");
            };
            at = start + word.len();
            let chars = |to: usize| text.get(..to).unwrap_or_default().chars().count();
            let (before, behind) = looked.is_beside((chars(start), chars(at)));
            if (before || behind)
                && word.chars().count() > 1
                && !word.chars().all(|c| c.is_ascii_digit())
            {
                *times.entry(word.to_owned()).or_default() += 1;
            }
        }
    }
    let often: Vec<&String> = times
        .iter()
        .filter(|(_, n)| **n >= 3)
        .map(|(word, _)| word)
        .collect();
    assert!(often.len() > 10, "{often:?}");
    for word in often {
        assert!(rows.contains(word.as_str()) || word == "专业镇", "{word}");
    }
}

/// Gries' DP, normalised, from what stands in each part and how long it is: the shares that are too large.
fn normalised_dp(parts: &BTreeMap<String, (f64, f64)>) -> Option<f64> {
    let sum = |of: fn(&(f64, f64)) -> f64| parts.values().map(of).sum::<f64>();
    let (n, size) = (sum(|part| part.0), sum(|part| part.1));
    let least = parts.values().map(|part| part.1 / size).fold(1.0, f64::min);
    let too_large = parts
        .values()
        .map(|part| (part.0 / n - part.1 / size).max(0.0));
    (n > 0.0 && parts.len() > 1).then(|| too_large.sum::<f64>() / (1.0 - least))
}

#[test]
fn dispersion_is_that_of_a_plain_scan() {
    let (_folder, index, passages) = indexed();
    let mut draw = Draw::new();
    // By year, then region.
    let mut ordered: Vec<&(PassageView, String)> = passages.iter().collect();
    ordered.sort_by_key(|(passage, _)| {
        let meta = &passage.report.meta;
        let year = meta.year.as_ref().map(|year| year.value.to_string());
        (year, meta.region.as_ref().map(|region| region.value.code()))
    });
    let text: Vec<char> = ordered.iter().flat_map(|(_, text)| text.chars()).collect();
    let (mut n_uneven, mut n_nowhere) = (0, 0);
    for round in 0..80 {
        let phrase = match round % 10 {
            0 => "不在其中的词".to_owned(),
            _ => draw_phrase(&mut draw, &passages),
        };
        let mut reports: BTreeMap<String, (f64, f64)> = BTreeMap::new();
        let mut years: BTreeMap<String, (f64, f64)> = BTreeMap::new();
        let (mut along, mut before) = (Vec::new(), 0);
        for (passage, folded) in &ordered {
            let found = char_places(folded, &phrase);
            let n_chars = passage.text.chars().filter(|c| !c.is_whitespace()).count();
            let meta = &passage.report.meta;
            let year = meta
                .year
                .as_ref()
                .expect("the samples have one")
                .value
                .to_string();
            for part in [
                reports.entry(passage.report.id.clone()).or_default(),
                years.entry(year).or_default(),
            ] {
                part.0 += found.len() as f64;
                part.1 += n_chars as f64;
            }
            along.extend(found.iter().map(|(start, _)| before + start));
            before += folded.chars().count();
        }
        let even = text.len() as f64 / along.len() as f64;
        let around = along.last().map(|last| *last as f64 - text.len() as f64);
        let mut previous = around.unwrap_or_default();
        let mut reduced = 0.0;
        for place in &along {
            reduced += (*place as f64 - previous).min(even) / even;
            previous = *place as f64;
        }
        let question = CountQuestion {
            query: vec![format!("\"{phrase}\"")],
            dispersion: true,
            ..CountQuestion::default()
        };
        let Ok(Answer::Count(counted)) = answer(&index, &Question::Count(question)) else {
            panic!("it is answered");
        };
        let Dispersion {
            dp_reports,
            dp_regions,
            dp_years,
            arf,
        } = counted
            .dispersion(&counted.countings[0])
            .expect("it is computed");
        let is_near = |found: Option<f64>, expected: Option<f64>| match (found, expected) {
            (Some(found), Some(expected)) => (found - expected).abs() < 1e-9,
            (found, expected) => found == expected,
        };
        let dp = normalised_dp(&reports);
        assert!(is_near(dp_reports, dp), "{phrase}: {dp_reports:?} {dp:?}");
        // Each sample is of a region of its own.
        assert!(is_near(dp_regions, dp_reports), "{phrase}: {dp_regions:?}");
        let dp = normalised_dp(&years);
        assert!(is_near(dp_years, dp), "{phrase}: {dp_years:?} {dp:?}");
        assert!(is_near(arf, Some(reduced)), "{phrase}: {arf:?} {reduced}");
        n_uneven += usize::from(dp.is_some_and(|dp| dp > 0.5));
        n_nowhere += usize::from(along.is_empty());
    }
    assert!(n_uneven > 5 && n_nowhere >= 8, "{n_uneven} {n_nowhere}");
}
