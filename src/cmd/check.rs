//! `baogao check`: verify the index against its manifest and the corpus.

use super::{Common, Failure, describe_changes, stdout};
use crate::cmd::lang::counted;
use crate::cmd::lang::t;
use baogao::index::{Index, Stamp};
use baogao::render::terminal::escape;
use clap::Args;
use std::io::Write;
use std::process::ExitCode;

/// How often to look anew when the index has changed meanwhile.
const MAX_TRIES: usize = 5;

/// Arguments of `check`: none of its own.
#[derive(Args)]
pub(crate) struct CheckArguments {}

pub(crate) fn run(common: &Common, _: &CheckArguments) -> Result<ExitCode, Failure> {
    let mut n_tries = 0;
    let (index, wrong) = loop {
        n_tries += 1;
        let stamp = Stamp::read(&common.index);
        let index = Index::open(&common.index)?;
        let wrong = index.verify();
        // Files that a writer has just removed are not missing: look at what it has made.
        if wrong.is_empty() || n_tries == MAX_TRIES || Stamp::read(&common.index) == stamp {
            break (index, wrong);
        }
    };
    let mut out = stdout();
    for line in &wrong {
        writeln!(out, "{}", escape(line))?;
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
            hint: Some(t!("run `baogao index --rebuild`").into_owned()),
        });
    }
    writeln!(
        out,
        "{}",
        t!(
            "the index is sound: %{a}, %{b}, %{c}, built by baogao %{d}",
            a = counted(index.reports.len() as u64, "report"),
            b = counted(index.manifest().passages, "passage"),
            c = counted(index.n_segments() as u64, "segment"),
            d = index.manifest().program
        )
    )?;
    let changes = index.files()?.changes(index.dir());
    if changes.any() {
        writeln!(
            out,
            "{}",
            t!(
                "the corpus is not: %{a}, run `baogao index`",
                a = describe_changes(&changes)
            )
        )?;
    } else {
        writeln!(out, "{}", t!("the corpus is as it was indexed"))?;
    }
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}
