//! A passage, brought back from the index with what stands around it.
//!
//! In: an open [`Index`] and where in it. Out: [`PassageView`]s with report, part, section path and text; what can be told
//! of a passage without reading all of it; the rank of a report by its id.
//!
//! # Invariants
//!
//! - Passages of a report come in reading order, each once, the living ones alone.
//! - Passages are read one by one, as they are asked for: none but the last is held here.
//! - A report entry is decoded once for all passages that are read together, up to some thousands of reports.

use crate::exact::{Phrase, Side, StoredPassage};
use crate::index::{Index, IndexError, OCR_CODE, ReportEntry, Segment};
use baogao_reading::report::{Kind, Part};
use std::collections::HashMap;
use std::ops::RangeInclusive;
use std::sync::Arc;
use tantivy::schema::IndexRecordOption;
use tantivy::{DocId, DocSet, TERMINATED, Term};
use xxhash_rust::xxh3::xxh3_64;

/// A passage of a report, brought back with what stands around it.
#[derive(Clone, Debug)]
pub struct PassageView {
    /// The report.
    pub report: Arc<ReportEntry>,
    /// Rank of the report.
    pub rank: usize,
    /// Number in the report, from 1.
    pub number: u32,
    /// The part of the report.
    pub part: Part,
    /// Heading or text.
    pub kind: Kind,
    /// Whether some of it was recognised on the picture of a page.
    pub ocr: bool,
    /// First and last year that it speaks of.
    pub about: Option<(u16, u16)>,
    /// The headings above it, outermost first.
    pub section: Vec<String>,
    /// The original text, repaired.
    pub text: String,
    /// First line in the raw file, from 1.
    pub line: u32,
    /// Fingerprint of the text.
    pub hash: u32,
    /// Where it stands in the index.
    pub spot: Spot,
}

impl PassageView {
    /// `汾阳市-2024:19`
    pub fn id(&self) -> String {
        passage_id(&self.report.id, self.number)
    }

    /// Eight hex digits of the text, by which a quotation can be checked after an edit.
    pub fn text_hash(&self) -> String {
        format!("{:08x}", self.hash)
    }
}

/// Where a passage stands in an open index.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Spot {
    segment: usize,
    doc: DocId,
}

impl Spot {
    pub(crate) fn new(segment: usize, doc: DocId) -> Spot {
        Spot { segment, doc }
    }

    /// The segment, and the number there.
    pub(crate) fn place(self) -> (usize, DocId) {
        (self.segment, self.doc)
    }
}

/// `汾阳市-2024:19`
pub(crate) fn passage_id(report: &str, number: u32) -> String {
    format!("{report}:{number}")
}

impl Index {
    /// All passages of a report, in order.
    ///
    /// # Errors
    /// When a file of the index cannot be read.
    pub fn passages(&self, rank: usize) -> Result<Vec<PassageView>, IndexError> {
        self.passages_between(rank, 0..=u32::MAX)?.collect()
    }

    /// The passages of a report with some of the numbers, in order, each read when it is asked for.
    ///
    /// # Errors
    /// When a file of the index cannot be read, or the work is stopped.
    pub fn passages_between(
        &self,
        rank: usize,
        numbers: RangeInclusive<u32>,
    ) -> Result<impl Iterator<Item = Result<PassageView, IndexError>>, IndexError> {
        let mut spots = self.spots(rank, |_| true)?;
        spots.retain(|spot| {
            let segment = self.segments.get(spot.segment);
            segment.is_some_and(|segment| numbers.contains(&segment.number(spot.doc)))
        });
        Ok(self.passages_at(spots.into_iter()))
    }

    /// At most `n` passages of the same report right before a passage (`Side::Left`) or right behind it, in reading order,
    /// each read when it is asked for.
    ///
    /// # Errors
    /// As for [`Index::passages_between`].
    pub fn passages_beside(
        &self,
        passage: &PassageView,
        side: Side,
        n: usize,
    ) -> impl Iterator<Item = Result<PassageView, IndexError>> {
        let Spot { segment: at, doc } = passage.spot;
        let n = u32::try_from(n).unwrap_or(u32::MAX);
        // Passages of a report are consecutive; there are no more of it than this.
        let docs = match side {
            Side::Left => doc.saturating_sub(n.min(passage.number.saturating_sub(1)))..doc,
            Side::Right => {
                let n_passages = self.reports.n_passages(passage.rank);
                let n_behind = n_passages.saturating_sub(passage.number);
                doc + 1..doc.saturating_add(1).saturating_add(n.min(n_behind))
            }
        };
        let segment = self.segments.get(at);
        let is_of_report = move |other: &DocId| {
            segment.is_some_and(|segment| {
                segment.exact.is_alive(*other) && segment.report(*other) == segment.report(doc)
            })
        };
        let spots = docs.filter(is_of_report);
        self.passages_at(spots.map(move |doc| Spot { segment: at, doc }))
    }

    /// For each report whether a passage of `part` has the phrase and `holds` for it.
    ///
    /// # Errors
    /// When the work is stopped.
    pub fn reports_where(
        &self,
        phrase: &Phrase,
        part: Part,
        holds: impl Fn(Spot) -> bool,
    ) -> Result<Vec<bool>, IndexError> {
        let mut found = vec![false; self.reports.len()];
        for (at, segment) in self.segments.iter().enumerate() {
            let mut last = None;
            segment.exact.occurrences(phrase, |doc, _| {
                if last.replace(doc) == Some(doc) || part_of(segment.part_code(doc)).0 != part {
                    return;
                }
                if let Some(rank) = self.reports.rank_of(segment.report(doc))
                    && let Some(found) = found.get_mut(rank)
                    && !*found
                {
                    *found = holds(Spot { segment: at, doc });
                }
            });
        }
        self.go_on()?;
        Ok(found)
    }

    /// The passages of a report in parts that are wanted, in order, each with its segment and number there.
    pub(crate) fn placed_passages(
        &self,
        rank: usize,
        is_wanted: impl Fn(Part) -> bool,
    ) -> Result<Vec<(usize, DocId, PassageView)>, IndexError> {
        let spots = self.spots(rank, is_wanted)?;
        let placed = self.passages_at(spots.into_iter()).map(|passage| {
            let passage = passage?;
            Ok((passage.spot.segment, passage.spot.doc, passage))
        });
        placed.collect()
    }

    /// Where the passages of a report stand that are in parts that are wanted, in order.
    pub(crate) fn spots(
        &self,
        rank: usize,
        is_wanted: impl Fn(Part) -> bool,
    ) -> Result<Vec<Spot>, IndexError> {
        let mut spots = Vec::new();
        let term = Term::from_field_u64(self.fields.report, u64::from(self.reports.number(rank)));
        for (at, segment) in self.segments.iter().enumerate() {
            let inverted = segment
                .reader
                .inverted_index(self.fields.report)
                .map_err(|error| self.damaged(error))?;
            let postings = inverted.read_postings(&term, IndexRecordOption::Basic);
            let Some(mut postings) = postings.map_err(|error| self.damaged(error))? else {
                continue;
            };
            let mut doc = postings.doc();
            while doc != TERMINATED {
                let (part, _) = part_of(segment.part_code(doc));
                if is_wanted(part) && segment.exact.is_alive(doc) {
                    spots.push((segment.number(doc), Spot { segment: at, doc }));
                }
                doc = postings.advance();
            }
        }
        spots.sort_by_key(|(number, _)| *number);
        Ok(spots.into_iter().map(|(_, spot)| spot).collect())
    }

    /// Heading or text.
    pub(crate) fn kind_at(&self, Spot { segment, doc }: Spot) -> Kind {
        let segment = self.segments.get(segment);
        segment.map_or(Kind::Text, |segment| part_of(segment.part_code(doc)).1)
    }

    /// First and last year that a passage speaks of.
    pub(crate) fn about_at(&self, Spot { segment, doc }: Spot) -> Option<(u16, u16)> {
        let segment = self.segments.get(segment)?;
        about_of(segment.about_code(doc))
    }

    /// The text of a passage.
    pub(crate) fn text_at(&self, Spot { segment, doc }: Spot) -> String {
        let segment = self.segments.get(segment);
        segment.map_or_else(String::new, |segment| segment.exact.passage(doc).text)
    }

    /// About the first `max_units` UTF-16 units of the text of a passage, and whether that is all.
    pub(crate) fn beginning_at(
        &self,
        Spot { segment, doc }: Spot,
        max_units: usize,
    ) -> (String, bool) {
        let segment = self.segments.get(segment);
        segment.map_or_else(Default::default, |segment| {
            segment.exact.beginning(doc, max_units)
        })
    }

    /// The passages that stand there, each read when it is asked for.
    pub(crate) fn passages_at<S: Iterator<Item = Spot>>(
        &self,
        spots: S,
    ) -> impl Iterator<Item = Result<PassageView, IndexError>> + use<'_, S> {
        let mut entries = Entries::new(self);
        let passage = move |Spot { segment, doc }| {
            self.go_on()?;
            let stored = self.segment(segment)?.exact.passage(doc);
            self.view(Spot { segment, doc }, stored, &mut entries)
        };
        spots.map(passage)
    }

    /// The ids of the passages that stand there: `汾阳市-2024:19`.
    ///
    /// # Errors
    /// When a file of the index cannot be read.
    pub fn ids_at<S: Iterator<Item = Spot>>(
        &self,
        spots: S,
    ) -> impl Iterator<Item = Result<String, IndexError>> + use<'_, S> {
        let mut entries = Entries::new(self);
        let id = move |Spot { segment, doc }| {
            self.go_on()?;
            let segment = self.segment(segment)?;
            let rank = self.reports.rank_of(segment.report(doc));
            let report = entries.get(rank.unwrap_or(usize::MAX))?;
            Ok(passage_id(&report.id, segment.number(doc)))
        };
        spots.map(id)
    }

    /// A passage from its stored text.
    pub(crate) fn view(
        &self,
        Spot { segment: at, doc }: Spot,
        stored: StoredPassage,
        entries: &mut Entries<'_>,
    ) -> Result<PassageView, IndexError> {
        let segment = self.segment(at)?;
        let rank = self
            .reports
            .rank_of(segment.report(doc))
            .unwrap_or(usize::MAX);
        let code = segment.part_code(doc);
        let (part, kind) = part_of(code);
        Ok(PassageView {
            ocr: code >= OCR_CODE,
            report: entries.get(rank)?,
            rank,
            number: segment.number(doc),
            part,
            kind,
            about: about_of(segment.about_code(doc)),
            section: entries.section(segment, doc)?,
            line: stored.first_line(),
            hash: xxh3_64(stored.text.as_bytes()) as u32,
            text: stored.text,
            spot: Spot { segment: at, doc },
        })
    }
}

/// Reports whose entries are kept at a time.
const MAX_DECODED: usize = 4_096;

/// Report entries that have been decoded, each once, as long as they are few.
pub(crate) struct Entries<'i> {
    index: &'i Index,
    decoded: HashMap<usize, Arc<ReportEntry>>,
    /// The heading above the passage before, by segment and number there, and the path to it: most passages share it.
    last: Option<((*const Segment, DocId), Vec<String>)>,
}

impl<'i> Entries<'i> {
    pub(crate) fn new(index: &'i Index) -> Entries<'i> {
        Entries {
            index,
            decoded: HashMap::new(),
            last: None,
        }
    }

    /// The texts of the headings above a passage, outermost first.
    fn section(&mut self, segment: &Segment, doc: DocId) -> Result<Vec<String>, IndexError> {
        let Some(heading) = heading_of(segment, doc) else {
            return self.section_elsewhere(segment, doc);
        };
        let place = (std::ptr::from_ref(segment), heading);
        match &self.last {
            Some((last, path)) if *last == place => Ok(path.clone()),
            // The headings above that one may be elsewhere.
            _ if has_headings_elsewhere(self.index) => self.section_elsewhere(segment, doc),
            _ => {
                let path = section(segment, doc);
                self.last = Some((place, path.clone()));
                Ok(path)
            }
        }
    }

    /// The same where not all passages are held.
    fn section_elsewhere(&self, segment: &Segment, doc: DocId) -> Result<Vec<String>, IndexError> {
        let mut up = segment.heading(doc);
        let Some(rest) = self.index.rest.as_ref().filter(|_| up > 0) else {
            return Ok(Vec::new());
        };
        let Some(headings) = &rest.headings else {
            return Ok(Vec::new());
        };
        let headings = headings.of(segment.report(doc) as u32)?;
        let mut path = Vec::new();
        while let Some((above, text)) = headings.get(&up) {
            path.push(text.clone());
            if *above >= up {
                break;
            }
            up = *above;
        }
        path.reverse();
        Ok(path)
    }

    pub(crate) fn get(&mut self, rank: usize) -> Result<Arc<ReportEntry>, IndexError> {
        if let Some(entry) = self.decoded.get(&rank) {
            return Ok(Arc::clone(entry));
        }
        let entry = self
            .index
            .reports
            .entry(rank)
            .map_err(|error| self.index.damaged(error))?;
        let entry = Arc::new(entry);
        if self.decoded.len() == MAX_DECODED {
            self.decoded.clear();
        }
        self.decoded.insert(rank, Arc::clone(&entry));
        Ok(entry)
    }
}

/// Whether the headings above passages are asked for elsewhere.
fn has_headings_elsewhere(index: &Index) -> bool {
    let rest = index.rest.as_ref();
    rest.is_some_and(|rest| rest.headings.is_some())
}

/// All codes of parts and kinds that passages of an index may have.
pub fn part_codes() -> impl Iterator<Item = u64> {
    let codes = 0..2 * Part::ALL.len() as u64;
    codes.clone().chain(codes.map(|code| code + OCR_CODE))
}

/// Part and kind from the code in the index.
pub fn part_of(code: u64) -> (Part, Kind) {
    let part = Part::ALL
        .get((code % OCR_CODE / 2) as usize)
        .copied()
        .unwrap_or(Part::Other);
    (
        part,
        if code % 2 == 1 {
            Kind::Heading
        } else {
            Kind::Text
        },
    )
}

/// First and last year from the code in the index.
pub(crate) fn about_of(code: u64) -> Option<(u16, u16)> {
    (code != 0).then_some(((code / 10_000) as u16, (code % 10_000) as u16))
}

/// The texts of the headings above a passage, outermost first.
fn section(segment: &Segment, doc: DocId) -> Vec<String> {
    let mut path = Vec::new();
    let mut at = doc;
    // Each step goes to an earlier passage, so that the walk ends even on damaged columns.
    while let Some(up) = heading_of(segment, at) {
        path.push(segment.exact.passage(up).text);
        at = up;
    }
    path.reverse();
    path
}

/// The passage of the innermost heading above, which stands before it.
fn heading_of(segment: &Segment, doc: DocId) -> Option<DocId> {
    let heading = segment.heading(doc);
    let is_above = heading > 0 && heading < segment.number(doc);
    is_above
        .then(|| segment.same_report(doc, heading))
        .flatten()
}
