//! `baogao index`: build the index or bring it up to date.

use super::ocr::{OcrOptions, parse_command};
use super::update::{
    N_NAMED, say_copies, say_kept, say_passed, say_refused, say_unmatched, say_vain,
    update_with_progress, write_summary,
};
use super::waiting::Waiting;
use super::{Common, Failure, read_text, say, stdout};
use crate::cmd::lang::{self, t};
use baogao_engine::index::{Index, KeptFolder, UpdateOptions, WhyKept, put_strings};
use baogao_engine::tokenize::WordList;
use baogao_reading::filter::Filter;
use baogao_reading::ingest::Encoding;
use baogao_render::terminal::number;
use clap::Args;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

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
    /// Recognise the text on pages that are pictures (OCR), with tesseract or another engine that is installed
    #[arg(long)]
    ocr: bool,
    /// Another engine: a command that writes the text on {image} in {lang} to its output
    #[arg(long, value_name = "COMMAND", requires = "ocr", value_parser = parse_command)]
    ocr_command: Option<String>,
    /// What scans are written in, as the engine names it
    #[arg(
        long,
        value_name = "LANGUAGE",
        requires = "ocr",
        default_value = "chi_sim"
    )]
    ocr_language: String,
    /// Words of your own, one a line, in jieba's format: word [frequency [tag]]. The index keeps them; other ones build it anew
    #[arg(long, value_name = "FILE")]
    dict: Option<PathBuf>,
    /// Forget the words of your own
    #[arg(long, conflicts_with = "dict")]
    no_dict: bool,
    /// Leave out what GLOB names, as in a .gitignore: *.csv, drafts/. The index keeps the globs; new ones take the place of all, and '' of none
    #[arg(long, value_name = "GLOB", value_parser = parse_glob)]
    exclude: Vec<String>,
    /// Keep all texts sorted, so that `new` and `keywords` over many reports answer sooner; takes seven bytes a character. Later runs sort anew
    #[arg(long)]
    sort: bool,
    /// Keep them sorted no longer
    #[arg(long, conflicts_with = "sort")]
    no_sort: bool,
    /// Name every copy, and every file that was refused or passed over
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

fn parse_glob(glob: &str) -> Result<String, String> {
    match Filter::new(&[glob.to_owned()]) {
        Ok(_) => Ok(glob.to_owned()),
        Err((_, cause)) => Err(t!("no glob: %{cause}", cause = lang::cause(&cause)).into_owned()),
    }
}

/// The globs that the index is to keep, where the reader says something of them.
fn exclude(arguments: &IndexArguments) -> Option<Vec<String>> {
    let globs = &arguments.exclude;
    let said = globs.iter().filter(|glob| !glob.is_empty()).cloned();
    (!globs.is_empty()).then(|| said.collect())
}

/// Sorts all texts where that is wanted and was not done since the last change, and says how many bytes that takes; takes them
/// away where they are not wanted any more.
fn sort(common: &Common, arguments: &IndexArguments) -> Result<Option<usize>, Failure> {
    let index = Index::open(&common.index)?;
    let manifest = index.manifest();
    if arguments.no_sort {
        if manifest.sorted {
            put_strings(&common.index, manifest, None)?;
        }
        return Ok(None);
    }
    let is_wanted = arguments.sort && !index.is_sorted() || index.lacks_strings();
    if !is_wanted {
        return Ok(None);
    }
    let _waiting = Waiting::for_sorting();
    let Some(bytes) = index.sort_texts()? else {
        say(&t!("the texts are too long to be kept sorted"));
        return Ok(None);
    };
    let is_put = put_strings(&common.index, manifest, Some(&bytes))?;
    Ok(is_put.then_some(bytes.len()))
}

pub(crate) fn run(common: &Common, arguments: &IndexArguments) -> Result<ExitCode, Failure> {
    #[cfg(feature = "cluster")]
    super::cluster::refuse_address(common)?;
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
        exclude: exclude(arguments),
        ..UpdateOptions::default()
    };
    let ocr = arguments.ocr.then(|| OcrOptions {
        command: arguments.ocr_command.clone(),
        language: arguments.ocr_language.clone(),
    });
    let summary = update_with_progress(common, options, ocr.as_ref())?;
    let mut out = stdout();
    write_summary(&mut out, &summary)?;
    if let Some(n_bytes) = sort(common, arguments)? {
        let line = t!("all texts sorted: %{a} bytes", a = number(n_bytes as u64));
        writeln!(out, "{line}")?;
    }
    out.flush()?;
    let n_named = if arguments.verbose {
        usize::MAX
    } else {
        N_NAMED
    };
    say_passed(&summary, arguments.verbose);
    say_unmatched(&summary, n_named);
    say_vain(&summary, n_named);
    say_copies(&summary, n_named);
    say_refused(&summary, n_named);
    say_kept(&summary);
    if summary.own_words_lost {
        say(&t!(
            "the words of your own could not be read from the damaged index"
        ));
        say(&t!("hint: give them again with `--dict FILE`"));
    }
    if let Some(damage) = summary.damage(&common.index) {
        say(&t!(
            "everything new is indexed; the damaged part of the index is as it was"
        ));
        return Err(damage.into());
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
