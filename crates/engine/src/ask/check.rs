//! What is wrong with a question whatever is held: expressions that cannot be understood, numbers that are too small, options
//! that do not go together.
//!
//! In: a question. Out: nothing, or the first thing that is wrong. Every answer begins with this; a surface may ask it
//! before it opens, or builds, what is to be asked. Names of reports are not looked up, nor which of several regions is
//! meant: that depends on what is held. An option that would have no effect is refused.

use super::collocates::WINDOW_MAX;
use super::error::AskError;
use super::expression::{parse, term};
use super::question::{
    CollocatesQuestion, CountQuestion, DefineQuestion, FirstQuestion, KeywordsQuestion,
    KwicQuestion, NewQuestion, Paging, Question, ReportsQuestion, SearchQuestion, ShowQuestion,
    TrendQuestion,
};
use super::scope::Scope;
use crate::exact::MatchOptions;
use crate::query::QueryError;
use baogao_reading::region::{RegionError, resolve};

impl Question {
    /// Looks for what is wrong with it.
    ///
    /// # Errors
    /// With the first thing that is wrong.
    pub fn check(&self) -> Result<(), AskError> {
        match self {
            Question::Search(question) => question.check(),
            Question::Kwic(question) => question.check(),
            Question::Collocates(question) => question.check(),
            Question::Count(question) => {
                question.check()?;
                question.check_list()
            }
            Question::Trend(question) => {
                question.check()?;
                question.counts().check_list()
            }
            Question::First(question) => question.check(),
            Question::Keywords(question) => question.check(),
            Question::New(question) => question.check(),
            Question::Define(question) => question.check(),
            Question::Reports(question) => question.check(),
            Question::Show(question) => question.check(),
        }
    }
}

impl SearchQuestion {
    pub(super) fn check(&self) -> Result<(), AskError> {
        let Paging { limit, offset } = self.paging;
        for (option, is_given) in [
            ("cite", self.cite),
            ("context", self.context > 0),
            ("limit", limit.is_some()),
            ("offset", offset > 0),
        ] {
            together("count", self.count, option, is_given)?;
        }
        expression(&self.query, self.matching, &self.scope)
    }
}

impl KwicQuestion {
    pub(super) fn check(&self) -> Result<(), AskError> {
        needs("seed", self.seed.is_some(), "sample", self.sample.is_some())?;
        together("neighbours", self.neighbours, "cite", self.cite)?;
        if self.sample == Some(0) {
            return Err(AskError::TooSmall {
                field: "sample",
                least: 1,
            });
        }
        expression(&self.query, self.matching, &self.scope)
    }
}

impl CollocatesQuestion {
    pub(super) fn check(&self) -> Result<(), AskError> {
        let window = self.window;
        together("window", window.is_some(), "within", self.within.is_some())?;
        for (field, given) in [
            ("min_occurrences", self.min_occurrences),
            ("min_reports", self.min_reports),
        ] {
            if given == Some(0) {
                return Err(AskError::TooSmall { field, least: 1 });
            }
        }
        if window.is_some_and(|window| window > WINDOW_MAX) {
            return Err(AskError::TooLarge {
                field: "window",
                most: WINDOW_MAX as usize,
            });
        }
        expression(&self.query, self.matching, &self.scope)
    }
}

impl CountQuestion {
    pub(super) fn check(&self) -> Result<(), AskError> {
        let is_grouped = !self.by.is_empty();
        together("words", self.words, "wide", self.wide)?;
        together("words", self.words, "group", self.group)?;
        together("words", self.words, "by", is_grouped)?;
        together("dispersion", self.dispersion, "words", self.words)?;
        together("dispersion", self.dispersion, "wide", self.wide)?;
        together("dispersion", self.dispersion, "by", is_grouped)?;
        let has_list = !self.list.is_empty();
        needs("group", self.group, "file", has_list)?;
        needs("all_matches", self.all_matches, "file", has_list)?;
        if self.query.is_empty() && !has_list {
            return Err(QueryError::Empty.into());
        }
        for typed in &self.query {
            self.check_typed(typed)?;
        }
        self.scope.check()
    }

    /// Looks for what is wrong with the lines of the list. An answer does not ask it again: there may be hundreds of
    /// thousands, and each is understood when it is counted.
    fn check_list(&self) -> Result<(), AskError> {
        self.list.iter().try_for_each(|line| {
            let checked = self.check_typed(&line.typed);
            checked.map_err(|error| error.in_line(line.number, &line.typed))
        })
    }

    fn check_typed(&self, typed: &str) -> Result<(), AskError> {
        let query = match self.words {
            // Says where it is more than a phrase: that is not cut into words.
            true => term(typed, self.matching)?,
            false => parse(typed, self.matching)?,
        };
        Scope::default().with(query.inline_filters()).check()
    }
}

impl TrendQuestion {
    pub(super) fn check(&self) -> Result<(), AskError> {
        if let Some(years) = self.smooth {
            if years < 3 {
                let (field, least) = ("smooth", 3);
                return Err(AskError::TooSmall { field, least });
            }
            if years.is_multiple_of(2) {
                return Err(AskError::NotOdd { field: "smooth" });
            }
        }
        self.counts().check()
    }
}

impl FirstQuestion {
    pub(super) fn check(&self) -> Result<(), AskError> {
        for id in &self.reject {
            let number = id.rsplit_once([':', '\u{ff1a}']).map(|(_, number)| number);
            let number = number.ok_or_else(|| AskError::NoPassageId { id: id.clone() })?;
            passage_number(id, number)?;
        }
        expression(&self.query, self.matching, &self.scope)
    }
}

impl KeywordsQuestion {
    pub(super) fn check(&self) -> Result<(), AskError> {
        for (field, given, least) in [
            ("min_occurrences", self.min_occurrences, 2),
            ("min_reports", self.min_reports, 1),
        ] {
            if given.is_some_and(|given| given < least) {
                return Err(AskError::TooSmall { field, least });
            }
        }
        if self.max_dp.is_some_and(|given| given > 100) {
            let (field, most) = ("max_dp", 100);
            return Err(AskError::TooLarge { field, most });
        }
        self.scope.check()
    }
}

impl NewQuestion {
    pub(super) fn check(&self) -> Result<(), AskError> {
        together("gone", self.gone, "as_then", self.as_then)?;
        for (field, given, least) in [
            ("min_reports", self.min_reports, 1),
            ("min_places", self.min_places, 1),
            ("shortest", self.shortest, 1),
            ("longest", self.longest, self.shortest.unwrap_or(2).max(2)),
        ] {
            if given.is_some_and(|given| given < least) {
                return Err(AskError::TooSmall { field, least });
            }
        }
        self.scope.check()
    }
}

impl DefineQuestion {
    pub(super) fn check(&self) -> Result<(), AskError> {
        together("list", self.list, "query", !self.query.is_empty())?;
        if self.list {
            // There is no term that could be taken strictly.
            for (option, is_given) in of_matching(self.matching) {
                together("list", self.list, option, is_given)?;
            }
            return self.scope.check();
        }
        let query = term(&self.query.join(" "), self.matching)?;
        self.scope.with(query.inline_filters()).check()
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
        let is_about_words = !(self.with.is_empty() && self.without.is_empty());
        for (option, is_given) in of_matching(self.matching) {
            together("coverage", self.coverage, option, is_given)?;
            needs(option, is_given, "with", is_about_words)?;
        }
        for typed in self.with.iter().chain(&self.without) {
            expression(std::slice::from_ref(typed), self.matching, &self.scope)?;
        }
        self.scope.check()
    }
}

impl ShowQuestion {
    /// An id is looked up in what is held; one without a colon names no passage, whatever is.
    pub(super) fn check(&self) -> Result<(), AskError> {
        let is_report = !self.id.contains([':', '\u{ff1a}']);
        if self.id.trim().is_empty() {
            return Err(AskError::Report {
                id: String::new(),
                close: Vec::new(),
            });
        }
        self.check_context(is_report)
    }

    /// Only a passage has neighbours.
    pub(super) fn check_context(&self, is_report: bool) -> Result<(), AskError> {
        match self.context > 0 && is_report {
            true => Err(AskError::NeedsPassage {
                option: "context",
                id: self.id.clone(),
            }),
            false => Ok(()),
        }
    }
}

impl Scope {
    /// Years, parts and levels: what they mean depends on nothing that is held. Which of several regions a name means
    /// does; that none is called so does not.
    fn check(&self) -> Result<(), AskError> {
        for given in &self.region {
            if let Err(error @ RegionError::Unknown { .. }) = resolve(given, &|_| false) {
                let given = given.clone();
                return Err(AskError::Region { given, error });
            }
        }
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

/// An expression that is typed in several arguments, with its own filters and those beside it.
fn expression(typed: &[String], matching: MatchOptions, scope: &Scope) -> Result<(), AskError> {
    let query = parse(&typed.join(" "), matching)?;
    scope.with(query.inline_filters()).check()
}

/// The options that say how strictly phrases are taken.
fn of_matching(matching: MatchOptions) -> [(&'static str, bool); 2] {
    [("literal", matching.literal), ("inside", matching.inside)]
}

/// The number of a passage, as it stands in an id.
pub(super) fn passage_number(id: &str, number: &str) -> Result<u32, AskError> {
    let not_a_passage = |_| AskError::NoPassageId { id: id.to_owned() };
    number.parse().map_err(not_a_passage)
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
            "reports" | "new" | "keywords" => json!({}),
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
                        matches!(
                            error,
                            Some(AskError::TooSmall { .. } | AskError::TooLarge { .. })
                        ),
                        "{kind} {field}: {error:?}"
                    );
                    fields[field] = bound.into();
                    assert!(wrong(kind, fields).is_none(), "{kind} {field}");
                    n_tried += 1;
                }
            }
        }
        assert_eq!(n_tried, 12);
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
            ("new", json!({"shortest": 5, "longest": 4})),
            ("new", json!({"year": ["二月"]})),
            ("define", json!({"query": ["白酒 OR 文旅"]})),
            ("reports", json!({"with": ["OR"]})),
            ("reports", json!({"coverage": true, "to_fix": true})),
            ("reports", json!({"level": ["村"]})),
            ("reports", json!({"literal": true})),
            ("reports", json!({"coverage": true, "inside": true})),
            ("define", json!({"list": true, "literal": true})),
            ("search", json!({"query": ["白酒 region:火星"]})),
            ("search", json!({"query": ["白酒"], "region": ["火星"]})),
            (
                "search",
                json!({"query": ["白酒"], "count": true, "cite": true}),
            ),
            (
                "search",
                json!({"query": ["白酒"], "count": true, "limit": 5}),
            ),
            (
                "kwic",
                json!({"query": ["白酒"], "neighbours": true, "cite": true}),
            ),
            ("collocates", json!({"query": ["白酒"], "window": 1001})),
            (
                "collocates",
                json!({"query": ["白酒"], "window": 5, "within": "sentence"}),
            ),
            ("count", json!({})),
            (
                "count",
                json!({"query": ["白酒"], "dispersion": true, "by": ["year"]}),
            ),
            ("count", json!({"query": ["白酒"], "all_matches": true})),
            ("count", json!({"list": [{"typed": "(白酒"}]})),
            ("count", json!({"list": [{"typed": "白酒 year:二月"}]})),
            (
                "first",
                json!({"query": ["白酒"], "reject": ["汾阳市-2024"]}),
            ),
            (
                "first",
                json!({"query": ["白酒"], "reject": ["汾阳市-2024:x"]}),
            ),
            ("show", json!({"id": " "})),
            ("show", json!({"id": "汾阳市-2024", "context": 1})),
        ] {
            assert!(wrong(kind, fields.clone()).is_some(), "{kind} {fields}");
        }
    }
}
