//! A table of truth (`gold.tsv`) and what detection makes of the files that it names.
//!
//! In: the table, and for each file what was found in it. Out: how many regions, levels, years and genres are
//! claimed and right, by kind of evidence, and every case that is not, in words. The table can err as the
//! scraper did: where the title, the dateline or the speaker in the text itself says otherwise, the case is
//! counted and named apart. Columns `review`, `plan` and `glossary` are optional: the share of the Han
//! characters that stand in a part in hundredths, and the number of entries.

use baogao_reading::region::{Level, Region};
use baogao_reading::report::{
    Attested, Evidence, EvidenceKind, Genre, Kind, Part, Passage, ReportMeta, Year,
};
use std::collections::BTreeMap;
use std::path::Path;

/// A share of a part that is further off than so many hundredths is wrong.
const SHARE_TOLERANCE: i64 = 5;

/// A line of the table.
pub(crate) struct Truth {
    /// A whole report: no placeholder, notice or summary.
    pub(crate) is_report: bool,
    /// Name of the region, 国家 for the whole country.
    pub(crate) region: String,
    /// Level of the region.
    pub(crate) level: Level,
    /// The year in which the report was given.
    pub(crate) year: u16,
    /// What the text itself must have: hundredths of review and plan, entries of the glossary.
    pub(crate) contents: Vec<(&'static str, i64)>,
}

impl Truth {
    /// Whether this is the region; the table calls an autonomous region by its short name (宁夏).
    pub(crate) fn is_of(&self, region: Region) -> bool {
        region.name() == self.region
            || region.short_name() == self.region
            || self.region == "国家" && region.level() == Level::Nation
    }
}

/// Reads `gold.tsv` in a folder.
pub(crate) fn read(folder: &Path) -> std::io::Result<BTreeMap<String, Truth>> {
    read_table(&folder.join("gold.tsv"))
}

/// Reads a table: path, `is_report`, level, province, city, county, year, and what else has a name.
pub(crate) fn read_table(path: &Path) -> std::io::Result<BTreeMap<String, Truth>> {
    let table = std::fs::read_to_string(path)?;
    let head: Vec<&str> = table.lines().next().unwrap_or("").split('\t').collect();
    let row = |line: &str| {
        let fields: Vec<&str> = line.split('\t').collect();
        let contents = ["review", "plan", "glossary"]
            .into_iter()
            .filter_map(|name| {
                let column = head.iter().position(|column| *column == name)?;
                Some((name, fields.get(column)?.trim().parse().ok()?))
            });
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
            level: Level::parse(level)?,
            year: year.parse().ok()?,
            contents: contents.collect(),
        };
        Some(((*path).to_owned(), truth))
    };
    Ok(table.lines().skip(1).filter_map(row).collect())
}

/// What a text holds, for the columns that ask for it.
pub(crate) fn contents(passages: &[Passage]) -> Vec<(&'static str, i64)> {
    let han = |passage: &Passage| {
        let is_han = |c: &char| ('\u{4e00}'..='\u{9fff}').contains(c);
        passage.text.chars().filter(is_han).count()
    };
    let of = |part: Part| passages.iter().filter(move |passage| passage.part == part);
    let all: usize = passages.iter().map(han).sum();
    let share = |part| of(part).map(han).sum::<usize>() * 100 / all.max(1);
    let entries = of(Part::Glossary).filter(|passage| passage.kind == Kind::Text);
    vec![
        ("review", share(Part::Review) as i64),
        ("plan", share(Part::Plan) as i64),
        ("glossary", entries.count() as i64),
    ]
}

/// How often a value was claimed, and how often rightly.
#[derive(Clone, Copy, Default)]
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
    pub(crate) level: Tally,
    pub(crate) year: Tally,
    /// Regions and years by the kind of evidence that decided.
    pub(crate) by_evidence: BTreeMap<(&'static str, EvidenceName), Tally>,
    /// Shares of parts and numbers of entries.
    pub(crate) contents: BTreeMap<&'static str, Tally>,
    /// Files whose genre is scored.
    pub(crate) genres: usize,
    pub(crate) genres_right: usize,
    /// Paths and words of what the text says against the table.
    pub(crate) contradictions: Vec<String>,
    /// Paths and words of what is wrong or not claimed.
    pub(crate) misses: Vec<String>,
}

/// The kind of evidence in words.
pub(crate) type EvidenceName = String;

impl Score {
    /// Compares what a text holds with the columns that ask for it.
    pub(crate) fn add_contents(&mut self, path: &str, truth: &Truth, passages: &[Passage]) {
        let found: BTreeMap<&str, i64> = contents(passages).into_iter().collect();
        for (name, wanted) in &truth.contents {
            let value = found.get(name).copied().unwrap_or(0);
            let tolerance = if *name == "glossary" {
                0
            } else {
                SHARE_TOLERANCE
            };
            let tally = self.contents.entry(name).or_default();
            tally.claimed += 1;
            if (value - wanted).abs() <= tolerance {
                tally.right += 1;
            } else {
                self.misses
                    .push(format!("{path}: {name} {value}, {wanted} by the table"));
            }
        }
    }

    /// Counts a value under the kind of evidence that decided it.
    fn add_evidence(
        &mut self,
        what: &'static str,
        kind: EvidenceKind,
        before: Tally,
        after: Tally,
    ) {
        let tally = self
            .by_evidence
            .entry((what, format!("{kind:?}").to_lowercase()))
            .or_default();
        tally.claimed += after.claimed - before.claimed;
        tally.right += after.right - before.right;
        tally.contradicted += after.contradicted - before.contradicted;
    }

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
        let (region, year) = (self.region, self.year);
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
        if let Some(found) = &meta.region {
            self.level.claimed += 1;
            self.level.right += usize::from(found.value.level() == truth.level);
            self.add_evidence("region", found.evidence.kind, region, self.region);
        }
        if let Some(found) = &meta.year {
            self.add_evidence("year", found.evidence.kind, year, self.year);
        }
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
