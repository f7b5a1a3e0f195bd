//! A vendor that is polled, and whether it is asked for what it was told to be durable.

use std::time::Duration;

use async_trait::async_trait;
use parking_lot::Mutex;
use signalbox_model::{Clock, Error, ErrorKind};
use signalbox_sdk::role::{CheckReport, Checkpoint, Page, Source};

use super::clock::WallClock;
use super::diary::Diary;
use super::power::Power;
use super::vendor::{check, failure};
use crate::scenery::{WordList, words_read};

/// The vendor.
pub(crate) struct Feed {
    clock: WallClock,
    power: Power,
    diary: Diary,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    list: WordList,
    /// How far it was told, or asked from: that much is durable.
    confirmed: usize,
}

impl Feed {
    pub(crate) fn new(clock: WallClock, power: Power, diary: Diary) -> Self {
        Self { clock, power, diary, state: Mutex::default() }
    }

    /// Has these words, too.
    pub(crate) fn has(&self, words: Vec<String>) {
        self.state.lock().list.words.extend(words);
    }

    /// Fails the next call so.
    pub(crate) fn fail(&self, kind: ErrorKind) {
        self.state.lock().list.failures.push_back(kind);
    }

    /// Withdraws the credentials, or gives them back.
    pub(crate) fn lock_out(&self, is_locked_out: bool) {
        self.state.lock().list.is_locked_out = is_locked_out;
    }

    /// Is well again.
    pub(crate) fn heal(&self) {
        let mut state = self.state.lock();
        state.list.failures.clear();
        state.list.is_locked_out = false;
    }

    /// Everything it has.
    pub(crate) fn words(&self) -> Vec<String> {
        self.state.lock().list.words.clone()
    }

    /// Whether it was told that all of it is durable.
    pub(crate) fn is_read(&self) -> bool {
        let state = self.state.lock();
        state.confirmed == state.list.words.len()
    }

    /// Learns how far the hub is done with its list; it never goes back behind that.
    fn is_durable_to(&self, end: usize) {
        let before = std::mem::replace(&mut self.state.lock().confirmed, end);
        if end < before {
            self.diary.complain(format!("the feed is asked from {end} after {before} was durable"));
        }
    }
}

#[async_trait]
impl Source for Feed {
    fn name(&self) -> &'static str {
        "words"
    }

    fn interval(&self) -> Duration {
        Duration::from_secs(60)
    }

    async fn poll(&self, since: Option<&Checkpoint>) -> Result<Page, Error> {
        self.power.reach_out().await;
        let start = words_read(since);
        self.is_durable_to(start);
        let page = self.state.lock().list.page(start, self.clock.now()).map_err(failure);
        let outcome = page.as_ref().map_or("refused", |_| "page");
        self.diary.note(format_args!("feed: poll from {start}: {outcome}"));
        page
    }

    async fn confirm(&self, checkpoint: &Checkpoint) -> Result<(), Error> {
        self.power.reach_out().await;
        let end = words_read(Some(checkpoint));
        self.diary.note(format_args!("feed: confirmed to {end}"));
        self.is_durable_to(end);
        Ok(())
    }

    async fn check(&self) -> CheckReport {
        self.power.reach_out().await;
        check(!self.state.lock().list.is_locked_out)
    }
}
