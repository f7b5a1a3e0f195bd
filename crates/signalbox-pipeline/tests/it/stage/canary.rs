//! Canaries of the stage's rule, sent and looked for as a hub does.

use std::sync::Arc;
use std::time::Duration;

use signalbox_model::time::Timestamp;
use signalbox_model::{
    Alert, AlertId, AlertStatus, Fingerprint, IntegrationName, RuleName, Severity,
};
use signalbox_pipeline::canary::{CanarySettings, CanaryView, FarEnd, FarEnds};
use signalbox_pipeline::deliver::Target;
use signalbox_store::desk::Writer;

use super::{RULE, Stage, TICKETS};

/// How often a canary goes.
const EVERY: Duration = Duration::from_secs(3600);

impl Stage {
    /// Runs up to the end of this second, and looks for canaries every 5 seconds.
    pub(crate) async fn fly(&self, until: u64) {
        let rules = vec![RuleName::new(RULE)];
        self.fly_as(Some(&CanarySettings { every: EVERY, rules }), &self.far_ends(), until).await;
    }

    /// The same, when no more canaries are wanted.
    pub(crate) async fn fly_no_more(&self, until: u64) {
        self.fly_as(None, &self.far_ends(), until).await;
    }

    /// The same as [`fly`](Self::fly), when this destination is not configured any more.
    pub(crate) async fn fly_past(&self, name: &str, until: u64) {
        let rules = vec![RuleName::new(RULE)];
        let mut ends = self.far_ends();
        ends.remove(&IntegrationName::new(name));
        self.fly_as(Some(&CanarySettings { every: EVERY, rules }), &ends, until).await;
    }

    /// There is a canary of an earlier life, which was sent and closed at this time.
    pub(crate) async fn plant_canary(&self, at: Timestamp) {
        let (rule, fingerprint) = (RuleName::new(RULE), Fingerprint::of(&["an earlier life"]));
        let alert = Alert {
            id: AlertId::derive(&rule, &fingerprint, 1),
            rule,
            source: IntegrationName::new(IntegrationName::CANARY),
            status: AlertStatus::Resolved,
            severity: Severity::Informational,
            title: "an earlier life".to_owned(),
            description: String::new(),
            resource: None,
            techniques: Vec::new(),
            seen_count: 1,
            occurrence: 1,
            opened_at: at,
            last_seen_at: at,
            resolved_at: Some(at),
            event: serde_json::Value::Null,
        };
        let plant = move |writer: &Writer<'_>| writer.insert_alert(&alert, &fingerprint, "null");
        self.desk().write("plant a canary", plant).await.unwrap();
    }

    async fn fly_as(&self, settings: Option<&CanarySettings>, ends: &FarEnds, until: u64) {
        while self.clock.second() < until {
            let plan = self.cast.rules.plan();
            self.run.canary.look(settings, plan, ends).await.unwrap();
            self.pass((self.clock.second() + 5).min(until)).await;
        }
    }

    /// What became of the canary of the stage's rule at a destination.
    pub(crate) fn canary(&self, name: &str) -> Option<CanaryView> {
        self.run.canary.views(&IntegrationName::new(name)).remove(RULE)
    }

    fn far_ends(&self) -> FarEnds {
        let tickets = Target::Ticketing(Arc::clone(&self.tickets) as Arc<_>);
        let sinks = self.cast.sinks.iter();
        let sinks =
            sinks.map(|(name, sink)| (*name, Target::Destination(Arc::clone(sink) as Arc<_>)));
        let ends = sinks.chain([(TICKETS, tickets)]).map(|(name, target)| {
            let is_enabled = self.gate(name).is_enabled();
            (IntegrationName::new(name), FarEnd { target, is_enabled })
        });
        ends.collect()
    }
}
