//! Numbers of lines in the margin of a page → taken out of the text.
//!
//! In: the glyphs of each page. Out: the same without the numbers, and the numbers, page by page.
//!
//! A number is one of a line if it stands outside the text, beyond its left or right edge, and if the numbers of the
//! page grow as its lines do: from 5 to 10 there are five lines. The first column of a table grows likewise; but its
//! rows have gaps, and the lines of a text run from edge to edge.

use super::page::{Direction, Glyph};

/// Pages whose numbers are not this many show nothing by themselves.
const NUMBERS_MIN: usize = 3;

/// A row of glyphs on a page.
struct Row {
    /// Indices of its glyphs, from left to right.
    glyphs: Vec<usize>,
    size: f64,
}

/// A number at an end of a row.
struct MarginNumber {
    value: u32,
    row: usize,
    glyphs: Vec<usize>,
    /// Its edge towards the text.
    edge: f64,
}

/// Which side of the text.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Left,
    Right,
}

/// Takes the numbers out of the pages; for each page what was taken.
pub(super) fn take(pages: &mut [Vec<Glyph>]) -> Vec<Vec<String>> {
    let mut taken: Vec<Vec<String>> = pages.iter().map(|_| Vec::new()).collect();
    for side in [Side::Left, Side::Right] {
        let found: Vec<Vec<MarginNumber>> =
            pages.iter().map(|page| numbers_of(page, side)).collect();
        let edges = found.iter().filter(|numbers| numbers.len() >= NUMBERS_MIN);
        let edges: Vec<f64> = edges.flatten().map(|number| number.edge).collect();
        for ((page, numbers), taken) in pages.iter_mut().zip(found).zip(&mut taken) {
            let size = median(page.iter().map(|glyph| glyph.size));
            let is_known =
                |number: &MarginNumber| edges.iter().any(|edge| (edge - number.edge).abs() < size);
            if numbers.len() >= NUMBERS_MIN || numbers.iter().all(is_known) {
                remove(page, &numbers, taken);
            }
        }
    }
    taken
}

fn remove(page: &mut Vec<Glyph>, numbers: &[MarginNumber], taken: &mut Vec<String>) {
    let mut is_number = vec![false; page.len()];
    for number in numbers {
        taken.push(number.value.to_string());
        for &glyph in &number.glyphs {
            if let Some(slot) = is_number.get_mut(glyph) {
                *slot = true;
            }
        }
    }
    let mut at = 0;
    page.retain(|_| {
        at += 1;
        !is_number.get(at - 1).copied().unwrap_or(false)
    });
}

/// The numbers beside the lines of a page; none if they do not grow as the lines do.
fn numbers_of(page: &[Glyph], side: Side) -> Vec<MarginNumber> {
    let rows = rows_of(page);
    let mut numbers: Vec<MarginNumber> = rows
        .iter()
        .enumerate()
        .filter_map(|(at, row)| row.number(page, at, side))
        .collect();
    if numbers.is_empty() || !is_prose(page, &rows, &numbers) {
        return Vec::new();
    }
    // Where the lines begin and end, numbers left out.
    let edge = text_edge(page, &rows, &numbers, side);
    let size = median(page.iter().map(|glyph| glyph.size));
    numbers.retain(|number| match side {
        Side::Left => number.edge < edge - 0.3 * size,
        Side::Right => number.edge > edge + 0.3 * size,
    });
    let pairs = numbers.windows(2).filter_map(|pair| match pair {
        [a, b] => Some((b.row - a.row, b.value.checked_sub(a.value))),
        _ => None,
    });
    let (n_right, n) = pairs.fold((0, 0), |(n_right, n), (n_rows, grown)| {
        let grown = grown.and_then(|grown| usize::try_from(grown).ok());
        (n_right + usize::from(grown == Some(n_rows)), n + 1)
    });
    if n_right * 10 < n * 8 {
        return Vec::new();
    }
    numbers
}

/// The glyphs of a page that run to the right, row by row from above.
fn rows_of(page: &[Glyph]) -> Vec<Row> {
    let mut order: Vec<usize> = (0..page.len())
        .filter(|&at| {
            page.get(at).is_some_and(|glyph| {
                glyph.direction == Direction::Right
                    && (glyph.text.is_empty() || !glyph.text.trim().is_empty())
            })
        })
        .collect();
    let y = |at: usize| page.get(at).map_or(0.0, |glyph| glyph.y);
    let x = |at: usize| page.get(at).map_or(0.0, |glyph| glyph.x);
    let size = |at: usize| page.get(at).map_or(0.0, |glyph| glyph.size);
    order.sort_by(|&a, &b| y(b).total_cmp(&y(a)).then(x(a).total_cmp(&x(b))));
    let mut rows: Vec<(f64, Row)> = Vec::new();
    for at in order {
        match rows.last_mut() {
            Some((height, row)) if (*height - y(at)).abs() < 0.45 * row.size.max(size(at)) => {
                row.glyphs.push(at);
                row.size = row.size.max(size(at));
            }
            _ => rows.push((
                y(at),
                Row {
                    glyphs: vec![at],
                    size: size(at),
                },
            )),
        }
    }
    let mut rows: Vec<Row> = rows.into_iter().map(|(_, row)| row).collect();
    for row in &mut rows {
        row.glyphs.sort_by(|&a, &b| x(a).total_cmp(&x(b)));
    }
    rows
}

impl Row {
    /// The number at one end of the row, if a gap parts it from the text.
    fn number(&self, page: &[Glyph], row: usize, side: Side) -> Option<MarginNumber> {
        const DIGITS_MAX: usize = 4;
        let inward: Vec<usize> = match side {
            Side::Left => self.glyphs.clone(),
            Side::Right => self.glyphs.iter().rev().copied().collect(),
        };
        let digits: Vec<usize> = inward
            .iter()
            .copied()
            .take_while(|&at| page.get(at).is_some_and(is_digit))
            .take(DIGITS_MAX + 1)
            .collect();
        let last = page.get(*digits.last()?)?;
        let next = page.get(*inward.get(digits.len())?)?;
        let (gap, edge) = match side {
            Side::Left => (next.x - last.x - last.advance, last.x + last.advance),
            Side::Right => (last.x - next.x - next.advance, last.x),
        };
        if digits.len() > DIGITS_MAX || gap < 0.4 * self.size {
            return None;
        }
        let mut written = digits.clone();
        if side == Side::Right {
            written.reverse();
        }
        let text: String = written
            .iter()
            .filter_map(|&at| page.get(at))
            .map(|glyph| glyph.text.trim())
            .collect();
        Some(MarginNumber {
            value: text.parse().ok()?,
            row,
            glyphs: digits,
            edge,
        })
    }

    /// The row without a number at one end: where it begins and ends, and its widest gap in its own size.
    fn extent(&self, page: &[Glyph], number: Option<&MarginNumber>) -> Option<(f64, f64, f64)> {
        let is_text = |at: &&usize| number.is_none_or(|number| !number.glyphs.contains(at));
        let mut glyphs = self
            .glyphs
            .iter()
            .filter(is_text)
            .filter_map(|&at| page.get(at));
        let first = glyphs.next()?;
        let (mut end, mut widest) = (first.x + first.advance, 0.0_f64);
        for glyph in glyphs {
            widest = widest.max((glyph.x - end) / self.size);
            end = end.max(glyph.x + glyph.advance);
        }
        Some((first.x, end, widest))
    }
}

fn is_digit(glyph: &Glyph) -> bool {
    let text = glyph.text.trim();
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether the rows run from edge to edge without gaps.
fn is_prose(page: &[Glyph], rows: &[Row], numbers: &[MarginNumber]) -> bool {
    let extents: Vec<(f64, f64, f64, f64)> = extents_of(page, rows, numbers)
        .map(|(row, (from, to, gap))| (from, to, gap, row.size))
        .collect();
    let right = extents
        .iter()
        .map(|&(_, to, ..)| to)
        .fold(f64::NEG_INFINITY, f64::max);
    let n_gaps = extents.iter().filter(|&&(_, _, gap, _)| gap > 1.5).count();
    let n_full = extents
        .iter()
        .filter(|&&(_, to, _, size)| right - to < 3.0 * size)
        .count();
    n_gaps * 4 <= extents.len() && n_full * 10 >= extents.len() * 4
}

/// The edge of the text: the outermost place that one row in ten shares.
fn text_edge(page: &[Glyph], rows: &[Row], numbers: &[MarginNumber], side: Side) -> f64 {
    const NEAR_POINTS: f64 = 3.0;
    let places = extents_of(page, rows, numbers).map(|(_, (from, to, _))| match side {
        Side::Left => from,
        Side::Right => -to,
    });
    let mut places: Vec<f64> = places.collect();
    places.sort_by(f64::total_cmp);
    let needed = (places.len() / 10).max(2);
    let shared = places.iter().copied().find(|&place| {
        let near = places
            .iter()
            .filter(|&&other| (other - place).abs() < NEAR_POINTS);
        near.count() >= needed
    });
    let edge = shared.or(places.first().copied()).unwrap_or(0.0);
    match side {
        Side::Left => edge,
        Side::Right => -edge,
    }
}

fn extents_of<'a>(
    page: &'a [Glyph],
    rows: &'a [Row],
    numbers: &'a [MarginNumber],
) -> impl Iterator<Item = (&'a Row, (f64, f64, f64))> {
    let mut numbers = numbers.iter().peekable();
    rows.iter().enumerate().filter_map(move |(at, row)| {
        let number = numbers.next_if(|number| number.row == at);
        Some((row, row.extent(page, number)?))
    })
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn put(page: &mut Vec<Glyph>, text: &str, x: f64, y: f64) {
        let mut x = x;
        for c in text.chars() {
            let advance = if c.is_ascii() { 6.0 } else { 12.0 };
            page.push(Glyph {
                text: c.to_string(),
                x,
                y,
                advance,
                size: 12.0,
                direction: Direction::Right,
            });
            x += advance;
        }
    }

    fn page(n_rows: usize, number: impl Fn(usize) -> Option<String>) -> Vec<Glyph> {
        let mut page = Vec::new();
        for row in 0..n_rows {
            let y = 800.0 - 20.0 * row as f64;
            put(
                &mut page,
                &"文".repeat(if row % 4 == 3 { 9 } else { 30 }),
                90.0,
                y,
            );
            if let Some(number) = number(row) {
                put(&mut page, &number, 60.0, y);
            }
        }
        page
    }

    #[test]
    fn numbers_that_grow_as_the_lines_do_are_taken() {
        for step in [1, 5] {
            let numbered = |row: usize| {
                (row + 1)
                    .is_multiple_of(step)
                    .then(|| (row + 1).to_string())
            };
            let mut pages = vec![
                page(20, numbered),
                page(4, |row| (row == 0).then(|| "21".into())),
            ];
            let taken = take(&mut pages);
            assert_eq!(taken[0].len(), 20 / step);
            assert_eq!(taken[1], ["21"]);
            assert!(pages.iter().flatten().all(|glyph| glyph.text == "文"));
        }
    }

    #[test]
    fn numbers_of_another_kind_stay() {
        // Years before lines, and numbers in the indent of a text whose other lines begin where they stand.
        let mut pages = vec![page(20, |row| Some((2000 + row * 3).to_string()))];
        assert!(take(&mut pages)[0].is_empty());
        let mut table = Vec::new();
        for row in 0..20 {
            let y = 800.0 - 20.0 * row as f64;
            put(&mut table, &(row + 1).to_string(), 60.0, y);
            put(&mut table, "指标", 90.0, y);
            put(&mut table, "12.5", 300.0, y);
        }
        assert!(take(&mut [table])[0].is_empty());
    }
}
