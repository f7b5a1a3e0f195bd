//! Whether an integration is asked at all: breaker, throttling, parking, and the operator's word.

use std::time::Duration;

use parking_lot::Mutex;
use serde::Serialize;
use signalbox_model::time::Timestamp;
use signalbox_model::{Error, ErrorKind, IntegrationName, THROTTLE_DEFAULT};
use signalbox_sdk::http::RETRY_AFTER_MAX;
use tokio::sync::{Notify, oneshot};

use super::BreakerState;
use super::breaker::Breaker;
use super::calls::{Calls, CallsView};
use super::rejections::Rejections;

/// The gate of one integration, shared by whoever calls it.
pub struct Gate {
    integration: IntegrationName,
    state: Mutex<GateState>,
    /// Rings when somebody says something that cannot wait.
    said: Notify,
}

#[derive(Default)]
struct GateState {
    breaker: Breaker,
    calls: Calls,
    rejections: Rejections,
    throttled_until: Option<Timestamp>,
    parked: Option<Parked>,
    is_disabled: bool,
    is_held: bool,
    orders: Vec<StreamOrder>,
    /// Items that were refused and given up since something passed.
    refused_in_a_row: u64,
    last_success_at: Option<Timestamp>,
    last_error: Option<(Timestamp, String)>,
}

impl GateState {
    /// Whether an operator wants nothing to pass.
    fn is_closed(&self) -> bool {
        self.is_disabled || self.is_held
    }

    fn is_interrupted(&self) -> bool {
        self.is_closed() || !self.orders.is_empty()
    }
}

/// An operator's word to a stream, by hand or by the configuration.
#[derive(Debug)]
pub enum StreamOrder {
    /// Pass by everything that waits; that it is done is answered.
    Skip(oneshot::Sender<Result<(), String>>),
    /// Give up, each as one dead letter, what has waited for so long, or everything if it is so much: looked at again
    /// when it is done.
    Bury {
        /// How old what waits may be.
        age: Duration,
        /// How many bytes all of it together may be.
        bytes: u64,
    },
    /// Send again what was committed since this time; how much that is, is answered.
    Replay(Timestamp, oneshot::Sender<Result<Replayed, String>>),
}

/// What a stream sends again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Replayed {
    /// Pairs that had been settled, and are now sent once more.
    pub pairs: u64,
    /// When the oldest event of them was committed.
    pub from: Option<Timestamp>,
    /// Whether the journal no longer keeps all that was committed since the time.
    pub is_cut: bool,
}

struct Parked {
    cause: ParkCause,
    reason: String,
    probe_at: Timestamp,
}

/// Why an integration is parked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParkCause {
    /// `check` says that credentials or permission do not do; it is asked again until they do.
    Credentials,
    /// The vendor refuses everything; one item at a time is tried until one passes.
    Rejections,
    /// It has as many dead letters as are kept; it goes on when some were replayed or discarded.
    DeadLetters,
}

/// What may be sent now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Admission {
    /// Anything.
    Go,
    /// One item, whose outcome decides.
    Probe,
    /// Nothing; `check` is due.
    Check,
    /// Nothing before then.
    Wait(Timestamp),
    /// Nothing until somebody enables the integration, or resumes what a restore held.
    Disabled,
}

/// The gate as shown.
#[derive(Clone, Debug, Serialize)]
pub struct GateView {
    /// `ok`, `degraded`, `down`, `parked`, `disabled` or `held`.
    pub state: &'static str,
    /// `closed`, `open` or `half_open`.
    pub breaker: &'static str,
    /// Why it is parked, while it is.
    pub parked: Option<String>,
    /// The last success with any item.
    pub last_success_at: Option<Timestamp>,
    /// The last error.
    pub last_error: Option<String>,
    /// When it happened.
    pub last_error_at: Option<Timestamp>,
    /// How the recent calls went.
    pub calls: CallsView,
    /// How many items were refused and given up since something passed.
    #[serde(skip)]
    pub refused_in_a_row: u64,
}

impl GateView {
    /// Returns how bad its state is, from 0.
    pub fn severity(&self) -> u8 {
        match self.state {
            "disabled" | "held" => 4,
            "parked" => 3,
            "down" => 2,
            "degraded" => 1,
            _ => 0,
        }
    }
}

/// What is said where a vendor names a wait that is not believed.
const LONG_WAIT: &str =
    "it asks for an hour or more; it is asked again after an hour, whatever it names";

/// A parked integration is probed this often.
const PROBE_EVERY: Duration = Duration::from_secs(30);

impl Gate {
    /// Creates the gate; `parked` is what an earlier run left.
    pub fn new(integration: IntegrationName, is_enabled: bool, parked: Option<String>) -> Self {
        let parked = parked.map(|reason| Parked {
            cause: ParkCause::Credentials,
            reason,
            probe_at: Timestamp::from_millis(0),
        });
        let state = GateState { is_disabled: !is_enabled, parked, ..GateState::default() };
        Self { integration, state: Mutex::new(state), said: Notify::new() }
    }

    /// Returns what may be sent now.
    pub fn admission(&self, now: Timestamp) -> Admission {
        let mut state = self.state.lock();
        if state.is_closed() {
            return Admission::Disabled;
        }
        if let Some(parked) = &state.parked {
            if parked.probe_at > now {
                return Admission::Wait(parked.probe_at);
            }
            return match parked.cause {
                ParkCause::Credentials | ParkCause::DeadLetters => Admission::Check,
                ParkCause::Rejections => Admission::Probe,
            };
        }
        if let Some(until) = state.throttled_until.filter(|until| *until > now) {
            return Admission::Wait(until);
        }
        match state.breaker.state(now) {
            BreakerState::Closed => Admission::Go,
            BreakerState::Open { until } => Admission::Wait(until),
            BreakerState::HalfOpen => Admission::Probe,
        }
    }

    /// Says that a probe or check begins now: no other one does until its time has passed.
    pub fn begin_probe(&self, now: Timestamp) {
        let mut state = self.state.lock();
        match &mut state.parked {
            Some(parked) => parked.probe_at = now.saturating_add(PROBE_EVERY),
            None => state.breaker.begin_probe(now),
        }
    }

    /// Notes how long a call took and whether it failed, for people to see.
    pub fn called(&self, started_at: Timestamp, ended_at: Timestamp, is_error: bool) {
        self.state.lock().calls.add(ended_at, ended_at.since(started_at), is_error);
    }

    /// Counts an item that passed. Says whether it ended a parking.
    pub fn succeeded(&self, now: Timestamp) -> bool {
        let mut state = self.state.lock();
        state.breaker.succeeded(now);
        state.rejections.passed();
        state.refused_in_a_row = 0;
        state.last_success_at = Some(now);
        let ended = state.parked.take().is_some();
        if ended {
            tracing::info!(integration = %self.integration, "An item passed, `{}` is no longer parked", self.integration);
        }
        ended
    }

    /// Counts a failed call.
    pub fn failed(&self, error: &Error, now: Timestamp) {
        let mut state = self.state.lock();
        state.last_error = Some((now, error.to_string()));
        if !matches!(error.kind(), ErrorKind::Unavailable | ErrorKind::OutcomeUnknown) {
            state.breaker.answered();
        }
        match error.kind() {
            ErrorKind::Throttled { retry_after } => {
                let wait = retry_after.unwrap_or(THROTTLE_DEFAULT);
                let until = now.saturating_add(wait);
                state.throttled_until = state.throttled_until.max(Some(until));
                if wait >= RETRY_AFTER_MAX {
                    state.last_error = Some((now, format!("{error}; {LONG_WAIT}")));
                    tracing::warn!(integration = %self.integration, error = %error, "`{}`: {LONG_WAIT}", self.integration);
                }
            }
            ErrorKind::Unavailable | ErrorKind::OutcomeUnknown => state.breaker.failed(now),
            ErrorKind::Rejected => {
                state.rejections.refused(now);
                state.refused_in_a_row += 1;
            }
            ErrorKind::Malformed | ErrorKind::Bug => state.refused_in_a_row += 1,
            ErrorKind::Unauthorized => {}
        }
    }

    /// Counts an item whose 403 was about the item alone, because `check` passes.
    pub fn refused(&self, now: Timestamp) {
        let mut state = self.state.lock();
        state.rejections.refused(now);
        state.refused_in_a_row += 1;
    }

    /// Opens the breaker at once.
    pub fn trip(&self, now: Timestamp) {
        self.state.lock().breaker.trip(now);
    }

    /// Parks the integration. Returns since when everything was refused, where that is the cause: those
    /// items return to the queue. `None` where it is parked already.
    pub fn park(
        &self,
        cause: ParkCause,
        reason: &str,
        now: Timestamp,
    ) -> Option<Option<Timestamp>> {
        let mut state = self.state.lock();
        if state.parked.is_some() {
            return None;
        }
        let since = state.rejections.since();
        state.rejections.clear();
        let probe_at = now.saturating_add(PROBE_EVERY);
        state.parked = Some(Parked { cause, reason: reason.to_owned(), probe_at });
        tracing::error!(integration = %self.integration, reason,
            "`{}` is parked, its queue is kept and probed every {PROBE_EVERY:?}", self.integration);
        Some(since.filter(|_| cause == ParkCause::Rejections))
    }

    /// Ends a parking whose cause is mended. Says whether there was one.
    pub fn unpark(&self) -> bool {
        let ended = self.state.lock().parked.take().is_some();
        if ended {
            tracing::info!(integration = %self.integration, "`{}` is mended, its queue drains", self.integration);
        }
        ended
    }

    /// Enables or disables at an operator's word.
    pub fn set_enabled(&self, is_enabled: bool) {
        self.state.lock().is_disabled = !is_enabled;
        self.said.notify_waiters();
    }

    /// Holds what it would deliver or poll, because a backup was restored, or lets it go.
    pub fn set_held(&self, is_held: bool) {
        self.state.lock().is_held = is_held;
        self.said.notify_waiters();
    }

    /// Has the stream do something at an operator's word, before it sends anything more.
    pub fn order(&self, order: StreamOrder) {
        let mut state = self.state.lock();
        let is_bury = |order: &StreamOrder| matches!(order, StreamOrder::Bury { .. });
        // It is said as long as the queue is too long; once is enough.
        if !(is_bury(&order) && state.orders.iter().any(is_bury)) {
            state.orders.push(order);
        }
        drop(state);
        self.said.notify_waiters();
    }

    /// Waits until an operator disables it or holds it.
    pub(crate) async fn closed(&self) {
        self.said_until(GateState::is_closed).await;
    }

    /// Waits until it makes no sense any more to wait for another try: there is an order, or it is disabled or held.
    pub(crate) async fn interrupted(&self) {
        self.said_until(GateState::is_interrupted).await;
    }

    async fn said_until(&self, is_so: fn(&GateState) -> bool) {
        loop {
            // Made before the look, so that nothing said in between is missed.
            let said = self.said.notified();
            if is_so(&self.state.lock()) {
                return;
            }
            said.await;
        }
    }

    /// Returns what the stream was told to do, and forgets it.
    pub fn take_orders(&self) -> Vec<StreamOrder> {
        std::mem::take(&mut self.state.lock().orders)
    }

    /// Returns whether it is held because a backup was restored.
    pub fn is_held(&self) -> bool {
        self.state.lock().is_held
    }

    /// Returns whether an operator lets it work.
    pub fn is_enabled(&self) -> bool {
        !self.state.lock().is_disabled
    }

    /// Returns the last success with any item.
    pub fn last_success_at(&self) -> Option<Timestamp> {
        self.state.lock().last_success_at
    }

    /// Returns whether the vendor refuses everything lately.
    pub fn is_everything_refused(&self) -> bool {
        let state = self.state.lock();
        let is_parked = state.parked.as_ref().is_some_and(|p| p.cause == ParkCause::Rejections);
        is_parked || state.rejections.is_everything()
    }

    /// Returns the gate as shown.
    pub fn view(&self, now: Timestamp) -> GateView {
        let mut state = self.state.lock();
        let breaker = state.breaker.state(now);
        let is_failing = match (&state.last_error, state.last_success_at) {
            (Some((error_at, _)), Some(success_at)) => *error_at > success_at,
            (Some(_), None) => true,
            _ => false,
        };
        let word = match (&state.parked, breaker) {
            _ if state.is_disabled => "disabled",
            _ if state.is_held => "held",
            (Some(_), _) => "parked",
            (_, BreakerState::Open { .. } | BreakerState::HalfOpen) => "down",
            _ if is_failing => "degraded",
            _ => "ok",
        };
        GateView {
            state: word,
            breaker: breaker.as_str(),
            parked: state.parked.as_ref().map(|parked| parked.reason.clone()),
            last_success_at: state.last_success_at,
            last_error: state.last_error.as_ref().map(|(_, error)| error.clone()),
            last_error_at: state.last_error.as_ref().map(|(at, _)| *at),
            calls: state.calls.view(now),
            refused_in_a_row: state.refused_in_a_row,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_millis(1_000_000_000 + seconds * 1000)
    }

    fn gate() -> Gate {
        Gate::new(IntegrationName::new("snow"), true, None)
    }

    #[test]
    fn a_429_stops_the_whole_integration_for_as_long_as_it_says() {
        let gate = gate();
        let kind = ErrorKind::Throttled { retry_after: Some(Duration::from_secs(20)) };

        gate.failed(&Error::new(kind, "post", "slow down"), at(0));

        assert_eq!(gate.admission(at(19)), Admission::Wait(at(20)));
        assert_eq!(gate.admission(at(20)), Admission::Go);
    }

    #[test]
    fn a_wait_that_was_cut_is_told_in_words() {
        let gate = gate();
        let kind = ErrorKind::Throttled { retry_after: Some(RETRY_AFTER_MAX) };

        gate.failed(&Error::new(kind, "post", "slow down"), at(0));

        let told = gate.view(at(0)).last_error.unwrap();
        assert!(told.starts_with("post: slow down; it asks for an hour or more"), "{told}");
        assert_eq!(gate.admission(at(3599)), Admission::Wait(at(3600)));
    }

    #[test]
    fn parked_credentials_are_checked_every_half_minute() {
        let gate = gate();
        assert!(gate.park(ParkCause::Credentials, "401", at(0)).is_some());

        assert_eq!(gate.admission(at(29)), Admission::Wait(at(30)));
        assert_eq!(gate.admission(at(30)), Admission::Check);
        gate.begin_probe(at(30));
        assert_eq!(gate.admission(at(31)), Admission::Wait(at(60)));
        assert!(gate.unpark());
        assert_eq!(gate.admission(at(32)), Admission::Go);
    }

    #[test]
    fn a_vendor_that_refuses_everything_is_parked_and_tried_with_one_item() {
        let gate = gate();
        for second in 0..10 {
            gate.failed(&Error::new(ErrorKind::Rejected, "post", "no"), at(second));
        }
        assert!(gate.is_everything_refused());

        assert_eq!(gate.park(ParkCause::Rejections, "no", at(10)), Some(Some(at(0))));

        assert_eq!(gate.admission(at(40)), Admission::Probe);
        assert!(gate.succeeded(at(41)));
        assert_eq!(gate.admission(at(41)), Admission::Go);
    }

    #[test]
    fn a_disabled_integration_holds() {
        let gate = gate();
        gate.set_enabled(false);

        assert_eq!(gate.admission(at(0)), Admission::Disabled);
        assert_eq!(gate.view(at(0)).state, "disabled");
    }

    #[test]
    fn what_a_restore_holds_is_not_called_disabled_unless_it_is_that_too() {
        let gate = gate();
        gate.set_held(true);

        let held = gate.view(at(0)).state;
        gate.set_enabled(false);

        assert_eq!(gate.admission(at(0)), Admission::Disabled);
        assert_eq!((held, gate.view(at(0)).state), ("held", "disabled"));
    }
}
