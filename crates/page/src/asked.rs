//! An address taken apart into what is asked, and addresses put together for the links of a page.
//!
//! In: path and query. Out: the view (a command by its name), the form, the parameters. The address is the question: what
//! it asks is asked again by whoever is given it.
//!
//! # Invariants
//!
//! - A link to another view asks the same: several expressions are rows where they are counted, parts of one expression
//!   elsewhere. Rows become one expression of which any may stand; where there is none, nothing is asked.

use super::words::Lang;
use baogao_engine::ask::parse;
use baogao_engine::exact::MatchOptions;
use baogao_engine::query::{Expression, InlineFilter, Query};
use baogao_render::failure::Failure;
use std::fmt::Display;

/// What a page shows: each is named as the command that gives the same.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum View {
    Start,
    Search,
    Kwic,
    Collocates,
    Count,
    Trend,
    First,
    New,
    Keywords,
    Define,
    Reports,
    Show,
}

impl View {
    /// All views that are commands.
    pub(super) const COMMANDS: [View; 11] = [
        View::Search,
        View::Kwic,
        View::Collocates,
        View::Count,
        View::Trend,
        View::First,
        View::New,
        View::Keywords,
        View::Define,
        View::Reports,
        View::Show,
    ];

    /// The name of the command; empty for the start page.
    pub(super) fn name(self) -> &'static str {
        match self {
            View::Start => "",
            View::Search => "search",
            View::Kwic => "kwic",
            View::Collocates => "collocates",
            View::Count => "count",
            View::Trend => "trend",
            View::First => "first",
            View::New => "new",
            View::Keywords => "keywords",
            View::Define => "define",
            View::Reports => "reports",
            View::Show => "show",
        }
    }

    /// View and form of a path: `/search`, `/search.json`.
    pub(super) fn of_path(path: &str) -> Option<(View, Form)> {
        let name = path.strip_prefix('/')?;
        if name.is_empty() {
            return Some((View::Start, Form::Page));
        }
        let (name, form) = match name.split_once('.') {
            None => (name, Form::Page),
            Some((name, "json")) => (name, Form::Json),
            Some((name, "csv")) => (name, Form::Csv),
            Some((name, "svg")) => (name, Form::Svg),
            Some(_) => return None,
        };
        let view = View::COMMANDS
            .into_iter()
            .find(|view| view.name() == name)?;
        (form != Form::Svg || view.has_picture()).then_some((view, form))
    }

    /// Whether there is a picture of what it shows.
    fn has_picture(self) -> bool {
        matches!(self, View::Count | View::Trend | View::First)
    }

    /// Whether several expressions are compared there, each by itself.
    pub(super) fn compares(self) -> bool {
        matches!(self, View::Count | View::Trend)
    }
}

/// The form of an answer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Form {
    Page,
    Json,
    Csv,
    /// A chart alone.
    Svg,
}

impl Form {
    /// How an address ends.
    fn ending(self) -> &'static str {
        match self {
            Form::Page => "",
            Form::Json => ".json",
            Form::Csv => ".csv",
            Form::Svg => ".svg",
        }
    }
}

/// Parameters that say where to look.
pub(super) const FILTERS: [&str; 8] = [
    "region",
    "year",
    "about",
    "part",
    "level",
    "report",
    "genre",
    "duplicates",
];
/// Parameters that every view keeps.
const KEPT: [&str; 4] = ["q", "literal", "inside", "lang"];
/// The parameter of a report that says from which answer it was opened.
pub(super) const FROM: &str = "from";

/// What an address asks.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    pub(super) view: View,
    pub(super) form: Form,
    pub(super) lang: Lang,
    /// Names and values in the order in which they stand.
    pub(super) parameters: Vec<(String, String)>,
}

impl Asked {
    /// `lang` is that of the browser, unless the address says another.
    pub(super) fn new(view: View, form: Form, query: &str, lang: Lang) -> Asked {
        let parameters: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes())
            .into_owned()
            .collect();
        let said = parameters.iter().find(|(name, _)| name == "lang");
        Asked {
            lang: said
                .and_then(|(_, value)| Lang::named(value))
                .unwrap_or(lang),
            view,
            form,
            parameters,
        }
    }

    /// All values of a parameter.
    pub(super) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let named = self.parameters.iter().filter(move |(key, _)| key == name);
        named.map(|(_, value)| value.as_str())
    }

    /// The first value of a parameter.
    pub(super) fn first(&self, name: &str) -> Option<&str> {
        let mut named = self.parameters.iter().filter(|(key, _)| key == name);
        named.next().map(|(_, value)| value.as_str())
    }

    /// Whether a parameter that says yes or no says yes.
    pub(super) fn is_set(&self, name: &str) -> bool {
        self.first(name).and_then(yes_or_no) == Some(true)
    }

    /// Whether something is given for a parameter, be it nothing.
    pub(super) fn has(&self, name: &str) -> bool {
        self.first(name).is_some()
    }

    /// What is searched for, as typed: one expression, however many times it is given. Rows that are compared are none.
    pub(super) fn typed(&self) -> String {
        self.all("q").collect::<Vec<_>>().join(" ")
    }

    /// The expressions that are compared, each a row of its own; none where one thing is asked.
    pub(super) fn compared(&self) -> Vec<&str> {
        let rows: Vec<&str> = self.all("q").collect();
        match self.view {
            view if view.compares() && rows.len() > 1 => rows,
            _ => Vec::new(),
        }
    }

    /// What is searched for as one expression: of several that are compared, any of them. None where no expression says
    /// that.
    pub(super) fn as_one(&self) -> Option<String> {
        match self.compared().as_slice() {
            [] => Some(self.typed()),
            rows => any_of(rows, self.matching()),
        }
    }

    /// A number within bounds.
    pub(super) fn number(
        &self,
        name: &str,
        default: usize,
        bounds: std::ops::RangeInclusive<usize>,
    ) -> Result<usize, Failure> {
        let Some(given) = self.first(name) else {
            return Ok(default);
        };
        let number = given.parse().ok().filter(|n| bounds.contains(n));
        number.ok_or_else(|| self.not_a_number(name, bounds.start(), bounds.end()))
    }

    /// What is wrong with a number.
    pub(super) fn not_a_number(&self, name: &str, from: impl Display, to: impl Display) -> Failure {
        Failure::usage(
            self.lang.pick(
                format!("`{name}` 应为 {from} 至 {to} 的整数"),
                format!("`{name}` is a number from {from} to {to}"),
            ),
            None,
        )
    }

    /// What is wrong with a parameter that has a value of its own.
    pub(super) fn not_one_of(&self, name: &str, values: &str) -> Failure {
        Failure::usage(
            self.lang.pick(
                format!("`{name}` 应为下列之一：{values}"),
                format!("`{name}` is one of {values}"),
            ),
            None,
        )
    }

    /// How strictly phrases are taken.
    pub(super) fn matching(&self) -> MatchOptions {
        MatchOptions {
            literal: self.is_set("literal"),
            inside: self.is_set("inside"),
        }
    }

    /// Writes one value in place of all that a parameter has, at the place of the first.
    pub(super) fn put(&mut self, name: &str, value: String) {
        let at = self.parameters.iter().position(|(key, _)| key == name);
        self.parameters.retain(|(key, _)| key != name);
        let at = at.unwrap_or(self.parameters.len());
        self.parameters.insert(at, (name.to_owned(), value));
    }

    /// A link that asks the same.
    pub(super) fn link(&self) -> Link {
        Link {
            view: self.view,
            form: Form::Page,
            parameters: self.parameters.clone(),
            fragment: String::new(),
        }
    }

    /// A link to a report in which the way back to this answer is kept: its address without what every view keeps.
    pub(super) fn reading(&self, report: &str) -> Link {
        let from = KEPT
            .iter()
            .fold(self.link(), |link, name| link.without(name));
        let link = self
            .link()
            .view(View::Show)
            .without_filters()
            .with("id", report)
            .with(FROM, from.href());
        // What was found is what is marked.
        match self.first("mode") {
            Some(mode) => link.with("mode", mode),
            None => link,
        }
    }

    /// A link to the answer from which a report was opened; to the passages where that is not known.
    pub(super) fn back(&self) -> Link {
        let link = self.link().view(View::Search);
        let from = self.first(FROM).unwrap_or_default();
        let (path, query) = from.split_once('?').unwrap_or((from, ""));
        // Taken apart and put together anew, so that it leads nowhere but here.
        let Some((view, Form::Page)) = View::of_path(path) else {
            return link;
        };
        let mut link = link.view(view).without_filters();
        let rest = Asked::new(view, Form::Page, query, self.lang).parameters;
        link.parameters.extend(rest);
        link
    }
}

/// Any of several expressions as one. None where they have different filters, which hold for the whole of an expression,
/// or where they are too many or too long for one.
fn any_of(rows: &[&str], matching: MatchOptions) -> Option<String> {
    let rows = rows.iter().map(|row| parse(row, matching).ok());
    let rows: Vec<Query> = rows.collect::<Option<_>>()?;
    let filters = filters_typed(rows.first()?);
    if rows.iter().any(|row| filters_typed(row) != filters) {
        return None;
    }
    let expected = Query::either(&rows).understood();
    let typed: Vec<String> = rows.iter().map(operand).collect();
    // What was typed, as it was typed; where brackets change its meaning, as it is understood.
    [typed.join(" OR "), expected.clone()]
        .into_iter()
        .map(|one| format!("{one}{filters}"))
        .find(|one| parse(one, matching).is_ok_and(|query| query.understood() == expected))
}

/// An expression as it stands beside others.
fn operand(row: &Query) -> String {
    match row.expression() {
        Expression::Keyword(_) | Expression::Either(_) => row.asked(),
        _ => format!("({})", row.asked()),
    }
}

/// The filters of an expression, as they are written behind it.
fn filters_typed(row: &Query) -> String {
    let typed = |filter: &InlineFilter| -> String {
        let chars = row.typed().chars().skip(filter.chars.start);
        chars.take(filter.chars.len()).collect()
    };
    let filters = row.inline_filters().iter();
    filters
        .map(|filter| format!(" {}", typed(filter)))
        .collect()
}

/// What a value says of a parameter that is there or not.
pub(super) fn yes_or_no(value: &str) -> Option<bool> {
    match value {
        "1" => Some(true),
        "0" => Some(false),
        _ => None,
    }
}

/// An address in the making.
#[derive(Clone, Debug)]
pub(super) struct Link {
    view: View,
    form: Form,
    parameters: Vec<(String, String)>,
    fragment: String,
}

impl Link {
    /// The same question in another view: parameters that only the old one knows are left behind, and what is asked is
    /// one expression.
    pub(super) fn view(mut self, view: View) -> Link {
        if view != self.view {
            self.parameters.retain(|(name, _)| {
                KEPT.contains(&name.as_str()) || FILTERS.contains(&name.as_str())
            });
            if !(self.view.compares() && view.compares()) {
                self.parameters = self.as_one();
            }
            self.view = view;
        }
        self
    }

    /// The parameters with one expression in place of several.
    fn as_one(&self) -> Vec<(String, String)> {
        let mut asked = Asked {
            view: self.view,
            form: self.form,
            lang: Lang::En,
            parameters: self.parameters.clone(),
        };
        if asked.all("q").nth(1).is_some() {
            match asked.as_one() {
                Some(one) => asked.put("q", one),
                None => asked.parameters.retain(|(name, _)| name != "q"),
            }
        }
        asked.parameters
    }

    /// The same answer in another form.
    pub(super) fn form(mut self, form: Form) -> Link {
        self.form = form;
        self.without("offset")
            .without("limit")
            .without("lang")
            .without(FROM)
    }

    /// With this value in place of all that the parameter has.
    pub(super) fn with(self, name: &str, value: impl Into<String>) -> Link {
        let mut link = self.without(name);
        link.parameters.push((name.to_owned(), value.into()));
        link
    }

    /// With one value more.
    pub(super) fn and(mut self, name: &str, value: impl Into<String>) -> Link {
        self.parameters.push((name.to_owned(), value.into()));
        self
    }

    pub(super) fn without(mut self, name: &str) -> Link {
        self.parameters.retain(|(key, _)| key != name);
        self
    }

    /// Without this one value.
    pub(super) fn without_value(mut self, name: &str, value: &str) -> Link {
        self.parameters
            .retain(|(key, held)| !(key == name && held == value));
        self
    }

    /// Without all that says where to look.
    pub(super) fn without_filters(mut self) -> Link {
        self.parameters
            .retain(|(name, _)| !FILTERS.contains(&name.as_str()));
        self.without("offset")
    }

    pub(super) fn has(&self, name: &str, value: &str) -> bool {
        self.parameters
            .iter()
            .any(|(key, held)| key == name && held == value)
    }

    /// To a place in the page.
    pub(super) fn at(mut self, fragment: impl Into<String>) -> Link {
        self.fragment = fragment.into();
        self
    }

    /// The parameters, for the hidden fields of a form.
    pub(super) fn parameters(&self) -> &[(String, String)] {
        &self.parameters
    }

    /// The path alone, for the target of a form.
    pub(super) fn path(&self) -> String {
        format!("/{}{}", self.view.name(), self.form.ending())
    }

    /// The address.
    pub(super) fn href(&self) -> String {
        let query = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(&self.parameters)
            .finish();
        let mut href = self.path();
        if !query.is_empty() {
            href.push('?');
            href.push_str(&query);
        }
        if !self.fragment.is_empty() {
            href.push('#');
            href.push_str(&self.fragment);
        }
        href
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_a_view_and_a_form() {
        for (path, expected) in [
            ("/", Some((View::Start, Form::Page))),
            ("/search", Some((View::Search, Form::Page))),
            ("/search.json", Some((View::Search, Form::Json))),
            ("/count.csv", Some((View::Count, Form::Csv))),
            ("/first.svg", Some((View::First, Form::Svg))),
            ("/trend.svg", Some((View::Trend, Form::Svg))),
            ("/search.svg", None),
            ("/search/", None),
            ("/../search", None),
            ("/%2e%2e/search", None),
            ("/.json", None),
            ("search", None),
        ] {
            assert_eq!(View::of_path(path), expected, "{path}");
        }
    }

    #[test]
    fn a_link_keeps_the_question() {
        let query = "q=%E7%99%BD%E9%85%92&region=140000&sort=oldest&offset=20&lang=en";
        let asked = Asked::new(View::Search, Form::Page, query, Lang::Zh);
        assert!(asked.lang == Lang::En);
        assert_eq!(asked.link().href(), format!("/search?{query}"));
        assert_eq!(
            asked.link().view(View::Kwic).href(),
            "/kwic?q=%E7%99%BD%E9%85%92&region=140000&lang=en"
        );
        assert_eq!(
            asked.link().without_filters().with("sort", "a b&c").href(),
            "/search?q=%E7%99%BD%E9%85%92&lang=en&sort=a+b%26c"
        );
    }

    #[test]
    fn several_expressions_are_rows_in_one_view_and_one_expression_in_the_others() {
        let led = |from: View, query: &str, to: View| {
            let link = Asked::new(from, Form::Page, query, Lang::Zh);
            let href = link.link().view(to).href();
            let (_, query) = href.split_once('?').unwrap_or_default();
            let asked = Asked::new(to, Form::Page, query, Lang::Zh);
            asked.all("q").map(str::to_owned).collect::<Vec<_>>()
        };
        for (rows, expected) in [
            ("q=专业镇&q=白酒", &["专业镇 OR 白酒"][..]),
            ("q=专业镇", &["专业镇"]),
            ("q=专业镇 -煤炭&q=白酒", &["(专业镇 -煤炭) OR 白酒"]),
            ("q=\"a b\"~30&q=乡村*镇", &["\"a b\"~30 OR 乡村*镇"]),
            // A mark of a question at the end is none of a pattern, in brackets it would be.
            ("q=a b?&q=c", &["(\"a\" AND \"b\") OR \"c\""]),
            ("q=\"白酒&q=c&literal=1", &[]),
            ("q=a region:吕梁&q=b region:吕梁", &["a OR b region:吕梁"]),
            ("q=a region:吕梁&q=b region:忻州", &[]),
            ("q=a region:吕梁&q=b", &[]),
            ("q=a OR&q=b", &[]),
        ] {
            for to in [View::Search, View::Kwic, View::First] {
                assert_eq!(led(View::Count, rows, to), expected, "{rows}");
            }
        }
        // Elsewhere all that is given is one expression, also where it is counted.
        for from in [View::Search, View::Kwic, View::First] {
            assert_eq!(led(from, "q=专业镇&q=白酒", View::Count), ["专业镇 白酒"]);
        }
        assert_eq!(led(View::Count, "q=a&q=b", View::Count), ["a", "b"]);
        assert_eq!(led(View::Count, "q=a&q=b", View::Trend), ["a", "b"]);
    }

    #[test]
    fn from_a_report_one_goes_back_to_the_answer_that_led_there() {
        let back =
            |view: View, query: &str| Asked::new(view, Form::Page, query, Lang::Zh).back().href();
        for (view, query) in [
            (View::Search, "q=a"),
            (
                View::Search,
                "q=a&literal=1&year=2024&part=plan&mode=words&offset=20",
            ),
            (View::Kwic, "q=a&lang=en&region=140000&sort=left&offset=100"),
            (View::Define, "q=a&genre=any"),
        ] {
            let asked = Asked::new(view, Form::Page, query, Lang::Zh);
            let reading = asked.reading("b-2024").href();
            let (path, read) = reading.split_once('?').expect("it has parameters");
            assert_eq!(path, "/show");
            let expected = format!("/{}?{query}", view.name());
            assert_eq!(back(View::Show, read), expected, "{reading}");
        }
        for (from, expected) in [
            ("", "/search?q=a"),
            ("/count", "/count?q=a"),
            ("/count?by=year", "/count?q=a&by=year"),
            ("//evil.example/search", "/search?q=a"),
            ("http://evil.example/search", "/search?q=a"),
            ("/search.json", "/search?q=a"),
        ] {
            let query = format!("q=a&id=b-2024&from={from}");
            assert_eq!(back(View::Show, &query), expected, "{from}");
        }
        // Filters of an address that says no more are kept.
        assert_eq!(
            back(View::Show, "q=a&year=2024&id=b"),
            "/search?q=a&year=2024"
        );
    }
}
