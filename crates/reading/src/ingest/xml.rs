//! The events of a part of an archive that is XML.
//!
//! In: the text of a part. Out: its elements, each by its name without the prefix, and the text between them, until one is
//! refused. Parts come from strangers: no document type, no entity beyond XML's own five, no nesting beyond a limit.

#[cfg(feature = "archives")]
use super::IngestError;
use quick_xml::NsReader;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesStart, Event};
use quick_xml::name::ResolveResult;
use std::str::FromStr;

/// Elements within elements; a table in a table in a text box of Word reaches forty.
const DEPTH_MAX: usize = 512;

/// Why a part is not read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct XmlError {
    /// The part.
    pub(super) part: String,
    /// What is wrong with it.
    pub(super) fault: XmlFault,
}

/// What is wrong with a part.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum XmlFault {
    /// Elements within elements beyond reason.
    TooDeep,
    /// It declares a document type, and with it what its entities stand for.
    DocumentType,
    /// Not well formed.
    Damaged(String),
}

#[cfg(feature = "archives")]
impl From<XmlError> for IngestError {
    fn from(error: XmlError) -> IngestError {
        let XmlError { part, fault } = error;
        let why = match &fault {
            XmlFault::TooDeep => "it nests too deep",
            XmlFault::DocumentType => "it declares a document type",
            XmlFault::Damaged(why) => why,
        };
        IngestError::BrokenArchive {
            why: format!("{part}: {why}"),
        }
    }
}

/// What stands in a part.
pub(super) enum Node<'a> {
    /// An element begins: its name without a prefix, and its attributes. An empty one ends at once.
    Open(&'a str, Attributes<'a>),
    /// The innermost element ends.
    Close,
    /// Characters, entities read.
    Text(&'a str),
}

/// The attributes of an element.
#[derive(Clone, Copy)]
pub(super) struct Attributes<'a> {
    start: &'a BytesStart<'a>,
    namespace: Option<&'a str>,
}

impl<'a> Attributes<'a> {
    /// The whole name of the element, its prefix too.
    #[cfg(feature = "archives")]
    pub(super) fn element(&self) -> String {
        self.start.name().as_ref().to_owned()
    }

    /// The vocabulary to which the element belongs.
    #[cfg_attr(
        not(feature = "docx"),
        allow(dead_code, reason = "Word files alone mix vocabularies")
    )]
    pub(super) fn namespace(&self) -> Option<&'a str> {
        self.namespace
    }

    /// The value of an attribute, whatever its prefix.
    pub(super) fn get(&self, name: &str) -> Option<String> {
        let found = self
            .start
            .attributes()
            .with_checks(false)
            .flatten()
            .find(|attribute| attribute.key.local_name().as_ref() == name)?;
        let value = found.normalized_value(quick_xml::XmlVersion::default());
        Some(value.ok()?.into_owned())
    }

    /// The same as a number.
    pub(super) fn number<T: FromStr>(&self, name: &str) -> Option<T> {
        self.get(name)?.trim().parse().ok()
    }

    /// Whether an attribute has a value.
    #[cfg(feature = "docx")]
    pub(super) fn is(&self, name: &str, value: &str) -> bool {
        self.get(name).as_deref() == Some(value)
    }
}

/// Reads the events of a part in order, until one of them is refused.
///
/// # Errors
/// When it is not well formed, or an event is refused.
pub(super) fn walk<E: From<XmlError>>(
    part: &str,
    text: &str,
    mut visit: impl FnMut(Node<'_>) -> Result<(), E>,
) -> Result<(), E> {
    let refuse = |fault: XmlFault| XmlError {
        part: part.to_owned(),
        fault,
    };
    let broken = |why: String| refuse(XmlFault::Damaged(why));
    let mut reader = NsReader::from_str(text);
    reader.config_mut().expand_empty_elements = true;
    let mut depth = 0_usize;
    loop {
        let (resolved, event) = reader
            .read_resolved_event()
            .map_err(|error| broken(error.to_string()))?;
        match event {
            Event::Start(start) => {
                depth += 1;
                if depth > DEPTH_MAX {
                    return Err(refuse(XmlFault::TooDeep).into());
                }
                let namespace = match &resolved {
                    ResolveResult::Bound(namespace) => Some(namespace.0),
                    _ => None,
                };
                let attributes = Attributes {
                    start: &start,
                    namespace,
                };
                visit(Node::Open(start.local_name().as_ref(), attributes))?;
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
                    .map_err(|error| broken(error.to_string()))?;
                match (c, resolve_predefined_entity(&name.xml10_content())) {
                    (Some(c), _) => visit(Node::Text(c.encode_utf8(&mut [0; 4])))?,
                    (None, Some(text)) => visit(Node::Text(text))?,
                    (None, None) => {
                        return Err(broken("an entity that is not declared".to_owned()).into());
                    }
                }
            }
            Event::DocType(_) => return Err(refuse(XmlFault::DocumentType).into()),
            Event::Eof if depth > 0 => return Err(broken("it breaks off".to_owned()).into()),
            Event::Eof => return Ok(()),
            Event::Empty(_) | Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_document_type_no_entities_no_abyss() {
        let read = |text: &str| -> Result<String, XmlFault> {
            let mut seen = String::new();
            let walked = walk("p", text, |node| {
                if let Node::Text(text) = node {
                    seen.push_str(text);
                }
                Ok::<(), XmlError>(())
            });
            walked.map(|()| seen).map_err(|error| error.fault)
        };
        assert_eq!(read("<a c='d'/>").as_deref(), Ok(""));
        assert_eq!(read("<a>b&amp;&#x62a5;</a>").as_deref(), Ok("b&报"));
        let typed = "<!DOCTYPE a [<!ENTITY x \"y\">]><a>&x;</a>";
        assert_eq!(read(typed), Err(XmlFault::DocumentType));
        for damaged in ["<a>&x;</a>", "<a>"] {
            assert!(matches!(read(damaged), Err(XmlFault::Damaged(_))));
        }
        let deep = "<a>".repeat(DEPTH_MAX + 1);
        assert_eq!(read(&deep), Err(XmlFault::TooDeep));
    }
}
