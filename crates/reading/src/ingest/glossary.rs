//! Glossaries at the end of reports: where they begin, and where each of their entries does.
//!
//! In: paragraphs. Out: whether one is the head of a glossary under any of its names (名词解释, 短语说明, 附：注释), where a
//! head ends that its first entry follows at once, and the entries that stand in one paragraph, in whatever way they are
//! numbered: `[1]…。[2]…（见第2页）`, `1.…。2.…`, `⑴…。⑵…`, `●…。●…`.

use super::annex;
use super::extract::Mark;
use super::join::{Paragraph, cut_at};
use super::line::{self, Rank, ends_sentence, is_closer, number_of};
use crate::report::LineStart;
use regex::Regex;
use std::sync::LazyLock;

/// Each cut copies what follows it; no glossary on one line is longer.
const CUT_BYTES_MAX: usize = 60_000;

/// The beginning of a text that can hold the number of an entry and the word behind it.
const NUMBER_BYTES_MAX: usize = 32;

/// The head of a glossary with its first entry behind it.
static HEAD_AND_ENTRY: LazyLock<Regex> = LazyLock::new(|| {
    let name = line::GLOSSARY_NAMES.join("|");
    let first = r"1[.．、）)“]|[*＊]1|[\[［【〔（(]1[\]］】〕）)]|①|⑴|一、|（一）|注1|[“●]";
    Regex::new(&format!(
        "^(?P<head>[※【“《〈(（]*(?:附[件录]?[：:、 ]?)?[\\p{{Han}}《》、]{{0,16}}(?:{name})[\\p{{Han}}》】”※）)]{{0,6}}[：: ]*)(?:{first})"
    ))
    .expect("the pattern is constant and a test compiles it")
});

/// The bytes of the head of a glossary that the first entry follows at once.
pub(super) fn glued_head(text: &str) -> Option<usize> {
    Some(HEAD_AND_ENTRY.captures(text)?.name("head")?.end())
}

/// What stands around a paragraph.
#[derive(Clone, Copy, Debug)]
pub(super) struct Around<'a> {
    /// The beginnings of the paragraphs that follow.
    pub(super) next: &'a [String],
    /// The call with which a speech ends has been heard.
    pub(super) after_call: bool,
}

/// Whether a glossary begins with this text: its head, or its first entry where no head stands.
pub(super) fn begins(text: &str, around: Around<'_>) -> bool {
    // 附 and 注 alone stand above tables and pictures too.
    if matches!(text.trim_end_matches(['：', ':', ' ']), "附" | "注") {
        let next = around.next.first().map_or("", String::as_str);
        return entry_of(next).is_some() || line::is_glossary_head(next);
    }
    if line::is_glossary_head(text) || annex::is_head(text) && explains(around.next) {
        return true;
    }
    // A circled number and 1. begin lists too, but none follows the call with which a speech ends.
    let is_marked = line::entry_number(text).is_some_and(|(number, _)| number == 1);
    let is_circled = text.starts_with(|c: char| ('①'..='⑳').contains(&c));
    let is_first = || entry_of(text).is_some_and(|entry| entry.number == 1);
    is_marked && !is_circled || around.after_call && is_first() && defines(text)
}

/// Whether the paragraphs below a head are a glossary's: another head of one, or entries that say what a term means.
pub(super) fn explains(next: &[String]) -> bool {
    const LOOKED_AT: usize = 5;
    const MEANINGS: [&str; 9] = [
        "是指",
        "指的是",
        "就是",
        "简称",
        "全称",
        "：指",
        "：即",
        ":指",
        ":即",
    ];
    if next
        .first()
        .is_some_and(|text| line::is_glossary_head(text))
    {
        return true;
    }
    let says_meaning = |text: &&String| {
        let term = text.trim_start_matches(|c: char| !line::is_han(c) && c != '“');
        MEANINGS.iter().any(|word| text.contains(word))
            || term.starts_with('“') && (term.contains("”：") || term.contains("”:"))
    };
    let entries = next.iter().take(LOOKED_AT);
    entries.clone().filter(says_meaning).count() * 2 >= entries.len().max(1)
}

/// Whether a text puts a term before a colon, or says what it means.
fn defines(text: &str) -> bool {
    let start: String = text.chars().take(40).collect();
    ["：", ":", "是指", "指的是"]
        .iter()
        .any(|word| start.contains(word))
}

/// How the entries of a glossary are numbered.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Style {
    /// `[2]`, `②`, `注2：`.
    Marked,
    /// `2.`, `二、`, `（二）`.
    Heading(Rank),
    /// `⑵`.
    BracketedSign,
    /// `2）`, `*2`, `2“`, `注2`.
    Loose,
    /// `●`, without numbers.
    Bullet,
}

/// The number of an entry.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Entry {
    style: Style,
    number: u32,
}

/// The number with which an entry begins.
fn entry_of(text: &str) -> Option<Entry> {
    let text = text.get(..text.floor_char_boundary(NUMBER_BYTES_MAX))?;
    let entry = |style, number| Some(Entry { style, number });
    let first = text.chars().next()?;
    if ('⑴'..='⒇').contains(&first) {
        return entry(Style::BracketedSign, u32::from(first) - u32::from('⑴') + 1);
    }
    if matches!(first, '●' | '■' | '◆' | '★' | '▲') {
        return entry(Style::Bullet, 0);
    }
    if let Some((number, _)) = line::entry_number(text) {
        return entry(Style::Marked, number);
    }
    if let Some(number) = number_of(text) {
        let value = line::han_number(text).or_else(|| arabic(text.get(..number.bytes)?))?;
        return entry(Style::Heading(number.rank), value);
    }
    entry(Style::Loose, loose_number(text)?)
}

/// The number of an entry that no point follows: `2）`, `*2双碳`, `2“双碳”`.
fn loose_number(text: &str) -> Option<u32> {
    let digits = text.trim_start_matches(['*', '＊', '注']);
    let n_digits = digits.bytes().take_while(u8::is_ascii_digit).count();
    let (number, after) = digits.split_at_checked(n_digits)?;
    let after = after.trim_start();
    let is_marked = digits.len() < text.len();
    let is_number = (1..=3).contains(&n_digits)
        && (after.starts_with(['）', ')', '“', '"', '《'])
            || is_marked && after.starts_with(line::is_han));
    is_number.then(|| arabic(number))?
}

/// The number that the digits of a text make.
fn arabic(text: &str) -> Option<u32> {
    let digits = text.chars().filter_map(line::digit_value);
    let value = digits.fold(0, |value: u32, digit| {
        value.saturating_mul(10).saturating_add(digit)
    });
    (value > 0).then_some(value)
}

/// The entries that stand in one paragraph, each a piece. An entry begins where a sentence or a bracket has ended, and
/// with the next number.
pub(super) fn cut_entries(paragraph: Paragraph) -> Vec<(String, Vec<LineStart>)> {
    let Paragraph { text, lines, mark } = paragraph;
    if text.len() > CUT_BYTES_MAX || mark == Mark::Whole {
        return vec![(text, lines)];
    }
    let mut pieces = Vec::new();
    let (mut rest, mut rest_lines) = (text, lines);
    while let Some(at) = next_entry(&rest) {
        let (entry, entry_lines, tail, tail_lines) = cut_at(&rest, &rest_lines, at);
        pieces.push((entry, entry_lines));
        (rest, rest_lines) = (tail, tail_lines);
    }
    pieces.push((rest, rest_lines));
    pieces
}

/// Where the entry after the first begins.
fn next_entry(text: &str) -> Option<usize> {
    let first = entry_of(text)?;
    let follows = |next: Entry| {
        let is_next = next.number == first.number + 1 || first.style == Style::Bullet;
        next.style == first.style && is_next
    };
    let mut before = ' ';
    for (at, c) in text.char_indices() {
        let ends = ends_sentence(before) || is_closer(before) || before == '；';
        before = c;
        if at > 0 && ends && entry_of(text.get(at..)?).is_some_and(follows) {
            return Some(at);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    const ENTRIES: [&str; 3] = [
        "“双碳”：碳达峰、碳中和的简称。",
        "三品一标：即无公害农产品、绿色食品、有机农产品。",
        "放管服改革：简政放权、放管结合的简称。",
    ];

    fn cut(text: &str) -> Vec<String> {
        let paragraph = Paragraph {
            text: text.to_owned(),
            lines: vec![LineStart { byte: 0, line: 1 }],
            mark: Mark::None,
        };
        let entries = cut_entries(paragraph).into_iter();
        entries.map(|(text, _)| text).collect()
    }

    #[test]
    fn entries_in_one_paragraph_are_cut_however_they_are_numbered() {
        let styles: [fn(usize) -> String; 12] = [
            |n| format!("{n}."),
            |n| format!("{n}、"),
            |n| format!("（{n}）"),
            |n| format!("[{n}]"),
            |n| format!("【{n}】"),
            |n| format!("{n}）"),
            |n| format!("*{n}"),
            |n| format!("注{n}："),
            |n| ["", "①", "②", "③"][n].to_owned(),
            |n| ["", "⑴", "⑵", "⑶"][n].to_owned(),
            |n| ["", "一、", "二、", "三、"][n].to_owned(),
            |_| "●".to_owned(),
        ];
        for style in styles {
            let numbered = |(at, entry): (usize, &&str)| style(at + 1) + entry;
            let entries: Vec<String> = ENTRIES.iter().enumerate().map(numbered).collect();
            assert_eq!(cut(&entries.concat()), entries);
        }
        // A list inside a definition counts for itself, and a figure is no number.
        let inner = "1.六大行动：（1）治水。（2）治气。共投资2.5亿元。";
        assert_eq!(cut(inner), [inner]);
    }

    #[test]
    fn a_head_is_told_from_the_entry_behind_it() {
        for (head, entry) in [
            ("名词解释：", "1.双碳：碳达峰。"),
            ("附：《政府工作报告》名词解释", "[1]双碳：碳达峰。"),
            ("短语说明", "“双碳”：碳达峰。"),
        ] {
            assert_eq!(glued_head(&format!("{head}{entry}")), Some(head.len()));
        }
        assert_eq!(glued_head("做好普法工作。名词解释1.双碳"), None);
    }

    #[test]
    fn a_bare_note_begins_a_glossary_only_before_an_entry() {
        let begins = |text: &str, next: &str, after_call| {
            let next = &[next.to_owned()];
            begins(text, Around { next, after_call })
        };
        assert!(begins("注：", "1.双碳：碳达峰。", false));
        assert!(!begins("注：", "本表数据为快报数。", false));
        assert!(begins("1.双碳：碳达峰。", "", true));
        assert!(!begins("1.双碳：碳达峰。", "", false));
        assert!(begins("词条解释", "", false));
    }
}
