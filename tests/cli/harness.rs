//! A folder with a corpus of its own, and the program run in it with an empty environment.

use serde_json::Value;
use std::ffi::OsStr;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// The built program.
pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_baogao");

/// The five reports of the repository, by name.
pub(crate) const SEEDS: [&str; 5] = [
    "000_4b6e6cc384c19403.txt",
    "001_c639841d31dd3be5.txt",
    "002_0eeec7f8ed086773.txt",
    "003_111a163b0af85526.txt",
    "004_d43a798d97625b5b.txt",
];

/// A short report of a county that none of the five comes from.
pub(crate) const YUSHE: &str = "\
政府工作报告

——2022年4月10日在榆社县第十七届人民代表大会第二次会议上

一、2021年工作回顾

一年来，全县推进专业镇建设，古生物化石研究取得新成绩。

二、2022年工作安排

今年要建好榆社化石小镇。
";

/// The text of one of the five.
pub(crate) fn seed(n: usize) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("corpus")
        .join(SEEDS[n]);
    fs::read_to_string(path).expect("the corpus is part of the source")
}

/// Where chance begins: `SEED` repeats a run that failed.
pub(crate) fn seed_of_run() -> u64 {
    std::env::var("SEED")
        .ok()
        .and_then(|seed| seed.parse().ok())
        .unwrap_or(20_240_422)
}

/// A number below `n`, and the next state.
pub(crate) fn random(state: &mut u64, n: usize) -> usize {
    *state = state
        .wrapping_mul(6_364_136_223_846_793_005)
        .wrapping_add(1_442_695_040_888_963_407);
    (*state >> 33) as usize % n
}

/// A folder that goes with the test: `corpus/`, and `index/` once there is one.
pub(crate) struct Sandbox {
    home: tempfile::TempDir,
}

impl Sandbox {
    /// With the five reports, not indexed.
    pub(crate) fn with_seeds() -> Sandbox {
        let sandbox = Sandbox::empty();
        for (n, name) in SEEDS.iter().enumerate() {
            sandbox.write(name, seed(n));
        }
        sandbox
    }

    /// With the five reports, indexed.
    pub(crate) fn indexed() -> Sandbox {
        let sandbox = Sandbox::with_seeds();
        sandbox.run(["index"]).expect(0);
        sandbox
    }

    /// With an empty corpus.
    pub(crate) fn empty() -> Sandbox {
        let home = tempfile::tempdir().expect("a temporary folder");
        fs::create_dir(home.path().join("corpus")).expect("a folder");
        Sandbox { home }
    }

    pub(crate) fn home(&self) -> &Path {
        self.home.path()
    }

    pub(crate) fn corpus(&self) -> PathBuf {
        self.home().join("corpus")
    }

    pub(crate) fn index(&self) -> PathBuf {
        self.home().join("index")
    }

    /// The folder of the generation in use.
    pub(crate) fn generation(&self) -> PathBuf {
        let current = fs::read_to_string(self.index().join("current")).expect("there is an index");
        self.index().join(current.trim_end())
    }

    /// Writes a file of the corpus.
    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        let path = self.corpus().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("the folder is made");
        fs::write(path, content).expect("the file is written");
    }

    pub(crate) fn remove(&self, name: &str) {
        fs::remove_file(self.corpus().join(name)).expect("the file was there");
    }

    /// The program with an empty environment, in this folder.
    pub(crate) fn command<I, S>(&self, arguments: I) -> Command
    where
        I: IntoIterator<Item = S>,
        S: AsRef<OsStr>,
    {
        let mut command = Command::new(PROGRAM);
        command
            .env_clear()
            .current_dir(self.home())
            .stdin(Stdio::null())
            .args(arguments);
        command
    }

    pub(crate) fn run<I, S>(&self, arguments: I) -> Ran
    where
        I: IntoIterator<Item = S>,
        S: AsRef<OsStr>,
    {
        Ran::of(&mut self.command(arguments))
    }

    /// The same with so many kilobytes of memory to ask for.
    #[cfg(unix)]
    pub(crate) fn limited<'a>(
        &self,
        kilobytes: &str,
        arguments: impl IntoIterator<Item = &'a str>,
    ) -> Ran {
        self.limited_in(kilobytes, "", arguments)
    }

    /// The same with a variable of the environment, `NAME=value`, or none.
    #[cfg(unix)]
    pub(crate) fn limited_in<'a>(
        &self,
        kilobytes: &str,
        variable: &str,
        arguments: impl IntoIterator<Item = &'a str>,
    ) -> Ran {
        let script = format!("ulimit -v {kilobytes}; exec \"$0\" \"$@\"");
        let mut command = Command::new("sh");
        command
            .env_clear()
            .envs(variable.split_once('='))
            .current_dir(self.home())
            .stdin(Stdio::null())
            .args(["-c", &script, PROGRAM])
            .args(arguments);
        Ran::of(&mut command)
    }

    /// Objects of a search in JSON: hits and the summary.
    pub(crate) fn search<'a>(
        &self,
        query: &'a str,
        options: impl IntoIterator<Item = &'a str>,
    ) -> (Vec<Value>, Value) {
        let arguments = ["search", query, "--format", "jsonl"];
        let mut rows = self.run(arguments.into_iter().chain(options)).rows();
        let summary = rows.pop().expect("a summary");
        assert_eq!(summary["type"], "summary");
        (rows, summary)
    }

    /// Occurrences, passages and reports of a search.
    pub(crate) fn counts<'a>(
        &self,
        query: &'a str,
        options: impl IntoIterator<Item = &'a str>,
    ) -> [u64; 3] {
        let (_, summary) = self.search(query, options);
        ["occurrences", "passages", "reports"].map(|key| summary[key].as_u64().expect("a number"))
    }

    /// The rows of `reports`, without the summary.
    pub(crate) fn reports(&self) -> Vec<Value> {
        let mut rows = self.run(["reports", "--format", "jsonl"]).rows();
        rows.retain(|row| row["type"] == "report");
        rows
    }

    /// All files below the home with their content, to see that nothing was touched.
    pub(crate) fn everything(&self) -> Vec<(PathBuf, Vec<u8>)> {
        let entries = walkdir::WalkDir::new(self.home()).sort_by_file_name();
        entries
            .into_iter()
            .map(|entry| {
                let path = entry.expect("an entry").into_path();
                let content = if path.is_file() {
                    fs::read(&path).expect("it can be read")
                } else {
                    Vec::new()
                };
                (path, content)
            })
            .collect()
    }
}

/// What a run gave.
pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Ran {
    pub(crate) fn of(command: &mut Command) -> Ran {
        Ran::from(command.output().expect("the program starts"))
    }

    /// Checks the exit code, and gives all of it if it is another.
    #[track_caller]
    pub(crate) fn expect(self, code: i32) -> Ran {
        assert_eq!(self.code, Some(code), "{self}");
        self
    }

    /// Checks that stderr has `part`.
    #[track_caller]
    pub(crate) fn says(self, part: &str) -> Ran {
        assert!(self.stderr.contains(part), "{part:?} is not said\n{self}");
        self
    }

    /// Checks that stdout has `part`.
    #[track_caller]
    pub(crate) fn prints(self, part: &str) -> Ran {
        assert!(
            self.stdout.contains(part),
            "{part:?} is not printed\n{self}"
        );
        self
    }

    /// Lines of JSON.
    #[track_caller]
    pub(crate) fn rows(&self) -> Vec<Value> {
        let parse = |line: &str| match serde_json::from_str(line) {
            Ok(value) => value,
            Err(error) => panic!("{error} in {line}\n{self}"),
        };
        self.stdout.lines().map(parse).collect()
    }
}

impl From<Output> for Ran {
    fn from(output: Output) -> Ran {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("all streams are UTF-8");
        let ran = Ran {
            code: output.status.code(),
            stdout: text(output.stdout),
            stderr: text(output.stderr),
        };
        // Whatever a test is about: nothing may ever look like a panic.
        for sign in ["panicked", "internal error", "RUST_BACKTRACE"] {
            assert!(!ran.stderr.contains(sign), "{ran}");
        }
        ran
    }
}

impl fmt::Display for Ran {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Ran {
            code,
            stdout,
            stderr,
        } = self;
        write!(
            f,
            "exit code: {code:?}\n--- stdout\n{stdout}\n--- stderr\n{stderr}"
        )
    }
}

/// A text of a JSON object.
#[track_caller]
pub(crate) fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    match value[key].as_str() {
        Some(text) => text,
        None => panic!("no text `{key}` in {value}"),
    }
}
