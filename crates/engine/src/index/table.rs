//! The report table: what is true of a whole report, once, beside the segments.
//!
//! In: all reports that the index holds. Out: one immutable file, named by its content. A few numbers a report (region,
//! year, genre, sizes) stand in columns, which are read where they are mapped; everything else about a report
//! is decoded when it is asked for.
//!
//! # Invariants
//!
//! - Entries stand in the order in which equal scores are shown: newest year first, then region
//!   code, copies after their original, date, content; unplaced ones last. The place of an entry is its rank.
//! - Ids are unique and depend on the reports alone, not on the order in which they were indexed.

use super::columns::{AboutSize, Columns, Mark, NewColumns, PartSize, ReportNumbers};
use super::duplicates::{Comparand, Said, Sketch, representatives};
use baogao_reading::ingest::sidecar;
use baogao_reading::region::{Level, Region};
use baogao_reading::report::{Attested, EvidenceKind, Genre, Note, Part, ReportMeta, Year};
use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::cmp::Reverse;
use std::collections::HashMap;
use std::io::{Read, Write};
use xxhash_rust::xxh3::xxh3_64;

/// First bytes of the file.
const MAGIC: &[u8; 4] = b"BGRT";
/// Magic, version of the file, number of reports, length of the columns.
const HEADER_BYTES: usize = 16;
const TABLE_VERSION: u32 = 9;

/// Everything that is known of one report as a whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportEntry {
    /// Quotable name: `汾阳市-2024`.
    pub id: String,
    /// Title, region, year, speaker, with evidence.
    pub meta: ReportMeta,
    /// Number of headings among the passages.
    pub headings: u32,
    /// Index of the corpus root in the file table.
    pub root: u32,
    /// Path of the raw file, relative to its root.
    pub path: String,
    /// The same as answers name it: with the name of the root in front where there are several.
    pub file: String,
    /// Fingerprint of the raw file's content.
    pub content: u128,
    /// Id of the better copy of the same report, which is searched in its place.
    pub duplicate_of: Option<String>,
}

/// Why somebody should look at a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ToFix {
    /// It was taken for a text of another genre.
    OtherGenre,
    /// Its region is not known.
    NoRegion,
    /// Its year is not known.
    NoYear,
    /// What is said of its region or its year is at odds.
    Contradicted,
    /// Its file has more than was read.
    ReadInPart,
    /// Something that a `reports.toml` says of it does not count.
    VainCorrection,
}

impl ToFix {
    /// The name in machine output.
    pub fn name(self) -> &'static str {
        match self {
            ToFix::OtherGenre => "other_genre",
            ToFix::NoRegion => "no_region",
            ToFix::NoYear => "no_year",
            ToFix::Contradicted => "contradicted",
            ToFix::ReadInPart => "read_in_part",
            ToFix::VainCorrection => "vain_correction",
        }
    }
}

impl ReportEntry {
    /// Why it is to fix, with its notes; nothing where it is not. A copy is not: a better one is searched in its place.
    pub fn to_fix(&self, notes: &[Note]) -> Vec<ToFix> {
        self.to_fix_with(has_vain_correction(notes))
    }

    /// The same, when it is known whether something that a `reports.toml` says of it does not count.
    pub(crate) fn to_fix_with(&self, is_vain: bool) -> Vec<ToFix> {
        let meta = &self.meta;
        let reasons = [
            (meta.genre == Genre::Other, ToFix::OtherGenre),
            (meta.region.is_none(), ToFix::NoRegion),
            (meta.year.is_none(), ToFix::NoYear),
            (meta.contradicted, ToFix::Contradicted),
            (meta.partial, ToFix::ReadInPart),
            (is_vain, ToFix::VainCorrection),
        ];
        let is_there = |(holds, reason): (bool, ToFix)| {
            (holds && self.duplicate_of.is_none()).then_some(reason)
        };
        reasons.into_iter().filter_map(is_there).collect()
    }

    /// Whether its file should be given again: it has more than was read, and no better copy stands in its place.
    pub fn is_short(&self) -> bool {
        self.meta.partial && self.duplicate_of.is_none()
    }
}

fn has_vain_correction(notes: &[Note]) -> bool {
    notes.iter().any(|note| note.rule == sidecar::RULE)
}

/// Notes of so many bytes are compressed: few reports have as many, and those most of all.
const DEFLATED_BYTES: u32 = 4096;
/// Longer ones are not: no file has as many.
const INFLATED_BYTES_MAX: u32 = 256 << 20;
/// A higher level takes half as long again for a fortieth less.
const DEFLATE_LEVEL: u32 = 3;

/// Notes as the table keeps them: menus and footers that were removed may be longer than all the rest.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct PackedNotes {
    /// Whether something that a `reports.toml` says of the report does not count.
    pub(crate) has_vain_correction: bool,
    /// How many bytes come out of those that are kept; 0 where these are not deflated.
    inflated: u32,
    bytes: Vec<u8>,
}

impl PackedNotes {
    pub(crate) fn new(notes: &[Note]) -> PackedNotes {
        let bytes = to_bytes(&notes);
        let inflated = u32::try_from(bytes.len()).unwrap_or_default();
        let is_deflated = (DEFLATED_BYTES..=INFLATED_BYTES_MAX).contains(&inflated);
        PackedNotes {
            has_vain_correction: has_vain_correction(notes),
            inflated: if is_deflated { inflated } else { 0 },
            bytes: if is_deflated { deflated(&bytes) } else { bytes },
        }
    }

    fn unpack(&self) -> Result<Vec<Note>, TableDamaged> {
        let mut inflated = Vec::new();
        let bytes = match self.inflated {
            0 => &self.bytes,
            1..=INFLATED_BYTES_MAX => {
                // A few damaged bytes may stand for gigabytes.
                let length = u64::from(self.inflated);
                let mut bytes = DeflateDecoder::new(&*self.bytes).take(length + 1);
                let read = bytes.read_to_end(&mut inflated);
                let is_whole = read.is_ok_and(|n| n as u64 == length);
                is_whole.then_some(()).ok_or(TableDamaged)?;
                &inflated
            }
            _ => return Err(TableDamaged),
        };
        match postcard::take_from_bytes(bytes) {
            Ok((notes, [])) => Ok(notes),
            _ => Err(TableDamaged),
        }
    }
}

fn deflated(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::new(DEFLATE_LEVEL));
    encoder
        .write_all(bytes)
        .and_then(|()| encoder.finish())
        .expect("memory can be written to")
}

/// A report on its way into the table.
#[derive(Clone, Debug)]
pub(crate) struct NewEntry {
    pub(crate) number: u32,
    pub(crate) parts: [PartSize; Part::ALL.len()],
    /// What speaks of some years, by part and years.
    pub(crate) abouts: Vec<AboutSize>,
    pub(crate) entry: ReportEntry,
    /// What ingestion removed or noticed.
    pub(crate) notes: PackedNotes,
    /// Sketch of the text, by which copies are found.
    pub(crate) sketch: Sketch,
}

/// Finds the copies among reports, puts all in the order of their ranks and names them.
pub(crate) fn name_entries(mut entries: Vec<NewEntry>) -> Vec<NewEntry> {
    // Numbers depend on the history of the index; contents and paths do not.
    entries.sort_by(|a, b| (a.entry.content, &a.entry.path).cmp(&(b.entry.content, &b.entry.path)));
    let candidates: Vec<Comparand> = entries.iter().map(candidate).collect();
    let worths: Vec<_> = entries.iter().map(worth).collect();
    let better = |a: usize, b: usize| worths.get(a) > worths.get(b);
    let originals = representatives(&candidates, better);
    let mut order: Vec<usize> = (0..entries.len()).collect();
    order.sort_by_cached_key(|at| {
        let copy = originals.get(*at).is_some_and(Option::is_some);
        entries.get(*at).map(|new| {
            let meta = &new.entry.meta;
            let year = meta.year.as_ref().map_or(0, |year| year.value.get());
            let region = meta.region.as_ref().map(|region| region.value);
            let content = (meta.date, new.entry.content, new.entry.path.clone());
            (Reverse(year), region.is_none(), region, copy, content)
        })
    });
    let ids = ids(&order, &entries);
    for (at, new) in entries.iter_mut().enumerate() {
        let id = |at: usize| ids.get(at).cloned();
        new.entry.id = id(at).unwrap_or_default();
        new.entry.duplicate_of = originals.get(at).copied().flatten().and_then(id);
    }
    let mut named: Vec<Option<NewEntry>> = entries.into_iter().map(Some).collect();
    order
        .into_iter()
        .filter_map(|at| named.get_mut(at)?.take())
        .collect()
}

/// What is compared of a report to find copies.
fn candidate(new: &NewEntry) -> Comparand<'_> {
    fn said<T: Copy>(found: &Attested<T>) -> (T, Said) {
        let said = match found.evidence.kind {
            EvidenceKind::Sidecar | EvidenceKind::Column => Said::ByReader,
            _ => Said::ByFile,
        };
        (found.value, said)
    }
    let meta = &new.entry.meta;
    Comparand {
        sketch: &new.sketch,
        region: meta.region.as_ref().map(said),
        year: meta.year.as_ref().map(said),
    }
}

/// By what one copy is better than another: a report, placed, whole, read in full, dated, longer; the path decides in the end.
fn worth(new: &NewEntry) -> impl Ord + use<> {
    let meta = &new.entry.meta;
    let chars: u32 = new.parts.iter().map(|part| part.chars).sum();
    (
        meta.genre == Genre::Report,
        meta.region.is_some() && meta.year.is_some(),
        !meta.abridged,
        !meta.partial,
        meta.date.is_some(),
        chars,
        Reverse(new.entry.path.clone()),
        Reverse(new.entry.content),
    )
}

/// The region and year under which a text is found: a copy that lacks one has that of the report whose copy it is, so
/// that filters treat both alike.
fn placed(new: &NewEntry, by_id: &HashMap<&str, &ReportMeta>) -> (Option<Region>, Option<Year>) {
    let own = &new.entry.meta;
    let original = new.entry.duplicate_of.as_deref();
    let original = original.and_then(|id| by_id.get(id).copied());
    let region = |meta: &ReportMeta| meta.region.as_ref().map(|region| region.value);
    let year = |meta: &ReportMeta| meta.year.as_ref().map(|year| year.value);
    (
        region(own).or_else(|| original.and_then(region)),
        year(own).or_else(|| original.and_then(year)),
    )
}

/// The bytes of a table over entries in the order of their ranks.
pub(crate) fn write_table(entries: &[NewEntry]) -> Vec<u8> {
    let mut columns = NewColumns::default();
    let mut blobs = Vec::new();
    let by_id = entries
        .iter()
        .map(|new| (new.entry.id.as_str(), &new.entry.meta));
    let by_id: HashMap<&str, &ReportMeta> = by_id.collect();
    for new in entries {
        let (region, year) = placed(new, &by_id);
        let meta = &new.entry.meta;
        columns.push(&ReportNumbers {
            number: new.number,
            region,
            year,
            marks: [
                (Mark::IsReport, meta.genre == Genre::Report),
                (Mark::Abridged, meta.abridged),
                (Mark::Partial, meta.partial),
                (Mark::Duplicate, new.entry.duplicate_of.is_some()),
            ],
            parts: new.parts,
            abouts: &new.abouts,
            offset: blobs.len() as u32,
        });
        blobs.extend(to_bytes(&new.entry));
        // What no search needs stands behind what each hit decodes.
        blobs.extend(to_bytes(&new.notes));
        blobs.extend(to_bytes(&new.sketch));
    }
    let columns = columns.finish(blobs.len() as u32);
    let mut out = Vec::with_capacity(HEADER_BYTES + columns.len() + 8 + blobs.len());
    out.extend_from_slice(MAGIC);
    out.extend_from_slice(&TABLE_VERSION.to_le_bytes());
    out.extend_from_slice(&(entries.len() as u32).to_le_bytes());
    out.extend_from_slice(&(columns.len() as u32).to_le_bytes());
    out.extend_from_slice(&columns);
    out.extend_from_slice(&xxh3_64(&columns).to_le_bytes());
    out.extend_from_slice(&blobs);
    out
}

/// Serialises one of our own plain structs.
pub(super) fn to_bytes<T: Serialize>(value: &T) -> Vec<u8> {
    postcard::to_allocvec(value).expect("plain structs in memory always serialise")
}

/// The name of every report: region and year, `-b`, `-c` for further ones of a pair, in the order of ranks.
fn ids(order: &[usize], entries: &[NewEntry]) -> Vec<String> {
    let mut taken: HashMap<String, u32> = HashMap::new();
    let mut ids = vec![String::new(); entries.len()];
    for at in order {
        let (Some(new), Some(id)) = (entries.get(*at), ids.get_mut(*at)) else {
            continue;
        };
        let meta = &new.entry.meta;
        let base = match (&meta.region, &meta.year) {
            (Some(region), Some(year)) => {
                format!("{}-{}", region.value.unique_name(), year.value)
            }
            _ => format!("未知-{}", stem(&new.entry.path)),
        };
        let n = taken.entry(base.clone()).or_default();
        *n += 1;
        *id = if *n == 1 {
            base
        } else {
            format!("{base}-{}", letters(*n))
        };
    }
    ids
}

/// The file name without folder and extension; blanks and colons would break an id.
fn stem(path: &str) -> String {
    let name = path.rsplit('/').next().unwrap_or(path);
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let stem = if stem.is_empty() { name } else { stem };
    stem.chars()
        .map(|c| {
            if c.is_whitespace() || c.is_control() || c == ':' {
                '_'
            } else {
                c
            }
        })
        .collect()
}

/// 2 → b, 26 → z, 27 → aa, …
fn letters(n: u32) -> String {
    let mut n = n;
    let mut letters = Vec::new();
    while n > 0 {
        letters.push(b'a' + ((n - 1) % 26) as u8);
        n = (n - 1) / 26;
    }
    letters.iter().rev().map(|byte| char::from(*byte)).collect()
}

/// Why a table cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the report table is damaged")]
pub struct TableDamaged;

/// The report table, open.
pub struct ReportTable {
    bytes: tantivy::directory::OwnedBytes,
    columns: Columns,
    blobs: usize,
    /// Rank of each report number.
    ranks: Vec<u32>,
    /// Passages of each report, by rank.
    n_passages_of: Vec<u32>,
    /// Reports, copies left out.
    n_originals: u64,
    /// Their passages.
    n_passages: u64,
    /// Their mean length in characters.
    mean_chars: f64,
    /// Whether any text is a report.
    has_reports: bool,
    /// Whether any is a copy.
    has_duplicates: bool,
}

/// Rank of a number that no report has.
const NO_RANK: u32 = u32::MAX;

impl ReportTable {
    /// Opens a table; checks the columns against their hash, decodes nothing else.
    ///
    /// # Errors
    /// When the bytes are not a whole table.
    pub(crate) fn open(bytes: tantivy::directory::OwnedBytes) -> Result<ReportTable, TableDamaged> {
        let header = bytes.get(..HEADER_BYTES).ok_or(TableDamaged)?;
        let (magic, numbers) = header.split_at(MAGIC.len());
        let (versions, _) = numbers.as_chunks::<4>();
        let &[version, n_reports, n_bytes] = versions else {
            return Err(TableDamaged);
        };
        if magic != MAGIC || u32::from_le_bytes(version) != TABLE_VERSION {
            return Err(TableDamaged);
        }
        let end = HEADER_BYTES + u32::from_le_bytes(n_bytes) as usize;
        let coded = bytes.get(HEADER_BYTES..end).ok_or(TableDamaged)?;
        let hash = bytes.get(end..end + 8).ok_or(TableDamaged)?;
        if hash != xxh3_64(coded).to_le_bytes() {
            return Err(TableDamaged);
        }
        let n_reports = u32::from_le_bytes(n_reports) as usize;
        let columns =
            Columns::new(bytes.slice(HEADER_BYTES..end), n_reports).ok_or(TableDamaged)?;
        let numbers = || (0..n_reports).filter_map(|rank| columns.number(rank));
        let mut ranks = vec![NO_RANK; numbers().max().map_or(0, |n| n as usize + 1)];
        for (rank, number) in numbers().enumerate() {
            if let Some(slot) = ranks.get_mut(number as usize) {
                *slot = rank as u32;
            }
        }
        let mut table = ReportTable {
            columns,
            blobs: end + 8,
            ranks,
            n_passages_of: Vec::new(),
            bytes,
            n_originals: 0,
            n_passages: 0,
            mean_chars: 0.0,
            has_reports: false,
            has_duplicates: false,
        };
        let (mut n_originals, mut n_passages, mut n_chars) = (0u64, 0u64, 0u64);
        let mut n_passages_of = Vec::with_capacity(table.len());
        for rank in 0..table.len() {
            let size = table.size(rank);
            n_passages_of.push(size.passages);
            if !table.is_duplicate(rank) {
                n_originals += 1;
                n_passages += u64::from(size.passages);
                n_chars += u64::from(size.chars);
            }
        }
        table.n_passages_of = n_passages_of;
        let is_report = |rank| table.genre(rank) == Genre::Report;
        table.has_reports = (0..table.len()).any(is_report);
        table.has_duplicates = table.len() as u64 > n_originals;
        table.n_originals = n_originals;
        table.n_passages = n_passages;
        table.mean_chars = n_chars as f64 / n_passages.max(1) as f64;
        Ok(table)
    }

    /// The bytes of the same table without the sketches by which copies are found.
    ///
    /// # Errors
    /// When it is damaged.
    pub(crate) fn without_sketches(&self) -> Result<Vec<u8>, TableDamaged> {
        let entry = |rank| {
            let entry = self.to_new_entry(rank)?;
            Ok(NewEntry {
                sketch: Sketch::default(),
                ..entry
            })
        };
        let entries: Vec<NewEntry> = (0..self.len()).map(entry).collect::<Result<_, _>>()?;
        Ok(write_table(&entries))
    }

    /// How many reports the index holds, other genres included.
    pub fn len(&self) -> usize {
        self.columns.n_reports()
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The rank of a report by the number that its passages carry.
    #[inline]
    pub fn rank_of(&self, number: u64) -> Option<usize> {
        let rank = *self.ranks.get(usize::try_from(number).ok()?)?;
        (rank != NO_RANK).then_some(rank as usize)
    }

    /// The number that the passages of a report carry.
    pub fn number(&self, rank: usize) -> u32 {
        self.columns.number(rank).unwrap_or(u32::MAX)
    }

    /// The region of a report; of a copy that does not tell that of the better one.
    pub fn region(&self, rank: usize) -> Option<Region> {
        self.columns.region(rank)
    }

    /// The year of a report, in the same way.
    pub fn year(&self, rank: usize) -> Option<Year> {
        self.columns.year(rank)
    }

    /// The level of the region of a report.
    pub fn level(&self, rank: usize) -> Option<Level> {
        self.region(rank).map(Region::level)
    }

    /// Report or something else.
    pub fn genre(&self, rank: usize) -> Genre {
        match self.columns.is(Mark::IsReport, rank) {
            true => Genre::Report,
            false => Genre::Other,
        }
    }

    /// Whether the report is a part or a shortened version of the one that was given.
    pub fn is_abridged(&self, rank: usize) -> bool {
        self.columns.is(Mark::Abridged, rank)
    }

    /// Whether the file has more of the report than could be read: what is not found in it may be
    /// there all the same.
    #[inline]
    pub fn is_partial(&self, rank: usize) -> bool {
        self.columns.is(Mark::Partial, rank)
    }

    /// Whether any report is a copy of another.
    pub fn has_duplicates(&self) -> bool {
        self.has_duplicates
    }

    /// Whether a better copy of the report is searched in its place.
    #[inline]
    pub fn is_duplicate(&self, rank: usize) -> bool {
        self.columns.is(Mark::Duplicate, rank)
    }

    /// Reports, copies left out, their passages, and the mean length of these in characters.
    pub(crate) fn totals(&self) -> (u64, u64, f64) {
        (self.n_originals, self.n_passages, self.mean_chars)
    }

    /// About how many passages a report has; at least one.
    pub(crate) fn mean_passages(&self) -> usize {
        (self.n_passages.div_ceil(self.n_originals.max(1)) as usize).max(1)
    }

    /// Sizes of the parts of a report, in the order of [`Part::ALL`].
    pub fn parts(&self, rank: usize) -> [PartSize; Part::ALL.len()] {
        self.columns.parts(rank)
    }

    /// Whether any text is a report.
    pub fn has_reports(&self) -> bool {
        self.has_reports
    }

    /// Sizes of what speaks of some years, by part and years.
    pub fn abouts(&self, rank: usize) -> impl Iterator<Item = AboutSize> {
        self.columns.abouts(rank)
    }

    /// Passages and characters of a whole report.
    pub fn size(&self, rank: usize) -> PartSize {
        self.parts(rank)
            .iter()
            .fold(PartSize::default(), |sum, part| PartSize {
                passages: sum.passages + part.passages,
                chars: sum.chars + part.chars,
            })
    }

    /// Passages of a whole report.
    #[inline]
    pub fn n_passages(&self, rank: usize) -> u32 {
        self.n_passages_of.get(rank).copied().unwrap_or_default()
    }

    /// What is known of one report.
    ///
    /// # Errors
    /// When its bytes are damaged.
    pub fn entry(&self, rank: usize) -> Result<ReportEntry, TableDamaged> {
        postcard::from_bytes(self.blob(rank)?).map_err(|_| TableDamaged)
    }

    /// What ingestion removed from a report or noticed in it.
    ///
    /// # Errors
    /// When its bytes are damaged.
    pub fn notes(&self, rank: usize) -> Result<Vec<Note>, TableDamaged> {
        self.to_new_entry(rank)?.notes.unpack()
    }

    /// The bytes of an entry, its notes and its sketch.
    fn blob(&self, rank: usize) -> Result<&[u8], TableDamaged> {
        let (start, end) = self.columns.entry(rank).ok_or(TableDamaged)?;
        let blob = self.bytes.get(self.blobs + start..self.blobs + end);
        blob.ok_or(TableDamaged)
    }

    /// The entries with their numbers and sizes, for the next table.
    pub(crate) fn to_new_entry(&self, rank: usize) -> Result<NewEntry, TableDamaged> {
        let damaged = |_| TableDamaged;
        let (entry, rest) = postcard::take_from_bytes(self.blob(rank)?).map_err(damaged)?;
        let (notes, rest) = postcard::take_from_bytes(rest).map_err(damaged)?;
        Ok(NewEntry {
            number: self.number(rank),
            parts: self.parts(rank),
            abouts: self.abouts(rank).collect(),
            entry,
            notes,
            sketch: postcard::from_bytes(rest).map_err(damaged)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_come_back_and_a_menu_takes_little() {
        let menu = "首页 > 政务公开 > 政府工作报告 > 正文\n".repeat(100);
        let note = |rule: &str, text: &str| Note {
            rule: rule.to_owned(),
            line: Some(3),
            text: text.to_owned(),
        };
        let notes = [note("site-menu", &menu), note(sidecar::RULE, "没有这个县")];
        for notes in [&notes[..], &notes[..1], &[]] {
            let packed = PackedNotes::new(notes);
            assert_eq!(packed.has_vain_correction, notes.len() == 2);
            let bytes = to_bytes(&packed);
            assert_eq!(packed.inflated > 0, !notes.is_empty());
            assert!(bytes.len() < 300, "{}", bytes.len());
            let read: PackedNotes = postcard::from_bytes(&bytes).expect("it was written");
            assert_eq!(read.unpack().expect("it is whole"), notes);
        }
        let mut damaged = PackedNotes::new(&notes);
        damaged.bytes.truncate(20);
        assert!(damaged.unpack().is_err());
        // What stands for more than was written, or has something behind it.
        let mut bomb = PackedNotes::new(&notes);
        bomb.bytes = deflated(&vec![0; 64 << 20]);
        assert!(bomb.unpack().is_err());
        bomb.inflated = u32::MAX;
        assert!(bomb.unpack().is_err());
        let mut longer = PackedNotes::new(&[]);
        longer.bytes.push(0);
        assert!(longer.unpack().is_err());
    }
}
