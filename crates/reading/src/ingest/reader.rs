//! Somebody who reads a file for us, and what is said between the two.
//!
//! Most formats are programs made by strangers, and no parser of them is safe from one that takes all memory or never
//! ends. A caller who does not know its files gives ingestion a [`super::FileReader`]: the program has one that starts
//! itself again within limits of memory and time. This module starts nothing and sets no limits; it is the language of
//! both ends: [`write_request`] and [`read_answer`] for the one who asks, [`read_request`] and [`write_answer`] for the
//! one who reads.
//!
//! A request is a head (format, path, encoding that the user names) and the bytes of the file; an answer is the reports
//! or the reason why there are none. Each begins with [`VERSION`] and its length. A process reads one request after
//! the other until its input ends.
//!
//! # Invariants
//!
//! - An answer is what [`super::ingest_as`] gives, whatever the format.
//! - No more than [`ANSWER_BYTES_MAX`] is read of an answer, whatever length it claims.

use super::limits::{self, FILE_BYTES_MAX, TEXT_BYTES_MAX};
use super::{Encoding, IngestError, ReadOptions, ReaderError, Recognised};
use crate::format::Format;
use crate::report::Report;
use crate::source::RawFile;
use serde::{Deserialize, Serialize};
use std::io::{self, Read, Write};
use std::panic::AssertUnwindSafe;

/// Changed with everything that is said: two programs of different versions do not understand each other.
pub const VERSION: u32 = 6;

/// Bytes of an answer: text, and for each passage and note its place.
pub const ANSWER_BYTES_MAX: usize = 2 * TEXT_BYTES_MAX;

/// Bytes of the head of a request: a path and little more, or the text of many pages.
const HEAD_BYTES_MAX: usize = 64 << 20;

/// What stands before the bytes of a file.
#[derive(Debug, Serialize, Deserialize)]
struct Head {
    format: Format,
    path: String,
    /// The label of the encoding that the user names.
    encoding: Option<String>,
    n_bytes: u64,
    recognised: Option<Recognised>,
}

/// A file to be read.
#[derive(Debug)]
pub struct Request {
    file: RawFile,
    encoding: Option<Encoding>,
    recognised: Option<Recognised>,
}

/// Asks for a file to be read.
///
/// # Errors
/// When nobody listens.
pub fn write_request(
    out: &mut impl Write,
    file: &RawFile,
    encoding: Option<Encoding>,
    recognised: Option<&Recognised>,
) -> io::Result<()> {
    let head = Head {
        format: file.format,
        path: file.path.clone(),
        encoding: encoding.map(|encoding| encoding.name().to_owned()),
        n_bytes: file.bytes.len() as u64,
        recognised: recognised.cloned(),
    };
    let head = postcard::to_stdvec(&head).map_err(io::Error::other)?;
    write_frame(out, &head)?;
    out.write_all(&file.bytes)?;
    out.flush()
}

/// The next file to be read; nothing at the end of the input. `prepare` is told its size before its bytes are read.
///
/// # Errors
/// When the input breaks off or is none of this version.
pub fn read_request(
    input: &mut impl Read,
    prepare: impl FnOnce(u64),
) -> io::Result<Option<Request>> {
    let Some(head) = read_frame(input, HEAD_BYTES_MAX)? else {
        return Ok(None);
    };
    let head: Head = postcard::from_bytes(&head).map_err(io::Error::other)?;
    let n_bytes = usize::try_from(head.n_bytes).unwrap_or(usize::MAX);
    if n_bytes > FILE_BYTES_MAX {
        return Err(io::Error::other("a file larger than any that is read"));
    }
    prepare(head.n_bytes);
    let mut bytes = vec![0; n_bytes];
    input.read_exact(&mut bytes)?;
    Ok(Some(Request {
        file: RawFile {
            path: head.path,
            format: head.format,
            bytes,
        },
        encoding: head.encoding.as_deref().and_then(Encoding::for_label),
        recognised: head.recognised,
    }))
}

/// Reads the file that was asked for and answers.
///
/// # Errors
/// When nobody listens.
pub fn write_answer(out: &mut impl Write, request: Request) -> io::Result<()> {
    let read = AssertUnwindSafe(move || {
        let options = ReadOptions {
            encoding: request.encoding,
            reader: None,
            recognised: request.recognised.as_ref(),
        };
        super::ingest_with(&request.file, options)
    });
    let answer: Answer =
        std::panic::catch_unwind(read).unwrap_or_else(|_| Err(ReaderError::Panicked.into()));
    let mut message = postcard::to_stdvec(&answer).map_err(io::Error::other)?;
    if message.len() > ANSWER_BYTES_MAX {
        let refused: Answer = Err(limits::too_much("MiB of text", TEXT_BYTES_MAX >> 20));
        message = postcard::to_stdvec(&refused).map_err(io::Error::other)?;
    }
    write_frame(out, &message)?;
    out.flush()
}

type Answer = Result<Vec<Report>, IngestError>;

/// What the other process makes of a file; nothing if it ends without an answer or says what is none.
pub fn read_answer(input: &mut impl Read) -> Option<Result<Vec<Report>, IngestError>> {
    let message = read_frame(input, ANSWER_BYTES_MAX).ok().flatten()?;
    postcard::from_bytes(&message).ok()
}

fn write_frame(out: &mut impl Write, message: &[u8]) -> io::Result<()> {
    out.write_all(&VERSION.to_le_bytes())?;
    out.write_all(&(message.len() as u64).to_le_bytes())?;
    out.write_all(message)
}

/// A message of at most so many bytes; nothing at the end of the input.
fn read_frame(input: &mut impl Read, bytes_max: usize) -> io::Result<Option<Vec<u8>>> {
    let mut version = [0; 4];
    match input.read_exact(&mut version) {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        read => read?,
    }
    let mut n_bytes = [0; 8];
    input.read_exact(&mut n_bytes)?;
    let n_bytes = usize::try_from(u64::from_le_bytes(n_bytes)).unwrap_or(usize::MAX);
    if u32::from_le_bytes(version) != VERSION || n_bytes > bytes_max {
        return Err(io::Error::other("a message of another version"));
    }
    let mut message = Vec::new();
    let read = input.take(n_bytes as u64).read_to_end(&mut message)?;
    if read < n_bytes {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(Some(message))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(text: &str) -> RawFile {
        RawFile {
            path: "汾阳市2024.csv".to_owned(),
            format: Format::Csv,
            bytes: text.into(),
        }
    }

    /// What comes back for a file, through both ends.
    fn asked(file: &RawFile, encoding: Option<Encoding>) -> Option<Answer> {
        let mut sent = Vec::new();
        write_request(&mut sent, file, encoding, None).expect("memory does not fail");
        let mut size = 0;
        let request = read_request(&mut sent.as_slice(), |n_bytes| size = n_bytes);
        let request = request.expect("it is one").expect("there is one");
        assert_eq!(size, file.bytes.len() as u64);
        let mut answered = Vec::new();
        write_answer(&mut answered, request).expect("memory does not fail");
        read_answer(&mut answered.as_slice())
    }

    #[test]
    fn an_answer_is_what_reading_here_gives() {
        let table =
            file("标题,正文\n汾阳市2024年政府工作报告,\"一、工作回顾\n推进专业镇建设。\"\n");
        assert_eq!(asked(&table, None), Some(super::super::ingest(&table)));
        let gbk = Encoding::for_label("gbk");
        assert_eq!(
            asked(&table, gbk),
            Some(super::super::ingest_as(&table, gbk))
        );
        let other = file("Rar!\x1a\x07\x01");
        let refused = asked(&other, None).expect("an answer");
        assert_eq!(refused, super::super::ingest(&other));
        assert!(matches!(refused, Err(IngestError::OtherContent { .. })));
    }

    #[test]
    fn what_is_no_message_is_no_answer() {
        let mut answered = Vec::new();
        write_frame(&mut answered, b"\x00\x00").expect("memory does not fail");
        assert_eq!(read_answer(&mut answered.as_slice()), Some(Ok(Vec::new())));
        for cut in 0..answered.len() {
            assert_eq!(read_answer(&mut &answered[..cut]), None, "{cut}");
        }
        assert_eq!(
            read_answer(&mut b"internal error at x: report it".as_slice()),
            None
        );
        let mut long = VERSION.to_le_bytes().to_vec();
        long.extend(u64::MAX.to_le_bytes());
        assert_eq!(read_answer(&mut long.as_slice()), None);
        let none = read_request(&mut b"".as_slice(), |_| ());
        assert!(matches!(none, Ok(None)));
        assert!(read_request(&mut b"%PDF-1.4 and so on".as_slice(), |_| ()).is_err());
    }
}
