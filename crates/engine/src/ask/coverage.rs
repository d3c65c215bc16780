//! What is held, and what is not: of regions in years.

use super::answered::{Answered, Rows, Summary, boxed, plain_rows};
use super::basis::Basis;
use super::column::Column;
use super::error::AskError;
use super::holdings::Holdings;
use super::method::{Asked, Method};
use super::notice::Notice;
use super::question::ReportsQuestion;
use super::row::region_path;
use super::scope::{Scope, ids, not_placed};
use crate::index::{IndexError, TableDamaged};
use crate::query::Filters;
use crate::stats::{Held, Presence, State, coverage, unplaced, year_ranges};
use baogao_reading::region::Level;
use baogao_reading::region::Region;
use schemars::JsonSchema;
use serde::Serialize;

/// What is held of each region in each year.
pub struct CoverageAnswer<'h> {
    holdings: &'h dyn Holdings,
    question: ReportsQuestion,
    /// Every year of every region, from the first that is held of any to the last.
    pub grid: Vec<Held>,
    filters: Filters,
    notices: Vec<Notice>,
    method: Method,
}

impl<'h> CoverageAnswer<'h> {
    /// Looks at what is held.
    ///
    /// # Errors
    /// As for [`answer`](super::answer()).
    pub fn new(
        holdings: &'h dyn Holdings,
        question: &ReportsQuestion,
    ) -> Result<CoverageAnswer<'h>, AskError> {
        question.check()?;
        // Copies are shown as what they are.
        let scope = Scope {
            duplicates: true,
            ..question.scope.clone()
        };
        let scope = scope.resolve(holdings)?;
        let mut notices = scope.notices;
        notices.retain(|notice| !matches!(notice, Notice::Unplaced { .. }));
        notices.extend(outside_grid(holdings, &scope.filters)?);
        Ok(CoverageAnswer {
            grid: coverage(holdings, &scope.filters)?,
            method: Method::new(holdings, Asked::Coverage, Vec::new(), &scope.filters),
            notices,
            filters: scope.filters,
            question: question.clone(),
            holdings,
        })
    }

    /// The filters that hold.
    pub fn filters(&self) -> &Filters {
        &self.filters
    }

    /// What is held of a region and a year.
    pub fn status(&self, held: &Held) -> Status {
        Status::of(self.holdings, held, &self.filters)
    }

    /// The row of a region and a year.
    fn row(&self, held: &Held) -> Result<CoverageRow, TableDamaged> {
        Ok(CoverageRow {
            r#type: "coverage",
            region: region_path(Some(held.region)),
            region_code: held.region.code_string(),
            level: held.region.level(),
            year: held.year.get(),
            status: self.status(held),
            reports: ids(self.holdings, &held.ranks)?,
            unread: held.unread.clone(),
        })
    }

    /// Years of regions of which something is held.
    pub fn n_held(&self) -> usize {
        let is_held = |held: &&Held| !held.ranks.is_empty();
        self.grid.iter().filter(is_held).count()
    }
}

impl Answered for CoverageAnswer<'_> {
    fn rows(&self) -> Result<Rows<'_>, AskError> {
        let paging = self.question.paging;
        let grid = self.grid.iter().skip(paging.offset);
        let grid = grid.take(paging.most_or_all());
        Ok(Box::new(grid.map(|held| Ok(boxed(self.row(held)?)))))
    }

    fn columns(&self) -> Vec<Column> {
        Column::of::<CoverageRow>()
    }

    fn summary<'a>(&'a self, basis: &'a Basis) -> Result<Summary<'a>, AskError> {
        let is_none = |held: &&Held| self.status(held) == Status::None;
        Ok(Box::new(CoverageSummary {
            r#type: "summary",
            held: self.n_held(),
            missing: self.grid.iter().filter(is_none).count(),
            notices: basis.beside(&self.notices),
            method: &self.method,
            basis,
        }))
    }

    fn notices(&self) -> &[Notice] {
        &self.notices
    }

    fn method(&self) -> &Method {
        &self.method
    }

    fn is_empty(&self) -> bool {
        self.n_held() == 0
    }
}

/// What is held of a region and year.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "Coverage")]
pub struct CoverageRow {
    /// `coverage`
    #[schemars(extend("x-column" = false))]
    r#type: &'static str,
    /// Names, top first.
    pub region: Vec<&'static str>,
    /// Code of the region, six digits.
    pub region_code: String,
    /// Level of the region.
    pub level: Level,
    /// The year.
    pub year: u16,
    /// What is held.
    pub status: super::Status,
    /// Ids of the reports.
    pub reports: Vec<String>,
    /// Files that could not be read.
    pub unread: Vec<String>,
}

plain_rows!(CoverageRow);

/// What closes the answer of `reports --coverage`.
#[derive(Serialize, JsonSchema)]
pub struct CoverageSummary<'a> {
    /// `summary`
    r#type: &'static str,
    /// Years of regions of which a report is held.
    held: usize,
    /// Those of which nothing is.
    missing: usize,
    /// What must be known to read the answer.
    notices: Vec<Notice>,
    /// How the answer was computed.
    method: &'a Method,
    #[serde(flatten)]
    basis: &'a Basis,
}

/// What is held of a region and a year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
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
    /// Abridged, a text that is no report, or unread: there is no whole report, however many others there are.
    fn of(holdings: &dyn Holdings, held: &Held, filters: &Filters) -> Status {
        let mut presence = Presence {
            unread: held.unread.len() as u32,
            ..Presence::default()
        };
        for rank in &held.ranks {
            presence += Presence::of_report(holdings, *rank, filters);
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
pub(super) fn gaps(holdings: &dyn Holdings, filters: &Filters) -> Result<Gaps, IndexError> {
    let grid = coverage(holdings, filters)?;
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
pub(super) fn outside_grid(
    holdings: &dyn Holdings,
    filters: &Filters,
) -> Result<Option<Notice>, TableDamaged> {
    not_placed(holdings, &unplaced(holdings, filters))
}
