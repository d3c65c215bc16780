//! How to search: the tier, the order, what to search and how much of it to give.

use crate::query::Filters;
use crate::rank::Scoring;
use baogao_reading::report::Kind;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How a hit matches.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(feature = "arguments", derive(clap::ValueEnum))]
#[serde(rename_all = "lowercase")]
pub enum Tier {
    /// The query holds as it is written
    Exact,
    /// Every word of the query stands in the passage
    Words,
    /// At least one word stands in it
    Any,
}

impl Tier {
    /// The name in machine output.
    pub fn name(self) -> &'static str {
        match self {
            Tier::Exact => "exact",
            Tier::Words => "words",
            Tier::Any => "any",
        }
    }
}

/// In which order hits are given.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(feature = "arguments", derive(clap::ValueEnum))]
#[serde(rename_all = "lowercase")]
pub enum Sort {
    /// Best first
    #[default]
    Relevance,
    /// Newest report first
    Newest,
    /// Oldest report first
    Oldest,
    /// By region code, then year
    Region,
}

/// What to search and how much of it to give.
#[derive(Clone, Debug)]
pub struct SearchOptions {
    /// Where to look.
    pub filters: Filters,
    /// How to match.
    pub tier: Tier,
    /// In which order.
    pub sort: Sort,
    /// What makes a passage better than another.
    pub scoring: Scoring,
    /// How many hits at most; all if none.
    pub limit: Option<usize>,
    /// How many hits to pass over.
    pub offset: usize,
}

impl Default for SearchOptions {
    fn default() -> SearchOptions {
        SearchOptions {
            filters: Filters::default(),
            tier: Tier::Exact,
            sort: Sort::Relevance,
            scoring: Scoring::default(),
            limit: None,
            offset: 0,
        }
    }
}

impl SearchOptions {
    /// What the score of a heading or of running text is multiplied by.
    pub(super) fn kind_factor(&self, kind: Kind) -> f64 {
        match (kind, self.tier) {
            (Kind::Text, _) => 1.0,
            (Kind::Heading, Tier::Exact) => self.scoring.heading,
            (Kind::Heading, Tier::Words | Tier::Any) => self.scoring.heading_wide,
        }
    }
}
