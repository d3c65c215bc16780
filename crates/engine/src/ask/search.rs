//! Every passage for which an expression holds, best first, with what is said beside them.

use super::answered::{AnswerRow, Answered, Rows, Summary, Table, boxed};
use super::basis::Basis;
use super::column::Column;
use super::error::AskError;
use super::expression::{Expressed, express};
use super::holdings::Holdings;
use super::method::{Asked, Method, Rule};
use super::notice::{Notice, tell_of_copies};
use super::question::SearchQuestion;
use super::reference::reference;
use super::row::{Context, HitObject, Spans, described_by, region_path};
use super::scope::Resolved;
use super::suggest::{Nearness, Suggestion, suggest};
use crate::concordance::Side;
use crate::index::IndexError;
use crate::passage::PassageView;
use crate::query::{Filters, Query};
use crate::search::{Count, Found, Hit, SearchOptions, SearchResult, Tier};
use crate::stats::Facet;
use crate::stats::{Facets, Presence, State, facets};
use baogao_reading::region::Level;
use baogao_reading::report::{Part, Year};
use schemars::JsonSchema;
use serde::{Serialize, Serializer};
use serde_json::Value;

/// What was found.
pub struct SearchAnswer<'h> {
    holdings: &'h dyn Holdings,
    question: SearchQuestion,
    /// What was looked for.
    pub query: Query,
    /// Where was looked, and what must be said of that.
    pub scope: Resolved,
    /// Counts over everything that matches.
    pub answer: SearchResult,
    /// What is known of the expression within the filters.
    pub state: State,
    /// What is there within the filters.
    pub presence: Presence,
    /// Strings that stand somewhere, where a phrase does not.
    pub suggestions: Vec<Suggestion>,
    options: SearchOptions,
    found: Found,
    notices: Vec<Notice>,
    method: Method,
}

/// A wider answer, given where nothing exact was found.
pub struct Wider {
    /// Counts over everything that matches.
    pub answer: SearchResult,
    found: Found,
}

impl Wider {
    /// How many passages are given.
    pub fn n_hits(&self) -> usize {
        self.found.n_hits()
    }
}

/// One thing that a query looks for.
pub struct KeywordFound {
    /// As it is understood.
    pub keyword: String,
    /// Whether it must be there; else it must not.
    pub is_wanted: bool,
    /// The words that it is cut into.
    pub words: Vec<String>,
    /// What it has by itself within the filters.
    pub found: Count,
}

impl<'h> SearchAnswer<'h> {
    /// Searches.
    ///
    /// # Errors
    /// As for [`answer`](super::answer()).
    pub fn new(
        holdings: &'h dyn Holdings,
        question: &SearchQuestion,
    ) -> Result<SearchAnswer<'h>, AskError> {
        question.check()?;
        let typed = question.query.join(" ");
        let Expressed { query, scope, .. } =
            express(holdings, &typed, question.matching, &question.scope)?;
        let options = SearchOptions {
            tier: question.mode.unwrap_or(Tier::Exact),
            // Where the counts are all that is asked for, no passage needs to be read.
            limit: match question.count {
                true => Some(0),
                false => question.paging.most(),
            },
            offset: question.paging.offset,
            sort: question.sort,
            filters: scope.filters.clone(),
            ..SearchOptions::default()
        };
        let (answer, found) = holdings.find(&query, &options)?;
        let mut notices = scope.notices.clone();
        tell_of_copies(&mut notices, answer.in_copies);
        notices.extend(of_other_genre(&answer));
        let presence = Presence::within(holdings, &scope.filters)?;
        notices.extend(Notice::not_shown(presence, answer.total.passages));
        let is_absent = answer.total.passages == 0 && answer.outside.passages == 0;
        let suggestions = match is_absent && answer.tier == Tier::Exact {
            true => suggest(holdings, &query, question.matching, scope.filters.genre)?,
            false => Vec::new(),
        };
        let mode = (answer.tier != Tier::Exact).then_some(Rule::Mode(answer.tier));
        let method = Method::new(
            holdings,
            Asked::Matches,
            vec![query.understood()],
            &scope.filters,
        );
        Ok(SearchAnswer {
            state: presence.state(answer.total.passages),
            presence,
            holdings,
            question: question.clone(),
            method: method.with(mode).matching(question.matching),
            query,
            scope,
            answer,
            suggestions,
            options,
            found,
            notices,
        })
    }

    /// The filters that hold.
    pub fn filters(&self) -> &Filters {
        &self.options.filters
    }

    /// What was searched, and how much of it is given.
    pub fn options(&self) -> &SearchOptions {
        &self.options
    }

    /// How many passages are given.
    pub fn n_hits(&self) -> usize {
        self.found.n_hits()
    }

    /// The passages that are given.
    pub fn hits(&self) -> impl Iterator<Item = Result<Hit, IndexError>> + '_ {
        self.holdings.hits(&self.found)
    }

    /// The passages of a wider answer.
    pub fn wider_hits<'w>(
        &'w self,
        wider: &'w Wider,
    ) -> impl Iterator<Item = Result<Hit, IndexError>> + 'w {
        self.holdings.hits(&wider.found)
    }

    /// What the query looks for, each thing by itself.
    ///
    /// # Errors
    /// When a file of the index cannot be read.
    pub fn keywords(&self) -> Result<Vec<KeywordFound>, AskError> {
        let wanted = self.query.wanted();
        let list = self.holdings.words()?;
        let options = SearchOptions {
            tier: Tier::Exact,
            limit: Some(0),
            offset: 0,
            ..self.options.clone()
        };
        let keywords = self.query.keywords().iter().map(|keyword| {
            let texts = keyword.texts().into_iter();
            let words = texts.flat_map(|text| list.query_words(text));
            let (answer, _) = self.holdings.find(&Query::of(keyword.clone()), &options)?;
            Ok(KeywordFound {
                keyword: keyword.to_string(),
                is_wanted: wanted.contains(&keyword),
                words: words.map(|word| word.text).collect(),
                found: answer.total,
            })
        });
        keywords.collect()
    }

    /// The passages on one side of a hit, as many as are asked for.
    pub fn beside<'s>(
        &'s self,
        hit: &'s Hit,
        side: Side,
    ) -> impl Iterator<Item = Result<PassageView, IndexError>> + 's {
        let n = self.question.context;
        self.holdings.beside(&hit.passage, side, n)
    }

    /// What other values of each filter would give; of a wider answer where one is given.
    ///
    /// # Errors
    /// When the list of files cannot be read.
    pub fn facets(&self, wider: Option<&Wider>) -> Result<Facets, AskError> {
        let answer = wider.map_or(&self.answer, |wider| &wider.answer);
        Ok(facets(self.holdings, &answer.cells, &self.options.filters)?)
    }

    /// The wider answer, if nothing was found and no mode was asked for: at most so many passages.
    ///
    /// # Errors
    /// When a file of the index cannot be read.
    pub fn wider(&self, limit: Option<usize>) -> Result<Option<Wider>, AskError> {
        if self.answer.total.passages > 0 || self.question.mode.is_some() {
            return Ok(None);
        }
        let options = SearchOptions {
            limit,
            ..self.options.clone()
        };
        let found = self.holdings.find_wider(&self.query, &options)?;
        Ok(found.map(|(answer, found)| Wider { answer, found }))
    }

    /// How many passages more have all words, where that is worth a word.
    ///
    /// # Errors
    /// When a file of the index cannot be read.
    pub fn more_with_words(&self) -> Result<Option<u64>, AskError> {
        if self.answer.total.passages == 0 || self.question.mode.is_some() {
            return Ok(None);
        }
        let more = self
            .holdings
            .more_with_words(&self.query, &self.options, &self.answer)?;
        Ok(more)
    }

    fn row(&self, hit: Hit) -> Result<Box<dyn AnswerRow + '_>, AskError> {
        let texts = |side| -> Result<Vec<String>, IndexError> {
            let passages = self.beside(&hit, side);
            passages.map(|passage| Ok(passage?.text)).collect()
        };
        let context = match self.question.context {
            0 => None,
            _ => Some(Context {
                before: texts(Side::Left)?,
                after: texts(Side::Right)?,
            }),
        };
        let cite = self.question.cite;
        Ok(boxed(HitRow { hit, context, cite }))
    }
}

impl Answered for SearchAnswer<'_> {
    fn rows_name(&self) -> &'static str {
        "hits"
    }

    fn rows(&self) -> Result<Rows<'_>, AskError> {
        let n = if self.question.count { 0 } else { usize::MAX };
        Ok(Box::new(self.hits().take(n).map(|hit| self.row(hit?))))
    }

    fn columns(&self) -> Vec<Column> {
        let mut columns = Column::of::<HitRow>();
        columns.retain(|column| !column.is_optional || self.question.cite);
        columns
    }

    /// Where the counts are all that is asked for, they are the table: it has no summary beside its rows.
    fn table<'a>(&'a self, basis: &'a Basis) -> Result<Table<'a>, AskError> {
        if self.question.count {
            let counts = serde_json::to_value(self.summary(basis)?).unwrap_or_default();
            return Ok(Table {
                columns: count_columns(),
                rows: Box::new(std::iter::once(Ok(counts))),
            });
        }
        let rows = self.rows()?;
        Ok(Table {
            columns: self.columns(),
            rows: Box::new(rows.map(|row| Ok(row?.in_table()))),
        })
    }

    fn summary<'a>(&'a self, basis: &'a Basis) -> Result<Summary<'a>, AskError> {
        let answer = &self.answer;
        // Where absence is not shown a zero would be a false one.
        let number = |n: u64| self.state.has_number().then_some(n);
        let facets = match self.question.facets {
            true => Some(FacetLists::from(&self.facets(None)?)),
            false => None,
        };
        Ok(Box::new(SearchSummary {
            r#type: "summary",
            query: self.query.typed().to_owned(),
            understood: self.query.understood(),
            r#match: answer.tier,
            state: self.state,
            passages: number(answer.total.passages),
            occurrences: answer.total.places().and_then(number),
            reports: number(answer.total.reports),
            reports_searched: answer.reports_searched,
            lower_bound: self.presence.is_incomplete(),
            copies_left_out: answer.copies_left_out,
            outside: answer.outside,
            suggestions: self.suggestions.iter().map(SuggestionRow::from).collect(),
            facets,
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
        self.answer.total.passages == 0
    }
}

/// Tells what a query has in texts that are not searched, copies and those of another genre, where an answer does not
/// know it.
///
/// # Errors
/// When a file of the index cannot be read.
pub(super) fn tell_of_others(
    holdings: &dyn Holdings,
    query: &Query,
    filters: &Filters,
    notices: &mut Vec<Notice>,
) -> Result<(), IndexError> {
    if filters.genre.is_none() && !holdings.reports().has_duplicates() {
        return Ok(());
    }
    let options = SearchOptions {
        filters: filters.clone(),
        limit: Some(0),
        ..SearchOptions::default()
    };
    let (answer, _) = holdings.find(query, &options)?;
    tell_of_copies(notices, answer.in_copies);
    notices.extend(of_other_genre(&answer));
    Ok(())
}

/// What an answer has in texts of another genre.
pub(super) fn of_other_genre(answer: &SearchResult) -> Option<Notice> {
    Notice::of_other_genre(None, answer.other_genre)
}

/// A passage that matches.
#[derive(Debug)]
pub struct HitRow {
    /// The hit.
    pub hit: Hit,
    /// Passages around it, where they are asked for.
    pub context: Option<Context>,
    /// Whether its reference is asked for.
    pub cite: bool,
}

impl HitRow {
    fn reference(&self) -> Option<String> {
        self.cite.then(|| reference(&self.hit.passage))
    }
}

impl AnswerRow for HitRow {
    /// No column shows places or neighbours.
    fn in_table(&self) -> Value {
        let object = HitObject {
            cite: self.reference(),
            ..HitObject::of(&self.hit)
        };
        serde_json::to_value(object).unwrap_or_default()
    }
}

impl Serialize for HitRow {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let object = HitObject {
            spans: Some(Spans(&self.hit)),
            context: self.context.as_ref(),
            cite: self.reference(),
            ..HitObject::of(&self.hit)
        };
        object.serialize(serializer)
    }
}

/// A string that stands somewhere in place of a phrase that does not.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "Suggestion")]
pub struct SuggestionRow {
    /// The phrase that was not found, folded.
    phrase: String,
    /// The suggested string, folded.
    text: String,
    /// In which way it is near.
    nearness: Nearness,
    #[serde(flatten)]
    count: Count,
}

impl From<&Suggestion> for SuggestionRow {
    fn from(suggestion: &Suggestion) -> SuggestionRow {
        SuggestionRow {
            phrase: suggestion.phrase.clone(),
            text: suggestion.text.clone(),
            nearness: suggestion.nearness,
            count: suggestion.count,
        }
    }
}

/// The values of a facet of each kind: the same fields, another value.
macro_rules! facet_values {
    ($($(#[$about:meta])* $name:ident($value:ty);)*) => {$(
        $(#[$about])*
        #[derive(Clone, Debug, Serialize, JsonSchema)]
        pub struct $name {
            /// The value; null, or `[]` for a region, if it is not known.
            value: $value,
            /// What is known.
            state: State,
            /// Occurrences; null unless the state is `said` or `not_said`, and where passages hold by what they lack alone.
            occurrences: Option<u64>,
            /// Passages with at least one.
            passages: Option<u64>,
            /// Reports with at least one.
            reports: Option<u64>,
            /// Reports of that value of which a passage was searched.
            reports_held: u64,
            /// Whether something of that value was abridged or not read: the numbers are the least that stands there.
            lower_bound: bool,
        }

        impl $name {
            fn new(value: $value, facet: &Facet) -> $name {
                let sums = facet.numbers();
                $name {
                    value,
                    state: facet.state(),
                    occurrences: sums.and_then(|sums| sums.places()),
                    passages: sums.map(|sums| sums.passages),
                    reports: sums.map(|sums| sums.reports),
                    reports_held: facet.sums.reports_held,
                    lower_bound: facet.presence.is_incomplete(),
                }
            }
        }
    )*};
}

facet_values! {
    /// A region and all below it, names from the province down.
    RegionFacet(Vec<&'static str>);
    /// A year.
    YearFacet(Option<u16>);
    /// A part of reports.
    PartFacet(Part);
    /// A level.
    LevelFacet(Option<Level>);
}

/// What other values of each filter would give: each is counted without its own filter.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "Facets")]
pub struct FacetLists {
    /// By region: names from the province down. A region includes all below it.
    region: Vec<RegionFacet>,
    /// By year, newest first.
    year: Vec<YearFacet>,
    /// By part, in reading order.
    part: Vec<PartFacet>,
    /// By level, highest first.
    level: Vec<LevelFacet>,
}

impl From<&Facets> for FacetLists {
    fn from(facets: &Facets) -> FacetLists {
        let regions = facets.regions.iter();
        let years = facets.years.iter();
        let parts = facets.parts.iter();
        let levels = facets.levels.iter();
        FacetLists {
            region: regions
                .map(|(region, facet)| RegionFacet::new(region_path(*region), facet))
                .collect(),
            year: years
                .map(|(year, facet)| YearFacet::new(year.map(Year::get), facet))
                .collect(),
            part: parts
                .map(|(part, facet)| PartFacet::new(*part, facet))
                .collect(),
            level: levels
                .map(|(level, facet)| LevelFacet::new(*level, facet))
                .collect(),
        }
    }
}

described_by! {
    HitRow: HitObject<'static>, "Hit";
}

/// What closes the answer of `search`.
#[derive(Serialize, JsonSchema)]
pub struct SearchSummary<'a> {
    /// `summary`
    r#type: &'static str,
    /// The expression as typed; several arguments are joined by a blank.
    query: String,
    /// The expression as understood: folded, every operator written out, without its filters.
    understood: String,
    /// The mode that was searched.
    r#match: Tier,
    /// What is known within the filters.
    state: State,
    /// Matching passages; null unless the state is `said` or `not_said`.
    passages: Option<u64>,
    /// Occurrences in them: the number of all spans; null as `passages` is, and where all match by what they lack alone. Of `words` and `any`, how often the words occur, also inside longer
    /// ones.
    occurrences: Option<u64>,
    /// Reports with at least one matching passage.
    reports: Option<u64>,
    /// Reports of which at least one passage passes the filters; 0 means that nothing was searched.
    reports_searched: usize,
    /// Whether something within the filters was abridged or not read: the numbers are the least that stands there.
    lower_bound: bool,
    /// Copies that pass the filters and were not searched.
    copies_left_out: usize,
    /// What matches outside the filters, in texts of the genre that is searched. A report may have matches inside and outside.
    outside: Count,
    /// Strings in the reports, nearest first for each phrase, where `exact` finds nothing inside or outside the filters;
    /// counted without filters.
    suggestions: Vec<SuggestionRow>,
    /// Counts by region, year, part and level; only with `facets`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "FacetLists", extend("x-only" = true))]
    facets: Option<FacetLists>,
    /// What must be known to read the answer.
    notices: Vec<Notice>,
    /// How the answer was computed, to quote under a table.
    method: &'a Method,
    #[serde(flatten)]
    basis: &'a Basis,
}

/// The counts as a table of one row.
pub(super) fn count_columns() -> Vec<Column> {
    let mut columns = ["occurrences", "passages", "reports", "reports_searched"]
        .map(|name| Column::number(name, format!("/{name}")))
        .to_vec();
    columns.push(Column::text("state", "/state"));
    columns.push(Column::text("lower_bound", "/lower_bound"));
    columns
}
