//! One life of the hub: the stores opened, what a crash left recovered, the line wired as the program wires it.

mod lasting;
mod person;
mod workers;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use parking_lot::Mutex;
use signalbox_model::Clock;
use signalbox_model::time::Timestamp;
use signalbox_pipeline::Wakes;
use signalbox_pipeline::commit::Committer;
use signalbox_pipeline::deliver::Gate;
use signalbox_pipeline::ingest::{CurrentRules, EventIdWindow, SourceLine};
use signalbox_pipeline::normalize::EventUids;
use signalbox_pipeline::stream::Checkpoint;
use signalbox_sdk::role::{Destination, Ticketing};
use signalbox_store::desk::{Desk, DeskError};
use signalbox_store::journal::{Disk, Journal, Position};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::clock::WallClock;
use super::diary::Diary;
use super::feed::Feed;
use super::power::Power;
use super::rules::InForce;
use super::sender::Sender;
use super::stores::{adopt, gates, make_known, open_stores};

pub(crate) use person::EVERY_DEAD_LETTER;

/// The webhook's name.
pub(crate) const EDR: &str = "edr";

/// The name of the source that is polled.
pub(crate) const FEED: &str = "feed";

/// The ticketing product's name.
pub(crate) const TICKETS: &str = "tickets";

/// The stream's name.
pub(crate) const SIEM: &str = "siem";

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
}
