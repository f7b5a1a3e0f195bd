//! A streaming destination that answers by a script and remembers every batch with its second.

use std::collections::{BTreeSet, VecDeque};
use std::time::Duration;

use async_trait::async_trait;
use parking_lot::Mutex;
use serde_json::Value;
use signalbox_model::{Error, ErrorKind};
use signalbox_sdk::role::{
    Batch, BatchLimits, CheckReport, Confirmation, Destination, Encoding, Item, Outcome, Token,
};

use super::{PausedClock, failure};

/// How the destination takes a batch.
#[derive(Clone, Debug)]
pub(crate) enum Taking {
    /// All of it is taken.
    Done,
    /// The whole batch fails so.
    Fail(ErrorKind),
    /// Items before this one are done, this one is refused, those behind it were not looked at.
    UpTo(usize),
    /// All of it is taken, to be confirmed.
    Unconfirmed,
    /// It is never answered.
    Hang,
}

/// The destination.
pub(crate) struct Sink {
    clock: PausedClock,
    events_max: usize,
    encodes_alike: bool,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    script: VecDeque<Taking>,
    always: Option<Taking>,
    poison: BTreeSet<String>,
    poison_kind: Option<ErrorKind>,
    unencodable: BTreeSet<String>,
    is_locked_out: bool,
    confirms_from: u64,
    is_confirming_hung: bool,
    is_checking_hung: bool,
    log: Vec<String>,
    received: Vec<String>,
    encoded: usize,
}

impl Sink {
    /// Takes batches of at most `events_max`. It may promise to encode as all others do that promise it.
    pub(crate) fn new(clock: PausedClock, events_max: usize, encodes_alike: bool) -> Self {
        Self { clock, events_max, encodes_alike, state: Mutex::default() }
    }

    /// Takes the next batches so, one after the other.
    pub(crate) fn take(&self, takings: impl IntoIterator<Item = Taking>) {
        self.state.lock().script.extend(takings);
    }

    /// Takes so whatever the script says nothing of.
    pub(crate) fn take_always(&self, taking: Option<Taking>) {
        self.state.lock().always = taking;
    }

    /// Refuses every batch with one of these in it, as a whole.
    pub(crate) fn poison(&self, kind: ErrorKind, names: &[&str]) {
        let mut state = self.state.lock();
        state.poison_kind = Some(kind);
        state.poison = names.iter().map(|name| (*name).to_owned()).collect();
    }

    /// Cannot encode an event of this name.
    pub(crate) fn never_encode(&self, name: &str) {
        self.state.lock().unencodable.insert(name.to_owned());
    }

    /// Withdraws the credentials, or gives them back.
    pub(crate) fn lock_out(&self, is_locked_out: bool) {
        self.state.lock().is_locked_out = is_locked_out;
    }

    /// Confirms nothing before this second.
    pub(crate) fn confirm_from(&self, second: u64) {
        self.state.lock().confirms_from = second;
    }

    /// Never answers whether it has what was to be confirmed.
    pub(crate) fn hang_confirming(&self) {
        self.state.lock().is_confirming_hung = true;
    }

    /// Never says whether credentials and permission do, or does again.
    pub(crate) fn hang_checking(&self, is_hanging: bool) {
        self.state.lock().is_checking_hung = is_hanging;
    }

    /// How many events it encoded itself.
    pub(crate) fn encoded(&self) -> usize {
        self.state.lock().encoded
    }

    /// Every batch: its second and its items.
    pub(crate) fn log(&self) -> Vec<String> {
        self.state.lock().log.clone()
    }

    /// What the destination has, in the order of arrival.
    pub(crate) fn received(&self) -> Vec<String> {
        self.state.lock().received.clone()
    }

    fn is_confirming_hung(&self) -> bool {
        self.state.lock().is_confirming_hung
    }

    fn is_checking_hung(&self) -> bool {
        self.state.lock().is_checking_hung
    }

    fn outcomes(&self, names: &[String]) -> Option<Vec<Outcome>> {
        let mut state = self.state.lock();
        state.log.push(format!("{} {}", self.clock.second(), names.join(" ")));
        let taking = match state.poison_kind {
            _ if state.is_locked_out => Some(Taking::Fail(ErrorKind::Unauthorized)),
            Some(kind) if names.iter().any(|name| state.poison.contains(name)) => {
                Some(Taking::Fail(kind))
            }
            _ => state.script.pop_front().or_else(|| state.always.clone()),
        };
        let outcomes: Vec<Outcome> = (0..names.len()).map(|n| outcome(&taking, n)).collect();
        let taken = names.iter().zip(&outcomes);
        let taken = taken.filter(|(_, outcome)| !matches!(outcome, Outcome::Failed(_)));
        state.received.extend(taken.map(|(name, _)| name.clone()));
        (!matches!(taking, Some(Taking::Hang))).then_some(outcomes)
    }
}

fn outcome(taking: &Option<Taking>, index: usize) -> Outcome {
    match taking {
        Some(Taking::Fail(kind)) => Outcome::Failed(failure(*kind)),
        Some(Taking::UpTo(place)) if index == *place => {
            Outcome::Failed(failure(ErrorKind::Rejected))
        }
        Some(Taking::UpTo(place)) if index > *place => {
            Outcome::Failed(failure(ErrorKind::Unavailable))
        }
        Some(Taking::Unconfirmed) => Outcome::Unconfirmed(Token(index as u64)),
        _ => Outcome::Done(None),
    }
}

#[async_trait]
impl Destination for Sink {
    fn limits(&self) -> BatchLimits {
        BatchLimits { events_max: self.events_max, bytes_max: 1 << 20 }
    }

    fn encode(&self, item: &Item<'_>, out: &mut Vec<u8>) -> Result<(), Error> {
        let name = match item {
            Item::Event(event) => {
                let event: Value = serde_json::from_slice(event.json).unwrap();
                event["message"].as_str().unwrap_or("finding").to_owned()
            }
            Item::Notification(notification) => notification.alert.title.clone(),
        };
        let mut state = self.state.lock();
        state.encoded += 1;
        if state.unencodable.contains(&name) {
            return Err(failure(ErrorKind::Rejected));
        }
        out.extend_from_slice(name.as_bytes());
        Ok(())
    }

    fn encoding(&self) -> Option<Encoding> {
        self.encodes_alike.then(|| Encoding::new("scripted", &()))
    }

    async fn deliver(&self, batch: &Batch) -> Vec<Outcome> {
        let names = batch.items().map(|item| String::from_utf8_lossy(&item).into_owned());
        match self.outcomes(&names.collect::<Vec<_>>()) {
            Some(outcomes) => outcomes,
            None => std::future::pending().await,
        }
    }

    async fn confirm(&self, tokens: &[Token]) -> Result<Vec<Confirmation>, Error> {
        if self.is_confirming_hung() {
            std::future::pending::<()>().await;
        }
        let is_confirmed = self.clock.second() >= self.state.lock().confirms_from;
        let answer = if is_confirmed { Confirmation::Confirmed } else { Confirmation::Waiting };
        Ok(vec![answer; tokens.len()])
    }

    fn confirm_pace(&self) -> (Duration, Duration) {
        (Duration::from_secs(1), Duration::from_secs(60))
    }

    async fn check(&self) -> CheckReport {
        if self.is_checking_hung() {
            std::future::pending::<()>().await;
        }
        let mut report = CheckReport::default();
        if self.state.lock().is_locked_out {
            report.failed("credentials", "401", "renew the token");
        } else {
            report.passed("credentials", "they are good");
        }
        report
    }
}
