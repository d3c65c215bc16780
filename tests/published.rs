//! Figures that others have printed about reports at hand, from `../shared/truth/published.tsv`: each is matched, or
//! its difference is explained down to the file. Skips where reports or figures are not at hand.
//!
//! The counts of quanteda are of words: 人民币 is a word there and no 人民. So a string stands at least as often in
//! the files as the figure says. What the index has less than the files stands in one file, which holds its text twice.
#![allow(clippy::print_stdout, reason = "the table is what the test is run for")]

mod common;

use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The file that holds its text twice. It is the report of 邹家华 on the plan, under the name of the work report.
const HELD_TWICE: &str = "1991政府工作报告_李鹏.txt";

/// By how many hundredths a count of strings is above that of words, at most: 人民币, 企业化, 社会性, 发展史.
const ABOVE_WORDS_HUNDREDTHS: usize = 4;

/// A published figure.
struct Figure {
    kind: String,
    scope: String,
    item: String,
    value: String,
}

fn figures() -> Option<Vec<Figure>> {
    let shared = common::shared_reports()?;
    let table = shared.ancestors().nth(2)?.join("truth/published.tsv");
    let table = std::fs::read_to_string(table).ok()?;
    let figure = |line: &str| {
        let mut fields = line.split('\t').map(str::to_owned);
        Some(Figure {
            kind: fields.next()?,
            scope: fields.next()?,
            item: fields.next()?,
            value: fields.next()?,
        })
    };
    Some(table.lines().skip(1).filter_map(figure).collect())
}

/// An index of one folder.
struct Indexed {
    home: tempfile::TempDir,
    folder: PathBuf,
}

impl Indexed {
    fn of(folder: &Path) -> Indexed {
        let indexed = Indexed {
            home: tempfile::tempdir().expect("a temporary folder"),
            folder: folder.to_path_buf(),
        };
        indexed.run(&["index", folder.to_str().expect("a plain path")]);
        indexed
    }

    fn run(&self, arguments: &[&str]) -> String {
        let ran = Command::new(env!("CARGO_BIN_EXE_baogao"))
            .env_clear()
            .current_dir(self.home.path())
            .args(arguments)
            .arg("--index")
            .arg(self.home.path().join("index"))
            .arg("--corpus")
            .arg(&self.folder)
            .output()
            .expect("the program starts");
        String::from_utf8(ran.stdout).expect("UTF-8")
    }

    /// How often a phrase stands in each year.
    fn by_year(&self, phrase: &str) -> BTreeMap<u64, usize> {
        let out = self.run(&["count", phrase, "--by", "year", "--format", "jsonl"]);
        let rows = out
            .lines()
            .map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
        rows.filter_map(|row| Some((row["year"].as_u64()?, row["occurrences"].as_u64()? as usize)))
            .collect()
    }

    /// The passages of a year in which an expression stands.
    fn passages(&self, expression: &str, year: &str) -> Vec<Value> {
        let out = self.run(&["search", expression, "--year", year, "--format", "jsonl"]);
        let rows = out
            .lines()
            .map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
        rows.filter(|row| row["type"] == "hit" || row["text"].is_string())
            .collect()
    }
}

/// The characters of a file without white space, the way in which a reader counts.
fn squeezed(path: &Path) -> String {
    let text = std::fs::read_to_string(path).expect("the file is UTF-8");
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

#[test]
fn counts_of_words_in_the_reports_of_the_nation_are_explained_to_the_file() {
    let (Some(shared), Some(figures)) = (common::shared_reports(), figures()) else {
        println!("skipped: ../shared is not here");
        return;
    };
    let folder = shared.join("state-council-txt");
    let indexed = Indexed::of(&folder);
    let files: Vec<(String, String)> = common::files_under(&folder)
        .iter()
        .map(|file| (file.path.clone(), squeezed(&folder.join(&file.path))))
        .collect();
    let wanted = figures.iter().filter(|figure| {
        figure.kind == "phrase"
            && (figure.scope.contains("state-council-txt") || figure.scope == "the same")
    });
    let mut n_figures = 0;
    for Figure { item, value, .. } in wanted {
        let published: usize = value.parse().expect("a number");
        let ours = indexed.by_year(item);
        let in_files: usize = files
            .iter()
            .map(|(_, text)| text.matches(item.as_str()).count())
            .sum();
        println!(
            "{item}: {published} words published, {in_files} in the files, {} in the index",
            ours.values().sum::<usize>()
        );
        assert!(published <= in_files, "{item}");
        assert!(
            (in_files - published) * 100 <= published * ABOVE_WORDS_HUNDREDTHS,
            "{item}"
        );
        for (path, text) in &files {
            let year: u64 = path
                .chars()
                .take(4)
                .collect::<String>()
                .parse()
                .expect("a year");
            let n_ours = ours.get(&year).copied().unwrap_or(0);
            let n_file = text.matches(item.as_str()).count();
            if path == HELD_TWICE {
                // Half of what the file has, but for a title that it has once.
                assert!(
                    n_file.abs_diff(2 * n_ours) <= 2,
                    "{path}: {item} {n_ours} of {n_file}"
                );
            } else {
                assert_eq!(n_ours, n_file, "{path}: {item}");
            }
        }
        n_figures += 1;
    }
    assert!(n_figures >= 10, "{n_figures} figures");
}

#[test]
fn figures_of_the_press_are_those_of_the_index() {
    let (Some(shared), Some(figures)) = (common::shared_reports(), figures()) else {
        println!("skipped: ../shared is not here");
        return;
    };
    let of_years = |name: &str| Indexed::of(&shared.join(name));
    let (pages, files) = (
        of_years("state-council-jsonl"),
        of_years("state-council-txt"),
    );
    let mut n_figures = 0;
    for figure in &figures {
        let Some(year) = figure
            .scope
            .strip_prefix("nation ")
            .filter(|year| year.len() == 4)
        else {
            continue;
        };
        n_figures += 1;
        if figure.kind == "phrase" {
            let published: usize = figure.value.parse().expect("a number");
            let ours = pages.by_year(&figure.item);
            assert_eq!(
                ours.get(&year.parse().expect("a year")),
                Some(&published),
                "{year} {}",
                figure.item
            );
            continue;
        }
        // 6.5-7 % is written 6.5%—7%, 5 % 左右 is 5%左右.
        let of_file = year < "2018";
        let source = if of_file { &files } else { &pages };
        let hits = source.passages("国内生产总值增长", year);
        if figure.value == "none stated" {
            // The collection has the resolution of that year and not the report.
            assert!(
                hits.is_empty(),
                "{year}: the report is held now; look at what it says"
            );
            continue;
        }
        let digits = |text: &str| -> String {
            text.chars()
                .filter(|c| c.is_ascii_digit() || "左右以上".contains(*c))
                .collect()
        };
        let wanted = digits(&figure.value);
        let says = |hit: &Value| {
            let text = hit["text"].as_str().unwrap_or("");
            let goals = text.split("国内生产总值增长").skip(1);
            goals
                .map(|goal| goal.split(['，', '；', '。']).next().unwrap_or(""))
                .any(|goal| digits(goal) == wanted)
        };
        assert!(
            hits.iter().any(|hit| hit["part"] == "plan" && says(hit)),
            "{year} {}",
            figure.value
        );
    }
    assert!(n_figures >= 8, "{n_figures} figures");
}
