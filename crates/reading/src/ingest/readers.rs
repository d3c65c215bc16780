//! What reads each format: bytes → documents, of which everything else is the same for all.
//!
//! In: a file and the format that its name promises. Out: the format that it has, and what its reader gives: lines that
//! know their place in the raw file, a title where it stands outside the text, what columns say, notes. From there on a
//! web page and a cell of a table are repaired as a text file is.
//!
//! # Invariants
//!
//! - A name is never believed against the bytes: what they say is read, with a note that the name says otherwise.

use super::decode::{self, Encoding, Hint};
use super::document::Document;
use super::line::is_han;
#[cfg(all(feature = "archives", feature = "pdf"))]
use super::ofd;
#[cfg(feature = "pdf")]
use super::pdf;
use super::{IngestError, ReadOptions, extract, html, markup, rtf, table, web_archive};
#[cfg(feature = "docx")]
use super::{doc, docx};
#[cfg(feature = "archives")]
use super::{epub, open_document, packed};
use crate::format::Format;
use crate::report::Note;
use crate::source::RawFile;
use memchr::memmem;

/// The format of a file: what its bytes say, else what its name promises.
pub(super) fn settle(file: &RawFile, notes: &mut Vec<Note>) -> Result<Format, IngestError> {
    let promised = file.format;
    let found = match Format::of_bytes(&file.bytes) {
        Some(found) if found == promised => return Ok(promised),
        // Its reader says that it has a password, or is damaged.
        Some(Format::OtherOffice)
            if promised.is_read()
                && matches!(promised, Format::Docx | Format::Doc | Format::Xls) =>
        {
            return Ok(promised);
        }
        Some(Format::Zip) if promised.is_archive() && !Format::Zip.is_read() => {
            return Ok(promised);
        }
        Some(found) => found,
        None if is_text_after_all(promised, &file.bytes) => Format::Text,
        None => return Ok(promised),
    };
    if !found.is_read() {
        return Err(IngestError::OtherContent { promised, found });
    }
    notes.push(Note {
        rule: "format".to_owned(),
        line: None,
        text: format!(
            "the name says {}, but it is {} and read as that",
            promised.name(),
            found.name()
        ),
    });
    Ok(found)
}

/// Han characters without which a file under another name is not taken for text.
const HAN_MIN: usize = 200;

/// Whether a file whose name promises bytes that are no text is text. One that is neither is left to the reader of the
/// format, which says what is wrong with it.
fn is_text_after_all(promised: Format, bytes: &[u8]) -> bool {
    // A PDF may begin with a few bytes of something else.
    let head = bytes.get(..1024).unwrap_or(bytes);
    let is_late = promised == Format::Pdf && memmem::find(head, b"%PDF-").is_some();
    if !promised.has_magic() || is_late {
        return false;
    }
    let decoded = decode::decode(bytes, Hint::default());
    // A message that something went wrong, saved under the name of what was wanted, is no text of it.
    decoded.is_ok_and(|decoded| decoded.text.chars().filter(|c| is_han(*c)).count() >= HAN_MIN)
}

/// What a format gives; what differs between formats ends here. `notes` are of the whole file.
pub(super) fn documents_of(
    file: &RawFile,
    format: Format,
    options: ReadOptions<'_>,
    notes: &mut Vec<Note>,
) -> Result<Vec<Document>, IngestError> {
    let bytes = file.bytes.as_slice();
    let hint = Hint {
        forced: options.encoding,
        label: None,
    };
    match format {
        Format::Text | Format::Markdown => plain(bytes, format, hint, notes),
        Format::Html => page(bytes, hint, notes),
        Format::Csv | Format::Tsv | Format::JsonLines | Format::Json => {
            text_table(bytes, format, hint, notes)
        }
        #[cfg(feature = "archives")]
        Format::Odt => of_lines(|notes| open_document::extract(bytes, notes)),
        #[cfg(feature = "archives")]
        Format::Epub => of_lines(|notes| epub::extract(bytes, notes)),
        #[cfg(all(feature = "archives", feature = "pdf"))]
        Format::Ofd => ofd::read(bytes),
        #[cfg(feature = "archives")]
        Format::Zip => {
            packed::documents_of(file, notes, &|file, notes| member(file, options, notes))
        }
        Format::Mht => {
            let (page, label) = web_archive::page(bytes, notes)?;
            let label = label.and_then(|label| Encoding::for_label(&label));
            self::page(&page, Hint { label, ..hint }, notes)
        }
        #[cfg(feature = "docx")]
        Format::Docx => of_lines(|notes| Ok(docx::extract(bytes, notes)?)),
        #[cfg(feature = "docx")]
        Format::Doc => of_lines(|notes| doc::extract(bytes, notes)),
        Format::Rtf => of_lines(|notes| rtf::extract(bytes, notes)),
        #[cfg(feature = "pdf")]
        Format::Pdf => Ok(vec![pdf::extract(bytes, options.recognised)?]),
        #[cfg(feature = "xlsx")]
        Format::Xlsx => Ok(of_table(table::read_workbook(bytes)?)),
        #[cfg(feature = "xlsx")]
        Format::Ods => Ok(of_table(table::read_open_workbook(bytes)?)),
        #[cfg(feature = "xlsx")]
        Format::Xls => Ok(of_table(table::read_old_workbook(bytes)?)),
        found => Err(IngestError::OtherContent {
            promised: file.format,
            found,
        }),
    }
}

/// What a member of an archive gives; nothing if it is an archive itself.
#[cfg(feature = "archives")]
fn member(
    file: &RawFile,
    options: ReadOptions<'_>,
    notes: &mut Vec<Note>,
) -> Result<Option<Vec<Document>>, IngestError> {
    match settle(file, notes)? {
        Format::Zip => Ok(None),
        // What was recognised is of the file itself.
        format => {
            let options = ReadOptions {
                recognised: None,
                ..options
            };
            documents_of(file, format, options, notes).map(Some)
        }
    }
}

/// The ideographic space of GBK (A3 A0) as converters write it that have no table for it.
const PRIVATE_BLANK: char = '\u{e5e5}';

/// Sets real spaces in the place of private ones, which texts from WPS and Founder have.
pub(super) fn set_blanks(text: &mut String) {
    if text.contains(PRIVATE_BLANK) {
        *text = text.replace(PRIVATE_BLANK, "\u{3000}");
    }
}

fn plain(
    bytes: &[u8],
    format: Format,
    hint: Hint,
    notes: &mut Vec<Note>,
) -> Result<Vec<Document>, IngestError> {
    let decoded = decode::decode(bytes, hint)?;
    notes.extend(decoded.notes);
    of_lines(|notes| {
        let mut text = decoded.text.into_owned();
        set_blanks(&mut text);
        let text = markup::read(&text, notes);
        Ok(extract::extract(&text, format, notes))
    })
}

fn page(bytes: &[u8], hint: Hint, notes: &mut Vec<Note>) -> Result<Vec<Document>, IngestError> {
    let label = html::charset_label(bytes);
    let label = label.and_then(|label| Encoding::for_label(&label));
    let label = hint.label.or(label);
    let decoded = decode::decode(bytes, Hint { label, ..hint })?;
    notes.extend(decoded.notes);
    let mut text = decoded.text.into_owned();
    set_blanks(&mut text);
    let page = html::read_page(&text)?;
    if page.lines.is_empty() {
        return Err(IngestError::NoText);
    }
    Ok(vec![Document {
        lines: page.lines,
        title: page.title,
        published: page.published,
        notes: page.notes,
        ..Document::default()
    }])
}

fn text_table(
    bytes: &[u8],
    format: Format,
    hint: Hint,
    notes: &mut Vec<Note>,
) -> Result<Vec<Document>, IngestError> {
    let decoded = decode::decode(bytes, hint)?;
    if decoded.text.trim().is_empty() {
        return Err(IngestError::Empty);
    }
    notes.extend(decoded.notes);
    Ok(of_table(table::read_text(&decoded.text, format)?))
}

/// The one document of a format that gives lines and notes.
fn of_lines(
    read: impl FnOnce(&mut Vec<Note>) -> Result<Vec<extract::Line>, IngestError>,
) -> Result<Vec<Document>, IngestError> {
    let mut document = Document::default();
    document.lines = read(&mut document.notes)?;
    Ok(vec![document])
}

fn of_table(reports: Vec<table::TableReport>) -> Vec<Document> {
    reports
        .into_iter()
        .map(|report| Document {
            lines: report.lines,
            title: report.columns.title.clone(),
            columns: Some(report.columns),
            notes: report.notes,
            ..Document::default()
        })
        .collect()
}
