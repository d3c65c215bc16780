//! What stands in quotes: a writer who quotes says that this is a term.

use super::sides::TextSource;
use super::texts::Texts;
use crate::index::IndexError;
use baogao_reading::fold::{fold, is_alphanumeric};
use std::collections::HashSet;

/// Pairs of quotes; both of a pair may be the same.
const PAIRS: [(char, char); 6] = [
    ('“', '”'),
    ('"', '"'),
    ('‘', '’'),
    ('「', '」'),
    ('『', '』'),
    ('《', '》'),
];
/// Longer quotes are sentences.
const MAX_CHARS: usize = 20;

/// The folded texts of all short quotes in the originals of the passages.
pub(super) fn quoted(
    source: &dyn TextSource,
    texts: &Texts,
) -> Result<HashSet<String>, IndexError> {
    let mut found = HashSet::new();
    let mut last = None;
    for text in source.stop().until(texts.passages.iter()) {
        if last.replace(text.rank) != Some(text.rank) {
            for passage in source.originals(text.rank)? {
                found.extend(quotes(&passage.text));
            }
        }
    }
    Ok(found)
}

/// The folded texts of the short quotes of a text.
fn quotes(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some((at, close)) = opening(rest) {
        rest = rest.get(at..).unwrap_or_default();
        let Some(end) = rest.find(close) else {
            continue;
        };
        let inside = fold(rest.get(..end).unwrap_or_default());
        let is_term = inside
            .chars()
            .all(|c| is_alphanumeric(c) || "+.%·-".contains(c));
        if is_term && (1..=MAX_CHARS).contains(&inside.chars().count()) {
            found.push(inside);
            rest = rest.get(end + close.len_utf8()..).unwrap_or_default();
        }
    }
    found
}

/// Where the first quote begins, behind its mark, and the mark that closes it.
fn opening(text: &str) -> Option<(usize, char)> {
    let mut marks = text.char_indices().filter_map(|(at, c)| {
        let (open, close) = PAIRS.into_iter().find(|(open, _)| *open == c)?;
        Some((at + open.len_utf8(), close))
    });
    marks.next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_quotes_are_taken_and_sentences_are_not() {
        let text = "开展“人工智能+”行动，健全\"人地钱\"挂钩政策，《规划》说：“坚持、统筹、推进”和“三北”工程";
        assert_eq!(quotes(text), ["人工智能+", "人地钱", "规划", "三北"]);
        assert_eq!(quotes("没有“引号"), [""; 0]);
    }
}
