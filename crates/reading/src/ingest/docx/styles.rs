//! Styles and automatic numbers: what a paragraph is by its style, and the number that Word shows.
//!
//! In: the parts `styles` and `numbering`. Out: for a paragraph its outline level, whether its
//! characters are bold, and the number before it as text: `一、`, `（一）`, `1.`. The number is part of
//! what a reader sees, though no character of it stands in the document.

use super::DocxError;
use super::package::{Node, Space, is_on, read_xml};
use crate::ingest::limits::grouped;
use crate::ingest::word::{LEVELS, Levels, List, Lists, Outline};
use std::collections::HashMap;

/// A chain of styles is not followed further; Word allows ten.
const CHAIN_MAX: usize = 16;

/// Bytes of the pattern of a number; Word allows 255 characters.
const LIST_TEXT_BYTES_MAX: usize = 1_000;

/// What one style says.
#[derive(Clone, Debug, Default)]
struct Style {
    name: String,
    based_on: Option<String>,
    outline: Option<u8>,
    bold: Option<bool>,
    hidden: Option<bool>,
    raised: Option<bool>,
    list: Option<String>,
    list_level: Option<usize>,
}

/// All styles of a document.
#[derive(Debug, Default)]
pub(super) struct Styles {
    styles: HashMap<String, Style>,
    default_paragraph: Option<String>,
}

impl Styles {
    /// Reads the part `styles`.
    pub(super) fn read(part: &str, text: &str) -> Result<Styles, DocxError> {
        let mut styles = Styles::default();
        let mut open: Vec<String> = Vec::new();
        let mut current: Option<(String, Style)> = None;
        read_xml(part, text, |node| {
            match node {
                Node::Open(Space::Word, name, attributes) => {
                    if name == "style"
                        && let Some(id) = attributes.get("styleId")
                    {
                        if attributes.get("type").as_deref() == Some("paragraph")
                            && matches!(attributes.get("default").as_deref(), Some("1" | "true"))
                        {
                            styles.default_paragraph = Some(id.clone());
                        }
                        current = Some((id, Style::default()));
                    }
                    if let Some((_, style)) = &mut current {
                        // `w:rPr` stands in the style itself, and once more for each part of a table style.
                        let in_style = open.len() == 3;
                        match name {
                            "name" => style.name = attributes.get("val").unwrap_or_default(),
                            "basedOn" => style.based_on = attributes.get("val"),
                            "outlineLvl" => {
                                style.outline = attributes.number::<u8>("val");
                            }
                            "numId" => style.list = attributes.get("val"),
                            "ilvl" => style.list_level = level_of(attributes.number("val")),
                            "b" if in_style => style.bold = Some(is_on(&attributes)),
                            "vanish" if in_style => style.hidden = Some(is_on(&attributes)),
                            "vertAlign" if in_style => {
                                style.raised = Some(attributes.is("val", "superscript"));
                            }
                            _ => {}
                        }
                    }
                    open.push(name.to_owned());
                }
                Node::Open(_, name, _) => open.push(name.to_owned()),
                Node::Close => {
                    if open.pop().as_deref() == Some("style")
                        && let Some((id, style)) = current.take()
                    {
                        styles.styles.insert(id, style);
                    }
                }
                Node::Text(_) => {}
            }
            Ok(())
        })?;
        Ok(styles)
    }

    /// A style and those it is based on, nearest first; the default one for a paragraph that names none.
    fn chain<'a>(&'a self, id: Option<&'a str>) -> impl Iterator<Item = &'a Style> {
        let mut next = id.or(self.default_paragraph.as_deref());
        std::iter::from_fn(move || {
            let style = self.styles.get(next?)?;
            next = style.based_on.as_deref();
            Some(style)
        })
        .take(CHAIN_MAX)
    }

    /// The outline level of a style, from 0; a title has none of its own and is said to be 0 too.
    pub(super) fn outline(&self, id: Option<&str>) -> Option<Outline> {
        for style in self.chain(id) {
            let name = style.name.trim().to_lowercase();
            if name == "title" || name == "标题" {
                return Some(Outline::Title);
            }
            if let Some(level) = style.outline {
                return Some(Outline::Level(level));
            }
            for start in ["heading", "标题"] {
                let number = name.strip_prefix(start).map(str::trim);
                if let Some(level @ 1..=9) = number.and_then(|number| number.parse::<u8>().ok()) {
                    return Some(Outline::Level(level - 1));
                }
            }
        }
        None
    }

    /// Whether the characters of a style are bold; nothing if it does not say.
    pub(super) fn bold(&self, id: Option<&str>) -> Option<bool> {
        self.chain(id).find_map(|style| style.bold)
    }

    /// Whether the characters of a style are hidden; nothing if it does not say.
    pub(super) fn hidden(&self, id: Option<&str>) -> Option<bool> {
        self.chain(id).find_map(|style| style.hidden)
    }

    /// The same of a character style.
    pub(super) fn hidden_of_characters(&self, id: &str) -> Option<bool> {
        self.styles.get(id)?;
        self.hidden(Some(id))
    }

    /// Whether a character style raises its characters.
    pub(super) fn raised_of_characters(&self, id: &str) -> Option<bool> {
        self.styles.get(id)?;
        self.chain(Some(id)).find_map(|style| style.raised)
    }

    /// The same as [`Styles::bold`] of a character style, which has no default.
    pub(super) fn bold_of_characters(&self, id: &str) -> Option<bool> {
        self.styles.get(id)?;
        self.bold(Some(id))
    }

    /// Whether a style is one of the entries of a table of contents.
    pub(super) fn is_contents(&self, id: Option<&str>) -> bool {
        let Some(style) = id.and_then(|id| self.styles.get(id)) else {
            return false;
        };
        let name = style.name.trim().to_lowercase();
        let level = name
            .strip_prefix("toc")
            .or_else(|| name.strip_prefix("目录"));
        level.is_some_and(|level| level.trim().parse::<u8>().is_ok())
    }

    /// The list that a style puts a paragraph in, with its level.
    fn list<'a>(&'a self, id: Option<&'a str>) -> Option<(&'a str, Option<usize>)> {
        let list = self.chain(id).find_map(|style| style.list.as_deref())?;
        let level = self.chain(id).find_map(|style| style.list_level);
        Some((list, level))
    }
}

/// The pattern of a number, unless it is longer than any: it stands before each paragraph of its list.
fn list_text(part: &str, value: Option<String>) -> Result<String, DocxError> {
    let text = value.unwrap_or_default();
    if text.len() > LIST_TEXT_BYTES_MAX {
        return Err(DocxError::TooMuch {
            part: part.to_owned(),
            what: "bytes in the number of a list".to_owned(),
            most: grouped(LIST_TEXT_BYTES_MAX),
        });
    }
    Ok(text)
}

fn level_of(value: Option<i64>) -> Option<usize> {
    usize::try_from(value?).ok().filter(|&level| level < LEVELS)
}

/// All lists of a document, and how far each has counted.
#[derive(Debug, Default)]
pub(super) struct Numbering {
    counted: Lists,
}

impl Numbering {
    /// Reads the part `numbering`.
    pub(super) fn read(part: &str, text: &str) -> Result<Numbering, DocxError> {
        let mut numbering = Numbering::default();
        let mut open: Vec<String> = Vec::new();
        let mut pattern: Option<(String, Levels)> = None;
        let mut list: Option<(String, List)> = None;
        let mut at: Option<usize> = None;
        read_xml(part, text, |node| {
            match node {
                Node::Open(Space::Word, name, attributes) => {
                    match name {
                        "abstractNum" => {
                            pattern = attributes
                                .get("abstractNumId")
                                .map(|id| (id, Levels::default()));
                        }
                        "num" => list = attributes.get("numId").map(|id| (id, List::default())),
                        "abstractNumId" => {
                            if let Some((_, list)) = &mut list {
                                list.pattern = attributes.get("val").unwrap_or_default();
                            }
                        }
                        "lvlOverride" => at = level_of(attributes.number("ilvl")),
                        "startOverride" => {
                            if let (Some((_, list)), Some(at)) = (&mut list, at)
                                && let Some(slot) = list.starts.get_mut(at)
                            {
                                *slot = attributes.number("val");
                            }
                        }
                        "lvl" => at = level_of(attributes.number("ilvl")),
                        _ => {}
                    }
                    let levels = match (&mut list, &mut pattern) {
                        (Some((_, list)), _) => Some(&mut list.levels),
                        (None, Some((_, levels))) => Some(levels),
                        (None, None) => None,
                    };
                    let in_level = name == "lvl" || open.iter().any(|name| name == "lvl");
                    if let (Some(levels), Some(at), true) = (levels, at, in_level)
                        && let Some(slot) = levels.get_mut(at)
                    {
                        let level = slot.get_or_insert_default();
                        let value = attributes.get("val");
                        match name {
                            "start" => level.start = attributes.number("val").unwrap_or(1),
                            "numFmt" => level.format = value.unwrap_or_default(),
                            "lvlText" => level.text = list_text(part, value)?,
                            "suff" => level.close = value.as_deref() == Some("nothing"),
                            "isLgl" => level.legal = is_on(&attributes),
                            "pStyle" => level.style = value,
                            "lvlRestart" => {
                                level.restart = attributes.number::<usize>("val");
                            }
                            _ => {}
                        }
                    }
                    open.push(name.to_owned());
                }
                Node::Open(_, name, _) => open.push(name.to_owned()),
                Node::Close => match open.pop().as_deref() {
                    Some("abstractNum") => numbering.counted.patterns.extend(pattern.take()),
                    Some("num") => numbering.counted.lists.extend(list.take()),
                    Some("lvlOverride") => at = None,
                    _ => {}
                },
                Node::Text(_) => {}
            }
            Ok(())
        })?;
        Ok(numbering)
    }

    /// Counts a paragraph on and gives the number that stands before it, if one does.
    pub(super) fn next(
        &mut self,
        styles: &Styles,
        style: Option<&str>,
        own: Option<(Option<String>, Option<usize>)>,
    ) -> Option<String> {
        let (own_list, own_level) = own.unwrap_or_default();
        let of_style = styles.list(style);
        let id = own_list.or_else(|| of_style.map(|(list, _)| list.to_owned()))?;
        let level = own_level.or_else(|| of_style.and_then(|(_, level)| level));
        self.counted.next(&id, level, style)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NS: &str = "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"";

    #[test]
    fn lists_count_by_level_and_restart() {
        let text = format!(
            "<w:numbering {NS}><w:abstractNum w:abstractNumId=\"0\">\
             <w:lvl w:ilvl=\"0\"><w:start w:val=\"1\"/><w:numFmt w:val=\"chineseCounting\"/><w:suff w:val=\"nothing\"/><w:lvlText w:val=\"%1、\"/></w:lvl>\
             <w:lvl w:ilvl=\"1\"><w:start w:val=\"1\"/><w:numFmt w:val=\"decimal\"/><w:isLgl/><w:lvlText w:val=\"%1.%2\"/></w:lvl>\
             </w:abstractNum><w:num w:numId=\"5\"><w:abstractNumId w:val=\"0\"/></w:num>\
             <w:num w:numId=\"6\"><w:abstractNumId w:val=\"0\"/><w:lvlOverride w:ilvl=\"0\"><w:startOverride w:val=\"1\"/></w:lvlOverride></w:num></w:numbering>"
        );
        let mut numbering = Numbering::read("n", &text).expect("it is well formed");
        let styles = Styles::default();
        let mut next = |list: &str, level| {
            numbering
                .next(&styles, None, Some((Some(list.to_owned()), Some(level))))
                .unwrap_or_default()
        };
        assert_eq!(next("5", 0), "一、");
        assert_eq!(next("5", 1), "1.1 ");
        assert_eq!(next("5", 1), "1.2 ");
        assert_eq!(next("5", 0), "二、");
        assert_eq!(next("5", 1), "2.1 ");
        assert_eq!(next("6", 0), "一、");
        assert_eq!(next("6", 0), "二、");
        assert_eq!(next("0", 0), "");
    }

    #[test]
    fn styles_inherit() {
        let text = format!(
            "<w:styles {NS}><w:style w:type=\"paragraph\" w:styleId=\"1\"><w:name w:val=\"heading 1\"/><w:rPr><w:b/></w:rPr></w:style>\
             <w:style w:type=\"paragraph\" w:styleId=\"a\"><w:name w:val=\"章\"/><w:basedOn w:val=\"1\"/></w:style>\
             <w:style w:type=\"paragraph\" w:styleId=\"t\"><w:name w:val=\"toc 1\"/></w:style>\
             <w:style w:type=\"paragraph\" w:styleId=\"loop\"><w:basedOn w:val=\"loop\"/></w:style></w:styles>"
        );
        let styles = Styles::read("s", &text).expect("it is well formed");
        assert_eq!(styles.outline(Some("a")), Some(Outline::Level(0)));
        assert_eq!(styles.bold(Some("a")), Some(true));
        assert_eq!(styles.outline(Some("loop")), None);
        assert!(styles.is_contents(Some("t")) && !styles.is_contents(Some("a")));
        assert_eq!(styles.outline(None), None);
    }
}
