//! What is held: the grid of regions and years, and the list of reports with the evidence for each.

use super::super::asked::View;
use super::super::parameters::MAX_NUMBER;
use super::base::{MAX_SHOWN, Page};
use super::frame::{document, filters, notices, pager, same_elsewhere};
use super::parts::{reading, region_line, said, shown};
use crate::reply::Reply;
use crate::words::Lang;
use baogao_engine::ask::{Answered, CoverageAnswer, Notice, ReportRow, ReportsAnswer, Status};
use baogao_reading::region::Region;
use baogao_reading::report::{Evidence, Genre, Note};
use baogao_render::failure::Failure;
use baogao_render::t;
use baogao_render::terminal::{escape, number};
use baogao_render::words::{
    absence, counted, coverage_legend, coverage_mark, listed, reason, remark, rule_name,
    searched_noun, some_of,
};
use maud::{Markup, html};
use std::collections::{BTreeMap, BTreeSet};

/// A grid of more regions is one of provinces.
const MAX_ROWS: usize = 40;

pub(super) fn page(page: &Page<'_>, answer: &ReportsAnswer<'_>) -> Result<Reply, Failure> {
    let limit = page.asked.number("limit", MAX_SHOWN, 1..=MAX_SHOWN)?;
    let offset = page.asked.number("offset", 0, 0..=MAX_NUMBER)?;
    let rows: Vec<ReportRow> = answer.page().collect::<Result<_, _>>()?;
    let n_all = answer.listed.len();
    let grid = answer.coverage()?;
    // What is said of the list is not said again.
    let of_grid = grid.notices().iter();
    let of_grid = of_grid.filter(|notice| !page.notices.contains(notice));
    let of_grid: Vec<Notice> = of_grid.cloned().collect();
    let title = page.t("库中报告", "What is held");
    let body = html! {
        (heading(page, answer)?)
        (filters(page))
        (coverage_grid(page, &grid))
        (notices(page, &of_grid))
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
                    @for row in &rows {
                        @let entry = &row.entry;
                        @let meta = &entry.meta;
                        tr {
                            th scope="row" {
                                a href=(reading(page, &entry.id, None).href()) { (shown(&entry.id)) }
                                div.dim { (shown(&meta.title)) }
                                @if let Some(original) = &entry.duplicate_of {
                                    div.dim { (page.t("副本，原件 ", "copy of ")) (shown(original)) }
                                }
                                @if meta.genre == Genre::Other { div.dim { (t!("another genre")) } }
                                @if meta.abridged { div.dim { (t!("abridged")) } }
                                @for (typed, n) in page.asked.all("with").zip(row.occurrences.iter().flatten()) {
                                    @let times = counted(*n, "occurrence");
                                    div.dim { (shown(&t!("“%{phrase}”: %{said}", phrase = typed.trim(), said = times))) }
                                }
                                @if page.asked.is_set("notes") {
                                    @for note in &row.notes { div.note { (note_line(page, note)) } }
                                }
                                @if meta.partial { div.dim { (t!("read only in part")) } }
                            }
                            td.place { (region_line(page, meta.region.as_ref().map(|region| region.value))) }
                            td { @if let Some(year) = &meta.year { (year.value.to_string()) } }
                            td.nowrap { @if let Some(date) = &meta.date { (date.to_string()) } }
                            td.nowrap { @if let Some(speaker) = &meta.speaker { (shown(speaker)) } }
                            td.n { (number(u64::from(row.chars))) }
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
        (pager(page, offset, rows.len(), limit, n_all))
        @if !answer.refused.is_empty() {
            h2 { (page.t("未能编入的文件", "Files that could not be indexed")) }
            ul {
                @for file in answer.refused.iter().take(MAX_SHOWN) {
                    li { (said(t!("  `%{path}`: %{reason}", path = file.file, reason = reason(&file.reason)).trim())) }
                }
            }
        }
        (same_elsewhere(page, answer.method()))
    };
    Ok(Reply::html(200, document(page, title, body)))
}

/// What is listed, and how many. Where nothing is held whole, that none is listed says nothing.
fn heading(page: &Page<'_>, answer: &ReportsAnswer<'_>) -> Result<Markup, Failure> {
    let n_listed = answer.listed.len() as u64;
    let quoted = |name: &str| -> Vec<String> {
        let typed = page.asked.all(name);
        typed.map(|typed| format!("“{}”", typed.trim())).collect()
    };
    let (with, without) = (quoted("with"), quoted("without"));
    if !with.is_empty() {
        let typed: Vec<&str> = page.asked.all("with").collect();
        if let Some(absence) = absence(answer.state()?, &listed(&typed)) {
            return Ok(html! { h1.sentence { (shown(&absence)) } });
        }
    }
    let mut about = Vec::new();
    if !with.is_empty() {
        about.push(format!("{}{}", page.t("提及", "with "), listed(&with)));
    }
    if !without.is_empty() {
        about.push(format!(
            "{}{}",
            page.t("未提及", "without "),
            listed(&without)
        ));
    }
    Ok(html! {
        @if about.is_empty() {
            h1 { (page.t("库中报告", "What is held")) " " small { (page.lang.counted(n_listed, "份文本", "text")) } }
        } @else {
            h1 { (page.t("", "Reports ")) (shown(&listed(&about))) (page.t("的报告", "")) " " small { (some_of(n_listed, answer.n_searched, searched_noun(&page.filters))) } }
        }
    })
}

/// The grid alone.
pub(super) fn grid(page: &Page<'_>, answer: &CoverageAnswer<'_>) -> Result<Reply, Failure> {
    let title = page.t("收录情况", "What is held and what is not");
    let body = html! {
        h1 { (title) }
        (filters(page))
        (coverage_grid(page, answer))
        (same_elsewhere(page, answer.method()))
    };
    Ok(Reply::html(200, document(page, title, body)))
}

/// What was removed or noticed, in the words of the command line.
fn note_line(page: &Page<'_>, note: &Note) -> Markup {
    html! {
        @if let Some(line) = note.line { span.dim { (t!("line %{line}: ", line = line)) } }
        span.dim { (rule_name(&note.rule)) (page.t("：", ": ")) }
        (shown(&remark(note)))
    }
}

fn evidence(page: &Page<'_>, what: &str, evidence: &Evidence) -> Markup {
    html! {
        div {
            span.dim { (what) " · " (page.lang.evidence(evidence.kind)) " " }
            (shown(&evidence.words))
            @if let Some(line) = evidence.line {
                span.dim {
                    @match page.lang {
                        Lang::Zh => { "（第 " (line) " 行）" }
                        Lang::En => { " (line " (line) ")" }
                    }
                }
            }
        }
    }
}

/// What is held of a row of the grid in a year.
#[derive(Default)]
struct Cell {
    /// Its texts, by rank.
    ranks: Vec<usize>,
    /// What is known of each region of the row.
    statuses: Vec<Status>,
}

impl Cell {
    /// A whole report of any region; else what is there.
    fn status(&self) -> Status {
        let order = [
            Status::Versions,
            Status::Present,
            Status::Unread,
            Status::Abridged,
        ];
        let known = order
            .into_iter()
            .find(|status| self.statuses.contains(status));
        known.unwrap_or(Status::None)
    }
}

/// Which regions are held in which years: a link to each report. Of many regions the provinces, with numbers of reports.
pub(super) fn coverage_grid(page: &Page<'_>, answer: &CoverageAnswer<'_>) -> Markup {
    let years: BTreeSet<u16> = answer.grid.iter().map(|held| held.year.get()).collect();
    let regions: BTreeSet<Region> = answer.grid.iter().map(|held| held.region).collect();
    let is_small = regions.len() <= MAX_ROWS;
    let mut grid: BTreeMap<Region, BTreeMap<u16, Cell>> = BTreeMap::new();
    for held in &answer.grid {
        let row = match is_small {
            true => held.region,
            false => held.region.province().unwrap_or(held.region),
        };
        let cells = grid.entry(row).or_default();
        let cell = cells.entry(held.year.get()).or_default();
        cell.ranks.extend(&held.ranks);
        cell.statuses.push(answer.status(held));
    }
    if grid.is_empty() {
        return html! {};
    }
    html! {
        p.dim { (coverage_legend()) }
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
                            @for year in &years { (coverage_cell(page, *region, *year, row.get(year), is_small)) }
                        }
                    }
                }
            }
        }
    }
}

fn coverage_cell(
    page: &Page<'_>,
    region: Region,
    year: u16,
    cell: Option<&Cell>,
    is_small: bool,
) -> Markup {
    let nothing = Cell::default();
    let cell = cell.unwrap_or(&nothing);
    let mark = coverage_mark(cell.status(), cell.ranks.len());
    let listed = || {
        let link = page.asked.link().view(View::Reports).without("offset");
        let link = link
            .without("coverage")
            .with("region", region.code_string());
        link.with("year", year.to_string()).href()
    };
    html! {
        @match cell.ranks.as_slice() {
            [] if cell.status() == Status::None => td.missing { span aria-label=(page.t("无报告", "no report")) { (mark) } },
            [] => td.partial { (mark) },
            [rank] if is_small => {
                @let id = page.index.reports().entry(*rank).map(|entry| entry.id).unwrap_or_default();
                td.held { a href=(reading(page, &id, None).href()) aria-label={ (escape(&id)) " " (mark) } title=(escape(&id)) { (mark) } }
            }
            _ => td.held { a href=(listed()) aria-label={ (region.name()) " " (year) ": " (mark) } { (mark) } },
        }
    }
}
