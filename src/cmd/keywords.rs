//! `baogao keywords`: what is characteristic of some texts beside others.

use super::output::{OutputArguments, ask, export, say_beside, unexpected};
use super::{Common, Failure, Format, say, stdout};
use crate::cmd::lang::t;
use crate::cmd::lang::{self, counted};
use baogao_engine::ask::{Answer, Answered, Basis, KeyPhrase, KeywordsQuestion, Question};
use baogao_engine::stats::State;
use baogao_render::table::{TextCell, write_text};
use baogao_render::terminal::{Look, number};
use clap::Args;
use std::io::Write;
use std::process::ExitCode;

/// Keywords that are shown where nothing is said.
const N_SHOWN: usize = 30;

/// Arguments of `keywords`.
#[derive(Args)]
pub(crate) struct KeywordsArguments {
    #[command(flatten)]
    question: KeywordsQuestion,
    #[command(flatten)]
    output: OutputArguments,
}

pub(crate) fn run(common: &Common, arguments: &KeywordsArguments) -> Result<ExitCode, Failure> {
    arguments.output.check(&[])?;
    let is_text = arguments.output.format == Format::Text;
    let mut question = arguments.question.clone();
    if is_text && common.is_page() {
        question.paging.limit.get_or_insert(N_SHOWN);
    }
    let asked = Question::Keywords(question);
    ask(common, &asked, false, |index, answer| {
        let Answer::Keywords(answer) = answer else {
            return Err(unexpected());
        };
        let basis = Basis::of(index)?;
        if is_text && common.is_page() {
            let mut out = stdout();
            write_rows(&mut out, common.look(), answer.page())?;
            out.flush()?;
        } else {
            export(&**answer, &basis, arguments.output, |_| true)?;
        }
        if is_text {
            say_beside(&**answer, &basis);
            if answer.state == State::Said {
                let (shown, all) = (answer.page().count(), answer.found.len());
                if shown < all {
                    let (a, b) = (number(shown as u64), number(all as u64));
                    say(&t!("%{a} of %{b} shown, -n 0 for all", a = a, b = b));
                } else {
                    say(&counted(all as u64, "phrase"));
                }
            }
            say(&lang::method(answer.method()));
        }
        Ok(())
    })
}

fn write_rows<'k>(
    out: &mut impl Write,
    look: Look,
    rows: impl Iterator<Item = &'k KeyPhrase>,
) -> std::io::Result<()> {
    let columns = [
        (t!("phrase"), false),
        (t!("occurrences"), true),
        (t!("against"), true),
        (t!("per 10,000"), true),
        (t!("against"), true),
        (t!("reports"), true),
        (t!("against"), true),
        ("G²".into(), true),
        (t!("log ratio"), true),
        ("DP".into(), true),
    ];
    let columns = columns.map(|(name, is_number)| (name.into_owned(), is_number));
    let rows = rows.map(|keyword| {
        let [here, there] = keyword.per_10k();
        let cells = [
            keyword.typed.clone(),
            number(keyword.here.occurrences),
            number(keyword.there.occurrences),
            format!("{here:.2}"),
            format!("{there:.2}"),
            number(keyword.here.reports as u64),
            number(keyword.there.reports as u64),
            format!("{:.1}", keyword.g2()),
            format!("{:.2}", keyword.log_ratio()),
            keyword.dp.map_or_else(String::new, |dp| format!("{dp:.2}")),
        ];
        cells.into_iter().map(TextCell::from).collect()
    });
    let rows: Vec<Vec<TextCell>> = rows.collect();
    match rows.is_empty() {
        true => Ok(()),
        false => write_text(out, look, &columns, rows),
    }
}
