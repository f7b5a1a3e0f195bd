//! The workers, which a reload replaces: the lane of the ticketing product, the stream's courier, and the poller.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use signalbox_model::IntegrationName;
use signalbox_pipeline::deliver::template::Renderer;
use signalbox_pipeline::deliver::{DeadLetterBound, Lane, LaneSettings, RetryPreset, Target};
use signalbox_pipeline::ingest::Poller;
use signalbox_pipeline::stream::Courier;
use signalbox_sdk::role::inert_text;

use super::{FEED, Hub, SIEM, TICKETS};
use crate::scenery::NoJitter;

impl Hub {
    /// Starts them; whoever replaces them has waited until those before have ended.
    pub(super) fn start_workers(&mut self) {
        let stop = self.stop_workers.clone();
        self.workers.spawn(self.lane().run(stop.clone()));
        self.workers.spawn(self.courier().run(stop.clone()));
        self.workers.spawn(self.poller().run(stop));
    }

    fn lane(&self) -> Lane {
        Lane {
            name: IntegrationName::new(TICKETS),
            target: Target::Ticketing(Arc::clone(&self.around.ticketing)),
            desk: self.desk.clone(),
            gate: Arc::clone(&self.gates[TICKETS]),
            wakes: self.wakes.clone(),
            renderer: Renderer::new(&BTreeMap::new(), Arc::new(inert_text)).ok().unwrap(),
            settings: LaneSettings {
                concurrency: 2,
                timeout: Duration::from_secs(10),
                settle: self.around.settle,
                retry: RetryPreset::Default,
                dead_letters: DeadLetterBound::default(),
            },
            clock: Arc::new(self.around.clock.clone()),
            random: Arc::new(NoJitter),
        }
    }

    fn courier(&self) -> Courier {
        Courier {
            name: IntegrationName::new(SIEM),
            destination: Arc::clone(&self.around.destination),
            shared: None,
            journal: Arc::clone(&self.journal),
            desk: self.desk.clone(),
            gate: Arc::clone(&self.gates[SIEM]),
            rules: self.rules.get(),
            wakes: self.wakes.clone(),
            retry: RetryPreset::Default,
            settle: self.around.settle,
            dead_letters: DeadLetterBound::default(),
            clock: Arc::new(self.around.clock.clone()),
            random: Arc::new(NoJitter),
        }
    }

    fn poller(&self) -> Poller {
        Poller {
            name: IntegrationName::new(FEED),
            source: Arc::clone(&self.around.feed) as Arc<_>,
            line: Arc::clone(&self.lines[FEED]),
            gate: Arc::clone(&self.gates[FEED]),
            own: Arc::clone(&self.gates[FEED]),
            desk: self.desk.clone(),
            journal: Arc::clone(&self.journal),
            wakes: self.wakes.clone(),
            retry: RetryPreset::Default,
            clock: Arc::new(self.around.clock.clone()),
            random: Arc::new(NoJitter),
        }
    }
}
