//! Small inputs that once went wrong, each run through the built program; every case stands for its kind.
//!
//! The inputs are kept beside the tree, in `../shared/cases`; where they are not at hand, a test says that it skips.
#![allow(clippy::print_stdout, reason = "what is skipped is worth seeing")]

mod structure;
mod tables;

use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A folder of reports, and its index.
pub(crate) struct Corpus {
    folder: PathBuf,
    home: tempfile::TempDir,
}

/// The case whose folder has this name; nothing where the cases are not at hand.
pub(crate) fn case(name: &str) -> Option<Corpus> {
    let named = std::env::var_os("BAOGAO_SHARED").map(PathBuf::from);
    let beside = Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .skip(1)
        .map(|folder| folder.join("shared"));
    let folder = named
        .into_iter()
        .chain(beside)
        .map(|shared| shared.join("cases"))
        .find(|cases| cases.is_dir());
    let Some(folder) = folder else {
        println!("skipped: ../shared/cases is not here");
        return None;
    };
    let folder = folder.join(name);
    assert!(folder.is_dir(), "no case {name}");
    Some(Corpus::of(folder))
}

/// A corpus of one file that is made here.
pub(crate) fn made(name: &str, content: impl AsRef<[u8]>) -> Corpus {
    let home = tempfile::tempdir().expect("a temporary folder");
    let folder = home.path().join("corpus");
    std::fs::create_dir(&folder).expect("a folder");
    std::fs::write(folder.join(name), content).expect("the file is written");
    let corpus = Corpus { folder, home };
    corpus.index();
    corpus
}

impl Corpus {
    fn of(folder: PathBuf) -> Corpus {
        let home = tempfile::tempdir().expect("a temporary folder");
        let corpus = Corpus { folder, home };
        corpus.index();
        corpus
    }

    fn index(&self) {
        let folder = self.folder.to_str().expect("a plain path");
        let ran = self.run(&["index", folder]);
        assert!(
            matches!(ran.status.code(), Some(0 | 3)),
            "{}",
            String::from_utf8_lossy(&ran.stderr)
        );
    }

    fn run(&self, arguments: &[&str]) -> Output {
        let index = self.home.path().join("index");
        Command::new(env!("CARGO_BIN_EXE_baogao"))
            .env_clear()
            .current_dir(self.home.path())
            .args(arguments)
            .arg("--index")
            .arg(index)
            .arg("--corpus")
            .arg(&self.folder)
            .output()
            .expect("the program starts")
    }

    fn rows(&self, arguments: &[&str]) -> Vec<Value> {
        let ran = self.run(&[arguments, &["--format", "jsonl"]].concat());
        let out = String::from_utf8(ran.stdout).expect("UTF-8");
        out.lines()
            .map(|line| serde_json::from_str(line).expect("JSON"))
            .collect()
    }

    /// The reports and the other texts of the corpus.
    pub(crate) fn reports(&self) -> Vec<Value> {
        let mut rows = self.rows(&["reports"]);
        rows.retain(|row| row["type"] == "report");
        rows
    }

    /// The place and the year of each report, in order.
    pub(crate) fn places(&self) -> Vec<(String, Option<u64>)> {
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
    pub(crate) fn notes(&self, rule: &str) -> Vec<String> {
        let reports = self.reports();
        let notes = reports.iter().filter_map(|row| row["notes"].as_array());
        let notes = notes.flatten().filter(|note| note["rule"] == rule);
        notes
            .filter_map(|note| Some(note["text"].as_str()?.to_owned()))
            .collect()
    }

    /// The texts of all passages, in order.
    pub(crate) fn passages(&self) -> Vec<String> {
        let ids = self.reports().into_iter();
        let ids: Vec<String> = ids
            .filter_map(|row| Some(row["id"].as_str()?.to_owned()))
            .collect();
        let rows = ids.iter().flat_map(|id| self.rows(&["show", id]));
        rows.filter_map(|row| Some(row["text"].as_str()?.to_owned()))
            .collect()
    }

    /// The part and the text of all passages, in order.
    pub(crate) fn parts(&self) -> Vec<(String, String)> {
        let ids = self.reports().into_iter();
        let ids = ids.filter_map(|row| Some(row["id"].as_str()?.to_owned()));
        let rows: Vec<Value> = ids.flat_map(|id| self.rows(&["show", &id])).collect();
        let field = |row: &Value, name: &str| Some(row[name].as_str()?.to_owned());
        rows.iter()
            .filter_map(|row| Some((field(row, "part")?, field(row, "text")?)))
            .collect()
    }

    /// What is known of an expression, in each region and year.
    pub(crate) fn states(&self, expression: &str) -> Vec<String> {
        let rows = self.rows(&["count", expression, "--by", "report"]);
        rows.iter()
            .filter_map(|row| Some(row["state"].as_str()?.to_owned()))
            .collect()
    }

    /// Whether a passage holds these words.
    pub(crate) fn says(&self, words: &str) -> bool {
        self.passages().iter().any(|text| text.contains(words))
    }
}
