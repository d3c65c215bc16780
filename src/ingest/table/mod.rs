//! Tables → one document a report: CSV, TSV, JSON and spreadsheets.
//!
//! In: decoded text (or the bytes of a spreadsheet). Out: documents whose lines have the numbers of the raw
//! file, what the columns say of region, year and title, and notes. The text of a cell goes through the
//! same repair as a text file; what is understood here is which column is what, and which rows
//! belong together.
//!
//! The files of each kind are read by `delimited`, `json` and `workbook`.
//!
//! A row is a report of its own, unless rows share an id (or title, region and year) and are
//! short, or a column counts paragraphs: then they are the passages of one report, in their order.
//!
//! # Invariants
//!
//! - No row is lost in silence: it is in a document, or a note says that it has no text or is broken.
//! - A line number is the raw line on which the text stands (CSV), on which the row begins (JSON), or
//!   the number of the row (spreadsheet).

mod delimited;
mod json;
#[cfg(feature = "xlsx")]
mod workbook;

#[cfg(feature = "xlsx")]
pub(crate) use workbook::read_workbook;

use super::extract::{self, Line, Mark};
use super::limits::{self, CELLS_MAX, COLUMNS_MAX, REPORTS_MAX, TEXT_BYTES_MAX};
use super::line::{ends_sentence, is_closer, is_han};
use super::{IngestError, html};
use crate::region::{self, Basis, Region};
use crate::report::{Attested, Evidence, EvidenceKind, Genre, Note, ReportMeta, Year};
use crate::source::Format;
use std::collections::HashMap;

/// A report to be, before its text is repaired.
#[derive(Debug, Default)]
pub(crate) struct TableReport {
    /// The lines of its text.
    pub(crate) lines: Vec<Line>,
    /// What its columns say.
    pub(crate) columns: Columns,
    /// What was noticed.
    pub(crate) notes: Vec<Note>,
}

/// What the columns of a row say of its report.
#[derive(Debug, Default)]
pub(crate) struct Columns {
    /// The title, and the line of the row.
    pub(crate) title: Option<(String, u32)>,
    /// The region, and the others that the words could mean.
    region: Option<(Attested<Region>, Vec<Region>)>,
    year: Option<Attested<Year>>,
    /// The year of a date of publication, for want of anything better.
    date_year: Option<Attested<Year>>,
}

/// A line of JSON, a record of CSV or a row of a sheet: cells in the order of the header.
#[derive(Debug)]
struct Row {
    line: u32,
    cells: Vec<Cell>,
}

#[derive(Clone, Debug, Default)]
struct Cell {
    text: String,
    /// The raw line on which it begins.
    line: u32,
    /// Whether its line ends are line ends of the raw file.
    runs_on: bool,
}

/// One table: a file, or a sheet of a workbook.
#[derive(Debug, Default)]
struct Sheet {
    header: Vec<String>,
    rows: Vec<Row>,
    /// What was noticed while it was read.
    notes: Vec<Note>,
}

/// What the tables of a file have used up.
#[derive(Debug, Default)]
struct Budget {
    cells: usize,
    bytes: usize,
}

impl Budget {
    /// Takes a row, or what is added to one.
    fn take(&mut self, n_cells: usize, n_bytes: usize) -> Result<(), IngestError> {
        // A row without cells takes memory too.
        self.cells += n_cells.max(1);
        self.bytes += n_bytes;
        for (n, what, most) in [
            (n_cells, "columns", COLUMNS_MAX),
            (self.cells, "cells", CELLS_MAX),
            (self.bytes >> 20, "MiB of text", TEXT_BYTES_MAX >> 20),
        ] {
            if n > most {
                return Err(limits::too_much(what, most));
            }
        }
        Ok(())
    }
}

/// The reports of a table that is text.
pub(crate) fn read_text(text: &str, format: Format) -> Result<Vec<TableReport>, IngestError> {
    let sheet = match format {
        Format::JsonLines | Format::Json => json::read(text)?,
        _ => delimited::read(text, format == Format::Tsv)?,
    };
    sheet.into_reports()
}

/// What a column holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Role {
    Id,
    Region,
    Province,
    City,
    County,
    Year,
    Title,
    Date,
    Url,
    Text,
    Paragraph,
    ParagraphNumber,
}

/// The usual names of columns, lower case and without spaces, underscores and hyphens.
const NAMES: &[(Role, &[&str])] = &[
    (
        Role::Id,
        &[
            "id",
            "docid",
            "documentid",
            "reportid",
            "uid",
            "uuid",
            "编号",
            "文档编号",
            "报告编号",
            "文档id",
            "报告id",
            "文件编号",
        ],
    ),
    (
        Role::Region,
        &[
            "region",
            "area",
            "place",
            "location",
            "regionname",
            "地区",
            "地域",
            "区域",
            "行政区",
            "行政区划",
            "行政区域",
            "地方",
            "地名",
            "地区名称",
            "所属地区",
            "省市县",
            "regioncode",
            "区划代码",
            "行政区划代码",
            "地区代码",
        ],
    ),
    (
        Role::Province,
        &[
            "province",
            "provincename",
            "prov",
            "省",
            "省份",
            "省级",
            "省市",
            "所属省份",
            "省份名称",
            "省区市",
        ],
    ),
    (
        Role::City,
        &[
            "city",
            "cityname",
            "prefecture",
            "市",
            "城市",
            "地级市",
            "地市",
            "市州",
            "所属城市",
            "城市名称",
            "市级",
        ],
    ),
    (
        Role::County,
        &[
            "county",
            "countyname",
            "district",
            "县",
            "区县",
            "县区",
            "县市",
            "县市区",
            "市县区",
            "区",
            "县级",
            "所属区县",
            "县域",
        ],
    ),
    (
        Role::Year,
        &[
            "year",
            "reportyear",
            "年份",
            "年度",
            "年",
            "报告年份",
            "报告年度",
            "所属年份",
        ],
    ),
    (
        Role::Title,
        &[
            "title",
            "name",
            "headline",
            "subject",
            "reporttitle",
            "filename",
            "标题",
            "题名",
            "题目",
            "名称",
            "报告名称",
            "报告标题",
            "文件名",
            "文件名称",
            "文章标题",
            "新闻标题",
        ],
    ),
    (
        Role::Date,
        &[
            "date",
            "pubdate",
            "publishdate",
            "published",
            "publishedat",
            "publishtime",
            "pubtime",
            "releasedate",
            "time",
            "日期",
            "时间",
            "发布时间",
            "发布日期",
            "发表时间",
            "发表日期",
            "成文日期",
            "公布日期",
            "报告日期",
            "会议日期",
        ],
    ),
    (
        Role::Url,
        &[
            "url",
            "link",
            "href",
            "source",
            "sourceurl",
            "链接",
            "网址",
            "来源",
            "来源网址",
            "原文链接",
            "来源链接",
            "网页链接",
            "来源url",
            "地址",
        ],
    ),
    (
        Role::Text,
        &[
            "text",
            "content",
            "contents",
            "body",
            "fulltext",
            "article",
            "document",
            "reporttext",
            "maintext",
            "正文",
            "内容",
            "全文",
            "文本",
            "报告内容",
            "报告全文",
            "报告正文",
            "正文内容",
            "文本内容",
            "原文",
            "文章内容",
            "政府工作报告",
            "政府工作报告全文",
            "报告文本",
            "报告",
        ],
    ),
    (
        Role::Paragraph,
        &[
            "paragraph",
            "para",
            "passage",
            "chunk",
            "sentence",
            "paragraphtext",
            "段落",
            "段落内容",
            "段落文本",
            "句子",
            "段落正文",
        ],
    ),
    (
        Role::ParagraphNumber,
        &[
            "paragraphid",
            "paragraphno",
            "paragraphnumber",
            "paraid",
            "parano",
            "passageid",
            "chunkid",
            "chunkindex",
            "段号",
            "段落号",
            "段落序号",
            "段落编号",
            "段序",
        ],
    ),
];

/// What a column of this name holds: the name as a whole, without its number (正文2), or the part outside
/// or inside brackets (`年份（year）`).
fn role_of(name: &str) -> Option<Role> {
    let bare: String = name
        .chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '_' | '-' | '\u{feff}' | '\u{200b}'))
        .flat_map(char::to_lowercase)
        .collect();
    let known = |name: &str| {
        NAMES
            .iter()
            .find(|(_, names)| names.contains(&name))
            .map(|&(role, _)| role)
    };
    let parts = bare.split(['（', '）', '(', ')', '/', '[', ']', '【', '】']);
    known(&bare)
        .or_else(|| known(stem_of(&bare)))
        .or_else(|| parts.filter(|part| !part.is_empty()).find_map(known))
}

/// A name without the number at its end.
fn stem_of(name: &str) -> &str {
    name.trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, '_' | '-' | ' '))
}

/// Which column holds what.
#[derive(Debug, Default)]
struct Layout {
    roles: Vec<Option<Role>>,
    /// The columns that hold the text, in order.
    text: Vec<usize>,
    /// Whether each row is a paragraph of a report.
    by_paragraph: bool,
    /// The column is taken for the text although its name does not say so.
    guessed: bool,
}

impl Layout {
    fn column(&self, role: Role) -> Option<usize> {
        self.roles.iter().position(|known| *known == Some(role))
    }
}

impl Sheet {
    /// Which column holds what; none if no column holds text.
    fn layout(&self) -> Option<Layout> {
        /// A column without a known name is the text if its cells are so long on average.
        const GUESS_HAN_MIN: usize = 200;
        let roles: Vec<Option<Role>> = self.header.iter().map(|name| role_of(name)).collect();
        let mut layout = Layout {
            roles,
            ..Layout::default()
        };
        let n_chars = |column: usize| -> usize {
            self.rows
                .iter()
                .filter_map(|row| row.cells.get(column))
                .map(|cell| cell.text.len())
                .sum()
        };
        // `paragraph` may be the text or its number.
        for column in 0..self.header.len() {
            let is_number = || {
                self.rows.iter().all(|row| {
                    row.cells
                        .get(column)
                        .is_none_or(|cell| !cell.text.chars().any(is_han) && cell.text.len() <= 12)
                })
            };
            if let Some(role) = layout.roles.get_mut(column)
                && *role == Some(Role::Paragraph)
                && is_number()
            {
                *role = Some(Role::ParagraphNumber);
            }
        }
        let of_role = |role: Role| {
            let roles = layout.roles.iter().enumerate();
            roles
                .filter(move |(_, known)| **known == Some(role))
                .map(|(column, _)| column)
        };
        let mut best: Option<(usize, Vec<usize>, bool)> = None;
        for (role, by_paragraph) in [(Role::Text, false), (Role::Paragraph, true)] {
            for column in of_role(role) {
                // 正文1, 正文2: a text too long for one cell.
                let stem = self.header.get(column).map(|name| stem_of(name.trim()));
                let same: Vec<usize> = of_role(role)
                    .filter(|&other| {
                        self.header.get(other).map(|name| stem_of(name.trim())) == stem
                    })
                    .collect();
                let n: usize = same.iter().map(|&column| n_chars(column)).sum();
                if best.as_ref().is_none_or(|(most, ..)| n > *most) {
                    best = Some((n, same, by_paragraph));
                }
            }
        }
        layout.by_paragraph = of_role(Role::ParagraphNumber).next().is_some();
        if let Some((_, text, by_paragraph)) = best {
            layout.text = text;
            layout.by_paragraph |= by_paragraph;
            return Some(layout);
        }
        let unknown =
            (0..self.header.len()).filter(|&column| layout.roles.get(column) == Some(&None));
        let longest = unknown.max_by_key(|&column| n_chars(column))?;
        let n_han = self
            .rows
            .iter()
            .filter_map(|row| row.cells.get(longest))
            .map(|cell| cell.text.chars().filter(|&c| is_han(c)).count())
            .sum::<usize>();
        if n_han < GUESS_HAN_MIN * self.rows.len().max(1) {
            return None;
        }
        layout.text = vec![longest];
        layout.guessed = true;
        Some(layout)
    }

    /// Takes the header from among the first rows: tables for print have a heading above it.
    fn find_header(&mut self) {
        const ROWS_MAX: usize = 5;
        const NAME_CHARS_MAX: usize = 40;
        let is_header = |row: &Row, with_text: bool| {
            let names = || row.cells.iter().map(|cell| cell.text.trim());
            let roles = || names().filter_map(role_of);
            names().all(|name| name.chars().count() <= NAME_CHARS_MAX)
                && roles().next().is_some()
                && (!with_text || roles().any(|role| matches!(role, Role::Text | Role::Paragraph)))
        };
        let first = self.rows.iter().take(ROWS_MAX);
        let at = first
            .clone()
            .position(|row| is_header(row, true))
            .or_else(|| first.clone().position(|row| is_header(row, false)))
            .unwrap_or(0);
        if at < self.rows.len() {
            let above = self.rows.drain(..=at);
            let mut above: Vec<Row> = above.collect();
            let header = above.pop();
            for row in above {
                let words: Vec<String> = row.cells.into_iter().map(|cell| cell.text).collect();
                self.notes
                    .push(note("table-head", Some(row.line), words.join(" ").trim()));
            }
            self.header = header
                .map(|row| row.cells.into_iter().map(|cell| cell.text).collect())
                .unwrap_or_default();
        }
    }

    /// Rows → reports.
    fn into_reports(mut self) -> Result<Vec<TableReport>, IngestError> {
        let Some(layout) = self.layout() else {
            return Err(IngestError::NoTextColumn {
                columns: self.columns_seen(),
            });
        };
        self.note_columns(&layout);
        let mut resolver = Resolver::default();
        let mut reports: Vec<TableReport> = Vec::new();
        let mut without_text: Vec<u32> = Vec::new();
        let groups = self.groups(&layout);
        if groups.len() > REPORTS_MAX {
            return Err(limits::too_much("reports", REPORTS_MAX));
        }
        let mut n_lines = 0;
        for group in groups {
            let rows: Vec<&Row> = group.iter().filter_map(|&at| self.rows.get(at)).collect();
            let mut report = TableReport::default();
            for row in &rows {
                let n_before = report.lines.len();
                for &column in &layout.text {
                    if let Some(cell) = row.cells.get(column) {
                        read_cell(cell, &mut report.lines, &mut report.notes)?;
                    }
                }
                if report.lines.len() == n_before {
                    without_text.push(row.line);
                } else if rows.len() > 1
                    && let Some(first) = report.lines.get_mut(n_before)
                    && first.mark == Mark::None
                {
                    // A row is a paragraph: an indent says so to the next step.
                    first.indent = first.indent.max(4);
                    first.ideographic_indent = true;
                }
            }
            let Some(first) = rows.first().filter(|_| !report.lines.is_empty()) else {
                continue;
            };
            let words = match rows.last() {
                Some(last) if rows.len() > 1 => {
                    format!(
                        "rows {} to {}, {} of them",
                        first.line,
                        last.line,
                        rows.len()
                    )
                }
                _ => format!("row {}", first.line),
            };
            n_lines += report.lines.len();
            limits::check_lines(n_lines)?;
            report.notes.push(note(TABLE_ROW, Some(first.line), &words));
            report.columns =
                layout.columns_of(first, &self.header, &mut resolver, &mut report.notes);
            reports.push(report);
        }
        if !without_text.is_empty() {
            let lines: Vec<String> = without_text.iter().take(20).map(u32::to_string).collect();
            let more = if without_text.len() > 20 { ", …" } else { "" };
            let words = format!(
                "{} without text: {}{more}",
                rows(without_text.len()),
                lines.join(", ")
            );
            self.notes.push(note(
                "row-without-text",
                without_text.first().copied(),
                &words,
            ));
        }
        match reports.first_mut() {
            // What is true of the whole table is told once.
            Some(first) => first.notes.append(&mut self.notes),
            None => {
                return Err(IngestError::NoRows {
                    columns: self.columns_seen(),
                });
            }
        }
        Ok(reports)
    }

    fn columns_seen(&self) -> String {
        const NAMES_MAX: usize = 12;
        let mut names: Vec<String> = self
            .header
            .iter()
            .filter(|name| !name.trim().is_empty())
            .take(NAMES_MAX)
            .map(|name| {
                let short: String = name.trim().chars().take(20).collect();
                format!("`{short}`")
            })
            .collect();
        if self.header.len() > NAMES_MAX {
            names.push("…".to_owned());
        }
        if names.is_empty() {
            names.push("none".to_owned());
        }
        names.join(", ")
    }

    fn note_columns(&mut self, layout: &Layout) {
        if layout.guessed
            && let Some(name) = layout
                .text
                .first()
                .and_then(|&column| self.header.get(column))
        {
            let words = format!(
                "`{}` is taken for the text, as the longest column",
                name.trim()
            );
            self.notes.push(note("columns", None, &words));
        }
        let unused: Vec<&str> = self
            .header
            .iter()
            .enumerate()
            .filter(|(column, name)| {
                let role = layout.roles.get(*column).copied().flatten();
                !layout.text.contains(column)
                    && !name.trim().is_empty()
                    && role.is_none_or(|role| layout.column(role) != Some(*column))
            })
            .map(|(_, name)| name.trim())
            .collect();
        if !unused.is_empty() {
            let words = format!("not used: {}", unused.join(", "));
            self.notes.push(note("columns", None, &words));
        }
    }

    /// The rows of each report, in the order in which the reports begin.
    fn groups(&self, layout: &Layout) -> Vec<Vec<usize>> {
        /// A row with so much text is a report of its own.
        const PASSAGE_CHARS_MAX: usize = 3000;
        let text = |row: &Row, role: Role| {
            layout
                .column(role)
                .and_then(|column| row.cells.get(column))
                .map_or("", |cell| cell.text.trim())
                .to_owned()
        };
        let mut groups: Vec<Vec<usize>> = Vec::new();
        let mut known: HashMap<Vec<String>, usize> = HashMap::new();
        for (at, row) in self.rows.iter().enumerate() {
            let id = text(row, Role::Id);
            let title = text(row, Role::Title);
            let mut key = if !id.is_empty() {
                vec![id]
            } else if !title.is_empty() || layout.by_paragraph {
                let places = [
                    Role::Region,
                    Role::Province,
                    Role::City,
                    Role::County,
                    Role::Year,
                    Role::Url,
                ];
                std::iter::once(title)
                    .chain(places.map(|role| text(row, role)))
                    .collect()
            } else {
                Vec::new()
            };
            let n_chars: usize = layout
                .text
                .iter()
                .filter_map(|&column| row.cells.get(column))
                .map(|cell| cell.text.chars().count())
                .sum();
            if n_chars > PASSAGE_CHARS_MAX && !layout.by_paragraph {
                key.clear();
            }
            if key.is_empty() {
                groups.push(vec![at]);
                continue;
            }
            let group = *known.entry(key).or_insert_with(|| {
                groups.push(Vec::new());
                groups.len() - 1
            });
            if let Some(group) = groups.get_mut(group) {
                group.push(at);
            }
        }
        groups
    }
}

/// The rule of the note that says in which row of the table a report stands.
pub(crate) const TABLE_ROW: &str = "table-row";

fn note(rule: &str, line: Option<u32>, text: &str) -> Note {
    Note {
        rule: rule.to_owned(),
        line,
        text: text.to_owned(),
    }
}

fn rows(n: usize) -> String {
    if n == 1 {
        "1 row".to_owned()
    } else {
        format!("{n} rows")
    }
}

/// The lines of a cell, numbered as in the raw file.
fn read_cell(cell: &Cell, lines: &mut Vec<Line>, notes: &mut Vec<Note>) -> Result<(), IngestError> {
    /// The most that a cell of Excel holds, in UTF-16 units.
    const CELL_UNITS_MAX: usize = 32_767;
    /// Programs that cut on the safe side stay below it.
    const SLACK_UNITS: usize = 16;
    if cell.text.len() >= CELL_UNITS_MAX {
        let n_units = cell.text.encode_utf16().count();
        let last = cell.text.trim_end().chars().rev().find(|&c| !is_closer(c));
        let is_cut = n_units == CELL_UNITS_MAX
            || (CELL_UNITS_MAX - SLACK_UNITS..CELL_UNITS_MAX).contains(&n_units)
                && !last.is_some_and(ends_sentence);
        if is_cut {
            let words =
                format!("cut at the spreadsheet's limit of {CELL_UNITS_MAX} characters a cell");
            notes.push(note("cut-text", Some(cell.line), &words));
        }
    }
    let first_note = notes.len();
    let mut read = if html::is_snippet(&cell.text) {
        let page = html::read_snippet(&cell.text)?;
        notes.extend(page.notes);
        page.lines
    } else {
        extract::extract(&cell.text, Format::Text, notes)
    };
    let raw = |number: u32| {
        if cell.runs_on {
            cell.line.saturating_add(number.saturating_sub(1))
        } else {
            cell.line
        }
    };
    for line in &mut read {
        line.number = raw(line.number);
    }
    for note in notes.iter_mut().skip(first_note) {
        note.line = note.line.map(raw);
    }
    lines.append(&mut read);
    Ok(())
}

impl Layout {
    /// What the columns of a row say.
    fn columns_of(
        &self,
        row: &Row,
        header: &[String],
        resolver: &mut Resolver,
        notes: &mut Vec<Note>,
    ) -> Columns {
        let value = |role: Role| {
            let column = self.column(role)?;
            let text = row.cells.get(column)?.text.trim();
            (!text.is_empty()).then(|| (header.get(column).map_or("", |name| name.trim()), text))
        };
        let evidence = |words: String| Evidence {
            kind: EvidenceKind::Column,
            words,
            line: Some(row.line),
        };
        let mut columns = Columns {
            title: value(Role::Title).map(|(_, title)| {
                let title: Vec<&str> = title.split_whitespace().collect();
                (title.join(" "), row.line)
            }),
            ..Columns::default()
        };
        if let Some((name, text)) = value(Role::Year) {
            match year_of(text) {
                Some(year) => {
                    columns.year = Some(Attested {
                        value: year,
                        evidence: evidence(format!("{name}: {text}")),
                    });
                }
                None => notes.push(note(
                    "column-unread",
                    Some(row.line),
                    &format!("{name}: {text}"),
                )),
            }
        }
        if let Some((name, text)) = value(Role::Date)
            && let Some(year) = year_of(text)
        {
            columns.date_year = Some(Attested {
                value: year,
                evidence: evidence(format!("{name}: {text}")),
            });
        }
        let places: Vec<(&str, &str)> = [Role::Province, Role::City, Role::County, Role::Region]
            .into_iter()
            .filter_map(value)
            .collect();
        if !places.is_empty() {
            let texts: Vec<&str> = places.iter().map(|&(_, text)| text).collect();
            let words: Vec<String> = places
                .iter()
                .map(|(name, text)| format!("{name}: {text}"))
                .collect();
            let words = words.join(", ");
            match resolver.resolve(&texts) {
                Some((region, others)) => {
                    let found = Attested {
                        value: region,
                        evidence: evidence(words),
                    };
                    columns.region = Some((found, others));
                }
                None => notes.push(note("column-unread", Some(row.line), &words)),
            }
        }
        if let Some((_, url)) = value(Role::Url) {
            notes.push(note("source", Some(row.line), url));
        }
        columns
    }
}

/// The year in a cell: 2024, 2024年, 2024.0, 2024-03-12.
fn year_of(text: &str) -> Option<Year> {
    let digits: String = text
        .chars()
        .map(|c| match c {
            '\u{ff10}'..='\u{ff19}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
            _ => c,
        })
        .take_while(char::is_ascii_digit)
        .collect();
    (digits.len() == 4)
        .then(|| digits.parse().ok().and_then(Year::new))
        .flatten()
}

/// With so many different words that are no region a column is one of something else, and is asked no more: each
/// takes a look at all names.
const UNKNOWN_MAX: usize = 2_000;

/// Regions by the words of their columns; tables say the same over and over.
#[derive(Default)]
struct Resolver {
    known: HashMap<String, Option<(Region, Vec<Region>)>>,
    n_unknown: usize,
}

impl Resolver {
    /// The region of cells from province down, and the others that the words could mean.
    fn resolve(&mut self, texts: &[&str]) -> Option<(Region, Vec<Region>)> {
        let mut steps: Vec<&str> = Vec::new();
        for text in texts {
            // 北京市, 北京市, 海淀区: a municipality stands twice.
            let is_empty = matches!(
                *text,
                "-" | "—"
                    | "/"
                    | "无"
                    | "nan"
                    | "NaN"
                    | "None"
                    | "null"
                    | "省本级"
                    | "市本级"
                    | "市辖区"
            );
            if !is_empty && !steps.contains(text) {
                steps.push(text);
            }
        }
        if steps.is_empty() {
            return None;
        }
        let key = steps.join("/");
        if let Some(known) = self.known.get(&key) {
            return known.clone();
        }
        if self.n_unknown > UNKNOWN_MAX {
            return None;
        }
        let found = resolve(&key).or_else(|| {
            if steps.len() < 2 {
                return None;
            }
            // A column that is no place (华北) must not spoil the others.
            let single: Vec<(Region, Vec<Region>)> =
                steps.iter().filter_map(|step| resolve(step)).collect();
            let (region, others) = single.iter().max_by_key(|(region, _)| region.level())?;
            let agree = single
                .iter()
                .all(|(other, _)| other.contains(*region) || region.contains(*other));
            agree.then(|| (*region, others.clone()))
        });
        self.n_unknown += usize::from(found.is_none());
        self.known.insert(key, found.clone());
        found
    }
}

fn resolve(words: &str) -> Option<(Region, Vec<Region>)> {
    let resolved = region::resolve_cell(words)?;
    let others = match resolved.choice {
        Some(choice) if choice.basis == Basis::Level => choice.others,
        _ => Vec::new(),
    };
    Some((resolved.region, others))
}

impl Columns {
    /// Puts what the columns say above what the text says; where they contradict, a note tells.
    pub(crate) fn apply(self, meta: &mut ReportMeta, notes: &mut Vec<Note>) {
        if let Some((title, _)) = self.title {
            // A summary without its dateline speaks as a news item does; its title says what it is.
            if meta.genre == Genre::Other && calls_itself_report(&title) {
                let n_notes = notes.len();
                notes.retain(|note| {
                    !(note.rule == "not-a-report" && note.text.starts_with("a news item"))
                });
                if notes.len() < n_notes {
                    meta.genre = Genre::Report;
                }
            }
            meta.title = title;
        }
        if let Some(found) = self.year.or(self.date_year.filter(|_| meta.year.is_none())) {
            if let Some(text) = &meta.year
                && text.value != found.value
            {
                let words = format!(
                    "{} by `{}`, {} by `{}`",
                    found.value, found.evidence.words, text.value, text.evidence.words
                );
                notes.push(note("year-contradiction", found.evidence.line, &words));
            }
            notes.retain(|note| note.rule != "year-unknown");
            meta.year = Some(found);
        }
        if let Some((found, others)) = self.region {
            match &mut meta.region {
                // The text is more particular, or tells namesakes apart.
                Some(text)
                    if found.value.contains(text.value) && found.value != Region::NATION
                        || others.contains(&text.value) =>
                {
                    if found.value == text.value || others.contains(&text.value) {
                        text.evidence = found.evidence;
                    }
                }
                text => {
                    if let Some(text) = text
                        && !text.value.contains(found.value)
                    {
                        let words = format!(
                            "{} by `{}`, {} by `{}`",
                            found.value.unique_name(),
                            found.evidence.words,
                            text.value.unique_name(),
                            text.evidence.words
                        );
                        notes.push(note("region-contradiction", found.evidence.line, &words));
                    }
                    meta.named = meta
                        .named
                        .take()
                        .filter(|_| text.as_ref().is_some_and(|text| text.value == found.value));
                    notes.retain(|note| {
                        !matches!(note.rule.as_str(), "region-unknown" | "region-ambiguous")
                    });
                    *text = Some(found);
                }
            }
        }
    }
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
