//! `baogao show`: a report or a passage.

use super::output::{OutputArguments, export, opened_for, unexpected};
use super::{Common, Failure, FilePaths, Format, say, say_notices, stdout};
use baogao_engine::ask::{
    Answer, Basis, Holdings, NoText, Question, ShowQuestion, answer, reference,
};
use baogao_engine::index::IndexError;
use baogao_engine::passage::PassageView;
use baogao_reading::report::Kind;
use baogao_render::terminal::{escape, recognised};
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
    arguments.output.check(&[])?;
    let asked = Question::Show(question.clone());
    let index = opened_for(common, &asked, false)?;
    let index: &dyn Holdings = &*index;
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
    let is_empty = answer.passages()?.next().transpose()?.is_none();
    if arguments.output.format == Format::Text {
        let mut out = stdout();
        write_passages(&mut out, common, answer.passages()?, question)?;
        out.flush()?;
        say_notices(&basis.notices);
    } else {
        export(&*answer, &basis, arguments.output, |_| true)?;
    }
    if arguments.output.format == Format::Text
        && let Some(passage) = answer.named()?
    {
        let files = FilePaths::new(index)?;
        let file = files.path(passage.report.root, &passage.report.path);
        say(&format!(
            "{} · {file}:{}",
            passage.report.meta.title, passage.line
        ));
    }
    Ok(ExitCode::from(u8::from(is_empty)))
}

/// On a terminal wrapped paragraphs with numbers; piped, one passage a line: id, part, kind, text. A reference stands
/// below its passage, or behind it.
fn write_passages(
    out: &mut impl Write,
    common: &Common,
    passages: impl Iterator<Item = Result<PassageView, IndexError>>,
    question: &ShowQuestion,
) -> Result<(), Failure> {
    let look = common.look();
    let is_terminal = common.is_page();
    for passage in passages {
        let passage = passage?;
        let text = escape(&passage.text);
        let cited = question
            .cite
            .then(|| escape(&reference(&passage)).into_owned());
        let number = format!(":{}{}", passage.number, recognised(look, &passage));
        let below = cited
            .as_ref()
            .map_or_else(String::new, |cited| format!("  {}\n", look.dim(cited)));
        if !is_terminal {
            let kind = if passage.kind == Kind::Heading {
                "heading"
            } else {
                "text"
            };
            writeln!(
                out,
                "{}\t{}\t{kind}\t{text}{}{}{}",
                escape(&passage.id()),
                passage.part.name(),
                if passage.ocr { "\tocr" } else { "" },
                if question.cite { "\t" } else { "" },
                cited.unwrap_or_default(),
            )?;
        } else if question.outline {
            let indent = "  ".repeat(passage.section.len());
            writeln!(out, "{indent}{text}  {}", look.dim(&number))?;
            write!(out, "{below}")?;
        } else if passage.kind == Kind::Heading {
            writeln!(out, "\n{}  {}", look.name(&passage.text), look.dim(&number))?;
            write!(out, "{below}")?;
        } else {
            writeln!(
                out,
                "{}  {}\n{below}",
                look.wrap(&text, ""),
                look.dim(&number)
            )?;
        }
    }
    Ok(())
}
