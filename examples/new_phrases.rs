//! How many of the phrases that the press called new `new` has among its first 50 and 200, and what outranks the others:
//! `cargo run --release --example new_phrases -- TRUTH.tsv FOLDER…`.
//!
//! Takes the rows whose `result` is `agrees`, each in the year of `first_year_in_corpus`, against the national reports of the
//! folders; once with all years, once with those up to that year alone, as for the newest year. A row counts where the
//! phrase itself is listed; beside it how many more are listed as part of a longer one or with a part.
#![expect(clippy::print_stdout, reason = "an example for eyes")]

use baogao_engine::index::{UpdateOptions, update};
use baogao_engine::{Answer, Index, NewQuestion, Question, Scope, answer};
use baogao_reading::fold::fold;
use std::collections::BTreeMap;
use std::error::Error;
use std::path::PathBuf;

/// Depths at which recall is told.
const DEPTHS: [usize; 2] = [50, 200];
/// Phrases that are named before a missed one.
const N_BEFORE: usize = 10;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let [truth, folders @ ..] = arguments.as_slice() else {
        return Err("the table of phrases and the folders of reports are needed".into());
    };
    let truth = phrases(&std::fs::read_to_string(truth)?);
    let folder = tempfile::tempdir()?;
    let index = folder.path().join("index");
    let options = UpdateOptions {
        roots: folders.to_vec(),
        ..UpdateOptions::default()
    };
    update(&index, &options, &|_| {})?;
    let index = Index::open(&index)?;
    for (name, is_later_known) in [("with later years", true), ("without later years", false)] {
        println!("{name}");
        let mut sums = [[0; 2]; DEPTHS.len()];
        for (year, phrases) in &truth {
            let listed = listed(&index, *year, is_later_known)?;
            let told = tell(*year, phrases, &listed, &mut sums);
            println!("  {told}");
        }
        let n: usize = truth.values().map(Vec::len).sum();
        for (depth, [exact, within]) in DEPTHS.iter().zip(sums) {
            println!("  all at {depth}: {exact} of {n}, {within} with parts of longer ones");
        }
    }
    Ok(())
}

/// The folded phrases of each year.
fn phrases(table: &str) -> BTreeMap<u16, Vec<String>> {
    let mut lines = table.lines();
    let names: Vec<&str> = lines.next().unwrap_or_default().split('\t').collect();
    let column = |name: &str| {
        names
            .iter()
            .position(|other| *other == name)
            .unwrap_or(usize::MAX)
    };
    let (phrase, year, result) = (
        column("phrase"),
        column("first_year_in_corpus"),
        column("result"),
    );
    let mut found: BTreeMap<u16, Vec<String>> = BTreeMap::new();
    for line in lines {
        let fields: Vec<&str> = line.split('\t').collect();
        let field = |at: usize| fields.get(at).copied().unwrap_or_default();
        if let (true, Ok(year)) = (field(result) == "agrees", field(year).parse()) {
            found.entry(year).or_default().push(fold(field(phrase)));
        }
    }
    found
}

/// What `new` lists of the nation in a year, best first.
fn listed(index: &Index, year: u16, is_later_known: bool) -> Result<Vec<String>, Box<dyn Error>> {
    let question = Question::New(NewQuestion {
        as_then: !is_later_known,
        scope: Scope {
            year: vec![year.to_string()],
            level: vec!["nation".to_owned()],
            ..Scope::default()
        },
        ..NewQuestion::default()
    });
    let Answer::New(found) = answer(index, &question)? else {
        return Err("another answer".into());
    };
    Ok(found
        .found
        .iter()
        .map(|novelty| novelty.text.clone())
        .collect())
}

/// A line of a year; adds to the sums.
fn tell(year: u16, phrases: &[String], listed: &[String], sums: &mut [[usize; 2]]) -> String {
    let mut told = format!("{year}:");
    for phrase in phrases {
        let exact = listed.iter().position(|other| other == phrase);
        let is_near = |other: &String| other.contains(phrase) || phrase.contains(other.as_str());
        let near = listed.iter().position(is_near);
        for (depth, sum) in DEPTHS.iter().zip(sums.iter_mut()) {
            for (sum, at) in sum.iter_mut().zip([exact, near]) {
                *sum += usize::from(at.is_some_and(|at| at < *depth));
            }
        }
        let rank = |at: Option<usize>| at.map_or("–".to_owned(), |at| (at + 1).to_string());
        told.push_str(&format!(" {phrase} {}", rank(exact)));
        if near != exact {
            let as_what = near.and_then(|at| listed.get(at));
            told.push_str(&format!(
                " (as {} {})",
                as_what.map_or("", String::as_str),
                rank(near)
            ));
        }
    }
    if listed.len() > N_BEFORE {
        told.push_str(&format!(
            "\n        first: {}",
            listed
                .iter()
                .take(2 * N_BEFORE)
                .cloned()
                .collect::<Vec<_>>()
                .join(" ")
        ));
    }
    told
}
