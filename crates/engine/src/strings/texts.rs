//! The folded passages of an index, one after the other, and all of them sorted.
//!
//! In: an open [`Index`] and [`Filters`]. Out: the folded text of each passage that they let through, from the mapped
//! text, without its original being brought back; two sets of passages out of the sorted texts beside the index, where it
//! has them; and the bytes of these.

use super::stored::{Put, StoredSuffixes, to_bytes};
use super::suffixes::Suffixes;
use super::units::{Collection, Document, Units, parts_strings};
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

/// Two sets of passages that share none.
#[derive(Clone, Copy, Debug)]
pub struct TwoSets<'f> {
    /// What is asked about.
    pub target: &'f Filters,
    /// What it is compared with.
    pub reference: &'f Filters,
    /// The reports that the latter may be of, by rank; any where none are given.
    pub of_reference: Option<&'f [bool]>,
}

/// Two sets of passages, sorted together.
#[derive(Debug)]
pub struct SortedSets {
    /// Both.
    pub suffixes: Suffixes,
    /// The first unit of each passage of the target, in the order of the texts.
    pub starts: Vec<usize>,
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
        for run in self.stop.until_each(runs.into_iter()) {
            self.each_of_run(&run, filters, visit)?;
        }
        self.go_on()
    }

    /// The same for the passages of a run.
    fn each_of_run(
        &self,
        run: &ReportPassages,
        filters: &Filters,
        visit: &mut dyn FnMut(FoldedPassage<'_>),
    ) -> Result<(), IndexError> {
        let segment = self.segment(run.segment)?;
        let mut text = String::new();
        let docs = run.docs.clone();
        for doc in docs.filter(|doc| segment.exact.is_alive(*doc)) {
            if !has_passage(segment, doc, filters) {
                continue;
            }
            text.clear();
            let chars = char::decode_utf16(segment.exact.folded_units(doc));
            text.extend(chars.map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)));
            let (part, _) = part_of(segment.part_code(doc));
            visit(FoldedPassage {
                rank: run.rank,
                number: segment.number(doc),
                part,
                text: &text,
            });
        }
        Ok(())
    }

    /// Two sets of passages out of the sorted texts beside the index; none where it has none that are what was written, or
    /// where sorting is quicker.
    ///
    /// # Errors
    /// When the work is stopped.
    pub fn sorted_sets(&self, sets: &TwoSets<'_>) -> Result<Option<SortedSets>, IndexError> {
        let Some(stored) = self.strings().and_then(StoredSuffixes::open) else {
            return Ok(None);
        };
        let puts = self.puts(sets)?;
        if stored.n_passages() != puts.len() || !stored.is_worth(&puts) {
            return Ok(None);
        }
        let suffixes = stored.only(&puts, &self.stop);
        let is_target = |put: &Option<Put>| {
            put.is_some_and(|(document, _)| document.collection == Collection::Target)
        };
        let starts = suffixes.units().starts().zip(&puts);
        let starts = starts.filter(|(_, put)| is_target(put));
        let starts = starts.map(|(start, _)| start as usize).collect();
        self.go_on()?;
        Ok(Some(SortedSets { suffixes, starts }))
    }

    /// What each passage is put into, in the order of the texts.
    fn puts(&self, sets: &TwoSets<'_>) -> Result<Vec<Option<Put>>, IndexError> {
        let target_mask = self.report_mask(sets.target);
        let mut mask = self.report_mask(sets.reference);
        for (is_in, may_be) in mask.iter_mut().zip(sets.of_reference.into_iter().flatten()) {
            *is_in &= may_be;
        }
        let mut puts = Vec::new();
        for run in self.stop.until_each(self.runs().into_iter()) {
            let segment = self.segment(run.segment)?;
            let sides = [
                (&target_mask, sets.target, Collection::Target),
                (&mask, sets.reference, Collection::Reference),
            ];
            for doc in run.docs.filter(|doc| segment.exact.is_alive(*doc)) {
                let side = sides.iter().find(|(mask, filters, _)| {
                    mask.get(run.rank) == Some(&true) && has_passage(segment, doc, filters)
                });
                puts.push(side.map(|(.., collection)| {
                    let document = Document {
                        rank: run.rank,
                        collection: *collection,
                    };
                    (document, segment.number(doc))
                }));
            }
        }
        self.go_on()?;
        Ok(puts)
    }

    /// The bytes of all texts, sorted, copies and other genres among them; none where there are too many or have too many
    /// kinds of characters beyond U+FFFF.
    ///
    /// # Errors
    /// When the work is stopped.
    pub fn sort_texts(&self) -> Result<Option<Vec<u8>>, IndexError> {
        let mut units = Units::new();
        for run in self.stop.until_each(self.runs().into_iter()) {
            let document = Document {
                rank: run.rank,
                collection: Collection::Target,
            };
            self.each_of_run(&run, &Filters::default(), &mut |passage| {
                units.push(document, passage.number, passage.text, parts_strings);
            })?;
        }
        let sorted = Suffixes::new(units, &self.stop);
        self.go_on()?;
        Ok(sorted.ok().as_ref().and_then(to_bytes))
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

/// Whether filters of passages let one through.
fn has_passage(segment: &Segment, doc: DocId, filters: &Filters) -> bool {
    filters.has_part(part_of(segment.part_code(doc)).0) && is_asked(segment, doc, filters)
}

/// Whether a passage speaks of a year that is asked for.
fn is_asked(segment: &Segment, doc: DocId, filters: &Filters) -> bool {
    filters.about.is_empty() || filters.speaks_of(about_of(segment.about_code(doc)))
}
