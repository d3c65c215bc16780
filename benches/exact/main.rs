//! Measures the index against what else could have been built, on real text or on text made from the
//! sample reports, and checks on the way that all of them count the same.
//!
//! `cargo bench --bench exact` prints Markdown tables. Environment:
//!
//! - `BAOGAO_BENCH_CORPUS`: folders of text, separated as in `PATH`; else a corpus made from `corpus/`;
//! - `BAOGAO_BENCH_MB`: size of the made corpus in megabytes (20);
//! - `BAOGAO_BENCH_ROUNDS`: how often each build is repeated, the builds taking turns (5).
//!
//! Each build runs in a process of its own, whose CPU seconds and anonymous memory are read from
//! `/proc`; elsewhere than on Linux these columns are 0.

#![expect(clippy::print_stdout, reason = "the tables are the output")]

mod input;
mod process;
mod variants;

use baogao::exact::{MatchOptions, Phrase};
use baogao::index::{self, Index, UpdateOptions, update};
use baogao::query::{Filters, Query};
use baogao::search::SearchOptions;
use baogao::stats::{self, CountOptions, Dimension, Group, crosstab};
use input::{Passages, Random, make_corpus, read_reports};
use process::{CHILD, Cost, Samples, anonymous_mib, measure, run_child, seconds, sizes};
use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use variants::{CharacterIndex, WordIndex, build_characters, build_words};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// What is built, in the order of the table: role of the child, what the table calls it, whether it leaves an index.
const BUILDS: [(&str, &str, bool); 6] = [
    ("update", "a · baogao, files to index", true),
    ("ingest", "· reading and repair alone", false),
    ("index", "a · baogao, index from repaired reports", true),
    ("characters", "b · one-character tokens + words", true),
    ("words", "c · tantivy + jieba", true),
    ("words-no-hmm", "c′ · the same without HMM", true),
];
/// Phrase lengths of the latency table, in characters.
const LENGTHS: [usize; 8] = [1, 2, 3, 4, 6, 8, 12, 20];
/// Phrases of each length.
const PHRASES: usize = 300;
/// Phrases of the recall of words, and of the top 20.
const HAN_PHRASES: usize = 500;
/// Starts of each program of the cold table.
const STARTS: usize = 40;
/// The phrases of the table of counts.
const FIXED: [&str; 3] = ["发展", "高质量发展", "专业镇"];
/// A phrase counts wherever its characters stand, as in a plain scan.
const INSIDE: MatchOptions = MatchOptions {
    literal: false,
    inside: true,
};

fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    if arguments.next().as_deref() == Some(CHILD) {
        let role = arguments.next().unwrap_or_default();
        let dir = PathBuf::from(arguments.next().unwrap_or_default());
        let folders: Vec<PathBuf> = arguments.map(PathBuf::from).collect();
        let cost = child(&role, &dir, &folders)?;
        println!("{}", serde_json::to_string(&cost)?);
        return Ok(());
    }
    let temporary = tempfile::tempdir()?;
    let dir = temporary.path();
    let folders = folders(dir)?;
    let rounds = number("BAOGAO_BENCH_ROUNDS", 5)?.max(1);
    let reports = read_reports(&folders);
    let passages = Passages::new(&reports);
    println!(
        "{} reports, {} passages, {:.1} MB of repaired text; {} cores; {rounds} rounds; load {}\n",
        reports.len(),
        passages.len(),
        passages.text_bytes() as f64 / 1e6,
        input::threads(),
        std::fs::read_to_string("/proc/loadavg")
            .unwrap_or_default()
            .trim(),
    );
    drop(reports);

    builds(dir, &folders, rounds, passages.text_bytes() as f64)?;
    let ours = Index::open(&dir.join("index"))?;
    let characters = CharacterIndex::open(&dir.join("characters"))?;
    let mut wrong = latencies(&ours, &characters, &passages)?;
    wrong += counts(&ours, &characters, &passages)?;
    top_20(&ours, &passages)?;
    recall(&WordIndex::open(&dir.join("words"))?, &passages)?;
    opening(&dir.join("index"))?;
    cold(dir)?;
    if wrong > 0 {
        return Err(format!("{wrong} counts differ from the scan").into());
    }
    println!("All counts are equal.");
    Ok(())
}

fn number(variable: &str, default: usize) -> Result<usize> {
    match std::env::var(variable) {
        Ok(value) => Ok(value
            .parse()
            .map_err(|_| format!("{variable} is not a number"))?),
        Err(_) => Ok(default),
    }
}

/// The folders to measure, and says which.
fn folders(dir: &Path) -> Result<Vec<PathBuf>> {
    if let Some(given) = std::env::var_os("BAOGAO_BENCH_CORPUS") {
        let folders: Vec<PathBuf> = std::env::split_paths(&given).collect();
        let names: Vec<String> = folders
            .iter()
            .map(|path| path.display().to_string())
            .collect();
        println!("Input: {}.", names.join(", "));
        return Ok(folders);
    }
    let megabytes = number("BAOGAO_BENCH_MB", 20)?;
    let corpus = dir.join("corpus");
    make_corpus(&samples(), &corpus, megabytes * 1_000_000)?;
    println!(
        "Input: about {megabytes} MB made from the sample reports, copied with one Chinese character in 60 replaced."
    );
    Ok(vec![corpus])
}

fn samples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus")
}

/// One measured piece of work in a process of its own.
fn child(role: &str, dir: &Path, folders: &[PathBuf]) -> Result<Cost> {
    let repaired = || read_reports(folders);
    match role {
        "update" => {
            let options = UpdateOptions {
                roots: folders.to_vec(),
                ..UpdateOptions::default()
            };
            measure(|| {
                update(dir, &options, &|_| {})?;
                Ok(())
            })
        }
        "ingest" => measure(|| {
            std::hint::black_box(repaired());
            Ok(())
        }),
        "index" => {
            let reports = repaired();
            measure(|| {
                index::build_from_reports(dir, &reports)?;
                Ok(())
            })
        }
        "characters" => {
            let reports = repaired();
            measure(|| build_characters(dir, &reports))
        }
        "words" | "words-no-hmm" => {
            let reports = repaired();
            measure(|| build_words(dir, &reports, role == "words"))
        }
        "merge" => measure(|| Ok(index::merge(dir)?)),
        "merge-tantivy" => measure(|| variants::merge(dir)),
        // What is measured stays open until the memory has been read.
        "cold" => {
            let (wall, open) = seconds(|| -> Result<_> {
                let query = Query::parse(FIXED[2], MatchOptions::default())?;
                let index = Index::open(dir)?;
                let answer = index.search(&query, &first_20())?;
                Ok((index, answer))
            });
            let _open = open?;
            Ok(Cost {
                wall,
                cpu: 0.0,
                memory: anonymous_mib(),
            })
        }
        "cold-words" => {
            let (wall, open) = seconds(|| -> Result<_> {
                let index = WordIndex::open(dir)?;
                index.count(FIXED[2])?;
                Ok(index)
            });
            let _open = open?;
            Ok(Cost {
                wall,
                cpu: 0.0,
                memory: anonymous_mib(),
            })
        }
        _ => Err(format!("unknown role `{role}`").into()),
    }
}

/// Builds everything in turn, `rounds` times; leaves each index of the last round unmerged.
fn builds(dir: &Path, folders: &[PathBuf], rounds: usize, text_bytes: f64) -> Result<()> {
    #[derive(Default)]
    struct Row {
        wall: Samples,
        cpu: Samples,
        memory: Samples,
        size: f64,
        merge: Samples,
        merged_size: f64,
    }
    let mut rows: Vec<Row> = BUILDS.iter().map(|_| Row::default()).collect();
    let mut parts = Vec::new();
    for round in 0..rounds {
        for ((role, _, leaves_index), row) in BUILDS.iter().zip(&mut rows) {
            let path = dir.join(role);
            let _ = std::fs::remove_dir_all(&path);
            let cost = run_child(role, &path, folders)?;
            row.wall.push(cost.wall);
            row.cpu.push(cost.cpu);
            row.memory.push(cost.memory);
            if !leaves_index {
                continue;
            }
            let sizes_now = sizes(&path);
            row.size = sizes_now.values().sum::<u64>() as f64;
            if round + 1 == rounds && matches!(*role, "index" | "words") {
                parts.push((*role, sizes_now));
            }
            // The last round is left as it was built, for the queries, unless it is the only one.
            if round + 1 < rounds {
                let is_ours = path.join("current").exists();
                let role = if is_ours { "merge" } else { "merge-tantivy" };
                row.merge.push(run_child(role, &path, &[])?.wall);
                row.merged_size = sizes(&path).values().sum::<u64>() as f64;
            }
        }
    }
    println!("### Building\n");
    println!(
        "| variant | wall s | CPU s | anonymous MiB | size ÷ text | merge to one s | merged ÷ text |"
    );
    println!("|---|---|---|---|---|---|---|");
    for ((_, name, leaves_index), row) in BUILDS.iter().zip(&rows) {
        let size = |bytes: f64| match leaves_index {
            true => format!("{:.2}", bytes / text_bytes),
            false => "–".to_owned(),
        };
        let merge = if leaves_index & (rounds > 1) {
            row.merge.show(2)
        } else {
            "–".to_owned()
        };
        println!(
            "| {name} | {} | {} | {} | {} | {merge} | {} |",
            row.wall.show(2),
            row.cpu.show(2),
            row.memory.show(0),
            size(row.size),
            size(row.merged_size),
        );
    }
    let ratio = |a: usize, b: usize| {
        (
            rows[a].wall.median() / rows[b].wall.median(),
            rows[a].cpu.median() / rows[b].cpu.median(),
        )
    };
    println!();
    for (what, (wall, cpu)) in [
        ("index from repaired reports ÷ c", ratio(2, 4)),
        ("index from repaired reports ÷ c′", ratio(2, 5)),
        ("files to index ÷ c", ratio(0, 4)),
        ("index from repaired reports ÷ b", ratio(2, 3)),
    ] {
        println!("- {what}: wall {wall:.2}, CPU {cpu:.2}");
    }
    for (role, sizes) in parts {
        let parts: Vec<String> = sizes
            .iter()
            .filter(|(_, bytes)| **bytes as f64 >= text_bytes / 1000.0)
            .map(|(extension, bytes)| format!(".{extension} {:.3}", *bytes as f64 / text_bytes))
            .collect();
        println!("- parts of `{role}` ÷ text: {}", parts.join(", "));
    }
    println!();
    Ok(())
}

/// Passages and places of a phrase by the exact channel.
fn count_ours(index: &Index, phrase: &Phrase) -> (u64, u64) {
    let (mut n_passages, mut n_places) = (0, 0);
    for segment in index.exact_segments() {
        segment.occurrences(phrase, |_, n| {
            n_passages += 1;
            n_places += u64::from(n);
        });
    }
    (n_passages, n_places)
}

fn phrase_of(folded: &str) -> Result<Phrase> {
    Phrase::new(folded, INSIDE).ok_or_else(|| "a folded phrase is not empty".into())
}

/// Warm counting by phrase length; returns how many counts differ.
fn latencies(ours: &Index, characters: &CharacterIndex, passages: &Passages) -> Result<usize> {
    println!("### Counting a phrase, warm, one thread, µs\n");
    println!("{PHRASES} random substrings of the folded text each.\n");
    println!(
        "| characters | a p50 | a p99 | b p50 | b p99 | d (scan) p50 | d p99 | mean passages | differ |"
    );
    println!("|---|---|---|---|---|---|---|---|---|");
    let mut random = Random::new(1);
    let mut all_wrong = 0;
    for n_chars in LENGTHS {
        let [mut a, mut b, mut d] = [const { Samples(Vec::new()) }; 3];
        let (mut wrong, mut n_found) = (0, 0);
        for _ in 0..PHRASES {
            let typed = passages.random_folded(&mut random, n_chars);
            let phrase = phrase_of(&typed)?;
            count_ours(ours, &phrase);
            let (time, count) = seconds(|| count_ours(ours, &phrase));
            a.push(time * 1e6);
            characters.count(&typed)?;
            let (time, by_characters) = seconds(|| characters.count(&typed));
            b.push(time * 1e6);
            let (time, by_scan) = seconds(|| passages.scan(&typed));
            d.push(time * 1e6);
            wrong += usize::from(count != by_scan || by_characters? != by_scan.0);
            n_found += by_scan.0;
        }
        println!(
            "| {n_chars} | {:.1} | {:.1} | {:.1} | {:.1} | {:.0} | {:.0} | {:.0} | {wrong} |",
            a.median(),
            a.quantile(0.99),
            b.median(),
            b.quantile(0.99),
            d.median(),
            d.quantile(0.99),
            n_found as f64 / PHRASES as f64,
        );
        all_wrong += wrong;
    }
    println!();
    Ok(all_wrong)
}

/// The counts of some phrases that every report has; returns how many differ.
fn counts(ours: &Index, characters: &CharacterIndex, passages: &Passages) -> Result<usize> {
    println!("### Counts\n");
    println!("| phrase | places | passages | a µs | a, region × year µs | b µs | d µs |");
    println!("|---|---|---|---|---|---|---|");
    let mut wrong = 0;
    let by = [Dimension::Region, Dimension::Year];
    for typed in FIXED {
        let phrase = phrase_of(typed)?;
        let [mut a, mut cells, mut b, mut d] = [const { Samples(Vec::new()) }; 4];
        let expected = passages.scan(typed);
        let group = Group {
            name: typed.to_owned(),
            phrases: vec![phrase.clone()],
        };
        let groups = std::slice::from_ref(&group);
        let all = Filters {
            duplicates: true,
            ..Filters::default()
        };
        for _ in 0..15 {
            let (time, count) = seconds(|| count_ours(ours, &phrase));
            a.push(time * 1e6);
            let (time, table) = seconds(|| {
                let counted = stats::count(ours, groups, &all, CountOptions::default());
                let counted = counted.into_iter().next().unwrap_or_default();
                crosstab(ours, &counted, &all, &by)
            });
            cells.push(time * 1e6);
            wrong += usize::from(table?.total.occurrences != expected.1);
            let (time, by_characters) = seconds(|| characters.count(typed));
            b.push(time * 1e6);
            let (time, _) = seconds(|| passages.scan(typed));
            d.push(time * 1e6);
            wrong += usize::from(count != expected || by_characters? != expected.0);
        }
        println!(
            "| {typed} | {} | {} | {:.0} | {:.0} | {:.0} | {:.0} |",
            expected.1,
            expected.0,
            a.median(),
            cells.median(),
            b.median(),
            d.median()
        );
    }
    println!();
    Ok(wrong)
}

fn first_20() -> SearchOptions {
    SearchOptions {
        limit: Some(20),
        ..SearchOptions::default()
    }
}

/// The best 20 passages with their text and highlights, through the library.
fn top_20(ours: &Index, passages: &Passages) -> Result<()> {
    let mut random = Random::new(3);
    let random: Vec<String> = (0..HAN_PHRASES)
        .map(|_| passages.random_han(&mut random))
        .collect();
    let fixed: Vec<String> = FIXED.iter().map(|phrase| (*phrase).to_owned()).collect();
    println!("### The best 20 with highlights, warm, µs\n");
    println!("| phrases | p50 | p90 | p99 | max |");
    println!("|---|---|---|---|---|");
    let mut rows = vec![(
        format!("{HAN_PHRASES} random, 2 to 8 Chinese characters"),
        random,
    )];
    rows.extend(
        fixed
            .into_iter()
            .map(|phrase| (phrase.clone(), vec![phrase; 20])),
    );
    for (name, phrases) in rows {
        let mut times = Samples::default();
        for phrase in phrases {
            let query = Query::parse(&phrase, MatchOptions::default())?;
            ours.search(&query, &first_20())?;
            let (time, answer) = seconds(|| ours.search(&query, &first_20()));
            let answer = answer?;
            times.push(time * 1e6);
            assert!(
                answer.hits.iter().all(|hit| !hit.spans.is_empty()),
                "every hit has a highlight"
            );
        }
        println!(
            "| {name} | {:.0} | {:.0} | {:.0} | {:.0} |",
            times.median(),
            times.quantile(0.9),
            times.quantile(0.99),
            times.quantile(1.0)
        );
    }
    println!();
    Ok(())
}

/// What phrases decided on words lose, on text and phrases that are not folded.
fn recall(words: &WordIndex, passages: &Passages) -> Result<()> {
    let mut random = Random::new(5);
    let (mut found, mut there, mut lossy, mut nothing, mut too_many) = (0, 0, 0, 0, 0);
    for _ in 0..HAN_PHRASES {
        let phrase = passages.random_han(&mut random);
        let expected = passages.scan_original(&phrase).0;
        let count = words.count(&phrase)?;
        found += count.min(expected);
        there += expected;
        lossy += usize::from(count < expected);
        nothing += usize::from(count == 0);
        too_many += usize::from(count > expected);
    }
    println!("### Recall of phrases over words (c)\n");
    println!(
        "{HAN_PHRASES} random phrases of 2 to 8 Chinese characters, each in the text: {found} of {there} passages found ({:.1} %); \
         {lossy} phrases lose passages, {nothing} find none, {too_many} find more than there are.\n",
        100.0 * found as f64 / there as f64
    );
    Ok(())
}

/// Opening the index and counting one phrase, in a process that has done so before.
fn opening(dir: &Path) -> Result<()> {
    let phrase = phrase_of(FIXED[2])?;
    let (mut open, mut both) = (Samples::default(), Samples::default());
    for _ in 0..50 {
        let (time, _) = seconds(|| Index::open(dir));
        open.push(time * 1e3);
        let (time, _) = seconds(|| Index::open(dir).map(|index| count_ours(&index, &phrase)));
        both.push(time * 1e3);
    }
    println!("### Opening, files cached, ms\n");
    println!("- open: {}", open.show(2));
    println!("- open and count {}: {}\n", FIXED[2], both.show(2));
    Ok(())
}

/// Whole processes, from start to exit.
fn cold(dir: &Path) -> Result<()> {
    let few = dir.join("few");
    let options = UpdateOptions {
        roots: vec![samples()],
        ..UpdateOptions::default()
    };
    update(&few.join("ours"), &options, &|_| {})?;
    build_words(&few.join("words"), &read_reports(&[samples()]), true)?;
    let program = |index: &Path| -> Result<f64> {
        let mut command = Command::new(env!("CARGO_BIN_EXE_baogao"));
        command
            .args(["search", FIXED[2], "-n", "10", "--index"])
            .arg(index);
        let (time, status) = seconds(|| {
            command
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .status()
        });
        // 1: nothing found, which is an answer too.
        match status?.code() {
            Some(0 | 1) => Ok(time * 1e3),
            _ => Err("`baogao search` failed".into()),
        }
    };
    let this = |role: &str, index: &Path| -> Result<(f64, f64)> {
        let (time, cost) = seconds(|| run_child(role, index, &[]));
        Ok((time * 1e3, cost?.memory))
    };
    println!("### Whole process, `search {}`, files cached\n", FIXED[2]);
    println!("| index | baogao ms | anonymous MiB | c ms | anonymous MiB |");
    println!("|---|---|---|---|---|");
    for (name, ours, words) in [
        (
            "the five sample reports",
            few.join("ours"),
            few.join("words"),
        ),
        ("the measured corpus", dir.join("update"), dir.join("words")),
    ] {
        let [mut a, mut a_memory, mut c, mut c_memory] = [const { Samples(Vec::new()) }; 4];
        for _ in 0..STARTS {
            a.push(program(&ours)?);
            a_memory.push(this("cold", &ours)?.1);
            let (time, memory) = this("cold-words", &words)?;
            c.push(time);
            c_memory.push(memory);
        }
        println!(
            "| {name} | {} | {} | {} | {} |",
            a.show(1),
            a_memory.show(1),
            c.show(1),
            c_memory.show(1)
        );
    }
    println!();
    Ok(())
}
