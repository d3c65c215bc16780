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
use encoding_rs::GBK;
use std::io::{Cursor, Read};
use zip::ZipArchive;
use zip::result::ZipError;

/// An open archive.
pub(super) struct Archive<'a> {
    zip: ZipArchive<Cursor<&'a [u8]>>,
    bytes_left: u64,
}

/// A member of an archive.
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
    pub(super) fn open(bytes: &'a [u8]) -> Result<Archive<'a>, IngestError> {
        if entries_claimed(bytes).is_some_and(|n| n > PARTS_MAX) {
            return Err(too_much("parts", PARTS_MAX));
        }
        let zip = ZipArchive::new(Cursor::new(bytes)).map_err(damaged)?;
        if zip.len() > PARTS_MAX {
            return Err(too_much("parts", PARTS_MAX));
        }
        Ok(Archive {
            zip,
            bytes_left: UNPACKED_BYTES_MAX,
        })
    }

    /// The files that it holds, in its order.
    pub(super) fn members(&mut self) -> Result<Vec<Member>, IngestError> {
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
    pub(super) fn read(&mut self, at: usize) -> Result<Vec<u8>, IngestError> {
        let entry = self.zip.by_index(at).map_err(damaged)?;
        // The declared size may lie: what comes out is counted, and the buffer grows with it.
        let mut bytes = Vec::new();
        let read = entry.take(self.bytes_left + 1).read_to_end(&mut bytes);
        let read = read.map_err(damaged)? as u64;
        if read > self.bytes_left {
            let mebibytes = (UNPACKED_BYTES_MAX >> 20) as usize;
            return Err(too_much("MiB when it is unpacked", mebibytes));
        }
        self.bytes_left -= read;
        Ok(bytes)
    }

    /// The bytes of a part of this name; nothing if there is none.
    pub(super) fn part(&mut self, name: &str) -> Result<Option<Vec<u8>>, IngestError> {
        let at = self.zip.index_for_name(name);
        at.map(|at| self.read(at)).transpose()
    }

    /// The text of a part that is XML: UTF-8, or UTF-16 with a byte-order mark.
    pub(super) fn text(&mut self, name: &str) -> Result<Option<String>, IngestError> {
        let Some(bytes) = self.part(name)? else {
            return Ok(None);
        };
        let (text, _, is_damaged) = encoding_rs::UTF_8.decode(&bytes);
        match is_damaged {
            true => Err(IngestError::BrokenArchive {
                why: format!("{name}: its encoding is none that XML is written in"),
            }),
            false => Ok(Some(text.into_owned())),
        }
    }
}

/// Names that are not marked as UTF-8 are in the encoding of whoever packed them: in China GBK, unless they are UTF-8 all
/// the same.
fn name_of(raw: &[u8]) -> String {
    let name = match std::str::from_utf8(raw) {
        Ok(name) => name.to_owned(),
        Err(_) => GBK.decode_without_bom_handling(raw).0.into_owned(),
    };
    name.replace('\\', "/")
}

fn damaged(error: impl Into<ZipError>) -> IngestError {
    match error.into() {
        ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) => IngestError::Locked,
        error => IngestError::BrokenArchive {
            why: error.to_string(),
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
