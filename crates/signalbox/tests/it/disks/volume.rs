//! A small file system in memory, in a mount namespace that only this test's programs see.

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// A mounted file system; it goes with the test.
pub(super) struct Volume {
    /// Holds the namespace.
    keeper: Child,
    folder: PathBuf,
}

impl Volume {
    /// Mounts one of this size on a folder, which is made. `None`, aloud, where that is not permitted: it needs root.
    pub(super) fn mount(folder: &Path, size: &str) -> Option<Self> {
        fs::create_dir_all(folder).unwrap();
        let script =
            format!("mount -t tmpfs -o size={size} tmpfs \"$0\" && echo && exec sleep infinity");
        let mut keeper = Command::new("unshare")
            .args(["--mount", "sh", "-c", &script])
            .arg(folder)
            .stdout(Stdio::piped())
            .spawn()
            .ok()?;
        let mut line = String::new();
        BufReader::new(keeper.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let volume = Self { keeper, folder: folder.to_owned() };
        if line.is_empty() {
            eprintln!("skipped: a mount namespace is not permitted here; run the tests as root");
            return None;
        }
        Some(volume)
    }

    /// What a program is run by that shall see it.
    pub(super) fn within(&self) -> Vec<String> {
        let keeper = self.keeper.id().to_string();
        ["nsenter", "--mount", "--target", &keeper].map(str::to_owned).to_vec()
    }

    /// Mounts it anew with these options.
    pub(super) fn remount(&self, options: &str) {
        let within = self.within();
        let status = Command::new(&within[0])
            .args(&within[1..])
            .args(["mount", "-o", &format!("remount,{options}")])
            .arg(&self.folder)
            .status();
        assert!(status.unwrap().success(), "remount with `{options}`");
    }

    /// Returns where a file in it is for the test.
    pub(super) fn path(&self, name: &str) -> PathBuf {
        let folder = self.folder.strip_prefix("/").unwrap();
        PathBuf::from(format!("/proc/{}/root", self.keeper.id())).join(folder).join(name)
    }

    /// Takes all the room there is.
    pub(super) fn fill_up(&self) {
        let mut ballast = File::create(self.path(BALLAST)).unwrap();
        for piece in [1 << 20, 1 << 12] {
            let piece = vec![0; piece];
            while ballast.write_all(&piece).is_ok() {}
        }
        let error = ballast.write_all(&[0; 1 << 12]).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::StorageFull);
    }

    /// Gives it back.
    pub(super) fn make_room(&self) {
        fs::remove_file(self.path(BALLAST)).unwrap();
    }
}

impl Drop for Volume {
    fn drop(&mut self) {
        self.keeper.kill().ok();
        self.keeper.wait().ok();
    }
}

const BALLAST: &str = "ballast";
