//! What goes wrong with a file, and what the pipeline does about it.
//!
//! Only a person can mend a permission or a wrong path, and it concerns every line: that parks the
//! integration. Everything else, a full disk first of all, may pass: it is tried again.

use std::io;
use std::path::{Path, PathBuf};

use signalbox_sdk::{Error, ErrorKind};

/// Why nothing was written.
#[derive(Debug, thiserror::Error)]
pub(super) enum Failure {
    /// The operating system refuses.
    #[error("{action} `{}`: {source}; {}", path.display(), advice(source.kind()))]
    System {
        /// What was tried.
        action: &'static str,
        path: PathBuf,
        source: io::Error,
    },
    /// Somebody else writes to the file.
    #[error(
        "`{}` is in use by another integration or another hub; give each a file of its own",
        path.display()
    )]
    Locked { path: PathBuf },
    /// A device, a pipe, a socket.
    #[error("`{}` is no regular file; choose another `path`", path.display())]
    NotRegular { path: PathBuf },
    /// The file was not written by this connector, so its end must not be cut off.
    #[error(
        "`{}` does not end in a line of JSON, so it is not ours; choose another `path`",
        path.display()
    )]
    Foreign { path: PathBuf },
}

impl Failure {
    /// Returns how to make a failure out of the system's.
    pub(super) fn of(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_path_buf();
        move |source| Self::System { action, path, source }
    }

    /// Classifies the failure.
    pub(super) fn kind(&self) -> ErrorKind {
        match self {
            Self::System { source, .. } if is_lasting(source.kind()) => ErrorKind::Unauthorized,
            Self::System { .. } | Self::Locked { .. } => ErrorKind::Unavailable,
            Self::NotRegular { .. } | Self::Foreign { .. } => ErrorKind::Unauthorized,
        }
    }
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        Self::new(failure.kind(), "write file", failure.to_string())
    }
}

fn is_lasting(kind: io::ErrorKind) -> bool {
    matches!(
        kind,
        // A file stands where a folder should be.
        io::ErrorKind::AlreadyExists
            | io::ErrorKind::InvalidFilename
            | io::ErrorKind::IsADirectory
            | io::ErrorKind::NotADirectory
            | io::ErrorKind::PermissionDenied
            | io::ErrorKind::ReadOnlyFilesystem
    )
}

fn advice(kind: io::ErrorKind) -> &'static str {
    match kind {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            "free some space, or lower `keep_files` or `rotate_size`"
        }
        io::ErrorKind::PermissionDenied => {
            "let the hub's user write there, or choose another `path`"
        }
        io::ErrorKind::ReadOnlyFilesystem => "mount it for writing, or choose another `path`",
        kind if is_lasting(kind) => "correct `path`",
        _ => "look at the disk",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_only_a_person_can_mend_parks_and_the_rest_is_tried_again() {
        let kind = |code| system(code).kind();

        for lasting in [EACCES, EPERM, EROFS, ENOTDIR, EISDIR] {
            assert_eq!(kind(lasting), ErrorKind::Unauthorized, "{lasting}");
        }
        for passing in [ENOSPC, EDQUOT, EIO] {
            assert_eq!(kind(passing), ErrorKind::Unavailable, "{passing}");
        }
    }

    #[test]
    fn a_full_disk_is_told_with_the_file_and_the_way_out() {
        assert_eq!(
            Error::from(system(ENOSPC)).to_string(),
            "write file: append to `/x/events.ndjson`: No space left on device (os error 28); \
             free some space, or lower `keep_files` or `rotate_size`"
        );
    }

    fn system(code: i32) -> Failure {
        let path = Path::new("/x/events.ndjson");
        Failure::of("append to", path)(io::Error::from_raw_os_error(code))
    }

    /// Linux's numbers (`asm-generic/errno.h`).
    const EPERM: i32 = 1;
    const EIO: i32 = 5;
    const EACCES: i32 = 13;
    const ENOTDIR: i32 = 20;
    const EISDIR: i32 = 21;
    const ENOSPC: i32 = 28;
    const EROFS: i32 = 30;
    const EDQUOT: i32 = 122;
}
