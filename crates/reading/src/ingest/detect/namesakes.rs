//! Which of several regions of one name is meant.
//!
//! In: what a name can mean, what else is said of the region, the text. Out: one meaning, or those that nothing tells
//! apart.

use super::clues::Clues;
use super::mentions::narrow;
use crate::region::{Level, Name, NameKind, Region};
use crate::report::{Evidence, Note, Year};

/// What one piece of evidence says of the region.
#[derive(Clone, Debug)]
pub(super) struct RegionClaim {
    pub(super) candidates: Vec<Name>,
    pub(super) evidence: Evidence,
}

/// What helps to tell regions of one name apart.
pub(super) struct PlaceContext<'a> {
    pub(super) clues: &'a Clues<'a>,
    /// The year of the report, as far as it is known.
    pub(super) year: Option<Year>,
}

impl PlaceContext<'_> {
    /// How often the body says a word.
    pub(super) fn n_in_body(&self, word: &str) -> usize {
        let in_paragraphs = self.clues.paragraphs.iter();
        in_paragraphs
            .map(|paragraph| paragraph.text.matches(word).count())
            .sum()
    }
}

/// Today's names before former ones; among former ones those of the report's time.
pub(super) fn prefer_by_time(names: Vec<Name>, year: Option<Year>) -> Vec<Name> {
    let names = narrow(names, |name| {
        matches!(name.kind, NameKind::Full | NameKind::Short)
            || year.is_some_and(|year| {
                name.years
                    .is_some_and(|(first, last)| (first..=last + 1).contains(&year.get()))
            })
    });
    narrow(names, |name| {
        matches!(name.kind, NameKind::Full | NameKind::Former)
    })
}

/// One candidate, or those that nothing tells apart.
pub(super) fn tell_apart<'a>(
    candidates: Vec<Name>,
    others: impl Iterator<Item = &'a RegionClaim>,
    context: &PlaceContext<'_>,
) -> Result<Name, Vec<Name>> {
    let mut candidates = candidates;
    candidates.sort_by_key(|name| (name.region, name.kind as u8));
    candidates.dedup_by_key(|name| name.region);
    if let [name] = candidates.as_slice() {
        return Ok(*name);
    }
    for other in others {
        candidates = narrow(candidates, |name| {
            other.candidates.iter().any(|other| {
                other.region != Region::NATION
                    && (other.region.contains(name.region) || name.region.contains(other.region))
            })
        });
    }
    if let [name] = candidates.as_slice() {
        return Ok(*name);
    }
    // The body names the city and the province above it.
    let mut scores: Vec<(usize, Name)> = candidates
        .iter()
        .map(|name| (mentions_of_parents(name.region, context), *name))
        .collect();
    scores.sort_by_key(|(score, name)| (std::cmp::Reverse(*score), name.region));
    match scores.as_slice() {
        [(first, name), (second, _), ..] if *first >= 2 && *first >= 2 * second => Ok(*name),
        [(_, name)] => Ok(*name),
        _ => Err(candidates),
    }
}

/// How often path and body name what lies above a region; a prefecture says more than a province.
fn mentions_of_parents(region: Region, context: &PlaceContext<'_>) -> usize {
    let mut score = 0;
    let own = region.short_name();
    // 承德 in a text is no word for 承德市 above 承德县.
    for above in (region.upwards().skip(1)).filter(|above| above.short_name() != own) {
        let weight = if above.level() == Level::Prefecture {
            2
        } else {
            1
        };
        let short = above.short_name();
        let n = context.n_in_body(short) + 3 * context.clues.path.matches(short).count();
        score += weight * n;
    }
    score
}

pub(super) fn note_ambiguity(candidates: &[Name], evidence: &Evidence, notes: &mut Vec<Note>) {
    let names: Vec<&str> = candidates
        .iter()
        .take(8)
        .map(|name| name.region.unique_name())
        .collect();
    notes.push(Note {
        rule: "region-ambiguous".to_owned(),
        line: evidence.line,
        text: format!("`{}` can be {}", evidence.words, names.join(", ")),
    });
}
