//! Lines → clean text: one logical paragraph after another, repaired, never reworded.
//!
//! In: the lines of a file with their marks read. Out: [`CleanText`], whose paragraphs hold the
//! text of the report alone, and what the page said beside it. [`RULES`] names every rule in the
//! order in which they work, with its reason and with examples that a test runs.
//! Look-alikes, half-width commas and traditional characters stay as they are: mapping is for `fold`.
//!
//! # Invariants
//!
//! - Nothing invented, nothing lost in silence: the Han characters of the paragraphs and of the
//!   notes, in order of their lines, are those of the file.
//! - No paragraph is empty, none holds a control character or a line break.
//! - Cleaning clean text changes nothing.

use super::extract::{Line, Mark, is_invisible};
use super::furniture::{self, Surroundings};
use super::join::{self, Paragraph};
use super::line::is_wide;
use regex::Regex;
use std::sync::LazyLock;

/// A rule of repair: what it is called in notes and reviews, and why it is there.
#[derive(Debug)]
pub struct Rule {
    /// The name, as notes give it.
    pub name: &'static str,
    /// What it does and why; where it fires outside the samples, and where it must not.
    pub reason: &'static str,
    /// Text before, paragraphs after (one a line).
    pub examples: &'static [(&'static str, &'static str)],
    /// Whether it takes text away, so that a note holds what it took.
    pub removes: bool,
}
