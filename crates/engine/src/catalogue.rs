//! What is known of reports without reading a text: the report table, and the files that were not read.
//!
//! In: nothing but these two. Out: which reports filters let through, and what an id names. What counts zeros and
//! denominators needs no more than this, wherever the texts are held.

use crate::index::{AboutSize, Index, IndexError, PartSize, ReportTable, UnreadFile};
use crate::query::Filters;
use baogao_reading::region::Region;
use baogao_reading::report::{Part, Year};

/// What is known of all reports.
pub trait Catalogue: Send + Sync {
    /// The reports, by rank.
    fn reports(&self) -> &ReportTable;

    /// The files that gave no report.
    ///
    /// # Errors
    /// When the list of files cannot be read.
    fn unread(&self) -> Result<Vec<UnreadFile>, IndexError>;

    /// How many copies of reports the filters would let through, and are left out.
    fn copies_left_out(&self, filters: &Filters) -> usize {
        if filters.duplicates || !self.reports().has_duplicates() {
            return 0;
        }
        let n_searched = |filters| {
            let mask = self.report_mask(filters).into_iter();
            mask.filter(|searched| *searched).count()
        };
        n_searched(&filters.with_copies()) - n_searched(filters)
    }

    /// What the filters of passages let through of each part of a report, in the order of [`Part::ALL`].
    fn parts_within(&self, rank: usize, filters: &Filters) -> [PartSize; Part::ALL.len()] {
        let mut sizes = [PartSize::default(); Part::ALL.len()];
        let mut add = |part: Part, size: PartSize| {
            let sum = sizes.get_mut(part as usize);
            if let Some(sum) = sum.filter(|_| filters.has_part(part)) {
                sum.passages += size.passages;
                sum.chars += size.chars;
            }
        };
        if filters.about.is_empty() {
            let parts = Part::ALL.into_iter().zip(self.reports().parts(rank));
            parts.for_each(|(part, size)| add(part, size));
        } else {
            for AboutSize { part, about, size } in self.reports().abouts(rank) {
                let (from, to) = about;
                if filters.speaks_of(Some((from.get(), to.get()))) {
                    add(part, size);
                }
            }
        }
        sizes
    }

    /// Whether the filters of passages let anything of a report through.
    fn has_within(&self, rank: usize, filters: &Filters) -> bool {
        let sizes = self.parts_within(rank, filters);
        sizes.iter().any(|size| size.passages > 0)
    }

    /// Which reports the filters let through, by rank: where passages are filtered, those of which one is left. Only these
    /// are searched.
    fn report_mask(&self, filters: &Filters) -> Vec<bool> {
        let lets_through = |rank: usize| {
            let region = || self.reports().region(rank);
            let year = || self.reports().year(rank).map(Year::get);
            let level = || self.reports().level(rank);
            (filters.regions.is_empty()
                || region().is_some_and(|region| {
                    filters.regions.iter().any(|filter| filter.contains(region))
                }))
                && (filters.years.is_empty()
                    || year().is_some_and(|year| {
                        filters.years.iter().any(|filter| filter.contains(&year))
                    }))
                && (filters.levels.is_empty()
                    || level().is_some_and(|level| filters.levels.contains(&level)))
                && (filters.reports.is_empty() || filters.reports.contains(&rank))
                && (filters.parts.is_empty() && filters.about.is_empty()
                    || self.has_within(rank, filters))
        };
        // Most questions have no filter but these two, and a question looks at each report more than once.
        let is_free = Filters {
            duplicates: filters.duplicates,
            genre: filters.genre,
            ..Filters::default()
        } == *filters;
        let reports = self.reports();
        let is_of_genre = |rank| {
            is_searched(reports, rank, filters)
                && filters
                    .genre
                    .is_none_or(|genre| genre == reports.genre(rank))
        };
        (0..reports.len())
            .map(|rank| is_of_genre(rank) && (is_free || lets_through(rank)))
            .collect()
    }

    /// What an id that the program printed names. The name of a file may hold a colon (附件2：政府工作报告), and
    /// so may the id of a report without a region: the whole is looked for as a report first, and only
    /// then what stands behind the last colon is the number of a passage.
    fn parse_id<'t>(&self, id: &'t str) -> IdParts<'t> {
        let whole = IdParts {
            report: id,
            rank: self.find_report(id),
            number: None,
        };
        match id.rsplit_once([':', '\u{ff1a}']) {
            Some((report, number)) if whole.rank.is_none() => IdParts {
                report,
                rank: self.find_report(report),
                number: Some(number),
            },
            _ => whole,
        }
    }

    /// The rank of the report with this id: `汾阳市-2024`, also written `141182-2024`.
    fn find_report(&self, id: &str) -> Option<usize> {
        let by_code = id.split_once('-').and_then(|(code, rest)| {
            let region = (code.len() == 6).then(|| code.parse().ok()).flatten();
            let region = region.and_then(Region::from_code)?;
            Some(format!("{}-{rest}", region.unique_name()))
        });
        let id = by_code.as_deref().unwrap_or(id);
        (0..self.reports().len()).find(|rank| {
            self.reports()
                .entry(*rank)
                .is_ok_and(|entry| entry.id == id)
        })
    }
}

impl Catalogue for Index {
    fn reports(&self) -> &ReportTable {
        &self.reports
    }

    fn unread(&self) -> Result<Vec<UnreadFile>, IndexError> {
        Index::unread(self)
    }
}

/// Whether a report is looked at at all: a copy is only when it is asked for.
pub(crate) fn is_searched(reports: &ReportTable, rank: usize, filters: &Filters) -> bool {
    filters.duplicates || filters.reports.contains(&rank) || !reports.is_duplicate(rank)
}

/// The parts of an id.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct IdParts<'t> {
    /// The id of the report.
    pub report: &'t str,
    /// The report, if one is called so.
    pub rank: Option<usize>,
    /// The number of a passage, as it was written; none for the id of a report.
    pub number: Option<&'t str>,
}
