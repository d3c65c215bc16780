//! The folded passages of a set of reports, and how much of each place is known elsewhere.

use super::sides::{NoveltyError, TextSource};
use crate::index::IndexError;
use crate::query::Filters;
use crate::strings::{
    Collection, Document, FoldedPassage, SortedSets, Suffixes, TwoSets, Units, parts_strings,
};

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

/// Two sets of passages, sorted together: taken out of what the source has sorted, or sorted now. None where the second set
/// has none.
pub(crate) fn sorted_sets(
    source: &dyn TextSource,
    sets: &TwoSets<'_>,
) -> Result<Option<SortedSets>, NoveltyError> {
    if let Some(sorted) = source.sorted_sets(sets)? {
        let mut documents = sorted.suffixes.units().documents().iter();
        let has_reference = documents.any(|document| document.collection == Collection::Reference);
        return Ok(has_reference.then_some(sorted));
    }
    let mut units = Units::new();
    let mut starts = Vec::new();
    source.each_folded(sets.target, &mut |passage| {
        starts.push(units.len());
        push(&mut units, Collection::Target, passage);
    })?;
    let n_of_target = units.len();
    source.each_folded(sets.reference, &mut |passage| {
        let mask = sets.of_reference;
        if mask.is_none_or(|mask| mask.get(passage.rank) == Some(&true)) {
            push(&mut units, Collection::Reference, passage);
        }
    })?;
    if units.len() == n_of_target {
        return Ok(None);
    }
    let suffixes = Suffixes::new(units, source.stop())?;
    Ok(Some(SortedSets { suffixes, starts }))
}

fn push(units: &mut Units, collection: Collection, passage: FoldedPassage<'_>) {
    let FoldedPassage {
        rank, number, text, ..
    } = passage;
    let document = Document { rank, collection };
    units.push(document, number, text, parts_strings);
}

/// The texts that are looked at beside others, sorted; and for each character of each passage that is looked at how many
/// characters from it on stand somewhere in the others. Where there are no others nothing is sorted.
pub(super) fn compared(
    source: &dyn TextSource,
    texts: &Texts,
    sets: &TwoSets<'_>,
) -> Result<(Option<Suffixes>, Vec<Vec<u8>>), NoveltyError> {
    let Some(SortedSets { suffixes, starts }) = sorted_sets(source, sets)? else {
        let none = texts.passages.iter().map(|text| vec![0; text.chars.len()]);
        return Ok((None, none.collect()));
    };
    let lengths = suffixes.known_lengths(source.stop());
    let of_text = |(start, text): (&usize, &Text)| {
        let range = *start..start + text.chars.len();
        lengths.get(range).unwrap_or_default().to_vec()
    };
    let lengths = starts.iter().zip(&texts.passages).map(of_text).collect();
    Ok((Some(suffixes), lengths))
}
