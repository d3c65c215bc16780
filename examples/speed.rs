//! How fast ingestion is: `cargo run --release --example speed -- FILE…`.
#![expect(clippy::print_stdout, reason = "an example for eyes")]

use baogao_reading::format::Format;
use baogao_reading::ingest::ingest;
use baogao_reading::source::RawFile;
use std::time::Instant;

fn main() -> std::io::Result<()> {
    let mut files = Vec::new();
    for path in std::env::args().skip(1) {
        let bytes = std::fs::read(&path)?;
        files.push(RawFile {
            path,
            format: Format::Text,
            bytes,
        });
    }
    let n_bytes: usize = files.iter().map(|file| file.bytes.len()).sum();
    let mut best = f64::MAX;
    for _ in 0..7 {
        let start = Instant::now();
        let mut n_passages = 0;
        for file in &files {
            n_passages += ingest(file).map_or(0, |reports| {
                reports.iter().map(|report| report.passages.len()).sum()
            });
        }
        best = best.min(start.elapsed().as_secs_f64());
        assert!(n_passages > 0);
    }
    println!(
        "{n_bytes} bytes, best of 7: {best:.4} s, {:.1} MB/s",
        n_bytes as f64 / best / 1e6
    );
    Ok(())
}
