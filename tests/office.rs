//! Word and PDF files through the whole of ingestion: the same text gives the same passages, whatever
//! program wrote it down; nothing is lost; files made to do harm do none.
#![cfg(feature = "docx")]
#![allow(
    clippy::print_stdout,
    reason = "a test that skips says so, and tables are what it is run for"
)]

mod common;

use baogao_engine::exact::MatchOptions;
use baogao_engine::index::{Index, UpdateOptions, update};
use baogao_engine::query::Query;
use baogao_engine::search::SearchOptions;
use baogao_reading::format::Format;
use baogao_reading::ingest::{DocxError, IngestError, ingest, is_removal};
use baogao_reading::report::{Kind, Part, Report};
use baogao_reading::source::{RawFile, format_of};
use common::dress::{as_csv, as_page, encodings};
use common::{corpus, files_under, han, read_elsewhere, shared_reports};
use std::io::{Cursor, Read, Write};
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

const NAMESPACES: &str = "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\" \
     xmlns:mc=\"http://schemas.openxmlformats.org/markup-compatibility/2006\" \
     xmlns:wps=\"http://schemas.microsoft.com/office/word/2010/wordprocessingShape\" \
     xmlns:v=\"urn:schemas-microsoft-com:vml\"";

/// An archive of parts.
fn archive(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in parts {
        zip.start_file(*name, SimpleFileOptions::default())
            .expect("the name is free");
        zip.write_all(text.as_bytes())
            .expect("memory does not fail");
    }
    zip.finish().expect("memory does not fail").into_inner()
}

/// A Word file with this body, and more parts.
fn docx(body: &str, parts: &[(&str, &str)]) -> RawFile {
    let document = format!("<w:document {NAMESPACES}><w:body>{body}</w:body></w:document>");
    let parts: Vec<(&str, String)> = parts
        .iter()
        .map(|(name, text)| {
            let text = text.replacen('>', &format!(" {NAMESPACES}>"), 1);
            (*name, text)
        })
        .chain([("word/document.xml", document)])
        .collect();
    let parts: Vec<(&str, &str)> = parts
        .iter()
        .map(|(name, text)| (*name, text.as_str()))
        .collect();
    raw(archive(&parts))
}

fn raw(bytes: Vec<u8>) -> RawFile {
    RawFile {
        path: "汾阳市2024.docx".to_owned(),
        format: Format::Docx,
        bytes,
    }
}

fn paragraph(text: &str) -> String {
    format!(
        "<w:p><w:r><w:t xml:space=\"preserve\">{}</w:t></w:r></w:p>",
        escape(text)
    )
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

fn read(file: &RawFile) -> Report {
    let mut reports = ingest(file).expect("the file is read");
    reports.remove(0)
}

fn texts(report: &Report) -> Vec<&str> {
    report
        .passages
        .iter()
        .map(|passage| passage.text.as_str())
        .collect()
}

#[track_caller]
fn check(body: &str, parts: &[(&str, &str)], expected: &[&str]) -> Report {
    let report = read(&docx(body, parts));
    assert_eq!(texts(&report), expected);
    report
}

fn note<'a>(report: &'a Report, rule: &str) -> Option<&'a str> {
    assert!(is_removal(rule), "{rule}");
    let note = report.notes.iter().find(|note| note.rule == rule)?;
    Some(note.text.as_str())
}

/// A text with Markdown marks as a document with styles: each line a paragraph.
fn docx_of(text: &str) -> RawFile {
    let mut body = String::new();
    let mut bold = false;
    for line in text.lines() {
        let bare = line.trim_start_matches('#');
        let level = line.len() - bare.len();
        let is_heading = level > 0 && bare.starts_with(' ');
        body.push_str("<w:p>");
        match (is_heading, level) {
            (false, _) => {}
            (true, 1) => body.push_str("<w:pPr><w:pStyle w:val=\"t\"/></w:pPr>"),
            (true, _) => body.push_str(&format!(
                "<w:pPr><w:outlineLvl w:val=\"{}\"/></w:pPr>",
                level - 2
            )),
        }
        let bare = if is_heading { bare } else { line };
        for (n, piece) in bare.replace('\\', "").split("**").enumerate() {
            bold ^= n > 0;
            let look = if bold { "<w:rPr><w:b/></w:rPr>" } else { "" };
            body.push_str(&format!(
                "<w:r>{look}<w:t xml:space=\"preserve\">{}</w:t></w:r>",
                escape(piece)
            ));
        }
        body.push_str("</w:p>");
    }
    let styles = "<w:styles><w:style w:type=\"paragraph\" w:styleId=\"t\"><w:name w:val=\"Title\"/></w:style></w:styles>";
    docx(&body, &[("word/styles.xml", styles)])
}

#[test]
fn a_text_as_a_document_gives_the_passages_of_the_text() {
    for sample in corpus() {
        let of_text = read(&sample);
        let text = std::str::from_utf8(&sample.bytes).expect("a sample is UTF-8");
        let mut file = docx_of(text);
        file.path = sample.path.clone();
        let of_word = read(&file);
        assert_eq!(texts(&of_word), texts(&of_text), "{}", sample.path);
        assert_eq!(of_word, of_text, "{}", sample.path);
    }
}

/// Where each of some phrases stands in a corpus of one file: passage, spans, text.
fn hits(name: &str, bytes: &[u8]) -> Vec<String> {
    let home = tempfile::tempdir().expect("a temporary folder");
    let corpus = home.path().join("corpus");
    std::fs::create_dir(&corpus).expect("a folder");
    std::fs::write(corpus.join(name), bytes).expect("the file is written");
    let index = home.path().join("index");
    let options = UpdateOptions {
        roots: vec![corpus],
        ..UpdateOptions::default()
    };
    let summary = update(&index, &options, &|_| {}).expect("the index is made");
    assert_eq!(summary.refused, [], "{name}");
    let index = Index::open(&index).expect("it opens");
    let phrases = [
        "专业镇",
        "高质量发展",
        "“十四五”",
        "5%",
        "的",
        "政府工作报告",
    ];
    let found = phrases.iter().flat_map(|phrase| {
        let query = Query::parse(&format!("\"{phrase}\""), MatchOptions::default());
        let answer = index.search(&query.expect("a phrase"), &SearchOptions::default());
        answer.expect("an answer").hits
    });
    found
        .map(|hit| format!("{} {:?} {}", hit.passage.id(), hit.spans, hit.passage.text))
        .collect()
}

#[test]
fn the_same_text_in_every_format_and_encoding_gives_the_same_hits() {
    for sample in corpus().into_iter().skip(1).take(2) {
        let text = String::from_utf8(sample.bytes.clone()).expect("the samples are UTF-8");
        let stem = sample.path.trim_end_matches(".txt");
        let expected = hits(&sample.path, &sample.bytes);
        assert!(expected.len() > 50);
        let word = docx_of(&text);
        assert_eq!(hits(&format!("{stem}.docx"), &word.bytes), expected);
        for (ending, dressed) in [
            ("txt", text.clone()),
            ("md", text.clone()),
            ("html", as_page(&text, "utf-8")),
            ("csv", as_csv(&text)),
        ] {
            for line_end in ["\n", "\r\n"] {
                let written = encodings(&dressed.replace('\n', line_end));
                for (encoding, bytes) in written {
                    if encoding == "utf-8" || encoding == "gb18030" {
                        let found = hits(&format!("{stem}.{ending}"), &bytes);
                        assert!(found == expected, "{ending}, {encoding}, {line_end:?}");
                    }
                }
            }
        }
    }
}

#[test]
fn a_document_of_true_paragraphs_gives_the_same_passages() {
    for sample in corpus() {
        let of_text = read(&sample);
        // Each passage a paragraph, as in a document that was written in Word.
        let paragraphs: String = texts(&of_text).into_iter().map(paragraph).collect();
        let mut file = docx(&paragraphs, &[]);
        file.path = sample.path.clone();
        let of_word = read(&file);
        assert_eq!(texts(&of_word), texts(&of_text), "{}", sample.path);
    }
}

/// The text that a reader of the main part sees, by a rule of its own: all that stands in `w:t`.
fn visible_text(file: &RawFile) -> String {
    let mut archive = ZipArchive::new(Cursor::new(&file.bytes)).expect("it is an archive");
    let mut xml = String::new();
    archive
        .by_name("word/document.xml")
        .expect("it has a document")
        .read_to_string(&mut xml)
        .expect("it is UTF-8");
    let mut out = String::new();
    for piece in xml.split("<w:t").skip(1) {
        // `<w:tab/>` and `<w:tbl>` begin alike.
        if piece.starts_with(['>', ' '])
            && let Some((_, text)) = piece.split_once('>')
            && let Some((text, _)) = text.split_once("</w:t>")
        {
            out.push_str(text);
        }
    }
    out
}

#[test]
fn the_provincial_reports_are_whole_and_divided() {
    let Some(folder) = shared_reports() else {
        println!("skipped: ../shared/data/reports is not here");
        return;
    };
    let mut n = 0;
    for file in files_under(&folder.join("provinces-2025-docx")) {
        let report = read(&file);
        let mut all = han(&visible_text(&file));
        let mut kept: Vec<char> = report
            .passages
            .iter()
            .map(|passage| passage.text.as_str())
            .chain(
                report
                    .notes
                    .iter()
                    .filter(|note| is_removal(&note.rule))
                    .map(|note| note.text.as_str()),
            )
            .flat_map(han)
            .collect();
        let n_passages = report.passages.len();
        let n_heads = report
            .passages
            .iter()
            .filter(|passage| passage.kind == Kind::Heading)
            .count();
        let has = |part: Part| report.passages.iter().any(|passage| passage.part == part);
        println!(
            "{} {:?} {} passages, {n_heads} headings, {} characters",
            file.path,
            report.meta.region.as_ref().map(|found| found.value.name()),
            n_passages,
            kept.len()
        );
        all.sort_unstable();
        kept.sort_unstable();
        assert!(
            all == kept,
            "{}: {} of {}",
            file.path,
            kept.len(),
            all.len()
        );
        assert!(n_passages > 40 && n_heads >= 3, "{}", file.path);
        assert!(has(Part::Review) && has(Part::Plan), "{}", file.path);
        assert_eq!(
            report.meta.year.as_ref().map(|found| found.value.get()),
            Some(2025)
        );
        n += 1;
    }
    assert_eq!(n, 31);
}

const HEADINGS: &str = "<w:styles><w:style w:type=\"paragraph\" w:styleId=\"1\"><w:name w:val=\"heading 1\"/></w:style>\
     <w:style w:type=\"paragraph\" w:styleId=\"2\"><w:name w:val=\"标题 2\"/></w:style></w:styles>";

/// Running text that is long enough to be told from headings.
const PROSE: &str = "全年地区生产总值增长百分之六点五，规模以上工业增加值增长百分之七，城乡居民收入稳步增长，各项事业全面进步。";

#[test]
fn styles_make_headings() {
    let body = format!(
        "{}<w:p><w:pPr><w:pStyle w:val=\"1\"/></w:pPr><w:r><w:t>工作回顾</w:t></w:r></w:p>{}\
         <w:p><w:pPr><w:pStyle w:val=\"2\"/></w:pPr><w:r><w:t>经济运行</w:t></w:r></w:p>{}\
         <w:p><w:pPr><w:outlineLvl w:val=\"0\"/></w:pPr><w:r><w:t>重点工作</w:t></w:r></w:p>{}",
        paragraph("各位代表："),
        paragraph(PROSE),
        paragraph(PROSE),
        paragraph(PROSE)
    );
    let expected = [
        "各位代表：",
        "工作回顾",
        PROSE,
        "经济运行",
        PROSE,
        "重点工作",
        PROSE,
    ];
    let report = check(&body, &[("word/styles.xml", HEADINGS)], &expected);
    let heads: Vec<Option<usize>> = report
        .passages
        .iter()
        .map(|passage| passage.heading)
        .collect();
    assert_eq!(
        heads,
        [None, None, Some(1), Some(1), Some(3), None, Some(5)]
    );
    assert_eq!(report.passages[6].part, Part::Plan);
    // The line of a passage is the number of its paragraph.
    assert_eq!(report.passages[5].lines[0].line, 6);
}

#[test]
fn bold_heads_are_those_of_markdown() {
    let bold = |text: &str| format!("<w:r><w:rPr><w:b/></w:rPr><w:t>{text}</w:t></w:r>");
    let plain =
        |text: &str| format!("<w:r><w:rPr><w:b w:val=\"0\"/></w:rPr><w:t>{text}</w:t></w:r>");
    let body = format!(
        "{}{}<w:p>{}</w:p><w:p>{}{}{}{}</w:p><w:p>{}{}{}</w:p>",
        paragraph("各位代表："),
        paragraph(PROSE),
        bold("加快发展"),
        plain("我们抢占市场。"),
        bold("加快完善"),
        bold("白酒产业配套。"),
        plain("与汾酒共建园区。"),
        plain("充分发挥"),
        bold("“压舱石”"),
        plain("作用，推动各项工作取得新成效。"),
    );
    let expected = [
        "各位代表：",
        PROSE,
        "加快发展",
        "我们抢占市场。",
        "加快完善白酒产业配套。与汾酒共建园区。",
        "充分发挥“压舱石”作用，推动各项工作取得新成效。",
    ];
    let report = check(&body, &[], &expected);
    assert_eq!(report.passages[2].kind, Kind::Heading);
    assert_eq!(report.passages[4].kind, Kind::Text);
}

const NUMBERING: &str = "<w:numbering><w:abstractNum w:abstractNumId=\"0\">\
     <w:lvl w:ilvl=\"0\"><w:start w:val=\"1\"/><w:numFmt w:val=\"chineseCountingThousand\"/><w:suff w:val=\"nothing\"/><w:lvlText w:val=\"%1、\"/></w:lvl>\
     <w:lvl w:ilvl=\"1\"><w:start w:val=\"1\"/><w:numFmt w:val=\"chineseCounting\"/><w:lvlText w:val=\"（%2）\"/></w:lvl>\
     <w:lvl w:ilvl=\"2\"><w:start w:val=\"1\"/><w:numFmt w:val=\"decimal\"/><w:lvlText w:val=\"%3.\"/></w:lvl>\
     </w:abstractNum><w:num w:numId=\"1\"><w:abstractNumId w:val=\"0\"/></w:num></w:numbering>";

#[test]
fn numbers_that_word_sets_are_text() {
    let numbered = |level: u8, text: &str| {
        format!(
            "<w:p><w:pPr><w:numPr><w:ilvl w:val=\"{level}\"/><w:numId w:val=\"1\"/></w:numPr></w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"
        )
    };
    let body = [
        paragraph("各位代表："),
        numbered(0, "工作回顾"),
        numbered(1, "经济运行"),
        paragraph(PROSE),
        numbered(1, "民生改善"),
        numbered(2, "2023年办实事"),
        paragraph(PROSE),
        numbered(0, "重点工作"),
        numbered(1, "扩大内需"),
        paragraph(PROSE),
    ]
    .concat();
    let expected = [
        "各位代表：",
        "一、工作回顾",
        "（一）经济运行",
        PROSE,
        "（二）民生改善",
        "1. 2023年办实事",
        PROSE,
        "二、重点工作",
        "（一）扩大内需",
        PROSE,
    ];
    let report = check(&body, &[("word/numbering.xml", NUMBERING)], &expected);
    assert_eq!(report.passages[9].heading, Some(8));
}

#[test]
fn rows_are_passages_and_layout_tables_are_read_through() {
    let cell = |text: &str| format!("<w:tc>{}</w:tc>", paragraph(text));
    let long = "投资消费出口".repeat(20);
    let body = format!(
        "{}{}<w:tbl><w:tr>{}{}{}</w:tr><w:tr>{}{}</w:tr><w:tr>{}{}</w:tr></w:tbl>\
         <w:tbl><w:tr><w:tc>{}{}</w:tc></w:tr></w:tbl>",
        paragraph("各位代表："),
        paragraph(PROSE),
        cell("指标"),
        cell(""),
        cell("2023年"),
        cell(&long),
        cell("6"),
        cell("，增速"),
        cell("7"),
        paragraph("一、重点工作"),
        paragraph(PROSE),
    );
    let row = format!("{long} | 6");
    check(
        &body,
        &[],
        &[
            "各位代表：",
            PROSE,
            "指标 | 2023年",
            &row,
            "，增速 | 7",
            "一、重点工作",
            PROSE,
        ],
    );
}

#[test]
fn footnotes_stand_apart() {
    let mark = |id: u8| {
        format!(
            "<w:r><w:rPr><w:vertAlign w:val=\"superscript\"/></w:rPr><w:footnoteReference w:id=\"{id}\"/></w:r>"
        )
    };
    let body = format!(
        "{}<w:p><w:r><w:t>实施“两山七河”</w:t></w:r>{}<w:r><w:t>战略，推进“五个一批”</w:t></w:r>{}<w:r><w:t>工程，各项工作取得显著成效。</w:t></w:r></w:p>",
        paragraph("各位代表："),
        mark(3),
        mark(2),
    );
    let entry = |id: u8, text: &str| {
        format!(
            "<w:footnote w:id=\"{id}\"><w:p><w:r><w:footnoteRef/></w:r><w:r><w:t xml:space=\"preserve\"> {text}</w:t></w:r></w:p></w:footnote>"
        )
    };
    let footnotes = format!(
        "<w:footnotes><w:footnote w:type=\"separator\" w:id=\"0\"><w:p><w:r><w:separator/></w:r></w:p></w:footnote>{}{}{}</w:footnotes>",
        entry(2, "五个一批：五类项目。"),
        entry(3, "两山七河：两座山七条河"),
        entry(4, "没有人提到"),
    );
    let expected = [
        "各位代表：",
        "实施“两山七河”战略，推进“五个一批”工程，各项工作取得显著成效。",
        "[1]两山七河：两座山七条河",
        "[2]五个一批：五类项目。",
    ];
    let report = check(&body, &[("word/footnotes.xml", &footnotes)], &expected);
    assert_eq!(report.passages[2].part, Part::Glossary);
    assert_eq!(note(&report, "unused-note"), Some("没有人提到"));
}

#[test]
fn what_a_reader_does_not_see_is_no_text() {
    let run = |text: &str| format!("<w:r><w:t>{text}</w:t></w:r>");
    let field = |name: &str, result: &str| {
        format!(
            "<w:r><w:fldChar w:fldCharType=\"begin\"/></w:r><w:r><w:instrText> {name} </w:instrText></w:r>\
             <w:r><w:fldChar w:fldCharType=\"separate\"/></w:r>{result}<w:r><w:fldChar w:fldCharType=\"end\"/></w:r>"
        )
    };
    let body = format!(
        "{}<w:p>{}<w:del><w:r><w:delText>旧的说法</w:delText></w:r></w:del><w:ins>{}</w:ins>\
         <w:r><w:rPr><w:vanish/></w:rPr><w:t>看不见的话</w:t></w:r>{}{}\
         <w:r><w:t>民</w:t><w:softHyphen/><w:t>生&#x200b;改善&amp;增收，</w:t></w:r></w:p>\
         <w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr>{}</w:p><w:p>{}</w:p>",
        paragraph("各位代表："),
        run("推进"),
        run("新的说法，"),
        field("PAGE", &run("12")),
        field("HYPERLINK \"x\"", &run("链接，")),
        run("落实各项政策措施，"),
        run("让人民群众过上更好的日子，让城乡面貌发生更大的变化。"),
    );
    let report = check(
        &body,
        &[],
        &[
            "各位代表：",
            "推进新的说法，链接，民生改善&增收，落实各项政策措施，让人民群众过上更好的日子，让城乡面貌发生更大的变化。",
        ],
    );
    assert_eq!(note(&report, "tracked-change"), Some("旧的说法"));
    assert_eq!(note(&report, "hidden-text"), Some("看不见的话"));
}

#[test]
fn text_boxes_are_read_once_and_contents_are_not() {
    let boxed = paragraph("图中文字：本年度主要经济指标完成情况良好。");
    let body = format!(
        "<w:p><w:r><w:t>目\u{3000}录</w:t></w:r></w:p>\
         <w:p><w:r><w:fldChar w:fldCharType=\"begin\"/></w:r><w:r><w:instrText>TOC \\o</w:instrText></w:r><w:r><w:fldChar w:fldCharType=\"separate\"/></w:r>\
         <w:r><w:t>一、重点工作</w:t></w:r><w:r><w:tab/></w:r><w:fldSimple w:instr=\"PAGEREF _1\"><w:r><w:t>3</w:t></w:r></w:fldSimple></w:p>\
         <w:p><w:r><w:fldChar w:fldCharType=\"end\"/></w:r></w:p>{}\
         <w:p><w:r><w:t>一、重点工作</w:t></w:r><w:r><mc:AlternateContent><mc:Choice Requires=\"wps\"><wps:txbx><w:txbxContent>{boxed}</w:txbxContent></wps:txbx></mc:Choice>\
         <mc:Fallback><w:pict><v:textbox><w:txbxContent>{boxed}</w:txbxContent></v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r></w:p>{}",
        paragraph("各位代表："),
        paragraph(PROSE),
    );
    let report = check(
        &body,
        &[],
        &[
            "各位代表：",
            "一、重点工作",
            "图中文字：本年度主要经济指标完成情况良好。",
            PROSE,
        ],
    );
    assert_eq!(
        report
            .notes
            .iter()
            .filter(|note| note.rule == "contents")
            .count(),
        2
    );
}

#[test]
fn line_breaks_and_gaps_part_a_report_in_one_paragraph() {
    let long = PROSE.repeat(4);
    let body = format!(
        "<w:p><w:r><w:t>政府工作报告</w:t><w:br/><w:t>各位代表：</w:t><w:br/><w:t>\u{3000}\u{3000}一、工作回顾\u{3000}\u{3000}{long}\u{3000}\u{3000}二、重点工作\u{3000}\u{3000}{PROSE}</w:t></w:r></w:p>"
    );
    let report = check(
        &body,
        &[],
        &[
            "政府工作报告",
            "各位代表：",
            "一、工作回顾",
            &long,
            "二、重点工作",
            PROSE,
        ],
    );
    assert!(
        report
            .passages
            .iter()
            .all(|passage| passage.lines[0].line == 1)
    );
}

#[test]
fn heads_feet_and_comments_are_notes() {
    let links = "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">\
         <Relationship Id=\"r1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/header\" Target=\"kopf.xml\"/>\
         <Relationship Id=\"r2\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/footer\" Target=\"/word/fuss.xml\"/></Relationships>";
    let head = format!("<w:hdr>{}</w:hdr>", paragraph("汾阳市人民政府文件"));
    let foot = format!("<w:ftr>{}</w:ftr>", paragraph("第页"));
    let comments = format!(
        "<w:comments><w:comment w:id=\"0\">{}</w:comment></w:comments>",
        paragraph("数字待核")
    );
    let report = check(
        &[paragraph("各位代表："), paragraph(PROSE)].concat(),
        &[
            ("word/_rels/document.xml.rels", links),
            ("word/kopf.xml", &head),
            ("word/fuss.xml", &foot),
            ("word/comments.xml", &comments),
        ],
        &["各位代表：", PROSE],
    );
    assert_eq!(note(&report, "page-head"), Some("汾阳市人民政府文件"));
    assert_eq!(note(&report, "page-foot"), Some("第页"));
    assert_eq!(note(&report, "comment"), Some("数字待核"));
}

fn refusal(bytes: Vec<u8>) -> DocxError {
    match ingest(&raw(bytes)) {
        Err(IngestError::Docx(error)) => error,
        other => panic!("{other:?}"),
    }
}

#[test]
fn hostile_files_are_refused_with_a_reason() {
    // 80 MB of spaces in 80 kB, whatever the archive says of its size.
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file("word/document.xml", SimpleFileOptions::default())
        .expect("the name is free");
    for _ in 0..80 {
        zip.write_all(&[b' '; 1 << 20])
            .expect("memory does not fail");
    }
    let bomb = zip.finish().expect("memory does not fail").into_inner();
    assert!(bomb.len() < 100_000);
    assert!(matches!(refusal(bomb.clone()), DocxError::TooLarge { .. }));
    // The same with a declared size of one byte, in both headers.
    let mut lying = bomb;
    let size = (80_u32 << 20).to_le_bytes();
    let places: Vec<usize> = lying
        .windows(4)
        .enumerate()
        .filter(|(_, window)| *window == size)
        .map(|(at, _)| at)
        .collect();
    for at in places {
        lying[at..at + 4].copy_from_slice(&1_u32.to_le_bytes());
    }
    assert!(matches!(
        refusal(lying),
        DocxError::TooLarge { .. } | DocxError::Damaged { .. } | DocxError::NoDocument
    ));

    let names: Vec<String> = (0..5_000)
        .map(|n| format!("word/document{n}.xml"))
        .collect();
    let parts: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "")).collect();
    assert_eq!(
        refusal(archive(&parts)),
        DocxError::TooManyParts { entries: 5_000 }
    );

    let dtd = "<!DOCTYPE w [<!ENTITY a \"aaaaaaaa\"><!ENTITY b \"&a;&a;&a;\">]><w:document><w:body>&b;</w:body></w:document>";
    assert!(matches!(
        refusal(archive(&[("word/document.xml", dtd)])),
        DocxError::DocumentType { .. }
    ));
    let deep = "<w:p>".repeat(100_000);
    assert!(matches!(
        refusal(archive(&[("word/document.xml", &deep)])),
        DocxError::TooDeep { .. }
    ));
    assert_eq!(
        refusal(archive(&[
            ("../../etc/passwd", "x"),
            ("word/document.rels", "<a/>")
        ])),
        DocxError::NoDocument
    );
    assert_eq!(refusal(b"\0 no file of Word".to_vec()), DocxError::NotWord);
    let mut encrypted = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec();
    encrypted.extend("EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes));
    assert_eq!(refusal(encrypted), DocxError::Encrypted);
}

#[test]
fn cut_and_altered_files_never_panic() {
    let whole = docx(
        &[paragraph("各位代表："), paragraph(PROSE)].concat(),
        &[
            ("word/styles.xml", HEADINGS),
            ("word/numbering.xml", NUMBERING),
        ],
    );
    let n = whole.bytes.len();
    for cut in (0..n).step_by(7) {
        let mut file = whole.clone();
        file.bytes.truncate(cut);
        assert!(ingest(&file).is_err(), "cut at {cut}");
    }
    for at in (0..n).step_by(3) {
        let mut file = whole.clone();
        file.bytes[at] ^= 0x55;
        // Text or a reason, and no panic.
        let _ = ingest(&file);
    }
}

#[cfg(feature = "pdf")]
mod pdf {
    use super::*;
    use baogao_reading::ingest::pdf::PdfError;
    use baogao_reading::ingest::{Encoding, FileReader, ReaderError};
    use std::path::{Path, PathBuf};
    use std::process::{Command, Output};
    use std::sync::Arc;

    /// A password, a scan, fonts without characters: not to be read.
    const NOT_READ: [&str; 3] = ["encrypted.pdf", "scan.pdf", "no-unicode.pdf"];

    /// Pages without indents.
    const BY_HAND: [&str; 5] = [
        "gbk-euc.pdf",
        "gbk2k.pdf",
        "ucs2.pdf",
        "utf16.pdf",
        "vertical.pdf",
    ];

    fn places(report: &Report) -> Vec<(Part, Kind, Option<usize>)> {
        let place = |p: &baogao_reading::report::Passage| (p.part, p.kind, p.heading);
        report.passages.iter().map(place).collect()
    }

    fn folder() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/pdf")
    }

    fn fixture(name: &str) -> RawFile {
        RawFile {
            path: name.to_owned(),
            format: format_of(name).expect("a format that is read"),
            bytes: std::fs::read(folder().join(name)).expect("the fixture is there"),
        }
    }

    #[test]
    fn every_producer_gives_the_passages_of_the_text() {
        let truth = read(&fixture("text.txt"));
        let mut n = 0;
        for entry in std::fs::read_dir(folder()).expect("the fixtures are there") {
            let name = entry.expect("readable").file_name();
            let name = name.to_string_lossy();
            if !(name.ends_with(".pdf") || name.ends_with(".docx")) || NOT_READ.contains(&&*name) {
                continue;
            }
            let report = ingest(&fixture(&name))
                .unwrap_or_else(|error| panic!("{name}: {error}"))
                .remove(0);
            let all = |report: &Report| -> Vec<char> {
                texts(report).into_iter().flat_map(han).collect()
            };
            assert_eq!(all(&report), all(&truth), "{name}");
            // A page by hand has no indents and too few lines to show its width: nobody can tell where
            // its paragraphs end.
            if !BY_HAND.contains(&&*name) {
                assert_eq!(texts(&report), texts(&truth), "{name}");
                assert_eq!(places(&report), places(&truth), "{name}");
            }
            let region = report.meta.region.map(|found| found.value.name());
            assert_eq!(region, Some("汾阳市"), "{name}");
            n += 1;
        }
        assert_eq!(n, 13);
    }

    #[test]
    fn heads_feet_and_numbers_of_pages_are_notes() {
        let report = ingest(&fixture("libreoffice.pdf"))
            .expect("it is read")
            .remove(0);
        assert_eq!(
            note(&report, "running-head"),
            Some("汾阳市人民代表大会文件")
        );
        assert_eq!(note(&report, "page-number"), Some("— 1 —"));
        let report = ingest(&fixture("word.docx")).expect("it is read").remove(0);
        assert_eq!(note(&report, "page-head"), Some("汾阳市人民代表大会文件"));
    }

    #[test]
    fn what_cannot_be_read_is_said() {
        let refusal = |name: &str| match read_elsewhere(&fixture(name)) {
            Some(Err(IngestError::Pdf(error))) => error,
            answer => panic!("{name}: {answer:?}"),
        };
        assert_eq!(refusal("encrypted.pdf"), PdfError::Encrypted);
        assert_eq!(refusal("scan.pdf"), PdfError::NoTextLayer { pages: 1 });
        assert!(matches!(
            refusal("no-unicode.pdf"),
            PdfError::UnknownEncoding { unknown, total } if unknown == total
        ));
        let head_alone = RawFile {
            bytes: b"%PDF-1.7\n".to_vec(),
            ..fixture("scan.pdf")
        };
        let refused = IngestError::Pdf(PdfError::Damaged);
        assert_eq!(read_elsewhere(&head_alone), Some(Err(refused)));
    }

    #[test]
    fn the_other_process_reads_what_this_one_reads() {
        for entry in std::fs::read_dir(folder()).expect("the fixtures are there") {
            let name = entry.expect("readable").file_name();
            let Ok(format) = format_of(&name.to_string_lossy()) else {
                continue;
            };
            let mut file = fixture(&name.to_string_lossy());
            assert_eq!(read_elsewhere(&file), Some(ingest(&file)), "{name:?}");
            if format == Format::Text {
                for (ending, format) in [("csv", Format::Csv), ("html", Format::Html)] {
                    file.path = format!("汾阳市2024.{ending}");
                    file.format = format;
                    assert_eq!(read_elsewhere(&file), Some(ingest(&file)), "{ending}");
                }
            }
        }
    }

    #[test]
    fn the_lines_of_a_pdf_can_be_seen() {
        let pdf = std::fs::File::open(folder().join("reportlab.pdf")).expect("a fixture");
        let output = Command::new(env!("CARGO_BIN_EXE_baogao"))
            .args(["extract", "--text"])
            .env_clear()
            .stdin(pdf)
            .output()
            .expect("the program starts");
        assert!(output.status.success());
        let text = String::from_utf8(output.stdout).expect("UTF-8");
        let lines: Vec<&str> = text.split('\n').collect();
        let report = read(&fixture("reportlab.pdf"));
        for passage in report.passages.iter().take(3) {
            let line = lines[passage.lines[0].line as usize - 1];
            assert!(han(&passage.text).starts_with(&han(line)), "{line}");
        }
    }

    fn baogao(folder: &Path, arguments: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_baogao"))
            .args(arguments)
            .current_dir(folder)
            .env_clear()
            .output()
            .expect("the program starts")
    }

    #[test]
    fn the_run_goes_on_and_says_what_failed() {
        let folder = tempfile::tempdir().expect("a folder");
        let corpus = folder.path().join("corpus");
        std::fs::create_dir(&corpus).expect("a folder");
        let names = [
            "libreoffice.pdf",
            "scan.pdf",
            "encrypted.pdf",
            "no-unicode.pdf",
        ];
        for name in names {
            std::fs::write(corpus.join(name), fixture(name).bytes).expect("written");
        }
        let output = baogao(folder.path(), &["index", "--verbose", "corpus"]);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(3), "{said}");
        for reason in [
            "`scan.pdf`: no text layer",
            "`encrypted.pdf`: the file is encrypted",
            "`no-unicode.pdf`: unsupported encoding",
        ] {
            assert!(said.contains(reason), "{reason} in {said}");
        }
        assert!(said.contains("3 files could not be indexed"), "{said}");
        let found = baogao(folder.path(), &["search", "汾酒专业镇建设"]);
        assert_eq!(found.status.code(), Some(0));
    }

    /// A parser with a bug.
    #[derive(Debug)]
    struct Panics;

    impl FileReader for Panics {
        fn read(&self, _: &RawFile, _: Option<Encoding>) -> Result<Vec<Report>, IngestError> {
            panic!("a bug in a parser");
        }
    }

    /// Nobody to read.
    #[derive(Debug)]
    struct Nobody;

    impl FileReader for Nobody {
        fn read(&self, _: &RawFile, _: Option<Encoding>) -> Result<Vec<Report>, IngestError> {
            let reason = "too many processes".to_owned();
            Err(ReaderError::NotStarted { reason }.into())
        }
    }

    #[test]
    fn a_parser_that_panics_costs_its_file_and_not_the_run() {
        let folder = tempfile::tempdir().expect("a folder");
        let corpus = folder.path().join("corpus");
        std::fs::create_dir(&corpus).expect("a folder");
        std::fs::write(corpus.join("a.pdf"), fixture("gbk-euc.pdf").bytes).expect("written");
        for sample in super::corpus() {
            std::fs::write(corpus.join(&sample.path), &sample.bytes).expect("written");
        }
        let options = UpdateOptions {
            roots: vec![corpus],
            reader: Some(Arc::new(Panics)),
            ..UpdateOptions::default()
        };
        let index = folder.path().join("index");
        let summary = update(&index, &options, &|_| ()).expect("the index is made");
        assert_eq!(summary.reports, 5);
        let [(file, reason)] = summary.refused.as_slice() else {
            panic!("{:?}", summary.refused);
        };
        assert_eq!(file, "a.pdf");
        assert!(reason.contains("an error in the program"), "{reason}");
        assert!(Index::open(&index).is_ok());
    }

    #[test]
    fn a_file_that_nobody_could_read_is_read_as_soon_as_somebody_can() {
        let folder = tempfile::tempdir().expect("a folder");
        let corpus = folder.path().join("corpus");
        std::fs::create_dir(&corpus).expect("a folder");
        std::fs::write(corpus.join("a.pdf"), fixture("gbk-euc.pdf").bytes).expect("written");
        let index = folder.path().join("index");
        let mut options = UpdateOptions {
            roots: vec![corpus],
            reader: Some(Arc::new(Nobody)),
            ..UpdateOptions::default()
        };
        let summary = update(&index, &options, &|_| ()).expect("the index is made");
        assert_eq!((summary.reports, summary.refused.len()), (0, 1));
        options.reader = None;
        let summary = update(&index, &options, &|_| ()).expect("the index is made");
        assert_eq!((summary.reports, summary.refused.len()), (1, 0));
        assert!(Index::open(&index).is_ok());
    }

    #[test]
    fn cut_and_altered_files_harm_nobody() {
        // In the other process: what becomes of it there is no matter here.
        let whole = fixture("reportlab.pdf").bytes;
        let read = |bytes: &[u8]| {
            read_elsewhere(&RawFile {
                bytes: bytes.to_vec(),
                ..fixture("reportlab.pdf")
            })
        };
        for step in 1..12 {
            let _ = read(&whole[..whole.len() * step / 12]);
        }
        for step in 1..40 {
            let mut altered = whole.clone();
            for at in (step * 7..altered.len()).step_by(97) {
                altered[at] ^= 0x15;
            }
            for report in read(&altered).into_iter().flatten().flatten() {
                assert!(texts(&report).iter().all(|text| !text.contains('\u{fffd}')));
            }
        }
    }
}
