//! Bytes → text.
//!
//! In: the whole content of a file. Out: text, or the reason why there is none.
//! Only UTF-8, with or without a byte-order mark, is read so far; what else a file may be is
//! named by [`Encoding`], so that GB18030 and UTF-16 have a place to go when their turn comes.
//! Line ends are left as they are: the next step cuts at all of them.
//!
//! # Invariants
//!
//! - Never panics, whatever the bytes. The text is the bytes, less the byte-order mark.
//! - A file that is not text is refused with the place of the first byte that shows it.

use super::IngestError;

/// How the characters of a file are written as bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Encoding {
    /// UTF-8, with or without a byte-order mark.
    Utf8,
    /// UTF-16, little end first; known by its byte-order mark.
    Utf16Le,
    /// UTF-16, big end first; known by its byte-order mark.
    Utf16Be,
    /// Any other, GB18030 being the likely one.
    Unknown,
}

/// How far into a file a NUL byte makes it binary (the rule of ripgrep and git, with a larger window).
const BINARY_WINDOW_BYTES: usize = 64 * 1024;

/// The largest file that is read: a report has some 100 kB, a whole shelf of them in one file a few MB.
pub(crate) const FILE_BYTES_MAX: usize = 64 * 1024 * 1024;

/// Bytes → text without its byte-order mark.
pub(crate) fn decode(bytes: &[u8]) -> Result<&str, IngestError> {
    if bytes.len() > FILE_BYTES_MAX {
        return Err(IngestError::TooLarge {
            bytes: bytes.len(),
            bytes_max: FILE_BYTES_MAX,
        });
    }
    let (encoding, content, content_start) = encoding_of(bytes);
    match encoding {
        Encoding::Utf8 | Encoding::Unknown => {
            let window = content.get(..BINARY_WINDOW_BYTES).unwrap_or(content);
            if let Some(at) = memchr::memchr(0, window) {
                return Err(IngestError::Binary {
                    byte: content_start + at,
                });
            }
            std::str::from_utf8(content).map_err(|error| IngestError::Undecodable {
                byte: content_start + error.valid_up_to(),
            })
        }
        Encoding::Utf16Le | Encoding::Utf16Be => Err(IngestError::Undecodable { byte: 0 }),
    }
}

/// What the first bytes say of the encoding, the content after a byte-order mark, and where it starts.
fn encoding_of(bytes: &[u8]) -> (Encoding, &[u8], usize) {
    if let Some(content) = bytes.strip_prefix(b"\xef\xbb\xbf") {
        (Encoding::Utf8, content, 3)
    } else if let Some(content) = bytes.strip_prefix(b"\xff\xfe") {
        (Encoding::Utf16Le, content, 2)
    } else if let Some(content) = bytes.strip_prefix(b"\xfe\xff") {
        (Encoding::Utf16Be, content, 2)
    } else {
        (Encoding::Unknown, bytes, 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(bytes: &[u8], expected: Result<&str, IngestError>) {
        assert_eq!(decode(bytes), expected);
    }

    #[test]
    fn reads_utf8_with_and_without_mark() {
        check("报告".as_bytes(), Ok("报告"));
        check(b"\xef\xbb\xbf\xe6\x8a\xa5", Ok("报"));
        check(b"", Ok(""));
    }

    #[test]
    fn names_the_first_bad_byte() {
        // 报告 in GB18030.
        check(
            b"\xb1\xa8\xb8\xe6",
            Err(IngestError::Undecodable { byte: 0 }),
        );
        check(b"ab\xe6\x8a", Err(IngestError::Undecodable { byte: 2 }));
        check(
            b"\xef\xbb\xbfa\xff",
            Err(IngestError::Undecodable { byte: 4 }),
        );
        check(b"\xff\xfea\0", Err(IngestError::Undecodable { byte: 0 }));
    }

    #[test]
    fn a_nul_byte_makes_it_binary() {
        check(
            b"\x89PNG\r\n\x1a\n\0\0",
            Err(IngestError::Binary { byte: 8 }),
        );
        let mut late = vec![b'a'; BINARY_WINDOW_BYTES];
        late.push(0);
        assert!(decode(&late).is_ok());
    }
}
