//! The concordance: every place on a line of its own, aligned on the phrase, and what stands beside it.

use super::frame::{document, filters, notices, pager, same_elsewhere};
use super::parts::{id_link, region_of, shown, year_of};
use super::search::{nothing_asked, sentence};
use super::{Failure, MAX_SHOWN, Page, Reply};
use baogao::ask::{Notice, of_other_genre, plain_phrase};
use baogao::concordance::{Concordance, Line, Neighbour, Order, Side};
use baogao::render::cite;
use baogao::render::terminal::number;
use maud::{Markup, html};

/// Characters on each side.
const WIDTH: usize = 30;
/// Lines of a phrase whose neighbours are counted without a word.
const MAX_COUNTED: usize = 2_000;
/// Neighbours on each side.
const N_NEIGHBOURS: usize = 15;

pub(super) fn page(page: &Page<'_>) -> Result<Reply, Failure> {
    if page.typed().is_empty() {
        return nothing_asked(page);
    }
    let query = page.query()?;
    let sort = page.asked.first("sort").unwrap_or("year");
    let order = match sort {
        "left" => Order::Context(Side::Left),
        "right" => Order::Context(Side::Right),
        "year" => Order::Year,
        "region" => Order::Region,
        _ => return Err(page.asked.not_one_of("sort", "left, right, year, region")),
    };
    let limit = page.asked.number("limit", MAX_SHOWN, 1..=MAX_SHOWN)?;
    let offset = page
        .asked
        .number("offset", 0, 0..=super::command::MAX_NUMBER)?;
    let mut concordance = Concordance::new(page.index, &query, &page.filters, order)?;
    // What stands beside a common phrase takes all its lines: it waits until it is asked for.
    let has_neighbours = concordance.n_lines() <= MAX_COUNTED || page.asked.is_set("neighbours");
    if page.asked.first("sample").is_some() {
        let n = page
            .asked
            .number("sample", 100, 1..=super::command::MAX_NUMBER)?;
        let seed = page.asked.number("seed", 1, 0..=usize::MAX >> 1)?;
        concordance.sample(n, seed as u64)?;
    }
    let n_lines = concordance.n_lines();
    let width = page.asked.number("width", WIDTH, 1..=100)?;
    let page_of_lines = concordance.page(offset, limit)?;
    let shown_lines: Vec<Line> = concordance
        .lines(&page_of_lines, width)
        .collect::<Result<_, _>>()?;
    let neighbours = match has_neighbours {
        true => Some([Side::Left, Side::Right].map(|side| concordance.neighbours(side))),
        false => None,
    };
    let neighbours = match neighbours {
        Some([left, right]) => Some([left?, right?]),
        None => None,
    };
    let method = cite::method(page.index, &page.question(&query), &page.filters);
    let other_genre: Vec<Notice> = of_other_genre(&concordance.answer).into_iter().collect();
    let body = html! {
        h1.sentence { (sentence(page, &query, &concordance.answer)) }
        (filters(page))
        (notices(page, &other_genre))
        @if n_lines > 0 {
            (orders(page, sort))
            ol.kwic aria-label=(page.t("逐行对照", "Concordance")) {
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
                    }
                }
            }
            (pager(page, offset, shown_lines.len(), limit, n_lines))
            section.beside {
                h2 { (page.t("常见搭配", "What stands beside it")) }
                @if let Some([left, right]) = &neighbours {
                    div.columns-2 {
                        (beside(page, page.t("前面", "before"), left, true))
                        (beside(page, page.t("后面", "after"), right, false))
                    }
                } @else {
                    p { a href=(page.asked.link().with("neighbours", "1").href()) { (page.t("从全部各行统计", "Count them over all lines")) } }
                }
            }
        }
        (same_elsewhere(page, &method))
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
fn beside(page: &Page<'_>, title: &str, neighbours: &[Neighbour], is_left: bool) -> Markup {
    // Of what is more than a phrase no text stands for all places.
    let query = page.query().ok();
    let is_plain = query
        .as_ref()
        .is_some_and(|query| plain_phrase(query).is_some());
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
