//! Questions and answers: what every command, view and format shares.
//!
//! In: an open index and a question as its reader wrote it: expressions, where to look, how strictly. Out: an answer with
//! its numbers, what is known of each place and year ([`State`](crate::stats::State)), and [`Notice`]s: what must be
//! said beside it. No surface resolves filters, counts, or decides what is said.
//!
//! | file | purpose |
//! |---|---|
//! | `scope` | where to look: names → filters; the texts that are meant where nothing is said |
//! | `question` | what can be asked: the types from which every surface takes names, limits and descriptions |
//! | `notice` | what is said beside an answer, as data |
//! | `error` | what is wrong with a question |
//! | `expression` | what was typed → a query and its own filters |
//! | `method` | how an answer was computed, as data |
//! | `basis` | the corpus that an answer rests on |
//! | `reference` | a passage as a footnote quotes it |
//! | `row`, `column` | the rows of answers, their description, the columns of tables |
//! | `search`, `kwic`, `count`, `first`, `define`, `coverage`, `reports`, `show` | a kind of question and its answer each |
//! | `answer` | any question → its answer |
//! | `describe` | JSON schemas of questions and answers |
//!
//! # Invariants
//!
//! - One expression has the same occurrences, passages and reports in every answer.
//! - Without options all answers are of the same texts: reports, one of each set of copies; all texts where no report
//!   is held.
//! - A filter that is typed in an expression holds as one that is chosen.

mod answer;
mod basis;
mod column;
mod count;
mod coverage;
mod define;
mod describe;
mod error;
mod expression;
mod first;
mod kwic;
mod method;
mod notice;
mod question;
mod reference;
mod reports;
mod row;
mod scope;
mod search;
mod show;

pub use answer::{Answer, Answered, Rows, Summary, Table, answer};
pub use basis::{Basis, OUTPUT_VERSION, Unseen, WhyUnseen};
pub use column::Column;
pub use count::{CountAnswer, CountEntry, CountSummary, Counting, Wanted, WideLine};
pub use coverage::{CoverageAnswer, CoverageSummary, Gaps, Status};
pub use define::{DefineAnswer, DefineSummary, DefinedTerm, Explained};
pub use describe::{Described, KINDS, describe, question_schema};
pub use error::AskError;
pub use expression::{Expressed, express, parse, plain_phrase, term};
pub use first::{FirstAnswer, FirstSummary, sentence};
pub use kwic::{KwicAnswer, KwicSummary};
pub use method::{Asked, Method, Rule, number};
pub use notice::Notice;
pub use question::{
    CountQuestion, DefineQuestion, FirstBy, FirstQuestion, KwicQuestion, ListLine, Paging,
    Question, ReportsQuestion, SearchQuestion, ShowQuestion,
};
pub use reference::reference;
pub use reports::{NotHeld, ReportsAnswer, ReportsSummary};
pub use row::{
    AdoptionRow, Context, CountRow, CoverageRow, DefinitionRow, DifferenceRow, FacetLists,
    FacetValue, FirstRow, HitRow, Key, KwicRow, NeighbourRow, PassageRow, RefusedFile, ReportRow,
    Row, SideName, Source, Span, SuggestionRow, WordsRow, region_path, spans,
};
pub use scope::{GenreChoice, Resolved, Scope};
pub use search::{SearchAnswer, SearchSummary, Wider};
pub use show::{ShowAnswer, ShowSummary};
