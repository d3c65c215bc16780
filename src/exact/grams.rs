//! The `.grams` file of a segment: for each pair of neighbouring folded characters its passages and how often.
//!
//! Layout, all numbers little-endian (`docs/index.md` has it byte by byte): posting lists · first
//! characters · second characters · list offsets · footer. A posting is a varint of the document's distance
//! from the one before, shifted left by one; the low bit says that a varint of occurrences − 2
//! follows, else the pair stands there once. The last character of a passage pairs with U+0000.

use super::bytes::{get_varint, put_varint, u24_at, u32_at};
use super::text::offset;
use std::io::{self, Write};
use std::ops::Range;
use tantivy::DocId;
use tantivy::directory::{OwnedBytes, TerminatingWrite, WritePtr};

/// Bytes of the footer: first characters, pairs, list bytes (8).
const FOOTER_BYTES: usize = 4 + 4 + 8;
/// Bits of a document number in a sort key; a segment in memory never has more documents.
const DOC_BITS: u32 = 22;
/// Bits of a character.
const CHAR_BITS: u32 = 21;

/// A pair of characters as one number that sorts by first, then second.
pub(super) type Pair = u64;

/// The pair of two characters.
pub(super) fn pair(first: u32, second: u32) -> Pair {
    u64::from(first) << CHAR_BITS | u64::from(second)
}

/// Collects the pairs of a segment in memory: one 8-byte key a character, sorted at the end.
#[derive(Default)]
pub(super) struct GramCollector {
    keys: Vec<u64>,
}

impl GramCollector {
    /// Adds all pairs of one passage.
    pub(super) fn push(&mut self, doc: DocId, units: &[u8]) -> io::Result<()> {
        if doc >= 1 << DOC_BITS {
            return Err(io::Error::other(
                "too many passages for one segment in memory",
            ));
        }
        let units = units
            .as_chunks::<2>()
            .0
            .iter()
            .map(|unit| u16::from_le_bytes(*unit));
        let mut previous = None;
        for c in char::decode_utf16(units) {
            let c = u32::from(c.unwrap_or(char::REPLACEMENT_CHARACTER));
            if let Some(first) = previous {
                self.keys.push(pair(first, c) << DOC_BITS | u64::from(doc));
            }
            previous = Some(c);
        }
        if let Some(last) = previous {
            self.keys.push(pair(last, 0) << DOC_BITS | u64::from(doc));
        }
        Ok(())
    }

    /// Sorts and writes everything.
    pub(super) fn finish(mut self, out: WritePtr) -> io::Result<()> {
        self.keys.sort_unstable();
        let mut writer = GramWriter::new(out);
        for run in self.keys.chunk_by(|a, b| a == b) {
            // A run is never empty.
            if let Some(&key) = run.first() {
                let doc = (key & ((1 << DOC_BITS) - 1)) as DocId;
                writer.push(key >> DOC_BITS, doc, run.len() as u32)?;
            }
        }
        writer.finish()
    }

    /// Bytes held in memory.
    pub(super) fn mem_usage(&self) -> usize {
        self.keys.capacity() * size_of::<u64>()
    }
}

/// Writes pairs in ascending order, each with its documents in ascending order.
pub(super) struct GramWriter {
    out: WritePtr,
    n_list_bytes: u64,
    list: Vec<u8>,
    firsts: Vec<(u32, u32)>,
    seconds: Vec<u8>,
    offsets: Vec<u32>,
    current: Option<(Pair, DocId)>,
}

impl GramWriter {
    pub(super) fn new(out: WritePtr) -> GramWriter {
        GramWriter {
            out,
            n_list_bytes: 0,
            list: Vec::new(),
            firsts: Vec::new(),
            seconds: Vec::new(),
            offsets: Vec::new(),
            current: None,
        }
    }

    /// Adds one posting.
    pub(super) fn push(&mut self, pair: Pair, doc: DocId, n_occurrences: u32) -> io::Result<()> {
        let delta = match self.current {
            Some((current, last)) if current == pair => doc - last,
            _ => {
                self.flush()?;
                let first = (pair >> CHAR_BITS) as u32;
                if self.firsts.last().is_none_or(|(c, _)| *c != first) {
                    self.firsts.push((first, self.offsets.len() as u32));
                }
                let second = (pair & ((1 << CHAR_BITS) - 1)) as u32;
                self.seconds.extend_from_slice(&second.to_le_bytes()[..3]);
                self.offsets.push(offset(self.n_list_bytes)?);
                doc
            }
        };
        self.current = Some((pair, doc));
        put_varint(&mut self.list, delta << 1 | u32::from(n_occurrences > 1));
        if n_occurrences > 1 {
            put_varint(&mut self.list, n_occurrences - 2);
        }
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.write_all(&self.list)?;
        self.n_list_bytes += self.list.len() as u64;
        self.list.clear();
        Ok(())
    }

    /// Writes the directory of pairs and closes the file.
    pub(super) fn finish(mut self) -> io::Result<()> {
        self.flush()?;
        let n_pairs = self.offsets.len() as u32;
        self.firsts.push((u32::MAX, n_pairs));
        self.offsets.push(offset(self.n_list_bytes)?);
        let mut directory = Vec::new();
        for (c, start) in &self.firsts {
            directory.extend_from_slice(&c.to_le_bytes());
            directory.extend_from_slice(&start.to_le_bytes());
        }
        directory.extend_from_slice(&self.seconds);
        directory.extend(self.offsets.iter().flat_map(|offset| offset.to_le_bytes()));
        self.out.write_all(&directory)?;
        self.out
            .write_all(&(self.firsts.len() as u32).to_le_bytes())?;
        self.out.write_all(&n_pairs.to_le_bytes())?;
        self.out.write_all(&self.n_list_bytes.to_le_bytes())?;
        self.out.terminate()
    }
}

/// The `.grams` file of one segment, mapped.
pub(super) struct GramReader {
    bytes: OwnedBytes,
    firsts: usize,
    seconds: usize,
    offsets: usize,
    n_firsts: usize,
    n_pairs: usize,
}

impl GramReader {
    /// Checks that the lengths in the footer add up to the file; nothing else is read.
    pub(super) fn open(bytes: OwnedBytes) -> io::Result<GramReader> {
        let damaged = || io::Error::new(io::ErrorKind::InvalidData, "the .grams file is damaged");
        let footer = bytes.len().checked_sub(FOOTER_BYTES).ok_or_else(damaged)?;
        let n_firsts = u32_at(&bytes, footer) as usize;
        let n_pairs = u32_at(&bytes, footer + 4) as usize;
        let n_list_bytes =
            u64::from(u32_at(&bytes, footer + 8)) | u64::from(u32_at(&bytes, footer + 12)) << 32;
        let firsts = usize::try_from(n_list_bytes).map_err(|_| damaged())?;
        let seconds = firsts.checked_add(8 * n_firsts).ok_or_else(damaged)?;
        let offsets = seconds + 3 * n_pairs;
        if n_firsts == 0 || offsets + 4 * (n_pairs + 1) != footer {
            return Err(damaged());
        }
        Ok(GramReader {
            bytes,
            firsts,
            seconds,
            offsets,
            n_firsts,
            n_pairs,
        })
    }

    pub(super) fn n_pairs(&self) -> usize {
        self.n_pairs
    }

    /// The pairs that begin with `first`, as a range of pair numbers.
    pub(super) fn starting_with(&self, first: char) -> Range<usize> {
        let c = u32::from(first);
        let (mut low, mut high) = (0, self.n_firsts - 1);
        while low < high {
            let middle = low.midpoint(high);
            if u32_at(&self.bytes, self.firsts + 8 * middle) < c {
                low = middle + 1
            } else {
                high = middle
            }
        }
        let at = self.firsts + 8 * low;
        if u32_at(&self.bytes, at) != c || low + 1 >= self.n_firsts {
            return 0..0;
        }
        let end = u32_at(&self.bytes, at + 12) as usize;
        u32_at(&self.bytes, at + 4) as usize..end.min(self.n_pairs)
    }

    /// The number of a pair, if the segment has it.
    pub(super) fn find(&self, first: char, second: char) -> Option<usize> {
        let range = self.starting_with(first);
        let c = u32::from(second);
        let (mut low, mut high) = (range.start, range.end);
        while low < high {
            let middle = low.midpoint(high);
            if u24_at(&self.bytes, self.seconds + 3 * middle) < c {
                low = middle + 1
            } else {
                high = middle
            }
        }
        (low < range.end && u24_at(&self.bytes, self.seconds + 3 * low) == c).then_some(low)
    }

    /// The posting list of a pair, still coded; its length in bytes orders pairs by frequency.
    pub(super) fn list(&self, pair_number: usize) -> &[u8] {
        let at = self.offsets + 4 * pair_number;
        let (start, end) = (
            u32_at(&self.bytes, at) as usize,
            u32_at(&self.bytes, at + 4) as usize,
        );
        self.bytes
            .get(start..end.min(self.firsts))
            .unwrap_or_default()
    }

    /// All pairs in ascending order with their numbers, for a merge.
    pub(super) fn pairs(&self) -> impl Iterator<Item = (Pair, usize)> {
        (0..self.n_firsts - 1).flat_map(move |i| {
            let at = self.firsts + 8 * i;
            let first = u32_at(&self.bytes, at);
            let range = u32_at(&self.bytes, at + 4) as usize..u32_at(&self.bytes, at + 12) as usize;
            range.map(move |n| (pair(first, u24_at(&self.bytes, self.seconds + 3 * n)), n))
        })
    }
}

/// Walks a coded posting list: (document, occurrences), documents ascending.
#[derive(Clone)]
pub(super) struct Postings<'a> {
    list: &'a [u8],
    at: usize,
    doc: DocId,
}

impl<'a> Postings<'a> {
    pub(super) fn new(list: &'a [u8]) -> Postings<'a> {
        Postings {
            list,
            at: 0,
            doc: 0,
        }
    }
}

impl Iterator for Postings<'_> {
    type Item = (DocId, u32);

    #[inline]
    fn next(&mut self) -> Option<(DocId, u32)> {
        if self.at >= self.list.len() {
            return None;
        }
        let coded = get_varint(self.list, &mut self.at);
        self.doc = self.doc.saturating_add(coded >> 1);
        let n = if coded & 1 == 1 {
            get_varint(self.list, &mut self.at).saturating_add(2)
        } else {
            1
        };
        Some((self.doc, n))
    }
}
