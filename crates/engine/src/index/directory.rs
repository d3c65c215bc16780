//! tantivy directories: one for readers, who never lock and never write, one for the writer, whose calls are all made in
//! one place, and the check before a writer opens.

use super::disk::{Call, Disk};
use super::error::IndexError;
use super::manifest::{Meta, SegmentFile, hash_text};
use super::own::{META_FILE, OwnGeneration, is_own_file, managed_files, read_plain, refuse_odd};
use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tantivy::directory::error::{DeleteError, LockError, OpenReadError, OpenWriteError};
use tantivy::directory::{
    AntiCallToken, Directory, DirectoryLock, FileHandle, Lock, META_LOCK, MmapDirectory,
    TerminatingWrite, WatchCallback, WatchHandle, WritePtr,
};
use tantivy::index::{SegmentId, SegmentMeta};
use tantivy::indexer::{MergeCandidate, MergePolicy};
use xxhash_rust::xxh3::{Xxh3Default, xxh3_128};

/// Maps files for reading; the lock that readers take in tantivy does nothing here, so that a
/// stuck process or a read-only folder keeps nobody from searching.
#[derive(Clone, Debug)]
pub(super) struct ReadOnlyDirectory {
    inner: MmapDirectory,
    folder: PathBuf,
}

impl ReadOnlyDirectory {
    pub(super) fn open(path: &Path) -> Result<ReadOnlyDirectory, tantivy::TantivyError> {
        Ok(ReadOnlyDirectory {
            inner: MmapDirectory::open(path)?,
            folder: path.to_owned(),
        })
    }
}

/// What is no file is not opened: a pipe would be waited for, and a link leads elsewhere.
fn look_first(folder: &Path, path: &Path) -> Result<(), OpenReadError> {
    refuse_odd(&folder.join(path)).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => OpenReadError::FileDoesNotExist(path.to_owned()),
        _ => OpenReadError::wrap_io_error(error, path.to_owned()),
    })
}

fn read_only() -> io::Error {
    io::Error::new(
        io::ErrorKind::PermissionDenied,
        "the index is open for reading only",
    )
}

impl Directory for ReadOnlyDirectory {
    fn get_file_handle(&self, path: &Path) -> Result<Arc<dyn FileHandle>, OpenReadError> {
        look_first(&self.folder, path)?;
        self.inner.get_file_handle(path)
    }

    fn delete(&self, path: &Path) -> Result<(), DeleteError> {
        Err(DeleteError::IoError {
            io_error: Arc::new(read_only()),
            filepath: path.to_owned(),
        })
    }

    fn exists(&self, path: &Path) -> Result<bool, OpenReadError> {
        self.inner.exists(path)
    }

    fn open_write(&self, path: &Path) -> Result<WritePtr, OpenWriteError> {
        Err(OpenWriteError::wrap_io_error(read_only(), path.to_owned()))
    }

    fn atomic_read(&self, path: &Path) -> Result<Vec<u8>, OpenReadError> {
        look_first(&self.folder, path)?;
        self.inner.atomic_read(path)
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

/// The files of a generation as they were written, and what is wrong with segments.
#[derive(Debug, Default)]
struct Parts {
    known: HashMap<String, Part>,
    /// What is wrong with the segments that were looked at, by their ids.
    faults: HashMap<SegmentId, Option<PartFault>>,
}

/// What is wrong with a file of a segment.
#[derive(Debug)]
enum PartFault {
    /// It is not what was written.
    Altered(String),
    /// The system does not let it be read.
    Unread(PathBuf, Arc<io::Error>),
}

/// A file as it was written.
#[derive(Clone, Copy, Debug)]
struct Part {
    bytes: u64,
    hash: u128,
    /// Whether it was written through this directory.
    is_new: bool,
}

/// What the writer writes through: tantivy's directory with all calls made by [`Disk`]. Every file is hashed while it is
/// written; `meta.json` lists them all, and is sealed.
#[derive(Clone, Debug)]
pub(super) struct WriteDirectory {
    inner: MmapDirectory,
    generation: OwnGeneration,
    disk: Disk,
    parts: Arc<Mutex<Parts>>,
}

impl WriteDirectory {
    pub(super) fn open(
        generation: &OwnGeneration,
        disk: &Disk,
    ) -> Result<WriteDirectory, tantivy::TantivyError> {
        let meta = read_plain(&generation.file(META_FILE)).ok();
        let known = meta.and_then(|text| Meta::read(&text));
        let known = known.map(|meta| meta.parts).unwrap_or_default();
        let known = known.into_iter().filter_map(|part| {
            let known = Part {
                bytes: part.bytes,
                hash: u128::from_str_radix(&part.hash, 16).ok()?,
                is_new: false,
            };
            Some((part.file, known))
        });
        let parts = Parts {
            known: known.collect(),
            faults: HashMap::new(),
        };
        Ok(WriteDirectory {
            inner: MmapDirectory::open(generation.path())?,
            generation: generation.clone(),
            disk: disk.clone(),
            parts: Arc::new(Mutex::new(parts)),
        })
    }

    /// Asks whether a file may be read; what is read then is read by tantivy.
    fn ask_to_read(&self, path: &Path) -> Result<(), OpenReadError> {
        look_first(self.generation.path(), path)?;
        self.disk
            .call(Call::Read, &self.full(path), || Ok(()))
            .map_err(|error| OpenReadError::wrap_io_error(error, path.to_owned()))
    }

    fn full(&self, path: &Path) -> PathBuf {
        self.generation.path().join(path)
    }

    fn parts(&self) -> MutexGuard<'_, Parts> {
        self.parts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether a segment is what was written: all its files are read that were there before this directory was opened, once.
    /// Merged with others, what is wrong would get a hash that is right.
    pub(super) fn is_sound(&self, segment: SegmentId) -> bool {
        if let Some(known) = self.parts().faults.get(&segment) {
            return known.is_none();
        }
        let id = format!("{}.", segment.uuid_string());
        // What says which passages are deleted was compared before the directory was opened, and may be written anew.
        let is_asked = |name: &str, part: &Part| {
            name.starts_with(&id) && !name.ends_with(".del") && !part.is_new
        };
        let mut files: Vec<(String, Part)> = self
            .parts()
            .known
            .iter()
            .filter(|(name, part)| is_asked(name, part))
            .map(|(name, part)| (name.clone(), *part))
            .collect();
        files.sort_by(|a, b| a.0.cmp(&b.0));
        let fault = files
            .into_iter()
            .find_map(|(name, part)| self.fault_of(name, part));
        let is_sound = fault.is_none();
        self.parts().faults.insert(segment, fault);
        is_sound
    }

    /// What is wrong with a file, if anything is.
    fn fault_of(&self, name: String, part: Part) -> Option<PartFault> {
        let path = Path::new(&name);
        let bytes = self.open_read(path).and_then(|file| {
            let failed = |error| OpenReadError::wrap_io_error(error, path.to_owned());
            file.read_bytes().map_err(failed)
        });
        match bytes {
            Ok(bytes) if (bytes.len() as u64, xxh3_128(&bytes)) == (part.bytes, part.hash) => None,
            Err(OpenReadError::IoError { io_error, .. }) => {
                Some(PartFault::Unread(self.full(path), io_error))
            }
            Ok(_) | Err(_) => Some(PartFault::Altered(name)),
        }
    }

    /// The first file that was found not to be what was written.
    ///
    /// # Errors
    /// When one could not be read.
    pub(super) fn altered_file(&self) -> Result<Option<String>, IndexError> {
        let parts = self.parts();
        let mut altered = Vec::new();
        for fault in parts.faults.values().flatten() {
            match fault {
                PartFault::Altered(name) => altered.push(name),
                PartFault::Unread(path, error) => return Err(IndexError::io(path, error)),
            }
        }
        Ok(altered.into_iter().min().cloned())
    }

    /// All files of the segments that a commit has, as they were written.
    fn parts_of(&self, meta: &Meta) -> io::Result<Vec<SegmentFile>> {
        let mut parts = Vec::new();
        for entry in self.generation.path().read_dir()? {
            let name = entry?.file_name();
            let Some(name) = name.to_str().filter(|name| meta.has(name)) else {
                continue;
            };
            let known = self.parts().known.get(name).copied();
            let (bytes, hash) = match known {
                Some(Part { bytes, hash, .. }) => (bytes, hash),
                // Written by a program that kept no list.
                None => {
                    let content = read_plain(&self.generation.file(name))?;
                    (content.len() as u64, xxh3_128(&content))
                }
            };
            parts.push(SegmentFile {
                file: name.to_owned(),
                bytes,
                hash: hash_text(hash),
            });
        }
        parts.sort_by(|a, b| a.file.cmp(&b.file));
        Ok(parts)
    }
}

impl Directory for WriteDirectory {
    fn get_file_handle(&self, path: &Path) -> Result<Arc<dyn FileHandle>, OpenReadError> {
        self.ask_to_read(path)?;
        self.inner.get_file_handle(path)
    }

    fn delete(&self, path: &Path) -> Result<(), DeleteError> {
        let name = path.to_str().unwrap_or_default();
        let removed = self.disk.remove_of_tantivy(&self.generation, name);
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
        let full = self.full(path);
        let failed = |error| OpenWriteError::wrap_io_error(error, path.to_owned());
        let file = self.disk.create(&full).map_err(failed)?;
        Ok(BufWriter::new(Box::new(WrittenFile {
            file,
            path: full,
            disk: self.disk.clone(),
            n_bytes: 0,
            hasher: Box::new(Xxh3Default::new()),
            parts: Arc::clone(&self.parts),
        })))
    }

    fn atomic_read(&self, path: &Path) -> Result<Vec<u8>, OpenReadError> {
        self.ask_to_read(path)?;
        self.inner.atomic_read(path)
    }

    fn atomic_write(&self, path: &Path, data: &[u8]) -> io::Result<()> {
        let name = path.to_string_lossy();
        if name == META_FILE {
            let whole = Meta::complete(data, |meta| self.parts_of(meta))?;
            self.disk.replace(&self.generation, &name, &whole)
        } else {
            self.disk.replace(&self.generation, &name, data)
        }
    }

    fn sync_directory(&self) -> io::Result<()> {
        self.disk.sync_folder(self.generation.path())
    }

    fn acquire_lock(&self, _: &Lock) -> Result<DirectoryLock, LockError> {
        // Whoever writes holds the lock of the index: nobody else is here.
        Ok(DirectoryLock::from(Box::new(())))
    }

    fn watch(&self, callback: WatchCallback) -> tantivy::Result<WatchHandle> {
        self.inner.watch(callback)
    }
}

/// Merges what another policy chooses, but no segment that is not what was written.
#[derive(Debug)]
pub(super) struct SoundMerges<P> {
    pub(super) policy: P,
    pub(super) directory: WriteDirectory,
}

impl<P: MergePolicy> MergePolicy for SoundMerges<P> {
    fn compute_merge_candidates(&self, segments: &[SegmentMeta]) -> Vec<MergeCandidate> {
        let mut candidates = self.policy.compute_merge_candidates(segments);
        for MergeCandidate(segments) in &mut candidates {
            let n_chosen = segments.len();
            segments.retain(|segment| self.directory.is_sound(*segment));
            // One alone is merged only if it was chosen alone: to be rid of what is deleted.
            if segments.len() < n_chosen.min(2) {
                segments.clear();
            }
        }
        candidates.retain(|MergeCandidate(segments)| !segments.is_empty());
        candidates
    }
}

/// A file that tantivy is writing.
struct WrittenFile {
    file: File,
    path: PathBuf,
    disk: Disk,
    n_bytes: u64,
    hasher: Box<Xxh3Default>,
    /// Where its length and hash are kept once it is whole.
    parts: Arc<Mutex<Parts>>,
}

impl Write for WrittenFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let file = &mut self.file;
        let n = self
            .disk
            .call(Call::Write, &self.path, || file.write(bytes))?;
        self.hasher.update(bytes.get(..n).unwrap_or_default());
        self.n_bytes += n as u64;
        Ok(n)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl TerminatingWrite for WrittenFile {
    fn terminate_ref(&mut self, _: AntiCallToken) -> io::Result<()> {
        let file = &self.file;
        self.disk
            .call(Call::Sync, &self.path, || file.sync_data())?;
        if let Some(name) = self.path.file_name().and_then(|name| name.to_str()) {
            let part = Part {
                bytes: self.n_bytes,
                hash: self.hasher.digest128(),
                is_new: true,
            };
            let mut parts = self.parts.lock().unwrap_or_else(PoisonError::into_inner);
            parts.known.insert(name.to_owned(), part);
        }
        Ok(())
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
