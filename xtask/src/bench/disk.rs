//! The disk below the run: what it is, and what a sync of it takes.
//!
//! A file system in memory would make every promise of durability free, so it is refused.

use std::fs::{self, File, OpenOptions};
use std::os::unix::fs::{FileExt as _, MetadataExt as _};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};

use super::sample::percentile;

/// Where a folder is.
pub(super) struct Disk {
    pub(super) device: String,
    pub(super) file_system: String,
}

impl Disk {
    /// Looks the folder's mount up.
    ///
    /// # Errors
    /// Where it is in memory.
    pub(super) fn of(folder: &Path) -> anyhow::Result<Self> {
        let folder = folder.canonicalize()?;
        let mounts = fs::read_to_string("/proc/self/mountinfo").context("read the mounts")?;
        let mount = mounts.lines().filter_map(|line| mount(line, &folder)).max_by_key(|at| at.0);
        let (_, disk) = mount.context("find the folder's mount")?;
        if IN_MEMORY.contains(&disk.file_system.as_str()) {
            bail!(
                "`{}` is in memory (`{}`), where a sync costs nothing; name a folder on a disk with `--folder`",
                folder.display(),
                disk.file_system
            );
        }
        Ok(disk)
    }
}

/// Returns how long the mount's point is, if the folder is below it. Of mounts on one point the
/// last counts.
fn mount(line: &str, folder: &Path) -> Option<(usize, Disk)> {
    let (left, right) = line.split_once(" - ")?;
    let point = left.split(' ').nth(4)?;
    let mut right = right.split(' ');
    let (file_system, device) = (right.next()?.to_owned(), right.next()?.to_owned());
    folder.starts_with(point).then_some((point.len(), Disk { device, file_system }))
}

/// A file whose blocks are there already, overwritten and synced to see what that takes.
pub(super) struct Probe {
    file: File,
    block: Vec<u8>,
    next: u64,
}

/// What syncs took.
pub(super) struct Syncs {
    pub(super) p50: Duration,
    pub(super) p99: Duration,
}

impl Probe {
    /// Makes the file in `folder`.
    pub(super) fn create(folder: &Path) -> anyhow::Result<Self> {
        let path = folder.join("probe");
        let file = OpenOptions::new().create(true).truncate(true).write(true).open(&path)?;
        file.write_all_at(&vec![0; BLOCK * BLOCKS as usize], 0)?;
        file.sync_all()?;
        Ok(Self { file, block: vec![1; BLOCK], next: 0 })
    }

    /// Writes 4 KiB and syncs it; returns what both took.
    pub(super) fn sync(&mut self) -> anyhow::Result<Duration> {
        let began = Instant::now();
        self.file.write_all_at(&self.block, self.next * BLOCK as u64)?;
        self.file.sync_data()?;
        self.next = (self.next + 1) % BLOCKS;
        Ok(began.elapsed())
    }

    /// Does that so often, one after the other.
    pub(super) fn measure(&mut self, count: usize) -> anyhow::Result<Syncs> {
        let took: anyhow::Result<Vec<_>> = (0..count).map(|_| self.sync()).collect();
        Ok(Syncs::of(&mut took?))
    }
}

/// Syncs that are measured while something else is, one every few milliseconds.
pub(super) struct Beside {
    is_over: Arc<AtomicBool>,
    thread: JoinHandle<anyhow::Result<Syncs>>,
}

impl Beside {
    /// Begins, with a file in `folder`.
    pub(super) fn start(folder: &Path) -> anyhow::Result<Self> {
        let (mut probe, is_over) = (Probe::create(folder)?, Arc::new(AtomicBool::new(false)));
        let until = Arc::clone(&is_over);
        let thread = thread::spawn(move || {
            let (mut took, began) = (Vec::new(), Instant::now());
            while !until.load(Relaxed) && began.elapsed() < BESIDE_MAX {
                took.push(probe.sync()?);
                thread::sleep(BESIDE_EVERY);
            }
            Ok(Syncs::of(&mut took))
        });
        Ok(Self { is_over, thread })
    }

    /// Ends, and returns what the syncs took.
    pub(super) fn stop(self) -> anyhow::Result<Syncs> {
        self.is_over.store(true, Relaxed);
        self.thread.join().map_err(|_| anyhow::anyhow!("the probe ended early"))?
    }
}

impl Syncs {
    fn of(took: &mut [Duration]) -> Self {
        Self { p50: percentile(took, 50), p99: percentile(took, 99) }
    }
}

/// Returns the bytes that the files of a folder occupy.
pub(super) fn occupied(folder: &Path) -> anyhow::Result<u64> {
    let mut bytes = 0;
    for entry in fs::read_dir(folder)? {
        bytes += entry?.metadata()?.blocks() * 512;
    }
    Ok(bytes)
}

const IN_MEMORY: &[&str] = &["tmpfs", "ramfs", "devtmpfs", "hugetlbfs"];

const BLOCK: usize = 4096;

const BESIDE_EVERY: Duration = Duration::from_millis(5);

const BESIDE_MAX: Duration = Duration::from_secs(120);

/// 16 MiB.
const BLOCKS: u64 = 4096;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_on_the_mount_above_it() {
        let line = "22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw";

        let (length, disk) = mount(line, Path::new("/srv/data")).unwrap();

        assert_eq!(
            (length, disk.device.as_str(), disk.file_system.as_str()),
            (1, "/dev/vda", "ext4")
        );
        let other = "30 22 0:25 / /dev/shm rw - tmpfs tmpfs rw";
        assert!(mount(other, Path::new("/srv/data")).is_none());
    }
}
