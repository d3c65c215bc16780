//! How an answer was computed: the question as understood, every rule that changes a count, what was searched.
//!
//! In: what was asked, and of what. Out: a [`Method`], from which each surface makes a line in its language; machine
//! formats have the English one.

use super::holdings::Holdings;
use super::question::{CollocateMeasure, KeywordOrder};
use crate::collocation::CollocateOptions;
use crate::exact::{MatchOptions, Sides, WithinReach};
use crate::query::Filters;
use crate::search::Tier;
use baogao_reading::region::{Level, Region};
use baogao_reading::report::{Genre, Part, Year};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Serialize, Serializer};
use std::borrow::Cow;
use std::fmt;
use std::ops::RangeInclusive;

/// Expressions that are quoted; of a long list the rest is counted.
const N_QUOTED: usize = 20;

/// What kind of question it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// Passages, lines or counts.
    Matches,
    /// Counts from year to year.
    Trend,
    /// What stands beside an expression.
    Collocates,
    /// First appearances.
    First,
    /// What is characteristic.
    Keywords,
    /// What is new.
    New,
    /// What has gone.
    Gone,
    /// Definitions of a term.
    Definitions,
    /// All terms that are defined.
    Terms,
    /// A list of reports.
    Reports,
    /// What is held of which region and year.
    Coverage,
    /// A text.
    Text,
}

impl Asked {
    /// The word for it in the line.
    fn name(self) -> &'static str {
        match self {
            Asked::Matches => "",
            Asked::Trend => "trend",
            Asked::Collocates => "collocates",
            Asked::First => "first",
            Asked::Keywords => "keywords",
            Asked::New => "new",
            Asked::Gone => "new --gone",
            Asked::Definitions => "define",
            Asked::Terms => "define --list",
            Asked::Reports => "reports",
            Asked::Coverage => "coverage",
            Asked::Text => "show",
        }
    }
}

/// A rule that changes a count and is not a filter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rule {
    /// Words are matched, not the expression as written.
    Mode(Tier),
    /// The names are those of groups, which have so many expressions together.
    Groups(usize),
    /// A phrase of a list counts also where it is part of a longer one.
    AllMatches,
    /// A place of a phrase of a list that overlaps one of a longer phrase is the longer one's.
    LongestFirst,
    /// Quotes, width, case and traditional forms count.
    Literal,
    /// A phrase is found inside a longer number or word.
    Inside,
    /// Passages that were passed over, by their ids.
    Without(Vec<String>),
    /// So many lines, drawn at random with a seed.
    Sample(usize, u64),
    /// The mean of so many years, the year in their middle.
    Smoothed(usize),
    /// What stands beside the expression: how far, on which sides, what, and from how often on.
    Beside(CollocateOptions),
    /// By what collocates are sorted.
    SortedBy(CollocateMeasure),
    /// What is compared with, by its filters.
    Against(Vec<Filter>),
    /// Strings of so many places or more.
    MinOccurrences(usize),
    /// Strings whose G² is not less.
    MinG2(usize),
    /// Strings whose normalised DP is not more, in per cent.
    MaxDp(usize),
    /// By what keywords are sorted.
    KeywordsBy(KeywordOrder),
    /// Phrases of so many characters.
    Lengths(usize, usize),
    /// Phrases of so many reports or more.
    MinReports(usize),
    /// Phrases of so many regions or more.
    MinPlaces(usize),
    /// Phrases with numbers too.
    Numbers,
    /// Names too.
    Names,
    /// In the order that no later report has a part in.
    AsThen,
    /// Compared with all reports that are held, not with those of the same regions and levels.
    Anywhere,
}

impl fmt::Display for Rule {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Rule::Mode(tier) => write!(out, "mode {}", tier.name()),
            Rule::Groups(1) => out.write_str("groups of 1 expression"),
            Rule::Groups(n) => write!(out, "groups of {n} expressions"),
            Rule::AllMatches => out.write_str("all matches"),
            Rule::LongestFirst => out.write_str("longest first"),
            Rule::Literal => out.write_str("literal"),
            Rule::Inside => out.write_str("inside"),
            Rule::Without(ids) => write!(out, "not {}", ids.join(", ")),
            Rule::Sample(n, seed) => write!(out, "sample {n}, seed {seed}"),
            Rule::Smoothed(years) => write!(out, "mean of {years} years"),
            Rule::Beside(options) => beside(options, out),
            Rule::SortedBy(measure) => write!(out, "by {}", measure.name()),
            Rule::Against(filters) => {
                let filters: Vec<String> = filters.iter().map(Filter::to_string).collect();
                match filters.is_empty() {
                    true => out.write_str("against all else"),
                    false => write!(out, "against {}", filters.join(" ")),
                }
            }
            Rule::MinOccurrences(n) => write!(out, "{n} places or more"),
            Rule::MinG2(n) => write!(out, "G² {n} or more"),
            Rule::MaxDp(n) => write!(out, "DP at most {n} %"),
            Rule::KeywordsBy(order) => write!(out, "by {}", order.name()),
            Rule::Lengths(from, to) => write!(out, "{from} to {to} characters"),
            Rule::MinReports(n) => write!(out, "in {n} reports or more"),
            Rule::MinPlaces(n) => write!(out, "in {n} regions or more"),
            Rule::Numbers => out.write_str("with numbers"),
            Rule::Names => out.write_str("with names"),
            Rule::AsThen => out.write_str("in the order of then"),
            Rule::Anywhere => out.write_str("compared with all regions"),
        }
    }
}

/// `words within 10 characters, at least 3 times in 1 report`
fn beside(options: &CollocateOptions, out: &mut fmt::Formatter<'_>) -> fmt::Result {
    let what = match (options.strings, options.content_words) {
        (false, false) => "words",
        (false, true) => "content words",
        (true, false) => "strings",
        (true, true) => "strings but words of grammar",
    };
    match options.reach {
        WithinReach::Chars(1) => write!(out, "{what} within 1 character")?,
        WithinReach::Chars(n) => write!(out, "{what} within {n} characters")?,
        WithinReach::Sentence => write!(out, "{what} within the sentence")?,
    }
    match options.sides {
        Sides {
            left: true,
            right: false,
        } => out.write_str(" before")?,
        Sides {
            left: false,
            right: true,
        } => out.write_str(" behind")?,
        Sides { .. } => {}
    }
    let (times, reports) = (options.min_occurrences, options.min_reports);
    write!(out, ", at least {times}× in {reports} ")?;
    out.write_str(if reports == 1 { "text" } else { "texts" })
}

/// A filter that holds, whichever way it was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Filter {
    /// A region and all below it.
    Region(Region),
    /// Reports given in these years.
    Year(RangeInclusive<u16>),
    /// Passages that speak of these years.
    About(RangeInclusive<u16>),
    /// A part.
    Part(Part),
    /// Reports of regions of a level.
    Level(Level),
    /// A report by its id.
    Report(String),
    /// Copies too.
    Copies,
    /// Texts of another genre than reports.
    OtherGenre,
    /// Texts of any genre.
    AnyGenre,
}

/// As it is written in a query: `region:/山西省/吕梁市`, `year:2023..2024`.
impl fmt::Display for Filter {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Filter::Region(region) => write!(out, "region:{}", region.path_string()),
            Filter::Year(years) => write!(out, "year:{}", range_of(years)),
            Filter::About(years) => write!(out, "about:{}", range_of(years)),
            Filter::Part(part) => write!(out, "part:{}", part.name()),
            Filter::Level(level) => write!(out, "level:{}", level.name()),
            Filter::Report(id) => write!(out, "report:{id}"),
            Filter::Copies => out.write_str("with copies"),
            Filter::OtherGenre => out.write_str("genre:other"),
            Filter::AnyGenre => out.write_str("genre:any"),
        }
    }
}

/// Years as they are typed: 2024, 2023..2024, 2023.. and ..2024.
pub fn range_of(years: &RangeInclusive<u16>) -> String {
    let (from, to) = (*years.start(), *years.end());
    match (from == Year::MIN.get(), to == Year::MAX.get()) {
        _ if from == to => from.to_string(),
        (false, true) => format!("{from}.."),
        (true, false) => format!("..{to}"),
        _ => format!("{from}..{to}"),
    }
}

/// How an answer was computed. Machine formats have it as one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Method {
    /// The kind of question.
    pub asked: Asked,
    /// The expressions as understood, or as typed and in quotes.
    pub expressions: Vec<String>,
    /// Expressions, as typed, that a report of a list must have.
    pub with: Vec<String>,
    /// Expressions, as typed, that it must not have.
    pub without: Vec<String>,
    /// How many more there are.
    pub n_more: usize,
    /// The rules that hold, each once.
    pub rules: Vec<Rule>,
    /// The filters that hold.
    pub filters: Vec<Filter>,
    /// Reports that were searched.
    pub n_reports: u64,
    /// Texts in the index.
    pub n_texts: u64,
    /// Characters that were searched.
    pub n_chars: u64,
    /// Fingerprint of the corpus.
    pub corpus: String,
}

impl Method {
    /// Whether something is looked for, and not only what is held.
    pub fn looks_for_words(&self) -> bool {
        !(self.expressions.is_empty() && self.with.is_empty() && self.without.is_empty())
    }

    /// The method of a question about some expressions.
    pub fn new(
        holdings: &dyn Holdings,
        asked: Asked,
        expressions: Vec<String>,
        filters: &Filters,
    ) -> Method {
        let n_more = expressions.len().saturating_sub(N_QUOTED);
        let method = Method {
            asked,
            expressions: expressions.into_iter().take(N_QUOTED).collect(),
            with: Vec::new(),
            without: Vec::new(),
            n_more,
            rules: Vec::new(),
            filters: match asked {
                // What is shown is named, not looked for.
                Asked::Text if filters.reports.is_empty() => Vec::new(),
                _ => filters_of(holdings, filters),
            },
            n_reports: 0,
            n_texts: holdings.reports().len() as u64,
            n_chars: 0,
            corpus: holdings.corpus().to_owned(),
        };
        method.of(holdings, &holdings.report_mask(filters), filters)
    }

    /// The same of some reports, where the filters alone do not say which were searched.
    pub(super) fn of(
        mut self,
        holdings: &dyn Holdings,
        mask: &[bool],
        filters: &Filters,
    ) -> Method {
        let searched = || mask.iter().enumerate().filter(|(_, searched)| **searched);
        let chars = |rank: usize| -> u64 {
            let parts = holdings.parts_within(rank, filters);
            parts.iter().map(|size| u64::from(size.chars)).sum()
        };
        self.n_reports = searched().count() as u64;
        self.n_chars = searched().map(|(rank, _)| chars(rank)).sum();
        self
    }

    /// The same of reports that say something, and of those that do not.
    pub fn saying(mut self, with: &[String], without: &[String]) -> Method {
        let typed = |all: &[String], n: usize| -> Vec<String> {
            all.iter()
                .take(n)
                .map(|one| one.trim().to_owned())
                .collect()
        };
        self.with = typed(with, N_QUOTED);
        self.without = typed(without, N_QUOTED - self.with.len());
        self.n_more = (with.len() + without.len()).saturating_sub(N_QUOTED);
        self
    }

    /// The same with a rule more.
    pub fn with(mut self, rule: Option<Rule>) -> Method {
        self.rules.extend(rule);
        self
    }

    /// The same with what says how strictly phrases are taken.
    pub fn matching(self, matching: MatchOptions) -> Method {
        self.with(matching.literal.then_some(Rule::Literal))
            .with(matching.inside.then_some(Rule::Inside))
    }
}

impl fmt::Display for Method {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut asked: Vec<Cow<'_, str>> = vec![self.asked.name().into()];
        asked.extend(self.expressions.iter().map(Cow::from));
        asked.extend(
            self.with
                .iter()
                .map(|typed| format!("with “{typed}”").into()),
        );
        let without = self.without.iter();
        asked.extend(without.map(|typed| format!("without “{typed}”").into()));
        if self.n_more > 0 {
            asked.push(format!("… and {} more", number(self.n_more as u64)).into());
        }
        if !self.rules.is_empty() {
            let rules: Vec<String> = self.rules.iter().map(Rule::to_string).collect();
            asked.push(format!("({})", rules.join(", ")).into());
        }
        asked.extend(self.filters.iter().map(|filter| filter.to_string().into()));
        asked.retain(|part| !part.is_empty());
        write!(
            out,
            "baogao {} · {} · {} of {}, {} characters searched · corpus {}",
            env!("CARGO_PKG_VERSION"),
            asked.join(" "),
            number(self.n_reports),
            match self.n_texts {
                1 => "1 text".to_owned(),
                n => format!("{} texts", number(n)),
            },
            number(self.n_chars),
            self.corpus,
        )
    }
}

impl Serialize for Method {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl JsonSchema for Method {
    fn schema_name() -> Cow<'static, str> {
        "Method".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": "string"})
    }
}

/// `12,345`
pub fn number(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// The filters that hold, those that stand where nothing is said left out.
pub(super) fn filters_of(holdings: &dyn Holdings, filters: &Filters) -> Vec<Filter> {
    let mut all: Vec<Filter> = Vec::new();
    all.extend(filters.regions.iter().copied().map(Filter::Region));
    all.extend(filters.years.iter().cloned().map(Filter::Year));
    all.extend(filters.about.iter().cloned().map(Filter::About));
    all.extend(filters.parts.iter().copied().map(Filter::Part));
    all.extend(filters.levels.iter().copied().map(Filter::Level));
    all.extend(filters.reports.iter().filter_map(|rank| {
        let entry = holdings.reports().entry(*rank).ok()?;
        Some(Filter::Report(entry.id))
    }));
    if filters.duplicates {
        all.push(Filter::Copies);
    }
    // Reports are meant where nothing is said.
    let is_report = |rank| holdings.reports().genre(rank) == Genre::Report;
    let mut ranks = 0..holdings.reports().len();
    match filters.genre {
        Some(Genre::Other) => all.push(Filter::OtherGenre),
        None if filters.reports.is_empty() && ranks.any(is_report) => all.push(Filter::AnyGenre),
        Some(Genre::Report) | None => {}
    }
    all
}
