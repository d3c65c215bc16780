//! Measures the order of hits on collections with relevance judgements, through [`Index::search`] as the program uses it.
//!
//! `BAOGAO_BENCH_COLLECTIONS=FOLDER cargo bench --bench ranking` takes each subfolder that holds `docs.jsonl` (`id`, `text`),
//! `queries.jsonl` (`id`, `text`) and `qrels.tsv` (query, document, grade), and prints Markdown tables: what each part of the
//! score brings, and what it costs. Environment:
//!
//! - `BAOGAO_BENCH_COLLECTIONS`: the folder of the collections; without it nothing is measured;
//! - `BAOGAO_BENCH_RUNS`: a folder to which the runs are written in the format of TREC, with the judgements beside them,
//!   so that another scorer can check the figures;
//! - `BAOGAO_BENCH_ROUNDS`: rounds of the latency table, the variants taking turns (5).

#![expect(clippy::print_stdout, reason = "the tables are the output")]

mod collection;
mod score;

use baogao_engine::exact::MatchOptions;
use baogao_engine::index::{Index, build_from_reports};
use baogao_engine::query::{Filters, Query};
use baogao_engine::rank::Scoring;
use baogao_engine::search::{SearchOptions, Tier};
use collection::{Collection, Cut};
use score::{Figures, Run, figures};
use std::collections::HashSet;
use std::error::Error;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// Documents of a run, as is usual.
const DEPTH: usize = 100;
/// Hits that are asked for where a document has many passages.
const MAX_HITS: usize = 1_000;
/// Queries of the latency table, the first of each collection.
const TIMED_QUERIES: usize = 300;

const NOTHING: Scoring = Scoring {
    words: 0.0,
    shared: false,
    pairs: 0.0,
    across: 1.0,
    closeness: 0.0,
    burstiness: 0.0,
    length: 0.75,
    heading: 1.0,
    heading_wide: 1.0,
};

/// What is compared: a name, also of the files, and the parts of the score. Each adds something to the one before, but
/// for `pairs` and `headings`.
fn variants() -> Vec<(&'static str, Scoring)> {
    let all = Scoring::default();
    let words = Scoring {
        words: 1.0,
        ..NOTHING
    };
    let pairs = Scoring {
        pairs: 1.0,
        ..NOTHING
    };
    let both = Scoring {
        words: all.words,
        pairs: all.pairs,
        ..NOTHING
    };
    let closeness = Scoring {
        closeness: all.closeness,
        ..both
    };
    let shared = Scoring {
        shared: all.shared,
        ..closeness
    };
    let burstiness = Scoring {
        burstiness: all.burstiness,
        ..shared
    };
    let across = Scoring {
        across: all.across,
        ..burstiness
    };
    let length = Scoring {
        length: all.length,
        ..across
    };
    debug_assert_eq!(
        length,
        Scoring {
            heading: 1.0,
            ..all
        }
    );
    let headings = Scoring {
        heading_wide: all.heading,
        ..length
    };
    vec![
        ("words", words),
        ("pairs", pairs),
        ("both", both),
        ("closeness", closeness),
        ("shared", shared),
        ("burstiness", burstiness),
        ("across", across),
        ("length", length),
        ("headings", headings),
    ]
}

fn main() -> Result<()> {
    let Some(folder) = std::env::var_os("BAOGAO_BENCH_COLLECTIONS") else {
        println!("nothing measured: BAOGAO_BENCH_COLLECTIONS names no folder of collections");
        return Ok(());
    };
    let collections = Collection::read_all(Path::new(&folder))?;
    if collections.is_empty() {
        println!("nothing measured: no collection in that folder");
        return Ok(());
    }
    let runs = std::env::var_os("BAOGAO_BENCH_RUNS");
    let rounds = std::env::var("BAOGAO_BENCH_ROUNDS").map_or(Ok(5), |given| given.parse())?;
    let temporary = tempfile::tempdir()?;
    for cut in [Cut::Whole, Cut::Lines] {
        println!("## {}\n", cut.title());
        println!("| collection | score | nDCG@10 | MRR@10 | R@100 |\n|---|---|---|---|---|");
        let mut times = Vec::new();
        for collection in &collections {
            let dir = temporary
                .path()
                .join(format!("{}-{}", collection.name, cut.name()));
            build_from_reports(&dir, &collection.reports(cut))?;
            let index = Index::open(&dir)?;
            for (name, scoring) in variants() {
                let run = run(&index, collection, cut, scoring)?;
                let Figures { ndcg, mrr, recall } = figures(&run, &collection.judgements);
                let collection_name = &collection.name;
                println!("| {collection_name} | {name} | {ndcg:.4} | {mrr:.4} | {recall:.4} |");
                if let Some(runs) = &runs {
                    collection.write(Path::new(runs), (cut, name), &run)?;
                }
            }
            times.push((&collection.name, latencies(&index, collection, rounds)?));
        }
        println!("\nWarm, one thread, ten hits, median milliseconds a query ({rounds} rounds):\n");
        let names: Vec<&str> = variants().iter().map(|(name, _)| *name).collect();
        println!("| collection | {} |", names.join(" | "));
        println!("|---|{}", "---|".repeat(names.len()));
        for (name, medians) in times {
            let cells: Vec<String> = medians
                .iter()
                .map(|median| format!("{:.3}", median.as_secs_f64() * 1e3))
                .collect();
            println!("| {name} | {} |", cells.join(" | "));
        }
        println!();
    }
    Ok(())
}

/// As typed; where an operator is used wrongly, as a phrase.
fn parse(typed: &str) -> Result<Query> {
    let options = MatchOptions::default();
    let parsed = Query::parse(typed, options);
    Ok(parsed.or_else(|_| Query::parse(&format!("\"{}\"", typed.replace('"', " ")), options))?)
}

fn options(scoring: Scoring, limit: usize) -> SearchOptions {
    SearchOptions {
        filters: Filters {
            // Copies are judged like any other document.
            duplicates: true,
            ..Filters::default()
        },
        tier: Tier::Any,
        limit: Some(limit),
        scoring,
        ..SearchOptions::default()
    }
}

/// The best documents for each query, each as good as its best passage.
fn run(index: &Index, collection: &Collection, cut: Cut, scoring: Scoring) -> Result<Run> {
    let limit = match cut {
        Cut::Whole => DEPTH,
        Cut::Lines => MAX_HITS,
    };
    let options = options(scoring, limit);
    let mut run = Vec::new();
    for (id, text) in &collection.queries {
        let answer = index.search(&parse(text)?, &options)?;
        let mut seen = HashSet::new();
        let documents = answer
            .hits
            .into_iter()
            .map(|hit| (hit.passage.report.meta.title.clone(), hit.score));
        let best = documents.filter(|(document, _)| seen.insert(document.clone()));
        run.push((id.clone(), best.take(DEPTH).collect()));
    }
    Ok(run)
}

/// The median time of a query for each variant.
fn latencies(index: &Index, collection: &Collection, rounds: usize) -> Result<Vec<Duration>> {
    let queries = collection.queries.iter().take(TIMED_QUERIES);
    let queries: Vec<Query> = queries
        .map(|(_, text)| parse(text))
        .collect::<Result<_>>()?;
    let variants = variants();
    let mut times = vec![Vec::new(); variants.len()];
    for _ in 0..=rounds {
        for query in &queries {
            for ((_, scoring), times) in variants.iter().zip(&mut times) {
                let start = Instant::now();
                index.search(query, &options(*scoring, 10))?;
                times.push(start.elapsed());
            }
        }
    }
    for times in &mut times {
        // The first round warms up.
        times.drain(..queries.len());
        times.sort_unstable();
    }
    let median = |times: &Vec<Duration>| times.get(times.len() / 2).copied().unwrap_or_default();
    Ok(times.iter().map(median).collect())
}

/// Makes a folder and writes a file in it.
fn write(folder: &Path, name: &str, text: &str) -> Result<()> {
    fs::create_dir_all(folder)?;
    Ok(fs::write(folder.join(name), text)?)
}
