//! What a converter has left of a page in plain text and Markdown: tags, entities, escapes, front matter.
//!
//! In: decoded text. Out: the same text as a page would show it, with its line numbers, and a note on front matter, on
//! comments that say something and on readings beside characters (`<rt>`).
//! `<p>` and `<br/>` end a line that editors do not count (U+000B); `<b>` and its like vanish, and so do `&nbsp;`,
//! `<U+00A0>` and `\u3000` as spaces. Only tags that are known are touched.
//!
//! # Invariants
//!
//! - No Han character goes, but into a note.
//! - Lines keep their numbers.

use super::line::is_han;
use crate::report::Note;
use regex::{Captures, Regex};
use std::borrow::Cow;
use std::sync::LazyLock;

/// The data in YAML in front of Markdown.
pub(super) const FRONT_MATTER: &str = "front-matter";

/// How characters are read, written beside them.
pub(super) const RUBY: &str = "ruby";

/// What stands in a comment of a page.
pub(super) const COMMENT: &str = "html-comment";

/// So many lines of front matter at most.
const FRONT_MATTER_LINES_MAX: usize = 60;

/// Tags, comments without Han, entities and escapes.
static MARKUP: LazyLock<Regex> = LazyLock::new(|| {
    let attributes = r"(?:\s[^<>\p{Han}]{0,200})?";
    Regex::new(&format!(
        r"(?ix)
          (?P<block></?(?:p|br|div|center|section|h[1-6]|li|ul|ol|tr|table|tbody){attributes}\s*/?>)
        | (?P<inline></?(?:b|strong|i|em|u|font|span|o:p|a|ruby|rb|del|ins|s){attributes}\s*/?>)
        | <rt>(?P<reading>[^<>]{{0,80}})</rt>
        | (?P<around><rp>[^<>\p{{Han}}]{{0,4}}</rp>)
        | <!--(?P<comment>[^<>]{{0,400}})-->
        | (?P<space>&(?:nbsp|ensp|emsp|thinsp|\#160|\#12288|\#x3000|\#xa0);|<u\+(?:00a0|3000|2003|2002|feff)>|\\u(?:3000|00a0|2003|feff|200b))
        | &(?P<entity>amp|lt|gt|quot|ldquo|rdquo|lsquo|rsquo|middot|mdash|hellip|times|permil|\#39);
        "
    ))
    .expect("the pattern is constant and a test compiles it")
});

/// The text as a page would show it.
pub(super) fn read<'t>(text: &'t str, notes: &mut Vec<Note>) -> Cow<'t, str> {
    let text = without_front_matter(text, notes);
    if memchr::memchr3(b'<', b'&', b'\\', text.as_bytes()).is_none() {
        return text;
    }
    let shown = |piece: &Captures<'_>| {
        for (rule, name) in [(RUBY, "reading"), (COMMENT, "comment")] {
            let words = piece.name(name).map_or("", |words| words.as_str().trim());
            if words.chars().any(is_han) || rule == RUBY && !words.is_empty() {
                notes.push(Note {
                    rule: rule.to_owned(),
                    line: None,
                    text: words.to_owned(),
                });
            }
        }
        shown(piece)
    };
    match MARKUP.replace_all(&text, shown) {
        Cow::Borrowed(_) => text,
        Cow::Owned(read) => Cow::Owned(read),
    }
}

/// What stands for a piece of markup.
fn shown(piece: &Captures<'_>) -> String {
    let line_ends = |matched: &str| "\n".repeat(matched.matches('\n').count());
    if let Some(block) = piece.name("block") {
        return format!("\u{b}{}", line_ends(block.as_str()));
    }
    let gone = ["inline", "reading", "around", "comment"];
    if gone.iter().any(|name| piece.name(name).is_some()) {
        return line_ends(piece.get(0).map_or("", |whole| whole.as_str()));
    }
    let entity = piece
        .name("entity")
        .map(|name| name.as_str().to_ascii_lowercase());
    let character = match entity.as_deref() {
        Some("amp") => "&",
        Some("lt") => "<",
        Some("gt") => ">",
        Some("quot") => "\"",
        Some("ldquo") => "\u{201c}",
        Some("rdquo") => "\u{201d}",
        Some("lsquo") => "\u{2018}",
        Some("rsquo" | "#39") => "\u{2019}",
        Some("middot") => "\u{b7}",
        Some("mdash") => "\u{2014}",
        Some("hellip") => "\u{2026}",
        Some("times") => "\u{d7}",
        Some("permil") => "\u{2030}",
        // Two ideographic spaces say that a paragraph begins; others are spaces.
        _ if piece
            .get(0)
            .is_some_and(|whole| whole.as_str().contains("3000")) =>
        {
            "\u{3000}"
        }
        _ => " ",
    };
    character.to_owned()
}

/// The text with the lines of its front matter empty.
fn without_front_matter<'t>(text: &'t str, notes: &mut Vec<Note>) -> Cow<'t, str> {
    let body = text.trim_start_matches('\u{feff}');
    let mut lines = body.split_inclusive('\n');
    if lines.next().map(str::trim_end) != Some("---") {
        return Cow::Borrowed(text);
    }
    let mut front: Vec<&str> = Vec::new();
    for line in lines.take(FRONT_MATTER_LINES_MAX) {
        let bare = line.trim_end();
        if matches!(bare, "---" | "...") && !front.is_empty() {
            let n_bytes = "---\n".len() + front.iter().map(|line| line.len()).sum::<usize>();
            let Some(rest) = body.get(n_bytes..).and_then(|rest| rest.split_once(bare)) else {
                return Cow::Borrowed(text);
            };
            notes.push(Note {
                rule: FRONT_MATTER.to_owned(),
                line: Some(2),
                text: front.concat().trim_end().to_owned(),
            });
            return Cow::Owned("\n".repeat(front.len() + 1) + rest.1);
        }
        let is_data = bare.is_empty()
            || line.starts_with([' ', '-', '\t'])
            || bare.contains(": ")
            || bare.ends_with(':');
        if !is_data || bare.contains('。') {
            break;
        }
        front.push(line);
    }
    Cow::Borrowed(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_alone(text: &str) -> (String, usize) {
        let mut notes = Vec::new();
        let text = read(text, &mut notes).into_owned();
        (text, notes.len())
    }

    #[test]
    fn markup_is_read_as_a_page_shows_it() {
        for (text, shown) in [
            ("<p>专业<b>镇</b>建设</p>", "\u{b}专业镇建设\u{b}"),
            ("报告<br/>各位代表", "报告\u{b}各位代表"),
            ("&nbsp;&nbsp;增长5&lt;6&amp;7", "  增长5<6&7"),
            ("\\u3000\\u3000今年<U+00A0>", "\u{3000}\u{3000}今年 "),
            ("<span style=\"a:b\">全市</span><!-- x -->", "全市"),
            ("<ruby>堃<rp>(</rp><rt></rt><rp>)</rp></ruby>园", "堃园"),
            ("旧<del>文字</del>", "旧文字"),
            ("PM<sub>2.5</sub>和<标题>", "PM<sub>2.5</sub>和<标题>"),
            ("x < 5 && y > 3", "x < 5 && y > 3"),
        ] {
            assert_eq!(read_alone(text), (shown.to_owned(), 0), "{text}");
        }
    }

    #[test]
    fn readings_and_comments_are_notes() {
        for (text, shown) in [
            ("<ruby>堃<rt>kūn</rt></ruby>园水库", "堃园水库"),
            ("报告<!-- 专业镇\n注释 -->正文", "报告\n正文"),
        ] {
            assert_eq!(read_alone(text), (shown.to_owned(), 1), "{text}");
        }
    }

    #[test]
    fn front_matter_is_a_note_and_lines_keep_their_numbers() {
        let text = "---\ntitle: 某县政府工作报告\ntags: [专业镇]\n---\n\n政府工作报告\n";
        assert_eq!(read_alone(text), ("\n\n\n\n\n政府工作报告\n".to_owned(), 1));
        for text in [
            "---\n各位代表：现在，我报告工作。\n---\n",
            "——2024年\n---\n",
            "---\n",
        ] {
            assert_eq!(read_alone(text), (text.to_owned(), 0));
        }
    }
}
