//! The objects of the JSON answers, field by field, for the description of the interface. `docs/output.md` says more.
//!
//! A type is written as `string`, `integer`, `number`, `boolean` or the name of an object; `[ ]` around it is a list of
//! them, `?` behind it says that it may be null, `name?` that the field may be absent. The tests ask the running
//! program and find each field of its answers here.

use serde_json::{Map, Value, json};

/// Name, type and meaning.
pub(super) type Field = (&'static str, &'static str, &'static str);

/// An object of the answers.
pub(super) struct Object {
    pub(super) name: &'static str,
    /// What it has in common with others, by name.
    pub(super) extends: &'static [&'static str],
    pub(super) fields: &'static [Field],
}

const fn object(
    name: &'static str,
    extends: &'static [&'static str],
    fields: &'static [Field],
) -> Object {
    Object {
        name,
        extends,
        fields,
    }
}

/// What is known of a phrase.
const STATES: &str = "said; not_said: a whole report is held and read; abridged, unread: absence is not shown; none: nothing is held";

/// All objects.
#[rustfmt::skip]
pub(super) const OBJECTS: &[Object] = &[
    object("Place", &[], &[
        ("type", "string", "Kind of the object"),
        ("id", "string", "Id of the passage: id of the report, `:`, number of the passage"),
        ("report", "string", "Id of the report"),
        ("region", "[string]", "Names of the region and of those above it, province first; empty if unknown"),
        ("region_code", "string?", "Six digits (GB/T 2260)"),
        ("level", "string?", "nation, province, prefecture, county"),
        ("year", "integer?", "Year in which the report was given"),
        ("about", "[integer]?", "First and last year that the passage speaks of"),
        ("part", "string", "opening, review, plan, governance, closing, glossary, other"),
        ("kind", "string", "heading or text"),
        ("section", "[string]", "Headings above the passage, outermost first"),
        ("text_hash", "string", "8 hex digits by which a quotation can be checked"),
        ("source", "Source", "Where it stands in the files"),
        ("cite?", "string", "A reference; only with cite=1"),
    ]),
    object("Source", &[], &[
        ("file", "string", "Raw file, relative to its corpus folder"),
        ("line?", "integer", "Line of the raw file, from 1"),
        ("row?", "integer", "Row of the table, where the file is one"),
    ]),
    object("Span", &[], &[
        ("byte_start", "integer", "First byte of the text, UTF-8, from 0"),
        ("byte_end", "integer", "Byte behind the last"),
        ("char_start", "integer", "First character, from 0"),
        ("char_end", "integer", "Character behind the last"),
    ]),
    object("Basis", &[], &[
        ("type", "string", "`summary`"),
        ("notices", "[Notice]", "What must be known to read the answer rightly"),
        ("method", "string", "How the answer was computed, to quote under a table"),
        ("schema_version", "integer", "Version of these objects"),
        ("corpus", "string", "Fingerprint of all indexed files, 16 hex digits"),
        ("stale", "boolean?", "Whether files have changed since the index was built; null where no file that was looked at has, and not all were"),
    ]),
    object("Hit", &["Place"], &[
        ("match", "string", "exact, words, any"),
        ("score", "number", "Relevance; comparable within one answer only"),
        ("text", "string", "The whole passage"),
        ("spans", "[Span]", "Where the query stands in it"),
        ("context?", "Context", "Only with context=N"),
    ]),
    object("Context", &[], &[
        ("before", "[string]", "Texts of the passages before"),
        ("after", "[string]", "Texts of the passages after"),
    ]),
    object("SearchSummary", &["Basis", "Found"], &[
        ("query", "string", "As typed"),
        ("understood", "string", "As it was understood, folded, without its filters"),
        ("match", "string", "exact, words, any"),
        ("reports_searched", "integer", "Reports that the filters let through"),
        ("copies_left_out", "integer", "Copies of reports that were not searched"),
        ("outside", "Counts", "What matches outside the filters"),
        ("suggestions", "[Suggestion]", "What stands in place of a phrase that stands nowhere"),
        ("facets?", "Facets", "Only with facets=1"),
    ]),
    object("Counts", &[], &[
        ("occurrences", "integer", "Places"),
        ("passages", "integer", "Passages with at least one"),
        ("reports", "integer", "Reports with at least one"),
    ]),
    object("Found", &[], &[
        ("state", "string", STATES),
        ("occurrences", "integer?", "Places; null where absence is not shown"),
        ("passages", "integer?", "Passages with at least one"),
        ("reports", "integer?", "Reports with at least one"),
    ]),
    object("Notice", &[], &[
        ("code", "string", "region_taken, not_held, copies_left_out, other_genre, no_report, unread, partly_read, not_shown, no_such_part, unplaced, given_twice, more"),
        ("region?", "string", "Path of the region that it is about"),
        ("given?", "string", "As typed"),
        ("years?", "[integer]", "First and last year in which the region was called so"),
        ("others?", "[string]", "Paths of other regions of the name"),
        ("phrase?", "string", "The expression that it is about, where there are several"),
        ("occurrences?", "integer", "Places in texts of another genre"),
        ("passages?", "integer", "Passages there"),
        ("reports?", "integer", "Reports or texts that it is about"),
        ("files?", "integer", "Files that it is about"),
        ("named?", "[string]", "The first of them"),
        ("notices?", "integer", "Further notices like the one before"),
    ]),
    object("Suggestion", &["Counts"], &[
        ("phrase", "string", "What stands nowhere, folded"),
        ("text", "string", "What does stand, folded"),
        ("nearness", "string", "abbreviation, one_off, beginning, end"),
    ]),
    object("Facets", &[], &[
        ("region", "[RegionFacet]", "A region counts all below it"),
        ("year", "[YearFacet]", "Newest first"),
        ("part", "[NameFacet]", "Parts of a report"),
        ("level", "[NameFacet]", "Levels of regions"),
    ]),
    object("RegionFacet", &["Found", "Held"], &[("value", "[string]", "Names from the province down; empty for unknown")]),
    object("YearFacet", &["Found", "Held"], &[("value", "integer?", "The year; null for unknown")]),
    object("NameFacet", &["Found", "Held"], &[("value", "string?", "Its name; null for unknown")]),
    object("Held", &[], &[("reports_held", "integer", "Reports that were looked into, whether they match or not")]),
    object("Key", &[], &[
        ("region?", "[string]", "Names, top first; empty for unknown. Only the keys that `by` names"),
        ("region_code?", "string?", "Six digits"),
        ("region_level?", "string?", "nation, province, prefecture, county"),
        ("province?", "[string]", "Names, top first"),
        ("province_code?", "string?", "Six digits"),
        ("province_level?", "string?", "province"),
        ("prefecture?", "[string]", "Names, top first"),
        ("prefecture_code?", "string?", "Six digits"),
        ("prefecture_level?", "string?", "prefecture, or above"),
        ("level?", "string?", "nation, province, prefecture, county"),
        ("year?", "integer?", "Year in which the reports were given"),
        ("part?", "string?", "Part of a report"),
        ("section?", "[string]?", "The headings above"),
        ("report?", "string?", "Id of the report"),
    ]),
    object("CountRow", &["Key"], &[
        ("type", "string", "`count`"),
        ("phrase", "string", "As typed"),
        ("occurrences", "integer?", "Places; null where absence is not shown"),
        ("passages", "integer?", "Passages with at least one"),
        ("reports", "integer?", "Reports with at least one"),
        ("reports_held", "integer", "Reports that have something to look into"),
        ("chars", "integer?", "Characters without white space that were looked into"),
        ("per_10k", "number?", "Occurrences in 10,000 characters"),
        ("state", "string", STATES),
        ("unread", "integer", "Files that could not be read, and reports read in part"),
    ]),
    object("CountSummary", &["Basis"], &[
        ("totals", "[CountRow]", "A row without keys for each phrase"),
        ("never_found", "[string]", "Phrases that stand nowhere"),
        ("copies_left_out", "integer", "Copies of reports that were not searched"),
    ]),
    object("FirstRow", &["Key"], &[
        ("type", "string", "`first`"),
        ("first_year", "integer?", "Year of the first report that has the phrase"),
        ("left_censored", "boolean", "The earliest report that is held already has it"),
        ("gap_before", "[integer]?", "The years right before of which no report is held"),
        ("years_held", "[[integer]]", "The years of which reports are held, as ranges"),
        ("state", "string", STATES),
        ("sentence", "string?", "The sentence of the first place"),
        ("hit", "Hit?", "The passage"),
        ("cite?", "string?", "A reference; only with cite=1"),
    ]),
    object("FirstSummary", &["Basis"], &[
        ("query", "string", "As typed"),
        ("understood", "string", "As it was understood, folded, without its filters"),
        ("state", "string", STATES),
        ("by", "string?", "In what the first is looked for"),
        ("with", "integer", "Rows that have the phrase"),
        ("without", "integer", "Rows that do not"),
        ("reports_without_year", "integer", "Reports left out"),
        ("copies_left_out", "integer", "Copies of reports that were not searched"),
        ("adoption", "[Adoption]", "For each year how many have it"),
    ]),
    object("Adoption", &[], &[
        ("year", "integer", "The year"),
        ("new", "integer", "Rows that have it for the first time"),
        ("cumulative", "integer", "Rows that have it by then"),
        ("held", "integer", "Rows with a report of that year"),
    ]),
    object("KwicLine", &["Place"], &[
        ("left", "string", "What stands before"),
        ("keyword", "string", "The phrase as it stands there"),
        ("right", "string", "What stands behind"),
        ("span", "Span", "Its place in the passage"),
    ]),
    object("Neighbour", &[], &[
        ("type", "string", "`neighbour`"),
        ("side", "string", "left, right"),
        ("neighbour", "string", "What stands beside the phrase, folded"),
        ("text", "string", "With the phrase"),
        ("occurrences", "integer", "How often"),
    ]),
    object("KwicSummary", &["Basis", "Found"], &[
        ("understood", "string", "As it was understood, folded, without its filters"),
        ("query", "string", "As typed"),
        ("reports_searched", "integer", "Reports that the filters let through"),
        ("copies_left_out", "integer", "Copies of reports that were not searched"),
        ("lines", "integer", "Lines, after a sample was drawn"),
    ]),
    object("Definition", &["Place"], &[
        ("term", "string", "What is defined"),
        ("definition", "string", "Its meaning; paragraphs parted by line feeds"),
        ("match", "string", "exact: the term itself; contains: a longer one"),
        ("variant", "integer", "Entries of one term with the same number say the same"),
    ]),
    object("DefineSummary", &["Basis"], &[
        ("term", "string?", "As typed; null for all"),
        ("definitions", "integer", "How many"),
        ("glossary_passages_with_term", "integer", "Definitions of other terms that name it"),
        ("copies_left_out", "integer", "Copies of reports that were not searched"),
    ]),
    object("ReportMeta", &[], &[
        ("type", "string", "`report`"),
        ("id", "string", "Region and year"),
        ("title", "string", "The title in the text, else the name of the file"),
        ("region", "[string]", "Names of the region and of those above it; empty if unknown"),
        ("region_code", "string?", "Six digits (GB/T 2260)"),
        ("level", "string?", "nation, province, prefecture, county"),
        ("named", "string?", "The name of the region in the report, where it is not today's"),
        ("year", "integer?", "Year in which it was given"),
        ("date", "string?", "Day on which it was given"),
        ("speaker", "string?", "Who gave it"),
        ("genre", "string", "report, other"),
        ("url", "string?", "Where it was published"),
        ("duplicate_of", "string?", "Id of the better copy"),
        ("abridged", "boolean", "Whether it is a part or a shortened version of the one that was given"),
        ("partial", "boolean", "Whether its file has more than could be read"),
        ("headings", "integer", "Headings among the passages"),
        ("chars", "integer", "Characters without white space"),
        ("evidence", "EvidenceOf", "What decided on region and year"),
        ("notes", "[Note]", "What was removed or noticed"),
        ("source", "Source", "The raw file"),
    ]),
    object("ReportRow", &["ReportMeta"], &[
        ("passages", "integer", "Passages, headings included"),
        ("occurrences?", "[integer]", "Only with `with`: how often each phrase stands in it"),
    ]),
    object("EvidenceOf", &[], &[
        ("region", "Evidence?", "For the region"),
        ("year", "Evidence?", "For the year"),
    ]),
    object("Evidence", &[], &[
        ("kind", "string", "sidecar, column, title, dateline, speaker, path, body"),
        ("words", "string", "The words that decided"),
        ("line", "integer?", "Their line in the raw file"),
    ]),
    object("Note", &[], &[
        ("rule", "string", "Name of the rule"),
        ("line", "integer?", "Line of the raw file"),
        ("text", "string", "What was removed or noticed"),
    ]),
    object("ReportsSummary", &["Basis"], &[
        ("reports?", "integer", "Reports that fit"),
        ("reports_held?", "integer", "Reports in the index"),
        ("refused?", "[Refused]", "Files that could not be indexed"),
        ("not_held?", "[NotHeld]", "Only with `with` or `without`"),
        ("held?", "integer", "Only with coverage=1: years of regions of which a report is held"),
        ("missing?", "integer", "Only with coverage=1: those of which none is"),
    ]),
    object("Refused", &[], &[
        ("file", "string", "As in a hit"),
        ("region", "[string]?", "Of the region that its report would be of, names, top first"),
        ("region_code", "string?", "Six digits"),
        ("year", "integer?", "Year that its report would be of"),
        ("reason", "string", "Why"),
    ]),
    object("NotHeld", &[], &[
        ("region", "[string]", "Names, top first"),
        ("region_code", "string", "Six digits"),
        ("years", "[[integer]]", "Ranges of years of which no report is held"),
    ]),
    object("Coverage", &[], &[
        ("type", "string", "`coverage`"),
        ("region", "[string]", "Names, top first"),
        ("region_code", "string", "Six digits"),
        ("level", "string", "nation, province, prefecture, county"),
        ("year", "integer", "The year"),
        ("status", "string", "present, versions, abridged, unread, none"),
        ("reports", "[string]", "Ids"),
        ("unread", "[string]", "Files that could not be read"),
    ]),
    object("Passage", &["Place"], &[("text", "string", "The whole passage")]),
    object("ShownReport", &["ReportMeta"], &[
        ("n_passages", "integer", "Passages that the report has"),
        ("passages", "[Passage]", "Those that were asked for"),
    ]),
    object("Health", &[], &[
        ("status", "string", "ok, or stale: answers come from the index before"),
        ("reports", "integer", "Reports in the index"),
        ("passages", "integer", "Passages in the index"),
        ("corpus", "string", "Fingerprint of all indexed files"),
        ("index_age_seconds", "integer?", "Since the index was written"),
    ]),
    object("Error", &[], &[
        ("error", "string", "A short code"),
        ("message", "string", "For people"),
    ]),
];

/// The document of each view: names of its keys and their types; one without a name is the object itself.
#[rustfmt::skip]
pub(super) fn document(view: &str) -> Value {
    let rows = |name: &str, row: Value, summary: &str| json!({
        "type": "object",
        "additionalProperties": false,
        "required": [name, "summary"],
        "properties": {name: {"type": "array", "items": row}, "summary": reference(summary)},
    });
    match view {
        "search" => rows("hits", reference("Hit"), "SearchSummary"),
        "kwic" => rows("rows", json!({"anyOf": [reference("KwicLine"), reference("Neighbour")]}), "KwicSummary"),
        "count" => rows("rows", reference("CountRow"), "CountSummary"),
        "first" => rows("rows", reference("FirstRow"), "FirstSummary"),
        "define" => rows("rows", reference("Definition"), "DefineSummary"),
        "reports" => rows("rows", json!({"anyOf": [reference("ReportRow"), reference("Coverage")]}), "ReportsSummary"),
        "show" => reference("ShownReport"),
        name => reference(name),
    }
}

fn reference(name: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{name}")})
}

/// The schemas of all objects.
pub(super) fn schemas() -> Map<String, Value> {
    OBJECTS
        .iter()
        .map(|object| (object.name.to_owned(), schema(object)))
        .collect()
}

fn schema(object: &Object) -> Value {
    let mut properties = Map::new();
    let mut required = Vec::new();
    add(object, &mut properties, &mut required);
    json!({
        "type": "object",
        "additionalProperties": false,
        "required": required,
        "properties": properties,
    })
}

fn add(object: &Object, properties: &mut Map<String, Value>, required: &mut Vec<&'static str>) {
    for name in object.extends {
        if let Some(other) = OBJECTS.iter().find(|other| other.name == *name) {
            add(other, properties, required);
        }
    }
    for (name, kind, about) in object.fields {
        let mut described = of_type(kind);
        if let Some(described) = described.as_object_mut() {
            described.insert("description".to_owned(), (*about).into());
        }
        match name.strip_suffix('?') {
            Some(name) => {
                properties.insert(name.to_owned(), described);
            }
            None => {
                properties.insert((*name).to_owned(), described);
                required.push(name);
            }
        }
    }
}

/// A type as it is written above.
fn of_type(kind: &str) -> Value {
    if let Some(kind) = kind.strip_suffix('?') {
        let mut schema = of_type(kind);
        return match schema.get("type").cloned() {
            Some(plain) => {
                schema["type"] = json!([plain, "null"]);
                schema
            }
            None => json!({"anyOf": [schema, {"type": "null"}]}),
        };
    }
    if let Some(items) = kind
        .strip_prefix('[')
        .and_then(|kind| kind.strip_suffix(']'))
    {
        return json!({"type": "array", "items": of_type(items)});
    }
    match kind {
        "string" | "integer" | "number" | "boolean" => json!({"type": kind}),
        name => reference(name),
    }
}
