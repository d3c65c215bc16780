//! Answers of `baogao-engine` in text and data: aligned lines for terminals, the documented JSON, CSV and Markdown
//! tables, references, pictures.
//!
//! In: answers, and how wide and colourful the reader's terminal is. Out: text; the caller writes it.
//!
//! # Promises
//!
//! - No control character and no direction mark of a text reaches a stream.
//! - The fields of the JSON are those of `docs/output.md`; their meaning changes with `OUTPUT_VERSION` alone.
//! - Nothing is decided here: what is counted, left out or said beside an answer is the engine's.

/// The language of text for people.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Language {
    /// English
    #[default]
    English,
    /// Chinese
    Chinese,
}

rust_i18n::i18n!("locales", fallback = "en");
/// The macro reads the file unseen by cargo: a change of it builds this crate anew.
const _: &str = include_str!("../locales/zh.yml");

pub mod answer;
pub mod failure;
pub mod json;
pub mod markdown;
pub mod plot;
pub mod table;
pub mod terminal;
mod unsafe_chars;
pub mod words;
