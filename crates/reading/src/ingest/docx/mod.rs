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

use super::extract::{self, BoldLine, Line, Mark, bold_lines, columns_of_space, is_invisible};
use super::limits::PARTS_MAX;
use super::line;
use crate::report::Note;
use body::{Apart, BodyContent, WordParagraph};
use linked::remark;
use package::{Node, Package, PartLink, Space, read_xml};
use std::collections::{HashMap, HashSet};
use styles::{Numbering, Outline, Styles};

/// The notes of this module that hold text taken away.
pub(super) const REMOVALS: &[&str] = &[
    "tracked-change",
    "hidden-text",
    "contents",
    "ruby",
    "word-art",
    "page-head",
    "page-foot",
    "comment",
    "unused-note",
];

/// A document in a document in a document; nobody reads further.
const DEPTH_MAX: usize = 2;

/// A paragraph longer than this is no heading, whatever its style says.
const HEADING_CHARS_MAX: usize = extract::RUN_IN_CHARS_MAX;

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
    let mut package = Package::open(bytes)?;
    let links = links_of(&mut package, "", "")?;
    let main = links
        .iter()
        .find(|link| link.kind == "officeDocument")
        .map_or("word/document.xml", |link| link.target.as_str())
        .to_owned();
    let text = package.part(&main)?.ok_or(DocxError::NoDocument)?;
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
    let styles = match package.part(&styles)? {
        Some(text) => Styles::read(&styles, &text)?,
        None => Styles::default(),
    };
    let numbering = target("numbering");
    let mut numbering = match package.part(&numbering)? {
        Some(text) => Numbering::read(&numbering, &text)?,
        None => Numbering::default(),
    };
    let mut document = body::read(&main, &text, &styles, &mut numbering, 0)?;
    let mut read = |kind: &str, number: u32| {
        let part = target(kind);
        match package.part(&part)? {
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
            let Some(text) = package.part(&link.target)? else {
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
    package: &mut Package<'_>,
    folder: &str,
    name: &str,
) -> Result<Vec<PartLink>, DocxError> {
    let part = if folder.is_empty() {
        format!("_rels/{name}.rels")
    } else {
        format!("{folder}/_rels/{name}.rels")
    };
    let mut links = Vec::new();
    let Some(text) = package.part(&part)? else {
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

fn take_note(notes: &mut Vec<Note>, removed: impl IntoIterator<Item = body::Removed>) {
    notes.extend(removed.into_iter().map(|(rule, number, text)| Note {
        rule: rule.to_owned(),
        line: Some(number),
        text: text.trim().to_owned(),
    }));
}

/// Paragraphs that have words, as removed.
fn removed(
    rule: &'static str,
    paragraphs: Vec<WordParagraph>,
) -> impl Iterator<Item = body::Removed> {
    paragraphs
        .into_iter()
        .filter(|paragraph| !paragraph.text.trim().is_empty())
        .map(move |paragraph| (rule, paragraph.number, paragraph.text))
}

/// 目录 goes with the table of contents that Word made under it.
fn remove_contents_title(paragraphs: &mut [WordParagraph], notes: &mut Vec<Note>) {
    let Some(first) = notes
        .iter()
        .filter(|note| note.rule == "contents")
        .filter_map(|note| note.line)
        .min()
    else {
        return;
    };
    let above = paragraphs
        .iter_mut()
        .rev()
        .filter(|paragraph| paragraph.number < first)
        .find(|paragraph| !paragraph.text.trim().is_empty());
    if let Some(title) = above {
        let bare: String = title.text.chars().filter(|c| !c.is_whitespace()).collect();
        if matches!(bare.as_str(), "目录" | "目次") {
            let words = std::mem::take(&mut title.text);
            title.bold.clear();
            take_note(notes, [("contents", title.number, words)]);
        }
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
        let mut is_first = true;
        for paragraph in paragraphs {
            let text = paragraph.text.replace('\n', " ");
            let text = text.trim();
            if text.is_empty() {
                continue;
            }
            let text = if std::mem::take(&mut is_first) {
                format!("[{}]{text}", shown + 1)
            } else {
                text.to_owned()
            };
            lines.push(Line {
                number: paragraph.number,
                text,
                indent: 4,
                ideographic_indent: true,
                n_blank_above: 0,
                after_page_end: false,
                begins_inside: false,
                reaches_edge: false,
                mark: Mark::Whole,
            });
        }
    }
}

/// Paragraphs → lines.
fn lines_of(paragraphs: &[WordParagraph]) -> Vec<Line> {
    // Where most of a document is bold, bold says nothing.
    let n_bytes: usize = paragraphs.iter().map(|p| p.text.len()).sum();
    let bold_bytes = |p: &WordParagraph| p.bold.iter().map(|(from, to)| to - from).sum::<usize>();
    let n_bold: usize = paragraphs.iter().map(bold_bytes).sum();
    let bold_speaks = n_bold * 2 <= n_bytes;
    let mut lines: Vec<Line> = Vec::new();
    let mut n_blank_above = 0;
    for paragraph in paragraphs {
        let first_new = lines.len();
        let mark = mark_of(paragraph);
        let bold: &[(usize, usize)] = if bold_speaks && !line::is_salutation(paragraph.text.trim())
        {
            &paragraph.bold
        } else {
            &[]
        };
        // Line breaks and gaps part what a page made one paragraph.
        let mut at = 0;
        for broken in paragraph.text.split_inclusive('\n') {
            let mut pieces = Vec::new();
            extract::cut_at_gaps(broken, &mut pieces);
            for piece in pieces.into_iter().flat_map(extract::cut_at_head_gap) {
                let line = BoldLine {
                    text: piece,
                    bold,
                    mark,
                    number: paragraph.number,
                };
                push_piece(&line, at, &mut lines);
                at += piece.len();
            }
        }
        match lines.get_mut(first_new) {
            Some(line) => {
                line.n_blank_above = std::mem::take(&mut n_blank_above);
                line.indent += 2 * paragraph.indent_chars;
                line.ideographic_indent |= paragraph.indent_chars > 0;
            }
            None => n_blank_above += 1,
        }
    }
    lines
}

fn mark_of(paragraph: &WordParagraph) -> Mark {
    if paragraph.is_row {
        return Mark::Whole;
    }
    let is_short = paragraph.text.chars().count() <= HEADING_CHARS_MAX;
    match paragraph.outline {
        Some(Outline::Title) if is_short => Mark::Heading(1),
        // Under the title, as `##` is in Markdown.
        Some(Outline::Level(level @ 0..=8)) if is_short => Mark::Heading(level + 2),
        _ => Mark::None,
    }
}

/// A piece of a paragraph that begins at byte `at` of its text → a line, or more where bold heads
/// begin new ones.
fn push_piece(piece: &BoldLine<'_>, at: usize, lines: &mut Vec<Line>) {
    let text = piece.text;
    let body = text.trim_start();
    let white = text.get(..text.len() - body.len()).unwrap_or("");
    let body = body.trim_end();
    if body.trim_matches(is_invisible).trim().is_empty() {
        return;
    }
    let from = at + white.len();
    let spans: Vec<(usize, usize)> = piece
        .bold
        .iter()
        .map(|&(start, end)| {
            let start = start.saturating_sub(from);
            (start, end.saturating_sub(from).min(body.len()))
        })
        .filter(|(start, end)| start < end)
        .collect();
    let first_new = lines.len();
    let line = BoldLine {
        text: body,
        bold: &spans,
        ..*piece
    };
    bold_lines(&line, lines);
    if let Some(line) = lines.get_mut(first_new) {
        line.indent = white.chars().map(columns_of_space).sum();
        line.ideographic_indent = white.contains('\u{3000}');
    }
}
