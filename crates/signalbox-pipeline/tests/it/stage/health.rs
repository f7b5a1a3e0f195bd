//! The health of the stage's integrations, looked at as a hub looks.

use std::collections::BTreeMap;
use std::time::Duration;

use signalbox_model::{Clock, IntegrationName};
use signalbox_pipeline::deliver::GateView;
use signalbox_pipeline::health::{Edge, Passage, Poll, ToldTrouble};
use signalbox_store::desk::StepFilter;

use super::{SOURCE, Stage, TICKETS};

impl Stage {
    /// Runs up to the end of this second, and looks at an integration every 5 seconds.
    pub(crate) async fn watch(&self, name: &str, until: u64) {
        while self.clock.second() < until {
            self.pass((self.clock.second() + 5).min(until)).await;
            self.look_at_health(&[self.edge(name)]).await;
        }
    }

    /// Looks at these integrations once.
    pub(crate) async fn look_at_health(&self, edges: &[Edge]) {
        self.run.health.miss_the_unheard(self.desk(), &self.cast.health).await.unwrap();
        self.run.health.look(edges, &self.cast.health).await;
    }

    /// What is told and not over.
    pub(crate) fn told(&self) -> Vec<ToldTrouble> {
        self.run.health.told()
    }

    /// A restarted watch finds what the one before it told.
    pub(crate) fn remember_health(&self) {
        self.desk().read_now(|reader| self.run.health.remember(reader)).unwrap();
    }

    /// Restarts with other channels that are told of the health of integrations.
    pub(crate) async fn restart_telling(&mut self, health: &'static [&'static str]) {
        self.cast.tell_health(health);
        self.restart().await;
        self.remember_health();
    }

    /// The source, which polls two things that are so.
    pub(crate) fn poll_edges(&self, alerts: Passage, scans: Passage) -> Vec<Edge> {
        let gate = self.gate(TICKETS).view(self.clock.now());
        let worst = if scans == Passage::Open { alerts } else { scans };
        let poll = |(name, passage): (&str, Passage)| Poll {
            name: name.to_owned(),
            passage,
            reason: format!("{name}: 401"),
        };
        edge(SOURCE, &gate, worst)
            .with_polls([("alerts", alerts), ("scans", scans)].map(poll).into())
    }

    /// A destination as it is now.
    pub(crate) fn edge(&self, name: &str) -> Edge {
        let gate = self.gate(name).view(self.clock.now());
        let pending = self.pending_steps(name);
        let passage = Passage::of(&gate, pending == 0, self.clock.now());
        let canary = self.run.canary.views(&IntegrationName::new(name));
        Edge { pending: Some(pending), canary, ..edge(name, &gate, passage) }
    }

    /// The source as it is now, when it may be silent for so many seconds.
    pub(crate) fn source_edge(&self, quiet_after: u64) -> Edge {
        let limit = Duration::from_secs(quiet_after);
        let gate = self.gate(TICKETS).view(self.clock.now());
        let silence = self.run.line.pace().view(Some(limit), self.clock.now());
        Edge { silence: Some(silence), ..edge(SOURCE, &gate, Passage::Open) }
    }

    fn pending_steps(&self, name: &str) -> u64 {
        let filter = StepFilter {
            destination: Some(name.to_owned()),
            limit: usize::MAX,
            ..StepFilter::default()
        };
        let steps = self.desk().read_now(|reader| reader.steps(&filter)).unwrap();
        let waiting = steps.iter().filter(|row| !matches!(&*row.state, "delivered" | "dead"));
        waiting.count() as u64
    }
}

fn edge(name: &str, gate: &GateView, passage: Passage) -> Edge {
    Edge {
        name: IntegrationName::new(name),
        poll: None,
        connector: "scripted",
        passage,
        reason: gate.parked.clone().or_else(|| gate.last_error.clone()).unwrap_or_default(),
        pending: None,
        silence: None,
        parsing: None,
        hold: None,
        canary: BTreeMap::new(),
    }
}
