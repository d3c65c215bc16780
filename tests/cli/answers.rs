//! What a search finds in the five reports: counts, places, parts and filters, as a reader would count them.

use crate::harness::{SEEDS, Sandbox, YUSHE, seed, text};

/// Occurrences of a phrase by report, in the order of the files.
fn by_report(sandbox: &Sandbox, query: &str) -> [usize; 5] {
    let (hits, _) = sandbox.search(query, []);
    SEEDS.map(|name| {
        let hits = hits.iter().filter(|hit| hit["source"]["file"] == name);
        hits.map(|hit| hit["spans"].as_array().expect("spans").len())
            .sum()
    })
}

#[test]
fn occurrences_are_those_that_a_reader_counts() {
    let sandbox = Sandbox::indexed();
    for (query, expected) in [
        ("专业镇", [8, 6, 11, 5, 9]),
        ("高质量发展", [7, 12, 21, 20, 10]),
        ("乡村e镇", [1, 2, 4, 2, 0]),
        ("四上企业", [2, 1, 2, 1, 0]),
        ("“四上”企业", [2, 1, 2, 1, 0]),
        ("放管服", [0, 3, 0, 1, 0]),
        ("标准地", [0, 4, 1, 2, 1]),
        ("7×24小时", [0, 1, 3, 1, 1]),
        ("7x24小时", [0, 1, 3, 1, 1]),
        ("1+7+N特色专业镇", [0, 0, 0, 2, 0]),
        ("中小学生", [1, 0, 0, 0, 0]),
        ("中小學生", [1, 0, 0, 0, 0]),
        ("交地", [0, 0, 0, 0, 0]),
    ] {
        assert_eq!(by_report(&sandbox, query), expected, "{query}");
        let (hits, summary) = sandbox.search(query, []);
        let total: usize = expected.iter().sum();
        let reports = expected.iter().filter(|n| **n > 0).count();
        assert_eq!(summary["occurrences"], total, "{query}");
        assert_eq!(summary["reports"], reports, "{query}");
        assert_eq!(summary["passages"], hits.len(), "{query}");
        assert_eq!(summary["reports_searched"], 5, "{query}");
    }
    for (query, reports) in [
        ("pm2.5", &[true, true][..]),
        ("PM10", &[false, true]),
        ("O3", &[false, true]),
    ] {
        let found = by_report(&sandbox, query).map(|n| n > 0);
        assert_eq!(found[..2], *reports, "{query}");
    }
}

#[test]
fn a_percentage_is_not_found_inside_a_longer_number() {
    let sandbox = Sandbox::indexed();
    let (hits, _) = sandbox.search("5%", []);
    assert!(!hits.is_empty());
    for hit in &hits {
        let text = text(hit, "text");
        for span in hit["spans"].as_array().expect("spans") {
            let start = span["byte_start"].as_u64().expect("a number") as usize;
            let before = text.get(..start).expect("on a character");
            let last = before.chars().next_back();
            assert!(
                !last.is_some_and(|c| c.is_ascii_digit() || c == '.'),
                "{before}"
            );
        }
    }
    let [inside, ..] = sandbox.counts("5%", ["--inside"]);
    let [alone, ..] = sandbox.counts("5%", []);
    assert!(inside > alone, "{inside} with --inside, {alone} without");
}

#[test]
fn region_and_year_stand_with_the_evidence_that_decided() {
    let sandbox = Sandbox::indexed();
    let mut rows = Vec::new();
    for report in sandbox.reports() {
        let region: Vec<&str> = report["region"]
            .as_array()
            .expect("a path")
            .iter()
            .filter_map(|name| name.as_str())
            .collect();
        let evidence = &report["evidence"];
        for kind in ["region", "year"] {
            assert!(!text(&evidence[kind], "words").is_empty(), "{report}");
        }
        rows.push(format!(
            "{} /{} {} {} {} {}/{}",
            text(&report["source"], "file").get(..3).expect("a number"),
            region.join("/"),
            text(&report, "region_code"),
            text(&report, "level"),
            report["year"],
            text(&evidence["region"], "kind"),
            text(&evidence["year"], "kind"),
        ));
    }
    rows.sort();
    assert_eq!(
        rows,
        [
            "000 /山西省/吕梁市/汾阳市 141182 county 2024 dateline/dateline",
            "001 /山西省/运城市/新绛县 140825 county 2023 dateline/dateline",
            "002 /山西省/临汾市/侯马市 141081 county 2024 title/dateline",
            "003 /山西省/吕梁市 141100 prefecture 2023 body/body",
            "004 /山西省/忻州市/代县 140923 county 2024 body/body",
        ]
    );
    // The same for people.
    let listed = sandbox.run(["reports"]).expect(0).stdout;
    for row in [
        "/山西省/吕梁市/汾阳市",
        "2024年4月22日在汾阳市第七届人民代表大会",
    ] {
        assert!(listed.contains(row), "{listed}");
    }
}

#[test]
fn parts_split_the_counts() {
    let sandbox = Sandbox::indexed();
    for (part, names, expected) in [
        ("review", ["review", "回顾"], 5),
        ("plan", ["plan", "计划"], 32),
        ("glossary", ["glossary", "名词解释"], 2),
    ] {
        for name in names {
            let (hits, summary) = sandbox.search("专业镇", ["--part", name]);
            assert_eq!(summary["occurrences"], expected, "{name}");
            assert!(hits.iter().all(|hit| hit["part"] == part), "{name}");
        }
    }
    let [all, ..] = sandbox.counts("专业镇", ["--part", "plan", "--part", "review"]);
    assert_eq!(all, 37, "a filter that stands twice means either");
    let about = |file: &str, part: &str| -> Vec<u64> {
        let (hits, _) = sandbox.search("的", ["--part", part]);
        let mut years: Vec<u64> = hits
            .iter()
            .filter(|hit| text(&hit["source"], "file").starts_with(file))
            .filter_map(|hit| hit["about"][0].as_u64())
            .collect();
        years.sort_unstable();
        years.dedup();
        years
    };
    for (file, review, plan) in [
        ("000", 2023, 2024),
        ("001", 2022, 2023),
        ("002", 2023, 2024),
        ("003", 2022, 2023),
        ("004", 2023, 2024),
    ] {
        assert_eq!(about(file, "review"), [review], "{file}");
        assert_eq!(about(file, "plan"), [plan], "{file}");
    }
}

#[test]
fn filters_are_alternatives_of_a_kind_and_all_kinds_must_hold() {
    let sandbox = Sandbox::indexed();
    let files = |options: &[&str]| -> Vec<String> {
        let (hits, summary) = sandbox.search("发展", options.iter().copied());
        let mut files: Vec<String> = hits
            .iter()
            .map(|hit| text(&hit["source"], "file").chars().take(3).collect())
            .collect();
        files.sort();
        files.dedup();
        assert_eq!(summary["reports_searched"], files.len(), "{options:?}");
        files
    };
    for (options, expected) in [
        (&["--region", "吕梁"][..], &["000", "003"][..]),
        (&["--region", "吕梁市"], &["000", "003"]),
        (&["--region", "141100"], &["000", "003"]),
        (&["--region", "山西/吕梁"], &["000", "003"]),
        (&["--region", "/山西省/吕梁市"], &["000", "003"]),
        (&["--region", "山西", "--level", "prefecture"], &["003"]),
        (&["--region", "山西", "--level", "市"], &["003"]),
        (
            &["--region", "山西", "--level", "county"],
            &["000", "001", "002", "004"],
        ),
        (&["--region", "吕梁", "--level", "county"], &["000"]),
        (&["--region", "汾阳", "--region", "侯马"], &["000", "002"]),
        (&["--year", "2024"], &["000", "002", "004"]),
        (&["--year", "2023"], &["001", "003"]),
        (
            &["--year", "2023..2024"],
            &["000", "001", "002", "003", "004"],
        ),
        (&["--year", "..2023"], &["001", "003"]),
        (&["--year", "2024", "--region", "吕梁"], &["000"]),
        (&["--report", "汾阳市-2024"], &["000"]),
        (&["--report", "141182-2024"], &["000"]),
        (
            &["--report", "141182-2024", "--report", "代县-2024"],
            &["000", "004"],
        ),
    ] {
        assert_eq!(files(options), expected, "{options:?}");
    }
    // `--about 2023`: the reviews given in 2024 and the plans given in 2023.
    let (hits, _) = sandbox.search("发展", ["--about", "2023"]);
    assert!(!hits.is_empty());
    for hit in &hits {
        let expected = if hit["year"] == 2024 {
            "review"
        } else {
            "plan"
        };
        assert_eq!(hit["about"], serde_json::json!([2023, 2023]), "{hit}");
        if hit["part"] == "review" || hit["part"] == "plan" {
            assert_eq!(hit["part"], expected, "{hit}");
        }
    }
}

#[test]
fn nothing_found_says_what_was_searched_and_what_lies_outside() {
    let sandbox = Sandbox::indexed();
    let ran = sandbox
        .run(["search", "汾酒", "--region", "侯马"])
        .expect(1)
        .says("1 report searched")
        .says("15 occurrences in 2 other reports");
    assert!(!ran.stdout.contains("【汾酒】"), "{ran}");
    let (hits, summary) = sandbox.search("汾酒", ["--region", "侯马"]);
    assert!(hits.is_empty(), "machine formats never widen");
    assert_eq!(summary["reports_searched"], 1);
    assert_eq!(summary["outside"]["occurrences"], 15);
    assert_eq!(summary["outside"]["reports"], 2);
    sandbox
        .run(["search", "汾酒", "--region", "汾洋"])
        .expect(2)
        .says("no region is called `汾洋`")
        .says("汾阳市");
    let ran = sandbox
        .run(["search", "汾酒", "--region", "太原"])
        .expect(1)
        .says("no report of 太原市 is held");
    assert_eq!(ran.stdout, "", "{ran}");
    // A short name that two regions bear: the higher one, and it is said.
    let ran = sandbox
        .run(["search", "发展", "--region", "河北"])
        .expect(1)
        .says("/河北省")
        .says("no report of 河北省 is held");
    assert!(!ran.stderr.contains("no report of 河北区"), "{ran}");
}

#[test]
fn every_hit_of_a_wider_answer_is_labelled_and_the_exit_code_stays_1() {
    let sandbox = Sandbox::indexed();
    let ran = sandbox.run(["search", "汾酒乡村e镇"]).expect(1);
    assert!(!ran.stdout.is_empty(), "{ran}");
    for line in ran.stdout.lines() {
        let label = line.split('\t').nth(6);
        assert!(matches!(label, Some("words" | "any")), "{line}");
    }
    let ran = sandbox
        .run([
            "search",
            "汾酒乡村e镇",
            "--mode",
            "any",
            "--format",
            "jsonl",
        ])
        .expect(0);
    let rows = ran.rows();
    assert!(
        rows[..rows.len() - 1]
            .iter()
            .all(|hit| hit["match"] == "any")
    );
    sandbox
        .run(["search", "汾酒乡村e镇", "--mode", "exact"])
        .expect(1);
}

#[test]
fn two_phrases_must_both_stand_in_the_passage() {
    let sandbox = Sandbox::indexed();
    let [_, both, _] = sandbox.counts("专业镇 白酒", []);
    let (hits, _) = sandbox.search("专业镇 白酒", []);
    assert_eq!(hits.len() as u64, both);
    for hit in &hits {
        let text = text(hit, "text");
        assert!(text.contains("专业镇") && text.contains("白酒"), "{text}");
    }
    assert_eq!(
        sandbox.counts("“加快 发展”", []),
        sandbox.counts("加快发展", [])
    );
}

#[test]
fn a_passage_is_shown_by_either_id_with_its_neighbours() {
    let sandbox = Sandbox::indexed();
    let ids = |arguments: &[&str]| -> Vec<String> {
        let ran = sandbox.run(arguments).expect(0);
        let rows = ran.rows();
        rows.iter().map(|row| text(row, "id").to_owned()).collect()
    };
    for id in ["汾阳市-2024:19", "141182-2024:19"] {
        assert_eq!(ids(&["show", id, "--format", "jsonl"]), ["汾阳市-2024:19"]);
        assert_eq!(
            ids(&["show", id, "-C", "1", "--format", "jsonl"]),
            ["汾阳市-2024:18", "汾阳市-2024:19", "汾阳市-2024:20"]
        );
    }
    let whole = ids(&["show", "141182-2024", "--format", "jsonl"]);
    assert_eq!(whole.len(), 73);
    let outline = sandbox.run(["show", "汾阳市-2024", "--outline", "--format", "jsonl"]);
    assert!(outline.rows().iter().all(|row| row["kind"] == "heading"));
    sandbox
        .run(["show", "汾阳市-2019"])
        .expect(1)
        .says("汾阳市-2024");
    sandbox.run(["show", "汾阳市-2024:0"]).expect(1);
    sandbox.run(["show", "汾阳市-2024:74"]).expect(1).says("73");
    sandbox.run(["show", "汾阳市-2024:x"]).expect(2);
}

/// Figures checked by a script of their own over the five files.
#[test]
fn operators_find_what_a_reader_finds() {
    let sandbox = Sandbox::indexed();
    for (query, passages) in [
        ("乡村e镇 OR 数字经济", 12),
        ("“乡村e镇” OR 数字经济", 12),
        ("“乡村e镇”　ＯＲ　数字经济", 12),
        ("乡村e镇｜数字经济", 12),
        ("(专业镇 OR 产业集群) -煤炭 region：吕梁", 9),
        ("（专业镇　OR　产业集群）　－煤炭　地区：吕梁", 9),
        ("乡村?镇", 9),
        ("乡村？镇", 9),
        ("乡村*镇", 9),
        ("\"白酒 文旅\"~40", 2),
        ("“文旅　白酒”～４０", 2),
        ("-煤炭", 432),
        ("NOT(煤炭 OR -煤炭)", 0),
        ("专业镇 year:2024 part:名词解释", 2),
        ("什么是专业镇？ OR 专业镇！", 18),
    ] {
        let (_, summary) = sandbox.search(query, []);
        assert_eq!(summary["passages"], passages, "{query}");
    }
    let (hits, summary) = sandbox.search("“白酒　文旅”～40", []);
    let mut places: Vec<&str> = hits
        .iter()
        .map(|hit| text(&hit["source"], "file"))
        .collect();
    places.sort_unstable();
    assert_eq!(places, [SEEDS[0], SEEDS[3]]);
    assert_eq!(summary["understood"], "\"白酒 文旅\"~40");
    assert_eq!(summary["occurrences"], 4);
    let ran = sandbox.run(["search", "--count", "-煤炭"]).expect(0);
    assert!(ran.stdout.contains("432 passages"), "{ran}");
}

#[test]
fn filters_in_the_query_are_those_of_the_options() {
    let sandbox = Sandbox::indexed();
    for (query, option, value) in [
        ("专业镇 region:吕梁", "--region", "吕梁"),
        ("年份：2024 专业镇", "--year", "2024"),
        ("专业镇 about:2023", "--about", "2023"),
        ("专业镇 AND part:plan", "--part", "plan"),
        ("专业镇 级别：县", "--level", "县"),
        ("专业镇 report:汾阳市-2024", "--report", "汾阳市-2024"),
    ] {
        let inside = sandbox.run(["search", "--format", "json", query]).expect(0);
        let outside = sandbox
            .run(["search", "--format", "json", "专业镇", option, value])
            .expect(0);
        let typed = format!("\"query\": \"{query}\"");
        let inside = inside.stdout.replace(&typed, "\"query\": \"专业镇\"");
        assert_eq!(inside, outside.stdout, "{query}");
    }
    for (query, message) in [
        ("a region:不存在", "no region is called"),
        ("a year:[2000 TO", "2020..2024"),
        ("a part:x", "parts are"),
        ("a level:x", "levels are"),
        ("a report:x", "no report is called"),
    ] {
        sandbox.run(["search", query]).expect(2).says(message);
    }
    sandbox
        .run(["search", "专业镇 region:太原"])
        .expect(1)
        .says("no report of 太原市 is held");
}

#[test]
fn a_question_finds_what_it_is_about_first() {
    let sandbox = Sandbox::indexed();
    // As frequent as 白酒 is what stands in most reports; 白酒 is dense in one.
    let (hits, _) = sandbox.search("如何促进白酒产业转型升级", ["--mode", "any", "-n", "3"]);
    let about: Vec<&str> = hits.iter().map(|hit| text(hit, "text")).collect();
    assert!(
        about.iter().all(|text| text.contains("白酒产业")),
        "{about:?}"
    );
}

#[test]
fn a_word_that_the_list_does_not_know_is_found_by_the_wider_tiers() {
    let sandbox = Sandbox::indexed();
    let n_exact = sandbox.search("文旅", []).0.len();
    assert!(n_exact > 0);
    for mode in ["words", "any"] {
        assert_eq!(sandbox.search("文旅", ["--mode", mode]).0.len(), n_exact);
    }
    // What only asks has no say: 怎么 is rarer than what is asked for.
    let (hits, _) = sandbox.search("文旅怎么办", ["--mode", "any"]);
    assert_eq!(hits.len(), n_exact);
    let asking = sandbox
        .run(["search", "哪些地方提出发展低空经济"])
        .expect(1);
    assert!(!asking.stderr.contains("哪些 "), "{asking}");
    asking.says("; nowhere: ");
}

#[test]
fn pages_of_the_wider_answer_follow_each_other() {
    let sandbox = Sandbox::indexed();
    let page = |offset: &str| {
        let arguments = [
            "search",
            "如何促进白酒产业转型升级",
            "-n",
            "2",
            "--offset",
            offset,
        ];
        sandbox.run(arguments).expect(1).stdout.clone()
    };
    let arguments = ["search", "如何促进白酒产业转型升级", "-n", "4"];
    let both = sandbox.run(arguments).expect(1);
    assert_eq!(format!("{}{}", page("0"), page("2")), both.stdout);
}

#[test]
fn filters_are_taken_in_full_width_and_counts_as_a_table() {
    let sandbox = Sandbox::indexed();
    let typed = "专业镇 ｐａｒｔ：ｐｌａｎ ｌｅｖｅｌ：ｃｏｕｎｔｙ report：１４１１８２－２０２４";
    let full = sandbox.run(["search", typed, "--count"]).expect(0);
    let half = "专业镇 part:plan level:county report:141182-2024";
    let half = sandbox.run(["search", half, "--count"]).expect(0);
    assert_eq!(full.stdout, half.stdout);
    let arguments = ["search", "专业镇", "--count", "--format", "csv"];
    let table = sandbox.run(arguments).expect(0);
    let head = "occurrences,passages,reports,reports_searched,state,lower_bound";
    assert_eq!(
        table.stdout.lines().take(2).collect::<Vec<_>>(),
        [head, "39,18,5,5,said,true"]
    );
    let arguments = ["search", "专业镇", "--facets", "--format", "csv"];
    sandbox.run(arguments).expect(0).says("facets do not fit");
}

#[test]
fn what_is_absent_has_neighbours_that_are_no_hits() {
    let sandbox = Sandbox::indexed();
    for (query, suggested) in [
        ("白久产业", "“白酒产业” (5)"),
        ("乡村振新", "“乡村振兴” (15)"),
        ("乡e镇", "“乡村e镇” (9)"),
        ("高质量发展阶", "“高质量发展” (70)"),
        ("如何促进白酒产业转型升级", "“产业转型升级” (6)"),
        // Known abbreviations, and what is written out where the reports abbreviate.
        ("社零", "“社会消费品零售总额” (8)"),
        ("社零增长", "“社会消费品零售总额增长” (5)"),
        ("中国共产党第二十次全国代表大会", "“党的二十大” (15)"),
        ("社零总额", "“社会消费品零售总额” (8)"),
        ("\"社零 增长\"~30", "“社会消费品零售总额” (8)"),
        // Parts of longer numbers and words.
        ("123456", "“12345” (4)"),
        ("7x26小时", "“7x24小时” (6)"),
        ("专业镇)", "“专业镇” (39)"),
    ] {
        sandbox.run(["search", query]).expect(1).says(suggested);
        let (hits, summary) = sandbox.search(query, []);
        assert!(hits.is_empty(), "{query}");
        assert_eq!(summary["passages"], 0);
        assert!(
            !summary["suggestions"]
                .as_array()
                .expect("a list")
                .is_empty()
        );
    }
    // What lies outside the filters is said, and nothing else is suggested.
    let (_, summary) = sandbox.search("汾酒 region:侯马", []);
    assert_eq!(summary["suggestions"].as_array().map(Vec::len), Some(0));
    // What is excluded stays excluded in the wider tiers.
    let without = sandbox
        .run(["search", "如何促进白酒产业转型升级 -煤炭", "-n", "0"])
        .expect(1);
    assert!(without.stdout.contains("转型"), "{without}");
    assert!(!without.stdout.contains("煤炭"), "{without}");
}

#[test]
fn phrases_that_overlap_are_counted_in_a_long_passage_at_once() {
    let sandbox = Sandbox::empty();
    let text = format!("{YUSHE}\n{}\n", "人民民人".repeat(250_000));
    sandbox.write("long.txt", text);
    sandbox.run(["index"]).expect(0);
    let started = std::time::Instant::now();
    std::fs::write(sandbox.home().join("list"), "人\n人民\n民\n").expect("a list");
    let rows = sandbox
        .run(["count", "-f", "list", "--format", "jsonl"])
        .rows();
    let counted: Vec<u64> = rows
        .iter()
        .filter_map(|row| row["occurrences"].as_u64())
        .collect();
    assert_eq!(counted.len(), 3);
    // Each 人民 is one place, and leaves one of the other two.
    assert!(
        counted.iter().all(|n| (250_000..250_010).contains(n)),
        "{counted:?}"
    );
    assert!(started.elapsed().as_secs() < 30);
}

#[cfg(unix)]
#[test]
fn a_list_of_three_hundred_thousand_phrases_is_counted_within_bounds() {
    let sandbox = Sandbox::indexed();
    // Half of them stand there, most of those overlap others.
    let chars: Vec<char> = seed(0)
        .chars()
        .filter(|c| ('\u{4e00}'..='\u{9fa5}').contains(c))
        .collect();
    let mut list = String::new();
    let mut seen = std::collections::HashSet::new();
    for (n, pair) in (0..).zip(chars.windows(3).cycle()).take(2_000_000) {
        let other = char::from_u32(0x4e00 + n / 7 % 20_000).expect("a character");
        let phrase: String = if n < chars.len() as u32 {
            pair.iter().collect()
        } else {
            [pair[0], other, pair[1]].iter().collect()
        };
        if seen.insert(phrase.clone()) {
            list += &phrase;
            list.push('\n');
        }
        if seen.len() == 300_000 {
            break;
        }
    }
    assert_eq!(seen.len(), 300_000);
    std::fs::write(sandbox.home().join("list"), list).expect("it is written");
    for format in ["csv", "jsonl", "json", "md"] {
        let arguments = ["count", "-f", "list", "--format", format];
        let ran = sandbox.limited("1000000", arguments).expect(0);
        // Some fold to the same.
        assert!(ran.stdout.lines().count() >= 290_000, "{format}");
    }
}
