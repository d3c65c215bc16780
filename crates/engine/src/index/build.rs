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

use super::commit::{altered, commit_with, make_lists, put_table, writing_failed};
use super::directory::{SoundMerges, WriteDirectory};
use super::disk::Disk;
use super::documents::{Folded, documents, fold_passages, new_entry};
use super::error::IndexError;
use super::files::{
    FileEntry, FileTable, Outcome, RefusedMember, WhyKept, below, content_now, fingerprint,
    root_from_stored, root_to_stored,
};
use super::generation::{Home, Old, claim, lock, open_writer, sweep, sweep_generations};
use super::manifest::{Manifest, Versions};
use super::open::{FolderState, Writing, look, open_tantivy};
use super::own::OwnGeneration;
use super::roots::{KeptFolder, RootNow, files_below, is_below, look_at};
use super::schema::{Fields, PASSAGE_FIELD, schema};
use super::table::{NewEntry, ReportEntry, name_entries, to_bytes, write_table};
use crate::exact::ExactPlugin;
use crate::tokenize::WordList;
use baogao_reading::filter::ListFault;
use baogao_reading::ingest::passed::WhyPassed;
use baogao_reading::ingest::place::Place;
use baogao_reading::ingest::{
    Encoding, FileReader, IngestError, ReadOptions, ingest_with, refused_members, refused_rows,
    sidecar,
};
use baogao_reading::report::{Genre, Note, Report};
use baogao_reading::source::{self, FoundFile, SourceError, Stamp};
use baogao_reading::walk::PassedOver;
use std::collections::{HashMap, HashSet};
use std::fs;
use std::io::ErrorKind;
use std::panic::AssertUnwindSafe;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tantivy::indexer::{LogMergePolicy, MergePolicy, NoMergePolicy, UserOperation};
use tantivy::{IndexWriter, Term};
use xxhash_rust::xxh3::{xxh3_64, xxh3_128};

/// Below this many bytes of new files one thread writes one segment, which opens faster.
const ONE_SEGMENT_BYTES: u64 = 4 << 20;
/// From this many bytes of new files on, most segments that are written are merged before the run ends.
const MERGED_BYTES: u64 = if cfg!(test) { 1 << 20 } else { 300 << 20 };
/// Memory that each indexing thread of tantivy fills before it writes a segment.
const BYTES_PER_THREAD: usize = 200 << 20;
/// At most this many indexing threads (tantivy's own limit).
const MAX_THREADS: usize = 8;
/// A segment with a larger share of deleted passages is rewritten.
const MAX_DELETED_SHARE: f32 = 0.3;
/// A segment with more passages is not merged into a larger one: its lists of pairs end at 4 GiB, with some 20 million
/// passages, and eight segments and more are merged at once.
const MAX_MERGED_PASSAGES: usize = 1_000_000;
/// Passages that may wait for tantivy's threads: reading is faster than indexing, and what waits is in memory.
const N_WAITING_MAX: u64 = 20_000;
/// How long to wait for tantivy's threads when they take nothing in: they have failed, and say so at the next call.
const STALL: Duration = Duration::from_secs(10);

/// What to do.
#[derive(Clone, Debug, Default)]
pub struct UpdateOptions {
    /// Roots to add to those that the index remembers.
    pub roots: Vec<PathBuf>,
    /// The root to take when none is given and none is remembered.
    pub default_root: Option<PathBuf>,
    /// Build anew beside the old one and switch.
    pub rebuild: bool,
    /// Forget what was indexed of roots that have vanished or hold nothing any more, and of folders that cannot be read.
    pub prune: bool,
    /// Indexing threads; all cores if none.
    pub threads: Option<usize>,
    /// The words to cut text into from now on; those that the index has if none. Other words build the index anew.
    pub words: Option<WordList>,
    /// Globs of what to exclude from all roots from now on; those that the index has if none.
    pub exclude: Option<Vec<String>>,
    /// The encoding of the files that are read in this run; files that were refused are read again.
    pub encoding: Option<Encoding>,
    /// Whether the reader recognises text on pictures of pages: files that were refused or read in part are read again.
    pub recognises: bool,
    /// Never merge segments (for tests that arrange them).
    pub keep_segments: bool,
    /// Set from outside to stop: nothing is committed then.
    pub cancel: Option<Arc<AtomicBool>>,
    /// Reads what is neither plain text nor Markdown, as fits files that strangers made; without it all is read here.
    pub reader: Option<Arc<dyn FileReader>>,
}

impl UpdateOptions {
    fn read_options(&self) -> ReadOptions<'_> {
        ReadOptions {
            encoding: self.encoding,
            reader: self.reader.as_deref(),
            recognised: None,
        }
    }

    /// Whether what a file gave before stands as long as the file does. A refusal by the system may pass, one for bad bytes
    /// when an encoding is named; what had no text may have one when it is recognised.
    fn is_settled(&self, file: &FileEntry, old: &Old) -> bool {
        match &file.outcome {
            Outcome::Indexed(numbers) => {
                let mut reports = numbers.iter().filter_map(|number| old.reports.get(number));
                !(self.recognises && reports.any(|new| new.entry.meta.partial))
            }
            Outcome::Sidecar => file.content != 0,
            Outcome::Refused(_) => file.content != 0 && self.encoding.is_none() && !self.recognises,
        }
    }

    fn is_cancelled(&self) -> bool {
        self.cancel
            .as_ref()
            .is_some_and(|cancel| cancel.load(Ordering::Relaxed))
    }
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
    /// Reports without region or year, or of which what is said of them is at odds.
    pub to_fix: usize,
    /// Texts of another genre.
    pub other_genre: usize,
    /// Reports of whose files not all could be read.
    pub partial: usize,
    /// Words of the reader's own that text is cut into.
    pub own_words: usize,
    /// Whether there were such words that could no longer be read.
    pub own_words_lost: bool,
    /// A file of the index that was found not to be what was written, when its segment was to be merged: what was to be
    /// indexed is, and the segment is as it was.
    pub altered_file: Option<String>,
    /// Copies of a report that is there in a better one.
    pub duplicates: Vec<CopyLeftOut>,
    /// Files that were refused (path, reason), in this run or before and unchanged.
    pub refused: Vec<(String, String)>,
    /// Roots and folders of which nothing can be said now; nothing of them was removed.
    pub kept: Vec<KeptFolder>,
    /// Roots that are not there and were forgotten.
    pub forgotten: Vec<String>,
    /// Files of which a `reports.toml` speaks, and that are not there.
    pub unmatched: Vec<String>,
    /// What a `reports.toml` says in vain.
    pub vain: Vec<VainCorrection>,
    /// What was passed over.
    pub passed: Vec<PassedOver>,
    /// Lines of a `.baogaoignore` that mean nothing.
    pub list_faults: Vec<ListFault>,
    /// Globs of what to exclude by which nothing is called.
    pub idle_globs: Vec<String>,
    /// Whether a commit was made.
    pub committed: bool,
    /// Whether the index holds other than before; a commit may bring no more than new times of files.
    pub changed: bool,
    /// Files with other times or in another place on the disk, and the content of before.
    pub restamped: usize,
}

impl UpdateSummary {
    /// The damage that was found in the index in `dir`, as an error.
    pub fn damage(&self, dir: &Path) -> Option<IndexError> {
        let file = self.altered_file.as_deref()?;
        Some(altered(dir, file))
    }
}

/// A value in a `reports.toml` that does not count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VainCorrection {
    /// The list.
    pub list: String,
    /// The file of which it speaks, as it is named there.
    pub file: String,
    /// What is wrong with the value.
    pub why: Note,
}

/// A copy that is counted in another one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CopyLeftOut {
    /// Its file.
    pub path: String,
    /// The file that is counted.
    pub kept: String,
    /// Its id.
    pub id: String,
}

/// One file that gave reports or a reason.
struct Ingested {
    content: u128,
    result: Result<Vec<NewEntry>, String>,
    /// Where its report would belong, if there is none.
    place: Place,
    /// Of an archive, the members that give none.
    members: Vec<RefusedMember>,
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
    update_on(&Disk::default(), dir, options, progress)
}

/// The same on a disk that may fail.
pub(super) fn update_on(
    disk: &Disk,
    dir: &Path,
    options: &UpdateOptions,
    progress: &(dyn Fn(Progress) + Sync),
) -> Result<UpdateSummary, IndexError> {
    let dir = &std::path::absolute(dir).map_err(|error| IndexError::io(dir, &error))?;
    let find = |root: &PathBuf| {
        fs::canonicalize(root).map_err(|error| match error.kind() {
            ErrorKind::NotFound => IndexError::NoSource { path: root.clone() },
            _ => IndexError::UnseenSource {
                path: root.clone(),
                cause: error.to_string(),
            },
        })
    };
    let mut added_roots = options
        .roots
        .iter()
        .map(find)
        .collect::<Result<Vec<_>, _>>()?;
    // Looked at before anything is made: a foreign folder stays as it is, and without a corpus there is no index.
    if let (FolderState::Nothing, [], Some(root)) =
        (look(dir)?, &added_roots[..], &options.default_root)
    {
        find(root)?;
    }
    disk.create_folder(dir)
        .map_err(|error| IndexError::io(dir, &error))?;
    let dir = &fs::canonicalize(dir).map_err(|error| IndexError::io(dir, &error))?;
    refuse_roots_within(dir, &added_roots)?;
    let _lock = lock(dir)?;
    let home = claim(disk, dir)?;
    let mut old = Old::load(disk, &home, options.rebuild)?;
    if let Some(words) = &options.words
        && !words.is_same(&old.words)
    {
        old = old.anew();
        old.words = words.clone();
    }
    old.words_lost &= options.words.is_none();
    if let Some(root) = &options.default_root
        && added_roots.is_empty()
        && old.files.roots.iter().all(String::is_empty)
    {
        added_roots.push(find(root)?);
    }
    let mut roots = old.files.roots.clone();
    refuse_roots_within(dir, &added_roots)?;
    for root in added_roots {
        add_root(dir, &mut roots, &root);
    }
    Update {
        disk,
        dir,
        home,
        options,
        progress,
        old,
        roots,
        altered_file: None,
    }
    .run()
}

/// What lies in the folder of the index is the program's own: it is nobody's corpus.
fn refuse_roots_within(dir: &Path, roots: &[PathBuf]) -> Result<(), IndexError> {
    match roots.iter().find(|root| root.starts_with(dir)) {
        None => Ok(()),
        Some(root) => Err(IndexError::RootInIndex {
            root: root.clone(),
            dir: dir.to_owned(),
        }),
    }
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

/// Builds a new index in `dir` from reports that did not come from files of a corpus; what it held before is gone.
///
/// # Errors
/// When the folder is foreign or busy, or the system refuses.
pub fn build_from_reports(dir: &Path, reports: &[Report]) -> Result<UpdateSummary, IndexError> {
    let dir = &std::path::absolute(dir).map_err(|error| IndexError::io(dir, &error))?;
    look(dir)?;
    let disk = &Disk::default();
    disk.create_folder(dir)
        .map_err(|error| IndexError::io(dir, &error))?;
    let _lock = lock(dir)?;
    let mut update = Update {
        disk,
        dir,
        home: claim(disk, dir)?,
        options: &UpdateOptions::default(),
        progress: &|_| {},
        old: Old::default(),
        roots: Vec::new(),
        altered_file: None,
    };
    update.write_reports(reports)?;
    let mut summary = UpdateSummary {
        committed: true,
        changed: true,
        ..UpdateSummary::default()
    };
    update.summarise(&mut summary, &FileTable::default());
    Ok(summary)
}

/// One run of the writer.
struct Update<'a> {
    disk: &'a Disk,
    dir: &'a Path,
    home: Home,
    options: &'a UpdateOptions,
    progress: &'a (dyn Fn(Progress) + Sync),
    old: Old,
    roots: Vec<String>,
    /// As [`UpdateSummary::altered_file`].
    altered_file: Option<String>,
}

/// The generation that is being written.
struct Output {
    generation: OwnGeneration,
    directory: WriteDirectory,
    is_new: bool,
    writer: PassageWriter,
}

/// tantivy's writer, which takes whole reports and holds back those that bring them.
struct PassageWriter {
    inner: IndexWriter,
    fields: Fields,
    /// Passages handed over.
    n_given: AtomicU64,
    /// Passages that tantivy's threads have taken in.
    n_taken: Arc<AtomicU64>,
}

impl PassageWriter {
    /// Hands all passages of a report over in one call, so that they stay together, in order.
    fn add(&self, report: Report, folded: Vec<Folded>, number: u32) -> tantivy::Result<()> {
        let documents = documents(report, folded, number, self.fields);
        let n = documents.len() as u64;
        let operations: Vec<_> = documents.into_iter().map(UserOperation::Add).collect();
        self.inner.run(operations)?;
        self.n_given.fetch_add(n, Ordering::Relaxed);
        self.wait_for_room();
        Ok(())
    }

    fn wait_for_room(&self) {
        let taken = || self.n_taken.load(Ordering::Relaxed);
        let (mut before, mut since) = (taken(), Instant::now());
        while self.n_given.load(Ordering::Relaxed) > taken() + N_WAITING_MAX {
            std::thread::sleep(Duration::from_millis(1));
            if taken() != before {
                (before, since) = (taken(), Instant::now());
            } else if since.elapsed() > STALL {
                return;
            }
        }
    }

    /// Deletes all passages of a report.
    fn delete(&self, number: u32) {
        let term = Term::from_field_u64(self.fields.report, u64::from(number));
        self.inner.delete_term(term);
    }
}

/// A file that is there now and must be read.
struct Present {
    root: u32,
    found: FoundFile,
    /// What a sidecar says of it.
    entry: Option<sidecar::SidecarEntry>,
    /// Fingerprint of that, 0 for nothing.
    sidecar: u64,
    /// What the index has of it.
    old: Option<FileEntry>,
}

impl Present {
    /// What is kept of it where it gives no report: why, and by its path and the reader where one
    /// would belong.
    fn refused(
        &self,
        content: u128,
        reason: String,
        place: impl FnOnce(&str) -> Place,
    ) -> Ingested {
        let place = place(&self.found.path).corrected_by(self.entry.as_ref());
        Ingested {
            content,
            result: Err(reason),
            place,
            members: Vec::new(),
        }
    }
}

/// What the sidecars of a root say, by path of the file they speak of.
#[derive(Default)]
struct Sidecars {
    entries: HashMap<String, sidecar::SidecarEntry>,
    /// Folders whose sidecar cannot be read now.
    lost: Vec<String>,
    /// What they say in vain.
    vain: Vec<VainCorrection>,
}

impl Sidecars {
    /// Reads one sidecar; one that cannot be read is refused like any file, and speaks of nothing.
    fn read(&mut self, root: u32, found: FoundFile) -> FileEntry {
        let folder = found
            .path
            .strip_suffix(sidecar::FILE_NAME)
            .unwrap_or_default()
            .to_owned();
        let text = source::read_bytes(&found)
            .map_err(|error| error.to_string())
            .and_then(|bytes| String::from_utf8(bytes).map_err(|_| "is not UTF-8".to_owned()));
        let content = text.as_ref().map_or(0, |text| fingerprint(text.as_bytes()));
        let outcome = match text.and_then(|text| sidecar::parse(&text)) {
            Ok(entries) => {
                for (file, entry) in &entries {
                    let vain = |why| VainCorrection {
                        list: found.path.clone(),
                        file: file.clone(),
                        why,
                    };
                    self.vain
                        .extend(sidecar::faults(entry).into_iter().map(vain));
                }
                let of_folder =
                    |(name, entry): (String, _)| (sidecar::path_of(&folder, &name), entry);
                self.entries.extend(entries.into_iter().map(of_folder));
                Outcome::Sidecar
            }
            Err(reason) => {
                self.lost.push(folder.trim_end_matches('/').to_owned());
                Outcome::Refused(reason)
            }
        };
        FileEntry {
            root,
            path: found.path,
            stamp: found.stamp,
            content,
            sidecar: 0,
            outcome,
            // It is beside reports, and none.
            place: Place::default(),
            members: Vec::new(),
        }
    }

    /// The files that are spoken of and are not among those that are there, in order.
    fn unmatched(&self, there: &HashSet<&str>) -> Vec<String> {
        let named = self.entries.keys();
        let missing = named.filter(|path| !there.contains(path.as_str()));
        let mut missing: Vec<String> = missing.cloned().collect();
        missing.sort();
        missing
    }

    /// What was passed over and is spoken of, which the reader takes for reports, and the rest.
    fn named(
        &self,
        passed: Vec<(PassedOver, Stamp)>,
    ) -> (Vec<(String, Stamp, SourceError)>, Vec<PassedOver>) {
        let mut named = Vec::new();
        let mut rest = Vec::new();
        for (over, stamp) in passed {
            let is_by_name = matches!(over.why, WhyPassed::Picture | WhyPassed::Program);
            match source::format_of(&over.path) {
                Err(error) if is_by_name && self.entries.contains_key(&over.path) => {
                    named.push((over.path, stamp, error));
                }
                _ => rest.push(over),
            }
        }
        (named, rest)
    }

    /// Whether a list that may speak of a file cannot be read now.
    fn is_lost_for(&self, path: &str) -> bool {
        let folder = path.rsplit_once('/').map_or("", |(above, _)| above);
        self.lost.iter().any(|lost| is_below(folder, lost))
    }

    /// What is said of a file, and its fingerprint.
    fn entry_of(&self, path: &str) -> (Option<sidecar::SidecarEntry>, u64) {
        let entry = self.entries.get(path).cloned();
        let fingerprint = entry
            .as_ref()
            .map_or(0, |entry| xxh3_64(&to_bytes(entry)).max(1));
        (entry, fingerprint)
    }
}

/// A list of what is passed over, which a walk has read.
fn list_entry(root: u32, found: FoundFile) -> FileEntry {
    FileEntry {
        root,
        content: content_of(&found).unwrap_or(0),
        path: found.path,
        stamp: found.stamp,
        sidecar: 0,
        outcome: Outcome::Sidecar,
        place: Place::default(),
        members: Vec::new(),
    }
}

impl Update<'_> {
    fn run(mut self) -> Result<UpdateSummary, IndexError> {
        let mut summary = UpdateSummary::default();
        let old_table = std::mem::take(&mut self.old.files);
        let exclude = self.options.exclude.clone();
        let mut table = FileTable {
            roots: self.roots.clone(),
            exclude: exclude.unwrap_or_else(|| old_table.exclude.clone()),
            ..FileTable::default()
        };
        let filter = table.filter();
        let mut old_files: HashMap<(u32, String), &FileEntry> = old_table
            .files
            .iter()
            .map(|file| ((file.root, file.path.clone()), file))
            .collect();

        // What is there now, and what of it must be read.
        let mut to_read: Vec<Present> = Vec::new();
        let mut gone: Vec<u32> = Vec::new();
        for root in 0..self.roots.len() as u32 {
            let Some(path) = table.root_path(self.dir, root) else {
                continue;
            };
            let RootNow { walk, unseen } = look_at(&path, (self.dir, &filter), &old_table, root);
            if !self.options.prune {
                self.refuse_to_forget(&path, &table, root, &unseen)?;
                for (folder, why) in unseen {
                    let is_gone = why == WhyKept::Gone;
                    let place = (root, folder.as_str());
                    let kept = keep(&mut table, &mut old_files, &old_table, place, is_gone);
                    if kept > 0 || is_gone {
                        summary.kept.push(KeptFolder {
                            path: place_in(&path, &folder).display().to_string(),
                            why,
                            files: kept,
                        });
                    }
                }
            } else if unseen.iter().any(|(_, why)| *why == WhyKept::Gone) {
                table.forget_root(root);
                summary.forgotten.push(path.display().to_string());
                continue;
            }
            let found = walk;
            let folders = found.folders.into_iter();
            table
                .folders
                .extend(folders.map(|(path, stamp)| (root, path, stamp)));
            let mut sidecars = Sidecars::default();
            for found in found.sidecars {
                old_files.remove(&(root, found.path.clone()));
                table.files.push(sidecars.read(root, found));
            }
            for found in found.lists {
                old_files.remove(&(root, found.path.clone()));
                table.files.push(list_entry(root, found));
            }
            let (named, passed) = sidecars.named(found.passed);
            table
                .passed
                .extend(passed.into_iter().map(|over| (root, over)));
            // That the root itself cannot be read is said of what is kept of it; so is what is kept of a file.
            let is_said = summary
                .kept
                .iter()
                .any(|kept| Path::new(&kept.path) == path);
            let kept: HashSet<String> = table
                .files
                .iter()
                .filter(|file| file.root == root)
                .map(|file| file.path.clone())
                .collect();
            let there = found.files.iter().map(|file| file.path.as_str());
            let there = there.chain(found.refused.iter().map(|(path, ..)| path.as_str()));
            let there = there.chain(kept.iter().map(String::as_str));
            let there = there.chain(named.iter().map(|(path, ..)| path.as_str()));
            summary
                .unmatched
                .extend(sidecars.unmatched(&there.collect()));
            summary.vain.append(&mut sidecars.vain);
            let refused = found.refused.into_iter().chain(named).filter(|(path, ..)| {
                let is_root = is_said && path.is_empty();
                !(is_root || kept.contains(path))
            });
            for (path, stamp, error) in refused {
                gone.extend(
                    old_files
                        .remove(&(root, path.clone()))
                        .map(reports_of)
                        .unwrap_or_default(),
                );
                let (entry, sidecar) = sidecars.entry_of(&path);
                table.files.push(FileEntry {
                    root,
                    place: Place::of_path(&path).corrected_by(entry.as_ref()),
                    path,
                    stamp,
                    content: 0,
                    sidecar,
                    outcome: Outcome::Refused(error.to_string()),
                    members: Vec::new(),
                });
            }
            for found in found.files {
                // Files that look changed are read here, one after another.
                if self.options.is_cancelled() {
                    return Err(IndexError::Cancelled);
                }
                let (entry, sidecar) = sidecars.entry_of(&found.path);
                match old_files.remove(&(root, found.path.clone())) {
                    // What a list said that cannot be read now holds until it can.
                    Some(old)
                        if old.stamp == found.stamp
                            && (old.sidecar == sidecar || sidecars.is_lost_for(&found.path))
                            && self.options.is_settled(old, &self.old) =>
                    {
                        table.files.push(old.clone());
                    }
                    Some(old)
                        if old.sidecar == sidecar
                            && self.options.is_settled(old, &self.old)
                            && content_of(&found) == Some(old.content) =>
                    {
                        // Copied, touched, or of other permissions: what it says is what was indexed.
                        table.files.push(FileEntry {
                            stamp: found.stamp,
                            ..old.clone()
                        });
                    }
                    Some(old) if is_shut(old, &found, &mut summary) => {
                        table.files.push(old.clone());
                    }
                    Some(old)
                        if old.stamp == found.stamp
                            && old.sidecar == sidecar
                            && is_refused_again(old, &found) =>
                    {
                        table.files.push(old.clone());
                    }
                    old => {
                        self.refuse_to_forget_file(&path, &table, root, &found)?;
                        to_read.push(Present {
                            root,
                            found,
                            entry,
                            sidecar,
                            old: old.cloned(),
                        });
                    }
                }
            }
        }
        summary.removed = old_files.len();
        gone.extend(old_files.values().flat_map(|file| reports_of(file)));
        summary.read = to_read.len();
        table.sort();
        summary.list_faults = filter.faults();
        summary.idle_globs = filter.idle_globs();

        let is_new = self.old.generation.is_none();
        if is_new || !to_read.is_empty() || !gone.is_empty() || table != old_table {
            table = self.write(table, to_read, &gone, &mut summary)?;
            summary.committed = true;
            summary.changed = is_new || !table.says_the_same_as(&old_table);
            summary.restamped = table.n_restamped(&old_table);
        } else if let Some(generation) = &self.old.generation {
            // A run may have ended between its commit and them.
            let directory = WriteDirectory::open(generation, self.disk)
                .map_err(|error| writing_failed(self.disk, self.dir, error))?;
            make_lists(self.disk, self.dir, &directory)?;
            self.altered_file = directory.altered_file()?;
        }
        self.summarise(&mut summary, &table);
        Ok(summary)
    }

    /// An index that is built anew has nothing of what cannot be seen now: it would forget it.
    fn refuse_to_forget(
        &self,
        path: &Path,
        table: &FileTable,
        root: u32,
        unseen: &[(String, WhyKept)],
    ) -> Result<(), IndexError> {
        let stored = table.roots.get(root as usize);
        let (None, Some(stored)) = (&self.old.generation, stored) else {
            return Ok(());
        };
        let is_lost = |folder: &str| match self.old.before.as_ref() {
            // What the damaged index held of its roots is not known.
            None => folder.is_empty() && self.old.salvaged_roots.contains(stored),
            Some(before) => {
                let at = before.roots.iter().position(|root| root == stored);
                at.is_some_and(|at| files_below(before, at as u32, folder).next().is_some())
            }
        };
        match unseen.iter().find(|(folder, _)| is_lost(folder)) {
            None => Ok(()),
            Some((folder, why)) => Err(IndexError::WouldForget {
                path: place_in(path, folder),
                why: why.clone(),
            }),
        }
    }

    /// The same for a file that is there and cannot be opened.
    fn refuse_to_forget_file(
        &self,
        path: &Path,
        table: &FileTable,
        root: u32,
        found: &FoundFile,
    ) -> Result<(), IndexError> {
        if self.old.generation.is_some() || self.old.before.is_none() || self.options.prune {
            return Ok(());
        }
        match source::can_open(found) {
            Ok(()) => Ok(()),
            Err(error) => {
                let why = WhyKept::Unreadable(without_prefix(&error.to_string()));
                let unseen = [(found.path.clone(), why)];
                self.refuse_to_forget(path, table, root, &unseen)
            }
        }
    }

    /// Fills in what the index holds now.
    fn summarise(&self, summary: &mut UpdateSummary, table: &FileTable) {
        summary.files = table.files.len();
        summary.passed = table.passed.iter().map(|(_, over)| over.clone()).collect();
        summary.own_words = self.old.words.n_own();
        summary.own_words_lost = self.old.words_lost;
        summary.altered_file.clone_from(&self.altered_file);
        summary.reports = self.old.reports.len();
        let entries = self.old.reports.values().map(|new| &new.entry);
        let files_by_id: HashMap<&String, &str> = entries
            .map(|entry| (&entry.id, entry.path.as_str()))
            .collect();
        for new in self.old.reports.values() {
            let ReportEntry {
                meta,
                path,
                duplicate_of,
                ..
            } = &new.entry;
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
            if let Some(original) = duplicate_of {
                summary.duplicates.push(CopyLeftOut {
                    path: path.clone(),
                    kept: files_by_id.get(original).copied().unwrap_or("").to_owned(),
                    id: original.clone(),
                });
                continue;
            }
            summary.partial += usize::from(meta.partial);
            summary.other_genre += usize::from(meta.genre == Genre::Other);
            summary.to_fix += usize::from(
                !new.entry
                    .to_fix_with(new.notes.has_vain_correction)
                    .is_empty(),
            );
        }
        summary.duplicates.sort();
        for file in &table.files {
            if let Outcome::Refused(reason) = &file.outcome {
                if file.path.is_empty() {
                    let root = table.root_path(self.dir, file.root).unwrap_or_default();
                    let root = root.display().to_string();
                    summary.refused.push((root, reason.clone()));
                    continue;
                }
                summary.refused.push((file.path.clone(), reason.clone()));
            }
            for member in &file.members {
                let path = format!("{}{}", file.path, member.name);
                summary.refused.push((path, member.reason.clone()));
            }
        }
    }

    /// Reads, indexes and commits; returns the file table that was committed.
    fn write(
        &mut self,
        mut table: FileTable,
        to_read: Vec<Present>,
        gone: &[u32],
        summary: &mut UpdateSummary,
    ) -> Result<FileTable, IndexError> {
        let (disk, dir) = (self.disk, self.dir);
        let fail = |error| writing_failed(disk, dir, error);
        let n_bytes: u64 = to_read.iter().map(|present| present.found.stamp.size).sum();
        let output = self.open_output(n_bytes)?;
        for number in gone {
            output.writer.delete(*number);
            self.old.reports.remove(number);
        }
        let ingested = self.ingest_all(&to_read, &output.writer).map_err(fail)?;
        if self.options.is_cancelled() {
            // Nothing of this run is committed; what was committed before stays.
            return Err(IndexError::Cancelled);
        }
        for (present, ingested) in to_read.into_iter().zip(ingested) {
            if let Some(old) = present.old {
                let may_pass = ingested.content == 0 && !self.options.prune;
                if let (true, Outcome::Indexed(_), Err(why)) =
                    (may_pass, &old.outcome, &ingested.result)
                {
                    // It was not the fault of the file: the next run reads it again.
                    summary.kept.push(KeptFolder {
                        path: present.found.absolute.display().to_string(),
                        why: WhyKept::Unreadable(without_prefix(why)),
                        files: 1,
                    });
                    table.files.push(old);
                    continue;
                }
                // Numbers are never given twice: what was just added stays.
                for number in reports_of(&old) {
                    output.writer.delete(number);
                    self.old.reports.remove(&number);
                }
            }
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
                sidecar: present.sidecar,
                outcome,
                place: ingested.place,
                members: ingested.members,
            });
        }
        table.sort();
        self.commit(output, &table)?;
        Ok(table)
    }

    fn threads(&self) -> usize {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        self.options.threads.unwrap_or(cores).clamp(1, MAX_THREADS)
    }

    /// Opens the generation to update for writing, or makes a new one, for about `n_bytes` of new text.
    fn open_output(&self, n_bytes: u64) -> Result<Output, IndexError> {
        let (disk, dir) = (self.disk, self.dir);
        let fail = |error| writing_failed(disk, dir, error);
        let Home {
            folder,
            next_number,
            ..
        } = &self.home;
        let failed = |error| IndexError::io(dir, &error);
        let is_new = self.old.generation.is_none();
        let generation = match &self.old.generation {
            Some(generation) => generation.clone(),
            None => disk.make_generation(folder, *next_number).map_err(failed)?,
        };
        let directory = WriteDirectory::open(&generation, disk).map_err(fail)?;
        let n_taken = Arc::new(AtomicU64::new(0));
        let writing = Writing {
            words: self.old.words.clone(),
            n_taken: Arc::clone(&n_taken),
            lists_later: n_bytes >= MERGED_BYTES && !self.options.keep_segments,
        };
        if is_new {
            tantivy::Index::builder()
                .schema(schema().0)
                .register_plugin(Arc::new(ExactPlugin::new(PASSAGE_FIELD, Arc::default())))
                .open_or_create(directory.clone())
                .map_err(fail)?;
        }
        if is_new && self.home.is_first {
            // Named before the first commit: a whole generation that nothing names has lost its name, and is no leftover.
            disk.switch_to(folder, &generation).map_err(failed)?;
            sweep_generations(disk, folder, &generation);
        }
        let index = open_tantivy(Box::new(directory.clone()), Some(writing)).map_err(fail)?;
        let writers = if n_bytes < ONE_SEGMENT_BYTES {
            1
        } else {
            self.threads()
        };
        let inner = open_writer(&index, writers, writers * BYTES_PER_THREAD).map_err(fail)?;
        inner.set_merge_policy(self.merge_policy(&directory));
        let writer = PassageWriter {
            inner,
            fields: schema().1,
            n_given: AtomicU64::new(0),
            n_taken,
        };
        Ok(Output {
            generation,
            directory,
            is_new,
            writer,
        })
    }

    /// Commits what the writer holds, with both tables, and makes it the index in use.
    fn commit(&mut self, output: Output, table: &FileTable) -> Result<(), IndexError> {
        let Output {
            generation,
            directory,
            is_new,
            writer,
        } = output;
        let mut writer = writer.inner;
        let (disk, dir) = (self.disk, self.dir);
        let fail = |error| writing_failed(disk, dir, error);
        (self.progress)(Progress::Committing);
        let manifest = self.write_tables(&generation, table)?;
        commit_with(disk, dir, &mut writer, &manifest)?;
        writer.garbage_collect_files().wait().map_err(fail)?;
        writer.wait_merging_threads().map_err(fail)?;
        let listed = make_lists(disk, dir, &directory);
        let folder = &self.home.folder;
        if is_new && !self.home.is_first {
            disk.switch_to(folder, &generation)
                .map_err(|error| IndexError::io(dir, &error))?;
        }
        sweep(disk, folder, &generation, &manifest);
        // The index is in use without them, and without what was not merged.
        self.altered_file = directory.altered_file()?;
        listed
    }

    /// Indexes reports on several threads and commits.
    fn write_reports(&mut self, reports: &[Report]) -> Result<(), IndexError> {
        let (disk, dir) = (self.disk, self.dir);
        let fail = |error| writing_failed(disk, dir, error);
        let passages = reports.iter().flat_map(|report| &report.passages);
        let output = self.open_output(passages.map(|passage| passage.text.len() as u64).sum())?;
        let next = AtomicU32::new(0);
        let entries = Mutex::new(Vec::with_capacity(reports.len()));
        let work = || -> tantivy::Result<()> {
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                let Some(report) = reports.get(number as usize) else {
                    return Ok(());
                };
                let folded = fold_passages(report);
                let new = new_entry(report, &folded, number, "", 0);
                output.writer.add(report.clone(), folded, number)?;
                let mut entries = entries.lock().unwrap_or_else(PoisonError::into_inner);
                entries.push(new);
            }
        };
        std::thread::scope(|scope| -> tantivy::Result<()> {
            let others: Vec<_> = (1..self.threads()).map(|_| scope.spawn(work)).collect();
            let mut result = work();
            for other in others {
                let panicked =
                    |_| tantivy::TantivyError::SystemError("a thread panicked".to_owned());
                result = result.and(other.join().map_err(panicked).flatten());
            }
            result
        })
        .map_err(fail)?;
        let entries = entries.into_inner().unwrap_or_else(PoisonError::into_inner);
        let numbered = entries.into_iter().map(|new| (new.number, new));
        self.old.reports.extend(numbered);
        self.old.next_report = self.old.reports.len() as u32;
        self.commit(output, &FileTable::default())
    }

    fn merge_policy(&self, directory: &WriteDirectory) -> Box<dyn MergePolicy> {
        if self.options.keep_segments {
            return Box::new(NoMergePolicy);
        }
        let mut policy = LogMergePolicy::default();
        policy.set_del_docs_ratio_before_merge(MAX_DELETED_SHARE);
        policy.set_max_docs_before_merge(MAX_MERGED_PASSAGES);
        Box::new(SoundMerges {
            policy,
            directory: directory.clone(),
        })
    }

    /// Reads and repairs all files on several threads and hands their passages to the writer.
    fn ingest_all(
        &mut self,
        files: &[Present],
        writer: &PassageWriter,
    ) -> tantivy::Result<Vec<Ingested>> {
        let read_options = self.options.read_options();
        let threads = self.threads();
        let next_file = AtomicUsize::new(0);
        let next_report = AtomicU32::new(self.old.next_report);
        let done = AtomicUsize::new(0);
        let failure: Mutex<Option<tantivy::TantivyError>> = Mutex::new(None);
        let slots: Vec<Mutex<Option<Ingested>>> = files.iter().map(|_| Mutex::new(None)).collect();
        let work = || {
            while !self.options.is_cancelled() {
                let at = next_file.fetch_add(1, Ordering::Relaxed);
                let (Some(present), Some(slot)) = (files.get(at), slots.get(at)) else {
                    return;
                };
                match ingest_file(present, read_options, &next_report, writer) {
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
            place: Place::default(),
            members: Vec::new(),
        };
        let take = |slot: Mutex<Option<Ingested>>| {
            slot.into_inner().unwrap_or_default().unwrap_or_else(unread)
        };
        Ok(slots.into_iter().map(take).collect())
    }

    /// Writes both tables, synced, and returns the manifest that names them.
    fn write_tables(
        &mut self,
        generation: &OwnGeneration,
        files: &FileTable,
    ) -> Result<Manifest, IndexError> {
        let mut entries = name_entries(self.old.reports.values().cloned().collect());
        let root_names = files.root_names(self.dir);
        for new in &mut entries {
            let root = root_names
                .get(new.entry.root as usize)
                .map_or("", String::as_str);
            new.entry.file = format!("{root}{}", new.entry.path);
        }
        for new in &entries {
            self.old.reports.insert(new.number, new.clone());
        }
        let passages = entries
            .iter()
            .flat_map(|new| new.parts)
            .map(|part| u64::from(part.passages))
            .sum();
        let corpus = corpus_fingerprint(files);
        let put = |kind: &str, bytes: Vec<u8>| put_table(self.disk, generation, kind, &bytes);
        Ok(Manifest {
            makers: Versions::current(),
            program: env!("CARGO_PKG_VERSION").to_owned(),
            reports: put("reports", write_table(&entries))?,
            files: put("files", files.write())?,
            words: self
                .old
                .words
                .to_bytes()
                .map(|bytes| put("words", bytes))
                .transpose()?,
            strings: None,
            sorted: self.old.sorted,
            roots: files.roots.clone(),
            exclude: files.exclude.clone(),
            corpus,
            passages,
            next_report: self.old.next_report,
        })
    }
}

fn reports_of(file: &FileEntry) -> Vec<u32> {
    match &file.outcome {
        Outcome::Indexed(numbers) => numbers.clone(),
        Outcome::Refused(_) | Outcome::Sidecar => Vec::new(),
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

/// The fingerprint of a file that was found, if it can be read.
fn content_of(found: &FoundFile) -> Option<u128> {
    content_now(&found.path, found.absolute.clone(), found.stamp)
}

/// Whether a file that was indexed is there and cannot be opened now: what was indexed of it is kept, and said.
fn is_shut(old: &FileEntry, found: &FoundFile, summary: &mut UpdateSummary) -> bool {
    if !matches!(old.outcome, Outcome::Indexed(_)) {
        return false;
    }
    let Err(error) = source::can_open(found) else {
        return false;
    };
    summary.kept.push(KeptFolder {
        path: found.absolute.display().to_string(),
        why: WhyKept::Unreadable(without_prefix(&error.to_string())),
        files: 1,
    });
    true
}

/// Whether a file that could not be opened cannot be opened now, for the same reason.
fn is_refused_again(old: &FileEntry, found: &FoundFile) -> bool {
    match (&old.outcome, source::can_open(found)) {
        (Outcome::Refused(reason), Err(error)) => old.content == 0 && *reason == error.to_string(),
        _ => false,
    }
}

/// A reason without the words that stand before it anyway.
fn without_prefix(reason: &str) -> String {
    let cause = reason.strip_prefix("cannot be read: ");
    cause.unwrap_or(reason).to_owned()
}

/// Where a folder of a root is; the root itself is the empty path.
fn place_in(root: &Path, folder: &str) -> PathBuf {
    match folder {
        "" => root.to_owned(),
        folder => below(root, folder),
    }
}

/// Keeps what was indexed of a folder of a root; returns how many files the index has of it.
fn keep(
    table: &mut FileTable,
    old_files: &mut HashMap<(u32, String), &FileEntry>,
    old_table: &FileTable,
    (root, folder): (u32, &str),
    is_gone: bool,
) -> usize {
    let n_kept = files_below(old_table, root, folder).count();
    let of_folder = |at: u32, path: &str| at == root && is_below(path, folder);
    let files = old_table.files.iter();
    for file in files.filter(|file| of_folder(file.root, &file.path)) {
        // The folder itself, refused because it cannot be read, is refused anew.
        let is_refused = matches!(file.outcome, Outcome::Refused(_));
        let key = (root, file.path.clone());
        if !(is_refused && file.path == folder) && old_files.remove(&key).is_some() {
            table.files.push(file.clone());
        }
    }
    let folders = old_table.folders.iter();
    // A folder that is still there is listed as it is now.
    let below = folders.filter(|(at, path, _)| of_folder(*at, path) && (is_gone || path != folder));
    table.folders.extend(below.cloned());
    let passed = old_table.passed.iter();
    let passed = passed.filter(|(at, over)| of_folder(*at, over.path.trim_end_matches('/')));
    table.passed.extend(passed.cloned());
    n_kept
}

/// Reads one file, gives its reports numbers and hands their documents on, one call a report.
fn ingest_file(
    present: &Present,
    read_options: ReadOptions<'_>,
    next_report: &AtomicU32,
    writer: &PassageWriter,
) -> tantivy::Result<Ingested> {
    let raw = match source::read(&present.found) {
        Ok(raw) => raw,
        Err(error) => {
            return Ok(present.refused(0, error.to_string(), Place::of_path));
        }
    };
    let content = fingerprint(&raw.bytes);
    // A bug in a repair rule must cost one file, not the run.
    let reports = std::panic::catch_unwind(AssertUnwindSafe(|| ingest_with(&raw, read_options)));
    let reports = match reports {
        Ok(Ok(reports)) => reports,
        Ok(Err(error)) => {
            let content = if error.may_pass() { 0 } else { content };
            let read = AssertUnwindSafe(|| Place::of_refused(&raw));
            let place = std::panic::catch_unwind(read);
            let place = |path: &str| place.unwrap_or_else(|_| Place::of_path(path));
            let members = match &error {
                IngestError::NoRows { rows, .. } => rows_of(rows).collect(),
                IngestError::NothingPacked { members, .. } => {
                    members_of(&raw.path, members).collect()
                }
                _ => Vec::new(),
            };
            let refused = present.refused(content, error.to_string(), place);
            return Ok(Ingested { members, ..refused });
        }
        Err(_) => {
            let reason =
                "could not be understood: an error in the program, please report it".to_owned();
            return Ok(present.refused(content, reason, Place::of_path));
        }
    };
    let mut entries = Vec::with_capacity(reports.len());
    let path = raw.path;
    drop(raw.bytes);
    let members = reports
        .iter()
        .flat_map(|report| members_of(&path, &report.notes));
    let rows = reports.iter().flat_map(|report| rows_of(&report.notes));
    let members = members.chain(rows).collect();
    for mut report in reports {
        if let Some(entry) = &present.entry {
            sidecar::apply(entry, &mut report.meta, &mut report.notes);
        }
        let number = next_report.fetch_add(1, Ordering::Relaxed);
        let folded = fold_passages(&report);
        entries.push(new_entry(&report, &folded, number, &path, content));
        writer.add(report, folded, number)?;
    }
    Ok(Ingested {
        content,
        result: Ok(entries),
        place: Place::default(),
        members,
    })
}

/// The members of an archive that gave no report.
fn members_of<'n>(path: &'n str, notes: &'n [Note]) -> impl Iterator<Item = RefusedMember> + 'n {
    refused_members(notes).map(move |(name, reason)| RefusedMember {
        place: Place::of_path(&format!("{path}/{name}")),
        name: format!("/{name}"),
        reason,
    })
}

/// The rows of a table that name a report and have no text.
fn rows_of(notes: &[Note]) -> impl Iterator<Item = RefusedMember> {
    refused_rows(notes).map(|refused| RefusedMember {
        name: format!(":{}", refused.row),
        reason: refused.reason.to_owned(),
        place: Place {
            region: refused.region,
            year: refused.year,
        },
    })
}

#[cfg(test)]
mod tests {
    use super::super::disk::Call;
    use super::super::open::find;
    use super::*;
    use crate::exact::{MatchOptions, Phrase, lacks_lists};

    #[test]
    fn a_segment_that_is_not_merged_has_its_lists_after_a_run_that_ends() {
        let home = tempfile::tempdir().expect("a folder");
        let corpus = home.path().join("corpus");
        fs::create_dir(&corpus).expect("a folder");
        let lines: String = (0..60_000)
            .map(|n| format!("推进第{n}个专业镇建设。\n\n"))
            .collect();
        fs::write(corpus.join("汾阳市2024年政府工作报告.txt"), lines).expect("written");
        let dir = home.path().join("index");
        let options = UpdateOptions {
            roots: vec![corpus],
            threads: Some(1),
            ..UpdateOptions::default()
        };
        // Whether the only segment lacks them, and the bytes of their file.
        let state = || {
            let generation = find(&dir).expect("it has one");
            let directory = tantivy::directory::MmapDirectory::open(&generation);
            let index = open_tantivy(Box::new(directory.expect("a folder")), None);
            let index = index.expect("an index");
            assert!(index.validate_checksum().expect("readable").is_empty());
            let segments = index.searchable_segments().expect("readable");
            let [segment] = segments.as_slice() else {
                panic!("{} segments", segments.len());
            };
            let name = format!("{}.runs", segment.id().uuid_string());
            let runs = fs::metadata(generation.join(name)).expect("a file");
            (lacks_lists(segment).expect("readable"), runs.len())
        };
        // The disk fails when the segment is written anew.
        let n_made = AtomicUsize::new(0);
        let full = Disk::watched(Arc::new(move |call, path: &Path| {
            let is_lists = path.extension().is_some_and(|ending| ending == "runs");
            match is_lists && call == Call::Create && n_made.fetch_add(1, Ordering::Relaxed) > 0 {
                true => Err(std::io::Error::from_raw_os_error(28)),
                false => Ok(()),
            }
        }));
        update_on(&full, &dir, &options, &|_| {}).expect_err("the disk is full");
        let (is_lacking, n_bytes) = state();
        assert!(is_lacking && n_bytes < 1_000, "{n_bytes} bytes");
        let n_found = |phrase: &str| {
            let index = crate::index::Index::open(&dir).expect("it opens");
            let phrase = Phrase::new(phrase, MatchOptions::default());
            let phrase = phrase.expect("a phrase");
            let mut n = 0;
            for segment in index.exact_segments() {
                segment.occurrences(&phrase, |_, times| n += times);
            }
            n
        };
        let before = n_found("专业镇建设");
        assert_eq!(before, 60_000);
        // Nothing has changed, and what is missing is made.
        let summary = update(&dir, &options, &|_| {}).expect("it ends");
        assert!(!summary.committed);
        let (is_lacking, n_bytes) = state();
        assert!(!is_lacking && n_bytes > 60_000, "{n_bytes} bytes");
        assert_eq!(n_found("专业镇建设"), before);
    }

    #[test]
    fn what_a_file_does_to_the_writer_is_no_damage_of_the_index() {
        let home = tempfile::tempdir().expect("a folder");
        let corpus = home.path().join("corpus");
        fs::create_dir(&corpus).expect("a folder");
        fs::write(
            corpus.join("a.txt"),
            "汾阳市2024年政府工作报告\n\n推进专业镇建设。\n",
        )
        .expect("written");
        let dir = home.path().join("index");
        let options = UpdateOptions {
            roots: vec![corpus],
            ..UpdateOptions::default()
        };
        update(&dir, &options, &|_| {}).expect("the index is made");
        let failed = || {
            let error = std::io::Error::other("a report with too many passages");
            writing_failed(&Disk::default(), &dir, error.into())
        };
        assert!(
            matches!(failed(), IndexError::Unwritten { .. }),
            "{}",
            failed()
        );
        let generation = find(&dir).expect("it has one");
        let entries = fs::read_dir(&generation).expect("readable");
        let text = entries
            .map(|entry| entry.expect("readable").path())
            .find(|path| path.extension().is_some_and(|ending| ending == "text"));
        fs::write(text.expect("a segment"), b"no text").expect("written");
        assert!(
            matches!(failed(), IndexError::Damaged { .. }),
            "{}",
            failed()
        );
    }
}
