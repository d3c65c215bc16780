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

/// The texts that are looked at beside others, sorted; and for each character of each passage that is looked at how many
/// characters from it on stand somewhere in the others. Where there are no others nothing is sorted.
pub(super) fn compared(
    source: &dyn TextSource,
    texts: &Texts,
    others: &Filters,
) -> Result<(Option<Suffixes>, Vec<Vec<u8>>), NoveltyError> {
    let mut units = Units::new();
    let mut starts = Vec::with_capacity(texts.passages.len());
    let push = |units: &mut Units, rank, number, text: &str, collection| {
        units.push(Document { rank, collection }, number, text, parts_strings);
    };
    for (number, text) in (1..).zip(&texts.passages) {
        starts.push(units.len());
        let written: String = text.chars.iter().collect();
        push(&mut units, text.rank, number, &written, Collection::Target);
    }
    let n_looked_at = units.len();
    source.each_folded(others, &mut |FoldedPassage {
                                          rank, number, text, ..
                                      }| {
        push(&mut units, rank, number, text, Collection::Reference);
    })?;
    if units.len() == n_looked_at {
        let none = texts.passages.iter().map(|text| vec![0; text.chars.len()]);
        return Ok((None, none.collect()));
    }
    let sorted = Suffixes::new(units, source.stop())?;
    let lengths = sorted.known_lengths(source.stop());
    let of_text = |(start, text): (&usize, &Text)| {
        let range = *start..start + text.chars.len();
        lengths.get(range).unwrap_or_default().to_vec()
    };
    let lengths = starts.iter().zip(&texts.passages).map(of_text).collect();
    Ok((Some(sorted), lengths))
}
