//! Opens the page in the browser.
//!
//! In: its address. Arguments of a process can be read by every user of a machine: an address with a token is written
//! into a file that leads there, in a folder of its own, both for their owner alone, and the browser is given the file. It is
//! removed when it has been used, at the latest when the server ends.

use crate::random::random_digits;
use crate::tell::say;
use baogao_render::failure::Failure;
use baogao_render::t;
use baogao_render::words as lang;
use maud::{DOCTYPE, html};
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Mutex, PoisonError};

/// Name of the file in its folder.
const NAME: &str = "open.html";

/// A file that leads to the page, removed with this.
struct Leading {
    folder: PathBuf,
}

impl Leading {
    /// Writes the file where only its owner can read it.
    fn write(address: &str) -> Result<Leading, Failure> {
        let fail = |error: io::Error| {
            let message = t!(
                "the file that leads to the page could not be written: %{error}",
                error = lang::cause(&error)
            );
            Failure::usage(message, None)
        };
        let name = format!("baogao-{}", random_digits()?);
        let made = session_folder().and_then(|above| make_folder(&above.join(&name)).ok());
        let folder = match made {
            Some(folder) => folder,
            None => make_folder(&std::env::temp_dir().join(&name)).map_err(fail)?,
        };
        let leading = Leading { folder };
        leading.fill(address).map_err(fail)?;
        Ok(leading)
    }

    fn fill(&self, address: &str) -> io::Result<()> {
        let page = html! {
            (DOCTYPE)
            html {
                head {
                    meta charset="utf-8";
                    meta name="referrer" content="no-referrer";
                    meta http-equiv="refresh" content={ "0; url=" (address) };
                    title { "baogao" }
                }
                body { a href=(address) { "baogao" } }
            }
        };
        let mut options = fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(self.path())?;
        file.write_all(page.into_string().as_bytes())
    }

    fn path(&self) -> PathBuf {
        self.folder.join(NAME)
    }
}

impl Drop for Leading {
    fn drop(&mut self) {
        // Made by this, under a name that nobody else has: the file, and the folder if nothing else is in it.
        let _ = fs::remove_file(self.path());
        let _ = fs::remove_dir(&self.folder);
    }
}

/// Makes a folder that is not there yet, for its owner alone.
fn make_folder(path: &Path) -> io::Result<PathBuf> {
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)?;
    Ok(path.to_owned())
}

/// The folder of this user for what lasts as long as a session, if nobody else may look into it.
#[cfg(unix)]
fn session_folder() -> Option<PathBuf> {
    use std::os::unix::fs::MetadataExt;
    let path = PathBuf::from(std::env::var_os("XDG_RUNTIME_DIR")?);
    let found = fs::symlink_metadata(&path).ok()?;
    // What belongs to this process belongs to its user; where that cannot be read, it is not this folder.
    let user = fs::metadata("/proc/self").ok()?.uid();
    let is_own = found.is_dir() && found.mode() & 0o077 == 0 && found.uid() == user;
    (path.is_absolute() && is_own).then_some(path)
}

/// There is none.
#[cfg(not(unix))]
fn session_folder() -> Option<PathBuf> {
    None
}

/// The way to the page that a browser was given.
#[derive(Default)]
pub(super) struct Opening(Mutex<Option<Leading>>);

impl Opening {
    /// Asks the desktop to open the page; the server goes on without.
    pub(super) fn open(&self, address: &str, is_secret: bool) {
        if !is_secret {
            return start_browser(address);
        }
        match Leading::write(address) {
            Ok(leading) => {
                let path = leading.path();
                *self.held() = Some(leading);
                start_browser(&path.to_string_lossy());
            }
            Err(Failure::Told { message, .. }) => {
                say(&message);
                say(&t!("no browser could be opened: open the address yourself"));
            }
            Err(_) => {}
        }
    }

    /// The way has been gone, or leads nowhere any more.
    pub(super) fn close(&self) {
        *self.held() = None;
    }

    fn held(&self) -> std::sync::MutexGuard<'_, Option<Leading>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn start_browser(target: &str) {
    let program = if cfg!(target_os = "macos") {
        "open"
    } else if cfg!(windows) {
        "explorer"
    } else {
        "xdg-open"
    };
    let started = Command::new(program)
        .arg(target)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    if started.is_err() {
        say(&t!("no browser could be opened: open the address yourself"));
    }
}
