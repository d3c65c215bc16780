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
