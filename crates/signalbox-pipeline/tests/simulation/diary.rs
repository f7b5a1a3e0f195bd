//! What happened in a sequence, line by line, for whoever must understand why it failed.

use std::sync::Arc;

use parking_lot::Mutex;

use super::clock::WallClock;

/// The diary of one sequence; clones write into the same.
#[derive(Clone)]
pub(crate) struct Diary {
    clock: WallClock,
    lines: Arc<Mutex<Vec<String>>>,
    complaints: Arc<Mutex<Vec<String>>>,
}

impl Diary {
    pub(crate) fn new(clock: WallClock) -> Self {
        Self { clock, lines: Arc::default(), complaints: Arc::default() }
    }

    /// Notes something, with the second it happened in.
    pub(crate) fn note(&self, what: impl std::fmt::Display) {
        let second = self.clock.elapsed().as_secs_f64();
        self.lines.lock().push(format!("{second:9.3} {what}"));
    }

    /// Notes something that must never happen.
    pub(crate) fn complain(&self, what: String) {
        self.note(format_args!("!!! {what}"));
        self.complaints.lock().push(what);
    }

    pub(crate) fn complaints(&self) -> Vec<String> {
        self.complaints.lock().clone()
    }

    pub(crate) fn lines(&self) -> Vec<String> {
        self.lines.lock().clone()
    }
}
