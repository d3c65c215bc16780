//! What is written where: streams, formats, colours, escapes, pipes.

use crate::harness::{PROGRAM, Ran, Sandbox, YUSHE, text};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::io::Read;
use std::process::{Command, Stdio};

/// What may never reach a stream as it is.
fn assert_harmless(ran: &Ran) {
    for (name, stream) in [("stdout", &ran.stdout), ("stderr", &ran.stderr)] {
        let bad: Vec<char> = stream
            .chars()
            .filter(|c| {
                (c.is_control() && !matches!(c, '\n' | '\t'))
                    || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}')
            })
            .collect();
        assert!(bad.is_empty(), "{bad:?} on {name}\n{ran}");
    }
}

#[test]
fn nothing_from_a_file_a_name_or_a_query_reaches_the_terminal_raw() {
    let sandbox = Sandbox::empty();
    let nasty = "\u{1b}[31m红\u{1b}]0;标题\u{7}\u{1b}]52;c;x\u{7}\u{9b}31m\u{202e}反\u{202c}\u{2066}隔\u{2069}\r\u{7f}\u{85}";
    sandbox.write("plain.txt", YUSHE.replace("化石研究", nasty));
    let report = YUSHE
        .replace("榆社县", "左权县")
        .replace("政府工作报告", &format!("政府工作报告{nasty}"));
    sandbox.write(&format!("{}.txt", nasty.replace('\n', "")), report);
    let binary = format!("{}binary.txt", nasty);
    sandbox.write(&binary, b"\0\0\0");
    sandbox.run(["index"]).expect(3);
    for arguments in [
        &["index", "--verbose"][..],
        &["search", "古生物"],
        &["search", "古生物", "--color", "never", "-C", "3"],
        &["search", "古生物", "--explain"],
        &["search", "古生物", "--facets"],
        &["reports", "--notes"],
        &["reports", "--to-fix"],
        &["show", "榆社县-2022"],
        &["show", "左权县-2022"],
        &["check"],
        &["search", nasty],
        &["search", nasty, "--explain"],
        &["search", "发展", "--region", nasty],
        &["search", "发展", "--year", nasty],
        &["search", "发展", "--part", nasty],
        &["search", "发展", "--level", nasty],
        &["search", "发展", "--report", nasty],
        &["search", "发展", "--format", nasty],
        &["show", nasty],
        &["index", nasty],
        &["search", "发展", "--index", nasty],
        &[nasty],
        &["--x\u{1b}[31m"],
    ] {
        assert_harmless(&sandbox.run(arguments));
    }
    for arguments in [
        &["search", "古生物", "--format", "jsonl"][..],
        &["search", nasty, "--format", "json"],
        &["reports", "--format", "jsonl"],
        &["show", "榆社县-2022", "--format", "json"],
    ] {
        let ran = sandbox.run(arguments);
        let raw = ran.stdout.chars().any(|c| {
            c.is_control()
                && c != '\n'
                && c > '\u{1f}'
                && c != '\u{7f}'
                && !('\u{80}'..='\u{9f}').contains(&c)
        });
        assert!(!raw, "{ran}");
        assert!(!ran.stdout.contains('\u{1b}'), "{ran}");
    }
}

#[test]
fn no_answer_in_any_form_has_a_control_character() {
    let sandbox = Sandbox::empty();
    let nasty = "\u{1b}[31m红\u{1b}]8;;http://x\u{7}\u{9b}31m\u{202e}反\u{202c}\u{2066}隔\u{2069}\u{7f}\u{85}\u{2028}\u{200f}";
    let report = YUSHE
        .replace("化石研究", &format!("{nasty}化石研究{nasty}"))
        .replace("一、2021", &format!("一、{nasty}2021"))
        .replace("政府工作报告", &format!("政府工作报告{nasty}"));
    sandbox.write(&format!("{nasty}.txt"), &report);
    let glossary = format!("{report}\n名词解释\n\n1.专业镇{nasty}：指{nasty}产业集聚的镇。\n");
    sandbox.write(
        &format!("{nasty}/words.txt"),
        glossary.replace("榆社县", "左权县"),
    );
    sandbox.run(["index"]).expect(0);
    for arguments in [
        &["search", "古生物"][..],
        &["search", "古生物", "--facets", "-C", "2"],
        &["search", "古生物 化石", "--mode", "any"],
        &["search", "古生物", "--cite"],
        &["count", "古生物"],
        &["count", "古生物", "--by", "section"],
        &["count", "古生物", "--by", "report"],
        &["count", nasty],
        &["first", "古生物"],
        &["first", "古生物", "--by", "region"],
        &["kwic", "古生物"],
        &["kwic", "古生物", "--neighbours"],
        &["define", "专业镇"],
        &["define"],
        &["reports"],
        &["reports", "--coverage"],
        &["reports", "--with", "古生物"],
        &["reports", "--notes"],
        &["show", "榆社县-2022"],
        &["show", "榆社县-2022:1"],
    ] {
        for form in ["text", "csv", "md", "json", "jsonl"] {
            for layout in ["page", "lines"] {
                let options = ["--format", form, "--layout", layout];
                let mut ran = sandbox.run(arguments.iter().copied().chain(options));
                if form == "csv" {
                    // Rows of CSV end so.
                    ran.stdout = ran.stdout.replace("\r\n", "\n");
                }
                // Not every command has every form.
                assert!(matches!(ran.code, Some(0..=2)), "{ran}");
                assert_harmless(&ran);
                if ran.code == Some(0) && form.starts_with("json") {
                    let parsed: Vec<Result<Value, _>> =
                        serde_json::Deserializer::from_str(&ran.stdout)
                            .into_iter()
                            .collect();
                    assert!(parsed.iter().all(Result::is_ok), "{ran}");
                }
                if ran.code == Some(0) && form == "csv" {
                    let rows = csv::ReaderBuilder::new()
                        .flexible(true)
                        .from_reader(ran.stdout.as_bytes())
                        .into_records();
                    for row in rows {
                        let row = row.expect("CSV");
                        let formula = row.iter().find(|cell| {
                            cell.starts_with(['=', '+', '-', '@', '\t', '\r'])
                                && cell.parse::<f64>().is_err()
                        });
                        assert_eq!(formula, None, "{arguments:?} {ran}");
                    }
                }
            }
        }
    }
}

#[test]
fn without_colour_hits_stand_in_brackets_and_with_colour_they_do_not() {
    let sandbox = Sandbox::indexed();
    let stdout = |command: &mut Command| Ran::of(command).expect(0).stdout;
    let arguments = ["search", "专业镇"];
    let plain = stdout(&mut sandbox.command(arguments));
    assert_eq!(
        plain.matches("【专业镇】").count(),
        39,
        "piped text has no colour"
    );
    assert!(!plain.contains('\u{1b}'));
    let never = stdout(sandbox.command(arguments).args(["--color", "never"]));
    assert_eq!(never, plain);
    let always = stdout(sandbox.command(arguments).args(["--color", "always"]));
    assert!(!always.contains('【') || !always.contains("【专业镇】"));
    assert!(
        always.matches('\u{1b}').count() >= 78,
        "on and off for each hit"
    );
    // Stripped of its colours it says the same.
    let mut stripped = String::new();
    let mut inside = false;
    for c in always.chars() {
        match (inside, c) {
            (false, '\u{1b}') => inside = true,
            (true, 'm') => inside = false,
            (false, c) => stripped.push(c),
            _ => {}
        }
    }
    assert_eq!(stripped, plain.replace(['【', '】'], ""));
    let no_colour = stdout(sandbox.command(arguments).env("NO_COLOR", "1"));
    assert_eq!(no_colour, plain);
}

#[test]
fn a_piped_line_has_six_columns() {
    let sandbox = Sandbox::with_seeds();
    sandbox.write(
        "tabs.txt",
        YUSHE.replace("古生物化石", "古生物\t化石\tA\tB"),
    );
    sandbox.run(["index"]).expect(0);
    let ran = sandbox.run(["search", "专业镇"]).expect(0);
    assert_eq!(ran.stdout.lines().count(), 19);
    for line in ran.stdout.lines() {
        let columns: Vec<&str> = line.split('\t').collect();
        assert_eq!(columns.len(), 6, "{line}");
        assert!(
            columns[0].contains(':') && columns[5].contains("【专业镇】"),
            "{line}"
        );
        // The second column can be opened from here, and the line has the phrase or its beginning.
        let (file, number) = columns[1].rsplit_once(':').expect("file:line");
        let content = fs::read_to_string(sandbox.home().join(file)).expect("it is there");
        let number: usize = number.parse().expect("a number");
        let raw: String = content.lines().skip(number - 1).take(6).collect();
        let raw: String = raw.chars().filter(|c| !c.is_whitespace()).collect();
        assert!(raw.contains("专业镇"), "{}: {raw}", columns[1]);
        assert!(columns[2].starts_with("/山西省/"), "{line}");
        assert!(columns[3].parse::<u16>().is_ok(), "{line}");
    }
}

#[test]
fn pages_make_up_the_whole() {
    let sandbox = Sandbox::indexed();
    for format in ["text", "jsonl"] {
        let page = |limit: usize, offset: usize| -> Vec<String> {
            let (limit, offset) = (limit.to_string(), offset.to_string());
            let ran = sandbox.run([
                "search", "发展", "--format", format, "-n", &limit, "--offset", &offset,
            ]);
            ran.stdout
                .lines()
                .filter(|line| !line.contains("\"type\":\"summary\""))
                .map(str::to_owned)
                .collect()
        };
        let whole = page(0, 0);
        assert!(whole.len() > 100);
        let pages: Vec<String> = (0..whole.len())
            .step_by(7)
            .flat_map(|at| page(7, at))
            .collect();
        assert_eq!(pages, whole);
        assert_eq!(page(0, 100), whole[100..]);
        assert!(page(7, whole.len()).is_empty());
    }
}

#[test]
fn json_and_jsonl_hold_the_same() {
    let sandbox = Sandbox::indexed();
    for (arguments, rows_name) in [
        (&["search", "专业镇"][..], "hits"),
        (&["search", "专业镇", "-C", "1", "--facets"], "hits"),
        (&["search", "没有这个词"], "hits"),
        (&["reports"], "rows"),
    ] {
        let form = |format: &'static str| {
            sandbox.run(arguments.iter().copied().chain(["--format", format]))
        };
        let mut rows = form("jsonl").rows();
        let document: Value = serde_json::from_str(&form("json").stdout).expect("JSON");
        assert_eq!(document["summary"], rows.pop().expect("a summary"));
        assert_eq!(document[rows_name], Value::from(rows));
    }
    let rows = sandbox
        .run(["show", "汾阳市-2024", "--format", "jsonl"])
        .rows();
    let document = sandbox
        .run(["show", "汾阳市-2024", "--format", "json"])
        .stdout;
    let document: Value = serde_json::from_str(&document).expect("JSON");
    assert_eq!(document["passages"], Value::from(rows));
}

#[test]
fn every_documented_field_is_there() {
    let sandbox = Sandbox::indexed();
    let keys = |value: &Value| -> BTreeSet<String> {
        value
            .as_object()
            .expect("an object")
            .keys()
            .cloned()
            .collect()
    };
    let has = |value: &Value, names: &str| {
        let keys = keys(value);
        for name in names.split_whitespace() {
            assert!(keys.contains(name), "`{name}` in {value}");
        }
        assert_eq!(
            value
                .as_object()
                .and_then(|object| object.keys().next())
                .map(String::as_str),
            Some("type")
        );
    };
    let (hits, summary) = sandbox.search("专业镇", []);
    for hit in &hits {
        has(
            hit,
            "type id report region region_code level year about part kind section match score text text_hash spans source",
        );
        assert_eq!(hit["type"], "hit");
        assert!(hit["source"]["line"].as_u64() >= Some(1));
        assert_eq!(text(hit, "text_hash").len(), 8);
        assert!(text(hit, "id").starts_with(&format!("{}:", text(hit, "report"))));
        for span in hit["spans"].as_array().expect("spans") {
            assert_eq!(
                keys(span).into_iter().collect::<Vec<_>>(),
                ["byte_end", "byte_start", "char_end", "char_start"]
            );
        }
    }
    has(
        &summary,
        "type query passages occurrences reports reports_searched schema_version corpus stale",
    );
    assert_eq!(summary["query"], "专业镇");
    for report in sandbox.reports() {
        has(
            &report,
            "type id title region region_code level year date speaker genre passages chars evidence notes source",
        );
        assert_eq!(
            keys(&report["evidence"]).into_iter().collect::<Vec<_>>(),
            ["region", "year"]
        );
    }
    for passage in sandbox
        .run(["show", "汾阳市-2024", "--format", "jsonl"])
        .rows()
    {
        has(&passage, "type id part kind section text source");
    }
    // Scores descend; no time, no path of this machine.
    let scores: Vec<f64> = hits
        .iter()
        .filter_map(|hit| hit["score"].as_f64())
        .collect();
    assert!(scores.is_sorted_by(|a, b| a >= b), "{scores:?}");
    let all = sandbox
        .run(["search", "专业镇", "--format", "jsonl"])
        .stdout;
    assert!(!all.contains(sandbox.home().to_str().expect("UTF-8")));
    assert!(!all.contains("ms"));
}

#[test]
fn facets_show_what_another_choice_would_give() {
    let sandbox = Sandbox::indexed();
    let (_, summary) = sandbox.search("放管服", ["--facets", "--year", "2023"]);
    let facet = |kind: &str, value: Value| -> (u64, u64) {
        let rows = summary["facets"][kind].as_array().expect("a list").clone();
        let row = rows.iter().find(|row| row["value"] == value);
        let row = row.unwrap_or_else(|| panic!("{value} in {rows:?}"));
        (
            row["occurrences"].as_u64().expect("a number"),
            row["reports_held"].as_u64().expect("a number"),
        )
    };
    assert_eq!(facet("year", 2023.into()), (4, 2));
    assert_eq!(facet("year", 2024.into()), (0, 3), "a zero is shown");
    assert_eq!(facet("region", serde_json::json!(["山西省"])), (4, 2));
    assert_eq!(
        facet("region", serde_json::json!(["山西省", "吕梁市"])),
        (1, 1)
    );
}

#[test]
fn a_closed_pipe_ends_quietly() {
    let sandbox = Sandbox::with_seeds();
    for i in 0..40 {
        sandbox.write(
            &format!("more/{i}.txt"),
            format!("{}\n第{i}份。\n", crate::harness::seed(i % 5)),
        );
    }
    sandbox.run(["index"]).expect(0);
    for format in ["text", "jsonl", "json"] {
        let mut child = sandbox
            .command(["search", "的", "--duplicates", "--format", format])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let mut stdout = child.stdout.take().expect("piped");
        let mut first = [0; 64];
        stdout.read_exact(&mut first).expect("something is written");
        drop(stdout);
        let ran = Ran::from(child.wait_with_output().expect("it ends")).expect(0);
        assert!(!ran.stderr.contains("pipe"), "{ran}");
    }
}

#[test]
fn a_full_disk_is_said() {
    if !std::path::Path::new("/dev/full").exists() {
        return;
    }
    let sandbox = Sandbox::indexed();
    for arguments in [
        &["search", "专业镇"][..],
        &["search", "专业镇", "--format", "jsonl"],
        &["search", "专业镇", "--format", "json"],
        &["search", "专业镇", "--count"],
        &["reports"],
        &["show", "汾阳市-2024"],
        &["check"],
        &["index"],
        &["--help"],
    ] {
        let full = fs::File::options()
            .write(true)
            .open("/dev/full")
            .expect("it opens");
        let output = Command::new(PROGRAM)
            .env_clear()
            .current_dir(sandbox.home())
            .args(arguments)
            .stdout(full)
            .stderr(Stdio::piped())
            .spawn()
            .and_then(std::process::Child::wait_with_output)
            .expect("the program starts");
        let ran = Ran::from(output);
        assert_eq!(ran.code, Some(2), "{arguments:?} {ran}");
        assert!(!ran.stderr.is_empty(), "{arguments:?}");
    }
}

#[test]
fn data_goes_to_stdout_and_all_else_to_stderr() {
    let sandbox = Sandbox::with_seeds();
    let ran = sandbox
        .run(["search", "专业镇"])
        .expect(0)
        .says("building it")
        .says("39 occurrences · 18 passages · 5 of 5 reports");
    assert_eq!(ran.stdout.lines().count(), 18, "{ran}");
    let count = sandbox
        .run(["search", "专业镇", "--count"])
        .expect(0)
        .stdout;
    assert_eq!(
        count,
        "39 occurrences · 18 passages · 5 of 5 reports · 2 reports not whole\n"
    );
    // The same bytes whatever the locale.
    let chinese = Ran::of(
        sandbox
            .command(["search", "专业镇", "--format", "jsonl"])
            .env("LANG", "zh_CN.UTF-8"),
    );
    let plain = Ran::of(
        sandbox
            .command(["search", "专业镇", "--format", "jsonl"])
            .env("LC_ALL", "C"),
    );
    assert_eq!(chinese.stdout, plain.stdout);
}
