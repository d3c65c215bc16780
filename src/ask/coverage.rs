//! What is held, and what is not: of regions in years.

use super::notice::Notice;
use super::scope::N_NAMED;
use crate::index::{Index, IndexError};
use crate::query::Filters;
use crate::region::Region;
use crate::stats::{Held, Presence, State, coverage, unplaced, year_ranges};

/// What is held of a region and a year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Nothing.
    None,
    /// One report.
    Present,
    /// No whole report.
    Abridged,
    /// What there is could not be read, or only in part.
    Unread,
    /// Several reports or copies.
    Versions,
}

impl Status {
    /// Abridged or unread: there is no whole report, however many others there are.
    pub fn of(index: &Index, held: &Held) -> Status {
        let mut presence = Presence {
            unread: held.unread.len() as u32,
            ..Presence::default()
        };
        for rank in &held.ranks {
            presence += Presence::of_report(index, *rank);
        }
        match presence.state(0) {
            State::None => Status::None,
            State::Unread => Status::Unread,
            State::Abridged => Status::Abridged,
            State::Said | State::NotSaid if held.ranks.len() > 1 => Status::Versions,
            State::Said | State::NotSaid => Status::Present,
        }
    }

    /// The name in machine output.
    pub fn name(self) -> &'static str {
        match self {
            Status::None => "none",
            Status::Present => "present",
            Status::Abridged => "abridged",
            Status::Unread => "unread",
            Status::Versions => "versions",
        }
    }
}

/// Regions, each with the ranges of years of which it has no report.
pub type Gaps = Vec<(Region, Vec<[u16; 2]>)>;

/// The years of which nothing is held, of each region.
///
/// # Errors
/// When the list of files cannot be read.
pub fn gaps(index: &Index, filters: &Filters) -> Result<Gaps, IndexError> {
    let grid = coverage(index, filters)?;
    let of_region = grid.chunk_by(|a, b| a.region == b.region);
    let gaps = of_region
        .filter_map(|of_region| {
            let is_missing = |held: &&Held| held.ranks.is_empty() && held.unread.is_empty();
            let missing = of_region.iter().filter(is_missing);
            let ranges = year_ranges(missing.map(|held| held.year.get()));
            let region = of_region.first()?.region;
            (!ranges.is_empty()).then_some((region, ranges))
        })
        .collect();
    Ok(gaps)
}

/// What must be said beside a grid of regions and years: which reports have no place in it.
pub fn outside_grid(index: &Index, filters: &Filters) -> Option<Notice> {
    let ranks = unplaced(index, filters);
    let ids = ranks.iter().take(N_NAMED);
    let ids = ids.filter_map(|rank| Some(index.reports.entry(*rank).ok()?.id));
    (!ranks.is_empty()).then(|| Notice::Unplaced {
        reports: ranks.len() as u64,
        named: ids.collect(),
    })
}
