//! Queries in a process that has the indexes open: the programs in turn, phrase by phrase.

use crate::Tables;
use crate::contenders::corpora::Corpus;
use crate::contenders::fields::{Cut, FieldIndex};
use crate::contenders::made::is_han;
use crate::contenders::measure::{Samples, seconds};
use crate::contenders::ours::{Ours, phrase_of};
use crate::contenders::passages::Passages;
use crate::contenders::random::Random;
use crate::contenders::trigrams::TrigramIndex;
use crate::contenders::{Contender, Result};
use baogao_engine::index::Index;
use baogao_engine::query::Filters;
use baogao_engine::stats::{self, CountOptions, Dimension, Group, crosstab};
use std::collections::HashMap;
use std::path::PathBuf;

/// Phrase lengths, in characters.
const LENGTHS: [usize; 8] = [1, 2, 3, 4, 6, 8, 12, 20];
/// Phrases of each length.
const PHRASES: usize = 1000;
/// Of so many of them the counts are compared with a scan.
const CHECKED: usize = 300;
/// Phrases of the best 20.
const HAN_PHRASES: usize = 1000;
/// Characters of the best 20.
const CHARACTERS: usize = 300;
/// Common phrases.
const FIXED: [&str; 3] = ["发展", "高质量发展", "专业镇"];
/// A program is asked no more phrases of a row when it has taken so many seconds for them.
const MAX_SECONDS: f64 = 10.0;

/// All programs over one corpus, open.
pub(crate) struct Open {
    pub(crate) name: String,
    index: PathBuf,
    rounds: usize,
    pub(crate) a: Ours,
    pub(crate) b: FieldIndex,
    pub(crate) c: FieldIndex,
    pub(crate) e: FieldIndex,
    pub(crate) f: TrigramIndex,
    pub(crate) d: Passages,
}

/// Times of one program for the phrases of a row.
#[derive(Default)]
pub(crate) struct Times {
    /// Microseconds, the median of the rounds for each phrase.
    each: Samples,
    /// Seconds that all of it took.
    spent: f64,
}

impl Times {
    /// `p50 / p99 / p99.9`, and the number of phrases where it was not asked all.
    pub(crate) fn show(&self, n_phrases: usize) -> String {
        if self.each.0.is_empty() {
            return "–".to_owned();
        }
        let number = |micros: f64| match micros {
            ..10.0 => format!("{micros:.1}"),
            _ => format!("{micros:.0}"),
        };
        let shares = [0.5, 0.99, 0.999].map(|share| number(self.each.quantile(share)));
        match self.each.0.len() {
            n if n < n_phrases => format!("{} ({n})", shares.join(" / ")),
            _ => shares.join(" / "),
        }
    }
}

impl Open {
    pub(crate) fn new(corpus: &Corpus, passages: Passages, rounds: usize) -> Result<Open> {
        let dir = &corpus.dir;
        let field = |role, cut| FieldIndex::open(&dir.join(role), cut);
        Ok(Open {
            name: corpus.name.clone(),
            index: dir.join("index"),
            rounds,
            a: Ours(Index::open(&dir.join("index"))?),
            b: field("characters", Cut::Characters)?,
            c: field("words", Cut::Words { hmm: true })?,
            e: field("pairs", Cut::Pairs)?,
            f: TrigramIndex::open(&dir.join("trigrams"))?,
            d: passages,
        })
    }

    /// Asks every program every phrase, so many rounds, and hands each answer to `check(program, phrase, answer)`.
    pub(crate) fn ask(
        &self,
        programs: &[&dyn Contender],
        phrases: &[String],
        ask: impl Fn(&dyn Contender, &str) -> Result<u64>,
        mut check: impl FnMut(usize, &str, u64),
    ) -> Result<Vec<Times>> {
        let mut times: Vec<Times> = programs.iter().map(|_| Times::default()).collect();
        for phrase in phrases {
            let mut rounds = vec![Samples::default(); programs.len()];
            for round in 0..self.rounds {
                for (at, program) in programs.iter().enumerate() {
                    let slow = round == 0 && times[at].spent > MAX_SECONDS;
                    if slow || (round > 0 && rounds[at].0.is_empty()) {
                        continue;
                    }
                    let (time, answer) = seconds(|| ask(*program, phrase));
                    let answer = answer?;
                    if round == 0 {
                        check(at, phrase, answer);
                    }
                    times[at].spent += time;
                    rounds[at].push(time * 1e6);
                }
            }
            for (times, rounds) in times.iter_mut().zip(rounds) {
                if !rounds.0.is_empty() {
                    times.each.push(rounds.median());
                }
            }
        }
        Ok(times)
    }

    /// In how many passages a scan finds each phrase.
    pub(crate) fn scanned<'p>(&self, phrases: &'p [String]) -> HashMap<&'p str, u64> {
        let phrases = phrases.iter().map(String::as_str);
        let count = |phrase| (phrase, self.d.scan(phrase).0);
        phrases.map(count).collect()
    }

    /// 1 if a program that is exact, one of the first two, counts otherwise than the scan, which is said; else 0.
    pub(crate) fn is_wrong(&self, at: usize, phrase: &str, count: u64, there: u64) -> usize {
        let Some(letter) = ['a', 'b'].get(at).filter(|_| count != there) else {
            return 0;
        };
        eprintln!(
            "{}: {letter} counts {phrase:?} {count} times, the scan {there}",
            self.name
        );
        1
    }

    /// Counting by phrase length; returns how many counts of exact programs are wrong.
    pub(crate) fn lengths(&self, tables: &mut Tables) -> Result<usize> {
        let programs: [&dyn Contender; 6] = [&self.a, &self.b, &self.c, &self.e, &self.f, &self.d];
        let mut random = Random::new(1);
        let mut wrong = 0;
        for n_chars in LENGTHS {
            eprintln!("{}: counting, {n_chars} characters", self.name);
            let phrases: Vec<String> = (0..PHRASES)
                .map(|_| self.d.random_folded(&mut random, n_chars))
                .collect();
            let expected = self.scanned(phrases.get(..CHECKED).unwrap_or(&phrases));
            let mut shares: Vec<Samples> = programs.iter().map(|_| Samples::default()).collect();
            let check = |at: usize, phrase: &str, count: u64| {
                if let Some(there) = expected.get(phrase) {
                    shares[at].push(count.min(*there) as f64 / *there as f64);
                    wrong += self.is_wrong(at, phrase, count, *there);
                }
            };
            let ask = |program: &dyn Contender, phrase: &str| program.count(phrase);
            let times = self.ask(&programs, &phrases, ask, check)?;
            let mut row = vec![self.name.clone(), n_chars.to_string()];
            let mut share_row = row.clone();
            row.extend(times.iter().map(|times| times.show(PHRASES)));
            tables.lengths.push(row);
            let share = |shares: &Samples| shares.sum() / shares.0.len() as f64;
            let shown = shares
                .iter()
                .take(5)
                .map(|shares| format!("{:.3}", share(shares)));
            share_row.extend(shown);
            tables.shares.push(share_row);
        }
        Ok(wrong)
    }

    /// Counts of phrases that every report has; returns how many are wrong.
    pub(crate) fn counts(&self, tables: &mut Tables) -> Result<usize> {
        let everything = Filters {
            duplicates: true,
            ..Filters::default()
        };
        let by = [Dimension::Region, Dimension::Year];
        let mut wrong = 0;
        for typed in FIXED {
            eprintln!("{}: counting {typed}", self.name);
            let expected = self.d.scan(typed);
            let groups = [Group {
                name: typed.to_owned(),
                phrases: vec![phrase_of(typed)?],
            }];
            let (mut cells, mut n_rows) = (Samples::default(), 0);
            let programs: [&dyn Contender; 5] = [&self.a, &self.b, &self.e, &self.f, &self.d];
            let mut all: Vec<Samples> = programs.iter().map(|_| Samples::default()).collect();
            for _ in 0..self.rounds.max(5) {
                let check = |at: usize, phrase: &str, count: u64| {
                    wrong += self.is_wrong(at, phrase, count, expected.0);
                };
                let ask = |program: &dyn Contender, phrase: &str| program.count(phrase);
                let times = self.ask(&programs, &[typed.to_owned()], ask, check)?;
                for (all, times) in all.iter_mut().zip(times) {
                    all.push(times.each.median());
                }
                let (time, table) = seconds(|| {
                    let options = CountOptions::default();
                    let counted = stats::count(&self.a.0, &groups, &everything, options)?;
                    let counted = counted.into_iter().next().unwrap_or_default();
                    crosstab(&self.a.0, &counted, &everything, &by)
                });
                let table = table?;
                cells.push(time * 1e6);
                n_rows = table.rows.len();
                wrong +=
                    usize::from(table.total.sums.unwrap_or_default().occurrences != expected.1);
            }
            if typed == FIXED[0] {
                let ms = cells.median() / 1e3;
                let figure = "发展 by region and year, ms";
                tables.target(figure, &self.name, 10.0, ms, 2);
            }
            let micros = |samples: &Samples| format!("{:.0}", samples.median());
            let mut row = vec![self.name.clone(), typed.to_owned()];
            row.extend([expected.1, expected.0].map(|n| n.to_string()));
            row.extend([micros(&all[0]), micros(&cells), n_rows.to_string()]);
            row.extend(all[1..].iter().map(micros));
            tables.counts.push(row);
        }
        Ok(wrong)
    }

    /// The best 20 passages with their text and highlights.
    pub(crate) fn pages(&self, tables: &mut Tables) -> Result<()> {
        let programs: [&dyn Contender; 5] = [&self.a, &self.b, &self.c, &self.e, &self.f];
        let mut random = Random::new(3);
        let han: Vec<String> = (0..HAN_PHRASES)
            .map(|_| self.d.random_han(&mut random))
            .collect();
        let single = std::iter::repeat_with(|| self.d.random_original(&mut random, 1).1)
            .filter(|phrase| phrase.chars().all(is_han))
            .take(CHARACTERS)
            .collect();
        let mut rows = vec![
            (
                format!("{HAN_PHRASES} random, 2 to 8 Chinese characters"),
                han,
            ),
            (format!("{CHARACTERS} random Chinese characters"), single),
        ];
        rows.extend(FIXED.map(|phrase| (phrase.to_owned(), vec![phrase.to_owned(); 10])));
        for (name, phrases) in rows {
            eprintln!("{}: best 20, {name}", self.name);
            let ask =
                |program: &dyn Contender, phrase: &str| program.page(phrase).map(|n| n as u64);
            let times = self.ask(&programs, &phrases, ask, |_, _, _| {})?;
            if phrases.len() == HAN_PHRASES {
                let ours = &times[0].each;
                for (figure, at_most, micros) in [
                    ("best 20 with highlights, p50, µs", 100.0, ours.median()),
                    ("the same, p99, µs", 300.0, ours.quantile(0.99)),
                ] {
                    tables.target(figure, &self.name, at_most, micros, 0);
                }
            }
            let mut row = vec![self.name.clone(), name];
            row.extend(times.iter().map(|times| times.show(phrases.len())));
            tables.pages.push(row);
        }
        Ok(())
    }

    /// Opening the index and counting one phrase.
    pub(crate) fn opening(&self, tables: &mut Tables) -> Result<()> {
        let phrase = FIXED[2];
        let (mut open, mut both) = (Samples::default(), Samples::default());
        for _ in 0..50 {
            let (time, index) = seconds(|| Index::open(&self.index));
            index?;
            open.push(time * 1e3);
            let (time, count) = seconds(|| Ours(Index::open(&self.index)?).count(phrase));
            count?;
            both.push(time * 1e3);
        }
        let row = vec![self.name.clone(), open.show(2), both.show(2)];
        tables.opening.push(row);
        Ok(())
    }
}
