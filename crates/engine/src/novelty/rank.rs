//! How likely each candidate is a term, and which of those that overlap stays.
//!
//! In: candidates, the supporting texts. Out: those that are left, best first. The score is a sum of [`WEIGHTS`]: of a
//! logistic regression on the phrases that the press called new and on the quoted terms of the word list, rounded. It saw
//! all of these: phrases that were kept aside alone tell how good it is.

use super::fragments::Fragments;
use super::gathered::{CandidateSpot, Gathered, NovelString};
use super::sides::WantedPhrases;
use super::support::Supporting;
use super::texts::{Text, Texts};
use std::cmp::Ordering;
use std::collections::BTreeSet;

/// What a property adds to the score.
struct Weights {
    /// Each character.
    char: f64,
    /// Each word of grammar inside.
    function: f64,
    /// The logarithm of one more than the other reports that have it.
    reports: f64,
    /// The logarithm of its places.
    places: f64,
    /// The logarithm of a third of its frequency in general language; a word that the list has without one has 3.
    frequency: f64,
    /// Behind a verb at all places.
    behind_verb: f64,
    /// Before a break or a word of grammar at all places.
    before_end: f64,
    /// Before a word of one character at all places.
    before_char: f64,
    /// With one character behind another at all places; as much as at the other end, and not of the regression.
    behind_char: f64,
    /// In an enumeration somewhere.
    enumerated: f64,
    /// It begins with a verb.
    verb: f64,
    /// In quotes.
    quoted: f64,
}

const WEIGHTS: Weights = Weights {
    char: -0.27,
    function: -0.8,
    reports: 1.5,
    places: 0.5,
    frequency: -1.5,
    behind_verb: 1.3,
    before_end: 0.2,
    before_char: -1.1,
    behind_char: -1.1,
    enumerated: 1.5,
    verb: -0.7,
    quoted: 4.0,
};

/// A phrase that stands in what is looked at and not in what is known.
#[derive(Clone, Debug, PartialEq)]
pub struct Novelty {
    /// Its folded text.
    pub text: String,
    /// Ranks of the reports that are looked at and have it.
    pub reports: BTreeSet<usize>,
    /// Ranks of the supporting reports that have it.
    pub support: BTreeSet<usize>,
    /// How likely it is a term: larger is likelier.
    pub score: f64,
}

/// A candidate that is wanted, with its score; and what tells candidates apart that have the same, beside it.
struct ScoredNovelty<'c> {
    score: f64,
    first: CandidateSpot,
    n_chars: u32,
    candidate: &'c NovelString,
}

impl ScoredNovelty<'_> {
    /// The better one first; no two have the same place and length.
    fn order(&self, other: &Self) -> Ordering {
        let by_score = other.score.partial_cmp(&self.score);
        let by_score = by_score.unwrap_or(Ordering::Equal);
        let place = |scored: &Self| (scored.first.text, scored.first.start, scored.n_chars);
        by_score.then_with(|| place(self).cmp(&place(other)))
    }
}

/// Those that are wanted and their scores, in order.
fn scored<'c>(
    found: &'c Gathered,
    texts: &Texts,
    support: &Supporting,
    wanted: &WantedPhrases,
) -> Vec<ScoredNovelty<'c>> {
    let of_candidate = |candidate: &'c NovelString| {
        let n_reports = ranks_of(candidate, texts).count();
        if n_reports < wanted.min_reports {
            return None;
        }
        let n_support = support.n_reports(candidate, texts);
        let n_counted = if wanted.by_support { n_support } else { 0 };
        (n_support >= wanted.min_support).then(|| ScoredNovelty {
            score: score(candidate, n_reports + n_counted - 1),
            first: candidate.first,
            n_chars: candidate.n_chars as u32,
            candidate,
        })
    };
    let [mut scored, second] = found.of_each_half(|candidates| {
        let mut scored: Vec<_> = candidates.iter().filter_map(&of_candidate).collect();
        scored.sort_unstable_by(ScoredNovelty::order);
        scored
    });
    scored.extend(second);
    // Two runs in order: this merges them.
    scored.sort_by(ScoredNovelty::order);
    scored
}

/// Those that are wanted, best first; of those that lie in each other the best, and another only where it stands outside
/// of it too.
pub(super) fn ranked(
    found: &Gathered,
    texts: &Texts,
    support: &Supporting,
    wanted: &WantedPhrases,
) -> Vec<Novelty> {
    let mut scored = scored(found, texts, support, wanted);
    let fragments = Fragments {
        found,
        texts,
        support,
        by_support: wanted.by_support,
    };
    let mut taken = TakenPlaces::new(texts, found.longest());
    scored.retain(|ScoredNovelty { candidate, .. }| {
        let n = candidate.n_chars;
        let is_nested = |spot: CandidateSpot| taken.has_nested(spot, n);
        if candidate.spots().all(is_nested) || fragments.is_fragment(candidate) {
            return false;
        }
        for spot in candidate.spots() {
            taken.add(spot, n);
        }
        true
    });
    let novelty = |scored: ScoredNovelty<'_>| Novelty {
        text: scored.candidate.text(texts),
        reports: ranks_of(scored.candidate, texts).collect(),
        support: support.reports(scored.candidate, texts),
        score: scored.score,
    };
    scored.into_iter().map(novelty).collect()
}

/// The reports of a candidate by rank, each once.
fn ranks_of<'t>(candidate: &'t NovelString, texts: &'t Texts) -> impl Iterator<Item = usize> + 't {
    let mut last = None;
    candidate.spots().filter_map(move |spot| {
        let rank = texts.passages.get(spot.text as usize)?.rank;
        (last.replace(rank) != Some(rank)).then_some(rank)
    })
}

/// Strings that were taken, where they stand.
struct TakenPlaces {
    /// Of each passage its first character among all.
    starts: Vec<usize>,
    /// Of each character the shortest and the longest that begin there; 0 for none.
    lengths: Vec<[u32; 2]>,
    longest: usize,
}

impl TakenPlaces {
    fn new(texts: &Texts, longest: usize) -> TakenPlaces {
        let mut n = 0;
        let start_of = |text: &Text| {
            n += text.chars.len();
            n - text.chars.len()
        };
        TakenPlaces {
            starts: texts.passages.iter().map(start_of).collect(),
            lengths: vec![[0; 2]; n],
            longest,
        }
    }

    /// Where a place is among all characters, and where its passage begins.
    fn place(&self, spot: CandidateSpot) -> [usize; 2] {
        let start = self.starts.get(spot.text as usize).copied();
        let start = start.unwrap_or_default();
        [start + spot.start as usize, start]
    }

    /// Whether one that was taken lies in so many characters at a place, or they in it.
    fn has_nested(&self, spot: CandidateSpot, n: usize) -> bool {
        let [at, passage] = self.place(spot);
        let from = passage.max((at + 1).saturating_sub(self.longest));
        let before = self.lengths.get(from..=at).unwrap_or_default();
        let lies_in =
            |(place, [_, longest]): (usize, &[u32; 2])| place + *longest as usize >= at + n;
        let has = |(place, [shortest, _]): (usize, &[u32; 2])| {
            *shortest > 0 && place + *shortest as usize <= at + n
        };
        let within = self.lengths.get(at..at + n).unwrap_or_default();
        (from..).zip(before).any(lies_in) || (at..).zip(within).any(has)
    }

    fn add(&mut self, spot: CandidateSpot, n: usize) {
        let [at, _] = self.place(spot);
        if let Some([shortest, longest]) = self.lengths.get_mut(at) {
            let n = n as u32;
            *longest = n.max(*longest);
            *shortest = if *shortest == 0 { n } else { n.min(*shortest) };
        }
    }
}

fn score(candidate: &NovelString, n_others: usize) -> f64 {
    let n = candidate.n_spots() as f64;
    let share = |places: u32| f64::from(places) / n;
    let flag = |is: bool| f64::from(u8::from(is));
    WEIGHTS.char * candidate.n_chars as f64
        + WEIGHTS.function * candidate.n_function as f64
        + WEIGHTS.reports * (1.0 + n_others as f64).ln()
        + WEIGHTS.places * n.ln()
        + WEIGHTS.frequency * (candidate.frequency as f64 / 3.0).max(1.0).ln()
        + WEIGHTS.behind_verb * share(candidate.n_behind_verb)
        + WEIGHTS.before_end * share(candidate.n_before_end)
        + WEIGHTS.before_char * share(candidate.n_before_char)
        + WEIGHTS.behind_char * share(candidate.n_behind_char)
        + WEIGHTS.enumerated * flag(candidate.is_enumerated)
        + WEIGHTS.verb * flag(candidate.begins_with_verb)
        + WEIGHTS.quoted * flag(candidate.is_quoted)
}
