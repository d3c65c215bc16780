//! Lines → paragraphs: joins what a page, a column or a link has broken.
//!
//! In: the lines of the report, spaces normalised, furniture gone. Out: its paragraphs, each with
//! the raw line of every piece. Two things decide whether a line goes on in the next: its sentence
//! (complete, leading on, broken off) and the shape of the page (column width, indents, what stands
//! between paragraphs). The shape is measured once for the file; the sentence wins over it.
//!
//! # Invariants
//!
//! - The text of the paragraphs in order is the text of the lines in order; only a space is put
//!   between two Latin words that met at a line end.
//! - Joining the joined paragraphs again, each on an indented line, changes nothing.

use super::annex::{self, is_back_head};
use super::extract::{Line, Mark};
use super::line::{
    self, End, Opening, Rank, columns_of, end_of, is_dash, leaves_open, never_starts_line,
    number_of, opening_of,
};
use crate::report::LineStart;
use std::collections::{BTreeMap, HashSet};

/// A logical paragraph.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Paragraph {
    /// Its text, on one line.
    pub(crate) text: String,
    /// From which byte on it stands in which raw line.
    pub(crate) lines: Vec<LineStart>,
    /// What Markdown said of its first line.
    pub(crate) mark: Mark,
}

/// The shape of a page.
#[derive(Debug, Default)]
struct PageShape {
    /// The columns of a full line, when the text is wrapped at a fixed width.
    wrap_columns: Option<usize>,
    /// Whether lines were broken after so many characters, so that a digit counts as much as a Han character and a
    /// number may be cut.
    by_chars: bool,
    /// Whether paragraphs begin with two characters less because their indent is lost.
    indent_lost: bool,
    /// Whether an indent says that a paragraph begins.
    indent_speaks: bool,
    /// Columns of indent that every line has.
    indent_base: usize,
    /// Whether most lines have a blank line above, so that a line without one is close to its neighbour.
    spaced: bool,
    /// Whether a blank line says that a paragraph ends: in wrapped text where few lines have one above.
    parted: bool,
    /// Short texts that stand on lines of their own because they were links in running text.
    link_words: HashSet<String>,
}

/// Paragraphs shorter than this can be headings or lines of a list; longer ones are running text.
const PROSE_CHARS_MIN: usize = 40;

/// A paragraph this long that is broken off goes on, even before an indented line.
const LONG_CHARS_MIN: usize = 80;

/// Lines → paragraphs.
pub(crate) fn join(lines: Vec<Line>) -> Vec<Paragraph> {
    let shape = PageShape::of(&lines);
    let mut paragraphs: Vec<Paragraph> = Vec::new();
    let mut state: Option<Running> = None;
    let mut in_opening = true;
    let mut previous: Option<Line> = None;
    for line in lines {
        let joins = match (paragraphs.last(), &state, &previous) {
            (Some(paragraph), Some(state), Some(previous)) => {
                shape.joins(paragraph, *state, previous, &line, in_opening)
            }
            _ => false,
        };
        if joins {
            if let (Some(paragraph), Some(state)) = (paragraphs.last_mut(), &mut state) {
                let needs_space = !shape.by_chars
                    && paragraph.text.ends_with(|c: char| c.is_ascii_alphabetic())
                    && line.text.starts_with(|c: char| c.is_ascii_alphabetic());
                if needs_space {
                    paragraph.text.push(' ');
                }
                let start = LineStart {
                    byte: paragraph.text.len(),
                    line: line.number,
                };
                if paragraph
                    .lines
                    .last()
                    .is_none_or(|last| last.line != start.line)
                {
                    paragraph.lines.push(start);
                }
                paragraph.text.push_str(&line.text);
                // What goes on is no bold line of its own.
                if paragraph.mark == Mark::Bold {
                    paragraph.mark = Mark::None;
                }
                state.n_lines += 1;
                state.n_chars += line.text.chars().count();
                state.has_sentence = state.has_sentence || has_inner_stop(&line.text);
            }
        } else {
            state = Some(Running {
                n_lines: 1,
                n_chars: line.text.chars().count(),
                has_sentence: line.begins_inside || has_inner_stop(&line.text),
            });
            paragraphs.push(Paragraph {
                text: line.text.clone(),
                lines: vec![LineStart {
                    byte: 0,
                    line: line.number,
                }],
                mark: line.mark,
            });
        }
        if in_opening
            && (line::is_salutation(&line.text)
                || state.is_some_and(|state| state.n_chars >= LONG_CHARS_MIN)
                || number_of(&line.text).is_some_and(|number| number.rank <= Rank::HanBracket))
        {
            in_opening = false;
        }
        previous = Some(line);
    }
    paragraphs
}

/// A text in two at a byte, with the lines of each.
pub(super) fn cut_at(
    text: &str,
    lines: &[LineStart],
    bytes: usize,
) -> (String, Vec<LineStart>, String, Vec<LineStart>) {
    let (head, rest) = text.split_at_checked(bytes).unwrap_or((text, ""));
    let skipped = rest.len() - rest.trim_start().len();
    let rest = rest.trim_start();
    let rest_from = bytes + skipped;
    let head_lines = lines
        .iter()
        .copied()
        .filter(|start| start.byte < bytes)
        .collect();
    let mut rest_lines: Vec<LineStart> = Vec::new();
    for start in lines {
        if start.byte <= rest_from {
            rest_lines.clear();
        }
        rest_lines.push(LineStart {
            byte: start.byte.saturating_sub(rest_from),
            line: start.line,
        });
    }
    (head.to_owned(), head_lines, rest.to_owned(), rest_lines)
}

/// What is known of the paragraph that grows.
#[derive(Clone, Copy, Debug)]
struct Running {
    n_lines: usize,
    n_chars: usize,
    /// Whether it holds a full stop, colon or semicolon, so that it is no heading.
    has_sentence: bool,
}

/// Whether a text holds a mark that headings do not.
fn has_inner_stop(text: &str) -> bool {
    text.chars()
        .any(|c| matches!(c, '。' | '；' | '！' | '？' | '：' | ';' | '!' | '?'))
}

impl PageShape {
    /// Measures the page.
    fn of(lines: &[Line]) -> PageShape {
        let mut shape = PageShape::default();
        let n = lines.len();
        if n < 3 {
            shape.indent_speaks = true;
            return shape;
        }
        let n_spaced = lines
            .iter()
            .skip(1)
            .filter(|line| line.n_blank_above > 0)
            .count();
        shape.spaced = n_spaced * 10 >= (n - 1) * 6;
        shape.by_chars = Self::is_cut_by_chars(lines);
        let widths: Vec<usize> = lines.iter().map(|line| shape.columns(&line.text)).collect();
        shape.measure_wrap(lines, &widths);
        let n_indented = lines.iter().filter(|line| line.indent >= 2).count();
        let n_ideographic = lines.iter().filter(|line| line.ideographic_indent).count();
        // A block shifted as a whole by spaces: the shift is no indent.
        if shape.wrap_columns.is_some() && n_ideographic * 10 < n && n_indented * 10 >= n * 8 {
            let mut n_by_indent = BTreeMap::new();
            for line in lines {
                *n_by_indent.entry(line.indent).or_insert(0_usize) += 1;
            }
            shape.indent_base = n_by_indent
                .into_iter()
                .max_by_key(|&(_, n)| n)
                .map_or(0, |(indent, _)| indent);
        }
        let base = shape.indent_base;
        let n_deeper = lines.iter().filter(|line| line.indent >= base + 2).count();
        shape.indent_speaks = if shape.wrap_columns.is_some() {
            n_deeper * 100 >= n * 3 || n_ideographic == n
        } else {
            n_deeper * 10 >= n * 3
        };
        shape.parted =
            shape.wrap_columns.is_some() && n_spaced >= 2 && n_spaced * 100 <= (n - 1) * 45;
        shape.find_link_words(lines);
        if let Some(wrap_columns) = shape.wrap_columns
            && !shape.indent_speaks
        {
            shape.indent_lost = Self::is_indent_lost(lines, &widths, wrap_columns);
        }
        shape
    }

    /// The columns of a text, as the lines of this page are measured.
    fn columns(&self, text: &str) -> usize {
        if self.by_chars {
            2 * text.chars().count()
        } else {
            columns_of(text)
        }
    }

    /// Whether lines are as long in characters and not on the page: of those with digits or Latin letters most have as
    /// many characters as the lines without, and few have as many columns.
    fn is_cut_by_chars(lines: &[Line]) -> bool {
        const LINES_MIN: usize = 3;
        const HALVES_MIN: usize = 2;
        const CHARS_MIN: usize = 8;
        let open = || {
            let lines = lines.iter().filter(|line| line.indent < 2);
            lines.filter(|line| end_of(&line.text) == End::Open)
        };
        let n_chars = |line: &Line| line.text.chars().count();
        let (Some(chars), Some(columns)) = (
            commonest(open().map(n_chars)).filter(|&chars| chars >= CHARS_MIN),
            commonest(open().map(|line| columns_of(&line.text))),
        ) else {
            return false;
        };
        let is_mixed = |line: &&Line| {
            let halves = line.text.chars().filter(|&c| !line::is_wide(c));
            halves.take(HALVES_MIN).count() == HALVES_MIN
        };
        let n_mixed = open().filter(is_mixed).count();
        let n_by_chars = open()
            .filter(is_mixed)
            .filter(|line| n_chars(line) == chars);
        let n_by_columns = open()
            .filter(is_mixed)
            .filter(|line| columns_of(&line.text).abs_diff(columns) <= 1);
        let (n_by_chars, n_by_columns) = (n_by_chars.count(), n_by_columns.count());
        n_by_chars >= LINES_MIN && n_by_chars * 10 >= n_mixed * 6 && n_by_chars > 2 * n_by_columns
    }

    /// Finds the width at which lines are broken, if most are broken at one width.
    fn measure_wrap(&mut self, lines: &[Line], widths: &[usize]) {
        const COLUMNS_MAX: usize = 200;
        let mut histogram = [0_usize; COLUMNS_MAX + 1];
        let mut n_measured = 0;
        for &width in widths.iter().filter(|&&width| width >= 16) {
            n_measured += 1;
            if let Some(slot) = histogram.get_mut(width) {
                *slot += 1;
            }
        }
        if n_measured < 12 {
            return;
        }
        let window = |center: usize| -> usize {
            let from = center.saturating_sub(3);
            histogram
                .get(from..=(center + 3).min(COLUMNS_MAX))
                .unwrap_or(&[])
                .iter()
                .sum()
        };
        let Some(center) = (16..=COLUMNS_MAX)
            .max_by_key(|&center| (window(center), histogram.get(center).copied()))
        else {
            return;
        };
        let n_window = window(center);
        // The commonest width near the middle of the crowd is the measure; of equals the wider.
        let measure = (center.saturating_sub(3)..=(center + 3).min(COLUMNS_MAX))
            .max_by_key(|&width| (histogram.get(width).copied(), width))
            .unwrap_or(center);
        let n_longer = widths.iter().filter(|&&width| width > center + 10).count();
        let n_open = lines
            .iter()
            .zip(widths)
            .filter(|&(line, &width)| {
                width.abs_diff(center) <= 3 && end_of(&line.text) == End::Open
            })
            .count();
        if n_window * 100 >= n_measured * 45
            && n_open * 100 >= n_window * 55
            && n_longer * 100 <= n_measured * 12
        {
            self.wrap_columns = Some(measure);
        }
    }

    /// Whether the lines that follow a paragraph's short last line are short by two characters.
    fn is_indent_lost(lines: &[Line], widths: &[usize], wrap_columns: usize) -> bool {
        let mut n_starts = 0;
        let mut n_short = 0;
        for (index, line) in lines.iter().enumerate() {
            let (Some(&width), Some(&next_width), Some(next)) = (
                widths.get(index),
                widths.get(index + 1),
                lines.get(index + 1),
            ) else {
                break;
            };
            let has_room = width + 6 <= wrap_columns;
            let ends = end_of(&line.text) == End::Closed || number_of(&line.text).is_some();
            let begins = number_of(&next.text).is_none() && end_of(&next.text) == End::Open;
            if has_room && ends && begins {
                n_starts += 1;
                if (2..=8).contains(&wrap_columns.saturating_sub(next_width)) {
                    n_short += 1;
                }
            }
        }
        n_starts >= 1 && n_short * 10 >= n_starts * 6
    }

    /// Collects the short lines that stand in the middle of running text.
    fn find_link_words(&mut self, lines: &[Line]) {
        if self.wrap_columns.is_some() {
            return;
        }
        let mut words = HashSet::new();
        let mut n_hits = 0;
        // Characters of running text since a sentence was complete at a line end.
        let mut n_running = 0;
        for (index, line) in lines.iter().enumerate() {
            let after = lines.get(index + 1);
            let goes_on = after
                .is_some_and(|after| !self.is_indented(after) && number_of(&after.text).is_none());
            if n_running >= PROSE_CHARS_MIN
                && goes_on
                && is_link_like(&line.text)
                && !self.is_indented(line)
            {
                n_hits += 1;
                words.insert(line.text.clone());
            }
            let n_chars = line.text.chars().count();
            let runs = end_of(&line.text) == End::Open && number_of(&line.text).is_none();
            if runs && (n_running > 0 || n_chars >= PROSE_CHARS_MIN) {
                n_running += n_chars;
            } else {
                n_running = 0;
            }
        }
        if n_hits >= 2 {
            self.link_words = words;
        }
    }

    /// Whether a line is set in from the left as the first of a paragraph is.
    fn is_indented(&self, line: &Line) -> bool {
        line.ideographic_indent && line.indent >= 2 || line.indent >= self.indent_base + 2
    }

    /// Whether `next` goes on with the paragraph whose last line is `last`.
    fn joins(
        &self,
        paragraph: &Paragraph,
        state: Running,
        last: &Line,
        next: &Line,
        in_opening: bool,
    ) -> bool {
        let text = paragraph.text.as_str();
        if paragraph.mark == Mark::Whole || next.mark == Mark::Whole {
            return false;
        }
        if next.text.starts_with(never_starts_line) || starts_inside(&next.text) {
            return true;
        }
        if let (Some((of_this, _)), Some((of_next, _))) =
            (line::entry_number(text), line::entry_number(&next.text))
            && of_next == of_this + 1
        {
            return false;
        }
        // 附：名词注释 and 附件1 are no sentences that go on.
        let is_head = || line::entry_number(&next.text).is_some() || annex::is_head(text);
        if is_back_head(text) && is_head() {
            return false;
        }
        let end = end_of(text);
        // A bold line inside a sentence that has begun is emphasis, not a head.
        let breaks_off = end == End::Open
            && (state.n_chars >= LONG_CHARS_MIN || text.ends_with(['，', '、', ',']));
        if matches!(paragraph.mark, Mark::Heading(_) | Mark::Bold)
            || matches!(next.mark, Mark::Heading(_))
            || next.mark == Mark::Bold && !breaks_off
        {
            return false;
        }
        let indented = self.indent_speaks && self.is_indented(next);
        let number = number_of(&next.text);
        if let Some(number) = number {
            let full_and_open = end == End::Open
                && self.is_full(last, state, next)
                && !is_heading_like(text, state);
            let listed = number.rank >= Rank::Arabic
                && end == End::Open
                && text.ends_with(['，', '、', ',']);
            if !(full_and_open && self.wrap_columns.is_some() || listed) {
                return false;
            }
        }
        if next.mark == Mark::RunIn && end != End::Open {
            return false;
        }
        if !indented && self.is_link_break(text, &last.text, &next.text, end) {
            return true;
        }
        // After a comma a sentence goes on, whatever the page looks like.
        if end == End::Open && number.is_none() && text.ends_with(['，', '、', ',']) {
            return true;
        }
        if in_opening && let Some(joins) = joins_in_opening(text, &next.text, state) {
            return joins;
        }
        if indented {
            return end == End::Open
                && number.is_none()
                && !addresses(&next.text)
                && state.n_chars >= LONG_CHARS_MIN;
        }
        let parted = self.parted && next.n_blank_above > 0;
        match end {
            End::Closed | End::Leading if parted => false,
            End::Open if parted && is_heading_like(text, state) => false,
            End::Closed | End::Leading => {
                self.wrap_columns.is_some() && self.goes_on_after_stop(last, state, next)
            }
            // What a page number stood before is the second half of a sentence, unless the first is a heading.
            End::Open if next.after_page_end && number_of(text).is_none() => true,
            End::Open if is_heading_like(text, state) => {
                self.continues_heading(text, last, state, next)
            }
            End::Open => self.wrap_columns.is_some() || !addresses(&next.text),
        }
    }

    /// Whether a link in running text stood between the two lines.
    fn is_link_break(&self, text: &str, last: &str, next: &str, end: End) -> bool {
        if self.link_words.is_empty() {
            return false;
        }
        self.link_words.contains(next) && end != End::Closed
            || self.link_words.contains(last) && end == End::Open && opening_of(text).is_none()
            || is_link_like(last)
                && last.len() == text.len()
                && end == End::Open
                && !has_section_word(last)
                && next.chars().count() >= PROSE_CHARS_MIN
    }

    /// The columns that a line takes up, an indent that is lost included.
    fn columns_used(&self, last: &Line, state: Running) -> usize {
        let real = last.indent.saturating_sub(self.indent_base);
        let lost = if self.indent_lost && state.n_lines == 1 {
            4
        } else {
            0
        };
        self.columns(&last.text) + real.max(lost)
    }

    /// Whether the line had no room for what the next one begins with.
    fn is_full(&self, last: &Line, state: Running, next: &Line) -> bool {
        last.reaches_edge && self.wrap_columns.is_some()
            || self.wrap_columns.is_some_and(|wrap_columns| {
                let used = self.columns_used(last, state);
                // Lines with Latin or digits lose half-spaces; lines of Han alone fill the measure exactly.
                let slack = if self.by_chars {
                    0
                } else if last.text.is_ascii() || last.text.chars().any(|c| !line::is_wide(c)) {
                    2
                } else {
                    0
                };
                used <= wrap_columns + 10
                    && used + self.first_columns(&next.text) + slack > wrap_columns
            })
    }

    /// In wrapped text, whether a paragraph goes on after a line that closes a sentence: the line is
    /// full, and the next one does not look like the first of a paragraph.
    fn goes_on_after_stop(&self, last: &Line, state: Running, next: &Line) -> bool {
        if !self.is_full(last, state, next) {
            return false;
        }
        !self.looks_first(next)
    }

    /// Whether a line is short by the two characters of an indent that is lost.
    fn looks_first(&self, line: &Line) -> bool {
        self.wrap_columns.is_some_and(|wrap_columns| {
            self.indent_lost
                && (3..=6).contains(&wrap_columns.saturating_sub(self.columns(&line.text)))
                && end_of(&line.text) == End::Open
        })
    }

    /// The columns that a line needs at least to hold what the next one begins with.
    fn first_columns(&self, next: &str) -> usize {
        if self.by_chars {
            2
        } else {
            first_token_columns(next)
        }
    }

    /// Whether the next line is the second half of a heading.
    fn continues_heading(&self, text: &str, last: &Line, state: Running, next: &Line) -> bool {
        if state.n_lines > 2 || opening_of(&next.text).is_some() {
            return false;
        }
        let next_columns = self.columns(&next.text);
        if let Some(wrap_columns) = self.wrap_columns {
            let nearly_full =
                number_of(text).is_none() && self.columns(&last.text) + 6 >= wrap_columns;
            if self.is_full(last, state, next) || nearly_full {
                return number_of(text).is_none() || !self.looks_first(next);
            }
            // A heading in larger type is narrower than the column, and its second half is short.
            return number_of(text).is_some()
                && next_columns * 2 <= wrap_columns
                && next_columns <= self.columns(&last.text)
                && end_of(&next.text) == End::Open
                && !next.text.contains(['，', '。', '、']);
        }
        // Where blank lines part paragraphs, lines without one between them belong together.
        let adjacent = self.spaced && next.n_blank_above == 0;
        if number_of(text).is_none() {
            return adjacent && opening_of(text).is_none();
        }
        adjacent
            && next_columns <= 40
            && end_of(&next.text) == End::Open
            && !next.text.contains(['，', '。', '：'])
    }
}

/// The value that most have; of equals the largest.
fn commonest(values: impl Iterator<Item = usize>) -> Option<usize> {
    let mut n_by_value: BTreeMap<usize, usize> = BTreeMap::new();
    for value in values {
        *n_by_value.entry(value).or_default() += 1;
    }
    let most = n_by_value.into_iter().max_by_key(|&(value, n)| (n, value));
    most.map(|(value, _)| value)
}

/// The columns of what cannot be broken at the start of a line: a number, a Latin word, or one
/// character with the marks that must follow it.
fn first_token_columns(text: &str) -> usize {
    let mut columns = 0;
    let mut chars = text.chars().peekable();
    let Some(first) = chars.next() else {
        return 0;
    };
    columns += if line::is_wide(first) { 2 } else { 1 };
    if first.is_ascii_alphanumeric() {
        while let Some(c) = chars.next_if(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '%')) {
            columns += c.len_utf8();
        }
    }
    while chars.next_if(|&c| never_starts_line(c)).is_some() {
        columns += 2;
    }
    columns
}

/// Whether a line is as short and bare as a link in running text.
fn is_link_like(text: &str) -> bool {
    let n_chars = text.chars().count();
    n_chars <= 12
        && number_of(text).is_none()
        && opening_of(text).is_none()
        && !text.contains(['。', '：', '；', '，'])
        && !is_back_head(text)
}

/// Whether a short line speaks as the head of a section does.
fn has_section_word(text: &str) -> bool {
    [
        "回顾", "工作", "任务", "安排", "目标", "总结", "附件", "目录", "部分",
    ]
    .iter()
    .any(|word| text.contains(word))
}

/// Whether a paragraph so far looks like a heading or a line of its own, not like running text.
fn is_heading_like(text: &str, state: Running) -> bool {
    if state.n_chars > PROSE_CHARS_MIN + 10 || state.has_sentence {
        return false;
    }
    if number_of(text).is_some() {
        return true;
    }
    if text.contains("我们") || text.starts_with("各位代表") || text.chars().all(is_dash) {
        return false;
    }
    // With a comma a line is a heading only if it counts (第一，…) or balances its halves.
    let mut halves = text.split(['，', ',']).map(|half| half.chars().count());
    let balanced = match (halves.next(), halves.next(), halves.next()) {
        (Some(_), None, _) => true,
        (Some(first), Some(second), None) => {
            first.abs_diff(second) <= 1 || text.starts_with('第') && first <= 4
        }
        _ => false,
    };
    state.n_chars <= PROSE_CHARS_MIN
        && balanced
        && !text
            .chars()
            .next_back()
            .is_some_and(|c| leaves_open(c) && !is_dash(c))
}

/// Whether a line begins by addressing the assembly: 各位代表：, 各位代表，….
fn addresses(text: &str) -> bool {
    text.strip_prefix("各位代表")
        .is_some_and(|rest| rest.starts_with(['：', ':', '！', '!', '，', ',']))
}

/// Whether a line begins with 的, as no paragraph does.
fn starts_inside(text: &str) -> bool {
    text.starts_with('的') && !text.starts_with("的确") && !text.starts_with("的士")
}

/// In the opening, lines are told by what they are: title, dateline, speaker, salutation. Nothing
/// decided when neither line is one of these.
fn joins_in_opening(text: &str, next: &str, state: Running) -> Option<bool> {
    let kind = opening_of(text);
    let next_kind = opening_of(next);
    if line::begins_dateline(text) && state.n_lines <= 3 {
        let n_chars = next.chars().count();
        let ends_dateline = ["会议上", "大会上", "会议", "上的政府工作报告"]
            .iter()
            .any(|end| next.ends_with(end));
        if n_chars <= 40
            && !next.starts_with(is_dash)
            && next_kind != Some(Opening::Title)
            && ends_dateline
            && !next.contains(['，', '。', '、', '；', '：', '！'])
        {
            return Some(true);
        }
    }
    if kind.is_some() || next_kind.is_some() && state.n_chars <= PROSE_CHARS_MIN {
        return Some(false);
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_cut_after_so_many_characters_are_joined() {
        let text = "　　2023年是全面贯彻党的二十大精神开局之年，投资1.8亿元建设污水处理厂，投资6280万元改造县乡村公路46.7公里，\
            镇村雨污分流9公里，增长5.5%左右；全年完成固定资产投资120亿元，推进总投资4.7亿元的100MW项目。到2025年，\
            新增规上企业12户，粮食产量达到1.8亿公斤，城乡居民人均可支配收入分别达到32901元和20209元。";
        for n_chars in 12..=36 {
            let chars: Vec<char> = text.chars().collect();
            let lines = chars.chunks(n_chars).enumerate().map(|(at, chunk)| {
                let text: String = chunk.iter().filter(|&&c| c != '\u{3000}').collect();
                Line {
                    number: at as u32 + 1,
                    indent: if at == 0 { 4 } else { 0 },
                    ideographic_indent: at == 0,
                    text,
                    n_blank_above: 0,
                    after_page_end: false,
                    begins_inside: false,
                    reaches_edge: false,
                    mark: Mark::None,
                }
            });
            let lines: Vec<Line> = lines.collect();
            // A page has more than one paragraph.
            let page: Vec<Line> = (0..4).flat_map(|_| lines.clone()).collect();
            let joined = join(page);
            let texts: Vec<&str> = joined
                .iter()
                .map(|paragraph| paragraph.text.as_str())
                .collect();
            assert_eq!(texts, [text.trim_start(); 4], "{n_chars} characters a line");
        }
    }

    #[test]
    fn tokens_that_cannot_be_broken() {
        assert_eq!(first_token_columns("对于"), 2);
        assert_eq!(first_token_columns("5.88万吨"), 4);
        assert_eq!(first_token_columns("业”，全"), 6);
    }
}
