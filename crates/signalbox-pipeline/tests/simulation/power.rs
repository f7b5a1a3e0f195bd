//! The machine's power, and the blows that are aimed at what it does next: an error of the disk, or darkness just before
//! or just after a write, a sync or a transaction of the desk.
//!
//! Once the power is out nothing gets out of the hub any more: the disk and the desk refuse, no vendor is reached, no answer
//! reaches a sender. So the tasks that still run until the simulation takes them down change nothing.

use std::sync::Arc;

use parking_lot::Mutex;
use tokio::sync::Notify;

/// What a blow can hit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Point {
    /// A write of the journal.
    Write,
    /// A sync of the journal.
    Sync,
    /// A commit of the desk.
    Commit,
}

/// What a blow does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Blow {
    /// It fails.
    Error,
    /// The power goes out before it is done.
    DarkBefore,
    /// The power goes out when it is done, before anybody hears of it.
    DarkAfter,
}

/// The power supply of one sequence; clones are the same.
#[derive(Clone, Default)]
pub(crate) struct Power {
    state: Arc<Mutex<State>>,
    went_out: Arc<Notify>,
}

#[derive(Default)]
struct State {
    is_out: bool,
    aimed: Vec<(Point, u64, Blow)>,
}

impl Power {
    /// Aims at the operation after `spared` more of its kind.
    pub(crate) fn aim(&self, point: Point, spared: u64, blow: Blow) {
        self.state.lock().aimed.push((point, spared, blow));
    }

    /// Forgets what was aimed.
    pub(crate) fn calm(&self) {
        self.state.lock().aimed.clear();
    }

    /// Tells whether everything that was aimed has hit.
    pub(crate) fn has_hit(&self) -> bool {
        self.state.lock().aimed.is_empty()
    }

    /// Says what hits this operation, if anything.
    pub(crate) fn strike(&self, point: Point) -> Option<Blow> {
        let mut state = self.state.lock();
        let mut hit = None;
        state.aimed.retain_mut(|(aimed, spared, blow)| {
            if *aimed != point || hit.is_some() {
                return true;
            }
            if *spared > 0 {
                *spared -= 1;
                return true;
            }
            hit = Some(*blow);
            false
        });
        hit
    }

    pub(crate) fn cut(&self) {
        self.state.lock().is_out = true;
        self.went_out.notify_one();
    }

    pub(crate) fn restore(&self) {
        self.state.lock().is_out = false;
    }

    pub(crate) fn is_out(&self) -> bool {
        self.state.lock().is_out
    }

    /// Waits until the power is out.
    pub(crate) async fn goes_out(&self) {
        while !self.is_out() {
            self.went_out.notified().await;
        }
    }

    /// Goes on where there is power; elsewhere never.
    pub(crate) async fn reach_out(&self) {
        if self.is_out() {
            std::future::pending::<()>().await;
        }
    }
}
