//! One raw file → its reports: what came as bytes leaves as clean, divided, placed text.
//!
//! In: a [`RawFile`]. Out: [`Report`]s (several where the file is a table), or an [`IngestError`] that
//! says why there is none. The steps are pure and stand in their order:
//! `decode` bytes → text, `extract`, `html` or `table` text → lines, `clean` lines → paragraphs
//! (with `furniture` taking the page away and `join` mending what it broke), `glued` parts what runs together, `detect` region, year
//! and speaker, `split` paragraphs → passages. `line` knows what kind of line one is.
//! What differs between formats ends with lines that know their place in the raw file: from there
//! on a web page and a cell of a table are repaired as a text file is.
//! `limits` says what a file may cost; `reader` has a file read by another process.
//!
//! # Invariants
//!
//! - Mess is no error: odd text gives a report and notes.
//! - The Han characters of all passages in order, with the removed pieces of the notes put back,
//!   are those of the file. `is_removal` tells notes of removal from remarks.
//! - Nothing prints, nothing panics, on any bytes.
//! - Nothing beyond `limits` leaves; text and Markdown are read in time and memory linear in their bytes. The parsers
//!   of other formats are not trusted that far: who does not know the files gives a [`FileReader`].

mod annex;
#[cfg(any(feature = "archives", feature = "docx"))]
mod archive;
pub mod clean;
#[cfg(any(feature = "docx", feature = "xlsx"))]
mod compound;
mod decode;
mod detect;
#[cfg(feature = "docx")]
mod doc;
mod document;
#[cfg(feature = "docx")]
mod docx;
#[cfg(feature = "archives")]
mod epub;
mod error;
mod extract;
mod furniture;
mod garbled;
mod genre;
mod glossary;
mod glued;
mod html;
mod join;
pub mod limits;
mod line;
mod markup;
mod notes;
#[cfg(all(feature = "archives", feature = "pdf"))]
mod ofd;
#[cfg(feature = "archives")]
mod open_document;
mod options;
#[cfg(feature = "archives")]
mod packed;
mod parts;
pub mod passed;
#[cfg(feature = "pdf")]
pub mod pdf;
mod period;
pub mod place;
mod raised;
pub mod reader;
mod readers;
#[cfg_attr(
    not(feature = "pdf"),
    allow(dead_code, reason = "pages are those of a PDF")
)]
pub mod recognised;
mod rtf;
mod shadow;
pub mod sidecar;
mod split;
mod table;
mod tense;
mod web_archive;
mod word;
#[cfg(any(feature = "archives", feature = "docx"))]
mod xml;

pub use decode::Encoding;
#[cfg(feature = "docx")]
pub use doc::DocError;
#[cfg(feature = "docx")]
pub use docx::DocxError;
pub use error::{IngestError, ReaderError};
pub use genre::word_of_part;
pub use line::heading_number;
pub use notes::{RefusedRow, is_removal, refused_members, refused_rows, table_row};
pub use options::{FileReader, ReadOptions};
pub use recognised::Recognised;
pub use rtf::RtfError;

use crate::format::Format;
use crate::report::{Genre, LineStart, Note, Report};
use crate::script::{has_traditional, simplified};
use crate::source::RawFile;
use decode::Hint;
use document::Document;
use furniture::Fact;
use join::Paragraph;
use shadow::Originals;

/// Raised whenever a rule changes what becomes of a file: an index made with other rules is built anew.
pub const RULES_VERSION: u32 = 11;

/// One raw file → its reports.
pub fn ingest(file: &RawFile) -> Result<Vec<Report>, IngestError> {
    ingest_as(file, None)
}

/// One raw file → its reports, read in an encoding that the user names.
pub fn ingest_as(file: &RawFile, encoding: Option<Encoding>) -> Result<Vec<Report>, IngestError> {
    let options = ReadOptions {
        encoding,
        ..ReadOptions::default()
    };
    ingest_with(file, options)
}

/// One raw file → its reports, with all that the caller can give.
pub fn ingest_with(file: &RawFile, options: ReadOptions<'_>) -> Result<Vec<Report>, IngestError> {
    let mut notes = Vec::new();
    let format = readers::settle(file, &mut notes)?;
    match options.reader {
        Some(reader) if !format.is_plain() => reader.read(file, options.encoding),
        _ => read_here(file, format, options, notes),
    }
}

/// The reports of a file whose format is known; `notes` are of the whole file.
fn read_here(
    file: &RawFile,
    format: Format,
    options: ReadOptions<'_>,
    mut notes: Vec<Note>,
) -> Result<Vec<Report>, IngestError> {
    let mut documents = readers::documents_of(file, format, options, &mut notes)?;
    limits::check_lines(documents.iter().map(|document| document.lines.len()).sum())?;
    // What is true of the whole file is told once.
    if let Some(first) = documents.first_mut() {
        first.notes.append(&mut notes);
    }
    let n_documents = documents.len();
    let mut reports = Vec::with_capacity(n_documents);
    let mut n_passages = 0;
    let mut refused = Vec::new();
    for document in documents {
        let path = document.path.clone();
        let path = path.as_deref().unwrap_or(&file.path);
        let is_row = document.columns.is_some();
        let is_member = document.path.is_some();
        let mut report = report_of(document, path, n_passages)?;
        let words = genre::placeholder(&report.meta, &report.passages, path);
        // An empty file is empty, and stands for nothing.
        let stands_for_one = |words: &String| !is_row && (is_member || !words.is_empty());
        if let Some(words) = words.filter(stands_for_one) {
            let error = IngestError::Placeholder { words };
            if !is_member {
                return Err(error);
            }
            report.notes.retain(|note| notes::is_of_archive(&note.rule));
            refused.append(&mut report.notes);
            let name = path.get(file.path.len() + 1..).unwrap_or(path);
            refused.push(notes::refused_member(name, &error));
            continue;
        }
        n_passages += report.passages.len();
        let says_something =
            !report.passages.is_empty() || report.notes.iter().any(|note| is_removal(&note.rule));
        if n_documents > 1 || says_something {
            reports.push(report);
        }
    }
    match reports.first_mut() {
        Some(first) => first.notes.append(&mut refused),
        None => return Err(nothing_of(refused)),
    }
    limits::check_reports(&reports)?;
    Ok(reports)
}

/// Why there is no report, by what is said of the members of an archive.
fn nothing_of(refused: Vec<Note>) -> IngestError {
    let first = refused_members(&refused).next();
    match first {
        Some((name, why)) => IngestError::NothingPacked {
            why: format!("{name}: {why}"),
            members: refused,
        },
        None => IngestError::Empty,
    }
}

/// The steps that are the same for all formats; the reports of the file before have so many passages.
fn report_of(
    document: Document,
    path: &str,
    n_passages_before: usize,
) -> Result<Report, IngestError> {
    let Document {
        mut lines,
        title,
        columns,
        published,
        mut notes,
        path: _,
        recognised,
    } = document;
    for line in &mut lines {
        readers::set_blanks(&mut line.text);
    }
    let n_notes_before = notes.len();
    // Traditional text is read as simplified text, and its name too; the characters of the file come back at the end.
    let originals = Originals::take(&mut lines);
    let written = (title.clone(), path);
    let read_as = |text: &str| match originals.is_some() || has_traditional(text) {
        true => simplified(text).into_owned(),
        false => text.to_owned(),
    };
    let title = title.map(|(title, line)| (read_as(&title), line));
    let path = read_as(path);
    let path = path.as_str();
    let (clean, mut around) = clean::clean(lines);
    around.facts.extend(published.map(|(label, value)| Fact {
        label: label.to_owned(),
        value,
        line: 1,
    }));
    let clean = glued::part(clean.into_paragraphs());
    // Each gives a passage at least; nothing is done for what will be refused.
    limits::check_passages(n_passages_before + clean.len())?;
    notes.extend(around.notes);
    let mut meta = match &title {
        Some((title, line)) if !stands_above(title, &clean) => {
            // For detection a title outside the text is one above it; it is no passage of the text.
            let mut paragraphs = vec![Paragraph {
                text: title.clone(),
                lines: vec![LineStart {
                    byte: 0,
                    line: *line,
                }],
                mark: extract::Mark::None,
            }];
            paragraphs.extend_from_slice(&clean);
            detect::detect(&paragraphs, &around.facts, path, &mut notes)
        }
        _ => detect::detect(&clean, &around.facts, path, &mut notes),
    };
    // The name of the file stands in only where nothing else is a title.
    let name = path.rsplit('/').next().unwrap_or(path);
    if let Some((title, _)) = &title
        && name.starts_with(meta.title.as_str())
    {
        meta.title.clone_from(title);
    }
    if let Some(columns) = columns {
        columns.apply(&mut meta, &mut notes);
    }
    let year = meta.year.as_ref().map(|found| found.value);
    let mut passages = split::split(
        clean,
        parts::Known {
            year,
            continued: around.continued,
            is_report: meta.genre == Genre::Report,
        },
    );
    for passage in &mut passages {
        let is_recognised =
            |start: &LineStart| recognised.iter().any(|on| on.contains(&start.line));
        passage.ocr = passage.lines.iter().any(is_recognised);
    }
    if meta.genre == Genre::Report && !meta.abridged {
        let pages = genre::Pages {
            continued: around.continued,
            has_page_turn: notes.iter().any(|note| note.rule == "page-turn"),
        };
        // A title of a column may have made it a report.
        let line = title.as_ref().map(|(_, line)| *line);
        let why = genre::by_title(&meta.title, line);
        let why = why.or_else(|| genre::broken_off(&passages, pages));
        meta.abridged = why.is_some();
        notes.extend(why);
    }
    let n_lost: usize = passages
        .iter()
        .map(|passage| garbled::n_lost(&passage.text))
        .sum();
    if n_lost > 0 {
        notes.push(Note {
            rule: notes::LOST_CHARACTERS.to_owned(),
            line: None,
            text: format!(
                "{n_lost} characters of the text were lost: U+FFFD, 〓, □ or ?? stands for them"
            ),
        });
    }
    // A cell that was cut at the end of a sentence breaks off as well.
    meta.abridged |= notes.iter().any(notes::says_cut);
    meta.partial =
        notes.iter().any(notes::says_partial) || genre::hides_a_report(&meta, &passages, &notes);
    meta.contradicted = notes.iter().any(notes::says_contradicted);
    if let Some(originals) = &originals {
        originals.restore_meta(&mut meta);
        let (_, made) = notes.split_at_mut(n_notes_before);
        originals.restore(&mut passages, made);
    }
    restore_title(&mut meta.title, title.as_ref(), path, written);
    // A stable sort: pieces of one line stay in their order, remarks without a line come first.
    notes.sort_by_key(|note| note.line);
    Ok(Report {
        meta,
        passages,
        notes,
    })
}

/// Puts a title that comes from outside the text, or from the name of the file, back as it is written there.
fn restore_title(
    found: &mut String,
    title: Option<&(String, u32)>,
    path: &str,
    written: (Option<(String, u32)>, &str),
) {
    let (title_written, path_written) = written;
    if let (Some((title, _)), Some((title_written, _))) = (title, title_written)
        && found == title
    {
        *found = title_written;
        return;
    }
    let name = |path: &'_ str| path.rsplit('/').next().unwrap_or(path).to_owned();
    if path != path_written && name(path).starts_with(found.as_str()) {
        let n_chars = found.chars().count();
        *found = name(path_written).chars().take(n_chars).collect();
    }
}

/// Whether a title is one of the first paragraphs, or would only hide them: `1.` ends an opening.
fn stands_above(title: &str, paragraphs: &[Paragraph]) -> bool {
    line::number_of(title).is_some()
        || paragraphs
            .iter()
            .take(4)
            .any(|paragraph| paragraph.text == title)
}
/// Bytes of a small file that is no report, such as a list of phrases, in whatever encoding they are.
///
/// # Errors
/// When they are no text.
pub fn read_text(bytes: &[u8]) -> Result<String, IngestError> {
    Ok(decode::decode(bytes, Hint::default())?.text.into_owned())
}
