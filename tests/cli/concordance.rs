//! Counting, first appearances, contexts, definitions: what scholars take from these commands.

use crate::harness::{Sandbox, YUSHE, text};
use serde_json::{Value, json};

/// Rows of a command, and its summary.
fn rows(sandbox: &Sandbox, arguments: &[&str]) -> (Vec<Value>, Value) {
    let arguments = arguments.iter().chain(&["--format", "jsonl"]);
    let mut rows = sandbox.run(arguments).expect(0).rows();
    let summary = rows.pop().expect("a summary");
    assert_eq!(summary["type"], "summary");
    (rows, summary)
}

fn numbers(rows: &[Value], key: &str) -> Vec<Option<u64>> {
    rows.iter().map(|row| row[key].as_u64()).collect()
}

/// A report of a region and year with a body.
fn report(region: &str, year: u16, body: &str) -> String {
    format!(
        "{region}人民政府工作报告\n\n——{year}年3月1日在{region}第十七届人民代表大会第三次会议上\n\n\
         一、{}年工作回顾\n\n一年来，工作取得新成绩。\n\n二、{year}年工作安排\n\n{body}\n",
        year - 1
    )
}

#[test]
fn counts_by_report_and_part_are_those_that_a_reader_counts() {
    let sandbox = Sandbox::indexed();
    let (by_report, _) = rows(&sandbox, &["count", "专业镇", "--by", "report"]);
    let counts: Vec<(&str, u64)> = by_report
        .iter()
        .map(|row| {
            (
                text(row, "report"),
                row["occurrences"].as_u64().expect("a number"),
            )
        })
        .collect();
    for expected in [
        ("汾阳市-2024", 8),
        ("新绛县-2023", 6),
        ("侯马市-2024", 11),
        ("吕梁市-2023", 5),
        ("代县-2024", 9),
    ] {
        assert!(
            counts.contains(&expected),
            "{expected:?} is not in {counts:?}"
        );
    }
    let (by_part, summary) = rows(&sandbox, &["count", "专业镇", "--by", "part"]);
    let of_part = |part: &str| {
        let row = by_part
            .iter()
            .find(|row| row["part"] == part)
            .expect("the part");
        row["occurrences"].as_u64().expect("a number")
    };
    assert_eq!(
        [of_part("review"), of_part("plan"), of_part("glossary")],
        [5, 32, 2]
    );
    assert_eq!(summary["totals"][0]["occurrences"], 39);
    assert_eq!(summary["totals"][0]["reports"], 5);
}

#[test]
fn sums_over_any_key_are_the_total() {
    let sandbox = Sandbox::indexed();
    for by in [
        "region",
        "province",
        "prefecture",
        "level",
        "year",
        "part",
        "section",
        "report",
        "region,year",
        "year,part",
        "level,section",
    ] {
        let (rows, summary) = rows(&sandbox, &["count", "发展", "--by", by]);
        let total = &summary["totals"][0];
        for key in ["occurrences", "passages", "chars"] {
            let sum: u64 = numbers(&rows, key).into_iter().flatten().sum();
            assert_eq!(Some(sum), total[key].as_u64(), "{key} by {by}");
        }
    }
}

#[test]
fn a_year_without_a_report_is_blank_and_one_without_the_phrase_is_0() {
    let sandbox = Sandbox::empty();
    sandbox.write("a.txt", report("代县", 2018, "发展专业镇。"));
    sandbox.write("b.txt", report("代县", 2021, "修一座桥。"));
    sandbox.write("c.txt", report("榆社县", 2019, "专业镇，专业镇。"));
    sandbox.run(["index"]).expect(0);
    let (rows, _) = rows(&sandbox, &["count", "专业镇", "--by", "region,year"]);
    let cells: Vec<(&str, u64, Option<u64>, &str)> = rows
        .iter()
        .map(|row| {
            let region = row["region"][2].as_str().expect("a county");
            let year = row["year"].as_u64().expect("a year");
            (
                region,
                year,
                row["occurrences"].as_u64(),
                text(row, "state"),
            )
        })
        .collect();
    assert_eq!(
        cells,
        [
            ("榆社县", 2018, None, "none"),
            ("榆社县", 2019, Some(2), "said"),
            ("榆社县", 2020, None, "none"),
            ("榆社县", 2021, None, "none"),
            ("代县", 2018, Some(1), "said"),
            ("代县", 2019, None, "none"),
            ("代县", 2020, None, "none"),
            ("代县", 2021, Some(0), "not_said"),
        ]
    );
    let wide = sandbox
        .run(["count", "专业镇", "--wide", "--format", "csv"])
        .expect(0);
    let lines: Vec<&str> = wide.stdout.lines().collect();
    assert_eq!(
        lines[0],
        "region,region_code,region_level,phrase,2018,2019,2020,2021,lower_bound_years"
    );
    assert_eq!(lines[1], "/山西省/晋中市/榆社县,140721,county,专业镇,,2,,,");
    assert_eq!(lines[2], "/山西省/忻州市/代县,140923,county,专业镇,1,,,0,");
    assert!(
        lines[3].starts_with("\"# baogao ") && lines[3].ends_with(",,,,,,,,"),
        "{}",
        lines[3]
    );
    // Whole lines are paged: 代县 keeps both its years.
    let paged = ["--offset", "1", "-n", "1", "--format", "csv"];
    let paged = sandbox
        .run([&["count", "专业镇", "--wide"][..], &paged[..]].concat())
        .expect(0);
    assert_eq!(paged.stdout.lines().nth(1), Some(lines[2]));
}

#[test]
fn phrases_of_a_list_share_no_place_unless_asked() {
    let sandbox = Sandbox::empty();
    sandbox.write(
        "a.txt",
        report("代县", 2020, "改革开放，改革，开放，改革开放放开。"),
    );
    sandbox.run(["index"]).expect(0);
    std::fs::write(sandbox.home().join("list"), "改革\n改革开放\n开放\n").expect("a list");
    let counts = |more: &[&str]| {
        let arguments: Vec<&str> = ["count", "-f", "list"]
            .iter()
            .chain(more)
            .copied()
            .collect();
        numbers(&rows(&sandbox, &arguments).0, "occurrences")
    };
    assert_eq!(counts(&[]), [Some(1), Some(2), Some(1)]);
    assert_eq!(counts(&["--all-matches"]), [Some(3), Some(2), Some(3)]);
    // Arguments are compared: each is counted as if it were asked for alone.
    let each = rows(&sandbox, &["count", "改革", "改革开放", "开放"]).0;
    assert_eq!(numbers(&each, "occurrences"), [Some(3), Some(2), Some(3)]);
}

#[test]
fn a_list_has_groups_and_remarks_and_says_what_is_never_found() {
    let sandbox = Sandbox::indexed();
    std::fs::write(
        sandbox.home().join("list.txt"),
        "# 提法\n[镇]\n专业镇\n乡村e镇\n[数]\n数字经济\n不会出现的提法\n专业镇\n专业镇\n",
    )
    .expect("the list is written");
    let (rows, summary) = rows(&sandbox, &["count", "-f", "list.txt", "--group"]);
    let names: Vec<&str> = rows.iter().map(|row| text(row, "phrase")).collect();
    assert_eq!(names, ["镇", "数"]);
    // The names of groups are not taken for phrases.
    let method = summary["method"].to_string();
    assert!(method.contains("groups of 6 expressions"), "{method}");
    // 39 专业镇 and 9 乡村e镇.
    assert_eq!(rows[0]["occurrences"], 48);
    assert_eq!(summary["never_found"], json!([]));
    let ran = sandbox.run(["count", "-f", "list.txt"]).expect(0);
    assert!(ran.stderr.contains("never found: 不会出现的提法"), "{ran}");
    assert!(ran.stderr.contains("`专业镇` is given twice"), "{ran}");
    sandbox.run(["count", "不会出现的提法"]).expect(1);
    sandbox
        .run(["count", "-f", "missing.txt"])
        .expect(2)
        .says("missing.txt");
}

#[test]
fn first_appearances_say_what_is_not_known() {
    let sandbox = Sandbox::empty();
    sandbox.write("a.txt", report("代县", 2015, "修桥。"));
    sandbox.write(
        "b.txt",
        report("代县", 2018, "先说开创新局面。再说创新驱动。"),
    );
    sandbox.write("c.txt", report("代县", 2019, "坚持创新驱动。"));
    sandbox.write("d.txt", report("榆社县", 2019, "修桥，创新驱动。"));
    sandbox.write("e.txt", report("榆社县", 2020, "修路。"));
    sandbox.run(["index"]).expect(0);
    let (all, _) = rows(&sandbox, &["first", "创新驱动"]);
    assert_eq!(all[0]["first_year"], 2018);
    assert_eq!(all[0]["sentence"], "再说创新驱动。");
    assert_eq!(all[0]["gap_before"], json!([2016, 2017]));
    assert_eq!(all[0]["left_censored"], false);
    let (by_region, summary) = rows(&sandbox, &["first", "创新驱动", "--by", "region"]);
    let of = |name: &str| {
        by_region
            .iter()
            .find(|row| row["region"][2] == name)
            .expect("the county")
    };
    assert_eq!(of("代县")["gap_before"], json!([2016, 2017]));
    assert_eq!(of("榆社县")["left_censored"], true);
    assert_eq!(of("榆社县")["gap_before"], Value::Null);
    let curve: Vec<[u64; 4]> = summary["adoption"]
        .as_array()
        .expect("a curve")
        .iter()
        .map(|year| {
            ["year", "new", "cumulative", "held"].map(|key| year[key].as_u64().expect("a number"))
        })
        .collect();
    assert_eq!(curve[0], [2015, 0, 0, 1]);
    assert_eq!(
        curve[3..],
        [[2018, 1, 1, 1], [2019, 1, 2, 2], [2020, 0, 2, 1]]
    );
    // 开创新局面 is not 创新.
    let (first, _) = rows(&sandbox, &["first", "创新"]);
    let id = text(&first[0]["hit"], "id").to_owned();
    assert_eq!(first[0]["sentence"], "先说开创新局面。");
    let (next, _) = rows(&sandbox, &["first", "创新", "--reject", &id]);
    assert_eq!(next[0]["first_year"], 2019);
    for wrong in ["代县-2018", "代县-2018:999", "没有县-2018:3"] {
        sandbox.run(["first", "创新", "--reject", wrong]).expect(2);
    }
    let by_code = id.replace("代县", "140923");
    let (next, summary) = rows(&sandbox, &["first", "创新", "--reject", &by_code]);
    assert_eq!(next[0]["first_year"], 2019);
    assert!(text(&summary, "method").contains(&format!("(not {id})")));
    let (_, summary) = rows(&sandbox, &["count", "创新", "--literal"]);
    assert!(text(&summary, "method").contains("(literal)"));
    sandbox.run(["first", "没有这个"]).expect(1);
}

#[test]
fn neighbours_are_the_words_beside_a_phrase() {
    let sandbox = Sandbox::indexed();
    let (rows, _) = rows(&sandbox, &["kwic", "专业镇", "--neighbours"]);
    let found: Vec<(&str, u64)> = rows
        .iter()
        .map(|row| {
            (
                text(row, "text"),
                row["occurrences"].as_u64().expect("a number"),
            )
        })
        .collect();
    for expected in [
        ("代州黄酒专业镇", 6),
        ("汾酒专业镇", 5),
        ("特色专业镇", 4),
        ("省级专业镇", 3),
        ("专业镇建设", 7),
    ] {
        assert!(
            found.contains(&expected),
            "{expected:?} is not in {found:?}"
        );
    }
}

#[test]
fn lines_of_a_concordance_are_the_text_and_can_be_ordered_and_drawn() {
    let sandbox = Sandbox::indexed();
    let (all, summary) = rows(&sandbox, &["kwic", "专业镇", "--width", "5"]);
    assert_eq!((all.len(), &summary["occurrences"]), (39, &json!(39)));
    for line in &all {
        let joined = format!(
            "{}{}{}",
            text(line, "left"),
            text(line, "keyword"),
            text(line, "right")
        );
        let (_, passage) = rows_of_passage(&sandbox, text(line, "id"));
        assert!(passage.contains(&joined), "{joined} is not in {passage}");
        assert!(text(line, "left").chars().count() <= 5);
    }
    let (right, _) = rows(&sandbox, &["kwic", "专业镇", "--sort", "right"]);
    let contexts: Vec<&str> = right.iter().map(|line| text(line, "right")).collect();
    let n_building = contexts
        .iter()
        .filter(|right| right.starts_with("建设"))
        .count();
    let first = contexts
        .iter()
        .position(|right| right.starts_with("建设"))
        .expect("some");
    assert!(
        contexts[first..first + n_building]
            .iter()
            .all(|right| right.starts_with("建设"))
    );
    let sample = |seed: &str| -> Vec<String> {
        let (rows, _) = rows(
            &sandbox,
            &["kwic", "专业镇", "--sample", "5", "--seed", seed],
        );
        rows.iter()
            .map(|row| format!("{}{}", row["id"], row["span"]))
            .collect()
    };
    assert_eq!(sample("7").len(), 5);
    assert_eq!(sample("7"), sample("7"));
    assert_ne!(sample("7"), sample("8"));
}

#[test]
fn a_page_of_a_concordance_is_a_part_of_the_whole() {
    let sandbox = Sandbox::indexed();
    // Lines that go on alike for longer than is looked at first, and some for longer than lines are compared.
    let long = "在全省率先建成现代化产业体系、".repeat(4);
    let body = format!(
        "推动发展{long}甲。推动发展{long}乙。推动发展在全省率先建成乙。推动发展在全省率先建成甲。"
    );
    for year in [2021, 2020] {
        sandbox.write(&format!("{year}.txt"), report("榆社县", year, &body));
    }
    sandbox.run(["index"]).expect(0);
    for sort in ["left", "right", "year", "region"] {
        let page = |paging: &[&str]| {
            let line = ["kwic", "发展", "--width", "40", "--sort", sort];
            rows(&sandbox, &[&line[..], paging].concat()).0
        };
        let all = page(&[]);
        assert!(all.len() > 100);
        for offset in (0..all.len()).step_by(7) {
            let page = page(&["-n", "7", "--offset", &offset.to_string()]);
            let end = all.len().min(offset + 7);
            assert_eq!(page, all[offset..end], "{sort} from {offset}");
        }
        let context = |row: &Value| -> Vec<char> {
            let folded = baogao_reading::fold::fold(text(row, sort));
            match sort {
                "left" => folded.chars().rev().collect(),
                _ => folded.chars().collect(),
            }
        };
        if ["left", "right"].contains(&sort) {
            let place = |row: &Value| (row["year"].as_u64(), row["region_code"].to_string());
            let key = |row: &Value| (context(row), place(row));
            assert!(all.is_sorted_by_key(key), "{sort}");
        }
    }
}

/// A passage with its text.
fn rows_of_passage(sandbox: &Sandbox, id: &str) -> (Value, String) {
    let row = sandbox
        .run(["show", id, "--format", "jsonl"])
        .expect(0)
        .rows()
        .remove(0);
    let passage = text(&row, "text").to_owned();
    (row, passage)
}

#[test]
fn definitions_are_those_of_the_glossaries() {
    let sandbox = Sandbox::indexed();
    let (one, _) = rows(&sandbox, &["define", "专业镇"]);
    assert_eq!(text(&one[0], "report"), "侯马市-2024");
    assert!(
        text(&one[0], "definition").starts_with("是以县(市、区)为基本地理单元"),
        "{}",
        one[0]
    );
    let (three, _) = rows(&sandbox, &["define", "清四乱"]);
    let mut reports: Vec<&str> = three.iter().map(|row| text(row, "report")).collect();
    reports.sort_unstable();
    assert_eq!(reports, ["侯马市-2024", "新绛县-2023", "汾阳市-2024"]);
    let variants: Vec<&Value> = three.iter().map(|row| &row["variant"]).collect();
    assert_eq!(variants, [&json!(1), &json!(2), &json!(3)]);
    // 13, 45 and 33 entries.
    let (all, summary) = rows(&sandbox, &["define", "--list"]);
    assert_eq!((all.len(), &summary["definitions"]), (91, &json!(91)));
    sandbox
        .run(["define", "没有这个词"])
        .expect(1)
        .says("no glossary");
}

#[test]
fn a_page_of_definitions_is_a_part_of_the_whole() {
    let sandbox = Sandbox::indexed();
    // Beginnings that say nothing yet: a very long number, a term without a word behind it for long, a term alone.
    let glossary = format!(
        "名词解释\n\n（{}）数字镇：指产业集聚的镇。\n\n2.标点镇：{}指另一种镇。\n\n3.单名镇\n\n指又一种镇。\n",
        "0".repeat(120),
        "—".repeat(120)
    );
    let text_of = report("榆社县", 2022, "推动专业镇建设。");
    sandbox.write("2022.txt", format!("{text_of}\n{glossary}"));
    sandbox.run(["index"]).expect(0);
    for (term, n_expected) in [("--list", 94), ("镇", 1 + 3)] {
        let page = |paging: &[&str]| rows(&sandbox, &[&["define", term], paging].concat()).0;
        let all = page(&[]);
        assert!(all.len() >= n_expected, "{term}: {}", all.len());
        for offset in 0..all.len() {
            let page = page(&["-n", "2", "--offset", &offset.to_string()]);
            let end = all.len().min(offset + 2);
            assert_eq!(page, all[offset..end], "{term} from {offset}");
        }
        let defined = |name: &str| all.iter().find(|row| row["term"] == name);
        for (name, begins) in [
            ("数字镇", "指产业"),
            ("标点镇", "——"),
            ("单名镇", "指又一种"),
        ] {
            let row = defined(name).expect(name);
            assert!(text(row, "definition").starts_with(begins), "{row}");
        }
    }
}

#[test]
fn reports_tell_who_says_it_and_what_is_not_held() {
    let sandbox = Sandbox::indexed();
    sandbox.write("yushe.txt", YUSHE);
    sandbox.run(["index"]).expect(0);
    let (with, summary) = rows(&sandbox, &["reports", "--with", "化石"]);
    assert_eq!(with.len(), 1);
    assert_eq!(text(&with[0], "id"), "榆社县-2022");
    assert_eq!(with[0]["occurrences"], json!([2]));
    let not_held = summary["not_held"].as_array().expect("a list");
    assert!(
        not_held
            .iter()
            .any(|gap| gap["region"][2] == "榆社县" && gap["years"] == json!([[2023, 2024]])),
        "{not_held:?}"
    );
    let (without, _) = rows(&sandbox, &["reports", "--without", "化石"]);
    // Two of the five are pages of newspapers, which show no absence.
    assert_eq!(without.len(), 3);
    let (grid, summary) = rows(&sandbox, &["reports", "--coverage"]);
    assert_eq!((grid.len(), &summary["held"]), (18, &json!(6)));
    let n_missing = grid.iter().filter(|cell| cell["status"] == "none").count();
    assert_eq!(n_missing, 12);
}

#[test]
fn words_beside_strings_name_the_passages_that_differ() {
    let sandbox = Sandbox::empty();
    sandbox.write(
        "a.txt",
        report("代县", 2020, "促进城镇化改革。\n\n农村土地改革创新。"),
    );
    sandbox.run(["index"]).expect(0);
    let (rows, _) = rows(&sandbox, &["count", "镇化", "--words"]);
    assert_eq!(
        (
            rows[0]["occurrences"].as_u64(),
            rows[0]["as_words"].as_u64()
        ),
        (Some(1), Some(0))
    );
    assert_eq!(rows[1]["type"], "difference");
    assert!(text(&rows[1], "text").contains("城镇化"));
}

#[test]
fn a_reference_names_title_date_place_and_text() {
    let sandbox = Sandbox::indexed();
    let ran = sandbox
        .run(["show", "汾阳市-2024:19", "--cite", "--format", "jsonl"])
        .expect(0);
    let row = &ran.rows()[0];
    let expected = format!(
        "《汾阳市政府工作报告》（2024年4月22日），二、（一），汾阳市-2024:19 #{}",
        text(row, "text_hash")
    );
    assert_eq!(text(row, "cite"), expected);
    // A place of one number is said with the word that belongs to it.
    let ran = sandbox.run(["show", "汾阳市-2024:10", "--cite", "--format", "jsonl"]);
    let cite = text(&ran.rows()[0], "cite").to_owned();
    assert!(cite.contains("，第一部分，汾阳市-2024:10 #"), "{cite}");
    let (hits, summary) = rows(&sandbox, &["search", "专业镇", "--cite", "-n", "1"]);
    assert!(text(&hits[0], "cite").starts_with('《'));
    assert!(text(&summary, "method").contains("5 of 5 texts"));
}

#[test]
fn tables_are_safe_for_spreadsheets_and_papers() {
    let sandbox = Sandbox::empty();
    sandbox.write(
        "a.txt",
        report("代县", 2020, "=HYPERLINK(\"http://x\")专业镇 | <b>甲</b>。"),
    );
    sandbox.run(["index"]).expect(0);
    let csv = sandbox
        .run(["search", "专业镇", "--format", "csv", "--bom"])
        .expect(0);
    assert!(csv.stdout.starts_with("\u{feff}id,region,"), "{csv}");
    assert!(csv.stdout.contains("'=HYPERLINK"), "{csv}");
    let md = sandbox
        .run(["search", "专业镇", "--format", "md"])
        .expect(0);
    assert!(
        md.stdout.contains("&#124;") && !md.stdout.contains("<b>"),
        "{md}"
    );
    for command in [
        &["kwic", "专业镇"][..],
        &["count", "专业镇", "--by", "year"],
        &["first", "专业镇"],
        &["reports"],
        &["reports", "--coverage"],
        &["show", "代县-2020"],
    ] {
        for format in ["csv", "md"] {
            let ran = sandbox
                .run(command.iter().chain(&["--format", format]))
                .expect(0);
            assert!(ran.stdout.contains("baogao "), "{ran}");
        }
    }
}

#[test]
fn another_genre_is_not_counted_unless_asked() {
    let sandbox = Sandbox::indexed();
    sandbox.write("notice.txt", "关于召开专业镇建设会议的通知\n\n各单位：\n\n兹定于3月5日召开专业镇建设会议，请准时参加。\n");
    sandbox.run(["index"]).expect(0);
    let count = |more: &[&str]| {
        let arguments: Vec<&str> = ["count", "专业镇"].iter().chain(more).copied().collect();
        rows(&sandbox, &arguments).0[0]["occurrences"]
            .as_u64()
            .expect("a number")
    };
    assert_eq!(count(&[]), 39);
    assert_eq!(count(&["--genre", "other"]), 2);
    assert_eq!(count(&["--genre", "any"]), 41);
}

#[test]
fn manuals_and_completions_are_generated() {
    let sandbox = Sandbox::empty();
    sandbox.run(["generate", "man", "--to", "man"]).expect(0);
    let page = std::fs::read_to_string(sandbox.home().join("man/baogao-count.1")).expect("a page");
    assert!(page.contains(".TH"), "{page}");
    for shell in ["bash", "zsh", "fish"] {
        let ran = sandbox.run(["generate", shell]).expect(0);
        assert!(ran.stdout.contains("kwic"), "{ran}");
    }
}

#[test]
fn a_phrase_that_stands_inside_longer_ones_of_a_list_is_not_called_absent() {
    let sandbox = Sandbox::empty();
    sandbox.write(
        "a.txt",
        "汾阳市2024年政府工作报告\n\n各位代表：\n\n建设特色小镇，办好特色小镇。\n",
    );
    let list = sandbox.home().join("list");
    std::fs::write(list, "特色小镇\n小镇\n大镇\n").expect("written");
    sandbox.run(["index"]).expect(0);
    let ran = sandbox.run(["count", "-f", "list", "--genre", "any"]);
    assert!(ran.stderr.contains("never found: 大镇\n"), "{ran}");
    assert!(ran.stderr.contains("longest first"), "{ran}");
    let alone = sandbox.run(["count", "小镇", "--genre", "any"]);
    assert!(!alone.stderr.contains("longest first"), "{alone}");
}

#[test]
fn a_reference_to_an_abridged_report_says_so() {
    let sandbox = Sandbox::empty();
    sandbox.write(
        "a.txt",
        YUSHE.replacen("政府工作报告", "政府工作报告（摘登）", 1),
    );
    sandbox.run(["index"]).expect(0);
    let ran = sandbox.run(["show", "榆社县-2022", "--cite", "--format", "jsonl"]);
    let rows = ran.rows();
    let row = rows.iter().find(|row| row["type"] == "passage");
    let cite = text(row.expect("a passage"), "cite");
    assert!(cite.contains("政府工作报告（摘登）》"), "{cite}");
}

#[test]
fn sections_stand_in_the_order_of_their_numbers() {
    let sandbox = Sandbox::indexed();
    let line = [
        "count", "发展", "--by", "section", "--region", "汾阳", "--format", "jsonl",
    ];
    let rows = sandbox.run(line).expect(0).rows();
    let inner = |row: &Value| row["section"][1].as_str().map(str::to_owned);
    let heads: Vec<String> = rows.iter().filter_map(inner).collect();
    let place = |start: &str| heads.iter().position(|head| head.starts_with(start));
    let places = ["（二）", "（三）", "（七）"].map(place);
    assert!(places.iter().all(Option::is_some), "{heads:?}");
    assert!(places.is_sorted(), "{heads:?}");
}
