//! The reserve: a file that occupies room on the disk in order to be given up when the disk is full.
//!
//! Settling a delivery writes to the desk, and a delivery that cannot be settled is one that may be sent twice. When the
//! desk finds the disk full the reserve goes, outcomes settle in its place, and nothing new is accepted, for that would take
//! the room from them. What has been delivered lets go of segments, and these are given back to the file system before
//! their time; when there is room the reserve is made again and intake goes on.

use std::io;

use tracing::{info, warn};

use super::disk::Disk;
use super::engine::{Engine, WriteError};

/// The name of the reserve's file in the journal's folder.
pub(super) const RESERVE_FILE: &str = "reserve";

/// Whether the reserve is there.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Reserve {
    /// It is made as soon as there is room.
    Missing,
    /// It occupies its room.
    Held,
    /// It was given up for the desk, and nothing is appended until it is back.
    GivenUp,
}

impl Engine {
    /// Gives the reserve up and refuses to append until there is room for it again.
    pub(super) fn give_up_reserve(&self) {
        let making = self.making.lock();
        let before = std::mem::replace(&mut *self.reserve.lock(), Reserve::GivenUp);
        if before == Reserve::Held && remove(&*self.disk) {
            warn!(
                bytes = self.options.reserve_bytes,
                "Disk is full, the reserve is given up so that deliveries settle"
            );
        }
        drop(making);
        self.set_failure(self.no_room().into());
    }

    /// Removes the reserve for the few bytes without which no segment can be given up; it is made again when there is room.
    /// Says whether it was there. The caller holds `making`.
    pub(super) fn spend_reserve(&self) -> bool {
        if *self.reserve.lock() != Reserve::Held || !remove(&*self.disk) {
            return false;
        }
        *self.reserve.lock() = Reserve::Missing;
        warn!("Disk is full, the reserve is given up so that a segment can be used again");
        true
    }

    /// Makes the reserve where it is missing and there is room for it twice; gives up history for it.
    pub(super) fn make_reserve(&self) -> Result<(), WriteError> {
        let bytes = self.options.reserve_bytes;
        let _making = self.making.lock();
        if bytes == 0 || *self.reserve.lock() == Reserve::Held {
            return Ok(());
        }
        while self.disk.room()? < 2 * bytes {
            let released = self.catalog.lock().released_segments();
            match self.give_up_oldest(released, 0)? {
                Some(segment) => self.remove(&segment),
                None => return Err(self.no_room().into()),
            }
        }
        if let Err(error) = self.disk.occupy(RESERVE_FILE, bytes) {
            remove(&*self.disk);
            return Err(error.into());
        }
        *self.reserve.lock() = Reserve::Held;
        info!(bytes, "Reserve for a full disk is there");
        Ok(())
    }

    /// After it was given up the reserve comes first: without it the next outcomes would not settle.
    pub(super) fn regain_reserve(&self) -> Result<(), WriteError> {
        let reserve = *self.reserve.lock();
        if reserve == Reserve::GivenUp { self.make_reserve() } else { Ok(()) }
    }

    fn no_room(&self) -> io::Error {
        let wanted = (2 * self.options.reserve_bytes) >> 20;
        let words = format!("the disk is full, intake goes on when {wanted} MiB are free");
        io::Error::new(io::ErrorKind::StorageFull, words)
    }
}

/// Removes the reserve's file; false if there is none, or it cannot be removed.
pub(super) fn remove(disk: &dyn Disk) -> bool {
    let removed = disk.remove(RESERVE_FILE);
    if let Err(error) = &removed
        && error.kind() != io::ErrorKind::NotFound
    {
        warn!(%error, "Reserve could not be removed");
    }
    removed.is_ok()
}
