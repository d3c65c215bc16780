//! What stands in the cluster: names, settings, fields, and a passage as a document.
//!
//! In: an [`Address`](crate::Address), a [`PassageRecord`]. Out: names and JSON; and back.
//!
//! Two indexes make one that is published: `NAME--p-DIGEST` holds the passages, `NAME--r-DIGEST` the tables. The alias `NAME`
//! leads to the second, which names the first: to switch is one step.

use baogao_engine::record::PassageRecord;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use xxhash_rust::xxh3::xxh3_64;

/// Raised whenever settings, fields or documents change.
pub(crate) const LAYOUT_VERSION: u32 = 1;
/// Bytes of a table in one document, before they are written as base64.
pub(crate) const CHUNK_BYTES: usize = 4 << 20;

/// The folded text by single characters and by pairs, each at its position.
pub(crate) const SINGLES: &str = "t.c";
pub(crate) const PAIRS: &str = "t.cc";

/// What the mapping of each of our indexes says of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Mark {
    /// The name under which it is published.
    pub(crate) name: String,
    pub(crate) layout: u32,
    /// Versions of format, fold, dictionary and rules, as one text.
    pub(crate) versions: String,
    /// Digest of all that is published.
    pub(crate) digest: String,
}

impl Mark {
    /// The mark in the mapping of an index; none if it is not ours.
    pub(crate) fn of(described: &Value) -> Option<Mark> {
        let mark = described.pointer("/mappings/_meta/baogao")?;
        serde_json::from_value(mark.clone()).ok()
    }
}

/// What is published, as the index of tables says it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Notice {
    pub(crate) layout: u32,
    pub(crate) program: String,
    pub(crate) versions: String,
    /// The index of passages.
    pub(crate) passages_index: String,
    pub(crate) n_passages: u64,
    pub(crate) n_reports: u64,
    /// The folder of the index that was published, as it writes roots relative to it.
    pub(crate) dir: String,
    pub(crate) manifest: String,
    /// The tables: name, length in bytes, hash.
    pub(crate) tables: Vec<TableNotice>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct TableNotice {
    pub(crate) name: String,
    pub(crate) bytes: u64,
    pub(crate) hash: String,
}

/// Settings and fields of an index of passages.
pub(crate) fn passages_body(mark: &Mark, shards: u32, replicas: u32) -> Value {
    let tokenizer =
        |n: u32| json!({"type": "ngram", "min_gram": n, "max_gram": n, "token_chars": []});
    let analyzer = |tokenizer: &str| json!({"type": "custom", "tokenizer": tokenizer});
    let number = |kind: &str| json!({"type": kind});
    json!({
        "settings": {
            "number_of_shards": shards,
            "number_of_replicas": replicas,
            "refresh_interval": "-1",
            "analysis": {
                "tokenizer": {"singles": tokenizer(1), "pairs": tokenizer(2)},
                "analyzer": {"singles": analyzer("singles"), "pairs": analyzer("pairs")},
            },
            // How often it stands there, once for each token of a phrase.
            "similarity": {"frequency": {"type": "scripted", "script": {"source": "return doc.freq;"}}},
        },
        "mappings": {
            "dynamic": "strict",
            "_meta": {"baogao": mark},
            "properties": {
                // Key and number: which passage it is.
                "k": number("long"),
                "n": number("integer"),
                // Heading above, part, years spoken of; whether it is a heading; length in folded units.
                "up": number("integer"),
                "p": number("short"),
                "a": number("integer"),
                "h": number("boolean"),
                "u": number("integer"),
                // Fingerprint of all of it, 32 bits: what is read back is compared with it.
                "s": number("long"),
                "t": {"type": "text", "index": false, "norms": false, "fields": {
                    "c": {"type": "text", "analyzer": "singles", "similarity": "frequency", "norms": false, "index_options": "freqs"},
                    "cc": {"type": "text", "analyzer": "pairs", "similarity": "frequency", "norms": false},
                }},
                // What gives the original back.
                "e": {"type": "binary"},
            },
        },
    })
}

/// Settings and fields of an index of tables.
pub(crate) fn tables_body(mark: &Mark, replicas: u32) -> Value {
    json!({
        "settings": {"number_of_shards": 1, "number_of_replicas": replicas},
        "mappings": {
            "dynamic": "strict",
            "_meta": {"baogao": mark},
            "properties": {
                "kind": {"type": "keyword"},
                "notice": {"type": "object", "enabled": false},
                "bytes": {"type": "binary"},
                // A report, for people who look with other programs.
                "id": {"type": "keyword"},
                "title": {"type": "keyword", "ignore_above": 1000},
                "region": {"type": "keyword"},
                "year": {"type": "short"},
                "file": {"type": "keyword", "ignore_above": 1000},
                "passages": {"type": "integer"},
                "key": {"type": "long"},
            },
        },
    })
}

/// In what an index of passages, as the cluster describes it (`GET /INDEX`), differs from one that was made with this mark;
/// nothing where it does not.
pub(crate) fn difference(index: &str, described: &Value, mark: &Mark) -> Option<String> {
    let made = passages_body(mark, 1, 0);
    let there = described.get(index)?;
    if Mark::of(there).as_ref() != Some(mark) {
        return Some(format!("`{index}` does not bear our mark"));
    }
    let fields = |of: &Value| of.pointer("/mappings/properties").map(in_words);
    let part = |of: &Value, place: &str| of.pointer(place).map(in_words);
    let is_changed = fields(there) != fields(&made)
        || part(there, "/settings/index/analysis") != part(&made, "/settings/analysis")
        || part(there, "/settings/index/similarity") != part(&made, "/settings/similarity");
    is_changed.then(|| format!("the fields of `{index}` were changed"))
}

/// JSON with all numbers and truth values as texts, as settings come back.
fn in_words(value: &Value) -> Value {
    match value {
        Value::Object(fields) => {
            let mut sorted: Vec<(&String, &Value)> = fields.iter().collect();
            sorted.sort_by_key(|(name, _)| *name);
            let fields = sorted
                .into_iter()
                .map(|(name, value)| (name.clone(), in_words(value)));
            Value::Object(fields.collect())
        }
        Value::Array(items) => Value::Array(items.iter().map(in_words).collect()),
        Value::String(text) => Value::String(text.clone()),
        other => Value::String(other.to_string()),
    }
}

/// The keys of reports whose passages have this fingerprint: of equal ones each further has another.
pub(crate) fn nth_keys(fingerprint: u64) -> impl Iterator<Item = i64> {
    let further =
        (1u64..).map(move |nth| xxh3_64(&[fingerprint.to_le_bytes(), nth.to_le_bytes()].concat()));
    std::iter::once(fingerprint)
        .chain(further)
        .map(u64::cast_signed)
}

/// The id of a passage in the cluster: the key of its report, which is that of its content, and its number.
pub(crate) fn passage_key(key: i64, number: u32) -> String {
    format!("{key:016x}-{number}")
}

/// Fingerprint of a passage, 32 bits, so that a sum of them is exact in a double.
pub(crate) fn passage_sum(record: &PassageRecord) -> u32 {
    let mut bytes = Vec::with_capacity(record.folded.len() + record.rest.len() + 24);
    for number in [
        record.number,
        record.heading,
        record.part as u32,
        record.about as u32,
    ] {
        bytes.extend(number.to_le_bytes());
    }
    bytes.extend(record.folded.as_bytes());
    bytes.push(0);
    bytes.extend(&record.rest);
    xxh3_64(&bytes) as u32
}

/// A passage as a document.
pub(crate) fn document(key: i64, record: &PassageRecord) -> Value {
    json!({
        "k": key,
        "n": record.number,
        "up": record.heading,
        "p": record.part,
        "a": record.about,
        "h": record.part % 2 == 1,
        "u": record.n_units(),
        "s": passage_sum(record),
        "t": record.folded,
        "e": STANDARD.encode(&record.rest),
    })
}

/// The passage of a document and the key of its report, if it is one.
pub(crate) fn record(
    document: &Value,
    report_of: impl Fn(i64) -> Option<u32>,
) -> Option<PassageRecord> {
    let number = |name: &str| document.get(name)?.as_u64();
    let text = |name: &str| document.get(name)?.as_str();
    let record = PassageRecord {
        report: report_of(document.get("k")?.as_i64()?)?,
        number: number("n")? as u32,
        heading: number("up")? as u32,
        part: number("p")?,
        about: number("a")?,
        folded: text("t")?.to_owned(),
        rest: STANDARD.decode(text("e")?).ok()?,
    };
    let is_heading = document.get("h")?.as_bool()?;
    let is_what_was_sent = number("s")? == u64::from(passage_sum(&record))
        && number("u")? == record.n_units() as u64
        && is_heading == (record.part % 2 == 1);
    is_what_was_sent.then_some(record)
}

/// Bytes as a document of the index of tables.
pub(crate) fn chunk(bytes: &[u8]) -> Value {
    json!({"kind": "table", "bytes": STANDARD.encode(bytes)})
}

/// The bytes of such a document.
pub(crate) fn chunk_bytes(document: &Value) -> Option<Vec<u8>> {
    STANDARD.decode(document.get("bytes")?.as_str()?).ok()
}

/// The id of a part of a table.
pub(crate) fn chunk_id(table: &str, at: usize) -> String {
    format!("{table}-{at}")
}
