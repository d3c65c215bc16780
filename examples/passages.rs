//! Prints what ingestion makes of files: `cargo run --release --example passages -- FILE…`.
#![expect(clippy::print_stdout, reason = "an example for eyes")]

use baogao_reading::format::Format;
use baogao_reading::ingest::ingest;
use baogao_reading::report::Kind;
use baogao_reading::source::{RawFile, format_of};

fn main() -> std::io::Result<()> {
    for path in std::env::args().skip(1) {
        let bytes = std::fs::read(&path)?;
        let format = format_of(&path).unwrap_or(Format::Text);
        println!("=== {path}");
        let file = RawFile {
            path,
            format,
            bytes,
        };
        match ingest(&file) {
            Err(error) => println!("{error}"),
            Ok(reports) => {
                for report in reports {
                    println!("{:#?}", report.meta);
                    for note in &report.notes {
                        println!(
                            "  note {}:{} {}",
                            note.rule,
                            note.line.unwrap_or(0),
                            note.text
                        );
                    }
                    for (index, passage) in report.passages.iter().enumerate() {
                        let mark = if passage.kind == Kind::Heading {
                            "#"
                        } else {
                            " "
                        };
                        println!(
                            "{index:4} {mark} {:<10} {:?} ^{:?} L{} {}",
                            passage.part.name(),
                            passage.about.map(|(from, to)| (from.get(), to.get())),
                            passage.heading,
                            passage.lines.first().map_or(0, |start| start.line),
                            passage.text
                        );
                    }
                }
            }
        }
    }
    Ok(())
}
