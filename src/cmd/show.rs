//! `baogao show`: a report or a passage.

use super::output::{OutputArguments, export, opened_for, unexpected};
use super::{Common, Failure, FilePaths, Format, say, say_notices, stdout};
use baogao_engine::ask::{Answer, Basis, NoText, Question, ShowQuestion, answer, reference};
use baogao_engine::index::{Index, IndexError};
use baogao_engine::passage::PassageView;
use baogao_reading::report::Kind;
use baogao_render::terminal::escape;
use clap::Args;
use std::io::Write;
use std::process::ExitCode;

/// Arguments of `show`.
#[derive(Args)]
pub(crate) struct ShowArguments {
    #[command(flatten)]
    question: ShowQuestion,
    #[command(flatten)]
    output: OutputArguments,
}

pub(crate) fn run(common: &Common, arguments: &ShowArguments) -> Result<ExitCode, Failure> {
    let question = &arguments.question;
    let asked = Question::Show(question.clone());
    let index = opened_for(common, &asked, false)?;
    let index: &Index = &index;
    let basis = Basis::of(index)?;
    let answer = match answer(index, &asked) {
        Ok(Answer::Show(answer)) => answer,
        Ok(_) => return Err(unexpected()),
        Err(error) => {
            if error.is_absence() {
                let nothing = NoText::new(index, question);
                export(&nothing, &basis, arguments.output, |_| true)?;
            }
            return Err(Failure::of_text(error));
        }
    };
    let mut first = answer.passages()?.next().transpose()?;
    if arguments.output.format == Format::Text {
        let mut out = stdout();
        write_passages(&mut out, common, answer.passages()?, question.outline)?;
        out.flush()?;
        say_notices(&basis.notices);
    } else {
        export(&*answer, &basis, arguments.output, |_| true)?;
    }
    let code = u8::from(first.is_none());
    if let Some(passage) = first.take_if(|_| arguments.output.format == Format::Text) {
        let files = FilePaths::new(index)?;
        let file = files.path(passage.report.root, &passage.report.path);
        say(&format!(
            "{} · {file}:{}",
            passage.report.meta.title, passage.line
        ));
        if question.cite {
            say(&reference(&passage));
        }
    }
    Ok(ExitCode::from(code))
}

/// On a terminal wrapped paragraphs with numbers; piped, one passage a line: id, part, kind, text.
fn write_passages(
    out: &mut impl Write,
    common: &Common,
    passages: impl Iterator<Item = Result<PassageView, IndexError>>,
    outline: bool,
) -> Result<(), Failure> {
    let look = common.look();
    let is_terminal = common.is_page();
    for passage in passages {
        let passage = passage?;
        let text = escape(&passage.text);
        if !is_terminal {
            let kind = if passage.kind == Kind::Heading {
                "heading"
            } else {
                "text"
            };
            writeln!(
                out,
                "{}\t{}\t{kind}\t{text}",
                escape(&passage.id()),
                passage.part.name()
            )?;
        } else if outline {
            let indent = "  ".repeat(passage.section.len());
            writeln!(
                out,
                "{indent}{text}  {}",
                look.dim(&format!(":{}", passage.number))
            )?;
        } else if passage.kind == Kind::Heading {
            writeln!(
                out,
                "\n{}  {}",
                look.name(&passage.text),
                look.dim(&format!(":{}", passage.number))
            )?;
        } else {
            writeln!(
                out,
                "{}  {}\n",
                look.wrap(&text, ""),
                look.dim(&format!(":{}", passage.number))
            )?;
        }
    }
    Ok(())
}
