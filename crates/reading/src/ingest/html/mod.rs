//! Web pages → the lines of the text that the page is about.
//!
//! In: decoded HTML, whole pages or the snippets that table cells hold. Out: lines as `extract` gives
//! them for Markdown – headings, bold, table rows included – the title of the page, and a note for
//! each block that was left out, with its words.
//!
//! `pass` reads tags (`tags`) and text into a `soup`; `main_text` tells the text from the rest; `lines` writes it.
//! The page is read as tags and text in one pass over a stack of open elements; no tree is built as a
//! browser would (html5ever takes minutes for a page nested 50,000 deep). Then the main text is
//! looked for by weight: from the whole page down to the innermost element that still holds nearly all
//! sentences. Blocks of links inside it go; a title, dateline or speaker above it, and explanations of
//! terms below it, come along. Names of classes say nothing certain and only make the search more patient.
//!
//! # Invariants
//!
//! - Time and memory grow with the length of the page, whatever its nesting; nothing recurses.
//! - Every Han character that a browser shows is in a line or a note, in order; scripts, styles and
//!   comments are not shown.
//! - A line has the number of the raw line on which its text begins. Where the source of one
//!   paragraph runs over several raw lines, all of it counts as on the first.

mod lines;
mod main_text;
mod pass;
mod soup;
mod tags;

pub(crate) use main_text::PAGE_BLOCK;

use super::IngestError;
use super::extract::Line;
use crate::report::Note;
use pass::take_apart;
use regex::Regex;
use std::sync::LazyLock;

/// What a page holds.
#[derive(Debug, Default)]
pub(crate) struct WebPage {
    /// The lines of the main text.
    pub(crate) lines: Vec<Line>,
    /// The title, without the name of the site, and its line.
    pub(crate) title: Option<(String, u32)>,
    /// What the head says of the time of publication, as a label and its value.
    pub(crate) published: Option<(&'static str, String)>,
    /// What was left out.
    pub(crate) notes: Vec<Note>,
}

/// The main text of a whole page.
pub(crate) fn read_page(text: &str) -> Result<WebPage, IngestError> {
    let soup = take_apart(text)?;
    let mut page = WebPage {
        title: soup.title(),
        published: published(text),
        ..WebPage::default()
    };
    let kept = soup.main_text(page.title.as_ref().map(|(title, _)| title.as_str()));
    soup.note_dropped(&kept, &mut page.notes);
    page.lines = soup.lines(&kept, &mut page.notes);
    Ok(page)
}

/// The day that `<meta name="PubDate" content="2024-02-01">` and its like give, as sites of governments must.
fn published(text: &str) -> Option<(&'static str, String)> {
    static META: LazyLock<Regex> = LazyLock::new(|| {
        let name = "pubdate|publishdate|publish_date|publishtime|firstpublishedtime|article:published_time|dc\\.date|makedate";
        Regex::new(&format!(
            r#"(?i)<meta\s+(?:name|property)\s*=\s*["']?(?:{name})["']?\s+content\s*=\s*["']?(?P<day>[0-9]{{4}}[-/年.][0-9]{{1,2}}[-/月.][0-9]{{1,2}})"#
        ))
        .expect("the pattern is constant and a test compiles it")
    });
    /// The head of a page stands at its beginning.
    const HEAD_BYTES: usize = 64 * 1024;
    let head = text.get(..text.floor_char_boundary(HEAD_BYTES))?;
    let day = META.captures(head)?.name("day")?;
    Some(("发布时间", day.as_str().to_owned()))
}

/// All text of a snippet, as a table cell holds it.
pub(crate) fn read_snippet(text: &str) -> Result<WebPage, IngestError> {
    let soup = take_apart(text)?;
    let kept: Vec<bool> = soup.blocks.iter().map(|_| true).collect();
    let mut page = WebPage::default();
    page.lines = soup.lines(&kept, &mut page.notes);
    Ok(page)
}

/// Whether a text is a snippet of HTML: it has paragraphs or line breaks as tags.
pub(crate) fn is_snippet(text: &str) -> bool {
    let mut n_tags = 0;
    for (at, _) in text.match_indices('<').take(2000) {
        let tag = text.as_bytes().get(at + 1..at + 6).unwrap_or(&[]);
        let tag = tag.to_ascii_lowercase();
        n_tags += usize::from(
            [
                &b"p>"[..],
                b"p ",
                b"/p>",
                b"br>",
                b"br/",
                b"br ",
                b"div",
                b"/div",
            ]
            .iter()
            .any(|known| tag.starts_with(known)),
        );
    }
    n_tags >= 2
}

/// The label of `<meta charset>` in the first kilobytes, as the bytes give it.
pub(crate) fn charset_label(bytes: &[u8]) -> Option<String> {
    let head = bytes.get(..4096).unwrap_or(bytes).to_ascii_lowercase();
    let at = memchr::memmem::find_iter(&head, b"charset").find(|&at| {
        let before = head.get(..at).unwrap_or(&[]);
        // Inside a tag that is open, and that tag is a meta or xml one.
        before.iter().rposition(|&b| b == b'<').is_some_and(|open| {
            let tag = before.get(open..).unwrap_or(&[]);
            tag.starts_with(b"<meta") && !tag.contains(&b'>')
        })
    })?;
    let rest = head.get(at + b"charset".len()..)?;
    let label: Vec<u8> = rest
        .iter()
        .copied()
        .skip_while(|b| matches!(b, b' ' | b'=' | b'"' | b'\''))
        .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b':'))
        .collect();
    String::from_utf8(label)
        .ok()
        .filter(|label| !label.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(page: &WebPage) -> Vec<&str> {
        page.lines.iter().map(|line| line.text.as_str()).collect()
    }

    #[test]
    fn what_stands_raised_or_beside_characters_is_shown_in_one_line() {
        let page = read_snippet(
            "<p>堃<b>甲<sup>3</sup></b>乙，<ruby>堃<rp>(</rp><rt>kūn</rt><rp>)</rp></ruby>园，10<sup>4</sup>亩，\
             四上<span style='vertical-align: super'>[2]</span>企业，<ruby>汉<rt>hàn</ruby>字</p>",
        )
        .expect("it is read");
        assert_eq!(
            texts(&page),
            ["堃甲[3]乙，堃园，10\u{2074}亩，四上[2]企业，汉字"]
        );
        let readings: Vec<&str> = page.notes.iter().map(|note| note.text.as_str()).collect();
        assert_eq!(readings, ["kūn", "hàn"]);
    }

    #[test]
    fn what_is_hidden_counts_if_it_says_something_else() {
        let shown = "过去一年，我们坚持稳中求进，经济运行总体平稳，各项事业取得新的成绩，群众生活持续改善。";
        let other = "新的一年，我们要深入贯彻党的二十大精神，坚持高质量发展，努力完成全年目标任务，办好民生实事，再上新台阶。";
        let page = |hidden: &str| {
            let html = format!(
                "<body><div><h1>政府工作报告</h1><p>{shown}</p></div><div style=\"display:none\">报告全文{hidden}</div></body>"
            );
            let page = read_page(&html).expect("it is read");
            (texts(&page).concat(), page.notes.len())
        };
        let (text, n_notes) = page(shown);
        assert_eq!((text.matches(shown).count(), n_notes), (1, 1), "{text}");
        let (text, _) = page(other);
        assert!(text.contains(other), "{text}");
    }
}
