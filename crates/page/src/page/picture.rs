//! Pictures of answers: in a page, and alone as a file.

use super::super::asked::Form;
use super::base::Page;
use super::count::{by_of, drawn_as};
use crate::reply::Reply;
use baogao_engine::ask::Answer;
use baogao_render::failure::Failure;
use baogao_render::plot;
use baogao_render::t;
use hyper::header;
use maud::{Markup, PreEscaped, html};

/// A picture with its caption, and the way to its file.
pub(super) fn figure(page: &Page<'_>, svg: String, caption: &str, kind: Option<&str>) -> Markup {
    let link = page.asked.link().form(Form::Svg);
    let link = link.with("lang", page.lang.name());
    let link = ["limit", "offset", "cite"]
        .into_iter()
        .fold(link, |link, name| link.without(name));
    let link = match kind {
        Some(kind) => link.with("picture", kind),
        None => link,
    };
    html! {
        figure.picture {
            // The picture escapes what it says.
            (PreEscaped(svg))
            figcaption {
                @if !caption.is_empty() { (caption) " " }
                a href=(link.href()) download { (page.t("下载 SVG", "Download SVG")) }
            }
        }
    }
}

/// The picture of an answer alone.
pub(super) fn alone(page: &Page<'_>, answer: &Answer<'_>) -> Result<Reply, Failure> {
    let picture = match answer {
        Answer::Trend(answer) => plot::of_trend(answer),
        Answer::First(answer) if answer.curve.is_empty() => {
            return Err(Failure::usage(t!("there is a curve with `by` alone"), None));
        }
        Answer::First(answer) => plot::of_first(answer),
        Answer::Count(answer) => {
            let kind = drawn_as(&page.asked, by_of(answer))?;
            plot::check(answer, kind)?;
            let drawn = plot::of_counts(answer, kind, answer.measure());
            drawn.ok_or_else(|| {
                let message = t!("there is no such picture of counts by these keys");
                Failure::usage(message, None)
            })?
        }
        _ => return Err(Failure::usage(t!("this is no question"), None)),
    };
    let name = page.asked.view.name();
    let name = format!("attachment; filename=\"baogao-{name}.svg\"");
    let reply = Reply::new(200, "image/svg+xml", picture);
    Ok(reply.with((header::CONTENT_DISPOSITION, name)))
}
