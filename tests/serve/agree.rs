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
        let rows = csv::Reader::from_reader(csv.as_bytes()).records().count();
        assert_eq!(rows, occurrences + 1, "{asked}: lines and the method");
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
        shown.contains("“专业镇 region:吕梁” stands 13 times in 2 of 2"),
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
