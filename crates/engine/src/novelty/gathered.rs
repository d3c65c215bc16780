//! Strings that are not known, each with its places: found again by their characters, without a copy of these.

use super::texts::Texts;
use crate::cores::both;
use crate::quick_hash::QuickMap;
use std::iter::once;

/// A place of a candidate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct CandidateSpot {
    /// Number of the passage.
    pub(super) text: u32,
    /// Its first character there.
    pub(super) start: u32,
}

/// A string that is not known, and what tells whether it is a term.
#[derive(Clone, Debug, Default)]
pub(super) struct NovelString {
    /// Its length in characters.
    pub(super) n_chars: usize,
    /// The first place; most have no other.
    pub(super) first: CandidateSpot,
    pub(super) others: Vec<CandidateSpot>,
    /// How often it stands in the general language that the word list is made of, where it is one word.
    pub(super) frequency: u64,
    /// It stands in quotes, and these are all of it.
    pub(super) is_quoted: bool,
    /// It begins with a verb.
    pub(super) begins_with_verb: bool,
    /// Words of grammar inside of it.
    pub(super) n_function: usize,
    /// Places behind a verb: the object of 推进, 健全.
    pub(super) n_behind_verb: u32,
    /// Places before a break or a word of grammar.
    pub(super) n_before_end: u32,
    /// Places before a word of one character, with which it may be one word.
    pub(super) n_before_char: u32,
    /// Places at which it begins with one character behind another, with which it may be one word.
    pub(super) n_behind_char: u32,
    /// It stands in an enumeration somewhere.
    pub(super) is_enumerated: bool,
}

impl NovelString {
    /// Its places, in the order of the texts.
    pub(super) fn spots(&self) -> impl DoubleEndedIterator<Item = CandidateSpot> + Clone + '_ {
        once(self.first).chain(self.others.iter().copied())
    }

    /// How many there are.
    pub(super) fn n_spots(&self) -> usize {
        self.others.len() + 1
    }

    /// Its characters.
    pub(super) fn chars<'t>(&self, texts: &'t Texts) -> &'t [char] {
        let text = texts.passages.get(self.first.text as usize);
        let start = self.first.start as usize;
        let chars = text.and_then(|text| text.chars.get(start..start + self.n_chars));
        chars.unwrap_or_default()
    }

    /// The same as text.
    pub(super) fn text(&self, texts: &Texts) -> String {
        self.chars(texts).iter().collect()
    }
}

/// Candidates of half of all hashes, in the order in which they were met.
#[derive(Debug)]
pub(super) struct GatheredHalf {
    number: usize,
    all: Vec<NovelString>,
    /// Their numbers by the hashes of their characters; of equal hashes each but the first has the next free one.
    by_hash: QuickMap<u64, u32>,
    longest: usize,
}

/// All candidates.
#[derive(Debug)]
pub(super) struct Gathered([GatheredHalf; 2]);

/// The half that a hash belongs to.
#[inline]
fn half_of(hash: u64) -> usize {
    // The upper bit of the product depends on all of them.
    (hash.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 63) as usize
}

/// The hash of a string that goes on with some characters.
pub(super) fn extended(hash: u64, chars: &[char]) -> u64 {
    const FACTOR: u64 = 0x0100_0000_01b3_0197;
    let step = |hash: u64, c: &char| {
        let c = u64::from(u32::from(*c)) + 1;
        hash.wrapping_mul(FACTOR).wrapping_add(c)
    };
    chars.iter().fold(hash, step)
}

impl GatheredHalf {
    pub(super) fn new(number: usize) -> GatheredHalf {
        GatheredHalf {
            number,
            all: Vec::new(),
            by_hash: QuickMap::default(),
            longest: 0,
        }
    }

    /// Whether a string of this hash is gathered here.
    #[inline]
    pub(super) fn is_of(&self, hash: u64) -> bool {
        half_of(hash) == self.number
    }

    /// Takes in a place of the candidate of some characters, which have this hash, and looks at it.
    pub(super) fn add(
        &mut self,
        hash: u64,
        (chars, spot): (&[char], CandidateSpot),
        texts: &Texts,
        new: impl FnOnce() -> NovelString,
        see: impl FnOnce(&mut NovelString),
    ) {
        let GatheredHalf {
            all,
            by_hash,
            longest,
            ..
        } = self;
        let mut hash = hash;
        loop {
            let next = all.len() as u32;
            let number = *by_hash.entry(hash).or_insert(next);
            match all.get_mut(number as usize) {
                Some(known) if known.chars(texts) == chars => {
                    known.others.push(spot);
                    return see(known);
                }
                Some(_) => hash = hash.wrapping_add(1),
                None => break,
            }
        }
        *longest = chars.len().max(*longest);
        let mut candidate = NovelString {
            n_chars: chars.len(),
            first: spot,
            ..new()
        };
        see(&mut candidate);
        all.push(candidate);
    }

    /// The candidate of some characters, which have this hash, if it was met.
    pub(super) fn get(&self, hash: u64, chars: &[char], texts: &Texts) -> Option<&NovelString> {
        let mut hash = hash;
        loop {
            let number = *self.by_hash.get(&hash)?;
            let known = self.all.get(number as usize)?;
            if known.chars(texts) == chars {
                return Some(known);
            }
            hash = hash.wrapping_add(1);
        }
    }
}

impl Gathered {
    /// What is gathered for each half, on two cores.
    pub(super) fn of_halves(gather: impl Fn(usize) -> GatheredHalf + Sync) -> Gathered {
        let (first, second) = both(|| gather(0), || gather(1));
        Gathered([first, second])
    }

    /// The candidate of some characters, if it was met.
    pub(super) fn get(&self, chars: &[char], texts: &Texts) -> Option<&NovelString> {
        let hash = extended(0, chars);
        self.0.get(half_of(hash))?.get(hash, chars, texts)
    }

    /// Characters of the longest.
    pub(super) fn longest(&self) -> usize {
        let longest = self.0.iter().map(|half| half.longest);
        longest.max().unwrap_or_default()
    }

    /// Something of the candidates of each half, on two cores.
    pub(super) fn of_each_half<'c, T: Send>(
        &'c self,
        work: impl Fn(&'c [NovelString]) -> T + Sync,
    ) -> [T; 2] {
        let [first, second] = &self.0;
        let (first, second) = both(|| work(&first.all), || work(&second.all));
        [first, second]
    }

    /// All of them.
    #[cfg(test)]
    pub(super) fn all(&self) -> impl Iterator<Item = &NovelString> {
        self.0.iter().flat_map(|half| &half.all)
    }
}
