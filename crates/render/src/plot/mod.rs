//! Pictures for papers, as SVG: lines over years, heat maps, bars, a map of tiles, the curve of an adoption.
//!
//! In: numbers of an answer, with what is known of each. Out: an SVG document that needs nothing beside it: title, names
//! of the axes with their units, legend, source. The page, the command line and files have the same picture.
//!
//! | file | purpose |
//! |---|---|
//! | `drawn` | what is drawn: numbers under names, the caption |
//! | `sheet` | what all pictures have: size, title, source, text that fits |
//! | `scale` | ticks of an axis, steps of a heat |
//! | `lines` | a line for each expression, broken where nothing is held |
//! | `heat` | rows × years |
//! | `bars` | a bar for each row |
//! | `tiles` | a tile for each province, about where it lies |
//! | `adoption` | how many have an expression by each year |
//! | `png` | SVG → PNG, with a font of this machine |
//!
//! # Invariants
//!
//! - Nothing is told by colour alone: lines have dashes and marks, heat has numbers, and all tones differ in grey.
//! - A number that may not be given is not drawn as a nought: lines are broken, cells hatched or marked.

mod adoption;
mod bars;
mod drawn;
mod heat;
mod lines;
#[cfg(feature = "png")]
pub mod png;
mod scale;
mod sheet;
mod tiles;

use super::failure::Failure;
use super::terminal::escape;
use super::words::cell;
use crate::t;
pub use adoption::adoption;
use baogao_engine::ask::{Answered, CountAnswer, Counting, FirstAnswer, TrendAnswer};
use baogao_engine::stats::{Dimension, Measure, Row, Value};
pub use bars::bars;
use drawn::title;
pub use drawn::{Caption, Datum, Line, Named, Year, name_of, unit};
pub use heat::heat;
pub use lines::lines;
use std::collections::BTreeMap;
pub use tiles::tiles;

/// The picture of a trend.
pub fn of_trend(answer: &TrendAnswer<'_>) -> String {
    let measure = answer.measure();
    let names: Vec<&str> = answer.totals().map(|(name, _)| name).collect();
    let is_one = names.len() == 1;
    let mut drawn: Vec<Line> = Vec::new();
    for series in &answer.series {
        let of = series.key.as_ref().map(name_of);
        let name = match (of, is_one) {
            (Some(of), true) => of,
            (Some(of), false) => format!("{} · {of}", series.phrase),
            (None, _) => series.phrase.clone(),
        };
        let years = series.points.iter().map(|point| {
            let smoothed = point.smoothed.map(|mean| match measure {
                Measure::Share => mean.value * 100.0,
                _ => mean.value,
            });
            Year {
                year: point.year,
                datum: Datum::of(&point.row, measure),
                smoothed,
                text: cell(measure, &point.row),
            }
        });
        drawn.push(Line {
            name: escape(&name).into_owned(),
            years: years.collect(),
        });
    }
    let years = answer.years().into_iter().flatten();
    let held = years
        .map(|year| (year, answer.reports_held(year)))
        .collect();
    let caption = Caption::of(answer.method(), &names, measure);
    lines(&caption, drawn, &held, answer.smoothed_over())
}

/// The curve of first appearances; empty axes where there is none.
pub fn of_first(answer: &FirstAnswer<'_>) -> String {
    let typed = answer.query.asked();
    let names = [typed.as_str()];
    let mut caption = Caption::of(answer.method(), &names, Measure::Reports);
    let of = answer.by.map_or("", |by| by.name());
    caption.measured = t!("how many have it, by %{what}", what = t!(of)).into_owned();
    let filters = super::words::filters(answer.method());
    caption.title = title(&names, &caption.measured, &filters);
    adoption(&caption, &answer.curve, answer.n_known)
}

/// How a picture in lines begins.
const SVG_MARK: &str =
    "<svg class=\"plot\" xmlns=\"http://www.w3.org/2000/svg\" data-by=\"baogao\"";
/// What stands in a picture of dots, behind its header.
const PNG_MARK: &[u8] = b"tEXtSoftware\0baogao";

/// Whether a file that begins with these bytes is a picture that this program drew.
pub fn is_ours(start: &[u8]) -> bool {
    let has_png_mark = || {
        let mut parts = start.windows(PNG_MARK.len()).take(N_START);
        parts.any(|part| part == PNG_MARK)
    };
    start.starts_with(SVG_MARK.as_bytes()) || start.starts_with(b"\x89PNG") && has_png_mark()
}

/// So many bytes tell that.
pub const N_START: usize = 128;

/// How counts are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "arguments", derive(clap::ValueEnum))]
pub enum Kind {
    /// A line for each expression, over years
    Lines,
    /// Rows × years
    Heat,
    /// A bar for each row
    Bars,
    /// A tile for each province
    #[cfg_attr(feature = "arguments", value(name = "map"))]
    Tiles,
}

impl Kind {
    /// How counts by some keys are drawn where nothing is said; none if there is no such picture.
    pub fn of(by: &[Dimension]) -> Option<Kind> {
        match by {
            [Dimension::Year] => Some(Kind::Lines),
            [] | [_] => Some(Kind::Bars),
            [_, Dimension::Year] | [Dimension::Year, _] => Some(Kind::Heat),
            _ => None,
        }
    }

    /// Whether counts by some keys can be drawn so.
    pub fn fits(self, by: &[Dimension]) -> bool {
        match self {
            Kind::Lines => by.contains(&Dimension::Year) && by.len() <= 2,
            Kind::Heat => by.contains(&Dimension::Year) && by.len() == 2,
            Kind::Bars => by.len() <= 1,
            Kind::Tiles => matches!(by, [Dimension::Province | Dimension::Region]),
        }
    }
}

/// Refuses what a picture would show in part only: a tile has one number.
///
/// # Errors
/// When several expressions are to be drawn on one map.
pub fn check(answer: &CountAnswer<'_>, kind: Kind) -> Result<(), Failure> {
    if kind != Kind::Tiles || answer.countings.len() < 2 {
        return Ok(());
    }
    Err(Failure::usage(
        t!(
            "a map shows one expression, not %{n}",
            n = answer.countings.len()
        ),
        Some(t!("ask for one, or draw bars or a heat map").into_owned()),
    ))
}

/// The picture of counts; nothing if they cannot be drawn so.
pub fn of_counts(answer: &CountAnswer<'_>, kind: Kind, measure: Measure) -> Option<String> {
    let by = answer.by.as_slice();
    if !kind.fits(by) {
        return None;
    }
    let names: Vec<&str> = answer.totals().map(|(name, _)| name).collect();
    let caption = Caption::of(answer.method(), &names, measure);
    let rows = answer.rows_of_all(0, usize::MAX);
    let rows: Vec<(&Counting, Row)> = rows.map(|(of, _, row)| (of, row)).collect();
    Some(match kind {
        Kind::Bars => bars(&caption, named(answer, &rows, measure)),
        Kind::Tiles => tiles(&caption, &named(answer, &rows, measure)),
        Kind::Heat => heat(&caption, over_years(answer, &rows, measure)),
        Kind::Lines => {
            let held = held_by_year(answer, &rows);
            lines(&caption, over_years(answer, &rows, measure), &held, None)
        }
    })
}

/// What is held of each year: under the expression with the most, as a report under several counts once.
fn held_by_year(answer: &CountAnswer<'_>, rows: &[(&Counting, Row)]) -> BTreeMap<u16, u64> {
    let at = answer.by.iter().position(|by| *by == Dimension::Year);
    let mut all: BTreeMap<u16, u64> = BTreeMap::new();
    for of_one in rows.chunk_by(|(a, _), (b, _)| a.number == b.number) {
        let mut held: BTreeMap<u16, u64> = BTreeMap::new();
        for (_, row) in of_one {
            if let Some(Value::Year(year)) = at.and_then(|at| row.key.get(at)) {
                let n = row.sums.map_or(0, |sums| sums.reports_held);
                *held.entry(year.get()).or_default() += n;
            }
        }
        for (year, n) in held {
            let most = all.entry(year).or_default();
            *most = n.max(*most);
        }
    }
    all
}

/// The name of a row: of its key, and of its expression where there are several.
fn row_name(answer: &CountAnswer<'_>, phrase: &str, key: Option<&Value>) -> String {
    let of = key.map(|value| answer.report_id(value).unwrap_or_else(|| name_of(value)));
    let name = match (of, answer.totals().nth(1).is_some()) {
        (Some(of), false) => of,
        (Some(of), true) => format!("{phrase} · {of}"),
        (None, _) => phrase.to_owned(),
    };
    escape(&name).into_owned()
}

fn named(answer: &CountAnswer<'_>, rows: &[(&Counting, Row)], measure: Measure) -> Vec<Named> {
    let rows = rows.iter().map(|(counting, row)| Named {
        name: row_name(answer, &counting.entry.name, row.key.first()),
        datum: Datum::of(row, measure),
        text: cell(measure, row),
        value: row.key.first().cloned(),
    });
    rows.collect()
}

/// Rows with a year in their keys as lines; those without a year are left out.
fn over_years(answer: &CountAnswer<'_>, rows: &[(&Counting, Row)], measure: Measure) -> Vec<Line> {
    let at = answer.by.iter().position(|by| *by == Dimension::Year);
    let mut all: Vec<(usize, Option<&Value>, Line)> = Vec::new();
    for (counting, row) in rows {
        let Some(Value::Year(year)) = at.and_then(|at| row.key.get(at)) else {
            continue;
        };
        let other = row.key.iter().enumerate();
        let other = other.filter(|(place, _)| Some(*place) != at);
        let other = other.map(|(_, value)| value).next();
        let year = Year {
            year: year.get(),
            datum: Datum::of(row, measure),
            smoothed: None,
            text: cell(measure, row),
        };
        let is_same = |(of, key, _): &&mut (usize, Option<&Value>, Line)| {
            *of == counting.number && *key == other
        };
        match all.iter_mut().rev().find(is_same) {
            Some((.., line)) => line.years.push(year),
            None => {
                let name = row_name(answer, &counting.entry.name, other);
                let years = vec![year];
                all.push((counting.number, other, Line { name, years }));
            }
        }
    }
    all.into_iter().map(|(.., line)| line).collect()
}
