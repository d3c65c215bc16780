//! What is there, whatever was found in it: whole reports, others, and files that could not be read; and what can be said
//! of a phrase where it was not found.
//!
//! In: the report table, the files that were not read, filters. Out: a [`Presence`], and the [`State`] of a number.
//!
//! # Invariants
//!
//! - Absence is shown by whole reports alone, of which a passage was searched.

use crate::catalogue::{Catalogue, is_searched};
use crate::index::{IndexError, UnreadFile};
use crate::query::Filters;
use baogao_reading::region::Region;
use baogao_reading::report::Genre;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::ops::AddAssign;

/// What is there under a key: reports and files that could not be read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Presence {
    /// Reports that are whole and read.
    pub whole: u32,
    /// Abridged reports.
    pub abridged: u32,
    /// Texts of another genre among reports, whole ones.
    pub beside: u32,
    /// Files that could not be read, and reports that could be read in part only.
    pub unread: u32,
}

impl AddAssign for Presence {
    fn add_assign(&mut self, other: Presence) {
        self.whole += other.whole;
        self.abridged += other.abridged;
        self.beside += other.beside;
        self.unread += other.unread;
    }
}

impl Presence {
    /// What a report is, of what the filters let through of it.
    pub fn of_report(index: &dyn Catalogue, rank: usize, filters: &Filters) -> Presence {
        Presence::of_some(index, rank, filters, index.has_within(rank, filters))
    }

    /// What a report is where some of its passages are asked for, or none. Without one a whole report says nothing and
    /// does not keep silent either: it was not searched. What was not read or given of another may be what is asked for.
    pub(super) fn of_some(
        index: &dyn Catalogue,
        rank: usize,
        filters: &Filters,
        has_passages: bool,
    ) -> Presence {
        let mut presence = Presence::default();
        let reports = index.reports();
        if reports.is_partial(rank) {
            presence.unread = 1;
        } else if reports.n_passages(rank) == 0 {
            // It has nothing that could be searched.
        } else if reports.is_abridged(rank) {
            presence.abridged = 1;
        } else if has_passages && is_beside_reports(index, rank, filters) {
            presence.beside = 1;
        } else if has_passages {
            presence.whole = 1;
        }
        presence
    }

    /// What is there within filters.
    ///
    /// # Errors
    /// When the list of files cannot be read.
    pub fn within(index: &dyn Catalogue, filters: &Filters) -> Result<Presence, IndexError> {
        Presence::of_reports(index, filters, &index.report_mask(&filters.of_reports()))
    }

    /// The same of some of the reports that the filters let through, by rank.
    ///
    /// # Errors
    /// When the list of files cannot be read.
    pub fn of_reports(
        index: &dyn Catalogue,
        filters: &Filters,
        mask: &[bool],
    ) -> Result<Presence, IndexError> {
        let mut presence = Presence::default();
        for rank in (0..mask.len()).filter(|rank| mask.get(*rank) == Some(&true)) {
            presence += Presence::of_report(index, rank, filters);
        }
        let is_placed = |file: &&UnreadFile| file.region.is_some();
        let unread = unread_within(index, filters)?;
        presence.unread += unread.iter().filter(is_placed).count() as u32;
        Ok(presence)
    }

    /// What can be said where something was found in so many passages.
    pub fn state(self, passages: u64) -> State {
        match self {
            _ if passages > 0 => State::Said,
            Presence { whole: 1.., .. } => State::NotSaid,
            Presence { unread: 1.., .. } => State::Unread,
            Presence { abridged: 1.., .. } | Presence { beside: 1.., .. } => State::Abridged,
            _ => State::None,
        }
    }

    /// What shows no absence though it was searched: what is not whole, and what is no report.
    pub fn shows_nothing(self) -> u32 {
        self.abridged + self.beside
    }

    /// Whether something of what is there was not read or not given: numbers are the least that stands there.
    pub fn is_incomplete(self) -> bool {
        self.abridged > 0 || self.unread > 0
    }
}

/// Whether a text that is no report is searched among reports, its genre being any: what it does not say shows nothing of
/// a report. Where texts are asked for that are none, or by their names, it is what is asked for.
fn is_beside_reports(index: &dyn Catalogue, rank: usize, filters: &Filters) -> bool {
    filters.genre.is_none()
        && filters.reports.is_empty()
        && index.reports().has_reports()
        && index.reports().genre(rank) != Genre::Report
}

/// What is known of a phrase under a key. Absence is shown by whole reports alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// It stands there.
    Said,
    /// A whole report is held and read, and it does not stand there.
    NotSaid,
    /// It was not found in what is held, which is not a whole report.
    Abridged,
    /// It was not found; what there is could not be read, or only in part.
    Unread,
    /// Nothing is held.
    None,
}

impl State {
    /// The name in machine output.
    pub fn name(self) -> &'static str {
        match self {
            State::Said => "said",
            State::NotSaid => "not_said",
            State::Abridged => "abridged",
            State::Unread => "unread",
            State::None => "none",
        }
    }

    /// Whether a number may be given: a zero would be a false one otherwise.
    pub fn has_number(self) -> bool {
        matches!(self, State::Said | State::NotSaid)
    }
}

/// The files that could not be read and that the filters do not shut out: what is not known of a file does not. Texts that
/// are left out for their genre are among them where they were read in part: what was not read of one may be a report.
///
/// # Errors
/// When the list of files cannot be read.
pub fn unread_within(
    index: &dyn Catalogue,
    filters: &Filters,
) -> Result<Vec<UnreadFile>, IndexError> {
    let mut files = unread_files(index, filters)?;
    for rank in half_read(index, filters) {
        let entry = index.reports().entry(rank);
        files.push(UnreadFile {
            file: entry.map(|entry| entry.file).unwrap_or_default(),
            region: index.reports().region(rank),
            year: index.reports().year(rank),
            reason: String::new(),
        });
    }
    Ok(files)
}

/// The same without texts that were read in part.
///
/// # Errors
/// When the list of files cannot be read.
pub fn unread_files(
    index: &dyn Catalogue,
    filters: &Filters,
) -> Result<Vec<UnreadFile>, IndexError> {
    let mut files = refused_within(index, filters)?;
    files.retain(|file| may_be_a_report(&file.file));
    Ok(files)
}

/// Texts that are left out for their genre alone, though nobody knows it: they were read only in part. By rank.
pub fn half_read(index: &dyn Catalogue, filters: &Filters) -> Vec<usize> {
    let reports = index.reports();
    if filters.genre != Some(Genre::Report) || !filters.reports.is_empty() {
        return Vec::new();
    }
    let is_within = |rank: &usize| {
        let (region, year) = (reports.region(*rank), reports.year(*rank));
        reports.is_partial(*rank)
            && reports.genre(*rank) == Genre::Other
            && is_searched(reports, *rank, filters)
            && region.is_none_or(|region| is_place_asked(region, filters))
            && year.is_none_or(|year| is_year_asked(year.get(), filters))
    };
    (0..reports.len()).filter(is_within).collect()
}

/// The same, and files that cannot be reports.
///
/// # Errors
/// When the list of files cannot be read.
pub fn refused_within(
    index: &dyn Catalogue,
    filters: &Filters,
) -> Result<Vec<UnreadFile>, IndexError> {
    let is_within = |file: &UnreadFile| {
        filters.reports.is_empty()
            && file
                .region
                .is_none_or(|region| is_place_asked(region, filters))
            && file
                .year
                .is_none_or(|year| is_year_asked(year.get(), filters))
    };
    let mut files = index.unread()?;
    files.retain(is_within);
    Ok(files)
}

/// Whether filters let a region through, and its level.
pub(super) fn is_place_asked(region: Region, filters: &Filters) -> bool {
    let is_region = filters.regions.iter().any(|asked| asked.contains(region));
    (filters.regions.is_empty() || is_region)
        && (filters.levels.is_empty() || filters.levels.contains(&region.level()))
}

/// Whether a file that could not be read may be a report: traces of programs and lists of ours are none.
fn may_be_a_report(file: &str) -> bool {
    let name = file.rsplit('/').next().unwrap_or(file);
    !(name.starts_with("~$") || name == "Thumbs.db" || name == "reports.toml")
}

pub(super) fn is_year_asked(year: u16, filters: &Filters) -> bool {
    filters.years.is_empty() || filters.years.iter().any(|years| years.contains(&year))
}
