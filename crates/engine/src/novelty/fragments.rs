//! Candidates that are a part of one longer one: 外商直接 of 外商直接投资, 习近平新 of 习近平新时代.

use super::gathered::{Gathered, NovelString};
use super::support::Supporting;
use super::texts::Texts;
use std::collections::HashMap;

/// Fewer places tell nothing: what stands beside them may stand there by chance.
const PLACES_LEAST: usize = 4;
/// In so many places in a hundred the same character stands beside a fragment.
const SAME_LEAST: usize = 90;

/// What tells fragments.
pub(super) struct Fragments<'c> {
    pub(super) found: &'c Gathered,
    pub(super) texts: &'c Texts,
    pub(super) support: &'c Supporting,
    /// Whether supporting reports are heeded.
    pub(super) by_support: bool,
}

impl Fragments<'_> {
    /// Whether the same character stands behind nearly all places, and the string goes on to a candidate that has nearly all
    /// of these too.
    pub(super) fn is_fragment(&self, candidate: &NovelString) -> bool {
        if candidate.is_quoted {
            return false;
        }
        let n = candidate.n_chars;
        let here = candidate.spots().map(|spot| {
            let chars = &self.texts.passages.get(spot.text as usize)?.chars;
            chars.get(spot.start as usize + n).copied()
        });
        let support = match self.by_support {
            true => self.support.places(candidate, self.texts),
            false => Vec::new(),
        };
        let n_places = candidate.n_spots() + support.len();
        if n_places < PLACES_LEAST {
            return false;
        }
        let there = support.iter().map(|place| self.support.char_at(place + n));
        let mut behind: HashMap<char, usize> = HashMap::new();
        for c in here.chain(there).flatten() {
            *behind.entry(c).or_default() += 1;
        }
        let most = behind.into_values().max().unwrap_or_default();
        most * 100 >= n_places * SAME_LEAST && self.goes_on(candidate)
    }

    /// Whether a longer candidate has the same beginning and nearly all of the places that are looked at.
    fn goes_on(&self, candidate: &NovelString) -> bool {
        let first = candidate.first;
        let text = self.texts.passages.get(first.text as usize);
        let chars = text.and_then(|text| text.chars.get(first.start as usize..));
        let chars = chars.unwrap_or_default();
        let longer = (candidate.n_chars + 1..=chars.len().min(self.found.longest()))
            .filter_map(|n| self.found.get(chars.get(..n)?, self.texts));
        longer
            .into_iter()
            .any(|longer| longer.n_spots() * 100 >= candidate.n_spots() * SAME_LEAST)
    }
}
