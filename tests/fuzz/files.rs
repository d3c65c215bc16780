//! Files of every format, altered: a report whose passages keep their promises, or a reason; never a panic, never for ever.

use crate::common;
use crate::random::run;
use baogao_reading::ingest::ingest;
use baogao_reading::report::{Kind, Report};
use baogao_reading::source::{RawFile, format_of};
use std::time::{Duration, Instant};

/// How long one file may take.
const PATIENCE: Duration = Duration::from_secs(10);

fn samples() -> Vec<String> {
    let texts = common::corpus()
        .into_iter()
        .map(|file| String::from_utf8(file.bytes));
    texts
        .map(|text| {
            // Long enough to hold all that there is, short enough to be altered often.
            text.expect("UTF-8").chars().take(6_000).collect()
        })
        .collect()
}

fn raw(name: &str, bytes: Vec<u8>) -> RawFile {
    RawFile {
        path: format!("山西省/{name}"),
        format: format_of(name).expect("it is read"),
        bytes,
    }
}

fn assert_sound(report: &Report, context: &str) {
    for (index, passage) in report.passages.iter().enumerate() {
        assert!(!passage.text.is_empty(), "{context}");
        let bad = |c: char| c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{feff}');
        assert!(!passage.text.contains(bad), "{context}: {:?}", passage.text);
        for start in &passage.lines {
            assert!(
                passage.text.is_char_boundary(start.byte) && start.line > 0,
                "{context}"
            );
        }
        if let Some(heading) = passage.heading {
            assert!(
                heading < index && report.passages[heading].kind == Kind::Heading,
                "{context}"
            );
        }
    }
}

fn read(file: &RawFile) {
    let started = Instant::now();
    let result = ingest(file);
    assert!(
        started.elapsed() < PATIENCE,
        "{} takes {:?}",
        file.path,
        started.elapsed()
    );
    for report in result.into_iter().flatten() {
        assert_sound(&report, &file.path);
    }
}

#[test]
fn altered_text_and_pages_and_tables_are_read_or_refused() {
    let samples = samples();
    run(
        "altered_text_and_pages_and_tables_are_read_or_refused",
        |random| {
            let text = &samples[random.below(samples.len())];
            let cut: String = {
                let chars: Vec<char> = text.chars().collect();
                let at = random.below(chars.len());
                let n = random.below(2_000);
                chars[at..].iter().take(n).collect()
            };
            let text = format!("{}{cut}{}", random.text(6), random.text(6));
            let ending = random.pick(&["txt", "md", "html", "csv", "tsv", "jsonl", "json"]);
            let mut bytes = match ending {
                "html" => common::dress::as_page(&text, "utf-8"),
                "csv" | "tsv" => {
                    let mark = if ending == "csv" { "," } else { "\t" };
                    format!(
                        "id{mark}title{mark}text\n1{mark}2024年汾阳市政府工作报告{mark}\"{}\"\n",
                        text.replace('"', "\"\"")
                    )
                }
                "jsonl" | "json" => {
                    serde_json::json!([{"title": "2024年汾阳市政府工作报告", "content": text}])
                        .to_string()
                }
                _ => text,
            }
            .into_bytes();
            if random.below(4) > 0 {
                random.alter(&mut bytes);
            }
            read(&raw(&format!("a.{ending}"), bytes));
        },
    );
}

/// The parts of an archive, altered inside: outside its checksums would notice.
#[cfg(feature = "docx")]
fn altered_archive(bytes: &[u8], random: &mut crate::random::Random) -> Vec<u8> {
    use std::io::{Cursor, Read, Write};
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).expect("a fixture");
    let chosen = random.below(archive.len());
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for at in 0..archive.len() {
        let mut part = archive.by_index(at).expect("a part");
        let name = part.name().expect("UTF-8").into_owned();
        let mut content = Vec::new();
        part.read_to_end(&mut content).expect("it unpacks");
        if at == chosen || name.ends_with("document.xml") && random.below(2) == 0 {
            random.alter(&mut content);
        }
        writer
            .start_file(name, zip::write::SimpleFileOptions::default())
            .expect("a part");
        writer.write_all(&content).expect("in memory");
    }
    writer.finish().expect("in memory").into_inner()
}

#[cfg(feature = "docx")]
#[test]
fn altered_word_files_are_read_or_refused() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/pdf/word.docx");
    let whole = std::fs::read(path).expect("a fixture");
    run("altered_word_files_are_read_or_refused", |random| {
        let mut bytes = altered_archive(&whole, random);
        if random.below(4) == 0 {
            random.alter(&mut bytes);
        }
        read(&raw("a.docx", bytes));
    });
}

#[cfg(all(feature = "docx", feature = "xlsx"))]
#[test]
fn altered_files_of_older_office_are_read_or_refused() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/formats");
    let files: Vec<(&str, Vec<u8>)> = ["rich.doc", "rich.rtf", "table.xls"]
        .into_iter()
        .map(|name| {
            (
                name,
                std::fs::read(format!("{folder}/{name}")).expect("a fixture"),
            )
        })
        .collect();
    run(
        "altered_files_of_older_office_are_read_or_refused",
        |random| {
            let (name, bytes) = &files[random.below(files.len())];
            let mut bytes = bytes.clone();
            random.alter(&mut bytes);
            if random.below(2) == 0 {
                // A few bytes alone, so that the tables of the container often hold.
                let at = random.below(bytes.len().max(1));
                if let Some(byte) = bytes.get_mut(at) {
                    *byte = u8::try_from(random.below(256)).expect("a byte");
                }
            }
            read(&raw(name, bytes));
        },
    );
    const BYTES: [u8; 8] = [0, 1, 0x7f, 0x80, 0xfe, 0xff, 7, 13];
    run("single_bytes_of_older_office_files", |random| {
        let (name, bytes) = &files[random.below(files.len())];
        let mut bytes = bytes.clone();
        for _ in 0..=random.below(6) {
            let at = random.below(bytes.len());
            bytes[at] = BYTES[random.below(BYTES.len())];
        }
        read(&raw(name, bytes));
    });
}

/// Real files of the formats that are archives of parts, or of MIME parts, altered inside and outside.
#[cfg(all(
    feature = "archives",
    feature = "docx",
    feature = "pdf",
    feature = "xlsx"
))]
#[test]
fn altered_files_of_parts_are_read_or_refused() {
    const MESSAGE: &str = "From: a@b.cn\r\nSubject: =?gbk?B?1f64rg==?=\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/mixed; boundary=x\r\n\r\n";
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/one-report");
    let file = |name: &'static str| {
        let bytes = std::fs::read(format!("{folder}/{name}")).expect("a fixture");
        (name, bytes)
    };
    let mut files: Vec<(&str, Vec<u8>)> = [
        "report.odt",
        "report.ods",
        "report.xlsx",
        "report.epub",
        "report.ofd",
        "report.mht",
        "report.rtf",
        "report.doc",
        "report.xls",
    ]
    .into_iter()
    .map(file)
    .collect();
    let page = String::from_utf8(file("report.html").1).expect("UTF-8");
    let letter = format!(
        "{MESSAGE}--x\r\nContent-Type: text/html; charset=utf-8\r\n\r\n{page}\r\n--x--\r\n"
    );
    files.push(("report.eml", letter.into_bytes()));
    run("altered_files_of_parts_are_read_or_refused", |random| {
        let (name, whole) = &files[random.below(files.len())];
        let is_archive = whole.starts_with(b"PK");
        let mut bytes = match is_archive {
            true => altered_archive(whole, random),
            false => whole.clone(),
        };
        if !is_archive || random.below(4) == 0 {
            random.alter(&mut bytes);
        }
        read(&raw(name, bytes));
    });
}

#[cfg(feature = "pdf")]
#[test]
fn altered_pdfs_harm_only_the_process_that_reads_them() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/pdf");
    let pdfs: Vec<Vec<u8>> = std::fs::read_dir(folder)
        .expect("fixtures")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "pdf"))
        .map(|path| std::fs::read(path).expect("a fixture"))
        .filter(|bytes| bytes.len() < 400_000)
        .collect();
    assert!(pdfs.len() > 4);
    run(
        "altered_pdfs_harm_only_the_process_that_reads_them",
        |random| {
            let mut bytes = pdfs[random.below(pdfs.len())].clone();
            random.alter(&mut bytes);
            let started = Instant::now();
            let answer = common::read_elsewhere(&raw("a.pdf", bytes));
            for report in answer.into_iter().flatten().flatten() {
                assert_sound(&report, "a.pdf");
            }
            // Its own limit is two seconds of the processor.
            assert!(started.elapsed() < Duration::from_secs(40));
        },
    );
}
