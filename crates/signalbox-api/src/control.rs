//! The control socket: the same router for whoever may open the file.

use std::fs;
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use axum::Router;
use tokio::net::UnixListener;
use tokio_util::sync::CancellationToken;

/// The control socket, bound and not yet served.
pub struct Control {
    listener: UnixListener,
    path: PathBuf,
    router: Router,
}

/// Binds the socket at `path`, which its owner alone may open. One that an earlier run left is
/// replaced: the data folder's lock proves that nobody listens on it.
///
/// # Errors
/// Where the socket cannot be made.
pub fn serve_control(path: &Path, router: Router) -> io::Result<Control> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let listener = UnixListener::bind(path)?;
    fs::set_permissions(path, fs::Permissions::from_mode(0o600))?;
    Ok(Control { listener, path: path.to_owned(), router })
}

impl Control {
    /// Serves until stopped.
    pub async fn run(self, stop: CancellationToken) {
        // Connections of `tail` never end by themselves.
        tokio::select! {
            () = stop.cancelled() => {}
            served = axum::serve(self.listener, self.router) => {
                if let Err(error) = served {
                    tracing::error!(error = %error, "The control socket failed; restart the hub to operate it");
                }
            }
        }
        fs::remove_file(&self.path).ok();
    }
}
