//! What was typed → a query, and where it is looked for.

use super::error::AskError;
use super::holdings::Holdings;
use super::scope::{Resolved, Scope};
use crate::exact::{Keyword, MatchOptions, Phrase};
use crate::query::{Expression, Problem, Query, QueryError};

/// An expression with the filters that hold for it.
#[derive(Clone, Debug)]
pub struct Expressed {
    /// As typed.
    pub typed: String,
    /// What is looked for.
    pub query: Query,
    /// Where.
    pub scope: Resolved,
}

/// Understands an expression, wherever it is looked for.
///
/// # Errors
/// When it cannot be understood: with what was typed.
pub fn parse(typed: &str, matching: MatchOptions) -> Result<Query, AskError> {
    Query::parse(typed, matching).map_err(|error| AskError::Query {
        typed: typed.to_owned(),
        error,
    })
}

/// Understands an expression: its own filters are added to those of the scope.
///
/// # Errors
/// When it cannot be understood, or a filter does not exist.
pub fn express(
    holdings: &dyn Holdings,
    typed: &str,
    matching: MatchOptions,
    scope: &Scope,
) -> Result<Expressed, AskError> {
    let query = parse(typed, matching)?;
    let scope = scope.with(query.inline_filters()).resolve(holdings)?;
    Ok(Expressed {
        typed: typed.trim().to_owned(),
        query,
        scope,
    })
}

/// The one phrase that an expression is; none if it is more than that.
pub fn plain_phrase(query: &Query) -> Option<&Phrase> {
    match (query.expression(), query.keywords()) {
        (Expression::Keyword(0), [Keyword::Phrase(phrase)]) => Some(phrase),
        _ => None,
    }
}

/// The term that was typed where nothing but one phrase, with filters, can be taken.
///
/// # Errors
/// When an operator stands in it: with the first character that makes it more than a phrase.
pub fn term(typed: &str, matching: MatchOptions) -> Result<Query, AskError> {
    let wrong = |error| AskError::Query {
        typed: typed.to_owned(),
        error,
    };
    let query = Query::parse(typed, matching).map_err(wrong)?;
    if plain_phrase(&query).is_some() {
        return Ok(query);
    }
    let is_more = |end: &usize| {
        let part: String = typed.chars().take(*end).collect();
        Query::parse(&part, matching).is_ok_and(|query| plain_phrase(&query).is_none())
    };
    let n_chars = typed.chars().count();
    let at = (1..=n_chars).find(is_more).unwrap_or(1);
    Err(wrong(QueryError::Syntax {
        at,
        problem: Problem::OnlyOnePhrase,
        near: typed.chars().skip(at - 1).take(8).collect(),
    }))
}
