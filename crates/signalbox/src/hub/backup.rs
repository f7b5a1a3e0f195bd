//! Backups: a copy of both stores while the hub works, and a data folder made from one.
//!
//! The desk is copied first and the journal after it, so that the journal reaches at least as far: what
//! the desk lacks it applies again. The manifest is written last; without it a folder is no backup. A
//! restored hub begins a new epoch and holds its deliveries until somebody says that it is not a clone.

use std::fs::{self, File, OpenOptions};
use std::io::{Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use signalbox_model::time::Timestamp;
use signalbox_store::desk::{Desk, Writer};

use super::Stores;
use super::stores::HELD;

/// The manifest's name in a backup.
const MANIFEST: &str = "manifest.json";

/// The format of backups that this program writes and reads.
const FORMAT: u32 = 1;

/// What a backup holds.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Manifest {
    format: u32,
    /// The version of the program that made it.
    version: String,
    /// When it was made.
    pub made_at: Timestamp,
    /// The journal it belongs to.
    journal: String,
    /// The oldest event's chunk.
    tail: Option<String>,
    /// The newest event's chunk.
    pub head: Option<String>,
    /// Its files.
    pub files: Vec<FileEntry>,
}

/// A file of a backup.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileEntry {
    /// Its path in the backup, which is that in a data folder.
    path: PathBuf,
    /// Its length.
    pub bytes: u64,
    /// Its SHA-256, in hexadecimal.
    sha256: String,
}

/// Copies the stores into `target`, which must not exist or be empty. Blocks.
///
/// # Errors
/// In words for the operator; without its manifest the folder is no backup.
pub fn back_up(stores: &Stores, target: &Path, now: Timestamp) -> anyhow::Result<Manifest> {
    make_empty(target)?;
    stores.desk.copy_to(&target.join("desk.sqlite"))?;
    let copied = stores.files.copy_to(&target.join("journal"))?;
    let mut files = vec![FileEntry::of(target, Path::new("desk.sqlite"))?];
    for name in &copied.files {
        files.push(FileEntry::of(target, &Path::new("journal").join(name))?);
    }
    let manifest = Manifest {
        format: FORMAT,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        made_at: now,
        journal: stores.journal.id().to_string(),
        tail: copied.tail.map(|tail| tail.to_string()),
        head: copied.head.map(|head| head.to_string()),
        files,
    };
    write_synced(&target.join(MANIFEST), &serde_json::to_vec_pretty(&manifest)?)?;
    File::open(target).and_then(|folder| folder.sync_all()).context("sync the backup's folder")?;
    Ok(manifest)
}

/// Makes the data folder `data` from a backup; it must not exist or be empty. What it would deliver is held
/// until `signalbox resume`.
///
/// # Errors
/// In words for the operator: no backup, one of a newer program, or one that is damaged. The backup is
/// verified before anything is written.
pub async fn restore(backup: &Path, data: &Path, now: Timestamp) -> anyhow::Result<Manifest> {
    let manifest = read_manifest(backup)?;
    for file in &manifest.files {
        file.verify(backup)?;
    }
    make_empty(data)?;
    make_private(&data.join("journal"))?;
    for file in &manifest.files {
        let (from, to) = (backup.join(&file.path), data.join(&file.path));
        copy_synced(&from, &to)
            .with_context(|| format!("copy `{}` to `{}`", from.display(), to.display()))?;
    }
    let desk = Desk::open(&data.join("desk.sqlite"))?;
    let made_at = manifest.made_at.to_string();
    let hold = move |writer: &Writer<'_>| {
        writer.set_meta(HELD, &now.to_string())?;
        writer.audit(now, "restore", "restore a backup", &made_at)
    };
    desk.write("hold deliveries", hold).await?;
    Ok(manifest)
}

fn read_manifest(backup: &Path) -> anyhow::Result<Manifest> {
    let path = backup.join(MANIFEST);
    let bytes = fs::read(&path).with_context(|| {
        format!("read `{}`; a folder without it is no complete backup", path.display())
    })?;
    let found: u32 = serde_json::from_slice::<serde_json::Value>(&bytes)
        .ok()
        .and_then(|manifest| manifest.get("format")?.as_u64()?.try_into().ok())
        .with_context(|| format!("`{}` is no backup's manifest", path.display()))?;
    if found > FORMAT {
        bail!(
            "`{}` has format {found}, this program reads up to {FORMAT}; restore it with the \
             newer program, nothing was changed",
            path.display()
        );
    }
    serde_json::from_slice(&bytes)
        .with_context(|| format!("`{}` is no backup's manifest", path.display()))
}

impl FileEntry {
    fn of(folder: &Path, path: &Path) -> anyhow::Result<Self> {
        let (bytes, sha256) = digest(&folder.join(path))?;
        Ok(Self { path: path.to_owned(), bytes, sha256 })
    }

    fn verify(&self, folder: &Path) -> anyhow::Result<()> {
        let is_inside =
            self.path.components().all(|part| matches!(part, std::path::Component::Normal(_)));
        if !is_inside {
            bail!("the manifest names `{}`, which is not in the backup", self.path.display());
        }
        let path = folder.join(&self.path);
        let (bytes, sha256) = digest(&path).context("the backup is not whole; use another one")?;
        if (bytes, &sha256) != (self.bytes, &self.sha256) {
            bail!(
                "`{}` is damaged: it is not what the manifest says; use another backup",
                path.display()
            );
        }
        Ok(())
    }
}

fn digest(path: &Path) -> anyhow::Result<(u64, String)> {
    let read = || format!("read `{}`", path.display());
    let mut file = File::open(path).with_context(read)?;
    let (mut hash, mut length, mut buffer) = (Sha256::new(), 0, vec![0; COPY_BYTES]);
    loop {
        let read = file.read(&mut buffer).with_context(read)?;
        let Some(part) = buffer.get(..read).filter(|part| !part.is_empty()) else { break };
        hash.update(part);
        length += read as u64;
    }
    let hex = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    Ok((length, hex))
}

/// What is read and written at once.
const COPY_BYTES: usize = 1 << 20;

fn make_empty(folder: &Path) -> anyhow::Result<()> {
    let is_empty = fs::read_dir(folder).map_or(true, |mut entries| entries.next().is_none());
    if !is_empty {
        bail!("`{}` is not empty; name a folder that does not exist yet", folder.display());
    }
    make_private(folder)
}

fn make_private(folder: &Path) -> anyhow::Result<()> {
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
        .with_context(|| {
            format!(
                "make folder `{}`; see that it may be made there: a running hub makes it as its own user, \
                 and under systemd needs a `ReadWritePaths=` for it",
                folder.display()
            )
        })
}

fn copy_synced(from: &Path, to: &Path) -> std::io::Result<()> {
    let mut to = create(to)?;
    std::io::copy(&mut File::open(from)?, &mut to)?;
    to.sync_all()
}

fn write_synced(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    create(path)
        .and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()))
        .with_context(|| format!("write `{}`", path.display()))
}

fn create(path: &Path) -> std::io::Result<File> {
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)
}
