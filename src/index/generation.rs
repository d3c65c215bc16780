//! The folder of an index as its writer sees it: the lock, what a generation holds, the switch to a new one.
//!
//! # Invariants
//!
//! - A generation is complete before `current` names it; one rename decides.
//! - Nothing is removed that the generation in use refers to.

use super::directory::{TEMPORARY, WriteDirectory, foreign_managed_file, is_own_file, is_sealed};
use super::disk::Disk;
use super::error::IndexError;
use super::files::FileTable;
use super::manifest::{Makers, Manifest, TableRef};
use super::open::{
    CURRENT_FILE, Found, META_FILE, check_seal, find, from_tantivy, is_generation_name, look,
    open_tantivy, read_manifest, read_table, read_words, word_list,
};
use super::table::{NewEntry, ReportTable};
use crate::tokenize::WordList;
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::Duration;
use tantivy::{IndexWriter, TantivyError};

/// File that a writer locks.
const LOCK_FILE: &str = ".lock";
/// How the names of the tables beside the segments begin.
const TABLES: [&str; 3] = ["reports-", "files-", "words-"];
/// How often to ask for tantivy's lock.
const N_LOCK_TRIES: usize = 100;

/// The writer's lock, held until it is dropped or the process ends, however it ends.
pub(super) struct WriterLock(File);

impl Drop for WriterLock {
    fn drop(&mut self) {
        // Closing alone would not do: a child that is just being started may still hold a copy of the file.
        let _ = self.0.unlock();
    }
}

/// Takes the writer's lock.
pub(super) fn lock(dir: &Path) -> Result<WriterLock, IndexError> {
    let path = dir.join(LOCK_FILE);
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&path);
    let file = file.map_err(|error| IndexError::io(&path, &error))?;
    match file.try_lock() {
        Ok(()) => Ok(WriterLock(file)),
        Err(fs::TryLockError::WouldBlock) => Err(IndexError::Busy {
            dir: dir.to_owned(),
        }),
        Err(fs::TryLockError::Error(error)) => Err(IndexError::io(path, &error)),
    }
}

/// Opens tantivy's writer. Whoever holds our lock is alone: tantivy's can only be left over from a
/// writer that is just closing, or in a child that is just being started.
pub(super) fn open_writer(
    index: &tantivy::Index,
    n_threads: usize,
    n_bytes: usize,
) -> tantivy::Result<IndexWriter> {
    let mut n_tries = 0;
    loop {
        n_tries += 1;
        match index.writer_with_num_threads(n_threads, n_bytes) {
            Err(TantivyError::LockFailure(..)) if n_tries < N_LOCK_TRIES => {
                std::thread::sleep(Duration::from_millis(20));
            }
            opened => return opened,
        }
    }
}

/// A writer deletes what tantivy's list of files names; a list with foreign names is not obeyed.
pub(super) fn refuse_foreign_files(dir: &Path, generation: &Path) -> Result<(), IndexError> {
    let foreign =
        foreign_managed_file(generation).map_err(|error| IndexError::io(generation, &error))?;
    match foreign {
        None => Ok(()),
        Some(name) => Err(IndexError::Damaged {
            dir: dir.to_owned(),
            what: format!("`.managed.json` names `{name}`, which is not a file of the index"),
        }),
    }
}

/// What was there before.
#[derive(Default)]
pub(super) struct Old {
    /// The generation to update, or none to build a new one.
    pub(super) generation: Option<PathBuf>,
    pub(super) files: FileTable,
    pub(super) reports: BTreeMap<u32, NewEntry>,
    pub(super) next_report: u32,
    pub(super) words: WordList,
    /// Whether the reader had words that can no longer be read.
    pub(super) words_lost: bool,
}

impl Old {
    /// Reads what an index holds; a rebuild takes only its roots, and those even of a damaged one.
    pub(super) fn load(disk: &Disk, dir: &Path, rebuild: bool) -> Result<Old, IndexError> {
        if matches!(look(dir)?, Found::Nothing) {
            return Ok(Old::default());
        }
        match find(dir).and_then(|generation| Old::load_generation(disk, dir, &generation)) {
            Ok(old) if rebuild => Ok(old.anew()),
            Err(_) if rebuild => Ok(Old::salvaged(dir).anew()),
            loaded => loaded,
        }
    }

    /// The roots and the reader's words of a damaged index, from whatever is still whole.
    fn salvaged(dir: &Path) -> Old {
        let generations = generations(dir);
        let manifest = salvage_manifest(&generations);
        let had_words = match &manifest {
            Some(manifest) => manifest.words.is_some(),
            None => tables(&generations, "words-").next().is_some(),
        };
        let words = had_words
            .then(|| salvage(&generations, "words-", WordList::from_bytes))
            .flatten();
        let roots = manifest.map(|manifest| FileTable {
            roots: manifest.roots,
            ..FileTable::default()
        });
        Old {
            files: roots
                .or_else(|| salvage(&generations, "files-", FileTable::read))
                .unwrap_or_default(),
            words_lost: had_words && words.is_none(),
            words: words.unwrap_or_default(),
            ..Old::default()
        }
    }

    /// Nothing but the roots and the reader's words, for a generation that begins anew.
    pub(super) fn anew(self) -> Old {
        Old {
            files: FileTable {
                roots: self.files.living_roots(),
                ..FileTable::default()
            },
            words: self.words,
            words_lost: self.words_lost,
            ..Old::default()
        }
    }

    fn load_generation(disk: &Disk, dir: &Path, generation: &Path) -> Result<Old, IndexError> {
        let damaged = |what: String| IndexError::Damaged {
            dir: dir.to_owned(),
            what,
        };
        refuse_foreign_files(dir, generation)?;
        let directory =
            WriteDirectory::open(generation, disk).map_err(|error| from_tantivy(dir, error))?;
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
        let words = read_words(generation, dir, &manifest)?;
        let words = word_list(dir, &manifest, words.as_ref())?;
        if Makers::current().difference(&manifest.makers).is_some() {
            // Made with other rules: a new generation from the same roots.
            let old = Old {
                files,
                words,
                ..Old::default()
            };
            return Ok(old.anew());
        }
        check_seal(dir, generation)?;
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
        // What a killed run left, even if there is nothing to write now. It may not have come to sync what it
        // renamed, and nothing may be removed before that.
        for folder in [dir, generation] {
            disk.sync_folder(folder)
                .map_err(|error| IndexError::io(folder, &error))?;
        }
        sweep_segments(disk, &index, generation).map_err(|error| from_tantivy(dir, error))?;
        sweep(disk, dir, generation, &manifest);
        let next_report = manifest.next_report;
        Ok(Old {
            generation: Some(generation.to_owned()),
            files,
            reports,
            next_report,
            words,
            words_lost: false,
        })
    }
}

/// The generations in a folder, newest first.
fn generations(dir: &Path) -> Vec<PathBuf> {
    let names = dir.read_dir().into_iter().flatten().flatten();
    let mut numbered: Vec<(u32, PathBuf)> = names
        .filter_map(|entry| {
            let name = entry.file_name();
            Some((generation_number(name.to_str()?)?, entry.path()))
        })
        .collect();
    numbered.sort_by(|a, b| b.cmp(a));
    numbered.into_iter().map(|(_, path)| path).collect()
}

fn generation_number(name: &str) -> Option<u32> {
    is_generation_name(name)
        .then(|| name.strip_prefix('g')?.parse().ok())
        .flatten()
}

/// The manifest of a damaged index, if it is still whole.
fn salvage_manifest(generations: &[PathBuf]) -> Option<Manifest> {
    generations.iter().find_map(|generation| {
        let text = fs::read(generation.join(META_FILE)).ok()?;
        let meta: serde_json::Value = is_sealed(&text)
            .then(|| serde_json::from_slice(&text).ok())
            .flatten()?;
        serde_json::from_str(meta.get("payload")?.as_str()?).ok()
    })
}

/// A table of a damaged index, if one of that kind can still be read and is what its name says.
fn salvage<T>(generations: &[PathBuf], kind: &str, read: impl Fn(&[u8]) -> Option<T>) -> Option<T> {
    let mut whole = tables(generations, kind).filter_map(|path| {
        let bytes = fs::read(&path).ok()?;
        let named = TableRef::to(kind.trim_end_matches('-'), &bytes).file;
        path.ends_with(named).then_some(bytes)
    });
    whole.find_map(|bytes| read(&bytes))
}

/// The tables of one kind, old ones included.
fn tables(generations: &[PathBuf], kind: &str) -> impl Iterator<Item = PathBuf> {
    let folders = generations
        .iter()
        .filter_map(|generation| generation.read_dir().ok());
    folders
        .flatten()
        .flatten()
        .filter(move |entry| entry.file_name().to_string_lossy().starts_with(kind))
        .map(|entry| entry.path())
}

/// The folder of the next generation.
pub(super) fn next_generation(dir: &Path) -> Result<PathBuf, IndexError> {
    let number = match look(dir)? {
        Found::Generation(path) => path
            .file_name()
            .and_then(|name| generation_number(name.to_str()?)),
        Found::Nothing => None,
        Found::Unclear => generations(dir)
            .first()
            .and_then(|path| generation_number(path.file_name()?.to_str()?)),
    };
    Ok(dir.join(format!("g{:04}", number.unwrap_or(0) + 1)))
}

/// Makes `generation` the one in use: one rename decides.
pub(super) fn switch_to(disk: &Disk, dir: &Path, generation: &Path) -> Result<(), IndexError> {
    let name = generation
        .file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default();
    let line = format!("{name}\n");
    disk.replace(
        &dir.join(CURRENT_FILE),
        &dir.join(".current.new"),
        line.as_bytes(),
    )
    .map_err(|error| IndexError::io(dir, &error))
}

/// Removes what nothing refers to any more: old generations, old tables, temporary files of a killed run.
/// Failures do no harm: the next run sweeps again.
pub(super) fn sweep(disk: &Disk, dir: &Path, generation: &Path, manifest: &Manifest) {
    for entry in dir.read_dir().into_iter().flatten().flatten() {
        if is_generation_name(&entry.file_name().to_string_lossy()) && entry.path() != generation {
            let _ = disk.remove_folder(&entry.path());
        }
    }
    for entry in generation.read_dir().into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let is_table = TABLES.iter().any(|kind| name.starts_with(kind)) && name.ends_with(".bin");
        let is_old_table = is_table && manifest.tables().all(|table| name != table.file);
        if is_old_table || name.starts_with(TEMPORARY) {
            disk.try_remove(&entry.path());
        }
    }
}

/// Removes the files of segments that `index` does not have: a run was killed before or right after its commit.
fn sweep_segments(disk: &Disk, index: &tantivy::Index, generation: &Path) -> tantivy::Result<()> {
    let living = index.load_metas()?.list_segment_files();
    for entry in generation.read_dir().into_iter().flatten().flatten() {
        let name = entry.file_name();
        let is_segment_file = name.to_str().is_some_and(is_own_file) && name != "meta.json";
        if is_segment_file && !living.contains(Path::new(&name)) {
            disk.try_remove(&entry.path());
        }
    }
    Ok(())
}
