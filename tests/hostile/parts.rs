//! Archives of parts, messages and books made to do harm: bombs, circles, lies, depth. Each costs itself alone.

use crate::files::{End, archive, assert_none, check};
use std::fmt::Write as _;

fn odt(body: &str) -> Vec<u8> {
    let content = format!(
        "<office:document-content><office:body><office:text>{body}</office:text></office:body></office:document-content>"
    );
    archive(&[
        ("mimetype", b"application/vnd.oasis.opendocument.text"),
        ("content.xml", content.as_bytes()),
    ])
}

fn ods(rows: &str) -> Vec<u8> {
    let content = format!(
        "<office:document-content xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" \
         xmlns:table=\"urn:oasis:names:tc:opendocument:xmlns:table:1.0\" \
         xmlns:text=\"urn:oasis:names:tc:opendocument:xmlns:text:1.0\"><office:body><office:spreadsheet>\
         <table:table table:name=\"a\">{rows}</table:table></office:spreadsheet></office:body></office:document-content>"
    );
    archive(&[
        (
            "mimetype",
            b"application/vnd.oasis.opendocument.spreadsheet",
        ),
        ("META-INF/manifest.xml", b"<manifest/>"),
        ("content.xml", content.as_bytes()),
    ])
}

fn epub(package: &str, pages: &[(&str, &str)]) -> Vec<u8> {
    let container = "<container><rootfiles><rootfile full-path=\"a.opf\"/></rootfiles></container>";
    let mut parts: Vec<(&str, &[u8])> = vec![
        ("mimetype", b"application/epub+zip"),
        ("META-INF/container.xml", container.as_bytes()),
        ("a.opf", package.as_bytes()),
    ];
    parts.extend(pages.iter().map(|(name, text)| (*name, text.as_bytes())));
    archive(&parts)
}

fn ofd(document: &str, page: &str) -> Vec<u8> {
    archive(&[
        (
            "OFD.xml",
            b"<OFD><DocBody><DocRoot>D/Document.xml</DocRoot></DocBody></OFD>",
        ),
        ("D/Document.xml", document.as_bytes()),
        ("D/p.xml", page.as_bytes()),
    ])
}

fn one_page(objects: &str) -> Vec<u8> {
    ofd(
        "<Document><Pages><Page BaseLoc=\"p.xml\"/></Pages></Document>",
        &format!("<Page><Content><Layer>{objects}</Layer></Content></Page>"),
    )
}

/// Letters within letters, each the only part of the one around it.
fn letters(depth: usize) -> Vec<u8> {
    let mut out = String::new();
    for at in 0..depth {
        let _ = write!(
            out,
            "Content-Type: multipart/mixed; boundary=b{at}\r\n\r\n--b{at}\r\n"
        );
    }
    out.push_str("Content-Type: text/html\r\n\r\n<p>政府工作报告</p>\r\n");
    format!("MIME-Version: 1.0\r\n{out}").into_bytes()
}

/// A letter of many parts, each with a name and nothing else.
fn parts(n: usize) -> Vec<u8> {
    let part =
        "--b\r\nContent-Type: text/plain; name=a\r\nContent-Transfer-Encoding: base64\r\n\r\n\r\n";
    let head = "MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=b\r\n\r\n";
    format!("{head}{}--b--\r\n", part.repeat(n)).into_bytes()
}

/// An archive within an archive within an archive.
fn nested(depth: usize) -> Vec<u8> {
    let mut bytes = archive(&[("a.txt", "政府工作报告".as_bytes())]);
    for _ in 0..depth {
        bytes = archive(&[("a.zip", &bytes)]);
    }
    bytes
}

/// An archive whose list of members gives one of them another length than it has.
fn lying_length() -> Vec<u8> {
    let mut bytes = archive(&[("a.txt", "政府".repeat(10_000).as_bytes())]);
    let list = bytes.windows(4).position(|four| four == b"PK\x01\x02");
    let at = list.expect("every archive has one") + 24;
    bytes[at..at + 4].copy_from_slice(&0xffff_fff0_u32.to_le_bytes());
    bytes
}

fn open_document_files() -> Vec<(&'static str, &'static str, Vec<u8>, End)> {
    let deep = "<text:section>".repeat(100_000);
    let table = |repeated: &str| {
        format!(
            "<table:table><table:table-row {repeated}><table:table-cell><text:p>政府</text:p></table:table-cell></table:table-row></table:table>"
        )
    };
    let cell =
        "<table:table-cell office:value-type=\"string\"><text:p>政府</text:p></table:table-cell>";
    vec![
        ("sections in sections", "odt", odt(&deep), End::Either),
        (
            "a paragraph of 60 MB of blanks",
            "odt",
            odt(&format!(
                "<text:p>政府{}</text:p>",
                "<text:s text:c=\"2000000000\"/>".repeat(1_000)
            )),
            End::Either,
        ),
        (
            "a row two billion times",
            "odt",
            odt(&table("table:number-rows-repeated=\"2000000000\"")),
            End::Either,
        ),
        (
            "two million paragraphs",
            "odt",
            odt(&"<text:p>府</text:p>".repeat(1_500_000)),
            End::Refused,
        ),
        (
            "a cell two billion times, in a row two billion times",
            "ods",
            ods(&format!(
                "<table:table-row table:number-rows-repeated=\"2000000000\">{}</table:table-row>",
                cell.replace(
                    "office:value-type",
                    "table:number-columns-repeated=\"2000000000\" office:value-type"
                )
            )),
            End::Either,
        ),
        ("a bomb", "odt", odt(&" ".repeat(300 << 20)), End::Refused),
        (
            "a type of document",
            "odt",
            archive(&[
                ("mimetype", b"application/vnd.oasis.opendocument.text"),
                (
                    "content.xml",
                    b"<!DOCTYPE a [<!ENTITY b \"bbbb\"><!ENTITY c \"&b;&b;&b;\">]><a>&c;</a>",
                ),
            ]),
            End::Refused,
        ),
    ]
}

fn books_and_pages() -> Vec<(&'static str, &'static str, Vec<u8>, End)> {
    let spine = |n: usize| {
        format!(
            "<package><manifest><item id=\"a\" href=\"a.xhtml\"/></manifest><spine>{}</spine></package>",
            "<itemref idref=\"a\"/>".repeat(n)
        )
    };
    let page = format!(
        "<html><body>{}</body></html>",
        "<p>政府工作报告</p>".repeat(2_000)
    );
    let code = |steps: &str, text: &str| {
        format!(
            "<TextObject Boundary=\"1 1 9 9\" Size=\"1\"><TextCode X=\"0\" Y=\"0\" DeltaX=\"{steps}\">{text}</TextCode></TextObject>"
        )
    };
    vec![
        (
            "a chapter a hundred thousand times",
            "epub",
            epub(&spine(100_000), &[("a.xhtml", &page)]),
            End::Either,
        ),
        (
            "a book that is its own chapter",
            "epub",
            epub(
                "<package><manifest><item id=\"a\" href=\"a.opf\"/></manifest><spine><itemref idref=\"a\"/></spine></package>",
                &[],
            ),
            End::Either,
        ),
        (
            "a page a hundred thousand times",
            "ofd",
            ofd(
                &format!(
                    "<Document><Pages>{}</Pages></Document>",
                    "<Page BaseLoc=\"p.xml\"/>".repeat(100_000)
                ),
                &code("g 1 1", "政府"),
            ),
            End::Refused,
        ),
        (
            "steps without end",
            "ofd",
            one_page(&code(&"g 2000000000 1 ".repeat(50), "政府").repeat(200)),
            End::Either,
        ),
        (
            "places that are no numbers",
            "ofd",
            one_page(
                &code("NaN inf -1e308 1e308", "政府工作报告")
                    .replace("1 1 9 9", "NaN 1e308 inf -inf"),
            ),
            End::Either,
        ),
        (
            "five million characters",
            "ofd",
            one_page(&code("g 9 1", &"政".repeat(5_000_000))),
            End::Refused,
        ),
    ]
}

fn messages_and_archives() -> Vec<(&'static str, &'static str, Vec<u8>, End)> {
    let many: Vec<(String, &[u8])> = (0..6_000)
        .map(|n| (format!("{n}.txt"), "政府".as_bytes()))
        .collect();
    let many: Vec<(&str, &[u8])> = many
        .iter()
        .map(|(name, text)| (name.as_str(), *text))
        .collect();
    vec![
        ("letters in letters", "eml", letters(20_000), End::Either),
        ("many parts", "mht", parts(300_000), End::Refused),
        (
            "a head of 30 MB",
            "eml",
            format!(
                "Subject: {}\r\n\r\n",
                "=?gbk?B?1f64rg==?= ".repeat(1_500_000)
            )
            .into_bytes(),
            End::Either,
        ),
        ("archives in archives", "zip", nested(40), End::Refused),
        ("a length that lies", "zip", lying_length(), End::Either),
        ("too many members", "zip", archive(&many), End::Refused),
        (
            "members that are bombs",
            "zip",
            archive(&[
                ("a.odt", &odt(&" ".repeat(80 << 20))),
                ("b.txt", &[b' '; 70 << 20][..]),
            ]),
            End::Refused,
        ),
        (
            "a page in frames of itself",
            "html",
            "<iframe src=a.html>".repeat(500_000).into_bytes(),
            End::Either,
        ),
    ]
}

fn assert_harmless(files: Vec<(&str, &str, Vec<u8>, End)>) {
    let check = |(what, ending, bytes, end): (&str, &str, Vec<u8>, End)| {
        check(what, &format!("汾阳市2024.{ending}"), &bytes, end)
    };
    assert_none(files.into_iter().filter_map(check).collect());
}

#[test]
fn open_documents_cost_only_themselves() {
    assert_harmless(open_document_files());
}

#[test]
fn books_and_pages_cost_only_themselves() {
    assert_harmless(books_and_pages());
}

#[test]
fn messages_and_archives_cost_only_themselves() {
    assert_harmless(messages_and_archives());
}
