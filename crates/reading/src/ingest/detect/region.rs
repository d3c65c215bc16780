//! Which region a report is of.
//!
//! In: the clues and the year. Out: the region with the evidence that decided, its name in the report where that is a
//! former one, and notes on what contradicts it. The sentence of address comes first (我代表长沙市人民政府); then title,
//! dateline, speaker and the facts of the page; then the name of the file, a short one at the level that the text
//! speaks from; then the votes of the body. Where the speaker says for which level he speaks, nothing places the report
//! at another: 全省 in the report of a city is talk of the province.

use super::address::{Address, address_of};
use super::body::{body_contradicts, body_region};
use super::clues::{Clues, evidence, is_title_label};
use super::mentions::{Forms, kind_alone_in, lesser_place_in, nation, regions_in};
use super::namesakes::{PlaceContext, RegionClaim, note_ambiguity, prefer_by_time, tell_apart};
use super::speech::{LevelVotes, Speech};
use crate::ingest::furniture::Fact;
use crate::ingest::line::{Opening, is_han, speaker_of};
use crate::ingest::notes::REGION_CONTRADICTION;
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
    let address = address_of(clues.paragraphs);
    let speech = address.map(|address| address.speech);
    if let Some(name) = lesser_place(clues, address.as_ref()) {
        notes.push(Note {
            rule: "region-unknown".to_owned(),
            line: None,
            text: format!("the report of a township, street or zone, which the table of regions leaves out: {name}"),
        });
        return (None, None);
    }
    let mut claims: Vec<RegionClaim> = address
        .and_then(|address| address_claim(&address))
        .into_iter()
        .collect();
    claims.extend(region_claims(clues));
    let claims = Claims::of(claims, speech, &context);
    match choose_region(&claims, &context, notes) {
        Some((name, evidence)) => {
            let value = name.region;
            (Some(Attested { value, evidence }), former_name(name))
        }
        None => (None, None),
    }
}

/// What is said of the region, by those who can say it.
struct Claims {
    /// For which level the speaker speaks, if he says so.
    speech: Option<Speech>,
    /// Title, dateline, speaker and the page, strongest first, as far as they name what the speaker can speak for.
    in_text: Vec<RegionClaim>,
    /// What they name of other levels.
    misfits: Vec<RegionClaim>,
    /// The name of the file and the folders that the text knows.
    path: Option<RegionClaim>,
    /// What the name of the file names, known to the text or not.
    file_name: Option<RegionClaim>,
}

impl Claims {
    fn of(named: Vec<RegionClaim>, speech: Option<Speech>, context: &PlaceContext<'_>) -> Claims {
        let (mut in_text, mut misfits) = (Vec::new(), Vec::new());
        for claim in named {
            let admitted = admitted(&claim.candidates, speech);
            if admitted.is_empty() {
                misfits.push(claim);
            } else {
                in_text.push(RegionClaim {
                    candidates: admitted,
                    ..claim
                });
            }
        }
        let (path, file_name) = path_claims(speech, context);
        let mut claims = Claims {
            speech,
            in_text,
            misfits,
            path,
            file_name,
        };
        claims.put_kinds_last(context.year);
        claims
    }

    /// A kind of district that stands for a name (我代表新区人民政府, 矿区政府工作报告) is heard last, and not where another
    /// claim names a district of that kind (浦东新区, 井陉矿区).
    fn put_kinds_last(&mut self, year: Option<Year>) {
        let kind = |claim: &RegionClaim| kind_alone_in(&claim.evidence.words, &claim.candidates);
        let (mut kinds, named): (Vec<RegionClaim>, Vec<RegionClaim>) =
            (self.in_text.drain(..)).partition(|claim| kind(claim).is_some());
        self.in_text = named;
        kinds.retain_mut(|claim| {
            let others = self.all().flat_map(|other| &other.candidates);
            let is_another = |other: &Name| {
                kind(claim).is_some_and(|kind| other.region.name().ends_with(kind))
                    && !(claim.candidates.iter()).any(|name| name.region == other.region)
            };
            let is_named_better = others.into_iter().any(is_another);
            drop_former_kinds(&mut claim.candidates, &claim.evidence.words, year);
            !claim.candidates.is_empty() && !is_named_better
        });
        self.in_text.append(&mut kinds);
    }

    /// All that names a region, whether it was heard or not.
    fn all(&self) -> impl Iterator<Item = &RegionClaim> {
        let file_name = self.file_name.iter().filter(|_| self.path.is_none());
        self.in_text
            .iter()
            .chain(&self.misfits)
            .chain(&self.path)
            .chain(file_name)
    }
}

/// Takes away what a kind of district alone named in other years: of 1990 新区 may be that of 唐山, of 2024 it is not.
fn drop_former_kinds(candidates: &mut Vec<Name>, words: &str, year: Option<Year>) {
    if kind_alone_in(words, candidates).is_none() {
        return;
    }
    let is_of_its_time = |name: &Name| {
        let then = name.years.zip(year);
        then.is_some_and(|((first, last), year)| (first..=last + 1).contains(&year.get()))
    };
    candidates.retain(|name| name.kind != NameKind::Former || is_of_its_time(name));
}

/// The names that can be meant at the level of the speaker; all where he does not say it.
fn admitted(candidates: &[Name], speech: Option<Speech>) -> Vec<Name> {
    let admits = |name: &&Name| speech.is_none_or(|speech| speech.admits_as(name));
    candidates.iter().filter(admits).copied().collect()
}

/// The township, street or zone of which a report is: the speaker speaks for one, or title and dateline name one and no
/// region beside it. A zone speaks of itself as a district (我代表区人民政府): then its name decides, unless a district is
/// named as well.
fn lesser_place(clues: &Clues<'_>, address: Option<&Address<'_>>) -> Option<String> {
    let in_text = || {
        let in_text = clues
            .opening
            .iter()
            .filter(|line| line.kind != Opening::Speaker);
        let of_page = clues.titles_of_page().map(|fact| fact.value.as_str());
        in_text.map(|line| line.text).chain(of_page)
    };
    let named = in_text().find_map(lesser_place_of);
    let speech = address.map(|address| address.speech);
    match address {
        Some(_) if speech == Some(Speech::Township) => {
            let of_address = address.and_then(|address| lesser_place_in(address.of));
            let named = named.or(of_address.map(str::to_owned));
            Some(named.unwrap_or_else(|| clues.file_stem().to_owned()))
        }
        Some(address) if speech == Some(Speech::District) && !address.can_name() => {
            let is_district = |line: &str| {
                let named = regions_in(line, Forms::FullAndShort);
                kind_alone_in(line, &named).is_none() && !admitted(&named, speech).is_empty()
            };
            let of_file = || lesser_place_of(clues.file_stem());
            let zone = named.or_else(of_file).filter(|name| is_zone(name))?;
            (!in_text().any(is_district)).then_some(zone)
        }
        Some(_) => None,
        None => named,
    }
}

/// Whether a lesser place is a zone: a township or street has no government of a district.
fn is_zone(name: &str) -> bool {
    name.ends_with('区') || name.ends_with("兵团")
}

/// The name of a township, street or zone in a line that names no region but those above it.
fn lesser_place_of(line: &str) -> Option<String> {
    if !regions_in(line, Forms::FullAndShort).is_empty() {
        return None;
    }
    let mut starts = line.char_indices().filter(|(_, c)| is_han(*c));
    let name = starts.find_map(|(at, _)| lesser_place_in(line.get(at..)?))?;
    Some(name.trim_start_matches('在').to_owned())
}

/// What the sentence of address names.
fn address_claim(address: &Address<'_>) -> Option<RegionClaim> {
    let candidates = match address.speech {
        Speech::Nation => vec![nation()],
        _ => regions_in(address.of, Forms::FullAndShort),
    };
    (!candidates.is_empty()).then(|| RegionClaim {
        candidates,
        evidence: evidence(EvidenceKind::Speaker, address.words, address.line),
    })
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
    match told {
        Ok(name) => Some(name.region),
        // 长沙 is the city more than the county in it.
        Err(left) => {
            let holds_all =
                |outer: &&Name| left.iter().all(|name| outer.region.contains(name.region));
            left.iter().find(holds_all).map(|name| name.region)
        }
    }
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
        .chain(clues.titles_of_accounts().map(|line| RegionClaim {
            candidates: regions_in(line.text, Forms::Full),
            evidence: evidence(EvidenceKind::Title, line.text, Some(line.line)),
        }))
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
    claims: &Claims,
    context: &PlaceContext<'_>,
    notes: &mut Vec<Note>,
) -> Option<(Name, Evidence)> {
    for (index, claim) in claims.in_text.iter().enumerate() {
        let candidates = prefer_by_time(claim.candidates.clone(), context.year);
        let others = (claims.in_text.iter().enumerate()).filter(|(other, _)| *other != index);
        let others = others.map(|(_, claim)| claim).chain(&claims.misfits);
        match tell_apart(
            candidates,
            others.chain(&claims.path).chain(&claims.file_name),
            context,
        ) {
            Ok(name) => {
                let chosen = (name, claim.evidence.clone());
                note_contradictions(&chosen, claims, notes);
                return Some(chosen);
            }
            Err(candidates) => note_ambiguity(&candidates, &claim.evidence, notes),
        }
    }
    let is_ambiguous = notes.iter().any(|note| note.rule == "region-ambiguous");
    let by_path = claims
        .path
        .as_ref()
        .and_then(|path| choose_by_path(path, claims, context, notes));
    if by_path.is_some() {
        return by_path;
    }
    if is_ambiguous {
        return None;
    }
    let chosen = body_region(context, claims.speech, claims.file_name.as_ref(), notes);
    match &chosen {
        Some(chosen) => note_contradictions(chosen, claims, notes),
        None => note_misfits(claims, notes),
    }
    chosen
}

/// The region that the path names, unless the body speaks for another: files are renamed and folders mixed up.
fn choose_by_path(
    claim: &RegionClaim,
    claims: &Claims,
    context: &PlaceContext<'_>,
    notes: &mut Vec<Note>,
) -> Option<(Name, Evidence)> {
    let candidates = prefer_by_time(claim.candidates.clone(), context.year);
    if let Some(why) = body_contradicts(&candidates, claims.speech, context) {
        notes.push(Note {
            rule: REGION_CONTRADICTION.to_owned(),
            line: None,
            text: format!("`{}`, but {why}", claim.evidence.words),
        });
        return None;
    }
    match tell_apart(candidates, claims.misfits.iter(), context) {
        Ok(name) => {
            let chosen = (name, claim.evidence.clone());
            note_contradictions(&chosen, claims, notes);
            Some(chosen)
        }
        Err(candidates) => {
            note_ambiguity(&candidates, &claim.evidence, notes);
            None
        }
    }
}

/// Names of a level for which the speaker does not speak, where nothing else names the region.
fn note_misfits(claims: &Claims, notes: &mut Vec<Note>) {
    let Some(speech) = claims.speech else {
        return;
    };
    // The full name of a place in that of the file is no accident.
    let is_full = |claim: &&RegionClaim| {
        let first = claim.candidates.first();
        first.is_some_and(|name| name.kind == NameKind::Full)
    };
    let file_name = claims.file_name.iter().filter(is_full);
    let file_name = file_name.filter(|_| claims.path.is_none());
    for claim in claims.misfits.iter().chain(file_name) {
        notes.push(Note {
            rule: REGION_CONTRADICTION.to_owned(),
            line: claim.evidence.line,
            text: format!(
                "`{}`, but the speaker speaks from another level ({})",
                claim.evidence.words,
                speech.words()
            ),
        });
    }
}

fn former_name(name: Name) -> Option<String> {
    (matches!(name.kind, NameKind::Former | NameKind::FormerShort)
        && name.name != name.region.name())
    .then(|| name.name.to_owned())
}

fn note_contradictions((chosen, why): &(Name, Evidence), claims: &Claims, notes: &mut Vec<Note>) {
    let agrees =
        |name: &Name| name.region.contains(chosen.region) || chosen.region.contains(name.region);
    for claim in claims.all() {
        if !claim.candidates.iter().any(agrees)
            && let Some(other) = claim.candidates.first()
        {
            notes.push(Note {
                rule: REGION_CONTRADICTION.to_owned(),
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

/// What the path says: the full name of a region in that of the file, a short one only if the text knows the place
/// and at the level that it speaks from, the name of a folder only if the text speaks of it. And what the name of the
/// file says, whether it counts or not.
fn path_claims(
    speech: Option<Speech>,
    context: &PlaceContext<'_>,
) -> (Option<RegionClaim>, Option<RegionClaim>) {
    let path = context.clues.path;
    let folders = path.rsplit_once('/').map_or("", |(folders, _)| folders);
    // 汾阳_2024 is 汾阳2024, where the short name stands before a year.
    let stem: String = context
        .clues
        .file_stem()
        .chars()
        .filter(|c| !matches!(c, '_' | '-' | ' '))
        .collect();
    let mut in_stem = regions_in(&stem, Forms::Names);
    drop_former_kinds(&mut in_stem, &stem, context.year);
    let claim = |candidates: Vec<Name>| RegionClaim {
        candidates,
        evidence: evidence(EvidenceKind::Path, path, None),
    };
    let file_name = (!in_stem.is_empty()).then(|| claim(in_stem.clone()));
    let knows = |candidates: &[Name], n_min: usize| {
        candidates
            .first()
            .is_some_and(|name| n_in_body(name.region, context) >= n_min)
    };
    let is_full = in_stem
        .first()
        .is_some_and(|first| stem.contains(first.name) && first.kind == NameKind::Full);
    // A full name is enough; a short one may be a word of another meaning, and of several regions.
    let meant = if is_full {
        admitted(&in_stem, speech)
    } else {
        let voted = || LevelVotes::of(context.clues.paragraphs).winner();
        let known = if knows(&in_stem, 1) {
            in_stem
        } else {
            Vec::new()
        };
        at_level(known, speech.or_else(voted))
    };
    if !meant.is_empty() {
        return (Some(claim(meant)), file_name);
    }
    let in_folders = admitted(&regions_in(folders, Forms::FullAndShort), speech);
    let path = knows(&in_folders, FOLDER_MENTIONS_MIN).then(|| claim(in_folders));
    (path, file_name)
}

/// Names at the level that a text speaks from: 东营 in 全市 is the city, not the district.
fn at_level(candidates: Vec<Name>, speech: Option<Speech>) -> Vec<Name> {
    let fits = |name: &Name| {
        speech.is_none_or(|speech| speech.admits_as(name) || speech.admits(name.region))
    };
    candidates.into_iter().filter(fits).collect()
}

/// How often the body names a region; the nation stands in every text and is named in none.
fn n_in_body(region: Region, context: &PlaceContext<'_>) -> usize {
    if region == Region::NATION {
        return 0;
    }
    context.n_in_body(region.short_name())
}
