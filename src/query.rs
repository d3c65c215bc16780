//! What the reader asks: phrases that must all stand in a passage, and where to look.
//!
//! In: text as typed, in half- or full-width as an input method gives it. Out: a checked
//! [`Query`], or an error that says what is wrong. Filters are checked values, so that nothing
//! that does not exist can be searched for.

use crate::exact::{MatchOptions, Phrase};
use crate::region::{Level, Region};
use crate::report::{Genre, Part, Year};
use std::ops::RangeInclusive;

/// Longest query, in characters.
pub const MAX_CHARS: usize = 1_000;
/// Most phrases in a query.
pub const MAX_PHRASES: usize = 64;

/// What is wrong with a question.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QueryError {
    /// Nothing is left after folding.
    #[error("nothing to search for")]
    Empty,
    /// More characters than [`MAX_CHARS`].
    #[error("the query has {chars} characters, at most {MAX_CHARS} are taken")]
    TooLong {
        /// Its length.
        chars: usize,
    },
    /// More phrases than [`MAX_PHRASES`].
    #[error("the query has {phrases} phrases, at most {MAX_PHRASES} are taken")]
    TooManyPhrases {
        /// How many.
        phrases: usize,
    },
    /// A year or range of years that cannot be one.
    #[error("`{given}` is not a year or a range of years; write 2024 or 2020..2024 (1949 to 2100)")]
    Years {
        /// As typed.
        given: String,
    },
}

/// A checked question: passages in which every phrase stands.
#[derive(Clone, Debug)]
pub struct Query {
    typed: String,
    phrases: Vec<Phrase>,
}

impl Query {
    /// Parses what was typed: words apart are phrases that must all be there; quotes keep words together.
    ///
    /// A trailing ？ or ！ is dropped. Quoted and unquoted parts that touch are one phrase, so that
    /// `“四上”企业` is what it looks like. A quote that is never closed is text, and folds away.
    ///
    /// # Errors
    /// When nothing is left to search for, or when the query is too long.
    pub fn parse(typed: &str, options: MatchOptions) -> Result<Query, QueryError> {
        let chars = typed.chars().count();
        if chars > MAX_CHARS {
            return Err(QueryError::TooLong { chars });
        }
        let text = typed.trim();
        let asked = text.trim_end_matches(['?', '!', '\u{ff1f}', '\u{ff01}']);
        let text = if asked.trim().is_empty() { text } else { asked };
        let phrases: Vec<Phrase> = cut_phrases(text, options.literal)
            .iter()
            .filter_map(|phrase| Phrase::new(phrase, options))
            .collect();
        match phrases.len() {
            0 => Err(QueryError::Empty),
            1..=MAX_PHRASES => Ok(Query {
                typed: typed.to_owned(),
                phrases,
            }),
            phrases => Err(QueryError::TooManyPhrases { phrases }),
        }
    }

    /// A query of one phrase that has been made already.
    pub(crate) fn of_phrase(phrase: Phrase) -> Query {
        Query {
            typed: phrase.typed().to_owned(),
            phrases: vec![phrase],
        }
    }

    /// As typed.
    pub fn typed(&self) -> &str {
        &self.typed
    }

    /// The phrases, never empty.
    pub fn phrases(&self) -> &[Phrase] {
        &self.phrases
    }

    /// The query as it is understood: `专业镇 AND 白酒`, folded.
    pub fn understood(&self) -> String {
        let phrases: Vec<String> = self
            .phrases
            .iter()
            .map(|phrase| format!("\"{}\"", phrase.folded()))
            .collect();
        phrases.join(" AND ")
    }
}

/// The closing quote for an opening one. In a literal query only `"` is syntax, the rest is text.
fn closing_quote(c: char, literal: bool) -> Option<&'static [char]> {
    match c {
        '"' => Some(&['"']),
        '\u{201c}' | '\u{201d}' | '\u{ff02}' if !literal => {
            Some(&['\u{201d}', '\u{201c}', '\u{ff02}'])
        }
        _ => None,
    }
}

/// Cuts at white space outside quotes.
fn cut_phrases(text: &str, literal: bool) -> Vec<String> {
    let mut phrases = Vec::new();
    let mut current = String::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c.is_whitespace() {
            phrases.push(std::mem::take(&mut current));
            continue;
        }
        let rest = chars.as_str();
        let closed = closing_quote(c, literal).and_then(|closing| rest.find(closing));
        match closed.and_then(|at| rest.split_at_checked(at)) {
            Some((inside, after)) => {
                let mut after = after.chars();
                let closing = after.next();
                if literal {
                    current.push_str(inside);
                } else {
                    // The quotes stay: the fold drops them, or makes 、 of a closing and an opening one.
                    current.push(c);
                    current.push_str(inside);
                    current.extend(closing);
                }
                chars = after;
            }
            None => current.push(c),
        }
    }
    phrases.push(current);
    phrases.retain(|phrase| !phrase.is_empty());
    phrases
}

/// Where to look. Values of one kind are alternatives; kinds must all hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filters {
    /// These regions and all that lies below them.
    pub regions: Vec<Region>,
    /// Reports given in these years.
    pub years: Vec<RangeInclusive<u16>>,
    /// Passages that speak of these years.
    pub about: Vec<RangeInclusive<u16>>,
    /// These parts.
    pub parts: Vec<Part>,
    /// Reports of regions of these levels.
    pub levels: Vec<Level>,
    /// Ranks of these reports.
    pub reports: Vec<usize>,
    /// Also copies of reports that are there in a better one.
    pub duplicates: bool,
    /// Only texts of this genre; any if none.
    pub genre: Option<Genre>,
}

/// Which kinds of filter to leave out, for facets that show what another choice would give.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FilterKind {
    /// `--region`
    Region,
    /// `--year`
    Year,
    /// `--part`
    Part,
    /// `--level`
    Level,
}

impl Filters {
    /// Whether nothing is filtered.
    pub fn is_empty(&self) -> bool {
        *self == Filters::default()
    }

    /// The same without one kind.
    pub fn without(&self, kind: FilterKind) -> Filters {
        let mut filters = self.clone();
        match kind {
            FilterKind::Region => filters.regions.clear(),
            FilterKind::Year => filters.years.clear(),
            FilterKind::Part => filters.parts.clear(),
            FilterKind::Level => filters.levels.clear(),
        }
        filters
    }
}

/// Parses `2024`, `2020..2024`, `2020-2024`, `..2015`, `2023..`, also in full-width digits.
///
/// # Errors
/// When it is none of these, lies outside 1949..=2100, or runs backwards.
pub fn parse_years(given: &str) -> Result<RangeInclusive<u16>, QueryError> {
    let wrong = || QueryError::Years {
        given: given.to_owned(),
    };
    let folded = crate::fold::fold(given);
    let folded = folded.trim_end_matches('年');
    let year = |text: &str, open: Year| -> Result<Year, QueryError> {
        if text.is_empty() {
            return Ok(open);
        }
        let digits = text.trim_end_matches('年');
        digits.parse().ok().and_then(Year::new).ok_or_else(wrong)
    };
    let bounds = folded.split_once("..").or_else(|| folded.split_once('-'));
    let (from, to) = match bounds {
        Some(("", "")) | None if folded.is_empty() || bounds.is_some() => return Err(wrong()),
        Some((from, to)) => (
            year(from, Year::MIN)?,
            year(to.trim_start_matches('='), Year::MAX)?,
        ),
        None => (year(folded, Year::MIN)?, year(folded, Year::MAX)?),
    };
    if from > to {
        return Err(wrong());
    }
    Ok(from.get()..=to.get())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folded(typed: &str) -> Vec<String> {
        match Query::parse(typed, MatchOptions::default()) {
            Ok(query) => query
                .phrases()
                .iter()
                .map(|phrase| phrase.folded().to_owned())
                .collect(),
            Err(error) => vec![format!("error: {error}")],
        }
    }

    #[test]
    fn phrases_are_cut_at_white_space_outside_quotes() {
        for (typed, expected) in [
            ("专业镇", &["专业镇"][..]),
            ("  专业镇\u{3000}白酒 ", &["专业镇", "白酒"]),
            ("\"加快 发展\"", &["加快发展"]),
            ("“加快 发展” 白酒", &["加快发展", "白酒"]),
            ("“四上”企业", &["四上企业"]),
            ("\u{ff02}乡村e镇\u{ff02}", &["乡村e镇"]),
            ("“房证同交”“地证同交”", &["房证同交、地证同交"]),
            ("什么是专业镇？", &["什么是专业镇"]),
            ("\"没有 关上", &["没有", "关上"]),
            ("？", &["？"]),
            ("", &["error: nothing to search for"]),
            (" \u{3000}“”", &["error: nothing to search for"]),
            ("《》", &["error: nothing to search for"]),
        ] {
            assert_eq!(folded(typed), expected, "{typed:?}");
        }
    }

    #[test]
    fn a_literal_query_keeps_typographic_quotes() {
        let options = MatchOptions {
            literal: true,
            inside: false,
        };
        let query = Query::parse("“四上”企业", options).expect("it is not empty");
        assert_eq!(
            query
                .phrases()
                .iter()
                .map(Phrase::typed)
                .collect::<Vec<_>>(),
            ["“四上”企业"]
        );
        let query = Query::parse("\"a b\" c", options).expect("it is not empty");
        assert_eq!(
            query
                .phrases()
                .iter()
                .map(Phrase::typed)
                .collect::<Vec<_>>(),
            ["a b", "c"]
        );
    }

    #[test]
    fn caps_are_checked_on_both_sides() {
        let options = MatchOptions::default();
        assert!(Query::parse(&"国".repeat(MAX_CHARS), options).is_ok());
        let long = Query::parse(&"国".repeat(MAX_CHARS + 1), options);
        assert_eq!(
            long.err(),
            Some(QueryError::TooLong {
                chars: MAX_CHARS + 1
            })
        );
        assert!(Query::parse(&"国 ".repeat(MAX_PHRASES), options).is_ok());
        let many = Query::parse(&"国 ".repeat(MAX_PHRASES + 1), options);
        assert_eq!(
            many.err(),
            Some(QueryError::TooManyPhrases {
                phrases: MAX_PHRASES + 1
            })
        );
    }

    #[test]
    fn years_are_single_or_ranges_and_never_backwards() {
        for (given, expected) in [
            ("2024", Some(2024..=2024)),
            ("２０２４年", Some(2024..=2024)),
            ("2020..2024", Some(2020..=2024)),
            ("2020-2024", Some(2020..=2024)),
            ("2020..=2024", Some(2020..=2024)),
            ("..2015", Some(1949..=2015)),
            ("2023..", Some(2023..=2100)),
            ("2020..2010", None),
            ("abc", None),
            ("20000", None),
            ("..", None),
            ("", None),
            ("-", None),
        ] {
            assert_eq!(parse_years(given).ok(), expected, "{given:?}");
        }
    }
}
