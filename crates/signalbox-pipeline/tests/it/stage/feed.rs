//! A vendor that is polled: it has a list of words and gives so many of them a page.

use std::collections::VecDeque;
use std::time::Duration;

use async_trait::async_trait;
use parking_lot::Mutex;
use signalbox_model::{Clock, Error, ErrorKind};
use signalbox_sdk::role::{CheckReport, Checkpoint, Page, Source};

use super::{PausedClock, failure};
use crate::scenery::raw;

/// Words a page at most.
const PAGE: usize = 2;

/// The vendor.
pub(crate) struct Feed {
    clock: PausedClock,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    words: Vec<String>,
    failures: VecDeque<ErrorKind>,
    is_locked_out: bool,
    log: Vec<String>,
    confirmed: Vec<usize>,
}

impl Feed {
    pub(crate) fn new(clock: PausedClock) -> Self {
        Self { clock, state: Mutex::default() }
    }

    /// Has these words from now on.
    pub(crate) fn has(&self, words: &[&str]) {
        self.state.lock().words.extend(words.iter().map(|words| (*words).to_owned()));
    }

    /// Fails the next calls so, one after the other.
    pub(crate) fn fail(&self, failures: impl IntoIterator<Item = ErrorKind>) {
        self.state.lock().failures.extend(failures);
    }

    /// Withdraws the credentials, or gives them back.
    pub(crate) fn lock_out(&self, is_locked_out: bool) {
        self.state.lock().is_locked_out = is_locked_out;
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
        let start: usize = since.map_or(0, |since| since.read().unwrap());
        let now = self.clock.now();
        let mut state = self.state.lock();
        state.log.push(format!("{} from {start}", self.clock.second()));
        if state.is_locked_out {
            return Err(failure(ErrorKind::Unauthorized));
        }
        if let Some(kind) = state.failures.pop_front() {
            return Err(failure(kind));
        }
        let words = state.words.get(start..).unwrap_or_default();
        let events: Vec<_> = words.iter().take(PAGE).map(|words| raw(words, now)).collect();
        let end = start + events.len();
        let has_more = end < state.words.len();
        Ok(Page { events, checkpoint: Checkpoint::of(&end)?, has_more })
    }

    async fn confirm(&self, checkpoint: &Checkpoint) -> Result<(), Error> {
        self.state.lock().confirmed.push(checkpoint.read().unwrap());
        Ok(())
    }

    async fn check(&self) -> CheckReport {
        let mut report = CheckReport::default();
        match self.state.lock().is_locked_out {
            true => report.failed("credentials", "401", "renew the key"),
            false => report.passed("credentials", "200"),
        }
        report
    }
}
