//! `signalbox doctor`: the list that one goes through when an integration does not work, and before it
//! goes live.
//!
//! The checks are written once for all connectors. What they need of a product comes from the connector's
//! own harmless call, and from what its answers tell in passing (`signalbox_sdk::observe`). Nothing is
//! written at a product, and no secret is shown: two of them are compared, and their age is told.

mod call;
mod credentials;
mod disk;
mod hub;
mod listeners;
mod mounts;
mod peers;
mod row;

use std::path::Path;

use futures_util::{StreamExt, stream};
use signalbox_model::time::Timestamp;

use crate::config::Reader;
use crate::config::compile::{Built, Compiled};
use crate::hub::{StartOnly, Waiting};

pub use hub::{HubAnswer, HubState, IntegrationState};
use row::Sheet;
pub use row::{Row, Topic, Verdict};

/// What is looked at.
pub struct Examination<'a> {
    /// The configuration.
    pub compiled: &'a Compiled,
    /// The hub's data folder.
    pub data: &'a Path,
    /// What the hub on that folder says.
    pub hub: HubAnswer,
    /// The time of day.
    pub now: Timestamp,
}

impl Examination<'_> {
    /// Looks at the machine, the hub, and every integration.
    pub async fn all(&self) -> Vec<Row> {
        let looks = self.compiled.integrations.iter().map(|built| self.integration(built));
        let rows: Vec<_> = stream::iter(looks).buffered(AT_ONCE).collect().await;
        let machine = self.machine().into_rows().into_iter();
        machine.chain(rows.into_iter().flatten()).collect()
    }

    /// Looks at one integration.
    pub async fn integration(&self, built: &Built) -> Vec<Row> {
        let mut sheet = Sheet::new(Some(built.name.as_str()));
        let reader = Reader::Integration(built.name.clone());
        credentials::examine(self, &reader, &mut sheet);
        call::examine(built, self.now, &mut sheet).await;
        listeners::examine_roles(&built.roles, self.now, &mut sheet);
        if let HubAnswer::Told(hub) = &self.hub {
            hub.examine(built.name.as_str(), &mut sheet);
        }
        sheet.into_rows()
    }

    fn machine(&self) -> Sheet {
        let mut sheet = Sheet::new(None);
        credentials::examine(self, &Reader::Hub, &mut sheet);
        let written = StartOnly::of(self.compiled);
        let waiting = self.hub.waiting(&written);
        listeners::examine_own(&self.compiled.http.listen(), &waiting, self.now, &mut sheet);
        waiting.iter().for_each(|waiting| examine_waiting(waiting, &mut sheet));
        self.hub.examine(self.data, &mut sheet);
        disk::examine(self.data, self.compiled.journal.options().bytes_max, &mut sheet);
        sheet
    }
}

/// Tells a setting that the running hub has otherwise.
fn examine_waiting(waiting: &Waiting<'_>, sheet: &mut Sheet) {
    let Waiting { setting, running } = waiting;
    let still = match (*setting, *running) {
        ("http.listen", address) => format!("still listens on `{address}`"),
        (_, "") => "has none".to_owned(),
        (_, value) => format!("still has `{value}`"),
    };
    let topic = if setting.starts_with("journal") { Topic::Disk } else { Topic::Tls };
    let detail = format!("the running hub {still}; `{setting}` waits for a restart");
    sheet.yellow(topic, detail, "restart the hub");
}

/// Integrations that are looked at at the same time.
const AT_ONCE: usize = 8;
