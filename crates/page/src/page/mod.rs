//! The pages: what an address asks, answered in HTML.
//!
//! In: the open index and what is asked. Out: a document that works without a script. Everything that comes from
//! a file or a query passes `shown`, which makes control characters and direction marks visible, and the
//! templates, which escape it.

mod base;
mod collocates;
mod count;
mod define;
mod dispersion;
mod first;
mod forms;
mod frame;
mod keywords;
mod kwic;
mod new;
mod parts;
mod picture;
mod plain;
mod reports;
mod search;
mod show;
mod start;
mod trend;

use super::asked::{Asked, FILTERS, Form, View};
use super::reply::Reply;
use super::shelf::Held;
use super::words::Lang;
use super::{data, parameters};
use baogao_engine::ask::{Answer, Holdings, Question};
use baogao_render::failure::Failure;
use base::{MAX_SHOWN, N_SHOWN, Page};
use maud::html;
pub(super) use plain::{from_elsewhere, refusal, welcome};

/// A file that the page needs.
pub(super) fn asset(path: &str) -> Option<Reply> {
    let (kind, body) = match path {
        "/assets/style.css" => (
            "text/css; charset=utf-8",
            include_str!("../assets/style.css"),
        ),
        "/assets/page.js" => (
            "text/javascript; charset=utf-8",
            include_str!("../assets/page.js"),
        ),
        "/assets/icon.svg" => ("image/svg+xml", include_str!("../assets/icon.svg")),
        _ => return None,
    };
    Some(Reply::new(200, kind, body))
}

/// The document that answers.
pub(super) fn reply(held: &Held, index: &dyn Holdings, asked: &Asked) -> Reply {
    answered(held, index, asked).unwrap_or_else(|failure| {
        let (status, message) = data::told(failure);
        error(held, index, asked, status, &message)
    })
}

fn answered(held: &Held, index: &dyn Holdings, asked: &Asked) -> Result<Reply, Failure> {
    if let Some(filled) = forms::filled(asked) {
        return Ok(Reply::redirect(&filled));
    }
    parameters::check(asked)?;
    let bare = || Page::bare(held, index, asked);
    let question = match asked.view {
        View::Start => return start::page(&bare()),
        View::Show if !asked.has("id") => {
            return Ok(Reply::redirect(&asked.link().view(View::Reports).href()));
        }
        View::Search | View::Kwic | View::Collocates | View::Count | View::Trend | View::First
            if !asked.has("q") =>
        {
            return search::nothing_asked(&bare());
        }
        View::Keywords if !forms::is_filled(asked) => return keywords::nothing_asked(&bare()),
        _ => question(asked)?,
    };
    let answer = data::answered(index, &question)?;
    let page = Page::new(held, index, asked, &answer);
    match &answer {
        Answer::Search(answer) => search::page(&page, answer),
        Answer::Kwic(answer) => kwic::page(&page, answer),
        Answer::Collocates(answer) => collocates::page(&page, answer),
        Answer::Count(answer) => count::page(&page, answer),
        Answer::Trend(answer) => trend::page(&page, answer),
        Answer::First(answer) => first::page(&page, answer),
        Answer::New(answer) => new::page(&page, answer),
        Answer::Keywords(answer) => keywords::page(&page, answer),
        Answer::Define(answer) => define::page(&page, answer),
        Answer::Reports(answer) => reports::page(&page, answer),
        Answer::Coverage(answer) => reports::grid(&page, answer),
        Answer::Show(answer) => show::page(&page, answer),
    }
}

/// What data have and no page shows: view, parameter, and the value with which it is asked for.
const NOT_ON_PAGES: [(View, &str, &str); 6] = [
    (View::Search, "context", ""),
    (View::Search, "count", "1"),
    (View::Search, "facets", "0"),
    (View::Count, "words", "1"),
    (View::Count, "wide", "0"),
    (View::Show, "context", ""),
];

/// The question of a page: it shows so many rows of it as fit.
fn question(asked: &Asked) -> Result<Question, Failure> {
    let is_asked = |name: &str, value: &str| match value {
        // A number that is none.
        "" => asked.first(name).is_some_and(|given| given != "0"),
        value => asked.first(name) == Some(value),
    };
    for (view, name, value) in NOT_ON_PAGES {
        if view == asked.view && is_asked(name, value) {
            return Err(of_data(asked, name));
        }
    }
    let mut question = parameters::question(asked)?;
    let default = match asked.view {
        View::Search => N_SHOWN,
        _ => MAX_SHOWN,
    };
    let limit = asked.number("limit", default, 1..=MAX_SHOWN)?;
    match &mut question {
        Question::Search(question) => question.paging.limit = Some(limit),
        Question::Kwic(question) => {
            let width = asked.number("width", kwic::WIDTH, 1..=kwic::MAX_WIDTH)?;
            question.width = Some(width);
            question.neighbours = false;
            question.paging.limit = Some(limit);
        }
        Question::Count(question) => count::as_grid(asked, question)?,
        Question::Trend(question) => question.paging.limit = Some(limit),
        Question::Collocates(question) => question.paging.limit = Some(limit),
        Question::First(question) => question.paging.limit = Some(limit),
        Question::New(question) => question.paging.limit = Some(limit),
        Question::Keywords(question) => question.paging.limit = Some(limit),
        Question::Define(question) => question.paging.limit = Some(limit),
        Question::Reports(question) => question.paging.limit = Some(limit),
        Question::Show(_) => {}
    }
    Ok(question)
}

/// What no page shows, but data have.
fn of_data(asked: &Asked, name: &str) -> Failure {
    let data = asked.link().form(Form::Json).href();
    let value = asked.first(name).unwrap_or_default();
    Failure::usage(
        asked.lang.pick(
            format!("网页不显示 `{name}={value}`，请查数据：`{data}`"),
            format!("no page shows `{name}={value}`; the data have it: `{data}`"),
        ),
        None,
    )
}

/// What is of rows, and a picture has none.
const NOT_IN_PICTURES: [&str; 3] = ["limit", "offset", "cite"];

/// A picture alone.
pub(super) fn drawn(held: &Held, index: &dyn Holdings, asked: &Asked) -> Reply {
    let reply = parameters::check(asked).and_then(|()| {
        if let Some(name) = NOT_IN_PICTURES.into_iter().find(|name| asked.has(name)) {
            return Err(parameters::unknown(asked, name));
        }
        let mut question = parameters::question(asked)?;
        if let Question::Count(question) = &mut question {
            count::as_drawn(asked, question)?;
        }
        let answer = data::answered(index, &question)?;
        picture::alone(&Page::new(held, index, asked, &answer), &answer)
    });
    reply.unwrap_or_else(|failure| {
        let (status, message) = data::told(failure);
        Reply::error(status, data::code(status), &message)
    })
}

/// There is no such page.
pub(super) fn not_found(held: &Held, lang: Lang) -> Reply {
    let asked = Asked::new(View::Start, super::asked::Form::Page, "", lang);
    error(
        held,
        &*held.index,
        &asked,
        404,
        lang.pick("没有这个页面", "there is no such page"),
    )
}

fn error(held: &Held, index: &dyn Holdings, asked: &Asked, status: u16, message: &str) -> Reply {
    let lang = asked.lang;
    // What is no parameter, or no language, stands in no link.
    let mut asked = asked.clone();
    asked.parameters.retain(|(name, value)| {
        parameters::is_known(asked.view, name) && (name != "lang" || Lang::named(value).is_some())
    });
    let has_form = matches!(asked.view, View::New | View::Keywords);
    if has_form {
        // What is wrong may be one of the others, which its reader does not see.
        let view = asked.view;
        let is_kept = |name: &str| name == "lang" || forms::is_field(view, name);
        asked.parameters.retain(|(name, _)| is_kept(name));
    }
    let page = Page::bare(held, index, &asked);
    let title = lang.pick("无法回答", "No answer");
    let body = html! {
        h1 { (title) }
        p.lead { (parts::said(message)) }
        @if has_form { (forms::form(&page)) }
        @if FILTERS.iter().any(|name| asked.first(name).is_some()) {
            p { a href=(asked.link().without_filters().href()) { (lang.pick("去掉筛选条件再查", "Ask without the filters")) } }
        }
        p { a href=(page.start()) { (lang.pick("回到首页", "To the start page")) } }
    };
    Reply::html(status, frame::document(&page, title, body))
}
