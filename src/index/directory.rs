//! tantivy directories: one for readers, who never lock and never write, one for the writer, whose calls are all made in
//! one place, and the check before a writer opens.

use super::disk::{Call, Disk};
use super::open::META_FILE;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tantivy::directory::error::{DeleteError, LockError, OpenReadError, OpenWriteError};
use tantivy::directory::{
    AntiCallToken, Directory, DirectoryLock, FileHandle, Lock, META_LOCK, MmapDirectory,
    TerminatingWrite, WatchCallback, WatchHandle, WritePtr,
};
use xxhash_rust::xxh3::xxh3_128;

/// How names of temporary files begin.
pub(super) const TEMPORARY: &str = ".tmp";

/// Maps files for reading; the lock that readers take in tantivy does nothing here, so that a
/// stuck process or a read-only folder keeps nobody from searching.
#[derive(Clone, Debug)]
pub(super) struct ReadOnlyDirectory(MmapDirectory);

impl ReadOnlyDirectory {
    pub(super) fn open(path: &Path) -> Result<ReadOnlyDirectory, tantivy::TantivyError> {
        Ok(ReadOnlyDirectory(MmapDirectory::open(path)?))
    }
}

fn read_only() -> io::Error {
    io::Error::new(
        io::ErrorKind::PermissionDenied,
        "the index is open for reading only",
    )
}

impl Directory for ReadOnlyDirectory {
    fn get_file_handle(&self, path: &Path) -> Result<Arc<dyn FileHandle>, OpenReadError> {
        self.0.get_file_handle(path)
    }

    fn delete(&self, path: &Path) -> Result<(), DeleteError> {
        Err(DeleteError::IoError {
            io_error: Arc::new(read_only()),
            filepath: path.to_owned(),
        })
    }

    fn exists(&self, path: &Path) -> Result<bool, OpenReadError> {
        self.0.exists(path)
    }

    fn open_write(&self, path: &Path) -> Result<WritePtr, OpenWriteError> {
        Err(OpenWriteError::wrap_io_error(read_only(), path.to_owned()))
    }

    fn atomic_read(&self, path: &Path) -> Result<Vec<u8>, OpenReadError> {
        self.0.atomic_read(path)
    }

    fn atomic_write(&self, _: &Path, _: &[u8]) -> io::Result<()> {
        Err(read_only())
    }

    fn sync_directory(&self) -> io::Result<()> {
        Ok(())
    }

    fn acquire_lock(&self, lock: &Lock) -> Result<DirectoryLock, LockError> {
        if lock.filepath == META_LOCK.filepath {
            Ok(DirectoryLock::from(Box::new(())))
        } else {
            Err(LockError::wrap_io_error(read_only()))
        }
    }

    fn watch(&self, _: WatchCallback) -> tantivy::Result<WatchHandle> {
        Ok(WatchHandle::empty())
    }
}

/// What the writer writes through: tantivy's directory with all calls made by [`Disk`]; `meta.json` is sealed.
#[derive(Clone, Debug)]
pub(super) struct WriteDirectory {
    inner: MmapDirectory,
    folder: PathBuf,
    disk: Disk,
}

impl WriteDirectory {
    pub(super) fn open(
        folder: &Path,
        disk: &Disk,
    ) -> Result<WriteDirectory, tantivy::TantivyError> {
        Ok(WriteDirectory {
            inner: MmapDirectory::open(folder)?,
            folder: folder.to_owned(),
            disk: disk.clone(),
        })
    }

    /// Asks whether a file may be read; what is read then is read by tantivy.
    fn ask_to_read(&self, path: &Path) -> Result<(), OpenReadError> {
        self.disk
            .call(Call::Read, &self.folder.join(path), || Ok(()))
            .map_err(|error| OpenReadError::wrap_io_error(error, path.to_owned()))
    }
}

impl Directory for WriteDirectory {
    fn get_file_handle(&self, path: &Path) -> Result<Arc<dyn FileHandle>, OpenReadError> {
        self.ask_to_read(path)?;
        self.inner.get_file_handle(path)
    }

    fn delete(&self, path: &Path) -> Result<(), DeleteError> {
        let full = self.folder.join(path);
        let removed = self
            .disk
            .call(Call::Remove, &full, || std::fs::remove_file(&full));
        removed.map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => DeleteError::FileDoesNotExist(path.to_owned()),
            _ => DeleteError::IoError {
                io_error: Arc::new(error),
                filepath: path.to_owned(),
            },
        })
    }

    fn exists(&self, path: &Path) -> Result<bool, OpenReadError> {
        self.inner.exists(path)
    }

    fn open_write(&self, path: &Path) -> Result<WritePtr, OpenWriteError> {
        let full = self.folder.join(path);
        let failed = |error| OpenWriteError::wrap_io_error(error, path.to_owned());
        let file = self
            .disk
            .call(Call::Create, &full, || File::create_new(&full))
            .map_err(failed)?;
        Ok(BufWriter::new(Box::new(WrittenFile {
            file,
            path: full,
            disk: self.disk.clone(),
        })))
    }

    fn atomic_read(&self, path: &Path) -> Result<Vec<u8>, OpenReadError> {
        self.ask_to_read(path)?;
        self.inner.atomic_read(path)
    }

    fn atomic_write(&self, path: &Path, data: &[u8]) -> io::Result<()> {
        let full = self.folder.join(path);
        let name = path.to_string_lossy();
        let temporary = self.folder.join(format!("{TEMPORARY}-{name}"));
        if name == META_FILE {
            self.disk.replace(&full, &temporary, &seal(data))
        } else {
            self.disk.replace(&full, &temporary, data)
        }
    }

    fn sync_directory(&self) -> io::Result<()> {
        self.disk.sync_folder(&self.folder)
    }

    fn acquire_lock(&self, lock: &Lock) -> Result<DirectoryLock, LockError> {
        self.inner.acquire_lock(lock)
    }

    fn watch(&self, callback: WatchCallback) -> tantivy::Result<WatchHandle> {
        self.inner.watch(callback)
    }
}

/// A file that tantivy is writing.
struct WrittenFile {
    file: File,
    path: PathBuf,
    disk: Disk,
}

impl Write for WrittenFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let file = &mut self.file;
        self.disk
            .call(Call::Write, &self.path, || file.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl TerminatingWrite for WrittenFile {
    fn terminate_ref(&mut self, _: AntiCallToken) -> io::Result<()> {
        let file = &self.file;
        self.disk.call(Call::Sync, &self.path, || file.sync_data())
    }
}

/// What a sealed text ends in, before and after the 32 digits.
const SEAL: (&str, &str) = (",\"seal\":\"", "\"}");
/// Digits of xxh3-128.
const SEAL_DIGITS: usize = 32;

/// Adds a last field to a JSON object: the hash of the object without it. tantivy passes over fields that it does not know.
fn seal(object: &[u8]) -> Vec<u8> {
    let object = object.trim_ascii_end();
    let Some(open) = object.strip_suffix(b"}") else {
        return object.to_owned();
    };
    let (before, after) = SEAL;
    let field = format!("{before}{:032x}{after}", xxh3_128(open));
    [open, field.as_bytes()].concat()
}

/// Whether a text is as [`seal`] left it, every byte.
pub(super) fn is_sealed(text: &[u8]) -> bool {
    let (before, after) = SEAL;
    let n_field = before.len() + SEAL_DIGITS + after.len();
    let Some((open, _)) = text.split_at_checked(text.len().saturating_sub(n_field)) else {
        return false;
    };
    seal(&[open, b"}"].concat()) == text
}

/// The names in tantivy's list of its files; nothing if it is not a list.
pub(super) fn managed_files(folder: &Path) -> io::Result<Option<Vec<PathBuf>>> {
    match std::fs::read(folder.join(".managed.json")) {
        Ok(bytes) => Ok(serde_json::from_slice(&bytes).ok()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Some(Vec::new())),
        Err(error) => Err(error),
    }
}

/// tantivy deletes what `.managed.json` lists and nothing uses; a list that names anything but its own
/// files could delete the reader's. Returns the first such name.
pub(super) fn foreign_managed_file(folder: &Path) -> io::Result<Option<String>> {
    let Some(names) = managed_files(folder)? else {
        return Ok(Some(".managed.json".to_owned()));
    };
    let foreign = names
        .iter()
        .find(|name| !name.to_str().is_some_and(is_own_file));
    Ok(foreign.map(|name| name.to_string_lossy().into_owned()))
}

/// Whether a name is one that tantivy gives to its files: `meta.json`, or the id of a segment and an extension.
pub(super) fn is_own_file(name: &str) -> bool {
    name == "meta.json"
        || name.split_once('.').is_some_and(|(id, extension)| {
            id.len() == 32
                && id.bytes().all(|byte| byte.is_ascii_hexdigit())
                && extension
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || byte == b'.')
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seal_covers_every_bit() {
        let sealed = seal(b"{\"segments\":[],\"payload\":\"{}\"}\n");
        assert!(is_sealed(&sealed));
        let value: serde_json::Value = serde_json::from_slice(&sealed).expect("still JSON");
        assert_eq!(value["payload"], "{}");
        for bit in 0..sealed.len() * 8 {
            let mut flipped = sealed.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            assert!(!is_sealed(&flipped), "bit {bit}");
        }
        for n in 0..sealed.len() {
            assert!(!is_sealed(&sealed[..n]), "cut after {n}");
        }
        assert!(!is_sealed(&[sealed.as_slice(), b"\n"].concat()));
    }
}
