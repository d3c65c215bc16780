//! Phrases that are hard: the commonest of each length, some that overlap themselves, digits, and some whose parts are common
//! and that stand nowhere; and many readers at once.

use crate::Tables;
use crate::contenders::ours::whole_phrase_of;
use crate::contenders::passages::Passages;
use crate::contenders::random::Random;
use crate::contenders::{Contender, READERS, Result, at_once};
use crate::queries::{Open, Times};
use std::collections::BTreeSet;

/// Lengths of the commonest phrases, in characters.
const LENGTHS: std::ops::RangeInclusive<usize> = 1..=8;
/// Phrases of a row.
const PHRASES: usize = 30;
/// Phrases that overlap themselves whatever the text is.
const OVERLAPPING: [&str; 3] = ["的的", "发展发展", "人人人"];
/// What many readers ask, in all.
const ASKED_AT_ONCE: usize = 2000;

impl Open {
    /// Counts of hard phrases, and their best 20; returns how many counts of exact programs are wrong.
    pub(crate) fn hard(&self, tables: &mut Tables) -> Result<usize> {
        let mut wrong = 0;
        for (name, phrases) in hard_phrases(&self.d) {
            eprintln!("{}: hard phrases, {name}", self.name);
            let counting: [&dyn Contender; 6] =
                [&self.a, &self.b, &self.c, &self.e, &self.f, &self.d];
            let expected = self.scanned(&phrases);
            let check = |at: usize, phrase: &str, count: u64| {
                let there = expected.get(phrase).copied().unwrap_or_default();
                wrong += self.is_wrong(at, phrase, count, there);
            };
            let count = |program: &dyn Contender, phrase: &str| program.count(phrase);
            let times = self.ask(&counting, &phrases, count, check)?;
            let row = |times: &[Times]| {
                let mut row = vec![self.name.clone(), name.clone(), phrases.len().to_string()];
                row.extend(times.iter().map(|times| times.show(phrases.len())));
                row
            };
            tables.hard_counts.push(row(&times));
            if name.contains("digits") {
                let whole = |_: &dyn Contender, phrase: &str| {
                    Ok(self.a.count_both(&whole_phrase_of(phrase)?).0)
                };
                let times = self.ask(&[&self.a], &phrases, whole, |_, _, _| {})?;
                let mut row = row(&times);
                row[1] = "digits, as whole numbers".to_owned();
                row.resize(tables.hard_counts.width(), "–".to_owned());
                tables.hard_counts.push(row);
            }
            let showing: [&dyn Contender; 5] = [&self.a, &self.b, &self.c, &self.e, &self.f];
            let page = |program: &dyn Contender, phrase: &str| Ok(program.page(phrase)? as u64);
            let times = self.ask(&showing, &phrases, page, |_, _, _| {})?;
            tables.hard_pages.push(row(&times));
        }
        Ok(wrong)
    }

    /// The best 20 of random phrases, for one reader and for many at once.
    pub(crate) fn readers(&self, tables: &mut Tables) -> Result<()> {
        eprintln!("{}: {READERS} readers", self.name);
        let mut random = Random::new(9);
        let phrases: Vec<String> = (0..ASKED_AT_ONCE)
            .map(|_| self.d.random_han(&mut random))
            .collect();
        let mut row = |letter: &str, many: Result<(crate::contenders::measure::Samples, f64)>| {
            let (each, wall) = many?;
            let micros = |share| format!("{:.0}", each.quantile(share) * 1e6);
            tables.readers.push(vec![
                self.name.clone(),
                letter.to_owned(),
                format!("{:.0}", phrases.len() as f64 / wall),
                format!("{} / {} / {}", micros(0.5), micros(0.99), micros(0.999)),
            ]);
            Ok::<(), Box<dyn std::error::Error>>(())
        };
        row("a", at_once(&self.a, &phrases))?;
        row("b", at_once(&self.b, &phrases))?;
        row("e", at_once(&self.e, &phrases))
    }
}

/// The rows of hard phrases, each with its name.
pub(crate) fn hard_phrases(passages: &Passages) -> Vec<(String, Vec<String>)> {
    let mut rows = Vec::new();
    let (mut overlapping, mut digits) = (BTreeSet::new(), BTreeSet::new());
    let mut parts: Vec<String> = Vec::new();
    for n_chars in LENGTHS {
        let commonest = |keep: fn(&str) -> bool, n| passages.commonest(n_chars, n, keep);
        let usual = commonest(|_| true, PHRASES);
        overlapping.extend(commonest(overlaps_itself, PHRASES / 6));
        digits.extend(commonest(is_of_digits, PHRASES / 6));
        if (2..=3).contains(&n_chars) {
            parts.extend(usual.iter().cloned());
        }
        if n_chars == 2 {
            overlapping.extend(usual.iter().take(5).map(|pair| pair.repeat(2)));
        }
        rows.push((format!("commonest of {n_chars}"), usual));
    }
    overlapping.extend(OVERLAPPING.map(str::to_owned));
    let mut random = Random::new(5);
    let mut joined = || format!("{}{}", random.pick(&parts), random.pick(&parts));
    let joined = (0..PHRASES).map(|_| joined()).collect();
    rows.push((
        "that overlap themselves".to_owned(),
        overlapping.into_iter().collect(),
    ));
    rows.push(("of digits".to_owned(), digits.into_iter().collect()));
    rows.push(("joined of two common ones".to_owned(), joined));
    rows
}

/// Whether a beginning of a phrase is also an end of it.
fn overlaps_itself(phrase: &str) -> bool {
    let starts = phrase.char_indices().skip(1);
    let mut ends = starts.filter_map(|(at, _)| phrase.get(at..));
    ends.any(|end| phrase.starts_with(end))
}

fn is_of_digits(phrase: &str) -> bool {
    phrase.bytes().all(|byte| byte.is_ascii_digit())
}
