//! How likely each candidate is a term, and which of those that overlap stays.
//!
//! In: candidates, the supporting texts. Out: those that are left, best first. The score is a sum of [`WEIGHTS`]: of a
//! logistic regression on the phrases that the press called new and on the quoted terms of the word list, rounded. It saw
//! all of these: phrases that were kept aside alone tell how good it is.

use super::candidates::NovelString;
use super::sides::WantedPhrases;
use super::texts::Texts;
use crate::strings::Suffixes;
use std::cmp::Ordering;
use std::collections::{BTreeSet, HashMap};
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

/// Those that are wanted, best first; of those that lie in each other the best, and another only where it stands outside
/// of it too.
pub(super) fn ranked(
    found: HashMap<String, NovelString>,
    texts: &Texts,
    support: &Suffixes,
    wanted: &WantedPhrases,
) -> Vec<Novelty> {
    let scored = found.into_iter().filter_map(|(text, candidate)| {
        let of_spot = |spot: &super::candidates::CandidateSpot| {
            texts.passages.get(spot.text).map(|text| text.rank)
        };
        let reports: BTreeSet<usize> = candidate.spots.iter().filter_map(of_spot).collect();
        let support = documents(support, &text);
        let is_wanted = reports.len() >= wanted.min_reports && support.len() >= wanted.min_support;
        is_wanted.then(|| {
            let n_support = if wanted.by_support { support.len() } else { 0 };
            let others = reports.len() + n_support - 1;
            let score = score(&candidate, text.chars().count(), others);
            (
                Novelty {
                    text,
                    reports,
                    support,
                    score,
                },
                candidate,
            )
        })
    });
    let mut scored: Vec<(Novelty, NovelString)> = scored.collect();
    scored.sort_by(|(a, a_at), (b, b_at)| {
        let by_score = b.score.partial_cmp(&a.score).unwrap_or(Ordering::Equal);
        let place = |candidate: &NovelString| {
            candidate
                .spots
                .first()
                .map(|spot| (spot.text, spot.range.start))
        };
        by_score
            .then_with(|| place(a_at).cmp(&place(b_at)))
            .then_with(|| a.text.cmp(&b.text))
    });
    let mut taken: HashMap<usize, Vec<Range<usize>>> = HashMap::new();
    scored.retain(|(_, candidate)| {
        let is_nested = |spot: &super::candidates::CandidateSpot| {
            let others = taken.get(&spot.text).into_iter().flatten();
            others
                .into_iter()
                .any(|other| lies_in(&spot.range, other) || lies_in(other, &spot.range))
        };
        if candidate.spots.iter().all(is_nested) {
            return false;
        }
        for spot in &candidate.spots {
            taken.entry(spot.text).or_default().push(spot.range.clone());
        }
        true
    });
    scored.into_iter().map(|(novelty, _)| novelty).collect()
}

/// The reports of sorted texts that have a string, by rank.
fn documents(sorted: &Suffixes, text: &str) -> BTreeSet<usize> {
    let units = sorted.units();
    let of_place = |place| units.documents().get(units.document_at(place));
    let places = sorted.places(sorted.find(text));
    places
        .filter_map(of_place)
        .map(|document| document.rank)
        .collect()
}

fn lies_in(a: &Range<usize>, b: &Range<usize>) -> bool {
    b.start <= a.start && a.end <= b.end
}

fn score(candidate: &NovelString, n_chars: usize, n_others: usize) -> f64 {
    let n = candidate.spots.len().max(1) as f64;
    let share = |places: usize| places as f64 / n;
    let flag = |is: bool| f64::from(u8::from(is));
    WEIGHTS.char * n_chars as f64
        + WEIGHTS.function * candidate.n_function as f64
        + WEIGHTS.reports * (1.0 + n_others as f64).ln()
        + WEIGHTS.places * n.ln()
        + WEIGHTS.frequency * (candidate.frequency as f64 / 3.0).max(1.0).ln()
        + WEIGHTS.behind_verb * share(candidate.n_behind_verb)
        + WEIGHTS.before_end * share(candidate.n_before_end)
        + WEIGHTS.before_char * share(candidate.n_before_char)
        + WEIGHTS.enumerated * flag(candidate.n_enumerated > 0)
        + WEIGHTS.verb * flag(candidate.begins_with_verb)
        + WEIGHTS.quoted * flag(candidate.is_quoted)
}
