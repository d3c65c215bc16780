//! What a single cell says, whatever its column is called: a year, a day, a place, an address.
//!
//! In: the text of a cell, or the name of a column. Out: a value, or none. A header is told from rows by it, columns
//! without names are understood by it, and names such as 安吉县2024 are taken apart.

use crate::ingest::line::digit_value;
use crate::region;
use crate::report::Year;

/// A name that tells of which report its column is: 安吉县2024, 2024年, 正文2023.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct NamedReport {
    pub(super) place: Option<String>,
    pub(super) year: Option<Year>,
}

/// Words about a report that stand beside its place and year in a name.
const REPORT_WORDS: [&str; 7] = [
    "政府工作报告",
    "工作报告",
    "报告",
    "政府",
    "正文",
    "全文",
    "内容",
];

/// The year in a cell: 2024, 2024年, 2024.0, 2024-03-12, 二〇二四年, 24年, the number of a day in a spreadsheet.
///
/// Of two years (2023/2024) nobody knows which is meant.
pub(super) fn year_of(text: &str) -> Option<Year> {
    let text = text.trim();
    let digits: Vec<u32> = text.chars().map_while(digit_value).collect();
    let rest: String = text.chars().skip(digits.len()).collect();
    let value = digits
        .iter()
        .take(6)
        .fold(0, |value, digit| value * 10 + digit);
    match digits.len() {
        4 if another_year(&rest, value) => None,
        4 => u16::try_from(value).ok().and_then(Year::new),
        2 if rest.starts_with('年') => of_two_digits(value),
        5 if rest.trim_matches(['.', '0']).is_empty() => of_day_number(value),
        _ => None,
    }
}

/// A year by its last two digits, in a column that has years in full as well.
pub(super) fn short_year_of(text: &str) -> Option<Year> {
    let digits: Vec<u32> = text.trim().chars().map_while(digit_value).collect();
    match digits.as_slice() {
        [ten, one] if text.trim().chars().count() == 2 => of_two_digits(ten * 10 + one),
        _ => None,
    }
}

fn of_two_digits(value: u32) -> Option<Year> {
    let century = if value < 50 { 2000 } else { 1900 };
    u16::try_from(century + value).ok().and_then(Year::new)
}

/// Spreadsheets count days from the end of 1899; a cell that lost its format shows their number.
fn of_day_number(days: u32) -> Option<Year> {
    /// The first days of 1982 and 2064: outside of them a number is likelier something else.
    const DAYS: std::ops::Range<u32> = 29_952..59_902;
    let year = 1900.0 + (f64::from(days) - 1.5) / 365.2425;
    (DAYS.contains(&days))
        .then(|| Year::new(year as u16))
        .flatten()
}

/// Whether what follows a year holds another one.
fn another_year(rest: &str, year: u32) -> bool {
    let mut digits: Vec<u32> = Vec::new();
    for c in rest.chars().chain(['.']) {
        match digit_value(c) {
            Some(digit) => digits.push(digit),
            None => {
                let value = digits.drain(..).fold((0, 0), |(n, value), digit| {
                    (n + 1, if n < 4 { value * 10 + digit } else { value })
                });
                if value.0 == 4 && (1949..=2100).contains(&value.1) && value.1 != year {
                    return true;
                }
            }
        }
    }
    false
}

/// Whether a cell begins with a day: 2024-03-12, 2018/12/14 21:12:21, 2024年3月.
pub(super) fn is_day(text: &str) -> bool {
    let rest = text.trim().trim_start_matches(|c: char| c.is_ascii_digit());
    let n_digits = text.trim().len() - rest.len();
    let mut rest = rest.chars();
    n_digits == 4
        && rest
            .next()
            .is_some_and(|c| matches!(c, '-' | '/' | '.' | '年'))
        && rest.next().is_some_and(|c| c.is_ascii_digit())
        && rest
            .next()
            .is_some_and(|c| c.is_ascii_digit() || matches!(c, '-' | '/' | '.' | '月'))
}

/// Whether a cell is an address of a page.
pub(super) fn is_address(text: &str) -> bool {
    let text = text.trim();
    text.starts_with("http://") || text.starts_with("https://") || text.starts_with("www.")
}

/// Whether a cell names a place and nothing else.
pub(super) fn is_place(text: &str) -> bool {
    const PLACE_CHARS_MAX: usize = 30;
    let text = text.trim();
    let n_chars = text.chars().count();
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
    (2..=PLACE_CHARS_MAX).contains(&n_chars)
        && (!is_number || n_chars == 6 || n_chars == 12)
        && region::resolve_cell(text).is_some()
}

/// Whether a cell is a value that no column is called by.
pub(super) fn is_value(text: &str) -> bool {
    year_of(text).is_some() || is_day(text) || is_address(text) || is_place(text)
}

/// What a name says of place and year, if it says nothing else.
pub(super) fn report_named(name: &str) -> Option<NamedReport> {
    const NAME_CHARS_MAX: usize = 40;
    let name = name.trim();
    if name.chars().count() > NAME_CHARS_MAX {
        return None;
    }
    let (before, year, after) = parts_of(name);
    let mut rest = format!("{before}{after}");
    for words in REPORT_WORDS {
        rest = rest.replace(words, "");
    }
    let rest = rest.trim_matches(|c: char| !c.is_alphanumeric());
    let place = match rest {
        "" => None,
        rest if is_place(rest) => Some(rest.to_owned()),
        _ => return None,
    };
    (place.is_some() || year.is_some()).then_some(NamedReport { place, year })
}

/// A name before its year, the year, and what follows without 年 and 年度.
fn parts_of(name: &str) -> (&str, Option<Year>, &str) {
    let starts = name.char_indices().map(|(at, _)| at);
    for at in starts {
        let (before, rest) = name.split_at_checked(at).unwrap_or((name, ""));
        let n_digits = rest.chars().map_while(digit_value).count();
        if n_digits == 4
            && before.chars().next_back().and_then(digit_value).is_none()
            && let Some(year) = year_of(rest)
        {
            let after = rest.trim_start_matches(|c| digit_value(c).is_some());
            let after = after.strip_prefix("年度").unwrap_or(after);
            return (
                before,
                Some(year),
                after.strip_prefix('年').unwrap_or(after),
            );
        }
    }
    (name, None, "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn years_are_read_as_they_are_written() {
        let check = |text: &str, year: Option<u16>| {
            assert_eq!(year_of(text).map(Year::get), year, "{text}");
        };
        check("2024", Some(2024));
        check("２０２４年", Some(2024));
        check("二〇二三年", Some(2023));
        check("二○二三", Some(2023));
        check("2024.0", Some(2024));
        check("2024-03-12", Some(2024));
        check("24年", Some(2024));
        // 2024-01-20 and 2023-12-31.
        check("45311", Some(2024));
        check("45291", Some(2023));
        check("45292", Some(2024));
        check("2023/2024", None);
        check("2023-2024", None);
        check("23", None);
        check("12345678", None);
        assert_eq!(short_year_of("23").map(Year::get), Some(2023));
        assert_eq!(short_year_of("3"), None);
    }

    #[test]
    fn names_of_reports_are_taken_apart() {
        let check = |name: &str, place: Option<&str>, year: Option<u16>| {
            let named = report_named(name).unwrap_or_default();
            assert_eq!(named.place.as_deref(), place, "{name}");
            assert_eq!(named.year.map(Year::get), year, "{name}");
        };
        check("安吉县2024", Some("安吉县"), Some(2024));
        check("2024年德清县政府工作报告", Some("德清县"), Some(2024));
        check("安吉县_二〇二三年", Some("安吉县"), Some(2023));
        check("2022", None, Some(2022));
        check("正文2022", None, Some(2022));
        check("太原市", Some("太原市"), None);
        check("备注", None, None);
        check("2024年GDP说明", None, None);
    }

    #[test]
    fn values_are_told_from_names() {
        for value in [
            "安吉县",
            "2024",
            "2018/12/14 21:12:21",
            "https://a.gov.cn",
            "330523",
        ] {
            assert!(is_value(value), "{value}");
        }
        for name in ["正文", "text", "报告全文", "备注", "1", "段落"] {
            assert!(!is_value(name), "{name}");
        }
    }
}
