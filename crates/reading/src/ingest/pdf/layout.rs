//! The glyphs of pages → lines of text in reading order.
//!
//! In: the glyphs of each page. Out: lines, top to bottom and column by column, with the spaces that
//! stand for an indent (two ideographic ones for the indent of a paragraph), blank lines where the
//! page leaves room, and a mark on what stands at the head or foot of every page.
//!
//! Columns are told from tables by how they are filled: a column of text is wide and its lines
//! reach across it, cells are short. Where a page mixes the two, or runs round a picture, the order
//! may suffer; no character is lost by it.

use super::super::recognised::RecognisedLine;
use super::super::{line, raised};
use super::line_numbers;
use super::page::{Direction, Glyph};
use std::collections::HashMap;

/// A character that the file does not name. Typesetters set this sign (〓) where one is missing.
pub(super) const UNKNOWN: char = '\u{3013}';

/// A line of text on a page.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct TextLine {
    /// Its text, without the indent.
    pub(super) text: String,
    /// Where it begins, from the left.
    x: f64,
    /// Where it ends.
    end: f64,
    /// Where it stands, from below.
    y: f64,
    size: f64,
    /// Which column of how many: lines of one column share their left edge.
    column: (usize, usize),
    /// Whether it is the head or foot of a page, or printed across it.
    pub(super) is_margin: bool,
    /// Whether it holds the numbers of the lines of the page, which are no text.
    pub(super) is_numbers: bool,
    /// Whether it ends where the lines of its column end.
    pub(super) reaches_edge: bool,
    /// Columns of white before it; two for each character.
    pub(super) indent: usize,
    /// Whether the page leaves a line free above it.
    pub(super) blank_above: bool,
}

impl TextLine {
    /// A line that was recognised: the picture tells where it ends, and no more.
    pub(super) fn recognised(line: RecognisedLine) -> TextLine {
        TextLine {
            text: line.text,
            x: 0.0,
            end: 0.0,
            y: 0.0,
            size: 0.0,
            column: (0, 1),
            is_margin: false,
            is_numbers: false,
            reaches_edge: line.reaches_edge,
            indent: 0,
            blank_above: line.blank_above,
        }
    }
}

/// Glyphs that touch, on one line.
#[derive(Debug)]
struct Fragment {
    glyphs: Vec<PlacedGlyph>,
    x0: f64,
    x1: f64,
    y: f64,
    size: f64,
}

/// A glyph of a fragment.
#[derive(Clone, Debug)]
struct PlacedGlyph {
    text: String,
    x0: f64,
    x1: f64,
    y: f64,
    size: f64,
}

/// The glyphs of all pages → the lines of all pages.
pub(super) fn lay_out(mut pages: Vec<Vec<Glyph>>) -> Vec<Vec<TextLine>> {
    let numbers = line_numbers::take(&mut pages);
    let mut pages: Vec<Vec<TextLine>> = pages.into_iter().map(lines_of).collect();
    mark_margins(&mut pages);
    indent(&mut pages);
    for (lines, numbers) in pages.iter_mut().zip(numbers) {
        lines.extend(line_of_numbers(&numbers));
    }
    pages
}

/// The numbers of the lines of a page, on a line of their own.
fn line_of_numbers(numbers: &[String]) -> Option<TextLine> {
    (!numbers.is_empty()).then(|| TextLine {
        text: numbers.join(" "),
        x: 0.0,
        end: 0.0,
        y: 0.0,
        size: 0.0,
        column: (0, 1),
        is_margin: true,
        is_numbers: true,
        reaches_edge: false,
        indent: 0,
        blank_above: false,
    })
}

fn lines_of(glyphs: Vec<Glyph>) -> Vec<TextLine> {
    let mut groups: HashMap<Direction, Vec<Glyph>> = HashMap::new();
    for glyph in glyphs {
        groups
            .entry(glyph.direction)
            .or_default()
            .push(turned(glyph));
    }
    let mut groups: Vec<(Direction, Vec<Glyph>)> = groups.into_iter().collect();
    groups.sort_by_key(|(direction, glyphs)| (std::cmp::Reverse(glyphs.len()), *direction));
    let mut lines = Vec::new();
    for (direction, glyphs) in groups {
        let mut fragments = fragments_of(glyphs);
        let from = lines.len();
        arrange(&mut fragments, &mut lines);
        if direction == Direction::Slanted {
            for line in lines.iter_mut().skip(from) {
                line.is_margin = true;
            }
        }
    }
    lines
}

/// A glyph on the page turned so that its line runs to the right.
fn turned(glyph: Glyph) -> Glyph {
    let (x, y) = match glyph.direction {
        Direction::Right | Direction::Slanted => (glyph.x, glyph.y),
        Direction::Up => (glyph.y, -glyph.x),
        Direction::Left => (-glyph.x, -glyph.y),
        Direction::Down => (-glyph.y, glyph.x),
    };
    Glyph { x, y, ..glyph }
}

/// Glyphs in the order of drawing → fragments; white space is told by room, what is drawn twice to
/// look bold is one.
fn fragments_of(glyphs: Vec<Glyph>) -> Vec<Fragment> {
    let mut fragments: Vec<Fragment> = Vec::new();
    let mut drawn: HashMap<(char, i64, i64), (f64, f64)> = HashMap::new();
    for glyph in glyphs {
        let text = glyph.text.trim();
        if text.is_empty() && !glyph.text.is_empty() {
            continue;
        }
        let first = text.chars().next().unwrap_or(UNKNOWN);
        let cell = |value: f64| (value / (glyph.size * 0.3)).round() as i64;
        let (cx, cy) = (cell(glyph.x), cell(glyph.y));
        let near = (-1..=1)
            .flat_map(|dx| (-1..=1).map(move |dy| (dx, dy)))
            .filter_map(|(dx, dy)| {
                drawn.get(&(first, cx.saturating_add(dx), cy.saturating_add(dy)))
            })
            .any(|&(x, y)| {
                (x - glyph.x).abs() < glyph.size * 0.12 && (y - glyph.y).abs() < glyph.size * 0.12
            });
        if near {
            continue;
        }
        drawn.insert((first, cx, cy), (glyph.x, glyph.y));
        let end = glyph.x + glyph.advance;
        if let Some(last) = fragments.last_mut() {
            let gap = glyph.x - last.x1;
            let size = last.size.max(glyph.size);
            let smaller = last.size.min(glyph.size);
            // A note mark is set higher and smaller.
            let same_line = (glyph.y - last.y).abs() < 0.25 * size
                || (glyph.y - last.y).abs() < 0.6 * size && smaller < 0.8 * size;
            if same_line && (-0.5 * size..0.9 * size).contains(&gap) && glyph.x >= last.x0 {
                last.glyphs.push(placed(&glyph));
                last.x1 = last.x1.max(end);
                if glyph.size > last.size {
                    (last.size, last.y) = (glyph.size, glyph.y);
                }
                continue;
            }
        }
        fragments.push(Fragment {
            glyphs: vec![placed(&glyph)],
            x0: glyph.x,
            x1: end,
            y: glyph.y,
            size: glyph.size,
        });
    }
    fragments
}

fn placed(glyph: &Glyph) -> PlacedGlyph {
    let text = glyph.text.trim();
    PlacedGlyph {
        text: if text.is_empty() {
            UNKNOWN.to_string()
        } else {
            text.to_owned()
        },
        x0: glyph.x,
        x1: glyph.x + glyph.advance,
        y: glyph.y,
        size: glyph.size,
    }
}

/// Fragments → lines in reading order.
fn arrange(fragments: &mut Vec<Fragment>, lines: &mut Vec<TextLine>) {
    if fragments.is_empty() {
        return;
    }
    fragments.sort_by(|a, b| b.y.total_cmp(&a.y).then(a.x0.total_cmp(&b.x0)));
    let size = median(fragments.iter().map(|fragment| fragment.size));
    let gutters = gutters_of(fragments, size);
    let n_columns = gutters.len() + 1;
    let column_of = |fragment: &Fragment| {
        // The column that it stands in; none when it runs across a gutter.
        let crosses = gutters
            .iter()
            .any(|&(from, to)| fragment.x0 < from && fragment.x1 > to);
        let middle = (fragment.x0 + fragment.x1) / 2.0;
        (!crosses).then(|| gutters.iter().filter(|&&(from, _)| middle > from).count())
    };
    let mut columns: Vec<Vec<Fragment>> = (0..n_columns).map(|_| Vec::new()).collect();
    let flush = |columns: &mut Vec<Vec<Fragment>>, lines: &mut Vec<TextLine>| {
        for (at, column) in columns.iter_mut().enumerate() {
            rows_of(std::mem::take(column), (at, n_columns), lines);
        }
    };
    let mut across: Vec<Fragment> = Vec::new();
    for fragment in fragments.drain(..) {
        match column_of(&fragment) {
            None => {
                // A line across the columns ends what stands above it.
                flush(&mut columns, lines);
                across.push(fragment);
            }
            Some(column) => {
                if !across.is_empty() {
                    rows_of(std::mem::take(&mut across), (0, 1), lines);
                }
                if let Some(column) = columns.get_mut(column) {
                    column.push(fragment);
                }
            }
        }
    }
    if !across.is_empty() {
        rows_of(across, (0, 1), lines);
    }
    flush(&mut columns, lines);
}

/// The gaps between the columns of a page, from left to right; none on a page of one column.
fn gutters_of(fragments: &[Fragment], size: f64) -> Vec<(f64, f64)> {
    const LINES_MIN: usize = 5;
    /// Points on the way across a page at which it is looked at.
    const STEPS_MAX: usize = 4_000;
    let left = fragments.iter().map(|f| f.x0).fold(f64::INFINITY, f64::min);
    let right = fragments
        .iter()
        .map(|f| f.x1)
        .fold(f64::NEG_INFINITY, f64::max);
    let step = (size / 8.0).max((right - left) / STEPS_MAX as f64);
    if fragments.len() < 2 * LINES_MIN || !(step > 0.0 && step.is_finite()) {
        return Vec::new();
    }
    let n = ((right - left) / step).ceil() as usize + 1;
    let at = |x: f64| (((x - left) / step) as usize).min(n - 1);
    // Beginnings and ends, to be summed up to what covers each point.
    let mut changes = vec![0_i64; n + 1];
    for fragment in fragments {
        if let Some(slot) = changes.get_mut(at(fragment.x0)) {
            *slot += 1;
        }
        if let Some(slot) = changes.get_mut(at(fragment.x1) + 1) {
            *slot -= 1;
        }
    }
    let mut covered = 0;
    let cover: Vec<i64> = changes
        .iter()
        .take(n)
        .map(|change| {
            covered += change;
            covered
        })
        .collect();
    let busy = median(cover.iter().filter(|&&n| n > 0).map(|&n| n as f64));
    let few = (busy * 0.15).floor() as i64;
    let mut candidates: Vec<(f64, f64)> = Vec::new();
    let mut open: Option<usize> = None;
    for (index, &n_covering) in cover.iter().chain([&i64::MAX]).enumerate() {
        match (n_covering <= few, open) {
            (true, None) => open = Some(index),
            (false, Some(from)) => {
                let (from_x, to_x) = (left + from as f64 * step, left + index as f64 * step);
                let inside = from > 0 && index < cover.len();
                if inside && to_x - from_x >= 0.8 * size {
                    candidates.push((from_x, to_x));
                }
                open = None;
            }
            _ => {}
        }
    }
    // A column is wide, has several lines, and its lines fill it; cells of a table do not.
    let is_column = |from: f64, to: f64| {
        let widths: Vec<f64> = fragments
            .iter()
            .filter(|f| f.x0 >= from - size && f.x1 <= to + size)
            .map(|f| f.x1 - f.x0)
            .collect();
        widths.len() >= LINES_MIN
            && to - from >= 6.0 * size
            && median(widths.iter().copied()) >= 0.55 * (to - from)
    };
    loop {
        let mut edges = vec![left];
        edges.extend(candidates.iter().flat_map(|&(from, to)| [from, to]));
        edges.push(right);
        let bad = edges
            .chunks_exact(2)
            .position(|edge| matches!(edge, [from, to] if !is_column(*from, *to)));
        match bad {
            _ if candidates.is_empty() => return candidates,
            None => return candidates,
            // The gap beside what is no column is no gutter.
            Some(bad) => {
                candidates.remove(bad.min(candidates.len() - 1));
            }
        }
    }
}

/// The fragments of one column, from top to bottom → its lines.
fn rows_of(fragments: Vec<Fragment>, column: (usize, usize), lines: &mut Vec<TextLine>) {
    let mut rows: Vec<Vec<Fragment>> = Vec::new();
    for fragment in fragments {
        let row = rows.last_mut().filter(|row| {
            row.first().is_some_and(|first| {
                (first.y - fragment.y).abs() < 0.45 * first.size.max(fragment.size)
            })
        });
        match row {
            Some(row) => row.push(fragment),
            None => rows.push(vec![fragment]),
        }
    }
    for mut row in rows {
        row.sort_by(|a, b| a.x0.total_cmp(&b.x0));
        let size = row.iter().map(|fragment| fragment.size).fold(0.0, f64::max);
        let end = row.iter().map(|fragment| fragment.x1).reduce(f64::max);
        let text = text_of_row(&row);
        let Some(first) = row.first() else {
            continue;
        };
        lines.push(TextLine {
            text,
            x: first.x0,
            end: end.unwrap_or(first.x1),
            y: row
                .iter()
                .find(|fragment| fragment.size >= size)
                .map_or(first.y, |fragment| fragment.y),
            size,
            column,
            is_margin: false,
            is_numbers: false,
            reaches_edge: false,
            indent: 0,
            blank_above: false,
        });
    }
}

/// The text of a row, its fragments in order from the left.
///
/// Where a fragment stands inside another, glyphs fill gaps that it left: quotation marks and digits of a second font
/// are often drawn after their line. Then every glyph has its own place.
fn text_of_row(row: &[Fragment]) -> String {
    const OVERLAP: f64 = 0.3;
    let mut glyphs: Vec<&PlacedGlyph> = row.iter().flat_map(|fragment| &fragment.glyphs).collect();
    let mut end = f64::NEG_INFINITY;
    let mut fills_gap = false;
    for fragment in row {
        fills_gap |= fragment.x0 < end - OVERLAP * fragment.size;
        end = end.max(fragment.x1);
    }
    if fills_gap {
        glyphs.sort_by(|a, b| a.x0.total_cmp(&b.x0));
    }
    // What most of the row has; a mark of a note is smaller and stands higher.
    let size = median(glyphs.iter().map(|glyph| glyph.size));
    let y = median(
        glyphs
            .iter()
            .filter(|glyph| glyph.size >= 0.8 * size)
            .map(|glyph| glyph.y),
    );
    let is_raised = |glyph: &PlacedGlyph| glyph.size < 0.8 * size && glyph.y > y + 0.15 * size;
    let mut text = String::new();
    // What stands raised is shown once all of it is known.
    let mut above = String::new();
    let mut last: Option<&PlacedGlyph> = None;
    let mut end = f64::NEG_INFINITY;
    for glyph in glyphs {
        let space = last.map_or("", |last| {
            space_of(glyph.x0 - end, last.size.max(glyph.size))
        });
        end = end.max(glyph.x1);
        last = Some(glyph);
        if is_raised(glyph) {
            if above.is_empty() {
                text.push_str(space);
            } else {
                above.push_str(space);
            }
            above.push_str(&glyph.text);
            continue;
        }
        text.push_str(&raised::shown(&text, &std::mem::take(&mut above)));
        text.push_str(space);
        push_drawn(&mut text, &glyph.text);
    }
    text.push_str(&raised::shown(&text, &above));
    text
}

/// The space that the page leaves between two glyphs of a row.
fn space_of(gap: f64, size: f64) -> &'static str {
    if gap > 1.5 * size {
        "  "
    } else if gap > 0.18 * size {
        " "
    } else {
        ""
    }
}

/// Adds what a glyph shows. A soft hyphen that is drawn is a hyphen; at the end of a Latin word it parts syllables.
fn push_drawn(text: &mut String, shown: &str) {
    for c in shown.chars() {
        let parts_word = text.ends_with(|before: char| before.is_ascii_alphabetic());
        text.push(if c == '\u{ad}' && !parts_word { '-' } else { c });
    }
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(0.0)
}

/// Marks the heads and feet of pages: what stands at the same height at the edge of a good part of
/// the pages, in the same words but for the numbers.
fn mark_margins(pages: &mut [Vec<TextLine>]) {
    /// Lines from either edge that can be a head or foot.
    const DEPTH: usize = 2;
    if pages.len() < 2 {
        return;
    }
    let mut seen: HashMap<String, Vec<(usize, usize, f64)>> = HashMap::new();
    for (page, lines) in pages.iter().enumerate() {
        let mut order: Vec<usize> = (0..lines.len()).collect();
        order.sort_by(|&a, &b| {
            let y = |index: usize| lines.get(index).map_or(0.0, |line| line.y);
            y(b).total_cmp(&y(a))
        });
        let top = order.iter().take(DEPTH);
        let bottom = order.iter().skip(DEPTH).rev().take(DEPTH);
        for &index in top.chain(bottom) {
            if let Some(line) = lines.get(index) {
                seen.entry(pattern_of(&line.text))
                    .or_default()
                    .push((page, index, line.y));
            }
        }
    }
    for places in seen.into_values() {
        let height = median(places.iter().map(|&(_, _, y)| y));
        let same: Vec<(usize, usize)> = places
            .iter()
            .filter(|(_, _, y)| (y - height).abs() <= 4.0)
            .map(|&(page, index, _)| (page, index))
            .collect();
        if same.len() < 2 || same.len() * 10 < pages.len() * 3 {
            continue;
        }
        for (page, index) in same {
            if let Some(line) = pages.get_mut(page).and_then(|lines| lines.get_mut(index)) {
                line.is_margin = true;
            }
        }
    }
}

/// A line with one sign for each number in it.
fn pattern_of(text: &str) -> String {
    let mut pattern = String::new();
    for c in text.chars().filter(|c| !c.is_whitespace()) {
        let c = if c.is_numeric() && !line::is_han_numeral(c) {
            '#'
        } else {
            c
        };
        if !(c == '#' && pattern.ends_with('#')) {
            pattern.push(c);
        }
    }
    pattern
}

/// The edges of a column, and how many lines it has.
#[derive(Clone, Copy, Debug)]
struct Edges {
    left: f64,
    right: f64,
    n_lines: usize,
}

/// Measures the indents against the edges of each column, and the room between lines; a title that
/// is broken where the column ends is one line again.
fn indent(pages: &mut [Vec<TextLine>]) {
    /// A column with fewer lines takes the edges of another page.
    const LINES_MIN: usize = 5;
    let mut known: HashMap<(usize, usize), Edges> = HashMap::new();
    // The first page may be a short one, too: it takes the edges of the first that is not.
    for lines in pages.iter().rev() {
        let edges = edges_of(lines).into_iter();
        known.extend(edges.filter(|(_, edges)| edges.n_lines >= LINES_MIN));
    }
    for lines in pages.iter_mut() {
        for (column, mut edges) in edges_of(lines) {
            if let Some(known) = known.get(&column).filter(|_| edges.n_lines < LINES_MIN) {
                edges.left = edges.left.min(known.left);
                edges.right = edges.right.max(known.right);
            }
            known.insert(column, edges);
        }
        mend_centred(lines, &known);
        let step = line_step(lines);
        let mut above: Option<(f64, (usize, usize))> = None;
        for line in lines.iter_mut() {
            if line.is_margin {
                continue;
            }
            let edges = known.get(&line.column);
            line.reaches_edge = edges.is_some_and(|edges| {
                edges.n_lines >= LINES_MIN && (edges.right - line.end).abs() < 0.6 * line.size
            });
            let left = edges.map_or(line.x, |edges| edges.left);
            let columns = ((line.x - left) / line.size * 2.0).round();
            line.indent = if columns >= 2.0 {
                (columns as usize).min(60)
            } else {
                0
            };
            line.blank_above = above.is_some_and(|(y, column)| {
                column == line.column && y - line.y > 1.7 * step.max(line.size)
            });
            above = Some((line.y, line.column));
        }
    }
}

/// Joins the lines of a centred title or dateline: a line from edge to edge that breaks off, and under
/// it one of the same type that stands in the middle. Text that only knows lines cannot tell it.
fn mend_centred(lines: &mut Vec<TextLine>, known: &HashMap<(usize, usize), Edges>) {
    let goes_on = |above: &TextLine, line: &TextLine| {
        let Some(edges) = known.get(&line.column) else {
            return false;
        };
        let em = line.size;
        let same_type = (above.size - em).abs() < 0.05 * em && above.column == line.column;
        let is_close = above.y > line.y && above.y - line.y < 2.2 * em;
        let is_full = above.x - edges.left < 1.5 * em && edges.right - above.end < 1.5 * em;
        let (left, right) = (line.x - edges.left, edges.right - line.end);
        let is_centred = left > 3.0 * em && (left - right).abs() < 1.5 * em;
        let text = line.text.trim();
        same_type
            && is_close
            && is_full
            && is_centred
            && !(above.is_margin || line.is_margin)
            && line::end_of(&above.text) == line::End::Open
            && line::number_of(text).is_none()
            && line::opening_of(text).is_none()
    };
    let mut mended: Vec<TextLine> = Vec::with_capacity(lines.len());
    for line in lines.drain(..) {
        match mended.last_mut() {
            Some(above) if goes_on(above, &line) => {
                above.text.push_str(&line.text);
                (above.y, above.end) = (line.y, line.end);
            }
            _ => mended.push(line),
        }
    }
    *lines = mended;
}

/// The edges of each column: the leftmost and the rightmost place where several lines begin and end.
fn edges_of(lines: &[TextLine]) -> HashMap<(usize, usize), Edges> {
    let mut columns: HashMap<(usize, usize), Vec<(f64, f64)>> = HashMap::new();
    for line in lines.iter().filter(|line| !line.is_margin) {
        let extents = columns.entry(line.column).or_default();
        extents.push((line.x, line.end));
    }
    columns
        .into_iter()
        .map(|(column, extents)| {
            let n_lines = extents.len();
            let left = outermost(extents.iter().map(|&(from, _)| from).collect());
            let right = -outermost(extents.iter().map(|&(_, to)| -to).collect());
            (
                column,
                Edges {
                    left,
                    right,
                    n_lines,
                },
            )
        })
        .collect()
}

/// The lowest of the values that one in ten of them shares.
fn outermost(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let needed = (values.len() / 10)
        .max(1)
        .min(values.len().saturating_sub(1));
    let mut ahead = 0;
    for (at, &value) in values.iter().enumerate() {
        // The values are in order: those within three points follow.
        while values.get(ahead).is_some_and(|&other| other - value < 3.0) {
            ahead += 1;
        }
        if ahead - at > needed {
            return value;
        }
    }
    values.first().copied().unwrap_or(0.0)
}

/// The usual way from one line to the next.
fn line_step(lines: &[TextLine]) -> f64 {
    let steps = lines.windows(2).filter_map(|pair| match pair {
        [a, b] if a.column == b.column && a.y > b.y && !a.is_margin && !b.is_margin => {
            Some(a.y - b.y)
        }
        _ => None,
    });
    median(steps)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn glyphs(text: &str, x: f64, y: f64, size: f64) -> Vec<Glyph> {
        text.chars()
            .enumerate()
            .map(|(at, c)| Glyph {
                text: c.to_string(),
                x: x + at as f64 * size,
                y,
                advance: size,
                size,
                direction: Direction::Right,
            })
            .collect()
    }

    fn texts(pages: Vec<Vec<Glyph>>) -> Vec<Vec<String>> {
        lay_out(pages)
            .iter()
            .map(|lines| lines.iter().map(|line| line.text.clone()).collect())
            .collect()
    }

    #[test]
    fn columns_are_read_one_after_the_other() {
        let mut page = glyphs("政府工作报告", 200.0, 700.0, 20.0);
        // Drawn row by row, as some programs do.
        for row in 0..8 {
            let y = 660.0 - f64::from(row) * 15.0;
            page.extend(glyphs(&"左".repeat(18), 50.0, y, 10.0));
            page.extend(glyphs(&"右".repeat(18), 260.0, y, 10.0));
        }
        let lines = &texts(vec![page])[0];
        assert_eq!(lines[0], "政府工作报告");
        assert!(lines[1..9].iter().all(|line| line.starts_with('左')));
        assert!(lines[9..].iter().all(|line| line.starts_with('右')));
    }

    #[test]
    fn rows_of_a_table_stay_together() {
        let mut page = Vec::new();
        for row in 0..8 {
            let y = 660.0 - f64::from(row) * 15.0;
            page.extend(glyphs("指标", 50.0, y, 10.0));
            page.extend(glyphs("数", 260.0, y, 10.0));
        }
        assert_eq!(texts(vec![page])[0][0], "指标  数");
    }

    #[test]
    fn heads_and_numbers_of_pages_are_marked() {
        let pages: Vec<Vec<Glyph>> = (1..=3)
            .map(|n| {
                let mut page = glyphs("汾阳市政府工作报告", 200.0, 800.0, 9.0);
                page.extend(glyphs(&"正文".repeat(n), 50.0, 700.0, 12.0));
                page.extend(glyphs(&"其余".repeat(n), 50.0, 680.0, 12.0));
                page.extend(glyphs("再说", 50.0, 660.0 - n as f64 * 7.0, 12.0));
                page.extend(glyphs(&format!("- {n} -"), 280.0, 30.0, 9.0));
                page
            })
            .collect();
        let marked: Vec<Vec<bool>> = lay_out(pages)
            .iter()
            .map(|lines| lines.iter().map(|line| line.is_margin).collect())
            .collect();
        assert_eq!(marked, vec![vec![true, false, false, false, true]; 3]);
    }

    #[test]
    fn what_is_drawn_twice_is_read_once() {
        let mut page = glyphs("加粗——人人", 50.0, 700.0, 12.0);
        page.extend(glyphs("加粗——人人", 50.4, 700.0, 12.0));
        assert_eq!(texts(vec![page]), [["加粗——人人"]]);
    }

    #[test]
    fn glyphs_that_fill_gaps_stand_in_their_place() {
        // 开展“双百”“双千”行动, its quotation marks drawn last.
        let y = 700.0;
        let mut page = glyphs("开展", 50.0, y, 12.0);
        page.extend(glyphs("双百", 80.0, y, 12.0));
        page.extend(glyphs("双千", 116.0, y, 12.0));
        page.extend(glyphs("行动", 146.0, y, 12.0));
        for (mark, x) in [("“", 74.0), ("”", 104.0), ("“", 110.0), ("”", 140.0)] {
            page.extend(glyphs(mark, x, y, 12.0).into_iter().map(|glyph| Glyph {
                advance: 6.0,
                ..glyph
            }));
        }
        assert_eq!(texts(vec![page]), [["开展“双百”“双千”行动"]]);
    }

    #[test]
    fn raised_digits_are_marks_of_notes() {
        let raised = |text: &str, x: f64| glyphs(text, x, 705.0, 6.0);
        let mut page = glyphs("推进四上", 50.0, 700.0, 12.0);
        page.extend(raised("12", 98.0));
        page.extend(glyphs("企业", 110.0, 700.0, 12.0));
        page.extend(raised("[3]", 134.0));
        page.extend(glyphs("培育", 152.0, 700.0, 12.0));
        assert_eq!(texts(vec![page]), [["推进四上[12]企业[3]培育"]]);
    }

    #[test]
    fn a_soft_hyphen_that_is_drawn_is_one() {
        let page = glyphs("2014\u{ad}2020年", 50.0, 700.0, 12.0);
        assert_eq!(texts(vec![page]), [["2014-2020年"]]);
    }

    #[test]
    fn a_centred_title_in_two_lines_is_one() {
        let mut page = glyphs("在侯马市第十七届人民代表大会第四次会", 50.0, 760.0, 12.0);
        page.extend(glyphs("议上", 146.0, 740.0, 12.0));
        page.extend(glyphs("侯马市人民政府市长", 104.0, 720.0, 12.0));
        for row in 0..6 {
            let y = 700.0 - 20.0 * f64::from(row);
            page.extend(glyphs(&"正文".repeat(9), 50.0, y, 12.0));
        }
        let lines = &texts(vec![page])[0];
        assert_eq!(lines[0], "在侯马市第十七届人民代表大会第四次会议上");
        assert_eq!(lines[1], "侯马市人民政府市长");
        assert_eq!(lines.len(), 8);
    }

    #[test]
    fn indents_are_measured_in_characters() {
        let mut page = glyphs("首行缩进两字", 74.0, 700.0, 12.0);
        for row in 1..6 {
            page.extend(glyphs(
                "其余各行顶格",
                50.0,
                700.0 - 18.0 * f64::from(row),
                12.0,
            ));
        }
        let lines = &lay_out(vec![page])[0];
        assert_eq!(
            lines.iter().map(|line| line.indent).collect::<Vec<_>>(),
            [4, 0, 0, 0, 0, 0]
        );
    }
}
