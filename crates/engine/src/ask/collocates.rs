//! What stands beside an expression more often than by chance.
//!
//! Numbers of a collocate are those of searches: how often it stands at all is what `count` gives for it under the same
//! filters, and its passages are found by the query in its row. Chance is computed in characters: of `chars_held` characters
//! that were searched so many are within reach of a place, and of all occurrences of a collocate the same share is expected
//! there (E = w·O1·O2 ÷ N, where w·O1 is the characters within reach).

use super::answered::{Answered, Rows, Summary, boxed, plain_rows};
use super::basis::Basis;
use super::column::Column;
use super::error::AskError;
use super::expression::{Expressed, express};
use super::holdings::Holdings;
use super::method::{Asked, Method, Rule};
use super::notice::{Notice, tell_of_copies};
use super::question::{CollocateMeasure, CollocateSide, CollocatesQuestion, Within};
use super::search::of_other_genre;
use crate::collocation::{Collocate, CollocateOptions, Collocates};
use crate::exact::{Phrase, Sides, WithinReach};
use crate::query::{Filters, Query};
use crate::search::any_of_phrases;
use crate::stats::association::Collocation;
use crate::stats::{CountOptions, Group, Presence, State};
use schemars::JsonSchema;
use serde::Serialize;
use std::cmp::Ordering;

/// Characters between an expression and a collocate where nothing is said.
const WINDOW: u32 = 10;
/// The largest such number: that of `"a b"~n`.
pub(super) const WINDOW_MAX: u32 = 1_000;
/// A collocate stands beside the expression so often, where nothing is said.
const MIN_OCCURRENCES: u64 = 3;

impl CollocatesQuestion {
    /// How far to look.
    fn reach(&self) -> WithinReach {
        match self.within {
            Some(Within::Sentence) => WithinReach::Sentence,
            None => WithinReach::Chars(self.window.unwrap_or(WINDOW)),
        }
    }

    fn options(&self) -> CollocateOptions {
        CollocateOptions {
            reach: self.reach(),
            sides: Sides {
                left: self.side != CollocateSide::Right,
                right: self.side != CollocateSide::Left,
            },
            strings: self.strings,
            content_words: self.content_words,
            matching: self.matching,
            min_occurrences: self.min_occurrences.unwrap_or(MIN_OCCURRENCES),
            min_reports: self.min_reports.unwrap_or(1),
        }
    }
}

/// The collocates.
pub struct CollocatesAnswer {
    question: CollocatesQuestion,
    /// What was looked for.
    pub query: Query,
    /// What is known of the expression within the filters.
    pub state: State,
    /// What is there within the filters.
    pub presence: Presence,
    /// What stands beside it, in the order that was asked for.
    pub collocates: Vec<CollocateRow>,
    /// What was found of the expression, and how much is within reach of it.
    pub found: Collocates,
    filters: Filters,
    notices: Vec<Notice>,
    method: Method,
}

impl CollocatesAnswer {
    /// Finds them.
    ///
    /// # Errors
    /// As for [`answer`](super::answer()).
    pub fn new(
        holdings: &dyn Holdings,
        question: &CollocatesQuestion,
    ) -> Result<CollocatesAnswer, AskError> {
        question.check()?;
        let typed = question.query.join(" ");
        let Expressed { query, scope, .. } =
            express(holdings, &typed, question.matching, &question.scope)?;
        let options = question.options();
        let mut found = holdings.collocates(&query, &scope.filters, &options)?;
        let mut notices = scope.notices;
        tell_of_copies(&mut notices, found.answer.in_copies);
        notices.extend(of_other_genre(&found.answer));
        let presence = Presence::within(holdings, &scope.filters)?;
        let n_passages = found.answer.total.passages;
        notices.extend(Notice::not_shown(presence, n_passages));
        let expressions = vec![query.understood()];
        let method = Method::new(holdings, Asked::Collocates, expressions, &scope.filters);
        let collocates = std::mem::take(&mut found.found);
        let mut collocates = measured(
            holdings,
            collocates,
            &found,
            &scope.filters,
            (&Linked::new(&query, &options), presence.is_incomplete()),
        )?;
        collocates.retain(CollocateRow::is_more_than_chance);
        collocates.sort_by(|a, b| question.sort.compare(a, b));
        Ok(CollocatesAnswer {
            state: presence.state(n_passages),
            presence,
            method: method
                .matching(question.matching)
                .with(Some(Rule::Beside(options)))
                .with(Some(Rule::SortedBy(question.sort))),
            question: question.clone(),
            filters: scope.filters,
            query,
            collocates,
            found,
            notices,
        })
    }

    /// The filters that hold.
    pub fn filters(&self) -> &Filters {
        &self.filters
    }

    /// The collocates that are asked for.
    pub fn page(&self) -> impl Iterator<Item = &CollocateRow> {
        let paging = self.question.paging;
        let rest = self.collocates.iter().skip(paging.offset);
        rest.take(paging.most_or_all())
    }
}

/// How the passages of a collocate are found.
struct Linked<'q> {
    query: &'q Query,
    /// The phrases that the expression is made of, and the characters between, if there is an expression for that.
    near: Option<(Vec<&'q Phrase>, u32)>,
}

impl<'q> Linked<'q> {
    fn new(query: &'q Query, options: &CollocateOptions) -> Linked<'q> {
        let phrases = any_of_phrases(query.expression(), query.keywords());
        // White space would part a phrase in two.
        let is_whole = |phrase: &&Phrase| !phrase.canonical().contains(char::is_whitespace);
        let phrases = phrases.filter(|phrases| phrases.iter().all(is_whole));
        let near = match options.reach {
            WithinReach::Chars(n) => phrases.map(|phrases| (phrases, n)),
            WithinReach::Sentence => None,
        };
        Linked { query, near }
    }

    /// The query that finds a collocate beside the expression; where there is none, both in one passage.
    fn to(&self, collocate: &Phrase) -> String {
        let collocate = collocate.canonical();
        let Some((phrases, n)) = &self.near else {
            return format!("({}) \"{collocate}\"", self.query.understood());
        };
        let near = phrases.iter();
        let near = near.map(|phrase| format!("\"{} {collocate}\"~{n}", phrase.canonical()));
        near.collect::<Vec<String>>().join(" OR ")
    }
}

/// Collocates with how often each stands at all, and what follows from that.
///
/// # Errors
/// When a file of the index cannot be read, or the work is stopped.
fn measured(
    holdings: &dyn Holdings,
    collocates: Vec<Collocate>,
    found: &Collocates,
    filters: &Filters,
    (linked, lower_bound): (&Linked<'_>, bool),
) -> Result<Vec<CollocateRow>, AskError> {
    let group = |collocate: &Collocate| Group {
        name: String::new(),
        phrases: vec![collocate.phrase.clone()],
    };
    let groups: Vec<Group> = collocates.iter().map(group).collect();
    let each_alone = CountOptions {
        all_matches: true,
        by_passage: false,
    };
    let counted = holdings.cells(&groups, filters, each_alone)?;
    let tabulation = holdings.tabulation(filters, &[])?;
    let node = found.answer.total.occurrences;
    let rows = collocates.into_iter().zip(counted);
    let row = |(collocate, counted): (Collocate, _)| {
        let sums = tabulation.total(&counted).sums.unwrap_or_default();
        let pair = Collocation {
            together: collocate.occurrences as f64,
            node: node as f64,
            collocate: sums.occurrences as f64,
            size: sums.chars_held as f64,
            window: found.chars_in_reach as f64 / node as f64,
        };
        CollocateRow {
            r#type: "collocate",
            query: linked.to(&collocate.phrase),
            collocate: collocate.phrase.folded().to_owned(),
            left: collocate.left,
            right: collocate.right,
            occurrences: collocate.occurrences,
            passages: collocate.passages,
            reports: collocate.reports,
            total: sums.occurrences,
            expected: pair.expected().unwrap_or_default(),
            log_dice: pair.log_dice(),
            mi: pair.mi(),
            g2: pair.table().g2_signed(),
            lower_bound,
        }
    };
    Ok(rows.map(row).collect())
}

impl CollocateRow {
    /// Whether it stands there more often than by chance; nothing is known of chance where nothing is held.
    fn is_more_than_chance(&self) -> bool {
        self.occurrences as f64 > self.expected
    }
}

impl CollocateMeasure {
    /// Largest first; equal ones by how often they stand together, then by their characters.
    fn compare(self, a: &CollocateRow, b: &CollocateRow) -> Ordering {
        let value = |row: &CollocateRow| match self {
            CollocateMeasure::LogDice => row.log_dice.unwrap_or(f64::NEG_INFINITY),
            CollocateMeasure::Mi => row.mi.unwrap_or(f64::NEG_INFINITY),
            CollocateMeasure::G2 => row.g2,
            CollocateMeasure::Occurrences => row.occurrences as f64,
            CollocateMeasure::Left => row.left as f64,
            CollocateMeasure::Right => row.right as f64,
            CollocateMeasure::Reports => row.reports as f64,
            CollocateMeasure::Total => row.total as f64,
        };
        value(b)
            .total_cmp(&value(a))
            .then_with(|| b.occurrences.cmp(&a.occurrences))
            .then_with(|| a.collocate.cmp(&b.collocate))
    }
}

impl Answered for CollocatesAnswer {
    fn rows(&self) -> Result<Rows<'_>, AskError> {
        Ok(Box::new(self.page().map(|row| Ok(boxed(row.clone())))))
    }

    fn columns(&self) -> Vec<Column> {
        Column::of::<CollocateRow>()
    }

    fn summary<'a>(&'a self, basis: &'a Basis) -> Result<Summary<'a>, AskError> {
        let answer = &self.found.answer;
        let number = |n: u64| self.state.has_number().then_some(n);
        Ok(Box::new(CollocatesSummary {
            r#type: "summary",
            query: self.query.typed().to_owned(),
            understood: self.query.understood(),
            state: self.state,
            occurrences: answer.total.places().and_then(number),
            passages: number(answer.total.passages),
            reports: number(answer.total.reports),
            reports_searched: answer.reports_searched,
            lower_bound: self.presence.is_incomplete(),
            copies_left_out: answer.copies_left_out,
            chars: self.method.n_chars,
            chars_in_reach: self.found.chars_in_reach,
            collocates: self.collocates.len(),
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
        self.collocates.is_empty()
    }
}

/// What stands beside an expression, and how much more often than by chance.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "Collocate")]
pub struct CollocateRow {
    /// `collocate`
    #[schemars(extend("x-column" = false))]
    r#type: &'static str,
    /// The word or string, folded.
    pub collocate: String,
    /// How often it stands before the expression, within reach.
    pub left: u64,
    /// How often it stands behind it.
    pub right: u64,
    /// How often it stands beside it; what stands between two places of the expression counts once.
    pub occurrences: u64,
    /// Passages in which it stands beside it.
    pub passages: u64,
    /// Reports in which it does.
    pub reports: u64,
    /// How often it stands at all within the filters, as `count` has it.
    pub total: u64,
    /// How often it would stand beside the expression by chance: `total` × `chars_in_reach` ÷ `chars`.
    pub expected: f64,
    /// logDice = 14 + log2(2·occurrences ÷ (`chars_in_reach` + `total`)).
    pub log_dice: Option<f64>,
    /// Mutual information log2(occurrences ÷ expected).
    pub mi: Option<f64>,
    /// Log-likelihood G² of the four cells; negative where it stands there less often than by chance.
    pub g2: f64,
    /// Whether something within the filters was abridged or not read: the numbers are the least that stands there.
    pub lower_bound: bool,
    /// The query that finds its passages, with the same filters: exactly these where a number of characters is within reach
    /// on both sides of phrases (`"a b"~10`), else all passages with both.
    pub query: String,
}

plain_rows!(CollocateRow);

/// What closes the answer of `collocates`.
#[derive(Serialize, JsonSchema)]
pub struct CollocatesSummary<'a> {
    /// `summary`
    r#type: &'static str,
    /// The expression as typed; several arguments are joined by a blank.
    query: String,
    /// The expression as understood.
    understood: String,
    /// What is known within the filters.
    state: State,
    /// Occurrences of the expression; null unless the state is `said` or `not_said`, and where passages hold by what they
    /// lack alone.
    occurrences: Option<u64>,
    /// Matching passages.
    passages: Option<u64>,
    /// Reports with at least one.
    reports: Option<u64>,
    /// Reports of which at least one passage passes the filters.
    reports_searched: usize,
    /// Whether something within the filters was abridged or not read: the numbers are the least that stands there.
    lower_bound: bool,
    /// Copies that pass the filters and were not searched.
    copies_left_out: usize,
    /// Characters that were searched.
    chars: u64,
    /// Characters within reach of the expression, each once.
    chars_in_reach: u64,
    /// Collocates, whatever part of them was asked for.
    collocates: usize,
    /// What must be known to read the answer.
    notices: Vec<Notice>,
    /// How the answer was computed.
    method: &'a Method,
    #[serde(flatten)]
    basis: &'a Basis,
}
