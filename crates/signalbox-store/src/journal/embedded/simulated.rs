//! A disk in memory that behaves as badly as a real one may, and a clock that stands still.
//!
//! What was written is visible at once and durable only after a sync. Cutting the power keeps of the rest whichever sectors
//! it likes. A sync that fails forgets what it should have made durable, as Linux does: the pages look clean and the next
//! sync succeeds. Any operation can be told to fail.

use std::collections::BTreeMap;
use std::io;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

use parking_lot::Mutex;

use super::super::Clock;
use super::disk::{Access, Disk, DiskFile};

/// What a disk writes whole or not at all.
const SECTOR_BYTES: usize = 512;

/// A disk in memory; clones are the same disk.
#[derive(Clone, Default)]
pub struct SimulatedDisk {
    state: Arc<Mutex<State>>,
}

#[derive(Clone, Default)]
struct State {
    files: BTreeMap<String, FileState>,
    operations: u64,
    is_failing: Option<Arc<dyn Fn(u64) -> bool + Send + Sync>>,
    bytes_read: u64,
    bytes_max: Option<usize>,
    /// What is kept to replace a file once more, by its name.
    spares: BTreeMap<String, usize>,
    /// The files before each operation, if that is recorded.
    history: Option<Vec<BTreeMap<String, FileState>>>,
}

#[derive(Clone, Default)]
struct FileState {
    visible: Vec<u8>,
    durable: Vec<u8>,
    /// Written and not synced.
    dirty: Vec<Range<usize>>,
    /// Whether the folder has been synced since the file was made.
    is_linked: bool,
}

impl SimulatedDisk {
    /// Returns an empty disk.
    pub fn new() -> Self {
        Self::default()
    }

    /// Returns another disk that holds the same and does not fail.
    pub fn copy(&self) -> Self {
        Self::holding(self.state.lock().files.clone())
    }

    /// Returns how many operations that change something have been asked for.
    pub fn operations(&self) -> u64 {
        self.state.lock().operations
    }

    /// Returns how many bytes have been read.
    pub fn bytes_read(&self) -> u64 {
        self.state.lock().bytes_read
    }

    /// Lets the operations with these numbers fail; a failing write leaves half of its bytes behind.
    pub fn fail(&self, operations: Range<u64>) {
        self.fail_when(move |operation| operations.contains(&operation));
    }

    /// Lets the operations fail whose numbers are chosen.
    pub fn fail_when(&self, choose: impl Fn(u64) -> bool + Send + Sync + 'static) {
        self.state.lock().is_failing = Some(Arc::new(choose));
    }

    /// Keeps the disk as it is before each operation from now on.
    pub fn record_history(&self) {
        self.state.lock().history.get_or_insert_default();
    }

    /// Returns the disk as it was before each operation since it has been recorded.
    pub fn history(&self) -> Vec<Self> {
        let history = self.state.lock().history.clone().unwrap_or_default();
        history.into_iter().map(Self::holding).collect()
    }

    /// Refuses to hold more bytes than this.
    pub fn limit_bytes(&self, bytes_max: Option<usize>) {
        self.state.lock().bytes_max = bytes_max;
    }

    /// Refuses to hold more than it does now.
    pub fn fill_up(&self) {
        let mut state = self.state.lock();
        state.bytes_max = Some(state.used());
    }

    /// Lets others take the room that is kept for replacing files.
    pub fn lose_spares(&self) {
        self.state.lock().spares.clear();
    }

    /// Returns the disk as it is after the power was cut; `seed` decides what survived of what was not synced.
    pub fn cut_power(&self, seed: u64) -> Self {
        let mut files = self.state.lock().files.clone();
        let mut random = seed;
        files.retain(|_, file| file.is_linked);
        for file in files.values_mut() {
            file.lose_power(&mut random);
        }
        Self::holding(files)
    }

    /// Returns the names of the files.
    pub fn names(&self) -> Vec<String> {
        self.state.lock().files.keys().cloned().collect()
    }

    /// Returns what a file holds.
    pub fn contents(&self, name: &str) -> Vec<u8> {
        self.state.lock().files.get(name).map(|file| file.visible.clone()).unwrap_or_default()
    }

    /// Changes a file behind the journal's back, durably.
    pub fn tamper(&self, name: &str, change: impl FnOnce(&mut Vec<u8>)) {
        if let Some(file) = self.state.lock().files.get_mut(name) {
            change(&mut file.visible);
            file.durable.clone_from(&file.visible);
            file.dirty.clear();
        }
    }

    /// Tells whether these bytes of a file would survive a power cut.
    pub fn is_durable(&self, name: &str, range: Range<usize>) -> bool {
        let state = self.state.lock();
        let file = state.files.get(name).filter(|file| file.is_linked);
        file.is_some_and(|file| {
            file.visible.get(range.clone()) == file.durable.get(range.clone())
                && range.end <= file.durable.len()
        })
    }

    fn holding(files: BTreeMap<String, FileState>) -> Self {
        Self { state: Arc::new(Mutex::new(State { files, ..State::default() })) }
    }
}

impl FileState {
    fn write(&mut self, bytes: &[u8], offset: usize) {
        let end = offset + bytes.len();
        if self.visible.len() < end {
            self.visible.resize(end, 0);
        }
        if let Some(place) = self.visible.get_mut(offset..end) {
            place.copy_from_slice(bytes);
        }
        self.dirty.push(offset..end);
    }

    fn sync(&mut self) {
        for range in std::mem::take(&mut self.dirty) {
            self.make_durable(range);
        }
    }

    fn make_durable(&mut self, range: Range<usize>) {
        if self.durable.len() < range.end {
            self.durable.resize(range.end, 0);
        }
        let (from, to) = (self.visible.get(range.clone()), self.durable.get_mut(range));
        if let (Some(from), Some(to)) = (from, to) {
            to.copy_from_slice(from);
        }
    }

    fn lose_power(&mut self, random: &mut u64) {
        for range in std::mem::take(&mut self.dirty) {
            let mut start = range.start;
            while start < range.end {
                let end = range.end.min((start / SECTOR_BYTES + 1) * SECTOR_BYTES);
                if next_random(random).is_multiple_of(2) {
                    self.make_durable(start..end);
                }
                start = end;
            }
        }
        self.visible.clone_from(&self.durable);
    }
}

impl State {
    /// Counts an operation and tells whether it may succeed.
    fn begin(&mut self) -> io::Result<()> {
        let number = self.operations;
        self.operations += 1;
        if let Some(history) = &mut self.history {
            history.push(self.files.clone());
        }
        if self.is_failing.as_ref().is_some_and(|is_failing| is_failing(number)) {
            return Err(io::Error::other("simulated failure"));
        }
        Ok(())
    }

    fn file(&mut self, name: &str) -> io::Result<&mut FileState> {
        self.files.get_mut(name).ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    fn write(&mut self, name: &str, bytes: &[u8], offset: usize) -> io::Result<()> {
        if let Err(error) = self.begin() {
            let half = bytes.get(..bytes.len() / 2).unwrap_or_default();
            self.file(name)?.write(half, offset);
            return Err(error);
        }
        let length = self.file(name)?.visible.len();
        self.take_room((offset + bytes.len()).saturating_sub(length))?;
        self.file(name)?.write(bytes, offset);
        Ok(())
    }

    fn take_room(&self, bytes: usize) -> io::Result<()> {
        match self.bytes_max {
            Some(bytes_max) if bytes > 0 && self.used() + bytes > bytes_max => {
                Err(io::ErrorKind::StorageFull.into())
            }
            _ => Ok(()),
        }
    }

    fn used(&self) -> usize {
        let files = self.files.values().map(|file| file.visible.len());
        files.chain(self.spares.values().copied()).sum()
    }

    fn sync(&mut self, name: &str) -> io::Result<()> {
        let begun = self.begin();
        let file = self.file(name)?;
        match begun {
            Ok(()) => file.sync(),
            Err(_) => file.dirty.clear(),
        }
        begun
    }
}

impl Disk for SimulatedDisk {
    fn list(&self) -> io::Result<Vec<String>> {
        Ok(self.names())
    }

    fn make_folder(&self, _name: &str) -> io::Result<()> {
        self.state.lock().begin()
    }

    fn create(&self, name: &str) -> io::Result<Arc<dyn DiskFile>> {
        let mut state = self.state.lock();
        state.begin()?;
        if state.files.contains_key(name) {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        state.files.insert(name.to_owned(), FileState::default());
        Ok(Arc::new(SimulatedFile { name: name.to_owned(), state: Arc::clone(&self.state) }))
    }

    fn open(&self, name: &str, _access: Access) -> io::Result<Arc<dyn DiskFile>> {
        self.state.lock().file(name)?;
        Ok(Arc::new(SimulatedFile { name: name.to_owned(), state: Arc::clone(&self.state) }))
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        let mut state = self.state.lock();
        state.begin()?;
        state.files.remove(name).map(|_| ()).ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    fn replace(&self, name: &str, contents: &[u8]) -> io::Result<()> {
        let mut state = self.state.lock();
        state.begin()?;
        // The old contents are there until the new ones are.
        let spare = state.spares.get(name).copied().unwrap_or_default();
        state.take_room(contents.len().saturating_sub(spare))?;
        state.spares.remove(name);
        let (visible, durable) = (contents.to_vec(), contents.to_vec());
        let file = FileState { visible, durable, dirty: Vec::new(), is_linked: true };
        state.files.insert(name.to_owned(), file);
        if state.take_room(contents.len()).is_ok() {
            state.spares.insert(name.to_owned(), contents.len());
        }
        Ok(())
    }

    fn sync_folder(&self) -> io::Result<()> {
        let mut state = self.state.lock();
        state.begin()?;
        state.files.values_mut().for_each(|file| file.is_linked = true);
        Ok(())
    }

    fn occupy(&self, name: &str, bytes: u64) -> io::Result<()> {
        let mut state = self.state.lock();
        state.files.entry(name.to_owned()).or_default();
        state.write(name, &vec![0; bytes as usize], 0)
    }

    fn room(&self) -> io::Result<u64> {
        let state = self.state.lock();
        let free = |bytes_max: usize| bytes_max.saturating_sub(state.used()) as u64;
        Ok(state.bytes_max.map_or(u64::MAX, free))
    }

    fn path(&self, name: &str) -> PathBuf {
        PathBuf::from("/simulated").join(name)
    }
}

struct SimulatedFile {
    name: String,
    state: Arc<Mutex<State>>,
}

impl DiskFile for SimulatedFile {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        let mut state = self.state.lock();
        let visible = &state.file(&self.name)?.visible;
        let rest = visible.get(offset as usize..).unwrap_or_default();
        let read = rest.len().min(buffer.len());
        if let (Some(to), Some(from)) = (buffer.get_mut(..read), rest.get(..read)) {
            to.copy_from_slice(from);
        }
        state.bytes_read += read as u64;
        Ok(read)
    }

    fn write_all_at(&self, bytes: &[u8], offset: u64) -> io::Result<()> {
        self.state.lock().write(&self.name, bytes, offset as usize)
    }

    fn sync_data(&self) -> io::Result<()> {
        self.state.lock().sync(&self.name)
    }

    fn length(&self) -> io::Result<u64> {
        Ok(self.state.lock().file(&self.name)?.visible.len() as u64)
    }
}

/// A clock that moves only when told to.
pub struct SimulatedClock {
    start: Instant,
    elapsed_ms: AtomicI64,
}

impl SimulatedClock {
    /// Returns a clock that stands at the beginning of 2026.
    pub fn new() -> Self {
        Self { start: Instant::now(), elapsed_ms: AtomicI64::new(0) }
    }

    /// Moves on.
    pub fn advance(&self, by: Duration) {
        self.elapsed_ms.fetch_add(by.as_millis() as i64, Ordering::Relaxed);
    }
}

impl Default for SimulatedClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for SimulatedClock {
    fn now_ms(&self) -> i64 {
        START_OF_2026_MS + self.elapsed_ms.load(Ordering::Relaxed)
    }

    fn instant(&self) -> Instant {
        let elapsed_ms = self.elapsed_ms.load(Ordering::Relaxed).unsigned_abs();
        self.start + Duration::from_millis(elapsed_ms)
    }
}

const START_OF_2026_MS: i64 = 1_767_225_600_000;

/// SplitMix64: small, and the same everywhere.
fn next_random(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mixed = (*state ^ (*state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}
