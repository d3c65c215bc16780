//! What all pictures have: white ground, title, source, and text that fits its place.

use super::super::words::language;
use super::drawn::Caption;
use crate::{Language, t};
use maud::{Markup, html};
use unicode_width::UnicodeWidthStr;

/// Width of all pictures, in units of the drawing: some 17 cm in print at 96 to the inch.
pub(super) const WIDTH: f64 = 760.0;
/// Room at the sides.
pub(super) const MARGIN: f64 = 16.0;
/// Height of letters.
pub(super) const SIZE: f64 = 12.0;
pub(super) const SMALL: f64 = 10.0;
const TITLE: f64 = 15.0;
/// Colours of text and axes.
pub(super) const INK: &str = "#1a1a1a";
pub(super) const SOFT: &str = "#5a5a5a";
pub(super) const FAINT: &str = "#d0d0d0";
/// Fonts that have Chinese, of common systems.
pub(super) const FONTS: &str = "'Noto Sans CJK SC','Noto Sans SC','Source Han Sans SC','PingFang SC','Microsoft YaHei','WenQuanYi Zen Hei',SimHei,sans-serif";

/// The height of a title.
pub(super) fn title_height(caption: &Caption) -> f64 {
    let lines = wrapped(&caption.title, TITLE, WIDTH - 2.0 * MARGIN).len();
    MARGIN + lines as f64 * TITLE * 1.35 + 6.0
}

/// The height of the source.
fn source_height(caption: &Caption) -> f64 {
    source_lines(caption).len() as f64 * SMALL * 1.4 + MARGIN
}

fn source_lines(caption: &Caption) -> Vec<String> {
    let said = match language() {
        Language::Chinese => format!("来源：{}", caption.source),
        Language::English => format!("Source: {}", caption.source),
    };
    wrapped(&said, SMALL, WIDTH - 2.0 * MARGIN)
}

/// A whole picture: `inside` is drawn between the title and `end`.
pub(super) fn sheet(caption: &Caption, end: f64, inside: &Markup) -> String {
    let height = end + source_height(caption);
    let titles = wrapped(&caption.title, TITLE, WIDTH - 2.0 * MARGIN);
    let sources = source_lines(caption);
    let document = html! {
        svg.plot xmlns="http://www.w3.org/2000/svg" data-by="baogao" width=(WIDTH) height=(round(height)) viewBox={ "0 0 " (WIDTH) " " (round(height)) } role="img" aria-label=(caption.title) font-family=(FONTS) font-size=(SIZE) fill=(INK) {
            title { (caption.title) }
            defs {
                pattern id="hatch" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)" {
                    line x1="0" y1="0" x2="0" y2="5" stroke="#b4b4b4" stroke-width="1.2" {}
                }
            }
            rect width=(WIDTH) height=(round(height)) fill="#ffffff" {}
            @for (at, line) in titles.iter().enumerate() {
                text x=(MARGIN) y=(round(MARGIN + (at as f64 + 0.8) * TITLE * 1.35)) font-size=(TITLE) font-weight="bold" { (line) }
            }
            (inside)
            @for (at, line) in sources.iter().enumerate() {
                text x=(MARGIN) y=(round(end + (at as f64 + 1.0) * SMALL * 1.4)) font-size=(SMALL) fill=(SOFT) { (line) }
            }
        }
    };
    document.into_string()
}

/// A tenth of a unit is fine enough.
pub(super) fn round(n: f64) -> f64 {
    (n * 10.0).round() / 10.0
}

/// The width of text, in units of the drawing: a hanzi is as wide as it is high, a Latin letter about 0.56 of that.
pub(super) fn width(text: &str, size: f64) -> f64 {
    text.width() as f64 * 0.56 * size
}

/// Text cut at a width, with … for what is left out.
pub(super) fn fitted(text: &str, size: f64, room: f64) -> String {
    if width(text, size) <= room {
        return text.to_owned();
    }
    let mut kept = String::new();
    for c in text.chars() {
        kept.push(c);
        if width(&kept, size) + size > room {
            break;
        }
    }
    kept.push('…');
    kept
}

/// Text in lines of a width; broken between words and hanzi.
pub(super) fn wrapped(text: &str, size: f64, room: f64) -> Vec<String> {
    let columns = (room / (0.56 * size)).floor().max(8.0) as usize;
    let lines = textwrap::wrap(text, columns);
    lines.into_iter().map(|line| line.into_owned()).collect()
}

/// Whether names would be wider than their room.
pub(super) fn widest<'a>(names: impl Iterator<Item = &'a str>, size: f64) -> f64 {
    names.map(|name| width(name, size)).fold(0.0, f64::max)
}

/// Text that stands on its head side is unreadable: the name of an upright axis stands above it.
pub(super) fn axis_name(x: f64, y: f64, name: &str) -> Markup {
    html! { text x=(round(x)) y=(round(y)) font-size=(SIZE) fill=(SOFT) { (name) } }
}

/// “60 of 2,000 shown”
pub(super) fn some_shown(shown: usize, of: usize) -> Option<String> {
    let number = |n: usize| super::super::terminal::number(n as u64);
    (shown < of).then(|| t!("%{a} of %{b} shown", a = number(shown), b = number(of)).into_owned())
}
