//! Measures the index against what else could have been built, all in one run and in turn, and checks on the way that
//! every exact program counts the same.
//!
//! `cargo bench --bench exact` prints the tables of `docs/performance.md`. Environment:
//!
//! - `BAOGAO_BENCH_CORPORA`: what to measure, as [`contenders::corpora`] says (`samples,50000,reports,laws`);
//! - `BAOGAO_BENCH_ROUNDS`: how often everything is repeated, the programs taking turns (5).
//!
//! Each build runs in a process of its own, whose CPU seconds and anonymous memory are read from
//! `/proc`; elsewhere than on Linux these columns are 0.

#![expect(clippy::print_stdout, reason = "the tables are the output")]
#![expect(clippy::print_stderr, reason = "what is being done, for who waits")]

mod builds;
mod cold;
#[path = "../contenders/mod.rs"]
#[allow(dead_code, reason = "each bench uses a part")]
mod contenders;
mod queries;

use builds::BUILDS;
use cold::Cold;
use contenders::Result;
use contenders::corpora::{Corpus, corpora};
use contenders::measure::CHILD;
use contenders::passages::{Passages, read_reports};
use contenders::table::Table;
use queries::Open;
use std::path::PathBuf;

fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    if arguments.next().as_deref() == Some(CHILD) {
        let role = arguments.next().unwrap_or_default();
        let dir = PathBuf::from(arguments.next().unwrap_or_default());
        let folders: Vec<PathBuf> = arguments.map(PathBuf::from).collect();
        let cost = match cold::child(&role, &dir)? {
            Some(cost) => cost,
            None => builds::child(&role, &dir, &folders)?,
        };
        println!("{}", serde_json::to_string(&cost)?);
        return Ok(());
    }
    let rounds = match std::env::var("BAOGAO_BENCH_ROUNDS") {
        Ok(given) => given
            .parse::<usize>()
            .map_err(|_| "BAOGAO_BENCH_ROUNDS is not a number")?
            .max(1),
        Err(_) => 5,
    };
    println!(
        "{} cores, {}; {rounds} rounds; load at the start {}\n",
        contenders::threads(),
        memory(),
        std::fs::read_to_string("/proc/loadavg")
            .unwrap_or_default()
            .trim(),
    );
    let mut tables = Tables::new();
    let mut wrong = 0;
    for name in corpora("samples,50000,reports,laws") {
        let temporary = tempfile::tempdir()?;
        let Some(corpus) = Corpus::of(&name, temporary.path())? else {
            eprintln!("{name}: not at hand, left out");
            continue;
        };
        wrong += measure(&corpus, rounds, &mut tables)?;
    }
    tables.print();
    if wrong > 0 {
        return Err(format!("{wrong} counts differ from the scan").into());
    }
    println!("All counts of a and b are those of the scan.");
    Ok(())
}

/// Everything about one corpus; returns how many counts are wrong.
fn measure(corpus: &Corpus, rounds: usize, tables: &mut Tables) -> Result<usize> {
    let name = corpus.name.as_str();
    eprintln!("{name}: reading");
    let reports = read_reports(&corpus.folders);
    let passages = Passages::new(&reports);
    tables.corpora.push(vec![
        name.to_owned(),
        reports.len().to_string(),
        passages.len().to_string(),
        format!("{:.1} MB", passages.text_bytes() as f64 / 1e6),
    ]);
    drop(reports);
    builds::builds(corpus, rounds, passages.text_bytes() as f64, tables)?;
    Cold::new(corpus, &passages)?.measure(tables)?;
    let open = Open::new(corpus, passages, rounds)?;
    let wrong = open.lengths(tables)? + open.counts(tables)?;
    open.pages(tables)?;
    open.opening(tables)?;
    Ok(wrong)
}

/// The tables, in the order in which they are printed.
struct Tables {
    corpora: Table,
    targets: Table,
    building: Table,
    ratios: Table,
    parts: Table,
    lengths: Table,
    shares: Table,
    counts: Table,
    pages: Table,
    cold: Table,
    opening: Table,
}

impl Tables {
    fn new() -> Tables {
        Tables {
            corpora: Table::new(
                "Corpora",
                &["corpus", "reports", "passages", "repaired text"],
            ),
            targets: Table::new(
                "Targets",
                &["figure", "corpus", "target", "measured", "met"],
            ),
            building: Table::new(
                "Building",
                &[
                    "corpus",
                    "program",
                    "wall s",
                    "CPU s",
                    "anonymous MiB",
                    "size ÷ text",
                    "merge to one segment, s",
                    "merged ÷ text",
                ],
            ),
            ratios: Table::new(
                "Building, beside others",
                &["corpus", "beside", "wall", "CPU"],
            ),
            parts: Table::new(
                "Bytes of the index ÷ bytes of the text, by the extension of files",
                &["corpus", "baogao", "c"],
            ),
            lengths: Table::new(
                "Counting a phrase: warm, one thread, µs, p50 / p99",
                &["corpus", "characters", "a", "b", "c", "e", "f", "d"],
            ),
            shares: Table::new(
                "Passages counted, of those that there are (mean over phrases)",
                &["corpus", "characters", "a", "b", "c", "e", "f"],
            ),
            counts: Table::new(
                "Common phrases: warm, one thread, µs",
                &[
                    "corpus",
                    "phrase",
                    "places",
                    "passages",
                    "a",
                    "a, by region and year",
                    "rows",
                    "b",
                    "e",
                    "f",
                    "d",
                ],
            ),
            pages: Table::new(
                "The best 20 passages with highlights: warm, one thread, µs, p50 / p99",
                &["corpus", "phrases", "a", "b", "c", "e", "f"],
            ),
            cold: Table::new(
                "A whole process, `search 专业镇`, files cached",
                &[
                    "corpus",
                    "program",
                    "ms",
                    "CPU ms",
                    "anonymous MiB",
                    "finds",
                ],
            ),
            opening: Table::new(
                "Opening the index in a process that has done so before, ms",
                &["corpus", "open", "open and count 专业镇"],
            ),
        }
    }

    /// Sets a figure beside what was aimed at.
    fn target(&mut self, figure: &str, corpus: &str, at_most: f64, measured: f64, decimals: usize) {
        self.targets.push(vec![
            figure.to_owned(),
            corpus.to_owned(),
            format!("≤ {at_most}"),
            format!("{measured:.decimals$}"),
            if measured <= at_most { "yes" } else { "no" }.to_owned(),
        ]);
    }

    fn print(&self) {
        println!("{}\n{}", self.corpora, self.targets);
        println!("| letter | program |\n|---|---|");
        for build in BUILDS {
            println!("| {} | {} |", build.letter, build.name);
        }
        println!("| d | a literal scan of the folded text in memory (memmem) |\n");
        for table in [
            &self.building,
            &self.ratios,
            &self.parts,
            &self.lengths,
            &self.shares,
            &self.counts,
            &self.pages,
            &self.cold,
            &self.opening,
        ] {
            println!("{table}");
        }
    }
}

/// The memory of the machine.
fn memory() -> String {
    let info = std::fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let kib = info.split_whitespace().nth(1).and_then(|n| n.parse().ok());
    kib.map_or("memory unknown".to_owned(), |kib: f64| {
        format!("{:.0} GiB", kib / 1024.0 / 1024.0)
    })
}
