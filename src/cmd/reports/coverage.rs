//! `baogao reports --coverage`: a grid of regions and years, and what is not held.

use super::{ReportsArguments, ReportsFormat};
use crate::cmd::lang::t;
use crate::cmd::lang::{self, counted};
use crate::cmd::output::Export;
use crate::cmd::{Common, Failure, basis, open_or_build, say, say_notices, stdout};
use baogao::ask::{Resolved, Scope, Status, gaps, outside_grid};
use baogao::index::{Index, IndexError};
use baogao::query::Filters;
use baogao::region::Region;
use baogao::render::cite;
use baogao::render::json::region_path;
use baogao::render::table::{Column, TextCell, write_text};
use baogao::stats::{Held, coverage};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::io::Write;
use std::process::ExitCode;

/// Columns that a year takes in a short grid, with the room beside it.
const YEAR_COLUMNS: usize = 6;
/// Columns that the regions may take beside a short grid.
const REGION_COLUMNS: usize = 30;
/// Regions of which missing years are named on stderr.
const N_NAMED: usize = 5;

pub(crate) fn run(common: &Common, arguments: &ReportsArguments) -> Result<ExitCode, Failure> {
    let index = open_or_build(common, false)?;
    // Copies are shown as what they are.
    let scope = Scope {
        duplicates: true,
        ..arguments.filters.scope()
    };
    let Resolved {
        filters,
        mut notices,
        ..
    } = scope.resolve(&index)?;
    notices.extend(outside_grid(&index, &filters));
    let grid = coverage(&index, &filters)?;
    let method = cite::method(&index, "coverage", &filters);
    let basis = basis(&index)?;
    let mut out = stdout();
    let n_held = grid.iter().filter(|held| !held.ranks.is_empty()).count();
    let is_none = |held: &&Held| Status::of(&index, held) == Status::None;
    let n_none = grid.iter().filter(is_none).count();
    match arguments.format {
        ReportsFormat::Text => {
            write_grid(&mut out, common, &index, &grid)?;
            out.flush()?;
            let regions: BTreeSet<Region> = grid.iter().map(|held| held.region).collect();
            say(&t!(
                "1 report held, 2 versions or copies, a abridged, u unread, . none · %{n_held} of %{a} in %{b}",
                n_held = n_held,
                a = counted(grid.len() as u64, "region-year"),
                b = counted(regions.len() as u64, "region")
            ));
            say_notices(&notices);
            say(&lang::method(&method));
        }
        ReportsFormat::Toml => {
            return Err(Failure::usage(
                t!("a grid cannot be written as reports.toml"),
                Some(t!("--to-fix --format toml writes one").into_owned()),
            ));
        }
        _ => {
            let rows = grid.iter().map(|held| Ok(row(&index, held)));
            let columns = [
                Column::text("region", "/region"),
                Column::text("region_code", "/region_code"),
                Column::text("level", "/level"),
                Column::number("year", "/year"),
                Column::text("status", "/status"),
                Column::text("reports", "/reports"),
                Column::text("unread", "/unread"),
            ];
            let export = Export {
                name: "rows",
                columns: &columns,
                rows,
                summary: json!({
                    "type": "summary",
                    "held": n_held,
                    "missing": n_none,
                    "notices": notices,
                    "method": method,
                    "schema_version": basis.schema_version,
                    "corpus": basis.corpus,
                    "stale": basis.stale,
                }),
                method: &method,
            };
            export.write(&mut out, arguments.output())?;
        }
    }
    out.flush()?;
    Ok(ExitCode::from(u8::from(n_held == 0)))
}

fn row(index: &Index, held: &Held) -> Value {
    let ids: Vec<String> = held
        .ranks
        .iter()
        .filter_map(|rank| index.reports.entry(*rank).ok())
        .map(|entry| entry.id)
        .collect();
    json!({
        "type": "coverage",
        "region": region_path(Some(held.region)),
        "region_code": held.region.code_string(),
        "level": held.region.level().name(),
        "year": held.year.get(),
        "status": Status::of(index, held).name(),
        "reports": ids,
        "unread": held.unread,
    })
}

/// Regions down, years across. Where the years do not fit, each is one character under a ruler of decades.
fn write_grid(
    out: &mut impl Write,
    common: &Common,
    index: &Index,
    grid: &[Held],
) -> std::io::Result<()> {
    let Some(first) = grid.first() else {
        return Ok(());
    };
    let years: Vec<u16> = grid
        .iter()
        .take_while(|held| held.region == first.region)
        .map(|held| held.year.get())
        .collect();
    let look = common.look();
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
        let marks =
            of_region
                .iter()
                .map(|held| match (Status::of(index, held), held.ranks.len()) {
                    (Status::None, _) => ".".to_owned(),
                    (Status::Unread, _) => "u".to_owned(),
                    (Status::Abridged, _) => "a".to_owned(),
                    (_, n) => n.min(9).to_string(),
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

/// What is not held, as JSON values.
pub(super) fn not_held(index: &Index, filters: &Filters) -> Result<Vec<Value>, IndexError> {
    let gap = |(region, years): (Region, Vec<[u16; 2]>)| {
        json!({
            "region": region_path(Some(region)),
            "region_code": region.code_string(),
            "years": years,
        })
    };
    Ok(gaps(index, filters)?.into_iter().map(gap).collect())
}

/// Says of which years no report is held: silence of these is no statement.
pub(super) fn say_not_held_years(index: &Index, filters: &Filters) -> Result<(), IndexError> {
    let gaps = gaps(index, filters)?;
    if gaps.is_empty() {
        return Ok(());
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
            format!("{} {}", region.name(), years.join(", "))
        })
        .collect();
    let more = gaps.len().saturating_sub(N_NAMED);
    let more = if more > 0 {
        t!("; and of %{a}", a = counted(more as u64, "other region")).into_owned()
    } else {
        String::new()
    };
    say(&t!(
        "not held: %{a}%{more} (baogao reports --coverage)",
        a = named.join("; "),
        more = more
    ));
    Ok(())
}
