//! Where to look: names and numbers as they were typed → filters.

use super::error::AskError;
use super::holdings::Holdings;
use super::notice::Notice;
use crate::index::TableDamaged;
use crate::query::{FilterName, Filters, InlineFilter, parse_years};
use crate::stats::{half_read, unplaced, unread_files, unread_within};
use baogao_reading::region::{Basis, Level, Region, resolve};
use baogao_reading::report::{Genre, Part};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::ops::RangeInclusive;

/// Files and reports that a notice names.
pub(super) const N_NAMED: usize = 5;
/// Other regions of the same name that a notice names.
const N_OTHERS: usize = 5;

/// The heading of these options in a list of all.
#[cfg(feature = "arguments")]
const WHERE: &str = "Where to look (repeat for either, different ones must all hold)";

/// Where to look, as typed. Values of one kind are alternatives; kinds must all hold.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(feature = "arguments", derive(clap::Args))]
#[serde(default)]
pub struct Scope {
    /// Region and all below it: full or short name, code or path (吕梁, 山西省, 141100, 山西/吕梁)
    #[cfg_attr(feature = "arguments", arg(long, value_name = "REGION", help_heading = WHERE))]
    pub region: Vec<String>,
    /// Year in which the report was given: 2024, 2020..2024
    #[cfg_attr(feature = "arguments", arg(long, value_name = "YEARS", allow_hyphen_values = true, help_heading = WHERE))]
    pub year: Vec<String>,
    /// Year that the passage speaks of: 2023 for a review given in 2024
    #[cfg_attr(feature = "arguments", arg(long, value_name = "YEARS", allow_hyphen_values = true, help_heading = WHERE))]
    pub about: Vec<String>,
    /// Part of the report: opening, review, plan, governance, closing, glossary, other (回顾, 计划, …)
    #[cfg_attr(feature = "arguments", arg(long, value_name = "PART", help_heading = WHERE))]
    #[schemars(with = "Vec<Part>")]
    pub part: Vec<String>,
    /// Level of the region: nation, province, prefecture, county (国家, 省, 市, 县)
    #[cfg_attr(feature = "arguments", arg(long, value_name = "LEVEL", help_heading = WHERE))]
    #[schemars(with = "Vec<Level>")]
    pub level: Vec<String>,
    /// Report by its id: 汾阳市-2024 or 141182-2024
    #[cfg_attr(feature = "arguments", arg(long, value_name = "ID", help_heading = WHERE))]
    pub report: Vec<String>,
    /// Also copies of a report that is there in a better one
    #[cfg_attr(feature = "arguments", arg(long, help_heading = WHERE))]
    pub duplicates: bool,
    /// Texts of this genre [default: report; any where no report is held]
    #[cfg_attr(feature = "arguments", arg(long, value_name = "GENRE", help_heading = WHERE))]
    pub genre: Option<GenreChoice>,
}

/// Which texts are looked into.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(feature = "arguments", derive(clap::ValueEnum))]
#[serde(rename_all = "lowercase")]
pub enum GenreChoice {
    /// Government work reports
    #[serde(alias = "报告")]
    #[cfg_attr(feature = "arguments", value(alias = "报告"))]
    Report,
    /// Texts of another genre
    #[serde(alias = "其他")]
    #[cfg_attr(feature = "arguments", value(alias = "其他"))]
    Other,
    /// All texts
    #[serde(alias = "全部")]
    #[cfg_attr(feature = "arguments", value(alias = "全部"))]
    Any,
}

/// Checked filters, and what must be said of them.
#[derive(Clone, Debug)]
pub struct Resolved {
    /// The filters.
    pub filters: Filters,
    /// Regions that are known and of which nothing is held.
    pub not_held: Vec<Region>,
    /// What must be said beside every answer.
    pub notices: Vec<Notice>,
}

impl Scope {
    /// The same with the filters that were typed in an expression.
    pub fn with(&self, inline: &[InlineFilter]) -> Scope {
        let mut all = self.clone();
        for filter in inline {
            let values = match filter.name {
                FilterName::Region => &mut all.region,
                FilterName::Year => &mut all.year,
                FilterName::About => &mut all.about,
                FilterName::Part => &mut all.part,
                FilterName::Level => &mut all.level,
                FilterName::Report => &mut all.report,
            };
            values.push(filter.value.clone());
        }
        all
    }

    pub(super) fn years(given: &str) -> Result<RangeInclusive<u16>, AskError> {
        Ok(parse_years(given)?)
    }

    pub(super) fn part(given: &str) -> Result<Part, AskError> {
        Part::parse(given).ok_or_else(|| AskError::Part {
            given: given.to_owned(),
        })
    }

    pub(super) fn level(given: &str) -> Result<Level, AskError> {
        Level::parse(given).ok_or_else(|| AskError::Level {
            given: given.to_owned(),
        })
    }

    /// Checks what was typed against the tables.
    ///
    /// # Errors
    /// When a value does not exist, or the list of files cannot be read.
    pub fn resolve(&self, holdings: &dyn Holdings) -> Result<Resolved, AskError> {
        let mut filters = Filters {
            duplicates: self.duplicates,
            ..Filters::default()
        };
        let mut notices = Vec::new();
        let mut not_held = Vec::new();
        let is_of = |rank: usize, region: Region| {
            let held = holdings.reports().region(rank);
            held.is_some_and(|held| region.contains(held))
        };
        let ranks = || 0..holdings.reports().len();
        let held = |region: Region| ranks().any(|rank| is_of(rank, region));
        filters.genre = self.genre(holdings);
        let genre = filters.genre;
        let is_meant =
            |rank: usize| genre.is_none_or(|genre| genre == holdings.reports().genre(rank));
        let is_held = |region: Region| ranks().any(|rank| is_of(rank, region) && is_meant(rank));
        for given in &self.region {
            let resolved = resolve(given, &held).map_err(|error| AskError::Region {
                given: given.clone(),
                error,
            })?;
            let region = resolved.region;
            if let Some(choice) = resolved.choice {
                notices.push(Notice::RegionTaken {
                    given: given.clone(),
                    region,
                    years: match choice.basis {
                        Basis::Former { years, .. } => Some(years),
                        Basis::Held | Basis::Level => None,
                    },
                    others: choice.others.iter().copied().take(N_OTHERS).collect(),
                });
            }
            if !is_held(region) {
                not_held.push(region);
            }
            filters.regions.push(region);
        }
        for given in &self.year {
            filters.years.push(Scope::years(given)?);
        }
        for given in &self.about {
            filters.about.push(Scope::years(given)?);
        }
        for given in &self.part {
            filters.parts.push(Scope::part(given)?);
        }
        for given in &self.level {
            filters.levels.push(Scope::level(given)?);
        }
        for id in &self.report {
            filters.reports.push(find_report(holdings, id)?);
        }
        if self.genre.is_none()
            && filters.genre.is_none()
            && self.report.is_empty()
            && !holdings.reports().is_empty()
        {
            notices.push(Notice::NoReport);
        }
        notices.extend(self.about_what_is_held(holdings, &filters, &not_held)?);
        Ok(Resolved {
            filters,
            not_held,
            notices,
        })
    }

    /// The genre that is meant: where nothing is said, reports, if any is held. Texts that are asked for by their names
    /// may be of any.
    fn genre(&self, holdings: &dyn Holdings) -> Option<Genre> {
        match self.genre {
            Some(GenreChoice::Report) => Some(Genre::Report),
            Some(GenreChoice::Other) => Some(Genre::Other),
            Some(GenreChoice::Any) => None,
            None if !self.report.is_empty() => None,
            None => {
                let is_report = |rank| holdings.reports().genre(rank) == Genre::Report;
                (0..holdings.reports().len())
                    .any(is_report)
                    .then_some(Genre::Report)
            }
        }
    }

    /// What must be said of what is held within the filters.
    fn about_what_is_held(
        &self,
        holdings: &dyn Holdings,
        filters: &Filters,
        not_held: &[Region],
    ) -> Result<Vec<Notice>, AskError> {
        let mut notices = Vec::new();
        let unread = unread_within(holdings, filters)?;
        for region in not_held {
            // Of a region of which a file could not be read something may be held.
            let is_of = |held: Region| region.contains(held);
            if !unread.iter().any(|file| file.region.is_some_and(is_of)) {
                notices.push(Notice::NotHeld {
                    phrase: None,
                    region: *region,
                });
            }
        }
        notices.extend(only_other_genre(holdings, filters)?);
        let unread = unread_files(holdings, filters)?;
        if !unread.is_empty() {
            let names = unread.iter().map(|file| file.file.clone());
            notices.push(Notice::Unread {
                phrase: None,
                files: unread.len() as u64,
                named: names.take(N_NAMED).collect(),
            });
        }
        // What was not read of a report may be what is asked for.
        let of_reports = holdings.report_mask(&filters.of_reports());
        let is_partial = |(rank, searched): (usize, &bool)| {
            (*searched && holdings.reports().is_partial(rank)).then_some(rank)
        };
        let partial = of_reports.iter().enumerate().filter_map(is_partial);
        let partial: Vec<usize> = partial.chain(half_read(holdings, filters)).collect();
        if !partial.is_empty() {
            notices.push(Notice::PartlyRead {
                phrase: None,
                reports: partial.len() as u64,
                named: ids(holdings, partial.iter().take(N_NAMED))?,
            });
        }
        match holdings.copies_left_out(filters) {
            0 => {}
            n => notices.push(Notice::CopiesLeftOut {
                phrase: None,
                reports: n as u64,
                holds: None,
            }),
        }
        notices.extend(without_passages(holdings, filters));
        // What is not known of a report may be what is asked for.
        let is_by_place = !(filters.regions.is_empty() && filters.levels.is_empty());
        if is_by_place || !filters.years.is_empty() {
            let mut unplaced = unplaced(holdings, &filters.of_reports());
            unplaced.retain(|rank| of_reports.get(*rank) != Some(&true));
            notices.extend(not_placed(holdings, &unplaced)?);
        }
        Ok(notices)
    }
}

/// Texts of another genre of the regions that are asked for, or of all, where no report is held within the filters: who
/// hears that nothing is held would take it for nothing at all.
fn only_other_genre(
    holdings: &dyn Holdings,
    filters: &Filters,
) -> Result<Option<Notice>, TableDamaged> {
    if filters.genre != Some(Genre::Report) {
        return Ok(None);
    }
    let reports = holdings.reports();
    let mask = holdings.report_mask(&filters.of_reports().of_any_genre());
    let there = (0..mask.len()).filter(|rank| mask.get(*rank) == Some(&true));
    let (meant, others): (Vec<usize>, Vec<usize>) =
        there.partition(|rank| reports.genre(*rank) == Genre::Report);
    let is_in = |rank: &usize, asked: &Region| {
        let region = reports.region(*rank);
        region.is_some_and(|region| asked.contains(region))
    };
    // What was read in part is told as that.
    let is_alone = |rank: &&usize| {
        !reports.is_partial(**rank)
            && match filters.regions.as_slice() {
                [] => meant.is_empty(),
                regions => regions.iter().any(|asked| {
                    is_in(rank, asked) && !meant.iter().any(|rank| is_in(rank, asked))
                }),
            }
    };
    let alone: Vec<&usize> = others.iter().filter(is_alone).collect();
    let named = ids(holdings, alone.iter().copied().take(N_NAMED))?;
    Ok((!alone.is_empty()).then_some(Notice::OnlyOtherGenre {
        phrase: None,
        texts: alone.len() as u64,
        named,
    }))
}

/// What must be said of reports whose region or year is not known.
pub(super) fn not_placed(
    holdings: &dyn Holdings,
    ranks: &[usize],
) -> Result<Option<Notice>, TableDamaged> {
    let named = ids(holdings, ranks.iter().take(N_NAMED))?;
    Ok((!ranks.is_empty()).then_some(Notice::Unplaced {
        reports: ranks.len() as u64,
        named,
    }))
}

/// The reports that filters of passages leave out.
fn without_passages(holdings: &dyn Holdings, filters: &Filters) -> Vec<Notice> {
    if filters.parts.is_empty() && filters.about.is_empty() {
        return Vec::new();
    }
    let n_left = |filters: &Filters| {
        let mask = holdings.report_mask(filters).into_iter();
        mask.filter(|searched| *searched).count() as u64
    };
    let with_parts = Filters {
        about: Vec::new(),
        ..filters.clone()
    };
    let (n_all, n_with_parts) = (n_left(&filters.of_reports()), n_left(&with_parts));
    let mut notices = Vec::new();
    let phrase = None;
    if n_with_parts < n_all {
        let reports = n_all - n_with_parts;
        notices.push(Notice::NoSuchPart { phrase, reports });
    }
    let phrase = None;
    if n_left(filters) < n_with_parts {
        let reports = n_with_parts - n_left(filters);
        notices.push(Notice::NoSuchYear { phrase, reports });
    }
    notices
}

/// The ids of reports.
pub(super) fn ids<'r>(
    holdings: &dyn Holdings,
    ranks: impl IntoIterator<Item = &'r usize>,
) -> Result<Vec<String>, TableDamaged> {
    let ids = ranks.into_iter();
    ids.map(|rank| Ok(holdings.reports().entry(*rank)?.id))
        .collect()
}

/// The rank of a report by its id.
pub(super) fn find_report(holdings: &dyn Holdings, id: &str) -> Result<usize, AskError> {
    holdings.find_report(id).ok_or_else(|| {
        let ids =
            (0..holdings.reports().len()).filter_map(|rank| holdings.reports().entry(rank).ok());
        let name = id.rsplit_once('-').map_or(id, |(name, _)| name);
        let close = ids
            .map(|entry| entry.id)
            .filter(|other| other.contains(name));
        AskError::Report {
            id: id.to_owned(),
            close: close.take(N_NAMED).collect(),
        }
    })
}
