//! What a query reads of every report: columns of fixed width in the mapped report table.
//!
//! In: for each report its numbers, or the bytes that they were written to. Out: one of them by the rank of the report,
//! decoded where it stands: nothing is parsed when the table is opened.
//!
//! # Invariants
//!
//! - Reading never panics: past the end every number is 0 and every option is none. The table compares the bytes with
//!   their hash before anything is read.

use baogao_reading::region::Region;
use baogao_reading::report::{Part, Year};
use serde::{Deserialize, Serialize};
use tantivy::directory::OwnedBytes;

const N_PARTS: usize = Part::ALL.len();
/// Number, region, year, marks, parts, where the values of `abouts` and the entry begin.
const REPORT_BYTES: usize = 4 + 4 + 2 + 1 + 8 * N_PARTS + 4 + 4;
/// Part, first and last year, passages, characters.
const ABOUT_BYTES: usize = 1 + 2 + 2 + 4 + 4;
/// Where the last values of `abouts` and the last entry end.
const ENDS_BYTES: usize = 4 + 4;
/// The code of no region.
const NO_REGION: u32 = u32::MAX;

/// Size of one part of a report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartSize {
    /// Passages, headings included.
    pub passages: u32,
    /// Non-space characters of its passages, headings included.
    pub chars: u32,
}

/// Size of what one part of a report says of the same years.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AboutSize {
    /// The part.
    pub part: Part,
    /// First and last year that the passages speak of.
    pub about: (Year, Year),
    /// Their size.
    pub size: PartSize,
}

/// What is marked of a report, a bit each.
#[derive(Clone, Copy)]
pub(super) enum Mark {
    IsReport = 0,
    Abridged = 1,
    Partial = 2,
    Duplicate = 3,
}

/// What the columns have of one report.
pub(super) struct ReportNumbers<'e> {
    pub(super) number: u32,
    /// The region and the year under which it is found.
    pub(super) region: Option<Region>,
    pub(super) year: Option<Year>,
    pub(super) marks: [(Mark, bool); 4],
    pub(super) parts: [PartSize; N_PARTS],
    pub(super) abouts: &'e [AboutSize],
    /// The byte at which its entry begins.
    pub(super) offset: u32,
}

/// Columns on their way into the table.
#[derive(Default)]
pub(super) struct NewColumns {
    numbers: Vec<u8>,
    regions: Vec<u8>,
    years: Vec<u8>,
    marks: Vec<u8>,
    parts: Vec<u8>,
    about_offsets: Vec<u8>,
    offsets: Vec<u8>,
    abouts: Vec<u8>,
}

impl NewColumns {
    /// Adds a report.
    pub(super) fn push(&mut self, report: &ReportNumbers<'_>) {
        let region = report.region.map_or(NO_REGION, Region::code);
        let year = report.year.map_or(0, Year::get);
        let set = report.marks.iter().filter(|(_, is_set)| *is_set);
        let marks = set.fold(0u8, |sum, (mark, _)| sum | 1 << *mark as u8);
        self.numbers.extend(report.number.to_le_bytes());
        self.regions.extend(region.to_le_bytes());
        self.years.extend(year.to_le_bytes());
        self.marks.push(marks);
        for size in report.parts {
            self.parts.extend(size.passages.to_le_bytes());
            self.parts.extend(size.chars.to_le_bytes());
        }
        self.end(report.offset);
        for AboutSize { part, about, size } in report.abouts {
            self.abouts.push(*part as u8);
            self.abouts.extend(about.0.get().to_le_bytes());
            self.abouts.extend(about.1.get().to_le_bytes());
            self.abouts.extend(size.passages.to_le_bytes());
            self.abouts.extend(size.chars.to_le_bytes());
        }
    }

    /// Writes down where the next report begins, or the last one ends.
    fn end(&mut self, offset: u32) {
        let n_abouts = (self.abouts.len() / ABOUT_BYTES) as u32;
        self.about_offsets.extend(n_abouts.to_le_bytes());
        self.offsets.extend(offset.to_le_bytes());
    }

    /// The bytes of all, the last entry ending at a byte.
    pub(super) fn finish(mut self, end: u32) -> Vec<u8> {
        self.end(end);
        let columns = [
            self.numbers,
            self.regions,
            self.years,
            self.marks,
            self.parts,
            self.about_offsets,
            self.offsets,
            self.abouts,
        ];
        columns.concat()
    }
}

/// The columns of a table that is open.
pub(super) struct Columns {
    bytes: OwnedBytes,
    n_reports: usize,
}

impl Columns {
    /// Columns of so many reports; none if there are fewer bytes.
    pub(super) fn new(bytes: OwnedBytes, n_reports: usize) -> Option<Columns> {
        let n_bytes = n_reports
            .checked_mul(REPORT_BYTES)?
            .checked_add(ENDS_BYTES)?;
        (bytes.len() >= n_bytes).then_some(Columns { bytes, n_reports })
    }

    pub(super) fn n_reports(&self) -> usize {
        self.n_reports
    }

    /// The bytes of one value of a column that begins behind so many bytes of each report.
    fn value<const N: usize>(&self, n_before: usize, rank: usize) -> Option<[u8; N]> {
        if rank >= self.n_reports {
            return None;
        }
        let at = n_before * self.n_reports + N * rank;
        self.bytes.get(at..)?.first_chunk().copied()
    }

    pub(super) fn number(&self, rank: usize) -> Option<u32> {
        self.value(0, rank).map(u32::from_le_bytes)
    }

    pub(super) fn region(&self, rank: usize) -> Option<Region> {
        Region::from_code(u32::from_le_bytes(self.value(4, rank)?))
    }

    #[inline]
    pub(super) fn year(&self, rank: usize) -> Option<Year> {
        Year::new(u16::from_le_bytes(self.value(8, rank)?))
    }

    #[inline]
    pub(super) fn is(&self, mark: Mark, rank: usize) -> bool {
        let [marks] = self.value(10, rank).unwrap_or_default();
        marks >> mark as u8 & 1 == 1
    }

    #[inline]
    pub(super) fn parts(&self, rank: usize) -> [PartSize; N_PARTS] {
        let coded: [u8; 8 * N_PARTS] = self.value(11, rank).unwrap_or([0; 8 * N_PARTS]);
        let (numbers, _) = coded.as_chunks::<4>();
        let mut numbers = numbers.iter().map(|number| u32::from_le_bytes(*number));
        std::array::from_fn(|_| PartSize {
            passages: numbers.next().unwrap_or_default(),
            chars: numbers.next().unwrap_or_default(),
        })
    }

    /// A pair of neighbouring values of a column that has one value more than there are reports.
    fn range(&self, at: usize, rank: usize) -> Option<(usize, usize)> {
        if rank >= self.n_reports {
            return None;
        }
        let both: [u8; 8] = *self.bytes.get(at + 4 * rank..)?.first_chunk()?;
        let (numbers, _) = both.as_chunks::<4>();
        let &[start, end] = numbers else { return None };
        Some((
            u32::from_le_bytes(start) as usize,
            u32::from_le_bytes(end) as usize,
        ))
    }

    /// Where the entry of a report begins and ends.
    pub(super) fn entry(&self, rank: usize) -> Option<(usize, usize)> {
        self.range((REPORT_BYTES - 4) * self.n_reports + 4, rank)
    }

    pub(super) fn abouts(&self, rank: usize) -> impl Iterator<Item = AboutSize> {
        let range = self.range((REPORT_BYTES - 8) * self.n_reports, rank);
        let (start, end) = range.unwrap_or_default();
        let first = REPORT_BYTES * self.n_reports + ENDS_BYTES;
        let coded = self
            .bytes
            .get(first + ABOUT_BYTES * start..first + ABOUT_BYTES * end);
        let (coded, _) = coded.unwrap_or_default().as_chunks::<ABOUT_BYTES>();
        coded.iter().filter_map(|coded| {
            let &[part, a, b, c, d, ref size @ ..] = coded;
            let (numbers, _) = size.as_chunks::<4>();
            let &[passages, chars] = numbers else {
                return None;
            };
            let year = |bytes| Year::new(u16::from_le_bytes(bytes));
            Some(AboutSize {
                part: *Part::ALL.get(usize::from(part))?,
                about: (year([a, b])?, year([c, d])?),
                size: PartSize {
                    passages: u32::from_le_bytes(passages),
                    chars: u32::from_le_bytes(chars),
                },
            })
        })
    }
}
