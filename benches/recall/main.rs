//! Measures how many of the passages in which a phrase stands are found, and how many of those found hold it: this library,
//! what else could have been built, and any other engine behind an adapter. `README.md` beside this file says how.
//!
//! `cargo bench --bench recall` prints Markdown tables. Environment:
//!
//! - `BAOGAO_BENCH_CORPORA`: what to measure, as [`contenders::corpora`] says (`samples,reports,laws`);
//! - `BAOGAO_RECALL_PHRASES`: phrases of each kind (200);
//! - `BAOGAO_RECALL_ADAPTER`: a command that answers for another engine.

#![expect(clippy::print_stdout, reason = "the tables are the output")]
#![expect(clippy::print_stderr, reason = "what is being done, for who waits")]

mod adapter;
#[path = "../contenders/mod.rs"]
#[allow(dead_code, reason = "each bench uses a part")]
mod contenders;
mod phrases;

use adapter::Adapter;
use baogao_engine::index::{Index, build_from_reports};
use baogao_reading::fold::fold;
use baogao_reading::report::{Genre, Kind, LineStart, Part, Passage, Report, ReportMeta};
use contenders::corpora::{Corpus, corpora};
use contenders::fields::{self, Cut, FieldIndex};
use contenders::measure::{Samples, seconds};
use contenders::ours::Ours;
use contenders::passages::{Passages, read_reports};
use contenders::table::Table;
use contenders::trigrams::{self, TrigramIndex};
use contenders::{Contender, Result};
use phrases::KINDS;
use std::collections::HashSet;

fn main() -> Result<()> {
    let n_phrases = match std::env::var("BAOGAO_RECALL_PHRASES") {
        Ok(given) => given
            .parse()
            .map_err(|_| "BAOGAO_RECALL_PHRASES is not a number")?,
        Err(_) => 200,
    };
    let mut tables = Tables::new();
    let mut is_exact = true;
    for name in corpora("samples,reports,laws") {
        let temporary = tempfile::tempdir()?;
        let Some(corpus) = Corpus::of(&name, temporary.path())? else {
            eprintln!("{name}: not at hand, left out");
            continue;
        };
        let passages = Passages::new(&read_reports(&corpus.folders));
        let kinds = phrases::kinds(&passages, n_phrases)?;
        for given in [Given::AsItIs, Given::Folded] {
            is_exact &= measure(&corpus, &passages, &kinds, given, &mut tables)?;
        }
    }
    println!("{}", tables.recall);
    println!("{}", tables.whole);
    if !is_exact {
        return Err("baogao does not find what the scan finds".into());
    }
    println!("baogao finds exactly what the scan finds.");
    Ok(())
}

/// What text the programs are given.
#[derive(Clone, Copy)]
enum Given {
    /// The repaired text; folding is their own affair.
    AsItIs,
    /// The folded text and folded phrases, so that only the finding of phrases is compared.
    Folded,
}

impl Given {
    fn name(self) -> &'static str {
        match self {
            Given::AsItIs => "as it is",
            Given::Folded => "folded",
        }
    }

    fn text(self, passages: &Passages, number: usize) -> &str {
        match self {
            Given::AsItIs => passages.original(number),
            Given::Folded => passages.folded(number),
        }
    }

    fn phrase(self, phrase: &str) -> String {
        match self {
            Given::AsItIs => phrase.to_owned(),
            Given::Folded => fold(phrase),
        }
    }
}

struct Tables {
    recall: Table,
    whole: Table,
}

impl Tables {
    fn new() -> Tables {
        Tables {
            recall: Table::new(
                "Recall by kind of phrase, %, mean over phrases",
                &[&["corpus", "text", "program"], &KINDS[..]].concat(),
            ),
            whole: Table::new(
                "All phrases together",
                &[
                    "corpus",
                    "text",
                    "program",
                    "recall, % of passages",
                    "recall, %, mean over phrases",
                    "phrases",
                    "that lose passages",
                    "that find nothing",
                    "precision, % of passages",
                    "µs, p50 / p99",
                ],
            ),
        }
    }
}

/// All programs on one text; returns whether ours is exact.
fn measure(
    corpus: &Corpus,
    passages: &Passages,
    kinds: &[Vec<String>],
    given: Given,
    tables: &mut Tables,
) -> Result<bool> {
    let dir = corpus.dir.join(given.name());
    let texts = (0..passages.len()).map(|number| given.text(passages, number));
    let reports = [one_report(texts)];
    let mut is_exact = true;
    let mut programs: Vec<(String, Box<dyn Contender + '_>)> = Vec::new();
    eprintln!("{}: building, text {}", corpus.name, given.name());
    let built = |name: &str| dir.join(name);
    build_from_reports(&built("ours"), &reports)?;
    let ours = Ours(Index::open(&built("ours"))?);
    programs.push(("baogao".to_owned(), Box::new(ours)));
    for (name, cut) in [
        ("tantivy, jieba words", Cut::Words { hmm: true }),
        ("tantivy, characters and pairs", Cut::Pairs),
    ] {
        fields::build(&built(name), cut, &reports)?;
        let index = FieldIndex::open(&built(name), cut)?;
        programs.push((name.to_owned(), Box::new(index)));
    }
    trigrams::build(&built("trigrams"), &reports)?;
    programs.push((
        "SQLite FTS5 trigram, LIKE below 3".to_owned(),
        Box::new(TrigramIndex::open(&built("trigrams"))?),
    ));
    drop(reports);
    if let Ok(command) = std::env::var("BAOGAO_RECALL_ADAPTER") {
        let adapter = Adapter::start(&command, passages, |passages, number| {
            given.text(passages, number)
        })?;
        programs.push((format!("`{command}`"), Box::new(adapter)));
    }
    for (name, program) in &programs {
        eprintln!("{}: {name}", corpus.name);
        let start = [&corpus.name, given.name(), name].map(str::to_owned);
        let mut row = start.to_vec();
        let mut all = Figures::default();
        for kind in kinds {
            let mut figures = Figures::default();
            for phrase in kind {
                let truth = passages.holding(&fold(phrase));
                let asked = given.phrase(phrase);
                let (time, found) = seconds(|| program.find(&asked));
                let found: HashSet<u32> = found?.into_iter().collect();
                for figures in [&mut figures, &mut all] {
                    figures.push(&truth, &found, time);
                }
            }
            row.push(percent(figures.mean_recall()));
        }
        tables.recall.push(row);
        is_exact &= name != "baogao" || all.is_exact();
        let mut row = start.to_vec();
        row.extend(all.row());
        tables.whole.push(row);
    }
    Ok(is_exact)
}

/// All passages as those of one report.
fn one_report<'t>(texts: impl Iterator<Item = &'t str>) -> Report {
    let passage = |text: &str| Passage {
        part: Part::Other,
        kind: Kind::Text,
        heading: None,
        about: None,
        text: text.to_owned(),
        lines: vec![LineStart { byte: 0, line: 1 }],
        ocr: false,
    };
    Report {
        meta: ReportMeta {
            title: String::new(),
            region: None,
            year: None,
            date: None,
            speaker: None,
            named: None,
            url: None,
            genre: Genre::Report,
            abridged: false,
            partial: false,
            contradicted: false,
        },
        passages: texts.map(passage).collect(),
        notes: Vec::new(),
    }
}

/// How the answers to some phrases compare with the truth.
#[derive(Default)]
struct Figures {
    /// Of each phrase the share of its passages that were found.
    recalls: Samples,
    micros: Samples,
    n_there: u64,
    n_found: u64,
    /// Found, and the phrase does not stand there.
    n_false: u64,
    n_nothing: usize,
}

impl Figures {
    fn push(&mut self, truth: &[u32], found: &HashSet<u32>, seconds: f64) {
        let n_right = truth.iter().filter(|number| found.contains(number)).count();
        self.recalls
            .push(n_right as f64 / truth.len().max(1) as f64);
        self.micros.push(seconds * 1e6);
        self.n_there += truth.len() as u64;
        self.n_found += n_right as u64;
        self.n_false += (found.len() - n_right) as u64;
        self.n_nothing += usize::from(n_right == 0);
    }

    fn mean_recall(&self) -> f64 {
        self.recalls.sum() / self.recalls.0.len() as f64
    }

    fn is_exact(&self) -> bool {
        self.n_there == self.n_found && self.n_false == 0
    }

    fn row(&self) -> [String; 7] {
        let lossy = self.recalls.0.iter().filter(|recall| **recall < 1.0);
        [
            percent(self.n_found as f64 / self.n_there as f64),
            percent(self.mean_recall()),
            self.recalls.0.len().to_string(),
            lossy.count().to_string(),
            self.n_nothing.to_string(),
            percent(self.n_found as f64 / (self.n_found + self.n_false) as f64),
            format!(
                "{:.0} / {:.0}",
                self.micros.median(),
                self.micros.quantile(0.99)
            ),
        ]
    }
}

/// With two decimals; 100 only where nothing is missing.
fn percent(share: f64) -> String {
    match share {
        1.0 => "100".to_owned(),
        _ => format!("{:.2}", (share * 1e4).floor() / 1e2),
    }
}
