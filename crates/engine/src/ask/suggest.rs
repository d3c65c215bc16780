//! What stands in the reports instead of a phrase that does not: a hint for the reader, never a hit.
//!
//! In: [`Holdings`] and a [`Query`] that found nothing. Out: for each wanted phrase that stands nowhere, strings
//! near it that do, with their counts over the whole index: a known abbreviation in it written out, or what it writes out
//! abbreviated (`data/abbreviations.tsv`); one character off (replaced, dropped or added); the longest beginning and the
//! longest end.
//!
//! # Invariants
//!
//! - Every suggestion stands in at least one report that a search without filters looks into.
//! - What is suggested depends on the living passages alone, not on segments or the history of updates.

use super::holdings::Holdings;
use crate::exact::{Keyword, MatchOptions, Pattern, PatternPart, Phrase};
use crate::index::IndexError;
use crate::query::{Filters, Query};
use crate::search::{Count, SearchOptions};
use baogao_reading::fold::{fold, is_alphanumeric};
use baogao_reading::report::Genre;
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

/// Known abbreviations: the short and the full form, folded.
static ABBREVIATIONS: LazyLock<Vec<(String, String)>> = LazyLock::new(|| {
    let rows = include_str!("../../data/abbreviations.tsv").lines().skip(1);
    let forms = rows.filter_map(|row| row.split_once('\t'));
    let forms = forms.filter_map(|(short, rest)| Some((short, rest.split_once('\t')?.0)));
    forms
        .map(|(short, full)| (fold(short), fold(full)))
        .collect()
});

/// Suggestions with another form of an abbreviation, for each phrase.
const MAX_OTHER_FORMS: usize = 3;
/// Phrases that are one character off are looked for up to this length.
const MAX_CHARS_ONE_OFF: usize = 12;
/// Shorter phrases have too much that is one character off.
const MIN_CHARS_ONE_OFF: usize = 3;
/// Suggestions that are one character off, for each phrase.
const MAX_ONE_OFF: usize = 3;
/// So many times less frequent than the most frequent one is noise.
const RARE: u64 = 20;
/// Where what stays of a phrase stands in more passages than this, it says little and takes long.
const MAX_PASSAGES: u64 = 5_000;
/// So many characters at most are given up because they end inside a longer number or word.
const MAX_CHARS_BACK: usize = 40;
/// Shortest beginning or end that is suggested.
const MIN_CHARS: usize = 2;

/// In which way a suggestion is near.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Nearness {
    /// A known abbreviation in it is written out, or what it writes out is abbreviated.
    Abbreviation,
    /// One character is replaced, dropped or added.
    OneOff,
    /// The longest beginning that stands somewhere.
    Beginning,
    /// The longest end that stands somewhere.
    End,
}

/// A string that does stand somewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggestion {
    /// The folded phrase that stands nowhere.
    pub phrase: String,
    /// What stands, folded.
    pub text: String,
    /// In which way it is near.
    pub nearness: Nearness,
    /// How much of it there is in texts of the genre that is searched, without other filters.
    pub count: Count,
}

/// Suggestions for all wanted phrases that stand nowhere, nearest first for each.
///
/// # Errors
/// When what is held cannot be read.
pub fn suggest(
    holdings: &dyn Holdings,
    query: &Query,
    options: MatchOptions,
    genre: Option<Genre>,
) -> Result<Vec<Suggestion>, IndexError> {
    let mut suggestions = Vec::new();
    let finder = Finder {
        holdings,
        options,
        genre,
    };
    for text in query.wanted().into_iter().flat_map(Keyword::texts) {
        let chars: Vec<char> = text.chars().collect();
        if finder.count_of(&chars)?.occurrences == 0 {
            finder.near(text, &mut suggestions)?;
        }
    }
    Ok(suggestions)
}

struct Finder<'h> {
    holdings: &'h dyn Holdings,
    options: MatchOptions,
    genre: Option<Genre>,
}

impl Finder<'_> {
    fn count_of(&self, text: &[char]) -> Result<Count, IndexError> {
        self.count_with(text, self.options)
    }

    /// As [`Finder::count_of`], also inside longer numbers and words: there a part stands wherever the whole does.
    fn count_inside(&self, text: &[char]) -> Result<Count, IndexError> {
        let inside = MatchOptions {
            inside: true,
            ..self.options
        };
        self.count_with(text, inside)
    }

    fn count_with(&self, text: &[char], options: MatchOptions) -> Result<Count, IndexError> {
        let text: String = text.iter().collect();
        let Some(phrase) = Phrase::new(&text, options) else {
            return Ok(Count::default());
        };
        let query = Query::of(Keyword::Phrase(phrase));
        let options = SearchOptions {
            limit: Some(0),
            filters: Filters {
                genre: self.genre,
                ..Filters::default()
            },
            ..SearchOptions::default()
        };
        Ok(self.holdings.find(&query, &options)?.0.total)
    }

    fn near(&self, phrase: &str, suggestions: &mut Vec<Suggestion>) -> Result<(), IndexError> {
        let chars: Vec<char> = phrase.chars().collect();
        let first = suggestions.len();
        let mut add = |nearness, text: &[char], count: Count| {
            let text: String = text.iter().collect();
            let own = suggestions.get(first..).unwrap_or_default();
            // A part of another says more only where it stands more often.
            let says_less = |known: &Suggestion| {
                known.text.contains(&text) && known.count.occurrences >= count.occurrences
            };
            if count.occurrences > 0 && !own.iter().any(says_less) {
                suggestions.push(Suggestion {
                    phrase: phrase.to_owned(),
                    text,
                    nearness,
                    count,
                });
            }
        };
        // 专业镇): what is too much is not what should be replaced.
        let is_mark = |c: &char| !is_alphanumeric(*c);
        let n_before = chars.iter().take_while(|c| is_mark(c)).count();
        let n_behind = chars.iter().rev().take_while(|c| is_mark(c)).count();
        let bare = chars.get(n_before..chars.len() - n_behind);
        if let Some(bare) = bare
            && bare.len() < chars.len()
            && !bare.is_empty()
        {
            let count = self.count_of(bare)?;
            if count.occurrences > 0 {
                add(Nearness::OneOff, bare, count);
                return Ok(());
            }
        }
        for (text, count) in self.other_forms(phrase)? {
            add(Nearness::Abbreviation, &text, count);
        }
        for (text, count) in self.one_off(&chars)? {
            add(Nearness::OneOff, &text, count);
        }
        let n = self.longest(chars.len(), |n| chars.get(..n).unwrap_or_default())?;
        let beginning = chars.get(..n).unwrap_or_default();
        let n_kept = beginning
            .iter()
            .rposition(|c| !is_mark(c))
            .map_or(0, |last| last + 1);
        let beginning = beginning.get(..n_kept).unwrap_or_default();
        if beginning.len() >= MIN_CHARS {
            add(Nearness::Beginning, beginning, self.count_of(beginning)?);
        }
        let of_end = |n: usize| chars.get(chars.len() - n..).unwrap_or_default();
        let n = self.longest(chars.len(), of_end)?;
        let end = of_end(n);
        let n_dropped = end.iter().take_while(|c| is_mark(c)).count();
        let end = end.get(n_dropped..).unwrap_or_default();
        if end.len() >= MIN_CHARS {
            add(Nearness::End, end, self.count_of(end)?);
        }
        Ok(())
    }

    /// The largest number of characters, less than `n_chars`, of which `part` still stands somewhere. Halving finds where
    /// it does inside longer numbers and words; of their pieces there are few.
    fn longest<'c>(
        &self,
        n_chars: usize,
        part: impl Fn(usize) -> &'c [char],
    ) -> Result<usize, IndexError> {
        let (mut stands, mut fails) = (0, n_chars);
        while stands + 1 < fails {
            let middle = stands.midpoint(fails);
            if self.count_inside(part(middle))?.occurrences > 0 {
                stands = middle;
            } else {
                fails = middle;
            }
        }
        let shortest = stands.saturating_sub(MAX_CHARS_BACK);
        while stands > shortest && self.count_of(part(stands))?.occurrences == 0 {
            stands -= 1;
        }
        Ok(stands)
    }

    /// What stands somewhere with another form of an abbreviation, most frequent first.
    fn other_forms(&self, phrase: &str) -> Result<Vec<(Vec<char>, Count)>, IndexError> {
        let mut others = BTreeSet::new();
        for (short, full) in &*ABBREVIATIONS {
            // 人民法院 has 法院 in it.
            if phrase.contains(full.as_str()) {
                others.insert(phrase.replace(full, short));
            } else if let Some((before, behind)) = phrase.split_once(short.as_str()) {
                others.insert(format!("{before}{full}{behind}"));
                // 社零总额 says again what 社会消费品零售总额 ends with.
                let ends = behind.char_indices().map(|(at, c)| at + c.len_utf8());
                let said = ends.filter_map(|end| behind.split_at_checked(end));
                let said = said.filter(|(said, _)| full.ends_with(said));
                others.extend(said.map(|(_, rest)| format!("{before}{full}{rest}")));
            }
        }
        let counted = others.into_iter().map(|other| {
            let other: Vec<char> = other.chars().collect();
            let count = self.count_of(&other)?;
            Ok((other, count))
        });
        let mut counted: Vec<(Vec<char>, Count)> = counted.collect::<Result<_, IndexError>>()?;
        counted.sort_by_key(|(_, count)| std::cmp::Reverse(count.occurrences));
        counted.truncate(MAX_OTHER_FORMS);
        Ok(counted)
    }

    /// Strings that stand somewhere and differ by one character, most frequent first.
    fn one_off(&self, chars: &[char]) -> Result<Vec<(Vec<char>, Count)>, IndexError> {
        let mut near: BTreeMap<Vec<char>, u64> = BTreeMap::new();
        let is_number = chars
            .iter()
            .all(|c| !is_alphanumeric(*c) || c.is_ascii_digit());
        if is_number || !(MIN_CHARS_ONE_OFF..=MAX_CHARS_ONE_OFF).contains(&chars.len()) {
            return Ok(Vec::new());
        }
        for at in 0..chars.len() {
            let (before, from) = chars.split_at(at);
            let behind = from.get(1..).unwrap_or_default();
            // Without its first or last character it is an end or a beginning.
            if !before.is_empty() && !behind.is_empty() {
                let dropped = [before, behind].concat();
                let n = self.count_of(&dropped)?.occurrences;
                if n > 0 {
                    near.insert(dropped, n);
                }
            }
            self.add_found(before, behind, &mut near)?;
            if at > 0 {
                self.add_found(before, from, &mut near)?;
            }
        }
        let mut near: Vec<(Vec<char>, u64)> = near.into_iter().collect();
        near.sort_by(|(a, n_a), (b, n_b)| n_b.cmp(n_a).then_with(|| a.cmp(b)));
        let most = near.first().map_or(0, |(_, n)| *n);
        near.retain(|(_, n)| n * RARE >= most);
        near.truncate(MAX_ONE_OFF);
        let counted = near.into_iter().map(|(text, _)| {
            let count = self.count_of(&text)?;
            Ok((text, count))
        });
        counted.collect()
    }

    /// Adds what stands somewhere with one character between two texts.
    fn add_found(
        &self,
        before: &[char],
        behind: &[char],
        near: &mut BTreeMap<Vec<char>, u64>,
    ) -> Result<(), IndexError> {
        let longer = if before.len() < behind.len() {
            behind
        } else {
            before
        };
        if !(1..=MAX_PASSAGES).contains(&self.count_inside(longer)?.passages) {
            return Ok(());
        }
        let text = |chars: &[char]| PatternPart::Text(chars.iter().collect());
        let parts = [text(before), PatternPart::One, text(behind)];
        let Some(pattern) = Pattern::new(&parts, self.options).map(Keyword::Pattern) else {
            return Ok(());
        };
        for span in self.holdings.texts_of(&pattern)? {
            let found: Vec<char> = fold(&span).chars().collect();
            *near.entry(found).or_default() += 1;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use baogao_reading::region::Region;
    use baogao_reading::report::Year;
    use std::collections::HashSet;

    #[test]
    fn each_abbreviation_is_shorter_stands_once_and_says_where_it_comes_from() {
        let table = include_str!("../../data/abbreviations.tsv");
        let mut seen = HashSet::new();
        for row in table.lines().skip(1) {
            let [short, full, origin] = row.split('\t').collect::<Vec<_>>()[..] else {
                panic!("not three columns: {row}");
            };
            let n_chars = |text: &str| fold(text).chars().count();
            assert!(
                n_chars(short) >= 2 && n_chars(short) < n_chars(full),
                "{row}"
            );
            assert!(seen.insert((fold(short), fold(full))), "twice: {row}");
            let (region, year) = origin.rsplit_once(' ').expect(row);
            assert!(
                year.parse::<u16>().ok().and_then(Year::new).is_some(),
                "{row}"
            );
            let mut paths = Region::all().map(|region| region.path_string().replace('/', ""));
            assert!(paths.any(|path| path == region), "{row}");
        }
        assert_eq!(seen.len(), ABBREVIATIONS.len());
    }
}
