//! The `.text` file of a segment: folded passages, mapped and in a code that is searched as it is, and what undoes the fold.
//!
//! Layout, all numbers little-endian, in this order (`docs/index.md` has it byte by byte):
//! folded texts of all passages ([`code`](super::code)) · tails · operations · text offsets · tail offsets ·
//! operation offsets · lengths · footer. A tail holds the edits of one passage, each a pair of varints
//! (units since the edit before, number of the operation), and its raw lines. An operation says
//! how many folded units stand for which original characters; a segment has a few hundred kinds.

use super::bytes::{get_varint, put_varint, u32_at};
use super::code::{decode_into, decoded, push_code};
use super::stored::{Encoded, EncodedEdit, StoredPassage};
use std::collections::HashMap;
use std::io::{self, Write};
use std::ops::Range;
use tantivy::DocId;
use tantivy::directory::{OwnedBytes, TerminatingWrite, WritePtr};

/// Bytes of the footer: passages, operations, text bytes (8), tail bytes (8), operation bytes.
const FOOTER_BYTES: usize = 4 + 4 + 8 + 8 + 4;
/// Bytes that memory hands over together.
const CACHE_LINE_BYTES: usize = 64;
/// Bytes of a text that are fetched ahead.
const FETCHED_BYTES: usize = 4 << 10;
/// Bytes that a unit takes in the code.
const CODE_BYTES_MAX: usize = 4;

/// Writes the `.text` file of one segment, passage by passage in document order.
pub(super) struct TextWriter {
    out: WritePtr,
    n_text_bytes: u64,
    tails: Vec<u8>,
    text_offsets: Vec<u32>,
    tail_offsets: Vec<u32>,
    n_units: Vec<u32>,
    /// Room for the code of a passage.
    code: Vec<u8>,
    operations: HashMap<(u8, Box<[u8]>), u32>,
    operation_bytes: Vec<u8>,
    operation_offsets: Vec<u32>,
}

impl TextWriter {
    pub(super) fn new(out: WritePtr) -> TextWriter {
        TextWriter {
            out,
            n_text_bytes: 0,
            tails: Vec::new(),
            text_offsets: Vec::new(),
            tail_offsets: Vec::new(),
            n_units: Vec::new(),
            code: Vec::new(),
            operations: HashMap::new(),
            operation_bytes: Vec::new(),
            operation_offsets: Vec::new(),
        }
    }

    /// Appends one passage.
    pub(super) fn push(&mut self, passage: &Encoded<'_>) -> io::Result<()> {
        let mut code = std::mem::take(&mut self.code);
        code.clear();
        push_code(&mut code, passage.units);
        self.push_text(&code, (passage.units.len() / 2) as u32)?;
        self.code = code;
        self.push_tail(&passage.edits, passage.lines)
    }

    /// Appends a passage of another file.
    pub(super) fn copy(&mut self, text: &TextReader, doc: DocId) -> io::Result<()> {
        self.push_text(text.code(doc), text.n_units(doc))?;
        let (edits, lines) = text.tail(doc);
        self.push_tail(&edits, lines)
    }

    fn push_text(&mut self, code: &[u8], n_units: u32) -> io::Result<()> {
        self.text_offsets.push(offset(self.n_text_bytes)?);
        self.n_units.push(n_units);
        self.out.write_all(code)?;
        self.n_text_bytes += code.len() as u64;
        Ok(())
    }

    fn push_tail(&mut self, edits: &[EncodedEdit<'_>], lines: &[u8]) -> io::Result<()> {
        self.tail_offsets.push(offset(self.tails.len() as u64)?);
        put_varint(&mut self.tails, edits.len() as u32);
        for &(delta, len, original) in edits {
            let operation = self.operation(len, original)?;
            put_varint(&mut self.tails, delta);
            put_varint(&mut self.tails, operation);
        }
        self.tails.extend_from_slice(lines);
        Ok(())
    }

    fn operation(&mut self, len: u8, original: &[u8]) -> io::Result<u32> {
        let key = (len, original.into());
        if let Some(&number) = self.operations.get(&key) {
            return Ok(number);
        }
        let number = self.operation_offsets.len() as u32;
        self.operation_offsets
            .push(offset(self.operation_bytes.len() as u64)?);
        self.operation_bytes.push(len);
        self.operation_bytes.extend_from_slice(original);
        self.operations.insert(key, number);
        Ok(number)
    }

    /// Writes what follows the texts and closes the file.
    pub(super) fn finish(mut self) -> io::Result<()> {
        let n_passages = self.text_offsets.len() as u32;
        let n_operations = self.operation_offsets.len() as u32;
        self.text_offsets.push(offset(self.n_text_bytes)?);
        self.tail_offsets.push(offset(self.tails.len() as u64)?);
        self.operation_offsets
            .push(offset(self.operation_bytes.len() as u64)?);
        self.out.write_all(&self.tails)?;
        self.out.write_all(&self.operation_bytes)?;
        for offsets in [
            &self.text_offsets,
            &self.tail_offsets,
            &self.operation_offsets,
            &self.n_units,
        ] {
            let bytes: Vec<u8> = offsets
                .iter()
                .flat_map(|offset| offset.to_le_bytes())
                .collect();
            self.out.write_all(&bytes)?;
        }
        self.out.write_all(&n_passages.to_le_bytes())?;
        self.out.write_all(&n_operations.to_le_bytes())?;
        self.out.write_all(&self.n_text_bytes.to_le_bytes())?;
        self.out
            .write_all(&(self.tails.len() as u64).to_le_bytes())?;
        self.out
            .write_all(&(self.operation_bytes.len() as u32).to_le_bytes())?;
        self.out.terminate()
    }

    /// Bytes held in memory.
    pub(super) fn mem_usage(&self) -> usize {
        self.tails.capacity() + 12 * self.text_offsets.capacity() + self.operation_bytes.len() * 4
    }
}

/// An offset that fits the file, or an error instead of a wrapped number.
pub(super) fn offset(value: u64) -> io::Result<u32> {
    u32::try_from(value).map_err(|_| io::Error::other("segment too large for the exact channel"))
}

/// The `.text` file of one segment, mapped.
#[derive(Clone)]
pub(super) struct TextReader {
    bytes: OwnedBytes,
    tails: usize,
    operations: usize,
    text_offsets: usize,
    tail_offsets: usize,
    operation_offsets: usize,
    /// Where the numbers of units begin.
    lengths: usize,
    n_passages: usize,
    n_operations: usize,
}

impl TextReader {
    /// Checks that the lengths in the footer add up to the file; nothing else is read.
    pub(super) fn open(bytes: OwnedBytes) -> io::Result<TextReader> {
        let damaged = || io::Error::new(io::ErrorKind::InvalidData, "the .text file is damaged");
        let footer = bytes.len().checked_sub(FOOTER_BYTES).ok_or_else(damaged)?;
        let long =
            |at: usize| u64::from(u32_at(&bytes, at)) | u64::from(u32_at(&bytes, at + 4)) << 32;
        let n_passages = u32_at(&bytes, footer) as usize;
        let n_operations = u32_at(&bytes, footer + 4) as usize;
        let tails = usize::try_from(long(footer + 8)).map_err(|_| damaged())?;
        let n_tail_bytes = usize::try_from(long(footer + 16)).map_err(|_| damaged())?;
        let operations = tails.checked_add(n_tail_bytes).ok_or_else(damaged)?;
        let text_offsets = operations
            .checked_add(u32_at(&bytes, footer + 24) as usize)
            .filter(|offsets| *offsets <= footer)
            .ok_or_else(damaged)?;
        let tail_offsets = text_offsets + 4 * (n_passages + 1);
        let operation_offsets = tail_offsets + 4 * (n_passages + 1);
        let lengths = operation_offsets + 4 * (n_operations + 1);
        if lengths + 4 * n_passages != footer {
            return Err(damaged());
        }
        Ok(TextReader {
            bytes,
            tails,
            operations,
            text_offsets,
            tail_offsets,
            operation_offsets,
            lengths,
            n_passages,
            n_operations,
        })
    }

    pub(super) fn n_passages(&self) -> usize {
        self.n_passages
    }

    /// The code of the folded text of a passage.
    #[inline]
    pub(super) fn code(&self, doc: DocId) -> &[u8] {
        let at = self.text_offsets + 4 * doc as usize;
        let (start, end) = (
            u32_at(&self.bytes, at) as usize,
            u32_at(&self.bytes, at + 4) as usize,
        );
        self.bytes
            .get(start..end.min(self.tails))
            .unwrap_or_default()
    }

    /// The folded units of a passage, UTF-16LE.
    pub(super) fn units(&self, doc: DocId) -> Vec<u8> {
        decoded(self.code(doc))
    }

    /// The folded units of a passage in place of what `room` had.
    pub(super) fn units_into(&self, doc: DocId, room: &mut Vec<u8>) {
        decode_into(room, self.code(doc));
    }

    /// Brings the texts of some passages into the caches, all at a time: reading one after the other waits for the
    /// memory each time.
    pub(super) fn fetch(&self, docs: &[DocId]) {
        let lines = |doc: &DocId| {
            let code = self.code(*doc);
            let ahead = code.get(..FETCHED_BYTES).unwrap_or(code);
            // The last byte may stand in a line of its own.
            ahead.iter().step_by(CACHE_LINE_BYTES).chain(ahead.last())
        };
        let read = docs.iter().flat_map(lines).fold(0, |all, byte| all ^ byte);
        std::hint::black_box(read);
    }

    /// How many folded units a passage has.
    #[inline]
    pub(super) fn n_units(&self, doc: DocId) -> u32 {
        u32_at(&self.bytes, self.lengths + 4 * doc as usize)
    }

    /// The tail of a passage: its edits with their originals looked up, and its raw lines.
    pub(super) fn tail(&self, doc: DocId) -> (Vec<EncodedEdit<'_>>, &[u8]) {
        let at = self.tail_offsets + 4 * doc as usize;
        let (start, end) = (
            u32_at(&self.bytes, at) as usize,
            u32_at(&self.bytes, at + 4) as usize,
        );
        let tail = self
            .bytes
            .get(self.tails + start..self.tails + end)
            .unwrap_or_default();
        let mut at = 0;
        let n_edits = get_varint(tail, &mut at) as usize;
        let mut edits = Vec::with_capacity(n_edits.min(tail.len()));
        for _ in 0..n_edits.min(tail.len()) {
            let delta = get_varint(tail, &mut at);
            let (len, original) = self.operation_of(get_varint(tail, &mut at) as usize);
            edits.push((delta, len, original));
        }
        (edits, tail.get(at..).unwrap_or_default())
    }

    /// Whether the original of a passage has some units as they are: nothing was changed, added or taken away among them or
    /// next to them.
    pub(super) fn is_kept(&self, doc: DocId, units: &Range<u32>) -> bool {
        let at = self.tail_offsets + 4 * doc as usize;
        let tail = self
            .bytes
            .get(self.tails + u32_at(&self.bytes, at) as usize..);
        let tail = tail.unwrap_or_default();
        let mut at = 0;
        let mut end = 0u32;
        for _ in 0..get_varint(tail, &mut at) {
            let start = end.saturating_add(get_varint(tail, &mut at));
            if start > units.end || at >= tail.len() {
                break;
            }
            let (n_units, _) = self.operation_of(get_varint(tail, &mut at) as usize);
            end = start.saturating_add(u32::from(n_units));
            if end >= units.start {
                return false;
            }
        }
        true
    }

    fn operation_of(&self, number: usize) -> (u8, &[u8]) {
        if number >= self.n_operations {
            return (0, &[]);
        }
        let at = self.operation_offsets + 4 * number;
        let (start, end) = (
            u32_at(&self.bytes, at) as usize,
            u32_at(&self.bytes, at + 4) as usize,
        );
        match self
            .bytes
            .get(self.operations + start..self.operations + end)
        {
            Some([len, original @ ..]) => (*len, original),
            _ => (0, &[]),
        }
    }

    /// The original text that about the first `max_units` folded units stand for, and whether it is all.
    pub(super) fn beginning(&self, doc: DocId, max_units: usize) -> (String, bool) {
        let code = self.code(doc);
        let units = decoded(code.get(..CODE_BYTES_MAX * max_units).unwrap_or(code));
        let Some(first) = units.get(..2 * max_units) else {
            return (self.passage(doc).text, true);
        };
        let (edits, _) = self.tail(doc);
        let mut done = 0;
        let is_within = |&(delta, len, _): &EncodedEdit<'_>| {
            done += delta as usize + usize::from(len);
            done <= max_units
        };
        let edits = edits.into_iter().take_while(is_within);
        (StoredPassage::restore(first, edits, &[]).text, false)
    }

    /// The passage with its original text.
    pub(super) fn passage(&self, doc: DocId) -> StoredPassage {
        let (edits, lines) = self.tail(doc);
        StoredPassage::restore(&self.units(doc), edits.into_iter(), lines)
    }
}
