//! PDFs made to hang, to fill the memory, to break a parser.
#![cfg(feature = "pdf")]

use crate::files::{End, assert_none, check};
use std::io::{Cursor, Write};
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

/// A PDF of these objects, numbered from 1, with a good table.
fn pdf_of(objects: &[Vec<u8>]) -> Vec<u8> {
    let mut out = b"%PDF-1.5\n".to_vec();
    let mut places = Vec::new();
    for (at, body) in objects.iter().enumerate() {
        places.push(out.len());
        out.extend(format!("{} 0 obj\n", at + 1).bytes());
        out.extend(body);
        out.extend(b"\nendobj\n");
    }
    let table = out.len();
    out.extend(format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1).bytes());
    for place in places {
        out.extend(format!("{place:010} 00000 n \n").bytes());
    }
    out.extend(
        format!(
            "trailer<</Size {}/Root 1 0 R>>\nstartxref\n{table}\n%%EOF\n",
            objects.len() + 1
        )
        .bytes(),
    );
    out
}

fn stream(dict: &str, data: &[u8]) -> Vec<u8> {
    let mut out = format!("<<{dict}/Length {}>>stream\n", data.len()).into_bytes();
    out.extend(data);
    out.extend(b"\nendstream");
    out
}

fn object(text: &str) -> Vec<u8> {
    text.as_bytes().to_vec()
}

/// Files made to hang, to fill the memory, to break a parser.
fn hostile() -> Vec<(&'static str, Vec<u8>)> {
    let catalog = || object("<</Type/Catalog/Pages 2 0 R>>");
    let page = |more: &str| {
        object(&format!(
            "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R{more}>>"
        ))
    };
    let pages = || object("<</Type/Pages/Kids[3 0 R]/Count 1>>");
    let loop_of_pages = pdf_of(&[
        catalog(),
        object("<</Type/Pages/Kids[2 0 R 3 0 R]/Count 9>>"),
        object("<</Type/Pages/Kids[2 0 R 3 0 R]/Count 9/Parent 2 0 R>>"),
    ]);
    // Each form shows the next one many times.
    let mut doubling = vec![catalog(), pages()];
    doubling.push(page("/Resources<</XObject<</F 5 0 R>>>>"));
    doubling.push(stream("", &b"/F Do ".repeat(50)));
    for next in 6..30 {
        doubling.push(stream(
            &format!(
                "/Type/XObject/Subtype/Form/BBox[0 0 1 1]/Resources<</XObject<</F {next} 0 R>>>>"
            ),
            &b"/F Do ".repeat(50),
        ));
    }
    doubling.push(stream("/Type/XObject/Subtype/Form/BBox[0 0 1 1]", b"q Q"));
    let itself = pdf_of(&[
        catalog(),
        pages(),
        page("/Resources<</XObject<</F 5 0 R>>>>"),
        stream("", b"/F Do"),
        stream(
            "/Type/XObject/Subtype/Form/BBox[0 0 1 1]/Resources<</XObject<</F 5 0 R>>>>",
            b"/F Do /F Do",
        ),
    ]);
    let mut endless_table = b"%PDF-1.5\n1 0 obj\n".to_vec();
    endless_table.extend(stream(
        "/Type/XRef/Size 9/W[0 0 0]/Index[0 9223372036854775807]/Root 2 0 R",
        b"x",
    ));
    endless_table.extend(b"\nendobj\nstartxref\n9\n%%EOF\n");
    let deep = [b"[".repeat(200_000), b"]".repeat(200_000)].concat();
    let nested = pdf_of(&[catalog(), deep, pages()]);
    let widths = "0 4294967295 1 ".repeat(2_000);
    let wide = pdf_of(&[
        catalog(),
        pages(),
        page("/Resources<</Font<</F 5 0 R>>>>"),
        stream("", b"BT /F 9 Tf <00410042> Tj ET"),
        object("<</Type/Font/Subtype/Type0/Encoding/Identity-H/DescendantFonts[6 0 R]>>"),
        object(&format!("<</Type/Font/Subtype/CIDFontType2/W[{widths}]>>")),
    ]);
    let own_length = pdf_of(&[
        catalog(),
        pages(),
        page(""),
        object("<</Length 4 0 R>>stream\nBT ET\nendstream"),
    ]);
    let many_pages = pdf_of(&[
        catalog(),
        object("<</Type/Pages/Kids[3 0 R]/Count 2147483647>>"),
        page(""),
        stream("", b"BT ET"),
    ]);
    let kids: String = (0..200_000).map(|_| "3 0 R ").collect();
    let one_page_often = pdf_of(&[
        catalog(),
        object(&format!("<</Type/Pages/Kids[{kids}]/Count 200000>>")),
        page(""),
        stream("", b"BT ET"),
    ]);
    let ranges = "<0000><ffff><4e00>\n<00000000><ffffffff><4e00>\n".repeat(5_000);
    let to_unicode = pdf_of(&[
        catalog(),
        pages(),
        page("/Resources<</Font<</F 5 0 R>>>>"),
        stream("", b"BT /F 9 Tf <00410042> Tj ET"),
        object(
            "<</Type/Font/Subtype/Type0/Encoding/Identity-H/DescendantFonts[7 0 R]/ToUnicode 6 0 R>>",
        ),
        stream(
            "",
            format!("begincmap 10000 beginbfrange\n{ranges}endbfrange endcmap").as_bytes(),
        ),
        object("<</Type/Font/Subtype/CIDFontType2>>"),
    ]);
    let shown = format!("BT /F 9 Tf ({}) Tj ET ", "a".repeat(1_000)).repeat(6_000);
    let glyphs = pdf_of(&[
        catalog(),
        pages(),
        page("/Resources<</Font<</F 5 0 R>>>>"),
        stream(
            "/Filter/FlateDecode",
            &packed(&mut std::iter::once(shown.into_bytes())),
        ),
        object("<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"),
    ]);
    let states = pdf_of(&[
        catalog(),
        pages(),
        page(""),
        stream("", &b"q ".repeat(3_000_000)),
    ]);
    vec![
        ("a stream as long as itself", own_length),
        ("two billion pages claimed", many_pages),
        ("one page two hundred thousand times", one_page_often),
        ("characters without end", to_unicode),
        ("six million glyphs", glyphs),
        ("three million saved states", states),
        ("a page tree that loops", loop_of_pages),
        ("forms in forms", pdf_of(&doubling)),
        ("a form in itself", itself),
        ("a table without end", endless_table),
        ("arrays in arrays", nested),
        ("widths without end", wide),
        ("a bomb", bomb()),
    ]
}

/// Half a gigabyte of spaces and more, packed twice, as the content of a page.
fn bomb() -> Vec<u8> {
    let once = packed(&mut (0..96).map(|_| vec![b' '; 1 << 20]));
    // Twenty streams of it, shown one after the other.
    let list: String = (0..20).map(|_| "4 0 R ").collect();
    pdf_of(&[
        object("<</Type/Catalog/Pages 2 0 R>>"),
        object("<</Type/Pages/Kids[3 0 R]/Count 1>>"),
        object(&format!(
            "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents[{list}]>>"
        )),
        stream("/Filter/FlateDecode", &once),
    ])
}

/// Data packed as PDF does: the method of zip archives without its head.
fn packed(data: &mut dyn Iterator<Item = Vec<u8>>) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file("x", SimpleFileOptions::default())
        .expect("the name is free");
    for piece in data {
        zip.write_all(&piece).expect("memory does not fail");
    }
    let bytes = zip.finish().expect("memory does not fail").into_inner();
    let mut archive = ZipArchive::new(Cursor::new(bytes)).expect("it is an archive");
    let (start, size) = {
        let entry = archive.by_index_raw(0).expect("it has one");
        (
            entry.data_start().expect("it has a place"),
            entry.compressed_size(),
        )
    };
    let bytes = archive.into_inner().into_inner();
    let mut out = b"\x78\x9c".to_vec();
    out.extend(&bytes[start as usize..(start + size) as usize]);
    out
}

#[test]
fn pdfs_cost_only_themselves() {
    let check = |(what, bytes): (&str, Vec<u8>)| check(what, "汾阳市2024.pdf", &bytes, End::Either);
    assert_none(hostile().into_iter().filter_map(check).collect());
}
