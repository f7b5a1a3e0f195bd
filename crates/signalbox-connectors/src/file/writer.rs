//! Appends whole lines to the current file and syncs them; begins a new file when one is finished.
//!
//! After any failure the file is closed: the next attempt opens it anew and looks at its end. A lock
//! (advisory, gone with the process) keeps a second hub from writing lines into ours.

use std::fs::{DirBuilder, File, Metadata, OpenOptions, TryLockError};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::Path;
use std::time::SystemTime;
use std::{fs, io};

use signalbox_model::time::Timestamp;
use tracing::warn;

use super::failure::Failure;
use super::rotation::{Rotation, folder_of};
use super::tail::Tail;

/// Writes one file and those that follow it. Blocks on the disk.
pub(super) struct Writer {
    rotation: Rotation,
    current: Option<Current>,
}

/// The current file, open and locked.
struct Current {
    file: File,
    /// Its length, all of it synced.
    bytes: u64,
    begun: Timestamp,
}

impl Writer {
    /// Makes a writer; nothing is opened yet.
    pub(super) fn new(rotation: Rotation) -> Self {
        Self { rotation, current: None }
    }

    /// Appends `lines`, each ended by a line break, and returns when they are on the disk.
    pub(super) fn append(&mut self, lines: &[u8], now: Timestamp) -> Result<(), Failure> {
        // One that was moved or emptied must be closed before it is opened again: it has the lock.
        let kept = self.current.take().filter(|current| current.is_still_at(self.rotation.path()));
        let mut current = match kept {
            Some(current) => current,
            None => Current::open(self.rotation.path(), now)?,
        };
        if self.rotation.is_due(current.bytes, current.begun, lines.len() as u64, now) {
            current = self.begin_next(now)?;
        }
        current.write(lines).map_err(Failure::of("append to", self.rotation.path()))?;
        self.current = Some(current);
        Ok(())
    }

    /// Proves that the file can be opened for writing and ends as ours do; writes nothing.
    pub(super) fn probe(&self) -> Result<(), Failure> {
        let path = self.rotation.path();
        let (file, metadata) = open(path)?;
        let tail = Tail::of(&file, metadata.len()).map_err(Failure::of("read", path))?;
        if tail == Tail::Foreign { Err(Failure::Foreign { path: path.into() }) } else { Ok(()) }
    }

    fn begin_next(&self, now: Timestamp) -> Result<Current, Failure> {
        let path = self.rotation.path();
        let next_path = self.rotation.next_path();
        let next_path = next_path.map_err(Failure::of("list the folder of", path))?;
        fs::rename(path, next_path).map_err(Failure::of("rename", path))?;
        let current = Current::open(path, now)?;
        if let Err(error) = self.rotation.prune() {
            let folder = self.rotation.folder().display();
            warn!(error = %error, "Old files in `{folder}` could not be deleted");
        }
        Ok(current)
    }
}

impl Current {
    /// Opens the file at `path`, making it where it is missing, and mends its end.
    fn open(path: &Path, now: Timestamp) -> Result<Self, Failure> {
        let (mut file, metadata) = open(path)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(Failure::Locked { path: path.into() }),
            Err(TryLockError::Error(error)) => return Err(Failure::of("lock", path)(error)),
        }
        let tail = Tail::of(&file, metadata.len()).map_err(Failure::of("read", path))?;
        let mended = match tail {
            Tail::Clean => Ok(()),
            Tail::Unterminated => file.write_all(b"\n"),
            Tail::Torn { at } => {
                let (file_path, size_bytes) = (path.display(), metadata.len() - at);
                warn!(size_bytes, "`{file_path}` ended in part of a line, which is removed");
                file.set_len(at)
            }
            Tail::Foreign => return Err(Failure::Foreign { path: path.into() }),
        };
        let synced = mended.and_then(|()| file.sync_all()).and_then(|()| sync(folder_of(path)));
        synced.map_err(Failure::of("mend the end of", path))?;
        let bytes = file.metadata().map_err(Failure::of("read", path))?.len();
        let begun = if bytes == 0 { now } else { begun(&metadata).unwrap_or(now) };
        Ok(Self { file, bytes, begun })
    }

    fn write(&mut self, lines: &[u8]) -> io::Result<()> {
        if let Err(error) = self.file.write_all(lines).and_then(|()| self.file.sync_data()) {
            // Saves the reader some repeated lines. Where it fails, opening anew mends the end.
            self.file.set_len(self.bytes).ok();
            return Err(error);
        }
        self.bytes += lines.len() as u64;
        Ok(())
    }

    /// Tells whether `path` still leads to this file as we left it: a person or a program may have
    /// moved, deleted or emptied it.
    fn is_still_at(&self, path: &Path) -> bool {
        let (Ok(there), Ok(here)) = (fs::metadata(path), self.file.metadata()) else {
            return false;
        };
        there.dev() == here.dev() && there.ino() == here.ino() && there.len() == self.bytes
    }
}

/// Opens a regular file for appending, with the folders it needs.
fn open(path: &Path) -> Result<(File, Metadata), Failure> {
    create_folder(folder_of(path)).map_err(Failure::of("create the folder of", path))?;
    // Opening a pipe would wait for its reader.
    let is_irregular = fs::metadata(path).is_ok_and(|metadata| !metadata.is_file());
    if is_irregular {
        return Err(Failure::NotRegular { path: path.into() });
    }
    let file = OpenOptions::new().read(true).append(true).create(true).mode(FILE_MODE).open(path);
    let file = file.map_err(Failure::of("open", path))?;
    let metadata = file.metadata().map_err(Failure::of("open", path))?;
    Ok((file, metadata))
}

/// Makes `folder` and what is missing above it, each durable before the next.
fn create_folder(folder: &Path) -> io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    let parent = folder_of(folder);
    create_folder(parent)?;
    match DirBuilder::new().mode(FOLDER_MODE).create(folder) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists || !folder.is_dir() => Err(error),
        _ => sync(parent),
    }
}

/// Makes names in `folder` durable.
fn sync(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// Returns when a file began: its birth, where the file system keeps that.
fn begun(metadata: &Metadata) -> Option<Timestamp> {
    let time = metadata.created().or_else(|_| metadata.modified()).ok()?;
    let millis = time.duration_since(SystemTime::UNIX_EPOCH).ok()?.as_millis();
    i64::try_from(millis).ok().map(Timestamp::from_millis)
}

/// Events tell who did what; only the hub's user reads them unless the operator opens the folder.
const FOLDER_MODE: u32 = 0o700;
const FILE_MODE: u32 = 0o600;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_is_an_error_and_nothing_counts_as_written() {
        let file = OpenOptions::new().append(true).open("/dev/full").unwrap();
        let mut current = Current { file, bytes: 0, begun: Timestamp::default() };

        let error = current.write(b"{}\n").unwrap_err();

        assert_eq!(error.kind(), ErrorKind::StorageFull);
        assert_eq!(current.bytes, 0);
    }
}
