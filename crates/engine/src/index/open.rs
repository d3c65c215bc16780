//! Opens an index for reading: the one place where tantivy's index is opened by a reader.
//!
//! In: the index folder. Out: its segments and report table, checked against the manifest.
//! Nothing is locked and nothing is written. The folder holds generations (`g0001/` …), each a
//! whole tantivy index, and one file `current` that names the one in use.
//!
//! # Invariants
//!
//! - An index made with another format, fold, dictionary or set of repair rules is refused.
//! - An index without a manifest was never finished and counts as missing.

use super::directory::ReadOnlyDirectory;
use super::error::IndexError;
use super::files::{Changes, FileTable, UnreadFile};
use super::manifest::{Manifest, Meta, SegmentFile, TableRef, Versions};
use super::own::{
    CURRENT_FILE, Contents, META_FILE, Standing, current_name, is_own_file, look_through,
    managed_files, read_plain, wrong_markers,
};
use super::rest::Rest;
use super::schema::{Fields, PASSAGE_FIELD, WORD_TOKENIZER, schema};
use super::table::ReportTable;
use crate::exact::{ExactPlugin, ExactSegment};
use crate::stop::Stop;
use crate::tokenize::{IndexWords, WordList};
use std::any::Any;
use std::collections::HashSet;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::thread::JoinHandle;
use std::time::SystemTime;
use tantivy::columnar::Cardinality;
use tantivy::directory::error::{Incompatibility, OpenReadError};
use tantivy::directory::{Directory, OwnedBytes};
use tantivy::fastfield::Column;
use tantivy::{DocId, SegmentReader, TantivyError};

/// How often a reader starts anew when a file vanished under it.
const MAX_OPENINGS: usize = 5;

/// Of a file table with fewer bytes a look at the files is not worth a thread: it has some hundreds of them.
const AHEAD_BYTES: usize = 1 << 16;

/// After so many lookups in the columns, a share of the reports of a segment, it is read where all of them begin.
const LOOKED_UP_SHARE: usize = 4;

/// A look at the files of the corpus that has begun.
type Ahead = Arc<Mutex<Option<JoinHandle<Option<Changes>>>>>;

/// An index, open for reading. A clone is another handle on the same open files.
#[derive(Clone)]
pub struct Index {
    dir: PathBuf,
    generation: PathBuf,
    manifest: Arc<Manifest>,
    /// The segments, in no particular order.
    pub(crate) segments: Vec<Segment>,
    /// The reports.
    pub reports: Arc<ReportTable>,
    /// Open from the beginning, so that a reader who stays is not left without it.
    pub(crate) files: OwnedBytes,
    /// The look at the files that goes on while a question is answered.
    ahead: Ahead,
    /// The reader's own words, if there are any; the same.
    pub(crate) words: Option<OwnedBytes>,
    /// All texts, sorted, if they are beside the segments; the same.
    strings: Option<OwnedBytes>,
    /// Whether these are what was written; looked at when they are first asked for.
    are_strings_whole: Arc<OnceLock<bool>>,
    pub(crate) fields: Fields,
    /// Read when words are first asked for.
    word_list: Arc<OnceLock<WordList>>,
    /// Read when files that could not be read are first asked for.
    pub(super) unread: Arc<OnceLock<Vec<UnreadFile>>>,
    /// Every file of every segment as it was written.
    parts: Arc<Vec<SegmentFile>>,
    inner: tantivy::Index,
    /// What stops the work of this handle.
    pub(crate) stop: Stop,
    /// What answers have read and others will want, if this index stays open for several.
    kept: Option<Arc<OnceLock<Kept>>>,
    /// Where the rest is of what holds some passages alone.
    pub(crate) rest: Option<Rest>,
}

/// The tables of an index, open.
pub(crate) struct HeldTables {
    pub(crate) manifest: Manifest,
    pub(crate) reports: ReportTable,
    pub(crate) files: OwnedBytes,
    pub(crate) words: Option<OwnedBytes>,
}

/// Something that is kept with an open index: the entries of all glossaries.
pub(crate) type Kept = Arc<dyn Any + Send + Sync>;

/// One segment with its columns.
#[derive(Clone)]
pub(crate) struct Segment {
    pub(crate) exact: ExactSegment,
    pub(crate) reader: Arc<SegmentReader>,
    report: Column<u64>,
    number: Column<u64>,
    heading: Column<u64>,
    part: Column<u64>,
    about: Column<u64>,
    /// Whether it has all passages of each of its reports, in a row.
    is_whole: bool,
    /// Where each of its reports begins.
    starts: Arc<LazyStarts>,
}

impl Segment {
    /// Opens a segment that need not have all passages of a report; those that it has stand in order.
    pub(crate) fn open_partial(segment: &tantivy::Segment) -> tantivy::Result<Segment> {
        let segment = Segment::open(segment)?;
        Ok(Segment {
            is_whole: false,
            ..segment
        })
    }

    fn open(segment: &tantivy::Segment) -> tantivy::Result<Segment> {
        let reader = SegmentReader::open(segment)?;
        // Every passage has a value in each, so that a passage's number is also that of its value.
        let column = |name: &str| -> tantivy::Result<Column<u64>> {
            let column = reader.fast_fields().u64(name)?;
            if column.get_cardinality() != Cardinality::Full
                || column.num_docs() != reader.max_doc()
            {
                let what =
                    format!("the column `{name}` has another number of values than its segment");
                return Err(TantivyError::InternalError(what));
            }
            Ok(column)
        };
        Ok(Segment {
            exact: ExactSegment::open(&reader)?,
            report: column("report")?,
            number: column("number")?,
            heading: column("heading")?,
            part: column("part")?,
            about: column("about")?,
            is_whole: true,
            starts: Arc::default(),
            reader: Arc::new(reader),
        })
    }

    /// The passage with some number in the same report as another.
    pub(crate) fn same_report(&self, doc: DocId, number: u32) -> Option<DocId> {
        let place = (self.report(doc), number);
        let found = match self.is_whole {
            true => {
                (u64::from(doc) + u64::from(number)).checked_sub(u64::from(self.number(doc)))?
            }
            false => {
                let (mut from, mut to) = (0, self.reader.max_doc());
                while from < to {
                    let middle = from.midpoint(to);
                    if (self.report(middle), self.number(middle)) < place {
                        from = middle + 1;
                    } else {
                        to = middle;
                    }
                }
                u64::from(from)
            }
        };
        let found = DocId::try_from(found).ok()?;
        let is_there =
            found < self.reader.max_doc() && (self.report(found), self.number(found)) == place;
        is_there.then_some(found)
    }

    /// Number of the report that a passage belongs to.
    #[inline]
    pub(crate) fn report(&self, doc: DocId) -> u64 {
        self.report.values.get_val(doc)
    }

    /// Number of a passage in its report, from 1.
    #[inline]
    pub(crate) fn number(&self, doc: DocId) -> u32 {
        self.number.values.get_val(doc) as u32
    }

    /// Number of the innermost heading above, 0 for none.
    pub(crate) fn heading(&self, doc: DocId) -> u32 {
        self.heading.values.get_val(doc) as u32
    }

    /// Twice the part, plus one for a heading.
    #[inline]
    pub(crate) fn part_code(&self, doc: DocId) -> u64 {
        self.part.values.get_val(doc)
    }

    /// The part codes of many passages; both slices are as long.
    pub(crate) fn part_codes(&self, docs: &[DocId], codes: &mut [u64]) {
        self.part.values.get_vals(docs, codes);
    }

    /// First year × 10,000 + last year that a passage speaks of, 0 for none.
    #[inline]
    pub(crate) fn about_code(&self, doc: DocId) -> u64 {
        self.about.values.get_val(doc)
    }
}

/// Where each report of a segment begins, read once that is worth it.
#[derive(Default)]
struct LazyStarts {
    table: OnceLock<ReportStarts>,
    /// How many reports have been looked up in the columns, by all questions.
    n_looked_up: AtomicUsize,
}

/// Where the passages of each report begin, for a segment that has all of them in a row. It takes twelve bytes a report;
/// to look one up in the columns reads three places far from each other.
struct ReportStarts {
    /// The first passage of each, ascending.
    docs: Vec<DocId>,
    /// The rank of each; none for passages of a report that is not held any more.
    ranks: Vec<Option<u32>>,
}

impl ReportStarts {
    /// Reads where the reports of a segment begin.
    fn new(reports: &ReportTable, segment: &Segment) -> ReportStarts {
        let mut starts = ReportStarts {
            docs: Vec::new(),
            ranks: Vec::new(),
        };
        let mut doc = 0;
        while doc < segment.reader.max_doc() {
            let rank = reports.rank_of(segment.report(doc));
            if rank.is_some() || starts.ranks.last() != Some(&None) {
                starts.docs.push(doc);
                starts.ranks.push(rank.map(|rank| rank as u32));
            }
            // By the number of the passage as well: where a damaged column names another report, those behind it are in step again.
            let end = rank.map_or(0, |rank| {
                let behind = doc
                    .saturating_add(1)
                    .saturating_add(reports.n_passages(rank));
                behind.saturating_sub(segment.number(doc))
            });
            doc = end.max(doc + 1);
        }
        starts
    }

    /// Which of them a passage belongs to, not before one that an earlier passage belongs to: from there it is looked for in
    /// steps that double.
    #[inline]
    fn at(&self, doc: DocId, from: usize) -> usize {
        let rest = self.docs.get(from..).unwrap_or_default();
        let mut end = 1;
        while rest.get(end).is_some_and(|start| *start <= doc) {
            end *= 2;
        }
        let doubled = rest.get(end / 2..end.min(rest.len())).unwrap_or_default();
        let n_begun = end / 2 + doubled.partition_point(|start| *start <= doc);
        from + n_begun.saturating_sub(1)
    }
}

/// The passages of one report in a segment, while passages are gone through in ascending order: they are consecutive, so that
/// the rank of the report is looked up once.
pub(crate) struct ReportRun<'s> {
    reports: &'s ReportTable,
    segment: &'s Segment,
    /// Where all reports begin, if that is known, and which of them was met last.
    starts: Option<&'s ReportStarts>,
    at: usize,
    /// So many lookups in the columns cost as much as to read it.
    n_lookups_max: usize,
    docs: Range<DocId>,
    /// The number of the first of them.
    first: u32,
    rank: Option<usize>,
}

impl<'s> ReportRun<'s> {
    pub(crate) fn new(reports: &'s ReportTable, segment: &'s Segment) -> ReportRun<'s> {
        let n_passages = segment.reader.max_doc() as usize;
        ReportRun {
            reports,
            segment,
            starts: segment.starts.table.get(),
            at: 0,
            n_lookups_max: n_passages / reports.mean_passages() / LOOKED_UP_SHARE,
            docs: 0..0,
            first: 0,
            rank: None,
        }
    }

    /// The rank of the report that a passage belongs to.
    #[inline]
    pub(crate) fn rank_of(&mut self, doc: DocId) -> Option<usize> {
        if !self.docs.contains(&doc) {
            self.look_up(doc);
        }
        self.rank
    }

    fn look_up(&mut self, doc: DocId) {
        if let Some(starts) = self.starts() {
            self.at = starts.at(doc, self.at);
            let start = starts.docs.get(self.at).copied().unwrap_or(doc);
            let end = starts.docs.get(self.at + 1).copied();
            let rank = starts.ranks.get(self.at).copied().flatten();
            self.rank = rank.map(|rank| rank as usize);
            self.first = 1;
            self.docs = start..end.unwrap_or_else(|| self.segment.reader.max_doc());
            return;
        }
        self.rank = self.reports.rank_of(self.segment.report(doc));
        let n_passages = self.rank.map_or(1, |rank| self.reports.n_passages(rank));
        self.first = self.segment.number(doc);
        self.docs = match self.segment.is_whole {
            true => {
                let start = (doc + 1).saturating_sub(self.first);
                self.first = 1;
                start..start.saturating_add(n_passages)
            }
            false => doc..doc + 1,
        };
    }

    /// Where all reports begin, if that is known or worth reading by now.
    fn starts(&mut self) -> Option<&'s ReportStarts> {
        if self.starts.is_none() && self.segment.is_whole {
            let LazyStarts { table, n_looked_up } = &*self.segment.starts;
            if n_looked_up.fetch_add(1, Ordering::Relaxed) >= self.n_lookups_max {
                let starts = || ReportStarts::new(self.reports, self.segment);
                self.starts = Some(table.get_or_init(starts));
            }
        }
        self.starts
    }

    /// The number in its report of the passage that was looked up last.
    #[inline]
    pub(crate) fn number(&self, doc: DocId) -> u32 {
        doc - self.docs.start + self.first
    }
}

/// What the index folder holds.
pub(super) enum FolderState {
    /// Nothing, or a build that was never finished.
    Nothing,
    /// A generation in use.
    Generation(PathBuf),
    /// An index, and no telling which generation is in use: what is wrong with `current`.
    Unclear(&'static str),
}

/// Looks at the index folder without changing it.
pub(super) fn look(dir: &Path) -> Result<FolderState, IndexError> {
    let named = current_name(dir);
    let current = dir.join(CURRENT_FILE);
    if named.is_err()
        && let Err(error) = read_plain(&current)
        && error.kind() == std::io::ErrorKind::PermissionDenied
    {
        return Err(IndexError::io(current, &error));
    }
    if let Ok(Some(name)) = named {
        return Ok(FolderState::Generation(dir.join(name)));
    }
    if !dir.exists() {
        return Ok(FolderState::Nothing);
    }
    if !dir.is_dir() {
        return Err(IndexError::Foreign {
            dir: dir.to_owned(),
            holds: None,
        });
    }
    let Contents::Own(holdings) = look_through(dir)? else {
        return Ok(FolderState::Nothing);
    };
    // `current` is written before the first commit: a generation that was committed has been named by it.
    let is_whole =
        |generation: &super::own::OwnGeneration| !generation.is_unfinished(Standing::Unnamed);
    match named {
        Err(()) => Ok(FolderState::Unclear("is not what was written")),
        Ok(_) if holdings.generations.iter().any(is_whole) => {
            Ok(FolderState::Unclear("is missing"))
        }
        Ok(_) => Ok(FolderState::Nothing),
    }
}

/// What there is to read, or why nothing can be read.
pub(super) fn find(dir: &Path) -> Result<PathBuf, IndexError> {
    match look(dir)? {
        FolderState::Generation(generation) => Ok(generation),
        FolderState::Nothing => Err(IndexError::Missing {
            dir: dir.to_owned(),
        }),
        FolderState::Unclear(what) => Err(IndexError::Damaged {
            dir: dir.to_owned(),
            what: format!("`{CURRENT_FILE}` {what}"),
        }),
    }
}

/// What is another with every commit, read without opening anything: a reader that stays open compares it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IndexStamp {
    commit: Vec<u8>,
    modified: Option<SystemTime>,
}

impl IndexStamp {
    /// The stamp of the index in `dir`; none if there is no index, or if its folder has gone.
    pub fn read(dir: &Path) -> Option<IndexStamp> {
        let Ok(FolderState::Generation(generation)) = look(dir) else {
            return None;
        };
        let path = generation.join(META_FILE);
        let meta = read_plain(&path).ok()?;
        let modified = path.metadata().and_then(|file| file.modified()).ok();
        let generation = generation.as_os_str().as_encoded_bytes();
        let commit = [generation, b"\0", &meta].concat();
        Some(IndexStamp::new(commit, modified))
    }

    /// The stamp of a commit that is told from all others by `commit`, wherever it stands.
    pub fn new(commit: Vec<u8>, modified: Option<SystemTime>) -> IndexStamp {
        IndexStamp { commit, modified }
    }

    /// When the last commit was written.
    pub fn modified(&self) -> Option<SystemTime> {
        self.modified
    }
}

/// What a writer needs that a reader does not.
pub(super) struct Writing {
    /// By which text is cut.
    pub(super) words: WordList,
    /// Counts the passages that have been taken in.
    pub(super) n_taken: Arc<AtomicU64>,
    /// Whether segments get their lists of frequent runs when they are merged.
    pub(super) lists_later: bool,
}

/// Opens tantivy's index over `directory` with all that must be registered on it.
pub(super) fn open_tantivy(
    directory: Box<dyn Directory>,
    writing: Option<Writing>,
) -> tantivy::Result<tantivy::Index> {
    let mut index = tantivy::Index::open(directory)?;
    let plugin = match writing {
        Some(writing) => {
            index
                .tokenizers()
                .register(WORD_TOKENIZER, IndexWords::new(writing.words));
            let plugin = ExactPlugin::new(PASSAGE_FIELD, writing.n_taken);
            match writing.lists_later {
                true => plugin.with_lists_later(),
                false => plugin,
            }
        }
        None => ExactPlugin::new(PASSAGE_FIELD, Arc::default()),
    };
    index.register_plugin(Arc::new(plugin));
    Ok(index)
}

/// The exact channel of an index in memory.
pub(crate) fn plugin_in_memory() -> Arc<ExactPlugin> {
    Arc::new(ExactPlugin::new(PASSAGE_FIELD, Arc::default()).without_runs())
}

/// Reads the manifest of an open index; none if its only commit was never finished.
pub(super) fn read_manifest(
    index: &tantivy::Index,
    dir: &Path,
) -> Result<Option<Manifest>, IndexError> {
    let meta = index
        .load_metas()
        .map_err(|error| from_tantivy(dir, error))?;
    let Some(payload) = meta.payload else {
        return Ok(None);
    };
    let damaged = || IndexError::Damaged {
        dir: dir.to_owned(),
        what: "its manifest cannot be read".to_owned(),
    };
    serde_json::from_str(&payload)
        .map(Some)
        .map_err(|_| damaged())
}

/// What `meta.json` says, if it is what was written: what tantivy reads of it may look right and be another index.
pub(super) fn sealed_meta(dir: &Path, generation: &Path) -> Result<Meta, IndexError> {
    let path = generation.join(META_FILE);
    let what = match read_plain(&path) {
        Ok(text) => match Meta::read(&text) {
            Some(meta) => return Ok(meta),
            None => format!("`{META_FILE}` is not what was written"),
        },
        Err(error) => format!("`{META_FILE}` cannot be read: {error}"),
    };
    Err(IndexError::Damaged {
        dir: dir.to_owned(),
        what,
    })
}

/// Compares the lengths of all files of the segments with what was written; of those that say which passages were deleted the
/// contents: they are small, and every number depends on each of their bits.
pub(super) fn check_lengths(
    dir: &Path,
    generation: &Path,
    parts: &[SegmentFile],
) -> Result<(), IndexError> {
    for part in parts {
        let path = generation.join(&part.file);
        let is_of_deleted = part.file.ends_with(".del");
        let what = match path.metadata() {
            Ok(file) if file.len() == part.bytes && !is_of_deleted => continue,
            Ok(file) if file.len() == part.bytes => match std::fs::read(&path) {
                Ok(bytes) if part.matches(&bytes) => continue,
                Ok(_) => format!("`{}` is not what was written", part.file),
                Err(error) => return Err(IndexError::io(path, &error)),
            },
            Ok(file) => format!(
                "`{}` has {} bytes, {} were written",
                part.file,
                file.len(),
                part.bytes
            ),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                format!("`{}` is missing", part.file)
            }
            Err(error) => return Err(IndexError::io(generation.join(&part.file), &error)),
        };
        return Err(IndexError::Damaged {
            dir: dir.to_owned(),
            what,
        });
    }
    Ok(())
}

/// Reads a table beside the segments.
pub(super) fn read_table(
    generation: &Path,
    dir: &Path,
    table: &TableRef,
) -> Result<OwnedBytes, IndexError> {
    let damaged = |what: String| IndexError::Damaged {
        dir: dir.to_owned(),
        what,
    };
    let map = || {
        ReadOnlyDirectory::open(generation)
            .ok()?
            .open_read(Path::new(&table.file))
            .ok()?
            .read_bytes()
            .ok()
    };
    let bytes = map().ok_or_else(|| damaged(format!("`{}` is missing", table.file)))?;
    if bytes.len() as u64 != table.bytes {
        return Err(damaged(format!("`{}` is not what was written", table.file)));
    }
    Ok(bytes)
}

/// Reads the table of the reader's words, if there is one.
pub(super) fn read_words(
    generation: &Path,
    dir: &Path,
    manifest: &Manifest,
) -> Result<Option<OwnedBytes>, IndexError> {
    let table = manifest.words.as_ref();
    table
        .map(|table| read_table(generation, dir, table))
        .transpose()
}

/// The word list of an index.
pub(super) fn word_list(
    dir: &Path,
    manifest: &Manifest,
    words: Option<&OwnedBytes>,
) -> Result<WordList, IndexError> {
    let Some((table, bytes)) = manifest.words.as_ref().zip(words) else {
        return Ok(WordList::default());
    };
    // Compared whole: a word list is walked without looking at each step.
    let list = table
        .matches(bytes)
        .then(|| WordList::from_bytes(bytes))
        .flatten();
    list.ok_or_else(|| IndexError::Damaged {
        dir: dir.to_owned(),
        what: format!("`{}` is not what was written", table.file),
    })
}

/// Says in our terms what tantivy found wrong, without its long texts.
pub(crate) fn from_tantivy(dir: &Path, error: TantivyError) -> IndexError {
    let damaged = |what: String| IndexError::Damaged {
        dir: dir.to_owned(),
        what,
    };
    match error {
        TantivyError::OpenReadError(OpenReadError::FileDoesNotExist(path)) => {
            damaged(format!("`{}` is missing", path.display()))
        }
        // The system refuses: too many open files, no permission. A file that is cut short has no such number.
        TantivyError::OpenReadError(OpenReadError::IoError { io_error, filepath })
            if io_error.raw_os_error().is_some() =>
        {
            IndexError::io(filepath, &io_error)
        }
        TantivyError::OpenReadError(OpenReadError::IncompatibleIndex(incompatible))
        | TantivyError::IncompatibleIndex(incompatible) => IndexError::OtherVersions {
            dir: dir.to_owned(),
            what: "tantivy format".to_owned(),
            built: match incompatible {
                Incompatibility::IndexMismatch { index_version, .. } => index_version.to_string(),
                Incompatibility::CompressionMismatch { .. } => "another compression".to_owned(),
            },
            wanted: tantivy::version_string().to_owned(),
        },
        TantivyError::DataCorruption(_) => {
            damaged("`meta.json` or `.managed.json` cannot be read".to_owned())
        }
        TantivyError::IoError(error) if error.raw_os_error().is_some() => {
            IndexError::io(dir, &error)
        }
        TantivyError::IoError(error) => damaged(error.to_string()),
        TantivyError::LockFailure(..) => IndexError::Busy {
            dir: dir.to_owned(),
        },
        other => damaged(other.to_string().chars().take(200).collect()),
    }
}

impl Index {
    /// Opens the index in `dir` for reading.
    ///
    /// # Errors
    /// When there is none, when it is foreign, damaged, or made with other rules than this program's.
    pub fn open(dir: &Path) -> Result<Index, IndexError> {
        let mut openings = 0;
        loop {
            openings += 1;
            match Index::open_once(dir) {
                // A file that vanished between two steps: a writer has just finished; look again.
                Err(IndexError::Damaged { .. }) if openings < MAX_OPENINGS => {
                    std::thread::sleep(std::time::Duration::from_millis(openings as u64));
                }
                result => return result,
            }
        }
    }

    fn open_once(dir: &Path) -> Result<Index, IndexError> {
        // The folder itself, not a link to it: roots are written down relative to where it is.
        let dir = &std::fs::canonicalize(dir)
            .or_else(|_| std::path::absolute(dir))
            .map_err(|error| IndexError::io(dir, &error))?;
        let generation = find(dir)?;
        let fail = |error| from_tantivy(dir, error);
        let directory = ReadOnlyDirectory::open(&generation).map_err(fail)?;
        let inner = open_tantivy(Box::new(directory), None).map_err(fail)?;
        let manifest = read_manifest(&inner, dir)?.ok_or_else(|| IndexError::Missing {
            dir: dir.to_owned(),
        })?;
        if let Some((what, wanted, built)) = Versions::current().difference(&manifest.makers) {
            return Err(IndexError::OtherVersions {
                dir: dir.to_owned(),
                what: what.to_owned(),
                built,
                wanted,
            });
        }
        let meta = sealed_meta(dir, &generation)?;
        check_lengths(dir, &generation, &meta.parts)?;
        let reports = ReportTable::open(read_table(&generation, dir, &manifest.reports)?).map_err(
            |error| IndexError::Damaged {
                dir: dir.to_owned(),
                what: error.to_string(),
            },
        )?;
        let files = read_table(&generation, dir, &manifest.files)?;
        let words = read_words(&generation, dir, &manifest)?;
        // A question does without them, and `check` says what is wrong.
        let strings = manifest.strings.as_ref();
        let strings = strings.and_then(|table| read_table(&generation, dir, table).ok());
        let segments = inner.searchable_segments().map_err(fail)?;
        let segments = segments
            .iter()
            .map(Segment::open)
            .collect::<tantivy::Result<Vec<_>>>()
            .map_err(fail)?;
        let (_, fields) = schema();
        Ok(Index {
            dir: dir.to_owned(),
            generation,
            manifest: Arc::new(manifest),
            segments,
            reports: Arc::new(reports),
            files,
            ahead: Ahead::default(),
            words,
            strings,
            are_strings_whole: Arc::default(),
            fields,
            word_list: Arc::default(),
            unread: Arc::default(),
            parts: Arc::new(meta.parts),
            inner,
            stop: Stop::new(),
            kept: None,
            rest: None,
        })
    }

    /// An index in memory that has tables and no passage.
    pub(crate) fn without_passages(dir: PathBuf, held: HeldTables, inner: tantivy::Index) -> Index {
        let (_, fields) = schema();
        Index {
            generation: dir.clone(),
            dir,
            manifest: Arc::new(held.manifest),
            segments: Vec::new(),
            reports: Arc::new(held.reports),
            files: held.files,
            ahead: Ahead::default(),
            words: held.words,
            strings: None,
            are_strings_whole: Arc::default(),
            fields,
            word_list: Arc::default(),
            unread: Arc::default(),
            parts: Arc::default(),
            inner,
            stop: Stop::new(),
            kept: None,
            rest: None,
        }
    }

    /// The same tables with passages in memory.
    pub(crate) fn partial(
        &self,
        segments: Vec<Segment>,
        inner: tantivy::Index,
        rest: Rest,
    ) -> Index {
        Index {
            segments,
            inner,
            rest: Some(rest),
            ..self.clone()
        }
    }

    /// Another handle on the same open index, whose work ends with [`IndexError::Stopped`] once `stop` is set.
    pub fn with_stop(&self, stop: Stop) -> Index {
        let mut index = self.clone();
        for segment in &mut index.segments {
            segment.exact = segment.exact.with_stop(stop.clone());
        }
        index.stop = stop;
        index
    }

    /// The same, keeping what answers read and others will want: for an index that stays open for many.
    pub fn keeping(mut self) -> Index {
        self.kept = Some(Arc::default());
        self
    }

    /// Where that is kept.
    pub(crate) fn kept(&self) -> Option<&OnceLock<Kept>> {
        self.kept.as_deref()
    }

    /// The error of work that is to stop: every function that hands out an answer looks here last.
    pub(crate) fn go_on(&self) -> Result<(), IndexError> {
        match self.stop.is_set() {
            true => Err(IndexError::Stopped),
            false => Ok(()),
        }
    }

    /// The manifest of the commit that was opened.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// Number of segments.
    pub fn n_segments(&self) -> usize {
        self.segments.len()
    }

    /// The exact channel of every segment: where a phrase stands, without ranking.
    pub fn exact_segments(&self) -> impl Iterator<Item = &ExactSegment> {
        self.segments.iter().map(|segment| &segment.exact)
    }

    /// The files that the index rests on.
    ///
    /// # Errors
    /// When the file table is damaged.
    pub fn files(&self) -> Result<FileTable, IndexError> {
        FileTable::read(&self.files).ok_or_else(|| self.file_table_damaged())
    }

    /// Where each of the corpus folders is now, nothing for one that was forgotten; reads no more of the file table.
    ///
    /// # Errors
    /// When that is damaged.
    pub fn root_paths(&self) -> Result<Vec<Option<PathBuf>>, IndexError> {
        let table = FileTable::read_roots(&self.files).ok_or_else(|| self.file_table_damaged())?;
        let roots = 0..table.roots.len() as u32;
        Ok(roots.map(|root| table.root_path(&self.dir, root)).collect())
    }

    /// How the corpus differs from what was indexed, as far as a glance tells.
    ///
    /// # Errors
    /// When the file table is damaged.
    pub fn glance(&self) -> Result<Changes, IndexError> {
        let mut ahead = self.ahead.lock().unwrap_or_else(PoisonError::into_inner);
        let begun = ahead.take();
        drop(ahead);
        let begun = begun.and_then(|begun| begun.join().ok());
        let changes = begun.unwrap_or_else(|| FileTable::glance(&self.files, &self.dir));
        changes.ok_or_else(|| self.file_table_damaged())
    }

    /// Begins to look at the files of the corpus, if they are many: the next [`Index::glance`] waits for the end of it. For
    /// a program that asks once.
    pub fn begin_glance(&self) {
        if self.files.len() < AHEAD_BYTES {
            return;
        }
        let (files, dir) = (self.files.clone(), self.dir.clone());
        let look = move || FileTable::glance(&files, &dir);
        let begun = std::thread::Builder::new().spawn(look).ok();
        *self.ahead.lock().unwrap_or_else(PoisonError::into_inner) = begun;
    }

    fn file_table_damaged(&self) -> IndexError {
        self.damaged("the file table cannot be read")
    }

    /// How many files were refused; reads no more than the head of the file table.
    pub(super) fn n_refused(&self) -> Option<u32> {
        FileTable::read_n_refused(&self.files)
    }

    /// The words that text and queries are cut into: those of the program, and the reader's own of the index.
    ///
    /// # Errors
    /// When the reader's words are missing or damaged.
    pub fn word_list(&self) -> Result<&WordList, IndexError> {
        if let Some(list) = self.word_list.get() {
            return Ok(list);
        }
        let list = word_list(&self.dir, &self.manifest, self.words.as_ref())?;
        Ok(self.word_list.get_or_init(|| list))
    }

    /// All texts of the index, sorted, as they stand beside the segments; none where they are not what was written.
    pub(crate) fn strings(&self) -> Option<&[u8]> {
        let (table, bytes) = self.manifest.strings.as_ref().zip(self.strings.as_ref())?;
        // Compared whole: what was damaged would be counted wrong.
        let is_whole = self.are_strings_whole.get_or_init(|| table.matches(bytes));
        is_whole.then_some(bytes.as_slice())
    }

    /// Whether these are there and are what was written.
    pub fn is_sorted(&self) -> bool {
        self.strings().is_some()
    }

    /// Whether all that [`Index::verify`] has found wrong is the file of sorted texts, which is made anew by itself.
    pub fn are_only_strings_wrong(&self, wrong: &[String]) -> bool {
        self.manifest.strings.as_ref().is_some_and(|table| {
            let named = format!("`{}`", table.file);
            wrong.iter().all(|line| line.contains(&named))
        })
    }

    /// Whether these are wanted and not there, told by their length.
    pub fn lacks_strings(&self) -> bool {
        self.manifest.sorted && self.strings.is_none()
    }

    /// The folder of the index, absolute.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Reads every byte: hashes of all segment files and tables, tantivy's list of its files, counts of passages against
    /// the manifest and the report table. Returns what is wrong, a line each.
    pub fn verify(&self) -> Vec<String> {
        let mut wrong = wrong_markers(&self.dir, &self.generation);
        self.verify_managed_files(&mut wrong);
        for table in self.manifest.tables() {
            match read_table(&self.generation, &self.dir, table) {
                Ok(bytes) if table.matches(&bytes) => {}
                Ok(_) => wrong.push(format!("`{}` is not what was written", table.file)),
                Err(error) => wrong.push(error.to_string()),
            }
        }
        self.verify_parts(&mut wrong);
        let mut passages = vec![0u32; self.reports.len()];
        let mut orphans = 0u64;
        for segment in &self.segments {
            for doc in segment.exact.living() {
                let rank = self.reports.rank_of(segment.report(doc));
                match rank.and_then(|rank| passages.get_mut(rank)) {
                    Some(n) => *n += 1,
                    None => orphans += 1,
                }
            }
        }
        if orphans > 0 {
            wrong.push(format!("{orphans} passages belong to no report"));
        }
        let total: u64 = passages.iter().map(|n| u64::from(*n)).sum();
        if total + orphans != self.manifest.passages {
            wrong.push(format!(
                "{total} passages are there, the manifest has {}",
                self.manifest.passages
            ));
        }
        for (rank, n) in passages.into_iter().enumerate() {
            let size = self.reports.size(rank);
            if n != size.passages {
                let id = self
                    .reports
                    .entry(rank)
                    .map_or_else(|_| format!("report {rank}"), |entry| entry.id);
                wrong.push(format!(
                    "{id} has {n} passages, the report table has {}",
                    size.passages
                ));
            }
        }
        wrong
    }

    /// A writer removes what `.managed.json` lists: it must list what is in use, and nothing that is not tantivy's.
    fn verify_managed_files(&self, wrong: &mut Vec<String>) {
        let (Ok(meta), Ok(Some(managed))) =
            (self.inner.load_metas(), managed_files(&self.generation))
        else {
            wrong.push("`.managed.json` is not what was written".to_owned());
            return;
        };
        let managed: HashSet<PathBuf> = managed.into_iter().collect();
        let mut needed = meta.list_segment_files();
        needed.insert(PathBuf::from(META_FILE));
        // Files of every kind are needed, also of those that a segment does not have.
        for path in needed.difference(&managed) {
            if self.generation.join(path).exists() {
                wrong.push(format!(
                    "`.managed.json` does not name `{}`",
                    path.display()
                ));
            }
        }
        for path in managed
            .iter()
            .filter(|path| !path.to_str().is_some_and(is_own_file))
        {
            wrong.push(format!("`.managed.json` names `{}`", path.display()));
        }
    }

    /// Each file of each segment against the list that was sealed when it was written.
    fn verify_parts(&self, wrong: &mut Vec<String>) {
        let directory = ReadOnlyDirectory::open(&self.generation).ok();
        for part in self.parts.iter() {
            let path = Path::new(&part.file);
            let file = directory
                .as_ref()
                .and_then(|directory| directory.open_read(path).ok()?.read_bytes().ok());
            match file {
                Some(bytes) if part.matches(&bytes) => {}
                Some(_) => wrong.push(format!("`{}` is not what was written", part.file)),
                None => wrong.push(format!("`{}` is missing", part.file)),
            }
        }
        for segment in self.inner.searchable_segments().unwrap_or_default() {
            let id = segment.id().uuid_string();
            if !self.parts.iter().any(|part| part.file.starts_with(&id)) {
                wrong.push(format!("`{META_FILE}` lists no file of the segment {id}"));
            }
        }
    }

    /// The error that says that this index is damaged, and how.
    pub(crate) fn damaged(&self, error: impl ToString) -> IndexError {
        let what = error.to_string().chars().take(200).collect();
        IndexError::Damaged {
            dir: self.dir().to_owned(),
            what,
        }
    }

    /// A segment by its number.
    pub(crate) fn segment(&self, at: usize) -> Result<&Segment, IndexError> {
        let segment = self.segments.get(at);
        segment.ok_or_else(|| self.damaged("a segment is missing"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::index::{UpdateOptions, update};
    use proptest::prelude::*;
    use std::fs;

    /// Indexes made reports of a few passages each, then changes one in four and removes one in seven.
    fn changed_index(home: &Path) -> PathBuf {
        let (corpus, dir) = (home.join("corpus"), home.join("index"));
        fs::create_dir(&corpus).expect("a folder");
        let write = |at: usize, ends: &str| {
            let lines = (0..=at * 7 % 5).map(|line| format!("第{at}件事的第{line}段{ends}\n\n"));
            let text: String = lines.collect();
            let name = format!("{}年政府工作报告之{at}.txt", 1990 + at % 30);
            fs::write(corpus.join(name), text).expect("written");
        };
        let options = UpdateOptions {
            roots: vec![corpus.clone()],
            threads: Some(1),
            keep_segments: true,
            ..UpdateOptions::default()
        };
        (0..90).for_each(|at| write(at, "。"));
        update(&dir, &options, &|_| {}).expect("it is built");
        (2..90).step_by(4).for_each(|at| write(at, "，又有新意。"));
        for at in (0..90).step_by(7) {
            let name = format!("{}年政府工作报告之{at}.txt", 1990 + at % 30);
            fs::remove_file(corpus.join(name)).expect("removed");
        }
        update(&dir, &options, &|_| {}).expect("it is brought up to date");
        let index = Index::open(&dir).expect("it opens");
        let mut readers = index.segments.iter().map(|segment| &segment.reader);
        assert!(
            readers.any(|reader| reader.has_deletes()),
            "some passages are dead"
        );
        dir
    }

    proptest! {
        #[test]
        fn a_passage_is_of_the_report_that_its_columns_name(
            steps in proptest::collection::vec(1u32..7, 1..200),
            is_known in any::<bool>(),
        ) {
            static MADE: OnceLock<(tempfile::TempDir, PathBuf)> = OnceLock::new();
            let (_, dir) = MADE.get_or_init(|| {
                let home = tempfile::tempdir().expect("a folder");
                let dir = changed_index(home.path());
                (home, dir)
            });
            let index = Index::open(dir).expect("it opens");
            for segment in &index.segments {
                if is_known {
                    let starts = || ReportStarts::new(&index.reports, segment);
                    segment.starts.table.get_or_init(starts);
                }
                let mut run = ReportRun::new(&index.reports, segment);
                let mut doc = 0;
                for step in &steps {
                    doc += step - 1;
                    if doc >= segment.reader.max_doc() {
                        break;
                    }
                    let rank = index.reports.rank_of(segment.report(doc));
                    prop_assert_eq!(run.rank_of(doc), rank);
                    if rank.is_some() {
                        prop_assert_eq!(run.number(doc), segment.number(doc));
                    }
                }
            }
        }
    }
}
