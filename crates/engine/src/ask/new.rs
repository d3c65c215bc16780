//! Phrases that first stand in the reports of a year, or have gone since.
//!
//! What is compared follows from the scope: the reports of its years, those of earlier years under its other filters, and
//! whatever is held of later years. With `gone` time runs the other way: the last reports before the years of the scope are
//! looked at, what stands in the scope or after it is known.

use super::answered::{Answered, Rows, Summary, boxed, plain_rows};
use super::basis::Basis;
use super::column::Column;
use super::error::AskError;
use super::expression::{plain_phrase, term};
use super::first::{sentence, undated};
use super::holdings::Holdings;
use super::method::{Asked, Method, Rule};
use super::notice::Notice;
use super::question::{ComparedWith, NewQuestion};
use super::row::{HitObject, Spans, described_by};
use super::search::HitRow;
use crate::exact::MatchOptions;
use crate::index::IndexError;
use crate::novelty::{
    ComparedReports, Novelty, NoveltyError, TextSource, WantedPhrases, novelties,
};
use crate::passage::PassageView;
use crate::query::{Filters, Query};
use crate::search::{Hit, SearchOptions, Sort};
use crate::stats::{CountOptions, Counted, Group, Presence, State, year_ranges};
use crate::stop::Stop;
use crate::strings::{FoldedPassage, SortedSets, TwoSets};
use crate::tokenize::WordList;
use baogao_reading::region::Region;
use baogao_reading::report::Year;
use schemars::JsonSchema;
use serde::{Serialize, Serializer};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

/// Characters of a phrase where nothing is said.
const LENGTHS: RangeInclusive<usize> = 2..=20;
/// Reports in which a phrase must have stood to have gone.
const STOOD_IN: usize = 3;
/// Phrases that are given where nothing is said.
const N_GIVEN: usize = 500;
/// Regions that a notice names.
const N_NAMED: usize = 5;

/// What is new, or has gone.
pub struct NewAnswer<'h> {
    holdings: &'h dyn Holdings,
    question: NewQuestion,
    /// All phrases, the likeliest terms first.
    pub found: Vec<Novelty>,
    /// What is known of the texts that are looked at; of those before them, where these are none.
    pub state: State,
    censoring: Censoring,
    /// Whether what has gone is asked for, and no report is held that could have had it.
    lacks_earlier: bool,
    /// What is there of the texts that are looked at, and of those that count beside them.
    presence: [Presence; 2],
    /// The filters that hold, with the year that is meant where none is asked for.
    filters: Filters,
    sides: ComparedReports,
    n_undated: usize,
    notices: Vec<Notice>,
    method: Method,
}

/// What is not held on the other side: of earlier years, or with `gone` of later ones.
#[derive(Clone, Debug, Default)]
struct Censoring {
    /// Years of the whole reports that are held.
    years: BTreeSet<u16>,
    /// No whole report is held.
    is_left_censored: bool,
    /// First and last of the latest years in a row before of which no whole report is held, though of earlier ones.
    gap_before: Option<(u16, u16)>,
    /// Regions that are looked at and of which no whole report is held on the other side.
    regions: Vec<Region>,
}

/// The holdings as texts are taken from them.
pub(super) struct OfHoldings<'h>(pub(super) &'h dyn Holdings);

impl TextSource for OfHoldings<'_> {
    fn each_folded(
        &self,
        filters: &Filters,
        visit: &mut dyn FnMut(FoldedPassage<'_>),
    ) -> Result<(), IndexError> {
        self.0.each_folded(filters, visit)
    }

    fn sorted_sets(&self, sets: &TwoSets<'_>) -> Result<Option<SortedSets>, IndexError> {
        self.0.sorted_sets(sets)
    }

    fn originals(&self, rank: usize) -> Result<Vec<PassageView>, IndexError> {
        let n = self.0.reports().n_passages(rank);
        self.0.passages(rank, 1..=n)?.collect()
    }

    fn words(&self) -> Result<&WordList, IndexError> {
        self.0.words()
    }

    fn stop(&self) -> &Stop {
        self.0.stop()
    }
}

impl<'h> NewAnswer<'h> {
    /// Finds them.
    ///
    /// # Errors
    /// As for [`answer`](super::answer()).
    pub fn new(
        holdings: &'h dyn Holdings,
        question: &NewQuestion,
    ) -> Result<NewAnswer<'h>, AskError> {
        question.check()?;
        let scope = question.scope.resolve(holdings)?;
        let mut notices = scope.notices;
        let n_undated = undated(
            holdings,
            &Filters {
                years: Vec::new(),
                ..scope.filters.clone()
            },
        );
        let filters = with_years(holdings, scope.filters);
        let (sides, each) = sides(holdings, question, &filters);
        let mut censoring = Censoring::of_all(holdings, &each);
        let lacks_earlier = question.gone && last_year(holdings, &sides.target).is_none();
        if question.before == ComparedWith::Anywhere {
            // Each region is compared with all.
            censoring.regions.clear();
        }
        let presence = Presence::within(holdings, &sides.target)?;
        let other = Presence::within(holdings, &sides.known)?;
        let wanted = wanted(question);
        let found = match censoring.is_left_censored || lacks_earlier {
            true => Vec::new(),
            false => of_each(holdings, &each, &wanted)?,
        };
        let found = with_places(holdings, found, question.min_places);
        match lacks_earlier {
            true => notices.push(Notice::NothingEarlier),
            false => notices.extend(censoring.notices(question.gone)),
        }
        notices.extend(not_looked_at(holdings, question, &sides));
        if other.shows_nothing() > 0 {
            let reports = u64::from(other.shows_nothing());
            notices.push(Notice::NotShown { reports });
        }
        if n_undated > 0 {
            let reports = n_undated as u64;
            notices.push(Notice::Undated { reports });
        }
        let state = match censoring.is_left_censored {
            // What is not compared is not known.
            true => other.state(0),
            false => presence.state(found.len() as u64),
        };
        Ok(NewAnswer {
            method: method(holdings, question, &sides, &wanted),
            question: question.clone(),
            holdings,
            found,
            state,
            presence: [presence, Presence::within(holdings, &sides.support)?],
            censoring,
            lacks_earlier,
            filters,
            sides,
            n_undated,
            notices,
        })
    }

    /// The filters that hold.
    pub fn filters(&self) -> &Filters {
        &self.filters
    }

    /// What is there of the texts that are looked at, and of later ones, or with what has gone of earlier ones.
    pub fn presence(&self) -> [Presence; 2] {
        self.presence
    }

    /// Whether nothing is held to compare with, so that nothing can be called new or gone.
    pub fn is_uncompared(&self) -> bool {
        self.censoring.is_left_censored || self.lacks_earlier
    }

    /// Whether no report fits the filters, so that nothing was looked at.
    pub fn is_of_nothing(&self) -> bool {
        !self.lacks_earlier && self.presence[0].state(0) == State::None
    }

    /// Whether what has gone is asked for.
    pub fn is_of_gone(&self) -> bool {
        self.question.gone
    }

    /// The years that are looked at, as ranges.
    pub fn years(&self) -> Vec<[u16; 2]> {
        let years = self.sides.target.years.iter();
        let years = years.filter(|_| !self.lacks_earlier);
        years.map(|years| [*years.start(), *years.end()]).collect()
    }

    /// The phrases that are asked for.
    pub fn page(&self) -> impl Iterator<Item = &Novelty> {
        let paging = self.question.paging;
        let found = self.found.iter().skip(paging.offset);
        found.take(paging.most_or(N_GIVEN))
    }

    /// The rows of the phrases that are asked for, their numbers counted as `count` does.
    ///
    /// # Errors
    /// When a file of the index cannot be read.
    pub fn page_rows(
        &self,
    ) -> Result<impl Iterator<Item = Result<NewRow, AskError>> + '_, AskError> {
        let queries = self.page().filter_map(|novelty| query_of(&novelty.text));
        let queries: Vec<(String, Query)> = queries.collect();
        let groups = queries.iter().filter_map(|(typed, query)| {
            Some(Group {
                name: typed.clone(),
                phrases: vec![plain_phrase(query)?.clone()],
            })
        });
        let groups: Vec<Group> = groups.collect();
        let options = CountOptions {
            all_matches: true,
            by_passage: false,
        };
        let counted = self.holdings.cells(&groups, &self.sides.target, options)?;
        let masks = [&self.sides.target, &self.sides.support];
        let masks = masks.map(|filters| self.holdings.report_mask(filters));
        let rows = queries.into_iter().zip(counted);
        Ok(rows.map(move |((typed, query), counted)| self.row(typed, &query, &counted, &masks)))
    }

    fn row(
        &self,
        typed: String,
        query: &Query,
        counted: &Counted,
        masks: &[Vec<bool>; 2],
    ) -> Result<NewRow, AskError> {
        let [mask, other_mask] = masks;
        let here = ReportTally::of(self.holdings, counted, mask, &self.sides.target);
        let others = ReportTally::of(self.holdings, counted, other_mask, &self.sides.support);
        let options = SearchOptions {
            filters: self.sides.target.clone(),
            sort: Sort::Oldest,
            limit: Some(1),
            ..SearchOptions::default()
        };
        let (_, found) = self.holdings.find(query, &options)?;
        let hit = self.holdings.hits(&found).next().transpose()?;
        Ok(NewRow {
            is_gone: self.question.gone,
            lower_bound: self.presence.map(Presence::is_incomplete),
            typed,
            here,
            others,
            hit,
        })
    }
}

/// What a phrase has in some reports.
#[derive(Clone, Debug, Default)]
pub struct ReportTally {
    /// Places.
    pub occurrences: u64,
    /// Passages.
    pub passages: u64,
    /// Reports.
    pub reports: usize,
    /// Regions of these.
    pub regions: usize,
    /// Their years.
    pub years: BTreeSet<u16>,
}

impl ReportTally {
    pub(super) fn of(
        holdings: &dyn Holdings,
        counted: &Counted,
        mask: &[bool],
        filters: &Filters,
    ) -> ReportTally {
        let mut tally = ReportTally::default();
        let (mut ranks, mut regions) = (BTreeSet::new(), BTreeSet::new());
        for (rank, cell) in counted.within(mask, filters) {
            tally.occurrences += u64::from(cell.occurrences);
            tally.passages += u64::from(cell.passages);
            if cell.passages > 0 && ranks.insert(rank) {
                regions.extend(holdings.reports().region(rank));
                tally
                    .years
                    .extend(holdings.reports().year(rank).map(Year::get));
            }
        }
        tally.reports = ranks.len();
        tally.regions = regions.len();
        tally
    }
}

/// The last year of the reports that some filters let through.
fn last_year(holdings: &dyn Holdings, filters: &Filters) -> Option<u16> {
    let held = held(holdings, filters).into_iter();
    held.filter_map(|rank| holdings.reports().year(rank).map(Year::get))
        .max()
}

/// The ranks of the reports that some filters let through.
fn held(holdings: &dyn Holdings, filters: &Filters) -> Vec<usize> {
    let mask = holdings.report_mask(filters);
    (0..mask.len())
        .filter(|rank| mask.get(*rank) == Some(&true))
        .collect()
}

/// Regions with reports that could have had what has gone, but not of the year that is looked at.
fn not_looked_at(
    holdings: &dyn Holdings,
    question: &NewQuestion,
    sides: &ComparedReports,
) -> Option<Notice> {
    let year = *sides.target.years.first().filter(|_| question.gone)?.end();
    let regions = |filters: &Filters| -> BTreeSet<Region> {
        let held = held(holdings, filters).into_iter();
        held.filter_map(|rank| holdings.reports().region(rank))
            .collect()
    };
    let there = regions(&sides.target);
    let missing: Vec<Region> = regions(&sides.support)
        .difference(&there)
        .copied()
        .collect();
    (!missing.is_empty()).then(|| Notice::NotLookedAt {
        year,
        regions: missing.len() as u64,
        named: named(&missing),
    })
}

/// The first of some regions, by name.
fn named(regions: &[Region]) -> Vec<String> {
    let first = regions.iter().take(N_NAMED);
    first.map(|region| region.name().to_owned()).collect()
}

/// The filters with the years of the reports that are named, or the newest year of theirs, where none is asked for.
fn with_years(holdings: &dyn Holdings, mut filters: Filters) -> Filters {
    if filters.years.is_empty() {
        let named = filters.reports.iter();
        let named = named.filter_map(|rank| holdings.reports().year(*rank).map(Year::get));
        filters.years = named.map(|year| year..=year).collect();
        filters.years = runs(&filters.years);
    }
    if filters.years.is_empty() {
        filters.years = last_year(holdings, &filters)
            .map(|year| year..=year)
            .into_iter()
            .collect();
    }
    filters
}

/// Years without a gap, ascending.
fn runs(years: &[RangeInclusive<u16>]) -> Vec<RangeInclusive<u16>> {
    let mut years = years.to_vec();
    years.sort_unstable_by_key(|range| *range.start());
    let mut runs: Vec<RangeInclusive<u16>> = Vec::new();
    for range in years {
        match runs.last_mut() {
            Some(last) if *range.start() <= last.end().saturating_add(1) => {
                *last = *last.start()..=*last.end().max(range.end());
            }
            _ => runs.push(range),
        }
    }
    runs
}

/// What is new in any of several comparisons, or has gone, the likeliest terms first.
fn of_each(
    holdings: &dyn Holdings,
    each: &[ComparedReports],
    wanted: &WantedPhrases,
) -> Result<Vec<Novelty>, AskError> {
    if let [one] = each {
        return Ok(novelties(&OfHoldings(holdings), one, wanted)?);
    }
    // How many reports have a phrase is known when all were looked at.
    let of_one = WantedPhrases {
        min_reports: 1,
        ..wanted.clone()
    };
    let mut all: BTreeMap<String, Novelty> = BTreeMap::new();
    for sides in each {
        for novelty in novelties(&OfHoldings(holdings), sides, &of_one)? {
            match all.get_mut(&novelty.text) {
                Some(known) => {
                    known.reports.extend(novelty.reports);
                    known.support.extend(novelty.support);
                    known.score = known.score.max(novelty.score);
                }
                None => drop(all.insert(novelty.text.clone(), novelty)),
            }
        }
    }
    let mut all: Vec<Novelty> = all.into_values().collect();
    all.retain(|novelty| novelty.reports.len() >= wanted.min_reports);
    all.sort_by(|a, b| b.score.total_cmp(&a.score));
    Ok(all)
}

/// What is looked at, what is known, and what supports: of all, and of each run of years that is asked for. Between runs there
/// may be reports that are not asked for: of what is looked at after them they are known.
fn sides(
    holdings: &dyn Holdings,
    question: &NewQuestion,
    filters: &Filters,
) -> (ComparedReports, Vec<ComparedReports>) {
    let target = filters.clone();
    let from = target.years.iter().map(|years| *years.start()).min();
    let to = target.years.iter().map(|years| *years.end()).max();
    let (from, to) = (
        from.unwrap_or(Year::MIN.get()),
        to.unwrap_or(Year::MAX.get()),
    );
    let mut regions = target.regions.clone();
    regions.extend(
        target
            .reports
            .iter()
            .filter_map(|rank| holdings.reports().region(*rank)),
    );
    let same = |years: Vec<RangeInclusive<u16>>| Filters {
        years,
        reports: Vec::new(),
        regions: regions.clone(),
        ..target.clone()
    };
    let anywhere = |years: Vec<RangeInclusive<u16>>| Filters {
        regions: Vec::new(),
        levels: Vec::new(),
        ..same(years)
    };
    let compared = |years| match question.before {
        ComparedWith::Same => same(years),
        ComparedWith::Anywhere => anywhere(years),
    };
    let (before, after) = (
        Year::MIN.get()..=from.saturating_sub(1),
        to.saturating_add(1)..=Year::MAX.get(),
    );
    if question.gone {
        let earlier = same(vec![before]);
        let (target, last) = match last_year(holdings, &earlier) {
            Some(last) => (same(vec![last..=last]), last),
            None => (earlier, Year::MIN.get()),
        };
        let sides = ComparedReports {
            target,
            known: compared(vec![from..=Year::MAX.get()]),
            support: same(vec![Year::MIN.get()..=last.saturating_sub(1)]),
        };
        return (sides.clone(), vec![sides]);
    }
    let all = |target: Filters, known: &[RangeInclusive<u16>]| ComparedReports {
        target,
        known: compared(known.to_vec()),
        support: anywhere(vec![after.clone()]),
    };
    let mut known = vec![before];
    let mut each: Vec<ComparedReports> = Vec::new();
    let mut last_end = None;
    for run in runs(&target.years) {
        if let Some(end) = last_end.replace(*run.end()) {
            known.push(end + 1..=*run.start() - 1);
        }
        let of_run = Filters {
            years: vec![run],
            ..target.clone()
        };
        each.push(all(of_run, &known));
    }
    let sides = all(target.clone(), &known);
    if each.is_empty() {
        each.push(sides.clone());
    }
    (sides, each)
}

fn wanted(question: &NewQuestion) -> WantedPhrases {
    let least = |given: Option<usize>, usual: usize| given.unwrap_or(usual);
    let (shortest, longest) = (
        least(question.shortest, *LENGTHS.start()),
        least(question.longest, *LENGTHS.end()),
    );
    let (min_reports, min_support) = match question.gone {
        true => (1, least(question.min_reports, STOOD_IN).saturating_sub(1)),
        false => (least(question.min_reports, 1), 0),
    };
    WantedPhrases {
        chars: shortest..=longest,
        numbers: question.numbers,
        names: question.names,
        by_support: !question.as_then,
        min_reports,
        min_support,
    }
}

fn with_places(
    holdings: &dyn Holdings,
    mut found: Vec<Novelty>,
    min_places: Option<usize>,
) -> Vec<Novelty> {
    if let Some(least) = min_places {
        found.retain(|novelty| {
            let regions = novelty
                .reports
                .iter()
                .filter_map(|rank| holdings.reports().region(*rank));
            regions.collect::<BTreeSet<Region>>().len() >= least
        });
    }
    found
}

fn method(
    holdings: &dyn Holdings,
    question: &NewQuestion,
    sides: &ComparedReports,
    wanted: &WantedPhrases,
) -> Method {
    let asked = match question.gone {
        true => Asked::Gone,
        false => Asked::New,
    };
    let reports = match question.gone {
        true => wanted.min_support + 1,
        false => wanted.min_reports,
    };
    let (from, to) = wanted.chars.clone().into_inner();
    Method::new(holdings, asked, Vec::new(), &sides.target)
        .with(Some(Rule::Lengths(from, to)))
        .with((reports > 1).then_some(Rule::MinReports(reports)))
        .with(question.min_places.map(Rule::MinPlaces))
        .with(wanted.numbers.then_some(Rule::Numbers))
        .with(wanted.names.then_some(Rule::Names))
        .with(question.as_then.then_some(Rule::AsThen))
        .with((question.before == ComparedWith::Anywhere).then_some(Rule::Anywhere))
}

impl Censoring {
    /// What is not held for any of several comparisons, which ascend by year.
    fn of_all(holdings: &dyn Holdings, each: &[ComparedReports]) -> Censoring {
        let mut all = Censoring::default();
        let mut regions: BTreeSet<Region> = BTreeSet::new();
        let mut looked_at: Option<u16> = None;
        for sides in each {
            let one = Censoring::of(holdings, sides);
            let after = looked_at.map_or(0, |year| year.saturating_add(1));
            let gap = one.gap_before.map(|(from, to)| (from.max(after), to));
            all.gap_before = all.gap_before.or(gap.filter(|(from, to)| from <= to));
            all.is_left_censored |= one.is_left_censored;
            all.years.extend(one.years);
            regions.extend(one.regions);
            looked_at = sides.target.years.iter().map(|years| *years.end()).max();
        }
        all.regions = regions.into_iter().collect();
        all
    }

    fn of(holdings: &dyn Holdings, sides: &ComparedReports) -> Censoring {
        let whole = |filters: &Filters| -> Vec<usize> {
            let mask = holdings.report_mask(filters);
            let is_whole = |rank: &usize| {
                mask.get(*rank) == Some(&true)
                    && Presence::of_report(holdings, *rank, filters).whole > 0
            };
            (0..mask.len()).filter(is_whole).collect()
        };
        let regions = |ranks: &[usize]| -> BTreeSet<Region> {
            ranks
                .iter()
                .filter_map(|rank| holdings.reports().region(*rank))
                .collect()
        };
        let known = whole(&sides.known);
        let years = known
            .iter()
            .filter_map(|rank| holdings.reports().year(*rank));
        let years: BTreeSet<u16> = years.map(Year::get).collect();
        let from = sides.target.years.iter().map(|years| *years.start()).min();
        let gap_before = from.and_then(|from| last_gap(&years, from));
        let (there, here) = (regions(&known), regions(&whole(&sides.target)));
        Censoring {
            is_left_censored: known.is_empty(),
            gap_before,
            regions: here.difference(&there).copied().collect(),
            years,
        }
    }

    /// What must be said of it.
    fn notices(&self, is_gone: bool) -> Vec<Notice> {
        if self.is_left_censored {
            return vec![Notice::NothingToCompare { gone: is_gone }];
        }
        let mut notices = Vec::new();
        if let Some((from, to)) = self.gap_before {
            notices.push(Notice::GapBefore { from, to });
        }
        if !self.regions.is_empty() {
            notices.push(Notice::NotCompared {
                regions: self.regions.len() as u64,
                named: named(&self.regions),
            });
        }
        notices
    }
}

/// The latest years in a row before one that are not among some years, and come after others of these.
fn last_gap(years: &BTreeSet<u16>, before: u16) -> Option<(u16, u16)> {
    let mut later = before;
    for year in years.range(..before).rev() {
        if year + 1 < later {
            return Some((year + 1, later - 1));
        }
        later = *year;
    }
    None
}

/// What finds a phrase, as it is typed, and the same understood: in quotes where it would be something else without.
pub(super) fn query_of(text: &str) -> Option<(String, Query)> {
    [text.to_owned(), format!("\"{text}\"")]
        .into_iter()
        .find_map(|typed| {
            let query = term(&typed, MatchOptions::default()).ok()?;
            let is_it = plain_phrase(&query)?.typed() == text && query.inline_filters().is_empty();
            is_it.then_some((typed, query))
        })
}

impl From<NoveltyError> for AskError {
    fn from(error: NoveltyError) -> AskError {
        match error {
            NoveltyError::Index(error) => error.into(),
            NoveltyError::TooLong => AskError::TooMuchText,
        }
    }
}

impl Answered for NewAnswer<'_> {
    fn rows(&self) -> Result<Rows<'_>, AskError> {
        Ok(Box::new(self.page_rows()?.map(|row| Ok(boxed(row?)))))
    }

    fn columns(&self) -> Vec<Column> {
        Column::of::<NewRow>()
    }

    fn summary<'a>(&'a self, basis: &'a Basis) -> Result<Summary<'a>, AskError> {
        let Censoring {
            years,
            is_left_censored,
            gap_before,
            regions,
        } = &self.censoring;
        Ok(Box::new(NewSummary {
            r#type: "summary",
            gone: self.question.gone,
            years: self.years(),
            state: self.state,
            phrases: self.found.len(),
            left_censored: *is_left_censored,
            gap_before: gap_before.map(|(from, to)| [from, to]),
            years_compared: year_ranges(years.iter().copied()),
            regions_not_compared: regions.iter().map(|region| region.path_string()).collect(),
            reports_without_year: self.n_undated,
            copies_left_out: self.holdings.copies_left_out(&self.sides.target),
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

#[derive(Serialize, JsonSchema)]
struct NewObject<'a> {
    /// `new` or `gone`
    #[schemars(extend("x-column" = false))]
    r#type: &'static str,
    /// What finds it as an expression.
    phrase: &'a str,
    /// Places in the reports that are looked at.
    occurrences: u64,
    /// Passages there.
    passages: u64,
    /// Reports there.
    reports: usize,
    /// Regions of these reports.
    regions: usize,
    /// Reports of later years, of any region, that have it by now; of what has gone reports of earlier years that had it.
    other_reports: usize,
    /// Regions of those.
    other_regions: usize,
    /// First year of these reports and those.
    first_year: Option<u16>,
    /// Last year of these reports and those.
    last_year: Option<u16>,
    /// Whether something that is looked at was abridged or not read: its numbers are the least that stands there.
    lower_bound: bool,
    /// The same of the other reports.
    other_lower_bound: bool,
    /// The sentence of its first place in the reports that are looked at.
    sentence: Option<&'a str>,
    /// The passage.
    #[schemars(extend("x-columns" = {"id": "/id", "part": "/part", "ocr": "/ocr", "file": "/source/file", "line": "/source/line"}))]
    #[schemars(with = "Option<HitRow>")]
    hit: Option<HitObject<'a>>,
}

/// A phrase that is new or has gone.
#[derive(Debug)]
pub struct NewRow {
    /// Whether it has gone.
    pub is_gone: bool,
    /// Whether something of these reports, and of the others, was abridged or not read.
    pub lower_bound: [bool; 2],
    /// What finds it.
    pub typed: String,
    /// In the reports that are looked at.
    pub here: ReportTally,
    /// In later ones, or with what has gone in earlier ones.
    pub others: ReportTally,
    /// The first passage.
    pub hit: Option<Hit>,
}

impl NewRow {
    /// The first and the last year of the reports that are counted.
    pub fn years(&self) -> [Option<u16>; 2] {
        let years = || self.here.years.iter().chain(&self.others.years).copied();
        [years().min(), years().max()]
    }
}

impl Serialize for NewRow {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let hit = self.hit.as_ref();
        let [first_year, last_year] = self.years();
        let object = NewObject {
            r#type: match self.is_gone {
                true => "gone",
                false => "new",
            },
            phrase: &self.typed,
            occurrences: self.here.occurrences,
            passages: self.here.passages,
            reports: self.here.reports,
            regions: self.here.regions,
            other_reports: self.others.reports,
            other_regions: self.others.regions,
            first_year,
            last_year,
            lower_bound: self.lower_bound[0],
            other_lower_bound: self.lower_bound[1],
            sentence: hit.and_then(|hit| hit.passage.text.get(sentence(hit))),
            hit: hit.map(|hit| HitObject {
                spans: Some(Spans(hit)),
                ..HitObject::of(hit)
            }),
        };
        object.serialize(serializer)
    }
}

plain_rows!(NewRow);

described_by! {
    NewRow: NewObject<'static>, "NewRow";
}

/// What closes the answer of `new`.
#[derive(Serialize, JsonSchema)]
pub struct NewSummary<'a> {
    /// `summary`
    r#type: &'static str,
    /// Whether what has gone was asked for.
    gone: bool,
    /// The years of the reports that are looked at, as ranges; with `gone` the last that is held before those of the scope.
    years: Vec<[u16; 2]>,
    /// What is known.
    state: State,
    /// Phrases that were found.
    phrases: usize,
    /// Whether no whole report of an earlier year is held, with `gone` none of the scope or of a later year: nothing was compared.
    left_censored: bool,
    /// First and last of the years just before of which no whole report is held: what is new may be as old.
    gap_before: Option<[u16; 2]>,
    /// Years of the whole reports that it was compared with, as ranges.
    years_compared: Vec<[u16; 2]>,
    /// Regions that were looked at and of which no whole report was there to compare with.
    regions_not_compared: Vec<&'static str>,
    /// Reports left out because they have no year.
    reports_without_year: usize,
    /// Copies that pass the filters and were not searched.
    copies_left_out: usize,
    /// What must be known to read the answer.
    notices: Vec<Notice>,
    /// How the answer was computed.
    method: &'a Method,
    #[serde(flatten)]
    basis: &'a Basis,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_latest_gap_is_told_wherever_it_lies() {
        let years = |years: &[u16]| years.iter().copied().collect::<BTreeSet<u16>>();
        for (known, expected) in [
            (&[2018, 2019, 2021, 2023][..], Some((2022, 2022))),
            (&[2018, 2019, 2021, 2022, 2023], Some((2020, 2020))),
            (&[2017], Some((2018, 2023))),
            (&[2022, 2023], None),
            (&[], None),
            // What comes later is no gap before.
            (&[2023, 2026], None),
        ] {
            assert_eq!(last_gap(&years(known), 2024), expected, "{known:?}");
        }
    }
}
