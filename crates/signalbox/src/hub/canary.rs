//! Has canaries sent and looked for, as the configuration says.

use std::sync::Arc;
use std::time::Duration;

use signalbox_pipeline::canary::{CanarySettings, FarEnd, FarEnds};

use super::Hub;
use super::workers::target;

/// How often it is looked.
const EVERY: Duration = Duration::from_secs(5);

impl Hub {
    pub(super) fn start_canary_watch(self: &Arc<Self>) {
        let hub = Arc::clone(self);
        self.tasks.spawn(async move {
            let look = async {
                loop {
                    tokio::time::sleep(EVERY).await;
                    hub.look_for_canaries().await;
                }
            };
            // A look that is broken off is made again after the next start: what it found stands on the desk.
            hub.stop.run_until_cancelled(look).await;
        });
    }

    async fn look_for_canaries(&self) {
        // What cannot be committed or is held says nothing about a route.
        let is_taken = self.stores.journal.is_writable() && self.holds.stopped_by().is_empty();
        if !is_taken || !matches!(self.held_since(), Ok(None)) {
            return;
        }
        let (settings, ends) = self.canary_routes();
        let rules = self.rules.get();
        if let Err(error) = self.canary.look(settings.as_ref(), rules.plan(), &ends).await {
            tracing::error!(error = %error, "Canaries cannot be looked for, trying again in {EVERY:?}");
        }
    }

    fn canary_routes(&self) -> (Option<CanarySettings>, FarEnds) {
        let active = self.active.lock();
        let ends = active.integrations.iter().filter_map(|integration| {
            let is_enabled = active.gates.get(&integration.name)?.is_enabled();
            let target = target(&integration.roles)?;
            Some((integration.name.clone(), FarEnd { target, is_enabled }))
        });
        (active.canary.clone(), ends.collect())
    }
}
