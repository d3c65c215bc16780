//! Questions and answers: what every command, view and format shares.
//!
//! In: an open index and a question as its reader wrote it: expressions, where to look, how strictly. Out: an answer with
//! its numbers, what is known of each place and year ([`State`](crate::stats::State)), and [`Notice`]s: what must be
//! said beside it. No surface resolves filters, counts, or decides what is said.
//!
//! | file | purpose |
//! |---|---|
//! | `scope` | where to look: names → filters; the texts that are meant where nothing is said |
//! | `notice` | what is said beside an answer, as data |
//! | `error` | what is wrong with a question |
//! | `expression` | what was typed → a query and its own filters |
//! | `count` | how often, by region, year or whatever else |
//! | `search` | what is said beside the passages of a search |
//! | `first` | what is said of a first appearance |
//! | `define` | what a term means in the reports' own glossaries |
//! | `saying` | which reports say a phrase, and which do not |
//! | `coverage` | what is held of which region and year, and what is not |
//!
//! # Invariants
//!
//! - One expression has the same occurrences, passages and reports in every answer.
//! - Without options all answers are of the same texts: reports, one of each set of copies; all texts where no report
//!   is held.
//! - A filter that is typed in an expression holds as one that is chosen.

mod count;
mod coverage;
mod define;
mod error;
mod expression;
mod first;
mod notice;
mod saying;
mod scope;
mod search;

pub use count::{
    CountAnswer, CountEntry, CountQuestion, Counting, ListLine, Wanted, count, read_list,
};
pub use coverage::{Gaps, Status, gaps, outside_grid};
pub use define::{DefinedTerm, Explained, by_term, defined_beyond, explain, find_definitions};
pub use error::AskError;
pub use expression::{Expressed, express, parse, plain_phrase, term};
pub use first::{sentence, undated};
pub use notice::Notice;
pub use saying::{Saying, SayingQuestion, saying};
pub use scope::{GenreChoice, Resolved, Scope};
pub use search::{beyond_genre, of_other_genre, suggestions};
