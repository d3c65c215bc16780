//! The pages: what an address asks, answered in HTML.
//!
//! In: the open index and what is asked. Out: a document that works without a script. Everything that comes from
//! a file or a query passes `shown`, which makes control characters and direction marks visible, and the
//! templates, which escape it.

mod chart;
mod count;
mod define;
mod first;
mod frame;
mod kwic;
mod parts;
mod plain;
mod reports;
mod search;
mod show;
mod start;

use super::asked::{Asked, FILTERS, View};
use super::command;
use super::reply::Reply;
use super::shelf::Held;
use super::words::Lang;
use crate::cmd::{Failure, Opened, matching_note};
use baogao::ask::{AskError, Notice, Resolved, Scope, parse};
use baogao::index::Index;
use baogao::query::{Filters, Query};
use maud::html;
pub(super) use plain::{from_elsewhere, refusal, welcome};

/// Rows of a page, and at most.
const N_SHOWN: usize = 20;
const MAX_SHOWN: usize = 100;

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

/// What all parts of a page look at.
pub(super) struct Page<'a> {
    held: &'a Held,
    /// The index, for this answer.
    opened: &'a Opened,
    index: &'a Index,
    /// What is asked; its filters are written as the program writes them.
    asked: Asked,
    lang: Lang,
    filters: Filters,
    /// Where to look, as the address says.
    scope: Scope,
    /// What must be said beside the answer.
    notices: Vec<Notice>,
}

/// The document that answers.
pub(super) fn reply(held: &Held, opened: &Opened, asked: &Asked) -> Reply {
    let answered = Page::new(held, opened, asked).and_then(|page| match asked.view {
        View::Start => start::page(&page),
        View::Search => search::page(&page),
        View::Kwic => kwic::page(&page),
        View::Count => count::page(&page),
        View::First => first::page(&page),
        View::Define => define::page(&page),
        View::Reports => reports::page(&page),
        View::Show => show::page(&page),
    });
    answered.unwrap_or_else(|failure| {
        let (status, message) = command::told(failure);
        error(held, opened, asked, status, &message)
    })
}

/// A chart alone.
pub(super) fn picture(held: &Held, opened: &Opened, asked: &Asked) -> Reply {
    let drawn = Page::new(held, opened, asked).and_then(|page| first::picture(&page));
    drawn.unwrap_or_else(|failure| {
        let (status, message) = command::told(failure);
        Reply::error(status, command::code(status), &message)
    })
}

/// There is no such page.
pub(super) fn not_found(held: &Held, lang: Lang) -> Reply {
    let asked = Asked::new(View::Start, super::asked::Form::Page, "", lang);
    error(
        held,
        &held.opened,
        &asked,
        404,
        lang.pick("没有这个页面", "there is no such page"),
    )
}

fn error(held: &Held, opened: &Opened, asked: &Asked, status: u16, message: &str) -> Reply {
    let lang = asked.lang;
    // What is no parameter, or no language, stands in no link.
    let mut asked = asked.clone();
    asked.parameters.retain(|(name, value)| {
        command::is_known(asked.view, name) && (name != "lang" || Lang::named(value).is_some())
    });
    let page = Page {
        held,
        opened,
        index: &opened.index,
        asked: asked.clone(),
        lang,
        filters: Filters::default(),
        scope: Scope::default(),
        notices: Vec::new(),
    };
    let title = lang.pick("无法回答", "No answer");
    let body = html! {
        h1 { (title) }
        p.lead { (parts::shown(message)) }
        @if FILTERS.iter().any(|name| asked.first(name).is_some()) {
            p { a href=(asked.link().without_filters().href()) { (lang.pick("去掉筛选条件再查", "Ask without the filters")) } }
        }
        p { a href=(page.start()) { (lang.pick("回到首页", "To the start page")) } }
    };
    Reply::html(status, frame::document(&page, title, body))
}

impl<'a> Page<'a> {
    fn new(held: &'a Held, opened: &'a Opened, asked: &Asked) -> Result<Page<'a>, Failure> {
        command::check(asked)?;
        let index: &Index = &opened.index;
        let scope = asked.scope()?;
        // Filters that are typed in a query hold as those that are chosen; where several are compared, each has its own.
        let typed: Vec<&str> = asked.all("q").collect();
        let query = match (asked.view, typed.as_slice()) {
            (View::Count, [_, _, ..]) | (_, []) => None,
            _ => Query::parse(&typed.join(" "), asked.matching()).ok(),
        };
        let inline = query.as_ref().map_or(&[][..], Query::inline_filters);
        let Resolved {
            filters, notices, ..
        } = scope.with(inline).resolve(index)?;
        let mut asked = asked.clone();
        let mut notices = notices;
        if asked.view == View::Reports {
            // The list has copies and texts of every genre.
            let is_listed =
                |notice: &Notice| matches!(notice, Notice::CopiesLeftOut { .. } | Notice::NoReport);
            notices.retain(|notice| !is_listed(notice));
        }
        write_plainly(&mut asked, &filters);
        Ok(Page {
            held,
            opened,
            index,
            lang: asked.lang,
            asked,
            filters,
            scope,
            notices,
        })
    }

    /// What is searched for.
    fn query(&self) -> Result<Query, AskError> {
        parse(&self.typed(), self.asked.matching())
    }

    /// What the line of method says of how strictly phrases are taken.
    fn matching_note(&self) -> &'static str {
        matching_note(self.asked.matching())
    }

    /// The question as the line of method quotes it.
    fn question(&self, query: &Query) -> String {
        format!("{}{}", query.understood(), self.matching_note())
    }

    /// What is searched for, for a reader: without filters, which stand apart.
    fn phrase(&self) -> String {
        match self.query() {
            Ok(query) => query.asked(),
            Err(_) => self.typed(),
        }
    }

    /// What is typed, without the blanks around it.
    fn typed(&self) -> String {
        self.asked.typed().trim().to_owned()
    }

    fn t(&self, chinese: &'static str, english: &'static str) -> &'static str {
        self.lang.pick(chinese, english)
    }

    /// The address of the start page, in this language if it was chosen.
    fn start(&self) -> String {
        match self.asked.first("lang") {
            Some(lang) => format!("/?lang={lang}"),
            None => "/".to_owned(),
        }
    }
}

/// Writes filters as links write them, so that what is chosen can be told from what is not.
fn write_plainly(asked: &mut Asked, filters: &Filters) {
    let link = &mut asked.parameters;
    link.retain(|(name, _)| !["region", "year", "part", "level"].contains(&name.as_str()));
    let mut add = |name: &str, value: String| link.push((name.to_owned(), value));
    for region in &filters.regions {
        add("region", region.code_string());
    }
    for years in &filters.years {
        let (from, to) = (years.start(), years.end());
        add(
            "year",
            if from == to {
                from.to_string()
            } else {
                format!("{from}..{to}")
            },
        );
    }
    for part in &filters.parts {
        add("part", part.name().to_owned());
    }
    for level in &filters.levels {
        add("level", level.name().to_owned());
    }
}
