//! Report or another kind of text; a whole report or an abridged one.
//!
//! In: the clean paragraphs, the lines of the opening, the facts of the page, the name of the file.
//! Out: the genre, and a note that says why a text is another kind or an abridged report. An abridged
//! report (摘登, 节选, 摘要) is its government's own words and stays a report; an outline, which lists
//! the heads of the tasks without their text, and a placeholder are none.

use super::detect::{OpeningLine, is_title_label};
use super::furniture::Fact;
use super::join::Paragraph;
use super::line::{self, Opening, number_of};
use crate::report::{Genre, Note};

/// The rule of the note on an abridged report.
const ABRIDGED: &str = "abridged";

/// Words with which a publisher says that a text is not the whole.
const PART_OF: [&str; 10] = [
    "摘登",
    "节选",
    "摘要",
    "摘编",
    "摘录",
    "（摘）",
    "(摘)",
    "缩写",
    "精简版",
    "节录",
];

/// A whole report has more Han characters than this; the shortest known, of a county, has 7,000.
const WHOLE_HAN_MIN: usize = 5_000;

/// A shorter text than this says too little to tell what it is part of.
const PART_HAN_MIN: usize = 300;

/// A text in which heads of tasks stand bare is an outline up to this many Han characters; a longer one has
/// a table of contents.
const OUTLINE_HAN_MAX: usize = 4_000;

/// So many heads in a row without text between them make an outline.
const OUTLINE_HEADS_MIN: usize = 5;

/// The longest line that is a bare head.
const BARE_HEAD_CHARS_MAX: usize = 45;

/// The note on a report that is not whole: what it says of itself, or that it neither begins nor ends as one.
pub(super) fn abridgement(
    opening: &[OpeningLine<'_>],
    facts: &[Fact],
    stem: &str,
    paragraphs: &[Paragraph],
) -> Option<Note> {
    let says_so =
        |text: &str| text.chars().count() <= 80 && PART_OF.iter().any(|word| text.contains(word));
    let note = |line, text: String| {
        Some(Note {
            rule: ABRIDGED.to_owned(),
            line,
            text,
        })
    };
    let titles = opening.iter().filter(|line| line.kind == Opening::Title);
    if let Some(title) = titles.clone().find(|line| says_so(line.text)) {
        return note(Some(title.line), title.text.to_owned());
    }
    let titles_of_page = facts.iter().filter(|fact| is_title_label(&fact.label));
    if let Some(fact) = titles_of_page.clone().find(|fact| says_so(&fact.value)) {
        return note(Some(fact.line), fact.value.clone());
    }
    if says_so(stem) {
        return note(None, format!("the name of the file: {stem}"));
    }
    if let Some(paragraph) = paragraphs
        .iter()
        .take(3)
        .find(|paragraph| says_so(&paragraph.text))
    {
        let line = paragraph.lines.first().map(|start| start.line);
        return note(line, paragraph.text.clone());
    }
    let is_named = |text: &str| text.contains("政府工作报告");
    let is_of_government = titles.clone().any(|line| is_named(line.text))
        || titles_of_page.clone().any(|fact| is_named(&fact.value))
        || is_named(stem);
    let n_han = han_count(paragraphs);
    let begins = paragraphs
        .iter()
        .take(12)
        .any(|paragraph| line::begins_address(&paragraph.text));
    (is_of_government
        && (PART_HAN_MIN..WHOLE_HAN_MIN).contains(&n_han)
        && !begins
        && !calls_at_end(paragraphs))
    .then(|| {
        note(
            None,
            format!(
                "{n_han} characters, without the address at the beginning and the call at the end"
            ),
        )
    })?
}

fn han_count(paragraphs: &[Paragraph]) -> usize {
    let han = |paragraph: &Paragraph| paragraph.text.chars().filter(|c| line::is_han(*c)).count();
    paragraphs.iter().map(han).sum()
}

/// Whether a text ends with the call with which a speech ends.
fn calls_at_end(paragraphs: &[Paragraph]) -> bool {
    paragraphs.iter().rev().take(6).any(|paragraph| {
        ["让我们", "奋斗", "谢谢"]
            .iter()
            .any(|word| paragraph.text.contains(word))
    })
}

/// Whether a short text lists the heads of the tasks without their text.
fn is_outline(paragraphs: &[Paragraph]) -> bool {
    let is_bare = |paragraph: &Paragraph| {
        number_of(&paragraph.text).is_some()
            && paragraph.text.chars().count() <= BARE_HEAD_CHARS_MAX
    };
    let in_a_row = paragraphs
        .chunk_by(|a, b| is_bare(a) && is_bare(b))
        .filter(|run| run.first().is_some_and(is_bare))
        .map(<[Paragraph]>::len)
        .max();
    in_a_row >= Some(OUTLINE_HEADS_MIN)
        && han_count(paragraphs) < OUTLINE_HAN_MAX
        && !calls_at_end(paragraphs)
}

/// Report, or plainly something else: a news item, a resolution, a placeholder, a law, a budget.
pub(super) fn genre_of(
    opening: &[OpeningLine<'_>],
    facts: &[Fact],
    paragraphs: &[Paragraph],
    notes: &mut Vec<Note>,
) -> Genre {
    let mut other = |why: &str, words: &str| {
        let words: String = words.chars().take(60).collect();
        notes.push(Note {
            rule: "not-a-report".to_owned(),
            line: None,
            text: format!("{why}: {words}"),
        });
        Genre::Other
    };
    for fact in facts {
        let placeholder = [
            "未能找到",
            "未找到完整",
            "公开资料整理",
            "摘要版本",
            "回顾整理",
            "部分整理",
        ]
        .iter()
        .any(|words| fact.value.contains(words));
        if placeholder {
            return other("a placeholder or summary", &fact.value);
        }
    }
    for paragraph in paragraphs.iter().take(4) {
        let text = paragraph.text.as_str();
        let short = text.chars().count() <= 60;
        let kinds = [
            "决议",
            "的通知",
            "的公告",
            "的批复",
            "条例",
            "的决定",
            "实施办法",
            "解读",
            "答记者问",
            "暂行规定",
            "实施细则",
            "的意见",
        ];
        if short && kinds.iter().any(|word| text.ends_with(word)) {
            return other("another kind of document", text);
        }
        let other_reports = [
            "人民法院工作报告",
            "人民检察院工作报告",
            "常务委员会工作报告",
            "常委会工作报告",
            "审计工作报告",
            "统计公报",
        ];
        if short && other_reports.iter().any(|word| text.contains(word)) {
            return other("another kind of report", text);
        }
        let budget = short
            && text.contains("预算")
            && text.contains("报告")
            && !text.contains("政府工作报告");
        let is_government = opening
            .iter()
            .any(|line| line.text.contains("政府工作报告"));
        if budget && !is_government {
            return other("a budget report", text);
        }
    }
    let mut n_articles = 0;
    let mut n_quoted_speech = 0;
    let mut n_han = 0;
    let mut addresses = false;
    for (index, paragraph) in paragraphs.iter().enumerate() {
        let text = paragraph.text.as_str();
        n_han += text.len() / 3;
        addresses = addresses || text.starts_with("各位代表");
        if text.starts_with('第')
            && text.chars().take(8).any(|c| c == '条')
            && text.chars().nth(1).is_some_and(line::is_han_numeral)
        {
            n_articles += 1;
        }
        let news = [
            "应到代表",
            "符合法定人数",
            "大会执行主席",
            "主席台前排就座",
            "主席台就座",
        ];
        if index < 30 && news.iter().any(|word| text.contains(word)) {
            return other("a news item", text);
        }
        if ["报告时指出，", "报告时说，", "报告时强调，", "报告指出，"]
            .iter()
            .any(|word| text.contains(word))
        {
            if text.contains("工作报告时") && !addresses {
                return other("a news item", text);
            }
            n_quoted_speech += 2;
        }
        let start: String = text.chars().take(12).collect();
        if ["说，", "指出，", "强调，"]
            .iter()
            .any(|word| start.contains(word))
            && !text.starts_with("各位代表")
        {
            n_quoted_speech += 1;
        }
    }
    if n_articles >= 5 && n_articles * 3 >= paragraphs.len() {
        return other("a law or regulation", "第…条");
    }
    let dated = opening
        .iter()
        .any(|line| line.kind == Opening::Dateline && line.text.contains("会议"));
    if n_quoted_speech >= 3 && !addresses && !dated {
        return other("a news item", "…指出，");
    }
    let headed = paragraphs
        .iter()
        .any(|paragraph| number_of(&paragraph.text).is_some() && paragraph.text.contains("回顾"));
    if n_han < 200 && !addresses && !headed && opening.len() < 2 {
        return other(
            "too short to be a report",
            paragraphs.first().map_or("", |paragraph| &paragraph.text),
        );
    }
    if is_outline(paragraphs) {
        return other("an outline", "heads without their text");
    }
    Genre::Report
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::extract::Mark;
    use crate::report::LineStart;

    fn paragraphs(texts: &[&str]) -> Vec<Paragraph> {
        let paragraph = |text: &&str| Paragraph {
            text: (*text).to_owned(),
            lines: vec![LineStart { byte: 0, line: 1 }],
            mark: Mark::None,
        };
        texts.iter().map(paragraph).collect()
    }

    fn note_on(title: &str, stem: &str, texts: &[&str]) -> Option<String> {
        let title = OpeningLine {
            text: title,
            kind: Opening::Title,
            line: 1,
        };
        abridgement(&[title], &[], stem, &paragraphs(texts)).map(|note| note.text)
    }

    #[test]
    fn a_report_that_says_it_is_abridged_is() {
        let title = "高阳县2021年政府工作报告（节选）";
        assert_eq!(note_on(title, "x", &[]).as_deref(), Some(title));
        assert!(note_on("政府工作报告", "1964政府工作报告_摘要", &[]).is_some());
        assert!(note_on("政府工作报告", "x", &["（摘登）"]).is_some());
        assert_eq!(note_on("政府工作报告", "x", &["现将报告全文印发。"]), None);
    }

    #[test]
    fn a_short_text_that_neither_begins_nor_ends_as_a_report_is_abridged() {
        let prose = "坚持稳中求进工作总基调。".repeat(60);
        assert!(note_on("某县政府工作报告", "x", &[&prose]).is_some());
        assert_eq!(
            note_on("某县政府工作报告", "x", &["各位代表：", &prose]),
            None
        );
        assert_eq!(
            note_on("某县政府工作报告", "x", &[&prose, "让我们团结起来！"]),
            None
        );
    }

    #[test]
    fn heads_of_tasks_without_their_text_are_an_outline() {
        let heads = [
            "（一）保增长。",
            "（二）调结构。",
            "（三）统筹城乡。",
            "（四）抓改革。",
            "（五）惠民生。",
        ];
        assert!(is_outline(&paragraphs(&heads)));
        assert!(!is_outline(&paragraphs(&heads[..4])));
        let mut ended = heads.to_vec();
        ended.push("各位代表，让我们团结起来！");
        assert!(!is_outline(&paragraphs(&ended)));
    }
}
