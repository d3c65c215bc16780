//! Reads Chinese government work reports (政府工作报告): from a file, mostly a damaged one, to a
//! [`Report`](report::Report) that is placed in space and time and divided into passages.
//!
//! In: the files of a folder ([`walk`]) in any of the formats that are read: plain text, Markdown, web pages, tables,
//! and with the features `docx`, `pdf` and `xlsx` Word files, PDFs and spreadsheets. Out: reports with their passages,
//! the evidence for region and year, and a note for everything that was removed or noticed ([`ingest`]).
//!
//! # Promises
//!
//! - Nothing is invented and nothing is lost in silence: what clean text lacks of the file is in the notes.
//! - No claim is better than a wrong one: a region or a year without evidence is left open.
//! - No file panics, runs without end or takes unlimited memory; what exceeds a limit is refused by name.
//! - Nothing is printed; neither arguments, environment, clock nor current directory is read.
//!
//! Beside the reading stands the normal form in which texts are compared ([`fold`]): whoever builds a list of words or
//! an index needs it, and it needs nothing.

// In reading order: a module uses only those above it.

pub mod region;

pub mod report;

mod char_set;

pub mod script;

pub mod format;

pub mod source;

pub mod ingest;

pub mod filter;

pub mod walk;

pub mod fold;
