//! One polled source's worker: asks for page after page, takes each to the journal together with its
//! checkpoint, and only then goes on.
//!
//! Nothing of a vendor's trouble is lost by it: a page that cannot be read now is asked for again, from
//! the same checkpoint. So there is no dead letter here; what a vendor refuses for good shows in the
//! integration's state until somebody mends it.

use std::sync::Arc;
use std::time::Duration;

use signalbox_model::time::Timestamp;
use signalbox_model::{Clock, Error, IntegrationName};
use signalbox_sdk::Random;
use signalbox_sdk::role::{Bounded, CheckReport, Checkpoint, Page, Source};
use signalbox_store::desk::{Desk, DeskError};
use signalbox_store::journal::{Journal, Position};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use super::SourceLine;
use crate::commit::SourceCheckpoint;
use crate::deliver::{Admission, Failure, Gate, RetryPreset, Verdict, decide};
use crate::follow::DESK_READER;
use crate::stopping::finish;
use crate::wake::Wakes;

/// One polled source's worker.
pub struct Poller {
    /// The integration.
    pub name: IntegrationName,
    /// What is polled.
    pub source: Arc<dyn Source>,
    /// Where its pages go.
    pub line: Arc<SourceLine>,
    /// Whether an operator lets the integration work.
    pub gate: Arc<Gate>,
    /// Whether the vendor is asked at all: of this source alone, for another may have other credentials and limits.
    pub own: Arc<Gate>,
    /// Where its checkpoint arrives.
    pub desk: Desk,
    /// Where its checkpoint is committed.
    pub journal: Arc<dyn Journal>,
    /// Wakes it, when the integration was enabled.
    pub wakes: Wakes,
    /// The waits between attempts.
    pub retry: RetryPreset,
    /// The time of day.
    pub clock: Arc<dyn Clock>,
    /// Jitter.
    pub random: Arc<dyn Random>,
}

/// Where a poller stands.
struct Progress {
    checkpoint: Option<Checkpoint>,
    attempts: u32,
    first_attempt_at: Option<Timestamp>,
}

/// Asking more often than this is never kind to a vendor.
const INTERVAL_MIN: Duration = Duration::from_secs(30);

/// A disabled poller looks again after this long, if nobody wakes it.
const IDLE: Duration = Duration::from_secs(60);

/// After an outage opened the breaker, how long until it is tried again: as long as the breaker is open.
const BROKEN: Duration = Duration::from_secs(30);

/// After a page that cannot be read, how long until it is tried again, if the source is not asked before.
const UNREADABLE: Duration = Duration::from_secs(60);

/// After an error of the disk, how long until the next try.
const RETRY: Duration = Duration::from_secs(5);

/// How often it is looked whether the desk has caught up with the journal.
const CATCH_UP: Duration = Duration::from_millis(50);

/// Returns what the checkpoint of a polled source is kept by.
pub fn checkpoint_key(integration: &IntegrationName, source: &str) -> String {
    format!("{integration}/{source}")
}

impl Poller {
    /// Polls until stopped. A page on its way from the vendor is dropped and asked for again; one on its
    /// way to the journal is finished.
    pub async fn run(mut self, stop: CancellationToken) {
        self.source = Bounded::source(self.source);
        let bell = self.wakes.bell(&self.name);
        let Some(checkpoint) = self.stored_checkpoint(&stop).await else { return };
        let mut progress = Progress { checkpoint, attempts: 0, first_attempt_at: None };
        while !stop.is_cancelled() {
            let idle = self.advance(&mut progress, &stop).await;
            rest(idle, &bell, &stop).await;
        }
    }

    /// Does one thing, and says how long nothing else will be due.
    async fn advance(&self, progress: &mut Progress, stop: &CancellationToken) -> Duration {
        let now = self.clock.now();
        if self.gate.admission(now) == Admission::Disabled {
            return IDLE;
        }
        match self.own.admission(now) {
            Admission::Go => {}
            Admission::Probe => self.own.begin_probe(now),
            Admission::Check => {
                self.own.begin_probe(now);
                return self.probe(stop).await;
            }
            Admission::Wait(until) => return until.since(now).min(IDLE),
            Admission::Disabled => return IDLE,
        }
        progress.first_attempt_at.get_or_insert(now);
        let polled = tokio::select! {
            biased;
            () = stop.cancelled() => return Duration::ZERO,
            polled = self.source.poll(progress.checkpoint.as_ref()) => polled,
        };
        self.gate.called(now, self.clock.now(), polled.is_err());
        match polled {
            Ok(page) => self.take(page, progress, stop).await,
            Err(error) => self.fail(&error, progress, stop).await,
        }
    }

    /// Takes a page to the journal and tells the vendor where it wants to know.
    async fn take(
        &self,
        page: Page,
        progress: &mut Progress,
        stop: &CancellationToken,
    ) -> Duration {
        self.own.succeeded(self.clock.now());
        (progress.attempts, progress.first_attempt_at) = (0, None);
        let Page { events, checkpoint, has_more } = page;
        let has_moved = progress.checkpoint.as_ref() != Some(&checkpoint);
        if has_moved || !events.is_empty() {
            let key = checkpoint_key(&self.name, self.source.name());
            let read = has_moved.then(|| SourceCheckpoint { key, checkpoint: checkpoint.clone() });
            if self.line.hold(&events, read, stop).await.is_err() {
                return Duration::ZERO;
            }
            // Where a stop breaks it off, the vendor repeats what is known already.
            let confirmed = finish(self.source.confirm(&checkpoint), stop).await;
            if let Some(Err(error)) = confirmed {
                tracing::warn!(integration = %self.name, source = self.source.name(), error = %error,
                    "What is durable could not be confirmed, the vendor will repeat it");
            }
        }
        progress.checkpoint = Some(checkpoint);
        if has_more { Duration::ZERO } else { self.pause() }
    }

    async fn fail(
        &self,
        error: &Error,
        progress: &mut Progress,
        stop: &CancellationToken,
    ) -> Duration {
        let now = self.clock.now();
        self.own.failed(error, now);
        let mut failure = Failure {
            error,
            attempts: progress.attempts,
            first_attempt_at: progress.first_attempt_at.unwrap_or(now),
            last_success_at: None,
            checked: None,
            is_everything_refused: false,
            must_find: false,
            retry: self.retry,
            settle: Duration::ZERO,
            random: self.random.next(),
        };
        let mut reason = error.to_string();
        let mut verdict = decide(&failure);
        if verdict == Verdict::Check {
            let Some(report) = self.check(stop).await else { return Duration::ZERO };
            reason = report.failure().unwrap_or(reason);
            failure.checked = Some(report.is_good());
            verdict = decide(&failure);
        }
        match verdict {
            Verdict::Again { after, attempts, .. } => {
                progress.attempts = attempts;
                return after;
            }
            Verdict::Break { .. } => {
                self.own.trip(now);
                (progress.attempts, progress.first_attempt_at) = (0, None);
                return BROKEN;
            }
            Verdict::Park(cause) => drop(self.own.park(cause, &reason, now)),
            Verdict::Dead | Verdict::Check => {
                tracing::error!(integration = %self.name, source = self.source.name(), error = %error,
                    "A page cannot be read, nothing moves until it can");
            }
        }
        (progress.attempts, progress.first_attempt_at) = (0, None);
        self.pause().min(UNREADABLE)
    }

    /// Asks a parked source whether it is mended.
    async fn probe(&self, stop: &CancellationToken) -> Duration {
        if self.check(stop).await.is_some_and(|report| report.is_good()) {
            self.own.unpark();
        }
        Duration::ZERO
    }

    /// Asks whether credentials and permission do. It changes nothing, so a stop ends it at once: `None`.
    async fn check(&self, stop: &CancellationToken) -> Option<CheckReport> {
        stop.run_until_cancelled(self.source.check()).await
    }

    /// Returns the interval with up to a tenth of jitter, so that many pollers do not ask at once.
    fn pause(&self) -> Duration {
        let interval = self.source.interval().max(INTERVAL_MIN);
        let tenth = u64::try_from(interval.as_millis() / 10).unwrap_or(u64::MAX);
        interval + Duration::from_millis(self.random.next() % (tenth + 1))
    }

    /// Returns where the last page ended, once the desk has read what the journal holds; `None` when
    /// stopped before.
    async fn stored_checkpoint(&self, stop: &CancellationToken) -> Option<Option<Checkpoint>> {
        let head = self.journal.head();
        loop {
            let wait = match self.read_checkpoint(head) {
                Ok(Some(checkpoint)) => return Some(checkpoint),
                Ok(None) => CATCH_UP,
                Err(error) => {
                    tracing::error!(integration = %self.name, error = %error,
                        "A checkpoint could not be read, trying again in {RETRY:?}");
                    RETRY
                }
            };
            if tokio::time::timeout(wait, stop.cancelled()).await.is_ok() {
                return None;
            }
        }
    }

    /// Returns the stored checkpoint; `None` while the desk is behind `head`.
    fn read_checkpoint(
        &self,
        head: Option<Position>,
    ) -> Result<Option<Option<Checkpoint>>, DeskError> {
        let key = checkpoint_key(&self.name, self.source.name());
        let (desk, stored) = self.desk.read_now(|reader| {
            Ok((reader.checkpoint(DESK_READER)?, reader.source_checkpoint(&key)?))
        })?;
        let desk = desk.and_then(|stored| stored.position.parse::<Position>().ok());
        Ok((desk >= head).then(|| stored.map(Checkpoint::stored)))
    }
}

/// Waits until something may be due.
async fn rest(idle: Duration, bell: &Notify, stop: &CancellationToken) {
    if idle.is_zero() {
        return;
    }
    tokio::select! {
        biased;
        () = stop.cancelled() => {}
        () = bell.notified() => {}
        () = tokio::time::sleep(idle) => {}
    }
}
