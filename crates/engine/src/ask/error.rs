//! What is wrong with a question: data, from which each surface makes a sentence.

use crate::index::{IndexError, TableDamaged};
use crate::query::QueryError;
use baogao_reading::region::RegionError;

/// Why a question has no answer.
#[derive(Debug, thiserror::Error)]
pub enum AskError {
    /// An expression, or a year, that cannot be understood.
    #[error("`{typed}` cannot be understood")]
    Query {
        /// As typed.
        typed: String,
        /// What is wrong with it.
        #[source]
        error: QueryError,
    },
    /// A region that is not known, or is one of several.
    #[error("`{given}` is not the name of one region")]
    Region {
        /// As typed.
        given: String,
        /// What it may be.
        #[source]
        error: RegionError,
    },
    /// No part of a report.
    #[error("`{given}` is not a part of a report")]
    Part {
        /// As typed.
        given: String,
    },
    /// No level of a region.
    #[error("`{given}` is not a level")]
    Level {
        /// As typed.
        given: String,
    },
    /// No report is called so.
    #[error("no report is called `{id}`")]
    Report {
        /// As typed.
        id: String,
        /// Ids that are like it.
        close: Vec<String>,
    },
    /// A line of a group of expressions has filters of its own.
    #[error("`{line}` stands in the group `{group}`: a filter in it cannot hold for the group")]
    FilterInGroup {
        /// The line.
        line: String,
        /// The group.
        group: String,
    },
    /// A line of a list begins like the head of a group and is none.
    #[error("a group begins with its name in brackets")]
    GroupHead,
    /// A group of a list has no line.
    #[error("the group has no expression")]
    EmptyGroup,
    /// What is wrong with a line of a list.
    #[error("line {line} of the list, `{typed}`")]
    Line {
        /// Its number, from 1.
        line: usize,
        /// As typed.
        typed: String,
        /// What is wrong with it.
        #[source]
        error: Box<AskError>,
    },
    /// An id that does not name a passage.
    #[error("`{id}` is not the id of a passage")]
    NoPassageId {
        /// As typed.
        id: String,
    },
    /// A report has fewer passages.
    #[error("{report} has no passage {number}")]
    Passage {
        /// The report as typed.
        report: String,
        /// The number that was asked for.
        number: u32,
        /// How many it has.
        n_passages: u32,
    },
    /// Two options that do not go together.
    #[error("`{option}` cannot be used with `{other}`")]
    Together {
        /// The name of the one.
        option: &'static str,
        /// The name of the other.
        other: &'static str,
    },
    /// An option that means nothing without another.
    #[error("`{option}` needs `{other}`")]
    Needs {
        /// The name of the one.
        option: &'static str,
        /// The name of the other.
        other: &'static str,
    },
    /// An option that means nothing for a whole report.
    #[error("`{option}` needs the id of a passage, not `{id}`")]
    NeedsPassage {
        /// The name of the option.
        option: &'static str,
        /// The id that was given.
        id: String,
    },
    /// A number that is too small.
    #[error("`{field}` is at least {least}")]
    TooSmall {
        /// The name of the field.
        field: &'static str,
        /// The smallest that it may be.
        least: usize,
    },
    /// A number that must be odd.
    #[error("`{field}` is an odd number")]
    NotOdd {
        /// The name of the field.
        field: &'static str,
    },
    /// A number that is too large.
    #[error("`{field}` is at most {most}")]
    TooLarge {
        /// The name of the field.
        field: &'static str,
        /// The largest that it may be.
        most: usize,
    },
    /// All texts are asked about: there are no others to compare them with.
    #[error("all texts are asked about")]
    NothingElse,
    /// A field that a kind of question does not have.
    #[error("a question of the kind `{kind}` has no field `{field}`")]
    NoField {
        /// The kind.
        kind: String,
        /// The name that was given.
        field: String,
    },
    /// A field of a question that cannot have its value.
    #[error("{what}")]
    Fields {
        /// What is wrong.
        what: String,
    },
    /// There are too many texts to be compared.
    #[error("more than 2,147,483,647 characters are compared")]
    TooMuchText,
    /// The report table is damaged.
    #[error(transparent)]
    Table(#[from] TableDamaged),
    /// Nothing is asked.
    #[error("the list has no phrase")]
    NoPhrase,
    /// The holdings cannot be read.
    #[error(transparent)]
    Index(#[from] IndexError),
}

impl AskError {
    /// Whether nothing is called as the id of a text says.
    pub fn is_absence(&self) -> bool {
        matches!(self, AskError::Report { .. } | AskError::Passage { .. })
    }

    /// The same, found in a line of a list.
    pub(super) fn in_line(self, line: usize, typed: &str) -> AskError {
        AskError::Line {
            line,
            typed: typed.to_owned(),
            error: Box::new(self),
        }
    }
}

impl From<QueryError> for AskError {
    fn from(error: QueryError) -> AskError {
        let typed = String::new();
        AskError::Query { typed, error }
    }
}
