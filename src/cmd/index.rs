//! `baogao index`: build the index or bring it up to date.

use super::{Common, Failure, read_text, say, stdout, update_with_progress};
use crate::cmd::lang::{self, counted, t};
use baogao_engine::index::{CopyLeftOut, KeptFolder, UpdateOptions, UpdateSummary, WhyKept};
use baogao_engine::tokenize::WordList;
use baogao_reading::ingest::Encoding;
use baogao_render::terminal::number;
use clap::Args;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

/// How many refused files are named before the rest is only counted.
const N_NAMED: usize = 5;

/// Arguments of `index`.
#[derive(Args)]
pub(crate) struct IndexArguments {
    /// Folders or files to add; the index remembers them. Without any, all remembered ones are brought up to date
    paths: Vec<PathBuf>,
    /// Build anew and switch when done
    #[arg(long)]
    rebuild: bool,
    /// Forget the files of folders that have vanished, hold nothing any more, or cannot be read
    #[arg(long)]
    prune: bool,
    /// Indexing threads [default: all cores]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(1..=8))]
    threads: Option<u8>,
    /// The encoding of the files that are read in this run, where a byte-order mark does not tell [default: told by the bytes]
    #[arg(long, value_name = "LABEL", value_parser = parse_encoding)]
    encoding: Option<Encoding>,
    /// Words of your own, one a line, in jieba's format: word [frequency [tag]]. The index keeps them; other ones build it anew
    #[arg(long, value_name = "FILE")]
    dict: Option<PathBuf>,
    /// Forget the words of your own
    #[arg(long, conflicts_with = "dict")]
    no_dict: bool,
    /// Name every copy, and every file that was refused
    #[arg(long, short)]
    verbose: bool,
}

fn parse_encoding(label: &str) -> Result<Encoding, String> {
    Encoding::for_label(label).ok_or_else(|| {
        t!(
            "no encoding is called so; known are %{a} and the other labels of the WHATWG standard",
            a = lang::listed(&Encoding::LABELS)
        )
        .into_owned()
    })
}

pub(crate) fn run(common: &Common, arguments: &IndexArguments) -> Result<ExitCode, Failure> {
    let named = match arguments.paths.as_slice() {
        // A corpus that is named is meant, whatever the index remembers.
        [] => common.named_corpus().into_iter().collect(),
        paths => paths.to_vec(),
    };
    let options = UpdateOptions {
        roots: named,
        default_root: Some(common.default_root()),
        rebuild: arguments.rebuild,
        prune: arguments.prune,
        threads: arguments.threads.map(usize::from),
        encoding: arguments.encoding,
        words: word_list(arguments)?,
        ..UpdateOptions::default()
    };
    let summary = update_with_progress(common, options)?;
    let mut out = stdout();
    write_summary(&mut out, &summary)?;
    out.flush()?;
    let n_named = if arguments.verbose {
        usize::MAX
    } else {
        N_NAMED
    };
    say_copies(&summary, n_named);
    say_refused(&summary, n_named);
    say_kept(&summary);
    if summary.own_words_lost {
        say(&t!(
            "the words of your own could not be read from the damaged index"
        ));
        say(&t!("hint: give them again with `--dict FILE`"));
    }
    let is_shut = |kept: &KeptFolder| matches!(kept.why, WhyKept::Unreadable(_));
    Ok(
        if summary.refused.is_empty() && !summary.kept.iter().any(is_shut) {
            ExitCode::SUCCESS
        } else {
            ExitCode::from(3)
        },
    )
}

/// The words to cut text into, where the reader says something of them.
fn word_list(arguments: &IndexArguments) -> Result<Option<WordList>, Failure> {
    let Some(path) = &arguments.dict else {
        return Ok(arguments.no_dict.then(WordList::default));
    };
    let name = path.display();
    let text = read_text(path)?;
    let list = WordList::with_dictionary(&text).map_err(|error| {
        Failure::usage(
            t!("`%{name}`, %{error}", name = name, error = lang::cause(&error)),
            Some(
                t!("a line is a word, its frequency and its tag, the last two if you like: 链长制 5 n")
                    .into_owned(),
            ),
        )
    })?;
    Ok(Some(list))
}

/// What the index holds now, a line each.
fn write_summary(out: &mut impl Write, summary: &UpdateSummary) -> std::io::Result<()> {
    let state = if summary.changed {
        t!("index up to date")
    } else {
        t!("nothing has changed")
    };
    writeln!(
        out,
        "{}",
        t!(
            "%{state}: %{a}, %{b}, %{c}, %{d} characters",
            state = state,
            a = counted(summary.files as u64, "file"),
            b = counted(summary.reports as u64, "report"),
            c = counted(summary.passages, "passage"),
            d = number(summary.chars)
        )
    )?;
    if summary.changed {
        writeln!(
            out,
            "{}",
            t!(
                "%{a} read, %{b} removed",
                a = number(summary.read as u64),
                b = number(summary.removed as u64)
            )
        )?;
    }
    if summary.restamped > 0 {
        writeln!(
            out,
            "{}",
            t!(
                "%{files} with other times or in another place on the disk, and the content of before",
                files = counted(summary.restamped as u64, "file")
            )
        )?;
    }
    if summary.own_words > 0 {
        writeln!(
            out,
            "{}",
            t!(
                "%{a} of your own",
                a = counted(summary.own_words as u64, "word")
            )
        )?;
    }
    if !summary.duplicates.is_empty() {
        writeln!(
            out,
            "{}",
            t!(
                "%{copies} that is there in a better one, counted once",
                copies = counted(summary.duplicates.len() as u64, "copy of a report")
            )
        )?;
    }
    if summary.other_genre > 0 {
        writeln!(
            out,
            "{}",
            t!(
                "%{a} of another genre: `baogao reports` lists them",
                a = counted(summary.other_genre as u64, "text")
            )
        )?;
    }
    if summary.partial > 0 {
        writeln!(
            out,
            "{}",
            t!(
                "%{a} read only in part: `baogao reports --to-fix`",
                a = counted(summary.partial as u64, "report")
            )
        )?;
    }
    if summary.to_fix > 0 {
        writeln!(
            out,
            "{}",
            t!(
                "%{a} without region or year: `baogao reports --to-fix`",
                a = counted(summary.to_fix as u64, "report")
            )
        )?;
    }
    Ok(())
}

fn say_refused(summary: &UpdateSummary, n_named: usize) {
    if summary.refused.is_empty() {
        return;
    }
    say(&t!(
        "%{a} could not be indexed:",
        a = counted(summary.refused.len() as u64, "file")
    ));
    for (path, reason) in summary.refused.iter().take(n_named) {
        say(&t!(
            "  `%{path}`: %{reason}",
            path = path,
            reason = lang::reason(reason)
        ));
    }
    if summary.refused.len() > n_named {
        say(&t!(
            "  and %{a} more: `baogao index --verbose` names all",
            a = summary.refused.len() - n_named
        ));
    }
}

/// Names the copies that are counted once; in a run that changed nothing only when all is to be named.
fn say_copies(summary: &UpdateSummary, n_named: usize) {
    let copies = &summary.duplicates;
    if copies.is_empty() || !(summary.changed || n_named > N_NAMED) {
        return;
    }
    say(&t!("copies:"));
    for CopyLeftOut { path, kept, id } in copies.iter().take(n_named) {
        say(&t!(
            "  `%{path}` is a copy of `%{kept}` (%{id})",
            path = path,
            kept = kept,
            id = id
        ));
    }
    if copies.len() > n_named {
        say(&t!(
            "  and %{a} more: `baogao index --verbose` names all",
            a = copies.len() - n_named
        ));
    }
}

fn say_kept(summary: &UpdateSummary) {
    for KeptFolder { path, why, files } in summary.kept.iter().take(N_NAMED) {
        let files = counted(*files as u64, "file");
        let line = match why {
            WhyKept::Gone => t!(
                "`%{path}` is not there; what it held is kept (%{files})",
                path = path,
                files = files
            ),
            WhyKept::Empty => t!(
                "`%{path}` is there and holds nothing; what it held is kept (%{files})",
                path = path,
                files = files
            ),
            WhyKept::Unreadable(cause) => t!(
                "`%{path}` cannot be read (%{cause}); what it held is kept (%{files})",
                path = path,
                cause = lang::cause(cause),
                files = files
            ),
        };
        say(&line);
    }
    if summary.kept.len() > N_NAMED {
        say(&t!("  and %{a} more", a = summary.kept.len() - N_NAMED));
    }
    if !summary.kept.is_empty() {
        say(&t!("hint: `baogao index --prune` forgets it"));
    }
    for path in &summary.forgotten {
        say(&t!(
            "`%{path}` is forgotten: `baogao index FOLDER` adds it again",
            path = path
        ));
    }
}

/// The summary of a build that a search began, on stderr.
pub(crate) fn say_summary(summary: &UpdateSummary) {
    let mut text = Vec::new();
    // Writing to memory does not fail.
    let _ = write_summary(&mut text, summary);
    for line in String::from_utf8_lossy(&text).lines() {
        say(line);
    }
    say_copies(summary, N_NAMED);
    say_refused(summary, N_NAMED);
}
