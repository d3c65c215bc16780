//! Regions × years: how often, in how many passages or reports, or at what rate; blank where there is no report.

use super::super::asked::{Asked, Form, Link, View};
use super::super::parameters::MAX_NUMBER;
use super::base::{MAX_SHOWN, Page, write_plainly};
use super::frame::{document, filters, same_elsewhere};
use super::parts::shown;
use super::search::searched_nouns;
use crate::reply::Reply;
use crate::words::Lang;
use baogao_engine::ask::{Answered, CountAnswer, CountQuestion};
use baogao_engine::query::Filters;
use baogao_engine::stats::{Crosstab, Dimension, Measure, Row, State, Value};
use baogao_reading::region::Region;
use baogao_render::failure::Failure;
use baogao_render::plot::Kind;
use baogao_render::terminal::number;
use baogao_render::words::{absence, cell, listed};
use maud::{Markup, html};
use std::collections::{BTreeMap, BTreeSet};

/// A grid of more regions begins with provinces.
const MAX_REGIONS: usize = 60;
/// Steps of the heat map.
const N_STEPS: f64 = 6.0;

/// What the cells may show: name in the address, in Chinese, in English.
const MEASURES: [(Measure, &str, &str, &str); 5] = [
    (Measure::Occurrences, "occurrences", "次数", "occurrences"),
    (Measure::Passages, "passages", "段数", "passages"),
    (Measure::Reports, "reports", "报告数", "reports"),
    (Measure::Per10k, "per_10k", "每万字", "per 10,000"),
    (Measure::Share, "share", "报告占比", "share of reports"),
];

/// How the grid is drawn: name in the address, in Chinese, in English.
const PICTURES: [(Kind, &str, &str, &str); 4] = [
    (Kind::Heat, "heat", "热力图", "heat map"),
    (Kind::Lines, "lines", "折线图", "lines"),
    (Kind::Bars, "bars", "条形图", "bars"),
    (Kind::Tiles, "map", "省区图", "map of provinces"),
];

/// The names of the pictures, for the addresses that ask for one.
pub(super) fn drawn_as(asked: &Asked, by: &[Dimension]) -> Result<Kind, Failure> {
    let Some(given) = asked.first("picture") else {
        return Ok(Kind::of(by).unwrap_or(Kind::Heat));
    };
    let known = PICTURES.iter().find(|(_, name, ..)| *name == given);
    known.map(|(kind, ..)| *kind).ok_or_else(|| {
        let names = PICTURES.map(|(_, name, ..)| name).join(", ");
        asked.not_one_of("picture", &names)
    })
}

/// By what the rows of an answer are parted.
pub(super) fn by_of<'a>(answer: &'a CountAnswer<'_>) -> &'a [Dimension] {
    &answer.by
}

/// A grid has years across.
pub(super) fn as_grid(asked: &Asked, question: &mut CountQuestion) -> Result<(), Failure> {
    if question.dispersion {
        return Ok(());
    }
    check_rows(asked)?;
    question.wide = true;
    question.by.retain(|by| *by != Dimension::Year);
    Ok(())
}

/// The counts of a picture: of the grid with its years, or of its rows without them.
pub(super) fn as_drawn(asked: &Asked, question: &mut CountQuestion) -> Result<(), Failure> {
    question.dispersion = false;
    as_grid(asked, question)?;
    if matches!(drawn_as(asked, &[])?, Kind::Bars | Kind::Tiles) && asked.has("picture") {
        question.by = question.dimensions();
        question.by.retain(|by| *by != Dimension::Year);
        question.wide = false;
    }
    Ok(())
}

/// By what the rows are parted.
const ROWS: [(Dimension, &str, &str); 6] = [
    (Dimension::Region, "地区", "region"),
    (Dimension::Prefecture, "地级", "prefecture"),
    (Dimension::Province, "省级", "province"),
    (Dimension::Level, "级别", "level"),
    (Dimension::Part, "部分", "part"),
    (Dimension::Report, "报告", "report"),
];

pub(super) fn page(page: &Page<'_>, answer: &CountAnswer<'_>) -> Result<Reply, Failure> {
    if page.asked.is_set("dispersion") {
        return super::dispersion::page(page, answer);
    }
    let by = answer.by.first().copied().unwrap_or(Dimension::Region);
    let measure = answer.measure();
    let offset = page.asked.number("offset", 0, 0..=MAX_NUMBER)?;
    let limit = page.asked.number("limit", MAX_SHOWN, 1..=MAX_SHOWN)?;
    let mut tables = Vec::new();
    for counting in &answer.countings {
        let filters = answer.filters_of(counting);
        tables.push(Tables {
            name: counting.entry.name.as_str(),
            asked: alone(page, &counting.entry.name, filters),
            filters,
            cells: answer.crosstab(counting, &answer.by)?,
            rows: answer.crosstab(counting, &[by])?,
            years: answer.crosstab(counting, &[Dimension::Year])?,
        });
    }
    let names: Vec<&str> = tables.iter().map(|table| table.name).collect();
    let title = listed(&names);
    let body = html! {
        @for table in &tables {
            h1.sentence { (sentence(page, table)) }
        }
        (filters(page))
        (tools(page, by, measure))
        @for table in &tables {
            @if tables.len() > 1 { h2 { (shown(table.name)) } }
            (grid(page, table, (by, measure), offset, limit))
        }
        (pictures(page, by, tables.len()))
        p { a href=(super::dispersion::link(page)) { (page.t("分布是否均匀", "How evenly it is spread")) " →" } }
        p.legend {
            (page.t("斜线：没有报告；0：有完整的报告而未提及；不全、未读：不能断定未提及；≥：其中有不全或未读，只是下限。", "Hatched: no report is held; 0: a whole one is, and does not say this; abridged, unread: absence is not shown; ≥: something was abridged or not read, the number is the least."))
        }
        (same_elsewhere(page, answer.method()))
    };
    Ok(Reply::html(200, document(page, &title, body)))
}

/// The cells of an expression and their sums: reports of several rows or years are counted once in each sum, so sums are
/// not added up.
struct Tables<'a> {
    /// The expression, as typed.
    name: &'a str,
    /// The question for it alone.
    asked: Asked,
    filters: &'a Filters,
    cells: Crosstab,
    rows: Crosstab,
    years: Crosstab,
}

/// One of several expressions asked alone, with its own filters.
fn alone(page: &Page<'_>, name: &str, filters: &Filters) -> Asked {
    let mut asked = page.asked.clone();
    if !asked.compared().is_empty() {
        asked.put("q", name.to_owned());
        write_plainly(&mut asked, page.index, filters);
    }
    asked
}

/// The rows of a table with one key.
fn rows_by_key(table: &Crosstab) -> BTreeMap<&Value, &Row> {
    let rows = table.rows.iter();
    rows.filter_map(|row| Some((row.key.first()?, row)))
        .collect()
}

/// A page has rows of one kind, also where a table could have several.
fn check_rows(asked: &Asked) -> Result<(), Failure> {
    if !asked.has("by") {
        return Ok(());
    }
    let given = asked.all("by").collect::<Vec<_>>().join(",");
    let mut rows: Vec<&str> = given.split(',').map(str::trim).collect();
    if rows.len() > 1 {
        // The columns are years anyway.
        rows.retain(|name| *name != Dimension::Year.name());
    }
    let is_known = ROWS
        .iter()
        .any(|(dimension, ..)| rows == [dimension.name()]);
    match is_known {
        true => Ok(()),
        false => {
            let names = ROWS.map(|(dimension, ..)| dimension.name()).join(", ");
            Err(asked.not_one_of("by", &names))
        }
    }
}

/// 3 of 5 reports, 18 times, 4.3 in 10,000 characters.
fn sentence(page: &Page<'_>, table: &Tables<'_>) -> Markup {
    let (name, row) = (table.name, &table.cells.total);
    if let Some(absence) = absence(row.state(), name) {
        return shown(&absence);
    }
    let total = row.numbers().unwrap_or_default();
    let rate = total
        .per_10k()
        .map_or_else(String::new, |rate| format!("{rate:.2}"));
    let times = page.lang.times_at_least(total.occurrences, row.presence);
    // Chinese stands without a blank before Chinese.
    let gap = if row.presence.is_incomplete() {
        ""
    } else {
        " "
    };
    let (zh, en) = searched_nouns(page);
    html! {
        @if page.asked.compared().is_empty() {
            span.phrase { "“" (shown(name)) "”" }
        } @else {
            a.phrase href=(table.asked.link().view(View::Search).href()) { "“" (shown(name)) "”" }
        }
        @match page.lang {
            // What only excludes has no places: a zero would say that it does not hold.
            Lang::Zh if total.occurrences == 0 && total.passages > 0 => {
                "：" b { (number(total.reports_held)) } " " (zh) "中的 " b { (number(total.reports)) } " 份有 " b { (number(total.passages)) } " 段符合"
            }
            Lang::En if total.occurrences == 0 && total.passages > 0 => {
                " holds in " b { (page.lang.counted(total.passages, "", "passage")) } " in " b { (number(total.reports)) } " of " b { (number(total.reports_held)) } " " (en)
            }
            Lang::Zh => {
                " 在 " b { (number(total.reports_held)) } " " (zh) "中的 " b { (number(total.reports)) } " 份出现" (gap) b { (times) } "，每万字 " (rate) " 次"
            }
            Lang::En => {
                " stands " b { (times) } " in " b { (number(total.reports)) } " of " b { (number(total.reports_held)) } " " (en) ", " (rate) " in 10,000 characters"
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

/// The same as pictures for a paper.
fn pictures(page: &Page<'_>, by: Dimension, n_expressions: usize) -> Markup {
    let has_places = matches!(by, Dimension::Province | Dimension::Region);
    let has_map = has_places && n_expressions == 1;
    let offered = PICTURES
        .iter()
        .filter(|(kind, ..)| *kind != Kind::Tiles || has_map);
    let link = |name: &str| {
        let link = page.asked.link().form(Form::Svg).with("picture", name);
        let link = link.without("limit").without("offset");
        link.with("lang", page.lang.name()).href()
    };
    html! {
        p.data {
            (page.t("下载图（SVG）：", "Pictures (SVG): "))
            @for (at, (_, name, chinese, english)) in offered.enumerate() {
                @if at > 0 { " · " }
                a href=(link(name)) download { (page.t(chinese, english)) }
            }
        }
    }
}

fn grid(
    page: &Page<'_>,
    tables: &Tables<'_>,
    (by, measure): (Dimension, Measure),
    offset: usize,
    limit: usize,
) -> Markup {
    let mut lines: Vec<(&Value, BTreeMap<&Value, &Row>)> = Vec::new();
    let mut years: BTreeSet<&Value> = BTreeSet::new();
    for row in &tables.cells.rows {
        let [key, year] = row.key.as_slice() else {
            continue;
        };
        years.insert(year);
        match lines.last_mut() {
            Some((last, cells)) if *last == key => {
                cells.insert(year, row);
            }
            _ => lines.push((key, BTreeMap::from([(year, row)]))),
        }
    }
    let all = lines.iter().flat_map(|(_, cells)| cells.values());
    let most = all
        .filter_map(|row| measure.of(&row.numbers()?))
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
    let (of_rows, of_years) = (rows_by_key(&tables.rows), rows_by_key(&tables.years));
    let of = |row: &Row| cell(measure, row);
    let sum = |row: Option<&Row>| row.map_or_else(String::new, of);
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
                                @match cells.get(*year).map(|row| (row, row.numbers(), row.state())) {
                                    Some((row, Some(sums), _)) => {
                                        td class={ "heat-" (measure.of(&sums).map_or(0, step)) } {
                                            @match target(page, tables, by, (key, year)).filter(|_| sums.passages > 0) {
                                                Some(link) => a href=(link) { (of(row)) },
                                                None => (of(row)),
                                            }
                                        }
                                    }
                                    Some((row, None, State::Abridged | State::Unread)) => td.partial { (of(row)) },
                                    _ => td.missing {},
                                }
                            }
                            td.sum { (sum(of_rows.get(*key).copied())) }
                        }
                    }
                }
                tfoot {
                    tr {
                        th scope="row" { (page.t("合计", "all")) }
                        @for year in &years { td.sum { (sum(of_years.get(*year).copied())) } }
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
            .reports()
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

/// To the passages of a cell: within the filters of its row, those of its key and year.
fn target(
    page: &Page<'_>,
    tables: &Tables<'_>,
    by: Dimension,
    (key, year): (&Value, &Value),
) -> Option<String> {
    let Value::Year(in_year) = year else {
        return None;
    };
    let link = tables.asked.link().view(View::Search);
    let link = link.with("year", in_year.to_string());
    let link = match (by, key) {
        // A region stands for itself here, not for those below it.
        (Dimension::Region, Value::Region(region)) => link
            .with("region", region.code_string())
            .with("level", region.level().name()),
        // What lies in no prefecture stands under its province, beside the prefectures of it.
        (Dimension::Prefecture, Value::Region(region)) if region.prefecture().is_none() => {
            reports_of(page, tables.filters, link, by, (key, year))
        }
        (_, Value::Region(region)) => regions_within(tables.filters, link, *region),
        (_, Value::Level(level)) => link.with("level", level.name()),
        (_, Value::Part(part)) => link.with("part", part.name()),
        (_, Value::Report(rank)) => link.with("report", page.index.reports().entry(*rank).ok()?.id),
        _ => return None,
    };
    Some(link.href())
}

/// To what lies in a region, and in one of those that are chosen.
fn regions_within(filters: &Filters, link: Link, region: Region) -> Link {
    let of_key = Filters {
        regions: vec![region],
        ..Filters::default()
    };
    let within = filters.narrowed(&of_key);
    let regions = within.map_or_else(|| vec![region], |within| within.regions);
    let link = link.without("region");
    let codes = regions.into_iter().map(Region::code_string);
    codes.fold(link, |link, code| link.and("region", code))
}

/// To the reports that a cell counts, by their ids.
fn reports_of(
    page: &Page<'_>,
    filters: &Filters,
    link: Link,
    by: Dimension,
    (key, year): (&Value, &Value),
) -> Link {
    let mask = page.index.report_mask(filters);
    let is_of = |rank: usize| {
        by.of_report(page.index, rank) == *key
            && Dimension::Year.of_report(page.index, rank) == *year
    };
    let searched = mask.iter().enumerate().filter(|(_, searched)| **searched);
    let ranks = searched.map(|(rank, _)| rank).filter(|rank| is_of(*rank));
    let ids = ranks.filter_map(|rank| Some(page.index.reports().entry(rank).ok()?.id));
    ids.fold(link, |link, id| link.and("report", id))
}
