//! Small texts that went wrong: where they belong, what they are, what stands in which part.
//!
//! Each case stands for a kind: what people have in their folders, cut to the lines that matter. `regions_of_cities`
//! asks the same of real files, which are not part of the project, and skips without them.
#![allow(clippy::print_stdout, reason = "a test that skips says so")]

mod common;
#[path = "../examples/score/gold.rs"]
mod gold;

use baogao_reading::format::Format;
use baogao_reading::ingest::ingest;
use baogao_reading::report::{Genre, Kind, Part, Report};
use baogao_reading::source::{RawFile, format_of};
use common::shared_reports;
use gold::Score;

fn reports(path: &str, text: &str) -> Vec<Report> {
    let file = RawFile {
        path: path.to_owned(),
        format: format_of(path).expect("a format that is read"),
        bytes: text.as_bytes().to_vec(),
    };
    ingest(&file).expect("it is read")
}

fn report(path: &str, text: &str) -> Report {
    reports(path, text).remove(0)
}

/// Region and year, as far as they are told.
fn place(path: &str, text: &str) -> (&'static str, u16) {
    let meta = report(path, text).meta;
    (
        meta.region.map_or("", |found| found.value.unique_name()),
        meta.year.map_or(0, |found| found.value.get()),
    )
}

/// A body that speaks for no level.
const BODY: &str = "我们坚持稳中求进，经济运行总体平稳，各项事业取得新的成绩，群众生活持续改善。";

#[test]
fn the_speaker_says_where_a_report_belongs() {
    let province = "总量居全省第三，增速居全省第二，获省委省政府表扬，为谱写四川篇章、建设美丽四川、健康四川贡献力量。";
    for (path, address, more, region) in [
        // Talk of the province lifts no city.
        ("乐山.txt", "市人民政府", "乐山市生产总值增长。", "乐山市"),
        ("a.txt", "无锡市人民政府", "", "无锡市"),
        ("a.txt", "徐水县人民政府", "", "徐水区"),
        ("a.txt", "国务院", "", "国家"),
        // A short name at the level of the speaker.
        (
            "东营.txt",
            "市人民政府",
            "东营区、东营港发展加快。",
            "东营市",
        ),
        ("承德.txt", "县人民政府", "推动承德发展。", "承德县"),
        (
            "黔南.txt",
            "州人民政府",
            "推动黔南发展。",
            "黔南布依族苗族自治州",
        ),
        // Ordinary words name no place.
        (
            "a.txt",
            "市人民政府",
            "加强合作发展，合作建设，推动合作高质量发展，合作事业，开放合作。",
            "",
        ),
    ] {
        let text = format!(
            "各位代表：\n现在，我代表{address}，向大会报告工作，请予审议。\n一、2023年工作回顾\n{more}{province}\n二、2024年工作安排\n{BODY}\n"
        );
        assert_eq!(place(path, &text), (region, 2024), "{path} {address}");
    }
}

#[test]
fn what_is_at_odds_is_noted_and_to_be_placed() {
    let text = format!(
        "各位代表：\n现在，我代表国务院，向大会报告政府工作。\n一、2023年工作回顾\n{BODY}\n"
    );
    let report = report("襄阳市2024.txt", &text);
    assert_eq!(
        report.meta.region.as_ref().map(|found| found.value.name()),
        Some("国家")
    );
    assert!(report.meta.contradicted);
    assert!(
        report
            .notes
            .iter()
            .any(|note| note.rule == "region-contradiction" && note.text.contains("襄阳市"))
    );
}

#[test]
fn titles_and_datelines_are_read_when_glued_or_behind_a_summary_or_a_menu() {
    let body = format!(
        "各位代表：\n现在，我代表县人民政府报告工作。\n一、2021年工作回顾\n{BODY}\n二、2022年工作安排\n{BODY}\n"
    );
    let summary = format!(
        "工作报告\n米易县2024年政府工作报告\n内容摘要：\n政府工作报告（2022年1月24日在米易县第十九届人民代表大会第二次会议上）米易县人民政府县长 代坤宏各位代表：现在，我代表县人民政府，向大会报告工作，请予审议……\n政府工作报告\n（2022年1月24日在米易县第十九届人民代表大会第二次会议上）\n米易县人民政府县长 代坤宏\n{body}"
    );
    let glued = format!(
        "政府工作报告（2022年1月24日在米易县第十九届人民代表大会第二次会议上）米易县人民政府县长 代坤宏{body}"
    );
    let menu = format!(
        "分享:\n首页\n>\n政府信息公开\n>\n政府工作报告\n米易县政府工作报告\n2022年1月24日在米易县第十九届人民代表大会第二次会议上 米易县县长 代坤宏\n分享:\n{body}"
    );
    for text in [summary, glued, menu] {
        let report = report("a.txt", &text);
        let meta = &report.meta;
        assert_eq!(place("a.txt", &text), ("米易县", 2022), "{text}");
        assert_eq!(
            meta.date.map(|date| date.to_string()).as_deref(),
            Some("2022-01-24"),
            "{text}"
        );
        assert_eq!(meta.speaker.as_deref(), Some("代坤宏"), "{text}");
        let n_addresses = report
            .passages
            .iter()
            .filter(|passage| passage.text.contains("我代表县人民政府"));
        assert_eq!(n_addresses.count(), 1, "{text}");
    }
}

#[test]
fn years_are_read_in_all_figures() {
    for year in [
        "二〇二四",
        "二○二四",
        "二Ｏ二四",
        "二O二四",
        "二零二四",
        "二0二四",
    ] {
        let text = format!(
            "政府工作报告\n{year}年一月二十日在安吉县第十七届人民代表大会第三次会议上\n各位代表：\n{BODY}"
        );
        assert_eq!(place("a.txt", &text), ("安吉县", 2024), "{year}");
    }
    let page = format!(
        "<html><head><meta name=\"PubDate\" content=\"2024-02-01 10:00\"><title>安吉县政府工作报告</title></head><body><p>各位代表：</p><p>{BODY}</p></body></html>"
    );
    assert_eq!(place("a.html", &page), ("安吉县", 2024));
}

#[test]
fn columns_of_counties_and_codes_decide() {
    let table = "年份,区县代码,区县名称,所属城市,所属省份,报告全文\n二〇二〇,130627,唐县,保定,河北,\"各位代表：\n现在，我代表县人民政府，向大会报告工作。\n一、2019年工作回顾\n全县经济增长6%。\"\n";
    assert_eq!(place("rows.csv", table), ("唐县", 2020));
}

#[test]
fn a_report_has_the_making_of_one() {
    let latin: String = BODY.repeat(4).bytes().map(char::from).collect();
    let notice = format!(
        "发展改革委办公厅\n人民银行办公厅\n关于加强个人所得税纳税\n信用建设的通知\n各省、自治区、直辖市：\n一、总体要求\n{}\n",
        BODY.repeat(9)
    );
    let stub = format!(
        "高阳县2000年政府工作报告\n一、纺织产业发展\n{BODY}\n2000年工作重点：\n（一）推进转型。\n"
    );
    let regulation = format!(
        "《对外劳务合作经营资格管理办法》补充规定\n为了贯彻落实有关规定，现补充如下：\n一、香港服务提供者\n{}\n",
        BODY.repeat(9)
    );
    let plan = format!(
        "关于2023年国民经济和社会发展计划执行情况与2024年计划草案的报告\n各位代表：\n{}\n",
        BODY.repeat(9)
    );
    for (what, text) in [
        ("garbled", latin.as_str()),
        (
            "UTF-7",
            "+MAAwAFuJVAlTv2U/ +Xpxd5U9cYqVUSg +U7jiGhZJ08aeyxOCWshTxqLrk4K",
        ),
        ("a notice", &notice),
        ("a stub", &stub),
        ("a regulation", &regulation),
        ("a report on a plan", &plan),
    ] {
        assert_eq!(
            report("安吉县2024.txt", text).meta.genre,
            Genre::Other,
            "{what}"
        );
    }
    let page = "<html><head><title>安吉县2024年政府工作报告</title></head><body><h1>安吉县2024年政府工作报告</h1><iframe src=\"a.pdf\"></iframe></body></html>";
    assert_eq!(report("a.html", page).meta.genre, Genre::Other);
}

#[test]
fn a_report_that_breaks_off_is_abridged() {
    let head = "政府工作报告\n——2011年2月19日在涞水县第十四届人民代表大会第五次会议上\n各位代表：\n现在，我代表县人民政府，向大会作工作报告。\n一、2010年工作回顾\n";
    let review = BODY.repeat(9);
    // A plan in the words of the review would be a copy of it.
    let plan = format!("二、2011年工作安排\n今年要做到：{}\n", BODY.repeat(9));
    let abridged = |text: &str| report("a.txt", text).meta.abridged;
    assert!(abridged(&format!("{head}{review}\n")));
    assert!(abridged(&format!(
        "{head}{review}\n{plan}{review}推进人才兴保工程，实施县域创新发展跃升工程，"
    )));
    assert!(!abridged(&format!(
        "{head}{review}\n{plan}各位代表！让我们团结奋斗！\n"
    )));
}

#[test]
fn headings_that_run_into_their_text_divide_the_report() {
    let text = format!(
        "一、“十四五”时期和2025年工作回顾“十四五”时期，是我市发展历程中不平凡的五年。{BODY}\n二、“十五五”时期主要目标任务“十五五”时期在现代化进程中具有重要地位。{BODY}\n三、2026年重点工作安排今年是起步之年，{BODY}\n"
    );
    let text = format!(
        "二〇二六年政府工作报告\n各位代表：现在，我代表市人民政府向大会报告工作，请予审议。\n{text}"
    );
    let headings: Vec<(Part, String)> = (report("a.txt", &text).passages.into_iter())
        .filter(|passage| passage.kind == Kind::Heading)
        .map(|passage| (passage.part, passage.text))
        .collect();
    let expected = [
        (Part::Review, "一、“十四五”时期和2025年工作回顾"),
        (Part::Plan, "二、“十五五”时期主要目标任务"),
        (Part::Plan, "三、2026年重点工作安排"),
    ];
    assert_eq!(
        headings,
        expected.map(|(part, text)| (part, text.to_owned()))
    );
}

#[test]
fn each_entry_of_a_glossary_is_a_passage() {
    let entries = [
        "[1]“两不愁三保障”：即不愁吃、不愁穿，住房安全有保障。(见第2页)",
        "[2]七大扶贫工程：即光伏扶贫工程、科技扶贫工程等。(见第2页)",
        "[3]四类人员：即低保户等。(见第3页)",
    ];
    for (head, between) in [
        ("※名词解释※", "\n"),
        ("短语说明", "\n"),
        ("附：名词注释", ""),
    ] {
        let text = format!(
            "各位代表：\n我代表县人民政府报告工作。\n一、2019年工作回顾\n{BODY}\n各位代表！让我们团结奋斗！\n{head}\n{}\n",
            entries.join(between)
        );
        let report = report("a.txt", &text);
        let glossary = report
            .passages
            .iter()
            .filter(|passage| passage.part == Part::Glossary && passage.kind == Kind::Text);
        let texts: Vec<&str> = glossary.map(|passage| passage.text.as_str()).collect();
        assert_eq!(texts, entries, "{head}");
    }
}

#[test]
fn markup_page_numbers_and_copies_are_no_text_of_the_report() {
    let count = |path: &str, text: &str, words: &str| {
        let passages = report(path, text).passages;
        passages
            .iter()
            .map(|passage| passage.text.matches(words).count())
            .sum::<usize>()
    };
    let address = "各位代表：现在，我代表县人民政府报告工作。";
    for (path, text) in [
        (
            "a.txt",
            format!("<p>{address}</p><p>专业<b>镇</b>建设取得成效。</p>"),
        ),
        (
            "a.txt",
            format!("&nbsp;&nbsp;{address}\n&nbsp;专业镇建设取得成效。"),
        ),
        (
            "a.txt",
            format!("{address}\\u3000\\u3000专业镇建设<U+00A0>取得成效。"),
        ),
        (
            "a.md",
            format!(
                "---\ntitle: 专业镇\ntags: [专业镇]\n---\n\n{address}<br/>\n专业镇建设取得成效。"
            ),
        ),
    ] {
        assert_eq!(count(path, &text, "专业镇建设取得成效"), 1, "{text}");
        assert_eq!(count(path, &text, "专业镇"), 1, "{text}");
    }
    for (before, after) in [("[", "]"), ("(", ")"), ("·", "·"), ("", "/20")] {
        let pages: String = (3..9).map(|n| format!("农村人居环境整治提升三年行动\n{before}{n}{after}\n圆满收官，新建农村公路八十公里。\n")).collect();
        assert_eq!(
            count("a.txt", &format!("{address}\n{pages}"), "三年行动圆满收官"),
            6,
            "{before}{after}"
        );
    }
    let long: Vec<String> = (1..6)
        .map(|n| format!("一年来，我们做好第{n}件事。{BODY}{BODY}"))
        .collect();
    let once = format!("{address}\n{}\n", long.join("\n"));
    let odd = "主办单位：中国政府网运行中心，本网站所刊登的新闻、信息和专题专栏资料，均为本网站版权所有，未经授权不得转载，违者追究责任，特此声明，请各位网友遵守。";
    assert_eq!(
        count("a.txt", &format!("{once}{once}{once}{odd}\n"), "第3件事"),
        1
    );
}

#[test]
fn regions_of_cities() {
    let Some(folder) = shared_reports().map(|reports| reports.with_file_name("cities")) else {
        println!("skipped: ../shared/data/cities is not here");
        return;
    };
    let Ok(gold) = gold::read(&folder) else {
        println!("skipped: ../shared/data/cities/gold.tsv is not here");
        return;
    };
    // By file names and without them: 襄阳.docx holds the report of the State Council.
    for nameless in [false, true] {
        let mut score = Score::default();
        for (path, truth) in &gold {
            let bytes = std::fs::read(folder.join(path)).expect("the files stand beside gold.tsv");
            let name = if nameless { "a.docx" } else { path };
            let file = RawFile {
                path: name.to_owned(),
                format: Format::Docx,
                bytes,
            };
            let report = ingest(&file).expect("it is read").remove(0);
            score.add(path, truth, &report.meta);
            score.add_contents(path, truth, &report.passages);
        }
        println!("{:#?}\n{:#?}", score.contradictions, score.misses);
        assert_eq!(
            score.region.wrong() + score.year.wrong(),
            0,
            "{:#?}",
            score.misses
        );
        let claimed_min = if nameless { 95 } else { 99 };
        assert!(score.region.claimed * 100 >= score.reports * claimed_min);
        assert!(
            score
                .contradictions
                .iter()
                .all(|case| case.contains("襄阳")),
            "{:#?}",
            score.contradictions
        );
    }
}
