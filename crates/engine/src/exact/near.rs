//! Two phrases near each other: `"白酒 文旅"~30`.
//!
//! In: two phrases and a distance. Out: the places of both that take part. A place of one takes part if a place
//! of the other that does not overlap it, before or behind, is no further away than the distance: the number of
//! folded characters from the end of the one to the beginning of the other, so that neighbours are 0 apart.
//! Places of each phrase are its occurrences; which of them are near is judged after that.

use super::phrase::Phrase;
use super::stored::StoredPassage;
use crate::highlight::merge_overlapping;
use crate::stop::Stop;
use std::fmt;
use std::ops::Range;

/// Two phrases and how far apart they may stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Near {
    phrases: Box<[Phrase; 2]>,
    max_chars: u32,
}

impl Near {
    /// Both phrases with at most `max_chars` folded characters between them.
    pub fn new(first: Phrase, second: Phrase, max_chars: u32) -> Near {
        Near {
            phrases: Box::new([first, second]),
            max_chars,
        }
    }

    /// The two phrases as they were given.
    pub fn phrases(&self) -> [&Phrase; 2] {
        self.phrases.each_ref()
    }

    /// The places of both phrases that take part, in bytes of the original text.
    pub(super) fn spans(
        &self,
        units: &[u8],
        passage: &StoredPassage,
        stop: &Stop,
    ) -> Vec<Range<usize>> {
        let [first, second] = &*self.phrases;
        let firsts = first.places(units, passage, stop);
        let seconds = second.places(units, passage, stop);
        let between = Between::new(units);
        let near = |place: &&Range<u32>, others: &[Range<u32>]| {
            let n_before = others.partition_point(|other| other.end <= place.start);
            let before = n_before.checked_sub(1).and_then(|at| others.get(at));
            let n_not_behind = others.partition_point(|other| other.start < place.end);
            let behind = others.get(n_not_behind);
            before.is_some_and(|other| between.n_chars(other.end..place.start) <= self.max_chars)
                || behind
                    .is_some_and(|other| between.n_chars(place.end..other.start) <= self.max_chars)
        };
        let places = firsts.iter().filter(|place| near(place, &seconds));
        let places = places.chain(seconds.iter().filter(|place| near(place, &firsts)));
        let spans = stop.until(places.map(|place| passage.original_range(place.clone())));
        merge_overlapping(spans.collect())
    }
}

impl fmt::Display for Near {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [first, second] = &*self.phrases;
        write!(
            f,
            "\"{} {}\"~{}",
            first.canonical(),
            second.canonical(),
            self.max_chars
        )
    }
}

/// How many characters stand between two places: what is between two phrases far apart is not counted for each of them.
struct Between {
    /// The units that are the second of a surrogate pair, ascending.
    seconds: Vec<u32>,
}

impl Between {
    fn new(units: &[u8]) -> Between {
        let units = units.as_chunks::<2>().0.iter().zip(0u32..);
        let is_second = |unit: &[u8; 2]| (0xdc00..0xe000).contains(&u16::from_le_bytes(*unit));
        let seconds = units.filter(|(unit, _)| is_second(unit));
        Between {
            seconds: seconds.map(|(_, at)| at).collect(),
        }
    }

    /// Characters in a range of units: of a surrogate pair the first unit counts.
    fn n_chars(&self, range: Range<u32>) -> u32 {
        let n_before = |end: u32| self.seconds.partition_point(|at| *at < end) as u32;
        (range.end - range.start).saturating_sub(n_before(range.end) - n_before(range.start))
    }
}
