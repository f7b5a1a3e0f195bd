//! A sender as of webhooks: it repeats what was not acknowledged and remembers what was.

use std::collections::BTreeMap;
use std::sync::Arc;

use parking_lot::Mutex;
use signalbox_model::Clock;
use signalbox_pipeline::ingest::SourceLine;

use super::clock::WallClock;
use super::diary::Diary;
use super::power::Power;
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

    /// Sends a submission until it is acknowledged.
    pub(crate) async fn send(self: Arc<Self>, number: u64, line: Arc<SourceLine>) {
        let Some(words) = self.state.lock().waiting.get(&number).cloned() else { return };
        let events: Vec<_> = words.iter().map(|words| raw(words, self.clock.now())).collect();
        loop {
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

    fn hears_yes(&self, number: u64) {
        self.diary.note(format_args!("submission {number}: acknowledged"));
        let mut state = self.state.lock();
        let words = state.waiting.remove(&number).unwrap_or_default();
        state.acknowledged.extend(words);
    }
}
