//! Field names and types of the index, in this file and no other.

use tantivy::schema::{
    FAST, FacetOptions, Field, IndexRecordOption, NumericOptions, Schema, TextFieldIndexing,
    TextOptions,
};

/// Raised whenever fields, the exact channel's files or the tables beside them change.
pub const SCHEMA_VERSION: u32 = 13;

/// What the code of the part has more where a passage was recognised: above all parts.
pub(crate) const OCR_CODE: u64 = 16;

/// Name under which the word tokenizer is registered.
pub(crate) const WORD_TOKENIZER: &str = "baogao-words";
/// The custom field that the exact channel takes in.
pub(crate) const PASSAGE_FIELD: &str = "passage";
const PASSAGE_TYPE: &str = "baogao-passage";

/// The fields of a passage document.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fields {
    /// Encoded passage, taken in by the exact channel.
    pub(crate) passage: Field,
    /// Words of the folded text, with frequencies.
    pub(crate) words: Field,
    /// Number of the report in the report table; deleting a report deletes by it.
    pub(crate) report: Field,
    /// Number of the passage in its report, from 1.
    pub(crate) number: Field,
    /// Number of the innermost heading above, 0 for none.
    pub(crate) heading: Field,
    /// Twice the part, plus one for a heading, plus [`OCR_CODE`] where it was recognised on the picture of a page.
    pub(crate) part: Field,
    /// First year × 10,000 + last year that the passage speaks of, 0 for none.
    pub(crate) about: Field,
    /// `/山西省/吕梁市/汾阳市`.
    pub(crate) region: Field,
    /// `/2024`.
    pub(crate) year: Field,
}

/// The schema and its fields.
pub(crate) fn schema() -> (Schema, Fields) {
    let mut builder = Schema::builder();
    let words = TextFieldIndexing::default()
        .set_tokenizer(WORD_TOKENIZER)
        .set_index_option(IndexRecordOption::WithFreqs)
        .set_fieldnorms(false);
    let fields = Fields {
        passage: builder.add_custom_field(PASSAGE_FIELD, PASSAGE_TYPE, serde_json::Value::Null),
        words: builder.add_text_field("words", TextOptions::default().set_indexing_options(words)),
        report: builder.add_u64_field("report", NumericOptions::default().set_fast().set_indexed()),
        number: builder.add_u64_field("number", FAST),
        heading: builder.add_u64_field("heading", FAST),
        part: builder.add_u64_field("part", FAST),
        about: builder.add_u64_field("about", FAST),
        region: builder.add_facet_field("region", FacetOptions::default()),
        year: builder.add_facet_field("year", FacetOptions::default()),
    };
    (builder.build(), fields)
}
