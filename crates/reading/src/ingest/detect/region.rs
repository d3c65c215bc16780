//! Which region a report is of.
//!
//! In: the clues and the year. Out: the region with the evidence that decided, its name in the report where that is a
//! former one, and notes on what contradicts it. Title, dateline, speaker and the facts of the page come first, then
//! the path, then the body.

use super::body::{body_contradicts, body_region};
use super::clues::{Clues, evidence, is_title_label};
use super::mentions::{Forms, regions_in};
use super::namesakes::{PlaceContext, RegionClaim, note_ambiguity, prefer_by_time, tell_apart};
use crate::ingest::furniture::Fact;
use crate::ingest::line::{Opening, speaker_of};
use crate::region::{Name, NameKind, Region};
use crate::report::{Attested, Evidence, EvidenceKind, Note, Year};

/// How often a text names the region of its folder at least.
const FOLDER_MENTIONS_MIN: usize = 3;

/// The region, and its name in the report where that is not today's.
pub(super) fn detect_region(
    clues: &Clues<'_>,
    year: Option<Year>,
    notes: &mut Vec<Note>,
) -> (Option<Attested<Region>>, Option<String>) {
    let context = PlaceContext { clues, year };
    match choose_region(&region_claims(clues), &context, notes) {
        Some((name, evidence)) => {
            let value = name.region;
            (Some(Attested { value, evidence }), former_name(name))
        }
        None => (None, None),
    }
}

/// Whether words are no more than the name of a place.
pub(in crate::ingest) fn is_place_name(words: &str) -> bool {
    !regions_in(words, Forms::FullAndShort).is_empty()
}

/// The region that names without a text mean: those of a file and of the folders above it, from the
/// inside, each in the words that may be names. Folders further out tell namesakes apart.
pub(in crate::ingest) fn region_of_names(
    parts: &[Vec<&str>],
    year: Option<Year>,
) -> Option<Region> {
    let claim = |words: &Vec<&str>| {
        words.iter().find_map(|word| {
            let candidates = regions_in(word, Forms::FullAndShort);
            (!candidates.is_empty()).then(|| RegionClaim {
                candidates,
                evidence: evidence(EvidenceKind::Path, word, None),
            })
        })
    };
    let mut claims = parts.iter().filter_map(claim);
    let inner = claims.next()?;
    let above: Vec<RegionClaim> = claims.collect();
    let clues = Clues::of(&[], &[], "");
    let context = PlaceContext {
        clues: &clues,
        year,
    };
    let candidates = prefer_by_time(inner.candidates, year);
    let told = tell_apart(candidates, above.iter(), &context);
    told.ok().map(|name| name.region)
}

/// What title, dateline, speaker and the page's facts say of the region, strongest first.
fn region_claims(clues: &Clues<'_>) -> Vec<RegionClaim> {
    let titles = clues.opening_of(Opening::Title).map(|line| {
        let candidates = regions_in(line.text, Forms::FullAndShort);
        (candidates, EvidenceKind::Title, line)
    });
    let datelines = clues.opening_of(Opening::Dateline).map(|line| {
        let candidates = regions_in(line.text, Forms::Full);
        (candidates, EvidenceKind::Dateline, line)
    });
    let speakers = clues.opening_of(Opening::Speaker).map(|line| {
        let (office, _) = speaker_of(line.text).unwrap_or((line.text, ""));
        let candidates = regions_in(office, Forms::FullAndShort);
        (candidates, EvidenceKind::Speaker, line)
    });
    let in_opening = titles.chain(datelines).chain(speakers);
    in_opening
        .map(|(candidates, kind, line)| RegionClaim {
            candidates,
            evidence: evidence(kind, line.text, Some(line.line)),
        })
        .chain(clues.facts.iter().filter_map(fact_claim))
        .filter(|claim| !claim.candidates.is_empty())
        .collect()
}

/// What a fact of the page says of the region.
fn fact_claim(fact: &Fact) -> Option<RegionClaim> {
    let kind = match fact.label.as_str() {
        label if is_title_label(label) => EvidenceKind::Title,
        "报告人" | "发文单位" | "发文机关" => EvidenceKind::Speaker,
        "会议" | "发文时间" => EvidenceKind::Dateline,
        _ => return None,
    };
    Some(RegionClaim {
        candidates: regions_in(&fact.value, Forms::Full),
        evidence: evidence(kind, &fact.value, Some(fact.line)),
    })
}

/// Chooses the region: the strongest claim, others only to tell namesakes apart or to be noted.
fn choose_region(
    claims: &[RegionClaim],
    context: &PlaceContext<'_>,
    notes: &mut Vec<Note>,
) -> Option<(Name, Evidence)> {
    let path = path_claim(context);
    for (index, claim) in claims.iter().enumerate() {
        let candidates = prefer_by_time(claim.candidates.clone(), context.year);
        let others = claims
            .iter()
            .enumerate()
            .filter(|(other, _)| *other != index)
            .map(|(_, claim)| claim);
        match tell_apart(candidates, others.chain(path.as_ref()), context) {
            Ok(name) => {
                let chosen = (name, claim.evidence.clone());
                note_contradictions(&chosen, claims.iter().chain(path.as_ref()), notes);
                return Some(chosen);
            }
            Err(candidates) => note_ambiguity(&candidates, &claim.evidence, notes),
        }
    }
    let is_ambiguous = notes.iter().any(|note| note.rule == "region-ambiguous");
    if let Some(claim) = path
        && let Some(chosen) = choose_by_path(claim, context, notes)
    {
        return Some(chosen);
    }
    if is_ambiguous {
        return None;
    }
    body_region(context, notes)
}

/// The region that the path names, unless the body speaks for another.
fn choose_by_path(
    claim: RegionClaim,
    context: &PlaceContext<'_>,
    notes: &mut Vec<Note>,
) -> Option<(Name, Evidence)> {
    let candidates = prefer_by_time(claim.candidates, context.year);
    if body_contradicts(&candidates, context) {
        notes.push(Note {
            rule: "region-contradiction".to_owned(),
            line: None,
            text: format!("the body does not speak for `{}`", claim.evidence.words),
        });
        return None;
    }
    match tell_apart(candidates, std::iter::empty(), context) {
        Ok(name) => Some((name, claim.evidence)),
        Err(candidates) => {
            note_ambiguity(&candidates, &claim.evidence, notes);
            None
        }
    }
}

fn former_name(name: Name) -> Option<String> {
    (matches!(name.kind, NameKind::Former | NameKind::FormerShort)
        && name.name != name.region.name())
    .then(|| name.name.to_owned())
}

fn note_contradictions<'a>(
    (chosen, why): &(Name, Evidence),
    claims: impl Iterator<Item = &'a RegionClaim>,
    notes: &mut Vec<Note>,
) {
    let agrees =
        |name: &Name| name.region.contains(chosen.region) || chosen.region.contains(name.region);
    for claim in claims {
        if !claim.candidates.iter().any(agrees)
            && let Some(other) = claim.candidates.first()
        {
            notes.push(Note {
                rule: "region-contradiction".to_owned(),
                line: claim.evidence.line,
                text: format!(
                    "{} by `{}`, {} by `{}`",
                    chosen.region.unique_name(),
                    why.words,
                    other.region.unique_name(),
                    claim.evidence.words
                ),
            });
        }
    }
}

/// What the path says: the full name of a region in that of a file, a short one only if the text knows the
/// place, the name of a folder only if the text speaks of it.
fn path_claim(context: &PlaceContext<'_>) -> Option<RegionClaim> {
    let path = context.clues.path;
    let folders = path.rsplit_once('/').map_or("", |(folders, _)| folders);
    // 汾阳_2024 is 汾阳2024, where the short name stands before a year.
    let stem: String = context
        .clues
        .file_stem()
        .chars()
        .filter(|c| !matches!(c, '_' | '-' | ' '))
        .collect();
    let in_stem = regions_in(&stem, Forms::FullAndShort);
    let in_folders = regions_in(folders, Forms::FullAndShort);
    let knows = |candidates: &[Name], n_min: usize| {
        candidates
            .first()
            .is_some_and(|name| n_in_body(name.region, context) >= n_min)
    };
    // A full name is enough; a short one may be a word of another meaning.
    let is_full = in_stem
        .first()
        .is_some_and(|first| stem.contains(first.name) && first.kind == NameKind::Full);
    let candidates = if is_full || knows(&in_stem, 1) {
        in_stem
    } else if knows(&in_folders, FOLDER_MENTIONS_MIN) {
        in_folders
    } else {
        return None;
    };
    Some(RegionClaim {
        candidates,
        evidence: evidence(EvidenceKind::Path, path, None),
    })
}

/// How often the body names a region; the nation stands in every text and is named in none.
fn n_in_body(region: Region, context: &PlaceContext<'_>) -> usize {
    if region == Region::NATION {
        return 0;
    }
    context.n_in_body(region.short_name())
}
