//! Where candidates stand in the supporting texts.

use super::gathered::NovelString;
use super::sides::{ComparedReports, NoveltyError, TextSource};
use super::texts::{Texts, compared};
use crate::strings::{Collection, Suffixes};
use std::collections::BTreeSet;

/// The supporting texts, sorted beside those that are looked at.
pub(super) struct Supporting {
    /// None where there are none.
    sorted: Option<Suffixes>,
    /// For each character of each passage that is looked at how many characters from it on stand there.
    lengths: Vec<Vec<u8>>,
}

impl Supporting {
    pub(super) fn new(
        source: &dyn TextSource,
        texts: &Texts,
        sides: &ComparedReports,
    ) -> Result<Supporting, NoveltyError> {
        let (sorted, lengths) = compared(source, texts, &sides.with_support())?;
        Ok(Supporting { sorted, lengths })
    }

    /// The places of a candidate, by what follows.
    pub(super) fn places(&self, candidate: &NovelString, texts: &Texts) -> Vec<usize> {
        let first = candidate.first;
        let lengths = self.lengths.get(first.text as usize);
        let length = lengths.and_then(|lengths| lengths.get(first.start as usize));
        // Most stand nowhere there: they are not looked for.
        let is_there = length.is_some_and(|length| usize::from(*length) >= candidate.n_chars);
        let Some(sorted) = self.sorted.as_ref().filter(|_| is_there) else {
            return Vec::new();
        };
        let units = sorted.units();
        let is_support = |place: &usize| {
            let document = units.documents().get(units.document_at(*place));
            document.is_some_and(|document| document.collection == Collection::Reference)
        };
        let places = sorted.places(sorted.find(&candidate.text(texts)));
        places.filter(is_support).collect()
    }

    /// The reports that have a candidate, by rank.
    pub(super) fn reports(&self, candidate: &NovelString, texts: &Texts) -> BTreeSet<usize> {
        let Some(sorted) = &self.sorted else {
            return BTreeSet::new();
        };
        let units = sorted.units();
        let places = self.places(candidate, texts).into_iter();
        let documents = places.filter_map(|place| units.documents().get(units.document_at(place)));
        documents.map(|document| document.rank).collect()
    }

    /// How many these are.
    pub(super) fn n_reports(&self, candidate: &NovelString, texts: &Texts) -> usize {
        self.reports(candidate, texts).len()
    }

    /// The character behind a place, so many characters on; none at a break.
    pub(super) fn char_at(&self, place: usize) -> Option<char> {
        self.sorted.as_ref()?.units().char_at(place)
    }
}
