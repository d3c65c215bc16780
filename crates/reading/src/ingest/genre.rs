//! Report or another kind of text; a whole report or an abridged one.
//!
//! In: the clean paragraphs, the lines of the opening, the facts of the page, the name of the file.
//! Out: the genre, and a note that says why a text is another kind or an abridged report. An abridged
//! report (摘登, 节选, 摘要) is its government's own words and stays a report; an outline, which lists
//! the heads of the tasks without their text, and a placeholder are none.

use super::detect::{OpeningLine, file_stem, is_title_label};
use super::furniture::Fact;
use super::garbled::garbled;
use super::join::Paragraph;
use super::line::{self, End, Opening, number_of};
use super::place::Place;
use crate::report::{Genre, Kind, Note, Part, Passage, ReportMeta};

/// The rule of the note on an abridged report.
const ABRIDGED: &str = "abridged";

/// Words with which a publisher says that a text is not the whole.
const PART_OF: [&str; 17] = [
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
    "删节",
    "删减",
    "未完待续",
    "简版",
    "简本",
    "缩略版",
    "精编版",
];

/// The word with which a title says that the text is not the whole.
pub fn word_of_part(title: &str) -> Option<&'static str> {
    let word = PART_OF.into_iter().find(|word| title.contains(word))?;
    Some(word.trim_matches(['（', '）', '(', ')']))
}

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

/// Whether a title says that its text is not the whole.
pub(super) fn says_so(title: &str) -> bool {
    title.chars().count() <= 80 && PART_OF.iter().any(|word| title.contains(word))
}

/// The note on a report whose title, wherever it stands, says that it is not whole.
pub(super) fn by_title(title: &str, line: Option<u32>) -> Option<Note> {
    says_so(title).then(|| Note {
        rule: ABRIDGED.to_owned(),
        line,
        text: title.to_owned(),
    })
}

/// The note on a report that is not whole: what it says of itself, or that it neither begins nor ends as one.
pub(super) fn abridgement(
    opening: &[OpeningLine<'_>],
    facts: &[Fact],
    stem: &str,
    paragraphs: &[Paragraph],
) -> Option<Note> {
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

/// What the marks of a newspaper's pages say of a text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pages {
    /// It goes on from another page.
    pub(super) continued: bool,
    /// Somewhere a mark leads from page to page.
    pub(super) has_page_turn: bool,
}

/// The note on a report of which something is missing: what stands on another page of a newspaper, the plan, or the end
/// that every speech has. Other pages may be here as files of their own; what this one does not say they may say.
pub(super) fn broken_off(passages: &[Passage], pages: Pages) -> Option<Note> {
    let (of_report, behind) = at_the_end_of_the_speech(passages);
    let n_all = n_han_in(of_report.iter().map(|passage| passage.text.as_str()));
    let end = of_report.last()?;
    let (why, line) = if n_all < PART_HAN_MIN {
        let inside = is_cut_in_sentence(end).then_some(INSIDE_A_SENTENCE);
        (inside?, end.lines.last())
    } else if pages.continued {
        let first = of_report.first().and_then(|passage| passage.lines.first());
        ("its beginning stands on another page", first)
    } else if let Some(why) = why_endless(&of_report, pages) {
        (why, end.lines.last())
    } else {
        let entry = behind.last().filter(|_| is_cut_list(behind))?;
        (
            "what stands behind it ends inside a sentence",
            entry.lines.last(),
        )
    };
    Some(Note {
        rule: ABRIDGED.to_owned(),
        line: line.map(|start| start.line),
        text: why.to_owned(),
    })
}

/// The passages of the speech, and the annexes and the glossary behind its end.
fn at_the_end_of_the_speech(passages: &[Passage]) -> (Vec<&Passage>, &[Passage]) {
    let is_speech = |passage: &Passage| !matches!(passage.part, Part::Glossary | Part::Other);
    let is_body = |passage: &Passage| is_speech(passage) && passage.part != Part::Opening;
    let n_speech = match passages.iter().rposition(is_speech) {
        Some(last) if passages.iter().any(is_body) => last + 1,
        // Where nothing tells review from plan, the speech is of no part.
        _ => passages
            .iter()
            .rposition(|passage| passage.part != Part::Glossary)
            .map_or(0, |last| last + 1),
    };
    let (speech, behind) = passages
        .split_at_checked(n_speech)
        .unwrap_or((passages, &[]));
    let of_speech = |passage: &&Passage| passage.part != Part::Glossary;
    (speech.iter().filter(of_speech).collect(), behind)
}

/// Why a report has no end.
fn why_endless(passages: &[&Passage], pages: Pages) -> Option<&'static str> {
    let has = |part: Part| passages.iter().any(|passage| passage.part == part);
    let without_plan = has(Part::Review) && !has(Part::Plan);
    let call = call_at_end(passages);
    let ends = call.is_some();
    let n_all = n_han_in(passages.iter().map(|passage| passage.text.as_str()));
    if pages.has_page_turn && !ends {
        Some("it goes on on another page")
    } else if without_plan && (!ends || call == Some(Call::Hopes) && n_all < WHOLE_HAN_MIN) {
        Some("it ends after the review")
    } else if ends {
        None
    } else if passages
        .last()
        .is_some_and(|end| end.kind == Kind::Heading || is_cut_in_sentence(end))
    {
        Some(INSIDE_A_SENTENCE)
    } else if n_all >= ENDLESS_HAN_MIN {
        Some("it ends without the call with which a speech ends")
    } else {
        None
    }
}

/// Why a report is not whole whose last sentence is open.
const INSIDE_A_SENTENCE: &str = "it ends inside a sentence";

/// Whether a passage at the end breaks off: a signature and a date have no comma and are short.
fn is_cut_in_sentence(end: &Passage) -> bool {
    let text = end.text.as_str();
    let is_long = || n_han(end) >= OPEN_END_HAN_MIN || text.contains(['，', '；', '。']);
    text.ends_with(['，', '、', ',', '；']) || line::end_of(text) == End::Open && is_long()
}

/// Whether a glossary behind a speech breaks off: its last entry ends inside a sentence, and most others do not. Entries of
/// an annex are lines of tables too, which end as they like.
fn is_cut_list(behind: &[Passage]) -> bool {
    let Some(last) = behind.last().filter(|last| last.part == Part::Glossary) else {
        return false;
    };
    let entries = behind
        .iter()
        .filter(|entry| entry.part == Part::Glossary && entry.kind == Kind::Text);
    let ends = entries.map(|entry| line::end_of(&entry.text));
    let (n_all, n_closed) = ends.fold((0, 0), |(n_all, n_closed), end| {
        (n_all + 1, n_closed + usize::from(end == End::Closed))
    });
    let is_open =
        line::end_of(&last.text) != End::Closed && n_closed * 2 >= usize::saturating_sub(n_all, 1);
    last.text.ends_with(['，', '、', ',', '“', '（'])
        || is_open && (n_all > 2 || is_cut_in_sentence(last))
}

/// How a speech ends.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Call {
    /// 让我们, …而奋斗: nothing else ends so.
    Together,
    /// It turns to those who hear it with hope, as a review may as well.
    Hopes,
}

/// Whether a speech ends with its call: in its last passage, behind which signatures and numbers of pages may stand. A
/// call or a ！ before excuses nothing: thanks end every review.
fn call_at_end(passages: &[&Passage]) -> Option<Call> {
    let is_left_over = |passage: &&&Passage| {
        let is_short = passage.kind == Kind::Text && n_han(passage) < OPEN_END_HAN_MIN;
        let is_open = line::end_of(&passage.text) != End::Closed && !is_cut_in_sentence(passage);
        is_short && is_open && !calls_at_its_end(&passage.text)
    };
    let from_end = || passages.iter().rev();
    let n_left_over = from_end()
        .take(LEFT_OVER_MAX)
        .take_while(is_left_over)
        .count();
    let mut speech = from_end()
        .skip(n_left_over)
        .map(|passage| passage.text.as_str());
    let end = speech.next().filter(|end| !line::is_salutation(end))?;
    let before: Vec<&str> = speech.take(ADDRESS_PASSAGES).collect();
    // What the assembly did stands in brackets.
    let end = match end.rfind('（') {
        Some(at) if end.ends_with('）') => end.get(..at).unwrap_or(end),
        _ => end,
    };
    if calls_at_its_end(end) {
        return Some(Call::Together);
    }
    let last = last_sentence(end);
    let says = |words: &[&str]| words.iter().any(|word| last.contains(word));
    let cheers = end.ends_with(['！', '!']);
    let addressed =
        line::begins_address(end) || before.first().is_some_and(|text| line::is_salutation(text));
    let is_call = addressed && (cheers || says(&HOPES))
        || before.iter().any(|text| line::begins_address(text)) && says(&["必胜", "康庄大道"])
        || cheers && says(&["一定能", "一定会"]);
    let is_call = is_call && !says(&["感谢", "敬意"]) && line::end_of(end) == End::Closed;
    is_call.then_some(Call::Hopes)
}

/// Whether a text ends with the call: 让我们… or …而奋斗！
fn calls_at_its_end(text: &str) -> bool {
    let last = last_sentence(text);
    // 成绩让我们倍感振奋 calls nobody.
    let is_clause = |(at, _): (usize, &str)| {
        let before = text.get(..at).and_then(|before| before.chars().next_back());
        before.is_none_or(|c| !line::is_han(c))
    };
    let mut others = CALLS.iter().filter(|word| **word != TOGETHER);
    let calls =
        text.match_indices(TOGETHER).any(is_clause) || others.any(|word| last.contains(word));
    calls && (line::end_of(text) == End::Closed || text.ends_with("奋斗"))
}

/// The last sentence of a text.
fn last_sentence(text: &str) -> &str {
    let body = text.trim_end_matches(|c: char| !line::is_han(c));
    let at = body.rfind(['。', '！', '？', '!', '?']).unwrap_or(0);
    text.get(at..).unwrap_or(text)
}

/// So many short lines may stand behind the end.
const LEFT_OVER_MAX: usize = 5;

/// A speaker turns to those who hear him in one of so many passages before the last.
const ADDRESS_PASSAGES: usize = 4;

/// A shorter text that says all else of a report may do without the call.
const ENDLESS_HAN_MIN: usize = 2_000;

/// A last paragraph shorter than this may be a signature.
const OPEN_END_HAN_MIN: usize = 40;

/// Let us: the first word of the call.
const TOGETHER: &str = "让我们";

/// Words of the call with which a speech ends.
#[rustfmt::skip]
const CALLS: [&str; 10] = [TOGETHER, "而奋斗", "努力奋斗", "团结奋斗", "不懈奋斗", "共同奋斗", "谢谢", "胜利前进", "更大的胜利", "万岁"];

/// Words of the last sentence of a speech that turns to those who hear it.
#[rustfmt::skip]
const HOPES: [&str; 7] = ["一定能", "一定会", "奋斗", "前进", "迈进", "贡献", "新胜利"];

fn n_han(passage: &Passage) -> usize {
    n_han_in([passage.text.as_str()])
}

fn han_count(paragraphs: &[Paragraph]) -> usize {
    n_han_in(paragraphs.iter().map(|paragraph| paragraph.text.as_str()))
}

/// The Han characters of texts, up to those of a whole report: nobody asks for more.
fn n_han_in<'t>(texts: impl IntoIterator<Item = &'t str>) -> usize {
    let mut n_han = 0;
    for text in texts {
        n_han += text.chars().filter(|c| line::is_han(*c)).count();
        if n_han >= WHOLE_HAN_MIN {
            break;
        }
    }
    n_han
}

/// Whether a text ends with the call with which a speech ends.
fn calls_at_end(paragraphs: &[Paragraph]) -> bool {
    paragraphs
        .iter()
        .rev()
        .take(6)
        .any(|paragraph| CALLS.iter().any(|word| paragraph.text.contains(word)))
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

/// What a text is known to say of itself when its genre is asked.
#[derive(Clone, Copy)]
pub(super) struct SpeechSigns<'a> {
    /// The speaker says for whom he speaks.
    pub(super) has_address: bool,
    /// It speaks of 全市 or 我县 as a report does.
    pub(super) speaks_for_region: &'a dyn Fn() -> bool,
}

/// The rule of the note that says why a text is no report.
const NOT_A_REPORT: &str = "not-a-report";

/// Why garbled text is none.
const GARBLED: &str = "garbled text";

/// Whether a file that is no report stands for one that cannot be read here: garbled text, or a page that is called after a
/// report and only leads to it. What they do not say, the report may say.
pub(super) fn hides_a_report(meta: &ReportMeta, passages: &[Passage], notes: &[Note]) -> bool {
    /// The page of a report that hangs on it as a file has a title, a date and a link.
    const LANDING_HAN_MAX: usize = 120;
    let is_garbled = notes
        .iter()
        .any(|note| note.rule == NOT_A_REPORT && note.text.starts_with(GARBLED));
    let is_called_so = passages
        .iter()
        .take(2)
        .any(|passage| passage.text.ends_with("政府工作报告"));
    let chars = passages.iter().flat_map(|passage| passage.text.chars());
    let n_han = chars
        .filter(|c| line::is_han(*c))
        .take(LANDING_HAN_MAX + 1)
        .count();
    meta.genre == Genre::Other && (is_garbled || is_called_so && n_han <= LANDING_HAN_MAX)
}

/// What a text about a report is called after it: 关于政府工作报告的决议.
#[rustfmt::skip]
const ABOUT_REPORTS: [&str; 12] = ["决议", "决定", "意见", "说明", "解读", "通知", "讨论", "审议", "任务", "分工", "修改", "重点"];

/// What stands in a file that is called after a report of a region and is none: a message that something went wrong, or
/// a line or two. The report is known to be, and not what it says.
pub(super) fn placeholder(meta: &ReportMeta, passages: &[Passage], path: &str) -> Option<String> {
    const HAN_MAX: usize = 120;
    if meta.genre != Genre::Other || Place::of_path(path).region.is_none() {
        return None;
    }
    let text: Vec<&str> = passages
        .iter()
        .map(|passage| passage.text.as_str())
        .collect();
    let text = text.join(" ");
    let is_short = n_han_in(passages.iter().map(|passage| passage.text.as_str())) <= HAN_MAX;
    let stem = file_stem(path);
    let behind = stem.rsplit_once("工作报告").map(|(_, behind)| behind);
    let is_called_so =
        behind.is_some_and(|behind| !ABOUT_REPORTS.iter().any(|word| behind.contains(word)));
    (is_short && is_called_so || line::is_placeholder(&text))
        .then(|| text.chars().take(40).collect())
}

/// Report or something else: a news item, a resolution, a placeholder, a law, a budget, a garbled file. A report has
/// the making of one; what shows nothing of it is none.
pub(super) fn genre_of(
    opening: &[OpeningLine<'_>],
    facts: &[Fact],
    paragraphs: &[Paragraph],
    signs: SpeechSigns<'_>,
    notes: &mut Vec<Note>,
) -> Genre {
    let mut other = |why: &str, words: &str| {
        let words: String = words.chars().take(60).collect();
        notes.push(Note {
            rule: NOT_A_REPORT.to_owned(),
            line: None,
            text: format!("{why}: {words}"),
        });
        Genre::Other
    };
    if let Some(words) = garbled(paragraphs) {
        return other(GARBLED, words);
    }
    let n_han = han_count(paragraphs);
    let is_whole_speech = signs.has_address && n_han >= PART_HAN_MIN;
    let titles_of_page = facts.iter().filter(|fact| is_title_label(&fact.label));
    let titles = paragraphs
        .iter()
        .take(4)
        .map(|paragraph| paragraph.text.as_str());
    let is_named = opening
        .iter()
        .any(|line| line.text.contains("政府工作报告"));
    // A long title stands on two lines.
    let joined = paragraphs.windows(2).take(3).filter_map(|pair| match pair {
        [first, second] if first.text.contains("关于") => {
            Some(format!("{}{}", first.text, second.text))
        }
        _ => None,
    });
    let joined: Vec<String> = joined.collect();
    let titles = titles
        .chain(titles_of_page.map(|fact| fact.value.as_str()))
        .chain(joined.iter().map(String::as_str));
    for title in titles {
        if !is_named && let Some(kind) = plan_or_budget(title) {
            return other(kind, title);
        }
    }
    if !is_whole_speech && let Some(words) = red_head(paragraphs) {
        return other("another kind of document", &words);
    }
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
            "纲要",
            "公报",
            "分解表",
            "任务分解",
            "分工方案",
            "实施方案",
            "工作要点",
            "年度报告",
        ];
        if short && kinds.iter().any(|word| text.ends_with(word)) {
            return other("another kind of document", text);
        }
        let other_reports = [
            "人民法院工作报告",
            "人民检察院工作报告",
            "委员会工作报告",
            "县委工作报告",
            "市委工作报告",
            "区委工作报告",
            "省委工作报告",
            "州委工作报告",
            "盟委工作报告",
            "旗委工作报告",
            "党委工作报告",
            "常务委员会工作报告",
            "常委会工作报告",
            "审计工作报告",
            "统计公报",
        ];
        if short && other_reports.iter().any(|word| text.contains(word)) {
            return other("another kind of report", text);
        }
    }
    let mut n_articles = 0;
    let mut n_quoted_speech = 0;
    let mut addresses = false;
    for (index, paragraph) in paragraphs.iter().enumerate() {
        let text = paragraph.text.as_str();
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
    if addresses || signs.has_address {
        return Genre::Report;
    }
    let making = Making {
        speaks_for_region: (signs.speaks_for_region)(),
        is_named: is_named
            || facts
                .iter()
                .any(|fact| is_title_label(&fact.label) && fact.value.contains("政府工作报告")),
        has_parts: has_parts(paragraphs),
        is_dated: dated || names_assembly(paragraphs),
        n_han,
    };
    if !making.is_of_report() {
        return other(
            "nothing of a report's making",
            paragraphs.first().map_or("", |paragraph| &paragraph.text),
        );
    }
    Genre::Report
}

/// What a text without an address has of the making of a report.
#[derive(Clone, Copy, Debug)]
struct Making {
    /// 全市, 我县.
    speaks_for_region: bool,
    /// A title says 政府工作报告.
    is_named: bool,
    /// A heading of a review or of a plan.
    has_parts: bool,
    /// A dateline names the assembly.
    is_dated: bool,
    n_han: usize,
}

impl Making {
    /// Without an address two of the three and text enough: a page of a newspaper may hold neither the beginning nor
    /// the end.
    fn is_of_report(self) -> bool {
        let n_signs = [self.speaks_for_region, self.is_named, self.has_parts]
            .into_iter()
            .filter(|sign| *sign)
            .count();
        n_signs >= 2 && (self.is_dated || self.n_han >= PART_HAN_MIN)
    }
}

/// Whether one of the first lines names the assembly to which it was given, however long it is.
fn names_assembly(paragraphs: &[Paragraph]) -> bool {
    const LINES_MAX: usize = 6;
    paragraphs
        .iter()
        .take(LINES_MAX)
        .any(|paragraph| paragraph.text.contains("代表大会") && paragraph.text.ends_with("会议上"))
}

/// Whether a heading says that a review or a plan follows: 2023年工作回顾, 今年的主要任务.
fn has_parts(paragraphs: &[Paragraph]) -> bool {
    const TIMES: [&str; 7] = ["今年", "去年", "过去", "五年", "一年", "时期", "本届"];
    const PARTS: [&str; 9] = [
        "回顾",
        "总结",
        "安排",
        "部署",
        "任务",
        "目标",
        "总体要求",
        "重点工作",
        "主要工作",
    ];
    paragraphs.iter().any(|paragraph| {
        let text = paragraph.text.as_str();
        let is_head = number_of(text).is_some() || text.chars().count() <= BARE_HEAD_CHARS_MAX;
        let start: String = text.chars().take(BARE_HEAD_CHARS_MAX).collect();
        let has = |words: &[&str]| words.iter().any(|word| start.contains(word));
        is_head && has(&PARTS) && (has(&TIMES) || !line::years_in(&start).is_empty())
    })
}

/// Reports of a budget, of accounts, or on the plan of a year, which are given beside the work report.
fn plan_or_budget(title: &str) -> Option<&'static str> {
    const TITLE_CHARS_MAX: usize = 80;
    let is_report = title.contains("报告") && !title.contains("政府工作报告");
    if !is_report || title.chars().count() > TITLE_CHARS_MAX || title.contains(['，', '。']) {
        return None;
    }
    if title.contains("预算") || title.contains("决算") {
        return Some("a budget report");
    }
    let of_plan = title.contains("发展计划") && (title.contains("执行") || title.contains("草案"));
    of_plan.then_some("a report on a plan")
}

/// The title of a notice or a decision, whose lines may be broken and stand below the names of its authors.
fn red_head(paragraphs: &[Paragraph]) -> Option<String> {
    const LINES_MAX: usize = 14;
    const LINE_CHARS_MAX: usize = 60;
    const KINDS: [&str; 9] = [
        "的通知",
        "的公告",
        "的意见",
        "的批复",
        "的决定",
        "的函",
        "的通报",
        "的决议",
        "的通告",
    ];
    let short = |paragraph: &&Paragraph| paragraph.text.chars().count() <= LINE_CHARS_MAX;
    let lines = paragraphs.iter().take(LINES_MAX).take_while(short);
    let head: String = lines.map(|paragraph| paragraph.text.as_str()).collect();
    let from = head.find("关于").or_else(|| head.find("印发"))?;
    let title = head.get(from..)?;
    let to = KINDS
        .iter()
        .filter_map(|kind| Some(title.find(kind)? + kind.len()))
        .min()?;
    let title = title.get(..to)?;
    (title.chars().count() <= 100 && !title.contains(['。', '；'])).then(|| title.to_owned())
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

    fn end_of_report(texts: &[&str], pages: Pages) -> Option<String> {
        let passage = |text: &&str| Passage {
            part: Part::Plan,
            kind: Kind::Text,
            heading: None,
            about: None,
            text: (*text).to_owned(),
            lines: vec![LineStart { byte: 0, line: 1 }],
            ocr: false,
        };
        let passages: Vec<Passage> = texts.iter().map(passage).collect();
        broken_off(&passages, pages).map(|note| note.text)
    }

    #[test]
    fn a_report_without_its_beginning_or_its_end_is_abridged() {
        let prose = "坚持稳中求进工作总基调，推动高质量发展。".repeat(120);
        let one = Pages {
            continued: false,
            has_page_turn: false,
        };
        let call = "让我们团结起来，为美好明天而努力奋斗！";
        let speech = format!("各位代表！{prose}");
        assert_eq!(end_of_report(&[&speech, call], one), None);
        assert!(end_of_report(&[&speech], one).is_some());
        assert!(end_of_report(&[&prose, "今后五年的奋斗目标是，"], one).is_some());
        assert!(end_of_report(&[&prose], one).is_some());
        // An open sentence is no signature, whatever was called before; a call before the end excuses nothing.
        let thanks = "各位代表！向全市人民表示衷心的感谢！";
        for open in [
            "今年，我们要围绕",
            "要着力抓好以下工作，",
            "（一）坚持稳中求进，全力",
        ] {
            assert!(
                end_of_report(&[&speech, thanks, open], one).is_some(),
                "{open}"
            );
            assert!(
                end_of_report(&[&speech, call, open], one).is_some(),
                "{open}"
            );
        }
        assert!(end_of_report(&[&speech, call, "坚持依法行政。"], one).is_some());
        assert!(end_of_report(&[&speech, thanks], one).is_some());
        assert!(end_of_report(&[&speech, call, "各位代表！"], one).is_some());
        assert_eq!(
            end_of_report(&[&speech, call, "（来源：某市人民政府）", "—23—"], one),
            None
        );
        // A short text too.
        assert!(end_of_report(&["今年，我们要推动", "坚持稳中求进，推动"], one).is_some());
        assert_eq!(end_of_report(&["建好专业镇。", "某市人民政府"], one), None);
        // A page of a newspaper.
        let turned = Pages {
            has_page_turn: true,
            ..one
        };
        assert!(end_of_report(&[&prose], turned).is_some());
        assert_eq!(end_of_report(&[&speech, call], turned), None);
        let continued = Pages {
            continued: true,
            ..turned
        };
        assert!(end_of_report(&[&speech, call], continued).is_some());
    }

    #[test]
    fn a_glossary_that_breaks_off_is_not_whole() {
        let glossary = |entries: &[&str]| {
            let call = "各位代表！让我们为美好明天而努力奋斗！";
            let prose = "坚持稳中求进工作总基调。".repeat(60);
            let texts = [prose.as_str(), call]
                .into_iter()
                .chain(entries.iter().copied());
            let passage = |(at, text): (usize, &str)| Passage {
                part: if at < 2 { Part::Plan } else { Part::Glossary },
                kind: Kind::Text,
                heading: None,
                about: None,
                text: text.to_owned(),
                lines: vec![LineStart { byte: 0, line: 1 }],
                ocr: false,
            };
            let passages: Vec<Passage> = texts.enumerate().map(passage).collect();
            let pages = Pages {
                continued: false,
                has_page_turn: false,
            };
            broken_off(&passages, pages).is_some()
        };
        let first = "1.双碳：碳达峰、碳中和。";
        assert!(glossary(&[first, first, "2.四上企业：一定规模以上的工业"]));
        assert!(glossary(&["1.四上企业：一定规模以上的工业企业，限额"]));
        assert!(!glossary(&[first, first]));
        // Entries that all end without a full stop tell nothing.
        assert!(!glossary(&[
            "1.双碳：碳达峰",
            "2.三品：品牌",
            "3.两山：绿水青山",
            "4.三保：保障"
        ]));
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
