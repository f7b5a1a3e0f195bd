//! Works ahead, in a thread: a segment ready before it is needed, a try after a failure, files given back.

use std::sync::atomic::Ordering;
use std::time::Duration;

use tracing::warn;

use super::catalog::Catalog;
use super::engine::{Engine, RETRY_AFTER, WriteError};
use super::reserve::Reserve;

/// How many segments past `keep` stay to be used again; more are given back to the file system.
const RECYCLABLE_MAX: usize = 2;

impl Engine {
    /// Works until the journal is closed: the body of the thread.
    pub(super) fn work_ahead(&self) {
        let mut pause = None;
        while self.wait_for_work(pause) {
            let worked = self.work();
            if let (Err(cause), None) = (&worked, pause) {
                warn!(error = %cause, "Next segment or the reserve is not ready, trying again in {RETRY_AFTER:?}");
            }
            pause = worked.is_err().then_some(RETRY_AFTER);
        }
    }

    /// Wakes the thread, so that it sees whether there is something to do.
    pub(super) fn want_work(&self) {
        // With the lock, or the thread might be between looking and falling asleep.
        let _catalog = self.catalog.lock();
        self.wanted.notify_all();
    }

    /// Waits for something to do, or for the pause to be over; false if the journal is being closed.
    fn wait_for_work(&self, pause: Option<Duration>) -> bool {
        let mut catalog = self.catalog.lock();
        let is_stopping = || self.is_stopping.load(Ordering::Relaxed);
        match pause {
            Some(pause) => {
                self.wanted.wait_while_for(&mut catalog, |_| !is_stopping(), pause);
            }
            None => {
                let is_idle = |catalog: &mut Catalog| !is_stopping() && !self.has_work(catalog);
                self.wanted.wait_while(&mut catalog, is_idle);
            }
        }
        !is_stopping()
    }

    fn has_work(&self, catalog: &Catalog) -> bool {
        let surplus = catalog.recyclable_segments(&self.options, self.clock.now_ms());
        let has_reserve = self.options.reserve_bytes == 0 || *self.reserve.lock() == Reserve::Held;
        catalog.ready.is_empty()
            || surplus > RECYCLABLE_MAX
            || !has_reserve
            || self.failure.lock().is_some()
    }

    /// Does what there is to do.
    pub(super) fn work(&self) -> Result<(), WriteError> {
        self.try_again()?;
        self.refill()?;
        self.trim()?;
        self.make_reserve()
    }

    /// After a failure, proves that the disk takes a write and a sync.
    fn try_again(&self) -> Result<(), WriteError> {
        let now = self.clock.instant();
        match &*self.failure.lock() {
            None => return Ok(()),
            Some(failure) if !failure.allows_try(now) => return Err(failure.cause.clone()),
            Some(_) => {}
        }
        // One that is ready may have been so since before the failure: it is made ready once more.
        let segment = self.regain_reserve().and_then(|()| self.next_segment(1));
        match segment.and_then(|segment| Ok(self.prepare(&segment)?)) {
            Ok(segment) => {
                self.catalog.lock().ready.push_back(segment);
                self.clear_failure();
                Ok(())
            }
            Err(cause) => {
                self.set_failure(cause.clone());
                Err(cause)
            }
        }
    }

    fn refill(&self) -> Result<(), WriteError> {
        let _making = self.making.lock();
        if self.catalog.lock().ready.is_empty() {
            let segment = self.make_segment(1)?;
            self.catalog.lock().ready.push_back(segment);
        }
        Ok(())
    }

    /// Gives files back to the file system that a large backlog has left behind.
    fn trim(&self) -> Result<(), WriteError> {
        let _making = self.making.lock();
        let surplus = || self.recyclable_segments().saturating_sub(RECYCLABLE_MAX);
        while let Some(segment) = self.give_up_oldest(surplus(), 0)? {
            self.remove(&segment);
        }
        Ok(())
    }
}
