//! What becomes of folders as they are: `cargo run --release --example score -- FOLDER…`.
//!
//! Indexes all folders together in a temporary index, so that copies are told across them, and ends with a table of
//! files, reports, copies, texts of another genre and refused files with their reasons. A `gold.tsv` in a
//! folder is the truth to score region, level, year, genre and parts against, by kind of evidence.
//! `--nameless` scores every file as if it were called `a.docx`, so that only the text can place it;
//! `--list` names every copy and every text that is not a report as well.
#![expect(clippy::print_stdout, reason = "an example for eyes")]

mod gold;

use baogao_engine::index::{Index, Outcome, UpdateOptions, update};
use baogao_reading::ingest::{ingest, is_removal};
use baogao_reading::report::{Genre, Note, Part, Passage, Report};
use baogao_reading::source::{RawFile, format_of};
use gold::{Score, Tally};
use std::collections::BTreeMap;
use std::error::Error;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// What one folder held.
#[derive(Default)]
struct Row {
    files: usize,
    reports: usize,
    abridged: usize,
    to_fix: usize,
    copies: usize,
    other: usize,
    refused: usize,
}

impl Row {
    const HEAD: &'static str = "files  reports  abridged  to fix  copies  not reports  refused";

    fn add(&mut self, other: &Row) {
        self.files += other.files;
        self.reports += other.reports;
        self.abridged += other.abridged;
        self.to_fix += other.to_fix;
        self.copies += other.copies;
        self.other += other.other;
        self.refused += other.refused;
    }

    fn print(&self, name: &str) {
        println!(
            "{:5}  {:7}  {:8}  {:6}  {:6}  {:11}  {:7}  {name}",
            self.files,
            self.reports,
            self.abridged,
            self.to_fix,
            self.copies,
            self.other,
            self.refused
        );
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let (options, folders): (Vec<String>, Vec<String>) = std::env::args()
        .skip(1)
        .partition(|word| word.starts_with("--"));
    let has = |wanted: &str| options.iter().any(|option| option == wanted);
    let (list, nameless) = (has("--list"), has("--nameless"));
    for folder in folders.iter().map(Path::new) {
        if folder.join("gold.tsv").is_file() {
            print_score(folder, nameless)?;
        }
    }
    if nameless {
        return Ok(());
    }
    if folders.is_empty() {
        return Err("name the folders: cargo run --release --example score -- FOLDER…".into());
    }
    let home = tempfile::tempdir()?;
    let dir = home.path().join("index");
    let options = UpdateOptions {
        roots: folders.iter().map(PathBuf::from).collect(),
        ..UpdateOptions::default()
    };
    let start = Instant::now();
    let summary = update(&dir, &options, &|_| {})?;
    let seconds = start.elapsed().as_secs_f64();

    let index = Index::open(&dir)?;
    let files = index.files()?;
    let roots: Vec<PathBuf> = (0..files.roots.len() as u32)
        .map(|root| files.root_path(&dir, root).unwrap_or_default())
        .collect();
    let folder_of = |root: u32, path: &str| {
        let root = roots.get(root as usize).cloned().unwrap_or_default();
        let below = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let folder = if root.is_file() {
            root
        } else {
            root.join(below)
        };
        folder
            .display()
            .to_string()
            .trim_end_matches('/')
            .to_owned()
    };
    let mut rows: BTreeMap<String, Row> = BTreeMap::new();
    let mut refused = Vec::new();
    for file in &files.files {
        let row = rows.entry(folder_of(file.root, &file.path)).or_default();
        row.files += 1;
        if let Outcome::Refused(reason) = &file.outcome {
            row.refused += 1;
            refused.push(format!("{}: {reason}", file.path));
        }
    }
    let (mut others, mut copies) = (Vec::new(), Vec::new());
    for rank in 0..index.reports.len() {
        let entry = index.reports.entry(rank)?;
        let row = rows.entry(folder_of(entry.root, &entry.path)).or_default();
        let meta = &entry.meta;
        if let Some(original) = &entry.duplicate_of {
            row.copies += 1;
            copies.push(format!(
                "{} ({}) is a copy of {original}",
                entry.id, entry.file
            ));
        } else if meta.genre == Genre::Other {
            row.other += 1;
            others.push(format!(
                "{}: {}",
                entry.file,
                why(&index.reports.notes(rank)?)
            ));
        } else {
            row.reports += 1;
            row.abridged += usize::from(meta.abridged);
            row.to_fix += usize::from(meta.region.is_none() || meta.year.is_none());
        }
    }

    print_list("not indexed", &refused);
    if list {
        print_list("not reports", &others);
        print_list("copies", &copies);
    }
    println!("{}", Row::HEAD);
    let mut total = Row::default();
    for (name, row) in &rows {
        row.print(name);
        total.add(row);
    }
    total.print("all");
    println!(
        "{} passages, {} characters in {seconds:.1} s",
        summary.passages, summary.chars
    );
    Ok(())
}

/// Why a text is taken for something else than a report.
fn why(notes: &[Note]) -> &str {
    let note = notes.iter().find(|note| note.rule == "not-a-report");
    note.map_or("", |note| &note.text)
}

fn print_list(head: &str, lines: &[String]) {
    if !lines.is_empty() {
        println!("{head}:");
        for line in lines {
            println!("  {line}");
        }
        println!();
    }
}

/// The reports of a file, under a name that says nothing if so wanted.
fn reports_of(folder: &Path, path: &str, nameless: bool) -> Result<Vec<Report>, Box<dyn Error>> {
    let format = format_of(path)?;
    let ending = path.rsplit('.').next().unwrap_or("txt");
    let file = RawFile {
        bytes: std::fs::read(folder.join(path))?,
        path: if nameless {
            format!("a.{ending}")
        } else {
            path.to_owned()
        },
        format,
    };
    Ok(ingest(&file)?)
}

/// What is in the texts beside their place: characters by part, entries, and what was taken away.
#[derive(Default)]
struct Contents {
    parts: BTreeMap<Part, usize>,
    glossary_entries: usize,
    removed: BTreeMap<String, (usize, usize)>,
}

impl Contents {
    fn add(&mut self, report: &Report) {
        for Passage { part, text, .. } in &report.passages {
            *self.parts.entry(*part).or_default() += text.chars().count();
        }
        let entries = gold::contents(&report.passages);
        self.glossary_entries += entries.last().map_or(0, |(_, n)| *n as usize);
        for note in report.notes.iter().filter(|note| is_removal(&note.rule)) {
            let (notes, chars) = self.removed.entry(note.rule.clone()).or_default();
            *notes += 1;
            *chars += note.text.chars().count();
        }
    }

    fn print(&self) {
        let all: usize = self.parts.values().sum();
        let share = |(part, n): (&Part, &usize)| {
            let hundredths = 100.0 * *n as f64 / all.max(1) as f64;
            format!("{} {hundredths:.1} %", part.name())
        };
        let shares: Vec<String> = self.parts.iter().map(share).collect();
        println!("characters by part: {}", shares.join(", "));
        println!("glossary entries: {}", self.glossary_entries);
        let removed =
            |(rule, (n, chars)): (&String, &(usize, usize))| format!("{rule} {n} ({chars})");
        let removed: Vec<String> = self.removed.iter().map(removed).collect();
        println!("removed pieces (characters): {}\n", removed.join(", "));
    }
}

fn print_score(folder: &Path, nameless: bool) -> Result<(), Box<dyn Error>> {
    let (mut score, mut contents) = (Score::default(), Contents::default());
    for (path, truth) in &gold::read(folder)? {
        match reports_of(folder, path, nameless) {
            Ok(reports) => {
                if let Some(report) = reports.first() {
                    score.add(path, truth, &report.meta);
                    score.add_contents(path, truth, &report.passages);
                    contents.add(report);
                }
            }
            Err(error) => score.misses.push(format!("{path}: not read: {error}")),
        }
    }
    print_list("wrong or not claimed, by gold.tsv", &score.misses);
    print_list(
        "gold.tsv contradicts what the text says of itself",
        &score.contradictions,
    );
    let names = if nameless { ", names say nothing" } else { "" };
    println!("{} against gold.tsv{names}:", folder.display());
    println!("                     of  unclaimed  claimed  right  text contradicts  wrong");
    let line = |name: &str, of: usize, tally: &Tally| {
        println!(
            "{name:17}  {of:4}       {:4}     {:4}   {:4}              {:4}   {:4}",
            of.saturating_sub(tally.claimed),
            tally.claimed,
            tally.right,
            tally.contradicted,
            tally.wrong()
        );
    };
    line("region", score.reports, &score.region);
    line("level", score.reports, &score.level);
    line("year", score.reports, &score.year);
    let genre = Tally {
        claimed: score.genres,
        right: score.genres_right,
        contradicted: 0,
    };
    line("genre", score.genres, &genre);
    for (name, tally) in &score.contents {
        line(name, tally.claimed, tally);
    }
    for ((what, kind), tally) in &score.by_evidence {
        line(&format!("{what} by {kind}"), tally.claimed, tally);
    }
    contents.print();
    Ok(())
}
