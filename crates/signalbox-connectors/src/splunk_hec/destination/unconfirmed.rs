//! The requests that Splunk has taken and not yet acknowledged.
//!
//! Splunk tells an id once; all items of a request share it and may be asked for one by one. So
//! what was told is remembered here. Tokens begin at a drawn number: those of a client that was
//! replaced by a reload mean nothing to the next one, whose ids begin at 0 again.

use std::collections::{BTreeMap, BTreeSet};

use parking_lot::Mutex;

use signalbox_sdk::Random;
use signalbox_sdk::role::{Confirmation, Token};

use super::super::client::AckId;

/// Tokens and what is known about them.
#[derive(Debug)]
pub(super) struct Unconfirmed {
    requests: Mutex<Requests>,
}

#[derive(Debug)]
struct Requests {
    next: u64,
    by_token: BTreeMap<u64, Request>,
}

#[derive(Debug)]
struct Request {
    ack_id: AckId,
    is_indexed: bool,
}

impl Unconfirmed {
    pub(super) fn new(random: &dyn Random) -> Self {
        // Half the numbers are left to count up to.
        let requests = Requests { next: random.next() >> 1, by_token: BTreeMap::new() };
        Self { requests: Mutex::new(requests) }
    }

    /// Gives a taken request its token. The oldest is forgotten beyond [`REQUESTS_MAX`]; its events
    /// are never confirmed and sent again.
    pub(super) fn add(&self, ack_id: AckId) -> Token {
        let mut requests = self.requests.lock();
        let token = requests.next;
        requests.next += 1;
        requests.by_token.insert(token, Request { ack_id, is_indexed: false });
        if requests.by_token.len() > REQUESTS_MAX {
            requests.by_token.pop_first();
        }
        Token(token)
    }

    /// Returns the ids to ask for.
    pub(super) fn waiting(&self, tokens: &[Token]) -> BTreeSet<AckId> {
        let requests = self.requests.lock();
        let known = tokens.iter().filter_map(|token| requests.by_token.get(&token.0));
        known.filter(|request| !request.is_indexed).map(|request| request.ack_id).collect()
    }

    /// Remembers what Splunk told.
    pub(super) fn confirm(&self, indexed: &BTreeSet<AckId>) {
        let mut requests = self.requests.lock();
        for request in requests.by_token.values_mut() {
            request.is_indexed |= indexed.contains(&request.ack_id);
        }
    }

    /// Says what is known about each token.
    pub(super) fn state_of(&self, tokens: &[Token]) -> Vec<Confirmation> {
        let requests = self.requests.lock();
        let state = |token: &Token| match requests.by_token.get(&token.0) {
            Some(Request { is_indexed: true, .. }) => Confirmation::Confirmed,
            _ => Confirmation::Waiting,
        };
        tokens.iter().map(state).collect()
    }
}

/// At one request a second, more than the five minutes that confirmation may take, 200 times over.
const REQUESTS_MAX: usize = 65_536;

#[cfg(test)]
mod tests {
    use super::*;

    struct Fixed(u64);

    impl Random for Fixed {
        fn next(&self) -> u64 {
            self.0
        }
    }

    #[test]
    fn what_splunk_told_once_is_remembered() {
        let unconfirmed = Unconfirmed::new(&Fixed(8));
        let (first, second) = (unconfirmed.add(AckId(0)), unconfirmed.add(AckId(1)));

        unconfirmed.confirm(&BTreeSet::from([AckId(0)]));

        for _ in 0..2 {
            assert_eq!(
                unconfirmed.state_of(&[first, second, first]),
                [Confirmation::Confirmed, Confirmation::Waiting, Confirmation::Confirmed]
            );
        }
        assert_eq!(unconfirmed.waiting(&[first, second]), BTreeSet::from([AckId(1)]));
    }

    #[test]
    fn tokens_of_another_client_are_never_confirmed() {
        let old = Unconfirmed::new(&Fixed(8)).add(AckId(0));
        let new = Unconfirmed::new(&Fixed(1 << 40));
        new.add(AckId(0));

        new.confirm(&BTreeSet::from([AckId(0)]));

        assert_eq!(new.state_of(&[old]), [Confirmation::Waiting]);
    }

    #[test]
    fn the_oldest_request_is_forgotten_at_the_bound() {
        let unconfirmed = Unconfirmed::new(&Fixed(0));
        let first = unconfirmed.add(AckId(0));
        let second = unconfirmed.add(AckId(1));
        for id in 2..=REQUESTS_MAX as u64 {
            unconfirmed.add(AckId(id));
        }

        assert_eq!(unconfirmed.waiting(&[first, second]), BTreeSet::from([AckId(1)]));
    }
}
