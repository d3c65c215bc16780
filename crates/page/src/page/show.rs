//! A report to read: its outline, its passages, all hits of the question marked.

use super::super::asked::FROM;
use super::base::Page;
use super::frame::{document, same_elsewhere};
use super::parts::{cited, recognised, region_line, shown, whole};
use crate::reply::Reply;
use crate::words::Lang;
use baogao_engine::ask::{
    Answered, AskError, Scope, SearchAnswer, SearchQuestion, ShowAnswer, reference,
};
use baogao_engine::passage::PassageView;
use baogao_engine::search::Tier;
use baogao_engine::stats::State;
use baogao_reading::report::Kind;
use baogao_render::failure::Failure;
use baogao_render::t;
use baogao_render::terminal::{escape, number};
use baogao_render::words as lang;
use maud::{Markup, html};
use std::collections::HashMap;
use std::ops::Range;

pub(super) fn page(page: &Page<'_>, answer: &ShowAnswer<'_>) -> Result<Reply, Failure> {
    if let Some(number) = answer.number {
        let entry = page.index.reports().entry(answer.rank);
        let entry = entry.map_err(AskError::Table)?;
        let link = page.asked.link().with("id", entry.id);
        return Ok(Reply::redirect(&link.at(format!("p{number}")).href()));
    }
    let rank = answer.rank;
    let passages: Vec<PassageView> = answer.passages()?.collect::<Result<_, _>>()?;
    let (hits, state) = hits(page, rank)?;
    let n_hits: usize = hits.values().map(Vec::len).sum();
    let Some(first) = passages.first() else {
        return Err(Failure::usage(t!("this report has no passage"), None));
    };
    let meta = &first.report.meta;
    let size = page.index.reports().size(rank);
    let typed = page.phrase();
    let body = html! {
        div.reader {
            aside.outline {
                details open {
                    summary { (page.t("目录", "Outline")) }
                    (outline(page, &passages, &hits))
                }
            }
            article {
                header {
                    p.dim { (region_line(page, meta.region.as_ref().map(|region| region.value))) }
                    h1 { (shown(&meta.title)) }
                    p.dim {
                        @if let Some(date) = &meta.date { (date.to_string()) " · " }
                        @if let Some(speaker) = &meta.speaker { (shown(speaker)) " · " }
                        (page.lang.counted(u64::from(size.chars), "字", "character")) " · "
                        (page.lang.counted(u64::from(size.passages), "段", "passage")) " · "
                        code { (shown(&first.report.id)) }
                    }
                    p.dim.source { (shown(&first.report.file)) }
                    @if let Some(url) = link_out(meta.url.as_deref()) {
                        p.dim { (page.t("来源：", "Published at ")) a href=(url) rel="noreferrer noopener" { (shown(url)) } }
                    }
                    (not_whole(page, meta.abridged, meta.partial))
                    @if let Some(original) = &first.report.duplicate_of {
                        p.notice { (page.t("这是副本，原件：", "A copy of ")) a href=(page.asked.link().with("id", original.as_str()).href()) { (shown(original)) } }
                    }
                }
                @if !typed.is_empty() {
                    div.hitbar data-hits=(n_hits) {
                        span {
                            @if let Some(absence) = lang::absence(state, &typed) {
                                (shown(&absence))
                            } @else {
                                "“" (shown(&typed)) "” "
                                @match page.lang {
                                    Lang::Zh => { (number(n_hits as u64)) " 处" }
                                    Lang::En => { (page.lang.counted(n_hits as u64, "", "hit")) }
                                }
                            }
                        }
                        @if n_hits > 0 {
                            span.needs-script {
                                button.quiet type="button" data-step="-1" aria-keyshortcuts="p" { "← " (page.t("上一处", "Previous")) kbd { "p" } }
                                span.at data-at="" { "–" }
                                button.quiet type="button" data-step="1" aria-keyshortcuts="n" { (page.t("下一处", "Next")) " →" kbd { "n" } }
                            }
                        }
                        a.quiet href=(page.asked.back().href()) { (page.t("回到结果", "Back to the results")) }
                    }
                } @else if page.asked.has(FROM) {
                    p { a href=(page.asked.back().href()) { (page.t("回到结果", "Back to the results")) } }
                }
                div.body {
                    @for passage in &passages {
                        (paragraph(page, passage, hits.get(&passage.number).map_or(&[][..], Vec::as_slice)))
                    }
                }
                (same_elsewhere(page, answer.method()))
            }
        }
    };
    Ok(Reply::html(200, document(page, &meta.title, body)))
}

/// An address of the reader's files, if it is one that a browser may be sent to.
fn link_out(url: Option<&str>) -> Option<&str> {
    url.filter(|url| url.starts_with("https://") || url.starts_with("http://"))
}

/// What must be known of a report to take what is not found in it for absent.
fn not_whole(page: &Page<'_>, is_abridged: bool, is_partial: bool) -> Markup {
    html! {
        @if is_abridged {
            p.notice { (page.t("这份报告不全：其中未见的，不能断定没有", "This report is abridged: what is not found in it may stand in the whole one")) }
        }
        @if is_partial {
            p.notice { (page.t("这份报告未能读全：其中未见的，不能断定没有", "This report was read only in part: what is not found may stand in the rest")) }
        }
    }
}

/// The places in a report, by number of the passage.
type Places = HashMap<u32, Vec<Range<usize>>>;

/// The places of the question in the report, and what is known of it there.
fn hits(page: &Page<'_>, rank: usize) -> Result<(Places, State), Failure> {
    if page.typed().is_empty() {
        return Ok((HashMap::new(), State::None));
    }
    let entry = page.index.reports().entry(rank);
    let question = SearchQuestion {
        // Filters of the question hold for what is looked for elsewhere.
        query: vec![page.phrase()],
        matching: page.asked.matching(),
        mode: Some(match page.asked.first("mode") {
            Some("words") => Tier::Words,
            Some("any") => Tier::Any,
            _ => Tier::Exact,
        }),
        scope: Scope {
            report: vec![entry.map_err(AskError::Table)?.id],
            ..Scope::default()
        },
        ..SearchQuestion::default()
    };
    let found = SearchAnswer::new(page.index, &question)?;
    let mut places = HashMap::new();
    for hit in found.hits() {
        let hit = hit?;
        places.insert(hit.passage.number, hit.spans);
    }
    Ok((places, found.state))
}

/// The headings with the number of hits below each.
fn outline(page: &Page<'_>, passages: &[PassageView], hits: &Places) -> Markup {
    let mut entries: Vec<(&PassageView, usize)> = Vec::new();
    for passage in passages {
        if passage.kind == Kind::Heading {
            entries.push((passage, 0));
        }
        if let Some((_, n)) = entries.last_mut() {
            *n += hits.get(&passage.number).map_or(0, Vec::len);
        }
    }
    html! {
        @if entries.is_empty() { p.dim { (page.t("没有标题", "no headings")) } }
        ol {
            @for (heading, n) in entries {
                li class={ "depth-" (heading.section.len().min(3)) } {
                    a href={ "#p" (heading.number) } {
                        (shown(&heading.text))
                        @if n > 0 { " " span.n title=(page.t("命中数", "hits")) { (n) } }
                    }
                }
            }
        }
    }
}

fn paragraph(page: &Page<'_>, passage: &PassageView, hits: &[Range<usize>]) -> Markup {
    let text = whole(&passage.text, hits);
    let anchor = format!("p{}", passage.number);
    let number = html! {
        a.number href={ "#" (anchor) } title=(escape(&passage.id())) { (passage.number) }
        button.quiet.needs-script.copy type="button" data-cite=(escape(&reference(passage))) title=(page.t("复制引文", "Copy with citation")) {
            svg width="11" height="11" viewBox="0 0 11 11" aria-hidden="true" fill="none" stroke="currentColor" {
                rect x="0.5" y="3.5" width="7" height="7" rx="1" {}
                path d="M3.5 3.5V1.5a1 1 0 0 1 1-1h5a1 1 0 0 1 1 1v5a1 1 0 0 1-1 1h-2" {}
            }
            span.visually-hidden { (page.t("复制引文", "Copy with citation")) }
        }
        (recognised(page, passage))
    };
    html! {
        @if passage.kind == Kind::Heading {
            @match passage.section.len() {
                0 => h2.passage id=(anchor) { span.full { (text) } (number) },
                1 => h3.passage id=(anchor) { span.full { (text) } (number) },
                _ => h4.passage id=(anchor) { span.full { (text) } (number) },
            }
        } @else {
            p.passage id=(anchor) { span.full { (text) } (number) }
        }
        (cited(page, passage))
    }
}
