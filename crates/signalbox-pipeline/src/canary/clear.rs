//! What canaries leave behind is cleared away, so that nobody has to.

use signalbox_model::{
    Alert, AlertId, DeliveryKey, ErrorKind, IntegrationName, RuleName, StepKind,
};
use signalbox_store::desk::{AttemptRow, DeadLetterId, DeskError, StepRow, Writer};

use super::judge::LOOK_AGAIN;
use super::{CanaryWatch, FarEnd};
use crate::deliver::Target;

impl CanaryWatch {
    /// Clears away what died of a canary that is resolved, and returns whether that is done. A ticket that may
    /// have been made all the same is looked for when the product has settled, and closed.
    pub(super) async fn clear_away(
        &self,
        alert: &Alert,
        to: &IntegrationName,
        dead: &StepRow,
        end: Option<&FarEnd>,
    ) -> Result<bool, DeskError> {
        let open = DeliveryKey::derive(alert.id, to, StepKind::Open);
        let end = end.filter(|_| dead.key == open.to_string());
        let Some((end, Target::Ticketing(ticketing))) = end.map(|end| (end, &end.target)) else {
            return self.give_up(alert.id, to).await;
        };
        let attempts = self.desk.read(move |reader| reader.attempts(open)).await?;
        if !attempts.iter().any(may_have_been_executed) {
            return self.give_up(alert.id, to).await;
        }
        let (key, now) = ((alert.id, to.clone()), self.clock.now());
        let next_look_at = self.state.lock().sights.get(&key).and_then(|it| it.next_look_at);
        let ended_at = attempts.iter().filter_map(|attempt| attempt.ended_at).max();
        let settled_at = ended_at.map(|at| at.saturating_add(ticketing.settle()));
        if next_look_at.max(settled_at).is_some_and(|at| now < at) {
            return Ok(false);
        }
        self.state.lock().sights.entry(key).or_default().next_look_at =
            Some(now.saturating_add(LOOK_AGAIN));
        match end.has(open).await {
            Ok(true) => self.let_resolve(open, to).await,
            Ok(false) => self.give_up(alert.id, to).await,
            Err(error) if is_final(error.kind()) => {
                tracing::warn!(integration = %to, delivery.id = %open, error = %error,
                    "A canary cannot be looked up; close its ticket by hand if there is one");
                self.give_up(alert.id, to).await
            }
            Err(_) => Ok(false),
        }
    }

    /// There is a ticket: the step that resolves it goes, and finds it by its key.
    async fn let_resolve(
        &self,
        open: DeliveryKey,
        to: &IntegrationName,
    ) -> Result<bool, DeskError> {
        let now = self.clock.now();
        let discard = move |writer: &Writer<'_>| {
            writer.discard(&DeadLetterId::Step(open), "the ticket was found and is closed", now)
        };
        self.desk.write("close the ticket of a canary", discard).await?;
        self.wakes.wake(to);
        Ok(false)
    }

    /// Nobody shall have to clear away the dead letters of canaries.
    pub(super) async fn give_up(
        &self,
        id: AlertId,
        to: &IntegrationName,
    ) -> Result<bool, DeskError> {
        let (to, now) = (to.clone(), self.clock.now());
        let give_up = move |writer: &Writer<'_>| writer.give_up_canary(id, &to, now);
        self.desk.write("give a canary up", give_up).await?;
        Ok(true)
    }

    /// Forgets the canaries of a rule that have come to their end, but the latest.
    pub(super) async fn forget(&self, rule: &RuleName, latest: AlertId) -> Result<(), DeskError> {
        let rule = rule.clone();
        let forget = move |writer: &Writer<'_>| writer.forget_canaries(&rule, latest);
        self.desk.write("forget canaries", forget).await
    }
}

/// Whether the product may have done what it was asked.
fn may_have_been_executed(attempt: &AttemptRow) -> bool {
    let unknown = [ErrorKind::OutcomeUnknown, ErrorKind::Unavailable].map(|kind| kind.label());
    attempt.outcome.as_deref().is_none_or(|outcome| unknown.contains(&outcome))
}

/// Whether asking once more would be answered the same.
fn is_final(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::Rejected | ErrorKind::Malformed | ErrorKind::Bug)
}
