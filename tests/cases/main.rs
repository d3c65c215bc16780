//! Small inputs that once went wrong, through the binary: each case stands for a kind.
//!
//! The cases lie beside the tree (`cases` below `BAOGAO_SHARED` or `../shared`) and are not part of it: a test that
//! does not find its case says that it skips. Unit tests beside the code hold the same rules with inputs of their own.
#![allow(clippy::print_stdout, reason = "a test that skips says so")]

#[path = "../cli/harness.rs"]
#[allow(dead_code, reason = "each test program uses a part")]
mod harness;
mod structure;
mod tables;
mod text;

use harness::{Ran, Sandbox};
use serde_json::Value;
use std::path::{Path, PathBuf};

/// A case, indexed.
struct Case {
    sandbox: Sandbox,
    /// What `index` said.
    indexed: Ran,
}

/// The folder of the cases; none where it is not at hand.
fn cases() -> Option<PathBuf> {
    let named = std::env::var_os("BAOGAO_SHARED").map(PathBuf::from);
    let beside = Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .skip(1)
        .map(|folder| folder.join("shared"));
    named
        .into_iter()
        .chain(beside)
        .map(|shared| shared.join("cases"))
        .find(|cases| cases.is_dir())
}

/// A case by its name, in a folder of its own and indexed; nothing where it is not at hand.
fn case(name: &str) -> Option<Case> {
    let Some(folder) = cases()
        .map(|cases| cases.join(name))
        .filter(|folder| folder.is_dir())
    else {
        println!("skipped: the case {name} is not at hand");
        return None;
    };
    let sandbox = Sandbox::empty();
    for entry in walkdir::WalkDir::new(&folder) {
        let entry = entry.expect("the case can be read");
        if entry.file_type().is_file() {
            let path = entry.path().strip_prefix(&folder).expect("it lies below");
            let content = std::fs::read(entry.path()).expect("the case can be read");
            sandbox.write(&path.to_string_lossy(), content);
        }
    }
    let indexed = sandbox.run(["index"]);
    Some(Case { sandbox, indexed })
}

/// A corpus of one file that is made here, indexed.
fn made(name: &str, content: impl AsRef<[u8]>) -> Case {
    let sandbox = Sandbox::empty();
    sandbox.write(name, content);
    let indexed = sandbox.run(["index"]);
    Case { sandbox, indexed }
}

impl Case {
    /// The place and the year of each report, in order.
    fn places(&self) -> Vec<(String, Option<u64>)> {
        let place = |row: &Value| {
            let name = row["region"].as_array().and_then(|path| path.last());
            let name = name.and_then(Value::as_str).unwrap_or("").to_owned();
            (name, row["year"].as_u64())
        };
        let mut places: Vec<(String, Option<u64>)> = self.reports().iter().map(place).collect();
        places.sort();
        places
    }

    /// The texts of all notes of a rule.
    fn notes_of(&self, rule: &str) -> Vec<String> {
        let reports = self.reports();
        let notes = reports.iter().filter_map(|row| row["notes"].as_array());
        let notes = notes.flatten().filter(|note| note["rule"] == rule);
        notes
            .filter_map(|note| Some(note["text"].as_str()?.to_owned()))
            .collect()
    }

    /// All passages as they are shown, in order.
    fn shown(&self) -> Vec<Value> {
        let reports = self.reports();
        let ids = reports.iter().filter_map(|row| row["id"].as_str());
        let rows = ids.flat_map(|id| self.sandbox.run(["show", id, "--format", "jsonl"]).rows());
        rows.collect()
    }

    /// The texts of all passages, in order.
    fn passages(&self) -> Vec<String> {
        self.parts().into_iter().map(|(_, text)| text).collect()
    }

    /// The part and the text of all passages, in order.
    fn parts(&self) -> Vec<(String, String)> {
        let field = |row: &Value, name: &str| Some(row[name].as_str()?.to_owned());
        let rows = self.shown();
        rows.iter()
            .filter_map(|row| Some((field(row, "part")?, field(row, "text")?)))
            .collect()
    }

    /// What is known of an expression, in each report.
    fn states(&self, expression: &str) -> Vec<String> {
        let line = ["count", expression, "--by", "report", "--format", "jsonl"];
        let rows = self.sandbox.run(line).rows();
        rows.iter()
            .filter_map(|row| Some(row["state"].as_str()?.to_owned()))
            .collect()
    }

    /// Whether a passage holds these words.
    fn holds(&self, words: &str) -> bool {
        self.passages().iter().any(|text| text.contains(words))
    }

    /// How often something is said.
    fn occurrences(&self, query: &str) -> u64 {
        let (_, summary) = self.sandbox.search(query, ["--genre", "any"]);
        summary["occurrences"].as_u64().expect("a number")
    }

    /// Checks how often each of several things is said.
    #[track_caller]
    fn says(&self, expected: &[(&str, u64)]) {
        for (query, n) in expected {
            assert_eq!(self.occurrences(query), *n, "{query}\n{}", self.indexed);
        }
    }

    /// The reports, with their notes.
    fn reports(&self) -> Vec<Value> {
        let arguments = ["reports", "--notes", "--format", "jsonl", "--genre", "any"];
        let mut rows = self.sandbox.run(arguments).rows();
        rows.retain(|row| row["type"] == "report");
        rows
    }

    /// The one report.
    #[track_caller]
    fn report(&self) -> Value {
        let mut reports = self.reports();
        assert_eq!(reports.len(), 1, "{reports:?}");
        reports.remove(0)
    }

    /// Whether a note of a rule has these words.
    fn notes(&self, rule: &str, words: &str) -> bool {
        self.notes_of(rule).iter().any(|text| text.contains(words))
    }

    /// The id, year and region of the one report.
    fn place(&self) -> (String, u64, String) {
        let report = self.report();
        let region = report["region"].as_array().and_then(|path| path.last());
        (
            harness::text(&report, "id").to_owned(),
            report["year"].as_u64().unwrap_or(0),
            region.and_then(Value::as_str).unwrap_or("").to_owned(),
        )
    }
}
