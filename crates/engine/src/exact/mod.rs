//! The exact channel: where a phrase stands, decided on characters, never on words.
//!
//! A segment component of our own beside tantivy's (`SegmentPlugin`): committed, merged, collected
//! and checksummed with its segment. Three files: `.text` has the folded passages and what gives the
//! originals back, `.grams` the passages of each pair of neighbouring folded characters, `.runs` those of longer runs that
//! stand in many passages.
//! All other code asks [`ExactSegment::occurrences`] and [`ExactSegment::spans`] alone, of a phrase, or the same of
//! a [`Keyword`]: a phrase, a pattern with wildcards, two phrases near each other.
//!
//! # Invariants
//!
//! - `occurrences` visits every living passage that contains the phrase after folding, each once,
//!   in ascending order, and no other; its count equals the number of `spans`.
//! - Once the flag of `ExactSegment::with_stop` is set, every call ends soon, and what it gave is not whole.
//! - For a phrase of up to `MAX_RUN_CHARS` characters that is neither literal nor odd (`CountedBy::Text`) the text of at
//!   most `max_reads` passages of a segment is read.
//! - Nothing here panics on damaged files; damage is found by their checksums.

mod around;
mod beside;
mod bytes;
mod candidates;
mod code;
mod filled;
mod frequent;
mod grams;
mod keyword;
mod near;
mod pattern;
mod phrase;
mod reading;
mod runs;
mod stored;
mod sums;
mod text;
mod together;

pub(crate) use around::{Around, Nodes};
pub use around::{Sides, WithinReach};
pub use beside::Side;
pub(crate) use beside::{chars_before, chars_from};
pub use keyword::Keyword;
pub use near::Near;
pub use pattern::{Pattern, PatternPart};
pub use phrase::{MatchOptions, Phrase};
pub use stored::StoredPassage;
pub(crate) use stored::{encode, encode_record, restored};

use crate::stop::Stop;
use baogao_reading::fold::fold;
use beside::{Beside, Edited};
use candidates::{Known, Lists, judge};
use code::each_unit;
use frequent::frequent_runs;
use grams::{CharNumbers, GramCollector, GramReader, GramWriter, Postings};
use phrase::CountedBy;
use reading::Reading;
use runs::{Bounds, RunReader};
use std::any::Any;
use std::cell::OnceCell;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use stored::encode_rest;
use sums::summed;
use tantivy::directory::{Directory, RamDirectory};
use tantivy::index::{SegmentComponent, SegmentReader};
use tantivy::indexer::DocIdMapping;
use tantivy::plugin::{PluginMergeContext, PluginWriter, PluginWriterContext, SegmentPlugin};
use tantivy::schema::document::ErasedDocument;
use tantivy::schema::{Field, Schema, Value};
use tantivy::{Segment, TantivyDocument};
use text::{TextReader, TextWriter};

/// A passage of a segment, numbered from 0.
pub type DocId = u32;

/// The longest run of characters that gets a list.
const MAX_RUN_CHARS: u32 = 8;
/// A smaller segment has no lists: to read all of it takes some milliseconds, and to make lists a sixth of its building.
const MIN_PASSAGES: u32 = 50_000;
/// A larger one has lists of runs that stand in more than one passage in so many.
const READS_ONE_IN: u32 = 100;

/// Which runs get lists in a segment of so many passages.
fn bounds_of(n_passages: u32) -> Bounds {
    Bounds {
        max_reads: match n_passages < MIN_PASSAGES {
            true => n_passages,
            false => n_passages / READS_ONE_IN,
        },
        max_chars: MAX_RUN_CHARS,
    }
}

fn text_component() -> SegmentComponent {
    SegmentComponent::Custom("text".to_owned())
}

fn grams_component() -> SegmentComponent {
    SegmentComponent::Custom("grams".to_owned())
}

fn runs_component() -> SegmentComponent {
    SegmentComponent::Custom("runs".to_owned())
}

/// Writes the `.runs` file of a segment whose other two files are finished.
fn write_runs(segment: &Segment, bounds_of: fn(u32) -> Bounds) -> tantivy::Result<()> {
    let text = TextReader::open(segment.open_read(text_component())?.read_bytes()?)?;
    let grams = GramReader::open(segment.open_read(grams_component())?.read_bytes()?)?;
    let bounds = bounds_of(text.n_passages() as u32);
    let runs = frequent_runs(&text, &grams, bounds);
    Ok(runs::write(
        segment.open_write(runs_component())?,
        bounds,
        runs,
    )?)
}

/// Whether a segment has no lists because its writer has left them for a merge ([`ExactPlugin::with_lists_later`]).
///
/// # Errors
/// When its file cannot be read.
pub(crate) fn lacks_lists(segment: &Segment) -> tantivy::Result<bool> {
    let runs = RunReader::open(segment.open_read(runs_component())?.read_bytes()?)?;
    Ok(runs.bounds() != bounds_of(segment.meta().max_doc()))
}

/// The segment component.
pub(crate) struct ExactPlugin {
    /// Name of the custom field that carries encoded passages.
    field: &'static str,
    /// Counts the passages that writers have taken in.
    n_taken: Arc<AtomicU64>,
    /// Which runs get lists in a segment that is merged.
    bounds_of: fn(u32) -> Bounds,
    /// The same in one that is written.
    first_bounds_of: fn(u32) -> Bounds,
}

/// No run gets a list.
fn no_bounds(n_passages: u32) -> Bounds {
    Bounds {
        max_reads: n_passages,
        max_chars: MAX_RUN_CHARS,
    }
}

impl ExactPlugin {
    pub(crate) fn new(field: &'static str, n_taken: Arc<AtomicU64>) -> ExactPlugin {
        ExactPlugin {
            field,
            n_taken,
            bounds_of,
            first_bounds_of: bounds_of,
        }
    }

    /// Without lists of frequent runs in segments that are written: most are merged at once, which makes them. Whoever
    /// writes sees to it that those that stay are merged too ([`lacks_lists`]).
    pub(crate) fn with_lists_later(self) -> ExactPlugin {
        ExactPlugin {
            first_bounds_of: no_bounds,
            ..self
        }
    }

    /// Without lists of frequent runs: for what is held in memory and asked a few times.
    pub(crate) fn without_runs(self) -> ExactPlugin {
        ExactPlugin {
            bounds_of: no_bounds,
            first_bounds_of: no_bounds,
            ..self
        }
    }
}

impl SegmentPlugin for ExactPlugin {
    fn extensions(&self) -> &[&str] {
        &["text", "grams", "runs"]
    }

    fn create_writer(
        &self,
        ctx: &PluginWriterContext<'_>,
    ) -> tantivy::Result<Box<dyn PluginWriter>> {
        Ok(Box::new(ExactWriter {
            field: ctx.segment.schema().get_field(self.field)?,
            text: TextWriter::new(ctx.segment.open_write(text_component())?),
            grams: GramCollector::default(),
            n_taken: Arc::clone(&self.n_taken),
            bounds_of: self.first_bounds_of,
        }))
    }

    fn merge(&self, ctx: PluginMergeContext<'_>) -> tantivy::Result<()> {
        let mut text = TextWriter::new(ctx.target_segment.open_write(text_component())?);
        let mut sources = Vec::with_capacity(ctx.readers.len());
        let mut next_doc: DocId = 0;
        for reader in ctx.readers {
            let source = ExactSegment::open(reader)?;
            let mut new_ids = vec![None; reader.max_doc() as usize];
            for doc in reader.doc_ids_alive() {
                text.copy(&source.text, doc)?;
                if let Some(slot) = new_ids.get_mut(doc as usize) {
                    *slot = Some(next_doc);
                }
                next_doc += 1;
            }
            sources.push((source.grams, new_ids));
        }
        text.finish()?;

        // Pairs of all sources in order; within a pair the sources in order, so documents ascend.
        let mut pairs: Vec<(u64, usize, Range<u32>)> = Vec::new();
        for (source, (grams, _)) in sources.iter().enumerate() {
            pairs.extend(grams.pairs().map(|(pair, list)| (pair, source, list)));
        }
        pairs.sort_unstable_by_key(|(pair, source, _)| (*pair, *source));
        let chars = sources.iter().flat_map(|(grams, _)| grams.firsts());
        let out = ctx.target_segment.open_write(grams_component())?;
        let mut grams = GramWriter::new(out, CharNumbers::of(chars));
        for (pair, source, list) in pairs {
            let Some((source, new_ids)) = sources.get(source) else {
                continue;
            };
            for (doc, n) in Postings::new(source.list(list)) {
                if let Some(Some(doc)) = new_ids.get(doc as usize) {
                    grams.push(pair, *doc, n)?;
                }
            }
        }
        grams.finish()?;
        write_runs(ctx.target_segment, self.bounds_of)
    }
}

/// Writes the files of a new segment.
struct ExactWriter {
    field: Field,
    text: TextWriter,
    grams: GramCollector,
    n_taken: Arc<AtomicU64>,
    bounds_of: fn(u32) -> Bounds,
}

impl PluginWriter for ExactWriter {
    fn add_document(
        &mut self,
        doc: DocId,
        document: &dyn ErasedDocument,
        _: &Schema,
    ) -> tantivy::Result<()> {
        let missing =
            || tantivy::TantivyError::InvalidArgument("a document without a passage".to_owned());
        let document = document
            .as_any()
            .downcast_ref::<TantivyDocument>()
            .ok_or_else(missing)?;
        let value = document.get_first(self.field).ok_or_else(missing)?;
        let passage = stored::decode(value.as_custom().ok_or_else(missing)?);
        self.grams.push(doc, passage.units)?;
        self.text.push(&passage)?;
        self.n_taken.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }

    fn serialize(
        self: Box<Self>,
        segment: &Segment,
        _: Option<&DocIdMapping>,
    ) -> tantivy::Result<()> {
        let this = *self;
        this.text.finish()?;
        this.grams.finish(segment.open_write(grams_component())?)?;
        write_runs(segment, this.bounds_of)
    }

    fn mem_usage(&self) -> usize {
        self.text.mem_usage() + self.grams.mem_usage()
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }
}

/// The exact channel of one segment, open for reading. A clone is another handle on the same files.
#[derive(Clone)]
pub struct ExactSegment {
    text: TextReader,
    grams: GramReader,
    runs: RunReader,
    alive: Option<tantivy::fastfield::AliveBitSet>,
    max_doc: DocId,
    stop: Stop,
}

impl ExactSegment {
    /// Maps the three files of a segment.
    ///
    /// # Errors
    /// When a file is missing or its lengths do not add up.
    pub(crate) fn open(reader: &SegmentReader) -> tantivy::Result<ExactSegment> {
        let text = TextReader::open(reader.open_read(text_component())?.read_bytes()?)?;
        let grams = GramReader::open(reader.open_read(grams_component())?.read_bytes()?)?;
        let runs = RunReader::open(reader.open_read(runs_component())?.read_bytes()?)?;
        if text.n_passages() != reader.max_doc() as usize {
            return Err(tantivy::TantivyError::InternalError(
                "the .text file has another number of passages than its segment".to_owned(),
            ));
        }
        Ok(ExactSegment {
            text,
            grams,
            runs,
            alive: reader.alive_bitset().cloned(),
            max_doc: reader.max_doc(),
            stop: Stop::new(),
        })
    }

    /// Another handle, whose work ends early once `stop` is set: whoever asks looks at the flag afterwards.
    pub(crate) fn with_stop(&self, stop: Stop) -> ExactSegment {
        ExactSegment {
            stop,
            ..self.clone()
        }
    }

    /// Another handle, with lists of other runs, which are made anew and held in memory, and their bytes: the bounds of
    /// those in the files are chosen by measuring such ones.
    ///
    /// # Errors
    /// When the lists are too long.
    #[doc(hidden)]
    pub fn with_runs_of(
        &self,
        max_reads: u32,
        max_chars: u32,
    ) -> std::io::Result<(ExactSegment, usize)> {
        let bounds = Bounds {
            max_reads,
            max_chars,
        };
        let directory = RamDirectory::create();
        let path = Path::new("runs");
        let listed = frequent_runs(&self.text, &self.grams, bounds);
        let out = directory.open_write(path).map_err(std::io::Error::other)?;
        runs::write(out, bounds, listed)?;
        let file = directory.open_read(path).map_err(std::io::Error::other)?;
        let bytes = file.read_bytes()?;
        let n_bytes = bytes.len();
        let runs = RunReader::open(bytes)?;
        let segment = ExactSegment {
            runs,
            ..self.clone()
        };
        Ok((segment, n_bytes))
    }

    /// What stops the work of this handle.
    pub(crate) fn stop(&self) -> &Stop {
        &self.stop
    }

    /// Whether a passage exists and has not been deleted.
    #[inline]
    pub fn is_alive(&self, doc: DocId) -> bool {
        doc < self.max_doc && self.alive.as_ref().is_none_or(|alive| alive.is_alive(doc))
    }

    /// All living passages, ascending.
    pub fn living(&self) -> impl Iterator<Item = DocId> {
        (0..self.max_doc).filter(|doc| self.is_alive(*doc))
    }

    /// Length of a passage in folded UTF-16 units.
    #[inline]
    pub fn n_units(&self, doc: DocId) -> u32 {
        self.text.n_units(doc)
    }

    /// The passage with its original text.
    pub fn passage(&self, doc: DocId) -> StoredPassage {
        self.text.passage(doc)
    }

    /// The original text that about the first `max_units` folded units of a passage stand for, and whether it is all.
    pub(crate) fn beginning(&self, doc: DocId, max_units: usize) -> (String, bool) {
        self.text.beginning(doc, max_units)
    }

    /// The folded text of a passage, as UTF-16.
    pub(crate) fn folded_units(&self, doc: DocId) -> impl Iterator<Item = u16> + use<> {
        let mut units = Vec::new();
        each_unit(self.text.code(doc), |unit| units.push(unit));
        units.into_iter()
    }

    /// The folded text of a passage, and the bytes that give its original and lines back.
    pub(crate) fn record(&self, doc: DocId) -> (String, Vec<u8>) {
        let (edits, lines) = self.text.tail(doc);
        (self.folded(doc), encode_rest(&edits, lines))
    }

    /// The folded text of a passage.
    pub fn folded(&self, doc: DocId) -> String {
        char::decode_utf16(self.folded_units(doc))
            .map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER))
            .collect()
    }

    /// Calls `visit(passage, occurrences)` for every living passage in which `phrase` stands, ascending.
    pub fn occurrences(&self, phrase: &Phrase, visit: impl FnMut(DocId, u32)) {
        self.occurrences_unless_known(phrase, |_| None, visit);
    }

    /// As [`ExactSegment::occurrences`], but where `known` says how often a phrase counts in a passage, that is taken, and the
    /// text is not read. It is asked in ascending order, for passages that may have the phrase, and may be thousands of them
    /// ahead of `visit`.
    pub(crate) fn occurrences_unless_known(
        &self,
        phrase: &Phrase,
        known: impl Fn(DocId) -> Option<u32>,
        visit: impl FnMut(DocId, u32),
    ) {
        // Where another form of it may stand too, only the text tells.
        let mut others = Vec::new();
        for form in phrase.forms().skip(1) {
            self.candidates(form, CountedBy::Text, |doc, _| others.push(doc));
        }
        let mut reading = self.reading(|doc| self.count(phrase, doc), visit);
        let mut settle = |doc, n: Option<u32>| {
            if self.is_alive(doc) {
                reading.settle(doc, known(doc).or(n));
            }
        };
        if others.is_empty() {
            self.candidates(phrase.chars(), phrase.counted_by(), settle);
            return reading.finish();
        }
        others.sort_unstable();
        others.dedup();
        let mut others = others.into_iter().peekable();
        self.candidates(phrase.chars(), phrase.counted_by(), |doc, n| {
            while let Some(other) = others.next_if(|other| *other < doc) {
                settle(other, None);
            }
            let is_other = others.next_if_eq(&doc).is_some();
            settle(doc, n.filter(|_| !is_other));
        });
        for doc in self.stop.until_each(others) {
            settle(doc, None);
        }
        reading.finish();
    }

    /// Settles in which passages something stands, reading those that must be.
    fn reading<C, V>(&self, count: C, visit: V) -> Reading<'_, C, V>
    where
        C: Fn(DocId) -> u32 + Sync,
        V: FnMut(DocId, u32),
    {
        Reading::new(&self.text, &self.stop, count, visit)
    }

    /// Calls `visit(passage, occurrences)` for every passage that may have folded characters, ascending: with how often they
    /// count, if lists tell.
    fn candidates(
        &self,
        chars: &[char],
        counted_by: CountedBy,
        mut visit: impl FnMut(DocId, Option<u32>),
    ) {
        let corrections = || self.runs.find(chars).map(|run| run.corrections);
        let how = (counted_by, &self.stop);
        match *chars {
            [] => {}
            [c] => judge(how, self.with_character(c), corrections, visit),
            [a, b] => {
                let list = self.grams.find(a, b).unwrap_or_default();
                judge(how, Postings::new(list), corrections, visit);
            }
            _ => match self.lists().of(chars) {
                Known::Nowhere => {}
                Known::Listed(run) => {
                    judge(
                        how,
                        Postings::new(run.list),
                        || Some(run.corrections),
                        visit,
                    );
                }
                Known::Maybe(docs) => {
                    let docs = self.stop.until_each(docs.into_iter());
                    docs.for_each(|doc| visit(doc, None));
                }
            },
        }
    }

    fn lists(&self) -> Lists<'_> {
        Lists {
            grams: &self.grams,
            runs: &self.runs,
            stop: &self.stop,
        }
    }

    /// Calls `visit(passage, n)` for every living passage in which two folded characters stand side by side, ascending; a
    /// pair of one character twice is counted at each of its places, also where they overlap.
    pub(crate) fn pair_occurrences(
        &self,
        (first, second): (char, char),
        mut visit: impl FnMut(DocId, u32),
    ) {
        let list = self.grams.find(first, second);
        for (doc, n) in self.stop.until(Postings::new(list.unwrap_or_default())) {
            if self.is_alive(doc) {
                visit(doc, n);
            }
        }
    }

    /// How often a phrase stands in a passage.
    fn count(&self, phrase: &Phrase, doc: DocId) -> u32 {
        let is_kept = |units| self.text.is_kept(doc, &units);
        let restore = || self.text.passage(doc);
        phrase.count(self.text.code(doc), is_kept, restore, &self.stop)
    }

    /// Calls `visit(passage, occurrences)` for every living passage that `keyword` stands in, ascending.
    pub fn keyword_occurrences(&self, keyword: &Keyword, visit: impl FnMut(DocId, u32)) {
        match keyword {
            Keyword::Phrase(phrase) => self.occurrences(phrase, visit),
            Keyword::Pattern(pattern) => self.pattern_occurrences(pattern, visit),
            Keyword::Near(near) => self.near_occurrences(near, visit),
        }
    }

    fn pattern_occurrences(&self, pattern: &Pattern, visit: impl FnMut(DocId, u32)) {
        let count = |doc| {
            if pattern.may_be_in(self.text.code(doc)) {
                let passage = self.text.passage(doc);
                pattern.spans(passage.units(), &passage, &self.stop).len() as u32
            } else {
                0
            }
        };
        let mut lists = Vec::new();
        let (several, plain): (Vec<_>, Vec<_>) = pattern
            .pieces()
            .iter()
            .partition(|piece| piece.has_others());
        for piece in &plain {
            if !self.lists().add(piece.chars(), &mut lists) {
                return;
            }
        }
        if !lists.is_empty() {
            let docs = self.lists().in_all(lists).into_iter();
            return self.verify_each(docs, count, visit);
        }
        if !several.is_empty() && plain.is_empty() {
            return self.verify_each(0..self.max_doc, count, visit);
        }
        // Single characters between wildcards: the rarest decides where to look.
        let singles = plain.iter().flat_map(|piece| piece.chars());
        let rarest = singles.min_by_key(|c| {
            let lists = self.grams.starting_with(**c);
            lists.map(<[u8]>::len).sum::<usize>()
        });
        if let Some(c) = rarest {
            let docs = self.with_character(*c).map(|(doc, _)| doc);
            self.verify_each(docs, count, visit);
        }
    }

    fn near_occurrences(&self, near: &Near, visit: impl FnMut(DocId, u32)) {
        let [firsts, seconds] = near.phrases().map(|phrase| {
            let mut docs = Vec::new();
            self.occurrences(phrase, |doc, _| docs.push(doc));
            docs
        });
        let mut seconds = seconds.into_iter().peekable();
        let both = firsts.into_iter().filter(|doc| {
            while seconds.next_if(|second| second < doc).is_some() {}
            seconds.peek() == Some(doc)
        });
        let count = |doc| {
            let passage = self.text.passage(doc);
            near.spans(passage.units(), &passage, &self.stop).len() as u32
        };
        self.verify_each(both, count, visit);
    }

    /// Passages with a character and how often, from the run of pairs that begin with it.
    fn with_character(&self, c: char) -> impl Iterator<Item = (DocId, u32)> {
        let lists: Vec<&[u8]> = self.grams.starting_with(c).collect();
        summed(&lists, self.max_doc, &self.stop)
    }

    /// Counts in each living candidate and visits those in which something is found.
    fn verify_each(
        &self,
        candidates: impl Iterator<Item = DocId>,
        count: impl Fn(DocId) -> u32 + Sync,
        visit: impl FnMut(DocId, u32),
    ) {
        let mut reading = self.reading(count, visit);
        for doc in self.stop.until_each(candidates) {
            if self.is_alive(doc) {
                reading.settle(doc, None);
            }
        }
        reading.finish();
    }

    /// Where `phrase` stands in the original text of a passage: byte ranges, sorted, disjoint.
    pub fn spans(&self, phrase: &Phrase, passage: &StoredPassage) -> Vec<Range<usize>> {
        phrase.spans(passage.units(), passage, &self.stop)
    }

    /// Where `keyword` stands in the original text of a passage: byte ranges, sorted, disjoint.
    pub fn keyword_spans(&self, keyword: &Keyword, passage: &StoredPassage) -> Vec<Range<usize>> {
        let units = passage.units();
        match keyword {
            Keyword::Phrase(phrase) => phrase.spans(units, passage, &self.stop),
            Keyword::Pattern(pattern) => pattern.spans(units, passage, &self.stop),
            Keyword::Near(near) => near.spans(units, passage, &self.stop),
        }
    }

    /// What stands around places in a passage.
    pub(crate) fn around<'p>(
        &'p self,
        passage: &'p StoredPassage,
        nodes: &Nodes<'_>,
        within: (WithinReach, Sides),
    ) -> Around<'p> {
        Around::new(passage.units(), passage, nodes, within, &self.stop)
    }

    /// Calls `visit` for each place of `keyword` in a passage, in order, with what stands on one side: the fold of at most
    /// `max_chars` characters of the original text, the nearest first. The passage is brought back only where it must be.
    pub(crate) fn contexts(
        &self,
        doc: DocId,
        keyword: &Keyword,
        (side, max_chars): (Side, usize),
        mut visit: impl FnMut(&mut dyn Iterator<Item = char>),
    ) {
        if let Keyword::Phrase(phrase) = keyword
            && !phrase.is_literal()
        {
            let units = self.text.units(doc);
            let (edits, _) = self.text.tail(doc);
            let edits = Edited::all(&edits);
            let restored = OnceCell::new();
            let passage = || restored.get_or_init(|| self.text.passage(doc));
            for place in phrase.folded_places(&units, passage, &self.stop) {
                visit(&mut Beside::new(&units, &edits, &place, side, max_chars));
            }
            return;
        }
        let passage = self.text.passage(doc);
        for span in self.keyword_spans(keyword, &passage) {
            match side {
                Side::Left => {
                    let before = chars_before(&passage.text, span.start, max_chars);
                    visit(&mut fold(before).chars().rev());
                }
                Side::Right => {
                    let after = chars_from(&passage.text, span.end, max_chars);
                    visit(&mut fold(after).chars());
                }
            }
        }
    }
}

#[cfg(test)]
mod bounded;
