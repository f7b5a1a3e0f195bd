//! One life of the hub: stores opened, what a crash left recovered, workers started.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use signalbox_model::{Clock, IntegrationName};
use signalbox_pipeline::Wakes;
use signalbox_pipeline::canary::{CanaryFindings, CanaryWatch};
use signalbox_pipeline::commit::Committer;
use signalbox_pipeline::deliver::template::Renderer;
use signalbox_pipeline::deliver::{DeadLetterBound, Gate, Lane, LaneSettings, RetryPreset, Target};
use signalbox_pipeline::evaluate::RuleSet;
use signalbox_pipeline::follow::{DESK_READER, Follower, hex};
use signalbox_pipeline::health::{HealthWatch, HubFindings};
use signalbox_pipeline::hold::HoldWatch;
use signalbox_pipeline::ingest::{
    CurrentRules, EventIdWindow, Parsing, Poller, SourceLine, SourceParts,
};
use signalbox_pipeline::normalize::EventUids;
use signalbox_pipeline::stream::{Courier, SharedEncodings};
use signalbox_sdk::role::{Destination, Normalize, inert_text};
use signalbox_store::desk::{Desk, Writer};
use signalbox_store::journal::{EmbeddedJournal, FolderDisk, Journal, JournalOptions, Provision};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::{Company, FEED, Feed, PausedClock, SOURCE, Sink, TICKETS, Tickets};
use crate::scenery::{NoJitter, ThreeWords};

/// The hub while it lives.
pub(crate) struct Run {
    pub(crate) desk: Desk,
    pub(crate) journal: Arc<dyn Journal>,
    pub(crate) line: Arc<SourceLine>,
    pub(super) wakes: Wakes,
    pub(super) holds: HoldWatch,
    pub(super) health: HealthWatch,
    pub(super) canary: CanaryWatch,
    pub(super) gates: BTreeMap<String, Arc<Gate>>,
    stop: CancellationToken,
    clock: PausedClock,
    dead_letters: DeadLetterBound,
    rules: Arc<RuleSet>,
    tasks: JoinSet<()>,
}

/// How long the ticketing product may still execute what was given up on.
const SETTLE: Duration = Duration::from_secs(60);

impl Run {
    pub(super) async fn start(
        folder: &Path,
        cast: &Company,
        tickets: &Arc<Tickets>,
        clock: PausedClock,
    ) -> Self {
        let options = JournalOptions {
            segment_bytes: 4 << 20,
            starter_bytes: 1 << 20,
            fresh_bytes: cast.fresh_bytes,
            provision: Provision::OnDemand,
            ..JournalOptions::default()
        };
        let disk = cast.door().around(Arc::new(FolderDisk::new(folder.join("journal"))));
        let journal = EmbeddedJournal::open_on(disk, Arc::new(clock), options).unwrap();
        let journal: Arc<dyn Journal> = Arc::new(journal);
        let desk = Desk::open(&folder.join("desk.sqlite")).unwrap();
        adopt(&desk, cast, clock).await;
        let committer = Committer::new(Arc::clone(&journal));
        let wakes = Wakes::default();
        let canary =
            line_with(Arc::new(CanaryFindings), &committer, IntegrationName::CANARY, cast, clock);
        let canary = CanaryWatch::new(canary, desk.clone(), wakes.clone(), Arc::new(clock));
        let mut run = Self {
            canary: canary.unwrap(),
            line: Arc::new(line(&committer, SOURCE, cast, clock)),
            health: HealthWatch::new(hub_line(&committer, cast, clock), Arc::new(clock)),
            holds: HoldWatch::new(
                desk.clone(),
                Arc::clone(&journal),
                committer.clone(),
                Arc::new(clock),
            ),
            desk,
            journal,
            wakes,
            gates: BTreeMap::new(),
            stop: CancellationToken::new(),
            clock,
            dead_letters: cast.dead_letters,
            rules: Arc::clone(&cast.rules),
            tasks: JoinSet::new(),
        };
        run.follow();
        run.hire_lane(TICKETS, Target::Ticketing(Arc::clone(tickets) as Arc<_>), cast.concurrency);
        let sinks: Vec<Arc<dyn Destination>> =
            cast.sinks.values().map(|sink| Arc::clone(sink) as Arc<_>).collect();
        let encodings = SharedEncodings::of(sinks.iter());
        for (name, sink) in &cast.sinks {
            run.hire_courier(name, sink, &encodings);
        }
        if let Some(feed) = &cast.feed {
            run.hire_poller(feed, line(&committer, FEED, cast, clock));
        }
        run
    }

    /// Ends every task where it stands.
    pub(super) async fn abort(&mut self) {
        self.tasks.shutdown().await;
    }

    /// Stops as a hub does at a signal: what is on its way is finished.
    pub(super) async fn stop(&mut self) {
        self.stop.cancel();
        while self.tasks.join_next().await.is_some() {}
    }

    fn follow(&mut self) {
        let follower = Follower {
            journal: Arc::clone(&self.journal),
            desk: self.desk.clone(),
            wakes: self.wakes.clone(),
            clock: Arc::new(self.clock),
        };
        self.tasks.spawn(follower.run(self.stop.clone()));
    }

    /// The gate of an integration, in the state that an earlier life left it in.
    fn open_gate(&mut self, name: &str) -> Arc<Gate> {
        let rows = self.desk.read_now(|reader| reader.integrations()).unwrap();
        let parked = rows.into_iter().find(|row| row.name == name).and_then(|row| row.parked);
        let gate = Arc::new(Gate::new(IntegrationName::new(name), true, parked));
        Arc::clone(self.gates.entry(name.to_owned()).or_insert(gate))
    }

    fn hire_lane(&mut self, name: &str, target: Target, concurrency: usize) {
        let lane = Lane {
            name: IntegrationName::new(name),
            target,
            desk: self.desk.clone(),
            gate: self.open_gate(name),
            wakes: self.wakes.clone(),
            renderer: Renderer::new(&Company::templates(), Arc::new(inert_text)).ok().unwrap(),
            settings: LaneSettings {
                concurrency,
                timeout: Duration::from_secs(10),
                settle: SETTLE,
                retry: RetryPreset::Default,
                dead_letters: self.dead_letters,
            },
            clock: Arc::new(self.clock),
            random: Arc::new(NoJitter),
        };
        self.tasks.spawn(lane.run(self.stop.clone()));
    }

    fn hire_poller(&mut self, feed: &Arc<Feed>, line: SourceLine) {
        let poller = Poller {
            name: IntegrationName::new(FEED),
            source: Arc::clone(feed) as Arc<_>,
            line: Arc::new(line),
            gate: self.open_gate(FEED),
            own: self.open_gate(FEED),
            desk: self.desk.clone(),
            journal: Arc::clone(&self.journal),
            wakes: self.wakes.clone(),
            retry: RetryPreset::Default,
            clock: Arc::new(self.clock),
            random: Arc::new(NoJitter),
        };
        self.tasks.spawn(poller.run(self.stop.clone()));
    }

    /// A stream takes notifications as well, by a lane of its own.
    fn hire_courier(&mut self, name: &str, sink: &Arc<Sink>, encodings: &SharedEncodings) {
        let courier = Courier {
            name: IntegrationName::new(name),
            shared: encodings.with(sink.as_ref()),
            destination: Arc::clone(sink) as Arc<dyn Destination>,
            journal: Arc::clone(&self.journal),
            desk: self.desk.clone(),
            gate: self.open_gate(name),
            rules: Arc::clone(&self.rules),
            wakes: self.wakes.clone(),
            retry: RetryPreset::Default,
            dead_letters: self.dead_letters,
            settle: SETTLE,
            clock: Arc::new(self.clock),
            random: Arc::new(NoJitter),
        };
        self.tasks.spawn(courier.run(self.stop.clone()));
        self.hire_lane(name, Target::Destination(Arc::clone(sink) as Arc<_>), 1);
    }
}

/// Makes rules and checkpoints known, and puts what a crash left back into its lines.
async fn adopt(desk: &Desk, cast: &Company, clock: PausedClock) {
    let (hash, plan) = (hex(&cast.rules.names().hash), cast.rules.plan());
    let (plan, now) = (serde_json::to_string(plan).unwrap(), clock.now());
    let streams: Vec<_> = cast.sinks.keys().copied().collect();
    let settle = i64::try_from(SETTLE.as_millis()).unwrap();
    let adopt = move |writer: &Writer<'_>| {
        writer.create_checkpoint(DESK_READER, "")?;
        writer.keep_rule_set(&hash, &plan, now.as_millis())?;
        for name in streams.iter().chain([&TICKETS, &FEED]) {
            writer.register_integration(name, "scripted", now)?;
            writer.recover_attempts(&IntegrationName::new(name), settle, now)?;
        }
        streams.iter().try_for_each(|name| writer.create_checkpoint(name, ""))
    };
    desk.write("adopt a configuration", adopt).await.unwrap();
}

fn line(committer: &Committer, name: &str, cast: &Company, clock: PausedClock) -> SourceLine {
    line_with(Arc::new(ThreeWords), committer, name, cast, clock)
}

/// The way in for what the hub itself has to say.
fn hub_line(committer: &Committer, cast: &Company, clock: PausedClock) -> SourceLine {
    line_with(Arc::new(HubFindings), committer, IntegrationName::HUB, cast, clock)
}

fn line_with(
    normalize: Arc<dyn Normalize>,
    committer: &Committer,
    name: &str,
    cast: &Company,
    clock: PausedClock,
) -> SourceLine {
    let integration = IntegrationName::new(name);
    let alarm_percent = Parsing::ALARM_PERCENT_DEFAULT;
    SourceLine::new(SourceParts {
        parsing: Arc::new(Parsing::new(integration.clone(), alarm_percent)),
        pace: Arc::default(),
        intake: committer.intake(&integration),
        gate: Arc::new(Gate::new(integration.clone(), true, None)),
        integration,
        connector: "scripted",
        normalize,
        keep_original: None,
        rules: CurrentRules::new(Arc::clone(&cast.rules)),
        window: Arc::new(EventIdWindow::default()),
        uids: Arc::new(EventUids::new(u64::try_from(clock.now().as_millis()).unwrap())),
        clock: Arc::new(clock),
    })
}
