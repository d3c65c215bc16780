//! Texts that are kept sorted: made on request, kept up, done without, and never seen in an answer.

use crate::harness::{SEEDS, Sandbox, YUSHE, seed};
use std::fs;
use std::path::PathBuf;

/// Questions that compare texts, over many of them and over few.
const QUESTIONS: [&[&str]; 8] = [
    &["keywords", "--region", "汾阳", "--format", "jsonl"],
    &[
        "keywords",
        "--year",
        "2024",
        "--numbers",
        "--format",
        "json",
    ],
    &["keywords", "--part", "plan", "--names", "--format", "jsonl"],
    &[
        "keywords",
        "--region",
        "汾阳",
        "--against",
        "侯马",
        "--format",
        "json",
    ],
    &[
        "new", "--year", "2024", "--before", "anywhere", "--format", "jsonl",
    ],
    &[
        "new", "--year", "2023", "--before", "anywhere", "--format", "jsonl",
    ],
    &[
        "new",
        "--gone",
        "--year",
        "2024",
        "--min-reports",
        "1",
        "--format",
        "json",
    ],
    &["new", "--region", "榆社", "--format", "jsonl"],
];

/// An index in which two places have reports of two years.
fn indexed() -> Sandbox {
    let sandbox = Sandbox::with_seeds();
    sandbox.write("a.txt", YUSHE);
    let earlier = YUSHE.replace("2022", "2021").replace("化石", "小米");
    sandbox.write("b.txt", earlier);
    sandbox.run(["index"]).expect(0);
    sandbox
}

fn answers(sandbox: &Sandbox) -> Vec<String> {
    let answer = |question: &&[&str]| {
        let ran = sandbox.run(*question);
        assert!(matches!(ran.code, Some(0 | 1)), "{ran}");
        ran.stdout
    };
    QUESTIONS.iter().map(answer).collect()
}

/// The files with sorted texts.
fn sorted(sandbox: &Sandbox) -> Vec<PathBuf> {
    let files = fs::read_dir(sandbox.generation()).expect("a folder");
    let paths = files.flatten().map(|file| file.path());
    let is_sorted = |path: &PathBuf| {
        let name = path.file_name().expect("a name");
        name.to_string_lossy().starts_with("strings-")
    };
    paths.filter(is_sorted).collect()
}

#[test]
fn answers_are_the_same_with_and_without() {
    let sandbox = indexed();
    let before = answers(&sandbox);
    assert!(
        before.iter().any(|answer| answer.len() > 5_000),
        "{before:?}"
    );
    sandbox.run(["index", "--sort"]).expect(0).prints("sorted");
    assert_eq!(sorted(&sandbox).len(), 1);
    assert_eq!(answers(&sandbox), before);
    sandbox.run(["check"]).expect(0);
    // Nothing is done twice.
    let ran = sandbox.run(["index", "--sort"]).expect(0);
    assert!(!ran.stdout.contains("sorted"), "{ran}");

    sandbox.run(["index", "--no-sort"]).expect(0);
    assert_eq!(sorted(&sandbox).len(), 0);
    assert_eq!(answers(&sandbox), before);
    sandbox.run(["index"]).expect(0);
    assert_eq!(sorted(&sandbox).len(), 0);
    sandbox.run(["check"]).expect(0);
}

#[test]
fn what_changes_is_sorted_anew() {
    let sandbox = indexed();
    sandbox.run(["index", "--sort"]).expect(0);
    let first = sorted(&sandbox);
    sandbox.write("a.txt", YUSHE.replace("化石", "古生物"));
    sandbox.write(SEEDS[0], seed(0).replace("专业镇", "特色小镇"));
    sandbox.remove("b.txt");
    sandbox.run(["index"]).expect(0).prints("sorted");
    let second = sorted(&sandbox);
    assert!(second.len() == 1 && second != first, "{second:?}");
    let with = answers(&sandbox);
    sandbox.run(["check"]).expect(0);

    sandbox
        .run(["index", "--rebuild"])
        .expect(0)
        .prints("sorted");
    assert_eq!(sorted(&sandbox).len(), 1);
    assert_eq!(answers(&sandbox), with);
    sandbox.run(["index", "--no-sort"]).expect(0);
    assert_eq!(answers(&sandbox), with);
}

#[test]
fn what_is_damaged_or_missing_is_done_without() {
    let sandbox = indexed();
    let before = answers(&sandbox);
    sandbox.run(["index", "--sort"]).expect(0);
    let path = sorted(&sandbox).remove(0);
    let whole = fs::read(&path).expect("it can be read");
    // In each part: head, starts, units, order, common beginnings.
    for n in 0..8 {
        let mut bytes = whole.clone();
        let at = (bytes.len() - 1) * n / 7;
        bytes[at] ^= 0x10;
        fs::write(&path, bytes).expect("it can be written");
        assert_eq!(answers(&sandbox), before, "byte {at}");
        sandbox.run(["check"]).expect(5).prints("strings-");
    }
    fs::write(&path, &whole[..whole.len() / 2]).expect("it can be written");
    assert_eq!(answers(&sandbox), before, "half of it");
    sandbox.run(["check"]).expect(5).prints("strings-");
    sandbox.run(["index"]).expect(0).prints("sorted");
    sandbox.run(["check"]).expect(0);

    fs::remove_file(&path).expect("it is there");
    assert_eq!(answers(&sandbox), before, "none");
    let checked = sandbox.run(["check"]).expect(5).prints("strings-");
    checked.says("run `baogao index --sort`");
    sandbox.run(["index"]).expect(0).prints("sorted");

    let mut bytes = whole.clone();
    let at = bytes.len() - 1;
    bytes[at] ^= 1;
    fs::write(&path, bytes).expect("it can be written");
    sandbox.run(["index", "--sort"]).expect(0).prints("sorted");
    assert_eq!(fs::read(&path).expect("it can be read"), whole);
    sandbox.run(["check"]).expect(0);
}
