//! How evenly an expression is spread over the reports, regions and years that are held, and along their text.
//!
//! In: what was counted. Out: [`Dispersion`]. What has no text within the filters is no part; reports without a region or a
//! year are in no part of that kind.

use super::error::AskError;
use super::holdings::Holdings;
use crate::query::{Filters, Query};
use crate::search::ReadingOrder;
use crate::stats::dispersion::{Deviation, average_reduced_frequency};
use crate::stats::{Counted, Dimension, Row, Tabulation, Value};
use schemars::JsonSchema;
use serde::Serialize;

/// How evenly an expression is spread.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, JsonSchema)]
pub struct Dispersion {
    /// Gries' DP over the reports by their characters, normalised: 0 is as even as can be, 1 is all in the shortest one. Null
    /// without an occurrence, and where there is only one; only with `dispersion`.
    #[schemars(extend("x-only" = true))]
    pub dp_reports: Option<f64>,
    /// The same over the regions.
    #[schemars(extend("x-only" = true))]
    pub dp_regions: Option<f64>,
    /// The same over the years.
    #[schemars(extend("x-only" = true))]
    pub dp_years: Option<f64>,
    /// Average reduced frequency along the text, by year, then region: near `occurrences` if they stand evenly, little more
    /// than 1 if in one heap. Null where longer phrases of a list have some of the places, and for groups.
    #[schemars(extend("x-only" = true))]
    pub arf: Option<f64>,
}

impl Dispersion {
    /// The names of its columns.
    pub(super) const COLUMNS: [&str; 4] = ["dp_reports", "dp_regions", "dp_years", "arf"];
}

/// What expressions under the same filters are spread over.
pub(super) struct SpreadOver {
    parts: [Tabulation; 3],
    order: ReadingOrder,
}

impl SpreadOver {
    pub(super) fn new(holdings: &dyn Holdings, filters: &Filters) -> Result<SpreadOver, AskError> {
        let parts = |by: Dimension| holdings.tabulation(filters, &[by]);
        Ok(SpreadOver {
            parts: [
                parts(Dimension::Report)?,
                parts(Dimension::Region)?,
                parts(Dimension::Year)?,
            ],
            order: holdings.reading_order(filters)?,
        })
    }

    /// How evenly something is spread: what was counted, all of it together, and the expression if there is one.
    pub(super) fn of(
        &self,
        holdings: &dyn Holdings,
        filters: &Filters,
        (counted, total): (&Counted, &Row),
        query: Option<&Query>,
    ) -> Result<Dispersion, AskError> {
        let Some(n) = total.numbers().and_then(|sums| sums.places()) else {
            return Ok(Dispersion::default());
        };
        let [reports, regions, years] = self.parts.each_ref().map(|parts| over(parts, counted));
        let places = match query {
            Some(query) => Some(holdings.places_along(query, filters, &self.order)?),
            None => None,
        };
        let places = places.filter(|places| places.len() as u64 == n);
        let size = self.order.size();
        Ok(Dispersion {
            dp_reports: reports,
            dp_regions: regions,
            dp_years: years,
            arf: places.map(|places| average_reduced_frequency(&places, size)),
        })
    }
}

/// Gries' DP, normalised, over the rows of a table.
fn over(parts: &Tabulation, counted: &Counted) -> Option<f64> {
    let rows = parts.table(counted).rows;
    let is_known = |row: &&Row| !row.key.contains(&Value::Unknown);
    let parts = rows.iter().filter(is_known).filter_map(|row| row.sums);
    let parts: Vec<(u64, u64)> = parts
        .map(|sums| (sums.occurrences, sums.chars_held))
        .collect();
    Deviation::of(parts)?.normalised
}
