//! References: a passage as a footnote quotes it.
//!
//! In: a passage. Out: one line of text.

use crate::passage::PassageView;
use baogao_reading::ingest::word_of_part;
use baogao_reading::region::Region;
use baogao_reading::report::{Genre, Kind};

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
        (Genre::Report, Some(giver)) => {
            let part = word_of_part(&meta.title).map(|word| format!("（{word}）"));
            format!("{giver}政府工作报告{}", part.unwrap_or_default())
        }
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
                place = closed(&place);
                place.push('，');
            }
            place.extend(heading.chars().take(MAX_HEADING_CHARS));
        } else {
            place.push_str(number);
        }
    }
    let place = match closed(&place) {
        place if place.is_empty() => place,
        place => format!("，{place}"),
    };
    format!(
        "《{title}》{when}{place}，{} #{}",
        passage.id(),
        passage.text_hash()
    )
}

/// A place that ends in the mark of a number is that of words which are not there: `一、` alone is 第一部分, of `（一）3.` the
/// mark goes.
fn closed(place: &str) -> String {
    let bare = place.trim_end_matches(['、', '.', '．']);
    match bare.len() < place.len() && enumerator(place) == place {
        true => format!("第{bare}部分"),
        false => bare.to_owned(),
    }
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

#[cfg(test)]
mod tests {
    use super::{closed, enumerator};

    #[test]
    fn a_place_ends_in_no_mark() {
        for (place, expected) in [
            ("一、", "第一部分"),
            ("2.", "第2部分"),
            ("二、（一）", "二、（一）"),
            ("二、（一）3.", "二、（一）3"),
            ("第一部分", "第一部分"),
            ("", ""),
        ] {
            assert_eq!(closed(place), expected);
        }
    }

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
