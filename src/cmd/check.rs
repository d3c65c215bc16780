//! `baogao check`: verify the index against its manifest and the corpus.

use super::{Common, Failure, describe_changes, stdout};
use baogao::index::Index;
use baogao::render::terminal::{counted, escape};
use clap::Args;
use std::io::Write;
use std::process::ExitCode;

/// Arguments of `check`: none of its own.
#[derive(Args)]
pub(crate) struct CheckArguments {}

pub(crate) fn run(common: &Common, _: &CheckArguments) -> Result<ExitCode, Failure> {
    let index = Index::open(&common.index)?;
    let wrong = index.verify();
    let mut out = stdout();
    for line in &wrong {
        writeln!(out, "{}", escape(line))?;
    }
    if !wrong.is_empty() {
        out.flush()?;
        return Err(Failure::Told {
            code: 5,
            message: format!(
                "index `{}` is damaged in {}",
                common.index.display(),
                counted(wrong.len() as u64, "place")
            ),
            hint: Some("run `baogao index --rebuild`".to_owned()),
        });
    }
    writeln!(
        out,
        "the index is sound: {}, {}, {}, built by baogao {}",
        counted(index.reports.len() as u64, "report"),
        counted(index.manifest().passages, "passage"),
        counted(index.n_segments() as u64, "segment"),
        index.manifest().program
    )?;
    let changes = index.files()?.changes(index.dir());
    if changes.any() {
        writeln!(
            out,
            "the corpus is not: {}, run `baogao index`",
            describe_changes(&changes)
        )?;
    } else {
        writeln!(out, "the corpus is as it was indexed")?;
    }
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}
