//! `baogao show`: a report or a passage.

use super::open::open_or_build;
use super::output::{OutputArguments, export};
use super::{Common, Failure, FilePaths, Format, say, say_notices, stdout};
use baogao_engine::ask::{
    Answered, AskError, Asked, Basis, Method, Notice, Rows, ShowAnswer, ShowQuestion, ShowSummary,
    Summary, reference,
};
use baogao_engine::index::{Index, IndexError};
use baogao_engine::passage::PassageView;
use baogao_engine::query::Filters;
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
    let index = open_or_build(common, false)?;
    let index: &Index = &index;
    let basis = Basis::of(index)?;
    let answer = match ShowAnswer::new(index, question) {
        Ok(answer) => answer,
        Err(error) => {
            let is_absent = matches!(error, AskError::Report { .. } | AskError::Passage { .. });
            if is_absent {
                let nothing = Nothing::new(index, question);
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
        export(&answer, &basis, arguments.output, |_| true)?;
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

/// The answer that nothing is called so, in the form that was asked for: a program that reads it finds no passages, and a
/// summary that says of what.
struct Nothing<'a> {
    question: &'a ShowQuestion,
    method: Method,
}

impl<'a> Nothing<'a> {
    fn new(index: &Index, question: &'a ShowQuestion) -> Nothing<'a> {
        let method = Method::new(index, Asked::Text, Vec::new(), &Filters::default());
        Nothing { question, method }
    }
}

impl Answered for Nothing<'_> {
    fn rows_name(&self) -> &'static str {
        "passages"
    }

    fn rows(&self) -> Result<Rows<'_>, AskError> {
        Ok(Box::new(std::iter::empty()))
    }

    fn columns(&self) -> Vec<baogao_engine::ask::Column> {
        ShowAnswer::columns_of(self.question.cite)
    }

    fn summary<'a>(&'a self, basis: &'a Basis) -> Result<Summary<'a>, AskError> {
        Ok(ShowSummary::of(&self.question.id, 0, &self.method, basis))
    }

    fn notices(&self) -> &[Notice] {
        &[]
    }

    fn method(&self) -> &Method {
        &self.method
    }

    fn is_empty(&self) -> bool {
        true
    }
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
