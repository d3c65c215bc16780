//! Every view of the page, and its JSON and CSV, gives one answer to one question.

use super::served::Served;
use serde_json::Value;

/// An expression as a part of an address.
fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

/// What a page shows, without its tags.
fn text_of(page: &str) -> String {
    let main = page.split_once("<main").map_or(page, |(_, main)| main);
    let mut text = String::new();
    let mut is_tag = true;
    for c in main.chars() {
        match c {
            '<' => is_tag = true,
            '>' => is_tag = false,
            c if !is_tag => text.push(c),
            _ => {}
        }
    }
    text
}

#[test]
fn every_view_has_the_same_totals() {
    let served = Served::seeds(&[]);
    let json =
        |path: &str| -> Value { serde_json::from_str(&served.get(path).body).expect("JSON") };
    for (asked, occurrences, reports) in [
        ("专业镇 OR 特色小镇", 39, 5),
        ("专业镇 region:吕梁", 13, 2),
        ("专业镇 -白酒", 35, 5),
        ("乡村?镇", 9, 4),
        ("\"白酒 文旅\"~40", 4, 2),
        ("改革 创新", 55, 4),
    ] {
        let q = encoded(asked);
        let search = json(&format!("/search.json?q={q}"));
        let kwic = json(&format!("/kwic.json?q={q}"));
        let count = json(&format!("/count.json?q={q}"));
        for summary in [
            &search["summary"],
            &kwic["summary"],
            &count["summary"]["totals"][0],
        ] {
            assert_eq!(summary["occurrences"], occurrences, "{asked}: {summary}");
            assert_eq!(summary["reports"], reports, "{asked}: {summary}");
        }
        for view in ["search", "kwic", "count"] {
            let page = served.get(&format!("/{view}?q={q}&lang=en"));
            assert_eq!(page.status, 200, "{view} {asked}");
            let shown = text_of(&page.body);
            let times = format!("{occurrences} times");
            assert!(shown.contains(&times), "{view} {asked}: {shown}");
            // A filter leaves the phrase.
            assert!(!shown.contains("“专业镇 region"), "{view}: {shown}");
        }
        let csv = served.get(&format!("/kwic.csv?q={q}")).body;
        let mut csv = csv::Reader::from_reader(csv.as_bytes());
        let rows = csv.records().map(|row| row.expect("CSV"));
        let rows = rows.filter(|row| !row.get(0).is_some_and(|cell| cell.starts_with("# ")));
        assert_eq!(rows.count(), occurrences, "{asked}: lines");
        assert_eq!(served.get(&format!("/first?q={q}")).status, 200);
    }
}

#[test]
fn a_count_quotes_the_method_of_its_own_question() {
    let served = Served::seeds(&[]);
    let page = text_of(&served.get("/count?q=5%25&inside=1&lang=en").body);
    assert!(page.contains("(inside)"), "{page}");
    let plain = text_of(&served.get("/count?q=5%25&lang=en").body);
    assert!(!plain.contains("(inside)"), "{plain}");
}

#[test]
fn several_questions_are_several_rows_each_with_its_filters() {
    let served = Served::seeds(&[]);
    let (a, b) = (encoded("专业镇 region:吕梁"), encoded("白酒"));
    let answer = served.get(&format!("/count.json?q={a}&q={b}")).body;
    let answer: Value = serde_json::from_str(&answer).expect("JSON");
    let totals = &answer["summary"]["totals"];
    assert_eq!(totals[0]["phrase"], "专业镇 region:吕梁");
    assert_eq!(
        (&totals[0]["reports_held"], &totals[1]["reports_held"]),
        (&2.into(), &5.into())
    );
    let page = served.get(&format!("/count?q={a}&q={b}&lang=en"));
    let shown = text_of(&page.body);
    assert!(
        shown.contains("“专业镇 region:吕梁” stands at least 13 times in 2 of 2"),
        "{shown}"
    );
}

#[test]
fn a_view_that_takes_one_phrase_says_so() {
    let served = Served::seeds(&[]);
    let q = encoded("专业镇 OR 特色小镇");
    let page = served.get(&format!("/define?q={q}&lang=en"));
    assert_eq!(page.status, 400);
    assert!(page.body.contains("one phrase is taken here"));
    let page = served.get(&format!("/define?q={q}&lang=zh"));
    assert!(page.body.contains("此处只接受一个词句"));
}

/// The numbers and the state of a summary, or of a total.
fn numbers(summary: &Value) -> Value {
    let number = |name: &str| summary[name].clone();
    Value::from(vec![
        number("occurrences"),
        number("passages"),
        number("reports"),
        number("state"),
    ])
}

#[test]
fn the_page_answers_as_the_command_line_does() {
    let served = Served::seeds(&[]);
    let json =
        |path: &str| -> Value { serde_json::from_str(&served.get(path).body).expect("JSON") };
    let mut states: Vec<String> = Vec::new();
    for (asked, options) in [
        ("专业镇", &[][..]),
        ("专业镇 OR 特色小镇", &["--part=plan"]),
        ("专业镇", &["--about=2023"]),
        ("专业镇", &["--about=1999"]),
        ("专业镇", &["--part=glossary", "--region=代县"]),
        ("专业镇", &["--region=太原"]),
        ("世外桃源", &["--year=2024"]),
        ("世外桃源", &["--part=glossary"]),
        ("NOT 专业镇", &["--level=county"]),
        ("NOT 专业镇 about:2023", &[]),
    ] {
        let context = format!("{asked} {options:?}");
        let mut filters = String::new();
        for option in options {
            let (name, value) = option.split_once('=').expect("a value");
            filters += &format!("&{}={}", name.trim_start_matches('-'), encoded(value));
        }
        let written = |line: &[&str]| -> Value {
            let (command, more) = line.split_first().expect("a command");
            let mut all = vec![*command, "--format", "json"];
            all.extend(options);
            all.extend(more);
            all.extend(["--", asked]);
            serde_json::from_str(&served.written(&all)).expect("JSON")
        };
        let q = encoded(asked);
        let of = |view: &str, more: &str| json(&format!("/{view}.json?q={q}{filters}{more}"));
        let search = written(&["search", "--count", "--facets"])["summary"].clone();
        assert_eq!(
            of("search", "&count=1&facets=1")["summary"],
            search,
            "{context}"
        );
        states.push(search["state"].to_string());
        let kwic = written(&["kwic"]);
        assert_eq!(of("kwic", ""), kwic, "kwic: {context}");
        assert_eq!(numbers(&kwic["summary"]), numbers(&search), "{context}");
        for by in ["year", "region", "part"] {
            let count = written(&["count", "--by", by]);
            let page = of("count", &format!("&by={by}&wide=0"));
            assert_eq!(page, count, "count by {by}: {context}");
            let total = &count["summary"]["totals"][0];
            assert_eq!(numbers(total), numbers(&search), "{context}");
            assert_eq!(
                total["reports_held"], search["reports_searched"],
                "{context}"
            );
        }
        let first = written(&["first", "--by", "region"]);
        assert_eq!(of("first", "&by=region"), first, "first: {context}");
        assert_eq!(first["summary"]["state"], search["state"], "{context}");
        // No page shows a number where there is none.
        let has_places = !search["occurrences"].is_null();
        for view in ["search", "kwic", "count"] {
            let page = served.get(&format!("/{view}?q={q}{filters}&lang=en"));
            let shown = text_of(&page.body);
            let is_zero = shown.contains("stands 0 times") || shown.contains("0 occurrences");
            assert!(has_places || !is_zero, "{view}: {context}: {shown}");
        }
    }
    states.sort();
    states.dedup();
    assert_eq!(
        states,
        ["\"abridged\"", "\"none\"", "\"not_said\"", "\"said\""]
    );
}

#[test]
fn definitions_and_lists_of_reports_are_those_of_the_command_line() {
    let served = Served::seeds(&[]);
    let json =
        |path: &str| -> Value { serde_json::from_str(&served.get(path).body).expect("JSON") };
    let written = |line: &[&str]| -> Value {
        let line: Vec<&str> = line.iter().copied().chain(["--format", "json"]).collect();
        serde_json::from_str(&served.written(&line)).expect("JSON")
    };
    let (term, phrase) = (encoded("清四乱"), encoded("标准地"));
    for (path, line) in [
        (format!("/define.json?q={term}"), &["define", "清四乱"][..]),
        (
            format!("/define.json?q={term}&part=plan"),
            &["define", "清四乱", "--part", "plan"],
        ),
        (
            "/reports.json?part=glossary".to_owned(),
            &["reports", "--part", "glossary"],
        ),
        (
            format!("/reports.json?with={phrase}&about=2024"),
            &["reports", "--with", "标准地", "--about", "2024"],
        ),
        (
            format!("/reports.json?without={phrase}&part=glossary"),
            &["reports", "--without", "标准地", "--part", "glossary"],
        ),
        (
            "/reports.json?coverage=1&about=2023".to_owned(),
            &["reports", "--coverage", "--about", "2023"],
        ),
    ] {
        let answer = json(&path);
        assert_eq!(answer, written(line), "{path}");
        assert!(answer["summary"]["method"].is_string(), "{path}");
    }
    // How strictly phrases are taken is kept for the other views.
    assert_eq!(json("/reports.json?literal=1"), written(&["reports"]));
    // Each listing has rows of its own.
    let rows = |path: &str| json(path)["rows"].as_array().map(Vec::len);
    assert_eq!(rows("/reports.json?part=glossary"), Some(3));
    assert_eq!(rows("/reports.json"), Some(5));
}
