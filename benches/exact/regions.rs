//! What each region of the index costs, read from the files as `docs/index.md` has them.

use crate::Tables;
use crate::contenders::Result;
use crate::contenders::measure::sizes;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// Bytes at the end of every file of a segment: the length of the text before them, and a number that is always the same.
const TANTIVY_END: usize = 4 + 4;

/// A region, and how many bytes of a file are of it; the sum over all segments is shown.
type Regions = BTreeMap<&'static str, u64>;

/// The regions in the order of the table.
const NAMES: [&str; 14] = [
    "`.text`: folded texts",
    "`.text`: tails and operations",
    "`.text`: offsets of texts and tails, lengths",
    "`.grams`: lists",
    "`.grams`: pairs, blocks, first characters",
    "`.runs`: lists",
    "`.runs`: names and entries",
    "postings of words, regions, years, reports",
    "words",
    "fast fields",
    "tantivy’s store, of no field",
    "report table",
    "file table",
    "the rest",
];

/// A row for each region: bytes a passage, and its share of the index.
pub(crate) fn regions(
    corpus: &str,
    dir: &Path,
    n_passages: usize,
    tables: &mut Tables,
) -> Result<()> {
    let mut regions = Regions::new();
    let all = sizes(dir).values().sum::<u64>();
    for entry in walkdir::WalkDir::new(dir).into_iter().flatten() {
        let path = entry.path();
        let extension = path.extension().unwrap_or_default().to_string_lossy();
        let name = entry.file_name().to_string_lossy();
        let whole = |bytes: u64, region| vec![(region, bytes)];
        let n_bytes = entry.metadata()?.len();
        let found = match &*extension {
            "text" => text(&fs::read(path)?)?,
            "grams" => grams(&fs::read(path)?)?,
            "runs" => runs(&fs::read(path)?)?,
            "idx" => whole(n_bytes, NAMES[7]),
            "term" => whole(n_bytes, NAMES[8]),
            "fast" => whole(n_bytes, NAMES[9]),
            "store" => whole(n_bytes, NAMES[10]),
            "bin" if name.starts_with("reports-") => whole(n_bytes, NAMES[11]),
            "bin" if name.starts_with("files-") => whole(n_bytes, NAMES[12]),
            _ => Vec::new(),
        };
        for (region, bytes) in found {
            *regions.entry(region).or_default() += bytes;
        }
    }
    let known: u64 = regions.values().sum();
    regions.insert(NAMES[13], all - known);
    let mut row = |name: &str, bytes: u64| {
        tables.regions.push(vec![
            corpus.to_owned(),
            name.to_owned(),
            format!("{:.1}", bytes as f64 / n_passages as f64),
            format!("{:.1} %", 100.0 * bytes as f64 / all as f64),
        ]);
    };
    for name in NAMES {
        row(name, regions.get(name).copied().unwrap_or_default());
    }
    row("all", all);
    Ok(())
}

/// The numbers at the end of a file of ours, behind which tantivy has put its own end: so many of four bytes, in order.
fn footer(bytes: &[u8], n_numbers: usize) -> Result<Vec<u64>> {
    let numbers = |bytes: &[u8]| -> Vec<u64> {
        let (numbers, _) = bytes.as_chunks::<4>();
        let numbers = numbers.iter().map(|number| u32::from_le_bytes(*number));
        numbers.map(u64::from).collect()
    };
    let end = bytes.len().checked_sub(TANTIVY_END).ok_or("a short file")?;
    let n_said = numbers(&bytes[end..])[0] as usize;
    let end = end.checked_sub(n_said).ok_or("a short file")?;
    let start = end.checked_sub(4 * n_numbers).ok_or("a short file")?;
    Ok(numbers(&bytes[start..end]))
}

fn text(bytes: &[u8]) -> Result<Vec<(&'static str, u64)>> {
    let found = footer(bytes, 7)?;
    let long = |at: usize| found[at] | found[at + 1] << 32;
    let (n_texts, n_tails, n_operations) = (long(2), long(4), found[6]);
    let offsets = 2 * 4 * (found[0] + 1) + 4 * found[0];
    let tails = n_tails + n_operations + 4 * (found[1] + 1);
    Ok(vec![
        (NAMES[0], n_texts),
        (NAMES[1], tails),
        (NAMES[2], offsets),
    ])
}

fn grams(bytes: &[u8]) -> Result<Vec<(&'static str, u64)>> {
    let found = footer(bytes, 5)?;
    let lists = found[3] | found[4] << 32;
    let directory = found[2] + 11 * found[1] + 8 * found[0];
    Ok(vec![(NAMES[3], lists), (NAMES[4], directory)])
}

fn runs(bytes: &[u8]) -> Result<Vec<(&'static str, u64)>> {
    let found = footer(bytes, 6)?;
    let lists = found[4] | found[5] << 32;
    Ok(vec![
        (NAMES[5], lists),
        (NAMES[6], found[3] + 12 * found[0]),
    ])
}
