//! A zip archive: the list of its members, and the bytes of those that are asked for.
//!
//! In: the bytes of the archive. Out: names, and bytes that are unpacked in memory. The archive comes from strangers:
//! nothing in it is unpacked to disk, no name in it is taken for a path, no size that it declares is believed.
//!
//! # Invariants
//!
//! - All members together give at most [`UNPACKED_BYTES_MAX`] bytes, counted as they come out.

use super::IngestError;
use super::limits::{PARTS_MAX, UNPACKED_BYTES_MAX, too_much};
#[cfg(feature = "archives")]
use encoding_rs::GBK;
use encoding_rs::UTF_8;
use std::io::{Cursor, Read};
use zip::ZipArchive;
use zip::result::ZipError;

/// An open archive.
pub(super) struct Archive<'a> {
    zip: ZipArchive<Cursor<&'a [u8]>>,
    bytes_left: u64,
}

/// Why an archive, or a part of it, is not read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum ArchiveError {
    /// A password is needed.
    Locked,
    /// It holds, or claims to hold, more than any document.
    TooManyParts {
        /// How many.
        entries: usize,
    },
    /// What comes out is more than any document.
    TooLarge,
    /// Not well formed.
    Damaged {
        /// The part; nothing if it is the archive itself.
        part: Option<String>,
        /// What is wrong.
        reason: String,
    },
}

impl From<ArchiveError> for IngestError {
    fn from(error: ArchiveError) -> IngestError {
        match error {
            ArchiveError::Locked => IngestError::Locked,
            ArchiveError::TooManyParts { .. } => too_much("parts", PARTS_MAX),
            ArchiveError::TooLarge => {
                let mebibytes = (UNPACKED_BYTES_MAX >> 20) as usize;
                too_much("MiB when it is unpacked", mebibytes)
            }
            ArchiveError::Damaged { part, reason } => IngestError::BrokenArchive {
                why: match part {
                    Some(part) => format!("{part}: {reason}"),
                    None => reason,
                },
            },
        }
    }
}

/// A member of an archive.
#[cfg(feature = "archives")]
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Member {
    /// Its place in the list.
    pub(super) at: usize,
    /// Its name, `/` between folders.
    pub(super) name: String,
    /// Whether a password is needed.
    pub(super) is_encrypted: bool,
}

impl<'a> Archive<'a> {
    /// Opens an archive; reads its list of members and nothing else.
    pub(super) fn open(bytes: &'a [u8]) -> Result<Archive<'a>, ArchiveError> {
        if let Some(entries) = entries_claimed(bytes).filter(|n| *n > PARTS_MAX) {
            return Err(ArchiveError::TooManyParts { entries });
        }
        let zip = ZipArchive::new(Cursor::new(bytes)).map_err(damaged)?;
        if zip.len() > PARTS_MAX {
            let entries = zip.len();
            return Err(ArchiveError::TooManyParts { entries });
        }
        Ok(Archive {
            zip,
            bytes_left: UNPACKED_BYTES_MAX,
        })
    }

    /// The files that it holds, in its order.
    #[cfg(feature = "archives")]
    pub(super) fn members(&mut self) -> Result<Vec<Member>, ArchiveError> {
        let mut members = Vec::new();
        for at in 0..self.zip.len() {
            let entry = self.zip.by_index_raw(at).map_err(damaged)?;
            if !entry.is_dir() {
                members.push(Member {
                    at,
                    name: name_of(entry.name_raw()),
                    is_encrypted: entry.encrypted(),
                });
            }
        }
        Ok(members)
    }

    /// The bytes of a member.
    pub(super) fn read(&mut self, at: usize) -> Result<Vec<u8>, ArchiveError> {
        let entry = self.zip.by_index(at).map_err(damaged)?;
        // The declared size may lie: what comes out is counted, and the buffer grows with it.
        let mut bytes = Vec::new();
        let read = entry.take(self.bytes_left + 1).read_to_end(&mut bytes);
        let read = read.map_err(damaged)? as u64;
        if read > self.bytes_left {
            return Err(ArchiveError::TooLarge);
        }
        self.bytes_left -= read;
        Ok(bytes)
    }

    /// The bytes of a part of this name; nothing if there is none.
    pub(super) fn part(&mut self, name: &str) -> Result<Option<Vec<u8>>, ArchiveError> {
        let at = self.zip.index_for_name(name);
        let of_part = |error| match error {
            ArchiveError::Damaged { reason, .. } => ArchiveError::Damaged {
                part: Some(name.to_owned()),
                reason,
            },
            error => error,
        };
        at.map(|at| self.read(at)).transpose().map_err(of_part)
    }

    /// The text of a part that is XML: UTF-8, or UTF-16 with a byte-order mark.
    pub(super) fn text(&mut self, name: &str) -> Result<Option<String>, ArchiveError> {
        let Some(bytes) = self.part(name)? else {
            return Ok(None);
        };
        let (text, _, is_damaged) = UTF_8.decode(&bytes);
        match is_damaged {
            true => Err(ArchiveError::Damaged {
                part: Some(name.to_owned()),
                reason: "its encoding is none that XML is written in".to_owned(),
            }),
            false => Ok(Some(text.into_owned())),
        }
    }
}

/// Names that are not marked as UTF-8 are in the encoding of whoever packed them: in China GBK, unless they are UTF-8 all
/// the same.
#[cfg(feature = "archives")]
fn name_of(raw: &[u8]) -> String {
    let name = match std::str::from_utf8(raw) {
        Ok(name) => name.to_owned(),
        Err(_) => GBK.decode_without_bom_handling(raw).0.into_owned(),
    };
    name.replace('\\', "/")
}

fn damaged(error: impl Into<ZipError>) -> ArchiveError {
    match error.into() {
        ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) => ArchiveError::Locked,
        error => ArchiveError::Damaged {
            part: None,
            reason: error.to_string(),
        },
    }
}

/// How many entries the end record of the archive claims, looked at before memory is taken for them.
fn entries_claimed(bytes: &[u8]) -> Option<usize> {
    memchr::memmem::find_iter(bytes, b"PK\x05\x06")
        .filter_map(|at| match bytes.get(at + 8..at + 12)? {
            // Entries on this disk and in all: in a single file they are the same.
            &[a, b, c, d] if (a, b) == (c, d) => Some(usize::from(u16::from_le_bytes([a, b]))),
            _ => None,
        })
        .max()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;
    use zip::write::{SimpleFileOptions, ZipWriter};

    #[test]
    fn claims_of_the_end_record_are_read() {
        let mut bytes = b"junk PK\x05\x06\0\0\0\0\x02\x10\x02\x10".to_vec();
        assert_eq!(entries_claimed(&bytes), Some(0x1002));
        bytes.truncate(12);
        assert_eq!(entries_claimed(&bytes), None);
    }

    #[test]
    fn parts_are_utf8_or_utf16() {
        let parts: [(&[u8], Option<&str>); 5] = [
            ("报".as_bytes(), Some("报")),
            (b"\xff\xfe\xa5\x62", Some("报")),
            (b"\xfe\xff\x62\xa5", Some("报")),
            (b"\xef\xbb\xbf\xe6\x8a\xa5", Some("报")),
            (b"\xb1\xa8", None),
        ];
        for (bytes, expected) in parts {
            let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
            let begun = zip.start_file("p.xml", SimpleFileOptions::default());
            begun.expect("memory");
            zip.write_all(bytes).expect("memory");
            let zip = zip.finish().expect("memory").into_inner();
            let mut archive = Archive::open(&zip).expect("it is sound");
            let text = archive.text("p.xml").ok().flatten();
            assert_eq!(text.as_deref(), expected);
            assert_eq!(archive.text("q.xml"), Ok(None));
        }
    }
}
