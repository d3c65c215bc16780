//! Hits and reports → text for people and data for programs, into any `Write`.
//!
//! `terminal` lays out text by display width and never lets a control character from a file
//! through; `json` is the documented machine format (`docs/output.md`).

/// The language of text for people.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Language {
    /// English
    #[default]
    English,
    /// Chinese
    Chinese,
}

pub mod answer;
pub mod json;
pub mod markdown;
pub mod table;
pub mod terminal;
mod unsafe_chars;
