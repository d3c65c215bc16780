//! One report → the documents of its passages and its entry in the report table.

use super::duplicates::sketch;
use super::schema::Fields;
use super::table::{NewEntry, PartSize, ReportEntry};
use crate::exact::encode;
use crate::fold::fold;
use crate::region::Region;
use crate::report::{Kind, Part, Passage, Report};
use tantivy::TantivyDocument;
use tantivy::schema::Facet;

/// The documents of all passages of a report.
pub(super) fn documents(report: &Report, number: u32, fields: Fields) -> Vec<TantivyDocument> {
    let region = match &report.meta.region {
        Some(region) => Facet::from_path(region.value.path().map(Region::name)),
        None => Facet::from_path(["未知"]),
    };
    let year = match &report.meta.year {
        Some(year) => Facet::from_path([year.value.to_string()]),
        None => Facet::from_path(["未知"]),
    };
    let document = |(i, passage): (usize, &Passage)| {
        let mut document = TantivyDocument::default();
        document.add_custom(fields.passage, &encode(passage));
        document.add_text(fields.words, fold(&passage.text));
        document.add_u64(fields.report, u64::from(number));
        document.add_u64(fields.number, i as u64 + 1);
        document.add_u64(
            fields.heading,
            passage.heading.map_or(0, |heading| heading as u64 + 1),
        );
        document.add_u64(fields.part, part_code(passage.part, passage.kind));
        document.add_u64(fields.about, about_code(passage));
        document.add_facet(fields.region, region.clone());
        document.add_facet(fields.year, year.clone());
        document
    };
    report.passages.iter().enumerate().map(document).collect()
}

/// Twice the part, plus one for a heading.
pub(crate) fn part_code(part: Part, kind: Kind) -> u64 {
    part as u64 * 2 + u64::from(kind == Kind::Heading)
}

fn about_code(passage: &Passage) -> u64 {
    passage.about.map_or(0, |(from, to)| {
        u64::from(from.get()) * 10_000 + u64::from(to.get())
    })
}

/// What the report table keeps of a report.
pub(super) fn new_entry(report: &Report, number: u32, path: &str, content: u128) -> NewEntry {
    let mut parts = [PartSize::default(); Part::ALL.len()];
    for passage in &report.passages {
        if let Some(part) = parts.get_mut(passage.part as usize) {
            part.passages += 1;
            part.chars += passage.text.chars().filter(|c| !c.is_whitespace()).count() as u32;
        }
    }
    let headings = report
        .passages
        .iter()
        .filter(|passage| passage.kind == Kind::Heading)
        .count() as u32;
    let folded: Vec<String> = report
        .passages
        .iter()
        .map(|passage| fold(&passage.text))
        .collect();
    let sketch = sketch(folded.iter().map(String::as_str));
    NewEntry {
        number,
        parts,
        entry: ReportEntry {
            id: String::new(),
            meta: report.meta.clone(),
            notes: report.notes.clone(),
            headings,
            root: 0,
            path: path.to_owned(),
            content,
            duplicate_of: None,
            sketch,
        },
    }
}
