//! Annexes behind a report: lists of projects (附件1：民生实事), tables, indicators.
//!
//! In: a line. Out: whether it is the head of an annex. An annex is neither the report's own text nor its glossary, though
//! the glossary may stand behind a line that says 附件 too: what follows tells.

use super::line::{self, digit_value, ends_sentence, is_han_numeral};

/// The longest line that is the head of an annex, in characters.
const HEAD_CHARS_MAX: usize = 45;

/// What the title of an annex ends with where no 附件 stands above it.
#[rustfmt::skip]
const KINDS: [&str; 13] = [
    "实事", "项目", "项目表", "清单", "一览表", "指标", "指标表", "计划表", "任务表", "分解表", "明细表", "统计表", "汇总表",
];

/// Whether a line is the head of an annex: 附件, 附件1：民生实事项目, 附表二, 附：2024年主要指标.
pub(super) fn is_head(text: &str) -> bool {
    if !is_short(text) {
        return false;
    }
    let bare = bare(text);
    for word in ["附件", "附录", "附表"] {
        if let Some(rest) = bare.strip_prefix(word) {
            return rest.is_empty() || begins_label(rest);
        }
    }
    bare.strip_prefix('附')
        .is_some_and(|rest| rest.chars().count() > 2 && begins_label(rest))
}

/// Whether a line is the bare title of an annex, 2024年民生实事项目. In a report it is a heading, behind it an annex.
pub(super) fn is_title(text: &str) -> bool {
    let bare = bare(text).trim_end_matches(['）', ')']);
    is_short(text)
        && line::number_of(text).is_none()
        && KINDS.iter().any(|kind| bare.ends_with(kind))
}

/// Whether a line heads what stands behind a report: its glossary or an annex.
pub(super) fn is_back_head(text: &str) -> bool {
    line::is_glossary_head(text) || is_head(text)
}

fn is_short(text: &str) -> bool {
    text.len() <= HEAD_CHARS_MAX * 4
        && text.chars().count() <= HEAD_CHARS_MAX
        && !text.contains(|c| ends_sentence(c) || matches!(c, '；' | '，'))
}

fn bare(text: &str) -> &str {
    text.trim_matches(['：', ':', ' ', '※', '【', '】', '“', '”', '（', '('])
}

/// Whether what stands behind 附件 is its number or a colon: 附件1, 附件（二）, 附件：, no 附件下载.
fn begins_label(rest: &str) -> bool {
    let rest = rest.trim_start();
    let inner = rest.trim_start_matches(['（', '(', '-', '—']);
    rest.starts_with(['：', ':'])
        || inner.starts_with(|c| digit_value(c).is_some() || is_han_numeral(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_head_of_an_annex_has_a_number_or_a_colon() {
        for head in [
            "附件",
            "附件：",
            "附件1",
            "附件（二）",
            "附件2：2024年民生实事项目",
            "附表一",
            "附：主要指标完成情况",
        ] {
            assert!(is_head(head), "{head}");
        }
        for line in [
            "附件下载",
            "附近居民",
            "附",
            "附：",
            "附件1所列项目，由各部门落实。",
            "附加值1倍",
        ] {
            assert!(!is_head(line), "{line}");
        }
    }

    #[test]
    fn the_title_of_an_annex_says_what_it_lists() {
        assert!(is_title("2024年度十大民生实事"));
        assert!(is_title("（2024年重点项目一览表）"));
        assert!(!is_title("四、民生实事"));
        assert!(!is_title("办好民生实事，增进民生福祉"));
    }
}
