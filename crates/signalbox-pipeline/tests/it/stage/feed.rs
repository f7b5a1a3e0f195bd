//! A vendor that is polled, and how often and from where it was asked.

use std::time::Duration;

use async_trait::async_trait;
use parking_lot::Mutex;
use signalbox_model::{Clock, Error, ErrorKind};
use signalbox_sdk::role::{CheckReport, Checkpoint, Page, Source};

use super::{PausedClock, failure};
use crate::scenery::{WordList, words_read};

/// The vendor.
pub(crate) struct Feed {
    clock: PausedClock,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    list: WordList,
    is_hanging: bool,
    is_confirming_hung: bool,
    log: Vec<String>,
    confirmed: Vec<usize>,
}

impl Feed {
    pub(crate) fn new(clock: PausedClock) -> Self {
        Self { clock, state: Mutex::default() }
    }

    /// Has these words from now on.
    pub(crate) fn has(&self, words: &[&str]) {
        self.state.lock().list.words.extend(words.iter().map(|words| (*words).to_owned()));
    }

    /// Fails the next calls so, one after the other.
    pub(crate) fn fail(&self, failures: impl IntoIterator<Item = ErrorKind>) {
        self.state.lock().list.failures.extend(failures);
    }

    /// Never answers the next call.
    pub(crate) fn hang(&self) {
        self.state.lock().is_hanging = true;
    }

    /// Never answers that something is durable.
    pub(crate) fn hang_confirming(&self) {
        self.state.lock().is_confirming_hung = true;
    }

    /// Withdraws the credentials, or gives them back.
    pub(crate) fn lock_out(&self, is_locked_out: bool) {
        self.state.lock().list.is_locked_out = is_locked_out;
    }

    /// Every call: its second and where it went on.
    pub(crate) fn log(&self) -> Vec<String> {
        self.state.lock().log.clone()
    }

    /// How far the vendor was told that everything is durable.
    pub(crate) fn confirmed(&self) -> Vec<usize> {
        self.state.lock().confirmed.clone()
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
        let start = words_read(since);
        let page = {
            let mut state = self.state.lock();
            state.log.push(format!("{} from {start}", self.clock.second()));
            let is_answered = !std::mem::take(&mut state.is_hanging);
            is_answered.then(|| state.list.page(start, self.clock.now()).map_err(failure))
        };
        match page {
            Some(page) => page,
            None => std::future::pending().await,
        }
    }

    async fn confirm(&self, checkpoint: &Checkpoint) -> Result<(), Error> {
        let is_hung = {
            let mut state = self.state.lock();
            state.confirmed.push(words_read(Some(checkpoint)));
            state.is_confirming_hung
        };
        if is_hung { std::future::pending().await } else { Ok(()) }
    }

    async fn check(&self) -> CheckReport {
        let mut report = CheckReport::default();
        match self.state.lock().list.is_locked_out {
            true => report.failed("credentials", "401", "renew the key"),
            false => report.passed("credentials", "200"),
        }
        report
    }
}
