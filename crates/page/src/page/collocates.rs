//! Collocates: a table of what stands beside an expression, sorted by any column, each row with a link to its passages.

use super::super::asked::View;
use super::super::parameters::MAX_NUMBER;
use super::base::{MAX_SHOWN, Page};
use super::frame::{document, filters, pager, same_elsewhere};
use super::parts::shown;
use super::search::sentence;
use crate::reply::Reply;
use baogao_engine::ask::{Answered, CollocateMeasure, CollocateRow, CollocatesAnswer};
use baogao_engine::stats::Presence;
use baogao_render::failure::Failure;
use baogao_render::terminal::at_least;
use maud::{Markup, html};

/// The columns of numbers: by what each sorts, and its name.
const COLUMNS: [(CollocateMeasure, &str, &str); 8] = [
    (CollocateMeasure::Left, "前", "before"),
    (CollocateMeasure::Right, "后", "behind"),
    (CollocateMeasure::Occurrences, "同现", "together"),
    (CollocateMeasure::Reports, "报告", "reports"),
    (CollocateMeasure::Total, "总次数", "in all"),
    (CollocateMeasure::LogDice, "logDice", "logDice"),
    (CollocateMeasure::Mi, "互信息", "MI"),
    (CollocateMeasure::G2, "G²", "G²"),
];

pub(super) fn page(page: &Page<'_>, answer: &CollocatesAnswer) -> Result<Reply, Failure> {
    let offset = page.asked.number("offset", 0, 0..=MAX_NUMBER)?;
    let limit = page.asked.number("limit", MAX_SHOWN, 1..=MAX_SHOWN)?;
    let rows: Vec<&CollocateRow> = answer.page().collect();
    let n_rows = answer.collocates.len();
    let default = CollocateMeasure::default().name();
    let sort = page.asked.first("sort").unwrap_or(default);
    let found = &answer.found.answer;
    let body = html! {
        h1.sentence { (sentence(page, &answer.query, found, answer.presence)) }
        (filters(page))
        @if found.total.passages > 0 {
            (tools(page))
            @if n_rows == 0 {
                p.dim { (page.t("没有达到次数的搭配词", "Nothing stands beside it often enough")) }
            } @else {
                div.scroll tabindex="0" role="region" aria-label=(page.t("搭配词", "Collocates")) {
                    (table(page, &rows, sort, answer.presence))
                }
            }
            (pager(page, offset, rows.len(), limit, n_rows))
        }
        (same_elsewhere(page, answer.method()))
    };
    Ok(Reply::html(200, document(page, &page.typed(), body)))
}

/// Words or strings, and how far.
fn tools(page: &Page<'_>) -> Markup {
    let is_strings = page.asked.is_set("strings");
    let only_content = page.asked.is_set("content_words");
    let link = || page.asked.link().without("offset");
    let in_sentence = page.asked.has("within");
    let windows = ["0", "5", "10", "20"];
    let window = match in_sentence {
        true => "",
        false => page.asked.first("window").unwrap_or("10"),
    };
    html! {
        div.tools {
            nav aria-label=(page.t("搭配", "Collocates")) {
                a href=(link().without("strings").href()) aria-current=[(!is_strings).then_some("true")] { (page.t("词", "words")) }
                a href=(link().with("strings", "1").href()) aria-current=[is_strings.then_some("true")] { (page.t("字串", "strings")) }
            }
            nav aria-label=(page.t("虚词", "Words of grammar")) {
                span.label { (page.t("虚词", "Words of grammar")) }
                a href=(link().without("content_words").href()) aria-current=[(!only_content).then_some("true")] { (page.t("列出", "shown")) }
                a href=(link().with("content_words", "1").href()) aria-current=[only_content.then_some("true")] { (page.t("不列", "hidden")) }
            }
            nav aria-label=(page.t("间隔字数", "Characters between")) {
                span.label { (page.t("间隔字数", "Characters between")) }
                @for n in windows {
                    a href=(link().without("within").with("window", n).href()) aria-current=[(n == window).then_some("true")] { (n) }
                }
                a href=(link().without("window").with("within", "sentence").href()) aria-current=[in_sentence.then_some("true")] { (page.t("同句", "sentence")) }
            }
        }
    }
}

fn table(page: &Page<'_>, rows: &[&CollocateRow], sort: &str, presence: Presence) -> Markup {
    let least = |n: u64| at_least(n, presence);
    let cell = |row: &CollocateRow, measure: CollocateMeasure| match measure {
        CollocateMeasure::Left => least(row.left),
        CollocateMeasure::Right => least(row.right),
        CollocateMeasure::Occurrences => least(row.occurrences),
        CollocateMeasure::Reports => least(row.reports),
        CollocateMeasure::Total => least(row.total),
        CollocateMeasure::LogDice => decimal(row.log_dice),
        CollocateMeasure::Mi => decimal(row.mi),
        CollocateMeasure::G2 => decimal(Some(row.g2)),
    };
    html! {
        table.list {
            thead {
                tr {
                    th scope="col" { (page.t("搭配词", "collocate")) }
                    @for (measure, chinese, english) in COLUMNS {
                        th.n scope="col" aria-sort=[(measure.name() == sort).then_some("descending")] {
                            a href=(page.asked.link().with("sort", measure.name()).without("offset").href()) {
                                (page.t(chinese, english))
                            }
                        }
                    }
                }
            }
            tbody {
                @for row in rows {
                    tr {
                        td {
                            a href=(page.asked.link().view(View::Search).without("q").with("q", &row.query).without("offset").href()) {
                                (shown(&row.collocate))
                            }
                        }
                        @for (measure, ..) in COLUMNS { td.n { (cell(row, measure)) } }
                    }
                }
            }
        }
    }
}

fn decimal(value: Option<f64>) -> String {
    value.map_or_else(String::new, |value| format!("{value:.2}"))
}
