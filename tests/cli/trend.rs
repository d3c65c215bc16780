//! How often from year to year, and pictures of counts.

use crate::harness::{Sandbox, random, seed_of_run};
use crate::least::report;
use serde_json::{Value, json};
use std::fs;

/// Reports of two counties in some years, one abridged, of one year none; the words in each drawn at random.
fn years() -> Sandbox {
    let sandbox = Sandbox::empty();
    let mut state = seed_of_run();
    for (region, from) in [("孝义市", 2018), ("德清县", 2019)] {
        for year in (from..=2024).filter(|year| *year != 2021) {
            let own = format!(
                "{}{}",
                "白酒产业兴旺。".repeat(random(&mut state, 5)),
                "数字经济做强。".repeat(random(&mut state, 4))
            );
            let title = if (region, year) == ("孝义市", 2023) {
                "（摘登）"
            } else {
                ""
            };
            let text = report(region, year, title, &format!("{own}政府提质增效。"));
            sandbox.write(&format!("{region}{year}.txt"), text);
        }
    }
    sandbox.run(["index"]).expect(0);
    sandbox
}

fn document(sandbox: &Sandbox, line: &[&str]) -> Value {
    let ran = sandbox.run(line.iter().copied().chain(["--format", "json"]));
    serde_json::from_str(&ran.stdout).unwrap_or_else(|_| panic!("{ran}"))
}

fn rows(document: &Value) -> Vec<Value> {
    document["rows"].as_array().expect("rows").clone()
}

#[test]
fn a_trend_has_the_numbers_of_counts_by_year() {
    let sandbox = years();
    for by in [None, Some("region"), Some("level")] {
        let mut trend = vec!["trend", "白酒", "数字经济"];
        trend.extend(by.iter().flat_map(|by| ["--by", by]));
        let keys = by.map_or("year".to_owned(), |by| format!("{by},year"));
        let counted = rows(&document(
            &sandbox,
            &["count", "白酒", "数字经济", "--by", &keys],
        ));
        let trend = rows(&document(&sandbox, &trend));
        assert_eq!(trend.len(), counted.len(), "{keys}");
        assert!(trend.len() > 10);
        for (point, row) in trend.iter().zip(&counted) {
            for field in [
                "phrase",
                "year",
                "region",
                "level",
                "occurrences",
                "passages",
                "reports",
                "reports_held",
                "chars",
                "per_10k",
                "state",
                "unread",
                "lower_bound",
            ] {
                assert_eq!(point[field], row[field], "{field} of {point}");
            }
        }
    }
}

#[test]
fn years_without_a_report_are_gaps_and_abridged_ones_say_so() {
    let sandbox = years();
    let trend = document(&sandbox, &["trend", "量子", "--region", "孝义市"]);
    let states: Vec<Value> = rows(&trend)
        .iter()
        .map(|row| json!([row["year"], row["occurrences"], row["state"]]))
        .collect();
    let expected = [2018, 2019, 2020, 2021, 2022, 2023, 2024].map(|year| match year {
        2021 => json!([year, null, "none"]),
        2023 => json!([year, null, "abridged"]),
        _ => json!([year, 0, "not_said"]),
    });
    assert_eq!(states, expected);
    let shown = sandbox.run(["trend", "量子", "--region", "孝义市", "--layout", "page"]);
    assert!(shown.stdout.contains("2018 ___ _×_ 2024"), "{shown}");
}

#[test]
fn a_mean_is_of_the_years_around_that_have_a_number() {
    let sandbox = years();
    let plain = rows(&document(
        &sandbox,
        &["trend", "白酒", "--region", "德清县"],
    ));
    assert!(plain.iter().all(|row| row.get("smoothed").is_none()));
    for (measure, field) in [("occurrences", "occurrences"), ("per_10k", "per_10k")] {
        let line = [
            "trend",
            "白酒",
            "--region",
            "德清县",
            "--smooth",
            "3",
            "--measure",
            measure,
        ];
        let smooth = rows(&document(&sandbox, &line));
        for (at, row) in smooth.iter().enumerate() {
            let around = smooth
                .iter()
                .skip(at.saturating_sub(1))
                .take(if at == 0 { 2 } else { 3 });
            let around: Vec<&Value> = around.filter(|row| !row["occurrences"].is_null()).collect();
            let sum = |name: &str| {
                around
                    .iter()
                    .filter_map(|row| row[name].as_f64())
                    .sum::<f64>()
            };
            let expected = match field {
                "per_10k" => sum("occurrences") * 1e4 / sum("chars"),
                _ => sum("occurrences") / around.len() as f64,
            };
            match row["smoothed"].as_f64() {
                Some(mean) => assert!((mean - expected).abs() < 1e-4, "{row}: {expected}"),
                None => assert!(row["occurrences"].is_null(), "{row}"),
            }
            let is_least = around.iter().any(|row| row["lower_bound"] == json!(true));
            if row["smoothed"].is_number() {
                assert_eq!(row["smoothed_lower_bound"], json!(is_least), "{row}");
            }
        }
    }
    let refused = |years: &str| sandbox.run(["trend", "白酒", "--smooth", years]);
    refused("4").expect(2).says("`--smooth` is an odd number");
    refused("1").expect(2).says("`--smooth` is at least 3");
}

/// The pictures of one corpus, by the command line that draws each.
const DRAWN: [&[&str]; 6] = [
    &["trend", "白酒", "数字经济"],
    &["trend", "白酒", "--by", "region", "--smooth", "3"],
    &[
        "count",
        "白酒",
        "数字经济",
        "--by",
        "year",
        "--measure",
        "share",
    ],
    &["count", "白酒", "--by", "region,year"],
    &["count", "白酒", "--by", "province", "--picture", "map"],
    &["first", "白酒", "--by", "region"],
];

#[test]
fn a_picture_is_whole_and_says_what_it_shows() {
    let sandbox = years();
    let corpus = document(&sandbox, &["reports"])["summary"]["corpus"].clone();
    let corpus = corpus.as_str().expect("a fingerprint").to_owned();
    for (at, line) in DRAWN.iter().enumerate() {
        for lang in ["en", "zh"] {
            let file = format!("{at}-{lang}.svg");
            let drawn = line
                .iter()
                .copied()
                .chain(["--plot", &file, "--lang", lang]);
            sandbox.run(drawn).expect(0);
            let svg = fs::read_to_string(sandbox.home().join(&file)).expect("a picture");
            let says = |what: &str| assert!(svg.contains(what), "{line:?}: {what}");
            says("白酒");
            says(&corpus);
            says(if lang == "zh" {
                "来源："
            } else {
                "Source: "
            });
            let english = svg.contains(" held") || svg.contains("character");
            assert_eq!(english, lang == "en", "{line:?} in {lang}");
            is_well_formed(&svg);
        }
    }
    // A year without a report breaks a line.
    let svg = fs::read_to_string(sandbox.home().join("0-en.svg")).expect("a picture");
    let line = svg
        .split("<path d=\"")
        .nth(1)
        .and_then(|rest| rest.split('"').next());
    let line = line.expect("a line");
    assert_eq!(line.matches('M').count(), 2, "{line}");
    // The abridged report is a mark without fill.
    assert!(svg.contains("fill=\"#ffffff\" stroke=\"#0072b2\""), "{svg}");
}

/// Every element is closed in the order in which it was opened.
fn is_well_formed(svg: &str) {
    let mut open: Vec<&str> = Vec::new();
    for part in svg.split('<').skip(1) {
        let (tag, _) = part.split_once('>').expect("a tag ends");
        match tag.strip_prefix('/') {
            Some(name) => assert_eq!(open.pop(), Some(name)),
            None if tag.ends_with('/') => {}
            None => open.push(tag.split_whitespace().next().expect("a name")),
        }
    }
    assert_eq!(open, Vec::<&str>::new());
}

#[test]
fn what_cannot_be_a_picture_is_refused_before_anything_is_asked() {
    let sandbox = years();
    let plot = |file: &str| sandbox.run(["trend", "白酒", "--plot", file]);
    plot("a.jpg")
        .expect(2)
        .says("`a.jpg` ends neither in .svg nor in .png");
    fs::create_dir(sandbox.home().join("b.svg")).expect("a folder");
    plot("b.svg").expect(2).says("`b.svg` is a folder");
    plot("no/c.svg")
        .expect(2)
        .says("`no/c.svg` cannot be written");
    let drawn = |line: &[&str]| sandbox.run(line.iter().copied().chain(["--plot", "d.svg"]));
    drawn(&["first", "白酒"])
        .expect(2)
        .says("`--plot` needs `--by`");
    drawn(&["count", "白酒", "--by", "part,section"])
        .expect(2)
        .says("there is no such picture");
    drawn(&["count", "白酒", "--words"]).expect(2);
    assert!(!sandbox.home().join("d.svg").exists());
}

#[test]
fn a_file_of_the_reader_is_not_replaced() {
    let sandbox = years();
    let path = |file: &str| sandbox.home().join(file);
    let plot = |file: &str, more: &[&str]| {
        let line = ["trend", "白酒", "--plot", file];
        sandbox.run(line.into_iter().chain(more.iter().copied()))
    };
    for (file, contents) in [
        (
            "a.svg",
            "<svg class=\"plot\" xmlns=\"http://www.w3.org/2000/svg\"></svg>",
        ),
        ("b.png", "\u{89}PNG of someone"),
    ] {
        fs::write(path(file), contents).expect("a file");
        plot(file, &[])
            .expect(2)
            .says("is no picture of this program");
        assert_eq!(fs::read_to_string(path(file)).expect("it stays"), contents);
    }
    plot("a.svg", &["--force"]).expect(0);
    let drawn = fs::read_to_string(path("a.svg")).expect("a picture");
    assert!(drawn.contains("</text>"), "{drawn}");
    // Its own picture is replaced, and nothing is left beside it.
    plot("a.svg", &[]).expect(0);
    let names = fs::read_dir(sandbox.home()).expect("a folder");
    let names = names.map(|entry| entry.expect("an entry").file_name());
    assert!(
        !names
            .into_iter()
            .any(|name| name.to_string_lossy().ends_with(".part"))
    );
    sandbox.run(["trend", "白酒", "--force"]).expect(2);
}

#[cfg(feature = "png")]
#[test]
fn dots_are_drawn_where_a_font_has_chinese() {
    let sandbox = years();
    let ran = sandbox.run(["trend", "白酒", "--plot", "a.png"]);
    let Ok(picture) = fs::read(sandbox.home().join("a.png")) else {
        ran.expect(2).says("no font on this machine has Chinese");
        return;
    };
    ran.expect(0);
    assert!(picture.starts_with(b"\x89PNG\r\n"));
    assert!(picture.len() > 10_000);
}

/// Reports of which one is abridged and alone in its year.
fn with_an_abridged_year() -> Sandbox {
    let sandbox = Sandbox::empty();
    for (region, year, title, own) in [
        ("孝义市", 2022, "", "环保工作很好，环境好。"),
        ("德清县", 2022, "", "环保，环境保护，环境。"),
        ("孝义市", 2023, "（摘登）", "环境保护很好。"),
        ("德清县", 2024, "（摘登）", "环境保护，生态。"),
        ("孝义市", 2024, "", "环保。"),
    ] {
        let text = report(region, year, title, own);
        sandbox.write(&format!("{region}{year}.txt"), text);
    }
    sandbox.run(["index"]).expect(0);
    sandbox
}

#[test]
fn rows_of_one_name_stay_apart() {
    let sandbox = with_an_abridged_year();
    sandbox.write("../list", "环境\n环境保护\n");
    // As an argument it counts by itself, as a line of the list without the places of the longer phrase.
    let sums = |rows: &[Value]| -> Vec<u64> {
        let years = rows.chunks(3);
        let n = |row: &Value| row["occurrences"].as_u64().unwrap_or(0);
        years.map(|rows| rows.iter().map(n).sum()).collect()
    };
    let line = ["环境", "-f", "list"];
    let trend = |more: &[&str]| rows(&document(&sandbox, &[&["trend"], &line[..], more].concat()));
    let plain = trend(&[]);
    assert_eq!(plain.len(), 9);
    assert_eq!(sums(&plain), [5, 2, 3]);
    let smooth = trend(&["--smooth", "3", "--measure", "occurrences"]);
    // The last year of a row knows nothing of the next row.
    assert_eq!(smooth[2]["smoothed"], json!(1.0));
    let first = &smooth[0];
    assert_eq!(first["smoothed"], json!(2.0), "{first}");
    let mut least = smooth.iter().map(|row| &row["smoothed_lower_bound"]);
    assert!(least.any(|is_least| is_least == &json!(true)), "{smooth:?}");
    let shown = sandbox.run(
        [
            &["trend"],
            &line[..],
            &["--layout", "page", "--measure", "occurrences"],
        ]
        .concat(),
    );
    let of_2022 = shown.stdout.lines().find(|line| line.starts_with("2022"));
    let of_2022 = of_2022.expect("a year").split_whitespace();
    assert_eq!(of_2022.collect::<Vec<_>>(), ["2022", "2", "3", "2", "1"]);
    let wide = [
        &["count"],
        &line[..],
        &["--by", "year", "--wide", "--format", "csv"],
    ]
    .concat();
    let wide = sandbox.run(wide);
    let of = |line: &&str| line.starts_with("环境");
    assert_eq!(wide.stdout.lines().filter(of).count(), 3, "{wide}");
    let drawn = [&["count"], &line[..], &["--by", "year", "--plot", "a.svg"]].concat();
    sandbox.run(drawn).expect(0);
    let svg = fs::read_to_string(sandbox.home().join("a.svg")).expect("a picture");
    assert_eq!(svg.matches("环境 2022: ").count(), 2, "{svg}");
    assert_eq!(svg.matches("stroke-width=\"2\" stroke-linejoin").count(), 3);
}

#[test]
fn what_is_not_whole_is_no_nought() {
    let sandbox = with_an_abridged_year();
    sandbox.write("../list", "环境\n环境保护\n");
    let trend = |measure: &str| {
        let line = [
            "trend",
            "-f",
            "list",
            "--measure",
            measure,
            "--layout",
            "page",
        ];
        sandbox.run(line).expect(0).stdout
    };
    let row = |shown: &str, year: &str| -> Vec<String> {
        let line = shown.lines().find(|line| line.starts_with(year));
        let line = line.expect("a year").split_whitespace();
        line.map(str::to_owned).collect()
    };
    let rates = trend("per_10k");
    // In 2023 it stands only inside the longer phrase, in a report that is not whole; in 2024 a whole one lacks it.
    assert!(rates.contains("2022 █×_ 2024"), "{rates}");
    assert_eq!(row(&rates, "2023")[..4], ["2023", "1", "1", "≥0.00"]);
    let found = row(&rates, "2024");
    assert!(found[4].starts_with('≥') && found[4] != "≥0.00", "{rates}");
    let shares = trend("share");
    assert_eq!(row(&shares, "2023")[3..], ["≥0%", "≥100%"]);
    assert!(row(&shares, "2022").iter().all(|cell| !cell.contains('≥')));
}

#[test]
fn lines_that_are_not_asked_for_are_held_all_the_same() {
    let sandbox = with_an_abridged_year();
    let trend = |n: &str| {
        let line = [
            "trend", "环保", "--by", "region", "-n", n, "--layout", "page",
        ];
        sandbox.run(line).expect(0).stdout
    };
    let (one, all) = (trend("1"), trend("0"));
    for shown in [&one, &all] {
        let held = |year: &str| {
            let line = shown.lines().find(|line| line.starts_with(year));
            let held = line.and_then(|line| line.split_whitespace().nth(1));
            held.expect("a number").to_owned()
        };
        assert_eq!(
            ["2022", "2023", "2024"].map(held),
            ["2", "1", "2"],
            "{shown}"
        );
    }
    assert_eq!(
        one.matches("环保 · ").count() * 2,
        all.matches("环保 · ").count()
    );
}

#[test]
fn what_is_held_goes_by_the_year() {
    let sandbox = with_an_abridged_year();
    let asked = ["环保 year:2024", "环境 year:2022"];
    let shown = sandbox.run(["trend", asked[0], asked[1], "--layout", "page"]);
    let held = |year: &str| {
        let line = shown.stdout.lines().find(|line| line.starts_with(year));
        line.and_then(|line| line.split_whitespace().nth(1).map(str::to_owned))
    };
    assert_eq!(held("2022").as_deref(), Some("2"), "{shown}");
    assert_eq!(held("2024").as_deref(), Some("2"), "{shown}");
    let line = [
        "count", asked[0], asked[1], "--by", "year", "--plot", "a.svg",
    ];
    sandbox.run(line).expect(0);
    let svg = fs::read_to_string(sandbox.home().join("a.svg")).expect("a picture");
    // Under the years, in their order.
    let strip = svg.split("font-size=\"9\"").skip(1);
    let strip: Vec<&str> = strip
        .filter_map(|rest| rest.split_once('>')?.1.split('<').next())
        .map(str::trim)
        .collect();
    assert_eq!(strip, ["2", "–", "2"], "{svg}");
}

#[test]
fn a_map_shows_one_expression() {
    let sandbox = years();
    let line = |names: &[&str]| {
        let more = ["--by", "province", "--picture", "map", "--plot", "m.svg"];
        sandbox.run(["count"].iter().chain(names).chain(&more).copied())
    };
    let ran = line(&["白酒", "数字经济"]).expect(2);
    assert_eq!(ran.stdout, "");
    ran.says("a map shows one expression, not 2");
    assert!(!sandbox.home().join("m.svg").exists());
    line(&["白酒"]).expect(0);
    // Its legend has whole numbers, each once.
    let svg = fs::read_to_string(sandbox.home().join("m.svg")).expect("a picture");
    let steps = svg.split("≤ ").skip(1);
    let steps: Vec<&str> = steps.filter_map(|rest| rest.split('<').next()).collect();
    let once: std::collections::BTreeSet<&str> = steps.iter().copied().collect();
    assert_eq!(once.len(), steps.len(), "{steps:?}");
    assert!(!steps.is_empty() && !once.contains("0"), "{steps:?}");
}

#[test]
fn a_share_is_of_all_that_stands_in_the_group() {
    let sandbox = with_an_abridged_year();
    let total = |list: &str| {
        sandbox.write("../list", list);
        let rows = rows(&document(&sandbox, &["count", "-f", "list"]));
        let column = |row: &Value| {
            let names = ["group", "phrase", "occurrences", "share_of_group"];
            json!(names.map(|name| row[name].clone()))
        };
        rows.iter().map(column).collect::<Vec<_>>()
    };
    // A word of two groups counts in both, as it does with `--group`.
    assert_eq!(
        total("[甲]\n环保\n生态\n[乙]\n环保\n环境保护\n"),
        [
            json!(["甲", "环保", 3, 0.75]),
            json!(["甲", "生态", 1, 0.25]),
            json!(["乙", "环保", 3, 0.5]),
            json!(["乙", "环境保护", 3, 0.5]),
        ]
    );
    // Under different filters there is no whole of which a share could be.
    assert_eq!(
        total("[甲]\n环保\n生态 year:2024\n"),
        [
            json!(["甲", "环保", 3, null]),
            json!(["甲", "生态 year:2024", 1, null]),
        ]
    );
}

#[cfg(unix)]
#[test]
fn what_is_no_file_of_this_program_is_neither_read_nor_replaced() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let sandbox = years();
    let path = |file: &str| sandbox.home().join(file);
    let plot = |file: &str, more: &[&str]| {
        let line = ["trend", "白酒", "--plot", file];
        sandbox.run(line.iter().chain(more).copied())
    };
    let made = std::process::Command::new("mkfifo")
        .arg(path("pipe.svg"))
        .status();
    assert!(made.expect("a pipe").success());
    symlink("nowhere", path("link.svg")).expect("a link");
    for file in ["pipe.svg", "link.svg"] {
        plot(file, &[])
            .expect(2)
            .says("is no picture of this program");
    }
    assert!(path("link.svg").is_symlink());
    plot("own.svg", &[]).expect(0);
    fs::set_permissions(path("own.svg"), PermissionsExt::from_mode(0o444)).expect("a mode");
    plot("own.svg", &[])
        .expect(2)
        .says("`own.svg` is read-only");
    plot("own.svg", &["--force"]).expect(0);
}
