//! The stage that every test plays on: real desk and journal in a folder, the line wired as a hub wires
//! it, and vendors that follow a script. It can crash and start again on the same folder.

mod bench;
mod canary;
mod cast;
mod destination;
mod door;
mod feed;
mod health;
mod ledger;
mod letters;
mod run;
mod ticketing;
mod world;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use signalbox_model::time::Timestamp;
use signalbox_model::{
    AlertId, Clock, DeliveryKey, Fingerprint, IntegrationName, RuleName, StepKind,
};
use signalbox_pipeline::commit::NotCommitted;
use signalbox_pipeline::deliver::Gate;
use signalbox_pipeline::evaluate::Route;
use signalbox_pipeline::follow::{PersonalChange, change_by_person};
use signalbox_store::desk::{Desk, NewStep, StepFilter, Writer};

pub(crate) use bench::Bench;
pub(crate) use cast::{Cast, Company, FEED, SOURCE, TICKETS, rules};
pub(crate) use destination::{Sink, Taking};
pub(crate) use door::Door;
pub(crate) use feed::Feed;
pub(crate) use ledger::assert_balanced;
pub(crate) use run::Run;
pub(crate) use ticketing::{Answer, Tickets, failure};
pub(crate) use world::{PausedClock, second};

use crate::scenery::raw;

/// The name of the rule that every finding matches.
pub(crate) const RULE: &str = "alarm";

/// A folder, a cast, and the hub that plays with them.
pub(crate) struct Stage {
    pub(crate) clock: PausedClock,
    pub(crate) tickets: Arc<Tickets>,
    cast: Company,
    run: Run,
    folder: tempfile::TempDir,
    events: AtomicU64,
}

impl Stage {
    /// Starts a hub with this cast.
    pub(crate) async fn with(cast: Cast) -> Self {
        let clock = PausedClock::new();
        let folder = tempfile::tempdir().unwrap();
        let tickets = Arc::new(Tickets::new(clock));
        let cast = cast.hire(clock);
        let run = Run::start(folder.path(), &cast, &tickets, clock).await;
        Self { clock, tickets, cast, run, folder, events: AtomicU64::new(1) }
    }

    /// Starts a hub whose alerts become tickets.
    pub(crate) async fn with_tickets() -> Self {
        Self::with(Cast::default()).await
    }

    /// Starts a hub with one stream, in batches of this many.
    pub(crate) async fn with_stream(events_max: usize) -> Self {
        Self::with(Cast { streams: vec![("siem", events_max)], ..Cast::default() }).await
    }

    /// Ends everything at once, in the middle of whatever it is doing, and starts it again.
    pub(crate) async fn crash(&mut self) {
        self.run.abort().await;
        self.run = Run::start(self.folder.path(), &self.cast, &self.tickets, self.clock).await;
    }

    /// Stops as a hub does at a signal, and starts again.
    pub(crate) async fn restart(&mut self) {
        self.run.stop().await;
        self.run = Run::start(self.folder.path(), &self.cast, &self.tickets, self.clock).await;
    }

    /// A person changes the routes and what raises an alert: the hub starts again with that.
    pub(crate) async fn decide_by(&mut self, routes: Vec<Route>, condition: &str) {
        self.cast.decide_by(routes, condition);
        self.restart().await;
    }

    /// Sends these raw events as one submission.
    pub(crate) async fn send(&self, words: &[String]) -> Result<(), NotCommitted> {
        let events: Vec<_> = words.iter().map(|words| raw(words, self.clock.now())).collect();
        self.run.line.take(&events).await
    }

    /// The source finds these, each under a new event id.
    pub(crate) async fn finds(&self, names: &[&str]) {
        self.says("open", names).await;
    }

    /// The source says that these are over.
    pub(crate) async fn ends(&self, names: &[&str]) {
        self.says("over", names).await;
    }

    /// The source logs these.
    pub(crate) async fn logs(&self, names: &[&str]) {
        self.says("log", names).await;
    }

    async fn says(&self, word: &str, names: &[&str]) {
        let next = || self.events.fetch_add(1, Ordering::Relaxed);
        let words: Vec<_> = names.iter().map(|name| format!("{word} {name} {}", next())).collect();
        self.send(&words).await.unwrap();
    }

    /// A person resolves the alert of this finding.
    pub(crate) async fn resolve_by_hand(&self, finding: &str) {
        let (id, now) = (alert_of(finding), self.clock.now());
        let plan = self.cast.rules.plan().clone();
        let change = move |writer: &Writer<'_>| {
            change_by_person(writer, id, PersonalChange::Resolve, &plan, now)
        };
        let wanted = self.run.desk.write("resolve", change).await.unwrap();
        wanted.unwrap().iter().for_each(|name| self.run.wakes.wake(name));
    }

    /// A person sends a dead letter again.
    pub(crate) async fn replay(&self, finding: &str) {
        let (key, now) = (open_key(finding), self.clock.now());
        let revived = self.run.desk.write("replay", move |w| w.revive_step(key, now)).await;
        assert!(revived.unwrap().is_some());
        self.run.wakes.wake(&IntegrationName::new(TICKETS));
    }

    /// Adds an update of this finding's alert, whatever its line says.
    pub(crate) async fn add_update(&self, finding: &str) {
        let (alert, now) = (alert_of(finding), self.clock.now());
        let add = move |writer: &Writer<'_>| {
            let destination = &IntegrationName::new(TICKETS);
            let (template, must_find, cause) = (None, false, None);
            writer.add_update(NewStep { alert, destination, template, must_find, now, cause })
        };
        assert!(self.run.desk.write("add an update", add).await.unwrap());
        self.run.wakes.wake(&IntegrationName::new(TICKETS));
    }

    /// A person enables or disables an integration.
    pub(crate) fn set_enabled(&self, name: &str, is_enabled: bool) {
        self.gate(name).set_enabled(is_enabled);
        self.run.wakes.wake(&IntegrationName::new(name));
    }

    /// Runs up to the end of this second, counted from the beginning of the test.
    pub(crate) async fn pass(&self, second: u64) {
        self.clock.pass(second).await;
    }

    /// Lets everything happen that takes no time until this is so, for half a minute of the real time at most.
    pub(crate) async fn until(&self, is_so: impl Fn(&Self) -> bool) {
        let end = std::time::Instant::now() + Duration::from_secs(30);
        while !is_so(self) {
            assert!(std::time::Instant::now() < end, "it never came to be so");
            tokio::task::yield_now().await;
        }
    }

    pub(crate) fn gate(&self, name: &str) -> &Gate {
        &self.run.gates[name]
    }

    /// `ok`, `degraded`, `down`, `parked` or `disabled`, as shown now.
    pub(crate) fn state(&self, name: &str) -> &'static str {
        self.gate(name).view(self.clock.now()).state
    }

    /// The stream of this name.
    pub(crate) fn sink(&self, name: &str) -> &Sink {
        &self.cast.sinks[name]
    }

    /// The vendor that is polled.
    pub(crate) fn feed(&self) -> &Feed {
        self.cast.feed.as_ref().unwrap()
    }

    pub(crate) fn desk(&self) -> &Desk {
        &self.run.desk
    }

    /// The data folder.
    pub(crate) fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    pub(crate) fn run(&self) -> &Run {
        &self.run
    }

    /// The steps in this state, as `step finding`, by finding.
    pub(crate) fn steps(&self, state: &str) -> Vec<String> {
        let filter = StepFilter {
            state: Some(state.to_owned()),
            limit: usize::MAX,
            ..StepFilter::default()
        };
        self.run
            .desk
            .read_now(|reader| {
                let mut steps = Vec::new();
                for row in reader.steps(&filter)? {
                    let alert = AlertId::parse(&row.alert).unwrap();
                    let title = reader.alert(alert)?.unwrap().title;
                    steps.push(format!("{} {title}", row.step));
                }
                steps.sort();
                Ok(steps)
            })
            .unwrap()
    }

    /// Which silence keeps the latest of a finding's first alert from the ticketing product, and how much.
    pub(crate) fn silenced(&self, finding: &str) -> Option<(String, u64)> {
        let id = alert_of(finding);
        let rows = self.run.desk.read_now(|reader| reader.silenced(id)).unwrap();
        rows.into_iter().next().map(|row| (row.silence, row.held_back))
    }

    /// The last error that an integration shows.
    pub(crate) fn last_error(&self, name: &str) -> Option<String> {
        self.gate(name).view(self.clock.now()).last_error
    }

    /// Why an integration is parked, as a restart would find it.
    pub(crate) fn stored_parking(&self, name: &str) -> Option<String> {
        let rows = self.run.desk.read_now(|reader| reader.integrations()).unwrap();
        rows.into_iter().find(|row| row.name == name).and_then(|row| row.parked)
    }

    /// The items of a stream that are set aside: parked, dead.
    pub(crate) fn aside(&self, stream: &str) -> (u64, u64) {
        self.run.desk.read_now(|reader| reader.count_items(stream)).unwrap()
    }

    /// The parked items of a stream: where they stand, how often they were tried, and when they are tried next.
    pub(crate) fn parked(&self, stream: &str) -> Vec<(String, u32, Timestamp)> {
        let whenever = second(u64::from(u32::MAX));
        let due = self.run.desk.read_now(|reader| reader.due_items(stream, whenever, usize::MAX));
        due.unwrap().into_iter().map(|row| (row.position, row.attempts, row.next_at)).collect()
    }
}

/// The first alert of a finding.
pub(crate) fn alert_of(finding: &str) -> AlertId {
    let fingerprint = Fingerprint::of(&[SOURCE, finding]);
    AlertId::derive(&RuleName::new(RULE), &fingerprint, 1)
}

/// The key of the step that opens a finding's first alert.
pub(crate) fn open_key(finding: &str) -> DeliveryKey {
    DeliveryKey::derive(alert_of(finding), &IntegrationName::new(TICKETS), StepKind::Open)
}
