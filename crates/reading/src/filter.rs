//! What the reader wants left out: `--exclude GLOB`, and the lists called `.baogaoignore`.
//!
//! In: globs, and the lists in the folders of a corpus. Out: of any path, whether it is left out, and why; what was wrong in a
//! list; which globs left nothing out. Both are in the syntax of `.gitignore` and see paths as the index stores them.
//! With them stands all else that is passed over: a walk and a look for changes ask here, and so never differ.

use crate::format::Format;
use crate::ingest::passed::{WhyPassed, by_name};
use crate::source::{SourceError, composed, name_of, read_small};
use ignore::gitignore::{Gitignore, GitignoreBuilder};
use memchr::memmem;
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::rc::Rc;

/// The name of a list.
pub const LIST_NAME: &str = ".baogaoignore";
/// The file that marks a folder as one that this program has made.
pub const INDEX_MARK: &str = ".baogao";
/// What stands at the beginning of that file.
pub const INDEX_MARK_START: &str = "{\"made_by\":\"baogao\",\"index\":\"";
/// A longer list is not read: each line costs a little for every file.
const LIST_BYTES_MAX: u64 = 64 << 10;
/// What the folders of saved pages are called, behind the name of the page: by browsers, and by old ones and Office.
const PAGE_FOLDER_ENDS: [&str; 3] = ["_files", ".files", "_file"];

/// Says what is passed over.
#[derive(Default)]
pub struct Filter {
    globs: Vec<ExcludeGlob>,
    /// By folder, the list in it.
    lists: RefCell<HashMap<PathBuf, Option<Rc<Gitignore>>>>,
    faults: RefCell<Vec<ListFault>>,
}

struct ExcludeGlob {
    text: String,
    matcher: Gitignore,
    has_matched: Cell<bool>,
}

/// What is wrong in a list; the rest of it counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListFault {
    /// The list, as paths are stored.
    pub path: String,
    /// The line; nothing where it is all of the list.
    pub line: Option<usize>,
    /// What is wrong.
    pub cause: String,
}

impl Filter {
    /// Excludes what globs name, each from the folders that are walked.
    ///
    /// # Errors
    /// When one is no glob: that, and why.
    pub fn new(globs: &[String]) -> Result<Filter, (String, String)> {
        let glob = |text: &String| -> Result<ExcludeGlob, (String, String)> {
            let matcher = matcher_of(text).map_err(|cause| (text.clone(), cause))?;
            Ok(ExcludeGlob {
                text: text.clone(),
                matcher,
                has_matched: Cell::new(false),
            })
        };
        Ok(Filter {
            globs: globs.iter().map(glob).collect::<Result<_, _>>()?,
            ..Filter::default()
        })
    }

    /// Why a file or folder below a root is passed over: `path` as it is stored, `place` where it is.
    pub fn why(&self, path: &str, place: &Path, is_folder: bool) -> Option<WhyPassed> {
        // Lists are looked at beside what they speak of.
        if is_list(place.file_name().unwrap_or_default()) && !is_folder {
            return None;
        }
        let excludes = |glob: &&ExcludeGlob| glob.matcher.matched(path, is_folder).is_ignore();
        let excluding: Vec<&ExcludeGlob> = self.globs.iter().filter(excludes).collect();
        for glob in &excluding {
            glob.has_matched.set(true);
        }
        if !excluding.is_empty() {
            return Some(WhyPassed::Excluded);
        }
        if self.is_listed(path, place, is_folder) {
            return Some(WhyPassed::Listed);
        }
        match is_folder {
            false => by_name(path).or_else(|| {
                let belongs_to_page = is_in_page_folder(path, place) && !may_be_report(place);
                belongs_to_page.then_some(WhyPassed::Program)
            }),
            true if is_hidden(place.file_name().unwrap_or_default()) => Some(WhyPassed::Hidden),
            true if is_index(place) => Some(WhyPassed::Program),
            true => {
                let is_of_page = is_page_folder(place) && !holds_report(place, PAGE_FOLDERS_MAX);
                is_of_page.then_some(WhyPassed::PageFolder)
            }
        }
    }

    /// What was wrong in the lists that were looked at.
    pub fn faults(&self) -> Vec<ListFault> {
        self.faults.borrow().clone()
    }

    /// The globs that nothing was called by.
    pub fn idle_globs(&self) -> Vec<String> {
        let idle = self.globs.iter().filter(|glob| !glob.has_matched.get());
        idle.map(|glob| glob.text.clone()).collect()
    }

    /// Whether a list in a folder above says so: the innermost that speaks of it decides.
    fn is_listed(&self, path: &str, place: &Path, is_folder: bool) -> bool {
        let starts = path.rmatch_indices('/').map(|(at, _)| at + 1).chain([0]);
        let folders = place.ancestors().skip(1);
        for (start, folder) in starts.zip(folders) {
            let (above, below) = path.split_at(start);
            let Some(list) = self.list_in(folder, above) else {
                continue;
            };
            let matched = list.matched(below, is_folder);
            if !matched.is_none() {
                return matched.is_ignore();
            }
        }
        false
    }

    /// The list in a folder, if there is one; `above` is the path of the folder, with a `/` at its end.
    fn list_in(&self, folder: &Path, above: &str) -> Option<Rc<Gitignore>> {
        if let Some(list) = self.lists.borrow().get(folder) {
            return list.clone();
        }
        let (list, faults) = read_list(folder);
        let named = faults.into_iter().map(|(line, cause)| ListFault {
            path: format!("{above}{LIST_NAME}"),
            line,
            cause,
        });
        self.faults.borrow_mut().extend(named);
        let list = list.map(Rc::new);
        let mut lists = self.lists.borrow_mut();
        lists.insert(folder.to_owned(), list.clone());
        list
    }
}

/// What is wrong in a list: the line, if it is one, and what.
type Fault = (Option<usize>, String);

/// The list in a folder, and what is wrong in it.
fn read_list(folder: &Path) -> (Option<Gitignore>, Vec<Fault>) {
    let path = folder.join(LIST_NAME);
    if path.symlink_metadata().is_ok_and(|entry| entry.is_dir()) {
        return (None, Vec::new());
    }
    let bytes = match read_small(&path, LIST_BYTES_MAX) {
        Ok(Some(bytes)) => bytes,
        Ok(None) => return (None, Vec::new()),
        Err(error) => {
            let cause = match error {
                SourceError::TooLarge { .. } => {
                    format!("larger than {} KiB", LIST_BYTES_MAX >> 10)
                }
                error => error.to_string(),
            };
            return (None, vec![(None, cause)]);
        }
    };
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
    let mut builder = builder();
    let mut faults = Vec::new();
    for (at, line) in bytes.split(|byte| *byte == b'\n').enumerate() {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let added = match std::str::from_utf8(line) {
            Ok(line) => builder
                .add_line(None, &composed(line))
                .map(|_| ())
                .map_err(|error| cause_of(&error)),
            Err(_) => Err("is not UTF-8".to_owned()),
        };
        faults.extend(added.err().map(|cause| (Some(at + 1), cause)));
    }
    match builder.build() {
        Ok(list) => (Some(list), faults),
        Err(error) => {
            faults.push((None, cause_of(&error)));
            (None, faults)
        }
    }
}

fn builder() -> GitignoreBuilder {
    // Paths are given from the folder of the list.
    let mut builder = GitignoreBuilder::new(".");
    builder.allow_unclosed_class(false);
    builder
}

/// What one glob of a command line names. A `#` or `!` at its beginning is one.
fn matcher_of(glob: &str) -> Result<Gitignore, String> {
    let glob = composed(glob);
    let glob = glob.strip_prefix("./").unwrap_or(&glob);
    let line = match glob.starts_with(['#', '!']) {
        true => format!("\\{glob}"),
        false => glob.to_owned(),
    };
    let mut builder = builder();
    let added = builder.add_line(None, &line).map(|_| ());
    added.map_err(|error| cause_of(&error))?;
    builder.build().map_err(|error| cause_of(&error))
}

/// What is wrong with a glob, without the glob.
fn cause_of(error: &ignore::Error) -> String {
    match error {
        ignore::Error::Glob { err, .. } => err.clone(),
        error => error.to_string(),
    }
}

fn is_list(name: &OsStr) -> bool {
    name == LIST_NAME
}

/// Whether a name is one that nobody means who looks into a folder: it begins with a dot, or is that of a lock file of Office.
pub fn is_hidden(name: &OsStr) -> bool {
    let bytes = name.as_encoded_bytes();
    !is_list(name) && (bytes.starts_with(b".") || bytes.starts_with(b"~$"))
}

/// Folders in each other within that of a page that are looked into.
const PAGE_FOLDERS_MAX: usize = 4;
/// A larger page or text in the folder of a page is read without a look.
const FRAME_BYTES_MAX: u64 = 4 << 20;

/// Whether a file, by its path in the corpus, lies in the folder of a page.
fn is_in_page_folder(path: &str, place: &Path) -> bool {
    let n_folders = path.matches('/').count();
    let mut folders = place.ancestors().skip(1).take(n_folders);
    folders.any(is_page_folder)
}

/// Whether the folder of a page holds more than what belongs to the page.
fn holds_report(folder: &Path, depth: usize) -> bool {
    let entries = folder.read_dir().into_iter().flatten().flatten();
    entries.into_iter().any(|entry| {
        let is = |is: fn(&std::fs::FileType) -> bool| entry.file_type().is_ok_and(|kind| is(&kind));
        match is(std::fs::FileType::is_dir) {
            // Nothing that belongs to a page lies so deep.
            true => depth == 0 || holds_report(&entry.path(), depth - 1),
            false => is(std::fs::FileType::is_file) && may_be_report(&entry.path()),
        }
    })
}

/// Whether a file in the folder of a page may be a report that is linked or shown in a frame: a document, or a page or text
/// that speaks of one.
fn may_be_report(place: &Path) -> bool {
    let name = place
        .file_name()
        .and_then(OsStr::to_str)
        .unwrap_or_default();
    let Some(format) = Format::of_name(name) else {
        return false;
    };
    if !(format.is_plain() || format == Format::Html || format == Format::Json) {
        return true;
    }
    match read_small(place, FRAME_BYTES_MAX) {
        Ok(Some(bytes)) => names_report(&bytes),
        Ok(None) => false,
        Err(_) => true,
    }
}

/// Whether 工作报告 or 工作報告 stands in bytes: in UTF-8, GB18030, Big5 or UTF-16.
fn names_report(bytes: &[u8]) -> bool {
    const NAMES: [&[u8]; 6] = [
        "工作报告".as_bytes(),
        "工作報告".as_bytes(),
        b"\xb9\xa4\xd7\xf7\xb1\xa8\xb8\xe6",
        b"\xa4\x75\xa7\x40\xb3\xf8\xa7\x69",
        b"\xe5\x5d\x5c\x4f\xa5\x62\x4a\x54",
        b"\x5d\xe5\x4f\x5c\x62\xa5\x54\x4a",
    ];
    NAMES.iter().any(|name| memmem::find(bytes, name).is_some())
}

/// Whether a folder is an index of this program, with no document in it.
fn is_index(folder: &Path) -> bool {
    const MARK_BYTES_MAX: u64 = 4 << 10;
    let mark = read_small(&folder.join(INDEX_MARK), MARK_BYTES_MAX);
    let is_marked =
        matches!(mark, Ok(Some(bytes)) if bytes.starts_with(INDEX_MARK_START.as_bytes()));
    let is_document = |entry: std::fs::DirEntry| {
        let name = name_of(&entry.file_name());
        let is_generation = name
            .strip_prefix('g')
            .is_some_and(|number| number.bytes().all(|byte| byte.is_ascii_digit()));
        let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
        // Another folder in it may hold documents.
        if is_folder {
            return !is_generation && !name.starts_with('.');
        }
        entry.file_type().is_ok_and(|kind| kind.is_file())
            && (Format::of_name(&name).is_some()
                || by_name(&name).is_some_and(|why| why == WhyPassed::Picture))
    };
    is_marked
        && !folder
            .read_dir()
            .into_iter()
            .flatten()
            .flatten()
            .any(is_document)
}

/// Whether a folder holds what belongs to a page that was saved whole beside it: pictures and scripts.
fn is_page_folder(folder: &Path) -> bool {
    let Some(name) = folder.file_name().and_then(OsStr::to_str) else {
        return false;
    };
    let page = PAGE_FOLDER_ENDS
        .iter()
        .find_map(|end| name.strip_suffix(end))
        .filter(|page| !page.is_empty());
    let has_page = |page: &str| {
        ["html", "htm", "xhtml", "shtml"].iter().any(|ending| {
            let place = folder.with_file_name(format!("{page}.{ending}"));
            place.is_file()
        })
    };
    page.is_some_and(has_page)
}

/// A path below a folder whose path is stored: as it is stored.
pub fn path_in(folder: &str, name: &OsStr) -> String {
    match folder {
        "" => name_of(name),
        folder => format!("{folder}/{}", name_of(name)),
    }
}
