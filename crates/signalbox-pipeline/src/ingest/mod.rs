//! Ingest: where bytes come in and senders are answered.
//!
//! A [`SourceLine`] is one source's way from raw events to the commit; what is in front of it (HTTP,
//! sockets, pollers) only brings raw events and turns the outcome into its protocol's answer.

mod listen;
mod pace;
mod parsing;
mod poll;
mod webhook;
pub(crate) mod window;

use std::sync::Arc;
use std::time::Duration;

use parking_lot::RwLock;
use signalbox_model::{Clock, IntegrationName};
use signalbox_sdk::role::{Normalize, RawEvent};
use signalbox_store::journal::IntakeTotals;
use tokio_util::sync::CancellationToken;

use crate::commit::{Intake, NotCommitted, RepeatedBy, SourceCheckpoint, Submission};
use crate::deliver::Gate;
use crate::evaluate::RuleSet;
use crate::normalize::{EventUids, JSON_BYTES, KeepOriginal, Preparer};

pub use listen::{
    BoundSocket, CurrentHandler, ListenerIngest, SocketCounts, SocketError, SocketHandler,
    SocketKind, SocketTotals, remedy,
};
pub use pace::{Learnt, Pace, SilenceView};
pub use parsing::{Parsing, ParsingView};
pub use poll::{Poller, checkpoint_key};
pub use webhook::WebhookIngest;
pub use window::EventIdWindow;

/// What is held is tried again at least this often, so that a source that is enabled goes on soon.
const HOLD_WAIT: Duration = Duration::from_secs(5);

/// So many raw events are prepared before other tasks have their turn: less than a millisecond's work.
const SLICE: usize = 32;

/// The rules in force, swapped as a whole by a reload.
#[derive(Clone)]
pub struct CurrentRules(Arc<RwLock<Arc<RuleSet>>>);

impl CurrentRules {
    /// Begins with `rules`.
    pub fn new(rules: Arc<RuleSet>) -> Self {
        Self(Arc::new(RwLock::new(rules)))
    }

    /// Returns the version in force now.
    pub fn get(&self) -> Arc<RuleSet> {
        Arc::clone(&self.0.read())
    }

    /// Puts another version in force: what is evaluated from now on is evaluated by it.
    pub fn set(&self, rules: Arc<RuleSet>) {
        *self.0.write() = rules;
    }
}

/// One source's way from raw events to the commit.
pub struct SourceLine {
    integration: IntegrationName,
    preparer: Preparer,
    rules: CurrentRules,
    window: Arc<EventIdWindow>,
    intake: Intake,
    gate: Arc<Gate>,
    parsing: Arc<Parsing>,
    pace: Arc<Pace>,
    clock: Arc<dyn Clock>,
}

/// What a [`SourceLine`] is made of.
pub struct SourceParts {
    /// The integration's name.
    pub integration: IntegrationName,
    /// Its connector's name.
    pub connector: &'static str,
    /// Maps its raw events.
    pub normalize: Arc<dyn Normalize>,
    /// Which originals are kept; `None` is the default by class.
    pub keep_original: Option<KeepOriginal>,
    /// The rules in force.
    pub rules: CurrentRules,
    /// The event ids seen lately.
    pub window: Arc<EventIdWindow>,
    /// Names events whose source does not.
    pub uids: Arc<EventUids>,
    /// The way into the committer.
    pub intake: Intake,
    /// Whether an operator lets it work.
    pub gate: Arc<Gate>,
    /// Counts what could not be read.
    pub parsing: Arc<Parsing>,
    /// Learns how long it is usually silent.
    pub pace: Arc<Pace>,
    /// The time of day.
    pub clock: Arc<dyn Clock>,
}

impl SourceLine {
    /// Puts the line together.
    pub fn new(parts: SourceParts) -> Self {
        let preparer = Preparer {
            integration: parts.integration.clone(),
            connector: parts.connector,
            normalize: parts.normalize,
            keep_original: parts.keep_original,
            uids: parts.uids,
        };
        Self {
            integration: parts.integration,
            preparer,
            rules: parts.rules,
            window: parts.window,
            intake: parts.intake,
            gate: parts.gate,
            parsing: parts.parsing,
            pace: parts.pace,
            clock: parts.clock,
        }
    }

    /// Returns the source's name.
    pub fn integration(&self) -> &IntegrationName {
        &self.integration
    }

    /// Returns its pace.
    pub fn pace(&self) -> &Arc<Pace> {
        &self.pace
    }

    /// Takes raw events to the journal and returns when all are durable, copies of events that are
    /// being committed at this moment included.
    ///
    /// # Errors
    /// Something of it is not durable: the sender must repeat all.
    pub async fn take(&self, raw: &[RawEvent]) -> Result<(), NotCommitted> {
        let outcome = self.commit(raw, None, RepeatedBy::Sender).await;
        // What the journal refused is counted there.
        use NotCommitted::{BufferFull, Disabled, HeldBack};
        if matches!(outcome, Err(BufferFull | Disabled | HeldBack)) {
            self.count_refused(raw.len() as u64);
        }
        outcome
    }

    /// Takes raw events whose sender waits for it: what is refused now is held and taken again, until
    /// it is durable or the hub stops.
    ///
    /// # Errors
    /// `Stopping`: nothing, or only a part, is durable. Counted as refused.
    pub async fn hold(
        &self,
        raw: &[RawEvent],
        checkpoint: Option<SourceCheckpoint>,
        stop: &CancellationToken,
    ) -> Result<(), NotCommitted> {
        loop {
            let refused = match self.commit(raw, checkpoint.clone(), RepeatedBy::Line).await {
                Ok(()) => return Ok(()),
                Err(refused) => refused,
            };
            let wait = refused.retry_after().min(HOLD_WAIT);
            let ends = match refused {
                NotCommitted::Stopping => true,
                // The committer takes what it has even while the hub stops, and says when it no longer does.
                NotCommitted::BufferFull => {
                    tokio::time::sleep(wait).await;
                    false
                }
                NotCommitted::JournalRefused | NotCommitted::Disabled | NotCommitted::HeldBack => {
                    tokio::time::timeout(wait, stop.cancelled()).await.is_ok()
                }
            };
            if ends {
                self.count_refused(raw.len() as u64);
                return Err(NotCommitted::Stopping);
            }
        }
    }

    async fn commit(
        &self,
        raw: &[RawEvent],
        checkpoint: Option<SourceCheckpoint>,
        repeated_by: RepeatedBy,
    ) -> Result<(), NotCommitted> {
        if !self.gate.is_enabled() {
            return Err(NotCommitted::Disabled);
        }
        let rules = self.rules.get();
        let now = self.clock.now();
        let mut claims = self.window.claims(now);
        let json = self.intake.memory(raw.len() * JSON_BYTES);
        let mut submission = self.preparer.begin(&rules, raw.len(), json);
        for slice in raw.chunks(SLICE) {
            self.preparer.add(slice, &rules, &mut claims, &mut submission);
            if raw.len() > SLICE {
                // Who waits behind a flood of one source waits for a slice of it.
                tokio::task::yield_now().await;
            }
        }
        let (received, parse_errors) = (submission.received, submission.parse_errors);
        submission.repeated_by = repeated_by;
        let others = claims.others();
        // A checkpoint is not ahead of what it passes: where others are still committing copies of these
        // events, it follows them.
        let mut late_checkpoint = None;
        if others.is_empty() {
            submission.checkpoint = checkpoint;
        } else {
            late_checkpoint = checkpoint;
        }
        let outcome = self.submit(submission).await;
        claims.settle(outcome.is_ok());
        outcome?;
        self.parsing.count(received, parse_errors, now);
        if received > 0 {
            self.pace.came(now);
        }
        for other in others {
            if !other.is_committed().await {
                return Err(NotCommitted::JournalRefused);
            }
        }
        match late_checkpoint {
            Some(checkpoint) => {
                let mut submission = self.preparer.begin(&rules, 0, Vec::new());
                (submission.checkpoint, submission.repeated_by) = (Some(checkpoint), repeated_by);
                self.submit(submission).await
            }
            None => Ok(()),
        }
    }

    /// Hands a submission to the committer; one that holds nothing to store is only counted.
    async fn submit(&self, submission: Submission) -> Result<(), NotCommitted> {
        if !submission.records.is_empty() || submission.checkpoint.is_some() {
            return self.intake.submit(submission).await;
        }
        let (received, duplicate) = (submission.received, submission.duplicates);
        self.intake.count(IntakeTotals { received, duplicate, ..IntakeTotals::default() });
        Ok(())
    }

    /// Counts what was not taken: not authentic, too large, not readable, or too much at once.
    pub fn count_refused(&self, count: u64) {
        let totals = IntakeTotals { received: count, refused: count, ..IntakeTotals::default() };
        self.intake.count(totals);
    }
}
