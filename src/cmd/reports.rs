//! `baogao reports`: what is in the corpus, the evidence for it, and who says a phrase and who does not.

pub(crate) mod coverage;

use super::lang::{self, counted, some_of};
use super::output::{Export, OutputArguments};
use super::{
    Common, Failure, FilePaths, FilterArguments, Format, MatchArguments, basis, open_or_build, say,
    say_notices, stdout, unread,
};
use crate::cmd::lang::t;
use baogao::ask::{GenreChoice, Notice, Resolved, SayingQuestion, Scope, saying};
use baogao::index::{Index, ReportEntry, TableDamaged};
use baogao::ingest::{sidecar, table_row};
use baogao::render::table::Column;
use baogao::render::terminal::{Look, escape, number};
use baogao::render::{cite, json};
use baogao::report::{Attested, Evidence, EvidenceKind, Genre, Note};
use clap::{Args, ValueEnum};
use serde_json::json;
use std::io::Write;
use std::process::ExitCode;

/// Arguments of `reports`.
#[derive(Args)]
pub(crate) struct ReportsArguments {
    /// Only reports whose region or year could not be told or that were read only in part, texts of another genre, and files that were refused
    #[arg(long)]
    to_fix: bool,
    /// What was removed or noticed in each report
    #[arg(long)]
    notes: bool,
    /// What is held of each region in each year, and what is not
    #[arg(long, conflicts_with_all = ["to_fix", "notes", "with", "without"])]
    coverage: bool,
    /// Only reports in which this expression holds in a passage
    #[arg(long, value_name = "EXPRESSION")]
    with: Vec<String>,
    /// Only whole reports in no passage of which this expression holds
    #[arg(long, value_name = "EXPRESSION")]
    without: Vec<String>,
    #[command(flatten)]
    matching: MatchArguments,
    /// Reports to list, 0 for all
    #[arg(short = 'n', long, default_value_t = 0)]
    limit: usize,
    /// Reports to pass over
    #[arg(long, default_value_t = 0)]
    offset: usize,
    /// Form of output
    #[arg(long, default_value = "text")]
    format: ReportsFormat,
    /// Begin a CSV with a byte-order mark, for spreadsheets that take UTF-8 for something else without it
    #[arg(long)]
    bom: bool,
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
    /// A table for spreadsheets
    Csv,
    /// A table for papers and pages
    Md,
    /// A reports.toml to fill in and put beside the files
    Toml,
}

pub(crate) fn run(common: &Common, arguments: &ReportsArguments) -> Result<ExitCode, Failure> {
    if arguments.coverage {
        return coverage::run(common, arguments);
    }
    let index = open_or_build(common, false)?;
    let is_asked = !(arguments.with.is_empty() && arguments.without.is_empty());
    let scope = arguments.filters.scope();
    let (filters, mut notices, saying) = if is_asked {
        let question = SayingQuestion {
            with: arguments.with.clone(),
            without: arguments.without.clone(),
            matching: arguments.matching.into(),
            scope,
        };
        let saying = saying(&index, &question)?;
        let Resolved {
            filters, notices, ..
        } = saying.scope.clone();
        (filters, notices, Some(saying))
    } else {
        // A list of what is there names copies and texts of every genre too.
        let scope = Scope {
            duplicates: true,
            genre: scope.genre.or(Some(GenreChoice::Any)),
            ..scope
        };
        let Resolved {
            filters, notices, ..
        } = scope.resolve(&index)?;
        (filters, notices, None)
    };
    if arguments.to_fix {
        // What could not be read is listed one by one.
        notices.retain(|notice| !matches!(notice, Notice::Unread { .. }));
    }
    let mask = index.report_mask(&filters);
    let n_searched = saying.as_ref().map_or(0, |saying| saying.n_searched);
    let asked: Vec<(usize, Vec<u64>)> = match saying {
        Some(saying) => saying.reports,
        None => {
            let held = (0..mask.len()).filter(|rank| mask.get(*rank) == Some(&true));
            held.map(|rank| (rank, Vec::new())).collect()
        }
    };
    let mut listed = Vec::new();
    for (rank, occurrences) in asked {
        if !arguments.to_fix || needs_fixing(&index.reports.entry(rank).map_err(damaged)?) {
            listed.push((rank, occurrences));
        }
    }
    let n_listed = listed.len();
    let limit = if arguments.limit == 0 {
        usize::MAX
    } else {
        arguments.limit
    };
    // What is known of a report is read when its turn comes.
    let page = listed.into_iter().skip(arguments.offset).take(limit);
    let page = page.map(|(rank, occurrences)| Listed::read(&index, rank, occurrences));
    let mut out = stdout();
    match arguments.format {
        ReportsFormat::Text => {
            let look = common.look();
            let files = FilePaths::new(&index)?;
            for listed in page {
                let Listed {
                    rank,
                    entry,
                    notes,
                    occurrences,
                } = listed?;
                let notes = (notes.as_slice(), arguments.notes);
                write_entry(&mut out, look, &index, rank, &entry, &files, notes)?;
                for (phrase, n) in arguments.with.iter().zip(occurrences) {
                    let times = counted(n, "occurrence");
                    writeln!(out, "  “{}”: {times}", escape(phrase.trim()))?;
                }
            }
            out.flush()?;
            basis(&index)?;
            say_notices(&notices);
            if is_asked {
                say(&some_of(n_listed as u64, n_searched));
                coverage::say_not_held_years(&index, &filters)?;
            } else {
                say_totals(&index, n_listed, arguments.to_fix)?;
            }
        }
        ReportsFormat::Toml => {
            writeln!(
                out,
                "# save as reports.toml in the folder of the reports, fill in, then run `baogao index`"
            )?;
            for listed in page {
                let entry = listed?.entry;
                writeln!(
                    out,
                    "\n{}",
                    sidecar::to_fill_in(&entry.path, &entry.meta).trim_end()
                )?;
            }
        }
        ReportsFormat::Json | ReportsFormat::Jsonl | ReportsFormat::Csv | ReportsFormat::Md => {
            let row = |listed: Result<Listed, Failure>| {
                let listed = listed?;
                let size = index.reports.size(listed.rank);
                let (passages, chars) = (size.passages, size.chars);
                let mut row = json::report(&listed.entry, &listed.notes, passages, chars);
                if let (false, Some(row)) = (arguments.with.is_empty(), row.as_object_mut()) {
                    row.insert("occurrences".to_owned(), json!(listed.occurrences));
                }
                Ok(row)
            };
            let basis = basis(&index)?;
            let method = cite::method(&index, &in_words(arguments), &filters);
            let mut summary = json!({
                "type": "summary",
                "reports": n_listed,
                "reports_held": index.reports.len(),
                "refused": index.unread()?.iter().map(unread::object).collect::<Vec<_>>(),
                "notices": notices,
                "method": method,
                "schema_version": basis.schema_version,
                "corpus": basis.corpus,
                "stale": basis.stale,
            });
            if let (true, Some(summary)) = (is_asked, summary.as_object_mut()) {
                let not_held = coverage::not_held(&index, &filters)?;
                summary.insert("not_held".to_owned(), not_held.into());
            }
            let mut columns = columns();
            if !arguments.with.is_empty() {
                columns.push(Column::number("occurrences", "/occurrences"));
            }
            let export = Export {
                name: "rows",
                columns: &columns,
                rows: page.map(row),
                summary,
                method: &method,
            };
            export.write(&mut out, arguments.output())?;
        }
    }
    out.flush()?;
    Ok(ExitCode::from(u8::from(n_listed == 0)))
}

/// A report of the list.
struct Listed {
    rank: usize,
    entry: ReportEntry,
    notes: Vec<Note>,
    /// Of each phrase of `--with`.
    occurrences: Vec<u64>,
}

impl Listed {
    fn read(index: &Index, rank: usize, occurrences: Vec<u64>) -> Result<Listed, Failure> {
        Ok(Listed {
            rank,
            entry: index.reports.entry(rank).map_err(damaged)?,
            notes: index.reports.notes(rank).map_err(damaged)?,
            occurrences,
        })
    }
}

/// What a damaged report table ends a command with.
fn damaged(error: TableDamaged) -> Failure {
    Failure::Told {
        code: 5,
        message: lang::reason(&error.to_string()),
        hint: Some(t!("run `baogao index --rebuild`").into_owned()),
    }
}

impl ReportsArguments {
    /// The form of a table of rows; text and TOML are written otherwise.
    fn output(&self) -> OutputArguments {
        let format = match self.format {
            ReportsFormat::Text | ReportsFormat::Toml => Format::Text,
            ReportsFormat::Jsonl => Format::Jsonl,
            ReportsFormat::Json => Format::Json,
            ReportsFormat::Csv => Format::Csv,
            ReportsFormat::Md => Format::Md,
        };
        OutputArguments {
            format,
            bom: self.bom,
        }
    }
}

fn columns() -> Vec<Column> {
    vec![
        Column::text("id", "/id"),
        Column::text("title", "/title"),
        Column::text("region", "/region"),
        Column::text("region_code", "/region_code"),
        Column::text("level", "/level"),
        Column::number("year", "/year"),
        Column::text("date", "/date"),
        Column::text("speaker", "/speaker"),
        Column::text("genre", "/genre"),
        Column::text("duplicate_of", "/duplicate_of"),
        Column::number("passages", "/passages"),
        Column::number("chars", "/chars"),
        Column::text("region_evidence", "/evidence/region/words"),
        Column::text("year_evidence", "/evidence/year/words"),
        Column::text("file", "/source/file"),
    ]
}

/// The question as the line of method quotes it.
fn in_words(arguments: &ReportsArguments) -> String {
    let named = |name: &str, phrases: &[String]| -> Vec<String> {
        phrases
            .iter()
            .map(|phrase| format!("{name} “{}”", phrase.trim()))
            .collect()
    };
    let mut words = vec!["reports".to_owned()];
    words.extend(named("with", &arguments.with));
    words.extend(named("without", &arguments.without));
    words.join(" ") + arguments.matching.note()
}

fn needs_fixing(entry: &ReportEntry) -> bool {
    entry.meta.genre == Genre::Other
        || entry.meta.region.is_none()
        || entry.meta.year.is_none()
        || unread::is_short(entry)
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
        Some(region) => t!(
            "%{path} (%{code}, %{level})",
            path = region.path_string(),
            code = region.code_string(),
            level = look.level(region.level())
        )
        .into_owned(),
        None => t!("region unknown").into_owned(),
    };
    if let Some(named) = &meta.named {
        place.push_str(&t!(", then %{named}", named = named));
    }
    writeln!(out, "{}  {}", look.id(&entry.id), look.name(&place))?;
    let mut about = vec![meta.title.clone()];
    about.extend(meta.date.map(|date| date.to_string()));
    about.extend(meta.speaker.clone());
    about.push(counted(u64::from(size.passages), "passage"));
    about.push(t!("%{a} characters", a = number(u64::from(size.chars))).into_owned());
    if let Some(original) = &entry.duplicate_of {
        about.push(t!("copy of %{original}", original = original).into_owned());
    }
    if meta.genre == Genre::Other {
        about.push(t!("another genre").into_owned());
    }
    if meta.abridged {
        about.push(t!("abridged").into_owned());
    }
    if meta.partial {
        about.push(t!("read only in part").into_owned());
    }
    writeln!(out, "{}", look.wrap(&escape(&about.join(" · ")), "  "))?;
    let words = meta.region.as_ref().map(describe);
    let line = t!(
        "region: %{a}",
        a = words.unwrap_or_else(|| t!("not found").into_owned())
    )
    .into_owned();
    writeln!(out, "{}", look.wrap(&escape(&line), "  "))?;
    let words = meta
        .year
        .as_ref()
        .map(|found| t!("%{year}, %{by}", year = found.value, by = describe(found)).into_owned());
    let line = t!(
        "year: %{a}",
        a = words.unwrap_or_else(|| t!("not found").into_owned())
    )
    .into_owned();
    writeln!(out, "{}", look.wrap(&escape(&line), "  "))?;
    let mut file = files.path(entry.root, &entry.path);
    // Of the reports in one table each has its own row.
    if let Some(row) = table_row(notes) {
        file.push_str(&format!(":{row}"));
    }
    writeln!(out, "  {}", look.dim(&file))?;
    if with_notes {
        for note in notes {
            let line = note.line.map_or_else(String::new, |line| {
                t!("line %{line}: ", line = line).into_owned()
            });
            writeln!(
                out,
                "  {}",
                t!(
                    "note: %{line}%{a} %{b}",
                    line = line,
                    a = note.rule,
                    b = escape(&shorten(&lang::remark(note)))
                )
            )?;
        }
    } else if !notes.is_empty() {
        writeln!(
            out,
            "  {}",
            look.dim(&t!(
                "%{a}: --notes shows them",
                a = counted(notes.len() as u64, "note")
            ))
        )?;
    }
    Ok(())
}

/// `by title “侯马市人民政府工作报告”, line 3`
fn describe<T>(found: &Attested<T>) -> String {
    let Evidence { kind, words, line } = &found.evidence;
    let kind = match kind {
        EvidenceKind::Sidecar => t!("reports.toml"),
        EvidenceKind::Column => t!("a column"),
        EvidenceKind::Title => t!("the title"),
        EvidenceKind::Dateline => t!("the dateline"),
        EvidenceKind::Speaker => t!("the speaker"),
        EvidenceKind::Path => t!("the path"),
        EvidenceKind::Body => t!("the body"),
    };
    let line = line.map_or_else(String::new, |line| {
        t!(", line %{line}", line = line).into_owned()
    });
    t!(
        "by %{kind}: “%{words}”%{line}",
        kind = kind,
        words = shorten(words),
        line = line
    )
    .into_owned()
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
        say(&t!(
            "%{a} to fix of %{held}",
            a = number(n_listed as u64),
            held = held
        ));
        let refused = index.unread()?;
        if n_listed > 0 {
            say(&t!(
                "these are indexed and found all the same, without what is missing"
            ));
        }
        if !refused.is_empty() {
            say(&t!("not indexed:"));
        }
        for file in &refused {
            say(&unread::line(file));
        }
    } else {
        say(&lang::listed(&[
            some_of(n_listed as u64, index.reports.len()),
            counted(index.manifest().passages, "passage"),
        ]));
    }
    Ok(())
}
