//! `baogao publish`: sends the index to a cluster.

use super::cluster::{reach, refuse_address};
use super::interrupt::stop_at_signal;
use super::lang::{counted, t};
use super::update::N_NAMED;
use super::{Common, Failure, INTERRUPTED, say, stdout};
use baogao_cluster::{Progress, PublishOptions, publish};
use baogao_engine::index::{Index, IndexError};
use baogao_engine::stop::Stop;
use baogao_render::terminal::escape;
use clap::Args;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::{IsTerminal, Write};
use std::process::ExitCode;
use std::time::Duration;

/// How long a run that was asked to stop may take to give the name back.
const STOPPING: Duration = Duration::from_secs(10);

/// Arguments of `publish`.
#[derive(Args)]
pub(crate) struct PublishArguments {
    /// Where to: opensearch+https://HOST/NAME
    address: String,
    /// Primary shards of a new index of passages
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=1024))]
    shards: u32,
    /// Copies of each shard
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(0..=10))]
    replicas: u32,
    /// Say what would be sent, and send nothing
    #[arg(long)]
    dry_run: bool,
    /// Remove what earlier runs have left on the cluster under this name
    #[arg(long)]
    prune: bool,
    /// Seconds after which an earlier run counts as dead that shows no sign of life; one that lives shows one every second
    #[arg(long, value_name = "SECONDS", default_value_t = 15, value_parser = clap::value_parser!(u16).range(5..=3600))]
    lapse: u16,
}

pub(crate) fn run(common: &Common, arguments: &PublishArguments) -> Result<ExitCode, Failure> {
    refuse_address(common)?;
    let (address, access) = reach(common, &arguments.address)?;
    let index = Index::open(&common.index)?;
    let options = PublishOptions {
        shards: arguments.shards,
        replicas: arguments.replicas,
        dry_run: arguments.dry_run,
        prune: arguments.prune,
        who: who(),
        lapse: Duration::from_secs(arguments.lapse.into()),
    };
    let bar = progress_bar();
    // A kill at any moment is harmless, but whoever comes next waits until it is sure that nobody is there.
    let stop = Stop::new();
    let stopping = stop.clone();
    let is_stopping = move || {
        let was_set = stopping.is_set();
        stopping.set();
        was_set
    };
    stop_at_signal(is_stopping, STOPPING, || {
        t!("error: stopped in the midst; the next run goes on where this one was").into_owned()
    });
    let index = index.with_stop(stop.clone());
    let show = |progress: Progress<'_>| {
        match progress {
        Progress::Watching(who) => bar.suspend(|| {
            say(&t!(
                "another run holds this name (%{who}): watching for up to %{seconds} seconds whether it is alive",
                who = escape(who),
                seconds = arguments.lapse
            ));
        }),
        Progress::Compared(done, total) => {
            bar.set_length(total as u64);
            bar.set_position(done as u64);
        }
        Progress::Sent(done, total) => {
            bar.set_length(total);
            bar.set_position(done);
        }
    }
    };
    let published = publish(&index, &address, &access, &options, (&stop, &show));
    bar.finish_and_clear();
    let published = published.map_err(|error| match error {
        IndexError::Stopped => Failure::Told {
            code: INTERRUPTED,
            message: t!("stopped; readers have the answers of before").into_owned(),
            hint: Some(t!("the next run goes on where this one was").into_owned()),
        },
        error => error.into(),
    })?;
    let mut out = stdout();
    let held = t!(
        "%{a}, %{b}",
        a = counted(published.reports as u64, "text"),
        b = counted(published.passages, "passage")
    );
    let sent = t!(
        "%{a}, %{b}",
        a = counted(published.reports_sent as u64, "text"),
        b = counted(published.passages_sent, "passage")
    );
    let line = match (published.unchanged, arguments.dry_run) {
        (true, _) => t!(
            "nothing has changed: %{held} at %{place}",
            held = held,
            place = address
        ),
        (false, true) => t!(
            "to be sent: %{sent} of %{held}; to be taken away: %{n}",
            sent = sent,
            held = held,
            n = counted(published.reports_removed as u64, "text")
        ),
        (false, false) => t!(
            "published: %{held} at %{place}; sent %{sent}, taken away %{n}",
            held = held,
            place = address,
            sent = sent,
            n = counted(published.reports_removed as u64, "text")
        ),
    };
    writeln!(out, "{line}")?;
    for name in &published.removed {
        writeln!(out, "{}", t!("removed: %{name}", name = name))?;
    }
    out.flush()?;
    for name in published.leftovers.iter().take(N_NAMED) {
        say(&t!(
            "left on the cluster by an earlier run: %{name}",
            name = name
        ));
    }
    if !published.leftovers.is_empty() {
        say(&t!(
            "hint: `baogao publish --prune` removes it; those who have just asked may still be reading it"
        ));
    }
    Ok(ExitCode::SUCCESS)
}

/// This run, as others are told of it.
fn who() -> String {
    let host = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    match (std::process::id(), host.trim()) {
        (process, "") => format!("process {process}"),
        (process, host) => format!("process {process} on {host}"),
    }
}

fn progress_bar() -> ProgressBar {
    let bar = ProgressBar::hidden();
    if std::io::stderr().is_terminal() {
        bar.set_draw_target(ProgressDrawTarget::stderr());
        let style = ProgressStyle::with_template("{bar:24} {pos} / {len} {eta}");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    }
    bar
}
