//! What is written from any text: lines without control characters, JSON and CSV that read back as they were.

use crate::random::run;
use baogao_engine::ask::Column;
use baogao_render::Language;
use baogao_render::json;
use baogao_render::table::{write_csv, write_markdown, write_tabs};
use baogao_render::terminal::{Look, escape, marked};
use serde_json::{Value, json};

/// What may reach a terminal or a spreadsheet: no control character but the end of a line and a tab between cells.
fn assert_harmless(text: &str) {
    let bad = |c: char| {
        c.is_control() && !matches!(c, '\n' | '\t')
            || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}')
    };
    assert!(!text.contains(bad), "{text:?}");
}

fn columns() -> [Column; 2] {
    [Column::text("a", "/a"), Column::text("b", "/b")]
}

#[test]
fn whatever_the_text_the_output_is_safe_and_reads_back() {
    run(
        "whatever_the_text_the_output_is_safe_and_reads_back",
        |random| {
            let rows: Vec<Value> = (0..1 + random.below(3))
                .map(|_| json!({"type": "row", "a": random.text(20), "b": random.text(20)}))
                .collect();
            let method = random.text(10);

            let mut lines = Vec::new();
            json::write_lines(&mut lines, whole(&rows)).expect("in memory");
            let lines = String::from_utf8(lines).expect("UTF-8");
            assert_harmless(&lines);
            assert_eq!(lines.lines().count(), rows.len(), "{lines:?}");
            let back: Vec<Value> = lines
                .split_terminator('\n')
                .map(|line| serde_json::from_str(line).expect("JSON"))
                .collect();
            assert_eq!(back, rows);

            let mut table = Vec::new();
            write_csv(
                &mut table,
                &columns(),
                whole(&rows),
                std::slice::from_ref(&method),
                false,
            )
            .expect("in memory");
            let table = String::from_utf8(table).expect("UTF-8");
            assert_harmless(&table.replace("\r\n", "\n"));
            let mut reader = csv::Reader::from_reader(table.as_bytes());
            let read: Vec<csv::StringRecord> =
                reader.records().map(|row| row.expect("CSV")).collect();
            assert_eq!(read.len(), rows.len() + 1);
            for (read, row) in read.iter().zip(&rows) {
                for (cell, name) in read.iter().zip(["a", "b"]) {
                    assert_cell(cell, row[name].as_str().expect("text"));
                }
            }

            let mut table = Vec::new();
            write_markdown(&mut table, &columns(), whole(&rows), &method).expect("in memory");
            let table = String::from_utf8(table).expect("UTF-8");
            assert_harmless(&table);
            assert_eq!(table.lines().count(), 2 + rows.len() + 2, "{table:?}");
            assert!(!table.replace("<br>", "").contains('<'), "{table:?}");

            let mut tabs = Vec::new();
            write_tabs(&mut tabs, &columns(), whole(&rows)).expect("in memory");
            let tabs = String::from_utf8(tabs).expect("UTF-8");
            assert_harmless(&tabs);
            assert!(
                tabs.lines().all(|line| line.matches('\t').count() == 1),
                "{tabs:?}"
            );

            let text = random.text(30);
            assert_harmless(&escape(&text));
            let mut borders: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
            borders.push(text.len());
            let mut border = || borders[random.below(borders.len())];
            let (a, b) = (border(), border());
            let (hit, whole) = (a.min(b)..a.max(b), 0..text.len());
            let look = Look {
                colour: false,
                columns: 80,
                language: Language::English,
            };
            let shown = marked(
                look,
                &text,
                std::slice::from_ref(&hit),
                std::slice::from_ref(&whole),
            );
            assert_harmless(&shown);
            let [before, inside, after] = [0..hit.start, hit.clone(), hit.end..text.len()]
                .map(|range| escape(text.get(range).expect("borders")));
            assert_eq!(shown, format!("{before}【{inside}】{after}"));
        },
    );
}

/// Rows none of which went wrong.
fn whole(rows: &[Value]) -> impl Iterator<Item = std::io::Result<Value>> {
    rows.iter().cloned().map(Ok)
}

/// What a cell says of a text: what would act is written out, a formula has a mark before it.
fn assert_cell(cell: &str, text: &str) {
    let first = cell.chars().find(|c| *c == '\t' || !c.is_whitespace());
    assert!(
        !matches!(first, Some('=' | '+' | '-' | '@' | '\t' | '\r')),
        "{cell:?}"
    );
    let written_out = |line: &str| line.split('\t').map(escape).collect::<Vec<_>>().join("\t");
    let expected: Vec<String> = text.split('\n').map(written_out).collect();
    let expected = expected.join("\n");
    assert!(
        cell == expected || cell.strip_prefix('\'') == Some(&expected),
        "{cell:?} {expected:?}"
    );
}
