//! The concordance: every place on a line of its own, aligned on the phrase, and what stands beside it.

use super::super::parameters::MAX_NUMBER;
use super::base::{MAX_SHOWN, Page};
use super::frame::{document, filters, pager, same_elsewhere};
use super::parts::{cited, id_link, region_of, shown, year_of};
use super::search::sentence;
use crate::reply::Reply;
use baogao_engine::ask::{Answered, KwicAnswer, plain_phrase};
use baogao_engine::concordance::{Line, Neighbour};
use baogao_render::failure::Failure;
use baogao_render::terminal::number;
use maud::{Markup, html};

/// Characters on each side, and at most.
pub(super) const WIDTH: usize = 30;
pub(super) const MAX_WIDTH: usize = 100;
/// Lines of a phrase whose neighbours are counted without a word.
const MAX_COUNTED: usize = 2_000;
/// Neighbours on each side.
const N_NEIGHBOURS: usize = 15;

pub(super) fn page(page: &Page<'_>, answer: &KwicAnswer<'_>) -> Result<Reply, Failure> {
    let n_lines = answer.concordance.n_lines();
    // What stands beside a common phrase takes all its lines: it waits until it is asked for.
    let has_neighbours = answer.n_found <= MAX_COUNTED || page.asked.is_set("neighbours");
    let width = page.asked.number("width", WIDTH, 1..=MAX_WIDTH)?;
    let offset = page.asked.number("offset", 0, 0..=MAX_NUMBER)?;
    let limit = page.asked.number("limit", MAX_SHOWN, 1..=MAX_SHOWN)?;
    let lines = answer.concordance.lines(answer.page()?, width);
    let shown_lines: Vec<Line> = lines.collect::<Result<_, _>>()?;
    let neighbours = match has_neighbours {
        true => Some(answer.neighbours(N_NEIGHBOURS)?),
        false => None,
    };
    let sort = page.asked.first("sort").unwrap_or("year");
    let body = html! {
        h1.sentence { (sentence(page, &answer.query, &answer.concordance.answer, answer.presence)) }
        (filters(page))
        @if n_lines > 0 {
            (orders(page, sort))
            ol.kwic aria-label=(page.t("上下文", "Concordance")) {
                @for line in &shown_lines {
                    @let passage = &line.passage;
                    li {
                        span.left { span { (shown(&line.left)) } }
                        mark { (shown(&line.keyword)) }
                        span.right { (shown(&line.right)) }
                        span.place {
                            span.where {
                                @if let Some(region) = region_of(passage) { (region.short_name()) } @else { (page.t("未知", "unknown")) }
                                " " (year_of(page, passage))
                            }
                            " " (id_link(page, passage))
                        }
                        (cited(page, passage))
                    }
                }
            }
            (pager(page, offset, shown_lines.len(), limit, n_lines))
            section.beside {
                h2 { (page.t("常见搭配", "What stands beside it")) }
                @if let Some([left, right]) = &neighbours {
                    div.columns-2 {
                        (beside(page, answer, left, true))
                        (beside(page, answer, right, false))
                    }
                } @else {
                    p { a href=(page.asked.link().with("neighbours", "1").href()) { (page.t("从全部各行统计", "Count them over all lines")) } }
                }
            }
        }
        (same_elsewhere(page, answer.method()))
    };
    Ok(Reply::html(200, document(page, &page.typed(), body)))
}

fn orders(page: &Page<'_>, sort: &str) -> Markup {
    let orders = [
        ("year", "年份", "year"),
        ("region", "地区", "region"),
        ("left", "左边", "left"),
        ("right", "右边", "right"),
    ];
    html! {
        div.tools {
            nav aria-label=(page.t("排序", "Order")) {
                span.label { (page.t("排序", "Order")) }
                @for (name, chinese, english) in orders {
                    a href=(page.asked.link().with("sort", name).without("offset").href()) aria-current=[(name == sort).then_some("true")] {
                        (page.t(chinese, english))
                    }
                }
            }
        }
    }
}

/// The commonest strings on one side; each can be searched together with the phrase.
fn beside(
    page: &Page<'_>,
    answer: &KwicAnswer<'_>,
    neighbours: &[Neighbour],
    is_left: bool,
) -> Markup {
    let title = match is_left {
        true => page.t("前面", "before"),
        false => page.t("后面", "after"),
    };
    // Of what is more than a phrase no text stands for all places.
    let is_plain = plain_phrase(&answer.query).is_some();
    let typed = match is_plain {
        true => page.phrase(),
        false => "…".to_owned(),
    };
    html! {
        table {
            caption { (title) }
            tbody {
                @for neighbour in neighbours.iter().take(N_NEIGHBOURS) {
                    @let together = if is_left { format!("{}{typed}", neighbour.text) } else { format!("{typed}{}", neighbour.text) };
                    tr {
                        td {
                            a href=[is_plain.then(|| page.asked.link().with("q", together).without("offset").href())] {
                                @if is_left { b { (shown(&neighbour.text)) } (shown(&typed)) } @else { (shown(&typed)) b { (shown(&neighbour.text)) } }
                            }
                        }
                        td.n { (number(neighbour.lines as u64)) }
                    }
                }
                @if neighbours.is_empty() { tr { td.dim { (page.t("没有重复出现的", "nothing that stands there twice")) } } }
            }
        }
    }
}
