//! What the press called new is among the first that `new` lists of its year: `../shared/truth/newphrases.tsv`, in the
//! national reports at hand. Skips where reports or phrases are not at hand. `cargo run --release --example new_phrases`
//! tells the ranks.
#![allow(clippy::print_stdout, reason = "the table is what the test is run for")]

mod common;

use baogao_reading::fold::fold;
use serde_json::Value;
use std::collections::BTreeMap;
use std::process::Command;

/// Folders of national reports.
const FOLDERS: [&str; 2] = ["state-council-txt", "state-council-jsonl"];

/// The phrases that the press named, by the year in which they first stand in the reports at hand.
fn named() -> Option<BTreeMap<String, Vec<String>>> {
    let shared = common::shared_reports()?;
    let table = shared.ancestors().nth(2)?.join("truth/newphrases.tsv");
    let table = std::fs::read_to_string(table).ok()?;
    let mut named: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for line in table.lines().skip(1) {
        let fields: Vec<&str> = line.split('\t').collect();
        if let [_, phrase, _, _, year, _, "agrees", ..] = fields[..] {
            named.entry(year.to_owned()).or_default().push(fold(phrase));
        }
    }
    Some(named)
}

#[test]
fn what_the_press_named_is_listed() {
    let (Some(shared), Some(named)) = (common::shared_reports(), named()) else {
        println!("skipped: the reports or the phrases are not at hand");
        return;
    };
    let home = tempfile::tempdir().expect("a temporary folder");
    let index = home.path().join("index");
    let run = |arguments: &[&str]| {
        let ran = Command::new(env!("CARGO_BIN_EXE_baogao"))
            .env_clear()
            .current_dir(home.path())
            .args(arguments)
            .arg("--index")
            .arg(&index)
            .output()
            .expect("the program starts");
        String::from_utf8(ran.stdout).expect("UTF-8")
    };
    let folders = FOLDERS.map(|folder| shared.join(folder).to_string_lossy().into_owned());
    run(&["index", &folders[0], &folders[1]]);
    let (mut n, mut n_first, mut n_listed) = (0, 0, 0);
    for (year, phrases) in named {
        let out = run(&["new", "--year", &year, "-n", "200", "--format", "jsonl"]);
        let rows = out
            .lines()
            .map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
        let listed: Vec<String> = rows
            .filter_map(|row| Some(row["phrase"].as_str()?.to_owned()))
            .collect();
        for phrase in phrases {
            let at = listed.iter().position(|listed| *listed == phrase);
            println!("{year} {phrase}: {at:?}");
            n += 1;
            n_first += usize::from(at.is_some_and(|at| at < 50));
            n_listed += usize::from(at.is_some());
        }
    }
    println!("{n_first} of {n} among 50, {n_listed} among 200");
    assert!(n >= 30, "{n}");
    assert!(
        n_first * 100 >= n * 40,
        "{n_first} of {n} among the first 50"
    );
    assert!(
        n_listed * 100 >= n * 60,
        "{n_listed} of {n} among the first 200"
    );
}
