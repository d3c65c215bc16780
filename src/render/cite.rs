//! References: a passage as a footnote quotes it, and the line that says how an answer was computed.
//!
//! In: a passage; a question and what it was asked of. Out: one line of text each.

use super::terminal::{counted, number};
use crate::index::Index;
use crate::passage::PassageView;
use crate::query::Filters;
use crate::region::{Level, Region};
use crate::report::{Genre, Kind, Year};
use serde::{Serialize, Serializer};
use std::fmt;

/// A heading without a number is quoted by at most so many of its characters.
const MAX_HEADING_CHARS: usize = 20;

/// A reference to a passage: `《汾阳市政府工作报告》（2024年4月22日），二、（一），汾阳市-2024:19 #6d07a8b5`. The eight
/// hex digits are those of [`PassageView::text_hash`].
pub fn reference(passage: &PassageView) -> String {
    let meta = &passage.report.meta;
    let region = meta.region.as_ref().map(|region| region.value);
    let giver = match (&meta.named, region) {
        (Some(named), _) => Some(named.as_str()),
        (None, Some(Region::NATION)) => Some("国务院"),
        (None, Some(region)) => Some(region.name()),
        (None, None) => None,
    };
    let title = match (meta.genre, giver) {
        (Genre::Report, Some(giver)) => format!("{giver}政府工作报告"),
        _ => meta.title.clone(),
    };
    let when = match (meta.date, &meta.year) {
        (Some(date), _) => format!("（{}年{}月{}日）", date.year, date.month, date.day),
        (None, Some(year)) => format!("（{}年）", year.value),
        (None, None) => String::new(),
    };
    let mut headings: Vec<&str> = passage.section.iter().map(String::as_str).collect();
    if passage.kind == Kind::Heading {
        headings.push(&passage.text);
    }
    let mut place = String::new();
    for heading in headings {
        let number = enumerator(heading);
        if number.is_empty() {
            if !place.is_empty() {
                place.push('，');
            }
            place.extend(heading.chars().take(MAX_HEADING_CHARS));
        } else {
            place.push_str(number);
        }
    }
    let place = if place.is_empty() {
        String::new()
    } else {
        format!("，{place}")
    };
    format!(
        "《{title}》{when}{place}，{} #{}",
        passage.id(),
        passage.text_hash()
    )
}

/// The number with which a heading begins: `二、`, `（一）`, `3.`, `第一部分`; empty for none.
fn enumerator(heading: &str) -> &str {
    let is_numeral = |c: char| c.is_ascii_digit() || "一二三四五六七八九十百零〇".contains(c);
    let (open, close): (&[char], &[char]) = match heading.chars().next() {
        Some('（' | '(') => (&['（', '('], &['）', ')']),
        Some('第') => (&['第'], &[]),
        _ => (&[], &['、', '.', '．']),
    };
    let inner = heading.trim_start_matches(open);
    let after = inner.trim_start_matches(is_numeral);
    if after.len() == inner.len() {
        return "";
    }
    let end = if heading.starts_with('第') {
        ["部分", "章", "节"]
            .iter()
            .find(|unit| after.starts_with(**unit))
            .map(|unit| heading.len() - after.len() + unit.len())
    } else {
        let closing = after.chars().next().filter(|c| close.contains(c));
        closing.map(|c| heading.len() - after.len() + c.len_utf8())
    };
    end.and_then(|end| heading.get(..end)).unwrap_or_default()
}

/// How an answer was computed: the question as understood, what was searched, fingerprint of the corpus. Machine formats
/// have it as the line of [`Method::fmt`](std::fmt::Display).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Method {
    /// The question as understood.
    pub question: String,
    /// The filters as they are written in a query.
    pub filters: String,
    /// Reports that were searched.
    pub n_reports: u64,
    /// Texts in the index.
    pub n_texts: u64,
    /// Characters that were searched.
    pub n_chars: u64,
    /// Fingerprint of the corpus.
    pub corpus: String,
}

impl fmt::Display for Method {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let asked = [self.question.as_str(), &self.filters];
        let asked: Vec<&str> = asked.into_iter().filter(|part| !part.is_empty()).collect();
        write!(
            out,
            "baogao {} · {} · {} of {}, {} characters searched · corpus {}",
            env!("CARGO_PKG_VERSION"),
            asked.join(" "),
            number(self.n_reports),
            counted(self.n_texts, "text"),
            number(self.n_chars),
            self.corpus,
        )
    }
}

impl Serialize for Method {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// How an answer was computed.
pub fn method(index: &Index, question: &str, filters: &Filters) -> Method {
    let mask = index.report_mask(filters);
    let mut n_reports = 0;
    let mut n_chars = 0;
    for (rank, _) in mask.iter().enumerate().filter(|(_, searched)| **searched) {
        n_reports += 1;
        let parts = crate::report::Part::ALL
            .into_iter()
            .zip(index.reports.parts(rank));
        n_chars += parts
            .filter(|(part, _)| filters.parts.is_empty() || filters.parts.contains(part))
            .map(|(_, size)| u64::from(size.chars))
            .sum::<u64>();
    }
    Method {
        question: question.to_owned(),
        filters: filters_line(index, filters),
        n_reports,
        n_texts: index.reports.len() as u64,
        n_chars,
        corpus: index.manifest().corpus.clone(),
    }
}

/// Filters as they are written in a query: `region:/山西省/吕梁市 year:2023..2024`.
pub fn filters_line(index: &Index, filters: &Filters) -> String {
    let years = |name: &str, years: &std::ops::RangeInclusive<u16>| {
        let (from, to) = (*years.start(), *years.end());
        match (from == Year::MIN.get(), to == Year::MAX.get()) {
            _ if from == to => format!("{name}:{from}"),
            (false, true) => format!("{name}:{from}.."),
            (true, false) => format!("{name}:..{to}"),
            _ => format!("{name}:{from}..{to}"),
        }
    };
    let mut words: Vec<String> = Vec::new();
    words.extend(
        filters
            .regions
            .iter()
            .map(|region| format!("region:{}", region.path_string())),
    );
    words.extend(filters.years.iter().map(|range| years("year", range)));
    words.extend(filters.about.iter().map(|range| years("about", range)));
    words.extend(
        filters
            .parts
            .iter()
            .map(|part| format!("part:{}", part.name())),
    );
    words.extend(
        filters
            .levels
            .iter()
            .map(|level| format!("level:{}", Level::name(*level))),
    );
    words.extend(filters.reports.iter().filter_map(|rank| {
        let entry = index.reports.entry(*rank).ok()?;
        Some(format!("report:{}", entry.id))
    }));
    if filters.duplicates {
        words.push("with copies".to_owned());
    }
    match filters.genre {
        Some(Genre::Other) => words.push("genre:other".to_owned()),
        Some(Genre::Report) | None => {}
    }
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::enumerator;

    #[test]
    fn a_heading_is_quoted_by_its_number() {
        for (heading, expected) in [
            ("二、2024年重点工作安排", "二、"),
            ("（一）以专业镇建设为突破点", "（一）"),
            ("(十二)抓好", "(十二)"),
            ("3.推进改革", "3."),
            ("第一部分 回顾", "第一部分"),
            ("名词解释", ""),
            ("2024年工作", ""),
            ("第一要务", ""),
        ] {
            assert_eq!(enumerator(heading), expected, "{heading}");
        }
    }
}
