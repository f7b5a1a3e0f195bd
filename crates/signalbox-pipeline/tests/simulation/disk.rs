//! The simulated disk behind the power supply.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use signalbox_store::journal::simulated::SimulatedDisk;
use signalbox_store::journal::{Access, Disk, DiskFile};

use super::power::{Blow, Point, Power};

/// A disk whose writes and syncs can be hit.
#[derive(Clone)]
pub(crate) struct PoweredDisk {
    pub(crate) disk: SimulatedDisk,
    pub(crate) power: Power,
}

impl PoweredDisk {
    fn change<T>(&self, point: Point, change: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
        self.powered()?;
        match self.power.strike(point) {
            None => change(),
            Some(Blow::Error) => {
                let next = self.disk.operations();
                self.disk.fail(next..next + 1);
                change()
            }
            Some(Blow::DarkBefore) => {
                self.power.cut();
                Err(no_power())
            }
            Some(Blow::DarkAfter) => {
                let changed = change();
                self.power.cut();
                changed
            }
        }
    }

    fn powered(&self) -> io::Result<()> {
        if self.power.is_out() { Err(no_power()) } else { Ok(()) }
    }

    fn file(&self, file: Arc<dyn DiskFile>) -> Arc<dyn DiskFile> {
        Arc::new(PoweredFile { file, disk: self.clone() })
    }
}

fn no_power() -> io::Error {
    io::Error::other("the power is out")
}

impl Disk for PoweredDisk {
    fn list(&self) -> io::Result<Vec<String>> {
        self.disk.list()
    }

    fn make_folder(&self, name: &str) -> io::Result<()> {
        self.change(Point::Write, || self.disk.make_folder(name))
    }

    fn create(&self, name: &str) -> io::Result<Arc<dyn DiskFile>> {
        self.change(Point::Write, || self.disk.create(name)).map(|file| self.file(file))
    }

    fn open(&self, name: &str, access: Access) -> io::Result<Arc<dyn DiskFile>> {
        self.disk.open(name, access).map(|file| self.file(file))
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        self.change(Point::Write, || self.disk.remove(name))
    }

    fn replace(&self, name: &str, contents: &[u8]) -> io::Result<()> {
        self.change(Point::Write, || self.disk.replace(name, contents))
    }

    fn sync_folder(&self) -> io::Result<()> {
        self.change(Point::Sync, || self.disk.sync_folder())
    }

    fn occupy(&self, name: &str, bytes: u64) -> io::Result<()> {
        self.change(Point::Write, || self.disk.occupy(name, bytes))
    }

    fn room(&self) -> io::Result<u64> {
        self.disk.room()
    }

    fn path(&self, name: &str) -> PathBuf {
        self.disk.path(name)
    }
}

struct PoweredFile {
    file: Arc<dyn DiskFile>,
    disk: PoweredDisk,
}

impl DiskFile for PoweredFile {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        self.disk.powered()?;
        self.file.read_at(buffer, offset)
    }

    fn write_all_at(&self, bytes: &[u8], offset: u64) -> io::Result<()> {
        self.disk.change(Point::Write, || self.file.write_all_at(bytes, offset))
    }

    fn sync_data(&self) -> io::Result<()> {
        self.disk.change(Point::Sync, || self.file.sync_data())
    }

    fn length(&self) -> io::Result<u64> {
        self.file.length()
    }
}
