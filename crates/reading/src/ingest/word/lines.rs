//! Paragraphs as a word processor has them → lines, as the steps of repair want them.
//!
//! In: paragraphs with what is bold in them and what their styles say. Out: lines with the marks that `#` and `**` give
//! in Markdown. A paragraph is a line of text, no more: pages that were pasted or scanned into Word are full of
//! paragraphs that break off inside a sentence, and what joins lines joins them.

use super::paragraph::{Outline, WordParagraph};
use crate::ingest::extract::{
    self, BoldLine, Line, Mark, bold_lines, columns_of_space, is_invisible,
};
use crate::ingest::line;

/// A paragraph longer than this is no heading, whatever its style says.
const HEADING_CHARS_MAX: usize = extract::RUN_IN_CHARS_MAX;

/// A cell with more than this in several paragraphs is a column of a page, not a cell of a table.
const CELL_CHARS_MAX: usize = 300;

/// Paragraphs → lines.
pub(crate) fn lines_of(paragraphs: &[WordParagraph]) -> Vec<Line> {
    // Where most of a document is bold, bold says nothing.
    let n_bytes: usize = paragraphs.iter().map(|p| p.text.len()).sum();
    let bold_bytes = |p: &WordParagraph| p.bold.iter().map(|(from, to)| to - from).sum::<usize>();
    let n_bold: usize = paragraphs.iter().map(bold_bytes).sum();
    let bold_speaks = n_bold * 2 <= n_bytes;
    let mut lines: Vec<Line> = Vec::new();
    let mut n_blank_above = 0;
    for paragraph in paragraphs {
        let first_new = lines.len();
        let mark = mark_of(paragraph);
        let bold: &[(usize, usize)] = if bold_speaks && !line::is_salutation(paragraph.text.trim())
        {
            &paragraph.bold
        } else {
            &[]
        };
        // Line breaks and gaps part what a page made one paragraph.
        let mut at = 0;
        for broken in paragraph.text.split_inclusive('\n') {
            let mut pieces = Vec::new();
            extract::cut_at_gaps(broken, &mut pieces);
            for piece in pieces.into_iter().flat_map(extract::cut_at_head_gap) {
                let line = BoldLine {
                    text: piece,
                    bold,
                    mark,
                    number: paragraph.number,
                };
                push_piece(&line, at, &mut lines);
                at += piece.len();
            }
        }
        match lines.get_mut(first_new) {
            Some(line) => {
                line.n_blank_above = std::mem::take(&mut n_blank_above);
                line.indent += 2 * paragraph.indent_chars;
                line.ideographic_indent |= paragraph.indent_chars > 0;
            }
            None => n_blank_above += 1,
        }
    }
    lines
}

fn mark_of(paragraph: &WordParagraph) -> Mark {
    if paragraph.is_row {
        return Mark::Whole;
    }
    let is_short = paragraph.text.chars().count() <= HEADING_CHARS_MAX;
    match paragraph.outline {
        Some(Outline::Title) if is_short => Mark::Heading(1),
        // Under the title, as `##` is in Markdown.
        Some(Outline::Level(level @ 0..=8)) if is_short => Mark::Heading(level + 2),
        _ => Mark::None,
    }
}

/// A piece of a paragraph that begins at byte `at` of its text → a line, or more where bold heads
/// begin new ones.
fn push_piece(piece: &BoldLine<'_>, at: usize, lines: &mut Vec<Line>) {
    let text = piece.text;
    let body = text.trim_start();
    let white = text.get(..text.len() - body.len()).unwrap_or("");
    let body = body.trim_end();
    if body.trim_matches(is_invisible).trim().is_empty() {
        return;
    }
    let from = at + white.len();
    let spans: Vec<(usize, usize)> = piece
        .bold
        .iter()
        .map(|&(start, end)| {
            let start = start.saturating_sub(from);
            (start, end.saturating_sub(from).min(body.len()))
        })
        .filter(|(start, end)| start < end)
        .collect();
    let first_new = lines.len();
    let line = BoldLine {
        text: body,
        bold: &spans,
        ..*piece
    };
    bold_lines(&line, lines);
    if let Some(line) = lines.get_mut(first_new) {
        line.indent = white.chars().map(columns_of_space).sum();
        line.ideographic_indent = white.contains('\u{3000}');
    }
}

/// The paragraphs of a footnote as lines, with its number before the first, so that they read as a glossary.
pub(crate) fn note_lines(shown: usize, paragraphs: Vec<WordParagraph>, lines: &mut Vec<Line>) {
    let mut is_first = true;
    for paragraph in paragraphs {
        let text = paragraph.text.replace('\n', " ");
        let text = text.trim();
        if text.is_empty() {
            continue;
        }
        let text = if std::mem::take(&mut is_first) {
            format!("[{shown}]{text}")
        } else {
            text.to_owned()
        };
        lines.push(Line {
            number: paragraph.number,
            text,
            indent: 4,
            ideographic_indent: true,
            n_blank_above: 0,
            after_page_end: false,
            begins_inside: false,
            reaches_edge: false,
            mark: Mark::Whole,
        });
    }
}

/// The cells of a row → one paragraph; or their own paragraphs, where the table only arranges the page.
pub(crate) fn rows_of(cells: Vec<Vec<WordParagraph>>) -> Vec<WordParagraph> {
    let has_text = |paragraph: &WordParagraph| !paragraph.text.trim().is_empty();
    let n_filled = cells
        .iter()
        .filter(|cell| cell.iter().any(has_text))
        .count();
    let is_column = |cell: &Vec<WordParagraph>| {
        cell.iter().filter(|paragraph| has_text(paragraph)).count() > 1
            && cell
                .iter()
                .map(|paragraph| paragraph.text.chars().count())
                .sum::<usize>()
                > CELL_CHARS_MAX
    };
    if n_filled <= 1 || cells.iter().any(is_column) {
        return cells.into_iter().flatten().collect();
    }
    let number = cells
        .iter()
        .flatten()
        .map(|paragraph| paragraph.number)
        .min()
        .unwrap_or(1);
    let texts: Vec<String> = cells
        .iter()
        .filter(|cell| cell.iter().any(has_text))
        .map(|cell| {
            let texts: Vec<String> = cell
                .iter()
                .map(|paragraph| paragraph.text.replace('\n', " "))
                .filter(|text| !text.trim().is_empty())
                .collect();
            texts.join(" ")
        })
        .collect();
    vec![WordParagraph {
        number,
        text: texts.join(" | "),
        is_row: true,
        ..WordParagraph::default()
    }]
}
