//! The `.grams` file of a segment: for each pair of neighbouring folded characters its passages and how often.
//!
//! Layout, all numbers little-endian (`docs/index.md` has it byte by byte): posting lists · pairs ·
//! blocks · characters · footer. The characters of the segment are numbered from 1, in ascending order; 0 is U+0000, with which
//! the last character of a passage pairs. Pairs stand in ascending order, up to [`BLOCK_PAIRS`] with the same
//! first character in a block. A block says what its first second character is, where its pairs are
//! coded and where its first list begins (11 bytes); each pair is coded as a varint of its second character's
//! distance from the one before (0 for the first), both as numbers, and a varint of the bytes of its list. A character
//! has 8 bytes: itself and the number of the first block that it begins. A posting is a varint of the document's distance
//! from the one before, shifted left by one; the low bit says that a varint of occurrences − 2
//! follows, else the pair stands there once.

use super::bytes::{get_varint, put_varint, u24_at, u32_at};
use super::text::offset;
use std::io::{self, Write};
use std::ops::Range;
use tantivy::DocId;
use tantivy::directory::{OwnedBytes, TerminatingWrite, WritePtr};

/// Bytes of the footer: characters, blocks, pair bytes, list bytes (8).
const FOOTER_BYTES: usize = 4 + 4 + 4 + 8;
/// Bytes of a block: number of the second character, offset of its pairs, offset of its lists.
const BLOCK_BYTES: usize = 3 + 4 + 4;
/// Pairs in a block at most: as many are decoded to find one.
const BLOCK_PAIRS: usize = 16;
/// Bits of a document number in a sort key; a segment in memory never has more documents.
const DOC_BITS: u32 = 22;
/// With so many documents a segment in memory is closed: what one call may still add to it, a report, has less than as
/// many again.
const DOCS_FULL: DocId = 1 << (DOC_BITS - 1);
/// Bits of a character.
const CHAR_BITS: u32 = 21;

/// A pair of characters as one number that sorts by first, then second.
pub(super) type Pair = u64;

/// The pair of two characters.
pub(super) fn pair(first: u32, second: u32) -> Pair {
    u64::from(first) << CHAR_BITS | u64::from(second)
}

/// The two characters of a pair.
pub(super) fn chars_of(pair: Pair) -> (u32, u32) {
    let second = pair & ((1 << CHAR_BITS) - 1);
    ((pair >> CHAR_BITS) as u32, second as u32)
}

/// Collects the pairs of a segment in memory: one 8-byte key a character, sorted at the end.
#[derive(Default)]
pub(super) struct GramCollector {
    keys: Vec<u64>,
    n_docs: DocId,
}

impl GramCollector {
    /// Adds all pairs of one passage.
    pub(super) fn push(&mut self, doc: DocId, units: &[u8]) -> io::Result<()> {
        if doc >= 1 << DOC_BITS {
            return Err(io::Error::other("a report with too many passages"));
        }
        self.n_docs = doc + 1;
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
        // Every second character is a first one too, or the end.
        let firsts = self.keys.iter().map(|key| chars_of(key >> DOC_BITS).0);
        let mut writer = GramWriter::new(out, CharNumbers::of(firsts));
        for run in self.keys.chunk_by(|a, b| a == b) {
            // A run is never empty.
            if let Some(&key) = run.first() {
                let doc = (key & ((1 << DOC_BITS) - 1)) as DocId;
                writer.push(key >> DOC_BITS, doc, run.len() as u32)?;
            }
        }
        writer.finish()
    }

    /// Bytes held in memory; more than anybody has once document numbers run short, so that the segment is closed.
    pub(super) fn mem_usage(&self) -> usize {
        if self.n_docs >= DOCS_FULL {
            return usize::MAX / 2;
        }
        self.keys.capacity() * size_of::<u64>()
    }
}

/// The characters of a segment, numbered in ascending order.
pub(super) struct CharNumbers {
    /// By their numbers; first of all U+0000, the end of a passage.
    chars: Vec<u32>,
    /// The number of each.
    numbers: Vec<u32>,
}

impl CharNumbers {
    /// Given all characters, in any order and number. What is none, in a damaged file, is left out: tables are as long as
    /// the last is large.
    pub(super) fn of(chars: impl Iterator<Item = u32>) -> CharNumbers {
        let mut numbers = vec![1];
        for c in chars.filter(|c| *c <= u32::from(char::MAX)) {
            if numbers.len() <= c as usize {
                numbers.resize(c as usize + 1, 0);
            }
            if let Some(is_there) = numbers.get_mut(c as usize) {
                *is_there = 1;
            }
        }
        let mut chars = Vec::new();
        for (c, number) in (0..).zip(&mut numbers) {
            if *number > 0 {
                *number = chars.len() as u32;
                chars.push(c);
            }
        }
        CharNumbers { chars, numbers }
    }

    /// The numbers of the characters of a pair.
    fn of_pair(&self, pair: Pair) -> (u32, u32) {
        let number = |c: u32| self.numbers.get(c as usize).copied().unwrap_or_default();
        let (first, second) = chars_of(pair);
        (number(first), number(second))
    }
}

/// Writes pairs in ascending order, each with its documents in ascending order.
pub(super) struct GramWriter {
    out: WritePtr,
    n_list_bytes: u64,
    /// The list of the current pair.
    list: Vec<u8>,
    current: Option<(Pair, DocId)>,
    numbers: CharNumbers,
    /// The first blocks of the characters from number 1 on, as far as they are known.
    first_blocks: Vec<u32>,
    blocks: Vec<u8>,
    n_blocks: u32,
    pairs: Vec<u8>,
    /// Pairs in the last block, and the number of the second character of the last of them.
    in_block: (usize, u32),
}

impl GramWriter {
    /// Given the characters of all pairs.
    pub(super) fn new(out: WritePtr, numbers: CharNumbers) -> GramWriter {
        GramWriter {
            out,
            n_list_bytes: 0,
            list: Vec::new(),
            current: None,
            numbers,
            first_blocks: Vec::new(),
            blocks: Vec::new(),
            n_blocks: 0,
            pairs: Vec::new(),
            in_block: (0, 0),
        }
    }

    /// Adds one posting.
    pub(super) fn push(&mut self, pair: Pair, doc: DocId, n_occurrences: u32) -> io::Result<()> {
        let delta = match self.current {
            Some((current, last)) if current == pair => doc - last,
            _ => {
                self.close_pair()?;
                doc
            }
        };
        self.current = Some((pair, doc));
        put_posting(&mut self.list, delta, n_occurrences);
        Ok(())
    }

    /// Writes the list of the current pair and enters the pair.
    fn close_pair(&mut self) -> io::Result<()> {
        let Some((pair, _)) = self.current else {
            return Ok(());
        };
        let (first, second) = self.numbers.of_pair(pair);
        let is_new = self.first_blocks.len() < first as usize;
        // Characters without a pair have no block.
        self.first_blocks.resize(first as usize, self.n_blocks);
        if is_new || self.in_block.0 == BLOCK_PAIRS {
            self.blocks.extend_from_slice(&second.to_le_bytes()[..3]);
            let pairs_at = offset(self.pairs.len() as u64)?;
            self.blocks.extend_from_slice(&pairs_at.to_le_bytes());
            let lists_at = offset(self.n_list_bytes)?;
            self.blocks.extend_from_slice(&lists_at.to_le_bytes());
            self.n_blocks += 1;
            self.in_block = (0, second);
        }
        put_varint(&mut self.pairs, second - self.in_block.1);
        put_varint(&mut self.pairs, offset(self.list.len() as u64)?);
        self.in_block = (self.in_block.0 + 1, second);
        self.out.write_all(&self.list)?;
        self.n_list_bytes += self.list.len() as u64;
        self.list.clear();
        Ok(())
    }

    /// Writes the directory of pairs and closes the file.
    pub(super) fn finish(mut self) -> io::Result<()> {
        self.close_pair()?;
        // Where the last list ends; a reader asks for nothing beyond.
        offset(self.n_list_bytes)?;
        let n_pair_bytes = offset(self.pairs.len() as u64)?;
        self.out.write_all(&self.pairs)?;
        self.out.write_all(&self.blocks)?;
        let n_firsts = self.numbers.chars.len();
        self.first_blocks.resize(n_firsts, self.n_blocks);
        let chars = self.numbers.chars.iter().skip(1).chain([&u32::MAX]);
        let firsts = chars.zip(&self.first_blocks);
        let firsts = firsts.flat_map(|(c, block)| [*c, *block]);
        let firsts: Vec<u8> = firsts.flat_map(u32::to_le_bytes).collect();
        self.out.write_all(&firsts)?;
        let n_firsts = n_firsts as u32;
        self.out.write_all(&n_firsts.to_le_bytes())?;
        self.out.write_all(&self.n_blocks.to_le_bytes())?;
        self.out.write_all(&n_pair_bytes.to_le_bytes())?;
        self.out.write_all(&self.n_list_bytes.to_le_bytes())?;
        self.out.terminate()
    }
}

/// The `.grams` file of one segment, mapped.
#[derive(Clone)]
pub(super) struct GramReader {
    bytes: OwnedBytes,
    pairs: usize,
    blocks: usize,
    firsts: usize,
    n_firsts: usize,
    n_blocks: usize,
}

impl GramReader {
    /// Checks that the lengths in the footer add up to the file; nothing else is read.
    pub(super) fn open(bytes: OwnedBytes) -> io::Result<GramReader> {
        let damaged = || io::Error::new(io::ErrorKind::InvalidData, "the .grams file is damaged");
        let footer = bytes.len().checked_sub(FOOTER_BYTES).ok_or_else(damaged)?;
        let n_firsts = u32_at(&bytes, footer) as usize;
        let n_blocks = u32_at(&bytes, footer + 4) as usize;
        let n_pair_bytes = u32_at(&bytes, footer + 8) as usize;
        let n_list_bytes =
            u64::from(u32_at(&bytes, footer + 12)) | u64::from(u32_at(&bytes, footer + 16)) << 32;
        let pairs = usize::try_from(n_list_bytes).map_err(|_| damaged())?;
        let blocks = pairs.checked_add(n_pair_bytes).ok_or_else(damaged)?;
        let firsts = blocks
            .checked_add(BLOCK_BYTES * n_blocks)
            .ok_or_else(damaged)?;
        if n_firsts == 0 || firsts.checked_add(8 * n_firsts) != Some(footer) {
            return Err(damaged());
        }
        Ok(GramReader {
            bytes,
            pairs,
            blocks,
            firsts,
            n_firsts,
            n_blocks,
        })
    }

    /// The posting lists of all pairs that begin with `first`, still coded.
    pub(super) fn starting_with(&self, first: char) -> impl Iterator<Item = &[u8]> {
        self.blocks_of(u32::from(first))
            .flat_map(|block| self.block(block))
            .map(|(_, list)| self.list(list))
    }

    /// The posting list of a pair, still coded, if the segment has the pair; its length in bytes orders
    /// pairs by frequency.
    pub(super) fn find(&self, first: char, second: char) -> Option<&[u8]> {
        let second = self.number_of(u32::from(second))?;
        let blocks = self.blocks_of(u32::from(first));
        // The last block that does not begin behind the pair.
        let (mut low, mut high) = (blocks.start, blocks.end);
        while low < high {
            let middle = low.midpoint(high);
            if self.first_second_of(middle) <= second {
                low = middle + 1
            } else {
                high = middle
            }
        }
        let block = low.checked_sub(1).filter(|block| *block >= blocks.start)?;
        self.block(block)
            .find(|(c, _)| *c >= second)
            .filter(|(c, _)| *c == second)
            .map(|(_, list)| self.list(list))
    }

    /// All characters with which pairs begin, ascending.
    pub(super) fn firsts(&self) -> impl Iterator<Item = u32> {
        (1..self.n_firsts as u32).map(|number| self.char_of(number))
    }

    /// All pairs in ascending order, each with the place of its list, for a merge.
    pub(super) fn pairs(&self) -> impl Iterator<Item = (Pair, Range<u32>)> {
        // A damaged file may have others.
        let is_char = |c: u32| c <= u32::from(char::MAX);
        let numbers =
            (1..self.n_firsts as u32).filter(move |number| is_char(self.char_of(*number)));
        numbers.flat_map(move |number| {
            let first = self.char_of(number);
            self.blocks_at(number)
                .flat_map(|block| self.block(block))
                .map(|(second, list)| (self.char_of(second), list))
                .filter(move |(second, _)| is_char(*second))
                .map(move |(second, list)| (pair(first, second), list))
        })
    }

    /// A posting list by its place.
    pub(super) fn list(&self, place: Range<u32>) -> &[u8] {
        let (start, end) = (place.start as usize, place.end as usize);
        self.bytes
            .get(start..end.min(self.pairs))
            .unwrap_or_default()
    }

    /// The character with a number.
    fn char_of(&self, number: u32) -> u32 {
        match number.checked_sub(1) {
            Some(at) => u32_at(&self.bytes, self.firsts + 8 * at as usize),
            None => 0,
        }
    }

    /// The number of a character, if the segment has it; 0 for U+0000.
    fn number_of(&self, c: u32) -> Option<u32> {
        let (mut low, mut high) = (0, self.n_firsts as u32);
        while low < high {
            let middle = low.midpoint(high);
            if self.char_of(middle) < c {
                low = middle + 1
            } else {
                high = middle
            }
        }
        (low < self.n_firsts as u32 && self.char_of(low) == c).then_some(low)
    }

    /// The blocks of the pairs that begin with a character.
    fn blocks_of(&self, first: u32) -> Range<usize> {
        match self.number_of(first) {
            Some(number) if number > 0 => self.blocks_at(number),
            _ => 0..0,
        }
    }

    /// The blocks of the character with a number, not 0.
    fn blocks_at(&self, number: u32) -> Range<usize> {
        let at = self.firsts + 8 * (number as usize - 1);
        let end = u32_at(&self.bytes, at + 12) as usize;
        u32_at(&self.bytes, at + 4) as usize..end.min(self.n_blocks)
    }

    fn first_second_of(&self, block: usize) -> u32 {
        u24_at(&self.bytes, self.blocks + BLOCK_BYTES * block)
    }

    /// The pairs of a block: numbers of second characters, ascending, each with the place of its list.
    fn block(&self, block: usize) -> impl Iterator<Item = (u32, Range<u32>)> {
        let at = self.blocks + BLOCK_BYTES * block;
        let mut second = u24_at(&self.bytes, at);
        let mut list_at = u32_at(&self.bytes, at + 7);
        let start = self.pairs + u32_at(&self.bytes, at + 3) as usize;
        // The pairs of a block end where those of the next begin, all pairs where the blocks begin.
        let end = match block + 1 < self.n_blocks {
            true => self.pairs + u32_at(&self.bytes, at + BLOCK_BYTES + 3) as usize,
            false => self.blocks,
        };
        let coded = self
            .bytes
            .get(start..end.min(self.blocks))
            .unwrap_or_default();
        let mut at = 0;
        std::iter::from_fn(move || {
            if at >= coded.len() {
                return None;
            }
            second = second.saturating_add(get_varint(coded, &mut at));
            let start = list_at;
            list_at = start.saturating_add(get_varint(coded, &mut at));
            Some((second, start..list_at))
        })
    }
}

/// Appends a posting to a list: how far its passage is from the one before, and how often something stands there.
#[inline]
pub(super) fn put_posting(list: &mut Vec<u8>, delta: DocId, n_occurrences: u32) {
    put_varint(list, delta << 1 | u32::from(n_occurrences > 1));
    if n_occurrences > 1 {
        put_varint(list, n_occurrences - 2);
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;
    use std::path::Path;
    use tantivy::directory::{Directory, RamDirectory};

    type Lists = BTreeMap<(char, char), Vec<(DocId, u32)>>;

    /// The file that `write` fills, read back.
    fn read_back(write: impl FnOnce(WritePtr) -> io::Result<()>) -> GramReader {
        let directory = RamDirectory::create();
        let path = Path::new("x.grams");
        write(directory.open_write(path).expect("memory can be written")).expect("the same");
        let file = directory.open_read(path).expect("it was written");
        GramReader::open(file.read_bytes().expect("memory can be read")).expect("it is whole")
    }

    /// The same with some characters.
    fn reader(
        chars: impl Iterator<Item = char>,
        write: impl FnOnce(GramWriter) -> io::Result<()>,
    ) -> GramReader {
        let numbers = CharNumbers::of(chars.map(u32::from));
        read_back(|out| write(GramWriter::new(out, numbers)))
    }

    fn postings(list: &[u8]) -> Vec<(DocId, u32)> {
        Postings::new(list).collect()
    }

    /// First characters with few pairs, a whole block, a block and one, and many; far apart and near.
    fn lists() -> Lists {
        let mut lists = Lists::new();
        for (first, n) in [('a', 1), ('专', 16), ('业', 17), ('的', 400), ('𠮷', 3)] {
            for i in 0..n {
                let second = char::from_u32(i * 37).expect("below the surrogates");
                let docs = (0..1 + i % 5).map(|doc| (doc * (i + 1), 1 + doc % 3));
                lists.insert((first, second), docs.collect());
            }
        }
        lists
    }

    fn written() -> GramReader {
        let chars = lists()
            .into_keys()
            .flat_map(|(first, second)| [first, second]);
        reader(chars, |mut writer| {
            for ((first, second), list) in lists() {
                for (doc, n) in list {
                    writer.push(pair(u32::from(first), u32::from(second)), doc, n)?;
                }
            }
            writer.finish()
        })
    }

    #[test]
    fn a_merge_leaves_out_what_is_no_character_and_nothing_else() {
        let chars = ['专', '业', '镇'];
        let pairs = [('专', '业'), ('业', '镇'), ('镇', '专')];
        let whole = reader(chars.into_iter(), |mut writer| {
            for (first, second) in pairs {
                writer.push(pair(u32::from(first), u32::from(second)), 7, 1)?;
            }
            writer.finish()
        });
        let mut bytes = whole.bytes.to_vec();
        // The last byte of 专.
        bytes[whole.firsts + 3] = 0x80;
        let damaged = GramReader::open(OwnedBytes::new(bytes)).expect("its lengths are whole");
        let numbers = CharNumbers::of(damaged.firsts());
        let merged = read_back(|out| {
            let mut writer = GramWriter::new(out, numbers);
            for (pair, list) in damaged.pairs() {
                for (doc, n) in Postings::new(damaged.list(list)) {
                    writer.push(pair, doc, n)?;
                }
            }
            writer.finish()
        });
        assert_eq!(merged.find('业', '镇').map(postings), Some(vec![(7, 1)]));
        assert_eq!(merged.find('专', '业'), None);
        assert_eq!(merged.find('镇', '专'), None);
    }

    #[test]
    fn what_is_no_character_has_no_number() {
        let numbers = CharNumbers::of([0x53d1, u32::MAX, 0x30, 0x11_0000].into_iter());
        assert_eq!(numbers.chars, [0, 0x30, 0x53d1]);
        assert!(numbers.numbers.len() <= 0x53d2);
    }

    #[test]
    fn every_pair_has_its_list_and_no_other_pair_has_one() {
        let reader = written();
        let lists = lists();
        for first in ['a', 'b', '一', '专', '业', '的', '𠮷', '𠮸'] {
            for second in (0..400 * 37).filter_map(char::from_u32) {
                let found = reader.find(first, second).map(postings);
                assert_eq!(
                    found.as_ref(),
                    lists.get(&(first, second)),
                    "{first}{second}"
                );
            }
        }
    }

    #[test]
    fn pairs_come_in_order_and_by_their_first_character() {
        let reader = written();
        let number = |c: char| u64::from(u32::from(c));
        let expected = lists();
        let all: Vec<_> = reader
            .pairs()
            .map(|(pair, list)| (pair, postings(reader.list(list))))
            .collect();
        let coded = expected
            .iter()
            .map(|((a, b), list)| (number(*a) << CHAR_BITS | number(*b), list.clone()));
        assert_eq!(all, coded.collect::<Vec<_>>());
        for first in ['a', '的', 'b'] {
            let found: Vec<_> = reader.starting_with(first).map(postings).collect();
            let of_first = expected.iter().filter(|((c, _), _)| *c == first);
            assert_eq!(
                found,
                of_first.map(|(_, list)| list.clone()).collect::<Vec<_>>()
            );
        }
    }

    proptest! {
        #[test]
        fn the_pairs_of_passages_are_found(
            passages in proptest::collection::vec("[专业镇的]{0,9}|\\PC{0,9}|[\u{4e00}-\u{9fff}]{0,30}", 0..30),
        ) {
            let mut expected: BTreeMap<Pair, Vec<(DocId, u32)>> = BTreeMap::new();
            let mut collector = GramCollector::default();
            for (doc, passage) in (0..).zip(&passages) {
                let units: Vec<u8> = passage.encode_utf16().flat_map(u16::to_le_bytes).collect();
                collector.push(doc, &units).expect("there is room");
                let chars: Vec<u32> = passage.chars().map(u32::from).chain([0]).collect();
                for two in chars.windows(2) {
                    let list = expected.entry(pair(two[0], two[1])).or_default();
                    match list.last_mut().filter(|(last, _)| *last == doc) {
                        Some((_, n)) => *n += 1,
                        None => list.push((doc, 1)),
                    }
                }
            }
            let reader = read_back(|out| collector.finish(out));
            let all = reader.pairs().map(|(pair, list)| (pair, postings(reader.list(list))));
            prop_assert_eq!(all.collect::<Vec<_>>(), expected.clone().into_iter().collect::<Vec<_>>());
            for (pair, list) in expected {
                let (first, second) = chars_of(pair);
                let char_of = |c| char::from_u32(c).expect("it stood in a text");
                let found = reader.find(char_of(first), char_of(second)).map(postings);
                prop_assert_eq!(found, Some(list));
            }
        }
    }

    #[test]
    fn a_segment_is_closed_before_its_numbers_run_out() {
        let mut collector = GramCollector::default();
        let passage: Vec<u8> = "发展".encode_utf16().flat_map(u16::to_le_bytes).collect();
        collector
            .push(DOCS_FULL - 2, &passage)
            .expect("there is room");
        assert!(collector.mem_usage() < 1 << 20);
        collector
            .push(DOCS_FULL - 1, &passage)
            .expect("there is room");
        assert!(collector.mem_usage() > 1 << 40);
        let most = baogao_reading::ingest::limits::PASSAGES_MAX as u32;
        assert!(
            DOCS_FULL + most < 1 << DOC_BITS,
            "a report fits in what is left"
        );
        assert!(collector.push(1 << DOC_BITS, &passage).is_err());
    }

    #[test]
    fn a_file_without_pairs_has_none() {
        let reader = reader([].into_iter(), GramWriter::finish);
        assert_eq!(reader.pairs().count(), 0);
        assert!(reader.find('专', '业').is_none());
        assert_eq!(reader.starting_with('专').count(), 0);
    }

    #[test]
    fn lengths_that_do_not_add_up_are_refused() {
        assert!(GramReader::open(OwnedBytes::new(vec![0; 7])).is_err());
        assert!(GramReader::open(OwnedBytes::new(vec![0; 64])).is_err());
        assert!(GramReader::open(OwnedBytes::new(vec![0xff; 64])).is_err());
    }
}
