//! What is characteristic of some texts beside others: a table, each phrase with the way to its passages.

use super::super::asked::View;
use super::super::parameters::MAX_NUMBER;
use super::base::{MAX_SHOWN, Page};
use super::forms::form;
use super::frame::{document, filters, pager, same_elsewhere};
use super::parts::shown;
use crate::reply::Reply;
use crate::words::Lang;
use baogao_engine::ask::{Answered, KeyPhrase, KeywordsAnswer};
use baogao_engine::stats::Presence;
use baogao_render::failure::Failure;
use baogao_render::t;
use baogao_render::terminal::{at_least, number};
use baogao_render::words as lang;
use maud::{Markup, html};

pub(super) fn page(page: &Page<'_>, answer: &KeywordsAnswer<'_>) -> Result<Reply, Failure> {
    let limit = page.asked.number("limit", MAX_SHOWN, 1..=MAX_SHOWN)?;
    let offset = page.asked.number("offset", 0, 0..=MAX_NUMBER)?;
    let rows: Vec<&KeyPhrase> = answer.page().collect();
    let presence = answer.presence();
    let body = html! {
        h1.sentence { (lead(page, answer)) }
        (form(page))
        (filters(page))
        @if !rows.is_empty() { div.scroll tabindex="0" role="region" aria-label=(page.t("特征词", "Keywords")) { (table(page, &rows, presence)) } }
        @if answer.is_below_threshold() { p.lead { (lang::nothing_reaches(answer.min_g2())) } }
        (pager(page, offset, rows.len(), limit, answer.found.len()))
        (same_elsewhere(page, answer.method()))
    };
    let title = page.t("特征词", "Keywords");
    Ok(Reply::html(200, document(page, title, body)))
}

/// It is not said yet which reports are compared.
pub(super) fn nothing_asked(page: &Page<'_>) -> Result<Reply, Failure> {
    let title = page.t("特征词", "Keywords");
    let body = html! {
        h1 { (page.t("哪些报告，与哪些相比？", "Which reports, beside which others?")) }
        p.lead {
            (page.t(
                "列出这些报告与对照报告相比格外多用的词句。",
                "What these reports use far more than those beside them.",
            ))
        }
        (form(page))
        (filters(page))
    };
    Ok(Reply::html(200, document(page, title, body)))
}

fn lead(page: &Page<'_>, answer: &KeywordsAnswer<'_>) -> Markup {
    let [n_here, n_there] = answer.n_reports().map(|n| n as u64);
    match [n_here, n_there] {
        [0, _] => {
            return html! { (t!("no report that is held fits the filters: nothing was compared")) };
        }
        [_, 0] => {
            return html! { (page.t("无法判断哪些是特征词", "What is characteristic cannot be told")) };
        }
        _ => {}
    }
    let [here, there] = [n_here, n_there].map(number);
    let n_found = answer.found.len() as u64;
    let n = number(n_found);
    html! {
        @match page.lang {
            Lang::Zh => { (here) " 份报告与 " (there) " 份对照报告相比，特征词 " b { (n) } " 个" }
            Lang::En => {
                b { (page.lang.counted(n_found, "", "keyword")) } " of " (page.lang.counted(n_here, "", "report"))
                " beside " (page.lang.counted(n_there, "", "other"))
            }
        }
    }
}

fn table(page: &Page<'_>, rows: &[&KeyPhrase], presence: [Presence; 2]) -> Markup {
    html! {
        table.list {
            thead { tr {
                th { (page.t("提法", "Phrase")) }
                th.n { (page.t("次数", "Places")) }
                th.n { (page.t("对照次数", "Places beside")) }
                th.n { (page.t("每万字", "Per 10,000")) }
                th.n { (page.t("对照每万字", "Per 10,000 beside")) }
                th.n { (page.t("报告数", "Reports")) }
                th.n { (page.t("对照报告数", "Reports beside")) }
                th.n { "G²" }
                th.n { "G²÷φ" }
                th.n { (page.t("对数比", "Log ratio")) }
                th.n { "DP" }
            } }
            tbody { @for row in rows { (line(page, row, presence)) } }
        }
    }
}

fn line(page: &Page<'_>, row: &KeyPhrase, [is_here, is_there]: [Presence; 2]) -> Markup {
    let link = page.asked.link().view(View::Search).without("offset");
    let link = link.with("q", &*row.typed);
    let [here, there] = row.per_10k();
    html! {
        tr {
            td { a href=(link.href()) { (shown(&row.typed)) } }
            td.n { (at_least(row.here.occurrences, is_here)) }
            td.n { (at_least(row.there.occurrences, is_there)) }
            td.n { (format!("{here:.2}")) }
            td.n { (format!("{there:.2}")) }
            td.n { (at_least(row.here.reports as u64, is_here)) }
            td.n { (at_least(row.there.reports as u64, is_there)) }
            td.n { (format!("{:.1}", row.g2())) }
            td.n { (format!("{:.1}", row.g2_adjusted())) }
            td.n { (format!("{:.2}", row.log_ratio())) }
            td.n { @if let Some(dp) = row.dp { (format!("{dp:.2}")) } }
        }
    }
}
