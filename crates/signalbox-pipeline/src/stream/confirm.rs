//! Delivering a batch once, and waiting for the destination's confirmation where it comes later.

use std::time::Duration;

use signalbox_model::{Error, ErrorKind};
use signalbox_sdk::role::{Batch, Confirmation, Outcome, Token};
use tokio_util::sync::CancellationToken;

use super::Courier;
use crate::stopping::finish;

impl Courier {
    /// Delivers a batch, and waits for its confirmation where the destination confirms later. What is still
    /// unconfirmed then is so because the stream stops, and nothing at all is told where the call itself was broken off:
    /// it is not settled, and sent again.
    pub(super) async fn deliver(&self, batch: &Batch, stop: &CancellationToken) -> Vec<Outcome> {
        let started = self.clock.now();
        let Some(mut outcomes) = finish(self.destination.deliver(batch), stop).await else {
            tracing::warn!(integration = %self.name,
                "A batch was broken off because the hub stops or reads its configuration anew, it is sent again");
            return Vec::new();
        };
        let is_failed = outcomes.iter().all(|outcome| matches!(outcome, Outcome::Failed(_)));
        self.gate.called(started, self.clock.now(), is_failed);
        if outcomes.len() != batch.len() {
            let told = outcomes.len();
            let what = format!("{told} outcomes for {} items", batch.len());
            let bug = Error::new(ErrorKind::Bug, "deliver", what);
            outcomes.resize(batch.len(), Outcome::Failed(bug));
        }
        let waiting: Vec<usize> = (0..outcomes.len())
            .filter(|index| matches!(outcomes.get(*index), Some(Outcome::Unconfirmed(_))))
            .collect();
        if !waiting.is_empty() {
            self.confirm(&mut outcomes, waiting, stop).await;
        }
        outcomes
    }

    /// Asks until everything is confirmed, or the limit has passed: what is not is sent again. Where the stream stops or
    /// is disabled meanwhile, what was not confirmed stays so, and nothing is known of it.
    async fn confirm(
        &self,
        outcomes: &mut [Outcome],
        mut waiting: Vec<usize>,
        stop: &CancellationToken,
    ) {
        let (pace, limit) = self.destination.confirm_pace();
        let asking = tokio::time::timeout(limit, self.ask(outcomes, &mut waiting, pace));
        tokio::select! {
            biased;
            () = stop.cancelled() => return,
            () = self.gate.closed() => return,
            _ = asking => {}
        }
        for index in waiting {
            let what = format!("taken, but not confirmed within {limit:?}; it is sent again");
            if let Some(outcome) = outcomes.get_mut(index) {
                *outcome = Outcome::Failed(Error::new(ErrorKind::OutcomeUnknown, "confirm", what));
            }
        }
    }

    async fn ask(&self, outcomes: &mut [Outcome], waiting: &mut Vec<usize>, mut wait: Duration) {
        while !waiting.is_empty() {
            tokio::time::sleep(wait).await;
            wait = (wait * 2).min(CONFIRM_PACE_MAX);
            let tokens: Vec<Token> = waiting.iter().filter_map(|i| token(outcomes, *i)).collect();
            // A failed look-up tells nothing of the items: they stay unconfirmed until the limit.
            let Ok(confirmed) = self.destination.confirm(&tokens).await else { continue };
            let mut answers = confirmed.into_iter();
            waiting.retain(|index| match answers.next() {
                Some(Confirmation::Confirmed) => {
                    if let Some(outcome) = outcomes.get_mut(*index) {
                        *outcome = Outcome::Done(None);
                    }
                    false
                }
                _ => true,
            });
        }
    }
}

/// Unconfirmed items are asked for at least this often.
const CONFIRM_PACE_MAX: Duration = Duration::from_secs(10);

/// Whether the stream stopped before it was known what became of all of a batch.
pub(super) fn is_broken_off(outcomes: &[Outcome]) -> bool {
    outcomes.is_empty() || outcomes.iter().any(|outcome| matches!(outcome, Outcome::Unconfirmed(_)))
}

fn token(outcomes: &[Outcome], index: usize) -> Option<Token> {
    match outcomes.get(index) {
        Some(Outcome::Unconfirmed(token)) => Some(*token),
        _ => None,
    }
}
