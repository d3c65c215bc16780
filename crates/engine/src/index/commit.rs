//! Commits of a writer with their manifest, and those that bring no other texts: segments merged, all texts sorted.

use super::directory::WriteDirectory;
use super::disk::Disk;
use super::error::IndexError;
use super::generation::{Home, WriterLock, claim, lock, open_writer, refuse_foreign_files, sweep};
use super::manifest::{Manifest, TableRef};
use super::open::{
    Index, check_lengths, find, from_tantivy, open_tantivy, read_manifest, sealed_meta,
};
use super::own::OwnGeneration;
use crate::exact::lacks_lists;
use std::path::Path;
use tantivy::indexer::NoMergePolicy;
use tantivy::{IndexWriter, TantivyError};

/// Memory of a writer that only merges: the least that tantivy accepts.
const MERGE_WRITER_BYTES: usize = 15 << 20;

/// Merges all segments of the index in `dir` into one, which is searched a little faster.
///
/// # Errors
/// When there is no index, when it is damaged or busy, or the system refuses.
pub fn merge(dir: &Path) -> Result<(), IndexError> {
    let disk = &Disk::default();
    let fail = |error| writing_failed(disk, dir, error);
    let mut commit = Recommit::open(disk, dir)?;
    let segments = commit.index.searchable_segment_ids().map_err(fail)?;
    if segments.len() > 1 {
        for segment in &segments {
            commit.directory.is_sound(*segment);
        }
        if let Some(file) = commit.directory.altered_file()? {
            return Err(altered(dir, &file));
        }
        commit.writer.merge(&segments).wait().map_err(fail)?;
    }
    commit.end().map(drop)
}

/// Puts all texts of an index, sorted, beside its segments, or takes them away. They are those of the commit with a manifest;
/// if that is no longer the one in use nothing is done, and the answer is no.
///
/// # Errors
/// When there is no index, when it is damaged or busy, or the system refuses.
pub fn put_strings(dir: &Path, of: &Manifest, bytes: Option<&[u8]>) -> Result<bool, IndexError> {
    put_strings_on(&Disk::default(), dir, of, bytes)
}

/// The same on a disk that may fail.
pub(super) fn put_strings_on(
    disk: &Disk,
    dir: &Path,
    of: &Manifest,
    bytes: Option<&[u8]>,
) -> Result<bool, IndexError> {
    let mut commit = Recommit::open(disk, dir)?;
    if read_manifest(&commit.index, dir)?.as_ref() != Some(of) {
        return commit.end().map(|_| false);
    }
    let strings = bytes.map(|bytes| put_table(disk, &commit.generation, "strings", bytes));
    let manifest = Manifest {
        sorted: bytes.is_some(),
        strings: strings.transpose()?,
        ..of.clone()
    };
    commit_with(disk, dir, &mut commit.writer, &manifest)?;
    let (folder, generation) = (commit.home.folder.clone(), commit.generation.clone());
    let _lock = commit.end()?;
    sweep(disk, &folder, &generation, &manifest);
    Ok(true)
}

/// A commit of an index that brings no other texts.
struct Recommit<'d> {
    disk: &'d Disk,
    dir: &'d Path,
    home: Home,
    generation: OwnGeneration,
    directory: WriteDirectory,
    index: tantivy::Index,
    writer: IndexWriter,
    lock: WriterLock,
}

impl<'d> Recommit<'d> {
    fn open(disk: &'d Disk, dir: &'d Path) -> Result<Recommit<'d>, IndexError> {
        let fail = |error| writing_failed(disk, dir, error);
        find(dir)?;
        let lock = lock(dir)?;
        let home = claim(disk, dir)?;
        let named = find(dir)?;
        let name = named.file_name().and_then(|name| name.to_str());
        let generation = name
            .and_then(|name| home.folder.generation(name))
            .ok_or_else(|| IndexError::Damaged {
                dir: dir.to_owned(),
                what: format!("`{}` is missing", named.display()),
            })?;
        refuse_foreign_files(dir, generation.path())?;
        let meta = sealed_meta(dir, generation.path())?;
        check_lengths(dir, generation.path(), &meta.parts)?;
        let directory = WriteDirectory::open(&generation, disk).map_err(fail)?;
        let index = open_tantivy(Box::new(directory.clone()), None).map_err(fail)?;
        let writer = open_writer(&index, 1, MERGE_WRITER_BYTES).map_err(fail)?;
        writer.set_merge_policy(Box::new(NoMergePolicy));
        Ok(Recommit {
            disk,
            dir,
            home,
            generation,
            directory,
            index,
            writer,
            lock,
        })
    }

    /// Waits for the writer to end; the lock is still held.
    fn end(self) -> Result<WriterLock, IndexError> {
        let fail = |error| writing_failed(self.disk, self.dir, error);
        let collected = self.writer.garbage_collect_files().wait();
        collected.map_err(fail)?;
        self.writer.wait_merging_threads().map_err(fail)?;
        Ok(self.lock)
    }
}

/// Commits what a writer holds with a manifest.
pub(super) fn commit_with(
    disk: &Disk,
    dir: &Path,
    writer: &mut IndexWriter,
    manifest: &Manifest,
) -> Result<(), IndexError> {
    let fail = |error| writing_failed(disk, dir, error);
    let payload = serde_json::to_string(manifest).map_err(|error| IndexError::io(dir, &error))?;
    let mut commit = writer.prepare_commit().map_err(fail)?;
    commit.set_payload(&payload);
    commit.commit().map_err(fail)?;
    Ok(())
}

/// The error that says that a file of the index is not what was written.
pub(super) fn altered(dir: &Path, file: &str) -> IndexError {
    IndexError::Damaged {
        dir: dir.to_owned(),
        what: format!("`{file}` is not what was written"),
    }
}

/// Merges each segment that lacks lists of frequent runs with no other, which makes them; but for one that is not what was
/// written: of that `directory` knows then.
pub(super) fn make_lists(
    disk: &Disk,
    dir: &Path,
    directory: &WriteDirectory,
) -> Result<(), IndexError> {
    let fail = |error| writing_failed(disk, dir, error);
    let index = open_tantivy(Box::new(directory.clone()), None).map_err(fail)?;
    let mut lacking = Vec::new();
    for segment in &index.searchable_segments().map_err(fail)? {
        if lacks_lists(segment).map_err(fail)? && directory.is_sound(segment.id()) {
            lacking.push(segment.id());
        }
    }
    if lacking.is_empty() {
        return Ok(());
    }
    let mut writer = open_writer(&index, 1, MERGE_WRITER_BYTES).map_err(fail)?;
    writer.set_merge_policy(Box::new(NoMergePolicy));
    for segment in lacking {
        writer.merge(&[segment]).wait().map_err(fail)?;
    }
    writer.garbage_collect_files().wait().map_err(fail)?;
    writer.wait_merging_threads().map_err(fail)
}

/// Writes a table beside the segments, synced.
pub(super) fn put_table(
    disk: &Disk,
    generation: &OwnGeneration,
    kind: &str,
    bytes: &[u8],
) -> Result<TableRef, IndexError> {
    let table = TableRef::to(kind, bytes);
    disk.replace(generation, &table.file, bytes)
        .map_err(|error| IndexError::io(generation.file(&table.file), &error))?;
    Ok(table)
}

/// What stopped a writer: tantivy's threads end in errors that do not say what the system said.
pub(super) fn writing_failed(disk: &Disk, dir: &Path, error: TantivyError) -> IndexError {
    match disk.failure() {
        Some((path, cause)) => IndexError::Io { path, cause },
        None => match from_tantivy(dir, error) {
            // tantivy tells what it reads from what it is given by no sign: damage is what can be found.
            IndexError::Damaged { what, .. } if !is_damaged(dir) => IndexError::Unwritten { what },
            error => error,
        },
    }
}

/// Whether the index that is in use is not what was written.
fn is_damaged(dir: &Path) -> bool {
    let verify = || Index::open(dir).map(|index| index.verify().is_empty());
    match std::panic::catch_unwind(verify) {
        Ok(Ok(is_sound)) => !is_sound,
        Ok(Err(error)) => matches!(error, IndexError::Damaged { .. }),
        // tantivy trusts the bytes of its files.
        Err(_) => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::index::{UpdateOptions, update};
    use std::fs;

    #[test]
    fn a_segment_that_is_not_what_was_written_is_merged_with_no_other() {
        let home = tempfile::tempdir().expect("a folder");
        let (corpus, dir) = (home.path().join("corpus"), home.path().join("index"));
        fs::create_dir(&corpus).expect("a folder");
        let add = |at: usize, keep_segments| {
            let year = 2000 + at;
            let title = format!("汾阳市{year}年政府工作报告");
            let lines = (0..40).map(|n| format!("推进第{}个专业镇建设。\n\n", 100 * at + n));
            let text: String = std::iter::once(format!("{title}\n\n"))
                .chain(lines)
                .collect();
            fs::write(corpus.join(format!("{title}.txt")), text).expect("written");
            let options = UpdateOptions {
                roots: vec![corpus.clone()],
                threads: Some(1),
                keep_segments,
                ..UpdateOptions::default()
            };
            update(&dir, &options, &|_| {})
        };
        for at in 0..9 {
            add(at, true).expect("it is built");
        }
        let open = || crate::index::Index::open(&dir).expect("it opens");
        let n_segments = open().n_segments();
        assert!(n_segments > 8, "{n_segments} segments");
        // A bit of a text is turned.
        let generation = find(&dir).expect("it has one");
        let files = fs::read_dir(&generation).expect("a folder");
        let files = files.map(|entry| entry.expect("readable").path());
        let mut texts = files.filter(|path| path.extension().is_some_and(|kind| kind == "text"));
        let path = texts.next().expect("a text");
        let name = path.file_name().expect("a name").to_string_lossy();
        let sound = fs::read(&path).expect("readable");
        let mut turned = sound.clone();
        turned[2] ^= 1;
        fs::write(&path, &turned).expect("written");
        // What was to be indexed is, all other segments are merged, and nothing has made the file look sound.
        let summary = add(9, false).expect("it ends");
        assert!(summary.committed);
        assert_eq!(summary.altered_file.as_deref(), Some(&*name));
        assert_eq!(open().reports.len(), 10);
        assert!(open().n_segments() < n_segments / 2);
        match crate::index::merge(&dir) {
            Err(IndexError::Damaged { what, .. }) => assert!(what.contains(&*name), "{what}"),
            other => panic!("{other:?}"),
        }
        let wrong = open().verify();
        assert!(wrong.iter().any(|line| line.contains(&*name)), "{wrong:?}");
        // Mended, it is merged.
        fs::write(&path, &sound).expect("written");
        add(10, false).expect("it is brought up to date");
        crate::index::merge(&dir).expect("it is merged");
        let index = open();
        assert_eq!(index.n_segments(), 1);
        assert_eq!(index.reports.len(), 11);
        assert_eq!(index.verify(), Vec::<String>::new());
    }
}
