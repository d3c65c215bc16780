//! Raw files: what they are called, what the system says of them, and their bytes; the only reader of them.
//!
//! In: the place of a file. Out: its bytes, or the reason for which there are none. Nothing in a file is interpreted here
//! beyond its name.

use crate::format::{Format, is_picture};
use std::ffi::{OsStr, OsString};
use std::fs::{File, Metadata};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;
use unicode_normalization::UnicodeNormalization;

/// A larger file is not read: the longest report known has a few hundred thousand bytes.
pub(crate) const MAX_FILE_BYTES: u64 = 64 << 20;

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
    #[error("not a regular file")]
    NotRegular,
    /// Links are not followed.
    #[error("a symbolic link, which is not followed")]
    Link,
    /// Somebody is writing it.
    #[error("it changed while it was read: the next run reads it again")]
    Changing,
    /// Two files of one folder that differ in how their letters are composed.
    #[error("the name is that of another file here, written in other code points")]
    SameName,
    /// So many folders above it, or such long names, that the system opens no such path.
    #[error("its path is longer than the system allows: move it nearer to the corpus folder")]
    TooDeep,
    /// Larger than any report.
    #[error("larger than 64 MiB ({bytes} bytes)")]
    TooLarge {
        /// Its size.
        bytes: u64,
    },
    /// A name that promises none of the formats that are read.
    #[error("a format that is not read (`.{extension}`); read are {}", endings())]
    UnknownFormat {
        /// Lower case, without the dot.
        extension: String,
    },
    /// A picture, of which only a name that tells a report is refused.
    #[error(
        "a picture (`.{extension}`), of which no text is read: recognise its text and save that as .txt"
    )]
    Picture {
        /// Lower case, without the dot.
        extension: String,
    },
    /// A format that another program can turn into one that is read.
    #[error("a format that is not read (`.{extension}`): {advice}")]
    OtherFormat {
        /// Lower case, without the dot.
        extension: String,
        /// What the user can do.
        advice: &'static str,
    },
}

/// The endings of the names that are read, as a message gives them.
fn endings() -> String {
    let endings: Vec<String> = Format::endings_read()
        .map(|ending| format!(".{ending}"))
        .collect();
    endings.join(" ")
}

/// The format that a file name promises.
///
/// # Errors
/// When the ending is that of no format that is read; the message says which are.
pub fn format_of(name: &str) -> Result<Format, SourceError> {
    let format = Format::of_name(name);
    if let Some(format) = format.filter(|format| format.is_read()) {
        return Ok(format);
    }
    let extension = name
        .rsplit_once('.')
        .map_or(String::new(), |(_, extension)| {
            extension.to_ascii_lowercase()
        });
    Err(match format {
        Some(format) => SourceError::OtherFormat {
            extension,
            advice: format.advice(),
        },
        None if is_picture(name) => SourceError::Picture { extension },
        None => SourceError::UnknownFormat { extension },
    })
}

impl From<io::Error> for SourceError {
    fn from(error: io::Error) -> SourceError {
        match error.kind() {
            io::ErrorKind::InvalidFilename => SourceError::TooDeep,
            _ => SourceError::Unreadable(error.to_string()),
        }
    }
}

/// What the file system says of a file, compared to tell whether it may have changed. Size and time alone do not tell: programs
/// that copy files set the time of the original, and two files may change places.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, serde::Serialize, serde::Deserialize)]
pub struct Stamp {
    /// Size in bytes.
    pub size: u64,
    /// Nanoseconds since 1970 of the last change of the content, as far as programs leave that alone.
    pub modified_ns: i64,
    /// Nanoseconds since 1970 of the last change of content, name or permissions, which no program sets; 0 where the system
    /// has none.
    pub changed_ns: i64,
    /// Number of the file in its file system; 0 where there is none.
    pub inode: u64,
}

impl Stamp {
    /// The stamp of a file or folder that was looked at; a link is one itself.
    pub fn of(metadata: &Metadata) -> Stamp {
        let modified = metadata.modified().ok();
        let since = modified.and_then(|time| time.duration_since(UNIX_EPOCH).ok());
        Stamp {
            size: metadata.len(),
            modified_ns: since.map_or(0, |since| {
                i64::try_from(since.as_nanos()).unwrap_or(i64::MAX)
            }),
            changed_ns: changed_ns(metadata),
            inode: inode(metadata),
        }
    }

    /// The stamp of a file or folder now, if it is there.
    pub fn now(path: &Path) -> Option<Stamp> {
        path.symlink_metadata()
            .ok()
            .map(|metadata| Stamp::of(&metadata))
    }
}

#[cfg(unix)]
fn changed_ns(metadata: &Metadata) -> i64 {
    use std::os::unix::fs::MetadataExt;
    let ns = metadata.ctime().checked_mul(1_000_000_000);
    ns.map_or(0, |ns| ns.saturating_add(metadata.ctime_nsec()))
}

#[cfg(unix)]
fn inode(metadata: &Metadata) -> u64 {
    use std::os::unix::fs::MetadataExt;
    metadata.ino()
}

#[cfg(not(unix))]
fn changed_ns(_: &Metadata) -> i64 {
    0
}

#[cfg(not(unix))]
fn inode(_: &Metadata) -> u64 {
    0
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

/// A name as it is stored: letters composed, so that the same name from another system is the same; else as [`spelled`].
pub fn name_of(name: &OsStr) -> String {
    written(name, composed)
}

/// A text with its letters composed.
pub fn composed(text: &str) -> String {
    text.nfc().collect()
}

/// A name as it is spelled; bytes that are no UTF-8 are written `\xff`. A `\` that the name itself has before `x` and two digits
/// is written `\x5c`, so that no two names become one and [`unspelled`] gives the name back.
pub fn spelled(name: &OsStr) -> String {
    written(name, str::to_owned)
}

/// A name in UTF-8. Its parts are composed one by one: a mark behind a byte that is no UTF-8 belongs to no letter before it.
fn written(name: &OsStr, compose: fn(&str) -> String) -> String {
    let mut out = String::new();
    for chunk in name.as_encoded_bytes().utf8_chunks() {
        let part = compose(chunk.valid());
        let mut parts = part.split('\\');
        out.push_str(parts.next().unwrap_or_default());
        for part in parts {
            out.push_str(if hex_byte(part).is_some() {
                "\\x5c"
            } else {
                "\\"
            });
            out.push_str(part);
        }
        for byte in chunk.invalid() {
            out.push_str(&format!("\\x{byte:02x}"));
        }
    }
    out
}

/// The byte that `x` and two digits, with which a text begins, stand for.
fn hex_byte(text: &str) -> Option<u8> {
    let digits = text.strip_prefix('x')?.get(..2)?;
    let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    if !digits.bytes().all(is_digit) {
        return None;
    }
    u8::from_str_radix(digits, 16).ok()
}

/// The name that is [`spelled`] so.
#[cfg(unix)]
pub fn unspelled(name: &str) -> OsString {
    use std::os::unix::ffi::OsStringExt;
    let mut out = Vec::with_capacity(name.len());
    let mut parts = name.split('\\');
    out.extend_from_slice(parts.next().unwrap_or_default().as_bytes());
    for part in parts {
        let (byte, rest) = match hex_byte(part) {
            Some(byte) => (byte, part.get(3..).unwrap_or_default()),
            None => (b'\\', part),
        };
        out.push(byte);
        out.extend_from_slice(rest.as_bytes());
    }
    OsString::from_vec(out)
}

/// The name that is [`spelled`] so; names are Unicode here.
#[cfg(not(unix))]
pub fn unspelled(name: &str) -> OsString {
    name.into()
}

/// Reads the bytes of a file that was found; once more if it changed meanwhile.
///
/// # Errors
/// When the system refuses, when it is no regular file any more, when somebody keeps writing it, or when it has grown
/// beyond the limit.
pub fn read_bytes(file: &FoundFile) -> Result<Vec<u8>, SourceError> {
    read_settled(
        || {
            let (opened, stamp) = open(&file.absolute)?;
            // What a link of a folder above leads to is another file than the one that was found.
            if stamp.inode != file.stamp.inode && is_elsewhere(file) {
                return Err(SourceError::Link);
            }
            read_to_limit(opened, stamp.size, MAX_FILE_BYTES)
        },
        || Stamp::now(&file.absolute),
    )
}

/// Whether a folder on the way to a file has become a link since the file was found.
fn is_elsewhere(file: &FoundFile) -> bool {
    let below = file.path.split('/').count();
    let folders = file.absolute.ancestors().skip(1).take(below - 1);
    let is_link = |path: &Path| {
        path.symlink_metadata()
            .is_ok_and(|entry| entry.is_symlink())
    };
    folders.into_iter().any(is_link)
}

/// Whether a file can be opened now; nothing of it is read.
///
/// # Errors
/// What the system says.
pub fn can_open(file: &FoundFile) -> Result<(), SourceError> {
    open(&file.absolute).map(|_| ())
}

/// Reads a file that the reader names on the command line: a link or a pipe that he names is meant, a pipe without end is not.
///
/// # Errors
/// When the system refuses, when it is a folder, or when there is no end of it within the limit.
pub fn read_named(path: &Path) -> Result<Vec<u8>, SourceError> {
    let opened = File::open(path)?;
    let metadata = opened.metadata()?;
    if metadata.is_file() && metadata.len() > MAX_FILE_BYTES {
        return Err(SourceError::TooLarge {
            bytes: metadata.len(),
        });
    }
    read_to_limit(opened, metadata.len(), MAX_FILE_BYTES)
}

/// Reads what comes from a stream, within the limit for files.
///
/// # Errors
/// As [`read_named`].
pub fn read_stream(stream: impl Read) -> Result<Vec<u8>, SourceError> {
    read_to_limit(stream, 0, MAX_FILE_BYTES)
}

/// Reads a small file that may be there, as one of a corpus; nothing if it is not.
///
/// # Errors
/// When the system refuses, when it is no regular file, or larger than the limit.
pub(crate) fn read_small(path: &Path, limit: u64) -> Result<Option<Vec<u8>>, SourceError> {
    if matches!(path.symlink_metadata(), Err(error) if error.kind() == io::ErrorKind::NotFound) {
        return Ok(None);
    }
    let (opened, stamp) = open(path)?;
    read_to_limit(opened, stamp.size, limit).map(Some)
}

/// Opens a file of a corpus without following a link and without waiting, and looks at what it is only then: what was found
/// may have been replaced by a pipe, a device or a link meanwhile.
pub(crate) fn open(path: &Path) -> Result<(File, Stamp), SourceError> {
    let mut options = File::options();
    options.read(true);
    #[cfg(unix)]
    {
        use rustix::fs::OFlags;
        use std::os::unix::fs::OpenOptionsExt;
        let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY;
        options.custom_flags(flags.bits().cast_signed());
    }
    let opened = options.open(path).map_err(|error| {
        let is_link = |path: &Path| {
            path.symlink_metadata()
                .is_ok_and(|entry| entry.is_symlink())
        };
        match is_link(path) {
            true => SourceError::Link,
            false => error.into(),
        }
    })?;
    let metadata = opened.metadata()?;
    if !metadata.is_file() {
        return Err(SourceError::NotRegular);
    }
    Ok((opened, Stamp::of(&metadata)))
}

/// Reads all of a stream, of about `size` bytes, and no more than a limit.
fn read_to_limit(stream: impl Read, size: u64, limit: u64) -> Result<Vec<u8>, SourceError> {
    // A sparse file promises more than it is worth asking for.
    let room = usize::try_from(size.min(limit)).unwrap_or(0);
    let mut bytes = Vec::with_capacity(room.min(1 << 20));
    stream.take(limit + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > limit {
        return Err(SourceError::TooLarge {
            bytes: size.max(bytes.len() as u64),
        });
    }
    Ok(bytes)
}

/// What two looks at a file agree on.
fn read_settled(
    mut read: impl FnMut() -> Result<Vec<u8>, SourceError>,
    mut stamp: impl FnMut() -> Option<Stamp>,
) -> Result<Vec<u8>, SourceError> {
    const N_TRIES: usize = 2;
    let mut before = stamp();
    for _ in 0..N_TRIES {
        let bytes = read()?;
        let after = stamp();
        if before == after {
            return Ok(bytes);
        }
        before = after;
    }
    Err(SourceError::Changing)
}

/// Reads a file that was found.
///
/// # Errors
/// As [`read_bytes`].
pub fn read(file: &FoundFile) -> Result<RawFile, SourceError> {
    Ok(RawFile {
        path: file.path.clone(),
        format: match format_of(&file.path) {
            Ok(format) => format,
            // Its bytes have been looked at: they are of one that is read.
            Err(error) => Format::of_name(&file.path).ok_or(error)?,
        },
        bytes: read_bytes(file)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_promise_formats() {
        assert_eq!(format_of("a/b.TXT"), Ok(Format::Text));
        assert_eq!(format_of("a.b.htm"), Ok(Format::Html));
        assert_eq!(format_of("reports.ndjson"), Ok(Format::JsonLines));
        let refused = |name: &str| format_of(name).map_err(|error| error.to_string());
        assert_eq!(
            refused("a.rar"),
            Err("a format that is not read (`.rar`): unpack it".to_owned())
        );
        let unknown = refused("a.xyz").expect_err("no such format");
        for ending in Format::endings_read() {
            assert!(unknown.contains(&format!(".{ending}")), "{unknown}");
        }
    }

    /// A file that was found, and then its place.
    #[cfg(unix)]
    fn found(folder: &Path) -> FoundFile {
        std::fs::create_dir(folder.join("below")).expect("a folder");
        let absolute = folder.join("below/a.txt");
        std::fs::write(&absolute, "text").expect("written");
        FoundFile {
            path: "below/a.txt".to_owned(),
            stamp: Stamp::now(&absolute).expect("it is there"),
            absolute,
        }
    }

    #[cfg(unix)]
    #[test]
    fn what_took_the_place_of_a_file_is_neither_followed_nor_waited_for() {
        use std::os::unix::fs::symlink;
        let mkfifo = |path: &Path| {
            let made = std::process::Command::new("mkfifo").arg(path).status();
            made.is_ok_and(|status| status.success())
        };
        type Put<'p> = &'p dyn Fn(&Path, &Path);
        let puts: [(Put, &[SourceError]); 5] = [
            (
                &|path, home| {
                    std::fs::write(home.join("other.txt"), "secret").expect("written");
                    symlink(home.join("other.txt"), path).expect("a link");
                },
                &[SourceError::Link],
            ),
            (
                &|path, _| assert!(mkfifo(path), "a pipe"),
                &[SourceError::NotRegular],
            ),
            (
                &|path, _| std::fs::create_dir(path).expect("a folder"),
                &[SourceError::NotRegular],
            ),
            (
                &|path, _| symlink("/dev/zero", path).expect("a link"),
                &[SourceError::Link],
            ),
            (
                // The folder above it is a link now, to one with a file of that name.
                &|path, home| {
                    std::fs::create_dir(home.join("elsewhere")).expect("a folder");
                    std::fs::write(home.join("elsewhere/a.txt"), "secret").expect("written");
                    let folder = path.parent().expect("a folder");
                    std::fs::remove_dir(folder).expect("it is empty");
                    symlink(home.join("elsewhere"), folder).expect("a link");
                },
                &[SourceError::Link],
            ),
        ];
        for (put, expected) in puts {
            let home = tempfile::tempdir().expect("a folder");
            let file = found(home.path());
            assert_eq!(read_bytes(&file).as_deref(), Ok(&b"text"[..]));
            std::fs::remove_file(&file.absolute).expect("it is there");
            put(&file.absolute, home.path());
            let read = read_bytes(&file).expect_err("it is another thing");
            assert!(expected.contains(&read), "{read}");
        }
        // Another file under its name is what is there now.
        let home = tempfile::tempdir().expect("a folder");
        let file = found(home.path());
        std::fs::write(home.path().join("new"), "newer").expect("written");
        std::fs::rename(home.path().join("new"), &file.absolute).expect("renamed");
        assert_eq!(read_bytes(&file).as_deref(), Ok(&b"newer"[..]));
    }

    #[test]
    fn a_stream_without_end_is_read_to_the_limit() {
        let read = read_to_limit(io::repeat(b'a'), 0, 1000);
        assert_eq!(read, Err(SourceError::TooLarge { bytes: 1001 }));
        assert_eq!(
            read_to_limit(&b"text"[..], u64::MAX, 1000).as_deref(),
            Ok(&b"text"[..])
        );
        #[cfg(unix)]
        assert!(matches!(
            read_named(Path::new("/dev/zero")),
            Err(SourceError::TooLarge { .. })
        ));
    }

    #[test]
    fn a_file_that_changes_while_it_is_read_is_read_once_more() {
        let settle = |stamps: &[u64]| {
            let mut stamps = stamps.iter();
            let mut n_reads = 0;
            let result = read_settled(
                || {
                    n_reads += 1;
                    Ok(Vec::new())
                },
                || {
                    let size = *stamps.next()?;
                    Some(Stamp {
                        size,
                        ..Stamp::default()
                    })
                },
            );
            (result.map(|_| ()), n_reads)
        };
        assert_eq!(settle(&[7, 7]), (Ok(()), 1));
        assert_eq!(settle(&[7, 8, 8]), (Ok(()), 2));
        assert_eq!(settle(&[7, 8, 9]), (Err(SourceError::Changing), 2));
        let gone = FoundFile {
            path: "gone.txt".to_owned(),
            absolute: PathBuf::from("/nowhere/gone.txt"),
            stamp: Stamp::default(),
        };
        assert!(matches!(read_bytes(&gone), Err(SourceError::Unreadable(_))));
    }

    #[cfg(unix)]
    #[test]
    fn no_two_names_become_one() {
        use std::os::unix::ffi::OsStrExt;
        let name = |bytes: &[u8]| name_of(OsStr::from_bytes(bytes));
        assert_eq!(name(b"a\xff.txt"), "a\\xff.txt");
        assert_ne!(name(b"\xff"), name(b"\xfe"));
        assert_eq!(name("e\u{301}".as_bytes()), "é");
        // Each name has a spelling of its own, which leads back to it.
        let names: [&[u8]; 14] = [
            b"a\xff.txt",
            b"a\\xff.txt",
            b"a\\x5cxff.txt",
            b"a\\\xff.txt",
            b"a\\\\xff",
            b"a\\xFF",
            b"a\\x",
            b"a\\xf",
            b"a\\xf\xff",
            b"\\",
            b"back\\slash",
            "\\xf\u{e1}".as_bytes(),
            b"\xfa\xcc\x81",
            b"\xfa\xc3\xa1",
        ];
        let mut seen = std::collections::HashSet::new();
        for bytes in names {
            let os = OsStr::from_bytes(bytes);
            assert!(seen.insert(name_of(os)), "{os:?}");
            assert_eq!(unspelled(&name_of(os)), os);
            assert_eq!(unspelled(&spelled(os)), os);
        }
        assert_eq!(name(b"back\\slash"), "back\\slash");
    }
}
