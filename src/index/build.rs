//! Builds the index and brings it up to date: the only writer.
//!
//! In: corpus roots. Out: one commit that holds what the folders hold now. Files whose size and time are
//! as they were are not read again. Reading, repairing and folding run on all cores beside
//! tantivy's own threads; all passages of a report go to one segment, in order.
//!
//! # Invariants
//!
//! - A kill at any moment leaves the last commit serving; what is said to be committed is on disk.
//! - Every file of the roots ends as indexed or refused with a reason.
//! - Two writers never meet: the second finds the index busy.

use super::directory::foreign_managed_file;
use super::error::IndexError;
use super::files::{FileEntry, FileTable, Outcome, root_from_stored, root_to_stored};
use super::manifest::{Makers, Manifest, TableRef};
use super::open::{
    CURRENT_FILE, Found, from_tantivy, is_generation_name, look, open_tantivy, read_manifest,
    read_table,
};
use super::schema::{Fields, PASSAGE_FIELD, schema};
use super::table::{NewEntry, PartSize, ReportEntry, ReportTable, write_table};
use crate::exact::{ExactPlugin, encode};
use crate::fold::fold;
use crate::ingest::{Encoding, ingest_as};
use crate::region::Region;
use crate::report::{Genre, Kind, Part, Passage, Report};
use crate::source::{self, FoundFile, walk};
use crate::tokenize::WordTokenizer;
use std::collections::{BTreeMap, HashMap};
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use tantivy::directory::{Directory, MmapDirectory};
use tantivy::indexer::{LogMergePolicy, MergePolicy, NoMergePolicy, UserOperation};
use tantivy::schema::Facet;
use tantivy::{IndexWriter, TantivyDocument, Term};
use xxhash_rust::xxh3::xxh3_128;

/// Below this many bytes of new files one thread writes one segment, which opens faster.
const ONE_SEGMENT_BYTES: u64 = 4 << 20;
/// Memory that each indexing thread of tantivy fills before it writes a segment.
const BYTES_PER_THREAD: usize = 200 << 20;
/// At most this many indexing threads (tantivy's own limit).
const MAX_THREADS: usize = 8;
/// A segment with a larger share of deleted passages is rewritten.
const MAX_DELETED_SHARE: f32 = 0.3;
/// File that a writer locks.
const LOCK_FILE: &str = ".lock";

/// What to do.
#[derive(Clone, Debug, Default)]
pub struct UpdateOptions {
    /// Roots to add to those that the index remembers.
    pub roots: Vec<PathBuf>,
    /// The root to take when none is given and none is remembered.
    pub default_root: Option<PathBuf>,
    /// Build anew beside the old one and switch.
    pub rebuild: bool,
    /// Forget files of roots that have vanished.
    pub prune: bool,
    /// Indexing threads; all cores if none.
    pub threads: Option<usize>,
    /// The encoding of the files that are read in this run; files that were refused are read again.
    pub encoding: Option<Encoding>,
    /// Never merge segments (for tests that arrange them).
    pub keep_segments: bool,
}

/// How far an update has come.
#[derive(Clone, Copy, Debug)]
pub enum Progress {
    /// This many of so many files have been read.
    Reading {
        /// Files read.
        done: usize,
        /// Files to read.
        total: usize,
    },
    /// All read; segments are being written and committed.
    Committing,
}

/// What an update did and what the index holds now.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UpdateSummary {
    /// Files that the roots hold.
    pub files: usize,
    /// Files that were read in this run.
    pub read: usize,
    /// Files that have left.
    pub removed: usize,
    /// Reports in the index, other genres included.
    pub reports: usize,
    /// Passages in the index.
    pub passages: u64,
    /// Non-space characters in the index.
    pub chars: u64,
    /// Reports without region or year.
    pub to_fix: usize,
    /// Texts of another genre.
    pub other_genre: usize,
    /// Files that were refused (path, reason), in this run or before and unchanged.
    pub refused: Vec<(String, String)>,
    /// Roots that are not there; nothing of them was removed.
    pub vanished_roots: Vec<String>,
    /// Whether a commit was made.
    pub committed: bool,
}

/// One file that gave reports or a reason.
struct Ingested {
    content: u128,
    result: Result<Vec<NewEntry>, String>,
}

/// Builds or updates the index in `dir`.
///
/// # Errors
/// When the folder is foreign, damaged or busy, a root to add is not there, or the system refuses.
pub fn update(
    dir: &Path,
    options: &UpdateOptions,
    progress: &(dyn Fn(Progress) + Sync),
) -> Result<UpdateSummary, IndexError> {
    let dir = &std::path::absolute(dir).map_err(|error| IndexError::io(dir, &error))?;
    let mut added_roots = Vec::new();
    for root in &options.roots {
        let absolute =
            fs::canonicalize(root).map_err(|_| IndexError::NoSource { path: root.clone() })?;
        added_roots.push(absolute);
    }
    // Looked at before anything is made: a foreign folder stays as it is.
    look(dir)?;
    fs::create_dir_all(dir).map_err(|error| IndexError::io(dir, &error))?;
    let dir = &fs::canonicalize(dir).map_err(|error| IndexError::io(dir, &error))?;
    let _lock = lock(dir)?;
    let old = Old::load(dir, options.rebuild)?;
    if let Some(root) = &options.default_root
        && added_roots.is_empty()
        && old.files.roots.is_empty()
    {
        added_roots
            .push(fs::canonicalize(root).map_err(|_| IndexError::NoSource { path: root.clone() })?);
    }
    let mut roots = old.files.roots.clone();
    for root in added_roots {
        add_root(dir, &mut roots, &root);
    }
    Update {
        dir,
        options,
        progress,
        old,
        roots,
    }
    .run()
}

/// Adds a root unless it lies in one that is there; roots that lie in the new one are forgotten, so
/// that no file is indexed twice. A forgotten root leaves an empty name: the others keep their numbers.
fn add_root(dir: &Path, roots: &mut Vec<String>, root: &Path) {
    let path_of = |stored: &str| (!stored.is_empty()).then(|| root_from_stored(dir, stored));
    if roots
        .iter()
        .filter_map(|stored| path_of(stored))
        .any(|path| root.starts_with(path))
    {
        return;
    }
    for stored in roots.iter_mut() {
        if path_of(stored).is_some_and(|path| path.starts_with(root)) {
            stored.clear();
        }
    }
    roots.push(root_to_stored(dir, root));
}

/// Takes the writer's lock; it goes with the process, whatever becomes of it.
fn lock(dir: &Path) -> Result<File, IndexError> {
    let path = dir.join(LOCK_FILE);
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&path);
    let file = file.map_err(|error| IndexError::io(&path, &error))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(fs::TryLockError::WouldBlock) => Err(IndexError::Busy {
            dir: dir.to_owned(),
        }),
        Err(fs::TryLockError::Error(error)) => Err(IndexError::io(path, &error)),
    }
}

/// What was there before.
#[derive(Default)]
struct Old {
    /// The generation to update, or none to build a new one.
    generation: Option<PathBuf>,
    files: FileTable,
    reports: BTreeMap<u32, NewEntry>,
    next_report: u32,
}

impl Old {
    fn load(dir: &Path, rebuild: bool) -> Result<Old, IndexError> {
        let Found::Generation(generation) = look(dir)? else {
            return Ok(Old::default());
        };
        match Old::load_generation(dir, &generation) {
            Ok(old) if rebuild => Ok(Old::with_roots_of(old.files)),
            Err(_) if rebuild => Ok(Old::with_roots_of(salvage_files(&generation))),
            loaded => loaded,
        }
    }

    /// Nothing but the roots, for a generation that begins anew.
    fn with_roots_of(files: FileTable) -> Old {
        Old {
            files: FileTable {
                roots: files.living_roots(),
                ..FileTable::default()
            },
            ..Old::default()
        }
    }

    fn load_generation(dir: &Path, generation: &Path) -> Result<Old, IndexError> {
        let damaged = |what: String| IndexError::Damaged {
            dir: dir.to_owned(),
            what,
        };
        let foreign =
            foreign_managed_file(generation).map_err(|error| IndexError::io(generation, &error))?;
        if let Some(name) = foreign {
            return Err(damaged(format!(
                "`.managed.json` names `{name}`, which is not a file of the index"
            )));
        }
        let directory =
            MmapDirectory::open(generation).map_err(|error| from_tantivy(dir, error.into()))?;
        let index =
            open_tantivy(Box::new(directory), None).map_err(|error| from_tantivy(dir, error))?;
        let Some(manifest) = read_manifest(&index, dir)? else {
            return Ok(Old::default());
        };
        let files = read_table(generation, dir, &manifest.files)?;
        if !manifest.files.matches(&files) {
            return Err(damaged(format!(
                "`{}` is not what was written",
                manifest.files.file
            )));
        }
        let files = FileTable::read(&files)
            .ok_or_else(|| damaged("the file table cannot be read".to_owned()))?;
        if Makers::current().difference(&manifest.makers).is_some() {
            // Made with other rules: a new generation from the same roots.
            return Ok(Old::with_roots_of(files));
        }
        let bytes = read_table(generation, dir, &manifest.reports)?;
        if !manifest.reports.matches(&bytes) {
            return Err(damaged(format!(
                "`{}` is not what was written",
                manifest.reports.file
            )));
        }
        let table = ReportTable::open(bytes).map_err(|error| damaged(error.to_string()))?;
        let mut reports = BTreeMap::new();
        for rank in 0..table.len() {
            let entry = table
                .to_new_entry(rank)
                .map_err(|error| damaged(error.to_string()))?;
            reports.insert(entry.number, entry);
        }
        let next_report = manifest.next_report;
        Ok(Old {
            generation: Some(generation.to_owned()),
            files,
            reports,
            next_report,
        })
    }
}

/// A file table of a damaged generation, if one can still be read: it knows the roots.
fn salvage_files(generation: &Path) -> FileTable {
    let entries = generation.read_dir().into_iter().flatten().flatten();
    entries
        .filter(|entry| entry.file_name().to_string_lossy().starts_with("files-"))
        .find_map(|entry| FileTable::read(&fs::read(entry.path()).ok()?))
        .unwrap_or_default()
}

/// One run of the writer.
struct Update<'a> {
    dir: &'a Path,
    options: &'a UpdateOptions,
    progress: &'a (dyn Fn(Progress) + Sync),
    old: Old,
    roots: Vec<String>,
}

/// A file that is there now.
struct Present {
    root: u32,
    found: FoundFile,
}

impl Update<'_> {
    fn run(mut self) -> Result<UpdateSummary, IndexError> {
        let mut summary = UpdateSummary::default();
        let mut table = FileTable {
            roots: self.roots.clone(),
            ..FileTable::default()
        };
        let mut old_files: HashMap<(u32, String), FileEntry> =
            std::mem::take(&mut self.old.files.files)
                .into_iter()
                .map(|file| ((file.root, file.path.clone()), file))
                .collect();
        let old_folders = std::mem::take(&mut self.old.files.folders);

        // What is there now, and what of it must be read.
        let mut to_read: Vec<Present> = Vec::new();
        let mut gone: Vec<u32> = Vec::new();
        for root in 0..self.roots.len() as u32 {
            let Some(path) = table.root_path(self.dir, root) else {
                continue;
            };
            if !path.exists() {
                if self.options.prune {
                    table.forget_root(root);
                } else {
                    summary.vanished_roots.push(path.display().to_string());
                    let kept: Vec<_> = old_files
                        .keys()
                        .filter(|(r, _)| *r == root)
                        .cloned()
                        .collect();
                    table
                        .files
                        .extend(kept.iter().filter_map(|key| old_files.remove(key)));
                    table
                        .folders
                        .extend(old_folders.iter().filter(|(r, ..)| *r == root).cloned());
                }
                continue;
            }
            let found = walk(&path, self.dir);
            table.folders.extend(
                found
                    .folders
                    .into_iter()
                    .map(|(path, stamp)| (root, path, stamp)),
            );
            for (path, stamp, error) in found.refused {
                let old = old_files.remove(&(root, path.clone()));
                gone.extend(old.iter().flat_map(reports_of));
                let outcome = Outcome::Refused(error.to_string());
                table.files.push(FileEntry {
                    root,
                    path,
                    stamp,
                    content: 0,
                    outcome,
                });
            }
            for found in found.files {
                match old_files.remove(&(root, found.path.clone())) {
                    Some(old)
                        if old.stamp == found.stamp
                            && is_settled(&old, self.options.encoding.is_some()) =>
                    {
                        table.files.push(old)
                    }
                    old => {
                        gone.extend(old.iter().flat_map(reports_of));
                        to_read.push(Present { root, found });
                    }
                }
            }
        }
        summary.removed = old_files.len();
        gone.extend(old_files.values().flat_map(reports_of));
        summary.read = to_read.len();

        let nothing_new = to_read.is_empty() && gone.is_empty() && self.old.generation.is_some();
        let same_roots = table.roots == self.old.files.roots;
        if !(nothing_new && same_roots && table.folders == old_folders && summary.removed == 0) {
            table = self.write(table, to_read, &gone)?;
            summary.committed = true;
        }
        self.summarise(&mut summary, &table);
        Ok(summary)
    }

    /// Fills in what the index holds now.
    fn summarise(&self, summary: &mut UpdateSummary, table: &FileTable) {
        summary.files = table.files.len();
        summary.reports = self.old.reports.len();
        for new in self.old.reports.values() {
            let meta = &new.entry.meta;
            summary.passages += new
                .parts
                .iter()
                .map(|part| u64::from(part.passages))
                .sum::<u64>();
            summary.chars += new
                .parts
                .iter()
                .map(|part| u64::from(part.chars))
                .sum::<u64>();
            match meta.genre {
                Genre::Other => summary.other_genre += 1,
                Genre::Report => {
                    summary.to_fix += usize::from(meta.region.is_none() || meta.year.is_none())
                }
            }
        }
        for file in &table.files {
            if let Outcome::Refused(reason) = &file.outcome {
                summary.refused.push((file.path.clone(), reason.clone()));
            }
        }
    }

    /// Reads, indexes and commits; returns the file table that was committed.
    fn write(
        &mut self,
        mut table: FileTable,
        to_read: Vec<Present>,
        gone: &[u32],
    ) -> Result<FileTable, IndexError> {
        let dir = self.dir;
        let fail = |error| from_tantivy(dir, error);
        let generation = match &self.old.generation {
            Some(generation) => generation.clone(),
            None => next_generation(dir)?,
        };
        let is_new = self.old.generation.is_none();
        if is_new {
            // Whatever an unfinished build left there.
            let _ = fs::remove_dir_all(&generation);
            fs::create_dir_all(&generation).map_err(|error| IndexError::io(&generation, &error))?;
        }
        let directory = MmapDirectory::open(&generation).map_err(|error| fail(error.into()))?;
        let tokenizer = WordTokenizer::load();
        if is_new {
            tantivy::Index::builder()
                .schema(schema().0)
                .register_plugin(Arc::new(ExactPlugin {
                    field: PASSAGE_FIELD,
                }))
                .open_or_create(directory.clone())
                .map_err(fail)?;
        }
        let index = open_tantivy(Box::new(directory.clone()), Some(tokenizer)).map_err(fail)?;
        let n_bytes: u64 = to_read.iter().map(|present| present.found.stamp.size).sum();
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let threads = self.options.threads.unwrap_or(cores).clamp(1, MAX_THREADS);
        let writers = if n_bytes < ONE_SEGMENT_BYTES {
            1
        } else {
            threads
        };
        let mut writer: IndexWriter = index
            .writer_with_num_threads(writers, writers * BYTES_PER_THREAD)
            .map_err(fail)?;
        writer.set_merge_policy(self.merge_policy());

        let (_, fields) = schema();
        for number in gone {
            writer.delete_term(Term::from_field_u64(fields.report, u64::from(*number)));
            self.old.reports.remove(number);
        }
        let ingested = self
            .ingest_all(&to_read, &writer, fields, threads)
            .map_err(fail)?;
        for (present, ingested) in to_read.into_iter().zip(ingested) {
            let outcome = match ingested.result {
                Ok(reports) => {
                    let numbers = reports.iter().map(|new| new.number).collect();
                    for mut new in reports {
                        new.entry.root = present.root;
                        self.old.reports.insert(new.number, new);
                    }
                    Outcome::Indexed(numbers)
                }
                Err(reason) => Outcome::Refused(reason),
            };
            let FoundFile { path, stamp, .. } = present.found;
            table.files.push(FileEntry {
                root: present.root,
                path,
                stamp,
                content: ingested.content,
                outcome,
            });
        }
        table
            .files
            .sort_by(|a, b| (a.root, &a.path).cmp(&(b.root, &b.path)));

        (self.progress)(Progress::Committing);
        let manifest = self.write_tables(&generation, &table)?;
        let payload =
            serde_json::to_string(&manifest).map_err(|error| IndexError::io(dir, &error))?;
        let mut commit = writer.prepare_commit().map_err(fail)?;
        commit.set_payload(&payload);
        commit.commit().map_err(fail)?;
        writer.garbage_collect_files().wait().map_err(fail)?;
        writer.wait_merging_threads().map_err(fail)?;
        // tantivy renames `meta.json` into place and leaves the folder unsynced.
        directory
            .sync_directory()
            .map_err(|error| IndexError::io(&generation, &error))?;
        if is_new {
            switch_to(dir, &generation)?;
        }
        sweep(dir, &generation, &manifest);
        Ok(table)
    }

    fn merge_policy(&self) -> Box<dyn MergePolicy> {
        if self.options.keep_segments {
            return Box::new(NoMergePolicy);
        }
        let mut policy = LogMergePolicy::default();
        policy.set_del_docs_ratio_before_merge(MAX_DELETED_SHARE);
        Box::new(policy)
    }

    /// Reads and repairs all files on `threads` threads and hands their passages to the writer.
    fn ingest_all(
        &mut self,
        files: &[Present],
        writer: &IndexWriter,
        fields: Fields,
        threads: usize,
    ) -> tantivy::Result<Vec<Ingested>> {
        let encoding = self.options.encoding;
        let next_file = AtomicUsize::new(0);
        let next_report = AtomicU32::new(self.old.next_report);
        let done = AtomicUsize::new(0);
        let failure: Mutex<Option<tantivy::TantivyError>> = Mutex::new(None);
        let slots: Vec<Mutex<Option<Ingested>>> = files.iter().map(|_| Mutex::new(None)).collect();
        let work = || {
            loop {
                let at = next_file.fetch_add(1, Ordering::Relaxed);
                let (Some(present), Some(slot)) = (files.get(at), slots.get(at)) else {
                    return;
                };
                let ingested = ingest_file(
                    &present.found,
                    encoding,
                    &next_report,
                    |documents| {
                        writer.run(
                            documents
                                .into_iter()
                                .map(UserOperation::Add)
                                .collect::<Vec<_>>(),
                        )
                    },
                    fields,
                );
                match ingested {
                    Ok(ingested) => {
                        let n = done.fetch_add(1, Ordering::Relaxed) + 1;
                        (self.progress)(Progress::Reading {
                            done: n,
                            total: files.len(),
                        });
                        *slot.lock().unwrap_or_else(PoisonError::into_inner) = Some(ingested);
                    }
                    Err(error) => {
                        *failure.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
                        return;
                    }
                }
            }
        };
        std::thread::scope(|scope| {
            for _ in 1..threads {
                scope.spawn(work);
            }
            work();
        });
        self.old.next_report = next_report.into_inner();
        if let Some(error) = failure.into_inner().unwrap_or_else(PoisonError::into_inner) {
            return Err(error);
        }
        let unread = || Ingested {
            content: 0,
            result: Err("was not read".to_owned()),
        };
        let take = |slot: Mutex<Option<Ingested>>| {
            slot.into_inner().unwrap_or_default().unwrap_or_else(unread)
        };
        Ok(slots.into_iter().map(take).collect())
    }

    /// Writes both tables, synced, and returns the manifest that names them.
    fn write_tables(&self, generation: &Path, files: &FileTable) -> Result<Manifest, IndexError> {
        let entries: Vec<NewEntry> = self.old.reports.values().cloned().collect();
        let passages = entries
            .iter()
            .flat_map(|new| new.parts)
            .map(|part| u64::from(part.passages))
            .sum();
        let corpus = corpus_fingerprint(files);
        let put = |kind: &str, bytes: Vec<u8>| {
            let table = TableRef::to(kind, &bytes);
            let path = generation.join(&table.file);
            write_synced(&path, &bytes).map_err(|error| IndexError::io(path, &error))?;
            Ok::<_, IndexError>(table)
        };
        Ok(Manifest {
            makers: Makers::current(),
            program: env!("CARGO_PKG_VERSION").to_owned(),
            reports: put("reports", write_table(entries))?,
            files: put("files", files.write())?,
            corpus,
            passages,
            next_report: self.old.next_report,
        })
    }
}

/// A refusal by the system may pass, and one for bad bytes when an encoding is named; any other outcome
/// stands until the file changes.
fn is_settled(file: &FileEntry, encoding_is_named: bool) -> bool {
    match file.outcome {
        Outcome::Indexed(_) => true,
        Outcome::Refused(_) => file.content != 0 && !encoding_is_named,
    }
}

fn reports_of(file: &FileEntry) -> Vec<u32> {
    match &file.outcome {
        Outcome::Indexed(numbers) => numbers.clone(),
        Outcome::Refused(_) => Vec::new(),
    }
}

/// Fingerprint of the paths and contents of all indexed files.
fn corpus_fingerprint(files: &FileTable) -> String {
    let mut bytes = Vec::new();
    for file in &files.files {
        if let Outcome::Indexed(_) = file.outcome {
            bytes.extend_from_slice(file.path.as_bytes());
            bytes.push(0);
            bytes.extend_from_slice(&file.content.to_le_bytes());
        }
    }
    format!("{:016x}", xxh3_128(&bytes) as u64)
}

/// Reads one file, gives its reports numbers and hands their documents on, one call a report.
fn ingest_file(
    found: &FoundFile,
    encoding: Option<Encoding>,
    next_report: &AtomicU32,
    run: impl Fn(Vec<TantivyDocument>) -> tantivy::Result<u64>,
    fields: Fields,
) -> tantivy::Result<Ingested> {
    let raw = match source::read(found) {
        Ok(raw) => raw,
        Err(error) => {
            return Ok(Ingested {
                content: 0,
                result: Err(error.to_string()),
            });
        }
    };
    let content = xxh3_128(&raw.bytes).max(1);
    // A bug in a repair rule must cost one file, not the run.
    let reports = std::panic::catch_unwind(|| ingest_as(&raw, encoding));
    let reports = match reports {
        Ok(Ok(reports)) => reports,
        Ok(Err(error)) => {
            return Ok(Ingested {
                content,
                result: Err(error.to_string()),
            });
        }
        Err(_) => {
            let reason =
                "could not be understood: an error in the program, please report it".to_owned();
            return Ok(Ingested {
                content,
                result: Err(reason),
            });
        }
    };
    let mut entries = Vec::with_capacity(reports.len());
    for report in reports {
        let number = next_report.fetch_add(1, Ordering::Relaxed);
        run(documents(&report, number, fields))?;
        entries.push(new_entry(report, number, &raw.path, content));
    }
    Ok(Ingested {
        content,
        result: Ok(entries),
    })
}

/// The documents of all passages of a report.
fn documents(report: &Report, number: u32, fields: Fields) -> Vec<TantivyDocument> {
    let region = match &report.meta.region {
        Some(region) => Facet::from_path(region.value.path().map(Region::name)),
        None => Facet::from_path(["未知"]),
    };
    let year = match &report.meta.year {
        Some(year) => Facet::from_path([year.value.to_string()]),
        None => Facet::from_path(["未知"]),
    };
    let document = |(i, passage): (usize, &Passage)| {
        let mut document = TantivyDocument::default();
        document.add_custom(fields.passage, &encode(passage));
        document.add_text(fields.words, fold(&passage.text));
        document.add_u64(fields.report, u64::from(number));
        document.add_u64(fields.number, i as u64 + 1);
        document.add_u64(
            fields.heading,
            passage.heading.map_or(0, |heading| heading as u64 + 1),
        );
        document.add_u64(fields.part, part_code(passage.part, passage.kind));
        document.add_u64(fields.about, about_code(passage));
        document.add_facet(fields.region, region.clone());
        document.add_facet(fields.year, year.clone());
        document
    };
    report.passages.iter().enumerate().map(document).collect()
}

/// Twice the part, plus one for a heading.
pub(crate) fn part_code(part: Part, kind: Kind) -> u64 {
    part as u64 * 2 + u64::from(kind == Kind::Heading)
}

fn about_code(passage: &Passage) -> u64 {
    passage.about.map_or(0, |(from, to)| {
        u64::from(from.get()) * 10_000 + u64::from(to.get())
    })
}

fn new_entry(report: Report, number: u32, path: &str, content: u128) -> NewEntry {
    let mut parts = [PartSize::default(); Part::ALL.len()];
    for passage in &report.passages {
        if let Some(part) = parts.get_mut(passage.part as usize) {
            part.passages += 1;
            part.chars += passage.text.chars().filter(|c| !c.is_whitespace()).count() as u32;
        }
    }
    let headings = report
        .passages
        .iter()
        .filter(|passage| passage.kind == Kind::Heading)
        .count() as u32;
    let Report { meta, notes, .. } = report;
    let path = path.to_owned();
    NewEntry {
        number,
        parts,
        entry: ReportEntry {
            id: String::new(),
            meta,
            notes,
            headings,
            root: 0,
            path,
            content,
        },
    }
}

/// The folder of the next generation.
fn next_generation(dir: &Path) -> Result<PathBuf, IndexError> {
    let current = match look(dir)? {
        Found::Generation(path) => path
            .file_name()
            .map(|name| name.to_string_lossy().into_owned()),
        Found::Nothing => None,
    };
    let number = current
        .and_then(|name| name.strip_prefix('g')?.parse::<u32>().ok())
        .unwrap_or(0);
    Ok(dir.join(format!("g{:04}", number + 1)))
}

/// Makes `generation` the one in use: one rename decides.
fn switch_to(dir: &Path, generation: &Path) -> Result<(), IndexError> {
    let fail = |error: std::io::Error| IndexError::io(dir, &error);
    let name = generation
        .file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default();
    let temporary = dir.join(".current.new");
    write_synced(&temporary, format!("{name}\n").as_bytes()).map_err(fail)?;
    fs::rename(&temporary, dir.join(CURRENT_FILE)).map_err(fail)?;
    sync_folder(dir).map_err(fail)
}

fn write_synced(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut file = File::create(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

fn sync_folder(dir: &Path) -> std::io::Result<()> {
    // Folders cannot be opened as files on every system; where they can, they are synced.
    match File::open(dir) {
        Ok(folder) => folder.sync_all(),
        Err(_) => Ok(()),
    }
}

/// Removes what nothing refers to any more: old generations, old tables, temporary files of a killed run.
/// Failures do no harm: the next run sweeps again.
fn sweep(dir: &Path, generation: &Path, manifest: &Manifest) {
    for entry in dir.read_dir().into_iter().flatten().flatten() {
        if is_generation_name(&entry.file_name().to_string_lossy()) && entry.path() != generation {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
    for entry in generation.read_dir().into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let is_table =
            (name.starts_with("reports-") || name.starts_with("files-")) && name.ends_with(".bin");
        let is_old_table = is_table && name != manifest.reports.file && name != manifest.files.file;
        if is_old_table || name.starts_with(".tmp") {
            let _ = fs::remove_file(entry.path());
        }
    }
}
