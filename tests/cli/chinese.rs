//! Chinese is Chinese throughout: every command and every view of the page, over a folder in which everything happens that
//! happens to readers, has no English word in it but names, and no mark of half width.

use crate::asked::folder;
use crate::harness::{Ran, Sandbox};
use crate::page::{encoded, text_of};
use crate::served::Served;

/// What is Latin in any language: names of the program, of its commands, of formats, files and folders; what is typed.
const NAMES: [&str; 19] = [
    "baogao",
    "corpus/",
    "JSON",
    "logDice",
    "CSV",
    "SVG",
    "PDF",
    "OR",
    "AND",
    "NOT",
    "English",
    "reports.toml",
    "region",
    "year",
    "genre",
    "any",
    "title",
    "other",
    "notice",
];

/// Endings of files.
const ENDINGS: [&str; 6] = [".txt", ".doc", ".docx", ".pdf", ".html", ".toml"];

/// The pieces of a text that are written in ASCII.
fn ascii_in(text: &str) -> impl Iterator<Item = &str> {
    let is_apart = |c: char| !c.is_ascii() || c.is_whitespace();
    let pieces = text.split(is_apart);
    pieces.map(|piece| piece.trim_matches(|c: char| "()[]<>|\",;:'`".contains(c)))
}

/// Runs of Latin letters that are no names.
fn latin_in(text: &str) -> Vec<String> {
    // What stands between marks is a command, a file or what was typed.
    let said: String = text.split('`').step_by(2).collect::<Vec<_>>().join(" ");
    let is_hex = |piece: &str| {
        let digits = piece.trim_start_matches('#');
        matches!(digits.len(), 8 | 16) && digits.chars().all(|c| c.is_ascii_hexdigit())
    };
    let is_name = |piece: &str| {
        NAMES.contains(&piece)
            || piece.starts_with("--")
            || ["-notice", "-nowhere"]
                .iter()
                .any(|id| piece.starts_with(id))
            || ENDINGS.iter().any(|ending| piece.contains(ending))
            || is_hex(piece)
    };
    let has_word = |piece: &str| {
        let runs = piece.split(|c: char| !c.is_ascii_alphabetic());
        runs.into_iter().any(|run| run.len() > 1)
    };
    let found = ascii_in(&said).filter(|piece| has_word(piece) && !is_name(piece));
    found.map(str::to_owned).collect()
}

/// Marks of half width beside what is Chinese.
fn half_width_in(text: &str) -> Vec<String> {
    let is_chinese = |c: Option<&char>| {
        c.is_some_and(|c| ('\u{3000}'..='\u{9fff}').contains(c) || "“”（）".contains(*c))
    };
    let said: String = text.split('`').step_by(2).collect::<Vec<_>>().join("x");
    let chars: Vec<char> = said.chars().collect();
    let is_half = |at: &usize| {
        let beside = is_chinese(at.checked_sub(1).and_then(|at| chars.get(at)))
            || is_chinese(chars.get(at + 1));
        ",;:()?!".contains(chars[*at]) && beside
    };
    let around = |at: usize| {
        chars[at.saturating_sub(8)..chars.len().min(at + 8)]
            .iter()
            .collect()
    };
    (0..chars.len()).filter(is_half).map(around).collect()
}

/// Places where Chinese and digits or Latin letters stand without a blank between them, in what the program itself says.
fn glued_in(text: &str) -> Vec<String> {
    // What stands between marks or quotes was typed, or stands in a file; so do paths.
    let is_path = |piece: &&str| piece.contains('/');
    let pieces = text.split_inclusive(char::is_whitespace);
    let text: String = pieces.filter(|piece| !is_path(piece)).collect();
    let is_mark = |c: char| matches!(c, '`' | '“' | '”');
    let said: String = text.split(is_mark).step_by(2).collect::<Vec<_>>().join("…");
    let chars: Vec<char> = said.chars().collect();
    let is_han = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c);
    let pairs = chars.windows(2).enumerate();
    let is_glued = |pair: &[char]| {
        is_han(pair[0]) && pair[1].is_ascii_alphanumeric()
            || pair[0].is_ascii_alphanumeric() && is_han(pair[1])
    };
    let glued = pairs.filter(|(_, pair)| is_glued(pair));
    let around = |at: usize| {
        chars[at.saturating_sub(8)..chars.len().min(at + 8)]
            .iter()
            .collect()
    };
    glued.map(|(at, _)| around(at)).collect()
}

/// A folder with all that may be said: also a report without a place, and an archive of which a member was not read.
fn everything() -> Sandbox {
    let sandbox = folder();
    sandbox.write(
        "nowhere.txt",
        "政府工作报告\n\n各位代表：\n\n现在，我代表市人民政府向大会报告工作，请予审议。\n\n一、工作回顾\n\n\
         一年来，全市上下团结奋斗，各项事业取得新的进步，群众生活持续改善，建设化石小镇。\n\n二、工作安排\n\n继续努力。\n\n\
         名词解释\n\n1.化石小镇：指以化石为特色的小镇。\n",
    );
    sandbox
}

#[test]
fn every_command_is_chinese_in_chinese() {
    let sandbox = everything();
    let phrases = "化石小镇\n[桥]\n修桥\n铺路\n";
    std::fs::write(sandbox.home().join("list.txt"), phrases).expect("a list");
    let lines = [
        "index --verbose",
        "check",
        "check --verbose",
        "check --fast",
        "search 化石小镇 --explain --facets --cite -C 1",
        "search 化石小镇 --explain --region 代县 --year 2020..2021 --about 2019 --part 计划 --level 县 --genre any --duplicates",
        "search 化石小镇 修桥 --explain",
        "search 化石小镇 修桥 --mode words --explain",
        "search 化石小镇 --region 代县 --year 2022",
        "search 化石小镇 --region 新绛 --year 2022",
        "search 化石小镇 --region 新绛 --year 2022 --count",
        "search 化石小镇 --region 太原",
        "search 化石小镇 --year 2021 --count",
        "search 化石小镇 --genre other",
        "search 化石小城",
        "search 化石小镇 --offset 99",
        "search -煤炭 -n 1",
        "search 粮食种好",
        "search 化石小镇 --format md",
        "count 化石小镇 修桥 --by region,year --chart",
        "count 化石小镇 修桥 --by region --wide",
        "count 化石小镇 修桥 --by region --wide --format md",
        "count 化石小镇 修桥 --by level,part --wide --format md",
        "count 化石小镇 修桥 --by section,year --format md",
        "count 化石小镇 天桥 --literal --inside",
        "count 修桥 修桥 --words",
        "count -f list.txt --all-matches",
        "count -f list.txt --group --format md",
        "count -f list.txt",
        "trend 化石小镇 专业镇",
        "trend 化石小镇 --by region --smooth 3 --measure share --plot a.svg",
        "count 化石小镇 --by region --plot b.svg",
        "count -f list.txt --dispersion",
        "count 修桥 铺路 --dispersion --format md",
        "first 化石小镇",
        "first 化石小镇 --by region --cite",
        "first 种好粮食 --by region",
        "first 化石小镇 --by level --reject 汾阳市-2020:8 --format md",
        "first 化石小镇 --region 新绛 --year 2022",
        "keywords --region 汾阳",
        "keywords --year 2024 --against ..2023 --max-dp 90 --format md",
        "new --before anywhere -n 5",
        "new --gone --before anywhere -n 5",
        "new --region 汾阳",
        "kwic 化石小镇 --cite",
        "kwic 化石小镇 --sample 3 --format md",
        "kwic 化石小镇 --neighbours",
        "kwic 化石小镇 --neighbours --format md",
        "kwic 化石小镇 --region 新绛 --year 2022",
        "collocates 化石小镇 --min-occurrences 1",
        "collocates 化石小镇 --min-occurrences 1 --strings --within sentence --side left --format md",
        "collocates 化石小镇 --region 新绛 --year 2022",
        "define 化石小镇",
        "define 化石小镇 --cite --format md",
        "define 修桥",
        "define 化石小镇 --region 新绛 --year 2022",
        "define --list",
        "reports",
        "reports --notes",
        "reports --to-fix",
        "reports --to-fix --format toml",
        "reports --format md",
        "reports --coverage",
        "reports --coverage --format md",
        "reports --with 化石小镇 --genre any --duplicates",
        "reports --without 化石小镇",
        "show 汾阳市-2020 --cite",
        "show 汾阳市-2020 --outline",
        "show 汾阳市-2020:8 -C 1 --format md",
        "show 汾阳市-1999",
        "show 汾阳市-2020:99",
    ];
    let mut left = Vec::new();
    for line in lines {
        let asked = line.split(' ');
        let ran = Ran::of(
            sandbox
                .command(asked)
                .args(["--lang", "zh", "--layout", "page"]),
        );
        for text in [&ran.stdout, &ran.stderr] {
            let found = [latin_in(text), half_width_in(text)].concat();
            left.extend(found.into_iter().map(|found| format!("{line}: {found}")));
        }
        let glued = glued_in(&ran.stderr);
        left.extend(glued.into_iter().map(|found| format!("{line}: {found}")));
    }
    assert_eq!(left, [""; 0]);
}

#[test]
fn what_is_typed_stays_in_the_line_of_method_as_it_was_typed() {
    let sandbox = folder();
    let typed = "with “a” 化石 without “b”";
    for (option, said) in [("--with", "含"), ("--without", "不含")] {
        let ran = sandbox.run([
            "reports",
            option,
            typed,
            "--literal",
            "--format",
            "md",
            "--lang",
            "zh",
        ]);
        let method = format!("报告：{said}“{typed}”（逐字）");
        assert!(ran.stdout.contains(&method), "{ran}");
        let ran = sandbox.run(["reports", option, typed, "--literal", "--format", "md"]);
        let method = format!(
            "reports {} “{typed}” (literal)",
            option.trim_start_matches('-')
        );
        assert!(ran.stdout.contains(&method), "{ran}");
    }
    // A filter is said in words; machine formats have what can be typed.
    let asked = [
        "count",
        "genre:any",
        "--region",
        "代县",
        "--year",
        "2020..",
        "--duplicates",
    ];
    let ran = sandbox.run(asked.iter().chain(&["--layout", "page", "--lang", "zh"]));
    ran.says("“genre:any” · 地区 山西省/忻州市/代县，年份 2020..，含副本 · 检索");
    let ran = sandbox.run(asked.iter().chain(&["--format", "jsonl", "--lang", "zh"]));
    ran.prints("“genre:any” region:/山西省/忻州市/代县 year:2020.. with copies · 3 of");
}

#[test]
fn every_view_is_chinese_in_chinese() {
    let sandbox = everything();
    sandbox.run(["index"]);
    let served = Served::of_index(&sandbox.index());
    sandbox.write("代县2018.txt", "另一份");
    let (q, id) = (encoded("化石小镇"), encoded("汾阳市-2022"));
    let abridged = format!("region={}&year=2022", encoded("新绛县"));
    let paths = [
        "/".to_owned(),
        "/search".to_owned(),
        format!(
            "/search?q={q}&genre=any&duplicates=1&literal=1&inside=1&part=plan&level=county&about=2019&cite=1"
        ),
        format!("/search?q={q}&mode=words&sort=oldest&limit=2"),
        format!("/search?q={q}&{abridged}"),
        format!("/search?q={q}&region={}", encoded("太原")),
        format!("/search?q={}", encoded("化石小城")),
        format!("/search?q={}", encoded("-煤炭")),
        format!("/search?q={}", encoded("粮食种好")),
        format!("/kwic?q={q}&cite=1"),
        format!("/collocates?q={q}&min-occurrences=1"),
        format!("/kwic?q={q}&{abridged}"),
        format!("/count?q={q}"),
        format!(
            "/count?q={q}&q={}&by=report&measure=per_10k",
            encoded("修桥")
        ),
        format!("/count?q={q}&by=part"),
        format!("/count?q={q}&{abridged}"),
        format!("/trend?q={q}&by=region&smooth=3"),
        format!("/first?q={q}&by=region&cite=1"),
        format!("/first?q={q}&{abridged}"),
        "/define".to_owned(),
        format!("/define?q={q}"),
        format!("/define?q={}", encoded("修桥")),
        "/reports?notes=1".to_owned(),
        "/reports?to-fix=1".to_owned(),
        "/reports?coverage=1".to_owned(),
        format!("/reports?with={q}"),
        format!("/show?id={id}&q={q}&cite=1"),
        format!("/show?id={}&q={q}", encoded("未知-notice")),
        format!("/show?id={}&q={q}", encoded("代县-2020-b")),
        format!("/search?q={q}&count=1"),
        format!("/search?q={q}&year=abc"),
        format!("/search?q={q}&nothing=1"),
        format!("/show?id={}", encoded("汾阳市-1999")),
        "/nothing".to_owned(),
    ];
    let mut left = Vec::new();
    for path in paths {
        let sign = if path.contains('?') { '&' } else { '?' };
        let fields = "Accept: text/html\r\nAccept-Language: zh\r\n";
        let page = served
            .ask("GET", &format!("{path}{sign}lang=zh"), fields)
            .body;
        assert!(page.contains("lang=\"zh-CN\""), "{path}: {page}");
        // The command line and names of files are what they are.
        let mut body = String::new();
        for (at, piece) in page.split("<code").enumerate() {
            body.push_str(match at {
                0 => piece,
                _ => piece.split_once("</code>").map_or(piece, |(_, rest)| rest),
            });
        }
        // What is shown when a pointer rests on something is said too.
        let titles = body
            .split("title=\"")
            .skip(1)
            .filter_map(|piece| piece.split('"').next());
        let labels = body
            .split("aria-label=\"")
            .skip(1)
            .filter_map(|piece| piece.split('"').next());
        let said: Vec<&str> = titles.chain(labels).collect();
        let text = format!("{} {}", text_of(&body.replace('<', " <")), said.join(" "));
        let found = [latin_in(&text), half_width_in(&text)].concat();
        left.extend(found.into_iter().map(|found| format!("{path}: {found}")));
    }
    assert_eq!(left, [""; 0]);
}
