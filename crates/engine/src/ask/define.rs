//! What a term means, in the words of the reports' own glossaries.

use super::answered::{Answered, Rows, Summary, boxed, plain_rows};
use super::basis::Basis;
use super::column::Column;
use super::error::AskError;
use super::expression::{plain_phrase, term};
use super::holdings::Holdings;
use super::method::{Asked, Method};
use super::notice::Notice;
use super::question::DefineQuestion;
use super::reference::reference;
use super::row::{PlaceFields, Source, described_by};
use crate::exact::Phrase;
use crate::glossary::{DefinedTerm, Explained};
use crate::index::IndexError;
use crate::query::{Filters, Query};
use crate::stats::{Presence, State};
use baogao_reading::report::Part;
use schemars::JsonSchema;
use serde::{Serialize, Serializer};
use std::collections::HashSet;
use std::ops::Range;

/// The definitions of a term, or all.
pub struct DefineAnswer<'h> {
    holdings: &'h dyn Holdings,
    question: DefineQuestion,
    /// The term; none where all are asked for.
    pub term: Option<Phrase>,
    /// Entries: those of the term itself first, then those of terms that contain it.
    pub found: Vec<DefinedTerm>,
    /// Glossary passages that have the term at all.
    pub n_mentions: u64,
    /// What is known within the filters.
    pub state: State,
    /// Reports are held within the filters, and none has a glossary.
    pub lacks_glossary: bool,
    filters: Filters,
    notices: Vec<Notice>,
    method: Method,
}

impl<'h> DefineAnswer<'h> {
    /// Finds them.
    ///
    /// # Errors
    /// As for [`answer`](super::answer()).
    pub fn new(
        holdings: &'h dyn Holdings,
        question: &DefineQuestion,
    ) -> Result<DefineAnswer<'h>, AskError> {
        question.check()?;
        let query = match question.list {
            true => None,
            false => Some(term(&question.query.join(" "), question.matching)?),
        };
        let inline = query.as_ref().map_or(&[][..], Query::inline_filters);
        let mut scope = question.scope.with(inline);
        if scope.part.is_empty() {
            // Nothing else is read: a report without one is not searched.
            scope.part.push(Part::Glossary.name().to_owned());
        }
        let scope = scope.resolve(holdings)?;
        let filters = scope.filters;
        let term = query.as_ref().and_then(plain_phrase).cloned();
        let (found, n_mentions) = holdings.entries(term.as_ref(), &filters)?;
        let mut notices = scope.notices;
        notices.extend(defined_beyond(holdings, term.as_ref(), &filters)?);
        let (asked, expressions) = match &term {
            Some(term) => (Asked::Definitions, vec![format!("“{}”", term.folded())]),
            None => (Asked::Terms, Vec::new()),
        };
        let method = Method::new(holdings, asked, expressions, &filters);
        let presence = Presence::within(holdings, &filters)?;
        let is_plain = filters.parts == [Part::Glossary] && filters.about.is_empty();
        let of_reports = holdings.report_mask(&filters.of_reports());
        Ok(DefineAnswer {
            method: match term {
                Some(_) => method.matching(question.matching),
                None => method,
            },
            holdings,
            question: question.clone(),
            state: presence.state(found.len() as u64),
            lacks_glossary: is_plain
                && presence == Presence::default()
                && of_reports.contains(&true),
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
        self.holdings.explain(&self.found, page)
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
        self.holdings.ids(Box::new(entries))
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
            state: self.state,
            definitions: self.state.has_number().then_some(self.found.len()),
            glossary_passages_with_term: self.state.has_number().then_some(self.n_mentions),
            copies_left_out: self.holdings.copies_left_out(&self.filters),
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
    place: PlaceFields<'a>,
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
            place: PlaceFields::of(passage),
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
    /// What is known within the filters.
    state: State,
    /// How many definitions there are; null unless the state is `said` or `not_said`.
    definitions: Option<usize>,
    /// Glossary passages that have the term, also those that define another one; null as `definitions` is.
    glossary_passages_with_term: Option<u64>,
    /// Copies that pass the filters and were not searched.
    copies_left_out: usize,
    /// What must be known to read the answer.
    notices: Vec<Notice>,
    /// How the answer was computed.
    method: &'a Method,
    #[serde(flatten)]
    basis: &'a Basis,
}

/// The definitions that texts of another genre have, which are not read.
///
/// # Errors
/// When a file of the index cannot be read.
fn defined_beyond(
    holdings: &dyn Holdings,
    term: Option<&Phrase>,
    filters: &Filters,
) -> Result<Option<Notice>, IndexError> {
    let Some(genre) = filters.genre else {
        return Ok(None);
    };
    let is_other = |rank| holdings.reports().genre(rank) != genre;
    if !(0..holdings.reports().len()).any(is_other) {
        return Ok(None);
    }
    let (found, _) = holdings.entries(term, &filters.of_any_genre())?;
    let there: Vec<usize> = found
        .iter()
        .map(|found| found.entry.rank)
        .filter(|rank| is_other(*rank))
        .collect();
    let texts: HashSet<usize> = there.iter().copied().collect();
    Ok((!there.is_empty()).then_some(Notice::DefinedElsewhere {
        definitions: there.len() as u64,
        texts: texts.len() as u64,
    }))
}
