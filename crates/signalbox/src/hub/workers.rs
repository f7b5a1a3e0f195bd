//! The workers of one configuration: a lane per destination of alerts, a courier per stream.

use std::sync::Arc;
use std::time::Duration;

use signalbox_pipeline::deliver::{DeadLetterBound, Gate, Lane, LaneSettings, Target};
use signalbox_pipeline::ingest::Poller;
use signalbox_pipeline::stream::{Courier, SharedEncodings};
use signalbox_sdk::Roles;
use signalbox_sdk::role::{Destination, Source};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::{ActiveSource, Gates, Hub, Sources};
use crate::config::compile::{Built, Compiled, renderer};

/// Running workers; a reload replaces them as a whole.
#[derive(Default)]
pub(super) struct Workers {
    stop: CancellationToken,
    tasks: TaskTracker,
}

/// How long a vendor may still execute what was given up on, where neither the operator nor the
/// connector knows better.
const SETTLE: Duration = Duration::from_secs(60);

/// How long `built` may still execute what was given up on.
pub(super) fn settle(built: &Built) -> Duration {
    let own = built.roles.ticketing.as_ref().map(|ticketing| ticketing.settle());
    built.settings.settle.map_or(own.unwrap_or(SETTLE), |settle| settle.as_duration())
}

/// What the steps of alerts go to, where `roles` take any.
pub(super) fn target(roles: &Roles) -> Option<Target> {
    match (&roles.ticketing, &roles.destination) {
        (Some(ticketing), _) => Some(Target::Ticketing(Arc::clone(ticketing))),
        (None, Some(destination)) => Some(Target::Destination(Arc::clone(destination))),
        (None, None) => None,
    }
}

/// Where the stream of events goes, if `built` takes it.
fn stream(built: &Built) -> Option<&Arc<dyn Destination>> {
    built.roles.destination.as_ref().filter(|_| built.is_stream)
}

impl Workers {
    /// Stops the workers and waits for what they have on its way.
    pub(super) async fn stop(&mut self) {
        self.stop.cancel();
        self.tasks.close();
        self.tasks.wait().await;
    }
}

impl Hub {
    pub(super) fn start_workers(
        &self,
        compiled: &Compiled,
        gates: &Gates,
        sources: &Sources,
    ) -> Workers {
        let workers = Workers::default();
        let encodings = SharedEncodings::of(compiled.integrations.iter().filter_map(stream));
        for built in &compiled.integrations {
            let Some(gate) = gates.get(&built.name) else { continue };
            if let Some(lane) = self.lane(built, gate, compiled) {
                workers.tasks.spawn(lane.run(workers.stop.clone()));
            }
            if let Some(courier) = self.courier(built, gate, compiled, &encodings) {
                workers.tasks.spawn(courier.run(workers.stop.clone()));
            }
            if let Some(source) = sources.get(&built.name) {
                for poller in self.pollers(built, gate, source) {
                    workers.tasks.spawn(poller.run(workers.stop.clone()));
                }
            }
        }
        workers
    }

    fn pollers(&self, built: &Built, gate: &Arc<Gate>, active: &ActiveSource) -> Vec<Poller> {
        let poller = |(source, own): (&Arc<dyn Source>, &Arc<Gate>)| Poller {
            name: built.name.clone(),
            source: Arc::clone(source),
            line: Arc::clone(&active.line),
            gate: Arc::clone(gate),
            own: Arc::clone(own),
            desk: self.stores.desk.clone(),
            journal: Arc::clone(&self.stores.journal),
            wakes: self.wakes.clone(),
            retry: built.settings.retry,
            clock: Arc::clone(&self.world.clock),
            random: Arc::clone(&self.world.random),
        };
        built.roles.sources.iter().zip(&active.polls).map(poller).collect()
    }

    fn lane(&self, built: &Built, gate: &Arc<Gate>, compiled: &Compiled) -> Option<Lane> {
        let target = target(&built.roles)?;
        Some(Lane {
            name: built.name.clone(),
            desk: self.stores.desk.clone(),
            gate: Arc::clone(gate),
            wakes: self.wakes.clone(),
            renderer: renderer(&compiled.templates, built)?,
            settings: LaneSettings {
                concurrency: built.settings.concurrency,
                timeout: target.timeout(),
                settle: settle(built),
                retry: built.settings.retry,
                dead_letters: DeadLetterBound::default(),
            },
            target,
            clock: Arc::clone(&self.world.clock),
            random: Arc::clone(&self.world.random),
        })
    }

    fn courier(
        &self,
        built: &Built,
        gate: &Arc<Gate>,
        compiled: &Compiled,
        encodings: &SharedEncodings,
    ) -> Option<Courier> {
        let destination = stream(built)?;
        Some(Courier {
            name: built.name.clone(),
            shared: encodings.with(destination.as_ref()),
            destination: Arc::clone(destination),
            journal: Arc::clone(&self.stores.journal),
            desk: self.stores.desk.clone(),
            gate: Arc::clone(gate),
            rules: Arc::clone(&compiled.rules),
            wakes: self.wakes.clone(),
            retry: built.settings.retry,
            dead_letters: DeadLetterBound::default(),
            settle: settle(built),
            clock: Arc::clone(&self.world.clock),
            random: Arc::clone(&self.world.random),
        })
    }
}
