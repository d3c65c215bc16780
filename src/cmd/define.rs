//! `baogao define`: what a term means, in the words of the reports' own glossaries.

use super::output::{Export, OutputArguments};
use super::{
    Common, Failure, FilterArguments, Format, MatchArguments, basis, open_or_build, say,
    say_copies, stdout,
};
use crate::cmd::lang::counted;
use crate::cmd::lang::t;
use baogao::exact::Phrase;
use baogao::fold::fold;
use baogao::glossary::{Definition, definitions, may_define};
use baogao::index::Index;
use baogao::query::Filters;
use baogao::render::table::{Column, place_columns, source_columns};
use baogao::render::terminal::{Look, number};
use baogao::render::{cite, json};
use baogao::report::Part;
use baogao::stats::{CountOptions, Group, count};
use clap::Args;
use serde_json::json;
use std::collections::BTreeMap;
use std::io::{self, Write};
use std::process::ExitCode;

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

/// A definition, how well its term fits, and which of the differing definitions of the term it is.
pub(crate) struct Found {
    pub(crate) definition: Definition,
    exact: bool,
    pub(crate) variant: usize,
}

pub(crate) fn run(common: &Common, arguments: &DefineArguments) -> Result<ExitCode, Failure> {
    let typed = arguments.term.join(" ");
    let index = open_or_build(common, false)?;
    let chosen = arguments.filters.choose(&index)?;
    super::say_not_held(&chosen);
    let filters = chosen.filters;
    let term = if arguments.list {
        None
    } else {
        let term = Phrase::new(typed.trim(), arguments.matching.into());
        Some(term.ok_or_else(|| Failure::usage(t!("no term is given"), None))?)
    };
    let (found, n_mentions) = find(&index, term.as_ref(), &filters)?;
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
    let mut out = stdout();
    if arguments.list && is_reading {
        write_terms(&mut out, &found, arguments.offset, limit)?;
    } else if is_reading && common.is_page() {
        let page: Vec<&Found> = found.iter().skip(arguments.offset).take(limit).collect();
        write_definitions(&mut out, common.look(), &page, arguments.cite)?;
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
        let page = found.iter().skip(arguments.offset).take(limit);
        let row = |found: &Found| {
            let mut row = json::definition(&found.definition, found.exact, found.variant);
            if let (true, Some(row)) = (arguments.cite, row.as_object_mut()) {
                row.insert(
                    "cite".to_owned(),
                    cite::reference(&found.definition.passage).into(),
                );
            }
            row
        };
        let export = Export {
            name: "rows",
            columns: &columns,
            rows: page.map(row).collect(),
            summary: json!({
                "type": "summary",
                "term": term.as_ref().map(Phrase::typed),
                "definitions": n_found,
                "glossary_passages_with_term": n_mentions,
                "copies_left_out": index.copies_left_out(&filters),
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
        say_copies(&index, &filters);
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

/// The definitions of a term, or all; and how many glossary passages have the term at all. Those of the term itself
/// come first, then those of terms that contain it; of one term by year and region.
pub(crate) fn find(
    index: &Index,
    term: Option<&Phrase>,
    filters: &Filters,
) -> Result<(Vec<Found>, u64), Failure> {
    let mask = index.report_mask(filters);
    let mut n_mentions = 0;
    let mut ranks: Vec<usize> = (0..mask.len())
        .filter(|rank| mask.get(*rank) == Some(&true))
        .collect();
    if let Some(term) = term {
        let group = Group {
            name: String::new(),
            phrases: vec![term.clone()],
        };
        let counted = count(index, &[group], filters, CountOptions::default());
        let in_glossary = |rank: &usize| {
            let cells = counted.first().and_then(|counted| counted.cells.get(*rank));
            cells
                .and_then(|cells| cells.get(Part::Glossary as usize))
                .map_or(0, |cell| cell.passages)
        };
        n_mentions = ranks.iter().map(|rank| u64::from(in_glossary(rank))).sum();
        ranks.retain(|rank| in_glossary(rank) > 0);
        // Inside a longer number or word a term has no place of its own: then all glossaries are read.
        let is_plain = |c: Option<char>| c.is_some_and(|c| !c.is_ascii_alphanumeric());
        let folded = term.folded();
        if is_plain(folded.chars().next()) && is_plain(folded.chars().next_back()) {
            let may = |passage: &str| may_define(passage, folded);
            let may_define = index.reports_where(term, Part::Glossary, may);
            ranks.retain(|rank| may_define.get(*rank) == Some(&true));
        }
    } else {
        ranks.retain(|rank| {
            index
                .reports
                .parts(*rank)
                .get(Part::Glossary as usize)
                .is_some_and(|size| size.passages > 0)
        });
    }
    let mut found = Vec::new();
    for rank in ranks {
        for definition in definitions(&index.passages_of_part(rank, Part::Glossary)?) {
            let folded = fold(&definition.term);
            let exact = term.is_none_or(|term| term.folded() == folded);
            if exact || term.is_some_and(|term| folded.contains(term.folded())) {
                found.push(Found {
                    definition,
                    exact,
                    variant: 0,
                });
            }
        }
    }
    // Reports stand by year, the newest first, then by region; a stable sort keeps that.
    found.sort_by_cached_key(|found| (!found.exact, fold(&found.definition.term)));
    let mut variants: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for found in &mut found {
        let said = fold(&found.definition.text);
        let said = said.trim_end_matches(['。', '；', '.', ';']).to_owned();
        let of_term = variants.entry(fold(&found.definition.term)).or_default();
        let at = of_term.iter().position(|other| *other == said);
        found.variant = 1 + at.unwrap_or_else(|| {
            of_term.push(said);
            of_term.len() - 1
        });
    }
    Ok((found, n_mentions))
}

/// Each term on a line with how many definitions it has: term, definitions, ids.
fn write_terms(
    out: &mut impl Write,
    found: &[Found],
    offset: usize,
    limit: usize,
) -> io::Result<()> {
    let terms = found.chunk_by(|a, b| fold(&a.definition.term) == fold(&b.definition.term));
    for of_term in terms.skip(offset).take(limit) {
        let Some(first) = of_term.first() else {
            continue;
        };
        let ids: Vec<String> = of_term
            .iter()
            .map(|found| found.definition.passage.id())
            .collect();
        writeln!(
            out,
            "{}\t{}\t{}",
            baogao::render::terminal::escape(&first.definition.term),
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
    page: &[&Found],
    cited: bool,
) -> io::Result<()> {
    for of_term in page.chunk_by(|a, b| fold(&a.definition.term) == fold(&b.definition.term)) {
        let Some(first) = of_term.first() else {
            continue;
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
            let same: Vec<&&Found> = of_term
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
        writeln!(out)?;
    }
    Ok(())
}
