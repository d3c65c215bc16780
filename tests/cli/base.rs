//! What a number rests on: the passages that the filters let through are what was searched, in every command.

use crate::asked::{folder, is_everywhere, is_said};
use crate::harness::{Sandbox, text};
use serde_json::{Value, json};

/// The rows of a count: key, state, occurrences, reports and characters that were searched.
fn counted(sandbox: &Sandbox, by: &str, options: &[&str]) -> Vec<Value> {
    let line = ["count", "化石小镇", "--by", by, "--format", "jsonl"];
    let rows = sandbox.run(line.iter().chain(options)).rows();
    let rows = rows.into_iter().filter(|row| row["type"] == "count");
    rows.map(|row| {
        json!([
            row[by],
            row["state"],
            row["occurrences"],
            row["reports_held"],
            row["chars"]
        ])
    })
    .collect()
}

/// Characters of the passages of all reports that speak of a year.
fn chars_about(sandbox: &Sandbox, year: u64) -> u64 {
    let mut n = 0;
    for report in sandbox.reports() {
        let is_searched = report["duplicate_of"].is_null() && report["genre"] == "report";
        let line = ["show", text(&report, "id"), "--format", "jsonl"];
        for passage in sandbox.run(line).rows() {
            let about = passage["about"].as_array();
            let is_about = about.is_some_and(|about| {
                about[0].as_u64() <= Some(year) && Some(year) <= about[1].as_u64()
            });
            if is_searched && is_about {
                let chars = text(&passage, "text").chars();
                n += chars.filter(|c| !c.is_whitespace()).count() as u64;
            }
        }
    }
    n
}

#[test]
fn what_speaks_of_another_year_was_not_searched() {
    let sandbox = folder();
    let rows = counted(&sandbox, "year", &["--about", "2020"]);
    // Plans of 2020 and reviews of 2021 speak of it; of 2022 nothing is whole.
    assert_eq!(rows[0], json!([2018, "none", null, 0, null]));
    assert_eq!(rows[1], json!([2019, "none", null, 0, null]));
    assert_eq!(rows[2][1], "said");
    assert_eq!(rows[2][3], 3);
    assert_eq!(rows[3][1], "not_said");
    assert_eq!(rows[4][1], "unread");
    let chars: u64 = rows.iter().filter_map(|row| row[4].as_u64()).sum();
    assert_eq!(chars, chars_about(&sandbox, 2020));
    // A filter that is typed is the same, in every command.
    let of = |year| ["--about", "2020", "--year", year];
    is_everywhere(&sandbox, "化石小镇", &of("2020"), &json!([6, 3, 3, "said"]));
    is_everywhere(
        &sandbox,
        "化石小镇 about:2020 year:2021",
        &[],
        &json!([0, 0, 0, "not_said"]),
    );
    is_everywhere(
        &sandbox,
        "化石小镇",
        &of("2018"),
        &json!([null, null, null, "none"]),
    );
    is_everywhere(
        &sandbox,
        "化石小镇",
        &["--about", "2035", "--year", "2018..2021"],
        &json!([null, null, null, "none"]),
    );
    // The rate is that of what was searched.
    let line = ["count", "化石小镇", "--about", "2020", "--format", "json"];
    let answer: Value = serde_json::from_str(&sandbox.run(line).stdout).expect("JSON");
    let total = &answer["summary"]["totals"][0];
    let rate = 6.0 * 1e4 / chars_about(&sandbox, 2020) as f64;
    let said = total["per_10k"].as_f64().expect("a rate");
    assert!((said - rate).abs() < 1e-3, "{total}");
    assert_eq!(total["reports_held"], 6);
    assert!(
        text(&answer["summary"], "method").contains("6 of 16 texts"),
        "{answer}"
    );
    // And so is the number of reports everywhere else; the others are told.
    let of_2020 = json!({"code": "no_such_year", "reports": 8});
    for command in ["search", "kwic"] {
        let line = [command, "化石小镇", "--about", "2020", "--format", "json"];
        let answer: Value = serde_json::from_str(&sandbox.run(line).stdout).expect("JSON");
        assert_eq!(answer["summary"]["reports_searched"], 6, "{command}");
        assert!(is_said(&answer["summary"]["notices"], &of_2020), "{answer}");
    }
    let (_, summary) = sandbox.search("化石小镇", ["--about", "2020", "--facets"]);
    let years = summary["facets"]["year"].as_array().expect("years");
    let of_2019 = years.iter().find(|year| year["value"] == 2019);
    assert_eq!(of_2019.expect("2019")["state"], "none");
}

#[test]
fn every_list_of_reports_rests_on_what_was_searched() {
    let sandbox = folder();
    let rows = |line: &[&str]| {
        sandbox
            .run(line.iter().chain(&["--format", "jsonl"]))
            .rows()
    };
    for filter in [
        ["--part", "plan"],
        ["--about", "2020"],
        ["--part", "glossary"],
    ] {
        let of = |line: &[&str]| {
            let rows = rows(&[line, &filter[..]].concat());
            let n = rows.iter().filter(|row| row["type"] == "report").count();
            (n, rows.last().expect("a summary").clone())
        };
        let (n_with, _) = of(&["reports", "--with", "化石小镇"]);
        let (n_without, summary) = of(&["reports", "--without", "化石小镇"]);
        let count = sandbox.run(
            ["count", "化石小镇", "--format", "json"]
                .iter()
                .chain(&filter),
        );
        let count: Value = serde_json::from_str(&count.stdout).expect("JSON");
        let n_held = count["summary"]["totals"][0]["reports_held"].as_u64();
        let notices = summary["notices"].as_array().expect("notices").iter();
        let not_shown = notices.clone().find(|notice| notice["code"] == "not_shown");
        let n_not_shown =
            not_shown.map_or(0, |notice| notice["reports"].as_u64().expect("a number"));
        assert_eq!(
            n_held,
            Some(n_with as u64 + n_without as u64 + n_not_shown),
            "{filter:?}"
        );
        let code = if filter[0] == "--part" {
            "no_such_part"
        } else {
            "no_such_year"
        };
        let left = notices.clone().find(|notice| notice["code"] == code);
        let n_left = left.map_or(0, |notice| notice["reports"].as_u64().expect("a number"));
        // Fourteen reports pass the filters of reports.
        assert_eq!(n_held, Some(14 - n_left), "{filter:?}: {summary}");
    }
    // Years of which nothing is held, whatever a report speaks of.
    let summary = rows(&["reports", "--without", "化石小镇", "--about", "2020"]);
    let not_held = &summary.last().expect("a summary")["not_held"];
    assert!(not_held.is_array(), "{not_held}");
    let not_held = not_held.to_string();
    assert!(!not_held.contains("[[2018,2019]]"), "{not_held}");
    let grid = rows(&["reports", "--coverage", "--about", "2020"]);
    let status = |year: u64| {
        let is_it = |row: &&Value| row["region"][2] == "代县" && row["year"] == year;
        text(grid.iter().find(is_it).expect("a cell"), "status").to_owned()
    };
    assert_eq!(
        (status(2019).as_str(), status(2021).as_str()),
        ("none", "present")
    );
    // A first appearance closes no gap with a report that does not speak of the year.
    let line = ["first", "化石小镇", "--by", "region", "--about", "2020"];
    for row in rows(&line).iter().filter(|row| row["type"] == "first") {
        assert_eq!(row["years_held"], json!([[2020, 2021]]), "{row}");
        assert_eq!(row["left_censored"], true, "{row}");
    }
}

#[test]
fn a_text_of_another_genre_shows_no_absence() {
    let sandbox = Sandbox::empty();
    sandbox.write(
        "代县2020.txt",
        crate::asked::report("代县", 2020, "", "种好粮食。"),
    );
    sandbox.write(
        "汾阳市2021年关于消防演练的通知.txt",
        "汾阳市人民政府关于消防演练的通知\n\n各科室：\n\n定于2021年5月在汾阳市举办消防演练活动，请准时参加。\n\n汾阳市人民政府办公室\n",
    );
    sandbox.run(["index"]).expect(0);
    let placed = sandbox.reports();
    let notice = placed.iter().find(|row| row["genre"] == "other");
    let region = notice.expect("a notice")["region"].to_string();
    assert!(region.contains("汾阳市"), "{region}");
    let of = |genre| ["--genre", genre, "--region", "汾阳市"];
    is_everywhere(
        &sandbox,
        "化石小镇",
        &of("any"),
        &json!([null, null, null, "abridged"]),
    );
    is_everywhere(
        &sandbox,
        "化石小镇",
        &of("other"),
        &json!([0, 0, 0, "not_said"]),
    );
    is_everywhere(
        &sandbox,
        "化石小镇",
        &["--genre", "any"],
        &json!([0, 0, 0, "not_said"]),
    );
}

#[test]
fn copies_that_are_left_out_are_told_with_what_stands_in_them() {
    let sandbox = folder();
    let holds = json!({"occurrences": 2, "passages": 1, "reports": 1});
    let notice = json!({"code": "copies_left_out", "reports": 1, "holds": holds});
    for line in [
        &["search", "化石小镇"][..],
        &["kwic", "化石小镇"],
        &["count", "化石小镇"],
        &["first", "化石小镇"],
        &["reports", "--with", "化石小镇"],
    ] {
        let summary = sandbox
            .run(line.iter().chain(&["--format", "jsonl"]))
            .rows();
        let notices = &summary.last().expect("a summary")["notices"];
        assert!(is_said(notices, &notice), "{line:?}: {notices}");
        sandbox
            .run(line)
            .says("1 copy of a report left out, with 2 occurrences more");
    }
    let ran = sandbox.run(["search", "修桥铺路"]);
    assert!(
        !ran.says("1 copy of a report left out")
            .stderr
            .contains("more: --duplicates")
    );
    // Of several rows each has its own number.
    let line = ["count", "化石小镇 region:代县", "修桥铺路", "建设化石小镇"];
    sandbox
        .run(line)
        .says("“化石小镇 region:代县”: 1 copy of a report left out, with 2 occurrences more")
        .says("“建设化石小镇”: 1 copy of a report left out, with 1 occurrence more");
}

#[test]
fn what_only_excludes_has_no_places_anywhere() {
    let sandbox = folder();
    let json = |line: &[&str]| -> Value {
        let line = line.iter().chain(&["--format", "json", "--", "-化石小镇"]);
        serde_json::from_str(&sandbox.run(line).stdout).expect("JSON")
    };
    for line in [&["search", "--count"][..], &["search"], &["kwic"]] {
        let summary = &json(line)["summary"];
        assert!(summary["occurrences"].is_null(), "{line:?}: {summary}");
        assert!(
            summary["passages"].as_u64() > Some(0),
            "{line:?}: {summary}"
        );
    }
    let count = json(&["count", "--by", "year"]);
    let rows = count["rows"].as_array().expect("rows").iter();
    for row in rows.chain([&count["summary"]["totals"][0]]) {
        assert!(
            row["occurrences"].is_null() && row["per_10k"].is_null(),
            "{row}"
        );
        assert!(row["passages"].as_u64() > Some(0), "{row}");
    }
    let facets = json(&["search", "--count", "--facets"]);
    assert!(facets["summary"]["facets"]["part"][0]["occurrences"].is_null());
    let shown = |line: &[&str]| sandbox.run(line.iter().chain(&["--", "-化石小镇"]));
    for line in [
        &["count"][..],
        &["count", "--format", "csv"],
        &["count", "--by", "year", "--layout", "page"],
        &["count", "--by", "year", "--wide", "--measure", "per_10k"],
        &["search", "--count"],
        &["search", "--count", "--format", "csv"],
        &["kwic"],
    ] {
        let ran = shown(line);
        let cells = ran.stdout.split(['\t', ',', '\n', ' ']);
        let zero = |cell: &&str| matches!(*cell, "0" | "0.0" | "0.00");
        // Of unread files there may be none.
        let n_allowed = usize::from(ran.stdout.contains("unread")) * 5;
        assert!(cells.filter(zero).count() <= n_allowed, "{line:?}: {ran}");
        assert!(!ran.stderr.contains("0 occurrences"), "{line:?}: {ran}");
    }
}

#[test]
fn define_rests_on_glossaries_and_heeds_every_filter() {
    let sandbox = Sandbox::indexed();
    let asked = |line: &[&str]| -> Value {
        let line = ["define", "清四乱", "--format", "json"].iter().chain(line);
        serde_json::from_str(&sandbox.run(line).stdout).expect("JSON")
    };
    let all = asked(&[]);
    assert_eq!(all["summary"]["definitions"], 3);
    // Two of the five have no glossary.
    let left = json!({"code": "no_such_part", "reports": 2});
    assert!(is_said(&all["summary"]["notices"], &left), "{all}");
    assert!(text(&all["summary"], "method").contains("part:glossary · 3 of 5 texts"));
    assert_eq!(asked(&["--part", "glossary"])["summary"]["definitions"], 3);
    for filter in [["--part", "plan"], ["--about", "1999"]] {
        let answer = asked(&filter);
        assert_eq!(answer["rows"], json!([]), "{filter:?}");
    }
    assert!(asked(&["--about", "1999"])["summary"]["definitions"].is_null());
    // Where no report has a glossary nothing defines it, and nothing fails to.
    let sandbox = folder();
    let line = ["define", "化石小镇", "--year", "2021", "--format", "json"];
    let answer: Value = serde_json::from_str(&sandbox.run(line).stdout).expect("JSON");
    assert_eq!(answer["summary"]["state"], "none");
    assert!(answer["summary"]["definitions"].is_null());
}

#[test]
fn a_first_appearance_counts_those_of_which_something_is_known() {
    let sandbox = folder();
    // A place of which nothing was read, and one that has it in a report without a year.
    sandbox.write("2022年岚县政府工作报告.doc", crate::unread::OLD_WORD);
    let undated = crate::asked::report("榆社县", 2020, "", "建设化石小镇。");
    let undated = undated
        .replace("——2020年3月6日在", "——在")
        .replace("2019年工作回顾", "工作回顾")
        .replace("2020年工作安排", "工作安排");
    sandbox.write("榆社县.txt", undated);
    sandbox.run(["index"]).expect(3);
    let line = ["first", "化石小镇", "--by", "region"];
    let rows = sandbox
        .run(line.iter().chain(&["--format", "jsonl"]))
        .rows();
    let states: Vec<&str> = rows
        .iter()
        .filter(|row| row["type"] == "first")
        .map(|row| text(row, "state"))
        .collect();
    let n = |state| states.iter().filter(|other| **other == state).count();
    assert_eq!((n("said"), n("unread")), (4, 1), "{states:?}");
    let summary = rows.last().expect("a summary");
    assert_eq!(summary["with"], 4);
    sandbox.run(line).says("4 of 4 have it");
}

#[test]
fn what_was_passed_over_stands_all_the_same() {
    let sandbox = Sandbox::empty();
    let text = crate::asked::report("代县", 2020, "", "建设化石小镇。");
    sandbox.write("代县2020.txt", text);
    sandbox.run(["index"]).expect(0);
    let (hits, _) = sandbox.search("化石小镇", []);
    let id = crate::harness::text(&hits[0], "id");
    let ran = sandbox.run(["first", "化石小镇", "--reject", id]).expect(1);
    let ran = ran.says("stands in no passage but those that were passed over");
    assert!(!ran.stderr.contains("stands in no report"), "{ran}");
}

#[test]
fn a_report_without_a_year_is_held() {
    let sandbox = Sandbox::empty();
    let text = crate::asked::report("代县", 2020, "", "种好粮食。");
    sandbox.write("代县2020.txt", &text);
    let undated = text
        .replace("——2020年3月6日在", "——在")
        .replace("2019年工作回顾", "工作回顾")
        .replace("2020年工作安排", "工作安排")
        .replace("种好粮食", "建好公路");
    sandbox.write("某年.txt", undated);
    sandbox.run(["index"]).expect(0);
    let notice = json!({"code": "unplaced", "reports": 1, "named": ["未知-某年"]});
    for line in [
        &["search", "化石小镇", "--year", "2021"][..],
        &["count", "化石小镇", "--year", "2021"],
        &["kwic", "化石小镇", "--year", "2021"],
        &["first", "化石小镇", "--year", "2021"],
        &["define", "化石小镇", "--year", "2021"],
        &["reports", "--year", "2021"],
        &["reports", "--without", "化石小镇"],
        &["reports", "--with", "种好粮食"],
        &["reports", "--coverage", "--region", "代县"],
        &["reports", "--coverage"],
    ] {
        let rows = sandbox
            .run(line.iter().chain(&["--format", "jsonl"]))
            .rows();
        let notices = &rows.last().expect("a summary")["notices"];
        let n = notices.as_array().expect("notices").iter();
        let n = n.filter(|said| **said == notice).count();
        assert_eq!(n, 1, "{line:?}: {notices}");
    }
    // Where nothing asks for a year it is searched as any other.
    let (_, summary) = sandbox.search("建好公路", []);
    assert_eq!(summary["notices"], json!([]));
}

#[test]
fn a_method_tells_what_was_searched() {
    let sandbox = folder();
    let method = |line: &[&str]| {
        let rows = sandbox
            .run(line.iter().chain(&["--format", "jsonl"]))
            .rows();
        text(rows.last().expect("a summary"), "method").to_owned()
    };
    // Filters that exclude each other let nothing through.
    let said = method(&[
        "reports",
        "--with",
        "化石小镇 year:2020",
        "--without",
        "修桥铺路 year:2021",
    ]);
    assert!(said.contains("0 of 16 texts, 0 characters"), "{said}");
    // One scope may be typed in two ways.
    let said = method(&["count", "化石小镇 region:代县", "种好粮食 region:140923"]);
    assert!(said.contains("region:/山西省/忻州市/代县"), "{said}");
    let said = method(&["reports", "--part", "plan"]);
    assert!(said.contains("part:plan"), "{said}");
}

#[test]
fn a_part_that_is_asked_for_has_its_row() {
    let sandbox = folder();
    let of = ["--part", "glossary", "--year", "2022"];
    for (region, state) in [("新绛县", "abridged"), ("代县", "unread")] {
        let line = [&of[..], &["--region", region]].concat();
        let rows = counted(&sandbox, "part", &line);
        let states: Vec<&Value> = rows.iter().map(|row| &row[1]).collect();
        assert_eq!(states, [state], "{region}: {rows:?}");
    }
}

#[test]
fn a_sentence_of_absence_is_said_where_nothing_was_read() {
    let sandbox = folder();
    sandbox.write("2022年岚县政府工作报告.doc", crate::unread::OLD_WORD);
    sandbox.run(["index"]).expect(3);
    for command in ["search", "kwic", "first"] {
        sandbox
            .run([command, "化石小镇", "--region", "岚县"])
            .expect(1)
            .says("“化石小镇” was not found; what there is could not be read");
        sandbox
            .run([command, "化石小镇", "--region", "太原"])
            .expect(1)
            .says("“化石小镇” was not searched");
    }
}

#[test]
fn a_refused_file_is_listed_within_the_filters_in_every_form() {
    let sandbox = folder();
    for (region, n) in [("代县", 1), ("新绛县", 0)] {
        let line = ["reports", "--to-fix", "--region", region];
        let rows = sandbox
            .run(line.iter().chain(&["--format", "jsonl"]))
            .rows();
        let refused = &rows.last().expect("a summary")["refused"];
        assert_eq!(refused.as_array().map(Vec::len), Some(n), "{region}");
        let csv = sandbox.run(line.iter().chain(&["--format", "csv"])).stdout;
        assert_eq!(
            csv.matches("2022年代县政府工作报告.doc").count(),
            n,
            "{csv}"
        );
    }
    // What must be known stands beside a file to fill in, too.
    sandbox
        .run([
            "reports", "--to-fix", "--format", "toml", "--part", "glossary",
        ])
        .says("16 reports without such a part left out")
        .says("part:glossary");
}

#[test]
fn a_passage_among_its_neighbours_has_its_own_reference() {
    let sandbox = Sandbox::indexed();
    for layout in ["lines", "page"] {
        let line = [
            "show",
            "汾阳市-2024:19",
            "-C",
            "1",
            "--cite",
            "--layout",
            layout,
        ];
        let ran = sandbox.run(line).expect(0);
        for number in [18, 19, 20] {
            let id = format!("汾阳市-2024:{number} #");
            assert_eq!(ran.stdout.matches(&id).count(), 1, "{ran}");
        }
        // The line of the file is that of the passage that was asked for.
        ran.says("000_4b6e6cc384c19403.txt:44");
    }
    let shown = sandbox.run(["show", "汾阳市-2024:19", "--format", "json"]);
    let shown: Value = serde_json::from_str(&shown.stdout).expect("JSON");
    assert_eq!(shown["summary"]["passages"], 73);
    assert!(text(&shown["summary"], "method").contains("show report:汾阳市-2024"));
    assert_eq!(shown["summary"]["notices"], json!([]));
}
