//! Text, Word files, web pages, and the fold.

use super::{case, harness, made};
use serde_json::Value;

#[test]
fn signs_that_look_alike_are_one() {
    if let Some(case) = case("f-01-circle-zero") {
        case.says(&[("一九八〇年", 1), ("二〇二三年", 1)]);
    }
    if let Some(case) = case("f-02-dashes") {
        for query in [
            "2023-2035年",
            "5%-6%",
            "3-4个百分点",
            "10-20亩",
            "7-8月",
            "2-3万元",
            "2020-2024年",
        ] {
            case.says(&[(query, 1)]);
        }
    }
    if let Some(case) = case("f-03-symbols") {
        case.says(&[("9.2:46.6:44.2", 1), ("5%", 1), ("3m³", 1), ("12km", 1)]);
    }
    if let Some(case) = case("f-95-misc") {
        case.says(&[("café", 2), ("cafe\u{301}", 2), ("cafe", 0)]);
    }
}

#[test]
fn a_comma_is_part_of_a_number_between_groups_alone() {
    if let Some(case) = case("f-04-numbers") {
        case.says(&[
            ("212万吨", 0),
            ("33,212万吨", 1),
            ("000亿元", 0),
            ("2022年", 1),
            ("2021", 1),
            ("3号楼", 1),
            ("6月份", 1),
        ]);
    }
}

#[test]
fn marks_of_notes_hide_no_phrase() {
    for name in ["f-52-html-inline", "f-26-inline"] {
        if let Some(case) = case(name) {
            case.says(&[
                ("四上企业培育", 1),
                ("链长制改革", 1),
                ("10⁴", 1),
                ("50m2", 1),
                ("CO2减排", 1),
            ]);
            let shown = case.sandbox.run(["show", "安吉县-2024"]).expect(0);
            for text in ["企业[12]培育", "链长制[3]改革", "10\u{2074}", "50m\u{b2}"] {
                assert!(shown.stdout.contains(text), "{text}\n{shown}");
            }
        }
    }
    if let Some(case) = case("f-52-html-inline") {
        case.says(&[("堃园水库", 1), ("标准地出让", 1)]);
        assert!(case.notes("ruby", "kūn"));
    }
    if let Some(case) = case("f-65-pdf-sup") {
        case.says(&[("四上企业培育", 1)]);
    }
}

/// Traditional text: read, divided, counted and found as the simplified one that it is.
#[test]
fn traditional_reports_are_as_the_simplified_ones() {
    let samples = harness::Sandbox::indexed();
    let parts = |sandbox: &harness::Sandbox| {
        let mut reports = sandbox.reports();
        reports.sort_by_key(|report| report["id"].to_string());
        let facts = [
            "id", "region", "year", "date", "genre", "abridged", "passages", "chars", "parts",
        ];
        let of = |report: &Value| facts.map(|fact| report[fact].clone());
        reports.iter().map(of).collect::<Vec<_>>()
    };
    for name in ["f-trad-s2t", "f-trad-s2tw"] {
        let Some(case) = case(name) else { continue };
        assert_eq!(parts(&case.sandbox), parts(&samples), "{name}");
        for (simplified, traditional) in [
            ("着力", "著力"),
            ("着力", "着力"),
            ("于", "於"),
            ("对于", "對於"),
            ("长征", "長徵"),
            ("乡村振兴", "鄉村振興"),
            ("覆盖", "覆蓋"),
            ("干部", "幹部"),
            ("了解", "瞭解"),
            ("专业镇", "專業鎮"),
            ("显著", "顯著"),
            ("著名", "著名"),
        ] {
            let expected = samples.counts(simplified, []);
            assert_eq!(
                case.sandbox.counts(simplified, []),
                expected,
                "{simplified} in {name}"
            );
            if simplified != "长征" {
                let found = case.sandbox.counts(traditional, []);
                assert_eq!(found, expected, "{traditional} in {name}");
                assert_eq!(samples.counts(traditional, []), expected, "{traditional}");
            }
        }
        let shown = case.sandbox.run(["show", "汾阳市-2024"]).expect(0);
        assert!(
            shown.stdout.contains("鄉村振興"),
            "the text is the file's\n{shown}"
        );
    }
}

#[test]
fn word_files_show_what_word_shows() {
    if let Some(case) = case("f-21-eq-field") {
        case.says(&[("加快堃园水库", 1), ("合作共建", 1), ("完成1/3的任务", 1)]);
        assert!(case.notes("ruby", "kùn"));
    }
    for name in ["f-22-altchunk", "f-23-smartart", "f-24-ole"] {
        if let Some(case) = case(name) {
            case.says(&[("专业镇", 1), ("稳中求进", 1)]);
        }
    }
    if let Some(case) = case("f-26-inline") {
        case.says(&[
            ("7×24小时", 1),
            ("可见文字", 1),
            ("隐藏的", 0),
            ("7-8月", 1),
            ("AIGC", 1),
        ]);
        assert!(case.notes("hidden-text", "隐藏的字符样式文字"));
        assert!(case.notes("hidden-text", "隐藏的段落样式文字"));
    }
}

#[test]
fn what_is_said_twice_in_a_file_counts_once() {
    if let Some(case) = case("g-05-hidden-full-text-counted-twice") {
        case.says(&[("新质生产力", 1), ("稳中求进", 1)]);
        assert!(case.notes("page-block", "新质生产力"));
        assert_eq!(case.place().2, "广州市");
    }
    if let Some(case) = case("h-07-copy-kept") {
        assert!(case.notes("second-copy", "一年来"));
        case.says(&[("攻坚克难、昂首向前", 1)]);
    }
    if let Some(case) = case("h-03-summary-hides-dateline") {
        let report = case.report();
        assert_eq!(
            (&report["date"], &report["year"]),
            (&"2022-01-24".into(), &2022.into())
        );
        assert!(!report["speaker"].is_null());
        assert!(case.notes("site-summary", "内容摘要"));
    }
    if let Some(case) = case("h-09-tiny-copies") {
        let reports = case.reports();
        assert!(
            reports.iter().all(|report| report["genre"] == "other"),
            "{reports:?}"
        );
        let arguments = [
            "reports",
            "--format",
            "jsonl",
            "--genre",
            "any",
            "--duplicates",
        ];
        let mut rows = case.sandbox.run(arguments).rows();
        rows.retain(|row| row["type"] == "report" && !row["duplicate_of"].is_null());
        assert_eq!(rows.len(), 1, "one is the copy");
    }
}

#[test]
fn what_programs_leave_beside_reports_is_passed_over() {
    if let Some(case) = case("g-10-office-lock-file") {
        let indexed = case.indexed.expect(0);
        assert!(
            !indexed.stderr.contains("could not be indexed"),
            "{indexed}"
        );
    }
    if let Some(case) = case("f-56-html-complete") {
        assert_eq!(case.reports().len(), 1);
        case.says(&[("专业镇", 1)]);
        let indexed = case.indexed.expect(0);
        indexed.says("passed over: 1 folder of a saved page");
    }
    if let Some(case) = case("g-11-docx-named-doc") {
        assert!(case.notes("format", "the name says"));
        assert!(case.occurrences("发展") > 0);
        case.indexed.expect(0);
    }
}

#[test]
fn markup_in_text_is_read_as_a_page_would_be() {
    for name in [
        "f-07-lit-br",
        "f-91-txt-p",
        "f-91-txt-nbsp",
        "f-91-txt-brtag",
        "f-91-md-front",
    ] {
        let Some(case) = case(name) else { continue };
        case.says(&[("专业镇", 1), ("nbsp", 0), ("br", 0), ("title", 0)]);
        let report = case.report();
        assert_eq!(
            (&report["title"], &report["passages"]),
            (&"安吉县政府工作报告".into(), &12.into()),
            "{name}"
        );
    }
    if let Some(case) = case("f-91-md-html") {
        // In what a page shows: comment, address and picture are notes, and 专业_镇_ has no mark in it.
        case.says(&[("专业镇", 8), ("br", 0), ("专业镇注释", 0), ("专业镇图", 0)]);
        assert!(case.notes("html-comment", "专业镇注释"));
        assert!(case.notes("image", "专业镇图"));
        let shown = case.sandbox.run(["show", "安吉县-2024"]).expect(0);
        assert!(!shown.stdout.contains(['`', '~', '*']), "{shown}");
    }
    if let Some(case) = case("f-91-md-front") {
        assert!(case.notes("front-matter", "title"));
    }
}

/// Garbled text and the page of a report that hangs on it as a file: none says that something is not said.
#[test]
fn what_hides_a_report_has_no_zero() {
    for name in ["f-08-utf-7", "f-10-mojibake", "f-55-html-pdfiframe"] {
        let Some(case) = case(name) else { continue };
        let report = case.report();
        assert_eq!(report["genre"], "other", "{name}");
        let to_fix = case.sandbox.run(["reports", "--to-fix"]);
        assert!(to_fix.stdout.contains("安吉县2024"), "{to_fix}");
        let rows = case
            .sandbox
            .run(["count", "专业镇", "--by", "region", "--format", "jsonl"])
            .rows();
        assert!(
            rows.iter().all(|row| row["state"] != "not_said"),
            "{name}: {rows:?}"
        );
    }
}

#[test]
fn binary_bytes_are_refused_with_their_place() {
    if let Some(case) = case("f-06-nul-one") {
        case.indexed.expect(3).says("NUL byte at offset 985");
    }
}

#[test]
fn page_numbers_part_no_sentence() {
    for shape in ["brack", "dot", "full", "paren", "slash"] {
        if let Some(case) = case(&format!("f-94-pageno-{shape}")) {
            case.says(&[("三年行动圆满收官", 6)]);
        }
    }
}

#[test]
fn reports_are_placed_by_what_they_say() {
    for (name, region) in [
        ("g-01-city-becomes-unplaced", "无锡市"),
        ("g-02-city-becomes-province", "乐山市"),
        ("g-13-national-report-unplaced", "国家"),
        ("h-06-title-as-menu", "陕西省"),
        ("h-12-truncated-not-abridged", "涞水县"),
    ] {
        if let Some(case) = case(name) {
            assert_eq!(case.place().2, region, "{name}");
        }
    }
    if let Some(case) = case("h-04-my-county-unclaimed") {
        let regions: Vec<Value> = case
            .reports()
            .iter()
            .map(|report| report["region"][2].clone())
            .collect();
        assert!(regions.contains(&"徐水区".into()), "{regions:?}");
    }
    if let Some(case) = case("h-06-title-as-menu") {
        let report = case.report();
        assert_eq!(report["date"], "2026-01-27");
        assert_eq!(report["speaker"], "赵刚");
        assert!(harness::text(&report, "title").contains("政府工作报告"));
    }
}

#[test]
fn what_is_no_whole_report_is_told_so() {
    for name in ["g-07-red-header-genre", "h-13-regulation-as-report"] {
        if let Some(case) = case(name) {
            assert_eq!(case.report()["genre"], "other", "{name}");
        }
    }
    if let Some(case) = case("g-07-red-header-genre") {
        case.says(&[("2014-2020", 1), ("20142020", 0)]);
        assert!(case.occurrences("实施条例") > 0);
    }
    if let Some(case) = case("h-12-truncated-not-abridged") {
        assert_eq!(case.report()["abridged"], true);
    }
}

#[test]
fn an_id_that_was_printed_is_shown() {
    for (name, id) in [
        ("g-04-id-with-fullwidth-colon", "未知-附件2：政府工作报告"),
        ("h-15-colon-in-name", "未知-附件1：说明"),
    ] {
        let Some(case) = case(name) else { continue };
        assert_eq!(case.place().0, id);
        case.sandbox.run(["show", id]).expect(0).prints(id);
        case.sandbox
            .run(["show", &format!("{id}:2")])
            .expect(0)
            .prints("各位代表");
    }
}

#[test]
fn headings_and_glossaries_are_divided() {
    if let Some(case) = case("h-01-glued-heading") {
        let (hits, _) = case.sandbox.search("今年", ["--part", "plan"]);
        assert!(!hits.is_empty());
        let shown = case.sandbox.run(["show", "驻马店市-2026"]).expect(0);
        let heading =
            |line: &str| line.contains("\theading\t") && line.ends_with("三、2026年重点工作安排");
        assert!(shown.stdout.lines().any(heading), "{shown}");
    }
    if let Some(case) = case("h-10-glossary-one-paragraph") {
        let shown = case.sandbox.run(["show", "曲阳县-2020"]).expect(0);
        let entries = shown
            .stdout
            .lines()
            .filter(|line| line.contains("\tglossary\ttext\t["));
        assert!(entries.count() >= 7, "{shown}");
        case.sandbox.run(["define", "五大平台"]).expect(0);
    }
}

#[test]
fn what_is_wrong_with_reports_toml_is_said() {
    if let Some(case) = case("f-90-toml") {
        case.indexed.expect(3).says("reports.toml");
    }
    let sandbox = harness::Sandbox::empty();
    sandbox.write("榆社.txt", harness::YUSHE);
    sandbox.write("reports.toml", "[\"榆社县.txt\"]\nyear = 2022\n");
    let indexed = sandbox.run(["index"]);
    indexed.says("`reports.toml` names `榆社县.txt`, which is not there");
}

#[test]
fn a_file_with_the_same_size_and_time_is_seen_to_have_changed() {
    let Some(case) = case("f-88-check-mtime") else {
        return;
    };
    let path = case.sandbox.corpus().join("吕梁.txt");
    let before = std::fs::metadata(&path).expect("it is there");
    let text = std::fs::read_to_string(&path).expect("text");
    let changed = text.replacen("发展", "展发", 1);
    assert_eq!(text.len(), changed.len());
    std::fs::write(&path, changed).expect("it is written");
    let file = std::fs::File::options()
        .write(true)
        .open(&path)
        .expect("it opens");
    let times = std::fs::FileTimes::new().set_modified(before.modified().expect("a time"));
    file.set_times(times).expect("the time is set");
    let checked = case.sandbox.run(["check"]);
    checked.prints("`吕梁.txt` changed");
}

/// The blank of WPS and Founder is white space, in the middle of a phrase and before a paragraph.
#[test]
fn a_private_blank_is_white_space() {
    let sandbox = harness::Sandbox::empty();
    let text = harness::YUSHE
        .replace("专业镇", "专业\u{e5e5}镇")
        .replace("\n\n", "\n\u{e5e5}\u{e5e5}");
    sandbox.write("榆社.txt", text);
    sandbox.run(["index"]).expect(0);
    assert_eq!(sandbox.counts("推进专业镇建设", []), [1, 1, 1]);
    let shown = sandbox.run(["show", "榆社县-2022"]).expect(0);
    assert!(!shown.stdout.contains('\u{e5e5}'), "{shown}");
}

/// Both scripts in one corpus: each report is found in either, and names stay what they are.
#[test]
fn traditional_and_simplified_text_meet() {
    let sandbox = harness::Sandbox::empty();
    sandbox.write(
        "榆社.txt",
        harness::YUSHE.replace("取得新成绩", "取得显著成绩，骨干安排到位，著名景区着力提升"),
    );
    sandbox.write(
        "乾安.txt",
        "政府工作報告\n\n——2023年1月9日在乾安縣第十七屆人民代表大會第二次會議上\n\n一、2022年工作回顧\n\n\
         一年來，全縣著力推進鄉村振興，取得顯著成績，關於徵收的辦法得到完善，著名企業著力於創新。\n\n\
         二、2023年工作安排\n\n今年要建設美麗乾安縣，讓環境更加乾淨。\n",
    );
    sandbox.run(["index"]).expect(0);
    for (query, n) in [
        ("着力", 3),
        ("著力", 3),
        ("显著成绩", 2),
        ("顯著成績", 2),
        ("著名", 2),
        ("著名企業著力於創新", 1),
        ("著名企业着力于创新", 1),
        ("乾安县", 2),
        ("乾安縣", 2),
        ("乾安", 2),
        ("干净", 1),
        ("乾淨", 1),
        ("骨干安排", 1),
        ("徵收", 1),
        ("征收", 1),
        ("於", 2),
        ("于", 2),
        ("著?企业", 1),
        ("着力*提升", 1),
        ("著力*提升", 1),
        ("\"乾安 環境\"~20", 2),
    ] {
        assert_eq!(sandbox.counts(query, [])[0], n, "{query}");
    }
    let literal = |query| sandbox.counts(query, ["--literal"])[0];
    assert_eq!(
        (literal("著力"), literal("着力"), literal("著名")),
        (2, 1, 2)
    );
    let ids: Vec<String> = sandbox
        .reports()
        .iter()
        .map(|row| harness::text(row, "id").to_owned())
        .collect();
    assert!(ids.contains(&"乾安县-2023".to_owned()), "{ids:?}");
}

/// Marks of notes and commas in text of our own.
#[test]
fn marks_and_commas_in_other_words() {
    let sandbox = harness::Sandbox::empty();
    let more = "取得新成绩，“双创”[3]基地、链长制②改革、规上企业［12］培育、标准地〔2〕出让、“四上”¹单位，面积50m²，产量12,345吨、3，456,789元，\
                2019,2020年，第1，2，3号，国发[2023]5号";
    sandbox.write("榆社.txt", harness::YUSHE.replace("取得新成绩", more));
    sandbox.run(["index"]).expect(0);
    for (query, n) in [
        ("双创基地", 1),
        ("链长制改革", 1),
        ("规上企业培育", 1),
        ("标准地出让", 1),
        ("四上单位", 1),
        ("50m2", 1),
        ("“双创”[3]基地", 1),
        ("345吨", 0),
        ("12,345吨", 1),
        ("789元", 0),
        ("456", 0),
        ("2020年", 1),
        ("2019", 1),
        ("3号", 1),
        ("国发[2023]5号", 1),
        ("2023", 1),
    ] {
        assert_eq!(sandbox.counts(query, [])[0], n, "{query}");
    }
}

/// A speech at the level of this kind of place, for a title and a dateline that say which.
fn speech(head: &str, kind: char) -> String {
    let done = format!("全{kind}生产总值增长6.5%，我{kind}建成了一批重大项目。").repeat(8);
    let to_do = format!("全{kind}要大力培育新兴产业，进一步健全体制机制。").repeat(8);
    let call = "各位代表！让我们团结起来，为建设美丽家园而努力奋斗！";
    format!("{head}\n各位代表：\n一、去年工作回顾\n{done}\n二、今年工作安排\n{to_do}\n{call}\n")
}

#[test]
fn a_township_a_street_or_a_zone_is_not_the_region_above_it() {
    for (title, kind) in [
        (
            "汾阳市杏花村镇人民政府工作报告\n——2024年1月6日在汾阳市杏花村镇第十九届人民代表大会第五次会议上",
            '镇',
        ),
        ("天河区猎德街道办事处2024年工作报告", '街'),
        ("兰州新区管委会2024年工作报告", '区'),
        ("四川天府新区管委会2024年工作报告", '区'),
        ("芜湖市经济技术开发区管委会2024年工作报告", '区'),
    ] {
        let text = speech(title, kind);
        let (_, year, region) = made("a.txt", &text).place();
        assert_eq!((year, region.as_str()), (2024, ""), "{title}");
    }
    let town = "政府工作报告\n（2024年1月6日）\n现在，我代表镇人民政府，向大会报告工作。";
    let corpus = made("新绛县/新绛县龙兴镇.txt", speech(town, '镇'));
    assert_eq!(corpus.place().2, "");
    assert!(corpus.notes("region-unknown", "township"));
    for (title, region) in [
        ("上海市浦东新区人民政府2024年政府工作报告", "浦东新区"),
        ("景德镇市2024年政府工作报告", "景德镇市"),
        ("湘西自治州2024年政府工作报告", "湘西土家族苗族自治州"),
    ] {
        assert_eq!(
            made("a.txt", speech(title, '市')).place().2,
            region,
            "{title}"
        );
    }
}

#[test]
fn a_zone_that_calls_itself_a_district_is_not_the_region_above_it() {
    for (title, of, above) in [
        ("平城区经济开发区政府工作报告", "区", "平城"),
        (
            "2024年政府工作报告\n——2024年1月20日在芜湖市鸠江经济开发区工作会议上",
            "区",
            "鸠江",
        ),
        ("合肥市高新技术产业开发区政府工作报告", "区", "合肥"),
        ("天府新区政府工作报告", "新区", "天府"),
        ("政府工作报告", "鸠江经济技术开发区", "鸠江"),
        ("政府工作报告", "新区", ""),
    ] {
        let head = format!("{title}\n现在，我代表{of}人民政府，向大会报告工作。");
        let own = format!(
            "推动{above}高质量发展，{above}人民生活改善，建设美丽{above}，{above}经济社会再上台阶。"
        );
        let text = speech(&head, '区') + &own;
        let corpus = made("a.txt", &text);
        assert_eq!(corpus.place().2, "", "{title} {of}");
        assert!(corpus.notes("region-unknown", ""), "{title} {of}");
    }
    // Districts that are called 新区, and those that are called after their kind.
    for (title, of, region) in [
        ("浦东新区2024年政府工作报告", "新区", "浦东新区"),
        ("滨海新区2024年政府工作报告", "区", "滨海新区"),
        ("政府工作报告", "滨海新区", "滨海新区"),
        (
            "平城区政府工作报告\n——2024年1月20日在大同市平城区第二届人民代表大会第四次会议上",
            "区",
            "平城区",
        ),
        (
            "矿区政府工作报告\n——2024年1月20日在井陉矿区第七届人民代表大会第三次会议上",
            "区",
            "井陉矿区",
        ),
        ("阳泉市矿区2024年政府工作报告", "矿区", "矿区"),
    ] {
        let head = format!("{title}\n现在，我代表{of}人民政府，向大会报告工作。");
        let corpus = made("a.txt", speech(&head, '区'));
        assert_eq!(corpus.place().2, region, "{title} {of}");
        assert!(!corpus.notes("region-contradiction", ""), "{title} {of}");
    }
}

/// What many places say alike says nothing of the place.
#[test]
fn a_short_text_is_no_copy_of_one_of_another_place() {
    let speech = |title: &str, of: &str, own: &str| {
        format!(
            "{title}\n各位代表：\n现在，我代表{of}，向大会报告工作，请予审议，并请各位政协委员提出意见。\n\
             一、2023年工作回顾\n过去一年，全区上下坚持稳中求进工作总基调，全区地区生产总值增长6.5%，我区荣获全国先进。\
             {own}高质量发展取得新成效，{own}人民生活持续改善。坚持把项目建设作为头号工程，完成固定资产投资120亿元，\
             增长12.5%。\n二、2024年工作安排\n今年，我们要深入贯彻党的二十大精神，努力完成全年目标任务，生产总值增长7%左右，\
             推动{own}经济社会发展再上新台阶。\n各位代表！让我们团结一心、真抓实干，为建设现代化{own}而努力奋斗！\n"
        )
    };
    let sandbox = harness::Sandbox::empty();
    let district = speech("南京市浦口区政府工作报告", "区人民政府", "浦口");
    let zone = speech("长沙经济开发区2024年工作报告", "区管委会", "长沙经开区");
    sandbox.write("a.txt", district);
    sandbox.write("b.txt", zone);
    for place in ["汾阳市", "孝义市"] {
        sandbox.write(&format!("{place}2024.txt"), "政府工作报告\n内容见附件\n");
    }
    sandbox.run(["index"]).expect(0);
    let listed = sandbox.run(["reports", "--genre", "any", "--format", "jsonl"]);
    let mut rows = listed.rows();
    rows.retain(|row| row["type"] == "report");
    assert_eq!(rows.len(), 4);
    for row in rows {
        assert_eq!(row["duplicate_of"], Value::Null, "{row}");
    }
}

#[test]
fn a_year_is_read_in_every_writing_of_its_noughts() {
    for year in [
        "二〇〇四",
        "二○○四",
        "二 ○ ○ 四",
        "二ОО四",
        "二ΟΟ四",
        "２００４",
        "2OO4",
        "二零零四",
    ] {
        let text = speech(&format!("{year}年永和县政府工作报告"), '县');
        assert_eq!(made("a.txt", text).place().1, 2004, "{year}");
    }
}

#[test]
fn texts_beside_a_report_are_of_another_kind() {
    for title in [
        "关于永和县2023年国民经济和社会发展计划\n执行情况与2024年计划（草案）的报告",
        "中共永和县委工作报告",
        "政协永和县委员会工作报告",
        "2024年《政府工作报告》重点工作任务分解表",
        "永和县国民经济和社会发展第十四个五年规划和二〇三五年远景目标纲要",
    ] {
        let corpus = made("a.txt", speech(title, '县'));
        assert_eq!(corpus.report()["genre"], "other", "{title}");
    }
    // A summary that a site puts above a report is not said of the report.
    let head = "【摘要】一、2023年工作回顾……\n永和县2024年政府工作报告";
    let corpus = made("a.txt", speech(head, '县'));
    assert_eq!(corpus.report()["abridged"], false);
    assert!(corpus.notes("site-summary", "【摘要】"));
}
