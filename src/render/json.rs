//! The machine format: one object a hit, a summary at the end. Field names are documented in `docs/output.md`.
//!
//! Rows are written as they come: none is held longer than it takes to write it.
//! Nothing here depends on the clock, the locale or the terminal: the same corpus and question
//! give the same bytes.

use super::cite::Method;
use super::table;
use super::unsafe_chars::is_unsafe;
use crate::ask::Notice;
use crate::concordance::{Adoption, First, Line};
use crate::glossary::Definition;
use crate::index::{Index, ReportEntry};
use crate::ingest::table_row;
use crate::passage::PassageView;
use crate::query::Query;
use crate::region::{Level, Region};
use crate::report::{Evidence, Genre, Kind, Note, Part, Year};
use crate::search::{Answer, Count, Hit, Tier};
use crate::stats::{Dimension, Facet, Facets, Row, State, Value, year_ranges};
use crate::suggest::{Nearness, Suggestion};
use serde::{Serialize, Serializer};
use serde_json::json;
use serde_json::ser::{CompactFormatter, Formatter, PrettyFormatter};
use std::borrow::Cow;
use std::io::{self, Write};
use std::ops::Range;

/// Version of the field names and their meaning.
pub const OUTPUT_VERSION: u32 = 2;

/// A place in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Span {
    /// First byte.
    pub byte_start: usize,
    /// Byte behind the last.
    pub byte_end: usize,
    /// First character.
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

/// Where a passage stands in the reader's files.
#[derive(Clone, Debug, Serialize)]
pub struct Source<'a> {
    /// Path relative to the corpus root, its name in front where there are several.
    pub file: &'a str,
    /// Line, from 1.
    pub line: u32,
}

/// What every passage says of itself.
#[derive(Serialize)]
struct Place<'a> {
    id: String,
    report: &'a str,
    region: Vec<&'static str>,
    region_code: Option<String>,
    level: Option<&'static str>,
    year: Option<u16>,
    about: Option<[u16; 2]>,
    part: Part,
    kind: Kind,
    section: &'a [String],
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
            level: region.map(Region::level).map(Level::name),
            year: meta.year.as_ref().map(|year| year.value.get()),
            about: passage.about.map(|(from, to)| [from, to]),
            part: passage.part,
            kind: passage.kind,
            section: &passage.section,
        }
    }
}

/// Names of a region and all above it, top first; empty for none.
pub fn region_path(region: Option<Region>) -> Vec<&'static str> {
    region.map_or_else(Vec::new, |region| region.path().map(Region::name).collect())
}

#[derive(Serialize)]
struct HitObject<'a> {
    r#type: &'static str,
    #[serde(flatten)]
    place: Place<'a>,
    r#match: Tier,
    score: f64,
    text: &'a str,
    text_hash: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    spans: Option<Spans<'a>>,
    source: Source<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    context: Option<&'a Context>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cite: Option<&'a str>,
}

/// Passages around a hit.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Context {
    /// Texts before it, in reading order.
    pub before: Vec<String>,
    /// Texts after it, in reading order.
    pub after: Vec<String>,
}

/// A hit as a row of an answer.
#[derive(Debug)]
pub struct HitRow {
    /// The hit.
    pub hit: Hit,
    /// Passages around it, where they are asked for.
    pub context: Option<Context>,
    /// Its reference, where it is asked for.
    pub cite: Option<String>,
}

impl HitRow {
    fn object(&self) -> HitObject<'_> {
        HitObject {
            spans: Some(Spans(&self.hit)),
            context: self.context.as_ref(),
            cite: self.cite.as_deref(),
            ..HitObject::of(&self.hit)
        }
    }
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

impl Serialize for HitRow {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.object().serialize(serializer)
    }
}

impl table::Row for HitRow {
    /// No column shows places or neighbours.
    fn value(&self) -> Cow<'_, serde_json::Value> {
        Cow::Owned(to_value(&HitObject {
            cite: self.cite.as_deref(),
            ..HitObject::of(&self.hit)
        }))
    }
}

#[derive(Serialize)]
struct PassageObject<'a> {
    r#type: &'static str,
    #[serde(flatten)]
    place: Place<'a>,
    text: &'a str,
    text_hash: String,
    source: Source<'a>,
}

/// A passage as a JSON value.
pub fn passage(passage: &PassageView) -> serde_json::Value {
    to_value(&PassageObject {
        r#type: "passage",
        place: Place::of(passage),
        text: &passage.text,
        text_hash: passage.text_hash(),
        source: Source {
            file: &passage.report.file,
            line: passage.line,
        },
    })
}

/// On what every answer rests.
#[derive(Clone, Debug, Serialize)]
pub struct Basis {
    /// [`OUTPUT_VERSION`]
    pub schema_version: u32,
    /// Fingerprint of the corpus.
    pub corpus: String,
    /// Whether files have changed since the index was built; none where no file that was looked at has, and not all were.
    pub stale: Option<bool>,
}

#[derive(Serialize)]
struct SummaryObject<'a> {
    r#type: &'static str,
    query: &'a str,
    understood: &'a str,
    r#match: Tier,
    state: State,
    passages: Option<u64>,
    occurrences: Option<u64>,
    reports: Option<u64>,
    reports_searched: usize,
    copies_left_out: usize,
    outside: CountObject,
    suggestions: Vec<SuggestionObject<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    facets: Option<serde_json::Value>,
    notices: &'a [Notice],
    method: &'a Method,
    #[serde(flatten)]
    basis: &'a Basis,
}

#[derive(Serialize)]
struct CountObject {
    occurrences: u64,
    passages: u64,
    reports: u64,
}

#[derive(Serialize)]
struct SuggestionObject<'a> {
    phrase: &'a str,
    text: &'a str,
    nearness: Nearness,
    #[serde(flatten)]
    count: CountObject,
}

impl<'a> From<&'a Suggestion> for SuggestionObject<'a> {
    fn from(suggestion: &'a Suggestion) -> SuggestionObject<'a> {
        SuggestionObject {
            phrase: &suggestion.phrase,
            text: &suggestion.text,
            nearness: suggestion.nearness,
            count: suggestion.count.into(),
        }
    }
}

impl From<Count> for CountObject {
    fn from(count: Count) -> CountObject {
        CountObject {
            occurrences: count.occurrences,
            passages: count.passages,
            reports: count.reports,
        }
    }
}

/// The summary that closes an answer.
pub fn summary(
    query: &Query,
    answer: &Answer,
    suggestions: &[Suggestion],
    facets: Option<serde_json::Value>,
    (state, notices): (State, &[Notice]),
    method: &Method,
    basis: &Basis,
) -> serde_json::Value {
    // Where absence is not shown a zero would be a false one.
    let number = |n: u64| state.has_number().then_some(n);
    to_value(&SummaryObject {
        r#type: "summary",
        query: query.typed(),
        understood: &query.understood(),
        r#match: answer.tier,
        state,
        passages: number(answer.total.passages),
        occurrences: number(answer.total.occurrences),
        reports: number(answer.total.reports),
        reports_searched: answer.reports_searched,
        copies_left_out: answer.copies_left_out,
        outside: answer.outside.into(),
        suggestions: suggestions.iter().map(SuggestionObject::from).collect(),
        facets,
        notices,
        method,
        basis,
    })
}

/// Facets as a JSON value: for each kind a list of values with their counts.
pub fn facets(facets: &Facets) -> serde_json::Value {
    fn values<K>(
        values: &[(K, Facet)],
        value: impl Fn(&K) -> serde_json::Value,
    ) -> serde_json::Value {
        let object = |(key, facet): &(K, Facet)| {
            let sums = facet.numbers();
            json!({
                "value": value(key),
                "state": facet.state(),
                "occurrences": sums.map(|sums| sums.occurrences),
                "passages": sums.map(|sums| sums.passages),
                "reports": sums.map(|sums| sums.reports),
                "reports_held": facet.sums.reports_held,
            })
        };
        values.iter().map(object).collect()
    }
    json!({
        "region": values(&facets.regions, |region| json!(region_path(*region))),
        "year": values(&facets.years, |year| json!(year.map(Year::get))),
        "part": values(&facets.parts, |part| json!(part.name())),
        "level": values(&facets.levels, |level| json!(level.map(Level::name))),
    })
}

#[derive(Serialize)]
struct EvidenceObject<'a> {
    region: Option<&'a Evidence>,
    year: Option<&'a Evidence>,
}

#[derive(Serialize)]
struct ReportObject<'a> {
    r#type: &'static str,
    id: &'a str,
    title: &'a str,
    region: Vec<&'static str>,
    region_code: Option<String>,
    level: Option<&'static str>,
    named: Option<&'a str>,
    year: Option<u16>,
    date: Option<String>,
    speaker: Option<&'a str>,
    genre: Genre,
    url: Option<&'a str>,
    duplicate_of: Option<&'a str>,
    abridged: bool,
    partial: bool,
    passages: u32,
    headings: u32,
    chars: u32,
    evidence: EvidenceObject<'a>,
    notes: &'a [Note],
    source: ReportSource<'a>,
}

#[derive(Serialize)]
struct ReportSource<'a> {
    file: &'a str,
    /// The row of the table in which the report stands, where the file is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    row: Option<u32>,
}

/// A report as a JSON value.
pub fn report(entry: &ReportEntry, notes: &[Note], passages: u32, chars: u32) -> serde_json::Value {
    let meta = &entry.meta;
    let region = meta.region.as_ref().map(|region| region.value);
    to_value(&ReportObject {
        r#type: "report",
        id: &entry.id,
        title: &meta.title,
        region: region_path(region),
        region_code: region.map(Region::code_string),
        level: region.map(Region::level).map(Level::name),
        named: meta.named.as_deref(),
        year: meta.year.as_ref().map(|year| year.value.get()),
        date: meta.date.map(|date| date.to_string()),
        speaker: meta.speaker.as_deref(),
        genre: meta.genre,
        url: meta.url.as_deref(),
        duplicate_of: entry.duplicate_of.as_deref(),
        abridged: meta.abridged,
        partial: meta.partial,
        passages,
        headings: entry.headings,
        chars,
        evidence: EvidenceObject {
            region: meta.region.as_ref().map(|region| &region.evidence),
            year: meta.year.as_ref().map(|year| &year.evidence),
        },
        notes,
        source: ReportSource {
            file: &entry.file,
            row: table_row(notes),
        },
    })
}

/// A row of counts with what its values are of.
pub struct CountRow<'a> {
    /// The dimensions of its key.
    pub by: &'a [Dimension],
    /// What was counted.
    pub phrase: &'a str,
    /// The row.
    pub row: &'a Row,
}

/// A row of counts as a JSON value: the values of its key, then the numbers; no numbers where there is no report.
pub fn count(index: &Index, row: &CountRow<'_>) -> serde_json::Value {
    let mut object = serde_json::Map::new();
    object.insert("type".to_owned(), "count".into());
    for (dimension, value) in row.by.iter().zip(&row.row.key) {
        insert_value(&mut object, index, *dimension, value);
    }
    object.insert("phrase".to_owned(), row.phrase.into());
    let (sums, held) = (row.row.numbers(), row.row.sums);
    let mut number = |name: &str, n: Option<u64>| object.insert(name.to_owned(), json!(n));
    number("occurrences", sums.map(|sums| sums.occurrences));
    number("passages", sums.map(|sums| sums.passages));
    number("reports", sums.map(|sums| sums.reports));
    number(
        "reports_held",
        Some(held.map_or(0, |sums| sums.reports_held)),
    );
    number("chars", held.map(|sums| sums.chars_held));
    let rate = sums.and_then(|sums| sums.per_10k());
    object.insert(
        "per_10k".to_owned(),
        json!(rate.map(|rate| (rate * 1e4).round() / 1e4)),
    );
    object.insert("state".to_owned(), row.row.state().name().into());
    object.insert("unread".to_owned(), row.row.presence.unread.into());
    object.into()
}

/// The value of a dimension; a region has a path, a code and a level.
fn insert_value(
    object: &mut serde_json::Map<String, serde_json::Value>,
    index: &Index,
    dimension: Dimension,
    value: &Value,
) {
    let name = dimension.name();
    match value {
        Value::Region(region) => {
            object.insert(name.to_owned(), json!(region_path(Some(*region))));
            object.insert(format!("{name}_code"), region.code_string().into());
            object.insert(format!("{name}_level"), region.level().name().into());
            return;
        }
        Value::Unknown
            if matches!(
                dimension,
                Dimension::Region | Dimension::Province | Dimension::Prefecture
            ) =>
        {
            object.insert(name.to_owned(), json!([]));
            object.insert(format!("{name}_code"), json!(null));
            object.insert(format!("{name}_level"), json!(null));
            return;
        }
        _ => {}
    }
    let value = match value {
        Value::Level(level) => json!(level.name()),
        Value::Year(year) => json!(year.get()),
        Value::Part(part) => json!(part.name()),
        Value::Section(headings) => json!(headings),
        Value::Report(rank) => json!(index.reports.entry(*rank).map(|entry| entry.id).ok()),
        Value::Region(_) | Value::Unknown => json!(null),
    };
    object.insert(name.to_owned(), value);
}

#[derive(Serialize)]
struct KwicObject<'a> {
    r#type: &'static str,
    #[serde(flatten)]
    place: Place<'a>,
    left: &'a str,
    keyword: &'a str,
    right: &'a str,
    span: Span,
    text_hash: String,
    source: Source<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cite: Option<&'a str>,
}

/// A line of a concordance as a row of an answer.
#[derive(Debug)]
pub struct KwicRow {
    /// The line.
    pub line: Line,
    /// Its reference, where it is asked for.
    pub cite: Option<String>,
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
            cite: cite.as_deref(),
        };
        object.serialize(serializer)
    }
}

impl table::Row for KwicRow {
    fn value(&self) -> Cow<'_, serde_json::Value> {
        Cow::Owned(to_value(self))
    }
}

/// A passage's place as a JSON value that more is added to.
fn place(passage: &PassageView, r#type: &'static str) -> serde_json::Value {
    #[derive(Serialize)]
    struct Typed<'a> {
        r#type: &'static str,
        #[serde(flatten)]
        place: Place<'a>,
    }
    to_value(&Typed {
        r#type,
        place: Place::of(passage),
    })
}

/// A first appearance as a JSON value; `sentence` is that of its first place.
pub fn first(
    index: &Index,
    by: Option<Dimension>,
    first: &First,
    sentence: Option<&str>,
) -> serde_json::Value {
    let mut object = serde_json::Map::new();
    object.insert("type".to_owned(), "first".into());
    if let (Some(by), Some(value)) = (by, &first.key) {
        insert_value(&mut object, index, by, value);
    }
    object.insert("first_year".to_owned(), json!(first.year.map(Year::get)));
    object.insert("left_censored".to_owned(), first.left_censored.into());
    object.insert(
        "gap_before".to_owned(),
        json!(first.gap_before.map(|(from, to)| [from, to])),
    );
    object.insert(
        "years_held".to_owned(),
        json!(year_ranges(first.years_held.iter().copied())),
    );
    object.insert("state".to_owned(), first.state().name().into());
    object.insert("sentence".to_owned(), json!(sentence));
    object.insert(
        "hit".to_owned(),
        first.hit.as_ref().map_or(json!(null), |hit| {
            to_value(&HitObject {
                spans: Some(Spans(hit)),
                ..HitObject::of(hit)
            })
        }),
    );
    object.into()
}

/// A year of the adoption curve as a JSON value.
pub fn adoption(adoption: &Adoption) -> serde_json::Value {
    json!({
        "year": adoption.year,
        "new": adoption.new,
        "cumulative": adoption.cumulative,
        "held": adoption.held,
    })
}

/// An entry of a glossary as a JSON value. `variant` is the same for entries of a term that say the same.
pub fn definition(definition: &Definition, exact: bool, variant: usize) -> serde_json::Value {
    let passage = &definition.passage;
    let mut object = place(passage, "definition");
    if let Some(object) = object.as_object_mut() {
        object.insert("term".to_owned(), definition.term.as_str().into());
        object.insert("definition".to_owned(), definition.text.as_str().into());
        object.insert(
            "match".to_owned(),
            if exact { "exact" } else { "contains" }.into(),
        );
        object.insert("variant".to_owned(), variant.into());
        object.insert("text_hash".to_owned(), passage.text_hash().into());
        object.insert(
            "source".to_owned(),
            json!({"file": passage.report.file, "line": passage.line}),
        );
    }
    object
}

fn to_value(object: &impl Serialize) -> serde_json::Value {
    serde_json::to_value(object).unwrap_or_default()
}

/// A formatter that writes characters which a terminal would obey, or a reader would not see, as `\u202e`; a parser
/// reads them as they were. serde_json does so for those below U+0020 alone.
struct Harmless<'f, F>(&'f mut F);

macro_rules! forward {
    ($($name:ident($($argument:ident: $kind:ty),*);)*) => {
        $(fn $name<W: ?Sized + Write>(&mut self, out: &mut W, $($argument: $kind),*) -> io::Result<()> {
            self.0.$name(out, $($argument),*)
        })*
    };
}

impl<F: Formatter> Formatter for Harmless<'_, F> {
    fn write_string_fragment<W: ?Sized + Write>(
        &mut self,
        out: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        let mut rest = fragment;
        while let Some((at, c)) = rest.char_indices().find(|(_, c)| is_unsafe(*c)) {
            let (plain, unsafe_on) = rest.split_at(at);
            out.write_all(plain.as_bytes())?;
            // All of them are in the first plane.
            write!(out, "\\u{:04x}", u32::from(c))?;
            rest = unsafe_on.get(c.len_utf8()..).unwrap_or_default();
        }
        out.write_all(rest.as_bytes())
    }

    forward! {
        begin_array();
        end_array();
        begin_array_value(first: bool);
        end_array_value();
        begin_object();
        end_object();
        begin_object_key(first: bool);
        begin_object_value();
        end_object_value();
    }
}

fn write_harmless(
    out: &mut impl Write,
    value: &impl Serialize,
    formatter: &mut impl Formatter,
) -> io::Result<()> {
    let mut serializer = serde_json::Serializer::with_formatter(out, Harmless(formatter));
    Ok(value.serialize(&mut serializer)?)
}

/// Writes objects one a line, each when it comes.
///
/// # Errors
/// When `out` cannot be written to, or an object could not be made: then those before it are written.
pub fn write_lines<E: From<io::Error>>(
    out: &mut impl Write,
    objects: impl IntoIterator<Item = Result<impl Serialize, E>>,
) -> Result<(), E> {
    for object in objects {
        write_line(out, &object?)?;
    }
    Ok(())
}

/// Writes one object on a line.
///
/// # Errors
/// When `out` cannot be written to.
pub fn write_line(out: &mut impl Write, object: &impl Serialize) -> io::Result<()> {
    write_harmless(out, object, &mut CompactFormatter)?;
    out.write_all(b"\n")
}

/// Members of an object.
pub type Members = serde_json::Map<String, serde_json::Value>;

/// Writes one object over several lines. The rows stand in the place of the member that is called `name`, each written when
/// it comes.
///
/// # Errors
/// When `out` cannot be written to, or a row could not be made: then the document ends there, and is none.
pub fn write_document<E: From<io::Error>>(
    out: &mut impl Write,
    members: impl IntoIterator<Item = (impl AsRef<str>, impl Serialize)>,
    name: &str,
    rows: impl IntoIterator<Item = Result<impl Serialize, E>>,
) -> Result<(), E> {
    let formatter = &mut PrettyFormatter::new();
    let mut rows = Some(rows);
    formatter.begin_object(out)?;
    let mut is_first = true;
    for (key, value) in members {
        formatter.begin_object_key(out, std::mem::take(&mut is_first))?;
        write_harmless(out, &key.as_ref(), formatter)?;
        formatter.end_object_key(out)?;
        formatter.begin_object_value(out)?;
        match rows.take_if(|_| key.as_ref() == name) {
            Some(rows) => write_array(out, formatter, rows)?,
            None => write_harmless(out, &value, formatter)?,
        }
        formatter.end_object_value(out)?;
    }
    formatter.end_object(out)?;
    Ok(out.write_all(b"\n")?)
}

/// Writes an array, each value when it comes.
fn write_array<E: From<io::Error>>(
    out: &mut impl Write,
    formatter: &mut impl Formatter,
    values: impl IntoIterator<Item = Result<impl Serialize, E>>,
) -> Result<(), E> {
    formatter.begin_array(out)?;
    let mut is_first = true;
    for value in values {
        let value = value?;
        formatter.begin_array_value(out, std::mem::take(&mut is_first))?;
        write_harmless(out, &value, formatter)?;
        formatter.end_array_value(out)?;
    }
    Ok(formatter.end_array(out)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_written_row_by_row_is_the_one_written_at_once() {
        let nested = json!({"type": "hit", "text": "专业\u{202e}镇", "spans": [], "a": [1, {}]});
        let members = json!({"id": "a", "rows": 7, "summary": null, "more": nested});
        for n_rows in 0..3 {
            let rows = vec![nested.clone(); n_rows];
            let mut document = members.clone();
            document["rows"] = rows.clone().into();
            let mut at_once = Vec::new();
            let formatter = &mut PrettyFormatter::new();
            write_harmless(&mut at_once, &document, formatter).expect("memory");
            at_once.push(b'\n');
            let mut by_row = Vec::new();
            let rows = rows.into_iter().map(Ok::<_, io::Error>);
            let members = members.as_object().expect("an object");
            write_document(&mut by_row, members, "rows", rows).expect("memory");
            assert_eq!(String::from_utf8(by_row), String::from_utf8(at_once));
        }
    }

    #[test]
    fn spans_count_bytes_and_characters() {
        let text = "建设𠮷专业镇e镇";
        let at = text.find("专业镇").expect("the text has it");
        let e = text.find('e').expect("the text has it");
        let ranges = [at..at + 9, e..e + 1];
        let found: Vec<Span> = spans(text, &ranges).collect();
        assert_eq!(
            found[0],
            Span {
                byte_start: at,
                byte_end: at + 9,
                char_start: 3,
                char_end: 6
            }
        );
        assert_eq!(
            found[1],
            Span {
                byte_start: e,
                byte_end: e + 1,
                char_start: 6,
                char_end: 7
            }
        );
    }
}
