//! A report that is wrapped at any width, with and without indents and blank lines, gives the
//! passages that it gives unwrapped.
#![allow(clippy::print_stdout, reason = "the table is what the test is run for")]

mod common;

use baogao_reading::format::Format;
use baogao_reading::ingest::ingest;
use baogao_reading::report::Report;
use baogao_reading::source::RawFile;
use common::{corpus, files_under, shared_reports};

/// How a page lays out its paragraphs.
#[derive(Clone, Copy, Debug)]
struct Layout {
    /// Full-width characters in a line.
    width: usize,
    /// The first line is set in by two characters: with spaces that are there, or lost.
    indent: Indent,
    /// A blank line after every line, as column text from newspapers has.
    spaced: bool,
    /// A blank line between paragraphs.
    parted: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Indent {
    Kept,
    Lost,
    None,
}

/// Sets paragraphs as a typesetter does: marks that end a sentence never begin a line.
fn typeset(report: &Report, layout: Layout) -> String {
    let mut page = String::new();
    let end = if layout.spaced { "\n\n" } else { "\n" };
    for passage in &report.passages {
        let mut room = layout.width * 2;
        if layout.indent != Indent::None {
            room -= 4;
        }
        if layout.indent == Indent::Kept {
            page.push_str("\u{3000}\u{3000}");
        }
        let mut used = 0;
        let chars: Vec<char> = passage.text.chars().collect();
        for (index, &c) in chars.iter().enumerate() {
            let columns = if c.is_ascii() { 1 } else { 2 };
            let hangs = "。，、；：！？）》”’%,.)".contains(c);
            let in_number = c.is_ascii_alphanumeric()
                && index > 0
                && (chars[index - 1].is_ascii_alphanumeric() || chars[index - 1] == '.');
            if used + columns > room && !hangs && !in_number {
                page.push_str(end);
                used = 0;
                room = layout.width * 2;
            }
            page.push(c);
            used += columns;
        }
        page.push_str(end);
        if layout.parted {
            page.push('\n');
        }
    }
    page
}

fn texts(report: &Report) -> Vec<&str> {
    report
        .passages
        .iter()
        .map(|passage| passage.text.as_str())
        .collect()
}

/// The share of passages that the wrapped twin has too.
fn share_kept(original: &Report, layout: Layout) -> f64 {
    let page = typeset(original, layout);
    let file = RawFile {
        path: "x.txt".to_owned(),
        format: Format::Text,
        bytes: page.into_bytes(),
    };
    let twin = ingest(&file).expect("text").remove(0);
    let twin: std::collections::HashSet<&str> = texts(&twin).into_iter().collect();
    let original = texts(original);
    let n_kept = original.iter().filter(|text| twin.contains(*text)).count();
    if std::env::var_os("BAOGAO_SHOW").is_some() {
        for text in original.iter().filter(|text| !twin.contains(*text)) {
            println!("lost {layout:?}: {text}");
        }
    }
    n_kept as f64 / original.len() as f64
}

#[test]
fn wrapped_twins_have_the_same_passages() {
    let mut files = corpus();
    files.retain(|file| !file.path.starts_with("004"));
    if let Some(reports) = shared_reports() {
        files.extend(files_under(&reports).into_iter().filter(|file| {
            ["2010", "2014", "2021", "2025", "河北省_2024"]
                .iter()
                .any(|word| file.path.contains(word))
                && file.bytes.len() > 20_000
        }));
    }
    let mut poor = Vec::new();
    for width in [17, 22, 35, 40] {
        for (indent, spaced, parted) in [
            (Indent::Kept, false, false),
            (Indent::Kept, false, true),
            (Indent::Lost, true, false),
            (Indent::Lost, false, false),
            (Indent::None, false, true),
        ] {
            let layout = Layout {
                width,
                indent,
                spaced,
                parted,
            };
            let mut sum = 0.0;
            let mut n = 0;
            let mut worst = (1.0, String::new());
            for file in &files {
                let Ok(mut reports) = ingest(file) else {
                    continue;
                };
                let share = share_kept(&reports.remove(0), layout);
                sum += share;
                n += 1;
                if share < worst.0 {
                    worst = (share, file.path.clone());
                }
            }
            let mean = sum / f64::from(n);
            println!("{layout:?}: {mean:.3}, worst {:.3} {}", worst.0, worst.1);
            if mean < 0.93 {
                poor.push(format!("{layout:?}: {mean:.3}"));
            }
        }
    }
    assert!(poor.is_empty(), "{poor:#?}");
}
