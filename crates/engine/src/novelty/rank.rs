//! How likely each candidate is a term, and which of those that overlap stays.
//!
//! In: candidates, the supporting texts. Out: those that are left, best first. The score is a sum of [`WEIGHTS`]: of a
//! logistic regression on the phrases that the press called new and on the quoted terms of the word list, rounded. It saw
//! all of these: phrases that were kept aside alone tell how good it is.

use super::fragments::Fragments;
use super::gathered::{CandidateSpot, Gathered, NovelString};
use super::sides::WantedPhrases;
use super::support::Supporting;
use super::texts::Texts;
use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::ops::Range;

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

/// A candidate that is wanted, with its score.
struct ScoredNovelty<'c> {
    candidate: &'c NovelString,
    score: f64,
}

/// Those that are wanted, best first; of those that lie in each other the best, and another only where it stands outside
/// of it too.
pub(super) fn ranked(
    found: &Gathered,
    texts: &Texts,
    support: &Supporting,
    wanted: &WantedPhrases,
) -> Vec<Novelty> {
    let scored = found.all().iter().filter_map(|candidate| {
        let n_reports = ranks_of(candidate, texts).count();
        if n_reports < wanted.min_reports {
            return None;
        }
        let n_support = support.n_reports(candidate, texts);
        let n_counted = if wanted.by_support { n_support } else { 0 };
        (n_support >= wanted.min_support).then(|| ScoredNovelty {
            candidate,
            score: score(candidate, n_reports + n_counted - 1),
        })
    });
    let mut scored: Vec<ScoredNovelty<'_>> = scored.collect();
    scored.sort_unstable_by(|a, b| {
        let by_score = b.score.partial_cmp(&a.score).unwrap_or(Ordering::Equal);
        // No two have the same place and length.
        let place = |scored: &ScoredNovelty<'_>| {
            let NovelString { first, n_chars, .. } = scored.candidate;
            (first.text, first.start, *n_chars)
        };
        by_score.then_with(|| place(a).cmp(&place(b)))
    });
    let fragments = Fragments {
        found,
        texts,
        support,
        by_support: wanted.by_support,
    };
    let mut taken: Vec<Vec<Range<u32>>> = vec![Vec::new(); texts.passages.len()];
    scored.retain(|ScoredNovelty { candidate, .. }| {
        let range = |spot: CandidateSpot| spot.start..spot.start + candidate.n_chars as u32;
        let is_nested = |spot: CandidateSpot| {
            let others = taken.get(spot.text as usize).into_iter().flatten();
            let range = range(spot);
            others
                .into_iter()
                .any(|other| lies_in(&range, other) || lies_in(other, &range))
        };
        if candidate.spots().all(is_nested) || fragments.is_fragment(candidate) {
            return false;
        }
        for spot in candidate.spots() {
            if let Some(taken) = taken.get_mut(spot.text as usize) {
                taken.push(range(spot));
            }
        }
        true
    });
    let novelty = |ScoredNovelty { candidate, score }: ScoredNovelty<'_>| Novelty {
        text: candidate.text(texts),
        reports: ranks_of(candidate, texts).collect(),
        support: support.reports(candidate, texts),
        score,
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

fn lies_in(a: &Range<u32>, b: &Range<u32>) -> bool {
    b.start <= a.start && a.end <= b.end
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
        + WEIGHTS.enumerated * flag(candidate.is_enumerated)
        + WEIGHTS.verb * flag(candidate.begins_with_verb)
        + WEIGHTS.quoted * flag(candidate.is_quoted)
}
