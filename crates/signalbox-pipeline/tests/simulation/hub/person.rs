//! What people do to a hub, each as the command or the console does it.

use signalbox_model::{AlertStatus, IntegrationName};
use signalbox_pipeline::follow::{PersonalChange, change_by_person};
use signalbox_store::desk::{AlertFilter, DeadFilter, DeadLetterId, Writer};

use super::{Hub, SIEM, TICKETS};

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

impl Hub {
    /// A person enables or disables an integration.
    pub(crate) async fn set_enabled(&self, name: &'static str, is_enabled: bool) {
        if self.gates[name].is_enabled() == is_enabled {
            return;
        }
        let now = self.now();
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
        let (plan, now) = (self.rules.get().plan().clone(), self.now());
        let change = move |writer: &Writer<'_>| {
            change_by_person(writer, id, PersonalChange::Resolve, &plan, now)
        };
        let wanted = self.desk.write("resolve", change).await;
        wanted.ok().flatten().iter().flatten().for_each(|name| self.wakes.wake(name));
    }

    /// A person sends every dead letter again.
    pub(crate) async fn replay(&self) {
        let now = self.now();
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
}
