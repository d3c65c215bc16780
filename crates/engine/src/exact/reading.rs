//! Passages whose text must be read to know how often something stands in them, many at a time.
//!
//! In: passages in ascending order, some with what lists say of them already. Out: those in which it stands, in the same order.
//! Passages that are read wait for the memory, not for the processor: so many are fetched at once, and where there are
//! a thousand, on several cores.
//!
//! # Invariants
//!
//! - Passages are handed on in the order in which they came, each once, whoever read them.

use super::text::TextReader;
use crate::cores::{at_once, cores_for};
use crate::stop::Stop;
use tantivy::DocId;

/// Passages that are fetched from memory together.
const FETCHED_AT_ONCE: usize = 32;
/// Passages that are worth a core of their own: to begin on one takes as long as reading a tenth of them.
const READS_PER_CORE: usize = if cfg!(test) { 3 } else { 1 << 9 };
/// Passages that are read before any of them is handed on.
const READ_AT_ONCE: usize = 1 << 14;
/// Passages that wait for others to be read.
const WAITING_MAX: usize = 4 * READ_AT_ONCE;

/// Settles in which passages something stands: `count` reads one, `visit(passage, occurrences)` is told of those that have it.
pub(super) struct Reading<'s, C, V> {
    text: &'s TextReader,
    stop: &'s Stop,
    count: C,
    visit: V,
    /// What came after the first passage that is to be read.
    waiting: Vec<(DocId, Option<u32>)>,
    /// Those of them that are to be read.
    unread: Vec<DocId>,
}

impl<'s, C, V> Reading<'s, C, V>
where
    C: Fn(DocId) -> u32 + Sync,
    V: FnMut(DocId, u32),
{
    pub(super) fn new(text: &'s TextReader, stop: &'s Stop, count: C, visit: V) -> Self {
        Reading {
            text,
            stop,
            count,
            visit,
            waiting: Vec::new(),
            unread: Vec::new(),
        }
    }

    /// Takes a passage, with how often it has what is looked for, or nothing if its text must tell.
    #[inline]
    pub(super) fn settle(&mut self, doc: DocId, n: Option<u32>) {
        match n {
            Some(0) => {}
            Some(n) if self.waiting.is_empty() => (self.visit)(doc, n),
            _ => {
                self.waiting.push((doc, n));
                if n.is_none() {
                    self.unread.push(doc);
                }
                if self.unread.len() == READ_AT_ONCE || self.waiting.len() == WAITING_MAX {
                    self.read();
                }
            }
        }
    }

    /// Reads what is left.
    pub(super) fn finish(mut self) {
        self.read();
    }

    fn read(&mut self) {
        note_reads(self.unread.len());
        let cores = cores_for(self.unread.len(), READS_PER_CORE);
        let n_each = self.unread.len().div_ceil(cores.n).max(1);
        let (text, stop, count) = (self.text, self.stop, &self.count);
        let counts = at_once(cores, self.unread.chunks(n_each), |docs: &[DocId]| {
            let mut counts = Vec::with_capacity(docs.len());
            for docs in stop.until_each(docs.chunks(FETCHED_AT_ONCE)) {
                text.fetch(docs);
                counts.extend(docs.iter().map(|doc| count(*doc)));
            }
            // If it was stopped, nothing that comes out counts.
            counts.resize(docs.len(), 0);
            counts
        });
        self.unread.clear();
        let mut counts = counts.into_iter().flatten();
        for (doc, n) in self.stop.until(self.waiting.drain(..)) {
            let n = n.or_else(|| counts.next()).unwrap_or_default();
            if n > 0 {
                (self.visit)(doc, n);
            }
        }
    }
}

/// Tests count the passages whose text is read.
#[cfg(not(test))]
fn note_reads(_: usize) {}

#[cfg(test)]
use super::bounded::note_reads;

#[cfg(test)]
mod tests {
    use super::super::stored::Encoded;
    use super::super::text::TextWriter;
    use super::*;
    use std::path::Path;
    use tantivy::directory::{Directory, RamDirectory};

    /// Texts of one unit: so many.
    fn texts(n: DocId) -> TextReader {
        let directory = RamDirectory::create();
        let path = Path::new("x.text");
        let out = directory.open_write(path).expect("memory can be written");
        let mut writer = TextWriter::new(out);
        for doc in 0..n {
            let units = (doc as u16).to_le_bytes();
            let passage = Encoded {
                units: &units,
                edits: Vec::new(),
                lines: &[],
            };
            writer.push(&passage).expect("memory can be written");
        }
        writer.finish().expect("memory can be written");
        let file = directory.open_read(path).expect("it was written");
        TextReader::open(file.read_bytes().expect("memory can be read")).expect("it is whole")
    }

    /// What is told of the passages that are settled, each with what is known of it.
    fn told(
        text: &TextReader,
        stop: &Stop,
        known: impl Fn(DocId) -> Option<u32> + Sync,
    ) -> Vec<(DocId, u32)> {
        let mut told = Vec::new();
        let count = |doc: DocId| {
            assert_eq!(known(doc), None, "{doc} was known");
            u32::from(u16::from_le_bytes(
                text.units(doc).try_into().expect("a unit"),
            )) % 3
        };
        let mut reading = Reading::new(text, stop, count, |doc, n| told.push((doc, n)));
        for doc in 0..text.n_passages() as DocId {
            reading.settle(doc, known(doc));
        }
        reading.finish();
        told
    }

    #[test]
    fn all_are_told_in_order_however_many_are_read_at_once() {
        let stop = Stop::new();
        for n in [0, 1, 31, 33, 2_050, 40_000] {
            let text = texts(n);
            let expected = |known: fn(DocId) -> Option<u32>| -> Vec<(DocId, u32)> {
                let all = (0..n).map(|doc| (doc, known(doc).unwrap_or(doc % 65_536 % 3)));
                all.filter(|(_, n)| *n > 0).collect()
            };
            let none: fn(DocId) -> Option<u32> = |_| None;
            assert_eq!(told(&text, &stop, none), expected(none), "{n}");
            let some: fn(DocId) -> Option<u32> = |doc| (doc % 7 != 3).then_some(doc % 5);
            assert_eq!(told(&text, &stop, some), expected(some), "{n}");
        }
    }

    #[test]
    fn what_is_known_waits_for_a_few_that_are_read_and_no_longer() {
        let text = texts(3 * WAITING_MAX as DocId);
        let (mut n_told, stop) = (0, Stop::new());
        let mut reading = Reading::new(&text, &stop, |_| 1, |_, _| n_told += 1);
        reading.settle(0, None);
        (1..=WAITING_MAX as DocId).for_each(|doc| reading.settle(doc, Some(1)));
        assert!(reading.waiting.is_empty());
        reading.finish();
        assert_eq!(n_told, WAITING_MAX + 1);
    }

    #[test]
    fn nothing_is_read_once_it_is_stopped() {
        let text = texts(5_000);
        let stop = Stop::new();
        stop.set();
        let mut reading = Reading::new(
            &text,
            &stop,
            |_| panic!("it was read"),
            |_, _| panic!("it was told"),
        );
        (0..5_000).for_each(|doc| reading.settle(doc, None));
        reading.finish();
    }
}
