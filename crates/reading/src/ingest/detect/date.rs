//! Whole dates and years in a text, in any digits: 2024年4月22日, 二〇一二年一月六日, 2007-01-30.
//!
//! In: a line or a value. Out: the first date in it, or the year at a place.

use crate::ingest::line::digit_value;
use crate::report::{Date, Year};

/// A whole date in a text, in any digits: 2024年4月22日, 二〇一二年一月六日, 2007-01-30.
pub(super) fn date_in(text: &str) -> Option<Date> {
    let chars: Vec<char> = text.chars().collect();
    for start in 0..chars.len() {
        let Some((year, at)) = year_at(&chars, start) else {
            continue;
        };
        let separator = chars.get(at).copied();
        let marks = match separator {
            Some('年') => ('月', Some('日')),
            Some('-') => ('-', None),
            Some('/') => ('/', None),
            Some('.') => ('.', None),
            _ => continue,
        };
        let Some((month, at)) = small_number_at(&chars, at + 1) else {
            continue;
        };
        if chars.get(at) != Some(&marks.0) {
            continue;
        }
        let Some((day, at)) = small_number_at(&chars, at + 1) else {
            continue;
        };
        // 11月30日和12月1日, 7月5日至6日: the first day counts; 6日 may have lost its 日 before 至.
        let closed = marks
            .1
            .is_none_or(|mark| chars.get(at) == Some(&mark) || chars.get(at) == Some(&'至'));
        if closed
            && (1..=12).contains(&month)
            && (1..=31).contains(&day)
            && let Some(year) = Year::new(year)
        {
            return Some(Date { year, month, day });
        }
    }
    None
}

/// Four digits of a year at an index, and the index after them.
pub(super) fn year_at(chars: &[char], start: usize) -> Option<(u16, usize)> {
    if start > 0
        && chars
            .get(start - 1)
            .copied()
            .and_then(digit_value)
            .is_some()
    {
        return None;
    }
    let mut value = 0_u16;
    for index in start..start + 4 {
        let digit = chars.get(index).copied().and_then(digit_value)?;
        value = value * 10 + u16::try_from(digit).ok()?;
    }
    if chars
        .get(start + 4)
        .copied()
        .and_then(digit_value)
        .is_some()
    {
        return None;
    }
    (1949..=2100).contains(&value).then_some((value, start + 4))
}

/// A month or day in Arabic or Chinese numerals, and the index after it.
fn small_number_at(chars: &[char], start: usize) -> Option<(u8, usize)> {
    let mut value = 0_u32;
    let mut at = start;
    let mut seen = false;
    while let Some(&c) = chars.get(at) {
        if c == '十' {
            value = value.max(1) * 10;
        } else if let Some(digit) = digit_value(c) {
            let after_ten = at > start && chars.get(at - 1) == Some(&'十');
            value = if after_ten {
                value + digit
            } else {
                value * 10 + digit
            };
        } else {
            break;
        }
        seen = true;
        at += 1;
        if at - start > 3 {
            return None;
        }
    }
    (seen && value <= 31).then_some(())?;
    Some((u8::try_from(value).ok()?, at))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(year: u16, month: u8, day: u8) -> Option<Date> {
        Some(Date {
            year: Year::new(year)?,
            month,
            day,
        })
    }

    #[test]
    fn dates_in_any_digits() {
        assert_eq!(date_in("——2024年4月22日在汾阳市"), date(2024, 4, 22));
        assert_eq!(date_in("（二〇〇三年一月十日）"), date(2003, 1, 10));
        assert_eq!(date_in("二0一九年一月十四日"), date(2019, 1, 14));
        assert_eq!(date_in("——１９８８年３月２５日"), date(1988, 3, 25));
        assert_eq!(
            date_in("一九八一年十一月三十日和十二月一日"),
            date(1981, 11, 30)
        );
        assert_eq!(date_in("1955年7月5日至6日"), date(1955, 7, 5));
        assert_eq!(date_in("2007-01-30"), date(2007, 1, 30));
        assert_eq!(date_in("2008年1月在河北省"), None);
        assert_eq!(date_in("二十一日"), None);
    }
}
