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
    /// Whether the same character stands behind nearly all places, or before them within a word that the list does not have,
    /// and the string goes on there to a candidate that has nearly all of these too.
    pub(super) fn is_fragment(&self, candidate: &NovelString) -> bool {
        if candidate.is_quoted {
            return false;
        }
        let support = match self.by_support {
            true => self.support.places(candidate, self.texts),
            false => Vec::new(),
        };
        if candidate.n_spots() + support.len() < PLACES_LEAST {
            return false;
        }
        let n = candidate.n_chars;
        let is_same = |of_spot: &dyn Fn(usize) -> Option<usize>| {
            let here = candidate.spots().map(|spot| {
                let chars = &self.texts.passages.get(spot.text as usize)?.chars;
                chars.get(of_spot(spot.start as usize)?).copied()
            });
            let there = support
                .iter()
                .map(|place| self.support.char_at(of_spot(*place)?));
            is_mostly_one(here.chain(there))
        };
        is_same(&|start| Some(start + n)) && self.goes_on(candidate)
            || cuts_a_word(candidate)
                && is_same(&|start| start.checked_sub(1))
                && self.goes_back(candidate)
    }

    /// Whether a longer candidate has the same beginning and nearly all of the places that are looked at.
    fn goes_on(&self, candidate: &NovelString) -> bool {
        let first = candidate.first;
        let text = self.texts.passages.get(first.text as usize);
        let chars = text.and_then(|text| text.chars.get(first.start as usize..));
        let chars = chars.unwrap_or_default();
        let longest = chars.len().min(self.found.longest());
        let longer = (candidate.n_chars + 1..=longest).map(|n| chars.get(..n));
        self.has_its_places(candidate, longer)
    }

    /// Whether a longer candidate has the same end and nearly all of these places.
    fn goes_back(&self, candidate: &NovelString) -> bool {
        let first = candidate.first;
        let text = self.texts.passages.get(first.text as usize);
        let end = first.start as usize + candidate.n_chars;
        let chars = text.and_then(|text| text.chars.get(..end));
        let chars = chars.unwrap_or_default();
        let longest = chars.len().min(self.found.longest());
        let longer = (candidate.n_chars + 1..=longest).map(|n| chars.get(end - n..));
        self.has_its_places(candidate, longer)
    }

    fn has_its_places<'t>(
        &self,
        candidate: &NovelString,
        longer: impl Iterator<Item = Option<&'t [char]>>,
    ) -> bool {
        let mut longer = longer.filter_map(|chars| self.found.get(chars?, self.texts));
        longer.any(|longer| longer.n_spots() * 100 >= candidate.n_spots() * SAME_LEAST)
    }
}

/// Whether a candidate may begin within a word that the list does not have, at nearly all of its places: what stands before
/// whole words may be theirs by custom (第五代 | 移动通信). Supporting reports are not cut into words, and not asked.
fn cuts_a_word(candidate: &NovelString) -> bool {
    candidate.n_behind_char as usize * 100 >= candidate.n_spots() * SAME_LEAST
}

/// Whether nearly all of some characters are the same.
fn is_mostly_one(all: impl Iterator<Item = Option<char>>) -> bool {
    let mut n = 0;
    let mut times: HashMap<char, usize> = HashMap::new();
    for c in all {
        n += 1;
        if let Some(c) = c {
            *times.entry(c).or_default() += 1;
        }
    }
    let most = times.into_values().max().unwrap_or_default();
    most * 100 >= n * SAME_LEAST
}
