//! The glossaries (名词解释) at the end of reports: which term is defined, and how.
//!
//! In: the glossary passages of one report, in order. Out: its entries, a term and its definition as they stand.
//! Reports number their entries, put the term in brackets or before a colon or 是指, and let a long definition
//! run over several passages; all are read by their form, never by what they say.
//!
//! # Invariants
//!
//! - Term and definition are parts of the passages' texts, unchanged but for the marks between them.

use crate::fold::fold;
use crate::report::{Kind, Part};
use crate::search::PassageView;

/// Longest term, in characters.
const MAX_TERM_CHARS: usize = 60;
/// Longest term that no colon or bracket closes.
const MAX_OPEN_TERM_CHARS: usize = 25;

/// An entry of a glossary.
#[derive(Clone, Debug)]
pub struct Definition {
    /// The term, as written, without number and brackets.
    pub term: String,
    /// The definition; its passages are parted by line feeds.
    pub text: String,
    /// The passage in which the entry begins.
    pub passage: PassageView,
}

/// The entries of one report.
pub fn definitions(passages: &[PassageView]) -> Vec<Definition> {
    let entries: Vec<&PassageView> = passages
        .iter()
        .filter(|passage| passage.part == Part::Glossary)
        .collect();
    let n_numbered = entries
        .iter()
        .filter(|passage| numbered(&passage.text).is_some())
        .count();
    // Where entries are numbered, a passage without a number continues the one before.
    let all_numbered = n_numbered * 2 > entries.len();
    let mut definitions: Vec<Definition> = Vec::new();
    for passage in entries {
        let rest = numbered(&passage.text);
        let text = rest.unwrap_or(&passage.text);
        let begins = rest.is_some() || (!all_numbered && passage.kind == Kind::Text);
        match (begins, entry(text)) {
            (true, Some((term, definition))) => definitions.push(Definition {
                term: term.to_owned(),
                text: definition.to_owned(),
                passage: passage.clone(),
            }),
            // A numbered term alone: its definition is what follows.
            (true, None) if rest.is_some() && is_term(text) => definitions.push(Definition {
                term: bare(text).to_owned(),
                text: String::new(),
                passage: passage.clone(),
            }),
            _ if passage.kind == Kind::Text => {
                if let Some(last) = definitions.last_mut() {
                    if !last.text.is_empty() {
                        last.text.push('\n');
                    }
                    last.text.push_str(passage.text.trim());
                }
            }
            _ => {}
        }
    }
    definitions.retain(|definition| !definition.text.is_empty());
    definitions
}

/// Whether a passage may begin an entry whose term contains a folded text: reports without such a passage define
/// nothing that is called so, and need not be read.
pub fn may_define(passage: &str, folded: &str) -> bool {
    let text = numbered(passage).unwrap_or(passage);
    let term = match entry(text) {
        Some((term, _)) => term,
        None if is_term(text) => bare(text),
        None => return false,
    };
    fold(term).contains(folded)
}

fn is_term(text: &str) -> bool {
    let text = text.trim();
    !text.is_empty()
        && text.chars().count() <= MAX_OPEN_TERM_CHARS
        && !text.contains(['。', '；', '，', '：', ':'])
}

/// What stands behind the number of an entry: `1.` `1、` `（1）` `[1]` `①` `注1：` `一、`.
fn numbered(text: &str) -> Option<&str> {
    let text = text.trim_start_matches(|c: char| c.is_whitespace() || c == '*' || c == '※');
    let text = text
        .strip_prefix('注')
        .filter(|rest| rest.starts_with(is_digit))
        .unwrap_or(text);
    if let Some(rest) = text.strip_prefix(is_circled) {
        return Some(rest.trim_start_matches(['.', '．', '、']).trim_start());
    }
    if let Some(rest) = text.strip_prefix(['(', '（', '[', '［', '〔', '【']) {
        let after = rest.trim_start_matches(is_digit);
        if after.len() < rest.len()
            && let Some(rest) = after.strip_prefix([')', '）', ']', '］', '〕', '】'])
        {
            return Some(
                rest.trim_start_matches(['.', '．', '、', '：', ':'])
                    .trim_start(),
            );
        }
        return None;
    }
    let after = text.trim_start_matches(is_digit);
    let n_digits = text.chars().count() - after.chars().count();
    if (1..=3).contains(&n_digits) {
        let rest = after.strip_prefix(['.', '．', '、', ')', '）', '：', ':', '﹒', '·'])?;
        // 5.5% is no entry 5.
        return (!rest.starts_with(is_digit)).then(|| rest.trim_start());
    }
    let after = text.trim_start_matches([
        '一', '二', '三', '四', '五', '六', '七', '八', '九', '十', '百',
    ]);
    (after.len() < text.len())
        .then(|| after.strip_prefix(['、', '.', '．']))
        .flatten()
        .map(str::trim_start)
}

fn is_digit(c: char) -> bool {
    c.is_ascii_digit() || ('０'..='９').contains(&c)
}

/// ① to ⑳, ⑴ to ⒇, ⒈ to ⒛, ㉑ to ㊿.
fn is_circled(c: char) -> bool {
    matches!(c, '\u{2460}'..='\u{249b}' | '\u{3251}'..='\u{325f}' | '\u{32b1}'..='\u{32bf}')
}

/// Term and definition of an entry without its number.
fn entry(text: &str) -> Option<(&str, &str)> {
    let mut open = 0u32;
    for (n, (at, c)) in text.char_indices().enumerate() {
        let before = || {
            text.get(..at)
                .map(str::trim)
                .filter(|term| !term.is_empty())
        };
        let after = |n_bytes: usize| text.get(at + n_bytes..).map(str::trim_start);
        if n > MAX_TERM_CHARS {
            return None;
        }
        match c {
            '“' | '（' | '(' | '《' | '【' | '「' | '〔' | '[' => open += 1,
            '”' | '）' | ')' | '》' | '】' | '」' | '〕' | ']' => {
                open = open.saturating_sub(1);
                // 【专业镇】是指 …: the bracket closes the term.
                let rest = after(c.len_utf8())?;
                if open == 0 && c == '】' && !rest.starts_with(['：', ':']) && !rest.is_empty() {
                    return Some((bare(before()?), rest.trim_start_matches(['，', ',', ' '])));
                }
            }
            _ if open > 0 => {}
            '：' | ':' | '﹕' => {
                return Some((bare(before()?), after(c.len_utf8())?))
                    .filter(|(_, text)| !text.is_empty());
            }
            '。' | '；' | ';' | '！' | '？' => return None,
            '是' | '指' | '即' if n > 0 && n <= MAX_OPEN_TERM_CHARS => {
                let rest = text.get(at..)?;
                let says = ["是指", "指的是", "系指", "即指", "指"]
                    .iter()
                    .any(|verb| rest.starts_with(verb));
                // 指 is also a part of words: 指导, 指标, 指示, 指挥.
                let is_word = [
                    "指导", "指标", "指示", "指挥", "指数", "指南", "指引", "指定",
                ]
                .iter()
                .any(|word| rest.starts_with(word));
                let term = before()?;
                if says && !is_word && !term.contains(['，', ',', '、']) {
                    return Some((bare(term), rest));
                }
            }
            _ => {}
        }
    }
    None
}

/// A term without the brackets and marks around it.
fn bare(term: &str) -> &str {
    let term = term
        .trim()
        .trim_matches('*')
        .trim_end_matches(['，', ',', '—', '-']);
    let inner = term
        .strip_prefix('【')
        .map(|inner| inner.trim_end_matches('】'))
        .unwrap_or(term);
    inner.trim()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_told_from_what_it_numbers() {
        for (text, expected) in [
            ("1.“两个转型”：产业", Some("“两个转型”：产业")),
            ("12、专业镇", Some("专业镇")),
            ("（3）专业镇", Some("专业镇")),
            ("[4] 专业镇", Some("专业镇")),
            ("①专业镇", Some("专业镇")),
            ("注5：专业镇", Some("专业镇")),
            ("１．专业镇", Some("专业镇")),
            ("十二、专业镇", Some("专业镇")),
            ("5.5%的增长", None),
            ("2024年", None),
            ("“一包六保”", None),
            ("一站式服务", None),
        ] {
            assert_eq!(numbered(text), expected, "{text}");
        }
    }

    #[test]
    fn term_and_definition_are_told_apart() {
        for (text, expected) in [
            ("“两个转型”：产业转型。", Some(("“两个转型”", "产业转型。"))),
            (
                "专业镇:是以县(市、区)为单元",
                Some(("专业镇", "是以县(市、区)为单元")),
            ),
            (
                "【专业镇】是指以县为单元",
                Some(("专业镇", "是指以县为单元")),
            ),
            ("【专业镇】：以县为单元", Some(("专业镇", "以县为单元"))),
            ("一箱制指货物运输", Some(("一箱制", "指货物运输"))),
            ("“567：三”体系：做强", Some(("“567：三”体系", "做强"))),
            ("专业镇是指以县为单元", Some(("专业镇", "是指以县为单元"))),
            ("重大灾害发生后，各级应急指挥系统要全面运行", None),
            ("年度考核指标挂钩。", None),
            ("附件", None),
        ] {
            assert_eq!(entry(text), expected, "{text}");
        }
    }
}
