//! Places along the text: as if all passages that pass the filters were written one behind the other.
//!
//! In: filters, a query. Out: where each passage begins in that text ([`ReadingOrder`]), and where each place of the query
//! does. Reports come by year, then by region code, those without either last; their passages in reading order.
//! Everything is in folded UTF-16 units, of which a Chinese character outside the rarest has one.
//!
//! # Invariants
//!
//! - Places ascend, and each is below the size of the text.

use super::Index;
use crate::catalogue::Catalogue;
use crate::exact::{DocId, Sides, WithinReach};
use crate::index::IndexError;
use crate::passage::{about_of, part_of};
use crate::query::{Filters, Query};
use crate::search::{SearchOptions, Sort};
use baogao_reading::report::Year;

/// Where each passage that passes some filters begins.
pub struct ReadingOrder {
    /// By segment and passage; none for one that does not pass.
    starts: Vec<Vec<Option<u64>>>,
    /// How long the text is.
    size: u64,
}

impl ReadingOrder {
    /// How long the text is.
    pub fn size(&self) -> u64 {
        self.size
    }
}

/// By what passages are ordered, and which it is.
type Placed = ((u16, u32, usize, u32), usize, DocId);

impl Index {
    /// Puts all passages that pass filters in order.
    ///
    /// # Errors
    /// When the work is stopped.
    pub fn reading_order(&self, filters: &Filters) -> Result<ReadingOrder, IndexError> {
        let mask = self.report_mask(filters);
        let mut passages: Vec<Placed> = Vec::new();
        let mut starts = Vec::with_capacity(self.segments.len());
        for (at, segment) in self.segments.iter().enumerate() {
            let mut n_docs = 0;
            for doc in self.stop.until(segment.exact.living()) {
                n_docs = doc as usize + 1;
                let Some(rank) = self.reports.rank_of(segment.report(doc)) else {
                    continue;
                };
                let (part, _) = part_of(segment.part_code(doc));
                let is_about = filters.about.is_empty()
                    || filters.speaks_of(about_of(segment.about_code(doc)));
                if mask.get(rank) != Some(&true) || !filters.has_part(part) || !is_about {
                    continue;
                }
                let year = self.reports.year(rank).map_or(u16::MAX, Year::get);
                let region = self
                    .reports
                    .region(rank)
                    .map_or(u32::MAX, |region| region.code());
                passages.push(((year, region, rank, segment.number(doc)), at, doc));
            }
            starts.push(vec![None; n_docs]);
        }
        self.stop.sort_by(&mut passages, Ord::cmp);
        let mut size = 0;
        for (_, at, doc) in passages {
            let of_segment: Option<&mut Vec<Option<u64>>> = starts.get_mut(at);
            if let Some(start) = of_segment.and_then(|starts| starts.get_mut(doc as usize)) {
                *start = Some(size);
            }
            size += u64::from(self.segment(at)?.exact.n_units(doc));
        }
        self.go_on()?;
        Ok(ReadingOrder { starts, size })
    }

    /// Where the places of a query stand in the text of that order; places that overlap are one.
    ///
    /// # Errors
    /// When a file of the index cannot be read, or the work is stopped.
    pub fn places_along(
        &self,
        query: &Query,
        filters: &Filters,
        order: &ReadingOrder,
    ) -> Result<Vec<u64>, IndexError> {
        let options = SearchOptions {
            filters: filters.clone(),
            sort: Sort::Oldest,
            ..SearchOptions::default()
        };
        let (_, found) = self.find(query, &options)?;
        let nowhere = Sides {
            left: false,
            right: false,
        };
        let mut places = Vec::new();
        self.each_candidate(
            &found,
            (WithinReach::Chars(0), nowhere),
            |candidate, around| {
                let starts = order.starts.get(candidate.segment as usize);
                let start = starts.and_then(|starts| starts.get(candidate.doc as usize));
                if let Some(Some(start)) = start {
                    places.extend(around.begins().map(|begins| start + u64::from(begins)));
                }
            },
        )?;
        Ok(places)
    }
}
