//! Hits and reports → text for people and data for programs, into any `Write`.
//!
//! `terminal` lays out text by display width and never lets a control character from a file
//! through; `json` is the documented machine format (`docs/output.md`).

pub mod cite;
pub mod json;
pub mod table;
pub mod terminal;
