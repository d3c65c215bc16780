//! Rows × years: the darker, the more; hatched where no report is held.

use super::drawn::{Caption, Datum, Line, MAX_ROWS};
use super::scale::{N_STEPS, tone, written};
use super::sheet::{
    FAINT, MARGIN, SIZE, SMALL, SOFT, WIDTH, fitted, round, sheet, some_shown, title_height,
    widest, width,
};
use crate::t;
use maud::{Markup, html};

const MAX_ROW: f64 = 22.0;
const MAX_CELL: f64 = 64.0;
/// The widest column of names.
const MAX_NAMES: f64 = 200.0;

/// Draws rows × years.
pub fn heat(caption: &Caption, mut rows: Vec<Line>) -> String {
    let n_all = rows.len();
    rows.truncate(MAX_ROWS);
    let years = || rows.iter().flat_map(|row| &row.years);
    let first = years().map(|year| year.year).min().unwrap_or_default();
    let last = years().map(|year| year.year).max().unwrap_or_default();
    let most = years().filter_map(|year| year.datum.value);
    let most = most.fold(0.0, f64::max);
    let names = widest(rows.iter().map(|row| row.name.as_str()), SIZE).min(MAX_NAMES);
    let left = MARGIN + names + 8.0;
    let n_years = usize::from(last.saturating_sub(first)) + 1;
    let cell = ((WIDTH - MARGIN - left) / n_years as f64).min(MAX_CELL);
    let top = title_height(caption) + 18.0;
    let texts = years().map(|year| year.text.as_str());
    let is_written = widest(texts, SMALL) + 2.0 <= cell;
    let every = ((width("2000", SMALL) + 6.0) / cell).ceil().max(1.0) as usize;
    let bottom = top + rows.len() as f64 * MAX_ROW;
    let inside = html! {
        @for (at, year) in (first..=last).enumerate() {
            @if at % every == 0 {
                text x=(round(left + (at as f64 + 0.5) * cell)) y=(round(top - 6.0)) text-anchor="middle" font-size=(SMALL) fill=(SOFT) { (year) }
            }
        }
        @for (at, row) in rows.iter().enumerate() {
            text x=(round(left - 8.0)) y=(round(top + at as f64 * MAX_ROW + 15.0)) text-anchor="end" { (fitted(&row.name, SIZE, MAX_NAMES)) }
            @for year in &row.years {
                (square(left + f64::from(year.year.saturating_sub(first)) * cell, top + at as f64 * MAX_ROW, cell, year, &row.name, most, is_written))
            }
        }
        (legend(caption, bottom + 14.0, most, years().all(|year| is_whole(&year.datum))))
        @if let Some(shown) = some_shown(rows.len(), n_all) {
            text x=(MARGIN) y=(round(bottom + 50.0)) font-size=(SMALL) fill=(SOFT) { (shown) }
        }
    };
    sheet(caption, bottom + 60.0, &inside)
}

fn square(
    x: f64,
    y: f64,
    cell: f64,
    year: &super::drawn::Year,
    name: &str,
    most: f64,
    is_written: bool,
) -> Markup {
    let (fill, is_dark) = match year.datum.value {
        Some(value) => tone(value, most),
        None if year.datum.is_partial => ("#ffffff", false),
        None => ("url(#hatch)", false),
    };
    let text = match is_written {
        true => year.text.as_str(),
        // Where there is no room for words a mark says that there is no number.
        false if year.datum.is_partial => "×",
        false if year.datum.is_least => "≥",
        false => "",
    };
    html! {
        rect x=(round(x)) y=(round(y)) width=(round(cell)) height=(MAX_ROW) fill=(fill) stroke=(FAINT) stroke-width="0.6" {
            title { (name) " " (year.year) ": " (year.text) }
        }
        @if !text.is_empty() {
            text x=(round(x + cell / 2.0)) y=(round(y + 14.5)) text-anchor="middle" font-size=(SMALL) fill=(if is_dark { "#ffffff" } else { "#1a1a1a" }) { (text) }
        }
    }
}

/// The steps with the numbers at which they end, and what else a cell may be.
pub(super) fn legend(caption: &Caption, top: f64, most: f64, is_whole: bool) -> Markup {
    const STEP: f64 = 46.0;
    let name = width(&caption.measured, SMALL) + 10.0;
    let ends = step_ends(most, is_whole);
    let end = MARGIN + name + STEP * (ends.len() as f64 + 1.0) + 12.0;
    html! {
        text x=(MARGIN) y=(round(top + 11.0)) font-size=(SMALL) fill=(SOFT) { (caption.measured) }
        rect x=(round(MARGIN + name)) y=(round(top)) width=(STEP) height="12" fill="#ffffff" stroke=(FAINT) {}
        text x=(round(MARGIN + name + STEP / 2.0)) y=(round(top + 24.0)) text-anchor="middle" font-size=(SMALL) fill=(SOFT) { "0" }
        @for (at, step) in ends.iter().enumerate() {
            rect x=(round(MARGIN + name + STEP * (at as f64 + 1.0))) y=(round(top)) width=(STEP) height="12" fill=(tone(*step, most).0) stroke=(FAINT) {}
            text x=(round(MARGIN + name + STEP * (at as f64 + 1.5))) y=(round(top + 24.0)) text-anchor="middle" font-size=(SMALL) fill=(SOFT) { "≤ " (written(if is_whole { *step } else { shortened(*step) })) }
        }
        rect x=(round(end)) y=(round(top)) width="18" height="12" fill="url(#hatch)" stroke=(FAINT) {}
        text x=(round(end + 22.0)) y=(round(top + 10.5)) font-size=(SMALL) fill=(SOFT) { (t!("no report held")) }
        text x=(round(end)) y=(round(top + 24.0)) font-size=(SMALL) fill=(SOFT) { (t!("≥: the least; ×: abridged, unread")) }
    }
}

/// The numbers at which the steps end; of things that are counted whole numbers, each once: no number has the tones between.
fn step_ends(most: f64, is_whole: bool) -> Vec<f64> {
    let ends = (1..=N_STEPS).map(|at| most * at as f64 / N_STEPS as f64);
    if !is_whole {
        return ends.collect();
    }
    let mut ends: Vec<f64> = ends.map(f64::floor).filter(|end| *end > 0.0).collect();
    ends.dedup();
    ends
}

/// Whether a number is one of things that are counted.
pub(super) fn is_whole(datum: &Datum) -> bool {
    datum.value.is_none_or(|value| value.fract() == 0.0)
}

/// To three digits.
fn shortened(n: f64) -> f64 {
    if n <= 0.0 {
        return 0.0;
    }
    let power = 10f64.powf(n.log10().floor() - 2.0);
    (n / power).round() * power
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_of_what_is_counted_end_at_whole_numbers_each_once() {
        assert_eq!(step_ends(2.0, true), [1.0, 2.0]);
        assert_eq!(step_ends(0.0, true), [0.0; 0]);
        assert_eq!(step_ends(12.0, true), [2.0, 4.0, 6.0, 8.0, 10.0, 12.0]);
        assert_eq!(step_ends(3.0, false).len(), N_STEPS);
        // Each has the tone of the numbers that end there.
        for most in 1..40 {
            let most = f64::from(most);
            let tones: Vec<&str> = step_ends(most, true)
                .iter()
                .map(|end| tone(*end, most).0)
                .collect();
            let mut once = tones.clone();
            once.dedup();
            assert_eq!(tones, once, "{most}");
        }
    }
}
