//! Wakes a destination's worker when there is something for it.

use std::collections::HashMap;
use std::sync::Arc;

use parking_lot::Mutex;
use signalbox_model::IntegrationName;
use tokio::sync::Notify;

/// One bell per destination; ringing one that nobody hears yet is not lost. Cloning shares them.
#[derive(Clone, Default)]
pub struct Wakes {
    bells: Arc<Mutex<HashMap<IntegrationName, Arc<Notify>>>>,
}

impl Wakes {
    /// Returns the bell of a destination.
    pub fn bell(&self, destination: &IntegrationName) -> Arc<Notify> {
        Arc::clone(self.bells.lock().entry(destination.clone()).or_default())
    }

    /// Wakes a destination's worker.
    pub fn wake(&self, destination: &IntegrationName) {
        self.bell(destination).notify_one();
    }
}
