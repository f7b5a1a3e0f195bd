//! Makes segments ready for chunks, one ahead, and gives back what is no longer needed.

use std::io;
use std::sync::atomic::Ordering;
use std::time::Duration;

use tracing::warn;

use super::engine::{Engine, RETRY_AFTER, WriteError};
use super::header::BLOCK_BYTES;
use super::segment::{FIRST_NUMBER, HEADER_BLOCKS, Segment};

/// How many segments past `keep` stay to be used again; more are given back to the file system.
const RECYCLABLE_MAX: usize = 2;

/// Where a segment may come from, in the order they are tried.
#[derive(Clone, Copy)]
enum Origin {
    /// A file whose making was cut short.
    Unfinished,
    /// The oldest segment, once it is behind every checkpoint and past `keep`.
    Recyclable,
    /// A new file.
    New,
    /// A file that failed before.
    Failed,
    /// The oldest segment behind every checkpoint though not past `keep`: history is given up before senders are refused.
    Released,
}

const ORIGINS: [Origin; 5] =
    [Origin::Unfinished, Origin::Recyclable, Origin::New, Origin::Failed, Origin::Released];

impl Engine {
    /// Returns a segment ready for a chunk of so many blocks; waits for the thread, or makes one, if there is none.
    pub(super) fn next_segment(&self, blocks: u32) -> Result<Segment, WriteError> {
        if let Some(segment) = self.take_ready(blocks) {
            return Ok(segment);
        }
        let _making = self.making.lock();
        match self.take_ready(blocks) {
            Some(segment) => Ok(segment),
            None => self.make_segment(blocks),
        }
    }

    fn take_ready(&self, blocks: u32) -> Option<Segment> {
        let segment = self.catalog.lock().take_ready(blocks);
        self.wanted.notify_one();
        segment
    }

    /// Tries one origin after the other; if none has a segment the last failure counts.
    fn make_segment(&self, blocks: u32) -> Result<Segment, WriteError> {
        let mut failure = None;
        for origin in ORIGINS {
            match self.make_from(origin, blocks) {
                Ok(Some(segment)) => return Ok(segment),
                Ok(None) => {}
                Err(error) => failure = Some(error),
            }
        }
        let full = || WriteError::Full {
            bytes: self.catalog.lock().bytes(),
            bytes_max: self.options.bytes_max,
        };
        Err(failure.map_or_else(full, WriteError::from))
    }

    fn make_from(&self, origin: Origin, blocks: u32) -> io::Result<Option<Segment>> {
        let found = match origin {
            Origin::Unfinished => {
                self.catalog.lock().take_spare(blocks, |segment| segment.generation == 0)
            }
            Origin::Recyclable => self.take_recyclable(blocks),
            Origin::New => self.create_file(blocks)?,
            Origin::Failed => self.catalog.lock().take_spare(blocks, |_| true),
            Origin::Released => self.take_released(blocks),
        };
        found.map(|segment| self.prepare(&segment)).transpose()
    }

    fn take_recyclable(&self, blocks: u32) -> Option<Segment> {
        let mut catalog = self.catalog.lock();
        let recyclable = catalog.recyclable_segments(&self.options, self.clock.now_ms());
        if recyclable > 0 { catalog.take_oldest(blocks) } else { None }
    }

    fn take_released(&self, blocks: u32) -> Option<Segment> {
        let mut catalog = self.catalog.lock();
        if catalog.released_segments() > 0 { catalog.take_oldest(blocks) } else { None }
    }

    /// Makes a file unless the journal would occupy too much; none then. Its bytes are written when it is made ready.
    fn create_file(&self, blocks: u32) -> io::Result<Option<Segment>> {
        let (number, size) = {
            let mut catalog = self.catalog.lock();
            let size = self.blocks_of_new_file(catalog.number_next, blocks);
            let bytes = catalog.bytes() + u64::from(size) * BLOCK_BYTES as u64;
            if bytes > self.options.bytes_max {
                return Ok(None);
            }
            catalog.number_next += 1;
            (catalog.number_next - 1, size)
        };
        let file = self.disk.create(&Segment::file_name(number))?;
        Ok(Some(Segment { journal: self.journal, number, generation: 0, blocks: size, file }))
    }

    /// The very first file is small, so that the first group does not wait for 64 MiB of zeros.
    fn blocks_of_new_file(&self, number: u32, chunk_blocks: u32) -> u32 {
        let starter = self.options.starter_blocks();
        if number == FIRST_NUMBER && chunk_blocks + HEADER_BLOCKS <= starter { starter } else { self.options.segment_blocks() }
    }

    fn prepare(&self, segment: &Segment) -> io::Result<Segment> {
        segment.prepare(&*self.disk).inspect_err(|error| self.put_aside(segment, error))
    }

    /// A file that was never filled is removed, so that a full disk gets its space back; another one may be good later.
    fn put_aside(&self, segment: &Segment, error: &io::Error) {
        warn!(segment = segment.name(), %error, "Segment could not be made ready");
        if segment.generation > 0 || self.disk.remove(&segment.name()).is_err() {
            self.catalog.lock().spare.push_back(segment.clone());
        }
    }

    /// Keeps a segment ready until the journal is closed: the body of its thread.
    pub(super) fn keep_ready(&self) {
        let mut pause = None;
        while self.wait_for_work(pause) {
            let is_done = self.probe() && self.refill();
            self.trim();
            pause = (!is_done).then_some(RETRY_AFTER);
        }
    }

    /// Waits for something to do, or for the pause to be over; false if the journal is being closed.
    fn wait_for_work(&self, pause: Option<Duration>) -> bool {
        let mut catalog = self.catalog.lock();
        let is_stopping = || self.is_stopping.load(Ordering::Relaxed);
        match pause {
            Some(pause) => {
                self.wanted.wait_while_for(&mut catalog, |_| !is_stopping(), pause);
            }
            None => self.wanted.wait_while(&mut catalog, |catalog| {
                let surplus = catalog.recyclable_segments(&self.options, self.clock.now_ms());
                let has_work = catalog.ready.is_empty()
                    || surplus > RECYCLABLE_MAX
                    || self.failure.lock().is_some();
                !is_stopping() && !has_work
            }),
        }
        !is_stopping()
    }

    /// After a failure, proves that the disk takes a write and a sync again.
    fn probe(&self) -> bool {
        let now = self.clock.instant();
        match &*self.failure.lock() {
            None => return true,
            Some(failure) if !failure.allows_try(now) => return false,
            Some(_) => {}
        }
        match self.next_segment(1).and_then(|segment| Ok(self.prepare(&segment)?)) {
            Ok(segment) => {
                self.catalog.lock().ready.push(segment);
                self.clear_failure();
                true
            }
            Err(cause) => {
                self.set_failure(cause);
                false
            }
        }
    }

    fn refill(&self) -> bool {
        let _making = self.making.lock();
        if !self.catalog.lock().ready.is_empty() {
            return true;
        }
        match self.make_segment(1) {
            Ok(segment) => self.catalog.lock().ready.push(segment),
            Err(cause) => {
                warn!(error = %cause, "No segment is ready for when the one in use is full");
                return false;
            }
        }
        true
    }

    /// Gives files back to the file system that a large backlog has left behind.
    fn trim(&self) {
        while let Some(segment) = self.take_surplus() {
            if let Err(error) = self.disk.remove(&segment.name()) {
                self.put_aside(&segment, &error);
                return;
            }
        }
    }

    fn take_surplus(&self) -> Option<Segment> {
        let mut catalog = self.catalog.lock();
        let recyclable = catalog.recyclable_segments(&self.options, self.clock.now_ms());
        if recyclable > RECYCLABLE_MAX { catalog.take_oldest(0) } else { None }
    }
}
