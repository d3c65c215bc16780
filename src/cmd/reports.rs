//! `baogao reports`: what is in the corpus, and the evidence for it.

use super::{
    ChosenFilters, Common, Failure, FilePaths, FilterArguments, basis, open_or_build, say, stdout,
};
use baogao::index::{Index, Outcome, ReportEntry, TableDamaged};
use baogao::ingest::{sidecar, table_row};
use baogao::query::Filters;
use baogao::render::json;
use baogao::render::terminal::{Look, counted, escape, number};
use baogao::report::{Evidence, EvidenceKind, Found, Genre, Note};
use clap::{Args, ValueEnum};
use serde_json::json;
use std::io::Write;
use std::process::ExitCode;

/// Arguments of `reports`.
#[derive(Args)]
pub(crate) struct ReportsArguments {
    /// Only reports whose region or year could not be told, texts of another genre, and files that were refused
    #[arg(long)]
    to_fix: bool,
    /// What was removed or noticed in each report
    #[arg(long)]
    notes: bool,
    /// Reports to list, 0 for all
    #[arg(short = 'n', long, default_value_t = 0)]
    limit: usize,
    /// Reports to pass over
    #[arg(long, default_value_t = 0)]
    offset: usize,
    /// Form of output
    #[arg(long, default_value = "text")]
    format: ReportsFormat,
    // Last, because its heading holds for all that follows.
    #[command(flatten)]
    filters: FilterArguments,
}

/// The forms of a list of reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum ReportsFormat {
    /// For people
    Text,
    /// One JSON object a line, a summary last
    Jsonl,
    /// One JSON document
    Json,
    /// A reports.toml to fill in and put beside the files
    Toml,
}

pub(crate) fn run(common: &Common, arguments: &ReportsArguments) -> Result<ExitCode, Failure> {
    let index = open_or_build(common, false)?;
    let ChosenFilters { filters, not_held } = arguments.filters.choose(&index)?;
    for region in &not_held {
        say(&format!("no report of {} is held", region.name()));
    }
    // A list of what is there names the copies too.
    let filters = Filters {
        duplicates: true,
        ..filters
    };
    let mask = index.report_mask(&filters);
    let mut listed = Vec::new();
    for rank in (0..index.reports.len()).filter(|rank| mask.get(*rank).is_some_and(|held| *held)) {
        let damaged = |error: TableDamaged| Failure::Told {
            code: 5,
            message: error.to_string(),
            hint: Some("run `baogao index --rebuild`".to_owned()),
        };
        let entry = index.reports.entry(rank).map_err(damaged)?;
        if !arguments.to_fix || needs_fixing(&entry) {
            let notes = index.reports.notes(rank).map_err(damaged)?;
            listed.push((rank, entry, notes));
        }
    }
    let n_listed = listed.len();
    let limit = if arguments.limit == 0 {
        usize::MAX
    } else {
        arguments.limit
    };
    let page = listed.into_iter().skip(arguments.offset).take(limit);
    let mut out = stdout();
    match arguments.format {
        ReportsFormat::Text => {
            let look = common.look();
            let files = FilePaths::new(&index)?;
            for (rank, entry, notes) in page {
                let notes = (notes.as_slice(), arguments.notes);
                write_entry(&mut out, look, &index, rank, &entry, &files, notes)?;
            }
            out.flush()?;
            basis(&index)?;
            say_totals(&index, n_listed, arguments.to_fix)?;
        }
        ReportsFormat::Toml => {
            writeln!(
                out,
                "# save as reports.toml in the folder of the reports, fill in, then run `baogao index`"
            )?;
            for (_, entry, _) in page {
                writeln!(
                    out,
                    "\n{}",
                    sidecar::to_fill_in(&entry.path, &entry.meta).trim_end()
                )?;
            }
        }
        ReportsFormat::Json | ReportsFormat::Jsonl => {
            let row = |(rank, entry, notes): (usize, ReportEntry, Vec<Note>)| {
                let size = index.reports.size(rank);
                json::report(&entry, &notes, size.passages, size.chars)
            };
            let mut rows: Vec<_> = page.map(row).collect();
            let basis = basis(&index)?;
            let summary = json!({
                "type": "summary",
                "reports": n_listed,
                "reports_held": index.reports.len(),
                "refused": refused(&index)?
                    .iter().map(|(file, reason)| json!({"file": file, "reason": reason})).collect::<Vec<_>>(),
                "schema_version": basis.schema_version,
                "corpus": basis.corpus,
                "stale": basis.stale,
            });
            if arguments.format == ReportsFormat::Json {
                json::write_document(&mut out, "rows", rows, summary)?;
            } else {
                rows.push(summary);
                json::write_lines(&mut out, &rows)?;
            }
        }
    }
    out.flush()?;
    Ok(ExitCode::from(u8::from(n_listed == 0)))
}

fn needs_fixing(entry: &ReportEntry) -> bool {
    entry.meta.genre == Genre::Other || entry.meta.region.is_none() || entry.meta.year.is_none()
}

/// Files that could not be indexed, and why.
fn refused(index: &Index) -> Result<Vec<(String, String)>, Failure> {
    let refused = index
        .files()?
        .files
        .into_iter()
        .filter_map(|file| match file.outcome {
            Outcome::Refused(reason) => Some((file.path, reason)),
            Outcome::Indexed(_) | Outcome::Sidecar => None,
        });
    Ok(refused.collect())
}

fn write_entry(
    out: &mut impl Write,
    look: Look,
    index: &Index,
    rank: usize,
    entry: &ReportEntry,
    files: &FilePaths,
    (notes, with_notes): (&[Note], bool),
) -> std::io::Result<()> {
    let meta = &entry.meta;
    let size = index.reports.size(rank);
    let region = meta.region.as_ref().map(|region| region.value);
    let mut place = match region {
        Some(region) => format!(
            "{} ({}, {})",
            region.path_string(),
            region.code_string(),
            region.level().name()
        ),
        None => "region unknown".to_owned(),
    };
    if let Some(named) = &meta.named {
        place.push_str(&format!(", then {named}"));
    }
    writeln!(out, "{}  {}", look.id(&entry.id), look.name(&place))?;
    let mut about = vec![meta.title.clone()];
    about.extend(meta.date.map(|date| date.to_string()));
    about.extend(meta.speaker.clone());
    about.push(counted(u64::from(size.passages), "passage"));
    about.push(format!("{} characters", number(u64::from(size.chars))));
    if let Some(original) = &entry.duplicate_of {
        about.push(format!("copy of {original}"));
    }
    if meta.genre == Genre::Other {
        about.push("another genre".to_owned());
    }
    if meta.abridged {
        about.push("abridged".to_owned());
    }
    writeln!(out, "{}", look.wrap(&escape(&about.join(" · ")), "  "))?;
    let words = meta.region.as_ref().map(describe);
    let line = format!(
        "region: {}",
        words.unwrap_or_else(|| "not found".to_owned())
    );
    writeln!(out, "{}", look.wrap(&escape(&line), "  "))?;
    let words = meta
        .year
        .as_ref()
        .map(|found| format!("{}, {}", found.value, describe(found)));
    let line = format!("year: {}", words.unwrap_or_else(|| "not found".to_owned()));
    writeln!(out, "{}", look.wrap(&escape(&line), "  "))?;
    let mut file = files.path(entry.root, &entry.path);
    // Of the reports in one table each has its own row.
    if let Some(row) = table_row(notes) {
        file.push_str(&format!(":{row}"));
    }
    writeln!(out, "  {}", look.dim(&file))?;
    if with_notes {
        for note in notes {
            let line = note
                .line
                .map_or_else(String::new, |line| format!("line {line}: "));
            writeln!(
                out,
                "  note: {line}{} {}",
                note.rule,
                escape(&shorten(&note.text))
            )?;
        }
    } else if !notes.is_empty() {
        writeln!(
            out,
            "  {}",
            look.dim(&format!(
                "{}: --notes shows them",
                counted(notes.len() as u64, "note")
            ))
        )?;
    }
    Ok(())
}

/// `by title “侯马市人民政府工作报告”, line 3`
fn describe<T>(found: &Found<T>) -> String {
    let Evidence { kind, words, line } = &found.evidence;
    let kind = match kind {
        EvidenceKind::Sidecar => "reports.toml",
        EvidenceKind::Column => "a column",
        EvidenceKind::Title => "the title",
        EvidenceKind::Dateline => "the dateline",
        EvidenceKind::Speaker => "the speaker",
        EvidenceKind::Path => "the path",
        EvidenceKind::Body => "the body",
    };
    let line = line.map_or_else(String::new, |line| format!(", line {line}"));
    format!("by {kind}: “{}”{line}", shorten(words))
}

fn shorten(text: &str) -> String {
    const MAX_CHARS: usize = 80;
    match text.char_indices().nth(MAX_CHARS) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or_default()),
        None => text.to_owned(),
    }
}

fn say_totals(index: &Index, n_listed: usize, to_fix: bool) -> Result<(), Failure> {
    let held = counted(index.reports.len() as u64, "report");
    if to_fix {
        say(&format!("{} to fix of {held}", number(n_listed as u64)));
        let refused = refused(index)?;
        if n_listed > 0 {
            say("these are indexed and found all the same, without the value that is missing");
        }
        if !refused.is_empty() {
            say("not indexed:");
        }
        for (file, reason) in &refused {
            say(&format!("  `{file}`: {reason}"));
        }
    } else {
        say(&format!(
            "{} of {held}, {}",
            number(n_listed as u64),
            counted(index.manifest().passages, "passage")
        ));
    }
    Ok(())
}
