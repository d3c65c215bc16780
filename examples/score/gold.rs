//! A table of truth (`gold.tsv`) and what detection makes of the files that it names.
//!
//! In: the table, and for each file what was found in it. Out: how many regions, years and genres are claimed
//! and right, and every case that is not, in words. The table can err as the scraper did: where the title,
//! the dateline or the speaker in the text itself says otherwise, the case is counted and named apart.

use baogao_reading::region::{Level, Region};
use baogao_reading::report::{Attested, Evidence, EvidenceKind, Genre, ReportMeta, Year};
use std::collections::BTreeMap;
use std::path::Path;

/// A line of the table.
pub(crate) struct Truth {
    /// A whole report: no placeholder, notice or summary.
    pub(crate) is_report: bool,
    /// Name of the region, 国家 for the whole country.
    pub(crate) region: String,
    /// The year in which the report was given.
    pub(crate) year: u16,
}

impl Truth {
    /// Whether this is the region; the table calls an autonomous region by its short name (宁夏).
    pub(crate) fn is_of(&self, region: Region) -> bool {
        region.name() == self.region
            || region.short_name() == self.region
            || self.region == "国家" && region.level() == Level::Nation
    }
}

/// Reads `gold.tsv` in a folder: path, `is_report`, level, province, city, county, year.
pub(crate) fn read(folder: &Path) -> std::io::Result<BTreeMap<String, Truth>> {
    let table = std::fs::read_to_string(folder.join("gold.tsv"))?;
    let row = |line: &str| {
        let fields: Vec<&str> = line.split('\t').collect();
        let [path, is_report, level, province, city, county, year, ..] = fields.as_slice() else {
            return None;
        };
        let region = match *level {
            "国家" => "国家",
            "省" => province,
            "市" => city,
            _ => county,
        };
        let truth = Truth {
            is_report: *is_report == "yes",
            region: region.to_owned(),
            year: year.parse().ok()?,
        };
        Some(((*path).to_owned(), truth))
    };
    Ok(table.lines().skip(1).filter_map(row).collect())
}

/// How often a value was claimed, and how often rightly.
#[derive(Default)]
pub(crate) struct Tally {
    pub(crate) claimed: usize,
    pub(crate) right: usize,
    /// The text itself contradicts the table.
    pub(crate) contradicted: usize,
}

impl Tally {
    pub(crate) fn wrong(&self) -> usize {
        self.claimed - self.right - self.contradicted
    }
}

/// The score against a table.
#[derive(Default)]
pub(crate) struct Score {
    /// Whole reports by the table, whose region and year are scored.
    pub(crate) reports: usize,
    pub(crate) region: Tally,
    pub(crate) year: Tally,
    /// Files whose genre is scored.
    pub(crate) genres: usize,
    pub(crate) genres_right: usize,
    /// Paths and words of what the text says against the table.
    pub(crate) contradictions: Vec<String>,
    /// Paths and words of what is wrong or not claimed.
    pub(crate) misses: Vec<String>,
}

impl Score {
    /// Compares what was found in a file with the table.
    pub(crate) fn add(&mut self, path: &str, truth: &Truth, meta: &ReportMeta) {
        // An abridged report is a report, and none to the table, which asks for whole ones.
        self.genres += 1;
        let is_report = meta.genre == Genre::Report;
        if if truth.is_report {
            is_report
        } else {
            !is_report || meta.abridged
        } {
            self.genres_right += 1;
        } else {
            let found = if is_report {
                "a whole report"
            } else {
                "no report"
            };
            self.misses.push(format!("{path}: taken for {found}"));
        }
        if !truth.is_report {
            return;
        }
        self.reports += 1;
        let name = |region: &Region| region.unique_name().to_owned();
        let right = |region: &Region| truth.is_of(*region);
        judge(
            &mut self.region,
            meta.region.as_ref(),
            right,
            name,
            &truth.region,
        )
        .sort_into(path, "region", &mut self.contradictions, &mut self.misses);
        let right = |year: &Year| year.get() == truth.year;
        judge(
            &mut self.year,
            meta.year.as_ref(),
            right,
            Year::to_string,
            &truth.year.to_string(),
        )
        .sort_into(path, "year", &mut self.contradictions, &mut self.misses);
    }
}

/// What comes of one value.
enum Verdict {
    Right,
    Contradicted(String),
    Missed(String),
}

impl Verdict {
    fn sort_into(
        self,
        path: &str,
        what: &str,
        contradictions: &mut Vec<String>,
        misses: &mut Vec<String>,
    ) {
        match self {
            Verdict::Right => {}
            Verdict::Contradicted(words) => contradictions.push(format!("{path}: {what} {words}")),
            Verdict::Missed(words) => misses.push(format!("{path}: {what} {words}")),
        }
    }
}

fn judge<T>(
    tally: &mut Tally,
    found: Option<&Attested<T>>,
    is_right: impl Fn(&T) -> bool,
    name: impl Fn(&T) -> String,
    truth: &str,
) -> Verdict {
    let Some(Attested { value, evidence }) = found else {
        return Verdict::Missed(format!("not found, {truth} by the table"));
    };
    tally.claimed += 1;
    if is_right(value) {
        tally.right += 1;
        return Verdict::Right;
    }
    let Evidence { kind, words, line } = evidence;
    let line = line.map_or_else(String::new, |line| format!(" in line {line}"));
    let words = format!("{}{line} by “{words}”, {truth} by the table", name(value));
    match kind {
        EvidenceKind::Title | EvidenceKind::Dateline | EvidenceKind::Speaker => {
            tally.contradicted += 1;
            Verdict::Contradicted(words)
        }
        _ => Verdict::Missed(words),
    }
}
