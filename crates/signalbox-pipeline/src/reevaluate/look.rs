//! Asking the rules in force about an event that was decided about when it came.

use std::collections::BTreeMap;
use std::sync::Arc;

use signalbox_model::Fingerprint;
use signalbox_model::ocsf::Event;
use signalbox_store::desk::{DeskError, Reader};
use signalbox_store::journal::{Decision, RecordView};
use uuid::Uuid;

use crate::evaluate::condition::Subject;
use crate::evaluate::{RuleSet, is_wrapped};

/// Asks one version of the rules about stored events.
pub struct SecondLook {
    rules: Arc<RuleSet>,
    connectors: Connectors,
    /// Overwritten at each event.
    decision: Decision,
}

/// The connectors of the sources, by name: those that left the configuration included.
pub type Connectors = BTreeMap<String, String>;

/// Returns the connectors of all integrations that there ever were.
///
/// # Errors
/// Those of SQLite.
pub fn connectors(reader: &Reader<'_>) -> Result<Connectors, DeskError> {
    let rows = reader.integrations()?.into_iter();
    Ok(rows.map(|row| (row.name, row.connector)).collect())
}

impl SecondLook {
    /// Asks `rules`.
    pub fn new(rules: Arc<RuleSet>, connectors: Connectors) -> Self {
        Self { rules, connectors, decision: Decision::default() }
    }

    /// Returns the rules that are asked.
    pub fn rules(&self) -> &Arc<RuleSet> {
        &self.rules
    }

    /// Decides about a stored event. `None` for a finding that a rule made of another event, which is decided about
    /// with that event, and for one that does not read back: of these stays what was decided.
    pub fn at(&mut self, record: &RecordView<'_>, json: &[u8]) -> Option<(Event, &Decision)> {
        let event = Event::read_json(json)?;
        let fingerprint = record.finding.map(|key| Fingerprint::from_bytes(key.fingerprint));
        if fingerprint.is_some_and(|fingerprint| is_wrapped(&event, &fingerprint)) {
            return None;
        }
        let uid = event.metadata.uid.as_deref().and_then(|uid| Uuid::parse_str(uid).ok());
        let connector = self.connectors.get(record.integration).map_or("", String::as_str);
        let subject = Subject { event: &event, integration: record.integration, connector };
        self.rules.decide(&subject, uid.unwrap_or_default(), &mut self.decision);
        Some((event, &self.decision))
    }
}
