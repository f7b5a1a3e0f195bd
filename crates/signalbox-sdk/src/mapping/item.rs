//! One item into one event.

use serde_json::value::RawValue;
use signalbox_model::Fingerprint;
use signalbox_model::ocsf::{Class, Event, FindingStatus, Text, activity};

use super::Mapping;
use super::attribute::{Attribute, Found, Provenance};
use super::group::Missing;
use super::input::{Input, Values, event_id, fingerprint};
use super::json::Document;
use super::leftover;
use crate::role::RawEvent;

/// What an item became.
pub(super) struct Mapped {
    /// The event.
    pub(super) event: Event,
    /// The source's own id of the event, where the mapping says how to read it.
    pub(super) event_id: Option<Text>,
    /// The identity of the finding, where the mapping says what makes it.
    pub(super) fingerprint: Option<Fingerprint>,
}

impl Mapping {
    /// Makes the event of an item.
    ///
    /// # Errors
    /// Why there is none, in words for the operator; values are described, never shown.
    pub(super) fn map(
        &self,
        item: &Document<'_>,
        body: &[Option<&RawValue>],
        raw: &RawEvent,
    ) -> Result<Mapped, String> {
        let values = Values { item: &item.values, body, raw };
        let fingerprint = fingerprint(&self.fingerprint, values);
        let attributes = self.attributes.iter();
        let found: Vec<_> =
            attributes.map(|attribute| attribute.find(values, fingerprint)).collect();
        let standing = self.standing(&found)?;

        let mut event = Event::new(Class::new(self.class), raw.received);
        // First what is left, so that what the mapping itself puts into `unmapped` wins.
        let taken = taken(&standing, item.values.len());
        leftover::keep(&item.root, &taken, &mut event).map_err(|error| error.to_string())?;
        for (attribute, found) in &standing {
            attribute.assign(found, &mut event)?;
        }
        self.conclude(&mut event, &standing);
        Ok(Mapped { event, event_id: event_id(&self.event_id, values), fingerprint })
    }

    /// Returns the attributes whose values are present and whose objects are complete.
    fn standing<'a>(&'a self, found: &'a [Option<Found<'a>>]) -> Result<Vec<Standing<'a>>, String> {
        let present: Vec<bool> = found.iter().map(Option::is_some).collect();
        let complete = self.groups.complete(&present).map_err(|missing| self.explain(&missing))?;
        let mut standing = Vec::with_capacity(found.len());
        for (attribute, found) in self.attributes.iter().zip(found) {
            if let Some(found) = found.as_ref().filter(|_| attribute.stands(&complete)) {
                standing.push((attribute, found));
            }
        }
        Ok(standing)
    }

    fn explain(&self, missing: &Missing) -> String {
        let attributes = missing.attributes.iter().filter_map(|place| self.attributes.get(*place));
        let inputs = attributes.flat_map(|attribute| match &attribute.provenance {
            Provenance::Read(reading) => reading.inputs.as_slice(),
            Provenance::Fingerprint => self.fingerprint.as_slice(),
            Provenance::Constant(_) => &[],
        });
        let paths: Vec<String> = inputs.map(|input| format!("`{}`", input.path)).collect();
        format!(
            "OCSF requires {}, and there is no value at {}; map a path that is always there, or \
             give a `default`",
            missing.wanted,
            paths.join(" or ")
        )
    }

    /// Says that a finding is closed, where its status says so and the mapping says nothing.
    fn conclude(&self, event: &mut Event, standing: &[Standing<'_>]) {
        let is_activity = |name: &str| matches!(name, "activity_id" | "activity_name");
        let is_mapped =
            standing.iter().any(|(attribute, _)| is_activity(attribute.target.as_str()));
        if !is_mapped && event.finding_status().is_some_and(FindingStatus::is_closed) {
            event.activity_id = activity::finding::CLOSE;
        }
    }
}

type Standing<'a> = (&'a Attribute, &'a Found<'a>);

/// Marks the slots of the item whose values are in the event.
fn taken(standing: &[Standing<'_>], slots: usize) -> Vec<bool> {
    let mut taken = vec![false; slots];
    let inputs = standing.iter().filter_map(|(_, found)| found.from);
    for slot in inputs.filter_map(Input::slot) {
        if let Some(slot) = taken.get_mut(slot) {
            *slot = true;
        }
    }
    taken
}
