//! The file table: what was read from where, to tell what has changed since.
//!
//! One immutable file beside the segments, named by its content. The update compares it with the
//! folder; a query only asks the file system for stamps, and for at most [`MAX_STAMPS`] of them;
//! `check` reads all files and compares their contents.

use baogao_reading::filter::{Filter, is_hidden, path_in};
use baogao_reading::ingest::place::Place;
use baogao_reading::region::Region;
use baogao_reading::report::Year;
use baogao_reading::source::{FoundFile, Stamp, name_of, read_bytes, spelled, unspelled};
use baogao_reading::walk::PassedOver;
use serde::{Deserialize, Serialize};
use std::cell::{OnceCell, RefCell};
use std::collections::{HashMap, HashSet};
use std::ffi::OsString;
use std::fs::Metadata;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use xxhash_rust::xxh3::xxh3_128;

/// How many files a query compares with the folder at most.
const MAX_STAMPS: usize = 2_000;
/// First bytes of the file, with its version.
const MAGIC: &[u8; 8] = b"BGFT0007";

/// What became of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Outcome {
    /// It gave these reports (their numbers).
    Indexed(Vec<u32>),
    /// It was refused, and why.
    Refused(String),
    /// It speaks of other files: a `reports.toml` or a `.baogaoignore`.
    Sidecar,
}

/// A file that gave no report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnreadFile {
    /// As answers name it: with the name of its corpus folder in front where there are several.
    pub file: String,
    /// The region that its report would be of, as far as its name tells.
    pub region: Option<Region>,
    /// The year that its report would be of.
    pub year: Option<Year>,
    /// Why it was not read, in words.
    pub reason: String,
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
    /// Of a file that was refused, where its report would belong; reports know it themselves.
    pub place: Place,
    /// Members of an archive and rows of a table that were refused.
    pub members: Vec<RefusedMember>,
}

/// A member of an archive, or a row of a table, that gave no report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefusedMember {
    /// What stands behind the path of the file: `/` and its name in the archive, or `:` and the number of the row.
    pub name: String,
    /// Why it was refused.
    pub reason: String,
    /// Where its report would belong.
    pub place: Place,
}

/// All files, folders and roots that the index rests on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FileTable {
    /// Corpus roots: relative to the folder that holds the index where they lie below it, else absolute;
    /// empty for one that was forgotten.
    pub roots: Vec<String>,
    /// Folders (root, path, stamp).
    pub folders: Vec<(u32, String, Stamp)>,
    /// Files, sorted by root and path.
    pub files: Vec<FileEntry>,
    /// Globs of what the reader excludes from all roots.
    pub exclude: Vec<String>,
    /// What was passed over in each root, sorted.
    pub passed: Vec<(u32, PassedOver)>,
}

/// Why what was indexed of a root, or of a folder in it, is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WhyKept {
    /// It is not there.
    Gone,
    /// It is there and holds nothing, as the folder of a disk that is not mounted.
    Empty,
    /// The system refuses to list it, and says why.
    Unreadable(String),
}

/// How closely files are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// The stamps of the first `MAX_STAMPS` files: what a query can wait for.
    Glance,
    /// The stamps of all files.
    Stamps,
    /// The contents of all files.
    Contents,
}

/// In what a file differs from what was indexed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Difference {
    /// It has another content; by a glance, another stamp.
    Changed,
    /// It was not there.
    Added,
    /// It is gone.
    Removed,
    /// The system refuses to read it now.
    Unreadable,
}

/// How the corpus differs from what was indexed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// Files that differ, by root and path; of a folder that is new, the folder.
    pub files: Vec<(String, Difference)>,
    /// Roots of which nothing can be seen now, and why; their files are not among `files`.
    pub unseen: Vec<(String, WhyKept)>,
    /// Files that were compared.
    pub compared: usize,
    /// Files that the index knows.
    pub known: usize,
}

impl Changes {
    /// Whether anything differs.
    pub fn any(&self) -> bool {
        !self.files.is_empty() || !self.unseen.is_empty()
    }

    /// Whether the corpus is another than the one that was indexed; nothing where all that was looked at is as it was, and
    /// not all was looked at.
    pub fn is_stale(&self) -> Option<bool> {
        let is_other =
            |(_, difference): &(String, Difference)| *difference != Difference::Unreadable;
        if self.files.iter().any(is_other) {
            return Some(true);
        }
        let is_whole = !self.any() && self.compared == self.known;
        is_whole.then_some(false)
    }

    /// How many files differ.
    pub fn total(&self) -> usize {
        self.files.len()
    }

    /// How many files differ in this.
    pub fn count(&self, difference: Difference) -> usize {
        let of_kind = |(_, found): &&(String, Difference)| *found == difference;
        self.files.iter().filter(of_kind).count()
    }
}

impl FileTable {
    /// Puts files and folders in order.
    pub(super) fn sort(&mut self) {
        self.files
            .sort_by(|a, b| (a.root, &a.path).cmp(&(b.root, &b.path)));
        self.folders.sort_by(|a, b| (a.0, &a.1).cmp(&(b.0, &b.1)));
        self.passed.sort();
        self.passed.dedup();
    }

    /// Whether another table says the same of all files, but for their stamps.
    pub(super) fn says_the_same_as(&self, other: &FileTable) -> bool {
        let is_same = |(a, b): (&FileEntry, &FileEntry)| {
            FileEntry {
                stamp: b.stamp,
                ..a.clone()
            } == *b
        };
        self.roots == other.roots
            && self.exclude == other.exclude
            && self.files.len() == other.files.len()
            && self.files.iter().zip(&other.files).all(is_same)
    }

    /// How many files have another stamp than in another table, and the content that they have there.
    pub(super) fn n_restamped(&self, other: &FileTable) -> usize {
        let before: HashMap<(u32, &str), &FileEntry> = other
            .files
            .iter()
            .map(|file| ((file.root, file.path.as_str()), file))
            .collect();
        let is_restamped = |file: &&FileEntry| {
            before
                .get(&(file.root, file.path.as_str()))
                .is_some_and(|old| {
                    old.stamp != file.stamp && old.content == file.content && file.content != 0
                })
        };
        self.files.iter().filter(is_restamped).count()
    }

    /// The bytes of the table.
    pub(crate) fn write(&self) -> Vec<u8> {
        let mut out = MAGIC.to_vec();
        out.extend(self.n_refused().to_le_bytes());
        let beginning = (&self.roots, &self.exclude, &self.folders);
        out.extend(super::table::to_bytes(&beginning));
        let in_order: Vec<&FileEntry> = self.as_looked_at().collect();
        out.extend(super::table::to_bytes(&(in_order, &self.passed)));
        out
    }

    /// The files in the order in which they are looked at. What speaks of others comes first: a change of it may be one of
    /// many files, and leaves no trace in a folder.
    fn as_looked_at(&self) -> impl Iterator<Item = &FileEntry> {
        let speaks = |file: &&FileEntry| file.outcome == Outcome::Sidecar;
        let first = self.files.iter().filter(speaks);
        first.chain(self.files.iter().filter(move |file| !speaks(file)))
    }

    /// How many files were refused.
    fn n_refused(&self) -> u32 {
        let refused = |file: &FileEntry| usize::from(file.is_refused()) + file.members.len();
        self.files.iter().map(refused).sum::<usize>() as u32
    }

    /// How many files were refused, by the head of the bytes alone: every answer asks, and mostly
    /// there is none. Nothing if the bytes are not a table.
    pub(crate) fn read_n_refused(bytes: &[u8]) -> Option<u32> {
        let number = bytes.strip_prefix(MAGIC)?.first_chunk()?;
        Some(u32::from_le_bytes(*number))
    }

    /// Reads a table; nothing if the bytes are not one.
    pub(crate) fn read(bytes: &[u8]) -> Option<FileTable> {
        let n_refused = FileTable::read_n_refused(bytes)?;
        let (mut table, n_files) = FileTable::read_beginning(bytes, usize::MAX)?;
        (n_files == table.files.len() && table.n_refused() == n_refused).then_some(())?;
        table.sort();
        Some(table)
    }

    /// Reads no more than the first files of a table, in the order in which they are looked at; with how many there are.
    fn read_beginning(bytes: &[u8], n: usize) -> Option<(FileTable, usize)> {
        let rest = bytes.strip_prefix(MAGIC)?.get(4..)?;
        let ((roots, exclude, folders), rest) = postcard::take_from_bytes(rest).ok()?;
        let (n_files, mut rest) = postcard::take_from_bytes::<usize>(rest).ok()?;
        let mut table = FileTable {
            roots,
            folders,
            exclude,
            ..FileTable::default()
        };
        for _ in 0..n_files.min(n) {
            let file;
            (file, rest) = postcard::take_from_bytes(rest).ok()?;
            table.files.push(file);
        }
        if n_files <= n {
            table.passed = postcard::from_bytes(rest).ok()?;
        }
        Some((table, n_files))
    }

    /// Reads no more than the roots of a table.
    pub(super) fn read_roots(bytes: &[u8]) -> Option<FileTable> {
        let rest = bytes.strip_prefix(MAGIC)?.get(4..)?;
        let (roots, _) = postcard::take_from_bytes(rest).ok()?;
        Some(FileTable {
            roots,
            ..FileTable::default()
        })
    }

    /// What a glance at the folders of a table tells; of a large one, of which nothing is new or gone, no more is read than
    /// is compared.
    pub(super) fn glance(bytes: &[u8], index_dir: &Path) -> Option<Changes> {
        let (first, n_files) = FileTable::read_beginning(bytes, MAX_STAMPS)?;
        let is_whole = first.files.len() == n_files;
        if !is_whole && (0..first.roots.len() as u32).all(|root| first.has_file(root)) {
            let changes = first.changes(index_dir, Look::Glance);
            let is_added =
                |(_, difference): &(String, Difference)| *difference == Difference::Added;
            if changes.unseen.is_empty() && !changes.files.iter().any(is_added) {
                return Some(Changes {
                    known: n_files,
                    ..changes
                });
            }
        }
        Some(FileTable::read(bytes)?.changes(index_dir, Look::Glance))
    }

    /// Whether a root has a file, as far as the table was read.
    fn has_file(&self, root: u32) -> bool {
        self.files.iter().any(|file| file.root == root)
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

    /// Compares with the folders as they are.
    pub fn changes(&self, index_dir: &Path, look: Look) -> Changes {
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
        let places = Places::default();
        let place = |root: u32, path: &str| match roots.get(root as usize) {
            Some((root, false)) => places.of(root, path),
            Some((root, true)) => SeenPlace::at(root.clone()),
            None => SeenPlace::at(PathBuf::new()),
        };
        let mut unseen: HashSet<u32> = HashSet::new();
        for (number, (path, _)) in roots.iter().enumerate() {
            let number = number as u32;
            if let (Some(why), true) = (why_unseen(path), self.has_file(number)) {
                changes.unseen.push((path.display().to_string(), why));
                unseen.insert(number);
            }
        }
        let known = OnceCell::new();
        let filter = self.filter();
        for folders in self.folders.chunk_by(|a, b| (a.0, &a.1) == (b.0, &b.1)) {
            let [(root, path, _), ..] = folders else {
                continue;
            };
            if unseen.contains(root) {
                continue;
            }
            // Two folders may be stored as one path: their letters are composed otherwise.
            let at = match (folders, roots.get(*root as usize)) {
                ([_, _, ..], Some((root, false))) => {
                    let all = places.all(root, path).into_iter();
                    all.map(SeenPlace::at).collect()
                }
                _ => vec![place(*root, path)],
            };
            for SeenPlace {
                path: folder,
                entry,
            } in at
            {
                let is_as_it_was = |now: Stamp| {
                    let mut stamps = folders.iter().map(|(.., stamp)| stamp);
                    stamps.any(|stamp| stamp.modified_ns == now.modified_ns)
                };
                // A folder that is the same may still have lost and gained names in one tick of a clock: a look at contents looks.
                let may_differ =
                    look == Look::Contents || entry.is_ok_and(|now| !is_as_it_was(Stamp::of(&now)));
                if may_differ {
                    let known = known.get_or_init(|| self.known_names());
                    let names = known.get(&(*root, path.as_str()));
                    let added = added_in(&folder, path, names, (index_dir, &filter));
                    let added = added.into_iter().map(|path| (path, Difference::Added));
                    changes.files.extend(added);
                }
            }
        }
        let n_looked = match look {
            Look::Glance => MAX_STAMPS,
            Look::Stamps | Look::Contents => usize::MAX,
        };
        let seen = |file: &&FileEntry| !unseen.contains(&file.root);
        for file in self.as_looked_at().filter(seen).take(n_looked) {
            changes.compared += 1;
            let found = place(file.root, &file.path);
            if let Some(difference) = file.difference(found, look) {
                changes.files.push((file.path.clone(), difference));
            }
        }
        changes
    }

    /// What says which files are passed over.
    pub(super) fn filter(&self) -> Filter {
        // They were globs when they were given.
        Filter::new(&self.exclude).unwrap_or_default()
    }

    /// The names that the index knows, by root and folder.
    fn known_names(&self) -> HashMap<(u32, &str), HashSet<&str>> {
        let mut known: HashMap<(u32, &str), HashSet<&str>> = HashMap::new();
        let files = self.files.iter().map(|file| (file.root, &*file.path));
        let folders = self.folders.iter().map(|(root, path, _)| (*root, &**path));
        for (root, path) in files.chain(folders) {
            let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
            known.entry((root, folder)).or_default().insert(name);
        }
        known
    }
}

/// Entries of a folder that the index does not know and a walk does not pass over, as paths from the root.
fn added_in(
    folder: &Path,
    path: &str,
    known: Option<&HashSet<&str>>,
    (index_dir, filter): (&Path, &Filter),
) -> Vec<String> {
    let is_known = |name: &str| known.is_some_and(|known| known.contains(name));
    let entries = folder.read_dir().into_iter().flatten().flatten();
    let added = entries
        .filter(|entry| entry.path() != index_dir && !is_known(&name_of(&entry.file_name())))
        .map(|entry| (path_in(path, &entry.file_name()), entry))
        .filter(|(path, entry)| {
            let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
            filter.why(path, &entry.path(), is_folder).is_none()
        })
        .map(|(path, _)| path);
    let mut added: Vec<String> = added.collect();
    added.sort();
    added
}

impl FileEntry {
    /// Whether there is no report of it although it is there.
    pub(super) fn is_refused(&self) -> bool {
        matches!(self.outcome, Outcome::Refused(_))
    }

    /// In what the file that was found differs from what was indexed.
    fn difference(&self, found: SeenPlace, look: Look) -> Option<Difference> {
        let now = match found.entry {
            Ok(entry) => Stamp::of(&entry),
            Err(error) => {
                return match error.kind() {
                    ErrorKind::NotFound | ErrorKind::NotADirectory => Some(Difference::Removed),
                    // It could not be looked at when it was refused either.
                    _ if self.stamp == Stamp::default() => None,
                    _ => Some(Difference::Unreadable),
                };
            }
        };
        // A file that was never read has no content to compare.
        if look != Look::Contents || self.content == 0 {
            return (now != self.stamp).then_some(Difference::Changed);
        }
        match content_now(&self.path, found.path, now) {
            Some(content) if content == self.content => None,
            Some(_) => Some(Difference::Changed),
            None => Some(Difference::Unreadable),
        }
    }
}

/// The fingerprint of a file as it is now; nothing if it cannot be read.
pub(super) fn content_now(path: &str, absolute: PathBuf, stamp: Stamp) -> Option<u128> {
    let found = FoundFile {
        path: path.to_owned(),
        absolute,
        stamp,
    };
    read_bytes(&found).ok().map(|bytes| fingerprint(&bytes))
}

/// The fingerprint of what a file holds, which is never 0.
pub(super) fn fingerprint(bytes: &[u8]) -> u128 {
    xxh3_128(bytes).max(1)
}

/// Why nothing can be seen of a root now.
fn why_unseen(root: &Path) -> Option<WhyKept> {
    match root.metadata() {
        Err(error) if error.kind() == ErrorKind::NotFound => Some(WhyKept::Gone),
        Err(error) => Some(WhyKept::Unreadable(error.to_string())),
        Ok(entry) if !entry.is_dir() => None,
        Ok(_) => match root.read_dir() {
            Err(error) => Some(WhyKept::Unreadable(error.to_string())),
            Ok(mut entries) => {
                let is_seen = |entry: std::io::Result<std::fs::DirEntry>| {
                    entry.is_ok_and(|entry| !is_hidden(&entry.file_name()))
                };
                (!entries.any(is_seen)).then_some(WhyKept::Empty)
            }
        },
    }
}

/// A place on disk, and what the system said of it when it was looked at, once: most of the time goes into such looks.
struct SeenPlace {
    path: PathBuf,
    entry: std::io::Result<Metadata>,
}

impl SeenPlace {
    fn at(path: PathBuf) -> SeenPlace {
        SeenPlace {
            entry: path.symlink_metadata(),
            path,
        }
    }
}

/// Where stored paths are on disk. A name may be spelled otherwise there, with letters that are not composed; folders are listed
/// for such names once, and only where a path as it is stored leads nowhere.
#[derive(Default)]
struct Places {
    /// By folder: stored name, and the names that are stored so, in order.
    odd: RefCell<HashMap<PathBuf, HashMap<String, Vec<OsString>>>>,
}

impl Places {
    /// Where a path is: as it is stored, or the first that is stored so.
    fn of(&self, root: &Path, path: &str) -> SeenPlace {
        let plain = SeenPlace::at(below(root, path));
        match &plain.entry {
            Err(error) if error.kind() == ErrorKind::NotFound => {
                let other = self.all(root, path).into_iter().next();
                other.map_or(plain, SeenPlace::at)
            }
            _ => plain,
        }
    }

    /// All places that are stored as one path, in the order in which a walk comes to them.
    fn all(&self, root: &Path, path: &str) -> Vec<PathBuf> {
        let mut places = vec![root.to_owned()];
        for name in path.split('/').filter(|name| !name.is_empty()) {
            let next = places.iter().flat_map(|place| {
                let mut names = self.odd_names(place, name);
                names.push(unspelled(name));
                names.sort();
                names.into_iter().map(|name| place.join(name))
            });
            places = next
                .filter(|place| place.symlink_metadata().is_ok())
                .collect();
        }
        places
    }

    /// Names in a folder that are stored as another name than they are spelled.
    fn odd_names(&self, folder: &Path, stored: &str) -> Vec<OsString> {
        let mut listed = self.odd.borrow_mut();
        let odd = listed.entry(folder.to_owned()).or_insert_with(|| {
            let mut odd: HashMap<String, Vec<OsString>> = HashMap::new();
            for entry in folder.read_dir().into_iter().flatten().flatten() {
                let name = entry.file_name();
                let stored = name_of(&name);
                if unspelled(&stored) != name {
                    odd.entry(stored).or_default().push(name);
                }
            }
            odd
        });
        odd.get(stored).cloned().unwrap_or_default()
    }
}

/// A stored path below a root, its names as they are stored; the root itself is the empty path.
pub(super) fn below(root: &Path, path: &str) -> PathBuf {
    let mut place = root.to_owned();
    let names = path.split('/').filter(|name| !name.is_empty());
    place.extend(names.map(unspelled));
    place
}

/// How a root is written down: relative to the folder that holds the index where it lies below it; every name so that it can
/// be read back, whatever its bytes.
pub(super) fn root_to_stored(index_dir: &Path, root: &Path) -> String {
    let relative = index_dir
        .parent()
        .and_then(|home| root.strip_prefix(home).ok());
    match relative {
        Some(relative) if relative.as_os_str().is_empty() => ".".to_owned(),
        Some(relative) => {
            let names: Vec<String> = relative.iter().map(spelled).collect();
            names.join("/")
        }
        None => spelled(root.as_os_str()),
    }
}

pub(super) fn root_from_stored(index_dir: &Path, stored: &str) -> PathBuf {
    match index_dir.parent() {
        Some(home) if stored == "." => home.to_owned(),
        Some(home) if !Path::new(stored).is_absolute() => below(home, stored),
        _ => PathBuf::from(unspelled(stored)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn a_root_is_read_back_whatever_its_name() {
        use std::ffi::OsStr;
        use std::os::unix::ffi::OsStrExt;
        let index = Path::new("/home/index");
        let roots: [&[u8]; 9] = [
            b"/home",
            b"/home/corpus",
            b"/home/a\\b/c",
            b"/home/a\\x41/\xff",
            b"/home/\xce\xd2\xb5\xc4",
            b"/a\\b",
            b"/a\\xff/\xff",
            b"/home/.x",
            "/home/e\u{301}".as_bytes(),
        ];
        for bytes in roots {
            let root = Path::new(OsStr::from_bytes(bytes));
            let stored = root_to_stored(index, root);
            assert_eq!(root_from_stored(index, &stored), root, "{stored}");
        }
        assert_eq!(
            root_to_stored(index, Path::new("/home/corpus/a")),
            "corpus/a"
        );
    }

    #[test]
    fn a_glance_reads_the_beginning_of_a_table_and_says_the_same() {
        let home = tempfile::tempdir().expect("a folder");
        let (index, root) = (home.path().join("index"), home.path().join("corpus"));
        std::fs::create_dir(&root).expect("a folder");
        let name = |n: usize| format!("{n:05}.txt");
        for n in 0..MAX_STAMPS + 5 {
            std::fs::write(root.join(name(n)), "").expect("written");
        }
        let stamp = |path: &Path| Stamp::now(path).expect("it is there");
        let last = MAX_STAMPS + 4;
        let entry = |n: usize| FileEntry {
            root: 0,
            path: name(n),
            stamp: stamp(&root.join(name(n))),
            content: 1,
            sidecar: 0,
            outcome: match n == last {
                true => Outcome::Sidecar,
                false => Outcome::Indexed(vec![n as u32]),
            },
            place: Place::default(),
            members: Vec::new(),
        };
        let table = FileTable {
            roots: vec!["corpus".to_owned()],
            folders: vec![(0, String::new(), stamp(&root))],
            files: (0..=last).map(entry).collect(),
            ..FileTable::default()
        };
        let bytes = table.write();
        assert_eq!(FileTable::read(&bytes).as_ref(), Some(&table));
        let (first, n_files) = FileTable::read_beginning(&bytes, 1).expect("a table");
        assert_eq!((first.files.len(), n_files), (1, last + 1));
        let says_the_same = |n_changed: usize, n_unseen: usize| {
            let changes = FileTable::glance(&bytes, &index).expect("a table");
            assert_eq!(changes, table.changes(&index, Look::Glance));
            assert_eq!(changes.known, last + 1);
            assert_eq!(
                (changes.files.len(), changes.unseen.len()),
                (n_changed, n_unseen)
            );
        };
        says_the_same(0, 0);
        // What speaks of others comes first, wherever it stands; of the rest the last ones are not looked at.
        std::fs::write(root.join(name(last)), "changed").expect("written");
        std::fs::write(root.join(name(last - 1)), "changed").expect("written");
        says_the_same(1, 0);
        std::fs::write(root.join("new.txt"), "").expect("written");
        std::fs::remove_file(root.join(name(0))).expect("removed");
        says_the_same(3, 0);
        std::fs::remove_dir_all(&root).expect("removed");
        says_the_same(0, 1);
    }
}
