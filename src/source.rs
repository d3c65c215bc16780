//! Walks the corpus; the only reader of raw files.
//!
//! In: a folder or a file. Out: the files in it, sorted by path, with size and time of change; then,
//! one by one, their bytes. Nothing in a file is interpreted here beyond its name. Hidden files
//! (a name that begins with a dot) are passed over; everything else is either found or refused
//! with a reason.

use std::fs::{File, Metadata};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;
use unicode_normalization::UnicodeNormalization;
use walkdir::WalkDir;

/// A larger file is not read: the longest report known has a few hundred thousand bytes.
const MAX_FILE_BYTES: u64 = 64 << 20;

/// What kind of file it is, told by its name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Format {
    /// Plain text.
    Text,
    /// Markdown.
    Markdown,
}

impl Format {
    /// The format that a file name promises.
    fn of(name: &str) -> Result<Format, SourceError> {
        let extension = name
            .rsplit_once('.')
            .map(|(_, extension)| extension.to_ascii_lowercase());
        match extension.as_deref() {
            Some("txt" | "text") => Ok(Format::Text),
            Some("md" | "markdown") => Ok(Format::Markdown),
            _ => Err(SourceError::UnknownFormat {
                extension: extension.unwrap_or_default(),
            }),
        }
    }
}

/// A file as it came; nothing in it has been interpreted yet.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RawFile {
    /// Path relative to its corpus root, `/` between parts, NFC.
    pub path: String,
    /// Told by the name.
    pub format: Format,
    /// The whole content.
    pub bytes: Vec<u8>,
}

/// Why a file was not read.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum SourceError {
    /// The system refused.
    #[error("cannot be read: {0}")]
    Unreadable(String),
    /// A socket, a pipe, a device.
    #[error("is not a regular file")]
    NotRegular,
    /// Links are not followed.
    #[error("is a symbolic link, which is not followed")]
    Link,
    /// Larger than any report.
    #[error("is larger than 64 MiB ({bytes} bytes)")]
    TooLarge {
        /// Its size.
        bytes: u64,
    },
    /// A name that promises none of the formats that are read.
    #[error("has a format that is not read (`.{extension}`); read are .txt .text .md .markdown")]
    UnknownFormat {
        /// Lower case, without the dot.
        extension: String,
    },
}

impl From<io::Error> for SourceError {
    fn from(error: io::Error) -> SourceError {
        SourceError::Unreadable(error.to_string())
    }
}

/// What the file system says of a file, compared to tell whether it has changed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, serde::Serialize, serde::Deserialize)]
pub struct Stamp {
    /// Size in bytes.
    pub size: u64,
    /// Nanoseconds since 1970 of the last change.
    pub modified_ns: i64,
}

impl Stamp {
    fn of(metadata: &Metadata) -> Stamp {
        let modified = metadata.modified().ok();
        let since = modified.and_then(|time| time.duration_since(UNIX_EPOCH).ok());
        Stamp {
            size: metadata.len(),
            modified_ns: since.map_or(0, |since| {
                i64::try_from(since.as_nanos()).unwrap_or(i64::MAX)
            }),
        }
    }

    /// The stamp of a file or folder now, if it is there.
    pub fn now(path: &Path) -> Option<Stamp> {
        path.symlink_metadata()
            .ok()
            .map(|metadata| Stamp::of(&metadata))
    }
}

/// A file that can be read, not read yet.
#[derive(Clone, Debug)]
pub struct FoundFile {
    /// Path relative to the root, `/` between parts, NFC.
    pub path: String,
    /// Where it is now.
    pub absolute: PathBuf,
    /// Size and time of change.
    pub stamp: Stamp,
}

/// All that a root holds.
#[derive(Clone, Debug, Default)]
pub struct Walk {
    /// Files to read, sorted by path.
    pub files: Vec<FoundFile>,
    /// Folders, the root included as the empty path, with their stamps.
    pub folders: Vec<(String, Stamp)>,
    /// What was found and cannot be read, sorted by path.
    pub refused: Vec<(String, Stamp, SourceError)>,
}

/// Whether a file or folder name is hidden.
pub fn is_hidden(name: &std::ffi::OsStr) -> bool {
    name.as_encoded_bytes().starts_with(b".")
}

/// Walks a root, a folder or a single file; `skip` (the index) is passed over.
pub fn walk(root: &Path, skip: &Path) -> Walk {
    let mut walk = Walk::default();
    let base = if root.is_file() {
        root.parent().unwrap_or(root)
    } else {
        root
    };
    let entries = WalkDir::new(root)
        .sort_by_file_name()
        .into_iter()
        .filter_entry(|entry| {
            entry.depth() == 0 || !(is_hidden(entry.file_name()) || entry.path() == skip)
        });
    for entry in entries {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                let path = error
                    .path()
                    .map_or(String::new(), |path| relative(path, base));
                let reason = error
                    .io_error()
                    .map_or_else(|| error.to_string(), io::Error::to_string);
                walk.refused
                    .push((path, Stamp::default(), SourceError::Unreadable(reason)));
                continue;
            }
        };
        let path = relative(entry.path(), base);
        let stamp = Stamp::now(entry.path()).unwrap_or_default();
        let kind = entry.file_type();
        if kind.is_dir() {
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
            Format::of(&path)
        };
        match refused {
            Err(error) => walk.refused.push((path, stamp, error)),
            Ok(_) => walk.files.push(FoundFile {
                path,
                absolute: entry.into_path(),
                stamp,
            }),
        }
    }
    walk
}

fn relative(path: &Path, base: &Path) -> String {
    let relative = path.strip_prefix(base).unwrap_or(path);
    let parts: Vec<String> = relative
        .components()
        .map(|part| part.as_os_str().to_string_lossy().nfc().collect())
        .collect();
    parts.join("/")
}

/// Reads a file that was found.
///
/// # Errors
/// When the system refuses, or when the file has grown beyond the limit since it was found.
pub fn read(file: &FoundFile) -> Result<RawFile, SourceError> {
    let mut bytes = Vec::with_capacity(usize::try_from(file.stamp.size).unwrap_or(0));
    File::open(&file.absolute)?
        .take(MAX_FILE_BYTES + 1)
        .read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MAX_FILE_BYTES {
        return Err(SourceError::TooLarge {
            bytes: bytes.len() as u64,
        });
    }
    Ok(RawFile {
        path: file.path.clone(),
        format: Format::of(&file.path)?,
        bytes,
    })
}
