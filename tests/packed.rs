//! Archives, and formats that are archives of parts: the same text gives the same passages in each, a member that is not
//! read is known, and altered files are read or refused.
#![cfg(feature = "archives")]

mod common;

use baogao_reading::ingest::{IngestError, ingest, refused_members};
use baogao_reading::report::{Kind, Part, Report};
use baogao_reading::source::{RawFile, format_of};
use common::corpus;
use std::io::{Cursor, Write};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

fn raw(path: &str, bytes: impl Into<Vec<u8>>) -> RawFile {
    RawFile {
        path: path.to_owned(),
        format: format_of(path).expect("the ending is known"),
        bytes: bytes.into(),
    }
}

fn archive(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        zip.start_file(*name, SimpleFileOptions::default())
            .expect("memory can be written");
        zip.write_all(content).expect("memory can be written");
    }
    zip.finish().expect("memory can be written").into_inner()
}

fn one(file: &RawFile) -> Report {
    let mut reports = ingest(file).unwrap_or_else(|error| panic!("{}: {error}", file.path));
    assert_eq!(reports.len(), 1, "{}", file.path);
    reports.remove(0)
}

fn shape(report: &Report) -> Vec<(String, Kind, Part)> {
    let passages = report.passages.iter();
    passages
        .map(|passage| (passage.text.clone(), passage.kind, passage.part))
        .collect()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

/// Paragraphs of a text, a line each.
fn paragraphs(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty())
}

fn page(text: &str) -> String {
    let body: String = paragraphs(text)
        .map(|line| format!("<p>{}</p>\n", escaped(line)))
        .collect();
    format!(
        "<html><head><meta charset=\"utf-8\"/><title>书</title></head><body>\n{body}</body></html>"
    )
}

fn odt(text: &str) -> Vec<u8> {
    let body: String = paragraphs(text)
        .map(|line| format!("<text:p text:style-name=\"P1\">{}</text:p>", escaped(line)))
        .collect();
    let content = format!(
        "<?xml version=\"1.0\"?><office:document-content><office:body><office:text>{body}</office:text></office:body></office:document-content>"
    );
    archive(&[
        ("mimetype", b"application/vnd.oasis.opendocument.text"),
        ("content.xml", content.as_bytes()),
    ])
}

fn epub(text: &str) -> Vec<u8> {
    let lines: Vec<&str> = paragraphs(text).collect();
    let (first, second) = lines.split_at(lines.len() / 2);
    let container =
        "<container><rootfiles><rootfile full-path=\"OEBPS/content.opf\"/></rootfiles></container>";
    let package = "<package><manifest><item id=\"two\" href=\"2.xhtml\"/><item id=\"one\" href=\"%E4%B8%80.xhtml\"/></manifest>\
        <spine><itemref idref=\"one\"/><itemref idref=\"two\"/></spine></package>";
    archive(&[
        ("mimetype", b"application/epub+zip"),
        ("META-INF/container.xml", container.as_bytes()),
        ("OEBPS/content.opf", package.as_bytes()),
        ("OEBPS/2.xhtml", page(&second.join("\n")).as_bytes()),
        ("OEBPS/一.xhtml", page(&first.join("\n")).as_bytes()),
    ])
}

fn mht(text: &str) -> Vec<u8> {
    let packed: String = page(text)
        .bytes()
        .map(|byte| match byte {
            b' '..=b'<' | b'>'..=b'~' => char::from(byte).to_string(),
            b'\n' => "\r\n".to_owned(),
            byte => format!("={byte:02X}"),
        })
        .collect();
    format!(
        "From: <Saved by Blink>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=\"--b\"\r\n\r\n\
         ----b\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n{packed}\r\n\
         ----b\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw0KGgo=\r\n----b--\r\n"
    )
    .into_bytes()
}

/// Lines of at most so many characters, as a page has them.
const PAGE_CHARS: usize = 36;
const PAGE_LINES: usize = 40;

#[cfg(feature = "pdf")]
fn ofd(text: &str) -> Vec<u8> {
    let mut lines: Vec<String> = Vec::new();
    for paragraph in paragraphs(text) {
        let chars: Vec<char> = "\u{3000}\u{3000}"
            .chars()
            .chain(paragraph.chars())
            .collect();
        lines.extend(
            chars
                .chunks(PAGE_CHARS)
                .map(|line| line.iter().collect::<String>()),
        );
    }
    let mut parts = vec![(
        "OFD.xml".to_owned(),
        "<OFD><DocBody><DocRoot>Doc_0/Document.xml</DocRoot></DocBody></OFD>".to_owned(),
    )];
    let mut pages = String::new();
    for (at, page) in lines.chunks(PAGE_LINES).enumerate() {
        let objects: String = page
            .iter()
            .enumerate()
            .map(|(line, text)| {
                format!(
                    "<ofd:TextObject Boundary=\"20 {} 160 5\" Size=\"4\"><ofd:TextCode X=\"0\" Y=\"4\" DeltaX=\"g {} 4\">{}</ofd:TextCode></ofd:TextObject>",
                    20 + line * 6,
                    PAGE_CHARS,
                    escaped(text)
                )
            })
            .collect();
        pages += &format!("<Page ID=\"{at}\" BaseLoc=\"Pages/Page_{at}/Content.xml\"/>");
        parts.push((
            format!("Doc_0/Pages/Page_{at}/Content.xml"),
            format!("<ofd:Page xmlns:ofd=\"o\"><ofd:Content><ofd:Layer>{objects}</ofd:Layer></ofd:Content></ofd:Page>"),
        ));
    }
    parts.push((
        "Doc_0/Document.xml".to_owned(),
        format!("<Document><Pages>{pages}</Pages></Document>"),
    ));
    let parts: Vec<(&str, &[u8])> = parts
        .iter()
        .map(|(name, text)| (name.as_str(), text.as_bytes()))
        .collect();
    archive(&parts)
}

fn han(report: &Report) -> Vec<char> {
    let passages = report.passages.iter();
    let text: String = passages.map(|passage| passage.text.as_str()).collect();
    common::han(&text)
}

#[test]
fn the_same_text_in_every_packing_gives_the_same_passages() {
    for sample in corpus() {
        let text = String::from_utf8(sample.bytes.clone()).expect("the samples are UTF-8");
        // A paragraph a line, as these formats have them.
        let plain: Vec<&str> = paragraphs(&text).collect();
        let plain = plain.join("\n\n");
        let stem = sample.path.trim_end_matches(".txt");
        let expected = one(&raw(&format!("{stem}.html"), page(&plain)));
        let file = |ending: &str, bytes: Vec<u8>| raw(&format!("{stem}.{ending}"), bytes);
        for packed in [
            file("odt", odt(&plain)),
            file("epub", epub(&plain)),
            file("mht", mht(&plain)),
            file("zip", archive(&[("a.html", page(&plain).as_bytes())])),
            file(
                "zip",
                archive(&[("一/b.zip", &archive(&[("a.odt", &odt(&plain))]))]),
            ),
        ] {
            let report = one(&packed);
            assert_eq!(han(&report), han(&expected), "{}", packed.path);
            assert_eq!(shape(&report), shape(&expected), "{}", packed.path);
            let region = |report: &Report| report.meta.region.as_ref().map(|found| found.value);
            assert_eq!(region(&report), region(&expected), "{}", packed.path);
        }
        #[cfg(feature = "pdf")]
        {
            let report = one(&file("ofd", ofd(&plain)));
            let region = |report: &Report| report.meta.region.as_ref().map(|found| found.value);
            assert_eq!(region(&report), region(&expected), "{stem}.ofd");
            let taken: String = report.notes.iter().map(|note| note.text.as_str()).collect();
            let kept = han(&report).len() + common::han(&taken).len();
            let all = common::han(&plain).len();
            assert!(kept >= all, "{stem}.ofd: {kept} of {all}");
        }
    }
}

/// A file of one report that a program wrote.
fn written(ending: &str) -> Vec<u8> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/one-report");
    std::fs::read(format!("{folder}/report.{ending}")).expect("a fixture")
}

/// The number of passages that hold each of some phrases.
fn hits(report: &Report) -> Vec<usize> {
    let phrases = [
        "专业镇",
        "11.4%",
        "高质量发展",
        "“12345”发展思路",
        "政府工作报告",
        "2024年",
    ];
    let n = |phrase: &&str| {
        let holds = |passage: &&baogao_reading::report::Passage| passage.text.contains(*phrase);
        report.passages.iter().filter(holds).count()
    };
    phrases.iter().map(n).collect()
}

/// Files that real programs wrote: LibreOffice, Chromium, easyofd.
#[cfg(all(feature = "docx", feature = "pdf", feature = "xlsx"))]
#[test]
fn one_report_in_every_format_gives_the_same_passages_and_hits() {
    let expected = one(&raw("汾阳市2024/a.txt", written("txt")));
    assert_eq!(expected.passages.len(), 16);
    assert!(
        hits(&expected).iter().all(|n| *n > 0),
        "{:?}",
        hits(&expected)
    );
    let packed = archive(&[("汾阳市2024/a.docx", &written("docx"))]);
    let mut files = vec![
        raw("汾阳市2024/a.wps", written("doc")),
        raw("汾阳市2024/a.et", written("xls")),
        raw("a.zip", packed),
    ];
    for ending in [
        "md", "html", "csv", "docx", "doc", "rtf", "odt", "epub", "mht", "xls", "xlsx", "ods",
        "pdf", "ofd",
    ] {
        files.push(raw(&format!("汾阳市2024/a.{ending}"), written(ending)));
    }
    for file in &files {
        let report = one(file);
        assert_eq!(shape(&report), shape(&expected), "{}", file.path);
        assert_eq!(hits(&report), hits(&expected), "{}", file.path);
        let place = |report: &Report| {
            let region = report.meta.region.as_ref().map(|found| found.value);
            (region, report.meta.year.as_ref().map(|found| found.value))
        };
        assert_eq!(place(&report), place(&expected), "{}", file.path);
        assert!(!report.meta.partial, "{}", file.path);
    }
}

#[cfg(all(feature = "docx", feature = "pdf", feature = "xlsx"))]
#[test]
fn files_that_break_off_are_refused_or_read_in_part() {
    let mut n_read = 0;
    for ending in [
        "doc", "rtf", "xls", "odt", "epub", "ofd", "mht", "docx", "xlsx", "ods",
    ] {
        let whole = written(ending);
        for tenths in 3..10 {
            // Of a web archive the last parts are pictures and styles.
            let at = match ending {
                "mht" => written("html").len() * tenths / 10,
                _ => whole.len() * tenths / 10,
            };
            let file = raw(&format!("汾阳市2024/a.{ending}"), &whole[..at]);
            for report in ingest(&file).into_iter().flatten() {
                assert!(report.meta.partial, "{tenths} tenths of {ending}");
                n_read += 1;
            }
        }
    }
    assert!(n_read > 7, "{n_read}");
}

#[test]
fn heads_and_feet_of_an_open_document_are_notes() {
    let content = "<office:document-content><office:body><office:text><text:p>政府工作报告</text:p>\
        <text:p>全县推进专业镇建设。</text:p></office:text></office:body></office:document-content>";
    let styles = "<office:document-styles><office:master-styles><style:master-page>\
        <style:header><text:p>汾阳市人大</text:p></style:header><style:header-left><text:p>汾阳市人大</text:p></style:header-left>\
        <style:footer><text:p>第<text:page-number>1</text:page-number>页</text:p></style:footer>\
        </style:master-page></office:master-styles></office:document-styles>";
    let report = one(&raw(
        "汾阳市2024.odt",
        archive(&[
            ("mimetype", b"application/vnd.oasis.opendocument.text"),
            ("content.xml", content.as_bytes()),
            ("styles.xml", styles.as_bytes()),
        ]),
    ));
    let notes = report.notes.iter();
    let notes: Vec<(&str, &str)> = notes
        .map(|note| (note.rule.as_str(), note.text.as_str()))
        .filter(|(rule, _)| rule.starts_with("page-"))
        .collect();
    assert_eq!(notes, [("page-head", "汾阳市人大"), ("page-foot", "第1页")]);
    assert_eq!(report.passages.len(), 2);
}

#[cfg(feature = "pdf")]
#[test]
fn an_ofd_file_may_hold_several_documents_and_pages_without_characters() {
    let page = |text: &str| {
        format!(
            "<Page><Content><Layer><TextObject Boundary=\"20 20 160 5\" Size=\"4\"><TextCode X=\"0\" Y=\"4\" DeltaX=\"g 99 4\">{text}</TextCode>\
             </TextObject></Layer></Content></Page>"
        )
    };
    let document =
        "<Document><Pages><Page BaseLoc=\"b.xml\"/><Page BaseLoc=\"a.xml\"/></Pages></Document>";
    let root = "<OFD><DocBody><DocRoot>One/D.xml</DocRoot></DocBody><DocBody><DocRoot>Two/D.xml</DocRoot></DocBody></OFD>";
    let (first, second, third) = (
        page("先说专业镇。"),
        page("后说营商环境。"),
        page("另一份文件。"),
    );
    let nothing = page("");
    let file = archive(&[
        ("OFD.xml", root.as_bytes()),
        ("One/D.xml", document.as_bytes()),
        ("One/b.xml", first.as_bytes()),
        ("One/a.xml", second.as_bytes()),
        ("Two/D.xml", document.as_bytes()),
        ("Two/b.xml", third.as_bytes()),
        ("Two/a.xml", nothing.as_bytes()),
    ]);
    let reports = ingest(&raw("a.ofd", file)).expect("it is read");
    let texts: Vec<String> = reports
        .iter()
        .map(|report| {
            report
                .passages
                .iter()
                .map(|passage| passage.text.as_str())
                .collect()
        })
        .collect();
    assert_eq!(texts, ["先说专业镇。后说营商环境。", "另一份文件。"]);
    // Its characters are drawn by numbers: the page is known to be missing.
    let partial: Vec<bool> = reports.iter().map(|report| report.meta.partial).collect();
    assert_eq!(partial, [false, true]);
}

#[test]
fn names_in_an_archive_may_be_gbk_and_tell_a_place() {
    let text = "政府工作报告\n\n各位代表：\n\n现在，我代表市人民政府向大会报告工作。\n";
    let mut bytes = archive(&[("AAAAAA2023.txt", text.as_bytes())]);
    let (gbk, ..) = encoding_rs::GBK.encode("汾阳市");
    // The name stands before the member and in the list; without its flag it is in the encoding of whoever packed it.
    let places: Vec<usize> = memchr::memmem::find_iter(&bytes, b"AAAAAA").collect();
    assert_eq!(places.len(), 2);
    for at in places {
        bytes[at..at + gbk.len()].copy_from_slice(&gbk);
    }
    let report = one(&raw("报告.zip", bytes));
    let region = report.meta.region.expect("the name says it");
    assert_eq!(region.value.name(), "汾阳市");
    assert_eq!(
        report.meta.year.expect("so does the name").value.get(),
        2023
    );
}

#[test]
fn a_member_that_is_not_read_is_known() {
    let text = "汾阳市2024年政府工作报告\n\n各位代表：\n\n推进专业镇建设。\n";
    let deep = archive(&[(
        "a.zip",
        &archive(&[("b.zip", &archive(&[("c.txt", b"x")]))]),
    )]);
    let packed = archive(&[
        ("2025年青海省政府工作报告.caj", b"CAJ\0"),
        ("甲/汾阳市2024.txt", text.as_bytes()),
        ("甲/空.txt", b""),
        ("丙.zip", &deep),
        ("~$报告.docx", b"x"),
        ("青海省2024年/图.png", b"x"),
        ("图.png", b"x"),
        ("__MACOSX/._a.txt", b"x"),
        (".DS_Store", b"x"),
    ]);
    let reports = ingest(&raw("报告.zip", packed)).expect("one is read");
    assert_eq!(reports.len(), 1);
    let refused: Vec<String> = refused_members(&reports[0].notes)
        .map(|(name, _)| name)
        .collect();
    assert_eq!(
        refused,
        [
            "2025年青海省政府工作报告.caj",
            "甲/空.txt",
            "丙.zip/a.zip",
            // It may be of a page.
            "青海省2024年/图.png"
        ]
    );
    let notes = reports[0].notes.iter();
    let counted = notes.filter(|note| note.rule == "passed-over");
    let counted: Vec<&str> = counted.map(|note| note.text.as_str()).collect();
    assert_eq!(
        counted,
        ["1 pictures", "3 files that programs leave beside others"]
    );
    let nothing = ingest(&raw("图.zip", archive(&[("a.png", b"x"), ("b.js", b"x")])));
    let nothing = nothing.expect_err("there is no report in it").to_string();
    assert!(
        nothing.contains("pictures and files of programs only"),
        "{nothing}"
    );
    let nothing = ingest(&raw("报告.zip", archive(&[("a.caj", b"CAJ\0")])));
    assert!(
        matches!(nothing, Err(IngestError::NothingPacked { .. })),
        "{nothing:?}"
    );
    assert!(matches!(
        ingest(&raw("报告.zip", archive(&[]))),
        Err(IngestError::Empty)
    ));
}

#[test]
fn what_unpacks_to_too_much_is_refused() {
    let blank = vec![b' '; 40 << 20];
    let packed = archive(&[("a.txt", &blank), ("b.txt", &blank), ("c.txt", &blank)]);
    assert!(packed.len() < 1 << 20);
    let refused = ingest(&raw("a.zip", packed)).expect_err("nothing is in it");
    assert!(
        matches!(refused, IngestError::NothingPacked { .. }),
        "{refused}"
    );
    let many: Vec<(String, &[u8])> = (0..5_000)
        .map(|n| (format!("{n}.txt"), &b"x"[..]))
        .collect();
    let many: Vec<(&str, &[u8])> = many
        .iter()
        .map(|(name, text)| (name.as_str(), *text))
        .collect();
    assert!(matches!(
        ingest(&raw("a.zip", archive(&many))),
        Err(IngestError::TooMuch { .. })
    ));
}

#[test]
fn altered_files_are_read_or_refused() {
    let text = "汾阳市2024年政府工作报告\n各位代表：\n推进专业镇建设。\n".repeat(20);
    let mut files = vec![
        ("odt", odt(&text)),
        ("epub", epub(&text)),
        ("mht", mht(&text)),
    ];
    files.push((
        "zip",
        archive(&[("a.odt", &odt(&text)), ("b.txt", text.as_bytes())]),
    ));
    #[cfg(feature = "pdf")]
    files.push(("ofd", ofd(&text)));
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut random = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % below as u64) as usize
    };
    for (ending, whole) in files {
        for _ in 0..300 {
            let mut bytes = whole.clone();
            for _ in 0..=random(4) {
                let at = random(bytes.len());
                bytes[at] = random(256) as u8;
            }
            if random(4) == 0 {
                bytes.truncate(random(bytes.len()));
            }
            // Neither panics.
            let _ = ingest(&raw(&format!("a.{ending}"), bytes));
        }
    }
}
