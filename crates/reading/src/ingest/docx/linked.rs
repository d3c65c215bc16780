//! Parts of a Word file that belong into its text: documents put in whole, drawings that arrange texts, embedded files.
//!
//! In: the links that the text names, with the paragraphs at which they stand. Out: their lines, put behind those
//! paragraphs and numbered as they are; a note for each that cannot be read. A document put in whole is part of the
//! report, so that one which cannot be read makes the report one that was read in part.
//!
//! # Invariants
//!
//! - Every Han character of what is read is in a line or a note. Damaged parts cost only themselves.

use super::DocxError;
use super::body::Linked;
use super::package::{Node, PartLink, Space, read_xml};
use crate::format::Format;
use crate::ingest::archive::Archive;
use crate::ingest::clean;
use crate::ingest::decode::{Hint, decode};
use crate::ingest::extract::{self, Line, Mark};
use crate::ingest::html;
use crate::ingest::limits::LINES_MAX;
use crate::ingest::notes::CHUNK_NOT_READ;
use crate::report::Note;
use std::collections::{HashMap, HashSet};

/// Reads a Word file in a Word file; nothing if it cannot be read.
type ReadInner<'r> = dyn Fn(&[u8], &mut Vec<Note>) -> Option<Vec<Line>> + 'r;

/// What a note tells of an embedded file that is not read.
const OBJECT_NOT_READ: &str = "object-not-read";

/// Puts the lines of linked parts where they belong.
pub(super) fn insert(
    package: &mut Archive<'_>,
    links: &[PartLink],
    linked: &[(Linked, String, u32)],
    (lines, notes): (&mut Vec<Line>, &mut Vec<Note>),
    read_inner: &ReadInner<'_>,
) -> Result<(), DocxError> {
    let mut more: HashMap<u32, Vec<Line>> = HashMap::new();
    for (what, id, number) in linked {
        let Some(link) = links.iter().find(|link| link.id == *id) else {
            continue;
        };
        let Some(bytes) = package.part(&link.target)? else {
            continue;
        };
        let read = match what {
            Linked::Diagram => diagram(&link.target, &bytes),
            Linked::Chunk | Linked::Object(_) => document(&bytes, notes, read_inner),
        };
        match read {
            Some(mut found) => {
                for line in &mut found {
                    line.number = *number;
                }
                leave_out_copies(&mut found, lines, notes);
                more.entry(*number).or_default().append(&mut found);
            }
            None => notes.push(not_read(what, *number)),
        }
    }
    if !more.is_empty() {
        weave(lines, more);
    }
    Ok(())
}

/// Lines that stand in the document too are left out: some embed an older state of the whole.
fn leave_out_copies(found: &mut Vec<Line>, own: &[Line], notes: &mut Vec<Note>) {
    let known: HashSet<&str> = own.iter().map(|line| line.text.as_str()).collect();
    found.retain(|line| {
        let is_copy = known.contains(line.text.as_str());
        if is_copy {
            notes.push(remark(clean::SECOND_COPY, line.number, line.text.clone()));
        }
        !is_copy
    });
}

/// Each of `more` behind the lines of the paragraphs up to its own.
fn weave(lines: &mut Vec<Line>, more: HashMap<u32, Vec<Line>>) {
    let mut more: Vec<(u32, Vec<Line>)> = more.into_iter().collect();
    more.sort_unstable_by_key(|(number, _)| *number);
    let mut more = more.into_iter().peekable();
    let own = std::mem::take(lines);
    for line in own {
        while let Some((_, found)) = more.next_if(|(number, _)| *number < line.number) {
            lines.extend(found);
        }
        lines.push(line);
    }
    lines.extend(more.flat_map(|(_, found)| found));
}

fn not_read(what: &Linked, number: u32) -> Note {
    match what {
        Linked::Object(of) => {
            // A document in it has text; a formula or a chart has none that a report says.
            let has_text = ["Word", "WPS", "Package"]
                .iter()
                .any(|kind| of.contains(kind));
            let rule = if has_text {
                CHUNK_NOT_READ
            } else {
                OBJECT_NOT_READ
            };
            let text = format!("an embedded object is not read: {of}");
            remark(rule, number, text)
        }
        Linked::Chunk | Linked::Diagram => {
            let text = "a part of the document is not read: save it as .docx once more";
            remark(CHUNK_NOT_READ, number, text.to_owned())
        }
    }
}

/// A note that takes nothing away.
pub(super) fn remark(rule: &str, number: u32, text: String) -> Note {
    Note {
        rule: rule.to_owned(),
        line: Some(number),
        text,
    }
}

/// The lines of a document, whatever it is; nothing if it is of a kind that is not read here.
fn document(bytes: &[u8], notes: &mut Vec<Note>, read_inner: &ReadInner<'_>) -> Option<Vec<Line>> {
    let lines = match Format::of_bytes(bytes) {
        Some(Format::Docx) => read_inner(bytes, notes)?,
        Some(Format::Html) => page(bytes)?,
        Some(Format::Mht) => page(&html_of_archive(bytes)?)?,
        None => {
            let decoded = decode(bytes, Hint::default()).ok()?;
            if html::is_snippet(&decoded.text) {
                page(bytes)?
            } else {
                extract::extract(&decoded.text, Format::Text, notes)
            }
        }
        Some(_) => return None,
    };
    Some(lines).filter(|lines| lines.len() <= LINES_MAX)
}

/// The lines of a page that stands in a document: all of it is text.
fn page(bytes: &[u8]) -> Option<Vec<Line>> {
    let decoded = decode(bytes, Hint::default()).ok()?;
    let page = html::read_snippet(&decoded.text).ok()?;
    Some(page.lines)
}

/// The first page of a web archive, as libraries write it that turn pages into Word files.
fn html_of_archive(text: &[u8]) -> Option<Vec<u8>> {
    let boundary = boundary_of(text)?;
    let mut parts = memchr::memmem::find_iter(text, &boundary).map(|at| at + boundary.len());
    let part = parts.find(|&at| {
        let head = head_of(text, at).to_ascii_lowercase();
        memchr::memmem::find(&head, b"text/html").is_some()
    })?;
    let head = head_of(text, part).to_ascii_lowercase();
    let body = part + head.len();
    let end = memchr::memmem::find(text.get(body..)?, &boundary).map_or(text.len(), |at| body + at);
    let body = text.get(body..end)?;
    let is = |encoding: &[u8]| memchr::memmem::find(&head, encoding).is_some();
    Some(if is(b"quoted-printable") {
        quoted_printable(body)
    } else if is(b"base64") {
        return None;
    } else {
        body.to_vec()
    })
}

/// `--` and what the head of an archive says that parts begin with.
fn boundary_of(text: &[u8]) -> Option<Vec<u8>> {
    const NAME: &[u8] = b"boundary=";
    let head: Vec<u8> = text.get(..text.len().min(4096))?.to_ascii_lowercase();
    let at = memchr::memmem::find(&head, NAME)? + NAME.len();
    let value = text.get(at..)?;
    let value = value.strip_prefix(b"\"").unwrap_or(value);
    let n_bytes = value
        .iter()
        .position(|byte| matches!(byte, b'"' | b'\r' | b'\n' | b';'))?;
    let mut boundary = b"--".to_vec();
    boundary.extend_from_slice(value.get(..n_bytes)?);
    (n_bytes > 0).then_some(boundary)
}

/// The head of a part that begins at a byte, with the blank line that ends it.
fn head_of(text: &[u8], at: usize) -> &[u8] {
    let rest = text.get(at..).unwrap_or_default();
    let ends = [&b"\r\n\r\n"[..], b"\n\n"];
    let end = ends
        .iter()
        .filter_map(|end| memchr::memmem::find(rest, end).map(|at| at + end.len()))
        .min();
    rest.get(..end.unwrap_or(0)).unwrap_or_default()
}

/// `=E6=8A=A5` and broken lines as they were; what is not written so stays.
fn quoted_printable(body: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(body.len());
    let mut rest = body;
    let hex = |byte: u8| char::from(byte).to_digit(16);
    while let Some((&byte, behind)) = rest.split_first() {
        rest = behind;
        match (byte, behind) {
            (b'=', [b'\n', after @ ..]) | (b'=', [b'\r', b'\n', after @ ..]) => rest = after,
            (b'=', [high, low, after @ ..]) => match (hex(*high), hex(*low)) {
                (Some(high), Some(low)) => {
                    out.push((high * 16 + low) as u8);
                    rest = after;
                }
                _ => out.push(byte),
            },
            _ => out.push(byte),
        }
    }
    out
}

/// The texts of a drawing that arranges them, each a line.
fn diagram(part: &str, bytes: &[u8]) -> Option<Vec<Line>> {
    let text = std::str::from_utf8(bytes).ok()?;
    let mut lines: Vec<Line> = Vec::new();
    let mut said = String::new();
    let mut open: Vec<(Space, bool)> = Vec::new();
    read_xml(part, text, |node| {
        match node {
            Node::Open(space, name, _) => {
                if space == Space::Drawing && name == "p" {
                    said.clear();
                }
                open.push((space, name == "t"));
            }
            Node::Text(text) if open.last() == Some(&(Space::Drawing, true)) => said.push_str(text),
            Node::Text(_) => {}
            Node::Close => {
                open.pop();
                // The text of a box ends with the box.
                if open
                    .last()
                    .is_some_and(|(space, is_text)| *space == Space::Diagram && *is_text)
                    && !said.trim().is_empty()
                    && lines.len() <= LINES_MAX
                {
                    lines.push(line_of(said.trim()));
                    said.clear();
                }
            }
        }
        Ok(())
    })
    .ok()?;
    Some(lines)
}

fn line_of(text: &str) -> Line {
    Line {
        reaches_edge: false,
        number: 0,
        text: text.to_owned(),
        indent: 4,
        ideographic_indent: true,
        n_blank_above: 0,
        after_page_end: false,
        begins_inside: false,
        mark: Mark::Whole,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "<html><body><p>专业镇建设</p><p>第二段。</p></body></html>";

    fn read(bytes: &[u8]) -> Option<Vec<String>> {
        let mut notes = Vec::new();
        let lines = document(bytes, &mut notes, &|_, _| None)?;
        Some(lines.into_iter().map(|line| line.text).collect())
    }

    #[test]
    fn documents_of_several_kinds_are_read() {
        let expected = ["专业镇建设".to_owned(), "第二段。".to_owned()];
        let quoted: String = PAGE
            .bytes()
            .map(|byte| format!("={byte:02X}"))
            .collect::<Vec<String>>()
            .join("=\r\n");
        let archive = |encoding: &str, body: &str| {
            format!(
                "MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=\"--b\"\r\n\r\n----b\r\n\
                 Content-Type: text/html; charset=\"utf-8\"\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n{body}\r\n----b--\r\n"
            )
        };
        for text in [
            PAGE.to_owned(),
            "专业镇建设\n第二段。".to_owned(),
            archive("8bit", PAGE),
            archive("quoted-printable", &quoted),
        ] {
            assert_eq!(
                read(text.as_bytes()).as_deref(),
                Some(&expected[..]),
                "{text}"
            );
        }
        assert_eq!(read(archive("base64", "5Lit").as_bytes()), None);
        assert_eq!(read(b"{\\rtf1 a}"), None);
        assert_eq!(read(b"PK\x03\x04"), None);
    }

    #[test]
    fn each_text_of_a_drawing_is_a_line() {
        let text = |words: &str| format!("<d:t><a:p><a:r><a:t>{words}</a:t></a:r></a:p></d:t>");
        let part = format!(
            "<d:m xmlns:d=\"http://schemas.openxmlformats.org/drawingml/2006/diagram\" \
             xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\">{}{}{}</d:m>",
            text("五大工程"),
            text(" "),
            text("两个<!-- x -->示范")
        );
        let lines = diagram("d", part.as_bytes()).expect("it is read");
        let texts: Vec<&str> = lines.iter().map(|line| line.text.as_str()).collect();
        assert_eq!(texts, ["五大工程", "两个示范"]);
        assert_eq!(diagram("d", b"<a>"), None);
    }
}
