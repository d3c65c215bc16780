//! What is said of a first appearance.

use crate::highlight::sentences;
use crate::index::Index;
use crate::query::Filters;
use crate::search::Hit;
use std::ops::Range;

/// Reports that are searched and have no year.
pub fn undated(index: &Index, filters: &Filters) -> usize {
    let mask = index.report_mask(filters).into_iter().enumerate();
    mask.filter(|(rank, searched)| *searched && index.reports.year(*rank).is_none())
        .count()
}

/// The sentence of the first place of a hit, in bytes of its text.
pub fn sentence(hit: &Hit) -> Range<usize> {
    let whole = 0..hit.passage.text.len();
    let Some(span) = hit.spans.first() else {
        return whole;
    };
    let holds = |sentence: &Range<usize>| sentence.start <= span.start && span.start < sentence.end;
    let sentence = sentences(&hit.passage.text).into_iter().find(holds);
    // A phrase may run over the end of a sentence.
    sentence.map_or(whole, |sentence| sentence.start..sentence.end.max(span.end))
}
