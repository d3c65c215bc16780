//! Where to cut a passage so that its hits are seen with their sentences.
//!
//! In: a text and the byte ranges of its hits. Out: byte ranges to show, sorted, disjoint, on
//! character boundaries. All lengths are in characters; nothing is cut inside one.
//!
//! # Invariants
//!
//! - Every hit lies wholly inside one of the ranges.
//! - Ranges begin and end on character boundaries of the text.

use std::ops::Range;

/// Least context on each side of a hit, in characters.
const MIN_CONTEXT_CHARS: usize = 8;

/// Joins ranges that overlap; ranges that only touch stay apart.
pub fn merge_overlapping(mut ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    ranges.sort_unstable_by_key(|range| (range.start, range.end));
    let mut merged: Vec<Range<usize>> = Vec::with_capacity(ranges.len());
    for range in ranges {
        match merged.last_mut() {
            Some(last) if range.start < last.end => last.end = last.end.max(range.end),
            _ => merged.push(range),
        }
    }
    merged
}

/// The sentences of a text, as byte ranges that cover it.
///
/// A sentence ends after 。！？； or a line of them, with the closing quotes and brackets that follow.
pub fn sentences(text: &str) -> Vec<Range<usize>> {
    let mut ranges = Vec::new();
    let mut start = 0;
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        if !ends_sentence(c) {
            continue;
        }
        let mut end = at + c.len_utf8();
        while let Some((at, c)) = chars.next_if(|(_, c)| ends_sentence(*c) || closes(*c)) {
            end = at + c.len_utf8();
        }
        ranges.push(start..end);
        start = end;
    }
    if start < text.len() {
        ranges.push(start..text.len());
    }
    ranges
}

fn ends_sentence(c: char) -> bool {
    matches!(c, '。' | '！' | '？' | '；' | '!' | '?' | ';' | '｡')
}

fn closes(c: char) -> bool {
    matches!(c, '”' | '’' | '」' | '』' | '》' | '）' | ')' | '】' | '"')
}

/// What to show of a text with hits, which are sorted and disjoint, in at most about `max_chars` characters: the whole text if it
/// fits, else the sentences of the hits, else a window around each hit.
pub fn excerpt(text: &str, hits: &[Range<usize>], max_chars: usize) -> Vec<Range<usize>> {
    let n_chars = |range: &Range<usize>| {
        text.get(range.clone())
            .map_or(0, |part| part.chars().count())
    };
    let whole = 0..text.len();
    if n_chars(&whole) <= max_chars {
        return vec![whole];
    }
    if hits.is_empty() {
        return vec![grow(text, &(0..0), 0, max_chars, &whole)];
    }
    // Both ascend: of the hits, those that end before a sentence are behind us for good.
    let mut rest = hits;
    let holds = |sentence: &Range<usize>| {
        rest = rest
            .get(rest.partition_point(|hit| hit.end <= sentence.start)..)
            .unwrap_or_default();
        rest.first().is_some_and(|hit| hit.start < sentence.end)
    };
    let chosen = join_touching(sentences(text).into_iter().filter(holds).collect());
    if chosen.iter().map(n_chars).sum::<usize>() <= max_chars {
        return chosen;
    }
    let hit_chars: usize = hits.iter().map(n_chars).sum();
    let context = (max_chars.saturating_sub(hit_chars) / (2 * hits.len())).max(MIN_CONTEXT_CHARS);
    let windows = hits.iter().map(|hit| {
        let behind = chosen.partition_point(|range| range.start <= hit.start);
        let bounds = behind.checked_sub(1).and_then(|at| chosen.get(at));
        let bounds = bounds.filter(|range| hit.end <= range.end);
        grow(text, hit, context, context, bounds.unwrap_or(&whole))
    });
    join_touching(windows.collect())
}

/// `range` with up to so many characters before and after, inside `bounds`.
fn grow(
    text: &str,
    range: &Range<usize>,
    before: usize,
    after: usize,
    bounds: &Range<usize>,
) -> Range<usize> {
    let left = text.get(bounds.start..range.start).unwrap_or_default();
    let right = text.get(range.end..bounds.end).unwrap_or_default();
    let start = match before.checked_sub(1) {
        Some(n) => left
            .char_indices()
            .rev()
            .nth(n)
            .map_or(bounds.start, |(at, _)| bounds.start + at),
        None => range.start,
    };
    let end = right
        .char_indices()
        .nth(after)
        .map_or(bounds.end, |(at, _)| range.end + at);
    start..end
}

fn join_touching(mut ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    ranges.sort_unstable_by_key(|range| (range.start, range.end));
    let mut joined: Vec<Range<usize>> = Vec::with_capacity(ranges.len());
    for range in ranges {
        match joined.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => joined.push(range),
        }
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn cut<'t>(text: &'t str, word: &str, max_chars: usize) -> Vec<&'t str> {
        let hits: Vec<_> = text
            .match_indices(word)
            .map(|(at, word)| at..at + word.len())
            .collect();
        excerpt(text, &hits, max_chars)
            .into_iter()
            .filter_map(|range| text.get(range))
            .collect()
    }

    #[test]
    fn a_sentence_ends_with_its_closing_quotes() {
        let text = "他说：“好！”大家都笑。完";
        let parts: Vec<_> = sentences(text)
            .into_iter()
            .filter_map(|range| text.get(range))
            .collect();
        assert_eq!(parts, ["他说：“好！”", "大家都笑。", "完"]);
    }

    #[test]
    fn the_sentence_of_a_hit_is_shown_whole_when_it_fits() {
        let text = "第一句。第二句有白酒。第三句。第四句也有白酒。";
        assert_eq!(cut(text, "白酒", 100), [text]);
        assert_eq!(
            cut(text, "白酒", 20),
            ["第二句有白酒。", "第四句也有白酒。"]
        );
    }

    #[test]
    fn a_long_sentence_is_cut_around_the_hit() {
        let text = format!("{}白酒{}。", "一".repeat(50), "二".repeat(50));
        assert_eq!(
            cut(&text, "白酒", 22),
            [format!("{}白酒{}", "一".repeat(10), "二".repeat(10))]
        );
    }

    #[test]
    fn overlapping_ranges_join_and_touching_ones_do_not() {
        assert_eq!(merge_overlapping(vec![3..6, 0..3, 5..9]), [0..3, 3..9]);
    }

    proptest! {
        #[test]
        fn every_hit_is_shown_and_every_cut_is_on_a_boundary(
            text in "[白酒一二。！”，e ]{0,80}", word in "[白酒一二]{1,2}", max_chars in 0usize..60,
        ) {
            let hits: Vec<_> = text.match_indices(&word).map(|(at, word)| at..at + word.len()).collect();
            let ranges = excerpt(&text, &hits, max_chars);
            for range in &ranges {
                prop_assert!(text.get(range.clone()).is_some());
            }
            for pair in ranges.windows(2) {
                prop_assert!(pair[0].end <= pair[1].start);
            }
            for hit in hits {
                prop_assert!(ranges.iter().any(|range| range.start <= hit.start && hit.end <= range.end));
            }
        }
    }
}
