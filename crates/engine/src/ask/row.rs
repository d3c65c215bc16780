//! What rows of several kinds are made of: where a passage stands, what was found in it, the key of a count.
//!
//! In: what was found. Out: objects that serialize to the documented machine format (`docs/output.md`). Names, types and
//! descriptions stand with the types alone; schemas, the columns of tables and the documentation are made from them
//! (`x-column: false` is no column; `x-columns` names what stands inside an object; `x-only` is there where it is asked for).
//!
//! # Invariants
//!
//! - Nothing here depends on the clock, the locale or the terminal.
//! - `type` comes first.

use super::column::Column;
use super::holdings::Holdings;
use crate::passage::PassageView;
use crate::search::{Hit, Tier};
use crate::stats::{Dimension, Value};
use baogao_reading::region::{Level, Region};
use baogao_reading::report::{Kind, Part};
use schemars::JsonSchema;
use serde::{Serialize, Serializer};
use std::ops::Range;

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
pub(super) struct Spans<'a>(pub(super) &'a Hit);

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
    pub(super) file: &'a str,
    /// Line of the raw file, from 1; of a Word file the number of the paragraph, of a PDF the line of the extracted text.
    pub(super) line: u32,
}

/// What every passage says of itself.
#[derive(Serialize, JsonSchema)]
pub(super) struct PlaceFields<'a> {
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
    /// Whether some of the passage was recognised on the picture of a page (OCR), and may be misread.
    ocr: bool,
}

impl<'a> PlaceFields<'a> {
    pub(super) fn of(passage: &'a PassageView) -> PlaceFields<'a> {
        let meta = &passage.report.meta;
        let region = meta.region.as_ref().map(|region| region.value);
        PlaceFields {
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
            ocr: passage.ocr,
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
pub(super) struct HitObject<'a> {
    /// `hit`
    #[schemars(extend("x-column" = false))]
    pub(super) r#type: &'static str,
    #[serde(flatten)]
    pub(super) place: PlaceFields<'a>,
    /// How it matches.
    pub(super) r#match: Tier,
    /// Relevance, rounded to 1e-4: larger is better, comparable within one answer only.
    pub(super) score: f64,
    /// The whole passage, repaired but not folded.
    pub(super) text: &'a str,
    /// Hash of the text, 8 hex digits (low half of xxh3-64): verifies a quotation after the file was edited.
    pub(super) text_hash: String,
    /// Where the expression matches in `text`, ascending, not overlapping.
    #[schemars(with = "Vec<Span>", extend("x-column" = false))]
    pub(super) spans: Option<Spans<'a>>,
    /// The raw file, and the line of the first span.
    #[schemars(extend("x-columns" = {"file": "/file", "line": "/line"}))]
    pub(super) source: Source<'a>,
    /// Passages before and after; only with `context`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Context", extend("x-column" = false), extend("x-only" = true))]
    pub(super) context: Option<&'a Context>,
    /// A reference to the passage; only with `cite`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String", extend("x-only" = true))]
    pub(super) cite: Option<String>,
}

impl<'a> HitObject<'a> {
    /// A hit without its places and what stands around it.
    pub(super) fn of(hit: &'a Hit) -> HitObject<'a> {
        HitObject {
            r#type: "hit",
            place: PlaceFields::of(&hit.passage),
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

/// The schema of a row is that of the object that is written for it.
macro_rules! described_by {
    ($($row:ty: $object:ty, $name:literal;)*) => {$(
        impl JsonSchema for $row {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                $name.into()
            }

            fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
                <$object>::json_schema(generator)
            }
        }
    )*};
}

pub(super) use described_by;

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
    pub fn of(holdings: &dyn Holdings, by: &[Dimension], values: &[Value]) -> Key {
        let mut key = Key::default();
        for (dimension, value) in by.iter().zip(values) {
            key.set(holdings, *dimension, value);
        }
        key
    }

    fn set(&mut self, holdings: &dyn Holdings, dimension: Dimension, value: &Value) {
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
                    Value::Section(headings) => Some(headings.0.clone()),
                    _ => None,
                });
            }
            Dimension::Report => {
                self.report = Some(match value {
                    Value::Report(rank) => {
                        holdings.reports().entry(*rank).map(|entry| entry.id).ok()
                    }
                    _ => None,
                });
            }
        }
    }
}

/// The columns of a key: `region`, `region_code`, `region_level`.
pub(super) fn is_of(column: &Column, by: &[Dimension]) -> bool {
    place_in(column, by).is_some()
}

/// The columns of some rows with a key: those of the key first, in the order in which it was asked for.
pub(super) fn keyed(mut columns: Vec<Column>, by: &[Dimension]) -> Vec<Column> {
    // The sort is stable.
    columns.sort_by_key(|column| place_in(column, by).unwrap_or(by.len()));
    columns
}

fn place_in(column: &Column, by: &[Dimension]) -> Option<usize> {
    let is = |dimension: &Dimension| {
        let rest = column.name.strip_prefix(dimension.name());
        column.is_optional && rest.is_some_and(|rest| matches!(rest, "" | "_code" | "_level"))
    };
    by.iter().position(is)
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
