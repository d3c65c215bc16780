//! `baogao define`: what a term means, in the words of the reports' own glossaries.

use super::output::{Export, OutputArguments};
use super::{
    Common, Failure, FilterArguments, Format, MatchArguments, basis, open_or_build, say,
    say_notices, stdout,
};
use crate::cmd::lang::t;
use crate::cmd::lang::{self, counted};
use baogao::ask::{
    DefinedTerm, Explained, Resolved, by_term, defined_beyond, explain, find_definitions,
    plain_phrase, term,
};
use baogao::exact::Phrase;
use baogao::index::{Index, IndexError};
use baogao::query::Query;
use baogao::render::table::{Column, place_columns, source_columns};
use baogao::render::terminal::{Look, number};
use baogao::render::{cite, json};
use clap::Args;
use serde_json::json;
use std::io::{self, Write};
use std::ops::Range;
use std::process::ExitCode;
use std::sync::Arc;

/// Arguments of `define`.
#[derive(Args)]
pub(crate) struct DefineArguments {
    /// The term
    #[arg(required_unless_present = "list")]
    term: Vec<String>,
    /// All terms that are defined
    #[arg(long, conflicts_with = "term")]
    list: bool,
    /// Definitions (or terms) to show, 0 for all
    #[arg(short = 'n', long, default_value_t = 0)]
    limit: usize,
    /// Definitions (or terms) to pass over
    #[arg(long, default_value_t = 0)]
    offset: usize,
    /// Give each definition its reference
    #[arg(long)]
    cite: bool,
    #[command(flatten)]
    matching: MatchArguments,
    #[command(flatten)]
    output: OutputArguments,
    // Last, because its heading holds for all that follows.
    #[command(flatten)]
    filters: FilterArguments,
}

pub(crate) fn run(common: &Common, arguments: &DefineArguments) -> Result<ExitCode, Failure> {
    let typed = arguments.term.join(" ");
    let index = open_or_build(common, false)?;
    let query = if arguments.list {
        None
    } else {
        Some(term(&typed, arguments.matching.into())?)
    };
    let inline = query.as_ref().map_or(&[][..], Query::inline_filters);
    let Resolved {
        filters,
        mut notices,
        ..
    } = arguments.filters.scope().with(inline).resolve(&index)?;
    let term = query.as_ref().and_then(plain_phrase).cloned();
    let (found, n_mentions) =
        find_definitions(&index, common.glossary()?, term.as_ref(), &filters)?;
    notices.extend(defined_beyond(
        &index,
        common.glossary()?,
        term.as_ref(),
        &filters,
    )?);
    let n_found = found.len();
    let limit = if arguments.limit == 0 {
        usize::MAX
    } else {
        arguments.limit
    };
    let asked = term.as_ref().map_or("define --list".to_owned(), |term| {
        format!("define “{}”{}", term.folded(), arguments.matching.note())
    });
    let method = cite::method(&index, &asked, &filters);
    let basis = basis(&index)?;
    let is_reading = arguments.output.format == Format::Text;
    let page = arguments.offset..arguments.offset.saturating_add(limit);
    let mut out = stdout();
    if arguments.list && is_reading {
        write_terms(&mut out, &index, &found, page)?;
    } else if is_reading && common.is_page() {
        let page = explain(&index, &found, page);
        write_definitions(&mut out, common.look(), page, arguments.cite)?;
    } else {
        let mut columns = place_columns();
        columns.retain(|column| column.name != "section" && column.name != "part");
        columns.extend([
            Column::text("term", "/term"),
            Column::text("match", "/match"),
            Column::number("variant", "/variant"),
            Column::text("definition", "/definition"),
        ]);
        columns.extend(source_columns());
        if arguments.cite {
            columns.push(Column::text("cite", "/cite"));
        }
        let row = |found: Result<Explained, IndexError>| {
            let found = found?;
            let mut row = json::definition(&found.definition, found.exact, found.variant);
            if let (true, Some(row)) = (arguments.cite, row.as_object_mut()) {
                row.insert(
                    "cite".to_owned(),
                    cite::reference(&found.definition.passage).into(),
                );
            }
            Ok(row)
        };
        let export = Export {
            name: "rows",
            columns: &columns,
            rows: explain(&index, &found, page).map(row),
            summary: json!({
                "type": "summary",
                "term": term.as_ref().map(Phrase::typed),
                "definitions": n_found,
                "glossary_passages_with_term": n_mentions,
                "copies_left_out": index.copies_left_out(&filters),
                "notices": notices,
                "method": method,
                "schema_version": basis.schema_version,
                "corpus": basis.corpus,
                "stale": basis.stale,
            }),
            method: &method,
        };
        export.write(&mut out, arguments.output)?;
    }
    out.flush()?;
    if is_reading {
        say_notices(&notices);
        match &term {
            Some(term) if n_found == 0 => {
                say(&t!(
                    "no glossary that was searched defines “%{a}”",
                    a = term.typed().trim()
                ));
                if n_mentions > 0 {
                    say(&t!(
                        "%{a} of other terms name it: baogao search %{b} --part glossary",
                        a = counted(n_mentions, "entry"),
                        b = term.typed().trim()
                    ));
                }
            }
            Some(_) => say(&counted(n_found as u64, "definition")),
            None => say(&t!(
                "%{a} in the glossaries",
                a = counted(n_found as u64, "definition")
            )),
        }
        say(&lang::method(&method));
    }
    Ok(ExitCode::from(u8::from(n_found == 0)))
}

/// Each term on a line with how many definitions it has: term, definitions, ids.
fn write_terms(
    out: &mut impl Write,
    index: &Index,
    found: &[DefinedTerm],
    page: Range<usize>,
) -> Result<(), Failure> {
    let page = || by_term(found).skip(page.start).take(page.len());
    let spots = page().flatten().map(|found| found.entry.begins);
    let mut ids = index.ids_at(spots);
    for of_term in page() {
        let Some(first) = of_term.first() else {
            continue;
        };
        let ids: Vec<String> = ids.by_ref().take(of_term.len()).collect::<Result<_, _>>()?;
        writeln!(
            out,
            "{}\t{}\t{}",
            baogao::render::terminal::escape(&first.entry.term),
            of_term.len(),
            baogao::render::terminal::escape(&ids.join(" "))
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
            writeln!(
                out,
                "{}",
                look.wrap(&baogao::render::terminal::escape(paragraph), "  ")
            )?;
        }
        for found in same {
            let passage = &found.definition.passage;
            let place = baogao::render::terminal::region_line(passage);
            writeln!(out, "    {}  {}", look.id(&passage.id()), look.dim(&place))?;
            if cited {
                writeln!(out, "    {}", look.dim(&cite::reference(passage)))?;
            }
        }
    }
    writeln!(out)
}
