//! The notification decision: new or repeat, in a window or not, which steps follow. Made once, in the
//! transaction that applies the finding or the change.

use std::collections::BTreeSet;

use serde_json::Value;
use signalbox_model::time::Timestamp;
use signalbox_model::{Alert, AlertId, AlertStatus, IntegrationName, RuleName};
use signalbox_store::desk::{DeskError, FindingRow, HeldBack, NewStep, Writer};

use super::FoundEvent;
use crate::evaluate::{Notify, NotifyOn, NotifyPlan, RulePlan, SilencePlan};

/// When a decision is made.
#[derive(Clone, Copy, Debug)]
pub(super) struct Moment {
    pub(super) now: Timestamp,
    /// The journal's epoch now. What was committed in an earlier one may have been delivered by a desk
    /// that was since restored, so its steps look up before they create.
    pub(super) epoch: u32,
}

/// Applies a finding; `wanted` collects the destinations that have something to do.
pub(super) fn apply(
    writer: &Writer<'_>,
    finding: &FoundEvent,
    plan: Option<&NotifyPlan>,
    moment: Moment,
    wanted: &mut BTreeSet<IntegrationName>,
) -> Result<(), DeskError> {
    if let Some(event_id) = &finding.event_id {
        let integration = finding.integration.as_str();
        if !writer.remember_event_id(integration, event_id, moment.now)? {
            return Ok(());
        }
    }
    // Nothing was found where a canary is.
    if finding.integration.as_str() != IntegrationName::CANARY {
        keep(writer, finding)?;
    }
    for rule in &finding.rules {
        let Some(all) = plan else { continue };
        let Some(plan) = all.rules.get(rule) else { continue };
        let silence = all.silence(&finding.silences, rule, finding.received_at);
        Decision { writer, finding, rule, plan, silence, moment, wanted }.make()?;
    }
    Ok(())
}

/// Keeps the latest of a finding.
pub(super) fn keep(writer: &Writer<'_>, finding: &FoundEvent) -> Result<(), DeskError> {
    writer.upsert_finding(&FindingRow {
        fingerprint: finding.fingerprint,
        integration: finding.integration.as_str(),
        title: &finding.title,
        severity: finding.severity,
        status: finding.status.caption(),
        resource_uid: finding.resource.as_ref().map(|resource| resource.uid.as_str()),
        seen_at: finding.received_at,
        event: &finding.event,
    })
}

/// Opens the alert of a rule about a finding that has none yet and tells whom the plan names, at a person's word: no
/// silence keeps that back. Says whether it did: a finding that is over is no news, nor is one that nobody would be
/// told of.
pub(super) fn open_first(
    writer: &Writer<'_>,
    finding: &FoundEvent,
    (rule, plan): (&RuleName, &RulePlan),
    moment: Moment,
) -> Result<bool, DeskError> {
    if finding.is_over() || writer.latest_alert(rule, &finding.fingerprint)?.is_some() {
        return Ok(false);
    }
    let (silence, mut wanted) = (None, BTreeSet::new());
    let wanted = &mut wanted;
    let mut decision = Decision { writer, finding, rule, plan, silence, moment, wanted };
    if !decision.listeners().any(|notify| notify.tells(NotifyOn::Open)) {
        return Ok(false);
    }
    decision.open(1)?;
    Ok(true)
}

/// One rule's decision about one finding.
struct Decision<'a> {
    writer: &'a Writer<'a>,
    finding: &'a FoundEvent,
    rule: &'a RuleName,
    plan: &'a RulePlan,
    /// What keeps its notifications back, with its name.
    silence: Option<(&'a str, &'a SilencePlan)>,
    moment: Moment,
    wanted: &'a mut BTreeSet<IntegrationName>,
}

impl<'a> Decision<'a> {
    fn make(&mut self) -> Result<(), DeskError> {
        let latest = self.writer.latest_alert(self.rule, &self.finding.fingerprint)?;
        match latest {
            Some(alert) if alert.status != AlertStatus::Resolved && self.finding.is_over() => {
                self.resolve(alert)
            }
            Some(alert) if alert.status != AlertStatus::Resolved => self.repeat(alert),
            // A finding that is over, and of which nobody is told to be open, is no news.
            _ if self.finding.is_over() => Ok(()),
            Some(alert) if self.is_soon_after(&alert) => self.reopen(alert),
            Some(alert) => self.open(alert.occurrence + 1),
            None => self.open(1),
        }
    }

    fn open(&mut self, occurrence: u32) -> Result<(), DeskError> {
        let finding = self.finding;
        let alert = Alert {
            id: AlertId::derive(self.rule, &finding.fingerprint, occurrence),
            rule: self.rule.clone(),
            source: finding.integration.clone(),
            status: AlertStatus::Open,
            severity: finding.severity,
            title: finding.title.clone(),
            description: finding.description.clone(),
            resource: finding.resource.clone(),
            techniques: finding.techniques.clone(),
            seen_count: 1,
            occurrence,
            opened_at: self.moment.now,
            last_seen_at: finding.received_at,
            resolved_at: None,
            // It goes to the desk as the text that it is.
            event: Value::Null,
        };
        self.writer.insert_alert(&alert, &finding.fingerprint, &finding.event)?;
        self.tell_open(&alert)
    }

    /// Whether the hub says it of one of its integrations.
    fn is_own(&self) -> bool {
        self.finding.integration.as_str() == IntegrationName::HUB
    }

    fn tell_open(&mut self, alert: &Alert) -> Result<(), DeskError> {
        // A canary goes to all of them, whatever they are told of.
        let is_canary = alert.source.as_str() == IntegrationName::CANARY;
        let is_told = move |notify: &&Notify| is_canary || notify.tells(NotifyOn::Open);
        let mut told = self.listeners().filter(is_told);
        told.try_for_each(|notify| self.tell(alert, notify, NotifyOn::Open))
    }

    /// Whom the rule tells; what the hub says of an integration is not told through it.
    fn listeners(&self) -> impl Iterator<Item = &'a Notify> + use<'a> {
        let about = self.finding.resource.as_ref().filter(|_| self.is_own());
        let about = about.map(|resource| &resource.uid);
        let is_about = move |notify: &Notify| about.is_some_and(|uid| uid == notify.to.as_str());
        self.plan.notify.iter().filter(move |notify| !is_about(notify))
    }

    fn repeat(&mut self, mut alert: Alert) -> Result<(), DeskError> {
        // What the hub says again without being worse is for those who have not heard of it.
        let is_known = self.is_own() && self.finding.severity.rank() <= alert.severity.rank();
        self.refresh(&mut alert);
        self.writer.update_alert(&alert, Some(&self.finding.event))?;
        for notify in self.listeners() {
            let is_told = self.writer.notified_at(alert.id, &notify.to)?.is_some();
            if self.is_owed(&alert, notify)? {
                self.tell(&alert, notify, NotifyOn::Open)?;
            } else if notify.tells(NotifyOn::Repeat) && !(is_known && is_told) {
                self.tell_repeat(&alert, notify)?;
            }
        }
        Ok(())
    }

    fn tell_repeat(&mut self, alert: &Alert, notify: &Notify) -> Result<(), DeskError> {
        if self.is_in_window(alert, notify)? {
            return self.writer.count_suppressed(notify.to.as_str(), "window");
        }
        self.tell(alert, notify, NotifyOn::Repeat)
    }

    /// Whether a silence that is over kept from a destination that the alert opened: it is told now.
    fn is_owed(&self, alert: &Alert, notify: &Notify) -> Result<bool, DeskError> {
        let is_told = notify.tells(NotifyOn::Open) && self.silence.is_none();
        Ok(is_told && self.writer.is_opening_held_back(alert.id, &notify.to)?)
    }

    fn reopen(&mut self, mut alert: Alert) -> Result<(), DeskError> {
        self.refresh(&mut alert);
        alert.status = AlertStatus::Open;
        alert.resolved_at = None;
        self.writer.update_alert(&alert, Some(&self.finding.event))?;
        self.tell_open(&alert)
    }

    /// Tells a destination of a change, unless a silence keeps that back. One that has not heard of the alert
    /// yet is told that it is open, whatever the change: it was added to the rule since, is told of repeats
    /// alone, or was kept in silence.
    fn tell(&mut self, alert: &Alert, notify: &Notify, change: NotifyOn) -> Result<(), DeskError> {
        let destination = &notify.to;
        if let Some((silence, plan)) = self.silence {
            let (until, now) = (plan.until, self.moment.now);
            let is_opening = change == NotifyOn::Open;
            let alert = alert.id;
            let held = HeldBack { alert, destination, silence, until, is_opening, now };
            return self.writer.hold_back(&held);
        }
        self.writer.forget_held_back(alert.id, destination)?;
        let cause = self.finding.position.to_string();
        let step = self.step(alert, notify, &cause);
        let is_new = match self.writer.notified_at(alert.id, destination)? {
            Some(_) => self.writer.add_update(step)?,
            None => {
                self.writer.add_open(step)?;
                true
            }
        };
        if is_new {
            self.wanted.insert(destination.clone());
        }
        Ok(())
    }

    fn resolve(&mut self, mut alert: Alert) -> Result<(), DeskError> {
        self.refresh(&mut alert);
        close(self.writer, (alert, Some(self.finding)), self.plan, self.moment.now, self.wanted)
    }

    /// Takes over what the latest event says, but for the event itself.
    fn refresh(&self, alert: &mut Alert) {
        alert.seen_count += 1;
        alert.last_seen_at = alert.last_seen_at.max(self.finding.received_at);
        if self.finding.severity.rank() > alert.severity.rank() {
            alert.severity = self.finding.severity;
        }
        alert.title.clone_from(&self.finding.title);
        alert.description.clone_from(&self.finding.description);
    }

    fn is_soon_after(&self, alert: &Alert) -> bool {
        let since = alert
            .resolved_at
            .map_or(i64::MAX, |at| self.moment.now.as_millis().saturating_sub(at.as_millis()));
        u64::try_from(since).unwrap_or_default() <= self.plan.reopen_within_ms
    }

    fn is_in_window(&self, alert: &Alert, notify: &Notify) -> Result<bool, DeskError> {
        let Some(last) = self.writer.notified_at(alert.id, &notify.to)? else { return Ok(false) };
        let since = self.moment.now.as_millis().saturating_sub(last.as_millis());
        Ok(u64::try_from(since).unwrap_or_default() < self.plan.suppress_repeats_ms)
    }

    fn step<'b>(&self, alert: &Alert, notify: &'b Notify, cause: &'b str) -> NewStep<'b> {
        let must_find = self.moment.epoch != self.finding.position.position.epoch();
        NewStep {
            alert: alert.id,
            destination: &notify.to,
            template: notify.template.as_deref(),
            must_find,
            now: self.moment.now,
            cause: Some(cause),
        }
    }
}

/// What a person does to an alert.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PersonalChange {
    /// Somebody works on it.
    Acknowledge,
    /// It is over.
    Resolve,
}

/// Applies a person's change and returns the destinations that have something to do; `None` where
/// there is no such alert.
///
/// # Errors
/// Those of the desk.
pub fn change_by_person(
    writer: &Writer<'_>,
    id: AlertId,
    change: PersonalChange,
    plan: &NotifyPlan,
    now: Timestamp,
) -> Result<Option<BTreeSet<IntegrationName>>, DeskError> {
    let Some(mut alert) = writer.alert(id)? else { return Ok(None) };
    let mut wanted = BTreeSet::new();
    match (change, alert.status) {
        (PersonalChange::Acknowledge, AlertStatus::Open) => {
            alert.status = AlertStatus::Acknowledged;
            writer.update_alert(&alert, None)?;
        }
        (PersonalChange::Resolve, AlertStatus::Open | AlertStatus::Acknowledged) => {
            let plan = plan.rules.get(&alert.rule).cloned().unwrap_or(RulePlan::of_nobody());
            close(writer, (alert, None), &plan, now, &mut wanted)?;
        }
        _ => {}
    }
    Ok(Some(wanted))
}

/// Resolves a canary wherever it went, whatever the rule tells there, and returns the destinations that have
/// something to do.
///
/// # Errors
/// Those of the desk.
pub(crate) fn resolve_canary(
    writer: &Writer<'_>,
    id: AlertId,
    plan: &NotifyPlan,
    now: Timestamp,
) -> Result<BTreeSet<IntegrationName>, DeskError> {
    let mut wanted = BTreeSet::new();
    let Some(alert) = writer.alert(id)?.filter(|it| it.status != AlertStatus::Resolved) else {
        return Ok(wanted);
    };
    let known = plan.rules.get(&alert.rule).map_or(&[][..], |rule| &rule.notify);
    let told = writer.destinations_of(id)?.into_iter().map(|to| {
        let template = known.iter().find(|notify| notify.to == to);
        let template = template.and_then(|notify| notify.template.clone());
        Notify { to, template, on: vec![NotifyOn::Resolved] }
    });
    let told = RulePlan { notify: told.collect(), ..RulePlan::of_nobody() };
    close(writer, (alert, None), &told, now, &mut wanted)?;
    Ok(wanted)
}

/// Resolves an alert, because of an event or at a person's word, and tells whoever was told that it is open. No
/// silence keeps that back: a ticket that is open must not stay so for ever.
fn close(
    writer: &Writer<'_>,
    (mut alert, finding): (Alert, Option<&FoundEvent>),
    plan: &RulePlan,
    now: Timestamp,
    wanted: &mut BTreeSet<IntegrationName>,
) -> Result<(), DeskError> {
    alert.status = AlertStatus::Resolved;
    alert.resolved_at = Some(now);
    writer.update_alert(&alert, finding.map(|finding| finding.event.as_str()))?;
    let cause = finding.map(|finding| finding.position.to_string());
    let cause = cause.as_deref();
    for notify in plan.notify.iter().filter(|notify| notify.tells(NotifyOn::Resolved)) {
        let is_told = writer.notified_at(alert.id, &notify.to)?.is_some();
        // Where a silence kept back that it opened again, it is closed as it was before.
        if !is_told || writer.is_opening_held_back(alert.id, &notify.to)? {
            continue;
        }
        writer.forget_held_back(alert.id, &notify.to)?;
        let (alert, destination, must_find) = (alert.id, &notify.to, false);
        let template = notify.template.as_deref();
        let step = NewStep { alert, destination, template, must_find, now, cause };
        if writer.add_resolve(step)? {
            wanted.insert(notify.to.clone());
        }
    }
    Ok(())
}
