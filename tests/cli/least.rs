//! Numbers that are the least that stands there, and what is said beside a nought.

use crate::harness::Sandbox;
use crate::unread::OLD_WORD;
use serde_json::{Value, json};

/// A whole report of a county, with a sentence of its own.
pub(crate) fn report(region: &str, year: u16, title: &str, own: &str) -> String {
    let done = "经济运行总体平稳，各项事业取得新的成绩，民生持续改善。".repeat(20);
    let to_do = "要坚持稳中求进工作总基调，推动高质量发展，着力保障民生。".repeat(20);
    format!(
        "{region}人民政府工作报告{title}\n\n——{year}年3月6日在{region}人民代表大会会议上\n\n各位代表：\n\n\
         现在，我代表{region}人民政府向大会报告工作，请予审议。\n\n一、{}年工作回顾\n\n{done}\n\n{own}\n\n二、{year}年工作安排\n\n\
         {to_do}\n\n各位代表！让我们团结一心，为建设美好家园而努力奋斗！\n",
        year - 1
    )
}

/// Two whole reports, an abridged one, a file that is not read.
fn mixed() -> Sandbox {
    let sandbox = Sandbox::empty();
    sandbox.write("a.txt", report("孝义市", 2023, "", "白酒产业很兴旺。"));
    sandbox.write("b.txt", report("孝义市", 2024, "（摘登）", "白酒很香。"));
    sandbox.write("c.txt", report("德清县", 2023, "", "白酒也很香。"));
    sandbox.write("2024年德清县政府工作报告.doc", OLD_WORD);
    sandbox.run(["index"]).expect(3);
    sandbox
}

fn document<const N: usize>(sandbox: &Sandbox, line: [&str; N]) -> Value {
    let ran = sandbox.run(line.iter().copied().chain(["--format", "json"]));
    serde_json::from_str(&ran.stdout).expect("JSON")
}

/// The cells under some columns.
fn cells(document: &Value, columns: &[&str]) -> Vec<Value> {
    let rows = document["rows"].as_array().expect("rows").iter();
    rows.map(|row| columns.iter().map(|column| row[*column].clone()).collect())
        .collect()
}

#[test]
fn a_row_says_whether_its_numbers_are_the_least() {
    let sandbox = mixed();
    let by_year = document(&sandbox, ["count", "白酒", "量子", "--by", "year"]);
    let columns = ["phrase", "year", "occurrences", "state", "lower_bound"];
    assert_eq!(
        cells(&by_year, &columns),
        [
            json!(["白酒", 2023, 2, "said", false]),
            json!(["白酒", 2024, 1, "said", true]),
            json!(["量子", 2023, 0, "not_said", false]),
            json!(["量子", 2024, null, "unread", true]),
        ]
    );
    let totals = by_year["summary"]["totals"].as_array().expect("totals");
    assert_eq!(totals.len(), 2);
    assert!(totals.iter().all(|total| total["lower_bound"] == true));
    for line in [["search", "白酒"], ["kwic", "白酒"]] {
        assert_eq!(document(&sandbox, line)["summary"]["lower_bound"], true);
    }
    let of_2023 = document(&sandbox, ["search", "白酒", "--year", "2023"]);
    assert_eq!(of_2023["summary"]["lower_bound"], false);
    // For people a sign stands before the number; other programs get the number.
    let shown = sandbox.run(["count", "量子", "--layout", "page"]);
    assert!(shown.stdout.contains("≥0"), "{shown}");
    let piped = sandbox.run(["count", "量子"]);
    assert!(!piped.stdout.contains('≥'), "{piped}");
    let said = sandbox.run(["search", "白酒"]);
    said.says("3 of 3 reports · 1 report not whole");
}

#[test]
fn analyses_of_all_texts_say_it_too() {
    let sandbox = Sandbox::empty();
    let own = |word: &str| format!("{word}很香，{word}兴旺，发展{word}，爱{word}。").repeat(2);
    sandbox.write("a.txt", report("孝义市", 2023, "", &own("白酒")));
    sandbox.write("b.txt", report("孝义市", 2024, "（摘登）", &own("黄酒")));
    sandbox.run(["index"]).expect(0);
    let keywords = [
        "keywords",
        "--year",
        "2024",
        "--against",
        "2023",
        "--min-occurrences",
        "2",
        "--min-g2",
        "0",
    ];
    let line = ["collocates", "香", "--min-occurrences", "1"];
    for (line, columns, expected) in [
        (
            &keywords[..],
            &["lower_bound", "against_lower_bound"][..],
            json!([true, false]),
        ),
        (
            &[
                "keywords",
                "--year",
                "2023",
                "--min-occurrences",
                "2",
                "--min-g2",
                "0",
            ],
            &["lower_bound", "against_lower_bound"],
            json!([false, true]),
        ),
        (
            &["new", "--year", "2024"],
            &["lower_bound", "other_lower_bound"],
            json!([true, false]),
        ),
        (&line, &["lower_bound"], json!([true])),
    ] {
        let ran = sandbox.run(line.iter().copied().chain(["--format", "json"]));
        let found: Value = serde_json::from_str(&ran.stdout).expect("JSON");
        let cells = cells(&found, columns);
        assert!(!cells.is_empty(), "{line:?}");
        assert!(
            cells.iter().all(|row| *row == expected),
            "{line:?}: {found}"
        );
        let page = sandbox.run(line.iter().copied().chain(["--layout", "page"]));
        assert!(page.stdout.contains('≥'), "{page}");
    }
}

#[test]
fn facets_and_a_wide_table_say_it_too() {
    let sandbox = mixed();
    let found = document(&sandbox, ["search", "白酒", "--facets"]);
    let years = found["summary"]["facets"]["year"].as_array();
    let years: Vec<[Value; 2]> = years
        .expect("years")
        .iter()
        .map(|year| [year["value"].clone(), year["lower_bound"].clone()])
        .collect();
    assert_eq!(
        years,
        [[json!(2024), json!(true)], [json!(2023), json!(false)]]
    );
    let shown = sandbox.run(["search", "白酒", "--facets", "--layout", "page"]);
    assert!(shown.stdout.contains("≥1 in 1 passage"), "{shown}");
    let line = [
        "count",
        "白酒",
        "--by",
        "region,year",
        "--wide",
        "--format",
        "csv",
    ];
    let wide = sandbox.run(line).stdout;
    let ends = |line: &&str| line.contains("孝义市");
    let row = wide.lines().find(ends).expect("a row");
    assert!(row.ends_with("1,1,2024"), "{wide}");
    let shown = sandbox.run([
        "count",
        "白酒",
        "--by",
        "region,year",
        "--wide",
        "--layout",
        "page",
    ]);
    assert!(shown.stdout.contains("≥1"), "{shown}");
}

#[test]
fn the_other_reports_of_the_first_year_are_named() {
    let sandbox = mixed();
    let first = document(&sandbox, ["first", "白酒"]);
    let row = &first["rows"][0];
    assert_eq!(row["first_year"], 2023);
    assert_eq!(row["reports_of_first_year"], 2);
    assert_eq!(row["also"], json!(["德清县-2023"]));
    let shown = sandbox.run(["first", "白酒", "--layout", "page"]);
    assert!(
        shown
            .stdout
            .contains("in the same year also in 德清县-2023"),
        "{shown}"
    );
    // With a passage passed over, those that are left.
    let id = row["hit"]["id"].as_str().expect("an id").to_owned();
    let next = document(&sandbox, ["first", "白酒", "--reject", &id]);
    assert_eq!(next["rows"][0]["reports_of_first_year"], 1);
    assert_eq!(next["rows"][0]["also"], json!([]));
}

#[test]
fn a_nought_of_first_beside_an_abridged_report_is_told() {
    let sandbox = mixed();
    let told = document(&sandbox, ["first", "量子", "--by", "level"]);
    let notices = told["summary"]["notices"].to_string();
    assert!(notices.contains("\"not_shown\""), "{notices}");
}

#[test]
fn what_stands_inside_longer_phrases_of_a_list_is_said() {
    let sandbox = mixed();
    sandbox.write("../list.txt", "白酒\n白酒产业\n");
    sandbox.write("../groups.txt", "[甲]\n白酒产业\n[乙]\n白酒\n");
    sandbox.write(
        "../inline.txt",
        "白酒 region:孝义 year:2023\n白酒产业 region:孝义 year:2023\n",
    );
    let columns = ["occurrences", "inside_longer", "state"];
    let expected = [json!([0, 1, "said"]), json!([1, 0, "said"])];
    let narrow = ["--region", "孝义", "--year", "2023", "--format", "json"];
    for (list, more, expected) in [
        ("list.txt", &[][..], expected.clone()),
        ("inline.txt", &[], expected.clone()),
        (
            "groups.txt",
            &["--group"],
            [expected[1].clone(), expected[0].clone()],
        ),
    ] {
        let line = ["count", "-f", list]
            .into_iter()
            .chain(more.iter().copied());
        let ran = sandbox.run(line.chain(narrow));
        let rows: Value = serde_json::from_str(&ran.stdout).expect("JSON");
        assert_eq!(cells(&rows, &columns), expected, "{list}");
        assert_eq!(rows["summary"]["never_found"], json!([]), "{list}");
    }
    let said = sandbox.run([
        "count", "-f", "list.txt", "--region", "孝义", "--year", "2023",
    ]);
    said.says("only inside longer phrases of the list: 白酒");
    // As words each phrase counts by itself.
    let words = document(&sandbox, ["count", "-f", "list.txt", "--words"]);
    assert_eq!(
        cells(&words, &["phrase", "occurrences", "as_words"])[0],
        json!(["白酒", 3, 3])
    );
}

#[test]
fn a_report_without_the_part_that_is_asked_for_is_held() {
    let sandbox = mixed();
    let asked = document(&sandbox, ["reports", "--without", "白酒 part:glossary"]);
    // 德清县 of 2024 has a file that was not read: that is no gap either.
    assert_eq!(asked["summary"]["not_held"], json!([]));
}

#[test]
fn who_says_something_has_a_state() {
    let sandbox = mixed();
    let whole = document(&sandbox, ["reports", "--with", "量子", "--year", "2023"]);
    assert_eq!(whole["summary"]["state"], "not_said");
    assert_eq!(whole["summary"]["reports"], 0);
    let line = [
        "reports", "--with", "量子", "--region", "德清", "--year", "2024",
    ];
    let unread = document(&sandbox, line);
    assert_eq!(unread["summary"]["state"], "unread");
    assert_eq!(unread["summary"]["reports"], Value::Null);
}

#[test]
fn what_only_excludes_is_searched_exactly_in_every_mode() {
    let sandbox = mixed();
    let exact = document(&sandbox, ["search", "NOT 白酒"])["summary"]["passages"].clone();
    assert!(exact.as_u64() > Some(10));
    for mode in ["words", "any"] {
        let wide = document(&sandbox, ["search", "NOT 白酒", "--mode", mode]);
        assert_eq!(wide["summary"]["passages"], exact, "{mode}");
        assert_eq!(wide["summary"]["match"], "exact", "{mode}");
    }
}

#[test]
fn what_is_suggested_stands_where_it_is_looked_for() {
    let sandbox = mixed();
    sandbox.write(
        "关于举办龙舟邀请赛的通知.txt",
        "关于举办龙舟邀请赛的通知\n\n各乡镇：\n\n现将龙舟邀请赛有关事项通知如下，请遵照执行。\n",
    );
    sandbox.run(["index"]).expect(3);
    let asked = document(&sandbox, ["search", "龙舟邀请塞"]);
    assert_eq!(asked["summary"]["suggestions"], json!([]));
    let any = document(&sandbox, ["search", "龙舟邀请塞", "--genre", "any"]);
    assert_ne!(any["summary"]["suggestions"], json!([]));
}

#[test]
fn a_file_without_a_year_may_be_of_each() {
    let sandbox = mixed();
    sandbox.write("孝义市政府工作报告.doc", OLD_WORD);
    sandbox.run(["index"]).expect(3);
    let line = ["search", "量子", "--region", "孝义", "--facets"];
    let facets = document(&sandbox, line)["summary"]["facets"].clone();
    for kind in ["year", "part", "level"] {
        let values = facets[kind].as_array().expect("values");
        assert!(!values.is_empty(), "{kind}");
        for value in values.iter().filter(|value| value["reports_held"] != 0) {
            assert_eq!(value["lower_bound"], true, "{kind}: {value}");
        }
    }
    let by_year = document(
        &sandbox,
        ["count", "量子", "--region", "孝义", "--by", "year"],
    );
    let states = cells(&by_year, &["year", "state"]);
    let years = facets["year"].as_array().expect("years").iter().rev();
    let of_facets: Vec<Value> = years
        .map(|year| json!([year["value"], year["state"]]))
        .collect();
    assert_eq!(of_facets, states);
}
