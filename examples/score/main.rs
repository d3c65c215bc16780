//! What becomes of folders as they are: `cargo run --release --example score -- FOLDER…`.
//!
//! Indexes all folders together in a temporary index, so that copies are told across them, and ends with a table of
//! files, reports, copies, texts of another genre and refused files with their reasons. A `gold.tsv` in a
//! folder is the truth to score region, year and genre against. `--list` names every copy and every text
//! that is not a report as well.
#![expect(clippy::print_stdout, reason = "an example for eyes")]

mod gold;

use baogao_engine::index::{Index, Outcome, ReportEntry, UpdateOptions, update};
use baogao_reading::report::{Genre, Note};
use gold::{Score, Tally};
use std::collections::BTreeMap;
use std::error::Error;
use std::path::PathBuf;
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
    let list = options.iter().any(|option| option == "--list");
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
    let mut reports: BTreeMap<(u32, String), Vec<ReportEntry>> = BTreeMap::new();
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
        reports
            .entry((entry.root, entry.path.clone()))
            .or_default()
            .push(entry);
    }

    for (root, path) in roots.iter().enumerate() {
        if path.join("gold.tsv").is_file() {
            print_score(root as u32, &gold::read(path)?, &reports);
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

fn print_score(
    root: u32,
    gold: &BTreeMap<String, gold::Truth>,
    reports: &BTreeMap<(u32, String), Vec<ReportEntry>>,
) {
    let mut score = Score::default();
    for (path, truth) in gold {
        match reports.get(&(root, path.clone())).map(Vec::as_slice) {
            Some([entry, ..]) => score.add(path, truth, &entry.meta),
            _ => score.misses.push(format!("{path}: not indexed")),
        }
    }
    print_list("wrong or not claimed, by gold.tsv", &score.misses);
    print_list(
        "gold.tsv contradicts what the text says of itself",
        &score.contradictions,
    );
    println!("against gold.tsv:");
    println!("          of  claimed  right  text contradicts  wrong");
    let line = |name: &str, of: usize, tally: &Tally| {
        println!(
            "{name}  {of:4}     {:4}   {:4}              {:4}   {:4}",
            tally.claimed,
            tally.right,
            tally.contradicted,
            tally.wrong()
        );
    };
    line("region", score.reports, &score.region);
    line("year  ", score.reports, &score.year);
    println!(
        "genre   {:4}            {:4}                     {:4}\n",
        score.genres,
        score.genres_right,
        score.genres - score.genres_right
    );
}
