//! Bringing the index up to date, with progress for people; what is said of it afterwards.

use super::interrupt::stop_at_signal;
use super::lang::{self, counted, t};
use super::ocr::{Engine, OcrOptions};
use super::{Common, Failure, helpers, passed, say, unread};
use baogao_engine::index::{
    CopyLeftOut, KeptFolder, Progress, UpdateOptions, UpdateSummary, VainCorrection, WhyKept,
    update,
};
use baogao_reading::filter::ListFault;
use baogao_reading::ingest::sidecar;
use baogao_render::terminal::number;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::{self, IsTerminal, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// How many refused files are named before the rest is only counted.
pub(crate) const N_NAMED: usize = 5;
/// How long a run that was asked to stop may take to end by itself.
const STOPPING: Duration = Duration::from_secs(3);

/// Brings the index up to date with a progress bar on a terminal; Ctrl-C stops it before the commit.
pub(crate) fn update_with_progress(
    common: &Common,
    mut options: UpdateOptions,
    ocr: Option<&OcrOptions>,
) -> Result<UpdateSummary, Failure> {
    let cancel = Arc::new(AtomicBool::new(false));
    let bar = progress_bar();
    let (stop, shown) = (Arc::clone(&cancel), bar.clone());
    let engine = match ocr {
        Some(ocr) => Some(Engine::find(ocr, &common.index, stop, shown)?),
        None => Engine::remembered(&common.index, stop, shown),
    };
    options.recognises = ocr.is_some();
    options.cancel = Some(Arc::clone(&cancel));
    let helpers = helpers::Helpers::new(std::env::current_exe(), engine);
    options.reader = Some(Arc::new(helpers));
    // An index stands being killed at any moment: the last commit stays.
    let stop = move || cancel.swap(true, Ordering::Relaxed);
    stop_at_signal(stop, STOPPING, || {
        t!("error: stopped in the midst; what was committed is kept").into_owned()
    });
    let show = |progress: Progress| match progress {
        Progress::Reading { done, total } => {
            bar.set_length(total as u64);
            bar.set_position(done as u64);
        }
        Progress::Committing => bar.finish_and_clear(),
    };
    let summary = update(&common.index, &options, &show);
    bar.finish_and_clear();
    Ok(summary?)
}

/// Shows how far a run has come, where somebody looks.
fn progress_bar() -> ProgressBar {
    let bar = ProgressBar::hidden();
    if io::stderr().is_terminal() {
        bar.set_draw_target(ProgressDrawTarget::stderr());
        let style = t!("{bar:24} {pos} of {len} files, {per_sec}, {eta} left {msg}");
        bar.set_style(
            ProgressStyle::with_template(&style).unwrap_or_else(|_| ProgressStyle::default_bar()),
        );
    }
    bar
}

/// The summary of a build that a search began, on stderr.
pub(crate) fn say_summary(summary: &UpdateSummary) {
    let mut text = Vec::new();
    // Writing to memory does not fail.
    let _ = write_summary(&mut text, summary);
    for line in String::from_utf8_lossy(&text).lines() {
        say(line);
    }
    say_vain(summary, N_NAMED);
    say_copies(summary, N_NAMED);
    say_refused(summary, N_NAMED);
}

/// What the index holds now, a line each.
pub(crate) fn write_summary(out: &mut impl Write, summary: &UpdateSummary) -> std::io::Result<()> {
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
            b = counted(summary.reports as u64, "text"),
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
                "%{a} read only in part",
                a = counted(summary.partial as u64, "report")
            )
        )?;
    }
    if summary.to_fix > 0 {
        writeln!(
            out,
            "{}",
            t!(
                "%{a} to fix: `baogao reports --to-fix`",
                a = counted(summary.to_fix as u64, "text")
            )
        )?;
    }
    Ok(())
}

/// Names the files of which a `reports.toml` speaks in vain.
pub(crate) fn say_unmatched(summary: &UpdateSummary, n_named: usize) {
    for path in summary.unmatched.iter().take(n_named) {
        say(&t!(
            "`reports.toml` names `%{path}`, which is not there",
            path = path
        ));
    }
    if summary.unmatched.len() > n_named {
        say(&t!(
            "  and %{a} more: `baogao index --verbose` names all",
            a = summary.unmatched.len() - n_named
        ));
    }
}

/// Names the values of a `reports.toml` that do not count, and why.
pub(crate) fn say_vain(summary: &UpdateSummary, n_named: usize) {
    for VainCorrection { list, file, why } in summary.vain.iter().take(n_named) {
        say(&t!(
            "`%{list}` on `%{path}` does not count: %{why}",
            list = list,
            path = file,
            why = lang::remark(why)
        ));
    }
    if summary.vain.len() > n_named {
        say(&t!(
            "  and %{a} more: `baogao index --verbose` names all",
            a = summary.vain.len() - n_named
        ));
    }
}

/// Says what was passed over, in one line; `verbose` names all of it. Then what of the reader's own rules came to nothing.
pub(crate) fn say_passed(summary: &UpdateSummary, verbose: bool) {
    if let Some(line) = passed::line(&summary.passed) {
        say(&line);
    }
    if verbose {
        passed::lines(&summary.passed).for_each(|line| say(&line));
    }
    for ListFault { path, line, cause } in &summary.list_faults {
        let cause = lang::cause(cause);
        say(&match line {
            Some(line) => t!(
                "`%{path}`, line %{line}: %{cause}; the rest of it counts",
                path = path,
                line = line,
                cause = cause
            ),
            None => t!(
                "`%{path}` does not count: %{cause}",
                path = path,
                cause = cause
            ),
        });
    }
    for glob in &summary.idle_globs {
        say(&t!("`--exclude %{glob}` excludes nothing", glob = glob));
    }
}

pub(crate) fn say_refused(summary: &UpdateSummary, n_named: usize) {
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
    let is_list = |path: &str| path.rsplit('/').next() == Some(sidecar::FILE_NAME);
    if summary.refused.iter().any(|(path, _)| !is_list(path)) {
        unread::say_how_to_pass_over();
    }
}

/// Names the copies that are counted once; in a run that changed nothing only when all is to be named.
pub(crate) fn say_copies(summary: &UpdateSummary, n_named: usize) {
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

pub(crate) fn say_kept(summary: &UpdateSummary) {
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
