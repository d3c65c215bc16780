//! Parts what a scraper has run together: title, dateline and speaker, the salutation, a heading and its text.
//!
//! In: clean paragraphs. Out: the same characters in more paragraphs. `政府工作报告——2026年2月28日在驻马店市第五届人民
//! 代表大会第四次会议上驻马店市人民政府代市长王玲` is three lines of an opening, and `三、2026年重点工作安排今年是…` a heading
//! and what it heads. A heading is cut from its text only where it ends as headings of reports do and the text begins as
//! their first sentences do; every other long first sentence stays as it is.
//!
//! # Invariants
//!
//! - The texts of the paragraphs in order are those that came in, but for white space where they are cut.

use super::extract::Mark;
use super::glossary;
use super::join::{Paragraph, cut_at};
use super::line::{self, Rank, is_dash, number_of};
use regex::Regex;
use std::sync::LazyLock;

/// How many paragraphs can belong to the opening.
const OPENING_PARAGRAPHS_MAX: usize = 30;

/// A paragraph is cut so often at most: each cut copies what follows it, and a report has few parts.
const CUTS_MAX: usize = 40;

/// A paragraph of so many bytes is the report itself.
const OPENING_BYTES_MAX: usize = 360;

/// A dateline with its brackets or dash, wherever it stands.
static DATELINE: LazyLock<Regex> = LazyLock::new(|| {
    let digits = "[0-9０-９〇○ＯOo零一二三四五六七八九十]";
    Regex::new(&format!(
        "[—―─–－-]{{0,4}}[（(]?(?:{digits}{{4}}年{digits}{{1,3}}月{digits}{{1,3}}日)?在[\\p{{Han}}·]{{2,40}}?第?{digits}{{1,3}}届(?:人民代表大会|人大)[（()）第{digits}次]{{1,9}}(?:全体)?会议上?[）)]?"
    ))
    .expect("the pattern is constant and a test compiles it")
});

/// The end of a head of a part and the beginning of its text.
static HEAD_AND_TEXT: LazyLock<Regex> = LazyLock::new(|| {
    let cue = "回顾|总结|安排|部署|任务|重点工作|主要工作|总体要求|预期目标|主要目标|奋斗目标|总体思路|自身建设|建议|政府工作";
    let begins = "[“\"]十[一二三四五]五[”\"](?:时期|期间|以来)|过去的?[一五]年|刚刚过去|一年来|五年来|今年|今后五年|未来五年|新的一年|各位代表|做好|20[0-9]{2}年[是，,全我市县区省州政经]|20[0-9]{2}年(?:政府)?工作的?(?:总|指导|主要|预期)";
    Regex::new(&format!(
        "^[^。！？；：，]{{2,36}}?(?:{cue})(?P<text>{begins})"
    ))
    .expect("the pattern is constant and a test compiles it")
});

/// Parts the paragraphs.
pub(super) fn part(paragraphs: Vec<Paragraph>) -> Vec<Paragraph> {
    let mut parted = Vec::with_capacity(paragraphs.len());
    let mut in_opening = true;
    for (index, paragraph) in paragraphs.into_iter().enumerate() {
        in_opening = in_opening && index < OPENING_PARAGRAPHS_MAX;
        // What comes out of a cut is looked at again, the front first.
        let mut open = vec![paragraph];
        let mut n_cuts = 0;
        while let Some(next) = open.pop() {
            if n_cuts < CUTS_MAX
                && let Some(at) = first_cut(&next, in_opening)
            {
                let (head, tail) = cut(next, at);
                open.extend([tail, head]);
                n_cuts += 1;
                continue;
            }
            // The sentence that presents the report follows the salutation.
            let is_long = next.text.len() > OPENING_BYTES_MAX;
            if number_of(&next.text).is_some() || is_long {
                in_opening = false;
            }
            parted.push(next);
        }
    }
    parted
}

/// Where a paragraph is to be cut first.
fn first_cut(paragraph: &Paragraph, in_opening: bool) -> Option<usize> {
    if paragraph.mark == Mark::Whole {
        return None;
    }
    let text = paragraph.text.as_str();
    let at = in_opening
        .then(|| opening_cut(text))
        .flatten()
        .or_else(|| head_cut(text))
        .or_else(|| tail_cut(text))
        .or_else(|| inner_cut(text))
        .or_else(|| glossary::glued_head(text))?;
    (at > 0 && at < text.len()).then_some(at)
}

/// Where the first line of an opening ends that has another behind it.
fn opening_cut(text: &str) -> Option<usize> {
    /// Behind the first sentences of a paragraph nothing of an opening follows.
    const HEAD_BYTES: usize = 600;
    let head = text.get(..text.floor_char_boundary(HEAD_BYTES))?;
    if let Some(at) = salutation_in(head) {
        return Some(at);
    }
    // 请予审议，并请政协委员提出意见。2023年是…: what follows is the report.
    if let Some(at) = request_end(head) {
        return Some(at);
    }
    let dateline = DATELINE.find(head)?;
    let before = head.get(..dateline.start())?;
    let after = text.get(dateline.end()..)?;
    let is_sentence = before.contains(['。', '，']) || after.starts_with(['，', '的', '。', '、']);
    if is_sentence || before.chars().count() > 40 {
        return None;
    }
    if before.contains("报告") || before.trim().is_empty() {
        return Some(if before.trim().is_empty() {
            dateline.end() + after.len() - after.trim_start_matches([')', '）', ' ']).len()
        } else {
            dateline.start()
        });
    }
    None
}

/// Where a salutation begins or ends that has text on that side: `县长代坤宏各位代表：现在，…`.
fn salutation_in(head: &str) -> Option<usize> {
    const SALUTATIONS: [&str; 4] = [
        "各位代表：",
        "各位代表:",
        "各位委员：",
        "各位代表、同志们：",
    ];
    let (at, salutation) = SALUTATIONS
        .iter()
        .filter_map(|salutation| Some((head.find(salutation)?, *salutation)))
        .min()?;
    if at > 0 {
        let before = head.get(..at)?;
        return (!before.contains(['。', '，'])).then_some(at);
    }
    let after = head.get(salutation.len()..)?;
    let presents = ["现在", "下面", "我代表", "受", "我受"];
    presents
        .iter()
        .any(|word| after.trim_start().starts_with(word))
        .then_some(salutation.len())
}

/// The end of the sentence that asks for the review, where more than that follows.
fn request_end(head: &str) -> Option<usize> {
    let begins = ["现在，", "我代表", "下面，", "现在,", "受"];
    if !begins.iter().any(|word| head.starts_with(word)) {
        return None;
    }
    let end = head.find('。')? + '。'.len_utf8();
    let sentence = head.get(..end)?;
    let asks =
        sentence.contains("代表") && (sentence.contains("审议") || sentence.contains("报告"));
    let rest = head.get(end..)?;
    let more = rest.chars().nth(39).is_some() && !rest.starts_with(['请', '并', '也', '同']);
    (asks && more).then_some(end)
}

/// Where a heading ends that its text follows at once.
fn head_cut(text: &str) -> Option<usize> {
    /// What follows a heading is a paragraph.
    const TEXT_CHARS_MIN: usize = 30;
    let number = number_of(text).map_or(0, |number| number.bytes);
    let bare = text.get(number..)?;
    let names_years = || {
        let first: String = bare.chars().take(6).collect();
        !line::years_in(&first).is_empty() || first.starts_with(['“', '"'])
    };
    if number == 0 && !names_years() {
        return None;
    }
    let begins = HEAD_AND_TEXT.captures(bare)?.name("text")?;
    let at = number + begins.start();
    let head = text.get(..at)?;
    let is_open = head.ends_with(is_dash) || head.contains('，') && number == 0;
    let enough = text.get(at..)?.chars().nth(TEXT_CHARS_MIN - 1).is_some();
    (!is_open && enough).then_some(at)
}

/// Where a numbered heading begins that stands at the end of a paragraph: `…提出意见。一、2023年工作回顾`.
fn tail_cut(text: &str) -> Option<usize> {
    const HEAD_CHARS_MAX: usize = 36;
    let at = text.rfind(line::ends_sentence)?;
    let mut tail = text.get(at..)?;
    tail = tail.get(tail.chars().next()?.len_utf8()..)?;
    let tail = tail.trim_start_matches(line::is_closer).trim_start();
    let number = number_of(tail).filter(|number| number.rank <= Rank::HanBracket)?;
    let head = tail.get(number.bytes..)?;
    let is_head = (3..=HEAD_CHARS_MAX).contains(&head.chars().count())
        && head
            .chars()
            .next_back()
            .is_some_and(|c| line::is_han(c) || line::is_closer(c))
        && !head.contains(['，', '；', '：', '、']);
    is_head.then_some(text.len() - tail.len())
}

/// Where a heading begins that stands between two sentences with its text behind it, and names the year:
/// `…加以解决。二、2024年政府工作安排2024年…`.
fn inner_cut(text: &str) -> Option<usize> {
    text.match_indices(['。', '！']).find_map(|(at, end)| {
        let from = at + end.len();
        let tail = text.get(from..)?;
        if !tail.starts_with(|c: char| line::is_han_numeral(c) || c == '2' || c == '第') {
            return None;
        }
        let head = tail.get(..head_cut(tail)?)?;
        (!line::years_in(head).is_empty()).then_some(from)
    })
}

/// A paragraph in two.
fn cut(paragraph: Paragraph, at: usize) -> (Paragraph, Paragraph) {
    let (text, lines, rest, rest_lines) = cut_at(&paragraph.text, &paragraph.lines, at);
    let head = Paragraph {
        text,
        lines,
        mark: paragraph.mark,
    };
    let tail = Paragraph {
        text: rest,
        lines: rest_lines,
        mark: Mark::None,
    };
    (head, tail)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::LineStart;

    fn parted(text: &str) -> Vec<String> {
        let paragraph = Paragraph {
            text: text.to_owned(),
            lines: vec![LineStart { byte: 0, line: 1 }],
            mark: Mark::None,
        };
        part(vec![paragraph])
            .into_iter()
            .map(|part| part.text)
            .collect()
    }

    #[test]
    fn an_opening_is_parted_into_its_lines() {
        for (text, parts) in [
            (
                "政府工作报告——2026年2月28日在驻马店市第五届人民代表大会第四次会议上驻马店市人民政府代市长王玲",
                &[
                    "政府工作报告",
                    "——2026年2月28日在驻马店市第五届人民代表大会第四次会议上",
                    "驻马店市人民政府代市长王玲",
                ][..],
            ),
            (
                "政府工作报告（2022年1月24日在米易县第十九届人民代表大会第二次会议上）米易县人民政府县长代坤宏各位代表：现在，我代表县人民政府，向大会报告工作。",
                &[
                    "政府工作报告",
                    "（2022年1月24日在米易县第十九届人民代表大会第二次会议上）",
                    "米易县人民政府县长代坤宏",
                    "各位代表：",
                    "现在，我代表县人民政府，向大会报告工作。",
                ],
            ),
            (
                "市长马军各位代表：现在，我代表市人民政府向大会报告工作，请予审议。过去的一年，我们认真学习贯彻党的二十大精神，完整、准确、全面贯彻新发展理念，经济稳步回升。",
                &[
                    "市长马军",
                    "各位代表：",
                    "现在，我代表市人民政府向大会报告工作，请予审议。",
                    "过去的一年，我们认真学习贯彻党的二十大精神，完整、准确、全面贯彻新发展理念，经济稳步回升。",
                ],
            ),
        ] {
            assert_eq!(parted(text), parts);
        }
    }

    #[test]
    fn a_heading_is_parted_from_its_text() {
        let text = "是我市发展历程中特殊而又不平凡的五年，全市上下坚持以习近平新时代中国特色社会主义思想为指导。";
        for (head, begins) in [
            ("一、“十四五”时期和2025年工作回顾", "“十四五”时期，"),
            ("二、“十五五”时期主要目标任务", "“十五五”时期"),
            ("三、2026年重点工作安排", "今年"),
            ("2023年工作回顾", "2023年是"),
        ] {
            assert_eq!(
                parted(&format!("{head}{begins}{text}")),
                [head.to_owned(), format!("{begins}{text}")]
            );
        }
        for text in [
            "2023年全市重点工作完成情况良好，今年要再接再厉，推动全市经济社会发展再上新的台阶，取得更大成绩。",
            "一、2023年工作回顾",
            "我们要认真做好今年的各项重点工作，今年是全面贯彻落实党的二十大精神的开局之年，意义十分重大。",
        ] {
            assert_eq!(parted(text), [text]);
        }
        let inside = "对这些问题，我们一定加以解决。二、2024年政府工作安排2024年政府工作总的要求是：全面贯彻党的二十大精神，坚持稳中求进工作总基调。";
        assert_eq!(parted(inside).len(), 3);
    }
}
