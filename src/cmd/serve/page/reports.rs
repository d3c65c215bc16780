//! What is held: the grid of regions and years, and the list of reports with the evidence for each.

use super::super::asked::View;
use super::frame::{document, filters, pager, same_elsewhere};
use super::parts::{reading, region_line, shown};
use super::{Failure, MAX_SHOWN, Page, Reply};
use baogao::ask::Status;
use baogao::query::Filters;
use baogao::region::Region;
use baogao::render::cite;
use baogao::render::terminal::{escape, number};
use baogao::report::{Evidence, Genre};
use baogao::stats::coverage;
use maud::{Markup, html};
use std::collections::{BTreeMap, BTreeSet};

/// A grid of more regions is one of provinces.
const MAX_ROWS: usize = 40;

pub(super) fn page(page: &Page<'_>) -> Result<Reply, Failure> {
    // A list of what is there names copies and texts of every genre too.
    let with_copies = Filters {
        duplicates: true,
        genre: page.scope.genre.and(page.filters.genre),
        ..page.filters.clone()
    };
    let mask = page.index.report_mask(&with_copies);
    let ranks: Vec<usize> = (0..mask.len())
        .filter(|rank| mask.get(*rank) == Some(&true))
        .collect();
    let limit = page.asked.number("limit", MAX_SHOWN, 1..=MAX_SHOWN)?;
    let offset = page
        .asked
        .number("offset", 0, 0..=super::command::MAX_NUMBER)?;
    let rows: Vec<usize> = ranks.iter().skip(offset).take(limit).copied().collect();
    let method = cite::method(page.index, "reports", &with_copies);
    let title = page.t("库中报告", "What is held");
    let body = html! {
        h1 { (title) " " small { (page.lang.counted(ranks.len() as u64, "份", "report")) } }
        (filters(page))
        (coverage_grid(page, &page.filters)?)
        div.scroll tabindex="0" role="region" aria-label=(page.t("报告清单", "List of reports")) {
            table.list.reports {
                thead {
                    tr {
                        th scope="col" { (page.t("报告", "Report")) }
                        th scope="col" { (page.t("地区", "Region")) }
                        th scope="col" { (page.t("年份", "Year")) }
                        th scope="col" { (page.t("日期", "Date")) }
                        th scope="col" { (page.t("报告人", "Speaker")) }
                        th.n scope="col" { (page.t("字数", "Characters")) }
                        th scope="col" { (page.t("判定依据", "Evidence")) }
                    }
                }
                tbody {
                    @for rank in &rows {
                        @if let Ok(entry) = page.index.reports.entry(*rank) {
                            @let meta = &entry.meta;
                            tr {
                                th scope="row" {
                                    a href=(reading(page, &entry.id, None).href()) { (shown(&entry.id)) }
                                    div.dim { (shown(&meta.title)) }
                                    @if let Some(original) = &entry.duplicate_of {
                                        div.dim { (page.t("副本，原件 ", "copy of ")) (shown(original)) }
                                    }
                                    @if meta.genre == Genre::Other { div.dim { (page.t("其他体裁", "another genre")) } }
                                    @if meta.abridged { div.dim { (page.t("摘要", "abridged")) } }
                                }
                                td.place { (region_line(page, meta.region.as_ref().map(|region| region.value))) }
                                td { @if let Some(year) = &meta.year { (year.value.to_string()) } }
                                td.nowrap { @if let Some(date) = &meta.date { (date.to_string()) } }
                                td.nowrap { @if let Some(speaker) = &meta.speaker { (shown(speaker)) } }
                                td.n { (number(u64::from(page.index.reports.size(*rank).chars))) }
                                td.evidence {
                                    @if let Some(region) = &meta.region { (evidence(page, page.t("地区", "region"), &region.evidence)) }
                                    @if let Some(year) = &meta.year { (evidence(page, page.t("年份", "year"), &year.evidence)) }
                                    @if meta.region.is_none() || meta.year.is_none() {
                                        div.notice { (page.t("待补：地区或年份未能判定", "to fix: region or year could not be told")) }
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
        (pager(page, offset, rows.len(), limit, ranks.len()))
        (same_elsewhere(page, &method))
    };
    Ok(Reply::html(200, document(page, title, body)))
}

fn evidence(page: &Page<'_>, what: &str, evidence: &Evidence) -> Markup {
    html! {
        div {
            span.dim { (what) " · " (page.lang.evidence(evidence.kind)) " " }
            (shown(&evidence.words))
            @if let Some(line) = evidence.line { span.dim { " (" (page.t("行", "line")) " " (line) ")" } }
        }
    }
}

/// Which regions are held in which years: a link to each report. Of many regions the provinces, with numbers of reports.
pub(super) fn coverage_grid(page: &Page<'_>, filters: &Filters) -> Result<Markup, Failure> {
    let held = coverage(page.index, filters)?;
    let years: BTreeSet<u16> = held.iter().map(|held| held.year.get()).collect();
    let regions: BTreeSet<Region> = held.iter().map(|held| held.region).collect();
    let is_small = regions.len() <= MAX_ROWS;
    let mut grid: BTreeMap<Region, BTreeMap<u16, Vec<usize>>> = BTreeMap::new();
    for held in &held {
        let row = if is_small {
            held.region
        } else {
            held.region.province().unwrap_or(held.region)
        };
        let ranks = grid
            .entry(row)
            .or_default()
            .entry(held.year.get())
            .or_default();
        ranks.extend(
            held.ranks
                .iter()
                .filter(|rank| !page.index.reports.is_duplicate(**rank)),
        );
    }
    if grid.is_empty() {
        return Ok(html! {});
    }
    let unread: BTreeSet<(Region, u16)> = held
        .iter()
        .filter(|held| Status::of(page.index, held) == Status::Unread)
        .flat_map(|held| {
            let rows = [held.region, held.region.province().unwrap_or(held.region)];
            rows.map(|row| (row, held.year.get()))
        })
        .collect();
    let is_unread = |region: Region, year: u16| unread.contains(&(region, year));
    let listed = |region: Region, year: u16| {
        let link = page
            .asked
            .link()
            .view(View::Reports)
            .without("offset")
            .with("region", region.code_string());
        link.with("year", year.to_string()).href()
    };
    Ok(html! {
        div.scroll tabindex="0" role="region" aria-label=(page.t("地区与年份", "Regions and years")) {
            table.grid {
                thead {
                    tr {
                        td {}
                        @for year in &years { th scope="col" { (year) } }
                    }
                }
                tbody {
                    @for (region, row) in &grid {
                        tr {
                            th scope="row" title=(region.path_string()) { (region.name()) }
                            @for year in &years {
                                @match row.get(year).map(Vec::as_slice) {
                                    Some([rank]) if is_small => {
                                        @let id = page.index.reports.entry(*rank).map(|entry| entry.id).unwrap_or_default();
                                        @let label = if is_unread(*region, *year) { page.t("未读", "unread") } else if page.index.reports.is_abridged(*rank) { page.t("摘", "abr.") } else { "●" };
                                        td.held { a href=(reading(page, &id, None).href()) aria-label=(escape(&id)) title=(escape(&id)) { (label) } }
                                    }
                                    Some([]) if is_unread(*region, *year) => td.partial { (page.t("未读", "unread")) },
                                    Some([]) | None => td.missing { span aria-label=(page.t("无报告", "no report")) { "·" } },
                                    Some(ranks) => td.held {
                                        a href=(listed(*region, *year)) aria-label={ (region.name()) " " (year) ": " (ranks.len()) } { (ranks.len()) }
                                    },
                                }
                            }
                        }
                    }
                }
            }
        }
    })
}
