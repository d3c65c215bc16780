//! Text recognition (OCR): pages that are pictures → their text, by an engine that is installed.
//!
//! In: the bytes of a PDF and the numbers of its pages. Out: what the engine reads on them, page by page. `pdftoppm` makes
//! the picture of a page, tesseract or a command that the reader names reads it. Each call of either runs within limits of
//! time and memory ([`super::extract`] sets them), so that a page costs itself alone; as many run at a time as there are
//! cores. What was read is kept in `.ocr` in the folder of the index, by the content of the file and the engine, and is not
//! read again.
//!
//! Pictures stand in a folder of their own among the temporary files, which is made for one file and removed behind it.

use super::Failure;
use crate::cmd::lang::{self, t};
use baogao_reading::ingest::Recognised;
use baogao_reading::ingest::limits::{OCR_CPU_SECONDS, OCR_MEMORY_MIB, OCR_TEXT_BYTES_MAX};
use baogao_reading::ingest::recognised::{key, sealed, unsealed};
use indicatif::ProgressBar;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError, mpsc};
use std::time::Duration;

/// Dots per inch of the picture of a page: of more, the model of tesseract makes more mistakes.
const DPI: &str = "200";
/// How much longer than its time of the processor a call may take.
const PATIENCE: Duration = Duration::from_secs(60);
/// The folder of what was read, in that of the index.
const CACHE: &str = ".ocr";
/// In that folder, the name of the engine that has read last.
const LAST_ENGINE: &str = "engine";

/// What the reader says of text recognition.
#[derive(Clone, Debug, Default)]
pub(crate) struct OcrOptions {
    /// The command of another engine, with `{image}` and `{lang}`.
    pub(crate) command: Option<String>,
    /// What the text is written in, as the engine names it.
    pub(crate) language: String,
}

/// An engine that is installed.
#[derive(Debug)]
pub(crate) struct Engine {
    /// The program and its arguments, `{image}` in the place of the picture.
    command: Vec<String>,
    /// The engine, its version, language and resolution.
    name: String,
    /// This program, which sets the limits.
    program: PathBuf,
    slots: Slots,
    cache: PathBuf,
    cancel: Arc<AtomicBool>,
    bar: ProgressBar,
}

impl Engine {
    /// Looks for the engine, its language data and what makes the pictures.
    ///
    /// # Errors
    /// When one is not there: what to install.
    pub(crate) fn find(
        options: &OcrOptions,
        index: &Path,
        cancel: Arc<AtomicBool>,
        bar: ProgressBar,
    ) -> Result<Engine, Failure> {
        let language = &options.language;
        if first_line(Command::new("pdftoppm").arg("-v")).is_none() {
            let what = t!("`pdftoppm`, which makes pictures of the pages, is not installed");
            return Err(missing(&what, language));
        }
        let (command, version) = match &options.command {
            Some(template) => (there(words_of(template))?, template.clone()),
            None => (tesseract(language), version_of_tesseract(language)?),
        };
        let fill = |word: &String| word.replace("{lang}", language);
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Ok(Engine {
            command: command.iter().map(fill).collect(),
            name: format!("{version} ({language}, {DPI} dpi)"),
            program: std::env::current_exe()?,
            slots: Slots::new(cores),
            cache: index.join(CACHE),
            cancel,
            bar,
        })
    }

    /// What the engine of before has left: pages that it has read need none that is installed. Nothing if there was none.
    pub(crate) fn remembered(
        index: &Path,
        cancel: Arc<AtomicBool>,
        bar: ProgressBar,
    ) -> Option<Engine> {
        let cache = index.join(CACHE);
        let kept = fs::read_to_string(cache.join(LAST_ENGINE)).ok()?;
        Some(Engine {
            command: Vec::new(),
            name: unsealed(&kept)?.to_owned(),
            program: PathBuf::new(),
            slots: Slots::new(1),
            cache,
            cancel,
            bar,
        })
    }

    /// Whether it reads pages that were never read.
    pub(crate) fn is_there(&self) -> bool {
        !self.command.is_empty()
    }

    /// What stands on pages of a PDF.
    pub(crate) fn recognise(&self, path: &str, bytes: &[u8], pages: &[usize]) -> Recognised {
        let found = Mutex::new(Recognised {
            engine: self.name.clone(),
            ..Recognised::default()
        });
        let add = |page: usize, text: Result<String, String>| {
            let mut found = found.lock().unwrap_or_else(PoisonError::into_inner);
            match text {
                Ok(text) => drop(found.pages.insert(page, text)),
                Err(why) => drop(found.failed.insert(page, why)),
            }
        };
        let mut unknown = Vec::new();
        for page in pages {
            match self.kept(bytes, *page) {
                Some(text) => add(*page, Ok(text)),
                None => unknown.push(*page),
            }
        }
        if self.is_there() {
            self.keep_as(LAST_ENGINE, &self.name);
        } else {
            unknown.clear();
        }
        if !unknown.is_empty() {
            match Workplace::new(bytes) {
                Err(error) => unknown
                    .iter()
                    .for_each(|page| add(*page, Err(error.to_string()))),
                Ok(place) => self.read_pages(path, bytes, &place, &unknown, &add),
            }
        }
        self.bar.set_message("");
        found.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads pages that were never read, as many at a time as there are slots.
    fn read_pages(
        &self,
        path: &str,
        bytes: &[u8],
        place: &Workplace,
        pages: &[usize],
        add: &(dyn Fn(usize, Result<String, String>) + Sync),
    ) {
        let next = AtomicUsize::new(0);
        let work = || {
            while let Some(page) = pages.get(next.fetch_add(1, Ordering::Relaxed)) {
                if self.cancel.load(Ordering::Relaxed) {
                    return;
                }
                let _slot = self.slots.take();
                self.bar.set_message(
                    t!(
                        "recognising page %{page} of `%{path}`",
                        page = page,
                        path = path
                    )
                    .into_owned(),
                );
                let text = self.read_page(place, *page);
                if let Ok(text) = &text {
                    self.keep(bytes, *page, text);
                }
                add(*page, text);
            }
        };
        std::thread::scope(|scope| {
            for _ in 1..self.slots.most.min(pages.len()) {
                scope.spawn(work);
            }
            work();
        });
    }

    /// The text on one page; none if it is blank.
    fn read_page(&self, place: &Workplace, page: usize) -> Result<String, String> {
        let root = place.folder.join(format!("page-{page}"));
        let picture = root.with_extension("pgm");
        let number = page.to_string();
        let mut arguments: Vec<OsString> = [
            "-r",
            DPI,
            "-gray",
            "-singlefile",
            "-f",
            &number,
            "-l",
            &number,
        ]
        .iter()
        .map(OsString::from)
        .collect();
        arguments.extend([place.file().into(), root.into()]);
        self.run("pdftoppm".as_ref(), &arguments)?;
        let bytes = fs::read(&picture).map_err(|_| "no picture of it could be made".to_owned())?;
        let text = match is_blank(&bytes) {
            true => Ok(String::new()),
            false => self.read_picture(&picture),
        };
        // What is left is removed with its folder.
        let _ = fs::remove_file(&picture);
        text
    }

    /// What the engine reads in a picture.
    fn read_picture(&self, picture: &Path) -> Result<String, String> {
        let picture = picture.to_string_lossy();
        let words = self
            .command
            .iter()
            .map(|word| word.replace("{image}", &picture));
        let mut words = words.map(OsString::from);
        let program = words.next().unwrap_or_default();
        let arguments: Vec<OsString> = words.collect();
        let said = self.run(&program, &arguments)?;
        let text = String::from_utf8_lossy(&said).into_owned();
        match text.trim().is_empty() {
            // The picture is not blank: what it shows is not known.
            true => Err("nothing was recognised on it".to_owned()),
            false => Ok(text),
        }
    }

    /// Runs a program within limits; what it says.
    fn run(&self, program: &OsStr, arguments: &[OsString]) -> Result<Vec<u8>, String> {
        let name = program.to_string_lossy();
        let mut child = Command::new(&self.program)
            .arg("extract")
            .arg("--limits")
            .args([OCR_CPU_SECONDS.to_string(), OCR_MEMORY_MIB.to_string()])
            .arg("--")
            .arg(program)
            .args(arguments)
            // Pages are read beside each other.
            .env("OMP_THREAD_LIMIT", "1")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| format!("`{name}`: {error}"))?;
        let output = child.stdout.take();
        let (done, waiting) = mpsc::channel::<()>();
        let wait = Duration::from_secs(OCR_CPU_SECONDS) + PATIENCE;
        let (said, status) = std::thread::scope(|scope| {
            let child = &mut child;
            let reading = scope.spawn(move || {
                let mut said = Vec::new();
                if let Some(output) = output {
                    // One that breaks off has ended; its state tells why.
                    let _ = output.take(OCR_TEXT_BYTES_MAX + 1).read_to_end(&mut said);
                }
                drop(done);
                said
            });
            if waiting.recv_timeout(wait) == Err(mpsc::RecvTimeoutError::Timeout) {
                // Fails only where it has ended already.
                let _ = child.kill();
            }
            (reading.join().unwrap_or_default(), child.wait())
        });
        match status {
            // What is cut off would be lost without a word.
            Ok(_) if said.len() as u64 > OCR_TEXT_BYTES_MAX => {
                Err(format!("`{name}` said more than a page holds"))
            }
            Ok(status) if status.success() => Ok(said),
            Ok(status) => Err(match status.code() {
                Some(code) => format!("`{name}` failed with exit code {code}"),
                None => format!("`{name}` was ended by the system"),
            }),
            Err(error) => Err(format!("`{name}`: {error}")),
        }
    }

    /// What was read of a page before.
    fn kept(&self, bytes: &[u8], page: usize) -> Option<String> {
        let kept = fs::read_to_string(self.cache.join(key(bytes, page, &self.name))).ok()?;
        unsealed(&kept).map(str::to_owned)
    }

    /// Keeps what was read. Where that fails, it is read again some time.
    fn keep(&self, bytes: &[u8], page: usize, text: &str) {
        self.keep_as(&key(bytes, page, &self.name), text);
    }

    fn keep_as(&self, name: &str, text: &str) {
        static N_KEPT: AtomicU64 = AtomicU64::new(0);
        let n = N_KEPT.fetch_add(1, Ordering::Relaxed);
        let aside = format!("{name}.{}-{n}", std::process::id());
        let aside = self.cache.join(aside);
        let _ = fs::create_dir(&self.cache);
        if fs::write(&aside, sealed(text)).is_ok() {
            let _ = fs::rename(&aside, self.cache.join(name));
        }
    }
}

/// A folder among the temporary files with a PDF and the pictures of its pages.
struct Workplace {
    folder: PathBuf,
}

impl Workplace {
    fn new(bytes: &[u8]) -> io::Result<Workplace> {
        static N_MADE: AtomicU64 = AtomicU64::new(0);
        let folder = loop {
            let n = N_MADE.fetch_add(1, Ordering::Relaxed);
            let name = format!("baogao-ocr-{}-{n}", std::process::id());
            let folder = std::env::temp_dir().join(name);
            match create_private(&folder) {
                Ok(()) => break folder,
                // Somebody else's, or left by a run that was killed.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
        };
        let place = Workplace { folder };
        fs::write(place.file(), bytes)?;
        Ok(place)
    }

    fn file(&self) -> PathBuf {
        self.folder.join("file.pdf")
    }
}

impl Drop for Workplace {
    fn drop(&mut self) {
        // It was made empty, by this process.
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// Makes a folder that nobody else can look into.
fn create_private(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// How many calls may run at a time.
#[derive(Debug)]
struct Slots {
    most: usize,
    n_taken: Mutex<usize>,
    freed: Condvar,
}

impl Slots {
    fn new(most: usize) -> Slots {
        Slots {
            most,
            n_taken: Mutex::new(0),
            freed: Condvar::new(),
        }
    }

    /// Waits for a slot, which is free again when what comes back is dropped.
    fn take(&self) -> Slot<'_> {
        let mut n_taken = self.n_taken.lock().unwrap_or_else(PoisonError::into_inner);
        while *n_taken >= self.most {
            n_taken = self
                .freed
                .wait(n_taken)
                .unwrap_or_else(PoisonError::into_inner);
        }
        *n_taken += 1;
        Slot(self)
    }
}

struct Slot<'s>(&'s Slots);

impl Drop for Slot<'_> {
    fn drop(&mut self) {
        *self
            .0
            .n_taken
            .lock()
            .unwrap_or_else(PoisonError::into_inner) -= 1;
        self.0.freed.notify_one();
    }
}

fn tesseract(language: &str) -> Vec<String> {
    let words = [
        "tesseract",
        "{image}",
        "stdout",
        "-l",
        language,
        "--psm",
        "6",
    ];
    words.map(str::to_owned).to_vec()
}

/// `tesseract 5.3.0`, if it has the language.
fn version_of_tesseract(language: &str) -> Result<String, Failure> {
    let version = first_line(Command::new("tesseract").arg("--version")).ok_or_else(|| {
        missing(
            &t!("`tesseract`, which recognises text, is not installed"),
            language,
        )
    })?;
    let listed = said_by(Command::new("tesseract").arg("--list-langs")).unwrap_or_default();
    // The first line is a heading.
    let listed: Vec<&str> = listed.lines().skip(1).map(str::trim).collect();
    match language.split('+').find(|wanted| !listed.contains(wanted)) {
        None => Ok(version),
        Some(wanted) => Err(missing(
            &t!(
                "tesseract has no data of the language `%{lang}`; it has %{there}",
                lang = wanted,
                there = lang::listed(&listed)
            ),
            language,
        )),
    }
}

/// What to install for text of a language, as the engine names it: `chi_sim+eng`.
fn missing(what: &str, language: &str) -> Failure {
    let packages: Vec<String> = language
        .split('+')
        .map(|one| format!("tesseract-ocr-{}", one.replace('_', "-")))
        .collect();
    let hint = t!(
        "Debian, Ubuntu: `apt install tesseract-ocr %{packages} poppler-utils`; macOS: `brew install tesseract tesseract-lang poppler`; Windows: `winget install UB-Mannheim.TesseractOCR` with the data of `%{lang}`, and poppler; both on the PATH",
        packages = packages.join(" "),
        lang = language
    );
    Failure::usage(what.to_owned(), Some(hint.into_owned()))
}

/// The words of a command whose program is there: by a path, or in a folder of the PATH.
fn there(command: Vec<String>) -> Result<Vec<String>, Failure> {
    let program = command.first().map_or("", String::as_str);
    // Where none is named, these are searched.
    let folders = std::env::var_os("PATH").unwrap_or_else(|| "/bin:/usr/bin".into());
    let folders: Vec<PathBuf> = match Path::new(program).components().count() {
        1 => std::env::split_paths(&folders).collect(),
        _ => vec![PathBuf::new()],
    };
    let is_file = |folder: &PathBuf| {
        let mut endings = ["", std::env::consts::EXE_SUFFIX].into_iter();
        endings.any(|ending| folder.join(format!("{program}{ending}")).is_file())
    };
    match folders.iter().any(is_file) {
        true => Ok(command),
        false => Err(Failure::usage(
            t!("the program `%{program}` was not found", program = program),
            Some(t!("install it, put it on the PATH, or name it with its folder").into_owned()),
        )),
    }
}

/// What a program says, on either stream; nothing if it is not there.
fn said_by(command: &mut Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).output().ok()?;
    let said = [output.stdout, output.stderr].concat();
    Some(String::from_utf8_lossy(&said).into_owned())
}

fn first_line(command: &mut Command) -> Option<String> {
    let said = said_by(command)?;
    said.lines().next().map(|line| line.trim().to_owned())
}

/// The words of a command: blanks part them, but not within quotes.
fn words_of(template: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    for c in template.chars() {
        match quote {
            Some(open) if open == c => quote = None,
            None if matches!(c, '\'' | '"') => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            None if c.is_whitespace() => words.extend(word.take()),
            _ => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    words
}

/// Whether a picture (PGM) is of one light shade but for dust, one dot in twenty thousand. Pale print and what is black are
/// no blank page: what is not sure goes to the engine, and a page on which that finds nothing is told.
fn is_blank(picture: &[u8]) -> bool {
    const SHADE: u8 = 40;
    const LIGHT: u8 = 128;
    let mut n_of_shade = [0_usize; 256];
    for dot in picture {
        if let Some(n) = n_of_shade.get_mut(usize::from(*dot)) {
            *n += 1;
        }
    }
    let paper = (0..=u8::MAX).max_by_key(|shade| n_of_shade.get(usize::from(*shade)));
    let paper = paper.unwrap_or(u8::MAX);
    // The head is three short lines; that its bytes count as dots does no harm.
    let n_printed = picture
        .iter()
        .filter(|dot| dot.abs_diff(paper) > SHADE)
        .count();
    paper >= LIGHT && n_printed * 20_000 < picture.len()
}

/// What is wrong with the command of an engine.
pub(crate) fn parse_command(template: &str) -> Result<String, String> {
    match words_of(template)
        .iter()
        .skip(1)
        .any(|word| word.contains("{image}"))
    {
        true => Ok(template.to_owned()),
        false => Err(
            t!("a program and its arguments, with {image} for the picture of a page").into_owned(),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_parted_at_blanks_outside_of_quotes() {
        assert_eq!(
            words_of("ocr 'a b' --in={image} \"\" "),
            ["ocr", "a b", "--in={image}", ""]
        );
        assert!(parse_command("ocr {image}").is_ok());
        assert!(parse_command("{image}").is_err());
        assert!(parse_command("").is_err());
    }

    #[test]
    fn dust_is_blank_and_a_word_is_not() {
        let mut picture = vec![255; 1_000_000];
        picture[..40].fill(0);
        assert!(is_blank(&picture));
        for print in [0, 150, 200] {
            picture[..400].fill(print);
            assert!(!is_blank(&picture), "pale print of {print} is print");
        }
        let mut black = vec![10; 1_000_000];
        assert!(!is_blank(&black), "nobody knows what stood there");
        black[..400].fill(240);
        assert!(!is_blank(&black), "white on black");
    }
}
