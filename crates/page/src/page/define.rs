//! Definitions: what a term means in the words of the reports' own glossaries; without a term, all that are defined.

use super::super::asked::View;
use super::super::parameters::MAX_NUMBER;
use super::base::{MAX_SHOWN, Page};
use super::frame::{document, filters, pager, same_elsewhere};
use super::parts::{cited, id_link, region_line, region_of, shown, year_of};
use crate::reply::Reply;
use crate::words::Lang;
use baogao_engine::ask::{Answered, DefineAnswer};
use baogao_engine::glossary::{DefinedTerm, Explained};
use baogao_render::failure::Failure;
use baogao_render::terminal::number;
use baogao_render::words::no_definition;
use maud::{Markup, html};

pub(super) fn page(page: &Page<'_>, answer: &DefineAnswer<'_>) -> Result<Reply, Failure> {
    let typed = page.typed();
    let limit = page.asked.number("limit", MAX_SHOWN, 1..=MAX_SHOWN)?;
    let offset = page.asked.number("offset", 0, 0..=MAX_NUMBER)?;
    // A page has so many terms, whatever number of definitions they have.
    let terms: Vec<&[DefinedTerm]> = answer.by_term().collect();
    let rows: Vec<&[DefinedTerm]> = terms.iter().skip(offset).take(limit).copied().collect();
    let explained: Vec<Explained> = if answer.term.is_some() {
        let n_before: usize = terms.iter().take(offset).map(|found| found.len()).sum();
        let n_shown: usize = rows.iter().map(|found| found.len()).sum();
        let page = n_before..n_before + n_shown;
        answer.explain(page).collect::<Result<_, _>>()?
    } else {
        Vec::new()
    };
    let body = html! {
        h1.sentence { (lead(page, answer, terms.len())) }
        (filters(page))
        @if answer.term.is_some() {
            div.definitions { @for of_term in explained.chunk_by(|a, b| a.folded == b.folded) { (definitions(page, of_term)) } }
        } @else {
            ul.terms {
                @for of_term in &rows {
                    @if let Some(first) = of_term.first() {
                        li {
                            a href=(page.asked.link().with("q", &*first.entry.term).without("offset").href()) { (shown(&first.entry.term)) }
                            @if of_term.len() > 1 { " " span.n { (of_term.len()) } }
                        }
                    }
                }
            }
        }
        (pager(page, offset, rows.len(), limit, terms.len()))
        (same_elsewhere(page, answer.method()))
    };
    let title = if typed.is_empty() {
        page.t("名词解释", "Definitions")
    } else {
        &typed
    };
    Ok(Reply::html(200, document(page, title, body)))
}

fn lead(page: &Page<'_>, answer: &DefineAnswer<'_>, n_terms: usize) -> Markup {
    let typed = page.phrase();
    let n_mentions = answer.n_mentions;
    let n = answer.found.len() as u64;
    html! {
        @if typed.is_empty() {
            @match page.lang {
                Lang::Zh => { "报告中解释的名词：" b { (number(n_terms as u64)) } " 个" }
                Lang::En => { b { (number(n_terms as u64)) } " terms are defined in the reports" }
            }
        } @else if !answer.state.has_number() {
            (shown(&no_definition(answer, &typed)))
        } @else if n == 0 {
            span.phrase { "“" (shown(&typed)) "”" }
            (page.t(" 在所查报告的名词解释中没有定义", " is defined in no glossary that was searched"))
            @if n_mentions > 0 {
                (page.t("；", "; ")) a href=(page.asked.link().view(View::Search).with("part", "glossary").href()) {
                    @match page.lang {
                        Lang::Zh => { (n_mentions) " 条其他解释提到它" }
                        Lang::En => { (n_mentions) " of other terms name it" }
                    }
                }
            }
        } @else {
            span.phrase { "“" (shown(&typed)) "”" }
            @match page.lang {
                Lang::Zh => { " 有 " b { (number(n)) } " 条解释" }
                Lang::En => { ": " (page.lang.counted(n, "", "definition")) }
            }
        }
    }
}

/// The differing definitions of a term, each with all reports that give it.
fn definitions(page: &Page<'_>, of_term: &[Explained]) -> Markup {
    let n_variants = of_term.iter().map(|found| found.variant).max().unwrap_or(0);
    let term = of_term
        .first()
        .map_or("", |found| found.definition.term.as_str());
    html! {
        section.definition {
            h2 {
                (shown(term))
                @if n_variants > 1 {
                    " " small {
                        @match page.lang {
                            Lang::Zh => { (n_variants) " 种说法" }
                            Lang::En => { (n_variants) " different definitions" }
                        }
                    }
                }
            }
            @for variant in 1..=n_variants {
                @let same: Vec<&Explained> = of_term.iter().filter(|found| found.variant == variant).collect();
                @if let Some(first) = same.first() {
                    blockquote { @for paragraph in first.definition.text.lines() { p { (shown(paragraph)) } } }
                    ul.sources {
                        @for found in &same {
                            @let passage = &found.definition.passage;
                            li { (id_link(page, passage)) " " span.dim { (region_line(page, region_of(passage))) " · " (year_of(page, passage)) } (cited(page, passage)) }
                        }
                    }
                }
            }
        }
    }
}
