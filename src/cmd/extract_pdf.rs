//! `baogao extract-pdf`: the text layer of the PDF on stdin, read within limits. `index` runs it for
//! each PDF, so that a file made to do harm harms this process alone.

use super::{Failure, stdout};
use baogao::ingest::pdf;
use std::io::{Read, Write};
use std::process::ExitCode;

/// Memory of the process: a report takes a tenth of it.
#[cfg(unix)]
const MEMORY_BYTES_MAX: u64 = 1 << 30;

/// Time of the processor. The caller waits less; this is for a caller that has died.
#[cfg(unix)]
const CPU_SECONDS_MAX: u64 = 60;

/// A larger file is not sent.
const FILE_BYTES_MAX: u64 = 64 << 20;

pub(crate) fn run() -> Result<ExitCode, Failure> {
    #[cfg(unix)]
    limit();
    let mut bytes = Vec::new();
    std::io::stdin()
        .take(FILE_BYTES_MAX)
        .read_to_end(&mut bytes)?;
    let answer = pdf::answer(&bytes);
    let mut out = stdout();
    out.write_all(&answer)?;
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

/// Sets limits that the system keeps.
#[cfg(unix)]
fn limit() {
    use rustix::process::{Resource, Rlimit, setrlimit};
    let limits = [
        (Resource::As, MEMORY_BYTES_MAX),
        (Resource::Cpu, CPU_SECONDS_MAX),
        (Resource::Core, 0),
    ];
    for (resource, most) in limits {
        let limit = Rlimit {
            current: Some(most),
            maximum: Some(most),
        };
        // A system that knows no such limit, or has set a lower one, is left as it is.
        let _ = setrlimit(resource, limit);
    }
}
