//! How many have an expression by each year, parted into what is seen to be new and what may be older.

use super::drawn::Caption;
use super::lines::year_labels;
use super::scale::{whole_ticks, written};
use super::sheet::{
    FAINT, MARGIN, SIZE, SMALL, SOFT, WIDTH, axis_name, round, sheet, title_height, widest, width,
};
use crate::t;
use baogao_engine::concordance::Adoption;
use maud::{Markup, html};

/// Years that are drawn before the first appearance.
const YEARS_BEFORE: usize = 8;
const PLOT_HEIGHT: f64 = 240.0;
const SEEN: &str = "#3f78ae";
const HELD: &str = "#1a1a1a";

/// Draws the curve, from some years before the first that has it; `n_all` are those of which something is known.
pub fn adoption(caption: &Caption, curve: &[Adoption], n_all: usize) -> String {
    let first = curve.iter().position(|year| year.new > 0).unwrap_or(0);
    let curve = curve
        .get(first.saturating_sub(YEARS_BEFORE)..)
        .unwrap_or_default();
    let ticks = whole_ticks(n_all as f64, 5);
    let most = ticks.last().copied().unwrap_or(1.0);
    let labels: Vec<String> = ticks.iter().map(|tick| written(*tick)).collect();
    let left = MARGIN + widest(labels.iter().map(String::as_str), SMALL) + 8.0;
    let right = WIDTH - MARGIN;
    let legend_top = title_height(caption);
    let (key, top) = legend(legend_top);
    let bottom = top + PLOT_HEIGHT;
    let slot = (right - left) / curve.len().max(1) as f64;
    let x = |at: usize| left + slot * at as f64;
    let y = |n: usize| bottom - n as f64 / most * PLOT_HEIGHT;
    let first = curve.first().map_or(0, |year| year.year);
    let held: String = curve
        .iter()
        .enumerate()
        .fold(String::new(), |path, (at, year)| {
            let step = if at == 0 { 'M' } else { 'L' };
            let (from, to, level) = (round(x(at)), round(x(at + 1)), round(y(year.held)));
            format!("{path}{step}{from} {level}L{to} {level}")
        });
    let inside = html! {
        (key)
        (axis_name(MARGIN, top - 12.0, &caption.measured))
        @for (tick, label) in ticks.iter().zip(&labels) {
            line x1=(round(left)) x2=(round(right)) y1=(round(y(*tick as usize))) y2=(round(y(*tick as usize))) stroke=(FAINT) stroke-width=(if *tick == 0.0 { "1.4" } else { "0.8" }) {}
            text x=(round(left - 6.0)) y=(round(y(*tick as usize) + 3.5)) text-anchor="end" font-size=(SMALL) fill=(SOFT) { (label) }
        }
        @for (at, year) in curve.iter().enumerate() {
            g {
                title { (year.year) ": +" (year.new) " = " (year.cumulative) }
                (column(x(at), slot, bottom, y(year.cumulative - year.censored), SEEN, None))
                (column(x(at), slot, y(year.cumulative - year.censored), y(year.cumulative), "url(#hatch)", Some("#8a8a8a")))
            }
        }
        path d=(held) fill="none" stroke=(HELD) stroke-width="1.4" stroke-dasharray="5 3" {}
        (year_labels(first, curve.len(), left, slot, bottom))
    };
    sheet(caption, bottom + 30.0, &inside)
}

fn column(x: f64, slot: f64, from: f64, to: f64, fill: &str, edge: Option<&str>) -> Markup {
    html! {
        @if from - to > 0.01 {
            rect x=(round(x + slot * 0.1)) width=(round(slot * 0.8)) y=(round(to)) height=(round(from - to)) fill=(fill) stroke=[edge] stroke-width="0.8" {}
        }
    }
}

/// What is what, and where the picture begins.
fn legend(top: f64) -> (Markup, f64) {
    let names = [
        t!("seen to be new: a whole report of the year before does not have it"),
        t!("may be older: no whole report of the year before is held"),
        t!("whole reports of the year"),
    ];
    let mut placed = Vec::new();
    let (mut x, mut y) = (MARGIN, top + SIZE);
    for name in names {
        let needed = 26.0 + width(&name, SIZE) + 18.0;
        if x + needed > WIDTH - MARGIN && x > MARGIN {
            (x, y) = (MARGIN, y + 20.0);
        }
        placed.push((x, y, name));
        x += needed;
    }
    let end = y + 40.0;
    let markup = html! {
        @for (at, (x, y, name)) in placed.iter().enumerate() {
            @match at {
                0 => rect x=(round(*x)) y=(round(y - 10.0)) width="20" height="11" fill=(SEEN) {},
                1 => rect x=(round(*x)) y=(round(y - 10.0)) width="20" height="11" fill="url(#hatch)" stroke="#8a8a8a" stroke-width="0.8" {},
                _ => line x1=(round(*x)) x2=(round(x + 20.0)) y1=(round(y - 4.0)) y2=(round(y - 4.0)) stroke=(HELD) stroke-width="1.4" stroke-dasharray="5 3" {},
            }
            text x=(round(x + 26.0)) y=(round(*y)) { (name) }
        }
    };
    (markup, end)
}
