//! Makes segments ready for chunks: where they come from, and what is given up for them.

use std::io::{self, ErrorKind::StorageFull};

use tracing::warn;

use super::super::Position;
use super::catalog::take_fitting;
use super::engine::{Engine, WriteError};
use super::header::{BLOCK_BYTES, Manifest};
use super::segment::{FIRST_BLOCK, FIRST_NUMBER, HEADER_BLOCKS, Segment};

/// Where a segment may come from, in the order they are tried.
#[derive(Clone, Copy)]
enum Origin {
    /// A file that holds nothing: its making was cut short, or it was found so at the start.
    Spare,
    /// The oldest segment, once it is behind every checkpoint and past `keep`.
    Recyclable,
    /// A new file.
    New,
    /// A file that the disk failed to write to before.
    Failed,
    /// The oldest segment behind every checkpoint though not past `keep`: history is given up before senders are refused.
    Released,
}

const ORIGINS: [Origin; 5] =
    [Origin::Spare, Origin::Recyclable, Origin::New, Origin::Failed, Origin::Released];

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
        let segment = take_fitting(&mut self.catalog.lock().ready, blocks);
        self.want_work();
        segment
    }

    /// Tries one origin after the other; if none has a segment the last failure counts. The caller holds `making`.
    pub(super) fn make_segment(&self, blocks: u32) -> Result<Segment, WriteError> {
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
            Origin::Spare => take_fitting(&mut self.catalog.lock().spare, blocks),
            Origin::Recyclable => self.give_up_oldest(self.recyclable_segments(), blocks)?,
            Origin::New => self.create_file(blocks)?,
            Origin::Failed => take_fitting(&mut self.catalog.lock().failed, blocks),
            Origin::Released => {
                let released = self.catalog.lock().released_segments();
                self.give_up_oldest(released, blocks)?
            }
        };
        found.map(|segment| self.prepare(&segment)).transpose()
    }

    pub(super) fn recyclable_segments(&self) -> usize {
        self.catalog.lock().recyclable_segments(&self.options, self.clock.now_ms())
    }

    /// Takes the oldest segment out of the catalog, if `allowed` is at least one and it has room for the chunk.
    ///
    /// The manifest says so first: should the segment keep its old header, for the disk fails or the power goes, it must
    /// not be taken for the beginning of the journal when the segments behind it are gone.
    pub(super) fn give_up_oldest(
        &self,
        allowed: usize,
        blocks: u32,
    ) -> io::Result<Option<Segment>> {
        let floor = {
            let catalog = self.catalog.lock();
            let oldest = catalog.kept.front().map(|kept| &kept.segment);
            let has_room = oldest.is_some_and(|segment| segment.has_room(FIRST_BLOCK, blocks));
            match catalog.kept.get(1) {
                Some(next) if allowed > 0 && has_room => next.first.position,
                _ => return Ok(None),
            }
        };
        self.write_manifest(Some(floor))?;
        Ok(self.catalog.lock().kept.pop_front().map(|kept| kept.segment))
    }

    /// Writes the manifest. Where there is not even room for that, the reserve goes: a segment is given up for it.
    fn write_manifest(&self, floor: Option<Position>) -> io::Result<()> {
        let manifest = Manifest { journal: self.journal, epoch: self.epoch, floor };
        let write = || self.disk.replace(Manifest::FILE, &manifest.encode());
        match write() {
            Err(error) if error.kind() == StorageFull && self.spend_reserve() => write(),
            written => written,
        }
    }

    /// Makes a file unless the journal would occupy too much; none then. Its bytes are written when it is made ready: where
    /// there is no room for them that is not begun, for others need what room there is.
    fn create_file(&self, blocks: u32) -> io::Result<Option<Segment>> {
        let room = self.disk.room()?;
        let (number, size) = {
            let mut catalog = self.catalog.lock();
            let size = self.blocks_of_new_file(catalog.number_next, blocks);
            let bytes = catalog.bytes() + u64::from(size) * BLOCK_BYTES as u64;
            if bytes > self.options.bytes_max {
                return Ok(None);
            }
            if room < u64::from(size) * BLOCK_BYTES as u64 {
                return Err(no_room());
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
        if number == FIRST_NUMBER && chunk_blocks + HEADER_BLOCKS <= starter {
            starter
        } else {
            self.options.segment_blocks()
        }
    }

    pub(super) fn prepare(&self, segment: &Segment) -> io::Result<Segment> {
        segment.prepare(&*self.disk).inspect_err(|_| self.put_aside(segment))
    }

    /// A file that was never filled is removed, so that a full disk gets its space back; another one may be good later.
    fn put_aside(&self, segment: &Segment) {
        if segment.generation == 0 {
            self.remove(segment);
        } else {
            self.catalog.lock().failed.push_back(segment.clone());
        }
    }

    pub(super) fn remove(&self, segment: &Segment) {
        if let Err(error) = self.disk.remove(&segment.name()) {
            warn!(segment = segment.name(), %error, "Segment could not be removed");
            self.catalog.lock().spare.push_back(segment.clone());
        }
    }
}

fn no_room() -> io::Error {
    let words = "no room for another segment on the disk";
    io::Error::new(io::ErrorKind::StorageFull, words)
}
