//! What can be asked: a type for each kind of question.
//!
//! In: nothing. Out: the questions as data. Their names, types, limits and descriptions stand here alone: options of the
//! command line (clap, behind the feature `arguments`), parameters of an address, the description of the interface and
//! the schemas of other programs are made from them.

use super::scope::Scope;
use crate::concordance::Order;
use crate::exact::MatchOptions;
use crate::search::{Sort, Tier};
use crate::stats::{Dimension, Measure};
use schemars::JsonSchema;
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize};

/// An expression as it was typed: `-煤炭` has a blank before it on its way, so that it is not taken for an option.
#[cfg(feature = "arguments")]
fn typed(argument: &str) -> Result<String, std::convert::Infallible> {
    let excluded = argument.strip_prefix(' ');
    let excluded = excluded.filter(|rest| rest.starts_with('-'));
    Ok(excluded.unwrap_or(argument).to_owned())
}

/// A question of any kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "ask", rename_all = "lowercase")]
pub enum Question {
    /// Every passage for which an expression holds.
    Search(SearchQuestion),
    /// Every place on a line of its own.
    Kwic(KwicQuestion),
    /// What stands beside an expression more often than by chance.
    Collocates(CollocatesQuestion),
    /// How often, by region, year or whatever else.
    Count(CountQuestion),
    /// How often from year to year.
    Trend(TrendQuestion),
    /// What is characteristic of some texts beside others.
    Keywords(KeywordsQuestion),
    /// Where an expression holds first, and how it spread.
    First(FirstQuestion),
    /// Phrases that first stand in the reports of a year, or have gone.
    New(NewQuestion),
    /// What a term means in the reports' own glossaries.
    Define(DefineQuestion),
    /// What is held, and who says something.
    Reports(ReportsQuestion),
    /// A report or a passage.
    Show(ShowQuestion),
}

/// Which of the rows are given.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(feature = "arguments", derive(clap::Args))]
#[serde(default)]
pub struct Paging {
    /// Rows to give, 0 for all [default: all, of `new` 500; as many as there is room for on a terminal]
    #[cfg_attr(feature = "arguments", arg(short = 'n', long))]
    pub limit: Option<usize>,
    /// Rows to pass over
    #[cfg_attr(feature = "arguments", arg(long, default_value_t = 0))]
    pub offset: usize,
}

impl Paging {
    /// The rows after the first `offset`: at most so many, or all.
    pub fn most(self) -> Option<usize> {
        self.limit.filter(|limit| *limit > 0)
    }

    /// The same as a number.
    pub fn most_or_all(self) -> usize {
        self.most_or(usize::MAX)
    }

    /// The same where so many are given if nothing is said.
    pub fn most_or(self, usual: usize) -> usize {
        match self.limit {
            None => usual,
            Some(_) => self.most().unwrap_or(usize::MAX),
        }
    }
}

/// What `search` is asked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(feature = "arguments", derive(clap::Args))]
#[serde(default)]
pub struct SearchQuestion {
    /// Phrases that must all stand in a passage: 专业镇 白酒, "加快 发展", a OR b, -a, ( ), 乡村?镇, 乡村*镇,
    /// "a b"~30, region:吕梁 year:2023..2024 part:plan level:county
    #[cfg_attr(feature = "arguments", arg(required = true, value_parser = typed))]
    pub query: Vec<String>,
    /// How strictly phrases are taken.
    #[serde(flatten)]
    #[cfg_attr(feature = "arguments", command(flatten))]
    pub matching: MatchOptions,
    /// How to match [default: exact, then wider if nothing is found]
    #[cfg_attr(feature = "arguments", arg(long))]
    pub mode: Option<Tier>,
    /// Order of the passages
    #[cfg_attr(feature = "arguments", arg(long, default_value = "relevance"))]
    pub sort: Sort,
    /// Only the counts
    #[cfg_attr(feature = "arguments", arg(long))]
    pub count: bool,
    /// Counts by region, year, part and level
    #[cfg_attr(feature = "arguments", arg(long))]
    pub facets: bool,
    /// Neighbouring passages to show on each side
    #[cfg_attr(
        feature = "arguments",
        arg(short = 'C', long, default_value_t = 0, value_name = "N")
    )]
    pub context: usize,
    /// Give each passage its reference
    #[cfg_attr(feature = "arguments", arg(long))]
    pub cite: bool,
    /// Which rows are given.
    #[serde(flatten)]
    #[cfg_attr(feature = "arguments", command(flatten))]
    pub paging: Paging,
    /// Where to look.
    #[serde(flatten)]
    #[cfg_attr(feature = "arguments", command(flatten))]
    pub scope: Scope,
}

/// What `kwic` is asked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(feature = "arguments", derive(clap::Args))]
#[serde(default)]
pub struct KwicQuestion {
    /// Expression whose places are aligned: 专业镇, '专业镇 OR 特色小镇', '白酒 region:吕梁'
    #[cfg_attr(feature = "arguments", arg(required = true, value_name = "EXPRESSION", value_parser = typed))]
    pub query: Vec<String>,
    /// Characters of context on each side [default: what the terminal has room for, else 30]
    #[cfg_attr(feature = "arguments", arg(long, value_name = "CHARS"))]
    pub width: Option<usize>,
    /// Order of the lines
    #[cfg_attr(feature = "arguments", arg(long, default_value = "year"))]
    pub sort: Order,
    /// Only so many lines, drawn at random
    #[cfg_attr(feature = "arguments", arg(long, value_name = "N"))]
    #[schemars(range(min = 1))]
    pub sample: Option<usize>,
    /// Which lines are drawn [default: 1]
    #[cfg_attr(
        feature = "arguments",
        arg(long, value_name = "S", requires = "sample")
    )]
    pub seed: Option<u64>,
    /// The commonest strings right before and right after the phrase, in place of the lines
    #[cfg_attr(feature = "arguments", arg(long))]
    pub neighbours: bool,
    /// Give each line its reference
    #[cfg_attr(feature = "arguments", arg(long))]
    pub cite: bool,
    /// How strictly phrases are taken.
    #[serde(flatten)]
    #[cfg_attr(feature = "arguments", command(flatten))]
    pub matching: MatchOptions,
    /// Which rows are given.
    #[serde(flatten)]
    #[cfg_attr(feature = "arguments", command(flatten))]
    pub paging: Paging,
    /// Where to look.
    #[serde(flatten)]
    #[cfg_attr(feature = "arguments", command(flatten))]
    pub scope: Scope,
}

/// In what a collocate stands, where that is no number of characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(feature = "arguments", derive(clap::ValueEnum))]
#[serde(rename_all = "lowercase")]
pub enum Within {
    /// The same sentence
    Sentence,
}

/// On which side of an expression collocates stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(feature = "arguments", derive(clap::ValueEnum))]
#[serde(rename_all = "lowercase")]
pub enum CollocateSide {
    /// Before it
    Left,
    /// Behind it
    Right,
    /// On either side
    #[default]
    Both,
}

/// By what collocates are sorted, largest first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(feature = "arguments", derive(clap::ValueEnum))]
#[serde(rename_all = "snake_case")]
pub enum CollocateMeasure {
    /// logDice: how exclusively the two stand together, whatever the size of the corpus
    #[default]
    #[cfg_attr(feature = "arguments", value(name = "log_dice"))]
    LogDice,
    /// Mutual information: how many times doubled chance is; prefers what is rare
    Mi,
    /// Log-likelihood G²: how sure it is that the two have to do with each other
    G2,
    /// How often they stand together
    Occurrences,
    /// How often it stands before the expression
    Left,
    /// How often it stands behind the expression
    Right,
    /// Reports in which they stand together
    Reports,
    /// How often the collocate stands at all
    Total,
}

impl CollocateMeasure {
    /// As it is typed.
    pub fn name(self) -> &'static str {
        match self {
            CollocateMeasure::LogDice => "log_dice",
            CollocateMeasure::Mi => "mi",
            CollocateMeasure::G2 => "g2",
            CollocateMeasure::Occurrences => "occurrences",
            CollocateMeasure::Left => "left",
            CollocateMeasure::Right => "right",
            CollocateMeasure::Reports => "reports",
            CollocateMeasure::Total => "total",
        }
    }
}

/// What `collocates` is asked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(feature = "arguments", derive(clap::Args))]
#[serde(default)]
pub struct CollocatesQuestion {
    /// Expression beside which words are looked for: 专业镇, '专业镇 OR 特色小镇', '白酒 region:吕梁'
    #[cfg_attr(feature = "arguments", arg(required = true, value_name = "EXPRESSION", value_parser = typed))]
    pub query: Vec<String>,
    /// Characters that may stand between the two, as in "a b"~10, up to 1,000 [default: 10]
    #[cfg_attr(
        feature = "arguments",
        arg(long, value_name = "CHARS", conflicts_with = "within")
    )]
    #[schemars(range(max = 1000))]
    pub window: Option<u32>,
    /// Look as far as this, and not so many characters
    #[cfg_attr(feature = "arguments", arg(long, value_name = "WHAT"))]
    pub within: Option<Within>,
    /// Side of the expression
    #[cfg_attr(feature = "arguments", arg(long, default_value = "both"))]
    pub side: CollocateSide,
    /// Strings that are repeated, found without a word list, in place of words
    #[cfg_attr(feature = "arguments", arg(long))]
    pub strings: bool,
    /// No words of grammar and no measures: 不断, 以及, 亿元
    #[cfg_attr(feature = "arguments", arg(long))]
    pub content_words: bool,
    /// Only what stands there at least so often [default: 3]
    #[cfg_attr(feature = "arguments", arg(long, value_name = "N"))]
    #[schemars(range(min = 1))]
    pub min_occurrences: Option<u64>,
    /// Only what stands there in at least so many reports [default: 1]
    #[cfg_attr(feature = "arguments", arg(long, value_name = "N"))]
    #[schemars(range(min = 1))]
    pub min_reports: Option<u64>,
    /// Order of the collocates, largest first
    #[cfg_attr(feature = "arguments", arg(long, default_value = "log_dice"))]
    pub sort: CollocateMeasure,
    /// How strictly phrases are taken.
    #[serde(flatten)]
    #[cfg_attr(feature = "arguments", command(flatten))]
    pub matching: MatchOptions,
    /// Which rows are given.
    #[serde(flatten)]
    #[cfg_attr(feature = "arguments", command(flatten))]
    pub paging: Paging,
    /// Where to look.
    #[serde(flatten)]
    #[cfg_attr(feature = "arguments", command(flatten))]
    pub scope: Scope,
}

/// A line of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ListLine {
    /// Its number in the list, from 1.
    #[serde(default)]
    pub number: usize,
    /// The group that it stands in.
    #[serde(default)]
    pub group: Option<String>,
    /// The expression as typed.
    pub typed: String,
}

/// What `count` is asked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(feature = "arguments", derive(clap::Args))]
#[serde(default)]
pub struct CountQuestion {
    /// Expressions, each counted by itself: 专业镇, '专业镇 OR 特色小镇', '白酒 region:吕梁'
    #[cfg_attr(
        feature = "arguments",
        arg(required_unless_present = "file", value_name = "EXPRESSION", value_parser = typed)
    )]
    pub query: Vec<String>,
    /// Lines of a list
    #[cfg_attr(feature = "arguments", arg(skip))]
    pub list: Vec<ListLine>,
    /// Count the groups of the list, not their phrases
    #[cfg_attr(feature = "arguments", arg(long))]
    pub group: bool,
    /// Count a phrase also where it is part of a longer one of the list
    #[cfg_attr(feature = "arguments", arg(long))]
    pub all_matches: bool,
    /// Part the counts by these, with commas between
    #[cfg_attr(
        feature = "arguments",
        arg(long, value_delimiter = ',', value_name = "WHAT")
    )]
    pub by: Vec<Dimension>,
    /// Years across, the other keys down
    #[cfg_attr(feature = "arguments", arg(long))]
    pub wide: bool,
    /// What --wide and --chart show
    #[cfg_attr(
        feature = "arguments",
        arg(long, default_value = "occurrences", value_name = "WHAT")
    )]
    pub measure: Measure,
    /// Also how evenly each is spread over reports, regions and years, and along the text
    #[cfg_attr(feature = "arguments", arg(long))]
    pub dispersion: bool,
    /// Also count as words, and name the passages in which the two differ
    #[cfg_attr(feature = "arguments", arg(long))]
    pub words: bool,
    /// How strictly phrases are taken.
    #[serde(flatten)]
    #[cfg_attr(feature = "arguments", command(flatten))]
    pub matching: MatchOptions,
    /// Which rows are given.
    #[serde(flatten)]
    #[cfg_attr(feature = "arguments", command(flatten))]
    pub paging: Paging,
    /// Where to look.
    #[serde(flatten)]
    #[cfg_attr(feature = "arguments", command(flatten))]
    pub scope: Scope,
}

impl CountQuestion {
    /// By what the rows are grouped: each once, years last where they stand across.
    pub fn dimensions(&self) -> Vec<Dimension> {
        let mut by: Vec<Dimension> = Vec::new();
        for dimension in &self.by {
            if !by.contains(dimension) {
                by.push(*dimension);
            }
        }
        if self.wide {
            if by.is_empty() {
                by.push(Dimension::Region);
            }
            by.retain(|dimension| *dimension != Dimension::Year);
            by.push(Dimension::Year);
        }
        by
    }
}

/// The dimensions of reports in which years can be told apart: in what a first appearance is looked for, and by what a trend
/// is parted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum PlaceBy {
    /// Each region
    Region,
    /// Each province, with all that lies in it
    Province,
    /// Each prefecture, with all that lies in it
    Prefecture,
    /// Each level
    Level,
}

impl PlaceBy {
    /// All of them.
    pub const ALL: [PlaceBy; 4] = [
        PlaceBy::Region,
        PlaceBy::Province,
        PlaceBy::Prefecture,
        PlaceBy::Level,
    ];
}

impl From<PlaceBy> for Dimension {
    fn from(by: PlaceBy) -> Dimension {
        match by {
            PlaceBy::Region => Dimension::Region,
            PlaceBy::Province => Dimension::Province,
            PlaceBy::Prefecture => Dimension::Prefecture,
            PlaceBy::Level => Dimension::Level,
        }
    }
}

/// Its names are those of the dimensions.
impl<'de> Deserialize<'de> for PlaceBy {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<PlaceBy, D::Error> {
        let named = Dimension::deserialize(deserializer)?;
        let mut all = PlaceBy::ALL.into_iter();
        let by = all.find(|by| Dimension::from(*by) == named);
        by.ok_or_else(|| {
            let names = "region, province, prefecture, level";
            Error::custom(format!("`{}` is none of {names}", named.name()))
        })
    }
}

#[cfg(feature = "arguments")]
impl clap::ValueEnum for PlaceBy {
    fn value_variants<'a>() -> &'a [PlaceBy] {
        const ALL: &[PlaceBy; 4] = &PlaceBy::ALL;
        ALL
    }

    fn to_possible_value(&self) -> Option<clap::builder::PossibleValue> {
        Dimension::from(*self).to_possible_value()
    }
}

/// What `trend` is asked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(feature = "arguments", derive(clap::Args))]
#[serde(default)]
pub struct TrendQuestion {
    /// Expressions, a line each: 专业镇, '专业镇 OR 特色小镇', '白酒 region:吕梁'
    #[cfg_attr(
        feature = "arguments",
        arg(required_unless_present = "file", value_name = "EXPRESSION", value_parser = typed)
    )]
    pub query: Vec<String>,
    /// Lines of a list
    #[cfg_attr(feature = "arguments", arg(skip))]
    pub list: Vec<ListLine>,
    /// A line for each group of the list, not for its phrases
    #[cfg_attr(feature = "arguments", arg(long))]
    pub group: bool,
    /// Count a phrase also where it is part of a longer one of the list
    #[cfg_attr(feature = "arguments", arg(long))]
    pub all_matches: bool,
    /// A line for each of these
    #[cfg_attr(feature = "arguments", arg(long, value_name = "WHAT"))]
    pub by: Option<PlaceBy>,
    /// What is shown of each year [default: per_10k]
    #[cfg_attr(feature = "arguments", arg(long, value_name = "WHAT"))]
    pub measure: Option<Measure>,
    /// Also the mean of so many years, the year in their middle: 3, 5, 7 …
    #[cfg_attr(feature = "arguments", arg(long, value_name = "YEARS"))]
    #[schemars(range(min = 3))]
    pub smooth: Option<usize>,
    /// How strictly phrases are taken.
    #[serde(flatten)]
    #[cfg_attr(feature = "arguments", command(flatten))]
    pub matching: MatchOptions,
    /// Which lines are given.
    #[serde(flatten)]
    #[cfg_attr(feature = "arguments", command(flatten))]
    pub paging: Paging,
    /// Where to look.
    #[serde(flatten)]
    #[cfg_attr(feature = "arguments", command(flatten))]
    pub scope: Scope,
}

impl TrendQuestion {
    /// What is shown of each year.
    pub fn measure(&self) -> Measure {
        self.measure.unwrap_or(Measure::Per10k)
    }

    /// The counts of which a trend is made: by year, last.
    pub fn counts(&self) -> CountQuestion {
        let by = self.by.map(Dimension::from).into_iter();
        let mut list = self.list.clone();
        if !self.group {
            // Lines have no groups: an expression of two groups is one line.
            for line in &mut list {
                line.group = None;
            }
        }
        CountQuestion {
            query: self.query.clone(),
            list,
            group: self.group,
            all_matches: self.all_matches,
            by: by.chain([Dimension::Year]).collect(),
            matching: self.matching,
            scope: self.scope.clone(),
            ..CountQuestion::default()
        }
    }
}

/// What `first` is asked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(feature = "arguments", derive(clap::Args))]
#[serde(default)]
pub struct FirstQuestion {
    /// Expression of which the first passage is looked for
    #[cfg_attr(feature = "arguments", arg(required = true, value_name = "EXPRESSION", value_parser = typed))]
    pub query: Vec<String>,
    /// The first appearance in each of these, and how many have it by each year
    #[cfg_attr(feature = "arguments", arg(long, value_name = "WHAT"))]
    pub by: Option<PlaceBy>,
    /// Pass over this passage: it says something else (汾阳市-2024:19)
    #[cfg_attr(feature = "arguments", arg(long, value_name = "ID"))]
    pub reject: Vec<String>,
    /// Give each passage its reference
    #[cfg_attr(feature = "arguments", arg(long))]
    pub cite: bool,
    /// How strictly phrases are taken.
    #[serde(flatten)]
    #[cfg_attr(feature = "arguments", command(flatten))]
    pub matching: MatchOptions,
    /// Which rows are given.
    #[serde(flatten)]
    #[cfg_attr(feature = "arguments", command(flatten))]
    pub paging: Paging,
    /// Where to look.
    #[serde(flatten)]
    #[cfg_attr(feature = "arguments", command(flatten))]
    pub scope: Scope,
}

/// What `new` compares with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(feature = "arguments", derive(clap::ValueEnum))]
#[serde(rename_all = "lowercase")]
pub enum ComparedWith {
    /// Reports of the regions and levels that are looked at
    #[default]
    Same,
    /// All reports that are held
    Anywhere,
}

/// What keywords are sorted by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(feature = "arguments", derive(clap::ValueEnum))]
#[serde(rename_all = "snake_case")]
pub enum KeywordOrder {
    /// G² ÷ φ: how sure it is that the two differ, less so of what varies from report to report anyway
    #[default]
    #[serde(rename = "g2_adjusted", alias = "g2-adjusted")]
    #[cfg_attr(
        feature = "arguments",
        value(name = "g2_adjusted", alias = "g2-adjusted")
    )]
    Adjusted,
    /// G²: how sure it is that the two differ
    G2,
    /// Log ratio: how many times doubled it is
    #[serde(alias = "log-ratio")]
    #[cfg_attr(feature = "arguments", value(name = "log_ratio", alias = "log-ratio"))]
    LogRatio,
}

impl KeywordOrder {
    /// The name in machine output.
    pub fn name(self) -> &'static str {
        match self {
            KeywordOrder::Adjusted => "g2_adjusted",
            KeywordOrder::G2 => "g2",
            KeywordOrder::LogRatio => "log_ratio",
        }
    }
}

/// What `keywords` is asked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(feature = "arguments", derive(clap::Args))]
#[serde(default)]
pub struct KeywordsQuestion {
    /// What to compare with, in place of that filter: 河南, ..2023, 汾阳市-2024, level:county, part:review [default: all else]
    #[cfg_attr(
        feature = "arguments",
        arg(long, value_name = "WHAT", allow_hyphen_values = true)
    )]
    pub against: Vec<String>,
    /// Places that a keyword has at least [default: 3]
    #[cfg_attr(feature = "arguments", arg(long, value_name = "N"))]
    #[schemars(range(min = 2))]
    pub min_occurrences: Option<usize>,
    /// Reports that have it at least [default: 1 of one, 2 of two to nine, 3 of ten and more]
    #[cfg_attr(feature = "arguments", arg(long, value_name = "N"))]
    #[schemars(range(min = 1))]
    pub min_reports: Option<usize>,
    /// The least G² [default: 11, p < 0.001]
    #[cfg_attr(feature = "arguments", arg(long, value_name = "N"))]
    pub min_g2: Option<usize>,
    /// How unevenly it may be spread over the reports: DP in per cent [default: 100]
    #[cfg_attr(feature = "arguments", arg(long, value_name = "N"))]
    #[schemars(range(max = 100))]
    pub max_dp: Option<usize>,
    /// Also strings with numbers
    #[cfg_attr(feature = "arguments", arg(long))]
    pub numbers: bool,
    /// Also strings with names of places and people
    #[cfg_attr(feature = "arguments", arg(long))]
    pub names: bool,
    /// Order of the keywords, largest first
    #[cfg_attr(feature = "arguments", arg(long, default_value = "g2_adjusted"))]
    pub sort: KeywordOrder,
    /// Which rows are given.
    #[serde(flatten)]
    #[cfg_attr(feature = "arguments", command(flatten))]
    pub paging: Paging,
    /// Where to look.
    #[serde(flatten)]
    #[cfg_attr(feature = "arguments", command(flatten))]
    pub scope: Scope,
}

/// What `new` is asked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(feature = "arguments", derive(clap::Args))]
#[serde(default)]
pub struct NewQuestion {
    /// What had stood until the last report before the years of the scope, and stands in them and later ones no more
    #[cfg_attr(feature = "arguments", arg(long))]
    pub gone: bool,
    /// In which reports of other years it must not stand
    #[cfg_attr(
        feature = "arguments",
        arg(long, default_value = "same", value_name = "WHAT")
    )]
    pub before: ComparedWith,
    /// Reports that must have it [default: 1; with --gone 3, the earlier ones among them]
    #[cfg_attr(feature = "arguments", arg(long, value_name = "N"))]
    #[schemars(range(min = 1))]
    pub min_reports: Option<usize>,
    /// Regions whose reports must have it [default: 1]
    #[cfg_attr(feature = "arguments", arg(long, value_name = "N"))]
    #[schemars(range(min = 1))]
    pub min_places: Option<usize>,
    /// Shortest phrase in characters [default: 2]
    #[cfg_attr(feature = "arguments", arg(long, value_name = "CHARS"))]
    #[schemars(range(min = 1))]
    pub shortest: Option<usize>,
    /// Longest phrase in characters [default: 20]
    #[cfg_attr(feature = "arguments", arg(long, value_name = "CHARS"))]
    #[schemars(range(min = 2))]
    pub longest: Option<usize>,
    /// Also phrases with numbers
    #[cfg_attr(feature = "arguments", arg(long))]
    pub numbers: bool,
    /// Order them as if no later report were held
    #[cfg_attr(feature = "arguments", arg(long, conflicts_with = "gone"))]
    pub as_then: bool,
    /// Also names of places and people
    #[cfg_attr(feature = "arguments", arg(long))]
    pub names: bool,
    /// Which rows are given.
    #[serde(flatten)]
    #[cfg_attr(feature = "arguments", command(flatten))]
    pub paging: Paging,
    /// Where to look.
    #[serde(flatten)]
    #[cfg_attr(feature = "arguments", command(flatten))]
    pub scope: Scope,
}

/// What `define` is asked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(feature = "arguments", derive(clap::Args))]
#[serde(default)]
pub struct DefineQuestion {
    /// The term
    #[cfg_attr(
        feature = "arguments",
        arg(required_unless_present = "list", value_name = "TERM", value_parser = typed)
    )]
    pub query: Vec<String>,
    /// All terms that are defined
    #[cfg_attr(feature = "arguments", arg(long, conflicts_with = "query"))]
    pub list: bool,
    /// Give each definition its reference
    #[cfg_attr(feature = "arguments", arg(long))]
    pub cite: bool,
    /// How strictly phrases are taken.
    #[serde(flatten)]
    #[cfg_attr(feature = "arguments", command(flatten))]
    pub matching: MatchOptions,
    /// Which rows are given.
    #[serde(flatten)]
    #[cfg_attr(feature = "arguments", command(flatten))]
    pub paging: Paging,
    /// Where to look.
    #[serde(flatten)]
    #[cfg_attr(feature = "arguments", command(flatten))]
    pub scope: Scope,
}

/// What `reports` is asked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(feature = "arguments", derive(clap::Args))]
#[serde(default)]
pub struct ReportsQuestion {
    /// Only reports whose region or year could not be told or that were read only in part, texts of another genre, and files that were refused
    #[cfg_attr(feature = "arguments", arg(long))]
    pub to_fix: bool,
    /// What was removed or noticed in each report
    #[cfg_attr(feature = "arguments", arg(long))]
    pub notes: bool,
    /// What is held of each region in each year, and what is not
    #[cfg_attr(feature = "arguments", arg(long, conflicts_with_all = ["to_fix", "notes", "with", "without"]))]
    pub coverage: bool,
    /// Only reports in which this expression holds in a passage
    #[cfg_attr(feature = "arguments", arg(long, value_name = "EXPRESSION", value_parser = typed))]
    pub with: Vec<String>,
    /// Only whole reports in no passage of which this expression holds
    #[cfg_attr(feature = "arguments", arg(long, value_name = "EXPRESSION", value_parser = typed))]
    pub without: Vec<String>,
    /// How strictly phrases are taken.
    #[serde(flatten)]
    #[cfg_attr(feature = "arguments", command(flatten))]
    pub matching: MatchOptions,
    /// Which rows are given.
    #[serde(flatten)]
    #[cfg_attr(feature = "arguments", command(flatten))]
    pub paging: Paging,
    /// Where to look.
    #[serde(flatten)]
    #[cfg_attr(feature = "arguments", command(flatten))]
    pub scope: Scope,
}

/// What `show` is asked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(feature = "arguments", derive(clap::Args))]
#[serde(default)]
pub struct ShowQuestion {
    /// Id of a report (汾阳市-2024) or of a passage (汾阳市-2024:19)
    pub id: String,
    /// Neighbouring passages to show on each side of a passage
    #[cfg_attr(
        feature = "arguments",
        arg(short = 'C', long, default_value_t = 0, value_name = "N")
    )]
    pub context: u32,
    /// Only the headings
    #[cfg_attr(feature = "arguments", arg(long))]
    pub outline: bool,
    /// Give each passage its reference
    #[cfg_attr(feature = "arguments", arg(long))]
    pub cite: bool,
}
