//! A disk whose syncs go through a door: while it is shut none of them comes back, and everything else goes on.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::{Condvar, Mutex};
use signalbox_store::journal::{Access, Disk, DiskFile};

/// The door; clones are the same one. It is open at first.
#[derive(Clone, Default)]
pub(crate) struct Door {
    inner: Arc<Inner>,
}

#[derive(Default)]
struct Inner {
    state: Mutex<State>,
    opened: Condvar,
}

#[derive(Default)]
struct State {
    is_shut: bool,
    waiting: usize,
}

/// A test that forgot the door fails all the same, after the longest that tests wait for anything and more.
const PATIENCE: Duration = Duration::from_secs(90);

impl Door {
    /// Lets no sync come back from now on.
    pub(crate) fn shut(&self) {
        self.inner.state.lock().is_shut = true;
    }

    /// Lets those that wait come back, and all others.
    pub(crate) fn open(&self) {
        self.inner.state.lock().is_shut = false;
        self.inner.opened.notify_all();
    }

    /// Whether a sync hangs.
    pub(crate) fn is_waited_at(&self) -> bool {
        self.inner.state.lock().waiting > 0
    }

    /// Puts the door into a disk.
    pub(super) fn around(&self, disk: Arc<dyn Disk>) -> Arc<dyn Disk> {
        Arc::new(DoorDisk { disk, door: self.clone() })
    }

    fn pass(&self) -> io::Result<()> {
        let mut state = self.inner.state.lock();
        state.waiting += 1;
        let waited = self.inner.opened.wait_while_for(&mut state, |state| state.is_shut, PATIENCE);
        state.waiting -= 1;
        if waited.timed_out() { Err(io::ErrorKind::TimedOut.into()) } else { Ok(()) }
    }
}

struct DoorDisk {
    disk: Arc<dyn Disk>,
    door: Door,
}

struct DoorFile {
    file: Arc<dyn DiskFile>,
    door: Door,
}

impl DoorDisk {
    fn file(&self, file: Arc<dyn DiskFile>) -> Arc<dyn DiskFile> {
        Arc::new(DoorFile { file, door: self.door.clone() })
    }
}

impl DiskFile for DoorFile {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        self.file.read_at(buffer, offset)
    }

    fn write_all_at(&self, bytes: &[u8], offset: u64) -> io::Result<()> {
        self.file.write_all_at(bytes, offset)
    }

    fn sync_data(&self) -> io::Result<()> {
        self.door.pass()?;
        self.file.sync_data()
    }

    fn length(&self) -> io::Result<u64> {
        self.file.length()
    }
}

impl Disk for DoorDisk {
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
