//! Files made to do harm cost only themselves: no panic on any bytes, no file that takes for ever or all memory, the
//! rest of the folder indexed.
#![allow(
    clippy::print_stdout,
    reason = "a test that skips says so, and what each file cost is what it is run for"
)]

mod bytes;
#[path = "../common/mod.rs"]
mod common;
mod files;
#[cfg(all(
    feature = "archives",
    feature = "docx",
    feature = "pdf",
    feature = "xlsx"
))]
mod parts;
#[cfg(feature = "pdf")]
mod pdf;
mod processes;
mod run;
