//! What a query can look for in a passage: a phrase, a pattern with wildcards, two phrases near each other.

use super::near::Near;
use super::pattern::Pattern;
use super::phrase::Phrase;
use std::fmt;

/// One thing to look for.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    clippy::large_enum_variant,
    reason = "nearly all are phrases, and a query has few"
)]
pub enum Keyword {
    /// Characters that stand side by side.
    Phrase(Phrase),
    /// Characters with wildcards between them.
    Pattern(Pattern),
    /// Two phrases near each other.
    Near(Near),
}

impl Keyword {
    /// The folded texts of which it is made.
    pub fn texts(&self) -> Vec<&str> {
        match self {
            Keyword::Phrase(phrase) => vec![phrase.folded()],
            Keyword::Pattern(pattern) => pattern.pieces().iter().map(Phrase::folded).collect(),
            Keyword::Near(near) => near.phrases().map(Phrase::folded).into(),
        }
    }

    /// Whether places of both may overlap in a text.
    pub fn may_overlap(&self, other: &Keyword) -> bool {
        match (self, other) {
            (Keyword::Phrase(a), Keyword::Phrase(b)) => a.may_overlap(b),
            _ => true,
        }
    }
}

impl fmt::Display for Keyword {
    /// As it can be typed: `"乡村"?"镇"`, `"白酒 文旅"~30`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Keyword::Phrase(phrase) => write!(f, "\"{}\"", phrase.canonical()),
            Keyword::Pattern(pattern) => pattern.fmt(f),
            Keyword::Near(near) => near.fmt(f),
        }
    }
}
