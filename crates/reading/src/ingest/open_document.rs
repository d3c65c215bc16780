//! A text of OpenDocument (.odt), as LibreOffice and WPS write it → lines.
//!
//! In: the bytes of the file. Out: its paragraphs, headings and rows of tables as a web page would have them, each on a
//! line of its own: **the line of a passage is the number of its paragraph**, counted from 1. Deleted text, comments, tables
//! of contents, phonetic guides and what stands at the head and the foot of pages stand in notes; pictures are not text.
//! Footnotes follow the text.
//!
//! Reference: OpenDocument 1.3, part 3.

use super::IngestError;
use super::archive::Archive;
use super::extract::Line;
use super::html;
use super::limits::{PASSAGES_MAX, too_much};
use super::line::is_han;
use super::xml::{Attributes, Node, walk};
use crate::report::Note;
use std::collections::HashSet;

/// The note of text that was deleted and is still in the file.
pub(super) const DELETED: &str = "deleted-text";

/// The note of what is no text of the report: comments, tables of contents, phonetic guides.
pub(super) const LEFT_OUT: &str = "left-out";

/// Reads the text.
pub(super) fn extract(bytes: &[u8], notes: &mut Vec<Note>) -> Result<Vec<Line>, IngestError> {
    let mut archive = Archive::open(bytes)?;
    if let Some(manifest) = archive.text("META-INF/manifest.xml")?
        && manifest.contains("encryption-data")
    {
        return Err(IngestError::Locked);
    }
    let Some(content) = archive.text("content.xml")? else {
        return Err(IngestError::BrokenArchive {
            why: "it has no content.xml".to_owned(),
        });
    };
    let page = read(&content, notes)?;
    let mut snippet = html::read_snippet(&page)?;
    notes.append(&mut snippet.notes);
    if let Some(styles) = archive.text("styles.xml")? {
        heads_and_feet(&styles, notes)?;
    }
    Ok(snippet.lines)
}

/// What stands above or below all pages goes to the notes, each once.
fn heads_and_feet(styles: &str, notes: &mut Vec<Note>) -> Result<(), IngestError> {
    let mut open: Vec<Option<&str>> = Vec::new();
    let mut words = String::new();
    let mut seen = HashSet::new();
    walk::<IngestError>("styles.xml", styles, |node| {
        match node {
            Node::Open(name, _) => {
                let above = open.last().copied().flatten();
                open.push(match name {
                    "header" | "header-left" | "header-first" => Some("page-head"),
                    "footer" | "footer-left" | "footer-first" => Some("page-foot"),
                    _ => above,
                });
            }
            Node::Text(text) if open.last().copied().flatten().is_some() => words.push_str(text),
            Node::Text(_) => {}
            Node::Close => {
                let rule = open.pop().flatten();
                let ends = rule.filter(|_| open.last().copied().flatten().is_none());
                if let Some(rule) = ends {
                    let text = std::mem::take(&mut words).trim().to_owned();
                    if text.chars().any(is_han) && seen.insert(text.clone()) {
                        notes.push(Note {
                            rule: rule.to_owned(),
                            line: None,
                            text,
                        });
                    }
                }
            }
        }
        Ok(())
    })
}

/// What an element does.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Does {
    /// A paragraph or heading; the tag that it becomes.
    Paragraph(&'static str),
    /// A table, row or cell.
    Table(&'static str),
    /// A footnote or endnote.
    Note,
    /// Text that was deleted.
    Deleted,
    /// Left out with all in it.
    Skipped,
    Nothing,
}

fn does(name: &str, attributes: Attributes<'_>) -> Does {
    match name {
        "p" => Does::Paragraph("p"),
        "h" => Does::Paragraph(match attributes.get("outline-level").as_deref() {
            Some("1") | None => "h2",
            Some("2") => "h3",
            _ => "h4",
        }),
        "table" => Does::Table("table"),
        "table-row" => Does::Table("tr"),
        "table-cell" => Does::Table("td"),
        "note" => Does::Note,
        "deletion" => Does::Deleted,
        // That of a document is a field that is shown.
        "title" if attributes.element() == "svg:title" => Does::Skipped,
        "annotation" | "note-citation" | "table-of-content" | "desc" | "change-info"
        | "ruby-text" | "scripts" | "automatic-styles" | "font-face-decls" => Does::Skipped,
        _ => Does::Nothing,
    }
}

/// The text as HTML, a paragraph a line.
#[derive(Default)]
struct Written {
    /// The text.
    body: String,
    /// Footnotes, which follow it.
    apart: String,
    /// Text that was deleted.
    deleted: String,
    /// What else is left out.
    left_out: String,
    /// What is open.
    open: Vec<Does>,
    n_paragraphs: usize,
}

impl Written {
    fn is_in(&self, does: Does) -> bool {
        self.open.contains(&does)
    }

    fn out(&mut self) -> Option<&mut String> {
        if self.is_in(Does::Skipped) {
            None
        } else if self.is_in(Does::Deleted) {
            Some(&mut self.deleted)
        } else if self.is_in(Does::Note) {
            Some(&mut self.apart)
        } else {
            Some(&mut self.body)
        }
    }

    fn write(&mut self, text: &str) {
        if self.is_in(Does::Skipped) {
            self.left_out.push_str(text);
            return;
        }
        let is_in_paragraph = self
            .open
            .iter()
            .any(|does| matches!(does, Does::Paragraph(_)));
        if is_in_paragraph && let Some(out) = self.out() {
            for c in text.chars() {
                match c {
                    '<' => out.push_str("&lt;"),
                    '&' => out.push_str("&amp;"),
                    '\n' => out.push(' '),
                    c => out.push(c),
                }
            }
        }
    }

    fn begin(&mut self, does: Does) {
        let is_nested = self.open.iter().any(|d| matches!(d, Does::Paragraph(_)));
        self.open.push(does);
        // A text box stands inside a paragraph.
        let is_boxed = is_nested && matches!(does, Does::Paragraph(_)) && !self.is_in(Does::Note);
        match does {
            Does::Paragraph(tag) => {
                if is_boxed {
                    self.put("</p>\n");
                }
                self.put(&format!("<{tag}>"));
            }
            Does::Table(tag) => self.put(&format!("<{tag}>")),
            _ => {}
        }
    }

    fn end(&mut self) {
        let Some(does) = self.open.last().copied() else {
            return;
        };
        if self.is_in(Does::Skipped) && matches!(does, Does::Skipped | Does::Paragraph(_)) {
            self.left_out.push('\n');
        }
        match does {
            Does::Paragraph(tag) => {
                self.n_paragraphs += 1;
                let end = match self.is_in_cell() {
                    true => format!("</{tag}>"),
                    false => format!("</{tag}>\n"),
                };
                self.put(&end);
            }
            Does::Table("td") => self.put("</td>"),
            Does::Table(tag) => self.put(&format!("</{tag}>\n")),
            _ => {}
        }
        self.open.pop();
    }

    fn is_in_cell(&self) -> bool {
        self.open.contains(&Does::Table("td"))
    }

    fn put(&mut self, text: &str) {
        if let Some(out) = self.out() {
            out.push_str(text);
        }
    }
}

fn read(content: &str, notes: &mut Vec<Note>) -> Result<String, IngestError> {
    let mut written = Written::default();
    walk::<IngestError>("content.xml", content, |node| {
        match node {
            Node::Open(name, attributes) => {
                match name {
                    "s" => {
                        let n = attributes.number("c").unwrap_or(1.0);
                        written.write(&" ".repeat((n as usize).clamp(1, 80)));
                    }
                    "tab" => written.write("\t"),
                    "line-break" => written.put("<br>"),
                    _ => {}
                }
                written.begin(does(name, attributes));
            }
            Node::Close => written.end(),
            Node::Text(text) => written.write(text),
        }
        match written.n_paragraphs > PASSAGES_MAX {
            true => Err(too_much("passages", PASSAGES_MAX)),
            false => Ok(()),
        }
    })?;
    let deleted: String = html::read_snippet(&written.deleted)?
        .lines
        .iter()
        .map(|line| line.text.as_str())
        .collect::<Vec<_>>()
        .join("\n");
    let lines = written.left_out.lines().map(str::trim);
    let left_out: Vec<&str> = lines.filter(|line| line.chars().any(is_han)).collect();
    for (rule, text) in [(DELETED, deleted), (LEFT_OUT, left_out.join("\n"))] {
        if !text.is_empty() {
            notes.push(Note {
                rule: rule.to_owned(),
                line: None,
                text,
            });
        }
    }
    Ok(written.body + &written.apart)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(body: &str) -> (Vec<String>, Vec<Note>) {
        let mut notes = Vec::new();
        let content = format!("<office:text>{body}</office:text>");
        let page = read(&content, &mut notes).expect("it is read");
        let page = html::read_snippet(&page).expect("a page");
        (
            page.lines.into_iter().map(|line| line.text).collect(),
            notes,
        )
    }

    #[test]
    fn paragraphs_are_lines_and_what_is_deleted_is_noted() {
        let (found, notes) = lines(
            "<text:tracked-changes><text:changed-region><text:deletion><text:p>旧话。</text:p></text:deletion>\
             </text:changed-region></text:tracked-changes>\
             <text:h text:outline-level=\"1\">一、工作回顾</text:h>\
             <text:p><text:title>报告题目</text:title><office:annotation><text:p>待核</text:p></office:annotation></text:p>\
             <text:p>推进<text:span>专业</text:span>镇<text:s text:c=\"2\"/>建设&amp;发展。</text:p>\
             <text:p>见注<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>注文。</text:p>\
             </text:note-body></text:note>释。</text:p>\
             <table:table><table:table-row><table:table-cell><text:p>指标</text:p></table:table-cell>\
             <table:table-cell><text:p>数值</text:p></table:table-cell></table:table-row>\
             <table:table-row><table:table-cell><text:p>甲</text:p></table:table-cell>\
             <table:table-cell><text:p>乙</text:p></table:table-cell></table:table-row></table:table>",
        );
        let all = found.join("\n");
        assert!(all.contains("一、工作回顾"), "{all}");
        assert!(all.contains("推进专业镇 建设&发展。"), "{all}");
        assert!(all.contains("见注释。"), "{all}");
        assert!(all.contains("甲 | 乙"), "{all}");
        assert!(all.ends_with("注文。"), "{all}");
        assert!(!all.contains("旧话"), "{all}");
        assert!(all.contains("报告题目") && !all.contains("待核"), "{all}");
        let noted: Vec<&str> = notes.iter().map(|note| note.text.as_str()).collect();
        assert_eq!(noted, ["旧话。", "待核"]);
    }
}
