//! Fills the lists of runs of characters, place by place.
//!
//! In: the runs, and each place at which one begins, passage by passage. Out: their lists, and how many places do not count.

use super::phrase::{Ends, ends_as_it_begins};
use super::runs::{ListBuffer, Listed};
use super::stored::StoredPassage;
use super::text::TextReader;
use std::cell::OnceCell;
use tantivy::DocId;

/// Calls `visit(character, unit)` for each character of a passage.
#[inline]
pub(super) fn each_char(units: &[u8], mut visit: impl FnMut(u32, u32)) {
    let units = units.as_chunks::<2>().0.iter();
    let mut at = 0;
    for c in char::decode_utf16(units.map(|unit| u16::from_le_bytes(*unit))) {
        let c = c.unwrap_or(char::REPLACEMENT_CHARACTER);
        visit(u32::from(c), at);
        at += c.len_utf16() as u32;
    }
}

/// Where a run begins.
#[derive(Clone, Copy)]
pub(super) struct RunPlace {
    pub(super) doc: DocId,
    /// A unit of the passage.
    pub(super) unit: u32,
    /// So many characters behind that unit.
    pub(super) n_chars: u32,
}

/// The lists of a run in the making, and what the passage at hand adds to them.
struct Filling {
    name: Box<[char]>,
    list: ListBuffer,
    corrections: ListBuffer,
    doc: DocId,
    /// Places of its characters in the passage.
    n_places: u32,
    /// Those of them that count, if some may not.
    n_counted: u32,
    /// The unit before which no other place counts.
    free_from: u32,
    /// The ends, if some places may not count: by the border rule, or because they overlap.
    ends: Option<Ends>,
}

impl Filling {
    fn new(name: &[char]) -> Filling {
        let ends = match name {
            [first, .., last] | [first @ last] => Some(Ends::of_folded(*first, *last)),
            [] => None,
        };
        Filling {
            name: name.into(),
            list: ListBuffer::default(),
            corrections: ListBuffer::default(),
            doc: 0,
            n_places: 0,
            n_counted: 0,
            free_from: 0,
            ends: ends.filter(|ends| ends.are_in_words() || ends_as_it_begins(name)),
        }
    }

    /// Adds what the passage at hand has.
    fn close(&mut self, keeps_places: bool) {
        if keeps_places && self.n_places > 0 {
            self.list.push(self.doc, self.n_places);
        }
        let n_fewer = self.n_places - self.n_counted;
        if self.ends.is_some() && n_fewer > 0 {
            self.corrections.push(self.doc, n_fewer);
        }
        self.n_places = 0;
        self.n_counted = 0;
        self.free_from = 0;
    }
}

/// The lists of some runs in the making.
pub(super) struct Filled<'t> {
    text: &'t TextReader,
    fillings: Vec<Filling>,
    /// Whether all places are listed, or those alone that do not count.
    keeps_places: bool,
    /// The passage of the last place that was judged.
    judged: Judged,
}

/// A passage in which places are judged.
#[derive(Default)]
struct Judged {
    doc: Option<DocId>,
    units: Vec<u8>,
    /// The original text, where it was asked for.
    restored: OnceCell<StoredPassage>,
}

impl<'t> Filled<'t> {
    pub(super) fn new(
        text: &'t TextReader,
        names: &[Box<[char]>],
        keeps_places: bool,
    ) -> Filled<'t> {
        Filled {
            text,
            fillings: names.iter().map(|name| Filling::new(name)).collect(),
            keeps_places,
            judged: Judged::default(),
        }
    }

    /// Notes that a run stands at a place; passages ascend.
    #[inline]
    pub(super) fn note(&mut self, run: u32, place: RunPlace) {
        let Some(filling) = self.fillings.get_mut(run as usize) else {
            return;
        };
        if filling.doc != place.doc {
            filling.close(self.keeps_places);
            filling.doc = place.doc;
        }
        filling.n_places += 1;
        if let Some(ends) = filling.ends {
            if self.judged.doc != Some(place.doc) {
                self.judged.doc = Some(place.doc);
                self.judged.restored = OnceCell::new();
                self.text.units_into(place.doc, &mut self.judged.units);
            }
            let Judged {
                units, restored, ..
            } = &self.judged;
            let passage = || restored.get_or_init(|| self.text.passage(place.doc));
            let start = behind(units, place.unit, place.n_chars as usize);
            let range = start..behind(units, start, filling.name.len());
            let is_kept = |units| self.text.is_kept(place.doc, &units);
            if range.start >= filling.free_from && ends.stand_at(units, &range, is_kept, passage) {
                filling.n_counted += 1;
                filling.free_from = range.end;
            }
        }
    }

    /// Adds what the last passages have.
    pub(super) fn close(&mut self) {
        for filling in &mut self.fillings {
            filling.close(self.keeps_places);
        }
    }

    /// The lists as they are coded, without corrections; closed.
    pub(super) fn coded(&self) -> impl Iterator<Item = &[u8]> {
        self.fillings.iter().map(|filling| filling.list.bytes())
    }

    /// Those that say something.
    pub(super) fn finish(mut self) -> impl Iterator<Item = Listed> {
        self.close();
        let keeps_places = self.keeps_places;
        let says = move |filling: &Filling| keeps_places || filling.ends.is_some();
        let fillings = self.fillings.into_iter().filter(says);
        fillings.map(|filling| Listed {
            name: filling.name.iter().collect(),
            list: filling.list,
            corrections: filling.corrections,
        })
    }
}

/// The unit so many characters behind another.
fn behind(units: &[u8], unit: u32, n_chars: usize) -> u32 {
    let units = units.as_chunks::<2>().0.iter().skip(unit as usize);
    let chars = char::decode_utf16(units.map(|unit| u16::from_le_bytes(*unit)));
    let lengths = chars
        .take(n_chars)
        .map(|c| c.map_or(1, char::len_utf16) as u32);
    unit + lengths.sum::<u32>()
}
