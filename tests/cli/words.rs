//! The reader's own words: kept with the index, used on both sides, and without a say in what is exact.

use crate::harness::{Sandbox, YUSHE};
use std::fs;
use std::path::PathBuf;

/// Writes a dictionary beside the corpus.
fn dictionary(sandbox: &Sandbox, bytes: impl AsRef<[u8]>) -> PathBuf {
    let path = sandbox.home().join("words.txt");
    fs::write(&path, bytes).expect("it can be written");
    path
}

fn index_with(sandbox: &Sandbox, bytes: impl AsRef<[u8]>) {
    let path = dictionary(sandbox, bytes);
    let arguments = ["index".as_ref(), "--dict".as_ref(), path.as_os_str()];
    sandbox.run(arguments).expect(0).prints("words of your own");
}

/// Passages in which the words of a phrase stand.
fn n_with_words(sandbox: &Sandbox, phrase: &str) -> usize {
    let ran = sandbox.run([
        "search", phrase, "--mode", "words", "--format", "jsonl", "-n", "0",
    ]);
    ran.rows().iter().filter(|row| row["type"] == "hit").count()
}

fn words_of(sandbox: &Sandbox, phrase: &str) -> String {
    let ran = sandbox.run(["search", phrase, "--explain", "--count"]);
    let line = ran
        .stderr
        .lines()
        .find_map(|line| line.split("words: ").nth(1));
    line.unwrap_or_else(|| panic!("no words: {ran}")).to_owned()
}

/// The file with the reader's words.
fn words_table(sandbox: &Sandbox) -> PathBuf {
    let files = fs::read_dir(sandbox.generation())
        .expect("a folder")
        .flatten();
    let mut paths = files.map(|file| file.path());
    paths
        .find(|path| {
            path.file_name()
                .is_some_and(|name| name.to_string_lossy().starts_with("words-"))
        })
        .expect("a table of words")
}

#[test]
fn policy_words_are_words() {
    let sandbox = Sandbox::indexed();
    assert_eq!(words_of(&sandbox, "专业镇"), "专业 专业镇");
    assert_eq!(words_of(&sandbox, "新质生产力"), "生产 生产力 新质生产力");
}

#[test]
fn own_words_are_kept_and_forgotten() {
    let sandbox = Sandbox::indexed();
    let exact = sandbox
        .run(["search", "产业发展", "--count"])
        .expect(0)
        .stdout;
    let before = n_with_words(&sandbox, "产业发展");
    index_with(&sandbox, "产业发展\n产业 0\n发展 0\n");
    assert_eq!(words_of(&sandbox, "产业发展"), "产业发展");
    let with = n_with_words(&sandbox, "产业发展");
    assert!(
        with < before,
        "{with} of {before}: scattered words are no longer enough"
    );
    assert_eq!(sandbox.run(["search", "产业发展", "--count"]).stdout, exact);

    // Kept by an update and by a rebuild.
    sandbox.write("new.txt", YUSHE.replace("今年要", "支持产业发展。今年要"));
    sandbox
        .run(["index"])
        .expect(0)
        .prints("3 words of your own");
    assert_eq!(n_with_words(&sandbox, "产业发展"), with + 1);
    sandbox
        .run(["index", "--rebuild"])
        .expect(0)
        .prints("3 words of your own");
    assert_eq!(n_with_words(&sandbox, "产业发展"), with + 1);
    sandbox.run(["check"]).expect(0);

    // The same ones again change nothing.
    let path = sandbox.home().join("words.txt");
    let again = ["index".as_ref(), "--dict".as_ref(), path.as_os_str()];
    sandbox.run(again).expect(0).prints("nothing has changed");

    let ran = sandbox.run(["index", "--no-dict"]).expect(0);
    assert!(!ran.stdout.contains("of your own"), "{ran}");
    assert_eq!(words_of(&sandbox, "产业发展"), "产业 发展");
    assert_eq!(n_with_words(&sandbox, "产业发展"), before + 1);
}

#[test]
fn a_dictionary_may_be_in_any_encoding() {
    let sandbox = Sandbox::with_seeds();
    let (bytes, ..) = encoding_rs::GB18030.encode("杏花村汾酒 5 n\r\n吕梁山货\r\n");
    index_with(&sandbox, bytes);
    assert!(words_of(&sandbox, "吕梁山货").ends_with("吕梁山货"));
}

#[test]
fn a_wrong_dictionary_is_named_with_its_line_and_changes_nothing() {
    let sandbox = Sandbox::indexed();
    let before = sandbox.everything();
    for (text, part) in [
        ("链长制\n。。 5\n", "line 2"),
        ("链长制 12345678901\n", "line 1"),
    ] {
        let path = dictionary(&sandbox, text);
        let arguments = ["index".as_ref(), "--dict".as_ref(), path.as_os_str()];
        let ran = sandbox.run(arguments).expect(2).says(part);
        assert!(
            ran.stderr.contains("words.txt") && ran.stderr.contains("hint"),
            "{ran}"
        );
    }
    fs::remove_file(sandbox.home().join("words.txt")).expect("it is there");
    sandbox
        .run(["index", "--dict", "missing.txt"])
        .expect(2)
        .says("`missing.txt` cannot be read")
        .says("hint: name a text file");
    assert_eq!(sandbox.everything(), before);
}

#[test]
fn damaged_words_are_found_and_exact_search_does_without_them() {
    let sandbox = Sandbox::with_seeds();
    index_with(&sandbox, "链长制\n杏花村汾酒\n");
    let path = words_table(&sandbox);
    let mut bytes = fs::read(&path).expect("it can be read");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 4;
    fs::write(&path, bytes).expect("it can be written");

    sandbox.run(["check"]).expect(5).prints("words-");
    sandbox.run(["search", "专业镇", "--count"]).expect(0);
    let ran = sandbox
        .run(["search", "专业镇", "--mode", "words"])
        .expect(5);
    assert!(ran.stderr.contains("--rebuild"), "{ran}");
    sandbox.run(["index"]).expect(5);
    let ran = sandbox.run(["index", "--rebuild"]).expect(0);
    assert!(ran.stderr.contains("--dict"), "{ran}");
    sandbox.run(["check"]).expect(0);

    // Gone altogether: that is said too.
    index_with(&sandbox, "链长制\n杏花村汾酒\n");
    fs::remove_file(words_table(&sandbox)).expect("it is there");
    sandbox.run(["check"]).expect(5);
    let ran = sandbox.run(["index", "--rebuild"]).expect(0);
    assert!(ran.stderr.contains("--dict"), "{ran}");
}
