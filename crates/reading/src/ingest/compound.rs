//! The container of Office files of before 2007 (OLE, [MS-CFB]): its streams by name, and numbers within them.
//!
//! In: the bytes of a file. Out: the bytes of a stream, whole. The file may lie about everything: a stream is never
//! longer than its file, and a number that lies outside is none.

use std::fmt::Display;
use std::io::{Cursor, Read};

/// A container that is open.
pub(super) struct Compound<'a> {
    file: cfb::CompoundFile<Cursor<&'a [u8]>>,
    n_bytes: u64,
}

impl<'a> Compound<'a> {
    /// Opens it.
    ///
    /// # Errors
    /// When its tables make no sense, in words of the parser.
    pub(super) fn open(bytes: &'a [u8]) -> Result<Compound<'a>, String> {
        let file = cfb::CompoundFile::open(Cursor::new(bytes)).map_err(words)?;
        Ok(Compound {
            file,
            n_bytes: bytes.len() as u64,
        })
    }

    /// Whether it has a stream or folder of this name at its top.
    pub(super) fn has(&self, name: &str) -> bool {
        self.file.exists(name)
    }

    /// A stream at its top; nothing if there is none of this name.
    ///
    /// # Errors
    /// When it breaks off, in words of the parser.
    pub(super) fn stream(&mut self, name: &str) -> Result<Option<Vec<u8>>, String> {
        if !self.file.is_stream(name) {
            return Ok(None);
        }
        let mut stream = self.file.open_stream(name).map_err(words)?;
        if stream.len() > self.n_bytes {
            return Err("a stream is longer than the file".to_owned());
        }
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).map_err(words)?;
        Ok(Some(bytes))
    }
}

fn words(error: impl Display) -> String {
    error.to_string()
}

/// The byte at a place.
pub(super) fn u8_at(bytes: &[u8], at: usize) -> Option<u8> {
    bytes.get(at).copied()
}

/// The number of two bytes at a place.
pub(super) fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    let two = bytes.get(at..at.checked_add(2)?)?;
    Some(u16::from_le_bytes(two.try_into().ok()?))
}

/// The number of four bytes at a place.
pub(super) fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    let four = bytes.get(at..at.checked_add(4)?)?;
    Some(u32::from_le_bytes(four.try_into().ok()?))
}

/// The same as a place in memory.
pub(super) fn place_at(bytes: &[u8], at: usize) -> Option<usize> {
    usize::try_from(u32_at(bytes, at)?).ok()
}
