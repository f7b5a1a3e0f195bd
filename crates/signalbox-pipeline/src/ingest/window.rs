//! The event ids seen lately: a shortcut past the commit for what senders repeat at once.
//!
//! It holds at most 10 minutes and 262,144 ids, starts empty after a restart and decides nothing
//! final: that is the desk's, for findings. A copy of an event that is being committed at this
//! moment waits for that commit and shares its fate.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use parking_lot::Mutex;
use signalbox_model::time::Timestamp;
use tokio::sync::Notify;
use uuid::Uuid;

/// How long an id is remembered.
const AGE_MAX: Duration = Duration::from_secs(600);

/// How many ids are remembered: about 20 MB.
const IDS_MAX: usize = 262_144;

/// The ids of the events that sources named, committed or being committed.
#[derive(Default)]
pub struct EventIdWindow {
    seen: Mutex<Seen>,
}

#[derive(Default)]
struct Seen {
    fates: HashMap<Uuid, Fate>,
    order: VecDeque<(Timestamp, Uuid)>,
}

/// What becomes of the submission that an id came with first. Cloning shares it.
#[derive(Clone, Default)]
pub struct Fate {
    outcome: Arc<Outcome>,
}

/// Every id of the window holds one, so it is small.
#[derive(Default)]
struct Outcome {
    is_committed: OnceLock<bool>,
    settled: Notify,
}

/// The ids that one submission brings. Dropping it unsettled forgets them: nothing is durable then.
pub struct Claims {
    window: Arc<EventIdWindow>,
    now: Timestamp,
    fate: Fate,
    claimed: Vec<Uuid>,
    others: Vec<Fate>,
}

impl EventIdWindow {
    /// Begins the claims of one submission.
    pub fn claims(self: &Arc<Self>, now: Timestamp) -> Claims {
        let (claimed, others) = (Vec::new(), Vec::new());
        Claims { window: Arc::clone(self), now, fate: Fate::default(), claimed, others }
    }

    fn forget(&self, ids: &[Uuid]) {
        if ids.is_empty() {
            return;
        }
        let mut seen = self.seen.lock();
        for id in ids {
            seen.fates.remove(id);
        }
    }
}

impl Seen {
    fn expire(&mut self, now: Timestamp) {
        let oldest = now.as_millis() - AGE_MAX.as_millis() as i64;
        while let Some((at, id)) = self.order.front().copied() {
            if at.as_millis() > oldest && self.order.len() <= IDS_MAX {
                return;
            }
            self.order.pop_front();
            self.fates.remove(&id);
        }
    }
}

impl Claims {
    /// Claims an id and says whether it is new. One that another submission is committing is waited
    /// for in [`others`](Self::others).
    pub fn claim(&mut self, id: Uuid) -> bool {
        let mut seen = self.window.seen.lock();
        seen.expire(self.now);
        match seen.fates.entry(id) {
            Entry::Vacant(vacant) => {
                vacant.insert(self.fate.clone());
                seen.order.push_back((self.now, id));
                self.claimed.push(id);
                true
            }
            Entry::Occupied(known) => {
                let fate = known.get();
                let is_own = Arc::ptr_eq(&fate.outcome, &self.fate.outcome);
                if !is_own && fate.is_open() {
                    self.others.push(fate.clone());
                }
                false
            }
        }
    }

    /// Returns the submissions whose fate the claimed copies share.
    pub fn others(&mut self) -> Vec<Fate> {
        std::mem::take(&mut self.others)
    }

    /// Tells whoever waits what became of the submission.
    pub fn settle(mut self, is_committed: bool) {
        let claimed = std::mem::take(&mut self.claimed);
        if !is_committed {
            self.window.forget(&claimed);
        }
        self.fate.settle(is_committed);
    }
}

impl Drop for Claims {
    fn drop(&mut self) {
        // Settled claims are empty, and their fate is known.
        self.window.forget(&self.claimed);
        self.fate.settle(false);
    }
}

impl Fate {
    fn is_open(&self) -> bool {
        self.outcome.is_committed.get().is_none()
    }

    /// The first word counts.
    fn settle(&self, is_committed: bool) {
        self.outcome.is_committed.get_or_init(|| is_committed);
        self.outcome.settled.notify_waiters();
    }

    /// Waits until the submission is settled and says whether it is durable.
    pub async fn is_committed(&self) -> bool {
        loop {
            // Whoever settles from here on is heard.
            let settled = self.outcome.settled.notified();
            if let Some(is_committed) = self.outcome.is_committed.get() {
                return *is_committed;
            }
            settled.await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_000_000);

    fn id(n: u128) -> Uuid {
        Uuid::from_u128(n)
    }

    #[tokio::test]
    async fn a_copy_shares_the_fate_of_the_commit_it_meets() {
        for is_committed in [true, false] {
            let window = Arc::new(EventIdWindow::default());
            let mut first = window.claims(NOW);
            assert!(first.claim(id(1)));
            let mut copy = window.claims(NOW);
            assert!(!copy.claim(id(1)));
            let waited = copy.others();

            first.settle(is_committed);

            assert_eq!(waited.len(), 1);
            assert_eq!(waited.into_iter().next().unwrap().is_committed().await, is_committed);
            assert_eq!(window.claims(NOW).claim(id(1)), !is_committed);
        }
    }

    #[tokio::test]
    async fn a_copy_within_one_submission_waits_for_nobody() {
        let window = Arc::new(EventIdWindow::default());
        let mut claims = window.claims(NOW);

        assert!(claims.claim(id(1)));
        assert!(!claims.claim(id(1)));

        assert!(claims.others().is_empty());
    }

    #[tokio::test]
    async fn a_submission_that_is_dropped_leaves_no_id_behind() {
        let window = Arc::new(EventIdWindow::default());
        let mut dropped = window.claims(NOW);
        dropped.claim(id(1));
        let mut copy = window.claims(NOW);
        copy.claim(id(1));
        let waited = copy.others().remove(0);

        drop(dropped);

        assert!(!waited.is_committed().await);
        assert!(window.claims(NOW).claim(id(1)));
    }

    #[test]
    fn ids_are_forgotten_by_age_and_by_number() {
        let window = Arc::new(EventIdWindow::default());
        let mut claims = window.claims(NOW);
        for n in 0..=IDS_MAX as u128 {
            claims.claim(id(n));
        }
        claims.settle(true);

        let later = Timestamp::from_millis(NOW.as_millis() + AGE_MAX.as_millis() as i64);

        assert!(window.claims(NOW).claim(id(0)));
        assert!(!window.claims(NOW).claim(id(5)));
        assert!(window.claims(later).claim(id(5)));
    }
}
