//! What the tags of HTML mean for text: which begin a line, which are not shown, which are bold.
//!
//! In: the name of a tag and its attributes. Out: yes or no.

use html5gum::{HtmlString, Spanned};
use std::collections::BTreeMap;

/// The name of a tag as a number, so that names are compared at once and cost no memory.
pub(super) const fn hash_of(name: &[u8]) -> u64 {
    // FNV-1a.
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    let mut at = 0;
    while at < name.len() {
        hash = (hash ^ name[at] as u64).wrapping_mul(0x0100_0000_01b3);
        at += 1;
    }
    hash
}

pub(super) const A: u64 = hash_of(b"a");
pub(super) const ASIDE: u64 = hash_of(b"aside");
pub(super) const BODY: u64 = hash_of(b"body");
pub(super) const BUTTON: u64 = hash_of(b"button");
pub(super) const CAPTION: u64 = hash_of(b"caption");
pub(super) const DD: u64 = hash_of(b"dd");
pub(super) const DL: u64 = hash_of(b"dl");
pub(super) const DT: u64 = hash_of(b"dt");
pub(super) const FOOTER: u64 = hash_of(b"footer");
pub(super) const HTML: u64 = hash_of(b"html");
pub(super) const LI: u64 = hash_of(b"li");
pub(super) const NAV: u64 = hash_of(b"nav");
pub(super) const NOSCRIPT: u64 = hash_of(b"noscript");
pub(super) const OL: u64 = hash_of(b"ol");
pub(super) const OPTION: u64 = hash_of(b"option");
pub(super) const P: u64 = hash_of(b"p");
pub(super) const PRE: u64 = hash_of(b"pre");
pub(super) const SELECT: u64 = hash_of(b"select");
pub(super) const TABLE: u64 = hash_of(b"table");
pub(super) const TD: u64 = hash_of(b"td");
pub(super) const TEXTAREA: u64 = hash_of(b"textarea");
pub(super) const TH: u64 = hash_of(b"th");
pub(super) const TITLE: u64 = hash_of(b"title");
pub(super) const TR: u64 = hash_of(b"tr");
pub(super) const UL: u64 = hash_of(b"ul");

/// How deep a heading element stands.
pub(super) fn heading_level(name: &[u8]) -> u8 {
    match name {
        [b'h', level @ b'1'..=b'6'] => level - b'0',
        _ => 0,
    }
}

/// What a browser does not show.
pub(super) fn is_unseen(name: &[u8]) -> bool {
    matches!(
        name,
        b"script"
            | b"style"
            | b"template"
            | b"svg"
            | b"math"
            | b"iframe"
            | b"object"
            | b"noembed"
            | b"noframes"
            | b"canvas"
            | b"audio"
            | b"video"
    )
}

pub(super) fn is_void(name: &[u8]) -> bool {
    matches!(
        name,
        b"area"
            | b"base"
            | b"br"
            | b"col"
            | b"embed"
            | b"hr"
            | b"img"
            | b"input"
            | b"link"
            | b"meta"
            | b"param"
            | b"source"
            | b"track"
            | b"wbr"
            | b"basefont"
            | b"bgsound"
            | b"frame"
    )
}

/// Elements that begin and end a line.
pub(super) fn is_block(name: &[u8]) -> bool {
    heading_level(name) > 0
        || has_margin(name)
        || matches!(
            name,
            b"html"
                | b"body"
                | b"div"
                | b"section"
                | b"article"
                | b"main"
                | b"header"
                | b"footer"
                | b"nav"
                | b"aside"
                | b"form"
                | b"center"
                | b"li"
                | b"dt"
                | b"dd"
                | b"tr"
                | b"td"
                | b"th"
                | b"tbody"
                | b"thead"
                | b"tfoot"
                | b"caption"
                | b"address"
                | b"figcaption"
                | b"option"
                | b"select"
                | b"button"
                | b"textarea"
                | b"noscript"
                | b"head"
                | b"title"
                | b"legend"
                | b"summary"
                | b"details"
                | b"frameset"
                | b"marquee"
        )
}

/// Elements that a blank line parts from their neighbours.
pub(super) fn has_margin(name: &[u8]) -> bool {
    heading_level(name) > 0
        || matches!(
            name,
            b"p" | b"ul"
                | b"ol"
                | b"dl"
                | b"table"
                | b"blockquote"
                | b"pre"
                | b"figure"
                | b"fieldset"
                | b"dir"
                | b"menu"
                | b"hr"
        )
}

pub(super) type Attributes = BTreeMap<HtmlString, Spanned<HtmlString, usize>>;

pub(super) fn attribute<'a>(attributes: &'a Attributes, name: &[u8]) -> Option<&'a [u8]> {
    attributes.get(name).map(|value| value.value.as_slice())
}

/// The beginning of a value that is looked through: what is sought stands there, and a value may be a picture.
fn short_attribute<'a>(attributes: &'a Attributes, name: &[u8]) -> &'a [u8] {
    const BYTES_MAX: usize = 4_096;
    let value = attribute(attributes, name).unwrap_or(&[]);
    value.get(..BYTES_MAX).unwrap_or(value)
}

/// Whether the element is not shown, by its own word.
pub(super) fn is_hidden(attributes: &Attributes) -> bool {
    if attributes.is_empty() {
        return false;
    }
    let style: Vec<u8> = short_attribute(attributes, b"style")
        .iter()
        .filter(|b| !b.is_ascii_whitespace())
        .map(u8::to_ascii_lowercase)
        .collect();
    attributes.contains_key(&b"hidden"[..])
        || memchr::memmem::find(&style, b"display:none").is_some()
        || attribute(attributes, b"class")
            .is_some_and(|class| memchr::memmem::find(class, b"mw-editsection").is_some())
}

/// Whether an element stands raised, as marks of notes and exponents do.
pub(super) fn is_raised(name: &[u8], attributes: &Attributes) -> bool {
    let raises = |style: &[u8]| {
        let at = memchr::memmem::find(style, b"vertical-align");
        let value = at.and_then(|at| style.get(at + b"vertical-align".len()..));
        value.is_some_and(|value| {
            let mut value = value.iter().filter(|b| !matches!(b, b':' | b' '));
            b"super".iter().all(|b| value.next() == Some(b))
        })
    };
    name == b"sup" || attribute(attributes, b"style").is_some_and(raises)
}

pub(super) fn is_bold(name: &[u8], attributes: &Attributes) -> bool {
    matches!(name, b"b" | b"strong")
        || attribute(attributes, b"style").is_some_and(|style| {
            memchr::memmem::find(style, b"font-weight").is_some_and(|at| {
                let value = style.get(at + b"font-weight".len()..).unwrap_or(&[]);
                let value: Vec<u8> = value
                    .iter()
                    .skip_while(|b| matches!(b, b':' | b' '))
                    .take(4)
                    .map(u8::to_ascii_lowercase)
                    .collect();
                [&b"bold"[..], b"600", b"700", b"800", b"900"]
                    .iter()
                    .any(|bold| value.starts_with(bold))
            })
        })
}

/// Names of classes that often hold the text of a page.
pub(super) fn has_text_name(attributes: &Attributes) -> bool {
    [&b"class"[..], b"id"].into_iter().any(|name| {
        let value = short_attribute(attributes, name).to_ascii_lowercase();
        [
            &b"content"[..],
            b"article",
            b"zoom",
            b"trs_editor",
            b"ucap",
            b"detail",
            b"artibody",
        ]
        .iter()
        .any(|known| memchr::memmem::find(&value, known).is_some())
    })
}
