//! One destination's worker: leases due steps, tries them, settles what became of each.
//!
//! Nothing a lane does waits for another lane. Stopping ends the leasing; attempts on their way have
//! [`STOP_GRACE`](crate::STOP_GRACE) to end and are broken off then. One that the end of the program
//! cuts off is found at the next start.

use std::sync::Arc;
use std::time::Duration;

use signalbox_model::time::Timestamp;
use signalbox_model::{Clock, Error, ErrorKind, IntegrationName};
use signalbox_sdk::Random;
use signalbox_sdk::role::{Bounded, CallLimits, CheckReport, Destination, Rendered, Ticketing};
use signalbox_store::desk::{Desk, DeskError, LeasedStep, NewAttempt, Settlement, Writer};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::amendment::{render_step, request_line};
use super::attempt::{Names, send_notification, send_ticket};
use super::decide::decide_broken_off;
use super::template::Renderer;
use super::{Admission, DeadLetterBound, Failure, Gate, ParkCause, RetryPreset, Verdict, decide};
use crate::stopping::finish;
use crate::wake::Wakes;

/// What an alert's steps go to.
#[derive(Clone)]
pub enum Target {
    /// A ticketing product.
    Ticketing(Arc<dyn Ticketing>),
    /// Anything that takes notifications.
    Destination(Arc<dyn Destination>),
}

impl Target {
    /// Returns the same with an end to each of its calls.
    fn bounded(self) -> Self {
        match self {
            Self::Ticketing(ticketing) => Self::Ticketing(Bounded::ticketing(ticketing)),
            Self::Destination(destination) => Self::Destination(Bounded::destination(destination)),
        }
    }

    /// Returns how long one exchange with it may take at most.
    pub fn timeout(&self) -> Duration {
        match self {
            Self::Ticketing(ticketing) => ticketing.timeout(),
            Self::Destination(destination) => destination.timeout(),
        }
    }
}

/// What an operator may set about a destination's deliveries.
#[derive(Clone, Copy, Debug)]
pub struct LaneSettings {
    /// Attempts at the same time.
    pub concurrency: usize,
    /// The longest an exchange with the destination may take. After two of them the outcome at a ticketing
    /// product is unknown; a destination has the limits of its calls.
    pub timeout: Duration,
    /// How long the vendor may still execute what was given up on.
    pub settle: Duration,
    /// The waits between attempts.
    pub retry: RetryPreset,
    /// How many dead letters it may have.
    pub dead_letters: DeadLetterBound,
}

/// One destination's worker.
pub struct Lane {
    /// The destination.
    pub name: IntegrationName,
    /// What it is.
    pub target: Target,
    /// Where its steps are.
    pub desk: Desk,
    /// Whether it is asked at all.
    pub gate: Arc<Gate>,
    /// Wakes it.
    pub wakes: Wakes,
    /// Its templates.
    pub renderer: Renderer,
    /// The operator's settings.
    pub settings: LaneSettings,
    /// The time of day.
    pub clock: Arc<dyn Clock>,
    /// Jitter.
    pub random: Arc<dyn Random>,
}

/// Without anything to do a lane looks again after this long.
const IDLE: Duration = Duration::from_secs(60);

/// What is kept of an attempt that was broken off.
const BROKEN_OFF: &str =
    "broken off because the hub stopped or read its configuration anew; it may have arrived";

/// After an error of the disk, how long until the next try.
const RETRY: Duration = Duration::from_secs(5);

impl Lane {
    /// Works until stopped, and then until the attempts on their way have ended.
    pub async fn run(mut self, stop: CancellationToken) {
        self.target = self.target.bounded();
        let lane = Arc::new(self);
        let bell = lane.wakes.bell(&lane.name);
        let (mut attempts, mut has_more) = (JoinSet::new(), false);
        while !stop.is_cancelled() {
            // All that ended meanwhile make room together: a lease costs a commit, for one step or for many.
            while attempts.try_join_next().is_some() {}
            let idle = match lane.fill(&mut attempts, &mut has_more, &stop).await {
                Ok(idle) => idle,
                Err(error) => {
                    tracing::error!(integration = %lane.name, error = %error, "Steps could not be leased");
                    RETRY
                }
            };
            tokio::select! {
                biased;
                () = stop.cancelled() => {}
                () = bell.notified() => {}
                Some(_) = attempts.join_next() => {}
                () = tokio::time::sleep(idle) => {}
            }
        }
        while attempts.join_next().await.is_some() {}
    }

    /// Starts what may be started, and says how long nothing will be due. `has_more` keeps whether all room was filled,
    /// so that there probably is more.
    async fn fill(
        self: &Arc<Self>,
        attempts: &mut JoinSet<()>,
        has_more: &mut bool,
        stop: &CancellationToken,
    ) -> Result<Duration, DeskError> {
        let now = self.clock.now();
        let admission = self.gate.admission(now);
        let free = match admission {
            Admission::Go => self.settings.concurrency.saturating_sub(attempts.len()),
            Admission::Probe => usize::from(attempts.is_empty()),
            Admission::Check => {
                self.gate.begin_probe(now);
                self.probe(stop).await?;
                return Ok(Duration::ZERO);
            }
            Admission::Wait(until) => return Ok(until.since(now).min(IDLE)),
            Admission::Disabled => return Ok(IDLE),
        };
        if free == 0 {
            return Ok(IDLE);
        }
        let (name, until) = (self.name.clone(), now.saturating_add(self.lease()));
        let lease = move |writer: &Writer<'_>| writer.lease(&name, now, until, free);
        let leased = if *has_more || self.is_due(now).await? {
            self.desk.write("lease steps", lease).await?
        } else {
            Vec::new()
        };
        if admission == Admission::Probe && !leased.is_empty() {
            self.gate.begin_probe(now);
        }
        *has_more = leased.len() == free;
        for step in leased {
            let (lane, stop) = (Arc::clone(self), stop.clone());
            attempts.spawn(async move { lane.attempt(step, &stop).await });
        }
        if *has_more {
            return Ok(IDLE);
        }
        let name = self.name.clone();
        let due = self.desk.read(move |reader| reader.next_due(&name)).await?;
        let idle = due.filter(|due| *due > now).map_or(IDLE, |due| due.since(now));
        Ok(idle.min(IDLE))
    }

    /// Looks before writing: an idle lane costs no commit.
    async fn is_due(&self, now: Timestamp) -> Result<bool, DeskError> {
        let name = self.name.clone();
        let due = self.desk.read(move |reader| reader.next_due(&name)).await?;
        Ok(due.is_some_and(|due| due <= now))
    }

    fn lease(&self) -> Duration {
        let delivery = match &self.target {
            Target::Destination(destination) => {
                CallLimits::of(destination.timeout()).call + destination.confirm_pace().1
            }
            Target::Ticketing(_) => Duration::ZERO,
        };
        self.settings.timeout * 4 + self.settings.settle + delivery
    }

    /// Asks a parked integration whether it is mended.
    async fn probe(&self, stop: &CancellationToken) -> Result<(), DeskError> {
        let report = self.check(stop).await;
        if report.is_some_and(|report| report.is_good()) && self.has_room().await? {
            self.mended().await?;
        }
        Ok(())
    }

    /// Asks whether credentials and permission do. It changes nothing, so a stop ends it at once: `None`.
    async fn check(&self, stop: &CancellationToken) -> Option<CheckReport> {
        let check = match &self.target {
            Target::Ticketing(ticketing) => ticketing.check(),
            Target::Destination(destination) => destination.check(),
        };
        stop.run_until_cancelled(check).await
    }

    async fn mended(&self) -> Result<(), DeskError> {
        self.gate.unpark();
        let (name, now) = (self.name.clone(), self.clock.now());
        self.desk
            .write("end a parking", move |writer| {
                writer.set_parked(name.as_str(), None, now)?;
                writer.make_due(&name, now)
            })
            .await
    }

    /// Tries a step and settles it; errors of the disk leave it to the next lease or start.
    async fn attempt(&self, step: LeasedStep, stop: &CancellationToken) {
        if let Err(error) = self.try_step(&step, stop).await {
            tracing::error!(integration = %self.name, delivery.id = %step.key, error = %error,
                "A delivery could not be settled, it is found and looked up again later");
        }
        self.wakes.wake(&self.name);
    }

    async fn try_step(&self, step: &LeasedStep, stop: &CancellationToken) -> Result<(), DeskError> {
        let (notification, rendered) = self.render(step);
        let request = request_line(&self.target, step, &rendered);
        let (begun, clock) = (step.clone(), Arc::clone(&self.clock));
        let (limit, lease) = (self.settings.timeout * 2, self.lease());
        // Where the disk fails this is tried again, so the times are those of the try that succeeds.
        let begin = move |writer: &Writer<'_>| {
            let now = clock.now();
            let attempt = NewAttempt {
                notification: notification.clone(),
                request: request.clone(),
                now,
                deadline: now.saturating_add(limit),
                lease_until: now.saturating_add(lease),
            };
            writer.begin_attempt(&begun, &attempt)
        };
        let held = self.desk.write_outcome("begin an attempt", begin).await?;
        if !held {
            return Ok(());
        }
        let started = self.clock.now();
        let Some(sent) = finish(self.send(step, rendered), stop).await else {
            return self.broken_off(step).await;
        };
        self.gate.called(started, self.clock.now(), sent.is_err());
        match sent {
            Ok(names) => self.delivered(step, names).await,
            Err(error) => self.failed(step, &error, started, stop).await,
        }
    }

    /// Returns what is sent, and its stored form: rendered at the first attempt, the same ever after.
    fn render(&self, step: &LeasedStep) -> (String, Rendered) {
        let kept = step.notification.as_deref().and_then(|text| serde_json::from_str(text).ok());
        let rendered = kept.unwrap_or_else(|| {
            let (rendered, failure) = render_step(&self.renderer, step);
            if let Some(failure) = failure {
                tracing::warn!(integration = %self.name, alert.id = %step.alert.id, error = failure,
                    "A template failed, the plain text is sent");
            }
            rendered
        });
        (serde_json::to_string(&rendered).unwrap_or_default(), rendered)
    }

    async fn send(&self, step: &LeasedStep, rendered: Rendered) -> Result<Names, Error> {
        let call = async {
            match &self.target {
                Target::Ticketing(ticketing) => {
                    send_ticket(ticketing.as_ref(), &self.name, step, rendered).await
                }
                Target::Destination(destination) => {
                    send_notification(destination.as_ref(), step, rendered).await
                }
            }
        };
        let limit = self.settings.timeout * 2;
        let lost = || {
            Error::new(ErrorKind::OutcomeUnknown, "deliver", format!("no outcome within {limit:?}"))
        };
        match &self.target {
            // A destination has the limits of its calls, and one for confirming later.
            Target::Destination(_) => call.await,
            Target::Ticketing(_) => {
                tokio::time::timeout(limit, call).await.unwrap_or_else(|_| Err(lost()))
            }
        }
    }

    async fn delivered(&self, step: &LeasedStep, names: Names) -> Result<(), DeskError> {
        let now = self.clock.now();
        let settlement = Settlement::Delivered { ticket: names.ticket, receipt: names.receipt };
        self.settle(step, now, settlement).await?;
        if self.gate.succeeded(now) {
            self.mended().await?;
        }
        Ok(())
    }

    async fn failed(
        &self,
        step: &LeasedStep,
        error: &Error,
        started: Timestamp,
        stop: &CancellationToken,
    ) -> Result<(), DeskError> {
        self.gate.failed(error, self.clock.now());
        let mut failure = Failure {
            error,
            attempts: step.attempts,
            first_attempt_at: step.first_attempt_at.unwrap_or(started),
            last_success_at: self.gate.last_success_at(),
            checked: None,
            is_everything_refused: self.gate.is_everything_refused(),
            must_find: step.must_find,
            retry: self.settings.retry,
            settle: self.settings.settle,
            random: self.random.next(),
        };
        let mut verdict = decide(&failure);
        let mut reason = error.to_string();
        if verdict == Verdict::Check {
            let Some(report) = self.check(stop).await else {
                return self.broken_off(step).await;
            };
            if !report.is_good() {
                reason = report.failure().unwrap_or(reason);
            } else {
                self.gate.refused(self.clock.now());
                failure.is_everything_refused = self.gate.is_everything_refused();
            }
            failure.checked = Some(report.is_good());
            verdict = decide(&failure);
        }
        if verdict == Verdict::Dead && !self.has_room().await? {
            verdict = Verdict::Park(ParkCause::DeadLetters);
            reason = self.settings.dead_letters.reason();
        }
        self.carry_out(step, error, verdict, reason).await
    }

    /// An attempt that the hub did not wait for: nothing is held against the integration or the step.
    async fn broken_off(&self, step: &LeasedStep) -> Result<(), DeskError> {
        tracing::warn!(integration = %self.name, delivery.id = %step.key,
            "A delivery was broken off because the hub stops or reads its configuration anew, it goes on in {:?}",
            self.settings.settle);
        let error = Error::new(ErrorKind::OutcomeUnknown, "deliver", BROKEN_OFF);
        let verdict = decide_broken_off(step.attempts, self.settings.settle);
        self.carry_out(step, &error, verdict, error.to_string()).await
    }

    /// Returns whether one more dead letter is kept.
    async fn has_room(&self) -> Result<bool, DeskError> {
        self.settings.dead_letters.has_room(&self.desk, self.name.as_str(), 1).await
    }

    async fn carry_out(
        &self,
        step: &LeasedStep,
        error: &Error,
        verdict: Verdict,
        reason: String,
    ) -> Result<(), DeskError> {
        let now = self.clock.now();
        let again = |after: Duration, attempts, must_find| Settlement::Again {
            next_at: now.saturating_add(after),
            attempts,
            must_find,
            outcome: error.kind().label(),
            reason: reason.clone(),
            answer: error.answer().map(str::to_owned),
        };
        let settlement = match verdict {
            Verdict::Again { after, attempts, must_find } => again(after, attempts, must_find),
            Verdict::Break { after, must_find } => {
                self.gate.trip(now);
                again(after, 0, must_find)
            }
            Verdict::Park(cause) => {
                self.park(cause, &reason, now).await?;
                again(Duration::ZERO, step.attempts, step.must_find)
            }
            Verdict::Dead | Verdict::Check => {
                tracing::warn!(integration = %self.name, delivery.id = %step.key, alert.id = %step.alert.id,
                    error = %error, error.kind = error.kind().label(), "A delivery is given up and kept as a dead letter");
                let (outcome, answer) = (error.kind().label(), error.answer().map(str::to_owned));
                let is_unknown = error.kind() == ErrorKind::OutcomeUnknown;
                let rest = if is_unknown { self.settings.settle } else { Duration::ZERO };
                Settlement::Dead { outcome, reason, answer, rest_until: now.saturating_add(rest) }
            }
        };
        self.settle(step, now, settlement).await
    }

    /// Parks; where the vendor refuses everything, what it refused since returns to the queue.
    async fn park(&self, cause: ParkCause, reason: &str, now: Timestamp) -> Result<(), DeskError> {
        let Some(since) = self.gate.park(cause, reason, now) else { return Ok(()) };
        let (name, reason) = (self.name.clone(), reason.to_owned());
        self.desk
            .write("park an integration", move |writer| {
                writer.set_parked(name.as_str(), Some(&reason), now)?;
                match since {
                    Some(since) => writer.revive_rejected(&name, since, now),
                    None => Ok(()),
                }
            })
            .await
    }

    async fn settle(
        &self,
        step: &LeasedStep,
        now: Timestamp,
        settlement: Settlement,
    ) -> Result<(), DeskError> {
        let (name, settled) = (self.name.clone(), step.clone());
        let held = self
            .desk
            .write_outcome("settle a step", move |w| w.settle(&name, &settled, now, &settlement))
            .await?;
        if !held {
            tracing::warn!(integration = %self.name, delivery.id = %step.key,
                "A delivery took longer than its lease, its outcome is looked up again");
        }
        Ok(())
    }
}
