//! What the library says in English (why a file was refused, what is damaged, what the system answered), in the language of
//! the moment.
//!
//! In: an English text as it was stored or as an error gives it. Out: the same in Chinese, its values kept. The index keeps
//! texts, not errors; so a text is found again by its pattern, which is the key of its Chinese.
//!
//! # Invariants
//!
//! - Every error of reading a file has a pattern: a test walks them all.
//! - What has none, as the words of a foreign parser, is quoted as it is.

use super::language::{CHINESE, language};
use crate::Language;
use crate::t;
use baogao_reading::report::Note;

/// Values that are texts of the library again, not names or numbers.
const TEXTS: [&str; 8] = [
    "cause", "why", "found", "promised", "advice", "then", "got", "wanted",
];

/// Reasons: of errors, of refusals, of damage. The first that fits is taken.
const REASONS: &[&str] = &[
    // A file, before it is read.
    "cannot be read: %{cause}",
    "not a regular file",
    "a symbolic link, which is not followed",
    "it changed while it was read: the next run reads it again",
    "the name is that of another file here, written in other code points",
    "its path is longer than the system allows: move it nearer to the corpus folder",
    "larger than 64 MiB (%{bytes} bytes)",
    "a format that is not read (`.%{extension}`); read are %{endings}",
    "a format that is not read (`.%{extension}`): %{advice}",
    "a picture (`.%{extension}`), of which no text is read: recognise its text and save that as .txt",
    "save it as .docx",
    "save it as .xlsx",
    "save it as .csv",
    "save it as .txt",
    "save it as .docx or .xlsx without a password",
    "open it in a browser and save the page as .html",
    "unpack it",
    // What is in it.
    "the file is empty",
    "the file is binary, not text: a NUL byte at offset %{byte}",
    "the text cannot be read: as %{encoding}, the likeliest encoding, it has %{n} bad sequences, the first at byte %{byte} (`--encoding` names another)",
    "the file is too large: %{bytes} bytes, at most %{max} are read",
    "the file is too large: it has more than %{most} lines of text (divide it into several)",
    "the file is too large: it has more than %{most} passages (divide it into several)",
    "the file is too large: it has more than %{most} notes (divide it into several)",
    "the file is too large: it has more than %{most} reports (divide it into several)",
    "the file is too large: it has more than %{most} characters (divide it into several)",
    "the file is too large: it has more than %{most} MiB of text (divide it into several)",
    "the file is too large: it has more than %{most} MiB when it is unpacked (divide it into several)",
    "the file is too large: it has more than %{most} sheets (divide it into several)",
    "the file is too large: it has more than %{most} parts (divide it into several)",
    "the file is too large: it has more than %{most} columns (divide it into several)",
    "the file is too large: it has more than %{most} cells (divide it into several)",
    "the file is too large: it has more than %{most} values in one object (divide it into several)",
    "the name says %{promised}, but it is %{found}: %{advice}",
    "text",
    "Markdown",
    "a Word file",
    "a PDF",
    "a web page",
    "a table",
    "JSON",
    "a spreadsheet",
    "a Word file of before 2007",
    "rich text",
    "an OpenDocument text",
    "a spreadsheet of before 2007",
    "an OpenDocument spreadsheet",
    "a web archive",
    "an e-book",
    "an OFD file",
    "a zip archive",
    "a RAR archive",
    "a 7z archive",
    "a file of CNKI",
    "an Office file of before 2007, or one with a password",
    "the file is locked with a password: save it without one",
    "the archive cannot be read: %{why}",
    "nothing in the archive can be read: %{why}",
    "the file is called after a report and holds none: %{words}",
    "it holds pictures and files of programs only",
    "the file has no text that can be read: its pages are pictures, or drawn with fonts that say of no glyph which character it is",
    "the file is too large: it has more than %{most} archives within archives (divide it into several)",
    "the file is too large: it has more than %{most} pages (divide it into several)",
    "the web page has more than %{max} tags",
    "the web page holds no text: it may be shown by a script or in a frame",
    "no column of the table holds the text (its name would be `text`, `content`, 正文, 内容, 全文, 段落); columns: %{columns}",
    "no row of the table has text; columns: %{columns}",
    "the row has no text",
    "the row has a remark in place of the text",
    "the row cannot be read",
    "the sheet cannot be read",
    "the file breaks off, and what followed is not known",
    "the file is no JSON: line %{line}: %{why}",
    "the spreadsheet cannot be read: %{why}",
    "it claims more strings than it holds",
    "it has a password: save it without one",
    "it holds no workbook",
    "sheet `%{name}` lies over another",
    "no object but %{found}",
    "null",
    "a truth value",
    "a number",
    "a string",
    "a list",
    "an object",
    "%{why}; nothing after it is read",
    "EOF while parsing a list",
    "EOF while parsing an object",
    "EOF while parsing a string",
    "EOF while parsing a value",
    "expected value",
    "expected ident",
    "expected %{sign}",
    "invalid escape",
    "invalid number",
    "number out of range",
    "invalid unicode code point",
    "control character (\\u0000-\\u001F) found while parsing a string",
    "key must be a string",
    "lone leading surrogate in hex escape",
    "trailing comma",
    "trailing characters",
    "unexpected end of hex escape",
    "recursion limit exceeded",
    // Word.
    "the file is no Word document, although its name ends with .docx",
    "the file is an archive without a Word document in it",
    "the file is no Word file of before 2007, although its name says so",
    "the file is an Office file without a Word document in it",
    "the file is of Word 95 or before: save it as .docx",
    "the file is damaged: the container: %{why}",
    "it is not there",
    "it has more pages than the file",
    "a page lies outside the file",
    "a piece lies outside the text",
    "its pieces lie over each other",
    "its lists lie over each other",
    "a list of changes is too long",
    "a stream is longer than the file",
    "the file is no rich text, although its name ends with .rtf",
    "the file is refused: the text nests too deep",
    "the file is encrypted: save it without a password",
    "the file is damaged: the archive: %{why}",
    "the file is refused: %{part} declares a document type",
    "the file is refused: %{part} nests too deep",
    "the file is refused: it has %{entries} parts",
    "the file is too large: %{part} has more than %{most} paragraphs",
    "the file is too large: %{part} has more than %{most} notes",
    "the file is too large: %{part} has more than %{most} fields in fields",
    "the file is too large: %{part} has more than %{most} bytes of numbers",
    "the file is too large: %{part} has more than %{most} bytes in the number of a list",
    "the file is too large: its parts unpack to more than %{max} MiB",
    "its encoding is none that XML is written in",
    "an entity that is not declared",
    "it breaks off",
    "i/o error: %{cause}",
    "Zip error: %{why}",
    "Io error: %{cause}",
    "invalid Zip archive: %{why}",
    "Could not find EOCD",
    "specified file not found in archive",
    "compression method not supported: %{method}",
    // PDF.
    "the file is no PDF, although its name ends with .pdf",
    "the file is damaged: no page can be read",
    "no text layer (a scan?) on its %{pages} pages: `baogao index --ocr` recognises them",
    "no text layer (a scan?) on its %{pages} pages, and none was recognised: %{why}",
    "page %{page}: %{why}",
    "nothing was recognised on it",
    "no picture of it could be made",
    "the pages are blank",
    "`%{program}` failed with exit code %{code}",
    "`%{program}` was ended by the system",
    "unsupported encoding: %{unknown} of %{total} characters cannot be known from the fonts",
    "the file is too large: more than %{instructions} instructions or %{glyphs} characters",
    "the file is too large: more than %{pages} pages",
    "the file is damaged: %{part}: %{why}",
    // The process that reads.
    "the file is refused: reading it takes more than %{seconds} s",
    "the file is refused: reading it takes more than %{megabytes} MiB, or is an error in the program",
    "could not be understood: an error in the program, please report it",
    "cannot be read now: the process that reads it was ended from outside; the next run reads it again",
    "cannot be read now: no answer in %{seconds} s, the machine is busy; the next run reads it again",
    "cannot be read now: the process that reads it cannot be started: %{cause}; the next run reads it again",
    "another program answers in its place",
    // A glob.
    "invalid use of **; must be one path component",
    "unclosed character class; missing ']'",
    "invalid range; %{range}",
    "unopened alternate group; missing '{' (maybe escape '}' with '[}]'?)",
    "unclosed alternate group; missing '}' (maybe escape '{' with '[{]'?)",
    "alternate groups nested too deeply",
    "dangling '\\'",
    // A file that speaks of others, and a list of words.
    "line %{line}: %{why}",
    "unknown field `%{name}`, expected one of %{names}",
    "invalid type: %{got}, expected %{wanted}",
    "invalid value: %{got}, expected %{wanted}",
    "text in quotes",
    "a year without quotes",
    "\"report\" or \"other\"",
    "a table for a file: [\"name.txt\"]",
    "string \"%{text}\"",
    "integer `%{number}`",
    "floating point `%{number}`",
    "boolean `%{value}`",
    "sequence",
    "map",
    "%{why}, expected nothing",
    "%{why}, expected %{sign}",
    "duplicate key",
    "unclosed table",
    "unclosed inline table",
    "unclosed array",
    "invalid table",
    "invalid basic string",
    "invalid literal string",
    "invalid string",
    "invalid multi-line basic string",
    "invalid unquoted key",
    "invalid key",
    "unquoted keys cannot be empty",
    "missing assignment between key-value pairs",
    "extra assignment between key-value pairs",
    "key with no value",
    "missing value for key",
    "missing value",
    "missing opening quote",
    "missing comma between array elements",
    "missing comma between key-value pairs",
    "unexpected key or value",
    "unexpected content",
    "invalid value",
    "invalid integer number",
    "string values must be quoted",
    "a frequency of more than 1,000,000,000: `%{line}`",
    "no word: `%{line}`",
    "a word of more than 64 characters: `%{line}`",
    "more than %{max} words",
    // A value of an option.
    "invalid digit found in string",
    "cannot parse integer from empty string",
    "number too large to fit in target type",
    "number too small to fit in target type",
    "%{given} is not in %{from}..=%{to}",
    "%{given} is not in %{range}",
    "invalid float literal",
    // The index.
    "`meta.json` or `.managed.json` cannot be read",
    "`.managed.json` does not name `%{name}`",
    "`.managed.json` names `%{name}`, which is not a file of the index",
    "`.managed.json` names `%{name}`",
    "`%{file}` is not what was written",
    "`%{file}` does not bear our mark",
    "the fields of `%{file}` were changed",
    "`%{file}` is missing",
    "`%{file}` is a generation of another index",
    "`%{file}` is no regular file",
    "`%{file}` has %{bytes} bytes, %{written} were written",
    "`%{file}` cannot be read: %{cause}",
    "`%{file}` lists no file of the segment %{id}",
    "its manifest cannot be read",
    "it cannot be read",
    "the file table cannot be read",
    "the report table is damaged",
    "the index has gone",
    "a segment is missing",
    "a passage is missing",
    "%{n} passages belong to no report",
    "%{n} passages are there, the manifest has %{manifest}",
    "%{id} has %{n} passages, the report table has %{table}",
    "index `%{dir}` is damaged: %{why}",
    "`%{path}` could not be written or read: %{cause}",
    "index format",
    "tantivy format",
    "fold",
    "dictionary",
    "repair rules",
    "another compression",
    // The system.
    "%{cause} (os error %{number})",
    "Operation not permitted",
    "No such file or directory",
    "Input/output error",
    "Too many levels of symbolic links",
    "Cannot allocate memory",
    "Permission denied",
    "Device or resource busy",
    "File exists",
    "Not a directory",
    "Is a directory",
    "Invalid argument",
    "Too many open files",
    "Too many open files in system",
    "File too large",
    "No space left on device",
    "Read-only file system",
    "Broken pipe",
    "File name too long",
    "Directory not empty",
    "Disk quota exceeded",
    "Transport endpoint is not connected",
    "Stale file handle",
    "Address already in use",
    "Cannot assign requested address",
    "no regular file",
    "the index is open for reading only",
    "stream did not contain valid UTF-8",
    "failed to fill whole buffer",
    "unexpected end of file",
];

/// Remarks on a report that are no text taken out of it.
const REMARKS: &[&str] = &[
    "read as %{encoding}; its bytes are valid UTF-8 too, but no Chinese",
    "read as %{encoding}",
    "1 character could not be read and stand as U+FFFD, the first at byte %{byte}",
    "%{n} characters could not be read and stand as U+FFFD, the first at byte %{byte}",
    "1 character could not be read and stands as U+FFFD",
    "%{n} characters could not be read and stand as U+FFFD",
    "1 picture or object is not read",
    "%{n} pictures or objects are not read",
    "the file breaks off inside the text",
    "the file breaks off inside the page",
    "the text breaks off: of %{said} characters %{there} are there",
    "the lengths of the texts in the file are wrong: what is left over stands at the end, maybe not in its place",
    "the text ends before the file does",
    "the last changes stand behind the text in the file; they are read in their place",
    "1 character had been lost before: U+FFFD stands in the file",
    "%{n} characters had been lost before: U+FFFD stands in the file",
    "1 character mean nothing outside one program: bytes may be missing",
    "%{n} characters mean nothing outside one program: bytes may be missing",
    "the name says %{promised}, but it is %{found} and read as that",
    "%{n} files that programs leave beside others",
    "%{n} pictures",
    "%{n} other pages of the archive, as of frames, were not read",
    "the name of the file: %{name}",
    "%{n} characters, without the address at the beginning and the call at the end",
    "a placeholder or summary: %{words}",
    "another kind of document: %{words}",
    "another kind of report: %{words}",
    "a budget report: %{words}",
    "a news item: %{words}",
    "a law or regulation: %{words}",
    "too short to be a report: %{words}",
    "an outline: heads without their text",
    "pages %{pages} of %{all} by %{engine}",
    "page %{page}: %{why}",
    "pages %{pages} of %{all}",
    "%{n} characters stand as %{sign}",
    "nothing in title, dateline, speaker, path or body tells the region",
    "nothing in title, dateline, speaker, path or body tells the year",
    "`%{words}`, but the speaker speaks from another level (%{named})",
    "`%{words}`, but the body speaks from another level (%{named})",
    "`%{words}`, but the body speaks for %{name}",
    "`%{words}`, but the body does not speak for it",
    "the body does not speak for `%{words}`",
    "it ends after the review",
    "it ends inside a sentence",
    "it ends without the call with which a speech ends",
    "it goes on on another page",
    "its beginning stands on another page",
    "nothing of a report's making",
    "a report on a plan: %{words}",
    "the body leaves open whether it is %{names}",
    "`%{words}` can be %{names}",
    "`%{given}` is the name of %{n} regions: %{names}",
    "no region is called `%{given}`: %{names}",
    "no region is called `%{given}`",
    "%{year} is not a year from 1949 to 2100",
    "rows %{from} to %{to}, %{n} of them",
    "row %{row}",
    "1 row without text: %{rows}",
    "%{n} rows without text: %{rows}",
    "`%{name}` is taken for the text, as the longest column",
    "not used: %{names}",
    "cut at the spreadsheet's limit of %{n} characters a cell",
    "a quotation mark is never closed",
    "no object but %{found}",
    "%{why}; nothing after it is read",
    "%{a} by `%{b}`, %{c} by `%{d}`",
    "a sign that is not known: %{sign} of the font %{font}",
    "an embedded object is not read: %{name}",
    "a part of the document is not read: save it as .docx once more",
];

/// A reason in the language of the moment.
pub fn reason(english: &str) -> String {
    match language() {
        Language::English => english.to_owned(),
        Language::Chinese => in_chinese(REASONS, english).unwrap_or_else(|| english.to_owned()),
    }
}

/// What the system, or a foreign parser, says: a part of a sentence.
pub fn cause(english: &dyn std::fmt::Display) -> String {
    let english = english.to_string();
    match language() {
        Language::English => english,
        Language::Chinese => in_chinese(REASONS, &english).unwrap_or_else(|| quoted(&english)),
    }
}

/// What a note says; text that was taken out of a report stays as it is.
pub fn remark(note: &Note) -> String {
    // The name of a member of an archive, and why it was refused.
    if let Some((name, why)) = note.text.split_once('\t') {
        let said = t!("  `%{path}`: %{reason}", path = name, reason = reason(why));
        return said.trim_start().to_owned();
    }
    if language() == Language::English || baogao_reading::ingest::is_removal(&note.rule) {
        return note.text.clone();
    }
    in_chinese(REMARKS, &note.text).unwrap_or_else(|| note.text.clone())
}

/// Foreign words stand between marks.
fn quoted(words: &str) -> String {
    if words.is_ascii() {
        format!("`{}`", words.replace('`', "'"))
    } else {
        words.to_owned()
    }
}

fn in_chinese(patterns: &[&'static str], english: &str) -> Option<String> {
    patterns.iter().find_map(|pattern| {
        let found = values(pattern, english)?;
        let chinese = rust_i18n::t!(*pattern, locale = CHINESE);
        let names: Vec<&str> = found.iter().map(|(name, _)| *name).collect();
        let values = found.iter().map(|(name, value)| {
            if TEXTS.contains(name) {
                in_chinese(REASONS, value).unwrap_or_else(|| quoted(value))
            } else if *name == "names" {
                value.replace(", ", "、")
            } else {
                (*value).to_owned()
            }
        });
        let values: Vec<String> = values.collect();
        Some(rust_i18n::replace_patterns(&chinese, &names, &values))
    })
}

/// The values that make a text out of a pattern, with their names; nothing where none do. A value is never empty, and as
/// short as can be but for the last.
fn values<'t>(pattern: &'static str, text: &'t str) -> Option<Vec<(&'static str, &'t str)>> {
    let mut parts = pattern.split("%{");
    let mut rest = text.strip_prefix(parts.next()?)?;
    let mut found = Vec::new();
    let mut parts = parts.peekable();
    while let Some(part) = parts.next() {
        let (name, literal) = part.split_once('}')?;
        let end = if parts.peek().is_none() {
            rest.strip_suffix(literal)?.len()
        } else {
            rest.find(literal)?
        };
        let value = rest.get(..end).filter(|value| !value.is_empty())?;
        found.push((name, value));
        rest = rest.get(end + literal.len()..)?;
    }
    rest.is_empty().then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use baogao_reading::format::Format;
    use baogao_reading::ingest::{IngestError, ReaderError};
    use baogao_reading::source::{SourceError, format_of};
    use std::collections::BTreeSet;

    /// Every variant, once; the match says so to whoever adds one.
    fn source_errors() -> Vec<SourceError> {
        let other = |advice| SourceError::OtherFormat {
            extension: "xyz".to_owned(),
            advice,
        };
        let mut all = vec![
            SourceError::Unreadable("Permission denied (os error 13)".to_owned()),
            SourceError::NotRegular,
            SourceError::Link,
            SourceError::Changing,
            SourceError::SameName,
            SourceError::TooDeep,
            SourceError::TooLarge { bytes: 70_000_000 },
            SourceError::UnknownFormat {
                extension: "xyz".to_owned(),
            },
        ];
        for name in [
            "a.doc", "a.wps", "a.rtf", "a.odt", "a.xls", "a.et", "a.ods", "a.mht", "a.mhtml",
            "a.zip", "a.rar", "a.7z", "a.xyz", "a.png",
        ] {
            all.extend(format_of(name).err());
        }
        all.push(other("unpack it"));
        for error in &all {
            match error {
                SourceError::Unreadable(_)
                | SourceError::NotRegular
                | SourceError::Link
                | SourceError::Changing
                | SourceError::SameName
                | SourceError::TooDeep
                | SourceError::TooLarge { .. }
                | SourceError::UnknownFormat { .. }
                | SourceError::Picture { .. }
                | SourceError::OtherFormat { .. } => {}
            }
        }
        all
    }

    fn ingest_errors() -> Vec<IngestError> {
        let columns = "a, b".to_owned();
        let mut all = vec![
            IngestError::Empty,
            IngestError::Binary { byte: 7 },
            IngestError::Undecodable {
                byte: 7,
                n_bad: 30,
                encoding: "UTF-8".into(),
            },
            IngestError::TooLarge {
                bytes: 1,
                bytes_max: 2,
            },
            IngestError::Locked,
            IngestError::BrokenArchive {
                why: "invalid Zip archive".to_owned(),
            },
            IngestError::NothingPacked {
                why: "a.txt: the file is empty".to_owned(),
                members: Vec::new(),
            },
            IngestError::Placeholder {
                words: "404 Not Found".to_owned(),
            },
            IngestError::NoCharacters,
            IngestError::Member {
                why: "a format that is not read (`.caj`): save it as .txt".to_owned(),
            },
            IngestError::TooManyTags { tags_max: 9 },
            IngestError::NoText,
            IngestError::NoTextColumn {
                columns: columns.clone(),
            },
            IngestError::NoRows {
                columns,
                rows: Vec::new(),
            },
            IngestError::NotJson {
                line: 3,
                why: "expected `:`".to_owned(),
            },
            IngestError::NotJson {
                line: 3,
                why: "no object but a list".to_owned(),
            },
            IngestError::NotJson {
                line: 3,
                why: "EOF while parsing a list; nothing after it is read".to_owned(),
            },
            IngestError::BrokenSpreadsheet {
                why: "it claims more strings than it holds".to_owned(),
            },
            IngestError::Reader(ReaderError::TooSlow { seconds: 1 }),
            IngestError::Reader(ReaderError::GaveUp { megabytes: 1 }),
            IngestError::Reader(ReaderError::Panicked),
            IngestError::Reader(ReaderError::Ended),
            IngestError::Reader(ReaderError::Overdue { seconds: 1 }),
            IngestError::Reader(ReaderError::NotStarted {
                reason: "No such file or directory (os error 2)".to_owned(),
            }),
            IngestError::Reader(ReaderError::NotStarted {
                reason: "another program answers in its place".to_owned(),
            }),
        ];
        for promised in Format::every() {
            let others = Format::every().filter(|found| !found.is_read());
            all.extend(others.map(|found| IngestError::OtherContent { promised, found }));
        }
        all.extend(too_much().into_iter().map(|what| IngestError::TooMuch {
            what,
            most: "1,000".to_owned(),
        }));
        all.extend(doc_errors());
        all.extend(docx_errors());
        all.extend(rtf_errors());
        all.extend(pdf_errors());
        for error in &all {
            match error {
                IngestError::Locked
                | IngestError::BrokenArchive { .. }
                | IngestError::Member { .. }
                | IngestError::NothingPacked { .. }
                | IngestError::Placeholder { .. }
                | IngestError::NoCharacters
                | IngestError::Empty
                | IngestError::Binary { .. }
                | IngestError::Undecodable { .. }
                | IngestError::TooLarge { .. }
                | IngestError::TooMuch { .. }
                | IngestError::Reader(
                    ReaderError::TooSlow { .. }
                    | ReaderError::GaveUp { .. }
                    | ReaderError::Panicked
                    | ReaderError::Ended
                    | ReaderError::Overdue { .. }
                    | ReaderError::NotStarted { .. },
                )
                | IngestError::OtherContent { .. }
                | IngestError::TooManyTags { .. }
                | IngestError::NoText
                | IngestError::NoTextColumn { .. }
                | IngestError::NoRows { .. }
                | IngestError::NotJson { .. }
                | IngestError::BrokenSpreadsheet { .. } => {}
                IngestError::Doc(_) => {}
                IngestError::Docx(_) => {}
                IngestError::Rtf(_) => {}
                IngestError::Pdf(_) => {}
            }
        }
        all
    }

    fn doc_errors() -> Vec<IngestError> {
        use baogao_reading::ingest::DocError;
        let mut all = vec![
            DocError::NotWord,
            DocError::NoDocument,
            DocError::Encrypted,
            DocError::TooOld,
        ];
        let reasons = [
            "it breaks off",
            "it is not there",
            "a piece lies outside the text",
            "its pieces lie over each other",
            "a page lies outside the file",
        ];
        all.extend(reasons.map(|reason| DocError::Damaged {
            part: "Clx".to_owned(),
            reason: reason.to_owned(),
        }));
        for error in &all {
            match error {
                DocError::NotWord
                | DocError::NoDocument
                | DocError::Encrypted
                | DocError::TooOld
                | DocError::Damaged { .. } => {}
            }
        }
        all.into_iter().map(IngestError::Doc).collect()
    }

    fn rtf_errors() -> Vec<IngestError> {
        use baogao_reading::ingest::RtfError;
        let all = vec![RtfError::NotRtf, RtfError::TooDeep];
        for error in &all {
            match error {
                RtfError::NotRtf | RtfError::TooDeep => {}
            }
        }
        all.into_iter().map(IngestError::Rtf).collect()
    }

    fn docx_errors() -> Vec<IngestError> {
        use baogao_reading::ingest::DocxError;
        let part = || "word/document.xml".to_owned();
        let mut all = vec![
            DocxError::NotWord,
            DocxError::NoDocument,
            DocxError::Encrypted,
            DocxError::DocumentType { part: part() },
            DocxError::TooDeep { part: part() },
            DocxError::TooManyParts { entries: 9 },
            DocxError::TooLarge { mebibytes_max: 64 },
        ];
        let reasons = [
            "it breaks off",
            "an entity that is not declared",
            "its encoding is none that XML is written in",
        ];
        all.extend(reasons.map(|reason| DocxError::Damaged {
            part: part(),
            reason: reason.to_owned(),
        }));
        all.push(DocxError::Damaged {
            part: "the archive".to_owned(),
            reason: "invalid Zip archive: Could not find EOCD".to_owned(),
        });
        let whats = [
            "paragraphs",
            "notes",
            "fields in fields",
            "bytes of numbers",
            "bytes in the number of a list",
        ];
        all.extend(whats.map(|what| DocxError::TooMuch {
            part: part(),
            what: what.to_owned(),
            most: "1,000".to_owned(),
        }));
        for error in &all {
            match error {
                DocxError::NotWord
                | DocxError::NoDocument
                | DocxError::Encrypted
                | DocxError::Damaged { .. }
                | DocxError::DocumentType { .. }
                | DocxError::TooDeep { .. }
                | DocxError::TooManyParts { .. }
                | DocxError::TooMuch { .. }
                | DocxError::TooLarge { .. } => {}
            }
        }
        all.into_iter().map(IngestError::Docx).collect()
    }

    fn pdf_errors() -> Vec<IngestError> {
        use baogao_reading::ingest::pdf::PdfError;
        let all = vec![
            PdfError::NotPdf,
            PdfError::Damaged,
            PdfError::Encrypted,
            PdfError::NoTextLayer { pages: 3 },
            PdfError::NotRecognised {
                pages: 3,
                why: "page 1: nothing was recognised on it".to_owned(),
            },
            PdfError::UnknownEncoding {
                unknown: 1,
                total: 2,
            },
            PdfError::TooLarge {
                what: "10000 pages".to_owned(),
            },
            PdfError::TooLarge {
                what: "10 instructions or 4 characters".to_owned(),
            },
        ];
        for error in &all {
            match error {
                PdfError::NotPdf
                | PdfError::Damaged
                | PdfError::Encrypted
                | PdfError::NoTextLayer { .. }
                | PdfError::NotRecognised { .. }
                | PdfError::UnknownEncoding { .. }
                | PdfError::TooLarge { .. } => {}
            }
        }
        all.into_iter().map(IngestError::Pdf).collect()
    }

    /// Of what a file can have too much, as the sources say it.
    fn too_much() -> BTreeSet<String> {
        let mut whats = BTreeSet::new();
        let ingest = concat!(env!("CARGO_MANIFEST_DIR"), "/../reading/src/ingest");
        for entry in walkdir::WalkDir::new(ingest) {
            let path = entry.expect("the sources are there").into_path();
            if path.extension().is_none_or(|extension| extension != "rs")
                || path.components().any(|part| part.as_os_str() == "docx")
            {
                continue;
            }
            let source = std::fs::read_to_string(&path).expect("it can be read");
            let source = source.split("#[cfg(test)]").next().unwrap_or_default();
            let called = source.split("too_much(\"").skip(1);
            whats.extend(
                called
                    .filter_map(|after| after.split('"').next())
                    .map(str::to_owned),
            );
            let listed = source.lines().filter(|line| {
                line.trim_start().starts_with('(') && line.contains("_MAX") && line.contains('"')
            });
            whats.extend(
                listed
                    .filter_map(|line| line.split('"').nth(1))
                    .map(str::to_owned),
            );
        }
        assert!(whats.len() > 8, "{whats:?}");
        whats
    }

    #[test]
    fn every_reason_for_refusal_is_there_in_chinese() {
        let errors = source_errors().into_iter().map(|error| error.to_string());
        let errors = errors.chain(ingest_errors().into_iter().map(|error| error.to_string()));
        for english in errors {
            let chinese = in_chinese(REASONS, &english);
            let chinese = chinese.unwrap_or_else(|| panic!("no Chinese of: {english}"));
            let left = super::super::tests::english_in(&chinese);
            assert!(left.is_empty(), "{left:?} in: {chinese}");
        }
    }

    #[test]
    fn every_pattern_has_a_chinese_sentence() {
        let patterns = REASONS.iter().chain(REMARKS);
        let same = ["null"];
        let texts = patterns.filter(|pattern| !same.contains(*pattern));
        let missing: Vec<&&str> = texts
            .filter(|pattern| rust_i18n::t!(**pattern, locale = CHINESE) == **pattern)
            .collect();
        assert!(missing.is_empty(), "{missing:#?}");
    }

    #[test]
    fn a_text_is_taken_apart_by_its_pattern() {
        assert_eq!(
            values("the file is empty", "the file is empty"),
            Some(vec![])
        );
        assert_eq!(values("the file is empty", "the file is empty."), None);
        assert_eq!(
            values("line %{line}: %{why}", "line 3: a: b"),
            Some(vec![("line", "3"), ("why", "a: b")])
        );
        assert_eq!(values("line %{line}: %{why}", "line : b"), None);
        // What stands in a value is no place for another.
        assert_eq!(
            in_chinese(
                REASONS,
                "no row of the table has text; columns: %{columns} %{x}"
            )
            .as_deref(),
            Some("表中没有一行有正文；各列：%{columns} %{x}")
        );
        assert_eq!(in_chinese(REASONS, "something else"), None);
    }
}
