//! Pieces of pages: marked text, places, facets, the strip of years.

use super::super::asked::{Form, Link, View};
use super::base::Page;
use crate::words::Lang;
use baogao_engine::ask::reference;
use baogao_engine::highlight::excerpt;
use baogao_engine::passage::PassageView;
use baogao_engine::stats::{Facet, Facets, State};
use baogao_reading::region::Region;
use baogao_reading::report::{Part, Year};
use baogao_render::terminal::{at_least, escape};
use baogao_render::words::{searched_noun, some_of};
use maud::{Markup, html};
use std::collections::BTreeMap;
use std::ops::Range;

/// A tree of more regions is opened step by step.
const MAX_REGIONS: usize = 60;
/// Height of the strip of years, in pixels.
const STRIP_HEIGHT: u64 = 36;

/// Text from outside: control characters and direction marks become visible; the templates escape the rest.
pub(super) fn shown(text: &str) -> Markup {
    html! { (escape(text)) }
}

/// A sentence in which names of files, commands and addresses of this server stand between marks.
pub(super) fn said(sentence: &str) -> Markup {
    let is_address = |piece: &str| {
        let path = piece.split_once('?').map_or(piece, |(path, _)| path);
        View::of_path(path).is_some_and(|(_, form)| form != Form::Page)
    };
    html! {
        @for (at, piece) in sentence.split('`').enumerate() {
            @if at % 2 == 0 { (shown(piece)) }
            @else if is_address(piece) { a href=(piece) { code { (shown(piece)) } } }
            @else { code { (shown(piece)) } }
        }
    }
}

/// The parts of `text` in `ranges` with the hits marked, … where something is left out.
pub(super) fn marked(text: &str, hits: &[Range<usize>], ranges: &[Range<usize>]) -> Markup {
    let part = |range: Range<usize>| shown(text.get(range).unwrap_or_default());
    let mut shown_to = 0;
    let mut pieces: Vec<Markup> = Vec::new();
    for range in ranges {
        if range.start > shown_to {
            pieces.push(html! { span.cut { "…" } });
        }
        let mut at = range.start;
        let inside = |hit: &&Range<usize>| range.start <= hit.start && hit.end <= range.end;
        for hit in hits.iter().filter(inside) {
            pieces.push(part(at..hit.start));
            pieces.push(html! { mark { (part(hit.clone())) } });
            at = hit.end;
        }
        pieces.push(part(at..range.end));
        shown_to = range.end;
    }
    if shown_to < text.len() {
        pieces.push(html! { span.cut { "…" } });
    }
    html! { @for piece in pieces { (piece) } }
}

/// A whole text with its hits.
pub(super) fn whole(text: &str, hits: &[Range<usize>]) -> Markup {
    let all = 0..text.len();
    marked(text, hits, std::slice::from_ref(&all))
}

/// What is shown of a text in about so many characters; none if that is all of it.
pub(super) fn cut(text: &str, hits: &[Range<usize>], max_chars: usize) -> Option<Markup> {
    let ranges = excerpt(text, hits, max_chars);
    let all = 0..text.len();
    (ranges != std::slice::from_ref(&all)).then(|| marked(text, hits, &ranges))
}

/// `山西省 › 吕梁市 › 汾阳市`, or that it is not known.
pub(super) fn region_line(page: &Page<'_>, region: Option<Region>) -> Markup {
    html! {
        @match region {
            Some(region) => {
                @for (at, above) in region.path().enumerate() {
                    @if at > 0 { span.sep { " › " } }
                    (above.name())
                }
            }
            None => (page.t("地区未知", "region unknown")),
        }
    }
}

/// The region of a passage's report.
pub(super) fn region_of(passage: &PassageView) -> Option<Region> {
    passage
        .report
        .meta
        .region
        .as_ref()
        .map(|region| region.value)
}

/// The year of a passage's report.
pub(super) fn year_of(page: &Page<'_>, passage: &PassageView) -> String {
    let year = passage.report.meta.year.as_ref();
    year.map_or_else(
        || page.t("年份未知", "no year").to_owned(),
        |year| year.value.to_string(),
    )
}

/// To a report, its hits marked, at one of its passages.
pub(super) fn reading(page: &Page<'_>, report: &str, number: Option<u32>) -> Link {
    let link = page.asked.reading(report);
    match number {
        Some(number) => link.at(format!("p{number}")),
        None => link,
    }
}

/// The link to the id of a passage.
pub(super) fn id_link(page: &Page<'_>, passage: &PassageView) -> Markup {
    html! {
        a.id href=(reading(page, &passage.report.id, Some(passage.number)).href()) title=(page.t("在全文中打开", "Open in the full text")) {
            (shown(&passage.id()))
        }
        (recognised(page, passage))
    }
}

/// Says of a passage that it was recognised on the picture of a page, if it was.
pub(super) fn recognised(page: &Page<'_>, passage: &PassageView) -> Markup {
    html! {
        @if passage.ocr {
            " "
            span.dim.ocr title=(page.t("由扫描页识别，个别字可能有误", "Recognised on a scanned page; some characters may be misread")) {
                (page.t("文字识别", "OCR"))
            }
        }
    }
}

/// The reference of a passage, where it is asked for.
pub(super) fn cited(page: &Page<'_>, passage: &PassageView) -> Markup {
    html! {
        @if page.asked.is_set("cite") {
            span.cite { (shown(&reference(passage))) }
        }
    }
}

/// Counts by region, year, part and level; what is chosen can be taken off again.
pub(super) fn facets(
    page: &Page<'_>,
    facets: &Facets,
    count: impl Fn(&Facet) -> Option<u64> + Copy,
) -> Markup {
    html! {
        details.facets open {
            summary { (page.t("筛选", "Narrow down")) }
            (region_facet(page, facets, count))
            @if !facets.years.is_empty() {
                section {
                    h2 { (page.t("年份", "Year")) }
                    ul {
                        @for (year, facet) in &facets.years {
                            @match year {
                                Some(year) => (value(page, "year", &year.to_string(), &year.to_string(), facet, count, false)),
                                None => (blank(page, page.t("未知", "unknown"), facet, count(facet))),
                            }
                        }
                    }
                }
            }
            section {
                h2 { (page.t("部分", "Part")) }
                ul {
                    @for (part, facet) in &facets.parts {
                        (value(page, "part", part.name(), page.lang.part(*part), facet, count, false))
                    }
                }
            }
            section {
                h2 { (page.t("级别", "Level")) }
                ul {
                    @for (level, facet) in &facets.levels {
                        @match level {
                            Some(level) => (value(page, "level", level.name(), page.lang.level(*level), facet, count, false)),
                            None => (blank(page, page.t("未知", "unknown"), facet, count(facet))),
                        }
                    }
                }
            }
        }
    }
}

/// The regions as a tree; a large one shows the highest and what lies below those that are chosen.
fn region_facet(
    page: &Page<'_>,
    facets: &Facets,
    count: impl Fn(&Facet) -> Option<u64> + Copy,
) -> Markup {
    let is_small = facets.regions.len() <= MAX_REGIONS;
    let is_open = |region: Region| {
        let chosen = || page.filters.regions.iter();
        is_small
            || region.parent().is_none()
            || chosen().any(|chosen| {
                region.contains(*chosen)
                    || region.parent() == Some(*chosen)
                    || region.parent() == chosen.parent()
            })
    };
    html! {
        section {
            h2 { (page.t("地区", "Region")) }
            ul.tree {
                @for (region, facet) in &facets.regions {
                    @match region {
                        Some(region) if is_open(*region) => {
                            (value_at(page, region, facet, count))
                        }
                        Some(_) => {}
                        None => (blank(page, page.t("未知", "unknown"), facet, count(facet))),
                    }
                }
            }
        }
    }
}

fn value_at(
    page: &Page<'_>,
    region: &Region,
    facet: &Facet,
    count: impl Fn(&Facet) -> Option<u64>,
) -> Markup {
    let depth = region.path().count().saturating_sub(1).min(3);
    let code = region.code_string();
    let is_chosen = page.asked.link().has("region", &code);
    // A region holds all below it: another choice takes the place of this one.
    let link = if is_chosen {
        page.asked.link().without_value("region", &code)
    } else {
        page.asked.link().with("region", code)
    };
    entry(
        page,
        link,
        region.name(),
        facet,
        count(facet),
        is_chosen,
        depth,
    )
}

fn value(
    page: &Page<'_>,
    name: &str,
    value: &str,
    label: &str,
    facet: &Facet,
    count: impl Fn(&Facet) -> Option<u64>,
    replaces: bool,
) -> Markup {
    let link = page.asked.link();
    let is_chosen = link.has(name, value);
    let has_range = page.asked.all(name).any(|value| value.contains(".."));
    let link = if is_chosen {
        link.without_value(name, value)
    } else if replaces || has_range {
        link.with(name, value)
    } else {
        link.and(name, value)
    };
    entry(page, link, label, facet, count(facet), is_chosen, 0)
}

fn entry(
    page: &Page<'_>,
    link: Link,
    label: &str,
    facet: &Facet,
    n: Option<u64>,
    is_chosen: bool,
    depth: usize,
) -> Markup {
    let held = match facet.numbers() {
        None => told(page, facet, None),
        Some(sums) => some_of(
            sums.reports,
            sums.reports_held as usize,
            searched_noun(&page.filters),
        ),
    };
    html! {
        li class={ "depth-" (depth) @if n.is_none_or(|n| n == 0) { " zero" } } {
            a href=(link.without("offset").href()) aria-current=[is_chosen.then_some("true")] title=(held) {
                span.name { (label) } " " span.n { (told(page, facet, n)) }
            }
        }
    }
}

fn blank(page: &Page<'_>, label: &str, facet: &Facet, n: Option<u64>) -> Markup {
    html! {
        li.zero[n.is_none_or(|n| n == 0)] {
            span.name { (label) } " " span.n { (told(page, facet, n)) }
        }
    }
}

/// The number, or the state where none may be given.
fn told(page: &Page<'_>, facet: &Facet, n: Option<u64>) -> String {
    match (n, facet.state()) {
        (Some(n), _) => at_least(n, facet.presence),
        (None, State::Abridged) => page.t("不全", "abridged").to_owned(),
        (None, State::Unread) => page.t("未读", "unread").to_owned(),
        (None, State::Said | State::NotSaid | State::None) => "–".to_owned(),
    }
}

/// The years from the first that is held to the last, each a bar and a filter; a year without a report is told from a
/// year without a hit.
pub(super) fn year_strip(
    page: &Page<'_>,
    facets: &Facets,
    count: impl Fn(&Facet) -> Option<u64>,
    of_places: bool,
) -> Markup {
    let held: BTreeMap<u16, &Facet> = facets
        .years
        .iter()
        .filter_map(|(year, facet)| Some((year.map(Year::get)?, facet)))
        .collect();
    let (Some((first, _)), Some((last, _))) = (held.first_key_value(), held.last_key_value())
    else {
        return html! {};
    };
    let most = held
        .values()
        .filter_map(|facet| count(facet))
        .max()
        .unwrap_or(0)
        .max(1);
    html! {
        nav.years aria-label=(page.t("按年份筛选", "Narrow by year")) {
            @for year in *first..=*last {
                @let text = year.to_string();
                @match held.get(&year) {
                    Some(facet) => {
                        @let counted = count(facet);
                        @let n = counted.unwrap_or(0);
                        @let height = if n == 0 { 0 } else { (n * STRIP_HEIGHT).div_ceil(most).max(2) };
                        @let chosen = page.asked.link().has("year", &text);
                        @let link = if chosen { page.asked.link().without_value("year", &text) } else { page.asked.link().with("year", text.clone()) };
                        a href=(link.without("offset").href()) aria-current=[chosen.then_some("true")] class=[(n == 0).then_some("zero")]
                            title=(year_label(page, year, (n, of_places), facet)) {
                            span.year { (text) } " "
                            svg width="24" height=(STRIP_HEIGHT) aria-hidden="true" {
                                rect x="3" width="18" y=(STRIP_HEIGHT - height) height=(height) rx="1.5" {}
                            }
                            span.n { (told(page, facet, counted)) }
                        }
                    }
                    None => {
                        span.missing title=(page.t("没有这一年的报告", "No report of this year is held")) {
                            span.year { (text) } " "
                            svg width="24" height=(STRIP_HEIGHT) aria-hidden="true" {}
                            span.n { "–" }
                        }
                    }
                }
            }
        }
    }
}

fn year_label(page: &Page<'_>, year: u16, (n, of_places): (u64, bool), facet: &Facet) -> String {
    let sums = &facet.sums;
    if facet.numbers().is_none() {
        let state = told(page, facet, None);
        return match page.lang {
            Lang::Zh => format!("{year} 年：{state}"),
            Lang::En => format!("{year}: {state}"),
        };
    }
    let counted = match of_places {
        true => page.lang.times(n),
        false => page.lang.counted(n, "段", "passage"),
    };
    match page.lang {
        Lang::Zh => format!(
            "{year} 年：{counted}，{} 份报告中的 {} 份",
            sums.reports_held, sums.reports
        ),
        Lang::En => format!(
            "{year}: {counted}, {} of {} reports",
            sums.reports, sums.reports_held
        ),
    }
}

/// The part in which a passage stands, and the headings above it.
pub(super) fn section_line(page: &Page<'_>, part: Part, section: &[String]) -> Markup {
    html! {
        p.section {
            // A part that is called as its heading need not be named twice.
            @let is_named = section.first().is_some_and(|heading| heading == page.lang.part(part));
            @if !is_named { span.part { (page.lang.part(part)) } }
            @for (at, heading) in section.iter().enumerate() {
                @if at > 0 || !is_named { span.sep { " › " } }
                @if is_named && at == 0 { span.part { (shown(heading)) } } @else { (shown(heading)) }
            }
        }
    }
}
