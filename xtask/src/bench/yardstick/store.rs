//! A file that is written over and over: its blocks are there before, so a sync writes no metadata.

use std::fs::{File, OpenOptions};
use std::os::unix::fs::FileExt as _;
use std::path::Path;

use anyhow::Context as _;

/// The file that the yardstick commits to.
pub(super) struct Store {
    file: File,
    at: u64,
}

impl Store {
    /// Makes the file and writes all of it once.
    pub(super) fn create(path: &Path) -> anyhow::Result<Self> {
        let file = OpenOptions::new().create(true).truncate(true).write(true).open(path);
        let file = file.with_context(|| format!("make `{}`", path.display()))?;
        let zeros = vec![0; 1 << 20];
        for at in (0..BYTES).step_by(zeros.len()) {
            file.write_all_at(&zeros, at)?;
        }
        file.sync_all()?;
        Ok(Self { file, at: 0 })
    }

    /// Returns when the bytes are durable.
    pub(super) fn commit(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        if self.at + bytes.len() as u64 > BYTES {
            self.at = 0;
        }
        self.file.write_all_at(bytes, self.at)?;
        self.at += bytes.len() as u64;
        self.file.sync_data()
    }
}

const BYTES: u64 = 256 << 20;
