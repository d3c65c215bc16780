//! Text from outside → Markdown that is shown as that text (CommonMark and GitHub's tables, strikethrough and bare links).
//!
//! In: a cell, or a line. Out: the same with everything escaped that a viewer would take for a mark: pictures and links,
//! which it may fetch, HTML, emphasis, code, borders of cells, and at the start of a line headings, lists, quotes and rules.
//! Chinese text stays as it is.
//!
//! # Invariants
//!
//! - A viewer shows the text with what [`escape`] makes visible, and nothing else: no picture, link, HTML or emphasis.
//!
//! One thing is left: GitHub makes a link of an address of mail however it is escaped. It fetches nothing.

use super::terminal::escape;

/// The text of a cell of a table.
pub fn cell(text: &str) -> String {
    let text = escape(text);
    // A table cuts blanks off its cells.
    let middle = text.trim();
    let before = text.len() - text.trim_start().len();
    let (before, rest) = text.split_at(before);
    let after = rest.get(middle.len()..).unwrap_or_default();
    let mut cell = String::with_capacity(text.len() + 8);
    cell.extend(before.chars().map(entity));
    push(&mut cell, middle);
    cell.extend(after.chars().map(entity));
    cell
}

/// The text of a line that stands by itself.
pub fn line(text: &str) -> String {
    let mut line = cell(text);
    let n_digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let at = match line.get(n_digits..).and_then(|rest| rest.chars().next()) {
        // A list, a heading, the rule under one.
        Some('.' | ')') if n_digits > 0 => n_digits,
        Some('#' | '+' | '-' | '=' | ':') if n_digits == 0 => 0,
        _ => return line,
    };
    line.insert(at, '\\');
    line
}

fn entity(c: char) -> String {
    format!("&#{};", u32::from(c))
}

/// Adds text as it is shown within a line.
fn push(out: &mut String, text: &str) {
    for (at, c) in text.char_indices() {
        let rest = text.get(at..).unwrap_or_default();
        match c {
            // As entities where not every viewer heeds the backslash.
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '|' => out.push_str("&#124;"),
            // Between letters it is no mark: region_code.
            '_' if is_within_word(text, at) => out.push('_'),
            '\\' | '`' | '*' | '_' | '[' | ']' | '~' | '$' | '@' | '^' => {
                out.push('\\');
                out.push(c);
            }
            // Addresses without brackets: `http://`, `www.`.
            ':' if rest.starts_with("://") => out.push_str("\\:"),
            '.' if is_after_www(text, at) => out.push_str("\\."),
            _ => out.push(c),
        }
    }
}

/// Whether letters or digits stand on both sides.
fn is_within_word(text: &str, at: usize) -> bool {
    let before = text.get(..at).and_then(|text| text.chars().next_back());
    let after = text.get(at + 1..).and_then(|text| text.chars().next());
    [before, after].map(|c| c.is_some_and(char::is_alphanumeric)) == [true; 2]
}

/// Whether `www` stands right before.
fn is_after_www(text: &str, at: usize) -> bool {
    let before = at.checked_sub(3).and_then(|start| text.get(start..at));
    before.is_some_and(|before| before.eq_ignore_ascii_case("www"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use pulldown_cmark::{Event, Options, Parser, Tag};

    /// What a viewer shows of a document, cells apart, and whatever is not text.
    fn shown(document: &str) -> (Vec<String>, Vec<String>) {
        let (mut texts, mut marks) = (vec![String::new()], Vec::new());
        for event in Parser::new_ext(document, Options::all() - Options::ENABLE_SMART_PUNCTUATION) {
            match event {
                Event::Text(text) => texts.last_mut().expect("one").push_str(&text),
                Event::Start(Tag::TableCell | Tag::Paragraph) => texts.push(String::new()),
                Event::Start(Tag::Table(_) | Tag::TableHead | Tag::TableRow) | Event::End(_) => {}
                other => marks.push(format!("{other:?}")),
            }
        }
        texts.remove(0);
        (texts, marks)
    }

    #[track_caller]
    fn check(text: &str) {
        let (cell, line) = (cell(text), line(text));
        let document = format!("| {cell} | b |\n| --- | ---: |\n| a | {cell} |\n\n{line}\n");
        let (texts, marks) = shown(&document);
        let text = escape(text).into_owned();
        let mut expected = vec![text.clone(), "b".to_owned(), "a".to_owned(), text.clone()];
        if !text.is_empty() {
            expected.push(text);
        }
        assert_eq!(texts, expected, "{document}");
        assert_eq!(marks, [""; 0], "{document}");
        // Bare links, of which the reader above knows nothing.
        let unescaped = document.replace("\\:", "：");
        for link in ["://", "www.", "WWW."] {
            assert!(!unescaped.contains(link), "{document}");
        }
    }

    #[test]
    fn marks_are_shown_and_not_obeyed() {
        for text in [
            "![一](http://evil.example/x.png)",
            "[点击](javascript:alert(1)) <img src=x> <!-- x --> &lt;b&gt; &amp;",
            "<https://evil.example> https://evil.example ftp://x www.evil.example WWW.x a@b.cn",
            "**粗** _斜_ ~~删~~ `码` ``` $x$ *",
            "a|b \\| \\\\| \\",
            "# 标题",
            "- 项",
            "+ 项",
            "* 项",
            "1. 项",
            "12) 项",
            "> 引",
            "---",
            "===",
            "***",
            "~~~",
            "```",
            "    四格",
            " 前",
            "后 ",
            "\u{3000}\u{3000}各位代表",
            "- [ ] 事",
            "[^1]: 注",
            ": 释",
            ":--",
            "[一]: http://x",
            "{#id}",
            "^上^",
            "一\n二\t三",
            "",
            " ",
            "^",
            "=",
            "\u{202e}x",
        ] {
            check(text);
        }
    }

    #[test]
    fn chinese_text_stays_as_it_is() {
        for text in [
            "（一）坚持稳中求进，GDP增长6.5%。",
            "——2024年1月10日",
            "/山西省/吕梁市/汾阳市",
            "汾阳市-2024:19",
            "3.5-4.0",
        ] {
            assert_eq!(cell(text), text);
        }
    }

    proptest! {
        #[test]
        fn whatever_it_is_it_is_shown_as_it_is(text in "([-!#$%&'()*+,./:;<=>?@\\[\\\\\\]^_`{|}~ \t\n0-9a一\u{a0}\u{3000}w]|://|www\\.|&amp;|<b>){0,14}") {
            check(&text);
        }

        #[test]
        fn any_text(text in any::<String>()) {
            check(&text);
        }
    }
}
