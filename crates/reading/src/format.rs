//! The registry of formats: what each is called, how its names end, how its bytes begin, and whether it is read.
//!
//! In: a file's name or its bytes. Out: the [`Format`]. The bytes decide: an ending is a promise that is kept only where
//! nothing in the file says otherwise. What reads each format stands in `ingest/readers`; a format that is known and
//! not read, or that this build leaves out, stands here all the same, with what its reader can do.
//!
//! To add a format: a variant and its row here, a file and an arm in `ingest/readers`.

use memchr::memmem;
use serde::{Deserialize, Serialize};

/// What kind of file it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Format {
    /// Plain text.
    Text,
    /// Markdown.
    Markdown,
    /// A web page.
    Html,
    /// A table with commas (or semicolons) between its cells.
    Csv,
    /// A table with tabs between its cells.
    Tsv,
    /// One JSON object a line.
    JsonLines,
    /// A JSON array of objects.
    Json,
    /// A Word file of 2007 or later.
    Docx,
    /// A PDF; its text layer is read.
    Pdf,
    /// A spreadsheet of Excel 2007 or later.
    Xlsx,
    /// A Word file of 1997–2003, or one of WPS.
    Doc,
    /// Rich text.
    Rtf,
    /// A text of OpenDocument, as LibreOffice writes it.
    Odt,
    /// A spreadsheet of Excel 1997–2003, or one of WPS.
    Xls,
    /// A spreadsheet of OpenDocument.
    Ods,
    /// A web page with all that belongs to it.
    Mht,
    /// A book of web pages.
    Epub,
    /// The layout of pages of the Chinese standard GB/T 33190.
    Ofd,
    /// A zip archive of other files.
    Zip,
    /// A RAR archive.
    Rar,
    /// A 7z archive.
    SevenZip,
    /// A paper of CNKI.
    Caj,
    /// An Office file of before 2007 of another kind, or one with a password.
    OtherOffice,
}

/// What is known of a format.
struct Row {
    format: Format,
    /// How names end, lower case.
    endings: &'static [&'static str],
    /// As messages call it.
    name: &'static str,
    /// Whether this build reads it.
    is_read: bool,
    /// What the user can do where it is not read.
    advice: &'static str,
}

const fn row(
    format: Format,
    endings: &'static [&'static str],
    name: &'static str,
    is_read: bool,
    advice: &'static str,
) -> Row {
    Row {
        format,
        endings,
        name,
        is_read,
        advice,
    }
}

const AS_WORD: &str = "save it as .docx";
const AS_TABLE: &str = "save it as .xlsx";
const AS_CSV: &str = "save it as .csv";
const AS_TEXT: &str = "save it as .txt";
const AS_PAGE: &str = "open it in a browser and save the page as .html";
const UNPACKED: &str = "unpack it";

/// All formats, in the order in which messages give their endings.
const ALL: &[Row] = &[
    row(Format::Text, &["txt", "text"], "text", true, ""),
    row(Format::Markdown, &["md", "markdown"], "Markdown", true, ""),
    row(
        Format::Html,
        &["html", "htm", "xhtml", "shtml"],
        "a web page",
        true,
        "",
    ),
    row(Format::Csv, &["csv"], "a table", true, ""),
    row(Format::Tsv, &["tsv", "tab"], "a table", true, ""),
    row(Format::JsonLines, &["jsonl", "ndjson"], "JSON", true, ""),
    row(Format::Json, &["json"], "JSON", true, ""),
    row(
        Format::Docx,
        &["docx", "docm", "dotx"],
        "a Word file",
        cfg!(feature = "docx"),
        AS_TEXT,
    ),
    row(
        Format::Pdf,
        &["pdf"],
        "a PDF",
        cfg!(feature = "pdf"),
        AS_TEXT,
    ),
    row(
        Format::Xlsx,
        &["xlsx", "xlsm"],
        "a spreadsheet",
        cfg!(feature = "xlsx"),
        AS_CSV,
    ),
    row(
        Format::Doc,
        &["doc", "dot", "wps", "wpt"],
        "a Word file of before 2007",
        cfg!(feature = "docx"),
        AS_WORD,
    ),
    row(Format::Rtf, &["rtf"], "rich text", true, ""),
    row(
        Format::Odt,
        &["odt"],
        "an OpenDocument text",
        cfg!(feature = "archives"),
        AS_WORD,
    ),
    row(
        Format::Xls,
        &["xls", "et"],
        "a spreadsheet of before 2007",
        cfg!(feature = "xlsx"),
        AS_TABLE,
    ),
    row(
        Format::Ods,
        &["ods"],
        "an OpenDocument spreadsheet",
        cfg!(feature = "xlsx"),
        AS_TABLE,
    ),
    row(
        Format::Mht,
        &["mht", "mhtml", "eml"],
        "a web archive",
        true,
        AS_PAGE,
    ),
    row(
        Format::Epub,
        &["epub"],
        "an e-book",
        cfg!(feature = "archives"),
        AS_TEXT,
    ),
    row(
        Format::Ofd,
        &["ofd"],
        "an OFD file",
        cfg!(all(feature = "archives", feature = "pdf")),
        AS_TEXT,
    ),
    row(
        Format::Zip,
        &["zip"],
        "a zip archive",
        cfg!(feature = "archives"),
        UNPACKED,
    ),
    row(Format::Rar, &["rar"], "a RAR archive", false, UNPACKED),
    row(Format::SevenZip, &["7z"], "a 7z archive", false, UNPACKED),
    row(
        Format::Caj,
        &["caj", "kdh", "nh"],
        "a file of CNKI",
        false,
        AS_TEXT,
    ),
    row(
        Format::OtherOffice,
        &[],
        "an Office file of before 2007, or one with a password",
        false,
        "save it as .docx or .xlsx without a password",
    ),
];

/// Endings of pictures, which are no format of text.
const PICTURES: [&str; 22] = [
    "avif", "bmp", "cur", "emf", "gif", "heic", "heif", "ico", "jfif", "jpe", "jpeg", "jpg", "pcx",
    "png", "psd", "svg", "svgz", "tga", "tif", "tiff", "webp", "wmf",
];

/// Whether a name ends as those of pictures do.
pub fn is_picture(name: &str) -> bool {
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    PICTURES.contains(&ending.to_ascii_lowercase().as_str())
}

impl Format {
    fn row(self) -> &'static Row {
        let found = ALL.iter().find(|row| row.format == self);
        // Each has its row: the test below.
        found.unwrap_or(&ALL[0])
    }

    /// The format that the ending of a name promises, whether it is read or not.
    pub fn of_name(name: &str) -> Option<Format> {
        let (_, ending) = name.rsplit_once('.')?;
        let ending = ending.to_ascii_lowercase();
        let row = ALL
            .iter()
            .find(|row| row.endings.contains(&ending.as_str()))?;
        Some(row.format)
    }

    /// The name as messages give it.
    pub fn name(self) -> &'static str {
        self.row().name
    }

    /// Whether this build reads it.
    pub fn is_read(self) -> bool {
        self.row().is_read
    }

    /// What the user can do where it is not read.
    pub fn advice(self) -> &'static str {
        self.row().advice
    }

    /// Whether it is text that a person may have typed, of which no program need be afraid.
    pub fn is_plain(self) -> bool {
        matches!(self, Format::Text | Format::Markdown)
    }

    /// Whether it is a zip archive of parts.
    pub fn is_archive(self) -> bool {
        matches!(
            self,
            Format::Docx | Format::Xlsx | Format::Odt | Format::Ods | Format::Epub | Format::Ofd
        )
    }

    /// Whether such a file begins with bytes that say so: without them it is something else.
    pub fn has_magic(self) -> bool {
        !matches!(
            self,
            Format::Text
                | Format::Markdown
                | Format::Html
                | Format::Csv
                | Format::Tsv
                | Format::JsonLines
                | Format::Json
                | Format::Mht
        )
    }

    /// All formats.
    pub fn every() -> impl Iterator<Item = Format> {
        ALL.iter().map(|row| row.format)
    }

    /// The endings of names that are read.
    pub fn endings_read() -> impl Iterator<Item = &'static str> {
        let read = ALL.iter().filter(|row| row.is_read);
        read.flat_map(|row| row.endings.iter().copied())
    }

    /// What the bytes of a file say it is; nothing for most texts.
    pub fn of_bytes(bytes: &[u8]) -> Option<Format> {
        const STARTS: [(&[u8], Format); 6] = [
            (b"{\\rtf", Format::Rtf),
            (b"%PDF-", Format::Pdf),
            (b"Rar!\x1a\x07", Format::Rar),
            (b"7z\xbc\xaf\x27\x1c", Format::SevenZip),
            (b"CAJ\0", Format::Caj),
            (b"HN\0\0", Format::Caj),
        ];
        if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
            return Some(of_archive(bytes));
        }
        if bytes.starts_with(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") {
            return Some(of_compound_file(bytes));
        }
        if let Some((_, format)) = STARTS.iter().find(|(start, _)| bytes.starts_with(start)) {
            return Some(*format);
        }
        of_markup(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes))
    }
}

/// What a zip archive is: Office files are told by the names of their parts, which stand unpacked in the directory at the
/// end, the others by the part that their standard puts first.
fn of_archive(bytes: &[u8]) -> Format {
    const FIRST: [(&[u8], Format); 3] = [
        (b"application/vnd.oasis.opendocument.text", Format::Odt),
        (
            b"application/vnd.oasis.opendocument.spreadsheet",
            Format::Ods,
        ),
        (b"application/epub+zip", Format::Epub),
    ];
    const NAMES: [(&[u8], Format); 5] = [
        (b"word/document", Format::Docx),
        (b"xl/workbook", Format::Xlsx),
        (b"OFD.xml", Format::Ofd),
        // Of those whose first part is packed, or stands elsewhere.
        (b"META-INF/container.xml", Format::Epub),
        (b"content.xml", Format::Odt),
    ];
    let head = bytes.get(..256).unwrap_or(bytes);
    if memmem::find(head, b"mimetype").is_some() {
        let found = FIRST
            .iter()
            .find(|(words, _)| memmem::find(head, words).is_some());
        if let Some((_, format)) = found {
            return *format;
        }
    }
    let directory = memmem::rfind(bytes, b"PK\x05\x06").and_then(|end| {
        let at = bytes.get(end + 16..end + 20)?;
        let at = u32::from_le_bytes(at.try_into().ok()?) as usize;
        bytes.get(at..end)
    });
    let directory = directory.unwrap_or(bytes);
    // An Office file has them at its top: another archive may hold whole unpacked ones.
    let is_top = |name: &[u8]| {
        let begins = |at: usize, n_before: usize, mark: &[u8]| {
            let start = at.checked_sub(n_before);
            let before = start.and_then(|start| directory.get(start..start + mark.len()));
            before == Some(mark)
        };
        // What stands before the name in the directory, and before a part itself where the directory is cut off.
        let mut found = memmem::find_iter(directory, name);
        found.any(|at| begins(at, 46, b"PK\x01\x02") || begins(at, 30, b"PK\x03\x04"))
    };
    let found = NAMES.iter().find(|(name, _)| is_top(name));
    found.map_or(Format::Zip, |(_, format)| *format)
}

/// What an OLE compound file is: the names of its streams stand in UTF-16.
fn of_compound_file(bytes: &[u8]) -> Format {
    let has = |name: &str| {
        let name: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        memmem::find(bytes, &name).is_some()
    };
    if has("EncryptedPackage") {
        Format::OtherOffice
    } else if has("WordDocument") {
        Format::Doc
    } else if has("Workbook") || has("Book") {
        Format::Xls
    } else {
        Format::OtherOffice
    }
}

/// A page can open with comments (`<!-- saved from url=… -->`) of a few hundred bytes.
fn of_markup(bytes: &[u8]) -> Option<Format> {
    let head = bytes.get(..1024).unwrap_or(bytes).to_ascii_lowercase();
    let mut head = head.trim_ascii_start();
    if head.starts_with(b"mime-version:")
        || head.starts_with(b"from:") && memmem::find(head, b"mime-version:").is_some()
    {
        return Some(Format::Mht);
    }
    while head.starts_with(b"<!--") || head.starts_with(b"<?xml") {
        let end: &[u8] = if head.starts_with(b"<?") {
            b"?>"
        } else {
            b"-->"
        };
        let at = memmem::find(head, end)?;
        head = head.get(at + end.len()..)?.trim_ascii_start();
    }
    let tags: [&[u8]; 4] = [b"<!doctype html", b"<html", b"<head>", b"<body"];
    tags.iter()
        .any(|tag| head.starts_with(tag))
        .then_some(Format::Html)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn every_format_has_a_row_and_every_ending_one_format() {
        let mut endings = HashSet::new();
        for row in ALL {
            assert_eq!(row.format.row().name, row.name);
            assert!(row.is_read || !row.advice.is_empty(), "{}", row.name);
            for ending in row.endings {
                assert!(endings.insert(*ending), "{ending}");
                assert_eq!(Format::of_name(&format!("a.{ending}")), Some(row.format));
            }
        }
        assert!(endings.iter().all(|ending| !PICTURES.contains(ending)));
        // The last variant: rows are as many as variants.
        assert_eq!(ALL.len(), Format::OtherOffice as usize + 1);
    }

    #[test]
    fn bytes_say_what_a_file_is() {
        let page = "<!-- saved from url=(0024)http://www.gov.cn/ -->\n<HTML>";
        for (bytes, format) in [
            (&b"{\\rtf1\\ansi"[..], Some(Format::Rtf)),
            (b"%PDF-1.7", Some(Format::Pdf)),
            (b"Rar!\x1a\x07\x01\0", Some(Format::Rar)),
            (b"PK\x03\x04", Some(Format::Zip)),
            (
                b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
                Some(Format::OtherOffice),
            ),
            (
                b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1W\0o\0r\0d\0D\0o\0c\0u\0m\0e\0n\0t\0",
                Some(Format::Doc),
            ),
            (page.as_bytes(), Some(Format::Html)),
            (b"MIME-Version: 1.0\r\n", Some(Format::Mht)),
            ("汾阳市2024年政府工作报告".as_bytes(), None),
            (b"", None),
        ] {
            assert_eq!(Format::of_bytes(bytes), format);
        }
    }
}
