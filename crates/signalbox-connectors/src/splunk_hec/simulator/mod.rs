//! Splunk's collector, faked: tokens, indexes, channels, and the traps of the real one.
//!
//! It shares the tables of [`wire`](super::wire) with the rest of the connector and no code that
//! reads or judges a request. It does what Splunk Enterprise 10.4 and Splunk Cloud were seen doing:
//! a batch is taken up to its first bad event; an unknown key ends a batch silently; the number of
//! a refused index is one too high; the health route looks at no token; an acknowledgement is told
//! once. A list of envelopes is refused, as older releases do.

mod door;
mod indexer;
mod judge;

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::extract::State;
use axum::routing::get;
use axum::{Json, Router};
use parking_lot::Mutex;
use serde::Serialize;

use signalbox_sdk::testkit::{Simulator, SimulatorSetup};

use self::indexer::Indexer;

/// A faked collector; clones share its state.
#[derive(Clone, Debug)]
pub struct HecSimulator {
    indexer: Arc<Mutex<Indexer>>,
}

/// What a token of the simulator may do.
#[derive(Clone, Debug)]
pub struct TokenSettings {
    /// Whether it is accepted.
    pub is_enabled: bool,
    /// Whether it has indexer acknowledgement.
    pub has_acknowledgement: bool,
    /// The index of events that name none.
    pub index: String,
    /// The indexes it may write to; empty for all.
    pub indexes: BTreeSet<String>,
}

/// An event as the simulator indexed it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct IndexedEvent {
    /// The event's time, in microseconds since 1970; `None` where the sender said none.
    pub time_microseconds: Option<i64>,
    /// The event's host.
    pub host: Option<String>,
    /// The event's source.
    pub source: Option<String>,
    /// The event's format.
    pub sourcetype: Option<String>,
    /// The index it is in.
    pub index: String,
    /// The event itself.
    pub event: serde_json::Value,
    /// Its indexed fields.
    pub fields: serde_json::Map<String, serde_json::Value>,
}

/// What was indexed so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// All events.
    pub count: u64,
    /// Events that carry `metadata.uid` or `delivery_key`, each counted once.
    pub distinct: u64,
    /// Events that came again.
    pub duplicates: u64,
}

impl Default for TokenSettings {
    fn default() -> Self {
        Self {
            is_enabled: true,
            has_acknowledgement: false,
            index: "main".to_owned(),
            indexes: BTreeSet::new(),
        }
    }
}

impl Default for HecSimulator {
    /// A Splunk Enterprise with one token, [`HecSimulator::TOKEN`].
    fn default() -> Self {
        let simulator = Self { indexer: Arc::default() };
        simulator.with_token(Self::TOKEN, TokenSettings::default())
    }
}

impl HecSimulator {
    /// The token that is there from the start, without indexer acknowledgement.
    pub const TOKEN: &str = "7f0a5a1e-51b0-4b7c-9d3e-1e5b0c0ffee0";

    /// Adds a token, or changes one.
    #[must_use]
    pub fn with_token(self, token: &str, settings: TokenSettings) -> Self {
        self.indexer.lock().tokens.insert(token.to_owned(), settings);
        self
    }

    /// Behaves as Splunk Cloud: a code of its own for a missing channel, and event 0 is called
    /// invalid where a request is too large.
    #[must_use]
    pub fn as_cloud(self) -> Self {
        self.indexer.lock().is_cloud = true;
        self
    }

    /// Refuses larger requests; 800 MiB by default.
    #[must_use]
    pub fn with_content_bytes_max(self, bytes: usize) -> Self {
        self.indexer.lock().content_bytes_max = bytes;
        self
    }

    /// Answers this many questions for an id with "not yet"; none by default.
    #[must_use]
    pub fn with_acks_after(self, questions: u32) -> Self {
        self.indexer.lock().acks_after = questions;
        self
    }

    /// Forgets every acknowledgement that was not told, as when a load balancer moves a sender to
    /// another indexer.
    pub fn forget_acks(&self) {
        self.indexer.lock().forget_acks();
    }

    /// Returns the indexed events, in order; the oldest are dropped beyond 100,000.
    pub fn events(&self) -> Vec<IndexedEvent> {
        self.indexer.lock().events.iter().cloned().collect()
    }

    /// Returns how much was indexed.
    pub fn summary(&self) -> Summary {
        self.indexer.lock().summary()
    }
}

impl Simulator for HecSimulator {
    fn router(&self) -> Router {
        Router::new()
            .route("/simulator/events", get(show_events))
            .route("/simulator/summary", get(show_summary))
            .fallback(door::answer)
            .with_state(self.clone())
    }

    fn configuration(&self, address: SocketAddr) -> SimulatorSetup {
        let yaml = format!(
            "  splunk:\n    connector: splunk_hec\n    direction: send\n    url: http://{address}\n    \
             token: env:SPLUNK_HEC_TOKEN\n"
        );
        let environment = vec![("SPLUNK_HEC_TOKEN", Self::TOKEN.to_owned())];
        SimulatorSetup { yaml, environment }
    }
}

async fn show_events(State(simulator): State<HecSimulator>) -> Json<Vec<IndexedEvent>> {
    Json(simulator.events())
}

async fn show_summary(State(simulator): State<HecSimulator>) -> Json<Summary> {
    Json(simulator.summary())
}
