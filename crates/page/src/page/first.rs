//! First appearances: where and when a phrase stands first in each region, and how many have it by each year.

use super::super::parameters::MAX_NUMBER;
use super::base::{MAX_SHOWN, Page};
use super::frame::{document, filters, pager, same_elsewhere};
use super::parts::{cited, id_link, marked, reading, region_line, region_of, section_line, shown};
use super::picture::figure;
use crate::reply::Reply;
use crate::words::Lang;
use baogao_engine::ask::{Answered, FirstAnswer, sentence};
use baogao_engine::concordance::{Adoption, First};
use baogao_engine::stats::{Dimension, Value};
use baogao_render::failure::Failure;
use baogao_render::plot;
use baogao_render::words as lang;
use maud::{Markup, html};

/// What the first appearance is looked for in.
const BY: [(Dimension, &str, &str); 4] = [
    (Dimension::Region, "每个地区", "each region"),
    (Dimension::Prefecture, "地级", "prefecture"),
    (Dimension::Province, "省级", "province"),
    (Dimension::Level, "级别", "level"),
];

pub(super) fn page(page: &Page<'_>, answer: &FirstAnswer<'_>) -> Result<Reply, Failure> {
    let typed = page.typed();
    let limit = page.asked.number("limit", MAX_SHOWN, 1..=MAX_SHOWN)?;
    let offset = page.asked.number("offset", 0, 0..=MAX_NUMBER)?;
    // Those that never say it stand last, and are not shown.
    let rows = answer.page().filter(|first| first.hit.is_some());
    let rows: Vec<&First> = rows.collect();
    let body = html! {
        h1.sentence { (lead(page, answer)) }
        (filters(page))
        (tools(page, answer.by))
        @if !answer.curve.is_empty() && answer.n_dated > 0 {
            (figure(page, plot::of_first(answer), "", None))
            details {
                summary { (page.t("数据表", "As a table")) }
                (table(page, &answer.curve))
            }
        }
        ol.firsts {
            @for first in &rows { (entry(page, first)) }
        }
        (pager(page, offset, rows.len(), limit, answer.n_dated))
        (same_elsewhere(page, answer.method()))
    };
    Ok(Reply::html(200, document(page, &typed, body)))
}

fn lead(page: &Page<'_>, found: &FirstAnswer<'_>) -> Markup {
    let typed = page.phrase();
    let year = found.firsts.iter().find_map(|first| first.year);
    if let Some(absence) = lang::absence(found.state, &typed) {
        return shown(&absence);
    }
    html! {
        span.phrase { "“" (shown(&typed)) "”" }
        @match (page.lang, year, found.by) {
            // What is not known of some is said.
            (Lang::Zh, None, Some(_)) => { " 未出现在所查的有年份的报告中；" (lang::have_it(found)) }
            (Lang::En, None, Some(_)) => { " stands in no dated report that was searched; " (lang::have_it(found)) }
            (Lang::Zh, None, None) => { " 未出现在所查的有年份的报告中" }
            (Lang::En, None, None) => { " stands in no dated report that was searched" }
            (Lang::Zh, Some(year), None) => { " 最早见于 " b { (year) } " 年" }
            (Lang::En, Some(year), None) => { " stands first in " b { (year) } }
            (Lang::Zh, Some(year), Some(_)) => { " 最早见于 " b { (year) } " 年；" (lang::have_it(found)) }
            (Lang::En, Some(year), Some(_)) => { " stands first in " b { (year) } "; " (lang::have_it(found)) }
        }
    }
}

fn tools(page: &Page<'_>, by: Option<Dimension>) -> Markup {
    html! {
        div.tools {
            nav aria-label=(page.t("范围", "In")) {
                span.label { (page.t("范围", "In")) }
                a href=(page.asked.link().without("by").without("offset").href()) aria-current=[by.is_none().then_some("true")] { (page.t("全部报告", "all reports")) }
                @for (dimension, chinese, english) in BY {
                    a href=(page.asked.link().with("by", dimension.name()).without("offset").href()) aria-current=[(by == Some(dimension)).then_some("true")] {
                        (page.t(chinese, english))
                    }
                }
            }
        }
    }
}

fn entry(page: &Page<'_>, first: &First) -> Markup {
    let (Some(hit), Some(year)) = (&first.hit, first.year) else {
        return html! {};
    };
    let passage = &hit.passage;
    let caution = lang::may_be_older(first);
    html! {
        li.first {
            p.when { b { (year) } }
            div {
                p.who {
                    @match &first.key {
                        Some(Value::Region(region)) => (region_line(page, Some(*region))),
                        Some(Value::Level(level)) => (page.lang.level(*level)),
                        _ => (region_line(page, region_of(passage))),
                    }
                    @if let Some(date) = &passage.report.meta.date { span.dim.nowrap { " · " (date.to_string()) } }
                }
                (section_line(page, passage.part, &passage.section))
                p.text { (marked(&passage.text, &hit.spans, &[sentence(hit)])) }
                (cited(page, passage))
                p.actions {
                    (id_link(page, passage)) " "
                    a.quiet href=(reading(page, &passage.report.id, Some(passage.number)).href()) { (page.t("读原文", "Read it there")) }
                    @if let Some(caution) = caution { span.caution { (shown(&caution)) } }
                    @if let Some(also) = lang::also_first(first) { span.caution { (shown(&also)) } }
                }
            }
        }
    }
}

fn table(page: &Page<'_>, curve: &[Adoption]) -> Markup {
    html! {
        table.list {
            thead {
                tr {
                    th scope="col" { (page.t("年份", "Year")) }
                    th.n scope="col" { (page.t("新增", "New")) }
                    th.n scope="col" { (page.t("累计", "By then")) }
                    th.n scope="col" { (page.t("有报告", "Held")) }
                }
            }
            tbody {
                @for year in curve {
                    tr {
                        th scope="row" { (year.year) }
                        td.n { (year.new) }
                        td.n { (year.cumulative) }
                        td.n { @if year.held > 0 { (year.held) } }
                    }
                }
            }
        }
    }
}
