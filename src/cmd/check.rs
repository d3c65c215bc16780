//! `baogao check`: verify the index against its manifest, and the corpus against the index, by the contents of all files.

use super::{Common, Failure, passed, stdout, unread};
use crate::cmd::lang::{self, counted, t};
#[cfg(feature = "cluster")]
use baogao_engine::ask::Holdings as _;
use baogao_engine::ask::Notice;
#[cfg(feature = "cluster")]
use baogao_engine::catalogue::Catalogue as _;
use baogao_engine::index::{Changes, FileTable, Index, IndexStamp, Look};
use baogao_reading::walk::PassedOver;
use baogao_render::terminal::escape;
use clap::Args;
use std::io::Write;
use std::process::ExitCode;

/// How often to look anew when the index has changed meanwhile.
const MAX_TRIES: usize = 5;

/// How many files that differ are named before the rest is only counted.
const N_NAMED: usize = 5;

/// Arguments of `check`.
#[derive(Args)]
pub(crate) struct CheckArguments {
    /// Compare size, time and number of the files of the corpus, and do not read them
    #[arg(long)]
    fast: bool,
    /// Name every file that differs, was passed over, was not read, or was read only in part
    #[arg(long, short)]
    verbose: bool,
}

pub(crate) fn run(common: &Common, arguments: &CheckArguments) -> Result<ExitCode, Failure> {
    #[cfg(feature = "cluster")]
    if let Some(shelf) = super::cluster::shelf(common)? {
        return of_cluster(&shelf.remote()?, arguments);
    }
    let mut n_tries = 0;
    let (index, wrong) = loop {
        n_tries += 1;
        let stamp = IndexStamp::read(&common.index);
        let index = Index::open(&common.index)?;
        let wrong = index.verify();
        // Files that a writer has just removed are not missing: look at what it has made.
        if wrong.is_empty() || n_tries == MAX_TRIES || IndexStamp::read(&common.index) == stamp {
            break (index, wrong);
        }
    };
    let mut out = stdout();
    for line in &wrong {
        writeln!(out, "{}", escape(&lang::reason(line)))?;
    }
    if !wrong.is_empty() {
        out.flush()?;
        return Err(Failure::Told {
            code: 5,
            message: t!(
                "index `%{a}` is damaged in %{b}",
                a = common.index.display(),
                b = counted(wrong.len() as u64, "place")
            )
            .into_owned(),
            hint: Some(match index.are_only_strings_wrong(&wrong) {
                true => t!("run `baogao index --sort`").into_owned(),
                false => t!("run `baogao index --rebuild`").into_owned(),
            }),
        });
    }
    writeln!(
        out,
        "{}",
        t!(
            "the index is sound: %{a}, %{b}, %{c}, built by baogao %{d}",
            a = counted(index.reports.len() as u64, "text"),
            b = counted(index.manifest().passages, "passage"),
            c = counted(index.n_segments() as u64, "segment"),
            d = index.manifest().program
        )
    )?;
    unread::write(&mut out, &index, arguments.verbose)?;
    let look = if arguments.fast {
        Look::Stamps
    } else {
        Look::Contents
    };
    let files = index.files()?;
    write_passed(&mut out, &files, arguments.verbose)?;
    let changes = files.changes(index.dir(), look);
    write_changes(&mut out, &changes, arguments)?;
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

/// Reads all that is published on a cluster and compares it with what was sent.
#[cfg(feature = "cluster")]
fn of_cluster(
    remote: &baogao_cluster::Remote,
    arguments: &CheckArguments,
) -> Result<ExitCode, Failure> {
    let wrong = baogao_cluster::verify(remote)?;
    let mut out = stdout();
    for line in &wrong {
        writeln!(out, "{}", escape(&lang::reason(line)))?;
    }
    if !wrong.is_empty() {
        out.flush()?;
        return Err(Failure::Told {
            code: 5,
            message: t!(
                "%{a} differs from what was published in %{b}",
                a = remote.address(),
                b = counted(wrong.len() as u64, "place")
            )
            .into_owned(),
            hint: Some(
                t!("remove what was changed on the cluster and publish anew: `baogao publish`")
                    .into_owned(),
            ),
        });
    }
    writeln!(
        out,
        "{}",
        t!(
            "what is published is sound: %{a}, %{b}, published by baogao %{c}",
            a = counted(remote.reports().len() as u64, "text"),
            b = counted(remote.manifest().passages, "passage"),
            c = remote.manifest().program
        )
    )?;
    unread::write(&mut out, remote, arguments.verbose)?;
    write_passed(&mut out, &remote.files()?, arguments.verbose)?;
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

/// What is in the folders of the corpus and was passed over.
fn write_passed(out: &mut impl Write, files: &FileTable, verbose: bool) -> std::io::Result<()> {
    let passed: Vec<PassedOver> = files.passed.iter().map(|(_, over)| over.clone()).collect();
    if let Some(line) = passed::line(&passed) {
        writeln!(out, "{line}")?;
    }
    if verbose {
        for line in passed::lines(&passed) {
            writeln!(out, "{}", escape(&line))?;
        }
    }
    Ok(())
}

/// Whether the corpus is as it was, and which files are not.
fn write_changes(
    out: &mut impl Write,
    changes: &Changes,
    arguments: &CheckArguments,
) -> std::io::Result<()> {
    if !changes.any() {
        let line = if arguments.fast {
            t!("the corpus is as it was indexed, by size, time and number of each file")
        } else {
            t!("the corpus is as it was indexed")
        };
        return writeln!(out, "{line}");
    }
    let described = Notice::of_changes(changes)
        .first()
        .map_or_else(String::new, lang::differences);
    let line = match changes.total() {
        // An update would change nothing: what cannot be seen is kept.
        0 => t!("the corpus is not: %{a}", a = described),
        _ => t!("the corpus is not: %{a}, run `baogao index`", a = described),
    };
    writeln!(out, "{line}")?;
    let n_named = if arguments.verbose {
        usize::MAX
    } else {
        N_NAMED
    };
    for (path, difference) in changes.files.iter().take(n_named) {
        let line = format!("  {}", lang::difference(path, *difference));
        writeln!(out, "{}", escape(&line))?;
    }
    if changes.files.len() > n_named {
        let n = changes.files.len() - n_named;
        let line = t!("  and %{a} more: `baogao check --verbose` names all", a = n);
        writeln!(out, "{line}")?;
    }
    Ok(())
}
