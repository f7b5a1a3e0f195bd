//! What of numbered lines arrived at the collector, and how often.

use std::collections::BTreeSet;

use crate::hub::eventually;
use crate::products::Splunk;

/// What arrived.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Delivered {
    /// Numbers, each counted once.
    pub(super) numbers: usize,
    /// Lines that the hub took once more, as other events.
    pub(super) taken_again: usize,
    /// Events that the hub sent once more.
    pub(super) sent_again: usize,
}

impl Delivered {
    /// Looks at what the collector has.
    pub(super) fn at(splunk: &Splunk) -> Self {
        let (mut numbers, mut uids, mut count) = (BTreeSet::new(), BTreeSet::new(), 0);
        for indexed in splunk.simulator.events() {
            let text = |pointer| indexed.event.pointer(pointer).unwrap().as_str().unwrap();
            numbers.insert(text("/unmapped/Number").parse::<usize>().unwrap());
            uids.insert(text("/metadata/uid").to_owned());
            count += 1;
        }
        Self {
            numbers: numbers.len(),
            taken_again: uids.len() - numbers.len(),
            sent_again: count - uids.len(),
        }
    }

    /// Waits until as many numbers have arrived as there are lines, and returns what has.
    pub(super) async fn of(splunk: &Splunk, lines: usize) -> Self {
        // Looking at all of them is dear, and there cannot be enough numbers before there are enough events.
        eventually(async || {
            splunk.simulator.summary().count >= lines as u64 && Self::at(splunk).numbers >= lines
        })
        .await;
        Self::at(splunk)
    }

    /// What is right where nothing came between: each line once.
    pub(super) fn once(lines: usize) -> Self {
        Self { numbers: lines, taken_again: 0, sent_again: 0 }
    }
}
