//! Every call to the system that changes an index, in one place: what is written is synced before it is named, and what
//! is named is synced before anything relies on it.
//!
//! A call that takes something away, or takes the place of something, asks for the proof that the program made it
//! ([`super::own`]); whatever else is written is written under a name that was free.
//!
//! A test may look at the calls in their order, and make any of them fail. The first failure is kept: tantivy's threads
//! end in errors that no longer say what the system said.
//!
//! # Invariants
//!
//! - A replaced file holds the old content or the new one, whenever the power fails; when the call returns, the new one.
//! - Files get the permissions that the umask gives to any other file.
//! - Nothing is written through a link, and nothing is removed but by its own name: never a folder with what is in it.

use super::own::{CURRENT_FILE, MARKER_FILE, OwnFile, OwnFolder, OwnGeneration, is_own_file};
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
    /// An empty folder is removed.
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

    /// Creates a file under a name that is free.
    pub(super) fn create(&self, path: &Path) -> io::Result<File> {
        self.call(Call::Create, path, || File::create_new(path))
    }

    /// Writes a new file that is on the disk when the call returns; its name is so with the folder.
    fn write_new(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let mut file = self.create(path)?;
        self.call(Call::Write, path, || file.write_all(bytes))?;
        self.call(Call::Sync, path, || file.sync_all())
    }

    /// Replaces a file of a generation in one step, through a temporary one beside it.
    pub(super) fn replace(
        &self,
        generation: &OwnGeneration,
        name: &str,
        bytes: &[u8],
    ) -> io::Result<()> {
        self.write_over(generation, &generation.file(name), bytes)
    }

    /// Makes a generation the one in use: one rename decides.
    pub(super) fn switch_to(
        &self,
        folder: &OwnFolder,
        generation: &OwnGeneration,
    ) -> io::Result<()> {
        let line = format!("{}\n", generation.name());
        let path = folder.path().join(CURRENT_FILE);
        self.write_over(generation, &path, line.as_bytes())
    }

    /// Writes a temporary file in a generation and gives it the place of `path`.
    fn write_over(&self, generation: &OwnGeneration, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let temporary = generation.temporary();
        let written = self.write_new(&temporary, bytes);
        let renamed = written.and_then(|()| {
            self.call(Call::Rename, path, || fs::rename(&temporary, path))?;
            let folder = path.parent().unwrap_or(path);
            if folder != generation.path() {
                self.sync_folder(generation.path())?;
            }
            self.sync_folder(folder)
        });
        if renamed.is_err() {
            // It is empty or half: nobody needs it.
            let _ = self.call(Call::Remove, &temporary, || fs::remove_file(&temporary));
        }
        renamed
    }

    /// Gives the folder of an index its marker, in the place of one that is cut or damaged.
    pub(super) fn mark(&self, folder: &OwnFolder, damaged: Option<OwnFile>) -> io::Result<()> {
        let (temporary, text, path) = folder.marker();
        let written = self.write_new(&temporary, &text);
        let renamed = written.and_then(|()| {
            self.call(Call::Rename, &path, || {
                if damaged.is_none() {
                    refuse_taken(&path)?;
                }
                fs::rename(&temporary, &path)
            })?;
            self.sync_folder(folder.path())
        });
        if renamed.is_err() {
            let _ = self.call(Call::Remove, &temporary, || fs::remove_file(&temporary));
        }
        renamed
    }

    /// Makes a generation. It bears its marker before it bears its name.
    pub(super) fn make_generation(
        &self,
        folder: &OwnFolder,
        number: u32,
    ) -> io::Result<OwnGeneration> {
        let (unmarked, marker, path) = folder.new_generation(number);
        self.call(Call::CreateFolder, &unmarked, || fs::create_dir(&unmarked))?;
        self.write_new(&unmarked.join(MARKER_FILE), &marker)?;
        self.sync_folder(&unmarked)?;
        self.call(Call::Rename, &path, || {
            refuse_taken(&path)?;
            fs::rename(&unmarked, &path)
        })?;
        self.sync_folder(folder.path())?;
        let made = path.file_name().and_then(|name| name.to_str());
        made.and_then(|name| folder.generation(name))
            .ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    /// Makes a folder and those above it. One that another process makes at the same moment is there too.
    pub(super) fn create_folder(&self, path: &Path) -> io::Result<()> {
        if path.is_dir() {
            return Ok(());
        }
        let above = path.parent().unwrap_or(path);
        self.create_folder(above)?;
        self.call(Call::CreateFolder, path, || match fs::create_dir(path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && path.is_dir() => Ok(()),
            made => made,
        })?;
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

    /// Removes a file.
    pub(super) fn remove(&self, file: &OwnFile) -> io::Result<()> {
        self.call(Call::Remove, file.path(), || fs::remove_file(file.path()))
    }

    /// Removes a file that tantivy has made and needs no more.
    pub(super) fn remove_of_tantivy(
        &self,
        generation: &OwnGeneration,
        name: &str,
    ) -> io::Result<()> {
        let path = generation.file(name);
        if !is_own_file(name) {
            return Err(io::ErrorKind::PermissionDenied.into());
        }
        self.call(Call::Remove, &path, || fs::remove_file(&path))
    }

    /// Removes a generation: puts it aside, so that nobody takes what is left of it for a whole one, and takes away what
    /// is the program's. What cannot be removed stays; the next run tries again. One in which somebody has put something
    /// loses what is the program's, and stays where it is.
    pub(super) fn remove_generation(&self, folder: &OwnFolder, generation: &OwnGeneration) {
        if generation.has_others() {
            // Theirs stays where it is, and so does the marker.
            let files = generation.own_files();
            for file in files.iter().filter(|file| file.name() != MARKER_FILE) {
                let _ = self.remove(file);
            }
            return;
        }
        let aside = folder.aside();
        let path = generation.path();
        let put_aside = self.call(Call::Rename, &aside, || fs::rename(path, &aside));
        // On the disk before anything of it goes: else half a generation could come back under its name.
        if put_aside
            .and_then(|()| self.sync_folder(folder.path()))
            .is_ok()
        {
            self.remove_half_made(folder);
        }
    }

    /// Removes the generations that are aside: their own files, what proves them last, then each folder if nothing else is
    /// in it.
    pub(super) fn remove_half_made(&self, folder: &OwnFolder) {
        for generation in folder.half_made() {
            let files = generation.own_files();
            if files.iter().all(|file| self.remove(file).is_ok()) {
                let path = generation.path();
                let _ = self.call(Call::RemoveFolder, path, || fs::remove_dir(path));
            }
        }
    }
}

/// A rename takes the place of a file, and of an empty folder: where something stands, nothing is put.
fn refuse_taken(path: &Path) -> io::Result<()> {
    match path.symlink_metadata() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
        Ok(_) => Err(io::ErrorKind::AlreadyExists.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_that_another_process_makes_at_the_same_moment_is_there() {
        let home = tempfile::tempdir().expect("a folder");
        let another: Arc<Watcher> = Arc::new(|call, path| match call {
            Call::CreateFolder => fs::create_dir(path),
            _ => Ok(()),
        });
        let path = home.path().join("a/b");
        Disk::watched(another)
            .create_folder(&path)
            .expect("it is there");
        assert!(path.is_dir());
        let file = home.path().join("file");
        let another: Arc<Watcher> = Arc::new(|call, path| match call {
            Call::CreateFolder => fs::write(path, "theirs"),
            _ => Ok(()),
        });
        Disk::watched(another)
            .create_folder(&file)
            .expect_err("a file is no folder");
    }
}
