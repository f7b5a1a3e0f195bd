//! What a vendor that is polled has: a list of words of which it gives two a page, and its moods.

use std::collections::VecDeque;

use signalbox_model::time::Timestamp;
use signalbox_model::{Error, ErrorKind};
use signalbox_sdk::role::{Checkpoint, Page};

use super::raw;

/// Words a page at most.
const PAGE: usize = 2;

/// The vendor's list; a checkpoint in it is how many words were read.
#[derive(Default)]
pub(crate) struct WordList {
    pub(crate) words: Vec<String>,
    /// How the next calls fail, one after the other.
    pub(crate) failures: VecDeque<ErrorKind>,
    pub(crate) is_locked_out: bool,
}

impl WordList {
    /// The page behind so many words, or how the call fails.
    pub(crate) fn page(&mut self, start: usize, now: Timestamp) -> Result<Page, ErrorKind> {
        if self.is_locked_out {
            return Err(ErrorKind::Unauthorized);
        }
        if let Some(kind) = self.failures.pop_front() {
            return Err(kind);
        }
        let words = self.words.get(start..).unwrap_or_default();
        let events: Vec<_> = words.iter().take(PAGE).map(|words| raw(words, now)).collect();
        let end = start + events.len();
        let has_more = end < self.words.len();
        let checkpoint = Checkpoint::of(&end).map_err(|error: Error| error.kind())?;
        Ok(Page { events, checkpoint, has_more })
    }
}

/// How many words were read up to a checkpoint.
pub(crate) fn words_read(checkpoint: Option<&Checkpoint>) -> usize {
    checkpoint.map_or(0, |checkpoint| checkpoint.read().unwrap())
}
