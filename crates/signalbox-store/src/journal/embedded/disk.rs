//! The file operations of the journal, and the folder on a real disk that carries them out.
//!
//! Everything the engine does to a disk goes through these two traits, so that tests can let any one of them fail and can
//! cut the power between any two.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, FileExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustix::fs::{FallocateFlags, fallocate, statvfs};
use rustix::io::Errno;

/// A folder with the files of one journal. Names are relative to it.
pub trait Disk: Send + Sync {
    /// Returns the names of the files in the folder; none if the folder does not exist.
    fn list(&self) -> io::Result<Vec<String>>;

    /// Makes the folder, and a folder within it unless `name` is empty, readable by the owner only; leaves one that exists.
    fn make_folder(&self, name: &str) -> io::Result<()>;

    /// Makes a file, readable by the owner only; an error if there is one.
    fn create(&self, name: &str) -> io::Result<Arc<dyn DiskFile>>;

    /// Opens a file, for writing too unless `access` says otherwise.
    fn open(&self, name: &str, access: Access) -> io::Result<Arc<dyn DiskFile>>;

    /// Removes a file.
    fn remove(&self, name: &str) -> io::Result<()>;

    /// Makes the file hold exactly these bytes, durably: after a crash it holds either the old ones or the new ones. Room
    /// for the next time is kept where there is any, so that it goes on doing so on a full disk.
    fn replace(&self, name: &str, contents: &[u8]) -> io::Result<()>;

    /// Makes durable which files the folder holds.
    fn sync_folder(&self) -> io::Result<()>;

    /// Makes a file that occupies so many bytes of the disk; what they are does not matter.
    fn occupy(&self, name: &str, bytes: u64) -> io::Result<()>;

    /// Returns how many bytes are free.
    fn room(&self) -> io::Result<u64>;

    /// Returns where a file is, for people.
    fn path(&self, name: &str) -> PathBuf;
}

/// One open file.
pub trait DiskFile: Send + Sync {
    /// Fills the buffer from `offset` and returns how much there was before the file ended.
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize>;

    /// Writes all the bytes at `offset`.
    fn write_all_at(&self, bytes: &[u8], offset: u64) -> io::Result<()>;

    /// Makes durable what was written.
    fn sync_data(&self) -> io::Result<()>;

    /// Returns the length in bytes.
    fn length(&self) -> io::Result<u64>;
}

/// What a file is opened for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Access {
    /// Reading only.
    Read,
    /// Reading and writing.
    Write,
}

/// A folder of the file system; folders are made 0700, files 0600.
#[derive(Clone, Debug)]
pub struct FolderDisk {
    folder: PathBuf,
}

impl FolderDisk {
    /// Returns the disk in `folder`, which need not exist yet.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into() }
    }

    /// Makes a file hold exactly these bytes, in the room that it has if that is enough.
    fn write_over(&self, name: &str, contents: &[u8]) -> io::Result<File> {
        let mut options = OpenOptions::new();
        let file = options.write(true).create(true).truncate(false).mode(0o600);
        let file = file.open(self.path(name))?;
        file.write_all_at(contents, 0)?;
        file.set_len(contents.len() as u64)?;
        Ok(file)
    }
}

impl Disk for FolderDisk {
    fn list(&self) -> io::Result<Vec<String>> {
        let entries = match std::fs::read_dir(&self.folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries?,
        };
        entries.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned())).collect()
    }

    fn make_folder(&self, name: &str) -> io::Result<()> {
        let folder = self.path(name);
        DirBuilder::new().recursive(true).mode(0o700).create(&folder)?;
        // A folder is durable once the one it lies in is synced.
        match folder.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => File::open(parent)?.sync_all(),
            _ => File::open(".")?.sync_all(),
        }
    }

    fn create(&self, name: &str) -> io::Result<Arc<dyn DiskFile>> {
        let mut options = OpenOptions::new();
        let file = options.read(true).write(true).create_new(true).mode(0o600);
        Ok(Arc::new(FolderFile(file.open(self.path(name))?)))
    }

    fn open(&self, name: &str, access: Access) -> io::Result<Arc<dyn DiskFile>> {
        let mut options = OpenOptions::new();
        let file = options.read(true).write(access == Access::Write);
        Ok(Arc::new(FolderFile(file.open(self.path(name))?)))
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        std::fs::remove_file(self.path(name))
    }

    fn replace(&self, name: &str, contents: &[u8]) -> io::Result<()> {
        let new = format!("{name}.new");
        self.write_over(&new, contents)?.sync_all()?;
        std::fs::rename(self.path(&new), self.path(name))?;
        self.sync_folder()?;
        // The room that the old contents had is taken at once. Where another was faster, the next time needs room anew.
        self.write_over(&new, contents).ok();
        Ok(())
    }

    fn sync_folder(&self) -> io::Result<()> {
        File::open(&self.folder)?.sync_all()
    }

    fn occupy(&self, name: &str, bytes: u64) -> io::Result<()> {
        let mut options = OpenOptions::new();
        let file = options.write(true).create(true).truncate(true).mode(0o600);
        let file = file.open(self.path(name))?;
        match fallocate(&file, FallocateFlags::empty(), 0, bytes) {
            Err(Errno::OPNOTSUPP) => fill(&file, bytes)?,
            allocated => allocated?,
        }
        file.sync_all()
    }

    fn room(&self) -> io::Result<u64> {
        let state = statvfs(&self.folder)?;
        Ok(state.f_bavail.saturating_mul(state.f_frsize))
    }

    fn path(&self, name: &str) -> PathBuf {
        if name.is_empty() { self.folder.clone() } else { self.folder.join(Path::new(name)) }
    }
}

fn fill(file: &File, bytes: u64) -> io::Result<()> {
    let piece = vec![0; FILL_BYTES];
    for offset in (0..bytes).step_by(FILL_BYTES) {
        let length = FILL_BYTES.min((bytes - offset) as usize);
        file.write_all_at(piece.get(..length).unwrap_or_default(), offset)?;
    }
    Ok(())
}

const FILL_BYTES: usize = 1024 * 1024;

struct FolderFile(File);

impl DiskFile for FolderFile {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        let mut filled = 0;
        while let Some(rest) = buffer.get_mut(filled..).filter(|rest| !rest.is_empty()) {
            match self.0.read_at(rest, offset + filled as u64) {
                Ok(0) => break,
                Ok(read) => filled += read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(filled)
    }

    fn write_all_at(&self, bytes: &[u8], offset: u64) -> io::Result<()> {
        self.0.write_all_at(bytes, offset)
    }

    fn sync_data(&self) -> io::Result<()> {
        if cfg!(feature = "bench-without-sync") {
            return Ok(());
        }
        self.0.sync_data()
    }

    fn length(&self) -> io::Result<u64> {
        Ok(self.0.metadata()?.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_replaced_leaves_room_for_the_next_time_behind() {
        let folder = tempfile::tempdir().unwrap();
        let disk = FolderDisk::new(folder.path());
        let read = |name: &str| std::fs::read_to_string(folder.path().join(name)).unwrap();

        for contents in ["one", "three", "two"] {
            disk.replace("manifest", contents.as_bytes()).unwrap();

            assert_eq!([read("manifest"), read("manifest.new")], [contents, contents]);
        }
    }
}
