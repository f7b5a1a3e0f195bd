//! Health: an integration through which nothing passes for too long is a finding of the hub itself.
//!
//! The finding goes the ordinary line under the source `signalbox`: it is committed, raises an alert, and
//! is told and resolved as any other. An integration is never told of its own trouble, for the step would
//! wait behind it; the notification decision leaves that out.

mod report;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use signalbox_model::time::Timestamp;
use signalbox_model::{Clock, IntegrationName};

use crate::ingest::SourceLine;

pub use report::HubFindings;
use report::Report;

/// The source that the hub's own findings have; no integration can be called so.
pub const HUB_SOURCE: &str = "signalbox";

/// The alert rule that tells the fallback channels.
pub const HEALTH_RULE: &str = "integration-down";

/// An integration as it is now.
#[derive(Clone, Debug)]
pub struct Edge {
    /// Its name.
    pub name: IntegrationName,
    /// Its connector.
    pub connector: &'static str,
    /// Whether nothing passes: its breaker is open, or it is parked.
    pub is_failing: bool,
    /// Why, in the product's words.
    pub reason: String,
    /// What waits for it.
    pub pending: u64,
}

/// Watches whether something passes.
pub struct HealthWatch {
    line: SourceLine,
    clock: Arc<dyn Clock>,
    troubles: Mutex<BTreeMap<IntegrationName, Trouble>>,
}

#[derive(Clone, Copy)]
struct Trouble {
    since: Timestamp,
    is_told: bool,
}

impl HealthWatch {
    /// Creates the watch. `told` are the integrations whose alerts an earlier run left open.
    pub fn new(
        line: SourceLine,
        clock: Arc<dyn Clock>,
        told: impl IntoIterator<Item = IntegrationName>,
    ) -> Self {
        let since = clock.now();
        let told = told.into_iter().map(|name| (name, Trouble { since, is_told: true }));
        Self { line, clock, troubles: Mutex::new(told.collect()) }
    }

    /// Looks at every integration: what has failed for `after` is told; what was told and fails no more is
    /// over, and so is what is not configured any more.
    pub async fn look(&self, edges: &[Edge], after: Duration) {
        for edge in edges.iter().filter(|edge| edge.is_failing) {
            self.failing(edge, after).await;
        }
        let known = self.troubles.lock().clone();
        for (name, trouble) in known {
            let edge = edges.iter().find(|edge| edge.name == name);
            if edge.is_none_or(|edge| !edge.is_failing) {
                self.recovered(&name, edge, trouble).await;
            }
        }
    }

    async fn failing(&self, edge: &Edge, after: Duration) {
        let now = self.clock.now();
        let begun = Trouble { since: now, is_told: false };
        let trouble = *self.troubles.lock().entry(edge.name.clone()).or_insert(begun);
        let lasted = now.since(trouble.since);
        if trouble.is_told || lasted < after {
            return;
        }
        tracing::error!(integration = %edge.name, pending = edge.pending, error = %edge.reason,
            "Nothing has passed through `{}` for {lasted:?}", edge.name);
        let report = Report::down(edge, trouble.since, lasted);
        // What is not durable is told at the next look.
        if self.line.take(&[report.raw(now)]).await.is_ok() {
            let told = Trouble { is_told: true, ..trouble };
            self.troubles.lock().insert(edge.name.clone(), told);
        }
    }

    async fn recovered(&self, name: &IntegrationName, edge: Option<&Edge>, trouble: Trouble) {
        let now = self.clock.now();
        let report = Report::over(name, edge, trouble.since, now.since(trouble.since));
        if !trouble.is_told || self.line.take(&[report.raw(now)]).await.is_ok() {
            self.troubles.lock().remove(name);
        }
    }
}
