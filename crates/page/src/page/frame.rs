//! What stands around every page: search box, views, filters that are set, the foot.

use super::super::asked::{FILTERS, View};
use super::super::parameters;
use super::base::Page;
use super::forms;
use super::parts::{said, shown};
use baogao_engine::ask::{Method, Notice, parse, plain_phrase};
use baogao_render::t;
use baogao_render::terminal::without_marks;
use baogao_render::words as lang;
use maud::{DOCTYPE, Markup, html};

/// Files that differ from what was indexed and are named.
const N_NAMED: usize = 20;

/// The whole document.
pub(super) fn document(page: &Page<'_>, title: &str, body: Markup) -> Markup {
    let lang = page.lang;
    html! {
        (DOCTYPE)
        html lang=(lang.tag()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (shown(title)) " · baogao 报告" }
                link rel="stylesheet" href="/assets/style.css";
                link rel="icon" href="/assets/icon.svg" type="image/svg+xml";
                script src="/assets/page.js" defer {}
            }
            body {
                a.skip href="#main" { (page.t("跳到正文", "Skip to content")) }
                header.top {
                    a.brand href=(page.start()) { b { "报告" } " baogao" }
                    @if page.asked.view != View::Start { (search_box(page, false)) }
                    (language(page))
                }
                @match page.asked.view {
                    View::Start | View::Show => {}
                    View::Reports | View::New | View::Keywords => (forms::views(page)),
                    _ => (views(page)),
                }
                main id="main" { (body) }
                (foot(page))
                p.visually-hidden id="live" role="status" aria-live="polite" {}
            }
        }
    }
}

/// The search box; it keeps the view and the filters.
pub(super) fn search_box(page: &Page<'_>, is_start: bool) -> Markup {
    let target = match page.asked.view {
        View::Start | View::Reports | View::Show | View::New | View::Keywords => View::Search,
        view => view,
    };
    let link = page
        .asked
        .link()
        .view(target)
        .without("q")
        .without("offset")
        .without("id");
    let label = page.t("搜索报告", "Search the reports");
    // Of several that are compared the box has one expression, as the other views have.
    let typed = page.asked.as_one().unwrap_or_default();
    html! {
        form.search role="search" action=(link.path()) method="get" {
            label.visually-hidden for="q" { (label) }
            input id="q" name="q" type="search" value=(without_marks(typed.trim())) autocomplete="off" autocapitalize="off"
                spellcheck="false" enterkeyhint="search" maxlength="1000" autofocus[is_start]
                placeholder=(page.t("专业镇、“四上”企业……", "专业镇, “四上”企业 …")) aria-keyshortcuts="/";
            @for (name, value) in link.parameters() {
                @if name != "report" || page.asked.view != View::Show {
                    input type="hidden" name=(name) value=(without_marks(value));
                }
            }
            button type="submit" { (page.t("搜索", "Search")) }
        }
    }
}

fn language(page: &Page<'_>) -> Markup {
    let other = page.lang.other();
    let link = page.asked.link().with("lang", other.name());
    html! {
        nav.language aria-label=(page.t("语言", "Language")) {
            a href=(link.href()) hreflang=(other.tag()) lang=(other.tag()) { (other.pick("中文", "English")) }
        }
    }
}

/// The same question in other views: of several that are compared any, in those that take one expression.
fn views(page: &Page<'_>) -> Markup {
    let views = [
        (View::Search, "段落", "Passages"),
        (View::Kwic, "上下文", "Concordance"),
        (View::Collocates, "搭配词", "Collocates"),
        (View::Count, "地区 × 年份", "Region × year"),
        (View::Trend, "历年", "Trend"),
        (View::First, "首次出现", "First seen"),
        (View::Define, "名词解释", "Definitions"),
    ];
    html! {
        nav.views aria-label=(page.t("视图", "Views")) {
            @for (view, chinese, english) in views {
                @match unasked(page, view) {
                    None => a href=(page.asked.link().view(view).without("offset").href()) title=[of_any(page, view)]
                        aria-current=[(view == page.asked.view).then_some("page")] {
                        (page.t(chinese, english))
                    },
                    Some(why) => span.off aria-disabled="true" title=(why) { (page.t(chinese, english)) },
                }
            }
        }
    }
}

/// What a view shows of several that are compared.
fn of_any(page: &Page<'_>, view: View) -> Option<&'static str> {
    let is_compared = !page.asked.compared().is_empty();
    (is_compared && !view.compares()).then(|| {
        page.t(
            "所比较的词句，任一出现即列出",
            "Where any of those that are compared stands",
        )
    })
}

/// Why what is asked cannot be asked in another view.
fn unasked(page: &Page<'_>, view: View) -> Option<&'static str> {
    if view == page.asked.view || view.compares() {
        return None;
    }
    let Some(one) = page.asked.as_one() else {
        return Some(page.t(
            "所比较的各项不能合为一个检索式，请逐项打开",
            "Those that are compared are no single expression: open each",
        ));
    };
    let query = parse(&one, page.asked.matching());
    let is_more = query.is_ok_and(|query| plain_phrase(&query).is_none());
    (view == View::Define && is_more).then(|| {
        page.t(
            "名词解释只查一个词句",
            "A definition is of one phrase, without operators",
        )
    })
}

/// The filters that are set, each with a way to take it off, and what there is to say of them.
pub(super) fn filters(page: &Page<'_>) -> Markup {
    let set: Vec<&(String, String)> = page
        .asked
        .parameters
        .iter()
        .filter(|(name, _)| {
            FILTERS.contains(&name.as_str()) || ["literal", "inside"].contains(&name.as_str())
        })
        .collect();
    let compared = page.asked.compared();
    html! {
        @if !compared.is_empty() {
            ul.chips aria-label=(page.t("所比较的", "Compared")) {
                @for row in compared {
                    li {
                        a href=(page.asked.link().without_value("q", row).without("offset").href())
                            title=(page.t("不再比较此项", "Compare without this")) {
                            "“" (shown(row)) "”" span.cross aria-hidden="true" { "×" }
                            span.visually-hidden { (page.t("（取消）", " (take off)")) }
                        }
                    }
                }
            }
        }
        @if !set.is_empty() {
            ul.chips aria-label=(page.t("已选条件", "Filters")) {
                @for (name, value) in &set {
                    li {
                        a href=(page.asked.link().without_value(name, value).without("offset").href())
                            title=(page.t("取消此条件", "Take this filter off")) {
                            (filter_label(page, name, value)) span.cross aria-hidden="true" { "×" }
                            span.visually-hidden { (page.t("（取消）", " (take off)")) }
                        }
                    }
                }
                @if set.len() > 1 {
                    li { a.all href=(page.asked.link().without_filters().href()) { (page.t("全部取消", "Take all off")) } }
                }
            }
        }
        (notices(page, &page.notices))
    }
}

/// Whether something is looked for, and not only what is held.
fn is_asked(page: &Page<'_>) -> bool {
    ["q", "with", "without"]
        .iter()
        .any(|name| page.asked.has(name))
}

/// What must be said beside the answer.
pub(super) fn notices(page: &Page<'_>, notices: &[Notice]) -> Markup {
    html! {
        @for notice in notices {
            p.notice {
                (said(&match notice {
                    Notice::Unread { .. } if !is_asked(page) => lang::unread(notice),
                    notice => lang::notice(notice),
                }))
                @if let Some((name, value)) = lang::widening(notice) {
                    (page.t("，", ": ")) a href=(page.asked.link().with(name, value.unwrap_or("1")).without("offset").href()) { (page.t("一并检索", "search these too")) }
                }
            }
        }
    }
}

fn filter_label(page: &Page<'_>, name: &str, value: &str) -> Markup {
    let lang = page.lang;
    let said = match name {
        "region" => {
            let code = value
                .parse()
                .ok()
                .and_then(baogao_reading::region::Region::from_code);
            code.map_or_else(
                || value.to_owned(),
                |region| {
                    region
                        .path_string()
                        .trim_start_matches('/')
                        .replace('/', " › ")
                },
            )
        }
        "part" => {
            let part = baogao_reading::report::Part::ALL
                .into_iter()
                .find(|part| part.name() == value);
            part.map_or_else(|| value.to_owned(), |part| lang.part(part).to_owned())
        }
        "level" => baogao_reading::region::Level::parse(value)
            .map_or_else(|| value.to_owned(), |level| lang.level(level).to_owned()),
        "about" => format!("{} {value}", page.t("所述年份", "about")),
        "genre" => match value {
            "other" => page.t("其他文体", "another genre").to_owned(),
            "any" => page.t("各种文体", "any genre").to_owned(),
            "report" => page.t("政府工作报告", "reports").to_owned(),
            other => format!("{} {other}", page.t("文体", "genre")),
        },
        "duplicates" => page.t("含副本", "with copies").to_owned(),
        "literal" => page.t("逐字", "literal").to_owned(),
        "inside" => page.t("含词内", "inside words").to_owned(),
        _ => value.to_owned(),
    };
    html! { (shown(&said)) }
}

/// The command line that gives the same, and the data behind a page.
pub(super) fn same_elsewhere(page: &Page<'_>, method: &Method) -> Markup {
    use super::super::asked::Form;
    let line = parameters::line(&page.asked);
    html! {
        section.elsewhere aria-label=(page.t("同一结果的其他形式", "The same elsewhere")) {
            div.commandline {
                span.label { (page.t("命令行", "Command line")) }
                code id="commandline" { (shown(&line)) }
                button.quiet.needs-script type="button" data-copy-from="commandline" { (page.t("复制", "Copy")) }
            }
            p.data {
                (page.t("数据：", "Data: "))
                a href=(page.asked.link().form(Form::Json).href()) { "JSON" } " · "
                a href=(page.asked.link().form(Form::Csv).href()) download { "CSV" }
            }
            p.method { (shown(&lang::method(method))) }
        }
    }
}

fn foot(page: &Page<'_>) -> Markup {
    let manifest = page.index.manifest();
    let lang = page.lang;
    html! {
        footer.foot {
            (changes(page))
            p {
                a href=(page.asked.link().view(View::Reports).without("q").without("offset").without_filters().href()) {
                    (lang.counted(page.index.reports().len() as u64, "份文本", "text"))
                }
                " · " (lang.counted(manifest.passages, "段", "passage"))
                @for (view, chinese, english) in [(View::New, "新提法", "new phrases"), (View::Keywords, "特征词", "keywords")] {
                    " · " a href=(page.asked.link().view(View::Reports).view(view).without("q").without("literal").without("inside").without("offset").without_filters().href()) {
                        (page.t(chinese, english))
                    }
                }
                " · " (page.t("语料指纹", "corpus")) " " code { (manifest.corpus) }
                " · " a href="/openapi.json" { (page.t("接口", "API")) }
            }
        }
    }
}

/// How the reader's files differ from what answers rest on, with their names.
fn changes(page: &Page<'_>) -> Markup {
    let changes = page.held.changes();
    let n_more = changes.files.len().saturating_sub(N_NAMED);
    html! {
        @for notice in Notice::of_changes(&changes) {
            p.notice { (said(&lang::notice(&notice))) }
        }
        @if !changes.files.is_empty() {
            details.changes {
                summary { (page.t("哪些文件", "Which files")) }
                ul {
                    @for (path, difference) in changes.files.iter().take(N_NAMED) {
                        li { (said(&lang::difference(path, *difference))) }
                    }
                }
                @if n_more > 0 {
                    p { (said(&t!("  and %{a} more: `baogao check --verbose` names all", a = n_more))) }
                }
            }
        }
    }
}

/// To the rows before and after those that are shown.
pub(super) fn pager(
    page: &Page<'_>,
    offset: usize,
    shown: usize,
    limit: usize,
    total: usize,
) -> Markup {
    let link = |offset: usize| {
        let link = page.asked.link().without("offset");
        if offset == 0 {
            link.href()
        } else {
            link.with("offset", offset.to_string()).href()
        }
    };
    html! {
        @if offset > 0 || shown < total {
            nav.pager aria-label=(page.t("翻页", "Pages")) {
                @if offset > 0 { a rel="prev" href=(link(offset.saturating_sub(limit))) { "← " (page.t("上一页", "Previous")) } }
                span {
                    @if shown > 0 { (offset + 1) "–" (offset + shown) " / " (total) } @else { "0 / " (total) }
                }
                @if offset + shown < total { a rel="next" href=(link(offset + limit)) { (page.t("下一页", "Next")) " →" } }
            }
        }
    }
}
