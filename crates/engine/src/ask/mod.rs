//! Questions and answers: what every command, view and format shares.
//!
//! In: an open index and a question as its reader wrote it: expressions, where to look, how strictly. Out: an answer with
//! its numbers, what is known of each place and year ([`State`](crate::stats::State)), and [`Notice`]s: what must be
//! said beside it. No surface resolves filters, counts, or decides what is said.
//!
//! | file | purpose |
//! |---|---|
//! | `scope` | where to look: names → filters; the texts that are meant where nothing is said |
//! | `holdings` | what is asked: the seam below which texts are held and searched |
//! | `shelved` | where they stand: opening them, and telling whether others have taken their place |
//! | `question` | what can be asked: the types from which every surface takes names, limits and descriptions |
//! | `notice` | what is said beside an answer, as data |
//! | `error` | what is wrong with a question |
//! | `expression` | what was typed → a query and its own filters |
//! | `check` | what is wrong with a question whatever is held |
//! | `list` | a list of expressions: text → lines |
//! | `method` | how an answer was computed, as data |
//! | `basis` | the corpus that an answer rests on |
//! | `reference` | a passage as a footnote quotes it |
//! | `row`, `column` | what rows are made of, the columns of tables |
//! | `suggest` | near strings, where a phrase stands nowhere |
//! | `answered` | what every answer has |
//! | `search`, `kwic`, `count`, `trend`, `keywords`, `first`, `new`, `define`, `coverage`, `reports`, `show` | a kind of question and its answer each |
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
mod answered;
mod basis;
mod check;
mod collocates;
mod column;
mod count;
mod coverage;
mod define;
mod describe;
mod dispersion;
mod error;
mod expression;
mod first;
mod holdings;
mod keywords;
mod kwic;
mod list;
mod method;
mod new;
mod notice;
mod question;
mod reference;
mod reports;
mod row;
mod scope;
mod search;
mod shelved;
mod show;
mod suggest;
mod trend;

pub use answer::{Answer, answer};
pub use answered::{AnswerRow, Answered, Rows, Summary, Table};
pub use basis::{Basis, OUTPUT_VERSION};
pub use collocates::{CollocateRow, CollocatesAnswer, CollocatesSummary};
pub use column::Column;
pub use count::{
    AsWords, CountAnswer, CountEntry, CountRow, CountSummary, Counting, DifferenceRow, Wanted,
    WideLine, WordsRow,
};
pub use coverage::{CoverageAnswer, CoverageRow, CoverageSummary, Gaps, Status};
pub use define::{DefineAnswer, DefineSummary, DefinitionRow};
pub use describe::{Described, KINDS, describe, question_schema, table_columns, tables};
pub use dispersion::Dispersion;
pub use error::AskError;
pub use expression::{Expressed, express, parse, plain_phrase, term};
pub use first::{AdoptionRow, FirstAnswer, FirstRow, FirstSummary, sentence};
pub use holdings::{Each, Holdings};
pub use keywords::{KeyPhrase, KeywordRow, KeywordsAnswer, KeywordsSummary};
pub use kwic::{KwicAnswer, KwicRow, KwicSummary, NeighbourRow, SideName};
pub use list::read_list;
pub use method::{Asked, Filter, Method, Rule, number, range_of};
pub use new::{NewAnswer, NewRow, NewSummary, ReportTally};
pub use notice::{Notice, Unseen, WhyUnseen};
pub use question::{
    CollocateMeasure, CollocateSide, CollocatesQuestion, ComparedWith, CountQuestion,
    DefineQuestion, FirstQuestion, KeywordOrder, KeywordsQuestion, KwicQuestion, ListLine,
    NewQuestion, Paging, PlaceBy, Question, ReportsQuestion, SearchQuestion, ShowQuestion,
    TrendQuestion, Within,
};
pub use reference::reference;
pub use reports::{NotHeld, RefusedFile, ReportRow, ReportsAnswer, ReportsSummary};
pub use row::{Context, Key, Source, Span, region_path, spans};
pub use scope::{GenreChoice, Resolved, Scope};
pub use search::{
    FacetLists, HitRow, KeywordFound, LevelFacet, PartFacet, RegionFacet, SearchAnswer,
    SearchSummary, SuggestionRow, Wider, YearFacet,
};
pub use shelved::{IndexFolder, Shelved};
pub use show::{NoText, PassageRow, ShowAnswer};
pub use suggest::{Nearness, Suggestion, suggest};
pub use trend::{Mean, Point, Series, TrendAnswer, TrendRow, TrendSummary};
