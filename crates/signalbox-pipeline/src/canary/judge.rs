//! The verdict on a canary: whether it was seen at its far end, open and then closed, in time.

use std::collections::BTreeMap;
use std::time::Duration;

use signalbox_model::time::Timestamp;
use signalbox_model::{Alert, AlertStatus, DeliveryKey, IntegrationName, StepKind, TicketLink};
use signalbox_store::desk::{DeskError, Reader, StepFilter, StepRow};

use super::far_end::Phase;
use super::{CanaryWatch, FarEnd, FarEnds};
use crate::evaluate::NotifyPlan;

/// How far a canary was seen at a destination.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Sighting {
    /// Whether it was there, and open.
    opened: Seen,
    /// Whether it was closed afterwards.
    closed: Seen,
    pub(super) next_look_at: Option<Timestamp>,
}

/// Whether something was seen that should be there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Seen {
    /// It was not, but there is time.
    #[default]
    NotYet,
    /// It was.
    Yes,
    /// It was not, and should have been.
    No,
}

/// How long each half of the way may take, there and closed again: longer than the retries of a delivery and
/// the settle time of a product, shorter than what anybody would call in time.
const PATIENCE: Duration = Duration::from_secs(600);

/// What was not there is looked for again after this long.
pub(super) const LOOK_AGAIN: Duration = Duration::from_secs(30);

/// A canary has two steps at a destination, of which there are far fewer.
const STEPS_MAX: usize = 1000;

impl CanaryWatch {
    /// Judges a canary at all its destinations, closes it when nothing more is to be seen of it, and returns
    /// whether it has come to its end.
    pub(super) async fn judge(
        &self,
        alert: &Alert,
        plan: &NotifyPlan,
        ends: &FarEnds,
    ) -> Result<bool, DeskError> {
        let filter =
            StepFilter { alert: Some(alert.id), limit: STEPS_MAX, ..StepFilter::default() };
        let steps = self.desk.read(move |reader| reader.steps(&filter)).await?;
        let mut lines: BTreeMap<&str, Vec<&StepRow>> = BTreeMap::new();
        steps.iter().for_each(|step| lines.entry(&step.destination).or_default().push(step));
        let mut are_judged = true;
        for (destination, line) in &lines {
            let to = IntegrationName::new(destination);
            are_judged &= self.judge_at(alert, &to, line, ends.get(&to)).await?;
        }
        if alert.status != AlertStatus::Resolved {
            if are_judged {
                self.close(alert.id, plan).await?;
            }
            return Ok(false);
        }
        Ok(are_judged && !steps.iter().any(is_waiting))
    }

    /// Returns whether there is a verdict on how far it should have come.
    async fn judge_at(
        &self,
        alert: &Alert,
        to: &IntegrationName,
        line: &[&StepRow],
        end: Option<&FarEnd>,
    ) -> Result<bool, DeskError> {
        let waited = self.clock.now().since(alert.resolved_at.unwrap_or(alert.opened_at));
        let is_late = waited >= PATIENCE;
        let why =
            |step: &StepRow| step.reason.clone().unwrap_or_else(|| "no reason is known".to_owned());
        if let Some(dead) = line.iter().find(|step| step.state == "dead") {
            self.lost(alert, to, &format!("{}: {}", dead.step, why(dead)));
            return match alert.status {
                AlertStatus::Resolved => self.clear_away(alert, to, dead, end).await,
                _ => Ok(true),
            };
        }
        if end.is_none() && line.iter().any(|step| is_waiting(step)) {
            // It is not configured any more, so nobody tries what waits for it.
            return self.give_up(alert.id, to).await;
        }
        if let Some(waiting) = line.iter().find(|step| is_waiting(step)) {
            if is_late {
                let minutes = PATIENCE.as_secs() / 60;
                let what = format!("{} was not delivered within {minutes} minutes: ", waiting.step);
                self.lost(alert, to, &(what + &why(waiting)));
            }
            return Ok(is_late);
        }
        // What a person discarded or skipped is not looked for.
        let (true, Some(end)) = (line.iter().all(|step| step.state == "delivered"), end) else {
            return Ok(true);
        };
        self.look_at(alert, to, end, is_late).await
    }

    /// Looks for what was delivered, and returns whether there is a verdict.
    async fn look_at(
        &self,
        alert: &Alert,
        to: &IntegrationName,
        end: &FarEnd,
        is_late: bool,
    ) -> Result<bool, DeskError> {
        let leg = (alert.rule.clone(), to.clone());
        // What an earlier run has seen to its end is not looked at again.
        if self.state.lock().results.knows(&leg, alert) {
            return Ok(true);
        }
        let (key, now) = ((alert.id, to.clone()), self.clock.now());
        let mut sight = self.state.lock().sights.get(&key).copied().unwrap_or_default();
        let (phase, seen) = match alert.status {
            AlertStatus::Resolved => (Phase::Closed, &mut sight.closed),
            _ => (Phase::Opened, &mut sight.opened),
        };
        if *seen == Seen::Yes || sight.next_look_at.is_some_and(|at| now < at) {
            return Ok(*seen != Seen::NotYet);
        }
        let open = DeliveryKey::derive(alert.id, to, StepKind::Open);
        let (link, arrived_at) = self.desk.read(move |reader| delivered(reader, open)).await?;
        let looked = end.see(open, link.as_ref(), phase).await;
        *seen = match &looked {
            Ok(_) => Seen::Yes,
            Err(_) if is_late => Seen::No,
            Err(_) => *seen,
        };
        let is_judged = *seen != Seen::NotYet;
        sight.next_look_at = looked.is_err().then(|| now.saturating_add(LOOK_AGAIN));
        let mut state = self.state.lock();
        state.sights.insert(key, sight);
        match looked {
            // Whatever is seen later, one that was not there in time is lost.
            Ok(proof) if phase == Phase::Closed && sight.opened != Seen::No => {
                let latency = arrived_at.map(|at| at.since(alert.opened_at));
                state.results.arrived(leg, alert.id, (proof, latency), now);
            }
            Err(why) if is_judged => state.results.lost(leg, &why),
            _ => {}
        }
        Ok(is_judged)
    }

    fn lost(&self, alert: &Alert, to: &IntegrationName, why: &str) {
        self.state.lock().results.lost((alert.rule.clone(), to.clone()), why);
    }
}

fn is_waiting(step: &StepRow) -> bool {
    matches!(step.state.as_str(), "pending" | "sending")
}

/// Returns the ticket that a delivered step made, and when it was delivered.
fn delivered(
    reader: &Reader<'_>,
    key: DeliveryKey,
) -> Result<(Option<TicketLink>, Option<Timestamp>), DeskError> {
    let link = reader.step(key)?.and_then(|step| step.ticket);
    let last = reader.attempts(key)?.into_iter().next_back();
    Ok((link, last.and_then(|attempt| attempt.ended_at)))
}
