//! `baogao new`: phrases that first stand in the reports of a year, or that have gone.

use super::output::{OutputArguments, ask, export, say_beside, unexpected};
use super::{Common, Failure, Format, say, stdout};
use crate::cmd::lang::t;
use crate::cmd::lang::{self, counted};
use baogao_engine::ask::{Answer, Answered, Basis, NewAnswer, NewQuestion, NewRow, Question};
use baogao_engine::stats::{Presence, State};
use baogao_render::table::{TextCell, write_text};
use baogao_render::terminal::{Look, at_least, number};
use clap::Args;
use std::io::Write;
use std::process::ExitCode;

/// Phrases that are shown where nothing is said.
const N_SHOWN: usize = 20;

/// Arguments of `new`.
#[derive(Args)]
pub(crate) struct NewArguments {
    #[command(flatten)]
    question: NewQuestion,
    #[command(flatten)]
    output: OutputArguments,
}

pub(crate) fn run(common: &Common, arguments: &NewArguments) -> Result<ExitCode, Failure> {
    arguments.output.check(&[])?;
    let is_text = arguments.output.format == Format::Text;
    let mut question = arguments.question.clone();
    if is_text && common.is_page() {
        question.paging.limit.get_or_insert(N_SHOWN);
    }
    let asked = Question::New(question);
    ask(common, &asked, false, |index, answer| {
        let Answer::New(answer) = answer else {
            return Err(unexpected());
        };
        let basis = Basis::of(index)?;
        if is_text && common.is_page() {
            let rows: Vec<NewRow> = answer.page_rows()?.collect::<Result<_, _>>()?;
            let mut out = stdout();
            write_rows(&mut out, common.look(), &rows, answer.presence())?;
            out.flush()?;
        } else {
            export(&**answer, &basis, arguments.output, |_| true)?;
        }
        if is_text {
            say_beside(&**answer, &basis);
            if answer.is_of_nothing() {
                say(&t!(
                    "no report that is held fits the filters: nothing was compared"
                ));
            }
            say_numbers(answer);
            say(&lang::method(answer.method()));
        }
        Ok(())
    })
}

fn write_rows(
    out: &mut impl Write,
    look: Look,
    rows: &[NewRow],
    [here, others]: [Presence; 2],
) -> std::io::Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    let columns = [
        (t!("phrase"), false),
        (t!("occurrences"), true),
        (t!("reports"), true),
        (t!("other_reports"), true),
        (t!("other_regions"), true),
        (t!("first_year"), true),
        (t!("last_year"), true),
        (t!("id"), false),
    ];
    let columns = columns.map(|(name, is_number)| (name.into_owned(), is_number));
    let rows = rows.iter().map(|row| {
        let [first, last] = row.years();
        let year = |year: Option<u16>| year.map(|year| year.to_string()).unwrap_or_default();
        let id = row.hit.as_ref().map(|hit| hit.passage.id());
        let cells = [
            row.typed.clone(),
            at_least(row.here.occurrences, here),
            at_least(row.here.reports as u64, here),
            at_least(row.others.reports as u64, others),
            at_least(row.others.regions as u64, others),
            year(first),
            year(last),
            id.unwrap_or_default(),
        ];
        cells.into_iter().map(TextCell::from).collect()
    });
    write_text(out, look, &columns, rows.collect())
}

fn say_numbers(answer: &NewAnswer<'_>) {
    if answer.state != State::Said {
        return;
    }
    let (shown, all) = (answer.page().count() as u64, answer.found.len() as u64);
    match shown < all {
        true => say(&t!(
            "%{a} of %{b} phrases shown, -n 0 for all",
            a = number(shown),
            b = number(all)
        )),
        false => say(&counted(all, "phrase")),
    }
}
