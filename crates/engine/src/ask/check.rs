//! What is wrong with a question whatever is held: expressions that cannot be understood, numbers that are too small, options
//! that do not go together.
//!
//! In: a question. Out: nothing, or the first thing that is wrong. Every answer begins with this; a surface may ask it
//! before it opens, or builds, what is to be asked. Names of regions and reports are not looked up: what they mean
//! depends on what is held.

use super::error::AskError;
use super::expression::{parse, term};
use super::question::{
    CountQuestion, DefineQuestion, FirstQuestion, KwicQuestion, Question, ReportsQuestion,
    SearchQuestion,
};
use super::scope::Scope;
use crate::exact::MatchOptions;

impl Question {
    /// Looks for what is wrong with it.
    ///
    /// # Errors
    /// With the first thing that is wrong.
    pub fn check(&self) -> Result<(), AskError> {
        match self {
            Question::Search(question) => question.check(),
            Question::Kwic(question) => question.check(),
            Question::Count(question) => question.check(),
            Question::First(question) => question.check(),
            Question::Define(question) => question.check(),
            Question::Reports(question) => question.check(),
            // An id is looked up in what is held.
            Question::Show(_) => Ok(()),
        }
    }
}

impl SearchQuestion {
    pub(super) fn check(&self) -> Result<(), AskError> {
        expression(&self.query, self.matching)?;
        self.scope.check()
    }
}

impl KwicQuestion {
    pub(super) fn check(&self) -> Result<(), AskError> {
        needs("seed", self.seed.is_some(), "sample", self.sample.is_some())?;
        expression(&self.query, self.matching)?;
        if self.sample == Some(0) {
            return Err(AskError::TooSmall {
                field: "sample",
                least: 1,
            });
        }
        self.scope.check()
    }
}

impl CountQuestion {
    pub(super) fn check(&self) -> Result<(), AskError> {
        let is_grouped = !self.by.is_empty();
        together("words", self.words, "wide", self.wide)?;
        together("words", self.words, "group", self.group)?;
        together("words", self.words, "by", is_grouped)?;
        needs("group", self.group, "file", !self.list.is_empty())?;
        // Lines of a list are understood when they are counted: there may be hundreds of thousands.
        for typed in &self.query {
            match self.words {
                // Says where it is more than a phrase: that is not cut into words.
                true => term(typed, self.matching)?,
                false => parse(typed, self.matching)?,
            };
        }
        self.scope.check()
    }
}

impl FirstQuestion {
    pub(super) fn check(&self) -> Result<(), AskError> {
        expression(&self.query, self.matching)?;
        self.scope.check()
    }
}

impl DefineQuestion {
    pub(super) fn check(&self) -> Result<(), AskError> {
        together("list", self.list, "query", !self.query.is_empty())?;
        if !self.list {
            term(&self.query.join(" "), self.matching)?;
        }
        self.scope.check()
    }
}

impl ReportsQuestion {
    pub(super) fn check(&self) -> Result<(), AskError> {
        together("coverage", self.coverage, "to_fix", self.to_fix)?;
        together("coverage", self.coverage, "notes", self.notes)?;
        together("coverage", self.coverage, "with", !self.with.is_empty())?;
        together(
            "coverage",
            self.coverage,
            "without",
            !self.without.is_empty(),
        )?;
        for typed in self.with.iter().chain(&self.without) {
            parse(typed, self.matching)?;
        }
        self.scope.check()
    }
}

impl Scope {
    /// Years, parts and levels: what they mean depends on nothing that is held.
    fn check(&self) -> Result<(), AskError> {
        for given in self.year.iter().chain(&self.about) {
            Scope::years(given)?;
        }
        for given in &self.part {
            Scope::part(given)?;
        }
        for given in &self.level {
            Scope::level(given)?;
        }
        Ok(())
    }
}

fn expression(typed: &[String], matching: MatchOptions) -> Result<(), AskError> {
    parse(&typed.join(" "), matching).map(|_| ())
}

fn together(
    option: &'static str,
    is_given: bool,
    other: &'static str,
    is_other: bool,
) -> Result<(), AskError> {
    match is_given && is_other {
        true => Err(AskError::Together { option, other }),
        false => Ok(()),
    }
}

fn needs(
    option: &'static str,
    is_given: bool,
    other: &'static str,
    is_other: bool,
) -> Result<(), AskError> {
    match is_given && !is_other {
        true => Err(AskError::Needs { option, other }),
        false => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ask::question_schema;
    use serde_json::{Map, Value, json};

    fn wrong(kind: &str, fields: Value) -> Option<AskError> {
        let fields: Map<String, Value> = fields.as_object().cloned().unwrap_or_default();
        Question::of_fields(kind, fields)
            .and_then(|question| question.check())
            .err()
    }

    /// The least that each kind must be told.
    fn least(kind: &str) -> Value {
        match kind {
            "reports" => json!({}),
            "show" => json!({"id": "a"}),
            _ => json!({"query": ["白酒"]}),
        }
    }

    #[test]
    fn each_bound_of_a_schema_holds() {
        let mut n_tried = 0;
        for kind in crate::ask::KINDS {
            let schema = question_schema(kind).expect("a kind");
            for (field, value) in schema["properties"].as_object().expect("fields") {
                for (bound, beyond) in [("maximum", 1), ("minimum", -1)] {
                    let Some(bound) = value[bound].as_i64().filter(|bound| *bound != 0) else {
                        continue;
                    };
                    let mut fields = least(kind);
                    fields[field] = (bound + beyond).into();
                    let error = wrong(kind, fields.clone());
                    assert!(
                        matches!(error, Some(AskError::TooSmall { .. })),
                        "{kind} {field}: {error:?}"
                    );
                    fields[field] = bound.into();
                    assert!(wrong(kind, fields).is_none(), "{kind} {field}");
                    n_tried += 1;
                }
            }
        }
        assert_eq!(n_tried, 1);
    }

    #[test]
    fn what_is_no_field_is_refused() {
        for kind in crate::ask::KINDS {
            assert!(wrong(kind, least(kind)).is_none(), "{kind}");
            let mut fields = least(kind);
            fields["regions"] = json!(["山西省"]);
            let error = wrong(kind, fields);
            assert!(
                matches!(error, Some(AskError::NoField { .. })),
                "{kind}: {error:?}"
            );
        }
    }

    #[test]
    fn what_cannot_be_asked_is_told_without_holdings() {
        for (kind, fields) in [
            ("search", json!({"query": ["(白酒"]})),
            ("search", json!({"query": ["白酒"], "year": ["二月"]})),
            ("count", json!({"query": ["白酒", "\"\""]})),
            ("count", json!({"query": ["白酒"], "group": true})),
            ("count", json!({"query": ["白酒 OR 文旅"], "words": true})),
            ("kwic", json!({"query": ["白酒"], "seed": 3})),
            ("first", json!({"query": ["白酒"], "part": ["中间"]})),
            ("define", json!({"query": ["白酒 OR 文旅"]})),
            ("reports", json!({"with": ["OR"]})),
            ("reports", json!({"coverage": true, "to_fix": true})),
            ("reports", json!({"level": ["村"]})),
        ] {
            assert!(wrong(kind, fields.clone()).is_some(), "{kind} {fields}");
        }
    }
}
