//! Paragraphs → passages: headings and their tree, the parts of a report.
//!
//! In: clean paragraphs, and the year of the report where it is known. Out: passages in reading
//! order, each with its part, its kind, the heading that it stands under and the years it speaks of.
//!
//! Decisions that a reader of counts should know:
//! - Every numbered, marked or bold heading is a passage of its own. A head that runs on in its
//!   paragraph (`（一）坚持忠诚为魂。深入学习…`) is cut at its first 。: the head is a heading, the
//!   rest a passage.
//! - A bold run-in head opens a passage and stays its first sentence ([`RUN_IN_HEADS`]).
//! - The title is a passage of the opening, not a section.
//! - `1.` is a heading only on a short line without ： or inner 。, and never in a glossary.
//!
//! # Invariants
//!
//! - The texts of the passages in order are the texts of the paragraphs in order, cut, not changed.
//! - [`Passage::heading`] points at an earlier heading.

use super::annex;
use super::extract::Mark;
use super::glossary;
use super::join::{Paragraph, cut_at};
use super::line::{
    self, End, Rank, end_of, ends_sentence, is_closer, is_han, leaves_open, number_of, opening_of,
};
use super::parts::{Known, Piece, Zone, announced_by, parts_of};
use crate::report::{Kind, LineStart, Part, Passage};

/// What becomes of a bold run-in head. One place, so that counts can be compared under each.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum RunInHeads {
    /// It opens a passage and stays its first sentence.
    OpenPassage,
    /// It is a heading, cut from the passage.
    Heading,
}

/// The choice in force.
pub(crate) const RUN_IN_HEADS: RunInHeads = RunInHeads::OpenPassage;

/// A passage is cut only beyond so many characters, and then at a sentence end.
const PASSAGE_CHARS_MAX: usize = 20_000;

/// The longest sentence that can be the head of a paragraph, in characters.
const RUN_ON_HEAD_CHARS_MAX: usize = 60;

/// The longest line that `1.` can make a heading, in characters.
const ARABIC_HEAD_CHARS_MAX: usize = 40;

/// The longest line without a number that can be a heading, in characters.
const PLAIN_HEAD_CHARS_MAX: usize = 40;

/// Paragraphs → passages, with parts and sections.
pub(super) fn split(paragraphs: Vec<Paragraph>, known: Known) -> Vec<Passage> {
    let mut pieces = pieces_of(paragraphs, known.continued);
    right_order(&mut pieces);
    let parts = parts_of(&pieces, known);
    let mut passages: Vec<Passage> = Vec::with_capacity(pieces.len());
    // The open headings, outermost first: rank and index of the passage.
    let mut open: Vec<(Rank, usize)> = Vec::new();
    let mut zone = None;
    for (piece, (part, about)) in pieces.into_iter().zip(parts) {
        // What stands behind the report stands under none of its headings.
        let enters = zone != Some(piece.zone) && piece.zone.is_behind();
        zone = Some(piece.zone);
        if enters || part == Part::Closing {
            open.clear();
        }
        if let Some(rank) = piece.rank {
            while open.last().is_some_and(|&(above, _)| above >= rank) {
                open.pop();
            }
        }
        let heading = open.last().map(|&(_, index)| index);
        let kind = if let Some(rank) = piece.rank {
            open.push((rank, passages.len()));
            Kind::Heading
        } else {
            Kind::Text
        };
        passages.push(Passage {
            part,
            kind,
            heading,
            about,
            text: piece.text,
            lines: piece.lines,
            ocr: false,
        });
    }
    passages
}

/// Exchanges the ranks of 一、 and （一） where a report divides its （一） by 一、, as some of the eighties do: （一） comes
/// first, a run of 一、二、 follows, and then （二）.
fn right_order(pieces: &mut [Piece]) {
    let numbered = pieces
        .iter()
        .filter(|piece| !piece.zone.is_behind())
        .filter_map(|piece| Some((piece.rank?, line::han_number(&piece.text)?)))
        .filter(|(rank, _)| matches!(rank, Rank::Han | Rank::HanBracket));
    let numbered: Vec<(Rank, u32)> = numbered.collect();
    let inner = |&(rank, _): &(Rank, u32)| rank == Rank::Han;
    let is_turned = match numbered.iter().position(inner) {
        Some(at @ 1..) => {
            let n_inner = numbered
                .iter()
                .skip(at)
                .take_while(|head| inner(head))
                .count();
            numbered.first() == Some(&(Rank::HanBracket, 1))
                && numbered.get(at) == Some(&(Rank::Han, 1))
                && n_inner >= 2
                && numbered.get(at + n_inner)
                    == numbered
                        .get(at - 1)
                        .map(|(rank, number)| (*rank, number + 1))
                        .as_ref()
        }
        _ => false,
    };
    if is_turned {
        for piece in pieces {
            piece.rank = match piece.rank {
                Some(Rank::Han) => Some(Rank::HanBracket),
                Some(Rank::HanBracket) => Some(Rank::Han),
                other => other,
            };
        }
    }
}

/// Cuts paragraphs into headings and texts.
fn pieces_of(paragraphs: Vec<Paragraph>, continued: bool) -> Vec<Piece> {
    let n = paragraphs.len();
    let mut pieces: Vec<Piece> = Vec::with_capacity(n + n / 4);
    let mut in_opening = true;
    let mut in_contents = false;
    let mut behind = None;
    let mut seen_salutation = false;
    let has_salutation = paragraphs
        .iter()
        .take(40)
        .any(|paragraph| line::is_salutation(&paragraph.text));
    let texts_after: Vec<bool> = (0..n)
        .map(|index| {
            paragraphs
                .get(index + 1)
                .is_some_and(|next| next.text.chars().count() > PLAIN_HEAD_CHARS_MAX)
        })
        .collect();
    // What may be the first entry of a glossary is looked at before its turn.
    let beginnings: Vec<String> = paragraphs
        .iter()
        .map(|paragraph| paragraph.text.chars().take(PLAIN_HEAD_CHARS_MAX).collect())
        .collect();
    let last_call = paragraphs
        .iter()
        .rposition(|paragraph| calls(&paragraph.text));
    let mut after_call = false;
    let mut previous_closed = false;
    for (index, paragraph) in paragraphs.into_iter().enumerate() {
        let prose_follows = texts_after.get(index).copied().unwrap_or(false);
        let text = paragraph.text.as_str();
        let n_chars = text.chars().count();
        if line::is_salutation(text) {
            seen_salutation = true;
        }
        if matches!(text, "目录" | "目次") {
            in_contents = true;
        } else if in_contents
            && (line::is_salutation(text)
                || n_chars > PLAIN_HEAD_CHARS_MAX
                || end_of(text) == End::Closed)
        {
            in_contents = false;
        }
        if in_opening
            && !in_contents
            && !is_opening(
                text,
                n_chars,
                paragraph.mark,
                has_salutation && !seen_salutation,
            )
        {
            in_opening = false;
        }
        if in_opening && continued && pieces.len() > 2 {
            in_opening = false;
        }
        // A report that hangs on a notice stands behind its 附件.
        if !in_opening && (!has_salutation || seen_salutation) {
            let next = beginnings.get(index + 1..).unwrap_or(&[]);
            // A table in the midst of a report ends nothing.
            let may_annex = last_call.is_none_or(|call| index > call);
            behind = zone_from(text, next, (after_call, may_annex), behind);
        }
        let zone = behind.unwrap_or(Zone::Body);
        let in_glossary = zone == Zone::Glossary;
        after_call = after_call || calls(text);
        let opening = in_opening || in_contents;
        let Paragraph { text, lines, mark } = paragraph;
        if opening {
            pieces.push(Piece {
                text,
                lines,
                rank: None,
                zone: Zone::Opening,
            });
            previous_closed = false;
            continue;
        }
        let around = Neighbours {
            zone,
            prose_follows,
            previous_closed,
        };
        let head = head_of(&text, mark, around);
        previous_closed = end_of(&text) != End::Open;
        let piece = |text: String, lines: Vec<LineStart>, rank: Option<Rank>| Piece {
            text,
            lines,
            rank,
            zone,
        };
        match head {
            None => {
                let entries = if in_glossary {
                    glossary::cut_entries(Paragraph { text, lines, mark })
                } else {
                    vec![(text, lines)]
                };
                for (text, lines) in entries
                    .into_iter()
                    .flat_map(|(text, lines)| cut_long(text, lines))
                {
                    pieces.push(piece(text, lines, None));
                }
            }
            Some((rank, bytes)) if bytes >= text.len() => {
                pieces.push(piece(text, lines, Some(rank)))
            }
            Some((rank, bytes)) => {
                let (head, head_lines, rest, rest_lines) = cut_at(&text, &lines, bytes);
                pieces.push(piece(head, head_lines, Some(rank)));
                for (text, lines) in cut_long(rest, rest_lines) {
                    pieces.push(piece(text, lines, None));
                }
            }
        }
    }
    pieces
}

/// What a text belongs to behind the report, or nothing while the report goes on: an annex or the glossary begins with it,
/// or what has begun goes on.
fn zone_from(
    text: &str,
    next: &[String],
    (after_call, may_annex): (bool, bool),
    behind: Option<Zone>,
) -> Option<Zone> {
    let is_annex = annex::is_head(text) || after_call && behind.is_none() && annex::is_title(text);
    if may_annex && is_annex && !line::is_glossary_head(text) && !glossary::explains(next) {
        return Some(Zone::Annex);
    }
    let around = glossary::Around {
        next,
        // The first entry of a list in an annex is none of a glossary.
        after_call: after_call && behind.is_none(),
    };
    if behind == Some(Zone::Glossary) || glossary::begins(text, around) {
        return Some(Zone::Glossary);
    }
    behind
}

/// Whether a paragraph is the call with which a speech ends.
fn calls(text: &str) -> bool {
    (text.contains("让我们") || text.contains("奋斗")) && text.ends_with(['！', '!'])
}

/// Whether a paragraph still belongs to the opening.
fn is_opening(text: &str, n_chars: usize, mark: Mark, salutation_to_come: bool) -> bool {
    if opening_of(text).is_some() {
        return true;
    }
    let asks_for_review = n_chars <= 200
        && (text.contains("审议")
            || text.contains("报告工作")
            || text.contains("作政府工作报告")
            || text.contains("提出意见"))
        && (text.contains("代表") || text.contains("大会"));
    if asks_for_review {
        return true;
    }
    if number_of(text).is_some() || matches!(mark, Mark::Heading(2..)) {
        return false;
    }
    if !salutation_to_come && n_chars <= PLAIN_HEAD_CHARS_MAX && announced_by(text, None).is_some()
    {
        return false;
    }
    salutation_to_come && n_chars <= 200
        || n_chars <= PLAIN_HEAD_CHARS_MAX && end_of(text) == End::Open && !text.contains('，')
}

/// What stands around a paragraph that may begin with a heading.
#[derive(Clone, Copy, Debug)]
struct Neighbours {
    /// Where it stands.
    zone: Zone,
    /// The next paragraph is long.
    prose_follows: bool,
    /// The paragraph before ends a sentence or leads a list.
    previous_closed: bool,
}

/// The heading with which a paragraph begins: its rank and its bytes.
fn head_of(text: &str, mark: Mark, around: Neighbours) -> Option<(Rank, usize)> {
    if mark == Mark::Whole {
        return None;
    }
    let n_chars = text.chars().count();
    if around.zone == Zone::Annex && annex::is_head(text) {
        return Some((Rank::Hash2, text.len()));
    }
    if around.zone == Zone::Glossary {
        let is_head = line::is_glossary_head(text)
            || annex::is_head(text)
            || matches!(text.trim_end_matches(['：', ':']), "附" | "注")
            || matches!(mark, Mark::Heading(_)) && !text.contains('：');
        return is_head.then_some((Rank::Hash2, text.len()));
    }
    let number = number_of(text);
    if let Some(number) = number {
        match number.rank {
            Rank::Hash2 | Rank::Han | Rank::HanBracket => {
                if let Some(head) = run_on_head(text, number.rank, n_chars) {
                    return Some(head);
                }
            }
            _ => {
                let bare = text.trim_end_matches('。');
                let is_head = n_chars <= ARABIC_HEAD_CHARS_MAX
                    && text.len() > number.bytes
                    && !bare.contains(['：', ':', '。', '；', ';', '！', '？'])
                    && !text.ends_with(['，', '、', ',']);
                return is_head.then_some((number.rank, text.len()));
            }
        }
    }
    match mark {
        Mark::Heading(level) => {
            let rank = match level {
                1 => Rank::Hash1,
                2 => Rank::Hash2,
                3 => Rank::Hash3,
                _ => Rank::Hash4,
            };
            return Some((rank, text.len()));
        }
        Mark::Bold => return Some((Rank::Plain, text.len())),
        Mark::RunIn if RUN_IN_HEADS == RunInHeads::Heading => {
            let bytes = first_sentence_bytes(text, RUN_ON_HEAD_CHARS_MAX)?;
            return Some((Rank::Plain, bytes));
        }
        Mark::RunIn | Mark::Whole | Mark::None => {}
    }
    if number.is_some() {
        return None;
    }
    plain_head(text, n_chars, around)
}

/// A heading without a number or mark.
fn plain_head(text: &str, n_chars: usize, around: Neighbours) -> Option<(Rank, usize)> {
    // No head without number and mark is longer; a paragraph is searched for no cues.
    if n_chars > PLAIN_HEAD_CHARS_MAX {
        return None;
    }
    let cue = announced_by(text, None).is_some();
    if is_plain_head(text, n_chars) && around.prose_follows && (around.previous_closed || cue) {
        let rank = if cue && !text.contains(['，', ',']) {
            Rank::Hash2
        } else {
            Rank::Plain
        };
        return Some((rank, text.len()));
    }
    (cue && leads_section(text, n_chars)).then_some((Rank::Hash2, text.len()))
}

/// A short line of its own without punctuation at its end.
fn is_plain_head(text: &str, n_chars: usize) -> bool {
    (3..=PLAIN_HEAD_CHARS_MAX).contains(&n_chars)
        && end_of(text) == End::Open
        && text.chars().any(is_han)
        && text
            .chars()
            .next_back()
            .is_some_and(|c| (is_han(c) || is_closer(c)) && !leaves_open(c))
        && !text.contains(['。', '；', '：', '！', '|'])
        && !text.starts_with(line::is_dash)
        && text.chars().filter(|c| matches!(c, '，' | ',')).count() <= 2
}

/// 2015年工作回顾： and 重点任务： alone on a line are heads; a longer phrase with a colon leads a list.
fn leads_section(text: &str, n_chars: usize) -> bool {
    const CHARS_MAX: usize = 16;
    let bare = text.trim_end_matches(['：', ':']);
    bare.len() < text.len()
        && n_chars <= CHARS_MAX
        && ["回顾", "工作安排", "主要任务", "重点任务"]
            .iter()
            .any(|word| bare.ends_with(word))
}

/// A numbered head that fills its paragraph, or its first sentence when it runs on.
fn run_on_head(text: &str, rank: Rank, n_chars: usize) -> Option<(Rank, usize)> {
    if let Some(bytes) = first_sentence_bytes(text, RUN_ON_HEAD_CHARS_MAX) {
        let head = text.get(..bytes)?;
        // （一）…；… is an item of a list, not a head.
        return (!head.contains('；')).then_some((rank, bytes));
    }
    if n_chars <= RUN_ON_HEAD_CHARS_MAX && end_of(text) == End::Open {
        return (!text.ends_with(['，', '、', ',']) && !text.contains('；'))
            .then_some((rank, text.len()));
    }
    if n_chars <= ARABIC_HEAD_CHARS_MAX
        && end_of(text) == End::Leading
        && text.ends_with(['：', ':'])
    {
        return Some((rank, text.len()));
    }
    None
}

/// The bytes of the first sentence, its closing quotes included, if it is at most so long.
fn first_sentence_bytes(text: &str, chars_max: usize) -> Option<usize> {
    let mut end = None;
    for (n_chars, (at, c)) in text.char_indices().enumerate() {
        match end {
            None if n_chars > chars_max => return None,
            None if ends_sentence(c) => end = Some(at + c.len_utf8()),
            Some(_) if is_closer(c) => end = Some(at + c.len_utf8()),
            Some(_) => break,
            None => {}
        }
    }
    end
}

/// A text beyond [`PASSAGE_CHARS_MAX`] in pieces that end with sentences; other texts whole.
fn cut_long(text: String, lines: Vec<LineStart>) -> Vec<(String, Vec<LineStart>)> {
    if text.len() <= PASSAGE_CHARS_MAX {
        return vec![(text, lines)];
    }
    let mut cuts = Vec::new();
    let mut from = 0;
    let mut n_chars = 0;
    // The last sentence end since the last cut, and the characters after it.
    let mut last_end: Option<(usize, usize)> = None;
    for (at, c) in text.char_indices() {
        // A passage begins with neither, unless it is made of nothing else.
        let is_bad_start = is_closer(c) || c.is_whitespace();
        let can_cut = at > from && (!is_bad_start || n_chars >= 2 * PASSAGE_CHARS_MAX);
        if n_chars >= PASSAGE_CHARS_MAX && can_cut {
            // With no sentence end in reach the cut falls where it must.
            let (cut, n_after) = last_end.take().unwrap_or((at, 0));
            cuts.push(cut);
            from = cut;
            n_chars = n_after;
        }
        n_chars += 1;
        if let Some((_, n_after)) = &mut last_end {
            *n_after += 1;
        }
        if ends_sentence(c) || is_closer(c) && last_end.is_some_and(|(_, n_after)| n_after == 1) {
            last_end = Some((at + c.len_utf8(), 0));
        }
    }
    let mut pieces = Vec::with_capacity(cuts.len() + 1);
    let mut from = 0;
    for to in cuts.into_iter().chain([text.len()]) {
        let Some(piece) = text.get(from..to).filter(|piece| !piece.is_empty()) else {
            continue;
        };
        let first = lines
            .partition_point(|start| start.byte <= from)
            .saturating_sub(1);
        let piece_lines = lines
            .iter()
            .skip(first)
            .take_while(|start| start.byte < to)
            .map(|start| LineStart {
                byte: start.byte.saturating_sub(from),
                line: start.line,
            })
            .collect();
        pieces.push((piece.to_owned(), piece_lines));
        from = to;
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Year;

    fn paragraph(text: &str) -> Paragraph {
        Paragraph {
            text: text.to_owned(),
            lines: vec![LineStart { byte: 0, line: 1 }],
            mark: Mark::None,
        }
    }

    fn report_of(year: u16) -> Known {
        Known {
            year: Year::new(year),
            continued: false,
            is_report: true,
        }
    }

    /// Part, kind (# for a heading) and text of each passage.
    fn outline(texts: &[&str], year: u16) -> Vec<String> {
        split(
            texts.iter().map(|text| paragraph(text)).collect(),
            report_of(year),
        )
        .iter()
        .map(|passage| {
            let mark = if passage.kind == Kind::Heading {
                "#"
            } else {
                ""
            };
            let text: String = passage.text.chars().take(12).collect();
            format!("{}{mark} {text}", passage.part.name())
        })
        .collect()
    }

    const PROSE: &str = "过去一年是极不平凡的一年，面对复杂的经济形势和一系列重大挑战，我们紧紧依靠和团结带领全市人民，全面落实各项决策部署。";

    #[test]
    fn a_report_with_numbered_sections() {
        let outline = outline(
            &[
                "政府工作报告",
                "各位代表：",
                "一、2023年工作回顾",
                PROSE,
                "二、2024年工作安排",
                "（一）坚持实干。深入推进。",
                "（二）加强政府自身建设。全面从严。",
                "各位代表！让我们更加紧密地团结起来，为美好明天而努力奋斗！",
                "附件",
                "名词解释",
                "1.双碳：碳达峰、碳中和。",
            ],
            2024,
        );
        assert_eq!(
            outline,
            [
                "opening 政府工作报告",
                "opening 各位代表：",
                "review# 一、2023年工作回顾",
                "review 过去一年是极不平凡的一年",
                "plan# 二、2024年工作安排",
                "plan# （一）坚持实干。",
                "plan 深入推进。",
                "governance# （二）加强政府自身建设。",
                "governance 全面从严。",
                "closing 各位代表！让我们更加紧密",
                "glossary# 附件",
                "glossary# 名词解释",
                "glossary 1.双碳：碳达峰、碳中和",
            ]
        );
    }

    #[test]
    fn brackets_may_enclose_bare_numbers() {
        let ranks = |texts: &[&str]| {
            let paragraphs = texts.iter().map(|text| paragraph(text)).collect();
            let mut pieces = pieces_of(paragraphs, false);
            right_order(&mut pieces);
            let ranks = pieces.iter().filter_map(|piece| piece.rank);
            ranks.collect::<Vec<Rank>>()
        };
        let turned = [
            "（一）形势",
            "（二）方针",
            "一、依靠科学。",
            "二、节约资金。",
            "（三）前景",
        ];
        use Rank::{Han, HanBracket};
        assert_eq!(ranks(&turned), [Han, Han, HanBracket, HanBracket, Han]);
        let usual = [
            "一、回顾",
            "（一）经济。",
            "（二）民生。",
            "二、安排",
            "（一）经济。",
        ];
        assert_eq!(
            ranks(&usual),
            [Han, HanBracket, HanBracket, Han, HanBracket]
        );
    }

    #[test]
    fn an_arabic_number_makes_a_heading_of_a_short_bare_line_alone() {
        let around = |zone| Neighbours {
            zone,
            prose_follows: true,
            previous_closed: true,
        };
        let is_head = |text: &str| head_of(text, Mark::None, around(Zone::Body)).is_some();
        assert!(is_head("1、国民经济保持较快增长，综合实力明显增强"));
        assert!(!is_head("1.沿汾板块：临汾市根据市域范围内不同片区"));
        assert!(!is_head("1、国民经济较快增长。初步统计，全省完成"));
        assert!(!is_head("1.新建公厕5座；"));
        assert!(head_of("1.沿汾板块", Mark::None, around(Zone::Glossary)).is_none());
    }

    /// The years of each passage, 18..22 for 2018 to 2022.
    fn about(texts: &[&str], year: u16) -> Vec<String> {
        let paragraphs = texts.iter().map(|text| paragraph(text)).collect();
        split(paragraphs, report_of(year))
            .iter()
            .map(|passage| match passage.about {
                Some((from, to)) => format!("{}..{}", from.get() % 100, to.get() % 100),
                None => String::new(),
            })
            .collect()
    }

    #[test]
    fn a_report_of_a_new_term_tells_the_term_from_the_year() {
        let years = about(
            &[
                "政府工作报告",
                "各位代表：",
                "一、过去五年工作回顾",
                "五年来，全市生产总值翻了一番。",
                "2022年，全市生产总值达到三千亿元。",
                "我们坚持稳中求进，经济实力大幅跃升。",
                "刚刚过去的2022年，我们经受了考验。",
                "我们因时因势优化防控措施。",
                "各位代表！五年来的成绩来之不易。",
                "（一）2022年工作",
                "全年新增就业十万人。",
                "二、今后五年的总体要求和奋斗目标",
                "今后五年，要奋力谱写新篇章。",
                "三、2023年重点工作",
                "今年是全面实施“十四五”规划的关键一年。",
                "未来五年，这里将是一座新城。",
                "（一）扩大内需。加快建设新城。",
                "各位代表！让我们更加紧密地团结起来，为美好明天而努力奋斗！",
            ],
            2023,
        );
        let expected = [
            "", "", "18..22", "18..22", "22..22", "18..22", "22..22", "22..22", "18..22", "22..22",
            "22..22", "23..27", "23..27", "23..23", "23..23", "23..27", "23..23", "23..23", "",
        ];
        assert_eq!(years, expected);
    }

    #[test]
    fn a_report_of_the_year_speaks_of_the_year() {
        let years = about(
            &[
                "政府工作报告",
                "各位代表：",
                "一、2023年工作回顾",
                "五年来，我们坚持发展。",
                "全市生产总值增长百分之六。",
                "二、2024年工作安排",
                "今年要抓好十件实事。",
            ],
            2024,
        );
        // What is said of a term in passing does not spread.
        assert_eq!(
            years,
            ["", "", "23..23", "19..23", "23..23", "24..24", "24..24"]
        );
    }

    #[test]
    fn long_paragraphs_are_cut_at_sentence_ends() {
        let text = "加快发展。".repeat(9_000);
        let pieces = cut_long(text.clone(), vec![LineStart { byte: 0, line: 7 }]);
        assert_eq!(pieces.len(), 3);
        assert!(pieces.iter().all(|(piece, lines)| piece.ends_with('。')
            && lines[0].byte == 0
            && lines[0].line == 7));
        assert_eq!(
            pieces
                .iter()
                .map(|(piece, _)| piece.as_str())
                .collect::<String>(),
            text
        );
        let closers = cut_long("”".repeat(100_000), vec![LineStart { byte: 0, line: 1 }]);
        assert_eq!(closers.len(), 3, "no passage is endless");
        let endless = "发".repeat(45_000);
        assert_eq!(
            cut_long(endless, vec![LineStart { byte: 0, line: 1 }]).len(),
            3
        );
    }
}
