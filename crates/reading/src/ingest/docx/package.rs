//! The parts of a Word file, and the events of one part in the vocabularies of Word.
//!
//! In: the bytes of the file. Out: its archive of XML parts; what stands in one of them, element by element.
//! [`Archive`] and [`xml`] say what is refused.

use super::DocxError;
use crate::ingest::archive::{Archive, ArchiveError};
use crate::ingest::limits::UNPACKED_BYTES_MAX;
use crate::ingest::xml::{self, Attributes, XmlError, XmlFault};

/// The container that Word used before 2007, and uses today around encrypted files.
const COMPOUND_FILE: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";

/// Opens the archive that a Word file is.
pub(super) fn open(bytes: &[u8]) -> Result<Archive<'_>, DocxError> {
    if bytes.starts_with(COMPOUND_FILE) {
        // One without a password is of another format.
        return Err(DocxError::Encrypted);
    }
    Archive::open(bytes).map_err(|error| match error {
        ArchiveError::Damaged { .. } if !bytes.starts_with(b"PK") => DocxError::NotWord,
        error => error.into(),
    })
}

impl From<ArchiveError> for DocxError {
    fn from(error: ArchiveError) -> DocxError {
        match error {
            ArchiveError::Locked => DocxError::Encrypted,
            ArchiveError::TooManyParts { entries } => DocxError::TooManyParts { entries },
            ArchiveError::TooLarge => DocxError::TooLarge {
                mebibytes_max: UNPACKED_BYTES_MAX >> 20,
            },
            ArchiveError::Damaged { part, reason } => {
                DocxError::damaged(part.as_deref().unwrap_or("the archive"), reason)
            }
        }
    }
}

impl From<XmlError> for DocxError {
    fn from(error: XmlError) -> DocxError {
        let XmlError { part, fault } = error;
        match fault {
            XmlFault::TooDeep => DocxError::TooDeep { part },
            XmlFault::DocumentType => DocxError::DocumentType { part },
            XmlFault::Damaged(reason) => DocxError::damaged(part, reason),
        }
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
    fn of(namespace: Option<&str>) -> Space {
        match namespace.unwrap_or_default() {
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
    Open(Space, &'a str, Attributes<'a>),
    /// The innermost open element ends.
    Close,
    /// Characters, entities read.
    Text(&'a str),
}

/// What an on-off property says: on unless `val` says off.
pub(super) fn is_on(attributes: &Attributes<'_>) -> bool {
    !matches!(
        attributes.get("val").as_deref(),
        Some("0" | "false" | "off" | "none")
    )
}

/// Reads the events of a part in order, until one of them is refused.
pub(super) fn read_xml(
    part: &str,
    text: &str,
    mut visit: impl FnMut(Node<'_>) -> Result<(), DocxError>,
) -> Result<(), DocxError> {
    xml::walk(part, text, |node| match node {
        xml::Node::Open(name, attributes) => {
            let space = Space::of(attributes.namespace());
            visit(Node::Open(space, name, attributes))
        }
        xml::Node::Close => visit(Node::Close),
        xml::Node::Text(text) => visit(Node::Text(text)),
    })
}
