//! `baogao reports --coverage`: a grid of regions and years, and what is not held.

use crate::cmd::lang::t;
use crate::cmd::lang::{self, counted};
use crate::cmd::output::say_beside;
use crate::cmd::{Common, Failure, say, stdout};
use baogao_engine::ask::{Answered, Basis, CoverageAnswer, Gaps};
use baogao_reading::region::Region;
use baogao_render::table::{TextCell, write_text};
use baogao_render::terminal::Look;
use std::collections::BTreeSet;
use std::io::Write;

/// Columns that a year takes in a short grid, with the room beside it.
const YEAR_COLUMNS: usize = 6;
/// Columns that the regions may take beside a short grid.
const REGION_COLUMNS: usize = 30;
/// Regions of which missing years are named on stderr.
const N_NAMED: usize = 5;

/// Writes the grid, and says what its marks mean.
pub(super) fn write(
    common: &Common,
    answer: &CoverageAnswer<'_>,
    basis: &Basis,
) -> Result<(), Failure> {
    let mut out = stdout();
    write_grid(&mut out, common.look(), answer)?;
    out.flush()?;
    let regions: BTreeSet<Region> = answer.grid.iter().map(|held| held.region).collect();
    say(&lang::coverage_legend());
    say(&t!(
        "%{n_held} of %{a} in %{b}",
        n_held = answer.n_held(),
        a = counted(answer.grid.len() as u64, "region-year"),
        b = counted(regions.len() as u64, "region")
    ));
    say_beside(answer, basis);
    say(&lang::method(answer.method()));
    Ok(())
}

/// Regions down, years across. Where the years do not fit, each is one character under a ruler of decades.
fn write_grid(
    out: &mut impl Write,
    look: Look,
    answer: &CoverageAnswer<'_>,
) -> std::io::Result<()> {
    let grid = &answer.grid;
    let Some(first) = grid.first() else {
        return Ok(());
    };
    let years: Vec<u16> = grid
        .iter()
        .take_while(|held| held.region == first.region)
        .map(|held| held.year.get())
        .collect();
    let is_long = years.len() * YEAR_COLUMNS + REGION_COLUMNS > look.columns;
    let mut columns = vec![(t!("region").into_owned(), false)];
    if is_long {
        columns.push((ruler(&years), false));
    } else {
        columns.extend(years.iter().map(|year| (year.to_string(), true)));
    }
    let rows = grid.chunk_by(|a, b| a.region == b.region).map(|of_region| {
        let name = of_region
            .first()
            .map_or("", |held| held.region.path_string());
        let marks = of_region.iter().map(|held| {
            // In a long row a mark has one column.
            let n = held.ranks.len().min(if is_long { 9 } else { usize::MAX });
            lang::coverage_mark(answer.status(held), n)
        });
        let mut row: Vec<TextCell> = vec![name.trim_start_matches('/').to_owned().into()];
        if is_long {
            row.push(marks.collect::<String>().into());
        } else {
            row.extend(marks.map(TextCell::from));
        }
        row
    });
    write_text(out, look, &columns, rows.collect())
}

/// Decades over years of one column each: `1954  1960      1970`.
fn ruler(years: &[u16]) -> String {
    let mut ruler = String::new();
    for (at, year) in years.iter().enumerate() {
        let is_mark = at == 0 || year % 10 == 0;
        if is_mark && (ruler.is_empty() || ruler.len() < at) {
            ruler.push_str(&" ".repeat(at - ruler.len()));
            ruler.push_str(&year.to_string());
        }
    }
    ruler
}

/// Says of which years no report is held: silence of these is no statement.
pub(super) fn say_gaps(gaps: &Gaps) {
    if gaps.is_empty() {
        return;
    }
    let range = |[from, to]: &[u16; 2]| {
        if from == to {
            from.to_string()
        } else {
            format!("{from}–{to}")
        }
    };
    let named: Vec<String> = gaps
        .iter()
        .take(N_NAMED)
        .map(|(region, years)| {
            let years: Vec<String> = years.iter().map(range).collect();
            format!("{} {}", region.name(), lang::listed(&years))
        })
        .collect();
    let more = gaps.len().saturating_sub(N_NAMED);
    let more = if more > 0 {
        t!(
            "; and of %{more}",
            more = counted(more as u64, "other region")
        )
        .into_owned()
    } else {
        String::new()
    };
    say(&t!(
        "not held: %{a}%{more} (baogao reports --coverage)",
        a = named.join(&t!("; ")),
        more = more
    ));
}
