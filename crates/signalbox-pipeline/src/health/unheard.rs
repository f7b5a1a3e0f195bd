//! Who was not told of a trouble because of a silence that is over: it is said again, for them.

use signalbox_model::time::Timestamp;
use signalbox_model::{AlertStatus, Fingerprint, IntegrationName, RuleName};
use signalbox_store::desk::{Desk, DeskError, Reader};

use super::report::uid;
use super::{HealthSettings, HealthWatch, Key};

impl HealthWatch {
    /// Forgets that those were told whom a silence kept from it that is over by now, so that the next look
    /// tells them. To be called before each look; while nothing is wrong the desk is not asked.
    ///
    /// # Errors
    /// Those of the desk.
    pub async fn miss_the_unheard(
        &self,
        desk: &Desk,
        settings: &HealthSettings,
    ) -> Result<(), DeskError> {
        let now = self.clock.now();
        for key in self.told_before(now, settings) {
            let asked = key.clone();
            let unheard = desk.read(move |reader| unheard(reader, &asked, now)).await?;
            let mut state = self.state.lock();
            if let Some(told) = state.ongoing.get_mut(&key).and_then(|it| it.told.as_mut()) {
                told.channels.retain(|channel| !unheard.contains(channel));
            }
        }
        Ok(())
    }

    /// What was told and is not over; but not what was told lately, which the desk may not know yet.
    fn told_before(&self, now: Timestamp, settings: &HealthSettings) -> Vec<Key> {
        let state = self.state.lock();
        let is_lately =
            |key: &Key| state.told_at.get(key).is_some_and(|at| now.since(*at) < settings.after);
        let told = state.ongoing.iter().filter(|(_, ongoing)| ongoing.told.is_some());
        told.map(|(key, _)| key).filter(|key| !is_lately(key)).cloned().collect()
    }
}

/// Returns whom a silence that is over kept from hearing that this began.
fn unheard(
    reader: &Reader<'_>,
    (subject, trouble): &Key,
    now: Timestamp,
) -> Result<Vec<IntegrationName>, DeskError> {
    let fingerprint = Fingerprint::of(&[IntegrationName::HUB, &uid(subject, *trouble)]);
    let alert = reader.latest_alert(&RuleName::new(RuleName::HEALTH), &fingerprint)?;
    let Some(alert) = alert.filter(|alert| alert.status != AlertStatus::Resolved) else {
        return Ok(Vec::new());
    };
    let mut unheard = Vec::new();
    for row in reader.silenced(alert.id)?.iter().filter(|row| row.until <= now) {
        let destination = IntegrationName::new(&row.destination);
        if reader.is_opening_held_back(alert.id, &destination)? {
            unheard.push(destination);
        }
    }
    Ok(unheard)
}
