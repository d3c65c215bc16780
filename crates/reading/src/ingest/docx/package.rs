//! The container of a Word file: a zip archive of XML parts, and the events of one part.
//!
//! In: the bytes of the file. Out: the text of the parts that are asked for, one after another.
//! The archive comes from strangers: nothing in it is unpacked to disk, no name in it is taken for a
//! path, no size that it declares is believed.
//!
//! # Invariants
//!
//! - All parts together give at most [`UNPACKED_BYTES_MAX`] bytes, counted as they come out.
//! - No document type, no entity beyond XML's own five, no nesting beyond [`DEPTH_MAX`].

use super::DocxError;
use crate::ingest::limits::{PARTS_MAX, UNPACKED_BYTES_MAX};
use quick_xml::NsReader;
use quick_xml::events::{BytesStart, Event};
use quick_xml::name::ResolveResult;
use std::io::{Cursor, Read};
use zip::ZipArchive;
use zip::result::ZipError;

/// Elements within elements; a table in a table in a text box reaches forty.
const DEPTH_MAX: usize = 512;

/// The container that Word used before 2007, and uses today around encrypted files.
const COMPOUND_FILE: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";

/// An open archive.
pub(super) struct Package<'a> {
    archive: ZipArchive<Cursor<&'a [u8]>>,
    bytes_left: u64,
}

impl<'a> Package<'a> {
    /// Opens the archive; reads its list of parts and nothing else.
    pub(super) fn open(bytes: &'a [u8]) -> Result<Package<'a>, DocxError> {
        if bytes.starts_with(COMPOUND_FILE) {
            // One without a password is of another format.
            return Err(DocxError::Encrypted);
        }
        if let Some(entries) = entries_claimed(bytes).filter(|&entries| entries > PARTS_MAX) {
            return Err(DocxError::TooManyParts { entries });
        }
        let archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| match error {
            ZipError::InvalidArchive(_) | ZipError::Io(_) if !bytes.starts_with(b"PK") => {
                DocxError::NotWord
            }
            error => DocxError::damaged("the archive", error),
        })?;
        if archive.len() > PARTS_MAX {
            let entries = archive.len();
            return Err(DocxError::TooManyParts { entries });
        }
        Ok(Package {
            archive,
            bytes_left: UNPACKED_BYTES_MAX,
        })
    }

    /// The text of a part; nothing if there is no such part.
    pub(super) fn part(&mut self, name: &str) -> Result<Option<String>, DocxError> {
        let Some(bytes) = self.bytes(name)? else {
            return Ok(None);
        };
        text_of(bytes)
            .map(Some)
            .ok_or_else(|| DocxError::damaged(name, "its encoding is none that XML is written in"))
    }

    /// The bytes of a part; nothing if there is no such part.
    pub(super) fn bytes(&mut self, name: &str) -> Result<Option<Vec<u8>>, DocxError> {
        let entry = match self.archive.by_name(name) {
            Ok(entry) => entry,
            Err(ZipError::FileNotFound) => return Ok(None),
            Err(ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED)) => {
                return Err(DocxError::Encrypted);
            }
            Err(error) => return Err(DocxError::damaged(name, error)),
        };
        // The declared size may lie: what comes out is counted, and the buffer grows with it.
        let mut bytes = Vec::new();
        let read = entry
            .take(self.bytes_left + 1)
            .read_to_end(&mut bytes)
            .map_err(|error| DocxError::damaged(name, error))?;
        let read = read as u64;
        if read > self.bytes_left {
            return Err(DocxError::TooLarge {
                mebibytes_max: UNPACKED_BYTES_MAX >> 20,
            });
        }
        self.bytes_left -= read;
        Ok(Some(bytes))
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

/// XML is UTF-8, or UTF-16 with a byte-order mark.
fn text_of(bytes: Vec<u8>) -> Option<String> {
    let utf16 = |from: fn([u8; 2]) -> u16| {
        let units = bytes.get(2..)?.chunks_exact(2);
        let units = units.filter_map(|pair| Some(from(pair.try_into().ok()?)));
        char::decode_utf16(units)
            .collect::<Result<String, _>>()
            .ok()
    };
    match bytes.as_slice() {
        [0xff, 0xfe, ..] => utf16(u16::from_le_bytes),
        [0xfe, 0xff, ..] => utf16(u16::from_be_bytes),
        [0xef, 0xbb, 0xbf, rest @ ..] => String::from_utf8(rest.to_vec()).ok(),
        _ => String::from_utf8(bytes).ok(),
    }
}

/// A link from one part to another.
pub(super) struct PartLink {
    /// By which the text of the part names it.
    pub(super) id: String,
    /// The last word of its type: `styles`, `header`.
    pub(super) kind: String,
    /// The name of the part in the archive.
    pub(super) target: String,
}

/// The vocabularies that matter in a Word file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Space {
    /// Word's own.
    Word,
    /// Choices between an old and a new way to say the same.
    Compatibility,
    /// Old drawings.
    Vml,
    /// Drawings.
    Drawing,
    /// Formulas.
    Math,
    /// Drawings that arrange texts (SmartArt).
    Diagram,
    /// What another program has put into the document.
    OldOffice,
    /// The links between parts.
    Relationships,
    /// Any other.
    Other,
}

impl Space {
    fn of(resolved: &ResolveResult<'_>) -> Space {
        let ResolveResult::Bound(namespace) = resolved else {
            return Space::Other;
        };
        match namespace.0 {
            "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
            | "http://purl.oclc.org/ooxml/wordprocessingml/main" => Space::Word,
            "http://schemas.openxmlformats.org/markup-compatibility/2006" => Space::Compatibility,
            "urn:schemas-microsoft-com:vml" => Space::Vml,
            "http://schemas.openxmlformats.org/drawingml/2006/main"
            | "http://purl.oclc.org/ooxml/drawingml/main" => Space::Drawing,
            "http://schemas.openxmlformats.org/officeDocument/2006/math"
            | "http://purl.oclc.org/ooxml/officeDocument/math" => Space::Math,
            "http://schemas.openxmlformats.org/drawingml/2006/diagram"
            | "http://purl.oclc.org/ooxml/drawingml/diagram" => Space::Diagram,
            "urn:schemas-microsoft-com:office:office" => Space::OldOffice,
            "http://schemas.openxmlformats.org/package/2006/relationships" => Space::Relationships,
            _ => Space::Other,
        }
    }
}

/// One event of a part.
pub(super) enum Node<'a> {
    /// An element begins.
    Open(Space, &'a str, XmlAttributes<'a>),
    /// The innermost open element ends.
    Close,
    /// Characters, entities read.
    Text(&'a str),
}

/// The attributes of an element.
#[derive(Clone, Copy)]
pub(super) struct XmlAttributes<'a>(&'a BytesStart<'a>);

impl XmlAttributes<'_> {
    /// The value of an attribute, whatever its prefix.
    pub(super) fn get(&self, name: &str) -> Option<String> {
        let attribute = self
            .0
            .attributes()
            .with_checks(false)
            .flatten()
            .find(|attribute| attribute.key.local_name().as_ref() == name)?;
        let value = attribute
            .normalized_value(quick_xml::XmlVersion::default())
            .ok()?;
        Some(value.into_owned())
    }

    /// The value of `val`, as a number.
    pub(super) fn number(&self, name: &str) -> Option<i64> {
        self.get(name)?.trim().parse().ok()
    }

    /// Whether an attribute has a value.
    pub(super) fn is(&self, name: &str, value: &str) -> bool {
        self.get(name).as_deref() == Some(value)
    }

    /// What an on-off property says: on unless `val` says off.
    pub(super) fn is_on(&self) -> bool {
        !matches!(
            self.get("val").as_deref(),
            Some("0" | "false" | "off" | "none")
        )
    }
}

/// Reads the events of a part in order, until one of them is refused.
pub(super) fn read_xml(
    part: &str,
    text: &str,
    mut visit: impl FnMut(Node<'_>) -> Result<(), DocxError>,
) -> Result<(), DocxError> {
    let mut reader = NsReader::from_str(text);
    reader.config_mut().expand_empty_elements = true;
    let mut depth = 0_usize;
    loop {
        let (space, event) = reader
            .read_resolved_event()
            .map_err(|error| DocxError::damaged(part, error))?;
        match event {
            Event::Start(start) => {
                depth += 1;
                if depth > DEPTH_MAX {
                    return Err(DocxError::TooDeep {
                        part: part.to_owned(),
                    });
                }
                let space = Space::of(&space);
                let name = start.local_name();
                visit(Node::Open(space, name.as_ref(), XmlAttributes(&start)))?;
            }
            Event::End(_) => {
                depth = depth.saturating_sub(1);
                visit(Node::Close)?;
            }
            Event::Text(text) => visit(Node::Text(&text.xml10_content()))?,
            Event::CData(text) => visit(Node::Text(&text.xml10_content()))?,
            Event::GeneralRef(name) => {
                let c = name
                    .resolve_char_ref()
                    .map_err(|error| DocxError::damaged(part, error))?;
                let known = |name: &str| match name {
                    "amp" => Some('&'),
                    "lt" => Some('<'),
                    "gt" => Some('>'),
                    "quot" => Some('"'),
                    "apos" => Some('\''),
                    _ => None,
                };
                let c = c.or_else(|| known(&name.xml10_content()));
                let c =
                    c.ok_or_else(|| DocxError::damaged(part, "an entity that is not declared"))?;
                visit(Node::Text(c.encode_utf8(&mut [0; 4])))?;
            }
            Event::DocType(_) => {
                return Err(DocxError::DocumentType {
                    part: part.to_owned(),
                });
            }
            Event::Eof if depth > 0 => return Err(DocxError::damaged(part, "it breaks off")),
            Event::Eof => return Ok(()),
            Event::Empty(_) | Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn claims_of_the_end_record_are_read() {
        let mut bytes = b"junk PK\x05\x06\0\0\0\0\x02\x10\x02\x10".to_vec();
        assert_eq!(entries_claimed(&bytes), Some(0x1002));
        bytes.truncate(12);
        assert_eq!(entries_claimed(&bytes), None);
    }

    #[test]
    fn parts_are_utf8_or_utf16() {
        assert_eq!(text_of("报".into()).as_deref(), Some("报"));
        assert_eq!(text_of(b"\xff\xfe\xa5\x62".into()).as_deref(), Some("报"));
        assert_eq!(text_of(b"\xfe\xff\x62\xa5".into()).as_deref(), Some("报"));
        assert_eq!(
            text_of(b"\xef\xbb\xbf\xe6\x8a\xa5".into()).as_deref(),
            Some("报")
        );
        assert_eq!(text_of(b"\xb1\xa8".into()), None);
    }

    #[test]
    fn no_document_type_no_entities_no_abyss() {
        let read = |text: &str| {
            let mut seen = String::new();
            read_xml("p", text, |node| {
                if let Node::Text(text) = node {
                    seen.push_str(text);
                }
                Ok(())
            })
            .map(|()| seen)
        };
        assert_eq!(read("<a>b&amp;&#x62a5;</a>").as_deref(), Ok("b&报"));
        assert!(matches!(
            read("<!DOCTYPE a [<!ENTITY x \"y\">]><a>&x;</a>"),
            Err(DocxError::DocumentType { .. })
        ));
        assert!(matches!(read("<a>&x;</a>"), Err(DocxError::Damaged { .. })));
        assert!(matches!(read("<a>"), Err(DocxError::Damaged { .. })));
        let deep = "<a>".repeat(DEPTH_MAX + 1);
        assert!(matches!(read(&deep), Err(DocxError::TooDeep { .. })));
    }
}
