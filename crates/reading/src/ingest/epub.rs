//! An e-book (.epub) → lines: the pages of its spine, one after another.
//!
//! In: the bytes of the file. Out: the lines of all chapters as of web pages; **lines are counted through all chapters**.
//! What is in no chapter of the spine, such as a cover, is no text.
//!
//! Reference: EPUB 3.3, OPF package document.

use super::IngestError;
use super::archive::Archive;
use super::decode::{self, Encoding, Hint};
use super::extract::Line;
use super::html;
use crate::report::Note;
use regex::Regex;
use std::collections::HashMap;
use std::sync::LazyLock;

static TAG: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"<(?:[A-Za-z]+:)?(?P<name>rootfile|item|itemref)\s(?P<attributes>[^>]*)>")
        .expect("the pattern is constant and a test compiles it")
});
static ATTRIBUTE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"(?P<name>[A-Za-z-]+)\s*=\s*(?:"(?P<a>[^"]*)"|'(?P<b>[^']*)')"#)
        .expect("the pattern is constant and a test compiles it")
});

/// Reads the chapters.
pub(super) fn extract(bytes: &[u8], notes: &mut Vec<Note>) -> Result<Vec<Line>, IngestError> {
    let broken = |why: &str| IngestError::BrokenArchive {
        why: why.to_owned(),
    };
    let mut archive = Archive::open(bytes)?;
    let container = archive.text("META-INF/container.xml")?;
    let container = container.ok_or_else(|| broken("it has no META-INF/container.xml"))?;
    let package = elements(&container)
        .find(|(name, _)| *name == "rootfile")
        .and_then(|(_, attributes)| attributes.get("full-path").cloned());
    let package = package.ok_or_else(|| broken("it names no package"))?;
    let folder = package.rsplit_once('/').map_or("", |(folder, _)| folder);
    let text = archive.text(&package)?;
    let text = text.ok_or_else(|| broken("its package is not there"))?;
    if archive
        .text("META-INF/encryption.xml")?
        .is_some_and(|text| text.contains(".xhtml"))
    {
        return Err(IngestError::Locked);
    }
    let mut targets: HashMap<String, String> = HashMap::new();
    let mut spine = Vec::new();
    for (name, mut attributes) in elements(&text) {
        match name {
            "item" => {
                if let (Some(id), Some(href)) = (attributes.remove("id"), attributes.remove("href"))
                {
                    targets.insert(id, href);
                }
            }
            "itemref" => spine.extend(attributes.remove("idref")),
            _ => {}
        }
    }
    let mut lines: Vec<Line> = Vec::new();
    let mut n_lines = 0;
    for id in spine {
        let Some(href) = targets.remove(&id) else {
            continue;
        };
        let name = unescaped(&href);
        let name = match folder {
            "" => name,
            folder => format!("{folder}/{name}"),
        };
        let Some(bytes) = archive.part(&name)? else {
            return Err(broken(&format!("`{name}` is not there")));
        };
        let label = html::charset_label(&bytes);
        let hint = Hint {
            forced: None,
            label: label.and_then(|label| Encoding::for_label(&label)),
        };
        let decoded = decode::decode(&bytes, hint)?;
        notes.extend(decoded.notes);
        let chapter = decoded.text;
        let mut page = html::read_snippet(&chapter)?;
        for line in &mut page.lines {
            line.number = line.number.saturating_add(n_lines);
        }
        for note in &mut page.notes {
            note.line = note.line.map(|line| line.saturating_add(n_lines));
        }
        n_lines = n_lines.saturating_add(chapter.lines().count() as u32);
        lines.append(&mut page.lines);
        notes.append(&mut page.notes);
    }
    Ok(lines)
}

/// The elements of a package that name something, with their attributes.
fn elements(text: &str) -> impl Iterator<Item = (&str, HashMap<&str, String>)> {
    TAG.captures_iter(text).map(|tag| {
        let of = |name: &str| tag.name(name).map_or("", |found| found.as_str());
        let attributes = ATTRIBUTE
            .captures_iter(of("attributes"))
            .filter_map(|found| {
                let value = found.name("a").or(found.name("b"))?;
                Some((
                    found.name("name")?.as_str(),
                    value.as_str().replace("&amp;", "&"),
                ))
            });
        (of("name"), attributes.collect())
    })
}

/// A reference as the name of a part: `%E4%B8%80.xhtml` → 一.xhtml.
fn unescaped(href: &str) -> String {
    let href = href.split('#').next().unwrap_or(href);
    let mut bytes = Vec::with_capacity(href.len());
    let mut rest = href.bytes();
    while let Some(byte) = rest.next() {
        let mut ahead = rest.clone();
        let digits = (byte == b'%').then(|| {
            let digit = |byte: Option<u8>| char::from(byte?).to_digit(16);
            Some((digit(ahead.next())? * 16 + digit(ahead.next())?) as u8)
        });
        match digits.flatten() {
            Some(escaped) => {
                bytes.push(escaped);
                rest = ahead;
            }
            None => bytes.push(byte),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_names_of_parts() {
        assert_eq!(unescaped("%E4%B8%80.xhtml#a"), "一.xhtml");
        assert_eq!(unescaped("100%.xhtml"), "100%.xhtml");
    }

    #[test]
    fn a_package_names_its_parts() {
        let text = "<opf:item id='a' href=\"x&amp;y.xhtml\"/><spine><itemref idref=\"a\"/></spine>";
        let found: Vec<_> = elements(text).collect();
        assert_eq!(found.len(), 2);
        assert_eq!(found[0].1["href"], "x&y.xhtml");
        assert_eq!(found[1].0, "itemref");
    }
}
