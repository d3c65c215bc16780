//! Text → lines, with the number that each has in the raw file.
//!
//! In: decoded text of a plain or Markdown file. Out: its lines that are not blank, each with its
//! raw line number, its indent, the blank lines above it, and what Markdown said of it; the marks
//! themselves (`#`, `**`, escapes, images, table bars) are gone. Spaces are left for `clean`,
//! menus and page numbers for `furniture`.
//!
//! # Invariants
//!
//! - Every Han character of the text is in exactly one line or note, in order.
//! - CR, LF, CRLF, U+0085, U+2028 and U+2029 end a line alike, so they number lines alike. A form
//!   feed ends a line too, but editors do not count it, so it gives no number.

use super::limits::LINES_MAX;
use super::line::{Rank, ends_sentence, is_closer, is_han, number_of};
use crate::format::Format;
use crate::report::Note;

/// What Markdown said of a line.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Mark {
    /// Nothing.
    None,
    /// So many `#`.
    Heading(u8),
    /// It begins with a bold sentence: `**加快完善白酒产业配套。**与汾酒共建`.
    RunIn,
    /// The whole line is bold.
    Bold,
    /// A paragraph by itself, whatever its neighbours are: a row of a table, a footnote.
    Whole,
}

/// A line of the raw file that is not blank.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Line {
    /// Its number in the raw file, from 1.
    pub(crate) number: u32,
    /// What stands on it, marks removed.
    pub(crate) text: String,
    /// Columns of white space before it.
    pub(crate) indent: usize,
    /// Whether the indent holds an ideographic space, which only a paragraph begins with.
    pub(crate) ideographic_indent: bool,
    /// Blank lines above it.
    pub(crate) n_blank_above: usize,
    /// Whether a page number or running head stood above it.
    pub(crate) after_page_end: bool,
    /// Whether it begins inside a sentence that another page began.
    pub(crate) begins_inside: bool,
    /// Whether it is known to end where its column ends: a page with its own measures says so.
    pub(crate) reaches_edge: bool,
    /// What Markdown said of it.
    pub(crate) mark: Mark,
}

/// A line this long that holds wide gaps is a whole report on one line.
const ONE_LINE_BYTES_MIN: usize = 600;

/// The longest bold span that can be a head, in characters.
pub(crate) const RUN_IN_CHARS_MAX: usize = 60;

/// Text → lines; what is taken away with content in it (images, link targets) goes to the notes.
pub(crate) fn extract(text: &str, format: Format, notes: &mut Vec<Note>) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut n_blank_above = 0;
    let mut bold_open = false;
    for (number, raw) in raw_lines(text) {
        if lines.len() > LINES_MAX {
            // Refused by whoever asked: what follows would only take memory.
            break;
        }
        for piece in pieces_of(raw).into_iter().flat_map(cut_at_head_gap) {
            let is_edge = |c: char| c.is_whitespace() || is_invisible(c);
            let body = piece.trim_start_matches(is_edge);
            let white = piece.get(..piece.len() - body.len()).unwrap_or("");
            let body = body.trim_end_matches(is_edge);
            if body.is_empty() {
                n_blank_above += 1;
                continue;
            }
            let first_new = lines.len();
            let is_code = format == Format::Markdown && has_code_marks(body);
            let plain;
            let body = if is_code {
                plain = without_code_marks(body);
                plain.as_str()
            } else {
                body
            };
            if has_marks(body) || bold_open {
                marked_lines(body, number, format, &mut bold_open, &mut lines, notes);
            } else {
                lines.push(Line {
                    number,
                    text: body.to_owned(),
                    indent: 0,
                    ideographic_indent: false,
                    n_blank_above: 0,
                    after_page_end: false,
                    begins_inside: false,
                    reaches_edge: false,
                    mark: Mark::None,
                });
            }
            if let Some(line) = lines.get_mut(first_new) {
                line.indent = white.chars().map(columns_of_space).sum();
                line.ideographic_indent = white.contains('\u{3000}');
                line.n_blank_above = n_blank_above;
                n_blank_above = 0;
            } else {
                n_blank_above += 1;
            }
        }
    }
    lines
}

/// Characters that show nothing and mean nothing: controls, zero-width and direction marks.
pub(crate) fn is_invisible(c: char) -> bool {
    c.is_control() && !c.is_whitespace()
        || matches!(c,
            '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{feff}' | '\u{fff9}'..='\u{fffc}' | '\u{e0000}'..='\u{e007f}')
}

/// The columns that a space takes.
pub(crate) fn columns_of_space(c: char) -> usize {
    match c {
        '\u{3000}' | '\u{2003}' => 2,
        '\t' => 4,
        _ if is_invisible(c) => 0,
        _ => 1,
    }
}

/// The lines of a text with their numbers; line ends of all kinds.
fn raw_lines(text: &str) -> impl Iterator<Item = (u32, &str)> {
    let mut rest = Some(text);
    let mut next_number = 1_u32;
    std::iter::from_fn(move || {
        let current = rest?;
        let number = next_number;
        // Lines end with a byte below 0x20, or with C2 85, E2 80 A8, E2 80 A9.
        let bytes = current.as_bytes();
        let mut from = 0;
        loop {
            let Some(at) = bytes
                .get(from..)
                .and_then(|tail| tail.iter().position(|&b| is_end_candidate(b)))
                .map(|at| from + at)
            else {
                rest = None;
                return Some((number, current));
            };
            let after = bytes.get(at + 1..).unwrap_or(&[]);
            let (end_bytes, counts) = match bytes.get(at) {
                Some(b'\n') => (1, true),
                Some(b'\r') if after.first() == Some(&b'\n') => (2, true),
                Some(b'\r') => (1, true),
                Some(b'\x0b' | b'\x0c') => (1, false),
                Some(b'\xc2') if after.first() == Some(&0x85) => (2, true),
                Some(b'\xe2') if matches!(after.get(..2), Some([0x80, 0xa8 | 0xa9])) => (3, true),
                _ => {
                    from = at + 1;
                    continue;
                }
            };
            rest = current.get(at + end_bytes..);
            if counts {
                next_number = next_number.saturating_add(1);
            }
            return current.get(..at).map(|line| (number, line));
        }
    })
}

/// Where in a text which line begins, so that a place in it can be given as a line.
///
/// A file may be nothing but line ends: one line in [`LineIndex::LINES`] is kept, and what lies between is looked at again.
pub(crate) struct LineIndex<'t> {
    text: &'t str,
    /// The first byte of some lines, the first among them, and their numbers; both ascend.
    starts: Vec<(usize, u32)>,
}

impl<'t> LineIndex<'t> {
    /// After so many lines one is kept.
    const LINES: usize = 32;
    /// A line that begins so many bytes behind one that is kept is kept too: no long line is looked at again.
    const BYTES: usize = 4_096;

    /// Numbers the lines of a text as [`extract`] does.
    pub(crate) fn of(text: &'t str) -> LineIndex<'t> {
        let mut starts: Vec<(usize, u32)> = Vec::new();
        let mut n_since = 0;
        for (number, start) in line_starts(text) {
            n_since += 1;
            let is_far = starts
                .last()
                .is_none_or(|&(last, _)| start - last >= Self::BYTES);
            if is_far || n_since == Self::LINES {
                starts.push((start, number));
                n_since = 0;
            }
        }
        LineIndex { text, starts }
    }

    /// The line in which a byte stands.
    pub(crate) fn line_at(&self, byte: usize) -> u32 {
        let after = self.starts.partition_point(|&(start, _)| start <= byte);
        let kept = after.checked_sub(1).and_then(|at| self.starts.get(at));
        let Some(&(from, first)) = kept else {
            return 1;
        };
        // A line end of three bytes may stand across the end.
        let end = self.text.floor_char_boundary(from + Self::BYTES + 3);
        let near = self.text.get(from..end).unwrap_or("");
        line_starts(near)
            .take_while(|&(_, start)| start < Self::BYTES && from + start <= byte)
            .last()
            .map_or(first, |(number, _)| first.saturating_add(number - 1))
    }
}

/// The numbers of the lines of a text and the bytes at which they begin.
fn line_starts(text: &str) -> impl Iterator<Item = (u32, usize)> {
    let base = text.as_ptr() as usize;
    raw_lines(text).map(move |(number, line)| (number, line.as_ptr() as usize - base))
}

/// Whether a line end may begin with this byte.
fn is_end_candidate(byte: u8) -> bool {
    matches!(byte, b'\n' | b'\r' | b'\x0b' | b'\x0c' | 0xc2 | 0xe2)
}

/// A raw line in the pieces that are lines in truth: `\r\n` written out, and a report on one line
/// whose only paragraph marks are gaps of two ideographic spaces.
fn pieces_of(raw: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let written = memchr::memchr(b'\\', raw.as_bytes()).is_some() && raw.contains("\\r\\n");
    if written {
        for piece in raw.split("\\r\\n") {
            cut_at_gaps(piece, &mut pieces);
        }
    } else {
        cut_at_gaps(raw, &mut pieces);
    }
    pieces
}

/// Cuts a very long line before each gap of four columns or more that follows text.
pub(crate) fn cut_at_gaps<'a>(raw: &'a str, pieces: &mut Vec<&'a str>) {
    if raw.len() < ONE_LINE_BYTES_MIN {
        pieces.push(raw);
        return;
    }
    let mut start = 0;
    let mut gap: Option<(usize, usize)> = None;
    let mut seen_text = false;
    for (at, c) in raw.char_indices() {
        if c.is_whitespace() {
            let (from, columns) = gap.unwrap_or((at, 0));
            gap = Some((from, columns + columns_of_space(c)));
            continue;
        }
        if let Some((from, columns)) = gap.take()
            && columns >= 4
            && seen_text
        {
            pieces.extend(raw.get(start..from));
            start = from;
        }
        seen_text = true;
    }
    pieces.extend(raw.get(start..));
}

/// Parts a numbered head from the long text that follows it on the line after a space.
pub(crate) fn cut_at_head_gap(piece: &str) -> impl Iterator<Item = &str> {
    const HEAD_BYTES_MAX: usize = 100;
    let body = piece.trim_start();
    let cut = (body.len() > 180)
        .then(|| number_of(body))
        .flatten()
        .filter(|number| number.rank <= Rank::HanBracket)
        .and_then(|number| {
            let head = body.get(number.bytes..)?;
            let (at, _) = head
                .char_indices()
                .take_while(|&(at, _)| at <= HEAD_BYTES_MAX)
                .find(|&(at, c)| at >= 12 && c.is_whitespace())?;
            let title = head.get(..at)?;
            let plain = title
                .chars()
                .all(|c| is_han(c) || c.is_ascii_digit() || matches!(c, '、' | '“' | '”' | '"'));
            let rest = head.get(at..)?.trim_start();
            (plain && rest.chars().count() >= 40).then_some(piece.len() - head.len() + at)
        });
    let (head, rest) = match cut {
        Some(cut) => (piece.get(..cut), piece.get(cut..)),
        None => (Some(piece), None),
    };
    head.into_iter().chain(rest)
}

/// Whether a line has marks of code or of text that is struck out.
fn has_code_marks(body: &str) -> bool {
    body.contains('`') || body.contains("~~")
}

/// The line without these marks: a page shows what stands between them.
fn without_code_marks(body: &str) -> String {
    let is_fence = body.starts_with("```") || body.starts_with("~~~");
    let body = if is_fence {
        body.trim_start_matches(['`', '~'])
    } else {
        body
    };
    let n_struck = body.matches("~~").count();
    let body = if n_struck >= 2 {
        body.replace("~~", "")
    } else {
        body.to_owned()
    };
    if body.matches('`').count() >= 2 {
        body.replace('`', "")
    } else {
        body
    }
}

/// Whether a line can hold Markdown at all; most do not.
fn has_marks(body: &str) -> bool {
    matches!(
        body.as_bytes().first(),
        Some(b'#' | b'|' | b'>' | b'-' | b'*' | b'+' | b'!' | b'[' | b'=' | b'_')
    ) || memchr::memchr3(b'*', b'\\', b']', body.as_bytes()).is_some()
}

/// A line with marks → its lines without them; a bold run-in head begins a line of its own.
fn marked_lines(
    body: &str,
    number: u32,
    format: Format,
    bold_open: &mut bool,
    lines: &mut Vec<Line>,
    notes: &mut Vec<Note>,
) {
    let mut mark = Mark::None;
    let mut body = body;
    if is_rule(body) {
        return;
    }
    let hashes = body.bytes().take_while(|&b| b == b'#').count();
    if (1..=6).contains(&hashes)
        && let Some(rest) = body.get(hashes..)
        && (rest.starts_with([' ', '\t', '\u{3000}', '\u{a0}']) && !rest.trim().is_empty())
    {
        mark = Mark::Heading(u8::try_from(hashes).unwrap_or(6));
        body = rest.trim();
        // `## 标题 ##`: the closing marks stand after a space.
        let open = body.trim_end_matches('#');
        if format == Format::Markdown && (open.is_empty() || open.ends_with(char::is_whitespace)) {
            body = open.trim_end();
        }
        if body.is_empty() {
            return;
        }
    }
    if format == Format::Markdown {
        while let Some(rest) = body.strip_prefix('>') {
            body = rest.trim_start();
        }
        for bullet in ["- ", "* ", "+ "] {
            body = body.strip_prefix(bullet).unwrap_or(body).trim_start();
        }
    }
    let table_row;
    if body.len() > 2 && body.starts_with('|') && body.ends_with('|') {
        let cells: Vec<&str> = body
            .trim_matches('|')
            .split('|')
            .map(str::trim)
            .filter(|cell| !cell.is_empty())
            .collect();
        if cells
            .iter()
            .all(|cell| cell.bytes().all(|b| matches!(b, b'-' | b':')))
        {
            return;
        }
        table_row = cells.join(" | ");
        body = &table_row;
        mark = Mark::Whole;
    }
    let (text, bold) = unmark(body, number, bold_open, notes);
    if text.trim().is_empty() || is_rule(&text) {
        return;
    }
    let line = BoldLine {
        text: &text,
        bold: &bold,
        mark,
        number,
    };
    bold_lines(&line, lines);
}

/// A line without its marks, of which it is known where it is bold.
#[derive(Clone, Copy, Debug)]
pub(crate) struct BoldLine<'a> {
    pub(crate) text: &'a str,
    /// Where it is bold, in bytes of the text.
    pub(crate) bold: &'a [(usize, usize)],
    pub(crate) mark: Mark,
    /// Its number in the raw file.
    pub(crate) number: u32,
}

/// A line whose bold spans are known → its lines: a bold run-in head begins one of its own, and a
/// line that is bold as a whole is marked so.
pub(crate) fn bold_lines(line: &BoldLine<'_>, lines: &mut Vec<Line>) {
    let &BoldLine {
        text,
        bold,
        mut mark,
        number,
    } = line;
    let mut starts = run_in_starts(text, bold);
    if mark != Mark::None {
        starts.clear();
    }
    let whole = bold
        .first()
        .is_some_and(|&(from, to)| bold.len() == 1 && from == 0 && to >= text.trim_end().len());
    if whole && mark == Mark::None && text.chars().count() <= RUN_IN_CHARS_MAX {
        mark = Mark::Bold;
        starts.clear();
    }
    let mut push = |from: usize, to: usize, mark: Mark| {
        if let Some(part) = text.get(from..to).map(str::trim)
            && !part.is_empty()
        {
            lines.push(Line {
                number,
                text: part.to_owned(),
                indent: 0,
                ideographic_indent: false,
                n_blank_above: 0,
                after_page_end: false,
                begins_inside: false,
                reaches_edge: false,
                mark,
            });
        }
    };
    let mut from = 0;
    let mut part_mark = mark;
    for start in starts {
        push(from, start, part_mark);
        from = start;
        part_mark = Mark::RunIn;
    }
    push(from, text.len(), part_mark);
}

/// A rule of Markdown: `---`, `***`, `===`.
fn is_rule(body: &str) -> bool {
    let mut signs = body
        .chars()
        .filter(|&c| !c.is_whitespace() && !is_invisible(c));
    let Some(first) = signs.next() else {
        return false;
    };
    let mut n_signs = 1;
    matches!(first, '-' | '*' | '_' | '=')
        && signs.all(|c| {
            n_signs += 1;
            c == first
        })
        && n_signs >= 3
}

/// Where the bold heads stand that open a paragraph of their own. This is the one place that
/// decides what a run-in head is: a bold sentence, complete inside or right after the bold, at the
/// start of the line or right after another sentence. `**“压舱石”**` in a sentence is emphasis.
fn run_in_starts(text: &str, bold: &[(usize, usize)]) -> Vec<usize> {
    let mut starts = Vec::new();
    for &(from, to) in bold {
        let (Some(before), Some(span), Some(after)) =
            (text.get(..from), text.get(from..to), text.get(to..))
        else {
            continue;
        };
        let is_head_end = |c: char| ends_sentence(c) || matches!(c, '：' | ':');
        let complete =
            span.trim_end().ends_with(is_head_end) || after.trim_start().starts_with(is_head_end);
        let n_chars = span.chars().count();
        if !complete || !(3..=RUN_IN_CHARS_MAX).contains(&n_chars) || !span.chars().any(is_han) {
            continue;
        }
        let at_start = before.trim().is_empty();
        let after_sentence = before
            .trim_end()
            .chars()
            .rev()
            .find(|&c| !is_closer(c))
            .is_some_and(ends_sentence);
        if at_start || after_sentence {
            starts.push(if at_start { 0 } else { from });
        }
    }
    starts
}

/// Removes bold marks, escapes, images and link targets; tells where the bold spans are.
fn unmark(
    body: &str,
    number: u32,
    bold_open: &mut bool,
    notes: &mut Vec<Note>,
) -> (String, Vec<(usize, usize)>) {
    let mut text = String::with_capacity(body.len());
    let mut bold = Vec::new();
    let mut open_at = bold_open.then_some(0);
    let mut rest = body;
    while let Some(c) = rest.chars().next() {
        let stars = rest.bytes().take_while(|&b| b == b'*').count();
        if stars >= 2 {
            match open_at.take() {
                Some(from) => bold.push((from, text.len())),
                None => open_at = Some(text.len()),
            }
            // Two pairs at once, `****`, close one span and open the next.
            if stars >= 4 && open_at.is_none() {
                open_at = Some(text.len());
            }
            rest = rest.get(stars..).unwrap_or("");
            continue;
        }
        if c == '\\'
            && let Some(next) = rest.get(1..).and_then(|tail| tail.chars().next())
            && next.is_ascii_punctuation()
        {
            text.push(next);
            rest = rest.get(1 + next.len_utf8()..).unwrap_or("");
            continue;
        }
        if (c == '[' || rest.starts_with("!["))
            && let Some((label, target, tail)) = link_of(rest)
        {
            if c == '[' {
                text.push_str(label);
            } else if label.chars().any(is_han) {
                notes.push(Note {
                    rule: "image".to_owned(),
                    line: Some(number),
                    text: label.to_owned(),
                });
            }
            if target.chars().any(is_han) {
                notes.push(Note {
                    rule: "link-target".to_owned(),
                    line: Some(number),
                    text: target.to_owned(),
                });
            }
            rest = tail;
            continue;
        }
        text.push(c);
        rest = rest.get(c.len_utf8()..).unwrap_or("");
    }
    if let Some(from) = open_at {
        bold.push((from, text.len()));
    }
    *bold_open = open_at.is_some() && !*bold_open;
    (text, bold)
}

/// `[label](target)` or `![label](target)` at the start: label, target, what follows.
fn link_of(text: &str) -> Option<(&str, &str, &str)> {
    const LINK_CHARS_MAX: usize = 400;
    let text = text.strip_prefix('!').unwrap_or(text).strip_prefix('[')?;
    let reach = text
        .char_indices()
        .nth(LINK_CHARS_MAX)
        .map_or(text.len(), |(at, _)| at);
    let near = text.get(..reach)?;
    let label_bytes = near.find("](")?;
    let target_from = label_bytes + "](".len();
    let target_bytes = near.get(target_from..)?.find(')')?;
    let label = text.get(..label_bytes)?;
    let target = text.get(target_from..target_from + target_bytes)?;
    let rest = text.get(target_from + target_bytes + 1..)?;
    let plausible = !label.contains(['[', ']']) && !target.contains(' ') && label.len() < 300;
    let linked =
        target.starts_with(['#', '/', '.']) || target.contains("://") || target.ends_with("html");
    (plausible && (linked || target.bytes().all(|b| b.is_ascii_graphic()) && target.contains('.')))
        .then_some((label, target, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Vec<(u32, String, Mark)> {
        extract(text, Format::Text, &mut Vec::new())
            .into_iter()
            .map(|line| (line.number, line.text, line.mark))
            .collect()
    }

    #[test]
    fn lines_are_found_again_however_long_or_many() {
        let texts = [
            "一\n二\r\n三\u{2028}四\u{c}五\r六\u{85}".repeat(500),
            format!("{}\n\n{}\r\n尾", "长".repeat(3_000), "\r\n".repeat(5_000)),
            format!("{}\u{2029}a", "x".repeat(4_095)),
            "\n".repeat(10_000),
            String::new(),
        ];
        for text in texts {
            let index = LineIndex::of(&text);
            let starts: Vec<(u32, usize)> = line_starts(&text).collect();
            for (at, &(number, start)) in starts.iter().enumerate() {
                let end = starts.get(at + 1).map_or(text.len() + 1, |&(_, next)| next);
                for byte in [start, start.midpoint(end), end - 1] {
                    if byte < end {
                        assert_eq!(index.line_at(byte), number, "byte {byte}");
                    }
                }
            }
        }
    }

    #[test]
    fn all_line_ends_are_line_ends() {
        for end in ["\n", "\r\n", "\r", "\u{85}", "\u{2028}", "\u{2029}"] {
            let text = ["一", "", "二"].join(end);
            assert_eq!(
                texts(&text),
                [
                    (1, "一".to_owned(), Mark::None),
                    (3, "二".to_owned(), Mark::None)
                ],
                "{end:?}"
            );
        }
    }

    #[test]
    fn bold_heads_open_a_line_and_emphasis_does_not() {
        // From 汾阳市 2024 and 代县 2024.
        let run_in = texts("抢占市场。**加快完善白酒产业配套。**与汾酒共建");
        assert_eq!(run_in.len(), 2);
        assert_eq!(
            run_in[1],
            (
                1,
                "加快完善白酒产业配套。与汾酒共建".to_owned(),
                Mark::RunIn
            )
        );
        assert_eq!(texts("**社会保障更加有力。**完成全县")[0].2, Mark::RunIn);
        assert_eq!(texts("充分发挥**“压舱石”**作用。").len(), 1);
        assert_eq!(texts("实施。**“4+5”**种植模式。").len(), 1);
        assert_eq!(texts("**加快发展**")[0].2, Mark::Bold);
        assert_eq!(texts("**加快\n发展。**全县")[1].1, "发展。全县");
    }

    #[test]
    fn marks_go_and_text_stays() {
        let check = |before: &str, after: &str| assert_eq!(texts(before)[0].1, after);
        check("## 2024年工作安排", "2024年工作安排");
        check("1\\. 四上企业", "1. 四上企业");
        check("见[公报](https://a.b/c)。", "见公报。");
        check("| 指标 | 2023 |", "指标 | 2023");
        assert_eq!(texts("| 指标 | 2023 |")[0].2, Mark::Whole);
        check("推广[1]（试行）", "推广[1]（试行）");
        check("#公务员", "#公务员");
    }

    #[test]
    fn places_are_given_as_lines() {
        let text = "一\r\n二\r三\u{2028}四\x0c五\n";
        let index = LineIndex::of(text);
        let line_of = |c: char| text.find(c).map(|byte| index.line_at(byte));
        assert_eq!(
            ['一', '二', '三', '四', '五'].map(line_of),
            [Some(1), Some(2), Some(3), Some(4), Some(4)]
        );
        assert_eq!(index.line_at(usize::MAX), 5);
        assert_eq!(LineIndex::of("").line_at(0), 1);
    }

    #[test]
    fn one_line_reports_are_cut_at_gaps() {
        let long = "加快发展。".repeat(60);
        let text = format!("{long}\u{3000}\u{3000}一、工作回顾\u{3000}\u{3000}{long}");
        let lines = texts(&text);
        assert_eq!(lines.len(), 3);
        assert_eq!(lines[1].1, "一、工作回顾");
        assert_eq!(texts("各位代表\\r\\n\\r\\n现在").len(), 2);
    }
}
