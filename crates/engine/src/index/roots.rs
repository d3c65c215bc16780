//! What a corpus root holds now, and what is kept of one that is not as it was.
//!
//! In: a root and what was indexed of it. Out: the files that it holds, and the folders of which nothing can be said today:
//! a disk that is not mounted leaves an empty folder, or none; a folder whose permissions are wrong shows nothing. What was
//! indexed of them stays until the reader says that it is gone.

use super::files::{FileEntry, FileTable, Outcome, WhyKept};
use baogao_reading::filter::Filter;
use baogao_reading::ingest::passed::WhyPassed;
use baogao_reading::ingest::sidecar;
use baogao_reading::source::SourceError;
use baogao_reading::walk::{Walk, walk};
use std::collections::{HashMap, HashSet};
use std::path::Path;

/// A root, or a folder in one, of which what was indexed is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptFolder {
    /// Where it is, or was.
    pub path: String,
    /// Why.
    pub why: WhyKept,
    /// How many files the index has of it.
    pub files: usize,
}

/// A root as it is now.
pub(super) struct RootNow {
    /// What was found.
    pub(super) walk: Walk,
    /// Folders below the root of which nothing can be said, with the reason; the root itself is the empty path.
    pub(super) unseen: Vec<(String, WhyKept)>,
}

/// Looks at a root, of which `old` is what was indexed under the number `number`; `skip`, the folder of the index, is passed
/// over.
pub(super) fn look_at(
    root: &Path,
    (skip, filter): (&Path, &Filter),
    old: &FileTable,
    number: u32,
) -> RootNow {
    if !root.exists() {
        return RootNow {
            walk: Walk::default(),
            unseen: vec![(String::new(), WhyKept::Gone)],
        };
    }
    let walk = walk(root, skip, sidecar::FILE_NAME, filter);
    let unreadable = walk.refused.iter().filter_map(|(path, _, error)| {
        let why = match error {
            SourceError::Unreadable(why) => why.clone(),
            SourceError::TooDeep => error.to_string(),
            _ => return None,
        };
        // Files are not opened by a walk: what cannot be read is a folder, or a file that the system shows to nobody.
        Some((path.clone(), WhyKept::Unreadable(why)))
    });
    let mut unseen: Vec<(String, WhyKept)> = unreadable.collect();
    let wants_less = |why| matches!(why, WhyPassed::Listed | WhyPassed::Excluded);
    // Where the reader leaves out all that is there, it is there.
    let is_wanted_empty = walk.passed.iter().any(|(over, _)| wants_less(over.why));
    let has_any = !(walk.files.is_empty() && walk.sidecars.is_empty() && walk.lists.is_empty());
    if !has_any && !is_wanted_empty {
        unseen.push((String::new(), WhyKept::Empty));
    }
    for folder in unmounted(&walk, old, number) {
        if !unseen.iter().any(|(other, _)| is_below(&folder, other)) {
            unseen.push((folder, WhyKept::Empty));
        }
    }
    RootNow { walk, unseen }
}

/// Folders in which disks were mounted that are not now: another folder bears the name, by its number, and none of the files
/// that were indexed is there. One that the reader has emptied is the same folder. Folders above come first.
fn unmounted(walk: &Walk, old: &FileTable, number: u32) -> Vec<String> {
    let files = walk.files.iter().chain(&walk.sidecars);
    let files = files.chain(&walk.lists);
    let refused = walk.refused.iter().map(|(path, ..)| path.as_str());
    let there: HashSet<&str> = files
        .map(|file| file.path.as_str())
        .chain(refused)
        .collect();
    let now: HashMap<&str, u64> = walk
        .folders
        .iter()
        .map(|(path, stamp)| (path.as_str(), stamp.inode))
        .collect();
    // By folder, whether any of the files that were indexed in it or below is there.
    let mut has_any: HashMap<&str, bool> = HashMap::new();
    for file in files_below(old, number, "") {
        let is_there = there.contains(file.path.as_str());
        let mut folder = file.path.as_str();
        while !folder.is_empty() {
            folder = folder.rsplit_once('/').map_or("", |(above, _)| above);
            *has_any.entry(folder).or_default() |= is_there;
        }
    }
    let mut folders: Vec<String> = old
        .folders
        .iter()
        .filter(|(root, ..)| *root == number)
        .filter(|(_, path, stamp)| {
            let is_another = match now.get(path.as_str()) {
                Some(inode) => *inode != 0 && stamp.inode != 0 && *inode != stamp.inode,
                // A root that was a folder is a file now, a pipe or a device.
                None => path.is_empty(),
            };
            is_another && has_any.get(path.as_str()) == Some(&false)
        })
        .map(|(_, path, _)| path.clone())
        .collect();
    folders.sort();
    folders
}

/// Whether a path is that of a folder or lies below it.
pub(super) fn is_below(path: &str, folder: &str) -> bool {
    folder.is_empty()
        || path
            .strip_prefix(folder)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The files that the index has of a folder, refused ones apart.
pub(super) fn files_below<'t>(
    table: &'t FileTable,
    root: u32,
    folder: &str,
) -> impl Iterator<Item = &'t FileEntry> {
    table.files.iter().filter(move |file| {
        file.root == root
            && is_below(&file.path, folder)
            && !matches!(file.outcome, Outcome::Refused(_))
    })
}
