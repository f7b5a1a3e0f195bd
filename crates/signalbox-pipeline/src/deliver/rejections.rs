//! Tells a poison item from a vendor that refuses everything: 10 refusals in a row, or more than half
//! of the last 100 calls.

use std::collections::VecDeque;

use signalbox_model::time::Timestamp;

const IN_A_ROW_MAX: usize = 10;
const RECENT: usize = 100;

/// What became of an integration's recent calls.
#[derive(Debug, Default)]
pub(super) struct Rejections {
    recent: VecDeque<bool>,
    in_a_row: usize,
    since: Option<Timestamp>,
}

impl Rejections {
    /// Counts an item that passed.
    pub(super) fn passed(&mut self) {
        self.in_a_row = 0;
        self.since = None;
        self.push(false);
    }

    /// Counts an item that was refused.
    pub(super) fn refused(&mut self, now: Timestamp) {
        self.in_a_row += 1;
        self.since.get_or_insert(now);
        self.push(true);
    }

    /// Returns whether the vendor, not the items, is the problem.
    pub(super) fn is_everything(&self) -> bool {
        let refused = self.recent.iter().filter(|is_refused| **is_refused).count();
        self.in_a_row >= IN_A_ROW_MAX || (self.recent.len() == RECENT && refused * 2 > RECENT)
    }

    /// Returns when the refusals began that nothing has passed since.
    pub(super) fn since(&self) -> Option<Timestamp> {
        self.since
    }

    /// Begins anew: the integration is parked, and its items return to the queue.
    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }

    fn push(&mut self, is_refused: bool) {
        if self.recent.len() == RECENT {
            self.recent.pop_front();
        }
        self.recent.push_back(is_refused);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(0);

    #[test]
    fn one_poison_among_a_thousand_is_only_itself() {
        let mut rejections = Rejections::default();
        for n in 0..1000 {
            if n % 500 == 7 {
                rejections.refused(NOW)
            } else {
                rejections.passed()
            }
            assert!(!rejections.is_everything());
        }
    }

    #[test]
    fn ten_in_a_row_are_everything() {
        let mut rejections = Rejections::default();
        for _ in 0..9 {
            rejections.refused(NOW);
        }
        assert!(!rejections.is_everything());

        rejections.refused(NOW);

        assert!(rejections.is_everything());
    }

    #[test]
    fn more_than_half_of_a_hundred_are_everything() {
        let mut rejections = Rejections::default();
        for n in 0..100 {
            if n % 9 < 5 { rejections.refused(NOW) } else { rejections.passed() }
        }

        assert!(rejections.is_everything());
    }
}
