//! The data folder: whether it keeps what it is given, and has room for it.

use std::fs;
use std::io::{self, Write};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;
use std::time::{Duration, Instant};

use super::mounts::{Keeping, keeping, type_of};
use super::row::{Sheet, Topic};
use crate::words::size;

/// Looks at the data folder; `journal_bytes_max` is how far the journal may grow.
pub(super) fn examine(data: &Path, journal_bytes_max: u64, sheet: &mut Sheet) {
    let folder = match fs::canonicalize(data) {
        Ok(folder) => folder,
        Err(error) => {
            let detail = format!("data folder `{}`: {error}", data.display());
            let fix = "the hub makes it when it starts; or name another with `--data`";
            return sheet.yellow(Topic::Disk, detail, fix);
        }
    };
    judge_modes(&folder, sheet);
    judge_type(&folder, sheet);
    judge_space(&folder, journal_bytes_max, sheet);
    judge_sync(&folder, sheet);
}

/// The folder keeps others out; what is in it is private as well, should it be copied elsewhere.
fn judge_modes(folder: &Path, sheet: &mut Sheet) {
    let open: Vec<String> = readable_by_others(folder, &folder.join("journal"));
    if open.is_empty() {
        return sheet.green(Topic::Disk, "only its owner can read the data folder (0700, 0600)");
    }
    let shown = open.iter().take(OPEN_SHOWN).cloned().collect::<Vec<_>>().join(", ");
    let detail = format!("others than the owner may read {shown}");
    let fix = format!("`chmod -R go= {}`", folder.display());
    sheet.red(Topic::Disk, detail, fix);
}

/// Returns the paths of which group or others may do anything, the folders first.
fn readable_by_others(folder: &Path, journal: &Path) -> Vec<String> {
    let below = |folder: &Path| fs::read_dir(folder).into_iter().flatten().flatten();
    let files = below(folder).chain(below(journal)).map(|entry| entry.path());
    let all = std::iter::once(folder.to_owned()).chain(files);
    all.filter_map(|path| {
        let metadata = fs::symlink_metadata(&path).ok()?;
        let mode = metadata.permissions().mode();
        // The mode of a symbolic link means nothing.
        let is_open = mode & OTHERS != 0 && !metadata.is_symlink();
        is_open.then(|| format!("`{}` ({:04o})", path.display(), mode & 0o7777))
    })
    .collect()
}

fn judge_type(folder: &Path, sheet: &mut Sheet) {
    let mounts = fs::read_to_string("/proc/self/mountinfo").unwrap_or_default();
    let Some(kind) = type_of(&mounts, folder) else { return };
    let place = format!("the data folder is on `{kind}`");
    let fix = "put it on a local disk";
    match keeping(kind) {
        Keeping::Durable => sheet.green(Topic::Disk, place),
        Keeping::Memory => {
            sheet.yellow(Topic::Disk, format!("{place}: a restart of the machine loses all"), fix);
        }
        Keeping::Container => {
            let detail = format!("{place}: what is kept goes with the container");
            sheet.yellow(Topic::Disk, detail, "mount a volume there");
        }
        Keeping::Network => {
            let detail = format!("{place}, over a network: locks and syncs cannot be relied on");
            sheet.yellow(Topic::Disk, detail, fix);
        }
    }
}

fn judge_space(folder: &Path, journal_bytes_max: u64, sheet: &mut Sheet) {
    let free = match rustix::fs::statvfs(folder) {
        Ok(told) => told.f_bavail.saturating_mul(told.f_frsize),
        Err(error) => {
            let detail = format!("free space is not known: {error}");
            return sheet.yellow(Topic::Disk, detail, "see `df` for the data folder");
        }
    };
    let growth = journal_bytes_max.saturating_sub(occupied(&folder.join("journal")));
    let detail = format!("{} are free; the journal may grow by {}", size(free), size(growth));
    if free < FREE_BYTES_MIN {
        let fix = "free some: on a full disk nothing is taken in";
        sheet.red(Topic::Disk, detail, fix);
    } else if free < growth {
        let fix = "make room, or set `journal.size_max` to what there is";
        sheet.yellow(Topic::Disk, detail, fix);
    } else {
        sheet.green(Topic::Disk, detail);
    }
}

/// Returns what the files directly in a folder occupy.
fn occupied(folder: &Path) -> u64 {
    let files = fs::read_dir(folder).into_iter().flatten().flatten();
    files.filter_map(|file| Some(file.metadata().ok()?.blocks() * BLOCK_BYTES)).sum()
}

fn judge_sync(folder: &Path, sheet: &mut Sheet) {
    match sync_once(folder) {
        Ok(took) if took > SYNC_SLOW => {
            let detail = format!("4 KiB were written and synced in {} ms", took.as_millis());
            sheet.yellow(
                Topic::Disk,
                detail,
                "use a faster disk: each group of events waits for it",
            );
        }
        Ok(took) => {
            let took = took.as_micros();
            let detail = format!(
                "4 KiB were written and synced in {}.{} ms",
                took / 1000,
                took % 1000 / 100
            );
            sheet.green(Topic::Disk, detail);
        }
        Err(error) => {
            let detail = format!("4 KiB could not be written and synced: {error}");
            let fix = "mend the disk, or run this as the user that the hub runs as";
            sheet.red(Topic::Disk, detail, fix);
        }
    }
}

/// Writes and syncs a file, and removes it.
fn sync_once(folder: &Path) -> io::Result<Duration> {
    let mut file = tempfile::Builder::new().prefix("doctor-").tempfile_in(folder)?;
    let begin = Instant::now();
    file.write_all(&[0; 4096])?;
    file.as_file().sync_all()?;
    let took = begin.elapsed();
    file.close()?;
    Ok(took)
}

/// Everything that group and others may.
const OTHERS: u32 = 0o077;

/// A folder that was copied carelessly has many; three show what it is about.
const OPEN_SHOWN: usize = 3;

/// `st_blocks` counts in these, whatever the file system's own are (stat(3type)).
const BLOCK_BYTES: u64 = 512;

/// What has to be free before the hub takes in anything on a disk that was full (docs/operating/disks.md).
const FREE_BYTES_MIN: u64 = 128 << 20;

/// Ten times what a disk that turns takes.
const SYNC_SLOW: Duration = Duration::from_millis(100);

#[cfg(test)]
mod tests {
    use super::super::row::Verdict;
    use super::*;

    #[test]
    fn a_private_folder_with_room_is_good() {
        let folder = private_folder();

        let rows = examined(folder.path(), 1 << 20);

        assert!(rows.iter().all(|(verdict, _)| *verdict != Verdict::Red), "{rows:?}");
    }

    #[test]
    fn a_file_that_others_may_read_is_named_with_its_mode() {
        let folder = private_folder();
        let path = folder.path().join("desk.sqlite");
        fs::write(&path, "").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();

        let rows = examined(folder.path(), 1 << 20);

        let expected = "desk.sqlite` (0644)";
        assert!(
            rows.iter().any(|(verdict, text)| *verdict == Verdict::Red && text.contains(expected)),
            "{rows:?}"
        );
    }

    #[test]
    fn a_journal_that_may_outgrow_the_disk_is_worth_a_word() {
        let folder = private_folder();

        let rows = examined(folder.path(), u64::MAX);

        assert!(rows.iter().any(|(verdict, text)| *verdict == Verdict::Yellow
            && text.contains("the journal may grow by")));
    }

    #[test]
    fn a_folder_that_is_not_there_is_no_failure() {
        let rows = examined(Path::new("/nowhere/at/all"), 1);

        assert_eq!(rows.iter().map(|(verdict, _)| *verdict).collect::<Vec<_>>(), [Verdict::Yellow]);
    }

    fn private_folder() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o700)).unwrap();
        folder
    }

    fn examined(folder: &Path, bytes_max: u64) -> Vec<(Verdict, String)> {
        let mut sheet = Sheet::new(None);
        examine(folder, bytes_max, &mut sheet);
        sheet.into_rows().into_iter().map(|row| (row.verdict, row.detail)).collect()
    }
}
