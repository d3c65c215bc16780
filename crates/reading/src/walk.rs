//! Walks the corpus: what is in a folder, sorted by path, with size and time of change.
//!
//! In: a folder or a file, and the [`Filter`] that says what is passed over. Out: files to read, what cannot be read with the
//! reason, and what was passed over with why. Nothing in a file is interpreted here beyond its name and the first bytes that
//! tell what it is.

use crate::filter::{Filter, LIST_NAME};
use crate::format::Format;
use crate::ingest::passed::WhyPassed;
use crate::source::{
    FoundFile, MAX_FILE_BYTES, SourceError, Stamp, format_of, name_of, open, spelled,
};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::ffi::OsStr;
use std::io::{self, Read};
use std::path::Path;
use walkdir::WalkDir;

/// All that a root holds.
#[derive(Clone, Debug, Default)]
pub struct Walk {
    /// Files to read, sorted by path.
    pub files: Vec<FoundFile>,
    /// Folders, the root included as the empty path, with their stamps.
    pub folders: Vec<(String, Stamp)>,
    /// Files of the name that was asked for, which speak of others.
    pub sidecars: Vec<FoundFile>,
    /// What was found and cannot be read, sorted by path.
    pub refused: Vec<(String, Stamp, SourceError)>,
    /// Lists of what is passed over.
    pub lists: Vec<FoundFile>,
    /// What was passed over, sorted by path.
    pub passed: Vec<(PassedOver, Stamp)>,
}

/// A file or folder that was passed over.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub struct PassedOver {
    /// Its path, as paths are stored; of a folder with a `/` at its end.
    pub path: String,
    /// Why.
    pub why: WhyPassed,
}

/// Walks a root, a folder or a single file; `skip` (the index) is as if it were not there, and so is what `filter` passes
/// over, but that it is counted. Files called `sidecar` are set apart.
pub fn walk(root: &Path, skip: &Path, sidecar: &str, filter: &Filter) -> Walk {
    let mut walk = Walk::default();
    let base = if root.is_file() {
        root.parent().unwrap_or(root)
    } else {
        root
    };
    let mut passed = Vec::new();
    let entries = WalkDir::new(root)
        .sort_by_file_name()
        .into_iter()
        .filter_entry(|entry| {
            // The root itself was named: it is meant.
            if entry.depth() == 0 || entry.path() == skip {
                return entry.depth() == 0;
            }
            let is_folder = entry.file_type().is_dir();
            let path = relative(entry.path(), base, name_of);
            let why = filter.why(&path, entry.path(), is_folder);
            if let Some(why) = why {
                let stamp = Stamp::now(entry.path()).unwrap_or_default();
                let path = path + if is_folder { "/" } else { "" };
                passed.push((PassedOver { path, why }, stamp));
            }
            why.is_none()
        });
    for entry in entries {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                let path = error
                    .path()
                    .map_or(String::new(), |path| relative(path, base, name_of));
                let stamp = error.path().and_then(Stamp::now).unwrap_or_default();
                let reason = match error.into_io_error() {
                    Some(error) => SourceError::from(error),
                    None => SourceError::Link,
                };
                walk.refused.push((path, stamp, reason));
                continue;
            }
        };
        let path = relative(entry.path(), base, name_of);
        // The root itself may be a link: it is the reader who named it.
        let looked = match entry.depth() {
            0 => entry.path().metadata(),
            _ => entry.path().symlink_metadata(),
        };
        let (stamp, kind) = match looked {
            Ok(metadata) => (Stamp::of(&metadata), metadata.file_type()),
            // It has gone meanwhile, as if it had gone before.
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            // Opening it says why.
            Err(_) => (Stamp::default(), entry.file_type()),
        };
        if kind.is_dir() {
            // Which names it holds is told by its time; that of its own name changes when it is moved.
            let stamp = Stamp {
                changed_ns: 0,
                ..stamp
            };
            walk.folders.push((path, stamp));
            continue;
        }
        let refused = if kind.is_symlink() {
            Err(SourceError::Link)
        } else if !kind.is_file() {
            Err(SourceError::NotRegular)
        } else if stamp.size > MAX_FILE_BYTES {
            Err(SourceError::TooLarge { bytes: stamp.size })
        } else {
            match format_of(&path) {
                // What a name promises that is not read may be something that is.
                Err(SourceError::OtherFormat { .. }) if begins_as_read(&path, entry.path()) => {
                    Ok(Format::Text)
                }
                format => format,
            }
        };
        let is_sidecar = entry.file_name() == sidecar;
        let is_list = entry.file_name() == LIST_NAME && entry.depth() > 0;
        let found = FoundFile {
            path,
            absolute: entry.into_path(),
            stamp,
        };
        match refused {
            _ if is_list => walk.lists.push(found),
            Ok(_) => walk.files.push(found),
            Err(SourceError::UnknownFormat { .. }) if is_sidecar => walk.sidecars.push(found),
            Err(error) => walk.refused.push((found.path, stamp, error)),
        }
    }
    refuse_twins(&mut walk, base);
    passed.sort_by(|a, b| a.0.cmp(&b.0));
    walk.passed = passed;
    walk
}

/// Whether a file whose name promises a format that is not read begins as one that is: a page or a new Word file that
/// is called .doc.
fn begins_as_read(name: &str, place: &Path) -> bool {
    const HEAD_BYTES: u64 = 1024;
    let promised = Format::of_name(name);
    let head = || -> Result<Vec<u8>, SourceError> {
        let (file, _) = open(place)?;
        let mut head = Vec::new();
        file.take(HEAD_BYTES).read_to_end(&mut head)?;
        Ok(head)
    };
    let is_read = |head: Vec<u8>| {
        // What an archive holds stands at its end.
        let is_archive = head.starts_with(b"PK\x03\x04") && promised != Some(Format::Zip);
        is_archive || Format::of_bytes(&head).is_some_and(Format::is_read)
    };
    head().is_ok_and(is_read)
}

/// A file has one path and a path one file: of names that differ in composed and decomposed letters alone the
/// composed one stands, the others are refused under the name as it is spelled.
fn refuse_twins(walk: &mut Walk, base: &Path) {
    let mut kept: HashMap<String, FoundFile> = HashMap::new();
    for found in walk.files.drain(..) {
        let is_composed =
            |found: &FoundFile| relative(&found.absolute, base, spelled) == found.path;
        let twin = match kept.remove(&found.path) {
            Some(first) if is_composed(&found) => {
                kept.insert(found.path.clone(), found);
                first
            }
            Some(first) => {
                kept.insert(first.path.clone(), first);
                found
            }
            None => {
                kept.insert(found.path.clone(), found);
                continue;
            }
        };
        let path = relative(&twin.absolute, base, spelled);
        walk.refused.push((path, twin.stamp, SourceError::SameName));
    }
    walk.files = kept.into_values().collect();
    walk.files.sort_by(|a, b| a.path.cmp(&b.path));
    walk.refused.sort_by(|a, b| a.0.cmp(&b.0));
}

/// The path below a base, `/` between names.
fn relative(path: &Path, base: &Path, name: fn(&OsStr) -> String) -> String {
    let relative = path.strip_prefix(base).unwrap_or(path);
    let names: Vec<String> = relative.iter().map(name).collect();
    names.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_programs_leave_beside_reports_is_passed_over() {
        let folder = tempfile::tempdir().expect("a folder");
        let write = |name: &str, bytes: &[u8]| {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().expect("a folder")).expect("it is made");
            std::fs::write(path, bytes).expect("it is written");
        };
        write("a.html", b"<p>a</p>");
        write("a_files/b.html", b"<p>b</p>");
        write("c_files/d.txt", b"d");
        write("~$e.docx", b"");
        write("f.caj", b"PK\x03\x04");
        write("g.caj", b"CAJ\0");
        write("h.caj", b"<html><body>h</body></html>");
        write("i.rar", b"Rar!");
        let walk = walk(
            folder.path(),
            Path::new(""),
            "reports.toml",
            &Filter::default(),
        );
        let paths = |found: &[FoundFile]| {
            found
                .iter()
                .map(|file| file.path.clone())
                .collect::<Vec<_>>()
        };
        assert_eq!(
            paths(&walk.files),
            ["a.html", "c_files/d.txt", "f.caj", "h.caj"]
        );
        let passed: Vec<(&str, WhyPassed)> = walk
            .passed
            .iter()
            .map(|(passed, _)| (passed.path.as_str(), passed.why))
            .collect();
        assert_eq!(
            passed,
            [
                ("a_files/", WhyPassed::PageFolder),
                ("~$e.docx", WhyPassed::LockFile)
            ]
        );
        let refused: Vec<&str> = walk
            .refused
            .iter()
            .map(|(path, ..)| path.as_str())
            .collect();
        assert_eq!(refused, ["g.caj", "i.rar"]);
    }
}
