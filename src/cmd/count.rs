//! `baogao count`: how often, by region, year or whatever else, with what was searched beside it.

use super::lang::{self, cell, counted, state_mark};
use super::output::{OutputArguments, ask, export, needs, refuse_together, say_beside, unexpected};
use super::picture::PlotArgument;
use super::{Common, Failure, Format, read_text, say, stdout};
use crate::cmd::lang::t;
use baogao_engine::ask::{
    Answer, Answered, AsWords, AskError, Basis, CountAnswer, CountQuestion, Counting, Holdings,
    Paging, Question, WideLine, WordsRow, read_list,
};
use baogao_engine::stats::{Dimension, Measure, Row, Value};
use baogao_render::plot::{self, Kind};
use baogao_render::table::{TextCell, bar, write_text};
use baogao_render::terminal::{Look, at_least, escape, number};
use clap::Args;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

/// Columns of the longest bar.
const BAR_COLUMNS: usize = 30;
/// Passages named where words and characters count differently, without `-n`.
const N_DIFFERENT: usize = 10;
/// Characters shown of such a passage.
const N_CHARS: usize = 80;

/// Arguments of `count`.
#[derive(Args)]
pub(crate) struct CountArguments {
    #[command(flatten)]
    question: CountQuestion,
    /// Expressions from a file, one a line; # begins a remark, [name] a group; - is stdin
    #[arg(short, long, value_name = "LIST")]
    file: Option<PathBuf>,
    /// Draw bars, or a heat map of a wide table
    #[arg(long)]
    chart: bool,
    #[command(flatten)]
    plot: PlotArgument,
    /// What kind of picture [default: as the keys are]
    #[arg(long, requires = "plot", value_name = "KIND")]
    picture: Option<Kind>,
    #[command(flatten)]
    output: OutputArguments,
}

impl CountArguments {
    /// What kind of picture is drawn.
    fn kind(&self) -> Result<Kind, Failure> {
        let by = self.question.dimensions();
        let kind = self.picture.or_else(|| Kind::of(&by));
        match kind.filter(|kind| kind.fits(&by)) {
            Some(kind) => Ok(kind),
            None if self.plot.plot.is_none() => Ok(Kind::Bars),
            None => Err(Failure::usage(
                t!("there is no such picture of counts by these keys"),
                Some(
                    t!("lines: --by year; heat: --by WHAT,year; bars: --by WHAT; map: --by province")
                        .into_owned(),
                ),
            )),
        }
    }

    /// Refuses what would have no effect.
    fn check(&self) -> Result<(), Failure> {
        let CountQuestion {
            words,
            wide,
            measure,
            ..
        } = self.question;
        self.output.check(&[("chart", self.chart)])?;
        self.plot.check()?;
        let is_drawn = self.plot.plot.is_some();
        let is_measured = measure != Measure::default();
        refuse_together(
            "words",
            &[
                ("chart", words && self.chart),
                ("measure", words && is_measured),
                ("plot", words && is_drawn),
            ],
        )?;
        let is_spread = self.question.dispersion;
        refuse_together(
            "dispersion",
            &[
                ("chart", is_spread && self.chart),
                ("plot", is_spread && is_drawn),
            ],
        )?;
        self.kind()?;
        if is_measured && !(wide || self.chart || is_drawn) {
            return Err(needs("measure", "wide"));
        }
        // Rows of data have every measure.
        match self.output.format {
            Format::Json | Format::Jsonl if !is_drawn => {
                refuse_together(self.output.format.as_typed(), &[("measure", is_measured)])
            }
            _ => Ok(()),
        }
    }
}

pub(crate) fn run(common: &Common, arguments: &CountArguments) -> Result<ExitCode, Failure> {
    let mut question = arguments.question.clone();
    if let Some(file) = &arguments.file {
        question.list = read_list(&read_text(file)?)?;
        if question.list.is_empty() && question.query.is_empty() {
            return Err(AskError::NoPhrase.into());
        }
    }
    arguments.check()?;
    let is_text = arguments.output.format == Format::Text;
    let is_laid_out = is_text && (common.is_page() || arguments.chart);
    if question.words && is_laid_out {
        question.paging.limit.get_or_insert(N_DIFFERENT);
    }
    let asked = Question::Count(question);
    ask(common, &asked, false, |index, answer| {
        let Answer::Count(answer) = answer else {
            return Err(unexpected());
        };
        if arguments.plot.plot.is_some() {
            plot::check(answer, arguments.kind()?)?;
        }
        let basis = Basis::of(index)?;
        if is_laid_out {
            let counts = Counts {
                index,
                arguments,
                answer,
                look: common.look(),
            };
            let mut out = stdout();
            counts.write(&mut out)?;
            out.flush()?;
        } else {
            export(&**answer, &basis, arguments.output, |_| true)?;
        }
        arguments.plot.draw(|| {
            let kind = arguments.kind()?;
            plot::of_counts(answer, kind, answer.measure()).ok_or_else(unexpected)
        })?;
        if is_text {
            say_beside(&**answer, &basis);
            let never: Vec<&str> = answer.never_found().collect();
            if !never.is_empty() && answer.countings.len() > 1 {
                say(&t!("never found: %{a}", a = lang::listed(&never)));
            }
            let inside = answer.inside_longer();
            let inside: Vec<&str> = inside.collect();
            if !inside.is_empty() {
                let names = lang::listed(&inside);
                say(&t!(
                    "only inside longer phrases of the list: %{names}",
                    names = names
                ));
            }
            say(&lang::method(answer.method()));
        }
        Ok(())
    })
}

/// Counts on their way to people.
struct Counts<'a> {
    index: &'a dyn Holdings,
    arguments: &'a CountArguments,
    answer: &'a CountAnswer<'a>,
    look: Look,
}

impl Counts<'_> {
    fn question(&self) -> &CountQuestion {
        &self.arguments.question
    }

    fn write(&self, out: &mut impl Write) -> Result<(), Failure> {
        match self.question() {
            CountQuestion { words: true, .. } => self.write_words(out),
            CountQuestion { wide: true, .. } => self.write_wide(out),
            CountQuestion {
                dispersion: true, ..
            } => self.write_dispersion(out),
            _ => self.write_text(out),
        }
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
                .reports()
                .entry(*rank)
                .map_or_else(|_| rank.to_string(), |entry| entry.id),
            Value::Unknown => "未知".to_owned(),
        }
    }

    /// An aligned table, with bars if they are asked for.
    fn write_text(&self, out: &mut impl Write) -> Result<(), Failure> {
        let mut columns: Vec<(String, bool)> = self
            .answer
            .by
            .iter()
            .map(|dimension| {
                (
                    t!(dimension.name()).into_owned(),
                    *dimension == Dimension::Year,
                )
            })
            .collect();
        let many = self.answer.countings.len() > 1 || self.answer.by.is_empty();
        let has_groups = self.answer.has_groups();
        if has_groups {
            columns.push((t!("group").into_owned(), false));
        }
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
        if has_groups {
            columns.push((t!("of group").into_owned(), true));
        }
        if self.arguments.chart {
            columns.push((String::new(), false));
        }
        let paging = self.question().paging;
        let rows = self.answer.rows_of_all(paging.offset, paging.most_or_all());
        let shown: Vec<(&Counting, usize, Row)> = rows.collect();
        let measure = |row: &Row| {
            let sums = row.numbers()?;
            self.question().measure.of(&sums)
        };
        let most = shown
            .iter()
            .filter_map(|(.., row)| measure(row))
            .fold(0.0, f64::max);
        let share = |counting: &Counting, at: Option<usize>, row: &Row| {
            let n = row.numbers().and_then(|sums| sums.places());
            let share = n.and_then(|n| self.answer.share_of_group(counting, at, n));
            share.map_or_else(String::new, |share| format!("{:.1}%", share * 100.0))
        };
        let mut rows: Vec<Vec<TextCell>> = Vec::new();
        let numbers = |row: &Row| -> Vec<String> {
            let Some(sums) = row.numbers() else {
                let mut cells = vec![String::new(); 5];
                if let Some(first) = cells.first_mut() {
                    *first = state_mark(row.state());
                }
                return cells;
            };
            let least = |n: u64| at_least(n, row.presence);
            vec![
                sums.places().map_or_else(String::new, least),
                least(sums.passages),
                least(sums.reports),
                number(sums.reports_held),
                sums.per_10k()
                    .map_or_else(String::new, |rate| format!("{rate:.2}")),
            ]
        };
        let group = |counting: &Counting| counting.entry.group.clone().unwrap_or_default();
        for (counting, at, row) in &shown {
            let mut cells: Vec<String> = row.key.iter().map(|value| self.label(value)).collect();
            if has_groups {
                cells.push(group(counting));
            }
            if many {
                cells.push(counting.entry.name.clone());
            }
            cells.extend(numbers(row));
            if has_groups {
                cells.push(share(counting, Some(*at), row));
            }
            if self.arguments.chart {
                let share = measure(row)
                    .filter(|_| most > 0.0)
                    .map_or(0.0, |n| n / most);
                cells.push(bar(share, BAR_COLUMNS));
            }
            rows.push(cells.into_iter().map(TextCell::from).collect());
        }
        if !self.answer.by.is_empty() && self.question().paging == Paging::default() {
            for counting in &self.answer.countings {
                let mut cells = vec![t!("total").into_owned()];
                cells.resize(self.answer.by.len(), String::new());
                if has_groups {
                    cells.push(group(counting));
                }
                if many {
                    cells.push(counting.entry.name.clone());
                }
                cells.extend(numbers(&counting.total));
                if has_groups {
                    cells.push(share(counting, None, &counting.total));
                }
                rows.push(cells.into_iter().map(TextCell::from).collect());
            }
        }
        write_text(out, self.look, &columns, rows)?;
        Ok(())
    }

    /// Years across: one table for all phrases, a row for each phrase and each combination of the other keys.
    fn write_wide(&self, out: &mut impl Write) -> Result<(), Failure> {
        let (lines, years) = self.answer.wide();
        let by = &self.answer.by;
        let others = by.split_last().map_or(&[][..], |(_, others)| others);
        let measure = self.question().measure;
        let many = self.answer.countings.len() > 1;
        let mut columns: Vec<(String, bool)> = others
            .iter()
            .map(|dimension| (t!(dimension.name()).into_owned(), false))
            .collect();
        if many {
            columns.push((t!("phrase").into_owned(), false));
        }
        columns.extend(years.iter().map(|year| (self.label(year), true)));
        let all = lines.iter().flat_map(|line| line.cells.values());
        let most = all
            .filter_map(|row| measure.of(&row.numbers()?))
            .fold(0.0, f64::max);
        let rows = lines.iter().map(|line: &WideLine<'_>| {
            let key = line.key.iter();
            let mut row: Vec<TextCell> = key.map(|value| self.label(value).into()).collect();
            if many {
                row.push(line.phrase.to_owned().into());
            }
            row.extend(years.iter().map(|year| {
                let row = line.cells.get(year);
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
        Ok(write_text(out, self.look, &columns, rows.collect())?)
    }

    /// Each expression with how evenly it is spread.
    fn write_dispersion(&self, out: &mut impl Write) -> Result<(), Failure> {
        let columns = [
            ("phrase", false),
            ("occurrences", true),
            ("reports", true),
            ("of held", true),
            ("DP reports", true),
            ("DP regions", true),
            ("DP years", true),
            ("ARF", true),
        ];
        let mut columns: Vec<(String, bool)> = columns
            .map(|(name, is_number)| (t!(name).into_owned(), is_number))
            .into();
        let has_groups = self.answer.has_groups();
        if has_groups {
            columns.insert(0, (t!("group").into_owned(), false));
        }
        let paging = self.question().paging;
        let measure = |value: Option<f64>| value.map_or_else(String::new, |n| format!("{n:.3}"));
        let mut rows: Vec<Vec<TextCell>> = Vec::new();
        let countings = self.answer.countings.iter().skip(paging.offset);
        for counting in countings.take(paging.most_or_all()) {
            let spread = self.answer.dispersion(counting)?;
            let row = &counting.total;
            let mut cells = Vec::new();
            if has_groups {
                let group = counting.entry.group.clone().unwrap_or_default();
                cells.push(escape(&group).into_owned());
            }
            cells.push(escape(&counting.entry.name).into_owned());
            match row.numbers() {
                None => cells.extend([state_mark(row.state()), String::new(), String::new()]),
                Some(sums) => {
                    let least = |n: u64| at_least(n, row.presence);
                    cells.push(sums.places().map_or_else(String::new, least));
                    cells.push(least(sums.reports));
                    cells.push(number(sums.reports_held));
                }
            }
            let deviations = [spread.dp_reports, spread.dp_regions, spread.dp_years];
            cells.extend(deviations.map(measure));
            cells.push(spread.arf.map_or_else(String::new, |n| format!("{n:.1}")));
            rows.push(cells.into_iter().map(TextCell::from).collect());
        }
        Ok(write_text(out, self.look, &columns, rows)?)
    }

    /// Counts as words beside those of characters, and the passages in which they differ.
    fn write_words(&self, out: &mut impl Write) -> Result<(), Failure> {
        let AsWords {
            rows,
            differences,
            n_differences,
        } = self.answer.words()?;
        let columns = [
            ("phrase", false),
            ("occurrences", true),
            ("as words", true),
            ("cut as", false),
        ];
        let columns: Vec<(String, bool)> = columns
            .map(|(name, is_number)| (t!(name).into_owned(), is_number))
            .into();
        let cells = |row: &WordsRow| -> Vec<TextCell> {
            let cells = [
                row.phrase.clone(),
                row.occurrences.map(|n| n.to_string()).unwrap_or_default(),
                row.as_words.map(|n| n.to_string()).unwrap_or_default(),
                row.words.join(" "),
            ];
            cells.map(TextCell::from).into()
        };
        write_text(out, self.look, &columns, rows.iter().map(cells).collect())?;
        if n_differences > 0 {
            let n = counted(n_differences as u64, "passage");
            writeln!(out, "\n{}", t!("%{a} in which they differ:", a = n))?;
        }
        for row in &differences {
            let line = t!(
                "%{a}  %{b} there, %{c} as words",
                a = row.id,
                b = row.occurrences,
                c = row.as_words
            );
            writeln!(out, "{}", self.look.name(&line))?;
            let short: String = row.text.chars().take(N_CHARS).collect();
            writeln!(out, "{}", self.look.wrap(&escape(&short), "  "))?;
        }
        if differences.len() < n_differences {
            say(&t!(
                "%{a} of %{b} shown",
                a = number(differences.len() as u64),
                b = number(n_differences as u64)
            ));
        }
        Ok(())
    }
}
