//! Which region a body speaks for, where nothing but the body tells it.
//!
//! In: the paragraphs. Out: the region with the words that decided, or a note that says between which it lies. The
//! body votes by what it calls itself, by the level it speaks from, and by the places that it names.

use super::clues::evidence;
use super::mentions::{is_ordinary_word, mentions_in};
use super::namesakes::{PlaceContext, RegionClaim, note_ambiguity, prefer_by_time, tell_apart};
use super::speech::{Garrisons, LevelVotes, Speech, own_words};
use crate::ingest::join::Paragraph;
use crate::region::{Level, Name, Region};
use crate::report::{Evidence, EvidenceKind, Note};
use std::collections::BTreeMap;

/// What the body says of one region.
struct Tally {
    name: Name,
    /// Weight of what a report says of its own region alone.
    own: u32,
    n_named: u32,
    /// How often with its kind, 汾阳市 or 黔东南州.
    n_with_kind: u32,
    words: BTreeMap<String, u32>,
}

impl Tally {
    /// Whether it is named beyond doubt: an ordinary word (合作高质量发展) names nothing without its kind.
    fn is_named(&self) -> bool {
        self.n_with_kind > 0 || !is_ordinary_word(self.name.region.short_name())
    }

    /// The words that weigh most.
    fn heaviest_words(&self) -> impl Iterator<Item = String> {
        const WORDS_MAX: usize = 3;
        let mut words: Vec<(&String, &u32)> = self.words.iter().collect();
        words.sort_by_key(|(words, weight)| (std::cmp::Reverse(**weight), words.as_str()));
        let heaviest = words.into_iter().take(WORDS_MAX);
        heaviest.map(|(words, _)| words.clone())
    }
}

/// A text that names so many regions within another means that one, although its name is an ordinary word (长治久安).
const N_WITHIN_MIN: u32 = 3;

/// All votes of a body.
#[derive(Default)]
struct BodyVotes {
    tallies: BTreeMap<Region, Tally>,
    levels: LevelVotes,
    garrisons: Garrisons,
}

impl BodyVotes {
    fn of(paragraphs: &[Paragraph]) -> BodyVotes {
        let mut votes = BodyVotes::default();
        for paragraph in paragraphs {
            let text = paragraph.text.as_str();
            votes.levels.count(text);
            votes.garrisons.count(text);
            votes.count_places(text);
        }
        votes
    }

    fn count_places(&mut self, text: &str) {
        let mentions = mentions_in(text).into_iter();
        for mention in mentions.filter(|mention| !mention.is_kind_alone(text)) {
            let (own, words) = own_words(text, &mention);
            let has_kind = mention.has_kind(text);
            for name in &mention.meanings {
                let tally = self.tallies.entry(name.region).or_insert_with(|| Tally {
                    name: *name,
                    own: 0,
                    n_named: 0,
                    n_with_kind: 0,
                    words: BTreeMap::new(),
                });
                tally.own += own;
                tally.n_named += 1;
                tally.n_with_kind += u32::from(has_kind);
                if let Some(words) = &words {
                    *tally.words.entry(words.clone()).or_insert(0) += own;
                }
            }
        }
    }

    /// How many regions in this one are named: a city's report names its counties.
    fn n_named_within(&self, region: Region) -> u32 {
        if region.level() == Level::County {
            return 0;
        }
        let named = self.tallies.iter().filter(|(_, tally)| tally.is_named());
        let others = named.filter(|(other, _)| **other != region);
        others.filter(|(other, _)| region.contains(**other)).count() as u32
    }

    /// The regions that can speak so, those with most votes first.
    fn ranked(&self, level: Speech) -> Vec<(u32, Region)> {
        let score = |region: Region, tally: &Tally| {
            2 * tally.own
                + tally.n_named
                + 4 * self.garrisons.of(region).min(3)
                + 2 * self.n_named_within(region).min(10)
        };
        let mut ranked: Vec<(u32, Region)> = self
            .tallies
            .iter()
            .filter(|(region, tally)| {
                level.admits(**region)
                    && (tally.is_named() || self.n_named_within(**region) >= N_WITHIN_MIN)
            })
            .map(|(region, tally)| (score(*region, tally), *region))
            .collect();
        ranked.sort_by_key(|(score, region)| (std::cmp::Reverse(*score), *region));
        ranked
    }

    /// What the name by which a region is called can mean at this level.
    fn namesakes(&self, name: Name, level: Speech) -> Vec<Name> {
        let names = self.tallies.values().map(|tally| tally.name);
        names
            .filter(|other| other.name == name.name && level.admits(other.region))
            .collect()
    }

    /// The words by which a region has won.
    fn quoted(&self, region: Region, tally: &Tally, level: Speech) -> String {
        let garrison = self.garrisons.character(region);
        let quoted: Vec<String> = garrison
            .map(|c| format!("驻{c}部队"))
            .into_iter()
            .chain(tally.heaviest_words())
            .chain([level.words().to_owned()])
            .collect();
        quoted.join("、")
    }
}

/// Lets the body vote: what it calls itself, and which level it speaks from, unless the speaker has said that. What
/// the path names above tells namesakes apart.
pub(super) fn body_region(
    context: &PlaceContext<'_>,
    speech: Option<Speech>,
    above: Option<&RegionClaim>,
    notes: &mut Vec<Note>,
) -> Option<(Name, Evidence)> {
    const OWN_MIN: u32 = 4;
    const SCORE_MIN: u32 = 12;
    let votes = BodyVotes::of(context.clues.paragraphs);
    let level = speech.or_else(|| votes.levels.winner())?;
    let ranked = votes.ranked(level);
    let (score, region) = *ranked.first()?;
    let tally = votes.tallies.get(&region)?;
    let namesakes = votes.namesakes(tally.name, level);
    let rival = ranked
        .iter()
        .skip(1)
        .find(|(_, other)| !namesakes.iter().any(|name| name.region == *other))
        .map_or(0, |(score, _)| *score);
    if tally.own < OWN_MIN || score < SCORE_MIN || score < 2 * rival {
        note_undecided(&ranked, notes);
        return None;
    }
    let words = votes.quoted(region, tally, level);
    let evidence = evidence(EvidenceKind::Body, &words, None);
    let namesakes = prefer_by_time(namesakes, context.year);
    match tell_apart(namesakes, above.into_iter(), context) {
        Ok(name) => Some((name, evidence)),
        Err(candidates) => {
            note_ambiguity(&candidates, &evidence, notes);
            None
        }
    }
}

/// What in the text speaks against all of these regions: the level from which it speaks, or the region for which it
/// plainly speaks. The speaker's own words for the level are not asked here; they were met before.
pub(super) fn body_contradicts(
    candidates: &[Name],
    speech: Option<Speech>,
    context: &PlaceContext<'_>,
) -> Option<String> {
    let any = |test: &dyn Fn(&Name) -> bool| candidates.iter().any(test);
    let voted = speech.or_else(|| LevelVotes::of(context.clues.paragraphs).winner());
    if let Some(voted) = voted
        && !any(&|name| voted.admits_as(name) || voted.admits(name.region))
    {
        return Some(format!(
            "the body speaks from another level ({})",
            voted.words()
        ));
    }
    let (own, _) = body_region(context, speech, None, &mut Vec::new())?;
    (!any(&|name| name.region == own.region))
        .then(|| format!("the body speaks for {}", own.region.unique_name()))
}

fn note_undecided(ranked: &[(u32, Region)], notes: &mut Vec<Note>) {
    const NAMES_MAX: usize = 3;
    let names: Vec<&str> = ranked
        .iter()
        .take(NAMES_MAX)
        .map(|(_, region)| region.unique_name())
        .collect();
    notes.push(Note {
        rule: "region-unknown".to_owned(),
        line: None,
        text: format!("the body leaves open whether it is {}", names.join(", ")),
    });
}
