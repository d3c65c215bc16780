//! `baogao first`: where an expression holds first, and how it spread.

use super::output::{OutputArguments, ask, export, needs, say_beside, unexpected};
use super::picture::PlotArgument;
use super::{Common, Failure, FilePaths, Format, say, stdout};
use crate::cmd::lang::t;
use crate::cmd::lang::{self};
use baogao_engine::ask::{
    Answer, Answered, Basis, FirstAnswer, FirstQuestion, Question, reference, sentence,
};
use baogao_engine::concordance::{Adoption, First};
use baogao_engine::stats::Value;
use baogao_render::plot;
use baogao_render::table::{TextCell, bar, write_text};
use baogao_render::terminal::{Look, escape, marked, recognised};
use clap::Args;
use std::io::{self, Write};
use std::ops::Range;
use std::process::ExitCode;

/// Columns of the longest bar.
const BAR_COLUMNS: usize = 30;

/// Arguments of `first`.
#[derive(Args)]
pub(crate) struct FirstArguments {
    #[command(flatten)]
    question: FirstQuestion,
    #[command(flatten)]
    plot: PlotArgument,
    #[command(flatten)]
    output: OutputArguments,
}

pub(crate) fn run(common: &Common, arguments: &FirstArguments) -> Result<ExitCode, Failure> {
    let question = &arguments.question;
    arguments.output.check(&[])?;
    arguments.plot.check()?;
    if arguments.plot.plot.is_some() && question.by.is_none() {
        return Err(needs("plot", "by"));
    }
    let is_text = arguments.output.format == Format::Text;
    let asked = Question::First(question.clone());
    ask(common, &asked, false, |index, answer| {
        let Answer::First(answer) = answer else {
            return Err(unexpected());
        };
        let basis = Basis::of(index)?;
        if is_text && common.is_page() {
            let files = FilePaths::new(index)?;
            let mut out = stdout();
            for first in answer.page().filter(|first| first.hit.is_some()) {
                write_first(&mut out, common.look(), first, &files, question.cite)?;
            }
            if !answer.curve.is_empty() && answer.n_dated > 0 {
                write_curve(&mut out, common.look(), &answer.curve, answer.n_known)?;
            }
            out.flush()?;
        } else {
            export(&**answer, &basis, arguments.output, |_| true)?;
        }
        arguments.plot.draw(|| Ok(plot::of_first(answer)))?;
        if is_text {
            say_beside(&**answer, &basis);
            say_numbers(answer, &question.query.join(" "));
            say(&lang::method(answer.method()));
        }
        Ok(())
    })
}

fn write_curve(
    out: &mut impl Write,
    look: Look,
    curve: &[Adoption],
    n_all: usize,
) -> io::Result<()> {
    let columns = [
        (t!("year"), true),
        (t!("new"), true),
        (t!("by then"), true),
        (t!("held"), true),
        ("".into(), false),
    ];
    let columns = columns.map(|(name, is_number)| (name.into_owned(), is_number));
    let rows = curve.iter().map(|year| {
        let cells = [
            year.year.to_string(),
            year.new.to_string(),
            year.cumulative.to_string(),
            match year.held {
                0 => String::new(),
                n => n.to_string(),
            },
            bar(year.cumulative as f64 / n_all as f64, BAR_COLUMNS),
        ];
        cells.into_iter().map(TextCell::from).collect()
    });
    write_text(out, look, &columns, rows.collect())
}

fn say_numbers(answer: &FirstAnswer<'_>, typed: &str) {
    let typed = typed.trim();
    if answer.by.is_some() && answer.n_known > 0 {
        say(&lang::have_it(answer));
    } else if answer.n_dated == 0 && answer.n_said > 0 {
        say(&t!(
            "“%{phrase}” stands in reports without a year alone",
            phrase = typed
        ));
    } else if answer.n_dated == 0 {
        let absence = lang::absence(answer.state, typed).unwrap_or_else(|| {
            match answer.has_rejected() {
                true => t!(
                    "“%{phrase}” stands in no passage but those that were passed over",
                    phrase = typed
                ),
                false => t!(
                    "“%{phrase}” stands in no report that was searched",
                    phrase = typed
                ),
            }
            .into_owned()
        });
        say(&absence);
    }
}

/// A first appearance as people read it.
fn write_first(
    out: &mut impl Write,
    look: Look,
    first: &First,
    files: &FilePaths,
    cited: bool,
) -> io::Result<()> {
    let (Some(hit), Some(year)) = (&first.hit, first.year) else {
        return Ok(());
    };
    let of = match &first.key {
        Some(Value::Region(region)) => region
            .path_string()
            .trim_start_matches('/')
            .replace('/', " › "),
        Some(Value::Level(level)) => look.level(*level).to_owned(),
        _ => baogao_render::terminal::region_line(&hit.passage),
    };
    writeln!(
        out,
        "{}  {}",
        look.name(&year.to_string()),
        look.name(&format!("{of} · {}", look.part(hit.passage.part)))
    )?;
    let range = sentence(hit);
    let spans: Vec<Range<usize>> = hit.spans.clone();
    let text = marked(look, &hit.passage.text, &spans, &[range]);
    writeln!(out, "{}", look.wrap(&text, "  "))?;
    let file = files.path(hit.passage.report.root, &hit.passage.report.path);
    writeln!(
        out,
        "  {}  {}{}",
        look.id(&hit.passage.id()),
        look.dim(&format!("{file}:{}", hit.passage.line)),
        recognised(look, &hit.passage)
    )?;
    if cited {
        writeln!(out, "  {}", escape(&reference(&hit.passage)))?;
    }
    let said = [lang::also_first(first), lang::may_be_older(first)];
    for said in said.into_iter().flatten() {
        writeln!(out, "  {}", look.dim(&escape(&said)))?;
    }
    writeln!(out)
}
