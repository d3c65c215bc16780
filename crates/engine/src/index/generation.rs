//! The folder of an index as its writer sees it: the lock, the claim to the folder, what a generation holds, the sweep of
//! what nothing refers to.
//!
//! # Invariants
//!
//! - A generation is complete before anything is answered from it: one rename decides, that of `current` where there was
//!   an index before, that of the first `meta.json` with a manifest where there was none.
//! - Nothing is removed that the generation in use refers to, or that the program cannot be shown to have made.

use super::directory::{WriteDirectory, foreign_managed_file};
use super::disk::Disk;
use super::error::IndexError;
use super::files::FileTable;
use super::manifest::{Manifest, Meta, TableRef, Versions};
use super::open::{
    FolderState, check_lengths, find, from_tantivy, look, open_tantivy, read_manifest, read_table,
    read_words, sealed_meta, word_list,
};
use super::own::{
    Contents, LOCK_FILE, MANAGED_FILE, MARKER_FILE, META_FILE, Marking, OwnFolder, OwnGeneration,
    Standing, current_name, is_table_name, look_through, read_plain,
};
use super::table::{NewEntry, ReportTable};
use crate::tokenize::WordList;
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use tantivy::IndexWriter;

/// The writer's lock, held until it is dropped or the process ends, however it ends.
pub(super) struct WriterLock(File);

impl Drop for WriterLock {
    fn drop(&mut self) {
        // Closing alone would not do: a child that is just being started may still hold a copy of the file.
        let _ = self.0.unlock();
    }
}

/// Takes the writer's lock. The file is empty and nobody's in particular; it is never removed.
pub(super) fn lock(dir: &Path) -> Result<WriterLock, IndexError> {
    let path = dir.join(LOCK_FILE);
    let fail = |error: std::io::Error| IndexError::io(&path, &error);
    // Opening a link would make or open a file elsewhere, and a pipe would never open.
    if path.symlink_metadata().is_ok_and(|entry| !entry.is_file()) {
        return Err(IndexError::Stranger {
            dir: dir.to_owned(),
            path,
            n_more: 0,
        });
    }
    let open = || File::options().write(true).open(&path);
    let file = match File::create_new(&path) {
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => open(),
        made => made,
    };
    let file = file.map_err(fail)?;
    match file.try_lock() {
        Ok(()) => Ok(WriterLock(file)),
        Err(fs::TryLockError::WouldBlock) => Err(IndexError::Busy {
            dir: dir.to_owned(),
        }),
        Err(fs::TryLockError::Error(error)) => Err(fail(error)),
    }
}

/// The folder of an index that a writer has locked and claimed.
pub(super) struct Home {
    pub(super) folder: OwnFolder,
    /// The generations that it holds, newest first.
    generations: Vec<OwnGeneration>,
    /// The number of the next one.
    pub(super) next_number: u32,
    /// Whether nothing was ever committed here.
    pub(super) is_first: bool,
}

/// Claims a folder for an index: it is empty and gets the marker, or the program has made all that is in it.
///
/// # Errors
/// When it holds anything else, which is left as it is, or the system refuses.
pub(super) fn claim(disk: &Disk, dir: &Path) -> Result<Home, IndexError> {
    let fail = |error| IndexError::io(dir, &error);
    let (folder, marking, generations, next_number) = match look_through(dir)? {
        Contents::Empty(folder) => (folder, Marking::Missing, Vec::new(), 1),
        Contents::Own(holdings) => {
            holdings.refuse_strangers()?;
            let next = holdings.next_number;
            (
                holdings.folder,
                holdings.marking,
                holdings.generations,
                next,
            )
        }
    };
    match marking {
        Marking::Done => {}
        Marking::Missing => disk.mark(&folder, None).map_err(fail)?,
        Marking::Damaged(cut) => disk.mark(&folder, Some(cut)).map_err(fail)?,
    }
    // Known by its seal as long as it is in use, and by its marker when it is not.
    for generation in &generations {
        if let Some(marker) = folder.lost_marker(generation) {
            disk.replace(generation, MARKER_FILE, &marker)
                .map_err(fail)?;
        }
    }
    let is_first = match look(dir)? {
        FolderState::Nothing => true,
        FolderState::Unclear(_) => false,
        FolderState::Generation(path) => {
            let named = generations.iter().find(|own| own.path() == path);
            named.is_some_and(|own| own.is_unfinished(Standing::InUse))
        }
    };
    Ok(Home {
        folder,
        generations,
        next_number,
        is_first,
    })
}

/// Opens tantivy's writer.
pub(super) fn open_writer(
    index: &tantivy::Index,
    n_threads: usize,
    n_bytes: usize,
) -> tantivy::Result<IndexWriter> {
    index.writer_with_num_threads(n_threads, n_bytes)
}

/// A writer deletes what tantivy's list of files names; a list with foreign names is not obeyed.
pub(super) fn refuse_foreign_files(dir: &Path, generation: &Path) -> Result<(), IndexError> {
    let foreign = match foreign_managed_file(generation) {
        Err(error) if error.kind() == std::io::ErrorKind::InvalidData => {
            return Err(IndexError::Damaged {
                dir: dir.to_owned(),
                what: format!("`{MANAGED_FILE}` is {error}"),
            });
        }
        found => found.map_err(|error| IndexError::io(generation, &error))?,
    };
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
    pub(super) generation: Option<OwnGeneration>,
    pub(super) files: FileTable,
    pub(super) reports: BTreeMap<u32, NewEntry>,
    pub(super) next_report: u32,
    pub(super) words: WordList,
    /// Whether the reader had words that can no longer be read.
    pub(super) words_lost: bool,
    /// Whether the reader wants all texts sorted.
    pub(super) sorted: bool,
    /// What an index held that is built anew; nothing if there was none, or if its table cannot be read.
    pub(super) before: Option<FileTable>,
    /// The roots of an index whose table cannot be read.
    pub(super) salvaged_roots: Vec<String>,
}

impl Old {
    /// Reads what an index holds; a rebuild takes only its roots, and those even of a damaged one.
    pub(super) fn load(disk: &Disk, home: &Home, rebuild: bool) -> Result<Old, IndexError> {
        let dir = home.folder.path();
        if home.is_first {
            sweep_unfinished(disk, home);
            return Ok(Old::default());
        }
        match find(dir).and_then(|path| Old::load_generation(disk, home, &path)) {
            Ok(old) if rebuild => Ok(old.anew()),
            Err(_) if rebuild => Ok(Old::salvaged(home).anew()),
            loaded => loaded,
        }
    }

    /// The roots and the reader's words of a damaged index, from whatever is still whole.
    fn salvaged(home: &Home) -> Old {
        let paths = home.generations.iter().map(|own| own.path().to_owned());
        let generations: Vec<PathBuf> = paths.collect();
        let manifest = salvage_manifest(&generations);
        let had_words = match &manifest {
            Some(manifest) => manifest.words.is_some(),
            None => tables(&generations, "words-").next().is_some(),
        };
        let words = had_words
            .then(|| salvage(&generations, "words-", WordList::from_bytes))
            .flatten();
        let sorted = manifest.as_ref().is_some_and(|manifest| manifest.sorted);
        let (roots, exclude) = manifest
            .map(|manifest| (manifest.roots, manifest.exclude))
            .unzip();
        let before = salvage(&generations, "files-", FileTable::read);
        let of_table = || before.as_ref().map(|table| table.roots.clone());
        let roots = roots.or_else(of_table).unwrap_or_default();
        let of_table = || before.as_ref().map(|table| table.exclude.clone());
        let exclude = exclude.or_else(of_table).unwrap_or_default();
        Old {
            salvaged_roots: roots.clone(),
            files: FileTable {
                roots,
                exclude,
                ..before.unwrap_or_default()
            },
            words_lost: had_words && words.is_none(),
            words: words.unwrap_or_default(),
            sorted,
            ..Old::default()
        }
    }

    /// Nothing but the roots, what the reader excludes and his words, for a generation that begins anew.
    pub(super) fn anew(self) -> Old {
        let before = self.before.unwrap_or(self.files);
        Old {
            files: FileTable {
                roots: before.clone().living_roots(),
                exclude: before.exclude.clone(),
                ..FileTable::default()
            },
            // A table without a file says nothing of the roots of an index that was damaged.
            before: (self.salvaged_roots.is_empty() || !before.files.is_empty()).then_some(before),
            words: self.words,
            words_lost: self.words_lost,
            sorted: self.sorted,
            salvaged_roots: self.salvaged_roots,
            ..Old::default()
        }
    }

    /// What is known of an index that was made with other rules: its files, or only its roots where
    /// the file table has another form.
    fn of_other_makers(files: Option<FileTable>, roots: Vec<String>, exclude: Vec<String>) -> Old {
        match files {
            Some(files) => Old {
                files,
                ..Old::default()
            },
            None => Old {
                salvaged_roots: roots.clone(),
                files: FileTable {
                    roots,
                    exclude,
                    ..FileTable::default()
                },
                ..Old::default()
            },
        }
    }

    fn with_wishes(self, words: WordList, sorted: bool) -> Old {
        Old {
            words,
            sorted,
            ..self
        }
    }

    fn load_generation(disk: &Disk, home: &Home, path: &Path) -> Result<Old, IndexError> {
        let dir = home.folder.path();
        let damaged = |what: String| IndexError::Damaged {
            dir: dir.to_owned(),
            what,
        };
        let own = home.generations.iter().find(|own| own.path() == path);
        let own = own.ok_or_else(|| damaged(format!("`{}` is missing", path.display())))?;
        let generation = own.path();
        refuse_foreign_files(dir, generation)?;
        let directory =
            WriteDirectory::open(own, disk).map_err(|error| from_tantivy(dir, error))?;
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
        let files = FileTable::read(&files);
        let words = read_words(generation, dir, &manifest)?;
        let words = word_list(dir, &manifest, words.as_ref())?;
        if Versions::current().difference(&manifest.makers).is_some() {
            // Made with other rules: a new generation from the same roots.
            return Ok(
                Old::of_other_makers(files, manifest.roots, manifest.exclude)
                    .with_wishes(words, manifest.sorted)
                    .anew(),
            );
        }
        let files = files.ok_or_else(|| damaged("the file table cannot be read".to_owned()))?;
        let meta = sealed_meta(dir, generation)?;
        check_lengths(dir, generation, &meta.parts)?;
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
        sweep(disk, &home.folder, own, &manifest);
        let next_report = manifest.next_report;
        Ok(Old {
            generation: Some(own.clone()),
            files,
            reports,
            next_report,
            words,
            words_lost: false,
            sorted: manifest.sorted,
            before: None,
            salvaged_roots: Vec::new(),
        })
    }
}

/// The manifest of a damaged index, if it is still whole.
fn salvage_manifest(generations: &[PathBuf]) -> Option<Manifest> {
    generations.iter().find_map(|generation| {
        let text = read_plain(&generation.join(META_FILE)).ok()?;
        Meta::read(&text)?.manifest()
    })
}

/// A table of a damaged index, if one of that kind can still be read and is what its name says.
fn salvage<T>(generations: &[PathBuf], kind: &str, read: impl Fn(&[u8]) -> Option<T>) -> Option<T> {
    let mut whole = tables(generations, kind).filter_map(|path| {
        let bytes = read_plain(&path).ok()?;
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

/// Takes away what builds that were never finished hold of the disk, before another one needs it. What `current` names
/// keeps its list without a manifest, by which readers know that there is no index.
fn sweep_unfinished(disk: &Disk, home: &Home) {
    disk.remove_half_made(&home.folder);
    let named = current_name(home.folder.path()).ok().flatten();
    for generation in &home.generations {
        if named.as_deref() != Some(generation.name()) {
            disk.remove_generation(&home.folder, generation);
            continue;
        }
        for file in generation.own_files() {
            if !matches!(file.name(), MARKER_FILE | META_FILE | MANAGED_FILE) {
                let _ = disk.remove(&file);
            }
        }
    }
}

/// Removes what nothing refers to any more: old generations, old tables, files of segments that are not in use, temporary
/// files of a killed run. Failures do no harm: the next run sweeps again.
pub(super) fn sweep(
    disk: &Disk,
    folder: &OwnFolder,
    generation: &OwnGeneration,
    manifest: &Manifest,
) {
    sweep_generations(disk, folder, generation);
    let meta = read_plain(&generation.file(META_FILE)).ok();
    let Some(meta) = meta.and_then(|text| Meta::read(&text)) else {
        return;
    };
    for file in generation.own_files() {
        let is_needed = match file.name() {
            MARKER_FILE | META_FILE | MANAGED_FILE => true,
            name if is_table_name(name) => manifest.tables().any(|table| name == table.file),
            name => meta.has(name),
        };
        if !is_needed {
            let _ = disk.remove(&file);
        }
    }
}

/// Removes all generations but the one in use, and what was begun of others.
pub(super) fn sweep_generations(disk: &Disk, folder: &OwnFolder, in_use: &OwnGeneration) {
    if let Ok(Contents::Own(holdings)) = look_through(folder.path()) {
        for generation in &holdings.generations {
            if generation.number() != in_use.number() {
                disk.remove_generation(folder, generation);
            }
        }
    }
    disk.remove_half_made(folder);
    for half in folder.half_markers() {
        let _ = disk.remove(&half);
    }
}
