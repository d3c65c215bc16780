//! Passages and tables as they leave an index for another place, and come back.
//!
//! In: an open index. Out: each passage as a plain record, and the tables beside the segments as they are. Some of the
//! records, or all, are an index again ([`Index::of_tables`], [`Index::with_records`]): what searches it is the same code.
//!
//! # Invariants
//!
//! - What is made of all records of an index answers as the index does, byte for byte.
//! - What is made of some of them answers so for every question whose passages are among them.

use crate::exact::{encode_record, restored};
use crate::index::schema::{Fields, WORD_TOKENIZER, schema};
use crate::index::{
    HeldTables, Index, IndexError, Manifest, ReportTable, Rest, Segment, Versions, from_tantivy,
    plugin_in_memory,
};
use crate::passage::{Spot, about_of};
use crate::query::Filters;
use crate::tokenize::{IndexWords, WordList};
use std::path::PathBuf;
use tantivy::TantivyDocument;
use tantivy::directory::OwnedBytes;
use tantivy::indexer::NoMergePolicy;
use tantivy::tokenizer::RawTokenizer;
use xxhash_rust::xxh3::Xxh3;

/// Memory that the writer fills before it begins another segment.
const WRITER_BYTES: usize = 1 << 30;

/// A passage as it is sent elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PassageRecord {
    /// Number of the report in the report table.
    pub report: u32,
    /// Number in the report, from 1.
    pub number: u32,
    /// Number of the innermost heading above, 0 for none.
    pub heading: u32,
    /// The part, and whether it is a heading or was recognised, as the index codes them.
    pub part: u64,
    /// The years that it speaks of, as the index codes them; 0 for none.
    pub about: u64,
    /// Its folded text.
    pub folded: String,
    /// What gives the original and its lines back.
    pub rest: Vec<u8>,
}

impl PassageRecord {
    /// Whether it speaks of a year that is asked for.
    pub fn is_asked(&self, filters: &Filters) -> bool {
        filters.about.is_empty() || filters.speaks_of(about_of(self.about))
    }

    /// Its original text.
    pub fn text(&self) -> String {
        restored(&encode_record(&self.folded, &self.rest)).text
    }

    /// The number of folded UTF-16 units, by which scores measure its length.
    pub fn n_units(&self) -> usize {
        self.folded.encode_utf16().count()
    }

    /// Adds all that is of the passage, its report apart, to a fingerprint.
    fn add_to(&self, hasher: &mut Xxh3) {
        for number in [
            u64::from(self.number),
            u64::from(self.heading),
            self.part,
            self.about,
            self.folded.len() as u64,
            self.rest.len() as u64,
        ] {
            hasher.update(&number.to_le_bytes());
        }
        hasher.update(self.folded.as_bytes());
        hasher.update(&self.rest);
    }
}

/// Fingerprint of the passages of a report in reading order: the same wherever and under whatever number they are held.
pub fn fingerprint_of<'r>(passages: impl IntoIterator<Item = &'r PassageRecord>) -> u64 {
    let mut hasher = Xxh3::new();
    passages
        .into_iter()
        .for_each(|record| record.add_to(&mut hasher));
    hasher.digest()
}

/// All that an index knows beside its passages.
#[derive(Clone, Debug)]
pub struct IndexTables {
    /// The manifest, as JSON.
    pub manifest: String,
    /// The report table.
    pub reports: Vec<u8>,
    /// The file table.
    pub files: Vec<u8>,
    /// The reader's own words, if there are any.
    pub words: Option<Vec<u8>>,
    /// The folder of the index, absolute: the corpus folders are written down relative to it.
    pub dir: PathBuf,
}

impl Index {
    /// The tables, without what tells copies of reports from others: nobody who asks needs that, and it is most of them.
    ///
    /// # Errors
    /// When the report table is damaged.
    pub fn tables(&self) -> Result<IndexTables, IndexError> {
        let damaged = |error| self.damaged(error);
        let reports = self.reports.without_sketches().map_err(damaged)?;
        let manifest = self.manifest().with_reports(&reports);
        Ok(IndexTables {
            manifest: serde_json::to_string(&manifest).unwrap_or_default(),
            reports,
            files: self.files.to_vec(),
            words: self.words.as_ref().map(|words| words.to_vec()),
            dir: self.dir().to_owned(),
        })
    }

    /// An index of these tables that holds none of its passages: all that is known without reading a text is there.
    ///
    /// # Errors
    /// When the tables are not what was written, or are those of another version.
    pub fn of_tables(tables: IndexTables) -> Result<Index, IndexError> {
        let IndexTables {
            manifest,
            reports,
            files,
            words,
            dir,
        } = tables;
        let damaged = |what: &str| IndexError::Damaged {
            dir: dir.clone(),
            what: what.to_owned(),
        };
        let manifest: Manifest =
            serde_json::from_str(&manifest).map_err(|_| damaged("its manifest cannot be read"))?;
        if let Some((what, wanted, built)) = Versions::current().difference(&manifest.makers) {
            return Err(IndexError::OtherVersions {
                dir: dir.clone(),
                what: what.to_owned(),
                built,
                wanted,
            });
        }
        let is_whole = manifest.reports.matches(&reports)
            && manifest.files.matches(&files)
            && manifest.words.is_some() == words.is_some();
        if !is_whole {
            return Err(damaged("its tables are not what was written"));
        }
        let reports = ReportTable::open(OwnedBytes::new(reports))
            .map_err(|error| damaged(&error.to_string()))?;
        let inner = in_memory(None).map_err(|error| from_tantivy(&dir, error))?;
        let held = HeldTables {
            manifest,
            reports,
            files: OwnedBytes::new(files),
            words: words.map(OwnedBytes::new),
        };
        Ok(Index::without_passages(dir, held, inner))
    }

    /// The same tables with some passages, given in any order, each once. Words are cut where a search for words needs them.
    ///
    /// # Errors
    /// When they cannot be indexed in memory, or the work is stopped.
    pub fn with_records(
        &self,
        mut records: Vec<PassageRecord>,
        cut: bool,
        rest: Rest,
    ) -> Result<Index, IndexError> {
        let fail = |error| from_tantivy(self.dir(), error);
        let list = cut.then(|| self.word_list()).transpose()?;
        let inner = in_memory(list.cloned()).map_err(fail)?;
        records.sort_by_key(|record| (record.report, record.number));
        let mut writer = inner
            .writer_with_num_threads(1, WRITER_BYTES)
            .map_err(fail)?;
        writer.set_merge_policy(Box::new(NoMergePolicy));
        for record in &records {
            let document = document_of(record, cut, self.fields);
            writer.add_document(document).map_err(fail)?;
            self.go_on()?;
        }
        writer.commit().map_err(fail)?;
        let mut segments = Vec::new();
        for segment in inner.searchable_segments().map_err(fail)? {
            let mut segment = Segment::open_partial(&segment).map_err(fail)?;
            segment.exact = segment.exact.with_stop(self.stop.clone());
            segments.push(segment);
        }
        Ok(self.partial(segments, inner, rest))
    }

    /// The passages of a report, in reading order.
    ///
    /// # Errors
    /// When a file of the index cannot be read, or the work is stopped.
    pub fn records_of(&self, rank: usize) -> Result<Vec<PassageRecord>, IndexError> {
        let record = |spot: Spot| {
            let (at, doc) = spot.place();
            let segment = self.segment(at)?;
            Ok(record_of(segment, doc))
        };
        let records = self.spots(rank, |_| true)?.into_iter().map(record);
        let records = records.collect::<Result<_, IndexError>>()?;
        self.go_on()?;
        Ok(records)
    }
}

/// A passage of a segment.
fn record_of(segment: &Segment, doc: tantivy::DocId) -> PassageRecord {
    let (folded, rest) = segment.exact.record(doc);
    PassageRecord {
        report: segment.report(doc) as u32,
        number: segment.number(doc),
        heading: segment.heading(doc),
        part: segment.part_code(doc),
        about: segment.about_code(doc),
        folded,
        rest,
    }
}

/// An index of tantivy in memory, with words if they are to be cut.
fn in_memory(words: Option<WordList>) -> tantivy::Result<tantivy::Index> {
    let (schema, _) = schema();
    let index = tantivy::Index::builder()
        .schema(schema)
        .register_plugin(plugin_in_memory())
        .create_in_ram()?;
    match words {
        Some(words) => index
            .tokenizers()
            .register(WORD_TOKENIZER, IndexWords::new(words)),
        // Nothing is cut, and the writer wants to see that something could be.
        None => index
            .tokenizers()
            .register(WORD_TOKENIZER, RawTokenizer::default()),
    }
    Ok(index)
}

fn document_of(record: &PassageRecord, cut: bool, fields: Fields) -> TantivyDocument {
    let mut document = TantivyDocument::new();
    document.add_custom(fields.passage, &encode_record(&record.folded, &record.rest));
    if cut {
        document.add_text(fields.words, &record.folded);
    }
    document.add_u64(fields.report, u64::from(record.report));
    document.add_u64(fields.number, u64::from(record.number));
    document.add_u64(fields.heading, u64::from(record.heading));
    document.add_u64(fields.part, record.part);
    document.add_u64(fields.about, record.about);
    document
}
