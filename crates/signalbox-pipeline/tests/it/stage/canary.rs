//! Canaries of the stage's rule, sent and looked for as a hub does.

use std::sync::Arc;
use std::time::Duration;

use signalbox_model::{IntegrationName, RuleName};
use signalbox_pipeline::canary::{CanarySettings, CanaryView, FarEnd, FarEnds};
use signalbox_pipeline::deliver::Target;

use super::{RULE, Stage, TICKETS};

/// How often a canary goes.
const EVERY: Duration = Duration::from_secs(3600);

impl Stage {
    /// Runs up to the end of this second, and looks for canaries every 5 seconds.
    pub(crate) async fn fly(&self, until: u64) {
        let rules = vec![RuleName::new(RULE)];
        self.fly_as(Some(&CanarySettings { every: EVERY, rules }), until).await;
    }

    /// The same, when no more canaries are wanted.
    pub(crate) async fn fly_no_more(&self, until: u64) {
        self.fly_as(None, until).await;
    }

    async fn fly_as(&self, settings: Option<&CanarySettings>, until: u64) {
        while self.clock.second() < until {
            let plan = self.cast.rules.plan();
            self.run.canary.look(settings, plan, &self.far_ends()).await.unwrap();
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
