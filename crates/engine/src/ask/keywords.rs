//! What is characteristic of some texts beside others: strings that stand there more often than their share.
//!
//! What is asked about are the texts of the scope. What they are compared with is the same scope with other filters in
//! place of those that `against` names; all else under the other filters where nothing is said. Texts that are asked about
//! are not compared with themselves.

use super::answered::{Answered, Rows, Summary, boxed, plain_rows};
use super::basis::Basis;
use super::column::Column;
use super::count::rounded;
use super::error::AskError;
use super::expression::plain_phrase;
use super::holdings::Holdings;
use super::method::{Asked, Method, Rule, filters_of};
use super::new::{OfHoldings, ReportTally, query_of};
use super::notice::Notice;
use super::question::{KeywordOrder, KeywordsQuestion};
use super::scope::{Resolved, Scope};
use crate::keyness::{ComparedTexts, WantedKeywords, keywords};
use crate::query::Filters;
use crate::stats::association::Versus;
use crate::stats::dispersion::{Deviation, overdispersion};
use crate::stats::{CountOptions, Counted, Group, Presence, State};
use baogao_reading::report::{Part, Year};
use schemars::JsonSchema;
use serde::Serialize;
use std::ops::RangeInclusive;

/// The least places, and the least G² (p < 0.001 of χ² with one degree of freedom), where nothing is said.
const MIN_OCCURRENCES: usize = 3;
const MIN_G2: usize = 11;
/// Reports that must have a keyword where nothing is said, by how many are asked about: none is decided by one alone.
const MIN_REPORTS: [(usize, usize); 3] = [(10, 3), (2, 2), (0, 1)];

/// What is characteristic.
pub struct KeywordsAnswer<'h> {
    holdings: &'h dyn Holdings,
    question: KeywordsQuestion,
    /// All keywords, counted, in their order.
    pub found: Vec<KeyPhrase>,
    /// What is known of the texts that are asked about.
    pub state: State,
    /// What is known of those that they are compared with.
    pub against_state: State,
    compared: ComparedTexts,
    n_reports: [usize; 2],
    /// What is there of the texts that are asked about, and of those that they are compared with.
    presence: [Presence; 2],
    notices: Vec<Notice>,
    method: Method,
}

/// A string that is characteristic.
#[derive(Clone, Debug)]
pub struct KeyPhrase {
    /// What finds it as an expression.
    pub typed: String,
    /// In the texts that are asked about.
    pub here: ReportTally,
    /// In those that they are compared with.
    pub there: ReportTally,
    /// Frequencies and sizes of both.
    pub versus: Versus,
    /// How unevenly it is spread over the reports that are asked about; none where it is one.
    pub dp: Option<f64>,
    /// How many times as much as by chance it varies from report to report, at least 1.
    pub overdispersion: f64,
}

impl KeyPhrase {
    /// The signed log-likelihood: how sure it is that the two differ.
    pub fn g2(&self) -> f64 {
        self.versus.table().g2_signed()
    }

    /// The same in parts of how much more than by chance it varies from report to report: what is frequent in some reports
    /// of any place says little of this one.
    pub fn g2_adjusted(&self) -> f64 {
        self.g2() / self.overdispersion
    }

    /// How many times doubled it is here.
    pub fn log_ratio(&self) -> f64 {
        self.versus.log_ratio().unwrap_or_default()
    }

    /// Places in 10,000 characters, here and there.
    pub fn per_10k(&self) -> [f64; 2] {
        let rate = |n: f64, size: f64| if size > 0.0 { n * 1e4 / size } else { 0.0 };
        let Versus {
            frequency,
            size,
            reference,
            reference_size,
        } = self.versus;
        [rate(frequency, size), rate(reference, reference_size)]
    }
}

impl<'h> KeywordsAnswer<'h> {
    /// Finds and counts them.
    ///
    /// # Errors
    /// As for [`answer`](super::answer()).
    pub fn new(
        holdings: &'h dyn Holdings,
        question: &KeywordsQuestion,
    ) -> Result<KeywordsAnswer<'h>, AskError> {
        question.check()?;
        let target = question.scope.resolve(holdings)?;
        let other = against(holdings, question, &target.filters.parts)?.resolve(holdings)?;
        let (compared, in_both) = compared(holdings, &target, &other);
        let mut notices = target.notices;
        for notice in other.notices {
            // What is true of both is said once.
            if !notices.contains(&notice) {
                notices.push(notice);
            }
        }
        // That all else is meant where nothing is said is plain.
        if in_both > 0 && !question.against.is_empty() {
            notices.push(Notice::InBoth { reports: in_both });
        }
        let n_reports = [
            count(&holdings.report_mask(&compared.target)),
            count(&compared.reference_mask),
        ];
        let presence = [
            Presence::within(holdings, &compared.target)?,
            Presence::of_reports(
                holdings,
                &compared.reference,
                &may_be_compared(holdings, &compared),
            )?,
        ];
        let against_state = match n_reports {
            [_, 0] => State::None,
            _ => State::Said,
        };
        if against_state == State::None {
            notices.push(Notice::NothingElse);
        }
        let min_reports = min_reports(question, n_reports[0]);
        let wanted = WantedKeywords {
            min_occurrences: question.min_occurrences.unwrap_or(MIN_OCCURRENCES) as u32,
            min_reports: min_reports as u32,
            min_g2: question.min_g2.unwrap_or(MIN_G2) as f64,
            numbers: question.numbers,
            names: question.names,
        };
        let texts = match n_reports {
            [0, _] | [_, 0] => Vec::new(),
            _ => keywords(&OfHoldings(holdings), &compared, &wanted)?,
        };
        let found = counted(holdings, question, &compared, &wanted, &texts)?;
        if found.iter().any(|keyword| keyword.there.occurrences == 0) {
            notices.extend(Notice::not_shown(presence[1], 0));
        }
        Ok(KeywordsAnswer {
            state: presence[0].state(found.len() as u64),
            presence,
            against_state,
            method: method(holdings, question, &compared, &wanted),
            question: question.clone(),
            holdings,
            found,
            compared,
            n_reports,
            notices,
        })
    }

    /// Whether both sides are there, and nothing that differs is sure enough to be given.
    pub fn is_below_threshold(&self) -> bool {
        self.found.is_empty() && self.n_reports.iter().all(|n| *n > 0)
    }

    /// The least G² of what is given.
    pub fn min_g2(&self) -> usize {
        self.question.min_g2.unwrap_or(MIN_G2)
    }

    /// The filters of what is asked about.
    pub fn filters(&self) -> &Filters {
        &self.compared.target
    }

    /// The filters of what it is compared with.
    pub fn filters_against(&self) -> &Filters {
        &self.compared.reference
    }

    /// Reports that are asked about, and those that they are compared with.
    pub fn n_reports(&self) -> [usize; 2] {
        self.n_reports
    }

    /// What is there of the texts that are asked about, and of those that they are compared with.
    pub fn presence(&self) -> [Presence; 2] {
        self.presence
    }

    /// The keywords that are asked for.
    pub fn page(&self) -> impl Iterator<Item = &KeyPhrase> {
        let paging = self.question.paging;
        let found = self.found.iter().skip(paging.offset);
        found.take(paging.most_or_all())
    }
}

/// What may be compared with, by rank: of a report that was read in part something may be missing that would be.
fn may_be_compared(holdings: &dyn Holdings, compared: &ComparedTexts) -> Vec<bool> {
    let asked = holdings.report_mask(&compared.target);
    let within = holdings.report_mask(&compared.reference.of_reports());
    let reference = compared.reference_mask.iter().zip(within).zip(asked);
    let is_in = |((is_compared, is_within), is_asked): ((&bool, bool), bool)| {
        *is_compared || is_within && !is_asked
    };
    reference.map(is_in).collect()
}

fn count(mask: &[bool]) -> usize {
    mask.iter().filter(|is_in| **is_in).count()
}

/// Reports that must have a keyword.
fn min_reports(question: &KeywordsQuestion, n_reports: usize) -> usize {
    let usual = MIN_REPORTS.iter().find(|(from, _)| n_reports >= *from);
    let usual = usual.map_or(1, |(_, reports)| *reports);
    question.min_reports.unwrap_or(usual)
}

/// What the scope is compared with.
fn against(
    holdings: &dyn Holdings,
    question: &KeywordsQuestion,
    parts: &[Part],
) -> Result<Scope, AskError> {
    let mut scope = question.scope.clone();
    if question.against.is_empty() {
        let is_of_parts =
            scope.report.is_empty() && scope.region.is_empty() && scope.year.is_empty();
        let others = Part::ALL.iter().filter(|part| !parts.contains(part));
        let others: Vec<String> = others.map(|part| part.name().to_owned()).collect();
        if is_of_parts && !parts.is_empty() && !others.is_empty() {
            // All else are the other parts, also of the same reports.
            scope.part = others;
            return Ok(scope);
        }
        let of_other_years = other_years(&scope.about)?;
        let is_of_about = is_of_parts && parts.is_empty() && scope.level.is_empty();
        if is_of_about && !of_other_years.is_empty() {
            // So are passages of the same reports that speak of other years.
            scope.about = of_other_years;
            return Ok(scope);
        }
        let filters = [
            &mut scope.report,
            &mut scope.region,
            &mut scope.year,
            &mut scope.part,
            &mut scope.level,
            &mut scope.about,
        ];
        // The narrowest filter is taken off: its texts are asked about, others are what is left.
        let narrowest = filters.into_iter().find(|values| !values.is_empty());
        narrowest.ok_or(AskError::NothingElse)?.clear();
        return Ok(scope);
    }
    let named: Vec<(&str, &str)> = question
        .against
        .iter()
        .map(|typed| named(holdings, typed))
        .collect();
    for (name, _) in &named {
        match *name {
            // A report stands for its place and year.
            "report" => (scope.region, scope.year, scope.level) = Default::default(),
            "region" => scope.report.clear(),
            // Both say which places, and no place is of another level than its own.
            "level" => (scope.report, scope.region) = Default::default(),
            _ => {}
        }
        values(&mut scope, name).clear();
    }
    for (name, value) in named {
        values(&mut scope, name).push(value.to_owned());
    }
    Ok(scope)
}

/// All years but some, as ranges: none where none are given, or all.
fn other_years(typed: &[String]) -> Result<Vec<String>, AskError> {
    let ranges = typed.iter().map(|typed| Scope::years(typed));
    let mut ranges: Vec<_> = ranges.collect::<Result<_, _>>()?;
    ranges.sort_unstable_by_key(|range| *range.start());
    if ranges.is_empty() {
        return Ok(Vec::new());
    }
    let (mut next, last) = (Year::MIN.get(), Year::MAX.get());
    let mut others = Vec::new();
    for range in ranges {
        if next < *range.start() {
            others.push(format!("{next}..{}", range.start() - 1));
        }
        next = next.max(range.end() + 1);
    }
    if next <= last {
        others.push(format!("{next}..{last}"));
    }
    Ok(others)
}

/// The values of a kind of filter.
fn values<'s>(scope: &'s mut Scope, name: &str) -> &'s mut Vec<String> {
    match name {
        "year" => &mut scope.year,
        "about" => &mut scope.about,
        "part" => &mut scope.part,
        "level" => &mut scope.level,
        "report" => &mut scope.report,
        _ => &mut scope.region,
    }
}

/// The kind of a filter and its value: as in an expression, or what it can only be.
fn named<'t>(holdings: &dyn Holdings, typed: &'t str) -> (&'static str, &'t str) {
    const NAMES: [&str; 6] = ["region", "year", "about", "part", "level", "report"];
    let typed = typed.trim();
    if let Some((name, value)) = typed.split_once([':', '\u{ff1a}'])
        && let Some(known) = NAMES.into_iter().find(|known| *known == name)
    {
        return (known, value);
    }
    match typed {
        _ if holdings.find_report(typed).is_some() => ("report", typed),
        _ if Scope::years(typed).is_ok() && !is_code(typed) => ("year", typed),
        _ => ("region", typed),
    }
}

/// Six digits are the code of a region.
fn is_code(typed: &str) -> bool {
    typed.len() == 6 && typed.bytes().all(|byte| byte.is_ascii_digit())
}

/// What is compared, and how many reports both would have had.
fn compared(holdings: &dyn Holdings, target: &Resolved, other: &Resolved) -> (ComparedTexts, u64) {
    let (target, reference) = (target.filters.clone(), other.filters.clone());
    let mask = holdings.report_mask(&target);
    let mut reference_mask = holdings.report_mask(&reference);
    // Different parts of the same report are different texts, and so is what speaks of different years.
    let are_other_parts = !target.parts.is_empty()
        && !reference.parts.is_empty()
        && !target
            .parts
            .iter()
            .any(|part| reference.parts.contains(part));
    let meet = |a: &RangeInclusive<u16>, b: &RangeInclusive<u16>| {
        a.start() <= b.end() && b.start() <= a.end()
    };
    let are_of_other_years = !target.about.is_empty()
        && !reference.about.is_empty()
        && !(target.about.iter()).any(|a| reference.about.iter().any(|b| meet(a, b)));
    let is_apart = are_other_parts || are_of_other_years;
    let mut in_both = 0;
    if !is_apart {
        for (is_in, is_asked) in reference_mask.iter_mut().zip(&mask) {
            in_both += u64::from(*is_in && *is_asked);
            *is_in &= !is_asked;
        }
    }
    let sizes = [(&mask, &target), (&reference_mask, &reference)];
    let sizes = sizes.map(|(mask, filters)| {
        let ranks = (0..mask.len()).filter(|rank| mask.get(*rank) == Some(&true));
        ranks.map(|rank| chars(holdings, rank, filters)).sum()
    });
    let compared = ComparedTexts {
        target,
        reference,
        reference_mask,
        sizes,
    };
    (compared, in_both)
}

/// Characters of a report within filters.
fn chars(holdings: &dyn Holdings, rank: usize, filters: &Filters) -> u64 {
    let parts = holdings.parts_within(rank, filters);
    parts.iter().map(|size| u64::from(size.chars)).sum()
}

/// Counts strings as `count` does, and keeps those that are wanted by these counts.
fn counted(
    holdings: &dyn Holdings,
    question: &KeywordsQuestion,
    compared: &ComparedTexts,
    wanted: &WantedKeywords,
    texts: &[String],
) -> Result<Vec<KeyPhrase>, AskError> {
    let queries = texts.iter().filter_map(|text| query_of(text));
    let phrases = queries.filter_map(|(typed, query)| Some((typed, plain_phrase(&query)?.clone())));
    let groups: Vec<Group> = phrases
        .map(|(name, phrase)| Group {
            name,
            phrases: vec![phrase],
        })
        .collect();
    let options = CountOptions {
        all_matches: true,
        by_passage: false,
    };
    let sides = [
        ComparedSide::new(
            holdings,
            &compared.target,
            holdings.report_mask(&compared.target),
        ),
        ComparedSide::new(
            holdings,
            &compared.reference,
            compared.reference_mask.clone(),
        ),
    ];
    let here = holdings.cells(&groups, &compared.target, options)?;
    let there = match compared.target.about == compared.reference.about {
        // What is counted heeds no other filter.
        true => here.clone(),
        false => holdings.cells(&groups, &compared.reference, options)?,
    };
    let mut found = Vec::new();
    for ((group, here), there) in groups.into_iter().zip(here).zip(there) {
        let [in_target, in_reference] = &sides;
        let parts = [in_target.parts(&here), in_reference.parts(&there)];
        let here = ReportTally::of(holdings, &here, &in_target.mask, in_target.filters);
        let there = ReportTally::of(holdings, &there, &in_reference.mask, in_reference.filters);
        let keyword = KeyPhrase {
            typed: group.name,
            versus: Versus {
                frequency: here.occurrences as f64,
                size: compared.sizes[0] as f64,
                reference: there.occurrences as f64,
                reference_size: compared.sizes[1] as f64,
            },
            dp: Deviation::of(parts[0].iter().copied()).and_then(|dp| dp.normalised),
            overdispersion: overdispersion(parts.iter().map(Vec::as_slice)),
            here,
            there,
        };
        if is_kept(&keyword, question, wanted) {
            found.push(keyword);
        }
    }
    let key = |keyword: &KeyPhrase| match question.sort {
        KeywordOrder::Adjusted => keyword.g2_adjusted(),
        KeywordOrder::G2 => keyword.g2(),
        KeywordOrder::LogRatio => keyword.log_ratio(),
    };
    found.sort_by(|a, b| {
        key(b)
            .total_cmp(&key(a))
            .then_with(|| a.typed.cmp(&b.typed))
    });
    Ok(found)
}

fn is_kept(keyword: &KeyPhrase, question: &KeywordsQuestion, wanted: &WantedKeywords) -> bool {
    let max_dp = question.max_dp.unwrap_or(100) as f64 / 100.0;
    keyword.here.occurrences >= u64::from(wanted.min_occurrences)
        && keyword.here.reports >= wanted.min_reports as usize
        && keyword.g2() >= wanted.min_g2
        && keyword.dp.is_none_or(|dp| dp <= max_dp)
}

/// One of the two that are compared: its reports with their sizes.
struct ComparedSide<'f> {
    filters: &'f Filters,
    mask: Vec<bool>,
    /// By rank.
    sizes: Vec<(usize, u64)>,
}

impl<'f> ComparedSide<'f> {
    fn new(holdings: &dyn Holdings, filters: &'f Filters, mask: Vec<bool>) -> ComparedSide<'f> {
        let ranks = (0..mask.len()).filter(|rank| mask.get(*rank) == Some(&true));
        let sizes = ranks.map(|rank| (rank, chars(holdings, rank, filters)));
        ComparedSide {
            filters,
            sizes: sizes.collect(),
            mask,
        }
    }

    /// Places and characters of each report.
    fn parts(&self, counted: &Counted) -> Vec<(u64, u64)> {
        let mut places = vec![0u64; self.mask.len()];
        for (rank, cell) in counted.within(&self.mask, self.filters) {
            if let Some(n) = places.get_mut(rank) {
                *n += u64::from(cell.occurrences);
            }
        }
        let parts = self.sizes.iter();
        parts
            .map(|(rank, size)| (places.get(*rank).copied().unwrap_or(0), *size))
            .collect()
    }
}

fn method(
    holdings: &dyn Holdings,
    question: &KeywordsQuestion,
    compared: &ComparedTexts,
    wanted: &WantedKeywords,
) -> Method {
    let n = wanted.min_reports as usize;
    Method::new(holdings, Asked::Keywords, Vec::new(), &compared.target)
        .with(Some(Rule::Against(filters_of(
            holdings,
            &compared.reference,
        ))))
        .with(Some(Rule::MinOccurrences(wanted.min_occurrences as usize)))
        .with((n > 1).then_some(Rule::MinReports(n)))
        .with(Some(Rule::MinG2(wanted.min_g2 as usize)))
        .with(question.max_dp.map(Rule::MaxDp))
        .with(wanted.numbers.then_some(Rule::Numbers))
        .with(wanted.names.then_some(Rule::Names))
        .with(Some(Rule::KeywordsBy(question.sort)))
}

impl Answered for KeywordsAnswer<'_> {
    fn rows(&self) -> Result<Rows<'_>, AskError> {
        Ok(Box::new(self.page().map(|keyword| {
            Ok(boxed(KeywordRow::of(keyword, self.presence)))
        })))
    }

    fn columns(&self) -> Vec<Column> {
        Column::of::<KeywordRow>()
    }

    fn summary<'a>(&'a self, basis: &'a Basis) -> Result<Summary<'a>, AskError> {
        let [reports, against_reports] = self.n_reports;
        let [chars, against_chars] = self.compared.sizes;
        Ok(Box::new(KeywordsSummary {
            r#type: "summary",
            state: self.state,
            against_state: self.against_state,
            keywords: self.found.len(),
            reports,
            against_reports,
            chars,
            against_chars,
            copies_left_out: self.holdings.copies_left_out(&self.compared.target),
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

/// A keyword.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "Keyword")]
pub struct KeywordRow {
    /// `keyword`
    #[schemars(extend("x-column" = false))]
    r#type: &'static str,
    /// What finds it as an expression.
    phrase: String,
    /// Places in the texts that are asked about.
    occurrences: u64,
    /// Places in those that they are compared with.
    against_occurrences: u64,
    /// Places in 10,000 characters of the former, rounded to 1e-4.
    per_10k: f64,
    /// The same of the latter.
    against_per_10k: f64,
    /// Reports that are asked about and have it.
    reports: usize,
    /// Reports that they are compared with and have it.
    against_reports: usize,
    /// Log-likelihood G² of the 2 × 2 table of places and characters (Dunning 1993), rounded to 1e-4: how sure it is that
    /// the two differ.
    g2: f64,
    /// The same ÷ φ: by how many times more than by chance the places vary from report to report on both sides (Pearson's χ² of
    /// the reports around the rate of their side, by its degrees of freedom, at least 1, and 1 with fewer than ten of these), rounded to 1e-4.
    g2_adjusted: f64,
    /// log2 of the quotient of the rates (Hardie 2014), a nought taken for a half, rounded to 1e-4.
    log_ratio: f64,
    /// Normalised DP over the reports that are asked about (Gries 2008): 0 is even, 1 is one report alone; null where there
    /// is one report.
    dp: Option<f64>,
    /// Whether something that is asked about was abridged or not read: its numbers are the least that stands there.
    lower_bound: bool,
    /// The same of what it is compared with.
    against_lower_bound: bool,
}

impl KeywordRow {
    fn of(keyword: &KeyPhrase, [here, there]: [Presence; 2]) -> KeywordRow {
        let [per_10k, against_per_10k] = keyword.per_10k().map(rounded);
        KeywordRow {
            r#type: "keyword",
            phrase: keyword.typed.clone(),
            occurrences: keyword.here.occurrences,
            against_occurrences: keyword.there.occurrences,
            per_10k,
            against_per_10k,
            reports: keyword.here.reports,
            against_reports: keyword.there.reports,
            g2: rounded(keyword.g2()),
            g2_adjusted: rounded(keyword.g2_adjusted()),
            log_ratio: rounded(keyword.log_ratio()),
            dp: keyword.dp.map(rounded),
            lower_bound: here.is_incomplete(),
            against_lower_bound: there.is_incomplete(),
        }
    }
}

plain_rows!(KeywordRow);

/// What closes the answer of `keywords`.
#[derive(Serialize, JsonSchema)]
pub struct KeywordsSummary<'a> {
    /// `summary`
    r#type: &'static str,
    /// What is known of the texts that are asked about.
    state: State,
    /// What is known of those that they are compared with: `none` where there are none.
    against_state: State,
    /// Keywords that were found, 500 at most.
    keywords: usize,
    /// Reports that are asked about.
    reports: usize,
    /// Reports that they are compared with.
    against_reports: usize,
    /// Characters of the former.
    chars: u64,
    /// Characters of the latter.
    against_chars: u64,
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
    fn years_and_the_other_years_are_all_years() {
        for typed in [
            &["2015"][..],
            &["..2022"],
            &["2023.."],
            &["1949", "2100"],
            &["2020..2022", "2021", "2024"],
            &["..2010", "2012.."],
        ] {
            let typed: Vec<String> = typed.iter().map(|typed| (*typed).to_owned()).collect();
            let others = other_years(&typed).expect("years");
            let is_in = |ranges: &[String], year: u16| {
                let mut ranges = ranges.iter();
                ranges.any(|range| Scope::years(range).expect("years").contains(&year))
            };
            for year in Year::MIN.get()..=Year::MAX.get() {
                assert_ne!(
                    is_in(&typed, year),
                    is_in(&others, year),
                    "{typed:?}: {year}"
                );
            }
        }
        assert!(other_years(&[]).expect("none").is_empty());
        let all = other_years(&["1949..2100".to_owned()]);
        assert!(all.expect("all").is_empty());
    }
}
