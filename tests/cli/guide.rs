//! The documents show what the program prints.

use crate::harness::Sandbox;
use std::collections::BTreeSet;

/// The documents with what the program prints, each with its language and how many commands it shows at least.
const DOCUMENTS: [(&str, &str, &str, usize); 4] = [
    ("guide.md", include_str!("../../docs/guide.md"), "en", 10),
    ("query.md", include_str!("../../docs/query.md"), "en", 4),
    ("README.md", include_str!("../../README.md"), "en", 3),
    (
        "README.zh-CN.md",
        include_str!("../../README.zh-CN.md"),
        "zh",
        3,
    ),
];

/// Times differ from run to run.
fn without_times(text: &str) -> String {
    let words = text.lines().map(|line| {
        line.rsplit_once(" · ")
            .filter(|(_, last)| last.ends_with(" ms") || last.ends_with(" 毫秒"))
            .map_or(line, |(line, _)| line)
    });
    words.collect::<Vec<_>>().join("\n")
}

/// The words of a command line as documents write it: quoted with `'`, or not at all.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    for (at, piece) in line.split('\'').enumerate() {
        match at % 2 {
            1 => words.push(piece.to_owned()),
            _ => words.extend(piece.split_whitespace().map(str::to_owned)),
        }
    }
    words
}

/// What stands in a document below a command, without what a terminal alone is shown: what was typed, with a mark.
fn expected(shown: &str) -> String {
    let mut lines: Vec<&str> = Vec::new();
    for line in shown.trim_end().lines() {
        match line.trim() {
            "^" => drop(lines.pop()),
            _ => lines.push(line),
        }
    }
    without_times(&lines.join("\n"))
}

/// The commands of the blocks of a document, each with what stands below it.
fn commands(document: &str) -> impl Iterator<Item = (&str, &str)> {
    let blocks = document.split("```console\n").skip(1);
    let blocks = blocks.filter_map(|rest| rest.split("\n```").next());
    let commands = blocks.flat_map(|block| block.split("$ ").skip(1));
    let commands = commands.filter_map(|shown| shown.strip_prefix("baogao "));
    commands.filter_map(|shown| shown.split_once('\n'))
}

/// The files that a document has its reader write: blocks with a name.
fn files(document: &str) -> impl Iterator<Item = (&str, &str)> {
    let blocks = document.split("```text ").skip(1);
    blocks.filter_map(|rest| rest.split_once("\n```")?.0.split_once('\n'))
}

#[test]
fn every_block_of_the_documents_is_what_the_program_prints() {
    let sandbox = Sandbox::indexed();
    let mut wrong = Vec::new();
    for (name, document, lang, least) in DOCUMENTS {
        let mut n_run = 0;
        for (file, text) in files(document) {
            std::fs::write(sandbox.home().join(file), text).expect("it is written");
        }
        for (line, shown) in commands(document) {
            // What runs until it is ended is not shown to the end.
            if shown.trim().is_empty() {
                continue;
            }
            let more = ["--layout", "page", "--lang", lang].map(str::to_owned);
            let mut command = sandbox.command(words(line).into_iter().chain(more));
            let output = command.env("COLUMNS", "100").output().expect("it runs");
            let [out, err] = [output.stdout, output.stderr]
                .map(|bytes| String::from_utf8(bytes).expect("it is UTF-8"));
            let orders = [format!("{out}{err}"), format!("{err}{out}")];
            let orders = orders.map(|printed| without_times(printed.trim_end()));
            let expected = expected(shown);
            if !orders.contains(&expected) {
                wrong.push(format!("{name}: baogao {line}\n{}", orders[0]));
            }
            n_run += 1;
        }
        assert!(n_run >= least, "{name}: {n_run}");
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
    let picture = std::fs::read_to_string(sandbox.home().join("attention.svg"));
    assert!(picture.expect("the study has its figure").contains("green"));
}

/// What each kind of table is asked, so that all its columns are there in one of them.
const TABLES: [(&str, &[&str]); 11] = [
    ("search", &["search 专业镇 --cite"]),
    ("kwic", &["kwic 专业镇 --cite"]),
    ("collocates", &["collocates 专业镇"]),
    (
        "count",
        &[
            "count -f list.txt",
            "count 专业镇 --by region,province,prefecture,level,year,part,section,report",
            "count 专业镇 --dispersion",
        ],
    ),
    ("keywords", &["keywords --region 汾阳"]),
    (
        "trend",
        &[
            "trend 专业镇 --smooth 3",
            "trend 专业镇 --by region",
            "trend 专业镇 --by province",
            "trend 专业镇 --by prefecture",
            "trend 专业镇 --by level",
        ],
    ),
    (
        "first",
        &[
            "first 专业镇 --cite",
            "first 专业镇 --by region",
            "first 专业镇 --by province",
            "first 专业镇 --by prefecture",
            "first 专业镇 --by level",
        ],
    ),
    ("new", &["new --before anywhere -n 3"]),
    ("define", &["define 四上企业 --cite"]),
    ("reports", &["reports --with 专业镇"]),
    ("show", &["show 汾阳市-2024 --cite"]),
];

#[test]
fn every_column_that_is_described_occurs() {
    let sandbox = Sandbox::indexed();
    let list = sandbox.home().join("list.txt");
    std::fs::write(list, "[a]\n专业镇\n白酒\n").expect("a list");
    let page = include_str!("../../docs/output.md");
    for (name, lines) in TABLES {
        let (_, described) = page
            .split_once(&format!("<!-- made: columns {name} -->"))
            .expect("it is described");
        let described = described.split("<!-- end -->").next().unwrap_or_default();
        let described: BTreeSet<&str> = described.split('`').skip(1).step_by(2).collect();
        let mut found = BTreeSet::new();
        for line in lines {
            let ran = sandbox.run(
                words(line)
                    .into_iter()
                    .chain(["--format".into(), "csv".into()]),
            );
            let head = ran.stdout.lines().next().unwrap_or_default();
            found.extend(head.trim_end().split(',').map(str::to_owned));
        }
        let found: BTreeSet<&str> = found.iter().map(String::as_str).collect();
        assert_eq!(found, described, "{name}");
    }
}
