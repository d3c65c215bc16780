//! The glossaries (名词解释) at the end of reports: which term is defined, and how.
//!
//! In: an open index. Out: the entries of glossaries, each a term and where its definition stands; and the definitions
//! as they stand, of entries that are to be shown.
//! Reports number their entries, put the term in brackets or before a colon or 是指, and let a long definition
//! run over several passages; all are read by their form, never by what they say.
//!
//! # Invariants
//!
//! - Term and definition are parts of the passages' texts, unchanged but for the marks between them.
//! - What an entry is can be told from the beginnings of passages: no more of them is read until it is shown.

use crate::catalogue::Catalogue;
use crate::exact::Phrase;
use crate::index::{Index, IndexError};
use crate::passage::{PassageView, Spot};
use crate::query::Filters;
use crate::stats::{CountOptions, Group, count};
use baogao_reading::fold::{fold, fold_in, is_alphanumeric, is_word_char};
use baogao_reading::report::{Kind, Part};
use baogao_reading::script::Script;
use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

/// Longest term, in characters.
const MAX_TERM_CHARS: usize = 60;
/// Longest term that no colon or bracket closes.
const MAX_OPEN_TERM_CHARS: usize = 25;

/// Numbers of entries are made of these, or of digits.
const NUMERALS: [char; 11] = [
    '一', '二', '三', '四', '五', '六', '七', '八', '九', '十', '百',
];
/// How much of a passage is read to tell its term, in UTF-16 units: a number and the longest term, and a word behind it.
const BEGINNING_UNITS: usize = 96;

/// An entry of a glossary, its definition not yet read.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The term, as written, without number and brackets.
    pub term: Arc<str>,
    /// The same after folding.
    pub folded: Arc<str>,
    /// Rank of the report.
    pub rank: usize,
    /// The passage in which the entry begins.
    pub begins: Spot,
    /// The passages that continue it.
    rest: Box<[Spot]>,
}

/// The entries of the glossaries of some reports: about 100 bytes each, and each term once.
#[derive(Debug)]
pub struct Glossary {
    /// By folded term, then in the order of reports, then in reading order.
    pub entries: Vec<Arc<Entry>>,
}

/// An entry of a glossary with its definition.
#[derive(Clone, Debug)]
pub struct Definition {
    /// The term, as written, without number and brackets.
    pub term: String,
    /// The definition; its passages are parted by line feeds.
    pub text: String,
    /// The passage in which the entry begins.
    pub passage: PassageView,
}

impl Glossary {
    /// All entries, where the index keeps what it has read; they are read when they are first asked for.
    ///
    /// # Errors
    /// When a file of the index cannot be read.
    fn kept(index: &Index) -> Result<Option<Arc<Glossary>>, IndexError> {
        let Some(kept) = index.kept() else {
            return Ok(None);
        };
        if kept.get().is_none() {
            // Two answers may read it at once; the first one stays.
            let glossary = Glossary::of(index, 0..index.reports.len())?;
            let _ = kept.set(Arc::new(glossary));
        }
        let glossary = kept.get().map(Arc::clone);
        Ok(glossary.and_then(|kept| kept.downcast().ok()))
    }

    /// The entries of some reports, by rank.
    ///
    /// # Errors
    /// When a file of the index cannot be read.
    pub fn of(index: &Index, ranks: impl Iterator<Item = usize>) -> Result<Glossary, IndexError> {
        let mut entries = Vec::new();
        let mut terms = HashMap::new();
        for rank in ranks {
            index.go_on()?;
            add_entries(index, rank, &mut terms, &mut entries)?;
        }
        entries.sort_by(|a, b| a.folded.cmp(&b.folded));
        Ok(Glossary { entries })
    }
}

/// Adds the entries of one report. Terms are as written and after folding.
fn add_entries(
    index: &Index,
    rank: usize,
    terms: &mut HashMap<String, [Arc<str>; 2]>,
    entries: &mut Vec<Arc<Entry>>,
) -> Result<(), IndexError> {
    let spots = index.spots(rank, |part| part == Part::Glossary)?;
    let texts: Vec<String> = spots.iter().map(|spot| beginning(index, *spot)).collect();
    let n_numbered = texts.iter().filter(|text| numbered(text).is_some()).count();
    // Where entries are numbered, a passage without a number continues the one before.
    let all_numbered = n_numbered * 2 > texts.len();
    // The last entry: its term, its passages, and whether there is a definition.
    let mut last: Option<(&str, Vec<Spot>, bool)> = None;
    let mut add = |entry: Option<(&str, Vec<Spot>, bool)>| {
        if let Some((term, spots, true)) = entry
            && let [begins, rest @ ..] = spots.as_slice()
        {
            let [term, folded] = terms
                .entry(term.to_owned())
                .or_insert_with(|| [term.into(), folded_term(term).into()])
                .clone();
            entries.push(Arc::new(Entry {
                term,
                folded,
                rank,
                begins: *begins,
                rest: rest.into(),
            }));
        }
    };
    for (spot, passage) in spots.into_iter().zip(&texts) {
        let rest = numbered(passage);
        let text = rest.unwrap_or(passage);
        let kind = index.kind_at(spot);
        let begins = rest.is_some() || (!all_numbered && kind == Kind::Text);
        match (begins, entry(text)) {
            (true, Some((term, definition))) => {
                add(last.replace((term, vec![spot], !definition.is_empty())));
            }
            // A numbered term alone: its definition is what follows.
            (true, None) if rest.is_some() && is_term(text) => {
                add(last.replace((bare(text), vec![spot], false)));
            }
            _ if kind == Kind::Text => {
                if let Some((_, spots, is_defined)) = &mut last {
                    spots.push(spot);
                    *is_defined |= !passage.trim().is_empty();
                }
            }
            _ => {}
        }
    }
    add(last);
    Ok(())
}

/// The definitions of entries, in their order, each read when it is asked for.
///
/// # Errors
/// When a file of the index cannot be read.
pub fn definitions<'e, E: Iterator<Item = &'e Entry> + Clone>(
    index: &Index,
    entries: E,
) -> impl Iterator<Item = Result<Definition, IndexError>> + use<'_, 'e, E> {
    let passages = index.passages_at(entries.clone().map(|entry| entry.begins));
    let read = |(entry, passage): (&Entry, Result<PassageView, IndexError>)| {
        let passage = passage?;
        let first = numbered(&passage.text).unwrap_or(&passage.text);
        let (_, text) = self::entry(first).unwrap_or_default();
        let mut text = text.to_owned();
        for spot in &entry.rest {
            if !text.is_empty() {
                text.push('\n');
            }
            text.push_str(index.text_at(*spot).trim());
        }
        Ok(Definition {
            term: entry.term.to_string(),
            text,
            passage,
        })
    };
    entries.zip(passages).map(read)
}

/// So much of a passage as tells whether an entry begins in it, and its term.
fn beginning(index: &Index, spot: Spot) -> String {
    let (text, is_all) = index.beginning_at(spot, BEGINNING_UNITS);
    let after_number = numbered(&text).unwrap_or(&text);
    // With a word behind the longest term, what was left out decides nothing; unless all of it is still the number.
    let is_word = |c| is_alphanumeric(c) && !is_digit(c) && !NUMERALS.contains(&c);
    let mut behind = after_number.chars().skip(MAX_TERM_CHARS + 1);
    if is_all || behind.any(is_word) {
        text
    } else {
        index.text_at(spot)
    }
}

/// Whether a passage may begin an entry whose term contains a folded text: reports without such a passage define
/// nothing that is called so, and need not be read.
pub fn may_define(index: &Index, passage: Spot, folded: &str) -> bool {
    let passage = beginning(index, passage);
    let text = numbered(&passage).unwrap_or(&passage);
    let term = match entry(text) {
        Some((term, _)) => term,
        None if is_term(text) => bare(text),
        None => return false,
    };
    folded_term(term).contains(folded)
}

/// A term as it is compared, in text of its own script.
fn folded_term(term: &str) -> String {
    fold_in(term, Script::of([term]))
}

fn is_term(text: &str) -> bool {
    let text = text.trim();
    !text.is_empty()
        && text.chars().count() <= MAX_OPEN_TERM_CHARS
        && !text.contains(['。', '；', '，', '：', ':'])
}

/// What stands behind the number of an entry: `1.` `1、` `（1）` `[1]` `①` `注1：` `一、`.
fn numbered(text: &str) -> Option<&str> {
    let text = text.trim_start_matches(|c: char| c.is_whitespace() || c == '*' || c == '※');
    let text = text
        .strip_prefix('注')
        .filter(|rest| rest.starts_with(is_digit))
        .unwrap_or(text);
    if let Some(rest) = text.strip_prefix(is_circled) {
        return Some(rest.trim_start_matches(['.', '．', '、']).trim_start());
    }
    if let Some(rest) = text.strip_prefix(['(', '（', '[', '［', '〔', '【']) {
        let after = rest.trim_start_matches(is_digit);
        if after.len() < rest.len()
            && let Some(rest) = after.strip_prefix([')', '）', ']', '］', '〕', '】'])
        {
            return Some(
                rest.trim_start_matches(['.', '．', '、', '：', ':'])
                    .trim_start(),
            );
        }
        return None;
    }
    let after = text.trim_start_matches(is_digit);
    let n_digits = text.chars().count() - after.chars().count();
    if (1..=3).contains(&n_digits) {
        let rest = after.strip_prefix(['.', '．', '、', ')', '）', '：', ':', '﹒', '·'])?;
        // 5.5% is no entry 5.
        return (!rest.starts_with(is_digit)).then(|| rest.trim_start());
    }
    let after = text.trim_start_matches(NUMERALS);
    (after.len() < text.len())
        .then(|| after.strip_prefix(['、', '.', '．']))
        .flatten()
        .map(str::trim_start)
}

fn is_digit(c: char) -> bool {
    c.is_ascii_digit() || ('０'..='９').contains(&c)
}

/// ① to ⑳, ⑴ to ⒇, ⒈ to ⒛, ㉑ to ㊿.
fn is_circled(c: char) -> bool {
    matches!(c, '\u{2460}'..='\u{249b}' | '\u{3251}'..='\u{325f}' | '\u{32b1}'..='\u{32bf}')
}

/// Term and definition of an entry without its number.
fn entry(text: &str) -> Option<(&str, &str)> {
    let mut open = 0u32;
    for (n, (at, c)) in text.char_indices().enumerate() {
        let before = || {
            text.get(..at)
                .map(str::trim)
                .filter(|term| !term.is_empty())
        };
        let after = |n_bytes: usize| text.get(at + n_bytes..).map(str::trim_start);
        if n > MAX_TERM_CHARS {
            return None;
        }
        match c {
            '“' | '（' | '(' | '《' | '【' | '「' | '〔' | '[' => open += 1,
            '”' | '）' | ')' | '》' | '】' | '」' | '〕' | ']' => {
                open = open.saturating_sub(1);
                // 【专业镇】是指 …: the bracket closes the term.
                let rest = after(c.len_utf8())?;
                if open == 0 && c == '】' && !rest.starts_with(['：', ':']) && !rest.is_empty() {
                    return Some((bare(before()?), rest.trim_start_matches(['，', ',', ' '])));
                }
            }
            _ if open > 0 => {}
            '：' | ':' | '﹕' => {
                return Some((bare(before()?), after(c.len_utf8())?))
                    .filter(|(_, text)| !text.is_empty());
            }
            '。' | '；' | ';' | '！' | '？' => return None,
            '是' | '指' | '即' if n > 0 && n <= MAX_OPEN_TERM_CHARS => {
                let rest = text.get(at..)?;
                let says = ["是指", "指的是", "系指", "即指", "指"]
                    .iter()
                    .any(|verb| rest.starts_with(verb));
                // 指 is also a part of words: 指导, 指标, 指示, 指挥.
                let is_word = [
                    "指导", "指标", "指示", "指挥", "指数", "指南", "指引", "指定",
                ]
                .iter()
                .any(|word| rest.starts_with(word));
                let term = before()?;
                if says && !is_word && !term.contains(['，', ',', '、']) {
                    return Some((bare(term), rest));
                }
            }
            _ => {}
        }
    }
    None
}

/// A term without the brackets and marks around it.
fn bare(term: &str) -> &str {
    let term = term
        .trim()
        .trim_matches('*')
        .trim_end_matches(['，', ',', '—', '-']);
    let inner = term
        .strip_prefix('【')
        .map(|inner| inner.trim_end_matches('】'))
        .unwrap_or(term);
    inner.trim()
}

/// An entry, and whether its term is the one that is asked for.
pub struct DefinedTerm {
    /// The entry.
    pub entry: Arc<Entry>,
    /// Whether its term is the one that is asked for.
    pub exact: bool,
}

/// A definition, how well its term fits, and which of the differing definitions of the term it is.
pub struct Explained {
    /// The definition.
    pub definition: Definition,
    /// The term after folding.
    pub folded: Arc<str>,
    /// Whether its term is the one that is asked for.
    pub exact: bool,
    /// Which of the differing definitions of the term it is, from 1.
    pub variant: usize,
}

/// The entries that define a term, or all; and how many glossary passages have the term at all. Those of the term itself
/// come first, then those of terms that contain it; of one term by year and region. Unless the index keeps all
/// glossaries, only those are read that may be wanted.
///
/// # Errors
/// When a file of the index cannot be read.
pub fn find_definitions(
    index: &Index,
    term: Option<&Phrase>,
    filters: &Filters,
) -> Result<(Vec<DefinedTerm>, u64), IndexError> {
    let kept = Glossary::kept(index)?;
    let kept = kept.as_deref();
    let mut wanted = index.report_mask(filters);
    let mut n_mentions = 0;
    if let Some(term) = term {
        let group = Group {
            name: String::new(),
            phrases: vec![term.clone()],
        };
        let counted = count(index, &[group], filters, CountOptions::default())?;
        for (rank, wanted) in wanted.iter_mut().enumerate() {
            let cells = counted.first().map(|counted| counted.of(rank));
            let cells = cells.filter(|_| filters.has_part(Part::Glossary));
            let cell = cells.and_then(|cells| cells.get(Part::Glossary as usize).copied());
            let n = cell.map_or(0, |cell| cell.passages);
            if *wanted {
                n_mentions += u64::from(n);
            }
            *wanted &= n > 0;
        }
        // Inside a longer number or word a term has no place of its own: then all glossaries are read.
        let is_plain = |c: Option<char>| c.is_some_and(|c| !is_word_char(c));
        let folded = term.folded();
        let has_places = is_plain(folded.chars().next()) && is_plain(folded.chars().next_back());
        // Entries that were kept tell it themselves, but not as written.
        if has_places && (kept.is_none() || term.is_literal()) {
            let may = |passage| may_define(index, passage, folded);
            let may_define = index.reports_where(term, Part::Glossary, may)?;
            for (wanted, may_define) in wanted.iter_mut().zip(may_define) {
                *wanted &= may_define;
            }
        }
    }
    let is_wanted = |rank: usize| wanted.get(rank) == Some(&true);
    let has_glossary = |rank: &usize| {
        let parts = index.reports.parts(*rank);
        let glossary = parts.get(Part::Glossary as usize);
        glossary.is_some_and(|size| size.passages > 0)
    };
    let read;
    let glossary = match kept {
        Some(kept) => kept,
        None => {
            let ranks = (0..wanted.len()).filter(|rank| is_wanted(*rank));
            read = Glossary::of(index, ranks.filter(has_glossary))?;
            &read
        }
    };
    let has_part = filters.has_part(Part::Glossary);
    let found = glossary.entries.iter().filter_map(|entry| {
        let exact = term.is_none_or(|term| *term.folded() == *entry.folded);
        let fits = exact || term.is_some_and(|term| entry.folded.contains(term.folded()));
        let is_asked = || filters.speaks_of(index.about_at(entry.begins));
        (fits && has_part && is_wanted(entry.rank) && is_asked()).then(|| DefinedTerm {
            entry: Arc::clone(entry),
            exact,
        })
    });
    let mut found: Vec<DefinedTerm> = found.collect();
    found.sort_by_key(|found| !found.exact);
    Ok((found, n_mentions))
}

/// A part of what was found, each definition read when it is asked for.
pub fn explain<'f>(
    index: &'f Index,
    found: &'f [DefinedTerm],
    page: Range<usize>,
) -> impl Iterator<Item = Result<Explained, IndexError>> + 'f {
    let (start, end) = (page.start.min(found.len()), page.end.min(found.len()));
    // Which of the definitions of a term one is, those before it decide.
    let (before, rest) = found.split_at(start);
    let is_other = |other: &DefinedTerm| {
        let first = rest.first();
        first.is_none_or(|first| first.entry.folded != other.entry.folded)
    };
    let from = before.iter().rposition(is_other).map_or(0, |at| at + 1);
    let found = found.get(from..end).unwrap_or_default();
    let definitions = definitions(index, found.iter().map(|found| &*found.entry));
    // The differing definitions of the term that is read: entries of one term follow each other.
    let mut variants: (Option<Arc<str>>, Vec<String>) = (None, Vec::new());
    let explained = found
        .iter()
        .zip(definitions)
        .map(move |(found, definition)| {
            let definition = definition?;
            let said = fold(&definition.text);
            let said = said.trim_end_matches(['。', '；', '.', ';']);
            let folded = Arc::clone(&found.entry.folded);
            if variants.0.as_ref() != Some(&folded) {
                variants = (Some(Arc::clone(&folded)), Vec::new());
            }
            let of_term = &mut variants.1;
            let at = of_term.iter().position(|other| *other == said);
            let variant = 1 + at.unwrap_or_else(|| {
                of_term.push(said.to_owned());
                of_term.len() - 1
            });
            Ok(Explained {
                definition,
                folded,
                exact: found.exact,
                variant,
            })
        });
    explained.skip(start - from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_told_from_what_it_numbers() {
        for (text, expected) in [
            ("1.“两个转型”：产业", Some("“两个转型”：产业")),
            ("12、专业镇", Some("专业镇")),
            ("（3）专业镇", Some("专业镇")),
            ("[4] 专业镇", Some("专业镇")),
            ("①专业镇", Some("专业镇")),
            ("注5：专业镇", Some("专业镇")),
            ("１．专业镇", Some("专业镇")),
            ("十二、专业镇", Some("专业镇")),
            ("5.5%的增长", None),
            ("2024年", None),
            ("“一包六保”", None),
            ("一站式服务", None),
        ] {
            assert_eq!(numbered(text), expected, "{text}");
        }
    }

    #[test]
    fn term_and_definition_are_told_apart() {
        for (text, expected) in [
            ("“两个转型”：产业转型。", Some(("“两个转型”", "产业转型。"))),
            (
                "专业镇:是以县(市、区)为单元",
                Some(("专业镇", "是以县(市、区)为单元")),
            ),
            (
                "【专业镇】是指以县为单元",
                Some(("专业镇", "是指以县为单元")),
            ),
            ("【专业镇】：以县为单元", Some(("专业镇", "以县为单元"))),
            ("一箱制指货物运输", Some(("一箱制", "指货物运输"))),
            ("“567：三”体系：做强", Some(("“567：三”体系", "做强"))),
            ("专业镇是指以县为单元", Some(("专业镇", "是指以县为单元"))),
            ("重大灾害发生后，各级应急指挥系统要全面运行", None),
            ("年度考核指标挂钩。", None),
            ("附件", None),
        ] {
            assert_eq!(entry(text), expected, "{text}");
        }
    }
}
