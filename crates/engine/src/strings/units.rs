//! Texts as numbers, one after the other.
//!
//! In: the folded text of each passage and the document that it is put into. Out: one number of 16 bits for each
//! character, 0 for a break; and of each place its document, its passage, its characters.

use std::collections::HashMap;
use std::ops::{AddAssign, Range};

/// No string holds it: what stands before it ends there.
pub(super) const BREAK: u16 = 0;
/// A break behind another one, where nothing ends any more.
const GAP: u16 = 1;
/// Numbers that are no characters: those of the surrogates.
const FREE: Range<u16> = 0xd800..0xe000;
/// The document of a place is looked for from that of the nearest place before it that is a multiple of this.
const STEP: usize = 64;

/// No number of a document.
const SEVERAL: u32 = u32::MAX;

/// One of the two collections that are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Collection {
    /// The one that is asked about.
    Target,
    /// The one that it is compared with.
    Reference,
}

/// A number for each of the two collections.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// In the one that is asked about.
    pub target: u32,
    /// In the one that it is compared with.
    pub reference: u32,
}

impl Counts {
    /// One in a collection.
    pub(super) fn one(collection: Collection) -> Counts {
        let mut counts = Counts::default();
        *counts.of_mut(collection) += 1;
        counts
    }

    /// The number of a collection.
    pub fn of(self, collection: Collection) -> u32 {
        match collection {
            Collection::Target => self.target,
            Collection::Reference => self.reference,
        }
    }

    pub(super) fn of_mut(&mut self, collection: Collection) -> &mut u32 {
        match collection {
            Collection::Target => &mut self.target,
            Collection::Reference => &mut self.reference,
        }
    }

    /// Of both together.
    pub fn total(self) -> u32 {
        self.target + self.reference
    }
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Counts) {
        self.target += other.target;
        self.reference += other.reference;
    }
}

/// Whether no string holds a unit.
#[inline]
pub(super) fn is_break(unit: u16) -> bool {
    unit <= GAP
}

/// What passages are put into: a report, as far as it belongs to a collection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Document {
    /// Rank of the report.
    pub rank: usize,
    /// Where it belongs to.
    pub collection: Collection,
}

/// Where a unit stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnitPlace {
    /// Rank of the report.
    pub rank: usize,
    /// Number of the passage in it, from 1.
    pub number: u32,
    /// Characters of its folded text before the place.
    pub chars_before: usize,
}

/// A passage among the units.
#[derive(Clone, Copy, Debug)]
struct Passage {
    start: u32,
    document: u32,
    number: u32,
}

/// A bit for each unit.
#[derive(Debug)]
pub(super) struct Bits(Vec<u64>);

impl Bits {
    /// None of so many is set.
    pub(super) fn new(n: usize) -> Bits {
        Bits(vec![0; n.div_ceil(64)])
    }

    /// Sets those of some units.
    pub(super) fn set(&mut self, range: Range<usize>) {
        for at in range {
            if let Some(bits) = self.0.get_mut(at / 64) {
                *bits |= 1 << (at % 64);
            }
        }
    }

    /// Whether one is set; none is beyond the last.
    #[inline]
    pub(super) fn has(&self, at: usize) -> bool {
        self.0
            .get(at / 64)
            .is_some_and(|bits| bits >> (at % 64) & 1 == 1)
    }
}

/// Texts as numbers with breaks, each character a unit. At most 2³¹ − 1 of them are taken.
#[derive(Debug, Default)]
pub struct Units {
    units: Vec<u16>,
    documents: Vec<Document>,
    /// By their starts.
    passages: Vec<Passage>,
    /// The passage in which every unit stands whose number is a multiple of [`STEP`]; made when all texts are in.
    steps: Vec<u32>,
    /// The document of all units from each of these to the next, or [`SEVERAL`].
    of_steps: Vec<u32>,
    /// Characters that need more than 16 bits, by the number that stands for each.
    wide: Vec<char>,
    narrow: HashMap<char, u16>,
    /// Whether there were more of them than are told apart.
    has_more_wide: bool,
}

impl Units {
    /// No texts.
    pub fn new() -> Units {
        Units::default()
    }

    /// All of an index, as they were stored: the first unit of each passage with the document that it is put into, if it is,
    /// and its number there. Passages of one report follow each other.
    pub(super) fn of_stored(
        units: Vec<u16>,
        wide: Vec<char>,
        passages: impl Iterator<Item = (u32, Option<(Document, u32)>)>,
    ) -> Units {
        let narrow = wide.iter().copied().zip(FREE).collect();
        let mut all = Units {
            units,
            wide,
            narrow,
            ..Units::default()
        };
        let mut of_report = 0;
        for (start, put) in passages {
            let (document, number) = put.map_or((SEVERAL, 0), |(document, number)| {
                (all.document_of(document, &mut of_report), number)
            });
            all.passages.push(Passage {
                start,
                document,
                number,
            });
        }
        all.step();
        all
    }

    /// The number of a document, which may be new; those of its report begin with `of_report`.
    fn document_of(&mut self, document: Document, of_report: &mut usize) -> u32 {
        if self
            .documents
            .last()
            .is_none_or(|last| last.rank != document.rank)
        {
            *of_report = self.documents.len();
        }
        let known = self.documents.iter().skip(*of_report);
        let found = known.enumerate().find(|(_, known)| **known == document);
        let at = found.map_or(self.documents.len(), |(at, _)| *of_report + at);
        if found.is_none() {
            self.documents.push(document);
        }
        at as u32
    }

    /// Appends a passage, numbered in its report, to a document; what the rule parts strings at becomes a break. The rule
    /// is given each character between its neighbours, none at an end of the passage. Passages of one document follow each
    /// other.
    ///
    /// Of characters beyond U+FFFF the first 2,048 kinds are taken; others are breaks.
    pub fn push(
        &mut self,
        document: Document,
        number: u32,
        text: &str,
        parts: impl Fn(Option<char>, char, Option<char>) -> bool,
    ) {
        if self.documents.last() != Some(&document) {
            self.documents.push(document);
        }
        self.passages.push(Passage {
            start: self.units.len() as u32,
            document: (self.documents.len() - 1) as u32,
            number,
        });
        let mut before = None;
        let mut chars = text.chars().peekable();
        while let Some(c) = chars.next() {
            let unit = match parts(before, c, chars.peek().copied()) {
                true => None,
                false => self.unit_of(c),
            };
            self.push_unit(unit);
            before = Some(c);
        }
        self.push_unit(None);
    }

    /// Appends the unit of a character, or a break.
    #[inline]
    fn push_unit(&mut self, unit: Option<u16>) {
        let follows_break = || self.units.last().is_none_or(|last| is_break(*last));
        let unit = unit.unwrap_or_else(|| if follows_break() { GAP } else { BREAK });
        self.units.push(unit);
    }

    /// The unit of a character; none if it is taken for a break.
    fn unit_of(&mut self, c: char) -> Option<u16> {
        if let Ok(unit) = u16::try_from(u32::from(c)) {
            return (!is_break(unit)).then_some(unit);
        }
        if let Some(unit) = self.narrow.get(&c) {
            return Some(*unit);
        }
        let unit = FREE.start + self.wide.len() as u16;
        if !FREE.contains(&unit) {
            self.has_more_wide = true;
            return None;
        }
        self.wide.push(c);
        self.narrow.insert(c, unit);
        Some(unit)
    }

    /// The unit that stands for a character, if it stands anywhere.
    pub(super) fn known_unit(&self, c: char) -> Option<u16> {
        let unit = u16::try_from(u32::from(c)).ok();
        unit.or_else(|| self.narrow.get(&c).copied())
            .filter(|unit| !is_break(*unit))
    }

    /// The character of a unit; none for a break.
    pub fn char_of(&self, unit: u16) -> Option<char> {
        match unit {
            _ if is_break(unit) => None,
            _ if FREE.contains(&unit) => self.wide.get((unit - FREE.start) as usize).copied(),
            _ => char::from_u32(u32::from(unit)),
        }
    }

    /// The character at a place; none for a break, and outside.
    pub fn char_at(&self, place: usize) -> Option<char> {
        self.char_of(self.at(place))
    }

    /// The characters from a place on, without breaks.
    pub fn text(&self, range: Range<usize>) -> String {
        let units = self.units.get(range).unwrap_or_default();
        units
            .iter()
            .filter_map(|unit| self.char_of(*unit))
            .collect()
    }

    /// How many units there are, breaks among them.
    pub fn len(&self) -> usize {
        self.units.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.units.is_empty()
    }

    /// All units.
    pub(super) fn as_slice(&self) -> &[u16] {
        &self.units
    }

    /// A unit; a break outside.
    #[inline]
    pub(super) fn at(&self, place: usize) -> u16 {
        self.units.get(place).copied().unwrap_or(BREAK)
    }

    /// The unit before a place; a break at the beginning.
    #[inline]
    pub(super) fn before(&self, place: usize) -> u16 {
        place.checked_sub(1).map_or(BREAK, |before| self.at(before))
    }

    /// The first unit of each passage.
    pub(super) fn starts(&self) -> impl ExactSizeIterator<Item = u32> {
        self.passages.iter().map(|passage| passage.start)
    }

    /// Characters beyond U+FFFF in their order; none where there were more of them than are told apart.
    pub(super) fn wide(&self) -> Option<&[char]> {
        (!self.has_more_wide).then_some(&self.wide)
    }

    /// The documents, in the order in which they came.
    pub fn documents(&self) -> &[Document] {
        &self.documents
    }

    /// Takes the texts for all that there are: from now on places are looked up quickly, the last unit is a break that ends
    /// something, and of characters beyond U+FFFF a later one has a higher number.
    pub(super) fn finish(&mut self) {
        self.end_with_break();
        self.order_wide();
        self.step();
    }

    fn end_with_break(&mut self) {
        let breaks = self.units.iter_mut().rev();
        for unit in breaks.take_while(|unit| is_break(**unit)) {
            *unit = GAP;
        }
        if let Some(last) = self.units.last_mut() {
            *last = BREAK;
        }
    }

    fn order_wide(&mut self) {
        if self.wide.is_sorted() {
            return;
        }
        let before = self.wide.clone();
        self.wide.sort_unstable();
        self.narrow = (FREE.start..)
            .zip(&self.wide)
            .map(|(unit, c)| (*c, unit))
            .collect();
        for unit in self.units.iter_mut().filter(|unit| FREE.contains(*unit)) {
            let c = before.get(usize::from(*unit - FREE.start));
            if let Some(new) = c.and_then(|c| self.narrow.get(c)) {
                *unit = *new;
            }
        }
    }

    /// Notes in which passage each of some units stands, and in which document all up to the next of them do.
    fn step(&mut self) {
        let mut at = 0;
        self.steps = (0..self.units.len().div_ceil(STEP))
            .map(|step| {
                let unit = (step * STEP) as u32;
                let starts = self.passages.get(at + 1..).unwrap_or_default();
                at += starts.iter().take_while(|next| next.start <= unit).count();
                at as u32
            })
            .collect();
        let last = self.passages.len().saturating_sub(1) as u32;
        let nexts = self.steps.iter().skip(1).copied().chain([last]);
        let of_step = |(at, next): (&u32, u32)| {
            let passages = self.passages.get(*at as usize..=next as usize);
            let mut documents = passages
                .unwrap_or_default()
                .iter()
                .map(|passage| passage.document);
            let first = documents.next().unwrap_or(SEVERAL);
            match documents.all(|document| document == first) {
                true => first,
                false => SEVERAL,
            }
        };
        self.of_steps = self.steps.iter().zip(nexts).map(of_step).collect();
    }

    /// The number of the passage in which a unit stands.
    #[inline]
    fn passage_at(&self, place: usize) -> usize {
        let mut at = self.steps.get(place / STEP).map_or(0, |at| *at as usize);
        while let Some(next) = self.passages.get(at + 1)
            && next.start as usize <= place
        {
            at += 1;
        }
        at
    }

    /// The units of a collection.
    pub(super) fn bits_of(&self, collection: Collection) -> Bits {
        let mut bits = Bits::new(self.units.len());
        let ends = self.starts().skip(1).map(|start| start as usize);
        for (passage, end) in self.passages.iter().zip(ends.chain([self.units.len()])) {
            let document = self.documents.get(passage.document as usize);
            if document.is_some_and(|document| document.collection == collection) {
                bits.set(passage.start as usize..end);
            }
        }
        bits
    }

    /// The number of the document of a place, in [`Units::documents`].
    #[inline]
    pub fn document_at(&self, place: usize) -> usize {
        match self.of_steps.get(place / STEP) {
            Some(document) if *document != SEVERAL => *document as usize,
            _ => {
                let passage = self.passages.get(self.passage_at(place));
                passage.map_or(0, |passage| passage.document as usize)
            }
        }
    }

    /// Where a unit stands.
    pub fn place(&self, unit: usize) -> Option<UnitPlace> {
        let passage = self.passages.get(self.passage_at(unit))?;
        Some(UnitPlace {
            rank: self.documents.get(passage.document as usize)?.rank,
            number: passage.number,
            chars_before: unit.checked_sub(passage.start as usize)?,
        })
    }
}

/// The rule of most analyses: strings are parted at what is neither a letter nor a digit, but for what stands inside of
/// names and numbers: + behind a character (互联网+政务服务), % behind a digit, a point or a dash between two characters that are no
/// Han ones (5.5, covid-19), · between two characters.
pub fn parts_strings(before: Option<char>, c: char, after: Option<char>) -> bool {
    let is_word = |c: Option<char>| c.is_some_and(baogao_reading::fold::is_alphanumeric);
    let is_latin = |c: Option<char>| c.is_some_and(baogao_reading::fold::is_word_char);
    match c {
        '+' => !is_word(before),
        '%' | '‰' | '℃' => !before.is_some_and(|c| c.is_ascii_digit()),
        '.' | '-' | '/' | '&' => !(is_latin(before) && is_latin(after)),
        '·' => !(is_word(before) && is_word(after)),
        _ => !baogao_reading::fold::is_alphanumeric(c),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pushed(texts: &[&str]) -> Units {
        let mut units = Units::new();
        for (rank, text) in texts.iter().enumerate() {
            let document = Document {
                rank: rank / 2,
                collection: Collection::Target,
            };
            units.push(document, rank as u32 % 2 + 1, text, parts_strings);
        }
        units.finish();
        units
    }

    #[test]
    fn names_and_numbers_hold_together_and_clauses_do_not() {
        for (text, expected) in [
            ("推进互联网+政务服务,发展", "推进互联网+政务服务|发展|"),
            ("+ 5.5%左右。", "||5.5%左右||"),
            ("1-2月-全市", "1-2月|全市|"),
            ("全省·5.", "全省·5||"),
        ] {
            let units = pushed(&[text]);
            let shown = units.as_slice().iter();
            let shown: String = shown
                .map(|unit| units.char_of(*unit).unwrap_or('|'))
                .collect();
            assert_eq!(shown, expected, "{text}");
        }
    }

    #[test]
    fn every_unit_knows_where_it_stands() {
        let long = "发展".repeat(100);
        let texts = ["一𠮷", "", &long, "二", "三𠮷四"];
        let units = pushed(&texts);
        let mut at = 0;
        for (n, text) in texts.iter().enumerate() {
            for (chars_before, c) in text.chars().map(Some).chain([None]).enumerate() {
                let place = UnitPlace {
                    rank: n / 2,
                    number: n as u32 % 2 + 1,
                    chars_before,
                };
                assert_eq!(units.place(at), Some(place));
                assert_eq!(units.char_of(units.at(at)), c);
                assert_eq!(units.document_at(at), n / 2);
                at += 1;
            }
        }
        assert_eq!(at, units.len());
        assert_eq!(units.text(0..at), texts.concat());
    }
}
