//! Measures the index against what else could have been built, all in one run and in turn, and checks on the way that
//! every exact program counts the same.
//!
//! `cargo bench --bench exact` prints the tables of `docs/performance.md`. Environment:
//!
//! - `BAOGAO_BENCH_CORPORA`: what to measure, as [`contenders::corpora`] says (`samples,50000,reports,laws`);
//! - `BAOGAO_BENCH_ROUNDS`: how often everything is repeated, the programs taking turns (5);
//! - `BAOGAO_BENCH_PARTS`: what is measured, separated by commas (`programs,regions`). `programs` are all programs beside each
//!   other, `regions` is the index by its regions, and `bounds` other bounds of the lists of frequent runs. The two last
//!   tables are in `docs/index.md`.
//!
//! One question is asked at a time; a answers a long one on up to four cores, the others on one.
//!
//! Each build runs in a process of its own, whose CPU seconds and anonymous memory are read from
//! `/proc`; elsewhere than on Linux these columns are 0.

#![expect(clippy::print_stdout, reason = "the tables are the output")]
#![expect(clippy::print_stderr, reason = "what is being done, for who waits")]

mod bounds;
mod builds;
mod cold;
#[path = "../contenders/mod.rs"]
#[allow(dead_code, reason = "each bench uses a part")]
mod contenders;
mod hard;
mod queries;
mod regions;

use builds::BUILDS;
use cold::Cold;
use contenders::Result;
use contenders::corpora::{Corpus, corpora};
use contenders::measure::{CHILD, Others, QUIET_CORES, Samples, machine, run_child};
use contenders::passages::{Passages, read_reports};
use contenders::table::Table;
use queries::Open;
use std::path::PathBuf;

const PROGRAMS: &str = "programs";
const REGIONS: &str = "regions";
const BOUNDS: &str = "bounds";
const ALL_PARTS: [&str; 3] = [PROGRAMS, REGIONS, BOUNDS];
/// What is measured if nothing else is asked for.
const PARTS: &str = "programs,regions";

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
    println!("{}; {rounds} rounds\n", machine());
    let parts = std::env::var("BAOGAO_BENCH_PARTS");
    let parts: Vec<&str> = parts.as_deref().unwrap_or(PARTS).split(',').collect();
    if let Some(unknown) = parts.iter().find(|part| !ALL_PARTS.contains(part)) {
        return Err(format!("BAOGAO_BENCH_PARTS has no part `{unknown}`").into());
    }
    let mut tables = Tables::new();
    let mut wrong = 0;
    for name in corpora("samples,50000,reports,laws") {
        let temporary = tempfile::tempdir()?;
        let Some(corpus) = Corpus::of(&name, temporary.path())? else {
            eprintln!("{name}: not at hand, left out");
            continue;
        };
        wrong += measure(&corpus, rounds, &parts, &mut tables)?;
    }
    tables.print();
    if wrong > 0 {
        return Err(format!("{wrong} counts differ from the scan").into());
    }
    if parts.contains(&PROGRAMS) {
        println!("All counts of a and b are those of the scan.");
    }
    Ok(())
}

/// What is asked for about one corpus; returns how many counts are wrong.
fn measure(corpus: &Corpus, rounds: usize, parts: &[&str], tables: &mut Tables) -> Result<usize> {
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
    let is_asked = |part| parts.contains(&part);
    if is_asked(PROGRAMS) {
        builds::builds(corpus, rounds, passages.text_bytes() as f64, tables)?;
    }
    if is_asked(REGIONS) {
        let dir = corpus.dir.join("update");
        if !is_asked(PROGRAMS) {
            run_child("update", &dir, &corpus.folders)?;
        }
        regions::regions(name, &dir, passages.len(), tables)?;
    }
    if is_asked(BOUNDS) {
        let others = Others::watch();
        bounds::bounds(corpus, &passages, rounds, tables)?;
        tables.note_quiet(name, "lists of runs", &others);
    }
    if !is_asked(PROGRAMS) {
        return Ok(0);
    }
    let cold = Cold::new(corpus, &passages)?;
    tables.watched(name, "whole processes", |tables| cold.measure(tables))?;
    let open = Open::new(corpus, passages, rounds)?;
    let mut wrong = 0;
    tables.watched(name, "counting", |tables| {
        wrong += open.lengths(tables)? + open.counts(tables)?;
        Ok(())
    })?;
    tables.watched(name, "hard phrases", |tables| {
        wrong += open.hard(tables)?;
        Ok(())
    })?;
    tables.watched(name, "best 20", |tables| open.pages(tables))?;
    tables.watched(name, "many readers", |tables| open.readers(tables))?;
    tables.watched(name, "opening", |tables| open.opening(tables))?;
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
    hard_counts: Table,
    pages: Table,
    hard_pages: Table,
    readers: Table,
    cold: Table,
    opening: Table,
    regions: Table,
    bounds: Table,
    quiet: Table,
    /// Busy cores of others in each round.
    busy: Samples,
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
                "Counting a phrase: warm, one question at a time, µs, p50 / p99 / p99.9",
                &["corpus", "characters", "a", "b", "c", "e", "f", "d"],
            ),
            shares: Table::new(
                "Passages counted, of those that there are (mean over phrases)",
                &["corpus", "characters", "a", "b", "c", "e", "f"],
            ),
            counts: Table::new(
                "Common phrases: warm, one question at a time, µs",
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
            hard_counts: Table::new(
                "Counting a hard phrase: warm, one question at a time, µs, p50 / p99 / p99.9",
                &["corpus", "phrases", "number", "a", "b", "c", "e", "f", "d"],
            ),
            hard_pages: Table::new(
                "The best 20 passages of a hard phrase: warm, one question at a time, µs, p50 / p99 / p99.9",
                &["corpus", "phrases", "number", "a", "b", "c", "e", "f"],
            ),
            readers: Table::new(
                "Many readers at once: the best 20, of random phrases of 2 to 8 Chinese characters",
                &[
                    "corpus",
                    "program",
                    "answers a second",
                    "µs, p50 / p99 / p99.9",
                ],
            ),
            pages: Table::new(
                "The best 20 passages with highlights: warm, one question at a time, µs, p50 / p99 / p99.9",
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
            regions: Table::new(
                "What each region of the index costs",
                &["corpus", "region", "bytes a passage", "share"],
            ),
            bounds: Table::new(
                "Bounds of the lists of frequent runs, one segment: counting, µs, the least of the rounds, p50 / p99 / most",
                &[
                    "corpus",
                    "one passage in",
                    "characters",
                    "MB",
                    "÷ text",
                    "÷ index",
                    "CPU s",
                    "anonymous MiB",
                    "random phrases of 2 to 8",
                    "hard phrases",
                ],
            ),
            quiet: Table::new(
                "How quiet the machine was",
                &[
                    "corpus",
                    "round",
                    "s",
                    "busy cores of others",
                    "fixed work, ms",
                ],
            ),
            busy: Samples::default(),
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

    /// Does a round of the work and notes what others did meanwhile.
    fn watched(
        &mut self,
        corpus: &str,
        round: &str,
        work: impl FnOnce(&mut Tables) -> Result<()>,
    ) -> Result<()> {
        let others = Others::watch();
        work(self)?;
        self.note_quiet(corpus, round, &others);
        Ok(())
    }

    /// Notes how many cores other processes kept busy in a round.
    fn note_quiet(&mut self, corpus: &str, round: &str, others: &Others) {
        let (cores, seconds) = (others.cores(), others.seconds());
        self.busy.push(cores);
        self.quiet.push(vec![
            corpus.to_owned(),
            round.to_owned(),
            format!("{seconds:.0}"),
            format!("{cores:.2}"),
            format!("{:.0}", others.fixed_work_ms()),
        ]);
    }

    fn print(&self) {
        println!("{}", self.corpora);
        if !self.building.is_empty() {
            println!("{}\n| letter | program |\n|---|---|", self.targets);
            for build in BUILDS {
                println!("| {} | {} |", build.letter, build.name);
            }
            println!("| d | a literal scan of the folded text in memory (memmem) |\n");
        }
        for table in [
            &self.building,
            &self.ratios,
            &self.parts,
            &self.lengths,
            &self.shares,
            &self.counts,
            &self.hard_counts,
            &self.pages,
            &self.hard_pages,
            &self.readers,
            &self.cold,
            &self.opening,
            &self.regions,
            &self.bounds,
            &self.quiet,
        ] {
            if !table.is_empty() {
                println!("{table}");
            }
        }
        let most = self.busy.quantile(1.0);
        if most > QUIET_CORES {
            println!("Not a quiet machine: others kept up to {most:.2} cores busy.\n");
        }
    }
}
