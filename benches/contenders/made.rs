//! Reports that nobody gave, of any number: synthetic text for measuring growth, made of real reports.
//!
//! Each keeps the headings of a real report and takes its paragraphs from all of them, part by part; of their Chinese
//! characters a share is replaced by characters drawn from the same text, so that no two passages need be alike and
//! each character is about as frequent as in real reports. Each gets a region and a year of its own. Phrases of several characters
//! are commoner than in real reports, because paragraphs come again: for counting and ranking that is the harder case.

use super::random::Random;
use baogao_reading::filter::Filter;
use baogao_reading::ingest::ingest;
use baogao_reading::region::{Level, Region};
use baogao_reading::report::{Genre, Kind, Part, Report};
use baogao_reading::source;
use baogao_reading::walk::walk;
use std::collections::BTreeMap;
use std::error::Error;
use std::fmt::Write;
use std::fs;
use std::path::Path;

/// The last year that a made report gets.
const LAST_YEAR: usize = 2025;
/// Each region gives reports of so many years before the next region begins.
const YEARS: usize = 10;
/// Real reports shorter than this are no models.
const MIN_PASSAGES: usize = 40;

/// When enough has been made.
#[derive(Clone, Copy)]
pub(crate) enum Until {
    Reports(usize),
    /// The last report may go beyond it.
    Passages(usize),
}

/// A Chinese character of the basic block.
pub(crate) fn is_han(c: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&c)
}

/// Writes reports below `out`, made of the reports in `folders`; of the Chinese characters of a paragraph one in
/// `replaced_one_in` is another one (0: none).
pub(crate) fn make(
    out: &Path,
    folders: &[impl AsRef<Path>],
    until: Until,
    replaced_one_in: usize,
) -> Result<(), Box<dyn Error>> {
    let reports = read(folders);
    let mut paragraphs: BTreeMap<Part, Vec<&str>> = BTreeMap::new();
    for passage in reports.iter().flat_map(|report| &report.passages) {
        if passage.kind == Kind::Text {
            let of_part = paragraphs.entry(passage.part).or_default();
            of_part.push(&passage.text);
        }
    }
    let all = paragraphs.values().flatten().flat_map(|text| text.chars());
    let mut maker = Maker {
        han: all.filter(|c| is_han(*c)).collect(),
        paragraphs,
        replaced_one_in,
        random: Random::new(2024),
    };
    let regions: Vec<Region> = Region::all()
        .filter(|region| region.level() == Level::Prefecture || region.level() == Level::County)
        .collect();
    if reports.is_empty() {
        return Err("there is no report to begin with".into());
    }
    let mut n_passages = 0;
    for i in 0.. {
        let enough = match until {
            Until::Reports(n) => i >= n,
            Until::Passages(n) => n_passages >= n,
        };
        if enough {
            break;
        }
        let region = regions[i / YEARS * 7 % regions.len()];
        let decade = i / YEARS / regions.len();
        let year = LAST_YEAR - i % YEARS - decade * YEARS;
        if year < 1950 {
            return Err("so many reports have no regions and years to be given in".into());
        }
        let model = maker.random.pick(&reports);
        let text = maker.report(model, region, year)?;
        n_passages += text.lines().filter(|line| !line.is_empty()).count();
        let folder = out.join(region.unique_name());
        fs::create_dir_all(&folder)?;
        fs::write(folder.join(format!("{year}.txt")), text)?;
    }
    Ok(())
}

/// All whole reports of the folders.
fn read(folders: &[impl AsRef<Path>]) -> Vec<Report> {
    folders
        .iter()
        .flat_map(|folder| walk(folder.as_ref(), Path::new(""), "", &Filter::default()).files)
        .filter_map(|file| ingest(&source::read(&file).ok()?).ok())
        .flatten()
        .filter(|report| report.meta.genre == Genre::Report)
        .filter(|report| report.passages.len() > MIN_PASSAGES)
        .collect()
}

struct Maker<'r> {
    paragraphs: BTreeMap<Part, Vec<&'r str>>,
    /// The Chinese characters of all paragraphs, each as often as it stands there.
    han: Vec<char>,
    replaced_one_in: usize,
    random: Random,
}

impl Maker<'_> {
    fn report(
        &mut self,
        model: &Report,
        region: Region,
        year: usize,
    ) -> Result<String, std::fmt::Error> {
        let name = region.unique_name();
        let mut text = String::new();
        writeln!(text, "{name}人民政府工作报告\n")?;
        writeln!(text, "——{year}年1月10日在{name}人民代表大会会议上\n")?;
        writeln!(text, "各位代表：\n")?;
        for passage in &model.passages {
            match (passage.kind, self.paragraphs.get(&passage.part)) {
                _ if passage.part == Part::Opening => {}
                (Kind::Text, Some(others)) => {
                    let other = *self.random.pick(others);
                    text.extend(other.chars().map(|c| self.replaced(c)));
                    text.push_str("\n\n");
                }
                _ => writeln!(text, "{}\n", passage.text)?,
            }
        }
        Ok(text)
    }

    fn replaced(&mut self, c: char) -> char {
        let one_in = self.replaced_one_in;
        if one_in > 0 && is_han(c) && self.random.below(one_in) == 0 {
            return *self.random.pick(&self.han);
        }
        c
    }
}
