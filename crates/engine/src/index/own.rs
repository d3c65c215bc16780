//! What in the folder of an index this program has made, and the proof of it.
//!
//! In: a folder. Out: [`OwnFolder`] and [`OwnGeneration`], which nothing but a look at the marks in these folders makes.
//! Every call that removes something or takes the place of something asks for one of them ([`super::disk`]).
//!
//! Each folder that the program makes gets a file [`MARKER_FILE`] before anything else: a sealed line that says which index
//! it belongs to (a number drawn when the index was made) and under which name. A generation that has lost its marker, or
//! is older than markers are, is known by its sealed `meta.json`.
//!
//! # Invariants
//!
//! - What cannot be shown to be the program's is not touched. If its name is none of ours it is refused by its name.
//! - Names that begin with a dot are hidden and belong to others (`.gitignore`, `.DS_Store`): neither touched nor refused.
//! - Links are never ours.

use super::error::IndexError;
use super::manifest::{Meta, table_name};
use super::seal::{is_sealed, seal};
use baogao_reading::filter::{INDEX_MARK, INDEX_MARK_START};
use std::collections::HashSet;
use std::fs::{self, File};
use std::hash::{BuildHasher, Hasher, RandomState};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use xxhash_rust::xxh3::Xxh3;

/// First file of every folder that the program makes.
pub(super) const MARKER_FILE: &str = INDEX_MARK;
/// Names the generation in use.
pub(super) const CURRENT_FILE: &str = "current";
/// Lists the segments of a generation; replaced with every commit.
pub(super) const META_FILE: &str = "meta.json";
/// tantivy's list of the files that it has made.
pub(super) const MANAGED_FILE: &str = ".managed.json";
/// File that a writer locks.
pub(super) const LOCK_FILE: &str = ".lock";
/// How names of temporary files begin; the first digits of the index's number follow.
const TEMPORARY: &str = ".tmp-";
/// How names of generations begin that are being made or taken away; the same follows.
const ASIDE: &str = ".aside-";
/// How the names of the tables beside the segments begin.
pub(super) const TABLES: [&str; 4] = ["reports", "files", "words", "strings"];
/// Files that systems put into any folder that is looked at.
const OF_SYSTEMS: [&str; 2] = ["Thumbs.db", "desktop.ini"];
/// How a marker begins.
const MARKER_START: &str = INDEX_MARK_START;
/// A longer file is no marker, and names no generation.
const SMALL_BYTES: u64 = 512;
/// Bytes of a table that are read before they are hashed.
const HASHED_AT_ONCE: usize = 1 << 18;
/// Digits of an index's number that temporary names bear.
const N_NAME_DIGITS: usize = 8;

/// The number of an index: 16 hex digits, drawn when it is made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct IndexId(String);

impl IndexId {
    /// A number that no other index has.
    pub(super) fn draw() -> IndexId {
        // The hasher's keys are random; the number needs to be another one, not a secret.
        IndexId(format!(
            "{:016x}",
            RandomState::new().build_hasher().finish()
        ))
    }

    fn digits(&self) -> &str {
        self.0.get(..N_NAME_DIGITS).unwrap_or(&self.0)
    }

    /// The text of the marker of a folder called `name`; the folder of the index itself may be renamed and has none.
    pub(super) fn marker(&self, name: &str) -> Vec<u8> {
        let text = format!("{MARKER_START}{}\",\"name\":\"{name}\"}}", self.0);
        seal(text.as_bytes())
    }
}

/// What a marker says.
enum Marker {
    /// There is none.
    Absent,
    /// One of an index, for a folder of this name.
    Of(IndexId, String),
    /// Something else, somebody else's.
    Foreign,
}

impl Marker {
    fn read(folder: &Path) -> Marker {
        let path = folder.join(MARKER_FILE);
        if path.symlink_metadata().is_err() {
            return Marker::Absent;
        }
        let Some(bytes) = read_small(&path) else {
            return Marker::Foreign;
        };
        let fields = || -> Option<(IndexId, String)> {
            let value: serde_json::Value = serde_json::from_slice(&bytes).ok()?;
            let field = |name: &str| Some(value.get(name)?.as_str()?.to_owned());
            let id = field("index")?;
            let is_id = id.len() == 16 && id.bytes().all(|byte| byte.is_ascii_hexdigit());
            is_id.then_some((IndexId(id), field("name")?))
        };
        if is_sealed(&bytes) && bytes.starts_with(MARKER_START.as_bytes()) {
            return fields().map_or(Marker::Foreign, |(id, name)| Marker::Of(id, name));
        }
        Marker::Foreign
    }
}

/// Shows that a folder is that of an index which this program made, or an empty one that it has marked.
#[derive(Clone, Debug)]
pub(super) struct OwnFolder {
    path: PathBuf,
    id: IndexId,
}

/// Shows that a folder is a generation which this program made, in the folder of an index that it made.
#[derive(Clone, Debug)]
pub(super) struct OwnGeneration {
    path: PathBuf,
    id: IndexId,
}

/// Shows that a file is one that this program made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct OwnFile {
    path: PathBuf,
}

impl OwnFile {
    /// The file.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Its name.
    pub(super) fn name(&self) -> &str {
        file_name(&self.path)
    }
}

/// What the folder of an index holds.
pub(super) enum Contents {
    /// Nothing that is not hidden, and no marker.
    Empty(OwnFolder),
    /// An index of this program.
    Own(OwnContents),
}

/// How far the marker of an index folder has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Marking {
    /// It is there.
    Done,
    /// It was lost, or the index is older than markers are.
    Missing,
    /// It is not what was written.
    Damaged(OwnFile),
}

/// An index folder of this program, looked through.
pub(super) struct OwnContents {
    /// Proof for the folder.
    pub(super) folder: OwnFolder,
    /// Whether the folder bears its marker.
    pub(super) marking: Marking,
    /// Its generations, newest first.
    pub(super) generations: Vec<OwnGeneration>,
    /// Entries that the program did not make, hidden ones apart: full paths, sorted.
    pub(super) strangers: Vec<PathBuf>,
    /// A number above all that generations have, also those that are not ours.
    pub(super) next_number: u32,
}

/// Looks through a folder without changing anything.
///
/// # Errors
/// When it is not that of an index, or cannot be read.
pub(super) fn look_through(dir: &Path) -> Result<Contents, IndexError> {
    let foreign = |name: &str| IndexError::Foreign {
        dir: dir.to_owned(),
        holds: Some(name.to_owned()),
    };
    let mut names = names_in(dir)?;
    names.sort();
    let (id, marking) = match Marker::read(dir) {
        Marker::Of(id, name) if name.is_empty() => (Some(id), Marking::Done),
        Marker::Absent => (None, Marking::Missing),
        Marker::Of(..) | Marker::Foreign => {
            let path = dir.join(MARKER_FILE);
            (None, Marking::Damaged(OwnFile { path }))
        }
    };
    // What has no marker and is known by its seal belongs to whatever index it lies in.
    let named = current_name(dir).ok().flatten();
    let mut found: Vec<(u32, &String, Option<IndexId>)> = Vec::new();
    for name in &names {
        let Some(number) = generation_number(name) else {
            continue;
        };
        let path = dir.join(name);
        // What may not be looked into is nobody's in particular: it is said to be that.
        if let Err(error) = path.read_dir()
            && error.kind() == io::ErrorKind::PermissionDenied
        {
            return Err(IndexError::io(path, &error));
        }
        let standing = Standing::of(name, named.as_deref());
        found.extend(made_here(dir, name, standing).map(|id| (number, name, id)));
    }
    found.sort_by_key(|(number, ..)| std::cmp::Reverse(*number));
    // Without its own marker the folder is known by the generation that is in use, or by the newest.
    let in_use = found
        .iter()
        .find(|(_, name, _)| Some(*name) == named.as_ref());
    let of_generation = in_use.or(found.first()).map(|(.., id)| id.clone());
    let is_known = id.is_some() || of_generation.is_some();
    let id = id
        .or_else(|| of_generation.flatten())
        .unwrap_or_else(IndexId::draw);
    let folder = OwnFolder {
        path: dir.to_owned(),
        id: id.clone(),
    };
    if !is_known {
        let marker = (marking != Marking::Missing).then_some(MARKER_FILE);
        let others = names.iter().find(|name| !is_of_others(name));
        return match marker.or(others.map(String::as_str)) {
            Some(name) => Err(foreign(name)),
            None => Ok(Contents::Empty(folder)),
        };
    }
    // A marker that cannot be a damaged one of ours is somebody's file of that name.
    let (marking, somebodys) = match marking {
        Marking::Damaged(file) if !is_nearly(file.path(), &id.marker("")) => {
            (Marking::Done, Some(file.path))
        }
        marking => (marking, None),
    };
    let numbers = names.iter().filter_map(|name| generation_number(name));
    let next_number = numbers.max().unwrap_or(0) + 1;
    let generations: Vec<OwnGeneration> = found
        .into_iter()
        .filter(|(.., found)| found.as_ref().is_none_or(|found| *found == id))
        .map(|(_, name, _)| OwnGeneration {
            path: dir.join(name),
            id: id.clone(),
        })
        .collect();
    let is_ours = |name: &String| {
        let is_current = name == CURRENT_FILE && is_file(&dir.join(name));
        is_current || generations.iter().any(|own| own.name() == name)
    };
    let mut strangers: Vec<PathBuf> = names
        .iter()
        .filter(|name| !is_of_others(name) && !is_ours(name))
        .map(|name| dir.join(name))
        .chain(somebodys)
        .collect();
    for generation in &generations {
        strangers.extend(generation.strangers()?);
    }
    Ok(Contents::Own(OwnContents {
        folder,
        marking,
        generations,
        strangers,
        next_number,
    }))
}

impl OwnContents {
    /// Refuses to write beside what the program did not make.
    ///
    /// # Errors
    /// When there is such an entry; the first is named.
    pub(super) fn refuse_strangers(&self) -> Result<(), IndexError> {
        match self.strangers.first() {
            None => Ok(()),
            Some(path) => Err(IndexError::Stranger {
                dir: self.folder.path.clone(),
                path: path.clone(),
                n_more: self.strangers.len() - 1,
            }),
        }
    }
}

impl OwnFolder {
    /// The folder of the index.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// The marker of the folder: where it is written, its text, and where it stands when it is whole.
    pub(super) fn marker(&self) -> (PathBuf, Vec<u8>, PathBuf) {
        let random = RandomState::new().build_hasher().finish();
        let temporary = format!("{}{random:016x}", self.half_marker_start());
        let text = self.id.marker("");
        (self.path.join(temporary), text, self.path.join(MARKER_FILE))
    }

    /// How the names begin under which the marker is written: nobody else gives such names.
    fn half_marker_start(&self) -> String {
        format!("{MARKER_FILE}-{}-", self.id.0)
    }

    /// The text of the marker of a generation, if it has lost its own or that is damaged.
    pub(super) fn lost_marker(&self, generation: &OwnGeneration) -> Option<Vec<u8>> {
        let written = self.id.marker(generation.name());
        let path = generation.file(MARKER_FILE);
        let is_lost = match path.symlink_metadata() {
            Err(error) => error.kind() == io::ErrorKind::NotFound,
            Ok(_) => match Marker::read(generation.path()) {
                Marker::Of(..) => false,
                Marker::Absent | Marker::Foreign => is_nearly(&path, &written),
            },
        };
        is_lost.then_some(written)
    }

    /// Markers that a killed run was writing.
    pub(super) fn half_markers(&self) -> Vec<OwnFile> {
        let start = self.half_marker_start();
        let names = names_in(&self.path).unwrap_or_default();
        let half = names.iter().filter(|name| name.starts_with(&start));
        half.map(|name| self.path.join(name))
            .filter(|path| is_file(path))
            .map(|path| OwnFile { path })
            .collect()
    }

    /// A new generation: where it is made, the text of its marker, and where it stands when it has that.
    pub(super) fn new_generation(&self, number: u32) -> (PathBuf, Vec<u8>, PathBuf) {
        let name = generation_name(number);
        (self.aside(), self.id.marker(&name), self.path.join(name))
    }

    /// A place for a generation that is being made or taken away, under a name that nobody else gives.
    pub(super) fn aside(&self) -> PathBuf {
        let random = RandomState::new().build_hasher().finish();
        self.path
            .join(format!("{}{random:016x}", self.aside_start()))
    }

    fn aside_start(&self) -> String {
        format!("{ASIDE}{}-", self.id.digits())
    }

    /// Generations that a killed run was making or taking away.
    pub(super) fn half_made(&self) -> Vec<OwnGeneration> {
        let start = self.aside_start();
        let names = names_in(&self.path).unwrap_or_default();
        let aside = names.iter().filter(|name| name.starts_with(&start));
        aside
            .map(|name| self.path.join(name))
            .filter(|path| path.symlink_metadata().is_ok_and(|entry| entry.is_dir()))
            .map(|path| OwnGeneration {
                path,
                id: self.id.clone(),
            })
            .collect()
    }

    /// The proof for one of the generations of this index, by its name.
    pub(super) fn generation(&self, name: &str) -> Option<OwnGeneration> {
        let named = current_name(&self.path).ok().flatten();
        let id = made_here(&self.path, name, Standing::of(name, named.as_deref()))?;
        let is_ours = id.is_none_or(|id| id == self.id);
        is_ours.then(|| OwnGeneration {
            path: self.path.join(name),
            id: self.id.clone(),
        })
    }
}

/// What is wrong with the markers of an index and of the generation in use, a line each.
pub(super) fn wrong_markers(dir: &Path, generation: &Path) -> Vec<String> {
    let of = |folder: &Path| match Marker::read(folder) {
        Marker::Of(id, name) => Ok((id, name)),
        Marker::Absent => Err("is missing"),
        Marker::Foreign => Err("is not what was written"),
    };
    let (index, own) = (of(dir), of(generation));
    let mut wrong = Vec::new();
    let name = file_name(generation);
    for (path, marker) in [
        (MARKER_FILE.to_owned(), &index),
        (format!("{name}/{MARKER_FILE}"), &own),
    ] {
        if let Err(what) = marker {
            wrong.push(format!("`{path}` {what}"));
        }
    }
    if let (Ok((index, _)), Ok((own, named))) = (index, own)
        && (index != own || named != name)
    {
        wrong.push(format!("`{name}` is a generation of another index"));
    }
    wrong
}

/// Whether `current` names a generation.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Standing {
    /// It is the one in use.
    InUse,
    /// It is not: unfinished, replaced, or somebody's.
    Unnamed,
}

impl Standing {
    /// The standing of a generation of this name, where `current` names another or the same.
    fn of(name: &str, current: Option<&str>) -> Standing {
        if current == Some(name) {
            Standing::InUse
        } else {
            Standing::Unnamed
        }
    }
}

/// Whether an entry of an index folder is a generation that the program made, and of which index it says to be. The one in
/// use is known by its seal too; a copy of it, which lacks hidden files, would have the same.
fn made_here(dir: &Path, name: &str, standing: Standing) -> Option<Option<IndexId>> {
    generation_number(name)?;
    let path = dir.join(name);
    if !path.symlink_metadata().ok()?.is_dir() {
        return None;
    }
    match Marker::read(&path) {
        // A copy of a generation under another name is somebody's.
        Marker::Of(found, named) => (named == name).then_some(Some(found)),
        Marker::Absent | Marker::Foreign => {
            let is_sealed = standing == Standing::InUse
                && read_plain(&path.join(META_FILE)).is_ok_and(|text| is_sealed(&text));
            is_sealed.then_some(None)
        }
    }
}

impl OwnGeneration {
    /// The folder.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Its name in the folder of the index.
    pub(super) fn name(&self) -> &str {
        file_name(&self.path)
    }

    /// Its number.
    pub(super) fn number(&self) -> u32 {
        generation_number(self.name()).unwrap_or(0)
    }

    /// Where a file of this name is.
    pub(super) fn file(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// Whether nothing was ever committed here; one that was named in `current` had its first list of segments before.
    pub(super) fn is_unfinished(&self, standing: Standing) -> bool {
        match read_plain(&self.file(META_FILE)) {
            Ok(text) => Meta::read(&text).is_some_and(|meta| meta.payload.is_none()),
            Err(error) => error.kind() == io::ErrorKind::NotFound && standing == Standing::Unnamed,
        }
    }

    /// A name for a temporary file that nobody else gives.
    pub(super) fn temporary(&self) -> PathBuf {
        let random = RandomState::new().build_hasher().finish();
        let name = format!("{TEMPORARY}{}-{random:016x}", self.id.digits());
        self.path.join(name)
    }

    /// The files that the program made here, the marker and what else proves it last.
    pub(super) fn own_files(&self) -> Vec<OwnFile> {
        let made = self.made_by_tantivy();
        let mut files: Vec<(u8, PathBuf)> = names_in(&self.path)
            .unwrap_or_default()
            .into_iter()
            .filter(|name| self.is_own(name, &made))
            .map(|name| {
                let place = match name.as_str() {
                    MANAGED_FILE => 1,
                    META_FILE => 2,
                    MARKER_FILE => 3,
                    _ => 0,
                };
                (place, self.path.join(name))
            })
            .collect();
        files.sort();
        let own = |(_, path)| OwnFile { path };
        files.into_iter().map(own).collect()
    }

    /// Whether there is anything here that the program cannot be shown to have made.
    pub(super) fn has_others(&self) -> bool {
        let n_own = self.own_files().len();
        names_in(&self.path).is_ok_and(|names| names.len() != n_own)
    }

    /// What tantivy says that it made: its list of files, and the sealed list of what is in use.
    fn made_by_tantivy(&self) -> HashSet<String> {
        let listed = managed_files(&self.path).ok().flatten().unwrap_or_default();
        let listed = listed.iter().filter_map(|path| path.to_str());
        let mut made: HashSet<String> = listed.map(str::to_owned).collect();
        if let Some(meta) = read_plain(&self.path.join(META_FILE))
            .ok()
            .and_then(|text| Meta::read(&text))
        {
            made.extend(meta.parts.into_iter().map(|part| part.file));
        }
        made
    }

    /// Whether a file of this name here is one that the program can be shown to have made.
    fn is_own(&self, name: &str, made_by_tantivy: &HashSet<String>) -> bool {
        let path = self.path.join(name);
        if !is_file(&path) {
            return false;
        }
        let is_temporary = || {
            let rest = name.strip_prefix(TEMPORARY);
            rest.and_then(|rest| rest.strip_prefix(self.id.digits()))
                .is_some_and(|rest| rest.starts_with('-'))
        };
        match name {
            META_FILE | MANAGED_FILE | MARKER_FILE => true,
            _ if is_own_file(name) => made_by_tantivy.contains(name),
            // A table is named by what it holds.
            _ if is_table_name(name) => hash_of(&path)
                .is_ok_and(|hash| TABLES.iter().any(|kind| table_name(kind, hash) == name)),
            _ => is_temporary(),
        }
    }

    /// Entries with names that no file of a generation has, hidden ones apart.
    fn strangers(&self) -> Result<Vec<PathBuf>, IndexError> {
        let mut names = names_in(&self.path)?;
        names.sort();
        let is_ours = |name: &String| {
            let is_named_so = is_own_file(name) || is_table_name(name);
            is_named_so && is_file(&self.path.join(name))
        };
        let strangers = names
            .iter()
            .filter(|name| !is_of_others(name) && !is_ours(name));
        Ok(strangers.map(|name| self.path.join(name)).collect())
    }
}

/// The generation that `current` names; nothing if it is not there.
///
/// # Errors
/// When it is there and names none.
pub(super) fn current_name(dir: &Path) -> Result<Option<String>, ()> {
    let path = dir.join(CURRENT_FILE);
    if path.symlink_metadata().is_err() {
        return Ok(None);
    }
    let text = read_small(&path).and_then(|bytes| String::from_utf8(bytes).ok());
    let name = text.as_deref().and_then(|text| text.strip_suffix('\n'));
    match name {
        Some(name) if is_generation_name(name) => Ok(Some(name.to_owned())),
        _ => Err(()),
    }
}

/// Whether a name is `g` and four digits or more.
pub(super) fn is_generation_name(name: &str) -> bool {
    name.strip_prefix('g')
        .is_some_and(|n| n.len() >= 4 && n.bytes().all(|byte| byte.is_ascii_digit()))
}

pub(super) fn generation_number(name: &str) -> Option<u32> {
    // Nobody counts beyond; a name with more digits is not ours.
    is_generation_name(name)
        .then(|| name.strip_prefix('g')?.parse().ok())
        .flatten()
        .filter(|number| generation_name(*number) == name && *number < u32::MAX)
}

fn file_name(path: &Path) -> &str {
    path.file_name()
        .and_then(|name| name.to_str())
        .unwrap_or_default()
}

fn generation_name(number: u32) -> String {
    format!("g{number:04}")
}

/// Whether a name is that of a table beside the segments.
pub(super) fn is_table_name(name: &str) -> bool {
    let hash = TABLES.iter().find_map(|kind| {
        name.strip_prefix(kind)?
            .strip_prefix('-')?
            .strip_suffix(".bin")
    });
    hash.is_some_and(|hash| hash.len() == 32 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// The names in tantivy's list of its files; nothing if it is not a list.
pub(super) fn managed_files(folder: &Path) -> io::Result<Option<Vec<PathBuf>>> {
    match read_plain(&folder.join(MANAGED_FILE)) {
        Ok(bytes) => Ok(serde_json::from_slice(&bytes).ok()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Some(Vec::new())),
        Err(error) => Err(error),
    }
}

/// Whether a name is one that tantivy gives to its files: `meta.json`, or the id of a segment and an extension.
pub(super) fn is_own_file(name: &str) -> bool {
    name == META_FILE
        || name.split_once('.').is_some_and(|(id, extension)| {
            id.len() == 32
                && id.bytes().all(|byte| byte.is_ascii_hexdigit())
                && extension
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || byte == b'.')
        })
}

/// Whether an entry of this name belongs to others and may lie here.
fn is_of_others(name: &str) -> bool {
    name.starts_with('.') || OF_SYSTEMS.contains(&name)
}

/// The names in a folder; one that is no UTF-8 is none of ours and is given as well as can be.
fn names_in(dir: &Path) -> Result<Vec<String>, IndexError> {
    let fail = |error: std::io::Error| IndexError::io(dir, &error);
    let mut names = Vec::new();
    for entry in dir.read_dir().map_err(fail)? {
        let name = entry.map_err(fail)?.file_name();
        names.push(name.to_string_lossy().into_owned());
    }
    Ok(names)
}

/// Whether a path is a file and no link to one.
fn is_file(path: &Path) -> bool {
    path.symlink_metadata()
        .is_ok_and(|metadata| metadata.is_file())
}

/// Whether a file holds what was written, but for an end that is missing or some bytes that are other.
fn is_nearly(path: &Path, written: &[u8]) -> bool {
    const N_OTHER_MAX: usize = 8;
    let Some(bytes) = read_small(path) else {
        return false;
    };
    let n_other = bytes.iter().zip(written).filter(|(a, b)| a != b).count();
    written.starts_with(&bytes) || bytes.len() == written.len() && n_other <= N_OTHER_MAX
}

/// The bytes of a file of an index. What stands in its place and is none, a pipe or a link, is neither waited for nor
/// followed.
pub(super) fn read_plain(path: &Path) -> io::Result<Vec<u8>> {
    refuse_odd(path)?;
    fs::read(path)
}

/// The hash of the bytes of such a file, which may be too many to hold.
fn hash_of(path: &Path) -> io::Result<u128> {
    refuse_odd(path)?;
    let mut file = File::open(path)?;
    let mut hasher = Xxh3::new();
    let mut bytes = vec![0; HASHED_AT_ONCE];
    loop {
        match file.read(&mut bytes)? {
            0 => return Ok(hasher.digest128()),
            n => hasher.update(bytes.get(..n).unwrap_or_default()),
        }
    }
}

/// An error where something that is no file stands in the place of one.
pub(super) fn refuse_odd(path: &Path) -> io::Result<()> {
    match path.symlink_metadata()?.is_file() {
        true => Ok(()),
        false => Err(io::Error::new(
            io::ErrorKind::InvalidData,
            "no regular file",
        )),
    }
}

/// The bytes of a small file; nothing if it is something else, or larger.
fn read_small(path: &Path) -> Option<Vec<u8>> {
    if !is_file(path) {
        return None;
    }
    let mut bytes = Vec::new();
    File::open(path)
        .ok()?
        .take(SMALL_BYTES + 1)
        .read_to_end(&mut bytes)
        .ok()?;
    (bytes.len() as u64 <= SMALL_BYTES).then_some(bytes)
}
