//! How people are told of files that were not read, and of reports that were read in part.

use super::lang::{self, counted, t};
use super::{Failure, say};
use baogao_engine::ask::Holdings;
use baogao_engine::index::{ReportEntry, UnreadFile};
use baogao_render::terminal::escape;
use std::io::Write;

/// A file that was not read, with where its report would belong, on a line of its own.
pub(crate) fn line(unread: &UnreadFile) -> String {
    let region = unread.region.map(|region| region.unique_name().to_owned());
    let year = unread.year.map(|year| year.to_string());
    let place: Vec<String> = region.into_iter().chain(year).collect();
    let reason = lang::reason(&unread.reason);
    let line = match place.is_empty() {
        true => t!(
            "  `%{path}`: %{reason}",
            path = unread.file,
            reason = reason
        ),
        false => t!(
            "  `%{path}` (%{place}): %{reason}",
            path = unread.file,
            place = lang::listed(&place),
            reason = reason
        ),
    };
    line.into_owned()
}

/// How much of the corpus is not in the index, and what with `verbose`; nothing where all of it is.
pub(crate) fn write(
    out: &mut impl Write,
    index: &dyn Holdings,
    verbose: bool,
) -> Result<(), Failure> {
    let unread = index.unread()?;
    let partial = partial(index);
    let unread_lines: Vec<String> = unread.iter().map(line).collect();
    let n_unread = counted(unread.len() as u64, "file");
    let n_partial = counted(partial.len() as u64, "report");
    let parts = [
        (t!("%{a} could not be read", a = n_unread), unread_lines),
        (t!("%{a} read only in part", a = n_partial), partial),
    ];
    for (what, lines) in parts.iter().filter(|(_, lines)| !lines.is_empty()) {
        match verbose {
            true => writeln!(out, "{}", t!("%{a}:", a = what))?,
            false => writeln!(
                out,
                "{}",
                t!("%{a}: `baogao check --verbose` names all", a = what)
            )?,
        }
        for line in lines.iter().take(if verbose { usize::MAX } else { 0 }) {
            writeln!(out, "{}", escape(line))?;
        }
    }
    if verbose && !unread.is_empty() {
        say_how_to_pass_over();
    }
    Ok(())
}

/// How what is no report is kept out of such lists.
pub(crate) fn say_how_to_pass_over() {
    say(&t!(
        "hint: what is no report is passed over with `baogao index --exclude GLOB` or a `.baogaoignore`"
    ));
}

/// The reports that were read in part, a line each.
fn partial(index: &dyn Holdings) -> Vec<String> {
    let ranks = (0..index.reports().len()).filter(|rank| index.reports().is_partial(*rank));
    let entries = ranks.filter_map(|rank| index.reports().entry(rank).ok());
    let short = entries.filter(ReportEntry::is_short);
    short
        .map(|entry| t!("  `%{path}` (%{id})", path = entry.file, id = entry.id).into_owned())
        .collect()
}
