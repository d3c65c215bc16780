//! What a term means, in the words of the reports' own glossaries.

use super::notice::Notice;
use super::search::any_genre;
use crate::exact::Phrase;
use crate::fold::{fold, is_word_char};
use crate::glossary::{Definition, Entry, Glossary, definitions, may_define};
use crate::index::{Index, IndexError};
use crate::query::Filters;
use crate::report::Part;
use crate::search::Count;
use crate::stats::{CountOptions, Group, count};
use std::collections::HashSet;
use std::ops::Range;
use std::sync::Arc;

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
/// come first, then those of terms that contain it; of one term by year and region. Without `kept`, the entries of all
/// glossaries, only those are read that may be wanted.
///
/// # Errors
/// When a file of the index cannot be read.
pub fn find_definitions(
    index: &Index,
    kept: Option<&Glossary>,
    term: Option<&Phrase>,
    filters: &Filters,
) -> Result<(Vec<DefinedTerm>, u64), IndexError> {
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
    let found = glossary.entries.iter().filter_map(|entry| {
        let exact = term.is_none_or(|term| *term.folded() == *entry.folded);
        let fits = exact || term.is_some_and(|term| entry.folded.contains(term.folded()));
        (fits && is_wanted(entry.rank)).then(|| DefinedTerm {
            entry: Arc::clone(entry),
            exact,
        })
    });
    let mut found: Vec<DefinedTerm> = found.collect();
    found.sort_by_key(|found| !found.exact);
    Ok((found, n_mentions))
}

/// The definitions that texts of another genre have, which are not read.
///
/// # Errors
/// As for [`find_definitions`].
pub fn defined_beyond(
    index: &Index,
    kept: Option<&Glossary>,
    term: Option<&Phrase>,
    filters: &Filters,
) -> Result<Option<Notice>, IndexError> {
    let Some(genre) = filters.genre else {
        return Ok(None);
    };
    let is_other = |rank| index.reports.genre(rank) != genre;
    if !(0..index.reports.len()).any(is_other) {
        return Ok(None);
    }
    let (found, _) = find_definitions(index, kept, term, &any_genre(filters))?;
    let there: Vec<usize> = found
        .iter()
        .map(|found| found.entry.rank)
        .filter(|rank| is_other(*rank))
        .collect();
    let texts: HashSet<usize> = there.iter().copied().collect();
    let count = Count {
        // A definition has no places to count.
        occurrences: 0,
        passages: there.len() as u64,
        reports: texts.len() as u64,
    };
    Ok((count.passages > 0).then_some(Notice::OtherGenre {
        phrase: None,
        count,
    }))
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

/// The entries under each term.
pub fn by_term(found: &[DefinedTerm]) -> impl Iterator<Item = &[DefinedTerm]> {
    found.chunk_by(|a, b| a.entry.folded == b.entry.folded)
}
