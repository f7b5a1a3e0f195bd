//! Alerts and silences, as the faces show them.

use signalbox_api::{AlertView, ConfiguredSilence, OperationError};
use signalbox_model::{Alert, AlertId};
use signalbox_store::desk::{AlertFilter, DeskError, Reader};

use super::Hub;
use super::operations::Outcome;

impl Hub {
    pub(super) async fn list_alerts(&self, filter: AlertFilter) -> Outcome<Vec<AlertView>> {
        let list = move |reader: &Reader<'_>| {
            let alerts = reader.alerts(&filter)?;
            alerts.into_iter().map(|alert| view(reader, alert)).collect::<Result<Vec<_>, _>>()
        };
        Ok(self.stores.desk.read(list).await?)
    }

    pub(super) async fn show_alert(&self, id: AlertId) -> Outcome<AlertView> {
        let show = move |reader: &Reader<'_>| {
            reader.alert(id)?.map(|alert| view(reader, alert)).transpose()
        };
        let missing = || OperationError::NotFound(format!("there is no alert `{id}`"));
        self.stores.desk.read(show).await?.ok_or_else(missing)
    }

    pub(super) fn list_silences(&self) -> Vec<ConfiguredSilence> {
        let (rules, now) = (self.rules.get(), self.world.clock.now());
        let silences = rules.plan().silences.iter().map(|(name, plan)| ConfiguredSilence {
            name: name.clone(),
            state: plan.state(now),
            when: rules.silence(name).map(|condition| condition.text().to_owned()),
            plan: plan.clone(),
        });
        silences.collect()
    }
}

fn view(reader: &Reader<'_>, alert: Alert) -> Result<AlertView, DeskError> {
    Ok(AlertView { silenced: reader.silenced(alert.id)?, alert })
}
