//! A disk whose syncs go through a door: while it is shut none of them comes back, and everything else goes on.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::{Condvar, Mutex};
use signalbox_store::journal::{Disk, DiskFile};

use crate::scenery::{Tampering, tampered};

/// The door; clones are the same one. It is open at first.
#[derive(Clone, Default)]
pub(crate) struct Door {
    inner: Arc<Inner>,
}

#[derive(Default)]
struct Inner {
    state: Mutex<State>,
    opened: Condvar,
}

#[derive(Default)]
struct State {
    is_shut: bool,
    waiting: usize,
}

/// A test that forgot the door fails all the same, after the longest that tests wait for anything and more.
const PATIENCE: Duration = Duration::from_secs(90);

impl Door {
    /// Lets no sync come back from now on.
    pub(crate) fn shut(&self) {
        self.inner.state.lock().is_shut = true;
    }

    /// Lets those that wait come back, and all others.
    pub(crate) fn open(&self) {
        self.inner.state.lock().is_shut = false;
        self.inner.opened.notify_all();
    }

    /// Whether a sync hangs.
    pub(crate) fn is_waited_at(&self) -> bool {
        self.inner.state.lock().waiting > 0
    }

    /// Puts the door into a disk.
    pub(super) fn around(&self, disk: Arc<dyn Disk>) -> Arc<dyn Disk> {
        tampered(disk, self.clone())
    }

    fn pass(&self) -> io::Result<()> {
        let mut state = self.inner.state.lock();
        state.waiting += 1;
        let waited = self.inner.opened.wait_while_for(&mut state, |state| state.is_shut, PATIENCE);
        state.waiting -= 1;
        if waited.timed_out() { Err(io::ErrorKind::TimedOut.into()) } else { Ok(()) }
    }
}

impl Tampering for Door {
    fn sync_data(&self, file: &Arc<dyn DiskFile>) -> io::Result<()> {
        self.pass()?;
        file.sync_data()
    }
}
