//! `baogao define`: what a term means, in the words of the reports' own glossaries.

use super::output::{Export, OutputArguments};
use super::{
    Common, Failure, FilterArguments, Format, MatchArguments, basis, open_or_build, say,
    say_notices, stdout,
};
use crate::cmd::lang::counted;
use crate::cmd::lang::t;
use baogao::ask::{Resolved, plain_phrase, term};
use baogao::exact::Phrase;
use baogao::fold::{fold, is_word_char};
use baogao::glossary::{Definition, Entry, Glossary, definitions, may_define};
use baogao::index::Index;
use baogao::query::{Filters, Query};
use baogao::render::table::{Column, place_columns, source_columns};
use baogao::render::terminal::{Look, number};
use baogao::render::{cite, json};
use baogao::report::Part;
use baogao::stats::{CountOptions, Group, count};
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

/// An entry, and whether its term is the one that is asked for.
pub(crate) struct Found {
    pub(crate) entry: Arc<Entry>,
    exact: bool,
}

/// A definition, how well its term fits, and which of the differing definitions of the term it is.
pub(crate) struct Explained {
    pub(crate) definition: Definition,
    /// The term after folding.
    pub(crate) folded: Arc<str>,
    exact: bool,
    pub(crate) variant: usize,
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
        filters, notices, ..
    } = arguments.filters.scope().with(inline).resolve(&index)?;
    let term = query.as_ref().and_then(plain_phrase).cloned();
    let (found, n_mentions) = find(&index, common.glossary()?, term.as_ref(), &filters)?;
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
        let row = |found: Result<Explained, Failure>| {
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
        say(&method);
    }
    Ok(ExitCode::from(u8::from(n_found == 0)))
}

/// The entries that define a term, or all; and how many glossary passages have the term at all. Those of the term itself
/// come first, then those of terms that contain it; of one term by year and region. Without `kept`, the entries of all
/// glossaries, only those are read that may be wanted.
pub(crate) fn find(
    index: &Index,
    kept: Option<&Glossary>,
    term: Option<&Phrase>,
    filters: &Filters,
) -> Result<(Vec<Found>, u64), Failure> {
    let mut wanted = index.report_mask(filters);
    let mut n_mentions = 0;
    if let Some(term) = term {
        let group = Group {
            name: String::new(),
            phrases: vec![term.clone()],
        };
        let counted = count(index, &[group], filters, CountOptions::default())?;
        for (rank, wanted) in wanted.iter_mut().enumerate() {
            let cells = counted.first().map(|counted| counted.of(rank));
            let cell = cells.and_then(|cells| cells.get(Part::Glossary as usize).copied());
            let n = cell.map_or(0, |cell| cell.passages);
            if *wanted {
                n_mentions += u64::from(n);
            }
            *wanted &= n > 0;
        }
        // Inside a longer number or word a term has no place of its own: then all glossaries are read.
        let is_plain = |c: Option<char>| c.is_some_and(|c| !is_word_char(c));
        let folded = term.folded();
        let has_places = is_plain(folded.chars().next()) && is_plain(folded.chars().next_back());
        // Entries that were kept tell it themselves, but not as written.
        if has_places && (kept.is_none() || term.is_literal()) {
            let may = |passage| may_define(index, passage, folded);
            let may_define = index.reports_where(term, Part::Glossary, may)?;
            for (wanted, may_define) in wanted.iter_mut().zip(may_define) {
                *wanted &= may_define;
            }
        }
    }
    let is_wanted = |rank: usize| wanted.get(rank) == Some(&true);
    let has_glossary = |rank: &usize| {
        let parts = index.reports.parts(*rank);
        let glossary = parts.get(Part::Glossary as usize);
        glossary.is_some_and(|size| size.passages > 0)
    };
    let read;
    let glossary = match kept {
        Some(kept) => kept,
        None => {
            let ranks = (0..wanted.len()).filter(|rank| is_wanted(*rank));
            read = Glossary::of(index, ranks.filter(has_glossary))?;
            &read
        }
    };
    let found = glossary.entries.iter().filter_map(|entry| {
        let exact = term.is_none_or(|term| *term.folded() == *entry.folded);
        let fits = exact || term.is_some_and(|term| entry.folded.contains(term.folded()));
        (fits && is_wanted(entry.rank)).then(|| Found {
            entry: Arc::clone(entry),
            exact,
        })
    });
    let mut found: Vec<Found> = found.collect();
    found.sort_by_key(|found| !found.exact);
    Ok((found, n_mentions))
}

/// A part of what was found, each definition read when it is asked for.
pub(crate) fn explain<'f>(
    index: &'f Index,
    found: &'f [Found],
    page: Range<usize>,
) -> impl Iterator<Item = Result<Explained, Failure>> + 'f {
    let (start, end) = (page.start.min(found.len()), page.end.min(found.len()));
    // Which of the definitions of a term one is, those before it decide.
    let (before, rest) = found.split_at(start);
    let is_other = |other: &Found| {
        let first = rest.first();
        first.is_none_or(|first| first.entry.folded != other.entry.folded)
    };
    let from = before.iter().rposition(is_other).map_or(0, |at| at + 1);
    let found = found.get(from..end).unwrap_or_default();
    let definitions = definitions(index, found.iter().map(|found| &*found.entry));
    // The differing definitions of the term that is read: entries of one term follow each other.
    let mut variants: (Option<Arc<str>>, Vec<String>) = (None, Vec::new());
    let explained = found
        .iter()
        .zip(definitions)
        .map(move |(found, definition)| {
            let definition = definition?;
            let said = fold(&definition.text);
            let said = said.trim_end_matches(['。', '；', '.', ';']);
            let folded = Arc::clone(&found.entry.folded);
            if variants.0.as_ref() != Some(&folded) {
                variants = (Some(Arc::clone(&folded)), Vec::new());
            }
            let of_term = &mut variants.1;
            let at = of_term.iter().position(|other| *other == said);
            let variant = 1 + at.unwrap_or_else(|| {
                of_term.push(said.to_owned());
                of_term.len() - 1
            });
            Ok(Explained {
                definition,
                folded,
                exact: found.exact,
                variant,
            })
        });
    explained.skip(start - from)
}

/// The entries under each term.
pub(crate) fn by_term(found: &[Found]) -> impl Iterator<Item = &[Found]> {
    found.chunk_by(|a, b| a.entry.folded == b.entry.folded)
}

/// Each term on a line with how many definitions it has: term, definitions, ids.
fn write_terms(
    out: &mut impl Write,
    index: &Index,
    found: &[Found],
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
    page: impl Iterator<Item = Result<Explained, Failure>>,
    cited: bool,
) -> Result<(), Failure> {
    let mut page = page.peekable();
    while let Some(first) = page.next() {
        let mut of_term = vec![first?];
        let folded = of_term.first().map(|first| Arc::clone(&first.folded));
        let is_same = |next: &Result<Explained, Failure>| {
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
