//! Messages, help and names of parts in two languages; data in one.

use crate::harness::{Ran, Sandbox};

/// A run under a locale.
fn run_under(sandbox: &Sandbox, locale: &str, arguments: &[&str]) -> Ran {
    Ran::of(sandbox.command(arguments).env("LANG", locale))
}

#[test]
fn a_chinese_locale_gives_chinese_messages_and_help() {
    let sandbox = Sandbox::indexed();
    let nothing = run_under(
        &sandbox,
        "zh_CN.UTF-8",
        &["search", "汾酒", "--region", "侯马"],
    );
    nothing.expect(1).says("另外 2 份报告中有 15 处");
    let page = run_under(
        &sandbox,
        "zh_CN.UTF-8",
        &["search", "专业镇", "--layout", "page"],
    );
    assert!(page.stdout.contains("· 工作安排 · 标题"), "{page}");
    run_under(&sandbox, "zh_CN.UTF-8", &["search", "（"])
        .expect(2)
        .says("错误：括号没有闭合");
    run_under(
        &sandbox,
        "zh_CN.UTF-8",
        &["search", "专业镇", "--region", "汾洋"],
    )
    .expect(2)
    .says("提示：是否指");
    run_under(&sandbox, "zh_CN.UTF-8", &["count", "--nonsense", "x"])
        .expect(2)
        .says("没有 --nonsense 选项");
    let help = run_under(&sandbox, "zh_CN.UTF-8", &["count", "--help"]).expect(0);
    assert!(help.stdout.contains("用法："), "{help}");
}

/// Words that may stand in Chinese: names of commands and values, units, proper names.
const NAMES: &str = "baogao index search count trend keywords first new kwic collocates define reports show serve check generate help \
    auto always never en zh English page lines exact words any relevance newest oldest region report other \
    text jsonl json csv md toml tsv man bash zsh fish roff JSON CSV PDF Markdown Office Word jieba BOM UTF WHATWG \
    COLUMNS stdout NO_COLOR BAOGAO_INDEX BAOGAO_CORPUS corpus Ctrl OR NOT year part level plan county opening review \
    nation province prefecture date left right section occurrences passages per share heat bars map \
    logDice both sentence total governance closing glossary gbk euc narrow wide NUL OCR tesseract \
    same anywhere publish OpenSearch opensearch https PEM USER PASSWORD netrc";

/// What is English in a Chinese text: all words but names, options (`--by`) and what is quoted.
fn english_in(text: &str) -> Vec<String> {
    let quoted = text.split('`').step_by(2).collect::<Vec<_>>().join(" ");
    let names: Vec<&str> = NAMES.split_whitespace().collect();
    let is_apart = |c: char| c.is_whitespace() || !c.is_ascii() || "[](),:;\"'|/".contains(c);
    let words = quoted.split(is_apart);
    let words = words.filter(|word| {
        let is_word = word.len() > 2 && word.chars().all(|c| c.is_ascii_alphabetic());
        is_word && !names.contains(word)
    });
    words.map(str::to_owned).collect()
}

const COMMANDS: [&str; 17] = [
    "index",
    "search",
    "count",
    "trend",
    "keywords",
    "first",
    "new",
    "kwic",
    "collocates",
    "define",
    "reports",
    "show",
    "serve",
    "publish",
    "check",
    "generate",
    "help",
];

#[test]
fn all_help_is_chinese_in_chinese() {
    let sandbox = Sandbox::indexed();
    let mut asked: Vec<Vec<&str>> = vec![vec!["--help"], vec!["-h"], vec!["help"]];
    for command in COMMANDS {
        // `help` takes no option.
        if command != "help" {
            asked.push(vec![command, "--help"]);
            asked.push(vec![command, "-h"]);
        }
        asked.push(vec!["help", command]);
    }
    for mut arguments in asked {
        arguments.insert(0, "--lang=zh");
        let help = run_under(&sandbox, "C", &arguments).expect(0);
        assert!(help.stdout.contains("用法：baogao"), "{help}");
        assert!(!help.stdout.contains("OPTIONS"), "{help}");
        assert_eq!(english_in(&help.stdout), [""; 0], "{help}");
        let half = |line: &str| line.ends_with(':');
        assert!(!help.stdout.lines().any(half), "{help}");
    }
    let nothing = run_under(&sandbox, "zh_CN.UTF-8", &[]).expect(2);
    assert!(nothing.stderr.contains("用法：baogao"), "{nothing}");
    assert_eq!(english_in(&nothing.stderr), [""; 0], "{nothing}");
}

#[test]
fn wrong_command_lines_are_answered_in_chinese() {
    let sandbox = Sandbox::indexed();
    let lines = [
        "search",
        "search 专业镇 --nonsense",
        "search 专业镇 --formt json",
        "search 专业镇 --format jsn",
        "search 专业镇 --format",
        "search 专业镇 --format json --format csv",
        "search 专业镇 --limit x",
        "search 专业镇 --limit -1",
        "search 专业镇 --limit=",
        "search 专业镇 --limit 99999999999999999999999999",
        "search 专业镇 --literal=1",
        "search 专业镇 -n",
        "serch",
        "专业镇",
        "--lang=xx check",
        "check more",
        "show",
        "show a b",
        "generate",
        "generate x",
        "generate man --to",
        "index --threads 99",
        "index --threads x",
        "index --encoding klingon",
        "index --dict a --no-dict",
        "reports --coverage --notes",
        "serve --port 99999",
        "search 专业镇 --year x",
        "search 专业镇 --part x",
        "search 专业镇 --level x",
        "search 专业镇 --region x",
        "search 专业镇 --report x",
        "count --file nowhere",
        "index nowhere",
        "--index nowhere check",
        "--corpus nowhere --index other search 专业镇",
        "index --dict nowhere",
    ];
    for line in lines {
        let arguments: Vec<&str> = line.split(' ').collect();
        let ran = run_under(&sandbox, "zh_CN.UTF-8", &arguments).expect(2);
        assert!(ran.stderr.contains("错误："), "{line}: {ran}");
        let left: Vec<String> = english_in(&ran.stderr)
            .into_iter()
            .filter(|word| !line.contains(word.as_str()))
            .collect();
        assert_eq!(left, [""; 0], "{line}: {ran}");
    }
}

#[test]
fn reasons_for_refusal_are_chinese_in_chinese() {
    let sandbox = Sandbox::indexed();
    for (name, bytes) in [
        ("a.pdf", &b"%PDF-1.4 x"[..]),
        ("b.docx", b"PK\x03\x04"),
        ("c.jsonl", b"{\"a\":"),
        ("d.doc", b"x"),
        ("e.xyz", b"x"),
        ("f.txt", b""),
        ("g.txt", b"a\0b"),
        ("h.csv", b"a,b\n1,2\n"),
        ("i.txt", b"%PDF-1.4"),
        ("j.html", b"<html><body></body></html>"),
        ("青海2024.png", b"x"),
        ("logo.png", b"x"),
        ("app.js", b"x"),
        ("k/.baogaoignore", b"[\n{\n*.log\n"),
        ("k/a.log", b"x"),
        ("k/reports.toml", b"[\"a.txt\"\nyear = 1"),
    ] {
        let path = sandbox.corpus().join(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(path, bytes).expect("a file");
    }
    for arguments in [
        &["index", "--verbose", "corpus"][..],
        &["index", "--exclude", "*.none"],
        &["index", "--exclude", "["],
        &["reports", "--to-fix"],
        &["reports", "--notes"],
        &["check"],
        &["check", "--verbose"],
    ] {
        let ran = run_under(&sandbox, "zh_CN.UTF-8", arguments);
        let left = english_in(&format!("{}\n{}", ran.stdout, ran.stderr));
        assert_eq!(left, [""; 0], "{arguments:?}: {ran}");
    }
}

#[test]
fn a_table_for_papers_has_chinese_headers_and_a_csv_has_not() {
    let sandbox = Sandbox::indexed();
    let asked = |format| ["count", "专业镇", "--by", "part,level", "--format", format];
    let table = run_under(&sandbox, "zh_CN.UTF-8", &asked("md")).expect(0);
    assert!(
        table.stdout.starts_with("| 部分 | 级别 | 提法 | 次数 |"),
        "{table}"
    );
    assert!(
        table.stdout.contains("| 工作安排 | 县级 | 专业镇 |"),
        "{table}"
    );
    let table = run_under(&sandbox, "zh_CN.UTF-8", &asked("csv")).expect(0);
    assert!(table.stdout.starts_with("part,level,phrase"), "{table}");
    let table = run_under(&sandbox, "C", &asked("md")).expect(0);
    assert!(
        table.stdout.starts_with("| part | level | phrase |"),
        "{table}"
    );
}

#[test]
fn the_option_is_stronger_than_the_locale() {
    let sandbox = Sandbox::indexed();
    let english = run_under(
        &sandbox,
        "zh_CN.UTF-8",
        &["--lang", "en", "search", "没有这个词"],
    );
    english.expect(1).says("does not stand");
    let chinese = run_under(&sandbox, "C", &["search", "没有这个词", "--lang=zh"]);
    chinese.expect(1).says("没有“没有这个词”");
    run_under(&sandbox, "C", &["search", "没有这个词"])
        .expect(1)
        .says("does not stand");
}

#[test]
fn machine_output_is_the_same_in_all_languages() {
    let sandbox = Sandbox::indexed();
    for arguments in [
        &["search", "专业镇", "--facets", "--format", "json"][..],
        &["search", "专业镇"],
        &["count", "专业镇", "--by", "part,level", "--format", "csv"],
        &["count", "专业镇", "--by", "part"],
        &["first", "专业镇", "--by", "level", "--format", "csv"],
        &["kwic", "专业镇", "--format", "jsonl"],
        &["define", "清四乱", "--format", "jsonl"],
        &["reports", "--format", "jsonl"],
        &["show", "汾阳市-2024:19", "--cite", "--format", "json"],
    ] {
        let english = run_under(&sandbox, "C", arguments).expect(0);
        let chinese = run_under(&sandbox, "zh_CN.UTF-8", arguments).expect(0);
        assert_eq!(english.stdout, chinese.stdout, "{arguments:?}");
    }
}
