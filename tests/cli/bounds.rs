//! What a reader may type in the place of a number or of a word: nothing of it costs more than an answer, and nothing of
//! it reaches the terminal as a command.

use crate::harness::{Sandbox, text};

/// Commands with what they need beside a number.
const COMMANDS: [(&str, &[&str]); 8] = [
    ("search", &["发展"]),
    ("kwic", &["发展"]),
    ("count", &["发展", "产业", "--by", "region,year"]),
    ("first", &["发展"]),
    ("define", &["--all"]),
    ("reports", &[]),
    ("show", &["汾阳市-2024:19"]),
    ("index", &[]),
];

/// What stands in the help for a number, and what does not.
const NUMERIC: [&str; 8] = [
    "LIMIT", "OFFSET", "N", "CHARS", "S", "YEARS", "PORT", "SECONDS",
];
const OTHER: [&str; 23] = [
    "DIR",
    "WHEN",
    "LANGUAGE",
    "HOW",
    "MODE",
    "SORT",
    "FORMAT",
    "REGION",
    "PART",
    "LEVEL",
    "ID",
    "GENRE",
    "WIDTH",
    "WHAT",
    "LIST",
    "EXPRESSION",
    "FILE",
    "GLOB",
    "LABEL",
    "COMMAND",
    "NAME",
    "GROUP",
    "KIND",
];

const NUMBERS: [&str; 12] = [
    "0",
    "1",
    "100000",
    "1000000000",
    "4294967295",
    "4294967296",
    "9223372036854775807",
    "18446744073709551615",
    "18446744073709551616",
    "99999999999999999999999999",
    "-1",
    "1e9",
];

/// The options of a command that take a number, from its help.
fn numeric_options(sandbox: &Sandbox, command: &str) -> Vec<String> {
    let help = sandbox.run([command, "--help"]).expect(0).stdout;
    let options = help.lines().map(str::trim_start);
    options
        .filter(|line| line.starts_with('-'))
        .filter_map(|line| {
            let (option, rest) = line.split_once('<')?;
            let (value, _) = rest.split_once('>')?;
            assert!(
                NUMERIC.contains(&value) || OTHER.contains(&value),
                "`{line}` of {command}: is it a number?"
            );
            let long = option.split(", ").last()?.trim();
            NUMERIC.contains(&value).then(|| long.to_owned())
        })
        .collect()
}

/// What a run has to be, whatever was asked.
#[cfg(unix)]
fn check(sandbox: &Sandbox, environment: &str, arguments: &[&str]) {
    let ran = sandbox.limited_in("1500000", environment, arguments.iter().copied());
    let told = format!("{environment} {arguments:?}: {}", ran.stderr);
    assert!(matches!(ran.code, Some(0..=2)), "{:?} {told}", ran.code);
    assert!(ran.stdout.len() < 20_000_000, "{} {told}", ran.stdout.len());
    if ran.code == Some(2) {
        assert!(
            ran.stdout.is_empty() && ran.stderr.starts_with("error: "),
            "{told}"
        );
    }
}

#[cfg(unix)]
#[test]
fn every_number_of_the_command_line_has_bounds() {
    let sandbox = Sandbox::indexed();
    let mut n_tried = 0;
    for (command, needed) in COMMANDS {
        for option in numeric_options(&sandbox, command) {
            for number in NUMBERS {
                let option = format!("{option}={number}");
                for layout in ["page", "lines"] {
                    let mut arguments = vec![command];
                    arguments.extend(needed);
                    arguments.extend([&*option, "--layout", layout]);
                    if option.starts_with("--seed") {
                        arguments.push("--sample=3");
                    }
                    check(&sandbox, "", &arguments);
                    n_tried += 1;
                }
            }
        }
    }
    assert!(n_tried > 500, "{n_tried}");
    let port = numeric_options(&sandbox, "serve");
    assert!(port.contains(&"--port".to_owned()), "{port:?}");
    for port in ["65536", "-1", "99999999999"] {
        let ran = sandbox.run(["serve", &format!("--port={port}")]).expect(2);
        assert!(ran.stderr.starts_with("error: "), "{}", ran.stderr);
    }
}

#[cfg(unix)]
#[test]
fn a_page_is_not_wider_than_can_be_read() {
    let sandbox = Sandbox::indexed();
    let commands: [&[&str]; 7] = [
        &["search", "发展"],
        &["search", "发展", "--facets"],
        &["kwic", "发展"],
        &["count", "发展", "--by", "region", "--chart"],
        &["reports", "--coverage"],
        &["show", "汾阳市-2024:19"],
        &["first", "发展"],
    ];
    for number in NUMBERS {
        for command in commands {
            let environment = format!("COLUMNS={number}");
            let arguments: Vec<&str> = command
                .iter()
                .copied()
                .chain(["--layout", "page"])
                .collect();
            check(&sandbox, &environment, &arguments);
        }
    }
    let kwic = ["kwic", "发展", "--layout", "page", "--width", "1001"];
    let ran = sandbox.run(kwic).expect(2);
    assert_eq!(
        ran.stderr,
        "error: a page has room for `--width` up to 1000\nhint: `--layout lines` gives contexts of any length\n"
    );
    sandbox
        .run(["kwic", "发展", "--layout", "lines", "--width", "1000000"])
        .expect(0);
}

/// Numbers within queries and ids.
#[cfg(unix)]
#[test]
fn numbers_in_queries_and_ids_have_bounds() {
    let sandbox = Sandbox::indexed();
    for number in NUMBERS {
        for argument in [
            format!("\"发展 产业\"~{number}"),
            format!("发展 year:{number}"),
            format!("发展 year:{number}..{number}"),
        ] {
            check(&sandbox, "", &["search", &argument]);
        }
        let id = format!("汾阳市-2024:{number}");
        check(&sandbox, "", &["show", &id, "-C4294967295"]);
        let id = format!("汾阳市-{number}");
        check(&sandbox, "", &["show", &id]);
    }
}

/// A word that a terminal would obey, or that looks like a line of the program.
const HOSTILE: &str =
    "a\u{1b}[31m\u{202e}b\nerror: it is not\r\u{7}\u{2066}\u{200b}z\u{2028}q\u{85}w\ty";

#[test]
fn no_error_repeats_what_a_terminal_obeys() {
    let sandbox = Sandbox::indexed();
    let option = format!("--{HOSTILE}");
    let with_value = format!("--{HOSTILE}=x");
    let short = format!("-{HOSTILE}");
    let passage = format!("汾阳市-2024:{HOSTILE}");
    let year = format!("年 year:{HOSTILE}");
    let open = format!("({HOSTILE}");
    let mut commands: Vec<Vec<&str>> = vec![
        vec![HOSTILE],
        vec!["help", HOSTILE],
        vec![&option],
        vec![&short],
        vec!["search", "发展", &option],
        vec!["search", "发展", &with_value],
        vec!["search", "发展", &short],
        vec!["search", &open],
        vec!["search", &year],
        vec!["show", &passage],
        vec!["reports", HOSTILE],
        vec!["check", HOSTILE],
        vec!["serve", HOSTILE],
        vec!["generate", HOSTILE],
        vec!["index", HOSTILE, "--index", "other"],
        vec!["check", "--index", HOSTILE],
    ];
    for option in [
        "--region", "--year", "--about", "--part", "--level", "--report", "--genre", "--sort",
        "-C", "-n", "--width", "--format", "--mode", "--color", "--lang", "--layout",
    ] {
        commands.push(vec!["search", "发展", option, HOSTILE]);
    }
    for option in ["-f", "--by", "--measure"] {
        commands.push(vec!["count", "发展", option, HOSTILE]);
    }
    for option in ["--dict", "--encoding", "--threads"] {
        commands.push(vec!["index", option, HOSTILE]);
    }
    for command in ["search", "kwic", "count", "first", "define", "show"] {
        commands.push(vec![command, HOSTILE]);
        commands.push(vec![command, HOSTILE, "--format", "json"]);
    }
    for language in ["en", "zh"] {
        for command in &commands {
            let mut arguments = command.clone();
            if !command.contains(&"--lang") {
                arguments.extend(["--lang", language]);
            }
            let ran = sandbox.run(&arguments);
            assert_ne!(ran.code, Some(0), "{arguments:?}");
            for c in ran.stderr.chars().chain(ran.stdout.chars()) {
                let is_obeyed = c.is_control() && c != '\n' && !(c == '\t' && ran.code == Some(1));
                let is_unseen = matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}');
                assert!(
                    !is_obeyed && !is_unseen,
                    "{c:?} in {arguments:?}: {:?}",
                    ran.stderr
                );
            }
            for line in ran.stderr.lines().chain(ran.stdout.lines()) {
                assert!(
                    !line.starts_with("error: it is not"),
                    "{arguments:?}: {:?}",
                    ran.stderr
                );
            }
        }
    }
}

#[test]
fn show_of_what_is_not_there_is_an_empty_answer() {
    let sandbox = Sandbox::indexed();
    for id in ["汾阳市-2099", "汾阳市-2024:9999", "汾阳市-2024:0"] {
        let ran = sandbox
            .run(["show", id, "--format", "json"])
            .expect(1)
            .says("error: ");
        let document: serde_json::Value = serde_json::from_str(&ran.stdout).expect("one object");
        assert_eq!(document["passages"], serde_json::json!([]), "{id}");
        assert_eq!(text(&document["summary"], "id"), id);
        let rows = sandbox
            .run(["show", id, "--format", "jsonl"])
            .expect(1)
            .rows();
        assert_eq!(rows.len(), 1, "{id}");
        assert_eq!(rows[0], document["summary"]);
        assert!(rows[0]["passages"].is_null());
        assert_eq!(rows[0]["notices"], serde_json::json!([]));
        let ran = sandbox.run(["show", id, "--format", "csv"]).expect(1);
        assert_eq!(ran.stdout.lines().count(), 2, "{id}");
        let ran = sandbox.run(["show", id]).expect(1);
        assert_eq!(ran.stdout, "", "{id}");
    }
}

#[test]
fn markdown_shows_a_passage_as_the_text_that_it_is() {
    let sandbox = Sandbox::empty();
    let hostile = "专业镇 ![图](http://evil.example/x.png) [点](javascript:x) <img src=x> **粗** a|b `码` www.evil.example";
    sandbox.write(
        "汾阳市2024.txt",
        format!("汾阳市2024年政府工作报告\n\n各位代表：\n\n{hostile}。\n"),
    );
    sandbox.run(["index"]).expect(0);
    for command in [
        &["search", "专业镇"][..],
        &["kwic", "专业镇"],
        &["show", "汾阳市-2024"],
    ] {
        let arguments = command.iter().copied().chain(["--format", "md"]);
        let ran = sandbox.run(arguments).expect(0);
        for mark in ["![", "](", "<img", "**", "://", "www.evil"] {
            // What stands behind a backslash is no mark.
            let parts = ran.stdout.split('\\').enumerate();
            let unescaped: String = parts
                .map(|(n, part)| {
                    if n > 0 {
                        part.replacen(|_| true, "：", 1)
                    } else {
                        part.to_owned()
                    }
                })
                .collect();
            assert!(!unescaped.contains(mark), "{mark} in {}", ran.stdout);
        }
        assert!(ran.stdout.contains("专业镇"));
    }
}
