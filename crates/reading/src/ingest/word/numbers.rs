//! Automatic numbers: what a word processor shows before a paragraph of a list.
//!
//! In: the patterns and lists of a document, and its paragraphs one after the other. Out: the number before each as
//! text: `一、`, `（一）`, `1.`. It is part of what a reader sees, though no character of it stands in the document.

use std::collections::{HashMap, HashSet};

/// Levels of a list.
pub(crate) const LEVELS: usize = 9;

/// How one level of a list is numbered.
#[derive(Clone, Debug)]
pub(crate) struct NumberLevel {
    /// The first number.
    pub(crate) start: i64,
    /// How its number is written, by the name that OOXML has for it.
    pub(crate) format: String,
    /// `%1` stands for the number of the first level.
    pub(crate) text: String,
    /// Whether nothing is set between the number and the text.
    pub(crate) close: bool,
    /// All numbers in Arabic figures, whatever the levels above say.
    pub(crate) legal: bool,
    /// The style whose paragraphs have it.
    pub(crate) style: Option<String>,
    /// The level after whose number this one begins anew; 0 for never.
    pub(crate) restart: Option<usize>,
}

impl Default for NumberLevel {
    fn default() -> NumberLevel {
        NumberLevel {
            start: 1,
            format: "decimal".to_owned(),
            text: String::new(),
            close: false,
            legal: false,
            style: None,
            restart: None,
        }
    }
}

/// The levels of a pattern.
pub(crate) type Levels = [Option<NumberLevel>; LEVELS];

/// A list in use: which pattern it follows, and what it changes in it.
#[derive(Debug, Default)]
pub(crate) struct List {
    /// The key of the pattern.
    pub(crate) pattern: String,
    /// Where its levels begin, if elsewhere.
    pub(crate) starts: [Option<i64>; LEVELS],
    /// The levels that it has instead.
    pub(crate) levels: Levels,
}

/// All lists of a document, and how far each has counted.
#[derive(Debug, Default)]
pub(crate) struct Lists {
    /// Patterns by their keys.
    pub(crate) patterns: HashMap<String, Levels>,
    /// Lists by their keys.
    pub(crate) lists: HashMap<String, List>,
    counters: HashMap<String, [Option<i64>; LEVELS]>,
    /// Lists whose own starts have been taken.
    begun: HashSet<(String, usize)>,
}

impl Lists {
    /// Counts a paragraph of a list on and gives the number that stands before it, if one does. A paragraph that names
    /// no level has that of its style.
    pub(crate) fn next(
        &mut self,
        id: &str,
        level: Option<usize>,
        style: Option<&str>,
    ) -> Option<String> {
        let list = self.lists.get(id)?;
        let pattern = self.patterns.get(&list.pattern)?;
        let level_at = |at: usize| {
            let own = list.levels.get(at).and_then(Option::as_ref);
            own.or_else(|| pattern.get(at).and_then(Option::as_ref))
        };
        let at = level
            .or_else(|| {
                (0..LEVELS).find(|&at| {
                    style.is_some()
                        && level_at(at).is_some_and(|level| level.style.as_deref() == style)
                })
            })
            .unwrap_or(0);
        let level = level_at(at)?;
        let counters = self.counters.entry(list.pattern.clone()).or_default();
        // A list that has its own start begins there at its first paragraph, and goes on from then.
        let fresh = list
            .starts
            .get(at)
            .copied()
            .flatten()
            .filter(|_| self.begun.insert((id.to_owned(), at)));
        let slot = counters.get_mut(at)?;
        let value = match (fresh, *slot) {
            (Some(start), _) => start,
            (None, Some(last)) => last.saturating_add(1),
            (None, None) => level.start,
        };
        *slot = Some(value);
        for (deeper, slot) in counters.iter_mut().enumerate().skip(at + 1) {
            let restarts = match level_at(deeper).and_then(|level| level.restart) {
                None => true,
                Some(restart) => restart > at,
            };
            if restarts {
                *slot = None;
            }
        }
        let counters = *counters;
        let mut shown = String::new();
        let mut chars = level.text.chars().peekable();
        while let Some(c) = chars.next() {
            let reference = (c == '%')
                .then(|| chars.peek().and_then(|digit| digit.to_digit(10)))
                .flatten()
                .filter(|&digit| digit > 0);
            let Some(reference) = reference else {
                shown.push(c);
                continue;
            };
            chars.next();
            let of = reference as usize - 1;
            let Some(other) = level_at(of) else {
                continue;
            };
            let count = counters.get(of).copied().flatten().unwrap_or(other.start);
            let format = if level.legal {
                "decimal"
            } else {
                &other.format
            };
            shown.push_str(&format_number(count, format));
        }
        if level.format == "bullet" || shown.trim().is_empty() {
            // A bullet is an ornament, in a symbol font as a rule.
            return None;
        }
        if !level.close {
            shown.push(' ');
        }
        Some(shown)
    }
}

/// A number as a format of Word writes it; those that are not known are written in Arabic figures.
fn format_number(number: i64, format: &str) -> String {
    let small = u32::try_from(number).unwrap_or(0);
    let sign_at = |first: char, count: u32| {
        (1..=count)
            .contains(&small)
            .then(|| char::from_u32(u32::from(first) + small - 1))
            .flatten()
    };
    let sign = match format {
        "none" => return String::new(),
        "chineseCounting"
        | "chineseCountingThousand"
        | "japaneseCounting"
        | "taiwaneseCounting"
        | "taiwaneseCountingThousand"
        | "ideographDigital" => {
            return chinese(number);
        }
        "chineseLegalSimplified" | "ideographLegalTraditional" => {
            let plain = chinese(number);
            return plain.chars().map(legal_form).collect();
        }
        "decimalZero" => return format!("{number:02}"),
        "decimalFullWidth" | "decimalFullWidth2" => {
            let full = |c: char| char::from_u32(u32::from(c) + 0xfee0).unwrap_or(c);
            return number.to_string().chars().map(full).collect();
        }
        "decimalEnclosedCircle" | "decimalEnclosedCircleChinese" => sign_at('\u{2460}', 20),
        "decimalEnclosedFullstop" => sign_at('\u{2488}', 20),
        "decimalEnclosedParen" => sign_at('\u{2474}', 20),
        "ideographEnclosedCircle" => sign_at('\u{3280}', 10),
        "ideographTraditional" => "甲乙丙丁戊己庚辛壬癸"
            .chars()
            .nth(small.wrapping_sub(1) as usize),
        "ideographZodiac" => "子丑寅卯辰巳午未申酉戌亥"
            .chars()
            .nth(small.wrapping_sub(1) as usize),
        "upperLetter" => sign_at('A', 26),
        "lowerLetter" => sign_at('a', 26),
        "upperRoman" => return roman(small).unwrap_or_else(|| number.to_string()),
        "lowerRoman" => {
            return roman(small).map_or_else(|| number.to_string(), |roman| roman.to_lowercase());
        }
        _ => None,
    };
    sign.map_or_else(|| number.to_string(), String::from)
}

/// 一, 十, 十二, 一百二十三.
fn chinese(number: i64) -> String {
    const DIGITS: [char; 10] = ['〇', '一', '二', '三', '四', '五', '六', '七', '八', '九'];
    let Some(mut rest) = usize::try_from(number)
        .ok()
        .filter(|number| *number < 10_000)
    else {
        return number.to_string();
    };
    if rest == 0 {
        return "〇".to_owned();
    }
    let mut out = String::new();
    let mut gap = false;
    for (unit, name) in [(1000, "千"), (100, "百"), (10, "十"), (1, "")] {
        let digit = rest / unit;
        rest %= unit;
        if digit == 0 {
            gap = !out.is_empty();
            continue;
        }
        if gap {
            out.push('零');
            gap = false;
        }
        // 十二, not 一十二.
        if !(unit == 10 && digit == 1 && out.is_empty()) {
            out.extend(DIGITS.get(digit));
        }
        out.push_str(name);
    }
    out
}

fn legal_form(c: char) -> char {
    match c {
        '〇' => '零',
        '一' => '壹',
        '二' => '贰',
        '三' => '叁',
        '四' => '肆',
        '五' => '伍',
        '六' => '陆',
        '七' => '柒',
        '八' => '捌',
        '九' => '玖',
        '十' => '拾',
        '百' => '佰',
        '千' => '仟',
        other => other,
    }
}

fn roman(number: u32) -> Option<String> {
    const SIGNS: [(u32, &str); 13] = [
        (1000, "M"),
        (900, "CM"),
        (500, "D"),
        (400, "CD"),
        (100, "C"),
        (90, "XC"),
        (50, "L"),
        (40, "XL"),
        (10, "X"),
        (9, "IX"),
        (5, "V"),
        (4, "IV"),
        (1, "I"),
    ];
    let mut rest = number;
    let mut out = String::new();
    for (value, sign) in SIGNS {
        while rest >= value && number < 4_000 {
            out.push_str(sign);
            rest -= value;
        }
    }
    (!out.is_empty()).then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_word_writes_them() {
        let check = |number, format, expected: &str| {
            assert_eq!(format_number(number, format), expected, "{number} {format}");
        };
        check(1, "chineseCounting", "一");
        check(10, "chineseCountingThousand", "十");
        check(12, "chineseCounting", "十二");
        check(20, "chineseCounting", "二十");
        check(105, "chineseCountingThousand", "一百零五");
        check(110, "chineseCountingThousand", "一百一十");
        check(3, "decimal", "3");
        check(3, "decimalEnclosedCircleChinese", "③");
        check(12, "decimalFullWidth", "１２");
        check(4, "lowerRoman", "iv");
        check(2, "ideographTraditional", "乙");
        check(2, "chineseLegalSimplified", "贰");
        check(-1, "chineseCounting", "-1");
        check(30, "decimalEnclosedCircle", "30");
    }
}
