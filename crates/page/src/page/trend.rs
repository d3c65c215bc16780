//! How often from year to year: a picture, and the same as a table.

use super::super::asked::View;
use super::base::{MAX_SHOWN, Page};
use super::frame::{document, filters, same_elsewhere};
use super::parts::shown;
use super::picture::figure;
use crate::reply::Reply;
use baogao_engine::ask::{Answered, Mean, Point, Series, TrendAnswer};
use baogao_engine::stats::{Dimension, Measure, Value};
use baogao_render::failure::Failure;
use baogao_render::plot;
use baogao_render::terminal::number;
use baogao_render::words::{cell, listed, mean};
use maud::{Markup, html};

/// What a point may show: name in the address, in Chinese, in English.
const MEASURES: [(Measure, &str, &str, &str); 4] = [
    (Measure::Per10k, "per_10k", "每万字", "per 10,000"),
    (Measure::Occurrences, "occurrences", "次数", "occurrences"),
    (Measure::Reports, "reports", "报告数", "reports"),
    (Measure::Share, "share", "报告占比", "share of reports"),
];

/// By what lines are parted.
const LINES: [(Dimension, &str, &str); 4] = [
    (Dimension::Region, "每个地区", "each region"),
    (Dimension::Prefecture, "地级", "prefecture"),
    (Dimension::Province, "省级", "province"),
    (Dimension::Level, "级别", "level"),
];

/// Over how many years a mean may be.
const SMOOTH: [&str; 2] = ["3", "5"];

pub(super) fn page(page: &Page<'_>, answer: &TrendAnswer<'_>) -> Result<Reply, Failure> {
    let names: Vec<&str> = answer.totals().map(|(name, _)| name).collect();
    let title = listed(&names);
    let body = html! {
        h1.sentence { span.phrase { "“" (shown(&title)) "”" } " " (page.t("历年", "from year to year")) }
        (filters(page))
        (tools(page, answer))
        @if answer.series.is_empty() {
            p.lead { (page.t("所查的报告没有年份。", "No report that was searched has a year.")) }
        } @else {
            (figure(page, plot::of_trend(answer), "", None))
            (table(page, answer))
        }
        (same_elsewhere(page, answer.method()))
    };
    Ok(Reply::html(200, document(page, &title, body)))
}

fn tools(page: &Page<'_>, answer: &TrendAnswer<'_>) -> Markup {
    let by = answer.parted_by();
    let smooth = page.asked.first("smooth");
    html! {
        div.tools {
            nav aria-label=(page.t("线", "Lines")) {
                span.label { (page.t("线", "Lines")) }
                a href=(page.asked.link().without("by").href()) aria-current=[by.is_none().then_some("true")] { (page.t("全部报告", "all reports")) }
                @for (dimension, chinese, english) in LINES {
                    a href=(page.asked.link().with("by", dimension.name()).href()) aria-current=[(by == Some(dimension)).then_some("true")] {
                        (page.t(chinese, english))
                    }
                }
            }
            nav aria-label=(page.t("数值", "Numbers")) {
                span.label { (page.t("数值", "Numbers")) }
                @for (measure, name, chinese, english) in MEASURES {
                    a href=(page.asked.link().with("measure", name).href()) aria-current=[(measure == answer.measure()).then_some("true")] {
                        (page.t(chinese, english))
                    }
                }
            }
            nav aria-label=(page.t("平滑", "Smoothing")) {
                span.label { (page.t("平滑", "Smoothing")) }
                a href=(page.asked.link().without("smooth").href()) aria-current=[smooth.is_none().then_some("true")] { (page.t("不平滑", "none")) }
                @for years in SMOOTH {
                    a href=(page.asked.link().with("smooth", years).href()) aria-current=[(smooth == Some(years)).then_some("true")] {
                        (years) (page.t(" 年", " years"))
                    }
                }
            }
        }
    }
}

/// Years down, lines across; each number leads to its passages.
fn table(page: &Page<'_>, answer: &TrendAnswer<'_>) -> Markup {
    let measure = answer.measure();
    let lines: Vec<&Series> = answer.series.iter().take(MAX_SHOWN).collect();
    let years: Vec<u16> = answer.years().into_iter().flatten().collect();
    let is_smoothed = answer.smoothed_over().is_some();
    html! {
        div.scroll tabindex="0" role="region" aria-label=(page.t("数据表", "As a table")) {
            table.grid {
                thead {
                    tr {
                        th scope="col" { (page.t("年份", "Year")) }
                        th scope="col" { (page.t("有报告", "Held")) }
                        @for line in &lines {
                            th scope="col" { (shown(&name(line))) }
                            @if is_smoothed { th scope="col" { (page.t("均值", "Mean")) } }
                        }
                    }
                }
                tbody {
                    @for year in years.iter().rev() {
                        tr {
                            th scope="row" { (year) }
                            td { @match answer.reports_held(*year) { 0 => "–", n => (number(n)) } }
                            @for line in &lines {
                                @match line.points.iter().find(|point| point.year == *year) {
                                    Some(point) => (place(page, answer, line, point, measure)),
                                    None => td.missing {},
                                }
                                @if is_smoothed { td { (mean(measure, smoothed(line, *year))) } }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// The mean of the years around one, where it has one.
fn smoothed(line: &Series, year: u16) -> Option<Mean> {
    let point = line.points.iter().find(|point| point.year == year);
    point.and_then(|point| point.smoothed)
}

fn name(line: &Series) -> String {
    match &line.key {
        Some(key) => format!("{} · {}", line.phrase, plot::name_of(key)),
        None => line.phrase.clone(),
    }
}

fn place(
    page: &Page<'_>,
    answer: &TrendAnswer<'_>,
    line: &Series,
    point: &Point,
    measure: Measure,
) -> Markup {
    let said = cell(measure, &point.row);
    let Some(sums) = point.row.numbers() else {
        return match said.is_empty() {
            true => html! { td.missing {} },
            false => html! { td.partial { (said) } },
        };
    };
    let link = target(page, answer, line, point.year).filter(|_| sums.passages > 0);
    html! {
        td {
            @match link {
                Some(link) => a href=(link) { (said) },
                None => (said),
            }
        }
    }
}

/// To the passages of a point.
fn target(page: &Page<'_>, answer: &TrendAnswer<'_>, line: &Series, year: u16) -> Option<String> {
    // With filters of its own an expression says where it is looked for.
    let link = page.asked.link().view(View::Search);
    let link = link.with("q", line.phrase.clone());
    let link = link.with("year", year.to_string());
    let link = match (answer.parted_by(), &line.key) {
        (None, _) => link,
        // A region stands for itself here, not for those below it.
        (Some(Dimension::Region), Some(Value::Region(region))) => link
            .with("region", region.code_string())
            .with("level", region.level().name()),
        (_, Some(Value::Region(region))) => link.with("region", region.code_string()),
        (_, Some(Value::Level(level))) => link.with("level", level.name()),
        _ => return None,
    };
    Some(link.href())
}
