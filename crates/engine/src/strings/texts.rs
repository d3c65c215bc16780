//! The folded passages of an index, one after the other.
//!
//! In: an open [`Index`] and [`Filters`]. Out: the folded text of each passage that they let through, from the mapped
//! text, without its original being brought back.

use crate::catalogue::Catalogue as _;
use crate::exact::DocId;
use crate::index::{Index, IndexError, Segment};
use crate::passage::{about_of, part_of};
use crate::query::Filters;
use baogao_reading::report::Part;
use std::ops::Range;

/// The folded text of a passage, as an analysis of all texts takes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FoldedPassage<'t> {
    /// Rank of the report.
    pub rank: usize,
    /// Number in the report, from 1.
    pub number: u32,
    /// The part of the report.
    pub part: Part,
    /// Its folded text.
    pub text: &'t str,
}

/// Passages of a report that follow each other in a segment.
struct ReportPassages {
    rank: usize,
    segment: usize,
    docs: Range<DocId>,
}

impl Index {
    /// Calls `visit` with the folded text of each passage that the filters let through: reports by rank, the passages of
    /// each in reading order.
    ///
    /// # Errors
    /// When the work is stopped.
    pub fn each_folded(
        &self,
        filters: &Filters,
        visit: &mut dyn FnMut(FoldedPassage<'_>),
    ) -> Result<(), IndexError> {
        let mask = self.report_mask(filters);
        let mut runs = self.runs();
        runs.retain(|run| mask.get(run.rank) == Some(&true));
        let mut text = String::new();
        for run in self.stop.until_each(runs.into_iter()) {
            let segment = self.segment(run.segment)?;
            for doc in run.docs.filter(|doc| segment.exact.is_alive(*doc)) {
                let (part, _) = part_of(segment.part_code(doc));
                if !filters.has_part(part) || !is_asked(segment, doc, filters) {
                    continue;
                }
                text.clear();
                let chars = char::decode_utf16(segment.exact.folded_units(doc));
                text.extend(chars.map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)));
                visit(FoldedPassage {
                    rank: run.rank,
                    number: segment.number(doc),
                    part,
                    text: &text,
                });
            }
        }
        self.go_on()
    }

    /// The passages of all reports as runs, by rank and in reading order.
    fn runs(&self) -> Vec<ReportPassages> {
        let mut runs: Vec<ReportPassages> = Vec::with_capacity(self.reports.len());
        for (at, segment) in self.segments.iter().enumerate() {
            // The passages of a report are consecutive, and all of them are alive or none is.
            let mut living = segment.exact.living().peekable();
            while let Some(doc) = living.next().filter(|_| !self.stop.is_set()) {
                let Some(rank) = self.reports.rank_of(segment.report(doc)) else {
                    continue;
                };
                let start = (doc + 1).saturating_sub(segment.number(doc));
                let end = start.saturating_add(self.reports.n_passages(rank));
                while living.next_if(|next| *next < end).is_some() {}
                runs.push(ReportPassages {
                    rank,
                    segment: at,
                    docs: doc..end.max(doc + 1),
                });
            }
        }
        runs.sort_by_key(|run| (run.rank, run.segment, run.docs.start));
        runs
    }
}

/// Whether a passage speaks of a year that is asked for.
fn is_asked(segment: &Segment, doc: DocId, filters: &Filters) -> bool {
    filters.about.is_empty() || filters.speaks_of(about_of(segment.about_code(doc)))
}
