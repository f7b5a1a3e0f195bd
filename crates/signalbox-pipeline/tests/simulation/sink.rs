//! A streaming destination that takes batches as the script says and remembers which events it has.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use async_trait::async_trait;
use parking_lot::Mutex;
use serde_json::Value;
use signalbox_model::{Error, ErrorKind};
use signalbox_sdk::role::{
    Batch, BatchLimits, CheckReport, Confirmation, Destination, EventItem, Item, Outcome, Token,
};

use super::diary::Diary;
use super::power::Power;
use super::vendor::{check, failure};

/// Events of a batch at most.
const BATCH: usize = 3;

/// How the destination takes a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Taking {
    /// The whole batch fails so.
    Fail(ErrorKind),
    /// Items before this one are done, this one is refused, those behind it were not looked at.
    UpTo(usize),
    /// All of it is taken, but the answer is lost.
    Lost,
    /// All of it is taken, to be confirmed.
    Unconfirmed,
    /// All of it is taken while the hub's power goes out.
    Dark,
}

/// The destination.
pub(crate) struct Sink {
    power: Power,
    diary: Diary,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    script: VecDeque<Taking>,
    is_locked_out: bool,
    received: BTreeMap<String, usize>,
}

impl Sink {
    pub(crate) fn new(power: Power, diary: Diary) -> Self {
        Self { power, diary, state: Mutex::default() }
    }

    /// Takes the next batch so of which nothing is said yet.
    pub(crate) fn take(&self, taking: Taking) {
        self.state.lock().script.push_back(taking);
    }

    /// Withdraws the credentials, or gives them back.
    pub(crate) fn lock_out(&self, is_locked_out: bool) {
        self.state.lock().is_locked_out = is_locked_out;
    }

    /// Is well again.
    pub(crate) fn heal(&self) {
        let mut state = self.state.lock();
        state.script.clear();
        state.is_locked_out = false;
    }

    /// Whether it has an event.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.state.lock().received.contains_key(name)
    }

    /// Whether it has any event of a source.
    pub(crate) fn has_any_of(&self, source: &str) -> bool {
        let state = self.state.lock();
        state.received.keys().any(|name| name.split(' ').next() == Some(source))
    }

    fn outcomes(&self, names: &[String]) -> (Vec<Outcome>, Option<Taking>) {
        let mut state = self.state.lock();
        let taking = match state.is_locked_out {
            true => Some(Taking::Fail(ErrorKind::Unauthorized)),
            false => state.script.pop_front(),
        };
        let mut outcomes = Vec::new();
        for (index, name) in names.iter().enumerate() {
            let (outcome, is_taken) = outcome(taking, index);
            outcomes.push(outcome);
            if is_taken {
                *state.received.entry(name.clone()).or_default() += 1;
            }
        }
        (outcomes, taking)
    }
}

/// What is said of an item, and whether the destination has it now.
fn outcome(taking: Option<Taking>, index: usize) -> (Outcome, bool) {
    match taking {
        Some(Taking::Fail(kind)) => (Outcome::Failed(failure(kind)), false),
        Some(Taking::UpTo(place)) if index == place => {
            (Outcome::Failed(failure(ErrorKind::Rejected)), false)
        }
        Some(Taking::UpTo(place)) if index > place => {
            (Outcome::Failed(failure(ErrorKind::Unavailable)), false)
        }
        Some(Taking::Lost) => (Outcome::Failed(failure(ErrorKind::OutcomeUnknown)), true),
        Some(Taking::Unconfirmed) => (Outcome::Unconfirmed(Token(index as u64)), true),
        None | Some(Taking::UpTo(_) | Taking::Dark) => (Outcome::Done(None), true),
    }
}

/// What the simulation calls an event: its source, its message, and the id its source gave it.
fn name(event: &EventItem<'_>) -> String {
    let json: Value = serde_json::from_slice(event.json).unwrap();
    let id = json["metadata"]["original_event_uid"].as_str().unwrap_or("-");
    format!("{} {} {id}", event.source, json["message"].as_str().unwrap_or_default())
}

#[async_trait]
impl Destination for Sink {
    fn limits(&self) -> BatchLimits {
        BatchLimits { events_max: BATCH, bytes_max: 1 << 20 }
    }

    fn encode(&self, item: &Item<'_>, out: &mut Vec<u8>) -> Result<(), Error> {
        match item {
            Item::Event(event) => out.extend_from_slice(name(event).as_bytes()),
            Item::Notification(_) => return Err(failure(ErrorKind::Bug)),
        }
        Ok(())
    }

    async fn deliver(&self, batch: &Batch) -> Vec<Outcome> {
        self.power.reach_out().await;
        let names = batch.items().map(|item| String::from_utf8_lossy(&item).into_owned());
        let names: Vec<_> = names.collect();
        let (outcomes, taking) = self.outcomes(&names);
        self.diary.note(format_args!("siem: {}: {taking:?}", names.join(", ")));
        if taking == Some(Taking::Dark) {
            self.power.cut();
            self.power.reach_out().await;
        }
        outcomes
    }

    async fn confirm(&self, tokens: &[Token]) -> Result<Vec<Confirmation>, Error> {
        self.power.reach_out().await;
        Ok(vec![Confirmation::Confirmed; tokens.len()])
    }

    fn confirm_pace(&self) -> (Duration, Duration) {
        (Duration::from_secs(1), Duration::from_secs(60))
    }

    async fn check(&self) -> CheckReport {
        self.power.reach_out().await;
        check(!self.state.lock().is_locked_out)
    }
}
