//! `baogao count`: how often, by region, year or whatever else, with what was searched beside it.

use super::lang::{self, counted};
use super::output::{Export, OutputArguments};
use super::{
    Common, Failure, FilterArguments, Format, MatchArguments, basis, open_or_build, read_text, say,
    say_notices, stdout,
};
use crate::cmd::lang::t;
use baogao::ask::{CountAnswer, CountQuestion, Notice, count, plain_phrase, read_list, term};
use baogao::index::Index;
use baogao::render::cite::{self, Method};
use baogao::render::json::{self, CountRow};
use baogao::render::table::{Column, TextCell, bar, write_text};
use baogao::render::terminal::{Look, number};
use baogao::stats::{Dimension, Measure, Presence, Row, State, Sums, Value};
use clap::{Args, ValueEnum};
use serde::{Serialize, Serializer};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

/// Columns of the longest bar.
const BAR_COLUMNS: usize = 30;
/// Passages named where words and characters count differently, without `-n`.
const N_DIFFERENT: usize = 10;

/// Arguments of `count`.
#[derive(Args)]
pub(crate) struct CountArguments {
    /// Expressions, each counted by itself: 专业镇, '专业镇 OR 特色小镇', '白酒 region:吕梁'
    #[arg(required_unless_present = "file")]
    phrases: Vec<String>,
    /// Expressions from a file, one a line; # begins a remark, [name] a group; - is stdin
    #[arg(short, long, value_name = "LIST")]
    file: Option<PathBuf>,
    /// Count the groups of the list, not their phrases
    #[arg(long, requires = "file")]
    group: bool,
    /// Count a phrase also where it is part of a longer one of the list
    #[arg(long)]
    all_matches: bool,
    /// Part the counts by these, with commas between
    #[arg(long, value_delimiter = ',', value_name = "WHAT")]
    by: Vec<By>,
    /// Regions down, years across
    #[arg(long)]
    wide: bool,
    /// What --wide and --chart show
    #[arg(long, default_value = "occurrences", value_name = "WHAT")]
    measure: MeasureChoice,
    /// Draw bars, or a heat map of a wide table
    #[arg(long)]
    chart: bool,
    /// Also count as words, and name the passages in which the two differ
    #[arg(long, conflicts_with_all = ["wide", "by", "group"])]
    words: bool,
    /// Rows to show, 0 for all
    #[arg(short = 'n', long, default_value_t = 0)]
    limit: usize,
    /// Rows to pass over
    #[arg(long, default_value_t = 0)]
    offset: usize,
    #[command(flatten)]
    matching: MatchArguments,
    #[command(flatten)]
    output: OutputArguments,
    // Last, because its heading holds for all that follows.
    #[command(flatten)]
    filters: FilterArguments,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum By {
    /// The region that gave the report
    #[value(alias = "地区")]
    Region,
    /// The province in which it lies
    #[value(alias = "省")]
    Province,
    /// The prefecture in which it lies
    #[value(alias = "市")]
    Prefecture,
    /// The level of the region
    #[value(alias = "级别")]
    Level,
    /// The year of the report
    #[value(alias = "年份")]
    Year,
    /// The part of the report
    #[value(alias = "部分")]
    Part,
    /// The headings above
    #[value(alias = "章节")]
    Section,
    /// The report
    #[value(alias = "报告")]
    Report,
}

impl From<By> for Dimension {
    fn from(by: By) -> Dimension {
        match by {
            By::Region => Dimension::Region,
            By::Province => Dimension::Province,
            By::Prefecture => Dimension::Prefecture,
            By::Level => Dimension::Level,
            By::Year => Dimension::Year,
            By::Part => Dimension::Part,
            By::Section => Dimension::Section,
            By::Report => Dimension::Report,
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum MeasureChoice {
    /// Places
    Occurrences,
    /// Passages with at least one
    Passages,
    /// Reports with at least one
    Reports,
    /// Places in 10,000 characters
    #[value(name = "per_10k", alias = "rate")]
    Per10k,
}

impl From<MeasureChoice> for Measure {
    fn from(choice: MeasureChoice) -> Measure {
        match choice {
            MeasureChoice::Occurrences => Measure::Occurrences,
            MeasureChoice::Passages => Measure::Passages,
            MeasureChoice::Reports => Measure::Reports,
            MeasureChoice::Per10k => Measure::Per10k,
        }
    }
}

/// What stands in place of a number where none may be given.
pub(crate) fn state_mark(state: State) -> String {
    match state {
        State::Abridged => t!("abridged").into_owned(),
        State::Unread => t!("unread").into_owned(),
        State::Said | State::NotSaid | State::None => String::new(),
    }
}

/// A cell of a matrix for people.
pub(crate) fn cell(measure: Measure, row: &Row) -> String {
    match row.numbers() {
        Some(sums) => measured(measure, &sums),
        None => state_mark(row.state()),
    }
}

/// A number for people; blank where there is none.
pub(crate) fn measured(measure: Measure, sums: &Sums) -> String {
    match (measure, measure.of(sums)) {
        (_, None) => String::new(),
        (Measure::Per10k, Some(rate)) => format!("{rate:.2}"),
        (_, Some(n)) => number(n as u64),
    }
}

impl CountArguments {
    /// The question that the arguments ask.
    fn question(&self) -> Result<CountQuestion, Failure> {
        let mut by: Vec<Dimension> = Vec::new();
        for dimension in self.by.iter().map(|by| Dimension::from(*by)) {
            if !by.contains(&dimension) {
                by.push(dimension);
            }
        }
        if self.wide {
            if by.is_empty() {
                by.push(Dimension::Region);
            }
            by.retain(|dimension| *dimension != Dimension::Year);
            by.push(Dimension::Year);
        }
        Ok(CountQuestion {
            expressions: self.phrases.clone(),
            list: match &self.file {
                Some(file) => read_list(&read_text(file)?),
                None => Vec::new(),
            },
            by_group: self.group,
            all_matches: self.all_matches,
            by,
            matching: self.matching.into(),
            scope: self.filters.scope(),
        })
    }
}

pub(crate) fn run(common: &Common, arguments: &CountArguments) -> Result<ExitCode, Failure> {
    let question = arguments.question()?;
    let index = open_or_build(common, false)?;
    let answer = count(&index, &question)?;
    let question = format!("{}{}", answer.question, arguments.matching.note());
    let filters = answer.filters();
    let counts = Counts {
        index: &index,
        arguments,
        by: &answer.by,
        answer: &answer,
        method: cite::method(&index, &question, filters),
        look: common.look(),
    };
    let mut out = stdout();
    if arguments.words {
        counts.words(&mut out, common)?;
    } else {
        counts.write(&mut out, common)?;
    }
    out.flush()?;
    let never: Vec<&str> = answer.never_found().collect();
    if arguments.output.format == Format::Text {
        say_notices(&answer.notices);
        if !never.is_empty() && answer.countings.len() > 1 {
            say(&t!("never found: %{a}", a = never.join(", ")));
        }
        say(&lang::method(&counts.method));
    }
    Ok(ExitCode::from(u8::from(answer.is_empty())))
}

/// A line of a wide table: phrase, key without the year, rows by year.
type WideLine<'a> = (&'a str, Vec<Value>, BTreeMap<Value, Row>);

/// Counts on their way out.
struct Counts<'a> {
    index: &'a Index,
    arguments: &'a CountArguments,
    by: &'a [Dimension],
    answer: &'a CountAnswer,
    method: Method,
    look: Look,
}

impl Counts<'_> {
    /// Rows of all tables, as far as they are asked for.
    fn rows(&self) -> impl Iterator<Item = (&str, Row)> {
        let limit = match self.arguments.limit {
            0 => usize::MAX,
            limit => limit,
        };
        self.answer.rows(self.arguments.offset, limit)
    }

    /// The name and the total of each phrase.
    fn totals(&self) -> impl Iterator<Item = (&str, &Row)> + Clone {
        let countings = self.answer.countings.iter();
        countings.map(|counting| (counting.entry.name.as_str(), &counting.total))
    }

    fn write(&self, out: &mut impl Write, common: &Common) -> Result<(), Failure> {
        let output = self.arguments.output;
        let is_terminal = common.is_page();
        let is_table = matches!(output.format, Format::Text | Format::Csv | Format::Md);
        if self.arguments.wide && is_table {
            return self.write_wide(out, common, is_terminal);
        }
        if output.format == Format::Text && (is_terminal || self.arguments.chart) {
            return self.write_text(out, common);
        }
        let rows = self.rows().map(|(phrase, row)| {
            let row = CountRow {
                by: self.by,
                phrase,
                row: &row,
            };
            Ok(json::count(self.index, &row))
        });
        let export = Export {
            name: "rows",
            columns: &self.columns(),
            rows,
            summary: self.summary()?,
            method: &self.method,
        };
        export.write(out, output)
    }

    fn summary(&self) -> Result<Summary<'_>, Failure> {
        let basis = basis(self.index)?;
        Ok(Summary {
            kind: "summary",
            totals: Totals(self),
            never_found: NeverFound(self),
            copies_left_out: self.index.copies_left_out(self.answer.filters()),
            notices: &self.answer.notices,
            method: &self.method,
            schema_version: basis.schema_version,
            corpus: basis.corpus,
            stale: basis.stale,
        })
    }

    /// The columns of a table: a region has three.
    fn columns(&self) -> Vec<Column> {
        let mut columns = Vec::new();
        for dimension in self.by {
            match dimension {
                Dimension::Region => columns.extend([
                    Column::text("region", "/region"),
                    Column::text("region_code", "/region_code"),
                    Column::text("region_level", "/region_level"),
                ]),
                Dimension::Province => columns.extend([
                    Column::text("province", "/province"),
                    Column::text("province_code", "/province_code"),
                ]),
                Dimension::Prefecture => columns.extend([
                    Column::text("prefecture", "/prefecture"),
                    Column::text("prefecture_code", "/prefecture_code"),
                ]),
                Dimension::Year => columns.push(Column::number("year", "/year")),
                Dimension::Level => columns.push(Column::text("level", "/level")),
                Dimension::Part => columns.push(Column::text("part", "/part")),
                Dimension::Section => columns.push(Column::text("section", "/section")),
                Dimension::Report => columns.push(Column::text("report", "/report")),
            }
        }
        columns.push(Column::text("phrase", "/phrase"));
        for name in [
            "occurrences",
            "passages",
            "reports",
            "reports_held",
            "chars",
            "per_10k",
        ] {
            columns.push(Column::number(name, format!("/{name}")));
        }
        columns.push(Column::text("state", "/state"));
        columns.push(Column::number("unread", "/unread"));
        columns
    }

    /// A value for people.
    fn label(&self, value: &Value) -> String {
        match value {
            Value::Region(region) => region.path_string().trim_start_matches('/').to_owned(),
            Value::Level(level) => self.look.level(*level).to_owned(),
            Value::Year(year) => year.to_string(),
            Value::Part(part) => self.look.part(*part).to_owned(),
            Value::Section(headings) if headings.is_empty() => "–".to_owned(),
            Value::Section(headings) => headings.join(" › "),
            Value::Report(rank) => self
                .index
                .reports
                .entry(*rank)
                .map_or_else(|_| rank.to_string(), |entry| entry.id),
            Value::Unknown => "未知".to_owned(),
        }
    }

    /// An aligned table, with bars if they are asked for.
    fn write_text(&self, out: &mut impl Write, common: &Common) -> Result<(), Failure> {
        let mut columns: Vec<(String, bool)> = self
            .by
            .iter()
            .map(|dimension| {
                (
                    t!(dimension.name()).into_owned(),
                    *dimension == Dimension::Year,
                )
            })
            .collect();
        let many = self.answer.countings.len() > 1 || self.by.is_empty();
        if many {
            columns.push((t!("phrase").into_owned(), false));
        }
        for name in [
            "occurrences",
            "passages",
            "reports",
            "of held",
            "per 10,000",
        ] {
            columns.push((t!(name).into_owned(), true));
        }
        if self.arguments.chart {
            columns.push((String::new(), false));
        }
        let shown: Vec<(&str, Row)> = self.rows().collect();
        let measure = |row: &Row| {
            let sums = row.numbers()?;
            Measure::from(self.arguments.measure).of(&sums)
        };
        let most = shown
            .iter()
            .filter_map(|(_, row)| measure(row))
            .fold(0.0, f64::max);
        let mut rows: Vec<Vec<TextCell>> = Vec::new();
        let numbers = |row: &Row| -> Vec<String> {
            let Some(sums) = row.numbers() else {
                let mut cells = vec![String::new(); 5];
                if let Some(first) = cells.first_mut() {
                    *first = state_mark(row.state());
                }
                return cells;
            };
            vec![
                number(sums.occurrences),
                number(sums.passages),
                number(sums.reports),
                number(sums.reports_held),
                sums.per_10k()
                    .map_or_else(String::new, |rate| format!("{rate:.2}")),
            ]
        };
        for (phrase, row) in &shown {
            let mut cells: Vec<String> = row.key.iter().map(|value| self.label(value)).collect();
            if many {
                cells.push((*phrase).to_owned());
            }
            cells.extend(numbers(row));
            if self.arguments.chart {
                let share = measure(row)
                    .filter(|_| most > 0.0)
                    .map_or(0.0, |n| n / most);
                cells.push(bar(share, BAR_COLUMNS));
            }
            rows.push(cells.into_iter().map(TextCell::from).collect());
        }
        if !self.by.is_empty() && self.arguments.limit == 0 && self.arguments.offset == 0 {
            for (name, total) in self.totals() {
                let mut cells = vec![t!("total").into_owned()];
                cells.resize(self.by.len(), String::new());
                if many {
                    cells.push(name.to_owned());
                }
                cells.extend(numbers(total));
                rows.push(cells.into_iter().map(TextCell::from).collect());
            }
        }
        write_text(out, common.look(), &columns, rows)?;
        Ok(())
    }

    /// Years across: one table for all phrases, a row for each phrase and each combination of the other keys.
    fn write_wide(
        &self,
        out: &mut impl Write,
        common: &Common,
        is_terminal: bool,
    ) -> Result<(), Failure> {
        let others = self.by.split_last().map_or(&[][..], |(_, others)| others);
        let mut years: BTreeSet<Value> = BTreeSet::new();
        let mut lines: Vec<WideLine<'_>> = Vec::new();
        for (phrase, mut row) in self.rows() {
            let Some(year) = row.key.pop() else {
                continue;
            };
            years.insert(year.clone());
            match lines.last_mut() {
                Some((last, last_key, cells)) if *last == phrase && *last_key == row.key => {
                    cells.insert(year, row);
                }
                _ => lines.push((phrase, row.key.clone(), BTreeMap::from([(year, row)]))),
            }
        }
        let measure = Measure::from(self.arguments.measure);
        let output = self.arguments.output;
        if output.format == Format::Text && (is_terminal || self.arguments.chart) {
            let many = self.answer.countings.len() > 1;
            let mut columns: Vec<(String, bool)> = others
                .iter()
                .map(|dimension| (t!(dimension.name()).into_owned(), false))
                .collect();
            if many {
                columns.push((t!("phrase").into_owned(), false));
            }
            columns.extend(years.iter().map(|year| (self.label(year), true)));
            let all = lines.iter().flat_map(|(.., cells)| cells.values());
            let most = all
                .filter_map(|row| measure.of(&row.numbers()?))
                .fold(0.0, f64::max);
            let rows = lines.iter().map(|(phrase, key, cells)| {
                let mut row: Vec<TextCell> =
                    key.iter().map(|value| self.label(value).into()).collect();
                if many {
                    row.push((*phrase).to_owned().into());
                }
                row.extend(years.iter().map(|year| {
                    let row = cells.get(year);
                    let heat = row
                        .and_then(|row| measure.of(&row.numbers()?))
                        .filter(|_| self.arguments.chart && most > 0.0);
                    TextCell {
                        text: row.map_or_else(String::new, |row| cell(measure, row)),
                        heat: heat.map(|n| n / most),
                    }
                }));
                row
            });
            write_text(out, common.look(), &columns, rows.collect())?;
            return Ok(());
        }
        let mut columns: Vec<Column> = self.columns();
        columns.retain(|column| {
            column.name == "phrase"
                || others
                    .iter()
                    .any(|other| column.name.starts_with(other.name()))
        });
        columns.extend(
            years.iter().map(|year| {
                Column::number(self.label(year), format!("/years/{}", self.label(year)))
            }),
        );
        let rows = lines.iter().map(|(phrase, key, cells)| {
            let row = Row {
                key: key.to_vec(),
                sums: None,
                presence: Presence::default(),
            };
            let mut object = json::count(
                self.index,
                &CountRow {
                    by: others,
                    phrase,
                    row: &row,
                },
            );
            let values: serde_json::Map<String, serde_json::Value> = years
                .iter()
                .map(|year| {
                    let row = cells.get(year);
                    let n = row.and_then(|row| measure.of(&row.numbers()?));
                    // Where no number may be given the state stands, if something is there.
                    let state = row.map(Row::state).filter(|state| *state != State::None);
                    let state = state.map_or(serde_json::Value::Null, |state| json!(state.name()));
                    let n = n.map_or(state, |n| {
                        if measure == Measure::Per10k {
                            json!((n * 1e4).round() / 1e4)
                        } else {
                            json!(n as u64)
                        }
                    });
                    (self.label(year), n)
                })
                .collect();
            if let Some(object) = object.as_object_mut() {
                object.insert("years".to_owned(), values.into());
            }
            Ok(object)
        });
        let export = Export {
            name: "rows",
            columns: &columns,
            rows,
            summary: serde_json::Value::Null,
            method: &self.method,
        };
        export.write(out, output)
    }

    /// What an engine that cuts text into words would count, beside what stands there.
    fn words(&self, out: &mut impl Write, common: &Common) -> Result<(), Failure> {
        let mut rows = Vec::new();
        let mut different = Vec::new();
        let list = self.index.word_list()?;
        for counting in &self.answer.countings {
            let name = &counting.entry.name;
            // Of what is more than a phrase nothing is cut into words.
            // Says where a line is more than a phrase: that is not cut into words.
            let query = term(name, self.arguments.matching.into())?;
            let Some(phrase) = plain_phrase(&query) else {
                continue;
            };
            let words = list.words_in(phrase.folded(), phrase.folded()).0;
            let mut n_words = 0u64;
            let options = baogao::search::SearchOptions {
                filters: self.answer.filters_of(counting).clone(),
                sort: baogao::search::Sort::Oldest,
                ..Default::default()
            };
            let (_, found) = self.index.find(&query, &options)?;
            for hit in self.index.hits(&found) {
                let hit = hit?;
                let (_, n) = list.words_in(phrase.folded(), &baogao::fold::fold(&hit.passage.text));
                n_words += n as u64;
                if n != hit.spans.len() {
                    different.push(json!({
                        "type": "difference",
                        "phrase": name,
                        "id": hit.passage.id(),
                        "occurrences": hit.spans.len(),
                        "as_words": n,
                        "text": hit.passage.text,
                    }));
                }
            }
            rows.push(json!({
                "type": "words",
                "phrase": name,
                "words": words,
                "occurrences": counting.total.numbers().map(|sums| sums.occurrences),
                "as_words": n_words,
                "chars": counting.total.sums.map_or(0, |sums| sums.chars_held),
            }));
        }
        let output = self.arguments.output;
        if output.format == Format::Text && common.is_page() {
            let columns = [
                ("phrase", false),
                ("occurrences", true),
                ("as words", true),
                ("cut as", false),
            ];
            let columns: Vec<(String, bool)> = columns
                .map(|(name, is_number)| (t!(name).into_owned(), is_number))
                .into();
            let text = |row: &serde_json::Value| -> Vec<TextCell> {
                let columns = [
                    Column::text("", "/phrase"),
                    Column::number("", "/occurrences"),
                    Column::number("", "/as_words"),
                    Column::text("", "/words"),
                ];
                columns
                    .map(|column| column.cell(row).replace(" › ", " ").into())
                    .into()
            };
            write_text(
                out,
                common.look(),
                &columns,
                rows.iter().map(text).collect(),
            )?;
            let n_shown = if self.arguments.limit == 0 {
                N_DIFFERENT
            } else {
                self.arguments.limit
            };
            if !different.is_empty() {
                writeln!(
                    out,
                    "\n{}",
                    t!(
                        "%{a} in which they differ:",
                        a = counted_passages(different.len())
                    )
                )?;
            }
            for row in different.iter().take(n_shown) {
                let text = row
                    .get("text")
                    .and_then(|text| text.as_str())
                    .unwrap_or_default();
                let line = t!(
                    "%{a}  %{b} there, %{c} as words",
                    a = row.get("id").and_then(|id| id.as_str()).unwrap_or_default(),
                    b = row.get("occurrences").unwrap_or(&json!(0)),
                    c = row.get("as_words").unwrap_or(&json!(0))
                )
                .into_owned();
                writeln!(out, "{}", common.look().name(&line))?;
                let short: String = text.chars().take(80).collect();
                writeln!(
                    out,
                    "{}",
                    common
                        .look()
                        .wrap(&baogao::render::terminal::escape(&short), "  ")
                )?;
            }
            if different.len() > n_shown {
                say(&t!(
                    "%{a} of %{b} shown",
                    a = number(n_shown as u64),
                    b = number(different.len() as u64)
                ));
            }
            return Ok(());
        }
        let columns = [
            Column::text("phrase", "/phrase"),
            Column::text("id", "/id"),
            Column::number("occurrences", "/occurrences"),
            Column::number("as_words", "/as_words"),
            Column::text("cut_as", "/words"),
            Column::text("text", "/text"),
        ];
        rows.extend(different);
        let export = Export {
            name: "rows",
            columns: &columns,
            rows: rows.into_iter().map(Ok),
            summary: self.summary()?,
            method: &self.method,
        };
        export.write(out, output)
    }
}

/// The last line of JSON lines. What is said of each phrase is made when it is written.
#[derive(Serialize)]
struct Summary<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    totals: Totals<'a>,
    never_found: NeverFound<'a>,
    copies_left_out: usize,
    notices: &'a [Notice],
    method: &'a Method,
    schema_version: u32,
    corpus: String,
    stale: Option<bool>,
}

/// The sums of each phrase.
struct Totals<'a>(&'a Counts<'a>);

impl Serialize for Totals<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Totals(counts) = self;
        serializer.collect_seq(counts.totals().map(|(phrase, row)| {
            let row = CountRow {
                by: &[],
                phrase,
                row,
            };
            json::count(counts.index, &row)
        }))
    }
}

/// The phrases that stand nowhere.
struct NeverFound<'a>(&'a Counts<'a>);

impl Serialize for NeverFound<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.answer.never_found())
    }
}

fn counted_passages(n: usize) -> String {
    counted(n as u64, "passage")
}
