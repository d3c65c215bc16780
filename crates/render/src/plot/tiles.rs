//! A tile for each province, about where it lies: an outline map would show how large provinces are, not what they say.

use super::drawn::{Caption, Named};
use super::heat::{is_whole, legend};
use super::scale::tone;
use super::sheet::{MARGIN, SIZE, SMALL, SOFT, WIDTH, round, sheet, title_height, wrapped};
use baogao_engine::stats::Value;
use baogao_reading::region::Region;
use maud::{Markup, html};

const TILE: f64 = 68.0;
const GAP: f64 = 4.0;
const N_COLUMNS: f64 = 9.0;
const N_ROWS: f64 = 8.0;
/// Code of the province (GB/T 2260), column from the west and row from the north.
const PLACES: [(u32, u8, u8); 34] = [
    (230_000, 8, 0),
    (650_000, 0, 1),
    (150_000, 4, 1),
    (110_000, 6, 1),
    (210_000, 7, 1),
    (220_000, 8, 1),
    (630_000, 1, 2),
    (620_000, 2, 2),
    (640_000, 3, 2),
    (140_000, 4, 2),
    (130_000, 5, 2),
    (120_000, 6, 2),
    (540_000, 1, 3),
    (610_000, 3, 3),
    (410_000, 4, 3),
    (370_000, 5, 3),
    (510_000, 2, 4),
    (500_000, 3, 4),
    (420_000, 4, 4),
    (340_000, 5, 4),
    (320_000, 6, 4),
    (310_000, 7, 4),
    (530_000, 2, 5),
    (520_000, 3, 5),
    (430_000, 4, 5),
    (360_000, 5, 5),
    (330_000, 6, 5),
    (450_000, 3, 6),
    (440_000, 4, 6),
    (350_000, 5, 6),
    (710_000, 7, 6),
    (460_000, 3, 7),
    (820_000, 4, 7),
    (810_000, 5, 7),
];

/// Draws the provinces; what is no province is told under the map.
pub fn tiles(caption: &Caption, rows: &[Named]) -> String {
    let most = rows.iter().filter(|row| province(row).is_some());
    let most = most.filter_map(|row| row.datum.value).fold(0.0, f64::max);
    let top = title_height(caption) + 4.0;
    let left = (WIDTH - N_COLUMNS * TILE) / 2.0;
    let bottom = top + N_ROWS * TILE;
    let others = rows.iter().filter(|row| province(row).is_none());
    let others: Vec<String> = others
        .map(|row| format!("{} {}", row.name, row.text))
        .collect();
    let others = match others.is_empty() {
        true => Vec::new(),
        false => wrapped(&others.join(" · "), SMALL, WIDTH - 2.0 * MARGIN),
    };
    let inside = html! {
        @for (code, column, row) in PLACES {
            (tile(left + f64::from(column) * TILE, top + f64::from(row) * TILE, code, rows, most))
        }
        (legend(caption, bottom + 10.0, most, rows.iter().all(|row| is_whole(&row.datum))))
        @for (at, line) in others.iter().enumerate() {
            text x=(MARGIN) y=(round(bottom + 52.0 + at as f64 * SMALL * 1.4)) font-size=(SMALL) fill=(SOFT) { (line) }
        }
    };
    sheet(
        caption,
        bottom + 48.0 + others.len() as f64 * SMALL * 1.4,
        &inside,
    )
}

/// The province of a row, if that is one.
fn province(row: &Named) -> Option<Region> {
    match &row.value {
        Some(Value::Region(region)) if region.province() == Some(*region) => Some(*region),
        _ => None,
    }
}

fn tile(x: f64, y: f64, code: u32, rows: &[Named], most: f64) -> Markup {
    let region = Region::from_code(code);
    let is_it = |row: &&Named| province(row).is_some() && province(row) == region;
    let row = rows.iter().find(is_it);
    let value = row.and_then(|row| row.datum.value);
    let (fill, is_dark) = match (value, row.is_some_and(|row| row.datum.is_partial)) {
        (Some(value), _) => tone(value, most),
        (None, true) => ("#ffffff", false),
        (None, false) => ("url(#hatch)", false),
    };
    let ink = if is_dark { "#ffffff" } else { "#1a1a1a" };
    let middle = round(x + TILE / 2.0);
    html! {
        rect x=(round(x + GAP / 2.0)) y=(round(y + GAP / 2.0)) width=(TILE - GAP) height=(TILE - GAP) rx="4" fill=(fill) stroke="#8a8a8a" stroke-width="0.8" {}
        text x=(middle) y=(round(y + TILE / 2.0 - 3.0)) text-anchor="middle" font-size=(SIZE + 1.0) fill=(ink) { (region.map_or("", Region::short_name)) }
        @if let Some(row) = row {
            text x=(middle) y=(round(y + TILE / 2.0 + 15.0)) text-anchor="middle" font-size=(SIZE) fill=(ink) { (row.text) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_province_has_a_place_of_its_own() {
        let places: BTreeSet<(u8, u8)> = PLACES.iter().map(|(_, x, y)| (*x, *y)).collect();
        assert_eq!(places.len(), PLACES.len());
        for (code, ..) in PLACES {
            let region = Region::from_code(code).expect("it is in the table");
            assert_eq!(region.province(), Some(region), "{code}");
        }
        let codes: BTreeSet<u32> = PLACES.iter().map(|(code, ..)| *code).collect();
        assert_eq!(codes.len(), PLACES.len());
    }
}
