//! The same text in every format and encoding gives the same passages; pages, tables and damaged
//! files give what they hold, or a reason. Real files are taken from `../shared/data`; skips where absent.
#![allow(clippy::print_stdout, reason = "what was measured is worth seeing")]

mod common;

use baogao_reading::ingest::{Encoding, IngestError, ingest, ingest_as, is_removal, table_row};
use baogao_reading::region::Region;
use baogao_reading::report::{EvidenceKind, Genre, Kind, Part, Report};
use baogao_reading::source::{RawFile, format_of};
use common::dress::{as_csv, as_json_line, as_page, as_rtf, encodings};
use common::{corpus, han, shared_reports};
use proptest::prelude::*;
use std::time::Instant;

fn raw(path: &str, bytes: impl Into<Vec<u8>>) -> RawFile {
    RawFile {
        path: path.to_owned(),
        format: format_of(path).expect("the ending is known"),
        bytes: bytes.into(),
    }
}

fn one(file: &RawFile) -> Report {
    let mut reports = ingest(file).unwrap_or_else(|error| panic!("{}: {error}", file.path));
    assert_eq!(reports.len(), 1, "{}", file.path);
    reports.remove(0)
}

type Shape = Vec<(String, Kind, Part, Option<(u16, u16)>)>;

fn shape(report: &Report) -> Shape {
    report
        .passages
        .iter()
        .map(|passage| {
            let about = passage.about.map(|(from, to)| (from.get(), to.get()));
            (passage.text.clone(), passage.kind, passage.part, about)
        })
        .collect()
}

fn rules(report: &Report) -> Vec<&str> {
    report.notes.iter().map(|note| note.rule.as_str()).collect()
}

// ---------------------------------------------------------------------------------------------
// The same text in other clothes
// ---------------------------------------------------------------------------------------------

#[test]
fn the_same_text_in_every_format_and_encoding_gives_the_same_passages() {
    for sample in corpus() {
        let text = String::from_utf8(sample.bytes.clone()).expect("the samples are UTF-8");
        let stem = sample.path.trim_end_matches(".txt").to_owned();
        let expected = shape(&one(&sample));
        for (ending, dressed) in [
            ("txt", text.clone()),
            ("md", text.clone()),
            ("html", as_page(&text, "big5")),
            ("csv", as_csv(&text)),
            ("jsonl", as_json_line(&text)),
        ] {
            for line_end in ["\n", "\r\n"] {
                let dressed = dressed.replace('\n', line_end);
                for (encoding, bytes) in encodings(&dressed) {
                    let report = one(&raw(&format!("{stem}.{ending}"), bytes));
                    let name = format!("{stem}.{ending}, {encoding}, {line_end:?}");
                    let found = shape(&report);
                    let first = expected.iter().zip(&found).position(|(a, b)| a != b);
                    assert!(
                        found == expected,
                        "{name}: {} passages, {} expected, the first that differs: {:?} {:?}",
                        found.len(),
                        expected.len(),
                        first.map(|at| &found[at]),
                        first.map(|at| &expected[at]),
                    );
                    assert_eq!(
                        rules(&report).contains(&"encoding"),
                        !encoding.starts_with("utf-8"),
                        "{name}"
                    );
                }
            }
        }
    }
}

#[test]
fn lines_are_those_of_the_raw_file() {
    // On which raw line the words stand, as an editor counts.
    let line_of = |text: &str, words: &str| {
        let at = text.find(words).expect("the words are there");
        let (before, _) = text.split_at(at);
        u32::try_from(before.matches('\n').count() + 1).expect("few lines")
    };
    for sample in corpus() {
        let text = String::from_utf8(sample.bytes.clone()).expect("the samples are UTF-8");
        for (ending, dressed) in [("html", as_page(&text, "utf-8")), ("csv", as_csv(&text))] {
            for line_end in ["\n", "\r\n"] {
                let dressed = dressed.replace('\n', line_end);
                let report = one(&raw(&format!("a.{ending}"), dressed.clone()));
                let mut n_checked = 0;
                for passage in &report.passages {
                    let words: String = passage.text.chars().take(8).collect();
                    if words.chars().count() == 8 && dressed.matches(&words).count() == 1 {
                        let line = passage.lines[0].line;
                        assert_eq!(
                            line,
                            line_of(&dressed, &words),
                            "{}.{ending}: {words}",
                            sample.path
                        );
                        n_checked += 1;
                    }
                }
                assert!(n_checked > 10, "{}.{ending}: {n_checked}", sample.path);
            }
        }
    }
}

/// The folder is named for the State Council, but its files are reports of 海拉尔区 and have no
/// twins in `state-council-txt`; each is compared with its own text in UTF-8.
#[test]
fn real_files_in_gb18030_are_read_as_their_text_in_utf8() {
    let Some(folder) = shared_reports() else {
        println!("skipped: ../shared/data/reports is not here");
        return;
    };
    let mut n = 0;
    for year in 2012..=2019 {
        let Ok(bytes) = std::fs::read(folder.join(format!("state-council-gb18030/{year}.txt")))
        else {
            continue;
        };
        let name = format!("{year}.txt");
        let report = one(&raw(&name, bytes.clone()));
        assert!(rules(&report).contains(&"encoding"));
        assert!(
            !rules(&report).contains(&"bad-bytes"),
            "{year}: {:?}",
            report.notes
        );
        let (text, _, lost) = encoding_rs::GB18030.decode(&bytes);
        assert!(!lost);
        assert_eq!(shape(&report), shape(&one(&raw(&name, text.as_bytes()))));
        assert_eq!(
            report.meta.region.as_ref().map(|found| found.value.name()),
            Some("海拉尔区")
        );
        assert_eq!(
            report.meta.year.as_ref().map(|found| found.value.get()),
            Some(year)
        );
        let mut kept = han_of(&report);
        kept.extend(removed_han(&report));
        let mut whole = han(&text);
        kept.sort_unstable();
        whole.sort_unstable();
        assert!(
            kept == whole,
            "{year}: {} Han characters, {} kept and noted",
            whole.len(),
            kept.len()
        );
        n += 1;
    }
    println!("{n} files");
    assert_eq!(n, 8);
}

fn removed_han(report: &Report) -> Vec<char> {
    let removed = report.notes.iter().filter(|note| is_removal(&note.rule));
    removed.flat_map(|note| han(&note.text)).collect()
}

fn han_of(report: &Report) -> Vec<char> {
    report
        .passages
        .iter()
        .flat_map(|passage| han(&passage.text))
        .collect()
}

// ---------------------------------------------------------------------------------------------
// Bytes
// ---------------------------------------------------------------------------------------------

#[test]
fn damaged_bytes_are_told_or_refused() {
    let sample = corpus().remove(0);
    let mut cut = sample.clone();
    cut.bytes.pop();
    let report = one(&cut);
    let note = report.notes.iter().find(|note| note.rule == "bad-bytes");
    // The last byte may be a line end, then nothing is lost.
    let lost: usize = report
        .passages
        .iter()
        .map(|p| p.text.matches('\u{fffd}').count())
        .sum();
    assert_eq!(note.is_some(), lost > 0);
    let (gb18030, _, _) = encoding_rs::GB18030
        .encode("尾部是另一种编码。这样的文件不能读。这样的文件不能读，应当拒绝。");
    let mut mixed = sample.clone();
    for _ in 0..10 {
        mixed.bytes.extend_from_slice(&gb18030);
    }
    assert!(matches!(ingest(&mixed), Err(IngestError::Undecodable { n_bad, .. }) if n_bad > 20));
    // The user's word counts: what he forces is read so.
    let (big5, _, _) = encoding_rs::BIG5
        .encode("各位代表：現在，我代表市人民政府，向大會報告政府工作，請予審議。");
    let reports =
        ingest_as(&raw("2024.txt", big5), Encoding::for_label("big5")).expect("it is text");
    assert!(reports[0].passages[0].text.starts_with("各位代表："));
}

#[test]
fn files_are_what_their_first_bytes_say() {
    let page = as_page(
        "政府工作报告\n\n各位代表：\n\n现在，我代表市人民政府，向大会报告政府工作，请予审议。",
        "utf-8",
    );
    let report = one(&raw("2024.txt", page));
    assert!(rules(&report).contains(&"format"));
    assert!(
        report
            .passages
            .iter()
            .all(|passage| !passage.text.contains('<'))
    );
    for (path, bytes) in [
        ("a.md", &b"PK\x03\x04\x14\0\0\0"[..]),
        ("a.txt", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0"),
        ("a.html", b"From: <Saved by Blink>\nMIME-Version: 1.0\n\n"),
        ("a.csv", b"Rar!\x1a\x07\0"),
    ] {
        // Read as what it is, it is damaged or empty.
        assert!(ingest(&raw(path, bytes)).is_err(), "{path}");
    }
    let foreign = ingest(&raw("a.txt", &b"7z\xbc\xaf\x27\x1c\0\x04"[..]));
    assert!(matches!(foreign, Err(IngestError::OtherContent { .. })));
}

// ---------------------------------------------------------------------------------------------
// Pages
// ---------------------------------------------------------------------------------------------

#[test]
fn saved_pages_give_their_text_and_not_their_menus() {
    let Some(folder) = shared_reports() else {
        println!("skipped: ../shared/data/reports is not here");
        return;
    };
    let mut n = 0;
    for entry in
        std::fs::read_dir(folder.join("statistical-bulletin-html")).expect("the folder is there")
    {
        let path = entry.expect("it is readable").path();
        let name = path
            .file_name()
            .expect("a name")
            .to_string_lossy()
            .into_owned();
        let bytes = std::fs::read(&path).expect("it is readable");
        let html = String::from_utf8(bytes.clone()).expect("UTF-8");
        let report = one(&raw(&name, bytes));
        assert_eq!(report.meta.genre, Genre::Other, "{name}");
        assert!(
            report.meta.title.contains("国民经济和社会发展统计公报"),
            "{}",
            report.meta.title
        );
        let text: String = report
            .passages
            .iter()
            .map(|passage| passage.text.as_str())
            .collect();
        for menu in [
            "首页",
            "无障碍",
            "网站地图",
            "扫一扫",
            "ICP备",
            "您当前",
            "返回顶部",
            "上一篇",
            "继续访问",
            "关联稿件",
            "访问量",
        ] {
            assert!(!text.contains(menu), "{name}: {menu}");
        }
        for words in ["一、综合", "农业", "生产总值", "社会保障"] {
            assert!(
                text.contains(words) || words == "一、综合" && text.contains("01综合"),
                "{name}: {words}"
            );
        }
        let shown = shown_han(&html);
        let mut kept = han_of(&report);
        let n_kept = kept.len();
        kept.extend(removed_han(&report));
        let mut shown_sorted = shown.clone();
        shown_sorted.sort_unstable();
        kept.sort_unstable();
        assert!(
            shown_sorted == kept,
            "{name}: {} Han characters shown, {} kept and noted",
            shown.len(),
            kept.len()
        );
        println!(
            "{name}: {n_kept} of {} Han characters kept, {} passages",
            shown.len(),
            report.passages.len()
        );
        n += 1;
    }
    assert_eq!(n, 4);
}

/// The Han characters of a page that a browser shows, by a definition of its own.
fn shown_han(html: &str) -> Vec<char> {
    let mut rest = html;
    let mut text = String::new();
    while let Some(at) = rest.find('<') {
        let (before, tag) = rest.split_at(at);
        text.push_str(before);
        rest = tag;
        let lower: String = rest
            .chars()
            .take(12)
            .collect::<String>()
            .to_ascii_lowercase();
        let end = if lower.starts_with("<!--") {
            "-->"
        } else if lower.starts_with("<script") {
            "</script>"
        } else if lower.starts_with("<style") {
            "</style>"
        } else if lower.starts_with("<title") {
            "</title>"
        } else if lower.starts_with("<svg") {
            "</svg>"
        } else {
            ">"
        };
        let at = rest.find(end).map_or(rest.len(), |at| at + end.len());
        rest = rest.split_at(at).1;
    }
    text.push_str(rest);
    han(&text)
}

fn start_of(page: &str) -> String {
    page.chars().take(40).collect()
}

#[test]
fn deep_and_wide_pages_end_soon() {
    let report = "<p>各位代表：</p><p>现在，我代表市人民政府，向大会报告政府工作，请予审议。</p>";
    let deep = |open: &str| format!("<html><body>{}{report}", open.repeat(50_000));
    let wide = format!("<html><body>{}{report}", "<b><i>".repeat(200_000));
    let unclosed = format!(
        "<html><body>{report}{}",
        "<p>段落，没有结束。".repeat(100_000)
    );
    for page in [
        deep("<ul><li>"),
        deep("<div>"),
        deep("<table><tr><td>"),
        deep("<a href=x>"),
        wide,
        unclosed,
    ] {
        let start = Instant::now();
        let found = one(&raw("a.html", page.clone()));
        let text: String = found
            .passages
            .iter()
            .map(|passage| passage.text.as_str())
            .collect();
        let noted: String = found.notes.iter().map(|note| note.text.as_str()).collect();
        assert!(
            text.contains("各位代表") || noted.contains("各位代表"),
            "{}",
            start_of(&page)
        );
        assert!(
            start.elapsed().as_secs() < 20,
            "{}: {:?}",
            start_of(&page),
            start.elapsed()
        );
    }
    let many = format!("<html>{}", "<i>".repeat(1_100_000));
    assert!(matches!(
        ingest(&raw("a.html", many)),
        Err(IngestError::TooManyTags { .. })
    ));
    assert!(matches!(
        ingest(&raw(
            "a.html",
            "<html><body><script>document.write('x')</script></body></html>"
        )),
        Err(IngestError::NoText)
    ));
}

#[test]
fn tags_inside_words_and_entities_are_no_gaps() {
    let page = "<html><body><div><p>坚持农业农村优先发展，坚持城乡融合发展，坚持以学习运用“千万工程”经验为引领，加快推进乡<br>村全面振<span>兴</span>，建设宜居宜业和美&#x4e61;&#26449;，<b>PM<sub>2.5</sub></b>浓度下降&nbsp;8.5%。\
        <p>一、<a href=x>工作</a>回顾<p>全市上下<!-- 注 -->坚持稳中求进，<script>x='脚本'</script>各项事业取得新进步，人民生活持续改善。</div></body></html>";
    let report = one(&raw("a.html", page));
    let texts: Vec<&str> = report
        .passages
        .iter()
        .map(|passage| passage.text.as_str())
        .collect();
    assert_eq!(
        texts,
        [
            "坚持农业农村优先发展，坚持城乡融合发展，坚持以学习运用“千万工程”经验为引领，加快推进乡村全面振兴，建设宜居宜业和美乡村，PM2.5浓度下降8.5%。",
            "一、工作回顾",
            "全市上下坚持稳中求进，各项事业取得新进步，人民生活持续改善。"
        ]
    );
}

#[test]
fn pages_laid_out_with_tables_and_data_tables() {
    let body = "现在，我代表市人民政府，向大会报告政府工作，请予审议，并请列席人员提出意见。";
    let page = format!(
        "<html><body><table><tr><td><a href=1>首页</a><br><a href=2>新闻中心</a><br><a href=3>政务公开</a></td><td>\
         <table><tr><td>政府工作报告</td></tr><tr><td>各位代表：<br>　　{body}<br>　　{body}{body}<br><br></td></tr></table>\
         <table><tr><th>指标<th>2023年<th>增长<tr><td>地区生产总值<td>100亿元<td>6.5%<tr><td>财政收入<td>12亿元<td>-8%</table>\
         </td></tr></table></body></html>"
    );
    let report = one(&raw("a.html", page));
    let texts: Vec<&str> = report
        .passages
        .iter()
        .map(|passage| passage.text.as_str())
        .collect();
    assert_eq!(texts[..3], ["政府工作报告", "各位代表：", body]);
    assert_eq!(
        texts[4..],
        [
            "指标 | 2023年 | 增长",
            "地区生产总值 | 100亿元 | 6.5%",
            "财政收入 | 12亿元 | -8%"
        ]
    );
    assert!(
        report
            .notes
            .iter()
            .any(|note| note.rule == "page-block" && note.text == "首页 新闻中心 政务公开")
    );
}

// ---------------------------------------------------------------------------------------------
// Tables
// ---------------------------------------------------------------------------------------------

#[test]
fn each_row_of_a_real_table_is_a_report_placed_by_its_title() {
    let Some(folder) = shared_reports() else {
        println!("skipped: ../shared/data/reports is not here");
        return;
    };
    let path = folder.join("state-council-jsonl/government_work_reports.jsonl");
    let text = std::fs::read_to_string(&path).expect("it is readable");
    let reports = ingest(&raw("government_work_reports.jsonl", text.clone())).expect("a table");
    assert_eq!(reports.len(), text.lines().count());
    let mut n_reports = 0;
    for (report, line) in reports.iter().zip(text.lines()) {
        let row: serde_json::Value = serde_json::from_str(line).expect("JSON");
        let title = row["title"].as_str().expect("a title");
        let is_report = !title.ends_with("决议");
        assert_eq!(
            report.meta.genre == Genre::Report,
            is_report,
            "{title}: {:?}",
            report.notes
        );
        assert_eq!(report.meta.title, title);
        assert_eq!(
            report.meta.region.as_ref().map(|region| region.value),
            Some(Region::NATION),
            "{title}"
        );
        if is_report {
            n_reports += 1;
            let year = report.meta.year.as_ref().expect("a year");
            assert!(
                title.starts_with(&year.value.to_string()),
                "{title}: {year:?}"
            );
        }
        let mut shown = han(row["content"].as_str().expect("text"));
        let mut kept = han_of(report);
        kept.extend(removed_han(report));
        shown.sort_unstable();
        kept.sort_unstable();
        assert!(
            shown == kept,
            "{title}: {} Han characters, {} kept",
            shown.len(),
            kept.len()
        );
    }
    println!("{} rows, {n_reports} reports, all right", reports.len());
}

const BODY: &str = "各位代表：\n现在，我代表市人民政府，向大会报告政府工作，请予审议，并请各位政协委员和其他列席人员提出意见。\n一、2023年工作回顾\n过去一年，我们全面贯彻党的二十大精神，坚持稳中求进工作总基调，经济运行整体好转。";

#[test]
fn columns_place_a_report() {
    let csv = format!(
        "省份,城市,区县,年份,标题,正文\r\n山西省,吕梁市,汾阳市,2024,政府工作报告,\"{BODY}\"\r\n山西,临汾,,2023年,2022年政府工作报告,\"{BODY}\"\r\n北京市,北京市,朝阳区,2024.0,政府工作报告,\"{BODY}\"\r\n,,,,无题,\r\n"
    );
    let reports = ingest(&raw("a/reports.csv", csv)).expect("a table");
    let places: Vec<(&str, u16)> = reports
        .iter()
        .map(|report| {
            let region = report.meta.region.as_ref().expect("a region");
            let year = report.meta.year.as_ref().expect("a year");
            assert_eq!(region.evidence.kind, EvidenceKind::Column);
            assert_eq!(year.evidence.kind, EvidenceKind::Column);
            (region.value.unique_name(), year.value.get())
        })
        .collect();
    assert_eq!(places[..2], [("汾阳市", 2024), ("临汾市", 2023)]);
    assert!(places[2].0.contains("朝阳区"));
    let lines: Vec<Option<u32>> = reports
        .iter()
        .map(|report| table_row(&report.notes))
        .collect();
    assert_eq!(lines, [Some(2), Some(6), Some(10)]);
    assert!(
        reports[1]
            .notes
            .iter()
            .any(|note| note.rule == "year-contradiction")
    );
    let note = reports[0]
        .notes
        .iter()
        .find(|note| note.rule == "row-without-text")
        .expect("a note");
    assert_eq!(note.text, "1 row without text: 14");
}

#[test]
fn rows_that_share_a_report_are_its_passages() {
    let csv = "report_id,region,year,paragraph_no,paragraph\n\
        a,汾阳市,2024,1,各位代表：\n\
        b,侯马市,2024,1,各位代表：\n\
        a,汾阳市,2024,2,现在我代表市人民政府向大会报告政府工作请予审议并请各位委员和其他列席人员提出意见\n\
        b,侯马市,2024,2,我们坚持稳中求进。\n\
        a,汾阳市,2024,3,一、2023年工作回顾\n\
        a,汾阳市,2024,4,过去一年我们全面贯彻党的二十大精神。\n";
    let reports = ingest(&raw("p.csv", csv)).expect("a table");
    assert_eq!(reports.len(), 2);
    let texts = |at: usize| -> Vec<(&str, u32)> {
        reports[at]
            .passages
            .iter()
            .map(|p| (p.text.as_str(), p.lines[0].line))
            .collect()
    };
    assert_eq!(texts(0).len(), 4);
    assert_eq!(texts(0)[2], ("一、2023年工作回顾", 6));
    assert_eq!(texts(1), [("各位代表：", 3), ("我们坚持稳中求进。", 5)]);
    assert_eq!(
        reports[1].meta.region.as_ref().map(|r| r.value.name()),
        Some("侯马市")
    );
}

#[test]
fn tables_of_all_shapes_are_read() {
    let row = serde_json::json!({"地区": "汾阳市", "年份": 2024, "内容": BODY});
    let pretty = serde_json::to_string_pretty(&serde_json::json!([row, row])).expect("JSON");
    let wrapped = serde_json::json!({"total": 1, "data": [row]}).to_string();
    let lines = format!("{row}\n\nnot json\n{row}\n[1]\n");
    let tsv = format!(
        "地区\t年份\t全文\n汾阳市\t2024\t{}\n",
        BODY.replace('\n', "\\r\\n")
    );
    let semicolons = format!("汇总表;;\n地区;年份;全文\n汾阳市;2024;\"{BODY}\"\n");
    let html_cells = format!(
        "region,year,content\n汾阳市,2024,\"<p>{}</p>\"\n",
        BODY.replace('\n', "</p><p>")
    );
    for (path, text, n) in [
        ("a.json", pretty.as_str(), 2),
        ("b.json", &wrapped, 1),
        ("c.jsonl", &lines, 2),
        ("d.tsv", &tsv, 1),
        ("e.csv", &semicolons, 1),
        ("f.csv", &html_cells, 1),
    ] {
        let reports = ingest(&raw(path, text)).unwrap_or_else(|error| panic!("{path}: {error}"));
        assert_eq!(reports.len(), n, "{path}");
        for report in &reports {
            assert_eq!(
                report.meta.region.as_ref().map(|r| r.value.name()),
                Some("汾阳市"),
                "{path}"
            );
            assert_eq!(report.passages.len(), 4, "{path}: {:#?}", report.passages);
            assert_eq!(report.passages[2].kind, Kind::Heading, "{path}");
        }
        if path == "c.jsonl" {
            let broken: Vec<Option<u32>> = reports[0]
                .notes
                .iter()
                .filter(|n| n.rule == "row-broken")
                .map(|n| n.line)
                .collect();
            assert_eq!(broken, [Some(3), Some(5)]);
            assert_eq!(table_row(&reports[1].notes), Some(4));
        }
    }
    let refused = ingest(&raw("a.csv", "甲,乙\n1,2\n")).expect_err("no text");
    assert!(
        matches!(&refused, IngestError::NoTextColumn { columns } if columns == "`甲`, `乙`"),
        "{refused}"
    );
    assert!(matches!(
        ingest(&raw("a.csv", "id,text\n1,\n")),
        Err(IngestError::NoRows { .. })
    ));
    assert!(matches!(
        ingest(&raw("a.jsonl", "报告")),
        Err(IngestError::NotJson { line: 1, .. })
    ));
    let deep = "[".repeat(100_000);
    assert!(ingest(&raw("a.json", deep.clone())).is_err());
    assert!(ingest(&raw("a.jsonl", deep)).is_err());
}

#[test]
fn text_cut_by_a_spreadsheet_is_noted() {
    let text: String = "我们坚持稳中求进，推动高质量发展。"
        .chars()
        .cycle()
        .take(32_767)
        .collect();
    let reports = ingest(&raw(
        "a.csv",
        format!("title,text\n2024年汾阳市政府工作报告,{text}\n"),
    ))
    .expect("a table");
    assert!(rules(&reports[0]).contains(&"cut-text"));
    let shorter: String = text.chars().take(32_000).collect();
    let reports = ingest(&raw(
        "a.csv",
        format!("title,text\n2024年汾阳市政府工作报告,{shorter}\n"),
    ))
    .expect("a table");
    assert!(!rules(&reports[0]).contains(&"cut-text"));
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(
        bytes in prop::collection::vec(any::<u8>(), 0..400),
        ending in prop::sample::select(vec!["txt", "html", "csv", "tsv", "jsonl", "json", "xlsx", "rtf"]),
    ) {
        let _ = ingest(&raw(&format!("a.{ending}"), bytes));
    }

    #[test]
    fn no_soup_makes_it_panic_or_lose_text(
        pieces in prop::collection::vec(prop::sample::select(vec![
            "<p>", "</p>", "<div>", "</div>", "<table>", "<tr>", "<td>", "</td>", "</table>", "<b>", "</b>", "<br>", "<li>", "</ul>",
            "<h2>", "</h2>", "<pre>", "</pre>", "<a href=x>", "</a>", "<select>", "</select>", "<div hidden>", "各位代表：", "我们坚持稳中求进，推动发展。",
            "*", "**", "#", "|", "\\", "[1](x)", "&lt;", "&#10;", "\n", "\r\n", " ", "\u{3000}\u{3000}", "一、工作回顾", "-", "<", "&",
        ]), 0..60),
    ) {
        let page = format!("<html><body>{}", pieces.concat());
        let mut expected = han(&pieces.concat());
        match ingest(&raw("a.html", page)) {
            Err(_) => {}
            Ok(reports) => {
                let report = &reports[0];
                let mut kept = han_of(report);
                kept.extend(removed_han(report));
                expected.sort_unstable();
                kept.sort_unstable();
                prop_assert_eq!(kept, expected);
            }
        }
    }

    #[test]
    fn no_table_makes_it_panic(
        pieces in prop::collection::vec(prop::sample::select(vec![
            ",", "\"", "\n", "\r\n", "\t", ";", "id", "text", "正文", "年份", "2024", "各位代表：", "{", "}", "[", "]", ":", "\"content\"", "\\r\\n", "1",
        ]), 0..60),
        ending in prop::sample::select(vec!["csv", "tsv", "jsonl", "json"]),
    ) {
        let _ = ingest(&raw(&format!("a.{ending}"), pieces.concat()));
    }
}

// ---------------------------------------------------------------------------------------------
// Rich text, Word and Excel of before 2007
// ---------------------------------------------------------------------------------------------

fn fixture(name: &str) -> RawFile {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/formats");
    let bytes = std::fs::read(format!("{folder}/{name}")).expect("a fixture");
    raw(&format!("汾阳市2024/{name}"), bytes)
}

#[test]
fn a_sample_as_rich_text_gives_the_same_passages() {
    for sample in corpus() {
        // Marks of Markdown are text in a word processor.
        let text = String::from_utf8(sample.bytes.clone()).expect("the samples are UTF-8");
        let text = text.replace(['#', '*', '\\'], "");
        let stem = sample.path.trim_end_matches(".txt");
        let expected = shape(&one(&raw(&format!("{stem}.txt"), text.as_str())));
        for is_unicode in [false, true] {
            let report = one(&raw(&format!("{stem}.rtf"), as_rtf(&text, is_unicode)));
            assert!(shape(&report) == expected, "{stem}, Unicode: {is_unicode}");
        }
        let named_doc = one(&raw(&format!("{stem}.doc"), as_rtf(&text, false)));
        assert!(rules(&named_doc).contains(&"format"));
        assert!(shape(&named_doc) == expected, "{stem}");
    }
}

/// What a document of LibreOffice holds, in every format that a word processor writes.
#[test]
fn a_document_gives_its_structure_and_says_what_is_left_out() {
    let names: &[&str] = match cfg!(feature = "docx") {
        true => &["rich.rtf", "rich.doc"],
        false => &["rich.rtf"],
    };
    for name in names {
        let report = one(&fixture(name));
        let texts: Vec<(&str, Kind)> = report
            .passages
            .iter()
            .map(|passage| (passage.text.as_str(), passage.kind))
            .collect();
        assert_eq!(
            texts,
            [
                ("政府工作报告", Kind::Text),
                (
                    "——2024年1月10日在汾阳市第七届人民代表大会第四次会议上",
                    Kind::Text
                ),
                ("汾阳市人民政府市长张三", Kind::Text),
                ("各位代表：", Kind::Text),
                (
                    "现在，我代表市人民政府，向大会报告工作，请予审议。",
                    Kind::Text
                ),
                ("一、2023年工作回顾", Kind::Heading),
                (
                    "过去一年，我们坚持稳中求进，推动高质量发展取得新成效，建成\u{3400}\u{20bb7}两处示范区。",
                    Kind::Text
                ),
                ("（一）经济运行稳中向好", Kind::Heading),
                ("指标 | 单位 | 完成数", Kind::Text),
                ("生产总值 | 亿元 | 285.6", Kind::Text),
                ("财政收入 | 亿元 | 31.2", Kind::Text),
                ("全年新增的文字任务全面完成。", Kind::Text),
                ("见中国政府网公布的数据。", Kind::Text),
                ("文本框：数字政府建设专栏。", Kind::Text),
                ("软回车前", Kind::Text),
                ("软回车后，制表符。", Kind::Text),
                ("一、坚持党的领导", Kind::Heading),
                ("二、坚持改革开放", Kind::Heading),
                ("批注在这里，请核对。", Kind::Text),
                ("二、2024年工作安排", Kind::Heading),
                (
                    "今年，我们要扎实推进专业镇建设，奋力谱写新篇章。",
                    Kind::Text
                ),
                ("[1]专业镇：指主导产业集聚的镇。", Kind::Text),
                ("[1]尾注：高质量发展是首要任务。", Kind::Text),
            ],
            "{name}"
        );
        let removed: Vec<(&str, &str)> = report
            .notes
            .iter()
            .filter(|note| is_removal(&note.rule))
            .map(|note| (note.rule.as_str(), note.text.as_str()))
            .collect();
        assert_eq!(
            removed,
            [
                ("hidden-text", "这里是隐藏文字。"),
                ("tracked-change", "已被删除的旧话"),
                ("comment", "请核实这个数字。"),
            ],
            "{name}"
        );
    }
}

#[cfg(feature = "docx")]
#[test]
fn word_files_with_a_password_or_of_another_age_say_so() {
    use baogao_reading::ingest::DocError;
    let whole = fixture("rich.doc");
    // The head stands at the begin of a sector.
    let starts = whole.bytes.chunks(512);
    let at = 512
        * starts
            .take_while(|sector| !sector.starts_with(b"\xec\xa5"))
            .count();
    let altered = |changes: &[(usize, u8)]| {
        let mut file = whole.clone();
        for (place, byte) in changes {
            file.bytes[at + place] = *byte;
        }
        ingest(&file)
    };
    assert_eq!(altered(&[(0x0b, 0x13)]), Err(DocError::Encrypted.into()));
    assert_eq!(
        altered(&[(0x02, 0x68), (0x03, 0)]),
        Err(DocError::TooOld.into())
    );
    let fast_saved = altered(&[(0x0a, 0x04)]).expect("it is read");
    assert!(rules(&fast_saved[0]).contains(&"fast-saved"));
    assert_eq!(shape(&fast_saved[0]), shape(&one(&whole)));
    let half = raw("a.doc", &whole.bytes[..whole.bytes.len() / 2]);
    assert!(ingest(&half).is_err());
    assert_eq!(ingest(&raw("a.wps", "政府")), Err(DocError::NotWord.into()));
}

/// The lengths of texts in the head of a file lie; what they leave over is in the file all the same.
#[cfg(feature = "docx")]
#[test]
fn text_beyond_the_lengths_in_a_word_file_is_read_or_said() {
    let whole = fixture("rich.doc");
    let starts = whole.bytes.chunks(512);
    let at = 512
        * starts
            .take_while(|sector| !sector.starts_with(b"\xec\xa5"))
            .count();
    const MAIN: usize = 0x4c;
    let length = |file: &RawFile, place: usize| {
        let bytes = file.bytes[at + place..at + place + 4].try_into();
        u32::from_le_bytes(bytes.expect("four bytes"))
    };
    let all: String = han_of(&one(&whole)).into_iter().collect();
    // Others follow the body: the rest stands at the end, and where it belongs is not known.
    for less in [60, 200] {
        let mut file = whole.clone();
        let main = length(&file, MAIN) - less;
        file.bytes[at + MAIN..at + MAIN + 4].copy_from_slice(&main.to_le_bytes());
        let report = one(&file);
        assert!(report.meta.partial, "{less}: {:?}", rules(&report));
        let mut found = han_of(&report);
        // Heads of pages too, among which some of it may come to stand.
        found.extend(report.notes.iter().flat_map(|note| common::han(&note.text)));
        // What stands twice in heads is told once.
        let lost: String = all.chars().filter(|c| !found.contains(c)).collect();
        assert_eq!(lost, "", "{less}");
    }
    // No other text is said to be there: all is body.
    let mut file = whole.clone();
    let lengths = [MAIN, 0x50, 0x54, 0x58, 0x5c, 0x60, 0x64, 0x68];
    for place in lengths {
        let value: u32 = if place == MAIN { 40 } else { 0 };
        file.bytes[at + place..at + place + 4].copy_from_slice(&value.to_le_bytes());
    }
    let report = one(&file);
    let found: String = han_of(&report).into_iter().collect();
    assert!(found.contains("奋力谱写新篇章"), "{found}");
    // More is promised than there is.
    let mut file = whole.clone();
    let more = length(&file, MAIN) + 5_000;
    file.bytes[at + MAIN..at + MAIN + 4].copy_from_slice(&more.to_le_bytes());
    assert!(one(&file).meta.partial);
    assert!(!one(&whole).meta.partial);
}

// ---------------------------------------------------------------------------------------------
// Spreadsheets
// ---------------------------------------------------------------------------------------------

#[cfg(feature = "xlsx")]
mod spreadsheets {
    use super::*;
    use std::io::{Cursor, Write};
    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    /// A workbook of one sheet, as small as Excel opens it.
    fn workbook(sheet: &str) -> Vec<u8> {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
        let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
        let package = "http://schemas.openxmlformats.org/package/2006/relationships";
        let types = "http://schemas.openxmlformats.org/package/2006/content-types";
        let kind = "application/vnd.openxmlformats-officedocument.spreadsheetml";
        for (name, content) in [
            (
                "[Content_Types].xml",
                format!(
                    "<Types xmlns=\"{types}\"><Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>\
                     <Override PartName=\"/xl/workbook.xml\" ContentType=\"{kind}.sheet.main+xml\"/>\
                     <Override PartName=\"/xl/worksheets/sheet1.xml\" ContentType=\"{kind}.worksheet+xml\"/></Types>"
                ),
            ),
            (
                "_rels/.rels",
                format!(
                    "<Relationships xmlns=\"{package}\"><Relationship Id=\"r1\" Type=\"{office}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
                ),
            ),
            (
                "xl/workbook.xml",
                format!(
                    "<workbook xmlns=\"{main}\" xmlns:r=\"{office}\"><sheets><sheet name=\"报告\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>"
                ),
            ),
            (
                "xl/_rels/workbook.xml.rels",
                format!(
                    "<Relationships xmlns=\"{package}\"><Relationship Id=\"r1\" Type=\"{office}/worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>"
                ),
            ),
            (
                "xl/worksheets/sheet1.xml",
                format!("<worksheet xmlns=\"{main}\"><sheetData>{sheet}</sheetData></worksheet>"),
            ),
        ] {
            zip.start_file(name, SimpleFileOptions::default())
                .expect("memory can be written");
            zip.write_all(content.as_bytes())
                .expect("memory can be written");
        }
        zip.finish().expect("memory can be written").into_inner()
    }

    fn cell(place: &str, text: &str) -> String {
        let text = text.replace('&', "&amp;").replace('<', "&lt;");
        format!(
            "<c r=\"{place}\" t=\"inlineStr\"><is><t xml:space=\"preserve\">{text}</t></is></c>"
        )
    }

    fn row(number: u32, cells: &[&str]) -> String {
        let cells: Vec<String> = ["A", "B", "C", "D"]
            .iter()
            .zip(cells)
            .map(|(column, text)| cell(&format!("{column}{number}"), text))
            .collect();
        format!("<row r=\"{number}\">{}</row>", cells.concat())
    }

    #[test]
    fn a_sample_in_a_cell_gives_the_same_passages() {
        for sample in corpus() {
            let text = String::from_utf8(sample.bytes.clone()).expect("the samples are UTF-8");
            if text.encode_utf16().count() > 32_767 {
                continue;
            }
            let sheet = row(1, &["编号", "正文"]) + &row(2, &["1", &text]);
            let path = sample.path.replace(".txt", ".xlsx");
            assert_eq!(
                shape(&one(&raw(&path, workbook(&sheet)))),
                shape(&one(&sample))
            );
        }
    }

    #[test]
    fn older_and_open_spreadsheets_are_read_as_their_cells() {
        let sample = String::from_utf8(corpus()[0].bytes.clone()).expect("UTF-8");
        let lines: Vec<&str> = sample.lines().take(40).collect();
        let csv = format!(
            "地区,年份,发布时间,正文\n汾阳市,2024,2024-04-22,\"{}\"\n",
            lines.join("\n")
        );
        let expected = one(&raw("汾阳市2024/table.csv", csv));
        assert!(expected.passages.len() > 10);
        for name in ["table.xls", "table.ods"] {
            let report = one(&fixture(name));
            assert_eq!(shape(&report), shape(&expected), "{name}");
            let year = report.meta.year.as_ref().map(|year| year.evidence.kind);
            assert_eq!(
                year,
                expected.meta.year.as_ref().map(|year| year.evidence.kind)
            );
        }
        let damaged = &fixture("table.xls").bytes[..4_000];
        assert!(matches!(
            ingest(&raw("a.xls", damaged)),
            Err(IngestError::BrokenSpreadsheet { .. })
        ));
    }

    #[test]
    fn rows_are_reports_with_the_numbers_of_their_rows() {
        let sheet = row(1, &["政府工作报告汇总"])
            + &row(2, &["地区", "年份", "发布时间", "正文"])
            + &format!(
                "<row r=\"4\">{}<c r=\"B4\"><v>2024</v></c>{}</row>",
                cell("A4", "汾阳市"),
                cell("D4", BODY)
            )
            + &row(5, &["侯马市", "2023", "", &BODY.replace('\n', "_x000D_\n")])
            + &row(9, &["新绛县", "2022"]);
        let reports = ingest(&raw("a.xlsx", workbook(&sheet))).expect("a table");
        let placed: Vec<(&str, u16, Option<u32>, usize)> = reports
            .iter()
            .map(|report| {
                let region = report.meta.region.as_ref().expect("a region").value;
                let year = report.meta.year.as_ref().expect("a year").value;
                (
                    region.name(),
                    year.get(),
                    table_row(&report.notes),
                    report.passages.len(),
                )
            })
            .collect();
        assert_eq!(
            placed,
            [("汾阳市", 2024, Some(4), 4), ("侯马市", 2023, Some(5), 4)]
        );
        assert!(
            reports[0]
                .notes
                .iter()
                .any(|note| note.text == "1 row without text: 9")
        );
    }

    #[test]
    fn bombs_and_broken_files_are_refused() {
        // A cell in the last corner must not make a table of seventeen billion cells.
        let corner =
            row(1, &["text"]) + &format!("<row r=\"1048576\">{}</row>", cell("XFD1048576", BODY));
        assert!(ingest(&raw("a.xlsx", workbook(&corner))).is_err());
        let bomb = workbook(&" ".repeat(200 << 20));
        assert!(bomb.len() < 1 << 20, "{}", bomb.len());
        let start = Instant::now();
        let refused = ingest(&raw("a.xlsx", bomb)).expect_err("a bomb");
        assert!(
            refused.to_string().contains("64 MiB when it is unpacked"),
            "{refused}"
        );
        println!("a bomb is refused in {:?}", start.elapsed());
        assert!(start.elapsed().as_secs() < 30, "{:?}", start.elapsed());
        let whole = workbook(&row(1, &["text"]));
        assert!(ingest(&raw("a.xlsx", &whole[..whole.len() / 2])).is_err());
        assert!(matches!(
            ingest(&raw("a.xlsx", "text\n报告\n")),
            Err(IngestError::BrokenSpreadsheet { .. })
        ));
        assert!(matches!(
            ingest(&raw("a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec())),
            Err(IngestError::OtherContent { .. })
        ));
    }
}
