//! A corpus as it comes: whatever cannot be read is named with a reason, and the rest is indexed.

use crate::harness::{SEEDS, Sandbox, YUSHE, seed, text};
use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::os::unix::net::UnixListener;
use std::process::Command;

/// Every file ends as indexed or refused with a reason, and the totals say so.
fn assert_refused(sandbox: &Sandbox, names: &[&str]) {
    let ran = sandbox.run(["index", "--verbose"]).expect(3);
    for name in names {
        assert!(ran.stderr.contains(name), "{name} is not named\n{ran}");
    }
    assert!(
        ran.stderr.contains(&format!("{} file", names.len())),
        "{ran}"
    );
    let rows = sandbox.run(["reports", "--format", "jsonl"]).rows();
    let refused = rows.last().expect("a summary")["refused"].clone();
    let refused = refused.as_array().expect("a list");
    assert_eq!(refused.len(), names.len(), "{refused:?}");
    for row in refused {
        assert!(!text(row, "reason").is_empty());
        assert!(names.contains(&text(row, "file")), "{row}");
    }
}

#[test]
fn files_that_cannot_be_read_are_named_and_the_rest_is_indexed() {
    let sandbox = Sandbox::with_seeds();
    sandbox.write("empty.txt", "");
    sandbox.write("spaces.txt", " \n\u{3000}\n\t\r\n");
    sandbox.write("binary.txt", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x01\0");
    sandbox.write("zeros.txt", vec![0u8; 4096]);
    sandbox.write("words.doc", "政府工作报告");
    symlink("nowhere.txt", sandbox.corpus().join("dangling.txt")).expect("a link");
    symlink(".", sandbox.corpus().join("loop")).expect("a link");
    symlink("/etc", sandbox.corpus().join("out")).expect("a link");
    symlink("/dev/zero", sandbox.corpus().join("zero.txt")).expect("a link");
    let huge = fs::File::create(sandbox.corpus().join("huge.txt")).expect("a file");
    huge.set_len((64 << 20) + 1).expect("a hole takes no room");
    let made = Command::new("mkfifo")
        .arg(sandbox.corpus().join("pipe.txt"))
        .status();
    assert!(made.expect("mkfifo is there").success());
    let _socket = UnixListener::bind(sandbox.corpus().join("socket.txt")).expect("a socket");
    fs::create_dir(sandbox.corpus().join("folder.txt")).expect("a folder");
    sandbox.write("folder.txt/inside.txt", YUSHE);
    assert_refused(
        &sandbox,
        &[
            "empty.txt",
            "spaces.txt",
            "binary.txt",
            "zeros.txt",
            "words.doc",
            "dangling.txt",
            "loop",
            "out",
            "pipe.txt",
            "socket.txt",
            "zero.txt",
            "huge.txt",
        ],
    );
    assert_eq!(sandbox.counts("专业镇", [])[0], 40);
    assert_eq!(sandbox.counts("化石小镇", [])[0], 1);
    assert_eq!(sandbox.reports().len(), 6);
    // Nothing has changed: it says the same again.
    assert_refused(
        &sandbox,
        &[
            "empty.txt",
            "spaces.txt",
            "binary.txt",
            "zeros.txt",
            "words.doc",
            "dangling.txt",
            "loop",
            "out",
            "pipe.txt",
            "socket.txt",
            "zero.txt",
            "huge.txt",
        ],
    );
    // A search answers all the same, and is not stale because of them.
    let (_, summary) = sandbox.search("专业镇", []);
    assert_eq!(summary["stale"], false);
}

#[test]
fn a_file_without_permission_is_named_and_read_once_it_is_allowed() {
    let sandbox = Sandbox::with_seeds();
    if sandbox.corpus().metadata().expect("it is there").uid() == 0 {
        // root may read everything.
        return;
    }
    sandbox.write("secret.txt", YUSHE);
    let path = sandbox.corpus().join("secret.txt");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o000)).expect("mine");
    assert_refused(&sandbox, &["secret.txt"]);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).expect("mine");
    sandbox.run(["index"]).expect(0);
    assert_eq!(sandbox.counts("化石小镇", [])[0], 1);
}

#[test]
fn names_are_shown_escaped_and_found_whatever_they_are() {
    let sandbox = Sandbox::empty();
    let long = format!("{}.txt", "长".repeat(83));
    let names = [
        OsStr::new("-x.txt"),
        OsStr::new("CON.txt"),
        OsStr::new("a\nb.txt"),
        OsStr::new("\u{1b}[31mred.txt"),
        OsStr::new("e\u{301}.txt"),
        OsStr::new(&long),
        OsStr::from_bytes(b"\xff\xfe.txt"),
    ];
    for (i, name) in names.iter().enumerate() {
        let text = YUSHE.replace("榆社", &format!("榆社{}", "新".repeat(i)));
        fs::write(sandbox.corpus().join(name), text).expect("the file is written");
    }
    sandbox.run(["index"]).expect(0);
    let ran = sandbox.run(["search", "专业镇"]).expect(0);
    assert_eq!(ran.stdout.lines().count(), names.len(), "{ran}");
    assert!(!ran.stdout.contains('\u{1b}'), "{ran}");
    assert!(ran.stdout.contains("\\u{1b}[31mred.txt"), "{ran}");
    // All are still known: the names compare with what is there.
    let (_, summary) = sandbox.search("专业镇", []);
    assert_eq!(summary["stale"], false);
    let ran = sandbox.run(["index"]).expect(0);
    assert!(ran.stdout.starts_with("nothing has changed"), "{ran}");
    sandbox.run(["index", "--", "corpus/-x.txt"]).expect(0);
}

#[test]
fn no_two_files_become_one_and_no_file_two() {
    let sandbox = Sandbox::empty();
    let write = |name: &[u8], words: &str| {
        let path = sandbox.corpus().join(OsStr::from_bytes(name));
        fs::write(path, YUSHE.replace("化石小镇", words)).expect("the file is written");
    };
    write(b"\xff.txt", "甲乙丙");
    write(b"\xfe.txt", "丁戊己");
    write("é.txt".as_bytes(), "庚辛壬");
    // The same name in other code points: refused, for a path stands for one file.
    write("e\u{301}.txt".as_bytes(), "子丑寅卯");
    for _ in 0..2 {
        assert_refused(&sandbox, &["e\u{301}.txt"]);
        assert_eq!(sandbox.reports().len(), 3);
        for (words, n) in [("甲乙丙", 1), ("丁戊己", 1), ("庚辛壬", 1), ("子丑寅卯", 0)]
        {
            assert_eq!(
                sandbox.search(words, ["--duplicates"]).0.len(),
                n,
                "{words}"
            );
        }
    }
    sandbox.remove("é.txt");
    sandbox.run(["index"]).expect(0);
    assert_eq!(sandbox.search("子丑寅卯", ["--duplicates"]).0.len(), 1);
}

#[test]
fn damaged_bytes_cost_their_file_and_not_the_run() {
    let sandbox = Sandbox::with_seeds();
    let mut mixed = YUSHE.as_bytes().to_vec();
    for _ in 0..30 {
        // 一些 in GBK.
        mixed.extend_from_slice(b"\xd2\xbb\xd0\xa9\xa1\xa3");
    }
    sandbox.write("mixed.txt", &mixed);
    assert_refused(&sandbox, &["mixed.txt"]);
    assert_eq!(sandbox.counts("专业镇", [])[0], 39);
    assert_eq!(sandbox.search("\u{fffd}", []).0.len(), 0);
}

#[cfg(target_os = "linux")]
#[test]
fn a_giant_line_stays_within_memory() {
    let sandbox = Sandbox::empty();
    let line = "加快推进高质量发展，全面提升治理水平。".repeat(200_000);
    sandbox.write("giant.txt", format!("政府工作报告\n\n{line}世外桃源。\n"));
    let mut child = sandbox.command(["index"]).spawn().expect("it starts");
    let status = format!("/proc/{}/status", child.id());
    let mut peak_kb = 0;
    while child.try_wait().expect("it is ours").is_none() {
        let said = fs::read_to_string(&status).unwrap_or_default();
        let peak = said.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let digits = peak.map(|peak| peak.trim().trim_end_matches(" kB"));
        peak_kb = digits.and_then(|n| n.parse().ok()).unwrap_or(peak_kb);
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    assert!((1..512 << 10).contains(&peak_kb), "{peak_kb} kB");
    assert_eq!(sandbox.counts("世外桃源", [])[0], 1);
}

#[test]
fn a_text_of_another_genre_is_indexed_and_listed_and_no_failure() {
    let sandbox = Sandbox::with_seeds();
    sandbox.write(
        "notice.txt",
        "关于举办消防演练活动的通知\n\n各科室：\n\n定于本周五下午举办消防演练活动，请准时参加。\n\n办公室\n",
    );
    let ran = sandbox.run(["index"]).expect(0);
    assert!(ran.stdout.contains("6 files, 6 texts"), "{ran}");
    assert!(ran.stdout.contains("1 text of another genre"), "{ran}");
    let (hits, summary) = sandbox.search("消防演练活动", []);
    assert_eq!(hits.len(), 0, "reports are searched");
    assert_eq!(summary["notices"][0]["code"], "other_genre");
    assert_eq!(summary["notices"][0]["passages"], 2);
    let (hits, _) = sandbox.search("消防演练活动", ["--genre", "any"]);
    assert_eq!(hits.len(), 2, "the title and the sentence");
    for hit in &hits {
        assert!(text(hit, "report").starts_with("未知-notice"), "{hit}");
        assert_eq!(hit["region"], serde_json::json!([]));
        assert_eq!(hit["year"], serde_json::Value::Null);
    }
    let reports = sandbox.reports();
    let other: Vec<_> = reports
        .iter()
        .filter(|row| row["genre"] == "other")
        .collect();
    assert_eq!(other.len(), 1);
    let ran = sandbox.run(["reports", "--to-fix"]).expect(0);
    assert!(ran.stdout.contains("未知-notice"), "{ran}");
}

#[test]
fn a_report_that_cannot_be_placed_is_found_and_listed_as_to_fix() {
    let sandbox = Sandbox::with_seeds();
    sandbox.write(
        "nowhere.txt",
        "政府工作报告\n\n各位代表：\n\n现在，我代表政府向大会报告工作，请予审议。\n\n一、过去一年工作回顾\n\n大力发展量子茶叶。\n",
    );
    let ran = sandbox.run(["index"]).expect(0);
    assert!(ran.stdout.contains("reports --to-fix"), "{ran}");
    let ran = sandbox.run(["search", "量子茶叶"]).expect(0);
    let columns: Vec<&str> = ran.stdout.trim_end().split('\t').collect();
    assert_eq!(&columns[2..4], ["未知", "–"], "{ran}");
    assert!(columns[0].starts_with("未知-nowhere"), "{ran}");
}

#[test]
fn line_ends_and_their_absence_make_no_difference() {
    let sandbox = Sandbox::empty();
    let texts = |content: &str| -> Vec<String> {
        sandbox.write("one.txt", content);
        sandbox.run(["index"]).expect(0);
        let rows = sandbox
            .run(["show", "榆社县-2022", "--format", "jsonl"])
            .rows();
        rows.iter()
            .map(|row| text(row, "text").to_owned())
            .collect()
    };
    let unix = texts(YUSHE);
    assert_eq!(unix.len(), 6, "{unix:?}");
    assert_eq!(texts(&YUSHE.replace('\n', "\r\n")), unix);
    assert_eq!(texts(&YUSHE.replace('\n', "\r")), unix);
    assert_eq!(texts(&YUSHE.replace('\n', "\u{2028}")), unix);
    assert_eq!(texts(YUSHE.trim_end()), unix);
    assert_eq!(texts(&format!("\u{feff}{YUSHE}")), unix);
}

#[test]
fn the_corpus_may_be_one_file_or_several_roots() {
    let sandbox = Sandbox::empty();
    let other = sandbox.home().join("other");
    fs::create_dir(&other).expect("a folder");
    fs::write(other.join(SEEDS[0]), seed(0)).expect("written");
    sandbox.write("one.txt", YUSHE);
    sandbox.run(["index", "corpus/one.txt"]).expect(0);
    assert_eq!(sandbox.reports().len(), 1);
    assert_eq!(sandbox.reports()[0]["source"]["file"], "one.txt");
    sandbox.run(["index", "other"]).expect(0);
    let reports = sandbox.reports();
    let files: Vec<&str> = reports
        .iter()
        .map(|row| text(&row["source"], "file"))
        .collect();
    let other_file = format!("other/{}", SEEDS[0]);
    assert_eq!(files, [other_file.as_str(), "corpus/one.txt"]);
    sandbox.write("two.txt", seed(4));
    sandbox.run(["index"]).expect(0);
    assert_eq!(
        sandbox.reports().len(),
        2,
        "only one file of that folder was asked for"
    );
}

#[test]
fn an_abridged_report_is_a_report_and_says_so() {
    let sandbox = Sandbox::with_seeds();
    let abridged = YUSHE.replacen("政府工作报告", "政府工作报告（摘登）", 1);
    sandbox.write("part.txt", abridged);
    let ran = sandbox.run(["index"]).expect(0);
    assert!(!ran.stdout.contains("another genre"), "{ran}");
    let reports = sandbox.reports();
    let abridged: Vec<_> = reports
        .iter()
        .filter(|row| {
            let notes = row["notes"].as_array().expect("notes");
            notes.iter().any(|note| note["rule"] == "abridged")
        })
        .collect();
    // Two of the samples are pages of newspapers.
    let ids: Vec<&str> = abridged.iter().map(|row| text(row, "id")).collect();
    assert_eq!(ids, ["代县-2024", "吕梁市-2023", "榆社县-2022"]);
    assert!(abridged.iter().all(|row| row["genre"] == "report"));
    let ran = sandbox.run(["reports", "--region", "榆社"]).expect(0);
    assert!(ran.stdout.contains("· abridged"), "{ran}");
}

#[test]
fn a_whole_copy_stands_for_an_abridged_one() {
    let sandbox = Sandbox::empty();
    let whole = seed(0);
    sandbox.write("2024政府工作报告_摘要.txt", format!("{whole}\n编后语。\n"));
    sandbox.write("other.txt", whole);
    sandbox.run(["index"]).expect(0);
    let reports = sandbox.reports();
    let copies: Vec<&str> = reports
        .iter()
        .filter(|row| !row["duplicate_of"].is_null())
        .map(|row| text(&row["source"], "file"))
        .collect();
    assert_eq!(copies, ["2024政府工作报告_摘要.txt"]);
}
