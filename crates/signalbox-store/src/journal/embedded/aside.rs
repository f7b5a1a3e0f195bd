//! Names damage, and copies the damaged bytes aside before the segment is used again.

use std::io;
use std::path::PathBuf;

use tracing::error;

use super::super::Damage;
use super::disk::Access;
use super::engine::Engine;
use super::scan::Gap;
use super::segment::{Segment, offset_of};

/// The folder within the journal's that damaged bytes are copied to.
const FOLDER: &str = "damaged";
const PIECE_BYTES: usize = 1024 * 1024;

impl Engine {
    /// Adds a gap to the known damage; false if it is none, because the segment has been recycled meanwhile.
    pub(super) fn note_damage(&self, segment: &Segment, gap: &Gap) -> bool {
        if !self.catalog.lock().keeps(segment) {
            return false;
        }
        self.add_damage(segment, gap);
        true
    }

    /// Adds a gap to the known damage and says so.
    pub(super) fn add_damage(&self, segment: &Segment, gap: &Gap) {
        let damage = Damage {
            after: gap.after,
            through: gap.through,
            records: gap.records,
            committed_after_ms: gap.committed_after_ms,
            committed_before_ms: gap.committed_before_ms,
            file: segment.name(),
            offset: offset_of(gap.block),
            bytes: offset_of(gap.end.saturating_sub(gap.block)),
            copy: self.copy_aside(segment, gap),
        };
        if self.catalog.lock().add_damage(damage.clone()) {
            error!(
                journal.through = %damage.through,
                segment = damage.file,
                offset = damage.offset,
                size_bytes = damage.bytes,
                records = damage.records,
                "Journal is damaged, acknowledged records are lost"
            );
        }
    }

    fn copy_aside(&self, segment: &Segment, gap: &Gap) -> Option<PathBuf> {
        if self.access == Access::Read {
            return None;
        }
        let name =
            format!("{FOLDER}/{:08}-{}-{}.bytes", segment.number, segment.generation, gap.block);
        match self.copy(segment, gap, &name) {
            Ok(()) => Some(self.disk.path(&name)),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                Some(self.disk.path(&name))
            }
            Err(error) => {
                error!(segment = segment.name(), %error, "Damaged bytes could not be copied aside");
                None
            }
        }
    }

    fn copy(&self, segment: &Segment, gap: &Gap, name: &str) -> io::Result<()> {
        self.disk.make_folder(FOLDER)?;
        let copy = self.disk.create(name)?;
        let (start, end) = (offset_of(gap.block), offset_of(gap.end));
        let mut piece = vec![0; PIECE_BYTES.min((end - start) as usize)];
        let mut offset = start;
        while offset < end {
            let read = segment.file.read_at(&mut piece, offset)?;
            let wanted = read.min((end - offset) as usize);
            if wanted == 0 {
                break;
            }
            copy.write_all_at(piece.get(..wanted).unwrap_or_default(), offset - start)?;
            offset += wanted as u64;
        }
        copy.sync_data()
    }
}
