//! Indexes a folder with the program and watches what all its processes take.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// The built program.
pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_baogao");

/// A short report that must be found whatever stands beside it.
const NEIGHBOUR: &str = "\
政府工作报告

——2022年4月10日在榆社县第十七届人民代表大会第二次会议上

一、2021年工作回顾

一年来，全县推进专业镇建设，古生物化石研究取得新成绩。
";

/// What became of a run.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    pub(crate) took: Duration,
    /// The most memory that all processes had together, where the system tells.
    pub(crate) peak_mib: u64,
}

/// A folder with a sound report and whatever a test puts beside it.
pub(crate) struct Folder {
    home: tempfile::TempDir,
}

impl Folder {
    pub(crate) fn new() -> Folder {
        let home = tempfile::tempdir().expect("a folder");
        std::fs::create_dir(home.path().join("corpus")).expect("a folder");
        let folder = Folder { home };
        folder.write("榆社县2022.txt", NEIGHBOUR.as_bytes());
        folder
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.home.path().join("corpus").join(name)
    }

    pub(crate) fn write(&self, name: &str, bytes: &[u8]) {
        std::fs::write(self.path(name), bytes).expect("it is written");
    }

    pub(crate) fn command(&self, program: &Path, arguments: &[&str]) -> Command {
        let mut command = Command::new(program);
        command
            .args(arguments)
            .current_dir(self.home.path())
            .env_clear()
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    pub(crate) fn index(&self) -> Ran {
        watch(self.command(Path::new(PROGRAM), &["index", "--verbose", "corpus"]))
    }

    /// Fails unless the sound report can be found.
    pub(crate) fn assert_neighbour_is_found(&self) {
        let found = watch(self.command(Path::new(PROGRAM), &["search", "古生物化石", "--quiet"]));
        assert_eq!(found.code, Some(0), "{found:?}");
    }
}

/// Runs a program to its end.
pub(crate) fn watch(mut command: Command) -> Ran {
    let began = Instant::now();
    let child = command.spawn().expect("the program starts");
    let id = child.id();
    let (done, waiting) = std::sync::mpsc::channel::<()>();
    let watcher = std::thread::spawn(move || {
        let mut peak = 0;
        let step = Duration::from_millis(5);
        while waiting.recv_timeout(step) == Err(std::sync::mpsc::RecvTimeoutError::Timeout) {
            peak = peak.max(family(id).into_iter().map(resident_kib).sum());
        }
        peak
    });
    let output = child.wait_with_output().expect("it is ours");
    drop(done);
    let peak_kib: u64 = watcher.join().expect("it does not panic");
    Ran {
        code: output.status.code(),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        took: began.elapsed(),
        peak_mib: peak_kib >> 10,
    }
}

/// A process and all that it has started; itself alone where the system does not tell.
pub(crate) fn family(id: u32) -> Vec<u32> {
    let mut all = vec![id];
    let threads = std::fs::read_dir(format!("/proc/{id}/task"));
    for thread in threads.into_iter().flatten().flatten() {
        let children = std::fs::read_to_string(thread.path().join("children"));
        for child in children.unwrap_or_default().split_whitespace() {
            all.extend(child.parse().map(family).unwrap_or_default());
        }
    }
    all
}

fn resident_kib(id: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{id}/status")).unwrap_or_default();
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("RssAnon:"));
    line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok())
        .unwrap_or(0)
}
