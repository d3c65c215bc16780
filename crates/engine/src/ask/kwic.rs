//! Every place of an expression on a line of its own, and what stands beside it.

use super::answered::{Answered, Rows, Summary, boxed, plain_rows};
use super::basis::Basis;
use super::column::Column;
use super::error::AskError;
use super::expression::{Expressed, express, plain_phrase};
use super::holdings::Holdings;
use super::method::{Asked, Method, Rule};
use super::notice::{Notice, tell_of_copies};
use super::question::KwicQuestion;
use super::reference::reference;
use super::row::{PlaceFields, Source, Span, described_by};
use super::search::of_other_genre;
use crate::concordance::{Concordance, Line, Neighbour, Page, Side};
use crate::exact::Phrase;
use crate::index::IndexError;
use crate::query::{Filters, Query};
use crate::stats::{Presence, State};
use schemars::JsonSchema;
use serde::{Serialize, Serializer};
use std::cell::OnceCell;

/// Characters of context where nothing is said.
const WIDTH: usize = 30;

/// The lines.
pub struct KwicAnswer<'h> {
    question: KwicQuestion,
    /// What was looked for.
    pub query: Query,
    /// What is known of the expression within the filters.
    pub state: State,
    /// What is there within the filters.
    pub presence: Presence,
    /// All lines, after a sample was drawn.
    pub concordance: Concordance<'h>,
    /// How many lines there were before.
    pub n_found: usize,
    page: OnceCell<Page>,
    filters: Filters,
    notices: Vec<Notice>,
    method: Method,
}

impl<'h> KwicAnswer<'h> {
    /// Finds all places.
    ///
    /// # Errors
    /// As for [`answer`](super::answer()).
    pub fn new(
        holdings: &'h dyn Holdings,
        question: &KwicQuestion,
    ) -> Result<KwicAnswer<'h>, AskError> {
        question.check()?;
        let typed = question.query.join(" ");
        let Expressed { query, scope, .. } =
            express(holdings, &typed, question.matching, &question.scope)?;
        let mut concordance = holdings.concordance(&query, &scope.filters, question.sort)?;
        let n_found = concordance.n_lines();
        let seed = question.seed.unwrap_or(1);
        if let Some(n) = question.sample {
            concordance.sample(n, seed)?;
        }
        let mut notices = scope.notices;
        tell_of_copies(&mut notices, concordance.answer.in_copies);
        notices.extend(of_other_genre(&concordance.answer));
        let presence = Presence::within(holdings, &scope.filters)?;
        let n_passages = concordance.answer.total.passages;
        notices.extend(Notice::not_shown(presence, n_passages));
        let method = Method::new(
            holdings,
            Asked::Matches,
            vec![query.understood()],
            &scope.filters,
        );
        Ok(KwicAnswer {
            state: presence.state(n_passages),
            presence,
            method: method
                .matching(question.matching)
                .with(question.sample.map(|n| Rule::Sample(n, seed))),
            question: question.clone(),
            filters: scope.filters,
            page: OnceCell::new(),
            query,
            concordance,
            n_found,
            notices,
        })
    }

    /// The filters that hold.
    pub fn filters(&self) -> &Filters {
        &self.filters
    }

    /// The lines that are asked for, none of them read.
    ///
    /// # Errors
    /// When a file of the index cannot be read.
    pub fn page(&self) -> Result<&Page, AskError> {
        if let Some(page) = self.page.get() {
            return Ok(page);
        }
        let paging = self.question.paging;
        let page = self.concordance.page(paging.offset, paging.most_or_all())?;
        Ok(self.page.get_or_init(|| page))
    }

    /// The commonest strings before and after, at most so many of each; all without a limit.
    ///
    /// # Errors
    /// When the work is stopped.
    pub fn neighbours(&self, limit: usize) -> Result<[Vec<Neighbour>; 2], AskError> {
        let mut sides = [
            self.concordance.neighbours(Side::Left)?,
            self.concordance.neighbours(Side::Right)?,
        ];
        for side in &mut sides {
            side.truncate(limit);
        }
        Ok(sides)
    }

    /// The phrase beside its neighbours; of what is more than one no text stands for all places.
    pub fn phrase(&self) -> &str {
        plain_phrase(&self.query).map_or("…", Phrase::folded)
    }

    fn neighbour_rows(&self) -> Result<Rows<'_>, AskError> {
        let [left, right] = self.neighbours(self.question.paging.most_or_all())?;
        let phrase = self.phrase();
        let row = |side| move |neighbour| NeighbourRow::new(side, phrase, &neighbour);
        let rows = left.into_iter().map(row(SideName::Left));
        let rows = rows.chain(right.into_iter().map(row(SideName::Right)));
        Ok(Box::new(rows.map(|row| Ok(boxed(row)))))
    }
}

impl Answered for KwicAnswer<'_> {
    fn rows(&self) -> Result<Rows<'_>, AskError> {
        if self.question.neighbours {
            return self.neighbour_rows();
        }
        let page = self.page()?;
        let width = self.question.width.unwrap_or(WIDTH);
        let cite = self.question.cite;
        let lines = self.concordance.lines(page, width);
        let row = move |line: Result<Line, IndexError>| {
            let line = line?;
            Ok(boxed(KwicRow { line, cite }))
        };
        Ok(Box::new(lines.map(row)))
    }

    fn columns(&self) -> Vec<Column> {
        if self.question.neighbours {
            return Column::of::<NeighbourRow>();
        }
        let mut columns = Column::of::<KwicRow>();
        columns.retain(|column| !column.is_optional || self.question.cite);
        columns
    }

    fn summary<'a>(&'a self, basis: &'a Basis) -> Result<Summary<'a>, AskError> {
        let answer = &self.concordance.answer;
        let number = |n: u64| self.state.has_number().then_some(n);
        Ok(Box::new(KwicSummary {
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
            lines: self.concordance.n_lines(),
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
        self.concordance.answer.total.passages == 0
    }
}

#[derive(Serialize, JsonSchema)]
struct KwicObject<'a> {
    /// `kwic`
    #[schemars(extend("x-column" = false))]
    r#type: &'static str,
    #[serde(flatten)]
    place: PlaceFields<'a>,
    /// What stands before the place in its passage, as far as it is asked for.
    left: &'a str,
    /// What stands there.
    keyword: &'a str,
    /// What stands behind it in the passage, as far as it is asked for.
    right: &'a str,
    /// Its place in the passage.
    #[schemars(extend("x-column" = false))]
    span: Span,
    /// Hash of the passage's text, as in a hit.
    #[schemars(extend("x-column" = false))]
    text_hash: String,
    /// The raw file, and the line in which the place begins.
    #[schemars(extend("x-columns" = {"file": "/file", "line": "/line"}))]
    source: Source<'a>,
    /// A reference to the passage; only with `cite`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String", extend("x-only" = true))]
    cite: Option<String>,
}

/// A place with what stands around it.
#[derive(Debug)]
pub struct KwicRow {
    /// The line.
    pub line: Line,
    /// Whether its reference is asked for.
    pub cite: bool,
}

impl Serialize for KwicRow {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let KwicRow { line, cite } = self;
        let object = KwicObject {
            r#type: "kwic",
            place: PlaceFields::of(&line.passage),
            left: &line.left,
            keyword: &line.keyword,
            right: &line.right,
            span: Span {
                byte_start: line.bytes.start,
                byte_end: line.bytes.end,
                char_start: line.chars.start,
                char_end: line.chars.end,
            },
            text_hash: line.passage.text_hash(),
            source: Source {
                file: &line.passage.report.file,
                line: line.source_line,
            },
            cite: cite.then(|| reference(&line.passage)),
        };
        object.serialize(serializer)
    }
}

/// On which side something stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum SideName {
    /// Before it.
    Left,
    /// Behind it.
    Right,
}

/// What stands beside a phrase.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "Neighbour")]
pub struct NeighbourRow {
    /// `neighbour`
    #[schemars(extend("x-column" = false))]
    r#type: &'static str,
    /// Where it stands.
    pub side: SideName,
    /// The string beside the phrase, folded.
    pub neighbour: String,
    /// The same together with the phrase, or with … where more than a phrase was asked for.
    pub text: String,
    /// How many lines have it.
    pub occurrences: usize,
}

impl NeighbourRow {
    pub(super) fn new(side: SideName, phrase: &str, neighbour: &Neighbour) -> NeighbourRow {
        let text = &neighbour.text;
        NeighbourRow {
            r#type: "neighbour",
            side,
            neighbour: text.clone(),
            text: match side {
                SideName::Left => format!("{text}{phrase}"),
                SideName::Right => format!("{phrase}{text}"),
            },
            occurrences: neighbour.lines,
        }
    }
}

plain_rows!(KwicRow, NeighbourRow);

described_by! {
    KwicRow: KwicObject<'static>, "KwicLine";
}

/// What closes the answer of `kwic`.
#[derive(Serialize, JsonSchema)]
pub struct KwicSummary<'a> {
    /// `summary`
    r#type: &'static str,
    /// The expression as typed; several arguments are joined by a blank.
    query: String,
    /// The expression as understood.
    understood: String,
    /// What is known within the filters.
    state: State,
    /// Occurrences; null unless the state is `said` or `not_said`, and where passages hold by what they lack alone.
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
    /// Lines, after a sample was drawn.
    lines: usize,
    /// What must be known to read the answer.
    notices: Vec<Notice>,
    /// How the answer was computed.
    method: &'a Method,
    #[serde(flatten)]
    basis: &'a Basis,
}
