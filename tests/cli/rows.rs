//! Answers of many rows: written as they are made, in little memory, whole or with an exit code that says otherwise.

use crate::harness::{Ran, Sandbox, text};
use serde_json::Value;
use std::fs;

/// Every command that writes rows, with what makes it write many.
const LONG: &[&[&str]] = &[
    &["search", "的", "-n", "0"],
    &["search", "的", "-n", "0", "--sort", "newest", "--cite"],
    &["search", "的", "-n", "0", "--width", "20"],
    &["search", "的", "-n", "30", "-C", "1000000000"],
    &["kwic", "的", "-n", "0"],
    &["kwic", "的", "-n", "0", "--sort", "left"],
    &["kwic", "的", "-n", "0", "--sort", "right", "--cite"],
    &[
        "kwic", "的", "-n", "0", "--sort", "region", "--width", "300",
    ],
    &["kwic", "的", "--sample", "50000"],
    &["kwic", "的", "--neighbours", "-n", "0"],
    &["first", "的", "--reject", "汾阳市-2024:1"],
    &["show", "汾阳市-2024"],
    &["reports", "--notes"],
];
const FORMS: [&str; 5] = ["text", "jsonl", "json", "csv", "md"];

/// A report with many places of 的: alike over long stretches, and not.
fn many_places() -> String {
    let mut report =
        "汾阳市人民政府工作报告\n\n——2024年4月22日在汾阳市第七届人民代表大会第五次会议上\n\n\
                      一、2023年工作回顾\n\n"
            .to_owned();
    for n in 0..600 {
        report.push_str(&"的民生".repeat(n % 83));
        report.push_str(&format!("第{n}项的工作"));
        report.push_str(&"，好的".repeat(60));
        report.push_str("。\n\n");
    }
    report
}

/// Runs a command and gives its exit code and the most anonymous memory that it was seen to have, in kB.
#[cfg(target_os = "linux")]
fn peak_kb(sandbox: &Sandbox, arguments: &[&str]) -> (Option<i32>, u64) {
    use std::process::Stdio;
    let mut command = sandbox.command(arguments);
    command.stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = command.spawn().expect("it starts");
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    loop {
        if let Some(ended) = child.try_wait().expect("it is ours") {
            return (ended.code(), peak);
        }
        let said = fs::read_to_string(&status).unwrap_or_default();
        let anonymous = said.lines().find_map(|line| line.strip_prefix("RssAnon:"));
        let n = anonymous.and_then(|n| n.trim().trim_end_matches(" kB").parse().ok());
        peak = peak.max(n.unwrap_or(0));
        std::thread::sleep(std::time::Duration::from_millis(2));
    }
}

#[cfg(target_os = "linux")]
#[test]
fn rows_take_little_memory_however_many_there_are() {
    let sandbox = Sandbox::empty();
    sandbox.write("a.txt", many_places());
    sandbox.run(["index"]).expect(0);
    let [places, ..] = sandbox.counts("的", ["--count"]);
    assert!(places > 50_000, "{places}");
    for arguments in LONG {
        for form in FORMS {
            for layout in ["lines", "page"] {
                let mut arguments = arguments.to_vec();
                // A width is of text, and so are notes but for JSON.
                if form != "text" && arguments.first() == Some(&"search") {
                    arguments.truncate(4);
                }
                if matches!(form, "csv" | "md") {
                    arguments.retain(|argument| *argument != "--notes");
                }
                arguments.extend(["--format", form, "--layout", layout]);
                let (code, kb) = peak_kb(&sandbox, &arguments);
                assert_eq!(code, Some(0), "{arguments:?}");
                // Held at once, the rows of a command took 150 MB and more.
                assert!(kb < 64 << 10, "{arguments:?} took {kb} kB");
                if form != "text" {
                    break;
                }
            }
        }
    }
}

#[test]
fn neighbours_are_as_many_as_there_are_whatever_is_asked_for() {
    let sandbox = Sandbox::indexed();
    let context = |n: &str, form: &str| {
        let arguments = ["search", "专业镇", "-n", "0", "-C", n, "--format", form];
        sandbox.run(arguments).expect(0).stdout
    };
    // No column of a table shows them.
    for form in ["text", "jsonl", "json"] {
        let all = context("1000", form);
        for n in ["100000", "1000000000", "18446744073709551615"] {
            assert!(context(n, form) == all, "-C {n} --format {form}");
        }
    }
    // They are those of the report, in its order.
    let (hits, _) = sandbox.search("专业镇", ["-n", "0", "-C", "3"]);
    for hit in &hits {
        let shown = sandbox.run(["show", text(hit, "id"), "-C", "3", "--format", "jsonl"]);
        let shown = shown.expect(0).rows();
        let shown: Vec<&str> = shown.iter().map(|row| text(row, "text")).collect();
        let texts = |side: &str| hit["context"][side].as_array().cloned().expect("texts");
        let mut around = texts("before");
        around.push(hit["text"].clone());
        around.extend(texts("after"));
        assert_eq!(around, shown, "{hit}");
    }
}

#[test]
fn lines_stand_in_the_order_of_their_contexts_however_alike_they_are() {
    let sandbox = Sandbox::empty();
    let mut body = String::new();
    for n in 0..40 {
        body.push_str(&"甲的乙".repeat(1 + n % 17));
        body.push_str(["丙", "丁", "", "丙丁"][n % 4]);
        body.push_str("。\n\n");
        body.push_str(&"的".repeat(n * 3 % 70));
        body.push_str("末\n\n");
    }
    sandbox.write(
        "a.txt",
        format!("汾阳市人民政府工作报告\n\n——2024年4月22日在汾阳市第七届人民代表大会上\n\n{body}"),
    );
    sandbox.run(["index"]).expect(0);
    let lines = |options: &[&str]| {
        let fixed = ["kwic", "的", "--width", "40", "--format", "jsonl"];
        let mut rows = sandbox.run(fixed.iter().chain(options)).expect(0).rows();
        rows.pop();
        rows
    };
    let by_year = lines(&[]);
    assert!(by_year.len() > 1_000, "{}", by_year.len());
    for side in ["left", "right"] {
        let mut expected = by_year.clone();
        // Equal ones stay as they are.
        expected.sort_by_key(|row| -> Vec<char> {
            let beside = text(row, side).chars();
            match side {
                "left" => beside.rev().collect(),
                _ => beside.collect(),
            }
        });
        let sorted = lines(&["--sort", side]);
        assert!(sorted == expected, "--sort {side}");
        for (offset, limit) in [(0, 7), (300, 100), (expected.len() - 3, 9)] {
            let page = lines(&[
                "--sort",
                side,
                "--offset",
                &offset.to_string(),
                "-n",
                &limit.to_string(),
            ]);
            let end = expected.len().min(offset + limit);
            assert!(
                page == expected[offset..end],
                "{side}: {limit} after {offset}"
            );
        }
    }
}

#[test]
fn a_document_has_each_member_once() {
    let sandbox = Sandbox::indexed();
    let ran = sandbox
        .run(["show", "汾阳市-2024", "--format", "json"])
        .expect(0);
    let shown: Value = serde_json::from_str(&ran.stdout).expect("JSON");
    let n_passages = shown["passages"].as_array().expect("passages").len();
    assert_eq!(shown["n_passages"], n_passages);
    let n_members = ran
        .stdout
        .lines()
        .filter(|line| line.starts_with("  \""))
        .count();
    assert_eq!(
        n_members,
        shown.as_object().expect("an object").len(),
        "{ran}"
    );
}

#[test]
fn an_answer_that_breaks_off_does_not_end_well() {
    let sandbox = Sandbox::indexed();
    let reports = fs::read_dir(sandbox.generation()).expect("the generation");
    let reports = reports.map(|entry| entry.expect("an entry").path());
    let is_table = |path: &std::path::PathBuf| {
        let name = path.file_name().and_then(|name| name.to_str());
        name.is_some_and(|name| name.starts_with("reports-"))
    };
    let table = reports.into_iter().find(is_table).expect("a report table");
    let mut bytes = fs::read(&table).expect("it can be read");
    let whole = sandbox
        .run(["search", "发展", "-n", "0", "--sort", "newest"])
        .expect(0);
    // What is told of the last reports alone.
    let n = bytes.len();
    bytes[n / 2..].fill(0xff);
    fs::write(&table, bytes).expect("it can be written");
    for command in [
        &["search", "发展", "-n", "0", "--sort", "newest"][..],
        &["kwic", "发展"],
        &["reports"],
    ] {
        for form in FORMS {
            let options = ["--format", form];
            let ran: Ran = sandbox.run(command.iter().chain(&options)).expect(5);
            assert!(ran.stderr.contains("error: "), "{ran}");
            assert!(ran.stdout.len() < whole.stdout.len() * 20, "{ran}");
            // No summary and no line of method make it look whole.
            let is_json = serde_json::from_str::<Value>(&ran.stdout).is_ok();
            assert!(form != "json" || !is_json, "{ran}");
            assert!(
                !ran.stdout.contains("\"summary\"") && !ran.stdout.contains("# “"),
                "{ran}"
            );
        }
    }
}
