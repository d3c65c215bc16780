//! The events of a part of an archive that is XML.
//!
//! In: the text of a part. Out: its elements, each by its name without the prefix, and the text between them, until one is
//! refused. Parts come from strangers: no document type, no entity beyond XML's own five, no nesting beyond a limit.

use super::IngestError;
use quick_xml::Reader;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesStart, Event};

/// Elements within elements.
const DEPTH_MAX: usize = 512;

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
pub(super) struct Attributes<'a>(&'a BytesStart<'a>);

impl Attributes<'_> {
    /// The whole name of the element, its prefix too.
    pub(super) fn element(&self) -> String {
        self.0.name().as_ref().to_owned()
    }

    /// The value of an attribute, whatever its prefix.
    pub(super) fn get(&self, name: &str) -> Option<String> {
        let found = self
            .0
            .attributes()
            .with_checks(false)
            .flatten()
            .find(|attribute| attribute.key.local_name().as_ref() == name)?;
        let value = found.normalized_value(quick_xml::XmlVersion::default());
        Some(value.ok()?.into_owned())
    }

    /// The same as a number.
    pub(super) fn number(&self, name: &str) -> Option<f64> {
        self.get(name)?.trim().parse().ok()
    }
}

/// Reads the events of a part in order, until one of them is refused.
///
/// # Errors
/// When it is not well formed, or an event is refused.
pub(super) fn walk(
    part: &str,
    text: &str,
    mut visit: impl FnMut(Node<'_>) -> Result<(), IngestError>,
) -> Result<(), IngestError> {
    let broken = |why: String| IngestError::BrokenArchive {
        why: format!("{part}: {why}"),
    };
    let mut reader = Reader::from_str(text);
    reader.config_mut().expand_empty_elements = true;
    let mut depth = 0_usize;
    loop {
        let event = reader
            .read_event()
            .map_err(|error| broken(error.to_string()))?;
        match event {
            Event::Start(start) => {
                depth += 1;
                if depth > DEPTH_MAX {
                    return Err(broken("it nests too deep".to_owned()));
                }
                visit(Node::Open(start.local_name().as_ref(), Attributes(&start)))?;
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
                        return Err(broken("an entity that is not declared".to_owned()));
                    }
                }
            }
            Event::DocType(_) => return Err(broken("it declares a document type".to_owned())),
            Event::Eof if depth > 0 => return Err(broken("it breaks off".to_owned())),
            Event::Eof => return Ok(()),
            Event::Empty(_) | Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_well_formed_is_refused() {
        let read = |text: &str| walk("p", text, |_| Ok(()));
        assert!(read("<a b='c'/>").is_ok());
        for bad in [
            "<a>",
            "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>",
            "<a>&b;</a>",
        ] {
            assert!(read(bad).is_err(), "{bad}");
        }
        assert!(read(&"<a>".repeat(DEPTH_MAX + 2)).is_err());
    }
}
