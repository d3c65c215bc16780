//! What work costs: a process for each build, so that CPU seconds and memory are its own; medians of such runs.

use super::Result;
use serde::{Deserialize, Serialize};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// First argument of a process that measures one build.
pub(crate) const CHILD: &str = "--child";
/// How often a process looks at its memory.
const MEMORY_INTERVAL: Duration = Duration::from_millis(5);
/// Ticks of `/proc/self/stat` a second; the kernel's interface has it fixed.
const TICKS: f64 = 100.0;

/// What one build cost.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Cost {
    /// Seconds of wall clock.
    pub(crate) wall: f64,
    /// Seconds of user and system time of all threads.
    pub(crate) cpu: f64,
    /// Peak of anonymous memory above what was held at the start, MiB.
    pub(crate) memory: f64,
}

/// Measures `work` in this process.
pub(crate) fn measure(work: impl FnOnce() -> Result<()>) -> Result<Cost> {
    let done = AtomicBool::new(false);
    let base = anonymous_mib();
    std::thread::scope(|scope| {
        let watch = scope.spawn(|| {
            let mut peak = base;
            while !done.load(Ordering::Relaxed) {
                peak = anonymous_mib().max(peak);
                std::thread::sleep(MEMORY_INTERVAL);
            }
            peak
        });
        let cpu_before = cpu_seconds();
        let start = Instant::now();
        let result = work();
        let wall = start.elapsed().as_secs_f64();
        let cpu = cpu_seconds() - cpu_before;
        done.store(true, Ordering::Relaxed);
        result?;
        let peak = watch.join().map_err(|_| "the watching thread panicked")?;
        Ok(Cost {
            wall,
            cpu,
            memory: peak - base,
        })
    })
}

/// Runs this program again as a child and returns what it printed.
pub(crate) fn run_child(role: &str, dir: &Path, folders: &[PathBuf]) -> Result<Cost> {
    let output = Command::new(std::env::current_exe()?)
        .args([CHILD, role])
        .arg(dir)
        .args(folders)
        .output()?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        return Err(format!("the child `{role}` failed: {said}").into());
    }
    Ok(serde_json::from_slice(&output.stdout)?)
}

/// Anonymous memory of this process in MiB; 0 where the system does not say.
pub(crate) fn anonymous_mib() -> f64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("RssAnon:"));
    let kib = line.and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok());
    kib.unwrap_or(0.0) / 1024.0
}

/// User and system seconds of this process; 0 where the system does not say.
fn cpu_seconds() -> f64 {
    // After the name: state is the first field, user time the 12th, system time the 13th.
    ticks(11)
}

/// User and system seconds of all children that have ended; 0 where the system does not say. It moves in steps of
/// 10 ms, so that only sums over many children mean something.
pub(crate) fn cpu_seconds_of_children() -> f64 {
    ticks(13)
}

fn ticks(skip: usize) -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    ticks_in(&stat, skip)
}

/// The fields of a process behind its name.
fn fields(stat: &str) -> impl Iterator<Item = &str> {
    stat.rsplit(')')
        .next()
        .unwrap_or_default()
        .split_whitespace()
}

fn ticks_in(stat: &str, skip: usize) -> f64 {
    let ticks = fields(stat).skip(skip).take(2);
    ticks.filter_map(|n| n.parse::<f64>().ok()).sum::<f64>() / TICKS
}

/// How many cores other processes kept busy while something was measured: a table says so, so that a busy machine is not
/// taken for a quiet one.
pub(crate) struct Others {
    fixed_work: f64,
    start: Instant,
    all: f64,
    own: f64,
}

impl Others {
    pub(crate) fn watch() -> Others {
        Others {
            fixed_work: fixed_work(),
            start: Instant::now(),
            all: busy_seconds(),
            own: own_seconds(),
        }
    }

    /// Seconds since the watch began.
    pub(crate) fn seconds(&self) -> f64 {
        self.start.elapsed().as_secs_f64()
    }

    /// Milliseconds that a fixed piece of work took just before: beside those of another run they say how fast the machine
    /// was. Other machines on the same processors slow it and are seen nowhere else.
    pub(crate) fn fixed_work_ms(&self) -> f64 {
        self.fixed_work * 1e3
    }

    /// Busy cores, without those of this process and its children; 0 where the system does not say.
    pub(crate) fn cores(&self) -> f64 {
        let others = (busy_seconds() - self.all) - (own_seconds() - self.own);
        (others / self.seconds()).max(0.0)
    }
}

/// Seconds of a fixed piece of work on one core: arithmetic, and four million steps to and fro in 32 MiB.
fn fixed_work() -> f64 {
    let mut cells = vec![1u32; 1 << 23];
    let mut random: u64 = 1;
    let start = Instant::now();
    for n in 0..4_000_000u32 {
        // The generator of Knuth's MMIX; its upper bits are the good ones.
        random = (random.wrapping_mul(6_364_136_223_846_793_005))
            .wrapping_add(1_442_695_040_888_963_407);
        if let Some(cell) = cells.get_mut((random >> 41) as usize) {
            *cell = cell.wrapping_add(n);
        }
    }
    std::hint::black_box(cells);
    start.elapsed().as_secs_f64()
}

/// More busy cores of others than this, and times are not to be trusted.
pub(crate) const QUIET_CORES: f64 = 0.1;

fn own_seconds() -> f64 {
    cpu_seconds() + cpu_seconds_of_children() + cpu_seconds_of_living_children()
}

/// User and system seconds of the children that have not ended; 0 where the system does not say.
fn cpu_seconds_of_living_children() -> f64 {
    let own = std::process::id().to_string();
    let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
    let stats =
        processes.filter_map(|process| fs::read_to_string(process.path().join("stat")).ok());
    let is_child = |stat: &String| fields(stat).nth(1) == Some(own.as_str());
    stats.filter(is_child).map(|stat| ticks_in(&stat, 11)).sum()
}

/// User, nice and system seconds of all processes, with interrupts.
fn busy_seconds() -> f64 {
    let stat = fs::read_to_string("/proc/stat").unwrap_or_default();
    let fields = stat.lines().next().unwrap_or_default().split_whitespace();
    let ticks = fields.skip(1).map(|n| n.parse::<f64>().unwrap_or(0.0));
    let is_busy = |(at, n): (usize, f64)| [0, 1, 2, 5, 6].contains(&at).then_some(n);
    ticks.enumerate().filter_map(is_busy).sum::<f64>() / TICKS
}

/// Cores and memory of the machine, and its load now.
pub(crate) fn machine() -> String {
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let (cores, memory) = (super::threads(), memory());
    format!("{cores} cores, {memory}; load at the start {}", load.trim())
}

/// The memory of the machine.
fn memory() -> String {
    let info = fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let kib = info.split_whitespace().nth(1).and_then(|n| n.parse().ok());
    kib.map_or("memory unknown".to_owned(), |kib: f64| {
        format!("{:.0} GiB", kib / 1024.0 / 1024.0)
    })
}

/// Bytes of all files below `dir`, for each extension.
pub(crate) fn sizes(dir: &Path) -> std::collections::BTreeMap<String, u64> {
    let mut sizes = std::collections::BTreeMap::new();
    for entry in walkdir::WalkDir::new(dir).into_iter().flatten() {
        if let Ok(metadata) = entry.metadata()
            && metadata.is_file()
        {
            let extension = entry.path().extension().unwrap_or_default();
            *sizes
                .entry(extension.to_string_lossy().into_owned())
                .or_default() += metadata.len();
        }
    }
    sizes
}

/// Samples of one quantity.
#[derive(Clone, Debug, Default)]
pub(crate) struct Samples(pub(crate) Vec<f64>);

impl Samples {
    pub(crate) fn push(&mut self, sample: f64) {
        self.0.push(sample);
    }

    /// The sample below which a share of all lies.
    pub(crate) fn quantile(&self, share: f64) -> f64 {
        let mut sorted = self.0.clone();
        sorted.sort_by(f64::total_cmp);
        let last = sorted.len().saturating_sub(1);
        sorted
            .get((last as f64 * share).round() as usize)
            .copied()
            .unwrap_or(f64::NAN)
    }

    pub(crate) fn median(&self) -> f64 {
        self.quantile(0.5)
    }

    pub(crate) fn sum(&self) -> f64 {
        self.0.iter().sum()
    }

    /// `median (min–max)` with so many decimals; `–` if there is none.
    pub(crate) fn show(&self, decimals: usize) -> String {
        if self.0.is_empty() {
            return "–".to_owned();
        }
        format!(
            "{:.decimals$} ({:.decimals$}–{:.decimals$})",
            self.median(),
            self.quantile(0.0),
            self.quantile(1.0)
        )
    }
}

/// Seconds that `work` takes.
pub(crate) fn seconds<T>(work: impl FnOnce() -> T) -> (f64, T) {
    let start = Instant::now();
    let result = std::hint::black_box(work());
    (start.elapsed().as_secs_f64(), result)
}
