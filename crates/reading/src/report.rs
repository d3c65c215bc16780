//! The central data: a report, its passages, where it stands in space and time, and how that is known.
//!
//! In: nothing. Out: plain structs that ingestion fills, the index stores and search returns.
//! They carry what was read and the evidence for it; how it is read stands in `ingest`,
//! how it is kept in `index`.
//!
//! # Invariants
//!
//! - A [`Year`] lies in 1949..=2100; a [`Region`] exists in the table of divisions.
//! - The passages of a report are numbered from 1 in reading order; headings are passages.
//! - [`Passage::heading`] points at an earlier passage of kind [`Kind::Heading`], or nowhere.

use crate::region::Region;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The year in which a report was given (年份): 2024 for the one that reviews 2023.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(try_from = "u16", into = "u16")]
pub struct Year(u16);

impl Year {
    /// The first year that a report can have: the founding of the republic.
    pub const MIN: Year = Year(1949);
    /// The last year that a report can have.
    pub const MAX: Year = Year(2100);

    /// A year of a report, or nothing outside 1949..=2100.
    pub fn new(year: u16) -> Option<Year> {
        (Self::MIN.0..=Self::MAX.0)
            .contains(&year)
            .then_some(Year(year))
    }

    /// The year as a number.
    pub fn get(self) -> u16 {
        self.0
    }

    /// The year before, if it is still in bounds.
    pub fn previous(self) -> Option<Year> {
        Year::new(self.0 - 1)
    }
}

impl TryFrom<u16> for Year {
    type Error = String;

    fn try_from(year: u16) -> Result<Year, String> {
        Year::new(year).ok_or_else(|| format!("year {year} is not in 1949..=2100"))
    }
}

impl From<Year> for u16 {
    fn from(year: Year) -> u16 {
        year.0
    }
}

impl fmt::Display for Year {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// A calendar date as far as a dateline gives it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct Date {
    /// The year.
    pub year: Year,
    /// The month, 1..=12.
    pub month: u8,
    /// The day, 1..=31.
    pub day: u8,
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

/// The part of a report in which a passage stands.
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
#[repr(u8)]
pub enum Part {
    /// Title, dateline, speaker, salutation.
    Opening,
    /// Review of the past year or term (工作回顾).
    Review,
    /// Goals and tasks (目标任务、重点工作).
    Plan,
    /// The government's own conduct (政府自身建设).
    Governance,
    /// The closing call.
    Closing,
    /// Explanations of terms (名词解释、附注).
    Glossary,
    /// Anything else; annexes (附件) behind a report.
    Other,
}

impl Part {
    /// All parts, in reading order.
    pub const ALL: [Part; 7] = [
        Part::Opening,
        Part::Review,
        Part::Plan,
        Part::Governance,
        Part::Closing,
        Part::Glossary,
        Part::Other,
    ];

    /// A part by its English or Chinese name.
    pub fn parse(given: &str) -> Option<Part> {
        let given = given.trim();
        let named = Part::ALL
            .into_iter()
            .find(|part| part.name().eq_ignore_ascii_case(given) || part.chinese_name() == given);
        named.or_else(|| {
            Some(match given {
                "开头" | "开篇" => Part::Opening,
                "回顾" | "总结" | "工作回顾" => Part::Review,
                "计划" | "安排" | "部署" | "任务" => Part::Plan,
                "自身建设" | "政府自身建设" => Part::Governance,
                "结尾" | "结语" => Part::Closing,
                "名词解释" => Part::Glossary,
                "其他" => Part::Other,
                _ => return None,
            })
        })
    }

    /// The name in machine output.
    pub fn name(self) -> &'static str {
        match self {
            Part::Opening => "opening",
            Part::Review => "review",
            Part::Plan => "plan",
            Part::Governance => "governance",
            Part::Closing => "closing",
            Part::Glossary => "glossary",
            Part::Other => "other",
        }
    }

    /// The name in Chinese.
    pub fn chinese_name(self) -> &'static str {
        match self {
            Part::Opening => "开头",
            Part::Review => "工作回顾",
            Part::Plan => "工作安排",
            Part::Governance => "政府自身建设",
            Part::Closing => "结尾",
            Part::Glossary => "名词解释",
            Part::Other => "其他",
        }
    }
}

/// Whether a passage is a heading or running text.
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A heading; it also stands in the section path of what follows.
    Heading,
    /// Running text, a list entry, a glossary entry, a table row.
    Text,
}

/// Whether a text is a government work report.
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Genre {
    /// A government work report (政府工作报告).
    Report,
    /// Something else: a notice, a resolution, a news item. Indexed and listed, not counted.
    Other,
}

/// What decided a region or a year, strongest first.
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum EvidenceKind {
    /// The reader's own `reports.toml`.
    Sidecar,
    /// A column of a table.
    Column,
    /// The title in the text.
    Title,
    /// The line that says when and before whom the report was given.
    Dateline,
    /// The line that names the speaker and the office, or the sentence in which he says for whom he speaks.
    Speaker,
    /// The path of the file.
    Path,
    /// What the body says of itself (我县, 2024年重点工作 …), by vote.
    Body,
}

/// Why a region or a year is what it is.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Evidence {
    /// What kind of evidence won.
    pub kind: EvidenceKind,
    /// The words that decided, short enough for a table.
    pub words: String,
    /// The line of the raw file in which they stand, from 1; none for a path or a vote.
    pub line: Option<u32>,
}

/// A value with the evidence that it was read from.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Attested<T> {
    /// The value.
    pub value: T,
    /// What it rests on.
    pub evidence: Evidence,
}

/// What is true of a whole report.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ReportMeta {
    /// The title as it stands in the text, or the file stem.
    pub title: String,
    /// The region that gave the report; none when it could not be placed.
    pub region: Option<Attested<Region>>,
    /// The year in which it was given; none when it could not be told.
    pub year: Option<Attested<Year>>,
    /// The day on which it was given, if a dateline or title says so.
    pub date: Option<Date>,
    /// Who gave it (贾永祥), without the office.
    pub speaker: Option<String>,
    /// The name of the region in the report itself, where it differs from today's (清苑县).
    pub named: Option<String>,
    /// Where it was published, if the reader's files say so.
    pub url: Option<String>,
    /// Report or something else.
    pub genre: Genre,
    /// A report of which this is a part or a shortened version (摘登, 节选, 摘要).
    pub abridged: bool,
    /// Whether the file has more of it than could be read: pages that are pictures.
    pub partial: bool,
    /// Whether what is said of its region or its year is at odds, so that somebody should look.
    pub contradicted: bool,
}

/// From which byte of a passage on the text stands in which line of the raw file.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct LineStart {
    /// Byte offset into [`Passage::text`], on a character boundary.
    pub byte: usize,
    /// Line of the raw file, from 1.
    pub line: u32,
}

/// One passage (段落): a paragraph, heading, glossary entry or table row.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Passage {
    /// The part of the report.
    pub part: Part,
    /// Heading or text.
    pub kind: Kind,
    /// Index into [`Report::passages`] of the innermost heading above; for a heading, of its parent.
    pub heading: Option<usize>,
    /// First and last year that the passage speaks of: the year before for a review, the year itself for a plan.
    pub about: Option<(Year, Year)>,
    /// The repaired original text, one logical paragraph, no line breaks.
    pub text: String,
    /// Where its characters come from; the first entry has `byte` 0, bytes and lines ascend.
    pub lines: Vec<LineStart>,
    /// Whether some of it was recognised on the picture of a page, and may be misread.
    pub ocr: bool,
}

/// Something that ingestion noticed and got over, or took away.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Note {
    /// The name of the rule that speaks, e.g. `site-menu`.
    pub rule: String,
    /// Line of the raw file, from 1, where it has one.
    pub line: Option<u32>,
    /// What was removed, or what was noticed.
    pub text: String,
}

/// A report, placed and divided into passages.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Report {
    /// What is true of the whole.
    pub meta: ReportMeta,
    /// All passages in reading order.
    pub passages: Vec<Passage>,
    /// What was removed or noticed on the way.
    pub notes: Vec<Note>,
}
