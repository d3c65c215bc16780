//! A line for each expression or place, over years.
//!
//! A line is broken where a year has no number. A mark without fill is the least that stands there; a cross on the axis is
//! a year of which what is held is not whole, and says nothing. Under each year stands how many reports are held.

use super::drawn::{Caption, Line, MAX_LINES};
use super::scale::{ticks, written};
use super::sheet::{
    FAINT, MARGIN, SIZE, SMALL, SOFT, WIDTH, axis_name, fitted, round, sheet, some_shown,
    title_height, width,
};
use crate::t;
use maud::{Markup, html};
use std::collections::BTreeMap;

/// Colours that eyes of all kinds tell apart, and dashes for grey (Okabe and Ito, *Color Universal Design*, 2008).
const STYLES: [(&str, &str); MAX_LINES] = [
    ("#0072b2", ""),
    ("#d55e00", "7 3"),
    ("#009e73", "2 3"),
    ("#000000", "10 3 2 3"),
    ("#cc79a7", "5 2"),
    ("#e69f00", "1 3"),
    ("#56b4e9", "12 4"),
    ("#666666", "4 2 1 2"),
];
const PLOT_HEIGHT: f64 = 260.0;
/// Radius of a mark; smaller where years are many.
const MARK: f64 = 3.6;

struct Frame {
    left: f64,
    right: f64,
    top: f64,
    bottom: f64,
    most: f64,
    first: u16,
    n_years: usize,
}

impl Frame {
    fn slot(&self) -> f64 {
        (self.right - self.left) / self.n_years.max(1) as f64
    }

    fn x(&self, year: u16) -> f64 {
        self.left + (f64::from(year.saturating_sub(self.first)) + 0.5) * self.slot()
    }

    fn y(&self, value: f64) -> f64 {
        self.bottom - value / self.most * (self.bottom - self.top)
    }
}

/// Draws lines; `held` are the reports of each year. Of more lines than can be told apart, those with the largest numbers
/// are drawn.
pub fn lines(
    caption: &Caption,
    all: Vec<Line>,
    held: &BTreeMap<u16, u64>,
    smoothed: Option<usize>,
) -> String {
    let n_all = all.len();
    let drawn = largest(all);
    let years = || drawn.iter().flat_map(|line| &line.years);
    let first = years().map(|year| year.year).min().unwrap_or_default();
    let last = years().map(|year| year.year).max().unwrap_or_default();
    let most = years().filter_map(|year| year.datum.value);
    let ticks = ticks(most.fold(0.0, f64::max), 5);
    let labels: Vec<String> = ticks.iter().map(|tick| written(*tick)).collect();
    let left = MARGIN + super::sheet::widest(labels.iter().map(String::as_str), SMALL) + 8.0;
    let legend_top = title_height(caption);
    let (legend, legend_height) = legend(&drawn, legend_top, n_all, smoothed);
    let top = legend_top + legend_height + 36.0;
    let frame = Frame {
        left,
        right: WIDTH - MARGIN,
        top,
        bottom: top + PLOT_HEIGHT,
        most: ticks.last().copied().unwrap_or(1.0),
        first,
        n_years: usize::from(last.saturating_sub(first)) + 1,
    };
    let inside = html! {
        (legend)
        (axis_name(MARGIN, top - 12.0, &caption.measured))
        @for (tick, label) in ticks.iter().zip(&labels) {
            line x1=(round(frame.left)) x2=(round(frame.right)) y1=(round(frame.y(*tick))) y2=(round(frame.y(*tick))) stroke=(FAINT) stroke-width=(if *tick == 0.0 { "1.4" } else { "0.8" }) {}
            text x=(round(frame.left - 6.0)) y=(round(frame.y(*tick) + 3.5)) text-anchor="end" font-size=(SMALL) fill=(SOFT) { (label) }
        }
        (year_axis(&frame, held))
        @for (line, style) in drawn.iter().zip(STYLES) { (one(&frame, line, style, smoothed.is_some())) }
        @for (at, (line, style)) in drawn.iter().zip(STYLES).enumerate() { (marks(&frame, line, style, at)) }
        @for (line, style) in drawn.iter().zip(STYLES) { (crosses(&frame, line, style)) }
    };
    sheet(caption, frame.bottom + 66.0, &inside)
}

/// The lines with the largest numbers, in their order.
fn largest(all: Vec<Line>) -> Vec<Line> {
    let weight = |line: &Line| -> f64 {
        let values = line.years.iter();
        values.filter_map(|year| year.datum.value).sum()
    };
    let mut order: Vec<usize> = (0..all.len()).collect();
    let weights: Vec<f64> = all.iter().map(weight).collect();
    let of = |at: &usize| weights.get(*at).copied().unwrap_or_default();
    order.sort_by(|a, b| of(b).total_cmp(&of(a)).then(a.cmp(b)));
    order.truncate(MAX_LINES);
    let kept = all.into_iter().enumerate();
    let kept = kept.filter(|(at, _)| order.contains(at));
    kept.map(|(_, line)| line).collect()
}

/// Samples of the lines with their names, in rows; and the height of all.
fn legend(drawn: &[Line], top: f64, n_all: usize, smoothed: Option<usize>) -> (Markup, f64) {
    const SAMPLE: f64 = 34.0;
    const ROW: f64 = 20.0;
    let (mut x, mut y) = (MARGIN, top + SIZE);
    let mut placed = Vec::new();
    for (at, (line, style)) in drawn.iter().zip(STYLES).enumerate() {
        let name = fitted(&line.name, SIZE, WIDTH / 2.0);
        let needed = SAMPLE + 6.0 + width(&name, SIZE) + 18.0;
        if x + needed > WIDTH - MARGIN && x > MARGIN {
            (x, y) = (MARGIN, y + ROW);
        }
        placed.push((x, y, name, style, at));
        x += needed;
    }
    let mut remarks: Vec<String> = some_shown(drawn.len(), n_all).into_iter().collect();
    remarks
        .extend(smoothed.map(|years| {
            t!("lines: mean of %{n} years; marks: each year", n = years).into_owned()
        }));
    let has = |is: fn(&super::drawn::Datum) -> bool| {
        let mut years = drawn.iter().flat_map(|line| &line.years);
        years.any(|year| is(&year.datum))
    };
    if has(|datum| datum.is_least) {
        remarks.push(t!("no fill: the least, something was abridged or not read").into_owned());
    }
    if has(|datum| datum.is_partial) {
        remarks.push(t!("×: abridged or unread").into_owned());
    }
    let remark = remarks.join(match super::super::words::language() {
        crate::Language::Chinese => "；",
        crate::Language::English => "; ",
    });
    if !remark.is_empty() {
        y += ROW;
    }
    let markup = html! {
        @for (x, y, name, (colour, dash), at) in &placed {
            line x1=(round(*x)) x2=(round(x + SAMPLE)) y1=(round(y - 4.0)) y2=(round(y - 4.0)) stroke=(colour) stroke-width="2" stroke-dasharray=[(!dash.is_empty()).then_some(*dash)] {}
            (mark(x + SAMPLE / 2.0, y - 4.0, MARK, *at, colour, true))
            text x=(round(x + SAMPLE + 6.0)) y=(round(*y)) { (name) }
        }
        @if !remark.is_empty() { text x=(MARGIN) y=(round(y)) font-size=(SMALL) fill=(SOFT) { (remark) } }
    };
    (markup, y - top)
}

/// The years under an axis, as many as have room.
pub(super) fn year_labels(first: u16, n: usize, left: f64, slot: f64, bottom: f64) -> Markup {
    let every = ((width("2000", SMALL) + 10.0) / slot).ceil().max(1.0) as usize;
    let x = |at: usize| round(left + (at as f64 + 0.5) * slot);
    html! {
        @for (at, year) in (first..).take(n).enumerate().step_by(every) {
            line x1=(x(at)) x2=(x(at)) y1=(round(bottom)) y2=(round(bottom + 4.0)) stroke=(SOFT) {}
            text x=(x(at)) y=(round(bottom + 16.0)) text-anchor="middle" font-size=(SMALL) fill=(SOFT) { (year) }
        }
    }
}

/// Years, and how many reports are held of each.
fn year_axis(frame: &Frame, held: &BTreeMap<u16, u64>) -> Markup {
    let slot = frame.slot();
    let years = (frame.first..).take(frame.n_years);
    let held = |year: u16| held.get(&year).copied().unwrap_or(0);
    let years: Vec<(u16, u64)> = years.map(|year| (year, held(year))).collect();
    let most = years.iter().map(|(_, n)| *n).max().unwrap_or(0);
    let fits = width(&most.to_string(), SMALL - 1.0) + 1.0 <= slot;
    let strip = frame.bottom + 40.0;
    html! {
        (year_labels(frame.first, frame.n_years, frame.left, slot, frame.bottom))
        @for (year, n) in &years {
            @if fits {
                text x=(round(frame.x(*year))) y=(round(strip)) text-anchor="middle" font-size=(SMALL - 1.0) fill=(SOFT) { @if *n == 0 { "–" } @else { (n) } }
            } @else if *n > 0 {
                rect x=(round(frame.x(*year) - slot * 0.4)) width=(round(slot * 0.8)) y=(round(strip - 10.0 * *n as f64 / most as f64)) height=(round(10.0 * *n as f64 / most as f64)) fill="#9a9a9a" {}
            }
        }
        text x=(MARGIN) y=(round(strip + 14.0)) font-size=(SMALL) fill=(SOFT) {
            @if fits { (t!("year of the report; under it how many are held (–: none)")) }
            @else { (t!("year of the report; bars: how many are held, at most %{n}", n = most)) }
        }
    }
}

/// A line, broken where a year has no number.
fn one(frame: &Frame, line: &Line, (colour, dash): (&str, &str), is_smoothed: bool) -> Markup {
    let mut path = String::new();
    let mut is_open = false;
    for year in &line.years {
        let value = match is_smoothed {
            true => year.smoothed,
            false => year.datum.value,
        };
        let Some(value) = value else {
            is_open = false;
            continue;
        };
        let step = if is_open { 'L' } else { 'M' };
        let (x, y) = (round(frame.x(year.year)), round(frame.y(value)));
        path.push_str(&format!("{step}{x} {y}"));
        is_open = true;
    }
    html! {
        path d=(path) fill="none" stroke=(colour) stroke-width="2" stroke-linejoin="round" stroke-dasharray=[(!dash.is_empty()).then_some(dash)] {}
    }
}

fn marks(frame: &Frame, line: &Line, (colour, _): (&str, &str), at: usize) -> Markup {
    let radius = (frame.slot() * 0.36).clamp(1.6, MARK);
    html! {
        @for year in &line.years {
            @if let Some(value) = year.datum.value {
                g {
                    title { (line.name) " " (year.year) ": " (year.text) }
                    (mark(frame.x(year.year), frame.y(value), radius, at, colour, !year.datum.is_least))
                }
            }
        }
    }
}

/// A cross for each year of which nothing is whole: above all marks, as nobody would see it under another line's.
fn crosses(frame: &Frame, line: &Line, (colour, _): (&str, &str)) -> Markup {
    html! {
        @for year in &line.years {
            @if year.datum.value.is_none() && year.datum.is_partial {
                path d={ "M" (round(frame.x(year.year) - 3.0)) " " (round(frame.bottom - 3.0)) "l6 6m0 -6l-6 6" } stroke=(colour) stroke-width="1.2" fill="none" {}
            }
        }
    }
}

/// A mark of one of several shapes: circle, square, triangle, diamond, and the same again.
fn mark(x: f64, y: f64, r: f64, at: usize, colour: &str, is_filled: bool) -> Markup {
    let fill = if is_filled { colour } else { "#ffffff" };
    let (x, y) = (round(x), round(y));
    html! {
        @match at % 4 {
            0 => circle cx=(x) cy=(y) r=(round(r)) fill=(fill) stroke=(colour) stroke-width="1.2" {},
            1 => rect x=(round(x - r)) y=(round(y - r)) width=(round(2.0 * r)) height=(round(2.0 * r)) fill=(fill) stroke=(colour) stroke-width="1.2" {},
            2 => path d={ "M" (x) " " (round(y - r * 1.2)) "L" (round(x + r * 1.2)) " " (round(y + r)) "L" (round(x - r * 1.2)) " " (round(y + r)) "Z" } fill=(fill) stroke=(colour) stroke-width="1.2" {},
            _ => path d={ "M" (x) " " (round(y - r * 1.3)) "L" (round(x + r * 1.3)) " " (y) "L" (x) " " (round(y + r * 1.3)) "L" (round(x - r * 1.3)) " " (y) "Z" } fill=(fill) stroke=(colour) stroke-width="1.2" {},
        }
    }
}
