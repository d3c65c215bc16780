//! `baogao keywords`: what is characteristic of some texts beside others.

use super::output::{OutputArguments, ask, export, say_beside, unexpected};
use super::{Common, Failure, Format, say, stdout};
use crate::cmd::lang::t;
use crate::cmd::lang::{self, counted};
use baogao_engine::ask::{
    Answer, Answered, Basis, KeyPhrase, KeywordsAnswer, KeywordsQuestion, Question,
};
use baogao_engine::stats::State;
use baogao_render::table::{TextCell, write_text};
use baogao_render::terminal::{Look, at_least, number};
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
            write_rows(&mut out, common.look(), answer)?;
            out.flush()?;
        } else {
            export(&**answer, &basis, arguments.output, |_| true)?;
        }
        if is_text {
            say_beside(&**answer, &basis);
            if answer.n_reports()[0] == 0 {
                say(&t!(
                    "no report that is held fits the filters: nothing was compared"
                ));
            }
            if answer.is_below_threshold() {
                say(&lang::nothing_reaches(answer.min_g2()));
            }
            if answer.state == State::Said {
                let (shown, all) = (answer.page().count(), answer.found.len());
                if shown < all {
                    let (a, b) = (number(shown as u64), number(all as u64));
                    say(&t!(
                        "%{a} of %{b} phrases shown, -n 0 for all",
                        a = a,
                        b = b
                    ));
                } else {
                    say(&counted(all as u64, "phrase"));
                }
            }
            say(&lang::method(answer.method()));
        }
        Ok(())
    })
}

fn write_rows(
    out: &mut impl Write,
    look: Look,
    answer: &KeywordsAnswer<'_>,
) -> std::io::Result<()> {
    let [here_is, there_is] = answer.presence();
    let columns = [
        (t!("phrase"), false),
        (t!("occurrences"), true),
        (t!("against"), true),
        (t!("per 10,000"), true),
        (t!("against"), true),
        (t!("reports"), true),
        (t!("against"), true),
        ("G²".into(), true),
        ("G²÷φ".into(), true),
        (t!("log ratio"), true),
        ("DP".into(), true),
    ];
    let columns = columns.map(|(name, is_number)| (name.into_owned(), is_number));
    let rows = answer.page().map(|keyword: &KeyPhrase| {
        let [here, there] = keyword.per_10k();
        let cells = [
            keyword.typed.clone(),
            at_least(keyword.here.occurrences, here_is),
            at_least(keyword.there.occurrences, there_is),
            format!("{here:.2}"),
            format!("{there:.2}"),
            at_least(keyword.here.reports as u64, here_is),
            at_least(keyword.there.reports as u64, there_is),
            format!("{:.1}", keyword.g2()),
            format!("{:.1}", keyword.g2_adjusted()),
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
