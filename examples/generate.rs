//! Makes reports out of real ones, no two of them copies: `cargo run --release --example generate -- OUT N FOLDER…`.
//!
//! Each keeps the headings of a real report and takes its paragraphs from all of them, part by part, and gets a
//! region and a year of its own. For measuring how long a large folder takes; the same numbers on every machine.

use baogao::ingest::ingest;
use baogao::region::{Level, Region};
use baogao::report::{Genre, Kind, Part, Report};
use baogao::source;
use std::collections::BTreeMap;
use std::error::Error;
use std::fmt::Write;
use std::fs;
use std::path::Path;

/// The last year that a made report gets.
const LAST_YEAR: usize = 2025;
/// Each region gives reports of so many years.
const YEARS: usize = 10;

/// xorshift64.
struct Random(u64);

impl Random {
    /// One of several; there is at least one.
    fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        &of[(self.0 % of.len() as u64) as usize]
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [out, n, folders @ ..] = arguments.as_slice() else {
        return Err("OUT, the number of reports and the folders of real ones are needed".into());
    };
    let n: usize = n.parse()?;
    let reports = read(folders);
    let mut pool: BTreeMap<Part, Vec<&str>> = BTreeMap::new();
    for passage in reports.iter().flat_map(|report| &report.passages) {
        if passage.kind == Kind::Text {
            pool.entry(passage.part).or_default().push(&passage.text);
        }
    }
    let regions: Vec<Region> = Region::all()
        .filter(|region| region.level() == Level::Prefecture || region.level() == Level::County)
        .collect();
    if reports.is_empty() || n > regions.len() * YEARS {
        return Err("there is no report to begin with, or too many are asked for".into());
    }
    let mut random = Random(2024);
    for i in 0..n {
        let region = regions[i / YEARS * 7 % regions.len()];
        let year = LAST_YEAR - i % YEARS;
        let text = make(random.pick(&reports), region, year, &pool, &mut random)?;
        let folder = Path::new(out).join(region.unique_name());
        fs::create_dir_all(&folder)?;
        fs::write(folder.join(format!("{year}.txt")), text)?;
    }
    Ok(())
}

/// All whole reports in text files and Word files of the folders.
fn read(folders: &[String]) -> Vec<Report> {
    folders
        .iter()
        .flat_map(|folder| source::walk(Path::new(folder), Path::new(""), "").files)
        .filter_map(|file| ingest(&source::read(&file).ok()?).ok())
        .flatten()
        .filter(|report| report.meta.genre == Genre::Report && report.passages.len() > 40)
        .collect()
}

fn make(
    model: &Report,
    region: Region,
    year: usize,
    pool: &BTreeMap<Part, Vec<&str>>,
    random: &mut Random,
) -> Result<String, std::fmt::Error> {
    let name = region.unique_name();
    let mut text = String::new();
    writeln!(text, "{name}人民政府工作报告\n")?;
    writeln!(text, "——{year}年1月10日在{name}人民代表大会会议上\n")?;
    writeln!(text, "各位代表：\n")?;
    for passage in &model.passages {
        match (passage.kind, pool.get(&passage.part)) {
            _ if passage.part == Part::Opening => {}
            (Kind::Text, Some(others)) => writeln!(text, "{}\n", random.pick(others))?,
            _ => writeln!(text, "{}\n", passage.text)?,
        }
    }
    Ok(text)
}
