//! Tables → one document a report: CSV, TSV, JSON and spreadsheets.
//!
//! In: decoded text (or the bytes of a spreadsheet). Out: documents whose lines have the numbers of the raw
//! file, what the columns say of region, year and title, and notes. The text of a cell goes through the
//! same repair as a text file; what is understood here is which column is what, and which rows
//! belong together.
//!
//! A row is a report of its own, unless rows share an id (or title, region and year) and are
//! short, or a column counts paragraphs: then they are the passages of one report, in their order.
//!
//! # Invariants
//!
//! - No row is lost in silence: it is in a document, or a note says that it has no text or is broken.
//! - A line number is the raw line on which the text stands (CSV), on which the row begins (JSON), or
//!   the number of the row (spreadsheet).

use super::extract::{self, Line, LineIndex, Mark};
use super::line::{ends_sentence, is_closer, is_han};
use super::{IngestError, html};
use crate::region::{self, Basis, Region};
use crate::report::{Evidence, EvidenceKind, Found, Genre, Note, ReportMeta, Year};
use crate::source::Format;
use serde_json::Value;
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
    region: Option<(Found<Region>, Vec<Region>)>,
    year: Option<Found<Year>>,
    /// The year of a date of publication, for want of anything better.
    date_year: Option<Found<Year>>,
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

/// The reports of a table that is text.
pub(crate) fn read_text(text: &str, format: Format) -> Result<Vec<TableReport>, IngestError> {
    let sheet = match format {
        Format::JsonLines | Format::Json => read_json(text)?,
        _ => read_csv(text, format == Format::Tsv),
    };
    sheet.into_reports()
}

// ---------------------------------------------------------------------------------------------
// Columns
// ---------------------------------------------------------------------------------------------

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
        for group in self.groups(&layout) {
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
                    columns.year = Some(Found {
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
            columns.date_year = Some(Found {
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
                    let found = Found {
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

/// Regions by the words of their columns; tables say the same over and over.
#[derive(Default)]
struct Resolver {
    known: HashMap<String, Option<(Region, Vec<Region>)>>,
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
        let found = resolve(&key).or_else(|| {
            // A column that is no place (华北) must not spoil the others.
            let single: Vec<(Region, Vec<Region>)> =
                steps.iter().filter_map(|step| resolve(step)).collect();
            let (region, others) = single.iter().max_by_key(|(region, _)| region.level())?;
            let agree = single
                .iter()
                .all(|(other, _)| other.contains(*region) || region.contains(*other));
            agree.then(|| (*region, others.clone()))
        });
        self.known.insert(key, found.clone());
        found
    }
}

fn resolve(words: &str) -> Option<(Region, Vec<Region>)> {
    let resolved = region::resolve(words, &|_| false).ok()?;
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

// ---------------------------------------------------------------------------------------------
// CSV and TSV
// ---------------------------------------------------------------------------------------------

fn read_csv(text: &str, by_tab: bool) -> Sheet {
    let index = LineIndex::of(text);
    let mut sheet = Sheet::default();
    let delimiter = if by_tab { b'\t' } else { delimiter_of(text) };
    let n_quotes = memchr::memchr_iter(b'"', text.as_bytes()).count();
    // Programs that write tabs often do not quote; one quote left open would swallow the rest.
    let quoting = !(delimiter == b'\t' && n_quotes % 2 == 1);
    if n_quotes % 2 == 1 {
        sheet
            .notes
            .push(note("quotes", None, "a quotation mark is never closed"));
    }
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .quoting(quoting)
        .from_reader(text.as_bytes());
    let mut record = csv::StringRecord::new();
    // Memory is read and the text is UTF-8, so reading ends with the text.
    while let Ok(true) = reader.read_record(&mut record) {
        let at = record
            .position()
            .and_then(|position| usize::try_from(position.byte()).ok())
            .unwrap_or(0);
        // The reader leaves the line feed of CRLF and blank lines to the record that follows.
        let rest = text.get(at..).unwrap_or("");
        let at = at + rest.len() - rest.trim_start_matches(['\r', '\n']).len();
        let line = index.line_at(at);
        let mut next_line = line;
        let cells = record
            .iter()
            .map(|field| {
                let cell = Cell {
                    text: field.to_owned(),
                    line: next_line,
                    runs_on: true,
                };
                next_line += n_line_ends(field);
                cell
            })
            .collect();
        sheet.rows.push(Row { line, cells });
    }
    sheet.find_header();
    sheet
}

/// How many lines a field goes on.
fn n_line_ends(field: &str) -> u32 {
    if !field.contains(['\n', '\r', '\u{85}', '\u{2028}', '\u{2029}']) {
        return 0;
    }
    LineIndex::of(field).line_at(field.len()) - 1
}

/// The separator that stands most often in the first line.
fn delimiter_of(text: &str) -> u8 {
    let first = text
        .lines()
        .find(|line| !line.trim().is_empty())
        .unwrap_or("");
    [b',', b'\t', b';', b'|']
        .into_iter()
        .rev()
        .max_by_key(|&b| memchr::memchr_iter(b, first.as_bytes()).count())
        .unwrap_or(b',')
}

// ---------------------------------------------------------------------------------------------
// JSON
// ---------------------------------------------------------------------------------------------

fn read_json(text: &str) -> Result<Sheet, IngestError> {
    let index = LineIndex::of(text);
    let body = text.trim_start();
    let at = text.len() - body.len();
    let mut sheet = Sheet::default();
    let mut columns: HashMap<String, usize> = HashMap::new();
    if body.starts_with('[') {
        read_array(text, at + 1, &index, &mut sheet, &mut columns);
        return Ok(sheet);
    }
    // An object over many lines holds the rows under one of its names; one object a line is a row each.
    if let Some(Ok(value)) = serde_json::Deserializer::from_str(body)
        .into_iter::<Value>()
        .next()
        && let Value::Object(object) = &value
        && let Some(name) = rows_of(object)
        && let Some(array_at) = array_after(text, at, name)
    {
        read_array(text, array_at, &index, &mut sheet, &mut columns);
        return Ok(sheet);
    }
    let mut from = at;
    let mut n_broken = 0;
    while let Some(rest) = text.get(from..).filter(|rest| !rest.trim().is_empty()) {
        let blank = rest.len() - rest.trim_start().len();
        let line = index.line_at(from + blank);
        let line_bytes = rest
            .get(blank..)
            .and_then(|rest| rest.find('\n'))
            .map_or(rest.len(), |end| blank + end + 1);
        let mut values = serde_json::Deserializer::from_str(rest).into_iter::<Value>();
        match values.next() {
            Some(Ok(Value::Object(object))) => {
                from += values.byte_offset();
                sheet.push_object(&object, line, &mut columns);
            }
            Some(Ok(value)) => {
                from += values.byte_offset();
                sheet.notes.push(note(
                    "row-broken",
                    Some(line),
                    &format!("no object but {}", kind_of(&value)),
                ));
                n_broken += 1;
            }
            Some(Err(error)) => {
                from += line_bytes;
                sheet
                    .notes
                    .push(note("row-broken", Some(line), &without_place(&error)));
                n_broken += 1;
            }
            None => break,
        }
        if n_broken > ROWS_BROKEN_MAX && n_broken > sheet.rows.len() {
            break;
        }
    }
    if sheet.rows.is_empty()
        && let Some(first) = sheet.notes.first()
    {
        return Err(IngestError::NotJson {
            line: first.line.unwrap_or(1),
            why: first.text.clone(),
        });
    }
    Ok(sheet)
}

/// A file with more lines that are no JSON than ones that are, and so many, is given up.
const ROWS_BROKEN_MAX: usize = 100;

fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a truth value",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

/// The reason of the parser, without its own line and column: they count from where it began.
fn without_place(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.split(" at line ").next().unwrap_or("").to_owned()
}

/// The name under which an object holds a list of objects.
fn rows_of(object: &serde_json::Map<String, Value>) -> Option<&str> {
    object
        .iter()
        .filter(|(name, _)| !matches!(role_of(name), Some(Role::Text | Role::Paragraph)))
        .find(|(_, value)| {
            value
                .as_array()
                .is_some_and(|rows| rows.first().is_some_and(Value::is_object))
        })
        .map(|(name, _)| name.as_str())
}

/// The byte after the `[` that follows a name.
fn array_after(text: &str, from: usize, name: &str) -> Option<usize> {
    let name = serde_json::to_string(name).ok()?;
    let at = from + text.get(from..)?.find(&name)? + name.len();
    let rest = text.get(at..)?;
    let rest = rest
        .trim_start()
        .strip_prefix(':')?
        .trim_start()
        .strip_prefix('[')?;
    Some(text.len() - rest.len())
}

/// The objects of an array, from after its `[`.
fn read_array(
    text: &str,
    from: usize,
    index: &LineIndex,
    sheet: &mut Sheet,
    columns: &mut HashMap<String, usize>,
) {
    let mut from = from;
    while let Some(rest) = text.get(from..) {
        let row = rest.trim_start_matches(|c: char| c.is_whitespace() || c == ',');
        from += rest.len() - row.len();
        if row.is_empty() || row.starts_with(']') {
            return;
        }
        let line = index.line_at(from);
        let mut values = serde_json::Deserializer::from_str(row).into_iter::<Value>();
        match values.next() {
            Some(Ok(Value::Object(object))) => sheet.push_object(&object, line, columns),
            Some(Ok(value)) => {
                let words = format!("no object but {}", kind_of(&value));
                sheet.notes.push(note("row-broken", Some(line), &words));
            }
            Some(Err(error)) => {
                // Where an array is broken nobody can tell where the next row begins.
                let words = format!("{}; nothing after it is read", without_place(&error));
                sheet.notes.push(note("row-broken", Some(line), &words));
                return;
            }
            None => return,
        }
        from += values.byte_offset();
    }
}

impl Sheet {
    /// Adds a row; names that have not been seen become columns.
    fn push_object(
        &mut self,
        object: &serde_json::Map<String, Value>,
        line: u32,
        columns: &mut HashMap<String, usize>,
    ) {
        let mut cells: Vec<Cell> = Vec::new();
        for (name, value) in object {
            let column = *columns.entry(name.clone()).or_insert_with(|| {
                self.header.push(name.clone());
                self.header.len() - 1
            });
            if cells.len() <= column {
                cells.resize_with(column + 1, Cell::default);
            }
            if let Some(cell) = cells.get_mut(column) {
                *cell = Cell {
                    text: text_of(value),
                    line,
                    runs_on: false,
                };
            }
        }
        self.rows.push(Row { line, cells });
    }
}

/// The text of a value: a list is its texts, one a line; of an object the text column counts.
fn text_of(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Bool(value) => value.to_string(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.clone(),
        Value::Array(values) => {
            let texts: Vec<String> = values.iter().map(text_of).collect();
            texts.join("\n")
        }
        Value::Object(object) => object
            .iter()
            .filter(|(name, _)| {
                matches!(
                    role_of(name),
                    Some(Role::Text | Role::Paragraph | Role::Title)
                )
            })
            .map(|(_, value)| text_of(value))
            .collect::<Vec<_>>()
            .join("\n"),
    }
}

// ---------------------------------------------------------------------------------------------
// Spreadsheets
// ---------------------------------------------------------------------------------------------

/// The reports of a workbook, sheet after sheet.
#[cfg(feature = "xlsx")]
pub(crate) fn read_workbook(bytes: &[u8]) -> Result<Vec<TableReport>, IngestError> {
    use calamine::Reader;
    refuse_bomb(bytes)?;
    let broken = |error: &dyn std::fmt::Display| IngestError::BrokenSpreadsheet {
        why: error.to_string(),
    };
    let mut book: calamine::Xlsx<_> =
        calamine::Xlsx::new(std::io::Cursor::new(bytes)).map_err(|error| broken(&error))?;
    let mut reports = Vec::new();
    let mut failure = None;
    let mut notes = Vec::new();
    for name in book.sheet_names() {
        let sheet = match read_sheet(&mut book, &name) {
            Ok(sheet) => sheet,
            Err(error) => {
                notes.push(note("sheet", None, &format!("`{name}`: {error}")));
                failure.get_or_insert(IngestError::BrokenSpreadsheet {
                    why: error.to_string(),
                });
                continue;
            }
        };
        if sheet.header.is_empty() {
            continue;
        }
        match sheet.into_reports() {
            Ok(mut more) => {
                for report in &mut more {
                    report.notes.push(note("sheet", None, &name));
                }
                reports.append(&mut more);
            }
            Err(error) => {
                notes.push(note("sheet", None, &format!("`{name}`: {error}")));
                failure.get_or_insert(error);
            }
        }
    }
    match reports.first_mut() {
        Some(first) => first.notes.append(&mut notes),
        None => return Err(failure.unwrap_or(IngestError::Empty)),
    }
    Ok(reports)
}

/// A sheet cell by cell: a cell at the far corner of a sheet must not make a table of all between.
#[cfg(feature = "xlsx")]
fn read_sheet(
    book: &mut calamine::Xlsx<std::io::Cursor<&[u8]>>,
    name: &str,
) -> Result<Sheet, calamine::XlsxError> {
    /// Columns beyond are notes of nobody: a table of reports has a dozen.
    const COLUMNS_MAX: u32 = 256;
    let mut sheet = Sheet::default();
    let mut cells = book.worksheet_cells_reader(name)?;
    while let Some(cell) = cells.next_cell()? {
        let (row, column) = cell.get_position();
        let text = cell_text(cell.get_value());
        if text.is_empty() || column >= COLUMNS_MAX {
            continue;
        }
        let line = row.saturating_add(1);
        // Cells come row by row; a file that says otherwise gets rows of its own.
        if sheet.rows.last().is_none_or(|last| last.line != line) {
            sheet.rows.push(Row {
                line,
                cells: Vec::new(),
            });
        }
        if let Some(last) = sheet.rows.last_mut() {
            let column = column as usize;
            if last.cells.len() <= column {
                last.cells.resize_with(column + 1, Cell::default);
            }
            if let Some(slot) = last.cells.get_mut(column) {
                *slot = Cell {
                    text,
                    line,
                    runs_on: false,
                };
            }
        }
    }
    sheet.find_header();
    Ok(sheet)
}

#[cfg(feature = "xlsx")]
fn cell_text(value: &calamine::DataRef<'_>) -> String {
    use calamine::DataRef;
    match value {
        DataRef::Int(value) => value.to_string(),
        DataRef::Float(value) => value.to_string(),
        // Excel writes a carriage return as an escape.
        DataRef::String(text) => text.replace("_x000D_", ""),
        DataRef::SharedString(text) => text.replace("_x000D_", ""),
        DataRef::Bool(value) => value.to_string(),
        DataRef::DateTime(time) => {
            let (year, month, day, ..) = time.to_ymd_hms_milli();
            format!("{year}-{month:02}-{day:02}")
        }
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::Error(_) | DataRef::Empty => String::new(),
    }
}

/// Unpacks all entries once and counts: what an archive says of its sizes may be a lie.
#[cfg(feature = "xlsx")]
fn refuse_bomb(bytes: &[u8]) -> Result<(), IngestError> {
    use std::io::Read;
    const UNPACKED_BYTES_MAX: u64 = 128 << 20;
    const ENTRIES_MAX: usize = 4096;
    let broken = |error: &dyn std::fmt::Display| IngestError::BrokenSpreadsheet {
        why: error.to_string(),
    };
    let mut archive =
        zip::ZipArchive::new(std::io::Cursor::new(bytes)).map_err(|error| broken(&error))?;
    if archive.len() > ENTRIES_MAX {
        return Err(IngestError::BrokenSpreadsheet {
            why: format!("it has {} entries", archive.len()),
        });
    }
    let mut left = UNPACKED_BYTES_MAX;
    for at in 0..archive.len() {
        let mut entry = archive.by_index(at).map_err(|error| broken(&error))?;
        // Only the parts that are read count; pictures may be large.
        let name = entry.name().map_err(|error| broken(&error))?;
        if !(name.ends_with(".xml") || name.ends_with(".rels")) {
            continue;
        }
        let n = std::io::copy(&mut entry.by_ref().take(left + 1), &mut std::io::sink())
            .map_err(|error| broken(&error))?;
        left = match left.checked_sub(n) {
            Some(left) => left,
            None => {
                return Err(IngestError::BrokenSpreadsheet {
                    why: format!("it unpacks to more than {} MiB", UNPACKED_BYTES_MAX >> 20),
                });
            }
        };
    }
    Ok(())
}
