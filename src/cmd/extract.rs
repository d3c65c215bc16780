//! `baogao extract`: reads files that another process sends, one after the other, within limits that the system keeps.
//! `index` runs it for whatever is neither plain text nor Markdown, so that a file made to do harm harms this process
//! alone; `ingest/reader` has what the two say to each other. It ends with its input, and so with whoever asks.

use super::{Failure, stdout};
use baogao_reading::ingest::{limits, reader};
use clap::Args;
use std::ffi::OsString;
use std::io::{self, BufReader};
use std::process::{Command, ExitCode};

/// Arguments of `extract`.
#[derive(Args)]
pub(crate) struct ExtractArguments {
    /// Write the text layer of the PDF on stdin: its lines are those that passages name
    #[cfg(feature = "pdf")]
    #[arg(long)]
    text: bool,
    /// Run a command within so many seconds of the processor and so many MiB
    #[arg(long, num_args = 2, value_names = ["SECONDS", "MIB"], requires = "command")]
    limits: Vec<u64>,
    /// The command
    #[arg(last = true, requires = "limits")]
    command: Vec<OsString>,
}

pub(crate) fn run(arguments: &ExtractArguments) -> Result<ExitCode, Failure> {
    #[cfg(feature = "pdf")]
    if arguments.text {
        return write_text_layer();
    }
    if let (&[seconds, mib], [program, rest @ ..]) =
        (arguments.limits.as_slice(), arguments.command.as_slice())
    {
        set_limits(mib << 20, seconds);
        return run_in_place(Command::new(program).args(rest));
    }
    let mut input = BufReader::new(io::stdin().lock());
    let mut out = stdout();
    while let Some(request) = reader::read_request(&mut input, limit)? {
        reader::write_answer(&mut out, request)?;
    }
    Ok(ExitCode::SUCCESS)
}

#[cfg(feature = "pdf")]
fn write_text_layer() -> Result<ExitCode, Failure> {
    use std::io::{Read, Write};
    let most = limits::FILE_BYTES_MAX as u64;
    limit(most);
    let mut bytes = Vec::new();
    io::stdin().lock().take(most).read_to_end(&mut bytes)?;
    let read = baogao_reading::ingest::pdf::text_layer(&bytes)
        .map_err(|error| Failure::usage(super::lang::reason(&error.to_string()), None))?;
    let mut out = stdout();
    out.write_all(read.text.as_bytes())?;
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

/// Sets what the system lets this process take for a file of so many bytes: address space, and time of the processor
/// beyond what the files before have used.
#[cfg(unix)]
fn limit(file_bytes: u64) {
    use rustix::time::{ClockId, clock_gettime};
    let used = clock_gettime(ClockId::ProcessCPUTime);
    // The system counts whole seconds. What a file has is never much less than its time.
    let used = u64::try_from(used.tv_sec).unwrap_or(0) + u64::from(used.tv_nsec >= 100_000_000);
    let seconds = used + limits::cpu_seconds(file_bytes);
    set_limits(limits::memory_bytes(file_bytes), seconds);
}

/// Sets what the system lets this process take, and whatever takes its place.
#[cfg(unix)]
fn set_limits(memory_bytes: u64, seconds: u64) {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limits = [
        (Resource::As, memory_bytes),
        (Resource::Cpu, seconds),
        (Resource::Core, 0),
    ];
    for (resource, most) in limits {
        let maximum = getrlimit(resource).maximum;
        let limit = Rlimit {
            // A lower one that is set from outside is left as it is.
            current: Some(maximum.map_or(most, |maximum| most.min(maximum))),
            maximum,
        };
        // A system that knows no such limit has none.
        let _ = setrlimit(resource, limit);
    }
}

#[cfg(not(unix))]
fn limit(_: u64) {}

#[cfg(not(unix))]
fn set_limits(_: u64, _: u64) {}

/// Runs a command in the place of this process: whoever ends this one ends it.
#[cfg(unix)]
fn run_in_place(command: &mut Command) -> Result<ExitCode, Failure> {
    use std::os::unix::process::CommandExt;
    Err(command.exec().into())
}

#[cfg(not(unix))]
fn run_in_place(command: &mut Command) -> Result<ExitCode, Failure> {
    let ended = command.status()?;
    Ok(ExitCode::from(u8::from(!ended.success())))
}
