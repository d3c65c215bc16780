//! What the reader asks: an expression over keywords, and where to look.
//!
//! In: text as typed, in half- or full-width as an input method gives it. Out: a checked
//! [`Query`], or an error that points at the character that is wrong. Filters are checked values, so that nothing
//! that does not exist can be searched for; those typed in the query are given as text, to be checked as options are.
//!
//! # Invariants
//!
//! - Parsing does not panic and takes bounded time and stack: length, terms and depth are checked first.
//! - [`Query::understood`] parses back to the same expression over the same keywords.

mod parse;

use crate::exact::Keyword;
use baogao_reading::region::{Level, Region};
use baogao_reading::report::{Genre, Part, Year};
use std::fmt::Write as _;
use std::ops::{Range, RangeInclusive};

/// Longest query, in characters.
pub const MAX_CHARS: usize = 1_000;
/// Most words, quoted phrases and filters in a query.
pub const MAX_TERMS: usize = 64;
/// Most brackets inside each other.
pub const MAX_DEPTH: usize = 32;
/// Largest distance of `"a b"~n`, in characters.
pub const MAX_DISTANCE: u32 = 1_000;
/// Most wildcards in a word.
pub const MAX_WILDCARDS: usize = 16;

/// What is wrong with a question.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QueryError {
    /// Nothing is left after folding.
    #[error("nothing to search for")]
    Empty,
    /// Filters, and nothing that is looked for.
    #[error("`{filter}` is a filter; write what to look for before it: 专业镇 {filter}")]
    OnlyFilters {
        /// The first filter, as typed.
        filter: String,
    },
    /// More characters than [`MAX_CHARS`].
    #[error("the query has {chars} characters, at most {MAX_CHARS} are taken")]
    TooLong {
        /// Its length.
        chars: usize,
    },
    /// More terms than [`MAX_TERMS`].
    #[error("the query has {terms} terms, at most {MAX_TERMS} are taken")]
    TooManyTerms {
        /// How many.
        terms: usize,
    },
    /// An operator that is used wrongly.
    #[error("{problem} (character {at}: `{near}`)")]
    Syntax {
        /// The character that is wrong, from 1.
        at: usize,
        /// What is wrong.
        problem: Problem,
        /// What stands there.
        near: String,
    },
    /// A year or range of years that cannot be one.
    #[error("`{given}` is not a year or a range of years; write 2024 or 2020..2024 (1949 to 2100)")]
    Years {
        /// As typed.
        given: String,
    },
}

/// How an operator is used wrongly.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// `(a`
    #[error("a bracket is never closed")]
    NeverClosed,
    /// `a) b` outside a word
    #[error("a bracket closes that was never opened")]
    NeverOpened,
    /// `()`
    #[error("nothing stands between the brackets")]
    EmptyBrackets,
    /// More than [`MAX_DEPTH`] brackets
    #[error("more than {MAX_DEPTH} brackets stand inside each other")]
    TooDeep,
    /// `OR a`
    #[error("nothing stands before the operator; as text it stands in quotes")]
    NothingBefore,
    /// `a OR`
    #[error("nothing stands behind the operator; as text it stands in quotes")]
    NothingBehind,
    /// `*`
    #[error("a wildcard needs a character beside it")]
    WildcardAlone,
    /// More than [`MAX_WILDCARDS`]
    #[error("a word has more than {MAX_WILDCARDS} wildcards")]
    TooManyWildcards,
    /// `"a b"~`
    #[error("a distance needs a number: \"a b\"~30")]
    NoDistance,
    /// Farther than [`MAX_DISTANCE`]
    #[error("a distance is at most {MAX_DISTANCE}")]
    TooFar,
    /// `"a"~30`
    #[error("a distance is between two words: \"a b\"~30")]
    NotTwoWords,
    /// `region:`
    #[error("a filter needs a value behind its colon")]
    FilterWithoutValue,
    /// `(region:a)`, `a OR region:b`
    #[error("a filter holds for the whole query: not in brackets, nor beside OR or NOT")]
    FilterPlace,
    /// `a OR b` where one term is asked for
    #[error("one phrase is taken here, without operators; as text it stands in quotes")]
    OnlyOnePhrase,
    /// `"a` in a literal query
    #[error("a quotation mark is never closed")]
    QuoteNeverClosed,
}

/// How keywords must stand in a passage. Keywords are numbers into [`Query::keywords`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expression {
    /// It stands there.
    Keyword(usize),
    /// All hold.
    All(Vec<Expression>),
    /// At least one holds.
    Either(Vec<Expression>),
    /// It does not hold.
    Not(Box<Expression>),
}

impl Expression {
    /// Both and more, flat: (a b) c is a b c.
    fn all(parts: Vec<Expression>) -> Expression {
        let flat = parts.into_iter().flat_map(|part| match part {
            Expression::All(parts) => parts,
            part => vec![part],
        });
        Expression::single_or(flat.collect(), Expression::All)
    }

    fn either(parts: Vec<Expression>) -> Expression {
        let flat = parts.into_iter().flat_map(|part| match part {
            Expression::Either(parts) => parts,
            part => vec![part],
        });
        Expression::single_or(flat.collect(), Expression::Either)
    }

    fn single_or(mut parts: Vec<Expression>, of: fn(Vec<Expression>) -> Expression) -> Expression {
        match (parts.len(), parts.pop()) {
            (1, Some(part)) => part,
            (_, last) => {
                parts.extend(last);
                of(parts)
            }
        }
    }

    /// Adds so much to the number of each keyword.
    fn renumber(&mut self, by: usize) {
        match self {
            Expression::Keyword(keyword) => *keyword += by,
            Expression::All(parts) | Expression::Either(parts) => {
                parts.iter_mut().for_each(|part| part.renumber(by));
            }
            Expression::Not(inner) => inner.renumber(by),
        }
    }

    /// Whether it holds where `stands` says of each keyword whether it is there. Calls `contributes` for every
    /// keyword that makes it hold: not those of a part that fails, nor those that must not be there.
    pub fn holds(
        &self,
        stands: &impl Fn(usize) -> bool,
        contributes: &mut impl FnMut(usize),
    ) -> bool {
        let is_true = self.is_true(stands);
        if is_true {
            self.contribute(stands, contributes);
        }
        is_true
    }

    fn is_true(&self, stands: &impl Fn(usize) -> bool) -> bool {
        match self {
            Expression::Keyword(keyword) => stands(*keyword),
            Expression::All(parts) => parts.iter().all(|part| part.is_true(stands)),
            Expression::Either(parts) => parts.iter().any(|part| part.is_true(stands)),
            Expression::Not(inner) => !inner.is_true(stands),
        }
    }

    fn contribute(&self, stands: &impl Fn(usize) -> bool, contributes: &mut impl FnMut(usize)) {
        match self {
            Expression::Keyword(keyword) => contributes(*keyword),
            Expression::All(parts) | Expression::Either(parts) => {
                for part in parts.iter().filter(|part| part.is_true(stands)) {
                    part.contribute(stands, contributes);
                }
            }
            Expression::Not(_) => {}
        }
    }

    /// Calls `visit` for every keyword that may contribute.
    fn each_wanted(&self, visit: &mut impl FnMut(usize)) {
        match self {
            Expression::Keyword(keyword) => visit(*keyword),
            Expression::All(parts) | Expression::Either(parts) => {
                for part in parts {
                    part.each_wanted(visit);
                }
            }
            Expression::Not(_) => {}
        }
    }

    fn write(&self, keywords: &[Keyword], out: &mut String) {
        let operand = |part: &Expression, out: &mut String| {
            let is_group = matches!(part, Expression::All(_) | Expression::Either(_));
            out.push_str(if is_group { "(" } else { "" });
            part.write(keywords, out);
            out.push_str(if is_group { ")" } else { "" });
        };
        match self {
            Expression::Keyword(keyword) => {
                if let Some(keyword) = keywords.get(*keyword) {
                    let _ = write!(out, "{keyword}");
                }
            }
            Expression::All(parts) | Expression::Either(parts) => {
                let operator = match self {
                    Expression::All(_) => " AND ",
                    _ => " OR ",
                };
                for (i, part) in parts.iter().enumerate() {
                    out.push_str(if i > 0 { operator } else { "" });
                    operand(part, out);
                }
            }
            Expression::Not(inner) => {
                out.push_str("NOT ");
                operand(inner, out);
            }
        }
    }
}

/// What a filter is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FilterName {
    /// `region:`
    Region,
    /// `year:`
    Year,
    /// `about:`
    About,
    /// `part:`
    Part,
    /// `level:`
    Level,
    /// `report:`
    Report,
}

/// A filter that was typed in the query: `region:吕梁`. It means what the option means, and is checked as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InlineFilter {
    /// What it is about.
    pub name: FilterName,
    /// As typed.
    pub value: String,
    /// Where it stands in what was typed, in characters.
    pub chars: Range<usize>,
}

/// A checked question.
#[derive(Clone, Debug)]
pub struct Query {
    typed: String,
    keywords: Vec<Keyword>,
    expression: Expression,
    filters: Vec<InlineFilter>,
}

impl Query {
    /// A query of one keyword that has been made already.
    pub fn of(keyword: Keyword) -> Query {
        Query {
            typed: keyword.to_string(),
            keywords: vec![keyword],
            expression: Expression::Keyword(0),
            filters: Vec::new(),
        }
    }

    /// At least one of several queries must hold; their filters are left out.
    pub fn either(queries: &[Query]) -> Query {
        if let [query] = queries {
            return query.clone();
        }
        let typed: Vec<&str> = queries.iter().map(Query::typed).collect();
        let mut keywords: Vec<Keyword> = Vec::new();
        let mut parts = Vec::new();
        for query in queries {
            let mut expression = query.expression.clone();
            expression.renumber(keywords.len());
            parts.push(expression);
            keywords.extend(query.keywords.iter().cloned());
        }
        Query {
            typed: typed.join(" OR "),
            keywords,
            expression: Expression::either(parts),
            filters: Vec::new(),
        }
    }

    /// As typed.
    pub fn typed(&self) -> &str {
        &self.typed
    }

    /// As typed, without the filters: what is looked for, for a reader.
    pub fn asked(&self) -> String {
        let is_filter = |at: usize| self.filters.iter().any(|filter| filter.chars.contains(&at));
        let chars = self.typed.chars().enumerate();
        let rest: String = chars
            .map(|(at, c)| if is_filter(at) { ' ' } else { c })
            .collect();
        let mut words: Vec<&str> = Vec::new();
        for word in rest.split_whitespace() {
            // A filter takes the operator beside it along.
            if word != "AND" || words.last().is_some_and(|last| *last != "AND") {
                words.push(word);
            }
        }
        words.pop_if(|last| *last == "AND");
        words.join(" ")
    }

    /// What is looked for, each once, in the order in which it was typed; never empty.
    pub fn keywords(&self) -> &[Keyword] {
        &self.keywords
    }

    /// How the keywords must stand.
    pub fn expression(&self) -> &Expression {
        &self.expression
    }

    /// Whether it holds of a passage in which none of its keywords stands: `-煤炭`, `专业镇 OR -煤炭`.
    pub fn holds_without_keywords(&self) -> bool {
        self.expression.holds(&|_| false, &mut |_| {})
    }

    /// Filters typed in the query. [`Index::search`](crate::index::Index) heeds only the filters of its options, to
    /// which the caller adds these.
    pub fn inline_filters(&self) -> &[InlineFilter] {
        &self.filters
    }

    /// The keywords that are wanted, without those that must not be there.
    pub fn wanted(&self) -> Vec<&Keyword> {
        let mut is_wanted = vec![false; self.keywords.len()];
        self.expression.each_wanted(&mut |keyword| {
            if let Some(wanted) = is_wanted.get_mut(keyword) {
                *wanted = true;
            }
        });
        let wanted = self.keywords.iter().zip(is_wanted);
        wanted
            .filter_map(|(keyword, wanted)| wanted.then_some(keyword))
            .collect()
    }

    /// Whether all keywords that are wanted must stand in a passage.
    pub fn wants_all(&self) -> bool {
        let is_plain = |part: &Expression| match part {
            Expression::Keyword(_) | Expression::Not(_) => true,
            Expression::All(_) | Expression::Either(_) => false,
        };
        match &self.expression {
            Expression::All(parts) => parts.iter().all(is_plain),
            part => is_plain(part),
        }
    }

    /// The query as it is understood, folded, without its filters: `("专业镇" OR "产业集群") AND NOT "煤炭"`.
    pub fn understood(&self) -> String {
        let mut out = String::new();
        self.expression.write(&self.keywords, &mut out);
        // At the very end a ? would be that of a question.
        if out.ends_with('?') {
            out = format!("({out})");
        }
        out
    }
}

/// Where to look. Values of one kind are alternatives; kinds must all hold.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
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

    /// What both let through, for the filters of reports; those of passages stay as they are. Nothing where no report can
    /// pass both.
    pub fn narrowed(&self, other: &Filters) -> Option<Filters> {
        let region = |a: &Region, b: &Region| match (a.contains(*b), b.contains(*a)) {
            (true, _) => Some(*b),
            (false, true) => Some(*a),
            (false, false) => None,
        };
        let years = |a: &RangeInclusive<u16>, b: &RangeInclusive<u16>| {
            let both = *a.start().max(b.start())..=*a.end().min(b.end());
            (!both.is_empty()).then_some(both)
        };
        Some(Filters {
            regions: both(&self.regions, &other.regions, region)?,
            years: both(&self.years, &other.years, years)?,
            levels: both(&self.levels, &other.levels, |a, b| (a == b).then_some(*a))?,
            reports: both(&self.reports, &other.reports, |a, b| (a == b).then_some(*a))?,
            genre: self.genre.or(other.genre),
            ..self.clone()
        })
    }

    /// The filters of reports alone, without those of passages.
    pub fn of_reports(&self) -> Filters {
        Filters {
            about: Vec::new(),
            parts: Vec::new(),
            ..self.clone()
        }
    }

    /// The same, whatever the genre.
    pub fn of_any_genre(&self) -> Filters {
        Filters {
            genre: None,
            ..self.clone()
        }
    }

    /// The same with copies of reports.
    pub fn with_copies(&self) -> Filters {
        Filters {
            duplicates: true,
            ..self.clone()
        }
    }

    /// Whether a part is asked for.
    pub fn has_part(&self, part: Part) -> bool {
        self.parts.is_empty() || self.parts.contains(&part)
    }

    /// Whether a passage is asked for that speaks of these years, the first and the last; one that speaks of none is asked
    /// for where nothing is said of years.
    pub fn speaks_of(&self, about: Option<(u16, u16)>) -> bool {
        let is_asked = |(from, to): (u16, u16)| {
            let mut asked = self.about.iter();
            asked.any(|years| from <= *years.end() && *years.start() <= to)
        };
        self.about.is_empty() || about.is_some_and(is_asked)
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

/// What two lists of alternatives have in common; an empty one lets everything through. Nothing where they have nothing.
fn both<T: Clone + PartialEq>(
    a: &[T],
    b: &[T],
    common: impl Fn(&T, &T) -> Option<T>,
) -> Option<Vec<T>> {
    if a.is_empty() || b.is_empty() {
        return Some([a, b].concat());
    }
    let mut all = Vec::new();
    for found in a.iter().flat_map(|a| b.iter().filter_map(|b| common(a, b))) {
        if !all.contains(&found) {
            all.push(found);
        }
    }
    (!all.is_empty()).then_some(all)
}

/// Parses `2024`, `2020..2024`, `2020-2024`, `..2015`, `2023..`, also in full-width digits.
///
/// # Errors
/// When it is none of these, lies outside 1949..=2100, or runs backwards.
pub fn parse_years(given: &str) -> Result<RangeInclusive<u16>, QueryError> {
    let wrong = || QueryError::Years {
        given: given.to_owned(),
    };
    let folded = baogao_reading::fold::fold(given);
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
    use crate::exact::MatchOptions;
    use proptest::prelude::*;

    fn folded(typed: &str) -> Vec<String> {
        match Query::parse(typed, MatchOptions::default()) {
            Ok(query) => query
                .keywords()
                .iter()
                .flat_map(Keyword::texts)
                .map(str::to_owned)
                .collect(),
            Err(error) => vec![format!("error: {error}")],
        }
    }

    #[test]
    fn what_is_asked_stands_without_its_filters_and_means_the_same() {
        for (typed, expected) in [
            ("专业镇 region:吕梁", "专业镇"),
            ("region:吕梁 专业镇", "专业镇"),
            ("year:2024 AND 专业镇", "专业镇"),
            ("专业镇 AND year:2024", "专业镇"),
            ("专业镇 AND year:2024 AND 白酒", "专业镇 AND 白酒"),
            ("专业镇 year:2024 白酒", "专业镇 白酒"),
            (
                "(专业镇 OR 白酒) -煤炭 part:计划 level:县",
                "(专业镇 OR 白酒) -煤炭",
            ),
        ] {
            let query = Query::parse(typed, MatchOptions::default()).expect("it is one");
            assert_eq!(query.asked(), expected);
            let asked = Query::parse(&query.asked(), MatchOptions::default()).expect("it is one");
            assert_eq!(asked.understood(), query.understood(), "{typed}");
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
            ("？", &["error: nothing to search for"]),
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
        for (typed, expected) in [
            ("“四上”企业", "\"“四上”企业\""),
            ("\"a b\" c", "\"a b\" AND \"c\""),
            ("（a） ｜ b", "\"（a）\" AND \"｜\" AND \"b\""),
            ("(a | b) -ｃ", "(\"a\" OR \"b\") AND NOT \"ｃ\""),
        ] {
            let query = Query::parse(typed, options).expect("it is not empty");
            assert_eq!(query.understood(), expected, "{typed}");
        }
        let open = Query::parse("a \"b", options);
        assert!(matches!(open, Err(QueryError::Syntax { at: 3, .. })));
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
        assert!(Query::parse(&"国 ".repeat(MAX_TERMS), options).is_ok());
        let many = Query::parse(&"国 ".repeat(MAX_TERMS + 1), options);
        assert_eq!(
            many.err(),
            Some(QueryError::TooManyTerms {
                terms: MAX_TERMS + 1
            })
        );
        let nested = |n: usize| format!("{}国{}", "(".repeat(n), ")".repeat(n));
        assert!(Query::parse(&nested(MAX_DEPTH), options).is_ok());
        let deep = Query::parse(&nested(MAX_DEPTH + 1), options);
        assert!(matches!(
            deep,
            Err(QueryError::Syntax {
                problem: Problem::TooDeep,
                ..
            })
        ));
    }

    #[test]
    fn every_form_is_understood_in_both_widths() {
        for (typed, expected) in [
            ("专业镇 白酒", "\"专业镇\" AND \"白酒\""),
            ("专业镇 AND 白酒", "\"专业镇\" AND \"白酒\""),
            ("专业镇 OR 白酒", "\"专业镇\" OR \"白酒\""),
            ("专业镇|白酒", "\"专业镇\" OR \"白酒\""),
            ("专业镇　ＯＲ　白酒", "\"专业镇\" OR \"白酒\""),
            ("专业镇｜白酒", "\"专业镇\" OR \"白酒\""),
            ("专业镇or白酒", "\"专业镇or白酒\""),
            ("a or b", "\"a\" AND \"or\" AND \"b\""),
            ("\"OR\"", "\"or\""),
            ("a b OR c d", "(\"a\" AND \"b\") OR (\"c\" AND \"d\")"),
            ("a (b OR c) d", "\"a\" AND (\"b\" OR \"c\") AND \"d\""),
            ("（a　OR　b）c", "(\"a\" OR \"b\") AND \"c\""),
            ("(a b) c", "\"a\" AND \"b\" AND \"c\""),
            ("白酒 -煤炭", "\"白酒\" AND NOT \"煤炭\""),
            ("白酒 －煤炭", "\"白酒\" AND NOT \"煤炭\""),
            ("NOT 煤炭", "NOT \"煤炭\""),
            ("-(a OR b)", "NOT (\"a\" OR \"b\")"),
            ("NOT(a b)", "NOT (\"a\" AND \"b\")"),
            ("NOT NOT a", "\"a\""),
            ("2020 - 2024", "\"2020\" AND \"-\" AND \"2024\""),
            ("2020-2024", "\"2020-2024\""),
            ("+-+-国内", "\"+-+-国内\""),
            ("县(市、区)", "\"县（市、区）\""),
            ("(县(市、区) OR 乡镇)", "\"县（市、区）\" OR \"乡镇\""),
            ("（一）抓好农业", "\"（一）抓好农业\""),
            ("（国内）", "\"国内\""),
            ("乡村?镇", "\"乡村\"?\"镇\""),
            ("乡村？镇", "\"乡村\"?\"镇\""),
            ("乡村＊镇", "\"乡村\"*\"镇\""),
            ("乡村*?镇", "\"乡村\"?*\"镇\""),
            ("\"国内\"*", "\"国内\"*"),
            ("\"乡村*镇\"", "\"乡村*镇\""),
            (
                "是什么？ 白酒！ 好？",
                "\"是什么\" AND \"白酒！\" AND \"好\"",
            ),
            ("\"白酒 文旅\"~30", "\"白酒 文旅\"~30"),
            ("“白酒　文旅”～３０", "\"白酒 文旅\"~30"),
            ("“十四五”～2025年", "\"十四五-2025年\""),
            ("国内～", "\"国内-\""),
            ("×24小时", "\"×24小时\""),
            ("“《×", "\"“《×\""),
            ("body：国内", "\"body：国内\""),
            ("\"地区：国内\"", "\"地区：国内\""),
            ("报告：一", "\"报告：一\""),
            ("a a A", "\"a\" AND \"a\" AND \"a\""),
        ] {
            let query = Query::parse(typed, MatchOptions::default()).expect(typed);
            assert_eq!(query.understood(), expected, "{typed}");
        }
        let query = Query::parse("a a A", MatchOptions::default()).expect("a query");
        assert_eq!(
            query.keywords().len(),
            1,
            "what is the same is looked for once"
        );
    }

    #[test]
    fn filters_stand_beside_the_query() {
        let options = MatchOptions::default();
        let query = Query::parse(
            "地区：吕梁 专业镇 AND YEAR:2023..2024 AND 白酒 region:\"山西 吕梁\"",
            options,
        )
        .expect("a query");
        assert_eq!(query.understood(), "\"专业镇\" AND \"白酒\"");
        let filters: Vec<(FilterName, &str)> = query
            .inline_filters()
            .iter()
            .map(|filter| (filter.name, filter.value.as_str()))
            .collect();
        assert_eq!(
            filters,
            [
                (FilterName::Region, "吕梁"),
                (FilterName::Year, "2023..2024"),
                (FilterName::Region, "山西 吕梁"),
            ]
        );
    }

    #[test]
    fn errors_point_at_the_character() {
        for (typed, at, problem) in [
            ("（", 1, Problem::NeverClosed),
            ("白酒 (a", 4, Problem::NeverClosed),
            ("a )b", 3, Problem::NeverOpened),
            ("(a OR b))", 9, Problem::NeverOpened),
            ("()", 1, Problem::EmptyBrackets),
            ("（《》）", 1, Problem::EmptyBrackets),
            ("OR", 1, Problem::NothingBefore),
            ("a OR", 3, Problem::NothingBehind),
            ("a OR OR b", 3, Problem::NothingBehind),
            ("(a OR) b", 4, Problem::NothingBehind),
            ("NOT", 1, Problem::NothingBehind),
            ("a AND", 3, Problem::NothingBehind),
            ("a -“”", 3, Problem::NothingBehind),
            ("- *", 3, Problem::WildcardAlone),
            ("\"a b\"~ c", 6, Problem::NoDistance),
            ("\"a b\"~1001", 6, Problem::TooFar),
            ("\"a\"~30", 1, Problem::NotTwoWords),
            ("\"a b c\"~30", 1, Problem::NotTwoWords),
            ("a region:", 3, Problem::FilterWithoutValue),
            ("a (region:b c)", 4, Problem::FilterPlace),
            ("a OR region:b", 6, Problem::FilterPlace),
            ("region:b OR a", 10, Problem::FilterPlace),
            ("-region:b a", 2, Problem::FilterPlace),
        ] {
            match Query::parse(typed, MatchOptions::default()) {
                Err(QueryError::Syntax {
                    at: found,
                    problem: what,
                    ..
                }) => {
                    assert_eq!((found, what), (at, problem), "{typed}");
                }
                other => panic!("{typed}: {other:?}"),
            }
        }
    }

    #[test]
    fn the_deepest_query_takes_a_small_stack() {
        let typed = format!("{}国{}", "(a|-".repeat(MAX_DEPTH), ")".repeat(MAX_DEPTH));
        let parse =
            move || Query::parse(&typed, MatchOptions::default()).map(|query| query.understood());
        let thread = std::thread::Builder::new()
            .stack_size(512 << 10)
            .spawn(parse);
        let understood = thread.expect("a thread").join().expect("no overflow");
        assert!(understood.is_ok(), "{understood:?}");
    }

    #[test]
    fn a_wildcard_at_the_end_is_understood_again() {
        for typed in ["\"a b\"~3?\u{e0100}", "\"a b\"~3？“", "乡村? year:2024"] {
            let query = Query::parse(typed, MatchOptions::default()).expect("it is a query");
            let understood = query.understood();
            let again = Query::parse(&understood, MatchOptions::default()).expect("it is a query");
            assert_eq!(again.keywords(), query.keywords(), "{understood}");
            assert_eq!(again.understood(), understood);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(3_000))]
        #[test]
        fn what_is_understood_is_understood_again_as_the_same(
            typed in "([白酒a5×℡（）()“”\"‘《》 　|｜*＊?？!！~～:：-]|－|OR|ＯＲ |AND| NOT |region:|\"a b\"~3|白 酒|\\PC){0,24}",
            literal in any::<bool>(),
        ) {
            let options = MatchOptions { literal, inside: false };
            if let Ok(query) = Query::parse(&typed, options) {
                let again = Query::parse(&query.understood(), options);
                let again = again.map_err(|error| TestCaseError::fail(format!("{}: {error}", query.understood())))?;
                prop_assert_eq!(again.expression(), query.expression());
                prop_assert_eq!(again.keywords(), query.keywords());
                prop_assert_eq!(again.understood(), query.understood());
            }
        }
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
