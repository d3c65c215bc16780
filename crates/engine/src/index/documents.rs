//! One report → the documents of its passages and its entry in the report table.

use super::columns::{AboutSize, PartSize};
use super::duplicates::sketch;
use super::schema::{Fields, OCR_CODE};
use super::table::{NewEntry, PackedNotes, ReportEntry};
use crate::exact::encode;
use baogao_reading::fold::fold_with_edits;
use baogao_reading::region::Region;
use baogao_reading::report::{Kind, Part, Passage, Report, Year};
use baogao_reading::script::Script;
use std::collections::BTreeMap;
use tantivy::TantivyDocument;
use tantivy::schema::Facet;

/// A passage as the two channels take it in.
pub(super) struct Folded {
    text: String,
    encoded: Vec<u8>,
}

/// Folds all passages of a report, each once, as text of the script that the report is written in.
pub(super) fn fold_passages(report: &Report) -> Vec<Folded> {
    let texts = report.passages.iter().map(|passage| passage.text.as_str());
    let script = Script::of(texts);
    let mut edits = Vec::new();
    let fold = |passage: &Passage| {
        let text = fold_with_edits(&passage.text, script, &mut edits);
        Folded {
            encoded: encode(passage, &text, &edits),
            text,
        }
    };
    report.passages.iter().map(fold).collect()
}

/// The documents of all passages of a report, which have been folded. Each takes the place of its passage and its fold: a
/// report of 60 MB is not there twice.
pub(super) fn documents(
    report: Report,
    folded: Vec<Folded>,
    number: u32,
    fields: Fields,
) -> Vec<TantivyDocument> {
    let region = match &report.meta.region {
        Some(region) => Facet::from_path(region.value.path().map(Region::name)),
        None => Facet::from_path(["未知"]),
    };
    let year = match &report.meta.year {
        Some(year) => Facet::from_path([year.value.to_string()]),
        None => Facet::from_path(["未知"]),
    };
    let document = |(i, (passage, folded)): (usize, (Passage, Folded))| {
        /// What stands beside the text: numbers and facets.
        const OTHER_BYTES: usize = 200;
        let n_bytes = folded.encoded.len() + folded.text.len() + OTHER_BYTES;
        let mut document = TantivyDocument::with_capacity(n_bytes);
        document.add_custom(fields.passage, &folded.encoded);
        document.add_text(fields.words, &folded.text);
        document.add_u64(fields.report, u64::from(number));
        document.add_u64(fields.number, i as u64 + 1);
        document.add_u64(
            fields.heading,
            passage.heading.map_or(0, |heading| heading as u64 + 1),
        );
        document.add_u64(fields.part, part_code(&passage));
        document.add_u64(fields.about, about_code(&passage));
        document.add_facet(fields.region, region.clone());
        document.add_facet(fields.year, year.clone());
        document.shrink_to_fit();
        document
    };
    let passages = report.passages.into_iter().zip(folded);
    passages.enumerate().map(document).collect()
}

/// Twice the part, plus one for a heading, plus [`OCR_CODE`] for what was recognised.
fn part_code(passage: &Passage) -> u64 {
    let ocr = if passage.ocr { OCR_CODE } else { 0 };
    passage.part as u64 * 2 + u64::from(passage.kind == Kind::Heading) + ocr
}

fn about_code(passage: &Passage) -> u64 {
    passage.about.map_or(0, |(from, to)| {
        u64::from(from.get()) * 10_000 + u64::from(to.get())
    })
}

/// What the report table keeps of a report.
pub(super) fn new_entry(
    report: &Report,
    folded: &[Folded],
    number: u32,
    path: &str,
    content: u128,
) -> NewEntry {
    let mut parts = [PartSize::default(); Part::ALL.len()];
    let mut abouts: BTreeMap<(usize, Option<(Year, Year)>), PartSize> = BTreeMap::new();
    for passage in &report.passages {
        let chars = passage.text.chars().filter(|c| !c.is_whitespace()).count() as u32;
        let about = abouts.entry((passage.part as usize, passage.about));
        let sizes = [
            parts.get_mut(passage.part as usize),
            Some(about.or_default()),
        ];
        for size in sizes.into_iter().flatten() {
            size.passages += 1;
            size.chars += chars;
        }
    }
    // What speaks of no year is asked for with none.
    let about = |((part, about), size): ((usize, Option<(Year, Year)>), PartSize)| {
        let part = Part::ALL.get(part).copied()?;
        let about = about?;
        Some(AboutSize { part, about, size })
    };
    let headings = report
        .passages
        .iter()
        .filter(|passage| passage.kind == Kind::Heading)
        .count() as u32;
    let sketch = sketch(folded.iter().map(|folded| folded.text.as_str()));
    NewEntry {
        number,
        parts,
        abouts: abouts.into_iter().filter_map(about).collect(),
        entry: ReportEntry {
            id: String::new(),
            meta: report.meta.clone(),
            headings,
            root: 0,
            path: path.to_owned(),
            file: path.to_owned(),
            content,
            duplicate_of: None,
        },
        notes: PackedNotes::new(&report.notes),
        sketch,
    }
}
