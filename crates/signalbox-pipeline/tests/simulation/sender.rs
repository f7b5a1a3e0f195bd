//! A sender as of webhooks: it repeats what was not acknowledged and remembers what was.

use std::collections::BTreeMap;
use std::sync::Arc;

use parking_lot::Mutex;
use signalbox_model::Clock;
use signalbox_model::time::Timestamp;
use signalbox_pipeline::ingest::SourceLine;

use super::clock::WallClock;
use super::diary::Diary;
use super::power::Power;
use super::rules::{InForce, QUIET};
use crate::scenery::raw;

/// The sender. It lives on another machine.
pub(crate) struct Sender {
    clock: WallClock,
    power: Power,
    diary: Diary,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    count: u64,
    waiting: BTreeMap<u64, Vec<String>>,
    acknowledged: Vec<String>,
    /// What is in force at the hub.
    in_force: Option<InForce>,
    has_heard_silence: bool,
    /// How each of the words would have been taken, each time they were sent.
    tries: BTreeMap<String, Tries>,
}

/// Of which kind the tries of the same words were; any of them may be the one that counts.
#[derive(Default)]
struct Tries {
    has_silent: bool,
    has_loud: bool,
}

impl Sender {
    pub(crate) fn new(clock: WallClock, power: Power, diary: Diary) -> Self {
        Self { clock, power, diary, state: Mutex::default() }
    }

    /// Has these to send, as one submission.
    pub(crate) fn has(&self, words: Vec<String>) -> u64 {
        let mut state = self.state.lock();
        state.count += 1;
        let number = state.count;
        state.waiting.insert(number, words);
        number
    }

    /// The submissions that were not acknowledged yet.
    pub(crate) fn waiting(&self) -> Vec<u64> {
        self.state.lock().waiting.keys().copied().collect()
    }

    /// What was acknowledged.
    pub(crate) fn acknowledged(&self) -> Vec<String> {
        self.state.lock().acknowledged.clone()
    }

    /// Hears what is in force at the hub from now on.
    pub(crate) fn hears_of(&self, in_force: &InForce) {
        let mut state = self.state.lock();
        state.has_heard_silence |= in_force.has_silence();
        state.in_force = Some(in_force.clone());
    }

    /// Whether there ever was a silence.
    pub(crate) fn has_heard_silence(&self) -> bool {
        self.state.lock().has_heard_silence
    }

    /// Whether people are told of these words, whichever try of them counts.
    pub(crate) fn is_loud(&self, words: &str) -> bool {
        self.state.lock().tries.get(words).is_none_or(|tries| !tries.has_silent)
    }

    /// Whether nobody is told of these words, whichever try of them counts.
    pub(crate) fn is_silent(&self, words: &str) -> bool {
        self.state.lock().tries.get(words).is_some_and(|tries| !tries.has_loud)
    }

    /// Sends a submission until it is acknowledged.
    pub(crate) async fn send(self: Arc<Self>, number: u64, line: Arc<SourceLine>) {
        let Some(words) = self.state.lock().waiting.get(&number).cloned() else { return };
        let received = self.clock.now();
        let events: Vec<_> = words.iter().map(|words| raw(words, received)).collect();
        loop {
            self.tries(&words, received);
            let answer = line.take(&events).await;
            self.power.reach_out().await;
            match answer {
                Ok(()) => return self.hears_yes(number),
                Err(refused) => {
                    self.diary.note(format_args!("submission {number}: {refused}"));
                    tokio::time::sleep(refused.retry_after()).await;
                }
            }
        }
    }

    fn tries(&self, words: &[String], received: Timestamp) {
        let mut state = self.state.lock();
        let is_silent = state.in_force.as_ref().is_some_and(|it| it.is_silent(received));
        for words in words {
            let is_quiet = words.split(' ').nth(1) == Some(QUIET);
            let tries = state.tries.entry(words.clone()).or_default();
            match is_quiet && is_silent {
                true => tries.has_silent = true,
                false => tries.has_loud = true,
            }
        }
    }

    fn hears_yes(&self, number: u64) {
        self.diary.note(format_args!("submission {number}: acknowledged"));
        let mut state = self.state.lock();
        let words = state.waiting.remove(&number).unwrap_or_default();
        state.acknowledged.extend(words);
    }
}
