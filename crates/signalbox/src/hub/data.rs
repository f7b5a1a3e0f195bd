//! The data folder: one process at a time, readable by its owner alone.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{Read, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};

/// The control socket's name in the data folder.
pub const CONTROL_SOCKET: &str = "control.sock";

/// The lock's name; it holds the process id of whoever has it.
const LOCK: &str = "lock";

/// A data folder that this process has for itself.
#[derive(Debug)]
pub struct DataFolder {
    path: PathBuf,
    /// The lock goes with the file, and with the process.
    _lock: File,
}

impl DataFolder {
    /// Makes the folder where it is missing, and locks it.
    ///
    /// # Errors
    /// Where another process has it, or it cannot be made.
    pub fn lock(path: &Path) -> anyhow::Result<Self> {
        fs::create_dir_all(path)
            .with_context(|| format!("make data folder `{}`", path.display()))?;
        fs::set_permissions(path, fs::Permissions::from_mode(0o700))
            .with_context(|| format!("make data folder `{}` private", path.display()))?;
        let file = path.join(LOCK);
        let mut lock = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(&file)
            .with_context(|| format!("open `{}`", file.display()))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut holder = String::new();
                lock.read_to_string(&mut holder).ok();
                let (path, holder) = (path.display(), holder.trim());
                bail!(
                    "data folder `{path}` is in use by process {holder}; stop it or choose another folder with `--data`"
                );
            }
            Err(TryLockError::Error(error)) => {
                return Err(error).with_context(|| format!("lock `{}`", file.display()));
            }
        }
        lock.set_len(0)
            .and_then(|()| writeln!(lock, "{}", std::process::id()))
            .with_context(|| format!("write `{}`", file.display()))?;
        Ok(Self { path: path.to_owned(), _lock: lock })
    }

    /// Returns where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_in_use_is_refused_with_the_holder_named() {
        let folder = tempfile::tempdir().unwrap();
        let held = DataFolder::lock(&folder.path().join("data")).unwrap();

        let refused = DataFolder::lock(held.path()).unwrap_err().to_string();

        assert!(refused.contains(&format!("process {}", std::process::id())), "{refused}");
        let mode = fs::metadata(held.path()).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o700);
    }
}
