//! The folded passages of a set of reports, and how much of each place is known elsewhere.

use super::sides::{NoveltyError, TextSource};
use crate::index::IndexError;
use crate::query::Filters;
use crate::strings::{Collection, Document, FoldedPassage, Suffixes, Units, parts_strings};

/// A passage that is looked at.
#[derive(Debug)]
pub(super) struct Text {
    /// Rank of its report.
    pub(super) rank: usize,
    /// Its folded characters.
    pub(super) chars: Vec<char>,
}

/// The passages that are looked at, reports by rank, in reading order.
#[derive(Debug, Default)]
pub(super) struct Texts {
    pub(super) passages: Vec<Text>,
}

impl Texts {
    pub(super) fn new(source: &dyn TextSource, filters: &Filters) -> Result<Texts, IndexError> {
        let mut texts = Texts::default();
        source.each_folded(filters, &mut |passage| {
            texts.passages.push(Text {
                rank: passage.rank,
                chars: passage.text.chars().collect(),
            });
        })?;
        Ok(texts)
    }
}

fn push(units: &mut Units, rank: usize, number: u32, text: &str, collection: Collection) {
    units.push(Document { rank, collection }, number, text, parts_strings);
}

/// For each character of each passage how many characters from it on stand somewhere in the known texts.
pub(super) fn known_lengths(
    source: &dyn TextSource,
    texts: &Texts,
    known: &Filters,
) -> Result<Vec<Vec<u8>>, NoveltyError> {
    let mut units = Units::new();
    let mut starts = Vec::with_capacity(texts.passages.len());
    for (number, text) in (1..).zip(&texts.passages) {
        starts.push(units.len());
        let written: String = text.chars.iter().collect();
        push(&mut units, text.rank, number, &written, Collection::Target);
    }
    source.each_folded(known, &mut |FoldedPassage {
                                         rank, number, text, ..
                                     }| {
        push(&mut units, rank, number, text, Collection::Reference);
    })?;
    let lengths = Suffixes::new(units, source.stop())?.known_lengths(source.stop());
    let of_text = |(start, text): (&usize, &super::texts::Text)| {
        let range = *start..start + text.chars.len();
        lengths.get(range).unwrap_or_default().to_vec()
    };
    Ok(starts.iter().zip(&texts.passages).map(of_text).collect())
}

/// The texts of some reports, sorted so that strings are found in them.
pub(super) fn sorted(source: &dyn TextSource, filters: &Filters) -> Result<Suffixes, NoveltyError> {
    let mut units = Units::new();
    source.each_folded(filters, &mut |FoldedPassage {
                                           rank, number, text, ..
                                       }| {
        push(&mut units, rank, number, text, Collection::Reference);
    })?;
    Ok(Suffixes::new(units, source.stop())?)
}
