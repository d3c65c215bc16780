//! What the columns of a row say of its report: title, region, year.
//!
//! In: a row, the roles of its columns; then what the text says. Out: the values, each with the column as its evidence;
//! they stand above what the text says, and a note tells where the two contradict.

use super::layout::ColumnLayout;
use super::names::Role;
use super::resolver::Resolver;
use super::sheet::{SheetRow, note};
use super::values::{NamedReport, report_named, short_year_of, year_of};
use crate::ingest::notes::{REGION_CONTRADICTION, YEAR_CONTRADICTION};
use crate::region::Region;
use crate::report::{Attested, Evidence, EvidenceKind, Genre, Note, ReportMeta, Year};

/// What the columns of a row say of its report.
#[derive(Debug, Default)]
pub(crate) struct ColumnFacts {
    /// The title, and the line of the row.
    pub(crate) title: Option<(String, u32)>,
    /// The region, and the others that the words could mean.
    region: Option<(Attested<Region>, Vec<Region>)>,
    year: Option<Attested<Year>>,
    /// The year of a date of publication, for want of anything better.
    date_year: Option<Attested<Year>>,
    /// What the name of the sheet says, for want of columns and of text that says it.
    of_sheet: SheetFacts,
    /// Why the rows are no report, whatever their text sounds like.
    no_report: Option<&'static str>,
}

/// What the name of a sheet says.
#[derive(Debug, Default)]
struct SheetFacts {
    region: Option<Attested<Region>>,
    year: Option<Attested<Year>>,
}

/// A row that is asked what it says.
pub(super) struct AskedRow<'a> {
    pub(super) row: &'a SheetRow,
    pub(super) header: &'a [String],
    pub(super) layout: &'a ColumnLayout,
    /// What the sheet of a workbook is called.
    pub(super) sheet: Option<&'a str>,
}

/// A cell with the name of its column.
#[derive(Clone, Copy)]
struct Named<'a> {
    name: &'a str,
    text: &'a str,
}

impl Named<'_> {
    fn words(self) -> String {
        format!("{}: {}", self.name, self.text)
    }
}

impl ColumnFacts {
    /// The region and the year that the row names, or the sheet in which it stands.
    pub(super) fn place(&self) -> (Option<Region>, Option<Year>) {
        let of_sheet = &self.of_sheet;
        let region = self.region.as_ref().map(|(region, _)| region);
        let year = self.year.as_ref().or(self.date_year.as_ref());
        (
            region.or(of_sheet.region.as_ref()).map(|found| found.value),
            year.or(of_sheet.year.as_ref()).map(|found| found.value),
        )
    }
}

impl<'a> AskedRow<'a> {
    /// What the columns of the row say.
    pub(super) fn columns(&self, resolver: &mut Resolver, notes: &mut Vec<Note>) -> ColumnFacts {
        let unread = |words: &str| note("column-unread", Some(self.row.line), words);
        let mut columns = ColumnFacts {
            title: self.title(),
            ..ColumnFacts::default()
        };
        if let Some(cell) = self.value(Role::Year) {
            columns.year = self.year(cell);
            if columns.year.is_none() {
                notes.push(unread(&cell.words()));
            }
        }
        columns.date_year = self.value(Role::Date).and_then(|cell| self.year(cell));
        if let Some((texts, words)) = self.places() {
            let named = resolver.resolve(&texts);
            let place = match self.code(resolver) {
                Some(code) => Some(self.place_by_code(named, code, &words, notes)),
                None => named,
            };
            columns.region =
                place.map(|(region, others)| (self.attested(region, words.clone()), others));
            if columns.region.is_none() {
                notes.push(unread(&words));
            }
        }
        columns.of_sheet = self.of_sheet(resolver);
        columns.no_report = self.layout.annotated.then_some("sentences with labels");
        if let Some(url) = self.value(Role::Url) {
            notes.push(note("source", Some(self.row.line), url.text));
        }
        columns
    }

    fn value(&self, role: Role) -> Option<Named<'a>> {
        self.value_at(self.layout.column(role)?)
    }

    fn value_at(&self, column: usize) -> Option<Named<'a>> {
        let text = self.row.cells.get(column)?.text.trim();
        let name = self.header.get(column).map_or("", |name| name.trim());
        (!text.is_empty()).then_some(Named { name, text })
    }

    fn attested<T>(&self, value: T, words: String) -> Attested<T> {
        Attested {
            value,
            evidence: Evidence {
                kind: EvidenceKind::Column,
                words,
                line: Some(self.row.line),
            },
        }
    }

    fn title(&self) -> Option<(String, u32)> {
        let title = self.value(Role::Title)?.text;
        let words: Vec<&str> = title.split_whitespace().collect();
        Some((words.join(" "), self.row.line))
    }

    fn year(&self, cell: Named<'_>) -> Option<Attested<Year>> {
        let short = || short_year_of(cell.text).filter(|_| self.layout.short_years);
        Some(self.attested(year_of(cell.text).or_else(short)?, cell.words()))
    }

    /// The cells of places from province down, and the words with which they stand as evidence.
    fn places(&self) -> Option<(Vec<&'a str>, String)> {
        let cells: Vec<Named<'a>> = [Role::Province, Role::City, Role::County, Role::Region]
            .into_iter()
            .filter_map(|role| self.value(role))
            .collect();
        let texts: Vec<&str> = cells.iter().map(|cell| cell.text).collect();
        let codes = self.codes();
        let words: Vec<String> = cells
            .iter()
            .chain(&codes)
            .map(|cell| cell.words())
            .collect();
        (!words.is_empty()).then(|| (texts, words.join(", ")))
    }

    /// The cells of all columns of codes: a table may have one for each level.
    fn codes(&self) -> Vec<Named<'a>> {
        let roles = self.layout.roles.iter().enumerate();
        let columns = roles.filter(|(_, role)| **role == Some(Role::Code));
        columns
            .filter_map(|(column, _)| self.value_at(column))
            .collect()
    }

    /// The lowest region that a code stands for.
    fn code(&self, resolver: &mut Resolver) -> Option<Region> {
        let codes = self.codes().into_iter();
        let codes = codes.map(|cell| cell.text.strip_suffix(".0").unwrap_or(cell.text));
        let regions = codes.filter_map(|code| Some(resolver.resolve(&[code])?.0));
        regions.max_by_key(|region| region.level())
    }

    /// A code tells namesakes apart and says which level is meant; a name may be more particular than the code. Where
    /// the two have nothing to do with each other, the code counts and a note tells.
    fn place_by_code(
        &self,
        named: Option<(Region, Vec<Region>)>,
        code: Region,
        words: &str,
        notes: &mut Vec<Note>,
    ) -> (Region, Vec<Region>) {
        match named {
            Some((region, others)) if code != region && code.contains(region) => (region, others),
            Some((region, others)) if !region.contains(code) && !others.contains(&code) => {
                let words = format!(
                    "{} by the code, {} by the name: {words}",
                    code.unique_name(),
                    region.unique_name()
                );
                notes.push(note(REGION_CONTRADICTION, Some(self.row.line), &words));
                (code, Vec::new())
            }
            _ => (code, Vec::new()),
        }
    }

    /// What the name of the sheet says where no column of its kind has a value.
    fn of_sheet(&self, resolver: &mut Resolver) -> SheetFacts {
        let Some((sheet, NamedReport { place, year })) = self
            .sheet
            .and_then(|sheet| Some((sheet, report_named(sheet)?)))
        else {
            return SheetFacts::default();
        };
        let words = || format!("sheet: {sheet}");
        let region = place.and_then(|place| Some(resolver.resolve(&[&place])?.0));
        SheetFacts {
            region: region.map(|region| self.attested(region, words())),
            year: year.map(|year| self.attested(year, words())),
        }
    }
}

impl ColumnFacts {
    /// Puts what the columns say above what the text says; where they contradict, a note tells.
    pub(crate) fn apply(self, meta: &mut ReportMeta, notes: &mut Vec<Note>) {
        if let Some((title, _)) = self.title {
            apply_title(title, meta, notes);
        }
        if let Some(year) = self.year.or(self.date_year.filter(|_| meta.year.is_none())) {
            apply_year(year, meta, notes);
        }
        if let Some((region, others)) = self.region {
            apply_region(region, &others, meta, notes);
        }
        self.of_sheet.apply(meta, notes);
        if let Some(why) = self.no_report {
            meta.genre = Genre::Other;
            notes.push(note("not-a-report", None, why));
        }
    }
}

impl SheetFacts {
    /// Stands above the name of the file and votes of the body, and below all else.
    fn apply(self, meta: &mut ReportMeta, notes: &mut Vec<Note>) {
        let is_weak = |kind: EvidenceKind| matches!(kind, EvidenceKind::Path | EvidenceKind::Body);
        let is_open = |kind: Option<EvidenceKind>| kind.is_none_or(is_weak);
        if let Some(year) = self.year
            && is_open(meta.year.as_ref().map(|year| year.evidence.kind))
        {
            apply_year(year, meta, notes);
        }
        if let Some(region) = self.region
            && is_open(meta.region.as_ref().map(|region| region.evidence.kind))
        {
            apply_region(region, &[], meta, notes);
        }
    }
}

fn apply_title(title: String, meta: &mut ReportMeta, notes: &mut Vec<Note>) {
    // A summary without its dateline speaks as a news item does; its title says what it is.
    if meta.genre == Genre::Other && calls_itself_report(&title) {
        let n_notes = notes.len();
        notes.retain(|note| !(note.rule == "not-a-report" && note.text.starts_with("a news item")));
        if notes.len() < n_notes {
            meta.genre = Genre::Report;
        }
    }
    meta.title = title;
}

fn apply_year(year: Attested<Year>, meta: &mut ReportMeta, notes: &mut Vec<Note>) {
    if let Some(text) = &meta.year
        && text.value != year.value
    {
        let words = format!(
            "{} by `{}`, {} by `{}`",
            year.value, year.evidence.words, text.value, text.evidence.words
        );
        notes.push(note(YEAR_CONTRADICTION, year.evidence.line, &words));
    }
    notes.retain(|note| note.rule != "year-unknown");
    meta.year = Some(year);
}

/// The column decides, unless the text is more particular or tells namesakes apart.
fn apply_region(
    column: Attested<Region>,
    others: &[Region],
    meta: &mut ReportMeta,
    notes: &mut Vec<Note>,
) {
    if let Some(text) = &mut meta.region
        && (column.value.contains(text.value) && column.value != Region::NATION
            || others.contains(&text.value))
    {
        if column.value == text.value || others.contains(&text.value) {
            text.evidence = column.evidence;
        }
        return;
    }
    let text = meta.region.as_ref();
    if let Some(text) = text
        && !text.value.contains(column.value)
    {
        let words = format!(
            "{} by `{}`, {} by `{}`",
            column.value.unique_name(),
            column.evidence.words,
            text.value.unique_name(),
            text.evidence.words
        );
        notes.push(note(REGION_CONTRADICTION, column.evidence.line, &words));
    }
    if text.is_none_or(|text| text.value != column.value) {
        meta.named = None;
    }
    notes.retain(|note| !matches!(note.rule.as_str(), "region-unknown" | "region-ambiguous"));
    meta.region = Some(column);
}

/// Whether a title is that of a report, and of nothing about one (审议政府工作报告, 作政府工作报告).
fn calls_itself_report(title: &str) -> bool {
    let bare = title
        .trim_end_matches("（摘要）")
        .trim_end_matches("(摘要)");
    bare.strip_suffix("政府工作报告").is_some_and(|before| {
        before.is_empty()
            || before.ends_with(['年', '省', '市', '县', '区', '州', '旗', '盟', '院'])
    })
}
