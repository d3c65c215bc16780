//! One question, one answer: in every command and format, and over a folder as readers have them.

use crate::harness::{Sandbox, text};
use crate::served::Served;
use crate::unread::{OLD_WORD, PICTURE, lines, pdf};
use serde_json::{Value, json};

/// Occurrences, passages and reports of a question in each command that counts.
fn everywhere(sandbox: &Sandbox, asked: &str, options: &[&str]) -> Vec<(&'static str, Value)> {
    let run = |command: &'static str, more: &[&str]| {
        let mut line = vec![command, asked, "--format", "json"];
        line.extend(options);
        line.extend(more);
        let output = sandbox.command(line).output().expect("it runs");
        serde_json::from_slice::<Value>(&output.stdout).expect("JSON")
    };
    let numbers = |row: &Value| {
        json!([
            row["occurrences"],
            row["passages"],
            row["reports"],
            row["state"]
        ])
    };
    let search = run("search", &[]);
    let count = run("count", &[]);
    let by_year = run("count", &["--by", "year"]);
    let kwic = run("kwic", &[]);
    let collocates = run("collocates", &[]);
    let n_lines = kwic["rows"].as_array().expect("lines").len();
    assert_eq!(json!(n_lines), kwic["summary"]["lines"], "{asked}");
    let rows = by_year["rows"].as_array().expect("rows");
    let sum: u64 = rows
        .iter()
        .filter_map(|row| row["occurrences"].as_u64())
        .sum();
    let total = &count["summary"]["totals"][0];
    assert_eq!(total["occurrences"].as_u64().unwrap_or(0), sum, "{asked}");
    vec![
        ("search", numbers(&search["summary"])),
        ("count", numbers(total)),
        ("kwic", numbers(&kwic["summary"])),
        ("collocates", numbers(&collocates["summary"])),
        ("count --by year", numbers(&by_year["summary"]["totals"][0])),
    ]
}

pub(crate) fn is_everywhere(sandbox: &Sandbox, asked: &str, options: &[&str], expected: &Value) {
    for (command, found) in everywhere(sandbox, asked, options) {
        assert_eq!(&found, expected, "{command} {asked}");
    }
}

#[test]
fn an_expression_means_the_same_in_every_command() {
    let sandbox = Sandbox::indexed();
    for (asked, expected) in [
        ("专业镇 OR 特色小镇", json!([39, 18, 5, "said"])),
        ("专业镇 region:吕梁", json!([13, 10, 2, "said"])),
        ("专业镇 -白酒", json!([35, 15, 5, "said"])),
        ("乡村?镇", json!([9, 9, 4, "said"])),
        ("\"白酒 文旅\"~40", json!([4, 2, 2, "said"])),
        ("改革 创新", json!([55, 16, 4, "said"])),
        ("世外桃源", json!([0, 0, 0, "not_said"])),
        ("专业镇 region:太原", json!([null, null, null, "none"])),
    ] {
        is_everywhere(&sandbox, asked, &[], &expected);
    }
    let first = sandbox.run(["first", "专业镇 OR 特色小镇", "--format", "json"]);
    let first: Value = serde_json::from_str(&first.stdout).expect("JSON");
    assert_eq!(first["summary"]["with"], 1);
    // A filter leaves the phrase; where rows are told apart by it, it stays.
    let alone = sandbox
        .run(["count", "专业镇 region:吕梁", "--format", "jsonl"])
        .rows();
    assert_eq!(text(&alone[0], "phrase"), "专业镇");
    let rows = sandbox
        .run(["count", "专业镇 region:吕梁", "专业镇", "--format", "jsonl"])
        .rows();
    assert_eq!(text(&rows[0], "phrase"), "专业镇 region:吕梁");
    assert_eq!(text(&rows[1], "phrase"), "专业镇");
    assert_eq!(rows[0]["reports_held"], 2);
    assert_eq!(rows[1]["reports_held"], 5);
}

#[test]
fn several_arguments_are_several_rows_and_a_line_of_a_list_is_an_expression() {
    let sandbox = Sandbox::indexed();
    let rows = sandbox
        .run(["count", "专业镇 OR 特色小镇", "白酒", "--format", "jsonl"])
        .rows();
    assert_eq!(text(&rows[0], "phrase"), "专业镇 OR 特色小镇");
    assert_eq!(rows[0]["occurrences"], 39);
    std::fs::write(
        sandbox.home().join("list"),
        "# 提法\n专业镇 OR 特色小镇\n专业镇 -白酒\n",
    )
    .expect("a list");
    let rows = sandbox
        .run(["count", "-f", "list", "--format", "jsonl"])
        .rows();
    assert_eq!(rows[0]["occurrences"], 39);
    assert_eq!(rows[1]["occurrences"], 35);
}

#[test]
fn what_is_no_phrase_is_refused_where_one_is_asked_for() {
    let sandbox = Sandbox::indexed();
    let ran = sandbox.run(["define", "专业镇 OR 特色小镇"]).expect(2);
    assert!(ran.stdout.is_empty(), "{ran}");
    ran.says("one phrase is taken here").says("character 5");
    for command in ["search", "count", "kwic", "first"] {
        sandbox
            .run([command, "专业镇 OR"])
            .expect(2)
            .says("operator");
    }
    sandbox
        .run(["reports", "--with", "(专业镇"])
        .expect(2)
        .says("bracket");
}

#[test]
fn a_number_and_its_method_are_of_one_question() {
    let sandbox = Sandbox::indexed();
    let ran = sandbox.run(["count", "5%", "--inside", "--format", "json"]);
    let answer: Value = serde_json::from_str(&ran.stdout).expect("JSON");
    let inside = answer["summary"]["totals"][0]["occurrences"].as_u64();
    let ran = sandbox.run(["count", "5%", "--format", "json"]);
    let plain: Value = serde_json::from_str(&ran.stdout).expect("JSON");
    assert!(plain["summary"]["totals"][0]["occurrences"].as_u64() < inside);
    assert!(text(&answer["summary"], "method").contains("(inside)"));
    assert!(!text(&plain["summary"], "method").contains("(inside)"));
}

#[test]
fn nothing_is_said_of_a_region_of_which_a_file_was_not_read() {
    let sandbox = Sandbox::indexed();
    sandbox.write("2025年青海省政府工作报告.doc", OLD_WORD);
    sandbox.run(["index"]).expect(3);
    is_everywhere(
        &sandbox,
        "专业镇",
        &["--region", "青海"],
        &json!([null, null, null, "unread"]),
    );
    for command in ["search", "count", "kwic", "first"] {
        let ran = sandbox
            .run([command, "专业镇", "--region", "青海"])
            .expect(1);
        let ran =
            ran.says("1 file could not be read and may say it: `2025年青海省政府工作报告.doc`");
        assert!(!ran.stderr.contains("no report of"), "{ran}");
    }
    let rows = sandbox
        .run([
            "count",
            "专业镇",
            "--by",
            "region,year",
            "--format",
            "jsonl",
        ])
        .rows();
    let row = rows
        .iter()
        .find(|row| row["region"][0] == "青海省" && row["year"] == 2025);
    let row = row.expect("the place of the file");
    assert_eq!(
        (text(row, "state"), &row["occurrences"]),
        ("unread", &Value::Null)
    );
}

/// A report of its own.
pub(crate) fn report(county: &str, year: u16, title: &str, text: &str) -> String {
    format!(
        "{county}人民政府工作报告{title}\n\n——{year}年3月6日在{county}第十七届人民代表大会第三次会议上\n\n\
         各位代表：\n\n现在，我代表{county}人民政府向大会报告工作，请予审议。\n\n一、{}年工作回顾\n\n\
         一年来，全县上下团结奋斗，各项事业取得新的进步，群众生活持续改善。\n\n二、{year}年工作安排\n\n{text}\n",
        year - 1
    )
}

/// A folder as readers have them: twelve reports that can be read, of which three say 化石小镇; a Word file of before
/// 2007; a PDF of which one page is a picture; an abridged report; a copy; a notice that says it too.
pub(crate) fn folder() -> Sandbox {
    let sandbox = Sandbox::empty();
    for (county, years) in [
        ("代县", 2018..=2021),
        ("汾阳市", 2018..=2021),
        ("新绛县", 2018..=2021),
    ] {
        for year in years {
            let says = if year == 2020 {
                "建设化石小镇，办好化石小镇。"
            } else {
                "修桥铺路。"
            };
            sandbox.write(
                &format!("{county}{year}.txt"),
                report(county, year, "", says),
            );
        }
    }
    sandbox.write("2022年代县政府工作报告.doc", OLD_WORD);
    let scan = report("汾阳市", 2022, "", "种好粮食。");
    sandbox.write("汾阳市2022.pdf", pdf(&[lines(&scan), PICTURE.to_owned()]));
    sandbox.write(
        "新绛县2022.txt",
        report("新绛县", 2022, "（摘登）", "种好粮食。"),
    );
    sandbox.write(
        "again.html",
        format!(
            "<p>{}</p>",
            report("代县", 2020, "", "建设化石小镇，办好化石小镇。").replace("\n\n", "</p><p>")
        ),
    );
    sandbox.write("notice.txt", "关于化石小镇消防演练的通知\n\n各科室：\n\n定于本周五下午在化石小镇举办消防演练活动，请准时参加。\n\n办公室\n");
    sandbox.run(["index"]).expect(3);
    sandbox
}

#[test]
fn every_command_tells_the_same_truth_of_a_folder_as_readers_have_them() {
    let sandbox = folder();
    // Three reports say it, twice each; the copy and the notice count for nothing.
    is_everywhere(&sandbox, "化石小镇", &[], &json!([6, 3, 3, "said"]));
    is_everywhere(
        &sandbox,
        "化石小镇",
        &["--duplicates"],
        &json!([8, 4, 4, "said"]),
    );
    is_everywhere(
        &sandbox,
        "化石小镇",
        &["--genre", "any"],
        &json!([8, 5, 4, "said"]),
    );
    // Of 2021 all is held and read: nobody says it. Of 2022 nothing is whole.
    is_everywhere(
        &sandbox,
        "化石小镇",
        &["--year", "2021"],
        &json!([0, 0, 0, "not_said"]),
    );
    is_everywhere(
        &sandbox,
        "化石小镇",
        &["--year", "2022"],
        &json!([null, null, null, "unread"]),
    );
    is_everywhere(
        &sandbox,
        "化石小镇",
        &["--year", "2022", "--region", "新绛县"],
        &json!([null, null, null, "abridged"]),
    );
    is_everywhere(
        &sandbox,
        "化石小镇",
        &["--year", "2022", "--region", "代县"],
        &json!([null, null, null, "unread"]),
    );
    is_everywhere(
        &sandbox,
        "化石小镇",
        &["--year", "2022", "--region", "汾阳市"],
        &json!([null, null, null, "unread"]),
    );
    is_everywhere(
        &sandbox,
        "化石小镇",
        &["--region", "太原"],
        &json!([null, null, null, "none"]),
    );
    // What was read of the PDF is found.
    is_everywhere(
        &sandbox,
        "种好粮食",
        &["--region", "汾阳市"],
        &json!([1, 1, 1, "said"]),
    );

    // The matrix.
    let rows = sandbox
        .run([
            "count",
            "化石小镇",
            "--by",
            "region,year",
            "--format",
            "jsonl",
        ])
        .rows();
    let state = |county: &str, year: u16| {
        let is_it = |row: &&Value| row["region"][2] == county && row["year"] == year;
        rows.iter()
            .find(is_it)
            .map(|row| text(row, "state").to_owned())
    };
    for county in ["代县", "汾阳市", "新绛县"] {
        assert_eq!(state(county, 2020).as_deref(), Some("said"));
        assert_eq!(state(county, 2019).as_deref(), Some("not_said"));
    }
    assert_eq!(state("代县", 2022).as_deref(), Some("unread"));
    assert_eq!(state("汾阳市", 2022).as_deref(), Some("unread"));
    assert_eq!(state("新绛县", 2022).as_deref(), Some("abridged"));

    // Who says it, and who does not: nine whole reports; two that are not whole are neither.
    let with = sandbox
        .run(["reports", "--with", "化石小镇", "--format", "jsonl"])
        .rows();
    assert_eq!(with.len(), 4);
    let without = sandbox
        .run(["reports", "--without", "化石小镇", "--format", "jsonl"])
        .rows();
    assert_eq!(without.len(), 10);
    let notices = without.last().expect("a summary")["notices"].to_string();
    assert!(notices.contains("\"not_shown\",\"reports\":2"), "{notices}");

    // The grid.
    let grid = sandbox
        .run(["reports", "--coverage", "--format", "jsonl"])
        .rows();
    let status = |county: &str, year: u16| {
        let is_it = |row: &&Value| row["region"][2] == county && row["year"] == year;
        grid.iter()
            .find(is_it)
            .map(|row| text(row, "status").to_owned())
    };
    assert_eq!(status("代县", 2022).as_deref(), Some("unread"));
    assert_eq!(status("汾阳市", 2022).as_deref(), Some("unread"));
    assert_eq!(status("新绛县", 2022).as_deref(), Some("abridged"));
    assert_eq!(status("代县", 2020).as_deref(), Some("versions"));
    assert_eq!(status("代县", 2019).as_deref(), Some("present"));
    let absent = sandbox
        .run([
            "reports",
            "--coverage",
            "--region",
            "太原",
            "--format",
            "jsonl",
        ])
        .rows();
    assert!(
        absent
            .iter()
            .any(|row| row["region"][1] == "太原市" && row["status"] == "none")
    );

    // The notices are the same everywhere.
    for command in ["search", "count", "kwic"] {
        let ran = sandbox.run([command, "化石小镇"]).expect(0);
        ran.says("1 file could not be read and may say it: `2022年代县政府工作报告.doc`")
            .says("1 report could be read in part only")
            .says("1 copy of a report left out")
            .says("2 occurrences more in 1 text of another genre");
    }
    // The list of what is there, and what is to mend.
    let listed = sandbox.run(["reports", "--format", "jsonl"]).rows();
    assert_eq!(listed.len(), 12 + 4 + 1);
    let fix = sandbox.run(["reports", "--to-fix"]);
    for named in ["2022年代县政府工作报告.doc", "汾阳市2022.pdf", "notice"] {
        assert!(
            fix.stdout.contains(named) || fix.stderr.contains(named),
            "{named}: {fix}"
        );
    }
    sandbox.run(["check"]).prints("1 file could not be read");
    the_page_says_it_too(&sandbox);
}

/// The same folder, read on the page.
fn the_page_says_it_too(sandbox: &Sandbox) {
    let served = Served::of_index(&sandbox.index());
    let encoded = |text: &str| -> String {
        let bytes = text.bytes();
        bytes.map(|byte| format!("%{byte:02X}")).collect()
    };
    let q = encoded("化石小镇");
    let shown = |path: &str| {
        let page = served.get(path);
        assert_eq!(page.status, 200, "{path}");
        let mut is_tag = false;
        let text = page.body.chars().filter(|c| {
            let is_shown = !is_tag && *c != '<';
            is_tag = (is_tag || *c == '<') && *c != '>';
            is_shown
        });
        text.collect::<String>()
    };
    let says = |path: &str, what: &str| {
        let text = shown(path);
        assert!(text.contains(what), "{path} does not say “{what}”: {text}");
    };
    for view in ["search", "kwic", "count"] {
        let path = format!("/{view}?q={q}&lang=en");
        says(&path, "stands at least 6 times");
        for notice in [
            "1 file could not be read and may say it: 2022年代县政府工作报告.doc",
            "1 report could be read in part only",
            "1 copy of a report left out",
            "2 occurrences more in 1 text of another genre",
        ] {
            says(&path, notice);
        }
    }
    let in_2022 = |view: &str, county: &str| {
        format!("/{view}?q={q}&lang=en&year=2022&region={}", encoded(county))
    };
    for view in ["search", "kwic", "first"] {
        says(&in_2022(view, "新绛县"), "which is not whole");
        says(&in_2022(view, "代县"), "could not be read");
        says(
            &format!("/{view}?q={q}&lang=en&region={}", encoded("太原")),
            "no report that is held fits the filters",
        );
    }
    let matrix = shown(&format!("/count?q={q}&lang=en"));
    assert!(
        matrix.contains("abridged") && matrix.contains("unread"),
        "{matrix}"
    );
    let grid = shown("/reports?lang=en");
    assert!(
        grid.contains("unread") && grid.contains("abridged"),
        "{grid}"
    );
    // A part that nobody has read is no number among the filters either.
    let facets = served
        .get(&format!("/search.json?q={q}&facets=1&count=1"))
        .body;
    let facets: Value = serde_json::from_str(&facets).expect("JSON");
    let years = facets["summary"]["facets"]["year"]
        .as_array()
        .expect("years");
    let of_2022 = years
        .iter()
        .find(|year| year["value"] == 2022)
        .expect("2022");
    assert_eq!(
        (&of_2022["state"], &of_2022["occurrences"]),
        (&json!("unread"), &Value::Null)
    );
}

#[test]
fn a_whole_report_without_a_part_was_not_searched_there() {
    let sandbox = folder();
    // No report has a glossary; of 2021 all are whole, of 2022 none is.
    let of = |year| ["--part", "glossary", "--year", year];
    is_everywhere(
        &sandbox,
        "化石小镇",
        &of("2021"),
        &json!([null, null, null, "none"]),
    );
    is_everywhere(
        &sandbox,
        "化石小镇",
        &of("2022"),
        &json!([null, null, null, "unread"]),
    );
    let run = |line: &[&str]| {
        sandbox
            .run(line.iter().chain(&["--format", "jsonl"]))
            .rows()
    };
    for by in ["region", "region,year", "level"] {
        let line = ["count", "化石小镇", "--by", by, "--part", "glossary"];
        for row in run(&[&line[..], &["--year", "2021"]].concat()) {
            if row["type"] == "count" {
                assert_eq!(text(&row, "state"), "none", "{row}");
            }
        }
    }
    // A first appearance says the same in its rows and in its summary.
    let line = ["first", "化石小镇", "--part", "glossary", "--year", "2021"];
    let rows = run(&[&line[..], &["--by", "region"]].concat());
    assert_eq!(rows.len(), 4);
    for row in &rows {
        assert_eq!(text(row, "state"), "none", "{row}");
    }
    // And none is listed as not saying it: all are told as what they are.
    let line = ["reports", "--without", "化石小镇", "--part", "glossary"];
    let rows = run(&line);
    assert_eq!(rows.len(), 1);
    let notices = &rows[0]["notices"];
    assert!(
        is_said(notices, &json!({"code": "no_such_part", "reports": 14})),
        "{notices}"
    );
    sandbox
        .run(line)
        .says("14 reports without such a part left out");
}

pub(crate) fn is_said(notices: &Value, notice: &Value) -> bool {
    notices
        .as_array()
        .is_some_and(|notices| notices.contains(notice))
}

#[test]
fn each_expression_is_looked_for_within_its_own_filters() {
    let sandbox = folder();
    let listed = |line: &[&str]| {
        let line = ["reports", "--format", "jsonl"].iter().chain(line);
        let rows = sandbox.run(line).rows();
        let reports = rows.iter().filter(|row| row["type"] == "report");
        let ids: Vec<String> = reports.map(|row| text(row, "id").to_owned()).collect();
        ids
    };
    // One stands in the review alone, the other in the plan alone: parts are of each.
    let both = listed(&[
        "--with",
        "团结奋斗 part:review",
        "--with",
        "化石小镇 part:plan",
    ]);
    assert_eq!(both, ["新绛县-2020", "代县-2020", "汾阳市-2020"]);
    assert!(
        listed(&["--with", "团结奋斗 part:plan", "--with", "化石小镇"]).is_empty(),
        "a part of one is none of the other"
    );
    // Filters of reports limit the list, whoever has them.
    let one = listed(&["--with", "团结奋斗 region:代县", "--with", "化石小镇"]);
    assert_eq!(one, ["代县-2020"]);
    let none = [
        "--with",
        "团结奋斗 region:代县",
        "--with",
        "化石小镇 region:汾阳市",
    ];
    assert!(listed(&none).is_empty());
    let without = listed(&[
        "--with",
        "团结奋斗 region:代县",
        "--without",
        "化石小镇 year:2019..2020",
    ]);
    assert_eq!(without, ["代县-2019"]);
    // In the part where it does not stand no report says it.
    let line = ["--with", "化石小镇", "--without", "化石小镇 part:review"];
    assert_eq!(listed(&line).len(), 3);
}

#[test]
fn what_other_texts_would_add_is_told_by_every_command() {
    let sandbox = folder();
    for line in [
        &["first", "化石小镇"][..],
        &["first", "化石小镇", "--by", "region"],
        &["reports", "--with", "化石小镇"],
    ] {
        sandbox
            .run(line)
            .says("2 occurrences more in 1 text of another genre: --genre any");
    }
    let sandbox = Sandbox::empty();
    sandbox.write("代县2020.txt", report("代县", 2020, "", "种好粮食。"));
    sandbox.write(
        "notice.txt",
        "关于化石小镇消防演练的通知\n\n各科室：\n\n定于本周五下午举办消防演练活动，请准时参加。\n\n\
         名词解释\n\n1．化石小镇：以古生物化石为主题的特色小镇。\n\n2．消防演练：模拟火灾的训练活动。\n",
    );
    sandbox.run(["index"]).expect(0);
    sandbox
        .run(["define", "化石小镇"])
        .says("1 definition more in 1 text of another genre: --genre any");
}

#[test]
fn a_value_that_nobody_could_read_has_no_zero() {
    let sandbox = folder();
    let line = ["search", "化石小镇", "--facets", "--format", "json"];
    let answer: Value = serde_json::from_str(&sandbox.run(line).stdout).expect("JSON");
    let facet = |kind: &str, value: Value| {
        let rows = answer["summary"]["facets"][kind].as_array().expect("rows");
        let row = rows.iter().find(|row| row["value"] == value);
        let row = row.unwrap_or_else(|| panic!("{value} in {rows:?}"));
        json!([row["state"], row["occurrences"], row["reports_held"]])
    };
    assert_eq!(facet("year", json!(2020)), json!(["said", 6, 3]));
    assert_eq!(facet("year", json!(2021)), json!(["not_said", 0, 3]));
    assert_eq!(facet("year", json!(2022)), json!(["unread", null, 2]));
    assert_eq!(facet("part", json!("review")), json!(["not_said", 0, 14]));
    let of = ["--region", "新绛县"];
    let line = line.iter().chain(&of);
    let answer: Value = serde_json::from_str(&sandbox.run(line).stdout).expect("JSON");
    let years = &answer["summary"]["facets"]["year"];
    assert_eq!(years[0]["state"], "abridged");
    assert!(years[0]["passages"].is_null());
    sandbox
        .run(["search", "化石小镇", "--facets", "--region", "新绛县"])
        .prints("abridged");
}

#[test]
fn a_list_says_which_of_its_lines_is_wrong_and_counts_in_each_group() {
    let sandbox = folder();
    let run = |list: &str, more: &[&str]| {
        sandbox.write("../list", list);
        let line = ["count", "-f", "list", "--format", "jsonl"];
        sandbox.run(line.iter().chain(more))
    };
    let rows = run(
        "[甲] # 第一组\n化石小镇 # 提法\n[乙]\n化石小镇\n种好粮食\n",
        &["--group"],
    )
    .rows();
    assert_eq!(
        (text(&rows[0], "phrase"), &rows[0]["occurrences"]),
        ("甲", &json!(6))
    );
    assert_eq!(
        (text(&rows[1], "phrase"), &rows[1]["occurrences"]),
        ("乙", &json!(8))
    );
    run("化石小镇\n\n专业镇 OR\n", &[])
        .expect(2)
        .says("line 3 of the list")
        .says("专业镇 OR");
    run("化石小镇\n白酒 region:外星\n", &[])
        .expect(2)
        .says("line 2 of the list, `白酒 region:外星`");
    run("# 筛选\nregion:代县\n", &[])
        .expect(2)
        .says("line 2 of the list")
        .says("`region:代县` is a filter; write what to look for before it: 专业镇 region:代县");
    run("[数字\n化石小镇\n", &["--group"])
        .expect(2)
        .says("line 1 of the list, `[数字`")
        .says("write [name]");
    run("[甲]\n[乙]\n化石小镇\n", &["--group"])
        .expect(2)
        .says("line 1 of the list, `[甲]`")
        .says("the group has no expression");
    sandbox
        .run(["search", "year:2020"])
        .expect(2)
        .says("write what to look for before it");
}

#[test]
fn what_is_asked_for_and_not_held_has_its_row() {
    let sandbox = folder();
    let rows = |line: &[&str]| {
        let line = ["count", "化石小镇", "--format", "jsonl"]
            .iter()
            .chain(line);
        let rows = sandbox.run(line).rows();
        let rows = rows.into_iter().filter(|row| row["type"] == "count");
        rows.map(|row| {
            json!([
                row["region"][1],
                row["year"],
                row["state"],
                row["occurrences"]
            ])
        })
        .collect::<Vec<Value>>()
    };
    let of = [
        "--region",
        "太原",
        "--region",
        "代县",
        "--by",
        "region,year",
    ];
    let both = rows(&[&of[..], &["--year", "2020..2021"]].concat());
    for year in [2020, 2021] {
        let row = json!(["太原市", year, "none", null]);
        assert!(both.contains(&row), "{row} in {both:?}");
    }
    assert_eq!(both.len(), 4);
    // Of one region of which nothing is held the years are those that are held of others.
    let alone = rows(&["--region", "太原", "--by", "region,year"]);
    assert_eq!(alone.len(), 5);
    assert!(alone.iter().all(|row| row[2] == "none"), "{alone:?}");
    // A table is never empty without a word.
    for by in [
        "region",
        "year",
        "part",
        "report",
        "level",
        "section",
        "region,part",
    ] {
        for filter in [["--year", "2035"], ["--region", "太原"]] {
            let line = [&filter[..], &["--by", by]].concat();
            let found = rows(&line);
            assert!(!found.is_empty(), "{line:?}");
            assert!(found.iter().all(|row| row[2] == "none"), "{found:?}");
        }
    }
    let csv = ["count", "化石小镇", "--format", "csv", "--year", "2035"];
    sandbox.run(csv).prints("化石小镇,,,,0,,,none,0");
    // The grid has the years that are asked for, and says which reports it cannot place.
    let line = ["reports", "--coverage", "--format", "jsonl"];
    let grid = sandbox
        .run(line.iter().chain(&["--year", "2021..2024"]))
        .rows();
    let none = json!(["代县", 2024, "none"]);
    let cell = |row: &Value| json!([row["region"][2], row["year"], row["status"]]);
    assert!(grid.iter().any(|row| cell(row) == none), "{grid:?}");
    assert_eq!(grid.len(), 3 * 4 + 1);
    sandbox.write(
        "某地.txt",
        report("某", 2021, "", "种好粮食。").replace("——2021年3月6日", "——"),
    );
    sandbox.run(["index"]).expect(3);
    let grid = sandbox.run(line).rows();
    let notices = &grid.last().expect("a summary")["notices"];
    assert!(
        notices.to_string().contains("\"unplaced\",\"reports\":1"),
        "{notices}"
    );
    sandbox
        .run(["reports", "--coverage"])
        .says("1 report without region or year, not placed");
}

#[test]
fn what_is_said_of_one_row_names_it() {
    let sandbox = folder();
    let line = ["count", "化石小镇 region:代县", "化石小镇 region:太原"];
    sandbox
        .run(line)
        .says("“化石小镇 region:太原”: no report of 太原市 is held")
        .says("“化石小镇 region:代县”: 1 file could not be read")
        .says("“化石小镇 region:代县”: 1 copy of a report left out");
    // Of one scope it is said once, without a name.
    let ran = sandbox.run(["count", "修桥铺路", "种好粮食"]);
    let ran = ran.says("1 copy of a report left out");
    assert!(!ran.stderr.contains("”: 1 copy"), "{ran}");
    // Of a long list the first are named, and texts of another genre are counted once.
    let list: String = (0..30)
        .map(|n| format!("化石小镇 OR 第{n}次 region:太原\n"))
        .collect();
    sandbox.write("../list", list);
    let ran = sandbox.run(["count", "-f", "list"]);
    assert_eq!(
        ran.stderr.matches("no report of 太原市").count(),
        1,
        "{ran}"
    );
    let ran = ran.says("… and 10 more");
    assert!(!ran.stderr.contains("第25次"), "{ran}");
    let provinces = [
        11, 12, 13, 15, 21, 22, 23, 31, 32, 33, 34, 35, 36, 37, 41, 42,
    ];
    let more = [43, 44, 45, 46, 50, 51, 52, 53, 54, 61, 62, 63, 64, 65];
    let list: String = provinces
        .iter()
        .chain(&more)
        .map(|code| format!("化石小镇 region:{code}0000\n"))
        .collect();
    sandbox.write("../list", list);
    let ran = sandbox.run(["count", "-f", "list"]);
    assert_eq!(ran.stderr.matches("is held\n").count(), 20, "{ran}");
    ran.says("… and 10 more like this");
    let list: String = (0..30).map(|n| format!("化石小镇 OR 第{n}次\n")).collect();
    sandbox.write("../list", list);
    let ran = sandbox.run(["count", "-f", "list"]);
    ran.says("60 occurrences more in 1 text of another genre");
}
