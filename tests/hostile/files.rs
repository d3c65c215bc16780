//! Files of every format made to hang, to fill the memory, to break a parser: each is refused with a reason or read,
//! soon and in little memory, and the report beside it is found.

use crate::run::Folder;
use std::fmt::Write as _;
use std::io::{Cursor, Write as _};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

const WORD: &str = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
const SHEET: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const LINK: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

/// Seconds that a file may take: two alone on a machine, more where others work too.
const SECONDS_MAX: u64 = 20;

/// Memory of all processes together.
const MIB_MAX: u64 = 300;

/// What becomes of a file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum End {
    Refused,
    Read,
    Either,
}

/// An archive of parts.
pub(crate) fn archive(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        zip.start_file(*name, SimpleFileOptions::default())
            .expect("the name is free");
        zip.write_all(bytes).expect("memory does not fail");
    }
    zip.finish().expect("memory does not fail").into_inner()
}

fn document(body: &str) -> String {
    format!("<w:document xmlns:w=\"{WORD}\"><w:body>{body}</w:body></w:document>")
}

/// A Word file with this body.
pub(crate) fn docx(body: &str) -> Vec<u8> {
    docx_with(body, &[])
}

fn docx_with(body: &str, parts: &[(&str, &str)]) -> Vec<u8> {
    let document = document(body);
    let mut all = vec![("word/document.xml", document.as_bytes())];
    all.extend(parts.iter().map(|(name, text)| (*name, text.as_bytes())));
    archive(&all)
}

/// Paragraphs of a Word file.
pub(crate) fn paragraphs(texts: &[&str]) -> String {
    texts
        .iter()
        .map(|text| format!("<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"))
        .collect()
}

/// A Word file of nothing but paragraphs without text.
pub(crate) fn empty_paragraphs(n: usize) -> Vec<u8> {
    docx(&"<w:p/>".repeat(n))
}

/// A Word file whose list numbers so many paragraphs with so many characters each.
fn numbered(n_paragraphs: usize, n_chars: usize) -> Vec<u8> {
    let numbering = format!(
        "<w:numbering xmlns:w=\"{WORD}\"><w:abstractNum w:abstractNumId=\"0\"><w:lvl w:ilvl=\"0\">\
         <w:numFmt w:val=\"decimal\"/><w:lvlText w:val=\"{}\"/></w:lvl></w:abstractNum>\
         <w:num w:numId=\"1\"><w:abstractNumId w:val=\"0\"/></w:num></w:numbering>",
        "%1.".repeat(n_chars / 3)
    );
    let paragraph = "<w:p><w:pPr><w:numPr><w:ilvl w:val=\"0\"/><w:numId w:val=\"1\"/></w:numPr></w:pPr>\
         <w:r><w:t>发</w:t></w:r></w:p>";
    docx_with(
        &paragraph.repeat(n_paragraphs),
        &[("word/numbering.xml", &numbering)],
    )
}

#[cfg(feature = "docx")]
fn word_files() -> Vec<(&'static str, Vec<u8>, End)> {
    let mut files = Vec::new();
    let mut add = |what, bytes, end| files.push((what, bytes, end));
    add(
        "a list with long numbers",
        numbered(10_000, 90_000),
        End::Refused,
    );
    add(
        "a long list with numbers",
        numbered(150_000, 900),
        End::Refused,
    );
    add(
        "eight million paragraphs",
        empty_paragraphs(8_000_000),
        End::Refused,
    );
    let deep = format!(
        "{}{}",
        "<w:tbl><w:tr><w:tc>".repeat(50_000),
        "</w:tc></w:tr></w:tbl>".repeat(50_000)
    );
    add("tables in tables", docx(&deep), End::Refused);
    let field = "<w:r><w:fldChar w:fldCharType=\"begin\"/></w:r>".repeat(200_000);
    let text = "<w:r><w:t>发</w:t></w:r>".repeat(200_000);
    add(
        "fields in fields",
        docx(&format!("<w:p>{field}{text}</w:p>")),
        End::Refused,
    );
    let names: Vec<String> = (0..5_000).map(|n| format!("word/part{n}.xml")).collect();
    let many: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "<a/>")).collect();
    add(
        "five thousand parts",
        docx_with(&paragraphs(&["发展"]), &many),
        End::Refused,
    );
    add(
        "two hundred megabytes of spaces",
        docx(&" ".repeat(200 << 20)),
        End::Refused,
    );
    let mut lying = docx(&"<w:p/>".repeat(10_000_000));
    let n = lying.len();
    // The size in the central directory says a few bytes.
    if let Some(at) = lying.windows(4).rposition(|four| four == b"PK\x01\x02") {
        lying[at + 24..at + 28].copy_from_slice(&7_u32.to_le_bytes());
    }
    assert_eq!(lying.len(), n);
    add("a size that lies", lying, End::Refused);
    let mut entities = "<!DOCTYPE x [<!ENTITY a \"发展\">".to_owned();
    for n in 1..30 {
        let before = if n == 1 {
            "a".to_owned()
        } else {
            format!("a{}", n - 1)
        };
        let _ = write!(
            entities,
            "<!ENTITY a{n} \"{}\">",
            format!("&{before};").repeat(10)
        );
    }
    let laughs = format!(
        "{entities}]>{}",
        document("<w:p><w:r><w:t>&a29;</w:t></w:r></w:p>")
    );
    add(
        "a billion entities",
        archive(&[("word/document.xml", laughs.as_bytes())]),
        End::Refused,
    );
    let attribute = format!(
        "<w:p><w:pPr><w:pStyle w:val=\"{}\"/></w:pPr></w:p>",
        "a".repeat(40 << 20)
    );
    add("an attribute of 40 MB", docx(&attribute), End::Either);
    let attributes: String = (0..2_000_000).fold(String::new(), |mut all, n| {
        let _ = write!(all, " w:a{n}=\"\"");
        all
    });
    add(
        "two million attributes",
        docx(&format!("<w:p{attributes}/>")),
        End::Either,
    );
    let styles: String = (0..100_000).fold(String::new(), |mut all, n| {
        let _ = write!(
            all,
            "<w:style w:type=\"paragraph\" w:styleId=\"s{n}\"><w:basedOn w:val=\"s{}\"/></w:style>",
            (n + 1) % 100_000
        );
        all
    });
    let styles = format!("<w:styles xmlns:w=\"{WORD}\">{styles}</w:styles>");
    let styled = "<w:p><w:pPr><w:pStyle w:val=\"s7\"/></w:pPr><w:r><w:t>发</w:t></w:r></w:p>"
        .repeat(100_000);
    add(
        "styles in a circle",
        docx_with(&styled, &[("word/styles.xml", &styles)]),
        // It is read where that takes less time than it has.
        End::Either,
    );
    let cell = "<w:tc><w:tcPr><w:gridSpan w:val=\"4294967295\"/><w:vMerge w:val=\"restart\"/></w:tcPr><w:p><w:r><w:t>发</w:t></w:r></w:p></w:tc>";
    let row = format!("<w:tr>{}</w:tr>", cell.repeat(100));
    add(
        "cells as wide as the world",
        docx(&format!("<w:tbl>{}</w:tbl>", row.repeat(500))),
        End::Read,
    );
    let inner = docx(&paragraphs(&["里面"]));
    let inner = (0..8).fold(inner, |inner, _| {
        archive(&[
            ("word/embeddings/a.docx", &inner),
            ("word/document.xml", document("").as_bytes()),
        ])
    });
    add("archives in archives", inner, End::Either);
    let runs = "<w:r><w:rPr><w:b/></w:rPr><w:t>发</w:t><w:br/></w:r><w:r><w:t>展</w:t></w:r>"
        .repeat(150_000);
    add(
        "bold and plain by turns on many lines",
        docx(&format!("<w:p>{runs}</w:p>")),
        End::Either,
    );
    let references = "<w:r><w:footnoteReference w:id=\"1\"/></w:r>".repeat(1_000_000);
    add(
        "a million footnotes",
        docx(&format!("<w:p>{references}</w:p>")),
        End::Refused,
    );
    let spaces: String = (0..200_000).fold(String::new(), |mut all, n| {
        let _ = write!(all, " xmlns:n{n}=\"u{n}\"");
        all
    });
    let many = format!(
        "<w:p{spaces}>{}</w:p>",
        "<w:r><w:t>发</w:t></w:r>".repeat(200_000)
    );
    add("two hundred thousand name spaces", docx(&many), End::Either);
    let deleted =
        "<w:p><w:r><w:t>发</w:t></w:r><w:del><w:r><w:delText>展</w:delText></w:r></w:del></w:p>"
            .repeat(240_000);
    add(
        "a quarter of a million deletions",
        docx(&deleted),
        End::Either,
    );
    files
}

/// A workbook of these parts; its sheets are called sheet1.xml and so on.
fn xlsx(sheets: &[&str], strings: Option<(&str, &str)>) -> Vec<u8> {
    let mut names = String::new();
    let mut links = String::new();
    for n in 1..=sheets.len() {
        let _ = write!(
            names,
            "<sheet name=\"s{n}\" sheetId=\"{n}\" r:id=\"r{n}\"/>"
        );
        let _ = write!(
            links,
            "<Relationship Id=\"r{n}\" Type=\"{LINK}/worksheet\" Target=\"worksheets/sheet{n}.xml\"/>"
        );
    }
    xlsx_of(&names, &links, sheets, strings)
}

fn xlsx_of(names: &str, links: &str, sheets: &[&str], strings: Option<(&str, &str)>) -> Vec<u8> {
    let package = "http://schemas.openxmlformats.org/package/2006/relationships";
    let root = format!(
        "<Relationships xmlns=\"{package}\"><Relationship Id=\"r1\" Type=\"{LINK}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
    );
    let links = format!(
        "<Relationships xmlns=\"{package}\">{links}<Relationship Id=\"rs\" Type=\"{LINK}/sharedStrings\" Target=\"sharedStrings.xml\"/></Relationships>"
    );
    let book = format!(
        "<workbook xmlns=\"{SHEET}\" xmlns:r=\"{LINK}\"><sheets>{names}</sheets></workbook>"
    );
    let paths: Vec<String> = (1..=sheets.len())
        .map(|n| format!("xl/worksheets/sheet{n}.xml"))
        .collect();
    let mut parts: Vec<(&str, &[u8])> = vec![
        ("_rels/.rels", root.as_bytes()),
        ("xl/workbook.xml", book.as_bytes()),
        ("xl/_rels/workbook.xml.rels", links.as_bytes()),
    ];
    for (path, sheet) in paths.iter().zip(sheets) {
        parts.push((path, sheet.as_bytes()));
    }
    if let Some((path, text)) = strings {
        parts.push((path, text.as_bytes()));
    }
    archive(&parts)
}

fn sheet(before: &str, rows: &str, after: &str) -> String {
    format!("<worksheet xmlns=\"{SHEET}\">{before}<sheetData>{rows}</sheetData>{after}</worksheet>")
}

fn inline(place: &str, text: &str) -> String {
    format!("<c r=\"{place}\" t=\"inlineStr\"><is><t>{text}</t></is></c>")
}

/// The first rows of a table that is read.
fn table() -> String {
    let row = |n: u32, title: &str, text: &str| {
        format!(
            "<row r=\"{n}\">{}{}</row>",
            inline(&format!("A{n}"), title),
            inline(&format!("B{n}"), text)
        )
    };
    format!(
        "{}{}",
        row(1, "标题", "正文"),
        row(2, "汾阳市2024年政府工作报告", "推进专业镇建设。")
    )
}

#[cfg(feature = "xlsx")]
fn spreadsheets() -> Vec<(&'static str, Vec<u8>, End)> {
    let mut files = Vec::new();
    let mut add = |what, bytes, end| files.push((what, bytes, end));
    let table = table();
    let merged = "<mergeCells count=\"1\"><mergeCell ref=\"A1:XFD1048576\"/></mergeCells>";
    let whole = "<dimension ref=\"A1:XFD1048576\"/>";
    add(
        "cells merged over the sheet",
        xlsx(&[&sheet(whole, &table, merged)], None),
        End::Read,
    );
    let back = "<dimension ref=\"XFD1048576:A1\"/>";
    add(
        "dimensions backwards",
        xlsx(&[&sheet(back, &table, "")], None),
        End::Either,
    );
    let corner = format!(
        "{table}<row r=\"1048576\">{}</row>",
        inline("XFD1048576", "角")
    );
    add(
        "a cell in the far corner",
        xlsx(&[&sheet("", &corner, "")], None),
        End::Read,
    );
    let far: String = (3..400_000).fold(table.clone(), |mut all, n| {
        let _ = write!(all, "<row r=\"{n}\"><c r=\"IV{n}\"><v>1</v></c></row>");
        all
    });
    add(
        "a far cell in every row",
        xlsx(&[&sheet("", &far, "")], None),
        End::Refused,
    );
    let beyond = format!("{table}<row r=\"3\"><c r=\"B3\" t=\"s\"><v>4294967295</v></c></row>");
    add(
        "a shared string that is not there",
        xlsx(
            &[&sheet("", &beyond, "")],
            Some((
                "xl/sharedStrings.xml",
                &format!("<sst xmlns=\"{SHEET}\"><si><t>a</t></si></sst>"),
            )),
        ),
        End::Either,
    );
    let formula = format!(
        "{table}<row r=\"3\"><c r=\"B3\"><f t=\"shared\" ref=\"B3:B1048576\" si=\"0\">{}1</f><v>1</v></c></row>",
        "1+".repeat(2_000_000)
    );
    add(
        "a formula of 4 MB",
        xlsx(&[&sheet("", &formula, "")], None),
        End::Either,
    );
    let bomb = format!(
        "<sst xmlns=\"{SHEET}\">{}</sst>",
        format!("<si><t>{}</t></si>", "发".repeat(1_000)).repeat(60_000)
    );
    add(
        "a bomb of strings in capitals",
        xlsx(
            &[&sheet("", &table, "")],
            Some(("xl/sharedStrings.XML", &bomb)),
        ),
        End::Refused,
    );
    let lie = format!("<sst xmlns=\"{SHEET}\" uniqueCount=\"4294967295\"><si><t>a</t></si></sst>");
    add(
        "more strings claimed than there are",
        xlsx(
            &[&sheet("", &table, "")],
            Some(("xl/sharedStrings.xml", &lie)),
        ),
        End::Refused,
    );
    let one = format!(
        "<sst xmlns=\"{SHEET}\"><si><t>{}</t></si></sst>",
        "发展".repeat(16_000)
    );
    let often: String = (3..100_000).fold(table.clone(), |mut all, n| {
        let _ = write!(
            all,
            "<row r=\"{n}\"><c r=\"B{n}\" t=\"s\"><v>0</v></c></row>"
        );
        all
    });
    add(
        "one long string in every row",
        xlsx(
            &[&sheet("", &often, "")],
            Some(("xl/sharedStrings.xml", &one)),
        ),
        End::Refused,
    );
    let many = sheet(
        "",
        &(3..2_000).fold(table.clone(), |mut all, n| {
            let _ = write!(all, "<row r=\"{n}\"><c r=\"B{n}\"><v>1</v></c></row>");
            all
        }),
        "",
    );
    let names: String = (0..5_000).fold(String::new(), |mut all, n| {
        let _ = write!(all, "<sheet name=\"s{n}\" sheetId=\"{n}\" r:id=\"r1\"/>");
        all
    });
    let link = format!(
        "<Relationship Id=\"r1\" Type=\"{LINK}/worksheet\" Target=\"worksheets/sheet1.xml\"/>"
    );
    add(
        "five thousand sheets in one part",
        xlsx_of(&names, &link, &[&many], None),
        End::Refused,
    );
    let names: String = (0..400).fold(String::new(), |mut all, n| {
        let _ = write!(all, "<sheet name=\"s{n}\" sheetId=\"{n}\" r:id=\"r1\"/>");
        all
    });
    let empty = sheet("", &"<row/>".repeat(5_000_000), "");
    add(
        "four hundred sheets of empty rows",
        xlsx_of(&names, &link, &[&empty], None),
        End::Refused,
    );
    add(
        "an archive in an archive",
        archive(&[("xl/workbook.xml", &xlsx(&[&sheet("", &table, "")], None))]),
        End::Refused,
    );
    files
}

fn texts() -> Vec<(&'static str, &'static str, Vec<u8>, End)> {
    let head = "汾阳市2024年政府工作报告\n\n各位代表：现在，我代表市人民政府作工作报告。\n\n";
    let mut files = Vec::new();
    let mut add = |what, name, text: String, end| files.push((what, name, text.into_bytes(), end));
    add(
        "short paragraphs",
        "txt",
        format!("{head}{}", "一\n\n".repeat(5_000_000)),
        End::Refused,
    );
    add(
        "short paragraphs in Markdown",
        "md",
        format!("{head}{}", "# 一\n\n".repeat(2_000_000)),
        End::Refused,
    );
    add(
        "nothing but line ends",
        "txt",
        format!("{head}{}", "\n".repeat(30 << 20)),
        End::Read,
    );
    add(
        "numbers",
        "txt",
        format!("{head}{}", "12345\n".repeat(400_000)),
        End::Refused,
    );
    add(
        "page numbers",
        "txt",
        (0..400_000).fold(head.to_owned(), |mut all, n| {
            let _ = write!(all, "加快推进高质量发展\n- {n} -\n");
            all
        }),
        End::Either,
    );
    let table = "id,标题,正文\n1,汾阳市2024年政府工作报告,推进专业镇建设。\n";
    add(
        "a cell that is never closed",
        "csv",
        format!("{table}2,甲,\"{}", "发展，\n".repeat(2_000_000)),
        End::Either,
    );
    add(
        "commas",
        "csv",
        format!("{table}{}", ",".repeat(20 << 20)),
        End::Refused,
    );
    add(
        "short rows",
        "csv",
        format!("{table}{}", "1,a,b\n".repeat(3_000_000)),
        End::Refused,
    );
    add(
        "line ends in a table",
        "csv",
        format!("{table}{}", "\n".repeat(30 << 20)),
        End::Read,
    );
    let columns: String = (0..1_000_000).fold(String::new(), |mut all, n| {
        let _ = write!(all, "正文{n},");
        all
    });
    add(
        "a million columns",
        "csv",
        format!("{columns}\n{}", ",".repeat(1_000_000)),
        End::Refused,
    );
    let places: String = (0..40_000).fold("地区,年份,正文\n".to_owned(), |mut all, n| {
        let _ = writeln!(all, "某某地方{n}号,2024,推进专业镇建设。");
        all
    });
    add(
        "forty thousand places that are none",
        "csv",
        places,
        End::Either,
    );
    add(
        "lists in lists",
        "json",
        format!("{}{}", "[".repeat(100_000), "]".repeat(100_000)),
        End::Refused,
    );
    add(
        "objects in objects",
        "json",
        "{\"a\":".repeat(100_000),
        End::Refused,
    );
    let keys: String = (0..5_000_000).fold("{".to_owned(), |mut all, n| {
        let _ = write!(all, "\"k{n}\":1,");
        all
    });
    add(
        "five million names",
        "json",
        format!("{keys}\"z\":1}}"),
        End::Refused,
    );
    add(
        "a list of numbers",
        "json",
        format!("[{}1]", "1,".repeat(10_000_000)),
        End::Refused,
    );
    add(
        "empty objects",
        "jsonl",
        "{}\n".repeat(8_000_000),
        End::Refused,
    );
    let names: String = (0..200_000).fold(String::new(), |mut all, n| {
        let _ = writeln!(all, "{{\"k{n}\":\"发\"}}");
        all
    });
    add("a new name in every row", "jsonl", names, End::Refused);
    let page = |body: &str| {
        format!(
            "<html><head><title>汾阳市2024年政府工作报告</title></head><body><p>推进专业镇建设，加快发展。</p>{body}</body></html>"
        )
    };
    let cell = "<td colspan=4294967295 rowspan=4294967295>发</td>".repeat(50_000);
    add(
        "cells of a page as wide as the world",
        "html",
        page(&format!("<table><tr>{cell}</tr></table>")),
        End::Either,
    );
    add(
        "tables of a page in tables",
        "html",
        page(&"<table><tr><td>".repeat(100_000)),
        End::Either,
    );
    add(
        "two million tags",
        "html",
        page(&"<b>".repeat(2_000_000)),
        End::Refused,
    );
    add(
        "entities of a page",
        "html",
        page(&"&amp;&#x53d1;".repeat(1_000_000)),
        End::Either,
    );
    let attributes: String = (0..1_000_000).fold(String::new(), |mut all, n| {
        let _ = write!(all, " a{n}=1");
        all
    });
    add(
        "a million attributes of a tag",
        "html",
        page(&format!("<p{attributes}>发</p>")),
        End::Either,
    );
    add(
        "an attribute of a page of 30 MB",
        "html",
        page(&format!(
            "<p class=\"{}\">发</p>",
            "menu left-3 ".repeat(2_500_000)
        )),
        End::Either,
    );
    add(
        "links and lists of a page",
        "html",
        page(&"<ul><li><a href=x>发</a>".repeat(150_000)),
        End::Either,
    );
    add(
        "a page of line breaks",
        "html",
        page(&"发<br>".repeat(900_000)),
        End::Refused,
    );
    files
}

pub(crate) fn check(what: &str, name: &str, bytes: &[u8], end: End) -> Option<String> {
    let folder = Folder::new();
    folder.write(name, bytes);
    let ran = folder.index();
    let reason = ran
        .stderr
        .lines()
        .find(|line| line.contains(name))
        .unwrap_or("read");
    let reason: String = reason.chars().take(150).collect();
    println!(
        "{what}: {} kB, {:?}, {} MiB: {reason}",
        bytes.len() >> 10,
        ran.took,
        ran.peak_mib
    );
    folder.assert_neighbour_is_found();
    let ended = match ran.code {
        Some(0) => End::Read,
        Some(3) => End::Refused,
        _ => return Some(format!("{what}: {ran:?}")),
    };
    let wrong = end != End::Either && end != ended
        || ran.took.as_secs() >= SECONDS_MAX
        || ran.peak_mib > MIB_MAX
        || reason.contains("next run");
    wrong.then(|| {
        format!(
            "{what}: {ended:?} in {:?}, {} MiB: {reason}",
            ran.took, ran.peak_mib
        )
    })
}

pub(crate) fn assert_none(wrong: Vec<String>) {
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[cfg(feature = "docx")]
#[test]
fn word_files_cost_only_themselves() {
    let check =
        |(what, bytes, end): (&str, Vec<u8>, End)| check(what, "汾阳市2024.docx", &bytes, end);
    assert_none(word_files().into_iter().filter_map(check).collect());
}

#[cfg(feature = "xlsx")]
#[test]
fn spreadsheets_cost_only_themselves() {
    let check =
        |(what, bytes, end): (&str, Vec<u8>, End)| check(what, "汾阳市2024.xlsx", &bytes, end);
    assert_none(spreadsheets().into_iter().filter_map(check).collect());
}

/// Rich text made to do harm.
fn rich_texts() -> Vec<(&'static str, Vec<u8>, End)> {
    let rtf = |body: String| format!("{{\\rtf1\\ansi\\ansicpg936 {body}}}").into_bytes();
    let report = "\\'d5\\'fe\\'b8\\'ae\\par ";
    vec![
        ("groups in groups", rtf("{".repeat(4_000_000)), End::Refused),
        (
            "groups that are never closed",
            rtf(format!("{report}{}", "{\\b ".repeat(900))),
            End::Read,
        ),
        (
            "fields in fields",
            rtf("{\\field{\\*\\fldinst X}{\\fldrslt ".repeat(400) + report),
            End::Either,
        ),
        (
            "marks of fields by turns",
            rtf("{\\field{\\*\\fldinst PAGE}{\\fldrslt 1}}".repeat(200_000) + report),
            End::Read,
        ),
        (
            "footnotes in footnotes",
            rtf(format!(
                "{report}{}",
                format!("{{\\footnote {report}").repeat(900)
            )),
            End::Read,
        ),
        (
            "a million fonts",
            rtf(format!(
                "{{\\fonttbl{}}}{report}",
                (0..1_000_000).fold(String::new(), |mut all, n| {
                    let _ = write!(all, "{{\\f{n}\\fcharset134;}}");
                    all
                })
            )),
            End::Read,
        ),
        (
            "two million cells",
            rtf(format!("\\trowd\\intbl {}", "\\cell".repeat(2_000_000))),
            End::Refused,
        ),
        (
            "tables in tables",
            rtf(format!(
                "\\intbl\\itap2000000000 {report}\\nestcell\\nestrow {report}"
            )),
            End::Read,
        ),
        (
            "bytes beyond the end",
            rtf(format!("{report}\\bin2000000000 x")),
            End::Read,
        ),
        (
            "substitutes without end",
            rtf(format!("{report}\\uc2000000000\\u25919 {report}")),
            End::Read,
        ),
        (
            "ten million escapes",
            rtf("\\u25919?".repeat(2_000_000)),
            End::Either,
        ),
    ]
}

#[test]
fn rich_texts_cost_only_themselves() {
    let check =
        |(what, bytes, end): (&str, Vec<u8>, End)| check(what, "汾阳市2024.rtf", &bytes, end);
    assert_none(rich_texts().into_iter().filter_map(check).collect());
}

/// Word files of before 2007 whose numbers lie.
#[cfg(feature = "docx")]
#[test]
fn older_word_files_cost_only_themselves() {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/fixtures/formats/rich.doc"
    );
    let whole = std::fs::read(path).expect("a fixture");
    // The head stands at the begin of a sector.
    let starts = whole.chunks(512);
    let at = 512
        * starts
            .take_while(|sector| !sector.starts_with(b"\xec\xa5"))
            .count();
    // Lengths of texts and of parts; the sector of the table of sectors.
    let places = [
        at + 0x4c,
        at + 0x50,
        at + 0x54,
        at + 0xa6,
        at + 0xfe,
        at + 0x106,
        at + 0x1a6,
        at + 0x1a2,
        0x2c,
        0x30,
        0x3c,
        0x4c,
    ];
    let mut wrong = Vec::new();
    for place in places {
        for value in [u32::MAX, 0x7fff_ffff, 0x0100_0000, 0] {
            let mut bytes = whole.clone();
            bytes[place..place + 4].copy_from_slice(&value.to_le_bytes());
            let what = format!("{value:#x} at {place:#x}");
            wrong.extend(check(&what, "汾阳市2024.doc", &bytes, End::Either));
        }
    }
    assert_none(wrong);
}

#[test]
fn texts_pages_and_tables_cost_only_themselves() {
    let check = |(what, ending, bytes, end): (&str, &str, Vec<u8>, End)| {
        check(what, &format!("汾阳市2024.{ending}"), &bytes, end)
    };
    assert_none(texts().into_iter().filter_map(check).collect());
}

/// The files that the shared folder keeps of what once went wrong.
#[test]
fn files_that_once_did_harm_do_none() {
    let cases = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/cases");
    let mut n = 0;
    for case in [
        "k-docx-numbering",
        "k-xlsx-shared-strings",
        "k-xlsx-unique-count",
    ] {
        let Ok(entries) = std::fs::read_dir(cases.join(case)) else {
            println!("passed over: the shared folder is not at hand");
            return;
        };
        for entry in entries {
            let path = entry.expect("readable").path();
            let name = path
                .file_name()
                .expect("a name")
                .to_string_lossy()
                .into_owned();
            let bytes = std::fs::read(&path).expect("readable");
            let wrong = check(case, &name, &bytes, End::Refused);
            assert_none(wrong.into_iter().collect());
            n += 1;
        }
    }
    assert!(n >= 7);
}

/// 60 MB on one line are read and indexed in half a gigabyte.
#[test]
fn a_report_of_60_megabytes_on_one_line_is_read() {
    let words = [
        "推进",
        "乡村振兴",
        "产业",
        "高质量发展",
        "建设",
        "，",
        "全面",
        "深化",
        "改革",
        "。",
        "2024年",
    ];
    let mut line = "汾阳市2024年政府工作报告\n\n".to_owned();
    let mut state = 1_u64;
    while line.len() < 60_000_000 {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        line.push_str(words[(state >> 33) as usize % words.len()]);
    }
    let folder = Folder::new();
    folder.write("汾阳市2024.txt", line.as_bytes());
    let ran = folder.index();
    println!("{:?}, {} MiB", ran.took, ran.peak_mib);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(ran.peak_mib <= 512, "{} MiB", ran.peak_mib);
    folder.assert_neighbour_is_found();
}
