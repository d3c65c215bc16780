//! What a term means, in the words of the reports' own glossaries.

use super::answered::{Answered, Rows, Summary, boxed, plain_rows};
use super::basis::Basis;
use super::column::Column;
use super::error::AskError;
use super::expression::{plain_phrase, term};
use super::method::{Asked, Method};
use super::notice::Notice;
use super::question::DefineQuestion;
use super::reference::reference;
use super::row::{Place, Source, described_by};
use super::search::any_genre;
use crate::exact::Phrase;
use crate::fold::{fold, is_word_char};
use crate::glossary::{Definition, Entry, Glossary, definitions, may_define};
use crate::index::{Index, IndexError};
use crate::query::{Filters, Query};
use crate::report::Part;
use crate::search::Count;
use crate::stats::{CountOptions, Group, count};
use schemars::JsonSchema;
use serde::{Serialize, Serializer};
use std::collections::HashSet;
use std::ops::Range;
use std::sync::Arc;

/// The definitions of a term, or all.
pub struct DefineAnswer<'h> {
    index: &'h Index,
    question: DefineQuestion,
    /// The term; none where all are asked for.
    pub term: Option<Phrase>,
    /// Entries: those of the term itself first, then those of terms that contain it.
    pub found: Vec<DefinedTerm>,
    /// Glossary passages that have the term at all.
    pub n_mentions: u64,
    filters: Filters,
    notices: Vec<Notice>,
    method: Method,
}

impl<'h> DefineAnswer<'h> {
    /// Finds them.
    ///
    /// # Errors
    /// As for [`answer`](super::answer()).
    pub fn new(index: &'h Index, question: &DefineQuestion) -> Result<DefineAnswer<'h>, AskError> {
        let query = match question.list {
            true if !question.query.is_empty() => {
                return Err(AskError::Together {
                    option: "list",
                    other: "query",
                });
            }
            true => None,
            false => Some(term(&question.query.join(" "), question.matching)?),
        };
        let inline = query.as_ref().map_or(&[][..], Query::inline_filters);
        let scope = question.scope.with(inline).resolve(index)?;
        let filters = scope.filters;
        let term = query.as_ref().and_then(plain_phrase).cloned();
        let kept = None;
        let (found, n_mentions) = find_definitions(index, kept, term.as_ref(), &filters)?;
        let mut notices = scope.notices;
        notices.extend(defined_beyond(index, kept, term.as_ref(), &filters)?);
        let (asked, expressions) = match &term {
            Some(term) => (Asked::Definitions, vec![format!("“{}”", term.folded())]),
            None => (Asked::Terms, Vec::new()),
        };
        let method = Method::new(index, asked, expressions, &filters);
        Ok(DefineAnswer {
            method: match term {
                Some(_) => method.matching(question.matching),
                None => method,
            },
            index,
            question: question.clone(),
            term,
            found,
            n_mentions,
            filters,
            notices,
        })
    }

    /// The filters that hold.
    pub fn filters(&self) -> &Filters {
        &self.filters
    }

    /// The entries under each term.
    pub fn by_term(&self) -> impl Iterator<Item = &[DefinedTerm]> {
        let entries = &self.found;
        entries.chunk_by(|a, b| a.entry.folded == b.entry.folded)
    }

    /// Some of the definitions by their numbers, each read when it is asked for.
    pub fn explain(
        &self,
        page: Range<usize>,
    ) -> impl Iterator<Item = Result<Explained, IndexError>> + '_ {
        explain(self.index, &self.found, page)
    }

    /// The definitions that are asked for.
    pub fn page(&self) -> Range<usize> {
        let paging = self.question.paging;
        paging.offset..paging.offset.saturating_add(paging.most_or_all())
    }

    /// The ids of the passages of entries.
    pub fn ids<'s>(
        &'s self,
        entries: impl Iterator<Item = &'s DefinedTerm> + 's,
    ) -> impl Iterator<Item = Result<String, IndexError>> + 's {
        self.index.ids_at(entries.map(|found| found.entry.begins))
    }
}

impl Answered for DefineAnswer<'_> {
    fn rows(&self) -> Result<Rows<'_>, AskError> {
        let cite = self.question.cite;
        let row = move |explained: Result<Explained, IndexError>| {
            let explained = explained?;
            Ok(boxed(DefinitionRow { explained, cite }))
        };
        Ok(Box::new(self.explain(self.page()).map(row)))
    }

    fn columns(&self) -> Vec<Column> {
        let mut columns = Column::of::<DefinitionRow>();
        columns.retain(|column| !column.is_optional || self.question.cite);
        columns
    }

    fn summary<'a>(&'a self, basis: &'a Basis) -> Result<Summary<'a>, AskError> {
        Ok(Box::new(DefineSummary {
            r#type: "summary",
            term: self.term.as_ref().map(|term| term.typed().to_owned()),
            definitions: self.found.len(),
            glossary_passages_with_term: self.n_mentions,
            copies_left_out: self.index.copies_left_out(&self.filters),
            notices: basis.beside(&self.notices),
            method: &self.method,
            basis,
        }))
    }

    fn notices(&self) -> &[Notice] {
        &self.notices
    }

    fn method(&self) -> &Method {
        &self.method
    }

    fn is_empty(&self) -> bool {
        self.found.is_empty()
    }
}

/// How well a term fits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Fit {
    /// It is the one that was asked for, or all were.
    Exact,
    /// It contains the one that was asked for.
    Contains,
}

#[derive(Serialize, JsonSchema)]
struct DefinitionObject<'a> {
    /// `definition`
    #[schemars(extend("x-column" = false))]
    r#type: &'static str,
    #[serde(flatten)]
    place: Place<'a>,
    /// The term, without number and brackets.
    term: &'a str,
    /// Whether its term is the one that was asked for.
    r#match: Fit,
    /// Entries of one term with the same number say the same.
    variant: usize,
    /// What it means; paragraphs are parted by line feeds.
    definition: &'a str,
    /// Hash of the passage's text, as in a hit.
    #[schemars(extend("x-column" = false))]
    text_hash: String,
    /// The raw file, and the line in which the entry begins.
    #[schemars(extend("x-columns" = {"file": "/file", "line": "/line"}))]
    source: Source<'a>,
    /// A reference to the passage; only with `cite`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String", extend("x-only" = true))]
    cite: Option<String>,
}

/// An entry of a glossary.
pub struct DefinitionRow {
    /// The entry.
    pub explained: Explained,
    /// Whether its reference is asked for.
    pub cite: bool,
}

impl std::fmt::Debug for DefinitionRow {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(&self.explained.definition.term)
    }
}

impl Serialize for DefinitionRow {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Explained {
            definition,
            exact,
            variant,
            ..
        } = &self.explained;
        let passage = &definition.passage;
        let object = DefinitionObject {
            r#type: "definition",
            place: Place::of(passage),
            term: &definition.term,
            r#match: if *exact { Fit::Exact } else { Fit::Contains },
            variant: *variant,
            definition: &definition.text,
            text_hash: passage.text_hash(),
            source: Source {
                file: &passage.report.file,
                line: passage.line,
            },
            cite: self.cite.then(|| reference(passage)),
        };
        object.serialize(serializer)
    }
}

plain_rows!(DefinitionRow);

described_by! {
    DefinitionRow: DefinitionObject<'static>, "Definition";
}

/// What closes the answer of `define`.
#[derive(Serialize, JsonSchema)]
pub struct DefineSummary<'a> {
    /// `summary`
    r#type: &'static str,
    /// The term as typed; null for all.
    term: Option<String>,
    /// How many definitions there are.
    definitions: usize,
    /// Glossary passages that have the term, also those that define another one.
    glossary_passages_with_term: u64,
    /// Copies that pass the filters and were not searched.
    copies_left_out: usize,
    /// What must be known to read the answer.
    notices: Vec<Notice>,
    /// How the answer was computed.
    method: &'a Method,
    #[serde(flatten)]
    basis: &'a Basis,
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
/// come first, then those of terms that contain it; of one term by year and region. Without `kept`, the entries of all
/// glossaries, only those are read that may be wanted.
///
/// # Errors
/// When a file of the index cannot be read.
fn find_definitions(
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
fn defined_beyond(
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
fn explain<'f>(
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
