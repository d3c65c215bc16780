//! The sorted texts of a whole index as a file, and any two sets of its passages taken out of them.
//!
//! In: [`Suffixes`] of all passages, each as it stands in reading order. Out: their bytes; from these, and what each passage
//! is put into, the [`Suffixes`] of those that are put into something, as if these alone had been sorted. The form is that
//! of docs/index.md.

use super::suffixes::Suffixes;
use super::units::{Bits, Document, Units};
use crate::cores::both;
use crate::stop::Stop;
use std::ops::Range;

/// How the file begins.
const MAGIC: &[u8; 8] = b"BGSA0001";
/// Bytes of the numbers of passages, of characters beyond U+FFFF, of units and of ends.
const COUNTS: usize = 4 * 4;
/// What is taken out is worth sorting anew where it has a smaller part of all units.
const LEAST_PART: usize = 16;

/// What a passage is put into, and its number in its report.
pub(super) type Put = (Document, u32);

/// The parts of such a file, as they lie in it.
#[derive(Clone, Copy, Debug)]
pub(super) struct StoredSuffixes<'b> {
    /// Of each passage its first unit, `u32`.
    starts: &'b [u8],
    /// Characters beyond U+FFFF, `u32`.
    wide: &'b [u8],
    /// `u16`.
    units: &'b [u8],
    /// `u32`.
    order: &'b [u8],
    shared: &'b [u8],
}

/// The bytes of the sorted texts of an index; none where they have more kinds of characters beyond U+FFFF than are told
/// apart: then some texts alone may tell apart more of them.
pub(super) fn to_bytes(suffixes: &Suffixes) -> Option<Vec<u8>> {
    let units = suffixes.units();
    let wide = units.wide()?;
    let starts = units.starts();
    let counts = [starts.len(), wide.len(), units.len(), suffixes.len()];
    let n_bytes = MAGIC.len() + COUNTS + lengths(counts)?.iter().sum::<usize>();
    let mut bytes = Vec::with_capacity(n_bytes);
    bytes.extend_from_slice(MAGIC);
    for count in counts {
        bytes.extend_from_slice(&u32::try_from(count).ok()?.to_le_bytes());
    }
    bytes.extend(starts.flat_map(u32::to_le_bytes));
    bytes.extend(wide.iter().flat_map(|c| u32::from(*c).to_le_bytes()));
    bytes.extend(units.as_slice().iter().flat_map(|unit| unit.to_le_bytes()));
    bytes.extend(
        suffixes
            .order()
            .iter()
            .flat_map(|place| place.to_le_bytes()),
    );
    bytes.extend_from_slice(suffixes.shared());
    Some(bytes)
}

/// The bytes of each part.
fn lengths([passages, wide, units, ends]: [usize; 4]) -> Option<[usize; 5]> {
    let words = |n: usize| n.checked_mul(4);
    Some([
        words(passages)?,
        words(wide)?,
        units.checked_mul(2)?,
        words(ends)?,
        ends,
    ])
}

impl<'b> StoredSuffixes<'b> {
    /// Finds the parts; none where the bytes are none of these.
    pub(super) fn open(bytes: &'b [u8]) -> Option<StoredSuffixes<'b>> {
        let rest = bytes.strip_prefix(MAGIC)?;
        let (counts, mut rest) = rest.split_at_checked(COUNTS)?;
        let mut counts = words(counts).map(|n| n as usize);
        let counts = [
            counts.next()?,
            counts.next()?,
            counts.next()?,
            counts.next()?,
        ];
        let mut part = |n: usize| {
            let (part, behind) = rest.split_at_checked(n)?;
            rest = behind;
            Some(part)
        };
        let [starts, wide, units, order, shared] = lengths(counts)?;
        let stored = StoredSuffixes {
            starts: part(starts)?,
            wide: part(wide)?,
            units: part(units)?,
            order: part(order)?,
            shared: part(shared)?,
        };
        let is_ascending = stored.ranges().all(|range| range.start <= range.end);
        (rest.is_empty() && is_ascending).then_some(stored)
    }

    /// How many passages there are.
    pub(super) fn n_passages(&self) -> usize {
        self.starts.len() / 4
    }

    /// How many units there are.
    fn n_units(&self) -> usize {
        self.units.len() / 2
    }

    /// The units of each passage, its last break among them.
    fn ranges(&self) -> impl Iterator<Item = Range<usize>> {
        let ends = words(self.starts).skip(1).map(|start| start as usize);
        let ends = ends.chain([self.n_units()]);
        words(self.starts)
            .zip(ends)
            .map(|(start, end)| start as usize..end)
    }

    /// Whether it is quicker to take some passages out than to sort them.
    pub(super) fn is_worth(&self, puts: &[Option<Put>]) -> bool {
        let taken = self.ranges().zip(puts).filter(|(_, put)| put.is_some());
        let n: usize = taken.map(|(range, _)| range.len()).sum();
        n.saturating_mul(LEAST_PART) >= self.n_units()
    }

    /// The passages that are put into something, sorted. Once `stop` is set, what comes out is not whole.
    pub(super) fn only(&self, puts: &[Option<Put>], stop: &Stop) -> Suffixes {
        let wide = words(self.wide).filter_map(char::from_u32).collect();
        let (pairs, _) = self.units.as_chunks();
        let units = pairs.iter().map(|pair| u16::from_le_bytes(*pair)).collect();
        let starts = words(self.starts);
        let units = Units::of_stored(units, wide, starts.zip(puts.iter().copied()));
        let mut is_taken = Bits::new(self.n_units());
        for (range, _) in self.ranges().zip(puts).filter(|(_, put)| put.is_some()) {
            is_taken.set(range);
        }
        let n_ends = self.shared.len();
        let take = |ends: Range<usize>| self.take(ends, &is_taken, stop);
        let middle = n_ends / 2;
        let (first, second) = both(|| take(0..middle), || take(middle..n_ends));
        let TakenEnds {
            mut order,
            mut shared,
            least_behind,
        } = first;
        order.extend_from_slice(&second.order);
        let of_second = shared.len();
        shared.extend_from_slice(&second.shared);
        if let Some(joint) = shared.get_mut(of_second) {
            *joint = least_behind.min(*joint);
        }
        Suffixes::of_sorted(units, order, shared)
    }

    /// Those of some ends whose places are taken.
    fn take(&self, ends: Range<usize>, is_taken: &Bits, stop: &Stop) -> TakenEnds {
        let order = self
            .order
            .get(ends.start * 4..ends.end * 4)
            .unwrap_or_default();
        let shared = self.shared.get(ends).unwrap_or_default();
        let mut taken = TakenEnds {
            order: Vec::with_capacity(shared.len()),
            shared: Vec::with_capacity(shared.len()),
            least_behind: u8::MAX,
        };
        for (place, shared) in stop.until(words(order).zip(shared)) {
            taken.least_behind = taken.least_behind.min(*shared);
            if is_taken.has(place as usize) {
                taken.order.push(place as i32);
                taken
                    .shared
                    .push(std::mem::replace(&mut taken.least_behind, u8::MAX));
            }
        }
        taken
    }
}

/// Ends that are taken out of others.
struct TakenEnds {
    order: Vec<i32>,
    /// What each has in common with the one before it.
    shared: Vec<u8>,
    /// What all have in common that stand behind the last of them.
    least_behind: u8,
}

fn words(bytes: &[u8]) -> impl Iterator<Item = u32> {
    let (words, _) = bytes.as_chunks();
    words.iter().map(|word| u32::from_le_bytes(*word))
}

#[cfg(test)]
mod tests {
    use super::super::suffixes::tests::{Texts, collection_of, suffixes, texts};
    use super::super::units::{Collection, UnitPlace};
    use super::*;
    use proptest::prelude::*;

    /// What can be told of sorted texts, place by place.
    fn told(suffixes: &Suffixes) -> Vec<(Option<UnitPlace>, u8, Option<u8>)> {
        let known = suffixes.known_lengths(&Stop::new());
        let places = suffixes.places(0..suffixes.len());
        let told = places.zip(suffixes.shared()).map(|(place, shared)| {
            let place_of = suffixes.units().place(place);
            (place_of, *shared, known.get(place).copied())
        });
        told.collect()
    }

    proptest! {
        #[test]
        fn what_is_taken_out_is_what_is_sorted_alone(
            texts in texts(),
            is_left_out in prop::collection::vec(any::<bool>(), 9),
        ) {
            let all = suffixes(&texts);
            let numbers = texts.iter().map(|(rank, _)| *rank).zip(1..);
            let puts: Vec<Option<Put>> = numbers.zip(&is_left_out).map(|((rank, number), is_out)| {
                let document = Document { rank, collection: collection_of(rank) };
                (!is_out).then_some((document, number))
            }).collect();
            let bytes = to_bytes(&all).expect("few characters");
            let stored = StoredSuffixes::open(&bytes).expect("it was written");
            prop_assert_eq!(stored.n_passages(), texts.len());
            let taken = stored.only(&puts, &Stop::new());
            let mut alone = Units::new();
            for (put, (_, text)) in puts.iter().zip(&texts) {
                if let Some((document, number)) = put {
                    alone.push(*document, *number, text, super::super::parts_strings);
                }
            }
            let alone = Suffixes::new(alone, &Stop::new()).expect("it is short");
            prop_assert_eq!(told(&taken), told(&alone));
            let repeats = |of: &Suffixes| -> Vec<_> {
                let found = of.repeats(&(1..=5), |_| true, &Stop::new());
                let told = found.iter().map(|repeat| (
                    repeat.text(of),
                    repeat.occurrences,
                    repeat.documents,
                    of.beside(repeat.range(), repeat.n_chars(), None),
                ));
                told.collect()
            };
            prop_assert_eq!(repeats(&taken), repeats(&alone));
            prop_assert_eq!(
                taken.occurrences(taken.find("甲乙")),
                alone.occurrences(alone.find("甲乙"))
            );
        }

        #[test]
        fn bytes_that_were_not_written_are_taken_without_a_panic(
            texts in texts(),
            at in any::<prop::sample::Index>(),
            bit in 0u32..8,
        ) {
            let mut bytes = to_bytes(&suffixes(&texts)).expect("few characters");
            let at = at.index(bytes.len());
            bytes[at] ^= 1 << bit;
            if let Some(stored) = StoredSuffixes::open(&bytes) {
                let put = (Document { rank: 0, collection: Collection::Target }, 1);
                let taken = stored.only(&vec![Some(put); stored.n_passages()], &Stop::new());
                told(&taken);
            }
            bytes.truncate(at);
            prop_assert!(StoredSuffixes::open(&bytes).is_none());
        }
    }

    #[test]
    fn small_parts_are_sorted_anew() {
        let text: Texts = (0..40).map(|_| (0, "甲乙".to_owned())).collect();
        let bytes = to_bytes(&suffixes(&text)).expect("few characters");
        let stored = StoredSuffixes::open(&bytes).expect("it was written");
        let put = (
            Document {
                rank: 0,
                collection: Collection::Target,
            },
            1,
        );
        let of =
            |n: usize| -> Vec<Option<Put>> { (0..40).map(|at| (at < n).then_some(put)).collect() };
        assert!(stored.is_worth(&of(3)) && !stored.is_worth(&of(2)));
    }
}
