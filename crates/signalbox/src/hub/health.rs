//! Watches the health of every integration, and says through the line what a person should hear.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use signalbox_api::{IntegrationView, Operations};
use signalbox_model::time::Timestamp;
use signalbox_model::{Clock, IntegrationName};
use signalbox_pipeline::commit::Committer;
use signalbox_pipeline::deliver::{Gate, GateView};
use signalbox_pipeline::follow::DESK_READER;
use signalbox_pipeline::health::{Edge, Passage, Poll, Trouble, is_heard};
use signalbox_pipeline::hold::HoldView;
use signalbox_pipeline::ingest::{
    CurrentRules, EventIdWindow, Pace, Parsing, SilenceView, SourceLine, SourceParts,
};
use signalbox_pipeline::normalize::EventUids;
use signalbox_sdk::role::{Normalize, Source};
use signalbox_store::desk::Writer;
use signalbox_store::journal::Position;

use super::operations::Handle;
use super::{Active, ActiveIntegration, Hub};

/// How often it is looked.
const EVERY: Duration = Duration::from_secs(5);

/// How often the desk is asked whether it has caught up with the journal.
const CATCH_UP: Duration = Duration::from_millis(100);

/// How often what was learnt of the pace of sources is written down.
const KEEP_EVERY: Duration = Duration::from_secs(3600);

/// Returns the way in for what the hub itself sends, under a name of its own.
pub(super) fn own_line(
    (name, normalize): (&'static str, Arc<dyn Normalize>),
    committer: &Committer,
    rules: &CurrentRules,
    window: &Arc<EventIdWindow>,
    uids: &Arc<EventUids>,
    clock: &Arc<dyn Clock>,
) -> SourceLine {
    let name = IntegrationName::new(name);
    SourceLine::new(SourceParts {
        connector: IntegrationName::HUB,
        normalize,
        keep_original: None,
        rules: rules.clone(),
        window: Arc::clone(window),
        uids: Arc::clone(uids),
        intake: committer.intake(&name),
        gate: Arc::new(Gate::new(name.clone(), true, None)),
        parsing: Arc::new(Parsing::new(name.clone(), Parsing::ALARM_PERCENT_DEFAULT)),
        pace: Arc::default(),
        clock: Arc::clone(clock),
        integration: name,
    })
}

impl Hub {
    pub(super) fn start_health_watch(self: &Arc<Self>) {
        let hub = Arc::clone(self);
        self.tasks.spawn(async move {
            if let Some(()) = hub.stop.run_until_cancelled(hub.recall()).await {
                hub.watch().await;
            }
            hub.keep_paces().await;
        });
    }

    /// Looks until the hub stops.
    async fn watch(self: &Arc<Self>) {
        let handle = Handle(Arc::clone(self));
        let mut kept_at = self.world.clock.now();
        while self.stop.run_until_cancelled(tokio::time::sleep(EVERY)).await.is_some() {
            let now = self.world.clock.now();
            self.look(&handle).await;
            if now.since(kept_at) >= KEEP_EVERY {
                self.keep_paces().await;
                kept_at = now;
            }
        }
    }

    async fn look(&self, handle: &Handle) {
        let views = match handle.integrations().await {
            Ok(views) => views,
            Err(error) => {
                tracing::error!(error = %error,
                    "It cannot be seen how the integrations are, trying again in {EVERY:?}");
                return;
            }
        };
        self.pass_over_the_unheard(&views);
        // What cannot be committed cannot be told through the line; `/readyz` and the log have it.
        if self.stores.journal.is_writable() {
            let settings = self.active.lock().health.clone();
            if let Err(error) = self.health.miss_the_unheard(&self.stores.desk, &settings).await {
                tracing::warn!(error = %error, "It cannot be seen whom a silence kept from hearing of trouble");
            }
            let edges = self.edges(&views);
            self.health.look(&edges, &settings).await;
        }
    }

    /// Returns the integrations as they are now, and what they poll.
    fn edges(&self, views: &[IntegrationView]) -> Vec<Edge> {
        let now = self.world.clock.now();
        let active = self.active.lock();
        let edges = views.iter().flat_map(|view| {
            let polls = active.polls(&IntegrationName::new(&view.name), now);
            edge(view, now).with_polls(polls)
        });
        edges.collect()
    }

    /// A source that cannot be heard is not silent: disabled, down, or refused by a hub that takes nothing.
    fn pass_over_the_unheard(&self, views: &[IntegrationView]) {
        let now = self.world.clock.now();
        let is_stopped = !self.stores.journal.is_writable() || !self.holds.stopped_by().is_empty();
        let active = self.active.lock();
        for (name, source) in &active.sources {
            let view = views.iter().find(|view| view.name == name.as_str());
            if is_stopped || view.is_some_and(|view| view.gate.severity() > 1) {
                source.line.pace().is_not_heard(now);
            }
        }
    }

    /// Waits for the desk to catch up, and takes up what an earlier run told.
    async fn recall(&self) {
        let head = self.stores.journal.head();
        loop {
            match self.remember(head) {
                Ok(true) => return,
                Ok(false) => tokio::time::sleep(CATCH_UP).await,
                Err(error) => {
                    tracing::error!(error = %error,
                        "The desk cannot be asked what was told of integrations, trying again in {EVERY:?}");
                    tokio::time::sleep(EVERY).await;
                }
            }
        }
    }

    /// Says whether the desk had caught up.
    fn remember(&self, head: Option<Position>) -> Result<bool, signalbox_store::desk::DeskError> {
        self.stores.desk.read_now(|reader| {
            let stored = reader.checkpoint(DESK_READER)?;
            let desk = stored.and_then(|stored| stored.position.parse::<Position>().ok());
            if desk < head {
                return Ok(false);
            }
            self.health.remember(reader).map(|()| true)
        })
    }

    /// Returns what an earlier run learnt of a source's pace.
    pub(super) fn stored_pace(&self, source: &IntegrationName) -> Arc<Pace> {
        let key = pace_key(source);
        let stored = self.stores.desk.read_now(|reader| reader.meta(&key)).ok().flatten();
        let learnt = stored.and_then(|stored| serde_json::from_str(&stored).ok());
        // What cannot be read is learnt again.
        Arc::new(Pace::new(learnt.unwrap_or_default()))
    }

    async fn keep_paces(&self) {
        let sources = self.active.lock().sources.clone();
        if sources.is_empty() {
            return;
        }
        let paces = sources.iter().map(|(name, source)| {
            let learnt = serde_json::to_string(&source.line.pace().learnt());
            (pace_key(name), learnt.unwrap_or_default())
        });
        let paces: Vec<_> = paces.collect();
        let keep = move |writer: &Writer<'_>| {
            paces.iter().try_for_each(|(key, learnt)| writer.set_meta(key, learnt))
        };
        if let Err(error) = self.stores.desk.write("keep the pace of sources", keep).await {
            tracing::warn!(error = %error, "The pace of sources could not be kept, it is learnt again");
        }
    }

    /// Returns, for readiness, what was told and is not over, and what nobody was told of.
    pub(super) fn health_notes(&self, active: &Active) -> Vec<String> {
        let told = self.health.told().into_iter().map(|told| {
            match is_heard(&active.health.channels, &told.integration) {
                true => told.title,
                false => format!(
                    "{}; nobody is told, for `health.notify` names no other channel",
                    told.title
                ),
            }
        });
        told.collect()
    }

    /// Returns the words for what was told of an integration and is not over, each once.
    pub(super) fn troubles(&self, name: &str) -> Vec<Trouble> {
        let told = self.health.told().into_iter().filter(|told| told.integration.as_str() == name);
        let words: BTreeSet<_> = told.map(|told| told.trouble).collect();
        words.into_iter().collect()
    }
}

impl ActiveIntegration {
    /// Returns how silent it is, where it is a source.
    pub(super) fn silence(&self, hub: &Hub, active: &Active) -> Option<SilenceView> {
        let source = active.sources.get(&self.name)?;
        Some(source.line.pace().view(self.quiet_after, hub.world.clock.now()))
    }
}

/// Where a source's pace stands among the desk's settings.
fn pace_key(source: &IntegrationName) -> String {
    format!("pace {source}")
}

impl Active {
    /// Returns what an integration polls, each by its own gate.
    fn polls(&self, name: &IntegrationName, now: Timestamp) -> Vec<Poll> {
        let integration = self.integrations.iter().find(|it| it.name == *name);
        let sources = integration.into_iter().flat_map(|it| &it.roles.sources);
        let gates = self.sources.get(name).into_iter().flat_map(|source| &source.polls);
        let poll = |(source, gate): (&Arc<dyn Source>, &Arc<Gate>)| {
            let gate = gate.view(now);
            let passage = Passage::of(&gate, false, now);
            Poll { name: source.name().to_owned(), passage, reason: reason(&gate) }
        };
        sources.zip(gates).map(poll).collect()
    }
}

fn reason(gate: &GateView) -> String {
    gate.parked.clone().or_else(|| gate.last_error.clone()).unwrap_or_default()
}

fn edge(view: &IntegrationView, now: Timestamp) -> Edge {
    let gate = &view.gate;
    // What is polled asks by itself, so that nothing waits for it proves nothing.
    let is_polled = view.silence.is_some();
    let is_empty = |hold: &HoldView| hold.oldest_at.is_none() && hold.canaries == 0;
    let is_idle = view.hold.as_ref().is_some_and(is_empty) && !is_polled;
    Edge {
        name: IntegrationName::new(&view.name),
        poll: None,
        connector: view.connector,
        passage: Passage::of(gate, is_idle, now),
        reason: reason(gate),
        pending: view.hold.as_ref().map(|hold| view.pending.saturating_sub(hold.canaries)),
        silence: view.silence,
        parsing: view.parsing,
        hold: view.hold.clone(),
        canary: view.canary.clone(),
    }
}
