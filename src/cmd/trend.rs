//! `baogao trend`: how often from year to year, as lines that people read and as pictures.

use super::lang::{self, cell, mean, t};
use super::output::{OutputArguments, ask, export, refuse_together, say_beside, unexpected};
use super::picture::PlotArgument;
use super::{Common, Failure, Format, read_text, say, stdout};
use baogao_engine::ask::{
    Answer, Answered, AskError, Basis, Point, Question, Series, TrendAnswer, TrendQuestion,
    read_list,
};
use baogao_engine::stats::{Measure, Row, State};
use baogao_render::plot;
use baogao_render::table::{TextCell, write_text};
use baogao_render::terminal::{Look, number};
use clap::Args;
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

/// Lines that a terminal has room for, where nothing is said.
const N_LINES: usize = 6;
/// From little to much.
const LEVELS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// Arguments of `trend`.
#[derive(Args)]
pub(crate) struct TrendArguments {
    #[command(flatten)]
    question: TrendQuestion,
    /// Expressions from a file, one a line; # begins a remark, [name] a group; - is stdin
    #[arg(short, long, value_name = "LIST")]
    file: Option<PathBuf>,
    #[command(flatten)]
    plot: PlotArgument,
    #[command(flatten)]
    output: OutputArguments,
}

pub(crate) fn run(common: &Common, arguments: &TrendArguments) -> Result<ExitCode, Failure> {
    let mut question = arguments.question.clone();
    if let Some(file) = &arguments.file {
        question.list = read_list(&read_text(file)?)?;
        if question.list.is_empty() && question.query.is_empty() {
            return Err(AskError::NoPhrase.into());
        }
    }
    arguments.output.check(&[])?;
    arguments.plot.check()?;
    let is_text = arguments.output.format == Format::Text;
    let has_effect = is_text || arguments.plot.plot.is_some() || question.smooth.is_some();
    if !has_effect {
        // Rows of data have every measure.
        let is_measured = question.measure.is_some();
        refuse_together(
            arguments.output.format.as_typed(),
            &[("measure", is_measured)],
        )?;
    }
    let is_laid_out = is_text && common.is_page();
    let asked = Question::Trend(question);
    ask(common, &asked, false, |index, answer| {
        let Answer::Trend(answer) = answer else {
            return Err(unexpected());
        };
        let basis = Basis::of(index)?;
        if is_laid_out {
            let mut out = stdout();
            let Question::Trend(question) = &asked else {
                return Err(unexpected());
            };
            let n_shown = question.paging.most_or(N_LINES);
            write(&mut out, common.look(), answer, n_shown)?;
            out.flush()?;
        } else {
            export(&**answer, &basis, arguments.output, |_| true)?;
        }
        arguments.plot.draw(|| Ok(plot::of_trend(answer)))?;
        if is_text {
            say_beside(&**answer, &basis);
            let never: Vec<&str> = answer.never_found().collect();
            if !never.is_empty() && answer.totals().nth(1).is_some() {
                say(&t!("never found: %{a}", a = lang::listed(&never)));
            }
            say(&lang::method(answer.method()));
        }
        Ok(())
    })
}

/// Each line as a curve, then all as a table, a row for each year.
fn write(
    out: &mut impl Write,
    look: Look,
    answer: &TrendAnswer<'_>,
    n_shown: usize,
) -> Result<(), Failure> {
    let Some(years) = answer.years() else {
        return Ok(());
    };
    let measure = answer.measure();
    let shown = answer.series.iter().take(n_shown);
    let shown: Vec<&Series> = shown.collect();
    writeln!(out, "{}", look.dim(&plot::unit(measure)))?;
    for line in &shown {
        let most = most(line, measure);
        writeln!(
            out,
            "{}  {}",
            look.name(&name(line)),
            said(line, measure, most)
        )?;
        let curve: String = line
            .points
            .iter()
            .map(|point| level(point, measure, most))
            .collect();
        writeln!(out, "  {} {curve} {}", years.start(), years.end())?;
    }
    writeln!(out)?;
    table(out, look, answer, &shown)?;
    if shown.len() < answer.n_series {
        say(&t!(
            "%{a} of %{b} shown",
            a = number(shown.len() as u64),
            b = number(answer.n_series as u64)
        ));
    }
    Ok(())
}

/// What a line is of.
fn name(line: &Series) -> String {
    match &line.key {
        Some(key) => format!("{} · {}", line.phrase, plot::name_of(key)),
        None => line.phrase.clone(),
    }
}

fn most(line: &Series, measure: Measure) -> f64 {
    let values = line.points.iter();
    values
        .filter_map(|point| point.value(measure))
        .fold(0.0, f64::max)
}

/// The most of a line, and in which year that was.
fn said(line: &Series, measure: Measure, most: f64) -> String {
    let is_most = |point: &&Point| point.value(measure) == Some(most);
    match line.points.iter().rev().find(is_most) {
        Some(point) if most > 0.0 => t!(
            "most in %{year}: %{n}",
            year = point.year,
            n = cell(measure, &point.row)
        )
        .into_owned(),
        _ => String::new(),
    }
}

/// A year of a curve: `_` is a nought, a blank no report, × where what is held is abridged or unread and has none.
fn level(point: &Point, measure: Measure, most: f64) -> char {
    match point.value(measure) {
        Some(value) if value > 0.0 && most > 0.0 => {
            let at = (value / most * LEVELS.len() as f64).ceil() as usize;
            let at = at.clamp(1, LEVELS.len()) - 1;
            LEVELS.get(at).copied().unwrap_or('█')
        }
        // What stands only inside longer phrases is said, and is no nought where no report is whole.
        _ if matches!(point.row.presence.state(0), State::Abridged | State::Unread) => '×',
        Some(_) => '_',
        None => ' ',
    }
}

/// Each year that has a row, and years of which nothing is held together: first and last.
fn runs(answer: &TrendAnswer<'_>, shown: &[&Series]) -> Vec<(u16, u16)> {
    let is_empty = |year: u16| {
        let points = shown.iter().flat_map(|line| &line.points);
        let mut of_year = points.filter(|point| point.year == year);
        of_year.all(|point| point.row.state() == State::None)
    };
    let mut runs: Vec<(u16, u16, bool)> = Vec::new();
    for year in answer.years().into_iter().flatten() {
        match (is_empty(year), runs.last_mut()) {
            (true, Some((_, last, true))) => *last = year,
            (is_empty, _) => runs.push((year, year, is_empty)),
        }
    }
    let runs = runs.into_iter();
    runs.map(|(first, last, _)| (first, last)).collect()
}

fn table(
    out: &mut impl Write,
    look: Look,
    answer: &TrendAnswer<'_>,
    shown: &[&Series],
) -> io::Result<()> {
    let measure = answer.measure();
    let is_smoothed = answer.smoothed_over().is_some();
    let mut columns = vec![
        (t!("year").into_owned(), true),
        (t!("held").into_owned(), true),
    ];
    let mut years = answer.years().into_iter().flatten();
    let has_others = years.any(|year| answer.not_whole(year) > 0);
    if has_others {
        columns.push((t!("not whole").into_owned(), true));
    }
    for line in shown {
        columns.push((name(line), true));
        if is_smoothed {
            columns.push((t!("mean").into_owned(), true));
        }
    }
    let rows = runs(answer, shown).into_iter().map(|(year, last)| {
        let held = answer.reports_held(year);
        let mut cells = vec![
            match year == last {
                true => year.to_string(),
                false => format!("{year}–{last}"),
            },
            match held {
                0 => "–".to_owned(),
                n => number(n),
            },
        ];
        if has_others {
            cells.push(match answer.not_whole(year) {
                0 => String::new(),
                n => number(n),
            });
        }
        for line in shown {
            let point = line.points.iter().find(|point| point.year == year);
            let row: Option<&Row> = point.map(|point| &point.row);
            cells.push(row.map_or_else(String::new, |row| cell(measure, row)));
            if is_smoothed {
                cells.push(mean(measure, point.and_then(|point| point.smoothed)));
            }
        }
        cells.into_iter().map(TextCell::from).collect()
    });
    write_text(out, look, &columns, rows.collect())
}
