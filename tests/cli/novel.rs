//! What is new in some reports, and what has gone.

use crate::harness::Sandbox;
use serde_json::{Value, json};

/// A whole report of a county, with sentences of its own.
fn report(region: &str, year: u16, own: &str) -> String {
    let done = "经济运行总体平稳，各项事业取得新的成绩，民生持续改善。".repeat(20);
    let to_do = "要坚持稳中求进工作总基调，推动高质量发展，着力保障民生。".repeat(20);
    format!(
        "{region}人民政府工作报告\n\n——{year}年3月6日在{region}人民代表大会会议上\n\n各位代表：\n\n\
         现在，我代表{region}人民政府向大会报告工作，请予审议。\n\n一、{}年工作回顾\n\n{done}\n\n{own}\n\n二、{year}年工作安排\n\n\
         {to_do}\n\n各位代表！让我们团结一心，为建设美好家园而努力奋斗！\n",
        year - 1
    )
}

fn held() -> Sandbox {
    let sandbox = Sandbox::empty();
    for (name, region, year, own) in [
        ("a", "代县", 2018, "发展蚕桑茶叶。"),
        ("b", "代县", 2019, "发展蚕桑茶叶，修建水库。"),
        ("c", "代县", 2020, "发展蚕桑茶叶，发展氢能汽车。"),
        (
            "d",
            "代县",
            2022,
            "开展“无水港湾”行动，建设无水港湾，增加12345个岗位。",
        ),
        ("e", "代县", 2023, "扩大无水港湾。"),
        ("f", "榆社县", 2022, "发展氢能汽车，发展黄酒。"),
        ("g", "榆社县", 2023, "发展无水港湾。"),
    ] {
        sandbox.write(&format!("{name}.txt"), report(region, year, own));
    }
    sandbox.run(["index"]).expect(0);
    sandbox
}

fn document(sandbox: &Sandbox, line: &[&str]) -> Value {
    let ran = sandbox.run(line.iter().copied().chain(["--format", "json"]));
    serde_json::from_str(&ran.stdout).expect("JSON")
}

fn phrases(document: &Value) -> Vec<&str> {
    let rows = document["rows"].as_array().expect("rows").iter();
    rows.map(|row| row["phrase"].as_str().expect("a phrase"))
        .collect()
}

#[test]
fn what_is_new_was_in_no_earlier_report_and_is_counted_as_elsewhere() {
    let sandbox = held();
    let new = document(&sandbox, &["new", "--region", "代县", "--year", "2022"]);
    assert_eq!(phrases(&new)[0], "无水港湾");
    let row = &new["rows"][0];
    let numbers = [
        "occurrences",
        "passages",
        "reports",
        "other_reports",
        "other_regions",
        "first_year",
        "last_year",
    ];
    let numbers = numbers.map(|name| row[name].clone());
    assert_eq!(json!(numbers), json!([2, 1, 1, 2, 2, 2022, 2023]));
    assert_eq!(
        row["sentence"],
        "开展“无水港湾”行动，建设无水港湾，增加12345个岗位。"
    );
    assert_eq!(new["summary"]["gap_before"], json!([2021, 2021]));
    assert_eq!(new["summary"]["state"], "said");
    for row in new["rows"].as_array().expect("rows") {
        let phrase = row["phrase"].as_str().expect("a phrase");
        let of = |years: &str| {
            let line = ["count", phrase, "--region", "代县", "--year", years];
            document(&sandbox, &line)["rows"][0].clone()
        };
        let (here, before) = (of("2022"), of("..2021"));
        for name in ["occurrences", "passages", "reports"] {
            assert_eq!(row[name], here[name], "{phrase}");
        }
        assert_eq!(before["occurrences"], 0, "{phrase}");
        assert!(!phrase.contains(|c: char| c.is_ascii_digit()), "{phrase}");
    }
}

#[test]
fn a_part_of_one_longer_phrase_gives_way_to_it() {
    let sandbox = Sandbox::empty();
    sandbox.write("a.txt", report("代县", 2021, ""));
    // “云端巡回” stands before “法” at all its places.
    let own = "建好云端巡回法庭。扩大云端巡回法庭。云端巡回法庭覆盖城乡。完善云端巡回法庭。";
    sandbox.write("b.txt", report("代县", 2022, own));
    sandbox.run(["index"]).expect(0);
    let new = document(&sandbox, &["new", "--year", "2022"]);
    let found = phrases(&new);
    assert!(found.contains(&"云端巡回法庭"), "{found:?}");
    assert!(!found.contains(&"云端巡回"), "{found:?}");
    let one = document(&sandbox, &["new", "--year", "2022", "-n", "1"]);
    assert_eq!(one["summary"]["phrases"], new["summary"]["phrases"]);
    assert_eq!(phrases(&one).len(), 1);
}

#[test]
fn what_others_had_is_new_here_unless_all_are_compared() {
    let sandbox = held();
    let line = ["new", "--year", "2022", "--region", "榆社"];
    let here = document(&sandbox, &line);
    // Nothing earlier is held of the county: nothing can be called new.
    assert_eq!(phrases(&here), [""; 0]);
    assert_eq!(here["summary"]["left_censored"], true);
    assert_eq!(here["summary"]["state"], "none");
    assert!(
        json!(here["summary"]["notices"])
            .to_string()
            .contains("nothing_to_compare")
    );
    let anywhere = [&line[..], &["--before", "anywhere"]].concat();
    let found = document(&sandbox, &anywhere);
    assert!(
        !phrases(&found).iter().any(|phrase| phrase.contains("氢能")),
        "{found}"
    );
    assert!(
        phrases(&found).iter().any(|phrase| phrase.contains("黄酒")),
        "{found}"
    );
    let both = document(&sandbox, &["new", "--year", "2022"]);
    assert_eq!(
        both["summary"]["regions_not_compared"],
        json!(["/山西省/晋中市/榆社县"])
    );
}

#[test]
fn what_has_gone_had_stood_and_stands_no_more() {
    let sandbox = held();
    let line = ["new", "--gone", "--region", "代县", "--year", "2022"];
    let gone = document(&sandbox, &line);
    let found = phrases(&gone);
    assert!(
        found.iter().any(|phrase| phrase.contains("蚕桑")),
        "{found:?}"
    );
    assert!(
        !found
            .iter()
            .any(|phrase| phrase.contains("水库") || phrase.contains("氢能")),
        "{found:?}"
    );
    let row = &gone["rows"][0];
    assert_eq!(
        json!([row["first_year"], row["last_year"], row["type"]]),
        json!([2018, 2020, "gone"])
    );
    sandbox.run(["new", "--gone", "--as-then"]).expect(2);
    // 榆社县 has a report, but not of the year that is looked at.
    sandbox.write("c-later.txt", report("榆社县", 2017, "办好油菜花节。"));
    sandbox.run(["index"]).expect(0);
    let all = document(&sandbox, &["new", "--gone", "--year", "2022"]);
    let notices = all["summary"]["notices"].as_array().expect("notices");
    let of_it = notices
        .iter()
        .find(|notice| notice["code"] == "not_looked_at");
    let of_it = of_it.expect("it is told");
    assert_eq!(
        (&of_it["year"], &of_it["named"]),
        (&json!(2020), &json!(["榆社县"]))
    );
    sandbox
        .run(["new", "--shortest", "9", "--longest", "8"])
        .expect(2);
    // The newest year is meant where none is named.
    let newest = document(&sandbox, &["new", "--region", "代县"]);
    assert_eq!(newest["summary"]["years"], json!([[2023, 2023]]));
}

#[test]
fn what_stands_between_years_that_are_asked_for_is_known() {
    let sandbox = Sandbox::empty();
    for (year, own) in [
        (2019, "种好粮食。"),
        (2020, "发展氢能汽车。"),
        (2022, "建设无水港湾，发展氢能汽车。"),
        (2024, "建设无水港湾，开办云端法庭，发展氢能汽车。"),
    ] {
        sandbox.write(&format!("{year}.txt"), report("代县", year, own));
    }
    sandbox.run(["index"]).expect(0);
    let has = |document: &Value, word: &str| {
        let mut found = phrases(document).into_iter();
        found.any(|phrase| phrase.contains(word))
    };
    let years = ["new", "--year", "2020", "--year", "2024"];
    // The same by the reports' names.
    let reports = ["new", "--report", "代县-2020", "--report", "代县-2024"];
    for line in [years, reports] {
        let both = document(&sandbox, &line);
        assert_eq!(
            both["summary"]["years"],
            json!([[2020, 2020], [2024, 2024]])
        );
        assert!(has(&both, "氢能") && has(&both, "云端"), "{both}");
        assert!(!has(&both, "港湾"), "{both}");
        assert_eq!(
            both["summary"]["years_compared"],
            json!([[2019, 2019], [2022, 2022]])
        );
    }
    let two = document(&sandbox, &[&years[..], &["--min-reports", "2"]].concat());
    assert!(!has(&two, "云端"), "{two}");
}

#[test]
fn where_nothing_earlier_is_held_nothing_can_have_gone() {
    let sandbox = held();
    let gone = document(&sandbox, &["new", "--gone", "--year", "2018"]);
    assert_eq!(phrases(&gone), [""; 0]);
    assert_eq!(gone["summary"]["years"], json!([]));
    assert_eq!(gone["summary"]["state"], "none");
    let kinds = gone["summary"]["notices"].to_string();
    assert!(kinds.contains("nothing_earlier"), "{kinds}");
    let ran = sandbox.run(["new", "--gone", "--year", "2018"]);
    ran.says("no report of an earlier year is held: nothing can have gone");
}
