//! Regions × years: how often, in how many passages or reports, or at what rate; blank where there is no report.

use super::super::asked::View;
use super::frame::{document, filters, same_elsewhere};
use super::parts::shown;
use super::search::nothing_asked;
use super::{Failure, Lang, MAX_SHOWN, Page, Reply};
use crate::cmd::count::measured;
use baogao::exact::Phrase;
use baogao::query::QueryError;
use baogao::region::Region;
use baogao::render::cite;
use baogao::render::terminal::number;
use baogao::stats::{
    CountOptions, Crosstab, Dimension, Group, Measure, Sums, Value, count, crosstab,
};
use maud::{Markup, html};
use std::collections::{BTreeMap, BTreeSet};

/// A grid of more regions begins with provinces.
const MAX_REGIONS: usize = 60;
/// Steps of the heat map.
const N_STEPS: f64 = 6.0;

/// What the cells may show: name in the address, in Chinese, in English.
const MEASURES: [(Measure, &str, &str, &str); 4] = [
    (Measure::Occurrences, "occurrences", "次数", "occurrences"),
    (Measure::Passages, "passages", "段数", "passages"),
    (Measure::Reports, "reports", "报告数", "reports"),
    (Measure::Per10k, "per_10k", "每万字", "per 10,000"),
];

/// By what the rows are parted.
const ROWS: [(Dimension, &str, &str); 6] = [
    (Dimension::Region, "地区", "region"),
    (Dimension::Prefecture, "地级", "prefecture"),
    (Dimension::Province, "省级", "province"),
    (Dimension::Level, "级别", "level"),
    (Dimension::Part, "部分", "part"),
    (Dimension::Report, "报告", "report"),
];

pub(super) fn page(page: &Page<'_>) -> Result<Reply, Failure> {
    let typed = page.typed();
    if typed.is_empty() {
        return nothing_asked(page);
    }
    let filters_held = page.counting();
    let groups: Vec<Group> = page
        .asked
        .all("q")
        .map(|typed| {
            let phrase =
                Phrase::new(typed.trim(), page.asked.matching()).ok_or(QueryError::Empty)?;
            Ok(Group {
                name: typed.trim().to_owned(),
                phrases: vec![phrase],
            })
        })
        .collect::<Result<_, QueryError>>()?;
    let by = rows_by(page)?;
    let given = page.asked.first("measure").unwrap_or("occurrences");
    let measure = MEASURES.iter().find(|(_, name, ..)| *name == given);
    let Some((measure, ..)) = measure.copied() else {
        let names = MEASURES.map(|(_, name, ..)| name).join(", ");
        return Err(page.asked.not_one_of("measure", &names));
    };
    let options = CountOptions {
        all_matches: page.asked.is_set("all-matches"),
        by_passage: false,
    };
    let offset = page
        .asked
        .number("offset", 0, 0..=super::command::MAX_NUMBER)?;
    let limit = page.asked.number("limit", MAX_SHOWN, 1..=MAX_SHOWN)?;
    let counted = count(page.index, &groups, &filters_held, options)?;
    let mut tables = Vec::new();
    for (group, counted) in groups.iter().zip(&counted) {
        let tab = |by: &[Dimension]| crosstab(page.index, counted, &filters_held, by);
        let table = Tables {
            cells: tab(&[by, Dimension::Year])?,
            rows: tab(&[by])?,
            years: tab(&[Dimension::Year])?,
        };
        tables.push((group, table));
    }
    let question: Vec<String> = groups
        .iter()
        .map(|group| format!("“{}”", group.name))
        .collect();
    let method = cite::method(page.index, &question.join(" "), &filters_held);
    let body = html! {
        @for (group, table) in &tables {
            h1.sentence { (sentence(page, group, &table.cells.total)) }
        }
        (filters(page))
        (tools(page, by, measure))
        @for (group, table) in &tables {
            @if tables.len() > 1 { h2 { (shown(&group.name)) } }
            (grid(page, table, by, measure, offset, limit))
        }
        p.legend {
            (page.t("斜线：没有报告；0：有报告而未提及。", "Hatched: no report is held; 0: there is one, and it does not say this."))
        }
        (same_elsewhere(page, &method))
    };
    Ok(Reply::html(200, document(page, &typed, body)))
}

/// The cells and their sums: reports of several rows or years are counted once in each sum, so sums are not added up.
struct Tables {
    cells: Crosstab,
    rows: Crosstab,
    years: Crosstab,
}

/// The sums of a table with one key.
fn sums_by_key(table: &Crosstab) -> BTreeMap<&Value, Sums> {
    let rows = table.rows.iter();
    rows.filter_map(|row| Some((row.key.first()?, row.sums?)))
        .collect()
}

/// What stands in the rows: provinces to begin with where there are many regions.
fn rows_by(page: &Page<'_>) -> Result<Dimension, Failure> {
    if page.asked.has("by") {
        // A page has rows of one kind, also where a table could have several.
        let given = page.asked.all("by").collect::<Vec<_>>().join(",");
        let known = ROWS
            .iter()
            .find(|(dimension, ..)| dimension.name() == given);
        return known.map(|(dimension, ..)| *dimension).ok_or_else(|| {
            let names = ROWS.map(|(dimension, ..)| dimension.name()).join(", ");
            page.asked.not_one_of("by", &names)
        });
    }
    Ok(Dimension::Region)
}

/// 3 of 5 reports, 18 times, 4.3 in 10,000 characters.
fn sentence(page: &Page<'_>, group: &Group, total: &Sums) -> Markup {
    let rate = total
        .per_10k()
        .map_or_else(String::new, |rate| format!("{rate:.2}"));
    html! {
        span.phrase { "“" (shown(&group.name)) "”" }
        @match page.lang {
            Lang::Zh => {
                " 在 " b { (number(total.reports_held)) } " 份报告中的 " b { (number(total.reports)) } " 份出现 " b { (number(total.occurrences)) } " 次，每万字 " (rate) " 次"
            }
            Lang::En => {
                " stands " b { (page.lang.times(total.occurrences)) } " in " b { (number(total.reports)) } " of " b { (number(total.reports_held)) } " reports, " (rate) " in 10,000 characters"
            }
        }
    }
}

fn tools(page: &Page<'_>, by: Dimension, measure: Measure) -> Markup {
    html! {
        div.tools {
            nav aria-label=(page.t("行", "Rows")) {
                span.label { (page.t("行", "Rows")) }
                @for (dimension, chinese, english) in ROWS {
                    a href=(page.asked.link().with("by", dimension.name()).without("offset").href()) aria-current=[(dimension == by).then_some("true")] {
                        (page.t(chinese, english))
                    }
                }
            }
            nav aria-label=(page.t("数值", "Numbers")) {
                span.label { (page.t("数值", "Numbers")) }
                @for (value, name, chinese, english) in MEASURES {
                    a href=(page.asked.link().with("measure", name).href()) aria-current=[(value == measure).then_some("true")] {
                        (page.t(chinese, english))
                    }
                }
            }
        }
    }
}

fn grid(
    page: &Page<'_>,
    tables: &Tables,
    by: Dimension,
    measure: Measure,
    offset: usize,
    limit: usize,
) -> Markup {
    let mut lines: Vec<(&Value, BTreeMap<&Value, &Option<Sums>>)> = Vec::new();
    let mut years: BTreeSet<&Value> = BTreeSet::new();
    for row in &tables.cells.rows {
        let [key, year] = row.key.as_slice() else {
            continue;
        };
        years.insert(year);
        match lines.last_mut() {
            Some((last, cells)) if *last == key => {
                cells.insert(year, &row.sums);
            }
            _ => lines.push((key, BTreeMap::from([(year, &row.sums)]))),
        }
    }
    let all = lines.iter().flat_map(|(_, cells)| cells.values());
    let most = all
        .filter_map(|sums| sums.as_ref().and_then(|sums| measure.of(sums)))
        .fold(0.0, f64::max);
    let step = |n: f64| {
        if n > 0.0 {
            (n / most * N_STEPS).ceil() as u8
        } else {
            0
        }
    };
    let rows: Vec<_> = lines.iter().skip(offset).take(limit).collect();
    let n_lines = lines.len();
    let (of_rows, of_years) = (sums_by_key(&tables.rows), sums_by_key(&tables.years));
    let sum = |sums: Option<&Sums>| sums.map_or_else(String::new, |sums| measured(measure, sums));
    html! {
        div.scroll tabindex="0" role="region" aria-label=(page.t("矩阵", "Matrix")) {
            table.grid.heat {
                thead {
                    tr {
                        td {}
                        @for year in &years { th scope="col" { (label(page, year)) } }
                        th.sum scope="col" { (page.t("合计", "all")) }
                    }
                }
                tbody {
                    @for (key, cells) in rows {
                        tr {
                            th scope="row" title=[title(key)] { (shown(&label(page, key))) }
                            @for year in &years {
                                @match cells.get(*year).and_then(|sums| sums.as_ref()) {
                                    Some(sums) => {
                                        td class={ "heat-" (measure.of(sums).map_or(0, step)) } {
                                            @match target(page, by, key, year).filter(|_| sums.passages > 0) {
                                                Some(link) => a href=(link) { (measured(measure, sums)) },
                                                None => (measured(measure, sums)),
                                            }
                                        }
                                    }
                                    None => td.missing {},
                                }
                            }
                            td.sum { (sum(of_rows.get(*key))) }
                        }
                    }
                }
                tfoot {
                    tr {
                        th scope="row" { (page.t("合计", "all")) }
                        @for year in &years { td.sum { (sum(of_years.get(*year))) } }
                        td.sum { (sum(Some(&tables.cells.total))) }
                    }
                }
            }
        }
        @if by == Dimension::Region && n_lines > MAX_REGIONS && page.filters.regions.is_empty() {
            p.dim { (page.t("地区很多，可先按省级查看。", "There are many regions: provinces give an overview.")) }
        }
        (super::frame::pager(page, offset, n_lines.saturating_sub(offset).min(limit), limit, n_lines))
    }
}

fn label(page: &Page<'_>, value: &Value) -> String {
    match value {
        Value::Region(region) => region.name().to_owned(),
        Value::Level(level) => page.lang.level(*level).to_owned(),
        Value::Year(year) => year.to_string(),
        Value::Part(part) => page.lang.part(*part).to_owned(),
        Value::Section(headings) => headings.join(" › "),
        Value::Report(rank) => page
            .index
            .reports
            .entry(*rank)
            .map_or_else(|_| rank.to_string(), |entry| entry.id),
        Value::Unknown => page.t("未知", "unknown").to_owned(),
    }
}

fn title(value: &Value) -> Option<&'static str> {
    match value {
        Value::Region(region) => Some(region.path_string()),
        _ => None,
    }
}

/// To the passages of a cell.
fn target(page: &Page<'_>, by: Dimension, key: &Value, year: &Value) -> Option<String> {
    let Value::Year(year) = year else {
        return None;
    };
    let link = page
        .asked
        .link()
        .view(View::Search)
        .with("year", year.to_string());
    let link = match (by, key) {
        // A province stands for all below it, a region for itself.
        (Dimension::Region, Value::Region(region)) => own_reports(link, *region),
        (_, Value::Region(region)) => link.with("region", region.code_string()),
        (_, Value::Level(level)) => link.with("level", level.name()),
        (_, Value::Part(part)) => link.with("part", part.name()),
        (_, Value::Report(rank)) => link.with("report", page.index.reports.entry(*rank).ok()?.id),
        _ => return None,
    };
    Some(link.href())
}

/// To the reports of a region itself: of its level, not of those below it.
fn own_reports(link: super::super::asked::Link, region: Region) -> super::super::asked::Link {
    link.with("region", region.code_string())
        .with("level", region.level().name())
}
