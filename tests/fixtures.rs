//! Short true excerpts with one kind of damage each: `input.txt`, `SOURCE`, `expected.txt`.
//!
//! `expected.txt` holds a line a passage: part, `#` for a heading, raw line, text; then the notes.
//! With `BAOGAO_BLESS` set it is written anew; read the difference before it is kept.

use baogao_reading::format::Format;
use baogao_reading::ingest::ingest;
use baogao_reading::report::Kind;
use baogao_reading::source::RawFile;
use std::path::Path;

#[test]
fn excerpts_come_out_as_expected() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let mut n_cases = 0;
    for entry in std::fs::read_dir(root).expect("the fixtures are here") {
        let folder = entry.expect("readable").path();
        // The files of other formats have tests of their own.
        if !folder.join("input.txt").is_file() {
            continue;
        }
        let file = RawFile {
            path: "input.txt".to_owned(),
            format: Format::Text,
            bytes: std::fs::read(folder.join("input.txt")).expect("an input"),
        };
        assert!(folder.join("SOURCE").is_file());
        let report = ingest(&file).expect("text").remove(0);
        let mut outcome = String::new();
        for passage in &report.passages {
            let mark = if passage.kind == Kind::Heading {
                " #"
            } else {
                ""
            };
            outcome.push_str(&format!(
                "{}{mark} {}: {}\n",
                passage.part.name(),
                passage.lines[0].line,
                passage.text
            ));
        }
        for note in report.notes.iter().filter(|note| note.line.is_some()) {
            outcome.push_str(&format!(
                "note {} {}: {}\n",
                note.rule,
                note.line.unwrap_or(0),
                note.text
            ));
        }
        let expected = folder.join("expected.txt");
        if std::env::var_os("BAOGAO_BLESS").is_some() {
            std::fs::write(&expected, &outcome).expect("written");
        }
        assert_eq!(
            outcome,
            std::fs::read_to_string(&expected).expect("an expectation"),
            "{}",
            folder.display()
        );
        n_cases += 1;
    }
    assert!(n_cases >= 4);
}
