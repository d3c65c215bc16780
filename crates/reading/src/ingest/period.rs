//! Which years a head or a paragraph speaks of: the year, or a term of several.
//!
//! In: the words of a head or the beginning of a paragraph, the year of the report, and whether they
//! stand in the review or in the plan. Out: the first and the last of those years. A report of a new
//! term (换届) looks back on five years and, within them, on the last one; it sets goals for the five to
//! come and tasks for the first. Both are said in the same places: 过去五年工作回顾, 2022年，今后五年的目标.

use super::line::{digit_value, is_han_numeral, number_of, years_in};
use crate::report::Year;

/// First and last year.
pub(super) type YearSpan = (Year, Year);

/// Whether a text looks back or ahead from the day of the report.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Outlook {
    /// The review.
    Back,
    /// The plan.
    Ahead,
}

/// What a beginning says of the years to come after it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum OutlookTurn {
    /// It turns to a term: 五年来, 今后五年.
    Term(YearSpan),
    /// It turns to one year: 过去一年, 今年.
    Year(YearSpan),
    /// It names the year as a sentence does (2022年，全市…), which may be in passing.
    InPassing(YearSpan),
}

/// The plans of five years by their numbers: 六五 began in 1981.
const PLANS: [(&str, u16); 10] = [
    ("十五五", 2026),
    ("十四五", 2021),
    ("十三五", 2016),
    ("十二五", 2011),
    ("十一五", 2006),
    ("十五", 2001),
    ("九五", 1996),
    ("八五", 1991),
    ("七五", 1986),
    ("六五", 1981),
];

/// A term of a people's congress and of the government that it elects.
const TERM_YEARS: u16 = 5;

/// Longer spans (三十年来) are history, not what is reported.
const YEARS_MAX: u16 = 10;

/// How many characters of a paragraph tell what it turns to.
const TURN_CHARS: usize = 14;

/// The single year that stands behind or before a report.
pub(super) fn one_year(year: Year, view: Outlook) -> Option<YearSpan> {
    let year = match view {
        Outlook::Back => year.previous()?,
        Outlook::Ahead => year,
    };
    Some((year, year))
}

/// The years of the section under this head: those of a term where it names one, else the one year.
pub(super) fn of_section(head: &str, year: Year, view: Outlook) -> Option<YearSpan> {
    term_in(head, year, view).or_else(|| one_year(year, view))
}

/// Whether a head names the one year: under it a term is mentioned in passing.
pub(super) fn names_one_year(head: &str, year: Year, view: Outlook) -> bool {
    term_in(head, year, view).is_none() && year_at_start(bare(head), year, view).is_some()
}

/// What a paragraph or a deeper head turns to, if its first words say so.
pub(super) fn turn_of(text: &str, year: Year, view: Outlook) -> Option<OutlookTurn> {
    let bare = bare(text);
    if let Some(span) = term_at_start(bare, year, view) {
        return Some(OutlookTurn::Term(span));
    }
    // A plan may begin with what was reached, before it says what is to come.
    let looked_back = || term_at_start(bare, year, Outlook::Back).filter(|_| bare.contains("过去"));
    year_at_start(bare, year, view).or_else(|| looked_back().map(OutlookTurn::InPassing))
}

/// The term that the first words name: 过去五年, 刚刚过去的五年, 今后五年, “十四五”时期. A year that begins a
/// term (今年是“十四五”的第一年) does not name it so.
fn term_at_start(bare: &str, year: Year, view: Outlook) -> Option<YearSpan> {
    let rest = bare.strip_prefix('在').unwrap_or(bare);
    let lead = match view {
        Outlook::Back => ["刚刚过去的", "过去的", "过去", "这", "近", "前"].as_slice(),
        Outlook::Ahead => ["今后的", "今后", "未来的", "未来"].as_slice(),
    };
    let begun = lead
        .iter()
        .find_map(|word| rest.strip_prefix(word))
        .unwrap_or(rest);
    let unquoted = begun.trim_start_matches(['“', '"', '「', '＂']);
    let is_plan = PLANS.iter().any(|(name, _)| unquoted.starts_with(name));
    let is_term = begun.chars().nth(1) == Some('年');
    let end = bare
        .char_indices()
        .nth(TURN_CHARS)
        .map_or(bare.len(), |(at, _)| at);
    let start = bare.get(..end)?;
    let plan = || plan_in(start, year, view);
    let term = || {
        let clause = start.split(['，', ',', '。', '：']).next()?;
        n_years_in(clause, year, view)
    };
    is_plan
        .then(plan)
        .flatten()
        .or_else(|| is_term.then(term).flatten())
}

/// A text without its number and the address before it: 各位代表！过去五年 → 过去五年.
fn bare(text: &str) -> &str {
    let mut rest = text
        .get(number_of(text).map_or(0, |number| number.bytes)..)
        .unwrap_or(text);
    for address in ["各位代表", "同志们"] {
        rest = rest.strip_prefix(address).unwrap_or(rest);
    }
    rest = rest.trim_start_matches(['！', '!', '，', ',', '：', ':', '—', '、', ' ']);
    for lead in ["关于", "对", "做好", "回顾", "总结"] {
        rest = rest.strip_prefix(lead).unwrap_or(rest);
    }
    rest
}

fn year_at_start(bare: &str, year: Year, view: Outlook) -> Option<OutlookTurn> {
    let span = one_year(year, view)?;
    let words: &[&str] = match view {
        Outlook::Back => &[
            "过去一年",
            "过去的一年",
            "刚刚过去的",
            "去年",
            "一年来",
            "上一年",
            "上年",
        ],
        Outlook::Ahead => &["今年", "新的一年"],
    };
    if words.iter().any(|word| bare.starts_with(word)) {
        return Some(OutlookTurn::Year(span));
    }
    let end = bare.find('年')? + '年'.len_utf8();
    let (head, rest) = bare.split_at_checked(end)?;
    if head.chars().count() != 5 || years_in(head) != [span.0.get()] {
        return None;
    }
    let at_work = [
        "工作",
        "的工作",
        "是",
        "主要",
        "政府",
        "重点",
        "目标",
        "经济",
        "国民",
        "发展",
    ];
    Some(if at_work.iter().any(|word| rest.starts_with(word)) {
        OutlookTurn::Year(span)
    } else {
        OutlookTurn::InPassing(span)
    })
}

/// The term that a head names.
fn term_in(text: &str, year: Year, view: Outlook) -> Option<YearSpan> {
    if let [from, to] = years_in(text).as_slice()
        && from < to
        && match view {
            Outlook::Back => *to <= year.get(),
            Outlook::Ahead => *from >= year.get(),
        }
    {
        return Some((Year::new(*from)?, Year::new(*to)?));
    }
    plan_in(text, year, view)
        .or_else(|| n_years_in(text, year, view))
        .or_else(|| {
            let whole_term = ["本届政府", "上届政府", "上一届政府", "任期"];
            whole_term
                .iter()
                .any(|word| text.contains(word))
                .then(|| n_years(TERM_YEARS, year, view))?
        })
}

/// So many years up to the report, or from it.
fn n_years(n: u16, year: Year, view: Outlook) -> Option<YearSpan> {
    match view {
        Outlook::Back => Some((Year::new(year.get() - n)?, year.previous()?)),
        Outlook::Ahead => Some((year, Year::new(year.get() + n - 1)?)),
    }
}

/// 过去五年, 四年来, 今后三年 and the like.
fn n_years_in(text: &str, year: Year, view: Outlook) -> Option<YearSpan> {
    // Not spans that are reviewed or planned: 三年行动, 五年规划, 五年期, 三年级.
    const OTHER: [&str; 12] = [
        "规划", "计划", "行动", "攻坚", "期", "制", "级", "以上", "内", "倍增", "翻", "前",
    ];
    let chars: Vec<char> = text.chars().collect();
    chars.windows(2).enumerate().find_map(|(at, pair)| {
        let [numeral, '年'] = pair else { return None };
        let before = at.checked_sub(1).and_then(|at| chars.get(at)).copied();
        let stands_alone = before.is_none_or(|c| {
            !is_han_numeral(c) && digit_value(c).is_none() && !matches!(c, '第' | '十' | '百' | '○')
        });
        let n = if *numeral == '十' {
            10
        } else {
            digit_value(*numeral)?
        };
        let n = u16::try_from(n)
            .ok()
            .filter(|n| (2..=YEARS_MAX).contains(n))?;
        let rest: String = chars.get(at + 2..)?.iter().take(2).collect();
        let ahead = ["今后", "未来", "后", "下"];
        let before: String = chars.get(..at)?.iter().collect();
        let of_view = match view {
            Outlook::Back => !ahead.iter().any(|word| before.ends_with(word)),
            Outlook::Ahead => {
                ahead
                    .iter()
                    .any(|word| before.trim_end_matches('的').ends_with(word))
                    || before.ends_with("这") && !rest.starts_with('来')
            }
        };
        (stands_alone && of_view && !OTHER.iter().any(|word| rest.starts_with(word)))
            .then(|| n_years(n, year, view))?
    })
}

/// “十三五”时期 and the like, as far as it lies on this side of the report.
fn plan_in(text: &str, year: Year, view: Outlook) -> Option<YearSpan> {
    PLANS.iter().find_map(|(name, first)| {
        let (before, after) = text.split_once(name)?;
        let is_plan = after.starts_with(['”', '"', '」', '＂'])
            || ["时期", "期间", "规划", "计划", "以来"]
                .iter()
                .any(|word| after.starts_with(word));
        if !is_plan || before.ends_with(is_han_numeral) {
            return None;
        }
        let last = first + TERM_YEARS - 1;
        let (from, to) = match view {
            Outlook::Back => (*first, last.min(year.get() - 1)),
            Outlook::Ahead => (year.get().max(*first), last),
        };
        (from <= to).then_some((Year::new(from)?, Year::new(to)?))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn years((from, to): YearSpan) -> (u16, u16) {
        (from.get(), to.get())
    }

    fn section(head: &str, year: u16, view: Outlook) -> Option<(u16, u16)> {
        of_section(head, Year::new(year)?, view).map(years)
    }

    #[test]
    fn the_head_of_a_review_names_the_year_or_the_term() {
        for (head, year, expected) in [
            ("一、2023年工作回顾", 2024, (2023, 2023)),
            ("一、过去五年工作回顾", 2023, (2018, 2022)),
            ("一、关于过去五年的政府工作", 1998, (1993, 1997)),
            ("过去五年回顾和2002年工作情况", 2003, (1998, 2002)),
            ("一、过去一年和五年工作回顾", 2023, (2018, 2022)),
            (
                "一、改革开放和现代化建设取得伟大成就的五年",
                1993,
                (1988, 1992),
            ),
            ("总结本届政府工作", 2017, (2012, 2016)),
            ("一、四年来的工作", 2017, (2013, 2016)),
            ("一、“十三五”时期经济社会发展回顾", 2021, (2016, 2020)),
            ("一、“十四五”以来的工作", 2024, (2021, 2023)),
            ("一、2016—2020年工作回顾", 2021, (2016, 2020)),
            ("一、第十四个五年规划的开局", 2022, (2021, 2021)),
            ("一、落实三年行动计划的情况", 2022, (2021, 2021)),
            ("在第十五届人民代表大会", 2022, (2021, 2021)),
        ] {
            assert_eq!(section(head, year, Outlook::Back), Some(expected), "{head}");
        }
    }

    #[test]
    fn the_head_of_a_plan_names_the_year_or_the_term() {
        for (head, year, expected) in [
            ("二、2024年工作安排", 2024, (2024, 2024)),
            ("二、今后五年的发展目标和总体要求", 2008, (2008, 2012)),
            ("对今后五年和2003年政府工作的建议", 2003, (2003, 2007)),
            ("二、未来五年的奋斗目标", 2022, (2022, 2026)),
            ("二、今后三年的任务", 2010, (2010, 2012)),
            ("二、“十四五”时期的主要目标", 2021, (2021, 2025)),
            ("二、本届政府的主要任务", 2013, (2013, 2017)),
            ("三、全力打赢三年攻坚战", 2018, (2018, 2018)),
        ] {
            assert_eq!(
                section(head, year, Outlook::Ahead),
                Some(expected),
                "{head}"
            );
        }
    }

    #[test]
    fn the_first_words_of_a_paragraph_turn_to_other_years() {
        let turn = |text: &str, year: u16, view| turn_of(text, Year::new(year)?, view);
        let span = |from: u16, to: u16| Some((Year::new(from)?, Year::new(to)?));
        let term = |from, to| span(from, to).map(OutlookTurn::Term);
        let one = |year| span(year, year).map(OutlookTurn::Year);
        for (text, expected) in [
            ("各位代表！过去五年，我们经受了考验。", term(2018, 2022)),
            ("五年来，我们坚持发展。", term(2018, 2022)),
            ("回顾五年的工作，我们体会到", term(2018, 2022)),
            ("刚刚过去的2022年，我们", one(2022)),
            ("（二）2022年工作", one(2022)),
            ("去年，全市生产总值", one(2022)),
            (
                "2022年，全市生产总值",
                span(2022, 2022).map(OutlookTurn::InPassing),
            ),
            ("“十三五”时期，我们坚持发展", term(2016, 2020)),
            ("坚持发展，五年来投资翻番", None),
            ("以城镇面貌三年大变样为抓手", None),
            ("新冠疫情发生三年多来", None),
            ("实施乡村建设三年行动", None),
        ] {
            assert_eq!(turn(text, 2023, Outlook::Back), expected, "{text}");
        }
        for (text, expected) in [
            ("今后五年，必须大力加强能源", term(2023, 2027)),
            ("今年的预期目标是", one(2023)),
            ("做好今年工作，必须", one(2023)),
            ("（一）2023年主要目标", one(2023)),
            ("今年是实施“十四五”规划的第三年", one(2023)),
            ("2023年是“十四五”规划的第三年", one(2023)),
            ("“十四五”时期，我们要", term(2023, 2025)),
            ("高水平编制“十五五”规划", None),
            ("力争用五年时间", None),
            (
                "过去五年，外交工作",
                span(2018, 2022).map(OutlookTurn::InPassing),
            ),
        ] {
            assert_eq!(turn(text, 2023, Outlook::Ahead), expected, "{text}");
        }
    }
}
