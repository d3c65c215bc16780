//! Building: every program from the same repaired reports, each in a process of its own, in turn.

use crate::Tables;
use crate::contenders::corpora::Corpus;
use crate::contenders::fields::{self, Cut};
use crate::contenders::measure::{Cost, Others, Samples, measure, run_child, sizes};
use crate::contenders::passages::read_reports;
use crate::contenders::{Result, trigrams};
use baogao_engine::index::{self, UpdateOptions, update};
use std::path::{Path, PathBuf};

/// What is built.
pub(crate) struct Build {
    /// The role of the child, and the folder of what it leaves.
    pub(crate) role: &'static str,
    pub(crate) letter: &'static str,
    pub(crate) name: &'static str,
    /// The role of the child that merges it; none if nothing is left.
    merge: Option<&'static str>,
}

/// All that is built, in the order of the table.
pub(crate) const BUILDS: [Build; 8] = [
    Build {
        role: "update",
        letter: "a, files to index",
        name: "baogao: files read, repaired, placed and indexed; exact channel, word channel, report table",
        merge: Some("merge"),
    },
    Build {
        role: "ingest",
        letter: "reading and repair alone",
        name: "the part of it before the index",
        merge: None,
    },
    Build {
        role: "index",
        letter: "a",
        name: "baogao from repaired reports, as all that follow",
        merge: Some("merge"),
    },
    Build {
        role: "characters",
        letter: "b",
        name: "tantivy, one token a character with positions; jieba's words and the columns of a beside it: exact too",
        merge: Some("merge-tantivy"),
    },
    Build {
        role: "words",
        letter: "c",
        name: "what would be written first: tantivy and jieba-rs, one text field with positions, text stored",
        merge: Some("merge-tantivy"),
    },
    Build {
        role: "words-no-hmm",
        letter: "c′",
        name: "c without jieba's model for unknown words (HMM), as in a",
        merge: Some("merge-tantivy"),
    },
    Build {
        role: "pairs",
        letter: "e",
        name: "tantivy, single Chinese characters and pairs of them with positions (the CJK analysers of Lucene), text stored",
        merge: Some("merge-tantivy"),
    },
    Build {
        role: "trigrams",
        letter: "f",
        name: "SQLite FTS5, tokenizer trigram; phrases of one and two characters by LIKE over all texts",
        merge: Some("merge-trigrams"),
    },
];

/// One measured piece of work in a process of its own.
pub(crate) fn child(role: &str, dir: &Path, folders: &[PathBuf]) -> Result<Cost> {
    let repaired = || read_reports(folders);
    let build_field = |cut| {
        let reports = repaired();
        measure(|| fields::build(dir, cut, &reports))
    };
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
        "characters" => build_field(Cut::Characters),
        "words" => build_field(Cut::Words { hmm: true }),
        "words-no-hmm" => build_field(Cut::Words { hmm: false }),
        "pairs" => build_field(Cut::Pairs),
        "trigrams" => {
            let reports = repaired();
            measure(|| trigrams::build(dir, &reports))
        }
        "merge" => measure(|| Ok(index::merge(dir)?)),
        "merge-tantivy" => measure(|| fields::merge(dir)),
        "merge-trigrams" => measure(|| trigrams::merge(dir)),
        _ => Err(format!("unknown role `{role}`").into()),
    }
}

#[derive(Default)]
struct Row {
    wall: Samples,
    cpu: Samples,
    memory: Samples,
    size: f64,
    merge: Samples,
    merged_size: f64,
}

/// Builds everything in turn, `rounds` times; leaves each index of the last round unmerged.
pub(crate) fn builds(
    corpus: &Corpus,
    rounds: usize,
    text_bytes: f64,
    tables: &mut Tables,
) -> Result<()> {
    let mut rows: Vec<Row> = BUILDS.iter().map(|_| Row::default()).collect();
    let mut parts = Vec::new();
    for round in 0..rounds {
        let others = Others::watch();
        for (build, row) in BUILDS.iter().zip(&mut rows) {
            eprintln!(
                "{}: building, {} of {rounds}: {}",
                corpus.name,
                round + 1,
                build.role
            );
            let path = corpus.dir.join(build.role);
            let _ = std::fs::remove_dir_all(&path);
            let cost = run_child(build.role, &path, &corpus.folders)?;
            row.wall.push(cost.wall);
            row.cpu.push(cost.cpu);
            row.memory.push(cost.memory);
            let Some(merge) = build.merge else {
                continue;
            };
            let sizes_now = sizes(&path);
            row.size = sizes_now.values().sum::<u64>() as f64;
            let is_last = round + 1 == rounds;
            if is_last && matches!(build.role, "index" | "words") {
                let parts_now = sizes_now
                    .iter()
                    .filter(|(_, bytes)| **bytes as f64 >= text_bytes / 1000.0)
                    .map(|(name, bytes)| format!(".{name} {:.3}", *bytes as f64 / text_bytes));
                parts.push(parts_now.collect::<Vec<_>>().join(", "));
            }
            // The last round is left as it was built, for the queries.
            if !is_last {
                row.merge.push(run_child(merge, &path, &[])?.wall);
                row.merged_size = sizes(&path).values().sum::<u64>() as f64;
            }
        }
        tables.note_quiet(&corpus.name, &format!("building, {}", round + 1), &others);
    }
    for (build, row) in BUILDS.iter().zip(&rows) {
        let size = |bytes: f64| match bytes > 0.0 {
            true => format!("{:.2}", bytes / text_bytes),
            false => "–".to_owned(),
        };
        tables.building.push(vec![
            corpus.name.clone(),
            build.letter.to_owned(),
            row.wall.show(2),
            row.cpu.show(2),
            row.memory.show(0),
            size(row.size),
            row.merge.show(2),
            size(row.merged_size),
        ]);
    }
    let of = |role: &str| {
        let at = BUILDS.iter().position(|build| build.role == role);
        at.and_then(|at| rows.get(at)).ok_or("a role of the table")
    };
    let (update, ours, words) = (of("update")?, of("index")?, of("words")?);
    let times = ours.wall.median() / words.wall.median();
    tables.target(
        "indexing, both channels, beside c: wall",
        &corpus.name,
        1.3,
        times,
        2,
    );
    let times = ours.cpu.median() / words.cpu.median();
    tables.target("the same: CPU", &corpus.name, 1.3, times, 2);
    let size = update.size / text_bytes;
    tables.target("size of the index ÷ text", &corpus.name, 1.7, size, 2);
    let mib = update.memory.median();
    tables.target("anonymous MiB while indexing", &corpus.name, 1024.0, mib, 0);
    let row = |role: &str| BUILDS.iter().position(|build| build.role == role);
    for (what, over) in [
        ("index", "words"),
        ("index", "words-no-hmm"),
        ("update", "words"),
        ("index", "characters"),
        ("index", "pairs"),
        ("index", "trigrams"),
    ] {
        let (Some(what), Some(over)) = (row(what), row(over)) else {
            continue;
        };
        let ratio = |of: fn(&Row) -> &Samples| {
            format!("{:.2}", of(&rows[what]).median() / of(&rows[over]).median())
        };
        tables.ratios.push(vec![
            corpus.name.clone(),
            format!("{} ÷ {}", BUILDS[what].letter, BUILDS[over].letter),
            ratio(|row| &row.wall),
            ratio(|row| &row.cpu),
        ]);
    }
    parts.insert(0, corpus.name.clone());
    tables.parts.push(parts);
    Ok(())
}
