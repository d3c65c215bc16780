//! What stands around every page: search box, views, filters that are set, the foot.

use super::super::asked::{FILTERS, View};
use super::super::parameters;
use super::base::Page;
use super::parts::shown;
use crate::words::Lang;
use baogao_engine::ask::{Method, Notice};
use baogao_render::terminal::without_marks;
use baogao_render::words as lang;
use maud::{DOCTYPE, Markup, html};

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
                @if page.asked.view != View::Start && !matches!(page.asked.view, View::Show | View::Reports) {
                    (views(page))
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
        View::Start | View::Reports | View::Show => View::Search,
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
    html! {
        form.search role="search" action=(link.path()) method="get" {
            label.visually-hidden for="q" { (label) }
            input id="q" name="q" type="search" value=(without_marks(&page.typed())) autocomplete="off" autocapitalize="off"
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

/// The same question in other views.
fn views(page: &Page<'_>) -> Markup {
    let views = [
        (View::Search, "段落", "Passages"),
        (View::Kwic, "逐行对照", "Concordance"),
        (View::Count, "地区 × 年份", "Region × year"),
        (View::First, "首次出现", "First seen"),
        (View::Define, "名词解释", "Definitions"),
    ];
    html! {
        nav.views aria-label=(page.t("视图", "Views")) {
            @for (view, chinese, english) in views {
                a href=(page.asked.link().view(view).without("offset").href())
                    aria-current=[(view == page.asked.view).then_some("page")] {
                    (page.t(chinese, english))
                }
            }
        }
    }
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
    html! {
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

/// What must be said beside the answer.
pub(super) fn notices(page: &Page<'_>, notices: &[Notice]) -> Markup {
    html! {
        @for notice in notices {
            p.notice {
                (shown(&lang::notice(notice)))
                @if let Notice::OtherGenre { .. } | Notice::DefinedElsewhere { .. } = notice {
                    " " a href=(page.asked.link().with("genre", "any").without("offset").href()) { (page.t("一并检索", "search these too")) }
                }
                @if let Notice::CopiesLeftOut { .. } = notice {
                    " " a href=(page.asked.link().with("duplicates", "1").without("offset").href()) { (page.t("一并检索", "search these too")) }
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
        "genre" => format!("{} {value}", page.t("体裁", "genre")),
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
    let n_changed = page.held.n_changed() as u64;
    let lang = page.lang;
    html! {
        footer.foot {
            @if n_changed > 0 {
                p.notice {
                    @match lang {
                        Lang::Zh => { (n_changed) " 个文件在建索引之后有变动，请运行 " code { "baogao index" } }
                        Lang::En => { (lang.counted(n_changed, "", "file")) " changed since the index was built, run " code { "baogao index" } }
                    }
                }
            }
            p {
                a href=(page.asked.link().view(View::Reports).without("q").without("offset").without_filters().href()) {
                    (lang.counted(page.index.reports.len() as u64, "份报告", "report"))
                }
                " · " (lang.counted(manifest.passages, "段", "passage"))
                " · " (page.t("语料指纹", "corpus")) " " code { (manifest.corpus) }
                " · " a href="/openapi.json" { "API" }
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
