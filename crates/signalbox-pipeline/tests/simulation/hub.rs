//! One life of the hub: the stores opened, what a crash left recovered, the line wired as the program wires it.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use parking_lot::Mutex;
use signalbox_model::time::Timestamp;
use signalbox_model::{AlertStatus, Clock, IntegrationName, RuleName};
use signalbox_pipeline::Wakes;
use signalbox_pipeline::canary::{CanaryFindings, CanarySettings, CanaryWatch, FarEnd, FarEnds};
use signalbox_pipeline::commit::Committer;
use signalbox_pipeline::deliver::template::Renderer;
use signalbox_pipeline::deliver::{DeadLetterBound, Gate, Lane, LaneSettings, RetryPreset, Target};
use signalbox_pipeline::follow::{Follower, PersonalChange, change_by_person};
use signalbox_pipeline::ingest::{
    CurrentRules, EventIdWindow, Parsing, Poller, SourceLine, SourceParts,
};
use signalbox_pipeline::normalize::EventUids;
use signalbox_pipeline::stream::{Checkpoint, Courier};
use signalbox_sdk::role::{Destination, Normalize, Ticketing, inert_text};
use signalbox_store::desk::{AlertFilter, DeadFilter, DeadLetterId, Desk, DeskError, Writer};
use signalbox_store::journal::{Disk, Journal, Position};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::clock::WallClock;
use super::diary::Diary;
use super::feed::Feed;
use super::power::Power;
use super::rules::{InForce, RULE};
use super::sender::Sender;
use super::stores::{adopt, gates, make_known, open_stores};
use crate::scenery::{NoJitter, ThreeWords};

/// The webhook's name.
pub(crate) const EDR: &str = "edr";

/// The name of the source that is polled.
pub(crate) const FEED: &str = "feed";

/// The ticketing product's name.
pub(crate) const TICKETS: &str = "tickets";

/// The stream's name.
pub(crate) const SIEM: &str = "siem";

/// All dead letters there are.
pub(crate) const EVERY_DEAD_LETTER: DeadFilter = DeadFilter {
    integration: None,
    rule: None,
    reason_contains: None,
    since: None,
    kind: None,
    after: None,
    limit: usize::MAX,
};

/// How often a canary goes.
const CANARY_EVERY: Duration = Duration::from_secs(120);

/// How often it is looked where it is.
const CANARY_LOOK: Duration = Duration::from_secs(10);

/// Everybody who has a gate.
pub(crate) const EVERYBODY: [&str; 4] = [EDR, FEED, TICKETS, SIEM];

/// What a life begins with: what is outside of the hub, and what survives it.
#[derive(Clone)]
pub(crate) struct Surroundings {
    pub(crate) clock: WallClock,
    pub(crate) power: Power,
    pub(crate) diary: Diary,
    /// What it holds outlives the hub, as a file does.
    pub(crate) desk: Desk,
    pub(crate) highest: Arc<Mutex<Option<Position>>>,
    pub(crate) ticketing: Arc<dyn Ticketing>,
    pub(crate) destination: Arc<dyn Destination>,
    pub(crate) feed: Arc<Feed>,
    pub(crate) sender: Arc<Sender>,
    pub(crate) in_force: InForce,
    /// Whether an operator has canaries go.
    pub(crate) is_flying: Arc<AtomicBool>,
    /// How long the vendor is said to go on executing.
    pub(crate) settle: Duration,
    /// A bug that a test plants: a stream begins at the head if it is parked.
    pub(crate) skips_the_parked: bool,
    /// A bug that a test plants: of the rules that are kept, the silences are not.
    pub(crate) forgets_silences: bool,
}

/// The hub while it lives.
pub(crate) struct Hub {
    pub(crate) desk: Desk,
    pub(crate) journal: Arc<dyn Journal>,
    around: Surroundings,
    committer: Committer,
    rules: CurrentRules,
    gates: BTreeMap<&'static str, Arc<Gate>>,
    lines: BTreeMap<&'static str, Arc<SourceLine>>,
    window: Arc<EventIdWindow>,
    uids: Arc<EventUids>,
    wakes: Wakes,
    stop: CancellationToken,
    follower: JoinSet<()>,
    stop_workers: CancellationToken,
    workers: JoinSet<()>,
    senders: JoinSet<()>,
}

impl Hub {
    /// Starts on what an earlier life left.
    ///
    /// # Errors
    /// In words, where a store cannot be opened, or does not fit the other.
    pub(crate) async fn start(around: Surroundings, disk: Arc<dyn Disk>) -> Result<Self, String> {
        let (journal, desk) = open_stores(&around, disk)?;
        let head = journal.head();
        adopt(&desk, &around, journal.id(), head).await.map_err(|error| error.to_string())?;
        let committer = Committer::new(Arc::clone(&journal));
        let start = u64::try_from(around.clock.now().as_millis()).unwrap();
        let mut hub = Self {
            rules: CurrentRules::new(Arc::clone(&around.in_force.rules)),
            gates: gates(&desk)?,
            lines: BTreeMap::new(),
            window: Arc::default(),
            uids: Arc::new(EventUids::new(start)),
            wakes: Wakes::default(),
            stop: CancellationToken::new(),
            follower: JoinSet::new(),
            stop_workers: CancellationToken::new(),
            workers: JoinSet::new(),
            senders: JoinSet::new(),
            desk,
            journal,
            around,
            committer,
        };
        hub.around.sender.hears_of(&hub.around.in_force);
        hub.open_lines();
        hub.follow();
        hub.watch_canaries().map_err(|error| error.to_string())?;
        hub.start_workers();
        for number in hub.around.sender.waiting() {
            hub.receive(number);
        }
        Ok(hub)
    }

    /// Stops as the program does at a signal: what is on its way is finished.
    pub(crate) async fn stop(&mut self) {
        self.committer.stop();
        self.stop.cancel();
        self.stop_workers.cancel();
        while self.workers.join_next().await.is_some() {}
        while self.follower.join_next().await.is_some() {}
    }

    /// The sender begins to send a submission, over and over until it is acknowledged.
    pub(crate) fn receive(&mut self, number: u64) {
        let sender = Arc::clone(&self.around.sender);
        self.senders.spawn(sender.send(number, Arc::clone(&self.lines[EDR])));
    }

    /// Puts another version of the rules into effect, and replaces the workers.
    pub(crate) async fn reload(&mut self, in_force: InForce) -> Result<(), DeskError> {
        let around = Surroundings { in_force, ..self.around.clone() };
        make_known(&self.desk, &around, self.journal.id(), self.journal.head()).await?;
        self.rules.set(Arc::clone(&around.in_force.rules));
        self.around.sender.hears_of(&around.in_force);
        self.stop_workers.cancel();
        while self.workers.join_next().await.is_some() {}
        self.stop_workers = CancellationToken::new();
        self.start_workers();
        Ok(())
    }

    /// The time of day.
    pub(crate) fn now(&self) -> Timestamp {
        self.around.clock.now()
    }

    /// A person enables or disables an integration.
    pub(crate) async fn set_enabled(&self, name: &'static str, is_enabled: bool) {
        if self.gates[name].is_enabled() == is_enabled {
            return;
        }
        let now = self.around.clock.now();
        let change = move |writer: &Writer<'_>| writer.set_enabled(name, is_enabled, now);
        if self.desk.write("enable or disable", change).await.is_ok() {
            self.gates[name].set_enabled(is_enabled);
            self.wakes.wake(&IntegrationName::new(name));
        }
    }

    /// A person resolves the first open alert of this title.
    pub(crate) async fn resolve(&self, title: &'static str) {
        let filter = AlertFilter { limit: usize::MAX, ..AlertFilter::default() };
        let alerts = self.desk.read(move |reader| reader.alerts(&filter)).await.unwrap_or_default();
        let is_it = |status| status != AlertStatus::Resolved;
        let alert = alerts.iter().find(|alert| alert.title == title && is_it(alert.status));
        let Some(id) = alert.map(|alert| alert.id) else { return };
        let (plan, now) = (self.rules.get().plan().clone(), self.around.clock.now());
        let change = move |writer: &Writer<'_>| {
            change_by_person(writer, id, PersonalChange::Resolve, &plan, now)
        };
        let wanted = self.desk.write("resolve", change).await;
        wanted.ok().flatten().iter().flatten().for_each(|name| self.wakes.wake(name));
    }

    /// A person sends every dead letter again.
    pub(crate) async fn replay(&self) {
        let now = self.around.clock.now();
        let replay = move |writer: &Writer<'_>| {
            for letter in writer.dead_letters(&EVERY_DEAD_LETTER)? {
                if let Some(id) = DeadLetterId::parse(&letter.id) {
                    writer.replay(&id, now)?;
                }
            }
            Ok(())
        };
        // What fails here a person tries again.
        if self.desk.write("replay", replay).await.is_ok() {
            [TICKETS, SIEM].iter().for_each(|name| self.wakes.wake(&IntegrationName::new(name)));
        }
    }

    /// Tells the journal the smallest checkpoint, as the program's housekeeping does.
    pub(crate) fn release(&self) {
        let stored = self.desk.read_now(|reader| reader.checkpoints()).unwrap_or_default();
        let positions = stored
            .iter()
            .map(|stored| Checkpoint::parse(&stored.position).ok().and_then(Checkpoint::position));
        if let Some(Some(smallest)) = positions.min() {
            self.journal.release(Some(smallest));
        }
    }

    fn open_lines(&mut self) {
        for name in [EDR, FEED] {
            let line = self.line(name, Arc::clone(&self.gates[name]), Arc::new(ThreeWords));
            self.lines.insert(name, Arc::new(line));
        }
    }

    fn line(&self, name: &str, gate: Arc<Gate>, normalize: Arc<dyn Normalize>) -> SourceLine {
        let integration = IntegrationName::new(name);
        let alarm_percent = Parsing::ALARM_PERCENT_DEFAULT;
        SourceLine::new(SourceParts {
            intake: self.committer.intake(&integration),
            gate,
            parsing: Arc::new(Parsing::new(integration.clone(), alarm_percent)),
            pace: Arc::default(),
            integration,
            connector: "scripted",
            normalize,
            keep_original: None,
            rules: self.rules.clone(),
            window: Arc::clone(&self.window),
            uids: Arc::clone(&self.uids),
            clock: Arc::new(self.around.clock.clone()),
        })
    }

    /// Has canaries sent and looked for, as long as the hub runs.
    fn watch_canaries(&mut self) -> Result<(), DeskError> {
        let name = IntegrationName::CANARY;
        let gate = Arc::new(Gate::new(IntegrationName::new(name), true, None));
        let line = self.line(name, gate, Arc::new(CanaryFindings));
        let clock = Arc::new(self.around.clock.clone());
        let watch = CanaryWatch::new(line, self.desk.clone(), self.wakes.clone(), clock)?;
        let settings = CanarySettings { every: CANARY_EVERY, rules: vec![RuleName::new(RULE)] };
        let (around, rules) = (self.around.clone(), self.rules.clone());
        let (gate, stop) = (Arc::clone(&self.gates[TICKETS]), self.stop.clone());
        self.follower.spawn(async move {
            let look = async {
                loop {
                    tokio::time::sleep(CANARY_LOOK).await;
                    let settings = around.is_flying.load(Ordering::Relaxed).then_some(&settings);
                    let target = Target::Ticketing(Arc::clone(&around.ticketing));
                    let end = FarEnd { target, is_enabled: gate.is_enabled() };
                    let ends = FarEnds::from([(IntegrationName::new(TICKETS), end)]);
                    // What fails here the next look makes good.
                    watch.look(settings, rules.get().plan(), &ends).await.ok();
                }
            };
            stop.run_until_cancelled(look).await;
        });
        Ok(())
    }

    fn follow(&mut self) {
        let follower = Follower {
            journal: Arc::clone(&self.journal),
            desk: self.desk.clone(),
            wakes: self.wakes.clone(),
            clock: Arc::new(self.around.clock.clone()),
        };
        self.follower.spawn(follower.run(self.stop.clone()));
    }

    fn start_workers(&mut self) {
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
