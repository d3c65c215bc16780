//! How an answer was computed: the question as understood, every rule that changes a count, what was searched.
//!
//! In: what was asked, and of what. Out: a [`Method`], from which each surface makes a line in its language; machine
//! formats have the English one.

use super::holdings::Holdings;
use crate::exact::MatchOptions;
use crate::query::Filters;
use crate::search::Tier;
use baogao_reading::region::Level;
use baogao_reading::report::{Genre, Year};
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
    /// First appearances.
    First,
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
            Asked::First => "first",
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
}

impl fmt::Display for Rule {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Rule::Mode(tier) => write!(out, "mode {}", tier.name()),
            Rule::AllMatches => out.write_str("all matches"),
            Rule::LongestFirst => out.write_str("longest first"),
            Rule::Literal => out.write_str("literal"),
            Rule::Inside => out.write_str("inside"),
            Rule::Without(ids) => write!(out, "not {}", ids.join(", ")),
            Rule::Sample(n, seed) => write!(out, "sample {n}, seed {seed}"),
        }
    }
}

/// How an answer was computed. Machine formats have it as one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Method {
    /// The kind of question.
    pub asked: Asked,
    /// The expressions as understood, or as typed and in quotes.
    pub expressions: Vec<String>,
    /// How many more there are.
    pub n_more: usize,
    /// The rules that hold, each once.
    pub rules: Vec<Rule>,
    /// The filters as they are written in a query.
    pub filters: String,
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
            n_more,
            rules: Vec::new(),
            filters: match asked {
                // What is shown is named, not looked for.
                Asked::Text if filters.reports.is_empty() => String::new(),
                _ => filters_line(holdings, filters),
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
        if self.n_more > 0 {
            asked.push(format!("… and {} more", number(self.n_more as u64)).into());
        }
        if !self.rules.is_empty() {
            let rules: Vec<String> = self.rules.iter().map(Rule::to_string).collect();
            asked.push(format!("({})", rules.join(", ")).into());
        }
        asked.push(self.filters.as_str().into());
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

/// Filters as they are written in a query: `region:/山西省/吕梁市 year:2023..2024`.
fn filters_line(holdings: &dyn Holdings, filters: &Filters) -> String {
    let years = |name: &str, years: &RangeInclusive<u16>| {
        let (from, to) = (*years.start(), *years.end());
        match (from == Year::MIN.get(), to == Year::MAX.get()) {
            _ if from == to => format!("{name}:{from}"),
            (false, true) => format!("{name}:{from}.."),
            (true, false) => format!("{name}:..{to}"),
            _ => format!("{name}:{from}..{to}"),
        }
    };
    let mut words: Vec<String> = Vec::new();
    let regions = filters.regions.iter();
    words.extend(regions.map(|region| format!("region:{}", region.path_string())));
    words.extend(filters.years.iter().map(|range| years("year", range)));
    words.extend(filters.about.iter().map(|range| years("about", range)));
    let parts = filters.parts.iter();
    words.extend(parts.map(|part| format!("part:{}", part.name())));
    let levels = filters.levels.iter();
    words.extend(levels.map(|level| format!("level:{}", Level::name(*level))));
    words.extend(filters.reports.iter().filter_map(|rank| {
        let entry = holdings.reports().entry(*rank).ok()?;
        Some(format!("report:{}", entry.id))
    }));
    if filters.duplicates {
        words.push("with copies".to_owned());
    }
    // Reports are meant where nothing is said.
    let is_report = |rank| holdings.reports().genre(rank) == Genre::Report;
    let mut ranks = 0..holdings.reports().len();
    match filters.genre {
        Some(Genre::Other) => words.push("genre:other".to_owned()),
        None if filters.reports.is_empty() && ranks.any(is_report) => {
            words.push("genre:any".to_owned());
        }
        Some(Genre::Report) | None => {}
    }
    words.join(" ")
}
