//! What is new in some reports, or has gone: a table, each phrase with the way to its passages.

use super::super::asked::View;
use super::super::parameters::MAX_NUMBER;
use super::base::{MAX_SHOWN, Page};
use super::forms::form;
use super::frame::{document, filters, pager, same_elsewhere};
use super::parts::{id_link, shown};
use crate::reply::Reply;
use crate::words::Lang;
use baogao_engine::ask::{Answered, NewAnswer, NewRow, range_of};
use baogao_engine::stats::Presence;
use baogao_render::failure::Failure;
use baogao_render::t;
use baogao_render::terminal::{at_least, number};
use maud::{Markup, html};

pub(super) fn page(page: &Page<'_>, answer: &NewAnswer<'_>) -> Result<Reply, Failure> {
    let limit = page.asked.number("limit", MAX_SHOWN, 1..=MAX_SHOWN)?;
    let offset = page.asked.number("offset", 0, 0..=MAX_NUMBER)?;
    let rows: Vec<NewRow> = answer.page_rows()?.collect::<Result<_, _>>()?;
    let body = html! {
        h1.sentence { (lead(page, answer)) }
        (form(page))
        (filters(page))
        @if let Some(link) = characteristic(page, answer) {
            p { a href=(link) { (page.t("这些报告的特征词", "What is characteristic of these reports")) " →" } }
        }
        @if !rows.is_empty() { div.scroll tabindex="0" role="region" aria-label=(page.t("提法", "Phrases")) { (table(page, &rows, answer.presence())) } }
        (pager(page, offset, rows.len(), limit, answer.found.len()))
        (same_elsewhere(page, answer.method()))
    };
    let title = match answer.is_of_gone() {
        true => page.t("不再出现的提法", "Gone"),
        false => page.t("新提法", "New phrases"),
    };
    Ok(Reply::html(200, document(page, title, body)))
}

/// To the keywords of the same reports.
fn characteristic(page: &Page<'_>, answer: &NewAnswer<'_>) -> Option<String> {
    let [from, to] = *answer.years().first().filter(|_| !answer.is_of_gone())?;
    let years = if from == to {
        from.to_string()
    } else {
        format!("{from}..{to}")
    };
    let link = page.asked.link().view(View::Keywords).without("offset");
    Some(link.with("year", years).href())
}

fn lead(page: &Page<'_>, answer: &NewAnswer<'_>) -> Markup {
    if answer.is_of_nothing() {
        return html! { (t!("no report that is held fits the filters: nothing was compared")) };
    }
    if answer.is_uncompared() {
        return html! {
            (match answer.is_of_gone() {
                true => page.t("无法判断哪些提法不再出现", "What has gone cannot be told"),
                false => page.t("无法判断哪些是新提法", "What is new cannot be told"),
            })
        };
    }
    let n = number(answer.found.len() as u64);
    let years: Vec<String> = answer
        .years()
        .iter()
        .map(|[from, to]| range_of(&(*from..=*to)))
        .collect();
    let years = years.join(page.t("、", ", "));
    html! {
        @match (page.lang, answer.is_of_gone()) {
            (Lang::Zh, false) => { @if !years.is_empty() { (years) " 年的报告：" } "此前没有的提法 " b { (n) } " 个" }
            (Lang::Zh, true) => { @if !years.is_empty() { (years) " 年起的报告：" } "不再出现的提法 " b { (n) } " 个" }
            (Lang::En, false) => { @if !years.is_empty() { (years) ": " } b { (n) } " phrases that no earlier report has" }
            (Lang::En, true) => { @if !years.is_empty() { (years) ": " } b { (n) } " phrases that stand in no report any more" }
        }
    }
}

fn table(page: &Page<'_>, rows: &[NewRow], presence: [Presence; 2]) -> Markup {
    html! {
        table.list {
            thead { tr {
                th { (page.t("提法", "Phrase")) }
                th.n { (page.t("次数", "Places")) }
                th.n { (page.t("报告数", "Reports")) }
                th.n { (page.t("其他年份报告数", "Of other years")) }
                th.n { (page.t("首年", "First")) }
                th.n { (page.t("末年", "Last")) }
                th { (page.t("段落", "Passage")) }
            } }
            tbody { @for row in rows { (line(page, row, presence)) } }
        }
    }
}

fn line(page: &Page<'_>, row: &NewRow, [here, others]: [Presence; 2]) -> Markup {
    let link = page.asked.link().view(View::First).without("offset");
    let link = link.without("year").with("q", &*row.typed);
    let [first, last] = row.years();
    let year = |year: Option<u16>| year.map(|year| year.to_string()).unwrap_or_default();
    html! {
        tr {
            td { a href=(link.href()) { (shown(&row.typed)) } }
            td.n { (at_least(row.here.occurrences, here)) }
            td.n { (at_least(row.here.reports as u64, here)) }
            td.n { (at_least(row.others.reports as u64, others)) }
            td.n { (year(first)) }
            td.n { (year(last)) }
            td { @if let Some(hit) = &row.hit { (id_link(page, &hit.passage)) } }
        }
    }
}
