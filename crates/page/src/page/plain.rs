//! Pages that say one thing and show nothing of the index: why there is no answer, and where to go from here.

use super::super::reply::{Problem, Reply};
use super::super::words::Lang;
use super::parts::shown;
use maud::{DOCTYPE, Markup, html};

/// Why there is no answer, for a person.
pub(in super::super) fn refusal(status: u16, problem: &Problem, lang: Lang) -> Reply {
    let title = lang.pick("无法回答", "No answer");
    let body = html! {
        p.lead { (shown(&problem.message)) }
        p.dim { (status) " " (problem.code) }
    };
    Reply::html(status, document(title, lang, None, body))
}

/// A link on another site was followed: it is the reader who decides whether to ask.
pub(in super::super) fn from_elsewhere(address: &str, lang: Lang) -> Reply {
    let title = lang.pick("链接来自其他网站", "This link came from another site");
    let body = html! {
        p.lead {
            (lang.pick(
                "为安全起见，其他网站给出的链接不直接应答。如要查看，请自己打开：",
                "Links of other sites are not answered by themselves, for safety. To see what it asks, open it yourself:",
            ))
        }
        p { a href=(address) { (shown(&read(address))) } }
        p { a href="/" { (lang.pick("回到首页", "To the start page")) } }
    };
    Reply::html(403, document(title, lang, None, body))
}

/// Leads on from the address with the token.
pub(in super::super) fn welcome(address: &str, lang: Lang) -> Reply {
    let title = lang.pick("打开页面", "Opening the page");
    let body = html! {
        p { a href=(address) { (lang.pick("打开页面", "Open the page")) } }
    };
    Reply::html(200, document(title, lang, Some(address), body))
}

/// An address as a person reads it.
fn read(address: &str) -> String {
    let Some((path, query)) = address.split_once('?') else {
        return address.to_owned();
    };
    let parameters: Vec<String> = form_urlencoded::parse(query.as_bytes())
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    format!("{path}?{}", parameters.join("&"))
}

fn document(title: &str, lang: Lang, leads_to: Option<&str>, body: Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang=(lang.tag()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                @if let Some(address) = leads_to { meta http-equiv="refresh" content={ "0; url=" (address) }; }
                title { (title) " · baogao 报告" }
                link rel="stylesheet" href="/assets/style.css";
            }
            body {
                main id="main" { h1 { (title) } (body) }
            }
        }
    }
}
