//! Takes away what the page put around the report: menus, bars, page numbers, footers.
//!
//! In: the lines of a file, spaces normalised. Out: the lines of the report alone, the labelled
//! facts of the page (`发布时间：…`), and a note for each piece removed, with its line.
//!
//! Furniture is told by its place and shape, not by a word alone: a menu stands before the first
//! sentence of the report, a footer after the last; a bar consists of known words and nothing else.
//! A sentence of the body that contains 来源 or 打印 is never touched.
//!
//! # Invariants
//!
//! - Every Han character that goes is in a note, in order.

use super::annex::is_back_head;
use super::extract::{Line, Mark};
use super::line::{self, End, Opening, Rank, end_of, is_han, number_of};
use crate::report::Note;
use std::collections::HashSet;

/// A labelled fact of the page: `发布时间：2007-01-30`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Fact {
    /// The label, without its colon.
    pub(crate) label: String,
    /// What stands after it.
    pub(crate) value: String,
    /// Its line in the raw file.
    pub(crate) line: u32,
}

/// What the page says beside the report.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Surroundings {
    /// The labelled facts above the report.
    pub(crate) facts: Vec<Fact>,
    /// Whether the page goes on from another one (上接第一版), so that the report has begun before.
    pub(crate) continued: bool,
    /// What was removed.
    pub(crate) notes: Vec<Note>,
}

/// Lines that stand in menus, word for word.
#[rustfmt::skip]
const MENU_WORDS: &[&str] = &[
    "首页", "网站首页", "导航菜单", "导航", "菜单", "EN", "English", "ENGLISH", "无障碍",
    "无障碍浏览", "无障碍阅读", "长者模式", "长者版", "老年模式", "繁體中文", "繁體", "繁体",
    "简体", "手机版", "移动版", "登录", "注册", "搜索", "设为首页", "加入收藏", "收藏本站",
    "网站地图", "网站支持IPv6", "领导之窗", "政府信息公开", "政务公开", "信息公开", "政务服务",
    "互动交流", "政民互动", "公众参与", "政府数据", "数据开放", "政务新媒体", "新闻中心",
    "时政要闻", "推荐朋友", "打印本稿", "打印本页", "打印", "关闭窗口", "关闭", "A-", "A+", "|",
    ">", ">>", "»", "【", "】", "[", "]", "[字号", "【字号：", "【字体：", "字体：", "字号：", "大",
    "中", "小", "返回", "返回首页", "分享到", "分享到：", "分享", "RSS", "邮箱", "微博", "微信",
];

/// What a line begins with that says where in the site the page is.
#[rustfmt::skip]
const MENU_STARTS: &[&str] = &[
    "当前位置", "您当前的位置", "您当前位置", "您现在的位置", "您所在的位置", "您的位置",
    "所在位置", "你的位置", "现在位置",
];

/// The pieces of which share-and-print bars consist.
#[rustfmt::skip]
const BAR_TOKENS: &[&str] = &[
    "打印本页", "关闭窗口", "关闭本页", "打印", "下载", "关闭", "字体", "字号", "大", "中", "小",
    "分享到", "分享", "收藏", "我要纠错", "纠错", "朗读", "文字", "显示", "二维码", "微信", "微博",
    "返回", "视力保护色", "保护视力色", "浏览次数", "阅读次数", "点击次数", "点击数", "浏览量",
    "默认", "超大", "特大", "原稿", "T", "A",
];

/// The labels of the facts that pages and scrapers put above a report.
#[rustfmt::skip]
const LABELS: &[&str] = &[
    "标题", "题名", "文件名称", "名称", "发文单位", "发布单位", "发布机构", "发布机关", "发文机关",
    "发文字号", "文号", "发文时间", "发布时间", "发布日期", "成文日期", "生成日期", "添加时间",
    "时间", "日期", "报告人", "作者", "来源", "来源URL", "信息来源", "稿源", "稿件来源", "文章来源",
    "索引号", "信息分类", "主题分类", "主题词", "责任编辑", "编辑", "浏览次数", "点击数",
    "阅读次数", "访问次数", "字体", "字号", "备注", "会议", "正文", "信息发布人", "发布人", "网址",
    "链接", "URL", "原文链接", "关键词", "标签", "公开方式", "公开日期", "有效性", "效力状态",
    "组配分类", "体裁分类", "更新时间", "上传时间", "审核", "撰稿",
];

/// What the first line of a site's footer contains.
#[rustfmt::skip]
const FOOTER_WORDS: &[&str] = &[
    "ICP备", "公网安备", "版权所有", "Copyright", "copyright", "All Rights Reserved", "©",
    "网站标识码", "网站地图", "站点地图", "责任编辑", "责编", "扫一扫", "扫码", "分享到",
    "打印本页", "关闭窗口", "留言与评论", "网友评论", "发表评论", "验证码", "本文地址",
    "本文仅代表", "本文链接", "免责声明", "您访问的链接", "您是第", "举报电话", "违法和不良信息",
    "网站声明", "技术支持", "Public domain", "公有领域", "维基文库", "维基百科", "知识共享", "CC BY", "本站部分", "备案号", "客户端下载",
];

/// What a line of a site's footer begins with.
#[rustfmt::skip]
const FOOTER_STARTS: &[&str] = &[
    "主办：", "主办:", "主办单位", "承办：", "承办:", "承办单位", "上一篇", "下一篇", "上一条",
    "下一条", "相关新闻", "相关阅读", "相关报道", "相关链接", "相关文章", "相关稿件", "相关信息",
    "相关附件", "延伸阅读", "编辑推荐", "推荐阅读", "热门推荐", "热点推荐", "编辑：", "编辑:",
    "（编辑", "(编辑", "（责编", "来源：", "来源:", "（来源", "(来源", "作者：", "标签：", "标签:",
    "关键词：", "【打印", "【关闭", "[打印", "联系我们", "关于我们", "附件下载", "返回顶部",
    "点击查看", "微信公众号", "本作品",
];

/// Words that show a long sentence after the report to be the site's and not the report's.
#[rustfmt::skip]
const SITE_WORDS: &[&str] = &[
    "本站", "版权", "转载", "作者", "侵权", "网站", "本网", "联系方式", "删除", "著作权",
    "上班时间", "点击",
];

/// How many lines can stand above a report.
const HEADER_LINES_MAX: usize = 400;

/// Removes the furniture from the lines, in place.
pub(crate) fn strip(lines: &mut Vec<Line>) -> Surroundings {
    let mut around = Surroundings::default();
    let mut begins_inside = false;
    let mut has_begun = false;
    lines.retain_mut(|line| {
        let carried = std::mem::take(&mut begins_inside);
        line.begins_inside = cut_page_turns(line, &mut around.notes) || carried;
        // Only before any text of the report does the mark say that its beginning is missing.
        around.continued = around.continued || line.begins_inside && !has_begun;
        has_begun = has_begun || line::is_salutation(&line.text) || is_long_prose(&line.text);
        // A mark alone on its line speaks for the next.
        begins_inside = line.begins_inside && line.text.is_empty();
        !line.text.is_empty()
    });
    let anchor = anchor_of(lines);
    let mut doomed: Vec<Option<&'static str>> = vec![None; lines.len()];
    mark_summary(lines, &mut doomed);
    mark_header(lines, anchor, &mut doomed, &mut around);
    mark_second_copy(lines, &mut doomed);
    mark_footer(lines, anchor, &mut doomed);
    mark_body(lines, anchor, &mut doomed);
    let mut index = 0;
    let mut blank_carried = 0;
    let mut page_ended = false;
    lines.retain_mut(|line| {
        let rule = doomed.get(index).copied().flatten();
        index += 1;
        if let Some(rule) = rule {
            blank_carried += line.n_blank_above;
            page_ended =
                page_ended || line.after_page_end || matches!(rule, "page-number" | "running-head");
            around.notes.push(Note {
                rule: rule.to_owned(),
                line: Some(line.number),
                text: std::mem::take(&mut line.text),
            });
            return false;
        }
        line.n_blank_above += std::mem::take(&mut blank_carried);
        line.after_page_end |= std::mem::take(&mut page_ended);
        true
    });
    around
}

/// The line at which the report begins in earnest: its salutation, first section or first sentences.
fn anchor_of(lines: &[Line]) -> usize {
    let mut first_prose = None;
    for (index, line) in lines.iter().enumerate().take(HEADER_LINES_MAX) {
        if line::is_salutation(&line.text) || line.begins_inside {
            return index;
        }
        if number_of(&line.text).is_some_and(|number| number.rank <= Rank::HanBracket) {
            return first_prose.unwrap_or(index);
        }
        if is_long_prose(&line.text) && fact_of(&line.text).is_none() {
            if let Some(first) = first_prose {
                return first;
            }
            first_prose = Some(index);
        }
    }
    first_prose.unwrap_or(lines.len())
}

/// Sixty characters and a comma or full stop are no menu.
fn is_long_prose(text: &str) -> bool {
    text.len() > 120 && text.chars().count() >= 60 && text.contains(['。', '，', ','])
}

fn is_menu(text: &str) -> bool {
    text.len() <= 120
        && (MENU_WORDS.contains(&text)
            || MENU_STARTS.iter().any(|start| text.starts_with(start))
            || text.contains(">>")
            || text.contains("点击查") && !text.contains('。')
            || is_bar(text))
}

/// Whether a line consists of the words of a share-and-print bar and nothing else.
fn is_bar(text: &str) -> bool {
    if text.len() > 150 || !text.chars().any(|c| is_han(c) || c == 'A') {
        return false;
    }
    let mut rest = text;
    let mut longest = 0;
    while let Some(c) = rest.chars().next() {
        if let Some(token) = BAR_TOKENS.iter().find(|token| rest.starts_with(**token)) {
            longest = longest.max(token.chars().count());
            rest = rest.get(token.len()..).unwrap_or("");
        } else if c.is_ascii_digit() && longest > 0
            || matches!(
                c,
                '【' | '】'
                    | '['
                    | ']'
                    | '：'
                    | ':'
                    | '|'
                    | '('
                    | ')'
                    | '（'
                    | '）'
                    | '+'
                    | '-'
                    | ' '
                    | '/'
                    | '、'
                    | '次'
            )
        {
            rest = rest.get(c.len_utf8()..).unwrap_or("");
        } else {
            return false;
        }
    }
    // A bracketed 【大 中 小】 is a bar; a lone 中 is a line of text that lost its neighbours.
    longest >= 2 || text.starts_with(['【', '[']) && longest == 1
}

/// The labelled fact on a line, if it is one.
fn fact_of(text: &str) -> Option<(&str, &str)> {
    let at = text.find(['：', ':'])?;
    let (label, rest) = text.split_at_checked(at)?;
    let value = rest.trim_start_matches(['：', ':']);
    LABELS.contains(&label).then_some((label, value))
}

/// A clock time 16:40, as only a page's own date has.
fn has_clock_time(text: &str) -> bool {
    let bytes = text.as_bytes();
    text.len() < 60
        && text.starts_with(|c: char| c.is_ascii_digit())
        && bytes.windows(5).any(|window| {
            matches!(window, [a, b, b':', c, d] if a.is_ascii_digit() && b.is_ascii_digit() && c.is_ascii_digit() && d.is_ascii_digit())
        })
        && !text.contains('。')
}

/// Marks what stands above the report.
fn mark_header(
    lines: &[Line],
    anchor: usize,
    doomed: &mut [Option<&'static str>],
    around: &mut Surroundings,
) {
    let Some(header) = lines.get(..anchor) else {
        return;
    };
    let mut last_menu = None;
    let mut n_menu = 0;
    for (index, line) in header.iter().enumerate() {
        if let Some((label, value)) = fact_of(&line.text) {
            around.facts.push(Fact {
                label: label.to_owned(),
                value: value.to_owned(),
                line: line.number,
            });
            if let Some(slot) = doomed.get_mut(index) {
                *slot = Some("fact-bar");
            }
        } else if has_clock_time(&line.text) {
            if let Some(slot) = doomed.get_mut(index) {
                *slot = Some("fact-bar");
            }
        } else if is_menu(&line.text) {
            n_menu += 1;
            last_menu = Some(index);
            if let Some(slot) = doomed.get_mut(index) {
                *slot = Some("site-menu");
            }
        }
    }
    let Some(last_menu) = last_menu.filter(|_| n_menu >= 3) else {
        return;
    };
    // Everything down to the last sign of a menu is menu, but title, dateline and speaker are kept if none follows.
    let kept: Vec<usize> = [Opening::Title, Opening::Dateline, Opening::Speaker]
        .into_iter()
        .filter_map(|kind| {
            let last = header
                .iter()
                .rposition(|line| is_opening_line(&line.text, kind))?;
            (last < last_menu).then_some(last)
        })
        .collect();
    for (index, slot) in doomed.iter_mut().enumerate().take(last_menu) {
        if slot.is_none() && !kept.contains(&index) {
            *slot = Some("site-menu");
        }
    }
}

/// A line of the opening that no menu has: 政府工作报告 alone is the name of a column too, so that a title has more.
fn is_opening_line(text: &str, kind: Opening) -> bool {
    if line::opening_of(text) != Some(kind) {
        return false;
    }
    match kind {
        Opening::Title => text.contains("工作报告"),
        Opening::Speaker => {
            line::speaker_of(text).is_some_and(|(office, _)| office.contains("政府"))
        }
        _ => true,
    }
}

/// Labels of the summary that a site puts above a text.
const SUMMARY_LABELS: [&str; 6] = [
    "内容摘要",
    "内容概要",
    "核心提示",
    "内容提要",
    "内容简介",
    "导读",
];

/// Marks the summary above a text, which repeats its beginning: from its label to the title or dateline that follows.
fn mark_summary(lines: &[Line], doomed: &mut [Option<&'static str>]) {
    let is_label = |line: &Line| {
        let text = line.text.as_str();
        let bare = text.trim_matches(['：', ':', '【', '】', ' ']);
        let leads = |label: &str| {
            let quoted = text
                .strip_prefix('【')
                .and_then(|rest| rest.strip_prefix(label));
            quoted.is_some_and(|rest| rest.starts_with('】'))
                || text
                    .strip_prefix(label)
                    .is_some_and(|rest| rest.starts_with(['：', ':']))
        };
        // 摘要 alone below a title says that the text is one.
        SUMMARY_LABELS.contains(&bare)
            || SUMMARY_LABELS
                .iter()
                .chain(&["摘要", "提要"])
                .any(|label| leads(label))
    };
    let header = lines
        .get(..lines.len().min(HEADER_LINES_MAX))
        .unwrap_or(lines);
    let Some(from) = header.iter().position(is_label) else {
        return;
    };
    let begins = |line: &Line| {
        matches!(
            line::opening_of(&line.text),
            Some(Opening::Title | Opening::Dateline | Opening::Salutation)
        )
    };
    /// A summary is a paragraph or two.
    const SUMMARY_LINES_MAX: usize = 8;
    let after = header
        .iter()
        .enumerate()
        .skip(from + 1)
        .take(SUMMARY_LINES_MAX);
    let Some((to, _)) = after.into_iter().find(|(_, line)| begins(line)) else {
        return;
    };
    for slot in doomed.iter_mut().take(to).skip(from) {
        *slot = Some("site-summary");
    }
}

/// How many long lines in a row must come again to be a copy and no quotation.
const COPY_LINES_MIN: usize = 4;

/// Marks a second copy of the report, with what stands between the two: some pages are saved with
/// their print version below. All long lines of the copy must stand in the first.
fn mark_second_copy(lines: &[Line], doomed: &mut [Option<&'static str>]) {
    let is_long = |line: &&Line| line.text.len() > 180;
    let long: Vec<(usize, &str)> = lines
        .iter()
        .enumerate()
        .filter(|(_, line)| is_long(line))
        .map(|(index, line)| (index, line.text.as_str()))
        .collect();
    let Some(&(_, first)) = long.first() else {
        return;
    };
    let Some(again) = long
        .iter()
        .skip(1)
        .position(|&(_, text)| text == first)
        .map(|at| at + 1)
    else {
        return;
    };
    let (original, copy) = long.split_at(again);
    let known: HashSet<&str> = original.iter().map(|&(_, text)| text).collect();
    let n_same = original
        .iter()
        .zip(copy)
        .take_while(|((_, a), (_, b))| a == b)
        .count();
    // One line of the page's own does not make it another text.
    let is_odd = |text: &str| !known.contains(text) && !is_footer(text);
    let n_odd = copy.iter().filter(|(_, text)| is_odd(text)).count();
    if n_same < COPY_LINES_MIN.min(original.len()) || n_odd * 10 > copy.len().max(10) {
        return;
    }
    // The first copy ends with its last line that is text; the footer and menu between go too.
    let Some(&(copy_from, _)) = copy.first() else {
        return;
    };
    // The copy begins with the lines that stand above the first: title, dateline, salutation, the first heading.
    let first_at = long.first().map_or(0, |(index, _)| *index);
    let above = |at: usize| lines.iter().take(at).rev();
    let is_same = |(a, b): &(&Line, &Line)| a.text == b.text;
    let n_above = above(first_at)
        .zip(above(copy_from))
        .take_while(is_same)
        .count();
    let copy_from = copy_from - n_above;
    let end = lines
        .iter()
        .take(copy_from)
        .rposition(|line| {
            is_content(line) && !line::is_salutation(&line.text) && !is_footer(&line.text)
        })
        .map_or(copy_from, |end| end + 1);
    // Whatever stands once is no copy: a glossary behind it, a line that the first does not have.
    let above: HashSet<&str> = lines
        .iter()
        .take(copy_from)
        .map(|line| line.text.as_str())
        .collect();
    let is_said = |line: &Line| is_content(line) || end_of(&line.text) == End::Closed;
    let stands_once = |line: &Line| is_said(line) && !above.contains(line.text.as_str());
    for (at, (slot, line)) in doomed.iter_mut().zip(lines).enumerate().skip(end) {
        let is_kept = match is_long(&line) {
            true => is_odd(&line.text),
            false => at >= copy_from && stands_once(line) && !is_footer(&line.text),
        };
        if is_kept && slot.is_none() {
            continue;
        }
        let is_menu = slot.is_some() || is_footer(&line.text);
        *slot = Some(if is_menu {
            "site-footer"
        } else {
            "second-copy"
        });
    }
}

/// Marks what stands below the report: from the first sign of a footer after which no report follows.
fn mark_footer(lines: &[Line], anchor: usize, doomed: &mut [Option<&'static str>]) {
    let mut start = None;
    for (index, line) in lines.iter().enumerate().skip(anchor).rev() {
        if is_footer(&line.text) {
            start = Some(index);
        } else if is_content(line) {
            break;
        }
    }
    // A single line that only begins like a footer (主办单位：省交通运输厅) may be the report's own.
    let tail = lines.get(start.unwrap_or(lines.len())..).unwrap_or(&[]);
    let is_hard = |line: &Line| FOOTER_WORDS.iter().any(|word| line.text.contains(word));
    let n_soft = tail.iter().filter(|line| is_footer(&line.text)).count();
    let start = start.filter(|_| tail.iter().any(is_hard) || n_soft >= 2);
    if let Some(start) = start {
        // Lists of links (北京, 天津, 河北 …) above the footer are the site's too.
        let n_links = lines
            .iter()
            .take(start)
            .skip(anchor)
            .rev()
            .take_while(|line| is_link_line(line))
            .count();
        let start = if n_links >= 6 { start - n_links } else { start };
        for slot in doomed.iter_mut().skip(start) {
            *slot = Some("site-footer");
        }
    }
}

/// A short line without any punctuation, as links in a list are.
fn is_link_line(line: &Line) -> bool {
    let text = line.text.as_str();
    text.len() <= 75
        && line.mark == Mark::None
        && number_of(text).is_none()
        && !text.contains(['。', '，', '；', '：', '、', '！'])
}

fn is_footer(text: &str) -> bool {
    if text.len() > 900 || number_of(text).is_some_and(|number| number.rank <= Rank::HanBracket) {
        return false;
    }
    let starts = FOOTER_STARTS.iter().any(|start| text.starts_with(start));
    let opening: String = text.chars().take(60).collect();
    let contains = FOOTER_WORDS.iter().any(|word| opening.contains(word));
    if !starts && !contains {
        return false;
    }
    if ["本文仅代表", "免责声明", "本站部分", "本网站", "本文来源"]
        .iter()
        .any(|start| text.starts_with(start))
    {
        return true;
    }
    // A sentence of the report may speak of 版权所有 or of a 客户端; a footer's sentence names the site.
    !is_long_prose(text)
        || SITE_WORDS.iter().any(|word| text.contains(word)) && !text.contains("我们")
}

/// Whether a line after which the report can only have gone on.
fn is_content(line: &Line) -> bool {
    let text = line.text.as_str();
    let site_prose = text.len() < 900 && SITE_WORDS.iter().any(|word| text.contains(word));
    is_long_prose(text) && !site_prose
        || text.starts_with("各位代表")
        || line.mark != Mark::None
        || number_of(text).is_some_and(|number| number.rank <= Rank::Arabic)
        || end_of(text) == End::Closed && text.chars().count() >= 30 && !site_prose
        || is_back_head(text)
}

/// Marks what breaks into the report: page numbers, running heads, bars, captions.
fn mark_body(lines: &[Line], anchor: usize, doomed: &mut [Option<&'static str>]) {
    let titles: Vec<&str> = lines
        .iter()
        .take(anchor)
        .map(|line| line.text.as_str())
        .filter(|text| text.contains("工作报告") && line::opening_of(text) == Some(Opening::Title))
        .collect();
    let mut bare_numbers = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        let Some(slot) = doomed.get_mut(index).filter(|slot| slot.is_none()) else {
            continue;
        };
        let text = line.text.as_str();
        if text.len() > 240 {
            continue;
        }
        if is_page_number(text) {
            *slot = Some("page-number");
        } else if let Some(number) = counted_number(text) {
            bare_numbers.push((index, number));
        } else if is_bar(text) {
            *slot = Some("share-bar");
        } else if is_caption(text) {
            *slot = Some("photo-caption");
        } else if index > anchor && line.mark == Mark::None && titles.contains(&text) {
            *slot = Some("running-head");
        }
    }
    // A bare number is a page's only if several count up by one.
    let ascending = bare_numbers
        .windows(2)
        .filter(|pair| matches!(pair, [(_, a), (_, b)] if *b == a + 1))
        .count();
    // Numbers in brackets above definitions count up as well; a page breaks into a sentence now and then.
    let breaks_in = |&&(index, _): &&(usize, u32)| {
        let above = index.checked_sub(1).and_then(|at| lines.get(at));
        let is_bare = lines
            .get(index)
            .is_some_and(|line| line.text.chars().all(char::is_numeric));
        is_bare || above.is_some_and(|line| end_of(&line.text) == End::Open)
    };
    let n_breaks = bare_numbers.iter().filter(breaks_in).count();
    if ascending >= 2 && ascending + 1 == bare_numbers.len() && n_breaks * 3 >= bare_numbers.len() {
        for (index, _) in bare_numbers {
            if let Some(slot) = doomed.get_mut(index) {
                *slot = Some("page-number");
            }
        }
    }
}

/// The number of a page that only counting shows to be one: `12`, `[12]`, `（12）`, `·12·`, `12/30`, `１２`.
fn counted_number(text: &str) -> Option<u32> {
    const AROUND: [char; 12] = [
        '[', ']', '［', '］', '(', ')', '（', '）', '【', '】', '·', '.',
    ];
    if text.len() > 24 {
        return None;
    }
    let bare =
        text.trim_matches(|c: char| AROUND.contains(&c) || c.is_whitespace() || line::is_dash(c));
    let page = match bare.split_once(['/', '／']) {
        Some((page, total)) if total.trim().chars().all(|c| line::digit_value(c).is_some()) => {
            page.trim()
        }
        Some(_) => return None,
        None => bare,
    };
    let is_number = (1..=3).contains(&page.chars().count())
        && page
            .chars()
            .all(|c| c.is_ascii_digit() || ('\u{ff10}'..='\u{ff19}').contains(&c));
    let digits = page.chars().filter_map(line::digit_value);
    is_number.then(|| digits.fold(0, |number, digit| number * 10 + digit))
}

/// `- 12 -`, `—12—`, `第3页`, `第3页共20页`.
fn is_page_number(text: &str) -> bool {
    let bare = text.trim_matches(|c: char| line::is_dash(c) || c == '·' || c.is_whitespace());
    let digits = |text: &str| {
        (1..=3).contains(&text.chars().count())
            && text
                .chars()
                .all(|c| c.is_ascii_digit() || ('\u{ff10}'..='\u{ff19}').contains(&c))
    };
    if digits(bare) {
        return text.starts_with(line::is_dash) && text.ends_with(line::is_dash);
    }
    let Some(page) = bare.strip_prefix('第') else {
        return false;
    };
    match page.split_once('页') {
        Some((number, "")) => digits(number),
        Some((number, total)) => {
            let total = total
                .trim_start_matches(['，', ',', '/', ' ', '共'])
                .trim_end_matches('页');
            digits(number) && digits(total)
        }
        None => false,
    }
}

/// `王正谱作政府工作报告。河北日报记者 霍艳恩 摄`
fn is_caption(text: &str) -> bool {
    let bare = text.trim_end_matches(['。', '）', ')', ' ']);
    (bare.ends_with('摄') || bare.ends_with("摄影"))
        && text.chars().count() <= 70
        && (text.contains("记者")
            || text.contains("图为")
            || text.contains("通讯员")
            || text.contains("摄影"))
}

/// Takes （上接第一版） and (下转第三版) out of a line, which stays; they stand at its ends, or within
/// where a scrape has put two pages together. Returns whether the line begins inside a sentence.
fn cut_page_turns(line: &mut Line, notes: &mut Vec<Note>) -> bool {
    const BRACKETS: [char; 4] = ['（', '(', '【', '['];
    if !line.text.contains('版') {
        return false;
    }
    let mut kept = String::new();
    let mut rest = line.text.as_str();
    let mut begins_inside = false;
    while let Some(at) = rest.find(BRACKETS) {
        let (before, bracketed) = rest.split_at_checked(at).unwrap_or((rest, ""));
        kept.push_str(before);
        if let Some(turn) = page_turn(bracketed) {
            let (text, tail) = bracketed
                .split_at_checked(turn.bytes)
                .unwrap_or((bracketed, ""));
            notes.push(Note {
                rule: "page-turn".to_owned(),
                line: Some(line.number),
                text: text.to_owned(),
            });
            begins_inside = begins_inside || turn.from_another && kept.is_empty();
            rest = tail;
        } else {
            let bracket_bytes = bracketed.chars().next().map_or(0, char::len_utf8);
            let (bracket, tail) = bracketed
                .split_at_checked(bracket_bytes)
                .unwrap_or((bracketed, ""));
            kept.push_str(bracket);
            rest = tail;
        }
    }
    kept.push_str(rest);
    if kept.len() < line.text.len() {
        line.text = kept.trim().to_owned();
    }
    begins_inside
}

/// A mark that leads from page to page.
struct PageTurn {
    bytes: usize,
    /// 上接, not 下转.
    from_another: bool,
}

/// The mark with which a text begins, brackets included.
fn page_turn(text: &str) -> Option<PageTurn> {
    let inner = text.strip_prefix(['（', '(', '【', '['])?;
    let (close, mark) = inner
        .char_indices()
        .take(16)
        .find(|&(_, c)| matches!(c, '）' | ')' | '】' | ']'))?;
    let word = inner.get(..close)?;
    let (from_another, page) = [
        ("紧接", true),
        ("上接", true),
        ("接", true),
        ("下转", false),
        ("紧转", false),
        ("转", false),
    ]
    .iter()
    .find_map(|&(start, from_another)| word.strip_prefix(start).map(|page| (from_another, page)))?;
    is_page_name(page).then_some(PageTurn {
        bytes: text.len() - inner.len() + close + mark.len_utf8(),
        from_another,
    })
}

/// 第一版, 1版, A3版, 第二版头条.
fn is_page_name(text: &str) -> bool {
    text.chars().count() <= 10
        && text.contains('版')
        && !text.contains(['（', '(', '）', ')', '，', '。'])
        && text.chars().next().is_some_and(|c| {
            matches!(
                c,
                '第' | '头' | '一' | '二' | '三' | '四' | '五' | '六' | '七' | '八' | '九' | '十'
            ) || c.is_ascii_alphanumeric()
                || ('\u{ff10}'..='\u{ff19}').contains(&c)
                || c == ' '
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_consist_of_bar_words_alone() {
        for text in [
            "【字体：大中小】",
            "打印关闭",
            "[打印本页]",
            "【字号：大中小】打印",
            "打印",
        ] {
            assert!(is_bar(text), "{text}");
        }
        for text in [
            "推广打印技术",
            "中",
            "大中小企业",
            "大中小企业融通发展",
            "关闭煤矿12座",
            "下载中心建成",
        ] {
            assert!(!is_bar(text), "{text}");
        }
    }

    #[test]
    fn a_copy_goes_with_its_head_and_the_menu_above_it() {
        let prose = |n: usize| {
            format!(
                "第{n}件大事办成了，{}。",
                "全县人民团结一心，艰苦奋斗".repeat(6)
            )
        };
        let mut text = vec![
            "政府工作报告".to_owned(),
            "各位代表：".to_owned(),
            "一、工作回顾".to_owned(),
        ];
        text.extend((1..=6).map(prose));
        text.push("各位代表！让我们团结起来，为建设美丽家园而努力奋斗！".to_owned());
        let menu = ["来源：新闻网", "省教育厅", "省公安厅", "省财政厅"].map(str::to_owned);
        let whole = [text.clone(), menu.to_vec(), text.clone()].concat();
        let page = whole.join("\n");
        let mut lines =
            super::super::extract::extract(&page, crate::format::Format::Text, &mut Vec::new());
        let around = strip(&mut lines);
        let kept: Vec<String> = lines.into_iter().map(|line| line.text).collect();
        assert_eq!(kept, text);
        assert_eq!(around.notes.len(), whole.len() - text.len());
    }

    #[test]
    fn page_numbers_have_their_dashes() {
        for text in ["-12-", "—3—", "第3页", "第3页共20页", "- 12 -"] {
            assert!(is_page_number(text), "{text}");
        }
        for text in ["12", "2024", "第3名", "-12", "第一页"] {
            assert!(!is_page_number(text), "{text}");
        }
    }

    #[test]
    fn page_turns_are_told_from_other_brackets() {
        let bytes = |text: &str| page_turn(text).map(|turn| turn.bytes);
        assert_eq!(bytes("(上接第一版)人民"), Some("(上接第一版)".len()));
        assert_eq!(bytes("（上接1版）广大"), Some("（上接1版）".len()));
        assert_eq!(bytes("(下转第三版)"), Some("(下转第三版)".len()));
        assert_eq!(bytes("（接待）版面"), None);
        assert_eq!(bytes("（3.0版）"), None);
        assert_eq!(bytes("（转型升级版）"), None);
    }
}
