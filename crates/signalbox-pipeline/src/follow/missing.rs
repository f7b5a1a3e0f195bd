//! Alerts that the rules in force would have opened of what came before them: opened at a person's word, and told to
//! one destination.
//!
//! The ids are derived as ever, so an alert that there is already is known, whoever opened it, and stays as it is. A
//! finding that is over by now opens nothing.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::Arc;

use signalbox_model::ocsf::{Event, FindingStatus};
use signalbox_model::time::Timestamp;
use signalbox_model::{Fingerprint, IntegrationName, RuleName, event_uid};
use signalbox_store::desk::{Desk, DeskError, Writer};
use signalbox_store::journal::{Decision, EventPosition, RecordView, StoredDecision};

use super::FoundEvent;
use super::alert_decision::{self, Moment};
use crate::evaluate::{NotifyOn, RulePlan, RuleSet, wrap};
use crate::normalize::EVIDENCE_BYTES_MAX;

/// Opens what is missing at one destination.
pub(crate) struct MissingAlerts {
    /// The rules that tell it that an alert opened, as if they told nobody else.
    plans: Arc<BTreeMap<RuleName, RulePlan>>,
    epoch: u32,
}

/// What may be missing of the events that were looked at.
pub(crate) struct Candidates {
    plans: Arc<BTreeMap<RuleName, RulePlan>>,
    found: BTreeMap<(RuleName, Fingerprint), FoundEvent>,
    /// The rules that match the last event that is no finding: what was made of it comes right behind it.
    matched: Vec<RuleName>,
    /// Matches of then that are none by the rules in force.
    pub(crate) gone: u64,
}

/// An event as it is stored: where, what is known of it, and its JSON.
pub(crate) type StoredEvent<'a> = (EventPosition, &'a RecordView<'a>, &'a [u8]);

/// Alerts that are opened in one transaction, so that none takes long.
const AT_ONCE: usize = 100;

impl MissingAlerts {
    /// Returns what opens alerts by `rules`; `None` where none of them tells the destination of one that opened. What
    /// was committed in another epoch than this is looked up before a ticket is made.
    pub(crate) fn at(destination: &IntegrationName, rules: &RuleSet, epoch: u32) -> Option<Self> {
        let mut plans = rules.plan().rules.clone();
        for plan in plans.values_mut() {
            plan.notify.retain(|to| to.to == *destination && to.tells(NotifyOn::Open));
        }
        plans.retain(|_, plan| !plan.notify.is_empty());
        let is_told = !plans.is_empty();
        is_told.then(|| Self { plans: Arc::new(plans), epoch })
    }

    /// Returns where to note what may be missing.
    pub(crate) fn candidates(&self) -> Candidates {
        let plans = Arc::clone(&self.plans);
        Candidates { plans, found: BTreeMap::new(), matched: Vec::new(), gone: 0 }
    }

    /// Opens those that there are not yet. Returns how many.
    ///
    /// # Errors
    /// Those of the desk; what was opened before stays.
    pub(crate) async fn open(
        &self,
        desk: &Desk,
        mut found: Vec<(RuleName, FoundEvent)>,
        now: Timestamp,
    ) -> Result<u64, DeskError> {
        let (moment, mut opened) = (Moment { now, epoch: self.epoch }, 0);
        while !found.is_empty() {
            let some = found.split_off(found.len().saturating_sub(AT_ONCE));
            let plans = Arc::clone(&self.plans);
            let open = move |writer: &Writer<'_>| {
                let mut opened = 0;
                for (rule, finding) in &some {
                    let Some(plan) = plans.get(rule) else { continue };
                    opened += u64::from(open_one(writer, finding, (rule, plan), moment)?);
                }
                Ok(opened)
            };
            opened += desk.write("open missing alerts", open).await?;
        }
        Ok(opened)
    }
}

/// Opens one alert, unless there is one or its finding is over by now. Says whether it did.
fn open_one(
    writer: &Writer<'_>,
    finding: &FoundEvent,
    (rule, plan): (&RuleName, &RulePlan),
    moment: Moment,
) -> Result<bool, DeskError> {
    let status = writer.finding_status(&finding.fingerprint)?;
    let known = status.as_deref().and_then(FindingStatus::from_caption);
    if known.is_some_and(FindingStatus::is_closed) {
        return Ok(false);
    }
    let is_opened = alert_decision::open_first(writer, finding, (rule, plan), moment)?;
    if is_opened && status.is_none() {
        alert_decision::keep(writer, finding)?;
    }
    Ok(is_opened)
}

impl Candidates {
    /// Notes an event with what was decided about it `then`, and `anew`; the latter is missing where the event is a
    /// finding that a rule made of the one before.
    pub(crate) fn note(
        &mut self,
        rules: &RuleSet,
        stored: StoredEvent<'_>,
        then: Option<StoredDecision<'_>>,
        anew: Option<&(Event, &Decision)>,
    ) {
        let (_, record, _) = stored;
        if record.integration == IntegrationName::CANARY {
            // It tested the way of that day.
            return;
        }
        let Some((event, decision)) = anew else { return self.count_gone(rules, then) };
        let matched = decision.rules.iter().filter_map(|index| rules.rule(*index));
        self.matched = matched.map(|(name, _)| RuleName::new(name)).collect();
        self.count_gone(rules, then);
        let told: Vec<_> =
            self.matched.iter().filter(|rule| self.plans.contains_key(rule)).cloned().collect();
        for rule in told {
            let found = match record.finding {
                Some(_) => found(stored, None),
                None => wrapped(stored, event, &rule),
            };
            let Some(found) = found else { continue };
            if let Entry::Vacant(place) = self.found.entry((rule, found.fingerprint)) {
                place.insert(found);
            }
        }
    }

    /// Takes what was noted since the last time.
    pub(crate) fn take(&mut self) -> Vec<(RuleName, FoundEvent)> {
        let found = std::mem::take(&mut self.found);
        found.into_iter().map(|((rule, _), found)| (rule, found)).collect()
    }

    /// Counts the rules that matched then and do not now: of those that tell the destination, and of those that there
    /// are no more.
    fn count_gone(&mut self, rules: &RuleSet, then: Option<StoredDecision<'_>>) {
        let then = then.into_iter().flat_map(|then| then.rules()).map(RuleName::new);
        let is_gone = |rule: &RuleName| {
            let is_concerned =
                self.plans.contains_key(rule) || !rules.plan().rules.contains_key(rule);
            is_concerned && !self.matched.contains(rule)
        };
        self.gone += then.filter(is_gone).count() as u64;
    }
}

/// Reads a finding as it was committed, or the one of this identity that was made of an event.
fn found(
    (position, record, json): StoredEvent<'_>,
    made: Option<Fingerprint>,
) -> Option<FoundEvent> {
    // What was written reads back; and what does not, the desk has not either.
    let found = FoundEvent::read(position, record, None, "", json).ok()?;
    Some(FoundEvent { fingerprint: made.unwrap_or(found.fingerprint), ..found })
}

/// Makes the finding of a rule about an event as it would have been made on the way in, but for its uid: nothing is
/// drawn here, so the same one is made again.
fn wrapped(
    (position, record, json): StoredEvent<'_>,
    event: &Event,
    rule: &RuleName,
) -> Option<FoundEvent> {
    let integration = IntegrationName::new(record.integration);
    let evidence = if json.len() > EVIDENCE_BYTES_MAX { &[] } else { json };
    let (mut finding, fingerprint) = wrap(&integration, rule, event, evidence);
    let uid = event.metadata.uid.as_deref().unwrap_or_default();
    let uid = event_uid(&integration, &format!("{uid} {rule}"));
    finding.metadata.uid = Some(uid.to_string().into());
    let mut json = Vec::new();
    finding.write_json(&mut json);
    found((position, record, &json), Some(fingerprint))
}
