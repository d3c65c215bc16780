//! `baogao reports --format toml`: for each corpus folder a `reports.toml` to fill in, with paths from that folder.
//!
//! What such a list cannot say of a file stands in a comment: a line that speaks of a file speaks of all reports in it, and a
//! list counts in a folder that was added, not beside a file that was added alone.

use crate::cmd::lang::{self, t};
use crate::cmd::{Failure, stdout};
use baogao_engine::ask::{Holdings, ReportRow, ReportsAnswer};
use baogao_engine::index::{FileEntry, Outcome};
use baogao_reading::ingest::sidecar::{self, FILE_NAME};
use baogao_render::terminal::escape;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io::Write;

pub(super) fn write(index: &dyn Holdings, answer: &ReportsAnswer<'_>) -> Result<(), Failure> {
    let (files, places) = (index.files()?, index.root_paths()?);
    let known: HashMap<(u32, &str), &FileEntry> = files
        .files
        .iter()
        .map(|file| ((file.root, file.path.as_str()), file))
        .collect();
    let mut by_root: BTreeMap<u32, Vec<ReportRow>> = BTreeMap::new();
    for row in answer.page() {
        let row = row?;
        by_root.entry(row.entry.root).or_default().push(row);
    }
    let mut out = stdout();
    for (at, (root, rows)) in by_root.into_iter().enumerate() {
        if at > 0 {
            writeln!(out)?;
        }
        let place = places.get(root as usize).cloned().flatten();
        let place = place.unwrap_or_default();
        let is_alone = place.is_file();
        let list = place.join(FILE_NAME);
        let list = escape(&list.display().to_string()).into_owned();
        let place = escape(&place.display().to_string()).into_owned();
        let has_list = known.contains_key(&(root, FILE_NAME));
        let line = match (is_alone, has_list) {
            (true, _) => t!(
                "# %{place} was added alone: add its folder, where a reports.toml counts",
                place = place
            ),
            (_, true) => t!(
                "# add this to %{list}, fill in, then run `baogao index`",
                list = list
            ),
            (_, false) => t!(
                "# save as %{list}, fill in, then run `baogao index`",
                list = list
            ),
        };
        writeln!(out, "{line}")?;
        if !is_alone {
            write_entries(&mut out, &rows, |path| known.get(&(root, path)).copied())?;
        }
    }
    Ok(out.flush()?)
}

/// What can be said of each file, once.
fn write_entries<'f>(
    out: &mut impl Write,
    rows: &[ReportRow],
    file_of: impl Fn(&str) -> Option<&'f FileEntry>,
) -> std::io::Result<()> {
    let mut seen = BTreeSet::new();
    for row in rows {
        let (path, meta) = (&row.entry.path, &row.entry.meta);
        if !seen.insert(path) {
            continue;
        }
        let file = file_of(path);
        let has_many = |file: &FileEntry| matches!(&file.outcome, Outcome::Indexed(reports) if reports.len() > 1);
        let name = escape(path);
        if file.is_some_and(has_many) {
            let line = t!(
                "# `%{path}` holds several reports: its columns, or the names in it, tell them apart",
                path = name
            );
            writeln!(out, "\n{}{line}", why(row))?;
        } else if file.is_some_and(|file| file.sidecar != 0) {
            let line = t!("# `%{path}` has an entry: add to that", path = name);
            writeln!(out, "\n{}{line}", why(row))?;
        } else {
            let lines = sidecar::to_fill_in(path, meta);
            writeln!(out, "\n{}{}", why(row), lines.trim_end())?;
        }
    }
    Ok(())
}

/// Why an entry is to fix, as a remark above it; empty where it is not.
fn why(row: &ReportRow) -> String {
    let reasons = row.entry.to_fix(&row.notes);
    let reasons: Vec<String> = reasons.iter().map(|why| lang::to_fix(*why)).collect();
    let vain = row.notes.iter().filter(|note| note.rule == sidecar::RULE);
    let vain = vain.map(|note| format!("# {}\n", escape(&lang::remark(note))));
    match reasons.as_slice() {
        [] => String::new(),
        reasons => format!("# {}\n{}", lang::listed(reasons), vain.collect::<String>()),
    }
}
