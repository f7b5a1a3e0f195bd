//! Opens the engine on a disk and begins its epoch.

use std::io::ErrorKind::StorageFull;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use parking_lot::{Condvar, Mutex};
use tokio::sync::watch;
use tracing::{info, warn};

use super::super::{Clock, JournalError, JournalOptions, OpenError, Position, Totals};
use super::disk::{Access, Disk};
use super::engine::Engine;
use super::folder::{Folder, io_error};
use super::fresh::Fresh;
use super::header::{BLOCK_BYTES, ChunkHeader, Manifest};
use super::recover::recover;
use super::reserve::{self, RESERVE_FILE, Reserve};
use super::scan::Gap;
use super::segment::{Segment, offset_of};
use super::writer::{OpenSegment, Writer};

impl Engine {
    /// Opens the journal on the disk, or makes one if there is none and `access` allows writing.
    pub(super) fn open(
        disk: Arc<dyn Disk>,
        clock: Arc<dyn Clock>,
        options: JournalOptions,
        access: Access,
    ) -> Result<Self, OpenError> {
        options.check()?;
        let folder = match Folder::look(&*disk, access, options.segment_blocks())? {
            Some(folder) => folder,
            None => make_folder(&*disk, access)?,
        };
        let (journal, epoch_before, floor) = (folder.journal, folder.epoch, folder.floor);
        let mut found = recover(folder).map_err(|source| io_error(&*disk, "read", "", source))?;
        let epoch = next_epoch(epoch_before, found.newest);
        if access == Access::Write {
            begin_epoch(&*disk, &Manifest { journal, epoch, floor })?;
            found.open = secure_tail(found.open, found.last.as_ref());
        }
        let reserved = disk.open(RESERVE_FILE, Access::Read).and_then(|file| file.length());
        let has_reserve = reserved.is_ok_and(|bytes| bytes >= options.reserve_bytes);
        let reserve = if has_reserve { Reserve::Held } else { Reserve::Missing };
        let head = watch::Sender::new(found.catalog.head());
        let writer = Mutex::new(Writer::new(&mut found));
        let fresh = Fresh::new(options.fresh_bytes);
        let engine = Self {
            disk,
            clock,
            options,
            journal,
            epoch,
            access,
            writer,
            head,
            catalog: Mutex::new(found.catalog),
            fresh,
            reserve: Mutex::new(reserve),
            making: Mutex::new(()),
            wanted: Condvar::new(),
            is_stopping: AtomicBool::new(false),
            failure: Mutex::new(None),
        };
        engine.finish_opening(&found.gaps)?;
        Ok(engine)
    }

    fn finish_opening(&self, gaps: &[(Segment, Gap)]) -> Result<(), OpenError> {
        for (segment, gap) in gaps {
            self.add_damage(segment, gap);
        }
        let totals = self
            .newest_totals()
            .map_err(|error| OpenError::Totals { reason: error.to_string() })?;
        let mut catalog = self.catalog.lock();
        catalog.totals = totals;
        let head = catalog.head().map(|head| head.to_string());
        info!(journal = %self.journal, head, segments = catalog.kept.len(), "Journal opened");
        Ok(())
    }

    /// Returns the sums of the newest chunk that is readable.
    fn newest_totals(&self) -> Result<Totals, JournalError> {
        let mut before = None;
        while let Some(position) = self.last_before(before)? {
            if let Some(chunk) = self.chunk(position)? {
                return Ok(chunk.totals().clone());
            }
            warn!(%position, "Sums are taken from an older chunk, the newest one is damaged");
            before = Some(position);
        }
        Ok(Totals::default())
    }
}

fn make_folder(disk: &dyn Disk, access: Access) -> Result<Folder, OpenError> {
    if access == Access::Read {
        return Err(OpenError::Missing { folder: disk.path("").display().to_string() });
    }
    disk.make_folder("").map_err(|source| io_error(disk, "make folder", "", source))?;
    Ok(Folder::new())
}

/// Returns an epoch no start ever had. Where the manifest is lost, starts may have left no trace at all.
fn next_epoch(manifest: Option<u32>, newest: Option<Position>) -> u32 {
    let newest = newest.map_or(0, Position::epoch);
    manifest.map_or(newest + EPOCHS_WITHOUT_TRACE_MAX, |epoch| epoch.max(newest)) + 1
}

/// Makes the epoch durable before any position of it is given. A full disk takes it in place of the reserve.
fn begin_epoch(disk: &dyn Disk, manifest: &Manifest) -> Result<(), OpenError> {
    let write = || disk.replace(Manifest::FILE, &manifest.encode());
    let written = match write() {
        Err(error) if error.kind() == StorageFull && reserve::remove(disk) => write(),
        written => written,
    };
    written.map_err(|source| io_error(disk, "write", Manifest::FILE, source))
}

/// Writes the last chunk once more, as it is, and syncs it before any reader sees it. After a crash it may be in memory
/// only, and after a failed sync it may look clean there though the disk never got it.
fn secure_tail(open: Option<OpenSegment>, last: Option<&ChunkHeader>) -> Option<OpenSegment> {
    let open = open?;
    let secured = last.map_or(Ok(()), |last| write_again(&open.segment, last));
    match secured.and_then(|()| open.segment.is_whole()) {
        Ok(true) => Some(open),
        Ok(false) => None,
        Err(error) => {
            warn!(segment = open.segment.name(), %error, "Newest segment cannot be written to, going on in another");
            None
        }
    }
}

fn write_again(segment: &Segment, chunk: &ChunkHeader) -> std::io::Result<()> {
    let mut bytes = vec![0; chunk.blocks() as usize * BLOCK_BYTES];
    let read = segment.file.read_at(&mut bytes, offset_of(chunk.block))?;
    bytes.truncate(read);
    segment.file.write_all_at(&bytes, offset_of(chunk.block))?;
    segment.file.sync_data()
}

const EPOCHS_WITHOUT_TRACE_MAX: u32 = 1_000;
