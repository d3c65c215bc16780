//! The words of columns of places → a region.
//!
//! In: the cells of a row that name places, from province down. Out: the region, and the others that the words could
//! mean. Tables say the same over and over, so that answers are kept.

use crate::region::{self, Basis, Region};
use crate::script::simplified;
use std::collections::HashMap;

/// With so many different words that are no region a column is one of something else, and is asked no more: each
/// takes a look at all names.
const UNKNOWN_MAX: usize = 2_000;

/// What stands in a cell where there is no place.
const NO_PLACE: [&str; 11] = [
    "-",
    "—",
    "/",
    "无",
    "nan",
    "NaN",
    "None",
    "null",
    "省本级",
    "市本级",
    "市辖区",
];

/// Regions by the words of their columns; tables say the same over and over.
#[derive(Default)]
pub(super) struct Resolver {
    known: HashMap<String, Option<(Region, Vec<Region>)>>,
    n_unknown: usize,
}

impl Resolver {
    /// The region of cells from province down, and the others that the words could mean.
    pub(super) fn resolve(&mut self, texts: &[&str]) -> Option<(Region, Vec<Region>)> {
        let steps = steps_of(texts);
        if steps.is_empty() {
            return None;
        }
        let key = steps.join("/");
        if let Some(known) = self.known.get(&key) {
            return known.clone();
        }
        if self.n_unknown > UNKNOWN_MAX {
            return None;
        }
        let region = resolve(&key).or_else(|| resolve_apart(&steps));
        self.n_unknown += usize::from(region.is_none());
        self.known.insert(key, region.clone());
        region
    }
}

/// The cells that name a place, each once: 北京市, 北京市, 海淀区.
fn steps_of<'t>(texts: &[&'t str]) -> Vec<&'t str> {
    let mut steps: Vec<&str> = Vec::new();
    for text in texts {
        if !NO_PLACE.contains(text) && !steps.contains(text) {
            steps.push(text);
        }
    }
    steps
}

/// The lowest of several regions that lie in each other. A column that is no place (华北) must not spoil the others.
fn resolve_apart(steps: &[&str]) -> Option<(Region, Vec<Region>)> {
    if steps.len() < 2 {
        return None;
    }
    let single: Vec<(Region, Vec<Region>)> =
        steps.iter().filter_map(|step| resolve(step)).collect();
    let (region, others) = single.iter().max_by_key(|(region, _)| region.level())?;
    let agree = single
        .iter()
        .all(|(other, _)| other.contains(*region) || region.contains(*other));
    agree.then(|| (*region, others.clone()))
}

fn resolve(words: &str) -> Option<(Region, Vec<Region>)> {
    let resolved = region::resolve_cell(&simplified(words))?;
    let others = match resolved.choice {
        Some(choice) if choice.basis == Basis::Level => choice.others,
        _ => Vec::new(),
    };
    Some((resolved.region, others))
}
