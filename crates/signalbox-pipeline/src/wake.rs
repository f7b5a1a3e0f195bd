//! Wakes a destination's workers when there is something for them.

use std::collections::HashMap;
use std::sync::{Arc, Weak};

use parking_lot::Mutex;
use signalbox_model::IntegrationName;
use tokio::sync::Notify;

/// Rings every worker of a destination. A bell that is rung while its worker is busy stays rung.
/// Cloning shares them.
#[derive(Clone, Default)]
pub struct Wakes {
    bells: Arc<Mutex<HashMap<IntegrationName, Vec<Weak<Notify>>>>>,
}

impl Wakes {
    /// Returns a bell of its own for one worker of a destination; it hangs as long as it is held.
    pub fn bell(&self, destination: &IntegrationName) -> Arc<Notify> {
        let bell = Arc::new(Notify::new());
        let mut bells = self.bells.lock();
        let of_destination = bells.entry(destination.clone()).or_default();
        of_destination.retain(|bell| bell.strong_count() > 0);
        of_destination.push(Arc::downgrade(&bell));
        bell
    }

    /// Wakes a destination's workers.
    pub fn wake(&self, destination: &IntegrationName) {
        let bells = self.bells.lock();
        for bell in bells.get(destination).into_iter().flatten().filter_map(Weak::upgrade) {
            bell.notify_one();
        }
    }
}
