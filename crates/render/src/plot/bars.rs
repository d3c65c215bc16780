//! A bar for each row, the longest first; rows without a number last, with what is known of them.

use super::drawn::{Caption, MAX_ROWS, Named};
use super::scale::ticks;
use super::sheet::{
    FAINT, MARGIN, SIZE, SMALL, SOFT, WIDTH, axis_name, fitted, round, sheet, some_shown,
    title_height, widest, width,
};
use crate::t;
use maud::html;

const ROW: f64 = 20.0;
const BAR: f64 = 13.0;
const FILL: &str = "#3f78ae";
/// The widest column of names.
const MAX_NAMES: f64 = 240.0;

/// Draws bars.
pub fn bars(caption: &Caption, mut rows: Vec<Named>) -> String {
    let n_all = rows.len();
    let key = |row: &Named| row.datum.value.unwrap_or(-1.0);
    // The sort is stable: equal ones stay as in the table.
    rows.sort_by(|a, b| key(b).total_cmp(&key(a)));
    rows.truncate(MAX_ROWS);
    let most = rows.iter().filter_map(|row| row.datum.value);
    let ticks = ticks(most.fold(0.0, f64::max), 5);
    let most = ticks.last().copied().unwrap_or(1.0);
    let names = widest(rows.iter().map(|row| row.name.as_str()), SIZE).min(MAX_NAMES);
    let texts = widest(rows.iter().map(|row| row.text.as_str()), SMALL);
    let left = MARGIN + names + 8.0;
    let room = WIDTH - MARGIN - left - texts.max(width("000", SMALL)) - 8.0;
    let top = title_height(caption) + 38.0;
    let bottom = top + rows.len() as f64 * ROW;
    let x = |value: f64| left + value / most * room;
    let inside = html! {
        (axis_name(left, top - 24.0, &caption.measured))
        @for tick in &ticks {
            line x1=(round(x(*tick))) x2=(round(x(*tick))) y1=(round(top - 2.0)) y2=(round(bottom)) stroke=(FAINT) stroke-width=(if *tick == 0.0 { "1.4" } else { "0.8" }) {}
            text x=(round(x(*tick))) y=(round(top - 6.0)) text-anchor="middle" font-size=(SMALL) fill=(SOFT) { (super::scale::written(*tick)) }
        }
        @for (at, row) in rows.iter().enumerate() {
            text x=(round(left - 8.0)) y=(round(top + at as f64 * ROW + 14.0)) text-anchor="end" { (fitted(&row.name, SIZE, MAX_NAMES)) }
            @if let Some(value) = row.datum.value {
                rect x=(round(left)) y=(round(top + at as f64 * ROW + (ROW - BAR) / 2.0)) width=(round(x(value) - left)) height=(BAR) fill=(if row.datum.is_least { "#ffffff" } else { FILL }) stroke=(FILL) stroke-width="1.2" stroke-dasharray=[row.datum.is_least.then_some("3 2")] {}
            }
            text x=(round(x(row.datum.value.unwrap_or(0.0)) + 5.0)) y=(round(top + at as f64 * ROW + 13.5)) font-size=(SMALL) fill=(SOFT) {
                @if row.datum.value.is_none() && !row.datum.is_partial { (t!("no report held")) } @else { (row.text) }
            }
        }
        @if let Some(shown) = some_shown(rows.len(), n_all) {
            text x=(MARGIN) y=(round(bottom + 16.0)) font-size=(SMALL) fill=(SOFT) { (shown) }
        }
        @if rows.iter().any(|row| row.datum.is_least) {
            text x=(round(left)) y=(round(bottom + 16.0)) font-size=(SMALL) fill=(SOFT) { (t!("no fill: the least, something was abridged or not read")) }
        }
    };
    sheet(caption, bottom + 26.0, &inside)
}
