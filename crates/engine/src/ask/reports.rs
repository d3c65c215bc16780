//! What is held, and which reports say something and which do not.
//!
//! Absence is shown by a whole report alone: one that is abridged, or was read in part, is neither among those that say
//! it nor among those that do not.

use super::answered::{Answered, Rows, Summary, Table, boxed, plain_rows};
use super::basis::Basis;
use super::column::Column;
use super::coverage::{CoverageAnswer, Gaps, gaps, outside_grid};
use super::error::AskError;
use super::expression::{Expressed, express, plain_phrase};
use super::holdings::Holdings;
use super::method::{Asked, Method};
use super::notice::{Notice, of_rows, tell_of_copies};
use super::question::ReportsQuestion;
use super::row::{described_by, region_path};
use super::scope::{GenreChoice, Resolved, Scope};
use crate::index::UnreadFile;
use crate::index::{IndexError, ReportEntry, TableDamaged, ToFix};
use crate::query::{Filters, Query};
use crate::search::Count;
use crate::stats::{CountOptions, Counted, Group, Presence, State, refused_within};
use baogao_reading::ingest::table_row;
use baogao_reading::region::{Level, Region};
use baogao_reading::report::{Evidence, Note, Year};
use baogao_reading::report::{Genre, Part};
use schemars::JsonSchema;
use serde::{Serialize, Serializer};
use serde_json::json;

/// Reports.
pub struct ReportsAnswer<'h> {
    holdings: &'h dyn Holdings,
    question: ReportsQuestion,
    /// Reports by rank, with how often each expression that must hold stands in them.
    pub listed: Vec<(usize, Vec<u64>)>,
    /// Files that could not be indexed, where it is asked what is to fix.
    pub refused: Vec<UnreadFile>,
    /// How many reports were searched.
    pub n_searched: usize,
    filters: Filters,
    notices: Vec<Notice>,
    method: Method,
}

impl<'h> ReportsAnswer<'h> {
    /// Finds them.
    ///
    /// # Errors
    /// As for [`answer`](super::answer()).
    pub fn new(
        holdings: &'h dyn Holdings,
        question: &ReportsQuestion,
    ) -> Result<ReportsAnswer<'h>, AskError> {
        question.check()?;
        let Saying {
            scope,
            mut listed,
            searched,
        } = match question.is_about_words() {
            true => saying(holdings, question)?,
            false => held(holdings, question)?,
        };
        let Resolved {
            filters,
            mut notices,
            ..
        } = scope;
        if question.to_fix {
            // What could not be read is listed one by one.
            notices.retain(|notice| !matches!(notice, Notice::Unread { .. }));
            let mut to_fix = Vec::new();
            for (rank, occurrences) in listed {
                let row = ReportRow::read(holdings, rank, None).map_err(damaged)?;
                if !row.entry.to_fix(&row.notes).is_empty() {
                    to_fix.push((rank, occurrences));
                }
            }
            listed = to_fix;
        }
        let refused = match question.to_fix {
            true => refused_within(holdings, &filters)?,
            false => Vec::new(),
        };
        let method = Method::new(holdings, Asked::Reports, Vec::new(), &filters);
        let method = method.saying(&question.with, &question.without);
        let method = method.of(holdings, &searched, &filters);
        if question.is_about_words() {
            // Beside what says it stands of which years nothing is held.
            notices.retain(|notice| !matches!(notice, Notice::Unplaced { .. }));
            notices.extend(outside_grid(holdings, &filters)?);
        }
        Ok(ReportsAnswer {
            n_searched: searched.iter().filter(|searched| **searched).count(),
            method: method.matching(question.matching),
            question: question.clone(),
            holdings,
            listed,
            refused,
            filters,
            notices,
        })
    }

    /// The filters that hold.
    pub fn filters(&self) -> &Filters {
        &self.filters
    }

    /// Whether it is asked who says something.
    pub fn is_about_words(&self) -> bool {
        self.question.is_about_words()
    }

    /// What is known within the filters of what the reports must have.
    ///
    /// # Errors
    /// When the list of files cannot be read.
    pub fn state(&self) -> Result<State, AskError> {
        let presence = Presence::within(self.holdings, &self.filters)?;
        Ok(presence.state(self.listed.len() as u64))
    }

    /// The reports that are asked for, each read when its turn comes.
    pub fn page(&self) -> impl Iterator<Item = Result<ReportRow, AskError>> + '_ {
        let paging = self.question.paging;
        let page = self.listed.iter().skip(paging.offset);
        page.take(paging.most_or_all()).map(|(rank, occurrences)| {
            let occurrences = (!self.question.with.is_empty()).then(|| occurrences.clone());
            let row = ReportRow::read(self.holdings, *rank, occurrences).map_err(damaged)?;
            Ok(ReportRow {
                to_fix: self.question.to_fix.then(|| row.entry.to_fix(&row.notes)),
                ..row
            })
        })
    }

    /// The files that could not be indexed, as rows behind the reports.
    fn refused_page(&self) -> impl Iterator<Item = &UnreadFile> {
        let paging = self.question.paging;
        let skipped = paging.offset.saturating_sub(self.listed.len());
        let n_reports = self.listed.len().saturating_sub(paging.offset);
        let room = paging.most_or_all().saturating_sub(n_reports);
        self.refused.iter().skip(skipped).take(room)
    }

    /// What is held of each region in each year, within the same scope.
    ///
    /// # Errors
    /// When the list of files cannot be read.
    pub fn coverage(&self) -> Result<CoverageAnswer<'h>, AskError> {
        let question = ReportsQuestion {
            coverage: true,
            scope: self.question.scope.clone(),
            ..ReportsQuestion::default()
        };
        CoverageAnswer::new(self.holdings, &question)
    }

    /// The years of which nothing is held, of each region: silence of these is no statement.
    ///
    /// # Errors
    /// When the list of files cannot be read.
    pub fn gaps(&self) -> Result<Gaps, AskError> {
        // A report without a part or year that is asked for is held all the same.
        Ok(gaps(self.holdings, &self.filters.of_reports())?)
    }
}

impl ReportsQuestion {
    fn is_about_words(&self) -> bool {
        !(self.with.is_empty() && self.without.is_empty())
    }
}

impl ReportRow {
    /// Reads what is known of a report.
    pub(super) fn read(
        holdings: &dyn Holdings,
        rank: usize,
        occurrences: Option<Vec<u64>>,
    ) -> Result<ReportRow, TableDamaged> {
        let size = holdings.reports().size(rank);
        Ok(ReportRow {
            rank,
            entry: holdings.reports().entry(rank)?,
            notes: holdings.reports().notes(rank)?,
            passages: size.passages,
            chars: size.chars,
            occurrences,
            to_fix: None,
        })
    }
}

/// What a damaged report table ends an answer with.
pub(super) fn damaged(error: TableDamaged) -> AskError {
    AskError::Table(error)
}

/// All that is held within the scope: a list of what is there names copies and texts of every genre too.
fn held(holdings: &dyn Holdings, question: &ReportsQuestion) -> Result<Saying, AskError> {
    let scope = Scope {
        duplicates: true,
        genre: question.scope.genre.or(Some(GenreChoice::Any)),
        ..question.scope.clone()
    };
    let scope = scope.resolve(holdings)?;
    let searched = holdings.report_mask(&scope.filters);
    let mask = searched.iter().enumerate();
    let held = mask.filter_map(|(rank, is_in)| is_in.then_some((rank, Vec::new())));
    Ok(Saying {
        listed: held.collect(),
        scope,
        searched,
    })
}

/// Reports by rank, with how often each expression that must hold stands in them; which were searched, and where was
/// looked.
struct Saying {
    scope: Resolved,
    listed: Vec<(usize, Vec<u64>)>,
    searched: Vec<bool>,
}

/// Finds them. Each expression is looked for within its own filters; a report is looked at if those of all let it
/// through.
///
/// # Errors
/// When an expression cannot be understood, a filter does not exist, or the index cannot be read.
fn saying(holdings: &dyn Holdings, question: &ReportsQuestion) -> Result<Saying, AskError> {
    let own = question.scope.resolve(holdings)?;
    let asked = |typed: &String| Sought::new(holdings, typed, question);
    let with: Vec<Sought> = question.with.iter().map(asked).collect::<Result<_, _>>()?;
    let without = question.without.iter().map(asked);
    let without: Vec<Sought> = without.collect::<Result<_, _>>()?;
    let both = || with.iter().chain(&without);
    let mask = mask_of(holdings, both().map(|asked| &asked.scope.filters));
    let mut found = Saying {
        scope: Resolved {
            filters: common(&own.filters, both()),
            notices: notices_of(both()),
            not_held: own.not_held.clone(),
        },
        listed: Vec::new(),
        searched: mask.clone(),
    };
    let mut n_not_shown = 0;
    // A text that is no report shows nothing, whichever filters hold for it.
    let is_whole = |rank: usize| {
        let mut without = without.iter();
        without.all(|asked| Presence::of_report(holdings, rank, &asked.scope.filters).whole > 0)
    };
    for rank in (0..mask.len()).filter(|rank| mask.get(*rank) == Some(&true)) {
        let Some(times) = times(&with, &without, rank) else {
            continue;
        };
        if !is_whole(rank) {
            n_not_shown += 1;
            continue;
        }
        let times = times.into_iter().map(|(places, _)| places);
        found.listed.push((rank, times.collect()));
    }
    let notices = &mut found.scope.notices;
    if n_not_shown > 0 {
        let reports = n_not_shown;
        notices.push(Notice::NotShown { reports });
    }
    if !with.is_empty() {
        let asked = (with.as_slice(), without.as_slice());
        let in_copies = beyond(holdings, asked, &mask, Filters::with_copies);
        tell_of_copies(notices, in_copies);
        let elsewhere = beyond(holdings, asked, &mask, Filters::of_any_genre);
        notices.extend(Notice::of_other_genre(None, elsewhere));
    }
    Ok(found)
}

/// An expression with its own scope and all of its places.
struct Sought {
    name: String,
    scope: Resolved,
    counted: Counted,
}

impl Sought {
    fn new(
        holdings: &dyn Holdings,
        typed: &str,
        question: &ReportsQuestion,
    ) -> Result<Sought, AskError> {
        let Expressed {
            typed,
            query,
            scope,
        } = express(holdings, typed, question.matching, &question.scope)?;
        Ok(Sought {
            name: typed,
            counted: counted(holdings, &query, &scope.filters)?,
            scope,
        })
    }
}

/// Places and passages of what must stand in a report; none if it does not, or what must not stand there does.
fn times(with: &[Sought], without: &[Sought], rank: usize) -> Option<Vec<(u64, u64)>> {
    let n = |asked: &Sought| occurrences(&asked.counted, rank, &asked.scope.filters);
    let times: Vec<(u64, u64)> = with.iter().map(n).collect();
    let is_said = times.iter().all(|(_, passages)| *passages > 0);
    (is_said && without.iter().all(|asked| n(asked).1 == 0)).then_some(times)
}

/// The reports that all filters let through.
fn mask_of<'f>(holdings: &dyn Holdings, all: impl Iterator<Item = &'f Filters>) -> Vec<bool> {
    let mut mask: Vec<bool> = vec![true; holdings.reports().len()];
    let mut seen: Vec<&Filters> = Vec::new();
    for filters in all {
        if !seen.contains(&filters) {
            seen.push(filters);
            for (all, this) in mask.iter_mut().zip(holdings.report_mask(filters)) {
                *all &= this;
            }
        }
    }
    mask
}

/// The filters of the answer, for the line of method and for what is not held: those of the expressions where these are
/// the same, else what is common to them; those of the question where no report can pass all of them.
fn common<'a>(own: &Filters, all: impl Iterator<Item = &'a Sought>) -> Filters {
    let mut all = all.map(|asked| &asked.scope.filters);
    let Some(first) = all.next() else {
        return own.clone();
    };
    let rest: Vec<&Filters> = all.filter(|other| *other != first).collect();
    if rest.is_empty() {
        return first.clone();
    }
    let both = rest
        .into_iter()
        .try_fold(first.clone(), |all, other| all.narrowed(other));
    let both = both.unwrap_or_else(|| own.clone());
    // A part of one expression is none of the list.
    Filters {
        parts: own.parts.clone(),
        about: own.about.clone(),
        ..both
    }
}

fn notices_of<'a>(all: impl Iterator<Item = &'a Sought>) -> Vec<Notice> {
    let all: Vec<&Sought> = all.collect();
    let rows: Vec<(&str, usize)> = all
        .iter()
        .enumerate()
        .map(|(at, asked)| (asked.name.as_str(), at))
        .collect();
    let scopes = all.iter().map(|asked| asked.scope.notices.as_slice());
    of_rows(&rows, &scopes.collect::<Vec<_>>())
}

/// What is said by texts that would be listed for it with wider filters, and were not searched.
fn beyond(
    holdings: &dyn Holdings,
    (with, without): (&[Sought], &[Sought]),
    searched: &[bool],
    wider: fn(&Filters) -> Filters,
) -> Count {
    let all = with.iter().chain(without);
    let all: Vec<Filters> = all.map(|asked| wider(&asked.scope.filters)).collect();
    let mask = mask_of(holdings, all.iter());
    let mut count = Count::default();
    let is_beyond =
        |rank: &usize| mask.get(*rank) == Some(&true) && searched.get(*rank) != Some(&true);
    for rank in (0..mask.len()).filter(is_beyond) {
        let times = times(with, without, rank).unwrap_or_default();
        count.reports += u64::from(!times.is_empty());
        for (places, passages) in times {
            count.occurrences += places;
            count.passages += passages;
        }
    }
    count
}

impl Answered for ReportsAnswer<'_> {
    fn rows(&self) -> Result<Rows<'_>, AskError> {
        let row = |row: Result<ReportRow, AskError>| Ok(boxed(row?));
        Ok(Box::new(self.page().map(row)))
    }

    fn columns(&self) -> Vec<Column> {
        let mut columns = match self.question.to_fix {
            true => to_fix_columns(),
            false => Column::of::<ReportRow>(),
        };
        let is_asked = |column: &Column| match &*column.name {
            "to_fix" => self.question.to_fix,
            _ => !self.question.with.is_empty(),
        };
        columns.retain(|column| !column.is_optional || is_asked(column));
        columns
    }

    /// A table has no summary in which the files that could not be indexed would stand: of what is to fix they are rows.
    fn table<'a>(&'a self, _basis: &'a Basis) -> Result<Table<'a>, AskError> {
        let refused = self.refused_page().map(|file| {
            let mut row = serde_json::to_value(RefusedFile::from(file)).unwrap_or_default();
            row["source"] = json!({"file": file.file});
            row["to_fix"] = json!(["unread"]);
            Ok(row)
        });
        let rows = self.rows()?.map(|row| Ok(row?.in_table()));
        Ok(Table {
            columns: self.columns(),
            rows: Box::new(rows.chain(refused)),
        })
    }

    fn summary<'a>(&'a self, basis: &'a Basis) -> Result<Summary<'a>, AskError> {
        let not_held = match self.is_about_words() {
            true => Some(self.gaps()?.iter().map(NotHeld::from).collect()),
            false => None,
        };
        let state = match self.question.with.is_empty() {
            true => None,
            false => Some(self.state()?),
        };
        let has_number = state.is_none_or(State::has_number);
        Ok(Box::new(ReportsSummary {
            r#type: "summary",
            state,
            reports: has_number.then_some(self.listed.len()),
            reports_held: self.holdings.reports().len(),
            refused: refused(self.holdings, &self.filters)?,
            notices: basis.beside(&self.notices),
            method: &self.method,
            basis,
            not_held,
        }))
    }

    fn notices(&self) -> &[Notice] {
        &self.notices
    }

    fn method(&self) -> &Method {
        &self.method
    }

    fn is_empty(&self) -> bool {
        self.listed.is_empty() && self.refused.is_empty()
    }
}

/// The columns of what is held, of which nothing says why it is to fix.
pub(super) fn report_columns() -> Vec<Column> {
    let mut columns = Column::of::<ReportRow>();
    columns.retain(|column| column.name != "to_fix");
    columns
}

/// The columns of a table of what is to fix.
pub(super) fn to_fix_columns() -> Vec<Column> {
    let mut columns = Column::of::<ReportRow>();
    columns.push(Column::text("refused", "/reason"));
    columns
}

/// The files that could not be indexed.
fn refused(holdings: &dyn Holdings, filters: &Filters) -> Result<Vec<RefusedFile>, IndexError> {
    let files = refused_within(holdings, filters)?;
    Ok(files.iter().map(RefusedFile::from).collect())
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "EvidenceOf")]
struct EvidenceObject<'a> {
    /// For the region.
    region: Option<&'a Evidence>,
    /// For the year.
    year: Option<&'a Evidence>,
}

#[derive(Serialize, JsonSchema)]
struct ReportSource<'a> {
    /// Raw file, as in a hit.
    file: &'a str,
    /// Row of the table in which the report stands; only if the file is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "u32", extend("x-only" = true))]
    row: Option<u32>,
}

#[derive(Serialize, JsonSchema)]
struct ReportObject<'a> {
    /// `report`
    #[schemars(extend("x-column" = false))]
    r#type: &'static str,
    /// Id: region and year.
    id: &'a str,
    /// Title in the text, else the name of the file.
    title: &'a str,
    /// Full names of the region and those above it, as in a hit.
    region: Vec<&'static str>,
    /// Code of the region, six digits.
    region_code: Option<String>,
    /// Level of the region.
    level: Option<Level>,
    /// Name of the region in the report, if it differs from today's.
    #[schemars(extend("x-column" = false))]
    named: Option<&'a str>,
    /// Year in which it was given.
    year: Option<u16>,
    /// Day on which it was given, `2024-04-22`.
    date: Option<String>,
    /// Who gave it.
    speaker: Option<&'a str>,
    /// Report or something else.
    genre: Genre,
    /// Where it was published.
    #[schemars(extend("x-column" = false))]
    url: Option<&'a str>,
    /// Id of the better copy, which is searched in its place.
    duplicate_of: Option<&'a str>,
    /// Whether it is a part or a shortened version of the report that was given.
    #[schemars(extend("x-column" = false))]
    abridged: bool,
    /// Whether its file has more than could be read.
    #[schemars(extend("x-column" = false))]
    partial: bool,
    /// Passages, headings included; of `show`, those that were asked for.
    passages: u32,
    /// Headings among them.
    #[schemars(extend("x-column" = false))]
    headings: u32,
    /// Characters without white space.
    chars: u32,
    /// The words that decided on region and year.
    #[schemars(extend("x-columns" = {"region_evidence": "/region/words", "year_evidence": "/year/words"}))]
    evidence: EvidenceObject<'a>,
    /// What was removed or noticed.
    #[schemars(extend("x-column" = false))]
    notes: &'a [Note],
    /// The raw file.
    #[schemars(extend("x-columns" = {"file": "/file"}))]
    source: ReportSource<'a>,
    /// How often each expression of `with` stands in it; only with `with`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Vec<u64>", extend("x-only" = true))]
    occurrences: Option<&'a [u64]>,
    /// Why somebody should look at it; only with `to_fix`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Vec<ToFix>", extend("x-only" = true))]
    to_fix: Option<&'a [ToFix]>,
}

/// A report.
#[derive(Debug)]
pub struct ReportRow {
    /// Its rank.
    pub rank: usize,
    /// What is true of the whole.
    pub entry: ReportEntry,
    /// What was removed or noticed.
    pub notes: Vec<Note>,
    /// Its passages, headings included.
    pub passages: u32,
    /// Its characters without white space.
    pub chars: u32,
    /// How often each expression that must hold stands in it, where some must.
    pub occurrences: Option<Vec<u64>>,
    /// Why somebody should look at it, where that is asked for.
    pub to_fix: Option<Vec<ToFix>>,
}

impl Serialize for ReportRow {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (entry, meta) = (&self.entry, &self.entry.meta);
        let region = meta.region.as_ref().map(|region| region.value);
        let object = ReportObject {
            r#type: "report",
            id: &entry.id,
            title: &meta.title,
            region: region_path(region),
            region_code: region.map(Region::code_string),
            level: region.map(Region::level),
            named: meta.named.as_deref(),
            year: meta.year.as_ref().map(|year| year.value.get()),
            date: meta.date.map(|date| date.to_string()),
            speaker: meta.speaker.as_deref(),
            genre: meta.genre,
            url: meta.url.as_deref(),
            duplicate_of: entry.duplicate_of.as_deref(),
            abridged: meta.abridged,
            partial: meta.partial,
            passages: self.passages,
            headings: entry.headings,
            chars: self.chars,
            evidence: EvidenceObject {
                region: meta.region.as_ref().map(|region| &region.evidence),
                year: meta.year.as_ref().map(|year| &year.evidence),
            },
            notes: &self.notes,
            source: ReportSource {
                file: &entry.file,
                row: table_row(&self.notes),
            },
            occurrences: self.occurrences.as_deref(),
            to_fix: self.to_fix.as_deref(),
        };
        object.serialize(serializer)
    }
}

/// A file that could not be indexed.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "Refused")]
pub struct RefusedFile {
    /// The file, as in a hit.
    pub file: String,
    /// Names of the region that its report would be of, top first.
    pub region: Option<Vec<&'static str>>,
    /// Code of the region, six digits.
    pub region_code: Option<String>,
    /// Year that its report would be of.
    pub year: Option<u16>,
    /// Why.
    pub reason: String,
}

impl From<&UnreadFile> for RefusedFile {
    fn from(unread: &UnreadFile) -> RefusedFile {
        let region = unread.region;
        RefusedFile {
            file: unread.file.clone(),
            region: region.map(|region| region_path(Some(region))),
            region_code: region.map(Region::code_string),
            year: unread.year.map(Year::get),
            reason: unread.reason.clone(),
        }
    }
}

plain_rows!(ReportRow);

described_by! {
    ReportRow: ReportObject<'static>, "Report";
}

/// What closes the answer of `reports`.
#[derive(Serialize, JsonSchema)]
pub struct ReportsSummary<'a> {
    /// `summary`
    r#type: &'static str,
    /// What is known within the filters of what the reports must have; only with `with`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "State", extend("x-only" = true))]
    state: Option<State>,
    /// Texts that are listed; null where a state is given and is neither `said` nor `not_said`.
    reports: Option<usize>,
    /// Texts in the index: reports, copies of them, and texts of other genres.
    reports_held: usize,
    /// Files that could not be indexed and that the filters do not shut out.
    refused: Vec<RefusedFile>,
    /// What must be known to read the answer.
    notices: Vec<Notice>,
    /// How the answer was computed.
    method: &'a Method,
    #[serde(flatten)]
    basis: &'a Basis,
    /// Years of regions of which no report is held; only with `with` or `without`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Vec<NotHeld>", extend("x-only" = true))]
    not_held: Option<Vec<NotHeld>>,
}

/// What is not held of a region.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct NotHeld {
    /// Names, top first.
    region: Vec<&'static str>,
    /// Code of the region, six digits.
    region_code: String,
    /// Ranges of years of which no report is held.
    years: Vec<[u16; 2]>,
}

impl From<&(baogao_reading::region::Region, Vec<[u16; 2]>)> for NotHeld {
    fn from((region, years): &(baogao_reading::region::Region, Vec<[u16; 2]>)) -> NotHeld {
        NotHeld {
            region: region_path(Some(*region)),
            region_code: region.code_string(),
            years: years.clone(),
        }
    }
}

fn counted(holdings: &dyn Holdings, query: &Query, filters: &Filters) -> Result<Counted, AskError> {
    let Some(phrase) = plain_phrase(query) else {
        return Ok(holdings.cells_of(query, filters, false)?);
    };
    let group = Group {
        name: String::new(),
        phrases: vec![phrase.clone()],
    };
    let options = CountOptions {
        all_matches: true,
        by_passage: false,
    };
    let counted = holdings.cells(&[group], filters, options)?;
    Ok(counted.into_iter().next().unwrap_or_default())
}

/// Places and passages in the parts of a report that are asked for.
fn occurrences(counted: &Counted, rank: usize, filters: &Filters) -> (u64, u64) {
    let cells = Part::ALL.into_iter().zip(counted.of(rank));
    let asked = cells.filter(|(part, _)| filters.has_part(*part));
    asked.fold((0, 0), |(places, passages), (_, cell)| {
        (
            places + u64::from(cell.occurrences),
            passages + u64::from(cell.passages),
        )
    })
}
