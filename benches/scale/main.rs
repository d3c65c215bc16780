//! How time, size and memory grow with the corpus: one made of the samples, larger and larger.
//!
//! `cargo bench --bench scale` prints the tables of `docs/scale.md`. Environment:
//!
//! - `BAOGAO_SCALE_PASSAGES`: the sizes, separated by commas (`10000,100000,1000000,3000000`); a million passages need
//!   1.1 GB of disk. `10000000` is another, of which nothing is expected but that it works;
//! - `TMPDIR`: where the corpora and indexes are written, and removed again;
//! - `BAOGAO_SCALE_KEEP`: a folder where they are kept instead; what is there already is asked and not built again.

#![expect(clippy::print_stdout, reason = "the tables are the output")]
#![expect(clippy::print_stderr, reason = "what is being done, for who waits")]

#[path = "../contenders/mod.rs"]
#[allow(dead_code, reason = "each bench uses a part")]
mod contenders;

use baogao_engine::ask::{CountAnswer, CountQuestion, GenreChoice, Scope};
use baogao_engine::index::{self, Index, UpdateOptions, update};
use baogao_engine::stats::Dimension;
use contenders::corpora::Corpus;
use contenders::measure::{
    CHILD, Cost, Others, Samples, anonymous_mib, measure, run_child, seconds, sizes,
};
use contenders::ours::Ours;
use contenders::random::Random;
use contenders::table::Table;
use contenders::{Contender, Result, at_once};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const SIZES: &str = "10000,100000,1000000,3000000";
const PHRASES: usize = 1000;
const STARTS: usize = 20;
const REPEATS: usize = 9;
const COMMON: &str = "发展";
const RARE: &str = "专业镇";

fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    if arguments.next().as_deref() == Some(CHILD) {
        let role = arguments.next().unwrap_or_default();
        let dir = PathBuf::from(arguments.next().unwrap_or_default());
        let cost = child(&role, &dir, arguments.map(PathBuf::from).collect())?;
        println!("{}", serde_json::to_string(&cost)?);
        return Ok(());
    }
    let mut building = Table::new(
        "Building",
        &[
            "passages",
            "reports",
            "text, MB",
            "wall s",
            "CPU s",
            "MB of text a second",
            "anonymous MiB",
            "size ÷ text",
            "segments",
            "one file changed, s",
            "merge to one segment, s",
        ],
    );
    let mut asking = Table::new(
        "Asking",
        &[
            "passages",
            "open, ms",
            "whole process, `search 专业镇`, ms",
            "anonymous MiB",
            "count of 2 to 8 characters, µs, p50 / p99 / p99.9",
            "best 20, µs, p50 / p99 / p99.9",
            "of one character: count, ms, p50 / p99",
            "best 20, ms, p50 / p99",
            "发展: count, ms",
            "best 20, ms",
            "16 readers at once, best 20, µs, p50 / p99",
            "busy cores of others",
            "fixed work, ms",
            "发展 by region and year, ms",
            "rows",
            "places of 发展",
        ],
    );
    let given = std::env::var("BAOGAO_SCALE_PASSAGES");
    for size in given.as_deref().unwrap_or(SIZES).split(',') {
        let temporary = tempfile::tempdir()?;
        let kept = std::env::var_os("BAOGAO_SCALE_KEEP").map(|dir| Path::new(&dir).join(size));
        let dir = kept.as_deref().unwrap_or(temporary.path());
        let (index, corpus) = match Corpus::kept(size, dir) {
            Some(corpus) => (Index::open(&corpus.dir)?, corpus),
            None => {
                eprintln!("{size}: making text");
                let corpus = Corpus::of(size, dir)?.ok_or("a size is a number")?;
                let (row, index) = build(&corpus)?;
                building.push(row);
                (index, corpus)
            }
        };
        eprintln!("{size}: asking");
        asking.push(ask(&corpus, Ours(index))?);
    }
    println!("{} cores\n\n{building}\n{asking}", contenders::threads());
    Ok(())
}

fn child(role: &str, dir: &Path, roots: Vec<PathBuf>) -> Result<Cost> {
    match role {
        "update" => {
            let options = UpdateOptions {
                roots,
                ..UpdateOptions::default()
            };
            measure(|| {
                update(dir, &options, &|_| {})?;
                Ok(())
            })
        }
        "merge" => measure(|| Ok(index::merge(dir)?)),
        "search" => {
            let ours = Ours(Index::open(dir)?);
            ours.page(RARE)?;
            Ok(Cost {
                memory: anonymous_mib(),
                ..Cost::default()
            })
        }
        _ => Err(format!("unknown role `{role}`").into()),
    }
}

/// Builds the index, changes a file, brings it up to date and merges it to one segment.
fn build(corpus: &Corpus) -> Result<(Vec<String>, Index)> {
    eprintln!("{}: building", corpus.name);
    let cost = run_child("update", &corpus.dir, &corpus.folders)?;
    let index = Index::open(&corpus.dir)?;
    let size = sizes(&corpus.dir).values().sum::<u64>() as f64;
    let (mut n_passages, mut n_bytes) = (0, 0);
    for segment in index.exact_segments() {
        for doc in segment.living() {
            n_passages += 1;
            n_bytes += segment.passage(doc).text.len();
        }
    }
    let (n_reports, n_segments) = (index.reports.len(), index.n_segments());
    drop(index);

    let changed = first_file(&corpus.folders[0])?;
    let mut text = std::fs::read_to_string(&changed)?;
    text.push_str("新增一段。\n");
    std::fs::write(&changed, text)?;
    let change = run_child("update", &corpus.dir, &corpus.folders)?;
    let merge = run_child("merge", &corpus.dir, &[])?;
    let megabytes = n_bytes as f64 / 1e6;
    let row = vec![
        n_passages.to_string(),
        n_reports.to_string(),
        format!("{megabytes:.0}"),
        format!("{:.1}", cost.wall),
        format!("{:.1}", cost.cpu),
        format!("{:.1}", megabytes / cost.wall),
        format!("{:.0}", cost.memory),
        format!("{:.2}", size / n_bytes as f64),
        n_segments.to_string(),
        format!("{:.2}", change.wall),
        format!("{:.1}", merge.wall),
    ];
    Ok((row, Index::open(&corpus.dir)?))
}

fn first_file(folder: &Path) -> Result<PathBuf> {
    let files = walkdir::WalkDir::new(folder).sort_by_file_name();
    let mut files = files.into_iter().flatten();
    let file = files.find(|entry| entry.file_type().is_file());
    Ok(file.ok_or("the corpus is empty")?.into_path())
}

fn ask(corpus: &Corpus, ours: Ours) -> Result<Vec<String>> {
    let others = Others::watch();
    let mut open = Samples::default();
    for _ in 0..STARTS {
        let (time, index) = seconds(|| Index::open(&corpus.dir));
        index?;
        open.push(time * 1e3);
    }
    let mut process = Samples::default();
    for _ in 0..STARTS {
        let mut command = Command::new(env!("CARGO_BIN_EXE_baogao"));
        command.args(["search", RARE, "-n", "10", "--index"]);
        command.arg(&corpus.dir);
        command.stdin(Stdio::null()).stdout(Stdio::null());
        let (time, status) = seconds(|| command.stderr(Stdio::null()).status());
        if !status?.success() {
            return Err("`baogao search` failed".into());
        }
        process.push(time * 1e3);
    }
    let memory = run_child("search", &corpus.dir, &[])?.memory;

    let random = phrases(&ours);
    let (count, page) = counts_and_pages(&ours, &random)?;
    let single = singles(&random);
    let (single_count, single_page) = counts_and_pages(&ours, &single)?;
    let common = vec![COMMON.to_owned(); REPEATS];
    let (common_count, common_page) = counts_and_pages(&ours, &common)?;
    let (at_once, _) = at_once(&ours, &random)?;
    let quantiles = |times: &Samples, unit: f64, digits: usize| {
        let shares = [0.5, 0.99].map(|share| times.quantile(share) * unit);
        format!("{:.digits$} / {:.digits$}", shares[0], shares[1])
    };
    let with_last = |times: &Samples| {
        let last = times.quantile(0.999) * 1e6;
        format!("{} / {last:.0}", quantiles(times, 1e6, 0))
    };

    let question = CountQuestion {
        query: vec![COMMON.to_owned()],
        by: vec![Dimension::Region, Dimension::Year],
        scope: Scope {
            genre: Some(GenreChoice::Any),
            ..Scope::default()
        },
        ..CountQuestion::default()
    };
    let (mut cells, mut rows, mut places) = (Samples::default(), 0, 0);
    for _ in 0..REPEATS {
        let (time, table) = seconds(|| -> Result<_> {
            let answer = CountAnswer::new(&ours.0, &question)?;
            let counting = answer.countings.first();
            Ok(counting.and_then(|counting| answer.table(counting)))
        });
        let table = table?.ok_or("an expression has a table")?;
        cells.push(time * 1e3);
        (rows, places) = (
            table.rows.len(),
            table.total.sums.unwrap_or_default().occurrences,
        );
    }
    let n_passages: usize = ours.0.exact_segments().map(|s| s.living().count()).sum();
    Ok(vec![
        n_passages.to_string(),
        open.show(2),
        process.show(1),
        format!("{memory:.1}"),
        with_last(&count),
        with_last(&page),
        quantiles(&single_count, 1e3, 1),
        quantiles(&single_page, 1e3, 1),
        format!("{:.2}", common_count.quantile(0.0) * 1e3),
        format!("{:.2}", common_page.quantile(0.0) * 1e3),
        quantiles(&at_once, 1e6, 0),
        format!("{:.1}", others.cores()),
        format!("{:.0}", others.fixed_work_ms()),
        cells.show(1),
        rows.to_string(),
        places.to_string(),
    ])
}

/// Seconds of counting each phrase, and of the best of its passages; each asked once before.
fn counts_and_pages(ours: &Ours, phrases: &[String]) -> Result<(Samples, Samples)> {
    let (mut count, mut page) = (Samples::default(), Samples::default());
    for phrase in phrases {
        ours.count(phrase)?;
        count.push(seconds(|| ours.count(phrase)).0);
        ours.page(phrase)?;
        page.push(seconds(|| ours.page(phrase)).0);
    }
    Ok((count, page))
}

/// The distinct first characters of some phrases.
fn singles(phrases: &[String]) -> Vec<String> {
    let firsts = phrases.iter().filter_map(|phrase| phrase.chars().next());
    let firsts: std::collections::BTreeSet<char> = firsts.collect();
    firsts.into_iter().map(String::from).collect()
}

/// Random runs of 2 to 8 characters of folded passages.
fn phrases(ours: &Ours) -> Vec<String> {
    let mut random = Random::new(7);
    let segments: Vec<_> = ours.0.exact_segments().collect();
    let sizes: Vec<Vec<u32>> = segments
        .iter()
        .map(|segment| segment.living().collect())
        .collect();
    let mut phrases = Vec::new();
    while phrases.len() < PHRASES {
        let at = random.below(segments.len());
        if sizes[at].is_empty() {
            continue;
        }
        let chars: Vec<char> = segments[at]
            .folded(*random.pick(&sizes[at]))
            .chars()
            .collect();
        let n_chars = 2 + random.below(7);
        if let Some(last) = chars.len().checked_sub(n_chars) {
            let start = random.below(last + 1);
            phrases.push(chars[start..start + n_chars].iter().collect());
        }
    }
    phrases
}
