//! Copies what is durable now to another folder while the journal goes on: for backups.
//!
//! The copy is a journal like any other. Of each segment it has the bytes up to the end of its last chunk; what a segment
//! lacks behind that is made when it is used again. Nothing is recycled while a copy is being made.

use std::io;

use super::super::Position;
use super::catalog::Kept;
use super::disk::Disk;
use super::engine::Engine;
use super::header::Manifest;
use super::segment::{Segment, offset_of};

/// What is read and written at once.
const COPY_BYTES: usize = 1024 * 1024;

/// What a copy holds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct JournalCopy {
    /// The oldest chunk's position.
    pub tail: Option<Position>,
    /// The newest chunk's position.
    pub head: Option<Position>,
    /// The names of its files.
    pub files: Vec<String>,
}

/// Why a copy could not be made. What is in its folder is of no use.
#[derive(Debug, thiserror::Error)]
#[error("copy `{file}`: {source}; check the space and the permissions of the folder")]
pub struct CopyError {
    pub(super) file: String,
    pub(super) source: io::Error,
}

/// Keeps every segment as it is until it is dropped.
struct Hold<'a>(&'a Engine);

impl<'a> Hold<'a> {
    fn of(engine: &'a Engine) -> Self {
        engine.catalog.lock().holds += 1;
        Self(engine)
    }
}

impl Drop for Hold<'_> {
    fn drop(&mut self) {
        self.0.catalog.lock().holds -= 1;
        self.0.want_work();
    }
}

impl Engine {
    /// Copies what is durable to the empty folder `target`.
    ///
    /// # Errors
    /// Where the journal does not read or the target does not write.
    pub(super) fn copy_to(&self, target: &dyn Disk) -> Result<JournalCopy, CopyError> {
        let _hold = Hold::of(self);
        let (segments, tail, head) = {
            let catalog = self.catalog.lock();
            let segments: Vec<_> =
                catalog.kept.iter().map(|kept: &Kept| (kept.segment.clone(), kept.end)).collect();
            (segments, catalog.tail(), catalog.head())
        };
        let mut files = Vec::new();
        for (segment, end) in &segments {
            let name = segment.name();
            let error = |source| CopyError { file: name.clone(), source };
            copy_segment(segment, *end, target).map_err(error)?;
            files.push(name);
        }
        let manifest = Manifest { journal: self.journal, epoch: self.epoch, floor: tail };
        let write = target.replace(Manifest::FILE, &manifest.encode());
        write
            .and_then(|()| target.sync_folder())
            .map_err(|source| CopyError { file: Manifest::FILE.to_owned(), source })?;
        files.push(Manifest::FILE.to_owned());
        Ok(JournalCopy { tail, head, files })
    }
}

fn copy_segment(segment: &Segment, end: u32, target: &dyn Disk) -> io::Result<()> {
    let file = target.create(&segment.name())?;
    let mut buffer = vec![0; COPY_BYTES];
    let (mut offset, end) = (0, offset_of(end));
    while offset < end {
        let wanted = COPY_BYTES.min(usize::try_from(end - offset).unwrap_or(COPY_BYTES));
        let part = buffer.get_mut(..wanted).unwrap_or_default();
        let read = segment.file.read_at(part, offset)?;
        let Some(part) = part.get(..read).filter(|part| !part.is_empty()) else { break };
        file.write_all_at(part, offset)?;
        offset += read as u64;
    }
    file.sync_data()
}
