//! The adoption curve as a picture: a line of all that have the phrase by a year, bars of those that are new in it.

use super::super::words::Lang;
use baogao_engine::concordance::Adoption;
use maud::{Markup, html};

/// Size, and the room for labels.
const WIDTH: f64 = 720.0;
const HEIGHT: f64 = 240.0;
const LEFT: f64 = 40.0;
const RIGHT: f64 = 12.0;
const TOP: f64 = 16.0;
const BOTTOM: f64 = 28.0;
/// Of few years the bars are no walls.
const MAX_BAR: f64 = 48.0;
/// Labels of years, at most.
const N_LABELS: usize = 8;
/// What the picture looks like where no style sheet reaches it; one that does takes precedence.
const LINE: &str = "#b3261e";
const BAR: &str = "#d7a29d";
const AXIS: &str = "#666666";

/// The picture; `n_all` are those of which reports are held.
pub(super) fn adoption(curve: &[Adoption], n_all: usize, phrase: &str, lang: Lang) -> Markup {
    let n_years = curve.len().max(1) as f64;
    let slot = (WIDTH - LEFT - RIGHT) / n_years;
    let bar = (slot * 0.6).min(MAX_BAR);
    let top = n_all.max(1) as f64;
    let height = HEIGHT - TOP - BOTTOM;
    let x = |at: usize| LEFT + slot * at as f64;
    let y = |n: usize| TOP + height * (1.0 - n as f64 / top);
    let mut line = String::new();
    for (at, year) in curve.iter().enumerate() {
        let (from, to, level) = (x(at), x(at + 1), y(year.cumulative));
        let move_to = if at == 0 { 'M' } else { 'L' };
        line.push_str(&format!("{move_to}{from:.1} {level:.1}L{to:.1} {level:.1}"));
    }
    let every = curve.len().div_ceil(N_LABELS).max(1);
    let last = curve.last().map_or(0, |year| year.cumulative);
    let what = match (lang, curve.first(), curve.last()) {
        (Lang::Zh, Some(first), Some(end)) => {
            format!(
                "“{phrase}”：{} 至 {} 年，{n_all} 个中有 {last} 个提及",
                first.year, end.year
            )
        }
        (_, Some(first), Some(end)) => {
            format!(
                "“{phrase}”: {} to {}, in {last} of {n_all}",
                first.year, end.year
            )
        }
        _ => phrase.to_owned(),
    };
    html! {
        svg.chart xmlns="http://www.w3.org/2000/svg" viewBox={ "0 0 " (WIDTH) " " (HEIGHT) } role="img" aria-labelledby="chart-title" font-family="sans-serif" font-size="12" {
            title id="chart-title" { (super::parts::shown(&what)) }
            @for n in [0, n_all.div_ceil(2), n_all] {
                line.axis x1=(LEFT) x2=(WIDTH - RIGHT) y1=(round(y(n))) y2=(round(y(n))) stroke=(AXIS) stroke-opacity="0.3" {}
                text.label x=(LEFT - 6.0) y=(round(y(n) + 4.0)) text-anchor="end" fill=(AXIS) { (n) }
            }
            @for (at, year) in curve.iter().enumerate() {
                @if year.new > 0 {
                    rect.bar x=(round(x(at) + (slot - bar) / 2.0)) width=(round(bar)) y=(round(y(year.new))) height=(round(TOP + height - y(year.new))) fill=(BAR) {
                        title { (year.year) ": +" (year.new) }
                    }
                }
                @if at % every == 0 {
                    text.label x=(round(x(at) + slot / 2.0)) y=(HEIGHT - 8.0) text-anchor="middle" fill=(AXIS) { (year.year) }
                }
            }
            path.line d=(line) fill="none" stroke=(LINE) stroke-width="2.5" stroke-linejoin="round" {}
        }
    }
}

/// To a tenth of a pixel.
fn round(n: f64) -> f64 {
    (n * 10.0).round() / 10.0
}
