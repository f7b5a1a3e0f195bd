//! On which file system a folder is, as the kernel lists what is mounted.
//!
//! The format is that of `/proc/self/mountinfo` (Linux, proc_pid_mountinfo(5)): the mount point is the
//! fifth field, the type the one behind the lone hyphen. Elsewhere than on Linux nothing is known.

use std::path::{Path, PathBuf};

/// What a file system means for what is kept on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Keeping {
    /// It keeps what it says it has synced, as far as its type tells.
    Durable,
    /// It is gone with the machine's power.
    Memory,
    /// It is gone with the container.
    Container,
    /// It is another machine's.
    Network,
}

/// Returns the type of the file system that holds `folder`, out of the text that lists the mounts.
pub(super) fn type_of<'m>(mounts: &'m str, folder: &Path) -> Option<&'m str> {
    let lines = mounts.lines().filter_map(|line| {
        let (before, behind) = line.split_once(" - ")?;
        let point = unescaped(before.split(' ').nth(4)?);
        let kind = behind.split(' ').next()?;
        folder.starts_with(&point).then(|| (point.components().count(), kind))
    });
    // Of two mounts on one point the later hides the earlier, and `max_by_key` returns the last.
    lines.max_by_key(|(depth, _)| *depth).map(|(_, kind)| kind)
}

/// Returns what a type means.
pub(super) fn keeping(kind: &str) -> Keeping {
    match kind {
        "tmpfs" | "ramfs" => Keeping::Memory,
        "overlay" | "aufs" => Keeping::Container,
        _ if NETWORK.iter().any(|known| kind.starts_with(known)) => Keeping::Network,
        _ => Keeping::Durable,
    }
}

/// Space, tab, line feed and backslash are written as three octal digits.
fn unescaped(text: &str) -> PathBuf {
    let escapes = [(r"\040", " "), (r"\011", "\t"), (r"\012", "\n"), (r"\134", r"\")];
    let plain = escapes.iter().fold(text.to_owned(), |text, (code, c)| text.replace(code, c));
    PathBuf::from(plain)
}

/// How the types of file systems over a network begin.
const NETWORK: [&str; 11] = [
    "nfs",
    "cifs",
    "smb",
    "9p",
    "ceph",
    "afs",
    "lustre",
    "gfs2",
    "ocfs2",
    "fuse.sshfs",
    "fuse.glusterfs",
];

#[cfg(test)]
mod tests {
    use super::*;

    const MOUNTS: &str = "\
22 1 254:1 / / rw,relatime shared:1 - ext4 /dev/vda1 rw
30 22 0:26 / /tmp rw,nosuid shared:5 - tmpfs tmpfs rw,size=8g
41 22 0:40 / /srv/share\\040one rw - nfs4 nas:/export rw,vers=4.2
";

    #[test]
    fn the_deepest_mount_above_a_folder_holds_it() {
        for (folder, expected) in [
            ("/var/lib/signalbox", "ext4"),
            ("/tmp/x", "tmpfs"),
            ("/tmpx", "ext4"),
            ("/srv/share one/data", "nfs4"),
        ] {
            assert_eq!(type_of(MOUNTS, Path::new(folder)), Some(expected), "{folder}");
        }
        assert_eq!(type_of("nonsense", Path::new("/")), None);
    }

    #[test]
    fn types_are_told_by_what_becomes_of_the_data() {
        let kinds = ["ext4", "xfs", "tmpfs", "overlay", "nfs4", "cifs"].map(keeping);

        use Keeping::{Container, Durable, Memory, Network};
        assert_eq!(kinds, [Durable, Durable, Memory, Container, Network, Network]);
    }
}
