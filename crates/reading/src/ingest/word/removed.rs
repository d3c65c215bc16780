//! What was taken out of a text, as notes.

use super::paragraph::{Removed, WordParagraph};
use crate::report::Note;

/// What was removed, as notes.
pub(crate) fn take_note(notes: &mut Vec<Note>, removed: impl IntoIterator<Item = Removed>) {
    notes.extend(removed.into_iter().map(|(rule, number, text)| Note {
        rule: rule.to_owned(),
        line: Some(number),
        text: text.trim().to_owned(),
    }));
}

/// Paragraphs that have words, as removed.
pub(crate) fn removed(
    rule: &'static str,
    paragraphs: Vec<WordParagraph>,
) -> impl Iterator<Item = Removed> {
    paragraphs
        .into_iter()
        .filter(|paragraph| !paragraph.text.trim().is_empty())
        .map(move |paragraph| (rule, paragraph.number, paragraph.text))
}

/// 目录 goes with the table of contents that Word made under it.
pub(crate) fn remove_contents_title(paragraphs: &mut [WordParagraph], notes: &mut Vec<Note>) {
    let Some(first) = notes
        .iter()
        .filter(|note| note.rule == "contents")
        .filter_map(|note| note.line)
        .min()
    else {
        return;
    };
    let above = paragraphs
        .iter_mut()
        .rev()
        .filter(|paragraph| paragraph.number < first)
        .find(|paragraph| !paragraph.text.trim().is_empty());
    if let Some(title) = above {
        let bare: String = title.text.chars().filter(|c| !c.is_whitespace()).collect();
        if matches!(bare.as_str(), "目录" | "目次") {
            let words = std::mem::take(&mut title.text);
            title.bold.clear();
            take_note(notes, [("contents", title.number, words)]);
        }
    }
}

/// The note on pictures, which are not read.
pub(crate) fn pictures_note(n: usize) -> Option<Note> {
    let text = match n {
        0 => return None,
        1 => "1 picture or object is not read".to_owned(),
        n => format!("{n} pictures or objects are not read"),
    };
    Some(Note {
        rule: "picture".to_owned(),
        line: None,
        text,
    })
}
