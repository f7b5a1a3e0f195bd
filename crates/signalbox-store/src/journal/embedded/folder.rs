//! What lies in a journal's folder when it is opened: the manifest and the segment files, each with the first chunk in it.
//!
//! Nothing is written here, so that a folder of a newer version, or of two journals, is refused untouched.

use std::io;
use std::sync::Arc;

use uuid::Uuid;

use super::super::{JournalId, OpenError, Position};
use super::disk::{Access, Disk, DiskFile};
use super::frame::{FORMAT_VERSION, FRAME_BYTES, FrameError};
use super::header::{BLOCK_BYTES, ChunkHeader, Manifest, SegmentHeader};
use super::scan::{find_header, newest_generation};
use super::segment::{FIRST_BLOCK, FIRST_NUMBER, Segment};

/// The contents of a folder.
pub(super) struct Folder {
    pub(super) journal: JournalId,
    /// The last epoch; none if the manifest is lost.
    pub(super) epoch: Option<u32>,
    /// What begins before it has been given up.
    pub(super) floor: Option<Position>,
    /// Segments with at least one chunk header, in no order.
    pub(super) used: Vec<(Segment, ChunkHeader)>,
    /// Segments that hold nothing.
    pub(super) empty: Vec<Segment>,
    pub(super) number_next: u32,
}

struct SegmentFile {
    number: u32,
    file: Arc<dyn DiskFile>,
    /// None where neither of the two is readable.
    header: Option<SegmentHeader>,
}

impl Folder {
    /// Looks at the folder; none if it holds no journal.
    pub(super) fn look(
        disk: &dyn Disk,
        access: Access,
        blocks_default: u32,
    ) -> Result<Option<Self>, OpenError> {
        let names = disk.list().map_err(|source| io_error(disk, "list folder", "", source))?;
        let files = open_segments(disk, access, &names)?;
        let manifest = if names.iter().any(|name| name == Manifest::FILE) {
            read_manifest(disk)?
        } else {
            None
        };
        if manifest.is_none() && files.is_empty() {
            return Ok(None);
        }
        let journal = journal_of(disk, manifest, &files)?;
        let mut folder = Self {
            journal,
            epoch: manifest.map(|manifest| manifest.epoch),
            floor: manifest.and_then(|manifest| manifest.floor),
            used: Vec::new(),
            empty: Vec::new(),
            number_next: files.iter().map(|file| file.number + 1).max().unwrap_or(FIRST_NUMBER),
        };
        for file in files {
            folder.add(disk, file, blocks_default)?;
        }
        Ok(Some(folder))
    }

    /// Returns the folder of a journal that is being made.
    pub(super) fn new() -> Self {
        Self {
            journal: JournalId(Uuid::new_v4()),
            epoch: Some(0),
            floor: None,
            used: Vec::new(),
            empty: Vec::new(),
            number_next: FIRST_NUMBER,
        }
    }

    fn add(
        &mut self,
        disk: &dyn Disk,
        file: SegmentFile,
        blocks_default: u32,
    ) -> Result<(), OpenError> {
        let name = Segment::file_name(file.number);
        let error = |source| io_error(disk, "read segment", &name, source);
        let segment = self.segment(file, blocks_default).map_err(error)?;
        match find_header(&segment, FIRST_BLOCK, None).map_err(error)? {
            Some(first) => self.used.push((segment, first)),
            None => self.empty.push(segment),
        }
        Ok(())
    }

    /// Without its header a segment is still what the newest chunks in it say.
    fn segment(&self, file: SegmentFile, blocks_default: u32) -> io::Result<Segment> {
        let SegmentFile { number, file, header } = file;
        let journal = self.journal;
        if let Some(SegmentHeader { generation, blocks, .. }) = header {
            return Ok(Segment { journal, number, generation, blocks, file });
        }
        let blocks = u32::try_from(file.length()? / BLOCK_BYTES as u64).unwrap_or(u32::MAX);
        let segment = Segment { journal, number, generation: 0, blocks, file };
        let generation = newest_generation(&segment)?;
        let blocks = if generation == 0 { blocks_default } else { blocks };
        Ok(Segment { generation, blocks, ..segment })
    }
}

fn open_segments(
    disk: &dyn Disk,
    access: Access,
    names: &[String],
) -> Result<Vec<SegmentFile>, OpenError> {
    let segments = names.iter().filter_map(|name| Some((name, Segment::number_of(name)?)));
    segments.map(|(name, number)| open_segment(disk, access, name, number)).collect()
}

fn open_segment(
    disk: &dyn Disk,
    access: Access,
    name: &str,
    number: u32,
) -> Result<SegmentFile, OpenError> {
    let file =
        disk.open(name, access).map_err(|source| io_error(disk, "open segment", name, source))?;
    let header = Segment::read_header(&*file, number)
        .map_err(|source| io_error(disk, "read segment", name, source))?;
    let header = known(disk, name, header)?;
    Ok(SegmentFile { number, file, header })
}

fn read_manifest(disk: &dyn Disk) -> Result<Option<Manifest>, OpenError> {
    let name = Manifest::FILE;
    let error = |source| io_error(disk, "read", name, source);
    let mut bytes = [0; FRAME_BYTES];
    disk.open(name, Access::Read).and_then(|file| file.read_at(&mut bytes, 0)).map_err(error)?;
    known(disk, name, Manifest::decode(&bytes))
}

/// Returns what was decoded, none where it is damaged; a newer format is an error.
fn known<T>(
    disk: &dyn Disk,
    name: &str,
    decoded: Result<T, FrameError>,
) -> Result<Option<T>, OpenError> {
    match decoded {
        Ok(decoded) => Ok(Some(decoded)),
        Err(FrameError::Invalid) => Ok(None),
        Err(FrameError::Newer(found)) => {
            let file = disk.path(name).display().to_string();
            Err(OpenError::NewerFormat { file, found, known: FORMAT_VERSION })
        }
    }
}

/// Returns whose folder it is: what the manifest says, or else the segments; refuses a segment of another journal.
fn journal_of(
    disk: &dyn Disk,
    manifest: Option<Manifest>,
    files: &[SegmentFile],
) -> Result<JournalId, OpenError> {
    let headers = || files.iter().filter_map(|file| file.header);
    let by_segment = || headers().map(|header| header.journal).next();
    let unreadable = || OpenError::Unrecognized { folder: disk.path("").display().to_string() };
    let expected =
        manifest.map(|manifest| manifest.journal).or_else(by_segment).ok_or_else(unreadable)?;
    match headers().find(|header| header.journal != expected) {
        None => Ok(expected),
        Some(SegmentHeader { journal: found, number, .. }) => {
            let file = disk.path(&Segment::file_name(number)).display().to_string();
            Err(OpenError::OtherJournal { file, found, expected })
        }
    }
}

pub(super) fn io_error(
    disk: &dyn Disk,
    action: &'static str,
    name: &str,
    source: io::Error,
) -> OpenError {
    OpenError::Io { action, file: disk.path(name).display().to_string(), source }
}
