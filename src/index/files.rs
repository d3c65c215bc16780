//! The file table: what was read from where, to tell what has changed since.
//!
//! One immutable file beside the segments, named by its content. The update compares it with the
//! folder; a query only asks the file system for sizes and times, and for at most
//! [`MAX_STAMPS`] of them.

use crate::source::{Stamp, is_hidden, name_of};
use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use std::path::{Path, PathBuf};
use unicode_normalization::UnicodeNormalization;

/// How many files a query compares with the folder at most.
const MAX_STAMPS: usize = 2_000;
/// First bytes of the file, with its version.
const MAGIC: &[u8; 8] = b"BGFT0002";

/// What became of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Outcome {
    /// It gave these reports (their numbers).
    Indexed(Vec<u32>),
    /// It was refused, and why.
    Refused(String),
    /// It speaks of other files.
    Sidecar,
}

/// One file that the index knows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileEntry {
    /// Index into [`FileTable::roots`].
    pub root: u32,
    /// Relative to the root, `/` between parts, NFC.
    pub path: String,
    /// Size and time of change when it was read.
    pub stamp: Stamp,
    /// Fingerprint of its content; 0 when it could not be read.
    pub content: u128,
    /// Fingerprint of what a sidecar says of it; 0 for nothing.
    pub sidecar: u64,
    /// What became of it.
    pub outcome: Outcome,
}

/// All files, folders and roots that the index rests on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileTable {
    /// Corpus roots: relative to the folder that holds the index where they lie below it, else absolute;
    /// empty for one that was forgotten.
    pub roots: Vec<String>,
    /// Folders (root, path, stamp).
    pub folders: Vec<(u32, String, Stamp)>,
    /// Files, sorted by root and path.
    pub files: Vec<FileEntry>,
}

/// How the corpus differs from what was indexed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// Files with another size or time.
    pub changed: usize,
    /// Files that were not there.
    pub added: usize,
    /// Files that are gone.
    pub removed: usize,
    /// Files that were compared.
    pub compared: usize,
    /// Files that the index knows.
    pub known: usize,
}

impl Changes {
    /// Whether anything differs.
    pub fn any(&self) -> bool {
        self.changed + self.added + self.removed > 0
    }

    /// How many files differ.
    pub fn total(&self) -> usize {
        self.changed + self.added + self.removed
    }
}

impl FileTable {
    /// Puts files and folders in order.
    pub(super) fn sort(&mut self) {
        self.files
            .sort_by(|a, b| (a.root, &a.path).cmp(&(b.root, &b.path)));
        self.folders.sort_by(|a, b| (a.0, &a.1).cmp(&(b.0, &b.1)));
    }

    /// The bytes of the table.
    pub(crate) fn write(&self) -> Vec<u8> {
        let mut out = MAGIC.to_vec();
        out.extend(super::table::to_bytes(self));
        out
    }

    /// Reads a table; nothing if the bytes are not one.
    pub(crate) fn read(bytes: &[u8]) -> Option<FileTable> {
        postcard::from_bytes(bytes.strip_prefix(MAGIC)?).ok()
    }

    /// Where a root is now, for an index in `index_dir`; nothing for one that was forgotten.
    pub fn root_path(&self, index_dir: &Path, root: u32) -> Option<PathBuf> {
        let stored = self.roots.get(root as usize)?;
        (!stored.is_empty()).then(|| root_from_stored(index_dir, stored))
    }

    /// What stands before the paths of each root in answers: nothing where there is one root, else the
    /// name of its folder, with as many folders above it as tell all apart.
    pub(super) fn root_names(&self, index_dir: &Path) -> Vec<String> {
        let folders: Vec<Option<PathBuf>> = (0..self.roots.len() as u32)
            .map(|root| {
                let path = self.root_path(index_dir, root)?;
                if path.is_file() {
                    path.parent().map(Path::to_owned)
                } else {
                    Some(path)
                }
            })
            .collect();
        let distinct: HashSet<&PathBuf> = folders.iter().flatten().collect();
        if distinct.len() < 2 {
            return vec![String::new(); folders.len()];
        }
        let depth = |path: &&PathBuf| path.components().count();
        let deepest = distinct
            .iter()
            .copied()
            .map(|path| depth(&path))
            .max()
            .unwrap_or(1);
        let name = |path: &Path, n: usize| {
            let names: Vec<String> = path
                .iter()
                .map(name_of)
                .filter(|part| part != "/")
                .collect();
            let kept = names
                .get(names.len().saturating_sub(n)..)
                .unwrap_or_default();
            format!("{}/", kept.join("/"))
        };
        let n = (1..deepest)
            .find(|n| {
                let names: HashSet<String> = distinct.iter().map(|path| name(path, *n)).collect();
                names.len() == distinct.len()
            })
            .unwrap_or(deepest);
        let of_folder = |folder: &Option<PathBuf>| {
            folder
                .as_ref()
                .map_or_else(String::new, |path| name(path, n))
        };
        folders.iter().map(of_folder).collect()
    }

    /// Forgets a root; the others keep their numbers.
    pub(super) fn forget_root(&mut self, root: u32) {
        if let Some(stored) = self.roots.get_mut(root as usize) {
            stored.clear();
        }
    }

    /// The roots that have not been forgotten, for a table that begins anew.
    pub(super) fn living_roots(self) -> Vec<String> {
        self.roots
            .into_iter()
            .filter(|stored| !stored.is_empty())
            .collect()
    }

    /// Compares with the folders as they are, by size and time only.
    pub fn changes(&self, index_dir: &Path) -> Changes {
        let mut changes = Changes {
            known: self.files.len(),
            ..Changes::default()
        };
        // Each root is looked at once, and not again for each of its files: most of the time goes into such looks.
        let roots: Vec<(PathBuf, bool)> = (0..self.roots.len() as u32)
            .map(|root| {
                let root = self.root_path(index_dir, root).unwrap_or_default();
                let is_file = root.is_file();
                (root, is_file)
            })
            .collect();
        let place = |root: u32, path: &str| match roots.get(root as usize) {
            Some((root, false)) if !path.is_empty() => on_disk(root.clone(), path),
            Some((root, _)) => root.clone(),
            None => PathBuf::new(),
        };
        for (root, path, stamp) in &self.folders {
            let folder = place(*root, path);
            if Stamp::now(&folder).is_some_and(|now| now.modified_ns != stamp.modified_ns) {
                changes.added += self.added_in(&folder, *root, path, index_dir);
            }
        }
        for file in self.files.iter().take(MAX_STAMPS) {
            changes.compared += 1;
            match Stamp::now(&place(file.root, &file.path)) {
                None => changes.removed += 1,
                Some(now) if now != file.stamp => changes.changed += 1,
                Some(_) => {}
            }
        }
        changes
    }

    /// Entries of a folder that the index does not know.
    fn added_in(&self, folder: &Path, root: u32, path: &str, index_dir: &Path) -> usize {
        let below = |other: &str| -> Option<String> {
            let rest = if path.is_empty() {
                other
            } else {
                other.strip_prefix(path)?.strip_prefix('/')?
            };
            (!rest.is_empty() && !rest.contains('/')).then(|| rest.to_owned())
        };
        let files = self
            .files
            .iter()
            .filter(|file| file.root == root)
            .map(|file| file.path.as_str());
        let folders = self
            .folders
            .iter()
            .filter(|(r, ..)| *r == root)
            .map(|(_, path, _)| path.as_str());
        let known: HashSet<String> = files.chain(folders).filter_map(below).collect();
        let Ok(entries) = folder.read_dir() else {
            return 0;
        };
        entries
            .flatten()
            .filter(|entry| !is_hidden(&entry.file_name()) && entry.path() != index_dir)
            .filter(|entry| {
                let name = entry.file_name();
                !known.contains(&name_of(&name)) && !known.contains(&*name.to_string_lossy())
            })
            .count()
    }
}

/// Where a stored path is on disk: its names may be spelled otherwise there, decomposed or in no UTF-8.
fn on_disk(root: PathBuf, path: &str) -> PathBuf {
    let plain = root.join(path);
    let may_differ = path.contains("\\x") || !path.nfd().eq(path.chars());
    if !may_differ || plain.symlink_metadata().is_ok() {
        return plain;
    }
    let mut place = root;
    for name in path.split('/') {
        let entries = place.read_dir().into_iter().flatten().flatten();
        let spelled = entries
            .map(|entry| entry.file_name())
            .find(|spelled| name_of(spelled) == name);
        place = place.join(spelled.unwrap_or_else(|| name.into()));
    }
    place
}

/// How a root is written down: relative to the folder that holds the index where it lies below it.
pub(super) fn root_to_stored(index_dir: &Path, root: &Path) -> String {
    let relative = index_dir
        .parent()
        .and_then(|home| root.strip_prefix(home).ok());
    match relative.map(Path::to_string_lossy) {
        Some(relative) if relative.is_empty() => ".".to_owned(),
        Some(relative) => relative.replace('\\', "/"),
        None => root.to_string_lossy().into_owned(),
    }
}

pub(super) fn root_from_stored(index_dir: &Path, stored: &str) -> PathBuf {
    match index_dir.parent() {
        Some(home) if stored == "." => home.to_owned(),
        Some(home) if !Path::new(stored).is_absolute() => home.join(stored),
        _ => PathBuf::from(stored),
    }
}
