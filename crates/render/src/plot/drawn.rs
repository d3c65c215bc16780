//! What is drawn, whatever picture it becomes: numbers with what is known of each, under names; and the caption.

use super::super::terminal::{escape, number};
use super::super::words::language;
use crate::{Language, t};
use baogao_engine::ask::Method;
use baogao_engine::stats::{Measure, Row, State, Value};

/// Lines that can be told apart.
pub(super) const MAX_LINES: usize = 8;
/// Rows that a page has room for.
pub(super) const MAX_ROWS: usize = 60;

/// What a picture is called and rests on.
#[derive(Clone, Debug)]
pub struct Caption {
    /// What is shown: expressions, filters.
    pub title: String,
    /// What was measured, with its unit.
    pub measured: String,
    /// How the numbers were computed, and from what.
    pub source: String,
}

impl Caption {
    /// The caption of counts of some expressions.
    pub fn of(method: &Method, names: &[&str], measure: Measure) -> Caption {
        let measured = unit(measure);
        Caption {
            title: title(names, &measured, &super::super::words::filters(method)),
            measured,
            source: escape(&super::super::words::method(method)).into_owned(),
        }
    }
}

/// The title of a picture: of a long list as many names as there may be lines.
pub(super) fn title(names: &[&str], measured: &str, filters: &str) -> String {
    let first = names.iter().take(MAX_LINES);
    let quoted: Vec<String> = first.map(|name| format!("“{name}”")).collect();
    let n_more = names.len() - quoted.len();
    let mut names = super::super::words::listed(&quoted);
    if n_more > 0 {
        names = t!(
            "%{named} and %{n} more",
            named = names,
            n = number(n_more as u64)
        )
        .into_owned();
    }
    let title = match (language(), filters.is_empty()) {
        (Language::Chinese, true) => format!("{names}：{measured}"),
        (Language::English, true) => format!("{names}: {measured}"),
        (Language::Chinese, false) => format!("{names}：{measured}（{filters}）"),
        (Language::English, false) => format!("{names}: {measured} ({filters})"),
    };
    escape(&title).into_owned()
}

/// What is measured, with its unit.
pub fn unit(measure: Measure) -> String {
    match measure {
        Measure::Occurrences => t!("occurrences"),
        Measure::Passages => t!("passages with it"),
        Measure::Reports => t!("reports with it"),
        Measure::Per10k => t!("occurrences in 10,000 characters"),
        Measure::Share => t!("reports with it, in % of those held"),
    }
    .into_owned()
}

/// A number to be drawn, and what is known of it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Datum {
    /// The number; none where none may be given.
    pub value: Option<f64>,
    /// Whether it is the least that stands there.
    pub is_least: bool,
    /// Whether something is there that is not whole, and no number.
    pub is_partial: bool,
    /// Reports that are held.
    pub held: u64,
}

impl Datum {
    /// The number of a row of counts; shares are in per cent.
    pub fn of(row: &Row, measure: Measure) -> Datum {
        let value = row.numbers().and_then(|sums| measure.of(&sums));
        let scaled = |value: f64| match measure {
            Measure::Share => value * 100.0,
            _ => value,
        };
        Datum {
            value: value.map(scaled),
            is_least: value.is_some() && row.presence.is_incomplete(),
            is_partial: matches!(row.state(), State::Abridged | State::Unread),
            held: row.sums.map_or(0, |sums| sums.reports_held),
        }
    }
}

/// A number under a name.
#[derive(Clone, Debug)]
pub struct Named {
    /// The name.
    pub name: String,
    /// The number.
    pub datum: Datum,
    /// The number as a table writes it.
    pub text: String,
    /// What it is of, where it is a place.
    pub value: Option<Value>,
}

/// Numbers over years under a name.
#[derive(Clone, Debug)]
pub struct Line {
    /// The name.
    pub name: String,
    /// Years without a gap, each with its number, the mean around it if means are drawn, and the number as a table
    /// writes it.
    pub years: Vec<Year>,
}

/// A year of a line.
#[derive(Clone, Debug)]
pub struct Year {
    /// The year.
    pub year: u16,
    /// The number.
    pub datum: Datum,
    /// The mean of the years around it.
    pub smoothed: Option<f64>,
    /// The number as a table writes it.
    pub text: String,
}

/// What a value is called in a picture.
pub fn name_of(value: &Value) -> String {
    match (value, language()) {
        (Value::Region(region), _) => region.name().to_owned(),
        (Value::Level(level), Language::English) => level.name().to_owned(),
        (Value::Level(level), Language::Chinese) => level.chinese_name().to_owned(),
        (Value::Part(part), Language::English) => part.name().to_owned(),
        (Value::Part(part), Language::Chinese) => part.chinese_name().to_owned(),
        (Value::Year(year), _) => year.to_string(),
        (Value::Section(headings), _) => headings.join(" › "),
        (Value::Report(rank), _) => rank.to_string(),
        (Value::Unknown, _) => t!("unknown").into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_names_as_many_of_a_long_list_as_there_may_be_lines() {
        let names: Vec<String> = (0..300).map(|n| format!("名{n}")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let title = title(&names, "occurrences", "");
        assert!(
            title.ends_with("“名7” and 292 more: occurrences"),
            "{title}"
        );
    }
}
