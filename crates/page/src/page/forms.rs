//! What is asked of whole reports, without an expression: a form with a field for each part of the question, and the way
//! to the other views of the kind.

use super::super::asked::{Asked, Link, View};
use super::super::parameters::region_path;
use super::base::Page;
use baogao_render::terminal::without_marks;
use maud::{Markup, html};

/// A field of a form.
struct Field {
    /// The parameter.
    name: &'static str,
    label: [&'static str; 2],
    /// What may be written, for who leaves it empty.
    example: [&'static str; 2],
}

const REGION: Field = Field {
    name: "region",
    label: ["地区", "Region"],
    example: ["全部", "all"],
};

/// The fields of `keywords`.
const KEYWORDS: [Field; 3] = [
    REGION,
    Field {
        name: "year",
        label: ["年份", "Year"],
        example: ["如：2020..2024", "2020..2024"],
    },
    Field {
        name: "against",
        label: ["与之对照", "Beside"],
        example: ["其余全部，或如：河南", "all others, or 河南"],
    },
];

/// The fields of `new`.
const NEW: [Field; 2] = [
    REGION,
    Field {
        name: "year",
        label: ["年份", "Year"],
        example: ["最近一年", "the latest"],
    },
];

fn fields_of(view: View) -> &'static [Field] {
    match view {
        View::Keywords => &KEYWORDS,
        View::New => &NEW,
        _ => &[],
    }
}

/// The address without the fields that a form left empty, if there are any: what is left empty is not asked.
pub(super) fn filled(asked: &Asked) -> Option<String> {
    let is_empty = |(name, value): &&(String, String)| {
        let mut fields = fields_of(asked.view).iter();
        value.trim().is_empty() && fields.any(|field| field.name == *name)
    };
    let empty: Vec<_> = asked.parameters.iter().filter(is_empty).collect();
    let left_out = |link: Link, (name, value): &&(String, String)| link.without_value(name, value);
    (!empty.is_empty()).then(|| empty.iter().fold(asked.link(), left_out).href())
}

/// Whether a parameter is asked for by the form of a view.
pub(super) fn is_field(view: View, name: &str) -> bool {
    name == "gone" || fields_of(view).iter().any(|field| field.name == name)
}

/// Whether anything is asked but the language.
pub(super) fn is_filled(asked: &Asked) -> bool {
    asked.parameters.iter().any(|(name, _)| name != "lang")
}

/// The form of the view.
pub(super) fn form(page: &Page<'_>) -> Markup {
    let fields = fields_of(page.asked.view);
    let of_form = fields.iter().map(|field| field.name);
    let of_form = of_form.chain(["offset", "gone"]);
    let kept = of_form.fold(page.asked.link(), |link, name| link.without(name));
    html! {
        form.ask action=(kept.path()) method="get" {
            @for field in fields { (inputs(page, field)) }
            @if page.asked.view == View::New {
                label.choice {
                    input type="checkbox" name="gone" value="1" checked[page.asked.is_set("gone")];
                    (page.t("查不再出现的提法", "what has gone"))
                }
            }
            @for (name, value) in kept.parameters() {
                input type="hidden" name=(name) value=(without_marks(value));
            }
            button type="submit" { (page.t("比较", "Compare")) }
        }
    }
}

/// An input for each value of a field, an empty one where there is none.
fn inputs(page: &Page<'_>, field: &Field) -> Markup {
    let [label, example] = [field.label, field.example].map(|[zh, en]| page.t(zh, en));
    let values = page.asked.all(field.name).map(|value| match field.name {
        "region" => region_path(value).trim_start_matches('/'),
        _ => value,
    });
    let mut values: Vec<&str> = values.collect();
    if values.is_empty() {
        values.push("");
    }
    html! {
        @for value in values {
            label {
                (label)
                input type="text" name=(field.name) value=(without_marks(value)) placeholder=(example) autocomplete="off"
                    spellcheck="false" maxlength="200";
            }
        }
    }
}

/// The views of whole reports.
pub(super) fn views(page: &Page<'_>) -> Markup {
    let views = [
        (View::Reports, "库中报告", "What is held"),
        (View::New, "新提法", "New phrases"),
        (View::Keywords, "特征词", "Keywords"),
    ];
    let link = ["q", "literal", "inside", "offset"]
        .into_iter()
        .fold(page.asked.link(), |link, name| link.without(name));
    html! {
        nav.views aria-label=(page.t("视图", "Views")) {
            @for (view, chinese, english) in views {
                a href=(link.clone().view(view).href()) aria-current=[(view == page.asked.view).then_some("page")] {
                    (page.t(chinese, english))
                }
            }
        }
    }
}
