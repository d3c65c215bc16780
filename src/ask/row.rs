//! The rows of answers: what each says, under which names.
//!
//! In: what was found. Out: objects that serialize to the documented machine format (`docs/output.md`), one a row. Names,
//! types and descriptions stand here alone; schemas, the columns of tables and the documentation are made from them
//! (`x-column: false` is no column; `x-columns` names what stands inside an object).
//!
//! # Invariants
//!
//! - Nothing here depends on the clock, the locale or the terminal.
//! - `type` comes first.

use super::define::Explained;
use super::reference::reference;
use crate::concordance::{Adoption, First, Line, Neighbour};
use crate::index::{Index, ReportEntry, UnreadFile};
use crate::ingest::table_row;
use crate::passage::PassageView;
use crate::region::{Level, Region};
use crate::report::{Evidence, Genre, Kind, Note, Part, Year};
use crate::search::{Count, Hit, Tier};
use crate::stats::{self, Dimension, Held, State, Sums, Value, year_ranges};
use crate::suggest::{Nearness, Suggestion};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Serialize, Serializer};
use std::borrow::Cow;
use std::ops::Range;

/// A row of an answer.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum Row {
    /// A passage that matches.
    Hit(Box<HitRow>),
    /// A place with what stands around it.
    Kwic(Box<KwicRow>),
    /// What stands beside a phrase.
    Neighbour(NeighbourRow),
    /// A count.
    Count(CountRow),
    /// A count as words.
    Words(WordsRow),
    /// A passage in which words and characters count differently.
    Difference(DifferenceRow),
    /// A first appearance.
    First(Box<FirstRow>),
    /// An entry of a glossary.
    Definition(Box<DefinitionRow>),
    /// A report.
    Report(Box<ReportRow>),
    /// What is held of a region and year.
    Coverage(CoverageRow),
    /// A passage.
    Passage(Box<PassageRow>),
}

impl Row {
    /// The row as a table takes it: no column shows places or neighbours.
    pub fn in_table(&self) -> serde_json::Value {
        let value = match self {
            Row::Hit(row) => serde_json::to_value(HitObject {
                cite: row.reference(),
                ..HitObject::of(&row.hit)
            }),
            row => serde_json::to_value(row),
        };
        value.unwrap_or_default()
    }
}

/// A place in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Span {
    /// First byte of UTF-8, from 0.
    pub byte_start: usize,
    /// Byte behind the last.
    pub byte_end: usize,
    /// First character, from 0.
    pub char_start: usize,
    /// Character behind the last.
    pub char_end: usize,
}

/// The spans of sorted byte ranges.
pub fn spans(text: &str, ranges: &[Range<usize>]) -> impl Iterator<Item = Span> {
    let (mut byte, mut n_chars) = (0, 0);
    let mut chars_to = move |to: usize| {
        if to < byte {
            (byte, n_chars) = (0, 0);
        }
        n_chars += text.get(byte..to).map_or(0, |part| part.chars().count());
        byte = to;
        n_chars
    };
    ranges.iter().map(move |range| Span {
        byte_start: range.start,
        byte_end: range.end,
        char_start: chars_to(range.start),
        char_end: chars_to(range.end),
    })
}

/// The spans of a hit, made while they are written: a long passage may have a million.
struct Spans<'a>(&'a Hit);

impl Serialize for Spans<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(spans(&self.0.passage.text, &self.0.spans))
    }
}

/// Names of a region and all above it, top first; empty for none.
pub fn region_path(region: Option<Region>) -> Vec<&'static str> {
    region.map_or_else(Vec::new, |region| region.path().map(Region::name).collect())
}

/// Where a text stands in the reader's files.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Source<'a> {
    /// Raw file, relative to its corpus folder, `/` between parts; the name of that folder comes first if the index has
    /// several.
    file: &'a str,
    /// Line of the raw file, from 1; of a Word file the number of the paragraph, of a PDF the line of the extracted text.
    line: u32,
}

/// What every passage says of itself.
#[derive(Serialize, JsonSchema)]
struct Place<'a> {
    /// Id of the passage: that of the report, `:`, the number of the passage in the report, from 1.
    id: String,
    /// Id of the report.
    #[schemars(extend("x-column" = false))]
    report: &'a str,
    /// Full names of the region and those above it, province first. `["国家"]` is the State Council, `[]` is unknown.
    region: Vec<&'static str>,
    /// Code of the region, six digits (GB/T 2260); `000000` is the state.
    region_code: Option<String>,
    /// Level of the region.
    level: Option<Level>,
    /// Year in which the report was given.
    year: Option<u16>,
    /// First and last year that the passage speaks of: the year before for a review, the year itself for a plan, up to five
    /// years in a report at the start of a term.
    #[schemars(extend("x-column" = false))]
    about: Option<[u16; 2]>,
    /// Part of the report.
    part: Part,
    /// Headings above the passage, outermost first; for a heading those above it.
    section: &'a [String],
    /// Whether it is a heading.
    kind: Kind,
}

impl<'a> Place<'a> {
    fn of(passage: &'a PassageView) -> Place<'a> {
        let meta = &passage.report.meta;
        let region = meta.region.as_ref().map(|region| region.value);
        Place {
            id: passage.id(),
            report: &passage.report.id,
            region: region_path(region),
            region_code: region.map(Region::code_string),
            level: region.map(Region::level),
            year: meta.year.as_ref().map(|year| year.value.get()),
            about: passage.about.map(|(from, to)| [from, to]),
            part: passage.part,
            section: &passage.section,
            kind: passage.kind,
        }
    }
}

/// Passages around a hit.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
pub struct Context {
    /// Texts before it, in reading order.
    pub before: Vec<String>,
    /// Texts after it, in reading order.
    pub after: Vec<String>,
}

#[derive(Serialize, JsonSchema)]
struct HitObject<'a> {
    /// `hit`
    #[schemars(extend("x-column" = false))]
    r#type: &'static str,
    #[serde(flatten)]
    place: Place<'a>,
    /// How it matches.
    r#match: Tier,
    /// Relevance, rounded to 1e-4: larger is better, comparable within one answer only.
    score: f64,
    /// The whole passage, repaired but not folded.
    text: &'a str,
    /// Hash of the text, 8 hex digits (low half of xxh3-64): verifies a quotation after the file was edited.
    text_hash: String,
    /// Where the expression matches in `text`, ascending, not overlapping.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Vec<Span>", required, extend("x-column" = false))]
    spans: Option<Spans<'a>>,
    /// The raw file, and the line of the first span.
    #[schemars(extend("x-columns" = {"file": "/file", "line": "/line"}))]
    source: Source<'a>,
    /// Passages before and after; only with `context`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Context", extend("x-column" = false), extend("x-only" = true))]
    context: Option<&'a Context>,
    /// A reference to the passage; only with `cite`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String", extend("x-only" = true))]
    cite: Option<String>,
}

impl<'a> HitObject<'a> {
    /// A hit without its places and what stands around it.
    fn of(hit: &'a Hit) -> HitObject<'a> {
        HitObject {
            r#type: "hit",
            place: Place::of(&hit.passage),
            r#match: hit.tier,
            score: hit.score,
            text: &hit.passage.text,
            text_hash: hit.passage.text_hash(),
            spans: None,
            source: Source {
                file: &hit.passage.report.file,
                line: hit.passage.line,
            },
            context: None,
            cite: None,
        }
    }
}

/// A passage that matches.
#[derive(Debug)]
pub struct HitRow {
    /// The hit.
    pub hit: Hit,
    /// Passages around it, where they are asked for.
    pub context: Option<Context>,
    /// Whether its reference is asked for.
    pub cite: bool,
}

impl HitRow {
    fn reference(&self) -> Option<String> {
        self.cite.then(|| reference(&self.hit.passage))
    }
}

impl Serialize for HitRow {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let object = HitObject {
            spans: Some(Spans(&self.hit)),
            context: self.context.as_ref(),
            cite: self.reference(),
            ..HitObject::of(&self.hit)
        };
        object.serialize(serializer)
    }
}

/// The schema of a row is that of the object that is written for it.
macro_rules! described_by {
    ($($row:ty: $object:ty, $name:literal;)*) => {$(
        impl JsonSchema for $row {
            fn schema_name() -> Cow<'static, str> {
                $name.into()
            }

            fn json_schema(generator: &mut SchemaGenerator) -> Schema {
                <$object>::json_schema(generator)
            }
        }
    )*};
}

described_by! {
    HitRow: HitObject<'static>, "Hit";
    KwicRow: KwicObject<'static>, "KwicLine";
    DefinitionRow: DefinitionObject<'static>, "Definition";
    ReportRow: ReportObject<'static>, "Report";
    PassageRow: PassageObject<'static>, "Passage";
    FirstRow: FirstObject<'static>, "FirstRow";
}

#[derive(Serialize, JsonSchema)]
struct PassageObject<'a> {
    /// `passage`
    #[schemars(extend("x-column" = false))]
    r#type: &'static str,
    #[serde(flatten)]
    place: Place<'a>,
    /// The whole passage, repaired but not folded.
    text: &'a str,
    /// Hash of the text, as in a hit.
    text_hash: String,
    /// The raw file, and the line in which the passage begins.
    #[schemars(extend("x-columns" = {"file": "/file", "line": "/line"}))]
    source: Source<'a>,
    /// A reference to the passage; only with `cite`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String", extend("x-only" = true))]
    cite: Option<String>,
}

/// A passage.
#[derive(Debug)]
pub struct PassageRow {
    /// The passage.
    pub passage: PassageView,
    /// Whether its reference is asked for.
    pub cite: bool,
}

impl Serialize for PassageRow {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let passage = &self.passage;
        let object = PassageObject {
            r#type: "passage",
            place: Place::of(passage),
            text: &passage.text,
            text_hash: passage.text_hash(),
            source: Source {
                file: &passage.report.file,
                line: passage.line,
            },
            cite: self.cite.then(|| reference(passage)),
        };
        object.serialize(serializer)
    }
}

#[derive(Serialize, JsonSchema)]
struct KwicObject<'a> {
    /// `kwic`
    #[schemars(extend("x-column" = false))]
    r#type: &'static str,
    #[serde(flatten)]
    place: Place<'a>,
    /// What stands before the place in its passage, as far as it is asked for.
    left: &'a str,
    /// What stands there.
    keyword: &'a str,
    /// What stands behind it in the passage, as far as it is asked for.
    right: &'a str,
    /// Its place in the passage.
    #[schemars(extend("x-column" = false))]
    span: Span,
    /// Hash of the passage's text, as in a hit.
    #[schemars(extend("x-column" = false))]
    text_hash: String,
    /// The raw file, and the line in which the place begins.
    #[schemars(extend("x-columns" = {"file": "/file", "line": "/line"}))]
    source: Source<'a>,
    /// A reference to the passage; only with `cite`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String", extend("x-only" = true))]
    cite: Option<String>,
}

/// A place with what stands around it.
#[derive(Debug)]
pub struct KwicRow {
    /// The line.
    pub line: Line,
    /// Whether its reference is asked for.
    pub cite: bool,
}

impl Serialize for KwicRow {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let KwicRow { line, cite } = self;
        let object = KwicObject {
            r#type: "kwic",
            place: Place::of(&line.passage),
            left: &line.left,
            keyword: &line.keyword,
            right: &line.right,
            span: Span {
                byte_start: line.bytes.start,
                byte_end: line.bytes.end,
                char_start: line.chars.start,
                char_end: line.chars.end,
            },
            text_hash: line.passage.text_hash(),
            source: Source {
                file: &line.passage.report.file,
                line: line.source_line,
            },
            cite: cite.then(|| reference(&line.passage)),
        };
        object.serialize(serializer)
    }
}

/// On which side something stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum SideName {
    /// Before it.
    Left,
    /// Behind it.
    Right,
}

/// What stands beside a phrase.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "Neighbour")]
pub struct NeighbourRow {
    /// `neighbour`
    #[schemars(extend("x-column" = false))]
    r#type: &'static str,
    /// Where it stands.
    pub side: SideName,
    /// The string beside the phrase, folded.
    pub neighbour: String,
    /// The same together with the phrase, or with … where more than a phrase was asked for.
    pub text: String,
    /// How many lines have it.
    pub occurrences: usize,
}

impl NeighbourRow {
    pub(super) fn new(side: SideName, phrase: &str, neighbour: &Neighbour) -> NeighbourRow {
        let text = &neighbour.text;
        NeighbourRow {
            r#type: "neighbour",
            side,
            neighbour: text.clone(),
            text: match side {
                SideName::Left => format!("{text}{phrase}"),
                SideName::Right => format!("{phrase}{text}"),
            },
            occurrences: neighbour.lines,
        }
    }
}

/// What a row of counts is of: the keys that were asked for.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
pub struct Key {
    /// Names of the region, top first; `[]` for unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Vec<String>", extend("x-only" = true))]
    pub region: Option<Vec<&'static str>>,
    /// Its code, six digits.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>", extend("x-only" = true))]
    pub region_code: Option<Option<String>>,
    /// Its level.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Level>", extend("x-only" = true))]
    pub region_level: Option<Option<Level>>,
    /// Names of the province, or of the region itself if it is of a higher level.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Vec<String>", extend("x-only" = true))]
    pub province: Option<Vec<&'static str>>,
    /// Its code, six digits.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>", extend("x-only" = true))]
    pub province_code: Option<Option<String>>,
    /// Its level.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Level>", extend("x-column" = false), extend("x-only" = true))]
    pub province_level: Option<Option<Level>>,
    /// Names of the prefecture, or of the region itself if it is of a higher level.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Vec<String>", extend("x-only" = true))]
    pub prefecture: Option<Vec<&'static str>>,
    /// Its code, six digits.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>", extend("x-only" = true))]
    pub prefecture_code: Option<Option<String>>,
    /// Its level.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Level>", extend("x-column" = false), extend("x-only" = true))]
    pub prefecture_level: Option<Option<Level>>,
    /// Level of the region.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Level>", extend("x-only" = true))]
    pub level: Option<Option<Level>>,
    /// Year in which the report was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<u16>", extend("x-only" = true))]
    pub year: Option<Option<u16>>,
    /// Part of the report.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Part>", extend("x-only" = true))]
    pub part: Option<Option<Part>>,
    /// Headings above; a heading counts in the section that it opens.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Vec<String>>", extend("x-only" = true))]
    pub section: Option<Option<Vec<String>>>,
    /// Id of the report.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>", extend("x-only" = true))]
    pub report: Option<Option<String>>,
}

impl Key {
    /// The values of some dimensions.
    pub fn of(index: &Index, by: &[Dimension], values: &[Value]) -> Key {
        let mut key = Key::default();
        for (dimension, value) in by.iter().zip(values) {
            key.set(index, *dimension, value);
        }
        key
    }

    fn set(&mut self, index: &Index, dimension: Dimension, value: &Value) {
        let region = match value {
            Value::Region(region) => Some(*region),
            _ => None,
        };
        let path = || Some(region_path(region));
        let code = || Some(region.map(Region::code_string));
        let level = || Some(region.map(Region::level));
        match dimension {
            Dimension::Region => {
                (self.region, self.region_code, self.region_level) = (path(), code(), level());
            }
            Dimension::Province => {
                (self.province, self.province_code, self.province_level) =
                    (path(), code(), level());
            }
            Dimension::Prefecture => {
                (self.prefecture, self.prefecture_code, self.prefecture_level) =
                    (path(), code(), level());
            }
            Dimension::Level => {
                self.level = Some(match value {
                    Value::Level(level) => Some(*level),
                    _ => None,
                });
            }
            Dimension::Year => {
                self.year = Some(match value {
                    Value::Year(year) => Some(year.get()),
                    _ => None,
                });
            }
            Dimension::Part => {
                self.part = Some(match value {
                    Value::Part(part) => Some(*part),
                    _ => None,
                });
            }
            Dimension::Section => {
                self.section = Some(match value {
                    Value::Section(headings) => Some(headings.clone()),
                    _ => None,
                });
            }
            Dimension::Report => {
                self.report = Some(match value {
                    Value::Report(rank) => index.reports.entry(*rank).map(|entry| entry.id).ok(),
                    _ => None,
                });
            }
        }
    }
}

/// A count.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct CountRow {
    /// `count`
    #[schemars(extend("x-column" = false))]
    r#type: &'static str,
    /// What it is of.
    #[serde(flatten)]
    pub key: Key,
    /// The expression as typed, without its filters unless the same expression has a row with others; or the name of the
    /// group.
    pub phrase: String,
    /// Occurrences; null unless the state is `said` or `not_said`.
    pub occurrences: Option<u64>,
    /// Passages with at least one.
    pub passages: Option<u64>,
    /// Reports with at least one.
    pub reports: Option<u64>,
    /// Reports with text to search.
    pub reports_held: u64,
    /// Characters searched, without white space, headings included.
    pub chars: Option<u64>,
    /// Occurrences in 10,000 characters, rounded to 1e-4.
    pub per_10k: Option<f64>,
    /// What is known.
    pub state: State,
    /// Files of this key that could not be read, and reports read only in part.
    pub unread: u32,
}

impl CountRow {
    /// A row of a table.
    pub fn new(index: &Index, by: &[Dimension], phrase: &str, row: &stats::Row) -> CountRow {
        let (sums, held) = (row.numbers(), row.sums);
        CountRow {
            r#type: "count",
            key: Key::of(index, by, &row.key),
            phrase: phrase.to_owned(),
            occurrences: sums.map(|sums| sums.occurrences),
            passages: sums.map(|sums| sums.passages),
            reports: sums.map(|sums| sums.reports),
            reports_held: held.map_or(0, |sums| sums.reports_held),
            chars: held.map(|sums| sums.chars_held),
            per_10k: sums.and_then(|sums| sums.per_10k()).map(rounded),
            state: row.state(),
            unread: row.presence.unread,
        }
    }
}

fn rounded(rate: f64) -> f64 {
    (rate * 1e4).round() / 1e4
}

/// A count as words.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "WordsRow")]
pub struct WordsRow {
    /// `words`
    #[schemars(extend("x-column" = false))]
    pub(super) r#type: &'static str,
    /// The phrase as typed.
    pub phrase: String,
    /// What jieba cuts it into.
    #[schemars(extend("x-columns" = {"cut_as": ""}))]
    pub words: Vec<String>,
    /// Occurrences, character by character.
    pub occurrences: Option<u64>,
    /// How often these words follow one another among the words of the passages.
    pub as_words: u64,
    /// Characters searched.
    #[schemars(extend("x-column" = false))]
    pub chars: u64,
}

/// A passage in which words and characters count differently.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "DifferenceRow")]
pub struct DifferenceRow {
    /// `difference`
    #[schemars(extend("x-column" = false))]
    pub(super) r#type: &'static str,
    /// The phrase as typed.
    pub phrase: String,
    /// Id of the passage.
    pub id: String,
    /// Occurrences in it, character by character.
    pub occurrences: usize,
    /// How often the words of the phrase follow one another in it.
    pub as_words: usize,
    /// The whole passage.
    pub text: String,
}

#[derive(Serialize, JsonSchema)]
struct FirstObject<'a> {
    /// `first`
    #[schemars(extend("x-column" = false))]
    r#type: &'static str,
    #[serde(flatten)]
    key: &'a Key,
    /// Year of the first report in which it holds; null if there is none.
    first_year: Option<u16>,
    /// Whether the earliest report held already has it.
    left_censored: bool,
    /// First and last of the years just before of which no whole report is held.
    gap_before: Option<[u16; 2]>,
    /// Years of which reports are held, as ranges.
    #[schemars(extend("x-column" = false))]
    years_held: Vec<[u16; 2]>,
    /// What is known.
    state: State,
    /// The sentence of the first occurrence.
    sentence: Option<&'a str>,
    /// The passage.
    #[schemars(extend("x-columns" = {"id": "/id", "part": "/part", "file": "/source/file", "line": "/source/line"}))]
    hit: Option<HitObject<'a>>,
    /// A reference to the passage; only with `cite`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String", extend("x-only" = true))]
    cite: Option<String>,
}

/// A first appearance.
#[derive(Debug)]
pub struct FirstRow {
    /// What it is of.
    pub key: Key,
    /// What was found.
    pub first: First,
    /// Whether its reference is asked for.
    pub cite: bool,
}

impl Serialize for FirstRow {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let FirstRow { key, first, cite } = self;
        let hit = first.hit.as_ref();
        let sentence = hit.and_then(|hit| hit.passage.text.get(super::first::sentence(hit)));
        let object = FirstObject {
            r#type: "first",
            key,
            first_year: first.year.map(Year::get),
            left_censored: first.left_censored,
            gap_before: first.gap_before.map(|(from, to)| [from, to]),
            years_held: year_ranges(first.years_held.iter().copied()),
            state: first.state(),
            sentence,
            hit: hit.map(|hit| HitObject {
                spans: Some(Spans(hit)),
                ..HitObject::of(hit)
            }),
            cite: hit.filter(|_| *cite).map(|hit| reference(&hit.passage)),
        };
        object.serialize(serializer)
    }
}

/// A year of the adoption curve.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "Adoption")]
pub struct AdoptionRow {
    /// The year.
    pub year: u16,
    /// Rows that have it for the first time.
    pub new: usize,
    /// Rows that have it by then.
    pub cumulative: usize,
    /// Rows with a report of that year.
    pub held: usize,
}

impl From<&Adoption> for AdoptionRow {
    fn from(adoption: &Adoption) -> AdoptionRow {
        AdoptionRow {
            year: adoption.year,
            new: adoption.new,
            cumulative: adoption.cumulative,
            held: adoption.held,
        }
    }
}

/// How well a term fits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Fit {
    /// It is the one that was asked for, or all were.
    Exact,
    /// It contains the one that was asked for.
    Contains,
}

#[derive(Serialize, JsonSchema)]
struct DefinitionObject<'a> {
    /// `definition`
    #[schemars(extend("x-column" = false))]
    r#type: &'static str,
    #[serde(flatten)]
    place: Place<'a>,
    /// The term, without number and brackets.
    term: &'a str,
    /// Whether its term is the one that was asked for.
    r#match: Fit,
    /// Entries of one term with the same number say the same.
    variant: usize,
    /// What it means; paragraphs are parted by line feeds.
    definition: &'a str,
    /// Hash of the passage's text, as in a hit.
    #[schemars(extend("x-column" = false))]
    text_hash: String,
    /// The raw file, and the line in which the entry begins.
    #[schemars(extend("x-columns" = {"file": "/file", "line": "/line"}))]
    source: Source<'a>,
    /// A reference to the passage; only with `cite`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String", extend("x-only" = true))]
    cite: Option<String>,
}

/// An entry of a glossary.
pub struct DefinitionRow {
    /// The entry.
    pub explained: Explained,
    /// Whether its reference is asked for.
    pub cite: bool,
}

impl std::fmt::Debug for DefinitionRow {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(&self.explained.definition.term)
    }
}

impl Serialize for DefinitionRow {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Explained {
            definition,
            exact,
            variant,
            ..
        } = &self.explained;
        let passage = &definition.passage;
        let object = DefinitionObject {
            r#type: "definition",
            place: Place::of(passage),
            term: &definition.term,
            r#match: if *exact { Fit::Exact } else { Fit::Contains },
            variant: *variant,
            definition: &definition.text,
            text_hash: passage.text_hash(),
            source: Source {
                file: &passage.report.file,
                line: passage.line,
            },
            cite: self.cite.then(|| reference(passage)),
        };
        object.serialize(serializer)
    }
}

#[derive(Serialize, JsonSchema)]
struct EvidenceObject<'a> {
    /// For the region.
    region: Option<&'a Evidence>,
    /// For the year.
    year: Option<&'a Evidence>,
}

#[derive(Serialize, JsonSchema)]
struct ReportSource<'a> {
    /// Raw file, as in a hit.
    file: &'a str,
    /// Row of the table in which the report stands; only if the file is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "u32", extend("x-only" = true))]
    row: Option<u32>,
}

#[derive(Serialize, JsonSchema)]
struct ReportObject<'a> {
    /// `report`
    #[schemars(extend("x-column" = false))]
    r#type: &'static str,
    /// Id: region and year.
    id: &'a str,
    /// Title in the text, else the name of the file.
    title: &'a str,
    /// Full names of the region and those above it, as in a hit.
    region: Vec<&'static str>,
    /// Code of the region, six digits.
    region_code: Option<String>,
    /// Level of the region.
    level: Option<Level>,
    /// Name of the region in the report, if it differs from today's.
    #[schemars(extend("x-column" = false))]
    named: Option<&'a str>,
    /// Year in which it was given.
    year: Option<u16>,
    /// Day on which it was given, `2024-04-22`.
    date: Option<String>,
    /// Who gave it.
    speaker: Option<&'a str>,
    /// Report or something else.
    genre: Genre,
    /// Where it was published.
    #[schemars(extend("x-column" = false))]
    url: Option<&'a str>,
    /// Id of the better copy, which is searched in its place.
    duplicate_of: Option<&'a str>,
    /// Whether it is a part or a shortened version of the report that was given.
    #[schemars(extend("x-column" = false))]
    abridged: bool,
    /// Whether its file has more than could be read.
    #[schemars(extend("x-column" = false))]
    partial: bool,
    /// Passages, headings included; of `show`, those that were asked for.
    passages: u32,
    /// Headings among them.
    #[schemars(extend("x-column" = false))]
    headings: u32,
    /// Characters without white space.
    chars: u32,
    /// The words that decided on region and year.
    #[schemars(extend("x-columns" = {"region_evidence": "/region/words", "year_evidence": "/year/words"}))]
    evidence: EvidenceObject<'a>,
    /// What was removed or noticed.
    #[schemars(extend("x-column" = false))]
    notes: &'a [Note],
    /// The raw file.
    #[schemars(extend("x-columns" = {"file": "/file"}))]
    source: ReportSource<'a>,
    /// How often each expression of `with` stands in it; only with `with`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Vec<u64>", extend("x-only" = true))]
    occurrences: Option<&'a [u64]>,
}

/// A report.
#[derive(Debug)]
pub struct ReportRow {
    /// Its rank.
    pub rank: usize,
    /// What is true of the whole.
    pub entry: ReportEntry,
    /// What was removed or noticed.
    pub notes: Vec<Note>,
    /// Its passages, headings included.
    pub passages: u32,
    /// Its characters without white space.
    pub chars: u32,
    /// How often each expression that must hold stands in it, where some must.
    pub occurrences: Option<Vec<u64>>,
}

impl Serialize for ReportRow {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (entry, meta) = (&self.entry, &self.entry.meta);
        let region = meta.region.as_ref().map(|region| region.value);
        let object = ReportObject {
            r#type: "report",
            id: &entry.id,
            title: &meta.title,
            region: region_path(region),
            region_code: region.map(Region::code_string),
            level: region.map(Region::level),
            named: meta.named.as_deref(),
            year: meta.year.as_ref().map(|year| year.value.get()),
            date: meta.date.map(|date| date.to_string()),
            speaker: meta.speaker.as_deref(),
            genre: meta.genre,
            url: meta.url.as_deref(),
            duplicate_of: entry.duplicate_of.as_deref(),
            abridged: meta.abridged,
            partial: meta.partial,
            passages: self.passages,
            headings: entry.headings,
            chars: self.chars,
            evidence: EvidenceObject {
                region: meta.region.as_ref().map(|region| &region.evidence),
                year: meta.year.as_ref().map(|year| &year.evidence),
            },
            notes: &self.notes,
            source: ReportSource {
                file: &entry.file,
                row: table_row(&self.notes),
            },
            occurrences: self.occurrences.as_deref(),
        };
        object.serialize(serializer)
    }
}

/// What is held of a region and year.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "Coverage")]
pub struct CoverageRow {
    /// `coverage`
    #[schemars(extend("x-column" = false))]
    r#type: &'static str,
    /// Names, top first.
    pub region: Vec<&'static str>,
    /// Code of the region, six digits.
    pub region_code: String,
    /// Level of the region.
    pub level: Level,
    /// The year.
    pub year: u16,
    /// What is held.
    pub status: super::Status,
    /// Ids of the reports.
    pub reports: Vec<String>,
    /// Files that could not be read.
    pub unread: Vec<String>,
}

impl CoverageRow {
    /// What is held of a region and year.
    pub fn new(index: &Index, held: &Held) -> CoverageRow {
        let entries = held.ranks.iter();
        let entries = entries.filter_map(|rank| index.reports.entry(*rank).ok());
        CoverageRow {
            r#type: "coverage",
            region: region_path(Some(held.region)),
            region_code: held.region.code_string(),
            level: held.region.level(),
            year: held.year.get(),
            status: super::Status::of(index, held),
            reports: entries.map(|entry| entry.id).collect(),
            unread: held.unread.clone(),
        }
    }
}

/// A file that could not be indexed.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "Refused")]
pub struct RefusedFile {
    /// The file, as in a hit.
    pub file: String,
    /// Names of the region that its report would be of, top first.
    pub region: Option<Vec<&'static str>>,
    /// Code of the region, six digits.
    pub region_code: Option<String>,
    /// Year that its report would be of.
    pub year: Option<u16>,
    /// Why.
    pub reason: String,
}

impl From<&UnreadFile> for RefusedFile {
    fn from(unread: &UnreadFile) -> RefusedFile {
        let region = unread.region;
        RefusedFile {
            file: unread.file.clone(),
            region: region.map(|region| region_path(Some(region))),
            region_code: region.map(Region::code_string),
            year: unread.year.map(Year::get),
            reason: unread.reason.clone(),
        }
    }
}

/// A string that stands somewhere in place of a phrase that does not.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "Suggestion")]
pub struct SuggestionRow {
    /// The phrase that was not found, folded.
    phrase: String,
    /// The suggested string, folded.
    text: String,
    /// In which way it is near.
    nearness: Nearness,
    #[serde(flatten)]
    count: Count,
}

impl From<&Suggestion> for SuggestionRow {
    fn from(suggestion: &Suggestion) -> SuggestionRow {
        SuggestionRow {
            phrase: suggestion.phrase.clone(),
            text: suggestion.text.clone(),
            nearness: suggestion.nearness,
            count: suggestion.count,
        }
    }
}

/// A value of a facet.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct FacetValue<V> {
    /// The value; unknown is null, or `[]` for a region.
    value: V,
    /// Occurrences.
    occurrences: u64,
    /// Passages with at least one.
    passages: u64,
    /// Reports with at least one.
    reports: u64,
    /// Reports of that value that were searched; for a part, all that pass the other filters.
    reports_held: u64,
}

impl<V> FacetValue<V> {
    fn new(value: V, sums: &Sums) -> FacetValue<V> {
        FacetValue {
            value,
            occurrences: sums.occurrences,
            passages: sums.passages,
            reports: sums.reports,
            reports_held: sums.reports_held,
        }
    }
}

/// What other values of each filter would give: each is counted without its own filter.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "Facets")]
pub struct FacetLists {
    /// By region: names from the province down. A region includes all below it.
    region: Vec<FacetValue<Vec<&'static str>>>,
    /// By year, newest first.
    year: Vec<FacetValue<Option<u16>>>,
    /// By part, in reading order.
    part: Vec<FacetValue<Part>>,
    /// By level, highest first.
    level: Vec<FacetValue<Option<Level>>>,
}

impl From<&stats::Facets> for FacetLists {
    fn from(facets: &stats::Facets) -> FacetLists {
        let regions = facets.regions.iter();
        let years = facets.years.iter();
        let parts = facets.parts.iter();
        let levels = facets.levels.iter();
        FacetLists {
            region: regions
                .map(|(region, sums)| FacetValue::new(region_path(*region), sums))
                .collect(),
            year: years
                .map(|(year, sums)| FacetValue::new(year.map(Year::get), sums))
                .collect(),
            part: parts
                .map(|(part, sums)| FacetValue::new(*part, sums))
                .collect(),
            level: levels
                .map(|(level, sums)| FacetValue::new(*level, sums))
                .collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_count_bytes_and_characters() {
        let text = "建设𠮷专业镇e镇";
        let at = text.find("专业镇").expect("the text has it");
        let e = text.find('e').expect("the text has it");
        let ranges = [at..at + 9, e..e + 1];
        let found: Vec<Span> = spans(text, &ranges).collect();
        let expected = [(at, at + 9, 3, 6), (e, e + 1, 6, 7)];
        let expected = expected.map(|(byte_start, byte_end, char_start, char_end)| Span {
            byte_start,
            byte_end,
            char_start,
            char_end,
        });
        assert_eq!(found, expected);
    }
}
