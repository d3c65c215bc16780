//! Processes that read files for this one: `baogao extract`, started when a file asks for one and kept for the next.
//!
//! As many run at a time as there are threads that ask. One that has failed is replaced, and so is one that has read
//! many files. None outlives this process: each ends with its input, which closes when this process ends, however it
//! ends; what it may still be reading then has its own limit of time.

use super::ocr::Engine;
use baogao_reading::ingest::recognised::pages_to_recognise;
use baogao_reading::ingest::{
    Encoding, FileReader, IngestError, ReaderError, Recognised, limits, reader,
};
use baogao_reading::report::Report;
use baogao_reading::source::RawFile;
use std::io::BufReader;
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::{Mutex, PoisonError, mpsc};
use std::time::Duration;

/// The command that reads for another process.
const COMMAND: &str = "extract";

/// Starts processes and keeps those that wait for work.
#[derive(Debug)]
pub(crate) struct Helpers {
    /// This program, or why it cannot be found.
    program: Result<PathBuf, String>,
    idle: Mutex<Vec<Helper>>,
    /// Reads pages that are pictures, where the reader wants it; else it knows those that were read before.
    engine: Option<Engine>,
}

impl Helpers {
    /// None runs yet.
    pub(crate) fn new(program: std::io::Result<PathBuf>, engine: Option<Engine>) -> Helpers {
        Helpers {
            program: program.map_err(|error| error.to_string()),
            idle: Mutex::default(),
            engine,
        }
    }

    fn start(&self) -> Result<Helper, ReaderError> {
        let not_started = |reason: String| ReaderError::NotStarted { reason };
        let program = self.program.clone().map_err(not_started)?;
        Helper::start(program).map_err(|error| not_started(error.to_string()))
    }
}

impl FileReader for Helpers {
    fn read(&self, file: &RawFile, encoding: Option<Encoding>) -> Result<Vec<Report>, IngestError> {
        let read = self.read_with(file, encoding, None);
        let Some(engine) = &self.engine else {
            return read;
        };
        let pages = pages_to_recognise(&read);
        if pages.is_empty() {
            return read;
        }
        let recognised = engine.recognise(&file.path, &file.bytes, &pages);
        if recognised.pages.is_empty() && !engine.is_there() {
            return read;
        }
        self.read_with(file, encoding, Some(&recognised))
    }
}

impl Helpers {
    /// Has a file read by a process that waits, or by a new one.
    fn read_with(
        &self,
        file: &RawFile,
        encoding: Option<Encoding>,
        recognised: Option<&Recognised>,
    ) -> Result<Vec<Report>, IngestError> {
        let idle = || self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let waiting = idle().pop();
        let mut helper = match waiting {
            Some(mut used) => match used.read(file, encoding, recognised) {
                // What files before have left in its memory, or what ended it while it waited, is not the fault of this
                // one: it is given to a fresh process.
                Err(ReaderError::GaveUp { .. } | ReaderError::Ended) => {
                    drop(used);
                    self.start()?
                }
                Err(error) => return Err(error.into()),
                Ok(answer) => {
                    used.keep(&answer, &mut idle());
                    return answer;
                }
            },
            None => self.start()?,
        };
        let answer = helper.read(file, encoding, recognised)?;
        helper.keep(&answer, &mut idle());
        answer
    }
}

/// A process that reads.
#[derive(Debug)]
struct Helper {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    n_files: u32,
}

impl Helper {
    fn start(program: PathBuf) -> std::io::Result<Helper> {
        let mut child = Command::new(program)
            .arg(COMMAND)
            .env_clear()
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        match (child.stdin.take(), child.stdout.take()) {
            (Some(input), Some(output)) => Ok(Helper {
                child,
                input,
                output: BufReader::new(output),
                n_files: 0,
            }),
            // Both were asked for.
            _ => Err(std::io::ErrorKind::BrokenPipe.into()),
        }
    }

    /// Puts it back to wait, unless it has done its share or holds the memory of much text.
    fn keep(self, answer: &Result<Vec<Report>, IngestError>, idle: &mut Vec<Helper>) {
        /// A report has a few hundred; a new process costs less than the reading of so many.
        const PASSAGES_MAX: usize = 5_000;
        let is_small = answer.as_ref().is_ok_and(|reports| {
            let of = |report: &Report| report.passages.len() + report.notes.len();
            reports.iter().map(of).sum::<usize>() <= PASSAGES_MAX
        });
        if is_small && self.n_files < limits::FILES_PER_PROCESS {
            idle.push(self);
        }
    }

    /// Has a file read; after an error of its own it is of no more use.
    fn read(
        &mut self,
        file: &RawFile,
        encoding: Option<Encoding>,
        recognised: Option<&Recognised>,
    ) -> Result<Result<Vec<Report>, IngestError>, ReaderError> {
        self.n_files += 1;
        let n_bytes = file.bytes.len() as u64;
        let seconds = limits::cpu_seconds(n_bytes);
        let wait = Duration::from_secs(seconds + limits::WAIT_SECONDS);
        let Helper {
            child,
            input,
            output,
            ..
        } = self;
        let (done, waiting) = mpsc::channel::<()>();
        let (answer, overdue) = std::thread::scope(|scope| {
            let watch = scope.spawn(move || {
                let overdue = waiting.recv_timeout(wait) == Err(mpsc::RecvTimeoutError::Timeout);
                if overdue {
                    // Fails only where it has ended already.
                    let _ = child.kill();
                }
                overdue
            });
            // One that is gone before it has heard all says nothing, which is looked at below.
            let _ = reader::write_request(input, file, encoding, recognised);
            let answer = reader::read_answer(output);
            drop(done);
            (answer, watch.join().unwrap_or(false))
        });
        match answer {
            Some(Err(IngestError::Reader(error))) => Err(error),
            Some(answer) => Ok(answer),
            None if overdue => Err(ReaderError::Overdue {
                seconds: wait.as_secs(),
            }),
            None => Err(self.why_ended(n_bytes)),
        }
    }

    /// What became of it, as far as the system tells.
    fn why_ended(&mut self, n_bytes: u64) -> ReaderError {
        match self.status().map(signal_of) {
            Some(Some(SIGXCPU)) => ReaderError::TooSlow {
                seconds: limits::cpu_seconds(n_bytes),
            },
            Some(Some(signal)) if SENT_BY_OTHERS.contains(&signal) => ReaderError::Ended,
            Some(Some(_)) => ReaderError::GaveUp {
                megabytes: limits::memory_bytes(n_bytes) >> 20,
            },
            // It ended by itself, or talks on: this program would do neither.
            Some(None) | None => ReaderError::NotStarted {
                reason: "another program answers in its place".to_owned(),
            },
        }
    }

    /// How it ended; nothing if it has not, although it has closed its output.
    fn status(&mut self) -> Option<ExitStatus> {
        const TRIES: u32 = 200;
        for _ in 0..TRIES {
            if let Ok(Some(status)) = self.child.try_wait() {
                return Some(status);
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        None
    }
}

/// The time of the processor is used up.
const SIGXCPU: i32 = 24;

/// Signals that come from people and from a system that is short of memory: hang up, interrupt, quit, kill, terminate.
const SENT_BY_OTHERS: [i32; 5] = [1, 2, 3, 9, 15];

/// The signal that ended a process.
#[cfg(unix)]
fn signal_of(status: ExitStatus) -> Option<i32> {
    use std::os::unix::process::ExitStatusExt;
    status.signal()
}

/// Elsewhere a process that breaks down says so by its code.
#[cfg(not(unix))]
fn signal_of(status: ExitStatus) -> Option<i32> {
    const SIGABRT: i32 = 6;
    (status.code() != Some(2)).then_some(SIGABRT)
}

impl Drop for Helper {
    fn drop(&mut self) {
        // It waits, or is of no use; both calls fail only where it has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
