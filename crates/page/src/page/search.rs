//! The passages: a sentence that answers, years and facets to narrow down, the passages by report.

use super::super::asked::View;
use super::base::{N_SHOWN, Page};
use super::frame::{document, filters, pager, same_elsewhere};
use super::parts::{
    cited, cut, facets, id_link, reading, region_line, region_of, section_line, shown, whole,
    year_of, year_strip,
};
use crate::reply::Reply;
use crate::words::Lang;
use baogao_engine::ask::{Answered, SearchAnswer, Suggestion, plain_phrase, reference};
use baogao_engine::query::{Query, QueryError};
use baogao_engine::search::{Hit, SearchResult, Sort, Tier};
use baogao_engine::stats::{Facet, Presence};
use baogao_reading::report::{Genre, Kind};
use baogao_render::failure::Failure;
use baogao_render::terminal::{escape, number};
use baogao_render::words as lang;
use maud::{Markup, html};

/// Characters of a passage that are shown before it is opened.
const N_CHARS: usize = 260;
/// Passages of a wider answer.
const N_WIDER: usize = 10;

pub(super) fn page(page: &Page<'_>, found: &SearchAnswer<'_>) -> Result<Reply, Failure> {
    let answer = &found.answer;
    let options = found.options();
    let is_found = answer.total.passages > 0;
    let hits: Vec<Hit> = found.hits().collect::<Result<_, _>>()?;
    let wider = found.wider(Some(N_WIDER))?;
    let wider_hits: Vec<Hit> = match &wider {
        Some(wider) => found.wider_hits(wider).collect::<Result<_, _>>()?,
        None => Vec::new(),
    };
    let more = found.more_with_words()?;
    // Years and facets are those of the passages that are shown.
    let shown_tier = wider
        .as_ref()
        .map_or(answer.tier, |wider| wider.answer.tier);
    // What only excludes has passages alone.
    let has_places = answer.total.occurrences > 0 || answer.total.passages == 0;
    let counts = Counts {
        tier: shown_tier,
        of_places: shown_tier == Tier::Exact && has_places,
    };
    let count = |facet: &Facet| {
        let sums = facet.numbers()?;
        Some(if counts.of_places {
            sums.occurrences
        } else {
            sums.passages
        })
    };
    let facet_lists = found.facets(wider.as_ref())?;
    let limit = options.limit.unwrap_or(N_SHOWN);
    let body = html! {
        h1.sentence { (sentence(page, &found.query, answer, found.presence)) }
        (filters(page))
        @if !is_found {
            (outside(page, answer))
            (nearest(page, &found.suggestions))
        }
        @if !facet_lists.years.is_empty() {
            p.caption { (caption(page, counts)) }
        }
        (year_strip(page, &facet_lists, count, counts.of_places))
        div.columns {
            aside { (facets(page, &facet_lists, count)) }
            div.results {
                @if is_found {
                    (tools(page, answer.tier, options.sort))
                    (groups(page, &hits))
                    (pager(page, options.offset, hits.len(), limit, answer.total.passages as usize))
                    @if let Some(more) = more {
                        p.notice {
                            a href=(page.asked.link().with("mode", "words").without("offset").href()) {
                                @match page.lang {
                                    Lang::Zh => { "另有 " (number(more)) " 段含全部词" }
                                    Lang::En => { (number(more)) " more with all words" }
                                }
                            }
                        }
                    }
                } @else if let Some(wider) = &wider {
                    section.wider {
                        h2 { (wider_sentence(page, &wider.answer)) }
                        (groups(page, &wider_hits))
                        @if (wider_hits.len() as u64) < wider.answer.total.passages {
                            p { a href=(page.asked.link().with("mode", wider.answer.tier.name()).href()) { (page.t("全部显示", "Show all")) " →" } }
                        }
                    }
                }
                (same_elsewhere(page, found.method()))
            }
        }
    };
    Ok(Reply::html(200, document(page, &page.typed(), body)))
}

/// A view without a question. One with an empty question is refused, as it is elsewhere.
pub(super) fn nothing_asked(page: &Page<'_>) -> Result<Reply, Failure> {
    if page.asked.has("q") {
        return Err(QueryError::Empty.into());
    }
    let title = page.t("搜索", "Search");
    let body = html! {
        h1 { (page.t("请输入要查的词句", "What is to be searched for?")) }
        (filters(page))
    };
    Ok(Reply::html(200, document(page, title, body)))
}

/// “专业镇” 在 5 份报告中的 3 份出现 18 次，共 14 段
pub(super) fn sentence(
    page: &Page<'_>,
    query: &Query,
    answer: &SearchResult,
    presence: Presence,
) -> Markup {
    let typed = page.phrase();
    let total = answer.total;
    let times = page.lang.times_at_least(total.occurrences, presence);
    let (passages, reports) = (number(total.passages), number(total.reports));
    // Chinese stands without a blank before Chinese.
    let gap = if presence.is_incomplete() { "" } else { " " };
    let (zh, en) = searched_nouns(page);
    let searched = number(answer.reports_searched as u64);
    let phrase = html! { span.phrase { "“" (shown(&typed)) "”" } };
    let is_phrase = plain_phrase(query).is_some();
    if let Some(absence) = lang::absence(presence.state(total.passages), &typed) {
        return shown(&absence);
    }
    html! {
        @match (page.lang, answer.tier, total.passages) {
            (Lang::Zh, Tier::Exact, 0) if is_phrase => { (phrase) " 未出现在所查的 " (searched) " " (zh) "中" }
            (Lang::En, Tier::Exact, 0) if is_phrase => { (phrase) " does not stand in the " (searched) " " (en) " searched" }
            (Lang::Zh, Tier::Exact, 0) => { "所查的 " (searched) " " (zh) "中没有符合 " (phrase) " 的段落" }
            (Lang::En, Tier::Exact, 0) => { "No passage of the " (searched) " " (en) " searched fits " (phrase) }
            // What only excludes has no places.
            (Lang::Zh, Tier::Exact, _) if total.occurrences == 0 => { (searched) " " (zh) "中的 " b { (reports) } " 份有 " b { (passages) } " 段符合 " (phrase) }
            (Lang::En, Tier::Exact, _) if total.occurrences == 0 => { b { (page.lang.counted(total.passages, "", "passage")) } " in " b { (reports) } " of " b { (searched) } " " (en) " fit " (phrase) }
            (Lang::Zh, Tier::Exact, _) => { (phrase) " 在 " b { (searched) } " " (zh) "中的 " b { (reports) } " 份出现" (gap) b { (times) } "，共 " b { (passages) } " 段" }
            (Lang::En, Tier::Exact, _) => { (phrase) " stands " b { (times) } " in " b { (reports) } " of " b { (searched) } " " (en) ", in " b { (page.lang.counted(total.passages, "", "passage")) } }
            (Lang::Zh, tier, _) => { (searched) " " (zh) "中的 " b { (reports) } " 份有 " b { (passages) } " 段含 " (phrase) " 的" (words_of(page, tier)) }
            (Lang::En, tier, _) => { b { (page.lang.counted(total.passages, "", "passage")) } " in " b { (reports) } " of " (searched) " " (en) " with " (words_of(page, tier)) " of " (phrase) }
        }
    }
}

/// What is searched, in both languages: other texts than reports are no reports.
pub(super) fn searched_nouns(page: &Page<'_>) -> (&'static str, &'static str) {
    match page.filters.genre {
        Some(Genre::Report) => ("份报告", "reports"),
        _ => ("份文本", "texts"),
    }
}

/// What the numbers of years and facets are numbers of.
#[derive(Clone, Copy)]
struct Counts {
    /// How the passages match that are counted.
    tier: Tier,
    /// Places, not passages.
    of_places: bool,
}

/// The same in words: numbers of a wider answer are no counts of what was asked.
fn caption(page: &Page<'_>, counts: Counts) -> Markup {
    let what = match (counts.tier, counts.of_places) {
        (Tier::Exact, true) => page.t("出现次数", "occurrences"),
        (Tier::Exact, false) => page.t("符合的段落数", "passages that fit"),
        (Tier::Words, _) => page.t(
            "含全部词的段落数，不是精确匹配",
            "passages with all words, not exact",
        ),
        (Tier::Any, _) => page.t(
            "含任一词的段落数，不是精确匹配",
            "passages with any word, not exact",
        ),
    };
    let texts = match page.filters.genre {
        _ if !page.filters.reports.is_empty() => "",
        Some(Genre::Report) => "",
        Some(Genre::Other) => page.t("，其他文体", ", in texts of another genre"),
        None => page.t("，各种文体", ", in texts of any genre"),
    };
    html! { (page.t("各年及各筛选项的数字：", "Numbers by year and filter: ")) (what) (texts) }
}

fn words_of(page: &Page<'_>, tier: Tier) -> &'static str {
    match tier {
        Tier::Words => page.t("全部词", "all words"),
        _ => page.t("任一词", "any word"),
    }
}

/// What lies outside the filters, with a way to it.
fn outside(page: &Page<'_>, answer: &SearchResult) -> Markup {
    let outside = answer.outside;
    let found = match outside.places() {
        Some(n) => page.lang.counted(n, "次", "occurrence"),
        None => page.lang.counted(outside.passages, "段", "passage"),
    };
    html! {
        @if outside.passages > 0 {
            p.lead {
                a href=(page.asked.link().without_filters().href()) {
                    @match page.lang {
                        Lang::Zh => { "筛选之外：" (number(outside.reports)) " 份报告中有 " (found) }
                        Lang::En => { "Outside the filters: " (found) " in " (page.lang.counted(outside.reports, "", "report")) }
                    }
                }
            }
        }
    }
}

/// What stands somewhere in place of each phrase that does not, each to be searched for.
fn nearest(page: &Page<'_>, suggestions: &[Suggestion]) -> Markup {
    let of_one = |a: &Suggestion, b: &Suggestion| a.phrase == b.phrase;
    html! {
        @for near in suggestions.chunk_by(of_one) {
            @if let Some(first) = near.first() {
                div.nearest {
                    p {
                        @match page.lang {
                            Lang::Zh => { "与 “" (shown(&first.phrase)) "” 最接近、确有出现的：" }
                            Lang::En => { "Nearest to “" (shown(&first.phrase)) "” that stands:" }
                        }
                    }
                    ul.chips {
                        @for suggestion in near {
                            li {
                                a href=(page.asked.link().with("q", as_query(&suggestion.text)).without_filters().href()) {
                                    (shown(&suggestion.text)) " " span.n { (number(suggestion.count.occurrences)) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// A text as a query that means nothing but itself.
fn as_query(text: &str) -> String {
    if text.chars().all(char::is_alphanumeric) {
        text.to_owned()
    } else {
        format!("\"{text}\"")
    }
}

fn wider_sentence(page: &Page<'_>, answer: &SearchResult) -> Markup {
    let words = answer.words.join(" ");
    html! {
        @match page.lang {
            Lang::Zh => { "以下不是精确匹配：" (number(answer.total.passages)) " 段含" (words_of(page, answer.tier)) "（" (shown(&words)) "）" }
            Lang::En => { "Not exact: " (page.lang.counted(answer.total.passages, "", "passage")) " with " (words_of(page, answer.tier)) " (" (shown(&words)) ")" }
        }
        @if !answer.absent_words.is_empty() {
            @let absent = answer.absent_words.join(" ");
            @match page.lang {
                Lang::Zh => { "；无一处出现：" (shown(&absent)) }
                Lang::En => { "; nowhere: " (shown(&absent)) }
            }
        }
    }
}

/// How passages are ordered and matched.
fn tools(page: &Page<'_>, tier: Tier, sort: Sort) -> Markup {
    let sorts = [
        (Sort::Relevance, "relevance", "相关", "relevance"),
        (Sort::Newest, "newest", "最新", "newest"),
        (Sort::Oldest, "oldest", "最早", "oldest"),
        (Sort::Region, "region", "地区", "region"),
    ];
    let tiers = [
        (Tier::Exact, "exact", "精确", "exact"),
        (Tier::Words, "words", "全部词", "all words"),
        (Tier::Any, "any", "任一词", "any word"),
    ];
    html! {
        div.tools {
            nav aria-label=(page.t("排序", "Order")) {
                span.label { (page.t("排序", "Order")) }
                @for (value, name, chinese, english) in sorts {
                    a href=(page.asked.link().with("sort", name).without("offset").href()) aria-current=[(value == sort).then_some("true")] {
                        (page.t(chinese, english))
                    }
                }
            }
            nav aria-label=(page.t("匹配", "Match")) {
                span.label { (page.t("匹配", "Match")) }
                @for (value, name, chinese, english) in tiers {
                    a href=(page.asked.link().with("mode", name).without("offset").href()) aria-current=[(value == tier).then_some("true")] {
                        (page.t(chinese, english))
                    }
                }
            }
        }
    }
}

/// Hits under their reports, reports in the order of their best hit.
fn groups(page: &Page<'_>, hits: &[Hit]) -> Markup {
    let mut groups: Vec<Vec<&Hit>> = Vec::new();
    for hit in hits {
        let same = |group: &&mut Vec<&Hit>| {
            group
                .first()
                .is_some_and(|first| first.passage.rank == hit.passage.rank)
        };
        match groups.iter_mut().find(same) {
            Some(group) => group.push(hit),
            None => groups.push(vec![hit]),
        }
    }
    html! {
        @for group in &groups {
            @if let Some(first) = group.first() {
                @let report = &first.passage.report;
                article.report {
                    header {
                        h2 { a href=(reading(page, &report.id, Some(first.passage.number)).href()) { (region_line(page, region_of(&first.passage))) " · " (year_of(page, &first.passage)) } }
                        p.dim { (shown(&report.meta.title)) }
                    }
                    ol {
                        @for hit in group { (passage(page, hit)) }
                    }
                }
            }
        }
    }
}

/// A passage with its hits; a long one opens.
fn passage(page: &Page<'_>, hit: &Hit) -> Markup {
    let passage = &hit.passage;
    let is_heading = passage.kind == Kind::Heading;
    let all = whole(&passage.text, &hit.spans);
    html! {
        li.passage id={ "r" (passage.rank) "-" (passage.number) } {
            (section_line(page, passage.part, &passage.section))
            div.text.heading[is_heading] {
                @match cut(&passage.text, &hit.spans, N_CHARS) {
                    Some(short) => {
                        details {
                            summary { span.short { (short) } span.more { (page.t("展开", "Show all")) } span.less { (page.t("收起", "Show less")) } }
                            p.full { (all) }
                        }
                    }
                    None => p.full { (all) },
                }
            }
            (cited(page, &hit.passage))
            (actions(page, hit))
        }
    }
}

fn actions(page: &Page<'_>, hit: &Hit) -> Markup {
    let passage = &hit.passage;
    html! {
        div.actions {
            (id_link(page, passage))
            span.dim.source { (shown(&passage.report.file)) ":" (passage.line) }
            button.quiet.needs-script type="button" data-cite=(escape(&reference(passage))) { (page.t("复制引文", "Copy with citation")) }
            a.quiet href=(page.asked.link().view(View::Show).without_filters().without("q").with("id", passage.id()).href()) { (page.t("固定链接", "Permalink")) }
        }
    }
}
