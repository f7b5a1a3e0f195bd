//! Watches whether something passes through every integration, and says so through the line.

use std::sync::Arc;
use std::time::Duration;

use signalbox_api::{IntegrationView, Operations};
use signalbox_model::{AlertStatus, IntegrationName};
use signalbox_pipeline::deliver::Gate;
use signalbox_pipeline::health::{Edge, HEALTH_RULE, HUB_SOURCE, HealthWatch, HubFindings};
use signalbox_pipeline::ingest::{Parsing, SourceLine, SourceParts};
use signalbox_store::desk::AlertFilter;

use super::Hub;
use super::operations::Handle;

/// How often it is looked.
const EVERY: Duration = Duration::from_secs(5);

/// Open alerts that are looked through for those of an earlier run.
const OPEN_ALERTS_MAX: usize = 10_000;

impl Hub {
    pub(super) fn start_health_watch(self: &Arc<Self>) -> anyhow::Result<()> {
        let told = self.told_before()?;
        let watch = HealthWatch::new(self.own_line(), Arc::clone(&self.world.clock), told);
        let handle = Handle(Arc::clone(self));
        self.tasks.spawn(async move {
            let hub = &handle.0;
            loop {
                tokio::select! {
                    () = hub.stop.cancelled() => return,
                    () = tokio::time::sleep(EVERY) => {}
                }
                match handle.integrations().await {
                    Ok(views) => {
                        let after = hub.active.lock().health_after;
                        let edges: Vec<_> = views.iter().map(edge).collect();
                        watch.look(&edges, after).await;
                    }
                    Err(error) => tracing::error!(error = %error,
                        "It cannot be seen how the integrations are, trying again in {EVERY:?}"),
                }
            }
        });
        Ok(())
    }

    /// Returns the integrations of which an earlier run said that they are down.
    fn told_before(&self) -> anyhow::Result<Vec<IntegrationName>> {
        let mut told = Vec::new();
        for status in [AlertStatus::Open, AlertStatus::Acknowledged] {
            let filter = AlertFilter { status: Some(status), before: None, limit: OPEN_ALERTS_MAX };
            let alerts = self.stores.desk.read_now(|reader| reader.alerts(&filter))?;
            let own = alerts.into_iter().filter(|alert| alert.rule.as_str() == HEALTH_RULE);
            told.extend(own.filter_map(|alert| Some(IntegrationName::new(&alert.resource?.uid))));
        }
        Ok(told)
    }

    /// The way in for what the hub itself has to say.
    fn own_line(&self) -> SourceLine {
        let name = IntegrationName::new(HUB_SOURCE);
        SourceLine::new(SourceParts {
            integration: name.clone(),
            connector: HUB_SOURCE,
            normalize: Arc::new(HubFindings),
            keep_original: None,
            rules: self.rules.clone(),
            window: Arc::clone(&self.window),
            uids: Arc::clone(&self.uids),
            intake: self.committer.intake(&name),
            gate: Arc::new(Gate::new(name.clone(), true, None)),
            parsing: Arc::new(Parsing::new(name, Parsing::ALARM_PERCENT_DEFAULT)),
            clock: Arc::clone(&self.world.clock),
        })
    }
}

fn edge(view: &IntegrationView) -> Edge {
    let gate = &view.gate;
    let reason = gate.parked.clone().or_else(|| gate.last_error.clone());
    Edge {
        name: IntegrationName::new(&view.name),
        connector: view.connector,
        is_failing: matches!(gate.state, "down" | "parked"),
        reason: reason.unwrap_or_default(),
        pending: view.pending,
    }
}
