//! One question has one answer: whatever is asked in whatever way, the numbers are those of a reader with a finger on
//! the page, and what is known of each place and year is what the corpus was made of.
//!
//! The corpus is made: reports of some counties and years out of sentences of the samples, some of them abridged, some
//! copied, some texts of another genre, some files that nobody can read. What each file is is known from the making.

use super::made::{COUNTIES, Made, Random, TERMS, YEARS, corpus, made, random_scope, seed};
use super::served::Served;
use super::{Page, Tree, random_tree, read_page, text_of};
use baogao_engine::ask::{
    Answered, CollocatesAnswer, CollocatesQuestion, CountAnswer, CountQuestion, DefineAnswer,
    DefineQuestion, GenreChoice, KeywordsAnswer, KeywordsQuestion, ListLine, NewAnswer,
    NewQuestion, Notice, ReportsAnswer, ReportsQuestion, Scope, TrendAnswer, TrendQuestion,
    express,
};
use baogao_engine::concordance::{Concordance, First, Order, first_appearances};
use baogao_engine::exact::MatchOptions;
use baogao_engine::index::{Index, UpdateOptions};
use baogao_engine::search::SearchOptions;
use baogao_engine::stats::{Dimension, Row, State, Value, facets};
use std::collections::BTreeMap;
use std::path::Path;

/// Questions.
const N_QUESTIONS: usize = 2_400;
/// One in so many goes through the binary in every format too.
const BINARY_EVERY: usize = 60;
/// So many are asked together too, those of one scope as a list.
const LIST_OF: usize = 40;
/// With one in so many strings are looked for in the same scope.
const STRINGS_EVERY: usize = 12;
/// Rows of these, and collocates, that are counted by themselves.
const N_COUNTED: usize = 3;
/// One in so many is asked through the page.
const PAGE_EVERY: usize = 12;

/// What is true of a report, from the listing: its passages are those of `show`.
struct Report {
    /// Its place among the counties.
    county: Option<usize>,
    year: Option<u16>,
    is_other: bool,
    is_copy: bool,
}

struct Truth<'a> {
    page: &'a Page,
    reports: BTreeMap<String, Report>,
    parts: BTreeMap<String, String>,
    abouts: BTreeMap<String, Option<(u16, u16)>>,
}

/// Whether years that a filter names have one between two years, these included; no filter has all.
fn are_years(given: &[String], (from, to): (u16, u16)) -> bool {
    let year = |text: &str| -> u16 { text.parse().expect("a year") };
    let overlaps = |given: &String| match given.split_once("..") {
        Some((first, last)) => from <= year(last) && year(first) <= to,
        None => from <= year(given) && year(given) <= to,
    };
    given.is_empty() || given.iter().any(overlaps)
}

/// Whether a county is asked for: all were made as counties.
fn is_county(scope: &Scope, county: usize) -> bool {
    let (name, code) = COUNTIES[county];
    let mut regions = scope.region.iter();
    (scope.region.is_empty() || regions.any(|given| given == name || given == code))
        && (scope.level.is_empty() || scope.level.iter().any(|level| level == "county"))
}

impl Truth<'_> {
    /// Whether a passage is asked for.
    fn is_asked(&self, id: &str, scope: &Scope) -> bool {
        let (name, _) = id.rsplit_once(':').expect("an id");
        let report = &self.reports[name];
        let is_genre = match scope.genre {
            Some(GenreChoice::Any) => true,
            Some(GenreChoice::Other) => report.is_other,
            Some(GenreChoice::Report) | None => !report.is_other,
        };
        let is_anywhere = scope.region.is_empty() && scope.level.is_empty();
        let is_region = is_anywhere || report.county.is_some_and(|county| is_county(scope, county));
        let is_year = scope.year.is_empty()
            || (report.year).is_some_and(|year| are_years(&scope.year, (year, year)));
        let is_part = scope.part.is_empty() || scope.part.contains(&self.parts[id]);
        let is_about = scope.about.is_empty()
            || self.abouts[id].is_some_and(|about| are_years(&scope.about, about));
        let is_copy = report.is_copy && !scope.duplicates;
        is_genre && is_region && is_year && is_part && is_about && !is_copy
    }

    /// The counties and years of which a passage is asked for, each with whether one of them holds the question.
    fn cells(&self, tree: Option<&Tree>, scope: &Scope) -> BTreeMap<(usize, usize), bool> {
        let cell = |id: &str| {
            let (name, _) = id.rsplit_once(':').expect("an id");
            let report = &self.reports[name];
            let of = YEARS.iter().position(|year| Some(*year) == report.year);
            report.county.zip(of).filter(|_| self.is_asked(id, scope))
        };
        let asked = self.parts.keys().filter_map(|id| cell(id));
        let mut cells: BTreeMap<(usize, usize), bool> = asked.map(|cell| (cell, false)).collect();
        let found = tree.map(|tree| self.page.evaluate(tree));
        for cell in found.iter().flatten().filter_map(|(id, _)| cell(id)) {
            cells.insert(cell, true);
        }
        cells
    }

    /// Occurrences, passages and reports by reading.
    fn read(&self, tree: &Tree, scope: &Scope) -> (u64, u64, u64) {
        let mut total = (0, 0, std::collections::BTreeSet::new());
        for (id, spans) in self.page.evaluate(tree) {
            if self.is_asked(id, scope) {
                total.0 += spans.len() as u64;
                total.1 += 1;
                total.2.insert(id.rsplit_once(':').expect("an id").0);
            }
        }
        (total.0, total.1, total.2.len() as u64)
    }
}

/// The scope with the filters that were typed.
fn with_typed(scope: &Scope, typed: &str) -> Scope {
    let mut scope = scope.clone();
    for word in typed.split_whitespace() {
        let (name, value) = word.split_once(':').expect("a filter");
        let values = match name {
            "region" => &mut scope.region,
            "year" => &mut scope.year,
            "about" => &mut scope.about,
            "level" => &mut scope.level,
            _ => &mut scope.part,
        };
        values.push(value.to_owned());
    }
    scope
}

/// What the making gives of some cells: each with whether a passage of its report is asked for. Absence is shown by a whole
/// report of which one was searched; what nobody read may be anything.
fn state_of(cells: impl Iterator<Item = (Made, bool)>, passages: u64) -> State {
    let mut found = [false; 3];
    for (made, has_passages) in cells {
        match made {
            Made::Whole => found[0] |= has_passages,
            Made::Unread => found[1] = true,
            Made::Abridged => found[2] = true,
            Made::Nothing => {}
        }
    }
    match (passages, found) {
        (1.., _) => State::Said,
        (_, [true, ..]) => State::NotSaid,
        (_, [_, true, _]) => State::Unread,
        (_, [.., true]) => State::Abridged,
        _ => State::None,
    }
}

/// The counties and years that a scope asks for.
fn asked_cells(scope: &Scope) -> Vec<(usize, usize)> {
    let all = (0..COUNTIES.len()).flat_map(|at| (0..YEARS.len()).map(move |of| (at, of)));
    let is_asked = |(at, of): &(usize, usize)| {
        is_county(scope, *at) && are_years(&scope.year, (YEARS[*of], YEARS[*of]))
    };
    all.filter(is_asked).collect()
}

/// Compares the state of the whole, and of each county and year, with what the corpus was made of.
fn compare_states(
    index: &Index,
    truth: &Truth<'_>,
    (tree, typed, scope): (&Tree, &str, &Scope),
    (whole, passages): (&Scope, u64),
    context: &str,
) {
    let question = CountQuestion {
        query: vec![typed.to_owned()],
        by: vec![Dimension::Region, Dimension::Year],
        scope: scope.clone(),
        ..CountQuestion::default()
    };
    let answer = CountAnswer::new(index, &question).expect("it is counted");
    let cells = asked_cells(whole);
    let known = truth.cells(Some(tree), whole);
    let of_made = cells.iter();
    let of_made = of_made.map(|cell| (made(cell.0, cell.1), known.contains_key(cell)));
    let total = answer.countings[0].total.state();
    assert_eq!(total, state_of(of_made, passages), "{context}");
    let mut seen = Vec::new();
    for (_, row) in answer.table_rows(0, usize::MAX) {
        let [Value::Region(region), Value::Year(year)] = row.key.as_slice() else {
            continue;
        };
        let at = COUNTIES.iter().position(|(name, _)| *name == region.name());
        let of = YEARS.iter().position(|known| *known == year.get());
        let (Some(at), Some(of)) = (at, of) else {
            panic!("{region:?} {year}: {context}");
        };
        seen.push((at, of));
        let holds = known.get(&(at, of));
        // A region that is asked for has its row, also where its level is another.
        let cell = cells
            .contains(&(at, of))
            .then(|| (made(at, of), holds.is_some()));
        let expected = state_of(cell.into_iter(), u64::from(holds == Some(&true)));
        assert_eq!(row.state(), expected, "{region:?} {year}: {context}");
    }
    for (at, of) in cells {
        let is_there = made(at, of) == Made::Nothing || seen.contains(&(at, of));
        assert!(
            is_there,
            "a row of {} {}: {context}",
            COUNTIES[at].0, YEARS[of]
        );
    }
}

/// Expressions that are asked together have the numbers of each by itself: as arguments and as lines of a list.
fn compare_lists(index: &Index, asked: &[Single], context: &str) {
    let of = |scope: &Scope| {
        asked
            .iter()
            .filter(|single| single.scope == *scope)
            .collect()
    };
    let mut seen: Vec<&Scope> = Vec::new();
    for single in asked {
        if seen.contains(&&single.scope) {
            continue;
        }
        seen.push(&single.scope);
        let together: Vec<&Single> = of(&single.scope);
        let mut names: Vec<&str> = together
            .iter()
            .map(|single| single.typed.as_str())
            .collect();
        names.dedup();
        if names.len() < together.len() {
            continue;
        }
        let query: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let list = names.iter().zip(1..).map(|(typed, number)| ListLine {
            number,
            group: None,
            typed: (*typed).to_owned(),
        });
        let scope = single.scope.clone();
        let arguments = CountQuestion {
            query,
            scope: scope.clone(),
            ..CountQuestion::default()
        };
        let listed = CountQuestion {
            list: list.collect(),
            all_matches: true,
            scope,
            ..CountQuestion::default()
        };
        for question in [arguments, listed] {
            let answer = CountAnswer::new(index, &question).expect("they are counted");
            // What means the same is counted once.
            for counting in &answer.countings {
                let name = counting.entry.name.as_str();
                let Some(single) = together.iter().find(|single| {
                    let typed = single.typed.as_str();
                    typed.trim() == name || answer.countings.len() == 1 && together.len() == 1
                }) else {
                    continue;
                };
                let sums = counting.total.numbers().unwrap_or_default();
                let sums = (sums.occurrences, sums.passages, sums.reports);
                assert_eq!(sums, single.expected, "{name} in a list: {context}");
            }
            assert!(!answer.countings.is_empty(), "{context}");
        }
    }
}

/// An expression that was asked by itself.
struct Single {
    typed: String,
    scope: Scope,
    expected: (u64, u64, u64),
}

/// Compares the definitions of a term, and the state where there is none, with the glossaries that were made.
fn compare_definitions(index: &Index, truth: &Truth<'_>, scope: &Scope, term: &str, context: &str) {
    let question = DefineQuestion {
        query: vec![term.to_owned()],
        scope: scope.clone(),
        ..DefineQuestion::default()
    };
    let answer = DefineAnswer::new(index, &question).expect("it is looked up");
    let mut read = scope.clone();
    if read.part.is_empty() {
        read.part.push("glossary".to_owned());
    }
    let is_entry = |held: &&super::Held| {
        truth.parts[&held.id] == "glossary"
            && truth.is_asked(&held.id, &read)
            && held.text.contains(&format!("．{term}："))
    };
    let n = truth.page.held.iter().filter(is_entry).count();
    assert_eq!(answer.found.len(), n, "definitions of {term}: {context}");
    if !matches!(scope.genre, Some(GenreChoice::Other | GenreChoice::Any)) {
        let known = truth.cells(None, &read);
        let cells = asked_cells(scope).into_iter();
        let cells = cells.map(|cell| (made(cell.0, cell.1), known.contains_key(&cell)));
        assert_eq!(answer.state, state_of(cells, n as u64), "{term}: {context}");
    }
}

#[test]
fn whatever_is_asked_in_whatever_way_has_one_answer() {
    let home = tempfile::tempdir().expect("a folder");
    let mut random = Random(seed());
    let random = &mut random;
    corpus(home.path(), random);
    let dir = home.path().join("index");
    let options = UpdateOptions {
        roots: vec![home.path().join("corpus")],
        ..UpdateOptions::default()
    };
    baogao_engine::index::update(&dir, &options, &|_| {}).expect("what can be read is indexed");
    let index = Index::open(&dir).expect("it opens");
    let page = with_copies(&dir);
    let truth = truth(&index, &page);
    let drawn = read_page(&dir);
    let served = Served::of_folder(home, &[], &[]);
    let mut asked: Vec<Single> = Vec::new();
    for n in 0..N_QUESTIONS {
        let (expression, tree) = random_tree(&drawn, random, 2);
        let (scope, filters) = random_scope(random);
        let typed = format!("{expression}{filters}");
        let context = format!("SEED={} question {n}: {typed} {scope:?}", seed());
        let expected = truth.read(&tree, &with_typed(&scope, &filters));
        compare(&index, &typed, &scope, expected, &context);
        let whole = with_typed(&scope, &filters);
        if !matches!(whole.genre, Some(GenreChoice::Other | GenreChoice::Any)) {
            let asked = (&tree, typed.as_str(), &scope);
            compare_states(&index, &truth, asked, (&whole, expected.1), &context);
        }
        let term = TERMS[random.below(TERMS.len())];
        compare_definitions(&index, &truth, &scope, term, &context);
        if n % STRINGS_EVERY == 0 {
            compare_keywords(&index, &scope, &context);
            compare_new(&index, &scope, &context);
        }
        asked.push(Single {
            typed: typed.clone(),
            scope: scope.clone(),
            expected,
        });
        if asked.len() == LIST_OF {
            compare_lists(&index, &asked, &context);
            asked.clear();
        }
        if n % BINARY_EVERY == 0 {
            compare_formats(&dir, &typed, &scope, expected, &context);
        }
        if n % PAGE_EVERY == 0 {
            compare_page(&served, &typed, &scope, expected, &context);
        }
    }
}

/// Every way of asking in the library.
fn compare(index: &Index, typed: &str, scope: &Scope, expected: (u64, u64, u64), context: &str) {
    let matching = MatchOptions::default();
    let asked = express(index, typed, matching, scope).expect(context);
    let filters = &asked.scope.filters;
    let options = SearchOptions {
        filters: filters.clone(),
        ..SearchOptions::default()
    };
    let found = index
        .search(&asked.query, &options)
        .expect("it is searched");
    let total = found.total;
    assert_eq!(
        (total.occurrences, total.passages, total.reports),
        expected,
        "search: {context}"
    );
    assert_eq!(found.hits.len() as u64, expected.1, "hits: {context}");
    let lines = Concordance::new(index, &asked.query, filters, Order::Year).expect("lines");
    assert_eq!(lines.n_lines() as u64, expected.0, "kwic: {context}");
    let firsts = first_appearances(index, &asked.query, filters, None, &[]).expect("a first");
    let has_dated = found
        .hits
        .iter()
        .any(|hit| index.reports.year(hit.passage.rank).is_some());
    assert_eq!(
        firsts.iter().any(|first| first.hit.is_some()),
        has_dated,
        "first: {context}"
    );
    let with = ReportsQuestion {
        with: vec![typed.to_owned()],
        scope: scope.clone(),
        ..ReportsQuestion::default()
    };
    let with = ReportsAnswer::new(index, &with).expect("reports");
    assert_eq!(with.listed.len() as u64, expected.2, "reports: {context}");
    let without = ReportsQuestion {
        without: vec![typed.to_owned()],
        scope: scope.clone(),
        ..ReportsQuestion::default()
    };
    let without = ReportsAnswer::new(index, &without).expect("reports");
    // Whoever was searched says it, does not say it, or is not whole.
    let of_notice = |notice: &Notice| match notice {
        Notice::NotShown { reports } => Some(*reports as usize),
        _ => None,
    };
    let n_not_shown: usize = without.notices().iter().filter_map(of_notice).sum();
    assert_eq!(
        with.listed.len() + without.listed.len() + n_not_shown,
        without.n_searched,
        "each report is told: {context}"
    );
    for (rank, _) in without.listed {
        assert!(!index.reports.is_abridged(rank), "without: {context}");
        assert!(
            with.listed.iter().all(|(other, _)| *other != rank),
            "{context}"
        );
    }
    for by in [
        Dimension::Region,
        Dimension::Year,
        Dimension::Part,
        Dimension::Report,
        Dimension::Level,
    ] {
        let question = CountQuestion {
            query: vec![typed.to_owned()],
            by: vec![by],
            scope: scope.clone(),
            ..CountQuestion::default()
        };
        let answer = CountAnswer::new(index, &question).expect("it is counted");
        let total = answer.countings[0].total.sums.unwrap_or_default();
        assert_eq!(
            (total.occurrences, total.passages, total.reports),
            expected,
            "count: {context}"
        );
        // Without a row nothing is held.
        let first = firsts.first().map_or(State::None, First::state);
        assert_eq!(first, answer.countings[0].total.state(), "first: {context}");
        let sums: Vec<_> = answer
            .table_rows(0, usize::MAX)
            .filter_map(|(_, row)| row.numbers())
            .collect();
        assert_eq!(
            sums.iter().map(|sums| sums.occurrences).sum::<u64>(),
            expected.0,
            "by {by:?}: {context}"
        );
        assert_eq!(
            sums.iter().map(|sums| sums.passages).sum::<u64>(),
            expected.1,
            "by {by:?}: {context}"
        );
        assert!(answer.table_rows(0, 1).next().is_some(), "a row: {context}");
        for (_, row) in answer.table_rows(0, usize::MAX) {
            let is_known = |value: &Value| *value != Value::Unknown;
            let is_number = row.numbers().is_some();
            assert_eq!(
                is_number,
                matches!(row.state(), State::Said | State::NotSaid),
                "{context}"
            );
            assert!(
                row.key.iter().all(is_known)
                    || row.sums.is_some()
                    // A file that could not be read has no part, and may have no year.
                    || matches!(row.state(), State::None | State::Unread),
                "{context}"
            );
        }
    }
    compare_trend(index, typed, scope, context);
    compare_collocates(index, typed, scope, expected, context);
    let facets = facets(index, &found.cells, filters).expect("they are there");
    if filters.parts.is_empty() {
        let sums = facets.parts.iter().map(|(_, facet)| facet.sums);
        let sum: u64 = sums.map(|sums| sums.occurrences).sum();
        assert_eq!(sum, expected.0, "facets: {context}");
    }
}

/// The counts of an expression by some keys.
fn counts<'i>(index: &'i Index, typed: &str, scope: &Scope, by: &[Dimension]) -> CountAnswer<'i> {
    let question = CountQuestion {
        query: vec![typed.to_owned()],
        by: by.to_vec(),
        scope: scope.clone(),
        ..CountQuestion::default()
    };
    CountAnswer::new(index, &question).expect("it is counted")
}

/// Occurrences and reports, and what is known.
fn total(index: &Index, typed: &str, scope: &Scope) -> (u64, u64, State) {
    let answer = counts(index, typed, scope, &[]);
    let row = &answer.countings[0].total;
    let sums = row.sums.unwrap_or_default();
    (sums.occurrences, sums.reports, row.state())
}

/// Each year of a trend is that of a count by year.
fn compare_trend(index: &Index, typed: &str, scope: &Scope, context: &str) {
    let question = TrendQuestion {
        query: vec![typed.to_owned()],
        scope: scope.clone(),
        ..TrendQuestion::default()
    };
    let trend = TrendAnswer::new(index, &question).expect("it is counted");
    let points = trend.series.iter().flat_map(|line| &line.points);
    let said = |row: &Row| (row.numbers(), row.state());
    let points = points.map(|point| (point.year, said(&point.row)));
    let counted = counts(index, typed, scope, &[Dimension::Year]);
    let counted = counted.table_rows(0, usize::MAX);
    let counted = counted.filter_map(|(_, row)| match row.key.as_slice() {
        [Value::Year(year)] => Some((year.get(), said(&row))),
        _ => None,
    });
    assert_eq!(
        points.collect::<Vec<_>>(),
        counted.collect::<Vec<_>>(),
        "trend: {context}"
    );
}

/// How typed filters begin.
const FILTERS: [&str; 5] = ["region:", "year:", "about:", "level:", "part:"];

/// The node is what a count has, and each collocate stands as often as a count of it.
fn compare_collocates(
    index: &Index,
    typed: &str,
    scope: &Scope,
    expected: (u64, u64, u64),
    context: &str,
) {
    let question = CollocatesQuestion {
        query: vec![typed.to_owned()],
        scope: scope.clone(),
        ..CollocatesQuestion::default()
    };
    let answer = CollocatesAnswer::new(index, &question).expect("they are found");
    let found = answer.found.answer.total;
    assert_eq!(
        (found.occurrences, found.passages, found.reports),
        expected,
        "collocates: {context}"
    );
    let of_count = total(index, typed, scope).2;
    assert_eq!(answer.state, of_count, "collocates: {context}");
    let is_filter = |word: &&str| FILTERS.iter().any(|name| word.starts_with(name));
    let filters: Vec<&str> = typed.split_whitespace().filter(is_filter).collect();
    let scope = with_typed(scope, &filters.join(" "));
    for row in answer.collocates.iter().take(N_COUNTED) {
        let counted = total(index, &format!("\"{}\"", row.collocate), &scope);
        assert_eq!(row.total, counted.0, "{}: {context}", row.collocate);
        assert!(row.occurrences <= row.total, "{}: {context}", row.collocate);
        assert!(row.reports <= counted.1, "{}: {context}", row.collocate);
    }
}

/// A keyword stands as often as a count of it says, here and in all else.
fn compare_keywords(index: &Index, scope: &Scope, context: &str) {
    let mut wider = scope.clone();
    let narrowest = [&mut wider.region, &mut wider.year];
    let narrowest = narrowest.into_iter().find(|values| !values.is_empty());
    let Some(narrowest) = narrowest.filter(|_| scope.report.is_empty()) else {
        return;
    };
    narrowest.clear();
    let question = KeywordsQuestion {
        scope: scope.clone(),
        min_reports: Some(1),
        ..KeywordsQuestion::default()
    };
    let answer = KeywordsAnswer::new(index, &question).expect("they are found");
    for keyword in answer.found.iter().take(N_COUNTED) {
        let (here, reports, state) = total(index, &keyword.typed, scope);
        let in_all = total(index, &keyword.typed, &wider);
        let (typed, there) = (&keyword.typed, &keyword.there);
        assert_eq!(state, State::Said, "{typed}: {context}");
        assert_eq!(answer.state, State::Said, "{typed}: {context}");
        assert_eq!(keyword.here.occurrences, here, "{typed}: {context}");
        assert_eq!(keyword.here.reports as u64, reports, "{typed}: {context}");
        assert_eq!(there.occurrences, in_all.0 - here, "{typed}: {context}");
        assert_eq!(
            there.reports as u64,
            in_all.1 - reports,
            "{typed}: {context}"
        );
    }
}

/// What is new stands as often as a count says, and stood nowhere before.
fn compare_new(index: &Index, scope: &Scope, context: &str) {
    if !scope.report.is_empty() {
        return;
    }
    let question = NewQuestion {
        scope: scope.clone(),
        ..NewQuestion::default()
    };
    let answer = NewAnswer::new(index, &question).expect("they are found");
    let years: Vec<String> = answer
        .years()
        .iter()
        .map(|[a, b]| format!("{a}..{b}"))
        .collect();
    let first = answer.years().iter().map(|[from, _]| *from).min();
    let within = |years: Vec<String>| Scope {
        year: years,
        ..scope.clone()
    };
    let rows = answer.page_rows().expect("they are counted");
    for row in rows.take(N_COUNTED) {
        let row = row.expect("it is read");
        let (here, reports, state) = total(index, &row.typed, &within(years.clone()));
        assert_eq!(
            (row.here.occurrences, state),
            (here, State::Said),
            "{}: {context}",
            row.typed
        );
        assert_eq!(row.here.reports as u64, reports, "{}: {context}", row.typed);
        let before = first.expect("it has a year") - 1;
        let (before, ..) = total(index, &row.typed, &within(vec![format!("..{before}")]));
        assert_eq!(before, 0, "{}: {context}", row.typed);
    }
}

/// The same through the binary: each command and format.
fn compare_formats(
    dir: &Path,
    typed: &str,
    scope: &Scope,
    expected: (u64, u64, u64),
    context: &str,
) {
    let mut options: Vec<String> = Vec::new();
    for (name, values) in [
        ("region", &scope.region),
        ("year", &scope.year),
        ("about", &scope.about),
        ("part", &scope.part),
        ("level", &scope.level),
    ] {
        options.extend(values.iter().map(|value| format!("--{name}={value}")));
    }
    if let Some(genre) = scope.genre {
        options.push(format!("--genre={}", format!("{genre:?}").to_lowercase()));
    }
    options.extend(scope.duplicates.then(|| "--duplicates".to_owned()));
    let run = |command: &str, more: &[&str]| {
        let mut line = vec![command];
        line.extend(options.iter().map(String::as_str));
        line.extend(more);
        line.extend(["--", typed]);
        super::baogao(dir, &line)
    };
    let number = |value: &serde_json::Value| value.as_u64().unwrap_or(0);
    let sums = |value: &serde_json::Value| {
        (
            number(&value["occurrences"]),
            number(&value["passages"]),
            number(&value["reports"]),
        )
    };
    for command in ["search", "count", "kwic"] {
        let rows = super::lines(&run(command, &["--format", "jsonl"]));
        let summary = rows.last().expect("a summary");
        let document: serde_json::Value =
            serde_json::from_slice(&run(command, &["--format", "json"]).stdout).expect("JSON");
        for summary in [summary, &document["summary"]] {
            let summary = match command {
                "count" => &summary["totals"][0],
                _ => summary,
            };
            assert_eq!(sums(summary), expected, "{command}: {context}");
            let state = text_of(summary, "state");
            assert_eq!(state == "said", expected.1 > 0, "{command}: {context}");
            let is_null = summary["occurrences"].is_null();
            // What only excludes has passages and no places.
            let has_places = expected.0 > 0 || expected.1 == 0;
            assert_eq!(
                is_null,
                !(has_places && matches!(state, "said" | "not_said")),
                "{command}: {context}"
            );
        }
        for format in ["csv", "md"] {
            let output = run(command, &["--format", format]);
            let text = String::from_utf8(output.stdout).expect("UTF-8");
            assert!(
                text.contains("baogao 0."),
                "{command} {format} has its method: {context}"
            );
        }
    }
    let csv = String::from_utf8(run("count", &["--format", "csv"]).stdout).expect("UTF-8");
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let row = reader.records().next().expect("a row").expect("CSV");
    let cell = |at: usize| row.get(at).and_then(|cell| cell.parse().ok()).unwrap_or(0);
    assert_eq!((cell(1), cell(2), cell(3)), expected, "csv: {context}");
    let csv = String::from_utf8(run("kwic", &["--format", "csv"]).stdout).expect("UTF-8");
    assert_eq!(n_rows(&csv), expected.0, "lines: {context}");
}

/// The rows of a table, without the remarks below it.
fn n_rows(csv: &str) -> u64 {
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let rows = reader.records().map(|row| row.expect("CSV"));
    let is_remark = |row: &csv::StringRecord| row.get(0).is_some_and(|cell| cell.starts_with("# "));
    rows.filter(|row| !is_remark(row)).count() as u64
}

/// The same through the page: its JSON and CSV, and the sentences of its views.
fn compare_page(
    served: &Served,
    typed: &str,
    scope: &Scope,
    expected: (u64, u64, u64),
    context: &str,
) {
    let encoded = |text: &str| -> String {
        let bytes = text.bytes();
        bytes.map(|byte| format!("%{byte:02X}")).collect()
    };
    let mut filters = String::new();
    for (name, values) in [
        ("region", &scope.region),
        ("year", &scope.year),
        ("about", &scope.about),
        ("part", &scope.part),
        ("level", &scope.level),
    ] {
        for value in values {
            filters.push_str(&format!("&{name}={}", encoded(value)));
        }
    }
    if let Some(genre) = scope.genre {
        filters.push_str(&format!("&genre={}", format!("{genre:?}").to_lowercase()));
    }
    if scope.duplicates {
        filters.push_str("&duplicates=1");
    }
    let get = |view: &str, more: &str| {
        let q = encoded(typed);
        let answer = served.get(&format!("/{view}?q={q}{filters}{more}"));
        assert_eq!(
            answer.status, 200,
            "{view}{more}: {context}\n{}",
            answer.body
        );
        answer.body
    };
    let json = |view: &str, more: &str| -> serde_json::Value {
        serde_json::from_str(&get(view, more)).expect("JSON")
    };
    let sums = |value: &serde_json::Value| {
        let number = |name: &str| value[name].as_u64().unwrap_or(0);
        (number("occurrences"), number("passages"), number("reports"))
    };
    let summary = json("search.json", "&count=1")["summary"].clone();
    assert_eq!(sums(&summary), expected, "page, search: {context}");
    let state = text_of(&summary, "state").to_owned();
    assert_eq!(state == "said", expected.1 > 0, "page, state: {context}");
    let kwic = json("kwic.json", "&limit=1");
    assert_eq!(sums(&kwic["summary"]), expected, "page, kwic: {context}");
    for by in ["region", "part", "report", "level"] {
        let count = json("count.json", &format!("&by={by}"));
        let total = &count["summary"]["totals"][0];
        assert_eq!(sums(total), expected, "page, count by {by}: {context}");
        assert_eq!(text_of(total, "state"), state, "page, count: {context}");
        let rows = count["rows"].as_array().expect("rows").iter();
        let sum: u64 = rows.map(|row| sums(row).0).sum();
        assert_eq!(sum, expected.0, "page, rows by {by}: {context}");
    }
    let first = json("first.json", "");
    assert_eq!(
        text_of(&first["summary"], "state"),
        state,
        "page, first: {context}"
    );
    let csv = get("kwic.csv", "");
    assert_eq!(n_rows(&csv), expected.0, "page, csv: {context}");
    // A page says the numbers, or none.
    for view in ["search", "kwic", "count"] {
        let page = get(view, "&lang=en");
        let (_, sentence) = page
            .split_once("<h1 class=\"sentence\">")
            .expect("a sentence");
        let (sentence, _) = sentence.split_once("</h1>").expect("it ends");
        let mut is_tag = false;
        let said: String = sentence
            .chars()
            .filter(|c| {
                let is_shown = !is_tag && *c != '<';
                is_tag = (is_tag || *c == '<') && *c != '>';
                is_shown
            })
            .collect();
        let times = match expected.0 {
            1 => "once".to_owned(),
            n => format!("{n} times"),
        };
        let is_number = ["", "at least "]
            .iter()
            .any(|least| said.contains(&format!("stands {least}{times}")));
        let is_absence = !said.contains("stands ");
        match expected.0 {
            // The table counts a written absence as 0; what only excludes has
            // no number at all.
            0 => assert!(
                !said.contains("times in")
                    || (view == "count" && expected.1 == 0 && state == "not_said"),
                "{view}: {said}: {context}"
            ),
            _ => assert!(is_number && !is_absence, "{view}: {said}: {context}"),
        }
    }
}

/// All passages, those of copies too.
fn with_copies(dir: &Path) -> Page {
    let reports = super::lines(&super::baogao(dir, &["reports", "--format", "jsonl"]));
    let mut held = Vec::new();
    for report in reports.iter().filter(|row| row["type"] == "report") {
        let shown = super::baogao(dir, &["show", text_of(report, "id"), "--format", "jsonl"]);
        let passages = super::lines(&shown);
        let texts = passages.iter().map(|passage| text_of(passage, "text"));
        let is_traditional = super::is_in_traditional(texts);
        for passage in &passages {
            let (id, text) = (text_of(passage, "id"), text_of(passage, "text"));
            held.push(super::Held::new(
                id.to_owned(),
                text.to_owned(),
                is_traditional,
            ));
        }
    }
    Page { held }
}

fn truth<'a>(index: &Index, page: &'a Page) -> Truth<'a> {
    let mut truth = Truth {
        page,
        reports: BTreeMap::new(),
        parts: BTreeMap::new(),
        abouts: BTreeMap::new(),
    };
    for rank in 0..index.reports.len() {
        let entry = index.reports.entry(rank).expect("an entry");
        // What a file is, its name says: it was made so.
        let made_of = |county: &(&str, &str)| entry.file.contains(county.0);
        let county = COUNTIES.iter().position(made_of);
        let year = YEARS
            .into_iter()
            .find(|year| entry.file.contains(&year.to_string()));
        truth.reports.insert(
            entry.id.clone(),
            Report {
                is_other: county.is_none(),
                county,
                year,
                is_copy: entry.duplicate_of.is_some(),
            },
        );
        for passage in index.passages(rank).expect("they are there") {
            let part = passage.part.name().to_owned();
            truth.parts.insert(passage.id(), part);
            truth.abouts.insert(passage.id(), passage.about);
        }
    }
    let n_copies = truth
        .reports
        .values()
        .filter(|report| report.is_copy)
        .count();
    assert!(n_copies > 1, "copies are known as such");
    truth
}
