//! Wrong usage is said and has its exit code; nothing a reader types ends in a panic.

use crate::harness::{Sandbox, text};
use std::os::unix::ffi::OsStrExt;
use std::time::Instant;

#[test]
fn a_query_with_nothing_in_it_is_refused() {
    let sandbox = Sandbox::indexed();
    for query in [
        "",
        " ",
        "\u{3000}\t ",
        "\"\"",
        "“”",
        "《》",
        "\"",
        "‘’ “ ”",
        "\u{200b}\u{feff}",
    ] {
        let ran = sandbox
            .run(["search", query])
            .expect(2)
            .says("nothing to search for");
        assert_eq!(ran.stdout, "", "{ran}");
    }
    sandbox.run(["search"]).expect(2);
}

#[test]
fn a_query_of_nothing_but_punctuation_or_exclusions_does_not_find_everything() {
    let sandbox = Sandbox::indexed();
    for query in [
        "-煤炭",
        "NOT",
        "*",
        "- *",
        "(",
        "OR",
        "？",
        "！",
        "~",
        "+-+-国内",
    ] {
        let ran = sandbox.run(["search", "--format", "jsonl", "--", query]);
        assert!(
            matches!(ran.code, Some(0..=2)),
            "{query:?} ends in a code of its own: {ran}"
        );
        if query == "*" {
            let found = ran.rows();
            assert!(found.len() < 400, "{query:?} is not everything");
        }
    }
}

#[test]
fn strings_that_hurt_are_questions_like_any_other() {
    let sandbox = Sandbox::indexed();
    let quotes = "\"".repeat(900);
    let deep = format!("{}国内", "(".repeat(900));
    for query in [
        "国内\\",
        "IN [",
        "year:[2000 TO",
        "国内^1e400",
        "\"国内\"*",
        "_all:x",
        "\u{202e}国内",
        "\u{feff}国内",
        "国内～",
        "body：国内",
        "（国内）",
        "《报告》",
        "％",
        "𠮷",
        "e\u{301}",
        "\u{1b}[31m国内",
        &quotes,
        &deep,
    ] {
        let ran = sandbox.run(["search", "--format", "jsonl", "--", query]);
        assert!(matches!(ran.code, Some(0..=2)), "{query:?}: {ran}");
    }
    let found = sandbox.counts("国内", []);
    for query in [
        "“国内”",
        "《国内》",
        "\u{3000}国内",
        "国内\u{3000}",
        "国内？",
        "国\u{200b}内",
        "国 内\u{feff}",
    ] {
        let expected = if query == "国 内\u{feff}" {
            sandbox.counts("国 内", [])
        } else {
            found
        };
        assert_eq!(sandbox.counts(query, []), expected, "{query:?}");
    }
    let long = "国".repeat(1_001);
    let ran = sandbox.run(["search", &long]).expect(2);
    assert!(
        ran.stderr.chars().count() < 300,
        "what is too long is not repeated: {ran}"
    );
    sandbox.run(["search", &"国 ".repeat(65)]).expect(2);
    let not_utf8 = std::ffi::OsStr::from_bytes(b"\xff\xfe");
    let ran = sandbox.run([std::ffi::OsStr::new("search"), not_utf8]);
    assert!(matches!(ran.code, Some(1 | 2)), "{ran}");
}

#[test]
fn an_operator_used_wrongly_is_said_in_one_line() {
    let sandbox = Sandbox::indexed();
    let quotes = "\"".repeat(10_000);
    let deep = format!("{}国内{}", "(".repeat(400), ")".repeat(400));
    let open = "（".repeat(800);
    for (query, message) in [
        ("（", "a bracket is never closed (character 1: `（`)"),
        ("\"\"", "nothing to search for"),
        (&quotes, "10000 characters"),
        (&deep, "more than 32 brackets"),
        (&open, "more than 32 brackets"),
        ("专业镇 OR", "(character 5: `OR`)"),
        ("- *", "a wildcard needs a character beside it (character 3"),
        ("\"白酒\"~30", "between two words"),
        ("专业镇 OR region:吕梁", "(character 8: `region:吕梁`)"),
    ] {
        let started = Instant::now();
        let ran = sandbox.run(["search", "--", query]);
        let elapsed = started.elapsed();
        let ran = ran.expect(2).says(message);
        assert_eq!(ran.stdout, "", "{ran}");
        assert_eq!(ran.stderr.lines().count(), 1, "{ran}");
        assert!(ran.stderr.chars().count() < 160, "{ran}");
        // Generous on a machine with other work; alone it takes 3 ms.
        assert!(elapsed.as_millis() < 1_000, "{elapsed:?}: {ran}");
    }
}

#[test]
fn limits_are_taken_or_refused_and_never_kill() {
    let sandbox = Sandbox::indexed();
    for (limit, expected) in [("0", 18), ("1", 1), ("18", 18), ("1099511627776", 18)] {
        let (hits, summary) = sandbox.search("专业镇", ["-n", limit]);
        assert_eq!(hits.len(), expected, "-n {limit}");
        assert_eq!(summary["passages"], 18);
    }
    let (hits, _) = sandbox.search("专业镇", ["--offset", "1099511627776"]);
    assert!(hits.is_empty());
    for option in [["-n", "-1"], ["-n", "x"], ["--offset", "-1"], ["-C", "-1"]] {
        sandbox
            .run(["search", "专业镇", option[0], option[1]])
            .expect(2);
    }
    for option in [
        ["-C", "100000"],
        ["--width", "0"],
        ["--width", "1099511627776"],
    ] {
        sandbox
            .run(["search", "专业镇", option[0], option[1]])
            .expect(0);
    }
}

#[test]
fn filters_are_checked_before_anything_is_searched() {
    let sandbox = Sandbox::indexed();
    for (option, value, message) in [
        ("--region", "", "no region"),
        ("--region", "/", "no region"),
        ("--region", "不存在地方", "no region"),
        ("--region", "汾洋", "汾阳市"),
        ("--region", "山西/汾洋", "no region"),
        ("--year", "abc", "2020..2024"),
        ("--year", "2020..2010", "2020..2024"),
        ("--year", "20000", "2020..2024"),
        ("--year", "-1", "2020..2024"),
        ("--year", "", "2020..2024"),
        ("--about", "abc", "2020..2024"),
        ("--part", "nonsense", "review"),
        ("--level", "village", "county"),
        ("--report", "汾阳市-2019", "汾阳市-2024"),
    ] {
        let ran = sandbox
            .run(["search", "专业镇", option, value])
            .expect(2)
            .says(message);
        assert_eq!(ran.stdout, "", "{ran}");
    }
    // Full-width digits and the character for year, as typed by an input method.
    for year in ["２０２４", "2024年", "2024..2024", "2024-2024"] {
        let [_, _, reports] = sandbox.counts("专业镇", ["--year", year]);
        assert_eq!(reports, 3, "{year}");
    }
}

#[test]
fn an_unknown_command_points_to_search() {
    let sandbox = Sandbox::indexed();
    sandbox
        .run(["专业镇"])
        .expect(2)
        .says("baogao search 专业镇");
    sandbox.run(["search", "专业镇", "--nonsense"]).expect(2);
    let none: [&str; 0] = [];
    sandbox.run(none).expect(2);
    for arguments in [["--help"], ["--version"]] {
        let ran = sandbox.run(arguments).expect(0);
        assert!(!ran.stdout.is_empty());
        assert_eq!(ran.stderr, "");
    }
}

#[test]
fn folders_are_named_by_option_or_environment() {
    let sandbox = Sandbox::with_seeds();
    let index = sandbox.home().join("elsewhere");
    let index = index.to_str().expect("UTF-8");
    let ran = crate::harness::Ran::of(
        sandbox
            .command(["search", "专业镇", "--count"])
            .env("BAOGAO_INDEX", index)
            .env("BAOGAO_CORPUS", sandbox.corpus()),
    )
    .expect(0);
    assert!(ran.stdout.starts_with("39 occurrences"), "{ran}");
    assert!(!sandbox.index().exists());
    sandbox
        .run(["--index", index, "search", "专业镇", "-q"])
        .expect(0);
    // A corpus that is not there.
    let ran = sandbox
        .run(["search", "专业镇", "--corpus", "nowhere"])
        .expect(2)
        .says("nowhere");
    assert_eq!(ran.stdout, "", "{ran}");
    sandbox.run(["index", "nowhere"]).expect(2).says("nowhere");
}

#[test]
fn quiet_answers_by_the_exit_code_alone() {
    let sandbox = Sandbox::indexed();
    for (query, code) in [("专业镇", 0), ("没有这个词", 1)] {
        let ran = sandbox.run(["search", "-q", query]).expect(code);
        assert_eq!(ran.stdout, "");
        assert_eq!(ran.stderr, "");
    }
}

#[test]
fn explain_says_how_the_query_is_understood() {
    let sandbox = Sandbox::indexed();
    sandbox
        .run([
            "search",
            "ＰＭ₂.₅ “四上”企业",
            "--explain",
            "--region",
            "吕梁",
        ])
        .says("query as understood: \"pm2.5\" AND \"四上企业\"")
        .says("; words: 四上 企业 四上企业")
        .says("/山西省/吕梁市");
}

#[test]
fn literal_keeps_quotes_and_width() {
    let sandbox = Sandbox::indexed();
    let (hits, summary) = sandbox.search("“四上”企业", ["--literal"]);
    assert!(summary["occurrences"].as_u64() < sandbox.counts("四上企业", [])[..1].first().copied());
    for hit in &hits {
        assert!(text(hit, "text").contains("“四上”企业"));
    }
    assert_eq!(sandbox.counts("中小学生", ["--literal"])[0], 0);
    assert_eq!(sandbox.counts("中小學生", ["--literal"])[0], 1);
}

#[test]
fn what_cannot_be_asked_is_told_before_an_index_is_built() {
    let sandbox = Sandbox::empty();
    sandbox.write(
        "a.txt",
        "汾阳市2024年政府工作报告\n\n各位代表：\n\n发展白酒。\n",
    );
    for (arguments, why) in [
        (&["search", "(白酒"][..], "error: "),
        (&["search", "白酒", "--year", "二月"], "error: "),
        (
            &["kwic", "白酒", "--sample", "0"],
            "`--sample` is at least 1",
        ),
        (
            &["kwic", "白酒", "--part", "中间"],
            "is not a part of a report",
        ),
        (&["count", "白酒", "(", "--by", "year"], "error: "),
        (&["count", "白酒", "--group"], "`--group` needs `--file`"),
        (
            &["count", "白酒", "--words", "--wide"],
            "`--words` cannot be used with `--wide`",
        ),
        (&["first", "白酒", "--level", "村"], "is not a level"),
        (&["define", "白酒 OR 文旅"], "error: "),
        (&["reports", "--without", "OR"], "error: "),
    ] {
        let ran = sandbox.run(arguments).expect(2);
        assert!(ran.stderr.contains(why), "{arguments:?}: {ran}");
        assert_eq!(ran.stdout, "", "{arguments:?}");
        assert!(!ran.stderr.contains("no index yet"), "{arguments:?}: {ran}");
    }
}

#[test]
fn a_usage_error_says_what_to_write() {
    let sandbox = Sandbox::with_seeds();
    for (line, said) in [
        (
            &["search", "专业镇", "--region", "Shanxi"][..],
            "regions are named in Chinese or by their code: 山西 or 140000",
        ),
        (&["count"], "<EXPRESSION>"),
        (
            &["search", "专业镇", "--format", "xlsx"],
            "hint: spreadsheets open `--format csv --bom`",
        ),
        (&["count", "--lang", "zh"], "缺少 <检索式>"),
    ] {
        let ran = sandbox.run(line).expect(2).says(said);
        assert!(!ran.stderr.contains("building it"), "{ran}");
    }
    // What is hidden is suggested to nobody.
    for language in ["en", "zh"] {
        let ran = sandbox.run(["export", "--lang", language]).expect(2);
        assert!(!ran.stderr.contains("extract"), "{ran}");
        ran.says("reports");
    }
}
