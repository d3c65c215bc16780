//! `baogao reports`: what is in the corpus, the evidence for it, and who says a phrase and who does not.

mod coverage;
mod to_fill_in;

use super::lang::{self, counted, searched_noun, some_of};
use super::output::{OutputArguments, ask, export, refuse_together, say_beside, unexpected};
use super::{Common, Failure, FilePaths, Format, say, stdout, unread};
use crate::cmd::lang::t;
use baogao_engine::ask::{
    Answer, Answered, Basis, Holdings, Question, ReportRow, ReportsAnswer, ReportsQuestion,
};
use baogao_reading::ingest::{sidecar, table_row};
use baogao_reading::report::{Attested, Evidence, EvidenceKind, Genre, Note};
use baogao_render::terminal::{Look, escape, number};
use clap::{Args, ValueEnum};
use std::io::Write;
use std::process::ExitCode;

/// Arguments of `reports`.
#[derive(Args)]
pub(crate) struct ReportsArguments {
    #[command(flatten)]
    question: ReportsQuestion,
    /// Form of output
    #[arg(long, default_value = "text")]
    format: ReportsFormat,
    /// Begin a CSV with a byte-order mark, for spreadsheets that take UTF-8 for something else without it
    #[arg(long)]
    bom: bool,
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
    /// A reports.toml to fill in, for each corpus folder
    Toml,
}

pub(crate) fn run(common: &Common, arguments: &ReportsArguments) -> Result<ExitCode, Failure> {
    arguments.check()?;
    let asked = Question::Reports(arguments.question.clone());
    ask(common, &asked, false, |index, answer| {
        let basis = Basis::of(index)?;
        let is_text = arguments.format == ReportsFormat::Text;
        match answer {
            Answer::Coverage(answer) if is_text => coverage::write(common, answer, &basis),
            Answer::Coverage(answer) => export(&**answer, &basis, arguments.output(), |_| true),
            Answer::Reports(answer) if is_text => {
                write_list(common, index, arguments, answer)?;
                say_beside(&**answer, &basis);
                say_numbers(index, arguments, answer)
            }
            Answer::Reports(answer) if arguments.format == ReportsFormat::Toml => {
                to_fill_in::write(index, answer)?;
                say_beside(&**answer, &basis);
                say(&lang::method(answer.method()));
                Ok(())
            }
            Answer::Reports(answer) => export(&**answer, &basis, arguments.output(), |_| true),
            _ => Err(unexpected()),
        }
    })
}

impl ReportsArguments {
    /// Refuses what would have no effect.
    fn check(&self) -> Result<(), Failure> {
        let question = &self.question;
        if self.format == ReportsFormat::Toml && question.coverage {
            return Err(Failure::usage(
                t!("a grid cannot be written as reports.toml"),
                Some(t!("--to-fix --format toml writes one").into_owned()),
            ));
        }
        if self.format == ReportsFormat::Toml {
            refuse_together("format toml", &[("notes", question.notes)])?;
        }
        let output = self.output();
        output.check(&[])?;
        // What was noticed is no column; the rows of JSON have it always.
        match output.format {
            Format::Csv | Format::Md => {
                refuse_together(output.format.as_typed(), &[("notes", question.notes)])
            }
            _ => Ok(()),
        }
    }
}

/// A block for each report.
fn write_list(
    common: &Common,
    index: &dyn Holdings,
    arguments: &ReportsArguments,
    answer: &ReportsAnswer<'_>,
) -> Result<(), Failure> {
    let question = &arguments.question;
    let files = FilePaths::new(index)?;
    let mut out = stdout();
    for row in answer.page() {
        let row = row?;
        write_entry(&mut out, common.look(), &row, &files, question.notes)?;
        let occurrences = row.occurrences.iter().flatten();
        for (phrase, n) in question.with.iter().zip(occurrences) {
            let times = counted(*n, "occurrence");
            let line = t!("“%{phrase}”: %{said}", phrase = phrase.trim(), said = times);
            writeln!(out, "  {}", escape(&line))?;
        }
    }
    Ok(out.flush()?)
}

fn say_numbers(
    index: &dyn Holdings,
    arguments: &ReportsArguments,
    answer: &ReportsAnswer<'_>,
) -> Result<(), Failure> {
    let n_listed = answer.listed.len();
    if answer.is_about_words() {
        // Where nothing is held whole, that none is listed says nothing.
        let with = &arguments.question.with;
        let absence = match with.is_empty() {
            true => None,
            false => lang::absence(answer.state()?, &lang::listed(with)),
        };
        say(&absence.unwrap_or_else(|| {
            some_of(
                n_listed as u64,
                answer.n_searched,
                searched_noun(answer.filters()),
            )
        }));
        coverage::say_gaps(&answer.gaps()?);
        return Ok(());
    }
    say_totals(index, answer, arguments.question.to_fix)
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

fn write_entry(
    out: &mut impl Write,
    look: Look,
    row: &ReportRow,
    files: &FilePaths,
    with_notes: bool,
) -> std::io::Result<()> {
    let (entry, notes) = (&row.entry, row.notes.as_slice());
    let meta = &entry.meta;
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
    about.push(counted(u64::from(row.passages), "passage"));
    about.push(t!("%{a} characters", a = number(u64::from(row.chars))).into_owned());
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
    if let Some(reasons) = &row.to_fix {
        let reasons: Vec<String> = reasons.iter().map(|reason| lang::to_fix(*reason)).collect();
        let line = t!("to fix: %{a}", a = lang::listed(&reasons));
        writeln!(out, "  {}", look.name(&line))?;
    }
    // What a reader has said in vain is what he is to fix.
    let is_vain = |note: &&Note| note.rule == sidecar::RULE && row.to_fix.is_some();
    for note in notes.iter().filter(|note| with_notes || is_vain(note)) {
        writeln!(out, "  {}", note_line(note))?;
    }
    if !with_notes && !notes.is_empty() {
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

fn note_line(note: &Note) -> String {
    let line = note.line.map_or_else(String::new, |line| {
        t!("line %{line}: ", line = line).into_owned()
    });
    t!(
        "note: %{line}%{a} %{b}",
        line = line,
        a = lang::rule_name(&note.rule),
        b = escape(&shorten(&lang::remark(note)))
    )
    .into_owned()
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

/// What is listed: texts, whatever they are, and the passages in them.
fn say_totals(
    index: &dyn Holdings,
    answer: &ReportsAnswer<'_>,
    to_fix: bool,
) -> Result<(), Failure> {
    let ranks = || answer.listed.iter().map(|(rank, _)| *rank);
    let n_listed = answer.listed.len() as u64;
    if !to_fix {
        let passages = ranks().map(|rank| u64::from(index.reports().size(rank).passages));
        say(&lang::listed(&[
            some_of(n_listed, index.reports().len(), "text"),
            counted(passages.sum(), "passage"),
        ]));
        return Ok(());
    }
    say(&t!(
        "%{a} to fix of %{held}",
        a = counted(n_listed, "text"),
        held = number(index.reports().len() as u64)
    ));
    let is_other = |rank: &usize| index.reports().genre(*rank) == Genre::Other;
    let n_other = ranks().filter(is_other).count() as u64;
    if n_listed > n_other {
        say(&t!(
            "%{a} found all the same, without what is missing",
            a = counted(n_listed - n_other, "text")
        ));
    }
    if n_other > 0 {
        say(&t!(
            "%{a} of another genre: found with `--genre any` alone",
            a = counted(n_other, "text")
        ));
    }
    if !answer.refused.is_empty() {
        say(&t!("not indexed:"));
    }
    for file in &answer.refused {
        say(&unread::line(file));
    }
    if !answer.refused.is_empty() {
        unread::say_how_to_pass_over();
    }
    Ok(())
}
