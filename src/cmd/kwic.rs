//! `baogao kwic`: an expression in its contexts, aligned on it, and what stands beside it.

use super::lang::{self, counted, searched_noun, some_of};
use super::output::{OutputArguments, ask, export, say_beside, unexpected};
use super::{COLUMNS_MAX, Common, Failure, Format, say, stdout};
use crate::cmd::lang::t;
use baogao_engine::ask::{Answer, Basis, Column, KwicAnswer, KwicQuestion, Question, reference};
use baogao_engine::concordance::{Concordance, Neighbour, Page};
use baogao_render::table::{TextCell, write_text};
use baogao_render::terminal::{KwicColumns, Look, Widths, escape, kwic_line, number, recognised};
use clap::{Args, ValueEnum};
use std::io::{self, Write};
use std::process::ExitCode;

/// Lines shown on a terminal without `-n`.
const N_SHOWN: usize = 50;
/// Neighbours shown on each side, without `-n`.
const N_NEIGHBOURS: usize = 20;

/// Arguments of `kwic`.
#[derive(Args)]
pub(crate) struct KwicArguments {
    #[command(flatten)]
    question: KwicQuestion,
    /// Columns that “ ” — · … take in this terminal
    #[arg(long, default_value = "narrow", value_name = "WIDTH")]
    ambiguous: Ambiguous,
    #[command(flatten)]
    output: OutputArguments,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Ambiguous {
    /// One
    Narrow,
    /// Two
    Wide,
}

pub(crate) fn run(common: &Common, arguments: &KwicArguments) -> Result<ExitCode, Failure> {
    let mut question = arguments.question.clone();
    arguments.output.check(&[])?;
    let is_text = arguments.output.format == Format::Text;
    let is_aligned = is_text && common.is_page();
    if is_aligned && question.width.is_some_and(|width| width > COLUMNS_MAX) {
        return Err(Failure::usage(
            t!("a page has room for `--width` up to %{n}", n = COLUMNS_MAX),
            Some(t!("`--layout lines` gives contexts of any length").into_owned()),
        ));
    }
    if question.neighbours && is_text {
        question.paging.limit.get_or_insert(N_NEIGHBOURS);
    } else if is_aligned {
        question.paging.limit.get_or_insert(N_SHOWN);
    }
    let limit = question.paging.most_or_all();
    let asked = Question::Kwic(question);
    ask(common, &asked, false, |index, answer| {
        let Answer::Kwic(answer) = answer else {
            return Err(unexpected());
        };
        let basis = Basis::of(index)?;
        if !is_aligned {
            // As the lines of a search: what an eye does not need stays out.
            let left_out = ["region_code", "level", "section", "kind"];
            let is_wanted = |column: &Column| !left_out.contains(&&*column.name);
            export(&**answer, &basis, arguments.output, is_wanted)?;
        } else {
            let mut out = stdout();
            let look = common.look();
            if arguments.question.neighbours {
                let sides = answer.neighbours(limit)?;
                write_neighbours(&mut out, look, answer.phrase(), &sides)?;
            } else {
                let page = answer.page()?;
                write_lines(&mut out, look, &answer.concordance, page, arguments)?;
            }
            out.flush()?;
        }
        if is_text {
            say_beside(&**answer, &basis);
            say_numbers(answer, arguments, limit);
        }
        Ok(())
    })
}

fn say_numbers(answer: &KwicAnswer<'_>, arguments: &KwicArguments, limit: usize) {
    let typed = arguments.question.query.join(" ");
    let found = &answer.concordance.answer;
    if let Some(absence) = lang::absence(answer.state, typed.trim()) {
        say(&absence);
    } else if found.total.passages == 0 {
        say(&t!(
            "“%{phrase}” stands in no report that was searched",
            phrase = typed.trim()
        ));
    } else {
        let places = found.total.places();
        let mut said: Vec<String> = places
            .map(|n| counted(n, "occurrence"))
            .into_iter()
            .collect();
        said.push(counted(found.total.passages, "passage"));
        said.push(some_of(
            found.total.reports,
            found.reports_searched,
            searched_noun(answer.filters()),
        ));
        said.extend(lang::not_whole(answer.presence));
        say(&said.join(" · "));
    }
    let n_lines = answer.concordance.n_lines();
    let n_left = n_lines.saturating_sub(arguments.question.paging.offset);
    if !arguments.question.neighbours && limit < n_left {
        say(&t!(
            "%{a} of %{b} lines shown, -n 0 for all",
            a = number(limit as u64),
            b = number(n_lines as u64)
        ));
    }
}

/// The neighbour and the phrase as they stand together.
fn with_phrase(phrase: &str, neighbour: &Neighbour, is_left: bool) -> String {
    if is_left {
        format!("{}{phrase}", neighbour.text)
    } else {
        format!("{phrase}{}", neighbour.text)
    }
}

/// Lines with the id at the end. They are read twice: how wide the columns are, all of them decide.
fn write_lines(
    out: &mut impl Write,
    look: Look,
    concordance: &Concordance<'_>,
    page: &Page,
    arguments: &KwicArguments,
) -> Result<(), Failure> {
    let question = &arguments.question;
    let widths = match arguments.ambiguous {
        Ambiguous::Narrow => Widths::Narrow,
        Ambiguous::Wide => Widths::Wide,
    };
    let (mut keyword, mut id) = (0, 0);
    for line in concordance.lines(page, 0) {
        let line = line?;
        keyword = keyword.max(widths.of(&escape(&line.keyword)));
        id = id.max(widths.of(&escape(&line.passage.id())));
    }
    // Without colour the keyword stands in 【】; two blanks part the id.
    let marks = if look.colour { 0 } else { 4 };
    let room = look.columns.saturating_sub(keyword + marks + id + 2) / 2;
    let context = question
        .width
        .map_or(room.max(8), |chars| chars.saturating_mul(2));
    let columns = KwicColumns {
        context,
        keyword,
        widths,
    };
    for line in concordance.lines(page, context) {
        let line = line?;
        let parted = kwic_line(look, columns, (&line.left, &line.keyword, &line.right));
        let recognised = recognised(look, &line.passage);
        writeln!(out, "{parted}  {}{recognised}", look.id(&line.passage.id()))?;
        if question.cite {
            writeln!(out, "  {}", look.dim(&reference(&line.passage)))?;
        }
    }
    Ok(())
}

/// Both sides beside each other.
fn write_neighbours(
    out: &mut impl Write,
    look: Look,
    phrase: &str,
    sides: &[Vec<Neighbour>; 2],
) -> io::Result<()> {
    let [left, right] = sides;
    let columns = [("before", false), ("", true), ("after", false), ("", true)];
    let columns = columns.map(|(name, is_number)| (t!(name).into_owned(), is_number));
    let rows = (0..left.len().max(right.len())).map(|at| {
        let cells = |side: &[Neighbour], is_left| match side.get(at) {
            Some(neighbour) => [
                with_phrase(phrase, neighbour, is_left),
                number(neighbour.lines as u64),
            ],
            None => [String::new(), String::new()],
        };
        let cells = cells(left, true).into_iter().chain(cells(right, false));
        cells.map(TextCell::from).collect()
    });
    write_text(out, look, &columns, rows.collect())
}
