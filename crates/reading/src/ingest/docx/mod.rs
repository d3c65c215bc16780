//! A Word file (.docx) → lines, as the steps of repair want them.
//!
//! In: the bytes of the file. Out: its paragraphs, each a line with the number that it has in the
//! document: **the line of a passage of a Word file is the number of its paragraph**, counted from 1
//! in document order, empty ones and those in tables and text boxes included; notes are counted on
//! behind the text. Heading styles and bold heads give the marks that `#` and `**` give in Markdown.
//!
//! Decisions that a reader of counts should know:
//! - Numbers that Word sets by itself (一、 1.) are text, for a reader sees them.
//! - Footnotes and endnotes come after the text, `[1]` before each, so that they read as a glossary;
//!   their marks in the text are not text. A figure that is raised by hand is an exponent (10⁴) or a mark (`[4]`).
//! - What a drawing arranges (SmartArt), documents put in whole (altChunk) and embedded Word files stand behind the
//!   paragraph that holds them; of what cannot be read a note tells.
//! - Deleted and hidden text, tables of contents, heads and feet of pages, comments go to the notes.
//! - A paragraph of Word is a line of text, no more: pages that were pasted or scanned into Word are
//!   full of paragraphs that break off inside a sentence, and what joins lines joins them. Rows and
//!   footnotes alone are never joined.
//! - The cells of a table row make one passage, joined by ` | `; a table of one cell, or of whole
//!   columns of text, only arranges the page and is read through.
//!
//! # Invariants
//!
//! - Every Han character of the document is in exactly one line or note.
//! - Never panics, takes no more memory than [`package`] allows, writes nothing to disk.

mod body;
mod equation;
mod error;
mod linked;
mod package;
mod styles;
mod symbols;

pub use error::DocxError;

use super::archive::Archive;
use super::extract::Line;
use super::limits::PARTS_MAX;
use super::line;
use super::word::{self, WordParagraph, lines_of, remove_contents_title, removed, take_note};
use crate::report::Note;
use body::{Apart, BodyContent};
use linked::remark;
use package::{Node, PartLink, Space, read_xml};
use std::collections::{HashMap, HashSet};
use styles::{Numbering, Styles};

/// A document in a document in a document; nobody reads further.
const DEPTH_MAX: usize = 2;

/// A Word file → lines; what is taken away goes to the notes.
pub(super) fn extract(bytes: &[u8], notes: &mut Vec<Note>) -> Result<Vec<Line>, DocxError> {
    extract_within(bytes, notes, 0)
}

/// The same of a Word file that stands in so many others.
fn extract_within(
    bytes: &[u8],
    notes: &mut Vec<Note>,
    depth: usize,
) -> Result<Vec<Line>, DocxError> {
    let mut package = package::open(bytes)?;
    let links = links_of(&mut package, "", "")?;
    let main = links
        .iter()
        .find(|link| link.kind == "officeDocument")
        .map_or("word/document.xml", |link| link.target.as_str())
        .to_owned();
    let text = package.text(&main)?.ok_or(DocxError::NoDocument)?;
    if !has_body(&main, &text)? {
        return Err(DocxError::NoDocument);
    }
    let (folder, name) = main.rsplit_once('/').unwrap_or(("", &main));
    let links = links_of(&mut package, folder, name)?;
    let target = |kind: &str| {
        let usual = format!("{folder}/{kind}.xml");
        links
            .iter()
            .find(|link| link.kind == kind)
            .map_or(usual, |link| link.target.clone())
    };
    let styles = target("styles");
    let styles = match package.text(&styles)? {
        Some(text) => Styles::read(&styles, &text)?,
        None => Styles::default(),
    };
    let numbering = target("numbering");
    let mut numbering = match package.text(&numbering)? {
        Some(text) => Numbering::read(&numbering, &text)?,
        None => Numbering::default(),
    };
    let mut document = body::read(&main, &text, &styles, &mut numbering, 0)?;
    let mut read = |kind: &str, number: u32| {
        let part = target(kind);
        match package.text(&part)? {
            Some(text) => body::read(&part, &text, &styles, &mut numbering, number),
            None => Ok(BodyContent {
                last_number: number,
                ..BodyContent::default()
            }),
        }
    };
    let footnotes = read("footnotes", document.last_number)?;
    let endnotes = read("endnotes", footnotes.last_number)?;
    let comments = read("comments", endnotes.last_number)?;
    for (rule, number, words) in std::mem::take(&mut document.removed) {
        if rule == body::UNKNOWN_SIGN {
            notes.push(remark(
                rule,
                number,
                format!("a sign that is not known: {words}"),
            ));
        } else {
            take_note(notes, [(rule, number, words)]);
        }
    }
    remove_contents_title(&mut document.paragraphs, notes);
    let mut apart = Vec::new();
    for part in [footnotes, endnotes] {
        take_note(notes, part.removed);
        append_notes(&document.references, part.apart, &mut apart, notes);
    }
    for (_, _, paragraphs) in comments.apart {
        take_note(notes, removed("comment", paragraphs));
    }
    for (kind, rule) in [("header", "page-head"), ("footer", "page-foot")] {
        let mut seen = HashSet::new();
        for link in links.iter().filter(|link| link.kind == kind) {
            let Some(text) = package.text(&link.target)? else {
                continue;
            };
            let content = body::read(&link.target, &text, &styles, &mut numbering, 0)?;
            for paragraph in content.paragraphs {
                let words = paragraph.text.trim();
                if words.chars().any(line::is_han) && seen.insert(words.to_owned()) {
                    notes.push(Note {
                        rule: rule.to_owned(),
                        line: None,
                        text: words.to_owned(),
                    });
                }
            }
        }
    }
    let mut lines = lines_of(&document.paragraphs);
    let read_inner = |bytes: &[u8], notes: &mut Vec<Note>| {
        // One that is damaged or stands too deep is not read; the text around it is.
        if depth == DEPTH_MAX {
            return None;
        }
        extract_within(bytes, notes, depth + 1).ok()
    };
    let target = (&mut lines, notes);
    linked::insert(&mut package, &links, &document.linked, target, &read_inner)?;
    lines.extend(apart);
    Ok(lines)
}

/// The links of a part; of the archive itself for an empty name.
fn links_of(
    package: &mut Archive<'_>,
    folder: &str,
    name: &str,
) -> Result<Vec<PartLink>, DocxError> {
    let part = if folder.is_empty() {
        format!("_rels/{name}.rels")
    } else {
        format!("{folder}/_rels/{name}.rels")
    };
    let mut links = Vec::new();
    let Some(text) = package.text(&part)? else {
        return Ok(links);
    };
    read_xml(&part, &text, |node| {
        if let Node::Open(Space::Relationships, "Relationship", attributes) = node
            && attributes.get("TargetMode").as_deref() != Some("External")
            && let (Some(kind), Some(target)) = (attributes.get("Type"), attributes.get("Target"))
        {
            let kind = kind.rsplit('/').next().unwrap_or("").to_owned();
            let target = match target.strip_prefix('/') {
                Some(absolute) => absolute.to_owned(),
                None if folder.is_empty() => target,
                None => format!("{folder}/{target}"),
            };
            let id = attributes.get("Id").unwrap_or_default();
            links.push(PartLink { id, kind, target });
        }
        if links.len() > PARTS_MAX {
            let entries = links.len();
            return Err(DocxError::TooManyParts { entries });
        }
        Ok(())
    })?;
    Ok(links)
}

/// Whether a part is a document of Word, and not the main part of a workbook or of slides.
fn has_body(part: &str, text: &str) -> Result<bool, DocxError> {
    let mut found = false;
    let read = read_xml(part, text, |node| {
        found = matches!(node, Node::Open(Space::Word, "body", _));
        // What stands in the body is looked at when it is read.
        if found {
            Err(DocxError::NoDocument)
        } else {
            Ok(())
        }
    });
    if found {
        Ok(true)
    } else {
        read.map(|()| false)
    }
}

/// The notes of one part as lines, in the order in which the text refers to them.
fn append_notes(
    references: &[(Apart, String)],
    found: Vec<(Apart, String, Vec<WordParagraph>)>,
    lines: &mut Vec<Line>,
    notes: &mut Vec<Note>,
) {
    let order: HashMap<(Apart, &str), usize> = references
        .iter()
        .enumerate()
        .rev()
        .map(|(at, (kind, id))| ((*kind, id.as_str()), at))
        .collect();
    let mut used = Vec::new();
    for (kind, id, paragraphs) in found {
        match order.get(&(kind, id.as_str())) {
            Some(&at) => used.push((at, paragraphs)),
            None => take_note(notes, removed("unused-note", paragraphs)),
        }
    }
    used.sort_by_key(|&(at, _)| at);
    for (shown, (_, paragraphs)) in used.into_iter().enumerate() {
        word::note_lines(shown + 1, paragraphs, lines);
    }
}
