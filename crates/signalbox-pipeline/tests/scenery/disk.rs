//! A disk that passes everything on to another one, except what a test does to its files.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use signalbox_store::journal::{Access, Disk, DiskFile};

/// What a test does to the files of a disk; what it says nothing of is passed on.
pub(crate) trait Tampering: Send + Sync {
    /// Writes to a file.
    fn write_all_at(&self, file: &Arc<dyn DiskFile>, bytes: &[u8], offset: u64) -> io::Result<()> {
        file.write_all_at(bytes, offset)
    }

    /// Makes durable what was written to a file.
    fn sync_data(&self, file: &Arc<dyn DiskFile>) -> io::Result<()>;
}

/// Puts it around a disk.
pub(crate) fn tampered(disk: Arc<dyn Disk>, tampering: impl Tampering + 'static) -> Arc<dyn Disk> {
    Arc::new(TamperedDisk { disk, tampering: Arc::new(tampering) })
}

struct TamperedDisk {
    disk: Arc<dyn Disk>,
    tampering: Arc<dyn Tampering>,
}

struct TamperedFile {
    file: Arc<dyn DiskFile>,
    tampering: Arc<dyn Tampering>,
}

impl TamperedDisk {
    fn file(&self, file: Arc<dyn DiskFile>) -> Arc<dyn DiskFile> {
        Arc::new(TamperedFile { file, tampering: Arc::clone(&self.tampering) })
    }
}

impl DiskFile for TamperedFile {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        self.file.read_at(buffer, offset)
    }

    fn write_all_at(&self, bytes: &[u8], offset: u64) -> io::Result<()> {
        self.tampering.write_all_at(&self.file, bytes, offset)
    }

    fn sync_data(&self) -> io::Result<()> {
        self.tampering.sync_data(&self.file)
    }

    fn length(&self) -> io::Result<u64> {
        self.file.length()
    }
}

impl Disk for TamperedDisk {
    fn list(&self) -> io::Result<Vec<String>> {
        self.disk.list()
    }

    fn make_folder(&self, name: &str) -> io::Result<()> {
        self.disk.make_folder(name)
    }

    fn create(&self, name: &str) -> io::Result<Arc<dyn DiskFile>> {
        self.disk.create(name).map(|file| self.file(file))
    }

    fn open(&self, name: &str, access: Access) -> io::Result<Arc<dyn DiskFile>> {
        self.disk.open(name, access).map(|file| self.file(file))
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        self.disk.remove(name)
    }

    fn replace(&self, name: &str, contents: &[u8]) -> io::Result<()> {
        self.disk.replace(name, contents)
    }

    fn sync_folder(&self) -> io::Result<()> {
        self.disk.sync_folder()
    }

    fn occupy(&self, name: &str, bytes: u64) -> io::Result<()> {
        self.disk.occupy(name, bytes)
    }

    fn room(&self) -> io::Result<u64> {
        self.disk.room()
    }

    fn path(&self, name: &str) -> PathBuf {
        self.disk.path(name)
    }
}
