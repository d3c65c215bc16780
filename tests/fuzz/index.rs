//! Indexes whose files are altered: the right answer or “damaged”, never a wrong way out.
//!
//! The built program is asked, so that a signal or a use of memory without end is seen as a reader would see it.

use crate::common;
use crate::random::{Random, run};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::{Duration, Instant};

/// How long one answer may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// Memory that a run may ask for, in KiB: a length that was altered must not become a vector. Mapped files and stacks
/// count too, and a thread's heap reserves 64 MiB.
const MEMORY_KIB: usize = 1 << 20;

fn baogao(home: &Path, arguments: &[&str]) -> Output {
    let script = format!("ulimit -v {MEMORY_KIB}; exec \"$0\" \"$@\"");
    Command::new("sh")
        .args(["-c", &script, env!("CARGO_BIN_EXE_baogao")])
        .args(arguments)
        .current_dir(home)
        .env_clear()
        .output()
        .expect("the program starts")
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if path.metadata().expect("there").len() > 0 {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// What stands beside the index: nobody may write there.
fn beside(home: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let all = files(home).into_iter();
    all.filter(|path| !path.starts_with(home.join("index")))
        .map(|path| (path.clone(), fs::read(path).expect("there")))
        .collect()
}

/// Alters one or two files; gives what they held.
fn damage(files: &[PathBuf], random: &mut Random) -> Vec<(PathBuf, Vec<u8>)> {
    let mut saved: Vec<(PathBuf, Vec<u8>)> = Vec::new();
    for _ in 0..1 + random.below(2) {
        let path = &files[random.below(files.len())];
        if saved.iter().any(|(other, _)| other == path) {
            continue;
        }
        let whole = fs::read(path).expect("there");
        let mut bytes = whole.clone();
        random.alter(&mut bytes);
        if bytes != whole {
            fs::write(path, bytes).expect("written");
            saved.push((path.clone(), whole));
        }
    }
    saved
}

#[test]
fn altered_indexes_are_told_from_whole_ones() {
    let home = tempfile::tempdir().expect("a folder");
    let corpus = home.path().join("corpus");
    fs::create_dir(&corpus).expect("a folder");
    for file in common::corpus().into_iter().take(3) {
        fs::write(corpus.join(&file.path), &file.bytes).expect("written");
    }
    assert!(baogao(home.path(), &["index"]).status.success());
    let again = common::corpus().remove(3);
    fs::write(corpus.join(&again.path), &again.bytes).expect("written");
    assert!(baogao(home.path(), &["index"]).status.success());
    let files = files(&home.path().join("index"));
    let before = beside(home.path());
    let questions: [&[&str]; 7] = [
        &["search", "专业镇", "--format", "jsonl"],
        &["search", "(发展 OR 的) -白酒", "-n", "0", "--facets"],
        &["search", "\"产业 发展\"~20"],
        &["search", "没有这个词"],
        &["count", "发展", "--by", "section"],
        &["kwic", "发展"],
        &["reports", "--notes"],
    ];
    run("altered_indexes_are_told_from_whole_ones", |random| {
        let saved = damage(&files, random);
        if saved.is_empty() {
            return;
        }
        let what: Vec<String> = saved
            .iter()
            .map(|(path, _)| path.display().to_string())
            .collect();
        let ask = |arguments: &[&str]| {
            let started = Instant::now();
            let output = baogao(home.path(), arguments);
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            assert!(started.elapsed() < PATIENCE, "{what:?} {arguments:?}");
            assert!(
                !said.contains("internal error"),
                "{what:?} {arguments:?} {said}"
            );
            (output.status.code(), said)
        };
        let (code, said) = ask(&["check"]);
        assert_eq!(code, Some(5), "{what:?} {said}");
        let (code, said) = ask(questions[random.below(questions.len())]);
        assert!(matches!(code, Some(0 | 1 | 5)), "{what:?} {code:?} {said}");
        for (path, whole) in saved {
            fs::write(path, whole).expect("written");
        }
    });
    let output = baogao(home.path(), &["check"]);
    assert!(output.status.success(), "readers have changed nothing");
    assert!(
        beside(home.path()) == before,
        "nothing was written beside the index"
    );
}
