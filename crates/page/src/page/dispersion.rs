//! How evenly each expression is spread: over reports, regions and years, and along the text.

use super::super::asked::View;
use super::base::Page;
use super::frame::{document, filters, same_elsewhere};
use super::parts::shown;
use crate::reply::Reply;
use baogao_engine::ask::{Answered, CountAnswer, Counting, Dispersion};
use baogao_render::failure::Failure;
use baogao_render::terminal::{at_least, number};
use baogao_render::words::{listed, state_mark};
use maud::{Markup, html};

/// What a matrix says and this table cannot.
const OF_MATRIX: [&str; 5] = ["by", "measure", "picture", "limit", "offset"];

/// To this table, from the matrix of the same expressions.
pub(super) fn link(page: &Page<'_>) -> String {
    let link = page.asked.link().with("dispersion", "1");
    let link = OF_MATRIX.iter().fold(link, |link, name| link.without(name));
    link.href()
}

pub(super) fn page(page: &Page<'_>, answer: &CountAnswer<'_>) -> Result<Reply, Failure> {
    let mut rows = Vec::new();
    for counting in &answer.countings {
        rows.push((counting, answer.dispersion(counting)?));
    }
    let names: Vec<&str> = answer.totals().map(|(name, _)| name).collect();
    let title = listed(&names);
    let body = html! {
        h1.sentence { span.phrase { "“" (shown(&title)) "”" } " " (page.t("的分布", "and how evenly it is spread")) }
        (filters(page))
        p { a href=(page.asked.link().without("dispersion").href()) { "← " (page.t("按地区和年份", "By region and year")) } }
        div.scroll tabindex="0" role="region" aria-label=(page.t("分布", "Dispersion")) { (table(page, &rows)) }
        p.legend {
            (page.t("DP：0 最均匀，1 全在最短的一份（一地、一年）；平均缩减频次：接近次数为均匀，接近 1 为集中一处。", "DP: 0 is as even as can be, 1 is all in the smallest part; ARF: near the number of places if they stand evenly, near 1 if in one heap."))
        }
        (same_elsewhere(page, answer.method()))
    };
    Ok(Reply::html(200, document(page, &title, body)))
}

fn table(page: &Page<'_>, rows: &[(&Counting, Dispersion)]) -> Markup {
    html! {
        table.list {
            thead { tr {
                th { (page.t("提法", "Phrase")) }
                th.n { (page.t("次数", "Places")) }
                th.n { (page.t("报告", "Reports")) }
                th.n { (page.t("所查", "Of held")) }
                th.n { (page.t("DP（报告）", "DP reports")) }
                th.n { (page.t("DP（地区）", "DP regions")) }
                th.n { (page.t("DP（年份）", "DP years")) }
                th.n { (page.t("平均缩减频次", "ARF")) }
            } }
            tbody { @for (counting, spread) in rows { (line(page, counting, spread)) } }
        }
    }
}

fn line(page: &Page<'_>, counting: &Counting, spread: &Dispersion) -> Markup {
    let (name, row) = (&counting.entry.name, &counting.total);
    let link = page.asked.link().view(View::Search).without("dispersion");
    let link = link.without("q").with("q", &**name);
    let measure = |value: Option<f64>| value.map_or_else(String::new, |n| format!("{n:.3}"));
    let least = |n: u64| at_least(n, row.presence);
    html! {
        tr {
            td { a href=(link.href()) { (shown(name)) } }
            @match row.numbers() {
                Some(sums) => {
                    td.n { @if let Some(n) = sums.places() { (least(n)) } }
                    td.n { (least(sums.reports)) }
                    td.n { (number(sums.reports_held)) }
                },
                None => { td.n { (state_mark(row.state())) } td.n {} td.n {} },
            }
            @for dp in [spread.dp_reports, spread.dp_regions, spread.dp_years] { td.n { (measure(dp)) } }
            td.n { @if let Some(arf) = spread.arf { (format!("{arf:.1}")) } }
        }
    }
}
