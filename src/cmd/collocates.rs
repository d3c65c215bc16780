//! `baogao collocates`: what stands beside an expression more often than by chance.

use super::lang::{self, counted};
use super::output::{OutputArguments, ask, export, say_beside, unexpected};
use super::{Common, Failure, Format, say, stdout};
use crate::cmd::lang::t;
use baogao_engine::ask::{
    Answer, Answered, Basis, CollocateRow, CollocatesAnswer, CollocatesQuestion, Question,
};
use baogao_render::table::{TextCell, write_text};
use baogao_render::terminal::{Look, at_least, escape, number};
use clap::Args;
use std::io::Write;
use std::process::ExitCode;

/// Collocates shown on a terminal without `-n`.
const N_SHOWN: usize = 30;

/// Arguments of `collocates`.
#[derive(Args)]
pub(crate) struct CollocatesArguments {
    #[command(flatten)]
    question: CollocatesQuestion,
    #[command(flatten)]
    output: OutputArguments,
}

pub(crate) fn run(common: &Common, arguments: &CollocatesArguments) -> Result<ExitCode, Failure> {
    let mut question = arguments.question.clone();
    arguments.output.check(&[])?;
    let is_text = arguments.output.format == Format::Text;
    let is_laid_out = is_text && common.is_page();
    if is_laid_out {
        question.paging.limit.get_or_insert(N_SHOWN);
    }
    let paging = question.paging;
    let asked = Question::Collocates(question);
    ask(common, &asked, false, |index, answer| {
        let Answer::Collocates(answer) = answer else {
            return Err(unexpected());
        };
        let basis = Basis::of(index)?;
        if is_laid_out {
            let mut out = stdout();
            write_collocates(&mut out, common.look(), answer)?;
            out.flush()?;
        } else {
            export(&**answer, &basis, arguments.output, |_| true)?;
        }
        if is_text {
            say_beside(&**answer, &basis);
            let typed = arguments.question.query.join(" ");
            say_numbers(answer, typed.trim());
            let n_left = answer.collocates.len().saturating_sub(paging.offset);
            if paging.most_or_all() < n_left {
                say(&t!(
                    "%{a} of %{b} collocates shown, -n 0 for all",
                    a = number(paging.most_or_all() as u64),
                    b = number(answer.collocates.len() as u64)
                ));
            }
            say(&lang::method(answer.method()));
        }
        Ok(())
    })
}

fn say_numbers(answer: &CollocatesAnswer, typed: &str) {
    let total = answer.found.answer.total;
    if let Some(absence) = lang::absence(answer.state, typed) {
        say(&absence);
    } else if total.passages == 0 {
        say(&t!(
            "“%{phrase}” stands in no report that was searched",
            phrase = typed
        ));
    } else {
        let mut said: Vec<String> = Vec::new();
        said.extend(total.places().map(|n| counted(n, "occurrence")));
        said.push(counted(total.passages, "passage"));
        said.push(counted(answer.collocates.len() as u64, "collocate"));
        said.extend(lang::not_whole(answer.presence));
        say(&said.join(" · "));
    }
}

/// An aligned table of them.
fn write_collocates(
    out: &mut impl Write,
    look: Look,
    answer: &CollocatesAnswer,
) -> Result<(), Failure> {
    let columns = [
        ("collocate", false),
        ("left", true),
        ("right", true),
        ("together", true),
        ("reports", true),
        ("in all", true),
        ("logDice", true),
        ("MI", true),
        ("G²", true),
    ];
    let columns: Vec<(String, bool)> = columns
        .map(|(name, is_number)| (t!(name).into_owned(), is_number))
        .into();
    let measure = |value: Option<f64>| value.map_or_else(String::new, |n| format!("{n:.2}"));
    let least = |n: u64| at_least(n, answer.presence);
    let cells = |row: &CollocateRow| -> Vec<TextCell> {
        let cells = [
            escape(&row.collocate).into_owned(),
            least(row.left),
            least(row.right),
            least(row.occurrences),
            least(row.reports),
            least(row.total),
            measure(row.log_dice),
            measure(row.mi),
            measure(Some(row.g2)),
        ];
        cells.map(TextCell::from).into()
    };
    Ok(write_text(
        out,
        look,
        &columns,
        answer.page().map(cells).collect(),
    )?)
}
