//! `baogao define`: what a term means, in the words of the reports' own glossaries.

use super::output::{OutputArguments, ask, export, say_beside, unexpected};
use super::{Common, Failure, Format, say, stdout};
use crate::cmd::lang::t;
use crate::cmd::lang::{self, counted};
use baogao_engine::ask::{
    Answer, Answered, Basis, DefineAnswer, DefineQuestion, Question, reference,
};
use baogao_engine::glossary::Explained;
use baogao_engine::index::IndexError;
use baogao_render::terminal::{Look, escape, number, recognised, region_line};
use clap::Args;
use std::io::{self, Write};
use std::process::ExitCode;
use std::sync::Arc;

/// Arguments of `define`.
#[derive(Args)]
pub(crate) struct DefineArguments {
    #[command(flatten)]
    question: DefineQuestion,
    #[command(flatten)]
    output: OutputArguments,
}

pub(crate) fn run(common: &Common, arguments: &DefineArguments) -> Result<ExitCode, Failure> {
    let question = &arguments.question;
    arguments.output.check(&[])?;
    let is_text = arguments.output.format == Format::Text;
    let asked = Question::Define(question.clone());
    ask(common, &asked, false, |index, answer| {
        let Answer::Define(answer) = answer else {
            return Err(unexpected());
        };
        let basis = Basis::of(index)?;
        let mut out = stdout();
        if question.list && is_text {
            write_terms(&mut out, answer)?;
            out.flush()?;
        } else if is_text && common.is_page() {
            let page = answer.explain(answer.page());
            write_definitions(&mut out, common.look(), page, question.cite)?;
            out.flush()?;
        } else {
            drop(out);
            export(&**answer, &basis, arguments.output, |column| {
                !matches!(&*column.name, "part" | "section" | "kind") || !is_text
            })?;
        }
        if is_text {
            say_beside(&**answer, &basis);
            say_numbers(answer);
            say(&lang::method(answer.method()));
        }
        Ok(())
    })
}

fn say_numbers(answer: &DefineAnswer<'_>) {
    let n_found = answer.found.len() as u64;
    match &answer.term {
        Some(term) if n_found == 0 => {
            say(&lang::no_definition(answer, term.typed().trim()));
            if answer.n_mentions > 0 {
                say(&t!(
                    "%{a} of other terms name it: baogao search %{b} --part glossary",
                    a = counted(answer.n_mentions, "entry"),
                    b = term.typed().trim()
                ));
            }
        }
        Some(_) => say(&counted(n_found, "definition")),
        None => say(&t!(
            "%{a} in the glossaries",
            a = counted(n_found, "definition")
        )),
    }
}

/// Each term on a line with how many definitions it has: term, definitions, ids.
fn write_terms(out: &mut impl Write, answer: &DefineAnswer<'_>) -> Result<(), Failure> {
    let page = answer.page();
    let page = || answer.by_term().skip(page.start).take(page.len());
    let mut ids = answer.ids(page().flatten());
    for of_term in page() {
        let Some(first) = of_term.first() else {
            continue;
        };
        let ids: Vec<String> = ids.by_ref().take(of_term.len()).collect::<Result<_, _>>()?;
        writeln!(
            out,
            "{}\t{}\t{}",
            escape(&first.entry.term),
            of_term.len(),
            escape(&ids.join(" "))
        )?;
    }
    Ok(())
}

/// The differing definitions of each term under each other, each with all reports that give it.
fn write_definitions(
    out: &mut impl Write,
    look: Look,
    page: impl Iterator<Item = Result<Explained, IndexError>>,
    cited: bool,
) -> Result<(), Failure> {
    let mut page = page.peekable();
    while let Some(first) = page.next() {
        let mut of_term = vec![first?];
        let folded = of_term.first().map(|first| Arc::clone(&first.folded));
        let is_same = |next: &Result<Explained, IndexError>| {
            next.as_ref()
                .is_ok_and(|next| Some(&next.folded) == folded.as_ref())
        };
        while let Some(next) = page.next_if(is_same) {
            of_term.push(next?);
        }
        write_term(out, look, &of_term, cited)?;
    }
    Ok(())
}

/// The differing definitions of one term.
fn write_term(
    out: &mut impl Write,
    look: Look,
    of_term: &[Explained],
    cited: bool,
) -> io::Result<()> {
    let Some(first) = of_term.first() else {
        return Ok(());
    };
    let n_variants = of_term.iter().map(|found| found.variant).max().unwrap_or(0);
    let how_many = if n_variants > 1 {
        t!(
            "  %{a} different definitions",
            a = number(n_variants as u64)
        )
        .into_owned()
    } else {
        String::new()
    };
    writeln!(
        out,
        "{}{}",
        look.name(&first.definition.term),
        look.dim(&how_many)
    )?;
    for variant in 1..=n_variants {
        let same: Vec<&Explained> = of_term
            .iter()
            .filter(|found| found.variant == variant)
            .collect();
        let Some(first) = same.first() else {
            continue;
        };
        for paragraph in first.definition.text.lines() {
            writeln!(out, "{}", look.wrap(&escape(paragraph), "  "))?;
        }
        for found in same {
            let passage = &found.definition.passage;
            let place = region_line(passage);
            let recognised = recognised(look, passage);
            writeln!(
                out,
                "    {}  {}{recognised}",
                look.id(&passage.id()),
                look.dim(&place)
            )?;
            if cited {
                writeln!(out, "    {}", look.dim(&reference(passage)))?;
            }
        }
    }
    writeln!(out)
}
