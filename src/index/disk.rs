//! Every call to the system that changes an index, in one place: what is written is synced before it is named, and what
//! is named is synced before anything relies on it.
//!
//! A test may look at the calls in their order, and make any of them fail. The first failure is kept: tantivy's threads
//! end in errors that no longer say what the system said.
//!
//! # Invariants
//!
//! - A replaced file holds the old content or the new one, whenever the power fails; when the call returns, the new one.
//! - Files get the permissions that the umask gives to any other file.

use std::fmt;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// A kind of call to the system.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Call {
    /// A file is opened for reading.
    Read,
    /// A file is created.
    Create,
    /// Bytes are written to it.
    Write,
    /// Its content is brought to the disk.
    Sync,
    /// A finished file takes this path, and the place of what was there.
    Rename,
    /// A folder is created.
    CreateFolder,
    /// The names in a folder are brought to the disk.
    SyncFolder,
    /// A file is removed.
    Remove,
    /// A folder is removed with all that is in it.
    RemoveFolder,
}

/// What a test says to a call: an error is given back in its place.
pub(super) type Watcher = dyn Fn(Call, &Path) -> io::Result<()> + Send + Sync;

/// The disk that an index is written to.
#[derive(Clone, Default)]
pub(super) struct Disk {
    watcher: Option<Arc<Watcher>>,
    failure: Arc<Mutex<Option<(PathBuf, String)>>>,
}

impl fmt::Debug for Disk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Disk")
    }
}

impl Disk {
    /// A disk whose calls are watched.
    #[cfg(test)]
    pub(super) fn watched(watcher: Arc<Watcher>) -> Disk {
        Disk {
            watcher: Some(watcher),
            ..Disk::default()
        }
    }

    /// Makes a call.
    pub(super) fn call<T>(
        &self,
        call: Call,
        path: &Path,
        make: impl FnOnce() -> io::Result<T>,
    ) -> io::Result<T> {
        let watched = match &self.watcher {
            Some(watcher) => watcher(call, path),
            None => Ok(()),
        };
        let made = watched.and_then(|()| make());
        if let Err(error) = &made {
            self.note_failure(call, path, error);
        }
        made
    }

    /// What could not be read may not be there, and what could not be removed is removed by the next run.
    fn note_failure(&self, call: Call, path: &Path, error: &io::Error) {
        if !matches!(call, Call::Read | Call::Remove | Call::RemoveFolder) {
            self.failure
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .get_or_insert_with(|| (path.to_owned(), error.to_string()));
        }
    }

    /// The first call that failed, and what the system said.
    pub(super) fn failure(&self) -> Option<(PathBuf, String)> {
        self.failure
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Writes a new file that is on the disk when the call returns; its name is so with the folder.
    pub(super) fn write(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let mut file = self.call(Call::Create, path, || File::create(path))?;
        self.call(Call::Write, path, || file.write_all(bytes))?;
        self.call(Call::Sync, path, || file.sync_all())
    }

    /// Replaces a file in one step, through a temporary one beside it.
    pub(super) fn replace(&self, path: &Path, temporary: &Path, bytes: &[u8]) -> io::Result<()> {
        let written = self.write(temporary, bytes);
        let renamed = written.and_then(|()| {
            self.call(Call::Rename, path, || fs::rename(temporary, path))?;
            self.sync_folder(path.parent().unwrap_or(path))
        });
        if renamed.is_err() {
            // It is empty or half: nobody needs it.
            let _ = self.call(Call::Remove, temporary, || fs::remove_file(temporary));
        }
        renamed
    }

    /// Makes a folder and those above it.
    pub(super) fn create_folder(&self, path: &Path) -> io::Result<()> {
        if path.is_dir() {
            return Ok(());
        }
        let above = path.parent().unwrap_or(path);
        self.create_folder(above)?;
        self.call(Call::CreateFolder, path, || fs::create_dir(path))?;
        self.sync_folder(above)
    }

    /// Brings the names in a folder to the disk.
    pub(super) fn sync_folder(&self, path: &Path) -> io::Result<()> {
        self.call(Call::SyncFolder, path, || match File::open(path) {
            Ok(folder) => folder.sync_all(),
            // Folders cannot be opened as files on every system; where they can, they are synced.
            Err(_) => Ok(()),
        })
    }

    /// Removes a file if that can be done; the next run tries again.
    pub(super) fn try_remove(&self, path: &Path) {
        let _ = self.call(Call::Remove, path, || fs::remove_file(path));
    }

    /// Removes a folder, if it is there.
    pub(super) fn remove_folder(&self, path: &Path) -> io::Result<()> {
        self.call(Call::RemoveFolder, path, || {
            match fs::remove_dir_all(path) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
                removed => removed,
            }
        })
    }
}
