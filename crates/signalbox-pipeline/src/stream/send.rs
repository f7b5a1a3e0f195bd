//! Sending one batch until the fate of each of its items is known.
//!
//! A batch that is refused as a whole is halved until the refused item stands alone; what the
//! destination did not take of a partly taken batch is sent again at once; a destination that takes
//! nothing is the destination's trouble, and the batch waits.

use std::collections::VecDeque;
use std::time::Duration;

use signalbox_model::{Error, ErrorKind};
use signalbox_sdk::role::Outcome;
use signalbox_store::desk::ItemState;
use tokio_util::sync::CancellationToken;

use super::batch::{Fate, Outgoing, part};
use super::confirm::is_broken_off;
use super::{Courier, StreamError};
use crate::deliver::{Admission, Failure, ParkCause, Verdict, decide};

impl Courier {
    /// Sends what is open of a batch. Says whether all of it is settled; otherwise the gate closed or
    /// the hub stops, and the rest is for later.
    pub(super) async fn send(
        &self,
        outgoing: &mut Outgoing,
        is_probe: bool,
        stop: &CancellationToken,
    ) -> Result<bool, StreamError> {
        let mut groups = outgoing.groups(is_probe);
        let mut is_admitted = is_probe;
        if is_probe && !groups.is_empty() {
            self.gate.begin_probe(self.clock.now());
        }
        while let Some(group) = groups.pop_front() {
            let now = self.clock.now();
            // A probe was admitted before the gate closed behind it; what follows asks again.
            let is_open =
                std::mem::take(&mut is_admitted) || self.gate.admission(now) == Admission::Go;
            if stop.is_cancelled() || !is_open {
                return Ok(false);
            }
            outgoing.first_attempt_at.get_or_insert(now);
            let batch = if group.len() == outgoing.items.len() {
                outgoing.batch.clone()
            } else {
                part(outgoing, &group)
            };
            let outcomes = self.deliver(&batch, stop).await;
            let is_broken_off = is_broken_off(&outcomes);
            let failed = sort(outgoing, &group, outcomes);
            if is_broken_off {
                return Ok(false);
            }
            if failed.len() < group.len() && self.gate.succeeded(self.clock.now()) {
                self.mended().await?;
                self.wakes.wake(&self.name);
            }
            if failed.is_empty() {
                outgoing.attempts = 0;
                continue;
            }
            if !self.follow_up(outgoing, &group, failed, &mut groups, stop).await? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Decides what follows failures. Says whether sending goes on now.
    async fn follow_up(
        &self,
        outgoing: &mut Outgoing,
        group: &[usize],
        failed: Vec<(usize, Error)>,
        groups: &mut VecDeque<Vec<usize>>,
        stop: &CancellationToken,
    ) -> Result<bool, StreamError> {
        let passed = failed.len() < group.len();
        let (refused, open): (Vec<_>, Vec<_>) =
            failed.into_iter().partition(|(_, error)| is_about_the_item(error.kind()));
        if !passed && open.is_empty() && refused.len() > 1 {
            halve(group, groups);
            return Ok(true);
        }
        for (index, error) in refused {
            if !self.refuse(outgoing, index, error, stop).await? {
                return Ok(false);
            }
        }
        let Some((_, error)) = open.first() else { return Ok(true) };
        let rest: Vec<usize> = open.iter().map(|(index, _)| *index).collect();
        if passed {
            outgoing.attempts = 0;
            groups.push_front(rest);
            return Ok(true);
        }
        self.gate.failed(error, self.clock.now());
        self.wait(outgoing, rest, error, groups, stop).await
    }

    /// An item that is refused: given up, or the sign that everything is.
    async fn refuse(
        &self,
        outgoing: &mut Outgoing,
        index: usize,
        error: Error,
        stop: &CancellationToken,
    ) -> Result<bool, StreamError> {
        self.gate.failed(&error, self.clock.now());
        match self.verdict(outgoing, &error, 1, stop).await {
            (Verdict::Park(cause), reason) => self.park_with(outgoing, cause, &reason).await,
            _ => {
                outgoing.set_fate(index, Fate::Aside(error, ItemState::Dead));
                Ok(true)
            }
        }
    }

    /// A group of which nothing passed, for reasons that may pass.
    async fn wait(
        &self,
        outgoing: &mut Outgoing,
        rest: Vec<usize>,
        error: &Error,
        groups: &mut VecDeque<Vec<usize>>,
        stop: &CancellationToken,
    ) -> Result<bool, StreamError> {
        let (verdict, reason) = self.verdict(outgoing, error, rest.len(), stop).await;
        match verdict {
            Verdict::Again { after, attempts, .. } => {
                outgoing.attempts = attempts;
                if matches!(error.kind(), ErrorKind::Throttled { .. }) {
                    return Ok(false);
                }
                tokio::select! {
                    biased;
                    () = stop.cancelled() => return Ok(false),
                    () = self.gate.interrupted() => return Ok(false),
                    () = tokio::time::sleep(after) => {}
                }
                groups.push_front(rest);
                Ok(true)
            }
            Verdict::Dead if rest.len() > 1 => {
                halve(&rest, groups);
                Ok(true)
            }
            Verdict::Dead => {
                // The destination forbids this item, as `check` shows; any other failure may pass.
                let is_forbidden = error.kind() == ErrorKind::Unauthorized;
                let state = if is_forbidden { ItemState::Dead } else { ItemState::Parked };
                for index in rest {
                    outgoing.set_fate(index, Fate::Aside(error.clone(), state));
                }
                Ok(true)
            }
            Verdict::Break { .. } => {
                outgoing.attempts = 0;
                outgoing.first_attempt_at = None;
                self.gate.trip(self.clock.now());
                Ok(false)
            }
            Verdict::Park(cause) => self.park_with(outgoing, cause, &reason).await,
            Verdict::Check => Ok(false),
        }
    }

    /// Decides about the failure of so many items, asking `check` where that is what decides; it is still to be asked
    /// where the stream stops meanwhile.
    async fn verdict(
        &self,
        outgoing: &Outgoing,
        error: &Error,
        items: usize,
        stop: &CancellationToken,
    ) -> (Verdict, String) {
        let now = self.clock.now();
        let mut failure = Failure {
            error,
            attempts: outgoing.attempts,
            first_attempt_at: outgoing.first_attempt_at.unwrap_or(now),
            last_success_at: self.gate.last_success_at(),
            checked: None,
            is_everything_refused: self.gate.is_everything_refused(),
            must_find: false,
            retry: self.retry,
            settle: Duration::ZERO,
            random: self.random.next(),
        };
        let verdict = decide(&failure);
        if verdict != Verdict::Check {
            return (verdict, error.to_string());
        }
        let Some(report) = self.check(stop).await else { return (verdict, error.to_string()) };
        // A group may be refused for one item of it, so only an item alone counts.
        if report.is_good() && items == 1 {
            self.gate.refused(now);
            failure.is_everything_refused = self.gate.is_everything_refused();
        }
        failure.checked = Some(report.is_good());
        let reason = report.failure().unwrap_or_else(|| error.to_string());
        (decide(&failure), reason)
    }

    /// Parks with a batch in hand: where everything is refused its items are not the trouble, and the
    /// next probe takes another of them.
    async fn park_with(
        &self,
        outgoing: &mut Outgoing,
        cause: ParkCause,
        reason: &str,
    ) -> Result<bool, StreamError> {
        if cause == ParkCause::Rejections {
            outgoing.reopen_refused();
        }
        self.park(cause, reason).await?;
        Ok(false)
    }

    pub(super) async fn park(&self, cause: ParkCause, reason: &str) -> Result<(), StreamError> {
        let now = self.clock.now();
        let Some(since) = self.gate.park(cause, reason, now) else { return Ok(()) };
        let (name, reason) = (self.name.to_string(), reason.to_owned());
        let change = move |writer: &signalbox_store::desk::Writer<'_>| {
            writer.set_parked(&name, Some(&reason), now)?;
            match since {
                Some(since) => writer.revive_items_since(&name, since, now),
                None => Ok(()),
            }
        };
        Ok(self.desk.write("park an integration", change).await?)
    }
}

fn is_about_the_item(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::Rejected | ErrorKind::Malformed | ErrorKind::Bug)
}

/// Notes what passed and returns what failed, by index.
fn sort(outgoing: &mut Outgoing, group: &[usize], outcomes: Vec<Outcome>) -> Vec<(usize, Error)> {
    let mut failed = Vec::new();
    for (index, outcome) in group.iter().zip(outcomes) {
        match outcome {
            Outcome::Failed(error) => failed.push((*index, error)),
            Outcome::Done(_) => outgoing.set_fate(*index, Fate::Delivered),
            Outcome::Unconfirmed(_) => {}
        }
    }
    failed
}

fn halve(group: &[usize], groups: &mut VecDeque<Vec<usize>>) {
    let (first, second) = group.split_at(group.len() / 2);
    groups.push_front(second.to_vec());
    groups.push_front(first.to_vec());
}
